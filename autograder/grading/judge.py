"""Judge one submission: its cells run in the sandbox, the verdict is reached outside.

This process never runs, unpickles or evaluates anything of the student's. It sends source text and
probe inputs in, gets bounded value trees back, and alone writes what stands under a check cell.
"""

from __future__ import annotations

import copy
import re
import time
import warnings
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import nbformat
from nbgrader.utils import compute_checksum, is_grade, is_solution

from autograder.course import CourseError
from autograder.grading.cell_dependencies import needed
from autograder.grading.execution import Execution, TimeBudget, Used
from autograder.grading.left_out import LeftOutLines
from autograder.grading.merge import exercise_of, released_sources
from autograder.grading.missing_names import Makers, missing_name
from autograder.grading.output_room import OutputRoom
from autograder.grading.safe_html import error
from autograder.grading.structure import RebuildingAsk
from autograder.grading.submission_limits import GradingLimits
from autograder.sandbox import Sandbox, SandboxError
from cnncourse.check.earlier import with_causes
from cnncourse.check.key import ExerciseKey, Key
from cnncourse.check.outcome import CriterionResult, NotAttempted, Outcome, Raised
from cnncourse.check.rendering import as_html, as_text
from cnncourse.check.reply import Ask
from cnncourse.check.verdict import SubjectLost, verdict

HANDLER = "cnncourse.check.subject:perform"
# Under these names a graded cell's metadata holds what was measured beside its score, and what
# became of the answer.
MEASURED = "measured"
OUTCOME = "outcome"


@dataclass(frozen=True)
class Judged:
    """A judged submission.

    Args:
        outcomes: exercise → outcome, in the order of the lesson.
        notebook: the notebook with the outputs of this run.
        findings: what went wrong while it ran, one clause each.
        seconds: how long it took.
        out_of_time: it was stopped because it had used up its time.
        used: exercise → what it took.
    """

    outcomes: dict[str, Outcome]
    notebook: nbformat.NotebookNode
    findings: list[str]
    seconds: float
    out_of_time: bool = False
    used: dict[str, Used] = field(default_factory=dict)


def judge(
    notebook: nbformat.NotebookNode,
    key: Key,
    sandbox: Sandbox,
    limits: GradingLimits | None = None,
    files: Mapping[str, bytes] | None = None,
    release: nbformat.NotebookNode | None = None,
) -> Judged:
    """Run a notebook in a sandboxed child and judge its answers from outside.

    Args:
        notebook: a repaired submission; it is not changed.
        key: the judge's key of the lesson.
        sandbox: a warm sandbox whose handler is `HANDLER`.
        limits: what the submission may use.
        files: files for the working folder of the child.
        release: the lesson as released; those of its cells that no answer needs do not run.

    Returns:
        An outcome for every graded cell, whatever the submission does.

    Raises:
        CourseError: release and key do not belong together.
        Unavailable: the sandbox cannot isolate here.
    """
    start = time.monotonic()
    _check_points(notebook, key)
    own = released_sources(release) if release else ()
    limits = limits or GradingLimits()
    budget = TimeBudget(limits.notebook_seconds)
    some, every = needed(notebook.cells, own), needed(notebook.cells, ())
    for running in (some, every):
        ran = copy.deepcopy(notebook)
        with (
            Execution(sandbox, limits, files or {}, budget) as execution,
            RebuildingAsk(execution.ask, sandbox) as ask,
        ):
            room = OutputRoom(limits.outputs_bytes)
            walk = _Judge(ran, key, execution, ask, running, own, room)
            outcomes = walk.outcomes()
        # A name may be made where it was not looked for, as in a branch: then all cells run.
        if running == every or not walk.missed_a_name:
            break
    findings = walk.left_out.findings() + walk.findings
    if room.finding:
        findings.append(room.finding)
    seconds = time.monotonic() - start
    return Judged(outcomes, ran, findings, seconds, not budget.left, dict(walk.used))


