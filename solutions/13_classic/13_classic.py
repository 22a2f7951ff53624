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
# # LeNet-5, AlexNet, VGG
#
# **Time** 110 minutes · **Needs** lessons 03, 08, 09 and 10 · **Running everything** {{seconds}} s on two CPU cores
#
# VGG-16, a network of 2014, has 138 million parameters. One of its sixteen layers holds three
# quarters of them and does less than one hundredth of the work. Run the next three cells and look
# for it.

# %% tags=["setup"]
import functools

import numpy as np

from cnncourse import anatomy, begin, data, plots, runtime
from cnncourse.runs import deviation
from cnncourse.weights import copy_weights

check = begin("13_classic")

import keras
from keras import layers, ops

# %%
# A network built in this context has its shapes, but no numbers in them: it takes no memory.
with anatomy.shapes_only():
    vgg16 = keras.applications.VGG16(weights=None)
rows = [row for row in anatomy.layer_table(vgg16) if row.parameters]

# %%
names = [row.name for row in rows]
parameters = np.array([row.parameters for row in rows])
multiply_adds = np.array([row.multiply_adds for row in rows])
colours = [plots.COLOURS[0] if row.kind == "Conv2D" else plots.COLOURS[1] for row in rows]

fig, (left, right) = plots.figure(1, 2, height=4.4, sharey=True)
for ax, counts, what in ((left, parameters, "parameters"), (right, multiply_adds, "multiply-adds")):
    ax.barh(names, 100 * counts / counts.sum(), color=colours)
    ax.set(xlabel=f"% of all {what}", title=f"{counts.sum():,} {what}")
left.invert_xaxis()
left.invert_yaxis()
plots.show(
    fig,
    alt="VGG-16 layer by layer. Left, share of the parameters: the first dense layer, fc1, has 74 "
    "percent and the convolutions hardly show. Right, share of the multiply-adds for one image: "
    "the convolutions share them out and the dense layers hardly show.",
)

# %% [markdown]
# *Blue: convolutions. Orange: dense layers. The two halves of the picture hardly overlap.*
#
# **Where does a network keep its parameters, where does it do its work, and why are these two
# different places?** Three famous networks answer that: LeNet-5 (1998) read handwritten digits,
# AlexNet (2012) and VGG (2014) sorted photographs into a thousand kinds.
#
# By the end you will be able to
#
# - **build** LeNet-5 as it was printed and as it is taught today, and **train** it on real digits;
# - **find** what a trained network cannot do, and mend it;
# - **check** a published table by arithmetic, and tell a misprint from another way to round;
# - **compute** how much of the image one unit sees;
# - **build** every VGG from one short list, and say where its parameters and its work lie.

# %% [markdown]
# ## LeNet-5 as it is taught today
#
# Two rounds of *convolve, then shrink*, followed by three dense layers. The picture is to scale:
# maps get smaller from left to right while their number grows.

# %%
plots.network(
    [
        ("image", (28, 28, 1)),
        ("C1", (28, 28, 6)),
        ("S2", (14, 14, 6)),
        ("C3", (10, 10, 16)),
        ("S4", (5, 5, 16)),
        ("C5", (120,)),
        ("F6", (84,)),
        ("output", (10,)),
    ],
    title="LeNet-5, its feature maps to scale",
    alt="Blocks drawn to scale: the image of 28 by 28, six maps of 28 by 28, six of 14 by 14, "
    "sixteen of 10 by 10, sixteen of 5 by 5, then vectors of 120, 84 and 10 numbers.",
)

# %% [markdown]
# The names are the paper's: C for convolution, S for subsampling (today: pooling), F for fully
# connected. Two layers by hand, before any code counts them:
#
# | layer | weights | biases | parameters | each weight is used | multiply-adds |
# |---|---|---|---|---|---|
# | C1: six filters of 5×5×1 | 6 · 25 = 150 | 6 | **156** | at 28 · 28 = 784 positions | 150 · 784 = **117,600** |
# | C5: 400 numbers to 120 | 400 · 120 = 48,000 | 120 | **48,120** | once | **48,000** |
#
# C1 has 308 times fewer parameters than C5 and does more than twice its work. Keep the column
# *each weight is used* in mind: it is the answer to the question above.
#
# ### {{exercise lenet5}}
#
# Write `lenet5(side)`, which returns a `keras.Model` for grey images of `side` × `side` pixels.
# `side` is 28 or 32.
#
# 1. C1: 6 filters of 5×5, ReLU. Its map is 28×28 **for both sizes**: an image of 28 needs padding,
#    one of 32 does not.
# 2. S2: max pooling over 2×2.
# 3. C3: 16 filters of 5×5 without padding, ReLU.
# 4. S4: max pooling over 2×2.
# 5. Flatten; C5: 120 units, ReLU; F6: 84 units, ReLU.
# 6. Output: 10 scores with **no** activation (the loss will see to that).
#
# <details><summary>Hint 1 · which padding?</summary>A filter of 5 loses 2 pixels at each side.
# Keras has a word for padding that loses none.</details>
# <details><summary>Hint 2 · how to know it is right?</summary>`anatomy.layer_table(lenet5())` must
# end in 61,706 parameters, for both sizes.</details>


# %% tags=["exercise"]
def lenet5(side=28):
    """LeNet-5 as it is taught today.

    Args:
        side: height and width of the image in pixels, 28 or 32.

    Returns:
        A keras.Model from (batch, side, side, 1) to scores of shape (batch, 10).
    """
    ### BEGIN SOLUTION
    return keras.Sequential(
        [
            keras.Input((side, side, 1)),
            layers.Conv2D(6, 5, padding="same" if side == 28 else "valid", activation="relu"),
            layers.MaxPooling2D(2),
            layers.Conv2D(16, 5, activation="relu"),
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dense(120, activation="relu"),
            layers.Dense(84, activation="relu"),
            layers.Dense(10),
        ]
    )
    ### END SOLUTION


# %% tags=["check"]
check(lenet5)

# %% [markdown]
# The last column of the next table, *sees*, is the side of the patch of the image that one unit
# can see. Follow it by hand: C1 sees 5 pixels. S2 joins two neighbours, one pixel apart: 6. From
# there on neighbours are two pixels apart, so the five of C3 add 4 · 2 = 8: 14. S4 adds 2: 16. And
# the five columns that C5 joins are four pixels apart, so they add 4 · 4 = 16.

# %% tags=["needs-answer", "nbval-check-output"]
keras.utils.clear_session()  # so that the layers' names count from the start
anatomy.layer_table(lenet5())

# %% [markdown]
# The sum is 32: one unit of C5, looking at 5×5 places of S4, sees exactly the 32 pixels that the
# image has with its frame of two. LeNet-5's sizes are no accident.
#
# ## Sixty-one thousand parameters learn to read
#
# 4,000 real digits to learn from, 1,000 others to be judged by, all from MNIST.

# %% tags=["setup"]
(train_images, y_train), (test_images, y_test) = data.mnist_sample()
x_train, x_test = (np.float32(part[..., None]) / 255 for part in (train_images, test_images))

# %%
plots.images(
    test_images[:20],
    titles=[str(label) for label in y_test[:20]],
    columns=10,
    suptitle="Held-out digits: the network never learns from these",
    alt="Twenty handwritten digits, each centred in its square, with their labels.",
)

