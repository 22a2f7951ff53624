"""``autograder report``."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from autograder.cli.reports import place, written
from autograder.course import find_course, shown


def add_parser(subparsers: argparse._SubParsersAction) -> None:
    """Add the subcommand.

    Args:
        subparsers: what `argparse.ArgumentParser.add_subparsers` returned.
    """
    command = subparsers.add_parser(
        "report", help="write a page on a graded class: what to teach again, and who needs a talk"
    )
    command.add_argument("lesson", metavar="LESSON")
    command.add_argument(
        "--out", type=Path, metavar="FILE", help="the page (default: reports/LESSON.html)"
    )
    command.add_argument("--json", type=Path, metavar="FILE", help="write the report there, too")
    called = command.add_mutually_exclusive_group()
    called.add_argument("--names", action="store_true", help="students' names beside their ids")
    called.add_argument("--anonymous", action="store_true", help="name nobody: a page to share")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Write the report; 0.

    Args:
        arguments: ``lesson``, ``out``, ``json``, ``names`` and ``anonymous``.

    Raises:
        CourseError: there is no such lesson, it was never graded, or a file cannot be written.
    """
    course = find_course()
    course.select([arguments.lesson])
    from autograder.grading.report import Report, as_page, as_tree, class_results

    results = class_results(course, arguments.lesson)
    report = Report(results, arguments.names, arguments.anonymous)
    path = arguments.out or place(course, f"{arguments.lesson}.html")
    written(path, as_page(report))
    if arguments.json is not None:
        text = json.dumps(as_tree(report), indent=2, ensure_ascii=False)
        written(arguments.json, f"{text}\n")
    print(f"{len(results.handed_in)} of {len(results.participants)} students handed in.")
    print(f"Report: {shown(path.absolute())}")
    return 0
