"""The `check` that students call."""

from __future__ import annotations

import difflib
import inspect
import sys
import textwrap
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

from cnncourse.check.cell_history import not_run
from cnncourse.check.earlier import with_causes
from cnncourse.check.key import ExerciseKey, Key
from cnncourse.check.names import defines
from cnncourse.check.outcome import Outcome
from cnncourse.check.rendering import as_html, as_text
from cnncourse.check.subject import perform
from cnncourse.check.validation import limit_cells, settle, silence, validating
from cnncourse.check.verdict import verdict
from cnncourse.check.watching import Stopped, Watch
from cnncourse.start import record

# What stands for an answer of which only the name was given, and which nobody has defined.
_UNDEFINED = object()


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
            objects: functions or classes, ``check(conv2d)``, or exercises' names.
            named: values, ``check(n_parameters=n_parameters)``.

        Raises:
            ValueError: nothing was given, or something that is no exercise of this lesson.
            Stopped: the student interrupted the check; without IPython, SystemExit.
            NotRight: nbgrader validates the notebook, and an answer is not right.
        """
        if not objects and not named:
            raise ValueError("Give check the answer to look at: check(name), or check(name=name).")
        namespace = sys._getframe(1).f_globals
        answers = dict(self._answer(given, namespace) for given in objects)
        outcomes = []
        try:
            with silence() if validating() else nullcontext():
                for name, answer in {**answers, **named}.items():
                    outcomes.append(self.outcome(name, answer, namespace))
                    _show(outcomes[-1])
                    if not validating():
                        record.keep(self._lesson, outcomes[-1])
        except Stopped as stopped:
            if _in_ipython():
                raise
            raise SystemExit(str(stopped)) from None
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
        there = namespace or {}
        found, source = self._judged(name, answer, there)

        def outcome_of(earlier: str) -> Outcome | None:
            return self._judged(earlier, there[earlier], there)[0] if earlier in there else None

        return with_causes(found, source, Key.load(self._lesson).exercises, outcome_of)

    def _judged(
        self, name: str, answer: Any, namespace: Mapping[str, Any]
    ) -> tuple[Outcome, str | None]:
        """Return the outcome of one answer by itself, and the source of its cell."""
        key = self._exercise(name)
        source, context = sources(name, answer, namespace)
        answers = {} if answer is _UNDEFINED else {name: answer}
        watch = Watch(key)
        with watch():
            ask = watch.asking(lambda request: perform(answers, request))
            found = verdict(key, ask, source, context)
        notes = (*not_run(name, namespace), *found.notes, *watch.notes)
        return replace(found, notes=notes), source

    def _exercise(self, name: str) -> ExerciseKey:
        exercises = Key.load(self._lesson).exercises
        if name not in exercises:
            near = difflib.get_close_matches(name, exercises, n=3)
            known = (
                f"did you mean {_either(near)}?"
                if near
                else (f"its exercises are: {', '.join(exercises)}.")
            )
            raise ValueError(f"{self._lesson} has no exercise {name!r}; {known}")
        return exercises[name]

    def _answer(self, given: Any, namespace: Mapping[str, Any]) -> tuple[str, Any]:
        """Return the exercise that an object answers, and the answer; a text is its name."""
        if isinstance(given, str) and not self._holding(given, namespace):
            return self._exercise(given).name, namespace.get(given, _UNDEFINED)
        return self._name_of(given, namespace), given

    def _name_of(self, answer: Any, namespace: Mapping[str, Any]) -> str:
        """Return the exercise that an object answers, by its name or the variable holding it."""
        exercises = Key.load(self._lesson).exercises
        own = getattr(answer, "__name__", None)
        if isinstance(own, str) and own in exercises:
            return own
        holding = self._holding(answer, namespace)
        if holding:
            return holding[0]
        near = difflib.get_close_matches(own, exercises, n=3) if isinstance(own, str) else []
        raise ValueError(
            f"This {type(answer).__name__} is no exercise of {self._lesson}. "
            + (f"Did you mean {_either(near)}? " if near else "")
            + "Check a value by its name: check(name=name)."
        )

    def _holding(self, answer: Any, namespace: Mapping[str, Any]) -> list[str]:
        exercises = Key.load(self._lesson).exercises
        return [n for n in exercises if n in namespace and namespace[n] is answer]


def _either(names: list[str]) -> str:
    return " or ".join(map(repr, names))


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


def _in_ipython() -> bool:
    from IPython import get_ipython

    return get_ipython() is not None


def _show(outcome: Outcome) -> None:
    from IPython.display import display

    if not _in_ipython():
        print(as_text(outcome))
        return
    display({"text/plain": as_text(outcome), "text/html": as_html(outcome)}, raw=True)


__all__ = ["Checker", "begin"]
