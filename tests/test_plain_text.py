"""Can a student's name or words steer the terminal that shows them?"""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from autograder.grading.batch import Graded
from autograder.grading.leaderboard import Leaderboard, Standing
from autograder.grading.leaderboard import print_table as print_board
from autograder.grading.plain_text import listed, plain, student_id
from autograder.grading.results import print_table, row

NAMES = ["[red]rich[/red]", "[bold", "a\\", "[link=x]y[/link]", ":smile:", "=cmd|'!A1"]


def printed(show, *arguments):
    stream = io.StringIO()
    show(Console(file=stream, width=200, force_terminal=True, no_color=True), *arguments)
    return stream.getvalue()


@pytest.mark.parametrize("name", NAMES)
def test_a_table_shows_names_as_they_are(name):
    """Is markup in a name, or in what is said, shown rather than obeyed?"""
    assert printed(print_table, "01_mini", [Graded(name, error=f"{name} is odd.")]).count(name) == 2
    alone = row(Graded(name, error=f"{name} is odd."), width=30)
    assert printed(lambda console: console.print(alone)).count(name) == 2
    board = Leaderboard("01_mini", "f", 1.0, {}, (Standing(name, 1.0, reason="none"),))
    assert name in printed(print_board, board)


@pytest.mark.parametrize("steering", ["\x1b[2J", "\x1b]0;t\x07", "\u202e", "\r", "\x9b2J"])
def test_nothing_in_a_table_steers_the_terminal(steering):
    """Are escapes and marks of direction written out, in names and in messages?"""
    quiet = printed(print_table, "01_mini", [Graded("ann", error="Odd.")])
    shown = printed(print_table, "01_mini", [Graded(f"a{steering}", error=f"Odd {steering}.")])
    assert shown.count("\x1b") == quiet.count("\x1b")
    assert not {"\u202e", "\r", "\x07", "\x9b"} & set(shown)
    assert plain(steering) in shown


@pytest.mark.parametrize("name", ["\n" * 200, "ü" * 127, "\u202e" * 100, "x" * 255])
def test_a_student_is_recorded_under_a_name_that_a_folder_may_have(name):
    recorded = student_id(name)
    assert recorded.isprintable()
    assert len(recorded.encode()) <= 255
    assert student_id(name + "y") != recorded


def test_a_row_of_names_is_no_longer_than_a_sentence():
    assert listed(["a"]) == "a"
    assert listed([str(n) for n in range(50)]) == "0, 1, 2 and 47 more"
