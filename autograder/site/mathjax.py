"""Find MathJax in an installed package, so that no page asks a server for it."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import metadata
from pathlib import Path, PurePosixPath

from autograder.course import CourseError

PACKAGE = "sphinx-mathjax-offline"
SCRIPT = "tex-chtml-full.js"
_FONTS = "output/chtml/fonts/woff-v2"


def mathjax_files() -> Iterator[tuple[str, Path]]:
    """Yield what a page with formulas loads.

    Yields:
        Path below MathJax's folder on the site, and the file.

    Raises:
        CourseError: the package is not installed.
    """
    try:
        files = metadata.files(PACKAGE) or []
    except metadata.PackageNotFoundError:
        raise CourseError(
            f"The package {PACKAGE} is missing: run `pip install '.[site]'`."
        ) from None
    for file in files:
        parts = PurePosixPath(str(file)).parts
        if "mathjax" in parts:
            inner = "/".join(parts[parts.index("mathjax") + 1 :])
            if inner == SCRIPT or inner.startswith(f"{_FONTS}/"):
                yield inner, Path(str(file.locate()))
