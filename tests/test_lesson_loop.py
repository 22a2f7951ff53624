"""The author's loop: one exercise audited, one answer tried, both again on each save."""

import io
import json
import pickle
from pathlib import Path

import minilesson
import pytest
from minilesson import LESSON

from autograder.audit.lesson_state import states
from autograder.audit.measure import audit_named
from autograder.audit.replies import Replies
from autograder.audit.stamps import stamps
from autograder.audit.trial import Bench, Trial, checked
from autograder.build.compiler import PUBLIC_SEED, compile_exercise, questions_only
from autograder.cli import COMMANDS, main, parser
from autograder.cli.audit import selected
from autograder.cli.watch import watch
from autograder.course import CourseError
from autograder.lesson import AuthoringError, Lesson, Problem
from autograder.sandbox import Unavailable
from cnncourse.check.outcome import CriterionResult, NotAttempted, Right, WrongValues

pytestmark = pytest.mark.heavy

SQUARED = "def double(x):\n    return x * x\n"


@pytest.fixture
def course(tmp_path, monkeypatch):
    """The small course, as the current folder."""
    made = minilesson.course(tmp_path)
    monkeypatch.chdir(tmp_path)
    return made


@pytest.fixture
def lesson(course):
    return Lesson.read(course.solutions / LESSON)


def file_with(course, text):
    """The one of the lesson's files that holds a text."""
    files = (course.solutions / LESSON).rglob("*.py")
    return next(path for path in files if text in path.read_text(encoding="utf-8"))


def edited(course, *changes):
    """Change old texts in the lesson's files to new ones, and read the lesson again."""
    for old, new in changes:
        path = file_with(course, old)
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return Lesson.read(course.solutions / LESSON)


def test_every_command_has_help(capsys):
    """Can each command say what it does?"""
    for command in COMMANDS:
        with pytest.raises(SystemExit) as end:
            parser().parse_args([command.removesuffix("_answer"), "--help"])
        assert end.value.code == 0


def unavailable(**_):
    """Stand for a sandbox on a machine without walls."""
    raise Unavailable("This machine has no walls.")


# -- one exercise ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "targets"),
    [
        ([], {LESSON: ()}),
        ([LESSON], {LESSON: ()}),
        ([f"{LESSON}/double"], {LESSON: ("double",)}),
        ([f"{LESSON}/double", f"{LESSON}/answer"], {LESSON: ("double", "answer")}),
        ([f"{LESSON}/double", LESSON], {LESSON: ()}),
        ([f"{LESSON}/double"] * 2, {LESSON: ("double",)}),
    ],
)
def test_lessons_and_exercises_can_be_mixed(course, words, targets):
    """Is a lesson that is named as a whole measured as a whole, and nothing twice?"""
    assert selected(course, words) == targets


def test_only_the_named_exercise_is_compiled(course):
    """Does a broken specification of a neighbour stay unnoticed while one exercise is audited?"""
    lesson = edited(course, ("yield Probe(", "raise RuntimeError\n        yield Probe("))
    found = audit_named(lesson, ["answer"])
    assert list(found) == [f"{LESSON}/answer"]
    assert found[f"{LESSON}/answer"].wrong_refused == 1


def test_earlier_solutions_have_run(lesson):
    """Does an exercise stand on the set-up and on the solutions before it?"""
    [state] = states(lesson, ["answer"])
    assert state.namespace["double"](2) == 4
    assert len(state.cells) == 2


@pytest.mark.parametrize(
    ("target", "hint"),
    [
        (f"{LESSON}/duoble", "did you mean 'double'?"),
        ("01_mimi/double", "did you mean '01_mini'?"),
        (f"{LESSON}/explain", "graded by hand"),
    ],
)
@pytest.mark.parametrize("command", ["audit", "try"])
def test_an_unknown_exercise_gets_one_sentence(
    course, capsys, tmp_path, monkeypatch, command, target, hint
):
    """Is a slip told in one line, with the nearest name?"""
    monkeypatch.setattr("autograder.audit.trial.Sandbox", unavailable)
    answer = tmp_path / "answer.py"
    answer.write_text(SQUARED)
    rest = [str(answer)] if command == "try" else []
    assert main([command, target, *rest]) == 1
    told = capsys.readouterr().err.strip().splitlines()[-1]
    assert hint in told


def test_a_solution_that_raises_is_told_with_its_line(course):
    """Does an error in a solution name the script and the line?"""
    lesson = edited(course, ("answer = 42", "answer = 42\n1 / 0"))
    line = lesson.script.read_text(encoding="utf-8").split("\n").index("1 / 0") + 1
    with pytest.raises(AuthoringError, match=rf"{LESSON}\.py:{line}: .*ZeroDivisionError"):
        list(states(lesson, ["answer"]))


