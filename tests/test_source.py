"""Is every cell read as IPython and Python read it, and alike by all who ask?"""

from __future__ import annotations

import ast

import pytest

from autograder.grading import merge
from autograder.lesson.regions import cut_code
from cnncourse.check.bindings import bindings
from cnncourse.check.names import defines, names
from cnncourse.check.rules import Rule, violation
from cnncourse.check.source import parse, readable

# cell → the names that it binds; those that it is sure to bind; those that it takes from outside
BINDINGS = {
    "net = 3": ("net", "net", ""),
    "net: int = 3": ("net", "net", "int"),
    "net: int": ("", "", "int"),
    "net += 1": ("net", "net", "net"),
    "(net := 3)": ("net", "net", ""),
    "print(net := 3)": ("net", "", "print"),
    "a and (net := 3)": ("net", "", "a"),
    "a = net = 3": ("a net", "a net", ""),
    "a, (net, *rest) = x": ("a net rest", "a net rest", "x"),
    "net[0] = a.b = 1": ("", "", "net a"),
    "for net in nets: pass": ("net", "", "nets"),
    "for a, net in nets: print(a)": ("a net", "", "nets print"),
    "for a in x:\n    net = a\nnet": ("a net", "", "x net"),
    "while (net := f()): pass": ("net", "", "f"),
    "with f() as net: net": ("net", "net", "f"),
    "with f() as (a, net): pass": ("a net", "a net", "f"),
    "async with f() as net: pass": ("net", "net", "f"),
    "import net": ("net", "net", ""),
    "import net.part": ("net", "net", ""),
    "import a.b as net": ("net", "net", ""),
    "from a import b as net": ("net", "net", ""),
    "from a import *": ("*", "*", ""),
    "def net(x, y=a): return x + b": ("net", "net", "a"),
    "async def net(): pass": ("net", "net", ""),
    "@d\nclass net(Base):\n    a = b\n    def c(self): return e": ("net", "net", "d Base b"),
    "try: a\nexcept E as net: net": ("net", "", "a E"),
    "try:\n    import net\nexcept E:\n    net = 1": ("net", "net", "E"),
    "try: net = 1\nfinally: a = 2": ("net a", "net a", ""),
    "if x: net = 1": ("net", "", "x"),
    "if x: net = 1\nelse: net = 2": ("net", "net", "x"),
    "match x:\n    case {'a': net, **rest}: net": ("net rest", "", "x"),
    "match x:\n    case [1, *net] | (P(net)): net": ("net", "", "x P"),
    "match x:\n    case int() as net if net > a: pass": ("net", "", "x int a"),
    "def f():\n    global net\n    net = 1": ("f net", "f", ""),
    "[net for net in x]": ("", "", "x"),
    "{a: (net := a) for a in x}": ("net", "", "x"),
    "f = lambda net: net + a": ("f", "f", ""),
    "net = 1\ndel net": ("", "", ""),
    "del net": ("", "", "net"),
    "del net\nnet = 1": ("net", "net", "net"),
    "%time net = f()": ("net", "net", "f"),
    "%%time\nnet = f()": ("net", "net", "f"),
    "%%capture net\na = 1": ("a net", "a net", ""),
    "%timeit net = f()": ("", "", ""),
    "%%timeit\nnet = f()": ("", "", ""),
    "net = %time f()": ("net", "net", "f"),
    "net = %pwd": ("net", "net", "get_ipython"),
    "net = !ls": ("net", "net", "get_ipython"),
    ">>> net = 1\n>>> a": ("net", "net", "a"),
    "    net = 1\n    a": ("net", "net", "a"),
    "a.b?": ("", "", "a"),
    "%%writefile net.py\nnet = 1": ("", "", "get_ipython"),
    "%%bash\nnet=1": ("", "", "get_ipython"),
    "await net": ("", "", "net"),
    "return net": ("", "", "net"),
}


@pytest.mark.parametrize(("cell", "expected"), BINDINGS.items(), ids=map(repr, BINDINGS))
def test_names_are_read_as_python_reads_them(cell, expected):
    """Is it known what a cell binds, what for certain, and what it takes from outside?"""
    found = names(cell)
    assert [set(found.bound), found.certain, found.used] == [set(e.split()) for e in expected]


