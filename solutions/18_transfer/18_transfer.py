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
# # Transfer learning and fine-tuning
#
# **Time** 100 minutes · **Needs** lessons 06, 10 and 17 · **Running everything** {{seconds}} s on two CPU cores
#
# Seven photographs have been cut into small grey patches. Which photograph is a patch from? You get
# **five** patches of each to learn from. Then come patches from places that you have never seen.

# %% tags=["setup"]
import contextlib
import functools
import io
import itertools
import math

import numpy as np

from cnncourse import begin, data, nets, plots, runtime, weights
from cnncourse.runs import with_spread

check = begin("18_transfer")

import keras
from keras import layers, ops

# %% tags=["setup"]
POOL, NEW = runtime.budget(smoke=(70, 70), cpu=(280, 140), gpu=(700, 700))
(patches, sources), (new_patches, new_sources) = data.photo_patches(train=POOL, test=NEW, size=48)
patches, new_patches = (p.mean(axis=-1).round().astype("uint8") for p in (patches, new_patches))
KINDS = data.PATCH_CLASSES


def few(labels, n, seed=0):
    """Positions of n random examples of every class."""
    rng = np.random.default_rng(seed)
    kinds = np.unique(labels)
    return np.concatenate([rng.permutation(np.flatnonzero(labels == k))[:n] for k in kinds])


chosen = few(sources, 5)
few_patches, few_sources = patches[chosen], sources[chosen]

# %%
framed = np.pad(few_patches, ((0, 0), (2, 2), (0, 0)), constant_values=255)
plots.images(
    [np.vstack(framed[few_sources == k]) for k in range(7)],
    titles=KINDS,
    columns=7,
    suptitle="All that there is to learn from: 35 patches of 48×48 pixels",
    alt="Thirty-five small grey patches in seven columns: astronaut, cat, coffee, Hubble's stars, "
    "retina, rocket, tissue. Some are nearly black or nearly even.",
)

# %% [markdown]
# A network with random weights, trained on these 35 patches, gets many of the new ones wrong: you will
# measure how many. Then you will measure one that has seen other photographs before, none of these. From 35 patches it learns
# what the first one does not learn from several times as many.
#
# **How can a network learn from five examples of each kind?**
#
# By the end you will be able to
#
# - **load** published weights into a network of your own, and **prepare** images as they expect them;
# - **train** a linear probe on features that are computed once;
# - **freeze** and **thaw** layers, and **count** what is then trained, batch normalisation included;
# - **choose** rates for head and body, and **measure** what a network forgets meanwhile;
# - **build** an adapter, and say when *not* to transfer.

# %% [markdown]
# ## A network that has seen a million photographs
#
# In lesson 17 you wrote the block of EfficientNet-Lite. Here is one once more, so that this lesson works for everyone;
# put yours in its place.


# %% tags=["setup"]
def mbconv(x, filters, kernel_size, stride, expansion):
    def normalised(y, layer):
        return layers.BatchNormalization(epsilon=1e-3)(layer(y))

    y = x
    if expansion > 1:
        wide = layers.Conv2D(expansion * x.shape[-1], 1, use_bias=False)
        y = layers.ReLU(6)(normalised(y, wide))
    slide = layers.DepthwiseConv2D(kernel_size, stride, "same", use_bias=False)
    y = layers.ReLU(6)(normalised(y, slide))
    y = normalised(y, layers.Conv2D(filters, 1, use_bias=False))
    return layers.Add()([x, y]) if x.shape == y.shape else y


# %% [markdown]
# `weights.load_lite0` fills the network with the weights that were published with it: trained on 1.28 million
# photographs of ImageNet, in 1,000 classes (the data of the challenge; lesson 13). They come with a package; nothing is downloaded.

# %% tags=["nbval-check-output"]
lite = nets.efficientnet_lite(0, mbconv)
weights.load_lite0(lite)
print(f"{lite.count_params():,} parameters, {len(lite.layers)} layers, out: {lite.output.shape}")

# %% [markdown]
# The list of the 1,000 names is one small download. Without the internet the few names that this lesson meets are enough.

# %%
MET = {
    111: "nematode", 549: "envelope", 632: "loudspeaker", 644: "matchstick", 721: "pillow", 904: "window screen",
    281: "tabby", 282: "tiger cat", 285: "Egyptian cat", 287: "lynx", 967: "espresso", 968: "cup",
    925: "consomme", 504: "coffee mug", 809: "soup bowl", 657: "missile", 744: "projectile",
    540: "drilling platform", 812: "space shuttle", 517: "crane", 872: "tripod", 447: "binoculars",
    593: "harmonica", 650: "microphone", 759: "reflex camera", 450: "bobsled", 610: "jersey",
    560: "football helmet", 573: "go-kart", 625: "lifeboat", 728: "plastic bag",
}  # fmt: skip
try:
    with contextlib.redirect_stdout(io.StringIO()):  # Keras announces downloads
        names = data.imagenet_classes()
except data.DataUnavailable:
    names = [MET.get(i, f"class {i}") for i in range(1000)]


# %%
SHOWN = ("cat", "coffee", "rocket", "camera", "astronaut")


def picture(name, side=224):
    """A photograph as (side, side, 3), 0 to 255; a grey one three times the same."""
    image = data.photograph(name, size=side)
    return image if image.ndim == 3 else np.repeat(image[..., None], 3, axis=-1)


photos = np.stack([picture(name) for name in SHOWN]).astype("float32")
scores = np.asarray(lite(photos / 127.5 - 1))

# %%
fig, axes = plots.figure(2, len(SHOWN), height=3.6)
for image, p, above, below in zip(photos, scores, *axes):
    best = p.argsort()[-5:]
    above.imshow(image.astype("uint8"))
    above.set_axis_off()
    below.barh(range(5), p[best], color=plots.COLOURS[0], alpha=0.45)
    for row, k in enumerate(best):
        below.text(0.03, row, names[k], va="center", fontsize=7)
    below.set(xlim=(0, 1), yticks=[], xlabel="probability")
    below.tick_params(labelsize=7)
plots.show(
    fig,
    alt="Five photographs, and below each the five most probable classes. Cat: Egyptian cat, tiger cat, "
    "tabby. Coffee: espresso. Rocket: missile, drilling platform. Photographer: tripod. Astronaut in an "
    "orange suit: bobsled and football helmet, with little confidence.",
)

# %% [markdown]
# *Each photograph with its five most probable classes of 1,000.* Nobody showed it these photographs in training. It knows three kinds of cats, and finds
# all three likely. The astronaut is a fair mistake: ImageNet has no class for astronauts. It has helmets, and people in
# suits who sit in small vehicles.
#
# ## What the weights expect
#
# Look at the cell above: `photos / 127.5 - 1`. These weights were trained on values from about −1 to 1, and on red, green, blue in this order. To the letter, their
# authors' program subtracts 127 and divides by 128; the table below asks whether that matters. The
# network cannot know what you feed it; it multiplies and adds.
#
# > **Predict.** Four mistakes: forget to divide (0 to 255); divide by 255 only (0 to 1); divide **twice**, because the
# > pipeline did so and the network does again; blue, green, red, as OpenCV reads files. Which of them will you *notice*?

