"""What is right in `hand_window`, and what students get wrong."""

from autograder.exercise import Criterion, Value, accepted, near_miss, wrong


class HandWindow(Value):
    title = "By hand"
    difficulty = 1
    entries = {
        "shape": "shape",
        "top_right": "integer",
        "bottom_left": "integer",
        "flipped": "integer",
    }
    criteria = (
        Criterion("shape", 1, "the shape of the output"),
        Criterion("top_right", 1, "the top right number"),
        Criterion("bottom_left", 1, "the bottom left number"),
        Criterion("flipped", 1, "the top left number with the turned kernel"),
    )
    revisit = "Products and a sum"

    as_dict = accepted(
        "a dictionary", source='{"shape": (2, 3), "top_right": 5, "bottom_left": -1, "flipped": 6}'
    )
    as_list = accepted(
        "the shape as a list",
        source="dict(shape=[2, 3], top_right=5.0, bottom_left=-1.0, flipped=6.0)",
    )
    computed = accepted(
        "computed",
        source="""{
    "shape": tuple(n - 2 + 1 for n in (3, 4)),
    "top_right": int(np.sum(np.array([[0, 3], [1, 0]]) * [[0, 1], [2, -1]])),
    "bottom_left": int(np.sum(np.array([[4, 1], [0, 2]]) * [[0, 1], [2, -1]])),
    "flipped": int(np.sum(np.array([[2, 2], [4, 1]]) * [[-1, 2], [1, 0]])),
}""",
    )

    rows_and_columns_swapped = wrong(
        "Your shape is (columns, rows). Arrays are written rows first, then columns.",
        change={"(2, 3)": "(3, 2)"},
        revisit="An image is an array",
    )
    size_kept = wrong(
        "Your output is as large as the image. Nothing was put around it here, so a window "
        "two wide has fewer places than the image has columns.",
        change={"(2, 3)": "(3, 4)"},
    )
    one_place_lost = wrong(
        "Your output is one too small both ways: you subtracted the kernel's size from the "
        "image's and left it there. Slide a window with your fingers and count its places.",
        change={"(2, 3)": "(1, 2)"},
    )
    flipped_throughout = wrong(
        "You turned the kernel for the first numbers and left it as it is for the last: that "
        "is convolution where cross-correlation is asked, and the other way round.",
        change={
            '"top_right": 5': '"top_right": 7',
            '"bottom_left": -1': '"bottom_left": -2',
            '"flipped": 6': '"flipped": 9',
        },
        revisit="Correlation or convolution?",
    )
    rows_flipped_only = wrong(
        "For the last entry you swapped the kernel's rows but left its columns. A turn by "
        "180° does both.",
        change={'"flipped": 6': '"flipped": 3'},
        revisit="Correlation or convolution?",
    )
    transposed_for_turned = wrong(
        "For the last entry you mirrored the kernel at its diagonal: that is its transpose. A "
        "turn by 180° swaps the rows and swaps the columns.",
        change={'"flipped": 6': '"flipped": 7'},
        revisit="Correlation or convolution?",
    )
    minus_lost = wrong(
        "You lost the minus sign of the kernel's last number.",
        change={
            '"bottom_left": -1': '"bottom_left": 3',
            '"flipped": 6': '"flipped": 10',
        },
    )

    corners_exchanged = wrong(
        "You exchanged the two corners: top right is the last number of the first row.",
        change={'"top_right": 5': '"top_right": -1', '"bottom_left": -1': '"bottom_left": 5'},
    )
    one_window_too_early = wrong(
        "Your top right number is of the window before. The last one ends at the image's last "
        "column.",
        change={'"top_right": 5': '"top_right": 1'},
    )
    right_for_left = wrong(
        "You gave the bottom *right* number. Asked is the first of the last row.",
        change={'"bottom_left": -1': '"bottom_left": 9'},
    )
    not_turned = wrong(
        "For the last entry you left the kernel as it is.",
        change={'"flipped": 6': '"flipped": 9'},
        revisit="Correlation or convolution?",
    )
    columns_flipped_only = wrong(
        "For the last entry you swapped the kernel's columns but left its rows. A turn by 180° "
        "does both.",
        change={'"flipped": 6': '"flipped": 0'},
        revisit="Correlation or convolution?",
    )

    other_numbers = near_miss(
        "another number in every entry",
        source='{"shape": (2, 2), "top_right": 4, "bottom_left": 2, "flipped": 12}',
        unlike=(
            rows_and_columns_swapped, size_kept, one_place_lost, flipped_throughout,
            rows_flipped_only, transposed_for_turned, minus_lost, corners_exchanged,
            one_window_too_early, right_for_left, not_turned, columns_flipped_only,
        ),
    )  # fmt: skip
