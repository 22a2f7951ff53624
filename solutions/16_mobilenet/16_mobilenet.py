# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # MobileNet V1, V2, V3
#
# **Time** 105 minutes · **Needs** lessons 08, 10, 14 and 15 · **Running everything** {{seconds}} s on two CPU cores
#
# Three layers, on the same 14×14 map of 512 channels. The first is an ordinary 3×3 convolution. The
# second, a *depthwise* one, looks at the same 3×3 places and does **512 times fewer** multiply-adds. The
# third puts a 1×1 convolution behind it, and can then stand in for the first at **a ninth** of its work.
#
# Run the next three cells and see what your own computer makes of these promises.

# %% tags=["setup"]
import time

import numpy as np

from cnncourse import anatomy, begin, data, nets, plots, runtime, weights
from cnncourse.runs import versus, with_spread

check = begin("16_mobilenet")

import keras
from keras import layers, ops

# %%
tries = runtime.budget(smoke=5, cpu=10, gpu=30)


def milliseconds(network, shape, images=8):
    """Milliseconds for one image: the shortest of several runs on a batch."""
    x = np.random.default_rng(0).normal(size=(images, *shape)).astype("float32")
    network.predict_on_batch(x)  # the first run builds the graph
    seconds = []
    for _ in range(tries):
        start = time.perf_counter()
        network.predict_on_batch(x)
        seconds.append(time.perf_counter() - start)
    return 1000 * min(seconds) / images


# %%
def layer_stack(kind, channels):
    """One of several kinds of layer, which keep the size of the map and its channels."""
    full = layers.Conv2D(channels, 3, padding="same", use_bias=False)
    depthwise = layers.DepthwiseConv2D(3, padding="same", use_bias=False)
    pointwise = layers.Conv2D(channels, 1, use_bias=False)
    kinds = {
        "full": [full],
        "depthwise": [depthwise],
        "pointwise": [pointwise],
        "separable": [depthwise, pointwise],
        "ReLU": [layers.ReLU()],
    }
    return kinds[kind]


work, spent = {}, {}
for kind in ("full", "depthwise", "separable"):
    network = keras.Sequential([keras.Input((14, 14, 512)), *layer_stack(kind, 512)])
    work[kind] = anatomy.multiply_adds(network)
    spent[kind] = milliseconds(network, (14, 14, 512))

# %%
kinds = list(work)
fewer = [work["full"] / work[k] for k in kinds]
faster = [spent["full"] / spent[k] for k in kinds]
fig, ax = plots.figure(height=3.2)
places = np.arange(3)
for offset, values, label in (
    (-0.2, fewer, "times fewer multiply-adds"),
    (0.2, faster, "times less time, measured here"),
):
    bars = ax.barh(places + offset, values, height=0.36, label=label)
    ax.bar_label(bars, [f"{v:,.1f}" for v in values], padding=3)
ax.set(xscale="log", xlim=(0.8, 1500), yticks=places, yticklabels=kinds, xlabel="times (log)")
ax.set_title("A 14×14 map, 512 channels: what is saved, beside the full convolution")
ax.invert_yaxis()
ax.legend(loc="lower right")
plots.show(
    fig,
    alt="Pairs of bars on a logarithmic axis. Depthwise: 512 times fewer multiply-adds, but its time "
    f"is shorter by a factor of {faster[1]:.0f} only. Separable: 8.8 times fewer multiply-adds, time "
    f"shorter by a factor of {faster[2]:.0f}.",
)

# %% [markdown]
# *Upper bar of each pair: the saving on paper. Lower bar: the saving in time. Look at depthwise: its two
# bars are far apart.*
#
# **How can a network make do with a ninth of the work, and why does the clock not follow the count?**
# MobileNet's three versions are three answers to the first half. The second half takes the whole lesson.
#
# By the end you will be able to
#
# - **write** a depthwise convolution, and **compute** what separating a convolution saves;
# - **build** the blocks of MobileNet V1, V2 and V3, and with them the published networks, equal to those
#   of Keras to the last parameter;
# - **show** why a block that ends in few channels must not end in ReLU;
# - **find** the bugs in somebody else's block;
# - **say** why fewer multiply-adds are not in proportion less time.

# %% [markdown]
# ## One job, cut in two
#
# A convolution does two jobs with one array of weights: it **looks around** (3×3 places) and it **mixes
# channels**. Each filter has a 3×3 kernel for each channel it reads. Here are all the weights of three
# layers, from four channels to six (or to four, where the layer cannot do otherwise):


# %%
from matplotlib.patches import Rectangle


def draw_weights(ax, wired, size, title):
    """A square of size × size weights wherever an output reads an input."""
    step = 1 / (size + 1)
    for i, o in np.argwhere(wired):
        for r, c in np.ndindex(size, size):
            corner = (o + (c + 0.65) * step, i + (r + 0.65) * step)
            ax.add_patch(Rectangle(corner, 0.7 * step, 0.7 * step, color=plots.COLOURS[0]))
    ax.set(xlim=(0, 6), ylim=(4, 0), aspect="equal", title=title)
    ax.set_xticks(np.arange(6) + 0.5, range(6))
    ax.set_yticks(np.arange(4) + 0.5, range(4))
    ax.set_xlabel("channel out")


fig, axes = plots.figure(1, 3, height=2.7, sharey=True)
every, own = np.ones((4, 6), bool), np.eye(4, 6, dtype=bool)
draw_weights(axes[0], every, 3, "full: 4·6·9 = 216")
draw_weights(axes[1], own, 3, "depthwise: 4·9 = 36")
draw_weights(axes[2], every, 1, "pointwise: 4·6 = 24")
axes[0].set_ylabel("channel in")
plots.show(
    fig,
    alt="Three grids, four input channels by six output channels. Full: every one of the 24 cells holds "
    "a 3 by 3 square of weights. Depthwise: only the four cells of the diagonal do. Pointwise: every "
    "cell holds a single weight.",
)

# %% [markdown]
# *Full: every output has a 3×3 kernel for every input. Depthwise: a channel keeps to itself, one kernel
# each, and as many channels come out as went in. Pointwise: one weight for each pair, nothing to look
# around with.*
#
# A **depthwise separable** convolution is depthwise, then pointwise. Count the small squares by hand:
# 36 + 24 = 60 in place of 216, a saving of 3.6. The same with Keras:

# %% tags=["nbval-check-output"]
plots.table(
    ["layer", "weights", "shape out"],
    [
        [label, layer.count_params(), tuple(layer.compute_output_shape((1, 8, 8, 4))[1:])]
        for label, layer in {
            "Conv2D(6, 3)": layers.Conv2D(6, 3, use_bias=False),
            "DepthwiseConv2D(3)": layers.DepthwiseConv2D(3, use_bias=False),
            "Conv2D(6, 1)": layers.Conv2D(6, 1, use_bias=False),
            "SeparableConv2D(6, 3)": layers.SeparableConv2D(6, 3, use_bias=False),
        }.items()
        if layer.build((1, 8, 8, 4)) is None
    ],
    caption="Four channels in, no biases. The map of 8×8 loses its border.",
)

# %% [markdown]
# Two names, two things. Many notes call both *depthwise*, or say that depthwise convolution mixes the
# channels afterwards. It does not: it has **no pointwise step**. From 32 channels, with biases (lesson
# 08 has the arithmetic):

# %% tags=["nbval-check-output"]
for layer in (
    layers.DepthwiseConv2D(3),
    layers.SeparableConv2D(64, 3),
    layers.Conv2D(64, 3),
):
    layer.build((1, 28, 28, 32))
    print(f"{type(layer).__name__:16} {layer.count_params():6,}")

# %% [markdown]
# ### {{exercise depthwise_conv}}
#
# Write `depthwise_conv(image, kernel, stride)` with NumPy. Channel *c* of the result is channel *c* of the
# image, cross-correlated (lesson 07: not flipped) with `kernel[:, :, c]`, without padding. The window
# moves by `stride` in both directions; windows that do not fit are left out.
#
# <details><summary>Hint 1 · what size?</summary>Rows out: how often does a window of k fit into the height
# if it moves by s? Lesson 08: (height − k) // s + 1.</details>
# <details><summary>Hint 2 · which sum?</summary>In a full convolution a window is multiplied by a kernel
# and everything is added up: rows, columns, channels. Which of the three must not be added up
# here?</details>
# <details><summary>Hint 3 · one window</summary>`(window * kernel)` has shape (k, k, channels). Sum over
# two of the axes.</details>


