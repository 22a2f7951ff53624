"""Are random functions judged by what they do on the average, with any generator?"""

from dataclasses import replace

import numpy as np
import pytest
from judged import compiled, earned, judged, replying

from autograder.build.compiler import SpecificationError
from autograder.exercise import Criterion, Pipeline, Repeat, wrong
from cnncourse.check.outcome import NotAttempted, Raised, Right, WrongShape, WrongType, WrongValues
from cnncourse.check.statistics import STATISTICS, WORDS
from cnncourse.check.verdict import verdict

pytestmark = pytest.mark.heavy


class Flip(Pipeline):
    name = "flip"
    title = "Random flips"
    criteria = (Criterion("half", 2, "half of the images"), Criterion("each", 1, "each by itself"))

    def probes(self, rng):
        image = rng.uniform(size=(4, 5, 1))
        yield Repeat("half", "one image", args=(image[None],), repeats=400,
                    statistic="fraction_changed", within=0.15)  # fmt: skip
        yield Repeat("each", "a batch", args=(np.stack([image] * 8),), repeats=50,
                    statistic="varies_in_batch", within=0.1)  # fmt: skip

    @wrong("You flip always.")
    def always(images):
        return images[:, :, ::-1]

    @wrong("You flip the whole batch or none.")
    def together(images):
        return images[:, :, ::-1] if np.random.rand() < 0.5 else images

    @wrong("You return nothing.")
    def nothing(images):
        images[0] = images[0]

    @wrong("You divide by zero.")
    def nan(images):
        return images * np.nan


REFERENCE = """
def flip(images):
    turned = np.random.rand(len(images), 1, 1, 1) < 0.5
    return np.where(turned, images[:, :, ::-1], images)
"""


@pytest.fixture(scope="module")
def flip():
    return compiled(Flip(), REFERENCE)


RIGHT = {
    "loop": """
import random
def flip(images):
    return np.array([x[:, ::-1] if random.random() < 0.5 else x for x in images])
""",
    "generator": """
rng = np.random.default_rng()
def flip(images):
    out = images.copy()
    turned = rng.integers(2, size=len(images)).astype(bool)
    out[turned] = out[turned][:, :, ::-1]
    return out
""",
    "tensors": """
def flip(images):
    turned = keras.random.uniform((len(images), 1, 1, 1)) < 0.5
    return keras.ops.where(turned, images[:, :, ::-1], images)
""",
    "single precision": REFERENCE.replace("images)\n", "images).astype('float32')\n"),
}


@pytest.mark.parametrize("source", RIGHT.values(), ids=RIGHT)
def test_any_random_numbers_will_do(flip, source):
    """Is the function right with Python's, NumPy's or Keras's random numbers?"""
    outcome = judged(flip, source)
    assert isinstance(outcome, Right), (outcome.message, outcome.details)


@pytest.mark.parametrize(
    ("source", "known"),
    [
        ("def flip(images): return np.flip(images, 2)", "always"),
        (
            "def flip(images):\n    if np.random.rand() > 0.5:\n        return images\n"
            "    return images[..., ::-1, :]",
            "together",
        ),
        ("def flip(images): pass", "nothing"),
        ("def flip(images): return images + np.nan", "nan"),
    ],
)
def test_misconceptions_are_named(flip, source, known):
    """Is a wrong function recognised by its statistics, by nan, or by returning nothing?"""
    assert judged(flip, source).misconception == known


def test_criteria_are_paid_apart(flip):
    """Does the share count where the batch is treated as one?"""
    source = "def flip(x): return x[:, :, ::-1] if np.random.rand() < 0.5 else x"
    assert earned(judged(flip, source)) == {"half"}


