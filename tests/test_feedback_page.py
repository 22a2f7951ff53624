"""Does the student's feedback page tell what grading found, to everybody, and run nothing?"""

from __future__ import annotations

import html
from html.parser import HTMLParser
from itertools import pairwise

import minilesson
import pytest
from minilesson import RIGHT, answered, find
from nbformat import v4
from test_pages import CHROMIUM, CODE, EVIL, MARKDOWN, NAME, hostile, in_browser, visit

from autograder.grading.feedback import Shows, feedback_page
from autograder.grading.feedback import shown_cells as cells
from autograder.grading.judge import _record
from autograder.grading.preprocessors import annotate
from autograder.grading.rubric import show_rubrics
from cnncourse.check.outcome import AwaitingHand, CriterionResult, PartlyRight, Right

PNG = "iVBORw0KGgo="
PARTLY = PartlyRight(
    "double",
    (
        CriterionResult("shape", "the shape", 1, True),
        CriterionResult("values", "the values", 2, False),
    ),
    "You squared it: see `double`.",
    misconception="squared",
    revisit="Twice",
    notes=("It changed its argument.",),
    details=("yours: 9", "expected: 6"),
)


def graded(notebook=None, *outcomes):
    """A graded notebook: `double` partly right, `answer` right, `explain` waiting for a person."""
    notebook = notebook or answered(**RIGHT | {"double": "def double(x):\n    return x * x"})
    right = Right("answer", (CriterionResult("value", "the value", 1, True),), "Right.")
    by_hand = AwaitingHand("explain", (), "A person grades it.")
    found = {o.exercise: o for o in (PARTLY, right, by_hand, *outcomes)}
    for number, cell in enumerate(notebook.cells, start=1):
        settings = cell.metadata.get("nbgrader", {})
        if settings.get("grade"):
            _record(found[settings["grade_id"]], cell, number)
    return notebook


def page(notebook, shows="criteria", student="Ann"):
    return feedback_page(notebook, lesson="01_mini", student=student, shows=Shows(shows))


class Reader(HTMLParser):
    """Reads a page: its words, the tags with their attributes, and what loads or runs."""

    LOADING = ("src", "srcset", "background", "data", "poster", "action", "formaction")

    def __init__(self, text):
        super().__init__()
        self.words, self.tags, self.loads, self.headings = "", [], [], []
        self._styled = False
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.tags.append((tag, attributes))
        self._styled = tag == "style"
        if tag in {f"h{n}" for n in range(1, 7)}:
            self.headings.append(int(tag[1]))
        for name, value in attributes.items():
            inside = name == "src" and str(value).startswith("data:image/png;base64,")
            linked = name == "href" and tag != "a"
            if ((name in self.LOADING or name.startswith("on")) and not inside) or linked:
                self.loads.append((tag, name, value))
        if tag in ("script", "iframe", "object", "embed", "svg", "base", "link", "form"):
            self.loads.append((tag, "", ""))

    def handle_data(self, data):
        if not self._styled:
            self.words += f" {data}"
        self._styled = False

    @property
    def text(self):
        return " ".join(self.words.split())


def test_the_page_opens_with_points_and_exercises():
    """Does it name lesson, student, points, and each exercise with its state in words?"""
    text = Reader(page(graded())).text
    results = text[: text.index("Your work")]
    for said in ("A lesson", "Ann", "2 of 6 points", "1 answer is not graded yet"):
        assert said in results
    for said in ("double ◐ partly right 1 of 3", "answer ✓ right 1 of 1", "explain", "open of 2"):
        assert said in results
    assert "A known mistake. You squared it: see double ." in results
    assert "Not met: the values (2 points)" in results


def test_each_exercise_is_linked():
    """Does each link of the summary lead to the exercise's place?"""
    tags = Reader(page(graded())).tags
    targets = {a["href"][1:] for t, a in tags if t == "a" and a.get("href", "").startswith("#e")}
    assert len(targets) == 3
    assert targets <= {a.get("id") for _, a in tags}


def test_titles_come_from_the_lesson_and_not_from_the_student():
    """Is an exercise called what the lesson's heading calls it, whatever the answer has?"""
    notebook = answered(**RIGHT)
    notebook.cells[2].source = "### Exercise 1 ★ · Twice as much ●○○ · 3 points\n\nWrite it."
    find(notebook, "explain").source = "# My own heading\n\nBecause."
    text = Reader(page(graded(notebook))).text
    assert "Exercise 1 ★ · Twice as much ◐" in text
    assert "explain ✎ not graded yet" in text