def test_an_authors_error_survives_a_worker():
    """Does an error that a worker process sends back read as it did there?"""
    error = AuthoringError([Problem(Path("a.py"), 3, "Wrong.")])
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


def test_the_command_audits_one_exercise(course, capsys):
    """Does the report hold the one exercise that was named?"""
    assert main(["audit", f"{LESSON}/double", "--json", "audit.json"]) == 1
    report = json.loads((course.root / "audit.json").read_text(encoding="utf-8"))
    assert list(report["exercises"]) == [f"{LESSON}/double"]
    assert f"{LESSON}: 1 exercise(s)" in capsys.readouterr().err


# -- replies that are remembered ------------------------------------------------------------------


class Counted:
    """Counts how often answers run."""

    def __init__(self, monkeypatch):
        from autograder.audit import replies

        self.cells = []
        real = replies.run_answer

        def counting(spec, answer, namespace):
            self.cells.append(answer.id)
            return real(spec, answer, namespace)

        monkeypatch.setattr(replies, "run_answer", counting)

    def since(self):
        seen, self.cells = self.cells, []
        return seen


@pytest.fixture
def counted(monkeypatch):
    return Counted(monkeypatch)


def test_what_did_not_change_does_not_run_again(course, lesson, counted):
    """Does a second round give the same verdict without running an answer?"""
    replies = {"double": Replies()}
    first = audit_named(lesson, ["double"], replies)
    assert counted.since()
    assert audit_named(Lesson.read(lesson.folder), ["double"], replies) == first
    assert counted.since() == []


def test_a_changed_answer_runs_again(course, lesson, counted):
    """Is a mistake that is edited judged as it is now?"""
    replies = {"double": Replies()}
    [before] = audit_named(lesson, ["double"], replies).values()
    counted.since()
    lesson = edited(course, ("return x * x", "return 2 * x"))
    [after] = audit_named(lesson, ["double"], replies).values()
    assert set(counted.since()) == {"squared"}
    assert (before.wrong_refused, after.wrong_refused) == (1, 0)


def test_after_a_changed_setup_everything_runs_again(course, lesson, counted):
    """Does nothing remembered outlive the code that it stood on?"""
    replies = {"double": Replies()}
    audit_named(lesson, ["double"], replies)
    counted.since()
    lesson = edited(course, ("from cnncourse import begin", "n = 1\nfrom cnncourse import begin"))
    audit_named(lesson, ["double"], replies)
    assert "squared" in counted.since()


def test_an_answer_that_counts_its_calls_is_asked_from_the_start(course):
    """Does a new question meet an answer that has been asked all the earlier ones?"""
    lesson = edited(
        course,
        ("def squared(x):", "def squared(x, calls=[]):\n        calls.append(1)"),
        ("return x * x", "return x + len(calls)"),
    )
    [state] = states(lesson, ["double"])
    answer = state.spec.answers[0]
    request = {"op": "call", "name": "double", "args": [0], "kwargs": {}}

    def round_of(replies, *requests):
        replies.begin(state.context)
        ask = replies(state.spec, answer, state.namespace)
        return [ask(r)["value"] for r in requests]

    replies = Replies()
    other = {**request, "args": [10]}
    assert round_of(replies, request) == [1]
    assert round_of(replies, request, other) == [1, 12]
    assert round_of(replies, other, other) == [11, 12]


# -- trying an answer: the check ------------------------------------------------------------------


def check_of(lesson, source, name="double"):
    """What the student would read."""
    [state] = states(lesson, [name])
    key = compile_exercise(state.spec, state.namespace, PUBLIC_SEED)
    return checked(key, state, source)


@pytest.mark.parametrize(
    ("source", "state", "message"),
    [
        ("def double(x):\n    return 2 * x", "right", "Right."),
        (SQUARED, "partly right", "You squared it."),
        ("%matplotlib inline\ndef double(x):\n    return np.add(x, x)", "right", "Right."),
        ("def double(x)", "raised", "Your cell raised SyntaxError: expected ':' (line 1)."),
        ("1 / 0", "raised", "Your cell raised ZeroDivisionError: division by zero."),
        ("exit(3)", "raised", "Your cell raised SystemExit: 3."),
        ("def dubble(x): pass", "not attempted", "Nothing is called 'double' here."),
        ("", "not attempted", "Nothing is called 'double' here."),
        (minilesson.DOUBLE, "not attempted", "Not attempted yet"),
    ],
)
def test_the_check_says_what_the_notebook_would(lesson, source, state, message):
    """Is each kind of answer met as `check` meets it, with the lesson's variables at hand?"""
    outcome = check_of(lesson, source)
    assert outcome.state == state
    assert message in outcome.message


