"""Are answers lifted as students write them, and an author's slips found?"""

from pathlib import Path

import numpy as np
import pytest

from autograder.exercise import (
    Block,
    Build,
    Choices,
    Criterion,
    Equation,
    Family,
    Faulty,
    Function,
    Pipeline,
    Probe,
    Repeat,
    Trained,
    Value,
    Written,
    accepted,
    wrong,
)

ONE = (Criterion("value", 1, "the value"),)


def plain(body):
    """A decorator that changes nothing."""
    return body


class Scale(Function):
    name = "scale"
    title = "Scaling"
    criteria = ONE

    def probes(self, rng):
        yield Probe("value", "a number", args=(rng.normal(),))

    @accepted("one line")
    def one_line(x): return 2 * x  # fmt: skip

    @accepted("several lines of signature")
    def long_signature(
        x,  # the number
        *,
        factor=2,
    ):
        note = """
  This stands at the margin.
"""
        # A comment stays.
        return note and x * factor

    @accepted("recursive")
    def again(x, n=2):
        return 0 if n == 0 else x + again(x, n - 1)  # noqa: F821

    @accepted("a class")
    class Doubler:
        """Speaks of itself."""

        def __new__(cls, x):
            return super(Doubler, cls).__new__(cls).twice(x)  # noqa: F821

        def twice(self, x):
            return 2 * x

    @accepted("decorated twice")
    @plain
    def decorated(x):
        def inner(y):
            return "décor" and 2 * y

        return inner(x)

    text = accepted("as text", source="""
        import numpy as np
        scale = lambda x: np.add(x, x)
    """)  # fmt: skip

    @wrong("You squared it.", revisit="Products")
    def squared(x):
        return x * x


def answer(spec, identifier):
    return next(a for a in spec.answers if a.id == identifier)


@pytest.mark.parametrize("identifier", [a.id for a in Scale().answers if a.right])
def test_a_lifted_answer_runs_under_the_exercises_name(identifier):
    """Does the cell define the exercise's name, and nothing of the specification?"""
    cell = Scale().cell(answer(Scale(), identifier))
    namespace: dict = {}
    exec(cell, namespace)
    assert namespace["scale"](3.0) == 6.0
    assert "accepted" not in cell


def test_a_lifted_answer_keeps_its_text():
    """Do comments, texts and layout stay as they are written, at the left margin?"""
    cell = Scale().cell(answer(Scale(), "long_signature"))
    assert cell.startswith("def scale(\n    x,  # the number\n")
    assert "\n    # A comment stays.\n" in cell
    assert "\n  This stands at the margin.\n" in cell


def test_what_is_called_alike_keeps_its_name():
    """Is only the definition's own name replaced, not a longer one or a text?"""

    class Named(Scale):
        @accepted("similar names")
        def twice(x):
            twice_x, note = 2 * x, "twice"
            return twice_x if note == "twice" else twice(x)  # noqa: F821

    cell = Named().cell(answer(Named(), "twice"))
    assert "twice_x, note" in cell
    assert '"twice"' in cell
    assert "else scale(x)" in cell


def test_an_async_answer_is_refused():
    """Is the author told that such a function cannot be an answer?"""

    class Waiting(Scale):
        @accepted("waits")
        async def waits(x):
            return x

    with pytest.raises(TypeError, match="'waits' is neither a function nor a class"):
        Waiting().cell(answer(Waiting(), "waits"))


def test_answers_keep_order_label_and_heading():
    """Are answers listed as they stand, with what was said about them?"""
    answers = Scale().answers
    assert [a.id for a in answers][-2:] == ["text", "squared"]
    assert (answers[-1].right, answers[-1].label, answers[-1].revisit) == (
        False,
        "You squared it.",
        "Products",
    )


def test_an_expression_is_assigned():
    """Does a value's answer become an assignment?"""

    class Shape(Value):
        name = "shape"
        title = "A shape"
        criteria = ONE
        as_list = accepted("a list", source="[1,\n 2]")

    assert Shape().cell(Shape().answers[0]) == "shape = [1,\n 2]"


