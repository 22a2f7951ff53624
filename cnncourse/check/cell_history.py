"""Tell a student that the cell just edited is not the one that was judged."""

from __future__ import annotations

import re
import traceback
from collections.abc import Mapping
from typing import Any

from cnncourse.check.names import defines, names
from cnncourse.check.source import parse
from cnncourse.check.subject import is_cell


def not_run(name: str, namespace: Mapping[str, Any]) -> tuple[str, ...]:
    """Say that a newer cell that was to define a name did not run, or not to its end.

    A cell with a SyntaxError defines nothing, and one that raises may not have come that far; what
    an earlier run defined is still there, and is what a check judges.

    Args:
        name: the exercise.
        namespace: the notebook's variables; IPython keeps the cells run so far in its ``In``.

    Returns:
        A remark, or nothing.
    """
    cells = [cell for cell in namespace.get("In", ()) if isinstance(cell, str)]
    for cell in reversed(cells):
        if defines(cell, name):
            return _stopped(name, cell)
        if _would_define(cell, name) and (fault := _fault(cell)):
            rest = (
                "an older definition is judged here."
                if name in namespace
                else "nothing else defines it."
            )
            return (
                f"The last cell that was to define {name!r} did not run: {fault}. Mend it and run "
                f"it again; {rest}",
            )
    return ()


def _would_define(cell: str, name: str) -> bool:
    """Return whether a cell that cannot be read looks as if it were to define a name."""
    start = rf"^[ \t]*(?:(?:async[ \t]+)?def[ \t]+|class[ \t]+)?{re.escape(name)}\b"
    return re.search(rf"{start}[ \t]*(?:[(:=]|$)", cell, re.MULTILINE) is not None


def _fault(cell: str) -> str:
    try:
        parse(cell)
    except SyntaxError as error:
        line = f" in line {error.lineno}" if error.lineno else ""
        return f"{type(error).__name__}{line} ({error.msg})"
    return ""


def _stopped(name: str, cell: str) -> tuple[str, ...]:
    """Say that the newest defining cell, if it ran just now, ended with an error."""
    from IPython import get_ipython

    last = getattr(get_ipython(), "last_execution_result", None)
    error = getattr(last, "error_in_exec", None)
    ran = getattr(getattr(last, "info", None), "raw_cell", None)
    if error is None or ran != cell:
        return ()
    stopped = [
        frame.lineno or 0
        for frame in traceback.extract_tb(error.__traceback__)
        if is_cell(frame.filename) and frame.name == "<module>"
    ]
    if stopped and max(names(cell).bound[name]) + 1 < stopped[0]:
        return ()  # it had been defined by then
    return (
        f"Your last cell ended with {type(error).__name__}, perhaps before it defined {name!r}: "
        "what is judged here may be older.",
    )
