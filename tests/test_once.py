"""Does an audit run each answer once, and ask it nothing twice whose reply is settled?"""

from types import SimpleNamespace

import numpy as np
import pytest

from autograder.audit.once import Once

BUILD = {"op": "build", "name": "f", "args": [np.ones(2)], "kwargs": {}}
RUN = {"op": "run", "handle": 1, "inputs": [np.zeros((1, 2))], "training": False}


class Counting:
    """Runs answers; counts their runs, and notes what they are asked."""

    def __init__(self):
        self.runs, self.asked = 0, []

    def __call__(self, spec, answer, namespace):
        self.runs += 1

        def ask(request):
            self.asked.append(request)
            return {"value": len(self.asked)}

        return ask


def exercise(kind):
    """What is looked at of a specification: its kind, and the cell of an answer."""
    return SimpleNamespace(kind=kind, cell=lambda answer: answer)


@pytest.fixture
def counting():
    return Counting()


@pytest.mark.parametrize("kind", ["block", "pipeline", "value"])
def test_an_answer_runs_once(counting, kind):
    """Does an answer that is asked again stand as it was left, and another cell run anew?"""
    once = Once(counting)
    for cell in ("f = 1", "f = 1", "f = 2"):
        once(exercise(kind), cell, {})
    assert counting.runs == 2


def test_a_function_is_defined_anew(counting):
    """Can a function remember nothing of what it was called with for the record?"""
    once = Once(counting)
    once(exercise("function"), "f = abs", {})
    once(exercise("function"), "f = abs", {})
    assert counting.runs == 2


@pytest.mark.parametrize("request_", [BUILD, RUN, {"op": "repeat", "seed": 3, "times": 2}])
def test_a_settled_question_is_asked_once(counting, request_):
    """Is the same reply given to an equal question, whoever puts it?"""
    once = Once(counting)
    replies = [once(exercise("block"), "f = 1", {})(dict(request_)) for _ in range(2)]
    assert replies[0] == replies[1]
    assert len(counting.asked) == 1


def test_another_question_is_asked(counting):
    """Is a network run again with other inputs, or other weights?"""
    ask = Once(counting)(exercise("block"), "f = 1", {})
    others = [RUN, RUN | {"inputs": [np.ones((1, 2))]}, RUN | {"training": True}]
    assert [ask(request)["value"] for request in others] == [1, 2, 3]


def test_starting_weights_are_drawn_anew(counting):
    """Is a network as it was built looked at each time?"""
    ask = Once(counting)(exercise("block"), "f = 1", {})
    assert ask({"op": "fresh", "handle": 1}) != ask({"op": "fresh", "handle": 1})
