"""The ``autograder`` command: a parser put together from the modules that do the work."""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence

from autograder.course import CourseError
from cnncourse import __version__

# Each module has `add_parser(subparsers)`, which names the function that runs the subcommand with
# `set_defaults(run=...)`. Heavy imports wait inside that function, so that `--help` is quick.
COMMANDS = (
    *("build", "audit", "try_answer", "propose"),
    *("collect", "grade", "report", "similar", "extend"),
    *("export", "publish", "leaderboard", "doctor"),
)


def parser() -> argparse.ArgumentParser:
    """Build the parser of every subcommand.

    Returns:
        The parser; its namespace has `run`, a function of the namespace that returns an exit code.
    """
    top = argparse.ArgumentParser(
        prog="autograder", description="Build the course's notebooks and grade them safely."
    )
    top.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    subparsers = top.add_subparsers(metavar="COMMAND", required=True)
    for module in COMMANDS:
        importlib.import_module(f"autograder.cli.{module}").add_parser(subparsers)
    return top


def main(argv: Sequence[str] | None = None) -> int:
    """Run one subcommand.

    Args:
        argv: the words after ``autograder``; those of the process if None.

    Returns:
        The exit code: 0 for success, 1 when something has to be put right, 130 when interrupted.
    """
    arguments = parser().parse_args(argv)
    try:
        return arguments.run(arguments)
    except CourseError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted; what was finished before is kept.", file=sys.stderr)
        return 130
