"""Is what a rule forbids refused while an answer runs, and nothing else?"""

from __future__ import annotations

import functools
import sys
import threading

import numpy as np
import pytest

from cnncourse.check.rules import Rule, forbidden_names
from cnncourse.check.run_time_rule import Refused, RunTimeRule
from cnncourse.check.subject import perform

FORBID = ("scipy", "numpy.convolve", "numpy.random.normal", "json")
SOURCE = """
import functools, threading
import numpy as np
import json
product = np.convolve
dumps = vars(json)["du" + "mps"]

def allowed(): return np.poly([1, 2, 3]), np.pad([1], 1), np.random.default_rng(0).normal()
def plain(): return np.convolve([1], [2])
def captured(): return product([1], [2])
def default(f=product): return f([1], [2])
def partial(): return list(map(functools.partial(product, [1]), [[2]]))
def along(): return np.apply_along_axis(product, 0, np.ones((2, 2)), [1])
def vectorized(): return np.vectorize(lambda x: product([x], [1])[0])([1.0])
def drawn(): return np.random.normal()
def written(): return dumps([1])
def text(): exec("product([1], [2])", globals())
def hidden():
    try:
        return product([1], [2])
    except Exception:
        return 3
def switched_off():
    import sys
    sys.setprofile(None)
    return product([1], [2])
def imported():
    import scipy.signal
    return scipy.signal.correlate([1], [2])
def program():
    import subprocess
    return subprocess.run(["true"])
def child():
    import os
    return os.system("true")
def thread():
    found = []
    run = threading.Thread(target=lambda: found.append(product([1], [2])))
    run.start(); run.join()
    return found
"""


@pytest.fixture(scope="module")
def answers():
    namespace: dict = {}
    exec(compile(SOURCE, "<ipython-input-1-0a1b>", "exec"), namespace)
    return namespace


AGAINST = [
    *("plain", "captured", "default", "partial", "along", "vectorized", "drawn", "written"),
    *("text", "switched_off", "imported", "program", "child"),
]


@pytest.mark.parametrize("name", AGAINST)
def test_a_forbidden_call_raises_and_is_noted(name, answers):
    """Is it refused by whichever way it is reached, and everything as before afterwards?"""
    before = vars(np.random)["normal"]
    with RunTimeRule(FORBID) as rule, pytest.raises(Refused):
        answers[name]()
    assert rule.broken
    assert sys.getprofile() is None
    assert vars(np.random)["normal"] is before
    assert answers["captured"]() == [2]


def test_a_refusal_that_is_caught_counts(answers):
    with RunTimeRule(FORBID) as rule:
        assert answers["hidden"]() == 3
    assert rule.broken == "numpy.convolve"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_thread_is_watched_too(answers):
    with RunTimeRule(FORBID) as rule:
        assert answers["thread"]() == []
    assert rule.broken == "numpy.convolve"


def test_what_others_call_is_their_business(answers):
    """May NumPy call what the answer may not, and a generator of one's own draw?"""
    with RunTimeRule(FORBID) as rule:
        answers["allowed"]()
    assert rule.broken is None


def test_an_operator_is_what_its_object_makes_of_it():
    """May numbers that an allowed call has made be added, though their class is ruled out?"""
    from fractions import Fraction

    variables: dict = {"half": Fraction(1, 2), "Fraction": Fraction}
    source = "def f(): return half + half\ndef g(): return Fraction(1)"
    exec(compile(source, "cell", "exec"), variables)
    with RunTimeRule(["fractions"]) as rule:
        assert variables["f"]() == 1
    assert rule.broken is None
    with RunTimeRule(["fractions"]) as rule, pytest.raises(Refused):
        variables["g"]()
    assert rule.broken


def test_a_helper_of_the_course_may_call_what_it_likes(answers):
    helper: dict = {}
    from cnncourse.check import rules

    exec(compile("import json\ndef f(): return json.dumps(1)", rules.__file__, "exec"), helper)
    with RunTimeRule(FORBID) as rule:
        assert helper["f"]() == "1"
    assert rule.broken is None


@pytest.mark.parametrize(
    "subject", [np.convolve, functools.partial(np.convolve, [1])], ids=["itself", "in part"]
)
def test_an_answer_that_is_the_forbidden_function_is_refused(subject):
    request = {"op": "call", "name": "f", "args": [np.ones(2), np.ones(1)], "kwargs": {}}
    if isinstance(subject, functools.partial):
        request["args"] = [np.ones(2)]
    forbidden = {**request, "forbid": ["numpy.convolve"]}
    assert perform({"f": subject}, forbidden) == {"refused": "numpy.convolve"}
    assert "value" in perform({"f": subject}, request)


def test_a_watch_of_before_is_set_again():
    def mine(*_):
        return None

    sys.setprofile(mine)
    try:
        with RunTimeRule(FORBID):
            pass
        assert sys.getprofile() is mine
    finally:
        sys.setprofile(None)
    assert threading.getprofile() is None


def test_statements_are_no_names():
    assert forbidden_names(Rule(forbid=("scipy", "for", "while", "import"))) == ["scipy"]


def test_a_module_that_is_not_loaded_forbids_nothing_else():
    with RunTimeRule(["no_such_module", "no.such.name"]) as rule:
        assert np.convolve([1], [2]) == [2]
    assert rule.broken is None
