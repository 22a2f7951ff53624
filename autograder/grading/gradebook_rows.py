"""Write what was judged into nbgrader's database, through its models: many students at once.

What nbgrader's Autograde does for one student in some twenty transactions is done here for many in
one: student, submission, grades, comments, late penalty. What people gave by hand is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from nbgrader import api
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy import select
from sqlalchemy.orm import Session, load_only
from traitlets.config import Config

from autograder.grading.row import Row, Standing


@dataclass(frozen=True)
class Entry:
    """One student's part of a transaction.

    Args:
        student: the student's id.
        row: what the judge says.
        handed_in: when, in UTC; None to leave what is on record.
        again: it was judged anew: points given by hand are to be looked at again.
    """

    student: str
    row: Row
    handed_in: datetime | None = None
    again: bool = True


@dataclass(frozen=True)
class _Cells:
    """A notebook of the assignment: its name, and the ids of its cells by their names."""

    id: str
    name: str
    graded: dict[str, str]
    commented: dict[str, str]

    @classmethod
    def of(cls, notebook: Any) -> _Cells:
        tasks = notebook.task_cells
        return cls(
            notebook.id,
            notebook.name,
            {cell.name: cell.id for cell in [*notebook.grade_cells, *tasks]},
            {cell.name: cell.id for cell in [*notebook.solution_cells, *tasks]},
        )


class GradebookRows:
    """The rows of one lesson.

    Args:
        gradebook: nbgrader's, open.
        lesson: the lesson's name, which its assignment and notebook have as well.
        config: nbgrader's; it names the plugin for late penalties.
        settling: steps that settle what the penalties hang on: each has a method ``settle`` of the
            gradebook and the students, which may commit.
    """

    def __init__(
        self, gradebook: api.Gradebook, lesson: str, config: Config, settling: Sequence[Any] = ()
    ) -> None:
        self._gradebook = gradebook
        self._session: Session = gradebook.db
        self._settling = settling
        assignment = self._session.scalars(select(api.Assignment).filter_by(name=lesson)).one()
        self._assignment = assignment.id
        self._notebooks = [_Cells.of(notebook) for notebook in assignment.notebooks]
        self._own = next(n for n in self._notebooks if n.name == lesson)
        # A plugin may ask its parent for what nbgrader's own step knows.
        self._late = AssignLatePenalties(config=config)
        self._late.gradebook = gradebook
        self._late.assignment_id = self._late.notebook_id = lesson
        self._late.init_plugin()

    def write(self, rows: Iterable[Entry]) -> dict[str, Standing]:
        """Write rows, and commit.

        Args:
            rows: one per student.

        Returns:
            Student → what the gradebook holds now.
        """
        entries = {entry.student: entry for entry in rows}
        submissions = self._submissions(entries)
        ids = [notebook.id for _, notebook in submissions.values()]
        grades = self._found(api.Grade, self._own.graded, ids)
        comments = self._found(api.Comment, self._own.commented, ids)
        found: dict[str, Standing] = {}
        for student, entry in entries.items():
            submission, notebook = submissions[student]
            if entry.handed_in is not None:
                submission.timestamp = entry.handed_in
            remarks, marks = [], []
            for name, text in entry.row.comments.items():
                comment = comments[notebook.id, self._own.commented[name]]
                comment.auto_comment = text
                remarks.append((name, comment))
            for name, score in entry.row.scores.items():
                grade = grades[notebook.id, self._own.graded[name]]
                _give(grade, score, entry.again)
                marks.append((name, grade))
            found[student] = _standing(marks, remarks)
        self._session.flush()
        for step in self._settling:
            step.settle(self._gradebook, list(entries))
        standings = {}
        for student, (submission, notebook) in submissions.items():
            penalty = self._penalty(submission, student, found[student].score)
            notebook.late_submission_penalty = penalty
            standings[student] = replace(
                found[student], penalty=penalty or 0.0, due=_due(submission)
            )
        self._session.commit()
        return standings

    def _submissions(self, students: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
        """Return each student's submission and notebook; they are made where they are missing."""
        kept = self._session.scalars(
            select(api.Student.id).where(api.Student.id.in_(list(students)))
        )
        known = set(kept)
        self._session.add_all(api.Student(id=name) for name in students if name not in known)
        found = self._session.execute(
            select(api.SubmittedAssignment, api.SubmittedNotebook)
            .join(
                api.SubmittedNotebook,
                api.SubmittedNotebook.assignment_id == api.SubmittedAssignment.id,
            )
            .where(
                api.SubmittedAssignment.assignment_id == self._assignment,
                api.SubmittedAssignment.student_id.in_(list(students)),
                api.SubmittedNotebook.notebook_id == self._own.id,
            )
        )
        submissions = {s.student_id: (s, notebook) for s, notebook in found}
        for name in students:
            if name not in submissions:
                submissions[name] = self._new_submission(name)
        self._session.flush()
        return submissions

    def _new_submission(self, student: str) -> tuple[Any, Any]:
        """Mirror the whole assignment, as nbgrader's `add_submission` does."""
        submission = api.SubmittedAssignment(
            id=api.new_uuid(), assignment_id=self._assignment, student_id=student
        )
        new: list[Any] = [submission]
        own = None
        for notebook in self._notebooks:
            handed_in = api.SubmittedNotebook(
                id=api.new_uuid(), notebook_id=notebook.id, assignment_id=submission.id
            )
            own = handed_in if notebook is self._own else own
            new.append(handed_in)
            for model, cells in ((api.Grade, notebook.graded), (api.Comment, notebook.commented)):
                new += [model(cell_id=cell, notebook_id=handed_in.id) for cell in cells.values()]
        self._session.add_all(new)
        return submission, own

    def _found(
        self, model: Any, cells: Mapping[str, str], notebooks: list[str]
    ) -> dict[tuple[str, str], Any]:
        """Return the grades or comments of notebooks, by notebook and cell."""
        # By the index that there is; what nbgrader computes from other tables is not asked for.
        own = [column for column in model.__mapper__.column_attrs if column.key in _KEPT]
        found = self._session.scalars(
            select(model)
            .options(load_only(*(getattr(model, column.key) for column in own)))
            .where(model.cell_id.in_(list(cells.values())), model.notebook_id.in_(notebooks))
        )
        return {(one.notebook_id, one.cell_id): one for one in found}

    def _penalty(self, submission: Any, student: str, score: float) -> float | None:
        late = submission.total_seconds_late if _due(submission) else 0
        if late <= 0:
            return None
        self._late.student_id = student
        penalty = self._late.plugin_inst.late_submission_penalty(student, score, late)
        return None if penalty is None else min(max(penalty, 0), score)


