"""Does a check fold what is printed, say what it waits for, and stop in one sentence?"""

import io
import sys
import threading

import pytest
from judged import compiled

from autograder.exercise import Criterion, Function, Probe
from cnncourse.check.watching import Stopped, Watch


class Double(Function):
    name = "double"
    title = "Twice"
    criteria = (Criterion("value", 1, "the value"),)

    def probes(self, rng):
        yield Probe("value", "a small number", args=(3.0,))
        yield Probe("value", "a large number", args=(3e9,))


@pytest.fixture(scope="module")
def key():
    return compiled(Double(), "def double(x): return 2 * x")


@pytest.mark.parametrize(
    ("written", "note"),
    [
        ("", ()),
        ("one\n", ("Your answer printed 1 line while it was checked; it is not shown here.",)),
        (
            "a\nb\nc",
            ("Your answer printed 3 lines while it was checked; they are not shown here.",),
        ),
        ("\n" * 1200, ("Your answer printed 1,200 lines",)),
    ],
)
def test_what_is_printed_is_folded_to_a_line(key, capsys, written, note):
    """Is nothing shown of it but how many lines there were?"""
    watch = Watch(key)
    with watch():
        print(written, end="")
    assert capsys.readouterr().out == ""
    assert len(watch.notes) == len(note)
    assert all(found.startswith(start) for found, start in zip(watch.notes, note, strict=True))


def test_printing_elsewhere_is_shown_again_afterwards(key):
    """Is standard output what it was, None included?"""
    for stream in (sys.stdout, None):
        before, sys.stdout = sys.stdout, stream
        try:
            with Watch(key, patience=0)():
                print("hidden")
            assert sys.stdout is stream
        finally:
            sys.stdout = before


def test_a_long_check_says_what_it_waits_for(key, monkeypatch):
    """Is a line shown, above what is folded, that names the answer and what it is tried with?"""
    shown = io.StringIO()
    monkeypatch.setattr(sys, "stdout", shown)
    watch, told = Watch(key, patience=0.0), threading.Event()
    monkeypatch.setattr(shown, "write", lambda text, write=shown.write: (write(text), told.set()))
    ask = watch.asking(lambda request: told.wait(30))
    # the request is there before the timer starts, so that it has something to speak of
    watch._request = key.probes[1].request
    with watch():
        assert ask(key.probes[1].request)
    assert shown.getvalue() == (
        "… after 0 s the check still waits for 'double', tried with: a large number.\n"
    )


def test_no_thread_is_left_behind(key):
    """Is the timer gone once the check is done, stopped or not?"""
    before = threading.active_count()
    with Watch(key)():
        assert threading.active_count() == before + 1
    assert threading.active_count() == before
    with pytest.raises(ZeroDivisionError), Watch(key)():
        raise ZeroDivisionError
    assert threading.active_count() == before


def test_an_interrupted_check_is_one_sentence(key):
    """Does it say what was running, and is no traceback rendered?"""

    def endless(request):
        raise KeyboardInterrupt

    watch = Watch(key)
    with pytest.raises(Stopped) as stopped, watch():
        watch.asking(endless)(key.probes[0].request)
    sentence = str(stopped.value)
    assert sentence == (
        "You stopped the check after 0 s, while it waited for 'double', tried with: "
        "a small number. Is there a loop that never ends?"
    )
    assert stopped.value._render_traceback_() == [sentence]
    assert stopped.value.__cause__ is None
    assert stopped.value.__suppress_context__
