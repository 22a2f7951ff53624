"""Is a key kept whole, told from another, and silent about the answers?"""

import json
from dataclasses import replace
from importlib import resources

import numpy as np
import pytest
from judged import compiled

from autograder.exercise import Criterion, Function, Probe, Rule, Tolerance, Value, wrong
from cnncourse.check.key import Key, lessons


class Mean(Function):
    name = "mean"
    title = "The mean"
    criteria = (Criterion("value", 1.5, "the mean"), Criterion("empty", 1, "of nothing"))
    tolerance = Tolerance(1e-9, 1e-9, "a few additions")
    rule = Rule(forbid=("numpy.mean",), require=("for",), reason="Write the loop.")
    revisit = "Means"

    def probes(self, rng):
        yield Probe("value", "random numbers", args=(rng.normal(size=7),))
        yield Probe("empty", "none", args=(np.zeros(0),), kwargs={"default": -1.0})

    @wrong("You forgot to divide.", revisit="Sums")
    def total(x, default=0.0):
        return float(sum(x))

    @wrong("You divide by zero.")
    def by_zero(x, default=0.0):
        return float("nan") if len(x) == 0 else sum(x) / len(x)


SECRET = """
def mean(x, default=0.0):
    sesame = sum(v for v in x)
    return sesame / len(x) if len(x) else default
"""


class Size(Value):
    name = "size"
    title = "A size"
    expects = "integer"
    criteria = (Criterion("value", 1, "the value"),)
    too_small = wrong("You forgot the biases.", source="61469")


class Word(Value):
    name = "word"
    title = "A word"
    expects = "text"
    criteria = (Criterion("value", 1, "the value"),)


@pytest.fixture(scope="module")
def key():
    exercises = [
        compiled(Mean(), SECRET),
        compiled(Size(), "size = 61706"),
        compiled(Word(), "word = 'translation'"),
    ]
    return Key("09_test", {e.name: e for e in exercises})


def test_a_key_survives_its_file(key):
    """Is a key read back equal in every part, nan included?"""
    again = Key.from_json(key.to_json())
    assert again.differs(key) is None
    assert again.to_json() == key.to_json()
    for name, exercise in key.exercises.items():
        read = again.exercises[name]
        assert (read.criteria, read.misconceptions) == (exercise.criteria, exercise.misconceptions)
        assert (read.tolerance, read.rule) == (exercise.tolerance, exercise.rule)
        assert (read.title, read.kind, read.revisit) == (
            exercise.title,
            exercise.kind,
            exercise.revisit,
        )


def test_a_key_is_strict_json_in_one_line(key):
    """Can any program read it, and does it end as text files do?"""
    text = key.to_json()
    json.loads(text, parse_constant=lambda word: pytest.fail(f"{word} is not JSON"))
    assert text.endswith("}\n")
    assert text.count("\n") == 1


@pytest.mark.parametrize("secret", ["61706", "translation", "sesame", "61469", "sum(v for"])
def test_no_answer_stands_in_the_clear(key, secret):
    """Does neither a value nor a line of a solution occur in the key?"""
    assert secret not in key.to_json()


def test_the_lines_of_an_answer_that_raises_stay_out():
    """Is an error kept without the source line that raised it?"""

    class Fails(Mean):
        name = "mean"

        @wrong("You index past the end.")
        def past_the_end(x, default=0.0):
            return x[len(x) + 12345]

    text = Key("t", {"mean": compiled(Fails(), SECRET)}).to_json()
    assert "IndexError" in text
    assert "12345]" not in text
    assert '"code"' not in text


def test_the_seed_stays_out(key):
    """Is the seed of the probes not told?"""
    assert "seed" not in key.to_json()


def changed(key, **changes):
    exercise = replace(key.exercises["mean"], **changes)
    return Key(key.lesson, {**key.exercises, "mean": exercise})


def shifted(key, by):
    probe = key.exercises["mean"].probes[0]
    value = probe.expected["value"] + by
    probes = (replace(probe, expected={"value": value}), *key.exercises["mean"].probes[1:])
    return changed(key, probes=probes)


def test_rounding_is_no_difference(key):
    """Are two keys alike that differ as BLAS does?"""
    assert key.differs(shifted(key, 1e-7)) is None


