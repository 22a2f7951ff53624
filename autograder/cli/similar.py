"""``autograder similar``."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.cli.reports import place, written
from autograder.course import CourseError, find_course, shown

if TYPE_CHECKING:
    from rich.console import Console

    from autograder.grading.similar import Likeness

_LEAST = 0.7
_PRINTED = 20
_NO_PROOF = (
    "Likeness is no proof: two who learned together write alike. Read both answers, and ask both."
)


def add_parser(subparsers: argparse._SubParsersAction) -> None:
    """Add the subcommand.

    Args:
        subparsers: what `argparse.ArgumentParser.add_subparsers` returned.
    """
    command = subparsers.add_parser(
        "similar", help="list pairs of a graded class whose answers are alike after renaming"
    )
    command.add_argument("lesson", metavar="LESSON")
    command.add_argument(
        "--least", type=float, default=_LEAST, metavar="SHARE",
        help=f"how much two answers have in common to be listed, 0 to 1 (default: {_LEAST})",
    )  # fmt: skip
    command.add_argument(
        "--json", type=Path, metavar="FILE", help="write what was found there, too"
    )
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the pairs and write them side by side; 0.

    Args:
        arguments: ``lesson``, ``least`` and ``json``.

    Raises:
        CourseError: there is no such lesson, it was never graded, the share is none, or a file
            cannot be written.
    """
    course = find_course()
    course.select([arguments.lesson])
    if not 0 < arguments.least <= 1:
        raise CourseError(f"--least {arguments.least:g}: a share between 0 and 1 is needed.")
    from rich.console import Console

    from autograder.grading.similar import as_page, as_tree, similar

    likeness = similar(course, arguments.lesson, arguments.least)
    path = place(course, f"{arguments.lesson}-similar.html")
    written(path, as_page(likeness))
    if arguments.json is not None:
        text = json.dumps(as_tree(likeness), indent=2, ensure_ascii=False)
        written(arguments.json, f"{text}\n")
    if likeness.unread:
        print(f"{likeness.unread} graded notebook(s) are damaged: not compared.", file=sys.stderr)
    _print(Console(), likeness)
    print(f"Side by side: {shown(path)}")
    return 0


def _print(console: Console, likeness: Likeness) -> None:
    from rich.markup import escape
    from rich.table import Table

    from autograder.grading.plain_text import literal
    from autograder.grading.similar import SMALL

    if not likeness.pairs:
        console.print(f"{likeness.students} students, no pair alike.")
        return
    table = Table(title=escape(likeness.lesson), title_justify="left")
    table.add_column("student", overflow="fold")
    table.add_column("student", overflow="fold")
    table.add_column("evidence", justify="right", no_wrap=True)
    table.add_column("alike in", overflow="fold")
    for pair in likeness.pairs[:_PRINTED]:
        alike = ", ".join(f"{a.exercise} {a.share:.0%}" for a in pair.exercises)
        cells = (*pair.students, f"{pair.evidence:.0f}", alike)
        table.add_row(*(literal(cell) for cell in cells))
    console.print(table)
    if len(likeness.pairs) > _PRINTED:
        console.print(f"… and {len(likeness.pairs) - _PRINTED} more pairs.")
    if likeness.students < SMALL:
        console.print(f"With {likeness.students} students nobody can tell what is rare.")
    console.print(_NO_PROOF)
