"""Does the audit find an exercise whose checks are weak, and leave a sound one alone?"""

import json
from dataclasses import asdict

import pytest
from authored import write_course
from judged import notebook

from autograder.audit.measure import Audit, ExerciseAudit, audit_exercise, audit_lesson, merged
from autograder.cli import audit as command
from autograder.cli import main
from autograder.exercise import Criterion, Function, Probe, Rule, accepted, wrong

STUB = 'def area(w, h):\n    raise NotImplementedError("area: not written yet")'
REFERENCE = "def area(w, h):\n    return w * h"
COUNTS = {
    *("accepted", "accepted_passed", "wrong", "wrong_refused", "diagnosed", "starter_state"),
    *("styles", "precision_variants", "precision_variants_passed"),
    *("near_misses", "near_misses_told", "thin", "unproved"),
}
RATES = {"kill_rate", "false_rejections", "diagnosis_rate"}
PRECISE = {"styles", "precision_variants", "precision_variants_passed"}
NEAR = {"near_misses", "near_misses_told", "thin_misconceptions", "near_miss_share"}


class Sound(Function):
    name = "area"
    title = "An area"
    criteria = (Criterion("value", 1, "the value"),)

    def _sides(self, rng):
        return float(rng.uniform(3, 9)), float(rng.integers(3, 9))

    def probes(self, rng):
        yield Probe("value", "an oblong", args=self._sides(rng))

    @accepted("product")
    def product(w, h):
        return w * h

    @accepted("sum of rows")
    def rows(w, h):
        return sum(w for _ in range(int(h)))

    @accepted("NumPy")
    def by_numpy(w, h):
        return np.prod([w, h])  # noqa: F821

    @wrong("You added.")
    def added(w, h):
        return w + h

    @wrong("That is the outline.")
    def outline(w, h):
        return 2 * (w + h)

    @wrong("You squared the width.")
    def square(w, h):
        return w * w

    @wrong("You squared the height.")
    def other_square(w, h):
        return h * h

    @wrong("You divided.")
    def ratio(w, h):
        return w / h


def audited(spec, stub=STUB):
    return audit_exercise(spec(), notebook(REFERENCE), stub)


def test_a_sound_exercise_has_no_faults():
    """Is everything counted, and nothing found?"""
    found = audited(Sound)
    assert found.faults == []
    assert asdict(found) == {
        "accepted": 3,
        "accepted_passed": 3,
        "wrong": 5,
        "wrong_refused": 5,
        "diagnosed": 5,
        "starter_state": "not attempted",
        "styles": 0,
        "precision_variants": 9,
        "precision_variants_passed": 9,
        "near_misses": 0,
        "near_misses_told": 0,
        "thin": 1,
        "unproved": ["other_square"],
        "looked_up": 0,
        "faults": [],
    }


def test_a_wrong_answer_let_through_is_a_fault():
    """Is a probe found out on which a mistake does not show?"""

    class Weak(Sound):
        _sides = lambda self, rng: (2.0, 2.0)  # noqa: E731
        answers = property(lambda self: Sound().answers)

    found = audited(Weak)
    assert "lets 'square' through" in found.faults
    assert "lets 'added' through" in found.faults
    assert (found.wrong, found.wrong_refused) == (5, 2)


def test_points_that_the_public_key_gives_away_are_a_fault():
    """Does the audit attack with the table in the public key, and say what that earns?"""

    class Known(Sound):
        _sides = lambda self, rng: (3.0, 5.0)  # noqa: E731

    found = audited(Known)
    assert found.looked_up == 1
    assert any("earn 1 of 1 points in grading" in fault for fault in found.faults)
    assert merged([{"a/f": found}]).looked_up == 1


def test_a_right_answer_refused_is_a_fault():
    """Is an accepted style found that the check does not accept, with what it says?"""

    class Strict(Sound):
        @accepted("as text")
        def text(w, h):
            return str(w * h)

    (fault,) = (f for f in audited(Strict).faults if f.startswith("refuses"))
    assert "'text' (wrong type: Your result is text; a number is expected." in fault


def test_mistakes_that_look_alike_are_a_fault():
    """Is it told that the probes cannot tell two mistakes apart?"""

    class Blurred(Sound):
        answers = property(lambda self: [*Sound().answers, *super().answers])

        @wrong("You added the height first.")
        def added_again(w, h):
            return h + w

    found = audited(Blurred)
    both = "any of added, added_again, which no probe tells apart"
    assert found.faults == [f"takes 'added' for {both}", f"takes 'added_again' for {both}"]
    assert (found.wrong, found.wrong_refused, found.diagnosed) == (6, 6, 4)


def test_too_few_answers_are_a_fault():
    """Are fewer than three accepted and five wrong answers too few?"""

    class Few(Sound):
        pass

    faults = audited(Few).faults
    assert "0 accepted styles; at least 3" in faults
    assert "0 wrong answers; at least 5" in faults


