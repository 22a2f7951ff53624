"""Set up `.venv` with what requirements.lock pins and the course itself; `make` runs this.

`uv` installs in seconds what takes pip minutes. It does not read pip's configuration, so what that
says of indexes, certificates and proxies is handed to it, for this run only. Where uv cannot be
had, or fails for whatever reason, pip does the work. Needs nothing but Python's standard library.
"""

from __future__ import annotations

import ast
import contextlib
import os
import re
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements.lock"
UV = "uv>=0.11,<1"
# Megabytes, for Linux on x86_64; a test compares the second with what is installed.
DOWNLOADED, ON_DISK = 590, 2300
STEPS = 5
NOT_TRIED = (3, 14)

# pip's option → what uv reads. Where pip takes several values, blanks stand between them.
_TOLD = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "constraint": "UV_CONSTRAINT",
    "trusted-host": "UV_INSECURE_HOST",
    "timeout": "UV_HTTP_TIMEOUT",
    "default-timeout": "UV_HTTP_TIMEOUT",
    "retries": "UV_HTTP_RETRIES",
    "cert": "SSL_CERT_FILE",
    "client-cert": "SSL_CLIENT_CERT",
    "no-index": "UV_NO_INDEX",
    "no-cache-dir": "UV_NO_CACHE",
}
# What decides which files are installed, and means something else to uv.
_NOT_TOLD = ("no-binary", "only-binary", "require-hashes")
# Where pip looks for certificates if its own option says nothing.
_BUNDLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")

_LARGE = re.compile(r"Downloading .*\(\d{2,}(\.\d+)? ?Mi?B\)")
_SUMS = ("Resolved", "Prepared", "Installed", "Installing collected packages")

# JupyterLab shows Markdown rendered, and does not ask about news.
_LAB = """\
{"@jupyterlab/docmanager-extension:plugin": {"defaultViewers": {"markdown": "Markdown Preview"}},
 "@jupyterlab/apputils-extension:notification": {"fetchNews": "false"}}
"""
# What lessons and grader import. Whoever imports a file first waits until Python has compiled it,
# each time again where nothing may be written; pip compiles everything, uv nothing.
_FIRST_STARTS = (
    "import keras, tensorflow, sklearn, skimage.transform",
    "import cnncourse, IPython, ipykernel.kernelapp, matplotlib.pyplot, nbconvert.exporters.html, "
    "nbgrader.api, nbgrader.apps.autogradeapp, alembic.command, jupytext, pytest, rich.progress",
)


class Failed(Exception):
    """A program that did not do what was asked of it; the text is a sentence."""


def main() -> int:
    """Set up, and go on where an earlier run was stopped.

    Returns:
        0 if the environment is ready, 1 if not, 130 when interrupted.
    """
    if sys.version_info >= NOT_TRIED:
        print("This Python is newer than what was tried. Should a package fail: PYTHON=python3.13")
    try:
        set_up(VENV)
    except Failed as failed:
        print(f"{failed} Then run the same command again: it goes on from here.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. The same command goes on from here.", file=sys.stderr)
        return 130
    return 0


def set_up(venv: Path) -> None:
    """Make an environment, or complete one.

    Args:
        venv: its folder.

    Raises:
        Failed: it cannot be made here.
    """
    python = venv / "bin" / "python"
    begun = venv / ".installing"  # while it lies there, a package may be half installed
    step(1, f"an environment in {venv.name}")
    if not works(python):
        make_venv(venv)
    again = begun.exists()
    begun.touch()
    uv = uv_for(python)
    step(
        3,
        f"TensorFlow, JupyterLab, nbgrader and what else {LOCK.name} pins: {DOWNLOADED} MB to "
        f"download, unless they were before, {ON_DISK / 1000:.1f} GB on disk",
    )
    install(python, uv, ["-r", str(LOCK)], again)
    step(4, "the course itself")
    install(python, uv, ["--no-deps", "--editable", str(ROOT)], again=False)
    settings = venv / "share" / "jupyter" / "lab" / "settings"
    settings.mkdir(parents=True, exist_ok=True)
    (settings / "overrides.json").write_text(_LAB, encoding="utf-8")
    begun.unlink()
    step(STEPS, "the first start of TensorFlow and of the grader, which compiles them")
    first_start(python)


def works(python: Path) -> bool:
    """Say whether an environment has its Python and pip: it may be unfinished, or moved."""
    command = [str(python), "-m", "pip", "--version"]
    return python.exists() and subprocess.run(command, capture_output=True).returncode == 0


def make_venv(venv: Path) -> None:
    """Make an environment in place of what lies there.

    Raises:
        Failed: this Python makes none.
    """
    if run([sys.executable, "-m", "venv", "--clear", str(venv)]):
        raise Failed(
            f"{sys.executable} makes no environment. On Debian and Ubuntu, install python3-venv."
        )


def uv_for(python: Path) -> dict[str, str] | None:
    """Install uv and return what it has to be told of pip's configuration.

    Args:
        python: the environment's.

    Returns:
        Environment variables; None if pip has to do the work, and why was said.
    """
    step(2, "uv, the installer (18 MB)")
    if run(pip(python, [UV])):
        return _with_pip("uv could not be installed")
    listing = [str(python), "-m", "pip", "config", "list"]
    text = subprocess.run(listing, capture_output=True, text=True, check=False).stdout
    settings = pip_settings(text)
    if kept := [option for option in _NOT_TOLD if option in settings]:
        return _with_pip(f"pip is configured with {' and '.join(kept)}")
    return for_uv(settings, os.environ)