@pytest.mark.parametrize(
    ("shows", "told"),
    [("points", [0, 0, 0, 0]), ("reason", [1, 1, 0, 0]), ("criteria", [1, 1, 1, 1])],
)
def test_the_page_tells_what_the_course_lets_it_tell(shows, told):
    """Are message, known mistake, criteria and values left out where they are not to be shown?"""
    text = Reader(page(graded(), shows)).text
    signs = ("You squared it", "A known mistake", "the values", "expected: 6")
    assert [sign in text for sign in signs] == list(map(bool, told))
    assert "1 of 3" in text


def test_points_alone_do_not_tell_the_kind_of_mistake():
    """Is the state in words what the points say, and no more?"""
    text = Reader(page(graded(), "points")).text
    assert "some points" in text
    assert "partly right" not in text


@pytest.mark.parametrize("wrong", [{"shows": "all"}, {"when": "never"}])
def test_an_unknown_level_is_refused(wrong):
    """Does what a course cannot mean get a sentence with what it can mean?"""
    with pytest.raises(ValueError, match=r'must be one of "\w+'):
        Shows(**wrong)


def test_what_was_lost_by_being_late_is_told():
    """Does the total say what counts, and beside it why it is less than what was earned?"""
    late = feedback_page(graded(), lesson="01_mini", student="Ann", shows=Shows(), penalty=0.5)
    words = " ".join(Reader(late).words.split())
    assert "1.5 of 6 points" in words
    assert "2 points earned, 0.5 lost because it came late" in words
    assert "late" not in Reader(page(graded())).words


def test_a_grade_given_by_hand_and_its_comment_are_shown():
    """Do score and comment of nbgrader's gradebook come first?"""
    notebook = graded()
    find(notebook, "explain").metadata["nbgrader"] |= {"score": 1.5, "comment": "Why <b>not</b>?"}
    text = Reader(page(notebook)).text
    assert "explain ✎ graded by hand 1.5 of 2" in text
    assert "Why <b>not</b>?" in text
    assert "3.5 of 6 points" in text


def test_the_rubric_stays_with_the_grader():
    """Is what only graders read left out?"""
    notebook = graded()
    show_rubrics(notebook, minilesson.release(), {"explain": "SECRET"})
    assert "SECRET" not in page(notebook)


def test_the_report_and_the_time_are_shown():
    """Does it say what was wrong with the submission, and what an exercise took?"""
    notebook = graded()
    annotate(notebook, "A cell was <lost>.")
    notebook.metadata["cnncourse"]["exercises"] = {"double": {"seconds": 0.41, "memory_mb": 12}}
    text = Reader(page(notebook)).text
    assert text.count("A cell was <lost>.") == 1
    assert "took 0.41 s, 12 MB" in text


def test_a_notebook_of_an_earlier_version_shows_what_its_check_printed():
    """Is a page made where outcomes do not stand in parts?"""
    notebook = graded()
    for cell in notebook.cells:
        cell.metadata.pop("outcome", None)
    text = Reader(page(notebook)).text
    assert "✓ the shape (1 point)" in text
    assert "2 of 6 points" in text


@pytest.mark.parametrize("broken", [None, 7, "x", [], {"state": 3, "criteria": [4], "score": "9"}])
def test_metadata_of_any_form_is_survived(broken):
    """Does a page come out, whatever stands where outcomes belong?"""
    notebook = graded()
    for cell in notebook.cells:
        cell.metadata["outcome"] = broken
        cell.outputs = [None, 3, {"output_type": "stream", "text": {}}]
    notebook.metadata["cnncourse"] = broken
    assert "Your work" in page(notebook)


def test_outputs_are_shown_and_pictures_have_words():
    """Are text, errors and pictures of cells there, pictures with alternative text?"""
    notebook = graded()
    cell = v4.new_code_cell("look()", metadata={"cnncourse": {"origin": "student"}})
    cell.outputs = [
        v4.new_output("stream", text="\x1b[31mprinted\x1b[0m\u202e"),
        v4.new_output("display_data", {"image/png": PNG, "text/plain": 'A "line".'}),
        v4.new_output("display_data", {"image/png": PNG, "text/plain": "<Figure>"}),
        v4.new_output("error", ename="E", evalue="e", traceback=["E: e <x>"]),
    ]
    notebook.cells.insert(3, cell)
    read = Reader(page(notebook))
    alts = [a["alt"] for t, a in read.tags if t == "img"]
    assert alts == ['A "line".', "Picture 2 of this page, from your own cell"]
    assert "printed\ufffd" in read.text
    assert "E: e <x>" in read.text


def test_headings_are_in_order():
    """Do headings never skip a level, whatever students write?"""
    notebook = graded()
    for level in (6, 1, 4):
        source = f"{'#' * level} deep\n\n# high\n\n<h5>x</h5>"
        own = v4.new_markdown_cell(source, metadata={"cnncourse": {"origin": "student"}})
        notebook.cells.insert(1, own)
    levels = Reader(page(notebook)).headings
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))


