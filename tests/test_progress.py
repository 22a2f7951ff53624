"""Does a log say what is being done, without a line for every cell?"""

from __future__ import annotations

import io

from autograder.cli.progress import Lines


def test_a_step_that_lasts_is_told_again():
    """Is a log silent for no longer than half a minute?"""
    stream, clock = io.StringIO(), iter(range(0, 1000, 10))
    tell = Lines(stream, lambda: next(clock))
    for number in range(1, 9):
        tell("07_edges", f"cell {number} of 86")
    assert stream.getvalue().splitlines() == [
        "07_edges: cell 1 of 86",
        "07_edges: cell 4 of 86",
        "07_edges: cell 7 of 86",
    ]


def test_every_lesson_is_told():
    """Is the first step of the next lesson told although it has the same name?"""
    stream = io.StringIO()
    tell = Lines(stream, lambda: 0.0)
    for lesson in ("01_a", "02_b"):
        for step in ("reading", "compiling the key"):
            tell(lesson, step)
    assert stream.getvalue().splitlines() == [
        "01_a: reading",
        "01_a: compiling the key",
        "02_b: reading",
        "02_b: compiling the key",
    ]
