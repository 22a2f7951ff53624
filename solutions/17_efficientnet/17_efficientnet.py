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
# # SENet, compound scaling
#
# **Time** 95 minutes · **Needs** lessons 08, 10, 15 and 16 · **Running everything** {{seconds}} s on two CPU cores
#
# You have a good small network, and now you get four times the computing power. What do you do with
# it? Make the network deeper? Wider? Feed it sharper images? The authors of EfficientNet tried each,
# on ImageNet, at nearly equal work by their count. Then they did a little of all three.

# %% tags=["setup"]
import functools
import math

import numpy as np

from cnncourse import anatomy, begin, data, nets, plots, runtime, weights
from cnncourse.runs import with_spread

check = begin("17_efficientnet")

import keras
from keras import layers, ops

# %%
top1 = {
    "EfficientNet-B0 (0.4 G)": 77.3,
    "4 × as deep (1.8 G)": 79.0,
    "2 × as wide (1.8 G)": 78.9,
    "2 × the resolution (1.9 G)": 79.1,
    "a little of each (1.8 G)": 81.1,
}
fig, ax = plots.figure(height=2.6)
bars = ax.barh(list(top1), top1.values(), color=["gray", *plots.COLOURS[:1] * 3, plots.COLOURS[1]])
ax.bar_label(bars, fmt="%.1f", padding=3)
ax.set(xlim=(76, 82), xlabel="top-1 accuracy on ImageNet (%; the axis starts at 76)")
ax.invert_yaxis()
plots.show(
    fig,
    alt="Bars of ImageNet accuracy. EfficientNet-B0 with 0.4 billion multiply-adds: 77.3 percent. "
    "Four times as deep, twice as wide, or twice the resolution, each about 1.8 billion: 79.0, 78.9 "
    "and 79.1. A little of each, at 1.8 billion: 81.1 percent.",
)

# %% [markdown]
# *In brackets: multiply-adds for one image. Numbers from Tan and Le 2019, Table 7.*
#
# Three ways to spend the same power end in the same place. Together they get two points further. (You will
# count these networks yourself, and find that the race was not quite as even as printed.)
#
# **How do you make a network larger so that none of the new work is wasted?**
#
# By the end you will be able to
#
# - **build** a squeeze-and-excitation block, and **count** what it costs;
# - **read** the gates of a trained network, and test whether they matter;
# - **build** MBConv and, from it, all of EfficientNet B0 to B7 and Lite 0 to 4;
# - **compute** what depth, width and resolution cost, and why two of the three are squared;
# - **compare** scaling rules fairly, and say what an experiment does not show.

# %% [markdown]
# ## Squeeze and excitation
#
# EfficientNet is made of one block, and that block has a part which you do not know yet. It comes from
# SENet, which won the ImageNet challenge of 2017.
#
# A convolution adds up all channels with fixed weights, whatever the image shows. SENet puts a dimmer
# on each channel, and lets *this image* set it: **squeeze** each channel to one number, its mean;
# **excite**: from these numbers two small dense layers compute a gate between 0 and 1 for each
# channel; **scale** each channel by its gate.


# %%
def chain(boxes, title, alt, arc=None):
    """Boxes from left to right, (label, channels, colour), as high as they have channels."""
    most = max(channels for _, channels, _ in boxes)
    fig, ax = plots.figure(height=2.9)
    for i, (label, channels, colour) in enumerate(boxes):
        high = 0.12 + 1.9 * channels / most
        ax.bar(i, high, 0.42, bottom=-high / 2, color=plots.COLOURS[colour], edgecolor="black")
        ax.text(i, high / 2 + 0.06, f"{channels:,}", ha="center", va="bottom", fontsize=9)
        ax.text(i, -1.2, label, ha="center", va="top", fontsize=8)
        if i:
            ax.annotate("", (i - 0.24, 0), (i - 0.76, 0), arrowprops={"arrowstyle": "->"})
    if arc:
        style = {"arrowstyle": "->", "connectionstyle": "arc3,rad=-0.1", "linestyle": "--"}
        ax.annotate("", (arc[1], 1.4), (arc[0], 1.4), arrowprops=style)
        ax.text(sum(arc[:2]) / 2, 1.9, arc[2], ha="center", va="bottom", fontsize=9)
    ax.set(xlim=(-0.5, len(boxes) - 0.5), ylim=(-1.85, 2.25), title=title)
    ax.set_axis_off()
    plots.show(fig, alt=alt)


# %%
chain(
    [
        ("maps\n56×56", 256, 0),
        ("squeeze:\nmean of\neach map", 256, 1),
        ("dense,\nReLU", 16, 1),
        ("dense,\nsigmoid:\nthe gates", 256, 1),
        ("maps ×\ngates\n56×56", 256, 0),
    ],
    "Squeeze and excitation in the first stage of SE-ResNet-50",
    "Five boxes: 256 maps of 56 by 56; their 256 means; a dense layer of 16 with ReLU; a dense layer of "
    "256 with sigmoid, the gates; 256 maps of 56 by 56. An arc leads from the first to the last box: "
    "multiplied by the gates.",
    arc=(0, 4, "each map times its gate"),
)

# %% [markdown]
# *The height of a box is its number of channels. Blue: maps of 56×56. Orange: vectors, one number a
# channel. The middle is narrow: 256 / r numbers, with r = 16 in the paper.*
#
# By hand: two maps of 2×2, with one unit in the middle.
#
# - Squeeze: the mean of 1, 3, 5, 7 is 4; the mean of 0, 2, 2, 0 is 1.
# - Middle: weights 0.5 and −1, so $0.5 \cdot 4 - 1 \cdot 1 = 1$. ReLU leaves 1.
# - Gates: weights 2 and −2, so $\sigma(2) = 0.88$ and $\sigma(-2) = 0.12$.

# %%
first, second = np.array([[1.0, 3], [5, 7]]), np.array([[0.0, 2], [2, 0]])
plots.matrices(
    {"map 1": first, "map 2": second, "× 0.88": first * 0.88, "× 0.12": second * 0.12},
    signs=["", "→", ""],
    alt="Two maps, 1, 3, 5, 7 and 0, 2, 2, 0. After the gates: 0.88, 2.64, 4.40, 6.16 and 0, 0.24, "
    "0.24, 0.",
)