def test_the_line_that_raised_is_shown(lesson):
    """Is the student's own line beside the error of the cell?"""
    assert check_of(lesson, "x = 1\ny = x / 0").details == ("line 2: y = x / 0",)


def test_the_rule_sees_the_answer(course):
    """Does what an exercise forbids count, by the text of the answer?"""
    lesson = edited(
        course,
        (
            '    name = "double"\n',
            "    from autograder.exercise import Rule as _Rule\n\n"
            '    rule = _Rule(forbid=("numpy.add",), reason="By hand.")\n    name = "double"\n',
        ),
    )
    assert check_of(lesson, "def double(x):\n    return np.add(x, x)").state == "against the rules"


# -- trying an answer: the judge ------------------------------------------------------------------


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    made = minilesson.course(tmp_path_factory.mktemp("tried"))
    with Bench(made, LESSON, "double") as bench:
        yield bench


@pytest.mark.parametrize(
    ("source", "state", "score"),
    [
        ("def double(x):\n    return 2 * x", "right", 3),
        (SQUARED, "partly right", 1),
        ("def double(x)", "raised", 0),
        ("1 / 0", "raised", 0),
        ("def dubble(x): pass", "not attempted", 0),
        (minilesson.DOUBLE, "not attempted", 0),
    ],
)
def test_check_and_judge_agree(bench, source, state, score):
    """Do the notebook's verdict and the real judge's come to the same?"""
    trial = bench.try_answer(source)
    assert trial.differences == []
    assert (trial.judge.state, trial.judge.score) == (state, score)


def test_an_answer_to_the_visible_probes_alone_is_found_out(bench):
    """Does the judge ask something else than the check, and is the difference told?"""
    [state] = states(Lesson.read(bench._course.solutions / LESSON), ["double"])
    probes = questions_only(state.spec, PUBLIC_SEED).probes
    visible = [float(v) for probe in probes for v in probe.request["args"][0].flat[:1]]
    trial = bench.try_answer(
        "import numpy as np\n\ndef double(x):\n"
        f"    known = np.isin(np.float64(x).flat[:1], {visible!r}).all()\n"
        "    return 2 * x if known else x"
    )
    assert (trial.check.state, trial.judge.state) == ("right", "partly right")
    assert "the state: right here, partly right there" in trial.differences


def test_no_seed_is_drawn(bench):
    """Does trying leave the class's secret alone?"""
    bench.try_answer(SQUARED)
    assert not (bench._course.root / ".autograder").exists()


def test_differences_are_told_one_by_one():
    """Are state, misconception and each criterion compared?"""
    met = CriterionResult("value", "the value is right", 1, earned=True)
    missed = CriterionResult("value", "the value is right", 1, earned=False)
    trial = Trial(Right("f", (met,), "Right."), WrongValues("f", (missed,), "No.", "off"))
    assert trial.differences == [
        "the state: right here, wrong values there",
        "the misconception: None here, off there",
        "whether 'the value is right' is met: True here, False there",
    ]


def test_the_report_has_the_promised_keys():
    """Does the JSON hold both outcomes, criterion by criterion?"""
    met = CriterionResult("value", "the value is right", 1, earned=True)
    tree = Trial(Right("f", (met,), "Right."), None).as_dict()
    assert tree["judge"] is None
    assert set(tree["check"]) == {"state", "score", "max", "misconception", "message", "criteria"}
    assert tree["check"]["criteria"] == [
        {"key": "value", "text": "the value is right", "points": 1, "earned": True}
    ]


class Pretended:
    """Stands for a bench with a verdict at hand."""

    trial = Trial(Right("double", (), "Right."), Right("double", (), "Right."))

    def __init__(self, *arguments):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def try_answer(self, source, tell):
        tell(self.trial.check)
        return self.trial


@pytest.mark.parametrize(
    ("judge", "code", "said"),
    [
        (Right("double", (), "Right."), 0, "The judge gives"),
        (NotAttempted("double", (), "Nothing."), 1, "CHECK AND JUDGE DIFFER"),
        (None, 1, "The judge refuses: No walls."),
    ],
)
def test_the_command_tells_both_and_its_code_whether_they_agree(
    course, capsys, monkeypatch, judge, code, said
):
    """Is 0 returned only where check and judge came to the same, and the check always shown?"""
    trial = Trial(Pretended.trial.check, judge, () if judge else ("No walls.",))
    monkeypatch.setattr(Pretended, "trial", trial)
    monkeypatch.setattr("autograder.audit.trial.Bench", Pretended)
    monkeypatch.setattr("sys.stdin", io.StringIO(SQUARED))
    assert main(["try", f"{LESSON}/double", "-", "--json", "try.json"]) == code
    shown = capsys.readouterr()
    assert "The student reads:\n✓ double: right" in shown.out
    assert said in shown.out + shown.err
    assert set(json.loads((course.root / "try.json").read_text())) == {"check", "judge"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([f"{LESSON}/double", "none.py"], "cannot be read"),
        ([LESSON, "-"], f"{LESSON}/EXERCISE"),
        ([f"{LESSON}/double", "-", "--watch"], "--watch needs"),
        ([f"{LESSON}/double", "-", "--json", "no/folder/x.json"], "no such folder"),
    ],
)
def test_a_wrong_call_of_try_gets_one_sentence(course, capsys, arguments, said):
    """Is a slip on the command line told before any work is done?"""
    assert main(["try", *arguments]) == 1
    [line] = capsys.readouterr().err.strip().splitlines()
    assert said in line


