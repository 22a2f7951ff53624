"""Are rules on what an answer may use kept, however the forbidden thing is written?"""

import pytest

from cnncourse.check.rules import Rule, violation

NO_LIBRARY = Rule(forbid=("scipy.signal", "tensorflow.nn", "numpy.convolve"), reason="Write it.")


@pytest.mark.parametrize(
    "source",
    [
        "import scipy.signal\ndef f(x, k):\n    return scipy.signal.correlate(x, k)",
        "from scipy.signal import correlate as c\ndef f(x, k):\n    return c(x, k)",
        "from scipy import signal\ndef f(x, k):\n    return signal.correlate(x, k)",
        "def f(x, k):\n    return tf.nn.conv2d(x, k, 1, 'SAME')",
        "def f(x, k):\n    g = np.convolve\n    return g(x, k)",
        "def f(x, k):\n    return getattr(np, 'conv' + 'olve')(x, k)",
        "def f(x, k):\n    return eval('np.convolve(x, k)')",
        "def f(x, k):\n    return __import__('numpy').convolve(x, k)",
    ],
)
def test_a_forbidden_name_is_found(source):
    """Is it found under every spelling?"""
    assert "Write it." in violation(source, NO_LIBRARY)


@pytest.mark.parametrize(
    "source",
    [
        "def f(x, k):\n    return np.sum(x * k)",
        "def f(x, k):\n    'uses no scipy.signal'\n    return x",
        "convolve = 3\ndef f(x, k):\n    return convolve",
    ],
)
def test_what_is_allowed_passes(source):
    """Is an answer left alone that only mentions the name?"""
    assert violation(source, NO_LIBRARY) is None


def test_helpers_in_other_cells_are_followed():
    """Is a helper in another cell searched, and an unrelated one not?"""
    helper = "def slide(x, k):\n    return np.convolve(x, k)\ndef other(x):\n    return x"
    assert "numpy.convolve" in violation(
        "def f(x, k):\n    return slide(x, k)", NO_LIBRARY, [helper]
    )
    assert violation("def f(x, k):\n    return other(x)", NO_LIBRARY, [helper]) is None


def test_an_alias_from_another_cell_is_followed():
    """Is an import in another cell known?"""
    source = "def f(x, k):\n    return sig.correlate(x, k)"
    assert "scipy.signal" in violation(source, NO_LIBRARY, ["import scipy.signal as sig"])


def test_loops_can_be_required():
    """Is an answer without a loop refused where one is asked for, and any loop accepted?"""
    rule = Rule(require=("for", "while"), reason="Loop.")
    assert "asks for for or while" in violation("def f(x):\n    return x", rule)
    for body in ("for i in x: pass", "while x: x = 0", "return [i for i in x]"):
        assert violation(f"def f(x):\n    {body}", rule) is None


@pytest.mark.parametrize(
    "source",
    [
        "def f(signal, k):\n    return signal.sum() * k",
        "def f(x, k):\n    signal = x[0]\n    return signal.real * k",
        "def f(x, k):\n    return [signal.real for signal in x]",
        "f = lambda signal: signal.real",
        "def f(x, *signal, **ndimage):\n    return signal, ndimage",
        "def f(x, k):\n    for edges in x:\n        k = edges\n    return k",
    ],
)
def test_a_variable_is_not_taken_for_a_module_or_a_helper_of_its_name(source):
    """Is a parameter or local variable left alone that the lesson uses for something else?"""
    rule = Rule(forbid=("scipy",), reason="Write it.")
    lesson = "from scipy import signal, ndimage\nedges = signal.correlate2d(1, 2)"
    assert violation(source, rule, [lesson]) is None


@pytest.mark.parametrize(
    "source",
    [
        "from numpy import *\ndef f(x, k):\n    return convolve(x, k)",
        "def f(x, k):\n    import numpy as n\n    return n.convolve(x, k)",
        "def f(x, k):\n    n = np\n    return n.convolve(x, k)",
        "def f(x, k, c=np.convolve):\n    return c(x, k)",
        "def f(x, k):\n    return (lambda a: np.convolve(a, k))(x)",
        "class f:\n    g = np.convolve\n    def __call__(self, x, k):\n        return self.g(x, k)",
        "def f(x, k):\n    return np.pad(np.convolve(x, k), 1).sum()",
        "@np.convolve\ndef f(x, k):\n    return x",
        "%time 1\ndef f(x, k):\n    return np.convolve(x, k)",
        "async def f(x, k):\n    return np.convolve(x, k)",
    ],
)
def test_a_forbidden_name_is_found_in_every_place(source):
    """Is it found in star imports, defaults, decorators, classes, lambdas and chains?"""
    assert "numpy" in violation(source, NO_LIBRARY)


def test_the_last_definition_counts():
    """Is an earlier version of a helper, or of the answer itself, forgotten?"""
    old, new = "def g(x): return np.convolve(x, x)", "def g(x): return x"
    answer = "def f(x): return g(x)"
    assert violation(answer, NO_LIBRARY, [old, new], "f") is None
    assert violation(answer, NO_LIBRARY, [new, old], "f") is not None


