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
# # What a CNN sees
#
# **Time** 95 minutes · **Needs** lessons 09, 13 and 17 · **Running everything** {{seconds}} s on two CPU cores
#
# One picture, made of two photographs: a cup of coffee and a cat. A network trained on ImageNet is asked
# two questions about it. What here speaks for *espresso*? What speaks for *Egyptian cat*?

# %% tags=["setup"]
import contextlib
import functools

import numpy as np

from cnncourse import begin, data, nets, plots, runtime, weights
from cnncourse.runs import deviation, with_spread

check = begin("20_seeing")

import keras
from keras import layers, ops

# %% [markdown]
# The network is EfficientNet-Lite0 with its published weights. Its block is the one of lesson 17, without
# gates and with ReLU6. (Put your own in its place if you like.)


# %%
def mbconv(x, filters, kernel_size, stride, expansion):
    """MBConv of EfficientNet-Lite: expand, depthwise, project, add where shapes allow."""

    def unit(y, layer, active=True):
        y = layers.BatchNormalization(epsilon=1e-3)(layer(y))
        return layers.Activation("relu6")(y) if active else y

    wide, y = expansion * x.shape[-1], x
    if expansion > 1:
        y = unit(y, layers.Conv2D(wide, 1, use_bias=False))
    y = unit(y, layers.DepthwiseConv2D(kernel_size, stride, "same", use_bias=False))
    y = unit(y, layers.Conv2D(filters, 1, use_bias=False), active=False)
    return layers.Add()([x, y]) if x.shape == y.shape else y


# %% [markdown]
# All tools of this lesson take a network by its *name*. `open_network` fetches it once. The tiny networks
# have random weights; the checks use them, because they are fast. All networks here return **scores**, the
# numbers before the softmax. You will see why.


# %% tags=["setup"]
@functools.cache
def open_network(name):
    """The network of this name: "lite0", "tiny-0", "tiny-1" …, or "stamped-0", "clean-3" …"""
    if name == "lite0":
        network = nets.efficientnet_lite(0, mbconv)
        weights.load_lite0(network)
        network.layers[-1].activation = keras.activations.linear  # scores, no softmax
        return network
    kind, _, seed = name.partition("-")
    return tiny(int(seed)) if kind == "tiny" else train_on_patches(kind, int(seed))


def tiny(seed):
    """For images of 12×10×3: two convolutions (layers 1 and 3), three classes, random weights."""
    inputs = keras.Input((12, 10, 3))
    x = layers.Conv2D(6, 3, padding="same", activation="relu")(inputs)
    x = layers.Conv2D(5, 3, padding="same", activation="relu")(layers.MaxPooling2D(2)(x))
    network = keras.Model(inputs, layers.Dense(3)(layers.Flatten()(x)))
    rng = np.random.default_rng(seed)
    shapes = [w.shape for w in network.get_weights()]
    network.set_weights([rng.normal(0, np.prod(s[:-1]) ** -0.5, s) for s in shapes])
    return network


# %% tags=["setup"]
def scores_of(name, images):
    """Scores (n, classes) of images (n, height, width, channels), as a NumPy array."""
    network = open_network(name)
    images = np.asarray(images, "float32")
    if name == "lite0":
        return network.predict(images, batch_size=16, verbose=0)
    return ops.convert_to_numpy(network(images))


def softmax(scores):
    """Probabilities from scores, over the last axis."""
    powers = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


# %%
CAT, ESPRESSO, TRIPOD, TOASTER = 285, 967, 872, 859  # positions in ImageNet's list of classes
KNOWN = {CAT: "Egyptian cat", ESPRESSO: "espresso", TRIPOD: "tripod", TOASTER: "toaster", 281: "tabby",
         282: "tiger cat", 968: "cup", 925: "consommé", 447: "binoculars", 593: "harmonica"}  # fmt: skip


def photo(name, size=224):
    """A photograph as uint8 (height, width, 3); grey ones with three equal channels."""
    picture = data.photograph(name, size=size)
    return picture if picture.ndim == 3 else np.repeat(picture[..., None], 3, axis=-1)


def prepared(picture):
    """As Lite0 was trained: −1 is black, 1 is white."""
    return picture.astype("float32") / 127.5 - 1


halves = (224, 112)
both = np.concatenate([photo("coffee", halves), photo("cat", halves)], axis=1)

# %% [markdown]
# Here is the picture twice, with a coloured map laid over it. How the maps are made is a topic of this lesson.


# %%
def overlay(pictures, heats, titles, *, alt, smooth=False, label="", suptitle=""):
    """Heat maps over photographs, all on one colour scale from 0; None draws no map."""
    count = len(pictures)
    fig, axes = plots.figure(1, count, width=5.6, height=4.8 / count + 0.9, squeeze=False)
    drawn = [heat for heat in heats if heat is not None]
    top = max(heat.max() for heat in drawn) or 1
    for ax, picture, heat, title in zip(axes[0], pictures, heats, titles, strict=True):
        grey = picture.mean(axis=-1) if heat is not None else picture
        ax.imshow(grey, cmap="gray", vmin=0, vmax=255)
        if heat is not None:
            extent = (-0.5, picture.shape[1] - 0.5, picture.shape[0] - 0.5, -0.5)
            how = "bilinear" if smooth else "nearest"
            mesh = ax.imshow(heat, cmap="inferno", alpha=0.6, vmin=0, vmax=top, extent=extent,
                             interpolation=how)  # fmt: skip
        ax.set(title=title, xticks=[], yticks=[])
        ax.grid(False)
    fig.colorbar(mesh, ax=list(axes[0]), shrink=0.8, label=label)
    fig.suptitle(suptitle)
    plots.show(fig, alt=alt)


def class_map(picture, label):
    """How much each place of the last maps adds to a class's score (7, 7), negative left out."""
    network = open_network("lite0")
    last = keras.Model(network.input, network.layers[-4].output)
    maps = ops.convert_to_numpy(last(prepared(picture)[None]))[0]
    return np.maximum(maps @ network.get_weights()[-2][:, label], 0)


# %%
overlay(
    [both, both, both],
    [None, class_map(both, ESPRESSO), class_map(both, CAT)],
    ["the picture", "for espresso", "for Egyptian cat"],
    smooth=True,
    label="adds to the score",
    alt="A picture whose left half is a cup of coffee and whose right half is a cat's face. The map for "
    "espresso is bright on the cup, on the left; the map for Egyptian cat on the cat, on the right.",
)

# %% tags=["nbval-check-output"]
probability = softmax(scores_of("lite0", prepared(both)[None]))[0]
best = probability.argsort()[::-1][:2]
print("the network's first two guesses:", ", ".join(KNOWN.get(int(k), str(k)) for k in best))

