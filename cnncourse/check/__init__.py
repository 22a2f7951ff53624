"""Checking answers: what was asked, what came back, and which idea to revisit.

`verdict` turns an answer into an `Outcome` by a compiled `Key`. The notebook's `Checker` and the
grading judge call the same function.
"""

from cnncourse.check.checker import Checker, begin

__all__ = ["Checker", "begin"]
