"""Is an outcome shown alike as text and as HTML, with nothing hostile in either?"""

import re
from html import unescape

import pytest

from cnncourse.check.outcome import (
    AwaitingHand,
    CriterionResult,
    NotAttempted,
    PartlyRight,
    Raised,
    Right,
    RuleBroken,
    WrongShape,
    WrongType,
    WrongValues,
)
from cnncourse.check.rendering import as_html, as_text
from cnncourse.check.text import printable

MET = CriterionResult("a", "the shape", 1, earned=True)
UNMET = CriterionResult("b", "the values", 2.5, earned=False)
STATES = [
    NotAttempted,
    Raised,
    WrongType,
    WrongShape,
    WrongValues,
    RuleBroken,
    PartlyRight,
    Right,
    AwaitingHand,
]
HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</pre></div><h1>5 of 5 points</h1>",
    "&lt;b&gt; \" onload='x'",
    "\x1b[2J\x1b]0;title\x07\x9b31m",
    "\u202eright to left\u2066\ufeff",
    "a\rb\nc\td\0e\u2028f",
)


def outcome(state, text="A message."):
    return state(
        "conv2d",
        (MET, UNMET),
        text,
        revisit="Edges",
        notes=("A note.",),
        details=(f"yours: {text}",),
    )


# JupyterLab's pages, light and dark.
PAGES = ("#ffffff", "#111111")


def luminance(colour):
    """Relative luminance as WCAG 2.2 defines it."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[k : k + 2], 16) / 255 for k in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def words(html):
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


@pytest.mark.parametrize("state", STATES)
def test_text_and_html_say_the_same(state):
    """Do both renderings consist of the same words?"""
    shown = outcome(state)
    assert words(as_html(shown)) == " ".join(as_text(shown).split())


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_hostile_gets_through(state, text):
    """Is markup escaped, and every control character gone?"""
    shown = outcome(state, text)
    html, plain = as_html(shown), as_text(shown)
    assert set(re.findall(r"<(/?\w+)", html)) <= {
        *("div", "/div", "p", "/p", "b", "/b", "pre", "/pre", "ul", "/ul", "li", "/li", "a", "/a")
    }
    assert html.count("<div") == html.count("</div") == 1
    assert all(c.isprintable() or c == "\n" for c in html + plain)


@pytest.mark.parametrize("state", STATES)
def test_the_state_is_said_in_words_and_by_a_symbol(state):
    """Can the state be told without colour?"""
    assert as_text(outcome(state)).startswith(f"{state.symbol} conv2d: {state.state}")


def test_points_are_shown_where_there_are_any_to_speak_of():
    """Are points shown for what was judged, and not for what was not?"""
    assert "1 of 3.5 points" in as_text(outcome(PartlyRight))
    assert "point" not in as_text(outcome(NotAttempted))
    assert "point" not in as_text(outcome(AwaitingHand))
    assert as_text(Right("f", (MET,), "Right.")).splitlines()[0].endswith("1 of 1 point")


def test_criteria_are_listed_where_they_differ():
    """Are met and unmet criteria listed for an answer that is partly right, and only there?"""
    assert "✓ the shape (1 point)" in as_text(outcome(PartlyRight))
    assert "✗ the values (2.5 points)" in as_text(outcome(PartlyRight))
    assert "the shape" not in as_text(outcome(WrongShape))


def test_a_right_answer_is_sent_nowhere():
    """Is no heading to revisit shown to whoever got it right?"""
    assert "Edges" not in as_text(outcome(Right))
    assert "Revisit: Edges" in as_text(outcome(WrongValues))


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [
        ("Edges", "#Edges"),
        ("Why √d", "#Why-%E2%88%9Ad"),
        ("Softmax: from scores to shares", "#Softmax:-from-scores-to-shares"),
        ("What survives? One, two", "#What-survives?-One,-two"),
        ('"><script>', "#%22%3E%3Cscript%3E"),
        ("'&lt;", "#&#x27;&amp;lt;"),
    ],
)
def test_a_heading_to_revisit_is_a_link_to_it(heading, anchor):
    """Is the anchor the one that Jupyter makes of a heading, and nothing more?"""
    (found,) = re.findall(r'href="([^"]*)"', as_html(WrongValues("f", (), "No.", revisit=heading)))
    assert found == anchor


@pytest.mark.parametrize("state", STATES)
def test_a_headline_is_read_in_light_and_in_dark(state):
    """Do the letters stand out by 4.5 from their own ground, and the line beside from the page?"""
    html = as_html(outcome(state))
    letters, ground = re.search(r"<b style=\"color:(#\w+);background-color:(#\w+)", html).groups()
    (line,) = re.findall(r"border-left:4px solid (#\w+)", html)
    assert contrast(letters, ground) >= 4.5
    assert all(contrast(line, page) >= 3 for page in PAGES)
    assert not re.search(r"[^-]color:(?!inherit)", html.replace(f"color:{letters}", "", 1))


def test_a_link_is_told_by_more_than_its_colour():
    """Is it underlined, whatever the page's style makes of links?"""
    assert re.search(r"<a [^>]*text-decoration:underline", as_html(outcome(WrongValues)))


def test_the_authors_version_stands_below_a_right_answer():
    """Is it shown line by line, folded in HTML, and escaped?"""
    shown = Right("f", (), "Right.", solution="def f(x):\n    return x < 1")
    lines = as_text(shown).split("\n")[-3:]
    assert lines == ["  The author's own version:", "    def f(x):", "        return x < 1"]
    assert "<details" in as_html(shown)
    assert "    return x &lt; 1" in as_html(shown)
    assert "author" not in as_text(Right("f", (), "Right."))


def test_formulas_are_left_alone():
    """Is HTML marked so that Jupyter sets no dollar signs as formulas?"""
    assert "tex2jax_ignore" in as_html(outcome(Right, "$x$"))


def test_long_texts_are_cut():
    """Are message and details bounded, whatever student code says?"""
    shown = outcome(Raised, "x" * 10**6)
    assert len(shown.message) == 1000
    assert len(shown.details[0]) == 300


def test_numbers_break_between_words():
    """Is it said against a page's style, which would break a number in two?"""
    assert "word-break:normal;overflow-wrap:break-word" in as_html(outcome(WrongValues))


def test_aligned_numbers_stay_aligned():
    """Do spaces survive that put numbers under each other?"""
    assert printable("  1.5   -2") == "  1.5   -2"
    assert "white-space:pre-wrap" in as_html(outcome(WrongValues))
