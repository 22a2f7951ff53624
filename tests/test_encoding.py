"""Is a figure's PNG small, and does it look the same?"""

import io

import numpy as np
import pytest
from PIL import Image, ImageDraw

from cnncourse.plots.encoding import compact


def png(pixels, **options):
    buffer = io.BytesIO()
    Image.fromarray(np.asarray(pixels, np.uint8)).save(buffer, format="png", **options)
    return buffer.getvalue()


def opened(content):
    return Image.open(io.BytesIO(content))


def pixels(content):
    return np.asarray(opened(content).convert("RGB")).astype(int)


def drawn():
    """Letters and lines with soft edges, in as many colours as a chart has."""
    image = Image.new("RGB", (1400, 800), "white")
    draw = ImageDraw.Draw(image)
    for k, colour in enumerate(("#0072B2", "#D55E00", "#009E73", "#E69F00")):
        draw.line([(0, 90 * k), (700, 799 - 50 * k), (1399, 30 * k)], fill=colour, width=7)
        draw.ellipse((300 * k, 300, 300 * k + 200, 500), outline=colour, width=9)
    return np.asarray(image.resize((700, 400), Image.Resampling.LANCZOS))


def photograph():
    """Soft colours without end, and a grain."""
    across, down = np.meshgrid(np.linspace(0, 255, 300), np.linspace(0, 255, 200))
    grain = np.random.default_rng(0).normal(0, 20, (200, 300))
    return np.clip(np.dstack([across, down, 255 - across + grain]), 0, 255)


def test_a_chart_gets_a_palette_and_looks_the_same():
    """Is no pixel farther off than an eighth, all together than one step of 255, for less room?"""
    whole = png(drawn(), optimize=True)
    small = compact(whole)
    assert opened(small).mode == "P"
    assert len(small) < 0.8 * len(whole)
    off = np.abs(pixels(small) - pixels(whole))
    assert off.max() <= 32
    assert np.sqrt((off**2).mean()) <= 1


def test_few_colours_stay_exactly_what_they_were():
    """Is a picture of grey levels kept to the last bit?"""
    grey = np.random.default_rng(0).integers(0, 256, (60, 80, 1)).repeat(3, axis=2)
    small = compact(png(grey))
    assert opened(small).mode == "P"
    assert (pixels(small) == grey).all()


def test_a_photograph_keeps_its_colours():
    """Is a picture that no palette holds left as it is, pixel by pixel?"""
    whole = png(photograph())
    small = compact(whole)
    assert opened(small).mode == "RGB"
    assert (pixels(small) == pixels(whole)).all()


def test_a_small_mark_keeps_its_colour():
    """Is one red dot in a photograph not taken for its surroundings?"""
    marked = np.broadcast_to(np.arange(256)[:, None, None], (256, 256, 3)).copy()
    marked[100, 100] = (255, 0, 0)
    red, green, blue = pixels(compact(png(marked)))[100, 100]
    assert red > 220
    assert max(green, blue) < 35


@pytest.mark.parametrize("opacity", [255, 128])
def test_transparency_that_shows_stays(opacity):
    """Does an opaque channel go, and one through which the page is seen stay?"""
    clear = np.full((8, 8, 4), 200)
    clear[..., 3] = opacity
    assert (opened(compact(png(clear))).mode == "RGBA") == (opacity < 255)


def test_the_resolution_stays():
    """Is a figure as large on paper as before?"""
    small = opened(compact(png(drawn(), dpi=(100, 100))))
    assert small.info["dpi"] == pytest.approx((100, 100), abs=0.1)


def test_twice_is_once():
    """Is what was made small left alone the next time, so that builds change no file?"""
    small = compact(png(drawn()))
    assert compact(small) == small


@pytest.mark.parametrize("broken", [b"", b"text", b"\x89PNG\r\n\x1a\n", png(np.eye(3))[:40]])
def test_what_cannot_be_read_comes_back(broken):
    """Is a broken picture the business of whoever shows it?"""
    assert compact(broken) == broken