@pytest.mark.parametrize(
    "change",
    [
        lambda key: shifted(key, 1e-3),
        lambda key: changed(key, title="Another"),
        lambda key: changed(key, criteria=key.exercises["mean"].criteria[:1]),
        lambda key: changed(key, probes=key.exercises["mean"].probes[::-1]),
        lambda key: changed(key, misconceptions=()),
        lambda key: changed(key, rule=None),
        lambda key: changed(key, tolerance={"default": Tolerance(1.0)}),
        lambda key: replace(key, lesson="other"),
        lambda key: replace(key, exercises={"mean": key.exercises["mean"]}),
        lambda key: replace(key, exercises=dict(reversed(key.exercises.items()))),
    ],
    ids=["value", "title", "criterion", "order", "misconception", "rule", "tolerance", "lesson",
         "exercise", "order of exercises"],
)  # fmt: skip
def test_every_other_difference_is_told(key, change):
    """Is a key told from one that differs in anything that matters, from both sides?"""
    assert key.differs(change(key)) is not None
    assert change(key).differs(key) is not None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '{"tree":[],"buffers":[]}',
        '{"tree":{"dict":{}},"buffers":[]}',
        '{"tree":{"dict":{"format":99,"lesson":"a","exercises":[]}},"buffers":[]}',
        '{"tree":{"dict":{"format":1,"lesson":"a"}},"buffers":[]}',
        '{"tree":{"dict":{"format":1,"lesson":"a","exercises":[1]}},"buffers":[]}',
        '{"tree":{"dict":{"format":1,"lesson":"a","exercises":[{"dict":{}}]}},"buffers":[]}',
    ],
)
def test_what_is_no_key_is_refused(text):
    """Is another file refused in one sentence?"""
    with pytest.raises(ValueError, match=r"^This is not a key"):
        Key.from_json(text)


@pytest.mark.parametrize("lesson", ["99_nothing", "", "../key", "__init__"])
def test_an_unknown_lesson_is_named_with_the_known_ones(lesson):
    """Is the student told which lessons there are?"""
    with pytest.raises(LookupError, match=r"There is no lesson .*; the lessons are: "):
        Key.load(lesson)


@pytest.mark.parametrize("lesson", lessons())
def test_every_key_that_ships_is_read_and_written_byte_for_byte(lesson):
    """Does each lesson's key load under its own name, and come back as the same file?"""
    text = (resources.files("cnncourse") / "keys" / f"{lesson}.json").read_text(encoding="utf-8")
    key = Key.from_json(text)
    assert key.lesson == lesson
    assert key.to_json() == text


def test_an_exercise_with_an_unknown_part_is_refused(key):
    """Is a part that this version does not know told, and not dropped?"""
    text = key.to_json().replace('"title":', '"heading":1,"title":', 1)
    with pytest.raises(ValueError, match=r"^This is not a key"):
        Key.from_json(text)


# --- where a key is found ------------------------------------------------------------------------


@pytest.fixture
def beside(key, tmp_path, monkeypatch):
    """The working folder, with the key of a lesson in it."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / f"{key.lesson}.key.json"
    path.write_text(key.to_json(), encoding="utf-8")
    return path


def test_a_key_beside_the_notebook_is_found(key, beside):
    """Does a lesson of another course bring its own key?"""
    assert Key.load(key.lesson).to_json() == key.to_json()


def test_a_key_beside_the_notebook_comes_first(key, beside):
    """Is it taken even if this package has a lesson of the same name?"""
    taken = beside.with_name("07_edges.key.json")
    beside.rename(taken)
    assert Key.load("07_edges").exercises.keys() == key.exercises.keys()


def test_the_builder_comes_before_all(key, beside, monkeypatch):
    """Is the key that the builder tries never taken for the one in place?"""
    monkeypatch.setenv("CNNCOURSE_KEYS", str(beside.parent / "none"))
    with pytest.raises(LookupError, match="the lessons are: none"):
        Key.load(key.lesson)


def test_who_has_no_key_is_told_where_it_belongs(tmp_path, monkeypatch):
    """Is a notebook that was copied without its key told what is missing?"""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(LookupError, match=r"99_x\.key\.json must lie beside the notebook"):
        Key.load("99_x")