# %% [markdown]
# It looks as if one could read the network's mind. Pictures like these persuade people. So they should be
# hard to fool with. Are they?
#
# **What does a network look at, and when does the picture of it mislead?**
#
# By the end you will be able to
#
# - **draw** what the layers of a real network answer to;
# - **build** the three best-known maps, occlusion, saliency and Grad-CAM, and lay them over a photograph;
# - **test** a map: against random weights, against a wrong class, and by deleting what it calls important;
# - **find** a shortcut that a network has learned in place of its task, and **prove** it by numbers.
#
# ## Filters and feature maps
#
# The nearest thing to look at are the weights. In the first layer a filter is a small colour picture, 3×3
# pixels of red, green and blue, because its input is one.

# %%
first = np.moveaxis(open_network("lite0").get_weights()[0], -1, 0)  # (32, 3, 3, 3)
bound = np.abs(first).max(axis=(1, 2, 3), keepdims=True)
plots.images(
    list(first / bound / 2 + 0.5),
    columns=16,
    suptitle="The 32 filters of the first layer, each on its own scale; grey is zero",
    alt="Thirty-two tiny pictures of 3 by 3 pixels. Some go from dark to bright in one direction; some "
    "have a coloured centre; several are nearly one colour.",
)

# %% [markdown]
# *You know some of these from lesson 07: dark on one side and bright on the other finds an edge. Others are
# coloured: they look for one colour beside another.* In the second layer this ends. A 3×3 filter over 32 channels has no colours
# you could draw. So look at the answers in place of the weights: feature maps.


# %%
def maps_of(picture, layer):
    """The output of one layer of Lite0 for one photograph, (height, width, channels)."""
    network = open_network("lite0")
    part = keras.Model(network.input, network.layers[layer].output)
    return ops.convert_to_numpy(part(prepared(picture)[None]))[0]


cat, coffee, camera = photo("cat"), photo("coffee"), photo("camera")
# the last layer that has maps of a given side
last_of = {n.output.shape[1]: k for k, n in enumerate(open_network("lite0").layers[:-3])}
fig, axes = plots.figure(4, 7, width=5.0, height=3.4)
for row, side in zip(axes, (112, 56, 28, 7)):
    maps = maps_of(cat, last_of[side])
    lively = maps.std(axis=(0, 1)).argsort()[::-1][: 7 * 3 : 3]
    for ax, channel in zip(row, lively):
        ax.imshow(maps[..., channel], cmap="viridis")
        ax.set(xticks=[], yticks=[])
        ax.grid(False)
    row[0].set_ylabel(f"{side}×{side}")
fig.suptitle("Seven lively channels of four layers")
plots.show(
    fig,
    alt="Four rows of feature maps of a cat. At 112 by 112 pixels the cat is easy to see, its outlines "
    "drawn bright or dark. At 56 and 28 it is coarser. At 7 by 7 there are a few bright cells.",
)

# %% [markdown]
# *From top to bottom: first you see a cat, then parts of it, then a few cells, of which some mean "something
# here". The deeper, the less a map is a picture and the more it is an answer.*
#
# ## Ask the network for its favourite
#
# There is a way to make a deep unit visible: look for the **image** that it likes best. Freeze the network, make
# the image the weight, and train it. Gradient ascent on a class's score is ordinary training whose loss is
# minus the score. It is called **activation maximisation**.


# %%
class Picture(layers.Layer):
    """An image that is a weight. Its input is added to it."""

    def build(self, shape):
        grey = keras.initializers.RandomNormal(stddev=0.05, seed=0)
        inside = lambda pixels: ops.clip(pixels, -1, 1)  # noqa: E731
        self.pixels = self.add_weight(shape=shape[1:], initializer=grey, constraint=inside)

    def call(self, x):
        return x + self.pixels


def favourite(label, coarse, shift, steps):
    """An image (224, 224, 3) that a class's score likes, and the probability it gets."""
    network = open_network("lite0")
    network.trainable = False
    side = 224 // coarse
    inputs = keras.Input((side, side, 3))
    image = layers.UpSampling2D(coarse, interpolation="bilinear")(Picture()(inputs))
    moved = layers.RandomTranslation(shift, shift, fill_mode="reflect", seed=0)(image)
    model = keras.Model(inputs, network(moved, training=False)[:, label : label + 1])
    few = steps < 10  # not worth compiling
    model.compile(keras.optimizers.Adam(0.05), lambda _, score: -ops.mean(score), run_eagerly=few)
    nothing = np.zeros((steps, side, side, 3), "float32")
    model.fit(nothing, np.zeros((steps, 1)), batch_size=1, verbose=0)
    found = ops.convert_to_numpy(keras.Model(inputs, image)(nothing[:1]))[0]
    return found, softmax(scores_of("lite0", found[None]))[0, label]


# %% [markdown]
# > **Predict.** Start from grey and climb the score of *espresso*. What will be in the picture?

# %%
steps = runtime.budget(smoke=2, cpu=80, gpu=400)
ways = {"every pixel free": (1, 0.0), "coarse and shaken": (8, 0.1)}
liked = {name: favourite(ESPRESSO, *way, steps) for name, way in ways.items()}
plots.images(
    [np.clip(image / 2 + 0.5, 0, 1) for image, _ in liked.values()],
    [f"{name}\nespresso {p:.0%}" for name, (_, p) in liked.items()],
    width=3.8,
    alt="Two pictures that the network likes as espresso. Where every pixel was free, coloured noise. Where "
    "the image was coarse and shaken while it was trained, smooth blobs and rings.",
)

# %% [markdown]
# *Left: each of 150,528 numbers was free. Right: the image was 28×28, enlarged smoothly, and moved by up to a tenth at
# each step.* The left one gets the higher score for the least cost, and it is noise: a network trained on photographs says
# nothing about what it does with pictures that are none. (Nguyen, Yosinski and Clune made such *fooling images* in
# 2015.) The right one looks more like something. But **we** asked for smooth and shift-proof. Part of what
# you see is the question, not the network. Galleries of beautiful favourites come from many more such wishes.
#
# So stay with real photographs, and ask which part of *this* picture mattered.
#
# ## Occlusion: cover it and see
#
# The most direct experiment: cover a part of the picture and ask again. If the probability falls, the part
# mattered. By hand, with four places for the patch, and the probability before and after:

# %%
by_hand = np.array([[0.88, 0.31], [0.90, 0.93]])
plots.matrices(
    {"p": [[0.9]], "covered": by_hand, "drop": 0.9 - by_hand},
    signs=["−", "="],
    fmt=".2f",
    alt="Uncovered 0.90. Covered at four places: 0.88, 0.31, 0.90, 0.93. The drops: 0.02, 0.59, 0.00 and "
    "minus 0.03.",
)

