"""Does a wrong number that later entries only carry on cost once?"""

from fractions import Fraction
from typing import ClassVar

import pytest
from judged import compiled, earned, judged

from autograder.build.compiler import SpecificationError
from autograder.exercise import Criterion, Value
from cnncourse.check.carried import NotAnExpression, names_in, rest


class Costs(Value):
    name = "costs"
    title = "What it costs"
    entries: ClassVar = {"shape": "shape", "weights": "integer", "work": "integer", "back": "shape"}
    criteria = tuple(Criterion(entry, 1, entry) for entry in entries)
    follows: ClassVar = {
        "work": (
            "work / (shape[0] * shape[1])",
            "work / (prod(shape) * weights)",
        ),
        "back": "back[0] - 2 * shape[0], back[1] - 2 * shape[1]",
    }


RIGHT = {"shape": (15, 21), "weights": 400, "work": 15 * 21 * 400, "back": (31, 43)}


@pytest.fixture(scope="module")
def costs():
    return compiled(Costs(), f"costs = {RIGHT}")


def graded(costs, **changed):
    """The outcome of the right answer with some entries changed."""
    return judged(costs, f"costs = {RIGHT | changed}")


def test_what_follows_from_a_wrong_entry_counts(costs):
    """Is a shape that was rounded down paid for once, where the rest follows from it?"""
    outcome = graded(costs, shape=(15, 20), work=15 * 20 * 400, back=[31, 41])
    assert earned(outcome) == {"weights", "work", "back"}
    assert outcome.message.startswith("shape: ")


def test_a_note_says_what_was_carried_on(costs):
    """Does the student read which entries count although they will have to change?"""
    outcome = graded(costs, shape=(15, 20), work=15 * 20 * 400)
    (note,) = outcome.notes
    assert note.startswith("'work' is what follows from your 'shape', so it counts as right.")


def test_an_entry_may_follow_in_several_ways(costs):
    """Does the work follow from a wrong shape, from wrong weights, and from both?"""
    assert "work" in earned(graded(costs, weights=300, work=15 * 21 * 300))
    both = graded(costs, shape=(15, 20), weights=300, work=15 * 20 * 300)
    assert earned(both) == {"work", "back"}
    assert "'shape' and 'weights'" in both.notes[0]


def test_a_mistake_of_its_own_still_costs(costs):
    """Is an entry refused that follows from nothing, and told what it builds on?"""
    outcome = graded(costs, shape=(15, 20), work=15 * 20 * 399)
    assert earned(outcome) == {"weights", "back"}
    assert any("It builds on 'shape', which is not right either." in d for d in outcome.details)
    alone = graded(costs, work=15 * 21 * 399)
    assert earned(alone) == {"shape", "weights", "back"}
    assert "builds on" not in alone.message


@pytest.mark.parametrize(
    "shape", [(), (0, 0), (15,), "15 by 20", None, (15.5, 20), [[1], [2, 3]], {"a": 0}]
)
def test_nothing_follows_from_what_cannot_be_computed_with(costs, shape):
    """Does an odd earlier entry cost no more than what depends on it, and end nothing?"""
    outcome = graded(costs, shape=shape, work=7, back=(9, 9))
    assert earned(outcome) == {"weights"}


class Sum(Value):
    name = "sums"
    title = "A sum"
    entries: ClassVar = {"a": "integer", "b": "integer", "total": "integer"}
    criteria = tuple(Criterion(entry, 1, entry) for entry in entries)
    follows: ClassVar = {"total": "total - a - b"}


@pytest.mark.parametrize(
    ("answer", "met"),
    [
        ({"a": 0, "b": 0, "total": 0}, set()),
        ({"a": 4, "b": 0, "total": 4}, {"a"}),
        ({"a": 4, "b": 6, "total": 10}, {"a", "total"}),
        ({"a": 4, "b": "5", "total": 4}, {"a"}),
    ],
)
def test_nothing_follows_from_blanks(answer, met):
    """Is a sum of zeros, which anyone could type, no sum that was carried on?"""
    key = compiled(Sum(), 'sums = {"a": 4, "b": 5, "total": 9}')
    assert earned(judged(key, f"sums = {answer}")) == met


class Chain(Value):
    name = "chain"
    title = "A chain of numbers"
    step = 0.01
    entries = dict.fromkeys(("a", "b", "c"), "number")
    criteria = tuple(Criterion(entry, 1, entry) for entry in entries)
    follows: ClassVar = {"b": "b / a", "c": "c - b"}


def test_a_chain_costs_where_it_broke():
    """Is every later number right that follows from the one before, within the step?"""
    key = compiled(Chain(), 'chain = {"a": 2.0, "b": 5.0, "c": 6.5}')
    assert earned(judged(key, 'chain = {"a": 3, "b": 7.501, "c": 9.0}')) == {"b", "c"}
    assert earned(judged(key, 'chain = {"a": 3, "b": 7.2, "c": 8.7}')) == {"c"}


@pytest.mark.parametrize(
    ("ways", "words"),
    [
        ({"lost": "lost - shape[0]"}, "there is no entry 'lost'"),
        ({"work": "work / size"}, "there is no entry 'size'"),
        ({"work": "weights / shape[0]"}, "is to say what remains of 'work'"),
        ({"work": "work / 3"}, "is to say what remains of 'work'"),
        ({"work": "work.real / weights"}, "more than arithmetic"),
        ({"work": "work /"}, "is no Python expression"),
    ],
)
def test_a_way_that_says_nothing_is_a_problem(ways, words):
    """Is the author told of an expression that cannot say how an entry follows?"""

    class Odd(Costs):
        follows = ways

    (problem,) = Odd().problems()
    assert words in problem


def test_a_rest_that_the_reference_has_not_is_refused():
    """Is an expression found out as the exercise is compiled that divides by zero there?"""

    class Zero(Costs):
        follows: ClassVar = {"work": "work / (shape[0] - 15)"}

    with pytest.raises(SpecificationError, match="cannot be computed"):
        compiled(Zero(), f"costs = {RIGHT}")


@pytest.mark.parametrize(
    "text",
    ["__import__('os')", "a.b", "a[b]", "a ** 9", "f(a)", "sum([a])", "'a' + a", "a if b else c"],
)
def test_only_arithmetic_is_computed(text):
    """Is everything refused that could do more than compute?"""
    with pytest.raises(NotAnExpression):
        names_in(text)


def test_a_rest_is_exact():
    """Are thirds not rounded, and an entry called like a function told from it?"""
    assert rest("sum / 3", {"sum": 1}) == (Fraction(1, 3),)
    assert rest("sum(shape) - sum, 1", {"sum": 2, "shape": [3, 4]}) == (5, 1)
    assert names_in("sum(shape) - sum") == {"shape", "sum"}
