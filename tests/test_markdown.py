"""Are headings and pictures found where CommonMark shows them, and nowhere else?"""

from __future__ import annotations

import pytest

from autograder.lesson.markdown import Heading, Image, headings, html_images, images

HEADINGS = {
    "marked with #": ("a\n\n## b ##", [(2, "b", 2)]),
    "without a blank line before": ("a\n# b", [(1, "b", 1)]),
    "underlined, at the underline": ("a\nb\n===\n\nc\n---", [(1, "a b", 2), (2, "c", 5)]),
    "in a list": ("- a\n\n  # b", [(1, "b", 2)]),
    "in a quotation": ("> # b", [(1, "b", 0)]),
    "in HTML": ("a\n\n<div>\n<h1 class='x'>b\n<em>c</em></h1>", [(1, "b c", 3)]),
    "in HTML, around Markdown": ("<h2>\n\n*b* c\n\n</h2>", [(2, "b c", 0)]),
    "in HTML, within a line": ("a\nb <h3>c `d`</h3> e", [(3, "c d", 1)]),
    "in HTML, never closed": ("<h1>a<h2>b", [(1, "a", 0), (2, "b", 0)]),
    "after folded details": ("<details>\n\n# b\n\n</details>", [(1, "b", 2)]),
    "empty": ("#", [(1, "", 0)]),
    "with markup": (r"# *a* `b_c` [d](e) \* &amp; <b>f</b> ~~g~~", [(1, "a b_c d * & f g", 0)]),
    "with a picture": ("# ![no](a.png) b", [(1, "b", 0)]),
    "a number sign without a space": ("#hashtag", []),
    "seven number signs": ("####### a", []),
    "a comment in a fence": ("```python\n# a\n```", []),
    "a comment in a tilde fence": ("~~~\n# a\n```\n# b\n~~~", []),
    "a comment in an indented fence": ("   ```\n# a\n   ```\n# b", [(1, "b", 3)]),
    "a comment in a fence in a list": ("- a\n\n    ```\n    # b\n    ```", []),
    "a comment in a fence that is never closed": ("```\n# a", []),
    "a comment in indented code": ("a\n\n    # b", []),
    "a comment in an HTML comment": ("<!--\n# a\n<h1>b</h1>\n-->", []),
    "a comment in preformatted HTML": ("<pre>\n# a\n</pre>", []),
    "a tag in code": ("`<h1>a</h1>`", []),
    "a rule of equal signs": ("a\n\n===", []),
    "nothing": ("", []),
}


@pytest.mark.parametrize(("source", "expected"), HEADINGS.values(), ids=HEADINGS)
def test_headings_are_those_that_a_reader_sees(source, expected):
    """Is each heading read with level, text and row?"""
    assert headings(source) == [Heading(*heading) for heading in expected]


IMAGES = {
    "inline": ("a ![b](c.png)", [("b", 0)]),
    "without alternative text": ("![](c.png) ![  ](d.png)", [("", 0), ("", 0)]),
    "with markup in its text": ("![*a* `b` [c](d)](e.png)", [("a b c", 0)]),
    "by reference": ("![][fig]\n\n[fig]: a.png", [("", 0)]),
    "by its own name": ("![fig]\n\n[fig]: a.png", [("fig", 0)]),
    "by a reference that nothing defines": ("![][fig]", []),
    "that is a link": ("[![](badge.svg)](house.html)", [("", 0)]),
    "in the third row of a paragraph": ("a `b\nc`\n![](d.png)", [("", 2)]),
    "whose text goes over two rows": ("a\n![b\nc](d.png)", [("b c", 1)]),
    "in a table": ("| a |\n|---|\n| b |\n| ![](c.png) |", [("", 3)]),
    "in a list": ("- a\n- b\n  ![](c.png)", [("", 2)]),
    "in HTML": ("a\n\n<p>\n<img src='b.png'>\n<img\nalt='c'></p>", [("", 3), ("c", 4)]),
    "in HTML, within a line": ("a\nb <img src='c.png'>", [("", 1)]),
    "in HTML, in folded details": ("<details>\n\n<img src=a>\n\n</details>", [("", 2)]),
    "with unquoted alternative text": ("<img alt=house src=a.png>", [("house", 0)]),
    "with alternative text in capitals": ("<IMG ALT='a'/>", [("a", 0)]),
    "with alternative text of blanks": ("<img alt='&nbsp; '>", [("", 0)]),
    "with something like alternative text": ("<img data-alt='a' title='alt=\"b\"'>", [("", 0)]),
    "with > in its alternative text": ("<img alt='a > b' src='c'>", [("a > b", 0)]),
    "in a code span": ("`![](a.png)` and `<img>`", []),
    "in a fence": ("```\n![](a.png)\n<img>\n```", []),
    "in a fence in a list": ("1. a\n\n   ~~~\n   ![](a.png)\n   ~~~", []),
    "in an HTML comment": ("<!-- <img src='a.png'> -->", []),
    "escaped": (r"\![](a.png)", []),
}


@pytest.mark.parametrize(("source", "expected"), IMAGES.values(), ids=IMAGES)
def test_pictures_are_those_that_a_reader_sees(source, expected):
    """Is each picture read with its alternative text and row?"""
    assert images(source) == [Image(*image) for image in expected]


@pytest.mark.parametrize("html", ["", "a < b", "<img", "<!-- <img> ", "</img>"])
def test_broken_html_shows_no_picture(html):
    """Is HTML that a browser shows no picture for read without one?"""
    assert html_images(html) == []
