"""Hand in broken notebooks, grade them as a class, and say what became of each: ``make broken``.

    python tests/grade_broken.py --files 500 --jobs 2

Ends with 1 if a file stopped the class, was told nothing, or cost more than it may.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import broken_notebooks
import minilesson

from autograder.course import Course
from autograder.grading.batch import Graded, Grading
from autograder.grading.submission_limits import GradingLimits

MEMORY = 1_000  # MB of each of the grader's processes
LIMITS = GradingLimits()
GRADED_BYTES = 2 * (LIMITS.notebook_bytes + LIMITS.outputs_bytes)
ANSWERED = json.loads(json.dumps(minilesson.answered(**minilesson.RIGHT)))


@dataclass
class Report:
    """What became of a class.

    Attributes:
        became: how many were graded in good order, repaired, or could not be used.
        wrong: a sentence for each thing that must not be.
        memory: the most that a process of the grader had, in MB.
        largest: of the graded notebooks, in MB.
        seconds: on the clock.
    """

    became: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    memory: float = 0.0
    largest: float = 0.0
    seconds: float = 0.0


def grade_broken(root: Path, number: int, jobs: int, *, talk: bool = False) -> Report:
    """Hand in so many broken files and grade them.

    Args:
        root: an empty folder, for the course.
        number: how many to draw; what is drawn twice is handed in once.
        jobs: workers side by side.
        talk: whether to print each student's line.
    """
    course, submitted = minilesson.course(root / "course"), root / "submitted"
    handed_in: set[str] = set()

    def hand_in(data: bytes) -> None:
        student = f"student-{len(handed_in):03}"
        handed_in.add(student)
        minilesson.hand_in(submitted, student, data)

    broken_notebooks.each(ANSWERED, number, hand_in)
    report, start = Report(), time.monotonic()
    for graded in Grading(course, minilesson.LESSON, submitted, LIMITS).results(jobs):
        if talk:
            print(f"{graded.student}: {graded.error or 'in good order'}"[:160], flush=True)
        handed_in.discard(graded.student)
        judge(graded, course, report)
    report.seconds = time.monotonic() - start
    report.wrong += [f"{student} was neither graded nor reported." for student in sorted(handed_in)]
    workers = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    report.memory = max(own_peak(), workers)
    if report.memory > MEMORY:
        report.wrong.append(f"A process of the grader took {report.memory:.0f} MB.")
    return report


def own_peak() -> float:
    """Return the most memory that this process had, in MB.

    What `getrusage` says of it begins with the memory of the process that started it.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.findall(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE)[0]) / 1024


def judge(graded: Graded, course: Course, report: Report) -> None:
    """Add one result to the report."""
    name, said = graded.student, graded.error
    if graded.score is None:
        report.wrong.append(f"{name} could not be graded: {said}")
    if said is not None and not (said.isprintable() and said.endswith(".") and len(said) < 2_000):
        report.wrong.append(f"{name} was told this: {said!r}")
    report.became["in good order" if said is None else "put right or reported"] += 1
    for path in course.root.glob(f"autograded/{name}/*/*.ipynb"):
        size = path.stat().st_size
        report.largest = max(report.largest, size / 2**20)
        if size > GRADED_BYTES:
            report.wrong.append(f"{name}'s graded notebook has {size} bytes.")
    if not list(course.root.glob(f"autograded/{name}/*/*.ipynb")):
        report.wrong.append(f"{name} has no graded notebook.")


def main() -> int:
    """Grade as many as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=500)
    parser.add_argument("--jobs", type=int, default=2)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        report = grade_broken(Path(folder), arguments.files, arguments.jobs, talk=True)
    print(
        f"\n{sum(report.became.values())} files in {report.seconds:.0f} s: {dict(report.became)}; "
        f"a process took {report.memory:.0f} MB at most, a graded notebook {report.largest:.1f} MB."
    )
    print("\n".join(report.wrong) or "Nothing went wrong.")
    return int(bool(report.wrong))


if __name__ == "__main__":
    sys.exit(main())
