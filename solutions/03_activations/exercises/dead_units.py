"""What is right in `dead_units`, and what students get wrong."""

from itertools import pairwise

import numpy as np

from autograder.exercise import (
    Criterion,
    Function,
    Probe,
    accepted,
    near_miss,
    wrong,
)


class DeadUnits(Function):
    title = "Count the dead"
    difficulty = 3
    criteria = (
        Criterion("one", 2, "one layer"),
        Criterion("zero", 1, "a unit that gets exactly zero counts as silent"),
        Criterion("deep", 2, "several layers"),
    )
    revisit = "Dead units"

    def probes(self, rng):
        x = np.array([[-1.0], [2.0]])
        case = (x, [np.array([[1.0, -1.0, 0.0]])], [np.array([0.0, -2.0, 0.0])])
        yield Probe("zero", "the case to try by hand", case)
        # Units: alive by its bias, alive for one row only, two silent, silent on average only.
        x = rng.uniform(0.5, 1, (7, 3))
        x[4] = 2.0
        kernel = np.array([[-1.0, 1.0, -1.0, -0.5, 1.0, -1.0]] * 3)
        bias = np.array([9.0, -5.5, -1.0, 0.5, 2.0, 0.2])
        yield Probe("one", "seven rows, six units", (x, [kernel], [bias]))
        yield Probe("one", "one row, eight units", self._random(rng, 1, (4, 8)))
        yield Probe("one", "negative inputs, float32", self._negative(rng))
        yield Probe("zero", "a layer of zeros", (x, [np.zeros((3, 4))], [np.zeros(4)]))
        yield Probe("deep", "three layers", self._random(rng, 6, (3, 9, 7, 5), shift=-1.0))
        yield Probe("deep", "inhibited by a lively layer", self._inhibited(rng))
        yield Probe("deep", "layers with biases alone", self._by_bias(rng))

    @staticmethod
    def _random(rng, n, widths, shift=0.0):
        kernels = [rng.normal(size=s) for s in pairwise(widths)]
        biases = [rng.normal(shift, 1, size=w) for w in widths[1:]]
        return rng.normal(size=(n, widths[0])), kernels, biases

    @staticmethod
    def _negative(rng):
        x = -rng.uniform(1, 2, (5, 2)).astype("float32")
        kernel = np.array([[-1, 1, 1, -2, 1], [-1, 1, 0, 1, -0.1]], dtype="float32")
        bias = np.array([0, 0, 0.5, 0, 2.1], dtype="float32")
        return x, [kernel], [bias]

    @staticmethod
    def _inhibited(rng):
        # The first layer's answers are positive, so the second layer's negative weights silence
        # it; without the first ReLU half of its units would speak.
        x = rng.normal(size=(12, 3))
        first = np.concatenate([np.eye(3), -np.eye(3)], axis=1)
        second = np.concatenate([-np.ones((6, 2)), np.ones((6, 1)), -np.ones((6, 1))], axis=1)
        second[:3, 1] = -2.0
        return x, [first, second], [np.zeros(6), np.array([0.0, 0.0, 0.0, 50.0])]

    @staticmethod
    def _by_bias(rng):
        x = rng.normal(size=(3, 2))
        kernels = [np.zeros((2, 3)), rng.uniform(1, 2, (3, 4))]
        return x, kernels, [np.array([1.0, -1.0, 2.0]), np.array([-1.0, -40.0, 0.0, -40.0])]

    @accepted("loops")
    def loops(x, kernels, biases):
        counts = []
        rows = [list(row) for row in x]
        for W, b in zip(kernels, biases):
            out = []
            for row in rows:
                z = [sum(r * w for r, w in zip(row, W[:, j])) + b[j] for j in range(W.shape[1])]
                out.append([max(0.0, float(v)) for v in z])
            counts.append(sum(all(r[j] == 0 for r in out) for j in range(W.shape[1])))
            rows = out
        return counts

    @accepted("slope by slope")
    def by_slopes(x, kernels, biases):
        counts = []
        for W, b in zip(kernels, biases):
            z = x @ W + b
            speaks = (z > 0).any(axis=0)
            counts.append(int((~speaks).sum()))
            x = z * (z > 0)
        return counts

    @accepted("Keras ops, as an array")
    def with_keras(x, kernels, biases):
        counts = []
        for W, b in zip(kernels, biases):
            x = keras.ops.relu(keras.ops.matmul(x, W) + b)
            total = keras.ops.convert_to_numpy(keras.ops.sum(x, axis=0))
            counts.append(len(total) - np.count_nonzero(total))
        return np.array(counts)

    @accepted("largest input")
    def largest_input(x, kernels, biases):
        found = []
        for layer in range(len(kernels)):
            z = np.einsum("ni,iu->nu", x, kernels[layer]) + biases[layer]
            found.append(int(np.count_nonzero(np.max(z, axis=0) <= 0)))
            x = np.where(z > 0, z, 0)
        return tuple(found)

    silent_once = wrong(
        "You count units that are silent for at least one input. One quiet image is no death: a "
        "dead unit is silent for all of them.",
        change={"np.sum(x.max(axis=0) == 0)": "(x == 0).any(axis=0).sum()"},
    )

    wrong_axis = wrong(
        "You count inputs for which all units are silent, not units that are silent for all "
        "inputs. Which axis holds the units?",
        change={"np.sum(x.max(axis=0) == 0)": "(x == 0).all(axis=1).sum()"},
    )

    zeros_counted = wrong(
        "You count zeros, one for each input and unit. A unit is counted once, and only if all "
        "its answers are zero.",
        change={"np.sum(x.max(axis=0) == 0)": "(x == 0).sum()"},
    )

    negative_on_average = wrong(
        "You ask whether a unit's input is negative on average. One input on which it speaks up "
        "is enough to keep it alive, however negative the others are.",
        change={"(z > 0).any(axis=0)": "z.mean(axis=0) > 0"},
        of=by_slopes,
    )

    exact_zero_missed = wrong(
        "A unit that gets exactly zero slips through your count. It answers 0, and its slope is "
        "0 there in Keras: it is as silent as the others.",
        change={"(z > 0).any(axis=0)": "(z >= 0).any(axis=0)"},
        of=by_slopes,
        revisit="Dead units",
    )

    no_relu_between = wrong(
        "Your layers have no ReLU between them: the second layer gets negative numbers that the "
        "first one never sends.",
        change={"z * (z > 0)": "z"},
        of=by_slopes,
    )

    no_bias = wrong(
        "You leave the biases out. A bias can silence a unit whose weights are harmless, and "
        "wake one whose weights are not.",
        change={"x @ W + b": "x @ W"},
    )

    @wrong(
        "You look at the weights alone: a unit with negative weights is alive where its inputs "
        "are negative or its bias is large. Send the data through."
    )
    def negative_weights(x, kernels, biases):
        return [int((W <= 0).all(axis=0).sum()) for W in kernels]

    @wrong(
        "You look at the biases alone. A negative bias is a threshold; whether any input passes "
        "it, only the data can tell."
    )
    def negative_bias(x, kernels, biases):
        return [int((b < 0).sum()) for b in biases]

    alive_counted = wrong(
        "You count the units that are alive. The exercise asks for the others.",
        change={"np.sum(x.max(axis=0) == 0)": "(x > 0).any(axis=0).sum()"},
    )

    share = wrong(
        "You give a share of each layer. The exercise asks for the number of units.",
        change={"int(np.sum(x.max(axis=0) == 0))": "float((x == 0).all(axis=0).mean())"},
    )

    masks = wrong(
        "You give a truth value for each unit. Which units are dead is known; now count them, "
        "layer by layer.",
        change={"int(np.sum(x.max(axis=0) == 0))": "(x == 0).all(axis=0)"},
    )

    one_total = wrong(
        "You give one number for the whole network. Give one for each layer, in a list.",
        change={"return counts": "return sum(counts)"},
    )

    @wrong(
        "Each of your layers gets the first layer's input. What goes into the second layer is "
        "what came out of the first."
    )
    def same_input_for_all(x, kernels, biases):
        counts = []
        for W, b in zip(kernels, biases):
            fitting = np.resize(x, (x.shape[0], W.shape[0]))
            z = np.maximum((x if W.shape[0] == x.shape[1] else fitting) @ W + b, 0)
            counts.append(int((z == 0).all(axis=0).sum()))
        return counts

    running_total = wrong(
        "Your numbers add up from layer to layer. Each layer's count is asked for by itself.",
        change={"return counts": "return np.cumsum(counts)"},
    )

    places = wrong(
        "You give the places of the dead units. Count them, layer by layer.",
        change={"int(np.sum(x.max(axis=0) == 0))": "list(np.flatnonzero(x.max(axis=0) == 0))"},
    )

    first_layer_only = wrong(
        "You look at the first layer alone. There is one number for each layer.",
        change={"return counts": "return counts[:1]"},
    )

    last_layer_only = wrong(
        "You look at the last layer alone. There is one number for each layer.",
        change={"return counts": "return counts[-1:]"},
    )

    first_row_only = wrong(
        "You look at the first input alone. A unit is dead only if it is silent for all of them.",
        change={"np.sum(x.max(axis=0) == 0)": "np.sum(x[0] == 0)"},
    )

    mean_input_to_the_next = wrong(
        "You send only the average input on to the next layer. A unit may be silent for the "
        "average and speak up for a single input.",
        change={
            "zip(kernels, biases)": "zip(kernels, biases)",
            "x @ W + b": "x.mean(axis=0, keepdims=True) @ W + b",
        },
    )

    bias_twice = wrong(
        "You add the bias after the ReLU. It belongs inside: it decides whether the unit speaks.",
        change={"np.maximum(x @ W + b, 0)": "np.maximum(x @ W, 0) + b"},
    )

    silent_for_half = near_miss(
        "counts units that are silent for at least half of the inputs",
        change={"np.sum(x.max(axis=0) == 0)": "((x == 0).mean(axis=0) >= 0.5).sum()"},
        unlike=(
            silent_once, wrong_axis, zeros_counted, negative_on_average, exact_zero_missed,
            no_relu_between, no_bias, negative_weights, negative_bias, alive_counted,
            first_row_only, mean_input_to_the_next, same_input_for_all, running_total, bias_twice,
            first_layer_only, last_layer_only,
        ),
    )  # fmt: skip

    one_too_many = near_miss(
        "counts one unit too many in every layer",
        change={"int(np.sum(x.max(axis=0) == 0))": "int(np.sum(x.max(axis=0) == 0)) + 1"},
        unlike=(zeros_counted, running_total, no_bias, silent_once),
    )

    as_text = near_miss(
        "returns the counts as text",
        change={"return counts": "return str(counts)"},
        unlike=(one_total, masks, places, share),
    )
