"""What is right in `hold_out`, and what students get wrong."""

import numpy as np

from autograder.exercise import EXACT, Criterion, Function, Probe, accepted, wrong


class HoldOut(Function):
    title = "Hold out tiles"
    difficulty = 2
    tolerance = EXACT
    criteria = (
        Criterion("tiles", 2, "tiles stay whole, label by label"),
        Criterion("order", 1, "rows in ascending order, every row once"),
        Criterion("edges", 1, "few tiles, one label, every tile"),
    )
    revisit = "A split that tells the truth"

    def probes(self, rng):
        labels = np.array([0, 0, 0, 0, 0, 1, 1, 1, 1])
        tiles = np.array([3, 3, 7, 9, 9, 3, 9, 11, 11])
        yield Probe("tiles", "two labels, every second tile", args=(labels, tiles, 2))
        labels = rng.integers(0, 5, 120)
        tiles = 100 * rng.integers(0, 4, 120) + rng.integers(0, 5, 120)
        yield Probe("order", "120 rows in no order, every third tile", args=(labels, tiles, 3))
        labels = np.repeat([4, 2], 30)
        tiles = np.concatenate([rng.permutation(30) // 2 + 40, rng.permutation(30) // 3])
        yield Probe("tiles", "labels with other tiles, every fourth", args=(labels, tiles, 4))
        yield Probe("edges", "fewer tiles than asked for",
                    args=(np.array([0, 0, 1, 1, 1]), np.array([5, 6, 1, 2, 3]), 3))  # fmt: skip
        yield Probe("edges", "every tile held out", args=(np.array([1, 1]), np.array([0, 3]), 1))
        yield Probe("edges", "one row", args=(np.array([7]), np.array([0]), 2))
        yield Probe("edges", "fewer tiles than asked for, drawn",
                    args=(np.array([0, 0, 1, 1, 1]), rng.permutation(30)[:5], 3))  # fmt: skip

    @accepted("loops over sets")
    def sets(labels, tiles, every):
        out = set()
        for label in set(labels.tolist()):
            numbers = sorted({t for k, t in zip(labels.tolist(), tiles.tolist()) if k == label})
            out |= {(label, t) for i, t in enumerate(numbers, 1) if i % every == 0}
        pairs = list(zip(labels.tolist(), tiles.tolist()))
        train = [i for i, pair in enumerate(pairs) if pair not in out]
        validation = [i for i, pair in enumerate(pairs) if pair in out]
        return np.array(train, dtype=int), np.array(validation, dtype=int)

    @accepted("ranks of tiles")
    def ranks(labels, tiles, every):
        rank = np.zeros(len(labels), dtype=int)
        for label in np.unique(labels):
            rows = np.flatnonzero(labels == label)
            rank[rows] = np.unique(tiles[rows], return_inverse=True)[1] + 1
        held = rank % every == 0
        return np.nonzero(~held)[0], np.nonzero(held)[0]

    @accepted("unique pairs")
    def pairs(labels, tiles, every):
        found, inverse = np.unique(np.stack([labels, tiles], 1), axis=0, return_inverse=True)
        first = np.searchsorted(found[:, 0], found[:, 0])
        held = ((np.arange(len(found)) - first + 1) % every == 0)[inverse.ravel()]
        return np.flatnonzero(~held), np.flatnonzero(held)

    by_row = wrong(
        "You hold out every so many rows. The other patches of their tiles stay in training, "
        "and show the network nearly the same pixels.",
        change={"np.unique(tiles[rows], return_inverse=True)[1] + 1": "np.arange(len(rows)) + 1"},
        of=ranks,
    )

    across_labels = wrong(
        "You take tile numbers for names. Tile 205 of one photograph is not tile 205 of "
        "another: hold out label by label.",
        change={"labels == label": "np.ones(len(labels), dtype=bool)"},
    )

    label_forgotten = wrong(
        "You choose tiles label by label, but then hold out every row with one of these "
        "numbers, whatever its label.",
        change={"mine & np.isin(tiles, chosen)": "np.isin(tiles, chosen)"},
    )

    from_the_first = wrong(
        "You begin with the first tile. Counted from 1, the first that is held out is the tile "
        "number `every`.",
        change={"[every - 1 :: every]": "[::every]"},
    )

    swapped = wrong(
        "You exchanged the two: the first is what you train on.",
        change={
            "np.flatnonzero(~held_out)": "np.flatnonzero(held_out)",
            "np.flatnonzero(held_out)": "np.flatnonzero(~held_out)",
        },
    )

    both = wrong(
        "Your training rows are all rows. Whatever is trained on them has seen the validation "
        "patches.",
        change={"np.flatnonzero(~held_out)": "np.arange(len(labels))"},
    )

    as_they_come = wrong(
        "You went through the tiles in the order in which they turn up, not in ascending order "
        "of their numbers.",
        change={"np.unique(tiles[mine])": "np.array(list(dict.fromkeys(tiles[mine])))"},
    )
