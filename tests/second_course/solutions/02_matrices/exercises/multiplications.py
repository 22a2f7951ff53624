from autograder.exercise import Criterion, Value, accepted, wrong


class Multiplications(Value):
    title = "What a product costs"
    criteria = (Criterion("value", 1, "the number of multiplications"),)
    expects = "integer"
    revisit = "Counting"
    plain = accepted("a number", source="24")
    by_entry = accepted("by entry", source="sum(3 for row in range(2) for column in range(4))")
    numpy = accepted("with NumPy", source="np.prod([2, 3, 4])")
    of_entries = wrong("You counted the entries. What does each of them take?", source="8")
    inputs = wrong("You counted the numbers that go in; many are used more than once.", source="18")
    additions = wrong("You counted the additions, of which there is one less.", source="16")
    operations = wrong("You counted the additions, too.", source="40")
    one_row = wrong("You counted for one row of the first matrix.", source="12")
