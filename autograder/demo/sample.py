"""Make a sample class: every kind of submission an instructor meets."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import nbformat

from autograder.demo.attacks import ATTACKS, Attack
from autograder.exercise import Answer, Exercise
from autograder.lesson import Lesson

_HALF = "half"


@dataclass(frozen=True)
class Sample:
    """One submission.

    Args:
        student: folder name; it says what the submission is.
        about: what the student did, in words.
        content: the file's bytes; None for a folder without a notebook.
        least: points that fairness demands.
        most: points that no fair judge exceeds.
        misconception: exercise and identifier of its one mistake, if it has just one.
    """

    student: str
    about: str
    content: bytes | None
    least: float
    most: float
    misconception: tuple[str, str] | None = None

    def write(self, submitted: Path, lesson: str) -> None:
        """Put the submission where nbgrader expects it."""
        folder = submitted / self.student / lesson
        folder.mkdir(parents=True, exist_ok=True)
        if self.content is not None:
            (folder / f"{lesson}.ipynb").write_bytes(self.content)


def sample_class(
    lesson: Lesson,
    release: nbformat.NotebookNode,
    other: nbformat.NotebookNode | None = None,
    attacks: Iterable[Attack] = ATTACKS,
) -> Iterator[Sample]:
    """Make a class for a lesson.

    Args:
        lesson: the authored lesson.
        release: its released notebook.
        other: the release of another lesson, for the student who hands in the wrong file.
        attacks: the hostile ones.

    Yields:
        At least twenty samples: right in several styles, wrong in several ways, half done,
        untouched, unlucky, hostile, broken.
    """
    maker = _Maker(lesson, release)
    yield from maker.right()
    yield from maker.wrong()
    yield from maker.unfinished()
    yield from maker.misbehaving(attacks)
    yield from maker.broken(other)


class _Maker:
    def __init__(self, lesson: Lesson, release: nbformat.NotebookNode) -> None:
        self._lesson, self._release = lesson, release
        self._specs = [s for s in lesson.specs if s.automatic]
        self._solved = {
            name: _unmarked(source) for name, source in lesson.reference_source() if name
        }
        self._all = sum(s.points for s in self._specs)

    def right(self) -> Iterator[Sample]:
        yield self._sample("perfect", "the reference solution", self._solved, self._all)
        for i in range(3):
            style = {s.name: s.cell(_nth(s, i, right=True)) for s in self._specs}
            yield self._sample(f"style-{i + 1}", "right, in another style", style, self._all)
        noisy = 'import warnings\nwarnings.warn("careful")\nprint("working …")'
        notebook = self.notebook(self._solved)
        _insert(notebook, noisy, before_exercises=True)
        yield self._of("noisy", "right, with warnings and prints", notebook, self._all, self._all)

    def wrong(self) -> Iterator[Sample]:
        for spec in self._specs:
            answer = _nth(spec, 0, right=False)
            solved = {**self._solved, spec.name: spec.cell(answer)}
            yield Sample(
                f"mistake-{spec.name}".replace("_", "-"),
                f"{spec.name}: {answer.id.replace('_', ' ')}",
                _bytes(self.notebook(solved)),
                0,  # a later exercise may call the wrong one
                self._all - min(c.points for c in spec.criteria),
                (spec.name, answer.id),
            )
        every = {s.name: s.cell(_nth(s, 1, right=False)) for s in self._specs}
        yield self._of(
            "all-wrong", "a mistake in every exercise", self.notebook(every), 0, self._all - 1
        )

    def unfinished(self) -> Iterator[Sample]:
        half = self._specs[: len(self._specs) // 2]
        solved = {s.name: self._solved[s.name] for s in half}
        yield self._sample(_HALF, "the first half, the rest untouched", solved, _points(half))
        yield self._sample("untouched", "handed in as released", {}, 0)
        first = self._specs[0].name
        crash = {**self._solved, first: f"{first} = undefined_name + 1"}
        rest = self._all - self._specs[0].points
        yield self._of("crashing", f"the cell of {first} raises", self.notebook(crash), 0, rest)

    def misbehaving(self, attacks: Iterable[Attack]) -> Iterator[Sample]:
        for attack in attacks:
            taken = self._specs if attack.everywhere else self._specs[:1]
            most = self._all - (_points(taken) if attack.answer else 0)
            yield self._of(attack.id, attack.about, self.attacked(attack), 0, most)

    def attacked(self, attack: Attack) -> nbformat.NotebookNode:
        """Return an attack's notebook: its cell put before honest answers, or in their place."""
        taken = self._specs if attack.everywhere else self._specs[:1]
        instead = {s.name: attack.answer.replace("{name}", s.name) for s in taken if attack.answer}
        notebook = self.notebook({**self._solved, **instead})
        if attack.cell:
            _insert(notebook, attack.cell, before_exercises=True)
        return notebook

    def broken(self, other: nbformat.NotebookNode | None) -> Iterator[Sample]:
        solved = self.notebook(self._solved)
        yield Sample("not-json", "the file is cut off", _bytes(solved)[:3000], 0, 0)
        yield Sample("empty-file", "the file is empty", b"", 0, 0)
        yield Sample("no-file", "the folder is empty", None, 0, 0)
        if other is not None:
            yield Sample("other-lesson", "another lesson's file", _bytes(other), 0, 0)
        yield self._of("lost-cells", "check cells deleted", _without_checks(solved), *self._full)
        yield self._of("twice", "every cell pasted twice", _doubled(solved), *self._full)
        yield self._of(
            "no-metadata", "metadata stripped by an editor", _stripped(solved), *self._full
        )
        yield self._of("retyped", "answers turned into text cells", _retyped(solved), *self._full)
        yield self._of("greedy", "points changed in the metadata", _greedy(self.notebook({})), 0, 0)

    @property
    def _full(self) -> tuple[float, float]:
        return self._all, self._all

    def notebook(self, sources: Mapping[str, str]) -> nbformat.NotebookNode:
        """Return the release with these exercise cells filled in."""
        notebook = copy.deepcopy(self._release)
        for cell in notebook.cells:
            name = _exercise(cell)
            if name is not None and name in sources:
                cell.source = sources[name]
        return notebook

    def _sample(
        self, student: str, about: str, sources: Mapping[str, str], points: float
    ) -> Sample:
        return self._of(student, about, self.notebook(sources), points, points)

    def _of(self, student: str, about: str, notebook, least: float, most: float) -> Sample:
        return Sample(student, about, _bytes(notebook), least, most)


