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
# # Residual networks
#
# **Time** 110 minutes · **Needs** lessons 05, 08, 10 and 13 · **Running everything** {{seconds}} s on two CPU cores
#
# Lesson 13 ended with a puzzle: from 16 to 19 layers, VGG stopped getting better. Let us go on.
# The networks below are trained to say which of seven photographs a small patch was cut from. All of
# them begin with the same convolution and end with the same dense layer. Between the two stand 4, 16 or
# 32 more convolutions of 3×3, normalised as in lesson 10, each with its ReLU.

# %% tags=["setup"]
import functools

import numpy as np

from cnncourse import anatomy, begin, data, nets, plots, runtime
from cnncourse.runs import deviation, with_spread
from cnncourse.weights import copy_weights

check = begin("15_resnet")

import keras
from keras import layers, ops

# %%
train_size, seeds, epochs, depths = runtime.budget(
    smoke=(140, 1, 2, (6, 10)), cpu=(560, 3, 8, (6, 18, 34)), gpu=(2800, 5, 24, (6, 18, 34, 66))
)
(patches, y_train), (test_patches, y_test) = data.photo_patches(train_size, 280)
x_train, x_test = (part.astype("float32") / 127.5 - 1 for part in (patches, test_patches))

# %%
plots.images(
    patches[:14],
    titles=[data.PATCH_CLASSES[label] for label in y_train[:14]],
    columns=7,
    suptitle="Which photograph was it cut from?",
    alt="Fourteen colour patches of 32 by 32 pixels, with their labels: astronaut, cat, coffee, "
    "hubble, retina, rocket, tissue.",
)


# %% tags=["setup"]
def normalised(x, filters, kernel_size, stride=1, bias=False, epsilon=1e-5):
    """Convolution with the same padding, then batch normalisation. No activation."""
    x = layers.Conv2D(
        filters, kernel_size, stride, "same", use_bias=bias, kernel_initializer="he_normal"
    )(x)
    return layers.BatchNormalization(momentum=0.9, epsilon=epsilon)(x)


def plain(x, filters, stride):
    """Two 3×3 convolutions, one after the other."""
    x = layers.ReLU()(normalised(x, filters, 3, stride))
    return layers.ReLU()(normalised(x, filters, 3))


