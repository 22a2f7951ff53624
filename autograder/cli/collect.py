"""``autograder collect``."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.course import Course, find_course, shown

if TYPE_CHECKING:
    from autograder.grading.roster import Roster

_ROSTER = "roster.csv"
_BECAME = {
    "first": "new",
    "later": "handed in again (the one before is kept)",
    "earlier": "earlier than what was there (kept beside it)",
    "known": "there already",
}


def add_parser(subparsers: argparse._SubParsersAction) -> None:
    """Add the subcommand.

    Args:
        subparsers: what `argparse.ArgumentParser.add_subparsers` returned.
    """
    command = subparsers.add_parser(
        "collect", help="take what Canvas or Moodle let you download into submitted/"
    )
    command.add_argument("source", type=Path, metavar="ZIP", help="the ZIP file, or its folder")
    command.add_argument("lesson", metavar="LESSON", nargs="?")
    command.add_argument(
        "--into", type=Path, metavar="DIR", help="folder of students (default: submitted)"
    )
    command.add_argument(
        "--roster", type=Path, metavar="CSV",
        help="who is in the class: id, name, email, canvas_id (default: roster.csv, if there)",
    )  # fmt: skip
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Collect; say what became of each hand-in, and name what is left.

    Returns:
        0 if all was collected, 1 if something was not.
    """
    course = find_course()
    course.select([arguments.lesson] if arguments.lesson else [])
    from autograder.grading.collect import collect

    into = arguments.into or course.root / "submitted"
    roster = _roster(course, arguments.roster)
    found = collect(arguments.source, into, course.lessons(), arguments.lesson, roster)
    if roster is not None:
        _make_known(course, roster)
    for lesson, counts in sorted(found.kept.items()):
        told = ", ".join(f"{counts[key]} {words}" for key, words in _BECAME.items() if counts[key])
        print(f"{lesson}: {told}; in {shown(into)}")
    for sentence in (*found.notes, *found.refused):
        print(sentence)
    if found.absent:
        print(f"Nothing of {len(found.absent)} in the roster: {', '.join(found.absent)}.")
    return int(bool(found.refused))


def _roster(course: Course, named: Path | None) -> Roster | None:
    from autograder.grading.roster import read_roster

    path = named or course.root / _ROSTER
    if named is None and not path.is_file():
        return None
    return read_roster(path, course.file.zone)


def _make_known(course: Course, roster: Roster) -> None:
    """Let exports have names and addresses."""
    from autograder.grading.places import Places
    from autograder.grading.roster import make_known

    with Places(course).gradebook(new=True) as gradebook:
        make_known(gradebook, roster)
