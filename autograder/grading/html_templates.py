"""Set up the templates of pages, so that whatever they are filled with is escaped."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined


def environment_of(folder: Path, filters: Mapping[str, Callable[..., str]]) -> Environment:
    """Return what fills in the templates of a folder; a value that is missing is an error.

    Args:
        folder: where they lie.
        filters: what they may call on values, beside what Jinja has.
    """
    environment = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= filters
    return environment