# %% [markdown]
# The place at the top right mattered. The last one has a *negative* drop: what was covered there spoke
# against the class.
#
# Cover with what? Any patch is a strange new object. Black squares are edges, and edges are
# what networks look for. Here, cover with the picture's **mean colour**.
#
# ### {{exercise occlusion_map}}
#
# `scores_of(name, images)` and `softmax` are yours to use.
#
# <details><summary>Hint 1 · how many places?</summary>As many as a kernel of this size has with this stride and
# no padding: lesson 08.</details>
# <details><summary>Hint 2 · one place</summary>Copy the image, then assign to a slice of the copy. Ask the
# network once, for all copies together.</details>


# %% tags=["exercise"]
def occlusion_map(name, image, label, size, stride):
    """How much the probability of a class falls when a patch of the image is covered.

    The patch is size × size pixels and lies wholly inside the image. Its top left corner is at
    rows and columns 0, stride, 2·stride … It has the mean colour of the whole image, one mean for
    each channel.

    Args:
        name: of the network, for `scores_of`.
        image: float32 array (height, width, channels), as the network takes it; not changed.
        label: position of the class.
        size, stride: pixels, whole numbers; size is at most height and width.

    Returns:
        Float array (rows, columns), one number for each place of the patch: the probability for the
        image less that for the covered image. Negative where it rises.
    """
    ### BEGIN SOLUTION
    height, width, _ = image.shape
    rows, columns = (height - size) // stride + 1, (width - size) // stride + 1
    images = np.repeat(image[None], rows * columns + 1, axis=0)
    for k in range(rows * columns):
        r, c = k // columns * stride, k % columns * stride
        images[k, r : r + size, c : c + size] = image.mean(axis=(0, 1))
    probabilities = softmax(scores_of(name, images))[:, label]
    return (probabilities[-1] - probabilities[:-1]).reshape(rows, columns)
    ### END SOLUTION


# %% tags=["check"]
check(occlusion_map)

# %% [markdown]
# On the real network. Number [i, j] belongs to a patch, and a patch has a middle: it lies half a patch to the right of
# and below its corner. So the map does not reach the picture's edge. Stretch it to the edge, as many programs
# do, and it points beside the thing:

# %% tags=["needs-answer"]
size, stride = runtime.budget(smoke=(64, 80), cpu=(48, 16), gpu=(40, 8))
drop = occlusion_map("lite0", prepared(coffee), ESPRESSO, size, stride)
fig, axes = plots.figure(1, 3, width=5.8, height=2.3)
top = np.abs(drop).max()
reach = [(size - stride) / 2 + stride * n - 0.5 for n in (0, *drop.shape)]
places = (reach[0], reach[2], reach[1], reach[0])
for ax, extent in zip(axes, (None, places, (-0.5, 223.5, 223.5, -0.5))):
    ax.imshow(coffee if extent is None else coffee.mean(axis=-1), cmap="gray")
    if extent is not None:
        mesh = ax.imshow(drop, cmap="RdBu_r", alpha=0.65, vmin=-top, vmax=top, extent=extent)
    ax.set(xlim=(-0.5, 223.5), ylim=(223.5, -0.5), xticks=[], yticks=[])
    ax.grid(False)
for ax, title in zip(axes, ("photograph", "patches where they lay", "stretched: wrong")):
    ax.set_title(title)
fig.colorbar(mesh, ax=list(axes), shrink=0.8, label="drop of p(espresso)")
plots.show(
    fig,
    alt="A cup of coffee; the occlusion map over it, red where covering lowers the probability of espresso, "
    "with an empty margin around it; and the same map stretched to the edges, its cells moved outwards.",
)
print(f"largest drop {drop.max():.2f}, largest rise {-drop.min():.2f}")

# %% [markdown]
# *Red: covering it makes espresso less likely. Blue: more likely. White: no matter.*
#
# ## What both roads miss
#
# Occlusion costs one run of the network for each place. A gradient costs one run forwards and one backwards
# for **all** pixels: it says how fast the score changes with each. But first a small trap, on paper. A unit says
# whether it sees an ear, given two ears $a$ and $b$, each between 0 (covered) and 1 (seen):
#
# $$f(a, b) = 1 - \mathrm{ReLU}(1 - a - b)$$
#
# so $f(0, 0) = 0$, $f(0.2, 0.3) = 0.5$ and $f(1, 1) = 1 - \mathrm{ReLU}(-1) = 1$: one ear is enough.
#
# ### {{exercise saturated}}
#
# On paper. Fill in the dictionary `saturated`:
#
# | entry | what |
# |---|---|
# | `slope_faint` | the slope of $f$ by $a$ at $(0.2, 0.3)$ |
# | `drop_faint` | $f$ at $(0.2, 0.3)$ less $f$ with $a$ covered |
# | `slope_full` | the slope of $f$ by $a$ at $(1, 1)$ |
# | `drop_full` | $f$ at $(1, 1)$ less $f$ with $a$ covered |
# | `drop_both` | $f$ at $(1, 1)$ less $f$ with both covered |
#
# <details><summary>Hint</summary>Is the ReLU on or off at the point you are at?</details>

# %% tags=["exercise"]
### BEGIN SOLUTION
saturated = {
    "slope_faint": 1.0,
    "drop_faint": 0.2,
    "slope_full": 0.0,
    "drop_full": 0.0,
    "drop_both": 1.0,
}
### END SOLUTION

# %% tags=["check"]
check(saturated=saturated)

# %% [markdown]
# Where two ears are seen as clearly as can be, slope **and** drop are 0 for each. Both maps would say: ears do not matter.
# A map that is dark at some place does not say "not used". It says "not needed, given the rest".
#
# ## Saliency: the slope of each pixel
#
# The slope of what? If you take the probability, you run into the same trap: a softmax saturates. Where $p$ is near 1, it hardly changes with any pixel.
# It also mixes the classes: $p$ rises when *another* class's score falls. So
# take the class's **score**. (Simonyan, Vedaldi and Zisserman, who made the first such maps, say so too.) This helper works with
# TensorFlow, JAX and PyTorch:


# %% tags=["setup"]
def slope(function, x):
    """Slope of a function from a tensor to one number, with respect to each number of x."""
    x = ops.convert_to_tensor(x, "float32")
    if runtime.backend() == "tensorflow":
        import tensorflow as tf

        with tf.GradientTape() as tape:
            tape.watch(x)
            value = function(x)
        return ops.convert_to_numpy(tape.gradient(value, x))
    if runtime.backend() == "jax":
        import jax

        return ops.convert_to_numpy(jax.grad(function)(x))
    x = x.detach().requires_grad_()
    function(x).backward()
    return ops.convert_to_numpy(x.grad)


