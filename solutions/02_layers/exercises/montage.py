"""What is right in `montage`, and what students get wrong."""

import numpy as np

from autograder.exercise import Criterion, Function, Probe, accepted, near_miss, wrong

from ._shared import MOVED


class Montage(Function):
    title = "Find the bug"
    difficulty = 2
    criteria = (
        Criterion("column", 1, "one column"),
        Criterion("grid", 3, "several columns"),
        Criterion("incomplete", 1, "a last row that is not full"),
        Criterion("dtype", 1, "bytes stay bytes, floats stay floats"),
    )
    tolerance = MOVED
    revisit = "The memory is a tape"

    def probes(self, rng):
        def numbered(*shape):
            return np.arange(1, np.prod(shape) + 1).reshape(shape)

        yield Probe("column", "3 pictures of 2×3, 1 column", (numbered(3, 2, 3), 1))
        yield Probe("grid", "4 pictures of 1×2, 2 columns", (numbered(4, 1, 2), 2))
        yield Probe("grid", "6 random pictures of 3×2, 3 columns", (rng.random((6, 3, 2)) + 1, 3))
        yield Probe("grid", "4 random pictures of 2×2, 4 columns", (rng.random((4, 2, 2)) + 1, 4))
        yield Probe("incomplete", "5 pictures of 2×2, 3 columns", (rng.random((5, 2, 2)) + 1, 3))
        yield Probe("incomplete", "2 pictures of 2×1, 4 columns", (numbered(2, 2, 1), 4))
        yield Probe(
            "dtype",
            "bytes (uint8), 3 pictures of 2×3, 2 columns",
            (rng.integers(1, 256, (3, 2, 3)).astype(np.uint8), 2),
        )
        yield Probe(
            "dtype",
            "float32 between 0 and 1, 4 pictures of 2×3, 2 columns",
            ((rng.random((4, 2, 3)) * 0.9 + 0.05).astype(np.float32), 2),
        )
        yield Probe("column", "4 random pictures of 3×2, 1 column", (rng.random((4, 3, 2)) + 1, 1))

    @accepted("pictures copied to their places")
    def copied(pictures, columns):
        n, H, W = pictures.shape
        rows = (n + columns - 1) // columns
        sheet = np.zeros((rows * H, columns * W), dtype=pictures.dtype)
        for k in range(n):
            i, j = divmod(k, columns)
            sheet[i * H : (i + 1) * H, j * W : (j + 1) * W] = pictures[k]
        return sheet

    @accepted("rows joined, then stacked")
    def joined(pictures, columns):
        missing = -len(pictures) % columns
        full = list(pictures) + [np.zeros_like(pictures[0])] * missing
        return np.vstack([np.hstack(full[k : k + columns]) for k in range(0, len(full), columns)])

    @accepted("einsum to move the axes")
    def by_einsum(pictures, columns):
        full = np.pad(pictures, ((0, -len(pictures) % columns), (0, 0), (0, 0)))
        _, h, w = full.shape
        moved = np.einsum("rchw->rhcw", full.reshape(-1, columns, h, w))
        return moved.reshape(-1, columns * w)

    @accepted("np.block")
    def by_block(pictures, columns):
        import math

        rows = math.ceil(len(pictures) / columns)
        blank = np.zeros_like(pictures[0])
        return np.block(
            [
                [
                    pictures[i * columns + j] if i * columns + j < len(pictures) else blank
                    for j in range(columns)
                ]
                for i in range(rows)
            ]
        )

    still_the_bug = wrong(
        "Nothing has changed: the tape still holds one whole picture after the other, while a row "
        "of the sheet holds the first lines of *several* pictures.",
        change={".transpose(0, 2, 1, 3)": ""},
    )

    column_by_column = wrong(
        "The first pictures run down the first column of the sheet. Asked for is reading order: "
        "to the right first.",
        change={
            "(rows, columns, height, width)": "(columns, rows, height, width)",
            "(0, 2, 1, 3)": "(1, 2, 0, 3)",
        },
    )

    woven = wrong(
        "Side by side lie pixels of different pictures: the last axis you move is the sheet's "
        "column, so the pictures are woven into each other.",
        change={"(0, 2, 1, 3)": "(0, 2, 3, 1)"},
    )

    sheet_transposed = wrong(
        "The sheet as a whole is transposed: its rows run downwards. Four axes move, but those of "
        "the rows must stay before those of the columns.",
        change={"(rows * height, columns * width)": "(rows * height, columns * width).T"},
    )

    pictures_transposed = wrong(
        "Every picture is mirrored at its diagonal: you swapped rows and columns *inside* the "
        "pictures. They are to be moved as they are.",
        change={"count, height": "pictures = pictures.transpose(0, 2, 1)\n    count, height"},
    )

    last_row_lost = wrong(
        "You round the number of rows down: pictures that do not fill a row of the sheet are lost.",
        change={
            "-(-count // columns)": "count // columns",
            "full[:count] = pictures": "full[:] = pictures[: rows * columns]",
        },
    )

    one_row_too_many = wrong(
        "Your sheet always has one row of pictures more than it needs. Where the pictures fill "
        "the rows, none is left over.",
        change={"-(-count // columns)": "count // columns + 1"},
    )

    columns_for_rows = wrong(
        "You took the number of columns for the number of rows: the sheet is laid out the other "
        "way.",
        change={"rows = -(-count // columns)": "rows, columns = columns, -(-count // columns)"},
    )

    last_one_repeated = wrong(
        "Empty places are filled with the last picture. They are to be 0.",
        change={"np.zeros_like(pictures[0])": "pictures[-1]"},
        of=joined,
    )

    always_floats = wrong(
        "Your sheet is always of floats: `np.zeros` makes floats unless it is told otherwise. "
        "Bytes are to stay bytes.",
        change={", dtype=pictures.dtype": ""},
    )

    @wrong("You laid all pictures in one row. A row of the sheet holds `columns` of them.")
    def one_row(pictures, columns):
        return np.hstack(list(pictures))

    @wrong("You laid all pictures one below the other. A row of the sheet holds `columns` of them.")
    def one_column(pictures, columns):
        return np.vstack(list(pictures))

    always_integers = near_miss(
        "a sheet of 64-bit integers, whatever comes in",
        change={"dtype=pictures.dtype": "dtype=int"},
        unlike=always_floats,
    )
