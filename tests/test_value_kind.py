"""Are numbers, shapes, words and truth values recognised however they are written?"""

import numpy as np
import pytest
from judged import asking, compiled, judged, replying

from autograder.build.compiler import PUBLIC_SEED, SpecificationError, questions_only
from autograder.exercise import Choices, Criterion, Value, wrong
from autograder.exercise.values import HARD
from cnncourse.check.key import Key
from cnncourse.check.kinds.value import canonical, digest, fits
from cnncourse.check.outcome import NotAttempted, Noted, Right, WrongType, WrongValues
from cnncourse.check.verdict import verdict


def value(expects: str, answer: str, step: float = 1e-6):
    """An exercise that expects one value."""
    made = type(
        "Made",
        (Value,),
        {
            "name": "answer",
            "title": "A value",
            "expects": expects,
            "step": step,
            "criteria": (Criterion("value", 1, "the value"),),
        },
    )
    return compiled(made(), f"answer = {answer}")


@pytest.mark.parametrize(
    ("expects", "right", "given"),
    [
        ("integer", "62006", "62006.0"),
        ("integer", "62006", "np.int32(62006)"),
        ("integer", "62006", "np.array(62006)"),
        pytest.param(
            "integer", "62006", "keras.ops.convert_to_tensor(62006)", marks=pytest.mark.heavy
        ),
        ("number", "0.75", "3 / 4"),
        ("number", "0.75", "np.float32(0.75)"),
        ("number", "2.0", "2"),
        ("shape", "(28, 28, 6)", "[28, 28, 6]"),
        ("shape", "(28, 28, 6)", "np.array([28, 28, 6])"),
        ("shape", "(28, 28, 6)", "np.zeros((28, 28, 6)).shape"),
        ("shape", "(28, 28, 6)", "(28.0, np.int64(28), 6)"),
        ("shape", "()", "[]"),
        ("text", "'same'", "'  Same '"),
        ("truth", "True", "np.bool_(True)"),
        ("truth", "True", "np.all(np.ones(3) > 0)"),
    ],
)
def test_the_same_value_is_right_in_any_form(expects, right, given):
    """Is a right value accepted as NumPy's, as a list, as a float, with spaces?"""
    assert isinstance(judged(value(expects, right), f"answer = {given}"), Right)


@pytest.mark.parametrize(
    ("expects", "right", "given", "state"),
    [
        ("integer", "62006", "62005", WrongValues),
        ("integer", "62006", "62006.5", WrongType),
        ("integer", "62006", "'62006'", WrongType),
        ("integer", "1", "True", WrongType),
        ("integer", "5", "-5", WrongValues),
        ("number", "0.75", "float('nan')", WrongType),
        ("number", "0.75", "float('inf')", WrongType),
        ("number", "0.75", "1e308", WrongType),
        ("number", "0.75", "10**400", WrongType),
        ("number", "0.75", "0.750003", WrongValues),
        ("shape", "(28, 28, 6)", "(6, 28, 28)", WrongValues),
        ("shape", "(28, 28, 6)", "'28, 28, 6'", WrongType),
        ("shape", "(28, 28, 6)", "28 * 28 * 6", WrongType),
        ("shape", "(28, 28, 6)", "(28, 28, None)", WrongType),
        ("shape", "(28, 28, 6)", "np.zeros((28, 28, 6))", WrongType),
        ("text", "'same'", "'valid'", WrongValues),
        ("text", "'same'", "b'same'", WrongType),
        ("truth", "True", "1", WrongType),
        ("truth", "True", "False", WrongValues),
        ("truth", "True", "'True'", WrongType),
        ("number", "0.75", "lambda: 0.75", WrongType),
        ("number", "0.75", "np", WrongType),
    ],
)
def test_another_value_is_wrong(expects, right, given, state):
    """Is it refused, as wrong in kind or wrong in value?"""
    assert type(judged(value(expects, right), f"answer = {given}")) is state


@pytest.mark.parametrize("answer", ["None", "..."])
def test_nothing_filled_in_is_not_attempted(answer):
    """Is a placeholder told from a wrong value?"""
    assert isinstance(judged(value("number", "1.5"), f"answer = {answer}"), NotAttempted)


@pytest.mark.parametrize(
    ("given", "state"),
    [(0.731, Right), (0.7399, Right), (0.7215, Right), (0.747, WrongValues), (0.714, WrongValues)],
)
def test_a_number_may_be_off_by_one_step(given, state):
    """Is what lies within a step right, and what lies beyond one and a half wrong?"""
    assert type(judged(value("number", "0.731", step=0.01), f"answer = {given}")) is state


def test_a_wrong_value_is_shown_but_not_the_right_one():
    """Does the message show what the student wrote, and keep the answer to itself?"""
    outcome = judged(value("integer", "62006"), "answer = 61706")
    assert outcome.details == ("yours: 61706",)
    assert "62006" not in repr(outcome)


def test_a_misconception_of_another_kind_is_named():
    """Is a wrong answer recognised that is not even of the right kind?"""

    class Size(Value):
        name = "size"
        title = "A size"
        expects = "integer"
        criteria = (Criterion("value", 1, "the value"),)
        as_shape = wrong("You gave the shape.", source="(14, 14)")
        no_floor = wrong("You did not round down.", source="13.5")

    key = compiled(Size(), "size = 13")
    assert judged(key, "size = (14, 14)").misconception == "as_shape"
    assert judged(key, "size = 27 / 2").misconception == "no_floor"


def test_a_reference_of_another_kind_is_refused():
    """Is a specification found out whose own answer is not of the kind that it expects?"""
    with pytest.raises(SpecificationError, match="a whole number is expected"):
        value("integer", "2.5")


