"""Blocks and models: judged by what they compute once known weights are imposed.

Weights are matched by role and shape, never by a layer's name or place. Where several layers have
the same weights, any assignment that reproduces the reference is right, so that a shortcut written
before the main path is no error.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import islice, permutations, product
from typing import Any

import numpy as np

from cnncourse.check.compare import Mismatch, compare
from cnncourse.check.imposed import seed_of
from cnncourse.check.key import ExerciseKey, KeyProbe
from cnncourse.check.kinds.base import Ask, Findings, Kind, Sighting

# Students write the layers in the order of the statement, or with one pair swapped: these few
# assignments find them all, and bound the time that a wrong answer takes.
_MOST_ASSIGNMENTS = 48
_MODES = ("behaviour", "training")


class NetworkSighting(Sighting):
    """A built network: what it reports of itself, and what it computes with imposed weights."""

    def __init__(self, reply: dict[str, Any], key: ExerciseKey, probe: KeyProbe, ask: Ask) -> None:
        super().__init__(reply)
        self._key, self._probe, self._ask = key, probe, ask
        self._runs: dict[tuple, dict[str, Any]] = {}

    @property
    def report(self) -> dict[str, Any]:
        """Weights, shapes and counts."""
        return self.reply["report"]

    def against(self, record: dict[str, Any]) -> Findings:
        """Compare in every aspect the probe is judged on."""
        if "report" not in record:
            return dict.fromkeys(self._probe.options["aspects"])
        return {a: getattr(self, f"_{a}")(record) for a in self._probe.options["aspects"]}

    def agrees(self, record: dict[str, Any]) -> bool:
        """Whether it is the recorded network: same counts and shapes, then same outputs."""
        if "report" not in record or "report" not in self.reply:
            return super().agrees(record)
        mine, theirs = self.report, record["report"]
        if any(mine[k] != theirs[k] for k in ("total", "trainable", "outputs")):
            return False
        return not any(self.against(record).values())

    def _shape(self, record: dict[str, Any]) -> Mismatch | None:
        mine, theirs = (_shapes(r["outputs"]) for r in (self.report, record["report"]))
        if mine == theirs:
            return None
        return Mismatch("shape", f"Your output has shape {mine}; {theirs} is expected.")

    def _parameters(self, record: dict[str, Any]) -> Mismatch | None:
        mine, theirs = self.report, record["report"]
        if mine["total"] != theirs["total"]:
            gap = mine["total"] - theirs["total"]
            text = f"Yours has {mine['total']:,} parameters: {abs(gap):,} too {_many(gap)}."
            return Mismatch("values", text)
        if mine["trainable"] != theirs["trainable"]:
            gap = mine["trainable"] - theirs["trainable"]
            text = f"The count fits, but {abs(gap):,} too {_many(gap)} of them are trainable."
            return Mismatch("values", text)
        return None

    def _stages(self, record: dict[str, Any]) -> Mismatch | None:
        mine, theirs = (r["stages"] for r in (self.report, record["report"]))
        if mine == theirs:
            return None
        i = next((i for i, (a, b) in enumerate(zip(mine, theirs, strict=False)) if a != b), None)
        if i is None:
            few = "ends too early" if len(mine) < len(theirs) else "goes on too long"
            return Mismatch("shape", f"The sequence of shapes in your network {few}.")
        text = f"After {_shapes(mine[:i][-1:]) or 'the input'} your network gives"
        return Mismatch(
            "shape", f"{text} {_shapes(mine[i : i + 1])}; {_shapes(theirs[i : i + 1])} is expected."
        )

    def _behaviour(self, record: dict[str, Any]) -> Mismatch | None:
        return self._outputs(record, "behaviour")

    def _training(self, record: dict[str, Any]) -> Mismatch | None:
        return self._outputs(record, "training")

    def _outputs(self, record: dict[str, Any], mode: str) -> Mismatch | None:
        """Run with the recorded network's weights, in each assignment that fits."""
        first: Mismatch | None = None
        expected = record[mode]
        tolerance = self._key.tolerance_for(expected)
        mine, theirs = self.report["weights"], record["report"]["weights"]
        for slots in islice(assignments(mine, theirs), _MOST_ASSIGNMENTS):
            reply = self._run(slots, mode)
            if "value" not in reply:
                text = f"Running your network raised {reply['error']['type']}."
                return Mismatch("type", text, (reply["error"]["message"],))
            found = compare(reply["value"], expected, tolerance)
            if found is None:
                return None
            first = first or found
        if first is None:
            text = "Your network does not have the weights of the one that is described."
            return Mismatch("values", text)
        if first.kind == "shape":
            return first
        text = "With the same weights, your network computes other values than the one described."
        return Mismatch("values", text, first.details)

    def _run(self, slots: tuple[int, ...], mode: str) -> dict[str, Any]:
        if (slots, mode) not in self._runs:
            weights = _weights(self.report["weights"], slots, self._probe.options["seed"])
            self._runs[slots, mode] = run(
                self._ask, self.reply["handle"], weights, mode, self._probe
            )
        return self._runs[slots, mode]


