"""Write what Sphinx reads: pages made from lessons and guides, indexes, MathJax."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

from autograder.build.index import IndexEntry, entry, number
from autograder.build.links import surroundings
from autograder.course import Course, CourseError
from autograder.files import write
from autograder.site.course_map import map_page
from autograder.site.exercises import exercises_page
from autograder.site.guides import API, GLOSSARY, README, Links, grouped, guide_text, guides
from autograder.site.layers import layers_page
from autograder.site.lesson_page import lesson_page
from autograder.site.markdown import opening
from autograder.site.mathjax import mathjax_files
from autograder.site.papers import papers_page
from autograder.site.pictures import small_pictures
from autograder.site.sections import Section, sections

WORDS = "words.json"  # what the pictures show, for the Sphinx extension
_MODULES = ("anatomy", "check", "data", "nets", "plots", "runs", "runtime", "weights")
_FIND = """
## Find your way

* **[The first lesson](lessons/{first}.ipynb)**, or the [course map](map.md): what needs what, and
  how long it takes.
* Where is a layer taught? The [index of Keras layers](layers.md). Where is a paper used? The
  [index of papers](papers.md).
* All [exercises](exercises.md), with their difficulty;
  [what lessons may import](api/index.md){glossary}.
{groups}
"""


@dataclass
class Staged:
    """The sources of the site.

    Args:
        files: path below the source folder → content.
        words: SHA-256 of a picture → its alternative text.
        sections: the sections of all lessons.
        entries: what the map says of each lesson.
    """

    files: dict[str, bytes] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    sections: list[Section] = field(default_factory=list)
    entries: list[IndexEntry] = field(default_factory=list)

    def add(self, path: str, text: str) -> None:
        """Add a page."""
        self.files[path] = text.encode()


def stage(course: Course, *, solutions: bool = False) -> Staged:
    """Make the sources of a course's site.

    Args:
        course: the course.
        solutions: whether pages show answers.

    Returns:
        All files.

    Raises:
        CourseError: a lesson is not built, README lacks a chapter, or MathJax is not installed.
    """
    staged = Staged()
    for lesson in course.select([]):
        _add_lesson(staged, course, lesson, solutions)
    staged.add("map.md", map_page(staged.entries, course.parts()))
    staged.add("layers.md", layers_page(staged.sections))
    staged.add("papers.md", papers_page(staged.sections))
    staged.add("exercises.md", exercises_page(staged.sections))
    _add_guides(staged, course)
    for inner, path in mathjax_files():
        staged.files[f"_static/mathjax/{inner}"] = path.read_bytes()
    staged.files[WORDS] = json.dumps(staged.words).encode()
    return staged


def write_sources(files: Mapping[str, bytes], folder: Path) -> None:
    """Write the sources; what did not change is left alone, what is no source is removed.

    Args:
        files: path below the folder → content.
        folder: where to.
    """
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.relative_to(folder).as_posix() not in files:
            path.unlink()
    for name, data in files.items():
        path = folder / name
        if not path.is_file() or path.read_bytes() != data:
            path.parent.mkdir(parents=True, exist_ok=True)
            write(path, data)


def _add_lesson(staged: Staged, course: Course, lesson: str, solutions: bool) -> None:
    try:
        executed = nbformat.read(course.solution(lesson), as_version=4)
        released = nbformat.read(course.release(lesson), as_version=4)
    except OSError:
        raise CourseError(f"{lesson} is not built: run `autograder build {lesson}`.") from None
    page = lesson_page(executed, solutions=solutions)
    staged.sections += sections(lesson, page)
    staged.words |= small_pictures(page)
    staged.entries.append(entry(lesson, released))
    staged.add(f"lessons/{lesson}.ipynb", nbformat.writes(page))


def _add_guides(staged: Staged, course: Course) -> None:
    first = staged.entries[0].name
    found, links = guides(course), Links(course, surroundings(course, first).repository)
    for guide in found:
        staged.add(f"{guide.page}.md", guide_text(course, guide, links))
    known = course.root / GLOSSARY
    has_glossary = known.is_file()
    if has_glossary:
        text = known.read_text(encoding="utf-8")
        staged.add("glossary.md", links.on("glossary", GLOSSARY, text))
    for path, text in _api(course, links):
        staged.add(path, text)
    readme = course.root / README
    head = opening(readme.read_text(encoding="utf-8")) if readme.is_file() else ""
    head = links.on("index", README, head) or f"# {course.file.name}"
    groups = "\n".join(
        f"* {group}: " + ", ".join(f"[]({guide.page}.md)" for guide in own)
        for group, own in grouped(found)
    )
    more = "; the [glossary](glossary.md)" if has_glossary else ""
    find = _FIND.format(first=first, glossary=more, groups=groups)
    indexes = ["layers", "papers", "exercises", *["glossary"] * has_glossary, "api/index"]
    trees = [*_lesson_trees(staged.entries, course.parts()), ("Look up", indexes)]
    trees += [(group, [guide.page for guide in own]) for group, own in grouped(found)]
    staged.add("index.md", "\n".join([head, find, *(_tree(*tree) for tree in trees)]))
    for path, place in links.pictures.items():
        staged.files[place] = (course.root / path).read_bytes()


def _lesson_trees(
    entries: Sequence[IndexEntry], parts: Mapping[str, str]
) -> Iterator[tuple[str, list[str]]]:
    title, pages = "Lessons", ["map"]
    for e in entries:
        if e.name in parts and e is not entries[0]:
            yield title, pages
            pages = []
        title = parts.get(e.name, title)
        pages.append(f"{number(e.name)} {e.title} <lessons/{e.name}>")
    yield title, pages


def _api(course: Course, links: Links) -> Iterator[tuple[str, str]]:
    """Yield the pages on the package; the first is the repository's own map of it."""
    path = course.root / API
    text = path.read_text(encoding="utf-8") if path.is_file() else "# `cnncourse`\n"
    modules = "\n".join(_MODULES)
    tree = f"\n\n## Module by module\n\n```{{toctree}}\n:maxdepth: 1\n\n{modules}\n```\n"
    yield "api/index.md", links.on("api/index", API, text) + tree
    for name in _MODULES:
        auto = f".. automodule:: cnncourse.{name}\n   :members:\n"
        yield f"api/{name}.md", f"# `cnncourse.{name}`\n\n```{{eval-rst}}\n{auto}```\n"


def _tree(caption: str, pages: Sequence[str]) -> str:
    listed = "\n".join(pages)
    return f"```{{toctree}}\n:hidden:\n:caption: {caption}\n\n{listed}\n```\n"
