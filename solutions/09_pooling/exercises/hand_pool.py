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
        "You counted the pixels that are seen. Asked for are the others.",
        change={'"unseen": 14': '"unseen": 16'},
        revisit="Which f, which s?",
    )
    both_needed = wrong(
        "You counted only pixels whose row and whose column are both skipped. One of the two is "
        "enough to be missed by every window.",
        change={'"unseen": 14': '"unseen": 2'},
        revisit="Which f, which s?",
    )
