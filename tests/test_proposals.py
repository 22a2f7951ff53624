"""Are a class's unnamed mistakes put together, counted, and written as a change?"""

from __future__ import annotations

import json

import minilesson
import pytest
from minilesson import LESSON, RIGHT, answered, hand_in

from autograder import cli
from autograder.audit.proposals import proposals, skeleton
from autograder.course import CourseError
from autograder.exercise import Criterion, Function
from autograder.grading.batch import Grading
from autograder.grading.normal_form import normal_form, own_names, renamed
from autograder.grading.unexplained import Unexplained, unexplained
from autograder.sandbox import probe_isolation

pytestmark = pytest.mark.heavy

REFERENCE = "def double(x):\n    total = x + x\n    return total"
CLASS = {
    "ann": "def double(x):\n    return 3 * x  # Ann wrote this",
    "cat": "def double(x):\n    return x + 2 * x",
    "dan": "def double(x):\n    return x * x",
    "eve": 'def double(x):\n    return "[red]\\x1b[2J\u202e"  # [/red]',
    "gus": minilesson.DOUBLE,
    "hal": "import no_such_module as m\ndef double(x):\n    return m.twice(x)",
}


@pytest.fixture(scope="module")
def walls():
    """Skip where no code can be isolated."""
    if not all(check.ok for check in probe_isolation()):
        pytest.skip("this machine cannot isolate code")


class Double(Function):
    name = "double"
    title = "Twice"
    criteria = (Criterion("value", 1, "the value"),)
    reference = REFERENCE

    def probes(self, rng):
        yield from ()


def refused(source, message="Wrong.", **about):
    fields = {"exercise": "double", "state": "wrong values", "details": (), "lost": ("value",)}
    return Unexplained(**fields | about, message=message, source=source)


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A class, graded for real, with one notebook that holds no outcomes."""
    course = minilesson.course(tmp_path_factory.mktemp("class"))
    for student, answer in CLASS.items():
        notebook = answered(**RIGHT | {"double": answer})
        # what a student writes there must count for nothing
        notebook.cells[4].metadata["outcome"] = {"state": "right"}
        hand_in(course.root / "submitted", student, notebook)
    results = list(Grading(course, LESSON, course.root / "submitted").results(jobs=1))
    assert len(results) == len(CLASS)
    hand_in(course.root / "autograded", "old", minilesson.release())
    return course


@pytest.mark.usefixtures("walls")
def test_only_unexplained_answers_are_read(graded):
    """Are old notebooks counted, and right, untouched and diagnosed answers left out?

    So is one that lacks what is not installed here.
    """
    read = unexplained(graded, LESSON)
    assert (read.notebooks, read.unreadable) == (len(CLASS), 1)
    sources = [CLASS[s] for s in ("ann", "cat", "eve")]
    assert [a.source for a in read.answers] == sources
    first = read.answers[0]
    assert (first.exercise, first.state, first.lost) == (
        "double",
        "wrong values",
        ("arrays", "empty"),
    )
    assert "tried with: a random array" in first.details


@pytest.mark.usefixtures("walls")
def test_the_command_lists_the_most_frequent_first(graded, monkeypatch, capsys, tmp_path):
    """Are those who did the same counted together, without their names, and ready to paste?"""
    monkeypatch.chdir(graded.root)
    report = tmp_path / "proposals.json"
    assert cli.main(["propose", LESSON, "--json", str(report)]) == 0
    told = capsys.readouterr()
    assert "1 graded notebook(s) do not say" in told.err
    tree = json.loads(report.read_text(encoding="utf-8"))
    assert [p["count"] for p in tree["proposals"]] == [2, 1]
    assert tree["proposals"][0]["skeleton"] == 'name = wrong("…", change={"2": "3"})'
    assert "double: 2 × wrong values, arrays, empty lost" in told.out
    assert 'name = wrong("…", change={"2": "3"})' in told.out
    assert "Ann" not in told.out + json.dumps(tree)


@pytest.mark.usefixtures("walls")
def test_what_students_write_is_shown_as_it_is(graded, monkeypatch, capsys):
    """Are styles and control characters in a student's code nothing but text?"""
    monkeypatch.chdir(graded.root)
    cli.main(["propose", LESSON])
    out = capsys.readouterr().out
    assert 'return "[red]\\x1b[2J "' in out
    assert "\x1b" not in out
    assert "\u202e" not in out


