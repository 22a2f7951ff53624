"""Is a table of what stands in the public key worth nothing in grading?"""

import shutil
from pathlib import Path

import numpy as np
import pytest
from judged import compiled, notebook

from autograder.audit.lookup import points_of_look_up
from autograder.build.compiler import PUBLIC_SEED, compile_key
from autograder.build.keys import public_key
from autograder.build.store import Store
from autograder.exercise import Block, Build, Criterion, Function, Pipeline, Probe, Repeat
from autograder.exercise.probed import shown
from autograder.lesson import Lesson
from cnncourse.check.subject import perform
from cnncourse.check.verdict import verdict

SECRET_SEED = 7919
LESSON = Path(__file__).parents[1] / "solutions" / "08_convolution"
SECOND_COURSE = Path(__file__).parent / "second_course"


def zeros(value):
    """A value of the same form, all of whose numbers are zero."""
    if isinstance(value, (list, tuple)):
        return type(value)(map(zeros, value))
    return np.zeros_like(value)[()]


class Table:
    """A student's function that was made from the public key alone."""

    def __init__(self, key):
        self._known = {shown(probe.request): probe.expected["value"] for probe in key.probes}

    def __call__(self, *args, **kwargs):
        asked = shown({"args": list(args), "kwargs": kwargs})
        return self._known.get(asked, zeros(next(iter(self._known.values()))))


@pytest.mark.heavy
def test_a_lessons_public_key_earns_nothing():
    """Does a submission that looks every question up get everything at home, and 0 points here?"""
    lesson = Lesson.read(LESSON)
    public, secret = (compile_key(lesson, seed) for seed in (PUBLIC_SEED, SECRET_SEED))
    functions = [name for name, key in public.exercises.items() if key.kind == "function"]
    submitted = {name: Table(public.exercises[name]) for name in functions}
    assert len(functions) > 3

    def scores(lesson_key):
        judged = (
            verdict(key, lambda request: perform(submitted, request))
            for key in lesson_key.exercises.values()
        )
        return {outcome.exercise: outcome.score for outcome in judged if outcome.score}

    assert scores(public) == {
        name: sum(c.points for c in public.exercises[name].criteria) for name in functions
    }
    assert scores(secret) == {}


def made(kind, probes, **attributes):
    """An exercise of a kind that asks this."""
    base = {
        "name": "made",
        "title": "Made",
        "criteria": (Criterion("value", 1, ""),),
        "probes": lambda self, rng: iter(probes(rng)),
    }
    return type("Made", (kind,), base | attributes)()


@pytest.mark.parametrize(
    ("kind", "probes"),
    [
        (Function, lambda rng: [Probe("value", "a number", (1.0,))]),
        (Function, lambda rng: [Probe("value", "one of two", (rng.integers(2),))]),
        (Function, lambda rng: [Probe("value", "a generator", ({"__rng__": rng.integers(99)},))]),
        (Pipeline, lambda rng: [Repeat("value", "many calls", (np.ones(3),))]),
    ],
    ids=["fixed", "few", "generator", "pipeline"],
)
def test_a_criterion_without_a_drawn_question_is_refused(kind, probes):
    """Is it refused where all that an answer sees is fixed, or one of very few things?"""
    [problem] = made(kind, probes).problems()
    assert "all that decides 'value' stands with its answer in the key" in problem


def test_one_drawn_question_is_enough():
    """May fixed corners stand beside a drawn probe of the same criterion?"""
    corner = Probe("value", "zero", (0.0,))
    spec = made(Function, lambda rng: [corner, Probe("value", "a number", (rng.normal(),))])
    assert spec.problems() == []


def test_counts_of_a_fixed_network_are_refused_and_its_outputs_are_not():
    """Do weights that are drawn, and are not in the key, decide what a network computes?"""
    shape, behaviour = (Criterion(key, 1, "") for key in ("shape", "behaviour"))
    spec = made(Block, lambda rng: [Build("", input_shape=(3,))], criteria=(shape, behaviour))
    [problem] = spec.problems()
    assert "'shape'" in problem


@pytest.mark.parametrize(("drawn", "points"), [(False, 1), (True, 0)])
def test_the_audits_attack_finds_a_fixed_question(drawn, points):
    """Does the attack earn the points where they can be had, and none where not?"""
    spec = made(
        Function, lambda rng: [Probe("value", "a number", (rng.normal() if drawn else 3.0,))]
    )
    reference = "def made(x):\n    return x + 1"
    public, secret = (compiled(spec, reference, seed) for seed in (PUBLIC_SEED, SECRET_SEED))
    right = notebook(reference)
    assert points_of_look_up(public, secret, lambda r: perform(right, r)) == points


def test_a_course_may_keep_its_quizzes_for_the_grader(tmp_path):
    """Do students' keys hold no letter there, while values and the judge's key stay as they are?"""
    shutil.copytree(SECOND_COURSE, tmp_path / "course")
    with (tmp_path / "course" / "course.toml").open("r+", encoding="utf-8") as file:
        file.write(f'quiz = "when graded"\n{(SECOND_COURSE / "course.toml").read_text()}')
    lesson = Lesson.read(tmp_path / "course" / "solutions" / "01_means")
    students = public_key(lesson, Store(None)).exercises
    assert {name: key.withheld for name, key in students.items()} == {
        "mean": False, "penalty": False, "quiz": True,
    }  # fmt: skip
    right = notebook('quiz = {"q1": "b", "q2": "c", "q3": "a"}')
    outcomes = [
        verdict(key, lambda request: perform(right, request))
        for key in (students["quiz"], compile_key(lesson, SECRET_SEED).exercises["quiz"])
    ]
    assert [outcome.state for outcome in outcomes] == ["noted", "right"]
