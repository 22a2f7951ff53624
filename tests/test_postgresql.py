"""Does the gradebook work on a PostgreSQL server as it does in a file?"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

import minilesson
import pytest
from grader_kills import light_course
from minilesson import LESSON, RIGHT, answered, hand_in
from nbgrader.api import Gradebook

from autograder.course import CourseError
from autograder.grading.batch import Grading
from autograder.grading.gradebook import read_config

pytestmark = pytest.mark.heavy

CLASS = {
    "ann": answered(**RIGHT, explain="Because."),
    "Zoë O'Neill, [1] {x}": answered(double="def double(x):\n    return x * x"),
    "starter": minilesson.release(),
}


def programs() -> Path | None:
    """The folder with the server's programs, where Debian puts them or else on the path."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    elsewhere = shutil.which("initdb")
    return found[-1].parent if found else elsewhere and Path(elsewhere).parent


@pytest.fixture(scope="module")
def url():
    """The address of an empty database, on a server of its own that listens on no network."""
    bin_ = programs()
    if bin_ is None:
        pytest.skip("no PostgreSQL server is installed (Debian: apt-get install postgresql)")
    folder = Path(tempfile.mkdtemp())
    user = None
    if os.geteuid() == 0:  # the server refuses to run as root
        user = "postgres" if "postgres" in {u.pw_name for u in pwd.getpwall()} else "nobody"
        shutil.chown(folder, user)

    def run(program, *options):
        command = [bin_ / program, "-D", folder / "data", *options]
        subprocess.run(command, user=user, cwd=folder, check=True, stdout=subprocess.DEVNULL)

    run("initdb", "-U", "grader", "-A", "trust", "-E", "UTF8", "--no-sync")
    settings = f"-k {folder} -c listen_addresses='' -c fsync=off"
    run("pg_ctl", "-w", "-l", folder / "log", "-o", settings, "start")
    try:
        yield f"postgresql+psycopg://grader@/postgres?host={folder}"
    finally:
        run("pg_ctl", "-m", "immediate", "stop")
        shutil.rmtree(folder)


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    made = light_course(tmp_path_factory.mktemp("course"))
    for student, notebook in CLASS.items():
        hand_in(made.root / "submitted", student, notebook)
    return made


@pytest.fixture(scope="module")
def urls(course, url):
    """The class, recorded in a file and then on the server: both addresses."""
    grade(course)
    grade(course, url)
    return f"sqlite:///{course.root}/gradebook.db", url


def grade(course, url=None):
    config = read_config(course)
    if url is not None:
        config.CourseDirectory.db_url = url
    grading = Grading(course, LESSON, course.root / "submitted", config=config)
    return {g.student: g for g in grading.results(jobs=0)}


def held(url):
    """What a gradebook says of each student's graded cells and comments."""
    with Gradebook(url, "cnncourse") as gradebook:
        return {
            submission.student.id: (
                submission.score,
                submission.max_score,
                submission.needs_manual_grade,
                sorted((g.name, g.auto_score, g.manual_score) for g in notebook.grades),
                sorted((c.name, c.auto_comment) for c in notebook.comments),
            )
            for submission in gradebook.assignment_submissions(LESSON)
            for notebook in submission.notebooks
        }


def test_server_and_file_hold_the_same(urls):
    """Do all rows that nbgrader shows agree, names with odd characters included?"""
    file, server = map(held, urls)
    assert server == file
    assert set(server) == set(CLASS)


def test_points_given_by_hand_survive_on_the_server(course, urls):
    """Is what a person gave kept when the class is graded again?"""
    _, server = urls
    with Gradebook(server, "cnncourse") as gradebook:
        notebook = gradebook.find_submission_notebook(LESSON, LESSON, "ann")
        (grade_row,) = [g for g in notebook.grades if g.name == "explain"]
        grade_row.manual_score = 1.5
        gradebook.db.commit()
    assert grade(course, server)["ann"].score == 5.5
    assert held(server)["ann"][0] == 5.5


def test_a_server_that_is_away_is_told_in_one_sentence(course, urls):
    """Does the grader end with what to do, rather than with a traceback of the driver's?"""
    with pytest.raises(CourseError, match="see to it, then grade again"):
        grade(course, "postgresql+psycopg://grader@/postgres?host=/nonexistent")
