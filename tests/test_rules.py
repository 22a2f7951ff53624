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
        "def f(x, k:\n",
    ],
)
def test_what_is_allowed_passes(source):
    """Is an answer left alone that only mentions the name, or does not even parse?"""
    assert violation(source, NO_LIBRARY) is None


def test_helpers_in_other_cells_are_followed():
    """Is a helper in another cell searched, and an unrelated one not?"""
    helper = "def slide(x, k):\n    return np.convolve(x, k)\ndef other(x):\n    return x"
    assert "numpy.convolve" in violation("def f(x, k):\n    return slide(x, k)", NO_LIBRARY, helper)
    assert violation("def f(x, k):\n    return other(x)", NO_LIBRARY, helper) is None


def test_an_alias_from_another_cell_is_followed():
    """Is an import in another cell known?"""
    source = "def f(x, k):\n    return sig.correlate(x, k)"
    assert "scipy.signal" in violation(source, NO_LIBRARY, "import scipy.signal as sig")


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
    assert violation(source, rule, lesson) is None


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
    assert violation(answer, NO_LIBRARY, f"{old}\n{new}", "f") is None
    assert violation(answer, NO_LIBRARY, f"{new}\n{old}", "f") is not None


def test_a_definition_in_another_cell_is_read():
    """Is the answer read where it is defined, though the exercise's own cell is empty or broken?"""
    elsewhere = "if True:\n    def f(x):\n        return np.convolve(x, x)"
    for own in ("", "pass", "def f(:"):
        assert "'f', as it was last defined" in violation(own, NO_LIBRARY, elsewhere, "f")


def test_a_recursive_answer_comes_to_an_end():
    """Are helpers read that call each other?"""
    context = "def g(x): return h(x)\ndef h(x): return g(x)"
    assert violation("def f(x): return g(f(x))", NO_LIBRARY, context, "f") is None


@pytest.mark.parametrize("source", ["", "# nothing yet", "def f(:", "(" * 5000, "\x00"])
def test_nothing_to_read_breaks_no_rule(source):
    """Is an empty or unreadable cell not accused of lacking what is required?"""
    assert violation(source, Rule(forbid=("numpy",), require=("for",)), "", "f") is None
