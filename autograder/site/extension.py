"""The Sphinx extension of the site: pictures say what they show, and load when they are seen."""

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
