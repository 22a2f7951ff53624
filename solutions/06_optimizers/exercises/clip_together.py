"""What is right in `clip_together`, and what students get wrong."""

import numpy as np

from autograder.exercise import Criterion, Function, Probe, Rule, accepted, wrong

from ._shared import EXACT, FRAMEWORKS


class ClipTogether(Function):
    title = "Find the bug"
    difficulty = 2
    criteria = (
        Criterion("long", 2, "gradients that are too long"),
        Criterion("short", 2, "gradients that are short enough"),
        Criterion("shapes", 1, "one array, several arrays, any shape"),
        Criterion("zeros", 1, "zeros"),
    )
    tolerance = EXACT
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

    @wrong(
        "Each gradient is still shortened by its own length. The short ones keep what the long "
        "ones lose, and the step changes its direction."
    )
    def each_by_itself(gradients, limit):
        return [g * (limit / max(np.linalg.norm(np.ravel(g)), limit)) for g in gradients]

    @wrong(
        "Both mistakes are still there: each gradient has its own factor, and short ones are "
        "made longer."
    )
    def bug_untouched(gradients, limit):
        clipped = []
        with np.errstate(all="ignore"):
            for gradient in gradients:
                length = np.linalg.norm(np.ravel(gradient))
                clipped.append(gradient * limit / length)
        return clipped

    @wrong(
        "One factor for all: good. But gradients that are short enough are *stretched* to the "
        "limit. Clipping shortens, or does nothing."
    )
    def stretched(gradients, limit):
        length = np.sqrt(sum(np.sum(g**2) for g in gradients))
        with np.errstate(all="ignore"):
            return [g * (limit / length) for g in gradients]

    @wrong(
        "You cut every number at the limit by itself. That is clipping by value, and it bends "
        "the direction."
    )
    def by_value(gradients, limit):
        return [np.clip(g, -limit, limit) for g in gradients]

    longest_for_all = wrong(
        "You took the longest gradient's length for the length of all. Together they are longer "
        "than any one of them.",
        change={
            "np.linalg.norm([np.linalg.norm(np.ravel(g)) for g in gradients])": "max([np.linalg.norm(np.ravel(g)) for g in gradients])"
        },
        of=norm_of_norms,
    )

    lengths_added = wrong(
        "You added the lengths. Lengths of parts at right angles do not add up: 3 and 4 make 5.",
        change={
            "np.linalg.norm([np.linalg.norm(np.ravel(g)) for g in gradients])": "sum([np.linalg.norm(np.ravel(g)) for g in gradients])"
        },
        of=norm_of_norms,
    )

    root_forgotten = wrong(
        "You forgot the root: you divide by the square of the length.",
        change={
            "np.linalg.norm([np.linalg.norm(np.ravel(g)) for g in gradients])": "sum((np.sum(g**2) for g in gradients))"
        },
        of=norm_of_norms,
    )

    @wrong("You divide by the length but forget the limit: what is clipped ends at length 1.")
    def limit_forgotten(gradients, limit):
        length = np.sqrt(sum(np.sum(g**2) for g in gradients))
        return [g / length if length > limit else g for g in gradients]

    @wrong("You return all numbers in one long row. Each gradient must come back in its own shape.")
    def one_row_returned(gradients, limit):
        row = np.concatenate([np.ravel(g) for g in gradients])
        return row * (limit / max(np.linalg.norm(row), limit))
