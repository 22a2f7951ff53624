"""Make the cells that the builder adds: where to run a lesson, and links to its neighbours."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass

from nbformat import NotebookNode, v4

from autograder.course import Course
from autograder.lesson import AuthoringError
from autograder.lesson.markdown import headings
from autograder.lesson.percent import read_cells

_GITHUB = re.compile(r"https://github\.com/(?P<slug>[\w.-]+/[\w.-]+?)(?:\.git)?/?")

_FETCH = """\
# Where the course is not installed yet, as on Colab: fetch it, and leave what is there as it is.
import importlib.metadata
import importlib.util

if importlib.util.find_spec("cnncourse") is None:
    named = {{"keras", "numpy", "tensorflow", "tensorflow_cpu"}}
    there = [p for p in importlib.metadata.distributions() if p.name in named]
    kept = " ".join(f"{{p.name}}=={{p.version}}" for p in there)
    %pip install --quiet {{kept}} {course}"""
_ASK_TO_INSTALL = """\
# Where the course is not installed yet: say what to do.
import importlib.util

if importlib.util.find_spec("cnncourse") is None:
    print(
        "The course's package is missing: {what}, "
        "{how}; then restart the kernel and run this cell again."
    )"""
_OWN_PACKAGE = {
    "what": "run `pip install .` in the course's folder",
    "how": "the one that holds pyproject.toml",
}
_SOMEBODY_ELSES = {"what": "install cnncourse", "how": "as your teacher says"}


@dataclass(frozen=True)
class Neighbour:
    """A lesson to link to.

    Args:
        name: its folder.
        title: its H1.
    """

    name: str
    title: str


@dataclass(frozen=True)
class Surroundings:
    """What a lesson links to.

    Args:
        previous: the lesson before it; None for the first.
        following: the lesson after it; None for the last.
        repository: address of the repository; None while it has none.
        extras: the extras of the course's package that the lesson needs.
        packaged: whether the repository is a package that brings the course's keys.
    """

    previous: Neighbour | None = None
    following: Neighbour | None = None
    repository: str | None = None
    extras: tuple[str, ...] = ()
    packaged: bool = True


def surroundings(course: Course, lesson: str) -> Surroundings:
    """Look up what a lesson links to.

    Args:
        course: the course.
        lesson: the lesson's name.

    Returns:
        Its neighbours in teaching order, the repository's address, and the extras that bring what
        the lesson's script names.
    """
    file, names = course.file, course.lessons()
    here = names.index(lesson)
    script = _text(course, lesson)
    return Surroundings(
        _neighbour(course, names[here - 1]) if here else None,
        _neighbour(course, names[here + 1]) if here + 1 < len(names) else None,
        _project_address(course) or file.address,
        tuple(extra for name, extra in file.extras.items() if re.search(rf"\b{name}\b", script)),
        packaged=file.keys is not None,
    )


def _project_address(course: Course) -> str | None:
    """The repository's address in ``pyproject.toml``; None where it is not set."""
    path = course.root / "pyproject.toml"
    if not path.is_file():
        return None
    project = tomllib.loads(path.read_text(encoding="utf-8")).get("project", {})
    return project.get("urls", {}).get("Repository")


def navigation(around: Surroundings) -> NotebookNode:
    """Make the last cell of a lesson.

    Args:
        around: what the lesson links to.

    Returns:
        A Markdown cell with relative links, which JupyterLab and GitHub follow.

    Example:
        >>> print(navigation(Surroundings(following=Neighbour("07_edges", "Edges"))).source)
        [All lessons](../README.md) · Next: [Edges →](../07_edges/07_edges.ipynb)
    """
    links = ["[All lessons](../README.md)"]
    if around.previous:
        links.insert(0, f"Previous: [← {around.previous.title}]({_address(around.previous)})")
    if around.following:
        links.append(f"Next: [{around.following.title} →]({_address(around.following)})")
    return v4.new_markdown_cell(" · ".join(links), id="navigation")


def badges(lesson: str, around: Surroundings) -> list[NotebookNode]:
    """Make the cell with links that open a lesson in the cloud.

    Args:
        lesson: the lesson's name.
        around: what the lesson links to.

    Returns:
        One Markdown cell; none where the repository is not on GitHub, which both services read.
        Colab opens the notebook alone, so that its key has to come with the package.
    """
    found = _GITHUB.fullmatch(around.repository or "")
    if not found:
        return []
    path = f"notebooks/{lesson}/{lesson}.ipynb"
    colab = f"https://colab.research.google.com/github/{found['slug']}/blob/main/{path}"
    binder = f"https://mybinder.org/v2/gh/{found['slug']}/main?urlpath=lab/tree/{path}"
    links = [f"[![Open in Binder](https://mybinder.org/badge_logo.svg)]({binder})"]
    if around.packaged:
        badge = "https://colab.research.google.com/assets/colab-badge.svg"
        links.insert(0, f"[![Open in Colab]({badge})]({colab})")
    return [v4.new_markdown_cell(" ".join(links), id="badges")]


def installer(around: Surroundings) -> list[NotebookNode]:
    """Make the cell that fetches the course's package where it is missing, as on Colab.

    It installs only what is missing. The package depends on no TensorFlow, and pip is told which
    TensorFlow, Keras and NumPy are there, so that no other requirement replaces them. Extras are
    installed only for the lessons that need them.

    Args:
        around: what the lesson links to.

    Returns:
        One code cell. Where the repository has no address, or is no package, only the first lesson
        has the cell; it then says, in one sentence, what to do where the package is missing.

    Example:
        >>> [cell.id for cell in installer(Surroundings(previous=Neighbour("07_edges", "Edges")))]
        []
        >>> [cell] = installer(Surroundings(repository="https://host/course", extras=("transfer",)))
        >>> print(cell.source.splitlines()[-1].strip())
        %pip install --quiet {kept} "cnncourse[transfer] @ git+https://host/course"
    """
    if around.repository and around.packaged:
        source = _FETCH.format(course=_requirement(around.repository, around.extras))
    elif around.previous is None:
        source = _ASK_TO_INSTALL.format_map(_OWN_PACKAGE if around.packaged else _SOMEBODY_ELSES)
    else:
        return []
    return [v4.new_code_cell(source, id="installer")]


def _requirement(address: str, extras: tuple[str, ...]) -> str:
    """Return the course's package, as a shell passes it to pip."""
    if not extras:
        return f"git+{address}"
    return f'"cnncourse[{",".join(extras)}] @ git+{address}"'


def _text(course: Course, lesson: str) -> str:
    return course.script(lesson).read_text(encoding="utf-8-sig", errors="replace")


def _neighbour(course: Course, lesson: str) -> Neighbour:
    try:
        cells, _ = read_cells(course.script(lesson))
    except AuthoringError:  # told when that lesson is built; its name will do here
        cells = []
    titles = [heading for cell in cells[:1] for heading in headings(cell.source)]
    return Neighbour(lesson, titles[0].text if titles else lesson)


def _address(neighbour: Neighbour) -> str:
    return f"../{neighbour.name}/{neighbour.name}.ipynb"
