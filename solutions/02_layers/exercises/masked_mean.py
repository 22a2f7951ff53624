"""What is right in `masked_mean`, and what students get wrong."""

import numpy as np

from autograder.exercise import EITHER, Criterion, Function, Probe, Rule, accepted, near_miss, wrong


class MaskedMean(Function):
    title = "A mean that knows its padding"
    difficulty = 2
    criteria = (
        Criterion("lengths", 2, "sequences padded with zeros"),
        Criterion("anything", 2, "padding that is not zero, nan included"),
        Criterion("gaps", 1, "padding before or between the real steps"),
        Criterion("empty", 1, "a sequence without a real step"),
        Criterion("kept", 1, "`x` and `mask` stay as they are"),
    )
    keeps_arguments = "kept"
    tolerance = EITHER
    habit = Rule(
        forbid=("for", "while"),
        reason="That is right; one sum along the axis of steps does it for all sequences at once.",
    )
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

    padded_length = wrong(
        "You divided by the padded length. What counts is the number of real steps, which differs "
        "from sequence to sequence.",
        change={"np.maximum(mask.sum(axis=1), 1)[:, None]": "x.shape[1]"},
    )

    @wrong(
        "You ignored the mask: this is the plain mean over all steps, and what stands in the "
        "padding goes in with it."
    )
    def plain_mean(x, mask):
        return x.mean(axis=1)

    padding_added = wrong(
        "You add up the padded steps, too, and divide by the number of real ones. That goes well "
        "only while padding is zero.",
        change={"np.where(mask[:, :, None], x, 0.0)": "x"},
    )

    multiplied = wrong(
        "You multiplied by the mask. 0 · nan is nan, so a padded nan gets into the result. Choose "
        "values instead of multiplying them.",
        change={"np.where(mask[:, :, None], x, 0.0)": "(x * mask[:, :, None])"},
    )

    zero_by_zero = wrong(
        "A sequence without a real step gives nan: you divide zero by zero. The docstring says "
        "what is wanted there.",
        change={"np.maximum(mask.sum(axis=1), 1)": "mask.sum(axis=1)"},
    )

    inverted = wrong(
        "Your mask is the wrong way round: you average the padding. True marks a *real* step here.",
        change={
            "np.where(mask[:, :, None], x, 0.0)": "np.where(mask[:, :, None], 0.0, x)",
            "mask.sum": "(~mask).sum",
        },
    )

    one_length_for_all = wrong(
        "All sequences are divided by one number, the real steps of the whole batch. Each "
        "sequence has a length of its own.",
        change={"np.maximum(mask.sum(axis=1), 1)[:, None]": "mask.sum()"},
    )

    @wrong(
        "You count real steps as those that are not zero. The mask says which steps are real; a "
        "real value may well be zero."
    )
    def zeros_are_padding(x, mask):
        kept = np.where(mask[:, :, None], x, 0.0)
        return kept.sum(axis=1) / np.maximum((kept != 0).sum(axis=1), 1)

    first_steps = wrong(
        "You take the first steps of each sequence, as many as are real. The docstring says that "
        "real steps need not be the first ones.",
        change={"total =": "mask = np.arange(x.shape[1]) < mask.sum(axis=1)[:, None]\n    total ="},
    )

    features_averaged = wrong(
        "You averaged over the features as well: one number a sequence is left. Only the time "
        "axis goes away.",
        change={
            "total / np.maximum(mask.sum(axis=1), 1)[:, None]": (
                "total.mean(axis=1) / np.maximum(mask.sum(axis=1), 1)"
            )
        },
    )

    @wrong(
        "You put the real steps of all sequences together: one mean is left for the whole batch. "
        "Each sequence has its own."
    )
    def sequences_mixed(x, mask):
        return x[mask].mean(axis=0)

    not_divided = wrong(
        "You stopped at the sum: nothing is divided.",
        change={"total / np.maximum(mask.sum(axis=1), 1)[:, None]": "total"},
    )

    @wrong(
        "You leave out what is nan and count all the rest. Padding may hold any number; the mask "
        "says which steps are real."
    )
    def nan_is_padding(x, mask):
        return np.nan_to_num(np.nansum(x, axis=1) / (~np.isnan(x)).sum(axis=1))

    steps_counted_for_all = wrong(
        "You count the real steps of each *place*, over the sequences. Each sequence has its own "
        "number.",
        change={
            "np.maximum(mask.sum(axis=1), 1)[:, None]": "np.maximum(mask.sum(), 1) * len(mask)"
        },
    )

    axis_kept = wrong(
        "Your result keeps the axis of the steps, with size 1. It has shape (N, F).",
        change={
            "return total / np.maximum(mask.sum(axis=1), 1)[:, None]": (
                "return (total / np.maximum(mask.sum(axis=1), 1)[:, None])[:, None]"
            )
        },
    )

    mask_without_axis = wrong(
        "Your mask has no axis for the features, so NumPy lines it up with the wrong axes of x, or "
        "cannot.",
        change={"mask[:, :, None], x": "mask, x"},
    )

    counts_without_axis = wrong(
        "Your numbers of steps have no axis for the features, so NumPy lines them up with the "
        "wrong axis, or cannot.",
        change={"np.maximum(mask.sum(axis=1), 1)[:, None]": "np.maximum(mask.sum(axis=1), 1)"},
    )

    ones_for_an_empty_one = near_miss(
        "gives ones for a sequence without a real step",
        change={
            "return total /": (
                "total = np.where(mask.any(axis=1)[:, None], total, 1.0)\n    return total /"
            )
        },
        unlike=(zero_by_zero, multiplied, padding_added),
    )

    axis_kept_in_front = near_miss(
        "keeps an axis in front",
        change={
            "return total / np.maximum(mask.sum(axis=1), 1)[:, None]": (
                "return (total / np.maximum(mask.sum(axis=1), 1)[:, None])[None]"
            )
        },
        unlike=(axis_kept, sequences_mixed),
    )

    sign_turned = near_miss(
        "a mean with its sign turned",
        change={"np.where(mask[:, :, None], x, 0.0)": "np.where(mask[:, :, None], -x, 0.0)"},
        unlike=inverted,
    )

    one_axis_too_many = near_miss(
        "raises because of one axis too many",
        change={"mask[:, :, None], x": "mask[:, :, :, None], x"},
        unlike=mask_without_axis,
    )

    padding_cleared = wrong(
        "You set the padding to zero in `x` itself. Your means are right, and the caller has lost "
        "what stood there: choose into a new array.",
        change={
            "total = np.where(mask[:, :, None], x, 0.0).sum(axis=1)": (
                "x[~mask] = 0\n    total = x.sum(axis=1)"
            )
        },
    )
