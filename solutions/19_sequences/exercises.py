"""Exercises of lesson 19: recurrent and attention layers."""

from typing import ClassVar

import numpy as np

from autograder.exercise import (
    Choices,
    Criterion,
    Function,
    Probe,
    Rule,
    Tolerance,
    Trained,
    Value,
    accepted,
    wrong,
)
from cnncourse import data

SUMS = {
    "float64": Tolerance(
        atol=1e-8, rtol=1e-7, reason="float64 sums of some dozen products, in any order"
    ),
    "float32": Tolerance(
        atol=1e-4, rtol=1e-4, reason="float32 sums, carried on over some dozen steps"
    ),
}
BY_HAND = Rule(
    forbid=("keras", "tensorflow", "torch", "jax"),
    reason="Write the arithmetic yourself; NumPy has all you need.",
)


def softmax(z, axis=-1):
    """The softmax that the lesson gives to everyone; the answers below use it."""
    e = np.exp(z - np.max(z, axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def _counts(**changed: int) -> str:
    """The counts as a student types them, with some entries changed."""
    right = {
        "simple": 104,
        "lstm": 416,
        "gru": 336,
        "gru_paper": 312,
        "both_ways": 832,
        "on_top": 200,
    }
    return repr({**right, **changed})


class SimpleRecurrent(Function):
    name = "simple_rnn"
    title = "A recurrent layer"
    difficulty = 1
    criteria = (
        Criterion("step", 1, "one step, from a state of zeros"),
        Criterion("carried", 2, "the state is carried on, in each sequence by itself"),
        Criterion("sizes", 1, "one unit, one feature, float32"),
    )
    tolerance = SUMS
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

    @wrong("You use the transpose of U. The old state stands on the left, as a row: look at h @ U.")
    def transposed(x, W, U, b):
        h, states = np.zeros((len(x), len(b)), x.dtype), []
        for t in range(x.shape[1]):
            h = np.tanh(x[:, t] @ W + h @ U.T + b)
            states.append(h)
        return np.stack(states, axis=1)

    @wrong("The bias is missing.")
    def no_bias(x, W, U, b):
        h, states = np.zeros((len(x), len(b)), x.dtype), []
        for t in range(x.shape[1]):
            h = np.tanh(x[:, t] @ W + h @ U)
            states.append(h)
        return np.stack(states, axis=1)

    @wrong("You add the bias after tanh. It belongs to the sum inside.")
    def bias_outside(x, W, U, b):
        h, states = np.zeros((len(x), len(b)), x.dtype), []
        for t in range(x.shape[1]):
            h = np.tanh(x[:, t] @ W + h @ U) + b
            states.append(h)
        return np.stack(states, axis=1)

    @wrong("There is no tanh in your step: the states are linear, and may grow without bound.")
    def linear(x, W, U, b):
        h, states = np.zeros((len(x), len(b)), x.dtype), []
        for t in range(x.shape[1]):
            h = x[:, t] @ W + h @ U + b
            states.append(h)
        return np.stack(states, axis=1)

    @wrong("You use the sigmoid. The states of this layer are squashed by tanh, between −1 and 1.")
    def sigmoid(x, W, U, b):
        h, states = np.zeros((len(x), len(b)), x.dtype), []
        for t in range(x.shape[1]):
            h = 1 / (1 + np.exp(-(x[:, t] @ W + h @ U + b)))
            states.append(h)
        return np.stack(states, axis=1)

    @wrong(
        "You squash the input alone, and add the old state outside of tanh. Both go into one sum."
    )
    def outside(x, W, U, b):
        h, states = np.zeros((len(x), len(b)), x.dtype), []
        for t in range(x.shape[1]):
            h = np.tanh(x[:, t] @ W + b) + h @ U
            states.append(h)
        return np.stack(states, axis=1)

    @wrong("The old state goes into your new one as it is. It has to pass through U.")
    def without_u(x, W, U, b):
        h, states = np.zeros((len(x), len(b)), x.dtype), []
        for t in range(x.shape[1]):
            h = np.tanh(x[:, t] @ W + h + b)
            states.append(h)
        return np.stack(states, axis=1)

    @wrong("You return the state of the last step alone. All steps are asked for, in order.")
    def last_only(x, W, U, b):
        h = np.zeros((len(x), len(b)), x.dtype)
        for t in range(x.shape[1]):
            h = np.tanh(x[:, t] @ W + h @ U + b)
        return h

    @wrong(
        "You store each state before it is computed: the list begins with zeros and lacks the "
        "last one."
    )
    def one_late(x, W, U, b):
        h, states = np.zeros((len(x), len(b)), x.dtype), []
        for t in range(x.shape[1]):
            states.append(h)
            h = np.tanh(x[:, t] @ W + h @ U + b)
        return np.stack(states, axis=1)

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

    @wrong("Your steps run from the last to the first. Time starts at index 0.")
    def backwards(x, W, U, b):
        h, out = np.zeros((len(x), len(b)), x.dtype), np.zeros((*x.shape[:2], len(b)), x.dtype)
        for t in reversed(range(x.shape[1])):
            h = np.tanh(x[:, t] @ W + h @ U + b)
            out[:, t] = h
        return out

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

    @wrong(
        "You add each step to the state before, so that it grows and grows. The new state replaces "
        "the old one; what is kept of it comes through U."
    )
    def accumulates(x, W, U, b):
        h, states = np.zeros((len(x), len(b)), x.dtype), []
        for t in range(x.shape[1]):
            h = h + np.tanh(x[:, t] @ W + h @ U + b)
            states.append(h)
        return np.stack(states, axis=1)

    @wrong(
        "Your states are stacked along a new first axis: (T, N, units). The sequences of the batch "
        "come first, then the steps."
    )
    def steps_first(x, W, U, b):
        h, states = np.zeros((len(x), len(b)), x.dtype), []
        for t in range(x.shape[1]):
            h = np.tanh(x[:, t] @ W + h @ U + b)
            states.append(h)
        return np.stack(states)


class LstmStep(Function):
    name = "lstm_step"
    title = "An LSTM step"
    difficulty = 2
    criteria = (
        Criterion("fresh", 1, "a step from states of zeros"),
        Criterion("step", 2, "steps from any states"),
        Criterion("gates", 1, "gates wide open and shut"),
    )
    tolerance = SUMS
    rule = BY_HAND
    revisit = "LSTM: a memory with gates"

    def probes(self, rng):
        def arguments(n, features, units, dtype="float64"):
            shapes = (
                (n, features),
                (n, units),
                (n, units),
                (features, 4 * units),
                (units, 4 * units),
                (4 * units,),
            )
            return [rng.normal(size=s).astype(dtype) for s in shapes]

        for n, features, units in ((2, 3, 2), (1, 1, 1)):
            x, _, _, W, U, b = arguments(n, features, units)
            zeros = np.zeros((n, units))
            yield Probe(
                "fresh", f"{n} × {features} features, {units} units", (x, zeros, zeros, W, U, b)
            )
        yield Probe("step", "3 × 4 features, 5 units", tuple(arguments(3, 4, 5)))
        yield Probe("step", "2 × 3 features, 3 units", tuple(arguments(2, 3, 3)))
        yield Probe(
            "step", "float32, 4 × 2 features, 6 units", tuple(arguments(4, 2, 6, "float32"))
        )
        for name, biases in (
            ("keeps everything, writes nothing", (-20, 20, 0, 1)),
            ("forgets everything, writes", (20, -20, 1, 20)),
            ("keeps, writes and shows nothing", (20, 20, 2, -20)),
        ):
            x, h, c, W, U, _ = arguments(2, 3, 2)
            b = np.repeat(np.array(biases, float), 2)
            yield Probe("gates", name, (0.1 * x, 0.1 * h, 3 * c, W, U, b))

    @accepted("slices")
    def slices(x_t, h, c, W, U, b):
        u = h.shape[1]
        z = x_t @ W + h @ U + b
        with np.errstate(over="ignore"):
            gate = 1 / (1 + np.exp(-z))
        c_new = gate[:, u : 2 * u] * c + gate[:, :u] * np.tanh(z[:, 2 * u : 3 * u])
        return gate[:, 3 * u :] * np.tanh(c_new), c_new

    @accepted("four layers, one by one")
    def four(x_t, h, c, W, U, b):
        n = len(b) // 4

        def part(k):
            cut = slice(k * n, (k + 1) * n)
            return np.matmul(x_t, W[:, cut]) + np.matmul(h, U[:, cut]) + b[cut]

        def sigma(z):
            return np.exp(-np.logaddexp(0, -z))

        kept = sigma(part(1)) * c
        written = sigma(part(0)) * np.tanh(part(2))
        memory = kept + written
        return sigma(part(3)) * np.tanh(memory), memory

    @accepted("a fourth axis, einsum")
    def fourth_axis(x_t, h, c, W, U, b):
        both = np.concatenate([x_t, h], axis=1)
        kernel = np.concatenate([W, U]).reshape(both.shape[1], 4, -1)
        z = np.einsum("nf,fgu->gnu", both, kernel) + b.reshape(4, 1, -1)
        s = 0.5 + 0.5 * np.tanh(0.5 * z)
        c = s[1] * c + s[0] * np.tanh(z[2])
        return s[3] * np.tanh(c), c

    @wrong(
        "Your input and forget gates have changed places: you read the columns as f, i, g, o. "
        "Keras has them as i, f, g, o."
    )
    def forget_first(x_t, h, c, W, U, b):
        f, i, g, o = np.split(x_t @ W + h @ U + b, 4, axis=-1)
        i, f, o = (0.5 * (1 + np.tanh(z / 2)) for z in (i, f, o))
        c = f * c + i * np.tanh(g)
        return o * np.tanh(c), c

    @wrong(
        "You read the columns as i, f, o, g: candidate and output gate have changed places. In "
        "Keras the candidate comes third."
    )
    def candidate_last(x_t, h, c, W, U, b):
        i, f, o, g = np.split(x_t @ W + h @ U + b, 4, axis=-1)
        i, f, o = (0.5 * (1 + np.tanh(z / 2)) for z in (i, f, o))
        c = f * c + i * np.tanh(g)
        return o * np.tanh(c), c

    @wrong(
        "You read the columns as i, g, f, o: candidate and forget gate have changed places. (Old "
        "TensorFlow cells had that order. Keras has not.)"
    )
    def candidate_second(x_t, h, c, W, U, b):
        i, g, f, o = np.split(x_t @ W + h @ U + b, 4, axis=-1)
        i, f, o = (0.5 * (1 + np.tanh(z / 2)) for z in (i, f, o))
        c = f * c + i * np.tanh(g)
        return o * np.tanh(c), c

    @wrong(
        "You return the cell state first and the state second. The other way round is asked for."
    )
    def returned_swapped(x_t, h, c, W, U, b):
        i, f, g, o = np.split(x_t @ W + h @ U + b, 4, axis=-1)
        i, f, o = (0.5 * (1 + np.tanh(z / 2)) for z in (i, f, o))
        c = f * c + i * np.tanh(g)
        return c, o * np.tanh(c)

    @wrong(
        "What you show is the cell state times the output gate. Before the gate it is squashed "
        "by tanh."
    )
    def shown_raw(x_t, h, c, W, U, b):
        i, f, g, o = np.split(x_t @ W + h @ U + b, 4, axis=-1)
        i, f, o = (0.5 * (1 + np.tanh(z / 2)) for z in (i, f, o))
        c = f * c + i * np.tanh(g)
        return o * c, c

    @wrong(
        "Your candidate is squashed by the sigmoid, so the memory could only be raised. The "
        "candidate is no gate: it is between −1 and 1."
    )
    def sigmoid_candidate(x_t, h, c, W, U, b):
        z = 0.5 * (1 + np.tanh((x_t @ W + h @ U + b) / 2))
        i, f, g, o = np.split(z, 4, axis=-1)
        c = f * c + i * g
        return o * np.tanh(c), c

    @wrong("Your gates are squashed by tanh: a gate below zero would turn signs. Gates are σ.")
    def tanh_gates(x_t, h, c, W, U, b):
        i, f, g, o = np.split(np.tanh(x_t @ W + h @ U + b), 4, axis=-1)
        c = f * c + i * g
        return o * np.tanh(c), c

    @wrong(
        "You use one minus the input gate for the forget gate. Some variants couple them so; here "
        "each has weights of its own.",
    )
    def coupled(x_t, h, c, W, U, b):
        i, _, g, o = np.split(x_t @ W + h @ U + b, 4, axis=-1)
        i, o = (0.5 * (1 + np.tanh(z / 2)) for z in (i, o))
        c = (1 - i) * c + i * np.tanh(g)
        return o * np.tanh(c), c

    @wrong(
        "Your forget gate works the wrong way: at 1 it clears the memory. The gate says how much "
        "is kept; that its name is forget is unlucky."
    )
    def forget_inverted(x_t, h, c, W, U, b):
        i, f, g, o = np.split(x_t @ W + h @ U + b, 4, axis=-1)
        i, f, o = (0.5 * (1 + np.tanh(z / 2)) for z in (i, f, o))
        c = (1 - f) * c + i * np.tanh(g)
        return o * np.tanh(c), c

    @wrong("Your output uses the cell state from before the step. It shows the new one.")
    def old_memory_shown(x_t, h, c, W, U, b):
        i, f, g, o = np.split(x_t @ W + h @ U + b, 4, axis=-1)
        i, f, o = (0.5 * (1 + np.tanh(z / 2)) for z in (i, f, o))
        return o * np.tanh(c), f * c + i * np.tanh(g)

    @wrong("The gates read the cell state in your step. They read the state h, through U.")
    def gates_read_c(x_t, h, c, W, U, b):
        i, f, g, o = np.split(x_t @ W + c @ U + b, 4, axis=-1)
        i, f, o = (0.5 * (1 + np.tanh(z / 2)) for z in (i, f, o))
        c = f * c + i * np.tanh(g)
        return o * np.tanh(c), c

    @wrong("The forget gate is applied to h in your step. What is kept is the cell state, c.")
    def keeps_h(x_t, h, c, W, U, b):
        i, f, g, o = np.split(x_t @ W + h @ U + b, 4, axis=-1)
        i, f, o = (0.5 * (1 + np.tanh(z / 2)) for z in (i, f, o))
        c = f * h + i * np.tanh(g)
        return o * np.tanh(c), c

    @wrong("The old state does not enter your gates: h @ U is missing.")
    def blind_gates(x_t, h, c, W, U, b):
        i, f, g, o = np.split(x_t @ W + b, 4, axis=-1)
        i, f, o = (0.5 * (1 + np.tanh(z / 2)) for z in (i, f, o))
        c = f * c + i * np.tanh(g)
        return o * np.tanh(c), c

    @wrong("The bias is missing. It is also what opens the forget gates of a fresh LSTM.")
    def no_bias(x_t, h, c, W, U, b):
        i, f, g, o = np.split(x_t @ W + h @ U, 4, axis=-1)
        i, f, o = (0.5 * (1 + np.tanh(z / 2)) for z in (i, f, o))
        c = f * c + i * np.tanh(g)
        return o * np.tanh(c), c

    @wrong("Your candidate is not squashed: a single step can write any number into the memory.")
    def raw_candidate(x_t, h, c, W, U, b):
        i, f, g, o = np.split(x_t @ W + h @ U + b, 4, axis=-1)
        i, f, o = (0.5 * (1 + np.tanh(z / 2)) for z in (i, f, o))
        c = f * c + i * g
        return o * np.tanh(c), c


class Counts(Value):
    name = "counts"
    title = "Parameters of recurrent layers"
    difficulty = 2
    entries: ClassVar = {
        "simple": "integer",
        "lstm": "integer",
        "gru": "integer",
        "gru_paper": "integer",
        "both_ways": "integer",
        "on_top": "integer",
    }
    criteria = (
        Criterion("simple", 1, "SimpleRNN"),
        Criterion("lstm", 1, "LSTM"),
        Criterion("gru", 1, "Keras's GRU"),
        Criterion("gru_paper", 1, "the paper's GRU"),
        Criterion("both_ways", 1, "Bidirectional"),
        Criterion("on_top", 1, "the layer on top of it"),
    )
    revisit = "GRU: one state, two gates"

    as_dict = accepted("a dictionary", source=_counts())
    computed = accepted(
        "computed",
        source="""{
    "simple": 4 * 8 + 8 * 8 + 8, "lstm": 4 * 8 * (4 + 8 + 1), "gru": 3 * 8 * (4 + 8 + 2),
    "gru_paper": 3 * 8 * (4 + 8 + 1), "both_ways": 2 * 4 * 8 * (4 + 8 + 1),
    "on_top": 8 * (16 + 8 + 1),
}""",
    )
    as_floats = accepted(
        "as floats, by name",
        source="""dict(
    simple=104.0, lstm=416.0, gru=336.0, gru_paper=312.0, both_ways=832.0, on_top=200.0
)""",
    )
    one_bias = wrong(
        "Your GRU has one bias for each unit and set: that is the paper's. Keras's default adds "
        "another one to the product with the old state.",
        source=_counts(gru=312),
    )
    versions_swapped = wrong(
        "You have exchanged the two GRUs. `reset_after=True` is Keras's default, and it is the one "
        "with more biases.",
        source=_counts(gru=312, gru_paper=336),
    )
    both_doubled = wrong(
        "You give the paper's GRU the second bias, too. It comes with `reset_after=True` alone.",
        source=_counts(gru_paper=336),
    )
    no_bias = wrong(
        "You left out the biases: one for each unit in each set of weights.",
        source=_counts(simple=96, lstm=384, gru=288, gru_paper=288, both_ways=768, on_top=192),
    )
    no_feedback = wrong(
        "You count W and b and leave out U, through which the old state comes in.",
        source=_counts(simple=40, lstm=160, gru=120, gru_paper=120, both_ways=320, on_top=136),
    )
    gates_forgotten = wrong(
        "Your LSTM is as large as a SimpleRNN. How many sets of weights has it: for gates and for "
        "the candidate?",
        revisit="LSTM: a memory with gates",
        source=_counts(lstm=104, both_ways=208),
    )
    three_sets = wrong(
        "You give the LSTM three sets of weights: you forgot the candidate, or one of the gates.",
        revisit="LSTM: a memory with gates",
        source=_counts(lstm=312, both_ways=624),
    )
    two_gates = wrong(
        "You give the GRU two sets of weights, for its two gates. The candidate has one, too.",
        source=_counts(gru=224, gru_paper=208),
    )
    shared_directions = wrong(
        "Your two directions share their weights. Each has its own.",
        source=_counts(both_ways=416),
    )
    summed_up = wrong(
        "Your layer on top reads 8 features. Side by side, the two directions have more.",
        source=_counts(on_top=136),
    )
    reads_the_input = wrong(
        "Your layer on top reads the 4 features of the sequence. It reads the output of the layer "
        "below.",
        source=_counts(on_top=104),
    )
    times_steps = wrong(
        "You multiply by the number of steps. The same weights serve at every step.",
        revisit="What comes out",
        source=_counts(
            simple=2496, lstm=9984, gru=8064, gru_paper=7488, both_ways=19968, on_top=4800
        ),
    )


class RowReader(Trained):
    name = "row_reader"
    title = "A reader that waits for its digit"
    difficulty = 2
    criteria = (
        Criterion("learns", 1, "reads 65 % of scans it has not seen"),
        Criterion("waits", 2, "reads 88 % of them"),
        Criterion("parameters", 1, "at most 5,500 parameters"),
    )
    thresholds: ClassVar = {"learns": 0.65, "waits": 0.88}
    max_parameters = 5_500
    scale = 1 / 255
    revisit = "A digit that comes late"

    def hidden(self, rng):
        _, (images, labels) = data.mnist_sample()
        chosen = rng.permutation(len(images))[:400]
        small = images[chosen].reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4)).round()
        scans = np.zeros((len(chosen), 20, 14), "uint8")
        for scan, digit, late in zip(scans, small, rng.integers(0, 7, len(chosen))):
            scan[late : late + 14] = digit
        return scans, labels[chosen]

    with_lstm = accepted(
        "an LSTM, all delays at once",
        source="""
        keras.utils.set_random_seed(1)
        x = np.concatenate([scanned(x_train, seed=s) for s in range(8)])
        order = np.random.default_rng(0).permutation(len(x))
        row_reader = keras.Sequential([keras.Input((20, 14)), layers.LSTM(28), layers.Dense(10)])
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        row_reader.compile(keras.optimizers.Adam(0.015), loss)
        row_reader.fit(x[order], np.tile(y_train, 8)[order], batch_size=64, verbose=0)
        """,
    )
    with_mask = accepted(
        "black rows masked, no delays in training",
        source="""
        keras.utils.set_random_seed(0)
        scan = keras.Input((None, 14))
        state = layers.GRU(32)(layers.Masking(0.0)(scan))
        row_reader = keras.Model(scan, layers.Dense(10, activation="softmax")(state))
        row_reader.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
        row_reader.fit(x_train, y_train, batch_size=64, epochs=6, verbose=0)
        """,
    )
    convolved = accepted(
        "a convolution over time below a GRU",
        source="""
        keras.utils.set_random_seed(2)
        row_reader = keras.Sequential([
            keras.Input((20, 14)),
            layers.Conv1D(24, 3, strides=2, padding="same", activation="relu"),
            layers.GRU(26), layers.Dense(10),
        ])
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        row_reader.compile(keras.optimizers.Adam(0.01), loss)
        for epoch in range(6):
            row_reader.fit(scanned(x_train, epoch), y_train, batch_size=64, verbose=0)
        """,
    )
    never_waited = wrong(
        "Your network reads some scans, but too few. Has it met delays in training, and black rows "
        "after a digit? And does its layer keep what it has read?",
        symptom="falls_short",
        source="""
        keras.utils.set_random_seed(0)
        row_reader = keras.Sequential([keras.Input((None, 14)), layers.GRU(32), layers.Dense(10)])
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        row_reader.compile(keras.optimizers.Adam(0.01), loss)
        row_reader.fit(x_train, y_train, batch_size=64, epochs=3, verbose=0)
        """,
    )
    unscaled = wrong(
        "Your network has learned from values of 0 to 255, but it is asked with values of 0 to 1. "
        "`x_train` is scaled already.",
        symptom="unscaled",
        source="""
        keras.utils.set_random_seed(0)
        row_reader = keras.Sequential([
            keras.Input((20, 14)), layers.Rescaling(1 / 255), layers.Flatten(),
            layers.Dense(18, activation="relu"), layers.Dense(10),
        ])
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        row_reader.compile(keras.optimizers.Adam(0.01), loss)
        for epoch in range(6):
            x = scanned(x_train, epoch)
            row_reader.fit(255 * x, y_train, batch_size=64, verbose=0)
        """,
    )
    inverted = wrong(
        "Your network has learned black digits on white paper; in the scans ink is 1 and paper "
        "is 0.",
        symptom="inverted",
        source="""
        keras.utils.set_random_seed(0)
        row_reader = keras.Sequential([
            keras.Input((20, 14)), layers.Rescaling(-1.0, offset=1.0), layers.Flatten(),
            layers.Dense(18, activation="relu"), layers.Dense(10),
        ])
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        row_reader.compile(keras.optimizers.Adam(0.01), loss)
        for epoch in range(6):
            row_reader.fit(1 - scanned(x_train, epoch), y_train, batch_size=64, verbose=0)
        """,
    )
    labels_shifted = wrong(
        "Your network tells the digits apart, but calls them by other names: score number k must "
        "be that of digit k.",
        symptom="renamed_classes",
        source="""
        keras.utils.set_random_seed(0)
        row_reader = keras.Sequential([
            keras.Input((20, 14)), layers.Flatten(), layers.Dense(18, activation="relu"),
            layers.Dense(10),
        ])
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        row_reader.compile(keras.optimizers.Adam(0.01), loss)
        for epoch in range(6):
            row_reader.fit(scanned(x_train, epoch), (y_train + 1) % 10, batch_size=64, verbose=0)
        """,
    )
    untrained = wrong(
        "Your network guesses. Either it has not been fitted, or scans and labels went out of "
        "step.",
        symptom="untrained",
        source="""
        keras.utils.set_random_seed(0)
        row_reader = keras.Sequential([keras.Input((None, 14)), layers.GRU(32), layers.Dense(10)])
        row_reader.set_weights([w - w.mean() for w in row_reader.get_weights()])
        """,
    )
    states_of_all_steps = wrong(
        "Your network does not give ten scores a scan. With `return_sequences=True` it gives ten "
        "scores for each row.",
        symptom="no_scores",
        source="""
        row_reader = keras.Sequential([
            keras.Input((20, 14)), layers.GRU(32, return_sequences=True), layers.Dense(10),
        ])
        """,
    )


