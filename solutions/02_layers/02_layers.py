# %% [markdown]
# # Core and reshaping layers
#
# **Time** 100 minutes · **Needs** lesson 01 · **Running everything** {{seconds}} s on two CPU cores
#
# A photograph is 96 pixels high and 144 wide. You want it 144 high and 96 wide. Two layers of Keras offer to do that.

# %% tags=["setup"]
import warnings

import numpy as np

from cnncourse import begin, data, plots, runtime

check = begin("02_layers")

import keras
from keras import layers, ops

# %%
coffee = data.photograph("coffee", size=(96, 144)) / 255.0


def apply(layer, x):
    """What a layer makes of a batch, as a NumPy array."""
    return ops.convert_to_numpy(layer(np.asarray(x)))


permuted = apply(layers.Permute((2, 1, 3)), coffee[None])[0]
reshaped = apply(layers.Reshape((144, 96, 3)), coffee[None])[0]
plots.images(
    [coffee, permuted, reshaped],
    ["photograph", "Permute((2, 1, 3))", "Reshape((144, 96, 3))"],
    width=5.6,
    alt="A cup of coffee on a table, a spoon beside it, wider than high. Permute gives the same scene mirrored at the diagonal, "
    "higher than wide, nothing lost. Reshape gives a picture of the same size, torn into stripes, in which two tall ghosts of the cup stand side by side.",
)  # fmt: skip

# %% tags=["nbval-check-output"]
print("same shape:           ", permuted.shape == reshaped.shape)
print(
    "same numbers, sorted: ", np.array_equal(np.sort(permuted.ravel()), np.sort(reshaped.ravel()))
)

# %% [markdown]
# The same shape. The same 41,472 numbers, each as often. No error, no warning. One is the photograph, mirrored at its diagonal; the other is in shreds. A network would accept either.
#
# **How can two layers give the same shape and the same numbers, and only one of them keep the picture?**
#
# Many layers of a network learn nothing. They cut, frame, enlarge, turn and rename. They cost no parameters, and they are where shapes fit and meanings break. You will meet all of them here, and the few that do learn and that
# everything else is made of.
#
# After this lesson you can
#
# - say which axis a layer works on, and count its parameters before you build it;
# - write the einsum equation of a layer that Keras has no name for;
# - tell moving numbers from renaming their places, and predict what a wrong choice looks like;
# - crop, pad and enlarge images and sequences, and compute bilinear enlargement on paper;
# - keep padding out of your averages, and know which layers forget the mask.

# %% [markdown]
# ## Dense looks at the last axis
#
# `Dense` is the layer you know from lesson 00: every output is a weighted sum of the inputs, plus a bias. What if its input is not a row of numbers but a whole photograph, (rows, columns, channels)?
# It looks at the **last** axis only. Each pixel is a row of three numbers, red, green and blue, and every pixel goes through the same weights.
#
# On paper, one pixel $(0.2,\; 0.5,\; 0.1)$ and one unit with the weights $(0.3,\; 0.6,\; 0.1)$ and bias 0:
#
# $$0.3\cdot0.2 + 0.6\cdot0.5 + 0.1\cdot0.1 \;=\; 0.06 + 0.30 + 0.01 \;=\; 0.37$$
#
# One number a pixel: its brightness, roughly as the eye weighs the colours. With three units, three numbers a pixel: new colours.
#
# > **Predict.** `Dense(3)` is put on the photograph of 96 × 144 × 3 numbers, without flattening it. How many parameters does it have? Write your guess down before you run the next cell.

# %% tags=["nbval-check-output"]
colours = layers.Dense(3)
colours.build((None, 96, 144, 3))
print("Dense(3) on the photograph:", colours.count_params())
pixel = np.array([[0.2, 0.5, 0.1]])
brightness = layers.Dense(1)
brightness.build((None, 3))
brightness.set_weights([np.array([[0.3], [0.6], [0.1]]), np.zeros(1)])
print("brightness of the pixel:   ", apply(brightness, pixel).round(2))

# %% [markdown]
# Twelve: nine weights and three biases, however large the photograph. A layer that learned a weight for each of the 41,472 numbers would have to see them on *one* axis. That is what `Flatten` is for, below.
#
# Here is what twelve numbers can do:

# %%
sepia = np.outer([0.3, 0.6, 0.1], [1.0, 0.9, 0.7])
swap = np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
negative = -np.eye(3)
results = [apply(brightness, coffee[None])[0, :, :, 0]]
for weights, bias in ((sepia, 0.0), (swap, 0.0), (negative, 1.0)):
    colours.set_weights([weights, np.full(3, bias)])
    results.append(apply(colours, coffee[None])[0])
plots.images(
    results,
    ["Dense(1): brightness", "Dense(3): sepia", "Dense(3): colours swapped", "Dense(3): negative"],
    columns=2,
    width=5,
    alt="The cup of coffee four times: in grey; in brown tones like an old photograph; with colours exchanged, in which the brown table turns another colour; as a photographic negative.",
)

# %% [markdown]
# Four photo filters, one layer. And none of them can blur, since a pixel never sees its neighbours: they are on other axes.
#
# Two layers do even less. `Activation` applies one function to each number by itself, and learns nothing; `"relu"` turns negative numbers into 0 (lesson 03 is about such functions). It may stand behind a layer or be named inside it.
# And `Identity` does nothing at all. It is a place holder, for where a table of variants needs "none of these".

# %% tags=["nbval-check-output"]
x = np.array([[-2.0, 0.5, 3.0]])
inside = layers.Dense(3, activation="relu", kernel_initializer="identity")
outside = [layers.Dense(3, kernel_initializer="identity"), layers.Activation("relu")]
for name, layer in {
    "Activation inside Dense": inside,
    "Activation after Dense": keras.Sequential(outside),
    "Identity": layers.Identity(),
}.items():
    print(f"{name:24}", apply(layer, x))

# %% [markdown]
# ## Name the axes: EinsumDense
#
# What if the *rows* should be mixed, not the colours? Or if there is more than one axis to sum over? There is a notation for all such layers. Give every axis a letter, and write down which letters go in and which come out:
#
# $$\texttt{tf,fu->tu} \qquad\text{means}\qquad y_{tu} = \sum_f x_{tf}\, W_{fu}$$
#
# Three rules read every such equation.
#
# - A letter on both sides of the arrow stays: one output for each of its values.
# - A letter that is missing on the right is multiplied and **summed** away.
# - A letter that both inputs have is the same index in both: it pairs them up.
#
# Follow one output number. Row 0 of $x$ is $(1, 2)$, column 2 of $W$ is $(2, 1)$: the letter $f$ runs along both, so $1\cdot2 + 2\cdot1 = 4$.

# %%
x = np.array([[1, 2], [3, 0]])
W = np.array([[1, 0, 2], [0, 1, 1]])
plots.matrices(
    {"x: tf": x, "W: fu": W, "tf,fu->tu": np.einsum("tf,fu->tu", x, W)},
    signs=[",", "→"],
    alt="A 2 by 2 matrix x with rows 1 2 and 3 0; a 2 by 3 matrix W with rows 1 0 2 and 0 1 1; the result, 2 by 3, with rows 1 2 4 and 3 0 6.",
)