# %% tags=["exercise"]
def depthwise_conv(image, kernel, stride=1):
    """Each channel cross-correlated with a kernel of its own; no padding, no bias.

    Args:
        image: float array of shape (height, width, channels).
        kernel: float array of shape (k, k, channels); k is at most height and width.
        stride: step of the window along rows and columns, at least 1.

    Returns:
        Float array of shape ((height − k) // stride + 1, (width − k) // stride + 1, channels).
    """
    ### BEGIN SOLUTION
    k = kernel.shape[0]
    rows, columns = ((n - k) // stride + 1 for n in image.shape[:2])
    out = np.zeros((rows, columns, image.shape[2]), dtype=image.dtype)
    for r, c in np.ndindex(rows, columns):
        top, left = r * stride, c * stride
        window = image[top : top + k, left : left + k]
        out[r, c] = (window * kernel).sum(axis=(0, 1))
    return out
    ### END SOLUTION


# %% tags=["check"]
check(depthwise_conv)

# %% [markdown]
# Against Keras, and against an independent judge that knows no depthwise layers: SciPy, one channel at a
# time. Sums of nine float32 products may differ in the last digit.

# %% tags=["needs-answer"]
from scipy.signal import correlate2d

photo = data.photograph("coffee", size=96).astype("float32") / 255
kernel = np.random.default_rng(1).normal(size=(3, 3, 3)).astype("float32")
mine = depthwise_conv(photo, kernel, 1)
theirs = ops.convert_to_numpy(ops.depthwise_conv(photo[None], kernel[..., None]))[0]
single = [correlate2d(photo[..., c], kernel[..., c], mode="valid") for c in range(3)]
for name, other in (("Keras", theirs), ("SciPy", np.stack(single, axis=-1))):
    print(f"largest difference from {name}: {np.abs(mine - other).max():.0e} (tolerance 1e-5)")

# %% [markdown]
# ## What it saves
#
# Let the map have $h·w$ places, $c_{in}$ channels in, $c_{out}$ out, and the kernel $k·k$ weights. Work is
# weights times places (lesson 13):
#
# | | multiply-adds | for the 14×14 map, 512 → 512, k = 3 |
# |---|---|---|
# | full | $k^2·c_{in}·c_{out}·h·w$ | 9 · 512 · 512 · 196 = 462,422,016 |
# | depthwise | $k^2·c_{in}·h·w$ | 9 · 512 · 196 = 903,168 |
# | pointwise | $c_{in}·c_{out}·h·w$ | 512 · 512 · 196 = 51,380,224 |
#
# The paper's Table 3 has this very layer: 462 million against 52.3. Divide the last two rows by the
# first, and nearly everything cancels:
#
# $$\frac{\text{depthwise} + \text{pointwise}}{\text{full}} = \frac{1}{c_{out}} + \frac{1}{k^2}$$
#
# (section 3.1 of the paper). With four channels in and six out that is 1/6 + 1/9 = 0.278 = 60/216: the
# squares that you counted. With 512 out it is 1/512 + 1/9 = 0.113.
#
# > **Predict.** A 5×5 kernel has nearly three times the weights of a 3×3. Is separating it a larger or a
# > smaller saving? And can any kernel of 3×3 ever save more than nine times?

# %%
widths = np.array([1, 2, 4, 8, 16, 32, 64, 128, 256, 512])
plots.lines(
    widths,
    {f"{k}×{k}": 1 / (1 / widths + 1 / k**2) for k in (3, 5, 7)},
    xlabel="channels out",
    ylabel="times fewer multiply-adds",
    title="What separating saves: 1 / (1/c_out + 1/k²)",
    alt="Three curves that rise with the channels out and level off: 3×3 below 9, 5×5 below 25, 7×7 "
    "below 49. With one channel out all three lie just below 1: nothing is saved.",
)

# %% [markdown]
# *Each curve levels off at k²: the depthwise half gets ever cheaper beside the pointwise one, and that one
# cannot be smaller. With few channels out, little is saved; with one, separating costs more.*
#
# ### {{exercise layer_cost}}
#
# A map of 28×28 with 64 channels. A 3×3 convolution with 128 filters, stride 1, padding that keeps the size,
# no bias. Fill in the multiply-adds of the full convolution, of the two halves that could replace it, and
# the ratio (halves together, divided by full) to four decimals.
#
# <details><summary>Hint 1</summary>Three of the four numbers are products from the table above. Start with
# the number of places: 28 · 28.</details>
# <details><summary>Hint 2 · a check</summary>The ratio must agree with the formula, and the formula does not
# know the map's size.</details>

# %% tags=["exercise"]
# layer_cost = {"full": ..., "depthwise": ..., "pointwise": ..., "ratio": ...}
### BEGIN SOLUTION
full, depthwise, pointwise = 784 * 9 * 64 * 128, 784 * 9 * 64, 784 * 64 * 128
layer_cost = {
    "full": full,
    "depthwise": depthwise,
    "pointwise": pointwise,
    "ratio": (depthwise + pointwise) / full,
}
### END SOLUTION

# %% tags=["check"]
check(layer_cost=layer_cost)

# %% [markdown]
# ## MobileNet V1
#
# The block of the first MobileNet is the pair, and nothing else. After **each** half comes batch
# normalisation and ReLU (Howard et al. 2017, Figure 3). A stride, where there is one, belongs to the
# half that looks around.
#
# | | paper | Keras Applications | this lesson |
# |---|---|---|---|
# | non-linearity | ReLU | ReLU6 = min(max(x, 0), 6) | ReLU6 |
# | batch normalisation | not said | epsilon 0.001 | epsilon 0.001 |
# | classifier | dense layer | dropout 0.001, 1×1 convolution | the same numbers, dense layer |
# | stride 2 | not said | zeros right and below | `padding="same"`: the same for even sides |
#
# ### {{exercise separable}}
#
# Write `separable(x, filters, stride)`, a function from Keras tensor to Keras tensor:
#
# 1. depthwise 3×3 with the stride, padding `"same"`, no bias; batch normalisation with `epsilon=1e-3`; ReLU6;
# 2. 1×1 convolution to `filters` channels, no bias; batch normalisation with `epsilon=1e-3`; ReLU6.
#
# Give your layers no names, here and in the other blocks: a block stands many times in one network, each name once.
#
# <details><summary>Hint 1 · ReLU6</summary>`layers.ReLU(6)` or `layers.Activation("relu6")`.</details>
# <details><summary>Hint 2 · why no bias?</summary>Batch normalisation subtracts the mean: a bias would go
# with it. It has its own shift, β.</details>
# <details><summary>Hint 3 · is it right?</summary>From 32 to 64 channels: 288 + 4·32 + 2,048 + 4·64 = 2,720
# parameters.</details>


# %% tags=["exercise"]
def separable(x, filters, stride):
    """A depthwise separable convolution as in MobileNet V1.

    Args:
        x: Keras tensor of shape (batch, height, width, channels).
        filters: channels of the result.
        stride: 1 or 2.

    Returns:
        Keras tensor of shape (batch, ceil(height / stride), ceil(width / stride), filters).
    """
    ### BEGIN SOLUTION
    x = layers.DepthwiseConv2D(3, stride, padding="same", use_bias=False)(x)
    x = layers.ReLU(6)(layers.BatchNormalization(epsilon=1e-3)(x))
    x = layers.Conv2D(filters, 1, use_bias=False)(x)
    return layers.ReLU(6)(layers.BatchNormalization(epsilon=1e-3)(x))
    ### END SOLUTION


# %% tags=["check"]
check(separable)

# %% [markdown]
# ### Thirteen of them
#
# `nets.mobilenet_v1` takes your block and puts the published network around it: one ordinary 3×3
# convolution with stride 2, thirteen blocks, global average pooling, one dense layer.

# %% tags=["needs-answer", "nbval-check-output"]
with anatomy.shapes_only():
    v1 = nets.mobilenet_v1(separable)
print(f"{anatomy.count_parameters(v1).total:,} parameters (Keras Applications: 4,253,864)")
print(f"{anatomy.multiply_adds(v1):,} multiply-adds (printed: 569 million)")

# %%
sizes = [("image", (224, 224, 3)), ("conv", (112, 112, 32))]
side = 112
for n, (filters, stride) in enumerate(nets.MOBILENET_V1, 1):
    side //= stride
    if n in (1, 3, 5, 11, 13):
        sizes.append((f"block {n}", (side, side, filters)))
plots.network(
    [*sizes, ("mean", (1024,)), ("classes", (1000,))],
    title="MobileNet V1: the last map of each size, to scale",
    alt="Blocks drawn to scale: image 224, then maps of 112 with 32 and 64 channels, 56 with 128, 28 with "
    "256, 14 with 512, 7 with 1024, then vectors of 1024 and 1000.",
)

# %% [markdown]
# Equal numbers of parameters could be luck. Equal outputs are not. Give a network from Keras Applications
# random weights, copy them into yours, and show both the same two photographs. (At random the signal may
# fade out on its way through so many layers, and two networks that always answer the same agree for free.
# So the averages in batch normalisation are first set to those of the photographs, and we print how far
# the answers to the two photographs are apart.)


# %%
def photographs(side):
    """A cat and a cup of coffee: float array of shape (2, side, side, 3), 0 to 255."""
    return np.stack([data.photograph(n, size=side) for n in ("cat", "coffee")]).astype("float32")


def compare_outputs(theirs, mine, images):
    """Give theirs random weights, copy them into mine, compare the logarithms of their answers."""
    rng = np.random.default_rng(0)
    for layer in theirs.layers:
        if isinstance(layer, layers.BatchNormalization):
            layer.gamma.assign(rng.uniform(0.5, 1.5, layer.gamma.shape))
            layer.beta.assign(rng.normal(size=layer.beta.shape))
            layer.momentum = 0  # its averages become those of the next images
    theirs(images, training=True)
    weights.copy_weights(theirs, mine)
    answers = [ops.convert_to_numpy(network(images)) for network in (theirs, mine)]
    one, other = np.log(np.maximum(answers, 1e-12))
    print(f"the two photographs differ by up to {np.abs(one[0] - one[1]).max():.1f},", end=" ")
    print(f"the two networks by {np.abs(one - other).max():.0e} (tolerance 1e-4)")


# %% tags=["needs-answer"]
theirs = keras.applications.MobileNet((128, 128, 3), alpha=0.25, weights=None)
small = nets.mobilenet_v1(separable, alpha=0.25, resolution=128)
compare_outputs(theirs, small, photographs(128) / 127.5 - 1)

# %% [markdown]
# Can this test fail? Here is the block as the paper writes it, with ReLU in place of ReLU6. It has the same
# shapes and the same parameters:


# %%
def separable_relu(x, filters, stride):
    x = layers.DepthwiseConv2D(3, stride, padding="same", use_bias=False)(x)
    x = layers.ReLU()(layers.BatchNormalization(epsilon=1e-3)(x))
    x = layers.Conv2D(filters, 1, use_bias=False)(x)
    return layers.ReLU()(layers.BatchNormalization(epsilon=1e-3)(x))


theirs = keras.applications.MobileNet((128, 128, 3), alpha=0.25, weights=None)
by_the_paper = nets.mobilenet_v1(separable_relu, alpha=0.25, resolution=128)
compare_outputs(theirs, by_the_paper, photographs(128) / 127.5 - 1)

# %% [markdown]
# ### Where its work lies, and what is misprinted
#
# *Side trip: may be skipped without loss.*
#
# Table 2 of the paper sums up parameters and multiply-adds by kind of layer, without batch normalisation.
# Rebuilt from your network:

# %% tags=["needs-answer", "nbval-check-output"]
with anatomy.shapes_only():
    listed = anatomy.layer_table(nets.mobilenet_v1(separable))
shares = {}
for row in listed:
    if row.multiply_adds:
        pointwise = row.kind == "Conv2D" and row.parameters != 864  # 864: the first, 3×3
        kind = "Conv2D 1×1" if pointwise else row.kind
        shares[kind] = shares.get(kind, 0) + np.array([row.multiply_adds, row.parameters])
total = sum(shares.values())
printed = {"Conv2D": (1.19, 0.02), "DepthwiseConv2D": (3.06, 1.06)}
printed |= {"Conv2D 1×1": (94.86, 74.59), "Dense": (0.18, 24.33)}
plots.table(
    ["kind of layer", "multiply-adds (%)", "printed", "parameters (%)", "printed "],
    [
        [kind, f"{100 * part[0]:.2f}", printed[kind][0], f"{100 * part[1]:.2f}", printed[kind][1]]
        for kind, part in ((kind, count / total) for kind, count in shares.items())
    ],
    caption="Printed: Howard et al. 2017, Table 2",
)

# %% [markdown]
# Looking around, 3×3 at every place of every map, is 3 % of the work. Mixing channels
# is 95 %. (In the parameters the last digits differ because the dense layer has a bias here.)
#
# One printed number does not fit: 1.19 % for the first convolution. Add up the printed column:
# 99.29. With 1.91 it is 100 but for rounding. It looks as if two digits had changed places.
#
# The paper's Table 1 lists the layers, and its last depthwise layer has a stride that cannot be: it says
# stride **2** on a map of 7×7, and 7×7 comes out. With stride 2 the last 1×1 would work on 4×4 places:

# %% tags=["nbval-check-output"]
saved = 1024 * (9 + 1024) * (7 * 7 - 4 * 4)
print(
    f"with stride 2: {(568_740_352 - saved) / 1e6:.0f} million; the paper's own count is 569 million"
)

# %% [markdown]
# The count decides: it is a misprint, stride 1 is meant. All implementations use 1.
#
# ## Two knobs
#
# Phones differ. The paper turns one network into a family with two numbers. The **width multiplier** α
# multiplies every number of channels. The **resolution multiplier** ρ shrinks the image, and with it every
# map: ρ = 160/224 means images of 160 pixels.
#
# > **Predict.** α = 0.5, and then images of 112 pixels in place of 224. Which of the two halves the parameters,
# > quarters them, or leaves them alone? What does each do to the work?


# %%
def v1_cost(alpha, resolution):
    """Multiply-adds in millions, and parameters, of the MobileNet around your block."""
    with anatomy.shapes_only():
        network = nets.mobilenet_v1(separable, alpha=alpha, resolution=resolution)
    return anatomy.multiply_adds(network) / 1e6, anatomy.count_parameters(network).total


# %% tags=["needs-answer", "nbval-check-output"]
resolutions = (224, 192, 160, 128)
rows = []
for alpha in (1.0, 0.75, 0.5, 0.25):
    million, parameters = zip(*[v1_cost(alpha, r) for r in resolutions])
    rows.append([alpha, *[f"{m:.1f} M" for m in million], parameters[0]])
plots.table(
    ["α", *[f"{r} px" for r in resolutions], "parameters"],
    rows,
    caption="Multiply-adds of the sixteen MobileNets",
)

# %% [markdown]
# ρ leaves the parameters alone: a kernel does not know how large its map is. The work goes with ρ²: 128/224
# squared is 0.33, and 186.4 / 568.7 is 0.33. α acts on both, with α² on the 1×1 convolutions, since both their
# channels in and out shrink; the depthwise half and the dense layer go with α alone, so the parameters fall
# by less than α².
#
# Beside the printed numbers (Tables 6 and 7):

# %% tags=["needs-answer", "nbval-check-output"]
table_6 = {(1.0, 224): (70.6, 569, 4.2), (0.75, 224): (68.4, 325, 2.6)}
table_6 |= {(0.5, 224): (63.7, 149, 1.3), (0.25, 224): (50.6, 41, 0.5)}
table_7 = {(1.0, 192): (69.1, 418, 4.2), (1.0, 160): (67.2, 290, 4.2), (1.0, 128): (64.4, 186, 4.2)}
rows = []
for (alpha, resolution), (top1, work, size) in (table_6 | table_7).items():
    million, parameters = v1_cost(alpha, resolution)
    counted = f"{million:.1f}", size, f"{parameters / 1e6:.2f}"
    rows.append([alpha, resolution, top1, work, *counted])
plots.table(
    [
        "α",
        "pixels",
        "accuracy (%)",
        "work, printed (M)",
        "counted",
        "parameters, printed (M)",
        "counted ",
    ],
    rows,
    caption="Top-1 on ImageNet as printed; then multiply-adds, then parameters, printed and counted",
)

# %% [markdown]
# The counts agree, but for one: 290.7 is printed as 290, a slip, for 568.7 was
# rounded to 569. (149 is right: the count is 149.497.) The printed parameters leave batch
# normalisation out. Now compare rows of similar work: α = 0.75 at 224 pixels (325 M, 68.4 %) and
# α = 1 at 160 pixels (290 M, 67.2 %). Or α = 0.5 (149 M, 63.7 %) and 128 pixels (186 M, 64.4 %). At
# equal work the two knobs cost about the same accuracy. At equal work **and** equal memory they do
# not: only α makes the network smaller.
#
# ### Against the giants
#
# Table 8 of the paper compares MobileNet with GoogLeNet (lesson 14) and VGG-16 (lesson 13). The inception
# module is given here.


# %% tags=["setup"]
def inception(x, ones, reduce_threes, threes, reduce_fives, fives, pool_projection):
    """Lesson 14's module."""

    def conv(x, filters, size):
        return layers.Conv2D(filters, size, padding="same", activation="relu")(x)

    pooled = layers.MaxPooling2D(3, 1, "same")(x)
    branches = [
        conv(x, ones, 1),
        conv(conv(x, reduce_threes, 1), threes, 3),
        conv(conv(x, reduce_fives, 1), fives, 5),
        conv(pooled, pool_projection, 1),
    ]
    return layers.Concatenate()(branches)


# %% tags=["needs-answer", "nbval-check-output"]
with anatomy.shapes_only():
    three = [nets.mobilenet_v1(separable), nets.googlenet(inception)]
    three.append(keras.applications.VGG16(weights=None))
as_printed = {"MobileNet": (70.6, 569, 4.2), "GoogLeNet": (69.8, 1550, 6.8)}
as_printed["VGG-16"] = (71.5, 15300, 138)
rows = []
for network, (name, (top1, work, size)) in zip(three, as_printed.items()):
    million = anatomy.multiply_adds(network) / 1e6, anatomy.count_parameters(network).total / 1e6
    rows.append([name, top1, work, f"{million[0]:,.0f}", size, f"{million[1]:.1f}"])
plots.table(
    [
        "network",
        "accuracy (%)",
        "work, printed (M)",
        "counted",
        "parameters, printed (M)",
        "counted ",
    ],
    rows,
    caption="Accuracy; then multiply-adds, then parameters (Howard et al. 2017, Table 8)",
)

# %% [markdown]
# One point behind VGG-16, with a 27th of its work and less than a 30th of its
# parameters. The counts of the other two differ by one to three percent from the printed ones: the
# paper took its figures for them from elsewhere and does not say how they were counted.
#
# ## Does it read as well?
#
# Less work is worth nothing if the network gets worse. The paper trained the same network with full
# convolutions as well (Table 4). Count both:


# %%
def full_conv(x, filters, stride):
    x = layers.Conv2D(filters, 3, stride, padding="same", use_bias=False)(x)
    return layers.ReLU(6)(layers.BatchNormalization(epsilon=1e-3)(x))


# %% tags=["needs-answer", "nbval-check-output"]
as_printed = {"full": (71.7, 4866, 29.3), "separable": (70.6, 569, 4.2)}
rows = []
for block, (name, (top1, work, size)) in zip((full_conv, separable), as_printed.items()):
    with anatomy.shapes_only():
        network = nets.mobilenet_v1(block)
    million = anatomy.multiply_adds(network) / 1e6, anatomy.count_parameters(network).total / 1e6
    rows.append([name, top1, work, f"{million[0]:,.0f}", size, f"{million[1]:.1f}"])
plots.table(
    [
        "blocks",
        "accuracy (%)",
        "work, printed (M)",
        "counted",
        "parameters, printed (M)",
        "counted ",
    ],
    rows,
    caption="Accuracy; then multiply-adds, then parameters (Howard et al. 2017, Table 4)",
)

# %% [markdown]
# One point for eight and a half times the work. The same widths for both is one fair
# question. **The same cost** is another: what do full convolutions do with the budget of the
# separable ones? We try both on patches of seven photographs, with networks of five blocks.

# %%
(x_train, y_train), (x_test, y_test) = data.photo_patches(1400, 1050)
x_train, x_test = x_train / np.float32(127.5) - 1, x_test / np.float32(127.5) - 1

# %%
plots.images(
    [x_test[y_test == k][0] / 2 + 0.5 for k in range(7)],
    titles=data.PATCH_CLASSES,
    columns=7,
    suptitle="One held-out patch of each photograph",
    alt="Seven colour patches of 32 by 32 pixels, each cut from another photograph.",
)


# %%
def five_blocks(block, width):
    inputs = keras.Input((32, 32, 3))
    x = full_conv(inputs, 16, 2)
    for filters, stride in ((1, 1), (2, 2), (2, 1), (4, 2), (4, 1)):
        x = block(x, filters * width, stride)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, layers.Dense(len(data.PATCH_CLASSES))(x))


