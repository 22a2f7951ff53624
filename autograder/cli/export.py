"""``autograder export``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from autograder.course import CourseError, find_course

FORMATS = ("csv", "canvas", "moodle")


def add_parser(subparsers: argparse._SubParsersAction) -> None:
    """Add the subcommand.

    Args:
        subparsers: what `argparse.ArgumentParser.add_subparsers` returned.
    """
    command = subparsers.add_parser("export", help="write the gradebook for another system")
    command.add_argument("--format", choices=FORMATS, required=True)
    command.add_argument(
        "--from", dest="known", type=Path, metavar="CANVAS.csv",
        help="what Canvas exported: its students and assignments keep their ids",
    )  # fmt: skip
    command.add_argument("file", type=Path, metavar="FILE")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Write the gradebook in another system's form.

    Returns:
        0; what has to be known about the file is told on standard error.
    """
    known = arguments.known
    if known is not None and arguments.format != "canvas":
        raise CourseError("--from is for --format canvas: it names what Canvas exported.")
    if known is not None and known.resolve() == arguments.file.resolve():
        raise CourseError(f"{known} would be overwritten: name another file to write to.")
    from autograder.grading.exports import export

    existed = arguments.file.exists()
    written = export(find_course(), arguments.format, arguments.file, known)
    replaced = " (what was there was replaced)" if existed else ""
    print(f"{written.students} students written to {arguments.file}{replaced}")
    for note in written.notes:
        print(f"Note: {note}", file=sys.stderr)
    return 0
