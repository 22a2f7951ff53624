"""Does `check` work as students call it, in a real IPython shell?"""

import subprocess
import sys

import pytest
from IPython.core.displaypub import CapturingDisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from judged import compiled

from autograder.exercise import Criterion, Function, Probe, Rule, Value, wrong
from cnncourse.check import Checker, begin
from cnncourse.check.key import Key
from cnncourse.check.outcome import NotAttempted, Right, RuleBroken, WrongValues


class Double(Function):
    name = "double"
    title = "Twice"
    criteria = (Criterion("value", 1, "the value"),)
    rule = Rule(forbid=("numpy.add",), reason="Multiply.")

    def probes(self, rng):
        yield Probe("value", "a number", args=(3.0,))

    @wrong("You squared it.")
    def squared(x):
        return x * x


class Total(Value):
    name = "total"
    title = "A number"
    expects = "integer"
    criteria = (Criterion("value", 1, "the value"),)


KEY = Key(
    "00_test",
    {
        "double": compiled(Double(), "def double(x): return 2 * x"),
        "total": compiled(Total(), "total = 42"),
    },
)


@pytest.fixture(autouse=True)
def one_lesson(monkeypatch):
    """Let there be one lesson, of two exercises."""

    def load(cls, lesson):
        if lesson != "00_test":
            raise LookupError(f"There is no lesson {lesson!r}; the lessons are: 00_test.")
        return KEY

    monkeypatch.setattr(Key, "load", classmethod(load))


@pytest.fixture
def shell():
    """A fresh notebook in which the lesson has begun."""
    InteractiveShell.clear_instance()
    made = InteractiveShell.instance(display_pub_class=CapturingDisplayPublisher)
    made.history_manager.enabled = False
    made.user_ns["check"] = Checker("00_test")
    made.run_cell("import numpy as np", store_history=True)
    made.display_pub.clear_output()
    made.display_pub.outputs.clear()
    yield made
    made.history_manager.end_session()
    InteractiveShell.clear_instance()


def run(shell, *cells):
    """Run cells as a student does, and return what the last one displayed."""
    for cell in cells:
        shell.display_pub.outputs.clear()
        result = shell.run_cell(cell, store_history=True)
        result.raise_error()
    return [output["data"] for output in shell.display_pub.outputs]


@pytest.mark.parametrize(
    "cell",
    [
        "def double(x):\n    return 2 * x",
        "double = lambda x: x + x",
        "from functools import partial\ndouble = partial(lambda f, x: f * x, 2)",
        "import functools\n@functools.cache\ndef double(x):\n    return 2 * x",
        "def plain(f):\n    return lambda x: f(x)\n@plain\ndef double(x):\n    return 2 * x",
        "class Doubler:\n    def __call__(self, x):\n        return 2 * x\ndouble = Doubler()",
        pytest.param(
            "import tensorflow as tf\n@tf.function\ndef double(x):\n    return 2 * x",
            marks=pytest.mark.heavy,
        ),
        "%precision 3\ndef double(x):\n    return 2 * x",
    ],
    ids=["def", "lambda", "partial", "cached", "decorated", "object", "tf.function", "magic"],
)
@pytest.mark.parametrize("call", ["check(double)", "check(double=double)"])
def test_a_right_answer_is_found_however_it_is_made(shell, cell, call):
    """Is a callable checked by itself and by name?"""
    (shown,) = run(shell, cell, call)
    assert shown["text/plain"] == "✓ double: right · 1 of 1 point\n  Right."
    assert "right · 1 of 1 point" in shown["text/html"]


def test_a_value_is_checked_by_name(shell):
    """Is a value judged that carries no name of its own?"""
    (shown,) = run(shell, "total = 41", "check(total=total)")
    assert "That is not it." in shown["text/plain"]


def test_several_answers_are_checked_in_one_call(shell):
    """Is each shown by itself, in order?"""
    shown = run(shell, "def double(x): return x * x", "total = 42", "check(double, total=total)")
    assert [s["text/plain"].split(":")[0] for s in shown] == ["✗ double", "✓ total"]
    assert "You squared it." in shown[0]["text/plain"]


def test_an_unsolved_exercise_raises_nothing(shell):
    """Is the released cell, run as it is, told as not attempted?"""
    stub = 'def double(x):\n    raise NotImplementedError("double: not written yet")'
    (shown,) = run(shell, stub, "check(double)")
    assert "not attempted" in shown["text/plain"]
    (shown,) = run(shell, "total = ...  # your answer", "check(total=total)")
    assert "not attempted" in shown["text/plain"]


