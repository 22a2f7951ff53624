"""What is right in `conv1d_transpose`, and what students get wrong."""

import numpy as np

from autograder.exercise import SUMS, Criterion, Function, Probe, accepted, near_miss, wrong


class Stamp(Function):
    title = "Stamp"
    difficulty = 2
    criteria = (
        Criterion("apart", 1, "stamps that do not overlap"),
        Criterion("overlap", 2, "stamps that overlap"),
        Criterion("corner", 1, "one input, one tap, large numbers"),
    )
    tolerance = SUMS
    revisit = "Transposed"

    def probes(self, rng):
        yield Probe(
            "apart", "3 inputs, kernel 2, stride 2", (rng.normal(size=3), rng.normal(size=2), 2)
        )
        yield Probe(
            "apart", "2 inputs, kernel 4, stride 4", (rng.normal(size=2), rng.normal(size=4), 4)
        )
        yield Probe(
            "overlap", "4 inputs, kernel 3, stride 1", (rng.normal(size=4), rng.normal(size=3))
        )
        yield Probe(
            "overlap", "2 inputs, kernel 3, stride 2", (rng.normal(size=2), rng.normal(size=3), 2)
        )
        yield Probe(
            "overlap", "5 inputs, kernel 5, stride 2", (rng.normal(size=5), rng.normal(size=5), 2)
        )
        yield Probe(
            "corner", "1 input, kernel 4, stride 3", (rng.normal(size=1), rng.normal(size=4), 3)
        )
        yield Probe("corner", "4 inputs, a kernel of one", (rng.normal(size=4), np.array([-2.5])))
        yield Probe(
            "corner", "numbers around 10⁶, stride 3",
            (1e6 * rng.normal(size=3), 1e6 * rng.normal(size=4), 3),
        )  # fmt: skip

    @accepted("two loops")
    def two_loops(x, kernel, stride=1):
        out = [0.0] * ((len(x) - 1) * stride + len(kernel))
        for i in range(len(x)):
            for m in range(len(kernel)):
                out[i * stride + m] += float(x[i]) * float(kernel[m])
        return np.array(out)

    @accepted("zeros between the inputs, then a convolution")
    def zero_stuffed(x, kernel, stride=1):
        spread = np.zeros((len(x) - 1) * stride + 1)
        spread[::stride] = x
        return np.convolve(spread, kernel)

    @accepted("the transposed matrix")
    def by_matrix(x, kernel, stride=1):
        C = np.zeros((len(x), (len(x) - 1) * stride + len(kernel)))
        for i in range(len(x)):
            C[i, i * stride : i * stride + len(kernel)] = kernel
        return C.T @ x

    @accepted("an index for every product")
    def by_index(x, kernel, stride=1):
        at = stride * np.arange(len(x))[:, None] + np.arange(len(kernel))
        return np.bincount(at.ravel(), weights=np.outer(x, kernel).ravel())

    tail_cut_off = wrong(
        "Your output is n · stride long: what the last stamps reach beyond that is cut off. "
        "Valid keeps all of it.",
        change={"return out": "return out[: len(x) * stride]"},
    )

    overwritten = wrong(
        "Where stamps overlap, the later one replaces the earlier. They add up: each input has "
        "its share in that pixel.",
        change={"+= value * kernel": "= value * kernel"},
    )

    @wrong(
        "You average where stamps overlap. They add up; that is where the chequered patterns "
        "come from."
    )
    def averaged(x, kernel, stride=1):
        out = np.zeros((len(x) - 1) * stride + len(kernel))
        count = np.zeros_like(out)
        for i, value in enumerate(x):
            out[i * stride : i * stride + len(kernel)] += value * kernel
            count[i * stride : i * stride + len(kernel)] += 1
        return out / np.maximum(count, 1)

    stamp_flipped = wrong(
        "Your stamps are turned around. A stamp lays the kernel down as it is, first number first.",
        change={"value * kernel": "value * kernel[::-1]"},
    )

    zeros_after_the_last = wrong(
        "Your output is stride − 1 too long: there are zeros after the last input as well. "
        "They belong between the inputs only.",
        change={"(len(x) - 1) * stride + 1": "len(x) * stride"},
        of=zero_stuffed,
    )

    room_for_one_more = wrong(
        "Your output is one stride too long: you made room for one stamp more than there are "
        "inputs.",
        change={"len(x) - 1": "len(x)"},
    )

    stride_ignored = wrong(
        "All your stamps are one pixel apart: the stride is not used.",
        change={"np.convolve(spread, kernel)": "np.convolve(x, kernel)"},
        of=zero_stuffed,
    )

    repeated_inputs = wrong(
        "You repeat every input `stride` times and then convolve. A transposed convolution "
        "puts gaps between the inputs, not copies.",
        change={"spread[::stride] = x": "spread[:] = np.repeat(x, stride)[: len(spread)]"},
        of=zero_stuffed,
    )

    apart_by_the_kernel = wrong(
        "Stamps begin a whole kernel's length apart, so none overlap. How far apart they are is "
        "the stride's business.",
        change={"out = np.zeros": "stride = len(kernel)\n    out = np.zeros"},
    )

    too_short = wrong(
        "Your output is too short: the last stamp reaches beyond its end, and NumPy refuses to "
        "add it. Where does the last stamp begin, and how long is a stamp?",
        change={"(len(x) - 1) * stride + len(kernel)": "len(x) * stride"},
    )

    index_beyond_the_end = wrong(
        "Your output is too short: the last stamp writes beyond its end. Where does the last stamp "
        "begin, and how long is a stamp?",
        change={"[0.0] * ((len(x) - 1) * stride + len(kernel))": "np.zeros(len(x) * stride)"},
        of=two_loops,
    )

    @wrong(
        "Your output ends where the last stamp begins: of the last stamps, only what fits is "
        "there. Valid keeps the whole of each stamp."
    )
    def ends_at_the_last_start(x, kernel, stride=1):
        out = np.zeros((len(x) - 1) * stride + 1)
        for i, value in enumerate(x):
            room = len(out[i * stride : i * stride + len(kernel)])
            out[i * stride : i * stride + len(kernel)] += value * kernel[:room]
        return out

    @wrong(
        "You convolve: each output gathers from a window of inputs, and the output is no longer "
        "than the input. Transposed, each input hands out to many outputs, and the output grows."
    )
    def gathers(x, kernel, stride=1):
        out = np.zeros((len(x) - len(kernel)) // stride + 1 if len(x) >= len(kernel) else 1)
        for i in range(len(out)):
            part = x[i * stride : i * stride + len(kernel)]
            out[i] = part @ kernel[: len(part)]
        return out

    @wrong(
        "You use the size of a convolution, (n − k) / s + 1. That formula counts where a window "
        "fits. Here each input lays a stamp down, and the output grows."
    )
    def size_of_a_convolution(x, kernel, stride=1):
        out = np.zeros((len(x) - len(kernel)) // stride + 1)
        for i, value in enumerate(x):
            out[i * stride : i * stride + len(kernel)] += value * kernel
        return out

    cut_to_same = wrong(
        "You cut the ends of your result off, as `same` does. Valid keeps all that the stamps "
        "reach.",
        change={"np.convolve(spread, kernel)": 'np.convolve(spread, kernel, "same")'},
        of=zero_stuffed,
    )

    complete_windows_only = wrong(
        "You keep only places where the whole kernel lies on the spread inputs. Here every stamp "
        "counts in full, beyond the first and last input as well.",
        change={"np.convolve(spread, kernel)": 'np.convolve(spread, kernel, "valid")'},
        of=zero_stuffed,
    )

    not_scaled = wrong(
        "Your stamps are all alike. Each input lays down the kernel *times its own value*.",
        change={"value * kernel": "kernel"},
    )

    zeros_missing_one = wrong(
        "You put `stride` zeros between two inputs. From one stamp's start to the next there are "
        "`stride` pixels, the input itself among them.",
        change={
            "spread = np.zeros((len(x) - 1) * stride + 1)": (
                "stride += 1\n    spread = np.zeros((len(x) - 1) * stride + 1)"
            ),
        },
        of=zero_stuffed,
    )

    returned_in_the_loop = wrong(
        "Only the first stamp is there. How far is your `return` indented?",
        change={"    return out": "        return out"},
    )

    no_room_at_all = wrong(
        "Your output is as long as the input, and the stamps do not fit into it. Where does the "
        "last stamp begin, and how long is a stamp?",
        change={"np.zeros((len(x) - 1) * stride + len(kernel))": "np.zeros(len(x))"},
    )

    room_without_stride = wrong(
        "Your output has the length for stride 1, so later stamps reach beyond its end. Where does "
        "the last stamp begin?",
        change={"(len(x) - 1) * stride + len(kernel)": "len(x) + len(kernel) - 1"},
    )

    last_start_is_the_end = wrong(
        "Your output ends where the last stamp begins, and NumPy refuses to add the rest. How far "
        "does a stamp reach?",
        change={"(len(x) - 1) * stride + len(kernel)": "(len(x) - 1) * stride + 1"},
    )

    last_stamp_beyond = wrong(
        "An index of yours lies beyond the end of an array, however many inputs there are. If the "
        "array is your output: where does the last stamp begin, and how far does it reach?",
        change={"[0.0] * ((len(x) - 1) * stride + len(kernel))": "np.zeros((len(x) - 1) * stride)"},
        of=two_loops,
    )

    one_short = near_miss(
        "an output that is one too short",
        change={"(len(x) - 1) * stride + len(kernel)": "(len(x) - 1) * stride + len(kernel) - 1"},
        unlike=(
            too_short, size_of_a_convolution, no_room_at_all, room_without_stride,
            last_start_is_the_end,
        ),
    )  # fmt: skip

    kernel_read_beyond = near_miss(
        "reads the kernel beyond its end",
        change={"float(kernel[m])": "float(kernel[m + 1])"},
        of=two_loops,
        unlike=index_beyond_the_end,
    )

    two_indices = near_miss(
        "takes the kernel for a table",
        change={"float(kernel[m])": "float(kernel[m, 0])"},
        of=two_loops,
        unlike=(index_beyond_the_end, last_stamp_beyond),
    )
