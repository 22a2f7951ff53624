"""What is right in `on_paper`, and what students get wrong."""

from autograder.exercise import Criterion, Value, accepted, near_miss, wrong


class OnPaper(Value):
    title = "On paper"
    difficulty = 1
    entries = {
        "kernel": "shape",
        "bias": "shape",
        "parameters": "integer",
        "pixelwise": "integer",
        "flattened": "integer",
    }
    follows = {"parameters": "parameters - prod(kernel) - prod(bias)"}
    criteria = (
        Criterion("kernel", 1, "the kernel of the EinsumDense layer"),
        Criterion("bias", 1, "its bias"),
        Criterion("parameters", 1, "its parameters"),
        Criterion("pixelwise", 1, "Dense on a photograph"),
        Criterion("flattened", 1, "Dense on a flattened photograph"),
    )
    revisit = "Name the axes: EinsumDense"

    as_dict = accepted(
        "a dictionary",
        source="""{"kernel": (4, 2, 5), "bias": (2, 5), "parameters": 50, "pixelwise": 32,
 "flattened": 4808}""",
    )
    as_lists = accepted(
        "shapes as lists",
        source="dict(kernel=[4, 2, 5], bias=[2, 5], parameters=50.0, pixelwise=32, flattened=4808)",
    )
    computed = accepted(
        "computed",
        source="""{
    "kernel": np.zeros((4, 2, 5)).shape,
    "bias": np.zeros((2, 5)).shape,
    "parameters": 4 * 2 * 5 + 2 * 5,
    "pixelwise": (3 + 1) * 8,
    "flattened": (10 * 20 * 3 + 1) * 8,
}""",
    )

    bias_for_each_step = wrong(
        "You gave the bias a number for each time step, too. It has only the axes that "
        "`bias_axes` names; all steps share it.",
        change={"(2, 5)": "(7, 2, 5)", ": 50": ": 110"},
    )
    bias_on_time = wrong(
        "Your bias lies along the time axis. `bias_axes` names letters of the output: which axes "
        "of the output are they?",
        change={"(2, 5)": "(7,)", ": 50": ": 47"},
    )
    bias_on_last_axis = wrong(
        "Your bias has the last axis only, as Dense would. `bias_axes` names two letters here.",
        change={"(2, 5)": "(5,)", ": 50": ": 45"},
    )
    time_in_kernel = wrong(
        "Your kernel has a time axis. Look at the letters between comma and arrow: t is not "
        "among them, so all steps share one kernel.",
        change={"(4, 2, 5)": "(7, 4, 2, 5)", ": 50": ": 290"},
    )
    output_for_kernel = wrong(
        "You gave the output's shape for the kernel's. The kernel's letters stand between comma "
        "and arrow.",
        change={"(4, 2, 5)": "(7, 2, 5)", ": 50": ": 80"},
    )
    no_bias_counted = wrong(
        "You left out the biases. They are learned, too.",
        change={"50": "40", "32": "24", "4808": "4800"},
    )
    dense_flattens = wrong(
        "You counted as if Dense flattened the photograph by itself. It works on the last axis, "
        "and shares its weights over all pixels.",
        change={": 32": ": 4808"},
        revisit="Dense looks at the last axis",
    )
    own_weights_a_pixel = wrong(
        "You gave every pixel a Dense layer of its own. There is one, shared by all pixels.",
        change={": 32": ": 6400"},
        revisit="Dense looks at the last axis",
    )
    channels_forgotten = wrong(
        "You flattened the pixels and forgot that each holds three numbers.",
        change={"4808": "1608"},
        revisit="Dense looks at the last axis",
    )

    other_numbers = near_miss(
        "another value in every entry",
        source="""{"kernel": (5, 2, 4), "bias": (5, 2), "parameters": 70, "pixelwise": 40,
 "flattened": 5000}""",
        unlike=(
            bias_for_each_step, bias_on_time, bias_on_last_axis, time_in_kernel, output_for_kernel,
            no_bias_counted, dense_flattens, own_weights_a_pixel, channels_forgotten,
        ),
    )  # fmt: skip
