"""Gather what students get: notebooks, the package that checks answers, and how to install it."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import cnncourse
from autograder.course import PRIVATE_FILES, Course, CourseError

TEMPLATES = Path(__file__).parent / "templates"
_LICENCES = ("LICENSE", "LICENSE-prose")
_COMPILED = ("__pycache__", "*.pyc")
_DOTTED = {"gitignore": ".gitignore"}  # its own name would hold for the templates
_FROM_HERE = "open it from this folder in JupyterLab"
_ON_A_COPY = "[how to start](../README.md) says how to work on a copy"
_ROW = re.compile(r"\| \d\d \| \[[^]]*\]\((?P<lesson>[^/)]+)/")


def contents(course: Course, lessons: Sequence[str]) -> dict[str, bytes]:
    """Return the files of the students' repository.

    Args:
        course: the course.
        lessons: those that students get by now.

    Returns:
        Path in the repository → content.

    Raises:
        CourseError: a lesson is not released, or the package's source is not there.
    """
    package = _package(course)
    project = _project(package)
    files: dict[str, bytes] = {}
    for lesson in lessons:
        files.update(_lesson(course, lesson))
    files.update(_list_of_lessons(course, lessons))
    files.update(_source(package))
    files.update(_licences(course, package))
    files.update(_templates(course, project, lessons[0]))
    files["pyproject.toml"] = _pyproject(project, files).encode()
    files["environment.yml"] = _environment(course, project).encode()
    return files


def _package(course: Course) -> Path:
    own = course.root / "cnncourse"
    return own if (own / "__init__.py").is_file() else Path(cnncourse.__file__).parent


def _project(package: Path) -> dict[str, Any]:
    path = package.parent / "pyproject.toml"
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))["project"]
    except (OSError, ValueError, KeyError):
        raise CourseError(
            f"{path} is missing, so students could not install the package: run publish where the "
            "grader is installed from a clone with `pip install --editable '.[instructor]'`."
        ) from None


def _lesson(course: Course, lesson: str) -> Iterator[tuple[str, bytes]]:
    folder = course.release(lesson).parent
    yield f"notebooks/{lesson}/{lesson}.ipynb", _read(course.release(lesson), lesson)
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.is_file() and not path.is_symlink() and not _is_private(inside, PRIVATE_FILES):
            yield f"notebooks/{lesson}/{inside.as_posix()}", path.read_bytes()
    if course.keys is not None:
        yield f"cnncourse/keys/{lesson}.json", _read(course.key(lesson), lesson)


def _source(package: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the package's files; keys come with their lessons."""
    for path in sorted(package.rglob("*")):
        inside = path.relative_to(package)
        if path.is_file() and inside.parts[0] != "keys" and not _is_private(inside, _COMPILED):
            yield f"cnncourse/{inside.as_posix()}", path.read_bytes()


def _licences(course: Course, package: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the course's licences, and those of the package where it is another's."""
    homes = {package.parent: "cnncourse/"} | {course.root: ""}
    for home, folder in homes.items():
        for name in _LICENCES:
            if (home / name).is_file():
                yield f"{folder}{name}", (home / name).read_bytes()


def _templates(
    course: Course, project: Mapping[str, Any], first: str
) -> Iterator[tuple[str, bytes]]:
    said = {
        "name": course.file.name,
        "id": course.file.id,
        "extras": "cpu,lab" if course.file.uses_keras else "lab",
        "first": first,
        "python": project["requires-python"],
    }
    for path in sorted(filter(Path.is_file, TEMPLATES.iterdir())):
        text = path.read_text(encoding="utf-8")
        for key, value in said.items():
            text = text.replace(f"@{key}@", value)
        yield _DOTTED.get(path.name, path.name), text.encode()


def _read(path: Path, lesson: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise CourseError(f"{lesson} is not released: run `autograder build {lesson}`.") from None


def _is_private(path: Path, patterns: Sequence[str]) -> bool:
    return any(
        part.startswith(".") or any(fnmatch(part, pattern) for pattern in patterns)
        for part in path.parts
    )


def _list_of_lessons(course: Course, lessons: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Yield the list of lessons without those that students do not have yet."""
    path = course.notebooks / "README.md"
    if not path.is_file():
        return
    text = path.read_text(encoding="utf-8").partition("\n## What needs what")[0]
    head, *parts = text.replace(_FROM_HERE, _ON_A_COPY).split("\n## ")
    kept = [_without(head, lessons), *(_without(part, lessons) for part in parts)]
    given = [part for part in kept[1:] if any(map(_ROW.match, part.splitlines()))]
    yield "notebooks/README.md", ("\n## ".join([kept[0], *given]).rstrip() + "\n").encode()


def _without(text: str, lessons: Sequence[str]) -> str:
    """Return a part of the list without the rows of other lessons."""
    rows = ((line, _ROW.match(line)) for line in text.split("\n"))
    return "\n".join(line for line, row in rows if row is None or row["lesson"] in lessons)


def _pyproject(project: Mapping[str, Any], files: Mapping[str, bytes]) -> str:
    extras = {
        extra: project["optional-dependencies"][extra]
        for extra in ("cpu", "gpu", "transfer", "lab")
        if extra in project.get("optional-dependencies", {})
    }
    licences = [name for name in files if name.rpartition("/")[2] in _LICENCES]
    lines = [
        "[build-system]",
        'requires = ["setuptools>=77"]',
        'build-backend = "setuptools.build_meta"',
        "",
        "[project]",
        'name = "cnncourse"',
        f"version = {_toml(project['version'])}",
        'description = "What the notebooks of this course import, and what checks answers"',
        f"requires-python = {_toml(project['requires-python'])}",
        *([f"license = {_toml(project['license'])}"] if "license" in project else []),
        f"license-files = {_toml(licences)}",
        f"dependencies = {_toml(project['dependencies'])}",
        "",
        "[project.optional-dependencies]",
        *(f"{extra} = {_toml(needs)}" for extra, needs in extras.items()),
        "",
        "[tool.setuptools.packages.find]",
        'include = ["cnncourse*"]',
        "",
        "[tool.setuptools.package-data]",
        'cnncourse = ["py.typed", "keys/*.json"]',
    ]
    return "\n".join(lines) + "\n"


def _toml(value: str | list[str]) -> str:
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return "[\n" + "".join(f"    {_toml(item)},\n" for item in value) + "]" if value else "[]"


def _environment(course: Course, project: Mapping[str, Any]) -> str:
    extras = project.get("optional-dependencies", {})
    lab = [need for need in extras.get("lab", ()) if not need.startswith("cnncourse")]
    backend = ["tensorflow>=2.18"] if course.file.uses_keras else []
    packages = [f"python{project['requires-python']}", *project["dependencies"], *backend, *lab]
    pip = [*extras.get("transfer", ()), "--editable ."]
    return "\n".join(
        [
            f"name: {course.file.id}",
            "channels:",
            "  - conda-forge",
            "  - nodefaults",
            "dependencies:",
            *(f"  - {package}" for package in packages),
            "  - pip",
            "  - pip:",
            *(f"      - {package}" for package in pip),
            "",
        ]
    )
