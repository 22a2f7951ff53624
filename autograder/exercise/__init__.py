"""The specification of an exercise: what to probe it with, what is right, what students get wrong.

Each file in a lesson's ``exercises`` folder holds the class of one exercise, made from the kinds
here. From it come the exercise's heading, the instant check, the hidden grading, the audit of both,
and the sample class of the demo.
"""

from autograder.exercise.answers import Answer, Faulty, accepted, near_miss, wrong
from autograder.exercise.base import Criterion, Exercise
from autograder.exercise.functions import Equation, Family, Function, Pipeline
from autograder.exercise.networks import Block, Model, Trained
from autograder.exercise.probes import Build, Probe, Repeat
from autograder.exercise.tolerances import (
    COPIED,
    DEEP_32,
    EITHER,
    EXACT,
    SINGLE,
    SUMS,
    SUMS_32,
    SUMS_64,
)
from autograder.exercise.values import Choices, Value
from autograder.exercise.written import Written
from cnncourse.check.compare import Tolerance
from cnncourse.check.rules import Rule

__all__ = [
    "COPIED",
    "DEEP_32",
    "EITHER",
    "EXACT",
    "SINGLE",
    "SUMS",
    "SUMS_32",
    "SUMS_64",
    "Answer",
    "Block",
    "Build",
    "Choices",
    "Criterion",
    "Equation",
    "Exercise",
    "Family",
    "Faulty",
    "Function",
    "Model",
    "Pipeline",
    "Probe",
    "Repeat",
    "Rule",
    "Tolerance",
    "Trained",
    "Value",
    "Written",
    "accepted",
    "near_miss",
    "wrong",
]
