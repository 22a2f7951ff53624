"""A lesson of a few cells and a course around it, for the tests of grading."""

from __future__ import annotations

import json
import zlib
from pathlib import Path

import authored
import nbformat
from nbformat import v4

LESSON = "01_mini"

SETUP = f'import numpy as np\nfrom cnncourse import begin\n\ncheck = begin("{LESSON}")'
DOUBLE = (
    'def double(x):\n    """Twice x."""\n    raise NotImplementedError("double: not written yet")'
)
ANSWER = "answer = ...  # your answer"
WRITTEN = "**Why?**\n\n*Your answer here.*"
RIGHT = {"double": "def double(x):\n    return 2 * x", "answer": "answer = 42"}


def cell(kind: str, source: str, grade_id: str | None = None, **flags: object):
    """A cell of the release; flags are nbgrader's."""
    make = {"code": v4.new_code_cell, "markdown": v4.new_markdown_cell, "raw": v4.new_raw_cell}[
        kind
    ]
    made = make(source)
    made.id = f"r-{grade_id or zlib.crc32(source.encode())}"
    if grade_id:
        meta = {"schema_version": 3, "grade_id": grade_id, "task": False}
        made.metadata["nbgrader"] = (
            {"grade": False, "solution": False, "locked": False} | meta | flags
        )
    return made


def solution(name: str, stub: str):
    return cell("code", stub, f"{name}-answer", solution=True)


def check(name: str, call: str, points: float):
    return cell("code", call, name, grade=True, locked=True, points=points)


def release() -> nbformat.NotebookNode:
    """The lesson as released: two exercises and a written answer."""
    setup = cell("code", SETUP)
    setup.metadata["tags"] = ["setup"]
    cells = [
        cell("markdown", "# A lesson"),
        setup,
        cell("markdown", "Write `double`."),
        solution("double", DOUBLE),
        check("double", "check(double)", 3),
        cell("code", "print('a demonstration')"),
        solution("answer", ANSWER),
        check("answer", "check(answer=answer)", 1),
        cell("markdown", WRITTEN, "explain", grade=True, solution=True, points=2),
    ]
    notebook = v4.new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {
        "name": "python3",
        "display_name": "Python 3",
        "language": "python",
    }
    return notebook


def answered(**answers: str) -> nbformat.NotebookNode:
    """A submission: the release with some answers filled in (name → source)."""
    notebook = release()
    for name, source in answers.items():
        find(notebook, name).source = source
    return notebook


def find(notebook: nbformat.NotebookNode, name: str):
    """The cell in which a notebook answers an exercise."""
    return next(
        c
        for c in notebook.cells
        if grade_id(c) in (f"{name}-answer", "explain" * (name == "explain"))
    )


def grade_id(cell) -> str | None:
    return cell.metadata.get("nbgrader", {}).get("grade_id")


def hand_in(folder: Path, student: str, notebook, lesson: str = LESSON) -> Path:
    """Write a submission where nbgrader expects it; `notebook` may also be raw text or bytes."""
    path = folder / student / lesson / f"{lesson}.ipynb"
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(notebook, (str, bytes)):
        path.write_bytes(notebook.encode() if isinstance(notebook, str) else notebook)
    else:
        path.write_text(json.dumps(notebook), encoding="utf-8")
    return path


SCRIPT = f'''# %% [markdown]
# # A lesson
#
# **Time** 5 minutes · **Needs** nothing · **Running everything** {{{{seconds}}}} s on two CPU cores
#
# **What is twice a number?**

# %% tags=["setup"]
{SETUP}

# %% [markdown]
# ### {{{{exercise double}}}}
# Write `double`.

# %% tags=["exercise"]
def double(x):
    """Twice x."""
    ### BEGIN SOLUTION
    return 2 * x
    ### END SOLUTION

# %% tags=["check"]
check(double)

# %%
print('a demonstration')

# %% [markdown]
# ### {{{{exercise answer}}}}

# %% tags=["exercise"]
### BEGIN SOLUTION
answer = 42
### END SOLUTION

# %% tags=["check"]
check(answer=answer)

# %% [markdown]
# ### {{{{exercise explain}}}}

# %% [markdown] tags=["written"] name="explain"
# **Why?**
#
# ### BEGIN SOLUTION
# Because.
# ### END SOLUTION
'''

SPECIFICATIONS = """
import numpy as np

from autograder.exercise import Criterion, Function, Probe, Value, Written, accepted, wrong


class Double(Function):
    name = "double"
    title = "Twice"
    criteria = (Criterion("arrays", 2, "arrays double"), Criterion("empty", 1, "so does nothing"))

    def probes(self, rng):
        yield Probe("arrays", "a random array", args=(rng.normal(size=(3, 4)),))
        yield Probe("empty", "an empty array", args=(np.zeros((0, 2)),))
        yield Probe("empty", "noughts and twos", args=(2.0 * rng.integers(2, size=(4, 5)),))

    @wrong("You squared it.")
    def squared(x):
        return x * x


class Answer(Value):
    name = "answer"
    title = "The answer"
    criteria = (Criterion("value", 1, "the value is right"),)
    expects = "integer"
    off_by_one = wrong("You counted from one.", source="43")


class Explain(Written):
    name = "explain"
    title = "Why"
    criteria = (Criterion("answer", 2, "a reason is given"),)
    rubric = {"answer": "a reason"}
"""

CONFIG = """
from autograder.grading.nbgrader_plugin import configure

configure(get_config(), __file__)
"""


def course(root: Path):
    """Write a course of this one lesson, and return it."""
    from autograder.course import Course

    made = Course(root)
    folder = made.solutions / LESSON
    folder.mkdir(parents=True)
    (folder / f"{LESSON}.py").write_text(SCRIPT, encoding="utf-8")
    authored.write_specifications(folder, SPECIFICATIONS)
    made.release(LESSON).parent.mkdir(parents=True)
    nbformat.write(release(), made.release(LESSON))
    (root / "nbgrader_config.py").write_text(CONFIG, encoding="utf-8")
    (root / "course.toml").write_text('id = "cnncourse"\n', encoding="utf-8")
    return made