def test_a_list_in_place_of_a_dictionary_is_said():
    """Is the student told that a dictionary is expected, or which entry is missing?"""

    class Sizes(Value):
        name = "sizes"
        title = "Sizes"
        entries = {"a": "integer", "b": "shape"}  # noqa: RUF012
        criteria = (Criterion("a", 1, "a"), Criterion("b", 1, "b"))

    key = compiled(Sizes(), "sizes = {'a': 1, 'b': (2, 3)}")
    whole = judged(key, "sizes = [1]")
    assert whole.message == "Your answer is a list; a dictionary is expected."
    assert not whole.details
    part = judged(key, "sizes = {'a': 1, 'c': 1}")
    assert part.message == "b: This entry is missing from your dictionary."


def test_a_text_with_half_a_character_is_just_wrong():
    """Is a text that no file can hold refused without an error?"""
    assert isinstance(judged(value("text", "'same'"), r"answer = '\ud800'"), WrongValues)


def test_numbers_beyond_all_bounds_are_no_numbers():
    """Does a number that cannot be divided by the step fit nothing?"""
    assert not fits(1e300, "number")
    assert canonical(1e300, "number", 1e-9)[0].startswith("odd")


def test_a_large_array_costs_no_time():
    """Is an array of a hundred million numbers refused without being written out?"""
    outcome = verdict(value("shape", "(1, 2)"), replying({"value": np.zeros(10**8, "uint8")}))
    assert "(100000000,)" in outcome.message


def test_the_salt_makes_hashes_differ():
    """Do equal answers of two exercises have different hashes?"""
    assert digest("b", "quiz/q1", 4) != digest("b", "quiz/q2", 4)


def test_students_have_slow_hashes_and_judges_quick_ones():
    """Is a guess dear where the key can be read, and is each entry salted by itself?"""
    spec = Quiz()
    for seed, hardness in ((PUBLIC_SEED, HARD), (3, 4)):
        options = [probe.options for probe in questions_only(spec, seed).probes]
        assert {o["hardness"] for o in options} == {hardness}
        assert len({o["salt"] for o in options}) == len(options)


def test_a_quizs_key_does_not_say_which_letters_are_wrong():
    """Are names and reasons sealed, so that the right letter is not the one that is missing?"""
    key = compiled(Quiz(), "quiz = {'q1': 'a', 'q2': 'c'}")
    text = Key("test", {"quiz": key}).to_json()
    assert not any(word in text for word in ("q1_b", "q2_a", "The image stays", "Time passes"))
    assert [len(probe.variants) for probe in key.probes] == [1, 2]
    assert {m.message for m in key.misconceptions} == {""}


def test_a_quiz_that_counts_when_graded_is_noted():
    """Does a key without answers tell no letter from another, and still say what is missing?"""
    key = compiled(Quiz(), "quiz = {'q1': 'a', 'q2': 'c'}")
    bare = Key.from_json(Key("test", {"quiz": key.without_answers()}).to_json()).exercises["quiz"]
    said = {
        letters: judged(bare, f"quiz = {{'q1': {letters[0]!r}, 'q2': {letters[1]!r}}}")
        for letters in ("ac", "bc", "ab")
    }
    assert {(type(o), o.message, o.details, o.score) for o in said.values()} == {
        (Noted, said["ac"].message, (), 0)
    }
    assert "noted" in said["ac"].message
    assert judged(bare, "quiz = {'q1': 'a', 'q2': ...}").details == (
        "q2: Not filled in yet: entry 'q2'.",
    )
    assert isinstance(judged(bare, "quiz = {'q1': ..., 'q2': ...}"), NotAttempted)
    assert "hash" not in repr(bare)
    assert bare.misconceptions == ()


class Quiz(Choices):
    name = "quiz"
    title = "Quiz"
    questions = {  # noqa: RUF012
        "q1": ("What slides?", {"a": "the kernel", "b": "the image"}),
        "q2": ("What is shared?", {"a": "nothing", "b": "time", "c": "weights"}),
    }
    because = {  # noqa: RUF012
        "q1": {"b": "The image stays."},
        "q2": {"a": "Count the parameters.", "b": "Time passes."},
    }


@pytest.mark.parametrize("letters", ["{'q1': 'a', 'q2': 'c'}", "dict(q1=' A', q2='C ')"])
def test_letters_are_right_in_any_case(letters):
    """Does the quiz accept letters as students type them?"""
    key = compiled(Quiz(), "quiz = {'q1': 'a', 'q2': 'c'}")
    assert isinstance(judged(key, f"quiz = {letters}"), Right)


def test_each_wrong_letter_gets_its_reason():
    """Are all wrong letters explained, and the right one paid?"""
    key = compiled(Quiz(), "quiz = {'q1': 'a', 'q2': 'c'}")
    both = judged(key, "quiz = {'q1': 'b', 'q2': 'a'}")
    assert both.message == "q1: The image stays."
    assert both.details == ("q2: Count the parameters.",)
    one = judged(key, "quiz = {'q1': 'a', 'q2': 'b'}")
    assert (one.message, one.misconception, one.score) == ("q2: Time passes.", "q2_b", 1)


def test_a_quiz_begun_is_paid_for_what_is_right():
    """Is one answered question paid while the other is open?"""
    key = compiled(Quiz(), "quiz = {'q1': 'a', 'q2': 'c'}")
    assert judged(key, "quiz = {'q1': 'a', 'q2': ...}").score == 1
    assert isinstance(verdict(key, asking("quiz = {'q1': ..., 'q2': ...}")), NotAttempted)