class NetworkKind(Kind):
    """Builds the student's network on symbolic inputs, then runs it with imposed weights."""

    def examine(self, key: ExerciseKey, probe: KeyProbe, ask: Ask) -> NetworkSighting:
        """Build it; runs follow as comparisons need them."""
        reply = ask(probe.request)
        if "report" in reply and not _well_formed(reply["report"]):
            reply = {"error": {"type": "TypeError", "message": "the network's report is malformed"}}
        return NetworkSighting(reply, key, probe, ask)

    def record(self, key: ExerciseKey, probe: KeyProbe, ask: Ask) -> dict[str, Any]:
        """Keep the report, and the outputs with weights imposed in the network's own order."""
        reply = ask(probe.request)
        if "report" not in reply:
            return reply
        record = {"report": reply["report"]}
        order = tuple(range(len(reply["report"]["weights"])))
        weights = _weights(reply["report"]["weights"], order, probe.options["seed"])
        for mode in _MODES:
            if mode in probe.options["aspects"]:
                ran = run(ask, reply["handle"], weights, mode, probe)
                if "value" not in ran:
                    return ran
                record[mode] = ran["value"]
        return record


def run(
    ask: Ask, handle: int, weights: list[dict[str, Any]], mode: str, probe: KeyProbe
) -> dict[str, Any]:
    """Ask a built network for its outputs on the probe's inputs."""
    return ask(
        {
            "op": "run",
            "handle": handle,
            "weights": weights,
            "inputs": probe.options["inputs"],
            "training": mode == "training",
        }
    )


def assignments(mine: list[dict], theirs: list[dict]) -> Iterator[tuple[int, ...]]:
    """Yield the ways to give each of my weights one of theirs, layer by layer where that fits.

    Args:
        mine: weights with ``role``, ``shape`` and ``layer``.
        theirs: the same, of the network to be imitated.

    Yields:
        For each of my weights the index of the one it takes; nothing where the shapes differ.

    Example:
        >>> w = [{"role": "kernel", "shape": [2, 2], "layer": n} for n in "ab"]
        >>> list(assignments(w, w))
        [(0, 1), (1, 0)]
    """
    for part in (_by_layer, _by_weight):
        a, b = part(mine), part(theirs)
        if {k: len(v) for k, v in a.items()} == {k: len(v) for k, v in b.items()}:
            yield from _pairings(a, b, len(mine))
            return


def _pairings(a: dict, b: dict, n: int) -> Iterator[tuple[int, ...]]:
    keys = list(a)
    for choice in product(*(permutations(b[k]) for k in keys)):
        taken = [0] * n
        for key, order in zip(keys, choice, strict=True):
            for my_group, their_group in zip(a[key], order, strict=True):
                for i, j in zip(my_group, their_group, strict=True):
                    taken[i] = j
        yield tuple(taken)


def _by_layer(weights: list[dict]) -> dict[tuple, list[tuple[int, ...]]]:
    """Signature of a layer's weights → the layers that have it, each as its weights' indices."""
    layers: dict[str, list[int]] = defaultdict(list)
    for i, w in enumerate(weights):
        layers[w["layer"]].append(i)
    groups: dict[tuple, list[tuple[int, ...]]] = defaultdict(list)
    for members in layers.values():
        ordered = sorted(members, key=lambda i: (weights[i]["role"], weights[i]["shape"]))
        signature = tuple((weights[i]["role"], *weights[i]["shape"]) for i in ordered)
        groups[signature].append(tuple(ordered))
    return groups


def _by_weight(weights: list[dict]) -> dict[tuple, list[tuple[int, ...]]]:
    groups: dict[tuple, list[tuple[int, ...]]] = defaultdict(list)
    for i, w in enumerate(weights):
        groups[tuple(w["shape"])].append((i,))
    return groups


def _weights(mine: list[dict], slots: tuple[int, ...], seed: int) -> list[dict[str, Any]]:
    return [
        {"role": w["role"], "seed": seed_of(seed, slot)}
        for w, slot in zip(mine, slots, strict=True)
    ]


def _well_formed(report: Any) -> bool:
    """Whether a report that came from untrusted code has the form this module reads."""
    try:
        counts = all(isinstance(report[k], int) for k in ("total", "trainable"))
        lists = all(isinstance(n, int) for k in ("outputs", "stages") for s in report[k] for n in s)
        weights = all(
            isinstance(w["role"], str)
            and isinstance(w["layer"], str)
            and all(isinstance(n, int) and n >= 0 for n in w["shape"])
            for w in report["weights"]
        )
        sizes = sum(int(np.prod(w["shape"])) for w in report["weights"])
        return counts and lists and weights and sizes == report["total"]
    except (TypeError, KeyError, ValueError, OverflowError):
        return False


def _shapes(shapes: list[list[int]]) -> str:
    return ", ".join("×".join("?" if n < 0 else str(n) for n in s) for s in shapes)


def _many(gap: int) -> str:
    return "many" if gap > 0 else "few"
