"""What is right in `hand_pool`, and what students get wrong."""

from autograder.exercise import Criterion, Value, accepted, wrong


class HandPool(Value):
    title = "By hand"
    difficulty = 1
    entries = {
        "shape": "shape",
        "average": "number",
        "overlapping_shape": "shape",
        "overlapping_max": "integer",
        "unseen": "integer",
    }
    step = 0.001
    criteria = (
        Criterion("shape", 1, "the shape with f = 2, s = 2"),
        Criterion("average", 1, "a mean"),
        Criterion("overlapping_shape", 1, "the shape with f = 3, s = 2"),
        Criterion("overlapping_max", 1, "a maximum with overlapping windows"),
        Criterion("unseen", 1, "the pixels that f = 2, s = 3 does not see"),
    )
    revisit = "Keep the largest"

    as_dict = accepted(
        "a dictionary",
        source="""{"shape": (2, 3), "average": 1.75, "overlapping_shape": (2, 2),
 "overlapping_max": 9, "unseen": 14}""",
    )
    as_lists = accepted(
        "shapes as lists",
        source="""dict(shape=[2, 3], average=7 / 4, overlapping_shape=[2, 2],
 overlapping_max=9.0, unseen=14)""",
    )
    computed = accepted(
        "computed",
        source="""{
    "shape": tuple((n - 2) // 2 + 1 for n in (5, 6)),
    "average": np.mean([0, 3, 4, 0]),
    "overlapping_shape": tuple((n - 3) // 2 + 1 for n in (5, 6)),
    "overlapping_max": int(np.max([[7, 2, 0], [1, 5, 8], [0, 9, 3]])),
    "unseen": 5 * 6 - 4 * 4,
}""",
    )

    last_row_pooled = wrong(
        "You pooled the fifth row, too, though it does not fill a window. Without padding such "
        "a row is left out.",
        change={"(2, 3)": "(3, 3)", "1.75": "4.0"},
    )
    rows_and_columns_swapped = wrong(
        "Your first shape is (columns, rows). Rows come first.",
        change={"(2, 3)": "(3, 2)"},
    )
    sum_for_mean = wrong(
        "For the average you added up the window and did not divide.",
        change={"1.75": "7"},
    )
    largest_for_mean = wrong(
        "For the average you took the largest of the window.",
        change={"1.75": "4"},
    )
    stride_one = wrong(
        "With f = 3 you moved the window by one pixel only. The stride says 2.",
        change={"(2, 2)": "(3, 4)"},
        revisit="Which f, which s?",
    )
    stride_equals_size = wrong(
        "With f = 3 you moved the window by its own width, so that nothing overlaps. The stride "
        "is 2 here: the next window begins two pixels on.",
        change={
            "(2, 2)": "(1, 2)",
            '"overlapping_max": 9': '"overlapping_max": 7',
        },
        revisit="Which f, which s?",
    )
    seen_for_unseen = wrong(
        "Sixteen pixels are seen; the others are asked for. Or did you add the skipped row to the "
        "skipped columns? Then two pixels count twice.",
        change={'"unseen": 14': '"unseen": 16'},
        revisit="Which f, which s?",
    )
    both_needed = wrong(
        "You counted only pixels whose row and whose column are both skipped. One of the two is "
        "enough to be missed by every window.",
        change={'"unseen": 14': '"unseen": 2'},
        revisit="Which f, which s?",
    )
    another_window = wrong(
        "Your average belongs to the first window of the last row. Asked for is the last number "
        "of that row.",
        change={"1.75": "3.75"},
    )
    another_row = wrong(
        "Your average belongs to the output's first row. Asked for is the last number of the last "
        "row.",
        change={"1.75": "2.5"},
    )
    divided_by_side = wrong(
        "You divided by 2, the window's side. How many numbers are in the window?",
        change={"1.75": "3.5"},
    )
    columns_rounded_up = wrong(
        "With f = 3 you count a window that sticks out on the right. Nothing is padded: it does "
        "not fit.",
        change={"(2, 2)": "(2, 3)"},
        revisit="Which f, which s?",
    )
    first_place_forgotten = wrong(
        "You counted the steps of the window and forgot the place where it begins.",
        change={"(2, 3)": "(1, 2)", "(2, 2)": "(1, 1)"},
    )
    first_row_again = wrong(
        "Your maximum belongs to the output's first row. Asked for is the first number of the "
        "last row.",
        change={'"overlapping_max": 9': '"overlapping_max": 7'},
    )
    other_end = wrong(
        "Your maximum is in the map's last rows, but not in the window asked for: the *first* "
        "number of the output's last row, from a window of three rows and three columns.",
        change={'"overlapping_max": 9': '"overlapping_max": 8'},
    )
    rows_alone = wrong(
        "You counted the pixels of the row that is skipped. Columns are skipped, too.",
        change={'"unseen": 14': '"unseen": 6'},
        revisit="Which f, which s?",
    )
    columns_alone = wrong(
        "You counted the pixels of the columns that are skipped. A row is skipped, too.",
        change={'"unseen": 14': '"unseen": 10'},
        revisit="Which f, which s?",
    )
