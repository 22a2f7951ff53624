"""An authored lesson, read once: its cells, its exercises, its solutions."""

from autograder.lesson.lesson import ExerciseCells, Lesson, lessons
from autograder.lesson.percent import Cell
from autograder.lesson.problem import AuthoringError, Problem

__all__ = [
    "AuthoringError",
    "Cell",
    "ExerciseCells",
    "Lesson",
    "Problem",
    "lessons",
]
