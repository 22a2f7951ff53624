"""An authored lesson, read once: its cells, its exercises, its solutions."""

from autograder.lesson.lesson import ExerciseCells, Lesson, exercise_names, lessons
from autograder.lesson.percent import Cell, read_cells
from autograder.lesson.problem import AuthoringError, Problem

__all__ = [
    "AuthoringError",
    "Cell",
    "ExerciseCells",
    "Lesson",
    "Problem",
    "exercise_names",
    "lessons",
    "read_cells",
]
