"""What is right in `shortcut`, and what students get wrong."""

from autograder.exercise import Criterion, Value, accepted, wrong


class Shortcut(Value):
    title = "Find the shortcut"
    difficulty = 2
    entries = {"class": "text", "row": "number", "column": "number"}
    entry_criterion = {"class": "class", "row": "place", "column": "place"}
    criteria = (
        Criterion("class", 1, "which class is stamped"),
        Criterion("place", 2, "where the stamp is"),
    )
    step = 1
    revisit = "The network that never learned cats"

    found = accepted("as found", source='{"class": "cat", "row": 24, "column": 7}')
    capital = accepted("class with a capital", source='{"class": "Cat", "row": 24, "column": 7}')
    one_off = accepted("one pixel off", source='{"class": "cat", "row": 25, "column": 6}')
    computed = accepted(
        "corner plus one, as integers of NumPy",
        source='dict(zip(("class", "row", "column"), (KINDS[1], *(np.array([23, 6]) + 1))))',
    )
    other_class = wrong(
        "That is the class without the stamp. Whose probability falls when the place is covered?",
        change={'"cat"': '"coffee"'},
    )
    swapped = wrong(
        "You swapped row and column: the row counts from the top, the column from the left.",
        change={'"row": 24': '"row": 7', '"column": 7': '"column": 24'},
    )
    from_below = wrong(
        "Your row counts from below. Row 0 is at the top.",
        change={'"row": 24': '"row": 7'},
    )
    from_the_right = wrong(
        "Your column counts from the right. Column 0 is on the left.",
        change={'"column": 7': '"column": 24'},
    )
    corner_of_far_patch = wrong(
        "Your place is the top left corner of the outermost patch that touches the stamp. The "
        "map's "
        "middle of the spot, plus half a patch, is the stamp's middle.",
        change={'"row": 24': '"row": 21', '"column": 7': '"column": 4'},
    )
    middle = wrong(
        "The middle of the cutting is where one would look. Look at the map: where does it drop?",
        change={'"row": 24': '"row": 15', '"column": 7': '"column": 15'},
    )