# %%
fed = {
    "as expected": photos / 127.5 - 1,
    "to the letter": (photos - 127) / 128,
    "0 to 255": photos,
    "0 to 1": photos / 255,
    "divided twice": (photos / 127.5 - 1) / 127.5 - 1,
    "blue, green, red": photos[..., ::-1] / 127.5 - 1,
}
rows = []
for what, x in fed.items():
    p = np.asarray(lite(x))[:4]
    rows.append([what, *[f"{names[q.argmax()]} {q.max():.2f}" for q in p]])
plots.table(["what it is fed", *SHOWN[:4]], rows)

# %% [markdown]
# To the letter or not, the answers are the same. Of the four mistakes, two are loud: with 0 to 255 the answers are absurd, and divided twice every photograph is the same nearly even grey to
# the network, so it gives all of them nearly the same answer, with hardly any confidence. The other two are
# **quiet**. Clear photographs survive them, nothing looks wrong, and you lose accuracy for months. Look at crops
# of all photographs, where things are less clear:


# %%
def crops(per_photo, size=150, side=224, seed=0):
    """Random square parts of the photographs, (N, side, side, 3), 0 to 255."""
    rng, parts = np.random.default_rng(seed), []
    for name in [row[0] for row in data.photographs().rows]:
        whole = picture(name, 256)
        for r, c in rng.integers(0, 256 - size, (per_photo, 2)):
            parts.append(whole[r : r + size, c : c + size])
    resized = ops.image.resize(np.stack(parts).astype("float32"), (side, side), antialias=True)
    return ops.convert_to_numpy(resized)


part = crops(runtime.budget(smoke=1, cpu=2, gpu=20))
right = np.asarray(lite(part / 127.5 - 1))
for what, x in {
    "letter": (part - 127) / 128,
    "0 to 1": part / 255,
    "BGR": part[..., ::-1] / 127.5 - 1,
}.items():
    same = np.mean(np.asarray(lite(x)).argmax(1) == right.argmax(1))
    print(f"{what:7}: {same:.0%} of {len(part)} crops keep their answer")

# %% [markdown]
# So do not trust your eyes. Read what the weights expect, then check with one pixel. Every family in Keras Applications
# has a function `preprocess_input`. What do they make of the same pixel, red 200, green 100, blue 0?

# %% tags=["nbval-check-output"]
pixel = np.array([[[[200.0, 100.0, 0.0]]]], dtype="float32")
rows = []
for family in (
    "mobilenet_v2",
    "resnet_v2",
    "densenet",
    "vgg16",
    "resnet",
    "efficientnet",
    "convnext",
):
    out = getattr(keras.applications, family).preprocess_input(pixel.copy()).ravel()
    rows.append([family, *[f"{v:.2f}" for v in out]])
plots.table(
    ["family", "first", "second", "third"], rows, caption="[200, 100, 0] after preprocess_input"
)

# %% [markdown]
# Three conventions, and one trap. MobileNetV2: −1 to 1. DenseNet: minus ImageNet's mean, divided by its deviation, channel by channel.
# VGG-16 and ResNet: **blue first**, minus the mean, not divided at all. EfficientNet and ConvNeXt: nothing happens, because the network itself
# begins with the scaling (lesson 17). Who divides by 255 out of habit has divided twice.
#
# ### {{exercise prepared}}
#
# For Lite0. Images come from files of several kinds; all have values from 0 to 255. What you return is float32 whatever
# comes in, and the array that was handed to you stays as it is.
#
# <details><summary>Hint 1 · by hand</summary>0 must become −1, 255 must become 1. What becomes of 127.5?</details>
# <details><summary>Hint 2 · whole numbers</summary>`uint8` holds nothing above 255 and nothing below 0. Change the type before
# you calculate.</details>
# <details><summary>Hint 3 · reversing an axis</summary>`[..., ::-1]` reverses the last one.</details>


# %% tags=["exercise"]
def prepared(images, order="RGB"):
    """Images as EfficientNet-Lite0's weights expect them.

    Args:
        images: (N, H, W, 3), or grey, (N, H, W); uint8 or float, 0 to 255. Not to be changed in place.
        order: "RGB" or "BGR", the order of the three channels in `images`; no matter for grey ones.

    Returns:
        float32 array (N, H, W, 3), red first, −1 (for 0) to 1 (for 255); a grey image has three equal channels.
    """
    ### BEGIN SOLUTION
    x = np.asarray(images, dtype="float32") / 127.5 - 1
    if x.ndim == 3:
        return np.repeat(x[..., None], 3, axis=-1)
    return x[..., ::-1] if order == "BGR" else x
    ### END SOLUTION


# %% tags=["check"]
check(prepared)

# %% [markdown]
# ## Cut off its head
#
# The last layer turns 1,280 numbers into 1,000 scores for ImageNet's classes. You do not want those classes. But the 1,280 numbers are what was
# needed to tell them apart: **features** of the image. Keep the body, throw away the head.
#
# The body is convolutions and a global average, so it takes images of other sizes. At 96×96 it has $(96/224)^2$ = 18 % of
# the work. Resizing and scaling go *into* the function, where nobody can forget them.


# %% tags=["setup"]
SIDE = 96


@functools.cache
def network(pretrained=True):
    """Lite0 for images of 96×96; with published weights, or with random ones."""
    keras.utils.set_random_seed(0)
    published = nets.efficientnet_lite(0, mbconv)
    if pretrained:
        weights.load_lite0(published)
    smaller = keras.models.clone_model(published, input_tensors=keras.Input((SIDE, SIDE, 3)))
    smaller.set_weights(published.get_weights())
    return smaller