# %% [markdown]
# > **Predict.** Three networks: full with width 24; separable with width 24, which costs less than a sixth of it;
# > and full again, made so narrow (width 8) that it costs about what the separable one costs: 13 % more, to its
# > advantage. In which order will they end?

# %%
epochs, seeds, few = runtime.budget(smoke=(1, 2, 32), cpu=(8, 5, 1400), gpu=(40, 10, 1400))


def read_rightly(block, width, seed):
    """Train from scratch; percent of held-out patches read rightly."""
    keras.utils.set_random_seed(seed)
    network = five_blocks(block, width)
    for layer in network.layers:
        if isinstance(layer, layers.BatchNormalization):
            layer.momentum = 0.9  # so few steps: the moving averages must keep up
    steps = epochs * -(-few // 32)
    network.compile(
        keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(3e-3, steps)),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    network.fit(x_train[:few], y_train[:few], batch_size=32, epochs=epochs, verbose=0)
    return 100 * network.evaluate(x_test, y_test, verbose=0)[1]


# %% tags=["needs-answer"]
rows, scores = [], {}
for name, block, width in (
    ("full, width 24", full_conv, 24),
    ("separable, width 24", separable, 24),
    ("full, width 8", full_conv, 8),
):
    network = five_blocks(block, width)
    scores[name] = [read_rightly(block, width, seed) for seed in range(seeds)]
    costs = anatomy.multiply_adds(network), network.count_params()
    rows.append([name, *costs, with_spread(scores[name], ".1f")])
plots.table(
    ["network", "multiply-adds", "parameters", "read rightly (%)"],
    rows,
    caption=f"Mean ± sample deviation of {seeds} seeds, {epochs} epochs, the same images and rates for all",
)
for one, other in (
    ("full, width 24", "separable, width 24"),
    ("separable, width 24", "full, width 8"),
):
    print(f"{one} against {other}:", versus(scores[one], scores[other]).told())

# %% [markdown]
# Read the two lines below the table before you believe a difference. The first two rows are the paper's
# comparison, of equal widths: some points, for more than six times the work. The last two are of equal
# cost: the separable network can afford three times the channels, and in our seeds that was a draw.
# Seven photographs and a minute of training cannot settle single points; Table 4, with its million
# images, can.
#
# ## What ReLU costs in few channels
#
# V1 ends each half in ReLU. The authors of V2 asked what ReLU does where channels are **few** (Sandler et al.
# 2018, section 3.2). Their Figure 1 is an experiment that you can repeat in a second: take a spiral in two
# dimensions, send it into *n* channels by a random matrix, apply ReLU, and try to come back to two
# dimensions.
#
# > **Predict.** Two channels, with ReLU; thirty channels, with ReLU. Which of them keeps the spiral?

# %%
angle = np.linspace(0, 4 * np.pi, 400)
spiral = (angle / angle.max()) * np.stack([np.cos(angle), np.sin(angle)])  # (2, 400)


def there_and_back(n, seed, relu=True):
    """The spiral after n channels, brought back by the best linear map that there is."""
    into = np.random.default_rng(seed).normal(size=(n, 2))
    seen = into @ spiral
    seen = np.maximum(seen, 0) if relu else seen
    seen = np.vstack([seen, np.ones(seen.shape[1])])  # a bias
    back, *_ = np.linalg.lstsq(seen.T, spiral.T, rcond=None)
    return (seen.T @ back).T


# %%
fig, axes = plots.figure(1, 6, height=1.9)
for ax, n in zip(axes, (None, 2, 3, 5, 15, 30)):
    x, y = spiral if n is None else there_and_back(n, seed=1)
    ax.scatter(x, y, c=angle, s=3, cmap="viridis")
    ax.set(title="the spiral" if n is None else f"n = {n}", xlim=(-1.4, 1.4), ylim=(-1.4, 1.4))
    ax.set(aspect="equal", xticks=[], yticks=[])
plots.show(
    fig,
    alt="A spiral, then what comes back after ReLU in 2, 3, 5, 15 and 30 channels. In 2 and 3 channels whole "
    "parts of the spiral have collapsed onto lines or a point; in 15 and 30 channels it is a spiral again.",
)

# %% [markdown]
# *Colour follows the spiral from its centre outwards. In few channels whole turns fall together: points for
# which ReLU switches the same channels off have lost what these channels knew.* One random matrix proves
# little, so here are two hundred:

# %%
channels = (2, 3, 5, 10, 15, 30)
variance = spiral.var(axis=1).sum()
lost = {
    n: [
        100 * np.square(spiral - there_and_back(n, s)).mean(axis=1).sum() / variance
        for s in range(200)
    ]
    for n in channels
}
fig, ax = plots.figure(height=3.0)
ax.boxplot([lost[n] for n in channels], whis=(5, 95), showfliers=False)
ax.set_xticks(range(1, len(channels) + 1), channels)
ax.set(xlabel="channels in which ReLU acts", ylabel="lost of the spiral (% of variance)")
ax.set_title("200 random matrices: box is the middle half, whiskers 5 % to 95 %")
plots.show(
    fig,
    alt="Box plots. In two channels about a third of the spiral's variance is lost, with a wide spread; the "
    "loss falls steeply with the channels and is near nothing from ten on.",
)
without = max(
    np.abs(spiral - there_and_back(n, s, relu=False)).max() for n in channels for s in range(200)
)
print(f"without ReLU, the worst error of any point in all of these: {without:.0e}")

# %% [markdown]
# In two channels ReLU destroys a large part, whatever the luck; in fifteen or thirty
# nearly nothing. Without ReLU, two channels are enough. So: **use ReLU where channels are many, and
# leave it out where they are few.** That sentence is MobileNet V2.
#
# ## MobileNet V2: the inverted residual
#
# A bottleneck of ResNet (lesson 15) is wide outside and narrow inside: 256 → 64 → 64 → 256. V2 turns it inside
# out:

# %%
blocks = {
    "ResNet's bottleneck": [("in", 256), ("1×1", 64), ("3×3", 64), ("1×1 ", 256)],
    "V2's inverted residual": [("in", 24), ("1×1", 144), ("depthwise", 144), ("1×1 ", 24)],
}
fig, axes = plots.figure(1, 2, height=2.9)
for ax, (title, sizes) in zip(axes, blocks.items()):
    names, widths = zip(*sizes)
    linear = title.startswith("V2")
    hue = [plots.COLOURS[1] if linear and n in ("in", "1×1 ") else plots.COLOURS[0] for n in names]
    ax.bar_label(ax.bar(names, widths, color=hue), padding=2)
    ax.set(title=title, ylabel="channels", ylim=(0, 1.3 * max(widths)))
    arc = {"arrowstyle": "->", "connectionstyle": "arc3,rad=-0.15"}
    ax.annotate("", (3, 1.12 * max(widths)), (0, 1.12 * max(widths)), arrowprops=arc)
plots.show(
    fig,
    alt="Two bar charts of channels. ResNet: 256, 64, 64, 256, all followed by ReLU, with the shortcut between "
    "the wide ends. V2: 24, 144, 144, 24, where the narrow ends are linear and only the wide middle has "
    "ReLU6, with the shortcut between the narrow ends.",
)

# %% [markdown]
# *Blue: followed by ReLU or ReLU6. Orange: linear. The arrow is the shortcut. V2 joins the narrow ends.*
#
# Three steps (Table 1 of the paper). **Expand**: a 1×1 convolution to `expansion` times the
# channels that come in, usually six times. **Look around**: depthwise 3×3, perhaps with stride 2.
# Both with batch normalisation and ReLU6. **Project**: a 1×1 convolution down to `filters`
# channels, with batch normalisation and **no** activation: the *linear bottleneck*.
#
# Two things that many notes get wrong. The non-linearity is not throughout the block: the projection has none.
# And the block need not return to the channels it started with; it has a shortcut only where input and
# output have the same shape.
#
# By hand, 24 channels in, six times, 24 out: 24·144 + 9·144 + 144·24 = 8,208 weights, and 4·(144 +
# 144 + 24) = 1,248 numbers in batch normalisation: 9,456. The middle, where ReLU6 acts, has 144
# channels and costs only 1,296 weights, for it is depthwise. A full 3×3 there would have 186,624.
# That is why the block can afford to be wide inside.
#
# ### {{exercise inverted}}
#
# Write `inverted(x, filters, stride, expansion)`:
#
# 1. if `expansion` is not 1: 1×1 convolution to `expansion` times the channels of `x`, batch normalisation, ReLU6;
# 2. depthwise 3×3 with the stride and padding `"same"`, batch normalisation, ReLU6;
# 3. 1×1 convolution to `filters`, batch normalisation;
# 4. if the result has the shape of `x`, add `x`.
#
# No biases; `epsilon=1e-3` in every batch normalisation.
#
# <details><summary>Hint 1 · channels of x</summary>`x.shape[-1]`.</details>
# <details><summary>Hint 2 · two conditions in one</summary>The shape changes if the stride is 2 or if the channels
# change. `x.shape` knows both.</details>
# <details><summary>Hint 3 · keep x</summary>Step 4 needs the x that came in. Give the path another
# name.</details>


# %% tags=["exercise"]
def inverted(x, filters, stride, expansion):
    """An inverted residual with a linear bottleneck, as in MobileNet V2.

    Args:
        x: Keras tensor of shape (batch, height, width, channels).
        filters: channels of the result.
        stride: 1 or 2.
        expansion: how many times wider the middle is than x; with 1 there is no expansion layer.

    Returns:
        Keras tensor of shape (batch, ceil(height / stride), ceil(width / stride), filters).
    """
    ### BEGIN SOLUTION
    y = x
    if expansion != 1:
        y = layers.Conv2D(expansion * x.shape[-1], 1, use_bias=False)(y)
        y = layers.ReLU(6)(layers.BatchNormalization(epsilon=1e-3)(y))
    y = layers.DepthwiseConv2D(3, stride, padding="same", use_bias=False)(y)
    y = layers.ReLU(6)(layers.BatchNormalization(epsilon=1e-3)(y))
    y = layers.Conv2D(filters, 1, use_bias=False)(y)
    y = layers.BatchNormalization(epsilon=1e-3)(y)
    return layers.Add()([x, y]) if x.shape == y.shape else y
    ### END SOLUTION


# %% tags=["check"]
check(inverted)

# %% [markdown]
# ### Seventeen from seven rows
#
# Table 2 of the paper tells the whole network in seven rows. A row says: expansion *t*, channels out *c*, how
# many blocks *n*, and the stride *s* of **the first** of them; the others have stride 1.

# %% tags=["nbval-check-output"]
plots.table(
    ["t, expansion", "c, channels out", "n, blocks", "s, stride of the first"],
    [list(row) for row in nets.MOBILENET_V2],
    caption="Sandler et al. 2018, Table 2, without its first and its last rows",
)

# %% [markdown]
# > **Predict.** 1 + 2 + 3 + 4 + 3 + 3 + 1 = 17 blocks. In how many of them is the shortcut? Go through the rows
# > with a pencil; it is easier than it looks.
#
# ### {{exercise mobilenet_v2}}
#
# Write `mobilenet_v2(rows, alpha, resolution, classes)`. With `conv_bn` (given: convolution, batch
# normalisation, ReLU6) and your `inverted`:
#
# 1. input of `resolution` × `resolution` × 3;
# 2. `conv_bn`, 3×3, stride 2, to 32 channels times alpha;
# 3. the rows' blocks; channels out times alpha;
# 4. `conv_bn`, 1×1, to 1280 channels; times alpha **only if alpha is greater than 1**;
# 5. global average pooling; a dense layer with softmax.
#
# Every number of channels that is multiplied goes through `nets.round_channels`, which takes the nearest
# multiple of 8. (Exception: it never takes off more than a tenth.) The expansion is not multiplied.
#
# <details><summary>Hint 1 · one loop in another</summary>Rows outside, the row's blocks inside.</details>
# <details><summary>Hint 2 · step 4</summary>`max(alpha, 1)`.</details>


# %% tags=["setup"]
def conv_bn(x, filters, kernel_size, stride=1):
    """Convolution without bias, batch normalisation, ReLU6."""
    x = layers.Conv2D(filters, kernel_size, stride, padding="same", use_bias=False)(x)
    return layers.ReLU(6)(layers.BatchNormalization(epsilon=1e-3)(x))


# %% tags=["exercise"]
def mobilenet_v2(rows, alpha=1.0, resolution=224, classes=1000):
    """MobileNet V2 from the rows of its table.

    Args:
        rows: list of (expansion, filters, repeats, stride).
        alpha: width multiplier.
        resolution: height and width of the image in pixels.
        classes: number of classes.

    Returns:
        A keras.Model from (batch, resolution, resolution, 3) to probabilities (batch, classes).
    """
    ### BEGIN SOLUTION
    inputs = keras.Input((resolution, resolution, 3))
    x = conv_bn(inputs, nets.round_channels(32 * alpha), 3, 2)
    for expansion, filters, repeats, stride in rows:
        for i in range(repeats):
            first = stride if i == 0 else 1
            x = inverted(x, nets.round_channels(filters * alpha), first, expansion)
    x = conv_bn(x, nets.round_channels(1280 * max(alpha, 1)), 1)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, layers.Dense(classes, activation="softmax")(x))
    ### END SOLUTION


