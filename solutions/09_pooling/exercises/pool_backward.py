"""What is right in `pool_backward`, and what students get wrong."""

import numpy as np

from autograder.exercise import SUMS_64, Criterion, Function, Probe, accepted, near_miss, wrong

from ._shared import BY_HAND


class PoolBackward(Function):
    title = "Backwards"
    starred = True
    difficulty = 3
    criteria = (
        Criterion("routing", 2, "the gradient goes to the winner of each window"),
        Criterion("batch", 1, "each image and channel by itself"),
        Criterion("overlap", 2, "overlapping windows, gaps and left-over pixels"),
        Criterion("ties", 1, "equal inputs"),
    )
    tolerance = SUMS_64
    rule = BY_HAND
    revisit = "The way back"

    def probes(self, rng):
        def case(shape, size, stride, x=None):
            n, h, w, c = shape
            out = (n, (h - size) // stride + 1, (w - size) // stride + 1, c)
            return rng.normal(size=out), rng.normal(size=shape) if x is None else x, size, stride

        yield Probe("routing", "a 4×4 map, f = 2, s = 2", case((1, 4, 4, 1), 2, 2))
        yield Probe("routing", "a 6×9 map, f = 3, s = 3", case((1, 6, 9, 1), 3, 3))
        yield Probe(
            "routing", "all negative", case((1, 4, 6, 1), 2, 2, -1 - rng.random((1, 4, 6, 1)))
        )
        yield Probe("batch", "2 images, 3 channels", case((2, 4, 6, 3), 2, 2))
        yield Probe("overlap", "f = 3, s = 2, one large number", case(
            (1, 5, 7, 1), 3, 2, rng.random((1, 5, 7, 1)) + 9 * np.eye(5, 7, 0)[None, :, :, None]
        ))  # fmt: skip
        yield Probe("overlap", "7×6, f = 3, s = 1", case((2, 7, 6, 2), 3, 1))
        yield Probe("overlap", "5×7, f = 2, s = 2: an odd row and column", case((1, 5, 7, 1), 2, 2))
        yield Probe("overlap", "8×7, f = 2, s = 3: gaps", case((1, 8, 7, 2), 2, 3))
        yield Probe(
            "ties",
            "all inputs equal, f = 2, s = 2",
            case((1, 4, 4, 2), 2, 2, np.ones((1, 4, 4, 2))),
        )
        yield Probe(
            "ties",
            "inputs of 0 and 1 only, f = 3, s = 3",
            case((1, 6, 6, 2), 3, 3, rng.integers(0, 2, (1, 6, 6, 2)).astype(float)),
        )

    @accepted("loops over everything")
    def loops(gradient, x, size, stride):
        out = np.zeros(x.shape)
        N, h, w, C = gradient.shape
        for n in range(N):
            for i in range(h):
                for j in range(w):
                    for c in range(C):
                        best, where = -np.inf, None
                        for a in range(i * stride, i * stride + size):
                            for b in range(j * stride, j * stride + size):
                                if x[n, a, b, c] > best:
                                    best, where = x[n, a, b, c], (n, a, b, c)
                        out[where] += gradient[n, i, j, c]
        return out

    @accepted("argmax and np.add.at")
    def add_at(gradient, x, size, stride):
        views = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(1, 2))
        views = views[:, ::stride, ::stride]
        down, right = np.divmod(views.reshape(*gradient.shape, -1).argmax(-1), size)
        n, i, j, c = np.indices(gradient.shape)
        out = np.zeros(x.shape)
        np.add.at(out, (n, i * stride + down, j * stride + right, c), gradient)
        return out

    @accepted("flat numbers and np.bincount")
    def bincount(gradient, x, size, stride):
        numbers = np.arange(x.size).reshape(x.shape)
        cut = np.lib.stride_tricks.sliding_window_view
        windows = cut(x, (size, size), axis=(1, 2))[:, ::stride, ::stride]
        places = cut(numbers, (size, size), axis=(1, 2))[:, ::stride, ::stride]
        winner = windows.reshape(*gradient.shape, -1).argmax(-1)[..., None]
        place = np.take_along_axis(places.reshape(*gradient.shape, -1), winner, -1)
        return np.bincount(place.ravel(), gradient.ravel(), x.size).reshape(x.shape)

    to_every_tie = wrong(
        "Where inputs tie, each of them gets the whole gradient. One window hands down one "
        "gradient: to the first in reading order.",
        change={
            "argmax(axis=1)": "max(axis=1)",
            "places == winners": "window.reshape(len(x), size * size, -1) == winners",
        },
    )

    @wrong("Where inputs tie, you share the gradient among them. Here the first takes it all.")
    def shared_by_ties(gradient, x, size, stride):
        out = np.zeros(x.shape)
        for i, j in np.ndindex(gradient.shape[1:3]):
            here = np.s_[:, i * stride : i * stride + size, j * stride : j * stride + size]
            win = x[here] == x[here].max(axis=(1, 2), keepdims=True)
            share = win / win.sum(axis=(1, 2), keepdims=True)
            out[here] += share * gradient[:, i : i + 1, j : j + 1]
        return out

    last_tie = wrong(
        "Where inputs tie, your gradient goes to the last. Here the first one wins.",
        change={"x[n, a, b, c] > best": "x[n, a, b, c] >= best"},
        of=loops,
    )

    column_order = wrong(
        "Ties go to the first in column order. Reading order runs along a row first, then on to "
        "the next row.",
        change={
            "a in range(i * stride, i * stride + size)": (
                "b in range(j * stride, j * stride + size)"
            ),
            "b in range(j * stride, j * stride + size)": (
                "a in range(i * stride, i * stride + size)"
            ),
        },
        of=loops,
    )

    to_every_position = wrong(
        "Every input of a window gets the gradient, winner or not. Nudge an input that is not "
        "the largest: does the output move?",
        change={"places == winners": "places >= 0"},
    )

    average_backward = wrong(
        "You share the gradient evenly in each window. That is the way back through a mean.",
        change={"(places == winners)": "(places >= 0) / size**2"},
    )

    overwritten = wrong(
        "Where windows overlap, the later one overwrites the earlier: an input that wins twice "
        "must get the sum.",
        change={"out[where] +=": "out[where] ="},
        of=loops,
    )

    times_value = wrong(
        "You multiply the gradient by the largest value. The derivative of a maximum by its "
        "winner is 1, however large the winner is.",
        change={"gradient[n, i, j, c]": "gradient[n, i, j, c] * best"},
        of=loops,
    )

    window_not_moved = wrong(
        "Your winner's place is counted within its window and never moved to where the window "
        "lies: all gradients land in the top left corner.",
        change={"i * stride + down, j * stride + right": "down, right"},
        of=add_at,
    )

    one_winner_for_all_channels = wrong(
        "You let the channels compete: one winner a window for all of them. Each channel has "
        "its own.",
        change={"argmax(axis=1)": "max(axis=2, keepdims=True).argmax(axis=1)"},
    )

    outputs_shape = wrong(
        "Your result has the output's shape. The gradient by the input has the input's shape.",
        change={"return result": "return gradient * 1.0"},
    )

    one_window_alone = wrong(
        "Only the first window hands its gradient back; everything else stays zero. How far is "
        "your `return` indented?",
        change={
            "out[where] += gradient[n, i, j, c]": (
                "out[where] += gradient[n, i, j, c]\n                return out"
            ),
        },
        of=loops,
    )

    one_row_alone = wrong(
        "Only the first row of windows hands its gradient back; everything else stays zero. How "
        "far is your `return` indented?",
        change={
            "out[where] += gradient[n, i, j, c]": (
                "out[where] += gradient[n, i, j, c]\n            return out"
            ),
        },
        of=loops,
    )

    one_image_alone = wrong(
        "Only the first image of your batch gets its gradient. Over what does the outer loop run, "
        "and how far is your `return` indented?",
        change={"for n in range(N)": "for n in range(1)"},
        of=loops,
    )

    stride_ignored = wrong(
        "Your windows lie at (i, j), whatever the stride. They must be those of the forward pass.",
        change={
            "i * stride : i * stride + size": "i : i + size",
            "j * stride : j * stride + size": "j : j + size",
        },
    )

    columns_not_stepped = wrong(
        "Your windows step down by the stride, but across by one pixel. They must be those of the "
        "forward pass.",
        change={"j * stride : j * stride + size": "j : j + size"},
    )

    rows_not_stepped = wrong(
        "Your windows step across by the stride, but down by one pixel. They must be those of the "
        "forward pass.",
        change={"i * stride : i * stride + size": "i : i + size"},
    )

    starts_from_zero = wrong(
        "In a window that is negative throughout you find no winner: the search for the largest "
        "starts from a zero that is not in the window.",
        change={"-np.inf, None": "0.0, (n, i * stride, j * stride, c)"},
        of=loops,
    )

    first_of_the_window = wrong(
        "The gradient always goes to the top left input of a window, whoever won. Where did the "
        "largest number stand?",
        change={"argmax(axis=1)[:, None]": "argmax(axis=1)[:, None] * 0"},
    )

    first_images_winners = wrong(
        "You look for the winners in the first image and use them for all. Each image has its own.",
        change={
            "window.reshape(len(x), size * size, -1)": (
                "np.repeat(window[:1], len(x), 0).reshape(len(x), size * size, -1)"
            ),
        },
    )

    smallest_wins = wrong(
        "The gradient goes to the smallest input of each window. The output was the largest.",
        change={"argmax(axis=1)": "argmin(axis=1)"},
    )

    values_for_gradients = wrong(
        "You put the winners' values back instead of their gradients. That is unpooling; here the "
        "gradient from above is to be handed on.",
        change={"out[where] += gradient[n, i, j, c]": "out[where] += best"},
        of=loops,
    )

    row_and_column_exchanged = wrong(
        "Within a window, you exchange row and column of the winner: the remainder of the division "
        "is the column, its whole part the row.",
        change={"i * stride + down, j * stride + right": "i * stride + right, j * stride + down"},
        of=add_at,
    )

    ones_for_gradients = wrong(
        "Your result marks the winners with 1. The gradient that comes from above is not used.",
        change={"out[where] += gradient[n, i, j, c]": "out[where] += 1"},
        of=loops,
    )

    overwritten_mask = wrong(
        "Two things: where windows overlap, the later one overwrites the earlier, though an input "
        "that wins twice must get the sum; and where inputs tie, each of them gets the gradient.",
        change={
            "result[here] +=": "result[here] =",
            "argmax(axis=1)": "max(axis=1)",
            "places == winners": "window.reshape(len(x), size * size, -1) == winners",
        },
    )

    divided_by_side = wrong(
        "You share the gradient evenly in each window, and by the window's side alone. Evenly is "
        "the way back through a mean; here the winner takes all.",
        change={"(places == winners)": "(places >= 0) / size"},
    )

    windows_one_apart = wrong(
        "You find the winners, but put their gradients back as if windows were one pixel apart. "
        "Where does the window of output (i, j) begin?",
        change={"i * stride + down, j * stride + right": "i + down, j + right"},
        of=add_at,
    )

    last_image_left_out = near_miss(
        "the last image gets nothing",
        change={"return result": "result[-1:] = 0\n    return result"},
        unlike=one_image_alone,
    )

    signs_for_gradients = near_miss(
        "routes the signs of the gradients",
        change={
            "out[where] += gradient[n, i, j, c]": "out[where] += np.sign(gradient[n, i, j, c])"
        },
        of=loops,
        unlike=ones_for_gradients,
    )
