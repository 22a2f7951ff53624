"""Are just those cells of a lesson run that an answer needs?"""

import nbformat
import pytest

from autograder.grading.cell_dependencies import needed

new = nbformat.v4.new_code_cell


def running(lesson, answer, changed=None):
    """The sources that run when the lesson's cells stand before an answer."""
    cells = [new(source) for source in lesson]
    if changed is not None:
        cells.append(new(changed))
    solution = new(answer)
    solution.metadata.nbgrader = {"grade": False, "solution": True, "grade_id": "a-answer"}
    cells.append(solution)
    return [cells[i].source for i in sorted(needed(cells, set(lesson)))][:-1]


def test_an_experiment_nobody_uses_does_not_run():
    """Is a cell left out whose names no answer uses?"""
    assert running(["slow = train()", "show(slow)"], "def a(x):\n    return x") == []


def test_what_an_answer_uses_runs_with_what_that_needs():
    """Is the chain of definitions behind an answer kept, in order?"""
    lesson = ["import math as m", "def g(x):\n    return m.sqrt(x)", "other = 1"]
    assert running(lesson, "def a(x):\n    return g(x)") == lesson[:2]


def test_a_functions_own_names_do_not_count():
    """Does an argument or local variable named like a lesson's variable not bring it in?"""
    assert running(["image = load()"], "def a(image):\n    rows = image\n    return rows") == []


def test_a_students_own_cell_counts():
    """Does a cell that the student added run, with what it needs?"""
    assert running(["b = 2", "c = 3"], "def a():\n    return d", changed="d = b") == [
        "b = 2",
        "d = b",
    ]


@pytest.mark.parametrize(
    "change", ["b.append(1)", "b[0] = 1", "b.x = 1", "b += [1]", "for b in range(3): pass"]
)
def test_a_change_in_place_counts(change):
    """Does a cell run that changes a needed value without making it anew?"""
    assert running(["b = [1]", change], "def a():\n    return b") == ["b = [1]", change]


@pytest.mark.parametrize("cell", ["%run other.py", "from m import *", "exec(text)", "x = (1"])
def test_a_cell_that_cannot_be_read_with_certainty_runs(cell):
    """Does a cell run whose effects are not written in it?"""
    assert running([cell], "def a():\n    return 1") == [cell]


def test_a_magic_that_runs_python_is_read():
    """Does a cell that measures time run where its value is used, and not otherwise?"""
    lesson = ["%time b = f()", "%timeit b = f()", "%%time\nc = 1"]
    assert running(lesson, "def a():\n    return b") == lesson[:1]


def test_set_up_runs():
    """Does a set-up cell run though nothing seems to use it?"""
    cell = new("prepare()", metadata={"tags": ["setup"]})
    assert needed([cell], {"prepare()"}) == {0}


CHAINS = {
    "the last binding above is taken": (
        ["b = 1", "b = 2", "c = b"],
        "a = b",
        ["b = 2"],
    ),
    "a loop's variable of the same name is another's": (
        ["x = load()", "for b in x: pass", "b = 2", "for x in range(3): print(x)"],
        "def a(x):\n    return [b + i for i in x]",
        ["b = 2"],
    ),
    "what may not be bound leaves the earlier in question": (
        ["b = 1", "b = 2", "if c:\n    b = 3", "c = 1"],
        "a = b",
        ["b = 2", "if c:\n    b = 3", "c = 1"],
    ),
    "a change of the taken value counts, one of an earlier does not": (
        ["b = []", "b.append(1)", "b = [2]", "b.append(3)", "b.sort", "fill(b)"],
        "a = b",
        ["b = [2]", "b.append(3)", "fill(b)"],
    ),
    "an assigned call that trains counts": (
        ["net = build()", "history = net.fit(x)", "print(net.summary())"],
        "a = net",
        ["net = build()", "history = net.fit(x)"],
    ),
    "a value is that of its own time": (
        ["b = 1", "c = b", "b = 2"],
        "a = c",
        ["b = 1", "c = b"],
    ),
    "a function sees names as they are when it is called": (
        ["b = 1", "def f():\n    return b", "b = 2", "b = 3", "c = 4"],
        "def a():\n    return f()",
        ["def f():\n    return b", "b = 3"],
    ),
    "so it does under another name": (
        ["b = 1", "def f():\n    return b", "g = f", "b = 2"],
        "def a():\n    return g()",
        ["def f():\n    return b", "g = f", "b = 2"],
    ),
    "a method sees them, too": (
        ["b = 1", "class F:\n    def call(self):\n        return b", "b = 2"],
        "a = F()",
        ["class F:\n    def call(self):\n        return b", "b = 2"],
    ),
    "a binding that uses its own name keeps the one above": (
        ["b = 1", "b += 1", "b = b * 2", "b = f(b)"],
        "a = b",
        ["b = 1", "b += 1", "b = b * 2", "b = f(b)"],
    ),
    "every way to bind is one": (
        [
            "with f() as b: pass",
            "import c.d",
            "(e := 1)",
            "g, *h = i",
            "match j:\n    case k: pass",
        ],
        "a = b, c, e, h, k",
        [
            "with f() as b: pass",
            "import c.d",
            "(e := 1)",
            "g, *h = i",
            "match j:\n    case k: pass",
        ],
    ),
    "drawing is no change of the module that draws": (
        ["import plots", "plots.show(1)", "plots.images(2)", "plots.use_style()"],
        "a = plots",
        ["import plots", "plots.use_style()"],
    ),
    "a shared name is a module only where nothing else binds it": (
        ["import net", "net = build()", "net.compile()"],
        "a = net",
        ["net = build()", "net.compile()"],
    ),
}


