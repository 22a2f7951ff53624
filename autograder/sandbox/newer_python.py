"""Recognise source that a newer Python reads and this one does not."""

from __future__ import annotations

import ast
import re
import sys

_NAME = r"[^\W\d]\w*"
_BRACKETS = r"\[(?:[^\[\]]|\[[^\[\]]*\])*\]"
_SPACE = r"[ \t]"
# A minor version, a pattern that Python reads from then on, and older syntax of the same form.
_NEWER = tuple(
    (minor, re.compile(pattern.replace("~", _SPACE), re.MULTILINE), older)
    for minor, pattern, older in (
        (12, rf"^(~*(?:async~+)?(?:def|class)~+{_NAME})~*{_BRACKETS}", r"\1"),
        (12, rf"^(~*)type~+({_NAME})~*(?:{_BRACKETS})?~*=", r"\1\2 ="),
        (14, rf"^(~*except~+)({_NAME}(?:~*,~*{_NAME})+)~*:", r"\1(\2):"),
    )
)
_FORMATTED = re.compile(r"(?<![\w'\"])([rR]?[fFtT][rR]?)(\"\"\"|'''|\"|')")
_TEMPLATE = 14
_FREE_STRINGS = 12
_ANY_STRING = re.compile(r"[rRbBfFuUtT]*(\"\"\"|'''|\"|')")
_LONGEST = 50_000
_MOST_ENDS = 20
_MAGIC = re.compile(r"^([ \t]*)[%!].*$", re.M)


def needed_python(source: str) -> tuple[int, int] | None:
    """Name the Python from which on a source can be read, if this one cannot read it.

    Args:
        source: text that is a syntax error here.

    Returns:
        Its version; None where no newer syntax explains the error.

    Example:
        >>> import sys
        >>> needed_python("except_ = (")
        >>> sys.version_info >= (3, 12) or needed_python("type X = int")
        (3, 12)
    """
    if len(source) > _LONGEST or _is_readable(source):
        return None
    source = _MAGIC.sub(r"\1pass", source)
    versions = {0}
    for minor, pattern, older in _NEWER:
        source, changed = pattern.subn(older, source)
        if changed:
            versions.add(minor)
    source, minor = _without_formatted(source)
    versions.add(minor)
    newest = max(versions)
    return (3, newest) if _is_new(newest) and _is_readable(source) else None


def _is_new(minor: int) -> bool:
    return minor > sys.version_info.minor


def _is_readable(source: str) -> bool:
    try:
        ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def _without_formatted(source: str) -> tuple[str, int]:
    """Return a source with formatted strings emptied, and the version that these need.

    One whose fields are no expressions stays: it is an error in every version.
    """
    parts, place, newest = [], 0, 0
    while match := _FORMATTED.search(source, place):
        end, fields = _string(source, match.end(), match[2])
        text = source[match.start() : end]
        if all(map(_is_field, fields)):
            text = "''"
            newest = max(newest, _TEMPLATE if "t" in match[1].lower() else _FREE_STRINGS)
        parts += [source[place : match.start()], text]
        place = end
    return "".join([*parts, source[place:]]), newest


def _string(source: str, place: int, quote: str) -> tuple[int, list[str]]:
    """Return where a formatted string ends, and its fields, which may hold the same quotes."""
    depth, start = 0, place
    fields: list[str] = []
    while place < len(source):
        if not depth and source[place] == "\\":
            place += 2
        elif not depth and source.startswith(quote, place):
            return place + len(quote), fields
        elif not depth and source.startswith(("{{", "}}"), place):
            place += 2
        elif depth and (inner := _ANY_STRING.match(source, place)):
            place, _ = _string(source, inner.end(), inner[1])
        else:
            if source[place] == "{":
                start, depth = (place + 1 if not depth else start), depth + 1
            elif source[place] == "}":
                depth -= 1
                if not depth:
                    fields.append(source[start:place])
            place += 1
    return place, ["("]


def _is_field(field: str) -> bool:
    """Say whether a field is an expression, with or without a conversion and a format."""
    plain, _ = _without_formatted(field)
    ends = [m.start() for m in re.finditer("[!:=]", plain)][:_MOST_ENDS]
    return any(_is_readable(f"({plain[:end]}\n,)") for end in (len(plain), *ends))
