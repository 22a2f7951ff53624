"""``autograder audit``: measure some exercises, some lessons, or all."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.cli.mutants import Mutants, measured, show
from autograder.course import Course, CourseError, find_course
from autograder.files import write
from cnncourse.runtime import usable_cores

if TYPE_CHECKING:
    from rich.console import Console

    from autograder.audit.measure import Audit, ExerciseAudit
    from autograder.audit.replies import Replies

# Lesson → the exercises to measure, none for all of them; in teaching order.
Targets = Mapping[str, tuple[str, ...]]
Part = dict[str, "ExerciseAudit"]


def add_parser(subparsers: argparse._SubParsersAction) -> None:
    """Add the subcommand."""
    parser = subparsers.add_parser(
        "audit", help="measure the checks: every wrong answer refused and named, none right refused"
    )
    parser.add_argument(
        "targets", nargs="*", metavar="LESSON[/EXERCISE]", help="all lessons if none is named"
    )
    parser.add_argument(
        "--again", action="store_true", help="measure even what was measured before"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the report there, too")
    parser.add_argument(
        "--watch", action="store_true", help="stay, and measure again what is saved"
    )
    parser.add_argument(
        "--mutants", action="store_true", help="change the references, too: what do probes miss?"
    )
    parser.add_argument(
        "--require-near-misses",
        type=_share,
        default=0.0,
        metavar="SHARE",
        help="fail if less than this share (0 to 1) of the misconceptions that are known by thin "
        "evidence have a near miss, and list the others",
    )
    parser.set_defaults(run=run)


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no share: give a number from 0 to 1.")
    return share


def run(arguments: argparse.Namespace) -> int:
    """Audit, show the table, and fail on any fault.

    Args:
        arguments: ``targets``, ``again``, ``json``, ``watch``, ``mutants`` and
            ``require_near_misses``.

    Returns:
        0 when nothing has to be mended, else 1.

    Raises:
        CourseError: there is no such lesson or exercise, or no folder for the report.
    """
    course = find_course()
    if arguments.json is not None and not arguments.json.absolute().parent.is_dir():
        raise CourseError(f"--json {arguments.json}: there is no such folder.")
    if arguments.watch and arguments.mutants:
        raise CourseError("--mutants takes minutes: leave out --watch, or measure them once.")
    os.environ.setdefault("CNNCOURSE_BUDGET", "smoke")  # as in grading, and in `build`
    targets = selected(course, arguments.targets)
    if arguments.watch or not _is_small(targets):
        _refuse_unknown(course, targets)
    if arguments.watch:
        return _watched(course, targets, arguments.json, arguments.require_near_misses)
    parts = dict(_progress(course, targets, arguments.again))
    mutants = measured(course, targets) if arguments.mutants else None
    return _report(targets, parts, arguments.json, arguments.require_near_misses, mutants)


def selected(course: Course, words: Iterable[str]) -> Targets:
    """Read what was named on the command line.

    Args:
        course: the course.
        words: ``LESSON`` or ``LESSON/EXERCISE`` each; none for all lessons.

    Returns:
        Lessons in teaching order; one that is named as a whole, too, is measured as a whole.

    Raises:
        CourseError: there is no such lesson; exercises are not looked up yet.
    """
    named: dict[str, list[str]] = defaultdict(list)
    for word in words:
        lesson, _, exercise = word.partition("/")
        named[lesson].append(exercise)
    found = {}
    for lesson in course.select(list(named)):
        whole = "" in named[lesson]
        found[lesson] = () if whole else tuple(dict.fromkeys(named[lesson]))
    return found


def _is_small(targets: Targets) -> bool:
    """Return whether the targets are one exercise, which is not worth another process."""
    return [len(names) for names in targets.values()] == [1]


def _refuse_unknown(course: Course, targets: Targets) -> None:
    """Read the lessons of single exercises, so that a slip is told before any work is done."""
    if any(targets.values()):
        from autograder.audit.lesson_state import known_names
        from autograder.audit.warm import warm_up
        from autograder.lesson import Lesson

        warm_up(course)  # before a specification imports Keras, whose backend greets in many lines
        for lesson, names in targets.items():
            if names:
                known_names(Lesson.read(course.solutions / lesson), names)


def _progress(course: Course, targets: Targets, again: bool) -> Iterator[tuple[str, Part]]:
    """Audit, showing on a terminal how far it is, and elsewhere a line per lesson."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}"),
    )
    console = Console(stderr=True)
    terminal = console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=not terminal) as progress:
        task = progress.add_task("auditing", total=len(targets))
        for lesson, part in _audited(course, targets, again):
            progress.update(task, advance=1, description=f"audited {lesson}")
            if not terminal:
                faults = sum(len(e.faults) for e in part.values())
                print(f"{lesson}: {len(part)} exercise(s), {faults} fault(s)", file=sys.stderr)
            yield lesson, part