# %% [markdown]
# > **Predict.** How many of 1,000 unseen digits will it read after twelve passes over only 400
# > examples of each? Write your guess down before you run the next cell.
#
# `reader()` trains the network at its first call and remembers it for all later cells.


# %% tags=["setup"]
def fit(network, x, y, epochs, loss=None, metric="accuracy", **options):
    """Train with Adam, its rate falling to zero along a cosine; returns the history."""
    steps = epochs * -(-len(x) // 64)
    network.compile(
        optimizer=keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(3e-3, steps)),
        loss=loss or keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=[metric],
    )
    return network.fit(x, y, batch_size=64, epochs=epochs, verbose=0, **options)


# %%
@functools.cache
def reader():
    keras.utils.set_random_seed(0)
    network = lenet5()
    curve = plots.live_curve(["accuracy"], title="LeNet-5 learns to read")
    epochs = runtime.budget(smoke=3, cpu=12, gpu=12)
    fit(network, x_train, y_train, epochs, validation_data=(x_test, y_test), callbacks=[curve])
    return network


# %% tags=["needs-answer"]
scores = reader().predict(x_test, verbose=0)
wrong = np.flatnonzero(scores.argmax(1) != y_test)
print(f"read rightly: {len(y_test) - len(wrong)} of {len(y_test)} digits")

# %% [markdown]
# *Training digits solid, held-out digits dashed.* That took seconds. The paper's network reached 99.05 % on MNIST's
# test set, with 15 times as many images to learn from (LeCun et al. 1998, section III).
#
# ### Look at the errors
#
# An error rate is one number. The errors themselves say what is missing.

# %% tags=["needs-answer"]
scores = reader().predict(x_test, verbose=0)
wrong = np.flatnonzero(scores.argmax(1) != y_test)
sure = ops.convert_to_numpy(ops.softmax(scores)).max(1)
wrong = wrong[np.argsort(-sure[wrong])][:16]
plots.images(
    test_images[wrong],
    titles=[f"{y_test[i]} read as {scores[i].argmax()}\n{sure[i]:.0%} sure" for i in wrong],
    columns=8,
    suptitle="The errors it is surest of",
    alt="Sixteen misread digits with the label, the answer and how sure the network was. Many are "
    "hard for people too: open loops, missing strokes, unusual slants.",
)

# %% [markdown]
# *Some you would misread too. Others are plain to you, and the network is still sure of its
# answer: a high softmax value is not a high probability of being right.*
#
# ### Look inside

# %% tags=["needs-answer"]
convolutions = [layer for layer in reader().layers if isinstance(layer, layers.Conv2D)]
inside = keras.Model(reader().inputs, [layer.output for layer in convolutions])
c1, c3 = inside.predict(x_test[:1], verbose=0)
plots.feature_maps(
    c1[0],
    columns=6,
    suptitle=f"The six maps of C1 for a {y_test[0]}",
    alt="Six feature maps of 28 by 28 in which the digit is still easy to see; each "
    "brings out other edges of its strokes.",
)
plots.feature_maps(
    c3[0],
    columns=8,
    suptitle="The sixteen maps of C3 for the same digit",
    alt="Sixteen feature maps of 10 by 10; the digit can hardly be recognised, each map is bright "
    "in a few places only.",
)

# %% [markdown]
# *C1 finds edges of strokes and keeps their place. C3 joins them to parts: the digit is no longer a
# picture, it is a list of which parts are where.*
#
# *Where* is the weak spot, as you will see now.
#
# ## What it cannot do
#
# Every digit of MNIST is centred in its square. Convolution is equivariant (lesson 08) and pooling
# adds some invariance (lesson 09).
#
# > **Predict.** Move every held-out digit to the right, by two pixels, then by four. You would read
# > them as before. What will the accuracy be at two, and at four?


# %% tags=["setup"]
def moved(images, right=0, down=0):
    """Move images (n, 28, 28, 1) by whole pixels; paper (0) comes in from the side."""
    padded = np.pad(images, ((0, 0), (5, 5), (5, 5), (0, 0)))
    return padded[:, 5 - down : 33 - down, 5 - right : 33 - right]


# %% tags=["needs-answer"]
shifts = range(-5, 6)
accuracy = [
    100 * np.mean(reader().predict(moved(x_test, s), verbose=0).argmax(1) == y_test) for s in shifts
]
plots.lines(
    list(shifts),
    {"LeNet-5, trained on centred digits": accuracy},
    xlabel="held-out digits moved to the right (pixels)",
    ylabel="read rightly (%)",
    title="A few pixels are enough",
    alt="Accuracy against the shift: a peak of about 97 percent where digits are centred; it falls "
    "steeply to both sides, to well under half of the digits at four or five pixels.",
)

# %% [markdown]
# Take a digit that is read rightly where it is, and wrongly four pixels to the right:

# %% tags=["needs-answer"]
centred, aside = (reader().predict(moved(x_test, s), verbose=0).argmax(1) for s in (0, 4))
first = np.flatnonzero((centred == y_test) & (aside != y_test))[0]
digit = x_test[first : first + 1]


def look(right=4, down=0):
    image = moved(digit, right, down)
    probability = ops.convert_to_numpy(ops.softmax(reader()(image)))[0]
    fig, (picture, bars) = plots.figure(1, 2, height=2.6, width_ratios=[1, 2])
    picture.imshow(image[0, ..., 0], cmap="gray")
    picture.set_axis_off()
    bars.bar(range(10), 100 * probability)
    bars.set(xlabel="digit", ylabel="softmax (%)", ylim=(0, 100), xticks=range(10))
    fig.suptitle(f"{y_test[first]}, read as {probability.argmax()}")
    said = f"A {y_test[first]} moved {right} to the right and {down} down, and ten bars: most for"
    return plots.show(fig, alt=f"{said} {probability.argmax()}, {probability.max():.0%}.")


plots.interact(look, right=(-5, 5), down=(-5, 5))

# %% [markdown]
# Move it with the sliders and watch where the network changes its mind.
#
# A convolution does not lose the digit: when the digit moves, its feature maps move along. But C5
# has one weight **for each place** of S4. What it learned at one place tells it nothing about the
# next. The layer that holds most of the parameters is also the one that must learn every position
# anew. The paper's own cure was to show distorted digits as well: the error fell from 0.95 % to
# 0.8 % (LeCun et al. 1998, section III).
#
# ### {{exercise trained_lenet}}
#
# Train a network, named `trained_lenet`, that reads digits which stand **up to two pixels off
# centre**, in both directions, each digit elsewhere.
#
# - It takes float32 images of shape (n, 28, 28, 1), 0 (paper) to 1 (ink), and gives (n, 10) scores.
# - It has at most 62,000 parameters: take your `lenet5`. One point is for the size, however well
#   it reads.
# - Learn from `x_train` and `y_train` only. `moved` (above) and `fit` are there for you, but you may
#   use anything.
# - Twelve passes over 4,000 images are enough: some fifteen to thirty seconds. Use these twelve in
#   grading too, not `runtime.budget`.
# - One point for 70 % of the moved digits that it has not seen, two more for 93 %.
#
# <details><summary>Hint 1 · what has to change?</summary>Not the network. Compare what it has seen
# with what it is asked.</details>
# <details><summary>Hint 2 · each digit elsewhere</summary>If all images of a pass are moved alike,
# the network chases the last move. Draw the two numbers for each image.</details>
# <details><summary>Hint 3 · two ways</summary>Either build the moved images in NumPy, anew before
# each pass. Or look in lesson 12 for a layer that moves images while training and leaves them alone
# otherwise; its factor is a fraction of the side.</details>

