"""Blocks and models: judged by what they compute once known weights are imposed.

Weights are matched by role and shape, never by a layer's name or place. Where several layers have
the same weights, any assignment that reproduces the reference is right, so that a shortcut written
before the main path is no error. Where there are too many assignments to try, layers alike are
given weights alike: then all assignments are the same one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, permutations, product
from math import factorial, prod
from typing import Any

from cnncourse.check.compare import Mismatch, compare
from cnncourse.check.fixed_weights import seed_of
from cnncourse.check.key import ExerciseKey, KeyProbe
from cnncourse.check.kinds.base import Kind, Mismatches, Observation
from cnncourse.check.relations import Relation
from cnncourse.check.reply import Ask, Reply, question
from cnncourse.check.weight_relations import weight_relation

# Students write the layers in the order of the statement, or with one pair swapped: these few
# assignments find them all, and bound the time that a wrong answer takes.
_MOST_ASSIGNMENTS = 48
_MODES = ("behaviour", "training")
# What a network can be judged on; each is a method of `NetworkObservation`.
ASPECTS = ("shape", "parameters", "stages", *_MODES)

_UNCONFIRMED = Mismatch(
    "type",
    "Your network cannot be built again from its configuration, so its counts and shapes are not "
    "known for certain: use Keras's own layers and operations.",
)

# The indices of one layer's weights, and the layers that are alike.
Group = tuple[int, ...]
Signature = tuple
Groups = dict[Signature, list[Group]]


class NetworkObservation(Observation):
    """A built network: what it reports of itself, and what it computes with imposed weights."""

    def __init__(self, reply: Reply, key: ExerciseKey, probe: KeyProbe, ask: Ask) -> None:
        super().__init__(reply)
        self._key, self._probe, self._ask = key, probe, ask
        self._runs: dict[tuple, Reply] = {}

    @property
    def report(self) -> dict[str, Any]:
        """Weights, shapes and counts."""
        return self.reply["report"]

    def against(self, record: dict[str, Any]) -> Mismatches:
        """Compare in every aspect the probe is judged on.

        A report that nobody could confirm counts only for a network that also computes what it
        should: the right outputs with imposed weights cannot be had without the right network.
        """
        aspects = self._probe.options["aspects"]
        mismatches = {a: getattr(self, f"_{a}")(record) for a in aspects}
        computed = [mismatches[m] for m in _MODES if m in aspects]
        if self.reply["confirmed"] or (computed and not any(computed)):
            return mismatches
        return {
            a: found or (None if a in _MODES else _UNCONFIRMED) for a, found in mismatches.items()
        }

    def beside(self, record: dict[str, Any]) -> tuple[Any, Any] | None:
        """Return the outputs with the same weights, in the first assignment that fits."""
        mine, theirs = self.report["weights"], record["report"]["weights"]
        if "behaviour" not in self._probe.options["aspects"]:
            return None
        for slots, outputs in _trials(mine, theirs, record):
            reply = self._run(_imposed(theirs, slots, self._probe.options["seed"]), "behaviour")
            return (reply["value"], outputs["behaviour"]) if "value" in reply else None
        return None

    def relation(self, record: dict[str, Any]) -> Relation | None:
        """Return what the weights differ by."""
        return weight_relation(self.report["weights"], record["report"]["weights"])

    def repeats(self, record: dict[str, Any]) -> bool:
        """Return whether it is the recorded network: same counts and shapes, then same outputs."""
        mine, theirs = self.report, record["report"]
        if any(mine[k] != theirs[k] for k in ("total", "trainable", "outputs")):
            return False
        if "fails" in record:
            return self.recorded().get("fails") == record["fails"]
        return super().repeats(record)

    def recorded(self) -> dict[str, Any]:
        """Return the report, and the outputs with weights imposed in the network's own order."""
        weights = self.report["weights"]
        report = {**self.report, "weights": _renumbered(weights)}
        record: dict[str, Any] = {"report": report}
        orders = {"": tuple(range(len(weights)))}
        if _ways(_by_layer(weights)) > _MOST_ASSIGNMENTS:
            orders["alike"] = _alike(weights, weights) or ()
        modes = [m for m in _MODES if m in self._probe.options["aspects"]]
        for name, order in orders.items():
            imposed = _imposed(weights, order, self._probe.options["seed"])
            outputs = {m: self._run(imposed, m) for m in modes}
            failed = next((r for r in outputs.values() if "value" not in r), None)
            if failed:
                return {"report": report, "fails": _failed(failed).text}
            values = {m: r["value"] for m, r in outputs.items()}
            record.update({name: values} if name else values)
        return record

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
        """Run with the recorded network's weights, in each assignment that is worth a try."""
        mine, theirs = self.report["weights"], record["report"]["weights"]
        first: Mismatch | None = None
        for slots, outputs in _trials(mine, theirs, record):
            weights = _imposed(theirs, slots, self._probe.options["seed"])
            reply = self._run(weights, mode)
            if "value" not in reply:
                return _failed(reply)
            found = compare(reply["value"], outputs[mode], self._key.tolerance)
            if found is None:
                return None
            first = first or found
        if first is None:
            text = "Your network does not have the weights of the one that is described."
            return Mismatch("values", text)
        if first.kind != "values":
            return first
        text = "With the same weights, your network computes other values than the one described."
        return Mismatch("values", text, first.details)

    def _run(self, weights: list[dict[str, Any]], mode: str) -> Reply:
        sent = (mode, *((w["role"], *w["shape"], w["seed"]) for w in weights))
        if sent not in self._runs:
            handle = self.reply["handle"]
            self._runs[sent] = run(self._ask, self._probe, handle, weights, mode)
        return self._runs[sent]