# %% tags=["check"]
check(mobilenet_v2)

# %% tags=["needs-answer", "nbval-check-output"]
counted = []
for alpha, pixels in ((0.35, 224), (0.5, 224), (0.75, 224), (1.0, 224), (1.4, 224)):
    with anatomy.shapes_only():
        mine = mobilenet_v2(nets.MOBILENET_V2, alpha, pixels)
        theirs = keras.applications.MobileNetV2((pixels, pixels, 3), alpha=alpha, weights=None)
    shortcuts = sum(isinstance(layer, layers.Add) for layer in mine.layers)
    parameters = [anatomy.count_parameters(network).total for network in (mine, theirs)]
    counted.append([alpha, *parameters, anatomy.multiply_adds(mine), shortcuts])
plots.table(["α", "parameters", "Keras's", "multiply-adds", "shortcuts"], counted)

# %% [markdown]
# **Ten** of 17. The first block of a row changes the channels or the size, so only the others can have a shortcut:
# 0 + 1 + 2 + 3 + 2 + 2 + 0.
#
# The paper prints 3.4 million parameters and 300 million multiply-adds for α = 1. The work is what you
# counted; you have 3.54 million parameters, or 3.47 without batch normalisation, which the printed
# numbers leave out, as in V1: a little more than 3.4. For α = 1.4 it prints 6.9 million and 585 million (Table 4). The work fits; the
# parameters do not: they come to 6.2 million. Parameters equal to Keras's; outputs too?