# %% tags=["exercise"]
### BEGIN SOLUTION
keras.utils.set_random_seed(1)
trained_lenet = keras.Sequential(
    [
        keras.Input((28, 28, 1)),
        layers.RandomTranslation(2.5 / 28, 2.5 / 28, fill_mode="constant"),
        lenet5(),
    ]
)
_ = fit(trained_lenet, x_train, y_train, epochs=12)
### END SOLUTION

# %% tags=["check"]
check(trained_lenet=trained_lenet)

# %% [markdown]
# The next picture puts the curve of before beside that of your network.

# %% tags=["needs-answer"]
lenet5()  # this cell needs exercises 1 and 2


if trained_lenet is not ...:
    yours = [
        100 * np.mean(trained_lenet.predict(moved(x_test, s), verbose=0).argmax(1) == y_test)
        for s in shifts
    ]
    plots.lines(
        list(shifts),
        {"trained on centred digits": accuracy, "yours": yours},
        xlabel="held-out digits moved to the right (pixels)",
        ylabel="read rightly (%)",
        title="What it has seen is what it can do",
        alt="Two curves of accuracy against the shift. The one of centred training is a narrow peak; "
        "yours is flat from minus two to two pixels and falls off farther out.",
    )

# %% [markdown]
# *Same network, same number of parameters, same time. Inside ±2 pixels the curve is flat; farther out
# it falls again. The network has not learned to ignore position. It has learned more positions.*
#
# ## LeNet-5 as it was printed
#
# What is taught as LeNet-5 is a simplification. The paper's network (LeCun et al. 1998, section
# II.B) has 60,000 parameters, not 61,706, and differs in three places.
#
# **Subsampling that learns.** A unit of S2 adds up its 2×2 inputs, multiplies the sum by a
# coefficient, adds a bias, and squashes the result. Coefficient and bias are one each **per map**.
#
# **A partial C3.** A map of C3 does not see all six maps of S2. Table I of the paper says which:

# %%
TABLE_I = ["012", "123", "234", "345", "045", "015", "0123", "1234", "2345", "0345", "0145"]
TABLE_I += ["0125", "0134", "1245", "0235", "012345"]
wired = np.array([[str(s2) in seen for seen in TABLE_I] for s2 in range(6)])

fig, ax = plots.figure(height=2.8)
ax.pcolormesh(~wired, cmap="gray", edgecolors="silver")
ax.set(xlabel="map of C3", ylabel="map of S2", title="Table I of the paper: black is connected")
ax.set_xticks(np.arange(16) + 0.5, range(16))
ax.set_yticks(np.arange(6) + 0.5, range(6))
ax.invert_yaxis()
plots.show(
    fig,
    alt="Six rows, the maps of S2, by sixteen columns, the maps of C3. The first six columns have "
    "three neighbouring black squares each, the next nine have four, the last has all six.",
)

# %% [markdown]
# *Six maps see three maps each, nine see four, one sees all six: 60 of 96 possible connections, each
# a 5×5 filter. The paper gives two reasons: fewer connections, and no two maps with the same
# inputs, so that they are driven to find different things.*
#
# **Outputs that measure distance.** The ten outputs have fixed codes: class *i* has a pattern of 84
# values, −1 or +1. Output *i* is the squared distance between F6 and that pattern,
# $y_i=\sum_j (x_j-w_{ij})^2$, so the **smallest** wins. Nothing there is trained. And why 84? The
# patterns are pictures of the characters, 7 wide and 12 high.
#
# By hand, for C1: 6 · (25 + 1) = 156 parameters.
#
# ### {{exercise lenet_1998}}
#
# Fill the dictionary with the number of trainable parameters of each layer of **1998**. C5 sees all
# sixteen maps of S4 (5×5) and has 120 units. F6 has 84 units. Every unit or map of C1, C3, C5 and F6
# has one bias.
#
# <details><summary>Hint 1 · S2 and S4</summary>Count what is trained per map, then the maps.</details>
# <details><summary>Hint 2 · C3</summary>Count the black squares of the table. Each is one filter.
# How many biases does a map need?</details>
# <details><summary>Hint 3 · a check</summary>The sum must be 60,000.</details>

# %% tags=["exercise"]
# lenet_1998 = {"C1": 156, "S2": ..., "C3": ..., "S4": ..., "C5": ..., "F6": ...}
### BEGIN SOLUTION
connections = 6 * 3 + 9 * 4 + 1 * 6
lenet_1998 = {
    "C1": 6 * (25 + 1),
    "S2": 6 * 2,
    "C3": connections * 25 + 16,
    "S4": 16 * 2,
    "C5": 120 * (16 * 25 + 1),
    "F6": 84 * (120 + 1),
}
### END SOLUTION

# %% tags=["check"]
check(lenet_1998=lenet_1998)

# %% [markdown]
# From 60,000 to 61,706: a C3 that sees everything adds 900, trained outputs add 850, pooling without
# parameters takes away 44.
#
# ### The network of 1998, rebuilt
#
# Three small layers, one for each difference.


# %%
def squash(x):
    """The paper's A·tanh(S·x), appendix A: it takes 1 to 1 and −1 to −1."""
    return 1.7159 * ops.tanh(2 / 3 * x)


class Subsampling(layers.Layer):
    """Mean of 2×2 (the paper's sum: its factor of 4 is in the coefficient), scaled, squashed."""

    def build(self, shape):
        self.coefficient = self.add_weight(shape=(shape[-1],), initializer="ones")
        self.bias = self.add_weight(shape=(shape[-1],), initializer="zeros")

    def call(self, x):
        return squash(self.coefficient * ops.average_pool(x, 2, 2) + self.bias)


# %%
class PartialConvolution(layers.Layer):
    """One 5×5 filter for each connection of Table I, and no other weights."""

    def build(self, shape):
        pairs = np.argwhere(wired)
        self.place = np.zeros((len(pairs), *wired.shape), "float32")
        self.place[np.arange(len(pairs)), pairs[:, 0], pairs[:, 1]] = 1
        start = keras.initializers.RandomNormal(stddev=0.1)
        self.filters = self.add_weight(shape=(5, 5, len(pairs)), initializer=start)
        self.bias = self.add_weight(shape=(16,), initializer="zeros")

    def call(self, x):
        kernel = ops.einsum("hwp,pio->hwio", self.filters, self.place)
        return squash(ops.conv(x, kernel) + self.bias)


# %% [markdown]
# The paper's patterns were drawn by hand. Ours come from the average of each digit, brought to 7×12
# and cut to two values.

# %%
from skimage.transform import resize

average = [x_train[y_train == digit, 4:24, 5:23, 0].mean(axis=0) for digit in range(10)]
small = np.stack([resize(picture, (12, 7), anti_aliasing=True) for picture in average])
codes = np.where(small > 0.35, 1.0, -1.0).astype("float32").reshape(10, 84)