# %% [markdown]
# That is a Dense layer. `EinsumDense` takes such an equation. The first letters are the input's axes, **the batch first**; the second are the kernel's. Its `output_shape` names the sizes after the batch, and `bias_axes` names the letters along which
# the bias has numbers of its own. Leave it out, and there is no bias.

# %% tags=["nbval-check-output"]
steps = np.random.default_rng(0).normal(size=(5, 6, 4)).astype("float32")  # batch, time, features
rows = []
for equation, shape, bias_axes in (
    ("btf,fu->btu", (6, 3), "u"),
    ("btf,fu->btu", (6, 3), "t"),
    ("btf,fu->btu", (6, 3), None),
    ("...f,fu->...u", (3,), "u"),
    ("btf,ts->bsf", (2, 4), "s"),
    ("btf,fhk->bthk", (6, 2, 3), "hk"),
):
    layer = layers.EinsumDense(equation, shape, bias_axes=bias_axes)
    output = layer(steps)
    bias = "none" if layer.bias is None else tuple(layer.bias.shape)
    kernel, output = tuple(layer.kernel.shape), tuple(output.shape)
    rows.append([equation, bias_axes or "–", kernel, bias, output])
plots.table(
    ["equation", "bias_axes", "kernel", "bias", "output"],
    rows,
    caption="EinsumDense on a batch of 5 sequences, 6 steps, 4 features",
)

# %% [markdown]
# Read the table row by row. The first is `Dense(3)`. The second runs as well, and it is hardly ever what you want: its bias has one number for each **time step**, shared by all units. The dots in the fourth stand for "whatever axes there are".
# The fifth mixes the *time* axis, six steps into two. The last has two output axes at once: that is how attention makes its heads (lesson 19).
#
# Is the first row really `Dense`? And what does a Dense layer along the *height* of a photograph look like? Its kernel is a matrix from old rows to new rows.

# %%
dense, einsum = layers.Dense(3), layers.EinsumDense("btf,fu->btu", (6, 3), bias_axes="u")
dense.build(steps.shape)
einsum.build(steps.shape)
einsum.set_weights(dense.get_weights())
difference = np.abs(apply(dense, steps) - apply(einsum, steps)).max()
print("Dense against EinsumDense, largest difference:", f"{difference:.0e}")

