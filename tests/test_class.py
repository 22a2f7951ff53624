"""Does a whole class get what fairness demands: honest, careless, unlucky, hostile and broken?"""

from pathlib import Path

import nbformat
import pytest

from autograder.course import Course
from autograder.demo.attacks import ATTACKS
from autograder.demo.course import DEMO_LIMITS, grade_samples
from autograder.demo.sample import sample_class
from autograder.grading.submission_limits import GradingLimits
from autograder.lesson import Lesson
from autograder.sandbox import probe_isolation

COURSE = Course(Path(__file__).resolve().parents[1])
LESSONS = [name for name in COURSE.lessons() if COURSE.release(name).is_file()]
# Only one class meets all the attacks: they attack the sandbox, not the lesson.
ATTACKED = "07_edges"
# Everyone who is honest, in two lessons of different kinds; elsewhere what says most: all and half.
# The audit judges every style and every mistake of every lesson.
HONEST = ("perfect", "style-1", "half", "untouched", "all-wrong")
WHOLE = ("03_activations", "13_classic")

pytestmark = pytest.mark.skipif(
    not all(check.ok for check in probe_isolation()), reason="this machine cannot isolate code"
)


def samples_of(name):
    """The class for a lesson: all of it for one, for the others those without attacks."""
    release = nbformat.read(COURSE.release(name), as_version=4)
    lesson = Lesson.read(COURSE.solutions / name)
    others = [other for other in LESSONS if other != name]
    other = nbformat.read(COURSE.release(others[0]), as_version=4) if others else None
    everyone = list(sample_class(lesson, release, other, ATTACKS))
    if name == ATTACKED:
        return everyone
    present = HONEST if name in WHOLE else ("perfect", "half")
    return [s for s in everyone if s.student in present]


@pytest.fixture(scope="module", params=LESSONS)
def graded(request, tmp_path_factory):
    """Samples and results of one lesson's class."""
    samples = samples_of(request.param)
    root = tmp_path_factory.mktemp("course") / "graded"
    # Attackers use up what they are given, so they are given little; training takes its time.
    limits = DEMO_LIMITS if request.param == ATTACKED else GradingLimits()
    results = grade_samples(root, COURSE, request.param, samples, jobs=2, limits=limits)
    return samples, {r.student: r for r in results}, root, request.param


def test_everybody_gets_what_is_fair(graded):
    """Is every score within what fairness demands, and nobody missing?"""
    samples, results, *_ = graded
    scores = {s.student: results[s.student].score or 0.0 for s in samples}
    unfair = {
        s.student: (scores[s.student], results[s.student].error)
        for s in samples
        if not s.least <= scores[s.student] <= s.most
    }
    assert not unfair


def test_every_seeded_mistake_is_named(graded):
    """Does each student with one mistake read the message of that misconception?"""
    samples, results, *_ = graded
    for sample in samples:
        if sample.misconception is not None:
            exercise, misconception = sample.misconception
            outcome = results[sample.student].outcomes[exercise]
            assert outcome.misconception == misconception or outcome.state == "against the rules"


def test_broken_files_are_told_in_a_sentence(graded):
    """Does each submission that could not be read as it was say so, and no other?"""
    samples, results, *_ = graded
    for sample in samples:
        if sample.student in ("not-json", "empty-file", "no-file", "other-lesson"):
            assert results[sample.student].error.endswith(".")
        if sample.student in ("perfect", "half", "noisy", "untouched"):
            assert results[sample.student].error is None


def test_feedback_holds_no_secret(graded):
    """Is there a feedback page for everybody, without solutions, seed or paths of the grader?"""
    samples, results, root, lesson = graded
    secret = next(root.glob(".autograder/*.json")).read_text(encoding="utf-8")
    assert secret
    for sample in samples:
        pages = list((root / "feedback" / sample.student / lesson).glob("*.html"))
        if results[sample.student].notebook is not None:
            assert pages, sample.student
        for page in pages:
            text = page.read_text(encoding="utf-8")
            assert "BEGIN SOLUTION" not in text
            if sample.student != "spy":  # who looks for that file by name
                assert "exercises/" not in text
            assert str(root) not in text
