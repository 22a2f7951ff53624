"""What hostile or unlucky submissions do: each is a cell put into an otherwise honest notebook.

The demo grades some of them among honest students; the tests grade them all.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Attack:
    """One way to misbehave.

    Args:
        id: short name.
        about: what it does, in words.
        cell: the code, placed before the first exercise.
        answer: code placed into the first exercise's cell, in place of an answer.
        everywhere: whether it goes into every exercise's cell instead.
        shown: whether the demo's class has it; the tests grade them all.
    """

    id: str
    about: str
    cell: str = ""
    answer: str = ""
    everywhere: bool = False
    shown: bool = False


ATTACKS: tuple[Attack, ...] = (
    Attack("endless-loop", "never ends", answer="while True:\n    pass", shown=True),
    Attack(
        "deaf-loop",
        "never ends and swallows every interrupt",
        answer="""\
import signal
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM):
    signal.signal(number, signal.SIG_IGN)
while True:
    try:
        while True:
            pass
    except BaseException:
        continue""",
    ),
    Attack(
        "memory-bomb",
        "takes all memory",
        answer="import numpy as np\nhoard = [np.ones(2**27) for _ in range(10_000)]",
        shown=True,
    ),
    Attack(
        "fork-bomb",
        "forks without end",
        answer="""\
import os
while True:
    try:
        os.fork()
    except OSError:
        pass""",
    ),
    Attack(
        "full-disk",
        "fills the disk",
        cell="""\
import os
for place in (".", "/tmp", "/dev/shm", os.path.expanduser("~")):
    try:
        with open(os.path.join(place, "junk"), "wb") as junk:
            while True:
                junk.write(bytes(2**24))
    except OSError:
        pass""",
    ),
    Attack("hard-exit", "ends its process at once", answer="import os\nos._exit(0)", shown=True),
    Attack("soft-exit", "calls sys.exit", answer="import sys\nsys.exit()"),
    Attack("segfault", "reads memory it does not own", answer="import ctypes\nctypes.string_at(0)"),
    Attack(
        "kill-parent",
        "kills its parent and everything it can reach",
        answer="""\
import os, signal
for pid in (os.getppid(), 1, -1):
    try:
        os.kill(pid, signal.SIGKILL)
    except OSError:
        pass""",
    ),
    Attack(
        "spy",
        "looks for solutions, other submissions, the gradebook and secrets",
        shown=True,
        cell="""\
import glob, os
LOOT = []
for pattern in ("/**/solutions/**", "/**/submitted/**", "/**/gradebook.db", "/**/.autograder/*",
                "/**/exercises/*", "/root/*", "/home/*/*", "/etc/shadow", "/proc/[0-9]*/environ"):
    for path in glob.iglob(pattern, recursive=pattern.count("**") < 2):
        try:
            LOOT.append((path, open(path, "rb").read(100)))
        except OSError:
            pass""",
    ),
    Attack(
        "vandal",
        "overwrites the course, its own grade and the startup files",
        cell="""\
import os, sys
targets = [os.path.join(p, f) for p in (*sys.path, os.path.expanduser("~"), "/", "/etc")
           for f in ("sitecustomize.py", "gradebook.db", ".bashrc", "cnncourse/check/verdict.py")]
for target in targets:
    try:
        with open(target, "w") as file:
            file.write("raise SystemExit")
    except OSError:
        pass""",
    ),
    Attack(
        "network",
        "phones home",
        cell="""\
import socket
for address in (("127.0.0.1", 22), ("127.0.0.1", 8888), ("localhost", 80)):
    try:
        socket.create_connection(address, timeout=1).sendall(b"answers")
    except OSError:
        pass""",
    ),
    Attack(
        "patched-comparison",
        "makes every comparison come out true",
        cell="""\
import builtins
import numpy as np
import numpy.testing as nt
nt.assert_allclose = nt.assert_array_equal = lambda *a, **k: None
np.allclose = np.array_equal = np.isclose = lambda *a, **k: True
builtins.abs = lambda x: 0
import cnncourse.check.compare, cnncourse.check.verdict, cnncourse.check.subject
cnncourse.check.compare.compare = lambda *a, **k: None
cnncourse.check.verdict.verdict = lambda *a, **k: "right"
cnncourse.check.subject.perform = lambda *a, **k: {"value": True}""",
    ),
    Attack(
        "patched-shell",
        "patches IPython so that every cell shows full points",
        cell="""\
import sys
shell = get_ipython()
sys.displayhook = lambda value: print(100)
shell.ast_transformers.append(type("T", (), {"visit": lambda self, node: node})())
shell.input_transformers_cleanup.append(lambda lines: ["100\\n"])
type(shell).run_cell = lambda self, *a, **k: 100""",
    ),
    Attack(
        "equal-to-everything",
        "answers with objects that equal everything",
        everywhere=True,
        shown=True,
        answer="""\
class Yes:
    __eq__ = __le__ = __ge__ = __lt__ = lambda self, other: True
    __bool__ = __array__ = lambda self, *a, **k: True
    __call__ = lambda self, *a, **k: self
    __hash__ = object.__hash__
{name} = Yes()""",
    ),
    Attack(
        "forged-replies",
        "writes replies of its own into every open descriptor",
        cell="""\
import os, threading
def forge():
    import json, time
    text = json.dumps({"value": 1.0, "ok": True, "score": 100}).encode()
    for _ in range(200):
        for fd in range(3, 64):
            try:
                os.write(fd, len(text).to_bytes(8, "big") + text)
            except OSError:
                pass
        time.sleep(0.01)
threading.Thread(target=forge, daemon=True).start()""",
    ),
    Attack(
        "frame-reader",
        "searches the process for expected answers",
        everywhere=True,
        shown=True,
        answer="""\
def {name}(*args, **kwargs):
    import gc, sys
    frame, found = sys._getframe(), None
    while frame:
        for value in list(frame.f_locals.values()):
            if isinstance(value, dict) and ("expected" in value or "variants" in value):
                found = value.get("expected")
        frame = frame.f_back
    for thing in gc.get_objects():
        if type(thing).__name__ in ("KeyProbe", "ExerciseKey") and found is None:
            found = getattr(thing, "expected", None)
    return found["value"] if isinstance(found, dict) and "value" in found else found""",
    ),
)
