"""Does each answer get the outcome that it deserves, and each criterion its points?"""

from dataclasses import replace
from typing import ClassVar

import numpy as np
import pytest
from judged import asking, compiled, earned, judged, replying

from autograder.exercise import Criterion, Function, Probe, Rule, Tolerance, Value, Written, wrong
from cnncourse.check.outcome import (
    AwaitingHand,
    NotAttempted,
    PartlyRight,
    Raised,
    Right,
    RuleBroken,
    WrongShape,
    WrongType,
    WrongValues,
)
from cnncourse.check.verdict import SubjectLost, verdict

REFERENCE = "def pooled(x):\n    return x[: len(x) // 2 * 2].reshape(-1, 2).max(1)"


class Pooled(Function):
    name = "pooled"
    title = "Maximum of pairs"
    criteria = (
        Criterion("even", 1, "even lengths"),
        Criterion("odd", 2, "odd lengths"),
        Criterion("negative", 3, "negative numbers"),
    )
    revisit = "Pooling"

    def probes(self, rng):
        yield Probe("even", "four numbers", args=(np.array([1.0, 4.0, 3.0, 2.0]),))
        yield Probe("odd", "five numbers", args=(np.array([1.0, 4.0, 3.0, 2.0, 9.0]),))
        yield Probe("negative", "negative numbers", args=(np.array([-1.0, -4.0, -3.0, -2.0]),))
        yield Probe("even", "random numbers", args=(rng.uniform(1, 2, 8),))

    @wrong("You took the mean.", revisit="Mean or maximum?")
    def mean(x):
        return x[: len(x) // 2 * 2].reshape(-1, 2).mean(1)

    @wrong("You padded with zeros.")
    def padded(x):
        x = np.pad(x, (0, len(x) % 2))
        return np.maximum(x.reshape(-1, 2).max(1), 0)

    @wrong("You forgot the odd one.")
    def no_cut(x):
        return x.reshape(-1, 2).max(1)

    @wrong("You divided by zero.")
    def nan(x):
        return x[: len(x) // 2 * 2].reshape(-1, 2).max(1) * np.nan


@pytest.fixture(scope="module")
def pooled():
    return compiled(Pooled(), REFERENCE)


@pytest.mark.parametrize(
    ("body", "state"),
    [
        ("return x[: len(x) // 2 * 2].reshape(-1, 2).max(1)", Right),
        ("raise NotImplementedError('pooled: not written yet')", NotAttempted),
        ("return 1 / 0", Raised),
        ("return None", WrongType),
        ("return list(x)", WrongType),
        ("return x", WrongShape),
        ("return x[: len(x) // 2 * 2].reshape(-1, 2).min(1)", WrongValues),
        ("return np.maximum(x[: len(x) // 2 * 2].reshape(-1, 2).max(1), 0)", PartlyRight),
    ],
)
def test_each_state_is_reached(pooled, body, state):
    """Does the answer end in the state that describes it?"""
    assert type(judged(pooled, f"def pooled(x):\n    {body}")) is state


def test_a_right_answer_earns_everything(pooled):
    """Does the reference itself get full points and no remark?"""
    outcome = judged(pooled, REFERENCE)
    assert (outcome.score, outcome.max_score, outcome.notes) == (6, 6, ())


@pytest.mark.parametrize("cell", ["pooled = ...", "other = 1"])
def test_an_untouched_or_missing_answer_is_not_attempted(pooled, cell):
    """Is it told apart from a wrong one, at no points?"""
    outcome = judged(pooled, cell)
    assert isinstance(outcome, NotAttempted)
    assert outcome.score == 0


def test_a_missing_name_is_said():
    """Does the message name what is missing?"""
    assert "'pooled'" in judged(compiled(Pooled(), REFERENCE), "other = 1").message


def test_a_misconception_is_named_on_all_probes(pooled):
    """Is an answer recognised that does everywhere what a known wrong one does?"""
    outcome = judged(
        pooled, "def pooled(x):\n    n = len(x) // 2\n    return (x[:2*n:2] + x[1:2*n:2]) / 2"
    )
    assert (outcome.misconception, outcome.revisit) == ("mean", "Mean or maximum?")
    assert outcome.message == "You took the mean."
    assert "differs" in outcome.details[0]


def test_a_misconception_is_named_on_the_failing_probes(pooled):
    """Is it named, too, where the student got another probe right that the known answer fails?"""
    source = (
        "def pooled(x):\n    n = len(x) // 2\n    pairs = x[:2*n].reshape(-1, 2)\n"
        "    return pairs.max(1) if (x < 0).any() else pairs.mean(1)"
    )
    outcome = judged(pooled, source)
    assert outcome.misconception == "mean"
    assert earned(outcome) == {"negative"}


@pytest.mark.parametrize(
    ("fails", "what"),
    [
        ("x[0] < 0", "np.zeros(n)"),  # as if padded, but that fails for odd lengths, too
        ("len(x) % 2", "np.full(n, np.nan)"),
    ],
)
def test_a_part_that_many_mistakes_show_is_not_enough(pooled, fails, what):
    """Is no name given where zeros or nan on some probes are all that a mistake goes by?"""
    source = (
        f"def pooled(x):\n    n = len(x) // 2\n    if {fails}:\n        return {what}\n"
        "    return x[:2*n].reshape(-1, 2).max(1)"
    )
    outcome = judged(pooled, source)
    assert isinstance(outcome, PartlyRight)
    assert outcome.misconception is None


class Twins(Pooled):
    """Two mistakes that differ on negative numbers alone, where a student may be right."""

    mean = wrong(
        "You took the mean. Which is the largest?",
        source="def pooled(x): return x[: len(x) // 2 * 2].reshape(-1, 2).mean(1)",
    )
    size = wrong(
        "You took the mean size: the sign is lost.",
        source="def pooled(x): return np.abs(x[: len(x) // 2 * 2]).reshape(-1, 2).mean(1)",
    )


def test_what_fits_two_mistakes_is_a_question():
    """Is none of them named, and do the students read what was seen and which two it may be?"""
    outcome = judged(
        compiled(Twins(), REFERENCE),
        "def pooled(x):\n    pairs = x[: len(x) // 2 * 2].reshape(-1, 2)\n"
        "    return pairs.max(1) if x[0] < 0 else pairs.mean(1)",
    )
    assert outcome.misconception is None
    assert outcome.message == "Your result differs from the expected values in 2 of 2 places."
    assert outcome.details[:3] == (
        "More than one mistake looks like this. Which is yours?",
        "- You took the mean?",
        "- You took the mean size?",
    )


def test_a_misconception_that_raises_is_named_by_its_message(pooled):
    """Is an exception recognised by what it says, and another of the same type not?"""
    same = judged(pooled, "def pooled(x):\n    return np.max(x.reshape(-1, 2), axis=-1)")
    other = judged(
        pooled,
        "def pooled(x):\n    if len(x) % 2:\n        raise ValueError('odd')\n"
        "    return x.reshape(-1, 2).max(1)",
    )
    assert same.misconception == "no_cut"
    assert other.misconception is None
    assert earned(same) == earned(other) == {"even", "negative"}


def test_a_misconception_that_gives_nan_is_named(pooled):
    """Does nan match nan between wrong answers, though it never matches a right one?"""
    assert (
        judged(pooled, "def pooled(x):\n    return np.full(len(x) // 2, np.nan)").misconception
        == "nan"
    )


def test_one_of_two_mistakes_is_named_where_it_prevails(pooled):
    """Is a known mistake named though a second one, on one probe, goes with it?"""
    source = (
        "def pooled(x):\n    if len(x) % 2:\n        return x\n    return x.reshape(-1, 2).mean(1)"
    )
    assert judged(pooled, source).misconception == "mean"


def test_a_mistake_is_named_by_the_first_criterion_that_shows_it(pooled):
    """Is a mistake named that all probes of a criterion show, whatever another criterion shows?"""
    source = (
        "def pooled(x):\n    n = len(x) // 2\n    if len(x) % 2 or (x < 0).any():\n"
        "        return np.full(n, 77.0)\n    return x.reshape(-1, 2).mean(1)"
    )
    assert judged(pooled, source).misconception == "mean"


def test_a_mistake_seen_on_few_probes_is_not_guessed(pooled):
    """Is no name given where a known mistake explains half of what fails, or less?"""
    source = (
        "def pooled(x):\n    n = len(x) // 2\n    if (x < 0).any() or len(x) == 8:\n"
        "        return x[:2*n].reshape(-1, 2).mean(1)\n    return np.full(n, 77.0)"
    )
    assert judged(pooled, source).misconception is None


def test_an_unknown_mistake_gets_no_name(pooled):
    """Is nothing guessed where no known wrong answer fits?"""
    outcome = judged(pooled, "def pooled(x):\n    return np.full(len(x) // 2, 77.0)")
    assert outcome.misconception is None
    assert outcome.revisit == "Pooling"


def test_one_branch_left_unwritten_is_not_a_blank(pooled):
    """Does NotImplementedError in one branch cost that criterion alone?"""
    outcome = judged(
        pooled,
        "def pooled(x):\n    if len(x) % 2:\n        raise NotImplementedError\n"
        "    return x.reshape(-1, 2).max(1)",
    )
    assert isinstance(outcome, PartlyRight)
    assert earned(outcome) == {"even", "negative"}
    assert "five numbers" in outcome.message


def test_a_criterion_of_two_probes_needs_both(pooled):
    """Is a criterion lost when one of its probes fails?"""
    source = (
        "def pooled(x):\n    n = len(x) // 2\n    return x[:2*n].reshape(-1, 2).max(1) + (n == 4)"
    )
    assert earned(judged(pooled, source)) == {"odd", "negative"}


def dying_after(answers: int, source: str):
    """A process that is gone after some answers."""
    ask, left = asking(source), iter(range(answers))

    def reply(request):
        if next(left, None) is None:
            raise SubjectLost("It was stopped after 5 s.")
        return ask(request)

    return reply


def test_a_lost_process_keeps_what_was_earned(pooled):
    """Are criteria paid that were asked to the end, and none that was not?"""
    outcome = verdict(pooled, dying_after(3, REFERENCE))
    assert isinstance(outcome, PartlyRight)
    # "even" has a fourth probe, that was never asked
    assert earned(outcome) == {"odd", "negative"}
    assert outcome.message == "It was stopped after 5 s."


@pytest.mark.parametrize("answers", [0, 1])
def test_a_process_lost_early_earns_nothing(pooled, answers):
    """Is nothing paid where no criterion was decided?"""
    outcome = verdict(pooled, dying_after(answers, REFERENCE))
    assert isinstance(outcome, Raised)
    assert outcome.score == 0


def test_a_changed_argument_is_a_note(pooled):
    """Does it cost nothing, and is it said?"""
    source = REFERENCE.replace("return", "y =") + "\n    x[:] = 0\n    return y"
    outcome = judged(pooled, source)
    assert isinstance(outcome, Right)
    assert "work on a copy" in outcome.notes[0]


def test_an_error_shows_where_and_with_what(pooled):
    """Are the student's own line and the arguments shown?"""
    outcome = judged(pooled, "def pooled(x):\n    y = x.shape\n    return y['a']")
    assert outcome.message.startswith("Your code raised TypeError: ")
    assert "line 3: return y['a']" in outcome.details
    assert "called with: [1.0, 4.0, 3.0, 2.0]" in outcome.details


def test_a_message_ends_in_one_full_stop(pooled):
    """Is the student's own punctuation kept?"""
    messages = [
        judged(pooled, f"def pooled(x):\n    raise ValueError({text!r})").message
        for text in ("no.", "no", "no!", "")
    ]
    assert [m.removeprefix("Your code raised ValueError") for m in messages] == [
        ": no.",
        ": no.",
        ": no!",
        ".",
    ]


PAIRS = "x[: len(x) // 2 * 2].reshape(-1, 2)"
HONEST = {
    "default": f"def pooled(x, size=2):\n    return {PAIRS}.max(1)",
    "lambda": f"pooled = lambda x: {PAIRS}.max(1)",
    "keras": f"def pooled(x):\n    return keras.ops.max({PAIRS}, 1)",
    "matrix": f"def pooled(x):\n    return np.asmatrix({PAIRS}).max(1).A1",
    "masked": f"def pooled(x):\n    return np.ma.array({PAIRS}).max(1)",
    "print": f"def pooled(x):\n    print(x)\n    return {PAIRS}.max(1)",
    "float32": f"def pooled(x):\n    return {PAIRS}.max(1).astype('float32')",
    "warning": f"def pooled(x):\n    np.log(x * 0)\n    return {PAIRS}.max(1)",
    "partial": f"""
from functools import partial
def pool(f, x):
    return f({PAIRS}, 1)
pooled = partial(pool, np.max)""",
    "object": f"""
class Pool:
    def __call__(self, x):
        return {PAIRS}.max(1)
pooled = Pool()""",
    "tf.function": f"""
import tensorflow as tf
pooled = tf.function(lambda x: tf.reduce_max(tf.reshape({PAIRS.split(".")[0]}, (-1, 2)), 1))""",
}


STYLES = [
    pytest.param(
        source, id=name, marks=[pytest.mark.heavy] if name in ("keras", "tf.function") else []
    )
    for name, source in HONEST.items()
]


@pytest.mark.parametrize("source", STYLES)
def test_honest_styles_are_right(pooled, source):
    """Is the answer accepted however it is written?"""
    assert isinstance(judged(pooled, source), Right)


def test_a_single_precision_answer_is_judged_as_such():
    """Does an answer in float32 get the tolerance of float32 where the reference is float64?"""

    class Root(Function):
        name = "root"
        title = "Root"
        criteria = (Criterion("value", 1, "the value"),)
        tolerance: ClassVar = {
            "float64": Tolerance(1e-12, 1e-12, "one operation"),
            "float32": Tolerance(1e-6, 1e-6, "one operation in float32"),
        }

        def probes(self, rng):
            yield Probe("value", "random numbers", args=(rng.uniform(size=5),))

    key = compiled(Root(), "root = np.sqrt")
    assert isinstance(judged(key, "def root(x): return np.sqrt(x.astype('float32'))"), Right)
    assert isinstance(judged(key, "def root(x): return np.sqrt(x) + 1e-4"), WrongValues)


class Count(Function):
    name = "count"
    title = "A count"
    criteria = (Criterion("value", 1, "the value"),)

    def probes(self, rng):
        yield Probe("value", "a million", args=(1_000_000,))


@pytest.mark.parametrize(
    ("value", "state"),
    [
        ("3 * n", Right),
        ("3.0 * n", Right),
        ("np.int32(3 * n)", Right),
        ("np.array(3 * n)", Right),
        pytest.param("keras.ops.convert_to_tensor(3 * n)", Right, marks=pytest.mark.heavy),
        ("3.0 * n + 0.4", WrongValues),
        ("np.array([3 * n])", WrongShape),
        ("str(3 * n)", WrongType),
        ("True", WrongType),
        ("10 ** 400", WrongType),
        ("2 ** 70", WrongValues),
        ("float('nan')", WrongValues),
        ("3j * n", WrongType),
    ],
)
def test_single_numbers_are_compared_by_value(value, state):
    """Is a count accepted as any kind of number, but only the exact one?"""
    key = compiled(Count(), "def count(n): return 3 * n")
    assert type(judged(key, f"def count(n): return {value}")) is state


class NoSum(Count):
    name = "count"
    rule = Rule(forbid=("numpy.sum",), reason="Write it yourself.")


def test_a_broken_rule_earns_nothing():
    """Does a right value count for nothing where the rule is broken?"""
    key = compiled(NoSum(), "def count(n): return 3 * n")
    outcome = judged(key, "def count(n): return np.sum([n, n, n])")
    assert isinstance(outcome, RuleBroken)
    assert outcome.score == 0
    assert "Write it yourself." in outcome.message


def test_a_rule_follows_the_name_to_another_cell():
    """Is the definition found that stands in another cell than the exercise's?"""
    key = compiled(NoSum(), "def count(n): return 3 * n")
    sneaky = "def count(n): return np.sum([n, n, n])"
    outcome = verdict(key, asking(sneaky), source="x = 1", context=sneaky)
    assert isinstance(outcome, RuleBroken)


def test_an_untouched_cell_breaks_no_rule():
    """Is an unsolved exercise that has a rule still just not attempted?"""
    key = compiled(NoSum(), "def count(n): return 3 * n")
    stub = "def count(n):\n    raise NotImplementedError('count: not written yet')"
    assert isinstance(judged(key, stub), NotAttempted)


class Table(Value):
    name = "table"
    title = "A table"
    entries: ClassVar = {"conv": "shape", "pool": "shape", "total": "integer"}
    entry_criterion: ClassVar = {"conv": "shapes", "pool": "shapes"}
    criteria = (Criterion("shapes", 2, "shapes"), Criterion("total", 1, "the total"))
    channels_first = wrong(
        "You put channels first.", source="dict(conv=(6, 28, 28), pool=(6, 14, 14), total=156)"
    )
    no_bias = wrong(
        "You forgot the biases.", source="dict(conv=(28, 28, 6), pool=(14, 14, 6), total=150)"
    )


@pytest.fixture(scope="module")
def table():
    return compiled(Table(), "table = dict(conv=(28, 28, 6), pool=(14, 14, 6), total=156)")


def test_entries_earn_by_themselves(table):
    """Does a right entry earn beside a wrong one?"""
    outcome = judged(table, "table = dict(conv=(28, 28, 6), pool=(14, 14, 6), total=150)")
    assert earned(outcome) == {"shapes"}
    assert outcome.misconception == "no_bias"
    assert outcome.message == "total: You forgot the biases."


def test_every_wrong_entry_gets_its_reason(table):
    """Are two mistakes in one dictionary both explained?"""
    outcome = judged(table, "table = dict(conv=(6, 28, 28), pool=(14, 14, 6), total=150)")
    assert outcome.message == "conv: You put channels first."
    assert outcome.details == ("total: You forgot the biases.",)
    assert outcome.score == 0


class Layers(Value):
    name = "layers"
    title = "Layers"
    criteria = (Criterion("deep", 1, "deep"), Criterion("wide", 1, "wide"))
    entries: ClassVar = {"deep": "integer", "wide": "integer"}
    one_less = wrong("You left the last layer out.", source='{"deep": 4, "wide": 11}')
    input_too = wrong("The input is no layer.", source='{"deep": 6, "wide": 12}')
    no_bias = wrong("Without the biases.", source='{"deep": 5, "wide": 61470}')
    no_heads = wrong("Without the biases and the heads.", source='{"deep": 9, "wide": 61470}')


@pytest.mark.parametrize(
    ("answer", "misconception", "shown"),
    [
        ('{"deep": 6, "wide": 12}', "input_too", "deep: The input is no layer."),
        # wrong there and nowhere else: the whole of that mistake
        ('{"deep": 6, "wide": 10}', "input_too", "deep: The input is no layer."),
        # a part of another mistake, and a small number
        ('{"deep": 4, "wide": 12}', None, "deep: That is not it. yours: 4"),
        ('{"deep": 5, "wide": 61470}', "no_bias", "wide: Without the biases."),
        ('{"deep": 9, "wide": 61470}', "no_heads", "Without the biases and the heads."),
    ],
)
def test_an_entry_is_explained_by_what_it_shows(answer, misconception, shown):
    """Is a mistake of several entries not claimed for one small number among them?"""
    outcome = judged(compiled(Layers(), 'layers = {"deep": 5, "wide": 12}'), f"layers = {answer}")
    assert outcome.misconception == misconception
    assert outcome.message == shown


def test_an_entry_left_open_is_named(table):
    """Is an unfilled entry told from a wrong one, and the others still paid?"""
    outcome = judged(table, "table = dict(conv=(28, 28, 6), pool=(14, 14, 6), total=...)")
    assert earned(outcome) == {"shapes"}
    assert "Not filled in yet" in outcome.message


def test_a_written_answer_waits_for_a_person():
    """Does a written answer go to a person, without asking the student's code anything?"""

    class Why(Written):
        name = "why"
        title = "Why"
        criteria = (Criterion("reason", 2, "a reason"),)
        rubric: ClassVar = {"reason": "any reason"}

    outcome = verdict(Why().key(()), replying("anything"))
    assert isinstance(outcome, AwaitingHand)
    assert (outcome.score, outcome.max_score) == (0, 2)


def test_an_outcome_as_the_report_writes_it(pooled):
    """Has the dictionary exactly the keys that the grading report promises?"""
    assert judged(pooled, REFERENCE).as_dict() == {
        "state": "right",
        "score": 6,
        "max": 6,
        "misconception": None,
        "message": "Right.",
    }


class Graphed(Function):
    """A mistake that TensorFlow reports with the calls that led to it."""

    name = "graphed"
    title = "A graph"
    criteria = (Criterion("all", 1, "all"),)

    def probes(self, rng):
        yield Probe("all", "a number", args=(1.0,))

    @wrong("You put the axis last.")
    def last(x):
        raise ValueError("Node add defined at (most recent call last): File main, in run")


def test_the_calls_behind_a_message_do_not_count():
    """Is a mistake named that was reached by other calls than when the key was compiled?"""
    key = compiled(Graphed(), "def graphed(x):\n    return x")
    raising = (
        "def graphed(x):\n    raise ValueError('Node {} defined at (most recent call last): {}')"
    )
    assert judged(key, raising.format("add", "File shell, in cell")).misconception == "last"
    assert judged(key, raising.format("mul", "File main, in run")).misconception is None
    # A network that is not the first of its kind: Keras has appended a number to its name.
    assert judged(key, raising.format("add_1_1", "File main, in run")).misconception == "last"


class Kept(Pooled):
    """Pairs whose array must stay as it is, by the statement."""

    criteria = (*Pooled.criteria, Criterion("kept", 2, "x stays as it is"))
    keeps_arguments = "kept"
    habit = Rule(forbid=("for", "while"), reason="One call of max does it.")

    average = wrong("You took the mean.", change={"max": "mean"})
    clipped = wrong("You change x itself.", change={"return x": "x[x < 0] = 0\n    return x"})


@pytest.fixture(scope="module")
def kept():
    spec = Kept()
    spec.solved_by(REFERENCE)
    return compiled(spec, REFERENCE)


IN_PLACE = REFERENCE.replace("return", "y =") + "\n    x[:] = 0\n    return y"
MEAN_IN_PLACE = IN_PLACE.replace("max", "mean")


def test_a_changed_argument_costs_the_criterion_that_says_so(kept):
    """Is only that criterion lost, and does the message say why?"""
    outcome = judged(kept, IN_PLACE)
    assert earned(outcome) == {"even", "odd", "negative"}
    assert outcome.message == (
        "Your function changes an array that it was given; here it must stay as it is: work on a "
        "copy."
    )
    assert outcome.notes == ()
    assert earned(judged(kept, REFERENCE)) == {"even", "odd", "negative", "kept"}


def test_a_wrong_result_keeps_no_arguments(kept):
    """Is nothing earned by an answer that does nothing?"""
    assert earned(judged(kept, "def pooled(x): return None")) == set()


def test_what_fails_elsewhere_does_not_cost_the_arguments(kept):
    """Is the criterion kept by an answer that is right in the basic case alone?"""
    assert earned(judged(kept, REFERENCE.replace("x[", "np.maximum(x, 0)["))) >= {"even", "kept"}
    raises = "def pooled(x):\n    return x.reshape(-1, 2).max(1)"
    assert earned(judged(kept, raises)) == {"even", "negative", "kept"}


def test_a_mistake_is_named_in_an_answer_that_changes_its_argument_too(kept):
    """Is it told by its values, and the change beside it?"""
    outcome = judged(kept, MEAN_IN_PLACE)
    assert outcome.misconception == "average"
    assert any("work on a copy" in note for note in outcome.notes)


def test_a_mistake_that_changes_its_argument_is_known_by_it(kept):
    """Is it named where the argument changes, and not where the values alone are the same?"""
    in_place = "def pooled(x):\n    np.maximum(x, 0, out=x)\n    return x"
    in_place += "[: len(x) // 2 * 2].reshape(-1, 2).max(1)"
    copied = in_place.replace("np.maximum(x, 0, out=x)", "x = np.maximum(x, 0)")
    assert judged(kept, in_place).misconception == "clipped"
    assert judged(kept, copied).misconception != "clipped"


LOOP = "def pooled(x):\n    return np.array([max(x[i : i + 2]) for i in range(0, len(x) - 1, 2)])"


def test_a_habit_is_said_after_a_right_answer_alone(kept):
    """Does a loop cost nothing where one call would do, and is it said then and only then?"""
    right, wrong_one = judged(kept, LOOP), judged(kept, LOOP.replace("max", "min"))
    assert isinstance(right, Right)
    assert any("One call of max does it." in note for note in right.notes)
    assert wrong_one.notes == ()
    assert judged(kept, REFERENCE).notes == ()


def test_a_habit_suspects_nobody(kept):
    """Is nothing said of an answer that only reaches for names in another way?"""
    by_name = REFERENCE.replace(".max(1)", "").replace("return x", "y = x")
    by_name += "\n    return getattr(y, 'max')(1)"
    assert judged(kept, by_name).notes == ()


def test_lost_precision_is_said_after_a_right_answer(pooled):
    """Is a float32 result of float64 numbers right, and is the loss named?"""
    outcome = judged(pooled, REFERENCE + ".astype('float32')")
    assert isinstance(outcome, Right)
    assert outcome.notes == (
        "Your result is float32, though float64 went in: it keeps 7 of 16 digits.",
    )
    assert judged(pooled, REFERENCE).notes == ()


def test_the_authors_version_comes_with_full_points_alone(pooled):
    """Is it kept from whoever has not got everything right?"""
    key = replace(pooled, solution=REFERENCE)
    assert judged(key, REFERENCE).solution == REFERENCE
    assert judged(key, REFERENCE.replace("max", "min")).solution is None
    assert judged(pooled, REFERENCE).solution is None