class NetworkKind(Kind):
    """Builds the student's network on symbolic inputs, then runs it with imposed weights."""

    def examine(self, key: ExerciseKey, probe: KeyProbe, ask: Ask) -> NetworkObservation:
        """Build it; runs follow as comparisons need them."""
        return NetworkObservation(question(ask, probe.request), key, probe, ask)


def run(ask: Ask, probe: KeyProbe, handle: int, weights: list[dict[str, Any]], mode: str) -> Reply:
    """Ask a built network for its outputs on the probe's inputs.

    Args:
        ask: takes requests to the answer.
        probe: the question that it was built for; a network no longer there is built again.
        handle: the network.
        weights: for each of its weights the role, shape and seed of what to impose.
        mode: ``behaviour`` or ``training``.

    Returns:
        The reply, with the outputs as its value.
    """
    request = {
        **probe.request,
        "op": "run",
        "handle": handle,
        "weights": weights,
        "inputs": probe.options["inputs"],
        "training": mode == "training",
    }
    return question(ask, request)


def _failed(reply: Reply) -> Mismatch:
    error = reply.get("error") or {"type": "", "message": ""}
    if not error["type"]:
        return Mismatch("type", error["message"] or "Your network is gone after it was built.")
    return Mismatch("type", f"Running your network raised {error['type']}.", (error["message"],))


def _trials(
    mine: list[dict], theirs: list[dict], record: dict[str, Any]
) -> Iterator[tuple[tuple[int, ...], dict[str, Any]]]:
    """Yield assignments with the record's outputs for them."""
    alike = _alike(mine, theirs) if "alike" in record else None
    if alike is not None:
        yield alike, record["alike"]
        return
    yield from ((slots, record) for slots in islice(assignments(mine, theirs), _MOST_ASSIGNMENTS))


