"""Are changed right answers killed, told apart by further questions, or called equivalent?"""

from __future__ import annotations

import ast
import json

import numpy as np
import pytest
from authored import write_lesson
from minilesson import LESSON, SETUP

from autograder.audit import mutants as judging
from autograder.audit.mutants import lesson_mutants
from autograder.audit.mutation import mutants
from autograder.audit.nearby import nearby
from autograder.cli import main
from cnncourse.check.key import KeyProbe

pytestmark = pytest.mark.heavy

SCRIPT = f'''# %% [markdown]
# # A lesson
#
# **Time** 5 minutes · **Needs** nothing · **Running everything** {{{{seconds}}}} s on two CPU cores
#
# **What is twice a number?**

# %% tags=["setup"]
{SETUP}

# %% [markdown]
# ### {{{{exercise scaled}}}}

# %% tags=["exercise"]
def scaled(x, step=1):
    """Positive numbers times two steps."""
    ### BEGIN SOLUTION
    return 2 * np.where(x > 0, x, 0) * step
    ### END SOLUTION

# %% tags=["check"]
check(scaled)

# %% [markdown]
# ### {{{{exercise halvings}}}}

# %% tags=["exercise"]
### BEGIN SOLUTION
halvings, rest = 0, 8
while rest > 1:
    halvings, rest = halvings + 1, rest // 2
### END SOLUTION

# %% tags=["check"]
check(halvings=halvings)
'''
# No probe passes a step other than 1.
SPECIFICATIONS = """
from autograder.exercise import Criterion, Function, Probe, Value, wrong


class Scaled(Function):
    name = "scaled"
    title = "Twice"
    criteria = (Criterion("values", 1, "the values"),)

    def probes(self, rng):
        yield Probe("values", "some numbers", args=(rng.normal(size=(3, 4)), 1))


    zeros = wrong("All zeros.", change={"2 *": "0 *"})


class Halvings(Value):
    name = "halvings"
    title = "Halvings"
    expects = "integer"
    criteria = (Criterion("value", 1, "the number is right"),)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_lesson(tmp_path_factory.mktemp("course"), LESSON, SCRIPT, SPECIFICATIONS)


@pytest.fixture(scope="module")
def scaled(folder):
    return lesson_mutants(folder, ["scaled"])[f"{LESSON}/scaled"]


def changes(source):
    return [(m.old, m.new) for m in mutants(source)]


@pytest.mark.parametrize(
    ("source", "new"),
    [
        ("y = a + b", "y = a - b"),
        ("y = 1 - p", "y = p"),
        ("y = a / b", "y = b / a"),
        ("y = a <= b", "y = a < b"),
        ("y = a and b", "y = a or b"),
        ("y = -a", "y = a"),
        ("y = 3", "y = 4"),
        ("y = 3", "y = 2"),
        ("y = 3", "y = 0"),
        ("y = 3", "y = -3"),
        ("y = 0.01", "y = 0.1"),
        ("y = f(a, b)", "y = f(b, a)"),
        ("y = np.sum(a, axis=0)", "y = np.sum(a, axis=1)"),
        ("y = np.sum(a, keepdims=True)", "y = np.sum(a)"),
        ("y = np.minimum(a, b)", "y = np.maximum(a, b)"),
        ("y = math.floor(a)", "y = math.ceil(a)"),
        ("y = a[:n]", "y = a[:n + 1]"),
        ("y = a[::2]", "y = a[:]"),
        ("y = Conv(3, padding='same')", "y = Conv(3, padding='valid')"),
        ("y = Conv(3, use_bias=False)", "y = Conv(3)"),
        ("y = layers.ReLU()(x)", "y = x"),
        ("y = [A(), B()]", "y = [B(), A()]"),
        ("y = [A(), B()]", "y = [A()]"),
        ("y = (a, b)", "y = (b, a)"),
        ("x = f(x)\nx = g(x)", "x = g(x); x = f(x)"),
        ("if a:\n    b()", "pass"),
    ],
)
def test_each_way_of_changing_an_answer(source, new):
    """Is an answer changed as a student's slip would change it?"""
    assert new in [new for _, new in changes(source)]


def test_only_the_solution_is_changed():
    """Do signature, docstring, imports, given lines and texts stay as they are?"""
    source = (
        "import numpy as np\ngiven = 1 + 2\ndef f(x, n=3):\n    '''Doc.'''\n"
        "    ### BEGIN SOLUTION\n    return open('a/file' * 1)\n    ### END SOLUTION"
    )
    found = mutants(source)
    assert {m.line for m in found} == {6}
    for mutant in found:
        assert mutant.source.startswith("import numpy as np\ngiven = 1 + 2\n\ndef f(x, n=3):")
        texts = [n.value for n in ast.walk(ast.parse(mutant.source)) if isinstance(n, ast.Constant)]
        assert {t for t in texts if isinstance(t, str)} <= {"Doc.", "a/file"}


@pytest.mark.parametrize(
    ("source", "new"),
    [
        ("y = np.maximum(a, b)", "y = np.maximum(b, a)"),
        ("y = a.sum(axis=(0, 1))", "y = a.sum(axis=(1, 0))"),
        ("y = 0.0", "y = -0.0"),
        ("y = 'some words'", "y = ''"),
    ],
)
def test_changes_that_change_nothing_are_not_made(source, new):
    """Is the author spared what is right for all to see?"""
    assert new not in [new for _, new in changes(source)]


