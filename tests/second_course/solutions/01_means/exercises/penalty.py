import numpy as np

from autograder.exercise import Criterion, Family, accepted, wrong


class Penalty(Family):
    title = "Three penalties"
    difficulty = 2
    criteria = (
        Criterion("squared", 1, "the squared distance"),
        Criterion("absolute", 1, "the absolute distance"),
        Criterion("huber", 2, "Huber's penalty"),
    )
    revisit = "What a distance costs"
    near = (-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 3.0)

    @accepted("a dictionary of functions")
    def dictionary(d, name):
        far = np.abs(d)
        functions = {
            "squared": lambda: far * far,
            "absolute": lambda: far,
            "huber": lambda: np.where(far < 1, far**2 / 2, far - 0.5),
        }
        return functions[name]()

    @accepted("masks")
    def masks(d, name):
        if name == "squared":
            return np.square(d)
        result = np.maximum(d, -d)
        if name == "huber":
            near = result < 1
            result[near] = result[near] ** 2 / 2
            result[~near] -= 0.5
        return result

    @accepted("a clipped distance")
    def clipped(d, name):
        far = np.abs(d)
        if name == "huber":
            near = np.minimum(far, 1)
            return near * (far - near / 2)
        return far if name == "absolute" else far**2

    slope = wrong(
        "'squared': you return how fast the penalty grows, not the penalty.",
        change={"return d**2": "return 2 * d"},
    )
    signed = wrong(
        "'absolute': a distance to the left must cost as much as one to the right.",
        change={"return np.abs(d)": "return d"},
    )
    gap = wrong(
        "'huber': at a distance of 1 your two pieces do not meet.",
        change={"np.abs(d) - 0.5": "np.abs(d)"},
    )
    one_sided = wrong(
        "'huber': distances far to the left are squared, too. What is far has two sides.",
        change={"np.abs(d) <= 1": "d <= 1"},
    )
    swapped = wrong(
        "'huber': you took the two pieces for each other.",
        change={"<= 1": "> 1"},
    )
    whole = wrong(
        "'huber': near zero only half of the square is asked for.",
        change={"d**2 / 2": "d**2"},
    )