def test_a_students_line_is_shown(shell):
    """Is the line shown at which the student's own code raised?"""
    (shown,) = run(shell, "def double(x):\n    y = 0\n    return x / y", "check(double)")
    assert "ZeroDivisionError" in shown["text/plain"]
    assert "line 3: return x / y" in shown["text/plain"]


RULED = [
    "def double(x):\n    return np.add(x, x)",
    "double = lambda x: np.add(x, x)",
    "class Adder:\n    def __call__(self, x):\n        return np.add(x, x)\ndouble = Adder()",
    "from functools import partial\ndouble = partial(lambda y, x: np.add(x, x), 0)",
]


@pytest.mark.parametrize("cell", RULED, ids=["def", "lambda", "object", "partial"])
def test_a_rule_is_read_from_the_cell(shell, cell):
    """Is the source found in the notebook's history, even where Python keeps none?"""
    (shown,) = run(shell, cell, "check(double)")
    assert "uses numpy.add. Multiply." in shown["text/plain"]


def test_a_rule_follows_a_helper_to_its_cell(shell):
    """Is a helper in another cell read?"""
    (shown,) = run(
        shell,
        "def plus(x):\n    return np.add(x, x)",
        "double = lambda x: plus(x)",
        "check(double)",
    )
    assert "'plus', as it was last defined, uses numpy.add" in shown["text/plain"]


def test_a_mended_answer_is_not_held_to_its_past(shell):
    """Is only the latest version of an answer and of its helpers read?"""
    (shown,) = run(
        shell,
        "def plus(x):\n    return np.add(x, x)",
        "def double(x):\n    return np.add(x, x)",
        "def plus(x):\n    return x + x",
        "def double(x):\n    return plus(x)",
        "check(double)",
    )
    assert "right" in shown["text/plain"]


def test_a_cell_that_does_not_parse_hides_nothing(shell):
    """Is the history read although one of its cells is no Python?"""
    result = shell.run_cell("def broken(:", store_history=True)
    assert not result.success
    (shown,) = run(shell, "def double(x):\n    return np.add(x, x)", "check(double)")
    assert "uses numpy.add" in shown["text/plain"]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ("check()", "Give check the answer to look at"),
        ("check(print)", "This builtin_function_or_method is no exercise of 00_test"),
        ("check(3)", "Check a value by its name"),
        ("check(...)", "Check a value by its name"),
        ("check(dubble=3)", "00_test has no exercise 'dubble'; did you mean 'double'?"),
        ("check('dubble')", "00_test has no exercise 'dubble'; did you mean 'double'?"),
        ("check('tot')", "00_test has no exercise 'tot'; did you mean 'total'?"),
        ("check(xyz=3)", "00_test has no exercise 'xyz'; its exercises are: double, total."),
        ("def doubl(x): return 2 * x\ncheck(doubl)", "Did you mean 'double'?"),
    ],
)
def test_a_wrong_call_gets_one_clear_sentence(shell, call, words):
    """Is a student told how to call it?"""
    result = shell.run_cell(call)
    assert isinstance(result.error_in_exec, ValueError)
    assert words in str(result.error_in_exec)


@pytest.mark.parametrize(
    ("cells", "state"),
    [
        (["double = lambda x: 2 * x"], "✓ double: right"),
        (["total = 42"], "✓ total: right"),
        (["total = 'total'"], "✗ total: wrong type"),
        ([], "○ double: not attempted"),
    ],
)
def test_an_answer_may_be_given_by_its_name(shell, cells, state):
    """Is what the name holds judged, and a missing one not attempted?"""
    name = state.split()[1].rstrip(":")
    (shown,) = run(shell, *cells, f"check({name!r})")
    assert shown["text/plain"].startswith(state)


BROKEN = "def double(x):\n    return 2 * x)"


def test_a_cell_that_did_not_run_is_said(shell):
    """Is a student told that an older definition is judged, and where the new one is broken?"""
    run(shell, "def double(x):\n    return x * x")
    assert not shell.run_cell(BROKEN, store_history=True).success
    (shown,) = run(shell, "check(double)")
    assert "You squared it." in shown["text/plain"]
    assert (
        "Note: The last cell that was to define 'double' did not run: SyntaxError in line 2 "
        "(unmatched ')'). Mend it and run it again; an older definition is judged here."
    ) in shown["text/plain"]


def test_a_mended_cell_is_not_spoken_of(shell):
    """Is nothing said once the answer is defined again?"""
    shell.run_cell(BROKEN, store_history=True)
    (shown,) = run(shell, "def double(x):\n    return 2 * x", "check(double)")
    assert "Note" not in shown["text/plain"]


