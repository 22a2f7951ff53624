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
# # Design your own network
#
# **Time** 100 minutes · **Needs** lessons 05, 08, 10, 11, 12 and 16 · **Running everything** {{seconds}} s on two CPU cores
#
# Ten photographs were cut into small grey patches. A network is to say from which photograph a patch
# came. In the end it may have 5,000 parameters and 200,000 multiply-adds for one image; while you plan and try,
# twice that. VGG-16 (lesson 13) has nearly 28,000 times as many of the one and needs more than 77,000 times as
# many of the other. Nobody tells you which layers to take.

# %% tags=["setup"]
import math

import numpy as np
from scipy import stats

from cnncourse import anatomy, begin, data, plots, runtime

check = begin("21_capstone")

import keras
from keras import layers

KINDS = ["brick", "camera", "cat", "coffee", "coins", "grass", "gravel", "hubble", "page", "text"]
SIDE, TILE = 24, 40  # of a patch, and of a tile of the photograph, in pixels
BUDGET = {"parameters": 10_000, "multiply-adds": 400_000}


# %% tags=["setup"]
def cut(count, parts, seed):
    """Random patches (count, 24, 24, 1), the photograph each is from, and its tile there."""
    rng = np.random.default_rng(seed)
    photos = [data.photograph(name, gray=True) for name in KINDS]
    labels = rng.permutation(np.arange(count) % len(KINDS))
    images, tiles = [], []
    for photo in (photos[label] for label in labels):
        rows, columns = (n // TILE for n in photo.shape)
        places = [(r, c) for r in range(rows) for c in range(columns) if (2 * r + c) % 5 in parts]
        row, column = places[rng.integers(len(places))]
        y, x = np.multiply(TILE, (row, column)) + rng.integers(TILE - SIDE + 1, size=2)
        images.append(photo[y : y + SIDE, x : x + SIDE, None])
        tiles.append(100 * row + column)
    return np.stack(images), labels, np.array(tiles)


patches, labels, tiles = cut(1600, parts=(1, 2, 3), seed=0)

# %%
camera = data.photograph("camera", gray=True) / 255
row, column = np.indices(camera.shape) // TILE
inside = (np.indices(camera.shape) + 1) % TILE > 1
part = np.where(inside.all(0), (2 * row + column) % 5, -1)
shown = np.repeat(camera[..., None], 3, axis=2)
shown[(part == 0) | (part == 4)] *= 0.35
shown[part == -1] = 1
plots.images(
    [shown],
    ["the photograph “camera”"],
    width=3.4,
    alt="The photograph of a man with a camera, cut into square tiles by white lines; two of every five tiles are dark.",
)
examples = [patches[labels == k][row, ..., 0] for row in range(2) for k in range(10)]
plots.images(
    examples,
    [*KINDS, *[""] * 10],
    columns=10,
    value_range=(0, 255),
    alt="Two grey patches of each of the ten photographs. Some show a texture or letters, some are almost flat.",
)

# %% [markdown]
# *Above: each photograph is divided into tiles of 40 pixels, and a patch of 24 lies inside one tile. Bright tiles are yours.
# Below: two patches of each photograph.* From three fifths of the tiles
# come your 1,600 patches. One fifth serves this lesson's own looks at new tiles, and
# `check`: by the end it is worn. From the last fifth **the judge cuts the images that you are graded on**. You never see them.
#
# **How do you get the most out of a network that may hardly cost anything, and how do you know that you did?**
#
# By the end you will be able to
#
# - **predict** what a network costs, before you build it;
# - **split** data so that validation tells the truth, and **find** out when it does not;
# - **read** from the errors what to spend a budget on;
# - **compare** two networks fairly;
# - **design**, train, and defend a network of your own.
#
# There is a rule: you train on the patches that you are given. Nothing keeps you from cutting others out of the
# same photographs. It would only mean that your number says nothing, as in any contest.
#
# ## Your tools
#
# Everything in this table was measured in a lesson. It is a checklist: go through it with a plan in hand.
#
# | you see | think of | lesson | it costs |
# |---|---|---|---|
# | the loss stands still from the start | scale of the input, labels in step, learning rate, initialiser | 04, 05, 06, 12 | nothing |
# | the loss falls slowly | batch normalisation; Adam; a falling rate | 06, 10 | 4 parameters a channel |
# | training **and** validation are poor | more channels, more layers, more epochs; ReLU between them | 03, 08, 13 | both budgets |
# | training good, validation poor | more or augmented data, dropout, a penalty, early stopping | 11, 12 | time |
# | too many parameters | global average in place of Flatten; 1×1; separable convolutions | 09, 14, 16 | some accuracy, perhaps |
# | too many multiply-adds | stride or pooling **early**; separable convolutions | 08, 09, 16 | fine detail |
# | deep, and worse than shallow | shortcuts | 15 | one addition |
# | it looks at too small a part | kernel size, stride, depth: the receptive field | 08, 13 | it depends |
# | few images of the kind you need | a network that was trained elsewhere | 18 | its size |
#
# ## Count before you build
#
# A design on paper takes a minute. A design in Keras takes ten, and training it longer still. So count first.
# By hand, for 24×24 pixels and one channel: `Conv2D(8, 3, padding="same")` has $8 \cdot (9 + 1) = 80$ parameters.
# Each of its 72 weights is used at $24 \cdot 24 = 576$ places: $72 \cdot 576 = 41{,}472$ multiply-adds.
# Papers count no work for biases, batch normalisation, pooling and activations; neither does the judge.
# (Parameters it counts all, the averages inside batch normalisation too.)
#
# ### {{exercise by_hand}}
#
# Paper and pencil. The input is 24×24×1, padding is `same`. Fill in `by_hand`:
#
# | entry | what |
# |---|---|
# | `conv_parameters` | `Conv2D(16, 5, strides=2, use_bias=False)` on the input |
# | `conv_work` | its multiply-adds |
# | `norm_parameters` | `BatchNormalization()` behind it |
# | `separable_parameters` | `SeparableConv2D(32, 3, use_bias=False)` behind that |
# | `separable_work` | its multiply-adds |
# | `flat_parameters` | `Flatten()`, `Dense(10)` behind that, with biases |
# | `mean_parameters` | in its place: `GlobalAveragePooling2D()`, `Dense(10)` |
#
# <details><summary>Hint 1 · places</summary>How large is the map after a stride of 2? A weight is used once for
# each place of the **output**.</details>
# <details><summary>Hint 2 · separable</summary>One 3×3 filter for each incoming channel, then a 1×1 convolution
# that mixes channels.</details>
# <details><summary>Hint 3 · batch normalisation</summary>Two numbers a channel are trained. Two more are kept.</details>

# %% tags=["exercise"]
### BEGIN SOLUTION
by_hand = {
    "conv_parameters": 16 * 25,
    "conv_work": 16 * 25 * 12 * 12,
    "norm_parameters": 4 * 16,
    "separable_parameters": 16 * 9 + 16 * 32,
    "separable_work": (16 * 9 + 16 * 32) * 12 * 12,
    "flat_parameters": 12 * 12 * 32 * 10 + 10,
    "mean_parameters": 32 * 10 + 10,
}
### END SOLUTION

# %% tags=["check"]
check(by_hand=by_hand)

# %% [markdown]
# Look at the last two. The same ten scores cost 46,090 parameters or 330.
#
# ### {{exercise bill}}
#
# Now for any plan. A plan is a list of rows `(kind, kernel, filters, stride)`; `kind` is `"conv"` or
# `"separable"`. Every row stands for that convolution (padding `same`, no bias), batch normalisation and
# ReLU. Behind the last row come a global average and a dense layer with biases.
#
# <details><summary>Hint 1 · walk along</summary>Keep two numbers up to date while you walk through the plan: the side
# of the map and its channels.</details>
# <details><summary>Hint 2 · odd sides</summary>With padding `same`, a stride of 2 takes 25 to 13, not to 12.</details>
# <details><summary>Hint 3 · separable with a stride</summary>The stride is in the 3×3 part. The 1×1 part works on what
# comes out of it.</details>


# %% tags=["exercise"]
def bill(plan, side, channels=1, classes=10):
    """What a plan costs, before it is built.

    Args:
        plan: list of (kind, kernel, filters, stride); kind is "conv" or "separable". It may be empty.
        side: height and width of the image.
        channels: of the image.
        classes: units of the dense layer at the end.

    Returns:
        (parameters, multiply_adds) for one image, two ints. Each row: the convolution without
        biases, and batch normalisation, whose 4 numbers a channel all count as parameters. At the
        end the dense layer with biases. No work is counted for biases, normalisation and averages.
    """
    ### BEGIN SOLUTION
    parameters = multiply_adds = 0
    for kind, kernel, filters, stride in plan:
        side = -(-side // stride)
        if kind == "conv":
            weights = kernel * kernel * channels * filters
        else:
            weights = kernel * kernel * channels + channels * filters
        parameters += weights + 4 * filters
        multiply_adds += weights * side * side
        channels = filters
    return parameters + (channels + 1) * classes, multiply_adds + channels * classes
    ### END SOLUTION


# %% tags=["check"]
check(bill)

# %% [markdown]
# A plan can be built as well as billed. Here is the builder, and your bill beside what Keras counts:


# %% tags=["setup"]
def build(plan, flip="horizontal", norm=True):
    """The network of a plan for our patches; `flip` mirrors some of them while training."""
    x = image = keras.Input((SIDE, SIDE, 1))
    x = layers.RandomFlip(flip)(x) if flip else x
    for kind, kernel, filters, stride in plan:
        convolution = layers.Conv2D if kind == "conv" else layers.SeparableConv2D
        x = convolution(filters, kernel, strides=stride, padding="same", use_bias=not norm)(x)
        x = layers.BatchNormalization(momentum=0.9)(x) if norm else x
        x = layers.ReLU()(x)
    return keras.Model(image, layers.Dense(len(KINDS))(layers.GlobalAveragePooling2D()(x)))


# %% tags=["needs-answer", "nbval-check-output"]
plans = {
    "A": [("conv", 3, 32, 1), ("conv", 3, 32, 2), ("conv", 3, 64, 2)],
    "B": [("conv", 5, 32, 2), ("conv", 3, 40, 2)],
    "C": [("conv", 5, 16, 2), ("separable", 3, 32, 1), ("separable", 3, 48, 2), ("separable", 3, 64, 1)],
    "D": [("conv", 3, 8, 4), ("conv", 3, 24, 2), ("conv", 3, 24, 2)],
}  # fmt: skip
rows = []
for name, plan in plans.items():
    with anatomy.shapes_only():
        network = build(plan)
        sees = anatomy.receptive_field(network, network.layers[-3].name).size
    built = network.count_params(), anatomy.multiply_adds(network)
    rows.append([name, *bill(plan, SIDE), "yes" if bill(plan, SIDE) == built else "no", sees])
plots.table(["plan", "parameters", "multiply-adds", "Keras agrees", "sees (pixels)"], rows)

# %% [markdown]
# *"Sees" is the receptive field of one unit of the last map, in pixels of the 24×24 patch.*
#
# ### {{exercise choice}}
#
# Four plans, two budgets (10,000 parameters, 400,000 multiply-adds). Give a letter each, such as
# `{"which": "a", …}`.
#
# **which** of the plans keep both budgets?
#
# - a) A and C
# - b) B, C and D
# - c) C and D
# - d) all four
#
# **saves**: which one change brings B's work, and its parameters, below the budgets and keeps its channels and
# its receptive field?
#
# - a) 3×3 in its first layer
# - b) its second layer separable
# - c) stride 4 in its first layer
# - d) `Flatten` in place of the global average
#
# **early**: D is the cheapest in multiply-adds by far. What did it give up for that?
#
# - a) receptive field
# - b) fine detail: one 3×3 window in 4×4 pixels
# - c) non-linearities
# - d) trainable parameters
#
# **norm**: leaving batch normalisation out of C would save …
#
# - a) half its multiply-adds
# - b) nothing
# - c) 640 parameters, less the biases that the convolutions then need; no multiply-adds
# - d) memory only while training
#
# <details><summary>Hint · try it</summary>`bill` answers the first two. For the third, draw which pixels the windows of
# the first layer cover.</details>

# %% tags=["exercise"]
### BEGIN SOLUTION
choice = {"which": "c", "saves": "b", "early": "b", "norm": "c"}
### END SOLUTION

# %% tags=["check"]
check(choice=choice)

# %% [markdown]
# ## A split that tells the truth
#
# To compare designs you need images that no design was trained on. The obvious way: shuffle the 1,600
# patches, keep a quarter back. But two patches of one tile overlap, often by more than half.
#
# > **Predict.** Take the simplest classifier: *the label of the most similar training patch* (nearest
# > neighbour; it learns nothing and remembers everything). How much better will it do on a quarter drawn
# > at random than on new tiles? Write your guess down.


# %%
def nearest(train, train_labels, others):
    """The label of the most similar training patch, for each of the others."""
    a, b = (x.reshape(len(x), -1).astype("float32") / 255 for x in (others, train))
    distance = (a**2).sum(1)[:, None] - 2 * a @ b.T + (b**2).sum(1)
    return train_labels[distance.argmin(1)]


# %%
rng = np.random.default_rng(0)
at_random, by_tile = [], []
for _ in range(5):
    out = rng.permutation(len(patches)) < len(patches) // 4
    at_random.append(nearest(patches[~out], labels[~out], patches[out]) == labels[out])
    names = 10_000 * labels + tiles  # a tile of one photograph
    out = np.isin(names, rng.permutation(np.unique(names))[::4])
    by_tile.append(nearest(patches[~out], labels[~out], patches[out]) == labels[out])
fresh, fresh_labels, _ = cut(600, parts=(4,), seed=1)
new_tiles = [nearest(patches, labels, fresh) == fresh_labels]
right = {
    "a quarter at random": at_random,
    "a quarter of the tiles": by_tile,
    "new tiles": new_tiles,
}
fig, ax = plots.figure(height=2.4)
means = [[100 * run.mean() for run in runs] for runs in right.values()]
ax.barh(list(right), [np.mean(m) for m in means], color=[plots.COLOURS[1], *plots.COLOURS[:1] * 2])
for y, m in enumerate(means):
    ax.plot(m, [y] * len(m), "k|", ms=12)
ax.set(xlabel="named rightly by the nearest neighbour (%)", xlim=(0, 100))
ax.invert_yaxis()
plots.show(
    fig,
    alt="Three bars, accuracy of the nearest neighbour. On a quarter of the patches drawn at random it is clearly "
    "higher than on a quarter of the tiles; on new tiles it is about as low as on a quarter of the tiles.",
)

# %% [markdown]
# *Black marks: five splits each.* The random quarter promises what new tiles do not keep. It does not measure whether a
# method can tell photographs apart, but whether it can recognise what it has seen. A quarter of the **tiles** tells the truth. This
# is a **leak** (lessons 11 and 12), and it has a rule: what belongs together stays on one side. Patches of a tile, images of
# a patient, frames of a film.
#
# ### {{exercise hold_out}}
#
# Write `hold_out(labels, tiles, every)`. Tile numbers are numbers **within** a photograph: tile 205 of the cat and
# tile 205 of the coins are two tiles. Of each label's tiles, in ascending order of their numbers, hold out the
# `every`-th, the 2·`every`-th, and so on, with all their patches. (Each label by itself, so that no label is short of validation patches.)
#
# <details><summary>Hint 1 · a small case</summary>Label 0 has the tiles 3, 3, 7, 9, 9 and `every` is 2. Its tiles in
# order are 3, 7, 9; the second, 7, is held out.</details>
# <details><summary>Hint 2 · from tiles to rows</summary>`np.unique` sorts. `np.isin` says which rows belong to some tiles;
# the label must fit too.</details>


# %% tags=["exercise"]
def hold_out(labels, tiles, every):
    """Split rows into training and validation, no tile on both sides.

    Args:
        labels: int array (n,), the photograph of each patch.
        tiles: int array (n,), the number of its tile within that photograph, 0 or more.
        every: int, at least 1. Of each label's distinct tiles, in ascending order, the tiles
            number every, 2 * every, … (counted from 1) are held out.

    Returns:
        (train, validation), two int arrays of row numbers, each ascending; together every row once.
        A label with fewer tiles than `every` has nothing held out.
    """
    ### BEGIN SOLUTION
    held_out = np.zeros(len(labels), dtype=bool)
    for label in np.unique(labels):
        mine = labels == label
        chosen = np.unique(tiles[mine])[every - 1 :: every]
        held_out |= mine & np.isin(tiles, chosen)
    return np.flatnonzero(~held_out), np.flatnonzero(held_out)
    ### END SOLUTION


# %% tags=["check"]
check(hold_out)

# %% [markdown]
# ### {{exercise prepared}}
#
# A colleague prepares the data: brightness to mean 0 and standard deviation 1, then a new order for the
# training rows. The code runs, the shapes are right, and whatever is trained behind it learns nothing.


# %% tags=["setup"]
def prepared_draft(images, labels, others, rng):
    others = (others - others.mean()) / others.std()
    images = (images - images.mean()) / images.std()
    images = rng.permutation(images)
    labels = rng.permutation(labels)
    return images.astype("float32"), labels, others.astype("float32")


# %% [markdown]
# There are **two** bugs. One ruins training at once. The other does its harm silently: try it with a validation set
# of a single, very bright patch. Write the corrected function as `prepared`.
#
# <details><summary>Hint 1 · the loud one</summary>Which label stands beside the first image afterwards?</details>
# <details><summary>Hint 2 · the silent one</summary>What was learned from the training images? Whatever it is, it must not be
# learned anew from the others (lesson 12).</details>


# %% tags=["exercise"]
def prepared(images, labels, others, rng):
    """Standardise by the training images, and shuffle these with their labels.

    Args:
        images: uint8 (n, height, width, 1), training images, not all alike.
        labels: (n,), their labels.
        others: uint8 (m, height, width, 1), images of another set; m may be 1.
        rng: np.random.Generator. The new order is drawn once: rng.permutation(n).

    Returns:
        (images, labels, others): float32, standardised by one mean and one standard deviation
        (np.std) of all training pixels; row i of images and labels is row order[i] of the given
        ones; others keep their order.
    """
    ### BEGIN SOLUTION
    mean, spread = images.mean(), images.std()
    order = rng.permutation(len(images))
    images, others = ((x - mean) / spread for x in (images, others))
    return images[order].astype("float32"), labels[order], others.astype("float32")
    ### END SOLUTION


# %% tags=["check"]
check(prepared)

# %% [markdown]
# ## A measured start
#
# Never begin with the network that you are proud of. Begin with one that is so simple that you know what to expect, and
# measure. Three starts: always the same answer; a dense network; two plain convolutions.


# %% tags=["setup"]
def scaled(images):
    return images.astype("float32") / 255


def fit(network, images, labels, epochs, seed=0, rate=8e-3):
    """Train on scaled images with Adam, its rate falling to zero along a cosine."""
    keras.utils.set_random_seed(seed)
    steps = epochs * math.ceil(len(images) / 32)
    network.compile(
        keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(rate, steps)),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    network.fit(images, labels, batch_size=32, epochs=epochs, verbose=0)
    return network


def answers(network, images):
    """The label with the highest score, for each image."""
    return keras.ops.convert_to_numpy(network(images, training=False)).argmax(1)


# %% [markdown]
# From here on the split is made for you, as in exercise 4: every fourth tile of each photograph is held out.

# %%
held_out = np.zeros(len(labels), dtype=bool)
for k in range(len(KINDS)):
    mine = np.unique(tiles[labels == k])[3::4]
    held_out |= (labels == k) & np.isin(tiles, mine)
x_train, y_train = scaled(patches[~held_out]), labels[~held_out]
x_val, y_val = scaled(patches[held_out]), labels[held_out]
print(len(y_train), "patches to train on,", len(y_val), "to validate")

# %% [markdown]
# > **Predict.** The dense network has thirteen times the parameters of the two convolutions, and a tenth of their
# > multiply-adds. Which reads more patches of new tiles? How far apart are they?


# %%
def dense_start(seed):
    keras.utils.set_random_seed(seed)
    body = [keras.Input((SIDE, SIDE, 1)), layers.Flatten(), layers.Dense(32, "relu")]
    return keras.Sequential([*body, layers.Dense(10)])


def planned(plan, **options):
    def make(seed):
        keras.utils.set_random_seed(seed)
        return build(plan, **options)

    return make


two_layers = [("conv", 3, 8, 1), ("conv", 3, 16, 2)]
epochs, seeds = runtime.budget(smoke=(1, 2), cpu=(10, 5), gpu=(30, 10))


# %%
def measured(make, x, y, others):
    """Validation accuracy (%) for each seed, and the last network."""
    found = []
    for seed in range(seeds):
        network = fit(make(seed), x, y, epochs, seed)
        found.append(100 * np.mean(answers(network, others) == y_val))
    return np.array(found), network


def row(name, make, x=x_train, y=y_train, others=x_val):
    accuracy, network = measured(make, x, y, others)
    results[name] = accuracy
    size = network.count_params(), anatomy.multiply_adds(network)
    return [name, *size, float(accuracy.mean()), float(np.ptp(accuracy))], network


results = {}
rows = [["always the same", 0, 0, 100 * float(np.bincount(y_val).max() / len(y_val)), 0.0]]
dense_row, _ = row("dense, 32 units", dense_start)
plain_row, plain = row("two convolutions", planned(two_layers, flip=None, norm=False))
header = ["network", "parameters", "multiply-adds", "validation (%)", "best − worst seed"]
plots.table(header, [*rows, dense_row, plain_row])

# %% [markdown]
# The dense network knows each pixel by its place (lessons 08 and 09), and in a patch cut at random no place means anything. Note the last column
# too: so many *points* lie between two runs of one and the same network, because of nothing but the seed.
#
# ## Where are the errors?
#
# An accuracy is one number. The errors are many, and they have patterns. First: which photographs does the small
# network confuse?


# %%
def confusion(guesses, truth):
    """Number [i, j]: patches of photograph i that were taken for j."""
    table = np.zeros((len(KINDS), len(KINDS)), dtype=int)
    np.add.at(table, (truth, guesses), 1)
    return table


def draw_confusion(ax, guesses, truth, title):
    table = confusion(guesses, truth)
    share = table / table.sum(1, keepdims=True)
    ax.imshow(share, cmap="Blues", vmin=0, vmax=1)
    for i, j in np.argwhere(share >= 0.1):
        colour = "white" if share[i, j] > 0.5 else "black"
        ax.text(
            j, i, f"{100 * share[i, j]:.0f}", ha="center", va="center", color=colour, fontsize=8
        )
    ax.set_xticks(range(10), KINDS, rotation=60, ha="right")
    ax.set_yticks(range(10), KINDS)
    ax.set(xlabel="taken for", ylabel="cut from", title=title)
    ax.grid(False)


# %%
guesses = answers(plain, x_val)
contrast = x_val.std((1, 2, 3))
fig, (left, right) = plots.figure(1, 2, height=4.2, gridspec_kw={"width_ratios": [3, 2]})
draw_confusion(left, guesses, y_val, "two convolutions (% of a row)")
quarters = np.array_split(np.argsort(contrast), 4)
right.bar(
    range(4), [100 * np.mean(guesses[q] == y_val[q]) for q in quarters], color=plots.COLOURS[0]
)
right.set_xticks(range(4), ["lowest", "low", "high", "highest"])
right.set(xlabel="contrast of the patch (quarters)", ylabel="named rightly (%)", ylim=(0, 100))
plots.show(
    fig,
    alt="Left: a table of the ten photographs against what they were taken for; some rows are dark on the "
    "diagonal, others are spread over several columns. Right: accuracy for four quarters of the patches by contrast.",
)

# %% [markdown]
# *Left: a number off the diagonal is a confusion; shares below a tenth are not written. Right: the same errors, by how much brightness
# varies inside the patch. If the bars do not fall to one side, contrast does not explain the errors.* Now look at the patches themselves:

# %%
wrong = np.flatnonzero(guesses != y_val)
sure = keras.ops.convert_to_numpy(keras.ops.softmax(plain(x_val))).max(1)
worst = wrong[np.argsort(-sure[wrong])][:12]
plots.images(
    x_val[worst, ..., 0],
    [f"{KINDS[y_val[i]]},\nnot {KINDS[guesses[i]]}" for i in worst],
    columns=6,
    value_range=(0, 1),
    suptitle="The twelve errors it was surest of",
    alt="Twelve patches that the small network named wrongly although it was sure, each with the photograph it is from "
    "and the one it was taken for.",
)

# %% [markdown]
# Ask three questions of such a sheet. *Could I do it?* Some patches contain no information about their photograph. No network, however large, can name them. (Be slow to say so: at the
# end you will see what a better network makes of patches that this one gave up.) *Are many errors of one kind?* Then one change may mend many. *Is it the training set or
# the network?* Look at the training accuracy:

# %%
for name, images, truth in (("training", x_train, y_train), ("validation", x_val, y_val)):
    print(f"{name:10} {100 * np.mean(answers(plain, images) == truth):5.1f} %")

# %% [markdown]
# Hardly a gap. This network does not memorise; it underfits: training accuracy is low, too. In the checklist that is line one, two or three, and not line
# four: dropout would make it worse.
#
# ## Spending the budget
#
# So: learn faster, or be larger? The same start, with one change each.
#
# > **Predict.** Five changes: twice the filters; a third layer; batch normalisation; batch normalisation and the third layer; and
# > nothing but your `prepared` in front, so that the input has mean 0 and standard deviation 1. Which gains most? What does each
# > cost? Write down an order.

# %%
changes = {
    "+ twice the filters": ([("conv", 3, 16, 1), ("conv", 3, 32, 2)], False),
    "+ a third layer": ([*two_layers, ("conv", 3, 16, 1)], False),
    "+ batch normalisation": (two_layers, True),
    "+ both of the last two": ([*two_layers, ("conv", 3, 16, 1)], True),
}
rows = [plain_row]
for name, (plan, norm) in changes.items():
    rows.append(row(name, planned(plan, flip=None, norm=norm))[0])

# %% tags=["needs-answer"]
standard = prepared(patches[~held_out], y_train, patches[held_out], np.random.default_rng(0))
plain_plan = planned(two_layers, flip=None, norm=False)
rows.append(row("+ standardised input", plain_plan, *standard)[0])

# %%
plots.table(header, rows)

# %%
fig, ax = plots.figure(height=3.4)
for name, _, work, accuracy, _ in rows:
    colour = plots.COLOURS[1] if "norm" in name or "both" in name else plots.COLOURS[0]
    ax.plot([work / 1000] * len(results[name]), results[name], "o", mfc="none", color=colour, ms=5)
    ax.plot(work / 1000, accuracy, "D", color=colour)
    ax.annotate(name, (work / 1000, accuracy), (8, -3), textcoords="offset points", fontsize=9)
ax.axvline(BUDGET["multiply-adds"] / 1000, color="gray", ls="--")
ax.set(xlabel="multiply-adds (thousands); dashed: the budget", ylabel="validation (%)")
ax.set_xlim(right=1.25 * max(r[2] for r in rows) / 1000)
plots.show(
    fig,
    alt="Validation accuracy against multiply-adds, every seed a circle, the mean a diamond. The two with batch "
    "normalisation lie highest; close below, at no cost, the start with standardised input; twice the filters costs "
    "most multiply-adds.",
)

# %% [markdown]
# *Circles: single seeds. Diamonds: their means. Orange: with batch normalisation.* The dearest change is not the best one. (The rows to the right of the dashed line are over the budget: they show what you may not buy.) The cheapest change of all,
# the first line of the checklist, costs nothing and brings most of what batch normalisation brings: part of what that layer mends here is an input that nobody had standardised. Before you praise a change, ask what a simpler one would have done.
# A budget is not spent where there is room in it, but where the errors are. (Given ten times the epochs, size may begin to count. The budget of *time*
# is a budget, too.)
#
# ## A fair comparison
#
# Is "a third layer" better than the start? With one seed each you can report whatever you like: choose the seed. A fair
# comparison gives both the same data, the same epochs, the same effort of tuning, and **several seeds**; and it says how
# sure it is.
#
# With the same seeds for both, look at the differences $d_i$, seed by seed: their mean $\bar d$, their standard deviation $s$ (with $n - 1$),
# and the **standard error** of the mean, $s/\sqrt n$. By hand: 70, 74, 72 against 67, 73, 70 gives the differences 3, 1, 2: mean 2, $s = 1$,
# standard error $1/\sqrt 3 = 0.58$.
#
# How many standard errors away from zero is far enough? With many seeds, about two. With few seeds $s$ itself is uncertain, and you need more. W. S. Gosset worked it out in 1908, under the name Student: to be fooled by chance in 5 of 100 cases only, the mean must lie more than $t$ errors from zero, and
#
# | seeds $n$ | 2 | 3 | 4 | 5 | 10 | many |
# |---|---|---|---|---|---|---|
# | $t$ | 12.7 | 4.30 | 3.18 | 2.78 | 2.26 | 1.96 |
#
# Our $2/0.58 = 3.46$ is less than 4.30. So with these three seeds the difference may still be chance. In SciPy, $t$ is `stats.t.ppf(0.975, n - 1)`.
#
# ### {{exercise compare}}
#
# <details><summary>Hint 1 · in pairs</summary>Subtract first, then average. What the seeds have in common cancels.</details>
# <details><summary>Hint 2 · either may win</summary>`sure` says that they differ, not that the first is better. (That is why it is 0.975: 2.5 of 100 on either side.)</details>


# %% tags=["exercise"]
def compare(first, second):
    """Compare two networks, trained with the same seeds.

    Args:
        first, second: sequences of n ≥ 2 accuracies, one for each seed, in the same order of seeds.

    Returns:
        dict: "difference", the mean of first − second, float; "error", the standard error of that
        mean, the standard deviation of the differences (divisor n − 1) over √n, float; "sure",
        bool, whether the difference, of either sign, is more than t times its error, with
        Student's t for n seeds as in the table: stats.t.ppf(0.975, n − 1).
    """
    ### BEGIN SOLUTION
    d = np.asarray(first, dtype=float) - np.asarray(second, dtype=float)
    error = d.std(ddof=1) / math.sqrt(len(d))
    return {
        "difference": float(d.mean()),
        "error": float(error),
        "sure": bool(abs(d.mean()) > stats.t.ppf(0.975, len(d) - 1) * error),
    }
    ### END SOLUTION


# %% tags=["check"]
check(compare)

# %% tags=["needs-answer"]
compare([1.0, 3.0], [0.0, 1.0])  # this cell needs exercise 6
rows = []
for name, accuracy in results.items():
    if name not in ("dense, 32 units", "two convolutions") and len(accuracy) > 1:
        c = compare(accuracy, results["two convolutions"])
        rows.append(
            [name, f"{c['difference']:+.1f} ± {c['error']:.1f}", "yes" if c["sure"] else "no"]
        )
plots.table(["against two convolutions", "points ± standard error", "sure?"], rows)

# %% [markdown]
# ## Wearing out a validation set
#
# You try designs and keep the one that does best in validation. Then its number is the largest of many, and the largest of many is
# partly luck. How much luck? To try hundreds of "designs" in seconds, a design here is eight random 5×5 filters, ReLU, averages, and a
# linear classifier on these eight numbers by least squares (lesson 05).
#
# > **Predict.** Try 100 such designs; keep the one that does best on 60 validation patches. How many points will it lose on other
# > patches from the same tiles? And if you choose by 500 patches?

# %%
rng = np.random.default_rng(0)
filters = rng.normal(size=(5, 5, 96))
filters = (filters - filters.mean((0, 1))).astype("float32")[:, :, None, :]


def features(images):
    maps = keras.ops.relu(keras.ops.conv(scaled(images), filters))
    return np.log(1e-3 + keras.ops.convert_to_numpy(keras.ops.mean(maps, axis=(1, 2))))


pool, pool_labels, _ = cut(1000, parts=(4,), seed=2)
bank, pool_bank = features(patches), features(pool)
targets = np.eye(10)[labels]


def design(chosen):
    """Right or not, for each patch of the pool."""
    x, z = (np.column_stack([b[:, chosen], np.ones(len(b))]) for b in (bank, pool_bank))
    return (z @ np.linalg.lstsq(x, targets, rcond=None)[0]).argmax(1) == pool_labels


tries = 1000
right = np.array([design(rng.choice(96, 8, replace=False)) for _ in range(tries)])

# %%
counts, curves = [1, 2, 5, 10, 20, 50, 100], {}
for size in (60, 500):
    promised, kept = [], []
    for _ in range(200):  # contests, each with its own validation patches and order of designs
        order, patch = rng.permutation(tries), rng.permutation(len(pool))
        score = right[order][:, patch[:size]].mean(1)
        best = [score[:n].argmax() for n in counts]
        promised.append(score[best])
        kept.append(right[order][:, patch[size:]].mean(1)[best])
    curves[f"{size} patches: promised"] = 100 * np.mean(promised, 0)
    curves[f"{size} patches: kept on others"] = 100 * np.mean(kept, 0)
fig, ax = plots.figure(height=3.4)
for (name, values), style, colour in zip(curves.items(), ("-", "--") * 2, (1, 1, 0, 0)):
    ax.plot(counts, values, style, marker="o", ms=4, color=plots.COLOURS[colour], label=name)
ax.set(xscale="log", xlabel="designs tried", ylabel="accuracy of the winner (%)")
ax.set_xticks(counts, counts)
ax.legend(fontsize=9)
plots.show(
    fig,
    alt="Accuracy of the best of n designs against n from 1 to 100. With 60 validation patches the promised accuracy "
    "climbs steeply while the kept one climbs little. With 500 validation patches both lie closer together.",
)

# %% [markdown]
# *Each point: the mean of 200 contests.* Nobody cheated: no design was ever trained on validation patches. Choosing is enough. The gap between promised and kept grows with the number of
# designs you try and shrinks with the size of the validation set. Two things follow. Compare a handful of designs that you have a
# reason for, rather than hundreds. And report a number from images that decided **nothing**. Here those are the judge's.
#
# > **Searching by machine.** Numbers that no gradient sets, such as the learning rate, the size of a batch, the
# > number of filters or a penalty, are *hyperparameters*. A *grid* tries all combinations of chosen values. A *random*
# > search draws them; with the same number of trials it tries more values of each (Bergstra and Bengio 2012).
# > *Hyperband* (Li et al. 2018) starts many short trainings and goes on only with those that do best. Whatever the
# > search, it chooses by validation images, and all that you just saw applies to it.
#
# ## Your network
#
# ### {{exercise capstone}}
#
# Design and train `capstone`.
#
# Budgets get cut. This one has been cut in half since exercise 3, and none of the four plans fits it any more.
#
# - It takes float32 patches (n, 24, 24, 1), from 0 to 1, and gives (n, 10) scores, logits or probabilities, in the order of `KINDS`.
# - At most **5,000 parameters** (one point) and **200,000 multiply-adds** for one image (one point). Both are counted from the network that you
#   hand in: build it of Keras's own layers alone, else nobody can count it. `+` and `*` between tensors are fine.
# - On hidden patches, each a little lighter or darker than in its photograph and moved by up to a quarter of a pixel: 50 % (one point), 65 % (two more), **70 %** (two more).
# - Learn from `patches` and `labels` only. Choose your design by validation; when you have chosen, you may train it once more on all of them.
# - Use a fixed number of epochs, not `runtime.budget`: what you hand in is trained again when it is graded. Twenty passes over the 1,600 patches are enough, some fifteen to thirty seconds; nobody measures them, but all of the notebook must end within ten minutes of processor time.
#
# `check` asks about tiles that this lesson has looked at, too; looking wears them out. The class's leaderboard goes by the judge's 800 patches, when the class is graded.
# It keeps this lesson's rule: networks within two standard errors of the best are equal, and among equals the one with fewer multiply-adds wins, then the one with fewer parameters. What you hand in last is measured once.
#
# <details><summary>Hint 1 · where to begin</summary>Take the plan that sees most detail for its work, and make it narrower. `bill` tells you what each change saves. Where are the places many?</details>
# <details><summary>Hint 2 · training matters as much</summary>Batch normalisation, a falling rate, patches mirrored while training. Look at the training
# accuracy: is it the network or the epochs?</details>
# <details><summary>Hint 3 · which way is up?</summary>Which mirrored patches could be real ones? And turned upside down? Try it in
# validation.</details>

# %% tags=["exercise"]
### BEGIN SOLUTION
keras.utils.set_random_seed(0)
plan = [
    ("conv", 5, 12, 2),
    ("separable", 3, 24, 1),
    ("separable", 3, 34, 2),
    ("separable", 3, 40, 1),
]
capstone = build(plan, flip="horizontal_and_vertical")
_ = fit(capstone, scaled(patches), labels, epochs=20)
### END SOLUTION

# %% tags=["check"]
check(capstone=capstone)

# %% [markdown]
# Beside the start, on patches of new tiles:

# %% tags=["needs-answer"]
if capstone is not ...:
    guesses = [answers(network, scaled(fresh)) for network in (plain, capstone)]
    fig, axes = plots.figure(1, 2, height=4.4)
    for ax, guess, name in zip(axes, guesses, ("two convolutions", "yours")):
        right = 100 * np.mean(guess == fresh_labels)
        draw_confusion(ax, guess, fresh_labels, f"{name}: {right:.1f} %")
    plots.show(
        fig,
        alt="Two confusion tables side by side, of the two convolutions and of your network, each with its accuracy.",
    )

# %% [markdown]
# *The same patches, the same scale. Which confusions of the start are gone, which are left?* Compare the patches that you had given up with what your network makes
# of their photographs now.
#
# ### More, if you like
#
# Ten photographs of your own make a contest that is yours: in `cut`, put their arrays in place of `data.photograph(name, gray=True)`, and their names in `KINDS`.
#
# With an internet connection the same questions can be asked of CIFAR-10: ten classes, 50,000 colour photographs of 32×32. Only the input changes, and the numbers grow. (In the `gpu` budget this cell runs.)

# %% tags=["gpu"]
if runtime.budget(smoke=False, cpu=False, gpu=True):
    keras.utils.set_random_seed(0)
    x = image = keras.Input((32, 32, 3))
    for kind, filters, stride in (("conv", 32, 1), ("separable", 64, 2), ("separable", 128, 2), ("separable", 256, 2)):  # fmt: skip
        convolution = layers.Conv2D if kind == "conv" else layers.SeparableConv2D
        x = convolution(filters, 3, strides=stride, padding="same", use_bias=False)(x)
        x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    larger = keras.Model(image, layers.Dense(10)(layers.GlobalAveragePooling2D()(x)))
    try:
        (x_cifar, y_cifar), (x_new, y_new) = data.cifar10()
        fit(larger, scaled(x_cifar), y_cifar, epochs=20)
        print(f"CIFAR-10: {100 * np.mean(answers(larger, scaled(x_new)) == y_new):.1f} %")
    except data.DataUnavailable as reason:
        print(reason)

# %% [markdown] tags=["written"] name="report"
# ### {{exercise report}}
#
# In 200 to 300 words, for a colleague who has to decide whether to use your network:
#
# 1. **Design** (2 points). What the network is and what it costs of each budget: one point. Two of its layers, each set against an alternative of like cost: one point.
# 2. **Evidence** (3 points). How you split, and why so: one. What you tried, how many designs, how many seeds, with the accuracy and the multiply-adds of at least three designs, as a table or a curve: one. One comparison with its difference and standard error over the same seeds, or an honest word that a single run was all there was and what it is worth: one.
# 3. **Errors** (2 points). Two confusions that are left, with a guess that the patches support: one. A kind of patch that no network could name, or your check that there is none: one.
# 4. **Limits** (1 point). What number do you promise on new tiles? It is lower than your best validation result: why? And on patches of photographs that are not among the ten?
#
# A lower accuracy, well defended, earns full points here.
#
# ### BEGIN SOLUTION
# (1) A 5×5 convolution with stride 2, then three separable 3×3 layers with 24, 34 and 40 filters, each with batch normalisation and ReLU, global average, dense:
# 4,244 of 5,000 parameters and 197,752 of 200,000 multiply-adds. The stride stands first because work goes with the square of the side; 5×5 because a
# window of 3×3 with stride 2 sees too little of a texture. Separable layers: ordinary ones of the same work would have had less than half the filters at the end. (2) Every fourth
# tile of each photograph was held out, since random rows share pixels: the nearest neighbour showed the difference. I tried four plans with three seeds each and the same twenty epochs.
# Batch normalisation alone brought 22 points over the start, with a standard error of 6 (three seeds, same epochs); the second figure shows every seed.
# I then trained on all patches once. (3) Coffee is taken for camera
# or cat: these patches are blurred background, and I cannot name them either. Grass is taken for gravel: textures of one scale; longer training or turned patches might mend part of it.
# (4) On new tiles I promise the accuracy of `check` less two points, since I looked at it twice, and 400 patches leave a standard error of 2 points. On other photographs it promises nothing: it
# must name one of the ten, and never saw an eleventh.
# ### END SOLUTION

# %% [markdown]
# ## {{exercise quiz}}
#
# Answer with one letter each, such as `{"q1": "a", …}`.
#
# **q1** Training 58 %, validation 57 %, both budgets half used. First you try
#
# - a) dropout
# - b) something that lets it learn more or faster
# - c) a larger validation set
# - d) early stopping
#
# **q2** You need to halve the multiply-adds of a network whose first layers work at full size. Cheapest in accuracy is most likely
#
# - a) half the units of the last dense layer
# - b) no batch normalisation
# - c) a stride or pooling earlier
# - d) no biases
#
# **q3** Twenty frames each of 100 films; is it an indoor scene? You split
#
# - a) by film
# - b) by frame, at random
# - c) every twentieth frame
# - d) by brightness
#
# **q4** Best of five seeds 83 %, best of one seed of the other network 82 %. You conclude
#
# - a) the first is better
# - b) nothing yet
# - c) they are equal
# - d) the second is better, as it needed one try
#
# **q5** You compared 150 settings on 100 validation images; the winner has 91 %. On new images you expect
#
# - a) 91 %
# - b) more, since it is then trained on everything
# - c) less
# - d) exactly the mean of the 150
#
# **q6** `Flatten` and `Dense(10)` behind a 12×12×32 map, or a global average and `Dense(10)`. The second has
#
# - a) as many parameters, less work
# - b) a 140th of the parameters
# - c) no parameters
# - d) a tenth of the parameters

# %% tags=["exercise"]
### BEGIN SOLUTION
quiz = {"q1": "b", "q2": "c", "q3": "a", "q4": "b", "q5": "c", "q6": "b"}
### END SOLUTION

# %% tags=["check"]
check(quiz=quiz)

# %% [markdown]
# ## Summary
#
# - Count first: parameters are weights, multiply-adds are weights times places. A stride early saves work; a global average saves parameters.
# - What belongs together stays on one side of a split. Test it with a method that can only remember.
# - Let the errors choose the change. Training and validation both poor: learn more or faster. The best change may cost nothing.
# - A difference needs several seeds and a standard error; the best of many is partly luck, and choosing wears a validation set out.
# - What you report was decided by images that decided nothing else. Then say what it does not promise.
#
# ## References
#
# - M. Tan, Q. Le (2019). EfficientNet: rethinking model scaling for convolutional neural networks. *ICML*.
# - F. Chollet (2017). Xception: deep learning with depthwise separable convolutions. *CVPR*.
# - S. Ioffe, C. Szegedy (2015). Batch normalization. *ICML*.
# - B. Recht, R. Roelofs, L. Schmidt, V. Shankar (2019). Do ImageNet classifiers generalize to ImageNet? *ICML*. New images for an old test set.
# - J. Bergstra, Y. Bengio (2012). Random search for hyper-parameter optimization. *JMLR* 13.
# - L. Li, K. Jamieson, G. DeSalvo, A. Rostamizadeh, A. Talwalkar (2018). Hyperband. *JMLR* 18.
# - S. Kapoor, A. Narayanan (2023). Leakage and the reproducibility crisis in machine-learning-based science. *Patterns* 4(9).
#
# **Where to read on.** Karpathy's *A recipe for training neural networks* (2019) is this lesson's checklist by someone who has made every mistake in it. *Deep
# Learning* (Goodfellow, Bengio, Courville), chapter 11, says how to choose what to change next. You have built the blocks of twenty years of networks. The next table of
# architectures that you read will be made of them.