plots.images(
    list(codes.reshape(10, 12, 7)),
    titles=[str(digit) for digit in range(10)],
    columns=10,
    suptitle="The pattern that F6 is to show for each digit",
    alt="Ten coarse black-and-white pictures, 7 wide and 12 high, of the digits 0 to 9.",
)


# %%
class Distance(layers.Layer):
    def call(self, x):
        return ops.sum(ops.square(ops.expand_dims(x, 1) - codes), axis=-1)


def original_lenet5():
    keras.utils.set_random_seed(0)
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Rescaling(1.275, -0.1),  # paper is −0.1, ink is 1.175
            layers.ZeroPadding2D(2),
            layers.Conv2D(6, 5, activation=squash),
            Subsampling(),
            PartialConvolution(),
            Subsampling(),
            layers.Conv2D(120, 5, activation=squash),
            layers.Flatten(),
            layers.Dense(84, activation=squash),
            Distance(),
        ]
    )


# %% tags=["nbval-check-output"]
print(f"{original_lenet5().count_params():,} parameters")

# %% [markdown]
# The loss of the paper's equation 8 is as simple as can be: the distance between F6 and the right
# pattern. It says nothing about wrong patterns.
#
# > **Predict.** Fixed patterns, no softmax, a loss that ignores the wrong classes. How far behind the
# > modern network will it end?


# %%
def to_right_pattern(y, distances):
    y = ops.reshape(ops.cast(y, "int32"), (-1, 1))
    return ops.mean(ops.take_along_axis(distances, y, axis=-1)) / 84


def nearest(y, distances):
    return ops.mean(ops.equal(ops.argmin(distances, -1), ops.cast(ops.reshape(y, (-1,)), "int32")))


few = runtime.budget(smoke=600, cpu=4000, gpu=4000)
history = fit(
    original_lenet5(),
    x_train[:few],
    y_train[:few],
    epochs=runtime.budget(smoke=1, cpu=12, gpu=12),
    loss=to_right_pattern,
    metric=nearest,
    validation_data=(x_test, y_test),
)
print(f"1998, rebuilt: {history.history['val_nearest'][-1]:.1%} of the held-out digits")

# %% [markdown]
# A point or two less than the network of today, in one run of each. Three things differ: which maps C3
# sees, pooling that is trained, and the outputs' patterns; which of them costs the points was not
# measured here. With patterns that are fixed and far apart, coming close to the right one is getting away from the others. (If the patterns were
# trained too, they would all collapse onto one: the paper says so, and adds a second term, equation
# 9.)
#
# ### What did the changes buy?
#
# *Side trip: may be skipped without loss.*
#
# Change one part of the modern network at a time: the non-linearity, the pooling. The same images,
# epochs and learning rates; several seeds; bands show one standard deviation.


# %%
def changed(network, activation, pooling):
    """The same network with other non-linearities and another pooling."""

    def swap(layer):
        config = layer.get_config()
        if config.get("activation") == "relu":
            config["activation"] = activation
        if isinstance(layer, layers.MaxPooling2D):
            return pooling(2)
        return type(layer).from_config(config)

    return keras.models.clone_model(network, clone_function=swap)


# %% tags=["needs-answer"]
maximum, average = layers.MaxPooling2D, layers.AveragePooling2D
variants = {
    "ReLU, maximum": ("relu", maximum),
    "ReLU, average": ("relu", average),
    "tanh, maximum": ("tanh", maximum),
    "tanh, average": ("tanh", average),
    "sigmoid, average": ("sigmoid", average),
}
seeds, few, epochs, compared = runtime.budget(
    smoke=(1, 500, 2, 2), cpu=(3, 3000, 5, 5), gpu=(5, 4000, 12, 5)
)


def errors(seed, activation, pooling):
    keras.utils.set_random_seed(seed)
    network = changed(lenet5(), activation, pooling)
    held_out = (x_test, y_test)
    history = fit(network, x_train[:few], y_train[:few], epochs, validation_data=held_out)
    return 100 - 100 * np.array(history.history["val_accuracy"])


runs = {
    name: np.array([errors(seed, *parts) for seed in range(seeds)])
    for name, parts in list(variants.items())[:compared]
}

# %% tags=["needs-answer"]
lenet5()
fig, ax = plots.figure(height=3.6)
epoch = np.arange(1, epochs + 1)
for (name, error), style in zip(runs.items(), ["-", "--", "-.", (0, (5, 1, 1, 1)), ":"]):
    mean, spread = error.mean(0), deviation(error)
    (line,) = ax.plot(epoch, mean, linestyle=style, marker="o", markersize=4, label=name)
    ax.fill_between(epoch, mean - spread, mean + spread, color=line.get_color(), alpha=0.15)
ax.set(yscale="log", xticks=epoch, xlabel="epoch", ylabel="error on held-out digits (%)")
ax.set_yticks([3, 5, 10, 20, 50, 90], ["3", "5", "10", "20", "50", "90"])
ax.minorticks_off()
ax.set_title("LeNet-5, one part changed at a time")
ax.legend()
plots.show(
    fig,
    alt="Error against epochs for five variants. Sigmoid is far above the others and starts near "
    "90 percent. The other four fall together; tanh with average pooling ends highest of them, "
    "ReLU with maximum lowest.",
)

# %% [markdown]
# *The sigmoid is the one bad choice: hardly anything happens in its first epoch (lesson 03 shows
# why). tanh with average pooling, the two choices of 1998, ends with about twice the errors of ReLU
# with maximum; either change alone brings most of that.*
#
# ## AlexNet: the same recipe, a thousand times larger
#
# Fourteen years later the recipe was nearly unchanged. What had changed was the supply of images
# and of arithmetic.

# %% tags=["nbval-check-output"]
plots.table(
    ["", "MNIST", "ImageNet challenge (ILSVRC 2012)"],
    [
        ["images to learn from", 60_000, 1_281_167],
        ["held out to choose by", 0, 50_000],
        ["test", 10_000, 100_000],
        ["classes", 10, 1_000],
        ["images a class", "about 6,000", "732 to 1,300"],
        ["numbers an image", 28 * 28, 224 * 224 * 3],
    ],
    caption="LeCun et al. 1998, section III; Russakovsky et al. 2015, Table 2",
)

