"""What is right in `lstm_step`, and what students get wrong."""

import numpy as np

from autograder.exercise import Criterion, Function, Probe, accepted, wrong

from ._shared import BY_HAND, STEPS


class LstmStep(Function):
    title = "An LSTM step"
    starred = True
    difficulty = 2
    criteria = (
        Criterion("fresh", 1, "a step from states of zeros"),
        Criterion("step", 2, "steps from any states"),
        Criterion("gates", 1, "gates wide open and shut"),
    )
    tolerance = STEPS
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

    forget_first = wrong(
        "Your input and forget gates have changed places: you read the columns as f, i, g, o. "
        "Keras has them as i, f, g, o.",
        change={"i, f, g, o": "f, i, g, o"},
    )

    candidate_last = wrong(
        "You read the columns as i, f, o, g: candidate and output gate have changed places. In "
        "Keras the candidate comes third.",
        change={"i, f, g, o": "i, f, o, g"},
    )

    candidate_second = wrong(
        "You read the columns as i, g, f, o: candidate and forget gate have changed places. (Old "
        "TensorFlow cells had that order. Keras has not.)",
        change={"i, f, g, o": "i, g, f, o"},
    )

    returned_swapped = wrong(
        "You return the cell state first and the state second. The other way round is asked for.",
        change={"o * np.tanh(c), c": "c, o * np.tanh(c)"},
    )

    shown_raw = wrong(
        "What you show is the cell state times the output gate. Before the gate it is squashed "
        "by tanh.",
        change={"np.tanh(c)": "c"},
    )

    sigmoid_candidate = wrong(
        "Your candidate is squashed by the sigmoid, so the memory could only be raised. The "
        "candidate is no gate: it is between −1 and 1.",
        change={"np.tanh(g)": "0.5 * (1 + np.tanh(g / 2))"},
    )

    tanh_gates = wrong(
        "Your gates are squashed by tanh: a gate below zero would turn signs. Gates are σ.",
        change={"0.5 * (1 + np.tanh(z / 2))": "np.tanh(z)"},
    )

    coupled = wrong(
        "You use one minus the input gate for the forget gate. Some variants couple them so; here "
        "each has weights of its own.",
        change={"f * c": "(1 - i) * c"},
    )

    forget_inverted = wrong(
        "Your forget gate works the wrong way: at 1 it clears the memory. The gate says how much "
        "is kept; that its name is forget is unlucky.",
        change={"f * c": "(1 - f) * c"},
    )

    old_memory_shown = wrong(
        "Your output uses the cell state from before the step. It shows the new one.",
        change={"c = f * c": "new = f * c", "np.tanh(c), c": "np.tanh(c), new"},
    )

    gates_read_c = wrong(
        "The gates read the cell state in your step. They read the state h, through U.",
        change={"x_t @ W + h @ U": "x_t @ W + c @ U"},
    )

    keeps_h = wrong(
        "The forget gate is applied to h in your step. What is kept is the cell state, c.",
        change={"f * c": "f * h"},
    )

    blind_gates = wrong(
        "The old state does not enter your gates: h @ U is missing.",
        change={"x_t @ W + h @ U": "x_t @ W"},
    )

    no_bias = wrong(
        "The bias is missing. It is also what opens the forget gates of a fresh LSTM.",
        change={"x_t @ W + h @ U + b": "x_t @ W + h @ U"},
    )

    raw_candidate = wrong(
        "Your candidate is not squashed: a single step can write any number into the memory.",
        change={"np.tanh(g)": "g"},
    )

    forget_writes = wrong(
        "The forget gate decides twice in your step: what is kept and what is written. The input "
        "gate is for the candidate.",
        change={"i * np.tanh(g)": "f * np.tanh(g)"},
    )

    written_unguarded = wrong(
        "Your candidate is written without its input gate.",
        change={"i * np.tanh(g)": "np.tanh(g)"},
    )

    nothing_forgotten = wrong(
        "Your old cell state is kept whole: the forget gate is missing.",
        change={"f * c + ": "c + "},
    )

    @wrong(
        "You add the last part of the bias to the other gates as well. Each gate has its own part, "
        "in the order of the columns."
    )
    def one_bias_for_gates(x_t, h, c, W, U, b):
        n = len(b) // 4
        b = np.concatenate([b[3 * n :], b[3 * n :], b[2 * n : 3 * n], b[3 * n :]])
        i, f, g, o = np.split(x_t @ W + h @ U + b, 4, axis=-1)
        i, f, o = (0.5 * (1 + np.tanh(z / 2)) for z in (i, f, o))
        c = f * c + i * np.tanh(g)
        return o * np.tanh(c), c
