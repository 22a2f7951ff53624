"""``autograder publish``."""

from __future__ import annotations

import argparse
from pathlib import Path

from autograder.course import find_course


def add_parser(subparsers: argparse._SubParsersAction) -> None:
    """Add the subcommand.

    Args:
        subparsers: what `argparse.ArgumentParser.add_subparsers` returned.
    """
    command = subparsers.add_parser(
        "publish", help="write the students' repository, without anything that is not for them"
    )
    command.add_argument("folder", type=Path, metavar="FOLDER")
    command.add_argument(
        "lessons", metavar="LESSON", nargs="*",
        help="what to give out, beside what was given out before (default: that, or all released)",
    )  # fmt: skip
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Write or update the students' repository.

    Returns:
        0 if all of it is up to date, 1 if files that somebody changed were left as they are.
    """
    course = find_course()
    course.select(arguments.lessons)
    from autograder.publish.repository import publish

    done = publish(course, arguments.folder, arguments.lessons)
    print(
        f"{len(done.lessons)} lessons in {arguments.folder}: {len(done.written)} files written, "
        f"{len(done.removed)} removed. It was searched for solutions, specifications and the "
        "judge's seeds and questions: there are none."
    )
    if done.kept:
        print(
            f"Changed by somebody and left as they are: {', '.join(done.kept)}. To have them made "
            "anew, move them away and publish again."
        )
    return int(bool(done.kept))
