"""Is rendered Markdown of students shown without anything that runs, loads or covers the page?"""

from __future__ import annotations

import pytest

from autograder.grading.safe_html import clean_html

PNG = "data:image/png;base64,iVBORw0KGgo="

KEPT = [
    "<p>a <em>b</em> <code>c &lt; d</code></p>",
    '<table><thead><tr><th colspan="2">a</th></tr></thead></table>',
    '<details open=""><summary>a</summary>b</details>',
    f'<img alt="a" src="{PNG}">',
    '<div class="highlight"><pre><span class="n">x</span></pre></div>',
    "<p>$a_1 &lt; b$ and $$\\frac{1}{2}$$</p>",
]


@pytest.mark.parametrize("html", KEPT)
def test_text_tables_and_pictures_are_kept(html):
    """Is what Markdown is turned into shown as it is?"""
    assert clean_html(html) == html


CHANGED = {
    "a script": ("a<script>b()</script>", "ab()"),
    "an event": ('<p onclick="x()">a</p>', "<p>a</p>"),
    "a style": ("<p style='position:fixed'>a</p>", "<p>a</p>"),
    "a style sheet": ("<style>p{}</style>", "p{}"),
    "a class of the page's": ("<div class='modal-backdrop'>a</div>", '<div class="">a</div>'),
    "a class beside a code's": ("<span class='n modal'>a</span>", '<span class="n">a</span>'),
    "a code's class elsewhere": ("<p class='highlight'>a</p>", "<p>a</p>"),
    "an id": ("<h1 id='nbgrader'>a</h1>", "<h1>a</h1>"),
    "a form": ("<form action='x'><input><button>a</button></form>", "a"),
    "a frame": ("<iframe srcdoc='<script>1</script>'></iframe>", ""),
    "a base": ("<base href='//evil.example'>a", "a"),
    "a comment": ("a<!-- b -->c", "ac"),
    "a drawing": ("<svg><style><img src=x onerror=y></style></svg>", "<img>"),
    "a picture by a name": ("<img src='figure.png'>", "<img>"),
    "a formula's link": ("<math><mi href='javascript:x'>a</mi></math>", "<math><mi>a</mi></math>"),
    "a formula over the page": (
        "<math><mspace width='-99em'></mspace><mo minsize='99em'>a</mo></math>",
        "<math><mspace></mspace><mo>a</mo></math>",
    ),
    "a drawing as a picture": ("<img src='data:image/svg+xml;base64,AA'>", "<img>"),
    "a picture from elsewhere": ("<img src='https://evil.example/a.png'>", "<img>"),
    "a picture by another host's path": ("<img src='//evil.example/a.png'>", "<img>"),
    "the same after a blank": ("<img src=' \t//evil.example/a.png'>", "<img>"),
    "the same with a backslash": (r"<img src='\\evil.example\a.png'>", "<img>"),
    "a picture of the server": ("<img src='/formgrader/logout'>", "<img>"),
    "a tag that is never closed": ("<b>a", "<b>a</b>"),
    "a tag hidden in a title": (
        "<noscript><p title='</noscript><img src=x onerror=y>'></noscript>",
        "&lt;p title='<img>'&gt;",
    ),
}


@pytest.mark.parametrize(("html", "shown"), CHANGED.values(), ids=CHANGED)
def test_what_could_run_load_or_cover_is_dropped(html, shown):
    """Is the hostile part gone, and the text around it there?"""
    assert clean_html(html) == shown


@pytest.mark.parametrize("address", ["javascript:x", " JavaScript:x", "data:text/html,x", "//a.b"])
def test_a_link_leads_to_a_page_or_nowhere(address):
    """Does a link that would run, or that hides where it leads, lose its address?"""
    assert "href" not in clean_html(f"<a href='{address}'>a</a>")


def test_a_link_to_a_page_does_not_hand_the_window_over():
    """Is a page that is opened from here kept from changing this one?"""
    shown = '<a href="https://a.b" rel="noopener noreferrer">a</a>'
    assert clean_html("<a href='https://a.b' target='x' ping='y'>a</a>") == shown