# %% [markdown]
# Answers are judged by their **top-5 error**: how often the right class is not among the five best
# guesses. A trained person came to 5.1 % (Russakovsky et al. 2015, section 6.4). The entry that won in
# 2012 had 15.3 %, the second-best 26.2 % (Krizhevsky et al. 2012, abstract). Read the small print: 15.3 %
# is the vote of **seven** networks, two of them trained before on a larger set of pictures. Five networks
# without that have 16.4 %, and one alone, the network that we shall build, 18.2 % (section 6, Table 2).
#
# What the paper reports for each of its parts:
#
# | part | what it is | effect, as printed |
# |---|---|---|
# | ReLU (3.1) | in place of tanh | 25 % training error on CIFAR-10 six times sooner (Figure 1) |
# | two groups (3.2) | half the maps on each of two GPUs with 3 GB | top-5 error 1.2 points lower than one GPU with half the maps |
# | LRN (3.3) | divides by the activity of 5 neighbouring maps, **after** ReLU (lesson 10) | 1.2 points lower |
# | overlapping pooling (3.4) | windows of 3, stride 2 | 0.3 points lower than windows of 2, stride 2 |
# | dropout 0.5 (4.2) | in the first two dense layers (lesson 11) | "substantial overfitting" without it |
#
# ### The network, and two ways to round
#
# | layer | filters or window | stride | padding | groups |
# |---|---|---|---|---|
# | conv1 | 96 of 11×11 | 4 | none | 1 |
# | pool1 | 3×3, maximum | 2 | none | |
# | conv2 | 256 of 5×5 | 1 | same | 2 |
# | pool2 | 3×3, maximum | 2 | none | |
# | conv3 | 384 of 3×3 | 1 | same | 1 |
# | conv4 | 384 of 3×3 | 1 | same | 2 |
# | conv5 | 256 of 3×3 | 1 | same | 2 |
# | pool5 | 3×3, maximum | 2 | none | |
# | fc6, fc7, fc8 | 4096, 4096, 1000 units | | | |
#
# The paper says that images are 224×224 and that conv1 gives 55×55.
#
# > **Predict.** How many rows does conv1 give for 224 pixels, with a filter of 11 at stride 4 and no
# > padding? Lesson 08 has the formula.

# %% tags=["nbval-check-output"]
for side in (223, 224, 225, 226, 227, 228):
    rows_of_conv1 = (side - 11) // 4 + 1
    print(f"{side} pixels: {rows_of_conv1} rows, {(side - 11) % 4} pixels left over")

# %% [markdown]
# By Keras's rule, which rounds **down**, 224 gives 54, with a pixel left over. Many have called the
# paper's 55 a misprint for that. But its author's program, cuda-convnet, rounds **up**:
# $1 + \lceil (224 - 11)/4 \rceil = 55$. The last window hangs three pixels over the border, where it sees
# zeros. So both numbers of the paper are right, by its own rule.
#
# 227 is the smallest size that gives 55 by rounding down, and it fits exactly: $(55 - 1) \cdot 4 + 11 = 227$.
# It is the same geometry with three more rows of picture in place of the zeros, and it is what everybody
# uses who rebuilds the network. We do too.
#
# ### Two groups
#
# The maps were too many for the memory of one GPU, so each GPU kept half of them. In conv2, conv4 and
# conv5 a filter sees only the maps of its own GPU; conv3 and the dense layers see all. LeNet-5's
# Table I, fourteen years on:

# %%
kinds = {
    "every filter sees every map": np.ones((12, 16), bool),
    "LeNet-5's C3": wired,
    "two groups": np.kron(np.eye(2), np.ones((6, 8))) > 0,
}
fig, axes = plots.figure(1, 3, height=2.6)
for ax, (title, connected) in zip(axes, kinds.items()):
    ax.imshow(~connected, cmap="gray", vmin=0, vmax=1, aspect="auto")
    ax.set(title=title, xlabel="map out", ylabel="map in", xticks=[], yticks=[])
plots.show(
    fig,
    alt="Three grids of maps in by maps out, black where connected: all black; LeNet-5's scattered "
    "pattern; and two black blocks on the diagonal, with nothing between the halves.",
)

# %% [markdown]
# *Two groups leave out half of the connections, so half of the weights, and keep every bias.*
#
# By hand, for one layer that is not AlexNet's: 64 maps in, 32 filters of 3×3. In one group, a filter
# has 9 · 64 weights: 32 · 576 + 32 = 18,464 parameters. In two groups it sees 32 maps:
# 32 · 288 + 32 = 9,248.
#
# ### {{exercise alexnet}}
#
# Work out the shapes `(rows, columns, maps)` of five layers for an image of 227×227×3, and the
# number of parameters of the whole network twice: as the table stands (`"two_groups"`), and with
# one group everywhere (`"one_tower"`). All layers have biases; LRN has no parameters.
#
# <details><summary>Hint 1 · sizes</summary>⌊(n − k)/s⌋ + 1 without padding; the same padding at
# stride 1 keeps the size.</details>
# <details><summary>Hint 2 · parameters</summary>A filter has k · k · (maps it sees) weights and one
# bias. fc6 sees all numbers of pool5.</details>
# <details><summary>Hint 3 · a check</summary>Between 60 and 63 million, both of them.</details>


