"""Kinds of exercise whose answer is a value, or the letters of a quiz."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

import numpy as np

from autograder.exercise.answers import Answer
from autograder.exercise.base import Criterion, Exercise
from autograder.exercise.probed import question
from cnncourse.check.carried import NotAnExpression, names_in
from cnncourse.check.key import KeyProbe

# The base-2 logarithm of what one guess costs. The key that students have is slow by design: 8 MiB
# and 30 to 80 ms a guess (benchmarks/run.py hashes). Nobody can read the judge's.
HARD = 13
EASY = 4


class Value(Exercise):
    """A variable: a number, a shape, a word, or a dictionary of them.

    Attributes:
        expects: ``number``, ``integer``, ``shape``, ``text`` or ``truth``.
        step: for numbers, how far from the right one still counts as right.
        entries: for a dictionary, its keys with what each expects.
        entry_criterion: for a dictionary, the criterion of each key, where it is not its own.
        follows: for an entry that follows from others, its rest: what remains of it when the
            others are taken out, as an expression in entries (`cnncourse.check.carried`); several
            where it follows in several ways. One that only carries on what is wrong in the others
            then counts as right.
    """

    kind = "value"
    expressions = True
    expects: str = "number"
    step: float = 1e-6
    entries: ClassVar[dict[str, str]] = {}
    entry_criterion: ClassVar[dict[str, str]] = {}
    follows: ClassVar[dict[str, str | tuple[str, ...]]] = {}

    def questions_for(self, rng: np.random.Generator) -> Iterator[KeyProbe]:
        """Yield one question for the variable, or one per entry."""
        return self._questions(rng, EASY)

    def visible_questions_for(self, rng: np.random.Generator) -> Iterator[KeyProbe]:
        """Yield the same, with hashes that take long to guess."""
        return self._questions(rng, HARD)

    def _questions(self, rng: np.random.Generator, hardness: int) -> Iterator[KeyProbe]:
        kept: dict[str, Any] = {"step": self.step, "hardness": hardness}
        if not self.entries:
            request = {"op": "read", "name": self.name}
            criteria = {"value": self.criteria[0].key}
            kept |= {"expects": self.expects, "salt": rng.bytes(8).hex()}
            yield question("your value", criteria, request, **kept)
        for entry, expects in self.entries.items():
            request = {"op": "read", "name": self.name, "entry": entry}
            criteria = {"value": self.entry_criterion.get(entry, entry)}
            ways = self.follows.get(entry, ())
            options: dict[str, Any] = (
                {"follows": [ways] if isinstance(ways, str) else list(ways)} if ways else {}
            )
            options |= {"expects": expects, "salt": rng.bytes(8).hex()}
            yield question(f"entry {entry!r}", criteria, request, **kept, **options)

    def problems(self) -> list[str]:
        """Return what is wrong; an entry must follow from other entries."""
        return super().problems() + [
            f"{self.name}: {problem}"
            for entry, ways in self.follows.items()
            for way in ([ways] if isinstance(ways, str) else ways)
            if (problem := _unfollowed(way, entry, self.entries))
        ]


def _unfollowed(way: str, entry: str, entries: Mapping[str, str]) -> str | None:
    """Say what is wrong with the way in which an entry follows from others, or return None."""
    try:
        names = names_in(way)
    except NotAnExpression as error:
        return str(error)
    unknown = sorted((names | {entry}) - set(entries))
    if unknown:
        return f"there is no entry {unknown[0]!r} that {way!r} could follow from"
    if entry not in names or names == {entry}:
        return f"{way!r} is to say what remains of {entry!r} without other entries"
    return None


class Choices(Value):
    """A short quiz: a dictionary from question to the letter of the answer.

    Attributes:
        questions: key → (text, letters with their texts).
        because: key → wrong letter → why it is not that.
        sections: key → the heading of the lesson that explains it, where there is one.
    """

    kind = "choices"
    questions: ClassVar[dict[str, tuple[str, dict[str, str]]]] = {}
    because: ClassVar[dict[str, dict[str, str]]] = {}
    sections: ClassVar[dict[str, str]] = {}

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls.entries = dict.fromkeys(cls.questions, "text")
        cls.criteria = tuple(Criterion(q, 1, f"question {q}") for q in cls.questions)

    @property
    def right(self) -> dict[str, str]:
        """The right letter of each question: the one that needs no reason against it."""
        return {
            q: next((x for x in letters if x not in self.because.get(q, {})), "?")
            for q, (_, letters) in self.questions.items()
        }

    @property
    def answers(self) -> list[Answer]:
        """Letters as students type them, then every wrong letter with its reason."""
        right = self.right
        call = ", ".join(f"{q}={letter!r}" for q, letter in right.items())
        styles = {"dictionary": repr(right), "call": f"dict({call})"}
        for style, form in (
            ("capitals", " {} "),
            ("brackets", "({})"),
            ("dotted", "{}."),
        ):
            styles[style] = repr({q: form.format(x.upper()) for q, x in right.items()})
        accepted = [Answer(k, True, f"as {k}", None, v) for k, v in styles.items()]
        return accepted + [
            Answer(f"{q}_{letter}", False, why, self.sections.get(q), repr({**right, q: letter}))
            for q, letters in self.because.items()
            for letter, why in letters.items()
        ]

    def problems(self) -> list[str]:
        """Return what is wrong; every letter but one must have its reason."""
        found = super().problems()
        for q, (_, letters) in self.questions.items():
            missing = set(letters) - set(self.because.get(q, {}))
            if len(missing) != 1:
                found.append(f"{self.name}: {q} needs a reason for every letter but the right one")
        return found
