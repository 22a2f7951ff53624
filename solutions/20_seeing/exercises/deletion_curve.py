"""What is right in `deletion_curve`, and what students get wrong."""

import numpy as np
from keras import ops

from autograder.exercise import Criterion, Function, Probe, accepted, wrong

from ._shared import NETWORK, _image, _tiny

DELETION = """
def deletion_curve(name, image, label, heat, steps):
    order = heat.ravel().argsort()[::-1]
    mean = image.mean(axis=(0, 1))
    curve = []
    for k in range(steps + 1):
        pixels = image.copy().reshape(-1, image.shape[-1])
        pixels[order[: k * heat.size // steps]] = mean
        scores = scores_of(name, pixels.reshape(1, *image.shape))
        curve.append(softmax(scores)[0, label])
    return np.array(curve)
"""


class DeletionCurve(Function):
    title = "Find the bugs"
    difficulty = 2
    criteria = (
        Criterion("curve", 3, "the right curve"),
        Criterion("steps", 1, "steps that do not divide, and a single step"),
        Criterion("kept", 1, "`image` stays as it is"),
    )
    keeps_arguments = "kept"
    tolerance = NETWORK
    revisit = "Delete and measure"

    def probes(self, rng):
        def arguments(label, steps):
            heat = rng.permutation(120).reshape(12, 10) / 120.0
            return _tiny(rng), _image(rng), label, heat, steps

        yield Probe("curve", "six steps, class 0", arguments(0, 6))
        yield Probe("curve", "four steps, class 2", arguments(2, 4))
        yield Probe("steps", "seven steps: 120 pixels do not divide", arguments(1, 7))
        yield Probe("steps", "one step: all or nothing", arguments(2, 1))

    copies = accepted("a copy for each step", source=DELETION)

    @accepted("ranks and np.where")
    def ranks(name, image, label, heat, steps):
        rank = np.argsort(np.argsort(-heat, axis=None)).reshape(heat.shape)
        counts = np.arange(steps + 1) * heat.size // steps
        gone = rank[None, :, :, None] < counts[:, None, None, None]
        images = np.where(gone, image.mean(axis=(0, 1)), image)
        return softmax(scores_of(name, images))[:, label]

    @accepted("rows and columns, one image that loses pixel after pixel")
    def one_by_one(name, image, label, heat, steps):
        mean = image.reshape(-1, image.shape[2]).mean(axis=0)
        rows, columns = np.unravel_index(np.argsort(-heat.ravel()), heat.shape)
        work, done, images = np.array(image), 0, []
        for k in range(steps + 1):
            while done < k * heat.size // steps:
                work[rows[done], columns[done]] = mean
                done += 1
            images.append(work.copy())
        p = ops.convert_to_numpy(ops.softmax(scores_of(name, np.stack(images))))
        return p[:, label]

    @accepted("sorted pairs")
    def pairs(name, image, label, heat, steps):
        places = sorted(np.ndindex(*heat.shape), key=lambda place: -heat[place])
        values = []
        for k in range(steps + 1):
            work = image.copy()
            for place in places[: k * len(places) // steps]:
                work[place] = image.mean(axis=(0, 1))
            values.append(float(softmax(scores_of(name, work[None]))[0, label]))
        return np.array(values)

    unchanged = wrong(
        "Nothing has changed: the least important pixels still go first, and they go from the "
        "caller's own image.",
        change={
            "heat.ravel().argsort()[::-1]": "heat.ravel().argsort()",
            "image.copy()": "image",
            "] = mean": "] = image.mean(axis=(0, 1))",
        },
        of=copies,
    )
    order_mended = wrong(
        "The order is right now. But you take the mean colour of an image that has lost pixels "
        "already, so it drifts from step to step. Whose image do you change, and when is its mean "
        "taken?",
        change={"image.copy()": "image", "] = mean": "] = image.mean(axis=(0, 1))"},
        of=copies,
    )
    copy_mended = wrong(
        "The image is safe now. But your order is still from small to large: the least important "
        "pixels go first.",
        change={"heat.ravel().argsort()[::-1]": "heat.ravel().argsort()"},
        of=copies,
    )
    zeros = wrong(
        "You delete by zeros. For the network 0 is a colour like any other, mid-grey; the mean "
        "colour of the image was asked for.",
        change={"] = mean": "] = 0"},
        of=copies,
    )
    one_grey = wrong(
        "You delete with one number for all channels. Each channel has a mean of its own.",
        change={"image.mean(axis=(0, 1))": "image.mean()"},
        of=copies,
    )
    scores = wrong(
        "Your curve holds scores. Asked for are probabilities, after the softmax.",
        change={"softmax(scores)": "scores"},
        of=copies,
    )
    one_short = wrong(
        "Your curve is one number short. n steps have n + 1 ends: none deleted, …, all deleted.",
        change={"steps + 1": "steps"},
        of=copies,
    )
    never_whole = wrong(
        "Your curve begins with pixels gone already. At step 0 the image is whole.",
        change={"range(steps + 1)": "range(1, steps + 2)"},
        of=copies,
    )
    inserted = wrong(
        "You *keep* the most important pixels and delete the rest. That is the insertion "
        "curve, which "
        "rises.",
        change={"order[: k * heat.size // steps]": "order[k * heat.size // steps :]"},
        of=copies,
    )
    in_each_row = wrong(
        "You sorted each row by itself. The order goes over all pixels of the map.",
        change={
            "heat.ravel().argsort()[::-1]": (
                "(heat.argsort(axis=1)[:, ::-1] + heat.shape[1] * np.arange(len(heat))[:, None])"
                ".T.ravel()"
            )
        },
        of=copies,
    )
    one_step_alone = wrong(
        "At each step you delete only that step's pixels, and the earlier ones come back. What is "
        "deleted stays deleted.",
        change={"order[:": "order[max(k - 1, 0) * heat.size // steps:"},
        of=copies,
    )
    relative = wrong(
        "You divided by the first probability. The curve holds the probabilities themselves.",
        change={"np.array(curve)": "np.array(curve) / curve[0]"},
        of=copies,
    )

    image_deleted = wrong(
        "Your curve is right, and the caller's image is gone: you delete its own pixels. A "
        "photograph that is asked a second time has only its mean colour left.",
        change={"image.copy()": "image"},
        of=copies,
    )
