"""What is right in `own_weights`, and what students get wrong."""

from autograder.exercise import Criterion, Equation, Probe, Tolerance, accepted, wrong

PRODUCTS = Tolerance(atol=1e-9, rtol=1e-9, reason="a few float64 products, added in any order")


class OwnWeights(Equation):
    title = "A matrix for each step"
    difficulty = 2
    criteria = (
        Criterion("one", 1, "a batch of one"),
        Criterion("batch", 2, "batches of several sequences"),
    )
    tolerance = PRODUCTS
    revisit = "Name the axes: EinsumDense"

    def probes(self, rng):
        def pair(b, t, f, u):
            return rng.normal(size=(b, t, f)), rng.normal(size=(t, f, u))

        yield Probe("one", "1 sequence, 7 steps, 4 features to 2 units", pair(1, 7, 4, 2))
        yield Probe("batch", "5 sequences, 3 steps, 4 features to 2 units", pair(5, 3, 4, 2))
        yield Probe("batch", "4 sequences, 3 steps, 3 features to 3 units", pair(4, 3, 3, 3))
        yield Probe("batch", "2 sequences, 2 steps, 1 feature to 6 units", pair(2, 2, 1, 6))

    same_letters = accepted("other letters", source='"nsc,scd->nsd"')
    dots = accepted("dots for the batch", source='"...tf,tfu->...tu"')
    spaces = accepted("with spaces", source='"b t f, t f u -> b t u"')

    axis_forgotten = wrong(
        "Both inputs have three axes, but your equation gives one of them only two letters. The "
        "first axis of x is the batch; the first axis of W is the step, since each has its matrix.",
        change={'"btf,tfu->btu"': '"tf,tfu->tu"'},
    )
    batch_summed = wrong(
        "You sum over the batch: its letter is missing after the arrow, so all sequences are "
        "added up.",
        change={'"btf,tfu->btu"': '"btf,tfu->tu"'},
    )
    steps_summed = wrong(
        "You sum over the time steps: their letter is missing after the arrow (without an arrow, "
        "NumPy drops every letter that comes twice).",
        change={'"btf,tfu->btu"': '"btf,tfu->bu"'},
    )
    steps_not_paired = wrong(
        "Input and kernel have different letters for the time step, and the kernel's is summed "
        "away: every step meets the sum of all matrices. Step t is to meet matrix t.",
        change={'"btf,tfu->btu"': '"btf,sfu->btu"'},
    )
    every_matrix = wrong(
        "Every step meets every matrix, since input and kernel have different letters for the "
        "time step. Step t is to meet matrix t alone.",
        change={'"btf,tfu->btu"': '"btf,sfu->btsu"'},
    )
    features_kept = wrong(
        "The features are multiplied but not added up: their letter also stands after the arrow.",
        change={'"btf,tfu->btu"': '"btf,tfu->btfu"'},
    )
    units_summed = wrong(
        "You sum over the units, and keep the features. It is the other way round.",
        change={'"btf,tfu->btu"': '"btf,tfu->btf"'},
    )
    time_before_batch = wrong(
        "Your output has its time axis before the batch. The letters after the arrow are the "
        "output's axes, in this order.",
        change={'"btf,tfu->btu"': '"btf,tfu->tbu"'},
    )
    units_before_time = wrong(
        "Your output has the units before the time steps. The letters after the arrow are the "
        "output's axes, in this order.",
        change={'"btf,tfu->btu"': '"btf,tfu->but"'},
    )
    kernel_turned = wrong(
        "You read the kernel as (time, units, features). Its axes are time, features, units.",
        change={'"btf,tfu->btu"': '"btf,tuf->btu"'},
    )
    features_first = wrong(
        "You read the kernel as (features, time, units). Its axes are time, features, units.",
        change={'"btf,tfu->btu"': '"btf,ftu->btu"'},
    )
