"""What is right in `shapes`, and what students get wrong."""

from autograder.exercise import Criterion, Value, accepted, near_miss, wrong


class Shapes(Value):
    title = "Read a shape"
    difficulty = 1
    entries = dict.fromkeys(
        ("one", "batch_of_one", "hundred", "upper_half", "rows_of_pixels"), "shape"
    )
    criteria = (
        Criterion("one", 1, "an index"),
        Criterion("batch_of_one", 1, "a slice of one"),
        Criterion("hundred", 1, "a slice of a hundred"),
        Criterion("upper_half", 1, "an index, then a slice"),
        Criterion("rows_of_pixels", 1, "images laid out as rows"),
    )
    revisit = "Shapes"

    as_dict = accepted(
        "a dictionary of tuples",
        source="""{"one": (28, 28), "batch_of_one": (1, 28, 28), "hundred": (100, 28, 28),
    "upper_half": (14, 28), "rows_of_pixels": (100, 784)}""",
    )
    as_lists = accepted(
        "lists",
        source="""dict(one=[28, 28], batch_of_one=[1, 28, 28], hundred=[100, 28, 28],
    upper_half=[14, 28], rows_of_pixels=[100, 28 * 28])""",
    )
    asked = accepted(
        "asked of NumPy",
        source="""{
    "one": x_train[7].shape,
    "batch_of_one": x_train[7:8].shape,
    "hundred": x_train[:100].shape,
    "upper_half": x_train[7, :14].shape,
    "rows_of_pixels": x_train[:100].reshape(100, -1).shape,
}""",
    )

    index_keeps_the_axis = wrong(
        "You kept an axis of length 1 where an index has picked one image. An index removes "
        "its axis; only a slice keeps it.",
        change={"(28, 28)": "(1, 28, 28)"},
    )
    slice_drops_the_axis = wrong(
        "You dropped the first axis of a slice because it holds one image. A batch of one is "
        "still a batch.",
        change={"(1, 28, 28)": "(28, 28)"},
    )
    both_ends_count = wrong(
        "You counted the end of the slice in: `from:to` stops before `to`.",
        source="""{"one": (28, 28), "batch_of_one": (2, 28, 28), "hundred": (101, 28, 28),
    "upper_half": (15, 28), "rows_of_pixels": (101, 784)}""",
    )
    batch_axis_last = wrong(
        "You put the images along the last axis. In this course, and in Keras, the batch axis "
        "comes first.",
        source="""{"one": (28, 28), "batch_of_one": (28, 28, 1), "hundred": (28, 28, 100),
    "upper_half": (14, 28), "rows_of_pixels": (784, 100)}""",
    )
    left_for_upper = wrong(
        "That is the left half of an image, all rows and 14 columns. The axis after the batch "
        "axis counts rows, from the top down.",
        change={"(14, 28)": "(28, 14)"},
    )
    fourteen_images = wrong(
        "You took fourteen images. The 7 has used up the axis of images, so `:14` is about the "
        "next one.",
        change={"(14, 28)": "(14, 28, 28)"},
    )
    always_laid_out = wrong(
        "You laid the pixels out in one row where nobody asked for it. Only `reshape` does that; "
        "rows and columns stay as they are otherwise.",
        source="""{"one": (784,), "batch_of_one": (1, 784), "hundred": (100, 784),
    "upper_half": (392,), "rows_of_pixels": (78400,)}""",
    )
    minus_one_written = wrong(
        "You wrote the −1 down. It is no length: it asks NumPy to work out how many numbers "
        "are left for that axis.",
        change={"(100, 784)": "(100, -1)"},
    )
    pixels_lost = wrong(
        "Pixels got lost in your last shape. What `reshape` gives holds as many numbers as before.",
        change={"(100, 784)": "(100, 28)"},
    )
    sides_added = wrong(
        "You added rows and columns. An image with 28 rows of 28 pixels has more than that.",
        change={"(100, 784)": "(100, 56)"},
    )

    other_shapes = near_miss(
        "another shape in every entry",
        source="""{"one": (27, 28), "batch_of_one": (7, 28, 28), "hundred": (99, 28, 28),
    "upper_half": (7, 28), "rows_of_pixels": (100, 28, 28)}""",
        unlike=(
            index_keeps_the_axis, slice_drops_the_axis, batch_axis_last, left_for_upper,
            fourteen_images, minus_one_written, pixels_lost, sides_added, both_ends_count,
            always_laid_out,
        ),
    )  # fmt: skip
