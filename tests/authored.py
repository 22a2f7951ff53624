"""A small authored lesson and a course around it, for the tests of the builder."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from autograder.course import Course

NAME = "01_mini"

SCRIPT = '''\
# %% [markdown]
# # Small numbers
#
# **Time** 5 minutes · **Needs** nothing · **Running everything** {{seconds}} s on two CPU cores
#
# **Can a lesson
# be small?**

# %% tags=["setup"]
import numpy as np
from cnncourse import begin

check = begin("01_mini")

# %% [markdown]
# ## Doubling
#
# ### {{exercise double}}

# %% tags=["exercise"]
def double(x):
    """Twice x."""
    ### BEGIN SOLUTION
    twice_as_much = 2 * np.asarray(x)
    return twice_as_much
    ### END SOLUTION

# %% [markdown]
# Now check it.

# %% tags=["check"]
check(double)

# %%
np.arange(3)

# %% [markdown]
# ### {{exercise answer}}

# %% tags=["exercise"]
### BEGIN SOLUTION
answer = 6 * 7
### END SOLUTION

# %% tags=["check"]
check(answer=answer)

# %% [markdown]
# ### {{exercise explain_mini}}

# %% [markdown] tags=["written"] name="explain_mini"
# Why is it small?
#
# ### BEGIN SOLUTION
# Because small lessons are read to the end.
# ### END SOLUTION
'''

EXERCISES = """\
from autograder.exercise import Criterion, Function, Probe, Value, Written, accepted, wrong


class Double(Function):
    name = "double"
    title = "Twice as much"
    criteria = (Criterion("values", 2, "the values are right"),)

    def probes(self, rng):
        yield Probe("values", "a vector", args=(rng.normal(size=3),))

    @wrong("You squared: doubling adds a number to itself.")
    def squared(x):
        return np.asarray(x) ** 2


class TheAnswer(Value):
    name = "answer"
    title = "The answer"
    expects = "integer"
    criteria = (Criterion("value", 1, "the number is right"),)


class Explain(Written):
    name = "explain_mini"
    title = "In your words"
    criteria = (Criterion("clear", 2, "a clear reason"),)
    rubric = {"clear": "a reason that another reader would believe"}
"""

# Stands in the place of the real package in the kernel that runs the lesson: quick to import.
PACKAGE = """\
def begin(lesson):
    return lambda *objects, **named: print("right")
"""

CONFIG = """\
from autograder.grading.nbgrader_plugin import configure

configure(get_config(), __file__)
"""


def write_lesson(
    root: Path, name: str = NAME, script: str = SCRIPT, exercises: str = EXERCISES
) -> Path:
    """Write an authored lesson under a course's root and return its folder."""
    folder = root / "solutions" / name
    folder.mkdir(parents=True)
    (folder / f"{name}.py").write_text(script, encoding="utf-8")
    write_specifications(folder, exercises)
    return folder


def write_specifications(folder: Path, text: str) -> None:
    """Write each class of a text into the file of its exercise, its lines where they are there."""
    target = folder / "exercises"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    lines = text.split("\n")
    starts = [row for row, line in enumerate(lines) if line.startswith("class ")]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        kept = [
            line if row < starts[0] or start <= row < end else "" for row, line in enumerate(lines)
        ]
        name = re.search(r'^    name = "(\w+)"', "\n".join(lines[start:end]), re.MULTILINE)
        (target / f"{name[1]}.py").write_text("\n".join(kept), encoding="utf-8")


def write_course(root: Path, **lesson: str) -> Course:
    """Write a course of one lesson."""
    write_lesson(root, **lesson)
    (root / "cnncourse" / "keys").mkdir(parents=True)
    (root / "cnncourse" / "__init__.py").write_text(PACKAGE, encoding="utf-8")
    (root / "nbgrader_config.py").write_text(CONFIG, encoding="utf-8")
    (root / "course.toml").write_text('keys = "cnncourse/keys"\n', encoding="utf-8")
    return Course(root)


def another_lesson(name: str, title: str, prefix: str) -> dict[str, str]:
    """The same lesson under another name, its exercises renamed."""
    script = SCRIPT.replace(NAME, name).replace("Small numbers", title)
    exercises = EXERCISES
    for exercise in ("double", "answer", "explain_mini"):
        exercises = exercises.replace(f'"{exercise}"', f'"{prefix}_{exercise}"')
        script = script.replace(f"({exercise}", f"({prefix}_{exercise}")
        script = script.replace(
            f"{{{{exercise {exercise}}}}}", f"{{{{exercise {prefix}_{exercise}}}}}"
        )
        script = script.replace(f"={exercise})", f"={prefix}_{exercise})")
        script = script.replace(f"def {exercise}", f"def {prefix}_{exercise}")
        script = script.replace(f"\n{exercise} =", f"\n{prefix}_{exercise} =")
        script = script.replace(f'name="{exercise}"', f'name="{prefix}_{exercise}"')
    return {"name": name, "script": script, "exercises": exercises}
