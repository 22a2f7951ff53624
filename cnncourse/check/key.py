"""The compiled form of a lesson's exercises: what a verdict needs, and nothing more.

One format serves both sides. The student's key is compiled from a public seed and ships with the
package; the judge's is compiled from a secret seed and never leaves the judge. Values and
choices are stored as salted hashes, slow ones where students can read them; functions and models
as what they do on the probes.
"""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from cnncourse.check import values
from cnncourse.check.compare import Tolerance, compare
from cnncourse.check.rules import Rule

FORMAT = 2
# Names a folder to read keys from: the builder tries a lesson's key before it is put in place.
KEYS_VARIABLE = "CNNCOURSE_KEYS"
# How a key is called that lies beside its notebook: the lesson's name and this.
BESIDE = ".key.json"
# Floats in a key come from BLAS, which rounds differently from machine to machine.
_DRIFT = Tolerance(atol=1e-5, rtol=1e-4, reason="BLAS rounds differently from machine to machine")


@dataclass(frozen=True)
class KeyCriterion:
    """A criterion as the student sees it."""

    key: str
    points: float
    text: str


@dataclass(frozen=True)
class Misconception:
    """A wrong answer that students give, and what to say to it."""

    id: str
    message: str
    revisit: str | None = None


@dataclass(frozen=True)
class KeyProbe:
    """One question to the answer, and what the reference and the wrong answers said.

    Args:
        label: the probe in words.
        criteria: criterion for each aspect the probe is judged on (``{"value": "values"}``).
        request: what `cnncourse.check.subject.perform` is asked.
        expected: the reference's record.
        variants: misconception → the record of its wrong answer, where it differs from the
            reference's.
        options: what the kind of exercise needs beside (inputs of a block, a threshold …).
    """

    label: str
    criteria: dict[str, str]
    request: dict[str, Any]
    expected: dict[str, Any]
    variants: dict[str, dict[str, Any]]
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ExerciseKey:
    """All that a verdict on one exercise needs.

    Args:
        precision: ``float64`` where its digits are asked for, ``float32`` where arrays of it are;
            None where both are right.
    Where it is ``withheld``, the answer is not there: the check notes what the student says, and
    the judge alone, who has a key of their own, knows whether it is right.
    """

    name: str
    kind: str
    title: str
    criteria: tuple[KeyCriterion, ...]
    probes: tuple[KeyProbe, ...]
    misconceptions: tuple[Misconception, ...]
    tolerance: dict[str, Tolerance]
    revisit: str | None = None
    precision: str | None = None
    rule: Rule | None = None
    withheld: bool = False

    def without_answers(self) -> ExerciseKey:
        """Return the same questions, with nothing that tells a right answer from a wrong one."""
        probes = tuple(replace(p, expected={}, variants={}) for p in self.probes)
        return replace(self, probes=probes, misconceptions=(), withheld=True)

    habit: Rule | None = None
    # The author's own answer; only where the course lets students see it once theirs is right.
    solution: str | None = None


@dataclass(frozen=True)
class Key:
    """The exercises of one lesson, compiled."""

    lesson: str
    exercises: dict[str, ExerciseKey]

    def to_json(self) -> str:
        """Return the key as strict JSON text, arrays in base64."""
        tree = {
            "format": FORMAT,
            "lesson": self.lesson,
            "exercises": [asdict(e) for e in self.exercises.values()],
        }
        return values.to_json(tree) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Key:
        """Read what `to_json` wrote.

        Raises:
            ValueError: the text is not a key of this format.
        """
        try:
            tree = values.from_json(text)
            if tree["format"] == FORMAT:
                return cls(tree["lesson"], {e["name"]: _exercise(e) for e in tree["exercises"]})
        except (values.MalformedTree, KeyError, TypeError, AttributeError):
            pass  # said below, in words that help
        raise ValueError("This is not a key that this version of cnncourse can read.")

    @classmethod
    def load(cls, lesson: str) -> Key:
        """Return a lesson's visible key.

        It is looked for beside the notebook, as ``<lesson>.key.json``, where courses of their own
        keep it, and then among those that are shipped with this package.

        Raises:
            LookupError: there is no such lesson.
        """
        return _read(_find(lesson))

    def differs(self, other: Key) -> str | None:
        """Say where two keys differ by more than rounding, or None.

        Example:
            >>> Key("a", {}).differs(Key("a", {})) is None
            True
        """
        a, b = (_without_rounding(values.from_json(k.to_json())) for k in (self, other))
        found = compare(a, b, _DRIFT, same_nan=True) or compare(b, a, _DRIFT, same_nan=True)
        return found.text.replace("Your result", "the key") if found else None


def _without_rounding(tree: Any) -> Any:
    """Return a key without what was measured of rounding, which is another on each machine."""
    if isinstance(tree, dict):
        return {k: _without_rounding(v) for k, v in tree.items() if k != "rounding"}
    if isinstance(tree, (list, tuple)):
        return type(tree)([_without_rounding(v) for v in tree])
    return tree


def lessons() -> list[str]:
    """Return the lessons whose keys are shipped with the package, in order."""
    folder = _folder()
    if not folder.is_dir():
        return []
    return sorted(f.name.removesuffix(".json") for f in folder.iterdir() if f.name.endswith("json"))


def _folder() -> Path:
    tried = os.environ.get(KEYS_VARIABLE)
    return Path(tried) if tried else Path(__file__).parents[1] / "keys"


def _find(lesson: str) -> Path:
    beside, shipped = Path(f"{lesson}{BESIDE}").absolute(), _folder() / f"{lesson}.json"
    if beside.is_file() and KEYS_VARIABLE not in os.environ:
        return beside
    if shipped.is_file():
        return shipped
    raise LookupError(
        f"There is no lesson {lesson!r}; the lessons are: {', '.join(lessons()) or 'none'}. "
        f"For a lesson of another course, {beside.name} must lie beside the notebook."
    )


@lru_cache(maxsize=4)
def _read(path: Path) -> Key:
    return Key.from_json(path.read_text(encoding="utf-8"))


def _exercise(tree: dict[str, Any]) -> ExerciseKey:
    parts = {
        "criteria": tuple(KeyCriterion(**c) for c in tree["criteria"]),
        "probes": tuple(KeyProbe(**p) for p in tree["probes"]),
        "misconceptions": tuple(Misconception(**m) for m in tree["misconceptions"]),
        "tolerance": {dtype: Tolerance(**t) for dtype, t in tree["tolerance"].items()},
        "rule": Rule(**tree["rule"]) if tree["rule"] else None,
        "habit": Rule(**tree["habit"]) if tree.get("habit") else None,
    }
    return ExerciseKey(**{**tree, **parts})
