"""Does a whole class get what fairness demands: honest, careless, unlucky, hostile and broken?"""

import re
from pathlib import Path

import nbformat
import pytest

from autograder import exercise as specifications
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
# Elsewhere those who say most: all, half, and a mistake in each kind of exercise. The audit judges
# every style and every mistake of every lesson.
HONEST = ("perfect", "half")
BROKEN = ("not-json", "empty-file", "no-file", "other-lesson")
KINDS = {name: spec.kind for name, spec in vars(specifications).items() if hasattr(spec, "kind")}
pytestmark = pytest.mark.heavy


def kinds(name):
    """The kinds of exercise in a lesson."""
    files = (COURSE.solutions / name / "exercises").glob("*.py")
    text = "\n".join(path.read_text(encoding="utf-8") for path in files)
    bases = re.findall(r"^class \w+\((\w+)", text, re.MULTILINE)
    return {KINDS[base] for base in bases if base in KINDS}


def covering(lessons, first):
    """Few lessons, from a first one on, that together have every kind; the early are the quick."""
    found = {name: kinds(name) for name in lessons}
    chosen, missing = [first], set().union(*found.values()) - found[first]
    while missing:
        chosen.append(max(lessons, key=lambda name: len(found[name] & missing)))
        missing -= found[chosen[-1]]
    return sorted(chosen)


GRADED = covering(LESSONS, ATTACKED)


def samples_of(name):
    """The class for a lesson: all of it for one, for the others those without attacks."""
    release = nbformat.read(COURSE.release(name), as_version=4)
    lesson = Lesson.read(COURSE.solutions / name)
    other = nbformat.read(COURSE.release(next(n for n in LESSONS if n != name)), as_version=4)
    everyone = list(sample_class(lesson, release, other, ATTACKS))
    if name == ATTACKED:
        return everyone
    present = (*HONEST, *BROKEN)
    first = {s.kind: s.name for s in reversed(lesson.specs) if s.automatic}.values()
    return [
        sample
        for sample in everyone
        if sample.student in present or (sample.misconception or [None])[0] in first
    ]


@pytest.fixture(scope="module", params=GRADED)
def graded(request, tmp_path_factory):
    """Samples and results of one lesson's class."""
    if not all(check.ok for check in probe_isolation()):
        pytest.skip("this machine cannot isolate code")
    samples = samples_of(request.param)
    root = tmp_path_factory.mktemp("course") / "graded"
    # Attackers use up what they are given, so they are given little; training takes its time.
    limits = DEMO_LIMITS if request.param == ATTACKED else GradingLimits()
    results = grade_samples(root, COURSE, request.param, samples, jobs=2, limits=limits)
    return samples, {r.student: r for r in results}, root, request.param


def test_every_kind_of_exercise_is_graded():
    """Do the classes together have every kind of exercise that the engine knows?"""
    specs = [spec for name in GRADED for spec in Lesson.read(COURSE.solutions / name).specs]
    assert {spec.kind for spec in specs} == set(KINDS.values())


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
    samples, results, *_, lesson = graded
    seeded = {s.student: s.misconception for s in samples if s.misconception}
    specs = Lesson.read(COURSE.solutions / lesson).specs
    asked = {spec.name: spec.kind for spec in specs if spec.automatic}
    assert {asked[exercise] for exercise, _ in seeded.values()} == set(asked.values())
    outcomes = {who: results[who].outcomes[exercise] for who, (exercise, _) in seeded.items()}
    told = {who: o.misconception for who, o in outcomes.items() if o.state != "against the rules"}
    assert told == {who: seeded[who][1] for who in told}
    assert told


def test_broken_files_are_told_in_a_sentence(graded):
    """Does each submission that could not be read as it was say so?"""
    _, results, *_ = graded
    told = {who: results[who].error or "" for who in BROKEN}
    assert {who: text for who, text in told.items() if not text.endswith(".")} == {}


def test_honest_files_are_told_nothing(graded):
    """Does no student whose file can be read hear of an error?"""
    samples, results, *_ = graded
    honest = {s.student for s in samples} & {*HONEST, "style-1", "untouched", "all-wrong", "noisy"}
    assert honest >= set(HONEST)
    assert {who: results[who].error for who in honest if results[who].error} == {}


def test_feedback_holds_no_secret(graded):
    """Is there a feedback page for everybody, without solutions, seed or paths of the grader?"""
    samples, results, root, lesson = graded
    secret = next(root.glob(".autograder/*.json")).read_text(encoding="utf-8")
    assert secret
    for sample in samples:
        pages = list((root / "feedback" / sample.student / lesson).glob("*.html"))
        if results[sample.student].standing is not None:
            assert pages, sample.student
        for page in pages:
            text = page.read_text(encoding="utf-8")
            assert "BEGIN SOLUTION" not in text
            if sample.student != "spy":  # who looks for that file by name
                assert "exercises/" not in text
            assert str(root) not in text
