"""What is right in `split_then_repeat`, and what students get wrong."""

import numpy as np

from autograder.exercise import EXACT, Criterion, Function, Probe, accepted, near_miss, wrong


class SplitThenRepeat(Function):
    title = "Find the bug"
    difficulty = 2
    criteria = (
        Criterion("apart", 1, "the split: which images are held out and which train"),
        Criterion("balanced", 2, "the training classes are balanced by repetition"),
        Criterion("untouched", 1, "the validation part stays as it is"),
    )
    tolerance = EXACT
    revisit = "A leak, and a test that cannot lie"

    def probes(self, rng):
        yield Probe(
            "apart",
            "4 images of two equal classes, in their order, validation 2",
            (np.array([0, 1, 0, 1]), np.arange(4), 2),
        )
        # One image of each class is held out, so that nothing has to be repeated here.
        labels = rng.permutation([0] * 4 + [1] * 4 + [2] * 4)
        held = rng.permutation([rng.choice(np.flatnonzero(labels == k)) for k in range(3)])
        rest = rng.permutation(np.setdiff1d(np.arange(12), held))
        yield Probe(
            "apart",
            "12 images of three classes in random order, validation 3",
            (labels, np.concatenate([held, rest]), 3),
        )
        labels = rng.permutation([0] * 10 + [1] * 3 + [2] * 4)
        order = np.concatenate([np.flatnonzero(labels == 1)[:1], np.flatnonzero(labels == 0)[:3]])
        rest = rng.permutation(np.setdiff1d(np.arange(17), order))
        yield Probe(
            "balanced",
            "17 images: 10, 3 and 4 of a class; 4 of them for validation",
            (labels, np.concatenate([order, rest]), 4),
        )
        labels = rng.permutation([0] * 13 + [3] * 5 + [5] * 7)
        yield Probe(
            "balanced",
            "25 images of the classes 0, 3 and 5, validation 6",
            (labels, rng.permutation(25), 6),
        )
        labels = rng.permutation([0] * 11 + [1] * 3)
        held = rng.choice(np.flatnonzero(labels == 0))
        rest = rng.permutation(np.setdiff1d(np.arange(14), [held]))
        yield Probe(
            "balanced",
            "10 and 3 images of a class for training: the last of four rounds is cut short",
            (labels, np.concatenate([[held], rest]), 1),
        )
        labels = np.array([2, 0, 0, 0, 0, 1, 1, 0])
        yield Probe(
            "balanced",
            "the only image of class 2 is in the validation part",
            (labels, np.array([0, 7, 6, 4, 1, 2, 3, 5]), 2),
        )
        labels = np.array([1] * 9 + [0] * 3)
        yield Probe(
            "untouched",
            "a validation part with 5 images of one class and 1 of the other",
            (labels, np.array([8, 2, 4, 0, 6, 11, 1, 3, 10, 5, 9, 7]), 6),
        )
        labels = rng.permutation([1] * 9 + [0] * 3)
        ones, zeros = (rng.permutation(np.flatnonzero(labels == k)) for k in (1, 0))
        parts = [ones[:5], zeros[:1]], [ones[5:], zeros[1:]]
        order = np.concatenate([rng.permutation(np.concatenate(p)) for p in parts])
        yield Probe("untouched", "the same classes in another order", (labels, order, 6))

    @accepted("loop over classes")
    def loop(labels, order, validation):
        held, rest = list(order[:validation]), list(order[validation:])
        groups = {}
        for i in rest:
            groups.setdefault(int(labels[i]), []).append(int(i))
        most = max(map(len, groups.values()))
        training = [g[j % len(g)] for g in groups.values() for j in range(most)]
        return np.array(sorted(training)), np.array(sorted(held))

    @accepted("counting how often each image is taken")
    def counting(labels, order, validation):
        rest = order[validation:]
        sizes = np.bincount(labels[rest])
        most, times = sizes.max(), np.zeros(len(labels), dtype=int)
        for k in np.flatnonzero(sizes):
            members = rest[labels[rest] == k]
            times[members] = most // len(members)
            times[members[: most % len(members)]] += 1
        return np.repeat(np.arange(len(labels)), times), np.sort(order[:validation])

    @accepted("index arithmetic with take and mode wrap")
    def wrapped(labels, order, validation):
        from collections import Counter

        parts = np.split(order, [validation])
        most = Counter(labels[parts[1]].tolist()).most_common(1)[0][1]
        training = np.hstack(
            [
                np.take(parts[1][labels[parts[1]] == k], range(most), mode="wrap")
                for k in set(labels[parts[1]].tolist())
            ]
        )
        training.sort()
        return training, np.sort(parts[0])

    @wrong(
        "You balance first and split then, as your colleague did. Copies of one image can land on "
        "both sides."
    )
    def repeated_first(labels, order, validation):
        most = np.bincount(labels).max()
        repeated = [np.resize(order[labels[order] == k], most) for k in np.unique(labels)]
        everything = np.random.default_rng(0).permutation(np.concatenate(repeated))
        return np.sort(everything[validation:]), np.sort(everything[:validation])

    not_balanced = wrong(
        "The training classes are not balanced: every image is taken once. The leak is gone, and "
        "with it the purpose of the function.",
        change={"np.sort(training)": "np.sort(rest)"},
    )

    most_of_all = wrong(
        "You repeat up to the most frequent class of *all* images. After the split, some of those "
        "are in the validation part and no longer count.",
        change={"max(len(m) for m in members)": "np.bincount(labels).max()"},
    )

    @wrong(
        "You balance the validation part, too. It is there to show the world as it is, with its "
        "frequent and its rare classes."
    )
    def validation_repeated(labels, order, validation):
        def balanced(part):
            members = [part[labels[part] == k] for k in np.unique(labels[part])]
            most = max(len(m) for m in members)
            return np.sort(np.concatenate([np.resize(m, most) for m in members]))

        return balanced(order[validation:]), balanced(order[:validation])

    thrown_away = wrong(
        "You balance by throwing images away, down to the rarest class. Asked for is repetition: "
        "with few images none is to spare.",
        change={"max(len(m) for m in members)": "min(len(m) for m in members)"},
    )

    from_the_end = wrong(
        "Your validation part comes from the end of `order`. It is the first images of `order` "
        "that are held out.",
        change={
            "order[:validation], order[validation:]": "order[-validation:], order[:-validation]",
        },
    )

    order_ignored = wrong(
        "You split by the images' numbers and leave `order` unused. If images are stored class by "
        "class, the two parts are then of different kinds.",
        change={
            "validation_part, rest =": (
                "order = np.arange(len(labels))\n    validation_part, rest ="
            ),
        },
    )

    exchanged = wrong(
        "The two parts are exchanged: the training part comes first.",
        change={
            "np.sort(training), np.sort(validation_part)": (
                "np.sort(validation_part), np.sort(training)"
            ),
        },
    )

    @wrong(
        "You balance first and split then, as your colleague did. A repeated image can land on "
        "both sides, and the validation part is no longer the beginning of `order`."
    )
    def repeated_first_in_blocks(labels, order, validation):
        most = np.bincount(labels).max()
        repeated = [np.resize(order[labels[order] == k], most) for k in np.unique(labels)]
        everything = np.concatenate(repeated)
        return np.sort(everything[validation:]), np.sort(everything[:validation])

    sorted_before_cycling = wrong(
        "The split is right, and so are the numbers of images; the wrong ones are taken again. You "
        "sort before you repeat, so that `order` no longer says which image of a class is the "
        "first.",
        change={"rest[labels[rest] == k]": "np.sort(rest[labels[rest] == k])"},
    )

    each_repeated = wrong(
        "The numbers of images are right; the wrong ones are taken again. You repeat each image in "
        "place before you cut, so that the last of a class get lost. Go through all of them, then "
        "begin again.",
        change={"np.resize(m, most)": "np.repeat(m, -(-most // len(m)))[:most]"},
    )

    whole_rounds_only = wrong(
        "You take each image of a rare class equally often, and stop before the class has as many "
        "as the most frequent one. The last round need not be complete.",
        change={"np.resize(m, most)": "np.tile(m, most // len(m))"},
    )

    too_many_rounds = wrong(
        "Your rare classes end up with more images than the most frequent one: the last round is "
        "to stop when there are as many.",
        change={"np.resize(m, most)": "np.tile(m, -(-most // len(m)))"},
    )

    labels_by_position = wrong(
        "You cut `labels` like `order`. But the labels stand in the order of the images' numbers: "
        "the class of image i is labels[i].",
        change={"rest[labels[rest] == k]": "rest[labels[validation:] == k]"},
    )

    unsorted = wrong(
        "The right images, but not sorted: each part is to be in ascending order.",
        change={"np.sort(training), np.sort(validation_part)": "training, validation_part"},
    )

    validation_unsorted = wrong(
        "The validation part is not sorted: each part is to be in ascending order.",
        change={"np.sort(validation_part)": "validation_part"},
    )

    training_unsorted = wrong(
        "The training part is not sorted: each part is to be in ascending order.",
        change={"np.sort(training)": "training"},
    )

    class_without_images = wrong(
        "You go through the classes of all images. A class may have none left for training; it is "
        "left out there.",
        change={
            "[rest[labels[rest] == k] for k in np.unique(labels[rest])]": (
                "[rest[labels[rest] == k] for k in np.unique(labels)]"
            ),
        },
    )

    nothing_to_repeat = wrong(
        "A class without any training image raises an error: there is nothing to take again. It "
        "is to be left out.",
        change={"groups = {}": "groups = {int(k): [] for k in labels}"},
        of=loop,
    )

    places_for_numbers = wrong(
        "Your training part holds places in a list that you made, not the images' numbers.",
        change={"rest[labels[rest] == k]": "np.flatnonzero(labels[rest] == k)"},
    )

    classes_for_numbers = wrong(
        "You return the classes of the images. Asked for are the images' numbers.",
        change={
            "np.sort(training), np.sort(validation_part)": (
                "np.sort(labels[training]), np.sort(labels[validation_part])"
            ),
        },
    )

    split_of_the_sorted = near_miss(
        "splits what it has sorted: no image is on both sides",
        change={
            "validation_part, rest =": "order = np.sort(order)\n    validation_part, rest =",
        },
        unlike=(repeated_first, repeated_first_in_blocks),
    )

    sorted_before_the_rounds = near_miss(
        "repeats other images: no image is on both sides",
        change={"np.resize(m, most)": "np.resize(m[::-1], most)"},
        unlike=(repeated_first, repeated_first_in_blocks, sorted_before_cycling),
    )

    first_again_and_again = wrong(
        "The numbers of images are right, but of a rare class you take the same image again and "
        "again. Go through all of them, then begin again.",
        change={"g[j % len(g)]": "g[j if j < len(g) else 0]"},
        of=loop,
    )

    last_again_and_again = wrong(
        "The numbers of images are right, but of a rare class you take the last image again and "
        "again. Go through all of them, then begin again with the first.",
        change={"g[j % len(g)]": "g[min(j, len(g) - 1)]"},
        of=loop,
    )