def test_a_lesson_that_was_never_graded(tmp_path):
    """Is it told in a sentence what to do?"""
    with pytest.raises(CourseError, match="run `autograder grade 01_mini` first"):
        unexplained(minilesson.course(tmp_path), LESSON)


@pytest.mark.parametrize("broken", ["", "[]", '{"cells": [1]}', '{"cells": [{"metadata": {}}, 5]}'])
def test_a_broken_graded_notebook_is_counted(tmp_path, broken):
    """Does one file that cannot be read leave the others alone?"""
    course = minilesson.course(tmp_path)
    hand_in(tmp_path / "autograded", "ann", broken)
    assert unexplained(course, LESSON).unreadable == 1


def test_the_same_code_is_one_proposal():
    """Are answers alike that differ in names and messages, and apart that differ in both?"""
    found = proposals(
        [
            refused("def double(x):\n    return x", "1 differs"),
            refused("def double(a):\n    return a  # so", "2 differ"),
            refused("def double(x):\n    return 5", "3 differ"),
        ],
        [Double()],
    )
    assert [p.count for p in found] == [2, 1]


def test_two_groups_that_a_third_answer_joins_become_one():
    """Is likeness passed on?"""
    one, two = "def double(x):\n    return 1", "def double(x):\n    return 2"
    answers = [refused(one, "a"), refused(two, "b"), refused(one, "b")]
    assert [p.count for p in proposals(answers, [Double()])] == [3]


@pytest.mark.parametrize(
    ("answer", "change"),
    [
        ("def double(x):\n    total = x - x\n    return total", {"+": "-"}),
        ("def double(a):\n    t = a * a\n    return t", {"+": "*"}),
        (
            'def double(x):\n    "Mine."\n    total = x + 2  # so\n    return total',
            {"x\n    return": "2\n    return"},
        ),
        (
            "def double(x):\n    total = x + x\n    return total + 1",
            {"return total": "return total + 1"},
        ),
    ],
)
def test_a_small_change_is_written_as_one(answer, change):
    """Does the skeleton say what to replace, in the reference's own names?"""
    text = skeleton(REFERENCE, answer, "double")
    assert text is not None
    declared = {}
    exec(text, {"wrong": lambda message, change: declared.update(change)})
    made = REFERENCE
    for old, new in declared.items():
        assert REFERENCE.count(old) == 1
        made = made.replace(old, new)
    assert normal_form(made, "double") == normal_form(answer, "double")
    assert len(declared) == len(change)


@pytest.mark.parametrize(
    "answer",
    [
        "import math\ndef double(x):\n    for i in range(2):\n        x += i\n    return [x, x, x]",
        "def double(x:",
        "",
        "def double(x):\n    return '" + "a" * 30_000 + "'",
        "\0",
        "(" * 5000,
    ],
)
def test_anything_else_has_no_skeleton(answer):
    """Is an answer that is no small change, or no Python, shown without one?"""
    (found,) = proposals([refused(answer)], [Double()])
    assert found.skeleton is None
    assert len(found.example) <= 41
    assert all(len(line) <= 160 for line in found.example)


def test_names_that_matter_are_kept():
    """Do the exercise, imports, attributes and keywords keep their names?"""
    source = "import numpy as np\ndef f(a):\n    return np.sum(a, axis=0).a"
    assert own_names(source, "f") == ["a"]
    assert renamed(source, {"a": "axis"}).endswith(
        "def f(axis):\n    return np.sum(axis, axis=0).a"
    )
    assert normal_form(source, "f") != normal_form(source.replace("sum", "max"), "f")


def test_places_are_counted_in_characters():
    """Is a name behind an umlaut renamed where it stands?"""
    assert renamed("y = 'ä' + a", {"a": "b"}) == "y = 'ä' + b"
