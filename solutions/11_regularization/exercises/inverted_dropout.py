"""What is right in `inverted_dropout`, and what students get wrong."""

import numpy as np

from autograder.exercise import Criterion, Pipeline, Repeat, accepted, near_miss, wrong

from ._shared import LIBRARY_DROPOUT


class InvertedDropout(Pipeline):
    title = "Inverted dropout"
    starred = True
    difficulty = 2
    criteria = (
        Criterion("share", 1, "the right share is thrown out"),
        Criterion("scale", 2, "what stays is scaled"),
        Criterion("each", 1, "each number by itself, anew in each call"),
        Criterion("inference", 1, "inference, and a rate of 0"),
        Criterion("kept", 1, "`x` stays as it is"),
    )
    keeps_arguments = "kept"
    rule = LIBRARY_DROPOUT
    revisit = "Dropout"

    def probes(self, rng):
        ones = np.ones((20, 30))
        yield Repeat(
            "share", "all ones, rate 0.25, training: share of zeros", (ones, 0.25, True),
            statistic="zero_fraction", within=0.02, repeats=60,
        )  # fmt: skip
        yield Repeat(
            "share", "all ones, rate 0.8, training: share of zeros", (ones, 0.8, True),
            statistic="zero_fraction", within=0.02, repeats=60,
        )  # fmt: skip
        yield Repeat(
            "scale", "all ones, rate 0.25, training: largest", (ones, 0.25, True),
            statistic="max", within=0.01, repeats=60,
        )  # fmt: skip
        yield Repeat(
            "scale", "all ones, rate 0.8, training: mean", (ones, 0.8, True),
            statistic="mean", within=0.08, repeats=60,
        )  # fmt: skip
        yield Repeat(
            "scale", "random numbers around 3, rate 0.5, training: standard deviation",
            (3 + rng.normal(size=(10, 4, 5)), 0.5, True),
            statistic="std", within=0.15, repeats=60,
        )  # fmt: skip
        yield Repeat(
            "each", "4 equal samples, rate 0.5: calls in which the samples differ",
            (np.ones((4, 40)), 0.5, True),
            statistic="varies_in_batch", within=0.02, repeats=60,
        )  # fmt: skip
        yield Repeat(
            "each", "one sample, rate 0.5: different results among the calls",
            (np.ones((1, 60)), 0.5, True),
            statistic="distinct", within=0.02, repeats=60,
        )  # fmt: skip
        yield Repeat(
            "each", "a single number, rate 0.25: share of zeros", (np.ones((1, 1)), 0.25, True),
            statistic="zero_fraction", within=0.14, repeats=300,
        )  # fmt: skip
        yield Repeat(
            "inference", "inference, rate 0.5: calls that change anything",
            (rng.normal(size=(3, 8)), 0.5, False),
            statistic="fraction_changed", within=0.01, repeats=20,
        )  # fmt: skip
        yield Repeat(
            "inference", "inference, all ones, rate 0.25: share of zeros", (ones, 0.25, False),
            statistic="zero_fraction", within=0.02, repeats=20,
        )  # fmt: skip
        yield Repeat(
            "inference", "inference, all ones, rate 0.25: mean", (ones, 0.25, False),
            statistic="mean", within=0.02, repeats=20,
        )  # fmt: skip
        yield Repeat(
            "inference", "training, rate 0: calls that change anything",
            (rng.normal(size=(3, 8)), 0.0, True),
            statistic="fraction_changed", within=0.01, repeats=20,
        )  # fmt: skip
        level, rate = rng.uniform(1, 2), round(float(rng.uniform(0.3, 0.7)), 3)
        yield Repeat(
            "share", f"equal numbers, rate {rate}, training: share of zeros",
            (np.full((20, 30), level), rate, True),
            statistic="zero_fraction", within=0.02, repeats=60,
        )  # fmt: skip
        yield Repeat(
            "each", "5 equal samples, rate 0.5: calls in which the samples differ",
            (np.full((5, 40), level), 0.5, True),
            statistic="varies_in_batch", within=0.02, repeats=60,
        )  # fmt: skip

    @accepted("binomial draws")
    def binomial(x, rate, training):
        if not training or rate == 0:
            return x
        return x * np.random.default_rng().binomial(1, 1 - rate, size=x.shape) / (1 - rate)

    @accepted("one number at a time")
    def loop(x, rate, training):
        import random

        if not training:
            return x
        flat = [0.0 if random.random() < rate else float(v) / (1 - rate) for v in x.ravel()]
        return np.array(flat).reshape(x.shape)

    @accepted("Keras tensors")
    def tensors(x, rate, training):
        if not training:
            return x
        thrown = keras.random.uniform(x.shape) < rate
        return keras.ops.where(thrown, 0.0, keras.ops.cast(x, "float32") / (1 - rate))

    @accepted("a copy and a boolean index")
    def indexed(x, rate, training):
        y = np.array(x, dtype=float)
        if training:
            y[np.random.uniform(size=y.shape) < rate] = 0
            y /= 1 - rate
        return y

    no_scale = wrong(
        "What stays is not scaled up. In training the next layer then gets less on the average "
        "than it will get at inference.",
        change={"x * kept / (1 - rate)": "x * kept"},
    )

    active_at_inference = wrong(
        "At inference your function does not hand x on as it is. Where units are thrown out there, "
        "predictions become a matter of luck: what is `training` for?",
        change={"    if not training:\n        return x\n": ""},
    )

    rate_is_kept = wrong(
        "You took `rate` for the probability to *stay*, as the paper of 2014 does. Here, as in "
        "Keras, it is the probability to be thrown out.",
        change={
            "np.random.default_rng().binomial(1, 1 - rate, size=x.shape) / (1 - rate)": (
                "(np.random.random(x.shape) < rate) / rate"
            ),
        },
        of=binomial,
    )

    inverted_mask = wrong(
        "You throw out the wrong ones: a share 1 − rate goes, and what stays is scaled as if only "
        "a share of `rate` had gone.",
        change={
            "np.random.default_rng().binomial(1, 1 - rate, size=x.shape)": (
                "(np.random.random(x.shape) < rate)"
            ),
        },
        of=binomial,
    )

    scaled_at_inference = wrong(
        "You scale at inference instead of in training. That is the original recipe of 2014; the "
        "inverted one leaves inference alone.",
        change={
            "return x\n": "return x * (1 - rate)\n",
            "x * kept / (1 - rate)": "x * kept",
        },
    )

    multiplied = wrong(
        "What stays gets smaller in your version: you multiply by 1 − p. It has to make up for "
        "what is missing.",
        change={"x * kept / (1 - rate)": "x * kept * (1 - rate)"},
    )

    one_mask_for_all = wrong(
        "All samples of the batch lose the same units: your mask lacks the batch axis. Each "
        "sample meets its own thinned network.",
        change={"np.random.random(x.shape)": "np.random.random(x.shape[1:])"},
    )

    same_seed = wrong(
        "The same units are thrown out in every call: a generator with a fixed seed starts anew "
        "each time.",
        change={"np.random.random(x.shape)": "np.random.default_rng(0).random(x.shape)"},
    )

    fixed_count = wrong(
        "You throw out a fixed number of units in every call. Each tosses its own coin: sometimes "
        "more go, sometimes fewer, and a single unit goes in a share of `rate` of all calls.",
        change={
            "y[np.random.uniform(size=y.shape) < rate] = 0": (
                "y.flat[np.random.permutation(y.size)[: round(rate * y.size)]] = 0"
            ),
        },
        of=indexed,
    )

    whole_samples = wrong(
        "You throw out whole samples: one draw each. It is the numbers within them that come and "
        "go.",
        change={"random(x.shape)": "random((len(x),) + (1,) * (x.ndim - 1))"},
    )

    scaled_in_both = wrong(
        "You scale down at inference although you have scaled up in training: that counts it "
        "twice. The inverted kind leaves inference alone.",
        change={"return x\n": "return x * (1 - rate)\n"},
    )

    scaled_up_in_both = wrong(
        "You scale up at inference as in training. Nothing is missing there: all units take part.",
        change={"return x\n": "return x / (1 - rate)\n"},
    )

    divided_by_rate = wrong(
        "The right share is thrown out, but what stays is divided by the share that *goes*. What "
        "share of the sum is left?",
        change={
            "return x * kept / (1 - rate)": (
                "with np.errstate(all='ignore'):\n        return x * kept / rate"
            ),
        },
    )

    training_and_inference_exchanged = wrong(
        "Training and inference have changed places: your dropout works where `training` is False.",
        change={"if not training": "if training"},
    )

    normal_numbers = wrong(
        "You draw normal numbers (`randn`). Those below `rate` are another share: it is *uniform* "
        "numbers from 0 to 1 of which a share of `rate` lies below `rate`.",
        change={"np.random.random(x.shape)": "np.random.randn(*x.shape)"},
    )

    rate_one_half = wrong(
        "You throw out half of the numbers, whatever `rate` says.",
        change={"np.random.random(x.shape) >= rate": "np.random.random(x.shape) >= 0.5"},
    )

    factor_of_one_half = wrong(
        "What stays is doubled, whatever `rate` says. The factor depends on the rate.",
        change={"x * kept / (1 - rate)": "x * kept * 2"},
    )

    mask_returned = wrong(
        "You return two arrays, as libraries do that need the mask on the way back. One is asked "
        "for: the output.",
        change={"    return x * kept / (1 - rate)": "    return x * kept / (1 - rate), kept"},
    )

    mask_alone = wrong(
        "You return the mask, scaled or not. The numbers of x are to come out where it stays.",
        change={"return x * kept / (1 - rate)": "return kept / (1 - rate)"},
    )

    cut_off_at_inference = near_miss(
        "changes its input at inference, but does not scale it",
        change={"return x\n": "return np.maximum(x, 0)\n"},
        unlike=(scaled_in_both, scaled_up_in_both),
    )

    scaled_a_little_at_inference = near_miss(
        "scales at inference, and throws nothing out",
        change={"return x\n": "return x * (1 - rate / 2)\n"},
        unlike=(scaled_in_both, scaled_up_in_both),
    )

    in_place = wrong(
        "You throw out of `x` itself. Your numbers are right, and the caller cannot ask a second "
        "time: return a new array.",
        change={"return x * kept / (1 - rate)": "x *= kept\n    x /= 1 - rate\n    return x"},
    )
