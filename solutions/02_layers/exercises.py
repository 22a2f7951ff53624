"""Exercises of lesson 02: core and reshaping layers."""

from typing import ClassVar

import keras
import numpy as np
from keras import layers, ops

from autograder.exercise import (
    Block,
    Choices,
    Criterion,
    Equation,
    Function,
    Probe,
    Rule,
    Tolerance,
    Value,
    accepted,
    wrong,
)

MOVED = Tolerance(atol=0, rtol=1e-7, reason="values are only moved, never computed")
MEANS = Tolerance(atol=1e-6, rtol=1e-6, reason="a sum of a few numbers, which may be float32")
PRODUCTS = Tolerance(atol=1e-9, rtol=1e-9, reason="a few float64 products, added in any order")
MIXES = {
    "float32": Tolerance(atol=1e-5, rtol=1e-5, reason="float32 keeps seven digits"),
    "default": Tolerance(atol=1e-9, rtol=1e-9, reason="two or four float64 products in any order"),
}


class OnPaper(Value):
    name = "on_paper"
    title = "Shapes and parameters on paper"
    difficulty = 1
    entries: ClassVar = {
        "kernel": "shape",
        "bias": "shape",
        "parameters": "integer",
        "pixelwise": "integer",
        "flattened": "integer",
    }
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
        source="""{"kernel": (4, 2, 5), "bias": (7, 2, 5), "parameters": 110, "pixelwise": 32,
 "flattened": 4808}""",
    )
    bias_on_time = wrong(
        "Your bias lies along the time axis. `bias_axes` names letters of the output: which axes "
        "of the output are they?",
        source="""{"kernel": (4, 2, 5), "bias": (7,), "parameters": 47, "pixelwise": 32,
 "flattened": 4808}""",
    )
    bias_on_last_axis = wrong(
        "Your bias has the last axis only, as Dense would. `bias_axes` names two letters here.",
        source="""{"kernel": (4, 2, 5), "bias": (5,), "parameters": 45, "pixelwise": 32,
 "flattened": 4808}""",
    )
    time_in_kernel = wrong(
        "Your kernel has a time axis. Look at the letters between comma and arrow: t is not "
        "among them, so all steps share one kernel.",
        source="""{"kernel": (7, 4, 2, 5), "bias": (2, 5), "parameters": 290, "pixelwise": 32,
 "flattened": 4808}""",
    )
    output_for_kernel = wrong(
        "You gave the output's shape for the kernel's. The kernel's letters stand between comma "
        "and arrow.",
        source="""{"kernel": (7, 2, 5), "bias": (2, 5), "parameters": 80, "pixelwise": 32,
 "flattened": 4808}""",
    )
    no_bias_counted = wrong(
        "You left out the biases. They are learned, too.",
        source="""{"kernel": (4, 2, 5), "bias": (2, 5), "parameters": 40, "pixelwise": 24,
 "flattened": 4800}""",
    )
    dense_flattens = wrong(
        "You counted as if Dense flattened the photograph by itself. It works on the last axis, "
        "and shares its weights over all pixels.",
        revisit="Dense looks at the last axis",
        source="""{"kernel": (4, 2, 5), "bias": (2, 5), "parameters": 50, "pixelwise": 4808,
 "flattened": 4808}""",
    )
    own_weights_a_pixel = wrong(
        "You gave every pixel a Dense layer of its own. There is one, shared by all pixels.",
        revisit="Dense looks at the last axis",
        source="""{"kernel": (4, 2, 5), "bias": (2, 5), "parameters": 50, "pixelwise": 6400,
 "flattened": 4808}""",
    )
    channels_forgotten = wrong(
        "You flattened the pixels and forgot that each holds three numbers.",
        revisit="Dense looks at the last axis",
        source="""{"kernel": (4, 2, 5), "bias": (2, 5), "parameters": 50, "pixelwise": 32,
 "flattened": 1608}""",
    )


