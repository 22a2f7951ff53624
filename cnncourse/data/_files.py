"""Find a file that a package carries, without importing the package, and check it."""

from __future__ import annotations

from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path


class DataUnavailable(RuntimeError):
    """Some data could not be had; the message says why and what to do."""


def packaged_file(package: str, path: str) -> Path:
    """Return where an installed package keeps a data file. The package is not imported.

    Args:
        package: import name, such as "skimage".
        path: the file's path inside the package, with forward slashes.

    Raises:
        DataUnavailable: the package, or this file in it, is not installed.
    """
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        distribution = {"skimage": "scikit-image", "sklearn": "scikit-learn"}.get(package, package)
        raise DataUnavailable(
            f"This data comes with the package {distribution}, which is not installed; "
            f"run: pip install {distribution}"
        )
    file = Path(next(iter(spec.submodule_search_locations)), *path.split("/"))
    if not file.is_file():
        raise DataUnavailable(
            f"The installed package {package} holds no {path}; reinstall it, or install the "
            "versions that requirements.lock names."
        )
    return file


def checked(content: bytes, expected: str, name: str) -> bytes:
    """Return `content`, if its SHA-256 is `expected`.

    Raises:
        DataUnavailable: the content is not what the course was written for.
    """
    if sha256(content).hexdigest() != expected:
        raise DataUnavailable(
            f"{name} is not the file that this course was written for (its SHA-256 differs); "
            "install the versions that requirements.lock names."
        )
    return content
