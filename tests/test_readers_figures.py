"""Do figures that a reader draws with Matplotlib itself carry words as well?"""

import base64
from types import SimpleNamespace

import nbclient
import pytest
from IPython.core.formatters import DisplayFormatter
from matplotlib.figure import Figure
from nbformat import v4

from cnncourse.plots.readers_figures import give_words, words


def drawn(**labels):
    ax = Figure().subplots()
    ax.plot([3, 2, 1], label="training")
    ax.set(**labels)
    return ax.figure


def shown(fig, *, kernel, png=b"\x89PNG"):
    """The display message that a notebook makes of a figure; its backend is set up at the end."""
    display = DisplayFormatter()
    give_words(SimpleNamespace(display_formatter=display, kernel=kernel))
    for formatter in display.formatters.values():
        formatter.pop(Figure, None)  # as the inline backend does
    display.formatters["image/png"].for_type(Figure, lambda fig: png)
    return display.format(fig)[0]


def test_the_picture_says_what_stands_on_it():
    """Is there HTML with the same picture, its words escaped?"""
    data = shown(drawn(title='<b> "1"'), kernel=object())
    said = "Figure: &quot;&lt;b&gt; &quot;1&quot;&quot;; 1 line: training."
    assert data["text/html"].startswith(f'<img alt="{said}" ')
    assert base64.b64encode(b"\x89PNG").decode() in data["text/html"]


def test_where_there_is_no_page_nothing_is_drawn_twice():
    """Is grading, which takes no HTML, spared the second picture?"""
    assert set(shown(drawn(), kernel=None)) == {"text/plain", "image/png"}


def test_without_a_picture_there_is_no_html():
    """Is nothing broken where no backend draws?"""
    assert set(shown(drawn(), kernel=object(), png=None)) == {"text/plain"}


def test_its_own_words_come_first():
    """Is a description that somebody wrote taken?"""
    fig = drawn()
    fig.alt = "A falling line."
    assert words(fig) == "A falling line."


def test_panels_are_counted_and_described():
    """Are title, labels and kinds of what is drawn named, panel by panel?"""
    fig = Figure()
    left, middle, right = fig.subplots(1, 3)
    fig.suptitle("All")
    left.imshow([[1, 2]])
    left.set_title("cat")
    middle.bar([1, 2], [3, 4])
    middle.set(xlabel="class", ylabel="share")
    middle.plot([1, 2])
    right.scatter([1], [2], label="errors")
    assert words(fig) == (
        'Figure: "All". panel 1: "cat"; 1 picture. '
        'panel 2: horizontal axis "class"; vertical axis "share"; 1 line; 1 group of bars. '
        "panel 3: 1 group of points: errors."
    )


@pytest.mark.parametrize("fig", [Figure(), drawn()])
def test_every_figure_has_some_words(fig):
    """Is nothing left without?"""
    assert words(fig) in ("Figure: empty.", "Figure: 1 line: training.")


@pytest.mark.heavy
def test_a_notebook_shows_them(monkeypatch):
    """Does a figure of pyplot come out of a real kernel with its words, once?"""
    monkeypatch.setenv("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    cells = [
        "from cnncourse import plots\nplots.use_style()",
        "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.title('Up');",
    ]
    notebook = v4.new_notebook(cells=list(map(v4.new_code_cell, cells)))
    nbclient.NotebookClient(notebook, kernel_name="python3").execute()
    (output,) = notebook.cells[1].outputs
    assert output.data["text/html"].startswith('<img alt="Figure: &quot;Up&quot;; 1 line." ')
    assert output.data["image/png"].strip() in output.data["text/html"]
