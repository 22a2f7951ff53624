"""Examine what works on this machine and what does not, and say how to mend it."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from packaging.specifiers import SpecifierSet

from autograder.course import CourseError, find_course
from autograder.course_file import CourseFile
from autograder.files import write
from autograder.grading.colab import PREINSTALLED, lacking
from autograder.grading.judge import HANDLER
from autograder.grading.secret_key import FOLDER
from autograder.sandbox import Limits, Sandbox, SandboxError, probe_isolation
from cnncourse.runtime import usable_cores

_PACKAGES = (
    "keras",
    "tensorflow",
    "tensorflow-cpu",
    "numpy",
    "nbgrader",
    "nbconvert",
    "jupyterlab",
)
# Before 0.9.6 its validation pages read any file that the instructor may read.
NBGRADER = SpecifierSet(">=0.9.6,<0.10")
_OPTIONAL = ("distributed",)
_DISK_GIB = 2
_MEMORY_GIB = 4
_SECONDS = 180

# Run as a student's cell: none of these may be there.
_OUT_OF_REACH = """
import os
seen = [path for path in {paths!r} if os.path.exists(path)]
"""


@dataclass(frozen=True)
class MachineCheck:
    """One thing that was examined.

    Args:
        name: what it is.
        works: whether it does; None where it does not matter to grading.
        detail: what was found.
        mend: what to do if it does not work.
    """

    name: str
    works: bool | None
    detail: str
    mend: str = ""


def examine() -> list[MachineCheck]:
    """Examine this machine.

    Returns:
        One result per check; one that fails in an unforeseen way says so and stops no other.
    """
    return [_guarded(name, check) for name, check in CHECKS.items()]


def show(checks: list[MachineCheck]) -> int:
    """Print checks.

    Returns:
        The exit code: 1 if something that grading needs does not work.

    Example:
        >>> show([MachineCheck("disk", True, "9 GB free"), MachineCheck("GPU", None, "none")])
        ✓ disk: 9 GB free
        · GPU: none
        0
    """
    for check in checks:
        symbol = {True: "✓", False: "✗", None: "·"}[check.works]
        print(f"{symbol} {check.name}: {check.detail}")
        if check.mend and not check.works:
            print(f"    → {check.mend}")
    return int(any(check.works is False for check in checks))


def _guarded(name: str, check: Callable[[], MachineCheck]) -> MachineCheck:
    try:
        return check()
    except Exception as error:
        return MachineCheck(name, False, f"could not be examined ({type(error).__name__}: {error})")


def _python() -> MachineCheck:
    detail = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    return MachineCheck("Python", True, detail)


def _packages() -> MachineCheck:
    found = {name: version for name in _PACKAGES if (version := _version(name))}
    keras = "keras" in found and any(name.startswith("tensorflow") for name in found)
    works = (keras or not _file().uses_keras) and found.get("nbgrader", "0") in NBGRADER
    detail = ", ".join(f"{name} {version}" for name, version in found.items())
    return MachineCheck(
        "packages", works, detail, "In the course's folder: pip install '.[cpu,instructor]'"
    )


def _optional() -> MachineCheck:
    found = {name: _version(name) for name in _OPTIONAL}
    detail = ", ".join(f"{n} {v or 'is not installed'}" for n, v in found.items())
    mend = "Only --scheduler needs it: pip install distributed"
    return MachineCheck("cluster", True if all(found.values()) else None, detail, mend)


def _colab() -> MachineCheck:
    missing = lacking()
    if not missing:
        return MachineCheck("as on Colab", True, "all that notebooks often import there is here")
    detail = f"{len(missing)} of {len(PREINSTALLED)} modules are missing: {', '.join(missing)}"
    mend = "Lines that import these are left out in grading and told; install what your class uses."
    return MachineCheck("as on Colab", None, detail, mend)


def _isolation() -> MachineCheck:
    steps = probe_isolation()
    for step in steps:
        if not step.ok:
            return MachineCheck("isolation", False, f"fails at: {step.name}", step.advice)
    return MachineCheck("isolation", True, "; ".join(step.name for step in steps))


def _sandbox() -> MachineCheck:
    root = _root()
    private = [root / name for name in ("solutions", "submitted", "gradebook.db", FOLDER)]
    try:
        with (
            Sandbox(handler=HANDLER, modules=_file().preload) as sandbox,
            sandbox.open(Limits(wall_seconds=60)) as child,
        ):
            child.run_cell(_OUT_OF_REACH.format(paths=[str(path) for path in private]))
            seen = child.call({"op": "read", "name": "seen"}).get("value")
    except SandboxError as error:
        return MachineCheck("sandbox", False, str(error))
    if seen != []:
        mend = "Keep the course out of site-packages and of the folders that packages come from."
        return MachineCheck("sandbox", False, f"student code can see {seen}", mend)
    return MachineCheck(
        "sandbox", True, f"warm in {sandbox.start_seconds:.0f} s; solutions out of reach"
    )


def _backend() -> MachineCheck:
    if not _file().uses_keras:
        return MachineCheck("Keras backend", None, "this course uses no Keras")
    ask = "import keras; print(keras.backend.backend(), keras.version())"
    detail = _ask_python(ask)
    mend = "Set KERAS_BACKEND=tensorflow; grading always uses TensorFlow."
    return MachineCheck(
        "Keras backend", True if detail.startswith("tensorflow") else None, detail, mend
    )


def _accelerator() -> MachineCheck:
    if not _file().uses_keras:
        return MachineCheck("accelerator", None, "this course uses no Keras")
    ask = (
        "import tensorflow as tf; print(*[d.name for d in tf.config.list_physical_devices('GPU')])"
    )
    found = _ask_python(ask)
    if found:
        return MachineCheck("accelerator", True, found)
    mend = (
        "None is needed: grading runs on the CPU. To train on a GPU, in the course's folder: "
        "pip install '.[gpu]'"
    )
    return MachineCheck("accelerator", None, "none that TensorFlow can use", mend)


def _resources() -> MachineCheck:
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    cores = usable_cores()
    mend = f"Less than {_MEMORY_GIB} GB: grade with --jobs 1 and close other programs."
    works = True if memory >= _MEMORY_GIB else None
    return MachineCheck("cores and memory", works, f"{cores} cores, {memory:.0f} GB", mend)


def _disk() -> MachineCheck:
    folder = _root()
    free = shutil.disk_usage(folder).free / 2**30
    mend = f"Grading a class needs {_DISK_GIB} GB: delete what is old in feedback/ or autograded/."
    return MachineCheck("disk", free >= _DISK_GIB, f"{free:.0f} GB free in {folder}", mend)


def _course() -> MachineCheck:
    try:
        course = find_course()
    except CourseError as error:
        return MachineCheck("course", False, "none here", str(error))
    probe = course.root / ".autograder-doctor"
    try:
        course.parts()
    except CourseError as error:
        return MachineCheck("course", False, str(error))
    try:
        write(probe, "")
        probe.unlink()
    except OSError as error:
        return MachineCheck("course", False, f"{course.root} is read-only ({error.strerror})")
    return MachineCheck("course", True, f"{len(course.lessons())} lessons in {course.root}")


CHECKS: dict[str, Callable[[], MachineCheck]] = {
    "Python": _python,
    "packages": _packages,
    "cluster": _optional,
    "as on Colab": _colab,
    "course": _course,
    "cores and memory": _resources,
    "disk": _disk,
    "Keras backend": _backend,
    "accelerator": _accelerator,
    "isolation": _isolation,
    "sandbox": _sandbox,
}


def _root() -> Path:
    try:
        return find_course().root
    except CourseError:
        return Path.cwd()


def _file() -> CourseFile:
    try:
        return find_course().file
    except CourseError:
        return CourseFile()


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def _ask_python(source: str) -> str:
    """Ask a fresh Python, because importing TensorFlow here would last."""
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
    done = subprocess.run(
        [sys.executable, "-c", source],
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        env=environment,
        check=True,
    )
    return done.stdout.strip()
