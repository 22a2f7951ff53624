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
