"""What is right in `spotlight`, and what students get wrong."""

from keras import layers, ops

from autograder.exercise import Block, Build, Criterion, accepted, wrong

from ._shared import MOVED


class Spotlight(Block):
    title = "Spotlight"
    difficulty = 2
    criteria = (
        Criterion("shape", 1, "the output's shape"),
        Criterion("behaviour", 3, "the rectangle at its place, zeros around it"),
    )
    tolerance = MOVED
    revisit = "Cut and frame: Cropping and ZeroPadding"

    def probes(self, rng):
        yield Build(
            "8×10 pixels, 3 channels, from (1, 2), 3×5", (1, 2, 3, 5), input_shape=(8, 10, 3)
        )
        yield Build("9×7 pixels, from (4, 1), 2×3", (4, 1, 2, 3), input_shape=(9, 7, 1))
        yield Build("one pixel in the corner of 5×6", (4, 5, 1, 1), input_shape=(5, 6, 2))
        yield Build("the whole of 4×3 pixels", (0, 0, 4, 3), input_shape=(4, 3, 1))
        h, w = (int(v) for v in rng.integers(10, 30, 2))
        yield Build(
            f"{h}×{w} pixels, from (2, 1), {h - 5}×{w - 4}",
            args=(2, 1, h - 5, w - 4),
            input_shape=(h, w, 2),
            aspects=("shape",),
        )

    @accepted("slices and ops.pad")
    def by_slices(x, top, left, height, width):
        _, H, W, _ = x.shape
        part = x[:, top : top + height, left : left + width, :]
        around = ((0, 0), (top, H - top - height), (left, W - left - width), (0, 0))
        return ops.pad(part, around)

    @accepted("first the rows, then the columns")
    def by_axes(x, top, left, height, width):
        below, right = x.shape[1] - (top + height), x.shape[2] - (left + width)
        x = layers.Cropping2D(((top, below), (0, 0)))(x)
        x = layers.ZeroPadding2D(((top, below), (0, 0)))(x)
        x = layers.Cropping2D(((0, 0), (left, right)))(x)
        return layers.ZeroPadding2D(((0, 0), (left, right)))(x)

    @accepted("zeros joined on four sides")
    def by_joining(x, top, left, height, width):
        H, W = x.shape[1], x.shape[2]
        part = x[:, top : top + height]
        part = ops.concatenate(
            [
                ops.zeros_like(part[:, :, :left]),
                part[:, :, left : left + width],
                ops.zeros_like(part[:, :, left + width : W]),
            ],
            axis=2,
        )
        above, below = ops.zeros_like(x[:, :top]), ops.zeros_like(x[:, top + height : H])
        return ops.concatenate([above, part, below], axis=1)

    size_for_the_rest = wrong(
        "You gave the layers the rectangle's size where they want what lies *behind* it. They ask "
        "how much is around the rectangle, on each of four sides.",
        change={"((top, bottom), (left, right))": "((top, height), (left, width))"},
    )

    not_padded_back = wrong(
        "You cut the rectangle out and left it at that: the output is as small as the rectangle. "
        "Zeros are to stand where the rest was.",
        change={
            "layers.ZeroPadding2D(around)(layers.Cropping2D(around)(x))": (
                "layers.Cropping2D(around)(x)"
            )
        },
    )

    opposite_side = wrong(
        "Your rectangle has moved to the opposite side: when padding you exchanged what lies "
        "before and behind it.",
        change={
            "layers.ZeroPadding2D(around)": ("layers.ZeroPadding2D(((bottom, top), (right, left)))")
        },
    )

    moved_to_the_corner = wrong(
        "Your rectangle has moved to the top left corner: all the zeros are below it and to its "
        "right.",
        change={
            "layers.ZeroPadding2D(around)": (
                "layers.ZeroPadding2D(((0, top + bottom), (0, left + right)))"
            )
        },
    )

    padded_evenly = wrong(
        "You cut the right rectangle, but pad the same amount on opposite sides: `(a, b)` means a "
        "above *and* below, b on the left *and* the right.",
        change={"layers.ZeroPadding2D(around)": "layers.ZeroPadding2D((top, left))"},
    )

    @wrong(
        "Rows and columns are exchanged: `top` and `height` count rows, axis 1 of the batch; "
        "`left` and `width` count columns."
    )
    def rows_and_columns_swapped(x, top, left, height, width):
        top, left, height, width = left, top, width, height
        bottom, right = max(x.shape[1] - top - height, 0), max(x.shape[2] - left - width, 0)
        around = ((min(top, x.shape[1] - 1), bottom), (min(left, x.shape[2] - 1), right))
        return layers.ZeroPadding2D(around)(layers.Cropping2D(around)(x))

    size_for_the_end = wrong(
        "Your rectangle ends at row `height` and column `width`. Those are sizes: it ends that "
        "far *from its own start*.",
        change={
            "x.shape[1] - top - height": "x.shape[1] - height",
            "x.shape[2] - left - width": "x.shape[2] - width",
        },
    )

    batch_for_rows = wrong(
        "You took axis 0 of the tensor for the rows. Axis 0 is the batch, and while a model is "
        "built its size is unknown, None.",
        change={"x.shape[1] - top": "x.shape[0] - top", "x.shape[2] - left": "x.shape[1] - left"},
    )

    one_too_many = wrong(
        "Your rectangle is one row and one column too large: it includes its end.",
        change={
            "top : top + height": "top : top + height + 1",
            "left : left + width": "left : left + width + 1",
            "H - top - height": "H - top - part.shape[1]",
            "W - left - width": "W - left - part.shape[2]",
        },
        of=by_slices,
    )

    inside_out = wrong(
        "You blacked out the rectangle and kept everything else. It is the other way round.",
        change={"ops.pad(part, around)": "x - ops.pad(part, around)"},
        of=by_slices,
    )