# %% tags=["needs-answer"]
mine = mobilenet_v2(nets.MOBILENET_V2, alpha=0.35, resolution=96)
theirs = keras.applications.MobileNetV2((96, 96, 3), alpha=0.35, weights=None)
compare_outputs(theirs, mine, photographs(96) / 127.5 - 1)

# %% [markdown]
# What the parts are worth on ImageNet, by the paper: accuracy is lower when ReLU6 stands behind the projection
# as well (Figure 6a), and lower when the shortcut joins the wide ends, or is left out (Figure 6b). V2 reaches
# 72.0 %, against the 70.6 % of V1, with half of its multiply-adds (Table 4).
#
# ## MobileNet V3: searched, not drawn
#
# V3 keeps V2's block and adds three things (Howard et al. 2019).
#
# **1. What was searched.** Which kernel (3 or 5), how wide inside, where to weigh channels: for each stage a
# program tried variants and **measured their time on a phone** (section 4.1). A second program, NetAdapt, then
# shaved widths layer by layer, keeping what lost least accuracy for the time won (section 4.2). (The large network
# starts from MnasNet-A1, which an earlier search of this kind had found.) The traces
# are in the numbers of channels: 200 and 184 in blocks 8 to 10 of the large network; nobody draws that by hand.

# %%
from matplotlib.patches import Patch

