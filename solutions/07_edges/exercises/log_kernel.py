"""What is right in `log_kernel`, and what students get wrong."""

import numpy as np

from autograder.exercise import Criterion, Function, Probe, Tolerance, accepted, wrong


class LogKernel(Function):
    title = "Laplacian of Gaussian"
    difficulty = 2
    criteria = (
        Criterion(
            "formula", 3, "the values, where the kernel is wide enough to sum to zero by itself"
        ),
        Criterion("zero_sum", 2, "the sum is zero for kernels that are cut off early"),
    )
    tolerance = Tolerance(atol=1e-9, rtol=1e-7, reason="one exponential and a mean in float64")
    revisit = "Bends: the second derivative"

    def probes(self, rng):
        yield Probe("formula", "σ = 1, radius 8", (1.0, 8))
        yield Probe("formula", "σ = 1.5, radius 12", (1.5, 12))
        sigma = round(float(rng.uniform(1.1, 1.9)), 2)
        yield Probe("formula", f"σ = {sigma}, radius 15", (sigma, 15))
        yield Probe("zero_sum", "σ = 1, radius 2", (1.0, 2))
        yield Probe("zero_sum", "σ = 2, radius 1: a 3×3 kernel", (2.0, 1))
        yield Probe("zero_sum", "σ = 0.5, radius 3", (0.5, 3))
        sigma = round(float(rng.uniform(2.0, 4.0)), 2)
        yield Probe("zero_sum", f"σ = {sigma}, radius 5", (sigma, 5))

    @accepted("a meshgrid")
    def by_meshgrid(sigma, radius):
        x, y = np.meshgrid(np.arange(-radius, radius + 1), np.arange(-radius, radius + 1))
        r2 = x**2 + y**2
        gauss = np.exp(-r2 / (2 * sigma**2)) / (2 * np.pi * sigma**2)
        log = (r2 / sigma**4 - 2 / sigma**2) * gauss
        return log - log.sum() / log.size

    @accepted("loops")
    def by_loops(sigma, radius):
        import math

        size = 2 * radius + 1
        kernel = np.empty((size, size))
        for i in range(size):
            for j in range(size):
                r2 = (i - radius) ** 2 + (j - radius) ** 2
                kernel[i, j] = (
                    (r2 - 2 * sigma**2) / (2 * math.pi * sigma**6) * math.exp(-r2 / 2 / sigma**2)
                )
        return kernel - kernel.mean()

    @accepted("two outer products: bend one way, smooth the other")
    def by_outer_products(sigma, radius):
        t = np.linspace(-radius, radius, 2 * radius + 1)
        g = np.exp(-0.5 * (t / sigma) ** 2) / np.sqrt(2 * np.pi) / sigma
        g2 = (t**2 - sigma**2) / sigma**4 * g
        kernel = np.outer(g, g2) + np.outer(g2, g)
        return kernel - np.average(kernel)

    sum_not_zero = wrong(
        "Your kernel does not sum to zero once it is cut off, so a bright flat sky gets an "
        "answer. The formula alone sums to zero only over the infinite plane.",
        change={"values - values.mean()": "values"},
    )

    upside_down = wrong(
        "Your kernel has the wrong sign: the middle must be the pit. You drew the Mexican hat "
        "the right way up, which is the *negative* of this operator.",
        change={"squared - 2 * sigma**2": "2 * sigma**2 - squared"},
    )

    one_dimension = wrong(
        "Your zero crossing lies at r = σ. That is the second derivative in one dimension; in "
        "two, both axes contribute.",
        change={"squared - 2 * sigma**2": "squared - sigma**2"},
    )

    gaussian = wrong(
        "Your kernel is a Gaussian: it smooths, but it does not differentiate.",
        change={"(squared - 2 * sigma**2) / (2 * np.pi * sigma**6)": "1 / (2 * np.pi * sigma**2)"},
    )

    gaussian_not_normalised = wrong(
        "Your values have the right shape but the wrong height: the Gaussian's own factor in "
        "front, which makes its volume 1, is missing.",
        change={"2 * np.pi * sigma**6": "sigma**4"},
    )

    power_of_sigma = wrong(
        "Your values are too large by a power of σ; at σ = 1 nobody would notice. Count the "
        "powers in the denominator again.",
        change={"sigma**6": "sigma**4"},
    )

    exponent_without_two = wrong(
        "Your Gaussian is too narrow or too wide: the 2 in the exponent's denominator is missing.",
        change={"-squared / (2 * sigma**2)": "-squared / (sigma**2)"},
    )

    distance_not_squared = wrong(
        "You used the distance where its square belongs: a Gaussian falls with r², not with r.",
        change={
            "offsets[:, None] ** 2 + offsets**2": "np.sqrt(offsets[:, None] ** 2 + offsets**2)"
        },
    )

    divided_by_its_sum = wrong(
        "You divided by the sum, as one does for a blur. A kernel whose sum is nearly zero "
        "explodes when it is divided by it.",
        change={"values - values.mean()": "values / values.sum()"},
    )

    middle_corrected = wrong(
        "Your kernel sums to zero, but you put the whole correction into the middle pixel and "
        "made a spike there. Spread it evenly.",
        change={
            "return values - values.mean()": (
                "values[radius, radius] -= values.sum()\n    return values"
            )
        },
    )

    radius_for_size = wrong(
        "Your kernel is `radius` wide. The radius counts from the middle to the border, so "
        "that there is a middle.",
        change={"np.arange(-radius, radius + 1)": "np.arange(radius) - radius // 2"},
    )
