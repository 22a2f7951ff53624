"""Open the course: working copies, the start page, JupyterLab.

``python -m cnncourse.start [--notebooks FOLDER] [--work FOLDER] [options of jupyter lab]``
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path

from cnncourse.start.copies import lay_out
from cnncourse.start.page import write_page
from cnncourse.start.record import FILE, FOLDER

# nbgrader's pages and menus that are for instructors; its button "Validate" stays.
_FOR_INSTRUCTORS = ("assignment-list", "course-list", "create-assignment", "formgrader", "menu")
_SECONDS = 2.0  # between two looks at what checks have said


def main(words: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        words: its arguments; None for those that the program was called with.

    Returns:
        The exit status.
    """
    parser = argparse.ArgumentParser(
        prog="python -m cnncourse.start",
        description="Open the course in JupyterLab, on copies of the lessons that are yours.",
        epilog="All other options go to `jupyter lab`.",
    )
    parser.add_argument("--notebooks", type=Path, default=Path("notebooks"), metavar="FOLDER")
    parser.add_argument("--work", type=Path, default=Path("work"), metavar="FOLDER")
    parser.add_argument(
        "--prepare", action="store_true", help="copy the lessons and write the page, open nothing"
    )
    options, others = parser.parse_known_args(words)
    try:
        new = lay_out(options.notebooks, options.work)
        page = write_page(options.work, new)
    except FileNotFoundError as error:
        print(f"{error} Run this in the course's folder, or say where: --notebooks FOLDER.")
        return 1
    except OSError as error:
        print(f"The folder {options.work} cannot be written: {error.strerror}. Use another: --work")
        return 1
    print(f"Your notebooks are in {options.work}; how far you are, in {page}.")
    return 0 if options.prepare else _lab(options.work, new, others)


def _lab(work: Path, new: Sequence[Path], others: Sequence[str]) -> int:
    """Run JupyterLab, and keep the page up to date while it runs."""
    with tempfile.TemporaryDirectory() as settings:
        place = Path(settings, "labconfig")
        place.mkdir()
        hidden = {f"@jupyter/nbgrader:{name}": True for name in _FOR_INSTRUCTORS}
        (place / "page_config.json").write_text(json.dumps({"disabledExtensions": hidden}))
        known = os.environ.get("JUPYTER_CONFIG_PATH")
        path = os.pathsep.join([settings, *([known] if known else [])])
        command = [
            *(sys.executable, "-m", "jupyterlab"),
            f"--ServerApp.root_dir={work.resolve()}",
            "--LabApp.default_url=/lab/tree/start.md?factory=Markdown%20Preview",
            *others,
        ]
        over = threading.Event()
        follower = threading.Thread(target=_follow, args=(work, new, over), daemon=True)
        follower.start()
        process = subprocess.Popen(command, env={**os.environ, "JUPYTER_CONFIG_PATH": path})
        # Ctrl+C is JupyterLab's business, which asks whether it is meant; an end is for both.
        signal.signal(signal.SIGINT, lambda number, frame: None)
        signal.signal(signal.SIGTERM, lambda number, frame: process.terminate())
        try:
            return process.wait()
        finally:
            over.set()
            follower.join()


def _follow(work: Path, new: Sequence[Path], over: threading.Event) -> None:
    """Write the page anew after each check, until the end."""
    record, seen = work / FOLDER / FILE, None
    while not over.wait(_SECONDS):
        now = record.stat().st_mtime_ns if record.is_file() else None
        if now != seen:
            seen = now
            write_page(work, [path for path in new if path.is_file()])


if __name__ == "__main__":
    sys.exit(main())
