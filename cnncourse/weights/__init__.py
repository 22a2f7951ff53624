"""Weights from elsewhere: copied from another network, or published ones that packages carry."""

from .checkpoint import read_checkpoint
from .copying import copy_weights
from .lite0 import load_lite0

__all__ = ["copy_weights", "load_lite0", "read_checkpoint"]