# %% [markdown]
# The first map passes nearly whole; the second is turned down. In the paper (equations 2 to 4)
# $z_c$ is the squeeze, $\mathbf{s} = \sigma(W_2\, \delta(W_1 \mathbf{z}))$ are the gates, with
# $\delta$ for ReLU, and the output is $s_c \cdot \mathbf{u}_c$.
#
# ### {{exercise squeeze_excite}}
#
# Write it as a function of a Keras tensor. Both dense layers have biases. `activation` is that of the
# middle: `"relu"` in SENet, another one later in this lesson.
#
# <details><summary>Hint 1 · which shapes?</summary>Squeezed: one number a channel. It helps to keep the two
# axes of length 1: `GlobalAveragePooling2D(keepdims=True)`. A `Dense` layer works on the last
# axis.</details>
# <details><summary>Hint 2 · the last step</summary>`layers.Multiply()([maps, gates])` repeats axes of
# length 1 by itself.</details>


# %% tags=["exercise"]
def squeeze_excite(x, reduced, activation="relu"):
    """Every channel times a gate that is computed from the means of all channels.

    Args:
        x: Keras tensor of shape (batch, height, width, channels).
        reduced: units of the dense layer in the middle (the paper's channels / r).
        activation: of the dense layer in the middle, by name.

    Returns:
        Keras tensor of the shape of x.
    """
    ### BEGIN SOLUTION
    s = layers.GlobalAveragePooling2D(keepdims=True)(x)
    s = layers.Dense(reduced, activation=activation)(s)
    s = layers.Dense(x.shape[-1], activation="sigmoid")(s)
    return layers.Multiply()([x, s])
    ### END SOLUTION


# %% tags=["check"]
check(squeeze_excite)

# %% [markdown]
# The example from above, by your function:

# %% tags=["needs-answer", "nbval-check-output"]
pair = keras.Input((2, 2, 2))
by_hand = keras.Model(pair, squeeze_excite(pair, 1))
values = {(2, 1): [0.5, -1], (1,): [0], (1, 2): [2, -2], (2,): [0, 0]}
for weight in by_hand.weights:
    shape = tuple(weight.shape)[-2:]
    weight.assign(np.reshape(values[shape], weight.shape))
out = np.asarray(by_hand(np.stack([first, second], axis=-1)[None]), dtype=float).round(2)
print(out[0, ..., 0].tolist(), out[0, ..., 1].tolist())

# %% [markdown]
# ## What the slide leaves out
#
# Slides and blog posts often show squeeze and excitation in three lines. This is the code of one, for
# 512 channels:
#
#     se = layers.GlobalAveragePooling2D()(x)
#     se = layers.Dense(512, activation="sigmoid", use_bias=False)(se)
#     x = layers.multiply([x, se])
#
# It runs, and it has gates. But two things are missing: the **narrow middle**, and the **ReLU** in it. With one dense layer a gate is a weighted sum of
# the means. With a ReLU between two layers it can say *this channel, but only if that one is
# silent.*
#
# ### {{exercise se_bill}}
#
# Fill in on paper, or by a few lines of Python.
#
# | entry | what |
# |---|---|
# | `slide` | parameters of the slide's version, 512 channels |
# | `reduced` | weights (no biases) of the paper's version, 512 channels, r = 16 |
# | `block` | parameters of the same with its biases |
# | `resnet50` | parameters, with biases, of the gates of all bottlenecks of ResNet-50, r = 16 |
# | `work` | multiply-adds of all these gates for one image of 224×224, as papers count: without biases |
#
# ResNet-50 has 3, 4, 6 and 3 bottlenecks, whose last 1×1 convolutions have 256, 512, 1024 and 2048
# channels. The gates stand behind these, before the sum.
#
# <details><summary>Hint 1 · one block</summary>Down from C to C/16, and up again: two
# matrices.</details>
# <details><summary>Hint 2 · the work</summary>On how many places does a dense layer work that sees a
# squeezed vector?</details>

