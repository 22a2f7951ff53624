"""What the course's notebooks import.

`begin` opens a lesson and returns its checker; `data`, `plots`, `anatomy`, `nets`, `weights`,
`runtime` are the tools that lessons share. Everything loads when it is first used: importing the
package is cheap, and TensorFlow is imported only where a lesson needs it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cnncourse import anatomy, data, nets, plots, runtime, weights
    from cnncourse.check import begin

__version__ = "0.2.0"
__all__ = ["anatomy", "begin", "data", "nets", "plots", "runtime", "weights"]


def __getattr__(name: str) -> Any:
    if name == "begin":
        return import_module("cnncourse.check").begin
    if name in __all__:
        return import_module(f"cnncourse.{name}")
    raise AttributeError(f"module 'cnncourse' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
