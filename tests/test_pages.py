"""Do the pages that instructors open load and run nothing, in a real browser?"""

from __future__ import annotations

import mimetypes
import shutil
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import minilesson
import nbgrader
import pytest
from minilesson import LESSON, RIGHT, answered, hand_in
from nbconvert import HTMLExporter

from autograder.grading.batch import Grading
from autograder.grading.feedback import Shows, feedback_page
from autograder.grading.gradebook import read_config
from autograder.grading.pages import as_mathml, markdown2html

BROWSERS = ("chromium", "chromium-browser", "chromium-headless-shell", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), None)
in_browser = pytest.mark.skipif(
    CHROMIUM is None, reason="needs a browser: apt-get install chromium"
)
STATIC = Path(nbgrader.__file__).parent / "server_extensions/formgrader/static"
ORIGIN = "http://grading.test"
EVIL = "http://evil.test"
NAME = "<img src=x onerror=alert('name')>\"'"
MARKDOWN = [
    "<script>alert(1)</script>",
    f"<script src={EVIL}/a.js></script>",
    f"<img src={EVIL}/a.png onerror=alert(1)>",
    f"<img src='{EVIL}/b.png' srcset='{EVIL}/c.png 2x'>",
    "<img src='../../logout'>",
    f"![picture]({EVIL}/d.png)",
    "![lost](attachment:lost.png) ![drawn](attachment:drawn.svg)",
    "[press](javascript:alert(1)) <a href=' JaVaScRiPt:alert(1)'>press</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>press</a>",
    f"<svg onload=alert(1)><image href='{EVIL}/e.png'/><use href='{EVIL}/f.svg#a'/></svg>",
    "<svg><a xlink:href='javascript:alert(1)'><text y=20>press</text></a></svg>",
    f"<meta http-equiv=refresh content='0;url={EVIL}/g'>",
    f"<link rel=stylesheet href={EVIL}/h.css>",
    f"<style>@import '{EVIL}/i.css'; p {{ background: url({EVIL}/j.png) }}</style>",
    f"<div style='position:fixed;inset:0;background:url({EVIL}/k.png)'>cover</div>",
    "<div class='modal-backdrop in' id='statusmessage'>cover</div>",
    "<div class='modal fade in' style='display:block'>cover</div>",
    "<p id=notebook class='score comment help'>mimic</p>",
    f"<base href={EVIL}/>",
    f"<form action={EVIL}/l><input name=a autofocus onfocus=alert(1)><button>go</button></form>",
    f"<iframe src={EVIL}/m></iframe><iframe srcdoc='<script>alert(1)</script>'></iframe>",
    f"<object data={EVIL}/n></object><embed src={EVIL}/o>",
    f"<video src={EVIL}/p autoplay></video><audio src={EVIL}/q autoplay></audio>",
    "<details open ontoggle=alert(1)><summary>s</summary>d</details>",
    f"<table background={EVIL}/r.png><tr><td background={EVIL}/s.png>t</td></tr></table>",
    r"$\href{javascript:alert(1)}{x}$ $\style{position:fixed}{y}$",
    r"$\text{<img src=x onerror=alert(1)>}$",
    f"<math><mtext><img src={EVIL}/t.png onerror=alert(1)></mtext></math>",
    "```mermaid\ngraph TD; A-->B\n```",
    f"```{{=html}}\n<img src={EVIL}/u.png>\n```",
    "\x1b[31mred\x1b[0m <b\x00 onclick=alert(1)>nul</b>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
]
CODE = f"""
from IPython.display import HTML, SVG, IFrame, Image, Javascript, Latex, Markdown, display
hostile = "<script>alert(1)</script><img src={EVIL}/x.png onerror=alert(1)>"
for shown in (HTML(hostile), Javascript("alert(1)"), Markdown(hostile), Latex(hostile),
              IFrame("{EVIL}/y", 9, 9), Image(url="{EVIL}/z.png"),
              SVG("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'></svg>")):
    display(shown)
display({{"text/html": hostile, "text/plain": hostile}}, raw=True,
        metadata={{"text/html": {{"isolated": True}}}})
print(hostile, "\\x1b[31;1mred\\x1b]8;;{EVIL}/\\x1b\\\\link\\x1b]8;;\\x1b\\\\")
raise type(hostile, (Exception,), {{}})(hostile)
"""


