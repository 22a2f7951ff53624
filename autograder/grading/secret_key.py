"""Compile the judge's key of a lesson from a secret seed that is drawn once and then kept.

Both lie in ``.autograder``, readable by their owner alone, the key in the store of what was made
from which inputs. With the same seed a submission that is graded again gets the same score.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from autograder.build.inputs import digest, lesson_inputs
from autograder.build.store import FOLDER, Store, private_folder
from autograder.course import Course, CourseError
from autograder.grading.compiling import Tell, compile_apart

__all__ = ["FOLDER", "JudgeKey", "judge_key", "stored_key"]


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


def judge_key(course: Course, lesson: str, tell: Tell = lambda done, of: None) -> JudgeKey:
    """Return a lesson's judge key, compiling it where it is missing or out of date.

    Args:
        course: the course.
        lesson: the lesson's name.
        tell: is told how many exercises are compiled, and of how many.

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
        text = compile_apart(course, lesson, seed, tell)
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
