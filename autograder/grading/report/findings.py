"""What a class's results come to: mistakes by frequency, what to teach again, who needs a talk."""

from __future__ import annotations

import re
import statistics as averages
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pygments.lexers import PythonLexer
from pygments.token import Comment, String

from autograder.grading.normal_form import normal_form
from autograder.grading.plain_text import plain
from autograder.grading.report.data import Answer, ClassResults, Exercise, Participant, Result
from autograder.grading.report.statistics import FEWEST
from cnncourse.check.relations import GENERAL

_TAUGHT_AGAIN = 3
_FEW = 0.5  # share of the points below which a student's score is low
_WORSE = 0.25  # and how far below a student's own earlier scores it is a bad day
_LINES, _COLUMNS = 14, 110
_SHORTEST_NAME = 3
_READ = 20_000  # characters of an answer; what is shown stands in the first of them
_REFUSED = (Result.PARTLY, Result.WRONG)
_MASK = "▮▮▮"


@dataclass(frozen=True)
class Form:
    """Answers that differ in nothing but names and form.

    Args:
        count: how many students gave it.
        source: one of them, without comments and docstrings, shortened.
        message: what its student read first.
    """

    count: int
    source: str
    message: str


@dataclass(frozen=True)
class Mistake:
    """What several students got wrong in one exercise, for one known reason or none.

    Args:
        exercise: where.
        label: the misconception in words; None where nothing is known.
        message: what its students read; empty where nothing is known.
        revisit: heading of the lesson to go back to.
        count: how many students made it.
        lost: points that it cost all of them together.
        forms: what they wrote, the most frequent first.
    """

    exercise: Exercise
    label: str | None
    message: str
    revisit: str | None
    count: int
    lost: float
    forms: tuple[Form, ...]


@dataclass(frozen=True)
class Talk:
    """A student to talk to, and why."""

    participant: Participant
    reasons: tuple[str, ...]


def mistakes(results: ClassResults) -> list[Mistake]:
    """Return the mistakes of a class.

    Args:
        results: the class.

    Returns:
        By exercise, in the lesson's order; in each the most frequent first, what nothing is known
        of last. Answers that a person gave all points are right, whatever the judge said.
    """
    found = []
    for exercise in results.exercises:
        named: dict[str | None, list[tuple[Participant, Answer]]] = defaultdict(list)
        for participant in results.handed_in:
            answer = participant.answers.get(exercise.name)
            if answer is not None and answer.result in _REFUSED and answer.verdict is not None:
                named[answer.verdict.misconception].append((participant, answer))
        of_exercise = [_mistake(exercise, name, made) for name, made in named.items()]
        found += sorted(of_exercise, key=lambda m: (m.label is None, -m.count, m.label or ""))
    return found


def teach_again(found: Sequence[Mistake], students: int) -> list[Mistake]:
    """Return the misconceptions that cost the class most points, at most three.

    Args:
        found: the class's mistakes.
        students: how many handed in. In all but small classes, what one student alone got wrong
            is a matter for a talk, not for the class.
    """
    least = 2 if students >= FEWEST else 1
    named = [m for m in found if m.label is not None and m.lost > 0 and m.count >= least]
    return sorted(named, key=lambda m: (-m.lost, -m.count))[:_TAUGHT_AGAIN]


def talks(results: ClassResults) -> list[Talk]:
    """Return who has little, handed in nothing, or is far below their own earlier scores.

    Args:
        results: the class.

    Returns:
        Those who handed in nothing first, then by points.
    """
    usual = _usual(results)
    found = [
        Talk(participant, tuple(_reasons(participant, results.lesson, usual)))
        for participant in results.participants
    ]
    found = [talk for talk in found if talk.reasons]
    return sorted(found, key=lambda talk: (_share(talk.participant), talk.participant.id))


def waiting(results: ClassResults) -> dict[str, int]:
    """Return exercise → answers that wait to be graded by hand, where there are any."""
    counts = Counter(
        name
        for participant in results.handed_in
        for name, answer in participant.answers.items()
        if answer.result is Result.WAITING
    )
    return {e.name: counts[e.name] for e in results.exercises if counts[e.name]}


def _share(participant: Participant) -> float:
    share = participant.standing.share if participant.standing else None
    return -1.0 if participant.standing is None else 2.0 if share is None else share


