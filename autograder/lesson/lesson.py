"""An authored lesson, read once: its cells, its exercises, its solutions."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.course import Course
from autograder.exercise import Exercise, Faulty
from autograder.lesson.conventions import RULES, checked
from autograder.lesson.exercise_headings import announced
from autograder.lesson.markdown import headings
from autograder.lesson.percent import Cell, read_cells
from autograder.lesson.problem import AuthoringError, Problem
from autograder.lesson.regions import cut_code, cut_text, marker_faults, without_markers
from autograder.lesson.specs import FOLDER, Specification, read_specifications
from cnncourse.check.names import defines

# Headings under which nothing is explained.
_NO_SECTIONS = ("Summary", "Quiz")


@dataclass(frozen=True)
class ExerciseCells:
    """One exercise of a lesson.

    Args:
        solution: the cell with the reference answer.
        check: the cell that checks it; a written answer is its own check cell.
        specification: what is asked, and the file that says so.
    """

    solution: Cell
    check: Cell
    specification: Specification

    @property
    def spec(self) -> Exercise:
        """What is asked."""
        return self.specification.spec


@dataclass(frozen=True)
class Lesson:
    """An authored lesson that keeps every rule.

    Args:
        folder: where it lies, such as ``solutions/07_edges``.
        cells: its cells, solutions included.
        exercises: exercises by name, in the order of the lesson.
    """

    folder: Path
    cells: tuple[Cell, ...]
    exercises: Mapping[str, ExerciseCells]

    @classmethod
    def read(cls, folder: Path) -> Lesson:
        """Read a lesson and its specifications.

        Args:
            folder: the lesson's folder, with ``<lesson>.py`` and ``exercises/``.

        Returns:
            The lesson.

        Raises:
            AuthoringError: something is wrong; it tells everything that is.
        """
        folder = Path(folder)
        script = folder / f"{folder.name}.py"
        cells, problems = read_cells(script)
        specifications, spec_problems = read_specifications(folder / FOLDER)
        problems += spec_problems
        if cells:
            problems += [Problem(script, *fault) for rule in RULES for fault in rule(cells)]
            problems += [Problem(script, *fault) for fault in _opened(cells, folder.name)]
            problems += [Problem(script, *fault) for fault in _pairing_faults(cells)]
        if cells and (specifications or not spec_problems):
            problems += _matching_problems(script, cells, specifications)
        if problems:
            raise AuthoringError(problems)
        specs = {entry.name: entry for entry in specifications}
        exercises = {
            name: ExerciseCells(solution, check, specs[name])
            for name, solution, check in _pairs(cells)
        }
        problems = [*_heading_problems(script, cells, exercises), *_answer_problems(exercises)]
        problems += _revisit_problems(cells, exercises)
        if problems:
            raise AuthoringError(problems)
        return cls(folder, tuple(cells), exercises)

    @property
    def name(self) -> str:
        """The name of the folder, such as ``07_edges``."""
        return self.folder.name

    @property
    def script(self) -> Path:
        """The authored percent script."""
        return self.folder / f"{self.name}.py"

    @property
    def title(self) -> str:
        """The text of the H1."""
        return headings(self.cells[0].source)[0].text

    @property
    def setup(self) -> list[str]:
        """The sources of the set-up cells, in order."""
        return [cell.source for cell in self.cells if "setup" in cell.tags]

    @property
    def specs(self) -> list[Exercise]:
        """The specifications, in the order of the lesson."""
        return [exercise.spec for exercise in self.exercises.values()]

    def reference_source(self) -> list[tuple[str | None, str]]:
        """Return the code that gives the reference answers.

        Returns:
            Set-up cells (named None) and exercise cells with their solutions, in order.
        """
        names = {exercise.solution: name for name, exercise in self.exercises.items()}
        return [
            (names.get(cell), cell.source)
            for cell in self.cells
            if cell.kind == "code" and ("setup" in cell.tags or cell in names)
        ]

    def stub(self, name: str) -> str:
        """Return what a student starts an exercise from.

        Args:
            name: the exercise.

        Returns:
            The source of its cell without the solution.
        """
        cell = self.exercises[name].solution
        return cut_text(cell.source) if cell.kind == "markdown" else cut_code(cell.source, name)


def lessons(root: Path) -> list[Path]:
    """Find the authored lessons of a course.

    Args:
        root: the repository's folder.

    Returns:
        Lesson folders in teaching order.
    """
    course = Course(root)
    return [course.solutions / name for name in course.lessons()]


def _exercise_names(cells: Sequence[Cell]) -> Iterator[tuple[str, Cell]]:
    """Yield the name of each exercise and the cell that gives it: a check or a written answer."""
    for cell in cells:
        name = cell.name if "written" in cell.tags else checked(cell)
        if name and ("written" in cell.tags or "check" in cell.tags):
            yield name, cell


def _pairs(cells: Sequence[Cell]) -> Iterator[tuple[str, Cell, Cell]]:
    """Yield name, solution cell and check cell of the exercises of a sound lesson."""
    waiting: Cell | None = None
    names = {cell: name for name, cell in _exercise_names(cells)}
    for cell in cells:
        if "exercise" in cell.tags:
            waiting = cell
        elif cell in names:
            yield names[cell], cell if waiting is None or "written" in cell.tags else waiting, cell


def _pairing_faults(cells: Sequence[Cell]) -> Iterator[tuple[int, str]]:
    """Find exercises and checks that do not belong together, and names used twice."""
    waiting: Cell | None = None
    for cell in cells:
        if "exercise" in cell.tags:
            if waiting:
                yield waiting.line, "No check cell follows this exercise; add one."
            waiting = cell
        elif "check" in cell.tags:
            name = checked(cell)
            if waiting is None:
                yield cell.line, "This check has no exercise cell before it; add one."
            elif (
                name
                and not any(marker_faults(waiting.source))
                and not defines(waiting.source, name)
            ):
                yield waiting.line, f"The check below asks for {name!r}: define it in this cell."
            waiting = None
        elif waiting and cell.kind == "code":
            yield cell.line, "Code between an exercise and its check; move it below the check."
    if waiting:
        yield waiting.line, "No check cell follows this exercise; add one."
    first: dict[str, Cell] = {}
    for name, cell in _exercise_names(cells):
        if first.setdefault(name, cell) is not cell:
            yield (
                cell.line,
                f"The name {name!r} is taken by the exercise in line {first[name].line}.",
            )


def _matching_problems(
    script: Path, cells: Sequence[Cell], specifications: Sequence[Specification]
) -> Iterator[Problem]:
    """Find checks without a specification and specifications without a check."""
    asked = dict(_exercise_names(cells))
    specified = {entry.name: entry for entry in specifications}
    for name, cell in asked.items():
        entry = specified.get(name)
        if entry is None and not (script.parent / FOLDER / f"{name}.py").is_file():
            yield Problem(
                script, cell.line, f"{name!r} has no specification; write {FOLDER}/{name}.py."
            )
        elif entry and entry.spec.automatic == ("written" in cell.tags):
            where = "a check cell" if entry.spec.automatic else "a Markdown cell tagged 'written'"
            kind = f"{FOLDER}/{name}.py makes {name!r} a {entry.spec.kind} exercise"
            yield Problem(script, cell.line, f"{kind}, which needs {where}.")
    for name, entry in specified.items():
        if name not in asked:
            yield Problem(entry.file, entry.line, f"{script.name} has no check of {name!r}.")


def _answer_problems(exercises: Mapping[str, ExerciseCells]) -> Iterator[Problem]:
    """Tell each exercise its solution; find wrong answers that change what does not stand there."""
    for exercise in exercises.values():
        try:
            exercise.spec.solved_by(without_markers(exercise.solution.source))
        except Faulty as fault:
            yield exercise.specification.problem(fault.sentence, fault.line)


def _revisit_problems(
    cells: Sequence[Cell], exercises: Mapping[str, ExerciseCells]
) -> Iterator[Problem]:
    """Find advice to go back to a heading that the lesson does not have, or that helps nobody."""
    known = [
        heading.text
        for cell in cells
        if cell.kind == "markdown"
        for heading in headings(cell.source)
    ]
    for exercise in exercises.values():
        spec = exercise.spec
        asked = [(None, spec.revisit), *((a.line, a.revisit) for a in spec.answers)]
        for line, heading in asked:
            own = heading == spec.title and heading not in known
            if heading in _NO_SECTIONS or own:
                yield exercise.specification.problem(
                    f"To revisit {heading!r} explains nothing: name the section that does, or "
                    "leave it out.",
                    line,
                )
            elif heading is not None and heading not in known:
                near = difflib.get_close_matches(heading, known, n=1)
                advice = f"did you mean {near[0]!r}?" if near else "name one of its headings."
                yield exercise.specification.problem(
                    f"The lesson has no heading {heading!r} to revisit; {advice}", line
                )


def _heading_problems(
    script: Path, cells: Sequence[Cell], exercises: Mapping[str, ExerciseCells]
) -> Iterator[Problem]:
    """Ask for one generated heading per exercise, above its cell and below the one before."""
    above = 0
    for name, exercise in exercises.items():
        at = cells.index(exercise.solution)
        between = [name for cell in cells[above : at + 1] for name in announced(cell)]
        if between != [name]:
            line = cells[at].line
            yield Problem(
                script,
                line,
                f"Above this exercise, write its heading as ### {{{{exercise {name}}}}}.",
            )
        above = at + 1
    for cell in cells[above:]:
        for name in announced(cell):
            yield Problem(script, cell.line, f"No exercise {name!r} follows this heading.")


def _opened(cells: Sequence[Cell], lesson: str) -> Iterator[tuple[int, str]]:
    """Ask for the line that opens the lesson under its own name."""
    wanted = rf'^check = begin\("{re.escape(lesson)}"(, [^\n]*)?\)$'
    setup = [cell for cell in cells if "setup" in cell.tags]
    if setup and not any(re.search(wanted, cell.source, re.MULTILINE) for cell in setup):
        yield setup[0].line, f'The set-up cell must hold the line `check = begin("{lesson}")`.'
