"""Accepted and wrong answers, and near misses, kept as students would write them."""

from __future__ import annotations

import ast
import inspect
import sys
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from autograder.exercise.changes import ChangeFault, changed, compiles


class Faulty(Exception):
    """A specification that cannot be what its author meant.

    Args:
        sentence: what is wrong and what to do about it.
        line: its line in the author's file; None where only the class is known.
    """

    def __init__(self, sentence: str, line: int | None = None) -> None:
        self.sentence = sentence
        self.line = line
        super().__init__(sentence)


@dataclass(frozen=True)
class Answer:
    """One answer that a student might give.

    Args:
        id: the name it has in its exercise's class; a wrong answer's is the misconception's.
        right: whether it is to be accepted.
        label: an accepted answer's style, or a wrong one's message.
        revisit: heading of the lesson to go back to.
        body: the function or class that is the answer, or an expression or cell as text; None
            where the answer is a change.
        symptom: for trained models, the symptom by which the mistake is recognised.
        change: for an answer written as a difference, old text → new text.
        of: the accepted answer that is changed; None for the lesson's own solution.
        raises: the exception by which a mistake shows that does nothing but raise one.
        line: where it is declared, in the author's file.
        unlike: for a near miss, the wrong answers whose message it must not be told.
    """

    id: str
    right: bool
    label: str
    revisit: str | None
    body: Callable[..., Any] | str | None
    symptom: str | None = None
    change: tuple[tuple[str, str], ...] = ()
    of: Answer | None = None
    raises: type[Exception] | None = None
    line: int = 0
    unlike: tuple[str, ...] = ()

    def cell(self, name: str, *, expression: bool, reference: str | None = None) -> str:
        """Return the answer as the source of the exercise's cell.

        Args:
            name: the exercise, which the function, class or variable must be called.
            expression: whether a text is an expression to assign, not a whole cell.
            reference: the lesson's solution, which a change may start from.

        Returns:
            Source code that defines ``name``.

        Raises:
            Faulty: a text to be changed does not occur exactly once, or what comes out is no
                Python.

        Example:
            >>> Answer("a", True, "a list", None, "[1, 2]").cell("shape", expression=True)
            'shape = [1, 2]'
        """
        if self.change:
            return self._changed(name, expression, reference)
        if isinstance(self.body, str):
            text = textwrap.dedent(self.body).strip("\n")
            return f"{name} = {text}" if expression else text
        assert self.body is not None  # an answer is a change or has a body
        return _renamed(_dedented(inspect.getsource(self.body)), self.body.__name__, name)

    def _changed(self, name: str, expression: bool, reference: str | None) -> str:
        if self.of is not None:
            base = self.of.cell(name, expression=expression, reference=reference)
        elif reference is not None:
            base = reference
        else:
            raise Faulty(f"{self.id!r} changes the lesson's solution, which is not known here.")
        try:
            return compiles(changed(base, self.change))
        except ChangeFault as fault:
            what = "the lesson's solution" if self.of is None else f"the answer {self.of.id!r}"
            raise Faulty(f"{self.id!r} is a change to {what}: {fault}", self.line) from None


def _dedented(source: str) -> str:
    """Return a nested definition at the left margin, its strings of several lines unharmed."""
    margin = source[: len(source) - len(source.lstrip())]
    return "\n".join(line.removeprefix(margin) for line in source.splitlines())


def _renamed(source: str, old: str, new: str) -> str:
    """Return a definition without its decorators, renamed wherever it says its own name."""
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


