"""What is right in `pipeline`, and what students get wrong."""

import numpy as np

from autograder.exercise import Criterion, Function, Probe, accepted, wrong

QUESTIONS = {
    "disk": "what is read from the disk",
    "distortion": "how pictures are distorted",
    "order": "order and company",
    "batches": "sizes of batches, each picture once",
    "ahead": "whether the next batch is prepared meanwhile",
}

WORTH = {"disk": 2, "distortion": 2, "order": 2, "batches": 1, "ahead": 1}

# The steps of the right answer; accepted and wrong ones chain them otherwise.
READ = "map(read_picture)"

CACHE = "cache()"

SHUFFLE = "shuffle(len(numbers))"

DISTORT = "map(distort)"

BATCH = "batch(batch_size)"

AHEAD = "prefetch(2)"


def chain(*steps: str) -> str:
    """An answer to `pipeline` that chains these steps after the numbers."""
    lines = "".join(f"\n        .{step}" for step in steps)
    return f"""
def pipeline(numbers, batch_size, question):
    dataset = (
        tf.data.Dataset.from_tensor_slices(numbers){lines}
    )
    return observe(dataset, question)
"""


class RightOrder(Function):
    title = "In the right order"
    difficulty = 3
    criteria = tuple(Criterion(key, WORTH[key], text) for key, text in QUESTIONS.items())
    revisit = "The order"

    def probes(self, rng):
        for key, text in QUESTIONS.items():
            n, size = int(rng.integers(18, 24)), int(rng.integers(4, 6))
            n += n % size == 0  # the last batch is never full
            numbers = int(rng.integers(1, 20)) + np.arange(n)
            yield Probe(key, f"{n} pictures in batches of {size}: {text}", (numbers, size, key))

    chained = accepted(
        "with a fixed number of batches ahead",
        source=chain(READ, CACHE, SHUFFLE, DISTORT, BATCH, AHEAD),
    )
    shuffled_last = accepted(
        "distorted before shuffled",
        source=chain(READ, CACHE, DISTORT, "shuffle(1000)", BATCH, "prefetch(1)"),
    )
    many_threads = accepted(
        "several threads",
        source=chain(
            "map(read_picture, num_parallel_calls=2)",
            CACHE,
            "shuffle(len(numbers), reshuffle_each_iteration=True)",
            "map(distort, num_parallel_calls=tf.data.AUTOTUNE)",
            BATCH,
            "prefetch(tf.data.AUTOTUNE)",
        ),
    )
    each_in_its_batch = accepted(
        "distorted in the batch, each picture by itself",
        source=chain(
            READ,
            CACHE,
            SHUFFLE,
            BATCH,
            "map(lambda batch: tf.map_fn(distort, batch))",
            "prefetch(tf.data.AUTOTUNE)",
        ),
    )
    step_by_step = accepted(
        "one step a line",
        source="""
def pipeline(numbers, batch_size, question):
    files = tf.data.Dataset.from_tensor_slices(numbers)
    pictures = files.map(read_picture).cache()
    mixed = pictures.shuffle(buffer_size=pictures.cardinality())
    dataset = mixed.map(distort).batch(batch_size, drop_remainder=False)
    dataset = dataset.prefetch(tf.data.AUTOTUNE)
    return observe(dataset, question)
""",
    )

    augment_then_cache = wrong(
        "Your pictures keep the distortions of the first epoch for ever: they are distorted before "
        "the cache, which keeps what it is given, or outside the dataset.",
        change={
            ".cache()": ".map(distort)\n        .cache()",
            "        .map(distort)\n": "",
        },
    )
    shuffle_after_batch = wrong(
        "You shuffle after you batch, so whole batches change places. The same pictures stay "
        "together in every epoch.",
        source=chain(READ, CACHE, DISTORT, BATCH, SHUFFLE, AHEAD),
    )
    no_cache = wrong(
        "Every picture is read again in each epoch: nothing is kept after the reading. (A cache "
        "that stands before the reading keeps only the numbers.)",
        change={"        .cache()\n": ""},
    )
    shuffle_then_cache = wrong(
        "The order is drawn once only, and every later epoch repeats it. Do you shuffle before the "
        "cache, which keeps what it is given? Outside the dataset? Or with "
        "`reshuffle_each_iteration=False`?",
        source=chain(SHUFFLE, READ, CACHE, DISTORT, BATCH, AHEAD),
    )
    everything_cached = wrong(
        "The cache stands at the end: order, company and distortions of the first epoch are all "
        "kept. Only what is slow and always the same belongs into it.",
        change={
            "        .cache()\n": "",
            ".prefetch": ".cache()\n        .prefetch",
        },
    )
    small_buffer = wrong(
        "Your buffer is smaller than the data set, so pictures hardly move: the last one can never "
        "come early. If the files are sorted by class, whole batches hold one class.",
        change={"shuffle(len(numbers))": "shuffle(batch_size)"},
    )
    not_shuffled = wrong(
        "You do not shuffle: every epoch has the same order and the same company.",
        change={"        .shuffle(len(numbers))\n": ""},
    )
    one_distortion_a_batch = wrong(
        "You distort after you batch, so one random number serves a whole batch. Each picture is "
        "to be distorted by itself.",
        change={"lambda batch: tf.map_fn(distort, batch)": "distort"},
        of=each_in_its_batch,
    )
    not_distorted = wrong(
        "Your pictures come as they were read: distort is never applied.",
        change={"        .map(distort)\n": ""},
    )
    last_batch_dropped = wrong(
        "The last batch, which is not full, is thrown away, so some pictures are missing in each "
        "epoch.",
        change={"batch(batch_size)": "batch(batch_size, drop_remainder=True)"},
    )
    no_prefetch = wrong(
        "You do not ask for the next batch ahead of time, as the last step. Recent TensorFlow adds "
        "that step by itself where it is missing; do not rely on it.",
        change={"        .prefetch(tf.data.AUTOTUNE)\n": ""},
    )
    not_batched = wrong(
        "Your dataset delivers single pictures: batch is missing.",
        change={"        .batch(batch_size)\n": ""},
    )
    repeated = wrong(
        "Your dataset holds every picture twice: fit asks for epochs by itself.",
        change={".shuffle(len(numbers))": ".shuffle(len(numbers))\n        .repeat(2)"},
    )
    fast_from_the_forum = wrong(
        "That is the order of the example from the forum: the cache keeps the distortions, and "
        "whole batches are shuffled.",
        source=chain(READ, DISTORT, CACHE, BATCH, SHUFFLE, AHEAD),
    )
    batched_then_everything = wrong(
        "You batch before you shuffle and distort: the same pictures stay together, and one random "
        "number serves a whole batch.",
        source=chain(READ, CACHE, BATCH, SHUFFLE, DISTORT, AHEAD),
    )
    nothing_but_batches = wrong(
        "Pictures are read and batched, and that is all: nothing is kept, shuffled or distorted.",
        source=chain(READ, BATCH, AHEAD),
    )
    one_large_batch = wrong(
        "Your batches have another size than `batch_size`.",
        source=chain(READ, CACHE, SHUFFLE, DISTORT, "batch(len(numbers))", AHEAD),
    )
