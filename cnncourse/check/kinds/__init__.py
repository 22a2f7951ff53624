"""How each kind of exercise is asked and compared: one module per kind, one table of them."""

from __future__ import annotations

from cnncourse.check.kinds.base import Kind
from cnncourse.check.kinds.equation import EquationKind
from cnncourse.check.kinds.function import FunctionKind
from cnncourse.check.kinds.network import NetworkKind
from cnncourse.check.kinds.pipeline import PipelineKind
from cnncourse.check.kinds.trained import TrainedKind
from cnncourse.check.kinds.value import ValueKind

KINDS: dict[str, Kind] = {
    "function": FunctionKind(),
    "pipeline": PipelineKind(),
    "value": ValueKind(),
    "choices": ValueKind(),
    "equation": EquationKind(),
    "block": NetworkKind(),
    "model": NetworkKind(),
    "trained": TrainedKind(),
}

__all__ = ["KINDS", "Kind"]
