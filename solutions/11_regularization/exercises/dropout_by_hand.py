"""What is right in `dropout_by_hand`, and what students get wrong."""

from autograder.exercise import Criterion, Value, accepted, wrong


class DropoutByHand(Value):
    title = "By hand"
    difficulty = 1
    criteria = (
        Criterion("training", 2, "outputs in training"),
        Criterion("inference", 1, "the sum at inference"),
        Criterion("slopes", 2, "the slopes"),
    )
    entries = {
        "first": "number",
        "sum": "number",
        "inference": "number",
        "slope_first": "number",
        "slope_third": "number",
    }
    follows = {"sum": "sum / first", "slope_first": "slope_first / first"}
    entry_criterion = {
        "first": "training",
        "sum": "training",
        "inference": "inference",
        "slope_first": "slopes",
        "slope_third": "slopes",
    }
    step = 1e-3
    revisit = "Dropout"

    as_fractions = accepted(
        "as fractions",
        source='{"first": 4 / 0.8, "sum": (4 - 2 + 6) / 0.8, "inference": 4 - 2 + 10 + 6, '
        '"slope_first": 1 / 0.8, "slope_third": 0}',
    )
    as_array = accepted(
        "with NumPy",
        source='dict(zip(["first", "sum", "inference", "slope_first", "slope_third"], '
        "np.array([5.0, 10.0, 18.0, 1.25, 0.0])))",
    )
    by_call = accepted(
        "by dict()",
        source="dict(first=5.0, sum=10, inference=18.0, slope_first=5 / 4, slope_third=0.0)",
    )
    no_scale = wrong(
        "The units that stay keep their outputs in your calculation. Then the next layer gets a "
        "fifth less in training than at inference.",
        change={
            '"first": 5': '"first": 4',
            '"sum": 10': '"sum": 8',
            '"slope_first": 1.25': '"slope_first": 1',
        },
    )
    rate_is_kept = wrong(
        "You divide by the rate itself, as if 0.2 were the probability to stay. Keras's rate is "
        "the probability to be thrown out.",
        change={
            '"first": 5': '"first": 20',
            '"sum": 10': '"sum": 40',
            '"slope_first": 1.25': '"slope_first": 5',
        },
    )
    multiplied = wrong(
        "You multiply by 1 − p. The units that stay must make up for those that are missing, so "
        "they get larger, not smaller.",
        change={
            '"first": 5': '"first": 3.2',
            '"sum": 10': '"sum": 6.4',
            '"slope_first": 1.25': '"slope_first": 0.8',
        },
    )
    by_count = wrong(
        "You scale by how many units happen to be left, 4 of 3. The factor depends on the rate "
        "alone, whatever the mask of this step.",
        change={
            '"first": 5': '"first": 16 / 3',
            '"sum": 10': '"sum": 32 / 3',
            '"slope_first": 1.25': '"slope_first": 4 / 3',
        },
    )
    active_at_inference = wrong(
        "You use the mask at inference as well. There, all units take part.",
        change={'"inference": 18': '"inference": 10'},
    )
    scaled_at_inference = wrong(
        "You multiply by 1 − p at inference. The 2014 paper does that instead of scaling in "
        "training; doing both counts it twice.",
        change={'"inference": 18': '"inference": 14.4'},
    )
    slope_through = wrong(
        "You let a slope through to the third unit. It has been thrown out: however it moves, s "
        "does not notice.",
        change={'"slope_third": 0': '"slope_third": 1.25'},
    )
    slope_unscaled = wrong(
        "Your slope of the first unit is 1. On its way to s the output passes through dropout's "
        "factor, and so does the slope.",
        change={'"slope_first": 1.25': '"slope_first": 1'},
    )
    mask_forgotten = wrong(
        "You scale, but nobody is thrown out: the third unit is still in your sum.",
        change={'"sum": 10': '"sum": 22.5'},
    )
    nothing_dropped = wrong(
        "In training your sum is that of all four units, unscaled. What does dropout do to the "
        "third unit, and to the others?",
        change={'"sum": 10': '"sum": 18'},
    )
    sum_unscaled = wrong(
        "Your sum leaves out the third unit, but the others are not scaled in it. The sum is that "
        "of the outputs after dropout.",
        change={'"sum": 10': '"sum": 8'},
    )
    multiplied_by_rate = wrong(
        "You multiply by the rate. The units that stay must make up for those that are missing, "
        "so they get larger.",
        change={
            '"first": 5': '"first": 0.8',
            '"sum": 10': '"sum": 1.6',
            '"slope_first": 1.25': '"slope_first": 0.2',
        },
    )
    divided_at_inference = wrong(
        "You scale up at inference, too. There, all units take part as they are.",
        change={'"inference": 18': '"inference": 22.5'},
    )
    unscaled_mask_at_inference = wrong(
        "You leave the third unit out at inference. There, all units take part.",
        change={'"inference": 18': '"inference": 8'},
    )
    outputs_for_slopes = wrong(
        "You gave the outputs where the slopes are asked for: by how much does s move if a unit's "
        "output moves by 1?",
        change={'"slope_first": 1.25': '"slope_first": 5'},
    )
    slope_multiplied = wrong(
        "Your slope is smaller than 1, but the first unit's output gets larger on its way to s.",
        change={'"slope_first": 1.25': '"slope_first": 0.8'},
    )
    plain_slope_through = wrong(
        "You let a slope of 1 through to the third unit. It has been thrown out: however it moves, "
        "s does not notice.",
        change={'"slope_third": 0': '"slope_third": 1'},
    )
