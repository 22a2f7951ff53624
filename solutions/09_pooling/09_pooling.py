# %% [markdown]
# # Pooling and a whole network
#
# **Time** 100 minutes · **Needs** lesson 08 · **Running everything** {{seconds}} s on two CPU cores
#
# Here is a network that has learned to read handwritten digits. It has one hidden layer of the Dense kind, and every digit it learned from stood in the middle of the picture.
# Take a new digit that it reads correctly. Then slide it to the right, one pixel at a time, and ask again.

# %% tags=["setup"]
import numpy as np

from cnncourse import anatomy, begin, data, plots, runtime
from cnncourse.runs import versus, with_spread

check = begin("09_pooling")

import keras
from keras import layers

# %%
margin = 8  # pixels of empty canvas around the 28×28 picture, so that digits have room to move


def on_canvas(digits):
    """Digits as float32 between 0 and 1 in the middle of a larger black canvas: (N, 44, 44, 1)."""
    around = ((0, 0), (margin, margin), (margin, margin))
    return np.pad(digits / np.float32(255), around)[..., None]


def trained(stack, x, y, seed, epochs):
    """A network with these layers, trained on images x and labels y. It returns one score a class."""
    keras.utils.set_random_seed(seed)
    network = keras.Sequential([keras.Input(x.shape[1:]), *stack])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    network.compile(keras.optimizers.Adam(3e-3), loss, metrics=["accuracy"])
    network.fit(x, y, batch_size=32, epochs=epochs, verbose=0)
    return network


def answers(network, x):
    """The class with the largest score, for each image."""
    parts = (np.asarray(network(x[start : start + 250])) for start in range(0, len(x), 250))
    return np.concatenate([scores.argmax(axis=1) for scores in parts])


# %%
(digits, labels), (new_digits, new_labels) = data.mnist_sample()
x_train, x_new = on_canvas(digits), on_canvas(new_digits)
dense = trained(
    [layers.Flatten(), layers.Dense(64, activation="relu"), layers.Dense(10)],
    x_train, labels, seed=0, epochs=runtime.budget(smoke=2, cpu=5, gpu=5),
)  # fmt: skip
print(f"{np.mean(answers(dense, x_new) == new_labels):.0%} of 1,000 new digits read correctly")

# %%
one = np.flatnonzero((new_labels == 3) & (answers(dense, x_new) == 3))[0]
slid = np.stack([np.roll(x_new[one], pixels, axis=1) for pixels in range(0, 9)])
plots.images(
    list(slid[..., 0]),
    [f"by {pixels}: “{answer}”" for pixels, answer in enumerate(answers(dense, slid))],
    columns=9, suptitle="slid to the right by … pixels, and what the network reads",
    alt="The same handwritten three in nine pictures, each one pixel further to the right. Above the first stands the answer three; further on other answers stand above the same three.",
)  # fmt: skip

# %% [markdown]
# You see a three nine times. The network saw nine different lists of 1,936 numbers, and some of those lists reminded it of something else.
#
# You have heard the cure: convolutional networks do not care where a thing is, and pooling is why. Half of that is wrong, and the half that is right is worth knowing exactly.
#
# **How does a network read a thing wherever it lies, and how much of that does pooling do?**
#
# After this lesson you can
#
# - pool by hand and in code, forwards and backwards, and undo it as far as it can be undone;
# - say what a pooling layer forgives and what it does not, in pixels;
# - name the shape and count the parameters of every layer of a whole network;
# - show by measurement what local connections and shared weights are each worth.

# %% [markdown]
# ## Keep the largest
#
# Lay a window on a feature map. Write down the largest number in it. Slide the window by the **stride**, and repeat. That is **max pooling**. Write down the mean instead, and it is **average pooling**.
# There is nothing to learn in it: no weights, no bias. Each channel is pooled by itself, so the number of channels stays.

# %%
feature_map = np.array([[1, 3, 2, 0], [4, 0, 1, 6], [7, 2, 0, 1], [1, 5, 8, 2]])
plots.matrices(
    {
        "feature map": feature_map,
        "largest": np.array([[4, 6], [7, 8]]),
        "mean": np.array([[2, 2.25], [3.75, 2.75]]),
    },
    highlight={"feature map": (0, 2, 2, 2), "largest": (0, 1, 1, 1), "mean": (0, 1, 1, 1)},
    alt="A 4 by 4 feature map, its 2 by 2 max pooling 4, 6, 7, 8 and its average pooling 2, 2.25, 3.75, 2.75. The marked window holds 2, 0, 1, 6: its largest is 6, its mean 2.25.",
)  # fmt: skip

# %% [markdown]
# *Windows of 2×2, moved by 2.* Follow the marked one: $2, 0, 1, 6$. The largest is $6$; the mean is $(2 + 0 + 1 + 6)/4 = 2.25$.
#
# The window's side is called $f$ (Keras: `pool_size`), the stride $s$ (Keras: `strides`; if you leave it out, it equals `pool_size`). Usually nothing is padded. Then the windows must lie inside, and
# the output's size is lesson 08's formula without its padding:
#
# $$n_{\text{out}} = \left\lfloor \frac{n - f}{s} \right\rfloor + 1$$
#
# Rows and columns at the far end that do not fill a window are **left out**, whatever they hold.
#
# ### Which f, which s?
#
# Two choices are common: $f = 2, s = 2$, and the overlapping $f = 3, s = 2$. Some course notes print $f = 2, s = 3$ instead. Count how many windows see each pixel, and you know that it is a slip of the pen.


# %%
def seen_by(n, f, s):
    """How many windows of side f and stride s cover each pixel of an n×n map."""
    count = np.zeros((n, n), dtype=int)
    for i in range(0, n - f + 1, s):
        for j in range(0, n - f + 1, s):
            count[i : i + f, j : j + f] += 1
    return count


plots.matrices(
    {f"f = {f}, s = {s}": seen_by(8, f, s) for f, s in ((2, 2), (3, 2), (3, 3), (2, 3))},
    alt="How many windows see each pixel of an 8 by 8 map. With f 2, s 2 every pixel is seen once. With f 3, s 2 pixels are seen once, twice or four times and the last row and column never. With f 3, s 3 once each, the last two rows and columns never. With f 2, s 3 every third row and column is never seen.",
)