# %% tags=["exercise"]
# alexnet = {"conv1": (rows, columns, maps), "pool1": ..., "conv2": ..., "pool2": ...,
#            "pool5": ..., "one_tower": ..., "two_groups": ...}
### BEGIN SOLUTION
def alexnet_parameters(groups):
    convolutions = [(11, 3, 96), (5, 96 // groups, 256), (3, 256, 384)]
    convolutions += [(3, 384 // groups, 384), (3, 384 // groups, 256)]
    dense = [(6 * 6 * 256, 4096), (4096, 4096), (4096, 1000)]
    return sum((k * k * seen + 1) * maps for k, seen, maps in convolutions) + sum(
        (units + 1) * width for units, width in dense
    )


alexnet = {
    "conv1": (55, 55, 96),
    "pool1": (27, 27, 96),
    "conv2": (27, 27, 256),
    "pool2": (13, 13, 256),
    "pool5": (6, 6, 256),
    "one_tower": alexnet_parameters(groups=1),
    "two_groups": alexnet_parameters(groups=2),
}
### END SOLUTION

# %% tags=["check"]
check(alexnet=alexnet)

# %% [markdown]
# Keras does the same sums. Run this when you have done yours.


# %%
def build_alexnet(groups):
    def conv(filters, kernel, name, groups=1, strides=1, padding="same"):
        return layers.Conv2D(
            filters, kernel, strides, padding, groups=groups, activation="relu", name=name
        )

    return keras.Sequential(
        [
            keras.Input((227, 227, 3), name="image"),
            conv(96, 11, "conv1", strides=4, padding="valid"),
            layers.MaxPooling2D(3, 2, name="pool1"),
            conv(256, 5, "conv2", groups),
            layers.MaxPooling2D(3, 2, name="pool2"),
            conv(384, 3, "conv3"),
            conv(384, 3, "conv4", groups),
            conv(256, 3, "conv5", groups),
            layers.MaxPooling2D(3, 2, name="pool5"),
            layers.Flatten(name="flatten"),
            layers.Dense(4096, activation="relu", name="fc6"),
            layers.Dense(4096, activation="relu", name="fc7"),
            layers.Dense(1000, activation="softmax", name="fc8"),
        ]
    )


# %% tags=["nbval-check-output"]
with anatomy.shapes_only():
    alexnet_model = build_alexnet(groups=2)
anatomy.layer_table(alexnet_model)

# %%
plots.network(
    alexnet_model,
    title="AlexNet, its feature maps to scale",
    alt="Blocks to scale: an image of 227 by 227 by 3, 96 maps of 55 by 55, 256 of 27 by 27, then "
    "384, 384 and 256 maps of 13 by 13, pooled to 6 by 6, and vectors of 4096, 4096 and 1000.",
)

# %% [markdown]
# ### A misprint
#
# The caption of the paper's Figure 2 gives the number of units of each layer: 150,528 for the image,
# then 253,440; 186,624; 64,896; 64,896; 43,264; 4096; 4096; 1000. The text says that there are
# 650,000 in all. Does that fit?

# %% tags=["nbval-check-output"]
printed = [253_440, 186_624, 64_896, 64_896, 43_264, 4096, 4096, 1000]
units = ["conv1", "conv2", "conv3", "conv4", "conv5", "fc6", "fc7", "fc8"]
table = anatomy.layer_table(alexnet_model)
counted = [int(np.prod(table[name].output_shape)) for name in units]
plots.table(
    ["layer", "printed", "counted", "printed / counted"],
    [[n, p, c, p / c] for n, p, c in zip(units, printed, counted)],
    footer=["sum", sum(printed), sum(counted), sum(printed) / sum(counted)],
)

# %% [markdown]
# Seven of eight agree. conv1 does not: 55 · 55 · 96 is 290,400, and 253,440 is 55 · 48 · 96. The 48 maps
# of one GPU may have slipped in for a side; nobody knows. With the right number the sum is 659,272, which
# is nearer to the 650,000 of the text, though it does not round to them. (150,528 is 224 · 224 · 3: the
# image, as printed.) Great papers have misprints, and a table of shapes finds them in a minute. Before
# you call a number a misprint, ask which rule its authors used.
#
# ## VGG: one filter size for everything
#
# AlexNet chose every filter by hand: 11, 5, 3. Simonyan and Zisserman asked a simpler question. What if
# every filter is 3×3, stride 1, and there are just **more layers**?
#
# ### Three of three see seven
#
# Along one axis, let three layers with filters of 3 stand on each other. One unit of the third sees
# three units of the second, these see five of the first, and these see seven pixels. In how many
# ways does each pixel reach the top? Begin with one path at the top and pass it on to three places,
# three times:
#
#     top        1
#     second     1  1  1
#     first      1  2  3  2  1
#     pixels     1  3  6  7  6  3  1        27 paths in all
#
# In two dimensions the counts multiply:

# %%
line = np.array([1])
for _ in range(3):
    line = np.convolve(line, [1, 1, 1])
plots.matrix(
    np.outer(line, line),
    title="Paths from each pixel to one unit",
    alt="A 7 by 7 table of path counts: 1 in the corners, 7 in the middle of each side, 49 in the "
    "centre.",
)

# %% [markdown]
# *Same 7×7 patch as one filter of 7×7, but seen differently: the centre has 49 paths, a corner has
# one. How much a pixel **can** count is far from even (Luo et al. 2016 measure it in trained
# networks).*
#
# ### {{exercise field_of_view}}
#
# Write `field_of_view(stack)`: the side, in pixels, of the patch that one unit sees after a stack of
# layers. `stack` is a list of `(kernel, stride)`, first layer first; pooling counts like a convolution
# of the same size. No dilation; padding does not matter. For an empty stack, one unit is one pixel.
#
# <details><summary>Hint 1 · follow LeNet-5</summary>Look again at the paragraph above LeNet-5's table:
# 5, 6, 14, 16, 32. What did each layer add, and why did C3 add 8?</details>
# <details><summary>Hint 2 · two numbers</summary>Keep the field, and how many pixels lie between two
# neighbours. A layer changes both. Which of the two uses the distance **before** the layer?</details>


# %% tags=["exercise"]
def field_of_view(stack):
    """The side of the patch of the image that one unit sees.

    Args:
        stack: list of (kernel, stride), positive integers, first layer first.

    Returns:
        The side in pixels, an int.
    """
    ### BEGIN SOLUTION
    field, distance = 1, 1
    for kernel, stride in stack:
        field += (kernel - 1) * distance
        distance *= stride
    return field
    ### END SOLUTION


# %% tags=["check"]
check(field_of_view)

# %% tags=["needs-answer", "nbval-check-output"]
pool = (2, 2)
plots.table(
    ["stack", "one unit sees (pixels)"],
    [
        ["one 7×7", field_of_view([(7, 1)])],
        ["three 3×3", field_of_view([(3, 1)] * 3)],
        ["three 3×3, the first with stride 2", field_of_view([(3, 2), (3, 1), (3, 1)])],
        ["LeNet-5 to C5", field_of_view([(5, 1), pool, (5, 1), pool, (5, 1)])],
        ["AlexNet to pool5", field_of_view([(11, 4), (3, 2), (5, 1), (3, 2)] + [(3, 1)] * 3 + [(3, 2)])],
        ["VGG-16 to its last pooling", field_of_view(([(3, 1)] * 2 + [pool]) * 2 + ([(3, 1)] * 3 + [pool]) * 3)],
    ],
)  # fmt: skip

# %% [markdown]
# ### What three small ones cost
#
# With C maps in and C maps out, one 7×7 has 49C² weights. Three 3×3 have 3 · 9C² = 27C²: 45 % less
# for the same patch (section 2.3 of the VGG paper), or the other way round, the 7×7 has 81 % more. And there are
# three ReLUs in place of one. The authors call this a *regularisation* of the 7×7: it may only be what three 3×3
# can do together (lesson 11 has more on regularisation).
#
# > **Predict.** On digits, which reads best: one 7×7; three 3×3; or three 3×3 **without** the ReLUs
# > between them, which together are no more than one 7×7 of a special kind?


# %%
def middle(kernels, between):
    """A small network whose middle is a stack of convolutions with 16 maps."""
    last = len(kernels) - 1
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(16, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(2),
            *[
                layers.Conv2D(16, k, padding="same", activation="relu" if i == last else between)
                for i, k in enumerate(kernels)
            ],
            layers.MaxPooling2D(2),
            layers.Flatten(),
            layers.Dense(10),
        ]
    )


# %%
stacks = {
    "one 7×7": ([7], "relu"),
    "three 3×3": ([3, 3, 3], "relu"),
    "three 3×3, no ReLU between": ([3, 3, 3], "linear"),
}
seeds, few, epochs = runtime.budget(smoke=(1, 500, 1), cpu=(3, 3000, 4), gpu=(5, 4000, 12))
found = []
for name, stack in stacks.items():
    right = []
    for seed in range(seeds):
        keras.utils.set_random_seed(seed)
        network = middle(*stack)
        fit(network, x_train[:few], y_train[:few], epochs)
        right.append(100 * network.evaluate(x_test, y_test, verbose=0)[1])
    found.append([name, network.count_params(), np.mean(right), deviation(right)])
plots.table(["middle", "parameters", "read rightly (%)", "spread over seeds"], found)

# %% [markdown]
# The three lie within a few spreads of each other. The saving is real: the same reading with a
# quarter fewer parameters. The benefit of the ReLUs between cannot be seen here; digits are too easy to
# show it, and the claim "more non-linearities are better" would be unproved if this were all. The
# paper's evidence is ImageNet: with pairs of 3×3 replaced by single 5×5 the top-1 error was 7 points
# higher (section 4.1).
#
# ### {{exercise vgg_block}}
#
# A VGG is made of one block, over and over: `convs` convolutions of 3×3 with `filters` maps each,
# padding that keeps the size, ReLU after each, then max pooling over 2×2 with stride 2. Write it as a
# function of a Keras tensor. Every convolution has its biases. Give the layers no names: a network
# uses the block several times.
#
# <details><summary>Hint 1</summary>`x = layers.Conv2D(…)(x)` in a loop: the output of one
# convolution is the input of the next.</details>
# <details><summary>Hint 2 · how often?</summary>Convolutions `convs` times, pooling once.</details>


# %% tags=["exercise"]
def vgg_block(x, filters, convs):
    """Some 3×3 convolutions with ReLU, then 2×2 max pooling.

    Args:
        x: Keras tensor of shape (batch, height, width, channels), height and width even.
        filters: maps of each convolution.
        convs: number of convolutions, at least 1.

    Returns:
        Keras tensor of shape (batch, height / 2, width / 2, filters).
    """
    ### BEGIN SOLUTION
    for _ in range(convs):
        x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
    return layers.MaxPooling2D(2, strides=2)(x)
    ### END SOLUTION


# %% tags=["check"]
check(vgg_block)

# %% [markdown]
# ### {{exercise vgg}}
#
# Table 1 of the paper has six columns, A to E. Four of them are told by one short list each:

# %% tags=["setup"]
VGG = {
    "A": [(64, 1), (128, 1), (256, 2), (512, 2), (512, 2)],
    "B": [(64, 2), (128, 2), (256, 2), (512, 2), (512, 2)],
    "D": [(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)],
    "E": [(64, 2), (128, 2), (256, 4), (512, 4), (512, 4)],
}

# %% [markdown]
# Each pair is a block: how many maps, how many convolutions. Write `vgg(blocks, …)`: the blocks in
# order, flatten, two dense layers of `dense` units with ReLU, and a dense layer of `classes` units with
# softmax. The input is a colour image of `side` × `side`. Leave dropout out, as Keras Applications does.
#
# <details><summary>Hint 1</summary>`keras.Input`, one loop over the blocks, `keras.Model(inputs,
# outputs)`. Your `vgg_block` does the rest.</details>
# <details><summary>Hint 2 · sixteen?</summary>VGG-16 is named after its layers with weights: 13
# convolutions and 3 dense layers.</details>


# %% tags=["exercise"]
def vgg(blocks, classes=1000, side=224, dense=4096):
    """A VGG network from a list of blocks.

    Args:
        blocks: list of (filters, convs), first block first.
        classes: units of the last layer.
        side: height and width of the colour image, divisible by 2 for every block.
        dense: units of each of the two hidden dense layers.

    Returns:
        A keras.Model from (batch, side, side, 3) to probabilities (batch, classes).
    """
    ### BEGIN SOLUTION
    inputs = x = keras.Input((side, side, 3))
    for filters, convs in blocks:
        x = vgg_block(x, filters, convs)
    x = layers.Flatten()(x)
    for _ in range(2):
        x = layers.Dense(dense, activation="relu")(x)
    return keras.Model(inputs, layers.Dense(classes, activation="softmax")(x))
    ### END SOLUTION


# %% tags=["check"]
check(vgg)

# %% [markdown]
# Your function against Table 2 of the paper (parameters, in millions) and its Table 3 (top-5 error
# on the validation images, trained and tested at one scale of 256 pixels):

# %% tags=["needs-answer", "nbval-check-output"]
published = {"A": (11, 133, 10.4), "B": (13, 133, 9.9), "D": (16, 138, 8.8), "E": (19, 144, 9.0)}
built = {}
for name, blocks in VGG.items():
    with anatomy.shapes_only():
        built[name] = anatomy.layer_table(vgg(blocks))
plots.table(
    ["column", "layers", "parameters", "printed (M)", "multiply-adds", "top-5 error (%)"],
    [
        [
            name,
            deep,
            built[name].parameters.total,
            printed,
            built[name].multiply_adds,
            f"{error:.1f}",
        ]
        for name, (deep, printed, error) in published.items()
    ],
)

# %% [markdown]
# Eight more layers, from A to E, cost 8 % more parameters and 2.6 times the work. From 11 to 16 layers
# the error falls by 1.6 points. From 16 to 19 it does not fall any more (trained at several scales,
# 8.1 against 8.0). That depth stops paying, and why, is the story of lesson 15. (Column C has 1×1 filters where D has a third 3×3, and
# 9.4 %: seeing more of the neighbourhood helps, not only one more ReLU.)
#
# ### The same numbers out?
#
# *Side trip: may be skipped without loss.*
#
# Equal counts do not make equal networks. Keras brings a VGG-16 of its own. Give yours its weights, layer by
# layer, show both the same two photographs, and compare what comes out. Images of 64 and ten classes keep it
# light.
#
# > **Predict.** Two networks, written by two people, 16 layers deep, in 32-bit numbers. To how many
# > decimals will they agree?

# %% tags=["needs-answer"]
theirs = keras.applications.VGG16(weights=None, classes=10, input_shape=(64, 64, 3))
mine = vgg(VGG["D"], classes=10, side=64)
copied = copy_weights(theirs, mine)
pictures = np.stack([data.photograph(name, 64) for name in ("cat", "coffee")]).astype("float32")


def apart():
    """The largest difference between the log-probabilities of the two networks."""
    logs = [ops.convert_to_numpy(ops.log(network(pictures))) for network in (mine, theirs)]
    return f"{np.abs(logs[0] - logs[1]).max():.1e}"


print(f"{copied} layers filled; largest difference between yours and theirs: {apart()}")
theirs.layers[2].activation = keras.activations.linear
print(f"one of their 15 ReLUs taken away: {apart()}")

# %% [markdown]
# To all of them, or all but the last: the same sums in the same order. The weights are random here, so
# the answers mean nothing; that they are equal does. One ReLU less, and it shows. The lessons from 14 on put every network to this
# test.
#
# ## Where parameters and work lie
#
# ### {{exercise vgg_cost}}
#
# A colleague counts without Keras. The shapes are right, the result is not: for VGG-16, column D, it
# ought to be 138,357,544 parameters and 15,470,264,320 multiply-adds.


# %% tags=["setup"]
def vgg_cost_draft(blocks, side=224, channels=3, dense=(4096, 4096, 1000)):
    parameters = multiply_adds = 0
    for filters, convs in blocks:
        for _ in range(convs):
            weights = 3 * 3 * channels * filters
            parameters += weights + filters
            multiply_adds += weights * side
        channels = filters
        side = side // 2
    units = side * side * channels
    for width in dense:
        parameters += units * width + width
        multiply_adds += units * width
    return parameters, multiply_adds


# %% tags=["nbval-check-output"]
print("draft: {:,} parameters, {:,} multiply-adds".format(*vgg_cost_draft(VGG["D"])))

# %% [markdown]
# There are **three** bugs. Write the corrected function as `vgg_cost`. Do not build a network: it is
# to count, in microseconds.
#
# <details><summary>Hint 1 · small cases</summary>Count by hand `blocks=[(1, 1)], side=2, channels=1,
# dense=()`. Then two convolutions in the block. Then two dense layers. Each case shows one
# bug.</details>
# <details><summary>Hint 2 · what a loop must hand on</summary>For each variable ask: after this
# layer, does the next one still see the same?</details>


# %% tags=["exercise"]
def vgg_cost(blocks, side=224, channels=3, dense=(4096, 4096, 1000)):
    """Parameters and multiply-adds of a VGG, biases counted as parameters only.

    Args:
        blocks: list of (filters, convs), first block first.
        side: height and width of the image; after each block, half of it, rounded down.
        channels: channels of the image.
        dense: units of the dense layers; may be empty.

    Returns:
        (parameters, multiply_adds), two ints.
    """
    ### BEGIN SOLUTION
    parameters = multiply_adds = 0
    for filters, convs in blocks:
        for _ in range(convs):
            weights = 3 * 3 * channels * filters
            parameters += weights + filters
            multiply_adds += weights * side * side
            channels = filters
        side = side // 2
    units = side * side * channels
    for width in dense:
        parameters += units * width + width
        multiply_adds += units * width
        units = width
    return parameters, multiply_adds
    ### END SOLUTION


# %% tags=["check"]
check(vgg_cost)

# %% [markdown]
# ### The answer
#
# How often is one weight of each layer used for one image? Divide multiply-adds by weights.

# %%
used = multiply_adds / parameters
fig, ax = plots.figure(height=3.8)
ax.barh(names, used, color=colours)
ax.set(xscale="log", xlabel="multiply-adds for each parameter (logarithmic)")
ax.set(title="VGG-16: how often one weight is used for one image")
ax.invert_yaxis()
plots.show(
    fig,
    alt="Bars on a logarithmic axis: about 50,000 uses of each weight in the first block, a quarter "
    "of that after each pooling, about 200 in the last block, and one in each dense layer.",
)

# %% [markdown]
# *A weight of a convolution is used at every position: 224 · 224 = 50,176 times in the first block,
# 196 times in the last. A weight of a dense layer is used once.*
#
# That is all there is to it. **Work is parameters times positions.** A convolution has few weights and
# many positions; a dense layer has many weights and one position. So work lies at the front, where
# maps are large, and parameters lie where the maps are first flattened: fc1 has a weight for each
# of 7 · 7 · 512 numbers and each of its 4096 units.
#
# It was so in all three networks, from the first:


# %% tags=["needs-answer", "nbval-check-output"]
def shares(name, network):
    table = anatomy.layer_table(network)
    dense = [row for row in table if row.kind == "Dense"]
    work = sum(row.multiply_adds for row in dense) / table.multiply_adds
    kept = sum(row.parameters for row in dense) / table.parameters.total
    return [name, table.parameters.total, f"{kept:.1%}", table.multiply_adds, f"{1 - work:.1%}"]


with anatomy.shapes_only():
    networks = {"LeNet-5": lenet5(), "AlexNet": alexnet_model, "VGG-16": vgg16}
    networks["VGG-19"] = vgg(VGG["E"])
plots.table(
    ["network", "parameters", "in dense layers", "multiply-adds", "in convolutions"],
    [shares(name, network) for name, network in networks.items()],
)

# %% [markdown]
# So "VGG is slow because it has many parameters" is wrong, though often written. It is **large** because
# of its dense layers, and **slow** because of its convolutions. To make it small, cut the dense
# layers; to make it fast, cut the convolutions. Lesson 14 does the first, with an average over each map in
# place of fc1. Lessons 14 to 17 do the second.
#
# ## {{exercise quiz}}
#
# Answer with one letter each, such as `{"q1": "a", …}`.
#
# **q1** In VGG-16, `block1_conv2` has 36,928 parameters and does 1.85 billion multiply-adds; `fc1` has
# 102.8 million parameters and does 0.1 billion. Why?
#
# - a) Multiplications in a convolution are more expensive.
# - b) ReLU counts as work.
# - c) A convolution's weight is used at every position, a dense layer's once.
# - d) The convolution has more biases.
#
# **q2** AlexNet's paper prints images of 224 pixels. How many rows does a filter of 11 at stride 4
# give then in Keras, without padding?
#
# - a) 53
# - b) 54
# - c) 55
# - d) 56
#
# **q3** conv2 of AlexNet has 256 filters in two groups, on 96 maps. How many maps does one filter see?
#
# - a) 24
# - b) 48
# - c) 96
# - d) 128
#
# **q4** LeNet-5, trained on centred digits, misreads half of them when they are moved by four pixels.
# Why?
#
# - a) Convolution is not equivariant to shifts.
# - b) Max pooling throws the digit away.
# - c) Zero padding erases the strokes.
# - d) The feature maps move along, but the dense layer has other weights at each place.
#
# **q5** C maps in and C maps out: three 3×3 in place of one 7×7 …
#
# - a) see a 9×9 patch.
# - b) have as many weights, but more ReLUs.
# - c) see the same patch with 27C² weights in place of 49C².
# - d) save weights because they see less.
#
# **q6** What makes the LeNet-5 of today larger than that of 1998 by 1,706 parameters?
#
# - a) A C3 that sees all maps, and trained outputs; less the parameters of pooling.
# - b) Max pooling has parameters, average pooling has none.
# - c) ReLU has more parameters than tanh.
# - d) Images of 32 in place of 28 pixels.

# %% tags=["exercise"]
### BEGIN SOLUTION
quiz = {"q1": "c", "q2": "b", "q3": "b", "q4": "d", "q5": "c", "q6": "a"}
### END SOLUTION

# %% tags=["check"]
check(quiz=quiz)

# %% [markdown]
# ## Summary
#
# - LeNet-5, AlexNet and VGG are one recipe: convolve and shrink, flatten, dense layers. Scale, ReLU and
#   data changed; the recipe did not.
# - Work is parameters times positions: 99 % of VGG-16's multiply-adds are in convolutions, 89 % of its
#   parameters in dense layers.
# - Three 3×3 see what one 7×7 sees, with 27C² weights in place of 49C².
# - A dense layer on flattened maps learns every position anew: four pixels are enough to fool a reader
#   that has only seen centred digits. Show it moved ones.
# - Count what you read: 253,440 or 290,400? And 224 or 227, rounded up or down? Shapes and parameters
#   can be checked on paper.
#
# ## References
#
# - Y. LeCun, L. Bottou, Y. Bengio, P. Haffner (1998). Gradient-based learning applied to document
#   recognition. *Proceedings of the IEEE* 86(11). Section II.B and Table I (the network), section III
#   (results), equations 8 and 9 (loss).
# - A. Krizhevsky, I. Sutskever, G. Hinton (2012). ImageNet classification with deep convolutional neural
#   networks. *NIPS 25*. Sections 3.1 to 3.5, 4.2, Figures 1 and 2.
# - K. Simonyan, A. Zisserman (2015). Very deep convolutional networks for large-scale image recognition.
#   *ICLR*. Section 2.3, Tables 1 to 3, section 4.1.
# - O. Russakovsky et al. (2015). ImageNet large scale visual recognition challenge. *International
#   Journal of Computer Vision* 115. Table 2, section 6.4.
# - W. Luo, Y. Li, R. Urtasun, R. Zemel (2016). Understanding the effective receptive field in deep
#   convolutional neural networks. *NIPS 29*.
#
# **Where to read on.** Section II of the 1998 paper is still the best introduction to why
# convolutions fit images. For the arithmetic of receptive fields with padding: Araujo, Norris and Sim
# (2019), *Computing Receptive Fields of Convolutional Neural Networks*, Distill. Lesson 14 takes the
# dense layers away.
