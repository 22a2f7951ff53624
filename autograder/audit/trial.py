"""Try one answer to one exercise: what a student would read, and what the judge would give.

The check is that of the notebook: the answer's cell runs here, after the lesson's set-up cells and
earlier solutions. The judge is that of grading: the released notebook with the answer in its cell,
in a real sandbox, asked on probes from another seed. Earlier exercises are solved in both.
"""

from __future__ import annotations

import ast
import tempfile
import traceback
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbgrader.utils import is_grade

from autograder.audit.lesson_state import LessonState, states
from autograder.audit.measure import OTHER_SEED
from autograder.audit.replies import Replies
from autograder.audit.stamps import Stamps, stamps
from autograder.build.assemble import assemble
from autograder.build.compiler import PUBLIC_SEED, execute, questions_only, with_records
from autograder.build.links import surroundings
from autograder.build.release import release
from autograder.course import Course, CourseError
from autograder.grading.judge import HANDLER, judge
from autograder.grading.merge import ANSWER, fresh
from autograder.grading.secret_key import stored_key
from autograder.grading.submission import read_companions, repair
from autograder.grading.submission_limits import GradingLimits
from autograder.lesson import Lesson
from autograder.sandbox import Isolation, Sandbox, SandboxError
from cnncourse.check import values
from cnncourse.check.checker import sources
from cnncourse.check.key import ExerciseKey, Key
from cnncourse.check.outcome import NotAttempted, Outcome, Raised
from cnncourse.check.source import magic, parse
from cnncourse.check.subject import is_cell, perform
from cnncourse.check.verdict import verdict


@dataclass(frozen=True)
class Trial:
    """What became of one answer.

    Args:
        check: what the student would read.
        judge: what grading would give; None where it was refused.
        findings: what the judge had to put right, or why there is no judge; one clause each.
    """

    check: Outcome
    judge: Outcome | None
    findings: tuple[str, ...] = ()

    @property
    def differences(self) -> list[str]:
        """In what check and judge differ, one clause each; nothing where only one of them spoke."""
        if self.judge is None:
            return []
        pairs: dict[str, tuple[object, object]] = {
            "the state": (self.check.state, self.judge.state),
            "the misconception": (self.check.misconception, self.judge.misconception),
        }
        for mine, theirs in zip(self.check.criteria, self.judge.criteria, strict=True):
            pairs[f"whether {mine.text!r} is met"] = (mine.earned, theirs.earned)
        return [f"{what}: {a} here, {b} there" for what, (a, b) in pairs.items() if a != b]

    def as_dict(self) -> dict[str, Any]:
        """Return both outcomes in the form of `autograder try --json`."""
        return {"check": _tree(self.check), "judge": self.judge and _tree(self.judge)}


def _tree(outcome: Outcome) -> dict[str, Any]:
    return {**outcome.as_dict(), "criteria": [asdict(c) for c in outcome.criteria]}


@dataclass(frozen=True)
class _Keys:
    """An exercise compiled for both sides, and the files that it was compiled from."""

    made_from: Stamps
    check: ExerciseKey
    judge: ExerciseKey
    lesson: Lesson


class Bench:
    """Tries answers to one exercise; what does not change between two of them is kept.

    Args:
        course: the course.
        lesson: the lesson's name.
        name: the exercise.
        isolation: how the judge keeps the answer apart.
        limits: what the answer may use in grading.
    """

    def __init__(
        self,
        course: Course,
        lesson: str,
        name: str,
        isolation: Isolation = "namespaces",
        limits: GradingLimits | None = None,
    ) -> None:
        self._course = course
        self._lesson = lesson
        self._name = name
        self._isolation = isolation
        self._limits = limits or GradingLimits()
        self._replies = Replies()
        self._keys: _Keys | None = None
        self._threads = ThreadPoolExecutor(1)
        self._sandbox = self._starting()  # it imports what this process imports meanwhile

    def __enter__(self) -> Bench:
        return self

    def __exit__(self, *_: object) -> None:
        self._threads.shutdown()
        with suppress(SandboxError):
            self._sandbox.result().close()

    def try_answer(self, source: str, tell: Callable[[Outcome], None] | None = None) -> Trial:
        """Try an answer.

        Args:
            source: what a student would type into the exercise's cell.
            tell: gets what the student would read before the judge begins.

        Returns:
            Both outcomes.

        Raises:
            CourseError: the lesson or its specification has to be mended first.
        """
        made_from = stamps((self._course.solutions / self._lesson).rglob("*.py"))
        if self._keys is not None and self._keys.made_from == made_from:
            [state] = states(self._keys.lesson, [self._name])  # an answer may have changed it
            keys = self._keys
        else:
            lesson = Lesson.read(self._course.solutions / self._lesson)
            [state] = states(lesson, [self._name])
            keys = self._keys = self._compiled(lesson, state, made_from)
        check = checked(keys.check, state, source)
        if tell:
            tell(check)
        try:
            outcome, findings = self._judged(keys, source)
        except SandboxError as error:
            self._sandbox = self._starting()
            return Trial(check, None, (str(error),))
        return Trial(check, outcome, tuple(findings))

    def _starting(self) -> Future[Sandbox]:
        modules = self._course.file.preload
        return self._threads.submit(
            Sandbox, handler=HANDLER, isolation=self._isolation, modules=modules
        )

    def _compiled(self, lesson: Lesson, state: LessonState, made_from: Stamps) -> _Keys:
        """Compile for both sides; once, where both seeds ask the same or grading has its key."""
        self._replies.begin(state.context)
        spec, namespace = state.spec, state.namespace
        faults = spec.problems()
        if faults:
            raise CourseError("\n".join(f"{lesson.name}: {fault}" for fault in faults))
        public, other = questions_only(spec, PUBLIC_SEED), questions_only(spec, OTHER_SEED)
        check = with_records(spec, namespace, public, self._replies)
        kept = stored_key(self._course, lesson.name)
        if kept is not None:
            hidden = Key.from_json(kept).exercises[spec.name]
        elif _requests(public) == _requests(other):
            hidden = check
        else:
            hidden = with_records(spec, namespace, other, self._replies)
        return _Keys(made_from, check, hidden, lesson)

    def _judged(self, keys: _Keys, source: str) -> tuple[Outcome, list[str]]:
        released = release(assemble(keys.lesson, surroundings(self._course, self._lesson), None))
        beside = self._course.release(self._lesson).parent
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"{self._lesson}.ipynb"
            nbformat.write(_submitted(released, keys.lesson, self._name, source), path)
            repaired = repair(path, fresh(released), self._lesson, self._limits)
        notebook = repaired.notebook
        notebook.cells = _up_to(notebook, self._name)
        judged = judge(
            notebook,
            Key(self._lesson, {self._name: keys.judge}),
            self._sandbox.result(),
            self._limits,
            read_companions(beside, self._limits, []) if beside.is_dir() else {},
            fresh(released),
        )
        return judged.outcomes[self._name], repaired.findings + judged.findings


