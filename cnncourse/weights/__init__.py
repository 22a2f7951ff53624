"""Weights from elsewhere: copied from another network, or published ones that packages carry."""

from .copying import copy_weights

__all__ = ["copy_weights"]
