"""Prove that what students get holds no solution, no specification and no question of the judge."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Iterator, Mapping, Sequence

from autograder.build.leak import leaks_in_text, revealing_lines, strings
from autograder.build.store import FOLDER
from autograder.course import Course
from autograder.grading.secret_key import drawn_seeds, stored_key
from autograder.lesson import Lesson

# Functions of a specification that hold questions or right answers.
_QUESTIONS = frozenset({"probes", "hidden", "inputs", "reference"})
_FEW_LINES = 2  # of one line alone it cannot be told where it comes from


def leaks(course: Course, lessons: Sequence[str], files: Mapping[str, bytes]) -> Iterator[str]:
    """Find what students must not get.

    Args:
        course: the course.
        lessons: those that are published.
        files: path in the students' repository → content.

    Yields:
        A sentence for each finding.
    """
    texts = {name: _text(name, data) for name, data in files.items()}
    yield from _private_files(course, files)
    yield from _secrets(course, lessons, files, texts)
    yield from _outputs(files)
    yield from shown_answers(course, texts, _is_of, _is_for_all)


def shown_answers(
    course: Course,
    texts: Mapping[str, str],
    is_of: Callable[[str, str], bool],
    is_for_all: Callable[[str], bool],
) -> Iterator[str]:
    """Find solutions, accepted answers and the judge's questions in what is given out.

    Args:
        course: the course.
        texts: name → text.
        is_of: whether a name is that of a lesson's own text.
        is_for_all: whether a name is that of a text which belongs to no lesson.

    Yields:
        A sentence for each finding.
    """
    shared = {name: _lines(text) for name, text in texts.items() if is_for_all(name)}
    everywhere = {name: _lines(text) for name, text in texts.items()}
    for name in course.lessons():
        lesson = Lesson.read(course.solutions / name)
        own = {path: text for path, text in texts.items() if is_of(path, name)}
        yield from (sentence for _, sentence in leaks_in_text(lesson, own))
        solutions = [
            lines
            for exercise in lesson.exercises.values()
            for lines in revealing_lines(exercise.solution)
        ]
        yield from _whole(f"A solution of {name}", solutions, shared)
        yield from _whole(f"A specification of {name}", _specified(course, name), everywhere)


def _private_files(course: Course, files: Mapping[str, bytes]) -> Iterator[str]:
    """Find files of the author's, by their content, whatever they are called."""
    private = {
        path.read_bytes()
        for folder in (course.solutions, course.root / FOLDER)
        for path in folder.rglob("*")
        if path.is_file() and path.suffix in (".py", ".ipynb") and path.stat().st_size
    }
    for name, data in files.items():
        if data in private:
            yield f"{name} is a file of the author's."
        if name.endswith(".py") and _imports_grader(data):
            yield f"{name} imports the grader."


def _imports_grader(data: bytes) -> bool:
    try:
        nodes = list(ast.walk(ast.parse(data)))
    except (SyntaxError, ValueError):
        return b"autograder" in data
    names = [n.module or "" for n in nodes if isinstance(n, ast.ImportFrom)]
    names += [alias.name for n in nodes if isinstance(n, ast.Import) for alias in n.names]
    return any(name.split(".")[0] == "autograder" for name in names)


def _secrets(
    course: Course,
    lessons: Sequence[str],
    files: Mapping[str, bytes],
    texts: Mapping[str, str],
) -> Iterator[str]:
    """Find the judge's seeds and keys, and keys that are not the public ones."""
    for seed in map(str, drawn_seeds(course)):
        yield from (f"{name} holds a secret seed." for name in texts if seed in texts[name])
    for lesson in lessons:
        path = f"cnncourse/keys/{lesson}.json" if course.keys else _beside(course, lesson)
        published = files.get(path)
        if published is None:
            yield f"{lesson} has no key, so that its checks could not work: build it."
        elif published != course.key(lesson).read_bytes():
            yield f"{path} is not the public key of {lesson}: run `autograder build {lesson}`."
        elif published.decode() == stored_key(course, lesson):
            yield f"{path} is the judge's key."


def _beside(course: Course, lesson: str) -> str:
    path = course.released_key(lesson)
    assert path is not None
    return f"notebooks/{lesson}/{path.name}"


def _outputs(files: Mapping[str, bytes]) -> Iterator[str]:
    """Find notebooks that were executed: what their cells gave may be an answer."""
    for name, data in files.items():
        if name.endswith(".ipynb"):
            cells = json.loads(data).get("cells", [])
            if any(cell.get("outputs") for cell in cells):
                yield f"{name} holds outputs: run `autograder build`."


def _specified(course: Course, lesson: str) -> list[list[str]]:
    """Return the lines of each question and accepted answer in a lesson's specifications."""
    found = []
    for path in sorted((course.solutions / lesson / "exercises").glob("*.py")):
        source = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef) and _is_secret(node):
                rows = source.splitlines()[node.body[0].lineno - 1 : node.end_lineno]
                found.append([row.strip() for row in rows if row.strip()])
    return found


def _is_secret(node: ast.FunctionDef) -> bool:
    return node.name in _QUESTIONS or any(
        isinstance(by, ast.Call) and isinstance(by.func, ast.Name) and by.func.id == "accepted"
        for by in node.decorator_list
    )


def _whole(what: str, blocks: Sequence[Sequence[str]], texts: Mapping[str, str]) -> Iterator[str]:
    """Find blocks of lines that stand somewhere as a whole."""
    for block in blocks:
        if len(block) >= _FEW_LINES:
            wanted = "\n".join(["", *block, ""])
            for name, text in texts.items():
                if wanted in text:
                    yield f"{what} stands in {name}, from `{block[0]}` on."


def _lines(text: str) -> str:
    rows = (row.strip() for row in text.splitlines())
    return "\n".join(["", *filter(None, rows), ""])


def _text(name: str, data: bytes) -> str:
    text = data.decode("utf-8", errors="replace")
    return strings(text) if name.endswith((".json", ".ipynb")) else text


def _is_of(path: str, lesson: str) -> bool:
    return path.startswith(f"notebooks/{lesson}/") or path == f"cnncourse/keys/{lesson}.json"


def _is_for_all(path: str) -> bool:
    return not path.startswith(("notebooks/", "cnncourse/keys/")) or path.count("/") < 2
