"""Sum up as a hash what each product of a lesson is made from.

Two products with the same hash are the same, so that one of them need not be made again. Whatever
can change a product must be in its hash; what cannot should not be, or work is done twice.
"""

from __future__ import annotations

import ast
import hashlib
import io
import itertools
import json
import os
import platform
import re
import sys
import tokenize
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cnncourse
from autograder.course import Course
from cnncourse.check.key import BESIDE
from cnncourse.runtime import BUDGET_VARIABLE, BUDGETS

if TYPE_CHECKING:
    from autograder.lesson import Cell, Lesson

PACKAGE = Path(cnncourse.__file__).parent
ENGINE = Path(__file__).parents[1]

# Code of `cnncourse` that decides no verdict, and code that decides what one looks like, no more:
# a new colour compiles nothing.
_DRAWS, _STARTS, _RENDERS = "plots", "start", "check/rendering.py"
# Code that decides what stands in a key.
KEY_CODE = ("exercise", "lesson", "build/compiler.py", "build/rounding.py", "build/keys.py")
AUDIT_CODE = (*KEY_CODE, "audit")
CHECK_CODE = ("exercise", "lesson", "build", "course.py")
EXECUTION_CODE = ("build/execute.py", "build/processor_time.py")

_LIBRARIES = ("keras", "numpy", "scipy")
_DRAWING = ("matplotlib", "ipython", "ipykernel", "ipywidgets")
_FORMATS = ("nbformat", "nbgrader", "jupytext")
_BACKENDS = {
    "tensorflow": ("tensorflow", "tensorflow-cpu", "tensorflow-macos"),
    "jax": ("jax", "jaxlib"),
    "torch": ("torch",),
}
_ASKED = {"setup", "exercise", "check"}
_BUILT = ("*.ipynb", f"*{BESIDE}")
_LITTER = ("*.pyc", "__pycache__", ".ipynb_checkpoints", ".pytest_cache")


def digest(*parts: Any) -> str:
    """Sum parts up.

    Args:
        parts: anything that JSON can hold.

    Returns:
        Hexadecimal digits, the same for the same parts.

    Example:
        >>> digest("a", ["b"]) == digest("a", ["b"]), digest("a", "b") == digest("ab")
        (True, False)
    """
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def fingerprint(lesson: Lesson, budget: str) -> str:
    """Sum up what stands in a lesson's folder and decides its outputs.

    It is written into the notebook with solutions, and so must not depend on the machine.

    Args:
        lesson: the authored lesson.
        budget: what ``CNNCOURSE_BUDGET`` is set to.

    Returns:
        Hexadecimal digits that change when code, checks or budget change, not when prose does:
        neither text between cells nor a comment, a docstring or another budget's number.
    """
    code = [as_run(cell.source, budget) for cell in lesson.cells if cell.kind == "code"]
    checks = [
        [spec.name, [[c.key, c.points, c.text] for c in spec.criteria]]
        for spec in lesson.specs
        if spec.automatic
    ]
    return hashlib.sha256(json.dumps([budget, code, checks]).encode()).hexdigest()[:16]


def as_run(source: str, budget: str) -> str:
    """Leave out of a cell what cannot change its outputs.

    Args:
        source: the cell's code; returned as it is where Python alone cannot read it.
        budget: what ``CNNCOURSE_BUDGET`` is set to.

    Returns:
        The code without comments, docstrings and the arguments for other budgets.

    Example:
        >>> as_run("n = runtime.budget(smoke=1, cpu=5)  # passes", "cpu")
        'n = runtime.budget(smoke=, cpu=5)'
    """
    try:
        tree = ast.parse(source)
        tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (SyntaxError, tokenize.TokenError):
        return source
    lines = [line.encode() for line in source.split("\n")]  # ast counts in bytes
    starts = [0, *itertools.accumulate(len(line) + 1 for line in lines)]

    def span(node: ast.expr | ast.stmt) -> tuple[int, int]:
        last = starts[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)
        return starts[node.lineno - 1] + node.col_offset, last

    left_out = [span(node) for node in _silent(tree, budget)]
    for token in tokens:
        if token.type == tokenize.COMMENT:
            row, column = token.start
            first = starts[row - 1] + len(token.line[:column].encode())
            left_out.append((first, first + len(token.string.encode())))
    text, kept_to, kept = source.encode(), 0, b""
    for first, last in sorted(left_out):
        kept += text[kept_to:first]  # nothing, where one lies within another
        kept_to = max(kept_to, last)
    written = (line.rstrip() for line in (kept + text[kept_to:]).decode().split("\n"))
    return "\n".join(line for line in written if line)


