"""Clean what is shown of a student's work: pictures and text, never markup that runs.

Graded notebooks and feedback pages open in the instructor's browser, with the instructor's rights.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any

import nh3
from pygments.token import STANDARD_TYPES

PICTURES = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff", "image/gif": b"GIF8"}
_TEXT_TAGS = (
    "a abbr b blockquote br code dd del details div dl dt em figcaption figure h1 h2 h3 h4 h5 h6 "
    "hr i img kbd li ol p pre q s span strong sub summary sup table tbody td th thead tr u ul"
)
# Formulas; what could move them over other parts of the page is left out.
_FORMULA_TAGS = (
    "math mfrac mi mn mo mover mroot mrow mspace msqrt mstyle msub msubsup msup mtable mtd mtext "
    "mtr munder munderover"
)
_LENGTH = re.compile(r"[0-3]?(\.\d{1,4})?em")
# No `class`, `id` or `style`: with the page's own style sheets a student could cover the page.
_ATTRIBUTES = {
    "*": {"alt", "align", "colspan", "height", "open", "rowspan", "title", "width"},
    "a": {"href"},
    "img": {"src"},
    "math": {"display"},
    "mfrac": {"linethickness"},
    "mi": {"mathvariant"},
    "mo": {"fence", "form", "maxsize", "minsize", "stretchy"},
    "mover": {"accent"},
    "mspace": {"width"},
    "mstyle": {"displaystyle", "scriptlevel"},
    "mtable": {"columnalign"},
}
# What colours code, and nothing else.
_CLASSES = {"div": {"highlight"}, "span": set(STANDARD_TYPES.values()) - {""}}


def picture(mime: str, data: Any, limit: int) -> str | None:
    """Return a picture's base64 text if it is what it says it is.

    Args:
        mime: the type it claims.
        data: base64 text, in lines or in one.
        limit: the most characters it may have.

    Returns:
        The text without line breaks; None for anything but a PNG, JPEG or GIF within the limit.

    Example:
        >>> picture("image/gif", "R0lGODlh", 100)
        'R0lGODlh'
        >>> picture("image/png", '"><script>', 100) is None
        True
    """
    data = text_of(data)
    if mime not in PICTURES or data is None or len(data) > limit:
        return None
    data = "".join(data.split())
    try:
        decoded = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if decoded.startswith(PICTURES[mime]) else None


def text_of(value: Any) -> str | None:
    """Return notebook text, which may be stored as lines, as one string; None if it is neither.

    Example:
        >>> text_of(["a\\n", "b"])
        'a\\nb'
    """
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        value = "".join(value)
    if not isinstance(value, str):
        return None
    return value.encode("utf-8", "replace").decode("utf-8")  # a lone surrogate cannot be written


def error(name: str, message: str) -> dict[str, Any]:
    """Return an error output whose traceback is the one sentence.

    Example:
        >>> error("Stopped", "The cell took more than 60 s.")["traceback"]
        ['Stopped: The cell took more than 60 s.']
    """
    return {
        "output_type": "error",
        "ename": name,
        "evalue": message,
        "traceback": [f"{name}: {message}"],
    }


def clean_html(html: str) -> str:
    """Drop whatever could run or load from rendered Markdown.

    Args:
        html: HTML that Markdown was turned into.

    Returns:
        The same with text markup, tables, folded details and embedded pictures left.

    Example:
        >>> clean_html('<p onclick="x()">a<script>b()</script></p>')
        '<p>ab()</p>'
    """
    return nh3.clean(
        html,
        tags=set(f"{_TEXT_TAGS} {_FORMULA_TAGS}".split()),
        clean_content_tags=set(),  # what stands in a script is shown as text
        attributes=_ATTRIBUTES,
        attribute_filter=_filtered,
        allowed_classes=_CLASSES,
        url_schemes={"http", "https", "mailto", "data"},
    )


def _filtered(tag: str, name: str, value: str) -> str | None:
    """Return an attribute's value where it may stay; a data address only for a picture."""
    if name == "href":
        return value if value.startswith(("http://", "https://", "mailto:", "#")) else None
    if name == "src":
        # A picture pasted in; no address, be it only of another page of the same server.
        return value if value.startswith(tuple(f"data:{mime};" for mime in PICTURES)) else None
    if tag == "mspace" or name in ("maxsize", "minsize"):
        return value if _LENGTH.fullmatch(value) else None
    return value
