"""Refuse what a rule forbids while an answer runs, in whichever way the answer came by it.

Reading an answer's source does not show what a helper module beside the notebook calls, or a
function that was fetched by a name put together at run time. So each call is looked at while the
answer runs: one into a forbidden module or function is refused if the student's code makes it.
What the course's own helpers and NumPy's insides call is their business.
"""

from __future__ import annotations

import dis
import functools
import inspect
import sys
import sysconfig
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Any

# Ways out of the process, or past this watch.
_WAYS_OUT = ("subprocess", "multiprocessing", "ctypes")
_WAYS_OUT_CALLS = (
    *("os.fork", "os.forkpty", "os.system", "os.posix_spawn", "os.execv", "os.execve"),
    *("sys.setprofile", "_posixsubprocess.fork_exec"),
)
_COURSE = str(Path(__file__).parents[1])
# As they are before any code of a student's could add one.
_LIBRARIES = tuple(
    {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    | {path for path in sys.path if path.endswith(("site-packages", "dist-packages"))}
)
# Code that only passes a call on: whose call it is stands further up.
_PASSING = ("<frozen importlib", "/importlib/", "/functools.py", "/threading.py", "/concurrent/")
_PASSING_WRAPPERS = ("/tensorflow/python/util/", "/keras/src/utils/traceback_utils.py")
_PASSING_FUNCTIONS = ("_function_base_impl.py", "_shape_base_impl.py", "numeric.py")
_OPERATORS = (
    *("BINARY_", "UNARY_", "COMPARE_", "CONTAINS_", "TO_BOOL", "POP_JUMP", "FORMAT_", "GET_LEN"),
    *("LOAD_ATTR", "LOAD_METHOD", "STORE_ATTR", "STORE_SUBSCR", "FOR_ITER", "GET_ITER", "UNPACK_"),
)
_TAKING_FUNCTIONS = {
    *("apply_along_axis", "apply_over_axes", "piecewise", "fromfunction"),
    *("vectorize.__call__", "vectorize._call_as_normal", "vectorize._vectorize_call"),
}


class Refused(RuntimeError):
    """The answer called what its exercise's rule forbids."""


class RunTimeRule:
    """A context in which what is forbidden cannot be called by a student's code.

    Args:
        forbid: dotted names of modules (with all below them), functions and classes.
        asking: the code that calls the student's object: what it calls is the student's.

    Attributes:
        broken: what was called against the rule; None if nothing was.

    Example:
        >>> import json
        >>> answer = lambda: json.dumps([1])
        >>> with RunTimeRule(["json"]) as rule:
        ...     try:
        ...         answer()
        ...     except Refused as refused:
        ...         print(refused)
        The exercise rules out json (dumps).
        >>> rule.broken, answer()
        ('json (dumps)', '[1]')
    """

    def __init__(self, forbid: Sequence[str], asking: Sequence[CodeType] = ()) -> None:
        self.broken: str | None = None
        self._asking = set(asking)
        self._active = False
        self._modules = (*forbid, *_WAYS_OUT)
        self._covering: dict[str, str | None] = {}
        self._codes: dict[CodeType, str] = {}
        self._natives: dict[int, str] = {}
        self._replaced: list[tuple[dict[str, Any], str, Any]] = []
        for name in (*forbid, *_WAYS_OUT_CALLS):
            self._add(name)

    def __enter__(self) -> RunTimeRule:
        for variables, name, native in self._replaced:
            variables[name] = self._guarded(native, self._natives[id(native)])
        self._active = True
        self._before = sys.getprofile(), threading.getprofile()
        self._profile = self._watch
        threading.setprofile(self._profile)
        sys.setprofile(self._profile)
        return self

    def __exit__(self, *_: object) -> None:
        switched_off = sys.getprofile() is not self._profile
        self._active = False
        sys.setprofile(self._before[0])
        threading.setprofile(self._before[1])  # type: ignore[arg-type]
        for variables, name, native in self._replaced:
            variables[name] = native
        if switched_off and not self.broken:
            self.broken = "sys.setprofile"

    def _add(self, name: str) -> None:
        """Look up a forbidden name, as far as it is loaded."""
        found, owner = _resolve(name)
        if isinstance(found, ModuleType):
            if "." in name:
                for member in list(vars(found).values()):
                    if callable(member) and _top(member) == name.partition(".")[0]:
                        self._codes.update(dict.fromkeys(_codes_of(member), name))
            return
        codes = list(_codes_of(found))
        self._codes.update(dict.fromkeys(codes, name))
        if found is not None and not codes:
            self._natives[id(found)] = name
            if isinstance(owner, ModuleType) and name.partition(".")[0] != "sys":
                self._replaced.append((vars(owner), name.rpartition(".")[2], found))

    def _guarded(self, native: Callable, name: str) -> Callable:
        def look(frame: FrameType) -> None:
            if self._active:
                self._refuse_if_students(frame, name)

        return _Guarded(native, look)

    def _watch(self, frame: FrameType, event: str, called: Any) -> None:
        if event == "call":
            code = frame.f_code
            name = self._codes.get(code) or self._module(frame.f_globals.get("__name__"))
            if name:
                self._refuse_if_students(frame.f_back, name, code.co_name)
        elif event == "c_call":
            name = self._natives.get(id(called)) or self._module(
                getattr(called, "__module__", None)
            )
            if name:
                self._refuse_if_students(frame, name, getattr(called, "__name__", ""))

    def _module(self, module: Any) -> str | None:
        """Return the forbidden name that covers a module."""
        if not isinstance(module, str):
            return None
        if module not in self._covering:
            covering = (n for n in self._modules if module == n or module.startswith(n + "."))
            self._covering[module] = next(covering, None)
        return self._covering[module]

    def _refuse_if_students(self, frame: FrameType | None, name: str, called: str = "") -> None:
        while frame is not None:
            code = frame.f_code
            if code in self._asking:
                break
            if _owner(code.co_filename) == "student":
                if _is_operator(frame):
                    return
                break
            if not _passes_on(code):
                return
            frame = frame.f_back
        plain = called.isidentifier() and not called.startswith("__")
        what = f"{name} ({called})" if plain and name.rpartition(".")[2] != called else name
        self.broken = self.broken or what
        raise Refused(f"The exercise rules out {what}.")


def _is_operator(frame: FrameType) -> bool:
    """Say whether code is at an operator, an attribute or a loop, not at a call.

    What stands behind these is decided by the object, which an allowed call has made: the sum of
    two Keras tensors is computed by a function of the backend's.
    """
    return dis.opname[frame.f_code.co_code[frame.f_lasti]].startswith(_OPERATORS)


class _Guarded:
    """Stands for a compiled function, whose calls no profile sees; libraries use it as before."""

    def __init__(self, native: Callable, look: Callable[[FrameType], None]) -> None:
        functools.update_wrapper(self, native, updated=())
        self._native = native
        self._look = look

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self._look(sys._getframe(1))
        return self._native(*args, **kwargs)

    def __getattr__(self, name: str) -> Any:  # such as `reduce` of a ufunc, for np.prod
        self._look(sys._getframe(1))
        return getattr(self._native, name)


@functools.lru_cache(maxsize=10_000)
def _owner(filename: str) -> str:
    """Return whose code stands in a file."""
    if filename.startswith(_COURSE):
        return "course"
    if filename.startswith(_LIBRARIES) or filename.startswith("<frozen "):
        return "library"
    return "student"


@functools.lru_cache(maxsize=10_000)
def _passes_on(code: CodeType) -> bool:
    """Say whether code calls what it was given, or imports what it was told to."""
    file = code.co_filename.replace("\\", "/")
    if any(part in file for part in (*_PASSING, *_PASSING_WRAPPERS)):
        return True
    return file.endswith(_PASSING_FUNCTIONS) and code.co_qualname in _TAKING_FUNCTIONS


def _resolve(name: str) -> tuple[Any, Any]:
    """Return what a dotted name stands for, and what it is an attribute of; import nothing."""
    head, *rest = name.split(".")
    owner, found = None, sys.modules.get(head)
    for part in rest:
        head = f"{head}.{part}"
        owner = found
        found = sys.modules.get(head) or getattr(found, "__dict__", {}).get(part)
    return found, owner


def _codes_of(found: Any) -> Iterator[CodeType]:
    """Yield the code of a function, or of every method of a class."""
    if isinstance(found, type):
        for member in vars(found).values():
            if isinstance(member, FunctionType):
                yield inspect.unwrap(member).__code__
        return
    inner = inspect.unwrap(found) if callable(found) else found
    if isinstance(inner, FunctionType):
        yield inner.__code__


def _top(member: Any) -> str:
    return str(getattr(member, "__module__", "")).partition(".")[0]
