"""Blocks and models: judged by what they compute once known weights are imposed.

Weights are matched by role and shape, never by a layer's name or place. Where several layers have
the same weights, any assignment that reproduces the reference is right, so that a shortcut written
before the main path is no error. Where there are too many assignments to try, layers alike are
given weights alike: then all assignments are the same one.

Counts and shapes are what a network says of itself, and its process may say what it likes. They
are believed where the network computes with imposed weights what the reference computes, since
that needs all of them; or where it can be built again from its description by someone else and
then says the same (`autograder.grading.structure`; in a notebook, the check does so itself). Code
of the student's own cannot be built again: what holds such code is judged by what it computes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, permutations, product
from math import factorial, prod
from typing import Any

from cnncourse.check.allowed_layers import is_harmless
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
# The kinds of exercises that are judged so.
NETWORKS = ("block", "model")
# What a network can be judged on; each is a method of `NetworkObservation`.
ASPECTS = ("shape", "parameters", "stages", "fresh", *_MODES)

_UNKNOWN = Mismatch(
    "type",
    "Your network holds code of your own, so nobody else can build it again and count. What it "
    "says of itself earns points where it computes the right values, and here it does not yet.",
)
_ANOTHER = Mismatch(
    "type",
    "Built again from its own description, your network is another one. What it says of itself "
    "earns points where it computes the right values, and here it does not yet.",
)
# What two reports of one structure must agree in, beside the weights.
_COMPARED = ("total", "trainable", "outputs", "stages")

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

        What a network says of its structure counts where it is known for certain.
        """
        found = self._compared(record)
        claimed = [a for a in found if a not in _MODES and found[a] is None]
        if not claimed or self._certain(record, found):
            return found
        shaped = self._runs_in_shape(record)
        doubt = _ANOTHER if is_harmless(self.reply["config"]) else _UNKNOWN
        doubted = {a: doubt for a in claimed if not (a == "shape" and shaped)}
        # What was seen comes before what is not known.
        return {a: m for a, m in found.items() if a not in doubted} | doubted

    def _compared(self, record: dict[str, Any]) -> Mismatches:
        return {a: getattr(self, f"_{a}")(record) for a in self._probe.options["aspects"]}

    def _certain(self, record: dict[str, Any], found: Mismatches) -> bool:
        """Return whether the network is what it says it is."""
        runs = [m for m in _MODES if m in record]
        if any((found[m] if m in found else self._outputs(record, m)) is None for m in runs):
            return True
        return self._built_again() or (not runs and self._computes_elsewhere())

    def _built_again(self) -> bool:
        """Return whether someone else gets the same network from its description."""
        config = self.reply["config"]
        if not is_harmless(config):
            return False
        again = question(self._ask, {"op": "rebuild", "config": config})
        return "report" in again and _same(self.report, again["report"])

    def _computes_elsewhere(self) -> bool:
        """Return whether the answer computes what it should wherever the exercise runs it.

        This is for networks too large to run.
        """
        run_at = [p for p in self._key.probes if any(m in p.expected for m in _MODES)]
        for probe in run_at:
            reply = question(self._ask, probe.request)
            if "report" not in reply:
                return False
            other = NetworkObservation(reply, self._key, probe, self._ask)
            modes = [m for m in _MODES if m in probe.expected]
            if any(other._outputs(probe.expected, m) for m in modes):
                return False
        return bool(run_at)

    def _runs_in_shape(self, record: dict[str, Any]) -> bool:
        """Return whether the network, run with any weights, gives arrays of the right shape."""
        mode = next((m for m in _MODES if m in record), None)
        if mode is None:
            return False
        weights = self.report["weights"]
        own = _imposed(weights, range(len(weights)), self._probe.options["seed"])
        reply = self._run(own, mode)
        if "value" not in reply:
            return False
        found = compare(reply["value"], record[mode], self._key.tolerance)
        return found is None or found.kind == "values"

    def beside(self, record: dict[str, Any]) -> tuple[Any, Any] | None:
        """Return the outputs with the same weights, in the first assignment that fits."""
        if "behaviour" not in self._probe.options["aspects"]:
            return None
        reply, outputs = next(self._tried(record, "behaviour"), ({}, None))
        return (reply["value"], outputs) if "value" in reply else None

    def relation(self, record: dict[str, Any]) -> Relation | None:
        """Return what the weights differ by, unless the first stage that differs says more."""
        if "stages" in self._probe.options["aspects"]:
            return None
        return weight_relation(self.report["weights"], record["report"]["weights"])

    def repeats(self, record: dict[str, Any]) -> bool:
        """Return whether it is the recorded network: same counts and shapes, then same outputs."""
        mine, theirs = self.report, record["report"]
        if any(mine[k] != theirs[k] for k in ("total", "trainable", "outputs")):
            return False
        if "fails" in record:
            return self.recorded().get("fails") == record["fails"]
        aspects = self._probe.options["aspects"]
        fresh = "fresh" in aspects and self._probe.expected
        asked = [a for a in aspects if not (fresh and a == "fresh")]
        # To run it takes longest, and is seldom needed.
        differ = (getattr(self, f"_{a}")(record) for a in sorted(asked, key=_MODES.__contains__))
        return not any(differ) and (not fresh or self._fresh_alike(record))

    def recorded(self, modes: Sequence[str] | None = None) -> dict[str, Any]:
        """Return the report, and the outputs with weights imposed in the network's own order.

        Args:
            modes: the modes to run in; those that the probe is judged on if None.
        """
        if modes is None:
            modes = [m for m in _MODES if m in self._probe.options["aspects"]]
        weights = self.report["weights"]
        report = {**self.report, "weights": _renumbered(weights)}
        record: dict[str, Any] = {"report": report}
        orders = {"": tuple(range(len(weights)))}
        if _ways(_by_layer(weights)) > _MOST_ASSIGNMENTS:
            orders["alike"] = _alike(weights, weights) or ()
        for name, order in orders.items():
            imposed = _imposed(weights, order, self._probe.options["seed"])
            outputs = {m: self._run(imposed, m) for m in modes}
            failed = next((r for r in outputs.values() if "value" not in r), None)
            if failed:
                return {"report": report, "fails": _failed(failed).text}
            values = {m: r["value"] for m, r in outputs.items()}
            record.update({name: values} if name else values)
        if "fresh" in self._probe.options["aspects"]:
            built = self._as_built()
            if "value" not in built:
                return {"report": report, "fails": _failed(built).text}
            record["fresh"] = built["value"]
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

    def _fresh(self, record: dict[str, Any]) -> Mismatch | None:
        """Compare what the network does with the weights that it was built with."""
        built = self._as_built()
        if "value" not in built:
            return _failed(built)
        return self._as_built_differs(built["value"], record["fresh"])

    def _as_built_differs(self, mine: Any, theirs: dict[str, Any]) -> Mismatch | None:
        mine = mine if isinstance(mine, Mapping) else {}
        found = compare(mine.get("outputs"), theirs["outputs"], self._key.tolerance)
        if found and found.kind != "values":
            return found
        if found:
            text = "Freshly built, before it learns anything, yours computes other values."
            return Mismatch("values", text, found.details)
        if theirs["learns"] and mine.get("learns") is not True:
            text = "Freshly built, yours cannot begin to learn: no kernel has a slope but zero."
            return Mismatch("values", text)
        return None

    def _fresh_alike(self, record: dict[str, Any]) -> bool:
        """Return whether a recorded mistake differs from the reference as this answer does.

        Starting weights are drawn anew each time, so that their outputs are nobody's mark.
        """
        expected = self._probe.expected
        mine = self._fresh(expected)
        theirs = self._as_built_differs(record["fresh"], expected["fresh"])
        return (mine and mine.text) == (theirs and theirs.text)

    def _as_built(self) -> Reply:
        if ("fresh",) not in self._runs:
            request = {
                **self._probe.request,
                "op": "fresh",
                "handle": self.reply["handle"],
                "inputs": self._probe.options["inputs"],
            }
            self._runs["fresh",] = question(self._ask, request)
        return self._runs["fresh",]

    def _outputs(self, record: dict[str, Any], mode: str) -> Mismatch | None:
        """Run with the recorded network's weights, in each assignment that is worth a try."""
        first: Mismatch | None = None
        for reply, outputs in self._tried(record, mode):
            if "value" not in reply:
                return _failed(reply)
            found = compare(reply["value"], outputs, self._key.tolerance)
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

    def _tried(self, record: dict[str, Any], mode: str) -> Iterator[tuple[Reply, Any]]:
        """Yield what each assignment gives that is worth a try, and what it should give."""
        mine, theirs = self.report["weights"], record["report"]["weights"]
        for slots, outputs in _trials(mine, theirs, record):
            weights = _imposed(theirs, slots, self._probe.options["seed"])
            yield self._run(weights, mode), outputs[mode]

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

    def reference(self, key: ExerciseKey, probe: KeyProbe, ask: Ask) -> dict[str, Any]:
        """Return the reference's record, with its outputs wherever a network can be run.

        Where a probe is not judged on them, they tell whether a report can be believed.
        """
        seen = self.examine(key, probe, ask)
        runs = [m for m in _MODES if m in probe.options["aspects"]] or ["behaviour"]
        if "report" not in seen.reply or not probe.options["inputs"]:
            return seen.record()
        return seen.recorded(runs)


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


def _imposed(theirs: list[dict], slots: Sequence[int], seed: int) -> list[dict[str, Any]]:
    """Return what each of my weights is to hold: the value that one of theirs had."""
    return [
        {"role": theirs[j]["role"], "shape": theirs[j]["shape"], "seed": seed_of(seed, j)}
        for j in slots
    ]


def _same(report: dict[str, Any], again: dict[str, Any]) -> bool:
    """Return whether two reports, which `question` has passed, describe one structure."""
    weights = [
        sorted((w["role"], tuple(w["shape"]), w["trainable"]) for w in r["weights"])
        for r in (report, again)
    ]
    return weights[0] == weights[1] and all(report[k] == again[k] for k in _COMPARED)


def _shapes(shapes: list[list[int]]) -> str:
    return ", ".join("×".join("?" if n < 0 else str(n) for n in s) for s in shapes)


def _many(gap: int) -> str:
    return "many" if gap > 0 else "few"