def _check_points(notebook: nbformat.NotebookNode, key: Key) -> None:
    for cell in filter(is_grade, notebook.cells):
        name, points = cell.metadata.nbgrader.grade_id, cell.metadata.nbgrader.points
        known = key.exercises.get(name)
        if known is None or abs(sum(c.points for c in known.criteria) - points) > 1e-9:
            raise CourseError(
                f"The released {key.lesson} and its specification disagree on the exercise "
                f"{name!r}: run `autograder build {key.lesson}` first."
            )


class _Judge:
    """Walks through a notebook, filling in outputs and outcomes."""

    def __init__(
        self,
        notebook: nbformat.NotebookNode,
        key: Key,
        execution: Execution,
        ask: Ask,
        running: Collection[int],
        released: Collection[str],
        room: OutputRoom,
    ) -> None:
        self._ask = ask
        self._released = released
        self._room = room
        self.left_out = LeftOutLines()
        self._cells = notebook.cells
        self._running = running
        self._makers = Makers(
            {
                place: cell.source
                for place, cell in enumerate(notebook.cells)
                if cell.cell_type == "code" and not is_grade(cell)
            }
        )
        self._missed: set[str] = set()  # names that cells missed
        self._missing: dict[str, str] = {}  # exercise → the name that its answer missed
        self._key = key
        self._execution = execution
        self._answers: dict[str, str] = {}
        self._failures: dict[str, str] = {}
        self._seen: list[str] = []
        self.findings: list[str] = []
        self._told = False
        self.used: dict[str, Used] = defaultdict(Used)

    def outcomes(self) -> dict[str, Outcome]:
        """Judge every graded cell; the notebook's outputs are those of this run afterwards."""
        found: dict[str, Outcome] = {}
        for number, cell in enumerate(self._cells, start=1):
            if is_grade(cell):
                name = cell.metadata.nbgrader.grade_id
                with self._counted(name):
                    outcome = self._written(cell) if is_solution(cell) else self._verdict(name)
                found[name] = with_causes(
                    outcome, self._answers.get(name), self._key.exercises, found.get
                )
                _record(found[name], cell, number)
            elif cell.cell_type == "code" and number - 1 in self._running:
                with self._counted(exercise_of(cell)):
                    self._run(cell, number)
        for number, cell in enumerate(self._cells, start=1):
            if is_grade(cell) and cell.metadata.nbgrader.grade_id in self._missing:
                name = cell.metadata.nbgrader.grade_id
                with self._counted(name):
                    found[name] = self._again(name, found[name])
                _record(found[name], cell, number)
        return found

    @contextmanager
    def _counted(self, name: str | None) -> Iterator[None]:
        """Count what is used meanwhile as an exercise's."""
        if name is None:
            yield
            return
        self._execution.used()
        yield
        self.used[name] += self._execution.used()

    @property
    def missed_a_name(self) -> bool:
        """Return whether a name was missed that a cell which did not run may define."""
        return any(map(self._makers.may_make, {*self._missed, *self._missing.values()}))

    def _again(self, name: str, before: Outcome) -> Outcome:
        """Judge an answer once more when all cells have run, since it uses what it did not find."""
        del self._missing[name]
        outcome = self._verdict(name)
        if outcome.score <= before.score:
            return before
        self.findings.append(f"{name} uses what is defined only below its check")
        return outcome

    def _run(self, cell: Any, number: int) -> None:
        cell.execution_count = number
        try:
            result = self._execution.run(cell.source)
        except SubjectLost as lost:
            self._note(f"cell {number}", lost)
            cell.outputs = nbformat.from_dict([error("Stopped", str(lost))])
            failure = str(lost)
            self._makers.lost(number - 1)
        else:
            cell.outputs = nbformat.from_dict(self._room.fit(result.outputs))
            kind, text, _ = result.error or ("", "", [])
            failure = self._explained(kind, _raised(kind, text)) if kind else ""
            if cell.source not in self._released:
                self.left_out.add(number, result.left_out)
            self._makers.failed(number - 1, kind, result.left_out)
            missed = (self._misses(m.kind, m.text) for m in result.left_out)
            self._missed.update(name for name in missed if name is not None)
        self._seen.append(cell.source)
        if is_solution(cell):
            name = cell.metadata.nbgrader.grade_id.removesuffix("-answer")
            self._answers[name] = cell.source
            if failure:
                self._failures[name] = failure

    def _verdict(self, name: str) -> Outcome:
        key = self._key.exercises[name]

        def ask(request: dict[str, Any]) -> Any:
            try:
                reply = self._ask(request)
            except SubjectLost as lost:
                self._note(name, lost)
                raise
            match reply:
                case {"error": {"type": str(kind), "message": str(text)}}:
                    if (missing := self._misses(kind, text)) is not None:
                        self._missing[name] = missing
            return reply

        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # the student's invalid escapes, read by rules
                outcome = verdict(key, ask, self._answers.get(name), self._seen)
        except SandboxError:
            raise  # the machine's fault must not cost anybody points
        except Exception as unexpected:  # a reply that no check foresaw costs this exercise only
            kind = type(unexpected).__name__
            self.findings.append(f"the answer to {name} could not be judged ({kind})")
            return Raised(name, _nothing(key), "Your answer could not be judged: ask about it.")
        if isinstance(outcome, NotAttempted) and name in self._failures:
            return Raised(name, _nothing(key), self._failures[name], revisit=key.revisit)
        why = self.left_out.explains("NameError", " ".join((outcome.message, *outcome.details)))
        return replace(outcome, details=(f"{why}.", *outcome.details)) if why else outcome

    def _explained(self, kind: str, failure: str) -> str:
        why = self.left_out.explains(kind, failure)
        return f"{failure} {why}." if why else failure

    def _misses(self, kind: str, text: str) -> str | None:
        """Return the name that is missing, unless a line that was left out explains it."""
        return None if self.left_out.explains(kind, text) else missing_name(kind, text)

    def _note(self, where: str, lost: SubjectLost) -> None:
        """Report what was lost; report only once that there is no time left."""
        if not (self._execution.over and self._told):
            why = str(lost).rstrip(".")
            self.findings.append(f"{where}: {why[0].lower()}{why[1:]}")
        self._told = self._execution.over

    def _written(self, cell: Any) -> Outcome:
        key = self._key.exercises[cell.metadata.nbgrader.grade_id]
        if cell.metadata.nbgrader.get("checksum") == compute_checksum(cell):
            return NotAttempted(key.name, _nothing(key), "No answer was written.")
        return verdict(key, self._ask)