def _usual(results: ClassResults) -> dict[str, float]:
    """Return the median share of the class, by lesson: some lessons are harder than others."""
    shares = defaultdict(list)
    for participant in results.participants:
        standings = dict(participant.earlier)
        if participant.standing is not None:
            standings[results.lesson] = participant.standing
        for lesson, standing in standings.items():
            if standing.share is not None:
                shares[lesson].append(standing.share)
    return {lesson: averages.median(values) for lesson, values in shares.items()}


def _reasons(participant: Participant, lesson: str, usual: Mapping[str, float]) -> Iterator[str]:
    standing = participant.standing
    if standing is None:
        yield "handed in nothing"
        return
    share = standing.share
    if share is None:
        return
    if share < _FEW:
        yield f"{standing.score:g} of {standing.possible:g} points"
    before = {name: s.share for name, s in participant.earlier.items() if s.share is not None}
    if not before:
        return
    mean = averages.fmean(before.values())
    ahead = averages.fmean(s - usual[name] for name, s in before.items())
    if min(ahead - (share - usual[lesson]), mean - share) >= _WORSE:
        lessons = "1 earlier lesson" if len(before) == 1 else f"{len(before)} earlier lessons"
        yield f"{share:.0%} of the points, after {mean:.0%} in {lessons}"


def _mistake(
    exercise: Exercise, named: str | None, made: Sequence[tuple[Participant, Answer]]
) -> Mistake:
    lost = sum(max(0.0, exercise.points - (answer.points or 0.0)) for _, answer in made)
    message = ""
    if named is not None:
        said = Counter(a.verdict.message for _, a in made if a.verdict is not None)
        message = said.most_common(1)[0][0]
    return Mistake(
        exercise,
        None if named is None else named.removeprefix(GENERAL).replace("_", " "),
        _sentence(message),
        (exercise.advice.get(named) if named else None) or exercise.revisit,
        len(made),
        lost,
        tuple(_forms(exercise.name, made)),
    )


def _forms(name: str, made: Sequence[tuple[Participant, Answer]]) -> list[Form]:
    alike: dict[str, list[tuple[Participant, Answer]]] = defaultdict(list)
    kinds: dict[str, str] = {}  # most of a class writes what others wrote
    for participant, answer in made:
        if answer.source not in kinds:
            kinds[answer.source] = normal_form(answer.source, name)
        alike[kinds[answer.source]].append((participant, answer))
    return sorted(map(_form, alike.values()), key=lambda form: -form.count)


def _form(made: Sequence[tuple[Participant, Answer]]) -> Form:
    participant, answer = made[0]
    message = answer.verdict.message if answer.verdict else ""
    return Form(
        len(made), anonymous(answer.source, participant), _sentence(_masked(message, participant))
    )


def _sentence(message: str) -> str:
    return plain(" ".join(message.split()))


def anonymous(source: str, participant: Participant) -> str:
    """Return an answer fit to be shown to others.

    Args:
        source: a cell of a student's.
        participant: whose it is.

    Returns:
        It without comments and docstrings, the student's name masked in texts, unprintable
        characters written out, at most so many lines and columns.

    Example:
        >>> print(anonymous("def f(x):  # by Ann\\n    return 'Ann'", Participant("a1", "Ann Lee")))
        def f(x):
            return '▮▮▮'
    """
    shown = []
    for kind, text in PythonLexer(stripnl=False).get_tokens(source[:_READ]):
        if kind in Comment or kind in String.Doc:
            continue
        shown.append(_masked(text, participant) if kind in String else text)
    lines = [plain(line.rstrip().expandtabs(4)) for line in "".join(shown).split("\n")]
    lines = [line for line in lines if line]
    cut = [line if len(line) <= _COLUMNS else f"{line[: _COLUMNS - 1]}…" for line in lines]
    return "\n".join(cut if len(cut) <= _LINES else [*cut[: _LINES - 1], "…"])


def _masked(text: str, participant: Participant) -> str:
    names = [
        name for name in (participant.id, *participant.name.split()) if len(name) >= _SHORTEST_NAME
    ]
    if not names:
        return text
    either = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    return re.sub(rf"(?<!\w)(?:{either})(?!\w)", _MASK, text, flags=re.IGNORECASE)


def analysed(results: ClassResults) -> list[Exercise]:
    """Return the exercises that an item analysis takes: worth points, and no answer waits."""
    open_ones = waiting(results)
    return [e for e in results.exercises if e.points > 0 and e.name not in open_ones]