def hostile():
    """A right submission with everything above in its cells, its answers and its outputs."""
    written = "\n\n".join(MARKDOWN)
    double = f"def double(x):\n    return x * x\n# {MARKDOWN[0]}"
    notebook = answered(**RIGHT | {"double": double}, explain=written)
    for source in MARKDOWN:
        notebook.cells.insert(2, minilesson.cell("markdown", source))
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            drawn = f"<svg xmlns='http://www.w3.org/2000/svg'><script href='{EVIL}/v.js'/></svg>"
            cell.attachments = {"drawn.svg": {"image/svg+xml": drawn, "text/html": MARKDOWN[0]}}
            cell.metadata["jupyter"] = {"class": MARKDOWN[0]}
    notebook.cells.insert(2, minilesson.cell("raw", written))
    notebook.cells.insert(2, minilesson.cell("code", CODE))
    notebook.metadata["title"] = "</title><script>alert(1)</script>"
    notebook.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": MARKDOWN[0]}
    return notebook


@dataclass
class Visit:
    """What a browser did on a page.

    Args:
        requests: addresses it asked for, beside the page and formgrader's own files.
        events: dialogs, faults, further windows and navigations.
        found: what `LOOK` finds in the page.
    """

    requests: list[str] = field(default_factory=list)
    events: list[str] = field(default_factory=list)
    found: dict = field(default_factory=dict)


# Links that are no links, elements that left the text's flow, and student's cells that are hidden.
LOOK = """() => {
  const shown = [...document.querySelectorAll("#notebook-container *")];
  return {
    links: [...document.links].map(a => a.protocol).filter(p => !/^(https?|mailto):$/.test(p)),
    moved: shown.filter(e => ["fixed", "sticky"].includes(getComputedStyle(e).position)).length,
    covers: document.querySelectorAll(".modal-backdrop, .modal").length,
    formulas: document.querySelectorAll("math").length,
    text: document.body.innerText,
  };
}"""


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # Its own sandbox does not work for root in a container; all that it opens is below.
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


def visit(browser, html):
    """Open a page as if formgrader's server had sent it, and look on for a while."""
    seen = Visit()
    address = f"{ORIGIN}/formgrader/submissions/1/"

    def serve(route):
        url = route.request.url
        static = STATIC / urlsplit(url).path.removeprefix("/formgrader/static/")
        if url == address:
            route.fulfill(body=html, content_type="text/html; charset=utf-8")
        elif url.startswith(f"{ORIGIN}/formgrader/static/") and static.is_file():
            kind = mimetypes.guess_type(static.name)[0] or "application/octet-stream"
            route.fulfill(body=static.read_bytes(), content_type=kind)
        elif url.startswith(f"{ORIGIN}/formgrader/api/"):
            route.fulfill(body="[]", content_type="application/json")
        else:
            seen.requests.append(url)
            route.abort()

    def is_elsewhere(url):  # formgrader's own script adds the place in the class to the address
        return url.partition("?")[0] != address

    context = browser.new_context()
    context.route("**/*", serve)
    page = context.new_page()
    page.on("dialog", lambda d: (seen.events.append(f"dialog {d.message}"), d.dismiss()))
    page.on("pageerror", lambda error: seen.events.append(f"fault {error}"))
    context.on("page", lambda other: seen.events.append(f"window {other.url}"))
    page.on("framenavigated", lambda f: is_elsewhere(f.url) and seen.events.append(f"to {f.url}"))
    page.on("console", lambda m: m.type == "error" and seen.events.append(f"console {m.text}"))
    page.goto(address)
    page.wait_for_timeout(1500)  # for what waits before it acts, such as a meta refresh
    page.keyboard.press("Tab")
    seen.found = page.evaluate(LOOK)
    context.close()
    return seen


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The hostile student's feedback page, and the page that formgrader makes of the submission."""
    course = minilesson.course(tmp_path_factory.mktemp("course"))
    submitted = course.root / "submitted"
    hand_in(submitted, NAME, hostile())
    [graded] = Grading(course, LESSON, submitted).results(jobs=0)
    feedback = course.root / "feedback" / NAME / LESSON / f"{LESSON}.html"
    assert feedback.is_file(), graded.error
    notebook = course.root / "autograded" / NAME / LESSON / f"{LESSON}.ipynb"
    config = read_config(course)
    config.HTMLExporter.template_name = "formgrade"  # as formgrader does
    resources = {
        "assignment_id": LESSON, "notebook_id": LESSON, "submission_id": "1", "index": 0,
        "total": 1, "base_url": "", "student": NAME, "last_name": None, "first_name": None,
        "notebook_path": f"./{notebook.relative_to(course.root)}",
    }  # fmt: skip
    page, _ = HTMLExporter(config=config).from_filename(str(notebook), resources=resources)
    return {"feedback": feedback.read_text(encoding="utf-8"), "formgrader": page}


