"""How the weights of a network relate to those of the one described.

A count that is off by 192 tells a student little. What kind of layer is one too many, too few or
of another size can be said for certain, since each weight has a role and a shape.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from cnncourse.check.relations import Relation

# A layer by its weights: (role, shape) of each, sorted.
Layer = tuple[tuple[str, tuple[int, ...]], ...]
_STATISTICS = {"moving_mean", "moving_variance"}


def weight_relation(
    mine: Sequence[dict[str, Any]], theirs: Sequence[dict[str, Any]]
) -> Relation | None:
    """Find what the weights of two networks differ by, if it is one thing.

    Args:
        mine: weights of the student's network, each with ``role``, ``shape`` and ``layer``.
        theirs: those of the network described.

    Returns:
        What is certain, without the sizes that are described; None where several things differ.

    Example:
        >>> conv = [{"role": "kernel", "shape": [3, 3, 2, 4], "layer": "a"}]
        >>> bias = [{"role": "bias", "shape": [4], "layer": "a"}]
        >>> weight_relation([*conv, *bias], conv).message
        'The weights differ by biases alone: one layer of yours has a bias that is not described.'
    """
    have, want = _layers(mine), _layers(theirs)
    extra, missing = list((have - want).elements()), list((want - have).elements())
    if not extra and not missing:
        return None
    for find in (_biases, _one_sided, _sizes):
        found = find(extra, missing)
        if found:
            return found
    return None


def _layers(weights: Sequence[dict[str, Any]]) -> Counter[Layer]:
    by_name: dict[str, list[tuple[str, tuple[int, ...]]]] = defaultdict(list)
    for w in weights:
        by_name[w["layer"]].append((w["role"], tuple(w["shape"])))
    return Counter(tuple(sorted(parts)) for parts in by_name.values())


def _biases(extra: list[Layer], missing: list[Layer]) -> Relation | None:
    bare = [Counter(_without(layer, "bias") for layer in side) for side in (extra, missing)]
    if bare[0] != bare[1] or not extra:
        return None
    more = sum(_has(layer, "bias") for layer in extra) - sum(_has(m, "bias") for m in missing)
    if not more:
        return None
    layers = _count(abs(more), "layer")
    if more > 0:
        verb = "has a bias that is" if more == 1 else "have biases that are"
        return Relation(
            "biases",
            f"The weights differ by biases alone: {layers} of yours {verb} not described.",
        )
    verb = "lacks its" if more == -1 else "lack their"
    return Relation("biases", f"The weights differ by biases alone: {layers} of yours {verb} bias.")


def _one_sided(extra: list[Layer], missing: list[Layer]) -> Relation | None:
    """Say which kind of layer is too many or too few, where nothing else differs."""
    if extra and missing:
        return None
    layers = extra or missing
    kinds = {_kind(layer) for layer in layers}
    what = kinds.pop() if len(kinds) == 1 else "layer with weights"
    if missing:  # which size is described is the student's to find out
        what = what.rpartition(" ")[2] if what.endswith("convolution") else what
    many = _count(len(layers), what)
    if extra:
        which = f" ({_sizes_of(layers[0])})" if len(layers) == 1 else ""
        return Relation("extra_layers", f"Your network has {many}{which} more than described.")
    return Relation(
        "missing_layers", f"Your network lacks {many}; all its others are as described."
    )


def _sizes(extra: list[Layer], missing: list[Layer]) -> Relation | None:
    """Say in which measure one kind of layer differs from its counterpart."""
    if len(extra) != len(missing):
        return None
    have, want = (
        sorted(kernel for layer in side if (kernel := _kernel(layer))) for side in (extra, missing)
    )
    if not have or len(have) != len(want):
        return None
    if any(len(a) != len(b) for a, b in zip(have, want, strict=True)):
        return None
    for identifier, rest, words in _MEASURES:
        if Counter(map(rest, have)) == Counter(map(rest, want)):
            odd = sorted(set(have) - set(want))
            return Relation(identifier, words.format(_form(odd[0])) if odd else words)
    return None


def _but_window(kernel: tuple[int, ...]) -> tuple[int, ...]:
    return kernel[-2:]


def _but_outputs(kernel: tuple[int, ...]) -> tuple[int, ...]:
    return kernel[:-1]


def _but_inputs(kernel: tuple[int, ...]) -> tuple[int, ...]:
    return (*kernel[:-2], kernel[-1])


Measure = Callable[[tuple[int, ...]], tuple[int, ...]]
_MEASURES: tuple[tuple[str, Measure, str], ...] = (
    (
        "kernel_size",
        _but_window,
        "All your layers have the channels described, but not all have the size of kernel: none of "
        "{} is described.",
    ),
    (
        "width",
        _but_outputs,
        "One number of channels or units is not as described: no kernel of {} is.",
    ),
    (
        "inputs",
        _but_inputs,
        "A layer of yours reads another number of channels than described: no kernel of {} is. "
        "Look at what you hand to it.",
    ),
)


def _kernel(layer: Layer) -> tuple[int, ...] | None:
    return next((shape for _, shape in layer if len(shape) >= 2), None)


def _kind(layer: Layer) -> str:
    roles, kernel = {role for role, _ in layer}, _kernel(layer)
    if roles & _STATISTICS:
        return "normalisation"
    if kernel is None:
        return "layer with weights"
    if any("depthwise" in role for role in roles):
        return "depthwise convolution"
    return "dense layer" if len(kernel) == 2 else f"{kernel[0]}×{kernel[1]} convolution"


def _sizes_of(layer: Layer) -> str:
    kernel = _kernel(layer)
    if kernel:
        return f"a kernel of {_form(kernel)}"
    return f"of {layer[0][1][0]} channels" if layer[0][1] else "a single number"


def _form(shape: tuple[int, ...]) -> str:
    return "×".join(map(str, shape))


def _without(layer: Layer, role: str) -> Layer:
    return tuple(part for part in layer if part[0] != role)


def _has(layer: Layer, role: str) -> bool:
    return any(part[0] == role for part in layer)


def _count(number: int, what: str) -> str:
    return f"one {what}" if number == 1 else f"{number} {what}s"
