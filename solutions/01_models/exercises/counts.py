"""What is right in `counts`, and what students get wrong."""

from autograder.exercise import Criterion, Value, accepted, near_miss, wrong


class Counts(Value):
    title = "Count before you build"
    difficulty = 1
    criteria = (
        Criterion("layers", 2, "the parameters of each layer"),
        Criterion("total", 1, "the whole network"),
        Criterion("arrays", 1, "how many arrays hold them"),
        Criterion("output", 1, "the shape of the answer to five images"),
    )
    entries = {
        "flatten": "integer",
        "first": "integer",
        "second": "integer",
        "third": "integer",
        "total": "integer",
        "arrays": "integer",
        "output": "shape",
    }
    follows = {"total": "total - flatten - first - second - third"}
    entry_criterion = {
        "flatten": "layers",
        "first": "layers",
        "second": "layers",
        "third": "layers",
    }
    revisit = "A stack"

    as_products = accepted(
        "with the products written out",
        source="""{"flatten": 0, "first": 64 * 20 + 20, "second": 20 * 20 + 20,
         "third": 20 * 10 + 10, "total": 65 * 20 + 21 * 20 + 21 * 10, "arrays": 3 * 2,
         "output": (5, 10)}""",
    )
    by_dict = accepted(
        "by dict(), the shape as a list",
        source="dict(flatten=0, first=1300, second=420, third=210, total=1930, arrays=6, "
        "output=[5, 10])",
    )
    as_arrays = accepted(
        "as NumPy's numbers",
        source="""{"flatten": np.int64(0), "first": np.int64(1300), "second": np.int64(420),
         "third": np.int64(210), "total": np.sum([1300, 420, 210]), "arrays": np.int64(6),
         "output": np.zeros((5, 10)).shape}""",
    )
    no_bias = wrong(
        "Your dense layers have no biases. Each unit has one number of its own that is added to "
        "its sum.",
        source='{"flatten": 0, "first": 1280, "second": 400, "third": 200, "total": 1880, '
        '"arrays": 3, "output": (5, 10)}',
    )
    one_bias_a_layer = wrong(
        "You gave each layer one bias. Each of its units has one.",
        source='{"flatten": 0, "first": 1281, "second": 401, "third": 201, "total": 1883, '
        '"arrays": 6, "output": (5, 10)}',
    )
    rows_only = wrong(
        "Your first dense layer sees 8 numbers, one row of pixels. After Flatten it sees the "
        "whole image.",
        change={"1300": "180", "1930": "810"},
    )
    flatten_has_weights = wrong(
        "You gave Flatten parameters. It only lays the pixels in a row; there is nothing in it "
        "to learn.",
        change={": 0,": ": 64,", "1930": "1994"},
    )
    pixels_everywhere = wrong(
        "Your second and third layers still see the 64 pixels. A layer in a stack sees only what "
        "the layer before it gives.",
        source='{"flatten": 0, "first": 1300, "second": 1300, "third": 650, "total": 3250, '
        '"arrays": 6, "output": (5, 10)}',
    )
    bias_on_the_input = wrong(
        "You count a bias for each number that comes in. Biases belong to the units, to what "
        "goes out.",
        source='{"flatten": 0, "first": 1344, "second": 420, "third": 220, "total": 1984, '
        '"arrays": 6, "output": (5, 10)}',
    )
    batch_of_one = wrong(
        "Parameters are right; look at the answer's shape again. Five images go in, and each of "
        "them gets its ten numbers.",
        change={"(5, 10)": "(10,)"},
    )
    batch_open = wrong(
        "Keras writes None where the size of the batch is open. Here it is known: five images.",
        change={"(5, 10)": "(None, 10)"},
    )
    one_array_a_layer = wrong(
        "You count one array a dense layer. Look at the list that the stack above printed: "
        "kernel and bias are kept apart.",
        change={": 6,": ": 3,"},
    )

    other_numbers = near_miss(
        "another number in every entry",
        source="""{"flatten": 8, "first": 1284, "second": 440, "third": 230, "total": 2000,
         "arrays": 4, "output": (8, 10)}""",
        unlike=(
            no_bias, one_bias_a_layer, rows_only, flatten_has_weights, pixels_everywhere,
            bias_on_the_input, batch_of_one, batch_open, one_array_a_layer,
        ),
    )  # fmt: skip
