"""Make the lessons' figures small enough for a site, and keep their words."""

from __future__ import annotations

import hashlib
import io
from base64 import b64decode, b64encode

from nbformat import NotebookNode
from PIL import Image

_COLOURS = 128


def small_pictures(page: NotebookNode) -> dict[str, str]:
    """Make the PNG outputs of a notebook smaller where they can be.

    Args:
        page: a notebook; it is changed in place.

    Returns:
        SHA-256 of each picture → its alternative text. MyST-NB calls the files by these sums.
    """
    words = {}
    for cell in page.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if "image/png" in data:
                picture = smaller(b64decode(data["image/png"]))
                data["image/png"] = b64encode(picture).decode()
                known = output.get("metadata", {}).get("image/png", {}).get("alt")
                words[hashlib.sha256(picture).hexdigest()] = known or data.get("text/plain", "")
    return words


def smaller(picture: bytes) -> bytes:
    """Return a PNG of the same size in 128 colours, if that takes less room.

    Args:
        picture: a PNG file.

    Returns:
        The file, or a smaller one. Colours between those of the palette are mixed from dots.
    """
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    buffer = io.BytesIO()
    dots = Image.Dither.FLOYDSTEINBERG
    image.quantize(_COLOURS, dither=dots).save(buffer, format="png", optimize=True)
    return min(picture, buffer.getvalue(), key=len)