def assignments(mine: list[dict], theirs: list[dict]) -> Iterator[tuple[int, ...]]:
    """Yield the ways to give each of my weights one of theirs, layer by layer where that fits.

    Args:
        mine: weights with ``role``, ``shape`` and ``layer``.
        theirs: the same, of the network to be imitated.

    Yields:
        For each of my weights the index of the one it takes, my own order first; nothing where
        the shapes differ. Of a group of many layers alike, only the first few orders.

    Example:
        >>> w = [{"role": "kernel", "shape": [2, 2], "layer": n} for n in "ab"]
        >>> list(assignments(w, w))
        [(0, 1), (1, 0)]
    """
    for part in (_by_layer, _by_weight):
        a, b = part(mine), part(theirs)
        if _sizes(a) == _sizes(b):
            # product() would hold all permutations of each group: 18 layers alike have 18!
            orders = (islice(permutations(b[k]), _MOST_ASSIGNMENTS) for k in a)
            for choice in product(*orders):
                yield _taken(a, dict(zip(a, choice, strict=True)), len(mine))
            return


def _taken(a: Groups, b: Mapping[Signature, Sequence[Group]], n: int) -> tuple[int, ...]:
    """Return for each of my n weights the index of theirs, groups paired in order."""
    taken = [0] * n
    for signature, groups in a.items():
        for my_group, their_group in zip(groups, b[signature], strict=True):
            for i, j in zip(my_group, their_group, strict=True):
                taken[i] = j
    return tuple(taken)


def _alike(mine: list[dict], theirs: list[dict]) -> tuple[int, ...] | None:
    """Return for each of my weights that of their first layer of its kind, or None."""
    a, b = _by_layer(mine), _by_layer(theirs)
    if _sizes(a) != _sizes(b):
        return None
    return _taken(a, {k: [groups[0]] * len(groups) for k, groups in b.items()}, len(mine))


def _ways(groups: Groups) -> int:
    return prod(factorial(min(len(g), 20)) for g in groups.values())


def _sizes(groups: Groups) -> dict[Signature, int]:
    return {signature: len(g) for signature, g in groups.items()}


def _by_layer(weights: list[dict]) -> Groups:
    """Return the layers by the signature of their weights."""
    layers: dict[str, list[int]] = defaultdict(list)
    for i, w in enumerate(weights):
        layers[w["layer"]].append(i)
    groups: Groups = defaultdict(list)
    for members in layers.values():
        signed = sorted((weights[i]["role"], _folded(weights[i]["shape"]), i) for i in members)
        groups[tuple(s[:2] for s in signed)].append(tuple(s[2] for s in signed))
    return groups


def _by_weight(weights: list[dict]) -> Groups:
    """Return the weights by their shape."""
    groups: Groups = defaultdict(list)
    for i, w in enumerate(weights):
        groups[_folded(w["shape"])].append((i,))
    return groups


def _folded(shape: list[int]) -> tuple[int, ...]:
    """Return a kernel's rows and columns: a dense layer may stand for a convolution that is one.

    Example:
        >>> _folded([5, 5, 16, 120]) == _folded([400, 120]), _folded([1, 1, 8, 4])
        (True, (8, 4))
    """
    if len(shape) <= 1:
        return tuple(shape)
    long = [n for n in shape if n != 1]
    return (prod(long[:-1]), long[-1]) if long else (1, 1)


def _renumbered(weights: list[dict]) -> list[dict]:
    """Return the weights with their layers counted, as names depend on what was built before."""
    numbers: dict[str, int] = {}
    return [{**w, "layer": str(numbers.setdefault(w["layer"], len(numbers)))} for w in weights]


def _imposed(theirs: list[dict], slots: tuple[int, ...], seed: int) -> list[dict[str, Any]]:
    """Return what each of my weights is to hold: the value that one of theirs had."""
    return [
        {"role": theirs[j]["role"], "shape": theirs[j]["shape"], "seed": seed_of(seed, j)}
        for j in slots
    ]


def _shapes(shapes: list[list[int]]) -> str:
    return ", ".join("×".join("?" if n < 0 else str(n) for n in s) for s in shapes)


def _many(gap: int) -> str:
    return "many" if gap > 0 else "few"
