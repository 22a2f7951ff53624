"""The `check` that students call."""

from __future__ import annotations

import inspect
import sys
import textwrap
from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any

from cnncourse.check.key import ExerciseKey, Key
from cnncourse.check.names import defines
from cnncourse.check.outcome import Outcome
from cnncourse.check.rendering import as_html, as_text
from cnncourse.check.subject import perform
from cnncourse.check.validation import limit_cells, settle, silence, validating
from cnncourse.check.verdict import verdict


def begin(lesson: str, seed: int = 0, *, keras: bool = True) -> Checker:
    """Open a lesson: seed all random generators, set the plot style, return its checker.

    Args:
        lesson: the lesson's name, as its folder is called.
        seed: for Python, NumPy and the Keras backend.
        keras: whether the lesson uses Keras; if not, neither Keras nor its backend is imported.

    Returns:
        The lesson's `Checker`, by custom called ``check``.

    Raises:
        LookupError: there is no such lesson (raised when the first exercise is checked).

    Example:
        >>> check = begin("07_edges")
        >>> check
        <checker of 07_edges>
    """
    from cnncourse import plots, runtime

    if keras:
        runtime.start_backend()
    runtime.seed_everything(seed)
    plots.use_style()
    if validating():
        limit_cells()
    return Checker(lesson)


class Checker:
    """Says at once whether an answer is right and, if not, which misconception it shows.

    Args:
        lesson: the lesson whose key to judge by.
    """

    def __init__(self, lesson: str) -> None:
        self._lesson = lesson

    def __repr__(self) -> str:
        return f"<checker of {self._lesson}>"

    def __call__(self, *objects: Any, **named: Any) -> None:
        """Check functions and classes by themselves, values by name.

        Args:
            objects: functions or classes, ``check(conv2d)``.
            named: values, ``check(n_parameters=n_parameters)``.

        Raises:
            ValueError: nothing was given, or something that is no exercise of this lesson.
            NotRight: nbgrader validates the notebook, and an answer is not right.
        """
        if not objects and not named:
            raise ValueError("Give check the answer to look at: check(name), or check(name=name).")
        namespace = sys._getframe(1).f_globals
        answers = {self._name_of(answer, namespace): answer for answer in objects}
        outcomes = []
        with silence() if validating() else nullcontext():
            for name, answer in {**answers, **named}.items():
                outcomes.append(self.outcome(name, answer, namespace))
                _show(outcomes[-1])
        if validating():
            settle(outcomes)

    def outcome(
        self, name: str, answer: Any, namespace: Mapping[str, Any] | None = None
    ) -> Outcome:
        """Return the outcome of one answer without showing it.

        Args:
            name: the exercise.
            answer: the student's object.
            namespace: the notebook's variables; the answer's cell is looked up there.

        Returns:
            The outcome.

        Raises:
            ValueError: the lesson has no such exercise.
        """
        key = self._exercise(name)
        source, context = sources(name, answer, namespace or {})
        return verdict(key, lambda request: perform({name: answer}, request), source, context)

    def _exercise(self, name: str) -> ExerciseKey:
        exercises = Key.load(self._lesson).exercises
        if name not in exercises:
            known = ", ".join(exercises)
            raise ValueError(
                f"{self._lesson} has no exercise {name!r}; its exercises are: {known}."
            )
        return exercises[name]

    def _name_of(self, answer: Any, namespace: Mapping[str, Any]) -> str:
        """Return the exercise that an object answers, by its name or the variable holding it."""
        exercises = Key.load(self._lesson).exercises
        own = getattr(answer, "__name__", None)
        if isinstance(own, str) and own in exercises:
            return own
        holding = [n for n in exercises if n in namespace and namespace[n] is answer]
        if not holding:
            raise ValueError(
                f"This {type(answer).__name__} is no exercise of {self._lesson}. "
                "Check a value by its name: check(name=name)."
            )
        return holding[0]


def sources(name: str, answer: Any, namespace: Mapping[str, Any]) -> tuple[str | None, list[str]]:
    """Look up the source that an exercise's rule is about.

    Args:
        name: the exercise.
        answer: the student's object.
        namespace: the notebook's variables; IPython keeps the cells run so far in its ``In``.

    Returns:
        The cell that defines the answer and all cells run so far, as far as they can be had.
    """
    cells = [cell for cell in namespace.get("In", ()) if isinstance(cell, str)]
    defining = [cell for cell in cells if defines(cell, name)]
    return defining[-1] if defining else _own_source(answer), cells


def _own_source(answer: Any) -> str | None:
    try:
        return textwrap.dedent(inspect.getsource(answer))
    except (OSError, TypeError):
        return None


def _show(outcome: Outcome) -> None:
    from IPython import get_ipython
    from IPython.display import display

    if get_ipython() is None:
        print(as_text(outcome))
        return
    display({"text/plain": as_text(outcome), "text/html": as_html(outcome)}, raw=True)


__all__ = ["Checker", "begin"]
