"""Show that the keys compiled now say the same as those of an earlier revision.

    python tools/same_keys.py REVISION [LESSON …]

Every lesson is compiled anew and compared with ``cnncourse/keys/<lesson>.json`` as it stands in
the revision: probes, what the reference and every wrong answer do on them (floats to within
rounding), criteria, points, rules, messages. Not compared are titles, the reasons of tolerances,
which no verdict reads, options that are None, of a recorded error the names that it quotes, and
advice to go back to an exercise, which leads to its section now. What else differs is printed; the
exit status is 1 if anything does.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from autograder.build.compiler import compile_key
from autograder.course import find_course
from autograder.lesson import Lesson
from cnncourse.check import values
from cnncourse.check.compare import Tolerance, compare
from cnncourse.check.key import Key
from cnncourse.runtime import start_backend

_ROUNDING = Tolerance(atol=1e-5, rtol=1e-4, reason="BLAS rounds differently from build to build")
_TELLING = 100
_ANYWHERE = "a section"
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")


def differences(lesson: Path, revision: str) -> list[str]:
    """Return what differs between a lesson's key in a revision and the one compiled now."""
    path = f"cnncourse/keys/{lesson.name}.json"
    show = ["git", "show", f"{revision}:{path}"]
    text = subprocess.run(show, capture_output=True, text=True, check=True).stdout
    before = {e["name"]: e for e in _tree(text)["exercises"]}
    after = {e["name"]: e for e in _tree(compile_key(Lesson.read(lesson)).to_json())["exercises"]}
    found = [f"{name}: it is new" for name in after.keys() - before.keys()]
    found += [f"{name}: it is gone" for name in before.keys() - after.keys()]
    for name in before.keys() & after.keys():
        _forgive(before[name], after[name])
        for part, old in before[name].items():
            new = after[name][part]
            if part == "probes" and len(old) == len(new):
                pairs = [(f"{part} {p['label']!r}", p, q) for p, q in zip(old, new, strict=True)]
            else:
                pairs = [(part, old, new)]
            for where, a, b in pairs:
                told = compare(a, b, _ROUNDING, same_nan=True) or compare(
                    b, a, _ROUNDING, same_nan=True
                )
                if told:
                    found.append(f"{name}, {where}: {told.text} {' '.join(told.details)}")
    return found


def _forgive(before: dict[str, Any], after: dict[str, Any]) -> None:
    """Let new advice stand where the old one led to the exercise itself."""
    pairs = [(before, after), *zip(before["misconceptions"], after["misconceptions"], strict=False)]
    for old, new in pairs:
        if old["revisit"] == _ANYWHERE:
            new["revisit"] = _ANYWHERE


def _tree(text: str) -> dict[str, Any]:
    tree = values.from_json(Key.from_json(text).to_json())
    for exercise in tree["exercises"]:
        del exercise["title"]
        for advising in (exercise, *exercise["misconceptions"]):
            if (advising["revisit"] or "").startswith("Exercise"):
                advising["revisit"] = _ANYWHERE
        for tolerance in exercise["tolerance"].values():
            del tolerance["reason"]
        for probe in exercise["probes"]:
            probe["options"] = {k: v for k, v in probe["options"].items() if v is not None}
            for record in (probe["expected"], *probe["variants"].values()):
                if "error" in record:
                    error = record["error"]
                    error.pop("meant", None)
                    bare = " ".join(_QUOTED.sub("", error["message"]).split())
                    error["message"] = bare[:_TELLING]  # longer ones are cut, names and all
    return tree


def main(revision: str, *names: str) -> int:
    """Compare the named lessons, or all."""
    start_backend()
    course = find_course()
    differing = 0
    for name in course.select(names):
        found = differences(course.solutions / name, revision)
        differing += bool(found)
        print(f"{name}: {'the same' if not found else json.dumps(found, indent=2)}", flush=True)
    return int(differing > 0)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
