"""The one comparison behind the instant check and the judge, so that the two cannot disagree."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

Kind = Literal["type", "shape", "values"]

# Names that a reader knows for NumPy's one-letter kinds of dtype.
_KINDS = {"b": "truth values", "i": "integers", "u": "integers", "f": "floating-point numbers"}


@dataclass(frozen=True)
class Tolerance:
    """How far apart two numbers may be and still count as equal: ``atol + rtol · |expected|``.

    Args:
        atol: absolute part, in the units of the answer.
        rtol: relative part, no unit.
        reason: why this much and no less.
    """

    atol: float = 1e-6
    rtol: float = 1e-5
    reason: str = "rounding of a few hundred floating-point operations"


@dataclass(frozen=True)
class Mismatch:
    """The first difference found.

    Args:
        kind: whether type, shape or values differ.
        text: one sentence for the student.
        details: the student's values beside the expected ones.
    """

    kind: Kind
    text: str
    details: tuple[str, ...] = ()


def compare(got: Any, expected: Any, tolerance: Tolerance = Tolerance()) -> Mismatch | None:
    """Compare what an answer gave with what it should give.

    Shape and kind of dtype must be equal exactly, before any value is looked at: otherwise
    broadcasting would make a scalar equal to a matrix of its copies. NaN equals nothing.

    Args:
        got: value tree from the student's code.
        expected: value tree from the reference.
        tolerance: allowed difference of floating-point numbers.

    Returns:
        None when they agree, otherwise the first mismatch.

    Example:
        >>> compare(np.zeros((2, 3)), np.zeros((3, 2))).text
        'Your result has shape (2, 3); the expected shape is (3, 2).'
        >>> compare(np.float32(0.3), 0.1 + 0.2) is None
        True
    """
    return _compare(got, expected, tolerance, "Your result")


def _compare(got: Any, expected: Any, tolerance: Tolerance, what: str) -> Mismatch | None:
    if isinstance(expected, Mapping):
        return _compare_mappings(got, expected, tolerance, what)
    if isinstance(expected, (tuple, list)):
        return _compare_sequences(got, expected, tolerance, what)
    if expected is None or isinstance(expected, str):
        return _compare_plain(got, expected, what)
    return _compare_numbers(got, expected, tolerance, what)


def _compare_mappings(
    got: Any, expected: Mapping, tolerance: Tolerance, what: str
) -> Mismatch | None:
    if not isinstance(got, Mapping):
        return Mismatch("type", f"{what} is {describe(got)}; a dictionary is expected.")
    missing = [k for k in expected if k not in got]
    if missing:
        return Mismatch("type", f"{what} has no entry {missing[0]!r}.")
    for key, value in expected.items():
        found = _compare(got[key], value, tolerance, f"{what}[{key!r}]")
        if found:
            return found
    return None


def _compare_sequences(got: Any, expected: Any, tolerance: Tolerance, what: str) -> Mismatch | None:
    if isinstance(got, np.ndarray) and got.ndim >= 1:
        got = list(got)
    if not isinstance(got, (tuple, list)):
        return Mismatch(
            "type", f"{what} is {describe(got)}; {_count(expected)} are expected, in a tuple."
        )
    if len(got) != len(expected):
        return Mismatch("shape", f"{what} holds {_count(got)}; {_count(expected)} are expected.")
    for i, (mine, theirs) in enumerate(zip(got, expected, strict=True)):
        found = _compare(mine, theirs, tolerance, f"{what}[{i}]")
        if found:
            return found
    return None


def _count(values: Any) -> str:
    return f"{len(values)} value{'' if len(values) == 1 else 's'}"


def _compare_plain(got: Any, expected: Any, what: str) -> Mismatch | None:
    if type(got) is not type(expected):
        kind = "nothing (None)" if expected is None else "text"
        return Mismatch("type", f"{what} is {describe(got)}; {kind} is expected.")
    if got != expected:
        return Mismatch("values", f"{what} is not the expected text.", (f"yours: {got!r}",))
    return None


def _compare_numbers(got: Any, expected: Any, tolerance: Tolerance, what: str) -> Mismatch | None:
    want = np.asarray(expected)
    if not isinstance(got, (bool, int, float, np.ndarray, np.generic)):
        return Mismatch("type", f"{what} is {describe(got)}; {describe(expected)} is expected.")
    try:
        have = np.asarray(got)
    except OverflowError:
        return Mismatch("values", f"{what} is too large for any array.")
    if have.shape != want.shape:
        text = f"{what} has shape {have.shape}; the expected shape is {want.shape}."
        return Mismatch("shape", text)
    if not _same_kind(have, want):
        mine, theirs = (_KINDS.get(a.dtype.kind, str(a.dtype)) for a in (have, want))
        return Mismatch("type", f"{what} holds {mine}; {theirs} are expected.")
    with np.errstate(all="ignore"):
        wrong = ~_equal(have, want, tolerance)
    if not wrong.any():
        return None
    return Mismatch("values", _sentence(have, want, wrong, what), side_by_side(have, want, wrong))


def _same_kind(have: np.ndarray, want: np.ndarray) -> bool:
    """Whether the kinds of dtype fit; a scalar may be an integer where a float is expected."""
    families = {"i": "i", "u": "i"}
    mine, theirs = (families.get(a.dtype.kind, a.dtype.kind) for a in (have, want))
    return mine == theirs or (want.ndim == 0 and {mine, theirs} == {"i", "f"})


def _equal(have: np.ndarray, want: np.ndarray, tolerance: Tolerance) -> np.ndarray:
    if want.dtype.kind not in "f" and have.dtype.kind not in "f":
        return have == want
    have, want = have.astype(np.float64), want.astype(np.float64)
    near = np.abs(have - want) <= tolerance.atol + tolerance.rtol * np.abs(want)
    # Infinities are equal when they are the same one; NaN never is.
    return np.where(np.isfinite(have) & np.isfinite(want), near, have == want)


def _sentence(have: np.ndarray, want: np.ndarray, wrong: np.ndarray, what: str) -> str:
    if have.dtype.kind == "f" and np.isnan(have).any() and not np.isnan(want).any():
        return f"{what} contains nan (not a number)."
    if have.dtype.kind == "f" and np.isinf(have).any() and not np.isinf(want).any():
        return f"{what} contains infinity."
    if want.ndim == 0:
        return f"{what} is not the expected value."
    return f"{what} differs from the expected values in {int(wrong.sum())} of {wrong.size} places."


def side_by_side(have: np.ndarray, want: np.ndarray, wrong: np.ndarray) -> tuple[str, ...]:
    """Return the first differing place, the student's value and the expected one, as lines.

    Example:
        >>> side_by_side(np.array([1., 5.]), np.array([1., 2.]), np.array([False, True]))
        ('at [1]', 'yours:    5', 'expected: 2')
    """
    if want.ndim == 0:
        return (f"yours:    {_number(have[()])}", f"expected: {_number(want[()])}")
    if want.size <= 16 and want.ndim <= 2:
        place: tuple[str, ...] = ()
        if want.ndim == 2:
            return ("yours:", *_rows(have), "expected:", *_rows(want))
        if want.size > 2:
            return (*place, f"yours:    {_row(have)}", f"expected: {_row(want)}")
    index = tuple(int(i) for i in np.argwhere(wrong)[0])
    at = ", ".join(map(str, index))
    return (
        f"at [{at}]",
        f"yours:    {_number(have[index])}",
        f"expected: {_number(want[index])}",
    )


def _number(x: Any) -> str:
    return f"{x:.6g}" if isinstance(x, (float, np.floating)) else str(x)


def _row(values: np.ndarray) -> str:
    return "[" + ", ".join(_number(v) for v in values) + "]"


def _rows(matrix: np.ndarray) -> list[str]:
    cells = [[_number(v) for v in row] for row in matrix]
    width = max((len(c) for row in cells for c in row), default=1)
    return ["  " + "  ".join(c.rjust(width) for c in row) for row in cells]


def describe(value: Any) -> str:
    """Name a value's kind in words.

    Example:
        >>> describe(None), describe((1, 2)), describe(np.zeros((2, 3)))
        ('None (is a return missing?)', 'a tuple of 2', 'an array of shape (2, 3)')
    """
    if value is None:
        return "None (is a return missing?)"
    if isinstance(value, Mapping) and "__opaque__" in value:
        return f"a {value['__opaque__']}"
    if isinstance(value, np.ndarray) and value.ndim:
        return f"an array of shape {value.shape}"
    if isinstance(value, (tuple, list)):
        return f"a {type(value).__name__} of {len(value)}"
    if isinstance(value, Mapping):
        return "a dictionary"
    if isinstance(value, str):
        return "text"
    if isinstance(value, (bool, np.bool_)):
        return "a truth value"
    return "a number"