def _unmarked(source: str) -> str:
    """Return a solution as a student would have it: without the author's markers."""
    marks = ("### BEGIN SOLUTION", "### END SOLUTION")
    return "\n".join(x for x in source.split("\n") if x.strip() not in marks)


def _nth(spec: Exercise, i: int, *, right: bool) -> Answer:
    answers = [a for a in spec.answers if a.right == right]
    return answers[i % len(answers)]


def _points(specs: list[Exercise]) -> float:
    return sum(s.points for s in specs)


def _exercise(cell: nbformat.NotebookNode) -> str | None:
    grade_id = cell.metadata.get("nbgrader", {}).get("grade_id", "")
    return grade_id.removesuffix("-answer") if grade_id.endswith("-answer") else None


def _bytes(notebook: nbformat.NotebookNode) -> bytes:
    # nbformat would mend some of what is broken on purpose
    return json.dumps(notebook, ensure_ascii=False).encode()


def _insert(notebook: nbformat.NotebookNode, source: str, *, before_exercises: bool) -> None:
    places = [i for i, c in enumerate(notebook.cells) if _exercise(c)]
    at = places[0] if before_exercises else places[-1] + 1
    notebook.cells.insert(at, nbformat.v4.new_code_cell(source, id="added"))


def _is_check(cell: nbformat.NotebookNode) -> bool:
    about = cell.metadata.get("nbgrader", {})
    return bool(about.get("grade") and not about.get("solution"))


def _without_checks(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    changed = copy.deepcopy(notebook)
    changed.cells = [c for c in changed.cells if not _is_check(c)]
    return changed


def _doubled(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    changed = copy.deepcopy(notebook)
    changed.cells = [c for cell in changed.cells for c in (cell, copy.deepcopy(cell))]
    return changed


def _stripped(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    changed = copy.deepcopy(notebook)
    for cell in changed.cells:
        cell.metadata = nbformat.NotebookNode()
    return changed


def _retyped(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    changed = copy.deepcopy(notebook)
    for cell in changed.cells:
        if _exercise(cell):
            cell.cell_type = "markdown"
            cell.pop("outputs", None)
            cell.pop("execution_count", None)
    return changed


def _greedy(notebook: nbformat.NotebookNode) -> nbformat.NotebookNode:
    changed = copy.deepcopy(notebook)
    for cell in filter(_is_check, changed.cells):
        cell.metadata.nbgrader.points = 1000
        cell.source = "1000"
    return changed