class Declared:
    """An answer that its class has not given a name yet.

    Args:
        about: the fields of `Answer` that its author stated.
    """

    def __init__(self, **about: Any) -> None:
        self._about = about
        self._of: Declared | None = about.pop("of", None)
        self._unlike: tuple[Any, ...] | None = about.pop("unlike", None)
        self._body: Any = None
        self.line: int = about["line"]

    def __call__(self, body: Callable[..., Any] | str) -> Declared:
        """Take the function, class or text that is the answer."""
        self._body = body
        return self

    def named(self, identifier: str, known: Mapping[Declared, Answer]) -> Answer:
        """Return the answer under the name its class gave it.

        Args:
            identifier: the name.
            known: the answers that the class declared above this one.
        """
        of = None
        if self._of is not None:
            of = known.get(self._of)
            near = self._unlike is not None
            if of is None or not (of.right or (near and not of.unlike)):
                kind = "an accepted or a wrong" if near else "an accepted"
                raise Faulty(
                    f"{identifier!r}: `of` must be {kind} answer that stands above it in the "
                    "same class.",
                    self.line,
                )
        unlike = tuple(self._mistake(identifier, known, m) for m in self._unlike or ())
        return Answer(identifier, body=self._body, of=of, unlike=unlike, **self._about)

    def _mistake(self, identifier: str, known: Mapping[Declared, Answer], mistake: Any) -> str:
        found = known.get(mistake) if isinstance(mistake, Declared) else None
        if found is None or found.right or found.unlike:
            raise Faulty(
                f"{identifier!r}: `unlike` must be a wrong answer that stands above it in the same "
                "class, or a tuple of them.",
                self.line,
            )
        return found.id


def accepted(label: str, *, source: str | None = None) -> Any:
    """Declare an answer that must be accepted.

    Args:
        label: its style, in words.
        source: the answer as text, where it is not the function or class decorated.

    Returns:
        A decorator, or the declaration where ``source`` is given.
    """
    declared = Declared(right=True, label=label, revisit=None, line=_caller())
    return declared if source is None else declared(source)


def wrong(
    message: str,
    *,
    change: Mapping[str, str] | None = None,
    of: Any = None,
    source: str | None = None,
    revisit: str | None = None,
    symptom: str | None = None,
    raises: type[Exception] | None = None,
) -> Any:
    """Declare an answer that must be refused, with its message.

    The mistake is best written as a change: what stands in a right answer, and what the student
    has in its place. Where it is another way of thinking, decorate the function that a student
    would write.

    Args:
        message: what the student did and which idea it confuses; never the solution.
        change: old text → new text; each old one occurs exactly once in what is changed.
        of: the accepted answer of the same class to change; the lesson's solution if None.
        source: the whole answer as text.
        revisit: heading of the lesson to go back to.
        symptom: for trained models, the symptom by which it is recognised.
        raises: the exception, where the mistake shows by nothing but a name, an attribute, an
            import or a syntax that Python does not find.

    Returns:
        The declaration; a decorator where neither ``change`` nor ``source`` is given.
    """
    about = {"label": message, "revisit": revisit, "symptom": symptom, "raises": raises}
    return _refused(change, of, source, about | {"line": _caller()})


def near_miss(
    what: str,
    *,
    unlike: Any,
    change: Mapping[str, str] | None = None,
    of: Any = None,
    source: str | None = None,
) -> Any:
    """Declare an answer close to a mistake that is wrong too, but must not be taken for it.

    It stands in no key: the audit alone judges it. It must be refused, and must not be told the
    message of any mistake in ``unlike``.

    Args:
        what: what it does, for the next author; no student reads it.
        unlike: the wrong answer of the same class that it is close to, or a tuple of them.
        change: old text → new text; each old one occurs exactly once in what is changed.
        of: the accepted or wrong answer of the same class to change; the lesson's solution if
            None.
        source: the whole answer as text.

    Returns:
        The declaration; a decorator where neither ``change`` nor ``source`` is given.
    """
    line = _caller()
    mistakes = unlike if isinstance(unlike, tuple) else (unlike,)
    if not mistakes:
        raise Faulty("`unlike` names no wrong answer: say which one this is close to.", line)
    about = {"label": what, "revisit": None, "unlike": mistakes, "line": line}
    return _refused(change, of, source, about)


def _refused(
    change: Mapping[str, str] | None, of: Any, source: str | None, about: dict[str, Any]
) -> Any:
    """Return the declaration of an answer that is not right."""
    if change is not None and (source is not None or not change):
        raise Faulty(
            "A wrong answer is a change of something, or a source: give one.", about["line"]
        )
    if of is not None and change is None:
        raise Faulty("`of` says what `change` starts from; there is no change here.", about["line"])
    declared = Declared(right=False, change=tuple((change or {}).items()), of=of, **about)
    if change is not None:
        return declared
    return declared if source is None else declared(source)


def _caller() -> int:
    """Return the line from which `accepted`, `wrong` or `near_miss` was called."""
    return sys._getframe(2).f_lineno
