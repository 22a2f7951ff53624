"""Are equations judged by what they compute, and hostile ones refused before they cost anything?"""

import numpy as np
import pytest
from judged import compiled, judged, replying

from autograder.exercise import Criterion, Equation, Probe, wrong
from cnncourse.check.outcome import NotAttempted, Raised, Right, WrongShape, WrongType, WrongValues
from cnncourse.check.verdict import verdict


class Convolve(Equation):
    name = "equation"
    title = "Convolution as einsum"
    criteria = (Criterion("value", 1, "the value"),)

    def probes(self, rng):
        windows = rng.normal(size=(2, 6, 8, 3, 3, 4))
        yield Probe("value", "windows and a kernel", args=(windows, rng.normal(size=(3, 3, 4, 5))))

    transposed = wrong("You swapped the window's axes.", source="'nhwijc,jicf->nhwf'")
    summed = wrong("You summed over the filters.", source="'nhwijc,ijcf->nhw'")


@pytest.fixture(scope="module")
def key():
    return compiled(Convolve(), "equation = 'nhwijc,ijcf->nhwf'")


@pytest.mark.parametrize(
    "text",
    [
        "nhwijc,ijcf->nhwf",
        "abcdef,defg->abcg",
        " n h w i j c , i j c f -> n h w f ",
        "BHWijc,ijcf->BHWf",
        "...ijc,ijcf->...f",
        "abcxyz,xyzd",
    ],
)
def test_any_letters_are_right(key, text):
    """Is the equation accepted with other letters, spaces, dots, or without an arrow?"""
    assert isinstance(judged(key, f"equation = {text!r}"), Right)


@pytest.mark.parametrize(
    ("text", "state"),
    [
        ("nhwijc,jicf->nhwf", WrongValues),
        ("nhwijc,ijcf->nhw", WrongShape),
        ("nhwijc,ijcf->fnhw", WrongShape),
        ("nhwijc,ijcf", WrongShape),
        ("nhwijc->nhwf", Raised),
        ("nhwijc,ijcf->nhwz", Raised),
        ("nhwijc,ijcf->nnhw", Raised),
        ("nhwijc,ijc->nhw", Raised),
    ],
)
def test_other_equations_are_wrong(key, text, state):
    """Is each told what is wrong with it?"""
    assert type(judged(key, f"equation = {text!r}")) is state


def test_a_foreign_character_is_named(key):
    """Does an arrow of one character get told from the form?"""
    assert "'→' has no place in it" in judged(key, "equation = 'nhwijc,ijcf→nhwf'").message


def test_a_misconception_is_named_in_any_letters(key):
    """Is a wrong equation recognised by what it computes?"""
    assert judged(key, "equation = 'abcdef,edfg->abcg'").misconception == "transposed"


@pytest.mark.parametrize(
    "text",
    [
        "a" * 10_000,
        "a,b,c,d,e,f,g->abcdefg",
        "ij->",
        "",
        "->",
        ",",
        "ij,jk→ik",
        "ⅈj,jk->ik",
        "nhwijc,ijcf->nhwf\n",
        "nhwijc,ijcf->nhwf; import os",
        ".n.h.w.,....->",
        "....,->",
        "x" * 24 + "," + "y" * 24 + "->",
        "\x00,\x00->\x00",
        "__class__",
        "nhwijc,ijcf->->nhwf",
    ],
    ids=repr,
)
def test_a_hostile_text_is_refused(key, text):
    """Is what is no such equation refused in words, at no cost?"""
    outcome = judged(key, f"equation = {text!r}")
    assert isinstance(outcome, Raised)
    assert outcome.message.startswith("NumPy refuses the equation: ")
    assert outcome.score == 0


@pytest.mark.parametrize("value", [3, [1, 2], b"ij,jk->ik", np.zeros(3), {"a": 1}, ("ij", "jk")])
def test_what_is_no_text_is_said(key, value):
    """Is another type told that an equation is expected?"""
    outcome = verdict(key, replying({"value": value}))
    assert isinstance(outcome, WrongType)
    assert "an equation as text is expected" in outcome.message


def test_a_huge_outer_product_is_not_computed():
    """Is an equation refused that would fill the memory, where the right one is small?"""

    class Traces(Equation):
        name = "equation"
        title = "Sum of products"
        criteria = (Criterion("value", 1, "the value"),)

        def probes(self, rng):
            yield Probe("value", "two matrices", args=(np.ones((200, 200)), np.ones((200, 200))))

    key = compiled(Traces(), "equation = 'ij,ij->'")
    assert isinstance(judged(key, "equation = 'ab,ab->'"), Right)
    for text in ("ij,kl->ijkl", "ij,kl->", "...,kl->...kl", "i...,kl->ikl..."):
        assert "far more" in judged(key, f"equation = {text!r}").message


def test_an_equation_left_open_is_not_attempted(key):
    """Is the placeholder told from a wrong equation?"""
    assert isinstance(judged(key, "equation = ..."), NotAttempted)


def test_the_equation_itself_is_not_in_the_key():
    """Does the key hold what the equation computes, and not the equation?"""
    from cnncourse.check.key import Key

    exercise = compiled(Convolve(), "equation = 'nhwijc,ijcf->nhwf'")
    assert "ijcf" not in Key("t", {"equation": exercise}).to_json()
