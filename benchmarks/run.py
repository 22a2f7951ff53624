"""Set two ways of doing the same thing side by side, in one run, and print the ratio."""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CNNCOURSE_BUDGET", "smoke")
LESSON = "07_edges"


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


def checks() -> None:
    """An instant check against running the reference on the same probes."""
    from autograder.build.compiler import references
    from autograder.lesson import Lesson
    from cnncourse.check.key import Key
    from cnncourse.check.subject import perform
    from cnncourse.check.verdict import verdict

    key = Key.load(LESSON)
    for spec, namespace in references(Lesson.read(ROOT / "solutions" / LESSON)):
        exercise = key.exercises[spec.name]
        if exercise.kind != "function":
            continue

        def ask(request: dict, namespace: dict = namespace) -> dict:
            return perform(namespace, request)

        calls = [p.request for p in exercise.probes]
        whole = seconds(lambda e=exercise, a=ask: verdict(e, a))
        alone = seconds(lambda c=calls, a=ask: [a(r) for r in c])
        report(f"check({spec.name})", whole, "its calls alone", alone)


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
    for name in names or BENCHMARKS:
        BENCHMARKS[name]()


if __name__ == "__main__":
    main()