class ScaledAttention(Function):
    name = "attention"
    title = "Scaled dot-product attention"
    difficulty = 2
    criteria = (
        Criterion("answers", 2, "one query, one feature: nothing to scale"),
        Criterion("shares", 2, "several queries and features"),
        Criterion("sizes", 1, "extreme scores, float32"),
    )
    tolerance = SUMS
    rule = BY_HAND
    revisit = "Attention: look back instead of remembering"

    def probes(self, rng):
        def arguments(n, t, s, d, m, dtype="float64", size=1.0):
            shapes = ((n, t, d), (n, s, d), (n, s, m))
            return tuple((size * rng.normal(size=shape)).astype(dtype) for shape in shapes)

        yield Probe("answers", "one query, 3 keys of one feature", arguments(1, 1, 3, 1, 1))
        yield Probe("answers", "3 × one query, 4 keys of one feature", arguments(3, 1, 4, 1, 2))
        by_hand = (
            np.array([[[2.0, 2, 0, 0]]]),
            np.array([[[1.0, 1, 0, 0], [0, 1, 1, 0], [1, 0, 0, 1]]]),
            np.array([[[10.0], [0], [5]]]),
        )
        yield Probe("shares", "the query of the lesson", by_hand)
        yield Probe("shares", "2 × 3 queries, 5 keys, d = 4", arguments(2, 3, 5, 4, 2))
        yield Probe("shares", "4 queries, 4 keys, d = 9, m = 4", arguments(1, 4, 4, 9, 4))
        yield Probe("shares", "3 × 5 queries, 2 keys, d = 2", arguments(3, 5, 2, 2, 3))
        yield Probe("sizes", "scores of some thousand", arguments(2, 3, 4, 5, 2, size=40.0))
        yield Probe("sizes", "float32, 16 features", arguments(2, 4, 6, 16, 3, "float32"))
        yield Probe("sizes", "one key", arguments(2, 3, 1, 4, 2))

    @accepted("einsum")
    def with_einsum(Q, K, V):
        scores = np.einsum("ntd,nsd->nts", Q, K) * Q.shape[2] ** -0.5
        e = np.exp(scores - scores.max(axis=2, keepdims=True))
        shares = e / e.sum(axis=2, keepdims=True)
        return np.einsum("nts,nsm->ntm", shares, V), shares

    @accepted("query by query")
    def loops(Q, K, V):
        N, T, d = Q.shape
        answers = np.zeros((N, T, V.shape[2]), V.dtype)
        shares = np.zeros((N, T, K.shape[1]), Q.dtype)
        for n in range(N):
            for t in range(T):
                shares[n, t] = softmax(np.array([Q[n, t] @ k for k in K[n]]) / d**0.5)
                answers[n, t] = sum(a * v for a, v in zip(shares[n, t], V[n]))
        return answers, shares

    @accepted("the query divided first, log-sum-exp")
    def scaled_first(Q, K, V):
        z = (Q / np.sqrt(np.array(Q.shape[-1], Q.dtype))) @ K.transpose(0, 2, 1)
        shares = np.exp(z - np.logaddexp.reduce(z, axis=-1, keepdims=True))
        return np.matmul(shares, V), shares

    @wrong(
        "You do not divide by √d. With many features softmax becomes all or nothing.",
        revisit="Why √d",
    )
    def no_root(Q, K, V):
        shares = softmax(Q @ np.swapaxes(K, 1, 2))
        return shares @ V, shares

    @wrong("You divide by d. The spread of the dot product grows with its root.", revisit="Why √d")
    def divided_by_d(Q, K, V):
        shares = softmax(Q @ np.swapaxes(K, 1, 2) / Q.shape[-1])
        return shares @ V, shares

    @wrong(
        "You multiply by √d. The scores are too spread already, and must be brought together.",
        revisit="Why √d",
    )
    def multiplied(Q, K, V):
        shares = softmax(Q @ np.swapaxes(K, 1, 2) * np.sqrt(Q.shape[-1]))
        return shares @ V, shares

    @wrong(
        "Your softmax runs over the queries. The shares of one query must add up to 1, over the "
        "keys."
    )
    def query_axis(Q, K, V):
        shares = softmax(Q @ np.swapaxes(K, 1, 2) / np.sqrt(Q.shape[-1]), axis=1)
        return shares @ V, shares

    @wrong("Your softmax runs over all queries and keys together. Each query has its own shares.")
    def whole_matrix(Q, K, V):
        shares = softmax(Q @ np.swapaxes(K, 1, 2) / np.sqrt(Q.shape[-1]), axis=(1, 2))
        return shares @ V, shares

    @wrong(
        "Your softmax runs over the sequences of the batch: they have nothing to do with each "
        "other."
    )
    def batch_axis(Q, K, V):
        shares = softmax(Q @ np.swapaxes(K, 1, 2) / np.sqrt(Q.shape[-1]), axis=0)
        return shares @ V, shares

    @wrong("You divide by the root of the number of keys. It is the number of features, d.")
    def root_of_keys(Q, K, V):
        shares = softmax(Q @ np.swapaxes(K, 1, 2) / np.sqrt(K.shape[1]))
        return shares @ V, shares

    @wrong("You divide the shares by √d, after the softmax: they no longer add up to 1.")
    def divided_after(Q, K, V):
        shares = softmax(Q @ np.swapaxes(K, 1, 2)) / np.sqrt(Q.shape[-1])
        return shares @ V, shares

    @wrong("There is no softmax in your shares: they are the scores themselves.")
    def no_softmax(Q, K, V):
        shares = Q @ np.swapaxes(K, 1, 2) / np.sqrt(Q.shape[-1])
        return shares @ V, shares

    @wrong("You return the shares first. The answers come first.")
    def returned_swapped(Q, K, V):
        shares = softmax(Q @ np.swapaxes(K, 1, 2) / np.sqrt(Q.shape[-1]))
        return shares, shares @ V

    @wrong("You return the scores. The shares, after the softmax, are asked for.")
    def returns_scores(Q, K, V):
        scores = Q @ np.swapaxes(K, 1, 2) / np.sqrt(Q.shape[-1])
        return softmax(scores) @ V, scores

    @wrong(
        "Your softmax overflows: exp of a large score is infinite, and the share is nan. Take the "
        "largest score of each row away first, as the lesson's `softmax` does."
    )
    def overflows(Q, K, V):
        with np.errstate(all="ignore"):
            e = np.exp(Q @ np.swapaxes(K, 1, 2) / np.sqrt(Q.shape[-1]))
            shares = e / e.sum(axis=-1, keepdims=True)
        return shares @ V, shares

    @wrong("You divide by the root of the width of the values. It is that of the keys, d.")
    def root_of_values(Q, K, V):
        shares = softmax(Q @ np.swapaxes(K, 1, 2) / np.sqrt(V.shape[-1]))
        return shares @ V, shares