@pytest.mark.parametrize(
    "broken", ["doubles = (", "x = double(", "# double\ny = )", "print(double"]
)
def test_a_broken_cell_about_something_else_is_not_spoken_of(shell, broken):
    """Is only a cell meant that was to define the answer?"""
    run(shell, "def double(x):\n    return 2 * x")
    shell.run_cell(broken, store_history=True)
    (shown,) = run(shell, "check(double)")
    assert "Note" not in shown["text/plain"]


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("n = 1 / 0\ntotal = 41", True),
        ("total = 6 * n_layers", True),
        ("total = 42\nn = 1 / 0", False),
    ],
)
def test_a_cell_that_stopped_early_is_said(shell, cell, said):
    """Is an older value not taken for the one of a cell that raised before it?"""
    run(shell, "total = 42")
    shell.run_cell(cell, store_history=True)
    (shown,) = run(shell, "check(total=total)")
    assert ("what is judged here may be older" in shown["text/plain"]) == said


def test_printing_is_folded(shell, capsys):
    """Does a right answer that prints get one line of remark, and no more?"""
    (shown,) = run(shell, "def double(x):\n    print(x)\n    return 2 * x", "check(double)")
    assert shown["text/plain"].endswith(
        "Note: Your answer printed 1 line while it was checked; it is not shown here."
    )
    assert "3.0" not in capsys.readouterr().out


def test_an_interrupt_shows_one_sentence_and_stops_the_cell(shell, capsys):
    """Is no traceback shown, and does nothing after the check run?"""
    run(shell, "def double(x):\n    raise KeyboardInterrupt")
    result = shell.run_cell("check(double)\nwent_on = True")
    assert isinstance(result.error_in_exec, KeyboardInterrupt)
    assert "went_on" not in shell.user_ns
    shown = capsys.readouterr()
    assert (shown.out + shown.err).strip() == (
        "You stopped the check after 0 s, while it waited for 'double', tried with: a number. "
        "Is there a loop that never ends?"
    )


def test_an_interrupt_without_ipython_ends_in_one_sentence():
    """Is a script ended by what is not a traceback?"""
    InteractiveShell.clear_instance()

    def double(x):
        raise KeyboardInterrupt

    with pytest.raises(SystemExit, match="You stopped the check after 0 s"):
        Checker("00_test")(double)


def test_an_object_whose_name_is_no_text_is_looked_up():
    """Is an odd ``__name__`` not trusted?"""

    class Odd:
        __name__ = ["double"]  # noqa: RUF012

        def __call__(self, x):
            return 2 * x

    odd = Odd()
    assert Checker("00_test")._name_of(odd, {"double": odd}) == "double"


def test_an_unknown_lesson_is_said_at_the_first_check():
    """Does a lesson begin whatever it is called, and the check name the lessons there are?"""
    with pytest.raises(LookupError, match="There is no lesson '99_none'"):
        Checker("99_none")(double=lambda x: x)


def test_outcomes_can_be_had_without_showing_them():
    """Is the outcome an object that tests and tools can look at?"""
    check = Checker("00_test")
    assert isinstance(check.outcome("double", lambda x: 2 * x), Right)
    assert isinstance(check.outcome("double", lambda x: x * x), WrongValues)
    assert isinstance(check.outcome("total", ...), NotAttempted)
    namespace = {"In": ["", "double = lambda x: np.add(x, x)"]}
    assert isinstance(check.outcome("double", lambda x: 2 * x, namespace), RuleBroken)


def test_without_ipython_the_outcome_is_printed(capsys):
    """Does a plain script see the text?"""
    InteractiveShell.clear_instance()
    Checker("00_test")(total=42)
    assert capsys.readouterr().out == "✓ total: right · 1 of 1 point\n  Right.\n"


@pytest.mark.heavy
def test_begin_seeds_every_generator():
    """Do Python's, NumPy's and Keras's random numbers start alike each time?"""
    import random

    import keras
    import numpy as np

    def drawn():
        check = begin("00_test", seed=5)
        assert repr(check) == "<checker of 00_test>"
        return random.random(), np.random.rand(), float(keras.random.uniform(()))

    assert drawn() == drawn()


@pytest.mark.heavy
def test_a_lesson_without_keras_imports_none():
    """Does `begin` leave Keras and TensorFlow alone where the lesson says so?"""
    code = (
        "import sys\nfrom cnncourse import begin\nbegin('00_test', keras=False)\n"
        "print(*{'keras', 'tensorflow'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_an_answer_that_fails_by_an_earlier_one_says_so(shell):
    """Is the earlier answer named that a wrong number comes from?"""
    shell.run_cell("def double(x): return x + 1", store_history=True)
    shell.run_cell("total = double(21)", store_history=True)
    answers = shell.user_ns
    (note,) = answers["check"].outcome("total", answers["total"], answers).notes
    assert note.startswith("It uses your `double`, which is not right yet.")