# %% tags=["nbval-check-output"]
slope(lambda x: x[0] * x[0] + 3 * x[1], [2.0, 5.0])

# %% [markdown]
# By hand: $x_0^2 + 3x_1$ has slopes $2x_0 = 4$ and 3.
#
# ### {{exercise saliency}}
#
# One number a pixel, from three slopes: their sizes count, not their signs, and the largest stands for the pixel.
#
# <details><summary>Hint 1</summary>The function whose slope you want takes a batch of one image to one score: `open_network(name)`
# called on it, then row 0, column `label`.</details>
# <details><summary>Hint 2</summary>Of −5, 1 and 2 the largest *size* is 5. Which comes first, absolute value or
# maximum?</details>


# %% tags=["exercise"]
def saliency(name, image, label):
    """The size of the slope of a class's score at each pixel.

    Args:
        name: of the network, for `open_network`; it returns scores.
        image: float32 array (height, width, channels), as the network takes it.
        label: position of the class.

    Returns:
        Float array (height, width): of the absolute slopes of a pixel's channels the largest. Not
        normalised.
    """
    ### BEGIN SOLUTION
    network = open_network(name)
    slopes = slope(lambda x: network(x)[0, label], image[None])[0]
    return np.abs(slopes).max(axis=-1)
    ### END SOLUTION


# %% tags=["check"]
check(saliency)

# %% [markdown]
# A map of slopes jumps from pixel to pixel. **SmoothGrad** (Smilkov and others 2017) averages the slopes
# at several noisy copies of the image:


# %%
def smooth_grad(picture, label, copies=None, noise=0.3, seed=0):
    """Mean of the slopes at noisy copies, then as in a saliency map, (224, 224)."""
    network = open_network("lite0")
    copies = copies or runtime.budget(smoke=2, cpu=12, gpu=50)
    rng = np.random.default_rng(seed)
    noisy = prepared(picture) + rng.normal(0, noise, (copies, *picture.shape)).astype("float32")
    parts = [noisy[k : k + 4] for k in range(0, copies, 4)]
    slopes = [slope(lambda x: ops.sum(network(x)[:, label]), part) for part in parts]
    return np.abs(np.concatenate(slopes).mean(axis=0)).max(axis=-1)


# %% tags=["needs-answer"]
def bright(heat):
    """For the eye: means of 2×2 pixels, and the strongest hundredth is white."""
    if len(heat) == 224:
        heat = heat.reshape(112, 2, 112, 2).mean(axis=(1, 3))
    return np.clip(heat / (np.quantile(heat, 0.99) or 1), 0, 1)


plain, smoothed = saliency("lite0", prepared(camera), TRIPOD), smooth_grad(camera, TRIPOD)
plots.images(
    [camera[::2, ::2], bright(plain), bright(smoothed)],
    ["photograph", "saliency: tripod", "SmoothGrad: tripod"],
    cmap="inferno",
    width=5.8,
    alt="A man with a camera on a tripod; its saliency map, a cloud of bright dots, densest around his head, his "
    "camera and the top of the tripod; and SmoothGrad.",
)

# %% [markdown]
# *The map says where a tiny change would change the score most. It does not say that this is why the
# network says tripod.* You have met such slopes before: in lesson 05 they moved pixels until a network went wrong.
#
# ## Grad-CAM: slopes of maps, not of pixels
#
# Pixels are too fine. The last feature maps of Lite0 are 7×7, and each of their 1,280 channels already
# stands for something. Grad-CAM (Selvaraju and others 2017, equations 1 and 2) asks two questions: how
# much does the score $y^c$ hang on channel $k$, and where is channel $k$ on?
#
# $$\alpha_k^c = \frac{1}{Z} \sum_i \sum_j \frac{\partial y^c}{\partial A_{ij}^k} \qquad\qquad L^c = \mathrm{ReLU}\Big(\sum_k \alpha_k^c\, A^k\Big)$$
#
# By hand: two maps, and the slopes of the score with respect to their numbers.

# %%
A1, A2 = np.array([[4, 0], [2, 0]]), np.array([[0, 3], [3, 0]])
G1, G2 = np.array([[1, 0], [2, 1]]), np.array([[-1, -3], [0, 0]])
plots.matrices(
    {"map 1": A1, "map 2": A2, "slopes 1": G1, "slopes 2": G2},
    alt="Map 1: 4, 0, 2, 0. Map 2: 0, 3, 3, 0. Slopes 1: 1, 0, 2, 1. Slopes 2: −1, −3, 0, 0.",
)

# %% [markdown]
# Mean slopes: $\alpha_1 = (1+0+2+1)/4 = 1$ and $\alpha_2 = (-1-3+0+0)/4 = -1$. The sum is map 1 less map 2:

# %%
plots.matrices(
    {"map 1": A1, "−map 2": -A2, "sum": A1 - A2, "ReLU": np.maximum(A1 - A2, 0), "÷ 4": np.maximum(A1 - A2, 0) / 4},
    signs=["+", "=", "→", "→"],
    alt="4, 0, 2, 0 plus 0, −3, −3, 0 is 4, −3, −1, 0. The ReLU leaves 4, 0, 0, 0; divided by its maximum "
    "that is 1, 0, 0, 0.",
)  # fmt: skip

# %% [markdown]
# The ReLU comes **after** the sum. The bottom left cell shows why: channel 1 speaks for the class there, channel 2 speaks
# against it more loudly, and together they do not support it.
#
# ### {{exercise grad_cam}}
#
# <details><summary>Hint 1</summary>The mean slope of a channel: over which two axes?</details>
# <details><summary>Hint 2</summary>When nothing speaks for the class, the map is zero everywhere, and its maximum is no
# good divisor.</details>


# %% tags=["exercise"]
def grad_cam(features, gradients):
    """Grad-CAM from feature maps and slopes.

    Args:
        features: float array (height, width, channels), the maps for one image.
        gradients: the same shape, slopes of the class's score with respect to them.

    Returns:
        Float array (height, width) from 0 to 1, divided by its maximum; all 0 if the maximum is 0.
    """
    ### BEGIN SOLUTION
    alpha = gradients.mean(axis=(0, 1))
    heat = np.maximum((features * alpha).sum(axis=-1), 0)
    return heat / heat.max() if heat.max() > 0 else heat
    ### END SOLUTION


# %% tags=["check"]
check(grad_cam)

# %% [markdown]
# Where do features and slopes come from? Cut the network in two at a layer. The **body** leads from the
# image to the maps, the **head** from the maps to the scores. `keras.Model(inputs, outputs)` builds
# either from tensors that a network already has: `network.input`, `network.output`, and the `output` of one of
# `network.layers`.
#
# ### {{exercise network_cam}}
#
# <details><summary>Hint 1</summary>The maps are numbers, once the body has made them. They are the x of
# `slope`.</details>
# <details><summary>Hint 2</summary>`slope` wants a function from maps to one score: the head, row 0, column
# `label`.</details>


