"""What is right in `simple_rnn`, and what students get wrong."""

import numpy as np

from autograder.exercise import Criterion, Function, Probe, accepted, wrong

from ._shared import BY_HAND, STEPS


class SimpleRecurrent(Function):
    title = "A recurrent layer"
    starred = True
    difficulty = 1
    criteria = (
        Criterion("step", 1, "one step, from a state of zeros"),
        Criterion("carried", 2, "the state is carried on, in each sequence by itself"),
        Criterion("sizes", 1, "one unit, one feature, float32"),
    )
    tolerance = STEPS
    rule = BY_HAND
    revisit = "One step, again and again"

    def probes(self, rng):
        def arguments(n, steps, features, units, dtype="float64"):
            shapes = ((n, steps, features), (features, units), (units, units), (units,))
            return tuple(0.7 * rng.normal(size=s).astype(dtype) for s in shapes)

        yield Probe("step", "2 sequences of one step", arguments(2, 1, 3, 4))
        yield Probe("step", "1 sequence of one step, 5 features", arguments(1, 1, 5, 2))
        yield Probe("carried", "3 sequences of 6 steps, 2 features, 4 units", arguments(3, 6, 2, 4))
        knock = np.zeros((1, 4, 1))
        knock[0, 0] = 1
        yield Probe(
            "carried",
            "the knock of the lesson, 4 steps",
            (knock, np.ones((1, 1)), np.full((1, 1), 0.5), np.zeros(1)),
        )
        yield Probe("carried", "2 sequences of 12 steps, 5 units", arguments(2, 12, 3, 5))
        yield Probe("sizes", "one unit, one feature", arguments(2, 3, 1, 1))
        yield Probe("sizes", "float32, 4 sequences", arguments(4, 5, 3, 6, "float32"))

    @accepted("an array filled step by step")
    def filled(x, W, U, b):
        N, T, _ = x.shape
        out = np.zeros((N, T + 1, len(b)), x.dtype)
        for t in range(T):
            out[:, t + 1] = np.tanh(x[:, t] @ W + out[:, t] @ U + b)
        return out[:, 1:]

    @accepted("one sequence after the other, one unit after the other")
    def loops(x, W, U, b):
        out = np.zeros((*x.shape[:2], len(b)), x.dtype)
        for n in range(x.shape[0]):
            h = [0.0] * len(b)
            for t in range(x.shape[1]):
                h = [
                    np.tanh(
                        sum(x[n, t, f] * W[f, j] for f in range(x.shape[2]))
                        + sum(h[k] * U[k, j] for k in range(len(b)))
                        + b[j]
                    )
                    for j in range(len(b))
                ]
                out[n, t] = h
        return out

    @accepted("inputs first, for all steps; one stacked kernel")
    def stacked(x, W, U, b):
        h = np.zeros_like(x[:, 0] @ W)
        kernel, states = np.concatenate([W, U]), []
        for x_t in np.moveaxis(x, 1, 0):
            h = np.tanh(np.concatenate([x_t, h], axis=1) @ kernel + b)
            states += [h]
        return np.moveaxis(np.array(states), 0, 1)

    @wrong(
        "Each of your steps starts from zeros: nothing of the step before is left. That is a Dense "
        "layer at each step."
    )
    def no_memory(x, W, U, b):
        return np.tanh(x @ W + b)

    transposed = wrong(
        "You use the transpose of U. The old state stands on the left, as a row: look at h @ U.",
        change={"h @ U": "h @ U.T"},
    )

    no_bias = wrong(
        "The bias is missing.",
        change={"h @ U + b": "h @ U"},
    )

    bias_outside = wrong(
        "You add the bias after tanh. It belongs to the sum inside.",
        change={"np.tanh(x[:, t] @ W + h @ U + b)": "np.tanh(x[:, t] @ W + h @ U) + b"},
    )

    linear = wrong(
        "There is no tanh in your step: the states are linear, and may grow without bound.",
        change={"np.tanh(x[:, t] @ W + h @ U + b)": "x[:, t] @ W + h @ U + b"},
    )

    sigmoid = wrong(
        "You use the sigmoid. The states of this layer are squashed by tanh, between −1 and 1.",
        change={"np.tanh(x[:, t] @ W + h @ U + b)": "1 / (1 + np.exp(-(x[:, t] @ W + h @ U + b)))"},
    )

    outside = wrong(
        "You squash the input alone, and add the old state outside of tanh. Both go into one sum.",
        change={"np.tanh(x[:, t] @ W + h @ U + b)": "np.tanh(x[:, t] @ W + b) + h @ U"},
    )

    without_u = wrong(
        "The old state goes into your new one as it is. It has to pass through U.",
        change={"h @ U": "h"},
    )

    last_only = wrong(
        "You return the state of the last step alone. All steps are asked for, in order.",
        change={"np.stack(states, axis=1)": "h"},
    )

    one_late = wrong(
        "You store each state before it is computed: the list begins with zeros and lacks the "
        "last one.",
        change={"out[:, 1:]": "out[:, :-1]"},
        of=filled,
    )

    @wrong(
        "The state of one sequence flows into the next one: it is not set to zero in between. "
        "The sequences of a batch have nothing to do with each other."
    )
    def leaking(x, W, U, b):
        out, h = np.zeros((*x.shape[:2], len(b)), x.dtype), np.zeros(len(b), x.dtype)
        for n in range(len(x)):
            for t in range(x.shape[1]):
                h = np.tanh(x[n, t] @ W + h @ U + b)
                out[n, t] = h
        return out

    backwards = wrong(
        "Your steps run from the last to the first. Time starts at index 0.",
        change={
            "range(x.shape[1])": "reversed(range(x.shape[1]))",
            "np.stack(states, axis=1)": "np.stack(states[::-1], axis=1)",
        },
    )

    @wrong(
        "Your steps run over the sequences of the batch, not over time. Time is the second axis: "
        "(N, T, F)."
    )
    def over_the_batch(x, W, U, b):
        h, states = np.zeros((x.shape[1], len(b)), x.dtype), []
        for n in range(x.shape[0]):
            h = np.tanh(x[n] @ W + h @ U + b)
            states.append(h)
        return np.stack(states)

    accumulates = wrong(
        "You add each step to the state before, so that it grows and grows. The new state replaces "
        "the old one; what is kept of it comes through U.",
        change={"h = np.tanh": "h = h + np.tanh"},
    )

    steps_first = wrong(
        "Your states are stacked along a new first axis: (T, N, units). The sequences of the batch "
        "come first, then the steps.",
        change={"np.stack(states, axis=1)": "np.stack(states)"},
    )
