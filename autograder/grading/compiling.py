"""Compile a judge's key in processes of their own, on all cores, and tell how far it is.

That runs the lesson's solutions with all they import, TensorFlow perhaps, and the judge should load
neither. Each process takes its share of the exercises; a compiled one is kept in the store.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

from autograder.build.processor_time import Allowance, Watch, watched
from autograder.build.store import Store
from autograder.course import Course, CourseError
from autograder.sandbox.linux import die_with_parent
from cnncourse.check.key import Key
from cnncourse.runtime import usable_cores

Tell = Callable[[int, int], None]

# For each process. It is processor time, so that a busy machine makes no class wait in vain.
_COMPILATION = Allowance(busy_seconds=3600)
_MOST_PROCESSES = 4  # each holds TensorFlow, and runs the lesson's solutions first


def compile_apart(course: Course, lesson: str, seed: int, tell: Tell) -> str:
    """Compile a lesson for the judge.

    Args:
        course: the course.
        lesson: the lesson's name.
        seed: the probes are drawn from it.
        tell: is told how many exercises are compiled, and of how many; 0 of 0 at the start.

    Returns:
        ``{"key", "rubrics"}`` as JSON.

    Raises:
        CourseError: the lesson's specification does not compile.
    """
    width = min(usable_cores(), _MOST_PROCESSES)
    done: list[str] = []
    telling = threading.Lock()
    tell(0, 0)

    def compiled(line: str) -> None:
        with telling:
            done.append(line)
            tell(len(done), int(line))

    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        shares = [
            stack.enter_context(_Share(course, lesson, seed, (i, width), Path(folder), compiled))
            for i in range(width)
        ]
        trees = [share.result() for share in shares]
    order = trees[0]["order"]
    exercises = {n: k for t in trees for n, k in Key.from_json(t["key"]).exercises.items()}
    key = Key(lesson, {name: exercises[name] for name in order})
    return json.dumps({"key": key.to_json(), "rubrics": trees[0]["rubrics"]})


class _Share:
    """A process that compiles each `width`-th exercise, from the `first` on."""

    def __init__(
        self,
        course: Course,
        lesson: str,
        seed: int,
        share: tuple[int, int],
        folder: Path,
        compiled: Callable[[str], None],
    ) -> None:
        self._lesson = lesson
        self._out = folder / f"key-{share[0]}.json"
        self._errors = folder / f"errors-{share[0]}"
        told = [str(course.root), lesson, str(self._out), *map(str, share), str(os.getpid())]
        with open(self._errors, "wb") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-m", __name__, *told],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                env={**os.environ, "CNNCOURSE_BUDGET": "smoke", "TF_CPP_MIN_LOG_LEVEL": "3"},
            )
        assert self._process.stdin is not None
        self._process.stdin.write(str(seed))
        self._process.stdin.close()
        self._reader = threading.Thread(target=self._read, args=(compiled,), daemon=True)

    def __enter__(self) -> _Share:
        self._watching = watched(self._process.pid, _COMPILATION)
        self._watch: Watch = self._watching.__enter__()
        self._reader.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        self._reader.join()
        self._watching.__exit__(None, None, None)

    def result(self) -> dict:
        """Wait for what it compiled.

        Raises:
            CourseError: it could not.
        """
        if self._process.wait() or not self._out.exists():
            excess = (
                self._watch.excess and f"it {self._watch.excess}; give its exercises less to do."
            )
            lines = self._errors.read_text("utf-8", "replace").strip().splitlines()
            reason = excess or (lines or ["it gave no reason"])[-1]
            raise CourseError(f"The judge's key of {self._lesson} cannot be compiled: {reason}")
        return json.loads(self._out.read_text(encoding="utf-8"))

    def _read(self, compiled: Callable[[str], None]) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                compiled(line)


def _compile_here() -> None:
    """Compile a share of a lesson, in a process made for it; print a line for each exercise."""
    root, lesson, out, first, width, parent = sys.argv[1:]
    die_with_parent(int(parent))
    from autograder.build.compiler import SpecificationError
    from autograder.exercise import Written
    from autograder.lesson import Lesson

    say, sys.stdout = sys.stdout, sys.stderr  # solutions may print
    try:
        course = Course(Path(root))
        authored = Lesson.read(course.solutions / lesson)
        exercises = {}
        for name, key in _share(course, authored, int(sys.stdin.read()), int(first), int(width)):
            exercises[name] = key
            print(len(authored.specs), file=say, flush=True)
    except (CourseError, SpecificationError) as error:
        sys.exit(" ".join(str(error).split()))
    automatic = [s.name for s in authored.specs if s.automatic]
    written = [s for s in authored.specs if not s.automatic]
    tree = {
        "key": Key(lesson, exercises).to_json(),
        "order": [*automatic, *(s.name for s in written)],
        "rubrics": {s.name: s.rubric_table() for s in written if isinstance(s, Written)},
    }
    Path(out).write_text(json.dumps(tree), encoding="utf-8")


def _share(course: Course, lesson, seed: int, first: int, width: int) -> Iterator[tuple]:
    """Yield this process's share of the compiled exercises."""
    from autograder.build.compiler import questions_only, references
    from autograder.build.keys import StoredKeys

    keys = StoredKeys(lesson, Store.private(course.root))
    mine = {spec.name for spec in lesson.specs[first::width]}
    missing = {}
    for spec in lesson.specs:
        if spec.name in mine and not spec.automatic:
            yield spec.name, spec.key(())
        elif spec.name in mine:
            empty = questions_only(spec, seed)
            if found := keys.find(empty):
                yield spec.name, found
            else:
                missing[spec.name] = empty
    for spec, namespace in references(lesson) if missing else ():
        if spec.name in missing:
            yield spec.name, keys.fill(spec, namespace, missing.pop(spec.name))
        if not missing:
            break


if __name__ == "__main__":
    _compile_here()
