"""``make site``: build the course's web site, and prove that it may be published."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from autograder.course import Course, CourseError, find_course, shown
from autograder.site.proof import FIRST_PAGE, faults
from autograder.site.staging import stage, write_sources

CONFIGURATION = Path(__file__).parent / "sphinx"
_SHOWN = 10


def main(arguments: Sequence[str] | None = None) -> int:
    """Build the site.

    Args:
        arguments: those of the command line.

    Returns:
        0 if it may be published, else 1.
    """
    parser = argparse.ArgumentParser("python -m autograder.site", description=__doc__)
    parser.add_argument("--to", type=Path, help="the folder to build in (default: build/site)")
    parser.add_argument(
        "--solutions", action="store_true", help="show answers: for instructors, not to publish"
    )
    asked = parser.parse_args(arguments)
    try:
        course = find_course()
        site = build(course, asked.to or course.root / "build" / "site", asked.solutions)
        found = list(faults(course, site, solutions=asked.solutions))
    except CourseError as error:
        print(error, file=sys.stderr)
        return 1
    for fault in found[:_SHOWN]:
        print(fault, file=sys.stderr)
    if found:
        print(f"{len(found)} faults: the site is not fit to be published.", file=sys.stderr)
        return 1
    files = [path for path in site.rglob("*") if path.is_file()]
    size = sum(path.stat().st_size for path in files) / 1e6
    told = "It shows answers." if asked.solutions else "No answer stands in it."
    print(f"{shown(site / FIRST_PAGE)}: {len(files)} files, {size:.1f} MB. {told}")
    return 0


def build(course: Course, folder: Path, solutions: bool) -> Path:
    """Build the site; pages with and without answers never share a folder.

    Args:
        course: the course.
        folder: where to build.
        solutions: whether pages show answers.

    Returns:
        The folder with its pages.

    Raises:
        CourseError: something is missing, or Sphinx warned of something.
    """
    try:
        from sphinx.cmd.build import build_main
    except ImportError:
        raise CourseError("Sphinx is missing: run `pip install '.[site]'`.") from None
    folder = (folder / ("solutions" if solutions else "public")).resolve()
    source, site = folder / "source", folder / "html"
    staged = stage(course, solutions=solutions)
    style = (CONFIGURATION / "site.css").read_bytes()
    write_sources({**staged.files, "_static/site.css": style}, source)
    name = course.file.name
    shutil.rmtree(site, ignore_errors=True)  # pictures of earlier lessons would stay
    options = ["-b", "html", "-q", "-W", "--keep-going", "-c", f"{CONFIGURATION}"]
    options += ["-d", f"{folder / 'doctrees'}", "-D", f"project={name}", "-D", f"html_title={name}"]
    options += ["-D", f"html_static_path={source / '_static'}"]
    if build_main([*options, f"{source}", f"{site}"]):
        raise CourseError("Sphinx warned of the above: mend it, and build again.")
    return site


if __name__ == "__main__":
    raise SystemExit(main())
