"""What is right in `gradient_check`, and what students get wrong."""

import numpy as np

from autograder.exercise import Criterion, Function, Probe, Tolerance, accepted, near_miss, wrong


class GradientCheck(Function):
    title = "Gradient check"
    difficulty = 2
    criteria = (
        Criterion("wrong", 2, "the relative error of wrong gradients"),
        Criterion("right", 1, "nearly zero for a right one"),
        Criterion("nudge", 2, "central differences with the given h"),
        Criterion("kept", 1, "the arrays that are given stay as they are"),
    )
    keeps_arguments = "kept"
    tolerance = Tolerance(
        atol=2e-7,
        rtol=1e-5,
        reason="differences of losses in float64 carry rounding of about 1e-16 / h, here 1e-11, "
        "and a right gradient's relative error is of that size",
    )
    precision = "float64"
    revisit = "The other way: nudge and look"
    _LENGTHS = "(np.linalg.norm(claimed) + np.linalg.norm(nudged))"

    def _setting(self, rng, samples):
        theta = rng.normal(size=11)
        X, y = rng.normal(size=(samples, 3)), rng.normal(size=(samples, 1))
        W1, b1 = theta[:6].reshape(3, 2), theta[6:8]
        W2, b2 = theta[8:10].reshape(2, 1), theta[10:]
        H = np.tanh(X @ W1 + b1)
        d_out = 2 / samples * (H @ W2 + b2 - y)
        d_hidden = d_out @ W2.T * (1 - H**2)
        parts = X.T @ d_hidden, d_hidden.sum(0), H.T @ d_out, d_out.sum(0)
        return theta, X, y, np.concatenate([p.ravel() for p in parts])

    def probes(self, rng):
        theta, X, y, gradient = self._setting(rng, 5)
        yield Probe("right", "the right gradient, 5 samples", (theta, X, y, gradient))
        yield Probe(
            "wrong", "a gradient half as long as the right one", (theta, X, y, gradient / 2)
        )
        yield Probe("wrong", "a gradient with its sign turned", (theta, X, y, -gradient))
        yield Probe("wrong", "random numbers for a gradient", (theta, X, y, rng.normal(size=11)))
        theta, X, y, gradient = self._setting(rng, 3)
        off = gradient + 0.5 * np.eye(11)[7]
        yield Probe("wrong", "a gradient with one number off by 0.5", (theta, X, y, off))
        yield Probe("nudge", "the right gradient, h = 0.3", (theta, X, y, gradient), {"h": 0.3})
        yield Probe(
            "nudge",
            "random numbers for a gradient, h = 0.1",
            (theta, X, y, rng.normal(size=11)),
            {"h": 0.1},
        )
        near = gradient + 1e-3 * rng.normal(size=11)
        yield Probe("right", "a gradient that is right to three digits", (theta, X, y, near))

    @accepted("a loop over nudged copies")
    def copies(theta, X, y, claimed, h=1e-5):
        nudged = np.empty(theta.size)
        for i in range(theta.size):
            up, down = theta.copy(), theta.copy()
            up[i] += h
            down[i] -= h
            nudged[i] = (toy_loss(up, X, y) - toy_loss(down, X, y)) / 2 / h
        return np.linalg.norm(claimed - nudged) / (np.linalg.norm(claimed) + np.linalg.norm(nudged))

    @accepted("in place, and put back")
    def put_back(theta, X, y, claimed, h=1e-5):
        theta, nudged = np.array(theta), []
        for i, old in enumerate(theta.copy()):
            theta[i] = old + h
            up = toy_loss(theta, X, y)
            theta[i] = old - h
            nudged.append((up - toy_loss(theta, X, y)) / (2 * h))
            theta[i] = old
        length = lambda v: np.sqrt(np.sum(np.square(v)))  # noqa: E731
        return length(claimed - np.array(nudged)) / (length(claimed) + length(nudged))

    @accepted("all nudges as the rows of a matrix")
    def matrix(theta, X, y, claimed, h=1e-5):
        rows = np.vstack([theta + h * np.eye(11), theta - h * np.eye(11)])
        losses = np.apply_along_axis(toy_loss, 1, rows, X, y)
        nudged = (losses[:11] - losses[11:]) / (2 * h)
        a, b = (float(v @ v) ** 0.5 for v in (claimed, nudged))
        return float((claimed - nudged) @ (claimed - nudged)) ** 0.5 / (a + b)

    forward = wrong(
        "You nudge one way only: that is the forward difference. Its error falls with h, the "
        "central one's with h².",
        change={"theta - nudge": "theta", "(2 * h)": "h"},
    )

    divided_by_h = wrong(
        "Your slopes are twice too large: from one nudge to the other it is not h, but more.",
        change={"(2 * h)": "h"},
    )

    not_put_back = wrong(
        "Your nudges pile up: a parameter is not put back before the next is moved. With small "
        "h it hardly shows; with large h it does.",
        change={"theta[i] = old\n": "\n"},
        of=put_back,
    )

    all_at_once = wrong(
        "You nudge all parameters at once. That is one slope, along the diagonal; each "
        "parameter has a slope of its own.",
        change={"h * np.eye(theta.size)": "[h] * theta.size"},
    )

    absolute = wrong(
        "You return the difference's own length. Whether 0.01 is much depends on how long the "
        "gradients are.",
        change={"difference / (np.linalg.norm(claimed) + np.linalg.norm(nudged))": "difference"},
    )

    one_length = wrong(
        "You divide by one of the two lengths. The formula has the sum of both.",
        change={"(np.linalg.norm(claimed) + np.linalg.norm(nudged))": "np.linalg.norm(nudged)"},
    )

    length_of_sum = wrong(
        "You divide by the length of the sum. Two opposite gradients then have a sum of no "
        "length. Add the lengths, not the gradients.",
        change={
            "(np.linalg.norm(claimed) + np.linalg.norm(nudged))": (
                "(np.linalg.norm(claimed + nudged) + 1e-12)"
            )
        },
    )

    squares = wrong(
        "You forgot the roots: a length is the root of the sum of squares.",
        change={"np.sqrt(np.sum(np.square(v)))": "np.sum(np.square(v))"},
        of=put_back,
    )

    own_nudge = wrong(
        "You ignore the argument h and nudge by a number of your own.",
        change={"nudged =": "h = 1e-5\n    nudged ="},
    )

    @wrong(
        "Your result is 1 whatever was claimed. Is your nudged gradient zero throughout, because "
        "both losses come from the same numbers? `a = theta` gives an array a second name and "
        "makes no copy."
    )
    def same_array_twice(theta, X, y, claimed, h=1e-5):
        nudged = np.zeros_like(theta)
        difference = np.linalg.norm(claimed - nudged)
        return difference / (np.linalg.norm(claimed) + np.linalg.norm(nudged))

    backward = wrong(
        "You nudge one way only, downwards. Its error falls with h, the central one's with h².",
        change={"theta + nudge": "theta", "(2 * h)": "h"},
    )

    one_way_over_two = wrong(
        "You nudge one way only and divide by 2h. From theta to the nudged place it is h.",
        change={"theta - nudge": "theta"},
    )

    multiplied_by_h = wrong(
        "Your slopes are multiplied by h where they should be divided: `a / 2 * h` is (a / 2) · h. "
        "A bracket is missing.",
        change={"(2 * h)": "2 * h"},
    )

    not_divided = wrong(
        "You do not divide by the distance between the two nudges: rise without run.",
        change={" / (2 * h)": ""},
    )

    order_turned = wrong(
        "Your nudged slopes have their sign turned: up minus down, not down minus up.",
        change={
            "(toy_loss(theta + nudge, X, y) - toy_loss(theta - nudge, X, y))": (
                "(toy_loss(theta - nudge, X, y) - toy_loss(theta + nudge, X, y))"
            )
        },
    )

    longer_length = wrong(
        "You divide by the longer of the two gradients. The formula has the sum of both lengths.",
        change={_LENGTHS: "max(np.linalg.norm(claimed), np.linalg.norm(nudged))"},
    )

    claimed_length = wrong(
        "You divide by the claimed gradient's length alone. The formula has the sum of both.",
        change={_LENGTHS: "np.linalg.norm(claimed)"},
    )

    half_the_sum = wrong(
        "You divide by the mean of the two lengths. The formula has their sum.",
        change={_LENGTHS: "(0.5 * (np.linalg.norm(claimed) + np.linalg.norm(nudged)))"},
    )

    worst_entry = wrong(
        "You compare number by number and take the worst. The docstring compares lengths of whole "
        "gradients: a number near zero must not decide.",
        change={
            "difference / (np.linalg.norm(claimed) + np.linalg.norm(nudged))": (
                "np.max(np.abs(claimed - nudged) / (np.abs(claimed) + np.abs(nudged)))"
            )
        },
    )

    mean_of_entries = wrong(
        "You compare number by number and take the mean. The docstring compares lengths of whole "
        "gradients.",
        change={
            "difference / (np.linalg.norm(claimed) + np.linalg.norm(nudged))": (
                "np.mean(np.abs(claimed - nudged) / (np.abs(claimed) + np.abs(nudged)))"
            )
        },
    )

    sums_of_sizes = wrong(
        "You add up sizes for a length. The length is the root of the sum of squares.",
        change={"np.sqrt(np.sum(np.square(v)))": "np.sum(np.abs(v))"},
        of=put_back,
    )

    largest_for_length = wrong(
        "You take the largest number for the length. The length is the root of the sum of squares.",
        change={"np.sqrt(np.sum(np.square(v)))": "np.max(np.abs(v))"},
        of=put_back,
    )

    lengths_compared = wrong(
        "You compare the two lengths. Gradients of equal length may point anywhere: take the "
        "difference first, its length then.",
        change={
            "np.linalg.norm(claimed - nudged)": (
                "abs(np.linalg.norm(claimed) - np.linalg.norm(nudged))"
            )
        },
    )

    verdict = wrong(
        "You return a verdict, right or wrong. The relative error itself is asked for, a number.",
        change={
            "return difference / (np.linalg.norm(claimed) + np.linalg.norm(nudged))": (
                "return bool("
                "difference / (np.linalg.norm(claimed) + np.linalg.norm(nudged)) < 1e-7)"
            )
        },
    )

    nudged_returned = wrong(
        "You return the nudged gradient. How far the claimed one is from it is asked for, one "
        "number.",
        change={
            "return difference / (np.linalg.norm(claimed) + np.linalg.norm(nudged))": (
                "return nudged"
            )
        },
    )

    always_a_half = near_miss(
        "is ½ whatever was claimed",
        change={"return difference /": "return 0.5 + 0 * difference /"},
        unlike=(same_array_twice, verdict),
    )

    @wrong(
        "You nudge `theta` itself and take the nudge back. In floating-point numbers it does not "
        "come back exactly: nudge a copy."
    )
    def nudged_in_place(theta, X, y, claimed, h=1e-5):
        nudged = np.empty_like(theta)
        for i in range(theta.size):
            theta[i] += h
            above = toy_loss(theta, X, y)
            theta[i] -= 2 * h
            nudged[i] = (above - toy_loss(theta, X, y)) / (2 * h)
            theta[i] += h
        difference = np.linalg.norm(claimed - nudged)
        return difference / (np.linalg.norm(claimed) + np.linalg.norm(nudged))
