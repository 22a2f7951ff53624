"""Set two ways of doing the same thing side by side, in one run, and print the ratio."""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from itertools import count
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CNNCOURSE_BUDGET", "smoke")
LESSON = "07_edges"
# Lessons whose checks are measured, and milliseconds that a check may take by kind of exercise.
CHECKED = ("07_edges", "08_convolution", "13_classic", "15_resnet")
AIMS = {"function": 50, "block": 300}


def seconds(action: Callable[[], object], repeats: int = 5) -> float:
    """Return the median time of an action, in seconds, after one run to warm up."""
    action()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def report(what: str, ours: float, other: str, theirs: float) -> None:
    """Print one comparison."""
    print(f"{what:<42} {ours:9.4f} s   {other:<38} {theirs:9.4f} s   ratio {ours / theirs:7.3f}")


def imports() -> None:
    """Importing the course against importing what it must not import."""

    def fresh(module: str) -> Callable[[], object]:
        return lambda: subprocess.run([sys.executable, "-c", f"import {module}"], check=True)

    bare = seconds(fresh("sys"))
    ours = seconds(fresh("cnncourse")) - bare
    report("import cnncourse", ours, "import numpy", seconds(fresh("numpy")) - bare)
    report("import cnncourse", ours, "import keras", seconds(fresh("keras"), 2) - bare)
    helped = [sys.executable, "-m", "autograder", "--help"]
    whole = seconds(lambda: subprocess.run(helped, check=True, stdout=subprocess.DEVNULL))
    report("autograder --help", whole, "Python alone", bare)


def checks() -> None:
    """What `check` takes in a notebook, beyond what the answer itself takes meanwhile."""
    from IPython.core.interactiveshell import InteractiveShell
    from IPython.utils.capture import capture_output

    from autograder.build.compiler import references
    from autograder.lesson import Lesson
    from cnncourse import begin
    from cnncourse.check import checker
    from cnncourse.check.subject import perform

    InteractiveShell.instance()  # so that outcomes are shown as in a notebook
    asked: list[dict[str, Any]] = []

    def noted(namespace: Mapping[str, Any], request: Mapping[str, Any]) -> dict[str, Any]:
        if request["op"] in ("call", "repeat", "build"):
            asked.append({k: v for k, v in request.items() if k != "forbid"})
        return perform(namespace, request)

    checker.perform = noted
    for name in CHECKED:
        lesson, check = Lesson.read(ROOT / "solutions" / name), begin(name)
        cells = ["", *(source for _, source in lesson.reference_source())]
        for spec, namespace in references(lesson):
            if spec.kind not in AIMS:
                continue
            there = {**namespace, "In": cells, "check": check}

            def checked(there: dict = there, name: str = spec.name) -> None:
                asked.clear()
                with capture_output():
                    exec(f"check({name!r})", there)

            whole = seconds(checked)
            # What the answer takes by itself: no rule watches it, and nothing is compared.
            alone = seconds(lambda n=namespace, a=list(asked): [perform(n, r) for r in a])
            beyond, aim = 1000 * (whole - alone), AIMS[spec.kind]
            print(
                f"check({spec.name})".ljust(42)
                + f"{beyond:7.0f} ms beyond the answer's {1000 * alone:7.0f} ms   "
                f"aim {aim:4} ms{'   MISSED' * (beyond > aim)}"
            )


def sandbox() -> None:
    """One child of the warm sandbox against a cold kernel, both running one cell with Keras."""
    from jupyter_client.manager import start_new_kernel

    from autograder.sandbox import Limits, Sandbox

    cell = "import keras; keras.ops.ones(3)"

    def cold() -> None:
        manager, client = start_new_kernel()
        client.execute_interactive(cell, timeout=60)
        client.stop_channels()
        manager.shutdown_kernel(now=True)

    handler, modules = "cnncourse.check.subject:perform", ("tensorflow", "keras")
    with Sandbox(handler=handler, import_from=[ROOT], modules=modules) as warm:

        def child() -> None:
            with warm.open(Limits()) as opened:
                opened.run_cell(cell)

        report("a sandboxed child, one cell", seconds(child), "a cold kernel", seconds(cold, 3))


def hashes() -> None:
    """One honest check of a quiz against guessing its letters, and all values of each lesson."""
    from autograder.build.compiler import references
    from autograder.exercise import Choices, Value
    from autograder.exercise.values import HARD
    from autograder.lesson import Lesson
    from cnncourse.check.kinds.value import digest

    fresh = count()
    guess = seconds(lambda: digest(f"guess {next(fresh)}", "salt", HARD))
    print(f"one guess {guess:.3f} s; a check of 6 questions {6 * guess:.2f} s")
    print("to guess, trying in order:")
    for folder in sorted((ROOT / "solutions").glob("*/exercises")):
        quiz = values = 0.0
        for spec, namespace in references(Lesson.read(folder.parent)):
            answer = namespace.get(spec.name)
            if isinstance(spec, Choices):
                quiz += sum(len(letters) for _, letters in spec.questions.values())
            elif isinstance(spec, Value):
                asked = spec.entries or {None: spec.expects}
                values += sum(
                    _guesses(answer if entry is None else answer[entry], expects, spec.step)
                    for entry, expects in asked.items()
                )
        hours = values * guess / 3600
        print(f"  {folder.parent.name:<20} quizzes {quiz * guess:6.1f} s   values {hours:14.1f} h")


def _guesses(answer: Any, expects: str, step: float) -> float:
    """Return how many guesses come before the right one, for someone who tries small ones first."""
    match expects:
        case "truth":
            return 2
        case "number":
            return abs(float(answer)) / step + 1
        case "integer":
            return abs(int(answer)) + 1
        case "shape":
            return float(max(answer, default=0) + 1) ** len(answer)
        case _:
            return 26 if len(answer) == 1 else 10_000  # a letter, or a word of the lesson


BENCHMARKS = {f.__name__: f for f in (imports, checks, sandbox, hashes)}


def main() -> None:
    """Run the benchmarks that are named, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(BENCHMARKS))
    names = parser.parse_args().names
    for name in names:
        if name not in BENCHMARKS:
            parser.error(f"there is no benchmark {name!r}: there are {', '.join(BENCHMARKS)}")
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    print(
        f"{platform.machine()}, {cores} cores, {platform.system()}, {sys.version.split()[0]}, "
        f"{time.strftime('%Y-%m-%d')}, load {os.getloadavg()[0]:.1f}"
    )
    for name in names or BENCHMARKS:
        BENCHMARKS[name]()


if __name__ == "__main__":
    main()