class OwnWeights(Equation):
    name = "own_weights"
    title = "A matrix for each step"
    difficulty = 2
    criteria = (
        Criterion("one", 1, "a batch of one"),
        Criterion("batch", 2, "batches of several sequences"),
    )
    tolerance = PRODUCTS
    revisit = "Name the axes: EinsumDense"

    def probes(self, rng):
        def pair(b, t, f, u):
            return rng.normal(size=(b, t, f)), rng.normal(size=(t, f, u))

        yield Probe("one", "1 sequence, 7 steps, 4 features to 2 units", pair(1, 7, 4, 2))
        yield Probe("batch", "5 sequences, 3 steps, 4 features to 2 units", pair(5, 3, 4, 2))
        yield Probe("batch", "4 sequences, 3 steps, 3 features to 3 units", pair(4, 3, 3, 3))
        yield Probe("batch", "2 sequences, 2 steps, 1 feature to 6 units", pair(2, 2, 1, 6))

    same_letters = accepted("other letters", source='"nsc,scd->nsd"')
    dots = accepted("dots for the batch", source='"...tf,tfu->...tu"')
    spaces = accepted("with spaces", source='"b t f, t f u -> b t u"')

    axis_forgotten = wrong(
        "Both inputs have three axes, but your equation gives one of them only two letters. The "
        "first axis of x is the batch; the first axis of W is the step, since each has its matrix.",
        source='"tf,tfu->tu"',
    )
    batch_summed = wrong(
        "You sum over the batch: its letter is missing after the arrow, so all sequences are "
        "added up.",
        source='"btf,tfu->tu"',
    )
    steps_summed = wrong(
        "You sum over the time steps: their letter is missing after the arrow (without an arrow, "
        "NumPy drops every letter that comes twice).",
        source='"btf,tfu->bu"',
    )
    steps_not_paired = wrong(
        "Input and kernel have different letters for the time step, and the kernel's is summed "
        "away: every step meets the sum of all matrices. Step t is to meet matrix t.",
        source='"btf,sfu->btu"',
    )
    every_matrix = wrong(
        "Every step meets every matrix, since input and kernel have different letters for the "
        "time step. Step t is to meet matrix t alone.",
        source='"btf,sfu->btsu"',
    )
    features_kept = wrong(
        "The features are multiplied but not added up: their letter also stands after the arrow.",
        source='"btf,tfu->btfu"',
    )
    units_summed = wrong(
        "You sum over the units, and keep the features. It is the other way round.",
        source='"btf,tfu->btf"',
    )
    time_before_batch = wrong(
        "Your output has its time axis before the batch. The letters after the arrow are the "
        "output's axes, in this order.",
        source='"btf,tfu->tbu"',
    )
    units_before_time = wrong(
        "Your output has the units before the time steps. The letters after the arrow are the "
        "output's axes, in this order.",
        source='"btf,tfu->but"',
    )
    kernel_turned = wrong(
        "You read the kernel as (time, units, features). Its axes are time, features, units.",
        source='"btf,tuf->btu"',
    )
    features_first = wrong(
        "You read the kernel as (features, time, units). Its axes are time, features, units.",
        source='"btf,ftu->btu"',
    )