fig, axes = plots.figure(1, 2, height=3.4, sharey=True)
for ax, size in zip(axes, ("small", "large")):
    for n, row in enumerate(nets.MOBILENET_V3[size][0], 1):
        hue = plots.COLOURS[row.activation == "hard_silu"]
        hatch = "///" if row.squeeze else ""
        ax.bar(n, row.expanded, color=hue, hatch=hatch, edgecolor="white")
        ax.text(n, row.expanded + 15, row.kernel_size, ha="center", fontsize=8)
    ax.set(title=f"V3 {size}", xlabel="block", xticks=range(1, n + 1, 2))
axes[0].set(ylabel="channels inside", ylim=(0, 1050))
key = [
    Patch(color=plots.COLOURS[0], label="ReLU"),
    Patch(color=plots.COLOURS[1], label="hard-swish"),
]
key.append(Patch(facecolor="gray", edgecolor="white", hatch="///", label="squeeze"))
axes[0].legend(handles=key, loc="upper left")
plots.show(
    fig,
    alt="Bars of the channels inside each block. V3 small: 11 blocks from 16 to 576 channels; ReLU in the first "
    "three, then hard-swish; squeeze in all but the second and third; kernels of 5 from the fourth on. V3 "
    "large: 15 blocks from 16 to 960 channels; ReLU in the first six, then hard-swish; squeeze in blocks 4 "
    "to 6 and 11 to 15; kernels of 5 in blocks 4 to 6 and 13 to 15, else 3.",
)

# %% [markdown]
# *Tables 1 and 2 of the paper as a picture. The number on each bar is the side of the depthwise kernel. There is no
# rule to be seen in it, and that is the point: it was found, not drawn.*
#
# By hand the authors then cut the ends: 16 filters in place of 32 in the first layer, and a cheaper last stage
# (section 5.1).
#
# **2. Squeeze and excitation**: a small side branch that looks at the average of each channel and answers with a
# weight from 0 to 1 for each. Lesson 17 builds it. Here it is a black box, given: tensor in, tensor of the same
# shape out.


# %% tags=["setup"]
def squeeze_excite(x):
    """Weigh the channels of x, each by a number from 0 to 1; the shape stays."""
    channels = x.shape[-1]
    s = layers.GlobalAveragePooling2D(keepdims=True)(x)
    s = layers.Conv2D(nets.round_channels(channels / 4), 1, activation="relu")(s)
    s = layers.Conv2D(channels, 1, activation="hard_sigmoid")(s)
    return layers.Multiply()([x, s])


# %% [markdown]
# **3. Hard-swish.** Lesson 03 has silu, or swish: $x·σ(x)$. Its sigmoid needs an exponential, which is
# dear on a phone. Hard-swish, `hard_silu` in Keras, replaces it by straight lines:
# $x·\text{ReLU6}(x+3)/6$ (section 5.2).
#
# By hand at x = 3: hard-swish is 3 · 6/6 = 3; silu is 3 · 0.9526 = 2.858. The difference, 0.142, is
# the largest there is.

# %%
x = np.linspace(-6, 6, 241)
silu, hard = (
    ops.convert_to_numpy(f(x)) for f in (keras.activations.silu, keras.activations.hard_silu)
)
plots.lines(
    x,
    {"silu": silu, "hard_silu": hard, "difference": hard - silu},
    xlabel="x",
    ylabel="value",
    title="Hard-swish follows swish with straight edges",
    alt="silu and hard_silu nearly coincide: a shallow dip below zero, then a rise along the diagonal. Their "
    "difference stays between minus 0.12 and 0.15, with peaks at minus 3 and 3.",
)
print(
    f"largest difference: {np.abs(hard - silu).max():.3f} at x = ±{abs(x[np.abs(hard - silu).argmax()]):.0f}"
)

