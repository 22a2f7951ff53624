"""Find pairs of answers that are alike where most of the class is not.

Answers are turned into words and signs by Pygments, which reads what no parser can: comments,
docstrings, blank space and line ends go, and names that the student chose become one and the same.
What is compared are sequences of `LENGTH` such tokens, as in MOSS (Schleimer, Wilkerson and Aiken
2003, Winnowing: local algorithms for document fingerprinting, SIGMOD). Sequences of the release are
taken out, and so are those that more than half of the class has: a short exercise has one natural
answer. What is left counts log2(students / students who have it), the inverse document frequency
of Spärck Jones (1972): what two of forty share weighs 4.3, what ten of them share weighs 2.

scikit-learn counts the sequences and SciPy multiplies the sparse matrices: both are there for the
lessons. The ready-made tools were looked at. copydetect fingerprints files, subtracts a given
template, and knows no rarity: whoever solves a short exercise as everybody does is reported.
compare50 brings a client for a web service and stands under the GPL, which this repository does
not. datasketch estimates likeness by hashing for collections far larger than a class.

Likeness is no proof of anything: the pages are for the instructor's eyes, and never in feedback.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
from pygments.lexers import PythonLexer
from pygments.token import Comment, Name, String, Text

from autograder.course import Course, CourseError
from autograder.grading.graded_notebook import GradedNotebook, read_graded
from autograder.grading.instructor_page import rendered
from autograder.grading.normal_form import own_names
from autograder.grading.plain_text import plain

LENGTH = 6  # tokens: `for i in range(n)` has eight
ENOUGH = 40  # evidence below which an exercise says nothing: some ten rare sequences
READ = 50_000  # characters of an answer; no exercise takes more
SMALL = 8  # students below which what is rare in the class need not be rare
MOST_PAIRS = 100
_ADDED = "cells of their own"
_CHOSEN = "name"  # stands for each name that a student chose
_NOISE = (Comment, Text, String.Doc)

Gram = tuple[str, ...]


@dataclass(frozen=True)
class Token:
    """A word or sign of an answer, as it is compared, and its line, counted from 0."""

    text: str
    line: int


@dataclass(frozen=True)
class Alike:
    """How alike two answers to one exercise are.

    Args:
        exercise: its name.
        share: of the weight of what either has, how much both have; 1 for answers that differ in
            nothing but names and form.
        evidence: weight of what both have; long and rare passages weigh much.
    """

    exercise: str
    share: float
    evidence: float


@dataclass(frozen=True)
class Pair:
    """Two students with answers that are alike.

    Args:
        students: their ids.
        exercises: those in which they are, the weightiest first.
    """

    students: tuple[str, str]
    exercises: tuple[Alike, ...]

    @property
    def evidence(self) -> float:
        """Weight over all these exercises."""
        return sum(alike.evidence for alike in self.exercises)


@dataclass(frozen=True)
class Likeness:
    """What a class's answers have in common.

    Args:
        lesson: the lesson's name.
        students: how many were compared.
        least: share from which two answers are listed.
        pairs: by evidence, the weightiest first.
        unread: how many graded notebooks could not be read.
        answers: exercise → student → the answer's source.
        rare: exercise → sequences that count.
    """

    lesson: str
    students: int
    least: float
    pairs: tuple[Pair, ...]
    unread: int = 0
    answers: Mapping[str, Mapping[str, str]] = field(default_factory=dict, repr=False)
    rare: Mapping[str, frozenset[Gram]] = field(default_factory=dict, repr=False)


def similar(course: Course, lesson: str, least: float) -> Likeness:
    """Compare the answers of a class, as its graded notebooks hold them.

    Args:
        course: the course.
        lesson: the lesson's name.
        least: share, 0 to 1, from which two answers are listed.

    Raises:
        CourseError: the lesson was never graded.
    """
    from autograder.grading.places import Places

    paths = Places(course).notebooks(lesson)
    if not paths:
        raise CourseError(f"{lesson} was never graded: run `autograder grade {lesson}` first.")
    release = _sources(read_graded(course.release(lesson)) or GradedNotebook())
    released = frozenset(source for cells in release.values() for source in cells)
    notebooks = {student: read_graded(path, released) for student, path in paths.items()}
    read = {student: _sources(notebook) for student, notebook in notebooks.items() if notebook}
    answers: dict[str, dict[str, str]] = defaultdict(dict)
    for student, cells in read.items():
        for exercise, sources in cells.items():
            answers[exercise][student] = "\n\n".join(sources)
    templates = {name: "\n\n".join(cells) for name, cells in release.items()}
    # what the release says elsewhere, a student may have copied from there
    templates[_ADDED] = "\n\n".join(sorted(released))
    return compared(lesson, answers, templates, least, unread=len(paths) - len(read))


def compared(
    lesson: str,
    answers: Mapping[str, Mapping[str, str]],
    templates: Mapping[str, str],
    least: float,
    unread: int = 0,
) -> Likeness:
    """Compare answers.

    Args:
        lesson: the lesson's name.
        answers: exercise → student → source.
        templates: exercise → what the release gives, which counts for nothing.
        least: share from which two answers are listed.
        unread: how many graded notebooks could not be read.
    """
    students = {student for given in answers.values() for student in given}
    found: dict[tuple[str, str], list[Alike]] = defaultdict(list)
    rare = {}
    for exercise, given in answers.items():
        grams = {s: grams_of(tokens_of(source)) for s, source in sorted(given.items())}
        common = grams_of(tokens_of(templates.get(exercise, "")))
        grams = {student: own - common for student, own in grams.items()}
        rare[exercise] = _compare(exercise, grams, len(students), least, found)
    pairs = (
        Pair(who, tuple(sorted(alike, key=lambda a: -a.evidence))) for who, alike in found.items()
    )
    ordered = tuple(sorted(pairs, key=lambda pair: (-pair.evidence, pair.students)))
    return Likeness(lesson, len(students), least, ordered, unread, answers, rare)


def tokens_of(source: str) -> list[Token]:
    """Return an answer's words and signs, without what renaming and new form change.

    Example:
        >>> [t.text for t in tokens_of("def f(a):  # mine\\n    return np.max(a)")]
        ['def', 'name', '(', 'name', ')', ':', 'return', 'np', '.', 'max', '(', 'name', ')']
    """
    source = source[:READ]
    chosen = _chosen(source)
    found: list[Token] = []
    line = 0
    for kind, text in PythonLexer(stripnl=False).get_tokens(source):
        if not any(kind in noise for noise in _NOISE) and text.strip():
            attribute = bool(found) and found[-1].text == "."
            own = kind in Name and not attribute and (chosen is None or text in chosen)
            if own:
                shown = _CHOSEN
            elif kind in String:
                shown = "'" if text.strip("'\"") == "" else text
            else:
                shown = text
            found.append(Token(shown, line))
        line += text.count("\n")
    return found


def grams_of(tokens: Sequence[Token]) -> set[Gram]:
    """Return the sequences that an answer holds."""
    return {gram for gram, _ in _placed(tokens)}


def _placed(tokens: Sequence[Token]) -> Iterable[tuple[Gram, set[int]]]:
    """Yield each sequence with the lines that it stands in."""
    for i in range(len(tokens) - LENGTH + 1):
        part = tokens[i : i + LENGTH]
        yield tuple(token.text for token in part), {token.line for token in part}


def _chosen(source: str) -> set[str] | None:
    """Return the names that an answer gives; None where it cannot be read: then all are."""
    try:
        return set(own_names(source, ""))
    except (SyntaxError, RecursionError):
        return None


def _compare(
    exercise: str,
    grams: Mapping[str, set[Gram]],
    class_size: int,
    least: float,
    found: dict[tuple[str, str], list[Alike]],
) -> frozenset[Gram]:
    """Add the pairs that are alike in one exercise, and return the sequences that count."""
    from scipy.sparse import diags_array
    from sklearn.feature_extraction.text import CountVectorizer

    students = list(grams)
    if not any(grams.values()):
        return frozenset()
    counter = CountVectorizer(analyzer=sorted, binary=True, dtype=np.float64)
    has = counter.fit_transform([grams[student] for student in students])
    holders = np.asarray(has.sum(axis=0)).ravel()
    weights = np.where(holders <= class_size / 2, np.log2(class_size / holders), 0.0)
    shared = (has @ diags_array(weights) @ has.T).toarray()
    own = shared.diagonal()
    either = own[:, None] + own - shared
    shares = np.divide(shared, either, out=np.zeros_like(shared), where=either > 0)
    for i, j in np.argwhere(np.triu((shares >= least) & (shared >= ENOUGH), k=1)):
        alike = Alike(exercise, float(shares[i, j]), float(shared[i, j]))
        found[students[i], students[j]].append(alike)
    telling = (weights > 0) & (holders > 1)
    return frozenset(gram for gram, column in counter.vocabulary_.items() if telling[column])


def _sources(notebook: GradedNotebook) -> dict[str, list[str]]:
    """Return exercise → cells; what a student added stands under a name of its own."""
    cells = {name: [source] for name, source in notebook.sources.items()}
    return cells | ({_ADDED: list(notebook.added)} if notebook.added else {})


def as_tree(likeness: Likeness) -> dict[str, Any]:
    """Return what was found as plain values.

    Returns:
        ``{"lesson", "students", "least", "unread", "pairs": [{"students", "evidence", "exercises":
        [{"exercise", "share", "evidence"}]}]}``.
    """
    return {
        "lesson": likeness.lesson,
        "students": likeness.students,
        "least": likeness.least,
        "unread": likeness.unread,
        "pairs": [
            {
                "students": list(pair.students),
                "evidence": pair.evidence,
                "exercises": [asdict(alike) for alike in pair.exercises],
            }
            for pair in likeness.pairs
        ],
    }


@dataclass(frozen=True)
class Line:
    """A line of an answer; marked if it holds what both have and few others."""

    text: str
    marked: bool


def side_by_side(likeness: Likeness, pair: Pair, exercise: str) -> list[list[Line]]:
    """Return the two answers of a pair, as lines, what they share marked."""
    placed = [
        list(_placed(tokens_of(likeness.answers[exercise][student]))) for student in pair.students
    ]
    both = set.intersection(*({gram for gram, _ in grams} for grams in placed))
    both &= likeness.rare[exercise]
    shown = []
    for student, grams in zip(pair.students, placed, strict=True):
        marked = {line for gram, lines in grams if gram in both for line in lines}
        text = likeness.answers[exercise][student].expandtabs(4).split("\n")
        shown.append([Line(plain(line), i in marked) for i, line in enumerate(text)])
    return shown


def as_page(likeness: Likeness) -> str:
    """Return the pairs side by side, as one HTML page that loads nothing and runs nothing."""
    return rendered(
        "similar.html.j2",
        {},
        likeness=likeness,
        pairs=likeness.pairs[:MOST_PAIRS],
        small=SMALL,
        side_by_side=side_by_side,
    )
