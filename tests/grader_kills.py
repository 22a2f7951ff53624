"""Kill a grader at random moments, and compare what it leaves with an undisturbed run.

`make kills` runs it: `python tests/grader_kills.py [KILLS [SEED]]`.
"""

from __future__ import annotations

import json
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import gradebooks
import minilesson
import psutil
from minilesson import LESSON, RIGHT, answered, hand_in

from autograder.course import Course

ANSWERS = (
    RIGHT,
    RIGHT | {"explain": "Because it is twice."},
    {"double": "def double(x):\n    return x * x"},
    {},
    RIGHT | {"double": "import os; os._exit(0)"},
    RIGHT | {"double": "import time; time.sleep(1)\ndef double(x):\n    return x + x"},
)
COMMAND = [sys.executable, "-m", "autograder.cli", "grade", LESSON, "--jobs", "2"]
_GONE_SECONDS = 60  # until the last process of a killed grader is gone, on a busy machine


def light_course(root: Path) -> Course:
    """Make a course whose sandbox starts soon, since its one lesson needs no TensorFlow."""
    course = minilesson.course(root)
    with (root / "course.toml").open("a") as file:
        file.write("preload = []\n")
    return course


def make_class(root: Path, students: int) -> None:
    """Make a course with a class that handed in."""
    course = light_course(root)
    for number in range(students):
        path = hand_in(
            course.root / "submitted", f"s{number:02}", answered(**ANSWERS[number % len(ANSWERS)])
        )
        (path.parent / "timestamp.txt").write_text(f"2026-11-{number + 1:02} 10:00:00 UTC")


def copy_of(root: Path, other: Path) -> None:
    """Copy a course that was graded, with its secret but without anything that grading wrote."""
    left_out = shutil.ignore_patterns("autograded", "feedback", "gradebook.db", "journal")
    shutil.copytree(other, root, ignore=left_out)


def grade(root: Path) -> subprocess.CompletedProcess:
    """Grade undisturbed."""
    return subprocess.run(COMMAND, cwd=root, capture_output=True, text=True, timeout=900)


def grade_and_kill(root: Path, seconds: float) -> bool:
    """Start a grader and kill it after some time; return whether it was still at work.

    Raises:
        AssertionError: a process that it started is still there a minute later.
    """
    process = psutil.Popen(COMMAND, cwd=root, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline, family = time.monotonic() + seconds, []
    while time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.05)
        try:
            family = process.children(recursive=True)
        except psutil.Error:
            break
    at_work = process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.wait()
    _, alive = psutil.wait_procs(family, timeout=_GONE_SECONDS)
    assert not alive, f"outlived the grader: {alive}"
    return at_work


def remains(root: Path) -> dict[str, object]:
    """Return all that grading left in a course, without what is measured by the clock."""
    found: dict[str, object] = {"gradebook": gradebooks.dump(root / "gradebook.db")}
    for folder in ("autograded", "feedback"):
        for path in sorted((root / folder).rglob("*")):
            if path.is_file():
                found[str(path.relative_to(root))] = _untimed(path)
    private = {str(p.relative_to(root)) for p in (root / ".autograder").rglob("*")}
    found["private"] = sorted(private - {".autograder/grading.lock"})
    return found


def _untimed(path: Path) -> object:
    if path.suffix == ".html":
        return re.sub(r"<span>took .*?</span>", "", path.read_text("utf-8"), flags=re.DOTALL)
    if path.suffix != ".ipynb":
        return path.read_bytes()
    notebook = json.loads(path.read_bytes())
    for about in notebook["metadata"]["cnncourse"]["exercises"].values():
        del about["seconds"], about["memory_mb"]
    return notebook


def compare(folder: Path, kills: int, seed: int, students: int = 12) -> int:
    """Grade one course undisturbed, kill the grader of its copy again and again, compare.

    Args:
        folder: where both courses go.
        kills: how often.
        seed: of the moments.
        students: how many hand in.

    Returns:
        How many kills met a grader at work.

    Raises:
        AssertionError: something differs, or outlives its grader.
    """
    random_moment = random.Random(seed)
    calm, hunted = folder / "calm", folder / "hunted"
    make_class(calm, students)
    assert grade(calm).returncode == 0  # compiles the key, too
    copy_of(hunted, calm)
    shutil.rmtree(calm / ".autograder" / "journal")
    for name in ("autograded", "feedback"):
        shutil.rmtree(calm / name)
    (calm / "gradebook.db").unlink()
    start = time.monotonic()
    assert grade(calm).returncode == 0
    whole = time.monotonic() - start
    met = sum(grade_and_kill(hunted, random_moment.uniform(0.1, whole)) for _ in range(kills))
    done = grade(hunted)
    assert done.returncode == 0, done.stderr
    expected, left = remains(calm), remains(hunted)
    assert left.keys() == expected.keys(), left.keys() ^ expected.keys()
    differing = [name for name in left if left[name] != expected[name]]
    assert not differing, differing
    return met


if __name__ == "__main__":
    kills, seed = (
        [*map(int, sys.argv[1:]), 20, 20][:2] if len(sys.argv) < 3 else map(int, sys.argv[1:3])
    )
    with tempfile.TemporaryDirectory() as folder:
        met = compare(Path(folder), kills, seed)
    print(f"{kills} kills, {met} of a grader at work: the same as undisturbed.")
