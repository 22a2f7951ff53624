"""Is the course that is committed the one that is authored, and are its checks good?"""

from pathlib import Path

import pytest

from autograder.audit.measure import merged
from autograder.audit.stored import stored_audit
from autograder.build.checked import check, check_course
from autograder.course import Course

pytestmark = pytest.mark.heavy

COURSE = Course(Path(__file__).resolve().parents[1])


def test_lessons_are_numbered_without_a_gap():
    """Is there a first lesson, and after each the next, so that what is below asks of them all?"""
    numbers = [int(name.split("_")[0]) for name in COURSE.lessons()]
    assert numbers == list(range(len(numbers)))
    assert numbers
    assert {COURSE.release(name).is_file() for name in COURSE.lessons()} == {True}


def test_the_index_is_up_to_date():
    """Does the index list the lessons as they are?"""
    assert check_course(COURSE) == []


class OfOneLesson:
    """What is asked of each lesson; pytest-xdist gives a class to whichever worker is free.

    The audit comes first: it keeps the key that it judges by, so that nothing is compiled twice.
    """

    lesson = ""

    def test_every_check_is_good(self):
        """Is every wrong answer refused and named, and no right one refused?"""
        audit = merged([stored_audit(COURSE.solutions / self.lesson)])
        assert audit.faults == []
        assert (audit.kill_rate, audit.false_rejections, audit.diagnosis_rate) == (1.0, 0, 1.0)

    def test_what_is_committed_is_what_is_authored(self):
        """Are its notebooks and its key what `autograder build` would make of it?"""
        assert check(COURSE, self.lesson, budget="cpu", tell=lambda text: None) == []


for name in COURSE.lessons():
    globals()[f"Test_{name}"] = type(f"Test_{name}", (OfOneLesson,), {"lesson": name})