# %% tags=["exercise"]
### BEGIN SOLUTION
count = {256: 3, 512: 4, 1024: 6, 2048: 3}
se_bill = {
    "slide": 512 * 512,
    "reduced": 2 * 512 * 32,
    "block": 2 * 512 * 32 + 32 + 512,
    "resnet50": sum(n * (2 * c * (c // 16) + c // 16 + c) for c, n in count.items()),
    "work": sum(n * 2 * c * (c // 16) for c, n in count.items()),
}
### END SOLUTION

# %% tags=["check"]
check(se_bill=se_bill)

# %% [markdown]
# Now the whole network. A bottleneck of ResNet (lesson 15) with your gates in it, and one without:


# %% tags=["setup"]
def bottleneck(x, filters, stride, gates=True):
    """ResNet's bottleneck; `gates` says whether its branch is squeezed and excited."""

    def unit(y, filters, kernel_size, stride):
        y = layers.Conv2D(filters, kernel_size, stride, "same", use_bias=False)(y)
        return layers.BatchNormalization(epsilon=1e-5)(y)

    y = layers.ReLU()(unit(x, filters, 1, 1))
    y = layers.ReLU()(unit(y, filters, 3, stride))
    y = unit(y, 4 * filters, 1, 1)
    y = squeeze_excite(y, y.shape[-1] // 16) if gates else y
    x = x if x.shape == y.shape else unit(x, 4 * filters, 1, stride)
    return layers.ReLU()(layers.Add()([x, y]))


# %% [markdown]
# > **Predict.** By how many per cent do the gates raise ResNet-50's parameters? And its multiply-adds?
# > Write your guesses down before you run the next cell.

# %% tags=["needs-answer", "nbval-check-output"]
with anatomy.shapes_only():
    plain = nets.resnet(50, functools.partial(bottleneck, gates=False))
    gated = nets.se_resnet50(bottleneck)
rows = []
for name, network in (("ResNet-50", plain), ("SE-ResNet-50", gated)):
    parameters, work = network.count_params(), anatomy.multiply_adds(network)
    more = (parameters / plain.count_params() - 1, work / anatomy.multiply_adds(plain) - 1)
    rows.append([name, parameters, f"{more[0]:+.2%}", work, f"{more[1]:+.2%}"])
plots.table(["network", "parameters", "more", "multiply-adds", "more"], rows)

# %% [markdown]
# Ten per cent more parameters, and less than a thousandth more work. It is the lesson of VGG's dense layers
# again (lesson 13): work is parameters times places, and a squeezed vector has one place. The paper
# says "2.5 million additional parameters" for it and an increase of 0.26 % in work; it counts more
# operations than multiply-adds. It also found that the gates of ResNets do well without biases: then
# 16,048 parameters are less.
#
# ## What gates do
#
# Does a network use its gates? Train a small one on patches of seven photographs (which photograph was
# this patch cut from?) and look. Three convolutions, each followed by your gates:

# %% tags=["setup"]
(patches, sources), (new_patches, new_sources) = data.photo_patches(train=1050, test=700, size=48)
KINDS = data.PATCH_CLASSES


def sized(images, side):
    """Patches brought to `side` × `side` pixels, float32 from 0 to 255."""
    return ops.convert_to_numpy(
        ops.image.resize(images.astype("float32"), (side, side), antialias=True)
    )


def train(network, images, labels, epochs, seed=0):
    """Train with Adam, its rate falling to zero; batch statistics that settle quickly."""
    keras.utils.set_random_seed(seed)
    for layer in network.layers:
        if isinstance(layer, layers.BatchNormalization):
            layer.momentum = 0.9
    if not network.compiled:
        steps = epochs * math.ceil(len(images) / 50)
        rate = keras.optimizers.schedules.CosineDecay(5e-3, steps)
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        network.compile(keras.optimizers.Adam(rate), loss, metrics=["accuracy"])
    for variable in network.optimizer.variables:  # a network trained anew forgets its steps
        variable.assign(ops.zeros_like(variable))
    network.fit(images, labels, batch_size=50, epochs=epochs, verbose=0)
    return network


# %%
plots.images(
    [new_patches[new_sources == k][0] for k in range(7)],
    titles=KINDS,
    columns=7,
    suptitle="One patch of each photograph, 48×48 pixels",
    alt="Seven colour patches, one of each photograph: astronaut, cat, coffee, Hubble's stars, retina, "
    "rocket, tissue under the microscope.",
)


# %% tags=["needs-answer"]
@functools.cache
def gated_net(seed=0):
    """A trained network; also its parts: convolutions, gates, and what follows."""
    keras.utils.set_random_seed(seed)
    image = x = keras.Input((32, 32, 3))
    convolutions, gates = [], []
    for filters, side in ((16, 16), (32, 8), (48, 4)):
        conv = keras.Sequential(
            [
                layers.Conv2D(filters, 3, 2, "same", use_bias=False),
                layers.BatchNormalization(momentum=0.9),
                layers.Activation("silu"),
            ]
        )
        maps = keras.Input((side, side, filters))
        gate = keras.Model(maps, squeeze_excite(maps, filters // 4))
        convolutions, gates, x = [*convolutions, conv], [*gates, gate], gate(conv(x))
    head = keras.Sequential([layers.GlobalAveragePooling2D(), layers.Dense(7)])
    network = keras.Model(image, head(x))
    epochs = runtime.budget(smoke=1, cpu=8, gpu=20)
    train(network, sized(patches, 32) / 255, sources, epochs, seed)
    return network, convolutions, gates, head


gated_net()[0].count_params()

# %% [markdown]
# A gate is what comes out of the block divided by what went in. So the gates can be read off without
# looking into your function.


# %% tags=["needs-answer"]
def forward(images, seed=0, imposed=None):
    """Scores, and the gates (images, channels) of each block; `imposed` replaces them."""
    _, convolutions, gates, head = gated_net(seed)
    x, found = images, []
    for i, (conv, gate) in enumerate(zip(convolutions, gates)):
        before = np.asarray(conv(x))
        after = np.asarray(gate(before))
        found.append(np.abs(after).sum((1, 2)) / np.abs(before).sum((1, 2)))
        x = after if imposed is None else before * imposed[i][:, None, None, :]
    return np.asarray(head(x)), found


# %% tags=["needs-answer"]
seen = sized(new_patches, 32) / 255
_, found = forward(seen)
fig, axes = plots.figure(1, 3, height=3.0, sharey=True)
for block, (ax, gates) in enumerate(zip(axes, found), start=1):
    order = np.argsort(gates.mean(0))
    for k, kind in enumerate(KINDS):
        means = gates[new_sources == k].mean(0)[order]
        ax.plot(means, color=plots.COLOURS[k], marker="osv^Dx+"[k], ms=3, lw=1, label=kind)
    ax.set(title=f"block {block}", xlabel="channel (sorted)", ylim=(0, 1))
axes[0].set_ylabel("gate, mean of a class")
axes[2].legend(fontsize=7, ncols=2)
plots.show(
    fig,
    alt="Three panels, one a block: the mean gate of every channel for each of seven classes, channels "
    "sorted. Gates lie between 0 and 1; the lines of the classes differ from one another.",
)

# %% [markdown]
# *Each line is a class: where the lines part, the network opens other channels for other images.* In SE-ResNet-50
# the authors saw gates that are alike for all classes in early stages and differ in later ones. In the last
# stage but one block, SE_5_2, they are nearly all open; in the very last, SE_5_3, they show one pattern for
# all classes, up to a factor (the section on the role of excitation).
#
# Lines that part are no proof that the gates *matter*. So take them away:
#
# > **Predict.** Give every image the gates of **another** image, drawn at random. Or give all images the
# > **same** gates, each channel's average. Which hurts more, and how much?

# %% tags=["needs-answer"]
seeds = runtime.budget(smoke=1, cpu=3, gpu=5)
right = {"its own gates": [], "everybody's average": [], "those of another image": []}
for seed in range(seeds):
    scores, found = forward(seen, seed)
    other = np.random.default_rng(seed).permutation(len(seen))
    average = [np.broadcast_to(g.mean(0), g.shape) for g in found]
    answers = [scores, *(forward(seen, seed, g)[0] for g in (average, [g[other] for g in found]))]
    for values, answer in zip(right.values(), answers):
        values.append(100 * np.mean(answer.argmax(1) == new_sources))
plots.table(
    ["gates", "right on new patches (%)"],
    [[name, with_spread(v, ".1f")] for name, v in right.items()],
    caption=f"Mean ± sample standard deviation of {seeds} seeds",
)

# %% [markdown]
# The rest of the network was trained together with its gates, so what it loses without them says that it
# *relies* on them, not that a network without gates would be worse. For that you train one without.
# The paper did, on ImageNet: top-5 error 6.62 % with gates, 7.48 % without, for ResNet-50 (Table 2).
#
# ## MBConv
#
# Now EfficientNet's block. It is MobileNetV2's inverted residual (lesson 16): expand, filter each
# channel by itself, project. Two things are new: your gates in the wide middle, and **swish**,
# $x \cdot \sigma(x)$ (lesson 03; Keras calls it `silu`), in place of ReLU6.

# %%
chain(
    [
        ("input\n56×56", 24, 0),
        ("1×1, BN,\nswish", 144, 0),
        ("depthwise\n3×3, BN,\nswish", 144, 0),
        ("squeeze", 144, 1),
        ("dense,\nswish", 6, 1),
        ("dense,\nsigmoid", 144, 1),
        ("maps ×\ngates", 144, 0),
        ("1×1, BN\n(linear)", 24, 0),
    ],
    "MBConv6 in B0, second block of stage 3",
    "Eight boxes: 24 channels, expanded to 144, depthwise 144, squeezed to 144 numbers, 6, 144 gates, "
    "144 maps times gates, projected to 24. An arc leads from the input to the output: added.",
    arc=(0, 7, "added, if stride is 1 and channels are equal"),
)

# %% [markdown]
# *Narrow at both ends, wide in the middle. Orange: vectors.* Look at the 6. It is a quarter of the **24** that
# come in, not of the 144 in the middle: 144 / 6 = 24 is the ratio of these gates, more than SENet's
# 16.
#
# ### {{exercise mbconv}}
#
# Write `mbconv`. Convolutions have no biases (batch normalisation follows), padding is `same`, batch
# normalisation has `epsilon=1e-3`.
#
# 1. Expand: 1×1 convolution to `expansion` times the incoming channels, BN, activation. **Not** there if
#    `expansion` is 1.
# 2. Depthwise convolution, `kernel_size`, `stride`; BN, activation.
# 3. If `gates`: your `squeeze_excite`, down to a quarter of the channels that came into the block, rounded
#    down but at least 1; the same activation in its middle.
# 4. Project: 1×1 convolution to `filters`, BN, no activation.
# 5. If `stride` is 1 and as many channels go out as came in, add the input.
#
# Give your layers no names: the block will stand many times in one network, each name once.
#
# <details><summary>Hint 1 · which channels?</summary>Note `x.shape[-1]` before you change x; steps 1, 3 and
# 5 need it.</details>
# <details><summary>Hint 2 · an activation by name</summary>`layers.Activation(activation)`, a new one each
# time.</details>


# %% tags=["exercise"]
def mbconv(x, filters, kernel_size, stride, expansion, activation="silu", gates=True):
    """Mobile inverted bottleneck, with squeeze and excitation.

    Args:
        x: Keras tensor of shape (batch, height, width, channels).
        filters: channels of the output.
        kernel_size: side of the depthwise filters.
        stride: of the depthwise convolution.
        expansion: how many times wider the middle is than the input.
        activation: by name; also of the gates' middle.
        gates: whether there is squeeze and excitation.

    Returns:
        Keras tensor of shape (batch, ⌈height / stride⌉, ⌈width / stride⌉, filters).
    """
    ### BEGIN SOLUTION
    channels = x.shape[-1]
    y = x
    if expansion > 1:
        y = layers.Conv2D(expansion * channels, 1, use_bias=False)(y)
        y = layers.Activation(activation)(layers.BatchNormalization(epsilon=1e-3)(y))
    y = layers.DepthwiseConv2D(kernel_size, stride, "same", use_bias=False)(y)
    y = layers.Activation(activation)(layers.BatchNormalization(epsilon=1e-3)(y))
    if gates:
        y = squeeze_excite(y, max(1, channels // 4), activation)
    y = layers.BatchNormalization(epsilon=1e-3)(layers.Conv2D(filters, 1, use_bias=False)(y))
    return layers.Add()([x, y]) if stride == 1 and channels == filters else y
    ### END SOLUTION


# %% tags=["check"]
check(mbconv)

# %% [markdown]
# ### {{exercise mbconv_cost}}
#
# A colleague counts the block without Keras: parameters (batch normalisation has 4 a channel), and
# multiply-adds for a square map of `side`. For the block of the picture it ought to be 11,334 parameters
# and 25,742,016 multiply-adds.


# %% tags=["setup"]
def mbconv_cost_draft(channels, filters, kernel_size, stride, expansion, side):
    expanded, reduced = expansion * channels, max(1, channels // 4)
    out = -(-side // stride)  # rounded up
    parameters = multiply_adds = 0
    if expansion > 1:
        weights = channels * expanded
        parameters += weights + 4 * expanded
        multiply_adds += weights * out * out
    weights = kernel_size * kernel_size * expanded * expanded
    parameters += weights + 4 * expanded
    multiply_adds += weights * out * out
    weights = 2 * expanded * reduced  # the gates: down and up
    parameters += weights + reduced + expanded
    multiply_adds += weights * out * out
    weights = expanded * filters
    parameters += weights + 4 * filters
    multiply_adds += weights * out * out
    return parameters, multiply_adds


# %% tags=["nbval-check-output"]
print("draft: {:,} parameters, {:,} multiply-adds".format(*mbconv_cost_draft(24, 24, 3, 1, 6, 56)))

# %% [markdown]
# There are **three** bugs. Write the corrected function as `mbconv_cost`.
#
# <details><summary>Hint 1 · small cases</summary>`side=1` shows one bug. A larger side with stride 1 shows a
# second. Stride 2 shows the third.</details>
# <details><summary>Hint 2 · an oracle</summary>Your `mbconv` and `anatomy.multiply_adds` count small cases
# for you.</details>


# %% tags=["exercise"]
def mbconv_cost(channels, filters, kernel_size, stride, expansion, side):
    """Parameters and multiply-adds of MBConv with gates; biases are parameters only.

    Args:
        channels: channels that come in.
        filters, kernel_size, stride, expansion: as of mbconv.
        side: height and width of the map that comes in; same padding.

    Returns:
        (parameters, multiply_adds), two ints.
    """
    ### BEGIN SOLUTION
    expanded, reduced = expansion * channels, max(1, channels // 4)
    out = -(-side // stride)
    parameters = multiply_adds = 0
    if expansion > 1:
        weights = channels * expanded
        parameters += weights + 4 * expanded
        multiply_adds += weights * side * side
    weights = kernel_size * kernel_size * expanded
    parameters += weights + 4 * expanded
    multiply_adds += weights * out * out
    weights = 2 * expanded * reduced
    parameters += weights + reduced + expanded
    multiply_adds += weights
    weights = expanded * filters
    parameters += weights + 4 * filters
    multiply_adds += weights * out * out
    return parameters, multiply_adds
    ### END SOLUTION


# %% tags=["check"]
check(mbconv_cost)

# %% [markdown]
# ## EfficientNet-B0
#
# Table 1 of the paper, in your block's terms. (How the rows were found, by a search over thousands of
# networks, is lesson 16's story of MnasNet and MobileNetV3.)

# %% tags=["setup"]
# kernel size, expansion, filters, repeats, stride of the first block of the stage
B0 = [
    (3, 1, 16, 1, 1),
    (3, 6, 24, 2, 2),
    (5, 6, 40, 2, 2),
    (3, 6, 80, 3, 2),
    (5, 6, 112, 3, 1),
    (5, 6, 192, 4, 2),
    (3, 6, 320, 1, 1),
]

# %% [markdown]
# `nets.efficientnet` assembles the network around your block. Each stage is cut out of it and counted; the
# column *printed* is what the paper's Table 1 gives as the resolution.


# %% tags=["needs-answer", "nbval-check-output"]
def noted(x, *arguments):
    y = mbconv(x, *arguments)
    stages.setdefault(arguments[:2] + arguments[3:], []).append((x, y))
    return y


stages, printed = {}, (112, 112, 56, 28, 14, 14, 7)
with anatomy.shapes_only():
    b0 = nets.efficientnet("b0", noted)
rows = []
for number, ((filters, k, e), blocks) in enumerate(stages.items(), start=2):
    stage = keras.Model(blocks[0][0], blocks[-1][1])
    side, cost = stage.input.shape[1], (stage.count_params(), anatomy.multiply_adds(stage))
    row = [number, f"MBConv{e}, k{k}×{k}", printed[number - 2], side, filters, len(blocks), *cost]
    rows.append(row)
plots.table(
    [
        "stage",
        "operator",
        "printed",
        "comes in",
        "channels",
        "layers",
        "parameters",
        "multiply-adds",
    ],
    rows,
    footer=["", "all of B0", "", "", "", "", b0.count_params(), anatomy.multiply_adds(b0)],
)

# %% [markdown]
# The paper's column gives the size of what comes **in**, so a stage with stride 2 puts out half of it. Stage
# 1 is a 3×3 convolution with stride 2 to 32 channels. Stage 9 is a 1×1 convolution to 1280, global average,
# dense; these two ends hold nearly a third of the parameters. 5.3 M and 0.39 G, says Table 2.
#
# Counting equal is good. Computing equal is better. Keras Applications has a B0: copy all its weights into
# the one built from your block, show both the same photographs, compare the logits (the logarithms of
# the probabilities, up to a constant).


# %%
def unsettled(network):
    """Random statistics, scales and biases, so that leaving one out would show."""
    rng = np.random.default_rng(1)
    for weight in network.weights:
        if weight.path.endswith(("gamma", "variance")):
            weight.assign(rng.uniform(0.5, 1.5, weight.shape))
        elif weight.path.endswith(("beta", "bias", "mean")):
            weight.assign(rng.normal(0, 0.1, weight.shape))
    return network


# %% tags=["needs-answer"]
mine = nets.efficientnet("b0", mbconv)
keras_b0 = unsettled(keras.applications.EfficientNetB0(weights=None))
print(weights.copy_weights(keras_b0, mine), "layers filled")
photographs = np.stack([data.photograph(n, size=224) for n in ("coffee", "cat")]).astype("float32")
logits = [np.log(network.predict(photographs, verbose=0)) for network in (keras_b0, mine)]
print(f"largest logit minus smallest: {np.ptp(logits[0]):.2f}")
print(f"largest difference of the two networks: {np.abs(logits[0] - logits[1]).max():.0e}")

# %% [markdown]
# Equal, up to rounding: your block is EfficientNet's. Two things of the real network are not in it. While
# training, the authors drop whole branches at random (stochastic depth) and one fifth of the last
# features (dropout); neither does anything in inference. And Keras's version holds its own preprocessing:
# give it pixels from 0 to 255. Its `Normalization` layer has 7 numbers that are not trained: hence
# 5,330,571 and not 5,330,564.
#
# ## Deeper, wider, sharper
#
# B0 is fixed by hand and search. Now scale it. Let $d$ multiply the number of blocks, $w$ the channels,
# $r$ the side of the image.
#
# By hand, for a 1×1 convolution from $c$ to $c$ channels on $s \times s$ places: $s^2 c^2$ multiply-adds. Twice
# as many of them: $2 \cdot s^2c^2$. Twice the channels, in **and** out: $s^2 (2c)^2 = 4 s^2 c^2$. Twice the
# side, in **both** directions: $(2s)^2 c^2 = 4 s^2 c^2$. So
#
# $$\text{work} \;\propto\; d \cdot w^2 \cdot r^2$$
#
# (section 3.3 of the paper). To scale a real network you have to round.
#
# ### Whole numbers
#
# 24 channels × 1.1 are 26.4. The authors' code rounds
#
# - **filters** to the nearest multiple of 8, half-way up (hardware likes multiples of 8), at least 8. If
#   that is less than 0.9 times the scaled number, it takes the next multiple of 8 above;
# - **repeats** up.
#
# By hand: 26.4 → 24, and 24 is above 0.9 · 26.4 = 23.76: it stays. But 24 · 0.8 = 19.2 → 16, and 16 is
# below 0.9 · 19.2 = 17.28: 24. So at 0.8 times the width this layer is as wide as before.
#
# ### {{exercise round_stage}}
#
# <details><summary>Hint 1 · nearest multiple</summary>Add half of 8, then cut off the rest of a division by
# 8. (`round` is different: it sends halves to the even neighbour.)</details>
# <details><summary>Hint 2 · a tenth</summary>Compare the rounded number with the scaled one, not with
# `filters`.</details>


# %% tags=["exercise"]
def round_stage(filters, repeats, width, depth):
    """Filters and repeats of a scaled stage.

    Args:
        filters: of the stage in B0, int.
        repeats: of the stage in B0, int.
        width: factor for the filters.
        depth: factor for the repeats.

    Returns:
        (filters, repeats), two ints: filters × width to the nearest multiple of 8 (half-way up), at
        least 8, one multiple higher if that is below 0.9 · filters · width; repeats × depth, up.
    """
    ### BEGIN SOLUTION
    scaled = filters * width
    rounded = max(8, int(scaled + 4) // 8 * 8)
    if rounded < 0.9 * scaled:
        rounded += 8
    return rounded, math.ceil(repeats * depth)
    ### END SOLUTION


# %% tags=["check"]
check(round_stage)

# %% [markdown]
# ### {{exercise efficientnet}}
#
# Write `efficientnet(width, depth, resolution)` from `B0`, `mbconv` and `round_stage`:
#
# 1. 3×3 convolution, stride 2, 32 filters; BN (`epsilon=1e-3`), swish. Padding `same`, no bias, here and in
#    step 3.
# 2. The seven stages of `B0`. The first block of a stage has its stride, the others stride 1.
# 3. 1×1 convolution, 1280 filters; BN, swish.
# 4. Global average, then dense with softmax.
#
# **Width scales the filters of steps 1, 2 and 3**, depth the repeats of step 2. Leave out dropout and
# Keras's preprocessing layers.
#
# <details><summary>Hint 1 · once is not scaled</summary>Steps 1 and 3 are never repeated:
# `round_stage(32, 1, width, 1)`.</details>
# <details><summary>Hint 2 · is it right?</summary>`efficientnet(1, 1, 224)` has 5,330,564 parameters; build it
# inside `with anatomy.shapes_only():`.</details>


# %% tags=["exercise"]
def efficientnet(width, depth, resolution, classes=1000):
    """EfficientNet of any size.

    Args:
        width: factor for the filters.
        depth: factor for the repeats.
        resolution: side of the colour image in pixels.
        classes: units of the last layer.

    Returns:
        A keras.Model from (batch, resolution, resolution, 3) to probabilities (batch, classes).
    """

    ### BEGIN SOLUTION
    def unit(x, filters, kernel_size, stride):
        filters, _ = round_stage(filters, 1, width, 1)
        x = layers.Conv2D(filters, kernel_size, stride, "same", use_bias=False)(x)
        return layers.Activation("silu")(layers.BatchNormalization(epsilon=1e-3)(x))

    inputs = keras.Input((resolution, resolution, 3))
    x = unit(inputs, 32, 3, 2)
    for kernel_size, expansion, filters, repeats, stride in B0:
        filters, repeats = round_stage(filters, repeats, width, depth)
        for i in range(repeats):
            x = mbconv(x, filters, kernel_size, stride if i == 0 else 1, expansion)
    x = layers.GlobalAveragePooling2D()(unit(x, 1280, 1, 1))
    return keras.Model(inputs, layers.Dense(classes, activation="softmax")(x))
    ### END SOLUTION


# %% tags=["check"]
check(efficientnet)

# %% [markdown]
# > **Predict.** The rule says ×2, ×4, ×4 for twice the depth, width, resolution. What will real, rounded
# > networks do? And does "4 × as deep" really cost the same as "2 × as wide"?

# %% tags=["needs-answer", "nbval-check-output"]
scales = {
    "B0": (1, 1, 224, None),
    "depth 2": (1, 2, 224, None),
    "depth 4": (1, 4, 224, 1.8),
    "width 2": (2, 1, 224, 1.8),
    "resolution 2": (1, 1, 448, 1.9),
    "depth 1.4, width 1.2, resolution 1.3": (1.2, 1.4, 291, 1.8),
}
rows = []
for name, (*scale, paper) in scales.items():
    with anatomy.shapes_only():
        network = efficientnet(*scale)
    work, (width, depth, side) = anatomy.multiply_adds(network), scale
    rule, base = depth * width**2 * (side / 224) ** 2, rows[0][2] if rows else work
    rows.append([name, network.count_params(), work, f"{work / base:.2f}", f"{rule:.2f}", paper])
plots.table(
    ["scaled by", "parameters", "multiply-adds", "× B0", "rule", "printed (G, Table 7)"], rows
)

# %% [markdown]
# The rule holds for depth and resolution. Width falls short: a depthwise convolution grows with $c$, not
# with $c^2$. And a little of each costs **more** than the rule says, 4.67 times in place of 3.40: repeats are
# rounded up, so depth 1.4 makes 26 blocks out of 16.
#
# Now compare with what is printed. B0 and the last row agree with the paper. The three in between count
# 1.45 to 1.58 G here where 1.8 and 1.9 are printed; why is not known. If these counts are right, the
# network that won had a fifth more work than those it beat. Its lead of two points is likely more than
# that buys, but the race was not quite even. *Count what you read.*
#
# Look at the parameters as well: twice the resolution costs four times the work, and **not one**
# parameter.
#
# ## One dial for three
#
# Compound scaling turns all three with one number φ:
#
# $$d = \alpha^\phi \qquad w = \beta^\phi \qquad r = \gamma^\phi \qquad\text{with}\quad \alpha\,\beta^2\gamma^2 \approx 2$$
#
# (equation 3 of the paper). α is **depth**, β **width**, γ **resolution**. Some notes swap the first two; then the
# squares stand at the wrong letters. Because $\alpha\beta^2\gamma^2 \approx 2$, the work is about $2^\phi$: one step
# of φ, twice the work. A small grid search at φ = 1 on B0 gave α = 1.2, β = 1.1, γ = 1.15.
#
# By hand: $1.2 \cdot 1.1^2 \cdot 1.15^2 = 1.2 \cdot 1.21 \cdot 1.3225 = 1.92$. With β and α swapped it would be
# $1.1 \cdot 1.44 \cdot 1.3225 = 2.09$: also near 2, which is why nobody notices.
#
# ### {{exercise compound}}
#
# <details><summary>Hint 1</summary>The work of one step is $\alpha\beta^2\gamma^2$, not 2. What is it after φ
# steps?</details>


# %% tags=["exercise"]
def compound(phi, alpha=1.2, beta=1.1, gamma=1.15):
    """Compound scaling.

    Args:
        phi: number ≥ 0, not always whole.
        alpha, beta, gamma: factors of depth, width and resolution for one step of phi.

    Returns:
        (depth, width, resolution, work): four factors, floats; work by the rule d · w² · r².
    """
    ### BEGIN SOLUTION
    work = (alpha * beta**2 * gamma**2) ** phi
    return alpha**phi, beta**phi, gamma**phi, work
    ### END SOLUTION


# %% tags=["check"]
check(compound)

# %% [markdown]
# ## B0 to B7
#
# Eight networks (one often reads "seven": B0 counts). All of them from your block, beside the paper's Table
# 2. This takes some seconds: B7 has 55 blocks.

# %% tags=["needs-answer", "nbval-check-output"]
table2 = dict(zip(nets.EFFICIENTNET, zip((5.3, 7.8, 9.2, 12, 19, 30, 43, 66), (0.39, 0.70, 1.0, 1.8, 4.2, 9.9, 19, 37), (77.1, 79.1, 80.1, 81.6, 82.9, 83.6, 84.0, 84.3))))  # fmt: skip
rows = []
for name, scale in nets.EFFICIENTNET.items():
    with anatomy.shapes_only():
        network = nets.efficientnet(name, mbconv)
    work, (millions, billions, top) = anatomy.multiply_adds(network), table2[name]
    size = [scale.depth, scale.width, scale.resolution]
    rows.append([name, *size, network.count_params(), millions, work, billions, f"{top}"])
plots.table(
    ["", "depth", "width", "pixels", "parameters", "printed (M)", "multiply-adds", "printed (G)", "top-1"],
    rows,
)  # fmt: skip

# %% [markdown]
# All eight numbers of parameters are those of Keras Applications. The printed work fits, but for two: B4
# is printed with 4.2 G and measures 4.39 G, B5 with 9.9 G and 10.27 G. (The paper writes "FLOPS" and
# means multiply-adds.) Why is not known. Nor is one rule behind the printed parameters: B2's 9.2 fits all of
# them, B7's 66 only the trained ones, 66.3 M.
#
# Now the surprise. Do B1 to B7 follow the formula? If depth is $1.2^\phi$, then $\phi = \log d / \log 1.2$; likewise
# for the other two. All three should give the same φ.

# %% tags=["nbval-check-output"]
implied = {}
for name, scale in nets.EFFICIENTNET.items():
    factors = np.array([scale.depth, scale.width, scale.resolution / 224])
    implied[name] = np.log(factors) / np.log([1.2, 1.1, 1.15])
plots.table(
    ["", "φ by depth", "φ by width", "φ by resolution"],
    [[name, *(f"{phi:.1f}" for phi in phis)] for name, phis in implied.items()],
)

# %%
fig, ax = plots.figure(height=3.2)
for i, what in enumerate(("depth", "width", "resolution")):
    phis = [found[i] for found in implied.values()]
    ax.plot(range(8), phis, marker="osv"[i], label=f"by {what}")
ax.plot([0, 7], [0, 7], ":", color="gray", label="φ = the name's number")
ax.set(xticks=range(8), xticklabels=[f"B{i}" for i in range(8)], ylabel="implied φ")
ax.set_title("Which φ is each network?")
ax.legend()
plots.show(
    fig,
    alt="The phi implied by depth, width and resolution of B0 to B7, three lines that rise from 0 to "
    "between 6.2 and 7.3. They part by up to about one: for B1 width gives 0, for B7 depth gives 6.2, width 7.3, resolution 7.0.",
)  # fmt: skip

# %% [markdown]
# *Three different answers for nearly every network.* The published networks are **hand-rounded**: widths to a
# tenth, depths to a tenth, resolutions to what suits. B1 is not wider at all. B7 is φ = 6.2 by depth,
# 7.3 by width, 7.0 by resolution. The formula is where the family comes from, not what it is; so Keras
# offers these eight and no free φ.
#
# The same paper is sometimes quoted for COCO, a set of images for finding objects. Its own results are on
# ImageNet and on eight sets for transfer learning (lesson 18); COCO came with EfficientDet (Tan, Pang and
# Le 2020).
#
# ## EfficientNet-Lite
#
# For phones there is a family of five that leaves things out. No gates: some phone chips do a squeeze
# badly. ReLU6 in place of swish: its outputs, from 0 to 6, are easier to store in 8 bits. First and last layers are
# not scaled, nor are the first and last stage's repeats. Your block can do it:

# %% tags=["needs-answer", "nbval-check-output"]
lite = functools.partial(mbconv, activation="relu6", gates=False)
printed = ((4.7, 407), (5.4, 631), (6.1, 899), (8.2, 1440), (13.0, 2640))
rows = []
for number, (millions, madds) in enumerate(printed):
    with anatomy.shapes_only():
        network = nets.efficientnet_lite(number, lite)
    side, work = network.input.shape[1], anatomy.multiply_adds(network)
    counted = anatomy.count_parameters(network)
    parameters = [counted.total, counted.trainable, millions]
    rows.append([f"Lite{number}", side, *parameters, work, madds])
plots.table(
    ["", "pixels", "parameters", "trained", "printed (M)", "multiply-adds", "printed (M)"], rows
)

# %% [markdown]
# The trained parameters are those printed (in the README of the authors' code). The printed multiply-adds
# are 3 to 6 % more than these; what was counted beside convolutions and dense layers, it does not
# say. Lite0 has as much work as B0: it is not smaller, it is *simpler*.
#
# ## Does it show on your desk?
#
# The paper's evidence is ImageNet and weeks of computing. Here is the same question at a scale that two
# cores bear: a three-stage network from your block on the patches, shrunk to 24×24 pixels. Then three and
# a half times the work, in four ways. The patches have 48×48 pixels, so a higher resolution really
# brings detail.


# %% tags=["needs-answer"]
def small(width, depth, side):
    """A network of three stages of MBConv for seven classes."""
    inputs = keras.Input((side, side, 3))
    x = layers.Rescaling(1 / 127.5, -1)(inputs)
    x = layers.Conv2D(round(8 * width), 3, 2, "same", use_bias=False)(x)
    x = layers.Activation("silu")(layers.BatchNormalization()(x))
    for filters, expansion, stride in ((8, 1, 1), (16, 4, 2), (24, 4, 2)):
        for i in range(math.ceil(depth)):
            x = mbconv(x, round(filters * width), 3, stride if i == 0 else 1, expansion)
    x = layers.Conv2D(round(64 * width), 1, use_bias=False)(x)
    x = layers.Activation("silu")(layers.BatchNormalization()(x))
    return keras.Model(inputs, layers.Dense(7)(layers.GlobalAveragePooling2D()(x)))


ways = {
    "base": (1, 1, 24),
    "deeper": (1, 4, 24),
    "wider": (2.1, 1, 24),
    "sharper": (1, 1, 46),
    "together": (1.2, 2, 28),
}

# %% tags=["needs-answer", "nbval-check-output"]
with anatomy.shapes_only():
    built = {name: small(*way) for name, way in ways.items()}
costs = {name: anatomy.multiply_adds(network) for name, network in built.items()}
plots.table(
    ["", "width", "blocks a stage", "pixels", "parameters", "multiply-adds", "× base"],
    [
        [name, *map(str, way), built[name].count_params(), costs[name], f"{costs[name] / costs['base']:.2f}"]
        for name, way in ways.items()
    ],
)  # fmt: skip

# %% [markdown]
# > **Predict.** Which of the four wins, and by how much more than the spread between seeds?


# %% tags=["needs-answer"]
@functools.cache
def accuracies():
    seeds, few, epochs = runtime.budget(smoke=(1, 32, 1), cpu=(3, 700, 8), gpu=(8, 1050, 30))
    names = runtime.budget(smoke=["base", "wider"], cpu=list(ways), gpu=list(ways))
    found = {}
    for name in names:
        way = ways[name]
        x, x_new = sized(patches[:few], way[2]), sized(new_patches[:350], way[2])
        network, found[name] = small(*way), []
        for seed in range(seeds):
            keras.utils.set_random_seed(seed)
            network.set_weights(small(*way).get_weights())  # a new start
            train(network, x, sources[:few], epochs, seed)
            score = network.evaluate(x_new, new_sources[:350], verbose=0)[1]
            found[name].append(100 * score)
    return found


# %% tags=["needs-answer"]
accuracy = accuracies()
fig, ax = plots.figure(height=3.0)
for i, (name, values) in enumerate(accuracy.items()):
    colour = {"base": "gray", "together": plots.COLOURS[1]}.get(name, plots.COLOURS[0])
    ax.plot(values, [i] * len(values), "o", color=colour, ms=7, alpha=0.7)
    ax.plot(np.mean(values), i, "|", color="black", ms=22)
ax.set(yticks=range(len(accuracy)), yticklabels=list(accuracy), xlabel="right on new patches (%)")
ax.set_title("Equal work, four ways (a dot: a seed; the bar: their mean)")
ax.invert_yaxis()
said = ", ".join(f"{n} {with_spread(v, '.1f')}" for n, v in accuracy.items())
plots.show(fig, alt=f"Accuracy on new patches, mean and spread over the seeds: {said} percent.")
print(said)

# %% [markdown]
# *Grey: the base. Blue: one dimension alone. Orange: all three.* Read it honestly. If the dots of two rows
# overlap, this experiment has not told them apart. It has few images, a short training that may not
# suit the deep network, seven easy classes, and one choice of how to split the work. It cannot show the
# paper's two points, nor that more work is useless.
#
# What the paper's own evidence says: Figure 3, each dimension alone saturates at about 80 %; Figure 4,
# widening pays more when depth and resolution grow as well; Table 7, the bars you began with.

# %% [markdown]
# ## The answer
#
# **How do you make a network larger so that none of the new work is wasted?** Grow all three at once. The
# authors' reasoning (section 3.3): a sharper image needs more layers, for units that see as much of it
# as before, and more channels, for what there is more to tell apart; each dimension alone saturates.
# Depth costs once, width and resolution twice: $d\,w^2r^2$. The block matters as well:
# gates cost a tenth of the parameters and nearly no work.
#
# ## {{exercise quiz}}
#
# Answer with one letter each, such as `{"q1": "a", …}`.
#
# **q1** SE adds 10 % to ResNet-50's parameters, but 0.06 % to its multiply-adds. Why?
#
# - a) Sigmoids are cheap.
# - b) Its dense layers see a vector, so each weight is used once an image.
# - c) It stands in the last stage only.
# - d) The reduction ratio divides the work, not the parameters.
#
# **q2** Width 2, depth 1, resolution 1: about how much more work, by the rule?
#
# - a) twice
# - b) three times
# - c) four times
# - d) eight times
#
# **q3** Which does β scale in the paper?
#
# - a) depth
# - b) width
# - c) resolution
# - d) the learning rate
#
# **q4** MBConv with 40 channels coming in, expansion 6. How many units has the middle of its gates?
#
# - a) 10
# - b) 15
# - c) 40
# - d) 60
#
# **q5** What does no EfficientNet-Lite have?
#
# - a) depthwise convolutions
# - b) shortcuts
# - c) batch normalisation
# - d) gates
#
# **q6** B7 has depth 3.1, width 2.0 and 600 pixels. Which φ is that?
#
# - a) 6
# - b) 7
# - c) 7.3
# - d) no single one

# %% tags=["exercise"]
### BEGIN SOLUTION
quiz = {"q1": "b", "q2": "c", "q3": "b", "q4": "a", "q5": "d", "q6": "d"}
### END SOLUTION

# %% tags=["check"]
check(quiz=quiz)

# %% [markdown]
# ## Summary
#
# - Squeeze and excitation: mean of each channel, two dense layers with a narrow middle, a gate for each
#   channel. Many parameters, hardly any work.
# - MBConv: expand, depthwise, gates (a quarter of what comes **in**), project without activation, add where
#   shapes allow.
# - Work grows as $d\,w^2r^2$; α is depth, β width, γ resolution, and $\alpha\beta^2\gamma^2 \approx 2$.
# - B1 to B7 are hand-rounded: no single φ gives any of them exactly.
# - A fair comparison holds the work equal, uses several seeds, and says what it does not show.
#
# ## References
#
# - J. Hu, L. Shen, G. Sun (2018). Squeeze-and-excitation networks. *CVPR*. Equations 2 to 4, Tables 1 and 2;
#   the role of excitation in the journal version (2020, *IEEE TPAMI* 42).
# - M. Tan, Q. V. Le (2019). EfficientNet: Rethinking model scaling for convolutional neural networks. *ICML*.
#   Equation 3, Tables 1, 2 and 7, Figures 3 and 4.
# - M. Tan, R. Pang, Q. V. Le (2020). EfficientDet: Scalable and efficient object detection. *CVPR*.
# - R. Liu (2020). Higher accuracy on vision models with EfficientNet-Lite. TensorFlow blog.
#
# **Where to read on.** M. Tan and Q. V. Le (2021), *EfficientNetV2*, find that early MBConvs are slow although
# their multiply-adds are few: work counted is not time measured. Lesson 18 loads the published weights
# of Lite0 into the network that you have built here.
