"""What is right in `field_of_view`, and what students get wrong."""

import numpy as np

from autograder.exercise import EXACT, Criterion, Function, Probe, accepted, wrong


class FieldOfView(Function):
    title = "How much does one unit see?"
    difficulty = 2
    criteria = (
        Criterion("plain", 1, "layers of stride 1"),
        Criterion("strides", 2, "strides and pooling"),
    )
    tolerance = EXACT
    revisit = "Three of three see seven"

    def probes(self, rng):
        yield Probe("plain", "three layers of 3×3", args=([(3, 1), (3, 1), (3, 1)],))
        yield Probe("plain", "one layer of 11×11", args=([(11, 1)],))
        yield Probe("plain", "no layer at all", args=([],))
        yield Probe("plain", "a 1×1 between two 5×5", args=([(5, 1), (1, 1), (5, 1)],))
        yield Probe("strides", "the stride in the last layer", args=([(3, 1), (3, 2)],))
        yield Probe("strides", "the stride in the first layer", args=([(3, 2), (3, 1)],))
        yield Probe("strides", "LeNet-5 to S4", args=([(5, 1), (2, 2), (5, 1), (2, 2)],))
        yield Probe("strides", "strides that follow each other", args=([(3, 2)] * 4,))
        yield Probe("strides", "a stride larger than its kernel", args=([(1, 3), (2, 2), (4, 1)],))
        stack = [tuple(map(int, rng.integers(1, 6, size=2))) for _ in range(5)]
        yield Probe("strides", "five random layers", args=(stack,))
        plain = [(int(k), 1) for k in rng.integers(2, 12, 4)]
        yield Probe("plain", "four random kernels", args=(plain,))

    @accepted("backwards, from the top")
    def backwards(stack):
        seen = 1
        for kernel, stride in reversed(stack):
            seen = (seen - 1) * stride + kernel
        return seen

    @accepted("recursion")
    def recursive(stack):
        if not stack:
            return 1
        (kernel, stride), *rest = stack
        return kernel + (field_of_view(rest) - 1) * stride

    @accepted("with NumPy")
    def vectorised(stack):
        kernels, strides = np.array(stack, dtype=int).reshape(-1, 2).T
        jumps = np.cumprod(np.concatenate([[1], strides]))[:-1]
        return int(1 + np.sum((kernels - 1) * jumps))

    @accepted("by marking pixels")
    def marked(stack):
        places = {0}
        for kernel, stride in stack[::-1]:
            places = {place * stride + k for place in places for k in range(kernel)}
        return max(places) - min(places) + 1

    @wrong(
        "You add up the kernels: three of 3 give you 9. Neighbouring windows overlap; look in the "
        "triangle of paths how much each layer really adds."
    )
    def nine(stack):
        return sum(kernel for kernel, _ in stack) if stack else 1

    stride_ignored = wrong(
        "You ignore the strides. After a stride of 2, two neighbours are two pixels apart, so the "
        "same kernel reaches farther.",
        change={"(kernel - 1) * distance": "kernel - 1"},
        revisit="LeNet-5 as it is taught today",
    )

    own_stride = wrong(
        "You let a layer's own stride widen its own kernel. A stride changes how far apart the "
        "outputs are, so it matters to the layers after it.",
        change={"(kernel - 1) * distance": "(kernel - 1) * distance * stride"},
        revisit="LeNet-5 as it is taught today",
    )

    last_stride_only = wrong(
        "You use only the stride of the layer just below. Strides build up: two pools of 2 put "
        "neighbours four pixels apart.",
        change={"distance *= stride": "distance = stride"},
        revisit="LeNet-5 as it is taught today",
    )

    product = wrong(
        "You multiply the kernels. That counts paths along one line, not the pixels at which "
        "they end.",
        change={"field += (kernel - 1) * distance": "field *= kernel"},
    )

    from_zero = wrong(
        "You start with no pixel. A unit with nothing below it is one pixel itself.",
        change={"field, distance = 1, 1": "field, distance = 0, 1"},
    )

    whole_kernel = wrong(
        "You add the whole kernel times the distance. The windows of neighbours share pixels: a "
        "layer adds less than its kernel.",
        change={
            "field, distance = 1, 1": "field, distance = 0, 1",
            "kernel - 1": "kernel",
            "return field": "return max(field, 1)",
        },
    )

    upside_down = wrong(
        "You go through the stack from the wrong end: the first entry is the layer next to the "
        "image.",
        change={"reversed(stack)": "stack"},
        of=backwards,
    )

    shared_pixel_counted = wrong(
        "Going down a layer, you multiply the whole field by the stride and add the kernel. Of "
        "`field` neighbours, how many *steps* lie between the first and the last?",
        change={"(seen - 1) * stride + kernel": "seen * stride + kernel"},
        of=backwards,
    )

    shared_pixel_counted_from_zero = wrong(
        "Going down a layer, you multiply the whole field by the stride and add the kernel, from "
        "no pixel on. Neighbouring windows overlap: how many *steps* lie between the first unit "
        "and the last?",
        change={"seen = 1": "seen = 0", "(seen - 1) * stride + kernel": "seen * stride + kernel"},
        of=backwards,
    )

    own_stride_alone = wrong(
        "You multiply each kernel by its own layer's stride. A stride changes how far apart the "
        "outputs are, so it matters to the layers after it, and strides build up.",
        change={"(kernel - 1) * distance": "(kernel - 1) * stride"},
        revisit="LeNet-5 as it is taught today",
    )

    strides_added = wrong(
        "You add the strides up. Two pools of 2 put neighbours four pixels apart, and three put "
        "them eight apart.",
        change={"distance *= stride": "distance += stride - 1"},
        revisit="LeNet-5 as it is taught today",
    )

    distance_returned = wrong(
        "You return how far apart neighbours are. Asked for is how much one of them sees.",
        change={"return field": "return distance"},
    )

    area = wrong(
        "You return the area of the patch. Asked for is its side.",
        change={"return field": "return field**2"},
    )

    largest_kernel = wrong(
        "You return the largest kernel. Each layer adds to what the layers before it see.",
        change={"field += (kernel - 1) * distance": "field = max(field, kernel)"},
    )

    one_layer_short = wrong(
        "One layer of the stack is missing from your sum: the last.",
        change={"for kernel, stride in stack:": "for kernel, stride in stack[:-1]:"},
    )

    first_layer_missing = wrong(
        "One layer of the stack is missing from your sum: the first.",
        change={"for kernel, stride in stack:": "for kernel, stride in stack[1:]:"},
    )

    one_too_many = wrong(
        "Your fields are one pixel too large for each layer: a kernel of k adds k − 1 neighbours "
        "to the pixel that is there already.",
        change={"(kernel - 1) * distance": "kernel * distance"},
    )