def test_mutants_are_the_same_each_time():
    """Are they enumerated, each once, none equal to the answer?"""
    source = "y = np.where(x > 0, x, 0.1 * x)"
    found = changes(source)
    assert found == changes(source)
    assert len(set(found)) == len(found)
    assert all(old != new for old, new in found)


def test_what_the_probes_miss_survives(scaled):
    """Is a mutant listed as a survivor, with the question that tells it apart?"""
    change = ("return 2 * np.where(x > 0, x, 0) * step", "return 2 * np.where(x > 0, x, 0) / step")
    (found,) = (s for s in scaled.survivors if (s.old, s.new) == change)
    assert found.line == 4
    assert found.shown_by == "near a probe: some numbers, with 2 as args[1]"


def test_what_cannot_be_told_apart_is_equivalent(scaled):
    """Is a mutant that is right everywhere kept apart from the survivors?"""
    new = "return 2 * np.where(x >= 0, x, 0) * step"
    assert new in [e.new for e in scaled.equivalent]
    assert new not in [s.new for s in scaled.survivors]
    assert scaled.questions > 10


def test_the_rest_is_killed(scaled):
    """Does each mutant count once?"""
    listed = len(scaled.survivors) + len(scaled.equivalent)
    assert scaled.killed == scaled.mutants - listed > listed > 0


def test_mutants_that_a_thin_misconception_claims_are_listed(scaled):
    """Is the author shown which changes get a message that little speaks for?"""
    found = {c.new: c.misconception for c in scaled.claimed}
    assert set(found.values()) == {"zeros"}
    assert "return 0 * np.where(x > 0, x, 0) * step" in found


def test_an_endless_mutant_is_killed(folder, monkeypatch):
    """Does `rest // 1` in a loop end, and count as refused?"""
    monkeypatch.setattr(judging, "CHECK_SECONDS", 0.2)
    found = lesson_mutants(folder, ["halvings"])[f"{LESSON}/halvings"]
    assert found.killed > 5
    assert "rest // 1" not in json.dumps(found.as_dict())


def test_mutants_print_nothing(folder, capfd):
    """Is what mutants print or warn of kept from whoever reads the report?"""
    lesson_mutants(folder, ["scaled"])
    assert capfd.readouterr() == ("", "")


def test_nearby_questions_differ_in_one_argument():
    """Is the probe itself left as it was, and each of its values changed somewhere?"""
    array = np.arange(6.0).reshape(2, 3)
    request = {"op": "call", "name": "f", "args": [array, (2, 2)], "kwargs": {"flag": True}}
    probe = KeyProbe("numbers", {}, request, {}, {})
    found = list(nearby([probe], np.random.default_rng(0)))
    assert probe.request["args"] == [array, (2, 2)]
    asked = [p.request for p in found]
    assert {"args": [array, (2, 2)], "kwargs": {"flag": False}}.items() <= asked[-4].items()
    assert [r["args"][1] for r in asked if r["args"][0] is array][:4] == [
        (3, 2), (1, 2), (2, 3), (2, 1),
    ]  # fmt: skip
    shapes = {np.shape(r["args"][0]) for r in asked}
    assert shapes == {(2, 3), (1, 3), (2, 2)}


def test_the_command_reports_mutants_beside_the_audit(folder, tmp_path, monkeypatch, capsys):
    """Do the report's other numbers stay where they are, and is each change a line each?"""
    (folder.parent.parent / "nbgrader_config.py").touch()
    monkeypatch.chdir(folder)
    report = tmp_path / "audit.json"
    main(["audit", f"{LESSON}/scaled", "--mutants", "--json", str(report)])
    tree = json.loads(report.read_text(encoding="utf-8"))
    assert set(tree) == {
        *("exercises", "kill_rate", "false_rejections", "diagnosis_rate", "mutants"),
        *("styles", "precision_variants", "precision_variants_passed"),
        *("near_misses", "near_misses_told", "thin_misconceptions", "near_miss_share"),
    }  # fmt: skip
    assert set(tree["exercises"]) == set(tree["mutants"]) == {f"{LESSON}/scaled"}
    assert tree["mutants"][f"{LESSON}/scaled"]["survivors"]
    assert (
        f"{LESSON}/scaled, line 4 survives (near a probe: some numbers, with 2 as args[1])\n"
        "  - return 2 * np.where(x > 0, x, 0) * step\n"
        "  + return 2 * np.where(x > 0, x, 0) / step\n"
    ) in capsys.readouterr().out


def test_watching_with_mutants_is_refused(folder, monkeypatch, capsys):
    """Is one told at once that mutants are no matter of seconds?"""
    (folder.parent.parent / "nbgrader_config.py").touch()
    monkeypatch.chdir(folder)
    assert main(["audit", LESSON, "--mutants", "--watch"]) == 1
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_no_array_is_made_empty():
    """Is a batch of one left whole?"""
    request = {"op": "call", "name": "f", "args": [np.ones((1, 2, 1))], "kwargs": {}}
    asked = nearby([KeyProbe("one", {}, request, {}, {})], np.random.default_rng(0))
    assert all(p.request["args"][0].size for p in asked)
