"""What is right in `unpool`, and what students get wrong."""

import numpy as np

from autograder.exercise import Criterion, Function, Probe, accepted, near_miss, wrong

from ._shared import BY_HAND, CHOSEN


class Unpool(Function):
    title = "Unpool"
    starred = True
    difficulty = 2
    criteria = (
        Criterion("places", 2, "values at their places in one map"),
        Criterion("batch", 2, "each image and channel by itself"),
        Criterion("overlap", 1, "places that come several times"),
    )
    tolerance = CHOSEN
    rule = BY_HAND
    revisit = "Unpooling with switches"

    def probes(self, rng):
        def case(shape, size, stride):
            x = rng.normal(size=shape)
            cut = np.lib.stride_tricks.sliding_window_view
            windows = cut(x, (size, size), axis=(1, 2))[:, ::stride, ::stride]
            flat = windows.reshape(*windows.shape[:4], -1)
            down, right = np.divmod(flat.argmax(-1), size)
            _, i, j, _ = np.indices(down.shape)
            switches = (i * stride + down) * shape[2] + j * stride + right
            return flat.max(-1), switches, shape[1], shape[2]

        one = np.array([[[[5.0]]]]), np.array([[[[4]]]])
        yield Probe("places", "one value, 5, with switch 4, to a 2×3 map", (*one, 2, 3))
        yield Probe("places", "a 4×6 map, pooled with f = 2, s = 2", case((1, 4, 6, 1), 2, 2))
        yield Probe("places", "a 7×5 map, pooled with f = 2, s = 2", case((1, 7, 5, 1), 2, 2))
        yield Probe("batch", "3 images of 4×4", case((3, 4, 4, 1), 2, 2))
        yield Probe("batch", "2 images of 4×6 with 3 channels", case((2, 4, 6, 3), 2, 2))
        seen = np.array([1.5, 1.5, 1.5, 1.5]).reshape(1, 2, 2, 1), np.full((1, 2, 2, 1), 7)
        yield Probe("overlap", "the same place from four windows", (*seen, 5, 5))
        yield Probe("overlap", "7×9, pooled with f = 3, s = 1", case((1, 7, 9, 2), 3, 1))

    @accepted("loops")
    def loops(values, switches, height, width):
        out = np.zeros((values.shape[0], height, width, values.shape[3]))
        for n, i, j, c in np.ndindex(values.shape):
            place = switches[n, i, j, c]
            out[n, place // width, place % width, c] = values[n, i, j, c]
        return out

    @accepted("put_along_axis on flattened maps")
    def along_axis(values, switches, height, width):
        n, _, _, c = values.shape
        out = np.zeros((n, height * width, c))
        np.put_along_axis(out, switches.reshape(n, -1, c), values.reshape(n, -1, c), axis=1)
        return out.reshape(n, height, width, c)

    @accepted("one flat list for the whole batch")
    def flat(values, switches, height, width):
        n, _, _, c = values.shape
        image, _, _, channel = np.indices(values.shape)
        out = np.zeros(n * height * width * c)
        out[(image * height * width + switches) * c + channel] = values
        return out.reshape(n, height, width, c)

    @wrong(
        "You copy each value to the whole window it came from, as `UpSampling2D` does. The "
        "switches say at which one of its pixels it stood."
    )
    def copied(values, switches, height, width):
        h, w = values.shape[1:3]
        rows = np.minimum(np.arange(height) * h // height, h - 1)
        columns = np.minimum(np.arange(width) * w // width, w - 1)
        return values[:, rows][:, :, columns]

    @wrong(
        "Each value lands in the top left corner of its window. The switches are there to say "
        "where in the window it stood."
    )
    def corner_of_window(values, switches, height, width):
        n, h, w, c = values.shape
        out = np.zeros((n, height, width, c))
        for i in range(h):
            for j in range(w):
                out[:, i * (height // h), j * (width // w)] = values[:, i, j]
        return out

    batch_lost = wrong(
        "The batch index is lost: all images are written into the first. A switch counts within "
        "its own image.",
        change={"result[image, row, column, channel]": "result[0, row, column, channel]"},
    )

    channel_lost = wrong(
        "All channels are written into the first one. A switch counts within its own channel; a "
        "value stays in the channel it comes from.",
        change={"result[image, row, column, channel]": "result[image, row, column, 0]"},
    )

    added_up = wrong(
        "Where a place comes several times, you add its values up. They are one and the same "
        "value, seen by several windows; adding is for gradients.",
        change={"= values[n, i, j, c]": "+= values[n, i, j, c]"},
        of=loops,
    )

    row_and_column_swapped = wrong(
        "Row and column are swapped: the remainder of the division is the column, its whole part "
        "the row.",
        change={
            "result[image, row, column, channel]": (
                "result[image, column % height, row % width, channel]"
            ),
        },
    )

    divided_by_height = wrong(
        "You divide the switch by the height. Counting in reading order, a new row begins after "
        "`width` pixels; only on square maps are the two the same.",
        change={
            "np.divmod(switches, width)": "np.divmod(switches, height)",
            "row, column, channel": "row % height, column % width, channel",
        },
    )

    left_flat = wrong(
        "Your result is still flat: the switches count pixels in a row, but a map has a height "
        "and a width.",
        change={"out.reshape(n, height, width, c)": "out"},
        of=along_axis,
    )

    beyond_the_map = wrong(
        "A row or column that you compute lies beyond the map: the switch counts along the rows of "
        "the map *before* pooling. By what do you divide?",
        change={
            "place // width": "place // values.shape[2]",
            "place % width": "place % values.shape[2]",
        },
        of=loops,
    )

    divided_by_height_beyond = wrong(
        "You divide the switch by the height, and on a map that is not square the place lies "
        "beyond it. Counting in reading order, when does a new row begin?",
        change={"place // width": "place // height", "place % width": "place % height"},
        of=loops,
    )

    exchanged_beyond = wrong(
        "Row and column are exchanged, and on a map that is not square the place lies beyond it. "
        "Which of the two is the remainder of the division?",
        change={
            "out[n, place // width, place % width, c]": "out[n, place % width, place // width, c]",
        },
        of=loops,
    )

    counted_through_the_batch = wrong(
        "You use the switches as places in the whole array, laid flat. They count pixels within "
        "one image and one channel, so images and channels overwrite each other.",
        change={
            "result[image, row, column, channel] = values": "result.ravel()[switches] = values"
        },
    )

    averaged_places = wrong(
        "Where a place comes several times, you divide its value by how often. It is one and the "
        "same value, to be put there once.",
        change={
            "return result": (
                "count = np.zeros_like(result)\n"
                "    np.add.at(count, (image, row, column, channel), 1)\n"
                "    return result / np.maximum(count, 1)"
            ),
        },
    )

    sides_exchanged = wrong(
        "Your result has its two image axes exchanged: rows come first, then columns.",
        change={"return result": "return result.swapaxes(1, 2)"},
    )

    sides_of_the_values = wrong(
        "Your result has the size of the pooled map. The values go back to the map before pooling, "
        "`height` by `width`.",
        change={"return result": "return result[:, : values.shape[1], : values.shape[2]]"},
    )

    one_value_alone = wrong(
        "Only the first value is put back. How far is your `return` indented?",
        change={
            "= values[n, i, j, c]": "= values[n, i, j, c]\n        return out",
        },
        of=loops,
    )

    switches_for_values = wrong(
        "You put the switches at the places. The values are to stand there.",
        change={"= values[n, i, j, c]": "= switches[n, i, j, c]"},
        of=loops,
    )

    counted_from_one = wrong(
        "Your values stand one pixel too early: switches count from 0, as Python does.",
        change={"np.divmod(switches, width)": "np.divmod(switches - 1, width)"},
    )

    made_with_sides_exchanged = wrong(
        "The array that you fill has its sides exchanged: height first, then width.",
        change={"height, width, values.shape[3]": "width, height, values.shape[3]"},
        of=loops,
    )

    flat_on_both_ends = near_miss(
        "lays images and places in one row",
        change={"out.reshape(n, height, width, c)": "out.reshape(n * height * width, c)"},
        of=along_axis,
        unlike=left_flat,
    )

    first_image_alone = near_miss(
        "puts back the values of the last channel alone",
        change={"return result": "result[..., :-1] = 0\n    return result"},
        unlike=one_value_alone,
    )

    channel_beyond = near_miss(
        "counts the channels from one",
        change={"result[image, row, column, channel]": "result[image, row, column, channel + 1]"},
        unlike=(beyond_the_map, divided_by_height_beyond, made_with_sides_exchanged),
    )