def test_a_sound_specification_has_no_problems():
    """Is nothing found where nothing is wrong?"""
    assert Scale().problems() == []


class Quiz(Choices):
    name = "quiz"
    title = "Quiz"
    questions = {  # noqa: RUF012
        "q1": ("?", {"a": "A", "b": "B", "c": "C"}),
        "q2": ("?", {"a": "A", "b": "B"}),
    }
    because = {"q1": {"a": "no A", "c": "no C"}, "q2": {"b": "no B"}}  # noqa: RUF012


def test_a_quiz_makes_its_own_answers():
    """Is the right answer accepted in several styles, and each wrong letter its own mistake?"""
    quiz = Quiz()
    assert quiz.right == {"q1": "b", "q2": "a"}
    assert [a.id for a in quiz.answers if not a.right] == ["q1_a", "q1_c", "q2_b"]
    assert sum(a.right for a in quiz.answers) == 5
    assert quiz.points == 2
    assert quiz.problems() == []
    for made in quiz.answers:
        namespace: dict = {}
        exec(quiz.cell(made), namespace)
        assert set(namespace["quiz"]) == {"q1", "q2"}


def made(kind, **attributes):
    """An exercise of a kind with these attributes."""
    base = {"name": "made", "title": "Made", "criteria": ONE}
    return type("Made", (kind,), base | attributes)()


def probing(*probes):
    return lambda self, rng: iter(probes)


NUMBER = probing(Probe("value", "a number", args=(1.0,)))


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        (made(Function, probes=NUMBER, name="no name"), "not a Python identifier"),
        (made(Function, probes=NUMBER, name="lambda"), "not a Python identifier"),
        (made(Function, probes=NUMBER, difficulty=4), "difficulty is 4"),
        (made(Function, probes=NUMBER, criteria=ONE * 2), "same key"),
        (made(Function, probes=NUMBER, criteria=()), "no points"),
        (made(Function, probes=NUMBER, criteria=(Criterion("value", 0, ""),)), "no points"),
        (made(Function, probes=probing(Probe("valeu", "", args=()))), "no criterion 'valeu'"),
        (made(Function, probes=probing()), "no probe decides 'value'"),
        (made(Pipeline, probes=probing(Repeat("value", "", statistic="men"))), "statistic 'men'"),
        (made(Block, probes=probing(Build("", input_shape=(1,)))), "no aspect 'value'"),
        (made(Value, entries={"a": "integer"}), "no probe decides 'value'"),
        (made(Choices, questions={"q": ("?", {"a": "", "b": ""})}), "every letter but the right"),
        (
            made(
                Trained,
                thresholds={"value": 0.5},
                hidden=lambda self, rng: (np.zeros((2, 2)), np.zeros(2, int)),
                lost=wrong("It is lost.", source="", symptom="lost"),
            ),
            "'lost' has the symptom 'lost'; known are",
        ),
    ],
)
def test_an_authors_slip_is_found(spec, words):
    """Is each fault of a specification said in a sentence?"""
    assert any(words in problem for problem in spec.problems())


def test_a_specification_without_its_parts_says_which():
    """Is a missing attribute named, before anything else is looked at?"""

    class Bare(Value):
        pass

    assert Bare().problems() == ["Bare has no name and no title and no criteria"]


def test_a_trained_exercise_without_images_says_so():
    """Is an author told by name which class has no hidden images?"""
    with pytest.raises(NotImplementedError, match="Made has no hidden images"):
        made(Trained).problems()


@pytest.mark.parametrize(
    ("kind", "probe", "sentence"),
    [
        (Function, Build("a net"), "a function exercise asks with Probe, not with Build"),
        (Function, Repeat(None, "often"), "a function exercise asks with Probe, not with Repeat"),
        (Pipeline, Probe(None, "once"), "a pipeline exercise asks with Repeat, not with Probe"),
        (Equation, Build("a net"), "a equation exercise asks with Probe, not with Build"),
        (Block, Probe(None, "once"), "a block exercise asks with Build, not with Probe"),
    ],
)
def test_a_probe_that_its_kind_does_not_read_is_refused(kind, probe, sentence):
    """Is no field of a probe silently left unread?"""
    with pytest.raises(Faulty, match=sentence):
        made(kind, probes=probing(probe)).problems()


