"""``autograder extend``."""

from __future__ import annotations

import argparse

from autograder.course import CourseError, find_course


def add_parser(subparsers: argparse._SubParsersAction) -> None:
    """Add the subcommand.

    Args:
        subparsers: what `argparse.ArgumentParser.add_subparsers` returned.
    """
    command = subparsers.add_parser("extend", help="give a student more time for a lesson")
    command.add_argument("student", metavar="STUDENT", nargs="?")
    command.add_argument("lesson", metavar="LESSON", nargs="?")
    command.add_argument(
        "until", metavar="DATE", nargs="?",
        help="2026-12-01 (until its end), 2026-12-01T18:00, or +2d: two days after the due date",
    )  # fmt: skip
    what = command.add_mutually_exclusive_group()
    what.add_argument("--show", action="store_true", help="list the extensions there are")
    what.add_argument("--remove", action="store_true", help="take an extension back")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Grant, list or take back extensions; 0 unless something named is not there."""
    student, lesson, until = arguments.student, arguments.lesson, arguments.until
    if arguments.show:
        from autograder.grading.extend import extensions

        if until is not None:
            raise CourseError("--show takes a student and a lesson at most.")
        found = extensions(find_course(), student, lesson)
        print("\n".join(found) or "There are no extensions.")
        return 0
    if student is None or lesson is None or (until is None) != arguments.remove:
        wanted = "--remove STUDENT LESSON" if arguments.remove else "STUDENT LESSON DATE"
        raise CourseError(f"Say autograder extend {wanted}, or --show.")
    from autograder.grading.extend import extend

    course = find_course()
    print(extend(course, student, lesson, until).sentence(course))
    return 0