# %% [markdown]
# *Each number: how many windows see this pixel.* With $f = 2, s = 3$ whole rows and columns go unseen: of a large map, five pixels in nine.
#
# The overlapping $f = 3, s = 2$ is AlexNet's (lesson 13). Its authors report that, against $f = 2, s = 2$, it lowered their top-1 and top-5 error by 0.4 and 0.3 per cent (section 3.4 of the paper). **Top-1 error** is the share of pictures whose best answer is wrong; **top-5 error**, the share whose right class is not among the five best answers.
#
# ### {{exercise hand_pool}}
#
# Paper and pencil. The map is 5×6:
#
# $$X = \begin{pmatrix} 1&3&2&0&5&1 \\ 4&0&1&6&2&2 \\ 7&2&0&1&0&3 \\ 1&5&8&2&4&0 \\ 0&9&3&1&6&2 \end{pmatrix}$$
#
# Fill in the dictionary `hand_pool = {"shape": (…, …), "average": …, "overlapping_shape": (…, …), "overlapping_max": …, "unseen": …}`. Nothing is padded.
#
# - `"shape"`: the output's shape for $f = 2, s = 2$, as (rows, columns);
# - `"average"`: average pooling, $f = 2, s = 2$: the last number of the output's **last row**;
# - `"overlapping_shape"`: the output's shape for $f = 3, s = 2$;
# - `"overlapping_max"`: max pooling, $f = 3, s = 2$: the first number of the output's last row;
# - `"unseen"`: how many of the 30 pixels no window sees when $f = 2, s = 3$.
#
# <details><summary>Hint 1 · sizes</summary>Slide a window along one row with your finger and count the places where it fits. Rows and columns are counted separately.</details>
# <details><summary>Hint 2 · unseen</summary>Mark the rows that some window touches, then the columns. A pixel is seen if both its row and its column are marked.</details>

# %% tags=["exercise"]
### BEGIN SOLUTION
hand_pool = {
    "shape": (2, 3),
    "average": 1.75,
    "overlapping_shape": (2, 2),
    "overlapping_max": 9,
    "unseen": 14,
}
### END SOLUTION

# %% tags=["check"]
check(hand_pool=hand_pool)

# %% [markdown]
# ### {{exercise pool}}
#
# Write `pool`, for whole batches with channels: the shape (N, H, W, C) that Keras uses. NumPy only: no Keras, TensorFlow, PyTorch or JAX, and no ready-made windows from SciPy or scikit-image. The result may be float32 or float64.
#
# <details><summary>Hint 1 · begin</summary>Make the output array first. Its height and width come from the formula, its batch and channel axes from the input.</details>
# <details><summary>Hint 2 · one window</summary>Output row i looks at input rows that start at i times the stride. A slice of all images and all channels at once has four axes; reduce two of them.</details>
# <details><summary>Hint 3 · a trap</summary>A feature map may be negative everywhere. What does a "largest so far" start from?</details>


