"""What does JupyterLab show of a notebook that nobody has trusted, in a real browser?"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest
from lab_server import lab_server
from nbformat import v4, writes
from test_pages import browser, in_browser
from test_plots import MAP
from test_rendering import contrast

from autograder.build.builder import read_notebook
from autograder.build.index import entry, index
from autograder.course import Course
from cnncourse.check.outcome import Right, WrongValues
from cnncourse.check.rendering import as_html
from cnncourse.plots import encoding, matrix

pytestmark = [pytest.mark.heavy, in_browser]

__all__ = ["browser"]  # a fixture

ROOT = Path(__file__).parents[1]
ALT = 'A 3 by 4 map: "rising", 0 < 11.'
HEADINGS = ("Edges", "Softmax: from scores to shares", "What survives? One, two", "A `kernel` & I")
ANCHORED = ("Edges", "Softmax: from scores to shares", "What survives? One, two", "A kernel & I")
THEMES = {"light": "JupyterLab Light", "dark": "JupyterLab Dark"}


def shown(name):
    """A code cell with what a check or a figure put out."""
    data, metadata = encoding.bundle(encoding.png(matrix(MAP, alt="x")), ALT)
    outcomes = [Right("f", (), "Right.")]
    outcomes += [WrongValues("f", (), "No.", revisit=h, details=("1.25 " * 99,)) for h in ANCHORED]
    outputs = {
        "figure": [v4.new_output("display_data", data, metadata=metadata)],
        "checks": [v4.new_output("display_data", {"text/html": as_html(o)}) for o in outcomes],
    }
    return v4.new_code_cell(name, outputs=outputs[name])


def notebook():
    """A lesson: a figure, checks, and far below the sections that they name."""
    cells = [v4.new_markdown_cell("# A lesson"), shown("figure"), shown("checks")]
    for heading in [*(f"## {heading}" for heading in HEADINGS), "The end."]:
        cells += [v4.new_markdown_cell("Prose.\n\n" * 40) for _ in range(3)]
        cells.append(v4.new_markdown_cell(heading))
    kernel = {"kernelspec": {"name": "none", "display_name": "none"}}  # nothing has to start
    return v4.new_notebook(cells=cells, metadata=kernel)


def hexadecimal(colour):
    """What a browser calls rgb(0, 128, 93), as #00805d."""
    return "#" + "".join(f"{int(part):02x}" for part in re.findall(r"\d+", colour)[:3])


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """The address of a JupyterLab whose folder holds the notebook, and its folder of settings."""
    root = tmp_path_factory.mktemp("lab")
    (root / "work").mkdir()
    (root / "work" / "lesson.ipynb").write_text(writes(notebook()), encoding="utf-8")
    course = Course(ROOT)
    released = {name: read_notebook(course.release(name)) for name in course.lessons()}
    entries = [entry(name, lesson) for name, lesson in released.items() if lesson]
    page = index(entries, course.file.name, course.parts())
    (root / "work" / "map.md").write_text(page, encoding="utf-8")
    command = [sys.executable, "-m", "jupyterlab", f"--notebook-dir={root / 'work'}"]
    with lab_server(command, root) as address:
        yield address, root / "settings"


# How many titles and arrows the map has, and how many points of one arrow lie in a title.
CROSSED = """async image => {
  const svg = new DOMParser().parseFromString(await (await fetch(image.src)).text(), "text/html")
    .querySelector("svg");
  document.body.append(svg);
  const titles = [...svg.querySelectorAll("g.node.part .nodeLabel")]
    .map(title => title.getBoundingClientRect());
  const arrows = [...svg.querySelectorAll("path[marker-end]")];
  const crossed = arrows.map(path => {
    const place = path.getScreenCTM();
    const steps = [...Array(401).keys()].map(k => k / 400 * path.getTotalLength());
    const points = steps.map(s => path.getPointAtLength(s).matrixTransform(place));
    return points.filter(p => titles.some(
      t => t.left < p.x && p.x < t.right && t.top < p.y && p.y < t.bottom)).length;
  });
  svg.remove();
  return [titles.length, arrows.length, Math.max(...crossed)];
}"""


@pytest.fixture(scope="module", params=THEMES)
def page(request, lab, browser):
    """The notebook, open in one theme."""
    address, settings = lab
    folder = settings / "@jupyterlab" / "apputils-extension"
    folder.mkdir(parents=True, exist_ok=True)
    theme = {"theme": THEMES[request.param]}
    (folder / "themes.jupyterlab-settings").write_text(json.dumps(theme))
    context = browser.new_context(viewport={"width": 1200, "height": 900})
    page = context.new_page()
    page.goto(f"{address}/lab/workspaces/{request.param}/tree/lesson.ipynb?reset")
    page.wait_for_selector(".jp-Notebook .mathjax_ignore", timeout=120_000)
    page.wait_for_selector(f"body[data-jp-theme-name='{THEMES[request.param]}']", state="attached")
    page.locator(".jp-Dialog").wait_for()  # it asks for a kernel, of which there is none
    page.keyboard.press("Escape")
    yield page
    context.close()


def test_a_figure_is_read_out(page):
    """Does the picture of an untrusted notebook, the only one of its output, have its words?"""
    images = page.locator(".jp-OutputArea-output img")
    assert images.count() == 1
    assert images.get_attribute("alt") == ALT
    assert images.evaluate("image => image.complete && image.naturalWidth") > 100


def test_a_headline_keeps_its_colours(page):
    """Do letters and ground come through JupyterLab's sanitizer, in light and dark?"""
    for headline in page.locator(".mathjax_ignore b").all():
        style = "b => [getComputedStyle(b).color, getComputedStyle(b).backgroundColor]"
        assert contrast(*map(hexadecimal, headline.evaluate(style))) >= 4.5


def test_links_and_numbers_keep_their_style(page):
    """Are links underlined, and are numbers broken between words?"""
    link = page.locator(".mathjax_ignore a").first
    assert link.evaluate("a => getComputedStyle(a).textDecorationLine") == "underline"
    pre = page.locator(".mathjax_ignore pre").first
    style = "p => [getComputedStyle(p).wordBreak, getComputedStyle(p).whiteSpace]"
    assert pre.evaluate(style) == ["normal", "pre-wrap"]


@pytest.mark.parametrize("heading", ANCHORED)
def test_a_section_to_revisit_is_a_click_away(page, heading):
    """Does the link lead to the heading, far below?"""
    target = page.locator(".jp-Notebook h2", has_text=heading)
    link = page.locator(".mathjax_ignore a", has_text=heading)
    link.scroll_into_view_if_needed()
    link.click()
    target.wait_for()
    for _ in range(50):
        box = target.bounding_box()
        if box and 0 <= box["y"] < 900:
            break
        page.wait_for_timeout(100)
    assert 0 <= target.bounding_box()["y"] < 900


def test_no_arrow_of_the_map_crosses_a_title(lab, browser):
    """Do arrows run around the titles of the course's parts?"""
    page = browser.new_context().new_page()
    page.goto(f"{lab[0]}/lab/workspaces/map/tree/map.md?reset&factory=Markdown%20Preview")
    titles, arrows, crossed = page.locator(".jp-RenderedMermaid img").evaluate(
        CROSSED, timeout=120_000
    )
    assert titles == len(Course(ROOT).parts())
    assert arrows >= 20
    assert crossed == 0
