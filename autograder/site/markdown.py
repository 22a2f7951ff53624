"""Turn Markdown as JupyterLab and GitHub read it into Markdown as MyST reads it."""

from __future__ import annotations

import re
from collections.abc import Callable

from autograder.course import CourseError

_DETAILS = re.compile(
    r"<details>\s*<summary>(?P<summary>.*?)</summary>\s*(?P<body>.*?)\s*</details>", re.DOTALL
)
_CODE = re.compile(r"^(?P<fence>```+|~~~+).*?^(?P=fence)\s*?$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"(?P<image>!?)\[(?P<text>[^\]]*)\]\((?P<target>[^)\s]+)\)")
_HEADING = re.compile(r"^#(?=#+ )", re.MULTILINE)


def unfolded(text: str) -> str:
    """Set the text of folded hints free, so that its formulas and code are read as such.

    Args:
        text: Markdown.

    Returns:
        The same with a blank line around the body of each ``<details>``.

    Example:
        >>> print(unfolded("<details><summary>Hint</summary>Use $x$.</details>"))
        <details>
        <summary>Hint</summary>
        <BLANKLINE>
        Use $x$.
        <BLANKLINE>
        </details>
    """
    form = r"<details>\n<summary>\g<summary></summary>\n\n\g<body>\n\n</details>\n"
    return outside_code(text, lambda part: _DETAILS.sub(form, part)).rstrip("\n")


def relinked(text: str, new: Callable[[str], str | None]) -> str:
    """Let links lead where their targets stand on the site.

    Args:
        text: Markdown.
        new: target → where it is now; None for what is nowhere, of which the text alone is kept.

    Example:
        >>> relinked("[a](b.md) and [c](d.py)", {"b.md": "e.md"}.get)
        '[a](e.md) and c'
    """

    def one(found: re.Match[str]) -> str:
        target = new(found["target"])
        return found["text"] if target is None else f"{found['image']}[{found['text']}]({target})"

    return outside_code(text, lambda part: _LINK.sub(one, part))


def chapter(text: str, title: str) -> str:
    """Return one chapter of a page as a page of its own.

    Args:
        text: Markdown.
        title: the chapter's heading, of the second level.

    Raises:
        CourseError: the page has no such chapter.

    Example:
        >>> chapter("# A\\n## B\\nb\\n### C\\n## D\\n", "B")
        '# B\\nb\\n## C\\n'
    """
    begin = re.search(rf"^## {re.escape(title)}$", text, re.MULTILINE)
    if not begin:
        raise CourseError(f"README.md has no heading `## {title}`, which the site shows as a page.")
    rest = text[begin.end() :]
    end = re.search(r"^## ", rest, re.MULTILINE)
    body = begin[0] + (rest[: end.start()] if end else rest)
    return outside_code(body, lambda part: _HEADING.sub("", part))


def opening(text: str) -> str:
    """Return what stands on a page before its first chapter.

    Args:
        text: Markdown.

    Example:
        >>> opening("# A\\na\\n## B\\n")
        '# A\\na'
    """
    return re.split(r"^## ", text, maxsplit=1, flags=re.MULTILINE)[0].rstrip()


def outside_code(text: str, change: Callable[[str], str]) -> str:
    """Change Markdown, but not what stands in its fenced code.

    Args:
        text: Markdown.
        change: what is done to each part.
    """
    parts, at = [], 0
    for code in _CODE.finditer(text):
        parts += [change(text[at : code.start()]), code[0]]
        at = code.end()
    return "".join([*parts, change(text[at:])])