class MaskedMean(Function):
    name = "masked_mean"
    title = "A mean that knows its padding"
    difficulty = 2
    criteria = (
        Criterion("lengths", 2, "sequences padded with zeros"),
        Criterion("anything", 2, "padding that is not zero, nan included"),
        Criterion("gaps", 1, "padding before or between the real steps"),
        Criterion("empty", 1, "a sequence without a real step"),
    )
    tolerance = MEANS
    revisit = "Sequences of unequal length: Masking"

    def probes(self, rng):
        def batch(lengths, steps, features, padding=0.0):
            mask = np.arange(steps) < np.array(lengths)[:, None]
            x = rng.normal(size=(len(lengths), steps, features)) + 3
            return np.where(mask[:, :, None], x, padding), mask

        x, mask = batch([4, 2, 1], 4, 3)
        yield Probe("lengths", "lengths 4, 2 and 1, padded to 4", (x, mask))
        yield Probe("lengths", "no padding at all", batch([3, 3], 3, 2))
        x, mask = batch([5, 2], 5, 2)
        x[0, 1] = 0.0  # a real step of zeros
        yield Probe("lengths", "a real step that happens to be all zero", (x, mask))
        x, mask = batch([2, 4], 6, 2)
        yield Probe("lengths", "float32", (x.astype(np.float32), mask))
        yield Probe("anything", "padded with 99", batch([3, 1, 2], 4, 2, 99.0))
        yield Probe("anything", "padded with nan", batch([1, 3], 4, 2, np.nan))
        mask = np.array([[False, True, False, True, False], [True, False, False, False, True]])
        x = np.where(mask[:, :, None], rng.normal(size=(2, 5, 2)) + 2, 7.0)
        yield Probe("gaps", "real steps with gaps between them", (x, mask))
        yield Probe("empty", "lengths 0 and 3", batch([0, 3], 4, 2))

    @accepted("a loop over the sequences")
    def loops(x, mask):
        out = np.zeros((x.shape[0], x.shape[2]), dtype=x.dtype)
        for n in range(len(x)):
            if mask[n].any():
                out[n] = x[n][mask[n]].mean(axis=0)
        return out

    @accepted("NumPy's own argument `where`")
    def by_where(x, mask):
        total = np.sum(x, axis=1, where=mask[:, :, None])
        count = np.count_nonzero(mask, axis=1)
        return np.divide(total, count[:, None], out=np.zeros_like(total), where=count[:, None] > 0)

    @accepted("einsum")
    def by_einsum(x, mask):
        weights = mask / np.maximum(mask.sum(axis=1, keepdims=True), 1)
        return np.einsum("nt,ntf->nf", weights, np.nan_to_num(x))

    @accepted("a masked array")
    def by_masked_array(x, mask):
        hidden = np.ma.masked_array(x, np.repeat(~mask[:, :, None], x.shape[2], axis=2))
        return hidden.mean(axis=1).filled(0.0)

    @wrong(
        "You divided by the padded length. What counts is the number of real steps, which differs "
        "from sequence to sequence."
    )
    def padded_length(x, mask):
        return np.where(mask[:, :, None], x, 0.0).sum(axis=1) / x.shape[1]

    @wrong(
        "You ignored the mask: this is the plain mean over all steps, and what stands in the "
        "padding goes in with it."
    )
    def plain_mean(x, mask):
        return x.mean(axis=1)

    @wrong(
        "You add up the padded steps, too, and divide by the number of real ones. That goes well "
        "only while padding is zero."
    )
    def padding_added(x, mask):
        return x.sum(axis=1) / np.maximum(mask.sum(axis=1), 1)[:, None]

    @wrong(
        "You multiplied by the mask. 0 · nan is nan, so a padded nan gets into the result. Choose "
        "values instead of multiplying them."
    )
    def multiplied(x, mask):
        return (x * mask[:, :, None]).sum(axis=1) / np.maximum(mask.sum(axis=1), 1)[:, None]

    @wrong(
        "A sequence without a real step gives nan: you divide zero by zero. The docstring says "
        "what is wanted there."
    )
    def zero_by_zero(x, mask):
        total = np.where(mask[:, :, None], x, 0.0).sum(axis=1)
        with np.errstate(all="ignore"):
            return total / mask.sum(axis=1)[:, None]

    @wrong(
        "Your mask is the wrong way round: you average the padding. True marks a *real* step here."
    )
    def inverted(x, mask):
        total = np.where(mask[:, :, None], 0.0, x).sum(axis=1)
        return total / np.maximum((~mask).sum(axis=1), 1)[:, None]

    @wrong(
        "All sequences are divided by one number, the real steps of the whole batch. Each "
        "sequence has a length of its own."
    )
    def one_length_for_all(x, mask):
        return np.where(mask[:, :, None], x, 0.0).sum(axis=1) / mask.sum()

    @wrong(
        "You count real steps as those that are not zero. The mask says which steps are real; a "
        "real value may well be zero."
    )
    def zeros_are_padding(x, mask):
        kept = np.where(mask[:, :, None], x, 0.0)
        return kept.sum(axis=1) / np.maximum((kept != 0).sum(axis=1), 1)

    @wrong(
        "You take the first steps of each sequence, as many as are real. The docstring says that "
        "real steps need not be the first ones."
    )
    def first_steps(x, mask):
        count = mask.sum(axis=1)
        first = np.arange(x.shape[1]) < count[:, None]
        total = np.where(first[:, :, None], x, 0.0).sum(axis=1)
        return total / np.maximum(count, 1)[:, None]

    @wrong(
        "You averaged over the features as well: one number a sequence is left. Only the time "
        "axis goes away."
    )
    def features_averaged(x, mask):
        total = np.where(mask[:, :, None], x, 0.0).sum(axis=(1, 2))
        return total / np.maximum(mask.sum(axis=1) * x.shape[2], 1)

    @wrong(
        "You put the real steps of all sequences together: one mean is left for the whole batch. "
        "Each sequence has its own."
    )
    def sequences_mixed(x, mask):
        return x[mask].mean(axis=0)

    @wrong("You stopped at the sum: nothing is divided.")
    def not_divided(x, mask):
        return np.where(mask[:, :, None], x, 0.0).sum(axis=1)


