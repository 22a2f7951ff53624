"""What is right in `residual_backward`, and what students get wrong."""

import numpy as np

from autograder.exercise import SUMS_32, Criterion, Function, Probe, accepted, wrong


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
    tolerance = SUMS_32
    revisit = "What comes back through the sum"

    def probes(self, rng):
        yield Probe("general", "one row, alpha 1", args=_branch(rng, 1, 3, 3, 1.0))
        yield Probe("general", "five rows, alpha 0.5", args=_branch(rng, 5, 3, 4, 0.5))
        yield Probe("general", "alpha negative", args=_branch(rng, 3, 4, 2, -1.5))
        yield Probe("general", "float32", args=_branch(rng, 4, 5, 3, 0.7, "float32"))
        x, *others = _branch(rng, 4, 3, 5, 0.8)
        x[1] = 0  # all hidden units of this row are exactly 0
        yield Probe("general", "a row of zeros", args=(x, *others))
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

    shortcut_forgotten = wrong(
        "Your gradient for x lacks what comes along the shortcut. x has two ways to the output, "
        "and their gradients add up.",
        change={"G + dz1 @ W1.T": "dz1 @ W1.T"},
    )

    one_for_g = wrong(
        "Along the shortcut you pass a 1 back. In the table by hand the gradient that arrived was "
        "1; here it is G.",
        change={"G + dz1 @ W1.T": "1 + dz1 @ W1.T"},
    )

    alpha_forgotten = wrong(
        "Your weights' gradients do not depend on alpha. What arrives at the branch is the "
        "gradient times alpha, as the branch was multiplied by it on the way forward.",
        change={"alpha * G": "G"},
    )

    alpha_dead = wrong(
        "Your gradient for alpha is multiplied by alpha. Then a branch that starts at zero would "
        "stay there for ever: what is the derivative of alpha · F by alpha?",
        change={"G * (hidden @ W2)": "dz2 * (hidden @ W2)"},
    )

    no_mask = wrong(
        "You do not stop the gradient at hidden units that ReLU has switched off.",
        change={"dz2 @ W2.T * (hidden > 0)": "dz2 @ W2.T"},
    )

    shortcut_scaled = wrong(
        "The shortcut of your gradient is multiplied by alpha, too. Alpha stands before the branch "
        "only.",
        change={"G + dz1 @ W1.T": "dz2 + dz1 @ W1.T"},
    )

    alpha_per_row = wrong(
        "You give alpha one gradient a row. There is a single alpha for all rows: their gradients "
        "are summed.",
        change={"np.sum(G * (hidden @ W2))": "np.sum(G * (hidden @ W2), axis=1)"},
    )

    averaged = wrong(
        "You average the weights' gradients over the rows. G is the gradient of a number that is "
        "computed already; whatever mean there was is in it.",
        change={
            "x.T @ dz1": "x.T @ dz1 / len(x)",
            "hidden.T @ dz2": "hidden.T @ dz2 / len(x)",
            "np.sum(G * (hidden @ W2))": "np.sum(G * (hidden @ W2)) / len(x)",
        },
    )

    alpha_without_g = wrong(
        "Your gradient for alpha sums the branch and leaves out G: how much a change of the output "
        "matters is not the same everywhere.",
        change={"G * (hidden @ W2)": "hidden @ W2"},
    )

    open_at_zero = wrong(
        "You let the gradient through where a hidden unit is exactly 0. This lesson's rule: where "
        "ReLU gives 0, nothing comes back.",
        change={"(hidden > 0)": "(hidden >= 0) * (x @ W1 >= 0)"},
    )

    alpha_averaged = wrong(
        "You average where alpha's gradient adds up: alpha is one number that every row and "
        "feature uses.",
        change={"np.sum(G * (hidden @ W2))": "np.mean(G * (hidden @ W2))"},
    )

    alpha_forgotten_last = wrong(
        "Your gradient for W2 does not depend on alpha. What arrives at the branch is the gradient "
        "times alpha.",
        change={"hidden.T @ dz2": "hidden.T @ G"},
    )

    alpha_forgotten_first = wrong(
        "Alpha is in your gradient for W2, but not in what goes on to W1 and x.",
        change={"dz2 @ W2.T": "G @ W2.T"},
    )

    shortcut_masked = wrong(
        "You add the shortcut's gradient before the mask of ReLU, inside the branch. It goes "
        "around the branch and arrives whole.",
        change={"G + dz1 @ W1.T": "(G + dz1 @ W1.T) * (x > 0)"},
    )
