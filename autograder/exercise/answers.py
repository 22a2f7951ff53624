"""Accepted and wrong answers, kept as students would write them."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, overload


@dataclass(frozen=True)
class Answer:
    """One answer that a student might give.

    Args:
        id: the name it has in its exercise's class; a wrong answer's is the misconception's.
        right: whether it is to be accepted.
        label: an accepted answer's style, or a wrong one's message.
        revisit: heading of the lesson to go back to.
        body: the function or class that is the answer, or an expression or cell as text.
        symptom: for trained models, the symptom by which the mistake is recognised.
    """

    id: str
    right: bool
    label: str
    revisit: str | None
    body: Callable[..., Any] | str
    symptom: str | None = None

    def cell(self, name: str, *, expression: bool) -> str:
        """Return the answer as the source of the exercise's cell.

        Args:
            name: the exercise, which the function, class or variable must be called.
            expression: whether a text is an expression to assign, not a whole cell.

        Returns:
            Source code that defines ``name``.

        Example:
            >>> Answer("a", True, "a list", None, "[1, 2]").cell("shape", expression=True)
            'shape = [1, 2]'
        """
        if isinstance(self.body, str):
            text = textwrap.dedent(self.body).strip("\n")
            return f"{name} = {text}" if expression else text
        return _renamed(_dedented(inspect.getsource(self.body)), self.body.__name__, name)


def _dedented(source: str) -> str:
    """A nested definition at the left margin, whatever stands in its strings of several lines."""
    margin = source[: len(source) - len(source.lstrip())]
    return "\n".join(line.removeprefix(margin) for line in source.splitlines())


def _renamed(source: str, old: str, new: str) -> str:
    """The definition without its decorator lines, under another name wherever it says its own."""
    definition = ast.parse(source).body[0]
    if not isinstance(definition, (ast.FunctionDef, ast.ClassDef)):
        raise TypeError(f"The answer {old!r} is neither a function nor a class.")
    lines = [line.encode() for line in source.splitlines()]  # ast counts in bytes
    word = 4 if isinstance(definition, ast.FunctionDef) else 6  # after "def " or "class "
    places = {(definition.lineno, definition.col_offset + word)} | {
        (node.lineno, node.col_offset)
        for node in ast.walk(definition)
        if isinstance(node, ast.Name) and node.id == old
    }
    for row, column in sorted(places, reverse=True):
        before, rest = lines[row - 1][:column], lines[row - 1][column:]
        if rest.startswith(old.encode()):  # places in f-strings are wrong before Python 3.12
            lines[row - 1] = before + new.encode() + rest[len(old.encode()) :]
    return b"\n".join(lines[definition.lineno - 1 :]).decode()


class _Declared:
    """An answer before its class gives it a name."""

    def __init__(self, right: bool, label: str, revisit: str | None, symptom: str | None) -> None:
        self._about: dict[str, Any] = {
            "right": right,
            "label": label,
            "revisit": revisit,
            "symptom": symptom,
        }
        self._body: Any = None

    def __call__(self, body: Callable[..., Any] | str) -> Any:
        self._body = body
        return self

    def named(self, identifier: str) -> Answer:
        """Return the answer under the name its class gave it."""
        return Answer(identifier, body=self._body, **self._about)


@overload
def accepted(label: str) -> Callable[[Any], Any]: ...
@overload
def accepted(label: str, *, source: str) -> Any: ...
def accepted(label: str, *, source: str | None = None) -> Any:
    """Declare an answer that must be accepted.

    Args:
        label: its style, in words.
        source: the answer as text, where it is not the function or class decorated.

    Returns:
        A decorator, or the declaration where ``source`` is given.
    """
    declared = _Declared(True, label, None, None)
    return declared if source is None else declared(source)


def wrong(
    message: str,
    *,
    revisit: str | None = None,
    source: str | None = None,
    symptom: str | None = None,
) -> Any:
    """Declare an answer that must be refused, with its message.

    Args:
        message: what the student did and which idea it confuses; never the solution.
        revisit: heading of the lesson to go back to.
        source: the answer as text, where it is not the function or class decorated.
        symptom: for trained models, the symptom by which it is recognised.

    Returns:
        A decorator, or the declaration where ``source`` is given.
    """
    declared = _Declared(False, message, revisit, symptom)
    return declared if source is None else declared(source)
