"""What is right in `choose_remedy`, and what students get wrong."""

from autograder.exercise import Criterion, Written


class ChooseRemedy(Written):
    title = "Choose and justify"
    difficulty = 2
    criteria = (
        Criterion("leak", 2, "the leak is named, with a way to show it and a better split"),
        Criterion("remedy", 2, "a remedy for and one against, each with its measurement"),
        Criterion("money", 2, "a decision that depends on something to be measured beforehand"),
    )
    rubric = {
        "leak": "One point for saying that images of one patient lie on both sides of a random "
        "split, or that 60 images wobble by about 6 points; a second for a test (shuffled labels, "
        "or a split by patient and the difference).",
        "remedy": "A remedy that fits wrong labels (dropout, early stopping, a weak penalty) with "
        "its figure from the table against the baseline and the spread of the seeds; and one that "
        "is put back, with its figure. A bare 'dropout reduces overfitting' earns nothing.",
        "money": "One point for any measurement that could turn out either way (a curve over the "
        "number of patients; relabelling a part and training with both), one for a validation set "
        "with careful labels as the first thing to buy or for saying why not. Either purchase may "
        "be right.",
    }
