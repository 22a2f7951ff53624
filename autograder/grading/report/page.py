"""Put a class's results into one page, which loads and runs nothing, or into plain values."""

from __future__ import annotations

import statistics as averages
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

import numpy as np
from markupsafe import Markup

from autograder.grading.instructor_page import rendered
from autograder.grading.plain_text import plain
from autograder.grading.report import plots
from autograder.grading.report.data import ClassResults, Exercise, Result
from autograder.grading.report.findings import (
    Mistake,
    Talk,
    analysed,
    mistakes,
    talks,
    teach_again,
    waiting,
)
from autograder.grading.report.statistics import (
    FEWEST,
    Reliability,
    difficulty,
    discrimination,
    reliability,
)

# Below it, an exercise hardly tells students apart (Ebel and Frisbie 1991, *Essentials of
# Educational Measurement*).
_WEAK = 0.2
_FORMS_SHOWN = 4


@dataclass(frozen=True)
class ExerciseRow:
    """What is said of one exercise.

    Args:
        exercise: which.
        counts: result → answers.
        difficulty: mean share of the points; None while answers wait.
        discrimination: corrected item–total correlation; None where it cannot be said.
        seconds: median processor time of an answer; None where it was not measured.
        longest: the longest.
        memory_mb: the most memory of any answer.
    """

    exercise: Exercise
    counts: dict[Result, int]
    difficulty: float | None
    discrimination: float | None
    seconds: float | None
    longest: float | None
    memory_mb: float | None

    @property
    def weak(self) -> bool:
        """Whether it hardly tells students apart."""
        return self.discrimination is not None and self.discrimination < _WEAK


@dataclass(frozen=True)
class Report:
    """All that page and JSON say of a class.

    Args:
        results: the class.
        names: whether students are called by their names, too.
        anonymous: whether nobody is named at all.
    """

    results: ClassResults
    names: bool = False
    anonymous: bool = False

    @cached_property
    def mistakes(self) -> list[Mistake]:
        """What the class got wrong, by exercise."""
        return mistakes(self.results)

    @property
    def by_exercise(self) -> list[tuple[Exercise, list[Mistake]]]:
        """Exercises with mistakes, in the lesson's order, each with its own."""
        every = ((e, [m for m in self.mistakes if m.exercise is e]) for e in self.results.exercises)
        return [(exercise, made) for exercise, made in every if made]

    @cached_property
    def teach_again(self) -> list[Mistake]:
        """The misconceptions that cost most points."""
        return teach_again(self.mistakes, len(self.results.handed_in))

    @cached_property
    def talks(self) -> list[Talk]:
        """Who needs a talk."""
        return talks(self.results)

    @cached_property
    def waiting(self) -> dict[str, int]:
        """Exercise → answers that wait to be graded by hand."""
        return waiting(self.results)

    @cached_property
    def shares(self) -> list[float]:
        """Share of the possible points, of each student who handed in."""
        standings = (p.standing for p in self.results.handed_in if p.standing)
        return [s.share for s in standings if s.share is not None]

    @cached_property
    def reliability(self) -> Reliability:
        """How far the scores can be relied on."""
        return reliability(self._points)

    @cached_property
    def rows(self) -> list[ExerciseRow]:
        """What is said of each exercise."""
        columns = {exercise.name: i for i, exercise in enumerate(self._analysed)}
        return [self._row(e, columns.get(e.name)) for e in self.results.exercises]

    @cached_property
    def unexplained(self) -> int:
        """Wrong answers of which nothing is known."""
        return sum(mistake.count for mistake in self.mistakes if mistake.label is None)

    def called(self, identifier: str, name: str) -> str:
        """Return what a student is called in the page."""
        return plain(f"{name} ({identifier})" if self.names and name else identifier)

    @cached_property
    def _analysed(self) -> list[Exercise]:
        return analysed(self.results)

    @cached_property
    def _points(self) -> np.ndarray:
        """Points by student and analysed exercise; what the gradebook does not know is 0."""
        rows = [
            [
                (p.answers[e.name].points or 0.0) if e.name in p.answers else 0.0
                for e in self._analysed
            ]
            for p in self.results.handed_in
        ]
        return np.array(rows, float).reshape(len(rows), len(self._analysed))

    def _row(self, exercise: Exercise, column: int | None) -> ExerciseRow:
        answers = [
            p.answers[exercise.name] for p in self.results.handed_in if exercise.name in p.answers
        ]
        counts = Counter(answer.result for answer in answers)
        seconds = [a.use.seconds for a in answers if a.use.seconds is not None]
        memory = [a.use.memory_mb for a in answers if a.use.memory_mb is not None]
        known = column is not None
        return ExerciseRow(
            exercise,
            {result: counts[result] for result in Result},
            difficulty(self._points[:, column], exercise.points) if known else None,
            discrimination(self._points, column) if column is not None else None,
            averages.median(seconds) if seconds else None,
            max(seconds, default=None),
            max(memory, default=None),
        )