@pytest.mark.heavy
@in_browser
@pytest.mark.parametrize("page", ["feedback", "formgrader"])
def test_a_hostile_notebook_loads_and_runs_nothing(browser, pages, page):
    """Does a page with everything that students could try ask nobody, and show what they wrote?"""
    seen = visit(browser, pages[page])
    assert seen.requests == []
    assert seen.events == []
    assert (seen.found["links"], seen.found["moved"], seen.found["covers"]) == ([], 0, 0)
    assert "mimic" in seen.found["text"]
    assert "(Not shown: lost.png)" in seen.found["text"]
    assert "You squared it." in seen.found["text"]


@pytest.mark.heavy
@in_browser
def test_the_browser_would_tell(browser):
    """Is a page that loads, runs, covers and leaves seen to do so?"""
    seen = visit(browser, f"<body id=notebook-container>{''.join(MARKDOWN)}")
    assert {f"{EVIL}/a.js", f"{EVIL}/a.png"} <= set(seen.requests)
    assert "dialog 1" in seen.events
    covering = visit(browser, f"<body id=notebook-container>{MARKDOWN[14]}{MARKDOWN[15]}").found
    assert (covering["moved"], covering["covers"]) == (1, 1)


class Markup(HTMLParser):
    """Collects what in a page loads or runs by itself, but for nbgrader's own parts."""

    LOADING = ("src", "srcset", "background", "data", "poster", "xlink:href", "action")

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            loads = name in self.LOADING or (name == "href" and tag != "a")
            own = (value or "").startswith(
                ("/formgrader/static/", "data:image/png;", "toggle_name(")
            )
            if (loads or name.startswith("on") or tag in ("base", "meta")) and not own:
                self.found.append((tag, name, value))


@pytest.mark.heavy
@pytest.mark.parametrize("page", ["feedback", "formgrader"])
def test_the_markup_loads_and_runs_nothing(pages, page):
    """Does the same hold for what stands in the page, where there is no browser to ask?"""
    harmless = feedback_page(minilesson.release(), lesson=LESSON, student="a", shows=Shows())
    own = {"feedback": Markup(harmless).found, "formgrader": [("meta", "charset", "utf-8")]}
    assert Markup(pages[page]).found == own[page]
    assert {tag for tag, *_ in own[page]} == {"meta"}


def test_the_parser_would_tell():
    """Does the parser find what loads and runs in what students write?"""
    found = {(tag, name) for tag, name, _ in Markup("".join(MARKDOWN)).found}
    assert {
        ("script", "src"),
        ("img", "onerror"),
        ("meta", "http-equiv"),
        ("base", "href"),
    } <= found


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        (r"$\frac{1}{2}$", "<mfrac>"),
        ("$$\na_1 < b\n$$", '<math display="block">'),
        (r"\begin{align} a &= b \end{align}", "<mtable"),
        (r"$\frac$", r"<code>\frac</code>"),
    ],
)
def test_a_formula_is_shown_without_a_script(source, shown):
    """Is it MathML, or its own text where it is no formula?"""
    assert shown in markdown2html({"cell": {}}, source)


def test_a_formula_without_end_costs_nothing():
    """Is a formula that would take the converter's stack shown as text?"""
    assert as_mathml("{" * 1900).startswith("<code>{{{")


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("![a](attachment:<b>.png)", "(Not shown: %3Cb%3E.png)"),
        ("![a](lost.png)", "(Not shown: lost.png)"),
        ("![a](https://example.org/a.png)", "(Not shown: a)"),
        ("![a](//example.org/a.png)", "(Not shown: a)"),
        ("![](../logout)", "(Not shown: ../logout)"),
        ("![a](text.png)", "(Not shown: text.png)"),
        ("![a](link.png)", "(Not shown: link.png)"),
        ("![a](a%20b.gif)", 'src="data:image/gif;base64,R0lGODlh"'),
    ],
)
def test_a_picture_is_embedded_or_named(tmp_path, source, shown):
    """Does a page hold the picture that lies beside its notebook, and ask for none?"""
    (tmp_path / "a b.gif").write_bytes(b"GIF89a")
    (tmp_path / "text.png").write_text("<svg>")
    (tmp_path / "link.png").symlink_to(tmp_path / "a b.gif")
    context = {"cell": {}, "resources": {"metadata": {"path": str(tmp_path)}}}
    assert shown in markdown2html(context, source)


def test_a_picture_that_is_asked_for_often_does_not_swell_the_page():
    """Is a page bounded in which one picture stands a thousand times?"""
    cell = {"attachments": {"a.png": {"image/png": "iVBORw0KGgo=" + "A" * 10**5}}}
    context = {"cell": cell, "resources": {}}
    html = markdown2html(context, "![a](attachment:a.png)\n\n" * 500)
    html += markdown2html(context, "![a](attachment:a.png)\n\n" * 500)
    assert 10**7 < len(html) < 3 * 10**7
    assert "(Not shown: a.png)" in html
