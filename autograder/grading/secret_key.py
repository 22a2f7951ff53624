"""Compile the judge's key of a lesson from a secret seed that is drawn once and then kept.

Both lie in ``.autograder``, readable by their owner alone, the key in the store of what was made
from which inputs. With the same seed a submission that is graded again gets the same score. The key
is compiled in a process of its own, because that runs the lesson's solutions with all they import,
TensorFlow perhaps, and the judge should load neither.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from autograder.build.inputs import digest, lesson_inputs
from autograder.build.processor_time import Allowance, watched
from autograder.build.store import FOLDER, Store, private_folder
from autograder.course import Course, CourseError

__all__ = ["FOLDER", "JudgeKey", "judge_key", "stored_key"]

_COMPILATION = Allowance(busy_seconds=3600)


@dataclass(frozen=True)
class JudgeKey:
    """What a judge needs of a lesson.

    Args:
        text: the key, as `cnncourse.check.key.Key.from_json` reads it.
        fingerprint: names the seed in graded notebooks without giving it away.
        rubrics: written exercise → what earns its points, as Markdown. Keys hold no rubric,
            because students have a key as well.
    """

    text: str
    fingerprint: str
    rubrics: dict[str, str] = field(default_factory=dict)


def judge_key(course: Course, lesson: str) -> JudgeKey:
    """Return a lesson's judge key, compiling it where it is missing or out of date.

    Args:
        course: the course.
        lesson: the lesson's name.

    Returns:
        The key, the same each time until the lesson or the checker changes.

    Raises:
        CourseError: the lesson's specification does not compile.
    """
    folder = private_folder(course.root)
    seed = _seed(folder / f"{lesson}.json", lesson)
    fingerprint = hashlib.sha256(f"{lesson}:{seed}".encode()).hexdigest()[:12]
    store, made_from = Store.private(course.root), _made_from(course, lesson, seed)
    text = store.get(made_from)
    if text is None:
        text = _compile_apart(course, lesson, seed)
        store.put(made_from, text)
    compiled = json.loads(text)
    return JudgeKey(compiled["key"], fingerprint, compiled["rubrics"])


def stored_key(course: Course, lesson: str) -> str | None:
    """Return a lesson's judge key if it has been compiled and still holds; draw and write nothing.

    Args:
        course: the course.
        lesson: the lesson's name.

    Returns:
        The key as JSON, or None.

    Raises:
        CourseError: the file with the seed is damaged.
    """
    path = course.root / FOLDER / f"{lesson}.json"
    if not path.is_file():
        return None
    text = Store.private(course.root).get(_made_from(course, lesson, _seed(path, lesson)))
    return text and json.loads(text)["key"]


def drawn_seeds(course: Course) -> list[int]:
    """Return the secret seeds that there are; draw none.

    Args:
        course: the course.

    Raises:
        CourseError: a file with a seed is damaged.
    """
    paths = ((name, course.root / FOLDER / f"{name}.json") for name in course.lessons())
    return [_seed(path, name) for name, path in paths if path.is_file()]


def _made_from(course: Course, lesson: str, seed: int) -> str:
    return digest("judge's key and rubrics", seed, lesson_inputs(course.solutions / lesson))


def _seed(path: Path, lesson: str) -> int:
    drawn = {"lesson": lesson, "seed": secrets.randbits(64)}
    try:  # only the first to come here draws
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(drawn, file)
    except FileExistsError:
        pass
    try:
        return int(json.loads(path.read_text(encoding="utf-8"))["seed"])
    except (ValueError, KeyError, TypeError):
        raise CourseError(
            f"{path} holds no grading seed any more. Put it back from a copy, or delete it: then a "
            "new one is drawn, and submissions graded again may score differently."
        ) from None


def _compile_apart(course: Course, lesson: str, seed: int) -> str:
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "key.json"
        process = subprocess.Popen(
            [sys.executable, "-m", "autograder.grading.secret_key", course.root, lesson, out],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "CNNCOURSE_BUDGET": "smoke", "TF_CPP_MIN_LOG_LEVEL": "3"},
        )
        with process, watched(process.pid, _COMPILATION) as watch:
            _, said = process.communicate(str(seed))
        if process.returncode or not out.exists():
            reason = watch.excess and f"it {watch.excess}; give its exercises less to do."
            lines = said.strip().splitlines() or ["it gave no reason"]
            raise CourseError(
                f"The judge's key of {lesson} cannot be compiled: {reason or lines[-1]}"
            )
        return out.read_text(encoding="utf-8")


def _compile_here() -> None:
    from autograder.build.compiler import SpecificationError, compile_key
    from autograder.exercise import Written
    from autograder.lesson import Lesson

    root, lesson, out = sys.argv[1:]
    try:
        authored = Lesson.read(Course(Path(root)).solutions / lesson)
        key = compile_key(authored, int(sys.stdin.read()))
    except (CourseError, SpecificationError) as error:
        sys.exit(" ".join(str(error).split()))
    rubrics = {s.name: s.rubric_table() for s in authored.specs if isinstance(s, Written)}
    compiled = {"key": key.to_json(), "rubrics": rubrics}
    Path(out).write_text(json.dumps(compiled), encoding="utf-8")


if __name__ == "__main__":
    _compile_here()