@pytest.mark.parametrize(("lesson", "answer", "expected"), CHAINS.values(), ids=CHAINS)
def test_values_are_followed_to_where_they_are_made(lesson, answer, expected):
    """Do just those cells run whose binding or change the answer sees?"""
    assert running(lesson, answer) == expected


BELOW = ["net = build()", "net.fit(x)", "for name in x: print(name)", "name = 1", "list = 2"]
STYLES = {
    "in a with block": "with scope():\n    a = 1",
    "in a loop": "for _ in range(3):\n    a = 1",
    "in a branch": "if ready:\n    a = 1\nelse:\n    a = 2",
    "in one branch": "if ready:\n    a = 1",
    "after an error": "try:\n    a = 1\nexcept ValueError:\n    pass",
    "with a helper of the same cell": "if ready:\n    net = 1\ndef a():\n    return net",
    "with a helper from a loop": "for net in (1, 2):\n    pass\ndef a():\n    return net",
    "with a helper from a with block": "with s() as t:\n    net = t\ndef a():\n    return net",
    "a class with names of its own": "class A:\n    name = 1\n    x = [name, net]\n    net = 2",
    "a property and its setter": (
        "class A:\n    @property\n    def name(self): return 1\n"
        "    @name.setter\n    def name(self, v): pass\na = A()"
    ),
    "comprehensions": "a = [(name, net) for name, net in zip('ab', {net for net in 'cd'})]",
    "a generator in a function": "def a(v):\n    return max(name for name in v if name)",
    "nested functions": "def a(v):\n    name = v\n    def b():\n        return name\n    return b",
    "a lambda": "a = lambda name, *net: (name, net)",
    "an argument's keyword": "a = f(name=1, net=2)",
    "a caught error": "try:\n    f()\nexcept ValueError as name:\n    print(name)\na = 1",
    "a built-in": "a = list(range(3))",
    "a walrus": "a = [net := 1, net + 1]",
    "a match": "match f():\n    case [net, name]: a = net\n    case _: a = 0",
    "an attribute": "a = f().name.net",
}


@pytest.mark.parametrize("style", STYLES)
def test_an_answers_own_names_need_no_cell_below(style):
    """Is nothing run that only binds a name which the answer binds, too, however it does so?"""
    answer, check = new(STYLES[style]), new("check(a)")
    answer.metadata.nbgrader = {"grade": False, "solution": True, "grade_id": "a-answer"}
    check.metadata.nbgrader = {"grade": True, "solution": False, "grade_id": "a"}
    cells = [answer, check, *map(new, BELOW)]
    expected = {0, 2, 3} if style == "a class with names of its own" else {0}
    assert needed(cells, set(BELOW)) == expected


def test_a_name_bound_only_below_is_found_there():
    """Does a cell below run, since students run cells in odd orders?"""
    answer = new("def a():\n    return b")
    answer.metadata.nbgrader = {"grade": False, "solution": True, "grade_id": "a-answer"}
    lesson = ["b = c", "c = 1", "d = 2"]
    assert needed([answer, *map(new, lesson)], set(lesson)) == {0, 1, 2}


def test_a_function_is_called_at_the_check_of_its_exercise():
    """Does a value count that is bound between an answer and its check, and none below that?

    The one above counts, too: the answer's cell may call the function itself.
    """
    answer, check = new("def a():\n    return b"), new("check(a)")
    answer.metadata.nbgrader = {"grade": False, "solution": True, "grade_id": "a-answer"}
    check.metadata.nbgrader = {"grade": True, "solution": False, "grade_id": "a"}
    lesson = ["b = 1", "b = 2", "b = 3"]
    cells = [new(lesson[0]), answer, new(lesson[1]), check, new(lesson[2])]
    assert needed(cells, set(lesson)) == {0, 1, 2}


def test_a_broken_cell_of_the_students_needs_every_name_that_it_mentions():
    """Is nothing left out that a cell uses which cannot be read?"""
    assert running(["b = 1", "b = 2", "c = 3"], "a = (b") == ["b = 2"]


def test_a_notebook_too_tangled_to_follow_runs_whole():
    """Does all run, soon, where every cell may need every other?"""
    uses = "\n".join(f"if c: x{i} = x{i + 1}" for i in range(40))
    tangle = [new(f"{uses}\ndef f{k}(): return {uses.count('c') * 'x1 + '}1") for k in range(60)]
    assert needed([new("unused = 1"), *tangle], {"unused = 1"}) == set(range(61))
