"""A figure as a picture that travels in a notebook: a small PNG, and HTML with its words."""

from __future__ import annotations

import base64
import io
from html import escape
from typing import TYPE_CHECKING, Any

from PIL import Image, ImageChops, ImageStat, UnidentifiedImageError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

DPI = 100

_PALETTE = 256
# What a palette may cost, in steps of 255. A root mean square of 1 is a signal 48 dB above the
# noise, where 40 dB is called visually lossless; no small mark may lose its colour all the same.
_MEAN_LOSS, _LARGEST_LOSS = 1.0, 32


def png(fig: Figure) -> bytes:
    """Return the figure as a PNG file, compressed well."""
    buffer = io.BytesIO()
    fig.savefig(
        buffer,
        format="png",
        dpi=DPI,
        facecolor=fig.get_facecolor(),
        metadata={"Software": None},  # so that the bytes do not depend on Matplotlib's version
        pil_kwargs={"compress_level": 1},
    )
    return compact(buffer.getvalue())


def compact(picture: bytes) -> bytes:
    """Return a PNG file that takes less room and looks the same.

    Lines and bars get a palette of 256 colours, which halves them; photographs and maps whose
    colours no palette holds keep theirs. Transparency that hides nothing goes.

    Args:
        picture: a PNG file.

    Returns:
        A PNG file of the same size and resolution; what Pillow cannot read comes back as it is.
    """
    try:
        image = Image.open(io.BytesIO(picture))
        image.load()
    except (UnidentifiedImageError, OSError, SyntaxError):  # Pillow's answers to a broken PNG
        return picture
    if image.mode == "P" or ImageStat.Stat(image.convert("RGBA")).extrema[3][0] < 255:
        return picture
    exact = image.convert("RGB")
    few = exact.quantize(
        _PALETTE, method=Image.Quantize.MAXCOVERAGE, kmeans=2, dither=Image.Dither.NONE
    )
    lost = ImageStat.Stat(ImageChops.difference(exact, few.convert("RGB")))
    largest = max(high for _, high in lost.extrema)
    kept = few if max(lost.rms) <= _MEAN_LOSS and largest <= _LARGEST_LOSS else exact
    buffer = io.BytesIO()
    resolution = {"dpi": image.info["dpi"]} if "dpi" in image.info else {}
    kept.save(buffer, format="png", optimize=True, **resolution)
    return buffer.getvalue()


def bundle(picture: bytes, alt: str) -> tuple[dict[str, str], dict[str, Any]]:
    """Return a picture as a Jupyter display message: data by MIME type, and metadata.

    JupyterLab, Notebook, Colab, VS Code and nbconvert's HTML prefer the HTML, which is where a
    screen reader finds the words; they show `image/png` without any. LaTeX takes the PNG, with the
    words in its metadata; a console takes the text.

    Args:
        picture: a PNG file.
        alt: what it shows, in a sentence.

    Example:
        >>> data, metadata = bundle(b"", 'A "house".')
        >>> data["text/html"]
        '<img alt="A &quot;house&quot;." style="max-width:100%" src="data:image/png;base64,">'
        >>> metadata
        {'image/png': {'alt': 'A "house".'}}
    """
    encoded = base64.b64encode(picture).decode()
    data = {
        "text/html": html(encoded, alt),
        "image/png": encoded,
        "text/plain": alt,
    }
    return data, {"image/png": {"alt": alt}}


def html(encoded: str, alt: str) -> str:
    """Return the element that shows a PNG file, given in base64, and says what it shows."""
    # Words first: who reads the page's source need not look for them behind the picture.
    source = f"data:image/png;base64,{encoded}"
    return f'<img alt="{escape(alt)}" style="max-width:100%" src="{source}">'
