"""The start page: where you are, what comes next, what is worth doing again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from cnncourse.start.lessons import Exercise, Lesson, lessons, map_of, parts
from cnncourse.start.record import FOLDER, Check, checks
from cnncourse.start.review import due


@dataclass(frozen=True)
class Progress:
    """How far a student is.

    Args:
        best: lesson and exercise → the best that a check has said.
        last: the lesson worked on last; None at the very start.
    """

    best: Mapping[tuple[str, str], Check]
    last: str | None

    @classmethod
    def of(cls, said: Sequence[Check]) -> Progress:
        """Sum up what checks have said, in order of time."""
        best: dict[tuple[str, str], Check] = {}
        for check in said:
            which = check.lesson, check.exercise
            if which not in best or check.score >= best[which].score:
                best[which] = check
        return cls(best, said[-1].lesson if said else None)

    def right(self, lesson: Lesson, exercise: Exercise) -> bool:
        """Return whether an exercise was solved once."""
        found = self.best.get((lesson.name, exercise.name))
        return found is not None and found.right

    def points(self, lesson: Lesson) -> float:
        """Return the points that a lesson's exercises have earned in checks."""
        found = (self.best.get((lesson.name, e.name)) for e in lesson.exercises)
        return sum(check.score for check in found if check)


def write_page(work: Path, new: Sequence[Path] = (), today: date | None = None) -> Path:
    """Write the start page of a student's folder.

    Args:
        work: the folder with the student's notebooks.
        new: new versions of lessons that lie beside edited ones.
        today: the day; None for the one that the clock says.

    Returns:
        The page, ``start.md``.
    """
    index = work / "README.md"
    text = index.read_text(encoding="utf-8") if index.is_file() else ""
    beside = [path.relative_to(work).as_posix() for path in new]
    found, said = lessons(work), checks(work)
    page = work / "start.md"
    written = start_page(found, said, today or date.today(), text, beside)
    if not page.is_file() or page.read_text(encoding="utf-8") != written:
        page.write_text(written, encoding="utf-8")
    return page


def start_page(
    found: Sequence[Lesson],
    said: Sequence[Check],
    today: date,
    index: str = "",
    new: Sequence[str] = (),
) -> str:
    """Return the start page.

    Args:
        found: the lessons in teaching order.
        said: what checks have said, in order of time.
        today: the day.
        index: the course's list of lessons, which names its parts and holds its map.
        new: where new versions of lessons lie whose old version was edited.

    Returns:
        Markdown.
    """
    progress = Progress.of(said)
    title = next((line[2:] for line in index.splitlines() if line.startswith("# ")), "The course")
    blocks = [
        f"# {title}",
        _next(found, progress),
        _news(new),
        _review(found, said, today, progress),
        _tables(found, progress, parts(index)),
    ]
    if drawing := map_of(index):
        blocks.append(f"## What builds on what\n\n{drawing}")
    blocks.append(
        "*This page follows your checks: open it again to see the last ones. What it knows stands "
        f"in the folder `{FOLDER}` beside your notebooks, is sent nowhere, and may be deleted.*"
    )
    return "\n\n".join(filter(None, blocks)) + "\n"


def following(found: Sequence[Lesson], progress: Progress) -> tuple[Lesson, Exercise | None] | None:
    """Return what to do next.

    Args:
        found: the lessons in teaching order.
        progress: how far one is.

    Returns:
        The lesson worked on last and its first exercise that is not right yet; if all are, the
        next lesson that has one; None if nothing is left. At the very start there is no exercise:
        a lesson is read from its top.
    """
    names = [lesson.name for lesson in found]
    place = names.index(progress.last) if progress.last in names else 0
    for lesson in [*found[place:], *found[:place]]:
        for exercise in lesson.exercises:
            if exercise.automatic and not progress.right(lesson, exercise):
                begun = any((lesson.name, e.name) in progress.best for e in lesson.exercises)
                return lesson, exercise if begun else None
    return None


def _next(found: Sequence[Lesson], progress: Progress) -> str:
    to_do = following(found, progress)
    if to_do is None:
        return "You have solved every exercise that a check can judge." if found else ""
    lesson, exercise = to_do
    if exercise is None:
        word = "Next" if progress.last else "Begin"
        minutes = f" ({lesson.minutes} minutes)" if lesson.minutes else ""
        return f"**{word}:** [Lesson {lesson.number} · {lesson.title}]({lesson.link()}){minutes}"
    title = f"Lesson {lesson.number} · {lesson.title}, {exercise.title}"
    return f"**Continue:** [{title}]({lesson.link(exercise)})"


def _news(new: Sequence[str]) -> str:
    lines = [
        f"* Lesson `{path.split('/')[0]}` was corrected after you had begun. Yours is as you left "
        f"it; the new one is [{path}]({path}). When you have taken your answers over, delete one."
        for path in new
    ]
    return "\n".join(lines)


def _review(found: Sequence[Lesson], said: Sequence[Check], today: date, progress: Progress) -> str:
    known = {(lesson.name, e.name): (lesson, e) for lesson in found for e in lesson.exercises}
    beside = frozenset([progress.last] if progress.last else [])
    again = [known[which] for which in due(said, today, beside) if which in known]
    if not again:
        return ""
    lines = [
        f"* [Lesson {lesson.number}, {exercise.title}]({lesson.link(exercise)})"
        for lesson, exercise in again
    ]
    how = (
        "You solved these some days ago. Write each once more, without looking, in a new cell "
        "below your answer; its check judges whatever was run last."
    )
    return "\n".join(["## Again today", "", how, "", *lines])


def _tables(found: Sequence[Lesson], progress: Progress, titles: Mapping[str, str]) -> str:
    head = "| | Lesson | Minutes | Exercises right | Points |\n|---|---|---:|---|---:|"
    lines: list[str] = []
    for lesson in found:
        if lesson.name in titles or not lines:
            lines += ["", f"## {titles.get(lesson.name, 'Lessons')}", "", head]
        lines.append(_row(lesson, progress))
    return "\n".join(lines).strip()


def _row(lesson: Lesson, progress: Progress) -> str:
    judged = [e for e in lesson.exercises if e.automatic]
    right, points = sum(progress.right(lesson, e) for e in judged), progress.points(lesson)
    bar = f'<progress value="{right}" max="{len(judged)}"></progress> {right} of {len(judged)}'
    most = sum(e.points for e in judged)
    here = " ◀" if lesson.name == progress.last else ""
    title = lesson.title.replace("|", "\\|")
    minutes = lesson.minutes or ""
    return (
        f"| {lesson.number} | [{title}]({lesson.link()}){here} | {minutes} | {bar} | "
        f"{points:g} of {most:g} |"
    )
