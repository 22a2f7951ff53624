"""What is right in `backprop`, and what students get wrong."""

import numpy as np

from autograder.exercise import Criterion, Function, Probe, Rule, accepted, wrong

from ._shared import FRAMEWORKS, LOSS_SUMS


class Backprop(Function):
    title = "Backpropagation"
    starred = True
    difficulty = 3
    criteria = (
        Criterion("loss", 1, "a batch on which every ReLU is open"),
        Criterion("bend", 3, "a batch on which some are closed"),
        Criterion("edge", 1, "ReLUs at exactly zero, extreme logits"),
    )
    tolerance = LOSS_SUMS
    rule = Rule(
        forbid=FRAMEWORKS, reason="No framework here: your three functions and NumPy are enough."
    )
    revisit = "A network with no framework"

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