class ChannelsLast(Block):
    name = "channels_last"
    title = "Channels last"
    difficulty = 1
    criteria = (
        Criterion("shape", 1, "the output's shape"),
        Criterion("behaviour", 2, "every number at its place"),
    )
    tolerance = MOVED
    revisit = "The memory is a tape"

    def probes(self, rng):
        yield Probe(None, "3 channels of 4×6 pixels", input_shape=(3, 4, 6))
        yield Probe(None, "5 channels of 7×2 pixels", input_shape=(5, 7, 2))
        yield Probe(None, "4 channels of 4×4 pixels", input_shape=(4, 4, 4))

    @accepted("ops.transpose")
    def by_transpose(x):
        return ops.transpose(x, (0, 2, 3, 1))

    @accepted("moveaxis")
    def by_moveaxis(x):
        return keras.ops.moveaxis(x, 1, -1)

    @accepted("two neighbour swaps")
    def by_swaps(x):
        return layers.Permute((1, 3, 2))(layers.Permute((2, 1, 3))(x))

    @accepted("the channels stacked")
    def by_stack(x):
        return ops.stack([x[:, c] for c in range(x.shape[1])], axis=-1)

    @wrong(
        "Your shape is right, the picture is not: Reshape keeps the tape and reads it in other "
        "rows. Here the numbers themselves must move."
    )
    def reshaped(x):
        _, channels, height, width = x.shape
        return layers.Reshape((height, width, channels))(x)

    @wrong("You counted the axes from 0. In Permute, axis 0 is the batch; the others begin with 1.")
    def axes_from_zero(x):
        return layers.Permute((1, 2, 0))(x)

    @wrong(
        "You permuted in the opposite direction: columns, channels, rows comes out. The numbers "
        "say, for each *output* axis, which input axis it is."
    )
    def opposite_direction(x):
        return layers.Permute((3, 1, 2))(x)

    @wrong(
        "You turned the order of all axes around: the channels are last, but rows and columns are "
        "swapped and the picture is mirrored at its diagonal."
    )
    def all_reversed(x):
        return layers.Permute((3, 2, 1))(x)

    @wrong(
        "You swapped channels and rows only: rows, channels, columns comes out. The channels have "
        "one more place to go."
    )
    def first_two_swapped(x):
        return layers.Permute((2, 1, 3))(x)

    @wrong(
        "You swapped rows and columns. The channels still come first: axis 1 is theirs, since the "
        "batch is axis 0."
    )
    def last_two_swapped(x):
        return layers.Permute((1, 3, 2))(x)

    @wrong(
        "You gave three axes. In `ops.transpose` every axis is named, the batch, axis 0, included: "
        "there are four."
    )
    def batch_forgotten(x):
        return ops.transpose(x, (1, 2, 0))

    @wrong(
        "NumPy cannot work here: while a model is built, `x` is a tensor without values. Use a "
        "layer, or a function of `keras.ops`."
    )
    def by_numpy(x):
        return np.moveaxis(x, 1, -1)

    @wrong("Your function returns its input as it is.")
    def unchanged(x):
        return layers.Identity()(x)


