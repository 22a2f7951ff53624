"""Is course.toml read as it stands, and what cannot be in it told in one sentence?"""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from authored import another_lesson, write_lesson

from autograder.course import Course, CourseError, find_course
from autograder.course_file import CourseFile, Late, read_course_file
from autograder.grading.gradebook import read_config

WHOLE = """
id = "numbers"
name = "Numbers"
address = "https://example.org/numbers"
keys = "package/keys"
preload = ["numpy"]
libraries = ["pandas"]
quiz = "when graded"
show_solutions = true
zone = "Europe/Berlin"
counts = "best"

[due]
01_mini = 2026-12-01
02_more = 2026-12-08T18:00:00Z

[late]
grace_days = 3
percent_per_day = 12.5

[feedback]
shows = "criteria"
when = "after due date"

[extras]
load = "data"

[parts]
01_mini = "Small"
"""


@pytest.fixture
def course(tmp_path):
    """A course of two lessons without a course.toml."""
    write_lesson(tmp_path)
    write_lesson(tmp_path, **another_lesson("02_more", "More numbers", "more"))
    return Course(tmp_path)


def says(course, text):
    (course.root / "course.toml").write_text(text, encoding="utf-8")
    return course


def test_every_key_is_read(course):
    """Does each value arrive where the class has it?"""
    assert read_course_file(says(course, WHOLE).root) == CourseFile(
        id="numbers",
        name="Numbers",
        address="https://example.org/numbers",
        keys="package/keys",
        preload=("numpy",),
        libraries=("pandas",),
        extras={"load": "data"},
        parts={"01_mini": "Small"},
        quiz="when graded",
        show_solutions=True,
        zone=ZoneInfo("Europe/Berlin"),
        counts="best",
        due={
            "01_mini": datetime(2026, 12, 1, 22, 59, 59, tzinfo=UTC),
            "02_more": datetime(2026, 12, 8, 18, tzinfo=UTC),
        },
        late=Late(grace_days=3, percent_per_day=12.5),
        feedback={"shows": "criteria", "when": "after due date"},
    )


def test_without_the_file_a_course_is_an_ordinary_one(course):
    """Do the defaults hold: Keras, no parts, keys beside the lessons?"""
    assert course.file == CourseFile()
    assert course.file.uses_keras
    assert course.parts() == {}
    assert course.key("01_mini") == course.solutions / "01_mini" / "01_mini.key.json"
    assert course.released_key("01_mini") == course.notebooks / "01_mini" / "01_mini.key.json"


def test_keys_of_a_package_are_released_with_it(course):
    """Is no copy of the key put beside the notebook where a package carries it?"""
    says(course, WHOLE)
    assert course.key("01_mini") == course.root / "package" / "keys" / "01_mini.json"
    assert course.released_key("01_mini") is None


def test_a_course_without_keras_says_so_by_what_it_imports(course):
    """Is Keras used only where it is among the modules?"""
    assert not says(course, 'preload = ["numpy"]').file.uses_keras


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("id = ", r"cannot be read: "),
        ('idd = "a"', r"There is no key 'idd'; did you mean 'id'\?"),
        ("[part]", r"There is no key 'part'; did you mean 'parts'\?"),
        ("id = 3", r"id must be a word of letters, digits, _ and -, not 3\."),
        ('id = "a/b"', r"id must be a word"),
        ('id = ""', r"id must be a word"),
        ("name = true", r"name must be a text, not True\."),
        ('name = " "', r"name must be a text"),
        ('preload = "numpy"', r"preload must be a list of texts, not 'numpy'\."),
        ("preload = [1]", r"preload must be a list of texts"),
        ('keys = "/keys"', r"keys must be a folder below the course's"),
        ('keys = "../keys"', r"keys must be a folder below the course's"),
        ('parts = ["Small"]', r"parts must be a table of texts"),
        ("[parts]\n01_mini = 1", r"parts must be a table of texts"),
        ("[extras]\nload = []", r"extras must be a table of texts"),
        ('zone = "Berlin"', r"there is no time zone 'Berlin'"),
        ("due = 2026-12-01", r"due must be a table of dates"),
        ('[due]\na = "tomorrow"', r"due must be a table of dates"),
        ("[due]\na = 2026-12-01", r'due: a: 2026-12-01 23:59 needs a time zone: say zone = "Eur'),
        ("[due]\na = 2026-02-30", r"cannot be read: "),
        (
            'zone = "Europe/Berlin"\n[due]\na = 2027-03-28T02:30:00',
            r"due: a: 2027-03-28 02:30 does not exist in Europe/Berlin: clocks skip it\.",
        ),
        ("late = 3", r"late must be a table, not 3\."),
        ("[late]\ngrace = 3", r"late: There is no key 'grace'; did you mean 'grace_days'\?"),
        ("[late]\ngrace_days = 1.5", r"late: grace_days must be a number of days, not 1\.5\."),
        ("[late]\npercent_per_day = 101", r"late: percent_per_day must be a number from 0 to 100"),
        ("[late]\ncap_percent = true", r"late: cap_percent must be a number"),
        ('counts = "first"', r'counts must be "last" or "best", not \'first\'\.'),
        ('[feedback]\nshow = "points"', r"feedback: There is no key 'show'; did you mean 'shows'"),
        ('[feedback]\nwhen = "never"', r'feedback: when must be "at once" or "after due date"'),
    ],
)
def test_what_cannot_be_is_told_in_one_sentence(course, text, sentence):
    """Does the sentence name the file and the key?"""
    says(course, text)
    with pytest.raises(CourseError, match=rf"course\.toml:? {sentence}") as told:
        read_course_file(course.root)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('01_mimi = "Small"', "parts: There is no lesson '01_mimi'; did you mean '01_mini'?"),
        ('02_more = "Large"', "parts: the first part must begin at 01_mini."),
    ],
)
def test_parts_must_begin_at_lessons(course, text, sentence):
    """Is a part that begins nowhere refused, and a lesson that no part holds?"""
    with pytest.raises(CourseError) as told:
        says(course, f"[parts]\n{text}").parts()
    assert str(told.value) == f"{course.root}/course.toml: {sentence}"


def test_parts_stand_in_teaching_order(course):
    """Does the order of lines in the file not matter?"""
    says(course, '[parts]\n02_more = "Large"\n01_mini = "Small"')
    assert list(course.parts()) == ["01_mini", "02_more"]


def test_a_course_is_found_by_its_file(course):
    """Is a folder with solutions and course.toml the root for all below it?"""
    assert find_course(says(course, "").solutions / "01_mini").root == course.root


def test_a_missing_nbgrader_config_is_told(course):
    """Is what nbgrader needs named, in a sentence rather than a traceback?"""
    with pytest.raises(CourseError, match=r"has no nbgrader_config\.py: write the two lines"):
        read_config(course)
