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

    sigma_for_its_square = wrong(
        "In the exponent and beside it you divide by σ where σ² belongs; at σ = 1 nobody would "
        "notice.",
        change={
            "(squared - 2 * sigma**2) / (2 * np.pi * sigma**6)": (
                "(squared / (2 * sigma) - 1) / (np.pi * sigma**4)"
            ),
            "-squared / (2 * sigma**2)": "-squared / (2 * sigma)",
        },
    )

    sigma_in_the_exponent = wrong(
        "In the exponent you divide by σ where σ² belongs; at σ = 1 nobody would notice.",
        change={"-squared / (2 * sigma**2)": "-squared / (2 * sigma)"},
    )

    no_factor = wrong(
        "The factor in front is missing: your values have the right shape, and their height "
        "depends on σ in the wrong way.",
        change={
            "(squared - 2 * sigma**2) / (2 * np.pi * sigma**6)": "(squared / (2 * sigma**2) - 1)"
        },
    )

    bare_product = wrong(
        "The whole denominator in front is missing: your values have the right shape, and their "
        "height depends on σ in the wrong way.",
        change={"(squared - 2 * sigma**2) / (2 * np.pi * sigma**6)": "(squared - 2 * sigma**2)"},
    )

    pi_missing = wrong(
        "π is missing in your factor.",
        change={"2 * np.pi * sigma**6": "2 * sigma**6"},
    )

    two_missing = wrong(
        "Your values are twice, or half, the expected ones: count the 2s in front of the kernel.",
        change={"2 * np.pi * sigma**6": "np.pi * sigma**6"},
    )

    two_too_many = wrong(
        "Your values are half the expected ones: count the 2s in front of the kernel.",
        change={"2 * np.pi * sigma**6": "4 * np.pi * sigma**6"},
    )

    normalised_in_one_dimension = wrong(
        "Your normalisation is that of a Gaussian in one dimension, with a root. In two it has "
        "none.",
        change={"2 * np.pi * sigma**6": "np.sqrt(2 * np.pi) * sigma**5"},
    )

    upside_down_and_not_zero = wrong(
        "Two things: your kernel has the wrong sign (the middle must be the pit), and it does not "
        "sum to zero once it is cut off.",
        change={
            "squared - 2 * sigma**2": "2 * sigma**2 - squared",
            "values - values.mean()": "values",
        },
    )

    sum_subtracted = wrong(
        "You subtracted the sum from every value. That takes it away as often as there are values: "
        "spread it.",
        change={"values - values.mean()": "values - values.sum()"},
    )

    divided_by_the_sizes = wrong(
        "You divided by the sum of the sizes. The docstring takes the mean away and leaves the "
        "height alone.",
        change={"values - values.mean()": "values / np.abs(values).sum()"},
    )

    centred_then_divided = wrong(
        "You took the mean away, and then divided by the sum of the sizes. The height is to stay.",
        change={
            "return values - values.mean()": (
                "values = values - values.mean()\n    return values / np.abs(values).sum()"
            )
        },
    )

    even_side = wrong(
        "Your kernel has 2 · radius pixels on a side. With the middle there is one more.",
        change={"np.arange(-radius, radius + 1)": "np.arange(-radius, radius)"},
    )

    one_row_of_distances = wrong(
        "Your kernel changes along one axis alone. The distance from the middle is of both axes.",
        change={"offsets[:, None] ** 2 + offsets**2": "offsets**2 + 0 * offsets[:, None]"},
    )

    squares_multiplied = wrong(
        "You multiplied the two offsets. The square of the distance is the sum of their squares.",
        change={"offsets[:, None] ** 2 + offsets**2": "(offsets[:, None] * offsets) ** 2"},
    )

    counted_from_the_corner = wrong(
        "Your distances are measured from the corner. The middle of the kernel is at [radius, "
        "radius].",
        change={"np.arange(-radius, radius + 1)": "np.arange(2 * radius + 1)"},
    )

    exponent_sign = wrong(
        "Your exponent is positive: the values grow outwards. A Gaussian falls.",
        change={"np.exp(-squared": "np.exp(squared"},
    )

    exponent_multiplied = wrong(
        "In the exponent you multiply by σ²: `a / 2 * b` is (a / 2) · b. Brackets are missing; at "
        "σ = 1 nobody would notice.",
        change={"-squared / (2 * sigma**2)": "-squared / 2 * sigma**2"},
    )

    half_of_one_square = wrong(
        "Brackets are missing: only one of the two squares is divided by 2σ².",
        change={
            "(squared - 2 * sigma**2) / (2 * np.pi * sigma**6)": (
                "(offsets[:, None] ** 2 + offsets**2 / (2 * sigma**2) - 1) / (np.pi * sigma**4)"
            )
        },
    )

    normalised_by_its_own_sum = wrong(
        "You divided the sampled Gaussian by its own sum, as some programs do. The docstring "
        "samples the formula as it stands; where the kernel is cut off early, that is not the "
        "same.",
        change={
            "(squared - 2 * sigma**2) / (2 * np.pi * sigma**6)": (
                "(squared - 2 * sigma**2) / sigma**4 / np.exp(-squared / (2 * sigma**2)).sum()"
            ),
        },
    )
