"""What is right in `compound`, and what students get wrong."""

import numpy as np

from autograder.exercise import Criterion, Function, Probe, Tolerance, accepted, wrong

POWERS = Tolerance(atol=1e-9, rtol=1e-6, reason="a few powers in float64, in any order")


class Compound(Function):
    title = "The dial"
    difficulty = 1
    criteria = (
        Criterion("one", 1, "φ = 0 and φ = 1"),
        Criterion("more", 2, "larger and fractional φ, other constants"),
    )
    tolerance = POWERS
    revisit = "One dial for three"

    def probes(self, rng):
        yield Probe("one", "φ = 1, the paper's constants", args=(1,))
        yield Probe("one", "φ = 0", args=(0, 1.3, 1.05, 1.2))
        yield Probe("more", "φ = 3", args=(3,))
        yield Probe("more", "φ = 0.5", args=(0.5, 1.4, 1.1, 1.1))
        a, b, c = (round(float(v), 3) for v in rng.uniform(1.05, 1.5, 3))
        yield Probe(
            "more", "other constants", args=(2.5,), kwargs={"alpha": a, "beta": b, "gamma": c}
        )
        yield Probe("one", "φ = 1, other constants", args=(1, a, b, c))

    @accepted("through logarithms, in NumPy")
    def logarithms(phi, alpha=1.2, beta=1.1, gamma=1.15):
        logs = phi * np.log([alpha, beta, gamma])
        return (*np.exp(logs), np.exp(logs @ [1, 2, 2]))

    @accepted("work from the three factors")
    def from_factors(phi, alpha=1.2, beta=1.1, gamma=1.15):
        depth, width, resolution = pow(alpha, phi), pow(beta, phi), pow(gamma, phi)
        return depth, width, resolution, depth * width * width * resolution * resolution

    @accepted("one loop")
    def loop(phi, alpha=1.2, beta=1.1, gamma=1.15):
        factors, work = [], 1.0
        for constant, power in ((alpha, 1), (beta, 2), (gamma, 2)):
            factors.append(float(np.float64(constant) ** phi))
            work *= factors[-1] ** power
        return tuple([*factors, work])

    swapped = wrong(
        "You let α widen and β deepen, as some notes do. In the paper α is depth, β is width; and "
        "only then the squares stand where the work needs them.",
        change={
            "alpha * beta**2": "beta * alpha**2",
            "alpha**phi, beta**phi": "beta**phi, alpha**phi",
        },
    )
    names_swapped = wrong(
        "Your work is right, but depth and width stand in the wrong order: the first number is "
        "the depth, α to the φ.",
        change={"alpha**phi, beta**phi": "beta**phi, alpha**phi"},
    )
    not_squared = wrong(
        "You multiply the three factors. Twice the width is four times the work, and so is twice "
        "the resolution; look at the measured table again.",
        change={"alpha * beta**2 * gamma**2": "alpha * beta * gamma"},
        revisit="Deeper, wider, sharper",
    )
    all_squared = wrong(
        "You square the depth as well. Twice as many blocks do twice the work, not four times.",
        change={"alpha * beta**2": "alpha**2 * beta**2"},
        revisit="Deeper, wider, sharper",
    )
    resolution_once = wrong(
        "You do not square the resolution. An image has two sides, and both grow.",
        change={"gamma**2": "gamma"},
        revisit="Deeper, wider, sharper",
    )
    about_two = wrong(
        "You say 2 to the φ. The constants are only *near* 2, and the error is raised to the φ as "
        "well; compute the work from them.",
        change={"alpha * beta**2 * gamma**2": "2"},
    )
    times_phi = wrong(
        "You multiply by φ. Every step of φ multiplies once more: φ is an exponent, and φ = 0 is "
        "B0 itself.",
        change={
            "(alpha * beta**2 * gamma**2) ** phi": "(alpha * beta**2 * gamma**2) * phi",
            "alpha**phi, beta**phi, gamma**phi": "alpha * phi, beta * phi, gamma * phi",
        },
    )
    work_of_one_step = wrong(
        "Your work is that of one step. With φ steps it is multiplied φ times.",
        change={"(alpha * beta**2 * gamma**2) ** phi": "alpha * beta**2 * gamma**2"},
    )
