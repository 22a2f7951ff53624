"""Record a cell's outputs within bounds inside the child, and clean them outside.

Both sides live here so that they agree on the form: dictionaries as in notebook format 4. The
recorder bounds what an honest cell prints, so that a runaway loop of prints costs the student the
rest of that output and nothing else. The cleaner trusts nothing: it lets text and bitmaps through,
which cannot run anything where they are shown, and drops HTML, scripts, SVG and terminal escapes
other than colours.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import Any

from autograder.sandbox.errors import ProtocolError

Output = dict[str, Any]

_BITMAPS = ("image/png", "image/jpeg")
_TRUNCATED = "\n… the rest of this cell's output was cut: more than {} bytes.\n"
_MOST_OUTPUTS = 1000
_MOST_TRACEBACK_LINES = 200
_LONGEST_TRACEBACK_LINE = 4000
_LONGEST_WORDS = 1000
_ESCAPE = re.compile(
    r"\x1b(?!\[[0-9;]*m)(?:\[[0-9;?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|.?)"
)
_CONTROL = re.compile(r"[\x00-\x07\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f]")


class OutputRecorder:
    """Collects the outputs of one cell after another, each within `limit` bytes."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.begin()

    def begin(self) -> None:
        """Forget what is there: a new cell starts."""
        self.outputs: list[Output] = []
        self._displayed: dict[str, list[Output]] = {}
        self._left = self.limit
        self._clear_next = False

    def stream(self, name: str, text: str) -> None:
        """Add printed text; neighbours from the same stream become one output."""
        text = self._afford(text)
        if not text:
            return
        self._clear_if_due()
        last = self.outputs[-1] if self.outputs else None
        if last is not None and last["output_type"] == "stream" and last["name"] == name:
            last["text"].append(text)
        else:
            self.outputs.append({"output_type": "stream", "name": name, "text": [text]})

    def display(
        self,
        data: Mapping[str, Any],
        *,
        display_id: str | None = None,
        update: bool = False,
        execution_count: int | None = None,
    ) -> None:
        """Add a displayed value, or change those that were displayed with the same id."""
        content = self._bundle(data)
        if update:
            for shown in self._displayed.get(display_id or "", []):
                shown["data"] = content
            return
        self._clear_if_due()
        output: Output = {"output_type": "display_data", "data": content, "metadata": {}}
        if execution_count is not None:
            output |= {"output_type": "execute_result", "execution_count": execution_count}
        if len(self.outputs) < _MOST_OUTPUTS:
            self.outputs.append(output)
        if display_id is not None:
            self._displayed.setdefault(display_id, []).append(output)

    def error(self, name: str, value: str, traceback: list[str]) -> None:
        """Add what was raised; it is kept even where the room for output is used up."""
        lines = [line[:_LONGEST_TRACEBACK_LINE] for line in traceback[-_MOST_TRACEBACK_LINES:]]
        self._clear_if_due()
        value = value[:_LONGEST_TRACEBACK_LINE]
        self.outputs.append(
            {"output_type": "error", "ename": name[:200], "evalue": value, "traceback": lines}
        )

    def clear(self, wait: bool) -> None:
        """Forget this cell's outputs, now or when the next one comes."""
        self._clear_next = True
        if not wait:
            self._clear_if_due()

    def finish(self) -> list[Output]:
        """Return the outputs of the cell that ended, ready to be sent."""
        for output in self.outputs:
            if output["output_type"] == "stream":
                output["text"] = "".join(output["text"])
        return self.outputs

    def _clear_if_due(self) -> None:
        if self._clear_next:
            self.outputs.clear()
            self._clear_next = False

    def _afford(self, text: str) -> str:
        if self._left <= 0 or len(self.outputs) >= _MOST_OUTPUTS:
            return ""
        self._left -= len(text)
        if self._left > 0:
            return text
        return text[: self._left or None] + _TRUNCATED.format(self.limit)

    def _bundle(self, data: Mapping[str, Any]) -> dict[str, str]:
        content: dict[str, str] = {}
        for mime in ("text/plain", *_BITMAPS):
            value = data.get(mime)
            if isinstance(value, bytes) and mime in _BITMAPS:
                value = base64.b64encode(value).decode("ascii")
            if not isinstance(value, str):
                continue
            if mime == "text/plain":
                content[mime] = self._afford(value)
            elif len(value) <= self._left:
                self._left -= len(value)
                content[mime] = value
        if not content:
            kinds = ", ".join(sorted(str(mime) for mime in data)) or "no kind"
            content["text/plain"] = self._afford(f"<an output of {kinds[:200]}>")
        return content