def _record(outcome: Outcome, cell: Any, number: int) -> None:
    """Write an outcome into a graded cell: its metadata and, under a check, its outputs."""
    cell.metadata.pop(MEASURED, None)
    if outcome.measured:
        cell.metadata[MEASURED] = outcome.measured
    cell.metadata[OUTCOME] = _kept(outcome)
    if cell.cell_type == "code":
        cell.outputs = _graded(outcome, cell.metadata.nbgrader.points, number)
        cell.execution_count = number


def _kept(outcome: Outcome) -> dict[str, Any]:
    """What a graded notebook says of an answer: no more than its student reads there."""
    return outcome.as_dict() | {
        "details": list(outcome.details),
        "lost": [c.key for c in outcome.criteria if not c.earned],
        "criteria": [
            {"text": c.text, "points": c.points, "earned": c.earned} for c in outcome.criteria
        ],
        "notes": list(outcome.notes),
        "revisit": outcome.revisit,
        "solution": outcome.solution,
    }


def _raised(kind: str, text: str) -> str:
    """Return what a cell raised, for the student; IPython's name of the cell tells them nothing."""
    text = re.sub(r"\(<ipython-input[^>]*>, (line \d+)\)", r"(\1)", text)
    return f"Your cell raised {kind}: {text}".rstrip(": ") + "."


def _graded(outcome: Outcome, points: float, number: int) -> list[Any]:
    """Return a check cell's outputs: the outcome for people, then the score that nbgrader reads."""
    score = points if outcome.score >= points else max(0.0, outcome.score)
    shown = {"text/html": as_html(outcome), "text/plain": as_text(outcome)}
    return [
        nbformat.v4.new_output("display_data", shown),
        nbformat.v4.new_output(
            "execute_result", {"text/plain": f"{score:.12g}"}, execution_count=number
        ),
    ]


def _nothing(key: ExerciseKey) -> tuple[CriterionResult, ...]:
    return tuple(CriterionResult(c.key, c.text, c.points, False) for c in key.criteria)