def as_page(report: Report) -> str:
    """Return the report as one HTML page.

    Args:
        report: what to say.

    Returns:
        HTML that loads nothing and runs nothing; all that comes from students is escaped.
    """
    return rendered(
        "page.html.j2",
        {"percent": _percent, "points": _points},
        report=report,
        results=report.results,
        fewest=FEWEST,
        shown=_FORMS_SHOWN,
        colours={result: plots.COLOURS[result] for result in Result},
        used=[result for result in Result if any(row.counts[result] for row in report.rows)],
        average=averages.fmean(report.shares) if report.shares else None,
        median=averages.median(report.shares) if report.shares else None,
        plots=_plots(report),
    )


def as_tree(report: Report) -> dict[str, Any]:
    """Return the report as plain values.

    Returns:
        ``{"lesson", "points", "students", "handed_in", "shares", "unread", "waiting",
        "reliability", "exercises": [{"name", "title", "points", "results", "difficulty",
        "discrimination", "seconds", "memory_mb"}], "mistakes": [{"exercise", "label", "message",
        "revisit", "count", "lost", "forms"}], "teach_again": [{"exercise", "label"}], "talks":
        [{"student", "name", "reasons"}]}``. An anonymous one has numbers for `unread` and `talks`.
    """
    results = report.results
    everybody = not report.anonymous
    return {
        "lesson": results.lesson,
        "points": results.points,
        "students": len(results.participants),
        "handed_in": len(results.handed_in),
        "shares": sorted(report.shares),
        "unread": list(results.unread) if everybody else len(results.unread),
        "waiting": report.waiting,
        "reliability": asdict(report.reliability),
        "exercises": [_exercise_tree(row) for row in report.rows],
        "mistakes": [_mistake_tree(mistake) for mistake in report.mistakes],
        "teach_again": [
            {"exercise": m.exercise.name, "label": m.label} for m in report.teach_again
        ],
        "talks": _talk_trees(report.talks) if everybody else len(report.talks),
    }


def _exercise_tree(row: ExerciseRow) -> dict[str, Any]:
    return {
        "name": row.exercise.name,
        "title": row.exercise.title,
        "points": row.exercise.points,
        "results": {result.value: n for result, n in row.counts.items()},
        "difficulty": row.difficulty,
        "discrimination": row.discrimination,
        "seconds": row.seconds,
        "memory_mb": row.memory_mb,
    }


def _mistake_tree(mistake: Mistake) -> dict[str, Any]:
    tree = {name: getattr(mistake, name) for name in ("label", "message", "revisit")}
    return {
        "exercise": mistake.exercise.name,
        **tree,
        "count": mistake.count,
        "lost": mistake.lost,
        "forms": [asdict(form) for form in mistake.forms],
    }


def _talk_trees(found: Sequence[Talk]) -> list[dict[str, Any]]:
    return [
        {"student": t.participant.id, "name": t.participant.name, "reasons": list(t.reasons)}
        for t in found
    ]


def _plots(report: Report) -> dict[str, Markup]:
    """Return the pictures that there is something to show in; their text is escaped where drawn."""
    drawn: dict[str, str] = {}
    if report.shares:
        drawn["scores"] = plots.scores(report.shares)
    answered = [(row.exercise, row.counts) for row in report.rows if sum(row.counts.values())]
    if answered:
        drawn["outcomes"] = plots.outcomes(answered)
    timed = [(row.exercise, _seconds(report, row.exercise)) for row in report.rows if row.longest]
    if timed:
        drawn["times"] = plots.times(timed)
    return {name: Markup(svg) for name, svg in drawn.items()}


def _seconds(report: Report, exercise: Exercise) -> list[float]:
    answers = (p.answers.get(exercise.name) for p in report.results.handed_in)
    return [a.use.seconds for a in answers if a is not None and a.use.seconds is not None]


def _percent(share: float | None) -> str:
    return "—" if share is None else f"{share:.0%}".replace("%", " %")


def _points(n: float) -> str:
    return f"{n:.4g} point" if n == 1 else f"{n:.4g} points"
