"""Read replies from the student's side, which may hold anything.

The student's code shares a process with what reports on it, so a reply may hold any value tree of
any size. All replies pass through `question` before anything looks at them, and have one of these
forms afterwards:

    {"absent": "undefined" | "untouched"}
    {"error": {"type": …, "message": …, "line": …, "code": …}}     short, printable texts
    {"value": tree, "mutated": bool}                               a tree that `tidy` has passed
    {"report": {…}, "handle": int, "config": text | None}          only where a report was asked for
    {"value": tree, "parameters": int | None, "multiply_adds": int | None, "uncounted": text | None}
                                                                   only where a size was asked for

In grading, whoever stands between judge and child has a network built anew from its configuration,
and sizes with the scores that go with them, from a process that has never seen the student's code;
in a student's own notebook there is nobody to deceive.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import prod
from typing import Any

import numpy as np

from cnncourse.check.allowed_layers import LONGEST
from cnncourse.check.text import printable
from cnncourse.check.values import TreeLimits

Ask = Callable[[dict[str, Any]], Any]
Reply = dict[str, Any]

_REPORTING = ("build", "rebuild")
_LONGEST_TEXT = 10_000
_MOST_ITEMS = 100_000
_MOST_BYTES = 128 * 2**20
_DEEPEST = 16
_BITS = TreeLimits().int_bits
_OPAQUE = "__opaque__"
# What stands for an entry of a dictionary that cannot be read.
MISSING = "missing entry"
NO_DICTIONARY = " in place of a dictionary"


def question(ask: Ask, request: dict[str, Any]) -> Reply:
    """Put a request to an answer, and read the reply.

    Args:
        ask: takes the request to the student's side.
        request: what `cnncourse.check.subject.perform` is to do.

    Returns:
        A reply of one of the forms above, whatever came back. One that cannot be read is an
        error whose type is empty, so that it agrees with no record.

    Example:
        >>> question(lambda request: {"value": np.float32(2), "extra": 1}, {"op": "call"})
        {'value': 2.0, 'mutated': False}
        >>> question(lambda request: "gotcha", {"op": "call"})["error"]["message"]
        "Your code's reply could not be read."
    """
    reply = ask(request)
    wants_report = request["op"] in _REPORTING
    match reply:
        case {"absent": why}:
            gone = isinstance(why, str) and why == "undefined"
            return {"absent": "undefined" if gone else "untouched"}
        case {"error": {"type": str(kind), "message": str(message), **rest}} if kind.strip():
            return {"error": _error(kind, message, rest)}
        case {"report": report, "handle": int(handle), **rest} if wants_report and _is_report(
            report
        ):
            config = rest.get("config")
            text = config if type(config) is str and len(config) <= LONGEST else None
            return {"report": report, "handle": int(handle), "config": text}
        case {
            "value": value,
            "parameters": int() | None as parameters,
            "multiply_adds": int() | None as cost,
            "uncounted": str() | None as why,
        } if request["op"] == "measure":
            text = None if why is None else printable(why, 300)
            size = {"parameters": parameters, "multiply_adds": cost, "uncounted": text}
            return {"value": tidy(value), "mutated": False, **size}
        case {"value": value, **rest} if (
            request["op"] not in (*_REPORTING, "measure") and "error" not in rest
        ):
            changed = rest.get("mutated")
            return {"value": tidy(value), "mutated": isinstance(changed, list) and len(changed) > 0}
    return unreadable("Your code's reply could not be read.")


def unreadable(message: str) -> Reply:
    """Return the reply that stands for one that cannot be judged."""
    return {"error": {"type": "", "message": message, "line": None, "code": None}}


def tidy(value: Any, depth: int = 0) -> Any:
    """Return a value tree with plain scalars, and with words in place of what is too large.

    Both sides use it: the student's, so that a large result is described rather than lost on its
    way, and the judge's, because the student's cannot be trusted to.

    Example:
        >>> tidy((np.int64(3), 10**400, [1.5]))
        (3, {'__opaque__': 'whole number of 1,329 bits'}, [1.5])
    """
    if value is None or type(value) in (bool, float):
        return value
    if isinstance(value, np.ndarray):
        return _tidy_array(value)
    if isinstance(value, np.generic):
        item = value.item() if value.dtype.kind in "biuf" else None
        return item if type(item) in (bool, int, float) else _opaque(str(value.dtype))
    if type(value) is int:
        bits = value.bit_length()
        return value if bits <= _BITS else _opaque(f"whole number of {bits:,} bits")
    if type(value) is str:
        return value if len(value) <= _LONGEST_TEXT else _opaque(f"text of {len(value):,} letters")
    return _tidy_container(value, depth)


def _tidy_array(array: np.ndarray) -> Any:
    if array.dtype.kind not in "biuf" or array.dtype.itemsize > 8:
        return _opaque(f"array of {array.dtype}")
    if array.nbytes > _MOST_BYTES or array.ndim > TreeLimits().dimensions:
        return _opaque(f"array of {array.size:,} numbers")
    return array


def _tidy_container(value: Any, depth: int) -> Any:
    if type(value) is dict and type(value.get(_OPAQUE)) is str:
        return _opaque(value[_OPAQUE])
    if type(value) not in (list, tuple, dict):
        return _opaque(type(value).__name__)
    if depth >= _DEEPEST or len(value) > _MOST_ITEMS:
        return _opaque(f"{type(value).__name__} of {len(value):,}")
    if type(value) is dict:
        return {str(k): tidy(v, depth + 1) for k, v in value.items()}
    return type(value)([tidy(v, depth + 1) for v in value])


def _opaque(words: str) -> dict[str, str]:
    return {_OPAQUE: printable(words, 80)}


def _error(kind: str, message: str, rest: Mapping[Any, Any]) -> dict[str, Any]:
    line, code = rest.get("line"), rest.get("code")
    return {
        "type": printable(kind, 80),
        "message": printable(message),
        "line": line if type(line) is int and 0 < line < 10**6 else None,
        "code": printable(code, 200) if type(code) is str else None,
    }


def _is_report(report: Any) -> bool:
    """Return whether a network's report has the right form, and counts that fit its weights."""
    match report:
        case {
            "weights": list(weights),
            "total": int(total),
            "trainable": int(trainable),
            "outputs": list(outputs),
            "stages": list(stages),
        }:
            return (
                all(map(_is_weight, weights))
                and sum(prod(w["shape"]) for w in weights) == total
                and sum(prod(w["shape"]) for w in weights if w["trainable"]) == trainable
                and all(_is_shape(s, least=-1) for s in (*outputs, *stages))
            )
    return False


def _is_weight(weight: Any) -> bool:
    match weight:
        case {"role": str(), "shape": shape, "trainable": bool(), "layer": str()}:
            return _is_shape(shape, least=0)
    return False


def _is_shape(shape: Any, least: int) -> bool:
    return (
        type(shape) is list
        and len(shape) <= TreeLimits().dimensions
        and all(type(n) is int and least <= n < 2**40 for n in shape)
    )