@pytest.mark.parametrize("cell", [c for c, (bound, *_) in BINDINGS.items() if "net" in bound])
def test_all_readers_agree(cell):
    """Do checker, merge, rules and the cutter of solutions see the same binding?"""
    assert defines(cell, "net")
    assert merge.seems_to_define(cell, "net")
    indentation = " " * (len(cell) - len(cell.lstrip()))
    region = ("### BEGIN SOLUTION", "other = 2", "### END SOLUTION")
    marked = "\n".join((cell, *(indentation + line for line in region)))
    assert cut_code(marked, "net").endswith("# your code")
    # where a definition is found, its lack of what is required is told; an import is no definition
    told = violation("", Rule(require=("nothing",)), [cell], "net")
    assert bool(told) != ("net" in names(cell).imported)


@pytest.mark.parametrize("cell", [c for c, (bound, *_) in BINDINGS.items() if "net" not in bound])
def test_no_reader_sees_a_binding_that_is_none(cell):
    """Is a name not taken for bound that a cell only uses, deletes or keeps to itself?"""
    assert not defines(cell, "net")
    assert not merge.seems_to_define(cell, "net")


def test_rows_are_those_of_the_cell():
    """Does each binding have its row, whatever stands above it?"""
    cell = "\n\n!ls \\\n  -a\nnet = 1\n%time net = (2,\\\n 3)\nif x:\n    net = 3"
    assert names(cell).bound == {"net": [4, 5, 8]}


@pytest.mark.parametrize(
    ("cell", "line"),
    [
        ("x = 1\n!ls \\\n -l\ny = 2\nx = (", 5),
        ("\n\n%%time\nx = 1\nx = = 2", 5),
        ("x = 1\n%time y = = 2", 2),
        ("\n>>> x = 1\n>>> y = = 2", 3),
    ],
)
def test_an_error_is_told_at_its_line(cell, line):
    """Does a cell that cannot be read say where?"""
    with pytest.raises(SyntaxError) as caught:
        parse(cell)
    assert caught.value.lineno == line


@pytest.mark.parametrize(
    "cell",
    [
        "x = (1",
        "(" * 5000,
        "1+" * 5000 + "1",
        "\x00",
        "%time x = (",
        "%%time\n" * 50,
        "%a\n" * 4000,
    ],
    ids=["bracket", "brackets", "sum", "null", "magic", "nested magics", "many magics"],
)
def test_what_cannot_be_read_is_known(cell):
    """Is every cell that this Python cannot read refused with the one exception?"""
    assert not readable(cell)
    with pytest.raises(SyntaxError):
        names(cell)
    assert not defines(cell, "x")


def test_a_functions_own_names_are_kept_apart():
    """Does a function bind its arguments and variables, and what it takes is known for later?"""
    cell = "def f(a, *b, c=d, **e):\n    g = [h for h in i]\n    nonlocal_ = j\n    import k"
    assert [n for n, _ in bindings(parse(cell).body[0])] == [*"abceg", "nonlocal_", "k"]
    assert names(cell).later == {"i", "j"}
    assert names(cell).bound == {"f": [0]}


@pytest.mark.parametrize(
    ("cell", "changed"),
    [
        ("x[0] = 1", "x"),
        ("x.a.b += 1", "x"),
        ("del x[0]", "x"),
        ("x.sort()", "x"),
        ("net.layers[0].weights.append(1)", "net"),
        ("net.get_layer('a').set_weights(w)", "net w"),
        ("history = net.fit(x)", "net"),
        ("train(net)", "net"),
        ("print(net.shape)", ""),
        ("y = x.sum()", ""),
        ("def f(own):\n    own.append(1)", ""),
        ("def f():\n    x.append(1)", "x"),
    ],
)
def test_changes_in_place_are_seen(cell, changed):
    """Is the name known whose value a cell changes?"""
    found = names(cell)
    assert found.changed | found.called == set(changed.split())


@pytest.mark.parametrize(
    "cell", ["x = 1", "%matplotlib inline", "np.pad?", "len??", "t = %pwd", "files = !ls", "%ls -l"]
)
def test_what_ipython_runs_can_be_read(cell):
    """Is IPython's syntax no syntax error, and the tree such that Python can compile it?"""
    assert readable(cell)
    compile(ast.unparse(parse(cell)), "<cell>", "exec")


def test_a_warning_is_the_students_business(recwarn):
    """Is nothing warned of that stands in a student's cell?"""
    parse("x = '\\d' + ' once'")
    assert not list(recwarn)


def test_a_cell_is_read_once():
    """Is a tree kept for the next who asks?"""
    assert parse("once = 1") is parse("once = 1")
    assert names("once = 1") is names("once = 1")
