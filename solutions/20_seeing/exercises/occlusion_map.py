"""What is right in `occlusion_map`, and what students get wrong."""

import numpy as np
from keras import ops

from autograder.exercise import Criterion, Function, Probe, accepted, wrong

from ._shared import NETWORK, _image, _tiny

OCCLUSION = """
def occlusion_map(name, image, label, size, stride):
    height, width, channels = image.shape
    before = softmax(scores_of(name, image[None]))[0, label]
    rows = range(0, height - size + 1, stride)
    columns = range(0, width - size + 1, stride)
    heat = np.zeros((len(rows), len(columns)))
    for i, r in enumerate(rows):
        for j, c in enumerate(columns):
            covered = image.copy()
            covered[r : r + size, c : c + size] = image.mean(axis=(0, 1))
            heat[i, j] = before - softmax(scores_of(name, covered[None]))[0, label]
    return heat
"""


class OcclusionMap(Function):
    title = "Occlusion map"
    difficulty = 2
    criteria = (
        Criterion("map", 2, "the right drops at the right places"),
        Criterion("places", 1, "strides that do not divide"),
        Criterion("edges", 1, "patches of one pixel and of the whole image"),
        Criterion("kept", 1, "`image` stays as it is"),
    )
    keeps_arguments = "kept"
    tolerance = NETWORK
    revisit = "Occlusion: cover it and see"

    def probes(self, rng):
        yield Probe("map", "a patch of 4, stride 2", (_tiny(rng), _image(rng), 0, 4, 2))
        yield Probe("map", "a patch of 3, stride 3", (_tiny(rng), _image(rng), 2, 3, 3))
        yield Probe(
            "places",
            "a patch of 5, stride 3: rows and columns are left over",
            (_tiny(rng), _image(rng), 1, 5, 3),
        )
        yield Probe(
            "places",
            "a patch of 2, stride 5: gaps between the patches",
            (_tiny(rng), _image(rng), 1, 2, 5),
        )
        yield Probe("edges", "a patch of one pixel, stride 4", (_tiny(rng), _image(rng), 0, 1, 4))
        yield Probe("edges", "a patch as wide as the image", (_tiny(rng), _image(rng), 2, 10, 1))

    loops = accepted("two loops, one question for each patch", source=OCCLUSION)

    @accepted("a list of covered images, asked together")
    def one_question(name, image, label, size, stride):
        mean = image.reshape(-1, 3).mean(axis=0)
        corners = [
            (r, c)
            for r in range(0, image.shape[0] - size + 1, stride)
            for c in range(0, image.shape[1] - size + 1, stride)
        ]
        images = [image]
        for r, c in corners:
            images.append(image.copy())
            images[-1][r : r + size, c : c + size] = mean
        p = softmax(scores_of(name, np.stack(images)))[:, label]
        rows = 1 + (image.shape[0] - size) // stride
        return (p[0] - p[1:]).reshape(rows, -1)

    @accepted("masks and np.where")
    def masks(name, image, label, size, stride):
        H, W, _ = image.shape
        r = np.arange(0, H - size + 1, stride)
        c = np.arange(0, W - size + 1, stride)
        in_row = (np.arange(H) >= r[:, None]) & (np.arange(H) < r[:, None] + size)
        in_column = (np.arange(W) >= c[:, None]) & (np.arange(W) < c[:, None] + size)
        mask = in_row[:, None, :, None] & in_column[None, :, None, :]
        mask = mask.reshape(-1, H, W, 1)
        covered = np.where(mask, np.mean(image, (0, 1), keepdims=True)[None], image[None])
        logits = scores_of(name, np.concatenate([image[None], covered]))
        p = ops.convert_to_numpy(ops.softmax(logits, axis=-1))[:, label]
        return (p[0] - p[1:]).reshape(len(r), len(c))

    zeros = wrong(
        "You cover with zeros. For this network 0 is not black but mid-grey, and in other "
        "networks another colour; the patch has the picture's own mean colour.",
        change={"image.mean(axis=(0, 1))": "0"},
        of=loops,
    )
    black = wrong(
        "You cover with black, −1. A black square is a strong new edge; the patch has the "
        "picture's mean colour.",
        change={"image.mean(axis=(0, 1))": "-1"},
        of=loops,
    )
    one_grey = wrong(
        "You cover with one number for all channels: a grey. Each channel has a mean of its own.",
        change={"image.mean(axis=(0, 1))": "image.mean()"},
        of=loops,
    )
    mean_of_patch = wrong(
        "You cover each patch with its own mean colour. That blurs what is there; the colour asked "
        "for is the mean of the whole image.",
        change={"image.mean": "image[r : r + size, c : c + size].mean"},
        of=loops,
    )
    upside_down = wrong(
        "Your signs are turned round. A place that matters makes the probability fall, and a fall "
        "is a positive drop.",
        change={"return heat": "return -heat"},
        of=loops,
    )
    probability_itself = wrong(
        "You return the probability for the covered image, low where it matters. Asked for is the "
        "drop from the uncovered image.",
        change={"return heat": "return before - heat"},
        of=loops,
    )
    scores = wrong(
        "You compare scores. The drop asked for is one of probability, after the softmax.",
        change={
            "softmax(scores_of(name, image[None]))": "scores_of(name, image[None])",
            "softmax(scores_of(name, covered[None]))": "scores_of(name, covered[None])",
        },
        of=loops,
    )
    never_below_zero = wrong(
        "You cut off negative drops. They tell where something speaks against the class; keep "
        "them.",
        change={"return heat": "return np.maximum(heat, 0)"},
        of=loops,
    )
    size_of_drop = wrong(
        "You return the size of each change. Whether the probability falls or rises is half of "
        "the answer.",
        change={"return heat": "return np.abs(heat)"},
        of=loops,
    )
    centred = wrong(
        "Your patches have their *middle* at the places 0, stride, 2·stride …, and hang out of the "
        "image. It is their top left corner that stands there, and they lie wholly inside.",
        change={
            "height - size + 1": "height",
            "width - size + 1": "width",
            "covered[r : r + size, c : c + size] = image.mean(axis=(0, 1))": (
                "top, left = max(0, r - size // 2), max(0, c - size // 2)\n"
                "            covered[top : r - size // 2 + size, "
                "left : c - size // 2 + size] = image.mean(axis=(0, 1))"
            ),
        },
        of=loops,
    )
    over_the_edge = wrong(
        "You also count patches that hang over the right or bottom edge. Only patches that lie "
        "wholly inside the image count, as in a convolution without padding.",
        change={"height - size + 1": "height", "width - size + 1": "width"},
        of=loops,
    )
    last_place_lost = wrong(
        "Your map lacks its last row and column. A patch that ends exactly at the edge lies "
        "inside.",
        change={
            "height - size + 1": "max(1, height - size)",
            "width - size + 1": "max(1, width - size)",
        },
        of=loops,
    )
    never_uncovered = wrong(
        "Your patches stay: each image has all earlier patches, too. Cover a fresh copy each time.",
        change={
            "columns)))": ("columns)))\n    covered = image.copy()"),
            ("covered = image.copy()\n            "): "",
        },
        of=loops,
    )
    transposed = wrong(
        "Your rows are columns. The map's first axis goes down, like the image's.",
        change={"return heat": "return heat.T"},
        of=loops,
    )
    likeliest = wrong(
        "You follow the likeliest class. The caller says which class it is: `label`.",
        change={"before =": ("label = scores_of(name, image[None])[0].argmax()\n    before =")},
        of=loops,
    )

    last_patch_stays = wrong(
        "Your map is right, and the caller's image has a patch that you did not take away again. "
        "Cover copies.",
        change={"return heat": "image[-size:, -size:] = image.mean(axis=(0, 1))\n    return heat"},
        of=loops,
    )