def install(python: Path, uv: Mapping[str, str] | None, what: list[str], again: bool) -> None:
    """Install with uv, and with pip if uv fails.

    Args:
        python: the environment's.
        uv: what uv is told in its environment; None for pip.
        what: what to install, as arguments of either.
        again: whether to replace what seems to be installed.

    Raises:
        Failed: pip failed, too.
    """
    more = ["--reinstall"] * again
    command = [str(python.with_name("uv")), "pip", "install", "--python", str(python), *more, *what]
    if uv is not None:
        if run(command, uv) == 0:
            return
        _with_pip("uv failed")
    if run(pip(python, ["--force-reinstall"] * again + what)):
        raise Failed(
            "Not everything could be installed; what pip says stands above. Mend that: network, "
            "proxy and room on the disk are the usual causes."
        )


def pip(python: Path, what: list[str]) -> list[str]:
    """Return the command with which an environment's pip installs."""
    return [str(python), "-m", "pip", "install", "--disable-pip-version-check", *what]


def _with_pip(why: str) -> None:
    print(f"      {why}, so pip installs: a few minutes.", flush=True)


def pip_settings(listing: str) -> dict[str, str]:
    r"""Return pip's configuration for an installation: option → value.

    Args:
        listing: what ``pip config list`` prints: files first, where a later line of the same
            section replaces an earlier one, and environment variables as section ``:env:``.

    Example:
        >>> pip_settings("global.timeout='9'\ninstall.timeout='60'\nfreeze.user='1'\n")
        {'timeout': '60'}
    """
    found: dict[str, dict[str, str]] = {"global": {}, "install": {}, ":env:": {}}
    for line in listing.splitlines():
        name, _, value = line.partition("=")
        section, _, option = name.partition(".")
        if section in found:
            with contextlib.suppress(SyntaxError, ValueError):  # a line that is no setting
                found[section][option] = str(ast.literal_eval(value))
    return {option: value for part in found.values() for option, value in part.items() if value}


def for_uv(settings: Mapping[str, str], environment: Mapping[str, str]) -> dict[str, str]:
    """Say in uv's terms what pip is configured with; what the environment says to uv stands.

    Args:
        settings: pip's: option → value.
        environment: the variables that are set.

    Returns:
        The variables to add.

    Example:
        >>> for_uv({"index-url": "file:///a", "find-links": "/b /c", "no-index": "0"}, {})
        {'UV_DEFAULT_INDEX': 'file:///a', 'UV_FIND_LINKS': '/b,/c', 'UV_SYSTEM_CERTS': '1'}
    """
    told = {
        name: " ".join(settings[option].split())
        for option, name in _TOLD.items()
        if option in settings and not (option.startswith("no-") and _is_off(settings[option]))
    }
    if "find-links" in settings:
        told["UV_FIND_LINKS"] = ",".join(settings["find-links"].split())
    if "extra-index-url" in settings:  # pip takes the best of all indexes, uv the first's
        told["UV_INDEX_STRATEGY"] = "unsafe-best-match"
    if "proxy" in settings:
        told |= dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY"), settings["proxy"])
    bundles = [environment[name] for name in _BUNDLES if environment.get(name)]
    if bundles:
        told.setdefault("SSL_CERT_FILE", bundles[0])
    if "SSL_CERT_FILE" not in {*told, *environment}:
        told["UV_SYSTEM_CERTS"] = "1"
    return {name: value for name, value in told.items() if name not in environment}


def _is_off(value: str) -> bool:
    return value.lower() in ("0", "no", "off", "false", "n", "f")


def first_start(python: Path) -> None:
    """Import once what lessons and grader import, so that it is compiled; say if it cannot be.

    Args:
        python: the environment's.
    """
    variables = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    variables.pop("PYTHONDONTWRITEBYTECODE", None)
    started = [
        subprocess.Popen(
            [str(python), "-W", "ignore", "-c", code],
            env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )
        for code in _FIRST_STARTS
    ]  # fmt: skip
    for process in started:
        _, said = process.communicate()
        if process.returncode:
            last = said.strip().splitlines()[-1:] or [f"it ended with {process.returncode}"]
            print(f"      It does not start: {last[0]}. See `autograder doctor`.", file=sys.stderr)


def step(number: int, what: str) -> None:
    """Say what is done next."""
    print(f"[{number}/{STEPS}] {what} …", flush=True)


def run(command: Sequence[str], environment: Mapping[str, str] | None = None) -> int:
    """Run a program; on a terminal it shows its own progress, elsewhere few lines of it.

    Args:
        command: the program and its arguments.
        environment: variables to add.

    Returns:
        Its exit status.
    """
    variables = {**os.environ, **(environment or {})}
    try:
        if sys.stderr.isatty():
            return subprocess.run(command, env=variables, check=False).returncode
        pipe = subprocess.PIPE
        with subprocess.Popen(
            command, env=variables, stdout=pipe, stderr=subprocess.STDOUT, text=True
        ) as process:
            return relay(process.stdout or (), process.wait)
    except OSError as error:
        print(f"{command[0]} could not be started ({error.strerror}).", file=sys.stderr)
        return 1


def relay(lines: Iterable[str], wait: Callable[[], int]) -> int:
    """Print what tells how far an installation is, and its last lines if it fails.

    Args:
        lines: what the program writes.
        wait: waits for its end and returns its exit status.

    Returns:
        That status.
    """
    last: deque[str] = deque(maxlen=15)
    for line in lines:
        text = line.rstrip()
        last.append(text)
        if _LARGE.search(text) or text.startswith(_SUMS):
            print(f"      {text.strip()[:90]}", flush=True)
    status = wait()
    if status:
        print("\n".join(last), file=sys.stderr, flush=True)
    return status


if __name__ == "__main__":
    sys.exit(main())