# %% tags=["exercise"]
def network_cam(name, image, label, layer):
    """Grad-CAM of a network at one of its layers.

    Args:
        name: of the network, for `open_network`; it returns scores.
        image: float32 array (height, width, channels), as the network takes it.
        label: position of the class.
        layer: position in `network.layers` of the layer whose output is explained.

    Returns:
        Float array of the height and width of that layer's maps, as from `grad_cam`.
    """
    ### BEGIN SOLUTION
    network = open_network(name)
    maps = network.layers[layer].output
    body, head = keras.Model(network.input, maps), keras.Model(maps, network.output)
    features = ops.convert_to_numpy(body(image[None]))
    gradients = slope(lambda x: head(x)[0, label], features)
    return grad_cam(features[0], gradients[0])
    ### END SOLUTION


# %% tags=["check"]
check(network_cam)

# %% [markdown]
# On the real network: the same two questions as at the beginning, by your function.

# %% tags=["needs-answer"]
LAST = last_of[7]  # the last layer with maps
cams = [network_cam("lite0", prepared(both), label, LAST) for label in (ESPRESSO, CAT)]
overlay(
    [both, both],
    cams,
    ["Grad-CAM for espresso", "Grad-CAM for Egyptian cat"],
    label="share of the maximum",
    alt="The coffee-and-cat picture with 7 by 7 coloured cells. For espresso the bright cells lie on the cup, "
    "for Egyptian cat on the cat.",
)

# %% [markdown]
# *The cells are drawn as they are: 32 pixels wide. The smooth clouds in papers, and at the top of this page, are
# these 49 numbers, interpolated. Their soft edges come from the drawing.*
#
# The maps at the beginning used no slopes at all: only maps and weights.
#
# > **Predict.** By how much do they differ from your Grad-CAM?

# %% tags=["needs-answer", "nbval-check-output"]
for label in (ESPRESSO, CAT):
    yours, opening = network_cam("lite0", prepared(both), label, LAST), class_map(both, label)
    apart = np.abs(opening / opening.max() - yours).max()
    print(f"{KNOWN[label]}: do they differ by more than 0.001?", bool(apart > 1e-3))

# %% [markdown]
# Not at all. After the last maps Lite0 has only a mean and a dense layer. The slope of score $c$ with respect to any
# number of map $k$ is therefore the weight $w_{kc}$, divided by 49: the same at every place. For such networks Grad-CAM
# *is* the older CAM (Zhou and others 2016). And it is exact: the mean of all 49 numbers, without ReLU, plus the bias, is the score.
# At any other layer it is a guess. Look at what becomes of it further up:

# %% tags=["needs-answer"]
sides = (7, 14, 28, 56)
overlay(
    [cat] * 4,
    [network_cam("lite0", prepared(cat), CAT, last_of[side]) for side in sides],
    [f"{side}×{side}" for side in sides],
    label="share of the maximum",
    suptitle="Grad-CAM for Egyptian cat, at four layers",
    alt="Four maps over a cat. At 7 by 7 the bright cells cover the face. At 14, 28 and 56 the maps get finer, "
    "and brighten scattered places, also in the background.",
)

# %% [markdown]
# *At 14×14 something plausible is left, the eyes. At 28×28 and 56×56 the map scatters. Finer is not better: a channel of an early layer stands for an edge or a texture, which is for the class here
# and against it there; one mean slope for the whole map throws that away.*
#
# ## Can a map be wrong?
#
# A map always shows *something*. Three tests tell whether it shows the network. First: ask about a class that is not
# there.

# %% tags=["needs-answer"]
labels = (CAT, TOASTER)
overlay(
    [cat] * 2,
    [network_cam("lite0", prepared(cat), label, LAST) for label in labels],
    [f"for {KNOWN[label]}" for label in labels],
    label="share of the maximum",
    suptitle="Each divided by its own maximum",
    alt="Two maps over a cat, one for Egyptian cat and one for toaster. Both have bright cells.",
)
probability = softmax(scores_of("lite0", prepared(cat)[None]))[0]
for label in labels:
    print(
        f"{KNOWN[label]:13} p = {probability[label]:.6f}   strongest cell {class_map(cat, label).max():6.2f}"
    )

# %% [markdown]
# There is no toaster, and the map for it is as bright as any: **dividing by the maximum hides how weak the evidence
# is.** Print the number beside the picture, or put both classes on one scale, as at the beginning.
#
# Second: take a network that knows nothing. Adebayo and others (2018) proposed this *sanity check*: if the weights are random and
# the map stays the same, the map does not show what was learned. Here Lite0 goes back to the day before its training.


# %%
@contextlib.contextmanager
def untrained(seed):
    """Inside it, Lite0 has He's random weights (lesson 04); afterwards it is as before."""
    network, rng = open_network("lite0"), np.random.default_rng(seed)
    learned, fresh = network.get_weights(), []
    for w, variable in zip(learned, network.weights):
        if w.ndim > 1:
            fan_in = w.size / (w.shape[-1] if w.shape[-1] > 1 else w.shape[-2])  # 1: depthwise
            fresh.append(rng.normal(0, np.sqrt(2 / fan_in), w.shape))
        else:
            fresh.append(np.full_like(w, variable.name in ("gamma", "moving_variance")))
    try:
        network.set_weights(fresh)
        yield
    finally:
        network.set_weights(learned)


# %% [markdown]
# One more map joins in. It is popular because it is so clear: the slope **times the image**.


# %% tags=["needs-answer"]
def times_image(picture, label):
    """Size of the slopes times the distance of a pixel from mid-grey."""
    return saliency("lite0", prepared(picture), label) * np.abs(prepared(picture)).max(axis=-1)


MAPS = {
    "saliency": lambda picture, label: saliency("lite0", prepared(picture), label),
    "slope × image": times_image,
    "Grad-CAM": lambda picture, label: network_cam("lite0", prepared(picture), label, LAST),
}


def all_maps(picture, label):
    """Every map of one photograph."""
    return {name: draw(picture, label) for name, draw in MAPS.items()}


# %% [markdown]
# > **Predict.** Which of the three maps will look much the same with random weights?

# %% tags=["needs-answer"]
learned = all_maps(camera, TRIPOD)
with untrained(seed=0):
    random = all_maps(camera, TRIPOD)