def _silent(tree: ast.AST, budget: str) -> Iterator[ast.expr | ast.stmt]:
    """Yield docstrings, and arguments that are for other budgets."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and ast.get_docstring(node, False):
            yield node.body[0]
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("budget"):
            names = {keyword.arg for keyword in node.keywords}
            if budget in names <= set(BUDGETS):
                yield from (word.value for word in node.keywords if word.arg != budget)


def execution_inputs(lesson: Lesson, budget: str, sources: Sequence[Sequence[str]]) -> str:
    """Sum up all that the outputs of an executed lesson are made from.

    Args:
        lesson: the authored lesson.
        budget: what ``CNNCOURSE_BUDGET`` is set to.
        sources: id and source of each code cell of its notebook.

    Returns:
        A hash.
    """
    root = lesson.folder.parent.parent
    own = root / "cnncourse"
    package = own if own.is_dir() else PACKAGE  # what the kernel imports
    files = [p for p in lesson.folder.rglob("*") if p.suffix != ".py" and _authored(p)]
    return digest(
        "execution",
        fingerprint(lesson, budget),
        sources,
        _files(files, lesson.folder),
        _files(package.rglob("*.py"), package),
        code(EXECUTION_CODE),
        versions(root, _DRAWING),
    )


def replay_inputs(root: Path, notebook: Path) -> str:
    """Sum up all that a run of a built notebook stands on.

    Args:
        root: the course's folder.
        notebook: a notebook with solutions or a released one, named after its lesson.

    Returns:
        A hash.
    """
    package = root / "cnncourse"
    files = [
        *(path for path in notebook.parent.rglob("*") if path.suffix != ".py" and _authored(path)),
        *package.rglob("*.py"),
        *filter(Path.is_file, [Course(root).key(notebook.stem)]),
        notebook,
    ]
    budget = os.environ.get(BUDGET_VARIABLE, "")
    return digest("replay", _files(files, root), versions(root, _DRAWING), budget)


def lesson_inputs(folder: Path) -> str:
    """Sum up all that the key of a lesson is made from, its seed aside.

    The lesson is not loaded: nothing of it runs.

    Args:
        folder: the authored lesson's folder.

    Returns:
        A hash.

    Raises:
        AuthoringError: the script cannot be read.
    """
    from autograder.lesson.percent import read_cells  # imports much

    cells, _ = read_cells(_script(folder))
    files = _files(_specifications(folder), folder)
    verdicts = _verdicts(folder.parent.parent)
    return digest("lesson", folder.name, _asked(cells), files, *verdicts)


def exercise_inputs(lesson: Lesson, name: str) -> str:
    """Sum up all that the key of one exercise is made from, its seed aside.

    What earlier exercises define is part of it. What a compilation of an earlier exercise does
    beside is not: the compiler asks each reference twice, and refuses one that remembers.

    Args:
        lesson: the authored lesson.
        name: the exercise.

    Returns:
        A hash.
    """
    until = lesson.cells.index(lesson.exercises[name].check) + 1
    others = set(lesson.exercises) - {name}
    files = _files(_concerning(_specifications(lesson.folder), others), lesson.folder)
    verdicts = _verdicts(lesson.folder.parent.parent)
    return digest("exercise", lesson.name, name, _asked(lesson.cells[:until]), files, *verdicts)


def check_inputs(course: Course, name: str, budget: str) -> str:
    """Sum up all that a lesson's files, and the comparison of them, are made from.

    Args:
        course: the course.
        name: the lesson.
        budget: the budget that the lesson has to be executed with.

    Returns:
        A hash.
    """
    names = course.lessons()
    place = names.index(name)
    around = names[max(0, place - 1) : place + 2]
    files = [
        *(path for path in course.release(name).parent.rglob("*") if _authored(path, made=True)),
        *(path for path in (course.solutions / name).rglob("*") if _authored(path, made=True)),
        *(course.script(neighbour) for neighbour in around),
        *course.root.glob("*.toml"),
        course.key(name),
    ]
    here = _files(filter(Path.is_file, files), course.root)
    return digest("check", name, around, budget, here, code(CHECK_CODE), *_verdicts(course.root))


def course_inputs(course: Course) -> str:
    """Sum up all that the index of a course, and the comparison of it, are made from.

    Args:
        course: the course.

    Returns:
        A hash.
    """
    names = course.lessons()
    listed = [course.release(name) for name in names]
    pages = [folder / "README.md" for folder in (course.notebooks, course.solutions)]
    files = filter(Path.is_file, [*listed, *pages, *course.root.glob("*.toml")])
    keys = course.keys.glob("*.json") if course.keys else ()
    made = sorted(path.name for path in [*course.notebooks.glob("*/"), *keys])
    return digest("course", names, made, _files(files, course.root), code(CHECK_CODE))


def code(parts: tuple[str, ...], engine: Path | None = None) -> str:
    """Sum up some of the grader's own code.

    Args:
        parts: folders and files below `engine`.
        engine: the folder of the ``autograder`` package; None for the one in use.

    Returns:
        A hash.
    """
    return _code(parts, engine or ENGINE)


def package_code(package: Path | None = None) -> str:
    """Sum up the code of ``cnncourse`` that verdicts stand on: all but the plots.

    Args:
        package: the folder of the package; None for the one in use.

    Returns:
        A hash.
    """
    return _package_code(package or PACKAGE, (_DRAWS, _STARTS))


def verdict_code(package: Path | None = None) -> str:
    """Sum up the code of ``cnncourse`` that keys stand on: plots and rendering left out.

    Args:
        package: the folder of the package; None for the one in use.

    Returns:
        A hash.
    """
    return _package_code(package or PACKAGE, (_DRAWS, _STARTS, _RENDERS))


def versions(root: Path, more: tuple[str, ...]) -> dict[str, str | None]:
    """Say which libraries results come from.

    Args:
        root: the course's folder; its ``course.toml`` names libraries.
        more: further names of distributions, beside Keras and its backend.

    Returns:
        Version by name, None for what is not installed; Python and the processor's kind too.
    """
    engine = _backend()
    names = (*_LIBRARIES, *Course(root).file.libraries, *more, *_BACKENDS.get(engine, (engine,)))
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    found = {name: _version(name) for name in names}
    return {"python": python, "machine": platform.machine(), "backend": engine} | found


def _verdicts(root: Path) -> tuple[Any, ...]:
    """What every key and every verdict depends on, whichever the lesson."""
    budget = os.environ.get(BUDGET_VARIABLE, "")
    return verdict_code(), code(KEY_CODE), versions(root, _FORMATS), budget


@cache  # a process keeps running the code that it imported
def _code(parts: tuple[str, ...], engine: Path) -> str:
    roots = [engine / part for part in parts]
    files = [f for root in roots for f in (root.rglob("*.py") if root.is_dir() else [root])]
    return digest(_files(files, engine))


@cache
def _package_code(package: Path, left_out: tuple[str, ...]) -> str:
    beside = {package / part for part in left_out}
    files = (p for p in package.rglob("*.py") if not beside & {p, *p.parents})
    return digest(_files(files, package))


@cache
def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _backend() -> str:
    """Name Keras's backend without importing it."""
    if named := os.environ.get("KERAS_BACKEND"):
        return named
    home = Path(os.environ.get("KERAS_HOME", Path.home() / ".keras"))
    try:
        return str(json.loads((home / "keras.json").read_text())["backend"])
    except (OSError, ValueError, KeyError, TypeError):
        return "tensorflow"