_KEPT = {
    *("id", "cell_id", "notebook_id", "auto_score", "manual_score", "extra_credit"),
    *("needs_manual_grade", "auto_comment", "manual_comment"),
}


def _give(grade: Any, score: float | None, again: bool) -> None:
    """Give a grade the judge's score; what a person gave stays, and is to be looked at again."""
    changed, grade.auto_score = grade.auto_score != score, score
    if grade.manual_score is None:
        grade.needs_manual_grade = score is None
    elif again or changed:
        grade.needs_manual_grade = True


def _due(submission: Any) -> datetime | None:
    # nbgrader adds an extension to the date whether there is one or not.
    return submission.duedate if submission.assignment.duedate else None


def _standing(marks: list[tuple[str, Any]], remarks: list[tuple[str, Any]]) -> Standing:
    by_hand = any(
        given is not None
        for given in (
            *(given for _, grade in marks for given in (grade.manual_score, grade.extra_credit)),
            *(comment.manual_comment for _, comment in remarks),
        )
    )
    told = {name: comment.manual_comment or comment.auto_comment for name, comment in remarks}
    return Standing(
        {name: _total(grade) for name, grade in marks},
        comments={name: text for name, text in told.items() if text},
        by_hand=by_hand,
        waiting=tuple(n for n, g in marks if g.auto_score is None and g.manual_score is None),
    )


def _total(grade: Any) -> float:
    given = grade.manual_score if grade.manual_score is not None else grade.auto_score
    return (given or 0.0) + (grade.extra_credit or 0.0)