def clean(outputs: Any, limit: int) -> list[Output]:
    """Check and clean what claims to be a cell's outputs.

    Args:
        outputs: a decoded value tree; nothing about it is known.
        limit: bytes that the cell was allowed to output.

    Returns:
        Outputs in notebook format 4 that can be stored and shown anywhere.

    Raises:
        ProtocolError: it is not a list of outputs.

    Example:
        >>> clean([{"output_type": "stream", "name": "stdout", "text": "a\\x1b]0;title\\x07b"}], 99)
        [{'output_type': 'stream', 'name': 'stdout', 'text': 'ab'}]
    """
    if type(outputs) is not list or len(outputs) > _MOST_OUTPUTS + 2:
        raise ProtocolError("The student's process sent outputs that are not a short list.")
    cleaned = [_clean_one(output) for output in outputs]
    # An honest child keeps within the limit, plus one traceback and the sentence on truncation.
    allowance = limit + _MOST_TRACEBACK_LINES * _LONGEST_TRACEBACK_LINE + 10_000
    if sum(map(_size, cleaned)) > allowance:
        raise ProtocolError("The student's process sent more output than allowed.")
    return cleaned


def clean_text(text: Any) -> str:
    """Return text without control characters and without terminal escapes other than colours.

    Raises:
        ProtocolError: it is no text.
    """
    if type(text) is not str:
        raise ProtocolError("The student's process sent something else where text belongs.")
    return _CONTROL.sub("", _ESCAPE.sub("", text))


def _clean_one(output: Any) -> Output:
    if type(output) is not dict:
        raise ProtocolError("The student's process sent an output that is not one.")
    kind = output.get("output_type")
    if kind == "stream" and output.get("name") in ("stdout", "stderr"):
        text = clean_text(output.get("text"))
        return {"output_type": "stream", "name": output["name"], "text": text}
    if kind == "error":
        lines = output.get("traceback")
        if type(lines) is list and len(lines) <= _MOST_TRACEBACK_LINES:
            return {
                "output_type": "error",
                "ename": clean_text(output.get("ename")),
                "evalue": clean_text(output.get("evalue")),
                "traceback": [clean_text(line) for line in lines],
            }
    if kind in ("display_data", "execute_result"):
        data = _clean_bundle(output.get("data"))
        cleaned = {"output_type": kind, "data": data, "metadata": _words(data)}
        if kind == "display_data":
            return cleaned
        count = output.get("execution_count")
        if type(count) is int and 0 <= count < 2**31:
            return cleaned | {"execution_count": count}
    raise ProtocolError("The student's process sent an output of no known kind.")


def _words(data: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """Return metadata in which a picture's text, if it has any, is its alternative text."""
    alt = data.get("text/plain", "")[:_LONGEST_WORDS]
    if not alt.strip() or alt.startswith("<"):  # a representation of an object, which says nothing
        return {}
    return {mime: {"alt": alt} for mime in _BITMAPS if mime in data}


def _clean_bundle(data: Any) -> dict[str, str]:
    if type(data) is not dict:
        raise ProtocolError("The student's process sent an output without content.")
    cleaned: dict[str, str] = {}
    for mime, value in data.items():
        if mime == "text/plain":
            cleaned[mime] = clean_text(value)
        elif mime in _BITMAPS:
            cleaned[mime] = _clean_bitmap(value)
    return cleaned


def _clean_bitmap(value: Any) -> str:
    try:
        return base64.b64encode(base64.b64decode("".join(value.split()), validate=True)).decode()
    except (ValueError, AttributeError, TypeError):
        raise ProtocolError("The student's process sent an image that is not base64.") from None


def _size(output: Output) -> int:
    texts = [output.get("text", ""), output.get("evalue", ""), *output.get("traceback", [])]
    return sum(map(len, texts)) + sum(map(len, output.get("data", {}).values()))
