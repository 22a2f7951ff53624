"""What is right in `clip_together`, and what students get wrong."""

import numpy as np

from autograder.exercise import SUMS_64, Criterion, Function, Probe, Rule, accepted, wrong

from ._shared import FRAMEWORKS


class ClipTogether(Function):
    title = "Find the bug"
    difficulty = 2
    criteria = (
        Criterion("long", 2, "gradients that are too long"),
        Criterion("short", 2, "gradients that are short enough"),
        Criterion("shapes", 1, "one array, several arrays, any shape"),
        Criterion("zeros", 1, "zeros"),
    )
    tolerance = SUMS_64
    rule = Rule(forbid=FRAMEWORKS, reason="NumPy's arithmetic is all you need.")
    revisit = "Clipping"

    def probes(self, rng):
        yield Probe(
            "long",
            "(6, 8) and (0, 24), limit 13",
            ([np.array([6.0, 8.0]), np.array([0.0, 24.0])], 13.0),
        )
        yield Probe(
            "long",
            "(3, 4) and (0.3, 0.4), limit 1",
            ([np.array([3.0, 4.0]), np.array([0.3, 0.4])], 1.0),
        )
        yield Probe(
            "long",
            "five gradients, each shorter than the limit 1",
            ([rng.uniform(0.3, 0.5, 3) for _ in range(5)], 1.0),
        )
        yield Probe(
            "short",
            "lengths 0.5 and 0.1, limit 1",
            ([np.array([0.3, 0.4]), np.array([0.0, 0.1])], 1.0),
        )
        yield Probe(
            "short",
            "lengths 3 and 4, limit 6",
            ([np.array([0.0, -3.0]), np.array([4.0])], 6.0),
        )
        yield Probe(
            "short",
            "exactly as long as the limit 5",
            ([np.array([3.0]), np.array([-4.0])], 5.0),
        )
        yield Probe(
            "shapes", "one gradient of shape (2, 3, 4)", ([rng.normal(size=(2, 3, 4))], 2.0)
        )
        yield Probe(
            "shapes",
            "shapes (3, 3), (3,) and ()",
            ([rng.normal(size=(3, 3)), rng.normal(size=3), np.array(2.0)], 0.5),
        )
        yield Probe("zeros", "all zeros", ([np.zeros((2, 2)), np.zeros(3)], 1.0))
        yield Probe("zeros", "one of two is zero", ([np.zeros(3), rng.uniform(5, 6, (2, 2))], 1.0))
        yield Probe(
            "short",
            "two random gradients, limit 9",
            ([rng.uniform(-2, 2, 3), rng.uniform(-2, 2, (2, 2))], 9.0),
        )

    @accepted("one long row")
    def one_long_row(gradients, limit):
        length = np.linalg.norm(np.concatenate([np.ravel(g) for g in gradients]))
        if length <= limit:
            return gradients
        return [g / length * limit for g in gradients]

    @accepted("loops")
    def by_loops(gradients, limit):
        total = 0.0
        for gradient in gradients:
            for number in np.ravel(gradient):
                total += float(number) ** 2
        factor = 1.0
        if total > limit**2:
            factor = limit / total**0.5
        return [np.asarray(g * factor) for g in gradients]

    @accepted("the norm of the norms")
    def norm_of_norms(gradients, limit):
        length = np.linalg.norm([np.linalg.norm(np.ravel(g)) for g in gradients])
        return [g * (limit / max(length, limit)) for g in gradients]

    @accepted("a tiny guard against division by zero, as libraries have it")
    def guarded(gradients, limit):
        length = np.sqrt(sum(float(np.sum(np.square(g))) for g in gradients))
        scale = limit / (length + 1e-8)
        return [g * min(scale, 1.0) for g in gradients]

    each_by_itself = wrong(
        "Each gradient is still shortened by its own length. The short ones keep what the long "
        "ones lose, and the step changes its direction.",
        change={"max(length, limit)": "max(np.linalg.norm(np.ravel(g)), limit)"},
        of=norm_of_norms,
    )

    bug_untouched = wrong(
        "Both mistakes are still there: each gradient has its own factor, and short ones are "
        "made longer.",
        change={"max(length, limit)": "np.linalg.norm(np.ravel(g))"},
        of=norm_of_norms,
    )

    stretched = wrong(
        "One factor for all: good. But gradients that are short enough are *stretched* to the "
        "limit. Clipping shortens, or does nothing.",
        change={"limit / length if length > limit else 1.0": "limit / length"},
    )

    @wrong(
        "You cut every number at the limit by itself. That is clipping by value, and it bends "
        "the direction."
    )
    def by_value(gradients, limit):
        return [np.clip(g, -limit, limit) for g in gradients]

    longest_for_all = wrong(
        "You took the longest gradient's length for the length of all. Together they are longer "
        "than any one of them.",
        change={"np.sqrt(sum": "np.sqrt(max"},
    )

    lengths_added = wrong(
        "You added the lengths. Lengths of parts at right angles do not add up: 3 and 4 make 5.",
        change={
            "np.sqrt(sum(np.sum(gradient**2) for gradient in gradients))": (
                "sum(np.linalg.norm(gradient) for gradient in gradients)"
            )
        },
    )

    root_forgotten = wrong(
        "You forgot the root: you divide by the square of the length.",
        change={"np.sqrt(sum": "(sum"},
    )

    limit_forgotten = wrong(
        "You divide by the length but forget the limit: what is clipped ends at length 1.",
        change={"limit / length": "1 / length"},
    )

    one_row_returned = wrong(
        "You return all numbers in one long row. Each gradient must come back in its own shape.",
        change={
            "[gradient * factor for gradient in gradients]": (
                "np.concatenate([np.ravel(gradient) * factor for gradient in gradients])"
            )
        },
    )