class Montage(Function):
    name = "montage"
    title = "Find the bug: a sheet of pictures"
    difficulty = 2
    criteria = (
        Criterion("column", 1, "one column"),
        Criterion("grid", 3, "several columns"),
        Criterion("incomplete", 1, "a last row that is not full"),
        Criterion("dtype", 1, "bytes stay bytes, floats stay floats"),
    )
    tolerance = MOVED
    revisit = "Exercise · find the bug ●●○"

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

    @wrong(
        "Nothing has changed: the tape still holds one whole picture after the other, while a row "
        "of the sheet holds the first lines of *several* pictures."
    )
    def still_the_bug(pictures, columns):
        count, height, width = pictures.shape
        rows = -(-count // columns)
        full = np.zeros((rows * columns, height, width), dtype=pictures.dtype)
        full[:count] = pictures
        return full.reshape(rows * height, columns * width)

    @wrong(
        "The first pictures run down the first column of the sheet. Asked for is reading order: "
        "to the right first."
    )
    def column_by_column(pictures, columns):
        count, height, width = pictures.shape
        rows = -(-count // columns)
        full = np.zeros((rows * columns, height, width), dtype=pictures.dtype)
        full[:count] = pictures
        places = full.reshape(columns, rows, height, width).transpose(1, 2, 0, 3)
        return places.reshape(rows * height, columns * width)

    @wrong(
        "Side by side lie pixels of different pictures: the last axis you move is the sheet's "
        "column, so the pictures are woven into each other."
    )
    def woven(pictures, columns):
        count, height, width = pictures.shape
        rows = -(-count // columns)
        full = np.zeros((rows * columns, height, width), dtype=pictures.dtype)
        full[:count] = pictures
        places = full.reshape(rows, columns, height, width).transpose(0, 2, 3, 1)
        return places.reshape(rows * height, columns * width)

    @wrong(
        "The sheet as a whole is transposed: its rows run downwards. Four axes move, but those of "
        "the rows must stay before those of the columns."
    )
    def sheet_transposed(pictures, columns):
        count, height, width = pictures.shape
        rows = -(-count // columns)
        full = np.zeros((rows * columns, height, width), dtype=pictures.dtype)
        full[:count] = pictures
        places = full.reshape(rows, columns, height, width).transpose(0, 2, 1, 3)
        return places.reshape(rows * height, columns * width).T

    @wrong(
        "Every picture is mirrored at its diagonal: you swapped rows and columns *inside* the "
        "pictures. They are to be moved as they are."
    )
    def pictures_transposed(pictures, columns):
        return np.vstack(
            [
                np.hstack([p.T for p in full])
                for full in (
                    lambda all_: [all_[k : k + columns] for k in range(0, len(all_), columns)]
                )([*pictures, *[np.zeros_like(pictures[0])] * (-len(pictures) % columns)])
            ]
        )

    @wrong(
        "You round the number of rows down: pictures that do not fill a row of the sheet are lost."
    )
    def last_row_lost(pictures, columns):
        count, height, width = pictures.shape
        rows = count // columns
        full = pictures[: rows * columns].reshape(rows, columns, height, width)
        return full.transpose(0, 2, 1, 3).reshape(rows * height, columns * width)

    @wrong(
        "Your sheet always has one row of pictures more than it needs. Where the pictures fill "
        "the rows, none is left over."
    )
    def one_row_too_many(pictures, columns):
        count, height, width = pictures.shape
        rows = count // columns + 1
        full = np.zeros((rows * columns, height, width), dtype=pictures.dtype)
        full[:count] = pictures
        places = full.reshape(rows, columns, height, width).transpose(0, 2, 1, 3)
        return places.reshape(rows * height, columns * width)

    @wrong(
        "You took the number of columns for the number of rows: the sheet is laid out the other "
        "way."
    )
    def columns_for_rows(pictures, columns):
        count, height, width = pictures.shape
        rows, columns = columns, -(-count // columns)
        full = np.zeros((rows * columns, height, width), dtype=pictures.dtype)
        full[:count] = pictures
        places = full.reshape(rows, columns, height, width).transpose(0, 2, 1, 3)
        return places.reshape(rows * height, columns * width)

    @wrong("Empty places are filled with the last picture. They are to be 0.")
    def last_one_repeated(pictures, columns):
        full = np.pad(pictures, ((0, -len(pictures) % columns), (0, 0), (0, 0)), mode="edge")
        _, h, w = full.shape
        moved = full.reshape(-1, columns, h, w).transpose(0, 2, 1, 3)
        return moved.reshape(-1, columns * w)

    @wrong(
        "Your sheet is always of floats: `np.zeros` makes floats unless it is told otherwise. "
        "Bytes are to stay bytes."
    )
    def always_floats(pictures, columns):
        n, H, W = pictures.shape
        sheet = np.zeros((-(-n // columns) * H, columns * W))
        for k in range(n):
            i, j = divmod(k, columns)
            sheet[i * H : (i + 1) * H, j * W : (j + 1) * W] = pictures[k]
        return sheet


class Spotlight(Block):
    name = "spotlight"
    title = "Spotlight: crop and pad back"
    difficulty = 2
    criteria = (
        Criterion("shape", 1, "the output's shape"),
        Criterion("behaviour", 3, "the rectangle at its place, zeros around it"),
    )
    tolerance = MOVED
    revisit = "Cut and frame: Cropping and ZeroPadding"

    def probes(self, rng):
        yield Probe(
            None, "8×10 pixels, 3 channels, from (1, 2), 3×5", (1, 2, 3, 5), input_shape=(8, 10, 3)
        )
        yield Probe(None, "9×7 pixels, from (4, 1), 2×3", (4, 1, 2, 3), input_shape=(9, 7, 1))
        yield Probe(None, "one pixel in the corner of 5×6", (4, 5, 1, 1), input_shape=(5, 6, 2))
        yield Probe(None, "the whole of 4×3 pixels", (0, 0, 4, 3), input_shape=(4, 3, 1))

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

    @wrong(
        "You gave the layers the rectangle's size where they want what lies *behind* it. They ask "
        "how much is around the rectangle, on each of four sides."
    )
    def size_for_the_rest(x, top, left, height, width):
        around = ((top, height), (left, width))
        return layers.ZeroPadding2D(around)(layers.Cropping2D(around)(x))

    @wrong(
        "You cut the rectangle out and left it at that: the output is as small as the rectangle. "
        "Zeros are to stand where the rest was."
    )
    def not_padded_back(x, top, left, height, width):
        bottom, right = x.shape[1] - top - height, x.shape[2] - left - width
        return layers.Cropping2D(((top, bottom), (left, right)))(x)

    @wrong(
        "Your rectangle has moved to the opposite side: when padding you exchanged what lies "
        "before and behind it."
    )
    def opposite_side(x, top, left, height, width):
        bottom, right = x.shape[1] - top - height, x.shape[2] - left - width
        part = layers.Cropping2D(((top, bottom), (left, right)))(x)
        return layers.ZeroPadding2D(((bottom, top), (right, left)))(part)

    @wrong(
        "Your rectangle has moved to the top left corner: all the zeros are below it and to its "
        "right."
    )
    def moved_to_the_corner(x, top, left, height, width):
        H, W = x.shape[1], x.shape[2]
        part = layers.Cropping2D(((top, H - top - height), (left, W - left - width)))(x)
        return layers.ZeroPadding2D(((0, H - height), (0, W - width)))(part)

    @wrong(
        "You cut the right rectangle, but pad the same amount on opposite sides: `(a, b)` means a "
        "above *and* below, b on the left *and* the right."
    )
    def padded_evenly(x, top, left, height, width):
        bottom, right = x.shape[1] - top - height, x.shape[2] - left - width
        part = layers.Cropping2D(((top, bottom), (left, right)))(x)
        return layers.ZeroPadding2D((top, left))(part)

    @wrong(
        "Rows and columns are exchanged: `top` and `height` count rows, axis 1 of the batch; "
        "`left` and `width` count columns."
    )
    def rows_and_columns_swapped(x, top, left, height, width):
        top, left, height, width = left, top, width, height
        bottom, right = max(x.shape[1] - top - height, 0), max(x.shape[2] - left - width, 0)
        around = ((min(top, x.shape[1] - 1), bottom), (min(left, x.shape[2] - 1), right))
        return layers.ZeroPadding2D(around)(layers.Cropping2D(around)(x))

    @wrong(
        "Your rectangle ends at row `height` and column `width`. Those are sizes: it ends that "
        "far *from its own start*."
    )
    def size_for_the_end(x, top, left, height, width):
        around = ((top, x.shape[1] - height), (left, x.shape[2] - width))
        return layers.ZeroPadding2D(around)(layers.Cropping2D(around)(x))

    @wrong(
        "You took axis 0 of the tensor for the rows. Axis 0 is the batch, and while a model is "
        "built its size is unknown, None."
    )
    def batch_for_rows(x, top, left, height, width):
        bottom, right = x.shape[0] - top - height, x.shape[1] - left - width
        around = ((top, bottom), (left, right))
        return layers.ZeroPadding2D(around)(layers.Cropping2D(around)(x))

    @wrong("Your rectangle is one row and one column too large: it includes its end.")
    def one_too_many(x, top, left, height, width):
        _, H, W, _ = x.shape
        part = x[:, top : top + height + 1, left : left + width + 1, :]
        around = ((0, 0), (top, H - top - part.shape[1]), (left, W - left - part.shape[2]), (0, 0))
        return ops.pad(part, around)

    @wrong("You blacked out the rectangle and kept everything else. It is the other way round.")
    def inside_out(x, top, left, height, width):
        _, H, W, _ = x.shape
        part = x[:, top : top + height, left : left + width, :]
        around = ((0, 0), (top, H - top - height), (left, W - left - width), (0, 0))
        return x - ops.pad(part, around)


class Enlarge(Function):
    name = "enlarge"
    title = "Enlarge by hand: nearest and bilinear"
    difficulty = 3
    criteria = (
        Criterion("nearest", 2, "nearest"),
        Criterion("row", 2, "bilinear along one axis"),
        Criterion("image", 2, "bilinear along both axes"),
        Criterion("edge", 1, "images of one row or pixel, factor 1, integers"),
    )
    tolerance = MIXES
    rule = Rule(
        forbid=(
            "keras", "tensorflow", "torch", "jax", "scipy", "skimage", "cv2", "PIL",
        ),
        reason="Place and mix the pixels yourself; NumPy is all you need.",
    )  # fmt: skip
    revisit = "Enlarge: UpSampling"

    def probes(self, rng):
        yield Probe(
            "nearest", "[[1, 2], [3, 4]], factor 2", (np.array([[1.0, 2], [3, 4]]), 2, "nearest")
        )
        yield Probe(
            "nearest", "a random 3×4 image, factor 3", (rng.normal(size=(3, 4)), 3, "nearest")
        )
        row = np.array([[0.0, 10.0, 20.0, 40.0]])
        yield Probe("row", "the row 0, 10, 20, 40, factor 2", (row, 2, "bilinear"))
        yield Probe("row", "the row 0, 10, 20, 40, factor 3", (row, 3, "bilinear"))
        yield Probe(
            "row", "a random column of 5, factor 4", (rng.normal(size=(5, 1)), 4, "bilinear")
        )
        yield Probe(
            "image", "[[1, 2], [3, 8]], factor 2", (np.array([[1.0, 2], [3, 8]]), 2, "bilinear")
        )
        yield Probe(
            "image", "a random 3×5 image, factor 3", (rng.normal(size=(3, 5)), 3, "bilinear")
        )
        yield Probe(
            "image", "a random 4×2 image, factor 2", (100 + rng.normal(size=(4, 2)), 2, "bilinear")
        )
        yield Probe("edge", "one pixel, factor 3", (np.array([[2.5]]), 3, "bilinear"))
        yield Probe(
            "edge", "a random 3×2 image, factor 1", (rng.normal(size=(3, 2)), 1, "bilinear")
        )
        yield Probe(
            "edge", "integers, factor 2", (rng.integers(0, 100, (2, 3)) * 4 + 1, 2, "bilinear")
        )

    @accepted("four loops")
    def loops(image, factor, how):
        H, W = image.shape
        out = np.zeros((H * factor, W * factor))
        for i in range(H * factor):
            for j in range(W * factor):
                if how == "nearest":
                    out[i, j] = image[i // factor, j // factor]
                    continue
                y = min(max((i + 0.5) / factor - 0.5, 0), H - 1)
                z = min(max((j + 0.5) / factor - 0.5, 0), W - 1)
                a, b = int(y), int(z)
                c, d = min(a + 1, H - 1), min(b + 1, W - 1)
                p, q = y - a, z - b
                out[i, j] = (
                    (1 - p) * (1 - q) * image[a, b] + (1 - p) * q * image[a, d]
                    + p * (1 - q) * image[c, b] + p * q * image[c, d]
                )  # fmt: skip
        return out

    @accepted("np.repeat and np.interp")
    def by_interp(image, factor, how):
        image = image.astype(float)
        if how == "nearest":
            return np.repeat(np.repeat(image, factor, axis=0), factor, axis=1)
        for _ in range(2):
            n = image.shape[1]
            places = (np.arange(n * factor) + 0.5) / factor - 0.5
            image = np.array([np.interp(places, np.arange(n), line) for line in image]).T
        return image

    @accepted("two matrices")
    def by_matrices(image, factor, how):
        def mixing(n):
            if how == "nearest":
                return np.kron(np.eye(n), np.ones((factor, 1)))
            places = np.clip((np.arange(n * factor) + 0.5) / factor - 0.5, 0, n - 1)
            return np.maximum(0, 1 - np.abs(places[:, None] - np.arange(n)))

        return mixing(image.shape[0]) @ image.astype(np.float64) @ mixing(image.shape[1]).T

    @wrong(
        "You laid copies of the whole picture side by side, as tiles. To enlarge, each *pixel* "
        "becomes a block."
    )
    def tiled(image, factor, how):
        if how == "nearest":
            return np.tile(image.astype(float), (factor, factor))
        image = image.astype(float)
        for _ in range(2):
            n = image.shape[1]
            places = (np.arange(n * factor) + 0.5) / factor - 0.5
            image = np.array([np.interp(places, np.arange(n), line) for line in image]).T
        return image

    @wrong(
        "Each pixel is repeated along its row often enough for a whole block, but the block lies "
        "in one line: rows of the result are filled from the tape. Repeat along one axis, then "
        "along the other."
    )
    def blocks_in_a_row(image, factor, how):
        if how == "nearest":
            H, W = image.shape
            return np.repeat(image.astype(float), factor**2).reshape(H * factor, W * factor)
        image = image.astype(float)
        for _ in range(2):
            n = image.shape[1]
            places = (np.arange(n * factor) + 0.5) / factor - 0.5
            image = np.array([np.interp(places, np.arange(n), line) for line in image]).T
        return image

    @wrong(
        "Whole rows are repeated as blocks: the columns are right, but the *sequence* of rows "
        "comes again instead of each row by itself."
    )
    def rows_tiled(image, factor, how):
        if how == "nearest":
            return np.tile(np.repeat(image.astype(float), factor, axis=1), (factor, 1))
        image = image.astype(float)
        for _ in range(2):
            n = image.shape[1]
            places = (np.arange(n * factor) + 0.5) / factor - 0.5
            image = np.array([np.interp(places, np.arange(n), line) for line in image]).T
        return image

    @wrong(
        'You put the first and last centres of both images on top of each other ("align '
        'corners"). Keras sees pixels as tiles: the new centres lie inside the old tile.'
    )
    def corners_aligned(image, factor, how):
        image = image.astype(float)
        if how == "nearest":
            return image.repeat(factor, axis=0).repeat(factor, axis=1)
        for _ in range(2):
            n = image.shape[1]
            places = np.linspace(0, n - 1, n * factor)
            image = np.array([np.interp(places, np.arange(n), line) for line in image]).T
        return image

    @wrong(
        "Your output pixel i lies at i / factor: the half pixels are missing, so the picture is "
        "shifted. Look at the drawing: where is the centre of the first new pixel?"
    )
    def no_half_pixels(image, factor, how):
        image = image.astype(float)
        if how == "nearest":
            return image.repeat(factor, axis=0).repeat(factor, axis=1)
        for _ in range(2):
            n = image.shape[1]
            places = np.arange(n * factor) / factor
            image = np.array([np.interp(places, np.arange(n), line) for line in image]).T
        return image

    @wrong("The shares of the two neighbours are exchanged: the nearer pixel must count *more*.")
    def shares_exchanged(image, factor, how):
        image = image.astype(float)
        if how == "nearest":
            return image.repeat(factor, axis=0).repeat(factor, axis=1)
        for _ in range(2):
            n = image.shape[1]
            places = np.clip((np.arange(n * factor) + 0.5) / factor - 0.5, 0, n - 1)
            low = np.floor(places).astype(int)
            share = places - low
            image = (share * image[:, low] + (1 - share) * image[:, np.minimum(low + 1, n - 1)]).T
        return image

    @wrong(
        "Beyond the outermost centres you continue the slope. There is no pixel to mix with "
        "there: the outermost pixel counts alone."
    )
    def extrapolated(image, factor, how):
        image = image.astype(float)
        if how == "nearest":
            return image.repeat(factor, axis=0).repeat(factor, axis=1)
        for _ in range(2):
            n = image.shape[1]
            places = (np.arange(n * factor) + 0.5) / factor - 0.5
            low = np.clip(np.floor(places).astype(int), 0, max(n - 2, 0))
            share = places - low
            image = ((1 - share) * image[:, low] + share * image[:, np.minimum(low + 1, n - 1)]).T
        return image

    @wrong(
        "Beyond the outermost centres you mix with zeros, so the picture gets a dark frame. There "
        "the outermost pixel counts alone."
    )
    def zeros_outside(image, factor, how):
        image = image.astype(float)
        if how == "nearest":
            return image.repeat(factor, axis=0).repeat(factor, axis=1)
        for _ in range(2):
            n = image.shape[1]
            places = (np.arange(n * factor) + 0.5) / factor + 0.5
            image = np.array(
                [np.interp(places, np.arange(n + 2), np.pad(line, 1)) for line in image]
            ).T
        return image

    @wrong(
        "You mix along the rows only; down the columns you copy. Bilinear mixes along both axes."
    )
    def one_axis_mixed(image, factor, how):
        image = image.astype(float).repeat(factor, axis=0)
        if how == "nearest":
            return image.repeat(factor, axis=1)
        n = image.shape[1]
        places = (np.arange(n * factor) + 0.5) / factor - 0.5
        return np.array([np.interp(places, np.arange(n), line) for line in image])

    @wrong("You copy in both cases: the argument `how` makes no difference.")
    def always_nearest(image, factor, how):
        return image.astype(float).repeat(factor, axis=0).repeat(factor, axis=1)

    @wrong('You mix in both cases: for "nearest" pixels are copied as they are.')
    def always_bilinear(image, factor, how):
        image = image.astype(float)
        for _ in range(2):
            n = image.shape[1]
            places = (np.arange(n * factor) + 0.5) / factor - 0.5
            image = np.array([np.interp(places, np.arange(n), line) for line in image]).T
        return image

    @wrong(
        "From an image of integers your result loses its fractions: it is written into an array "
        "of the image's dtype. The result is a float array."
    )
    def integers_kept(image, factor, how):
        dtype = image.dtype
        image = image.astype(float)
        if how == "nearest":
            image = image.repeat(factor, axis=0).repeat(factor, axis=1)
        else:
            for _ in range(2):
                n = image.shape[1]
                places = (np.arange(n * factor) + 0.5) / factor - 0.5
                image = np.array([np.interp(places, np.arange(n), line) for line in image]).T
        return image.astype(dtype).astype(float)


class Quiz(Choices):
    name = "quiz"
    title = "Quiz"
    difficulty = 1
    revisit = "Summary"
    questions: ClassVar = {
        "q1": (
            "A batch of photographs, shape (8, 32, 32, 3), goes into Dense(10). Out comes",
            {"a": "(8, 10)", "b": "(8, 32, 32, 10)", "c": "an error: Dense needs flat input"},
        ),
        "q2": (
            "Permute((2, 1)) and Reshape((3, 5)), on inputs of shape (batch, 5, 3), give the same",
            {
                "a": "shape, and the same values at the same places",
                "b": "shape, with the values at other places",
                "c": "shape, with other values",
            },
        ),
        "q3": (
            "An Embedding of 5,000 words with 64 numbers each. A word that does not occur in the "
            "training texts has",
            {
                "a": "the row that chance gave it at the start",
                "b": "a row of zeros",
                "c": "the mean of all rows",
            },
        ),
        "q4": (
            "Rows of a brightness image are read as a sequence, with Masking(0.0). The risk is "
            "that",
            {
                "a": "every black pixel is masked",
                "b": "a row that is black all over counts as padding, though it is data",
                "c": "the mask is learned wrongly",
            },
        ),
        "q5": (
            "Your model computes a mean over time. Somewhere after Masking there is a Reshape. "
            "The mean is",
            {
                "a": "the mean over real steps, as the mask goes on",
                "b": "an error",
                "c": "over all steps, padding included",
            },
        ),
        "q6": (
            "A network predicts a label for every pixel at half size. To show the label map at "
            "full size, enlarge it by",
            {"a": "nearest", "b": "bilinear, then round", "c": "bicubic, then round"},
        ),
    }
    because: ClassVar = {
        "q1": {
            "a": "That would need one axis with all the numbers. On which axis does Dense work?",
            "c": "You put Dense on a photograph and counted twelve parameters: no error came.",
        },
        "q2": {
            "a": "Draw six numbered cells again: is the tape the same after both?",
            "c": "Neither layer computes anything. Could a new value come from anywhere?",
        },
        "q3": {
            "b": "Embeddings start from random numbers. What moves a row, and did it happen here?",
            "c": "Nobody computes that mean. Think of the two rows that no pixel asked for.",
        },
        "q4": {
            "a": "A step is masked if *all* its features have the value, not one of them.",
            "c": "A mask is computed by comparing, never learned. Look at the digits with a gap.",
        },
        "q5": {
            "a": "Look at the table of layers that pass the mask on.",
            "b": "It would be better if it were. You saw one warning and a number: which number?",
        },
        "q6": {
            "b": "What lies halfway between label 1 and label 7, and does it belong there?",
            "c": "Wider mixing, same trouble: can two labels be averaged?",
        },
    }
