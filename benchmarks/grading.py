"""Set graders side by side: the same class, the same exercises, one run on a quiet machine.

    python benchmarks/grading.py --submissions 12 48 --workers 1 2 --runs 3

Four are compared: `autograder grade`; nbgrader without our plugin, `autograde` and
`generate_feedback`; `otter run`; and the floor, the cells that the answers need in one warm
process, which isolates, judges and records nothing. The others grade one submission after another,
so they get only the smallest class. The last line is JSON: per lesson how many times more
submissions per second than nbgrader and otter with most workers, processor seconds per submission
above the floor, and how many times faster two workers are than one; null where not measured.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path
from time import perf_counter

import nbformat
import psutil
from graders import ROOT, Nbgrader, Otter, Ours, floor, otter_environment
from measuring import Measured, median

from autograder.demo.sample import sample_class
from autograder.grading.judge import HANDLER
from autograder.lesson import Lesson
from autograder.sandbox import Limits, Sandbox

LESSONS = ("07_edges", "13_classic", "16_mobilenet")
_MIB = 2**20


class Comparison:
    """One lesson, all graders.

    Args:
        lesson: the lesson's name.
        folder: an empty folder.
        options: what was asked for on the command line.
        otter: an environment with otter-grader; None to leave it out.
    """

    def __init__(
        self, lesson: str, folder: Path, options: argparse.Namespace, otter: Path | None
    ) -> None:
        self._lesson, self._folder, self._runs = lesson, folder, options.runs
        self._sizes, self._workers = sorted(options.submissions), sorted(options.workers)
        self._release = nbformat.read(ROOT / "notebooks" / lesson / f"{lesson}.ipynb", as_version=4)
        self._otter = otter
        self._cluster = options.cluster
        self._ours: dict[tuple[int, int], Measured] = {}

    def print(self) -> dict[str, float | None]:
        """Measure, print line by line, and return what the last line says of the lesson."""
        print(f"\n{self._lesson}")
        small = self._sizes[0]
        alone = floor(self._place("floor"), self._lesson, _right(self._lesson, small))
        clock, processor = (statistics.median(column) for column in zip(*alone, strict=True))
        print(f"  {'the floor':<44} {clock:8.2f} s each, {processor:.2f} s of the processor")
        self._measure_ours()
        stock = Nbgrader(self._place("nbgrader"), self._lesson, self._release)
        nbgrader = self._others("nbgrader autograde, generate_feedback", stock)
        otter = None
        if self._otter is not None:
            runner = Otter(self._place("otter"), self._lesson, self._release, self._otter)
            otter = self._others("otter run", runner)
        most, large = self._workers[-1], self._sizes[-1]
        ours = self._ours[most, large].seconds / large
        one, two = (self._ours.get((workers, large)) for workers in (1, 2))
        return {
            "nbgrader": round(nbgrader / ours, 2),
            "otter": otter and round(otter / ours, 2),
            "over_floor_s": round(self._each(self._workers[0]) - processor, 3),
            "two_workers": round(one.seconds / two.seconds, 3) if one and two else None,
        }

    def _measure_ours(self) -> None:
        grader = Ours(self._place("ours"), self._lesson)
        print(f"  {'compiling the key, once':<44} {grader.first.seconds:8.2f} s")
        for size in self._sizes:
            notebooks = _right(self._lesson, size)
            for workers in self._workers:
                took = median(grader.grade(notebooks, workers) for _ in range(self._runs))
                self._ours[workers, size] = took
                cores = min(workers, psutil.cpu_count() or 1)
                _show(f"autograder grade, {workers} workers, {size} submissions", took, size, cores)
        if self._cluster:
            self._measure_a_cluster(grader)
        for workers in self._workers:
            each = self._each(workers)
            print(f"  {f'processor time of one more, {workers} workers':<44} {each:8.2f} s")

    def _measure_a_cluster(self, grader: Ours) -> None:
        """Print how much of two warm workers on a cluster is used."""
        size = self._sizes[-1]
        notebooks = _right(self._lesson, size)
        one, two = (
            median(grader.grade_on(n, notebooks) for _ in range(self._runs)) for n in (1, 2)
        )
        for n, took in ((1, one), (2, two)):
            _show(f"--scheduler, {n} workers, {size} submissions", took, size, n)
        print(
            f"  {'efficiency of two workers on a cluster':<44} {one.seconds / two.seconds / 2:8.2f}"
        )

    def _each(self, workers: int) -> float:
        """Return processor seconds per submission; of one more, if there are two sizes."""
        small, large = self._sizes[0], self._sizes[-1]
        more = self._ours[workers, large].processor
        if small == large:
            return more / large
        return (more - self._ours[workers, small].processor) / (large - small)

    def _others(self, name: str, grader: Nbgrader | Otter) -> float:
        """Return seconds per submission of a grader that knows no workers."""
        size = self._sizes[0]
        notebooks = _right(self._lesson, size)
        took = median(grader.grade(notebooks) for _ in range(self._runs))
        _show(f"{name}, {size} submissions", took, size, 1)
        return took.seconds / size

    def _place(self, name: str) -> Path:
        place = self._folder / name
        place.mkdir(parents=True)
        return place


def _right(lesson: str, size: int) -> dict[str, bytes]:
    """Return a class in which everything is right, in several styles."""
    authored = Lesson.read(ROOT / "solutions" / lesson)
    release = nbformat.read(ROOT / "notebooks" / lesson / f"{lesson}.ipynb", as_version=4)

    def right() -> Iterator[bytes]:
        for sample in sample_class(authored, release):
            if sample.student == "perfect" or sample.student.startswith("style-"):
                assert sample.content is not None
                yield sample.content

    return {f"student{n:04}": content for n, content in enumerate(islice(cycle(right()), size))}


def _show(name: str, took: Measured, size: int, cores: int) -> None:
    each = took.seconds / size
    print(
        f"  {name:<44} {each:8.2f} s each, {3600 / each / cores:7.0f} per core and hour, "
        f"{took.processor / size:.2f} s of the processor, {took.memory / _MIB:5.0f} MiB at most"
    )


def start_of_a_sandbox(starts: int = 100) -> None:
    """Print how long a student's process takes from the request to the end of an empty cell."""
    times = []
    with Sandbox(handler=HANDLER, modules=("tensorflow", "keras")) as warm:
        for _ in range(starts):
            start = perf_counter()
            with warm.open(Limits()) as child:
                child.run_cell("")
                times.append(perf_counter() - start)
    centiles = statistics.quantiles(times, n=100)
    print(
        f"a student's process, {starts} starts: p50 {1000 * centiles[49]:.0f} ms, "
        f"p99 {1000 * centiles[98]:.0f} ms"
    )


def main() -> None:
    """Compare graders on some lessons."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--submissions", type=int, nargs="+", default=[12, 48], metavar="N")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2], metavar="N")
    parser.add_argument("--lessons", nargs="+", default=LESSONS, metavar="LESSON")
    parser.add_argument("--runs", type=int, default=3, metavar="N", help="medians of so many")
    parser.add_argument("--cluster", action="store_true", help="measure two Dask workers, too")
    options = parser.parse_args()
    load = psutil.getloadavg()[0]
    print(
        f"{datetime.now(UTC):%Y-%m-%d}, {platform.system()} {platform.machine()}, "
        f"{psutil.cpu_count()} cores, load {load:.1f}, Python {platform.python_version()}"
    )
    if load > 0.5:
        print("This machine is not quiet: these numbers say little.")
    start_of_a_sandbox()
    with tempfile.TemporaryDirectory() as folder:
        otter = otter_environment(Path(folder) / "otter-environment")
        found = {
            lesson: Comparison(lesson, Path(folder) / lesson, options, otter).print()
            for lesson in options.lessons
        }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
