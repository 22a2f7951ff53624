"""What the next misconceptions of a lesson should be, from what a class did.

Refused answers that no known mistake explains are put together where they are the same code but for
names, or failed in the same way; the most frequent come first. Where one is a small change of the
lesson's solution, so is the wrong answer that would name it.
"""

from __future__ import annotations

import difflib
import io
import itertools
import tokenize
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from autograder.exercise import Exercise
from autograder.exercise.changes import ChangeFault, changed, undocumented
from autograder.grading.normal_form import normal_form, own_names, renamed
from autograder.grading.unexplained import ClassAnswers, Unexplained
from cnncourse.check.source import parse
from cnncourse.check.text import printable

_MOST_PLACES = 3
_LEAST_LIKENESS = 0.5  # of the tokens; below it, a change is another answer
_WIDTH = 96
_LONGEST = 20_000
_MOST_LINES = 40
_LONGEST_LINE = 160
_LAYOUT = {
    tokenize.NEWLINE: "end of line",
    tokenize.INDENT: "indent",
    tokenize.DEDENT: "dedent",
}
# Start and end of a change among a text's tokens, and its counterpart's.
_Place = tuple[int, int, int, int]


@dataclass(frozen=True)
class Proposal:
    """A mistake that students made and that has no name yet.

    Args:
        exercise: the exercise's name.
        count: how many students made it.
        state: the outcome's state, such as ``wrong values``.
        message: what they read first.
        lost: the criteria that it costs.
        example: the code of one of them, fit to be printed.
        skeleton: the declaration that would name it; None where it is no small change.
    """

    exercise: str
    count: int
    state: str
    message: str
    lost: tuple[str, ...]
    example: tuple[str, ...]
    skeleton: str | None


def proposals(answers: Sequence[Unexplained], specs: Sequence[Exercise]) -> list[Proposal]:
    """Group a class's unexplained answers.

    Args:
        answers: what `unexplained` found.
        specs: the lesson's exercises.

    Returns:
        A proposal per mistake: by exercise, in the order of the lesson; the most frequent first.
    """
    found = []
    for spec in specs:
        own = [answer for answer in answers if answer.exercise == spec.name]
        for group in sorted(_alike(own), key=len, reverse=True):
            found.append(_proposal(spec, group))
    return found


def as_tree(lesson: str, read: ClassAnswers, found: Sequence[Proposal]) -> dict[str, Any]:
    """Return the report as plain values.

    Returns:
        ``{"lesson", "notebooks", "unreadable", "proposals": [{"exercise", "count", "state",
        "message", "lost", "example", "skeleton"}]}``.
    """
    return {
        "lesson": lesson,
        "notebooks": read.notebooks,
        "unreadable": read.unreadable,
        "proposals": [asdict(proposal) for proposal in found],
    }


def _alike(answers: Sequence[Unexplained]) -> list[list[Unexplained]]:
    """Put answers together that share their code or what was seen of them, directly or not."""
    groups: list[tuple[set[Any], list[Unexplained]]] = []
    for answer in answers:
        marks = {
            normal_form(answer.source, answer.exercise),
            (answer.state, answer.message, answer.details[:1], answer.lost),
        }
        members = [answer]
        others = []
        for group in groups:
            if group[0] & marks:
                marks |= group[0]
                members = group[1] + members
            else:
                others.append(group)
        groups = [*others, (marks, members)]
    return [members for _, members in groups]


def _proposal(spec: Exercise, group: Sequence[Unexplained]) -> Proposal:
    """Describe a group by the answer in it that is the smallest change, else by its first."""
    skeletons = [skeleton(spec.reference or "", answer.source, spec.name) for answer in group]
    best = next((i for i, text in enumerate(skeletons) if text), 0)
    example = group[best]
    return Proposal(
        spec.name,
        len(group),
        example.state,
        example.message,
        example.lost,
        _shown(example.source),
        skeletons[best],
    )


def _shown(source: str) -> tuple[str, ...]:
    """The lines of a student's code without comments, which may hold a name; bounded."""
    lines = (_uncommented(source) or source[:_LONGEST]).split("\n")
    cut = [printable(line, _LONGEST_LINE) for line in lines if line.strip()]
    return (*cut[:_MOST_LINES], *(["…"] if len(cut) > _MOST_LINES else []))


def _uncommented(source: str) -> str | None:
    """A cell without comments and docstrings; None if it cannot be read."""
    try:
        parse(source)  # which takes any text, and warns of nothing
        found = list(_read(source))
        lines = source.split("\n")
        for token in found:
            if token.type == tokenize.COMMENT:
                row, column = token.start
                lines[row - 1] = lines[row - 1][:column].rstrip()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an invalid escape is the student's business
            return undocumented("\n".join(lines))
    except SyntaxError:
        return None


