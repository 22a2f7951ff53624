"""Write docs/coverage.md: which lesson has each topic of the notes that the course grew from.

    python tools/make_coverage.py [--check]

Topics and their places are data, in docs/coverage.toml. With ``--check`` nothing is written; the
exit status is 1 where the page is not what the data and the lessons make, or a topic is not where
the data says.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from autograder.build.inputs import as_run
from autograder.errors import CourseError
from autograder.lesson import lessons
from autograder.lesson.markdown import headings
from autograder.lesson.percent import Cell, read_cells

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "docs" / "coverage.toml"
PAGE = ROOT / "docs" / "coverage.md"

_RUNS = {"run": "yes", "told": "told"}
_NEVER_RUN = {"setup", "gpu"}  # the set-up only imports; cells for a GPU are left out elsewhere
_IMPORT = re.compile(r"^\s*(?:from|import) .*$", re.MULTILINE)
_INTRODUCTION = """\
# What is covered

The course grew from five sets of notes on convolutional networks. This table has a row for each
class, argument and topic in them: the lesson, and the heading below which it is taught. *In code*
says whether a cell that runs when the lesson is executed uses it, or only the text tells of it.
What is not taught has no lesson.

Made from [coverage.toml](coverage.toml) and the lessons by `python tools/make_coverage.py`.
"""


class Topic(NamedTuple):
    """A topic and where it is: lesson, heading, evidence; all empty if it is not taught."""

    name: str
    lesson: str = ""
    heading: str = ""
    evidence: str = ""

    @property
    def kind(self) -> str:
        """How the topic is taught: ``"run"`` or ``"told"``."""
        return self.evidence.partition(": ")[0]

    def fault(self, course: dict[str, list[Part]]) -> str | None:
        """Say why the topic is not where it should be; None if it is.

        Args:
            course: number of each lesson → its parts.
        """
        word = self.evidence.partition(": ")[2]
        if not self.lesson:
            return None
        if self.kind not in _RUNS or not word:
            return f"{self.name}: write its evidence as 'run: word' or 'told: phrase'."
        if self.lesson not in course:
            return f"{self.name}: there is no lesson {self.lesson}."
        here = below(course[self.lesson], self.heading)
        if not here:
            return f"{self.name}: lesson {self.lesson} has no heading '{self.heading}'."
        if not any(found(self.kind, word, part) for part in here):
            where = f"below '{self.heading}' in lesson {self.lesson}"
            return f"{self.name}: '{word}' is not {self.kind} {where}."
        return None


class Part(NamedTuple):
    """What stands directly below a heading, up to the next one."""

    heading: str
    level: int
    text: str
    code: str


def parts(cells: list[Cell]) -> list[Part]:
    """Cut a lesson at its headings; those of exercises belong to the part before.

    Args:
        cells: the lesson's cells, in order.

    Returns:
        The parts in order: prose in one line, code without comments, docstrings and imports.
    """
    made: list[Part] = []
    for cell in cells:
        if cell.kind == "code":
            if not _NEVER_RUN & set(cell.tags):
                code = _IMPORT.sub("", as_run(cell.source, "cpu"))
                made[-1] = made[-1]._replace(code=f"{made[-1].code}\n{code}")
            continue
        starts = {h.row: h for h in headings(cell.source) if not re.search(r"\{\{| SOLU", h.text)}
        for row, line in enumerate(cell.source.split("\n")):
            if row in starts:
                made.append(Part(starts[row].text, starts[row].level, "", ""))
            made[-1] = made[-1]._replace(text=f"{made[-1].text} {line.lstrip('> ')}")
    return made


def below(lesson: list[Part], heading: str) -> list[Part]:
    """Return the part with a heading, and those below it; none where there is no such heading."""
    named = [i for i, part in enumerate(lesson) if part.heading == heading]
    if not named:
        return []
    first = named[0]
    level = lesson[first].level
    after = range(first + 1, len(lesson))
    end = next((i for i in after if lesson[i].level <= level), len(lesson))
    return lesson[first:end]


def found(kind: str, word: str, part: Part) -> bool:
    """Say whether a word stands in the code, or a phrase in the text, of a part of a lesson."""
    if kind == "run":
        return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", part.code) is not None
    return word.casefold() in re.sub(r"\s+", " ", part.text.replace("*", "")).casefold()


def groups(data: str) -> dict[str, list[Topic]]:
    """Read the topics.

    Args:
        data: TOML: ``[[group]]`` with a ``title`` and ``topics``, lists of strings.

    Returns:
        Title of each group → its topics, in order.
    """
    return {g["title"]: [Topic(*row) for row in g["topics"]] for g in tomllib.loads(data)["group"]}


def page(topics: dict[str, list[Topic]], names: dict[str, str]) -> str:
    """Write the table.

    Args:
        topics: the topics of each group.
        names: number of each lesson → its name.

    Returns:
        Markdown.
    """
    counted = Counter(topic.kind for rows in topics.values() for topic in rows)
    total = f"\n{counted.total()} topics: {counted['run']} used in code, {counted['told']} told, "
    text = _INTRODUCTION + total + f"{counted['']} not taught.\n"
    for title, rows in topics.items():
        text += f"\n## {title}\n\n| topic | lesson | heading | in code |\n|---|---|---|---|\n"
        for topic in rows:
            name = names.get(topic.lesson, "")
            link = f"[{topic.lesson}](../notebooks/{name}/{name}.ipynb)" if name else "–"
            text += f"| {topic.name} | {link} | {topic.heading or '–'} | "
            text += f"{_RUNS.get(topic.kind, 'not taught')} |\n"
    return text


def made(data: str) -> str:
    """Make the page, once every topic is where the data says.

    Args:
        data: what docs/coverage.toml holds.

    Returns:
        Markdown.

    Raises:
        CourseError: some topics are not; one line each.
    """
    topics = groups(data)
    folders = {folder.name[:2]: folder for folder in lessons(ROOT)}
    taught = {topic.lesson for rows in topics.values() for topic in rows}
    course = {
        number: parts(read_cells(folder / f"{folder.name}.py")[0])
        for number, folder in folders.items()
        if number in taught
    }
    faults = [fault for rows in topics.values() for topic in rows if (fault := topic.fault(course))]
    if faults:
        raise CourseError("\n".join(faults))
    return page(topics, {number: folder.name for number, folder in folders.items()})


def main(arguments: list[str]) -> int:
    """Write the page or, with ``--check``, compare it.

    Args:
        arguments: the command line's.

    Returns:
        The exit status.
    """
    try:
        text = made(DATA.read_text(encoding="utf-8"))
    except CourseError as error:
        print(error)
        return 1
    if "--check" not in arguments:
        PAGE.write_text(text, encoding="utf-8")
    elif not PAGE.is_file() or PAGE.read_text(encoding="utf-8") != text:
        print("docs/coverage.md is old: run `python tools/make_coverage.py`.")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
