"""Read tables that learning platforms and spreadsheets write."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from autograder.course import CourseError

_UTF_16 = (b"\xff\xfe", b"\xfe\xff")  # how such a file begins


def read_table(
    path: Path, separators: str, else_do: str, *, utf_16: bool = False
) -> list[list[str]]:
    """Return the rows of a CSV file, those without anything as empty lists.

    Args:
        path: the file.
        separators: what may stand between columns; the first line has the right one most often.
        else_do: what to do with a file in another encoding, as a clause.
        utf_16: whether a file that begins as UTF-16 does is read, too.

    Raises:
        CourseError: it cannot be read, or is no CSV file.
    """
    try:
        data = path.read_bytes()
        text = data.decode("utf-16" if utf_16 and data[:2] in _UTF_16 else "utf-8-sig")
    except OSError as error:
        raise CourseError(f"{path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise CourseError(f"{path} is not UTF-8: {else_do}.") from None
    separator = max(separators, key=text.partition("\n")[0].count)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        raise CourseError(f"{path} is no CSV file: {error}.") from None
