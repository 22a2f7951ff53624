"""What is right in `training_loss`, and what students get wrong."""

import keras
import numpy as np

from autograder.exercise import (
    SINGLE,
    Criterion,
    Function,
    Probe,
    accepted,
    wrong,
)


class TrainingLoss(Function):
    title = "The loss with heads"
    difficulty = 2
    criteria = (
        Criterion("main", 1, "the main classifier"),
        Criterion("heads", 2, "the heads, in training"),
        Criterion("inference", 1, "no heads at inference"),
    )
    tolerance = {
        "float32": SINGLE,
        "float64": SINGLE,
    }
    revisit = "Two more heads"

    def probes(self, rng):
        def case(n, classes, heads, dtype="float32"):
            scores = rng.normal(size=(1 + heads, n, classes)) * 2
            p = np.exp(scores) / np.exp(scores).sum(-1, keepdims=True)
            return rng.integers(classes, size=n), [part.astype(dtype) for part in p]

        def by_hand():
            return np.array([0]), [np.array([[q, 1 - q]]) for q in (0.5, 0.25, 0.125)]

        yield Probe("main", "no heads", args=case(6, 4, 0))
        yield Probe("main", "no heads, one image", args=case(1, 3, 0, "float64"))
        yield Probe("heads", "the lesson's example", args=by_hand())
        yield Probe("heads", "two heads", args=case(5, 7, 2))
        yield Probe(
            "heads",
            "one head, training=True by name",
            args=case(4, 3, 1),
            kwargs={"training": True},
        )
        yield Probe("heads", "three heads, float64", args=case(8, 5, 3, "float64"))
        yield Probe("inference", "two heads, not training", args=(*case(5, 4, 2), False))
        yield Probe(
            "inference", "the example, not training", args=by_hand(), kwargs={"training": False}
        )

    @accepted("loops")
    def loops(y, outputs, training=True):
        total = 0.0
        for k, p in enumerate(outputs):
            if k > 0 and not training:
                break
            entropy = 0.0
            for i, label in enumerate(y):
                entropy -= float(np.log(p[i, label])) / len(y)
            total += entropy if k == 0 else 0.3 * entropy
        return total

    @accepted("one-hot labels, a vector of weights")
    def one_hot(y, outputs, training=True):
        stacked = np.stack(outputs)  # (classifiers, n, classes)
        right = np.eye(stacked.shape[-1])[y]
        entropies = -np.sum(right * np.log(stacked), axis=-1).mean(axis=-1)
        importance = np.full(len(outputs), 0.3 if training else 0.0)
        importance[0] = 1
        return float(entropies @ importance)

    @accepted("Keras's cross-entropy")
    def by_keras(y, outputs, training=True):
        entropy = keras.losses.SparseCategoricalCrossentropy()
        main, *heads = (float(entropy(y, p)) for p in outputs)
        return main + 0.3 * training * sum(heads)

    heads_always = wrong(
        "Your heads count at inference, too. They are thrown away then: no prediction, no loss.",
        change={" if training else entropies[0]": ""},
    )

    heads_never = wrong(
        "Your heads never count, so they would learn nothing and help nothing.",
        change={"entropies[0] + 0.3 * sum(entropies[1:])": "entropies[0]"},
    )

    all_weighted = wrong(
        "The weight of 0.3 is for the heads; you give it to the main classifier as well.",
        change={
            "entropies[0] + 0.3 * sum(entropies[1:])": "0.3 * sum(entropies)",
            "else entropies[0]": "else 0.3 * entropies[0]",
        },
    )

    unweighted = wrong(
        "Your heads count in full. Their weight is 0.3, so that the main classifier leads.",
        change={"entropies[0] + 0.3 * sum(entropies[1:])": "sum(entropies)"},
    )

    shared = wrong(
        "You share the 0.3 among the heads. Each of them has it whole.",
        change={"sum(entropies[1:])": "np.mean(entropies[1:] or [0])"},
    )

    main_last = wrong(
        "You take the last output for the main classifier. It comes first in the list.",
        change={
            "entropies[0] + 0.3 * sum(entropies[1:])": (
                "entropies[-1] + 0.3 * sum(entropies[:-1])"
            ),
            "else entropies[0]": "else entropies[-1]",
        },
    )

    summed = wrong(
        "You add over the images. A mean does not depend on how many there are.",
        change={"np.mean": "np.sum"},
    )

    of_the_winner = wrong(
        "You take the probability of the class that wins, not of the class that is right.",
        change={"p[np.arange(len(y)), y]": "p.max(axis=1)"},
    )

    no_minus = wrong(
        "Your loss has the wrong sign: a logarithm of a probability is below zero, a loss above.",
        change={"-np.mean": "np.mean"},
    )

    @wrong(
        "You average the probabilities of all classifiers and take one cross-entropy. Each "
        "classifier has a loss of its own."
    )
    def voted(y, outputs, training=True):
        importance = np.array([1.0] + [0.3] * (len(outputs) - 1))
        if not training:
            importance[1:] = 0
        p = np.tensordot(importance / importance.sum(), np.stack(outputs), 1)
        return -np.mean(np.log(p[np.arange(len(y)), y]))

    first_head_only = wrong(
        "Only the first of your heads counts. Each auxiliary classifier does.",
        change={"sum(entropies[1:])": "sum(entropies[1:2])"},
    )

    base_ten = wrong(
        "Your logarithms are to base 10. The cross-entropy has natural ones.",
        change={"np.log": "np.log10"},
    )

    base_two = wrong(
        "Your logarithms are to base 2: that counts bits. The cross-entropy has natural ones.",
        change={"np.log": "np.log2"},
    )
