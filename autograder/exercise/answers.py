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
        return _renamed(textwrap.dedent(inspect.getsource(self.body)), self.body.__name__, name)


def _renamed(source: str, old: str, new: str) -> str:
    """The definition without its decorators, under another name."""
    tree = ast.parse(source)
    definition = tree.body[0]
    if not isinstance(definition, (ast.FunctionDef, ast.ClassDef)):
        raise TypeError(f"{old} is neither a function nor a class.")
    lines = source.splitlines()[definition.lineno - 1 :]
    if isinstance(definition, ast.ClassDef):
        # The class is renamed wherever it speaks of itself, in super(Block, self) for instance.
        for node in ast.walk(tree):
            if isinstance(node, ast.Name) and node.id == old:
                node.id = new
        definition.name, definition.decorator_list = new, []
        return ast.unparse(definition)
    lines[0] = lines[0].replace(f"def {old}(", f"def {new}(", 1)
    return "\n".join(lines)


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
