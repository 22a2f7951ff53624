"""Compare two results, for the instant check and the judge alike, so that they cannot disagree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from cnncourse.check.hints import about_shapes, about_type
from cnncourse.check.text import printable

Kind = Literal["type", "shape", "values"]

# Two neighbouring numbers of float32 differ by this share.
SINGLE = float(np.finfo("float32").eps)
# Other formulas for the same result lose up to a digit and a half more than the reference's does
# (a softmax by log-sum-exp of scores of some thousand): an honest answer may lie so many times as
# far off as rounding moved the reference.
HONEST = 32.0
_DIGITS = 6
_MOST_DIGITS = 17
_LONGEST_VALUE = 80
_LONGEST_ROW = 200

_IMPRECISE = (
    "{what} is right to about 7 digits, as float32 carries them; here float64 is asked for, with "
    "16. Is something computed or stored in float32?"
)
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


# One tolerance for all numbers, or one per dtype, with "default" for the others.
Tolerances = Tolerance | Mapping[str, Tolerance]


@dataclass(frozen=True)
class _Settings:
    """What counts as equal."""

    tolerance: Tolerances
    same_nan: bool
    precise: bool

    def margin(self, have: np.ndarray, want: np.ndarray) -> np.ndarray:
        """Return how far each number may be off.

        An answer in float32 is judged as float32, unless float64 is asked for.
        """
        named = self.tolerance
        if isinstance(named, Tolerance):
            return named.atol + named.rtol * np.abs(want.astype(np.float64))
        default = named.get("default", Tolerance())
        looked_at = (want,) if self.precise else (have, want)
        allowed = [named.get(str(a.dtype), default) for a in looked_at]
        size = np.abs(want.astype(np.float64))
        return max(t.atol for t in allowed) + max(t.rtol for t in allowed) * size


def compare(
    got: Any,
    expected: Any,
    tolerance: Tolerances = Tolerance(),
    *,
    same_nan: bool = False,
    rounding: Any = None,
    precise: bool = False,
) -> Mismatch | None:
    """Compare what an answer gave with what it should give.

    Shape and kind of dtype must be equal exactly, before any value is looked at: otherwise
    broadcasting would make a scalar equal to a matrix of its copies. Single numbers are compared
    by value alone, so that 3.0 is 3.

    Args:
        got: value tree from the student's code; any tree at all.
        expected: value tree from the reference.
        tolerance: allowed difference of floating-point numbers, or one per dtype.
        same_nan: whether nan equals nan, as when one wrong answer is compared with another.
        rounding: how far float32 moves what is expected: a tree like ``expected`` with an array
            or None in each place. Numbers may then differ by `HONEST` times as much.
        precise: whether float64's digits are asked for. Then rounding excuses nothing, and is
            named where it is what differs.

    Returns:
        None when they agree, otherwise the first mismatch.

    Example:
        >>> compare(np.zeros((2, 3)), np.zeros((4, 2))).text
        'Your result has shape (2, 3); the expected shape is (4, 2).'
        >>> compare(np.float32(0.3), 0.1 + 0.2) is None
        True
    """
    settings = _Settings(tolerance, same_nan, precise)
    return _compare(got, expected, settings, "Your result", rounding)


def in_single_precision(value: Any) -> Any:
    """Return how far numbers are off, at least, if the largest of each array comes from float32.

    Args:
        value: value tree.

    Returns:
        A tree for `compare`'s ``rounding``.

    Example:
        >>> bool(in_single_precision([3, np.array([0.0, 2.0])])[1] == 2 * SINGLE)
        True
    """
    if isinstance(value, Mapping):
        return {k: in_single_precision(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [in_single_precision(v) for v in value]
    if isinstance(value, (float, np.floating, np.ndarray)):
        numbers = np.asarray(value)
        finite = numbers[np.isfinite(numbers)] if numbers.dtype.kind == "f" else np.zeros(0)
        return np.asarray(SINGLE * np.max(np.abs(finite.astype("float64")), initial=0.0))
    return None


def _compare(
    got: Any, expected: Any, settings: _Settings, what: str, rounding: Any
) -> Mismatch | None:
    if isinstance(expected, Mapping):
        return _compare_mappings(got, expected, settings, what, rounding)
    if isinstance(expected, (tuple, list)):
        return _compare_sequences(got, expected, settings, what, rounding)
    if expected is None or isinstance(expected, (str, bytes)):
        return _compare_plain(got, expected, what)
    return _compare_numbers(got, expected, settings, what, rounding)


def _compare_mappings(
    got: Any, expected: Mapping, settings: _Settings, what: str, rounding: Any
) -> Mismatch | None:
    if not isinstance(got, Mapping) or ("__opaque__" in got and "__opaque__" not in expected):
        return Mismatch("type", f"{what} is {describe(got)}; a dictionary is expected.")
    missing = [k for k in expected if k not in got]
    if missing:
        return Mismatch("type", f"{what} has no entry {missing[0]!r}.")
    for key, value in expected.items():
        inner = rounding and rounding[key]
        found = _compare(got[key], value, settings, f"{what}[{key!r}]", inner)
        if found:
            return found
    return None


def _compare_sequences(
    got: Any, expected: Any, settings: _Settings, what: str, rounding: Any
) -> Mismatch | None:
    if not (isinstance(got, (tuple, list)) or (isinstance(got, np.ndarray) and got.ndim)):
        return Mismatch("type", f"{what} is {describe(got)}; {describe(expected)} is expected.")
    if len(got) != len(expected):
        return Mismatch("shape", f"{what} holds {_count(got)}, not {len(expected)}.")
    if expected and all(type(text) is str for text in (*got, *expected)):
        return _compare_texts(got, expected, what)
    for i, (mine, theirs) in enumerate(zip(got, expected, strict=True)):
        found = _compare(mine, theirs, settings, f"{what}[{i}]", rounding and rounding[i])
        if found:
            return found
    return None


def _compare_texts(got: Any, expected: Sequence[str], what: str) -> Mismatch | None:
    """Compare several texts; return them whole, since the others show which is wrong."""
    wrong = sum(mine != theirs for mine, theirs in zip(got, expected, strict=True))
    if not wrong:
        return None
    text = f"{what} differs from the expected texts in {wrong} of {len(expected)} places."
    rows = {"yours": list(got), "expected": list(expected)}
    lines = (f"{label}: {printable(repr(row), _LONGEST_ROW)}" for label, row in rows.items())
    return Mismatch("values", text, tuple(lines))


def _count(values: Any) -> str:
    return f"{len(values)} value{'' if len(values) == 1 else 's'}"


def _compare_plain(got: Any, expected: Any, what: str) -> Mismatch | None:
    if type(got) is not type(expected):
        kind = "nothing (None)" if expected is None else "text"
        return Mismatch("type", f"{what} is {describe(got)}; {kind} is expected.")
    if got != expected:
        yours = printable(repr(got), _LONGEST_VALUE)
        return Mismatch("values", f"{what} is not the expected text.", (f"yours: {yours}",))
    return None


def _compare_numbers(
    got: Any, expected: Any, settings: _Settings, what: str, rounding: Any
) -> Mismatch | None:
    want = np.asarray(expected)
    if not isinstance(got, (bool, int, float, np.ndarray, np.generic)):
        text = f"{what} is {describe(got)}; {describe(expected)} is expected."
        return Mismatch("type", text + about_type(got, want))
    have = np.asarray(got)
    if have.shape != want.shape:
        text = f"{what} has shape {have.shape}; the expected shape is {want.shape}."
        return Mismatch("shape", text + about_shapes(have, want))
    if have.dtype.kind == "O":  # a Python integer of more than 64 bits
        return Mismatch("values", f"{what} is too large a number.")
    if not _same_kind(have, want):
        mine, theirs = (_KINDS.get(a.dtype.kind, str(a.dtype)) for a in (have, want))
        return Mismatch("type", f"{what} holds {mine}; {theirs} are expected.")
    unit = 0.0 if rounding is None else HONEST * np.asarray(rounding, "float64")
    with np.errstate(all="ignore"):
        wrong = ~_equal(have, want, settings, 0.0 if settings.precise else unit)
        if not wrong.any():
            return None
        near = bool(_equal(have, want, settings, unit).all())
    text = _IMPRECISE.format(what=what) if near else _sentence(have, want, wrong, what)
    return Mismatch("values", text, side_by_side(have, want, wrong))


def _same_kind(have: np.ndarray, want: np.ndarray) -> bool:
    """Return whether the kinds of dtype fit; for a single number, integers and floats do."""
    families = {"i": "i", "u": "i"}
    mine, theirs = (families.get(a.dtype.kind, a.dtype.kind) for a in (have, want))
    return mine == theirs or (want.ndim == 0 and {mine, theirs} == {"i", "f"})


def _equal(
    have: np.ndarray, want: np.ndarray, settings: _Settings, unit: np.ndarray | float
) -> np.ndarray:
    if want.dtype.kind != "f":
        return have == want  # exactly, even where 3.0 stands for 3
    # By their own dtypes, before both become float64.
    margin = np.maximum(settings.margin(have, want), unit)
    have, want = have.astype(np.float64), want.astype(np.float64)
    # Infinities are equal when they are the same one.
    same = np.where(
        np.isfinite(have) & np.isfinite(want), np.abs(have - want) <= margin, have == want
    )
    return same | (np.isnan(have) & np.isnan(want)) if settings.same_nan else same


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
        index: tuple[int, ...] = ()
    elif want.ndim == 2 and want.size <= 16:
        digits = digits_apart(have[wrong], want[wrong])
        return ("yours:", *_rows(have, digits), "expected:", *_rows(want, digits))
    elif want.ndim == 1 and 2 < want.size <= 16:
        digits = digits_apart(have[wrong], want[wrong])
        return (f"yours:    {_row(have, digits)}", f"expected: {_row(want, digits)}")
    else:
        index = tuple(int(i) for i in np.argwhere(wrong)[0])
    digits = digits_apart(have[index], want[index])
    at = (f"at [{', '.join(map(str, index))}]",) if index else ()
    return (
        *at,
        f"yours:    {_number(have[index], digits)}",
        f"expected: {_number(want[index], digits)}",
    )


def digits_apart(have: Any, want: Any, least: int = _DIGITS) -> int:
    """Return how many digits show that two numbers, or two rows of numbers, differ everywhere.

    Args:
        have: numbers.
        want: as many numbers.
        least: digits to show in any case.

    Example:
        >>> digits_apart(np.array([1.0, 0.69314718]), np.array([2.0, 0.69314720]))
        8
    """
    pairs = list(zip(np.ravel(have), np.ravel(want), strict=True))
    for digits in range(least, _MOST_DIGITS):
        if all(_number(a, digits) != _number(b, digits) for a, b in pairs):
            return digits
    return _MOST_DIGITS


def _number(x: Any, digits: int) -> str:
    return f"{x:.{digits}g}" if isinstance(x, (float, np.floating)) else str(x)


def _row(values: np.ndarray, digits: int) -> str:
    return "[" + ", ".join(_number(v, digits) for v in values) + "]"


def _rows(matrix: np.ndarray, digits: int) -> list[str]:
    cells = [[_number(v, digits) for v in row] for row in matrix]
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
        words = printable(str(value["__opaque__"]), _LONGEST_VALUE)
        return f"{'an' if words[:1].lower() in set('aeiou') else 'a'} {words}"
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
