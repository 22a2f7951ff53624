"""What is right in `same_padding`, and what students get wrong."""

from autograder.exercise import Criterion, Function, Probe, accepted, near_miss, wrong


class SamePadding(Function):
    title = "Where the zeros go"
    difficulty = 2
    criteria = (
        Criterion("odd", 1, "odd kernels, stride 1"),
        Criterion("even", 1, "even kernels, stride 1"),
        Criterion("strided", 2, "strides"),
        Criterion("wide", 1, "strides wider than the kernel"),
    )
    revisit = "Same, with a stride"

    def probes(self, rng):
        n = int(rng.integers(10, 40))
        cases = {
            "odd": [(7, 3, 1), (9, 1, 1), (n, 5, 1), (3, 7, 1)],
            "even": [(8, 2, 1), (n, 4, 1)],
            "strided": [(224, 3, 2), (225, 3, 2), (10, 4, 3), (11, 5, 2), (2 * n, 6, 2)],
            "wide": [(8, 1, 2), (9, 1, 4), (10, 2, 4), (12, 3, 6)],
        }
        for criterion, triples in cases.items():
            for n, k, s in triples:
                yield Probe(criterion, f"n = {n}, kernel {k}, stride {s}", (n, k, s))
        k, steps = (int(v) for v in rng.integers((3, 4), (7, 40)))
        n, s = (k + 2) * steps + 1, k + 2
        yield Probe("wide", f"n = {n}, kernel {k}, stride {s}", (n, k, s))

    @accepted("ceil, then divmod")
    def by_divmod(n, kernel, stride=1):
        import math

        total = max((math.ceil(n / stride) - 1) * stride + kernel - n, 0)
        before, odd = divmod(total, 2)
        return before, before + odd

    @accepted("by the remainder")
    def by_remainder(n, kernel, stride=1):
        over = n % stride
        total = kernel - (over if over else stride)
        if total < 0:
            total = 0
        return total // 2, (total + 1) // 2

    @accepted("add zeros in turn until the windows fit")
    def in_turn(n, kernel, stride=1):
        sides, turn = [0, 0], 1
        while n + sum(sides) < kernel + (len(range(0, n, stride)) - 1) * stride:
            sides[turn] += 1
            turn = 1 - turn
        return tuple(sides)

    half_the_kernel = wrong(
        "You put the same number on both sides. Count how many zeros are needed in all: with a "
        "stride or an even kernel that can be odd, and smaller than you think.",
        change={"total // 2, total - total // 2": "(kernel - 1) // 2, (kernel - 1) // 2"},
    )

    odd_one_before = wrong(
        "Your total is right, but the odd zero is on the wrong side. Look again at what the "
        "first and the last tap saw.",
        change={"total // 2, total - total // 2": "total - total // 2, total // 2"},
    )

    stride_ignored = wrong(
        "You take the total for stride 1, kernel − 1, whatever the stride. With a stride there "
        "are fewer windows, and they may need fewer zeros.",
        change={"(outputs - 1) * stride + kernel - n": "kernel - 1"},
    )

    negative = wrong(
        "One of your numbers is negative: where the windows need fewer pixels than there are, "
        "nothing is padded, and nothing is cut off either.",
        change={
            "max(0, (outputs - 1) * stride + kernel - n)": "(outputs - 1) * stride + kernel - n",
        },
    )

    outputs_rounded_down = wrong(
        "You round the number of outputs down. Keras counts a stride that was started, so the "
        "last window may reach beyond the input.",
        change={"-(-n // stride)": "n // stride"},
    )

    width_ignored = wrong(
        "Your total is the kernel less the stride, whatever the input's width. That holds when "
        "the stride divides the width; else the last window reaches further out.",
        change={"(outputs - 1) * stride + kernel - n": "kernel - stride"},
    )

    total_on_each_side = wrong(
        "You put the total on each side. It is what both sides together need.",
        change={"total // 2, total - total // 2": "total, total"},
    )

    all_after = wrong(
        "You put all zeros on one side. Share them as equally as whole numbers allow.",
        change={"total // 2, total - total // 2": "0, total"},
    )

    size_kept = wrong(
        "You pad until the output is as large as the input. With a stride, same means fewer "
        "outputs than inputs.",
        change={"-(-n // stride)": "n"},
    )

    torch_padding = wrong(
        "You put kernel // 2 on both sides, as PyTorch code does. Count how many zeros are needed "
        "in all: with a stride or an even kernel that is another number, and can be odd.",
        change={"total // 2, total - total // 2": "kernel // 2, kernel // 2"},
    )

    odd_one_lost = wrong(
        "Where the total is odd, one zero is lost: both of your halves are rounded down.",
        change={"total // 2, total - total // 2": "total // 2, total // 2"},
    )

    both_rounded_up = wrong(
        "Where the total is odd, you have one zero too many: both of your halves are rounded up.",
        change={"total // 2, total - total // 2": "(total + 1) // 2, (total + 1) // 2"},
    )

    half_a_zero = wrong(
        "You put half a zero on a side: an odd total cannot be shared equally. One side gets one "
        "zero more.",
        change={"total // 2, total - total // 2": "total / 2, total / 2"},
    )

    all_before = wrong(
        "You put all zeros before the first pixel. Share them as equally as whole numbers allow.",
        change={"total // 2, total - total // 2": "total, 0"},
    )

    total_alone = wrong(
        "You return the total. Two numbers are asked for: how many zeros come before, and how "
        "many after.",
        change={"total // 2, total - total // 2": "total"},
    )

    one_output_too_many = wrong(
        "You leave room for one window more than there are: after `outputs` windows there are "
        "outputs − 1 steps.",
        change={"(outputs - 1) * stride": "outputs * stride"},
    )

    one_half_returned = wrong(
        "You return one number, the half. Two are asked for: the zeros before and those after.",
        change={"total // 2, total - total // 2": "total // 2"},
    )

    rounded_down_and_negative = wrong(
        "Two things: Keras counts a stride that was started, so the number of outputs is rounded "
        "up; and where the windows need fewer pixels than there are, nothing is padded.",
        change={
            "-(-n // stride)": "n // stride",
            "max(0, (outputs - 1) * stride + kernel - n)": "(outputs - 1) * stride + kernel - n",
        },
    )

    size_kept_on_both_sides = wrong(
        "You pad until the output is as large as the input, the same number on both sides. With a "
        "stride, same means fewer outputs than inputs; and the total may be odd.",
        change={
            "-(-n // stride)": "n",
            "total // 2, total - total // 2": "total // 2, total // 2",
        },
    )

    one_more_after = near_miss(
        "always one zero more after",
        change={"total // 2, total - total // 2": "total // 2, total - total // 2 + 1"},
        unlike=(
            half_the_kernel, odd_one_before, all_after, torch_padding, both_rounded_up,
            one_output_too_many, outputs_rounded_down, width_ignored, stride_ignored,
        ),
    )  # fmt: skip

    nothing_at_all = near_miss(
        "pads nothing",
        change={"total // 2, total - total // 2": "0, 0"},
        unlike=(odd_one_lost, negative, stride_ignored, all_before, all_after, half_a_zero),
    )

    total_as_a_third = near_miss(
        "returns the total as well",
        change={"total // 2, total - total // 2": "total // 2, total - total // 2, total"},
        unlike=(total_alone, one_half_returned),
    )

    halves_doubled = near_miss(
        "doubles both halves",
        change={"total // 2, total - total // 2": "2 * (total // 2), 2 * (total - total // 2)"},
        unlike=(total_on_each_side, all_before, size_kept),
    )

    sign_turned = near_miss(
        "turns the signs",
        change={"total // 2, total - total // 2": "-(total // 2), total // 2 - total"},
        unlike=(negative, rounded_down_and_negative),
    )

    quarters = near_miss(
        "shares the total one to three, in fractions",
        change={"total // 2, total - total // 2": "total / 4, 3 * total / 4"},
        unlike=(half_a_zero, odd_one_lost, both_rounded_up),
    )
