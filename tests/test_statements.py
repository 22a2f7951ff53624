"""Does a line that fails take along only what needs it, and is the process put into order?"""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.sandbox import Sandbox
from autograder.sandbox.newer_python import needed_python
from autograder.sandbox.statements import without_cell_magic

HANDLERS = Path(__file__).parent / "sandbox_handlers"


@pytest.fixture(scope="module")
def sandbox():
    """A sandbox without isolation and TensorFlow, so that it starts at once."""
    options = {"handler": "echo:perform", "import_from": [HANDLERS], "preload": ("numpy",)}
    with Sandbox(isolation="none", **options) as sandbox:
        yield sandbox


@pytest.fixture
def child(sandbox):
    with sandbox.open() as child:
        yield child


ABSENT = {
    "import no_such_module": "ModuleNotFoundError",
    "import no_such_module as m": "ModuleNotFoundError",
    "from google.colab import drive": "ModuleNotFoundError",
    "%tensorflow_version 2.x": "UsageError",
    "n = int(input())": "EOFError",
    "rows = open('absent.csv').read()": "FileNotFoundError",
    "if not []:\n    raise SystemError('no GPU')": "SystemError",
    "assert [], 'no GPU'": "AssertionError",
    "import sys; sys.exit(1)": "SystemExit",
    "return 3": "SyntaxError",
}


@pytest.mark.heavy
@pytest.mark.parametrize("line", ABSENT)
def test_what_stands_below_a_line_that_fails_runs(child, line):
    """Does the cell go on, and is the line told with its error?"""
    result = child.run_cell(f"above = 1\n{line}\nbelow = 2")
    assert child.call({"name": "below"}) == 2
    assert not result.ok
    assert result.error[0] == ABSENT[line]
    [left_out] = result.left_out
    assert (left_out.line, left_out.kind) == (2, ABSENT[line])


@pytest.mark.heavy
@pytest.mark.parametrize("line", ["%matplotlib widget", "!pip install -q x", "%matplotlib qt"])
def test_what_has_another_meaning_here_fails_nothing(child, line):
    """Is nothing told of a line that this sandbox takes for something of its own?"""
    result = child.run_cell(f"{line}\nbelow = 2")
    assert result.ok
    assert result.left_out == ()


@pytest.mark.heavy
def test_what_needs_a_missing_name_does_not_run(child):
    """Is an older value of the name not taken, and its failure told once?"""
    child.run_cell("n, m = 1, 1")
    result = child.run_cell("n = int(input())\nm = n + 1\nk = m\nfree = 3\nn = 5\nlast = n")
    assert [found.names for found in result.left_out] == [("n",)]
    assert child.call({"name": "m"}) == 1
    assert [child.call({"name": name}) for name in ("free", "last")] == [3, 5]
    assert "k" not in str(child.run_cell("dir()").outputs[0]["data"]["text/plain"]).split("'")


@pytest.mark.heavy
def test_a_cell_that_fails_all_over_ends(child):
    """Does it stop before thousands of tracebacks were written?"""
    result = child.run_cell("missing;" * 20_000 + "below = 1")
    assert result.error[0] == "NameError"
    assert len(result.outputs) == 20


@pytest.mark.heavy
def test_modules_in_one_import_are_missed_one_by_one(child):
    """Does a module that is there come, though its neighbour does not?"""
    result = child.run_cell("import math, no_such_module, string as s\nx = math.pi, s.digits")
    assert [found.names for found in result.left_out] == [("no_such_module",)]
    assert child.call({"name": "x"})[1] == "0123456789"


@pytest.mark.heavy
def test_an_unused_import_in_a_function_is_left_out(child):
    """May a function import what is not here, if it does without, and catch what it expects?"""
    result = child.run_cell(
        "def f():\n    import no_such_module\n    return 1\n"
        "def g():\n    try:\n        import no_such_module\n    except ImportError:\n"
        "        return 2\n"
    )
    assert result.ok
    assert [(found.line, found.names) for found in result.left_out] == [(2, ("no_such_module",))]
    assert [child.call({"name": name, "args": []}) for name in "fg"] == [1, 2]


@pytest.mark.heavy
def test_lines_are_those_of_the_cell(child):
    """Is a line counted from the cell's top, below empty lines and a magic?"""
    for cell in ("\n\n1 / 0", "%%time\n\n1 / 0", "\n%%no_such_magic\n1 / 0"):
        assert [found.line for found in child.run_cell(cell).left_out][-1] == 3


@pytest.mark.heavy
def test_a_value_is_shown_only_of_the_last_statement(child):
    """Does a notebook show what it always shows?"""
    shown = child.run_cell("1\n2\nx = 3\n4").outputs
    assert [output["data"]["text/plain"] for output in shown] == ["4"]
    assert child.run_cell("5\nx = 6").outputs == []


