"""Which of a student's hand-ins counts?"""

from __future__ import annotations

from datetime import UTC, datetime

import grader_kills
import pytest
from minilesson import LESSON, RIGHT, answered, hand_in
from nbgrader.api import Gradebook

from autograder.course import Course
from autograder.grading.batch import Grading
from autograder.grading.counting import counting, counting_ones
from autograder.grading.hand_ins import EARLIER
from autograder.grading.task import Graded
from cnncourse.check.outcome import CriterionResult, Right


def judged(student: str, number: str, score: float | None) -> Graded:
    """A result with some points, or one that could not be judged."""
    if score is None:
        return Graded(student, error="It could not be graded.", hand_in=number)
    criteria = (CriterionResult("whole", "all of it", score, True),)
    outcome = Right("f", criteria, "Right.")
    return Graded(student, {"f": outcome}, notebook="{}", hand_in=number)


@pytest.mark.parametrize(
    ("counts", "results", "place"),
    [
        ("last", [(9, 0), (1, 0)], 1),
        ("last", [(9, 0), (None, 0)], 1),
        ("best", [(9, 0), (1, 0)], 0),
        ("best", [(5, 0), (6, 0.3)], 0),  # lateness counts
        ("best", [(5, 0), (6, 0.1)], 1),
        ("best", [(5, 0), (5, 0)], 1),
        ("best", [(None, 0), (0, 0)], 1),
        ("best", [(0, 0), (None, 0)], 0),
        ("best", [(None, 0)], 0),
    ],
)
def test_the_hand_in_that_counts(counts, results, place):
    """Is it the last, or the one of which most is left?"""
    assert counting(counts, results) == place


def test_a_student_is_held_back_until_all_of_theirs_are_judged():
    """Does the batch go on with others meanwhile, and is each student told of once?"""
    names = [("ann", "1"), ("ann", ""), ("ben", "")]
    groups = [[judged("ann", "", None)], [judged("ben", "", 1)], [judged("ann", "1", 1)]]
    found = [[g.student for g in group] for group in counting_ones(groups, names, "best", _no)]
    assert found == [[], ["ben"], ["ann"]]


def test_the_result_says_which_one_counts():
    """Does the instructor read it, and whoever handed in once nothing of the kind?"""
    names = [("ann", "1"), ("ann", ""), ("ben", "")]
    groups = [[judged("ben", "", 1), judged("ann", "1", 1), judged("ann", "", None)]]
    ((ben, ann),) = counting_ones(groups, names, "best", _no)
    assert (ben.error, ann.error) == (None, "Of 2 hand-ins the best counts, number 1.")
    assert ann.hand_in == "1"


def _no(result: Graded) -> float:
    return 0.0


@pytest.fixture(scope="module")
def course(tmp_path_factory) -> Course:
    """A course whose students handed in twice: ann's first, ben's last is better."""
    course = grader_kills.light_course(tmp_path_factory.mktemp("course") / "light")
    submitted = course.root / "submitted"
    good, poor = answered(**RIGHT), answered(answer=RIGHT["answer"])
    for student, first, last in (("ann", good, poor), ("ben", poor, good)):
        hand_in(submitted, student, last)
        hand_in(submitted, "1", first)
        shelf = submitted / EARLIER / student / LESSON
        shelf.mkdir(parents=True)
        (submitted / "1" / LESSON).rename(shelf / "1")
        (submitted / "1").rmdir()
    return course


def graded(course: Course, said: str) -> dict[str, Graded]:
    """Grade the class under a course.toml; return what the gradebook holds by student."""
    (course.root / "course.toml").write_text(said, encoding="utf-8")
    again = Course(course.root)
    grading = Grading(again, LESSON, course.root / "submitted")
    return {g.student: g for g in grading.results(jobs=0)}


@pytest.mark.heavy
def test_the_best_hand_in_is_recorded(course):
    """Does the better of two count, whichever came last, and is nobody counted twice?"""
    known = (course.root / "course.toml").read_text(encoding="utf-8")
    last = graded(course, known)
    assert {s: g.score for s, g in last.items()} == {"ann": 1, "ben": 4}
    best = graded(course, f'counts = "best"\n{known}')
    assert {s: g.score for s, g in best.items()} == {"ann": 4, "ben": 4}
    with Gradebook(f"sqlite:///{course.root}/gradebook.db") as gradebook:
        assert len(gradebook.students) == 2
        assert gradebook.find_submission(LESSON, "ann").score == 4


@pytest.mark.heavy
def test_a_late_one_counts_for_what_is_left_of_it(course):
    """Is a better hand-in passed over that lost more by being late?"""
    submitted = course.root / "submitted" / "ben" / LESSON
    (submitted / "timestamp.txt").write_text("2030-01-20 00:00:00 UTC", encoding="utf-8")
    known = (course.root / "course.toml").read_text(encoding="utf-8").split("\n[", 1)
    rest = f"\n[{known[1]}" if len(known) > 1 else ""
    late = "[late]\ngrace_days = 0\npercent_per_day = 50\ncap_percent = 100\n"
    due = f"[due]\n{LESSON} = {datetime(2030, 1, 1, tzinfo=UTC):%Y-%m-%dT%H:%M:%SZ}\n"
    best = graded(course, f"{known[0]}\n{due}{late}{rest}")
    assert best["ben"].hand_in == "1"
    assert best["ben"].score == 1