def test_without_walls_the_judge_refuses(course, monkeypatch):
    """Is the check shown and the judge refused where the machine cannot isolate?"""
    monkeypatch.setattr("autograder.audit.trial.Sandbox", unavailable)
    with Bench(course, LESSON, "double") as bench:
        trial = bench.try_answer(SQUARED)
    assert trial.check.state == "partly right"
    assert (trial.judge, trial.findings) == (None, ("This machine has no walls.",))


# -- watching -------------------------------------------------------------------------------------


def watched(files, run, *saves):
    """Watch, doing one save at each look; then press Ctrl+C."""
    left = list(saves)

    def wait(seconds):
        if not left:
            raise KeyboardInterrupt
        left.pop(0)()

    return watch(lambda: files, run, wait)


def test_a_save_runs_again(tmp_path, capsys):
    """Does it run at once and after each save only, and end well with Ctrl+C?"""
    one, two = tmp_path / "a.py", tmp_path / "b.py"
    one.write_text("1")
    two.write_text("2")
    runs = []
    code = watched([one, two], lambda changed: runs.append(changed) or 0,
                   lambda: None, lambda: two.write_text("22"), lambda: None)  # fmt: skip
    assert code == 0
    assert runs == [{one, two}, {two}]
    assert "Watching 2 files" in capsys.readouterr().out


def test_what_is_saved_during_a_run_is_not_missed(tmp_path):
    """Does a save while a verdict is computed lead to another one?"""
    path = tmp_path / "a.py"
    path.write_text("1")
    runs = []

    def run(changed):
        runs.append(1)
        if len(runs) == 1:
            path.write_text("longer")
        return 0

    watched([path], run, lambda: None)
    assert len(runs) == 2


@pytest.mark.parametrize("error", [CourseError("a.py:3: Not valid."), ValueError("Not valid.")])
def test_watching_survives_errors(tmp_path, capsys, error):
    """Is what is wrong told, and does the next save get its turn?"""
    path = tmp_path / "a.py"
    path.write_text("1")
    codes = []

    def run(changed):
        codes.append(1)
        if len(codes) == 1:
            raise error
        return 0

    assert watched([path], run, lambda: path.write_text("22")) == 0
    assert "Not valid." in capsys.readouterr().err
    assert len(codes) == 2


def test_a_file_that_is_gone_has_no_stamp(tmp_path):
    """Does an editor that replaces a file not end the watch?"""
    assert stamps([tmp_path / "none.py"]) == {}


def test_the_audit_is_watched(course, capsys, monkeypatch):
    """Does a syntax error in the specifications come with file and line, and mending it help?"""
    path = file_with(course, "class Double")
    text = path.read_text(encoding="utf-8")
    saves = [lambda: path.write_text(text + "\n)("), lambda: path.write_text(text)]

    def wait(seconds):
        if not saves:
            raise KeyboardInterrupt
        saves.pop(0)()

    monkeypatch.setattr(watch, "__defaults__", (wait,))
    assert main(["audit", f"{LESSON}/double", "--watch"]) == 1
    shown = capsys.readouterr()
    line = len(text.splitlines()) + 2
    assert f"{path.name}:{line}: This is not valid Python" in shown.err
    assert shown.out.count("kill rate 100%") == 2


# -- a real exercise ------------------------------------------------------------------------------


def test_a_real_solution_is_right_on_both_sides(capsys, tmp_path, monkeypatch):
    """Is an exercise of the course tried from its own solution to the judge's points?"""
    root = Path(__file__).parents[1]
    monkeypatch.chdir(root)
    solution = Lesson.read(root / "solutions" / "07_edges").exercises["correlate"].solution
    answer, report = tmp_path / "answer.py", tmp_path / "try.json"
    answer.write_text(solution.source, encoding="utf-8")
    assert main(["try", "07_edges/correlate", str(answer), "--json", str(report)]) == 0
    told = json.loads(report.read_text(encoding="utf-8"))
    assert {told[side]["state"] for side in ("check", "judge")} == {"right"}
    assert "The judge gives" in capsys.readouterr().out