# %% tags=["exercise"]
def pool(x, size, stride, how):
    """Max or average pooling without padding.

    Args:
        x: float array (N, H, W, C), values of any sign.
        size: side f of the square window, an integer with 1 ≤ size ≤ H and size ≤ W.
        stride: step s from window to window, an integer ≥ 1; it may be smaller or larger than size.
        how: "max" or "average".

    Returns:
        float array (N, (H - size) // stride + 1, (W - size) // stride + 1, C). Rows and columns at the
        far end that do not fill a window are left out.
    """
    ### BEGIN SOLUTION
    reduce = {"max": np.max, "average": np.mean}[how]
    height, width = ((n - size) // stride + 1 for n in x.shape[1:3])
    output = np.zeros((len(x), height, width, x.shape[3]))
    for i, j in np.ndindex(height, width):
        top, left = i * stride, j * stride
        output[:, i, j] = reduce(x[:, top : top + size, left : left + size], axis=(1, 2))
    return output
    ### END SOLUTION


# %% tags=["check"]
check(pool)

# %% [markdown]
# The same photograph, pooled down to a quarter of its side in three ways. The third keeps every fourth pixel and throws the rest away, which is what a stride of 4 without any pooling does.
#
# > **Predict.** The page holds thin dark letters on bright paper. In which of the three will they survive?

# %%
page = data.photograph("page", size=(144, 256)) / np.float32(255)
batch = page[None, :, :, None]
small = {
    "largest of 4×4": layers.MaxPooling2D(4)(batch),
    "mean of 4×4": layers.AveragePooling2D(4)(batch),
    "every fourth pixel": batch[:, ::4, ::4],
}
plots.images(
    [page, *(np.asarray(picture)[0, :, :, 0] for picture in small.values())],
    ["photograph", *small], columns=2,
    alt="A scanned page of text. Pooled by the largest value the letters are gone and only paper is left. Pooled by the mean the lines of text remain, soft. With every fourth pixel the letters are broken into dots.",
)  # fmt: skip

# %% [markdown]
# Max pooling keeps what is **bright**, and here the message is dark. On a photograph that is a poor choice. But a network does not pool photographs. It pools feature maps after a ReLU, where a large number says "here is what I look for" and zero says "nothing".
# The largest of a window then says *whether* the feature is anywhere in it. The mean says *how much* of it there is.

# %% [markdown]
# Turn the page into its negative, and bright letters on dark ground win every window. Slide the window's size, and switch the negative off and on. When do the lines of text run together?


# %%
def pooled_at(window=3, negative=True):
    """The page, or its negative, by largest and by mean."""
    source = 1 - batch if negative else batch
    both = [pooling(window)(source) for pooling in (layers.MaxPooling2D, layers.AveragePooling2D)]
    return plots.images(
        [np.asarray(picture)[0, :, :, 0] for picture in both],
        [f"largest of {window}×{window}", f"mean of {window}×{window}"],
        alt=f"The {'negative of the ' if negative else ''}page pooled in windows of {window} by {window}, on the left by the largest value, on the right by the mean.",
    )


plots.interact(pooled_at, window=(1, 8), negative=True)

# %% [markdown]
# ## Every pooling layer of Keras
#
# One, two or three axes to slide along; largest or mean; a window, or the whole map at once ("global"). That makes twelve. The first axis is always the batch, the last always the channels.


# %%
def rows_for(x, *pooling_layers):
    """A table row for each layer: what goes in, what comes out, what is learned."""
    return [
        [type(p).__name__, x.shape, tuple(p(x).shape), p.count_params()] for p in pooling_layers
    ]


camera = data.photograph("camera", size=96) / np.float32(255)
sequence = camera.reshape(1, 96, 96)[
    :, :, ::24
]  # 96 time steps, 4 features: four columns of the photograph
photo = data.photograph("astronaut", size=96)[None] / np.float32(255)
video = np.stack([np.roll(photo[0], 2 * t, axis=1) for t in range(8)])[
    None
]  # 8 frames of a camera that pans

table = [
    *rows_for(sequence, layers.MaxPooling1D(2), layers.AveragePooling1D(2), layers.GlobalMaxPooling1D(), layers.GlobalAveragePooling1D()),
    *rows_for(photo, layers.MaxPooling2D(2), layers.AveragePooling2D(2), layers.GlobalMaxPooling2D(), layers.GlobalAveragePooling2D()),
    *rows_for(video, layers.MaxPooling3D(2), layers.AveragePooling3D(2), layers.GlobalMaxPooling3D(), layers.GlobalAveragePooling3D()),
]  # fmt: skip

# %% tags=["nbval-check-output"]
plots.table(["layer", "input", "output", "parameters"], table)

# %% [markdown]
# A global layer returns one number a channel, whatever the size of the map. (Recent versions of Keras also have `AdaptiveMaxPooling2D(7)` and its relatives: you name the output's size, and the windows follow from it.)
#
# Three things that trip people up:

# %% tags=["nbval-check-output"]
ones = np.ones((1, 5, 5, 1), dtype="float32")
try:
    layers.AveragePooling2D()
except TypeError as error:
    print("1.", "pool_size" in str(error) and "AveragePooling2D() needs its pool_size")
print("   MaxPooling2D() has one:", layers.MaxPooling2D().pool_size)
print(
    "2. sizes of a 5×5 map:",
    {p: layers.MaxPooling2D(2, padding=p)(ones).shape[1] for p in ("valid", "same")},
)
print("3. mean of ones at a padded border:", layers.AveragePooling2D(3, 1, padding="same")(ones)[0, 0, 0, 0].numpy())  # fmt: skip

# %% [markdown]
# 1. `AveragePooling2D` has no default size, `MaxPooling2D` has 2.
# 2. With `padding="same"` the last, incomplete window counts, too: 3 in place of 2.
# 3. The mean at a padded border is 1, not 4/9: invented pixels are not counted.
#
# Here are largest and mean side by side along one row of the photograph, in windows of 8.

# %%
row = camera[30]
steps = np.repeat(np.arange(0, 96, 8), 8)
largest = np.asarray(layers.MaxPooling1D(8)(row[None, :, None]))[0, :, 0]
mean = np.asarray(layers.AveragePooling1D(8)(row[None, :, None]))[0, :, 0]
plots.lines(
    np.arange(96), {"one row of the photograph": row, "largest of 8": largest.repeat(8), "mean of 8": mean.repeat(8)},
    xlabel="column (pixels)", ylabel="brightness", title="what a window of 8 keeps",
    alt="Brightness along one row with a deep valley where the photographer stands. The staircase of largest values runs along the top and makes the valley narrower; the staircase of means runs through the middle.",
)  # fmt: skip

# %% [markdown]
# ### {{exercise halve}}
#
# Max pooling with $f = 2, s = 2$ can be had without a single loop: give every window two axes of its own by reshaping, and take the largest over them. A colleague did so. The shape is right. Nothing is raised.


# %%
def halve_with_bug(x):
    """Max pooling, f = 2, s = 2, by reshaping. Something is wrong."""
    n, h, w, c = x.shape
    return x.reshape(n, h // 2, w // 2, 2, 2, c).max(axis=(3, 4))


plots.images(
    [photo[0], halve_with_bug(photo)[0]], ["photograph, 96 × 96", "halve_with_bug, 48 × 48"], width=5,
    alt="A portrait of an astronaut, and the faulty pooling of it: two narrow copies of the portrait stand side by side.",
)  # fmt: skip

# %% [markdown]
# Two astronauts. Find out which four numbers really form a "window" in this reshape, and write `halve` without the fault. It must also take maps with an odd number of rows or columns, which the reshape above refuses. NumPy only, as for `pool`.
#
# <details><summary>Hint 1 · experiment</summary>Give the faulty function np.arange(16).reshape(1, 4, 4, 1) and look at what it says is largest.</details>
# <details><summary>Hint 2 · reshape</summary>Reshaping never moves a number: it cuts the list of numbers at other places. The last axis of a picture's row must be cut into pairs while it is still next to its own row.</details>


# %% tags=["exercise"]
def halve(x):
    """Max pooling with a 2×2 window and stride 2, no padding.

    Args:
        x: float array (N, H, W, C), H and W at least 2, even or odd.

    Returns:
        float array (N, H // 2, W // 2, C); an odd last row or column is left out.
    """
    ### BEGIN SOLUTION
    n, h, w, c = x.shape
    even = x[:, : h // 2 * 2, : w // 2 * 2]
    return even.reshape(n, h // 2, 2, w // 2, 2, c).max(axis=(2, 4))
    ### END SOLUTION


# %% tags=["check"]
check(halve)

# %% [markdown]
# ## What pooling forgives
#
# A feature was found at one place: a single 9 in a row of zeros. Slide it along, and pool pairs.
#
# > **Predict.** The feature moves by one pixel. How often does the pooled row stay as it is?

# %%
spark = np.array([np.roll([9, 0, 0, 0, 0, 0, 0, 0], 2 + shift) for shift in range(5)])
plots.matrices(
    {"slid by 0, 1, 2, 3, 4 pixels": spark, "largest of pairs": spark.reshape(5, 4, 2).max(axis=2)},
    alt="Five rows with a single 9 at places 2 to 6. Pooled in pairs the 9 stands at place 1 for the first two rows, at place 2 for the next two, and at place 3 for the last.",
)

# %% [markdown]
# Half of the time nothing changes at all. The other half, the answer jumps by a whole place. So pooling does not make a network *invariant* (blind to shifts). It rounds positions to a coarser grid, and two positions on either side of a grid line are as different as before.
#
# Now on real feature maps. Take photographs, find their upright edges (Sobel and ReLU, lesson 07), pool, and slide the photograph. How alike are the pooled maps before and after? 1 means equal up to brightness, 0 means unrelated.


# %%
def edge_map(name):
    """Upright edges of a photograph after ReLU, as a batch of one map: (1, 240, 240, 1)."""
    gray = data.photograph(name, size=240, gray=True) / 255.0
    change = np.pad(gray, 1, mode="edge")[:, 2:] - np.pad(gray, 1, mode="edge")[:, :-2]
    across = np.pad(change, ((0, 0), (0, 0)))
    return np.maximum(across[:-2] + 2 * across[1:-1] + across[2:], 0)[None, :, :, None]


def alike(before, after):
    """Correlation of two maps."""
    return np.corrcoef(np.ravel(before), np.ravel(after))[0, 1]


names = ("camera", "astronaut", "coins", "coffee", "cat")
maps = [edge_map(name).astype("float32") for name in names]
shifts = range(9)

# %%
poolings = {
    "not pooled": layers.MaxPooling2D(1),
    "2×2": layers.MaxPooling2D(2),
    "4×4": layers.MaxPooling2D(4),
    "8×8": layers.MaxPooling2D(8),
}
fig, axis = plots.figure(height=3.4)
for (label, layer), colour in zip(poolings.items(), plots.COLOURS):
    curves = np.array(
        [[alike(layer(m), layer(np.roll(m, d, axis=2))) for d in shifts] for m in maps]
    )
    axis.plot(shifts, curves.mean(axis=0), marker="o", ms=4, color=colour, label=label)
    axis.fill_between(shifts, curves.min(axis=0), curves.max(axis=0), alpha=0.15, color=colour)
axis.set(xlabel="photograph slid by (pixels)", ylabel="likeness to before", ylim=(-0.1, 1.03))
axis.set_title("max-pooled edge maps: mean and range over five photographs")
axis.legend()
plots.show(
    fig,
    alt="Likeness against the shift in pixels. Without pooling it falls to about a seventh after two pixels. With 2 by 2 windows it falls a little later, with 4 by 4 later still, with 8 by 8 slowest; none stays at 1.",
)

# %% [markdown]
# *Mean over five photographs; the bands are the range.* A window of $f$ pixels forgives a shift of a fraction of $f$, and then lets go. Larger windows forgive more and remember less: the 8×8 map has 64 times fewer numbers. This is **approximate** invariance, a little at each layer.
# (Reducing a map without smoothing it first makes this worse than it need be: Zhang 2019.)
#
# Only one pooling forgives everything. If the window is the whole map, there is no grid left to cross:

# %% tags=["nbval-check-output"]
for d in (1, 7, 100):
    change = layers.GlobalMaxPooling2D()(np.roll(maps[0], d, axis=2)) - layers.GlobalMaxPooling2D()(
        maps[0]
    )
    print(f"slid by {d:3} pixels, round the edge: global maximum changes by {float(change[0, 0])}")

# %% [markdown]
# ## The way back
#
# Training needs the gradient. Change one input of a max-pooling layer a little. If it is the largest of its window, the output changes as much. If not, nothing happens. So the derivative is 1 for the winner and 0 for the others: the gradient that comes down goes
# **to the winner, all of it**. With the mean, each of the $f^2$ inputs gets $1/f^2$ of it.

# %%
plots.matrices(
    {
        "input": feature_map,
        "from above": np.array([[10, 20], [30, 40]]),
        "through max": np.array([[0, 0, 0, 0], [10, 0, 0, 20], [30, 0, 0, 0], [0, 0, 40, 0]]),
        "through average": np.kron(np.array([[10, 20], [30, 40]]), np.full((2, 2), 0.25)),
    },
    alt="The 4 by 4 feature map; a gradient 10, 20, 30, 40; its way back through max pooling, where each number lands on its window's largest and all else is 0; its way back through average pooling, where each window holds a quarter of its number four times.",
)

# %% [markdown]
# Two cases need care. When windows overlap, one input may win in several of them; then its gradients **add up**. When two inputs of a window tie, there is no derivative, strictly speaking. Libraries pick one winner. Here it is the first in reading order (row by row, left to right).
#
# By hand, in one dimension: the row $3, 7, 7$ with $f = 2, s = 1$ has two windows, $(3, 7)$ and $(7, 7)$. Both are won by the middle number. Gradients $1$ and $5$ from above become $0, 6, 0$.
#
# ### {{exercise pool_backward}}
#
# Write `pool_backward`, the way back through max pooling. NumPy only, as for `pool`; so no automatic differentiation either. The result may be float32 or float64.
#
# <details><summary>Hint 1 · begin</summary>The result has the input's shape, zero everywhere. Visit every window, as in `pool`.</details>
# <details><summary>Hint 2 · the winner</summary>np.argmax returns the first of several equal maxima. It wants a flat list, one for each image and each channel.</details>
# <details><summary>Hint 3 · no loop over images and channels</summary>Compare np.arange(size * size) with the winners' places: the comparison is True once in each window.</details>


# %% tags=["exercise"]
def pool_backward(gradient, x, size, stride):
    """Gradient of the loss by the input of a max-pooling layer (no padding).

    Args:
        gradient: float array (N, h, w, C), the gradient by the layer's output.
        x: float array (N, H, W, C), the layer's input in the forward pass.
        size, stride: as in `pool`; windows may overlap or leave gaps.

    Returns:
        float array (N, H, W, C). In each window the whole gradient goes to the largest input; among equals to the
        first in reading order. An input that wins in several windows gets the sum.
    """
    ### BEGIN SOLUTION
    result = np.zeros(x.shape)
    places = np.arange(size * size)[:, None]
    for i, j in np.ndindex(gradient.shape[1:3]):
        here = np.s_[:, i * stride : i * stride + size, j * stride : j * stride + size]
        window = x[here]
        winners = window.reshape(len(x), size * size, -1).argmax(axis=1)[:, None]
        share = (places == winners) * gradient[:, i, j][:, None]
        result[here] += share.reshape(window.shape)
    return result
    ### END SOLUTION


# %% tags=["check"]
check(pool_backward)

# %% [markdown]
# Lesson 05's test for any gradient: nudge one input, see what the loss does. Here the loss is the sum of the pooled values times fixed random numbers.

# %% tags=["needs-answer"]
rng = np.random.default_rng(0)
x, weights = rng.normal(size=(1, 7, 8, 2)), rng.normal(size=(1, 3, 3, 2))
numeric = np.zeros(x.shape)
for place in np.ndindex(x.shape):
    nudge = np.zeros(x.shape)
    nudge[place] = 1e-6
    up, down = pool(x + nudge, 3, 2, "max"), pool(x - nudge, 3, 2, "max")
    numeric[place] = ((up - down) * weights).sum() / 2e-6
analytic = pool_backward(weights, x, 3, 2)
print("largest difference below 1e-8:", np.abs(numeric - analytic).max() < 1e-8)
print(f"inputs that get any gradient: {(analytic != 0).mean():.0%}")

# %% [markdown]
# ### Unpooling with switches
#
# Networks that draw (a mask for every pixel of a street, or a picture of what a filter looks for) must get back from the small map to the large one. What max pooling threw away is gone. But if somebody wrote down **where** each winner stood, the values can at least go back to their places.
# Zeiler and Fergus (2014, section 2.1) call these records *switches*; SegNet (Badrinarayanan and others, 2017) keeps them for segmentation. Keras has no such layer: `UpSampling2D` copies each value to the whole window, and knows nothing of places. So you write it.
#
# The switch of a value is the number of its pixel, counted in reading order: row times width plus column. Here is the layer that records them.


# %%
def pool_with_switches(x, size, stride):
    """Max pooling that also returns where each value came from: row · W + column in its own image and channel."""
    rows, columns = ((n - size) // stride + 1 for n in x.shape[1:3])
    values = np.zeros((len(x), rows, columns, x.shape[3]))
    switches = np.zeros(values.shape, dtype=int)
    for n, i, j, c in np.ndindex(values.shape):
        window = x[n, i * stride : i * stride + size, j * stride : j * stride + size, c]
        down, right = divmod(window.argmax(), size)
        values[n, i, j, c] = window[down, right]
        switches[n, i, j, c] = (i * stride + down) * x.shape[2] + j * stride + right
    return values, switches


values, switches = pool_with_switches(feature_map[None, :, :, None], 2, 2)
plots.matrices(
    {
        "feature map": feature_map,
        "values": values[0, :, :, 0].astype(int),
        "switches": switches[0, :, :, 0],
    },
    alt="The 4 by 4 feature map; the pooled values 4, 6, 7, 8; and their switches 4, 7, 8, 14: the numbers of their pixels in reading order.",
)

# %% [markdown]
# The 6 stands in row 1, column 3 of a map 4 wide: $1 \cdot 4 + 3 = 7$.
#
# ### {{exercise unpool}}
#
# Write `unpool`: each value back to its place, zeros elsewhere. NumPy only, as for `pool`.
#
# <details><summary>Hint 1 · the place</summary>From the switch, get row and column back. `divmod` does both at once, also on whole arrays.</details>
# <details><summary>Hint 2 · whose image?</summary>Switches count within one image and one channel. Which image and which channel a value belongs to, you know from where it stands.</details>


# %% tags=["exercise"]
def unpool(values, switches, height, width):
    """Put pooled values back to where they came from.

    Args:
        values: float array (N, h, w, C).
        switches: integer array (N, h, w, C): for each value row * width + column of its place, counted within its own
            image and channel. If windows overlapped, the same place may come several times, with the same value.
        height, width: the size of the map before pooling.

    Returns:
        float array (N, height, width, C): the values at their places, each once, and 0 elsewhere.
    """
    ### BEGIN SOLUTION
    result = np.zeros((len(values), height, width, values.shape[3]))
    image, _, _, channel = np.indices(values.shape)
    row, column = np.divmod(switches, width)
    result[image, row, column, channel] = values
    return result
    ### END SOLUTION


# %% tags=["check"]
check(unpool)

# %% tags=["needs-answer"]
edges = maps[1][:, 20:116, 76:172]
values, switches = pool_with_switches(edges, 4, 4)
copied = np.asarray(layers.UpSampling2D(4)(values))
placed = unpool(values, switches, 96, 96)
plots.images(
    [edges[0, :, :, 0], values[0, :, :, 0], copied[0, :, :, 0], placed[0, :, :, 0]],
    ["edge map, 96 × 96", "pooled, 24 × 24", "UpSampling2D", "your unpool"],
    alt="Upright edges of the astronaut's face; the same pooled to 24 by 24; the copied-up version, made of blocks; the unpooled version, single bright pixels along the original outlines on black.",
)  # fmt: skip
for name, picture in (("copied", copied), ("unpooled", placed)):
    exact = np.mean(picture[picture > 0] == edges[picture > 0])
    print(
        f"{name:9} exactly right where not 0: {exact:4.0%}   likeness to the edge map: {alike(picture, edges):.2f}"
    )

# %% [markdown]
# Every value that `unpool` writes is right, and in the right place. And yet the blocks are *more* alike, taken over the whole map: a rough guess at all sixteen pixels is closer than one right value and fifteen zeros.
# That is why unpooling never stands alone. In SegNet a convolution follows, and fills in between the points.
#
# Look back at the docstring of `pool_backward`. Unpooling and the way back are the same scattering, once of values and once of gradients. They part where windows overlap: gradients add up, values do not.

# %% [markdown]
# ## A whole network
#
# Convolution finds, ReLU cuts off, pooling condenses. Do that twice, flatten, and let Dense layers decide. This is the network that course notes like to work through, a relative of LeNet-5 (lesson 13) for colour images of 32×32 pixels.

# %%
plots.network(
    [("input", (32, 32, 3)), ("CONV1", (28, 28, 6)), ("POOL1", (14, 14, 6)), ("CONV2", (10, 10, 16)), ("POOL2", (5, 5, 16)),
     ("FC3", (120,)), ("FC4", (84,)), ("softmax", (10,))],
    title="the map shrinks, the channels grow",
    alt="Boxes drawn to scale from left to right: 32 by 32 by 3, 28 by 28 by 6, 14 by 14 by 6, 10 by 10 by 16, 5 by 5 by 16, then three thin columns of 120, 84 and 10 units.",
)  # fmt: skip

# %% [markdown]
# CONV1 and CONV2 have 5×5 kernels, stride 1, no padding. Both pools have $f = 2, s = 2$. Everything that has weights has biases.
#
# ### {{exercise parameters}}
#
# Count before you build. Fill in the dictionary `parameters = {"CONV1": …, "POOL1": …, …}`, with a calculator but without Keras: for each of `"CONV1"`, `"POOL1"`, `"CONV2"`, `"POOL2"`, `"FC3"`, `"FC4"`, `"softmax"` the number of its parameters, `"flat"` for the number of values that
# FC3 gets from POOL2, and `"total"` for the parameters of the whole network.
#
# <details><summary>Hint 1 · a filter</summary>One filter is as deep as the volume it slides over, and has one bias for itself. How many filters?</details>
# <details><summary>Hint 2 · a Dense layer</summary>Every unit has one weight for each input, and one bias.</details>

# %% tags=["exercise"]
### BEGIN SOLUTION
parameters = {
    "CONV1": (5 * 5 * 3 + 1) * 6,
    "POOL1": 0,
    "CONV2": (5 * 5 * 6 + 1) * 16,
    "POOL2": 0,
    "flat": 5 * 5 * 16,
    "FC3": (400 + 1) * 120,
    "FC4": (120 + 1) * 84,
    "softmax": (84 + 1) * 10,
    "total": 456 + 2416 + 48120 + 10164 + 850,
}
### END SOLUTION

# %% tags=["check"]
check(parameters=parameters)

# %% [markdown]
# Now build it, and let `anatomy` count.

# %% tags=["nbval-check-output"]
notes_network = keras.Sequential(
    [
        keras.Input((32, 32, 3)),
        layers.Conv2D(6, 5, activation="relu", name="CONV1"),
        layers.MaxPooling2D(2, name="POOL1"),
        layers.Conv2D(16, 5, activation="relu", name="CONV2"),
        layers.MaxPooling2D(2, name="POOL2"),
        layers.Flatten(name="flatten"),
        layers.Dense(120, activation="relu", name="FC3"),
        layers.Dense(84, activation="relu", name="FC4"),
        layers.Dense(10, activation="softmax", name="softmax"),
    ]
)
anatomy.layer_table(notes_network)

# %% [markdown]
# Read two columns against each other.
#
# > **Predict.** Look at the picture above: where are most of the parameters, and where is most of the work?

# %%
learning = [row for row in anatomy.layer_table(notes_network) if row.parameters]
share = np.array([(row.parameters, row.multiply_adds) for row in learning], dtype=float)
share /= share.sum(axis=0)
fig, axis = plots.figure(height=2.8)
places = np.arange(len(learning))
axis.bar(places - 0.2, share[:, 0], 0.4, label="parameters", color=plots.COLOURS[0])
axis.bar(
    places + 0.2,
    share[:, 1],
    0.4,
    label="multiply-adds",
    color=plots.COLOURS[1],
    hatch="//",
    edgecolor="white",
)
axis.set(
    xticks=places,
    xticklabels=[row.name for row in learning],
    ylabel="share of the whole",
    title="memory in the Dense layers, work in the convolutions",
)
axis.legend()
plots.show(
    fig,
    alt="Bars for five layers. Parameters: almost none in CONV1 and CONV2, about four fifths in FC3. Multiply-adds: more than half in CONV1, more than a third in CONV2, little in the Dense layers.",
)  # fmt: skip

# %% [markdown]
# The convolutions own five parameters in a hundred and do nine tenths of the work. Lesson 13 finds the same in VGG.
#
# Another network that notes like to work through pools only by its strides. The input has 39×39×3 numbers. Ten 3×3
# kernels, stride 1, give $39 - 3 + 1 = 37$: 37×37×10. Twenty 5×5 kernels, stride 2, give $(37 - 5)/2 + 1 = 17$:
# 17×17×20. Forty of them again give $(17 - 5)/2 + 1 = 7$: 7×7×40. Flattened, these are 1,960 numbers, and one Dense
# layer decides.
#
# The table's last column tells of a **hierarchy**. A unit of CONV1 sees 5×5 pixels, room for a piece of an edge. A unit of CONV2 sees 14×14, room for a corner or an eye; each pooling doubles the step and so stretches everything after it. What trained units at each
# depth respond to, Zeiler and Fergus show in their Figure 2; you will look into a real network yourself in lesson 20.

# %% [markdown]
# ## Why not Dense?
#
# A Dense layer could compute CONV1's 28×28×6 numbers as well. It could even find the very same weights. So why convolution? Two restrictions make the difference. **Local**: an output looks at 5×5 pixels only. **Shared**: the same filter is used everywhere.
#
# ### {{exercise dense_and_conv}}
#
# Write `dense_and_conv`: the parameters of a convolution, and of a Dense layer that turns the same (flattened) input into as many outputs.
#
# <details><summary>Hint · the Dense layer</summary>Two numbers settle it: how many values the input has and how many the convolution's output has.</details>


# %% tags=["exercise"]
def dense_and_conv(height, width, channels, kernel, filters):
    """Parameters of a Dense layer and of the convolution that it could replace, biases included.

    Args:
        height, width, channels: the input volume.
        kernel: side of the square kernel, at most height and width; stride 1, no padding.
        filters: number of filters.

    Returns:
        Two integers: parameters of the Dense layer from the flattened input to as many units as the convolution has
        outputs, and parameters of the convolution.
    """
    ### BEGIN SOLUTION
    inputs = height * width * channels
    outputs = (height - kernel + 1) * (width - kernel + 1) * filters
    return (inputs + 1) * outputs, (kernel * kernel * channels + 1) * filters
    ### END SOLUTION


# %% tags=["check"]
check(dense_and_conv)

# %% tags=["needs-answer"]
print("CONV1 as Dense, as convolution:", dense_and_conv(32, 32, 3, 5, 6))
print("a photograph of 1,000 × 1,000: ", dense_and_conv(1000, 1000, 3, 5, 6))

# %% [markdown]
# The convolution's number does not depend on the image's size. Its *work* does: each weight of CONV1 is used at 784 places, each weight of a Dense layer once.
#
# Fewer parameters are not yet a better network. So measure, and take the two restrictions apart. Keras has no layer that is local but not shared, and it takes a dozen lines:


# %%
class Local(layers.Layer):
    """Like Conv2D with ReLU, but with a kernel of its own at every place: local, not shared."""

    def __init__(self, filters, size):
        super().__init__()
        self.filters, self.size = filters, size

    def build(self, shape):
        rows, columns = (n - self.size + 1 for n in shape[1:3])
        patch = self.size**2 * shape[3]
        bound = np.sqrt(3 / patch)
        start = keras.initializers.RandomUniform(-bound, bound)
        self.kernel = self.add_weight(shape=(rows, columns, patch, self.filters), initializer=start)
        self.bias = self.add_weight(shape=(rows, columns, self.filters), initializer="zeros")

    def call(self, x):
        patches = keras.ops.image.extract_patches(x, self.size, 1)
        summed = keras.ops.einsum("nijp,ijpf->nijf", patches, self.kernel)
        return keras.ops.relu(summed + self.bias)


# %% [markdown]
# Four networks read 32×32 patches of photographs and say which of seven photographs they come from; training and test patches come from different regions. The last three layers of the first two are the notes' own. Of the two Dense rivals, one has as many
# *parameters* as the notes' network, the other does as many *multiply-adds*.


# %%
def head():
    """The Dense layers of the notes' network, without the softmax (the loss adds it)."""
    return [
        layers.Flatten(),
        layers.Dense(120, activation="relu"),
        layers.Dense(84, activation="relu"),
        layers.Dense(10),
    ]


def conv(filters, size, strides=1, start="glorot_uniform"):
    """A convolution with ReLU."""
    return layers.Conv2D(filters, size, strides, activation="relu", kernel_initializer=start)


def shared(filters, size):
    """A convolution that starts as `Local` does."""
    return conv(filters, size, start="lecun_uniform")


rivals = {
    "local and shared (Conv2D)": lambda: [shared(6, 5), layers.MaxPooling2D(2), shared(16, 5), layers.MaxPooling2D(2), *head()],
    "local, not shared": lambda: [Local(6, 5), layers.MaxPooling2D(2), Local(16, 5), layers.MaxPooling2D(2), *head()],
    "Dense, as many parameters": lambda: [layers.Flatten(), layers.Dense(20, activation="relu"), layers.Dense(10)],
    "Dense, as many multiply-adds": lambda: [layers.Flatten(), layers.Dense(211, activation="relu"), layers.Dense(10)],
}  # fmt: skip

# %%
(patches, sources), (new_patches, new_sources) = data.photo_patches()
patches, new_patches = patches / np.float32(255), new_patches / np.float32(255)
plots.images(
    [max(patches[sources == k], key=np.std) for k in range(7)], list(data.PATCH_CLASSES), columns=7,
    alt="The 32 by 32 patch with the most contrast of each of the seven photographs: " + ", ".join(data.PATCH_CLASSES) + ".",
)  # fmt: skip


# %%
def work(network):
    """Multiply-adds for one image: a shared kernel is used at every place, any other weight once."""
    total = 0
    for layer in network.layers:
        if hasattr(layer, "kernel"):
            places = np.prod(layer.output.shape[1:3]) if isinstance(layer, layers.Conv2D) else 1
            total += int(places * np.prod(layer.kernel.shape))
    return total


# %% [markdown]
# > **Predict.** What is the order of the four on new patches? And which of them will do best on the patches it was trained on?

# %%
few = runtime.budget(smoke=100, cpu=1500, gpu=2000)
epochs = runtime.budget(smoke=1, cpu=8, gpu=20)
seeds = range(runtime.budget(smoke=2, cpu=4, gpu=10))
runs_of = {}
for name, stack in rivals.items():
    runs_of[name] = [trained(stack(), patches[:few], sources[:few], seed, epochs) for seed in seeds]
    print(f"{name}: trained {len(seeds)} times")

# %%
tests = (patches[:few], sources[:few]), (new_patches, new_sources)
rows, new, lost = [], {}, {}
for name, runs in runs_of.items():
    scores = [100 * np.array([np.mean(answers(run, x) == y) for run in runs]) for x, y in tests]
    new[name], lost[name] = scores[1], scores[0] - scores[1]
    percents = [with_spread(score, ".1f") for score in scores]
    rows.append([name, runs[0].count_params(), work(runs[0]), *percents])
plots.table(
    ["network", "parameters", "multiply-adds", "patches it learned from (%)", "new patches (%)"],
    rows,
    caption=f"Accuracy, mean ± sample standard deviation of {len(seeds)} seeds, {few} training patches, {epochs} epochs for all",
)
of_conv, of_local, of_dense = (list(rivals)[k] for k in (0, 1, 3))
print("local against Dense, new patches: ", versus(new[of_local], new[of_dense]).told())
print("shared against local, new patches:", versus(new[of_conv], new[of_local]).told())
print("shared against local, what is lost on the way to them:", versus(lost[of_conv], lost[of_local]).told())  # fmt: skip

# %% [markdown]
# Compare the three that do the same amount of work, by the lines below the table: they go seed by seed. Being **local** was ahead by several points on new patches; with four seeds the interval still holds zero, so we may not call it a difference yet. **Sharing** adds less than its fame suggests: a draw, on new patches and in what is lost on the way to them. (More seeds and patches, as in the largest budget, make the intervals shorter.)
# What sharing saves is parameters, nine of ten. (It is an assumption, not a law. It says that a thing looks the same wherever it is.)

# %% [markdown]
# ## One number a map
#
# Four fifths of the notes' network's parameters stand between the last map and the first Dense layer, because that layer has a weight of its own for every *place*. Here locality and sharing end. **Global average pooling** (Lin, Chen and Yan 2014, section 3.2) takes one number a map in their stead:

# %% tags=["nbval-check-output"]
volumes = {
    "the notes' POOL2": (5, 5, 16),
    "a last map of 7×7×40": (7, 7, 40),
    "VGG-16's last map": (7, 7, 512),
}
rows = []
for name, shape in volumes.items():
    flat, averaged = np.prod(shape), shape[-1]
    rows.append(
        [name, shape, int(flat), f"{(flat + 1) * 10:,}", int(averaged), f"{(averaged + 1) * 10:,}"]
    )
plots.table(
    [
        "volume",
        "shape",
        "after Flatten",
        "Dense(10) then",
        "after global pooling",
        "Dense(10) then",
    ],
    rows,
)

# %% [markdown]
# And since no layer is left that counts places, the network takes images of any size. Try that with `Flatten`:

# %% tags=["nbval-check-output"]
anywhere = keras.Sequential(
    [keras.Input((None, None, 3)), conv(16, 3), layers.GlobalAveragePooling2D(), layers.Dense(10)]
)
for size in (32, 50, 224):
    print(f"{size} × {size}:", anywhere(np.zeros((1, size, size, 3), dtype="float32")).shape)
try:
    keras.Sequential(
        [keras.Input((None, None, 3)), conv(16, 3), layers.Flatten(), layers.Dense(10)]
    )
except ValueError:
    print("with Flatten: refused, the number of inputs of the Dense layer is not known")

# %% [markdown]
# GoogLeNet's authors report that going from fully connected layers to average pooling improved their top-1 accuracy by about 0.6 % (Szegedy and others 2015, section 5). The price: a map's mean no longer says *where*. For "which animal?" that is a gain. For "is it left of the tree?" it is fatal.

# %% [markdown]
# ## The answer
#
# Back to the three that slid away. Three convolutions and two poolings, and then one of three heads: `Flatten`, global average, global maximum. Nothing else differs. A fourth network replaces the two poolings by strides of 2, to see what pooling itself does; the fifth is the Dense network from the opening.
# All learn from centred digits only, and then read digits slid by up to 8 pixels.
#
# > **Predict.** Draw the curves: accuracy against the shift. In particular: will the convolutional network with `Flatten`, pooled twice, be closer to the Dense network or to the globally pooled ones?


# %%
def eye():
    """Three convolutions, two poolings: maps of 32 features."""
    return [conv(8, 3), layers.MaxPooling2D(2), conv(16, 3), layers.MaxPooling2D(2), conv(32, 3)]


def strided_eye():
    """The same without pooling: a stride of 2 in the convolution shrinks the map instead."""
    return [conv(8, 3, strides=2), conv(16, 3, strides=2), conv(32, 3)]


heads = {
    "convolutions, Flatten": lambda: [*eye(), layers.Flatten(), layers.Dense(10)],
    "convolutions, global average": lambda: [
        *eye(),
        layers.GlobalAveragePooling2D(),
        layers.Dense(10),
    ],
    "convolutions, global maximum": lambda: [*eye(), layers.GlobalMaxPooling2D(), layers.Dense(10)],
    "one hidden Dense layer": lambda: [
        layers.Flatten(),
        layers.Dense(64, activation="relu"),
        layers.Dense(10),
    ],
    "strides for pooling, Flatten": lambda: [*strided_eye(), layers.Flatten(), layers.Dense(10)],
}
few = runtime.budget(smoke=100, cpu=3000, gpu=4000)
epochs = runtime.budget(smoke=1, cpu=5, gpu=10)
networks = {name: [trained(stack(), x_train[:few], labels[:few], seed, epochs) for seed in seeds] for name, stack in heads.items()}  # fmt: skip

# %%
shifts = range(0, 9, runtime.budget(smoke=4, cpu=1, gpu=1))
slid_digits = [np.roll(x_new[:500], pixels, axis=2) for pixels in shifts]
accuracy = {
    name: np.array(
        [[np.mean(answers(run, x) == new_labels[:500]) for x in slid_digits] for run in runs]
    )
    for name, runs in networks.items()
}

# %%
fig, axis = plots.figure(height=3.8)
for (name, curves), colour, mark in zip(accuracy.items(), plots.COLOURS, "os^dv"):
    label = f"{name} ({networks[name][0].count_params():,} parameters)"
    axis.plot(shifts, curves.mean(axis=0), marker=mark, ms=5, color=colour, label=label)
    axis.fill_between(shifts, curves.min(axis=0), curves.max(axis=0), alpha=0.15, color=colour)
axis.axhline(0.1, color="gray", lw=0.8, ls=":")
axis.set(
    xlabel="digit slid by (pixels)", ylabel="of 500 new digits, read correctly", ylim=(0, 1.02)
)
axis.set_title(f"mean and range of {len(seeds)} seeds, all trained on centred digits only")
axis.legend(fontsize=8)
plots.show(
    fig,
    alt="Accuracy against the shift. The Dense network falls from about nine tenths to about one tenth at 6 pixels. The convolutional network with Flatten starts highest, falls a little later and ends as low. With strides for pooling it falls earlier, yet later than Dense. Global average pooling falls slowly. Global maximum pooling stays highest over all shifts.",
)  # fmt: skip

# %% [markdown]
# *Dotted: guessing.* The convolutional network with `Flatten` is the best of all on centred digits, and after eight pixels it guesses like the Dense one. Its convolutions are equivariant: the maps move with the digit (lesson 08). Its two poolings forgive something: compare the curve with strides in their place, which drops earlier. But the distance between the two is less than a pixel or so.
# Then the Dense layer on top reads *places*, and at those places there is now nothing. Being convolutional did not make it blind to position; it only postponed the question.
#
# The global heads throw position away, and keep most of what they could read. (The mean starts lowest: a stroke is a small part of a large canvas, and averaging waters it down. The largest value does not mind.)
#
# What they still lose, they lose to two causes, and one network shows both. Its features come in steps of 4 pixels (two poolings by 2), so a shift by 4 should move every map by exactly one place, and a shift by 1 should not. And features near the frame are cut off.
# Give the trained network a wider canvas, so that no frame is near (it takes any size), and look at its ten scores, digit by digit:

# %%
trained_once = networks["convolutions, global maximum"][0]
free = keras.Sequential([keras.Input((None, None, 1)), *trained_once.layers])
wide = np.pad(x_new[:200], ((0, 0), (12, 12), (12, 12), (0, 0)))
centred = np.asarray(free(wide))
slid = [np.asarray(free(np.roll(wide, d, axis=2))) for d in range(9)]
moved = [np.abs(scores - centred).max(axis=1) for scores in slid]
kept = [np.mean(scores.argmax(axis=1) == centred.argmax(axis=1)) for scores in slid]

# %%
plots.table(
    ["slid by", *(str(d) for d in range(9))],
    [["scores unchanged", *(f"{(m < 1e-4).mean():.0%}" for m in moved)]],
    caption="Share of 200 digits whose ten scores stay the same",
)

# %%
print("the largest of the ten scores stays where it was, of 200 digits:")
print(", ".join(f"slid by {d}: {share:.0%}" for d, share in enumerate(kept)))

# %% [markdown]
# At 0, 4 and 8 the scores do not change at all. Everywhere in between they all do, a little: few *answers* change. So this is the exact answer to the opening question: **convolution carries a thing's features along with it; pooling by 2 rounds where they are, and forgives a pixel or so; only a global pooling forgets where they are,
# and even that exactly only in steps of the strides before it, away from the frame.** Or one shows the network digits in all places to begin with. That is lesson 12.

# %% [markdown]
# ## {{exercise quiz}}
#
# Answer with one letter each, such as `{"q1": "a", …}`.
#
# **q1** A volume of 28×28×6 goes through max pooling with $f = 2, s = 2$. Out comes
#
# - a) 14×14×6
# - b) 14×14×3
# - c) 14×14×1
#
# **q2** How many parameters does that pooling layer learn?
#
# - a) 4
# - b) 24
# - c) none
#
# **q3** In training, one input of a 2×2 max-pooling window is smaller than another one in it. Its gradient is
#
# - a) zero
# - b) a quarter of what comes from above
# - c) all of what comes from above
#
# **q4** A convolutional network with two poolings ends in Flatten and a Dense layer, and has seen only centred digits. A digit slid by ten pixels
#
# - a) is read as before, since convolution is invariant to translation
# - b) is read as before, thanks to pooling
# - c) may well be misread
#
# **q5** You train on 32×32 images and want to use the network on 64×64. It suffices that
#
# - a) its `Input` leaves height and width open, and a global pooling stands before the Dense layers in place of Flatten
# - b) it pools twice as often
# - c) its convolutions use same padding
#
# **q6** CONV1 of the notes' network, against a Dense layer with as many *parameters*, does
#
# - a) as many multiply-adds
# - b) many more, since each weight is used at 784 places
# - c) fewer, since it is sparse

# %% tags=["exercise"]
### BEGIN SOLUTION
quiz = {"q1": "a", "q2": "c", "q3": "a", "q4": "c", "q5": "a", "q6": "b"}
### END SOLUTION

# %% tags=["check"]
check(quiz=quiz)

# %% [markdown]
# ## Summary
#
# - Pooling takes the largest or the mean of each window, channel by channel, with nothing to learn. Output: $\lfloor (n - f)/s \rfloor + 1$; usual are $f = s = 2$, and $f = 3, s = 2$ with overlap.
# - The gradient goes to the winner alone; where windows overlap, gradients add up. Unpooling with switches puts values back to their places; no Keras layer does it.
# - Convolution is equivariant. Pooling forgives a fraction of its window. Only global pooling forgets where, and a Dense layer after Flatten brings position back in.
# - In a network with Dense layers after Flatten, those hold the parameters and the convolutions do the work. Global average pooling removes most of the former.
# - For the same work, local connections were ahead of Dense ones; sharing their weights saves nine tenths of the parameters.
#
# ## References
#
# - Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, "Gradient-based learning applied to document recognition", *Proceedings of the IEEE* 86, 1998, section II.
# - A. Krizhevsky, I. Sutskever and G. E. Hinton, "ImageNet classification with deep convolutional neural networks", 2012, section 3.4 (overlapping pooling).
# - M. Lin, Q. Chen and S. Yan, "Network in network", 2014, section 3.2 (global average pooling).
# - M. D. Zeiler and R. Fergus, "Visualizing and understanding convolutional networks", 2014, section 2.1 (switches) and Figure 2.
# - V. Badrinarayanan, A. Kendall and R. Cipolla, "SegNet: a deep convolutional encoder-decoder architecture for image segmentation", *IEEE Transactions on Pattern Analysis and Machine Intelligence* 39, 2017.
# - C. Szegedy and others, "Going deeper with convolutions", 2015, section 5.
# - R. Zhang, "Making convolutional networks shift-invariant again", 2019.
#
# ## Where to read on
#
# I. Goodfellow, Y. Bengio and A. Courville, *Deep Learning*, 2016, section 9.3 on pooling, and 9.2 on sparse connections and shared weights. J. T. Springenberg and others, "Striving for simplicity: the all convolutional net", 2015, do without pooling: a stride in the convolution takes its place. Then lesson 10: keeping the numbers in range.
