"""``autograder audit``: measure the exercises of some lessons, or of all."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.audit.measure import Audit, ExerciseAudit, merged
from autograder.audit.stored import stored_audit
from autograder.course import CourseError, find_course
from autograder.files import write
from cnncourse.runtime import usable_cores

if TYPE_CHECKING:
    from rich.console import Console


def add_parser(subparsers: argparse._SubParsersAction) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "audit", help="measure the checks: every wrong answer refused and named, none right refused"
    )
    parser.add_argument(
        "lessons", nargs="*", metavar="LESSON", help="lessons; all if none is named"
    )
    parser.add_argument(
        "--again", action="store_true", help="measure even what was measured before"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the report there, too")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Audit, show the table, and fail on any fault.

    Args:
        arguments: ``lessons``, ``again`` and ``json``.

    Returns:
        0 when nothing has to be mended, else 1.

    Raises:
        CourseError: there is no such lesson, or no folder for the report.
    """
    from rich.console import Console

    course = find_course()
    if arguments.json is not None and not arguments.json.absolute().parent.is_dir():
        raise CourseError(f"--json {arguments.json}: there is no such folder.")
    names = course.select(arguments.lessons)
    os.environ.setdefault("CNNCOURSE_BUDGET", "smoke")  # as in grading, and in `build --check`
    console = Console()
    with console.status("Auditing …") as status:
        parts = {}
        for name, part in _audited([course.solutions / n for n in names], arguments.again):
            parts[name] = part
            status.update(f"Audited {len(parts)} of {len(names)} lessons …")
    audit = merged(parts[name] for name in names)
    _show(audit, console)
    if arguments.json:
        write(arguments.json, json.dumps(audit.as_dict(), indent=2) + "\n")
    return 1 if audit.faults else 0


def _audited(folders: list[Path], again: bool) -> Iterator[tuple[str, dict[str, ExerciseAudit]]]:
    """Yield lessons as they are done; each worker process imports TensorFlow once."""
    workers = max(1, min(len(folders), usable_cores()))
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        waiting = {
            pool.submit(stored_audit, folder, again=again): folder.name for folder in folders
        }
        for done in as_completed(waiting):
            yield waiting[done], done.result()


def _show(audit: Audit, console: Console) -> None:
    from rich.table import Table

    table = Table(title="Audit of the checks")
    table.add_column("exercise")
    for column in ("accepted", "refused", "named"):
        table.add_column(column, justify="right")
    table.add_column("untouched")
    for name, e in audit.exercises.items():
        table.add_row(
            name,
            f"{e.accepted_passed}/{e.accepted}",
            f"{e.wrong_refused}/{e.wrong}",
            f"{e.diagnosed}/{e.wrong}",
            e.starter_state,
        )
    console.print(table)
    console.print(
        f"kill rate {audit.kill_rate:.0%} · false rejections {audit.false_rejections} · "
        f"diagnosis rate {audit.diagnosis_rate:.0%}"
    )
    for fault in audit.faults:
        console.print("✗", fault, style="red", markup=False, highlight=False)
