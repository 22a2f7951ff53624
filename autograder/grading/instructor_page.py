"""Render pages for instructors, which load and run nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from markupsafe import Markup

from autograder.grading.html_templates import environment_of
from autograder.grading.pages import TEMPLATES
from autograder.grading.plain_text import plain

_FOLDER = TEMPLATES / "report"
_STYLE = "style.css"


def rendered(template: str, filters: Mapping[str, Callable[..., str]], **values: Any) -> str:
    """Fill in a template; whatever comes from students is escaped.

    Args:
        template: the file's name.
        filters: beside ``plain``, which makes what cannot be seen visible.
        values: what the template shows, beside ``style``.
    """
    environment = environment_of(_FOLDER, {"plain": plain, **filters})
    style = Markup((_FOLDER / _STYLE).read_text(encoding="utf-8"))
    return environment.get_template(template).render(style=style, **values)
