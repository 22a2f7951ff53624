"""What is right in `residual_backward`, and what students get wrong."""

import numpy as np

from autograder.exercise import Criterion, Function, Probe, Tolerance, accepted, wrong


def _branch(rng, rows, width, hidden, alpha, dtype="float64"):
    """Arguments of the backward pass: x, W1, W2, alpha, and the gradient that arrives."""
    shapes = ((rows, width), (width, hidden), (hidden, width), (rows, width))
    x, W1, W2, G = (rng.normal(size=s).astype(dtype) for s in shapes)
    return x, W1, W2, alpha, G


class ResidualBackward(Function):
    title = "Backwards through a block"
    difficulty = 3
    criteria = (
        Criterion("general", 3, "all four gradients where the branch is open"),
        Criterion("start", 1, "all four at the start, alpha = 0"),
    )
    tolerance = Tolerance(
        atol=1e-4, rtol=1e-4, reason="sums in float32; the gradient of alpha has no dtype to tell"
    )
    revisit = "What comes back through the sum"

    def probes(self, rng):
        yield Probe("general", "one row, alpha 1", args=_branch(rng, 1, 3, 3, 1.0))
        yield Probe("general", "five rows, alpha 0.5", args=_branch(rng, 5, 3, 4, 0.5))
        yield Probe("general", "alpha negative", args=_branch(rng, 3, 4, 2, -1.5))
        yield Probe("general", "float32", args=_branch(rng, 4, 5, 3, 0.7, "float32"))
        yield Probe("start", "alpha 0: the branch is shut", args=_branch(rng, 4, 3, 5, 0.0))

    @accepted("row by row with outer products")
    def row_by_row(x, W1, W2, alpha, G):
        dx, dW1, dW2 = np.zeros_like(x), np.zeros_like(W1), np.zeros_like(W2)
        dalpha = x.dtype.type(0)
        for r in range(len(x)):
            z = W1.T @ x[r]
            h = np.maximum(z, 0)
            dalpha += G[r] @ (W2.T @ h)
            dW2 += alpha * np.outer(h, G[r])
            dz = alpha * (W2 @ G[r]) * (z > 0)
            dW1 += np.outer(x[r], dz)
            dx[r] = G[r] + W1 @ dz
        return dx, dW1, dW2, dalpha

    @accepted("einsum")
    def by_einsum(x, W1, W2, alpha, G):
        z = np.einsum("rd,dh->rh", x, W1)
        is_on = (z > 0).astype(x.dtype)
        dalpha = np.einsum("rd,rh,hd->", G, z * is_on, W2)
        dz = np.einsum("rd,hd,rh->rh", G, W2, is_on) * alpha
        dW2 = np.einsum("rh,rd->hd", z * is_on, G) * alpha
        return G + np.einsum("rh,dh->rd", dz, W1), np.einsum("rd,rh->dh", x, dz), dW2, dalpha

    @accepted("scaled gradient first")
    def scaled_first(x, W1, W2, alpha, G):
        h = np.maximum(x @ W1, 0)
        shut = h == 0
        into = alpha * G
        back = into @ W2.T
        back[shut] = 0
        return back @ W1.T + G, x.T @ back, h.T @ into, np.vdot(G, h @ W2)

    @wrong(
        "Your gradient for x lacks what comes along the shortcut. x has two ways to the output, "
        "and their gradients add up."
    )
    def shortcut_forgotten(x, W1, W2, alpha, G):
        h = np.maximum(x @ W1, 0)
        dz = alpha * (G @ W2.T) * (h > 0)
        return dz @ W1.T, x.T @ dz, alpha * h.T @ G, np.sum(G * (h @ W2))

    @wrong(
        "Along the shortcut you pass a 1 back. In the table by hand the gradient that arrived was "
        "1; here it is G."
    )
    def one_for_g(x, W1, W2, alpha, G):
        h = np.maximum(x @ W1, 0)
        dz = alpha * (G @ W2.T) * (h > 0)
        return 1 + dz @ W1.T, x.T @ dz, alpha * h.T @ G, np.sum(G * (h @ W2))

    @wrong(
        "Your weights' gradients do not depend on alpha. What arrives at the branch is the "
        "gradient times alpha, as the branch was multiplied by it on the way forward."
    )
    def alpha_forgotten(x, W1, W2, alpha, G):
        h = np.maximum(x @ W1, 0)
        dz = (G @ W2.T) * (h > 0)
        return G + dz @ W1.T, x.T @ dz, h.T @ G, np.sum(G * (h @ W2))

    @wrong(
        "Your gradient for alpha is multiplied by alpha. Then a branch that starts at zero would "
        "stay there for ever: what is the derivative of alpha · F by alpha?"
    )
    def alpha_dead(x, W1, W2, alpha, G):
        h = np.maximum(x @ W1, 0)
        dz = alpha * (G @ W2.T) * (h > 0)
        return G + dz @ W1.T, x.T @ dz, alpha * h.T @ G, alpha * np.sum(G * (h @ W2))

    @wrong(
        "You do not stop the gradient at hidden units that ReLU has switched off.",
    )
    def no_mask(x, W1, W2, alpha, G):
        h = np.maximum(x @ W1, 0)
        dz = alpha * (G @ W2.T)
        return G + dz @ W1.T, x.T @ dz, alpha * h.T @ G, np.sum(G * (h @ W2))

    @wrong(
        "The shortcut of your gradient is multiplied by alpha, too. Alpha stands before the branch "
        "only."
    )
    def shortcut_scaled(x, W1, W2, alpha, G):
        h = np.maximum(x @ W1, 0)
        dz = alpha * (G @ W2.T) * (h > 0)
        return alpha * G + dz @ W1.T, x.T @ dz, alpha * h.T @ G, np.sum(G * (h @ W2))

    @wrong(
        "You give alpha one gradient a row. There is a single alpha for all rows: their gradients "
        "are summed."
    )
    def alpha_per_row(x, W1, W2, alpha, G):
        h = np.maximum(x @ W1, 0)
        dz = alpha * (G @ W2.T) * (h > 0)
        return G + dz @ W1.T, x.T @ dz, alpha * h.T @ G, np.sum(G * (h @ W2), axis=1)

    @wrong(
        "You average the weights' gradients over the rows. G is the gradient of a number that is "
        "computed already; whatever mean there was is in it."
    )
    def averaged(x, W1, W2, alpha, G):
        n = len(x)
        h = np.maximum(x @ W1, 0)
        dz = alpha * (G @ W2.T) * (h > 0)
        return G + dz @ W1.T, x.T @ dz / n, alpha * h.T @ G / n, np.sum(G * (h @ W2)) / n

    @wrong(
        "Your gradient for alpha sums the branch and leaves out G: how much a change of the output "
        "matters is not the same everywhere."
    )
    def alpha_without_g(x, W1, W2, alpha, G):
        h = np.maximum(x @ W1, 0)
        dz = alpha * (G @ W2.T) * (h > 0)
        return G + dz @ W1.T, x.T @ dz, alpha * h.T @ G, np.sum(h @ W2)
