"""Are near misses judged, and misconceptions found that claim more than was seen?"""

import numpy as np
import pytest
from judged import compiled, notebook

from autograder.audit.evidence import is_thin
from autograder.audit.measure import ExerciseAudit, audit_exercise, merged
from autograder.build.compiler import run_answer
from autograder.cli import audit as command
from autograder.cli import main
from autograder.exercise import (
    Criterion,
    Faulty,
    Function,
    Pipeline,
    Probe,
    Repeat,
    Rule,
    Value,
    accepted,
    near_miss,
    wrong,
)

REFERENCE = "def shares(z):\n    e = np.exp(z - z.max())\n    return e / e.sum()"
STUB = 'def shares(z):\n    raise NotImplementedError("shares: not written yet")'


class Shares(Function):
    name = "shares"
    title = "Shares"
    criteria = (Criterion("near", 1, "ordinary scores"), Criterion("far", 1, "large scores"))
    reference = REFERENCE

    def probes(self, rng):
        yield Probe("near", "ordinary scores", (rng.normal(size=5),))
        yield Probe("far", "large scores", (np.array([1000.0, 0.0]),))

    @accepted("as it is")
    def same(z):
        return np.exp(z - z.max()) / np.exp(z - z.max()).sum()

    overflow = wrong("Nothing is subtracted.", change={"z - z.max()": "z"})
    unscaled = wrong("Your shares have no sum of 1.", change={"e / e.sum()": "e"})


def audited(spec):
    return audit_exercise(spec(), notebook(REFERENCE), STUB)


def near_faults(spec):
    return [f for f in audited(spec).faults if "near miss" in f]


def test_a_near_miss_that_gets_another_word_is_no_fault():
    """Is it counted, and does it prove the misconception that it is close to?"""

    class Proved(Shares):
        overflow = wrong("Nothing is subtracted.", change={"z - z.max()": "z"})
        smaller = near_miss("half", change={"z - z.max()": "z / 2"}, unlike=overflow)

    found = audited(Proved)
    assert near_faults(Proved) == []
    assert (found.near_misses, found.near_misses_told, found.thin) == (1, 0, 1)
    assert found.unproved == []


def test_a_near_miss_that_is_told_so_is_a_fault():
    """Is it found out where nan is all that a misconception goes by?"""

    class Claiming(Shares):
        overflow = wrong("Nothing is subtracted.", change={"z - z.max()": "z"})
        wrong_largest = near_miss(
            "subtracts a maximum, but not of these",
            change={"z - z.max()": "z - np.abs(z[:1]).max() * 0"},
            unlike=overflow,
        )

    (fault,) = near_faults(Claiming)
    assert fault.startswith("takes the near miss 'wrong_largest' for overflow: add a probe")
    assert audited(Claiming).near_misses_told == 1


def test_a_right_answer_is_no_near_miss():
    """Is one that the check accepts a fault?"""

    class Right(Shares):
        overflow = wrong("Nothing is subtracted.", change={"z - z.max()": "z"})
        fine = near_miss("shifts less", change={"z.max()": "z.max() + 1"}, unlike=overflow)

    assert near_faults(Right) == ["lets the near miss 'fine' through"]


def test_a_near_miss_must_reach_the_check():
    """Is one that the rule stops, or that stumbles over a name, told to its author?"""

    class Stopped(Shares):
        rule = Rule(forbid=("numpy.sinh",), reason="Without it.")
        overflow = wrong("Nothing is subtracted.", change={"z - z.max()": "z"})
        ruled = near_miss("sinh", change={"z - z.max()": "np.sinh(z)"}, unlike=overflow)
        slip = near_miss("slip", change={"z.max()": "z_max"}, unlike=overflow)

    assert near_faults(Stopped) == [
        "stops the near miss 'ruled' by its rule, so that it proves nothing",
        "near miss 'slip' does nothing but raise NameError (name 'z_max' is not defined); mend it",
    ]


def test_a_near_miss_stands_in_no_key_and_no_list_of_answers():
    """Is it kept from students and from the sample class?"""

    class Kept(Shares):
        overflow = wrong("Nothing is subtracted.", change={"z - z.max()": "z"})

        @near_miss("half", unlike=(overflow,))
        def halved(z):
            return z / 2

    spec = Kept()
    assert [a.id for a in spec.answers] == ["overflow"]
    assert [(a.id, a.unlike) for a in spec.near_misses] == [("halved", ("overflow",))]
    key = compiled(spec, REFERENCE)
    assert all(set(p.variants) <= {"overflow"} for p in key.probes)
    assert [m.id for m in key.misconceptions] == ["overflow"]


def test_a_near_miss_may_change_a_wrong_answer():
    """Is what it starts from the mistake itself, one step further?"""

    class Changed(Shares):
        overflow = wrong("Nothing is subtracted.", change={"z - z.max()": "z"})
        more = near_miss("more", change={"e.sum()": "e.max()"}, of=overflow, unlike=overflow)

    spec = Changed()
    assert spec.cell(spec.near_misses[0]).endswith("e = np.exp(z)\n    return e / e.max()")


@pytest.mark.parametrize("unlike", ["overflow", (), Shares.same])
def test_a_near_miss_names_wrong_answers_of_its_class(unlike):
    """Is a text, nothing, or another class's answer refused with a sentence?"""
    with pytest.raises(Faulty, match="unlike"):

        class Misdeclared(Shares):
            halved = near_miss("half", change={"z - z.max()": "z / 2"}, unlike=unlike)


