"""The judge's key of a lesson: compiled from a secret seed that is drawn once and then kept.

Both lie in ``.autograder``, readable by their owner alone. With the same seed a submission that is
graded again gets the same score. The key is compiled in a process of its own, because that runs the
lesson's solutions with TensorFlow, and the judge should load neither.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import cnncourse
from autograder.course import Course, CourseError
from autograder.files import write

FOLDER = ".autograder"
_SECONDS = 900


@dataclass(frozen=True)
class JudgeKey:
    """What a judge needs of a lesson.

    Args:
        text: the key, as `cnncourse.check.key.Key.from_json` reads it.
        fingerprint: names the seed in graded notebooks without giving it away.
    """

    text: str
    fingerprint: str


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
    folder = course.root / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    seed = _seed(folder / f"{lesson}.json", lesson)
    fingerprint = hashlib.sha256(f"{lesson}:{seed}".encode()).hexdigest()[:12]
    made_from = _made_from(course, lesson, seed)
    text = _stored(folder / f"{lesson}.key.json", made_from)
    if text is None:
        text = _compile_apart(course, lesson, seed)
        stored = json.dumps({"made_from": made_from, "key": text})
        write(folder / f"{lesson}.key.json", stored, private=True)
    return JudgeKey(text, fingerprint)


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
    folder = course.root / FOLDER
    if not (folder / f"{lesson}.json").is_file():
        return None
    seed = _seed(folder / f"{lesson}.json", lesson)
    return _stored(folder / f"{lesson}.key.json", _made_from(course, lesson, seed))


def specification_hash(course: Course, lesson: str) -> str:
    """Return a hash of all that a key is made from: the lesson, and the code that compiles it."""
    package, engine = Path(cnncourse.__file__).parent, Path(__file__).parents[1]
    sources = [*(course.solutions / lesson).rglob("*.py"), *package.rglob("*.py")]
    sources += [p for room in ("exercise", "lesson") for p in (engine / room).glob("*.py")]
    sources.append(engine / "build" / "compiler.py")
    digest = hashlib.sha256()
    for path in sorted(sources):
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _made_from(course: Course, lesson: str, seed: int) -> str:
    return hashlib.sha256(f"{seed}:{specification_hash(course, lesson)}".encode()).hexdigest()


def _stored(path: Path, made_from: str) -> str | None:
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        return stored["key"] if stored["made_from"] == made_from else None
    except (OSError, ValueError, KeyError, TypeError):
        return None  # never written, or cut off: it is only a cache


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
        done = subprocess.run(
            [sys.executable, "-m", "autograder.grading.secret_key", course.root, lesson, out],
            input=str(seed),
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            env={**os.environ, "CNNCOURSE_BUDGET": "smoke", "TF_CPP_MIN_LOG_LEVEL": "3"},
            check=False,
        )
        if done.returncode or not out.exists():
            lines = done.stderr.strip().splitlines() or ["it gave no reason"]
            raise CourseError(f"The judge's key of {lesson} cannot be compiled: {lines[-1]}")
        return out.read_text(encoding="utf-8")


def _compile_here() -> None:
    from autograder.build.compiler import SpecificationError, compile_key
    from autograder.lesson import Lesson

    root, lesson, out = sys.argv[1:]
    try:
        authored = Lesson.read(Course(Path(root)).solutions / lesson)
        key = compile_key(authored, int(sys.stdin.read()))
    except (CourseError, SpecificationError) as error:
        sys.exit(" ".join(str(error).split()))
    Path(out).write_text(key.to_json(), encoding="utf-8")


if __name__ == "__main__":
    _compile_here()
