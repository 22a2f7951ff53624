"""What is right in `accuracy`, and what students get wrong."""

import numpy as np

from autograder.exercise import Criterion, Function, Probe, Tolerance, accepted, near_miss, wrong

COUNTED = Tolerance(atol=1e-6, rtol=0, reason="a mean of zeros and ones, in float32 or float64")


class Accuracy(Function):
    title = "Find the bug"
    difficulty = 2
    criteria = (
        Criterion("row", 1, "labels of shape (n,)"),
        Criterion("column", 2, "labels of shape (n, 1)"),
        Criterion("one", 1, "a single image, and images all right or all wrong"),
    )
    tolerance = COUNTED
    revisit = "Five steps"

    def probes(self, rng):
        def scores(answers, classes):
            p = rng.uniform(0.1, 1, (len(answers), classes))
            p[np.arange(len(answers)), answers] = 2
            return p / p.sum(axis=1, keepdims=True)

        four = scores([7, 2, 1, 0], 10)
        yield Probe("row", "four images, three of them right", (four, np.array([7, 2, 7, 0])))
        answers = rng.permutation([0, 0, 1, 1, 2, 2, 2])
        labels = answers.copy()
        labels[:2] = (labels[:2] + 1) % 3
        seven = scores(answers, 3)
        yield Probe("row", "seven images of three classes", (seven, labels))
        yield Probe(
            "column",
            "the same four images, labels as a column",
            (four, np.array([[7], [2], [7], [0]], dtype=np.uint8)),
        )
        yield Probe("column", "the seven images, labels as a column", (seven, labels[:, None]))
        yield Probe("one", "one image, right", (scores([2], 4), np.array([2])))
        yield Probe("one", "one image, wrong, label as a column", (scores([2], 4), np.array([[1]])))
        same = scores([1, 1, 1, 0, 2], 3)
        yield Probe("one", "five images, all right", (same, np.array([1, 1, 1, 0, 2])))
        yield Probe("one", "five images, all wrong", (same, np.array([[0], [2], [2], [1], [1]])))
        answers = rng.integers(0, 4, 12)
        labels = np.where(rng.random(12) < 0.5, answers, (answers + 1) % 4)
        twelve = scores(answers, 4)
        yield Probe("row", "twelve images, some of them right", (twelve, labels))
        yield Probe("column", "the twelve images, labels as a column", (twelve, labels[:, None]))

    @accepted("a loop")
    def loop(probabilities, labels):
        right = 0
        for row, label in zip(probabilities, labels):
            right += int(np.argmax(row)) == int(np.ravel(label)[0])
        return right / len(probabilities)

    @accepted("both as columns")
    def columns(probabilities, labels):
        answers = probabilities.argmax(axis=1)[:, None]
        return (answers == np.reshape(labels, (len(labels), 1))).mean()

    @accepted("Keras's metric")
    def metric(probabilities, labels):
        right = keras.metrics.sparse_categorical_accuracy(np.ravel(labels), probabilities)
        return float(np.mean(keras.ops.convert_to_numpy(right)))

    @accepted("counting non-zero differences")
    def counted(probabilities, labels):
        difference = np.argmax(probabilities, 1) - labels.flatten().astype(int)
        return 1 - np.count_nonzero(difference) / difference.size

    every_with_every = wrong(
        "The bug is still there: with labels as a column, every answer is compared with every "
        "label, n × n comparisons. Look at the shapes on both sides of `==`.",
        change={"labels.reshape(-1)": "labels"},
    )

    bug_moved = wrong(
        "You moved the bug: now labels as a column are right, and with labels in a row every "
        "answer is compared with every label.",
        change={
            "probabilities.argmax(axis=1)": "probabilities.argmax(axis=1)[:, None]",
            "labels.reshape(-1)": "labels",
        },
    )

    columns_only = wrong(
        "You take a column out of the labels, which labels of shape (n,) do not have. Both "
        "shapes are to work.",
        change={"labels.reshape(-1)": "labels[:, 0]"},
    )

    @wrong(
        "You look for the largest down the batch, along axis 0. The classes of one image lie "
        "along axis 1.",
        revisit="Shapes",
    )
    def along_the_batch(probabilities, labels):
        answers = probabilities.argmax(axis=0)
        n = min(len(answers), len(labels))
        return float((answers[:n] == np.ravel(labels)[:n]).mean())

    height_for_place = wrong(
        "You compare the largest probability itself with the label. Its place is the answer.",
        change={"probabilities.argmax(axis=1)": "probabilities.max(axis=1)"},
    )

    error_rate = wrong(
        "You gave the share of wrong answers.",
        change={"answers == labels": "answers != labels"},
    )

    count_for_share = wrong(
        "You counted the right answers. Asked for is their share, a number from 0 to 1.",
        change={".mean()": ".sum()"},
    )

    percent = wrong(
        "Your result is a percentage. All right is 1, not 100.",
        change={"return float": "return 100 * float"},
    )

    all_or_nothing = wrong(
        "Your result is 1 where all answers are right, and 0 otherwise. Do you ask whether all of "
        "them are, or divide in whole numbers? Asked for is how many of them are, as a share.",
        change={
            "(answers == labels.reshape(-1)).mean()": (
                "np.array_equal(answers, labels.reshape(-1))"
            )
        },
    )

    per_class = wrong(
        "You divide by the number of classes. A share of the images divides by their number.",
        change={".mean()": ".sum() / probabilities.shape[1]"},
    )

    mean_probability = wrong(
        "You gave the mean probability of the right class. Accuracy asks only who is largest.",
        change={
            "answers == labels.reshape(-1)": (
                "probabilities[np.arange(len(labels)), labels.reshape(-1)]"
            )
        },
    )

    labels_looked_up = wrong(
        "You looked for the largest of the labels, too. A label is the number of the class "
        "already.",
        change={"labels.reshape(-1)": "labels.argmax(axis=1)"},
    )

    first_label_only = wrong(
        "You compare every answer with the first label. Each image has its own.",
        change={"labels.reshape(-1)": "labels.reshape(-1)[0]"},
    )

    smallest = wrong(
        "You took the class with the *smallest* probability for the answer.",
        change={"probabilities.argmax": "probabilities.argmin"},
    )

    for_each = wrong(
        "You return which answers are right, one truth value for each image. Their share is asked "
        "for.",
        change={"float((answers == labels.reshape(-1)).mean())": "answers == labels.reshape(-1)"},
    )

    any_right = wrong(
        "You ask whether *any* answer is right. Asked for is how many of them are, as a share.",
        change={".mean()": ".any()"},
    )

    second_axis_needed = near_miss(
        "raises for labels in a row, for another reason",
        change={"labels.reshape(-1)": "labels.reshape(len(labels), 1)[:, 1]"},
        unlike=columns_only,
    )

    first_answer_only = near_miss(
        "asks whether the first answer is right",
        change={".mean()": "[0]"},
        unlike=(all_or_nothing, any_right, height_for_place, count_for_share),
    )

    answers_returned = near_miss(
        "returns the answers",
        change={"float((answers == labels.reshape(-1)).mean())": "answers"},
        unlike=(for_each, count_for_share),
    )