# %% [markdown]
# > **Predict.** Straight lines against an exponential, on **your** machine: how many times faster is `hard_silu`?

# %%
rows = []
for name in ("relu", "relu6", "hard_silu", "silu"):
    network = keras.Sequential([keras.Input((112, 112, 64)), layers.Activation(name)])
    rows.append([name, f"{milliseconds(network, (112, 112, 64)):.2f}"])
plots.table(["activation", "ms for a map of 112×112×64"], rows)

# %% [markdown]
# The paper's reason is a phone's. On a computer with a good exponential the differences may be small, or the
# other way round: `hard_silu` is an addition, a clipping, a product and a division, and each may be a trip
# through memory. Time is a property of a function **and** a machine. Keep that for the last section.
#
# ### {{exercise bneck}}
#
# A colleague's block of V3. It runs, its shapes are right, and V3 does not come out of it.


# %% tags=["setup"]
def bneck_draft(x, filters, kernel_size, stride, expanded, squeeze, activation):
    y = x
    if expanded != x.shape[-1]:
        y = layers.Conv2D(expanded, 1, use_bias=False)(y)
        y = layers.Activation(activation)(layers.BatchNormalization(epsilon=1e-3)(y))
    y = layers.DepthwiseConv2D(3, stride, padding="same", use_bias=False)(y)
    y = layers.Activation("relu")(layers.BatchNormalization(epsilon=1e-3)(y))
    y = layers.Conv2D(filters, 1, use_bias=False)(y)
    y = layers.BatchNormalization(epsilon=1e-3)(y)
    if squeeze:
        y = squeeze_excite(y)
    return layers.Add()([x, y]) if x.shape == y.shape else y


# %% tags=["nbval-check-output"]
with anatomy.shapes_only():
    draft = nets.mobilenet_v3("large", bneck_draft)
print(f"draft: {anatomy.count_parameters(draft).total:,} parameters; Keras's: 5,507,432")

# %% [markdown]
# There are **three** bugs. In V3 the channels are weighed **inside**, where the block
# is wide: after the depthwise convolution and its activation. Write the corrected block as `bneck`.
#
# <details><summary>Hint 1 · read the arguments</summary>Each argument must be used wherever it applies. Which ones
# are not?</details>
# <details><summary>Hint 2 · none of them shows in the shapes</summary>One of the three does not even show in the
# number of parameters.</details>


# %% tags=["exercise"]
def bneck(x, filters, kernel_size, stride, expanded, squeeze, activation):
    """A block of MobileNet V3.

    Args:
        x: Keras tensor of shape (batch, height, width, channels).
        filters: channels of the result.
        kernel_size: side of the depthwise kernel, 3 or 5.
        stride: 1 or 2.
        expanded: channels inside; where x has as many, there is no expansion layer.
        squeeze: whether `squeeze_excite` weighs the channels inside.
        activation: "relu" or "hard_silu", for everything but the projection.

    Returns:
        Keras tensor of shape (batch, ceil(height / stride), ceil(width / stride), filters).
    """
    ### BEGIN SOLUTION
    y = x
    if expanded != x.shape[-1]:
        y = layers.Conv2D(expanded, 1, use_bias=False)(y)
        y = layers.Activation(activation)(layers.BatchNormalization(epsilon=1e-3)(y))
    y = layers.DepthwiseConv2D(kernel_size, stride, padding="same", use_bias=False)(y)
    y = layers.Activation(activation)(layers.BatchNormalization(epsilon=1e-3)(y))
    if squeeze:
        y = squeeze_excite(y)
    y = layers.Conv2D(filters, 1, use_bias=False)(y)
    y = layers.BatchNormalization(epsilon=1e-3)(y)
    return layers.Add()([x, y]) if x.shape == y.shape else y
    ### END SOLUTION


# %% tags=["check"]
check(bneck)

# %% [markdown]
# All three generations, from your three blocks (accuracies: Howard et al. 2017, Table
# 8; Sandler et al. 2018, Table 4; Howard et al. 2019, Table 3):

# %% tags=["needs-answer", "nbval-check-output"]
with anatomy.shapes_only():
    family = {
        "V1": (nets.mobilenet_v1(separable), keras.applications.MobileNet, 70.6),
        "V2": (nets.mobilenet_v2(inverted), keras.applications.MobileNetV2, 72.0),
        "V3 small": (nets.mobilenet_v3("small", bneck), keras.applications.MobileNetV3Small, 67.4),
        "V3 large": (nets.mobilenet_v3("large", bneck), keras.applications.MobileNetV3Large, 75.2),
    }
    originals = {n: build((224, 224, 3), weights=None) for n, (_, build, _) in family.items()}
rows = []
for name, (network, _, top1) in family.items():
    parameters = [anatomy.count_parameters(net).total for net in (network, originals[name])]
    rows.append([name, top1, anatomy.multiply_adds(network), *parameters])
plots.table(["network", "accuracy (%)", "multiply-adds", "parameters", "Keras's"], rows)

# %% [markdown]
# V3 large: 4.6 points above V1 with 38 % of its work. Outputs, too? Small and large, at full size:

# %% tags=["needs-answer"]
for size in ("small", "large"):
    build = getattr(keras.applications, f"MobileNetV3{size.title()}")
    theirs = build((224, 224, 3), weights=None)
    compare_outputs(theirs, nets.mobilenet_v3(size, bneck), photographs(224))

# %% [markdown]
# Where the papers and Keras part:
#
# | | paper | Keras Applications, and you |
# |---|---|---|
# | V2, batch normalisation | settings not said | epsilon 0.001, momentum 0.999 |
# | V2, α = 1.4 | 6.9 million parameters | 6.2 million |
# | V3, images | not said | 0 to 255; a `Rescaling` layer is inside |
# | V3, classifier | 1×1 convolutions | the same numbers; you: dense layers; dropout 0.2 |
# | V3, squeeze | to 1/4 of the channels inside | 1/4, rounded to a multiple of 8 |
# | V3 large | 5.4 million parameters, 219 million multiply-adds | 5.5 and 217 |
# | V3 small | 2.9 and 66, in later printings 2.5 and 56 | 2.6 and 57 |
#
# The last row has a history: the first printings give the last hidden layer of V3 small 1,280
# channels, the later ones 1,024, as in the code. Keras's own documentation still prints 66 and 2.9,
# above a function that builds the other. A number in a table is a claim; yours is a count.
#
# ## Work is not time
#
# Back to the opening picture. Five maps, each half as large and twice as deep as the one before. A
# full 3×3 convolution that keeps the channels does **exactly the same work** on all five,
# 462,422,016 multiply-adds. (Try it: 112² · 9 · 64², 56² · 9 · 128² …)
#
# How much work can a layer do **for each number that it fetches or stores**? By hand, for one
# image, 14×14 and 512 channels: map in and map out are 2 · 100,352 numbers.
#
# | | weights | numbers moved | multiply-adds | multiply-adds for each number |
# |---|---|---|---|---|
# | full | 2,359,296 | 2,560,000 | 462,422,016 | 181 |
# | pointwise | 262,144 | 462,848 | 51,380,224 | 111 |
# | depthwise | 4,608 | 205,312 | 903,168 | **4.4** |
#
# A depthwise layer fetches a number, uses it four or five times, and puts it away.
#
# > **Predict.** A ReLU layer multiplies nothing at all; it only carries the map through. How many times longer than
# > the ReLU will the depthwise layer take, with its nine multiplications for each number?

# %%
rows = []
for kind in ("ReLU", "depthwise", "pointwise", "full"):
    network = keras.Sequential([keras.Input((28, 28, 256)), *layer_stack(kind, 256)])
    rows.append([kind, anatomy.multiply_adds(network), milliseconds(network, (28, 28, 256))])
unit = rows[0][2]
plots.table(
    ["layer", "multiply-adds", "ms", "in ReLUs"],
    [[kind, count, f"{ms:.2f}", f"{ms / unit:.1f}"] for kind, count, ms in rows],
    caption="One map of 28×28×256; the shortest of several runs, eight images at a time",
)