def attacked():
    """The hostile submission of the tests on nbgrader's pages, graded, with hostile outputs."""
    notebook = graded(hostile())
    evil = "\n".join(MARKDOWN)
    for cell in notebook.cells:
        if cell.source == CODE:
            cell.outputs = [
                v4.new_output("display_data", {"text/html": evil}),
                v4.new_output("display_data", {"image/png": f'"><img src={EVIL}/a onerror=b>'}),
                v4.new_output("display_data", {"image/svg+xml": evil, "text/plain": evil}),
                v4.new_output("display_data", {"image/png": PNG, "text/plain": '"onload="x()'}),
                v4.new_output("stream", text=evil),
                v4.new_output("error", ename=evil, evalue=evil, traceback=[evil]),
            ]
        if "outcome" in cell.metadata:
            texts = {"message": evil, "notes": [evil], "details": [evil], "revisit": evil}
            criteria = [{"text": evil, "points": 1, "earned": False}]
            cell.metadata["outcome"] |= texts | {"criteria": criteria, "solution": evil}
            cell.metadata["nbgrader"]["comment"] = evil
    annotate(notebook, evil)
    notebook.cells[0].source = f"# {MARKDOWN[0]}"
    return notebook


@pytest.mark.parametrize("shows", ["points", "reason", "criteria"])
def test_a_hostile_notebook_makes_no_markup(shows):
    """Does nothing in the page load or run, whatever stands in cells, outputs and names?"""
    read = Reader(page(attacked(), shows, NAME))
    assert read.loads == []
    assert NAME in read.text
    assert not {a.get("class") for _, a in read.tags} & {"modal-backdrop in", "modal fade in"}
    [policy] = [a["content"] for t, a in read.tags if a.get("http-equiv")]
    assert policy.startswith("default-src 'none'; img-src data:; style-src 'unsafe-inline'")


def test_attributes_that_read_like_tags_stay_text():
    """Can what is put into cleaned HTML be used to leave an attribute?"""
    source = """<p title='<img <table </table> <h1 <th></th> onclick=x()'>a</p>"""
    own = v4.new_markdown_cell(source, metadata={"cnncourse": {"origin": "student"}})
    notebook = graded()
    notebook.cells.append(own)
    assert Reader(page(notebook)).loads == []


def test_a_page_is_bounded(monkeypatch):
    """Are outputs beyond a page's room left out with one sentence, the results kept?"""
    monkeypatch.setattr(cells.ShownCells.__init__, "__defaults__", (2 * 2**20,))
    notebook = graded()
    for _ in range(40):
        cell = v4.new_code_cell("x", metadata={"cnncourse": {"origin": "student"}})
        picture = PNG.rstrip("=") + "A" * 100_001
        cell.outputs = [v4.new_output("display_data", {"image/png": picture})]
        notebook.cells.insert(1, cell)
    text = page(notebook)
    assert len(text.encode()) < 2.2 * 2**20
    assert text.count("this page holds at most 2 MB") == 1
    assert "2</b> of 6" in text


def test_a_long_output_is_cut_with_a_sentence():
    """Does it say how much of a text is missing?"""
    notebook = graded()
    find(notebook, "double").outputs = [v4.new_output("stream", text="x" * 25_000)]
    assert "(15,000 more characters are left out here.)" in page(notebook)


def test_a_picture_beside_the_grader_is_not_embedded(tmp_path, monkeypatch):
    """Is a file of the machine that renders left alone?"""
    (tmp_path / "a.gif").write_bytes(b"GIF89a")
    monkeypatch.chdir(tmp_path)
    notebook = graded(answered(**RIGHT, explain="![a](a.gif)"))
    assert "(Not shown: a.gif)" in html.unescape(page(notebook))


@pytest.mark.heavy
@in_browser
def test_the_page_is_accessible_and_runs_nothing_in_a_browser():
    """Does axe-core find nothing in either theme or on a phone, and does an attack stay quiet?"""
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for scheme, width in (("light", 1000), ("dark", 1000), ("light", 360)):
            size = {"width": width, "height": 800}
            opened = browser.new_page(color_scheme=scheme, viewport=size, bypass_csp=True)
            opened.set_content(page(graded()))
            opened.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
            found = Axe().run(opened).response["violations"]
            assert [v["id"] for v in found] == [], (scheme, width)
            assert opened.evaluate("document.documentElement.scrollWidth") <= width
            opened.close()
        seen = visit(browser, page(attacked(), student=NAME))
        assert (seen.requests, seen.events, seen.found["links"]) == ([], [], [])
        browser.close()
