"""The specification of an exercise: what to probe it with, what is right, what students get wrong.

A lesson's ``exercises.py`` holds one class an exercise, made from the kinds here. From it come the
instant check, the hidden grading, the audit of both, and the sample class of the demo.
"""

from autograder.exercise.answers import Answer, accepted, wrong
from autograder.exercise.base import Criterion, Exercise, Probe
from autograder.exercise.kinds import (
    Block,
    Choices,
    Equation,
    Function,
    Model,
    Pipeline,
    Trained,
    Value,
    Written,
)
from cnncourse.check.compare import Tolerance
from cnncourse.check.rules import Rule

__all__ = [
    "Answer",
    "Block",
    "Choices",
    "Criterion",
    "Equation",
    "Exercise",
    "Function",
    "Model",
    "Pipeline",
    "Probe",
    "Rule",
    "Tolerance",
    "Trained",
    "Value",
    "Written",
    "accepted",
    "wrong",
]