# %% tags=["setup"]
def through(part, x):
    """Run a part of a network, in inference, always on 50 images at once (some twice, to fill up)."""
    rows = np.arange(-(-len(x) // 50) * 50).reshape(-1, 50) % len(x)
    return np.concatenate([part.predict_on_batch(x[i]) for i in rows])[: len(x)]


def sized(images):
    """Images with values from 0 to 255, grey or RGB, as the 96×96 network expects them."""
    x = np.asarray(images, dtype="float32")
    x = np.repeat(x[..., None], 3, axis=-1) if x.ndim == 3 else x
    return ops.convert_to_numpy(ops.image.resize(x, (SIDE, SIDE), antialias=True)) / 127.5 - 1


@functools.cache
def headless(pretrained=True):
    """The network up to its 1,280 features."""
    net = network(pretrained)
    return keras.Model(net.input, net.layers[-3].output)


def features(images, pretrained=True):
    """The 1,280 numbers before the last layer: float32 (N, 1280). Values of images: 0 to 255."""
    return through(headless(pretrained), sized(images))


# %%
seen, new_seen = features(patches), features(new_patches)
print(*[type(layer).__name__ for layer in network().layers[-3:]], "| features:", seen.shape)

# %% [markdown]
# *The last three layers: global average, dropout, dense. The features are the output of the first of them.* Are they any good for
# patches that are not of ImageNet? Draw each patch as a point: the two directions in which the features
# vary most (computed without labels), and the same for the pixels.

# %%
fig, axes = plots.figure(1, 2, height=3.4)
for ax, (title, x) in zip(
    axes, {"pixels": new_patches.reshape(NEW, -1), "features": new_seen}.items()
):
    centred = x - x.mean(axis=0, dtype=float)
    flat = centred @ np.linalg.svd(centred, full_matrices=False)[2][:2].T
    for k, kind in enumerate(KINDS):
        ax.scatter(
            *flat[new_sources == k].T, s=14, marker="osv^DxP"[k], color=plots.COLOURS[k], label=kind
        )
    ax.set(title=title, xticks=[], yticks=[], xlabel="first direction", ylabel="second direction")
axes[1].legend(fontsize=7, ncols=2)
plots.show(
    fig,
    alt="Two scatter plots of patches in seven colours. By pixels the kinds lie over one another in one "
    "cloud. By features patches of one kind lie together, in several clusters.",
)

# %% [markdown]
# *Left: 2,304 pixels, right: 1,280 features, both flattened to two directions.* The kinds were never named to the network, and they part. A head only has
# to draw lines between them.
#
# ## A linear probe
#
# A **linear probe** is a dense layer trained on features that stay as they are. Its body runs *once* an image, not once an epoch; after that a
# step costs as much as in lesson 05. Softmax, cross-entropy, gradient $(p - y)$: that part you wrote there, so it fits in ten lines without any framework. Three lines are new, and make
# 200 steps enough. The features are centred, and the bias starts at the logarithm of each class's share, so that it need not be trained. The rate is taken from the length of the features. And the step looks ahead along
# its own momentum (Nesterov's, lesson 06).


# %% tags=["setup"]
def fit_head(x, labels, classes, steps=200, l2=1e-3):
    """A dense layer on features by gradient descent with momentum; kernel and bias, as Keras keeps them."""
    x, one_hot = x.astype(float), np.eye(classes)[labels]
    centre = x.mean(axis=0)
    z, velocity = x - centre, 0.0
    kernel, bias = np.zeros((x.shape[1], classes)), np.log(one_hot.mean(axis=0) + 1e-9)
    rate = 2 / (z**2).sum(axis=1).mean()
    for _ in range(steps):
        p = np.exp(z @ (kernel + 0.9 * velocity) + bias)
        slope = z.T @ (p / p.sum(axis=1, keepdims=True) - one_hot) / len(z)
        velocity = 0.9 * velocity - rate * (slope + l2 * kernel)
        kernel = kernel + velocity
    return kernel, bias - centre @ kernel


def share_right(x, labels, head):
    return np.mean((x @ head[0] + head[1]).argmax(axis=1) == labels)


# %%
head = fit_head(seen[chosen], few_sources, 7)
print(
    f"five patches of each kind: {share_right(new_seen, new_sources, head):.0%} right on new ones"
)

# %% [markdown]
# Is it the *weights*, or is it the network? And how far does one come without? A fair comparison has three in it, on the same
# patches:
#
# - a probe on features of the published weights;
# - a probe on features of **the same network with random weights**;
# - a small network of three convolutions, **trained from scratch** on the patches (24×24 pixels; some 25,000 parameters, because
#   Lite0 with its millions does worse).
#
# > **Predict.** How many patches of each kind will the network from scratch need to reach what the probe reaches with five?


# %%
@functools.cache
def scratch(shape, classes):
    """A small network and its weights at the start; compiled once."""
    stack = [keras.Input(shape)]
    for filters in (16, 32, 64):
        stack += [
            layers.Conv2D(filters, 3, padding="same", use_bias=False),
            layers.BatchNormalization(momentum=0.9),
            layers.ReLU(),
            layers.MaxPooling2D(2),
        ]
    net = keras.Sequential([*stack, layers.GlobalAveragePooling2D(), layers.Dense(classes)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    net.compile(keras.optimizers.Adam(3e-3), loss)
    return net


def scores_of(net, x):
    return ops.convert_to_numpy(net(x, training=False))


def from_scratch(x, labels, new_x, new_labels, seed, steps):
    """Share of new images named rightly by the small network after so many steps."""
    keras.utils.set_random_seed(seed)
    net = scratch(x.shape[1:], int(labels.max()) + 1)
    fresh = keras.models.clone_model(net)
    net.set_weights(fresh.get_weights())
    for variable in net.optimizer.variables:  # forget the steps of the run before
        variable.assign(ops.zeros_like(variable))
    again = max(1, 280 // len(x))  # few images, each several times an epoch: fewer epochs
    x, labels = np.concatenate([x] * again), np.concatenate([labels] * again)
    epochs = math.ceil(14 * steps / len(x))
    falling = keras.callbacks.LearningRateScheduler(
        lambda epoch: 1.5e-3 * (1 + math.cos(math.pi * epoch / epochs))
    )
    net.fit(x, labels, batch_size=14, epochs=epochs, callbacks=[falling], verbose=0)
    return np.mean(scores_of(net, new_x).argmax(axis=1) == new_labels)


# %%
def small(images, side=24):
    """(N, side, side, 1), 0 to 1."""
    x = images[..., None].astype("float32") / 255
    return ops.convert_to_numpy(ops.image.resize(x, (side, side), antialias=True))


plan = runtime.budget(
    smoke={"counts": (2, 5), "seeds": 1, "steps": 15},
    cpu={"counts": (1, 5, 10, 40), "seeds": 3, "steps": 300},
    gpu={"counts": (1, 2, 5, 10, 20, 40, 80), "seeds": 5, "steps": 300},
)
noise, new_noise = features(patches, pretrained=False), features(new_patches, pretrained=False)
spread = noise.std() + 1e-9
inputs = {
    "published weights, probe": (seen, new_seen),
    "random weights, probe": (noise / spread, new_noise / spread),
    "small network from scratch": (small(patches), small(new_patches)),
}

# %%
curves = {name: np.zeros((plan["seeds"], len(plan["counts"]))) for name in inputs}
for seed in range(plan["seeds"]):
    for column, n in enumerate(plan["counts"]):
        i = few(sources, n, seed)
        for name, (x, new_x) in inputs.items():
            if "scratch" in name:
                share = from_scratch(x[i], sources[i], new_x, new_sources, seed, plan["steps"])
            else:
                share = share_right(new_x, new_sources, fit_head(x[i], sources[i], 7))
            curves[name][seed, column] = 100 * share


# %%
def draw(curves, counts, title, alt, what="patches of each kind to learn from", guess=100 / 7):
    """Mean over the seeds as a line, from worst to best as a band."""
    fig, ax = plots.figure(height=3.4)
    for k, (name, values) in enumerate(curves.items()):
        colour = plots.COLOURS[k]
        ax.plot(
            counts,
            values.mean(0),
            marker="osv^"[k],
            ls=["-", ":", "--", "-."][k],
            color=colour,
            label=name,
        )
        ax.fill_between(counts, values.min(0), values.max(0), color=colour, alpha=0.2)
    ax.axhline(guess, color="gray", lw=0.8)
    ax.set(
        xscale="log",
        xticks=counts,
        xticklabels=counts,
        ylim=(-12, 100),
        xlabel=what,
        ylabel="right on new ones (%)",
        title=title,
    )
    ax.minorticks_off()
    ax.legend(fontsize=8, ncols=3, loc="lower center")
    plots.show(fig, alt=alt)


draw(
    curves,
    plan["counts"],
    f"Grey patches of seven photographs, seeds: {plan['seeds']}",
    "Accuracy on new patches over the number of patches learned from, on a logarithmic axis. The probe on "
    "published weights is far above the two others everywhere and near its best early; random features and "
    "the small network rise slowly.",
)

# %% [markdown]
# *Lines: means. Bands: from the worst to the best seed. Grey line: guessing.* The same architecture with random weights is far below: what transfers is in the weights. Compare the
# small network at the right end with the probe at five patches. With far more images, training from scratch does catch up (He, Girshick and Dollár 2019 showed it for
# detection). What transfer buys is *few examples* and *little time*.
#
# ### {{exercise namer}}
#
# From the 35 patches of the first picture, `few_patches` (uint8, 35 × 48 × 48) with labels `few_sources`, make `namer`: a
# `keras.Model`, or a function, that takes grey patches (N, 48, 48), float32 with values from 0 to **255**, and
# returns 7 scores for each. It is judged on new patches, each a little lighter or darker than in its photograph and moved
# by up to a quarter of a pixel: 45 % right earns the first point, 72 % the others.
#
# `features(images)` gives the features of grey or RGB images; `fit_head` is above, a Keras `Dense` does as well.
#
# <details><summary>Hint 1 · two steps</summary>Features of the few patches, once. Then a head, on those.</details>
# <details><summary>Hint 2 · what is asked of `namer`?</summary>It gets patches, not features. So it must make the features itself: a
# function of two lines.</details>

# %% tags=["exercise"]
### BEGIN SOLUTION
kernel, bias = fit_head(features(few_patches), few_sources, 7)


def namer(images):
    return features(images) @ kernel + bias


### END SOLUTION

# %% tags=["check"]
check(namer=namer)

# %% [markdown]
# ## Frozen
#
# A probe leaves the body as it is. In Keras you say so by `layer.trainable = False`, and a model hands it down to all its layers. Three things
# about this one line are not obvious. Here is a network small enough to see them: a dense layer and batch normalisation as a body, a head.


# %%
def tiny():
    keras.utils.set_random_seed(0)
    parts = [keras.Input((4,)), layers.Dense(5), layers.BatchNormalization(momentum=0.5)]
    body = keras.Sequential(parts)
    return keras.Sequential([keras.Input((4,)), body, layers.Dense(2)]), body


def ready(net):
    net.compile("sgd", keras.losses.SparseCategoricalCrossentropy(from_logits=True))


def change(net, body):
    """What one epoch of fit changes in the body: does the kernel move, does the running mean?"""
    before = [ops.convert_to_numpy(w).copy() for w in body.weights]
    net.fit(points, signs, batch_size=32, epochs=1, verbose=0)
    moved = [not np.array_equal(b, ops.convert_to_numpy(w)) for b, w in zip(before, body.weights)]
    return ["moves" if m else "stays" for m in (moved[0], moved[4])]  # kernel, moving mean


points = np.random.default_rng(0).normal(1, 1, (64, 4)).astype("float32")
signs = (points[:, 0] > 1).astype("int32")

# %% [markdown]
# > **Predict.** For each line of the next cell: does `fit` move the body's kernel? And batch normalisation's running mean?

# %% tags=["nbval-check-output"]
net, body = tiny()
rows = []
ready(net)
rows.append(["compiled, fitted", *change(net, body)])
body.trainable = False
rows.append(["body.trainable = False, fitted", *change(net, body)])
ready(net)
rows.append(["compiled again, fitted", *change(net, body)])
body.trainable = True
rows.append(["body.trainable = True, fitted", *change(net, body)])
ready(net)
rows.append(["compiled again, fitted", *change(net, body)])
plots.table(["in this order", "kernel", "running mean"], rows)

# %% [markdown]
# **First: nothing happens before you compile again.** `fit` builds its training step once, with the layers that were trainable then, and keeps it. Freezing
# after that freezes nothing; thawing thaws nothing. No error, no warning.
#
# **Second: a frozen batch normalisation is frozen altogether.** Its running mean and variance are no weights that a gradient moves; `fit` moves them in passing
# (lesson 10). With `trainable=False` they stay, *and* the layer runs in inference mode, even inside `fit`: it uses the running statistics in place of
# the batch's. By hand: a batch with the values 3 and 5, running mean 0 and variance 1. In training the batch's mean is 4, its deviation 1: out
# come −1 and 1. Frozen: 3 and 5.

# %% tags=["nbval-check-output"]
norm, pair = layers.BatchNormalization(epsilon=1e-7), np.array([[3.0], [5.0]], dtype="float32")
print("trainable:", ops.convert_to_numpy(norm(pair, training=True)).ravel().round(3))
norm = layers.BatchNormalization(epsilon=1e-7, trainable=False)
print("frozen:   ", ops.convert_to_numpy(norm(pair, training=True)).ravel().round(3))

# %% [markdown]
# **Third: a recipe you will find everywhere.** Call the body with `training=False`, and its batch normalisation runs in inference mode even when
# thawed. Is that so? Called inside a functional model, then trained:

# %%
image = keras.Input((1,))
norm = layers.BatchNormalization(epsilon=1e-7)
recipe = keras.Model(image, keras.Sequential([keras.Input((1,)), norm])(image, training=False))
print(
    "training=False in the graph, as fit runs it:",
    ops.convert_to_numpy(recipe(pair, training=True)).ravel().round(3),
)
print("Keras", keras.__version__)

# %% [markdown]
# With Keras 3.15 you see −1 and 1: the batch's statistics. `fit` calls the model with `training=True`, and that is handed to all layers inside and wins over what
# stands in the graph. (In Keras 2 the recipe worked.) Whatever your version prints: `trainable = False` on the normalisation
# layers themselves does what you mean.
#
# ### {{exercise frozen_count}}
#
# Lite0's body, up to the 1,280 features, has 3,413,024 parameters. In it are 49 batch normalisations with 21,008 channels altogether. You put a dense head for 7 classes on
# it. How many numbers does a training step change *by a gradient*, in each case?
# Fill in the dictionary `frozen_count = {"probe": ..., "everything": ..., …}`.
#
# | entry | case |
# |---|---|
# | `probe` | body frozen, then compiled |
# | `everything` | all layers trainable, then compiled |
# | `norm_frozen` | all trainable but the batch normalisations, then compiled |
# | `forgotten` | compiled and fitted as in `probe`; then the whole body made trainable; then fitted again, not compiled |
# | `moving` | numbers in the body that no gradient ever changes, whatever is trainable |
#
# <details><summary>Hint 1 · four numbers a channel</summary>γ and β are trained. The running mean and variance are not.</details>
# <details><summary>Hint 2 · forgotten</summary>Read the fourth line of the table above.</details>

# %% tags=["exercise"]
### BEGIN SOLUTION
head_size = 1280 * 7 + 7
frozen_count = {
    "probe": head_size,
    "everything": 3_413_024 - 2 * 21_008 + head_size,
    "norm_frozen": 3_413_024 - 4 * 21_008 + head_size,
    "forgotten": head_size,
    "moving": 2 * 21_008,
}
### END SOLUTION

# %% tags=["check"]
check(frozen_count=frozen_count)

# %% [markdown]
# ## Thawing
#
# Features of ImageNet need not be the best ones for *your* images. Early layers find edges and textures, which all images have; late ones are
# for ImageNet's classes (Yosinski and others 2014 measured how the transfer gets worse, layer by layer). So thaw from the **end**: the last blocks and the
# head are trained, the first ones stay. This is *fine-tuning*. It has a second advantage: everything before
# the first thawed layer can be computed once, like features.

# %%
CHANNELS = (32, 16, 24, 24, 40, 40, 80, 80, 80, 112, 112, 112, 192, 192, 192, 192, 320, 1280)
plans = {"linear probe": 18, "the end thawed": 15, "all thawed": 0, "adapters": 18}
fig, ax = plots.figure(height=4.2)
for row, (name, first) in enumerate(plans.items()):
    for k, channels in enumerate((*CHANNELS, 1000)):
        high, trained = 0.12 + 0.16 * math.log2(channels / 8) / 2, k >= first
        colour = plots.COLOURS[1] if trained else "lightgray"
        ax.bar(
            k,
            high,
            0.7,
            bottom=-row - high / 2,
            color=colour,
            edgecolor="black",
            hatch="//" * trained,
        )
        if name == "adapters" and 0 < k < 17:
            ax.bar(
                k + 0.5, 0.3, 0.14, bottom=-row - 0.15, color=plots.COLOURS[1], edgecolor="black"
            )
ends = {0: "first conv", 8.5: "16 blocks", 17.3: "last conv, new head"}
ax.set(
    yticks=[-r for r in range(4)], yticklabels=plans, xticks=list(ends), xticklabels=ends.values()
)
ax.set_title("grey: frozen; orange, hatched: trained")
ax.grid(False)
plots.show(
    fig,
    alt="Four rows of nineteen boxes, the layers of Lite0 from the first convolution through sixteen blocks to "
    "the head. Linear probe: only the head is orange. The end thawed: the last blocks, the last convolution and the head. All thawed: "
    "everything. Adapters: all boxes grey but the head, and a thin orange box after each block.",
)

# %% [markdown]
# *Four ways to use one pretrained network; the higher the box, the more channels.* You have met the first; the last comes below.
#
# ### {{exercise thawed}}
#
# A colleague wants a body of three blocks, of which the last `blocks` are trained, but none of their batch normalisations. This is the body, and the draft:


# %% tags=["setup"]
def three_blocks():
    """A body for images of 16×16×3: three times convolution, batch normalisation, ReLU."""
    x = image = keras.Input((16, 16, 3))
    for filters in (4, 6, 8):
        x = layers.Conv2D(filters, 3, 2, "same", use_bias=False)(x)
        x = layers.ReLU()(layers.BatchNormalization()(x))
    return keras.Model(image, x)


def thawed_draft(classes, blocks):
    body = three_blocks()
    for layer in body.layers[-3 * blocks :]:
        layer.trainable = True
    body.trainable = False  # freeze the rest
    image = keras.Input((16, 16, 3))
    x = layers.GlobalAveragePooling2D()(body(image, training=False))
    return keras.Model(image, layers.Dense(classes)(x))


# %% tags=["nbval-check-output"]
for blocks in range(4):
    count = sum(math.prod(w.shape) for w in thawed_draft(5, blocks).trainable_weights)
    print(f"blocks = {blocks}: {count} trainable parameters")

# %% [markdown]
# It ought to be 45, 477, 693 and 801. There are **three** bugs (`training=False`, of which you know now that `fit` overrules it, is not counted as one). Two of them come to light only when the first is mended, one of these only with `blocks=0`. Write the function `thawed` without them.
#
# <details><summary>Hint 1 · the order of two lines</summary>`body.trainable = …` is handed down to all layers. What is left of the loop before?</details>
# <details><summary>Hint 2 · nothing from the end</summary>What is `"abc"[-0:]`?</details>
# <details><summary>Hint 3 · batch normalisation</summary>`isinstance(layer, layers.BatchNormalization)`. And see “a recipe”, above.</details>


# %% tags=["exercise"]
def thawed(classes, blocks):
    """three_blocks() with a head, ready for fine-tuning (not compiled).

    Args:
        classes: units of the head, a dense layer without activation after a global average.
        blocks: 0 to 3; the convolutions of so many blocks, counted from the end, are trainable. No batch
            normalisation is: neither its γ and β nor its running statistics may change in `fit`.

    Returns:
        keras.Model from (16, 16, 3) to (classes,). The head is always trainable.
    """
    ### BEGIN SOLUTION
    body = three_blocks()
    first = len(body.layers) - 3 * blocks
    for i, layer in enumerate(body.layers):
        layer.trainable = i >= first and not isinstance(layer, layers.BatchNormalization)
    image = keras.Input((16, 16, 3))
    x = layers.GlobalAveragePooling2D()(body(image))
    return keras.Model(image, layers.Dense(classes)(x))
    ### END SOLUTION


# %% tags=["check"]
check(thawed)

# %% [markdown]
# ## Rates for head and body
#
# A new head starts at random and has far to go. The body is nearly right: it should hardly move. So give them different learning rates. ULMFiT (Howard and Ruder
# 2018) calls it **discriminative fine-tuning**: each layer gets the rate of the layer after it, divided by a factor (2.6 in the paper).
#
# By hand: head 0.01, factor 10, three blocks, the first one frozen: 0, 0.0001, 0.001, and 0.01 for the head.
#
# ### {{exercise falling_rates}}
#
# <details><summary>Hint 1 · count from the head</summary>How many steps back from the head is the last block? And the first?</details>


# %% tags=["exercise"]
def falling_rates(blocks, head_rate, factor, frozen=0):
    """Learning rates that fall from the head to the first block.

    Args:
        blocks: number of blocks in the body, at least 1.
        head_rate: rate of the head.
        factor: by which the rate is divided with each step away from the head.
        frozen: so many blocks, counted from the input, get rate 0; 0 to `blocks`.

    Returns:
        float array (blocks + 1,): first block first, head last.
    """
    ### BEGIN SOLUTION
    rates = head_rate / factor ** np.arange(blocks, -1, -1.0)
    rates[:frozen] = 0
    return rates
    ### END SOLUTION


# %% tags=["check"]
check(falling_rates)

# %% [markdown]
# Keras's optimizers have one rate for all. A tempting way out: multiply the body's *gradients* by 0.1.
#
# > **Predict.** One weight, gradient 0.5, learning rate 0.01. How far does the first step of SGD go with the gradient, and with a
# > tenth of it? How far the first step of Adam?

# %% tags=["nbval-check-output"]
for make in (keras.optimizers.SGD, keras.optimizers.Adam):
    steps = []
    for gradient in (0.5, 0.05):
        weight = keras.Variable([0.0])
        make(0.01).apply([ops.convert_to_tensor([gradient])], [weight])
        steps.append(f"{float(-weight[0]):.4f}")
    print(f"{make.__name__:5}", *steps)

# %% [markdown]
# Adam divides by the size of the gradient (lesson 06). A tenth of it is divided by a tenth of its size, and the step is the same. Scale the **step** instead:


# %%
class SlowBody(keras.optimizers.Adam):
    """Adam that goes only a part of each step with the body's variables."""

    def __init__(self, learning_rate, body):
        super().__init__(learning_rate)
        self.body, self.part = {v.path for v in body}, keras.Variable(1.0, trainable=False)

    def apply(self, grads, trainable_variables=None):
        before = [ops.copy(v) for v in trainable_variables]
        super().apply(grads, trainable_variables)
        for v, old in zip(trainable_variables, before):
            if v.path in self.body:
                v.assign(old + self.part * (v - old))


# %% [markdown]
# ## Fine-tuning, measured
#
# Two tasks: the grey patches, whose features are good already, and handwritten digits, which are far from
# photographs. Ten examples of each class. The network is cut after its 14th block of 16; what comes before, the *trunk*, is frozen and computed once. Thawed are
# two blocks and the last convolution, in three parts:

# %%
net = keras.models.clone_model(network())  # a copy: network() itself stays as published
net.set_weights(network().get_weights())
sums = [layer.output for layer in net.layers if isinstance(layer, layers.Add)]
cuts = [sums[7], sums[8], net.layers[-7].output, net.layers[-3].output]
trunk = keras.Model(net.input, cuts[0])
parts = [keras.Model(a, b) for a, b in itertools.pairwise(cuts)]
start = [part.get_weights() for part in parts]
old_head = net.layers[-1].get_weights()
plots.table(
    ["part", "output", "parameters"],
    [["trunk, frozen", trunk.output.shape[1:], trunk.count_params()]]
    + [[f"part {k}", p.output.shape[1:], p.count_params()] for k, p in enumerate(parts, 1)],
)

# %%
(digits, digit_labels), (new_digits, new_digit_labels) = data.mnist_sample()
i = few(digit_labels, runtime.budget(smoke=10, cpu=30, gpu=100))
digits, digit_labels = digits[i], digit_labels[i]
LAST = runtime.budget(smoke=60, cpu=200, gpu=1000)
new_digits, new_digit_labels = new_digits[:LAST], new_digit_labels[:LAST]
tasks = {
    "patches": (patches, sources, new_patches, new_sources),
    "digits": (digits, digit_labels, new_digits, new_digit_labels),
}
asked = runtime.budget(smoke=("digits",), cpu=tuple(tasks), gpu=tuple(tasks))
for task in asked:
    x, labels, new_x, new_labels = tasks[task]
    tasks[task] = through(trunk, sized(x)), labels, through(trunk, sized(new_x)), new_labels

# %% [markdown]
# And what becomes of what it *knew*? Keep the old head of 1,000 classes aside. After the new training, put it on the new body, and ask about
# crops of photographs: how many keep the answer that they had **before**? This is a measure of forgetting that needs no labels.

# %%
known = through(trunk, sized(crops(runtime.budget(smoke=1, cpu=6, gpu=20), side=SIDE)))


def top(h):
    """From the trunk's output to features, by the parts as they are now."""
    return functools.reduce(lambda x, part: scores_of(part, x), parts, h)


def old_answers():
    return (top(known) @ old_head[0] + old_head[1]).argmax(axis=1)


before = old_answers()


# %%
def thaw(norm):
    """All layers of the parts trainable; batch normalisation only where `norm` says so."""
    for part in parts:
        for layer in part.layers:
            layer.trainable = norm or not isinstance(layer, layers.BatchNormalization)


@functools.cache
def tuner(classes, norm=False):
    """The three parts with a new head, compiled."""
    thaw(norm)
    image = keras.Input(cuts[0].shape[1:])
    head = layers.Dense(classes)
    whole = keras.Model(image, head(functools.reduce(lambda x, part: part(x), parts, image)))
    adam = SlowBody(1e-3, [v for part in parts for v in part.trainable_weights])
    whole.compile(adam, keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return whole, head


# %%
EPOCHS = runtime.budget(smoke=1, cpu=5, gpu=20)


def tune(task, seed, *, head_first=True, rate=1e-3, part=1.0, norm=False, epochs=EPOCHS):
    """Fine-tune from the published weights; (right on new images, old answers kept), in per cent."""
    x, labels, new_x, new_labels = tasks[task]
    classes, i = int(labels.max()) + 1, few(labels, 10, seed)
    for p, w in zip(parts, start):
        p.set_weights(w)
    whole, head = tuner(classes, norm)
    thaw(norm)
    keras.utils.set_random_seed(seed)
    small_random = np.random.default_rng(seed).normal(0, 0.03, (1280, classes))
    head.set_weights(
        fit_head(top(x[i]), labels[i], classes) if head_first else [small_random, np.zeros(classes)]
    )
    for variable in whole.optimizer.variables:
        variable.assign(ops.zeros_like(variable))
    whole.optimizer.learning_rate = rate
    whole.optimizer.part.assign(part)
    if epochs:
        whole.fit(x[i], labels[i], batch_size=20, epochs=epochs, verbose=0)
    right = np.mean(scores_of(whole, new_x).argmax(axis=1) == new_labels)
    return 100 * right, 100 * np.mean(old_answers() == before)


# %% [markdown]
# > **Predict.** Which way is best on the new images? And which keeps most of the old answers? The same number of steps for all but the probe.

# %%
WAYS = {
    "probe: head only": {"epochs": 0},
    "all at once, new head, 0.001": {"head_first": False},
    "head first, then all, 0.001": {},
    "head first, then all, 0.0001": {"rate": 1e-4},
    "head first, body a tenth of 0.001": {"part": 0.1},
    "the same, batch statistics move": {"part": 0.1, "norm": True},
}
SEEDS = runtime.budget(smoke=1, cpu=3, gpu=5)
ways = runtime.budget(smoke=list(WAYS)[:3], cpu=list(WAYS), gpu=list(WAYS))
outcome = {
    (task, way): np.array([tune(task, seed, **WAYS[way]) for seed in range(SEEDS)])
    for task in asked
    for way in ways
}

# %%
fig, axes = plots.figure(1, 2, height=3.4, sharey=True)
for ax, column, title in zip(axes, (0, 1), ("right on new images (%)", "old answers kept (%)")):
    for k, task in enumerate(asked):
        for row, way in enumerate(ways):
            values, y = outcome[task, way][:, column], row + 0.2 * k - 0.1
            ax.plot([values.min(), values.max()], [y, y], color=plots.COLOURS[k], lw=2)
            ax.plot(values.mean(), y, "os"[k], color=plots.COLOURS[k], label=None if row else task)
    ax.set(
        title=title,
        xlim=(0, 103),
        xlabel="per cent",
        yticks=range(len(ways)),
        yticklabels=ways,
    )
axes[0].invert_yaxis()
axes[0].legend(fontsize=8, loc="lower left")
plots.show(
    fig,
    alt="Two panels, six ways of training in rows, a marker for the mean and a line from the worst to the best "
    "seed. New images: the ways lie near one another. Old answers: all kept by the probe, most with small "
    "rates, few with a rate of 0.001 for the body.",
)
plots.table(
    ["way", *[f"{task}, {what}" for task in asked for what in ("right", "old kept")]],
    [
        [way, *[f"{v:.0f}" for task in asked for v in outcome[task, way].mean(axis=0)]]
        for way in ways
    ],
    caption="means in per cent",
)

# %% [markdown]
# *Marker: mean. Line: from the worst to the best seed.* Four things to see.
#
# 1. **On the new images the ways are near one another.** With ten examples a class there is little for the body to learn. Whoever shows you only this panel has not shown you
#    the difference.
# 2. **The old answers tell them apart.** With a rate of 0.001 for the whole body most of them are gone after some tens of steps. This is
#    **catastrophic forgetting** (McCloskey and Cohen 1989): nothing in the new loss asks for the old knowledge. And that knowledge is what you came for: Kumar and others
#    (2022) found that it costs accuracy on images unlike those of the new training.
# 3. **Head first, small steps for the body** loses much less. A random head sends random gradients into a good body.
# 4. **Batch statistics move without any rate.** The last row differs from the one before it only in that. On the digits, which look like no photograph, moving them *helps* the new task a lot (look at the
#    seeds: they do not overlap) and costs old answers. On the patches, which are photographs themselves, the ranges overlap: a draw. So there is no rule without a measurement. If you
#    want to keep what the body knew, freeze them; if the new images look unlike the old ones, try both.
#
# ## Adapters
#
# Can one adapt the body *and* keep every old answer? Leave all its weights, and put something small between its blocks: an **adapter**. Down to a few channels, ReLU, up
# again, and add (Houlsby and others 2019, for language; Rebuffi and others 2017, for images).
#
# The up-projection starts at **zero**. By hand: $x = (1, 2)$, down to one unit with weights $(0.5, 1)$: 2.5. Up with weights $(0, 0)$: $(0, 0)$. Add: $(1, 2)$. The network with fresh adapters is
# *exactly* the pretrained one.
#
# ### {{exercise adapter}}
#
# Two dense layers (they work on the last axis: at every place alike), both with biases, and with weights that start so that a fresh adapter returns x and can learn from there.
#
# <details><summary>Hint 1 · both zero?</summary>If *both* layers started at zero, what gradient would each of them get? One must be zero, one must not.</details>


# %% tags=["exercise"]
def adapter(x, reduced):
    """A bottleneck with a shortcut; when fresh, it returns x.

    Args:
        x: Keras tensor (batch, height, width, channels).
        reduced: units of the narrow layer, which has ReLU.

    Returns:
        Keras tensor of the shape of x: x plus what the bottleneck makes of it (no activation after it).
    """
    ### BEGIN SOLUTION
    y = layers.Dense(reduced, activation="relu")(x)
    y = layers.Dense(x.shape[-1], kernel_initializer="zeros")(y)
    return layers.Add()([x, y])
    ### END SOLUTION


# %% tags=["check"]
check(adapter)

# %% tags=["needs-answer", "nbval-check-output"]
maps = np.random.default_rng(0).normal(size=(2, 3, 3, 8)).astype("float32")
print("largest change by a fresh adapter:", float(ops.max(ops.abs(adapter(maps, 2) - maps))))

# %% [markdown]
# Behind each of the two thawed blocks an adapter of 24 units; the body frozen:


# %% tags=["needs-answer"]
@functools.cache
def adapted(classes):
    """The frozen parts with two adapters and a new head, compiled; and its weights at the start."""
    for part in parts:
        part.trainable = False
    x = image = keras.Input(cuts[0].shape[1:])
    for part in parts:
        x = part(x) if part is parts[-1] else adapter(part(x), 24)
    head = layers.Dense(classes)
    whole = keras.Model(image, head(x))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    whole.compile(keras.optimizers.Adam(1e-3), loss)
    return whole, head, whole.get_weights()


def tune_adapters(task, seed):
    x, labels, new_x, new_labels = tasks[task]
    classes, i = int(labels.max()) + 1, few(labels, 10, seed)
    whole, head, fresh = adapted(classes)
    keras.utils.set_random_seed(seed)
    whole.set_weights(fresh)
    for p, w in zip(parts, start):
        p.trainable = False
        p.set_weights(w)
    head.set_weights(fit_head(top(x[i]), labels[i], classes))
    for variable in whole.optimizer.variables:
        variable.assign(ops.zeros_like(variable))
    whole.optimizer.learning_rate = 1e-3
    whole.fit(x[i], labels[i], batch_size=20, epochs=EPOCHS, verbose=0)
    right = np.mean(scores_of(whole, new_x).argmax(axis=1) == new_labels)
    return 100 * right, 100 * np.mean(old_answers() == before)


# %% tags=["needs-answer"]
rows = []
for task in asked:
    found = np.array([tune_adapters(task, seed) for seed in range(SEEDS)])
    trained = sum(
        math.prod(w.shape) for w in adapted(10 if task == "digits" else 7)[0].trainable_weights
    )
    thawed_count = sum(p.count_params() for p in parts)
    rows.append(
        [
            task,
            with_spread(found[:, 0], ".0f"),
            f"{found[:, 1].mean():.0f}",
            f"{trained:,}",
            f"{thawed_count:,}",
        ]
    )
plots.table(
    [
        "task",
        "right (%)",
        "old kept, adapters off (%)",
        "trained, with the head",
        "in the thawed parts",
    ],
    rows,
)

# %% [markdown]
# Compare the accuracy with the rows above. All old answers are kept, by construction: take the adapters out and put the old head on, and the old network is there. Each new task
# costs some 35,000 numbers in place of 1.5 million, so that many tasks can share one body.
#
# > **Other teachers.** Here every example had its label. Labels may also be *weak*: guessed by rules, or taken from
# > what stood beside the picture, cheap and sometimes wrong. Fine-tuning on very many of these, and then on a few good ones,
# > is *weak supervision*. Language models such as ChatGPT are tuned by *human feedback*: people say which of two
# > answers is better, a second network learns to predict that, and the first is tuned to please the second. Neither
# > is run in this course.
#
# ## When not to transfer
#
# How near is a task to what the weights have seen? A quick test, the same head twice: on features, and on raw pixels. Five examples of each class; faces are 25×25 pixels,
# half of them faces, half pieces of background.


# %%
def pixels_and_features(images, labels, n=5):
    """Right by pixels and by features, in per cent, from n examples of each class; all others are new."""
    shares = []
    for x in (images.reshape(len(images), -1) / 255.0, features(images)):
        for seed in range(5):
            i = few(labels, n, seed)
            new = np.setdiff1d(np.arange(len(labels)), i)
            head = fit_head(x[i], labels[i], labels.max() + 1)
            shares.append(100 * share_right(x[new], labels[new], head))
    return [with_spread(s, ".0f") for s in (shares[:5], shares[5:])]


each = runtime.budget(smoke=8, cpu=30, gpu=100)
faces, is_face = data.faces()
rows = []
for what, images, labels in (
    ("faces or not", 255 * faces, is_face),
    ("patches of photographs", patches, sources),
    ("handwritten digits", *data.mnist_sample()[0]),
):
    i = few(labels, each)
    rows.append([what, *pixels_and_features(images[i], labels[i])])
plots.table(["five of each", "by pixels (%)", "by features (%)"], rows)

# %% [markdown]
# Photographs gain much, even small grey ones. Digits gain least: they are black and white strokes, like nothing in ImageNet. And there is no shortage of
# digits.
#
# > **Predict.** For how many digits of each kind does the probe on ImageNet's features win against a small network from scratch?

# %%
plan = runtime.budget(
    smoke={"counts": (2, 7), "seeds": 1, "steps": 15},
    cpu={"counts": (2, 10, 30, 100), "seeds": 3, "steps": 300},
    gpu={"counts": (2, 5, 10, 30, 100, 400), "seeds": 5, "steps": 600},
)
(digits, digit_labels), (new_digits, new_digit_labels) = data.mnist_sample()
pool = few(digit_labels, plan["counts"][-1])
digits, digit_labels = digits[pool], digit_labels[pool]
new_digits, new_digit_labels = new_digits[:LAST], new_digit_labels[:LAST]
seen, new_seen = features(digits), features(new_digits)
lines = {
    name: np.zeros((plan["seeds"], len(plan["counts"])))
    for name in ("published weights, probe", "small network from scratch")
}
for seed in range(plan["seeds"]):
    for column, n in enumerate(plan["counts"]):
        i = few(digit_labels, n, seed)
        probe = fit_head(seen[i], digit_labels[i], 10)
        alone = from_scratch(
            small(digits[i]),
            digit_labels[i],
            small(new_digits),
            new_digit_labels,
            seed,
            plan["steps"],
        )
        lines["published weights, probe"][seed, column] = 100 * share_right(
            new_seen, new_digit_labels, probe
        )
        lines["small network from scratch"][seed, column] = 100 * alone

# %%
draw(
    lines,
    plan["counts"],
    f"Handwritten digits, seeds: {plan['seeds']}",
    "Accuracy on new digits over digits learned from. With the fewest examples the two are level; "
    "with more of them the small network is ahead and goes on rising while the probe flattens.",
    "digits of each kind to learn from",
    guess=10,
)
print(f"parameters: {network().count_params():,} and {scratch((24, 24, 1), 10).count_params():,}")

# %% [markdown]
# *The same picture as for patches, for digits; bands from the worst to the best seed.* At no number of digits does the probe win. With the fewest the two are level; with more the small network is ahead, with a fraction of the parameters and of the work: the head cannot draw
# with lines what the features do not hold. Do not transfer when
#
# - you have many examples, and a small network is enough;
# - your images are unlike those that the weights have seen (strokes, spectrograms, maps), or what you look for is finer than their size (Raghu and others 2019 found little gain on
#   medical images);
# - you may not: weights have licences, and they bring along what was in their data.
#
# **Two questions decide:** how *many* images have you, and how *near* are they to the old ones? Few and near: probe. Many and near: fine-tune. Few and far: probe on
# earlier layers, or get more images. Many and far: from scratch is a fair rival.
#
# ## Online: Keras Applications
#
# *Side trip: may be skipped without loss.*
#
# With the internet, every family of lesson 17's cousins is one line away. The next cell downloads MobileNetV2's weights (about 9 MB, once), and probes them with the same patches.


# %%
def downloaded():
    """MobileNetV2 with ImageNet's weights and no head, or None if it cannot be had."""
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            return keras.applications.MobileNetV2(
                input_shape=(SIDE, SIDE, 3), include_top=False, pooling="avg", weights="imagenet"
            )
    except Exception:  # Keras raises bare Exception when a download fails
        print(
            "MobileNetV2's weights cannot be downloaded: connect to the internet, and run this cell again."
        )


mobile = downloaded()
if mobile is not None:
    mobile.trainable = False
    found, new_found = (
        through(mobile, sized(p)) for p in (few_patches, new_patches)
    )  # −1 to 1: sized() fits
    print(
        f"{share_right(new_found, new_sources, fit_head(found, few_sources, 7)):.0%} right by its features"
    )

# %% [markdown]
# A second one: Fashion-MNIST, small grey pictures of clothes on black. Nearer to photographs than digits are, or not?

# %%
try:
    with contextlib.redirect_stdout(io.StringIO()):
        (clothes, kinds), _ = data.fashion_mnist()
    i = few(kinds, each)
    print("by pixels and by features (%):", *pixels_and_features(clothes[i], kinds[i]))
except data.DataUnavailable:
    print("Fashion-MNIST is not on this machine: connect to the internet, and run this cell again.")

# %% [markdown]
# ## {{exercise quiz}}
#
# Answer with one letter each, such as `{"q1": "a", …}`.
#
# **q1** You freeze a body *after* two epochs of `fit`, and call `fit` again. What is trained?
#
# - a) the head only
# - b) all that was trained before
# - c) nothing
# - d) Keras raises an error
#
# **q2** A batch normalisation has `trainable=False`. In `fit` it uses
#
# - a) the batch's mean and variance
# - b) the batch's, and does not store them
# - c) its running mean and variance
# - d) neither; it returns its input
#
# **q3** Keras's EfficientNet-B0 names every photograph wrongly, with little confidence. Your pipeline divides by 255. What do you do?
#
# - a) divide by 127.5 and subtract 1
# - b) swap red and blue
# - c) train longer
# - d) leave the division out
#
# **q4** With Adam you multiply the body's gradients by 0.01 to protect it. What happens?
#
# - a) its steps are as long as before
# - b) its steps are a hundredth
# - c) it is frozen
# - d) its steps are a tenth
#
# **q5** Down *and* up projection of an adapter start at zero, biases too. What does training do to its two kernels?
#
# - a) both learn
# - b) only the up projection learns
# - c) only the down projection learns
# - d) neither ever moves
#
# **q6** 30 photographs each of four kinds of birds. Where do you begin?
#
# - a) from scratch
# - b) thaw all, rate 0.001
# - c) a probe on frozen features
# - d) thaw the first layers

# %% tags=["exercise"]
### BEGIN SOLUTION
quiz = {"q1": "b", "q2": "c", "q3": "d", "q4": "a", "q5": "d", "q6": "c"}
### END SOLUTION

# %% tags=["check"]
check(quiz=quiz)

# %% [markdown]
# ## Summary
#
# - Weights carry what was learned from many images; a linear probe on their features can do with a handful of new ones, where the same network with random weights cannot.
# - Feed them what they were trained on. The loud mistakes you will see, the quiet ones (0 to 1, BGR) you must look for.
# - `trainable=False` counts from the next `compile` on; a frozen batch normalisation also keeps its running statistics and uses them.
# - Fine-tune from the end: head first, then small steps for the body (scale steps, not Adam's gradients), batch statistics frozen if you want to keep the old answers. Measure what is forgotten.
# - Adapters forget nothing. And for many images, or far ones, a small network from scratch may be the better idea.
#
# ## References
#
# - R. Liu, "Higher accuracy on vision models with EfficientNet-Lite", TensorFlow blog, 2020.
# - J. Yosinski, J. Clune, Y. Bengio, H. Lipson, "How transferable are features in deep neural networks?", 2014.
# - J. Howard, S. Ruder, "Universal Language Model Fine-tuning for Text Classification", 2018.
# - N. Houlsby and others, "Parameter-Efficient Transfer Learning for NLP", 2019.
# - S.-A. Rebuffi, H. Bilen, A. Vedaldi, "Learning multiple visual domains with residual adapters", 2017.
# - M. McCloskey, N. J. Cohen, "Catastrophic Interference in Connectionist Networks", 1989.
# - A. Kumar and others, "Fine-Tuning can Distort Pretrained Features and Underperform Out-of-Distribution", 2022.
# - K. He, R. Girshick, P. Dollár, "Rethinking ImageNet Pre-training", 2019.
# - M. Raghu, C. Zhang, J. Kleinberg, S. Bengio, "Transfusion: Understanding Transfer Learning for Medical Imaging", 2019.
#
# **Where to read on.** S. Kornblith, J. Shlens, Q. V. Le, "Do Better ImageNet Models Transfer Better?", 2019: sixteen networks, twelve data sets, probe and fine-tuning side
# by side. In this course: lesson 20 looks into the network whose weights you have loaded here.