def _asked(cells: Iterable[Cell]) -> list[list[Any]]:
    """Return the cells that a key is made from: set-up, exercises, checks; written ones by name."""
    return [
        [cell.tags, cell.name, cell.source if cell.kind == "code" else ""]
        for cell in cells
        if "written" in cell.tags or (cell.kind == "code" and _ASKED & set(cell.tags))
    ]


def _specifications(folder: Path) -> list[Path]:
    """Return the files beside a lesson's script: specifications, and what they may read."""
    return [p for p in folder.rglob("*") if p != _script(folder) and _authored(p)]


def _concerning(files: list[Path], others: set[str]) -> list[Path]:
    """Leave out the files of other exercises, but not one that a file that stays speaks of."""
    foreign = {path.stem: path for path in files if path.suffix == ".py" and path.stem in others}
    kept = [path for path in files if path not in foreign.values()]
    for path in kept:  # it grows meanwhile
        if path.suffix == ".py" and foreign:
            words = set(re.findall(r"\w+", path.read_text(encoding="utf-8", errors="replace")))
            kept += [foreign.pop(name) for name in words & set(foreign)]
    return kept


def _authored(path: Path, *, made: bool = False) -> bool:
    """Whether a path is a file that somebody wrote, or, if asked for, that the builder made."""
    patterns = _LITTER if made else _LITTER + _BUILT
    private = any(part.match(p) for part in [path, *path.parents] for p in patterns)
    return path.is_file() and not private


def _script(folder: Path) -> Path:
    return folder / f"{folder.name}.py"


def _files(paths: Iterable[Path], root: Path) -> list[list[str]]:
    """Name below the root, and hash, of each file; in order, so that no listing order matters."""
    named = {path.relative_to(root).as_posix(): path for path in paths}
    return [[name, hashlib.sha256(named[name].read_bytes()).hexdigest()] for name in sorted(named)]
