"""Does a figure's alternative text reach its readers, wherever the figure is shown?"""

from __future__ import annotations

import re
import shutil
import subprocess
import zlib
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from nbconvert import HTMLExporter, LatexExporter
from nbformat import v4
from test_feedback_page import Reader, graded, page

from autograder.sandbox.captured_outputs import clean
from cnncourse.plots import encoding, figure

ROOT = Path(__file__).parents[1]
ALT = 'A map of 5 % & x_1 "rising", 0 < √2 × 3 \\ {set}.'


@pytest.fixture(scope="module")
def shown():
    """The output of a cell that shows a figure."""
    data, metadata = encoding.bundle(encoding.png(figure(width=2)[0]), ALT)
    return v4.new_output("display_data", data, metadata=metadata)


def notebook(*outputs):
    return v4.new_notebook(cells=[v4.new_code_cell("draw()", outputs=list(outputs))])


class Alts(HTMLParser):
    """Collects the alternative text of each picture of a page; None where there is none."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        if tag == "img":
            self.found.append(dict(attributes).get("alt"))


@pytest.mark.parametrize("template", ["lab", "classic", "basic"])
def test_a_page_of_nbconvert_reads_it_out(shown, template):
    """Is the figure there once, with its words, in every style of page?"""
    html, _ = HTMLExporter(template_name=template).from_notebook_node(notebook(shown))
    assert Alts(html).found == [ALT]


def test_a_page_of_nbconvert_would_tell(shown):
    """Is a picture seen whose words stand in its metadata alone, as it was before?"""
    shown = v4.new_output("display_data", {"image/png": shown.data["image/png"]})
    shown.metadata = {"image/png": {"alt": ALT}}
    html, _ = HTMLExporter().from_notebook_node(notebook(shown))
    assert Alts(html).found == ["No description has been provided for this image"]


def test_the_feedback_page_reads_it_out(shown):
    """Is the figure there once, with its words, as it was shown and as it left the sandbox?"""
    for output in (shown, sandboxed(shown)):
        work = graded()
        cell = v4.new_code_cell("draw()", outputs=[output])
        cell.metadata["cnncourse"] = {"origin": "student"}
        work.cells.insert(3, cell)
        alts = [a.get("alt") for tag, a in Reader(page(work)).tags if tag == "img"]
        assert alts == [ALT]


def sandboxed(output):
    """The output as it leaves the sandbox in which a submission runs."""
    (cleaned,) = clean([{**output, "data": {**output.data}}], 10**6)
    return nbformat.from_dict(cleaned)


def test_what_the_sandbox_lets_through_is_read_out_by_formgrader(shown):
    """Are the words in the metadata as well, where the classic pages look for them?"""
    output = sandboxed(shown)
    assert set(output.data) == {"text/plain", "image/png"}
    assert output.metadata == {"image/png": {"alt": ALT}}
    html, _ = HTMLExporter(template_name="classic").from_notebook_node(notebook(output))
    assert Alts(html).found == [ALT]


def test_a_representation_is_no_description():
    """Is `<Figure size …>` not read out?"""
    said = {"image/png": "iVBORw0KGgo=", "text/plain": "<Figure size 640x480 with 1 Axes>"}
    (output,) = clean([{"output_type": "display_data", "data": said}], 10**6)
    assert output["metadata"] == {}


def latex(*outputs):
    exporter = LatexExporter(template_name=str(ROOT / "tools" / "latex"))
    return exporter.from_notebook_node(notebook(*outputs))


def test_latex_holds_it(shown):
    """Does it stand before the picture, special characters escaped, and only where there is any?"""
    text, resources = latex(shown)
    (name,) = resources["outputs"]
    escaped = r'A map of 5 \% \& x\_1 "rising", 0 < √2 × 3 \textbackslash{} \{set\}.'
    assert f"Alt={{{escaped}}}}}%" in text
    assert text.count("{" + name + "}%") == 1
    bare = v4.new_output("display_data", {"image/png": shown.data["image/png"]})
    assert "BeginAccSupp{method" not in latex(bare)[0]
    assert r"\adjustimage" in latex(bare)[0]


def can_print():
    """Whether XeLaTeX and the packages of nbconvert's template are there."""
    packages = ["accsupp.sty", "adjustbox.sty", "tcolorbox.sty", "ulem.sty"]
    if shutil.which("xelatex") is None or shutil.which("kpsewhich") is None:
        return False
    return (
        subprocess.run(["kpsewhich", *packages], capture_output=True, check=False).returncode == 0
    )


@pytest.mark.heavy
@pytest.mark.skipif(
    not can_print(),
    reason="needs apt-get install texlive-xetex texlive-latex-extra texlive-plain-generic",
)
def test_a_pdf_holds_it(shown, tmp_path):
    """Is the picture in the PDF marked with its words?"""
    text, resources = latex(shown)
    (tmp_path / "lesson.tex").write_text(text, encoding="utf-8")
    for name, content in resources["outputs"].items():
        (tmp_path / name).write_bytes(content)
    subprocess.run(
        ["xelatex", "-interaction=nonstopmode", "-halt-on-error", "lesson.tex"],
        cwd=tmp_path, check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    pages = pieces((tmp_path / "lesson.pdf").read_bytes())
    assert any(encoded(ALT) in piece for piece in pages)


def pieces(pdf):
    """The streams of a PDF, unpacked, with octal escapes read."""
    for packed in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        try:
            content = zlib.decompress(packed)
        except zlib.error:
            continue
        yield re.sub(rb"\\(\d{3})", lambda m: bytes([int(m[1], 8)]), content)


def encoded(text):
    return text.encode("utf-16-be")