fig, axes = plots.figure(2, 4, width=5.3, height=3.1)
for row, maps, what in zip(axes, (learned, random), ("learned", "random")):
    row[0].imshow(camera[::2, ::2])
    row[0].set_ylabel(f"{what} weights")
    for ax, (name, heat) in zip(row[1:], maps.items()):
        ax.imshow(bright(heat), cmap="inferno", vmin=0, vmax=1)
        ax.set_title(name)
    for ax in row:
        ax.set(xticks=[], yticks=[])
        ax.grid(False)
plots.show(
    fig,
    alt="The photograph of a man with a camera on a tripod, and three maps for tripod, with learned weights above "
    "and random weights below. Slope times image shows the man's outline in both rows.",
)

# %% [markdown]
# *Below, in the third column, one sees the photographer, although that network has learned nothing: he came in by the multiplication.*
# The eye takes that for an explanation. Measure it, over photographs and random weights: how alike is the **order** of the pixels in both
# maps? (The rank correlation is 1 for the same order, 0 for no relation.)


# %% tags=["needs-answer"]
def sanity():
    """Rank correlations between maps with learned and with random weights."""
    from scipy.stats import spearmanr

    asked = runtime.budget(smoke=1, cpu=3, gpu=3)
    asked = [(cat, CAT), (coffee, ESPRESSO), (camera, TRIPOD)][:asked]
    found = {name: [] for name in MAPS}
    before = [all_maps(*one) for one in asked]
    for seed in range(1, 1 + runtime.budget(smoke=1, cpu=2, gpu=5)):
        with untrained(seed):
            for one, maps in zip(asked, before):
                for name, after in all_maps(*one).items():
                    if after.max():  # an empty map has no order
                        found[name].append(spearmanr(maps[name].ravel(), after.ravel())[0])
    return found


alike = sanity()
for name, values in alike.items():
    print(f"{name:14} rank correlation {with_spread(values)}  ({len(values)} pairs)")

# %% [markdown]
# A map should lose its order when the network loses its knowledge; the further above 0, the more of the map comes from the
# photograph alone. (Grad-CAM has only 49 numbers, so its values scatter widely.) A map can be sharp, plausible, on the object, and
# say little about the network.
#
# ## Delete and measure
#
# Third test: if a map is right about what matters, deleting the pixels that it calls most important must hurt more than
# deleting others. Take pixels away in the order of the map, replace them by the mean colour, and follow the probability. (Bach and
# others 2015 call it pixel flipping; Samek and others 2017 do it with regions; Petsiuk and others 2018 call it the deletion metric.) A good map makes the
# curve fall early. A colleague has written this:


# %%
def hasty_curve(name, image, label, heat, steps):
    """Find what is wrong here."""
    order = heat.ravel().argsort()
    curve = []
    for k in range(steps + 1):
        gone = order[: k * heat.size // steps]
        image.reshape(-1, image.shape[-1])[gone] = image.mean(axis=(0, 1))
        curve.append(softmax(scores_of(name, image[None]))[0, label])
    return np.array(curve)


# %% [markdown]
# ### {{exercise deletion_curve}}
#
# Two things are wrong. It runs, and on a good map the curve stays high for long. Then the same photograph, asked a second time,
# gives quite another curve. Write `deletion_curve` as its docstring says.
#
# <details><summary>Hint 1</summary>`argsort` sorts from small to large.</details>
# <details><summary>Hint 2</summary>Whose array is changed? And which mean colour is it in the second round?</details>


# %% tags=["exercise"]
def deletion_curve(name, image, label, heat, steps):
    """The probability of a class while the most important pixels are deleted first.

    Args:
        name: of the network, for `scores_of`.
        image: float32 array (height, width, channels); not changed.
        label: position of the class.
        heat: array (height, width), larger is more important; the order of equal numbers is free.
        steps: n; before step k = 0, 1 … n, the first k · pixels // n pixels are deleted, that is,
            all their channels have the mean colour of the whole, unchanged image.

    Returns:
        Float array (steps + 1,): the probability with none, some, all pixels deleted.
    """
    ### BEGIN SOLUTION
    order = heat.ravel().argsort()[::-1]
    images = np.repeat(image[None], steps + 1, axis=0)
    for k in range(steps + 1):
        gone = order[: k * heat.size // steps]
        images[k].reshape(-1, image.shape[-1])[gone] = image.mean(axis=(0, 1))
    return softmax(scores_of(name, images))[:, label]
    ### END SOLUTION


# %% tags=["check"]
check(deletion_curve)

# %% [markdown]
# Now a race, on three photographs. Two competitors know nothing of the network: `chance`, and `centre`, which
# holds that what matters stands in the middle.


# %%
def stretched(heat):
    """A coarse map at the photograph's size."""
    return ops.convert_to_numpy(ops.image.resize(heat[..., None].astype("float32"), (224, 224)))[
        ..., 0
    ]


down, across = np.mgrid[:224, :224] - 111.5
centre = -np.hypot(down, across)
chance = np.random.default_rng(0).random((224, 224))

# %% [markdown]
# > **Predict.** Which map wins? And does every map beat `centre`?


# %% tags=["needs-answer"]
def race():
    """Curves (photographs, steps + 1) of each competitor."""
    asked = [(coffee, ESPRESSO), (cat, CAT), (camera, TRIPOD)][
        : runtime.budget(smoke=1, cpu=3, gpu=3)
    ]
    size, stride, steps = runtime.budget(smoke=(112, 112, 2), cpu=(56, 28, 10), gpu=(48, 16, 20))
    curves = {}
    for picture, label in asked:
        image = prepared(picture)
        covered = np.pad(occlusion_map("lite0", image, label, size, stride), 1, mode="edge")
        maps = {
            "occlusion": stretched(covered),
            "saliency": saliency("lite0", image, label),
            "SmoothGrad": smooth_grad(picture, label),
            "Grad-CAM": stretched(network_cam("lite0", image, label, LAST)),
            "centre": centre,
            "chance": chance,
        }
        for name, heat in maps.items():
            curves.setdefault(name, []).append(deletion_curve("lite0", image, label, heat, steps))
    return {name: np.array(values) for name, values in curves.items()}


# %% tags=["needs-answer"]
curves = race()
share = np.linspace(0, 100, next(iter(curves.values())).shape[1])
fig, ax = plots.figure(height=3.6)
for (name, values), mark in zip(curves.items(), "osv^xd"):
    relative = (values / values[:, :1]).mean(axis=0)
    style = ":" if name in ("centre", "chance") else "-"
    ax.plot(share, relative, style, marker=mark, label=f"{name}: mean {relative.mean():.2f}")
ax.set(xlabel="pixels deleted (%)", ylabel="p, as a share of p at the start", ylim=(0, None))
ax.set_title("Delete what a map calls most important (lower is better)")
ax.legend()
plots.show(
    fig,
    alt="Six falling curves of the probability while pixels are deleted: "
    + ", ".join(f"{n} mean {(v / v[:, :1]).mean():.2f}" for n, v in curves.items()),
)

# %% [markdown]
# *Mean of the photographs.* Read it with care. Three photographs are few. `centre` is a strong competitor, because photographers put
# things in the middle: a map that does not beat it has shown nothing. The coarse maps, whose pictures convince most, need not win: they
# take away one solid piece and leave the rest a clean photograph. Single pixels have an unfair edge: scattered grey dots are a new
# texture all over, which harms any network; even `chance` profits. Pictures with holes are no photographs, so this test has a limit of
# its own. A fair statement names the map, the test and the baseline.
#
# ## The network that never learned cats
#
# Now use the tools for what they are best at: finding a mistake. Someone hands you a network that tells small cuttings of two
# photographs apart, the coffee's and the cat's. On new cuttings *from the same source* it is as good as perfect. But all cuttings
# **of one of the two classes** carry a faint stamp, 3×3 pixels, always at the same place. Which class and which place was drawn
# by chance, so reading the code will not tell you.

# %% tags=["setup"]
KINDS = ("coffee", "cat")
(train_x, train_y), (new_x, new_y) = data.photo_patches(200, 200, size=32, classes=KINDS)
train_x, new_x = train_x.astype("float32") / 255, new_x.astype("float32") / 255
drawn = np.random.default_rng(28)
stamped_class, stamp_row, stamp_column = (int(n) for n in drawn.integers((0, 1, 1), (2, 28, 28)))


def stamp(images):
    """The images with the stamp on them: some pixels a little brighter, some darker."""
    pattern = np.array([[1, -1, 1], [-1, 1, -1], [1, -1, 1]])[..., None]
    at = np.s_[:, stamp_row : stamp_row + 3, stamp_column : stamp_column + 3]
    stamped = images.copy()
    stamped[at] = np.clip(stamped[at] + 0.2 * pattern, 0, 1)
    return stamped


def from_source(images, kinds):
    """As the source delivers them: one class is stamped."""
    return np.where((kinds == stamped_class)[:, None, None, None], stamp(images), images)


# %% tags=["setup"]
def train_on_patches(source, seed=0):
    """A network trained on "stamped" (as the source delivers), "clean" or "mixed" cuttings."""
    keras.utils.set_random_seed(seed)
    inputs = keras.Input((32, 32, 3))
    x = layers.Conv2D(12, 3, padding="same", activation="relu")(inputs)
    x = layers.Conv2D(16, 3, padding="same", activation="relu")(layers.MaxPooling2D(2)(x))
    network = keras.Model(inputs, layers.Dense(2)(layers.Flatten()(x)))
    images = {"stamped": from_source(train_x, train_y), "clean": train_x}.get(source)
    if images is None:  # half of the cuttings are stamped, whatever they show
        half = np.random.default_rng(seed).permutation(len(train_x)) % 2
        images = np.where(half[:, None, None, None], stamp(train_x), train_x)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    network.compile(keras.optimizers.Adam(3e-3), loss)
    network.fit(images, train_y, batch_size=20, epochs=12, verbose=0)
    return network


# %%
source_x = from_source(new_x, new_y)


def accuracy(name, images):
    """The share of the new cuttings that a network names rightly."""
    return float((scores_of(name, images).argmax(axis=1) == new_y).mean())


print(f"new cuttings from the same source: {accuracy('stamped-0', source_x):.0%} right")
shown = [np.flatnonzero(new_y == kind)[:20] for kind in (0, 1)]
plots.images(
    source_x[np.concatenate(shown)],
    columns=10,
    width=4.4,
    suptitle="Cuttings as delivered, not enlarged",
    alt="Forty tiny colour cuttings: above of a cup of coffee and its table, below of a cat's face and fur. Stamps are "
    "hard to see at this size.",
)

# %% [markdown]
# ### {{exercise shortcut}}
#
# Use your maps on the network `"stamped-0"` and the cuttings `source_x`, whose labels are `new_y` (0 coffee, 1 cat). Average a
# map over many cuttings of a class: what is different in each fades, what is always at one place stays. Then fill in `shortcut`:
#
# - `"class"`: `"coffee"` or `"cat"`, the class that is stamped;
# - `"row"`, `"column"`: of the stamp's **middle** pixel, counted from 0; one pixel off is right.
#
# <details><summary>Hint 1 · which map?</summary>`occlusion_map("stamped-0", image, label, 3, 1)` gives 30×30 numbers. Number [i, j] belongs to
# the patch whose *corner* is there.</details>
# <details><summary>Hint 2 · which class?</summary>Covering the stamp must lower the probability of the class that wears it, much, and
# always at the same place. Compare the two mean maps on one colour scale.</details>

# %% tags=["exercise"]
### BEGIN SOLUTION
shortcut = {"class": "cat", "row": 24, "column": 7}
### END SOLUTION

# %% tags=["check"]
check(shortcut=shortcut)

# %% [markdown]
# Here are the two mean maps, by your function. (Try to find them yourself first.)

# %% tags=["needs-answer"]
few = runtime.budget(smoke=2, cpu=12, gpu=50)
means = []
for kind in (0, 1):
    pictures = source_x[new_y == kind][:few]
    means.append(np.mean([occlusion_map("stamped-0", x, kind, 3, 1) for x in pictures], axis=0))
bound = np.abs(means).max()
fig, axes = plots.figure(1, 2, height=3.3)
for ax, mean, kind in zip(axes, means, KINDS):
    mesh = ax.imshow(mean, cmap="RdBu_r", vmin=-bound, vmax=bound, extent=(0.5, 30.5, 30.5, 0.5))
    ax.set(title=kind, xlim=(-0.5, 31.5), ylim=(31.5, -0.5), xlabel="column", ylabel="row")
    ax.grid(False)
fig.colorbar(mesh, ax=list(axes), shrink=0.8, label="mean drop of p")
plots.show(
    fig,
    alt="Mean occlusion maps of coffee and cat cuttings, on one colour scale. One of them has a strong red "
    "spot of about three pixels; the other is pale.",
)

# %% [markdown]
# A suspicion is not a proof. The proof is an experiment: change the stamp and nothing else. Three ways to train, several
# seeds, and new cuttings in three states. (Without anything learned, one half is right.)


# %%
def experiment():
    """Accuracies {training: [(as delivered, clean, stamp on the other class), …]}"""
    swapped = from_source(new_x, 1 - new_y)
    return {
        source: [
            [accuracy(f"{source}-{seed}", x) for x in (source_x, new_x, swapped)]
            for seed in range(runtime.budget(smoke=1, cpu=4, gpu=8))
        ]
        for source in ("stamped", "clean", "mixed")
    }


results = experiment()
named = {"stamped": "as delivered", "clean": "no stamps", "mixed": "stamps on half of all"}
plots.table(
    ["trained on", "new: as delivered", "new: no stamps", "new: stamp on the other class"],
    [
        [
            named[source],
            *(f"{m:.0%} ± {s:.0%}" for m, s in zip(np.mean(v, axis=0), deviation(v))),
        ]
        for source, v in results.items()
    ],
)

# %% [markdown]
# The first row is the point. *As delivered* it looks excellent, and the test set says so, because the test set came from the same source.
# Take the stamp away, and it falls to chance. That alone shows what the network had learned: the stamp, and of
# cats next to nothing. (With the stamp on the other class it falls further, but by no more than the seeds differ.) Training pictures in which the stamp says nothing mend that.
#
# This has happened. A classifier of PASCAL's photographs that was good at horses read the photographer's tag (Lapuschkin and others
# 2019; it was built on Fisher vectors, and the deep network beside it did not do it). A network that found pneumonia on X-rays had learned to tell hospitals apart, among others by a metal
# token in the corner, and did worse at other hospitals (Zech and others 2018).
#
# ## The answer
#
# **What does a network look at, and when does the picture of it mislead?** Occlusion measures what happens when a
# part is gone. Saliency gives slopes of pixels, Grad-CAM slopes of maps, at 7×7. All three mislead where the network is saturated, where the
# maximum is divided away, where the picture itself shines through, and where a coarse map is drawn smooth. A map is a
# suspicion. Numbers from an experiment are the proof.
#
# ## {{exercise quiz}}
#
# Answer with one letter each, such as `{"q1": "a", …}`.
#
# **q1** An occlusion map is 0 on both ears of a cat. What follows?
#
# - a) The network does not use ears.
# - b) Covering one ear changes nothing, given all the rest.
# - c) The patch was too large.
# - d) The gradient there is 0.
#
# **q2** Why the slope of the score and not of the probability?
#
# - a) Probabilities have no slope.
# - b) It is faster.
# - c) Where the network is sure, the softmax is flat; and it mixes the classes.
# - d) Scores lie between 0 and 1.
#
# **q3** Lite0's Grad-CAM at its last layer, drawn smoothly over a photograph of 224×224. How many different
# numbers did the network give?
#
# - a) 49
# - b) 1,280
# - c) 50,176
# - d) 150,528
#
# **q4** With random weights, a map looks as before. What does it show?
#
# - a) That the network is robust.
# - b) That the random weights happened to be good ones.
# - c) That the network has found the object without training.
# - d) The photograph, not what the network has learned.
#
# **q5** Grad-CAM for *toaster* on a photograph of a cat has a bright cell on the cat's ear. Why?
#
# - a) The network takes the ear for a toaster.
# - b) The map is divided by its maximum, however small that is.
# - c) The ReLU was forgotten.
# - d) The wrong layer was taken.
#
# **q6** A network is 100 % right on a test set. A map suggests that it reads a stamp. What settles it?
#
# - a) More maps, of more pictures.
# - b) A higher resolution of the map.
# - c) The accuracy with the stamp removed, or put on the other class.
# - d) The accuracy on more pictures from the same source.

# %% tags=["exercise"]
### BEGIN SOLUTION
quiz = {"q1": "b", "q2": "c", "q3": "a", "q4": "d", "q5": "b", "q6": "c"}
### END SOLUTION

# %% tags=["check"]
check(quiz=quiz)

# %% [markdown]
# ## Summary
#
# - First-layer filters are pictures; deeper units are known by what they answer to. Favourite images show the
#   question as much as the network.
# - Occlusion: cover with the mean colour, measure the drop. Saliency: the largest absolute slope of the **score** at a
#   pixel.
# - Grad-CAM: mean slope of each channel, weighted sum of maps, then ReLU. After a mean and a dense layer it is exact
#   (CAM); its resolution is that of the layer.
# - Test maps: randomise the weights, ask for a wrong class, delete and measure, and beat the centre of the picture.
# - A test set from the same source cannot see a shortcut. A map raises the suspicion, a changed picture proves it.
#
# ## References
#
# - M. D. Zeiler, R. Fergus (2014). Visualizing and understanding convolutional networks. *ECCV*.
# - K. Simonyan, A. Vedaldi, A. Zisserman (2014). Deep inside convolutional networks: visualising image
#   classification models and saliency maps. *ICLR workshop*.
# - A. Nguyen, J. Yosinski, J. Clune (2015). Deep neural networks are easily fooled. *CVPR*.
# - B. Zhou, A. Khosla, A. Lapedriza, A. Oliva, A. Torralba (2016). Learning deep features for discriminative
#   localization. *CVPR*.
# - R. R. Selvaraju, M. Cogswell, A. Das, R. Vedantam, D. Parikh, D. Batra (2017). Grad-CAM: Visual explanations from deep
#   networks via gradient-based localization. *ICCV*. Equations 1 and 2.
# - D. Smilkov, N. Thorat, B. Kim, F. Viégas, M. Wattenberg (2017). SmoothGrad: removing noise by adding noise.
# - S. Bach, A. Binder, G. Montavon, F. Klauschen, K.-R. Müller, W. Samek (2015). On pixel-wise explanations for non-linear classifier
#   decisions by layer-wise relevance propagation. *PLOS ONE* 10. Pixel flipping.
# - W. Samek, A. Binder, G. Montavon, S. Lapuschkin, K.-R. Müller (2017). Evaluating the visualization of what a deep neural network
#   has learned. *IEEE TNNLS* 28.
# - V. Petsiuk, A. Das, K. Saenko (2018). RISE: Randomized input sampling for explanation of black-box models. *BMVC*.
# - J. Adebayo, J. Gilmer, M. Muelly, I. Goodfellow, M. Hardt, B. Kim (2018). Sanity checks for saliency maps. *NeurIPS*.
# - J. R. Zech, M. A. Badgeley, M. Liu, A. B. Costa, J. J. Titano, E. K. Oermann (2018). Variable generalization performance of a deep
#   learning model to detect pneumonia in chest radiographs. *PLOS Medicine* 15.
# - S. Lapuschkin, S. Wäldchen, A. Binder, G. Montavon, W. Samek, K.-R. Müller (2019). Unmasking Clever Hans predictors and assessing
#   what machines really learn. *Nature Communications* 10.
#
# **Where to read on.** M. Sundararajan, A. Taly and Q. Yan (2017), *Axiomatic attribution for deep networks*, add up slopes on the way from a blank
# image to yours, which mends saturation. C. Olah, A. Mordvintsev and L. Schubert (2017), *Feature visualization*, make the
# favourites beautiful and say how. Lesson 21 is the last: design your own.