height = 96
upside_down = np.eye(height)[::-1]
halved = np.kron(np.eye(height // 2), [[0.5], [0.5]])
pictures = []
for kernel in (upside_down, halved):
    layer = layers.EinsumDense("bhwc,hg->bgwc", (kernel.shape[1], 144, 3))
    layer.build((None, height, 144, 3))
    layer.set_weights([kernel])
    pictures.append(apply(layer, coffee[None])[0])
plots.images(
    [upside_down[:12, -12:], *pictures],
    ["kernel, top right corner", "a mirror", "another kernel: half as high"],
    alt="Left: the top right corner of a kernel, black with ones from the lower left to the upper right. Middle: the cup of coffee upside down. Right: the cup squeezed to half its height.",
)  # fmt: skip

# %% [markdown]
# A mirror and a shrink ray, both Dense layers, along another axis. A learned kernel could be either.
#
# ### {{exercise on_paper}}
#
# Nothing to build. Write a dictionary, as in `on_paper = {"kernel": (1, 2), "parameters": 3, …}`, in place of the three dots; shapes are tuples, without the batch axis.
#
# `EinsumDense("btf,fhk->bthk", output_shape=(7, 2, 5), bias_axes="hk")` gets sequences of 7 steps with 4 features.
#
# - `"kernel"`: the shape of its kernel; `"bias"`: the shape of its bias; `"parameters"`: how many numbers it learns.
#
# A colour photograph of 10 × 20 pixels, three channels, goes
#
# - `"pixelwise"`: straight into `Dense(8)`. How many parameters?
# - `"flattened"`: through `Flatten`, which makes one axis of all its numbers, into `Dense(8)`. How many parameters?
#
# <details><summary>Hint 1 · the kernel</summary>The letters between the comma and the arrow are the kernel's axes, in this order. Which size does each letter have?</details>
# <details><summary>Hint 2 · the last two</summary>In both cases: the length of the last axis, times the units, plus the biases. What is the length of the last axis?</details>

# %% tags=["exercise"]
### BEGIN SOLUTION
on_paper = {
    "kernel": (4, 2, 5),
    "bias": (2, 5),
    "parameters": 50,
    "pixelwise": 32,
    "flattened": 4808,
}
### END SOLUTION

# %% tags=["check"]
check(on_paper=on_paper)

# %% [markdown]
# ### {{exercise own_weights}}
#
# A sensor is read seven times a day, and the morning's readings mean something else than the evening's. So every time step shall have **its own** Dense layer: step 0 its matrix, step 1 another one. Keras has no such layer.
#
# The input `x` has shape (batch, time, features), the kernel `W` has shape (time, features, units). The output shall have shape (batch, time, units), and step $t$ of the output is step $t$ of the input times matrix $t$ of the kernel. No bias.
#
# Write the equation as a text, `own_weights = "…"`. Any letters will do.
#
# <details><summary>Hint 1 · letters</summary>Write down the letters of x and of W as they stand above. Time is the same index in both, and so is feature.</details>
# <details><summary>Hint 2 · the right side</summary>Which letters does the output have? Exactly one is summed away.</details>

# %% tags=["exercise"]
### BEGIN SOLUTION
own_weights = "btf,tfu->btu"
### END SOLUTION

# %% tags=["check"]
check(own_weights=own_weights)

# %% [markdown]
# You have just made a layer that Keras has no name for: `EinsumDense(own_weights, (time, units))`. Its price: as many times the weights of Dense as there are steps, and each matrix learns from its own step only.
#
# ## Embedding: a table of rows
#
# A word, a postcode, a kind of pixel: such an input is a *name*, and names cannot be multiplied. Word 7 is not seven times word 1. So number the names and give each a row of numbers to be learned. The layer looks the rows up. That is an **embedding** (Bengio and others, 2003, did it for words, with one table shared by all places of a sentence).
#
# A look-up is a matrix product in disguise. Write name 2 of 4 as a **one-hot** row, $(0, 0, 1, 0)$, and multiply it by the table:

# %%
table = np.array([[5, 1], [0, 2], [7, 3], [4, 4]])
names = np.array([2, 0, 2])
one_hot = np.eye(4, dtype=int)[names]
plots.matrices(
    {"one-hot of 2, 0, 2": one_hot, "table": table, "rows 2, 0, 2": one_hot @ table},
    signs=["·", "="],
    alt="Three one-hot rows with their 1 at places 2, 0 and 2; a table with rows 5 1, 0 2, 7 3, 4 4; their product, the table's rows 2, 0 and 2: 7 3, 5 1, 7 3.",
)

# %% tags=["nbval-check-output"]
embedding = layers.Embedding(1000, 16)
words = np.random.default_rng(0).integers(0, 1000, (32, 20))
looked_up = apply(embedding, words)
product = np.eye(1000, dtype="float32")[words] @ embedding.get_weights()[0]
print("parameters:            ", embedding.count_params())
print("equal to one-hot·table:", np.array_equal(looked_up, product))
print("products looked up:     0, with one-hot rows:", f"{words.size * 1000 * 16:,}")

# %% [markdown]
# Exactly equal, since it adds zeros to one number. The look-up skips ten million products, 999 of every 1,000 of them with 0.
#
# Now one that you can see. Below, every pixel's colour is replaced by the *name* of one of eight groups of similar colours. (How they were found does not matter here.) Then an Embedding with 10 rows of 3 numbers is trained to give the photograph back. It starts from random numbers near 0.
#
# > **Predict.** What do its rows become? And what becomes of rows 8 and 9, which no pixel ever asks for?

# %%
from sklearn.cluster import KMeans

groups = KMeans(8, n_init=1, random_state=0).fit(coffee.reshape(-1, 3)).labels_.reshape(96, 144)

palette = keras.Sequential([keras.Input((96, 144), dtype="int32"), layers.Embedding(10, 3)])
before = palette.get_weights()[0]
palette.compile(keras.optimizers.Adam(0.05), "mse")
passes = runtime.budget(smoke=150, cpu=300, gpu=300)
inputs, targets = (np.repeat(array[None], passes, axis=0) for array in (groups, coffee))
palette.fit(inputs, targets, batch_size=1, verbose=0)  # the same picture again and again
after = palette.get_weights()[0]
plots.images(
    [groups / 7, apply(palette, groups[None])[0], np.clip(after[None], 0, 1)],
    ["names 0 to 7, as greys", "what the Embedding makes of them", "its ten rows, as colours"],
    alt="Left: the photograph as patches of eight arbitrary greys. Middle: the cup of coffee in eight colours, like a screen print. Right: a strip of ten colours, eight browns, greys and whites, and two nearly black ones.",
)  # fmt: skip

# %%
means = np.array([coffee[groups == name].mean(axis=0) for name in range(8)])
print(
    "rows 0–7 against the mean colours, largest difference:",
    f"{np.abs(after[:8] - means).max():.3f}",
)
print("rows 8 and 9 moved:", not np.array_equal(before[8:], after[8:]))

# %% [markdown]
# It has learned a palette: each row is the mean colour of the pixels that asked for it. Rows that nobody asks for get no gradient and stay as chance made them. With rare words the same happens: a row learns only when its word is read.
#
# ## Sequences of unequal length: Masking
#
# A batch is a box, and sequences differ in length. So short ones are filled up, mostly with zeros: **padding**. The zeros are not data. They must not be averaged, compared or learned from. Take two sequences of one feature, (4, 8) and (6), padded to three steps:
#
# | | steps | sum | divided by 3 | divided by the true length |
# |---|---|---|---|---|
# | first | 4, 8, **0** | 12 | 4 | 6 |
# | second | 6, **0**, **0** | 6 | 2 | 6 |
#
# Both have the mean 6. Divide by the padded length, and they look different, by how much they were padded.
#
# Keras carries a **mask** beside the data: one truth value a step. `Masking` makes it, from the rule "a step whose features *all* equal `mask_value` is padding"; `Embedding(…, mask_zero=True)` makes it, too, from the rule "0 is not a name". Layers that understand masks use it. `GlobalAveragePooling1D`, a mean over time, does.

# %% tags=["nbval-check-output"]
padded = np.array([[[4.0], [8.0], [0.0]], [[6.0], [0.0], [0.0]]])
mean = layers.GlobalAveragePooling1D()
print("mask of the two sequences:", np.asarray(layers.Masking(0.0).compute_mask(padded)).tolist())
names = layers.Embedding(9, 2, mask_zero=True)
print("mask of names 5, 3, 0, 0: ", np.asarray(names.compute_mask(np.array([5, 3, 0, 0]))))
print("mean, no mask:  ", apply(mean, padded).ravel())
print("mean, Masking:  ", apply(keras.Sequential([layers.Masking(0.0), mean]), padded).ravel())

# %% [markdown]
# A digit can be read as a sequence, too: 28 steps, each a row of 28 pixels. The black rows above and below are padding, and `Masking` finds them. Here are six digits, with the mask drawn at their right: white where a step counts.
#
# > **Predict.** What will the mask be for a digit whose stroke is broken, so that a row in its *middle* is black?

# %%
(x_train, y_train), (x_test, y_test) = data.mnist_sample()
chosen = x_train[[0, 410, 1200, 2499, 2845, 3637]].astype("float32") / 255
masks = np.asarray(layers.Masking(0.0).compute_mask(chosen))
bars = np.repeat(masks[:, :, None], 4, axis=2)
plots.images(
    np.concatenate([chosen, np.full((6, 28, 2), 0.5), bars], axis=2),
    [f"{n} of 28 steps" for n in masks.sum(axis=1)],
    columns=6,
    alt="Six handwritten digits with a bar at their right, white beside rows with ink, black beside rows without. The first three bars have no gap. The last three digits have broken strokes, and their bars have a gap in the middle.",
)

# %% [markdown]
# In the last three digits a real step of the sequence has vanished. `Masking` compares values; it cannot know what you meant. So the padding value must be one that data never take: −1 for brightness, an unused name for words. That is why vocabularies keep name 0 free.
#
# A mask travels with the data from layer to layer, as long as each layer understands masks. Which do?

# %% tags=["nbval-check-output"]
travellers = [
    layers.Masking(), layers.Dense(1), layers.EinsumDense("btf,fu->btu", (3, 1)), layers.Activation("relu"),
    layers.Identity(), layers.Lambda(abs), layers.Reshape((3, 1)), layers.Flatten(), layers.Permute((1, 2)),
    layers.Cropping1D(1), layers.ZeroPadding1D(1), layers.UpSampling1D(2), mean,
]  # fmt: skip
for understands in (True, False):
    names = [type(layer).__name__ for layer in travellers if layer.supports_masking is understands]
    print("mask goes on:" if understands else "mask ends here:", ", ".join(names))

# %% [markdown]
# `Dense` passes it on; `EinsumDense`, which computes the same, does not. Neither does any layer that moves steps about. (The mean uses the mask up: behind it no steps are left.) What happens where a mask ends? A `Reshape` into the shape that the data have already changes no number and no place:

# %% tags=["nbval-check-output"]
lost = keras.Sequential([layers.Masking(0.0), layers.Reshape((3, 1)), mean])
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    print("mean, Masking, Reshape:", apply(lost, padded).ravel())
print("Keras warns:", str(caught[0].message).split(". ")[1] + ".")

# %% [markdown]
# The means are wrong again. There was a warning, for those who read logs. Where it matters, compute with the mask yourself:
#
# ### {{exercise masked_mean}}
#
# Write `masked_mean`, with NumPy; the result may be float32 or float64, and `x` and `mask` stay as they are. Two cases make it worth the trouble. A padded step may hold *anything*, nan ("not a number") included: whatever it holds must not touch the result. And a sequence may have no real step at all; Keras gives nan then. Yours gives zeros.
#
# <details><summary>Hint 1 · shapes</summary>The mask has no feature axis. Give it one of length 1, and it goes with x.</details>
# <details><summary>Hint 2 · nan</summary>0 · nan is nan, so multiplying by the mask is not enough. Choose instead: where the mask is true, x, elsewhere 0.</details>
# <details><summary>Hint 3 · no step</summary>Whatever you divide a sum of zeros by, you get zero. By which number can you always divide?</details>


# %% tags=["exercise"]
def masked_mean(x, mask):
    """Mean over the real steps of each sequence.

    Args:
        x: float array (N, T, F): N sequences, padded to T steps, F features.
        mask: array (N, T) of truth values, True at real steps. They need not be the first ones.

    Returns:
        float array (N, F): for each sequence and feature the mean over its real steps; zeros for a
        sequence without any. Values at padded steps, nan included, have no influence.
    """
    ### BEGIN SOLUTION
    total = np.where(mask[:, :, None], x, 0.0).sum(axis=1)
    return total / np.maximum(mask.sum(axis=1), 1)[:, None]
    ### END SOLUTION


# %% tags=["check"]
check(masked_mean)

# %% [markdown]
# On padding that Keras understands, your function and Keras's mask must agree. Here, on the digits above, read row by row:

# %% tags=["needs-answer"]
theirs = apply(keras.Sequential([layers.Masking(0.0), mean]), chosen)
print("agrees with Keras to 1e-6:", np.abs(masked_mean(chosen, masks) - theirs).max() < 1e-6)

# %% [markdown]
# ## Lambda: any function, and a trap
#
# `Lambda` makes a layer of any function. It is the quickest way to try an idea, and it breaks where you do not look: when the model is saved and loaded. Three models divide their input by 255. One has a `Lambda`, one a `Lambda` that uses a variable from outside, one the layer that Keras has for it.

# %%
import tempfile
from pathlib import Path

scale = 255.0


def saved_and_loaded(layer, **options):
    """Save a model of one layer, load it, give it 51: the result, or the kind of error."""
    model = keras.Sequential([keras.Input((1,)), layer])
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "model.keras"
        model.save(file)
        try:
            loaded = keras.models.load_model(file, **options)
            return f"gives {apply(loaded, np.array([[51.0]])).item():.1f}"
        except (ValueError, NameError) as error:
            return type(error).__name__


# %% tags=["nbval-check-output"]
print("Lambda:          ", saved_and_loaded(layers.Lambda(lambda x: x / 255)))
print("  safe_mode=False:", saved_and_loaded(layers.Lambda(lambda x: x / 255), safe_mode=False))
print("Lambda, variable:", saved_and_loaded(layers.Lambda(lambda x: x / scale), safe_mode=False))
print("Rescaling:       ", saved_and_loaded(layers.Rescaling(1 / 255)))
factor = keras.Variable(2.0)
times = layers.Lambda(lambda x: x * factor)
print("used:", apply(times, np.array([[51.0]])).item(), " weights it knows of:", len(times.weights))

# %% [markdown]
# Five lines, four things to know.
#
# 1. A file with a `lambda` holds Python bytecode. Whoever loads it runs code that the file brings, so Keras refuses: a `ValueError` that names the risk. Never load such a file from somebody you do not trust.
# 2. `safe_mode=False` loads it, here and now. Bytecode is not portable: another version of Python may read it differently, or not at all.
# 3. What the function took from outside is not in the file. The loaded function knows no `scale`: a `NameError`, at the first use and not at loading. Even here, where `scale` still exists, the loaded function does not see it.
# 4. A variable inside the function is not a weight of the layer. It is not trained and not saved, and nobody says so.
#
# What works instead: a layer that exists (`Rescaling`), or an own layer class with `build`, `call` and `get_config`, which you wrote in lesson 01. Keep `Lambda` for ideas that do not outlive the day.

# %% [markdown]
# ## The memory is a tape
#
# Now the opening question. An array looks like a box, but memory is a tape: one cell after the other. The box is a *reading rule*. NumPy and Keras read with the last axis fastest: along the first row, then the second row.
#
# Here are six numbered cells, in a box of 2 × 3; the colour tells the row. Both results have 3 rows and 2 columns.

# %%
box = np.arange(6).reshape(2, 3)


def draw_cell(ax, x, y, value, colour, alpha=0.35):
    """One numbered cell of memory."""
    paint = {"facecolor": colour, "alpha": alpha, "boxstyle": "square,pad=0.5"}
    ax.text(x, y, f"{value:g}", ha="center", va="center", family="monospace", bbox=paint)


arrays = {"box, 2 × 3": box, "Reshape((3, 2))": box.reshape(3, 2), "Permute((2, 1))": box.T}
fig, ax = plots.figure(height=3.0)
for left, (name, array) in zip((1.5, 9.5, 17.5), arrays.items()):
    ax.text(left + 2.5, 4.2, name, ha="center", fontsize=11)
    for (row, column), value in np.ndenumerate(array):
        draw_cell(ax, left + 3 - array.shape[1] / 2 + column, 3 - row, value, plots.COLOURS[value // 3])  # fmt: skip
    for place, value in enumerate(array.ravel()):
        draw_cell(ax, left + place, -1.2, value, plots.COLOURS[value // 3])
ax.text(-0.2, 2, "array", ha="center")
ax.text(-0.2, -1.3, "tape", ha="center")
ax.set(xlim=(-1.2, 23.5), ylim=(-2, 5))
ax.set_axis_off()
plots.show(
    fig,
    alt="Three arrays of numbered cells and the tape of each, coloured by the row of the first. The 2 by 3 box, rows 0 1 2 and 3 4 5, has the tape 0 1 2 3 4 5. Reshape: rows 0 1, 2 3, 4 5, the same tape. Permute: rows 0 3, 1 4, 2 5, the tape 0 3 1 4 2 5, in which the colours alternate.",
)

# %% [markdown]
# `Reshape` leaves the tape as it is and cuts it into rows of another length. Neighbours on the tape stay neighbours. `Permute` keeps the *meaning* of the axes, rows become columns, and the tape becomes another one: 0, 3, 1, 4, 2, 5. (NumPy's own transpose puts the rewriting off: it changes the reading rule, the *strides*, and copies when it must.) In a line each:
#
# - **Reshape renames the places. Permute moves the numbers.** Whoever knows where a pixel was finds it after a Permute. After a Reshape there is another pixel.
#
# So the shredded coffee cup was a tape of 144-pixel rows, read in rows of 96. Take the tape of the photograph's brightness and cut it into rows of other lengths.
#
# > **Predict.** The rows are 144 pixels long. What will a row length of 145 do? And 72?

# %%
tape = apply(brightness, coffee[None]).ravel()


def cut(row_length):
    """The tape cut into rows of one length; what is left over at its end is dropped."""
    return tape[: len(tape) // row_length * row_length].reshape(-1, row_length)


plots.images(
    [cut(96), cut(145), cut(72)],
    ["rows of 96", "rows of 145", "rows of 72"],
    alt="Three grey pictures. Rows of 96: two tall ghosts of the cup side by side, in stripes. Rows of 145: one whole cup, leaning. Rows of 72: the two halves of the cup in alternate lines, stretched to a tall picture.",
)

# %% [markdown]
# One pixel too many, and every row begins one pixel later than the row above: the cup leans. With 72, the left half and the right half of each picture row become two rows, one below the other: the two halves of the picture are woven into each other like combs. With 96, two picture rows make three, and the cup appears twice, in stripes. No layer can notice: the shapes are right.
#
# > **Predict.** Rows of 288, twice the true length. In a running notebook, move the slider afterwards.


# %%
def read_tape(row_length=288):
    """The picture that one row length gives."""
    return plots.images(
        cut(row_length), [f"rows of {row_length}"], width=4.5,
        alt=f"The brightness of the coffee photograph, its tape cut into rows of {row_length} pixels. With 144 it would be whole; with 288 two flat cups stand side by side.",
    )  # fmt: skip


plots.interact(read_tape, row_length=[48, 72, 96, 134, 142, 143, 144, 145, 146, 154, 216, 288])

# %% [markdown]
# Two whole cups, half as high: each row holds two rows of the picture, one behind the other, so the even rows make one cup and the odd rows the other. (You will meet this reshape again in lesson 09.)

# %% [markdown]
# `Flatten` lays everything on the tape, `Reshape` cuts it, and one length may be left to Keras by writing −1. `RepeatVector` writes one vector several times along a new time axis.

# %% tags=["nbval-check-output"]
settings = {
    "Flatten()": (layers.Flatten(), (4, 6, 3)),
    "Reshape((8, 9))": (layers.Reshape((8, 9)), (4, 6, 3)),
    "Reshape((-1, 3))": (layers.Reshape((-1, 3)), (4, 6, 3)),
    "Reshape((2, -1))": (layers.Reshape((2, -1)), (4, 6, 3)),
    "Permute((2, 1, 3))": (layers.Permute((2, 1, 3)), (4, 6, 3)),
    "Permute((3, 1, 2))": (layers.Permute((3, 1, 2)), (4, 6, 3)),
    "RepeatVector(5)": (layers.RepeatVector(5), (3,)),
}
rows = [
    [name, shape, apply(layer, np.zeros((1, *shape))).shape[1:]]
    for name, (layer, shape) in settings.items()
]
plots.table(["layer", "input", "output"], rows, caption="Shapes without the batch axis")

# %% [markdown]
# Read `Permute((3, 1, 2))` like this: *output axis 1 is input axis 3, output axis 2 is input axis 1, output axis 3 is input axis 2.* Axes count from **1**, since axis 0 is the batch, which stays where it is.
#
# ### {{exercise channels_last}}
#
# PyTorch stores photographs as (channels, rows, columns). Keras on TensorFlow wants (rows, columns, channels). Write `channels_last(x)`, from the one to the other, for tensors with a batch axis in front. Use layers or `keras.ops`: while a model is built, a tensor holds no numbers that NumPy could move. And here is what everybody tries first:

# %%
channels_first = np.moveaxis(coffee, -1, 0)
plots.images(
    apply(layers.Reshape((96, 144, 3)), channels_first[None])[0],
    ["Reshape((96, 144, 3))"], width=4,
    alt="Nine small grey cups of coffee in a grid of three by three.",
)  # fmt: skip

# %% [markdown]
# Nine small grey cups. On the tape lies first the whole red picture, then the green, then the blue. Read with the channel fastest, three *neighbouring* pixels of red become one pixel's red, green and blue. They are nearly equal: grey. So each row of the small cups takes a third of the width, three picture rows stand side by side, and red, green and blue lie one below the other.
#
# <details><summary>Hint 1 · which layer</summary>Should the tape stay as it is, or be rewritten?</details>
# <details><summary>Hint 2 · the order</summary>Write the input's axes as 1, 2, 3 = channels, rows, columns. Which of these numbers comes first in the output?</details>


# %% tags=["exercise"]
def channels_last(x):
    """Move the channels of a batch of images to the end; the picture stays as it is.

    Args:
        x: tensor (batch, C, H, W).

    Returns:
        tensor (batch, H, W, C).
    """
    ### BEGIN SOLUTION
    return layers.Permute((2, 3, 1))(x)
    ### END SOLUTION


# %% tags=["check"]
check(channels_last)

# %% tags=["needs-answer"]
plots.images(
    ops.convert_to_numpy(channels_last(ops.convert_to_tensor(channels_first[None])))[0],
    ["your channels_last"], width=3,
    alt="The photograph of the cup of coffee as it was at the beginning, if the exercise is solved.",
)  # fmt: skip

# %% [markdown]
# ### Does the network care?
#
# *Side trip: may be skipped without loss.*
#
# `Flatten` tears an image into one long row. Course notes warn that it "loses spatial structure". Let us see what a network of Dense layers loses. It reads digits three times: as they are; with the 784 pixels of *every image scrambled in the same way*; with *every image scrambled in a way of its own*.
#
# > **Predict.** It reads about nine of ten digits as they are. How many in the second case, and how many in the third?


# %%
def arranged(images, how, seed):
    """Digits as floats: pixels in place, all images scrambled the same way, or each in its own."""
    rng = np.random.default_rng(seed)
    flat = images.reshape(len(images), 784).astype("float32") / 255
    if how == "same scramble":
        flat = flat[:, np.random.default_rng(99).permutation(784)]
    elif how == "own scramble":
        flat = rng.permuted(flat, axis=1)
    return flat.reshape(images.shape)


def reader(how, seed):
    """Train a network of Dense layers on digits arranged in this way. Its accuracy on new ones."""
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([keras.Input((28, 28)), layers.Flatten()])
    model.add(layers.Dense(64, activation="relu"))
    model.add(layers.Dense(10, activation="softmax"))
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(arranged(x_train, how, seed), y_train, batch_size=64, epochs=5, verbose=0)
    return model.evaluate(arranged(x_test, how, 1000 + seed), y_test, verbose=0)[1]


# %%
hows = ("as they are", "same scramble", "own scramble")
seeds = range(runtime.budget(smoke=1, cpu=5, gpu=5))
accuracy = {how: [reader(how, seed) for seed in seeds] for how in hows}
plots.images(
    np.stack([arranged(x_test[:4], how, 0) for how in hows], axis=1).reshape(12, 28, 28)[[0, 3, 1, 4, 2, 5]],
    [how for how in hows for _ in range(2)], columns=6,
    alt="Two digits three times: as they are, both scrambled in the same way, and each scrambled in a way of its own. The scrambled ones look like noise.",
)  # fmt: skip
plots.table(
    ["pixels", "accuracy on new digits", "lowest", "highest"],
    [[how, f"{np.mean(v):.1%}", f"{min(v):.1%}", f"{max(v):.1%}"] for how, v in accuracy.items()],
    caption=f"Dense network, 5 epochs, {len(seeds)} seeds",
)

# %% [markdown]
# To you the digits in the middle are noise. To the network it is the same task, and it reads the scrambled digits about as well. A Dense layer has one weight for each *place*, and never knew which places are neighbours. It needs only that a place means the same in every image. In the third case that is gone, and little is left beyond the amount of ink. Guessing would be right in one of ten.
#
# So `Flatten` loses nothing as long as every image is flattened in the same way: it is the Dense layer behind it that cannot use neighbourhood. Layers that can begin with lesson 08.

# %% [markdown]
# ### {{exercise montage}}
#
# A colleague wants small pictures laid out as one large sheet: the first `columns` of them side by side in the first row, the next ones in the second. Here is the code.


# %%
def montage_with_bug(pictures, columns):
    """A sheet of pictures. Right for one column; something is wrong for more."""
    count, height, width = pictures.shape
    rows = -(-count // columns)  # rounded up
    full = np.zeros((rows * columns, height, width), dtype=pictures.dtype)
    full[:count] = pictures
    return full.reshape(rows * height, columns * width)


plots.images(
    montage_with_bug(x_test[:11], 4), ["montage_with_bug, 11 digits, 4 columns"], width=4,
    alt="A sheet of the right size in which the digits are cut into lines and laid side by side; none can be read.",
)  # fmt: skip

# %% [markdown]
# The sheet has the right size, and with one column it is right. Find out in which order the tape must lie before the last line, and write `montage` without the fault.
#
# <details><summary>Hint 1 · small</summary>Take four pictures of 1 × 2 pixels, numbered 0 to 7, and two columns. Write down the tape, and the sheet that you want.</details>
# <details><summary>Hint 2 · four axes</summary>They are: row of the sheet, column of the sheet, row in a picture, column in a picture. Which order have they on the tape of the pictures, and which on the tape of the sheet?</details>
# <details><summary>Hint 3 · three steps</summary>Rename the places, move the numbers, rename the places.</details>


# %% tags=["exercise"]
def montage(pictures, columns):
    """Pictures of one size on one sheet, in reading order: left to right, then the next row.

    Args:
        pictures: array (n, H, W) of any dtype, n ≥ 1.
        columns: pictures in a row of the sheet, an integer ≥ 1; may be larger than n.

    Returns:
        array (rows * H, columns * W) of the same dtype; rows is as small as holds all pictures.
        Places without a picture are 0.
    """
    ### BEGIN SOLUTION
    count, height, width = pictures.shape
    rows = -(-count // columns)
    full = np.zeros((rows * columns, height, width), dtype=pictures.dtype)
    full[:count] = pictures
    places = full.reshape(rows, columns, height, width).transpose(0, 2, 1, 3)
    return places.reshape(rows * height, columns * width)
    ### END SOLUTION


# %% tags=["check"]
check(montage)

# %% tags=["needs-answer"]
plots.images(
    montage(x_test[:44], 11), ["your montage of 44 digits"],
    alt="Four rows of eleven handwritten digits, each whole, if the exercise is solved.",
)  # fmt: skip

# %% [markdown]
# ## Cut and frame: Cropping and ZeroPadding
#
# Cropping takes cells away at the ends of an axis, zero padding puts zeros there. Each exists for one axis (sequences), two (images) and three (volumes, films). Here is a sequence of six steps:

# %%
sequence = np.arange(1, 7, dtype="float32").reshape(1, 6, 1)
shown = {
    "sequence": (layers.Identity(), 1),
    "Cropping1D((1, 2))": (layers.Cropping1D((1, 2)), 2),
    "ZeroPadding1D((1, 2))": (layers.ZeroPadding1D((1, 2)), 0),
}
fig, ax = plots.figure(height=2.0)
for y, (layer, first) in enumerate(shown.values()):
    for place, value in enumerate(apply(layer, sequence).ravel(), start=first):
        draw_cell(ax, place, -y, value, plots.COLOURS[0], alpha=0.35 if value else 0.08)
ax.tick_params(left=False)
ax.set(xlim=(-0.6, 8.6), ylim=(-2.5, 0.5), xticks=[], yticks=[0, -1, -2], yticklabels=list(shown))
ax.spines[:].set_visible(False)
ax.grid(False)
plots.show(
    fig,
    alt="Three rows of cells, aligned by place. The sequence 1 to 6. Cropped: 2, 3, 4 at their places. Padded: a 0 before, 1 to 6, two zeros behind.",
)

# %% [markdown]
# For a sequence, `(1, 2)` means one at the beginning and two at the end.
#
# > **Predict.** An image of 6 × 6 pixels goes through `Cropping2D((1, 2))`. Which shape comes out?

# %% tags=["nbval-check-output"]
rows = []
for layer, shape in (
    (layers.Cropping1D((1, 2)), (6, 1)),
    (layers.Cropping2D((1, 2)), (6, 6, 1)),
    (layers.Cropping2D(((1, 2), (0, 3))), (6, 6, 1)),
    (layers.Cropping3D(((1, 2), (1, 1), (0, 3))), (6, 6, 6, 1)),
    (layers.ZeroPadding1D(2), (6, 1)),
    (layers.ZeroPadding2D((1, 2)), (6, 6, 1)),
    (layers.ZeroPadding2D(((1, 2), (0, 3))), (6, 6, 1)),
    (layers.ZeroPadding3D(((1, 2), (1, 1), (0, 3))), (6, 6, 6, 1)),
):
    setting = layer.cropping if hasattr(layer, "cropping") else layer.padding
    output = tuple(layer.compute_output_shape((None, *shape)))[1:]
    rows.append([type(layer).__name__, "  ".join(map(str, setting)), shape, output])
plots.table(["layer", "as Keras understands it", "input", "output"], rows)

# %% [markdown]
# The same two numbers, another meaning. For one axis `(1, 2)` is (beginning, end). For two axes it is (rows, columns), each at *both* ends. To say all four, write `((top, bottom), (left, right))`, and in three axes three pairs.
#
# A film is a volume: frames, rows, columns. `Cropping3D` cuts time and space at once; `ZeroPadding3D` adds black frames and black borders.

# %%
camera = data.photograph("camera", gray=True) / 255.0
film = np.stack([camera[60:180, 100 + 24 * t : 220 + 24 * t] for t in range(6)])[None, ..., None]
cropped = apply(layers.Cropping3D(((1, 2), (35, 25), (40, 20))), film)
framed = apply(layers.ZeroPadding3D(((1, 2), (35, 25), (40, 20))), cropped)
plots.images(
    [*film[0, ..., 0], *framed[0, ..., 0]],
    [f"frame {t}" for t in range(6)] + ["zeros", *(f"cut frame {t}" for t in (1, 2, 3)), "zeros", "zeros"],
    columns=6,
    suptitle=f"Cropping3D: {film.shape[1:4]} to {cropped.shape[1:4]}, and ZeroPadding3D back",
    alt="Above: six frames of a film that pans over a photograph of a man with a camera. Below: the same frames cut and padded back: the first and the last two are black, the others show a window of the frame in black.",
)  # fmt: skip

# %% [markdown]
# The shape is back. The picture is not: what was cut away is gone, and zeros stand there. No padding undoes a cropping.
#
# ### {{exercise spotlight}}
#
# Use this on purpose. Write `spotlight`, with layers or `keras.ops`: black out everything but a rectangle. Two layers do it, cropping and padding. The rectangle is given by its top left pixel and its size.
#
# <details><summary>Hint 1 · what the layers want</summary>They do not ask where the rectangle lies, but how much lies around it: above, below, left, right.</details>
# <details><summary>Hint 2 · below</summary>`x.shape` gives the image's height and width. What is left of the height, once `top` and the rectangle are taken off?</details>


# %% tags=["exercise"]
def spotlight(x, top, left, height, width):
    """Keep a rectangle of every image and put zeros everywhere else.

    Args:
        x: tensor (batch, H, W, C).
        top, left: row and column of the rectangle's first pixel, from 0.
        height, width: its size in pixels, at least 1; it lies inside the image.

    Returns:
        tensor (batch, H, W, C): x inside the rectangle, 0 outside.
    """
    ### BEGIN SOLUTION
    bottom, right = x.shape[1] - top - height, x.shape[2] - left - width
    around = ((top, bottom), (left, right))
    return layers.ZeroPadding2D(around)(layers.Cropping2D(around)(x))
    ### END SOLUTION


# %% tags=["check"]
check(spotlight)

# %% tags=["needs-answer"]
astronaut = data.photograph("astronaut", size=128) / 255.0
lit = ops.convert_to_numpy(spotlight(ops.convert_to_tensor(astronaut[None]), 2, 36, 46, 42))[0]
plots.images(
    [astronaut, lit], ["photograph", "your spotlight"], width=5,
    alt="A portrait of an astronaut in an orange suit; the same picture, black but for a rectangle around her face, if the exercise is solved.",
)  # fmt: skip

# %% [markdown]
# ## Enlarge: UpSampling
#
# Where do the new pixels of a larger image come from? **Nearest** copies the pixel that lies nearest. **Bilinear** mixes: along each axis, an output pixel between two input pixels takes a share of each, the more the nearer.
#
# What "between" means depends on where pixels *are*. They are little tiles, not points, and their centres count. Make a row of four pixels twice as long:


# %%
def upsample(picture, factor, how):
    """UpSampling2D of one picture (H, W, C) as an array."""
    return apply(layers.UpSampling2D(factor, interpolation=how), picture[None])[0]


row = np.array([0.0, 10.0, 20.0, 40.0])
twice = {
    how: upsample(row.reshape(1, 4, 1), (1, 2), how).ravel() for how in ("nearest", "bilinear")
}
centres = (np.arange(8) + 0.5) / 2 - 0.5
fig, ax = plots.figure(height=3.2)
for k, (how, values) in enumerate(twice.items()):
    label = f"{how}: " + ", ".join(f"{value:g}" for value in values)
    ax.plot(centres, values, "sD"[k], color=plots.COLOURS[k], label=label)
ax.plot(
    np.arange(4), row, "o", color="black", ms=10, mfc="none", label="the four pixels: 0, 10, 20, 40"
)
ax.plot(np.arange(4), row, "--", color="gray", lw=1)
for edge in np.arange(-0.5, 4):
    ax.axvline(edge, color="lightgray", lw=1)
ax.set(
    xlabel="place, in input pixels",
    ylabel="brightness",
    title="four pixels become eight",
    xticks=range(4),
)
ax.legend()
plots.show(
    fig,
    alt="Brightness against place. Four circles at 0, 1, 2, 3 with the values 0, 10, 20, 40, and eight new places at a quarter left and right of each. Nearest takes the circle's value. Bilinear lies on the line that joins the circles, and is flat beyond the first and last.",
)

# %% [markdown]
# *Grey lines: borders of the input pixels. Each tile is cut in two, so the new centres lie a quarter of a pixel left and right of the old one.* The second new pixel lies at 0.25: it takes three quarters of pixel 0 and one quarter of pixel 1:
#
# $$0.75\cdot0 + 0.25\cdot10 = 2.5$$
#
# The next one, at 0.75, gets $0.25\cdot0 + 0.75\cdot10 = 7.5$. Before the first centre and after the last there is nothing to mix with; the end pixel counts alone. In general, output pixel $i$ of an axis enlarged by $s$ lies at $(i + \frac12)/s - \frac12$ input pixels.
#
# Some programs instead put the first and last centres on top of each other ("align corners"). Then a row of four doubled has steps of 3/7, and the same photograph comes out slightly stretched. Two such programs in one chain, and your boxes no longer fit the objects.
#
# In two axes: first along one, then along the other; the order does not matter. A face of 24 × 24 pixels, made four times larger:


# %%
def shrink(picture, factor):
    """Means of blocks of factor × factor pixels."""
    h, w = (n // factor for n in picture.shape[:2])
    return picture[: h * factor, : w * factor].reshape(h, factor, w, factor, -1).mean(axis=(1, 3))


face = (data.photograph("astronaut", size=256) / 255.0)[2:98, 66:162]
tiny = shrink(face, 4)
methods = ("nearest", "bilinear", "bicubic", "lanczos3")
enlarged = {how: np.clip(upsample(tiny, 4, how), 0, 1) for how in methods}
plots.images(
    [tiny, *enlarged.values(), face], ["24 × 24 pixels", *enlarged, "the original, 96 × 96"], columns=3,
    alt="The face of an astronaut. At 24 by 24 pixels, and enlarged by nearest, it is made of squares. Bilinear is soft, bicubic and lanczos3 a little sharper. The original shows what none of them can know.",
)  # fmt: skip

# %% [markdown]
# None of them brings detail back: that is not in the 24 × 24 numbers. How far off is each? Shrink photographs fourfold by averaging, enlarge them again, and compare with the original.

# %%
rows = []
for name in ("astronaut", "cat", "coffee", "camera", "page", "coins"):
    original = data.photograph(name, size=160, gray=True)[..., None] / 255.0
    errors = []
    for how in methods:
        again = upsample(shrink(original, 4), 4, how)
        errors.append(np.sqrt(np.mean((again - original) ** 2)))
    rows.append([name, *(f"{error:.4f}" for error in errors)])
plots.table(
    ["photograph", *methods], rows,
    caption="Root mean square error of the brightness (0 to 1), after shrinking and enlarging by 4",
)  # fmt: skip

# %% [markdown]
# On photographs of things, mixing beats copying, and the wider filters, bicubic and Lanczos, beat bilinear. On the printed page hardly any of it helps: black ink on white paper has nothing in between. Should one always mix where there are photographs, then?
#
# > **Predict.** Here is the map of names from the Embedding section, 0 to 7, made smaller by taking every second pixel both ways. It is enlarged by nearest and by bilinear, rounded to whole names, and shown in the learned colours. What will bilinear do at the outlines?

# %%
few = groups[::2, ::2, None].astype("float32")
maps = [upsample(few, 2, how)[:, :, 0].round().astype(int) for how in ("nearest", "bilinear")]
wrong_names = np.mean(maps[0] != maps[1])
plots.images(
    [np.clip(after[names], 0, 1) for names in maps],
    ["names enlarged by nearest", "names enlarged by bilinear, rounded"],
    alt="Left: the cup of coffee in eight colours, with steps at its outlines. Right: the same with fringes and specks of wrong colours along the outlines.",
)  # fmt: skip
print(f"pixels whose name bilinear changed: {wrong_names:.0%}")

# %% [markdown]
# Name 4 does not lie between name 1 and name 7, but the number 4 does. Mix 1 and 7 half and half, and you get 4: so outlines get a fringe of things that are not there. Names, labels and masks are enlarged by nearest. Numbers that measure something may be mixed.
#
# `UpSampling1D` and `UpSampling3D` only copy:

# %% tags=["nbval-check-output"]
rows = []
for layer, shape in (
    (layers.UpSampling1D(2), (6, 1)),
    (layers.UpSampling2D(2), (6, 6, 1)),
    (layers.UpSampling2D((1, 3), interpolation="bilinear"), (6, 6, 1)),
    (layers.UpSampling3D(2), (6, 6, 6, 1)),
    (layers.UpSampling3D((1, 2, 2)), (6, 6, 6, 1)),
):
    size, output = layer.size, apply(layer, np.zeros((1, *shape))).shape[1:]
    rows.append([type(layer).__name__, str(size), shape, output, layer.count_params()])
plots.table(["layer", "size", "input", "output", "parameters"], rows)

# %% [markdown]
# ### {{exercise enlarge}}
#
# Write `enlarge`, both kinds, for any whole factor. In Keras's way: pixels are tiles, as in the picture above. Only NumPy, and nothing that resizes by itself. The image may hold integers; the result is float64, or float32 where the image is.
#
# <details><summary>Hint 1 · nearest</summary>Each pixel becomes a block. One of NumPy's functions repeats each element along an axis; another repeats the array as a whole. Which do you need?</details>
# <details><summary>Hint 2 · one axis</summary>Write a helper for one axis. For every output pixel: its place in input pixels, held between 0 and n − 1; the pixel below; the pixel above (which may not leave the array); the share.</details>
# <details><summary>Hint 3 · check yourself</summary>The row 0, 10, 20, 40 with factor 2 is computed above. With factor 3 it begins 0, 0, 3.33.</details>


# %% tags=["exercise"]
def enlarge(image, factor, how):
    """Enlarge an image, as UpSampling2D does.

    Args:
        image: float array (H, W), H and W at least 1.
        factor: integer ≥ 1, the same for both axes.
        how: "nearest" or "bilinear" (pixel centres at (i + 1/2) / factor − 1/2; beyond the outermost
            input centres the outermost pixel counts alone).

    Returns:
        float array (factor * H, factor * W).
    """
    ### BEGIN SOLUTION
    image = np.asarray(image, dtype=np.float64)
    for axis, n in enumerate(image.shape):
        place = np.clip((np.arange(n * factor) + 0.5) / factor - 0.5, 0, n - 1)
        if how == "nearest":
            place = np.arange(n * factor) // factor
        low = np.floor(place).astype(int)
        high = np.minimum(low + 1, n - 1)
        share = np.expand_dims(place - low, 1 - axis)
        image = (1 - share) * np.take(image, low, axis) + share * np.take(image, high, axis)
    return image
    ### END SOLUTION


# %% tags=["check"]
check(enlarge)

# %% [markdown]
# Your function against Keras's layer, on the 24 × 24 face in grey. Keras computes in float32, so agreement to about six digits is all there is.

# %% tags=["needs-answer"]
gray_face = tiny.mean(axis=-1)
for how in ("nearest", "bilinear"):
    theirs = upsample(gray_face[:, :, None], 4, how)[:, :, 0]
    print(f"{how:9} agrees to 1e-5: {np.abs(enlarge(gray_face, 4, how) - theirs).max() < 1e-5}")

# %% [markdown]
# ## {{exercise quiz}}
#
# Answer with one letter each, such as `{"q1": "a", …}`.
#
# **q1** A batch of photographs, shape (8, 32, 32, 3), goes into `Dense(10)`. Out comes
#
# - a) (8, 10)
# - b) (8, 32, 32, 10)
# - c) an error: Dense needs flat input
#
# **q2** `Permute((2, 1))` and `Reshape((3, 5))`, on inputs of shape (batch, 5, 3), give the same
#
# - a) shape, and the same values at the same places
# - b) shape, with the values at other places
# - c) shape, with other values
#
# **q3** An Embedding of 5,000 words with 64 numbers each. A word that does not occur in the training texts has
#
# - a) the row that chance gave it at the start
# - b) a row of zeros
# - c) the mean of all rows
#
# **q4** Rows of a brightness image are read as a sequence, with `Masking(0.0)`. The risk is that
#
# - a) every black pixel is masked
# - b) a row that is black all over counts as padding, though it is data
# - c) the mask is learned wrongly
#
# **q5** Your model computes a mean over time. Somewhere after `Masking` there is a `Reshape`. The mean is
#
# - a) the mean over real steps, as the mask goes on
# - b) an error
# - c) over all steps, padding included
#
# **q6** A network predicts a label for every pixel at half size. To show the label map at full size, enlarge it by
#
# - a) nearest
# - b) bilinear, then round
# - c) bicubic, then round

# %% tags=["exercise"]
### BEGIN SOLUTION
quiz = {"q1": "b", "q2": "b", "q3": "a", "q4": "b", "q5": "c", "q6": "a"}
### END SOLUTION

# %% tags=["check"]
check(quiz=quiz)

# %% [markdown]
# ## Summary
#
# - Dense works on the last axis and shares its weights over all others; EinsumDense does the same along any axes you name. A letter missing after the arrow is summed away.
# - An Embedding is one-hot rows times a matrix, without the products. Only rows that are looked up learn.
# - Reshape renames places on the tape, Permute moves numbers. The shape cannot tell you which you needed; a picture can.
# - A mask keeps padding out of sums, until the first layer that does not pass it on. Divide by the true length. A Lambda forgets what it used, and files with one are refused.
# - Cropping and padding count what lies *around* the window. Mix measured numbers when you enlarge; never mix names.
#
# ## References
#
# - Y. Bengio, R. Ducharme, P. Vincent and C. Jauvin, "A neural probabilistic language model", *Journal of Machine Learning Research* 3, 2003 (embeddings).
# - C. R. Harris and others, "Array programming with NumPy", *Nature* 585, 2020 (arrays as strides over memory).
# - R. G. Keys, "Cubic convolution interpolation for digital image processing", *IEEE Transactions on Acoustics, Speech, and Signal Processing* 29, 1981 (bicubic).
#
# ## Where to read on
#
# A. Rogozhnikov, "Einops: clear and reliable tensor manipulations with Einstein-like notation", ICLR 2022: a notation in which `montage` is one readable line. A. Odena, V. Dumoulin and C. Olah, "Deconvolution and checkerboard artifacts", *Distill*, 2016, on enlarging inside networks.
# Then lesson 03: what the activations do, and why a network without them stays a straight line.
