"""Is a lesson run whole only where that may make the name that an answer did not find?"""

import pytest

from autograder.grading.missing_names import Makers, missing_name
from autograder.sandbox.statements import LeftOut


def missed(name, *bound):
    """A statement that failed for want of a name, and would have bound others."""
    return LeftOut(1, "NameError", f"name {name!r} is not defined", bound)


def test_a_name_that_no_cell_binds_cannot_be_made():
    """Is a misspelt name no reason to run anything?"""
    assert not Makers({0: "a = 1"}).may_make("b")


@pytest.mark.parametrize(
    "source", ["if c:\n    b = 1", "import b", "def b(): pass", "def f():\n    global b\n    b = 1"]
)
def test_a_name_that_some_cell_binds_can_be_made(source):
    """Is a cell tried that binds the name, even in a branch or within a function?"""
    assert Makers({0: source}).may_make("b")


@pytest.mark.parametrize("source", ["exec(text)", "from m import *", "globals()[k] = 1", "%run x"])
def test_a_cell_that_cannot_be_read_may_make_every_name(source):
    """Is a cell tried whose effect does not stand in its text?"""
    assert Makers({0: source}).may_make("b")


def test_a_cell_that_took_its_process_with_it_makes_nothing():
    """Is an endless loop not run once more for the name below it?"""
    makers = Makers({0: "while True: pass\nb = 1"})
    makers.lost(0)
    assert not makers.may_make("b")


def test_a_cell_that_is_no_python_makes_nothing():
    """Does a syntax error in an answer not run the whole lesson?"""
    makers = Makers({0: "b = (1"})
    makers.failed(0, "SyntaxError", [])
    assert not makers.may_make("b")


def test_a_cell_that_failed_for_want_of_a_name_follows_that_name():
    """Is a lesson's cell that was not run still found through an answer that failed for it?"""
    makers = Makers({0: "if c:\n    a = 1", 1: "b = a", 2: "d = e"})
    makers.failed(1, "NameError", [missed("a", "b")])
    makers.failed(2, "NameError", [missed("e", "d")])
    assert makers.may_make("b")
    assert not makers.may_make("d")


def test_names_that_miss_each_other_end():
    """Does a circle of missing names come to an end?"""
    makers = Makers({0: "a = b", 1: "b = a"})
    makers.failed(0, "NameError", [missed("b", "a")])
    makers.failed(1, "NameError", [missed("a", "b")])
    assert not makers.may_make("a")


def test_a_cell_that_failed_otherwise_may_do_better_when_all_run():
    """Is an answer tried again that lacked what only a cell that did not run would have done?"""
    makers = Makers({0: "b = table['a']"})
    makers.failed(0, "KeyError", [LeftOut(1, "KeyError", "'a'", ("b",))])
    assert makers.may_make("b")


@pytest.mark.parametrize(
    ("kind", "text", "name"),
    [
        ("NameError", "name 'é' is not defined", "é"),
        ("NameError", "free variable 'x' referenced before assignment", ""),
        ("ValueError", "name 'x' is not defined", None),
    ],
)
def test_the_name_is_read_from_the_exception(kind, text, name):
    """Is the missing name read, and what cannot be read told from what is no missing name?"""
    assert missing_name(kind, text) == name