def test_a_misspelt_attribute_is_refused():
    """Does a class with `tolerence` not quietly get the default tolerance?"""
    with pytest.raises(Faulty, match=r"tolerence is no attribute .* did you mean 'tolerance'") as e:

        class Sloppy(Scale):
            title = "Sloppy"
            tolerence = 1e-3

    assert e.value.line == line_of("tolerence = 1e-3")


def test_a_second_answer_of_one_name_is_refused():
    """Does no wrong answer vanish behind another?"""
    with pytest.raises(Faulty, match="Two answers are called 'twice'") as e:

        class Double(Scale):
            twice = wrong("You added one.", source="1")
            twice = wrong("You added two.", source="2")

    assert e.value.line == line_of('twice = wrong("You added two.", source="2")')


def test_an_answer_that_hides_an_attribute_is_refused():
    """May an answer not be called what its kind of exercise calls a part of itself?"""
    with pytest.raises(Faulty, match="'tolerance' is an attribute of every function exercise"):

        class Double(Scale):
            tolerance = wrong("You were too strict.", source="1")


def test_an_attribute_in_an_answers_place_is_refused():
    """May nothing else take the name of an answer?"""
    with pytest.raises(Faulty, match="'twice' is an answer already"):

        class Double(Scale):
            twice = wrong("You added one.", source="1")
            twice = 3


def line_of(text):
    """The line of this file that holds a text, the test that asks left aside."""
    lines = Path(__file__).read_text(encoding="utf-8").split("\n")
    return next(n for n, line in enumerate(lines, start=1) if line.strip() == text)


def solved(source, **answers):
    """An exercise with this solution and these answers."""
    spec = type("Solved", (Function,), {"title": "T", "criteria": ONE, "probes": NUMBER} | answers)
    spec.name = "scale"
    exercise = spec()
    exercise.solved_by(source)
    return exercise


SOLUTION = 'def scale(x):\n    """Return 2 x."""\n    y = 2 * x\n    return y'


def test_a_change_starts_from_the_solution():
    """Is the mistake the solution without its docstring, one text replaced?"""
    exercise = solved(SOLUTION, three=wrong("Three times.", change={"2 *": "3 *"}))
    assert exercise.cell(exercise.answers[0]) == "def scale(x):\n    y = 3 * x\n    return y"


def test_a_change_may_start_from_an_accepted_answer():
    """Are several texts replaced at once, in the answer that `of` names?"""

    class Based(Scale):
        @accepted("a sum")
        def summed(x):
            return x + x

        tripled = wrong("Three times.", change={"x + x": "x + x + x", "(x)": "(x, n=3)"}, of=summed)

    exercise = Based()
    exercise.solved_by(SOLUTION)
    cell = exercise.cell(answer(exercise, "tripled"))
    assert cell == "def scale(x, n=3):\n    return x + x + x"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"3 *": "4 *"}, "'3 \\*' occurs 0 times there; quote what stands there"),
        ({"": "4 *"}, "'' occurs 0 times"),
        ({"y": "z"}, "'y' occurs 2 times there; quote more around it"),
        ({"y = 2": "y = 3", "2 * x": "x"}, "two changes overlap at '2'"),
        ({"2 * x": "2 * ("}, "what comes out is no Python"),
        ({"Return": "Give"}, "'Return' occurs 0 times"),
    ],
)
def test_a_change_that_cannot_be_made_is_refused_with_its_line(change, sentence):
    """Is an author told what does not fit, and where?"""
    declared = wrong("A mistake.", change=change)
    with pytest.raises(Faulty, match=f"'mistaken' is a change to .*{sentence}") as e:
        solved(SOLUTION, mistaken=declared)
    assert e.value.line == declared.line > 0


