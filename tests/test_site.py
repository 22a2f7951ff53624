"""Is the web site whole, does it ask no other host for anything, and does it tell no answer?"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from test_pages import browser, in_browser

from autograder.course import Course
from autograder.lesson.regions import without_markers
from autograder.site.lesson_page import lesson_page
from autograder.site.proof import FIRST_PAGE, Page, faults

__all__ = ["browser"]  # a fixture

ROOT = Path(__file__).resolve().parents[1]
LESSON = "00_start"


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """This course with its first lesson alone."""
    root = tmp_path_factory.mktemp("course")
    for folder in ("notebooks", "solutions"):
        shutil.copytree(ROOT / folder / LESSON, root / folder / LESSON)
    shutil.copytree(ROOT / "docs", root / "docs")
    for name in ("README.md", "CONTRIBUTING.md", "nbgrader_config.py"):
        shutil.copy(ROOT / name, root)
    told = (ROOT / "course.toml").read_text(encoding="utf-8")
    first = re.sub(r"^\d\d_(?!start).*\n", "", told, flags=re.MULTILINE)
    (root / "course.toml").write_text(first, encoding="utf-8")
    return Course(root)


@pytest.fixture(scope="module")
def site(course):
    """Its site, as students see it; in a process of its own, where warnings are Sphinx's."""
    to = course.root / "site"
    command = [sys.executable, "-m", "autograder.site", "--to", str(to)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=course.root, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "No answer stands in it." in done.stdout
    return to / "public" / "html"


def executed(name=LESSON):
    return nbformat.read(ROOT / "solutions" / name / f"{name}.ipynb", as_version=4)


def answers():
    """The code of each exercise's answer, marks left out."""
    cells = (c for c in executed().cells if c.metadata.get("nbgrader", {}).get("solution"))
    return [without_markers(cell.source) for cell in cells if cell.cell_type == "code"]


def sources(page):
    return {cell.source for cell in page.cells}


def test_a_lesson_shows_its_figures_and_no_answer():
    """Do outputs stay, but for those of answers, of checks and of what uses an asked value?"""
    whole = executed()
    page = lesson_page(whole)
    graded = {cell.id for cell in whole.cells if cell.metadata.get("nbgrader")}
    shown = {cell.id for cell in page.cells if cell.get("outputs")}
    assert len(shown) >= 10
    assert not shown & graded
    assert not [answer for answer in answers() if answer in sources(page)]


def test_an_instructor_may_see_answers():
    """Do they stand on the page for which they are asked, without the marks around them?"""
    shown = sources(lesson_page(executed(), solutions=True))
    assert [answer for answer in answers() if answer not in shown] == []


@pytest.mark.heavy
def test_the_site_may_be_published(course, site):
    """Are all links within it good, all it loads its own, it and its first page small?"""
    assert list(faults(course, site)) == []
    lesson = Page((site / "lessons" / f"{LESSON}.html").read_text(encoding="utf-8"))
    assert "How this course works" in lesson.text
    assert {p.name for p in site.glob("*.html")} >= {
        FIRST_PAGE, "map.html", "layers.html", "papers.html", "exercises.html", "search.html",
        "glossary.html",
    }  # fmt: skip


@pytest.mark.heavy
def test_figures_say_what_they_show(site):
    """Has each figure of the lesson's page its alternative text?"""
    html = (site / "lessons" / f"{LESSON}.html").read_text(encoding="utf-8")
    alts = re.findall(r'<img[^>]*alt="([^"]*)"[^>]*_images', html)
    alts += re.findall(r'<img[^>]*_images[^>]*alt="([^"]*)"', html)
    assert len(alts) >= 5
    assert [alt for alt in alts if len(alt) < 20 or alt.startswith("../")] == []


@pytest.mark.heavy
@pytest.mark.parametrize(
    ("planted", "told"),
    [
        ('<script src="https://example.org/x.js"></script>', "from another host"),
        ('<img src="missing.png" alt="">', "which is not there"),
        ('<a href="nowhere.html">x</a>', "which is not there"),
        ('<a href="map.html#nowhere">x</a>', "a place that is not there"),
    ],
)
def test_what_must_not_be_is_found(course, site, tmp_path, planted, told):
    """Is each kind of fault found where it was put?"""
    other = tmp_path / "html"
    shutil.copytree(site, other)
    page = other / FIRST_PAGE
    page.write_text(page.read_text(encoding="utf-8").replace("</body>", f"{planted}</body>"))
    found = list(faults(course, other))
    assert len(found) == 1
    assert told in found[0]


@pytest.mark.heavy
def test_an_answer_that_slipped_in_is_found(course, site, tmp_path):
    """Is a solution found that stands on a lesson's page?"""
    other = tmp_path / "html"
    shutil.copytree(site, other)
    page = other / "lessons" / f"{LESSON}.html"
    text = page.read_text(encoding="utf-8")
    page.write_text(text.replace("</body>", f"<pre>{max(answers(), key=len)}</pre></body>"))
    assert any("solution" in fault for fault in faults(course, other))


@pytest.mark.heavy
@in_browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("page", [FIRST_PAGE, f"lessons/{LESSON}.html", "layers.html"])
def test_pages_are_accessible(site, browser, page, scheme):
    """Does axe-core find nothing serious, and is a page no wider than a phone?"""
    context = browser.new_context(viewport={"width": 390, "height": 800}, color_scheme=scheme)
    tab = context.new_page()
    asked = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.goto((site / page).as_uri())
    found = Axe().run(tab).response["violations"]
    assert [v["id"] for v in found if v["impact"] in ("serious", "critical")] == []
    assert tab.evaluate("document.documentElement.scrollWidth") <= 390
    assert [address for address in asked if not address.startswith(("file:", "data:"))] == []
    context.close()