def test_a_definition_in_another_cell_is_read():
    """Is the answer read where it is defined, though the exercise's own cell is empty or broken?"""
    elsewhere = "if True:\n    def f(x):\n        return np.convolve(x, x)"
    for own in ("", "pass", "def f(:"):
        assert "'f', as it was last defined" in violation(own, NO_LIBRARY, [elsewhere], "f")


def test_a_recursive_answer_comes_to_an_end():
    """Are helpers read that call each other?"""
    context = ["def g(x): return h(x)", "def h(x): return g(x)"]
    assert violation("def f(x): return g(f(x))", NO_LIBRARY, context, "f") is None


@pytest.mark.parametrize("source", ["", "# nothing yet"])
def test_nothing_to_read_breaks_no_rule(source):
    """Is an empty cell not accused of lacking what is required?"""
    assert violation(source, Rule(forbid=("numpy",), require=("for",)), [], "f") is None


@pytest.mark.parametrize("source", ["def f(:", "(" * 5000, "\x00", "1+" * 3000 + "1"])
@pytest.mark.parametrize("rule", [NO_LIBRARY, Rule(require=("for",))])
def test_what_cannot_be_read_passes_no_rule(source, rule):
    """Is the student told that the rule cannot be checked?"""
    said = violation(source, rule, [], "f")
    assert said.startswith("This cell cannot be read as Python, so the rule")


def test_a_broken_attempt_in_another_cell_hides_nothing():
    """Is a cell that cannot be read held against no answer that is defined elsewhere?"""
    assert violation("def f(x):\n    return x", NO_LIBRARY, ["def f(x:", "def g("], "f") is None
    assert "defines 'f' cannot be read" in violation("pass", NO_LIBRARY, ["def f(x:"], "f")


@pytest.mark.parametrize(
    "above",
    [
        "m = (5\n % 2)",
        "m = (5\n  %\n 2)",
        "s = 'a' \\\n  % 2",
        "np.pad?",
        "t = %pwd",
        "%time m = 1",
        "!ls -l \\\n   -a",
        "files = 3",
    ],
)
def test_nothing_hides_what_stands_below_it(above):
    """Is a forbidden call found below the operator `%`, below magics and help, at its line?"""
    source = f"{above}\ndef f(x, k):\n    return np.convolve(x, k)"
    line = source.count("\n") + 1
    assert violation(source, NO_LIBRARY, [], "f").startswith(f"Line {line} uses numpy.convolve.")


@pytest.mark.parametrize(
    "source",
    [
        "np.convolve?",
        "?np.convolve",
        "%time y = np.convolve(x, k)",
        "y = %time np.convolve(x, k)",
        "%timeit -n1 -r1 np.convolve(x, k)",
        "%%time\ny = np.convolve(x, k)",
        "%%capture out\ny = np.convolve(x, k)",
        "time y = np.convolve(x, k)",
        ">>> y = np.convolve(x, k)",
        "    y = np.convolve(x, k)",
        "/np.convolve x k",
    ],
)
def test_magics_hide_no_name(source):
    """Is a name seen that IPython makes of its own syntax?"""
    assert "numpy.convolve" in violation(source, NO_LIBRARY)


@pytest.mark.parametrize(
    "source",
    [
        "get_ipython().run_cell('y = np.convolve(x, k)')",
        "get_ipython().run_line_magic('run', 'other.py')",
        "%run other.py",
        "y = !python -c 'print(1)'",
        "%pylab",
        "import sys\nf = sys.modules['numpy'].convolve",
        "from importlib import import_module",
        "import builtins\nf = builtins.eval('np.convolve')",
        "f = np.__dict__['convolve']",
        "f = locals()['np'].convolve",
        "from operator import attrgetter\nf = attrgetter('convolve')(np)",
        "f = [np][0].convolve",
        "f = (n := np).convolve",
        "def f(x, n=np):\n    return n.convolve(x, x)",
        "def f(x, np=np.convolve):\n    return np(x, x)",
        "f = [np for np in np.convolve(x, k)]",
    ],
)
def test_a_way_round_the_rule_is_refused(source):
    """Is a route refused by which any name can be reached?"""
    assert violation(source, NO_LIBRARY).endswith("Write it.")


@pytest.mark.parametrize(
    "source",
    ["%matplotlib inline", "!pip install x", "%pwd", "np?", "%load_ext autoreload", "n = np"],
)
def test_a_harmless_magic_is_allowed(source):
    """May a cell hold what runs no Python?"""
    assert violation(f"{source}\ndef f(x):\n    return x", NO_LIBRARY, [], "f") is None


@pytest.mark.parametrize(
    "elsewhere",
    [
        "exec('def f(x): return np.convolve(x, x)')",
        "from numpy import convolve as f",
        "for f in [np.convolve]: pass",
        "(f := np.convolve)",
        "with np.convolve as f: pass",
        "def f(x): return x\nif x:\n    f = np.convolve",
        "f = np.convolve\nif False:\n    f = abs",
        "def make():\n    global f\n    f = np.convolve\nmake()",
    ],
)
def test_an_answer_that_comes_from_another_cell_is_followed(elsewhere):
    """Is the cell read that gives the name its value, in whichever way?"""
    assert violation("pass", NO_LIBRARY, [elsewhere], "f").endswith("Write it.")
