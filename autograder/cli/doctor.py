"""``autograder doctor``."""

from __future__ import annotations

import argparse


def add_parser(subparsers: argparse._SubParsersAction) -> None:
    """Add the subcommand.

    Args:
        subparsers: what `argparse.ArgumentParser.add_subparsers` returned.
    """
    command = subparsers.add_parser(
        "doctor", help="say what works on this machine and what does not"
    )
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Examine this machine; 1 if anything that grading needs does not work."""
    from autograder.grading.machine import examine, show

    return show(examine())
