"""Is docs/glossary.md in order, true to the lessons, and complete?"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from autograder.lesson import lessons
from autograder.lesson.percent import read_cells

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
LESSONS = {folder.name: folder for folder in lessons(ROOT)}
LINK = re.compile(r"\[(\d\d)\]\(\.\./notebooks/(\w+)/\2\.ipynb\)$")
# Runs of code first, so that a `**` in them begins nothing.
BOLD = re.compile(r"`[^`]*`|\*\*(?=\S)(.+?)(?<=\S)\*\*")

# Bold that stresses a word in its sentence, and bold names of keys, programs and settings. A bold
# term of the field belongs into the glossary instead.
STRESSED = """
activity, add, add up, after, all, all channels, along, and, another, approximate, augment, before,
blue first, both, bright, by itself, can, change, clock, coins, columns, constant, could, design,
differences, different, direction, does not divide, down, each, each pixel, end, errors, every,
everything, evidence, excite, exists, expand, expected, few, few and messy, filters, first, for both
sizes, for each place, four, four times, front, good, hand-rounded, identity, image, in, in
inference, input, inside, is, its own, jax, large, larger, largest, last, last row, left out,
length, limits, look around, looking up, looks around, mean 5, mean colour, measure, middle,
mitigates, mixes channels, more, more images, more layers, narrow middle, new, no, no dense layer,
no pointwise step, norm, not, not be negative, not monotone, not one, nothing, now, old, once, one,
one image, one picture twice, ones, openvino, order, output, page, per map, predict, project,
pytorch, quiet, rate 0.2, redrawn, redraws, repeats, revisit, right, saves, scale, score, seven,
several seeds, shuffle the labels, slow, smallest, smooth, square, step, sum over channels, summed,
swap, ten, tensorflow, that, the average, the batch first, the bottlenecks, the first, the same
cost, the shuffle test, the start, three, tiles, times the image, top, top left, trained from
scratch, twice, two, unlikely, up, we, what you did, where, which, whole feature maps, within,
without, without reductions, you, your, yours, zero, zeros
"""


class Entry(NamedTuple):
    """Names of a term, what it means, and the numbered lesson that teaches it."""

    names: tuple[str, ...]
    text: str
    number: str
    lesson: str


def entries() -> list[Entry]:
    """The glossary's entries, in its order."""
    body = PAGE.split(":::{glossary}\n")[1].split("\n:::")[0]
    found = []
    for block in body.strip().split("\n\n"):
        lines = block.split("\n")
        names = tuple(line.strip("*") for line in lines if line.startswith("**"))
        assert all(line.startswith("  ") for line in lines[len(names) :]), block
        text = " ".join(line.strip() for line in lines[len(names) :])
        link = LINK.search(text)
        assert link, f"{block}\nends without a link to the lesson's notebook"
        found.append(Entry(names, text[: link.start()].strip(), *link.groups()))
    return found


ENTRIES = entries()
NAMES = [name for entry in ENTRIES for name in entry.names]


def plain(name: str) -> str:
    """The term without what tells its two meanings apart."""
    return re.sub(r" \(.*\)$", "", name).casefold()


@cache
def prose(lesson: str) -> str:
    """What a lesson says, in lower case, without marks of emphasis and line breaks."""
    cells, _ = read_cells(LESSONS[lesson] / f"{lesson}.py")
    text = "\n".join(cell.source for cell in cells if cell.kind == "markdown")
    return re.sub(r"\s+", " ", text.replace("*", "")).casefold()


def bold_terms(lesson: str) -> set[str]:
    """What a lesson sets in bold within its sentences.

    Left out are whole clauses of four words and more, what opens a paragraph or ends a sentence,
    numbers, letters, labels of questions, and the words of the list of objectives.
    """
    cells, _ = read_cells(LESSONS[lesson] / f"{lesson}.py")
    found = set()
    for cell in cells[1:]:
        if cell.kind != "markdown":
            continue
        text = re.sub(r"(?ms)^```.*?^```$", "", cell.source)
        text = re.sub(r"(?s)(you will be able to|you can)\n\n?- .*?(\n\n|\Z)", " ", text)
        for paragraph in re.split(r"\n\s*\n", text):
            for match in BOLD.finditer(re.sub(r"\n(> )?", " ", paragraph)):
                word = match[1]
                label = word is None or re.match(r"\w?\d*$|[\W\d]", word)
                if not label and word[-1] not in ".?!:" and len(word.split()) < 4:
                    found.add(word.casefold())
    return found


def stressed() -> set[str]:
    """The exceptions."""
    return set(" ".join(STRESSED.split()).split(", "))


def uses(name: str) -> str:
    """The pattern of a term in a text, in the singular or the plural."""
    term = re.escape(plain(name))
    plural = f"{term[:-1]}ies" if term.endswith("y") else f"{term}(?:es|s)?"
    return rf"(?<!\w)(?:{term}|{plural})(?!\w)"


def known(word: str) -> bool:
    """Does a term of the glossary equal the word or begin with it, as binary cross-entropy does?"""
    return any(
        re.fullmatch(uses(name), word) or plain(name).startswith(f"{word} ") for name in NAMES
    )


def test_entries_are_sorted_and_unique():
    """Does each term stand once, in alphabetical order?"""
    first = [entry.names[0].casefold() for entry in ENTRIES]
    assert first == sorted(first)
    assert [name for name, times in Counter(map(str.casefold, NAMES)).items() if times > 1] == []


def test_an_entry_is_two_short_sentences():
    """Is each term explained in two sentences of at most 25 words?"""
    for entry in ENTRIES:
        sentences = re.split(r"(?<=[.?!]) ", entry.text)
        assert len(sentences) == 2, entry
        assert max(len(sentence.split()) for sentence in sentences) <= 25, entry


def test_the_named_lesson_uses_the_term():
    """Does each named lesson exist, under that number, and use the term in its text?"""
    for entry in ENTRIES:
        assert entry.lesson in LESSONS, entry
        assert entry.lesson.startswith(entry.number), entry
        assert any(re.search(uses(name), prose(entry.lesson)) for name in entry.names), entry


@pytest.mark.parametrize("lesson", LESSONS)
def test_what_a_lesson_sets_in_bold_is_explained(lesson):
    """Is each bold term in the glossary, or known to be stressed and no term?"""
    missing = {word for word in bold_terms(lesson) if not known(word)} - stressed()
    assert not missing, (
        f"{sorted(missing)}: add an entry to docs/glossary.md, or, where bold only stresses, "
        "the word to STRESSED in this file."
    )


def test_no_stressed_word_is_a_term():
    """Is no exception in the glossary?"""
    assert [word for word in stressed() if known(word)] == []
