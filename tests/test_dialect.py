"""Do all lessons speak one dialect: the same marks for predictions, choices and side trips?"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from autograder.lesson import lessons
from autograder.lesson.percent import read_cells

ROOT = Path(__file__).resolve().parents[1]
LOOSE = r"(?m)^(?!> )(?!\*\*5\. ).*\*\*Predict\b"  # lesson 00's fifth step is to predict
CHOICE = r"(?m)^(?!- )(?!\s).*\b[a-d]\) .* · [b-d]\) "


@pytest.mark.parametrize("folder", lessons(ROOT), ids=lambda folder: folder.name)
def test_a_lesson_speaks_the_dialect(folder):
    """Is each prediction a quotation, `> **Predict.** …`, and each choice of letters a list?"""
    cells, _ = read_cells(folder / f"{folder.name}.py")
    text = "\n\n".join(cell.source for cell in cells if cell.kind == "markdown")
    assert re.findall(LOOSE, text) == [], "Write `> **Predict.** …`, a paragraph of its own."
    assert re.findall(CHOICE, text) == [], "Write each answer to choose from as `- a) …`."
    assert "<br>" not in text
