from autograder.exercise import Criterion, Written


class Order(Written):
    title = "In which order"
    criteria = (Criterion("reason", 2, "a reason with numbers"),)
    rubric = {"reason": "one point for saying what A x is, one for counting both ways"}
