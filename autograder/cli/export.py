"""``autograder export``."""

from __future__ import annotations

import argparse
from pathlib import Path

from autograder.course import find_course

FORMATS = ("csv", "canvas", "moodle")


def add_parser(subparsers: argparse._SubParsersAction) -> None:
    """Add the subcommand.

    Args:
        subparsers: what `argparse.ArgumentParser.add_subparsers` returned.
    """
    command = subparsers.add_parser("export", help="write the gradebook for another system")
    command.add_argument("--format", choices=FORMATS, required=True)
    command.add_argument("file", type=Path, metavar="FILE")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Write the gradebook in another system's form."""
    from autograder.grading.exports import export

    existed = arguments.file.exists()
    rows = export(find_course(), arguments.format, arguments.file)
    replaced = " (what was there was replaced)" if existed else ""
    print(f"{rows} students written to {arguments.file}{replaced}")
    return 0