def tower(depth, block, width=8):
    """A network of `depth` layers with weights, all of its blocks on maps of 8×8."""
    inputs = keras.Input((32, 32, 3))
    x = layers.ReLU()(normalised(inputs, width, 5, 4))
    for _ in range((depth - 2) // 2):
        x = block(x, width, 1)
    return keras.Model(inputs, layers.Dense(7)(layers.GlobalAveragePooling2D()(x)))


# %%
def ready(network, rate=0.03, **options):
    """Compile it; it returns scores."""
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    optimizer = keras.optimizers.SGD(rate, momentum=0.9)
    network.compile(optimizer, loss, metrics=["accuracy"], **options)
    return network


def restart(network, fresh):
    """Take the weights of a fresh network, and forget the momentum: as good as a new one."""
    network.set_weights(fresh.get_weights())
    network.optimizer.build(network.trainable_variables)
    for speed in network.optimizer.momentums:
        speed.assign(ops.zeros_like(speed))


# %%
@functools.cache
def trained(depth, block, prepare=None):
    """Errors in percent while training, (seeds, epochs), and on unseen patches, (seeds,)."""
    network, training, unseen = ready(tower(depth, block)), [], []
    for seed in range(seeds):
        keras.utils.set_random_seed(seed)
        restart(network, tower(depth, block))
        if prepare:
            prepare(network)
        fitted = network.fit(x_train, y_train, batch_size=35, epochs=epochs, verbose=0)
        training.append(100 - 100 * np.array(fitted.history["accuracy"]))
        unseen.append(100 - 100 * network.evaluate(x_test, y_test, verbose=0)[1])
    return np.array(training), np.array(unseen)


# %% [markdown]
# > **Predict.** The deeper network can do everything that the shallow one can, and more. Which depth
# > ends with the lowest error **on the patches it was trained on**? Write your guess down before you
# > run the next cell.

# %%
for depth in depths:
    training, unseen = trained(depth, plain)
    print(
        f"{depth} layers: error on its own training patches {with_spread(training[:, -1], '.0f')} %,"
        f" on unseen patches {with_spread(unseen, '.0f')} %"
    )


# %%
def draw_training(runs, title, alt):
    """Training error against epochs: mean over seeds, with a band of one standard deviation."""
    fig, ax = plots.figure(height=3.6)
    epoch = np.arange(1, epochs + 1)
    for (label, (errors, _)), style in zip(runs.items(), ["-", "--", "-.", ":"]):
        mean, spread = errors.mean(0), deviation(errors)
        (line,) = ax.plot(epoch, mean, style, marker="o", markersize=4, label=label)
        ax.fill_between(epoch, mean - spread, mean + spread, color=line.get_color(), alpha=0.15)
    ax.set(xlabel="epoch", ylabel="error on training patches (%)", ylim=(0, 100), title=title)
    ax.legend()
    plots.show(fig, alt=alt)


draw_training(
    {f"{depth} layers": trained(depth, plain) for depth in depths},
    "Plain networks: deeper is worse",
    "Training error against epochs, a curve a depth. The shallowest network is lowest from the "
    "first epochs on, the deepest is highest throughout.",
)

# %% [markdown]
# *Mean over several random starts; bands show one sample standard deviation. All learn from the same patches,
# equally often.*
#
# This is not overfitting: an overfitted network is **good** on what it has seen (lesson 11). Here the
# deeper network is worse on its own training images. It is what He, Zhang, Ren and Sun saw on CIFAR-10 and
# ImageNet and called **degradation** (He et al. 2016a, Figure 1, section 1).
#
# And it is absurd. Take the trained network of 6 layers, and put in 28 more that each hand on what they
# get. That network has 34 layers and errs exactly as little as the one of 6. So a good network of 34
# layers **exists**. Training does not find it.
#
# **How can a network get worse at its own training images because layers were added, and why does one
# addition cure it?**
#
# By the end you will be able to
#
# - **tell** degradation from overfitting and from vanishing gradients, by experiment;
# - **build** basic blocks and bottlenecks, with the shortcut that each place needs;
# - **say** when a block is the identity, and start training there;
# - **assemble** ResNet-50, equal to the published one in every parameter and every output;
# - **count** depth, weights and work of a residual network before you build it.

# %% [markdown]
# ## Is it the gradient?
#
# The usual explanation: the gradient shrinks on its way back through many layers until the first layers
# hear nothing (lesson 03 shows it for sigmoids). It can be measured. Take one step of plain gradient descent at
# learning rate 1: what a weight has moved by is its gradient.
#
# > **Predict.** A plain network with batch normalisation, at its random start. Is the gradient of the
# > first layers larger or smaller than that of the last ones? By what factor, about?


# %%
@functools.cache
def gradient_norms(depth, block, seed):
    """The length of the gradient of each convolution's kernel, first layer first."""
    keras.utils.set_random_seed(seed)
    network = ready(tower(depth, block), rate=1.0, run_eagerly=True)
    kernels = [w for w in network.trainable_weights if len(w.shape) == 4]
    before = [ops.convert_to_numpy(kernel).copy() for kernel in kernels]
    network.fit(x_train[:140], y_train[:140], batch_size=140, epochs=1, verbose=0)
    return [np.linalg.norm(ops.convert_to_numpy(k) - b) for k, b in zip(kernels, before)]


# %%
def draw_gradients(blocks, alt):
    fig, ax = plots.figure(height=3.4)
    for (label, block), marker in zip(blocks.items(), "os"):
        norms = np.array([gradient_norms(depths[-1], block, seed) for seed in range(seeds)])
        layer = np.arange(1, norms.shape[1] + 1)
        (line,) = ax.plot(layer, np.exp(np.log(norms).mean(0)), marker=marker, ms=4, label=label)
        ax.fill_between(layer, norms.min(0), norms.max(0), color=line.get_color(), alpha=0.15)
    ax.set(yscale="log", xlabel="convolution (1 is next to the image)", ylabel="length of gradient")
    ax.set_title(f"The gradient in a network of {depths[-1]} layers, at the start")
    ax.legend()
    plots.show(fig, alt=alt)


draw_gradients(
    {"plain": plain},
    "Length of the gradient against the layer on a logarithmic axis. It is largest at the first "
    "layers and falls towards the last ones.",
)

# %% [markdown]
# *Geometric mean over the seeds; the band reaches from the smallest to the largest.*
#
# The first layers get the **largest** gradients, not the smallest. Nothing vanishes; going back, the gradient
# grows, and by a similar factor for each layer (Yang et al. 2019 derive the growth for random networks with batch
# normalisation). The authors of ResNet say the same in other words: they checked that gradients had
# healthy norms with batch normalisation, and argue that the difficulty is **unlikely** to be caused by
# vanishing gradients (He et al. 2016a, section 4.1). That ResNet was made against
# vanishing gradients is often written. Its authors wrote the opposite: that problem had been "largely addressed" by
# good initialisation and normalisation (section 1).
#
# Why plain networks are hard to optimise then, the paper leaves open. Balduzzi et al. (2017)
# found that with depth the gradients of plain networks come to look like white noise; Li et al. (2018) drew the loss
# around the minimum and found it rugged. What helps is simpler than why it is needed.

# %% [markdown]
# ## Learn the difference
#
# If two layers ought to do nothing, they must learn to copy. For a stack of convolution, normalisation
# and ReLU that is a hard target: many weights have to be just so. Turn it round. Let the input
# pass by itself, and let the layers learn what to **change**. Then "do nothing" means: all weights zero.
#
# In the paper's words: in place of a mapping $H(x)$, learn the residual $F(x) = H(x) - x$, and
# give out $F(x) + x$ (section 3.1 and equation 1).


# %% [markdown]
# ### The same sum, by hand
#
# Two dense layers, no biases, and the input $a = (1, 2)$:
#
# $$W_1 = \begin{pmatrix} 1 & 0 \\ -1 & 1 \end{pmatrix} \qquad W_2 = \begin{pmatrix} 1 & 1 \\ -1 & 0.5 \end{pmatrix}$$
#
# - First layer: $a W_1 = (1 - 2,\ 0 + 2) = (-1, 2)$, and ReLU gives $(0, 2)$.
# - Second layer: $(0, 2)\, W_2 = (0 - 2,\ 0 + 1) = (-2, 1)$.
# - Plain: ReLU gives $(0, 1)$.
# - With the shortcut: $(-2 + 1,\ 1 + 2) = (-1, 3)$, and ReLU gives $(0, 3)$.
#
# The sum comes **before** the last ReLU: $a^{(l+2)} = \mathrm{ReLU}(z^{(l+2)} + a^{(l)})$. So the branch
# can take away as well as add: here it took 2 away from the 1.
#
# ### {{exercise residual}}
#
# Write `residual(a, W1, b1, W2, b2)` in NumPy: dense layer, ReLU, dense layer, add the input, ReLU.
# Each row of `a` is one input; a dense layer is `rows @ W + b`.
#
# <details><summary>Hint 1 · how many ReLUs?</summary>Two: one between the layers, one at the very
# end.</details>
# <details><summary>Hint 2 · a check</summary>The worked number above, with biases of zero, gives
# (0, 3).</details>


# %% tags=["exercise"]
def residual(a, W1, b1, W2, b2):
    """Two dense layers with a shortcut around them.

    Args:
        a: float array of shape (rows, d).
        W1, b1: weights (d, hidden) and biases (hidden,) of the first layer.
        W2, b2: weights (hidden, d) and biases (d,) of the second layer.

    Returns:
        Float array of shape (rows, d), in float32 or float64.
    """
    ### BEGIN SOLUTION
    hidden = np.maximum(a @ W1 + b1, 0)
    return np.maximum(hidden @ W2 + b2 + a, 0)
    ### END SOLUTION


# %% tags=["check"]
check(residual)

# %% tags=["needs-answer", "nbval-check-output"]
W1, W2 = np.array([[1.0, 0.0], [-1.0, 1.0]]), np.array([[1.0, 1.0], [-1.0, 0.5]])
residual(np.array([[1.0, 2.0]]), W1, np.zeros(2), W2, np.zeros(2))

# %% [markdown]
# ### When is it the identity?
#
# > **Predict.** All weights are zero. What comes out for $a = (1, -2)$? And if only the second bias is
# > not zero, $b_2 = (0.5, 0.5)$?

# %% tags=["needs-answer", "nbval-check-output"]
zero, none = np.zeros((2, 2)), np.zeros(2)
cases = [((1.0, 2.0), none), ((1.0, -2.0), none), ((1.0, 2.0), np.full(2, 0.5))]
plots.table(
    ["a", "b2", "out"],
    [[str(a), str(b2), str(residual(np.array([a]), zero, none, zero, b2)[0])] for a, b2 in cases],
)

# %% [markdown]
# "Zero weights make the block the identity" is true on two conditions that are easily forgotten: the
# **biases** must be zero, too, and the input must **not be negative**. The second holds wherever the
# input comes out of a ReLU, as it does behind every block.
#
# ## The basic block
#
# The same with convolutions. Two 3×3, each normalised, and no bias: the normalisation that follows would
# take any constant away again.


# %%
def draw_block(ax, boxes, title, shortcut, after="ReLU"):
    """Boxes (text, width) from the top down; `shortcut` is what stands beside the way around."""
    y, down = -1.0, {"arrowstyle": "->", "color": "0.3"}
    ax.annotate("", (0, y), (0, 0), arrowprops=down)
    ax.text(0.2, -0.25, "x", fontsize=11, va="center")
    for text, width in boxes:
        ax.fill([-width, width, width, -width], [y, y, y - 0.7, y - 0.7], fc="0.93", ec="0.3")
        ax.text(0, y - 0.35, text, ha="center", va="center", fontsize=9)
        ax.annotate("", (0, y - 1.25), (0, y - 0.7), arrowprops=down)
        y -= 1.25
    around = ([0, 2.8, 2.8, 0.3], [-0.55, -0.55, y - 0.25, y - 0.25])
    ax.plot(*around, color=plots.COLOURS[1], lw=2)
    ax.text(2.95, y / 2, shortcut, rotation=90, va="center", fontsize=9)
    ax.text(0, y - 0.27, "+", ha="center", va="center", fontsize=16, color=plots.COLOURS[1])
    ax.annotate("", (0, y - 1.0), (0, y - 0.5), arrowprops=down)
    ax.text(0, y - 1.25, after, ha="center", va="center", fontsize=9)
    ax.set(title=title, xlim=(-2.8, 3.6), ylim=(y - 1.6, 0.2))
    ax.set_axis_off()


# %%
fig, (left, right) = plots.figure(1, 2, height=4.4)
draw_block(
    left,
    [("3×3, filters", 2), ("normalise, ReLU", 2), ("3×3, filters", 2), ("normalise", 2)],
    "basic block, same shape",
    "identity",
)
draw_block(
    right,
    [("3×3, filters, stride 2", 2), ("normalise, ReLU", 2), ("3×3, filters", 2), ("normalise", 2)],
    "basic block, shape changes",
    "1×1, stride 2, normalise",
)
plots.show(
    fig,
    alt="Two blocks drawn from the top down: 3 by 3 convolution, normalise and ReLU, 3 by 3 "
    "convolution, normalise, then a sum with the input and a ReLU. On the left the input reaches "
    "the sum unchanged; on the right through a 1 by 1 convolution of stride 2, normalised.",
)

# %% [markdown]
# *The branch straight down, the shortcut around it (orange). They meet before the last ReLU.*
#
# ### When the shapes differ
#
# A sum needs two equal shapes. At the start of a stage the branch halves the maps and doubles the
# channels. The paper tries three shortcuts (section 3.3 and "Identity vs. projection shortcuts" in 4.1):
#
# | option | shortcut where the shape changes | elsewhere | ResNet-34, top-1 error (Table 3) |
# |---|---|---|---|
# | A | every second pixel, new channels filled with zeros | identity | 25.03 % |
# | B | 1×1 convolution with the stride: a **projection** | identity | 24.52 % |
# | C | projection | projection | 24.19 % |
# | none | plain network of 34 layers | | 28.54 % |
#
# All three cure the degradation. The authors put the small differences down to new channels that A does not train and to extra
# parameters in C, and kept B for their deeper networks. So projections are not what matters: the identity is.
#
# ### {{exercise basic}}
#
# Write `basic(x, filters, stride)` as in the drawings, with option B. `stride` belongs to the first
# 3×3 and, where there is a projection, to it as well. A projection stands where the shape of the branch differs
# from that of the input, be it for the channels or for the stride, and nowhere else. `normalised` (above) makes
# a convolution with its normalisation. If you write the layers yourself, keep to what it does: no bias, and
# `epsilon=1e-5` (Keras's default is 1e-3). Give your layers no names: the block will stand many times in one network, in
# which each name may stand once.
#
# <details><summary>Hint 1 · when to project?</summary>Build the branch first. Keras tensors have a
# `.shape`; two shapes can be compared.</details>
# <details><summary>Hint 2 · how many activations?</summary>Two `layers.ReLU()`. Ask which of the
# drawing's arrows have none.</details>


# %% tags=["exercise"]
def basic(x, filters, stride):
    """The basic block of ResNet-18 and -34.

    Args:
        x: Keras tensor of shape (batch, height, width, channels).
        filters: channels of the output.
        stride: of the block.

    Returns:
        Keras tensor of shape (batch, ⌈height / stride⌉, ⌈width / stride⌉, filters).
    """
    ### BEGIN SOLUTION
    y = layers.ReLU()(normalised(x, filters, 3, stride))
    y = normalised(y, filters, 3)
    if x.shape != y.shape:
        x = normalised(x, filters, 1, stride)
    return layers.ReLU()(layers.Add()([x, y]))
    ### END SOLUTION


# %% tags=["check"]
check(basic)

# %% [markdown]
# Now your block in place of the plain pair. Nothing else changes: in these towers no shape changes, so
# your shortcuts have no parameters, and both networks of a depth have equally many.

# %% tags=["needs-answer", "nbval-check-output"]
with anatomy.shapes_only():
    counts = [
        [depth, tower(depth, plain).count_params(), tower(depth, basic).count_params()]
        for depth in (6, 18, 34)
    ]
plots.table(["layers", "parameters, plain", "parameters, residual"], counts)

# %% [markdown]
# > **Predict.** Look again at the plain curves. Where will the residual network of the greatest depth
# > end?

# %% tags=["needs-answer"]
draw_training(
    {f"residual, {depth} layers": trained(depth, basic) for depth in depths}
    | {f"plain, {depths[-1]} layers": trained(depths[-1], plain)},
    "The same networks with your shortcuts",
    "Training error against epochs. The residual networks of all depths stay near one another, far "
    "below the deepest plain network.",
)

# %% tags=["needs-answer"]
rows = []
for depth in depths:
    for name, block in (("plain", plain), ("residual", basic)):
        training, unseen = trained(depth, block)
        parts = (training[:, -1], unseen)
        rows.append([depth, name, *[with_spread(p, ".0f") for p in parts]])
plots.table(["layers", "network", "training error (%)", "error on unseen patches (%)"], rows)

# %% [markdown]
# *Mean ± sample standard deviation over the seeds.* One addition, no parameter more: the deep network
# trains again. It is not that more layers now help much: this task and these few patches do not
# need them, and after so few epochs the deepest residual network may still be a few points behind the
# others. But the tens of points that depth cost the plain network are gone, and that has to come first.
#
# Is it fair? Both kinds of network get the same patches, epochs, seeds and learning rate, and have the same
# parameters. A single rate for all depths is still a choice. Put another one into `ready` (0.003, 0.01, 0.1), and look
# whether it rescues the deepest plain network. And more epochs? He et al. tried three times the iterations, saw the
# same, and conjecture that deep plain networks learn, but exponentially slowly (section 4.1).
#
# The paper's numbers on ImageNet tell the same story at full size (He et al. 2016a, Table 2, top-1 error): plain
# networks 27.94 % with 18 layers and 28.54 % with 34; residual ones 27.88 % and 25.03 %. At 18 layers the shortcut
# changes next to nothing. At 34 it is worth 3.5 points.
#
# And the gradients?

# %% tags=["needs-answer"]
draw_gradients(
    {"plain": plain, "residual": basic},
    "Length of the gradient against the layer, for the plain and the residual network. The residual "
    "curve is flatter: its first and last layers differ by less.",
)

# %% [markdown]
# *Behind its first few layers the residual curve is the flatter one. So shortcuts do act on the gradient; but what they mend here is no
# vanishing.*
#
# ### {{exercise pad_shortcut}}
#
# A colleague wrote the shortcut without parameters: every `stride`-th pixel in both directions,
# beginning with the first, and channels of zeros **after** the old ones until there are `filters`. There
# are **two** bugs.


# %% tags=["setup"]
def pad_shortcut_draft(x, filters, stride):
    x = x[:, ::stride]
    more = filters - x.shape[-1]
    return ops.pad(x, ((0, 0), (0, 0), (0, 0), (more, 0)))


# %% tags=["nbval-check-output"]
image = np.arange(1, 17, dtype="float32").reshape(1, 4, 4, 1)
ops.convert_to_numpy(pad_shortcut_draft(image, 2, 2))[0].tolist()

# %% [markdown]
# Each pair in the output is one pixel with its two channels. Write the corrected function as
# `pad_shortcut`. `filters` is at least as large as the number of channels that come in.
#
# <details><summary>Hint 1 · on paper</summary>Of the numbers 1 to 16, four should be left at stride 2:
# 1, 3, 9 and 11. Which does the draft keep?</details>
# <details><summary>Hint 2 · the second bug</summary>`ops.pad` takes, for each axis, how much comes before
# and how much after.</details>


# %% tags=["exercise"]
def pad_shortcut(x, filters, stride):
    """Option A: single pixels, and channels of zeros.

    Args:
        x: Keras tensor of shape (batch, height, width, channels).
        filters: channels of the output, at least `channels`.
        stride: of the block.

    Returns:
        Keras tensor of shape (batch, ⌈height / stride⌉, ⌈width / stride⌉, filters).
    """
    ### BEGIN SOLUTION
    x = x[:, ::stride, ::stride]
    more = filters - x.shape[-1]
    return ops.pad(x, ((0, 0), (0, 0), (0, 0), (0, more)))
    ### END SOLUTION


# %% tags=["check"]
check(pad_shortcut)

# %% [markdown]
# On CIFAR-10 the paper uses option A everywhere, so that plain and residual networks have the same
# parameters (section 4.2). These are small: three stages of 16, 32 and 64 channels on images of 32×32,
# with 6n + 2 layers. With your shortcut, Table 6 can be checked:


# %% tags=["needs-answer", "nbval-check-output"]
def basic_a(x, filters, stride):
    y = layers.ReLU()(normalised(x, filters, 3, stride))
    y = normalised(y, filters, 3)
    return layers.ReLU()(layers.Add()([pad_shortcut(x, filters, stride), y]))


printed = {20: (0.27, 8.75), 32: (0.46, 7.51), 44: (0.66, 7.17), 56: (0.85, 6.97), 110: (1.7, 6.43)}
built = {}
for depth in printed:
    with anatomy.shapes_only():
        network = nets.resnet_cifar(depth, basic_a)
    built[depth] = anatomy.count_parameters(network).trainable
plots.table(
    ["layers", "trained parameters", "printed (M)", "printed test error (%)"],
    [[depth, built[depth], str(size), f"{error:.2f}"] for depth, (size, error) in printed.items()],
    caption="He et al. 2016a, Table 6",
)

# %% [markdown]
# All five fit. (The table goes on to 1,202 layers with 19.4 million parameters: training still works, with under 0.1 %
# training error, but the test error is 7.93 %. **That** is overfitting, say the authors.)
#
# The training itself takes a GPU. The next two cells do it with the paper's rates, batches, crops and flips
# for 20 and for 56 layers; elsewhere they skip it.


# %%
def augmented(network):
    """Flipped and shifted by up to four pixels while training, untouched otherwise."""
    shift = layers.RandomTranslation(4 / 32, 4 / 32, fill_mode="constant", interpolation="nearest")
    inputs = keras.Input((32, 32, 3))
    return keras.Model(inputs, network(shift(layers.RandomFlip("horizontal")(inputs))))


def cifar_error(depth, batches=64_000):
    """Test error in percent after the training of section 4.2."""
    (x, y), (x_new, y_new) = data.cifar10()
    x, x_new = (part.astype("float32") / 127.5 - 1 for part in (x, x_new))
    rate = keras.optimizers.schedules.PiecewiseConstantDecay([32_000, 48_000], [0.1, 0.01, 0.001])
    network = augmented(nets.resnet_cifar(depth, basic_a))
    # 1e-4 in the paper's loss acts through the momentum, tenfold; Keras's decay goes past it
    optimizer = keras.optimizers.SGD(rate, momentum=0.9, weight_decay=1e-4 / (1 - 0.9))
    network.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    network.fit(x, y, batch_size=128, epochs=batches * 128 // len(x) + 1, verbose=0)
    return 100 - 100 * network.evaluate(x_new, y_new, verbose=0)[1]


# %% tags=["gpu", "needs-answer"]
plan = runtime.budget(smoke=(), cpu=(), gpu=(20, 56))
for depth in plan:
    try:
        print(f"ResNet-{depth}: {cifar_error(depth):.2f} % error, printed {printed[depth][1]} %")
    except data.DataUnavailable as missing:
        print(missing)
if not plan:
    print("Skipped: the full training on CIFAR-10 is for a machine with an accelerator.")

# %% [markdown]
# ## The bottleneck
#
# Two 3×3 at 256 channels are expensive. From 50 layers on, a block first narrows its channels with
# a 1×1 (lesson 14), works with a 3×3 on few, and comes back with another 1×1, to **four times** the narrow
# width.

# %%
fig, (left, right) = plots.figure(1, 2, height=5.0)
draw_block(
    left,
    [("3×3, 256", 2.4), ("normalise, ReLU", 2.4), ("3×3, 256", 2.4), ("normalise", 2.4)],
    "basic block at 256 channels",
    "identity",
)
draw_block(
    right,
    [
        *[("1×1, 64", 1.1), ("norm., ReLU", 1.1), ("3×3, 64", 1.1), ("norm., ReLU", 1.1)],
        *[("1×1, 256", 2.4), ("normalise", 2.4)],
    ],
    "bottleneck, filters = 64",
    "identity",
)
plots.show(
    fig,
    alt="Left, the basic block with two wide 3 by 3 convolutions of 256 channels. Right, the "
    "bottleneck: a 1 by 1 down to 64 channels, a 3 by 3 at 64, a 1 by 1 back to 256, each "
    "normalised, then the sum with the input and a ReLU.",
)

# %% [markdown]
# *A box is as wide as its channels are many (nearly: 64 would be too narrow to write in). After Figure 5 of the
# paper.*
#
# ### Where is the stride?
#
# Table 1 of the paper only says which block has the stride, not which of its convolutions. The authors' network
# has it on the first 1×1, and so has Keras Applications. Then that 1×1 looks at one pixel in four and
# ignores the others. Goyal et al. (2017, section 5.1) and, since then, most others have it on the 3×3, which
# sees all pixels; that variant is often called **v1.5**. It costs, and you can say how much:
# in the first block of stage 3 the 1×1 from 256 to 128 channels then works on 56×56 in place of 28×28
# places, (3136 − 784) · 256 · 128 = 77 million multiply-adds more. In the next two stages
# it is the same number: half the side, twice the channels.
#
# ### {{exercise bottleneck}}
#
# Write `bottleneck(x, filters, stride, stride_on=3, **options)`: 1×1 to `filters`, 3×3 at
# `filters`, 1×1 to `4 * filters`. Each is normalised, the first two have a ReLU, the third has none
# before the sum; after the sum comes a ReLU. The stride is on the first 1×1 if `stride_on` is 1, on the 3×3
# if it is 3. Projections as in exercise 2. Pass `**options` (bias, epsilon) on to every `normalised`.
# No names for layers here either.
#
# <details><summary>Hint 1 · stride</summary>`stride if stride_on == 1 else 1` is the stride of the first
# convolution.</details>
# <details><summary>Hint 2 · the projection</summary>How many channels does the branch end with? What
# stride does the shortcut need, whatever `stride_on` says?</details>


# %% tags=["exercise"]
def bottleneck(x, filters, stride, stride_on=3, **options):
    """The bottleneck of ResNet-50, -101 and -152.

    Args:
        x: Keras tensor of shape (batch, height, width, channels).
        filters: channels of the two narrow convolutions.
        stride: of the block.
        stride_on: which convolution has it: 1 for the first 1×1, 3 for the 3×3.
        options: `bias` and `epsilon`, for every `normalised`, the projection's too.

    Returns:
        Keras tensor of shape (batch, ⌈height / stride⌉, ⌈width / stride⌉, 4 · filters).
    """
    ### BEGIN SOLUTION
    y = normalised(x, filters, 1, stride if stride_on == 1 else 1, **options)
    y = normalised(layers.ReLU()(y), filters, 3, stride if stride_on == 3 else 1, **options)
    y = normalised(layers.ReLU()(y), 4 * filters, 1, **options)
    if x.shape != y.shape:
        x = normalised(x, 4 * filters, 1, stride, **options)
    return layers.ReLU()(layers.Add()([x, y]))
    ### END SOLUTION


# %% tags=["check"]
check(bottleneck)

# %% [markdown]
# ## ResNet-18 to -152
#
# One stem (7×7 at stride 2, then 3×3 pooling at stride 2), four stages, one average over each map, one dense layer.
# `filters` is 64, 128, 256 and 512; the first block of stages 2 to 4 has stride 2. The rest is one list
# (Table 1 of the paper):

# %% tags=["nbval-check-output"]
plots.table(
    ["network", "block", "blocks in the four stages"],
    [
        [f"ResNet-{depth}", "basic" if depth < 50 else "bottleneck", str(repeats)]
        for depth, repeats in nets.RESNET.items()
    ],
)

# %%
plots.network(
    [
        ("image", (224, 224, 3)),
        ("7×7", (112, 112, 64)),
        ("pool", (56, 56, 64)),
        ("3 blocks", (56, 56, 256)),
        ("4 blocks", (28, 28, 512)),
        ("6 blocks", (14, 14, 1024)),
        ("3 blocks", (7, 7, 2048)),
        ("mean", (2048,)),
        ("dense", (1000,)),
    ],
    title="ResNet-50, its feature maps to scale",
    alt="Blocks to scale: an image of 224 by 224, 64 maps of 112, then of 56, 256 maps of 56 by 56, "
    "512 of 28, 1,024 of 14, 2,048 of 7 by 7, a vector of 2,048 and one of 1,000.",
)

# %% [markdown]
# ### {{exercise counted}}
#
# On paper. Weights of convolutions only, no scales and offsets; all shortcuts here are option B.
#
# - `"wide_pair"`: weights of the two 3×3 convolutions of a basic block, 256 channels in and out.
# - `"bottleneck"`: weights of the three convolutions of a bottleneck with `filters` 64, 256 channels in.
# - `"blocks_152"`: number of blocks of ResNet-152. Its name counts the layers with weights on the
#   longest way through: stem, branches, dense layer. Projections do not count.
# - `"projections_34"`, `"projections_50"`: number of projections of ResNet-34 and ResNet-50.
#
# <details><summary>Hint 1 · weights</summary>A convolution has k · k · (channels in) · (channels out)
# weights.</details>
# <details><summary>Hint 2 · projections</summary>Go through the four first blocks of the stages. What
# comes in, what goes out? The stem gives 64 channels.</details>

# %% tags=["exercise"]
# counted = {"wide_pair": ..., "bottleneck": ..., "blocks_152": ...,
#            "projections_34": ..., "projections_50": ...}
### BEGIN SOLUTION
counted = {
    "wide_pair": 2 * 9 * 256 * 256,
    "bottleneck": 256 * 64 + 9 * 64 * 64 + 64 * 256,
    "blocks_152": (152 - 2) // 3,
    "projections_34": 3,
    "projections_50": 4,
}
### END SOLUTION

# %% tags=["check"]
check(counted=counted)

# %% [markdown]
# The bottleneck has a seventeenth of the wide pair's weights, and one layer more.
#
# ### {{exercise resnet}}
#
# Write `resnet(repeats, classes, side)`: your `bottleneck`s between the stem and the head. The stem is
# given. Stage *k*, counted from 0, has `repeats[k]` blocks with 64 · 2ᵏ `filters`. The first block of each stage has
# stride 2, but not that of stage 0. The head: global average, then a dense layer with softmax.


# %% tags=["setup"]
def stem(x):
    """The first convolution and pooling: a quarter of height and width, 64 channels."""
    x = layers.Conv2D(64, 7, 2, use_bias=False)(layers.ZeroPadding2D(3)(x))
    x = layers.ReLU()(layers.BatchNormalization(epsilon=1e-5)(x))
    return layers.MaxPooling2D(3, 2)(layers.ZeroPadding2D(1)(x))


# %% [markdown]
# `repeats` says how many blocks each stage has, first stage first. Stage 1 has `filters` 64, and each
# further stage twice as many. The first block of each stage but the first has stride 2. Then the average over each
# map, and a dense layer of `classes` units with softmax.
#
# <details><summary>Hint 1</summary>Two loops, one in the other. Only one of the three arguments of
# your block changes in the inner one.</details>
# <details><summary>Hint 2 · a check</summary>`anatomy.layer_table(resnet((1, 1), side=64))`
# shows every map: 16×16 in the first stage, 8×8 in the second.</details>


# %% tags=["exercise"]
def resnet(repeats, classes=1000, side=224):
    """A residual network of bottlenecks.

    Args:
        repeats: blocks of each stage, such as (3, 4, 6, 3).
        classes: units of the last layer.
        side: height and width of the colour image.

    Returns:
        A keras.Model from (batch, side, side, 3) to probabilities (batch, classes).
    """
    ### BEGIN SOLUTION
    inputs = keras.Input((side, side, 3))
    x = stem(inputs)
    for stage, count in enumerate(repeats):
        for i in range(count):
            x = bottleneck(x, 64 * 2**stage, 2 if stage > 0 and i == 0 else 1)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, layers.Dense(classes, activation="softmax")(x))
    ### END SOLUTION


# %% tags=["check"]
check(resnet)

# %% [markdown]
# Is it ResNet-50? torchvision's documentation gives 25,557,032 trained parameters for its own.

# %% tags=["needs-answer", "nbval-check-output"]
with anatomy.shapes_only():
    network = resnet((3, 4, 6, 3))
size = anatomy.count_parameters(network)
print(f"{size.total:,} parameters, {size.trainable:,} of them trained")

# %% [markdown]
# Now all five of Table 1, from your two blocks; `nets.resnet` is the same assembly, for both kinds of
# block. The multiply-adds stand beside what the paper prints.


# %% tags=["needs-answer", "nbval-check-output"]
def counts_of(depth, block):
    with anatomy.shapes_only():
        network = nets.resnet(depth, block)
    return anatomy.count_parameters(network).trainable, anatomy.multiply_adds(network)


on_one = functools.partial(bottleneck, stride_on=1)
rows = [
    [f"ResNet-{depth}", *counts_of(depth, basic), printed, "the same"]
    for depth, printed in ((18, "1.8"), (34, "3.6"))
] + [
    [f"ResNet-{depth}", *counts_of(depth, on_one), printed, f"{counts_of(depth, bottleneck)[1]:,}"]
    for depth, printed in ((50, "3.8"), (101, "7.6"), (152, "11.3"))
]
plots.table(
    ["network", "trained parameters", "multiply-adds", "printed (billions)", "multiply-adds, v1.5"],
    rows,
    caption="Stride on the first 1×1 (v1), except for the last column; printed: Table 1",
)

# %% [markdown]
# Three of five round to what is printed; 3.66 and 3.86 were cut off rather than rounded. What the paper calls FLOPs are multiply-adds. v1.5 costs 231 million more
# whatever the depth, three times the 77 million that you saw above; that is why ResNet-50 is given as 3.8 in one
# place and as 4.1 in another.
#
# And ResNet-152, with eight times the layers of VGG-19, does less work than VGG-16 (15.5 billion, lesson 13),
# with less than half of its parameters.
#
# ### The same as Keras's, output for output
#
# Keras Applications has its own code of ResNet-50. It differs from the paper in more than it tells:
#
# | | He et al. 2016a | Keras `ResNet50` | torchvision (v1.5) |
# |---|---|---|---|
# | stride of a stage | first 1×1 (authors' release) | first 1×1 | 3×3 |
# | biases in convolutions | left out of its formulas | yes | none |
# | epsilon | not given | 1.001·10⁻⁵ | 10⁻⁵ |
# | image | per-pixel mean taken off | BGR, mean colour taken off, not divided | RGB, standardised |
# | depths | 18, 34, 50, 101, 152 | 50, 101, 152 | all five |
#
# Your block takes stride, bias and epsilon as options. So build Keras's network from it, copy all weights over, give
# both the same images, and compare.


# %%
def unsettle(network):
    """Random numbers in place of zeros and ones, so that no part of the comparison is empty."""
    rng = np.random.default_rng(0)
    for weight in network.weights:
        if weight.path.endswith(("gamma", "variance")):
            weight.assign(rng.uniform(0.5, 1.5, weight.shape))
        elif len(weight.shape) == 1:
            weight.assign(rng.normal(0, 0.1, weight.shape))


def report(mine, theirs):
    """Copy the weights of theirs into mine, and compare what the two make of two photographs."""
    unsettle(theirs)
    filled = copy_weights(theirs, mine)
    pictures = np.stack([data.photograph(name, 224) for name in ("cat", "coffee")]) / 127.5 - 1
    logs = [ops.convert_to_numpy(ops.log(n(pictures, training=False))) for n in (mine, theirs)]
    print(
        f"parameters: {mine.count_params():,} and {theirs.count_params():,}; {filled} layers filled"
    )
    print(f"spread of the log-probabilities over the classes: {logs[1].std():.2f}")
    print(f"largest difference between the two networks: {np.abs(logs[0] - logs[1]).max():.1e}")


# %% tags=["needs-answer"]
options = {"bias": True, "epsilon": 1.001e-5}
as_in_keras = functools.partial(bottleneck, stride_on=1, **options)
report(nets.resnet(50, as_in_keras, **options), keras.applications.ResNet50(weights=None))

# %% [markdown]
# 25,636,712 parameters in both, and a difference of zero, or of the size of rounding: your ResNet-50 **is** ResNet-50.
# Published weights would run in it (lesson 18).
#
# ## A branch that starts at zero
#
# A plain block has to learn to copy. A residual one need not, but at a random start it does not copy
# either: its branch adds noise of the size of the signal. It can be made to copy exactly. The last
# thing on the branch is a normalisation, and that ends in a scale $\gamma$, which starts at 1. Let it
# start at **zero** (Goyal et al. 2017, section 5.1). Then the branch gives 0, and any depth of blocks is the identity.
#
# > **Predict.** If $\gamma$ is zero, the branch is shut. Will it ever open? Which of its weights get a gradient
# > other than zero in the very first step?
#
# ### What comes back through the sum
#
# Take the smallest case: one number $x$, a branch $F(x) = w x$, a scale $\alpha$ before it. So $y = x + \alpha w x$.
# With $x = 2$, $w = 3$, and a gradient of $g = 1$ that arrives at $y$:
#
# | | formula | $\alpha = 0.5$ | $\alpha = 0$ |
# |---|---|---|---|
# | $y$ | $x + \alpha w x$ | 5 | 2 |
# | $\partial y / \partial x$ | $1 + \alpha w$ | 2.5 | **1** |
# | $\partial y / \partial w$ | $\alpha x$ | 1 | **0** |
# | $\partial y / \partial \alpha$ | $w x$ | 6 | **6** |
#
# At $\alpha = 0$ the weights of the branch hear nothing. But $\alpha$ does. After one step it is no longer
# zero, and from then on $w$ learns as well. And $x$ always gets its $1$: through the sum the gradient comes
# back undiminished, however many blocks there are (He et al. 2016b, equation 5, for blocks without
# a ReLU after the sum).
#
# ### {{exercise residual_backward}}
#
# Forward: $y = x + \alpha \cdot \mathrm{ReLU}(x W_1)\, W_2$, with rows as in exercise 1, no biases, and no ReLU
# after the sum. `G` is the gradient of the loss with respect to `y`. Write `residual_backward(x, W1, W2, alpha, G)`: the
# gradients with respect to `x`, `W1`, `W2` and `alpha`, in this order. Where a hidden unit is exactly 0, its ReLU
# passes nothing back.
#
# <details><summary>Hint 1 · lesson 05</summary>For `out = rows @ W` the gradients are `G @ W.T` for the
# rows and `rows.T @ G` for the weights.</details>
# <details><summary>Hint 2 · x</summary>x is used twice. Its gradients from both ways are added.</details>
# <details><summary>Hint 3 · alpha</summary>It multiplies every number of the branch. Each of them has
# its own part in the loss, in `G`.</details>


# %% tags=["exercise"]
def residual_backward(x, W1, W2, alpha, G):
    """Gradients of a loss through y = x + alpha · ReLU(x W1) W2.

    Args:
        x: float array (rows, d).
        W1, W2: weights, (d, hidden) and (hidden, d).
        alpha: a float, the scale of the branch.
        G: gradient of the loss with respect to y, (rows, d).

    Returns:
        Four gradients: of x (rows, d), of W1 (d, hidden), of W2 (hidden, d), and of alpha, a
        number.
    """
    ### BEGIN SOLUTION
    hidden = np.maximum(x @ W1, 0)
    dz2 = alpha * G
    dz1 = dz2 @ W2.T * (hidden > 0)
    return G + dz1 @ W1.T, x.T @ dz1, hidden.T @ dz2, np.sum(G * (hidden @ W2))
    ### END SOLUTION


# %% tags=["check"]
check(residual_backward)

# %% [markdown]
# An independent judge: finite differences (lesson 05), and then the branch that starts shut.

# %% tags=["needs-answer"]
rng = np.random.default_rng(1)
x, W1, W2, G = (rng.normal(size=s) for s in ((4, 3), (3, 5), (5, 3), (4, 3)))


def loss(alpha, x=x):
    return np.sum(G * (x + alpha * np.maximum(x @ W1, 0) @ W2))


for alpha in (0.5, 0.0):
    dx, dW1, dW2, dalpha = residual_backward(x, W1, W2, alpha, G)
    numeric = (loss(alpha + 1e-6) - loss(alpha - 1e-6)) / 2e-6
    sizes = [f"{np.abs(part).max():.2f}" for part in (dx - G, dW1, dW2)]
    print(f"alpha {alpha}: its gradient {dalpha:.6f}, by differences {numeric:.6f};", end=" ")
    print("largest of dx − G, dW1, dW2:", ", ".join(sizes))

# %% [markdown]
# *At $\alpha = 0$ only alpha moves.* In the network, $\gamma$ plays the part of $\alpha$. Does the start matter? In
# our towers every second scale after the first is the last one of a branch:


# %%
def shut(network):
    """Set the last scale of every branch to zero."""
    scales = [w for w in network.trainable_variables if w.path.endswith("gamma")]
    for scale in scales[2::2]:
        scale.assign(ops.zeros_like(scale))


# %% tags=["needs-answer"]
draw_training(
    {
        "residual": trained(depths[1], basic),
        "residual, branches start at zero": trained(depths[1], basic, shut),
    },
    f"{depths[1]} layers, two starts",
    "Training error against epochs for the usual start and for branches that start at zero. Both fall "
    "in the same way; the one that starts at zero lies above the other, most clearly in the first epochs.",
)

# %% [markdown]
# *Same network, same seeds, same images.* Here the zero start is behind: its branches have first to be
# opened, and in the first epochs the bands lie apart. Goyal et al. report that it helped them in training
# with large batches. For a small task it costs a little time; it is no miracle.
#
# ## Pre-activation
#
# In the block of 2016a the sum goes through a ReLU: the shortcut is the identity, but the way from block to block is not,
# since nothing negative gets through. In their second paper the authors move normalisation and ReLU to the
# **front** of each convolution (He et al. 2016b, Figure 4e). Then the sum is handed on untouched, and the way from
# the first block to the last is nothing but additions.
# %%
fig, (left, right) = plots.figure(1, 2, height=5.0)
draw_block(
    left,
    [("3×3", 2), ("normalise, ReLU", 2), ("3×3", 2), ("normalise", 2)],
    "2016a: activate after",
    "identity",
)
draw_block(
    right,
    [("normalise, ReLU", 2), ("3×3", 2), ("normalise, ReLU", 2), ("3×3", 2)],
    "2016b: activate before",
    "identity",
    after="(nothing)",
)
plots.show(
    fig,
    alt="Two blocks. Left: 3 by 3, normalise and ReLU, 3 by 3, normalise, the sum, and a ReLU after "
    "it. Right: normalise and ReLU, 3 by 3, normalise and ReLU, 3 by 3, the sum, and nothing after it.",
)

# %% [markdown]
# *On the right nothing stands on the orange way, nor behind the sum.*
#
# They try everything else as well, on CIFAR-10 with 110 layers (Tables 1 and 2; test error):
#
# | what | error (%) |
# |---|---|
# | the block of 2016a | 6.61 |
# | ReLU **before** the sum | 7.84 |
# | shortcut times 0.5, branch times 0.5 | 12.35 |
# | a 1×1 convolution on every shortcut | 12.22 |
# | normalisation and ReLU first ("full pre-activation") | 6.37 |
#
# A 1×1 convolution can be the identity; it can do all that the plain shortcut can, and more. It is far worse.
# That is degradation once more: what a network **could** do does not matter, if training does not find it. With 1,001
# layers pre-activation brings the error from 7.61 to 4.92 % (Table 3).
#
# ### {{exercise preactivated}}
#
# Write `preactivated(x, filters, stride)`, a basic block with pre-activation: normalise, ReLU, 3×3 (with the
# stride); normalise, ReLU, 3×3; sum. **Nothing** after the sum. Convolutions have no biases and nothing behind them.
# Where the shapes agree, the shortcut is `x` itself. Where they differ it is a 1×1 convolution with the stride, of `x` as
# it is after the first normalisation and ReLU. `epsilon=1e-5` in every normalisation, as in `activated`.


# %% tags=["setup"]
def activated(x, epsilon=1e-5):
    """Batch normalisation, then ReLU."""
    return layers.ReLU()(layers.BatchNormalization(momentum=0.9, epsilon=epsilon)(x))


# %% [markdown]
# <details><summary>Hint 1 · a name for it</summary>Keep `activated(x)` in a variable: two things may start from
# it.</details>
# <details><summary>Hint 2 · convolutions</summary>`layers.Conv2D(filters, 3, stride, padding="same",
# use_bias=False)`; `normalised` would normalise on the wrong side.</details>


# %% tags=["exercise"]
def preactivated(x, filters, stride):
    """A basic block with pre-activation.

    Args:
        x: Keras tensor of shape (batch, height, width, channels).
        filters: channels of the output.
        stride: of the block.

    Returns:
        Keras tensor of shape (batch, ⌈height / stride⌉, ⌈width / stride⌉, filters).
    """
    ### BEGIN SOLUTION
    conv = functools.partial(layers.Conv2D, filters, padding="same", use_bias=False)
    first = activated(x)
    y = conv(3, strides=stride)(first)
    y = conv(3)(activated(y))
    if x.shape != y.shape:
        x = conv(1, strides=stride)(first)
    return layers.Add()([x, y])
    ### END SOLUTION


# %% tags=["check"]
check(preactivated)

# %% [markdown]
# ### Keras's version 2
#
# *Side trip: may be skipped without loss.*
#
# `ResNet50V2` of Keras Applications is the pre-activated network, with bottlenecks. This is its block, your exercise with one
# convolution more. Two things are Keras's own: the stride is in the **last** block of a stage, where the shortcut takes
# every second pixel (a pooling over 1×1), and the convolutions that no normalisation follows have biases.


# %%
def bottleneck_v2(x, filters, stride):
    """The bottleneck with pre-activation, as Keras Applications has it."""
    first = activated(x, 1.001e-5)
    if x.shape[-1] != 4 * filters:
        x = layers.Conv2D(4 * filters, 1, stride)(first)
    elif stride > 1:
        x = layers.MaxPooling2D(1, stride)(x)
    y = layers.Conv2D(filters, 1, use_bias=False)(first)
    y = layers.ZeroPadding2D(1)(activated(y, 1.001e-5))
    y = layers.Conv2D(filters, 3, stride, use_bias=False)(y)
    return layers.Add()([x, layers.Conv2D(4 * filters, 1)(activated(y, 1.001e-5))])


# %%
report(
    nets.resnet_v2(50, bottleneck_v2, stride_on="last", bias=True, epsilon=1.001e-5),
    keras.applications.ResNet50V2(weights=None),
)
keras.utils.clear_session()  # four networks of 25 million numbers each: let them go

# %% [markdown]
# The same again. What does Keras's place of the stride change? No parameter, but the work:

# %% tags=["nbval-check-output"]
rows = []
for where in ("first", "last"):
    with anatomy.shapes_only():
        network = nets.resnet_v2(50, bottleneck_v2, stride_on=where, bias=True, epsilon=1.001e-5)
    size = anatomy.count_parameters(network)
    rows.append([where, f"{size.trainable:,}", f"{anatomy.multiply_adds(network):,}"])
plots.table(["block with the stride", "trained parameters", "multiply-adds"], rows)

# %% [markdown]
# ## Where residual networks are used
#
# | for | network | what is residual in it |
# |---|---|---|
# | finding objects | Faster R-CNN on ResNet-101 (He et al. 2016a, Table 8) | the features: COCO mAP 27.2 in place of VGG-16's 21.2, nothing else changed |
# | outlining objects | Mask R-CNN (He et al. 2017) | ResNet-50 or -101 below, with a feature pyramid |
# | labelling every pixel | DeepLab (Chen et al. 2018) | ResNet-101 with dilated convolutions (lesson 08) |
# | sharper images | EDSR (Lim et al. 2017) | blocks **without** batch normalisation, which takes away the range of the features (section 3.1) |
# | faces | ArcFace (Deng et al. 2019) | ResNet-50 and -100, with another loss |
# | chest X-rays | ChestX-ray8 (Wang et al. 2017) | ResNet-50, the best of the four networks compared |
# | language | Transformer (Vaswani et al. 2017, section 3.1) | a shortcut around every sub-layer: around attention, and around two dense layers together (lesson 19) |
#
# ### The answer
#
# A deep plain network can do all that a shallow one can, but gradient descent does not find it: copying through many
# layers is a hard thing to learn. Add the input to the output, and copying is what a block does by itself; the layers
# only have to learn what to change. Not the range of what is possible has grown, but what is near.
#
# The block outlived the network. Nearly every deep network since 2016 adds its input to its output.
#
# ## {{exercise quiz}}
#
# Answer with one letter each, such as `{"q1": "a", …}`.
#
# **q1** A plain network of 56 layers has a higher training error than one of 20. This is …
#
# - a) overfitting.
# - b) degradation: the deeper one is harder to optimise.
# - c) underfitting, because it has too few parameters.
# - d) vanishing gradients, as the authors show.
#
# **q2** All weights and biases of a block's branch are zero. With a ReLU after the sum …
#
# - a) it gives a for every a.
# - b) it gives 0.
# - c) it gives a wherever a is not negative.
# - d) it gives 2a.
#
# **q3** Where must the last ReLU of a basic block (2016a) stand?
#
# - a) On the branch, before the sum.
# - b) On the shortcut.
# - c) Before and after the sum.
# - d) After the sum.
#
# **q4** A bottleneck with filters = 64, and 256 channels coming in at stride 1 …
#
# - a) gives 256 channels; the shortcut is the identity.
# - b) gives 64 channels.
# - c) gives 256 channels; the shortcut is a projection.
# - d) gives 1,024 channels.
#
# **q5** ResNet-50 has 3.8 or 4.1 billion multiply-adds. Why two numbers?
#
# - a) Biases are counted or not.
# - b) The stride of a stage's first block is on its first 1×1, or on its 3×3.
# - c) The dense layer is counted or not.
# - d) Multiplications and additions are counted once or twice.
#
# **q6** The last gamma of every branch starts at zero. In the first step …
#
# - a) nothing in the branch moves, then or later.
# - b) every weight of the branch moves.
# - c) of the branch, only its last gamma and beta move.
# - d) the shortcut has to learn first.

# %% tags=["exercise"]
### BEGIN SOLUTION
quiz = {"q1": "b", "q2": "c", "q3": "d", "q4": "a", "q5": "b", "q6": "c"}
### END SOLUTION

# %% tags=["check"]
check(quiz=quiz)

# %% [markdown]
# ## Summary
#
# - Deeper plain networks can be worse on their own **training** images: degradation. It is no overfitting, and with
#   batch normalisation it is no vanishing gradient.
# - A residual block gives F(x) + x: doing nothing takes zero weights (zero biases, and an input that is not
#   negative). The sum comes before the last ReLU.
# - The shortcut is the identity wherever the shapes agree; where they do not, zeros (A) or a 1×1 with the stride (B).
# - Bottlenecks: 1×1 down, 3×3, 1×1 up to four times the width. ResNet-50: 25.6 million parameters, 3.9 billion
#   multiply-adds; 4.1 with the stride on the 3×3.
# - What training finds counts, not what a network could do. Zero-initialised branches and pre-activation keep the
#   way through the network clear.
#
# ## References
#
# - K. He, X. Zhang, S. Ren, J. Sun (2016a). Deep residual learning for image recognition. *CVPR*. Sections 1, 3.1, 3.3,
#   4.1, 4.2, Tables 1 to 3, 6 and 8, Figures 1 and 5.
# - K. He, X. Zhang, S. Ren, J. Sun (2016b). Identity mappings in deep residual networks. *ECCV*. Equation 5, Figure 4,
#   Tables 1 to 3.
# - P. Goyal et al. (2017). Accurate, large minibatch SGD: training ImageNet in 1 hour. arXiv:1706.02677. Section 5.1.
# - G. Yang, J. Pennington, V. Rao, J. Sohl-Dickstein, S. Schoenholz (2019). A mean field theory of batch normalization.
#   *ICLR*.
# - D. Balduzzi et al. (2017). The shattered gradients problem: if resnets are the answer, then what is the question? *ICML*.
# - H. Li, Z. Xu, G. Taylor, C. Studer, T. Goldstein (2018). Visualizing the loss landscape of neural nets. *NeurIPS*.
# - K. He, G. Gkioxari, P. Dollár, R. Girshick (2017). Mask R-CNN. *ICCV*.
# - L.-C. Chen et al. (2018). DeepLab: semantic image segmentation with deep convolutional nets, atrous convolution, and
#   fully connected CRFs. *TPAMI* 40(4).
# - B. Lim, S. Son, H. Kim, S. Nah, K. M. Lee (2017). Enhanced deep residual networks for single image super-resolution. *CVPR
#   Workshops*.
# - J. Deng, J. Guo, N. Xue, S. Zafeiriou (2019). ArcFace: additive angular margin loss for deep face recognition. *CVPR*.
# - X. Wang et al. (2017). ChestX-ray8: hospital-scale chest X-ray database and benchmarks. *CVPR*.
# - A. Vaswani et al. (2017). Attention is all you need. *NIPS*. Section 3.1.
#
# **Where to read on.** The second paper (2016b) is short and a model of how to take an idea apart. A. Veit, M. Wilber and S. Belongie
# (2016), *Residual networks behave like ensembles of relatively shallow networks*, NIPS, remove whole blocks
# from a trained network and little happens. Lesson 16 makes the block light.
