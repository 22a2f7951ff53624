"""What is right in `backprop`, and what students get wrong."""

import numpy as np

from autograder.exercise import Criterion, Function, Probe, Rule, accepted, near_miss, wrong

from ._shared import FRAMEWORKS, LOSS_SUMS


class Backprop(Function):
    title = "Backpropagation"
    starred = True
    difficulty = 3
    criteria = (
        Criterion("loss", 1, "a batch on which every ReLU is open"),
        Criterion("bend", 3, "a batch on which some are closed"),
        Criterion("edge", 1, "ReLUs at exactly zero, extreme logits"),
        Criterion("kept", 1, "the arrays that are given stay as they are"),
    )
    keeps_arguments = "kept"
    tolerance = LOSS_SUMS
    rule = Rule(
        forbid=FRAMEWORKS, reason="No framework here: your three functions and NumPy are enough."
    )
    revisit = "A network with no framework"
    _ADDED = (
        "Your slopes are right, but in the loss you add a tiny number to the probability. It keeps "
        "the loss finite and makes it wrong where it matters most. Your own `cross_entropy` does "
        "better."
    )

    def probes(self, rng):
        def params(d, hidden, k, shift=0.0):
            return (
                rng.normal(size=(d, hidden)),
                rng.normal(size=hidden) + shift,
                rng.normal(size=(hidden, k)),
                rng.normal(size=k),
            )

        def batch(n, d, k):
            return rng.normal(size=(n, d)), rng.integers(0, k, n)

        yield Probe("loss", "4 samples, every ReLU open", (params(3, 4, 3, 30.0), *batch(4, 3, 3)))
        yield Probe(
            "bend", "6 samples, 5 inputs, 4 hidden, 3 classes", (params(5, 4, 3), *batch(6, 5, 3))
        )
        yield Probe(
            "bend", "3 samples, 2 inputs, 7 hidden, 4 classes", (params(2, 7, 4), *batch(3, 2, 4))
        )
        W1, _, W2, b2 = params(3, 4, 3)
        still = W1, np.array([0.0, 0.7, -0.4, 0.0]), W2, b2
        yield Probe(
            "edge",
            "all inputs zero: some ReLUs stand at exactly 0",
            (still, np.zeros((2, 3)), np.array([0, 2])),
        )
        W1, b1, W2, b2 = params(3, 4, 3)
        loud = W1, b1, 1000 * W2, b2
        yield Probe("edge", "a second layer of weights around 1000", (loud, *batch(3, 3, 3)))

    @accepted("all in one place, no helpers")
    def in_one_place(params, X, labels):
        W1, b1, W2, b2 = params
        A = X @ W1 + b1
        H = A * (A > 0)
        Z = H @ W2 + b2
        Z = Z - Z.max(axis=1, keepdims=True)
        log_p = Z - np.log(np.exp(Z).sum(axis=1, keepdims=True))
        y = np.eye(Z.shape[1])[labels]
        dZ = (np.exp(log_p) - y) / len(X)
        dA = np.where(A > 0, dZ @ W2.T, 0.0)
        grads = X.T @ dA, dA.sum(0), H.T @ dZ, dZ.sum(0)
        return -(y * log_p).sum() / len(X), grads

    @accepted("the mask from the activations, a list for a tuple")
    def mask_from_h(params, X, labels):
        H = np.clip(X @ params[0] + params[1], 0, None)
        Z = H @ params[2] + params[3]
        dH, *last = dense_backward(H, params[2], softmax_gradient(labels, Z))
        dH[H == 0] = 0
        first = list(dense_backward(X, params[0], dH)[1:])
        return cross_entropy(labels, Z), first + last

    @accepted("sample by sample")
    def sample_by_sample(params, X, labels):
        W1, b1, W2, b2 = params
        grads = [np.zeros(p.shape) for p in params]
        loss = 0.0
        for x, label in zip(X, labels):
            a = x @ W1 + b1
            h = np.maximum(a, 0)
            z = h @ W2 + b2
            log_p = z - np.logaddexp.reduce(z)
            loss -= log_p[label] / len(X)
            dz = np.exp(log_p) / len(X)
            dz[label] -= 1 / len(X)
            da = (W2 @ dz) * (a > 0)
            grads[2] += np.outer(h, dz)
            grads[3] += dz
            grads[0] += np.outer(x, da)
            grads[1] += da
        return loss, tuple(grads)

    relu_forgotten_backwards = wrong(
        "The ReLU is missing on the way back: slopes pass where it was closed. A unit that gave "
        "0 did not change the loss.",
        change={"dH * (A > 0)": "dH"},
    )

    no_relu = wrong(
        "The ReLU is missing altogether, forwards and backwards: two layers fold into one.",
        change={"np.maximum(A, 0)": "A", "dH * (A > 0)": "dH"},
    )

    gate_by_slope = wrong(
        "You let slopes pass where the *slope* is positive. The ReLU's gate was set on the way "
        "forward, by its input.",
        change={"dH * (A > 0)": "np.maximum(dH, 0)"},
    )

    output_for_slope = wrong(
        "You multiplied by the ReLU's output. Its local slope is 1 or 0, however large the output.",
        change={"A > 0": "H"},
    )

    open_at_zero = wrong(
        "A ReLU whose input is exactly 0 lets slopes pass in your function. Here it is closed "
        "there, as in TensorFlow.",
        change={"A > 0": "A >= 0"},
    )

    before_for_after = wrong(
        "The second layer's backward pass got A. Its input was H, after the ReLU: keep both, and "
        "use each in its place.",
        change={"H, W2": "A, W2"},
    )

    mean_twice = wrong(
        "You divided by N once more on the way back. The 1/N of the mean came in at the loss, "
        "and once is enough.",
        change={"softmax_gradient(labels, Z)": "softmax_gradient(labels, Z) / len(X)"},
    )

    relu_on_logits = wrong(
        "You put a ReLU on the logits as well. The last layer has none: logits may be negative.",
        change={
            "H @ W2 + b2": "np.maximum(H @ W2 + b2, 0)",
            "softmax_gradient(labels, Z)": "softmax_gradient(labels, Z) * (Z > 0)",
        },
    )

    no_biases_forwards = wrong(
        "The biases are left out on the way forward. Their gradients are there, but of another "
        "network.",
        change={"X @ W1 + b1": "X @ W1", "H @ W2 + b2": "H @ W2"},
    )

    log_of_zero = wrong(
        "Your slopes are right, your loss is lost where a probability is 0 in floating point: you "
        "form it first and take its logarithm then. Your own `cross_entropy` does better.",
        change={
            "return -(y * log_p).sum() / len(X)": (
                "return np.mean(-np.log(np.exp(log_p)[np.arange(len(X)), labels]))"
            )
        },
        of=in_one_place,
        revisit="From logits",
    )

    open_at_zero_and_log_of_zero = wrong(
        "Two things. A ReLU whose input is exactly 0 lets slopes pass in your function; here it is "
        "closed there. And your loss takes the logarithm of a probability that may be 0: your own "
        "`cross_entropy` does better.",
        change={
            "np.where(A > 0": "np.where(A >= 0",
            "return -(y * log_p).sum() / len(X)": (
                "return np.mean(-np.log(np.exp(log_p)[np.arange(len(X)), labels]))"
            ),
        },
        of=in_one_place,
    )

    no_shift = wrong(
        "Your exponentials overflow where logits are large. What must be taken away from a row "
        "before it is exponentiated? Your own functions do it.",
        change={
            "Z = Z - Z.max(axis=1, keepdims=True)": "",
            "log_p = Z - np.log(np.exp(Z).sum(axis=1, keepdims=True))": (
                "log_p = np.log(np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True))"
            ),
        },
        of=in_one_place,
        revisit="From logits",
    )

    mean_missing = wrong(
        "The mean over the batch is missing in your slopes: they are N times too large. The loss "
        "is a mean, so its slopes hold 1/N.",
        change={"(np.exp(log_p) - y) / len(X)": "np.exp(log_p) - y"},
        of=in_one_place,
    )

    sum_for_mean = wrong(
        "You added up the samples, in the loss and in its slopes. The loss of a batch is their "
        "mean.",
        change={
            "(np.exp(log_p) - y) / len(X)": "np.exp(log_p) - y",
            "return -(y * log_p).sum() / len(X)": "return -(y * log_p).sum()",
        },
        of=in_one_place,
    )

    loss_not_divided = wrong(
        "Your slopes are right, but your loss is the sum over the batch. Their mean is asked for.",
        change={"return -(y * log_p).sum() / len(X)": "return -(y * log_p).sum()"},
        of=in_one_place,
    )

    signs_turned = wrong(
        "Your slopes have their sign turned: what was said minus what is so, not the other way "
        "round.",
        change={"np.exp(log_p) - y": "y - np.exp(log_p)"},
        of=in_one_place,
    )

    p_alone = wrong(
        "You start back from the probabilities and do not subtract what is so.",
        change={"np.exp(log_p) - y": "np.exp(log_p)"},
        of=in_one_place,
    )

    layers_swapped = wrong(
        "Your four gradients come with the second layer first. The order is that of the "
        "parameters.",
        change={"(dW1, db1, dW2, db2)": "(dW2, db2, dW1, db1)"},
    )

    kernels_first = wrong(
        "Your four gradients come kernels first, then biases. The order is that of the parameters: "
        "dW1, db1, dW2, db2.",
        change={"(dW1, db1, dW2, db2)": "(dW1, dW2, db1, db2)"},
    )

    pair_swapped = wrong(
        "You return the gradients first. The loss comes first, then the tuple of gradients.",
        change={
            "return cross_entropy(labels, Z), (dW1, db1, dW2, db2)": (
                "return (dW1, db1, dW2, db2), cross_entropy(labels, Z)"
            )
        },
    )

    gradients_alone = wrong(
        "You return the gradients alone. The loss is asked for as well, in front of them.",
        change={"return cross_entropy(labels, Z), (": "return ("},
    )

    laid_flat = wrong(
        "You return five things in one row. Asked for is a pair: the loss, and a tuple of four "
        "gradients.",
        change={"(dW1, db1, dW2, db2)": "dW1, db1, dW2, db2"},
    )

    biases_not_summed = wrong(
        "Your bias gradients are not summed over the samples. One bias serves all of them.",
        change={"X.T @ dA, dA.sum(0), H.T @ dZ, dZ.sum(0)": "X.T @ dA, dA, H.T @ dZ, dZ"},
        of=in_one_place,
    )

    biases_averaged = wrong(
        "You averaged the bias gradients. Roads add up; the 1/N of the mean loss is in the slopes "
        "already.",
        change={"dA.sum(0)": "dA.mean(0)", "dZ.sum(0)": "dZ.mean(0)"},
        of=in_one_place,
    )

    first_kernel_for_second = wrong(
        "In the first layer you used the slopes of the logits. They first have to go back through "
        "the second kernel.",
        change={
            "return -(y * log_p).sum() / len(X)": (
                "grads = X.T @ (dZ.sum(1, keepdims=True) * (A > 0)), grads[1], *grads[2:]\n"
                "    return -(y * log_p).sum() / len(X)"
            )
        },
        of=in_one_place,
    )

    relu_missing_forwards = wrong(
        "You forgot the ReLU on the way forward, and kept it on the way back.",
        change={"np.maximum(A, 0)": "A"},
    )

    leaky = wrong(
        "Your ReLU leaks. Where its input is negative, nothing passes, forwards or backwards.",
        change={
            "np.maximum(A, 0)": "np.where(A > 0, A, 0.01 * A)",
            "dH * (A > 0)": "dH * np.where(A > 0, 1, 0.01)",
        },
    )

    loss_plus_1e_7 = wrong(
        _ADDED,
        change={"return -(y * log_p)": "return -(y * np.log(np.exp(log_p) + 1e-7))"},
        of=in_one_place,
    )
    loss_plus_1e_8 = wrong(
        _ADDED,
        change={"return -(y * log_p)": "return -(y * np.log(np.exp(log_p) + 1e-8))"},
        of=in_one_place,
    )
    loss_plus_1e_9 = wrong(
        _ADDED,
        change={"return -(y * log_p)": "return -(y * np.log(np.exp(log_p) + 1e-9))"},
        of=in_one_place,
    )
    loss_plus_1e_10 = wrong(
        _ADDED,
        change={"return -(y * log_p)": "return -(y * np.log(np.exp(log_p) + 1e-10))"},
        of=in_one_place,
    )
    loss_plus_1e_12 = wrong(
        _ADDED,
        change={"return -(y * log_p)": "return -(y * np.log(np.exp(log_p) + 1e-12))"},
        of=in_one_place,
    )
    loss_plus_1e_15 = wrong(
        _ADDED,
        change={"return -(y * log_p)": "return -(y * np.log(np.exp(log_p) + 1e-15))"},
        of=in_one_place,
    )

    sigmoid_for_relu = wrong(
        "You put a sigmoid where the ReLU belongs.",
        change={
            "H = A * (A > 0)": "H = 1 / (1 + np.exp(-A))",
            "np.where(A > 0, dZ @ W2.T, 0.0)": "dZ @ W2.T * H * (1 - H)",
        },
        of=in_one_place,
    )

    loss_of_zero = near_miss(
        "a loss of 0 where a probability is 0",
        change={
            "return -(y * log_p).sum() / len(X)": (
                "return np.nan_to_num(-(y * np.log(np.exp(log_p))).sum() / len(X))"
            )
        },
        of=in_one_place,
        unlike=(log_of_zero, no_shift),
    )

    step_taken = wrong(
        "You also take a step: the parameters that were given are no longer what they were. Asked "
        "for are loss and gradients; what to do with them is the caller's business.",
        change={
            "return cross_entropy(labels, Z), (dW1, db1, dW2, db2)": (
                "loss, grads = cross_entropy(labels, Z), (dW1, db1, dW2, db2)\n"
                "    for parameter, slope in zip(params, grads):\n"
                "        parameter -= 0.1 * slope\n"
                "    return loss, grads"
            )
        },
    )
