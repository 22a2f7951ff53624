"""``autograder try``: what a student would read about an answer, and what the judge would give."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.course import CourseError, find_course
from autograder.files import write

if TYPE_CHECKING:
    from autograder.audit.trial import Bench, Trial

_STANDARD_INPUT = "-"


def add_parser(subparsers: argparse._SubParsersAction) -> None:
    """Add the subcommand.

    Args:
        subparsers: what `argparse.ArgumentParser.add_subparsers` returned.
    """
    command = subparsers.add_parser(
        "try",
        help="try one answer: what the student would read, and what the judge would give",
        description="Try one answer. Its check runs in this process, as in a notebook, before the "
        "judge runs it in the sandbox: try only what you would run yourself.",
    )
    command.add_argument("exercise", metavar="LESSON/EXERCISE")
    command.add_argument(
        "answer", metavar="ANSWER.py",
        help="what a student would type into the exercise's cell; - reads standard input",
    )  # fmt: skip
    command.add_argument("--json", type=Path, metavar="FILE", help="write both outcomes there, too")
    command.add_argument(
        "--watch", action="store_true", help="try again when the answer or the lesson is saved"
    )
    command.add_argument(
        "--isolation", choices=("namespaces", "none"), default="namespaces",
        help="'none' judges without walls where this machine has none",
    )  # fmt: skip
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Try an answer.

    Args:
        arguments: as parsed.

    Returns:
        0 if check and judge agree, 1 if they differ or the judge could not run.

    Raises:
        CourseError: there is no such exercise, answer, or folder for the report.
    """
    course = find_course()
    lesson, slash, name = arguments.exercise.partition("/")
    course.select([lesson])
    if not slash or not name:
        raise CourseError(f"Name an exercise of {lesson} as well: {lesson}/EXERCISE.")
    if arguments.watch and arguments.answer == _STANDARD_INPUT:
        raise CourseError("--watch needs the answer in a file, not on standard input.")
    if arguments.json is not None and not arguments.json.absolute().parent.is_dir():
        raise CourseError(f"--json {arguments.json}: there is no such folder.")
    source = _read(arguments.answer)

    # As in grading. It has to be said before anything imports the lesson or TensorFlow.
    os.environ.setdefault("CNNCOURSE_BUDGET", "smoke")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from autograder.audit.trial import Bench
    from autograder.audit.warm import warm_up
    from autograder.cli.watch import watch

    if arguments.isolation == "none":
        print("The judge runs the answer WITHOUT walls.", file=sys.stderr)
    with Bench(course, lesson, name, arguments.isolation) as bench:
        warm_up(course)
        if not arguments.watch:
            return _tried(bench, source, arguments.json)
        answer = Path(arguments.answer)
        folder = course.solutions / lesson
        return watch(
            lambda: [answer, *folder.rglob("*.py")],
            lambda _: _tried(bench, _read(arguments.answer), arguments.json),
        )


def _read(answer: str) -> str:
    try:
        if answer == _STANDARD_INPUT:
            return sys.stdin.read()
        return Path(answer).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise CourseError(f"The answer {answer} cannot be read: {why}.") from None


def _tried(bench: Bench, source: str, report: Path | None) -> int:
    from cnncourse.check.rendering import as_text

    print("The student reads:")
    trial = bench.try_answer(source, lambda check: print(as_text(check), flush=True))
    _show_judge(trial)
    if report is not None:
        text = json.dumps(trial.as_dict(), indent=2, ensure_ascii=False)
        write(report, text + "\n")
    return int(trial.judge is None or bool(trial.differences))


def _show_judge(trial: Trial) -> None:
    from cnncourse.check.outcome import PartlyRight
    from cnncourse.check.rendering import as_text

    if trial.judge is None:
        print(f"The judge refuses: {' '.join(trial.findings)}", file=sys.stderr)
        return
    print("The judge gives, on other probes:")
    print(as_text(trial.judge))
    if not isinstance(trial.judge, PartlyRight):  # which lists them itself
        for c in trial.judge.criteria:
            print(f"  {'✓' if c.earned else '✗'} {c.text} ({c.points:g})")
    for finding in trial.findings:
        print(f"  Found: {finding}.")
    if trial.differences:
        print("CHECK AND JUDGE DIFFER in")
        for difference in trial.differences:
            print(f"  ✗ {difference}")
