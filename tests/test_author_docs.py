"""Do the pages for authors say what is so? Their example is run, their lists are compared."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import authored
import minilesson
import pytest

from autograder import exercise
from autograder.audit.measure import audit_named
from autograder.exercise import Exercise
from autograder.lesson import Lesson
from cnncourse.check.kinds.network import ASPECTS
from cnncourse.check.kinds.trained import SYMPTOMS
from cnncourse.check.statistics import STATISTICS

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = (ROOT / "docs" / "exercise-reference.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
CELLS, SPECIFICATION, _ = re.findall(r"```python\n(.*?)```", CONTRIBUTING, re.DOTALL)
KINDS = [
    kind
    for name in exercise.__all__
    if isinstance(kind := getattr(exercise, name), type) and issubclass(kind, Exercise)
]


def faults(folder: Path, specification: str = SPECIFICATION) -> list[str]:
    """What the audit says of the worked example, in a lesson of its own."""
    lesson = folder / minilesson.LESSON
    lesson.mkdir()
    heading = "\n# %% [markdown]\n# ## The table\n\n"
    script = minilesson.SCRIPT + heading + CELLS
    (lesson / f"{minilesson.LESSON}.py").write_text(script, encoding="utf-8")
    authored.write_specifications(lesson, minilesson.SPECIFICATIONS)
    (lesson / "exercises" / "softsign.py").write_text(specification, encoding="utf-8")
    [found] = audit_named(Lesson.read(lesson), ["softsign"]).values()
    return found.faults


@pytest.mark.heavy
def test_the_worked_example_is_sound(tmp_path):
    """Does an exercise typed in from CONTRIBUTING.md pass its audit as it stands?"""
    assert faults(tmp_path) == []


@pytest.mark.heavy
def test_the_mistake_to_try_is_found(tmp_path):
    """Does the change that the reader is asked to make bring the sentence that is promised?"""
    old, new = '{"return x /": "return np.abs(x) /"}', '{"return x /": "return (x + 0) /"}'
    assert SPECIFICATION.count(old) == 1
    assert new in CONTRIBUTING
    [fault] = faults(tmp_path, SPECIFICATION.replace(old, new))
    assert f"03_activations/softsign: {fault}" in CONTRIBUTING


def test_the_example_stands_below_a_line_that_the_lesson_has():
    """Can the reader find the place, once, and is its heading to revisit there?"""
    script = (ROOT / "solutions/03_activations/03_activations.py").read_text(encoding="utf-8")
    assert script.count("check(relu_family)\n") == 1
    assert "# ## The table\n" in script or "# ### The table\n" in script


@pytest.mark.parametrize("name", exercise.__all__)
def test_every_name_for_authors_is_explained(name):
    """Does the reference speak of all that a specification may import?"""
    if name not in ("Answer", "Exercise", "Faulty"):  # authors never write these
        assert re.search(rf"\b{name}\b", REFERENCE)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_attribute_is_explained(kind):
    """Does the reference speak of all that a class of this kind may set?"""
    declared = [n for base in kind.__mro__ for n in inspect.get_annotations(base)]
    inner = {"kind", "asks", "style", "expressions", "has_reference", "automatic", "reference"}
    for name in {n for n in declared if not n.startswith("_")} - inner:
        assert re.search(rf"`{name}\b", REFERENCE), name


@pytest.mark.parametrize("word", [*SYMPTOMS, *STATISTICS, *ASPECTS])
def test_every_word_to_choose_from_is_listed(word):
    """Does the reference list all symptoms, statistics and aspects?"""
    assert f"`{word}`" in REFERENCE
