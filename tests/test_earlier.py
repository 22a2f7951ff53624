"""Does an answer that fails by an earlier one say so?"""

import pytest

from cnncourse.check.earlier import with_causes
from cnncourse.check.outcome import NotAttempted, PartlyRight, Raised, Right, WrongValues

ORDER = ("block", "other", "network", "later")
USING = "def network(n):\n    return [block(i) for i in range(n)]"


def noted(source, *, outcome=WrongValues, **earlier):
    """The notes of an answer called ``network`` beside earlier outcomes."""
    outcomes = {name: kind(name, (), "") for name, kind in earlier.items()}
    return with_causes(outcome("network", (), "No."), source, ORDER, outcomes.get).notes


@pytest.mark.parametrize("kind", [WrongValues, PartlyRight, Raised])
def test_a_wrong_earlier_answer_is_named(kind):
    """Is the answer named that this one calls and that is not right?"""
    assert noted(USING, block=kind) == (
        "It uses your `block`, which is not right yet. Mend that first, and check again.",
    )


def test_an_earlier_answer_that_is_missing_is_named():
    """Is it said that nothing was written there?"""
    (note,) = noted(USING, block=NotAttempted)
    assert "which is not written yet" in note


@pytest.mark.parametrize(
    ("source", "earlier"),
    [
        (USING, {"block": Right}),
        (USING, {}),
        (USING, {"other": WrongValues, "later": WrongValues}),
        ("def network(block):\n    return block", {"block": WrongValues}),
        ("network = [later]", {"later": WrongValues}),
        ("def network(:", {"block": WrongValues}),
        (None, {"block": WrongValues}),
    ],
    ids=["right", "unknown", "unused", "its own name", "a later one", "no Python", "lost"],
)
def test_nothing_else_is_blamed(source, earlier):
    """Is no answer named that is right, unused, or known by nothing?"""
    assert noted(source, **earlier) == ()


@pytest.mark.parametrize("outcome", [Right, NotAttempted])
def test_what_did_not_fail_needs_no_cause(outcome):
    """Is nothing said of a right answer, or of one that is not there?"""
    assert noted(USING, outcome=outcome, block=WrongValues) == ()