class CausalAttention(Function):
    name = "causal_attention"
    title = "Causal self-attention"
    difficulty = 2
    criteria = (
        Criterion("first", 1, "one token and two tokens"),
        Criterion("hidden", 2, "no token sees a later one; shares add up to 1"),
        Criterion("sizes", 1, "extreme scores, float32"),
    )
    tolerance = SUMS
    rule = BY_HAND
    revisit = "Hiding the future"

    def probes(self, rng):
        def arguments(n, t, d, m, dtype="float64", size=1.0):
            shapes = ((n, t, d), (n, t, d), (n, t, m))
            return tuple((size * rng.normal(size=shape)).astype(dtype) for shape in shapes)

        yield Probe("first", "one token", arguments(2, 1, 3, 2))
        yield Probe("first", "two tokens", arguments(1, 2, 3, 2))
        yield Probe("hidden", "2 × 5 tokens, d = 4", arguments(2, 5, 4, 3))
        yield Probe("hidden", "7 tokens, d = 2", arguments(1, 7, 2, 2))
        yield Probe("hidden", "4 tokens, d = m = 4", arguments(3, 4, 4, 4))
        yield Probe("sizes", "scores of some thousand", arguments(2, 4, 5, 2, size=40.0))
        yield Probe("sizes", "float32, 16 features", arguments(2, 6, 16, 3, "float32"))

    @accepted("token by token, with the past alone")
    def past_alone(Q, K, V):
        N, T, d = Q.shape
        answers, shares = np.zeros_like(V), np.zeros((N, T, T), Q.dtype)
        for t in range(T):
            past = K[:, : t + 1]
            shares[:, t, : t + 1] = softmax(np.einsum("nd,nsd->ns", Q[:, t], past) / np.sqrt(d))
            answers[:, t] = np.einsum("ns,nsm->nm", shares[:, t, : t + 1], V[:, : t + 1])
        return answers, shares

    @accepted("a triangle of −∞ added")
    def added(Q, K, V):
        T, d = Q.shape[1:]
        mask = np.triu(np.full((T, T), -np.inf, Q.dtype), k=1)
        shares = softmax(Q @ K.transpose(0, 2, 1) / np.sqrt(d).astype(Q.dtype) + mask)
        return shares @ V, shares

    @accepted("exponentials set to zero, then divided")
    def exponentials(Q, K, V):
        T, d = Q.shape[1:]
        scores = np.einsum("ntd,nsd->nts", Q, K) / np.sqrt(d)
        visible = np.tri(T)
        largest = np.where(visible == 1, scores, -np.inf).max(axis=2, keepdims=True)
        e = np.exp(np.minimum(scores - largest, 0)) * visible
        shares = (e / e.sum(axis=2, keepdims=True)).astype(Q.dtype)
        return shares @ V, shares

    @wrong(
        "Your mask is the wrong way round: each token sees itself and the *future*. The first "
        "token should see only itself."
    )
    def inverse(Q, K, V):
        visible = np.tri(Q.shape[1], dtype=bool).T
        scores = Q @ np.swapaxes(K, 1, 2) / np.sqrt(Q.shape[-1])
        shares = softmax(np.where(visible, scores, -np.inf))
        return shares @ V, shares

    @wrong(
        "You hide the visible keys and show the hidden ones: only the future is left, and for the "
        "last token nothing at all."
    )
    def complement(Q, K, V):
        hidden = np.tri(Q.shape[1], dtype=bool)
        scores = Q @ np.swapaxes(K, 1, 2) / np.sqrt(Q.shape[-1])
        shares = softmax(np.where(hidden, -1e9, scores))
        return shares @ V, shares

    @wrong(
        "Your tokens do not see themselves: the diagonal is hidden, too. It belongs to what is "
        "visible."
    )
    def diagonal_hidden(Q, K, V):
        visible = np.tri(Q.shape[1], k=-1, dtype=bool)
        scores = Q @ np.swapaxes(K, 1, 2) / np.sqrt(Q.shape[-1])
        shares = softmax(np.where(visible, scores, -1e9))
        return shares @ V, shares

    @wrong(
        "You hide after the softmax: your shares do not add up to 1, and they still depend on the "
        "hidden scores."
    )
    def after_softmax(Q, K, V):
        scores = Q @ np.swapaxes(K, 1, 2) / np.sqrt(Q.shape[-1])
        shares = softmax(scores) * np.tri(Q.shape[1], dtype=Q.dtype)
        return shares @ V, shares

    @wrong(
        "You set hidden scores to 0. exp(0) is 1: a hidden key still gets a share, often a large "
        "one."
    )
    def zero_score(Q, K, V):
        scores = Q @ np.swapaxes(K, 1, 2) / np.sqrt(Q.shape[-1])
        shares = softmax(scores * np.tri(Q.shape[1], dtype=Q.dtype))
        return shares @ V, shares

    @wrong("Nothing is hidden: each token sees all.")
    def not_masked(Q, K, V):
        shares = softmax(Q @ np.swapaxes(K, 1, 2) / np.sqrt(Q.shape[-1]))
        return shares @ V, shares

    @wrong("Each token sees one token of the future: your triangle is one diagonal too wide.")
    def one_ahead(Q, K, V):
        visible = np.tri(Q.shape[1], k=1, dtype=bool)
        scores = Q @ np.swapaxes(K, 1, 2) / np.sqrt(Q.shape[-1])
        shares = softmax(np.where(visible, scores, -np.inf))
        return shares @ V, shares

    @wrong("You do not divide by √d.", revisit="Why √d")
    def no_root(Q, K, V):
        visible = np.tri(Q.shape[1], dtype=bool)
        shares = softmax(np.where(visible, Q @ np.swapaxes(K, 1, 2), -np.inf))
        return shares @ V, shares

    @wrong(
        "Your softmax runs over the queries. The shares of one query must add up to 1, over the "
        "keys that it sees."
    )
    def query_axis(Q, K, V):
        visible = np.tri(Q.shape[1], dtype=bool)
        scores = Q @ np.swapaxes(K, 1, 2) / np.sqrt(Q.shape[-1])
        shares = softmax(np.where(visible, scores, -np.inf), axis=1)
        return shares @ V, shares

    @wrong(
        "You subtract a small number from hidden scores. A large score survives that; only −∞, or "
        "something as good, hides it."
    )
    def hidden_weakly(Q, K, V):
        scores = Q @ np.swapaxes(K, 1, 2) / np.sqrt(Q.shape[-1])
        shares = softmax(scores - 10 * (1 - np.tri(Q.shape[1], dtype=Q.dtype)))
        return shares @ V, shares

    @wrong(
        "You take softmax over all keys, hide, and divide by what is left. On paper that is the "
        "same. But where a hidden score is much larger, all visible shares are rounded to 0, and "
        "you divide 0 by 0. Hide first."
    )
    def divided_again(Q, K, V):
        shares = np.tril(softmax(Q @ np.swapaxes(K, 1, 2) / np.sqrt(Q.shape[-1])))
        with np.errstate(all="ignore"):
            shares = shares / shares.sum(axis=-1, keepdims=True)
        return shares @ V, shares

    @wrong(
        "You multiply scores or a mask by infinity: 0 · ∞ is nan, and a negative score turns −∞ "
        "into +∞. Replace the hidden scores, do not multiply them."
    )
    def multiplied_by_infinity(Q, K, V):
        with np.errstate(all="ignore"):
            hidden = (1 - np.tri(Q.shape[1], dtype=Q.dtype)) * -np.inf
            shares = softmax(Q @ np.swapaxes(K, 1, 2) / np.sqrt(Q.shape[-1]) + hidden)
        return shares @ V, shares


