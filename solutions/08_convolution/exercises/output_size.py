"""What is right in `output_size`, and what students get wrong."""

from autograder.exercise import Criterion, Function, Probe, accepted, near_miss, wrong


class OutputSize(Function):
    title = "Output size"
    difficulty = 1
    criteria = (
        Criterion("valid", 2, "valid"),
        Criterion("padded", 2, "a given number of zeros on each side"),
        Criterion("same", 2, "same"),
    )
    revisit = "Stride"

    def probes(self, rng):
        for n, k, s in ((6, 3, 1), (5, 3, 2), (8, 3, 2), (11, 4, 3), (7, 7, 1), (4, 1, 3)):
            yield Probe("valid", f"n = {n}, kernel {k}, stride {s}, valid", (n, k, s, "valid"))
        yield Probe("valid", "n = 9, kernel 4, nothing else given", (9, 4))
        n, k, s, p = (int(rng.integers(*span)) for span in ((20, 90), (2, 9), (2, 6), (1, 4)))
        for n, k, s, p in ((6, 3, 1, 1), (227, 11, 4, 0), (8, 3, 2, 1), (3, 5, 2, 2), (n, k, s, p)):
            yield Probe("padded", f"n = {n}, kernel {k}, stride {s}, padding {p}", (n, k, s, p))
        for n, k, s in (
            (9, 3, 1),
            (224, 3, 2),
            (225, 3, 2),
            (10, 5, 4),
            (7, 2, 3),
            (2, 5, 3),
            (8, 2, 1),
        ):
            yield Probe("same", f"n = {n}, kernel {k}, stride {s}, same", (n, k, s, "same"))
        n, k, s = (int(rng.integers(*span)) for span in ((20, 90), (2, 9), (2, 6)))
        yield Probe("valid", f"n = {n}, kernel {k}, stride {s}, valid", (n, k, s, "valid"))
        yield Probe("same", f"n = {n}, kernel {k}, stride {s}, same", (n, k, s, "same"))

    @accepted("the formula, two cases")
    def formula(n, kernel, stride=1, padding="valid"):
        import math

        if padding == "same":
            return math.ceil(n / stride)
        if padding == "valid":
            padding = 0
        return math.floor((n + 2 * padding - kernel) / stride + 1)

    @accepted("count the places")
    def counted(n, kernel, stride=1, padding="valid"):
        if padding == "same":
            return len(range(0, n, stride))
        wide = n + 2 * {"valid": 0}.get(padding, padding)
        return sum(1 for start in range(0, wide, stride) if start + kernel <= wide)

    @accepted("ask Keras")
    def by_keras(n, kernel, stride=1, padding="valid"):
        import keras

        if isinstance(padding, int):
            n, padding = n + 2 * padding, "valid"
        layer = keras.layers.Conv1D(1, kernel, strides=stride, padding=padding)
        return layer.compute_output_shape((1, n, 1))[1]

    ceil_for_valid = wrong(
        "You round up where nothing is padded. Without padding a step that does not fit is not "
        "taken: the pixels left over are never looked at.",
        change={"(n + 2 * p - kernel) // stride": "-(-(n + 2 * p - kernel) // stride)"},
    )

    padding_on_one_side = wrong(
        "You added the padding once. It stands on both sides of the input.",
        change={"2 * p": "p"},
        revisit="Padding",
    )

    padding_ignored = wrong(
        "You left the padding out: with zeros on both sides the window has more room.",
        change={"n + 2 * p - kernel": "n - kernel"},
        revisit="Padding",
    )

    same_rounded_down = wrong(
        'Your "same" drops the stride that was started but not finished. Keras counts it.',
        change={"-(-n // stride)": "n // stride"},
        revisit="Same, with a stride",
    )

    same_is_n = wrong(
        'Your "same" keeps the size whatever the stride. With a stride it cannot: see what '
        "Keras means by the word then.",
        change={"-(-n // stride)": "n"},
        revisit="Same, with a stride",
    )

    same_as_half_the_kernel = wrong(
        'Your "same" pads by half the kernel on each side. That is right for odd kernels only: '
        "an even kernel needs one zero more on one side.",
        change={"-(-n // stride)": "(n + 2 * ((kernel - 1) // 2) - kernel) // stride + 1"},
        revisit="Padding",
    )

    first_place_lost = wrong(
        "You counted the steps and forgot the place where the walk begins. A window as wide as "
        "the input has one place, not none.",
        change={"(n + 2 * p - kernel) // stride + 1": "(n + 2 * p - kernel) // stride"},
    )

    one_inside = wrong(
        "You add the 1 before you divide by the stride. The starting place is one place, "
        "whatever the stride.",
        change={"(n + 2 * p - kernel) // stride + 1": "(n + 2 * p - kernel + 1) // stride"},
    )

    not_rounded = wrong(
        "Your result is not a whole number when the stride does not divide. There is no half "
        "place for a window.",
        change={
            "-(-n // stride)": "n / stride",
            "(n + 2 * p - kernel) // stride": "(n + 2 * p - kernel) / stride",
        },
    )

    stride_ignored = wrong(
        "Your result does not depend on the stride: you count the places of stride 1.",
        change={"-(-n // stride)": "n", "(n + 2 * p - kernel) // stride": "n + 2 * p - kernel"},
    )

    torch_padding = wrong(
        'Your "same" pads by kernel // 2 on each side, as PyTorch code does. For an even kernel '
        "that is one zero too many in all.",
        change={"-(-n // stride)": "(n + 2 * (kernel // 2) - kernel) // stride + 1"},
        revisit="Same, with a stride",
    )

    same_is_valid = wrong(
        'Your "same" is computed without any padding, as "valid" is.',
        change={"-(-n // stride)": "(n - kernel) // stride + 1"},
        revisit="Same, with a stride",
    )

    same_with_one_more = wrong(
        'Your "same" always adds a place to the whole strides. When the stride divides the width, '
        "there is no stride that was started and not finished.",
        change={"-(-n // stride)": "n // stride + 1"},
        revisit="Same, with a stride",
    )

    rounded_to_the_nearest = wrong(
        "You round to the nearest whole number, so half a step or more counts as a step. A window "
        "either fits or it does not.",
        change={"(n + 2 * p - kernel) // stride + 1": "round((n + 2 * p - kernel) / stride) + 1"},
    )

    last_place_lost = wrong(
        "A window that ends exactly at the edge is not counted. The last start is n − kernel, and "
        "it is a start; is the end of your range included?",
        change={"start + kernel <= wide": "start + kernel < wide"},
        of=counted,
    )

    transposed_formula = wrong(
        "That is the size of a *transposed* convolution, which grows. Here the window moves over "
        "the input in steps, and there are fewer places than pixels.",
        change={"(n + 2 * p - kernel) // stride + 1": "(n - 1) * stride + kernel - 2 * p"},
        revisit="Transposed",
    )

    calculates_with_a_word = wrong(
        'You calculate with `padding` where it is a word: Python cannot add "valid" to a number. '
        "Turn the word into a number of zeros first.",
        change={'p = 0 if padding == "valid" else padding': "p = padding"},
    )

    same_stays_a_word = wrong(
        'You calculate with `padding` where it is the word "same": Python cannot add a word to a '
        "number. That case has a formula of its own.",
        change={'    if padding == "same":\n        return -(-n // stride)\n': ""},
    )

    one_place_too_many = near_miss(
        "counts one place too many, everywhere",
        change={
            "(n + 2 * p - kernel) // stride + 1": "(n + 2 * p - kernel) // stride + 2",
            "-(-n // stride)": "-(-n // stride) + 1",
        },
        unlike=(
            ceil_for_valid, first_place_lost, one_inside, last_place_lost, same_with_one_more,
            rounded_to_the_nearest, same_rounded_down,
        ),
    )  # fmt: skip

    padding_three_times = near_miss(
        "adds the padding three times",
        change={"2 * p": "3 * p"},
        unlike=(padding_on_one_side, padding_ignored),
    )

    same_less_the_kernel = near_miss(
        "takes a kernel's width too much off for same",
        change={"-(-n // stride)": "max(0, n - 2 * kernel) // stride"},
        unlike=(same_rounded_down, same_as_half_the_kernel, torch_padding, same_with_one_more),
    )

    item_of_a_number = near_miss(
        "raises because a number has no items",
        change={'0 if padding == "valid" else padding': "padding[0]"},
        unlike=(calculates_with_a_word, same_stays_a_word),
    )