def test_a_change_of_a_near_miss_is_looked_at_as_the_lesson_is_read():
    """Is an old text that does not stand there told at once?"""

    class Stale(Shares):
        overflow = wrong("Nothing is subtracted.", change={"z - z.max()": "z"})
        gone = near_miss("gone", change={"np.log": "np.exp"}, unlike=overflow)

    with pytest.raises(Faulty, match="'gone' is a change to the lesson's solution"):
        Stale().solved_by(REFERENCE)


def test_nan_is_thin_and_an_array_of_drawn_numbers_is_not():
    """Is a misconception thin that shows by nan alone?"""
    spec = Shares()
    key = compiled(spec, REFERENCE)
    assert [a.id for a in spec.answers if not a.right and thin(spec, key, a)] == ["overflow"]


def thin(spec, key, answer, reference=REFERENCE):
    return is_thin(key, answer.id, run_answer(spec, answer, notebook(reference)))


class Loose(Function):
    name = "shares"
    title = "Shares"
    criteria = (Criterion("value", 1, "the value"),)

    def probes(self, rng):
        yield Probe("value", "scores", (rng.normal(size=(2, 3)),))

    reshaped = wrong("Another shape.", source="shares = lambda z: 2 * z[None]")
    same_numbers = wrong("One axis.", source="shares = lambda z: z.ravel()")
    raised = wrong("Two axes too many.", source="shares = lambda z: z.sum(axis=3)")
    nothing = wrong("Nothing comes back.", source="shares = lambda z: None")
    signs = wrong("Signs alone.", source="shares = lambda z: z > 0")
    halves = wrong("Halves.", source="shares = lambda z: np.full(z.shape, 0.5)")
    doubled = wrong("Twice.", source="shares = lambda z: 2 * z")


def test_only_numbers_that_nobody_guesses_are_evidence():
    """Are exceptions, shapes, truth values, None and round numbers thin?"""
    spec, reference = Loose(), "shares = lambda z: z"
    key = compiled(spec, reference)
    found = {a.id for a in spec.answers if thin(spec, key, a, reference)}
    assert found == {"same_numbers", "raised", "nothing", "signs", "halves"}


class Count(Value):
    name = "shares"
    title = "A count"
    criteria = (Criterion("value", 1, "the count"),)
    expects = "integer"
    small = wrong("One too few.", source="12")
    large = wrong("Without the biases.", source="61470")


def test_a_small_number_is_thin():
    """Does a hash count by the number that it stands for?"""
    spec, reference = Count(), "shares = 61706"
    key = compiled(spec, reference)
    assert [a.id for a in spec.answers if thin(spec, key, a, reference)] == ["small"]


class Noise(Pipeline):
    name = "shares"
    title = "Noise"
    criteria = (Criterion("value", 1, "the mean"),)

    def probes(self, rng):
        yield Repeat("value", "zeros", (np.zeros(50), {"__rng__": 1}), within=0.2)

    shifted = wrong("Around 1.", source="shares = lambda x, rng: x + 1 + rng.normal(size=x.shape)")


def test_a_statistic_within_a_margin_is_thin():
    """Is what many mistakes come near to no evidence?"""
    spec, reference = Noise(), "shares = lambda x, rng: x + rng.normal(size=x.shape)"
    key = compiled(spec, reference)
    assert thin(spec, key, spec.answers[0], reference)


def test_near_misses_are_summed_up():
    """Is the share that of all thin misconceptions, and 1 where there is none?"""
    one = ExerciseAudit(near_misses=3, near_misses_told=1, thin=4, unproved=["a", "b", "c"])
    tree = merged([{"a/f": one}, {"b/g": ExerciseAudit()}]).as_dict()
    assert tree["near_misses"] == 3
    assert tree["near_misses_told"] == 1
    assert tree["thin_misconceptions"] == 4
    assert tree["near_miss_share"] == 0.25
    assert merged([]).near_miss_share == 1.0


@pytest.fixture
def measured(tmp_path, monkeypatch):
    """The command in an empty course, finding one thin misconception of two without near miss."""
    from authored import write_course

    write_course(tmp_path)
    monkeypatch.chdir(tmp_path)
    part = {"01_mini/double": ExerciseAudit(thin=2, unproved=["halved"])}
    monkeypatch.setattr(command, "_audited", lambda *arguments: iter([("01_mini", part)]))


@pytest.mark.parametrize(("share", "code"), [("0", 0), ("0.5", 0), ("0.51", 1), ("1", 1)])
def test_missing_near_misses_fail_below_the_share_that_is_asked(measured, capsys, share, code):
    """Does the threshold decide, and are the names listed then?"""
    assert main(["audit", "--require-near-misses", share]) == code
    shown = capsys.readouterr().out
    assert "thin misconceptions 2, with a near miss 50%" in shown
    assert ("01_mini/double: no near miss of halved" in shown) == bool(code)


@pytest.mark.parametrize("share", ["2", "half", "nan"])
def test_a_share_is_between_0_and_1(measured, capsys, share):
    """Is anything else refused with a sentence?"""
    with pytest.raises(SystemExit):
        main(["audit", "--require-near-misses", share])
    assert f"{share!r} is no share: give a number from 0 to 1." in capsys.readouterr().err