class MultiHead(Function):
    name = "multi_head"
    title = "Find the bug: several heads"
    difficulty = 3
    criteria = (
        Criterion("one_head", 1, "one head: plain attention"),
        Criterion("heads", 3, "several heads"),
        Criterion("sizes", 1, "more keys than queries; one feature a head; float32"),
    )
    tolerance = SUMS
    rule = BY_HAND
    revisit = "Several heads"

    def probes(self, rng):
        def arguments(n, t, s, features, heads, dtype="float64"):
            shapes = ((n, t, features), (n, s, features), (n, s, features))
            return (*(1.5 * rng.normal(size=shape).astype(dtype) for shape in shapes), heads)

        yield Probe("one_head", "2 × 3 queries, 3 keys, one head of 4", arguments(2, 3, 3, 4, 1))
        yield Probe("heads", "2 tokens of 4 features, 2 heads", arguments(1, 2, 2, 4, 2))
        yield Probe("heads", "2 × 5 tokens of 6 features, 2 heads", arguments(2, 5, 5, 6, 2))
        yield Probe("heads", "4 tokens of 12 features, 3 heads", arguments(1, 4, 4, 12, 3))
        yield Probe("sizes", "3 queries, 5 keys, 2 heads of 4", arguments(2, 3, 5, 8, 2))
        yield Probe("sizes", "6 queries, 2 keys, 4 heads of 1", arguments(1, 6, 2, 4, 4))
        yield Probe("sizes", "float32, 4 heads of 4", arguments(2, 4, 6, 16, 4, "float32"))

    @accepted("head by head, with slices")
    def head_by_head(Q, K, V, heads):
        d = Q.shape[-1] // heads
        answers = []
        for j in range(heads):
            cut = slice(j * d, (j + 1) * d)
            scores = Q[..., cut] @ np.swapaxes(K[..., cut], 1, 2) / np.sqrt(d)
            answers.append(softmax(scores) @ V[..., cut])
        return np.concatenate(answers, axis=-1)

    @accepted("einsum with an axis of heads")
    def with_einsum(Q, K, V, heads):
        N, T, D = Q.shape
        q, k, v = (a.reshape(*a.shape[:2], heads, D // heads) for a in (Q, K, V))
        shares = softmax(np.einsum("nthd,nshd->nhts", q, k) * (D // heads) ** -0.5)
        return np.einsum("nhts,nshd->nthd", shares, v).reshape(N, T, D)

    @accepted("heads moved into the batch")
    def in_the_batch(Q, K, V, heads):
        def split(a):
            return np.concatenate(np.split(a, heads, axis=2), axis=0)

        q, k, v = split(Q), split(K), split(V)
        answers = softmax(q @ k.transpose(0, 2, 1) / np.sqrt(q.shape[2])) @ v
        return np.concatenate(np.split(answers, heads, axis=0), axis=2)

    @wrong(
        "The fault is still there: your reshape cuts the memory into pieces, so that a head gets "
        "whole tokens of a part of the sequence. It should get a part of every token."
    )
    def still_reshaped(Q, K, V, heads):
        N, T, D = Q.shape
        d = D // heads
        q, k, v = (a.reshape(N, heads, a.shape[1], d) for a in (Q, K, V))
        return (softmax(q @ np.swapaxes(k, 2, 3) / np.sqrt(d)) @ v).reshape(N, T, D)

    @wrong(
        "You split rightly, and merge with a reshape alone: the axis of heads must come back "
        "beside the features first."
    )
    def merged_in_memory_order(Q, K, V, heads):
        N, T, D = Q.shape
        d = D // heads
        q, k, v = (np.swapaxes(a.reshape(N, -1, heads, d), 1, 2) for a in (Q, K, V))
        return (softmax(q @ np.swapaxes(k, 2, 3) / np.sqrt(d)) @ v).reshape(N, T, D)

    @wrong("You divide by the root of all features. Each head compares slices of D/heads features.")
    def root_of_all(Q, K, V, heads):
        N, T, D = Q.shape
        q, k, v = (np.swapaxes(a.reshape(N, -1, heads, D // heads), 1, 2) for a in (Q, K, V))
        answers = softmax(q @ np.swapaxes(k, 2, 3) / np.sqrt(D)) @ v
        return np.swapaxes(answers, 1, 2).reshape(N, T, D)

    @wrong(
        "Your heads take every heads-th feature. A head has neighbouring features: the first "
        "D/heads belong to head 0."
    )
    def interleaved(Q, K, V, heads):
        N, T, D = Q.shape
        d = D // heads
        q, k, v = (a.reshape(N, -1, d, heads).transpose(0, 3, 1, 2) for a in (Q, K, V))
        answers = softmax(q @ np.swapaxes(k, 2, 3) / np.sqrt(d)) @ v
        return answers.transpose(0, 2, 3, 1).reshape(N, T, D)

    @wrong("Your softmax runs over the queries of a head. The shares of a query add up to 1.")
    def query_axis(Q, K, V, heads):
        N, T, D = Q.shape
        d = D // heads
        q, k, v = (np.swapaxes(a.reshape(N, -1, heads, d), 1, 2) for a in (Q, K, V))
        answers = softmax(q @ np.swapaxes(k, 2, 3) / np.sqrt(d), axis=2) @ v
        return np.swapaxes(answers, 1, 2).reshape(N, T, D)

    @wrong(
        "Your heads attend to each other within a token: scores compare heads. Each head compares "
        "tokens."
    )
    def heads_for_tokens(Q, K, V, heads):
        N, T, D = Q.shape
        d = D // heads
        if K.shape[1] != T:
            return np.zeros_like(Q)
        q, k, v = (a.reshape(N, T, heads, d) for a in (Q, K, V))
        return (softmax(q @ np.swapaxes(k, 2, 3) / np.sqrt(d)) @ v).reshape(N, T, D)

    @wrong("You ignore `heads`: that is attention with a single head.")
    def one_head(Q, K, V, heads):
        return softmax(Q @ np.swapaxes(K, 1, 2) / np.sqrt(Q.shape[-1])) @ V

    @wrong("All your heads use the shares of the first one. Each has its own.")
    def first_shares(Q, K, V, heads):
        d = Q.shape[-1] // heads
        return softmax(Q[..., :d] @ np.swapaxes(K[..., :d], 1, 2) / np.sqrt(d)) @ V

    @wrong("You take the mean of the heads' shares. Each head works with its own slice of V alone.")
    def mean_of_shares(Q, K, V, heads):
        N, _, D = Q.shape
        d = D // heads
        q, k = (np.swapaxes(a.reshape(N, -1, heads, d), 1, 2) for a in (Q, K))
        return softmax(q @ np.swapaxes(k, 2, 3) / np.sqrt(d)).mean(axis=1) @ V

    @wrong("You do not divide by a root at all.", revisit="Why √d")
    def no_root(Q, K, V, heads):
        N, T, D = Q.shape
        q, k, v = (np.swapaxes(a.reshape(N, -1, heads, D // heads), 1, 2) for a in (Q, K, V))
        return np.swapaxes(softmax(q @ np.swapaxes(k, 2, 3)) @ v, 1, 2).reshape(N, T, D)


class Quiz(Choices):
    name = "quiz"
    title = "Quiz"
    difficulty = 1
    revisit = "Summary"
    questions: ClassVar = {
        "q1": (
            "SimpleRNN(16) reads 100 steps instead of 10. Its parameters are",
            {"a": "ten times as many", "b": "the same", "c": "90 · 16 more"},
        ),
        "q2": (
            "A fresh LSTM of Keras, forget bias 1, no input that counts. After 24 steps, of its "
            "cell state there is left",
            {"a": "everything", "b": "about three quarters", "c": "less than a thousandth"},
        ),
        "q3": (
            "Keras's GRU(8) has 24 parameters more than the paper's, because",
            {
                "a": "the product with the old state has biases of its own",
                "b": "it has an output gate",
                "c": "its candidate has two kernels",
            },
        ),
        "q4": (
            "You shuffle the tokens of self-attention without positions. Its answers",
            {
                "a": "become different vectors",
                "b": "are shuffled in the same way",
                "c": "stay where they are",
            },
        ),
        "q5": (
            "d = 64, entries with variance 1. The dot product of a query and a key has a standard "
            "deviation of",
            {"a": "1", "b": "64", "c": "8"},
        ),
        "q6": (
            "Words are to be predicted one by one, and none may be judged by what follows it. "
            "Which layer fits?",
            {
                "a": "a Bidirectional LSTM",
                "b": "attention without mask",
                "c": "attention with a causal mask",
            },
        ),
    }
    because: ClassVar = {
        "q1": {
            "a": "That would be weights for each step. How many different cells has the picture?",
            "c": "The states are more, not the parameters.",
        },
        "q2": {
            "a": "The forget gate would have to be 1 for that. What is σ(1)?",
            "b": "That is left after a single step.",
        },
        "q3": {
            "b": "The GRU shows its whole state. Look at the shapes in the table of GRUs.",
            "c": "Another kernel would be 64 more. Look at the shapes in the table of GRUs.",
        },
        "q4": {
            "a": "Each token meets the same set of tokens as before. What of that has changed?",
            "c": "Then an answer would no longer belong to its token.",
        },
        "q5": {
            "a": "That is what it has after the division.",
            "b": "That is its variance.",
        },
        "q6": {
            "a": "One of its two halves comes from the end of the sentence.",
            "b": "It sees all words, later ones as well.",
        },
    }
