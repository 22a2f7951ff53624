"""Write many students into nbgrader's gradebook through the recorder: does it slow down?

    python benchmarks/gradebook.py --students 20000
    python benchmarks/gradebook.py --students 20000 --url postgresql+psycopg://user@host/base

The students did nothing: what is measured is the one writer with its database and its folders, not
judging. Notebooks and pages are a line each, so that the disk does not fill up.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import perf_counter

import nbformat
from graders import ROOT

from autograder.course import Course
from autograder.demo.course import copied
from autograder.grading.gradebook import Recorder, read_config
from autograder.grading.merge import fresh
from autograder.grading.row import row_of
from autograder.grading.task import Graded

LESSON = "07_edges"
_TOGETHER = 25  # as in a class


def batched(items: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    """Yield so many items at a time; `itertools.batched` is newer than the oldest Python here."""
    for first in range(0, len(items), size):
        yield items[first : first + size]


def main() -> None:
    """Record students, and print how long each block of them took."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--students", type=int, default=20_000, metavar="N")
    parser.add_argument("--block", type=int, default=2_000, metavar="N")
    parser.add_argument("--url", help="the database (default: SQLite in a temporary folder)")
    options = parser.parse_args()
    release = nbformat.read(ROOT / "notebooks" / LESSON / f"{LESSON}.ipynb", as_version=4)
    row = row_of(release)
    with tempfile.TemporaryDirectory() as folder:
        course = copied(Path(folder) / "course", Course(ROOT), LESSON)
        config = read_config(course)
        if options.url:
            config.CourseDirectory.db_url = options.url
        with Recorder(course, LESSON, config) as recorder:
            recorder.prepare(fresh(release))
            for block in batched(range(options.students), options.block):
                start = perf_counter()
                for group in batched(block, _TOGETHER):
                    recorder.record(
                        [Graded(f"student{n:07}", notebook="{}", page="", row=row) for n in group]
                    )
                each = 1000 * (perf_counter() - start) / len(block)
                print(f"{block[-1] + 1:8} students: {each:.2f} ms each in the last block")
        file = course.root / "gradebook.db"
        if file.exists():
            size = file.stat().st_size / options.students / 1024
            print(f"{size:.1f} KiB per student and lesson in the gradebook")


if __name__ == "__main__":
    main()
