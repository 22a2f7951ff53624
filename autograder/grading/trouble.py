"""Say in one sentence why nothing can be written any more, and what to do."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterator

from nbgrader.api import InvalidEntry
from sqlalchemy.exc import DatabaseError, OperationalError

from autograder.course import CourseError

_AGAIN = "then grade again: what was judged is kept, and not judged a second time"
_FULL = f"The disk is full: make room, {_AGAIN}."
_READ_ONLY = f"The course's folder cannot be written to: allow it, {_AGAIN}."
_LOCKED = (
    "The gradebook is locked by another program (formgrader, or a command that hangs): "
    f"close it, {_AGAIN}."
)
_DAMAGED = (
    "The gradebook is damaged: put back a copy of it, or move it away to begin a new one without "
    f"the grades that were given by hand; {_AGAIN}."
)
_BROKEN = f"The disk or the gradebook fails ({{}}): see to it, {_AGAIN}."
_BY_NUMBER = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG), _FULL),
    errno.EROFS: _READ_ONLY,
    errno.EIO: _BROKEN,
}
# What SQLite and PostgreSQL say.
_BY_WORDS = {
    "disk is full": _FULL,
    "no space left": _FULL,
    "readonly": _READ_ONLY,
    "unable to open": _READ_ONLY,
    "locked": _LOCKED,
    "malformed": _DAMAGED,
    "not a database": _DAMAGED,
}


def why_nothing_works(error: BaseException) -> str | None:
    """Return why not only this student's result cannot be written; None if others may be.

    Args:
        error: what writing files or the gradebook raised.

    Example:
        >>> why_nothing_works(OSError(errno.ENOSPC, "No space left on device"))[:30]
        'The disk is full: make room, t'
        >>> why_nothing_works(ValueError("one student's")) is None
        True
    """
    if isinstance(error, OSError):
        sentence = _BY_NUMBER.get(error.errno or 0)
        return sentence and sentence.format(error.strerror)
    # Other subclasses of the first are about one row; the last is how nbgrader passes them on.
    if type(error) not in (DatabaseError, OperationalError, InvalidEntry):
        return None
    said = str(getattr(error, "orig", error))
    known = (text for words, text in _BY_WORDS.items() if words in said.lower())
    return next(known, _BROKEN.format(said.splitlines()[0]))


@contextlib.contextmanager
def told() -> Iterator[None]:
    """Turn what a full or closed disk raises in the block into its one sentence.

    Raises:
        CourseError: nothing can be written.
    """
    try:
        yield
    except OSError as error:
        closed = _READ_ONLY if isinstance(error, PermissionError) else None
        broken = _BROKEN.format(f"{error.filename}: {error.strerror}")
        raise CourseError(why_nothing_works(error) or closed or broken) from None