@pytest.mark.parametrize(
    ("stub", "state"),
    [
        ("def area(w, h):\n    return 0.0", "wrong values"),
        ("def area(w, h):\n    pass", "wrong type"),
        (REFERENCE, "right"),
    ],
)
def test_a_starter_that_is_no_starter_is_a_fault(stub, state):
    """Must the released cell be judged as not attempted?"""
    found = audited(Sound, stub)
    assert found.starter_state == state
    assert f"the untouched cell is judged {state!r}" in found.faults


def test_a_wrong_answer_stopped_by_the_rule_is_named_by_it():
    """Does a broken rule count as the diagnosis of an answer that breaks it?"""

    class Ruled(Sound):
        rule = Rule(forbid=("numpy.multiply",), reason="Without it.")
        answers = property(lambda self: [*Sound().answers, *super().answers])

        @wrong("You used it.")
        def forbidden(w, h):
            return np.multiply(w, h)  # noqa: F821

    found = audited(Ruled)
    assert found.faults == []
    assert found.diagnosed == found.wrong == 6


def test_an_exercise_that_cannot_be_compiled_is_a_fault():
    """Is a failing reference a finding, and not the end of the audit?"""

    class Broken(Sound):
        _sides = lambda self, rng: (3.0,)  # noqa: E731

    (fault,) = (f for f in audited(Broken).faults if "the reference fails" in f)
    assert "missing 1 required positional argument" in fault


def test_an_authors_slip_is_a_fault():
    """Are problems of the specification itself among the findings?"""

    class Slip(Sound):
        difficulty = 7

    assert any("difficulty" in fault for fault in audited(Slip).faults)


def test_the_rates_are_shares_of_all_answers():
    """Do rates sum over exercises, and are they perfect where there is nothing to count?"""
    one = ExerciseAudit(accepted=3, accepted_passed=2, wrong=4, wrong_refused=3, diagnosed=1)
    two = ExerciseAudit(accepted=3, accepted_passed=3, wrong=4, wrong_refused=4, diagnosed=4)
    audit = merged([{"a/f": one}, {"b/g": two}])
    assert (audit.kill_rate, audit.diagnosis_rate, audit.false_rejections) == (7 / 8, 5 / 8, 1)
    assert (Audit().kill_rate, Audit().diagnosis_rate) == (1.0, 1.0)


def test_the_report_has_exactly_the_promised_keys():
    """Does the JSON hold what other tools rely on, and no more?"""
    tree = merged([{"a/f": ExerciseAudit(faults=["one"])}]).as_dict()
    assert set(tree) == {"exercises"} | RATES | NEAR | PRECISE
    assert set(tree["exercises"]["a/f"]) == COUNTS


@pytest.mark.heavy
def test_a_lesson_is_audited_by_name(tmp_path):
    """Are its automatic exercises measured, under lesson and name?"""
    course = write_course(tmp_path)
    found = audit_lesson(course.solution("01_mini").parent)
    assert list(found) == ["01_mini/double", "01_mini/answer"]
    assert {e.starter_state for e in found.values()} == {"not attempted"}


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course of one lesson, as the current folder."""
    made = write_course(tmp_path)
    monkeypatch.chdir(tmp_path)
    return made


@pytest.mark.heavy
def test_the_command_reports_and_fails_on_faults(course, capsys):
    """Does the command write its report, name what to mend, and end with 1?"""
    assert main(["audit", "01_mini", "--json", "audit.json"]) == 1
    report = json.loads((course.root / "audit.json").read_text(encoding="utf-8"))
    assert set(report["exercises"]) == {"01_mini/double", "01_mini/answer"}
    shown = capsys.readouterr().out
    assert "01_mini/double: 0 accepted styles; at least 3" in shown
    assert "kill rate 100%" in shown
    assert "precision variants 0 of 0 accepted" in shown


def test_the_command_ends_well_without_faults(course, capsys, monkeypatch):
    """Is 0 returned when nothing is to be mended?"""
    monkeypatch.setattr(command, "_audited", lambda *arguments: iter([("01_mini", {})]))
    assert main(["audit"]) == 0
    assert "✗" not in capsys.readouterr().out


def test_brackets_in_a_fault_are_shown(course, capsys, monkeypatch):
    """Is a fault that holds brackets shown as it is, and not read as a style?"""
    part = {"01_mini/double": ExerciseAudit(faults=["refuses [28, 28] and [/red] [bold]"])}
    monkeypatch.setattr(command, "_audited", lambda *arguments: iter([("01_mini", part)]))
    assert main(["audit"]) == 1
    assert "refuses [28, 28] and [/red] [bold]" in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["99_none"], ["--json", "no/folder/audit.json"]])
def test_a_wrong_call_gets_one_sentence(course, capsys, arguments):
    """Is a slip on the command line told without a traceback, before any work is done?"""
    assert main(["audit", *arguments]) == 1
    assert len(capsys.readouterr().err.strip().splitlines()) == 1
