"""Say which of the repository's pages stand on the site, for whom, and where their links lead."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from autograder.course import Course
from autograder.site.markdown import chapter, relinked

README = "README.md"
GLOSSARY = "docs/glossary.md"
API = "docs/api.md"
# Who reads what, in this order; `README.md#…` is one chapter of README.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "For students": (
        "README.md#Quick start", "README.md#For students", "docs/student.md",
    ),
    "For instructors": (
        "README.md#For instructors", "docs/instructor.md", "docs/submissions.md",
    ),
    "For authors": (
        "README.md#For authors", "CONTRIBUTING.md", "docs/exercise-reference.md",
        "docs/your-own-course.md", "docs/design.md", "docs/tests.md",
    ),
    "For operators": (
        "docs/scale.md", "docs/jupyterhub.md", "docs/trust.md", "SECURITY.md",
    ),
}  # fmt: skip
OTHERS = "More"
_ALSO = ("CHANGELOG.md", "CODE_OF_CONDUCT.md")
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|#|//")


@dataclass(frozen=True)
class Guide:
    """A page of the repository that stands on the site.

    Args:
        group: for whom it is.
        path: where it stands in the repository, with `#` and the title for one chapter.
    """

    group: str
    path: str

    @property
    def file(self) -> str:
        """Its file in the repository."""
        return self.path.partition("#")[0]

    @property
    def page(self) -> str:
        """Its page on the site, without a suffix."""
        file, _, title = self.path.partition("#")
        name = title or posixpath.basename(file).removesuffix(".md")
        return f"guides/{re.sub(r'[^a-z0-9]+', '-', name.lower())}"


def guides(course: Course) -> list[Guide]:
    """List the guides that a course has.

    Args:
        course: the course.

    Returns:
        Those of `GROUPS` whose file is there, then every other page of ``docs``.
    """
    named = [Guide(group, path) for group, paths in GROUPS.items() for path in paths]
    placed = {guide.file for guide in named} | {GLOSSARY, API}
    docs = sorted(f"docs/{path.name}" for path in (course.root / "docs").glob("*.md"))
    named += [Guide(OTHERS, path) for path in (*docs, *_ALSO) if path not in placed]
    return [guide for guide in named if (course.root / guide.file).is_file()]


def guide_text(course: Course, guide: Guide, links: Links) -> str:
    """Return a guide as it stands on the site.

    Args:
        course: the course.
        guide: one of `guides`.
        links: where links lead.

    Raises:
        CourseError: README has no such chapter.
    """
    text = (course.root / guide.file).read_text(encoding="utf-8")
    title = guide.path.partition("#")[2]
    return links.on(guide.page, guide.file, chapter(text, title) if title else text)


class Links:
    """Where links between the repository's files lead on the site.

    Args:
        course: the course.
        address: the repository's; None while it has none.
    """

    def __init__(self, course: Course, address: str | None) -> None:
        self._address = address
        self._root = course.root
        self._pages = {guide.file: guide.page for guide in guides(course) if "#" not in guide.path}
        self._pages |= {README: "index", "notebooks/README.md": "map", API: "api/index"}
        self._pages[GLOSSARY] = "glossary"
        for lesson in course.lessons():
            self._pages |= {
                f"{at}/{lesson}/{lesson}.ipynb": f"lessons/{lesson}"
                for at in ("notebooks", "solutions")
            }
        self.pictures: dict[str, str] = {}  # file in the repository → file on the site

    def on(self, page: str, file: str, text: str) -> str:
        """Return a page's text with links that hold on the site.

        Args:
            page: the page on the site, without a suffix.
            file: the file in the repository that the text is from.
            text: Markdown.
        """
        return relinked(text, lambda target: self._new(page, file, target))

    def _new(self, page: str, file: str, target: str) -> str | None:
        if _ELSEWHERE.match(target):
            return target
        path, hash_, place = target.partition("#")
        path = posixpath.normpath(posixpath.join(posixpath.dirname(file), path))
        if path in self._pages:
            suffix = ".ipynb" if self._pages[path].startswith("lessons/") else ".md"
            new = posixpath.relpath(self._pages[path], posixpath.dirname(page) or ".")
            return f"{new}{suffix}{hash_}{place}"
        if path.endswith((".png", ".gif", ".svg", ".jpg", ".webp")) and self._is_file(path):
            self.pictures[path] = f"pictures/{posixpath.basename(path)}"
            return posixpath.relpath(self.pictures[path], posixpath.dirname(page) or ".")
        return f"{self._address}/blob/main/{path}" if self._address else None

    def _is_file(self, path: str) -> bool:
        return not path.startswith("../") and (self._root / path).is_file()


def grouped(found: list[Guide]) -> Iterator[tuple[str, list[Guide]]]:
    """Yield each group of guides with those that are in it.

    Args:
        found: what `guides` returned.
    """
    for group in (*GROUPS, OTHERS):
        if own := [guide for guide in found if guide.group == group]:
            yield group, own