# %% [markdown]
# If the depthwise layer costs you one or two ReLUs, its multiplications were nearly
# free: carrying the map was what took the time. (Handing the map to Keras and back is in all four
# rows.) The pointwise layer carries the same map and does 28 times the work of the depthwise one,
# but does not take 28 times as long. Here are other maps:

# %%
maps = runtime.budget(
    smoke=[(14, 512)],
    cpu=[(112, 64), (56, 128), (28, 256), (14, 512), (7, 1024)],
    gpu=[(112, 64), (56, 128), (28, 256), (14, 512), (7, 1024)],
)
measured = {}
for side, channels in maps:
    shape = (side, side, channels)
    for kind in ("full", "pointwise", "depthwise"):
        network = keras.Sequential([keras.Input(shape), *layer_stack(kind, channels)])
        count = anatomy.multiply_adds(network)
        moved = 2 * side * side * channels + network.count_params() / 8  # fetched once for 8 images
        rate = count / milliseconds(network, shape) / 1e6  # milliseconds, so 10⁹ a second
        measured.setdefault(kind, []).append((count / moved, rate))

# %%
fig, ax = plots.figure(height=3.6)
for (kind, points), marker in zip(measured.items(), "osv"):
    ax.scatter(*zip(*points), s=60, marker=marker, label=kind)
ax.set(xscale="log", yscale="log", xlabel="multiply-adds for each number moved")
ax.set(ylabel="10⁹ multiply-adds a second", title="Who fetches much and computes little is slow")
ax.legend()
rates = {kind: np.median([rate for _, rate in points]) for kind, points in measured.items()}
plots.show(
    fig,
    alt="Scatter on logarithmic axes. Depthwise layers sit at four multiply-adds a number, with a median rate "
    f"of {rates['depthwise']:.1f} billion a second; pointwise and full layers lie far to the right, with medians "
    f"of {rates['pointwise']:.0f} and {rates['full']:.0f} billion a second.",
)

# %% [markdown]
# *Each point is a layer on another map, eight images at a time, so that weights are fetched once for eight. To the
# right: more arithmetic for each number moved.*
#
# A processor can multiply far faster than it can fetch. Where a fetched number is used a hundred
# times, the multipliers are the limit and work is what counts. Where it is used four times, memory
# is the limit, and multiply-adds that were saved had not been what took the time. (The model with
# these two limits is called the *roofline*: Williams et al. 2009.) So V1 is built well: the slow
# kind of layer is 3 % of its work, the kind that computers do best is 95 %.
#
# > **Predict.** V2 has 53 % of V1's multiply-adds. What share of V1's time will it take?

# %% tags=["needs-answer"]
pixels, per_batch = runtime.budget(smoke=(96, 1), cpu=(224, 4), gpu=(224, 32))
alphas = runtime.budget(smoke=(0.25,), cpu=(1.0, 0.5, 0.25), gpu=(1.0, 0.5, 0.25))
rows, base = [], None
for name, build, block in (
    *((f"V1, α = {a}", nets.mobilenet_v1, separable) for a in alphas),
    ("V2, α = 1", nets.mobilenet_v2, inverted),
):
    width = {"alpha": float(name.split("= ")[1])}
    network = build(block, resolution=pixels, **width)
    count = anatomy.multiply_adds(network) / 1e6
    ms = milliseconds(network, (pixels, pixels, 3), per_batch)
    base = base or (count, ms)
    rows.append([name, f"{count:.0f}", f"{count / base[0]:.0%}", f"{ms:.1f}"])
    rows[-1] += [f"{ms / base[1]:.0%}", f"{count / ms:.1f}"]
plots.table(
    ["network", "work (M)", "of the first", "ms", "of the first ", "M a ms"],
    rows,
    caption=f"Images of {pixels} pixels, {per_batch} at a time; the shortest of {tries} runs",
)

# %% [markdown]
# Compare the two columns of shares, and the last one, in which a machine that were
# paid by the multiply-add would have one number throughout. The paper saw the same on a phone
# (Sandler et al. 2018, Table 4): V1, 113 ms for 575 million (as that paper counts); V2, 75 ms for
# 300 million. Half the work, two thirds of the time: 5.1 million a millisecond against 4.0. V2 has
# more layers, more of them depthwise, and maps six times as wide to carry through memory.
#
# That is why V3 was searched with a **clock** in the loop, not with a count.
#
# ### The answer
#
# A convolution looks around and mixes channels with one array. Apart, the two jobs cost 1/c_out +
# 1/k² of it, about a ninth. But what is left over is work of another kind: many small layers that
# move many numbers for little arithmetic. Count multiply-adds to design; **measure** to decide.
#
# ## {{exercise quiz}}
#
# Answer with one letter each, such as `{"q1": "a", …}`.
#
# **q1** A 5×5 convolution from 200 to 400 channels is made separable. By what factor does its work fall, nearly?
#
# - a) 9
# - b) 24
# - c) 200
# - d) 400
#
# **q2** MobileNet V1 with α = 0.5 on images of 112 pixels. Against α = 1 at 224 its multiply-adds are, nearly,
#
# - a) half
# - b) a quarter
# - c) an eighth
# - d) a fifteenth
#
# **q3** Why has V2's projection no ReLU6?
#
# - a) ReLU6 is too slow there.
# - b) In few channels ReLU destroys information that many channels would keep.
# - c) Batch normalisation does the same job.
# - d) Softmax comes later.
#
# **q4** A V2 block with stride 1, 64 channels in, 96 out, expansion 6. Which is true?
#
# - a) The middle has 576 channels, and there is a shortcut.
# - b) The middle has 576 channels, and there is no shortcut.
# - c) The middle has 384 channels, and there is no shortcut.
# - d) The middle has 384 channels, and the shortcut has a 1×1 convolution.
#
# **q5** A depthwise layer does 512 times fewer multiply-adds than a full one, and takes far more than a 512th of its time.
# Why?
#
# - a) Its multiplications are more expensive.
# - b) Keras counts wrongly.
# - c) It has a hidden pointwise step.
# - d) It does little arithmetic for each number that it moves.
#
# **q6** What did the search for V3 minimise, beside the errors?
#
# - a) Parameters
# - b) Multiply-adds
# - c) Time measured on phones
# - d) The number of layers

# %% tags=["exercise"]
### BEGIN SOLUTION
quiz = {"q1": "b", "q2": "d", "q3": "b", "q4": "c", "q5": "d", "q6": "c"}
### END SOLUTION

# %% tags=["check"]
check(quiz=quiz)

# %% [markdown]
# ## Summary
#
# - Depthwise looks around, pointwise mixes. Together they cost 1/c_out + 1/k² of a full convolution.
# - V1: thirteen such pairs. α scales channels (work and parameters nearly with α²), ρ the image (work with ρ²).
# - V2: expand, look around, project, with a shortcut between the narrow ends in 10 of 17 blocks. The projection is
#   linear, because ReLU in few channels loses information.
# - V3: the same block with squeeze and excitation and hard-swish, shaped by a search that measured time.
# - Multiply-adds are not time. Layers that move many numbers for little arithmetic are slow for their work.
#
# ## References
#
# - A. Howard et al. (2017). MobileNets: efficient convolutional neural networks for mobile vision applications.
#   *arXiv:1704.04861*. Section 3.1, Tables 1 to 4 and 6 to 8, Figure 3.
# - M. Sandler, A. Howard, M. Zhu, A. Zhmoginov, L.-C. Chen (2018). MobileNetV2: inverted residuals and linear
#   bottlenecks. *CVPR*. Section 3.2, Tables 1, 2 and 4, Figures 1 and 6.
# - A. Howard et al. (2019). Searching for MobileNetV3. *ICCV*. Sections 4 and 5, Tables 1 to 3.
# - S. Williams, A. Waterman, D. Patterson (2009). Roofline: an insightful visual performance model for multicore
#   architectures. *Communications of the ACM* 52(4).
#
# **Where to read on.** F. Chollet (2017), *Xception*, CVPR, takes separable convolutions in the other direction: not to save,
# but to read better at the same size. Lesson 17 opens the black box of squeeze and excitation, and scales V2's block up.