def checked(key: ExerciseKey, state: LessonState, source: str) -> Outcome:
    """Run an answer's cell as a notebook would, and check it.

    Args:
        key: the exercise, compiled.
        state: the lesson as the exercise finds it.
        source: the answer's cell.

    Returns:
        What `check` would show below it, or the error that the cell itself would end with.
    """
    name = key.name
    own = {k: v for k, v in state.namespace.items() if k != name}
    own["In"] = ["", *state.cells, source]
    failure, details = _run(source, own, name)
    answers = {name: own[name]} if name in own else {}
    text, context = sources(name, own.get(name), own)
    outcome = verdict(key, lambda request: perform(answers, request), text, context)
    if failure and isinstance(outcome, NotAttempted):
        return Raised(name, outcome.criteria, failure, revisit=key.revisit, details=details)
    return outcome


def _run(source: str, namespace: dict[str, Any], name: str) -> tuple[str, tuple[str, ...]]:
    """Run an answer's cell; return what it raised and where, or nothing."""
    try:
        tree = ast.fix_missing_locations(_WithoutMagics().visit(parse(source)))
        execute(source, namespace, f"{name}, your answer", tree)
    except KeyboardInterrupt:
        raise
    except SyntaxError as error:
        kind = type(error).__name__
        return f"Your cell raised {kind}: {error.msg} (line {error.lineno}).", ()
    except BaseException as error:  # SystemExit, too: a notebook goes on after it
        frames = [f for f in traceback.extract_tb(error.__traceback__) if is_cell(f.filename)]
        where = tuple(f"line {f.lineno}: {f.line}" for f in frames[-1:])
        return f"Your cell raised {type(error).__name__}: {error}".rstrip(": ") + ".", where
    return "", ()


class _WithoutMagics(ast.NodeTransformer):
    """Takes out what only a notebook can run."""

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        """Replace a line that is a magic."""
        return ast.copy_location(ast.Pass(), node) if magic(node.value) else node

    def visit_Assign(self, node: ast.Assign) -> ast.AST:
        """Replace what a magic gives."""
        if magic(node.value):
            node.value = ast.copy_location(ast.Constant(None), node.value)
        return node


def _requests(key: ExerciseKey) -> str:
    return values.to_json([probe.request for probe in key.probes])


def _submitted(
    released: nbformat.NotebookNode, lesson: Lesson, name: str, source: str
) -> nbformat.NotebookNode:
    """Return the released notebook with earlier exercises solved and this answer in it."""
    notebook = fresh(released)
    solved = {f"{name}{ANSWER}": source}
    for earlier, exercise in lesson.exercises.items():
        if earlier == name:
            break
        if exercise.spec.has_reference:
            solved[f"{earlier}{ANSWER}"] = exercise.solution.source
    for cell in notebook.cells:
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id")
        cell.source = solved.get(grade_id, cell.source)
    return notebook


def _up_to(notebook: nbformat.NotebookNode, name: str) -> list[Any]:
    """Return the cells up to an exercise's check, without other checks, which decide nothing."""
    kept = []
    for cell in notebook.cells:
        if is_grade(cell) and cell.metadata.nbgrader.grade_id != name:
            continue
        kept.append(cell)
        if is_grade(cell):
            return kept
    return kept
