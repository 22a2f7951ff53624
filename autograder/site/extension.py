"""The Sphinx extension of the site: pictures say what they show, and all can be reached by keys."""

from __future__ import annotations

import json
from pathlib import Path, PurePosixPath
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from autograder.site.staging import WORDS


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the extension.

    Args:
        app: Sphinx.
    """
    app.connect("doctree-read", give_words)
    app.connect("html-page-context", make_accessible, priority=900)  # after the theme's own
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def give_words(app: Sphinx, tree: nodes.document) -> None:
    """Give each figure of a lesson its alternative text.

    Args:
        app: Sphinx.
        tree: a page.
    """
    words = json.loads((Path(app.srcdir) / WORDS).read_text(encoding="utf-8"))
    for image in tree.findall(nodes.image):
        known = words.get(PurePosixPath(image["uri"]).stem)
        if known is not None:
            image["alt"] = known
            image["loading"] = "lazy"


def make_accessible(
    app: Sphinx, page: str, template: str, context: dict[str, Any], tree: nodes.document | None
) -> None:
    """Let keys scroll what is too wide, and say of headings beside the page which level they have.

    Args:
        app: Sphinx.
        page: its name.
        template: what it is made with.
        context: what the template is given; it is changed in place.
        tree: the page; None for one that Sphinx makes by itself.
    """
    if body := context.get("body"):
        context["body"] = body.replace("<pre>", '<pre tabindex="0">')
    if beside := context.get("furo_navigation_tree"):
        level = 'role="heading" aria-level="2"'
        context["furo_navigation_tree"] = beside.replace('role="heading"', level)
