"""``autograder leaderboard``."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from autograder.course import CourseError, find_course


def add_parser(subparsers: argparse._SubParsersAction) -> None:
    """Add the subcommand.

    Args:
        subparsers: what `argparse.ArgumentParser.add_subparsers` returned.
    """
    command = subparsers.add_parser(
        "leaderboard", help="rank the networks that a class trained for a lesson"
    )
    command.add_argument("lesson", metavar="LESSON")
    command.add_argument(
        "--gradebook", type=Path, metavar="FILE",
        help="nbgrader's database, graded notebooks beside it (default: the course's)",
    )  # fmt: skip
    command.add_argument("--json", action="store_true", help="print JSON in place of a table")
    command.add_argument("--top", type=int, metavar="N", help="the best N only")
    command.add_argument("--anonymous", action="store_true", help="numbers in place of students")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the leaderboard; 0 unless there is none."""
    course = find_course()
    course.select([arguments.lesson])
    if arguments.top is not None and arguments.top < 1:
        raise CourseError(f"--top {arguments.top}: at least one network is needed.")
    from autograder.grading.leaderboard import as_tree, leaderboard, print_table

    board = leaderboard(course, arguments.lesson, arguments.gradebook)
    if arguments.top is not None:
        board = board.top(arguments.top)
    if arguments.anonymous:
        board = board.anonymous()
    if arguments.json:
        print(json.dumps(as_tree(board), indent=2, ensure_ascii=False))
        return 0
    from rich.console import Console

    print_table(Console(), board)
    return 0