def _audited(course: Course, targets: Targets, again: bool) -> Iterator[tuple[str, Part]]:
    """Yield lessons as they are done; each worker process imports TensorFlow once."""
    folders = [(course.solutions / lesson, names) for lesson, names in targets.items()]
    if _is_small(targets):
        yield _audit(*folders[0], again)
        return
    workers = min(len(folders), usable_cores())
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for done in as_completed([pool.submit(_audit, *folder, again) for folder in folders]):
            yield done.result()


def _audit(folder: Path, names: tuple[str, ...], again: bool) -> tuple[str, Part]:
    """Audit a lesson's exercises in this process, or look up what was measured."""
    from autograder.audit.stored import stored_audit

    return folder.name, stored_audit(folder, names, again=again)


def _audit_with(
    replies: Mapping[str, Replies], course: Course, lesson: str, names: tuple[str, ...]
) -> tuple[str, Part]:
    """Audit a lesson's exercises in this process, from replies that are remembered."""
    from autograder.audit.measure import audit_named
    from autograder.audit.warm import warm_up
    from autograder.lesson import Lesson

    warm_up(course)
    return lesson, audit_named(Lesson.read(course.solutions / lesson), names, replies)


def _watched(course: Course, targets: Targets, report: Path | None, share: float) -> int:
    """Audit in this process, and the lessons again whose files are saved."""
    from autograder.audit.replies import Replies
    from autograder.cli.watch import watch

    replies = {lesson: defaultdict[str, Replies](Replies) for lesson in targets}
    parts: dict[str, Part] = {}

    def files() -> list[Path]:
        return [p for lesson in targets for p in (course.solutions / lesson).rglob("*.py")]

    def measure(changed: set[Path]) -> int:
        for lesson, names in targets.items():
            folder = course.solutions / lesson
            if any(path.is_relative_to(folder) for path in changed) or lesson not in parts:
                parts.pop(lesson, None)  # what raises now is looked at again after any save
                parts.update([_audit_with(replies[lesson], course, lesson, names)])
        return _report(targets, parts, report, share)

    return watch(files, measure)


def _report(
    targets: Targets,
    parts: Mapping[str, Part],
    report: Path | None,
    share: float,
    mutants: Mutants | None = None,
) -> int:
    from rich.console import Console

    from autograder.audit.measure import merged

    audit = merged(parts[lesson] for lesson in targets)
    tree = audit.as_dict()
    _show(audit, Console())
    short = audit.near_miss_share < share
    if short:
        _show_unproved(audit, Console())
    if mutants is not None:
        show(mutants, Console())
        tree["mutants"] = {name: found.as_dict() for name, found in mutants.items()}
    if report is not None:
        write(report, json.dumps(tree, indent=2) + "\n")
    return 1 if audit.faults or short else 0


def _show(audit: Audit, console: Console) -> None:
    from rich.table import Table

    table = Table(title="Audit of the checks")
    table.add_column("exercise")
    for column in ("accepted", "refused", "named"):
        table.add_column(column, justify="right")
    table.add_column("untouched")
    for name, e in audit.exercises.items():
        table.add_row(
            name,
            f"{e.accepted_passed}/{e.accepted}",
            f"{e.wrong_refused}/{e.wrong}",
            f"{e.diagnosed}/{e.wrong}",
            e.starter_state,
        )
    console.print(table)
    console.print(
        f"kill rate {audit.kill_rate:.0%} · false rejections {audit.false_rejections} · "
        f"diagnosis rate {audit.diagnosis_rate:.0%}"
    )
    near, told = audit.total("near_misses"), audit.total("near_misses_told")
    console.print(
        f"near misses {near}, wrongly told {told} · "
        f"thin misconceptions {audit.total('thin')}, with a near miss {audit.near_miss_share:.0%}"
    )
    for fault in audit.faults:
        console.print("✗", fault, style="red", markup=False, highlight=False)


def _show_unproved(audit: Audit, console: Console) -> None:
    """List the misconceptions that need a near miss."""
    for name, e in audit.exercises.items():
        if e.unproved:
            words = f"{name}: no near miss of {', '.join(e.unproved)}"
            console.print("✗", words, style="red", markup=False, highlight=False)