def skeleton(reference: str, source: str, name: str) -> str | None:
    """Write an answer as a wrong answer of a specification.

    Args:
        reference: the lesson's solution, without docstrings.
        source: a student's cell.
        name: the exercise.

    Returns:
        A declaration to be completed; None where the two differ in more than three places.

    Example:
        >>> print(skeleton("def f(x):\\n    return 2 * x", "def f(a):\\n    return 3 * a", "f"))
        name = wrong("…", change={"2": "3"})
    """
    try:
        mine = _uncommented(source)
        if mine is None or not reference:
            return None
        names = own_names(mine, name), own_names(reference, name)
        if len(names[0]) == len(names[1]):
            mine = renamed(mine, dict(zip(*names, strict=True)))
        change = _change(reference, mine)
        if change is None:
            return None
        made = changed(reference, change.items())
    except (SyntaxError, ChangeFault):
        return None
    if normal_form(made, name) != normal_form(source, name):
        return None
    return _declaration(change)


def _declaration(change: dict[str, str]) -> str:
    pairs = [f"{_quoted(old)}: {_quoted(new)}" for old, new in change.items()]
    line = f'name = wrong("…", change={{{", ".join(pairs)}}})'
    if len(line) <= _WIDTH:
        return line
    rows = "".join(f"        {pair},\n" for pair in pairs)
    return f'name = wrong(\n    "…",\n    change={{\n{rows}    }},\n)'


def _quoted(text: str) -> str:
    """A text as Python writes it; nothing in it moves a cursor."""
    shown = repr(text)
    return f'"{shown[1:-1]}"' if shown[0] == "'" and '"' not in text else shown


def _change(reference: str, mine: str) -> dict[str, str] | None:
    """The texts of a reference to be replaced, each with what stands there instead."""
    a, b = _Text(reference), _Text(mine)
    matcher = difflib.SequenceMatcher(None, a.words, b.words, autojunk=False)
    codes = matcher.get_opcodes()
    if matcher.ratio() < _LEAST_LIKENESS:
        return None
    if sum(code[0] != "equal" for code in codes) > _MOST_PLACES:
        return None
    found = {}
    for place, (kind, *edges) in enumerate(codes):
        if kind != "equal":
            left = codes[place - 1] if place else ("", 0, 0, 0, 0)
            right = codes[place + 1] if place + 1 < len(codes) else ("", 0, 0, 0, 0)
            room = (left[2] - left[1], right[2] - right[1])
            pair = next(_widened(a, b, (edges[0], edges[1], edges[2], edges[3]), room), None)
            if pair is None:
                return None
            found[pair[0]] = pair[1]
    return found or None


def _widened(a: _Text, b: _Text, place: _Place, room: tuple[int, int]) -> Iterator[tuple[str, str]]:
    """Yield a place's texts with so much around them that the old one stands there but once."""
    for total in range(sum(room) + 1):
        for left in range(min(total, room[0]) + 1):
            right = total - left
            if right <= room[1]:
                old = a.between(place[0] - left, place[1] + right)
                if old.strip() and a.source.count(old) == 1:
                    yield old, b.between(place[2] - left, place[3] + right)


class _Text:
    """Source code and its tokens."""

    def __init__(self, source: str) -> None:
        self.source = source
        skipped = (tokenize.COMMENT, tokenize.NL, tokenize.ENDMARKER)
        self._tokens = [token for token in _read(source) if token.type not in skipped]
        self.words = [_LAYOUT.get(token.type, token.string) for token in self._tokens]
        lengths = (len(line) + 1 for line in source.split("\n"))
        self._starts = [0, *itertools.accumulate(lengths)]

    def between(self, first: int, last: int) -> str:
        """The text from a token up to another, which is not part of it; empty if there is none."""
        if first >= last:
            return ""
        start, end = self._tokens[first].start, self._tokens[last - 1].end
        return self.source[
            self._starts[start[0] - 1] + start[1] : self._starts[end[0] - 1] + end[1]
        ]


def _read(source: str) -> Iterator[tokenize.TokenInfo]:
    """Yield a cell's tokens.

    Raises:
        SyntaxError: it cannot be read, or is too long to be looked at.
    """
    if len(source) > _LONGEST:
        raise SyntaxError("too long")
    try:
        yield from tokenize.generate_tokens(io.StringIO(source).readline)
    except tokenize.TokenError as error:
        raise SyntaxError(str(error)) from None
