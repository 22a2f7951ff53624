"""What ``autograder audit --mutants`` measures and shows beside the audit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.course import Course, CourseError
from cnncourse.runtime import usable_cores

if TYPE_CHECKING:
    from rich.console import Console

    from autograder.audit.mutants import ExerciseMutants, Unkilled

Mutants = dict[str, "ExerciseMutants"]


def measured(course: Course, targets: Mapping[str, tuple[str, ...]]) -> Mutants:
    """Mutate the references of exercises, each lesson in a process of its own.

    Args:
        course: the course.
        targets: lesson → its exercises; none for all of them.

    Returns:
        ``lesson/name`` → what became of its mutants, in teaching order.

    Raises:
        CourseError: a mutant took its process with it.
    """
    workers = min(len(targets), usable_cores())
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        parts = {
            lesson: pool.submit(_measure, course.solutions / lesson, names)
            for lesson, names in targets.items()
        }
        found: Mutants = {}
        for lesson, part in parts.items():
            try:
                found |= part.result()
            except BrokenProcessPool:
                raise CourseError(
                    f"{lesson}: a mutant, of it or of a lesson at the same time, ended the process "
                    "that ran it: measure its exercises one by one."
                ) from None
    return found


def _measure(folder: Path, names: tuple[str, ...]) -> Mutants:
    """Mutate a lesson's references in this process."""
    from autograder.audit.mutants import lesson_mutants

    return lesson_mutants(folder, names)


def show(mutants: Mutants, console: Console) -> None:
    """Print a table, then every mutant that the checks accept, and those that may be misnamed.

    Args:
        mutants: what `measured` returned.
        console: where to.
    """
    from rich.table import Table

    table = Table(title="Changed references")
    table.add_column("exercise")
    for column in ("mutants", "killed", "survivors", "equivalent as far as seen", "CPU s"):
        table.add_column(column, justify="right")
    for name, e in mutants.items():
        counts = (e.mutants, e.killed, len(e.survivors), len(e.equivalent))
        table.add_row(name, *map(str, counts), f"{e.seconds:.1f}")
    console.print(table)
    for name, e in mutants.items():
        claimed = (
            f"line {c.line} is taken for {c.misconception}: is it?\n  - {c.old}\n  + {c.new}"
            for c in e.claimed
        )
        unkilled = (*_listed(e.survivors, "survives"), *_listed(e.equivalent, "equivalent?"))
        for line in (*unkilled, *claimed):
            console.print(f"{name}, {line}", markup=False, highlight=False, soft_wrap=True)


def _listed(unkilled: list[Unkilled], word: str) -> Iterator[str]:
    for mutant in unkilled:
        why = f" ({mutant.shown_by})" if mutant.shown_by else ""
        yield f"line {mutant.line} {word}{why}\n  - {mutant.old}\n  + {mutant.new}"