@pytest.mark.parametrize(
    ("body", "state", "words"),
    [
        ("return images[:, :2]", WrongShape, "(1, 2, 5, 1); the expected shape is (1, 4, 5, 1)"),
        ("return images[: np.random.randint(2)]", WrongType, "changes from call to call"),
        ("return 3.0", WrongShape, "shape ()"),
        ("return 'x'", WrongType, "is text"),
        ("return np.array(['x'])", WrongType, "array of <U1"),
        ("return images * 1j", WrongType, "complex"),
        ("return images[:, ::-1, :, :] / 0", WrongValues, "You divide by zero."),
        ("return images", WrongValues, "fraction of calls that change"),
        ("return 1 / 0", Raised, "ZeroDivisionError"),
        ("raise NotImplementedError", NotAttempted, "Not attempted"),
    ],
)
def test_what_comes_back_is_described(flip, body, state, words):
    """Is each odd result told what it is?"""
    outcome = judged(flip, f"def flip(images):\n    {body}")
    assert type(outcome) is state
    assert words in outcome.message


def test_the_margin_is_shown(flip):
    """Are the student's statistic and the expected one shown, with the margin?"""
    details = judged(flip, "def flip(images): return images").details
    assert "yours:    0" in details
    assert any(d.startswith("expected: 0.") and "give or take 0.15" in d for d in details)


@pytest.mark.parametrize(
    "value",
    [
        np.zeros(()),
        np.zeros(400),
        np.zeros((0, 1, 4, 5, 1)),
        np.zeros((399, 1, 4, 5, 1)),
        np.zeros((1, 400, 4, 5, 1)),
        np.zeros((400, 0)),
        np.full((400, 1, 4, 5, 1), np.inf),
        np.full((400, 1, 4, 5, 1), 65504, "float16"),
        np.zeros((400, 1, 4, 5, 1), bool),
        [0.5] * 400,
        0.5,
    ],
    ids=str,
)
def test_forged_series_of_results_earn_nothing(flip, value):
    """Is a series refused that is too short, of odd shapes, or all the same?"""
    assert verdict(flip, replying({"value": value})).score == 0


class Kept(Pipeline):
    name = "kept"
    title = "Dropout with a generator"
    criteria = (Criterion("zeros", 1, "zeros"), Criterion("differs", 1, "differs"))

    def probes(self, rng):
        x = np.ones(50)
        yield Repeat("zeros", "ones", args=(x, 0.25), kwargs={"rng": {"__rng__": 3}}, repeats=40,
                    statistic="zero_fraction", within=0.06)  # fmt: skip
        yield Repeat("differs", "ones", args=(x, 0.5), kwargs={"rng": {"__rng__": 4}}, repeats=20,
                    statistic="distinct", within=0.1)  # fmt: skip


def test_a_generator_can_be_handed_over():
    """Does each call get a fresh generator, so that one kept by the student shows?"""
    key = compiled(Kept(), "def kept(x, rate, rng): return x * (rng.random(x.shape) > rate)")
    frozen = "def kept(x, rate, rng): return x * (np.random.default_rng(1).random(x.shape) > rate)"
    assert "differs" not in earned(judged(key, frozen))
    other = "def kept(x, rate, rng): return x * rng.binomial(1, 1 - rate, x.shape)"
    assert isinstance(judged(key, other), Right)


def test_an_error_does_not_show_a_generators_seed():
    """Is the generator called by its name among the arguments?"""
    key = compiled(Kept(), "def kept(x, rate, rng): return x * (rng.random(x.shape) > rate)")
    details = judged(key, "def kept(x, rate, rng): return x[99, 99]").details
    assert any("rng=a random generator" in d for d in details)


def test_a_margin_that_chance_would_cross_is_refused():
    """Is a margin found out that would refuse a right answer now and then?"""

    class Narrow(Flip):
        def probes(self, rng):
            for probe in super().probes(rng):
                yield replace(probe, within=0.01)

    with pytest.raises(SpecificationError, match="chance decides"):
        compiled(Narrow(), REFERENCE)


@pytest.mark.parametrize("seed", range(5))
def test_right_answers_pass_whatever_the_seed(seed):
    """Is a right answer accepted with other probes and other random numbers?"""
    assert isinstance(judged(compiled(Flip(), REFERENCE, seed), RIGHT["loop"]), Right)


def test_a_reference_outside_its_own_margin_is_refused():
    """Is a reference found out that gives nan?"""
    with pytest.raises(SpecificationError, match="nan"):
        compiled(Flip(), "def flip(images): return images * np.nan")


def test_every_statistic_has_words():
    """Can a student read what each statistic is?"""
    assert WORDS.keys() == STATISTICS.keys()
