"""What is right in `by_hand`, and what students get wrong."""

from autograder.exercise import Criterion, Value, accepted, wrong


def _by_hand(**changed: float) -> str:
    """The numbers found by hand, to two or three decimals, with some entries changed."""
    right = {"batch": -1.4, "instance": -1, "layer": -1.667, "gamma": 5, "beta": 8, "fresh": 1}
    return repr({**right, **changed})


class ByHand(Value):
    title = "By hand"
    difficulty = 1
    entries = {
        "batch": "number",
        "instance": "number",
        "layer": "number",
        "gamma": "number",
        "beta": "number",
        "fresh": "number",
    }
    criteria = (
        Criterion("batch", 1, "batch normalisation"),
        Criterion("instance", 1, "instance normalisation"),
        Criterion("layer", 1, "layer normalisation"),
        Criterion("undo", 1, "γ and β that undo it"),
        Criterion("fresh", 1, "inference of an untrained layer"),
    )
    entry_criterion = {"gamma": "undo", "beta": "undo"}
    step = 0.011
    revisit = "Who is averaged with whom"

    as_dict = accepted(
        "two decimals",
        source=_by_hand(layer=-1.67),
    )
    computed = accepted(
        "computed",
        source="""{
    "batch": (1 - np.mean([1, 7, 9, 15])) / np.std([1, 7, 9, 15]),
    "instance": (1 - np.mean([1, 7])) / np.std([1, 7]),
    "layer": (1 - np.mean([1, 7, 7, 9])) / np.std([1, 7, 7, 9]),
    "gamma": np.std([1, 7, 9, 15]),
    "beta": np.mean([1, 7, 9, 15]),
    "fresh": (1 - 0) / np.sqrt(1),
}""",
    )
    as_fractions = accepted(
        "fractions",
        source="""dict(
    batch=-7 / 5, instance=-3 / 3, layer=-5 / 3, gamma=25**0.5, beta=32 / 4, fresh=1.0
)""",
    )

    sign_lost = wrong(
        "Your signs are turned: x minus its mean, not the mean minus x. A number below its mean "
        "comes out negative.",
        revisit="The same inside the network",
        source=_by_hand(batch=1.4, instance=1, layer=1.667),
    )
    divided_by_variance = wrong(
        "You divided by the variance. Take its root first.",
        revisit="The same inside the network",
        source=_by_hand(batch=-0.28, instance=-0.333, layer=-0.556),
    )
    batch_and_instance_swapped = wrong(
        "Batch and instance have changed places: batch normalisation takes all images, instance "
        "normalisation one.",
        source=_by_hand(batch=-1.0, instance=-1.4),
    )
    layer_over_the_batch = wrong(
        "Your layer normalisation takes all eight numbers. It stays within one image.",
        change={"-5 / 3": "-1.5"},
    )
    layer_per_pixel = wrong(
        "Your layer normalisation takes the channels of one pixel, as Keras does by "
        "default. Here it "
        "is to go over the whole image.",
        change={"-5 / 3": "-1.0"},
    )
    gamma_and_beta_swapped = wrong(
        "γ and β have changed places: γ stretches, β shifts.",
        change={": np.std([1, 7, 9, 15])": ": 8", ": np.mean([1, 7, 9, 15])": ": 5"},
        of=computed,
        revisit="The same inside the network",
    )
    gamma_is_variance = wrong(
        "Your γ is the variance. To undo a division by the standard deviation, multiply by that.",
        change={": np.std([1, 7, 9, 15])": ": 25"},
        of=computed,
        revisit="The same inside the network",
    )
    untouched_parameters = wrong(
        "γ = 1 and β = 0 leave the *normalised* numbers alone. Asked for are those that bring the "
        "original ones back.",
        change={": np.std([1, 7, 9, 15])": ": 1", ": np.mean([1, 7, 9, 15])": ": 0"},
        of=computed,
        revisit="The same inside the network",
    )
    fresh_uses_the_batch = wrong(
        "In inference you used the batch's statistics. The layer has running ones, even before the "
        "first batch.",
        change={"(1 - 0) / np.sqrt(1)": "-1.4"},
        of=computed,
        revisit="Two ways to run",
    )
    fresh_is_zero = wrong(
        "You took a running variance of 0 or an output of β. The running statistics "
        "start at mean 0 "
        "and variance 1.",
        change={"(1 - 0) / np.sqrt(1)": "0"},
        of=computed,
        revisit="Two ways to run",
    )
    unbiased = wrong(
        "Your standard deviations divide by one number less than there are. Divide by all.",
        revisit="The same inside the network",
        source=_by_hand(batch=-1.212, instance=-0.707, layer=-1.443, gamma=5.774),
    )
    channels_mixed = wrong(
        "Your batch normalisation takes both channels together. Each channel is by itself.",
        source=_by_hand(batch=-1.5),
    )
    instance_and_layer_swapped = wrong(
        "Instance and layer have changed places: instance normalisation takes one map, layer "
        "normalisation all maps of the image.",
        source=_by_hand(instance=-1.667, layer=-1),
    )
    batch_and_layer_swapped = wrong(
        "Batch and layer have changed places: batch normalisation takes one channel of all images, "
        "layer normalisation all channels of one image.",
        source=_by_hand(batch=-1.667, layer=-1.4),
    )
    undone_twice = wrong(
        "Your γ and β would normalise once more. Asked for are those that lead back, from the "
        "normalised numbers to the original ones.",
        source=_by_hand(gamma=0.2, beta=-1.6),
        revisit="The same inside the network",
    )
    beta_turned = wrong(
        "Your β has the wrong sign: the mean was taken away, and is to come back.",
        source=_by_hand(beta=-8),
        revisit="The same inside the network",
    )
    not_divided = wrong(
        "You took the mean away and did not divide.",
        source=_by_hand(batch=-7, instance=-3, layer=-5),
        revisit="The same inside the network",
    )