SPOILT = {
    "no streams": "import sys; sys.stdout = sys.stderr = None",
    "deleted streams": "import sys; del sys.stdout",
    "closed streams": "import sys; sys.stdout.close(); sys.stderr.close()",
    "an alarm": "import signal; signal.setitimer(signal.ITIMER_REAL, 0.2)",
    "a handler": "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN)",
    "no built-ins": "import builtins; builtins.sum = builtins.__import__ = None",
    "no modules": "import sys; sys.modules.clear()",
    "a module that is none": "import sys; sys.modules['numpy'] = sys.modules['os'] = None",
    "no search path": "import sys; sys.path.clear(); sys.meta_path = []",
    "NumPy that raises": "import numpy; numpy.seterr(all='raise')",
    "warnings that raise": "import warnings; warnings.simplefilter('error')",
    "a broken warning": "import warnings; warnings.warn = warnings.showwarning = None",
    "another folder": "import os; os.chdir('/')",
    "a deleted folder": "import os; os.mkdir('a'); os.chdir('a'); os.rmdir('../a')",
    "no environment": "import os; os.environ.clear()",
    "little depth": "import sys; sys.setrecursionlimit(60)",
    "a trace": "import sys; sys.settrace(lambda *a: 1 / 0)",
    "a broken system": "import sys; sys.exc_info = sys.getrecursionlimit = None",
    "broken tools": "import os, random; os.getcwd = random.getstate = None",
    "its own built-ins": "__builtins__ = {}",
}
HONEST = """
import os, signal, string, time, warnings
import numpy as np
time.sleep(0.3 * spoilt_alarm)
assert open('a.txt').read() == 'a' and os.environ['HOME'] and sum([1, 2]) == 3
assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
warnings.warn('careful')
def deep(n): return n and deep(n - 1)
deep(200)
print(np.float64(1e308) * 10)
"""


@pytest.mark.heavy
@pytest.mark.parametrize("what", SPOILT)
def test_what_a_cell_spoils_costs_no_other(sandbox, what):
    """Does the next cell run as if the one before had not been, and print?"""
    with sandbox.open(files={"a.txt": b"a"}) as child:
        child.run_cell(f"spoilt_alarm = {what == 'an alarm'}")
        child.run_cell(SPOILT[what])
        result = child.run_cell(HONEST)
        assert result.ok, result.error
        assert {"output_type": "stream", "name": "stdout", "text": "inf\n"} in result.outputs
        assert child.call({"name": "deep", "args": [3]}) == 0


@pytest.mark.heavy
def test_what_a_notebook_carries_on_is_kept(sandbox):
    """Do seeds, folders of the submission, paths and deeper recursion last?"""
    with sandbox.open(files={"data/a.txt": b"a"}) as child:
        child.run_cell("import os, random, sys\nos.chdir('data'); random.seed(3)")
        child.run_cell("sys.path.append('/x'); sys.setrecursionlimit(5000); os.environ['A'] = 'b'")
        child.call({"name": "__name__"})
        child.run_cell(
            "kept = random.random(), open('a.txt').read(), os.environ['A'], '/x' in sys.path"
        )
        child.run_cell("import random\nrandom.seed(3); expected = random.random()")
        value, *rest = child.call({"name": "kept"})
        assert value == child.call({"name": "expected"})
        assert rest == ["a", "b", True]
        child.run_cell("depth = sys.getrecursionlimit()")
        assert child.call({"name": "depth"}) == 5000


NEWER = {
    'f"{d["a"]}"': (3, 12),
    'x = f"""{f"{x!r:>{w}}"}"""\nprint(f"{d["a"]}")': (3, 12),
    "type X = int": (3, 12),
    "def f[T](x: T) -> T:\n    return x": (3, 12),
    "%time 1\nclass A[T]: pass": (3, 12),
    "try:\n    a\nexcept B, C:\n    d": (3, 14),
    't"{x}"': (3, 14),
    "x = (": None,
    'f"{a b}"': None,
    'f"{x"': None,
    "def f(x)\n    return x": None,
    "type(x) = 3": None,
    "(" * 5000: None,
}


@pytest.mark.parametrize("source", NEWER, ids=lambda source: source[:20])
def test_newer_syntax_is_known(source, monkeypatch):
    """Is the version named that a cell needs, and none for what is wrong in each?"""
    monkeypatch.setattr("autograder.sandbox.newer_python._is_new", lambda minor: minor > 11)
    assert needed_python(source) == NEWER[source]


@pytest.mark.heavy
def test_both_versions_are_named(child):
    """Does the error say which Python is needed, and which is here?"""
    import sys

    if sys.version_info >= (3, 14):
        pytest.skip("no newer syntax than this Python's is known")
    text = child.run_cell('t"{x}"').error[1]
    assert "this needs Python 3.14, here runs 3." in text


def test_a_cell_magic_of_another_language_stays():
    """Is a cell left as it is whose lines are no Python?"""
    for cell in ("%%bash\nls", "%%no_such\nx = (", "%%time", "x = 1"):
        assert without_cell_magic(cell, lambda name: name == "bash") == (cell, None)