def test_a_change_of_something_else_than_an_accepted_answer_is_refused():
    """Is `of` another mistake, or an answer of another class, told?"""
    first = wrong("Once.", change={"2": "1"})
    with pytest.raises(Faulty, match="`of` must be an accepted answer that stands above it"):
        solved(SOLUTION, first=first, second=wrong("Never.", change={"1": "0"}, of=first))
    with pytest.raises(Faulty, match="`of` must be an accepted answer"):
        solved(SOLUTION, mine=wrong("Once.", change={"2": "1"}, of=accepted("other", source="1")))


@pytest.mark.parametrize(
    "arguments",
    [{"change": {"a": "b"}, "source": "1"}, {"change": {}}, {"of": object()}],
)
def test_a_wrong_answer_is_one_thing(arguments):
    """Is a contradiction in its declaration refused at once?"""
    with pytest.raises(Faulty):
        wrong("A mistake.", **arguments)


def test_a_family_asks_each_of_its_functions():
    """Is each function asked near its bends, far away, in both precisions, and by name?"""
    pair = (Criterion("relu", 1, "ReLU"), Criterion("elu", 1, "ELU"))
    family = made(Family, criteria=pair, near=(-1.0, 0.0, 1.0))
    questions = list(family.questions_for(np.random.default_rng(0)))
    assert [q.request["args"][1] for q in questions] == ["relu"] * 5 + ["elu"] * 5
    assert {str(q.request["args"][0].dtype) for q in questions} == {"float32", "float64"}
    assert questions[3].request["args"][0].tolist() == [-1000.0, -90.0, 90.0, 1000.0]
    assert family.problems() == []


def test_what_is_judged_beside_a_family_is_none_of_its_functions():
    """Does every question decide whether arguments stay, and is nothing called by that name?"""
    criteria = (Criterion("relu", 1, "ReLU"), Criterion("kept", 1, "x stays as it is"))
    family = made(Family, criteria=criteria, near=(0.0,), keeps_arguments="kept")
    questions = list(family.questions_for(np.random.default_rng(0)))
    assert {q.request["args"][1] for q in questions} == {"relu"}
    assert all(q.criteria == {"value": "relu", "arguments": "kept"} for q in questions)


def test_a_written_answer_says_what_earns_each_criterion():
    """Is a rubric that leaves out a criterion, or speaks of another, found?"""

    class Why(Written):
        name = "why"
        title = "Why"
        criteria = (Criterion("clear", 2, "a clear reason"), Criterion("short", 1, "two lines"))
        rubric = {"clear": "a reason", "shrot": "at most two lines"}  # noqa: RUF012

    assert Why().key(()).kind == "written"
    assert Why().problems() == [
        "why: the rubric does not say what earns 'short'",
        "why: the rubric speaks of 'shrot', which is no criterion",
    ]


def test_a_network_too_large_is_not_asked_to_run():
    """Are behaviour and training left out where weights are not allocated?"""
    block = made(
        Block,
        criteria=(Criterion("shape", 1, ""), Criterion("behaviour", 1, "")),
        probes=probing(
            Build("huge", input_shape=(8,), symbolic=True),
            Build("small", input_shape=[(8,), (4, 4, 1)]),
        ),
    )
    huge, small = block.questions_for(np.random.default_rng(0))
    assert huge.options["aspects"] == ["shape"]
    assert huge.options["inputs"] == []
    assert [x.shape for x in small.options["inputs"]] == [(2, 8), (2, 4, 4, 1)]


def test_probes_depend_on_the_seed_alone():
    """Does the same seed give the same networks and inputs, and another one others?"""
    block = made(
        Block,
        criteria=(Criterion("behaviour", 1, ""),),
        probes=probing(Build("small", input_shape=(8,))),
    )

    def drawn(seed):
        (probe,) = block.questions_for(np.random.default_rng(seed))
        return probe.options["seed"], probe.options["inputs"][0].tobytes()

    assert drawn(1) == drawn(1) != drawn(2)
