"""Make all files that one authored lesson turns into, in memory."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.nbgraderformat import MetadataValidator

from autograder.build.assemble import as_text, assemble, named_cells
from autograder.build.cell_outputs import output_problems, tidy
from autograder.build.compiler import SpecificationError
from autograder.build.execute import keep_outputs, record, steady_seconds
from autograder.build.executed import executed
from autograder.build.inputs import fingerprint
from autograder.build.keys import public_key
from autograder.build.leak import leaks_in_cells, leaks_in_text, strings
from autograder.build.links import Surroundings
from autograder.build.release import RECORD, release
from autograder.build.store import Store
from autograder.course import PRIVATE_FILES, Course
from autograder.exercise import Faulty
from autograder.lesson import AuthoringError, Lesson, Problem
from autograder.lesson.specs import FOLDER, Specification
from cnncourse.check.key import Key

NO_STORE = Store(None)
Tell = Callable[[str], None]  # is told what is being done; its first word names the step


@dataclass(frozen=True)
class Notebooks:
    """The two notebooks of a lesson.

    Args:
        solution: with solutions and outputs.
        student: as released.
    """

    solution: NotebookNode
    student: NotebookNode


def compiled(lesson: Lesson, store: Store) -> Key:
    """Compile the key that students' checks use, as far as it is not in the store.

    Args:
        lesson: the authored lesson.
        store: where compiled exercises are looked up and kept.

    Returns:
        The key.

    Raises:
        AuthoringError: a specification is at odds with itself or with the lesson, or the key
            would give a solution away.
    """
    try:
        problems = [p for e in lesson.exercises.values() for p in _contradictions(e.specification)]
        if problems:
            raise AuthoringError(problems)
        key = public_key(lesson, store)
    except AuthoringError:
        raise
    except Exception as error:  # the lesson's own code runs here, and may raise anything
        raise AuthoringError([_blame(lesson, error)]) from error
    leaks = list(leaks_in_text(lesson, {"the key": strings(_untold(lesson, key).to_json())}))
    if leaks:
        raise AuthoringError(Problem(lesson.script, *leak) for leak in leaks)
    return key


def _untold(lesson: Lesson, key: Key) -> Key:
    """Return a key without the solutions in it that the course lets students see."""
    if not Course(lesson.folder.parent.parent).file.show_solutions:
        return key
    untold = {name: replace(known, solution=None) for name, known in key.exercises.items()}
    return replace(key, exercises=untold)


def notebooks(
    lesson: Lesson,
    around: Surroundings,
    old: NotebookNode | None,
    *,
    budget: str = "cpu",
    run: bool | None = False,
    key: str | None = None,
    store: Store = NO_STORE,
    tell: Tell = lambda what: None,
) -> Notebooks:
    """Make the notebooks of a lesson.

    Args:
        lesson: the authored lesson.
        around: its neighbours and the repository.
        old: the notebook with solutions from last time, whose outputs are kept if they can be.
        budget: what ``CNNCOURSE_BUDGET`` is set to.
        run: whether to execute the lesson; None to do so only if its code changed, and was not
            executed before.
        key: the key that its checks use; None for the one that is in place.
        store: where outputs are looked up and kept.
        tell: is told what is being done.

    Returns:
        Both notebooks.

    Raises:
        AuthoringError: a cell failed, an output is not fit to be published, or a solution would
            be released.
    """
    cells = named_cells(lesson)
    known = record(old)
    mark = fingerprint(lesson, budget)
    solution = assemble(lesson, around, known.get("seconds"))
    if run or (run is None and known.get("fingerprint") != mark):
        ran, seconds = executed(
            solution, lesson, budget=budget, key=key, store=store, again=bool(run), tell=tell
        )
        seconds = steady_seconds(known.get("seconds"), seconds)
        known = {"fingerprint": mark, "seconds": seconds}
        solution = assemble(lesson, around, seconds)
        keep_outputs(solution, ran)
    elif old is not None:
        keep_outputs(solution, old)
    if known:
        solution.metadata[RECORD] = known
    tidy(solution)
    student = release(solution)
    problems = [
        *output_problems(solution, cells, lesson.script),
        *(Problem(lesson.script, *leak) for leak in _leaks(lesson, student)),
    ]
    if problems:
        raise AuthoringError(problems)
    for notebook in (solution, student):
        nbformat.validate(notebook)
        MetadataValidator().validate_nb(notebook)
    return Notebooks(solution, student)


def stale(lesson: Lesson, solution: NotebookNode | None, budget: str = "cpu") -> bool:
    """Say whether a lesson's code changed since its notebook was executed.

    Args:
        lesson: the authored lesson.
        solution: its notebook with solutions, or None.
        budget: the budget it has to be executed with.
    """
    return record(solution).get("fingerprint") != fingerprint(lesson, budget)


def without_outputs(notebook: NotebookNode) -> str:
    """Write down all of a notebook but its outputs.

    Args:
        notebook: it is left as it is.

    Returns:
        JSON.
    """
    bare = nbformat.from_dict(notebook)
    for cell in bare.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return as_text(bare)


def released_files(lesson: Lesson) -> Iterator[Path]:
    """Yield the other files of a lesson's folder, which students get too.

    Args:
        lesson: the authored lesson.

    Yields:
        Paths relative to the folder, sorted.
    """
    for path in sorted(lesson.folder.rglob("*")):
        inner = path.relative_to(lesson.folder)
        private = any(part.match(p) for part in [inner, *inner.parents] for p in PRIVATE_FILES)
        if path.is_file() and not private and path.suffix != ".ipynb":
            yield inner


def _contradictions(specification: Specification) -> Iterator[Problem]:
    """Find what is wrong with a specification by itself."""
    try:
        for sentence in specification.spec.problems():
            yield specification.problem(f"{sentence}.")
    except Faulty as fault:
        yield specification.problem(fault.sentence, fault.line)


def _leaks(lesson: Lesson, student: NotebookNode) -> Iterator[tuple[int, str]]:
    shown = "\n".join(cell.source for cell in student.cells)
    yield from leaks_in_text(lesson, {"the student's notebook": shown})
    yield from leaks_in_cells(lesson, student)


def _blame(lesson: Lesson, error: Exception) -> Problem:
    """Say where in the lesson an exception came from while its key was compiled."""
    if isinstance(error, SpecificationError):
        named = [e.solution for name, e in lesson.exercises.items() if f"{error}".startswith(name)]
        return Problem(lesson.script, named[0].line if named else 1, f"{error}")
    cause = f"Compiling the key raised {type(error).__name__}: {error}"
    answers = {
        f"<cell {lesson.name}, {name}>": exercise.solution
        for name, exercise in lesson.exercises.items()
    }
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        row = (frame.lineno or 1) - 1
        if frame.filename in answers:
            return Problem(lesson.script, answers[frame.filename].at(row), cause)
        if Path(frame.filename).parent == lesson.folder / FOLDER:
            return Problem(Path(frame.filename), row + 1, cause)
    return Problem(lesson.script, 1, cause)
