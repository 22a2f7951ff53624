# %% [markdown]
# # Getting data in; augmentation
#
# **Time** 105 minutes · **Needs** lesson 11 · **Running everything** {{seconds}} s on two CPU cores
#
# Here is a network that reads handwritten digits. It learned from pictures whose numbers run from 0 (black) to 1 (white). Now eight people hand it the same thousand new digits,
# each in a slightly different way. Nobody gets an error message.

# %% tags=["setup"]
import time

import numpy as np

from cnncourse import begin, data, plots, runtime

check = begin("12_preprocessing")

import keras
import tensorflow as tf
from keras import layers

# %%
(digits, labels), (new_digits, new_labels) = data.mnist_sample()
x_train, x_new = (d[..., None] / np.float32(255) for d in (digits, new_digits))


def reader(shape, classes, seed):
    """A small convolutional network, compiled; it returns one score a class."""
    keras.utils.set_random_seed(seed)
    conv = {"kernel_size": 3, "padding": "same", "activation": "relu"}
    stack = [layers.Conv2D(12, **conv), layers.MaxPooling2D(2), layers.Conv2D(24, **conv)]
    stack += [layers.MaxPooling2D(2), layers.Flatten(), layers.Dense(48, activation="relu")]
    network = keras.Sequential([keras.Input(shape), *stack, layers.Dense(classes)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    network.compile(keras.optimizers.Adam(2e-3), loss, metrics=["accuracy"])
    return network


def answers(network, x):
    """The class with the largest score, for each image."""
    parts = np.array_split(x, 4)
    return np.concatenate(
        [np.asarray(network(part, training=False)).argmax(axis=1) for part in parts]
    )


def share_right(network, x, y):
    """How many of the images x get their label y, as a share."""
    return float(np.mean(answers(network, x) == y))


network = reader((28, 28, 1), 10, seed=0)
history = network.fit(x_train, labels, batch_size=32, epochs=2, verbose=0)

# %%
handed_over = {
    "as in training": x_new,
    "not divided: 0 … 255": x_new * 255,
    "divided twice": x_new / 255,
    "from −1 to 1": 2 * x_new - 1,
    "black on white": 1 - x_new,
    "3 pixels lower": np.roll(x_new, 3, axis=1),
    "in a mirror": x_new[:, :, ::-1],
    "rows for columns": x_new.transpose(0, 2, 1, 3),
}
plots.images(
    [x[0, :, :, 0] for x in (x_new, x_new, x_new / 255, *list(handed_over.values())[3:])], list(handed_over),
    columns=4, value_range=(0, 1), suptitle="one of the thousand, eight ways",
    alt="A handwritten digit eight times: three times as it was written, the third so dark that nothing is seen; then with its grey edges cut to black, as black ink on white, a little lower, mirrored, and with rows and columns exchanged.",
)  # fmt: skip

# %% [markdown]
# > **Predict.** Two of these seven mistakes cost little. Two leave a network that guesses. Which? Write your guess down before you run the next cell.

# %%
plots.table(
    ["handed over", "read correctly"],
    [[name, f"{share_right(network, x, new_labels):.0%}"] for name, x in handed_over.items()],
)

# %% [markdown]
# Forgetting to divide by 255 costs next to nothing here; dividing twice leaves a network that guesses, and so does black on white. Why? Take the twins first. The network is made of sums and ReLUs. Multiply its input by 255, and every sum grows 255 times, but for the biases, which are small.
# All ten scores grow together, and the largest stays the largest. Divide by 255, and little but the biases is left: nearly the same answer to every picture.
# From −1 to 1 the strokes keep their place above the ground, and the network still reads most of them. In black on white every sum is turned about. (One network, a thousand digits: differences of a point or two mean nothing here.)
#
# So how you prepare the input is part of the network. It can be wrong without a word of warning, and the accuracy alone may not tell you. But the table has a second side. A person reads the digit three pixels lower as easily as before. Had the network been *shown* digits at all heights, so would it.
#
# **What may you do to data before the network sees it, and what must you never do?**
#
# After this lesson you can
#
# - turn numbers, words, categories and photographs of any size into what a network takes;
# - say what a preprocessing layer may learn from which part of the data, and measure what a leak is worth;
# - choose augmentations by what they claim about the labels, and test the claim;
# - build an input pipeline in the right order, and say what each step costs.

# %% [markdown]
# ## Numbers
#
# Three layers of Keras turn numbers into better numbers.
#
# | layer | does | learns from data? |
# |---|---|---|
# | `Rescaling(scale, offset)` | $x \cdot \text{scale} + \text{offset}$ | no |
# | `Normalization()` | $(x - \text{mean}) / \text{std}$, each feature by itself | mean and variance, by `adapt` |
# | `Discretization(bin_boundaries)` | the number of the bin that $x$ lies in | boundaries, by `adapt`, or you give them |
#
# Some course notes say that Normalization brings values "between 0 and 1". It does not. It brings them to mean 0 and standard deviation 1.
# Follow it with four temperatures, 3, 7, 3 and 7. Their mean is 5. Each lies 2 away from it, so the variance is 4 and the standard deviation 2. Hence $3 \to (3-5)/2 = -1$ and $7 \to +1$. A new reading of 9 becomes $(9-5)/2 = 2$: outside 0 to 1, and outside anything seen before. That is as it should be.

# %% tags=["nbval-check-output"]
readings = np.array([[3.0], [7.0], [3.0], [7.0]])
normalization = layers.Normalization()
normalization.adapt(readings)
print("mean", float(normalization.mean[0, 0]), "variance", float(normalization.variance[0, 0]))
print("3, 7, 9 →", np.ravel(normalization(np.array([[3.0], [7.0], [9.0]]))))
print("bytes 0, 128, 255 →", np.asarray(layers.Rescaling(1 / 255)(np.array([0.0, 128, 255]))).round(3))  # fmt: skip
bins = layers.Discretization(bin_boundaries=[0.0, 10.0, 20.0])
print("−4, 0, 9.9, 20 → bins", np.asarray(bins(np.array([-4.0, 0.0, 9.9, 20.0]))))

# %% [markdown]
# Three boundaries make **four** bins: one below the first, one from each boundary up to the next, one from the last upwards. A value on a boundary belongs to the bin above it. Without boundaries, say how many bins you want, and `adapt` puts the boundaries where each bin holds about equally many values.
# Here it does so for the brightness of a photograph.

# %%
camera = data.photograph("camera", size=200).astype("float32")
four_bins = layers.Discretization(num_bins=4)
four_bins.adapt(camera.ravel())
shades = np.asarray(four_bins(camera))
print("boundaries:", np.round(four_bins.bin_boundaries, 1))
print("share of pixels in each bin:", np.round(np.bincount(shades.ravel()) / shades.size, 2))
plots.images(
    [camera / 255, shades / 3], ["40,000 numbers from 0 to 255", "the same in four bins"], width=5.2,
    alt="A photographer with a tripod. Beside it the same picture in four shades only, each shade covering about a quarter of the picture.",
)  # fmt: skip

# %% [markdown]
# (The notes list a fourth, SpectralNormalization, as preprocessing. It is none: it wraps a *layer* and divides its kernel by its largest singular value. Lesson 10 has it.)
#
# ### {{exercise hand_numbers}}
#
# Paper and pencil. Training readings: 2, 6, 10 and 6, 2, 10, 6, 6; their mean is 6. Fill in the dictionary `hand_numbers = {"variance": …, "normalised": …, "bin": …, "bins": …, "rescaled": …}`.
#
# - `"variance"`: the variance that `Normalization` learns from the eight readings;
# - `"normalised"`: a reading of 11 whose training readings had mean 6 and variance **4**;
# - `"bin"`: the bin of 15 with boundaries 5, 15, 25;
# - `"bins"`: how many bins these boundaries make;
# - `"rescaled"`: what `Rescaling(1 / 127.5, offset=-1)` makes of 51.
#
# <details><summary>Hint 1 · variance</summary>It is the mean of the squared distances from the mean. Keras divides by the number of values, not by one less.</details>
# <details><summary>Hint 2 · normalised</summary>Which of the two is divided by: the variance, or its root?</details>

# %% tags=["exercise"]
### BEGIN SOLUTION
hand_numbers = {"variance": 8, "normalised": 2.5, "bin": 2, "bins": 4, "rescaled": -0.6}
### END SOLUTION

# %% tags=["check"]
check(hand_numbers=hand_numbers)

# %% [markdown]
# ### {{exercise normalise}}
#
# Whatever is learned from data is learned from **training** data: the mean and the standard deviation, too. The test set stands for pictures that do not exist yet. So it is shifted and scaled by the training set's numbers, and it need not come out with mean 0.
# For images, one mean and one standard deviation a channel are usual: a pixel has the same meaning wherever it lies. Write `normalise`, with NumPy or Keras's ops, in float32 or float64. The arrays that you are given stay as they are.
#
# <details><summary>Hint 1 · axes</summary>A colour image batch has four axes. Over which three of them is averaged if one number a channel is to remain?</details>
# <details><summary>Hint 2 · a channel without variation</summary>Its standard deviation is zero. What may stand in the denominator there, so that the difference is left as it is? (Computed in floats, the deviation of a channel full of 0.3 may come out as a tiny number instead of 0.)</details>


# %% tags=["exercise"]
def normalise(train, test):
    """Normalise images, channel by channel, with what the training images teach.

    Args:
        train: array (N, H, W, C), integers (also uint8) or floats.
        test: array (M, H, W, C), likewise.

    Returns:
        Two float arrays of the same shapes, (x - mean) / std, with one mean and one standard deviation
        (as np.std gives it) for each channel. A channel whose numbers in `train` are all equal is divided by 1.
    """
    ### BEGIN SOLUTION
    train, test = np.asarray(train, dtype=float), np.asarray(test, dtype=float)
    mean = train.mean(axis=(0, 1, 2))
    std = train.std(axis=(0, 1, 2))
    std[np.ptp(train, axis=(0, 1, 2)) == 0] = 0  # rounding may leave a trace
    std = np.where(std == 0, 1, std)
    return (train - mean) / std, (test - mean) / std
    ### END SOLUTION


# %% tags=["check"]
check(normalise)

# %% [markdown]
# ## What does a leak cost?
#
# "Never let the test set touch `adapt`" is a good rule. What happens if you break it? Measure before you preach. A network learns from 1,000 normalised digits and is tested on new ones, normalised in three ways: by the training set's numbers, by the numbers of both sets together, by the test set's own.
# Three test sets: digits from the same source; the same, photographed in poor light; the same, photographed through haze.
#
# > **Predict.** In which column, and in which row, do you expect the largest difference?


# %%
def normalised_by(x, source):
    """x with the mean and the standard deviation of another set of images."""
    return (x - source.mean()) / source.std()


few, few_labels = x_train[:1000], labels[:1000]
tests = {"same source": x_new, "poor light": 0.4 * x_new, "haze": 0.4 + 0.5 * x_new}
seeds = range(runtime.budget(smoke=1, cpu=3, gpu=5))
found = []
for seed in seeds:
    network = reader((28, 28, 1), 10, seed)
    network.fit(normalised_by(few, few), few_labels, batch_size=32, epochs=4, verbose=0)
    found.append([
        [share_right(network, normalised_by(x, source), new_labels) for source in (few, np.concatenate([few, x]), x)]
        for x in tests.values()
    ])  # fmt: skip


# %%
def spread(values):
    """Mean, and range over the seeds, in per cent."""
    values = 100 * np.asarray(values)
    return f"{values.mean():.0f} % ({values.min():.0f} to {values.max():.0f})"


plots.table(
    ["test set", "by training (right)", "by both", "by the test set's own"],
    [
        [name, *(spread([run[row][column] for run in found]) for column in range(3))]
        for row, name in enumerate(tests)
    ],
    caption=f"New digits read correctly: mean and range of {len(seeds)} seeds",
)

# %% [markdown]
# Read the first row first. Where training and test come from the same source, the leak changes next to nothing: a thousand digits have practically the same mean as the next thousand. This leak is two numbers, learned from a thousand pictures. (With many learned numbers and few rows, it is another matter: choose the best of 5,000 columns of noise on all the data, and noise seems to predict. Hastie, Tibshirani and Friedman 2009, section 7.10.2, show it.)
#
# Now the last row. Normalised rightly, the network does badly in the haze. **That is the truth**: this is how it would do for the first hazy picture that a user sends. The other two columns look better because somebody looked at a thousand hazy digits before reading the first. The leak does not help the network. It hides its failure from you.
# Hence the rule. If the leak does not change the result, you do not need it; if it changes the result, the result is wrong.
#
# ### A leak that costs everything
#
# Statistics hold two numbers of the test set. Other leaks hold the pictures themselves. Take pictures of the digit 3 and give each a label by the toss of a coin. There is nothing to learn: on new pictures, 50 % is all that anybody can reach. The classifier looks up the most similar training picture and repeats its label.
# One team splits the pictures, then augments the training half by shifts of one pixel. The other augments first and splits afterwards.


# %%
def nearest_label(x, y, z):
    """For each image z, the label of the most similar image in x."""
    a, b = (np.reshape(images, (len(images), -1)) for images in (x, z))
    return y[((a**2).sum(axis=1)[:, None] - 2 * a @ b.T).argmin(axis=0)]


def shifted(images):
    """Nine copies of each image, shifted by up to a pixel: (9 N, 28, 28)."""
    steps = (-1, 0, 1)
    return np.concatenate([np.roll(images, (i, j), (1, 2)) for i in steps for j in steps])


threes = x_train[labels == 3][:200, :, :, 0]
result = {"normalised with all": [], "split, then augmented": [], "augmented, then split": []}
for seed in range(10):
    rng = np.random.default_rng(seed)
    coin, (a, b) = rng.integers(0, 2, 200), np.split(rng.permutation(200), 2)
    z = normalised_by(threes, threes)
    result["normalised with all"].append(np.mean(nearest_label(z[a], coin[a], z[b]) == coin[b]))
    guess = nearest_label(shifted(threes[a]), np.tile(coin[a], 9), threes[b])
    result["split, then augmented"].append(np.mean(guess == coin[b]))
    x, y = shifted(threes), np.tile(coin, 9)
    a, b = np.split(rng.permutation(len(x)), 2)
    result["augmented, then split"].append(np.mean(nearest_label(x[a], y[a], x[b]) == y[b]))

# %%
plots.table(
    ["order of work", "accuracy on coin tosses"], [[name, spread(v)] for name, v in result.items()],
    caption="Mean and range of 10 tosses. Nothing above 50 % is real.",
)  # fmt: skip

# %% [markdown]
# Split first. Then do everything else. The same holds for frames of one video, photographs of one patient, crops of one picture: whatever is nearly a copy must stay on one side.

# %% [markdown]
# ## Words and categories
#
# A network multiplies. Words must become numbers first, and in such a way that the numbers mean nothing by their size. All these layers do it by **looking up**. None of them makes an embedding: that is what an `Embedding` layer does afterwards, with the index (lesson 02).
#
# `StringLookup` numbers a vocabulary. Index 0 is kept for every word that is not in it; the words you gave start at 1.
#
# $$[\text{dog},\ \text{Cat},\ \text{emu}]\ \xrightarrow{\ \text{vocabulary: cat, dog}\ }\ [2,\ 0,\ 0]$$
#
# *emu* is unknown. So is *Cat*: a capital makes another string.


# %%
def listed(tensor):
    """A tensor of any backend as a plain list, byte strings as text."""
    values = np.asarray(tensor)
    return (values.astype(str) if values.dtype.kind in "OS" else values).tolist()


# %% tags=["nbval-check-output"]
lookup = layers.StringLookup(vocabulary=["cat", "dog"])
back = layers.StringLookup(vocabulary=["cat", "dog"], invert=True)
postcodes = layers.IntegerLookup(vocabulary=[8001, 3012])
learned = layers.StringLookup()
learned.adapt(["b", "a", "b", "c", "b", "a"])
print("dog, Cat, emu     →", listed(lookup(["dog", "Cat", "emu"])))
print("2, 0, 1           →", listed(back([2, 0, 1])))
print("3012, 9999, 8001  →", listed(postcodes([3012, 9999, 8001])))
print("adapted to babcba →", [str(word) for word in learned.get_vocabulary()])

# %% [markdown]
# An adapted vocabulary is sorted by how often a word occurs, most frequent first.
#
# An index is still a number: 2 is not twice 1. `CategoryEncoding` turns indices into vectors. It has three modes, and no other (some notes mention an "ordinal" one; the index itself is that). `num_tokens` is the length of the vectors, so it must count index 0, too.
# Take the sentence with indices 1, 3, 3, and four tokens:

# %% tags=["nbval-check-output"]
sentence = np.array([1, 3, 3])
for mode in ("one_hot", "multi_hot", "count"):
    vectors = np.asarray(layers.CategoryEncoding(num_tokens=4, output_mode=mode)(sentence))
    print(f"{mode:9} {vectors.shape!s:7}", vectors.astype(int).tolist())

# %% [markdown]
# `one_hot`: a vector for each word. `multi_hot`: one vector for all, 1 where a word occurs. `count`: how often it occurs.
#
# `TextVectorization` does all of it for sentences: small letters, no punctuation, split at spaces, look up. Here 0 is the filling after short sentences, and unknown words get **1**. A bag of words has no filling; there, column 0 is the unknown.

# %% tags=["nbval-check-output"]
text = layers.TextVectorization()
text.adapt(["The cat sat. The cat!", "A dog, a cat."])
print([str(word) for word in text.get_vocabulary()])
print("The dog sat on a cat →", listed(text(["The dog sat on a cat", "Emu?"]))[0])
print("Emu?                 →", listed(text(["The dog sat on a cat", "Emu?"]))[1])
bag = layers.TextVectorization(output_mode="multi_hot", vocabulary=["cat", "dog"])
print("as a bag of words    →", listed(bag(["a cat and an emu"])))

# %% [markdown]
# Here, a leak has a face. Adapt `TextVectorization` to the test sentences as well, and no test word is ever unknown. In use, sentences bring new words, and you have never tested what happens then.
#
# ### {{exercise look_up}}
#
# Write the lookup yourself, in plain Python and NumPy: no Keras, TensorFlow, PyTorch, JAX or scikit-learn. In one thing it is kinder than `StringLookup`: capitals do not matter.
#
# <details><summary>Hint 1 · a dictionary</summary>From word to number. Which number does the first word of the vocabulary get, if 0 is taken?</details>
# <details><summary>Hint 2 · unknown words</summary>`dict.get` takes a second argument.</details>


# %% tags=["exercise"]
def look_up(vocabulary, words):
    """Numbers for words, as a lookup layer gives them; capitals do not matter.

    Args:
        vocabulary: list of different words in small letters. Its order counts.
        words: list of words, in small letters or capitals; it may be empty.

    Returns:
        Integer array with one number a word, in the order of `words`: 0 for a word that is not in the
        vocabulary, 1 for the vocabulary's first word, 2 for its second, and so on.
    """
    ### BEGIN SOLUTION
    number = {word: k for k, word in enumerate(vocabulary, start=1)}
    return np.array([number.get(word.lower(), 0) for word in words], dtype=int)
    ### END SOLUTION


# %% tags=["check"]
check(look_up)

# %% [markdown]
# ### Without a vocabulary: hashing
#
# Millions of product names, new ones every day: no vocabulary can hold them. `Hashing` computes a bucket from the letters of the word. No table, no `adapt`, no unknown words. The price: two words may land in the same bucket, and the network cannot tell them apart any more.
#
# > **Predict.** The course's fourteen photographs have fourteen names. Hash them into 14 buckets. How many names will have a bucket to themselves: all, about 10, about 5?

# %% tags=["nbval-check-output"]
names = [row[0] for row in data.photographs().rows]
buckets = np.asarray(layers.Hashing(num_bins=14)(names))
for bucket in np.unique(buckets):
    print(f"bucket {bucket:2}:", ", ".join(np.array(names)[buckets == bucket]))
alone = sum(np.sum(buckets == bucket) == 1 for bucket in buckets)
print(f"\n{alone} of {len(names)} have a bucket to themselves")

# %% [markdown]
# A hash does not hand out free buckets. It throws each word as a die, always the same throw for the same word. `HashedCrossing` does it for *pairs*: it lets a linear model react to "red **and** small" where neither alone says anything.

# %% tags=["nbval-check-output"]
crossing = layers.HashedCrossing(num_bins=10)
colours = np.array(["red", "red", "blue", "blue", "red"])
sizes = np.array(["small", "large", "small", "large", "small"])
for colour, size, bucket in zip(colours, sizes, listed(crossing((colours, sizes)))):
    print(f"{colour:4} and {size:5} → {bucket}")

# %% [markdown]
# ### {{exercise expected_sharing}}
#
# How many buckets does one need? Work it out before you guess. A good hash throws each of $n$ different words into one of $m$ buckets, each bucket equally likely, each word by itself. Write `expected_sharing(n, m)`: how many of the $n$ words, on average, share their bucket with at least one other?
#
# By hand for $n = 2, m = 4$: the second word hits the first one's bucket once in four times, and then both share. So $2 \cdot \tfrac14 = 0.5$.
#
# <details><summary>Hint 1 · one word</summary>Look at one word only. What is the chance that one particular other word stays out of its bucket? That all others do?</details>
# <details><summary>Hint 2 · all words</summary>The mean of a sum is the sum of the means, even for words that depend on each other.</details>


# %% tags=["exercise"]
def expected_sharing(n, m):
    """Mean number of words that share their bucket with at least one other word.

    Args:
        n: number of different words, an integer ≥ 1.
        m: number of buckets, an integer ≥ 1.

    Returns:
        A float, 0 ≤ result ≤ n.
    """
    ### BEGIN SOLUTION
    return n * (1 - (1 - 1 / m) ** (n - 1))
    ### END SOLUTION


# %% tags=["check"]
check(expected_sharing)

# %% [markdown]
# Your formula against the layer, on ten thousand made-up product names:

# %% tags=["needs-answer", "nbval-check-output"]
products = np.array([f"product {k}" for k in range(10_000)])
for m in (1_000, 10_000, 100_000, 1_000_000):
    bins = np.asarray(layers.Hashing(num_bins=m)(products))
    sharing = np.sum(np.bincount(bins)[bins] > 1)
    print(f"{m:9,} buckets: {sharing:6,} share; expected {expected_sharing(10_000, m):8,.0f}")

# %% [markdown]
# The counts lie near the expected ones, above or below: which names collide is settled by the names. With a hundred times as many buckets as words, one word in a hundred still shares its bucket.

# %% [markdown]
# ## Pictures of one size
#
# Photographs come in all proportions; a batch has one shape. You must give up one of three things: the proportions, the borders, or the space around. `Resizing` squeezes, unless you ask for `crop_to_aspect_ratio` or `pad_to_aspect_ratio`. `CenterCrop` cuts and scales nothing.

# %%
astronaut, cat, rocket = (data.photograph(name) for name in ("astronaut", "cat", "rocket"))
print("as taken:", astronaut.shape, cat.shape, rocket.shape)
wide = (cat / np.float32(255))[None]
ways = {
    "Resizing": layers.Resizing(150, 150),
    "… cropping": layers.Resizing(150, 150, crop_to_aspect_ratio=True),
    "… padding": layers.Resizing(150, 150, pad_to_aspect_ratio=True),
    "CenterCrop": layers.CenterCrop(150, 150),
}
plots.images(
    [np.clip(np.asarray(layer(wide))[0], 0, 1) for layer in ways.values()], list(ways), columns=4, width=5.2,
    alt="A cat's face four times in a square: squeezed narrow; its middle part in proportion; the whole picture in proportion between black bars; and a close piece of the middle, eyes and nose, unscaled.",
)  # fmt: skip

# %% [markdown]
# What counts is that training and use do the same. Two details:

# %% tags=["nbval-check-output"]
stripes = np.tile(np.float32([1, 0, 0, 0]), (8, 2))[None, :, :, None]  # one column in four is white
for antialias in (False, True):
    small = np.asarray(layers.Resizing(2, 2, antialias=antialias)(stripes))[0, :, :, 0]
    print(f"white stripes made smaller, antialias={antialias!s:5}:", small[0].round(2))
print("CenterCrop of something too small:", layers.CenterCrop(12, 12)(stripes).shape)

# %% [markdown]
# Without antialiasing (the default), each new pixel looks at the nearest old ones only and skips the rest: the stripes are gone. And `CenterCrop` enlarges an image that is too small, rather than refuse it.

# %% [markdown]
# ## New pictures from old
#
# **Augmentation** shows the network each training picture in a new version every time. The label stays. Here is most of what Keras has, with the factors turned up: of six draws, the one that changes the picture most. (Put `Random` before each name.)


# %%
def most_changed(layer, picture):
    """Of six random versions of a picture, the one farthest from it."""
    versions = np.asarray(layer(np.repeat(picture[None], 6, axis=0), training=True)).clip(0, 1)
    if versions.shape[1:] != picture.shape:  # cropped: nothing to compare with
        return versions[0]
    return versions[np.abs(versions - picture).mean(axis=(1, 2, 3)).argmax()]


def gallery(transforms, picture, alt):
    """A picture, and a version of it by each of these layers."""
    keras.utils.set_random_seed(3)
    shown = [picture, *(most_changed(layer, picture) for layer in transforms)]
    names = [type(layer).__name__.removeprefix("Random") for layer in transforms]
    return plots.images(shown, ["as it is", *names], columns=5, width=5.2, alt=alt)


portrait = data.photograph("astronaut", size=72) / np.float32(255)
unit = {"value_range": (0, 1)}
gallery(
    [
        layers.RandomFlip("horizontal"),
        layers.RandomTranslation(0.2, 0.2, fill_mode="constant"),
        layers.RandomRotation(0.1),
        layers.RandomZoom(0.3),
        layers.RandomCrop(48, 48),
        layers.RandomContrast(0.7, **unit),
        layers.RandomBrightness(0.3, **unit),
        layers.RandomHue(0.5, **unit),
        layers.RandomSaturation(0.8, **unit),
    ],
    portrait,
    alt="A portrait of an astronaut and nine versions of it: mirrored, shifted with a black margin, tilted with reflected corners, zoomed, cropped, with another contrast, brightness, hue, and saturation.",
)

# %%
gallery(
    [
        layers.RandomShear(0.4, 0.0),
        layers.RandomPerspective(1.0, 1.0),
        layers.RandomErasing(1.0, (0.1, 0.2), 0.0, **unit),
        layers.RandomGaussianBlur(1.0, 9, 1.0, **unit),
        layers.RandomGrayscale(1.0),
        layers.RandomPosterization(2, **unit),
        layers.RandomInvert(1.0, **unit),
        layers.RandomColorJitter((0, 1), 0.3, 0.3, 0.5, 0.2),
        layers.RandAugment(num_ops=3, **unit),
    ],
    portrait,
    alt="Nine more versions of the portrait: sheared, in perspective, with a black rectangle, blurred, grey, in few shades, as a negative, in other light and colours, and after several changes at once.",
)

# %% [markdown]
# (Older tutorials use `RandomHeight` and `RandomWidth`. Keras 3 has neither: an image of random size does not fit a batch.)
#
# Four traps, each of them measured:

# %% tags=["nbval-check-output"]
batch = np.repeat(portrait[None], 8, axis=0)  # eight times the same picture


def versions(images):
    """How many different pictures a batch holds."""
    return len({np.asarray(image).tobytes() for image in images})


hue, brighter = layers.RandomHue(0.5, **unit), layers.RandomBrightness(0.2)
move, crop = layers.RandomTranslation(0.3, 0.3), layers.RandomCrop(48, 48)
print("1. changed without training=…:   ", not np.allclose(hue(batch), batch))
print("   changed with training=False:  ", not np.allclose(hue(batch, training=False), batch))
change = np.abs(np.asarray(brighter(batch, training=True)) - batch).max()
print("2. brightness of 0 … 1 moved by more than 1:", bool(change > 1))
print("3. versions in a batch of 8: translated", versions(move(batch, training=True)), end="")
print(", cropped", versions(crop(batch, training=True)))
model = keras.Sequential([keras.Input((72, 72, 3)), layers.RandomCrop(48, 48)])
print("4. RandomCrop promises", model.output_shape[1:3], end=" ")
print("and in inference gives", tuple(model(batch, training=False).shape[1:3]))

# %% [markdown]
# 1. Called without `training`, these layers **augment**, also inside a model. (Lesson 10's batch normalisation reads silence the other way.) `fit`, `evaluate` and `predict` say which it is; your own loop must say it, too.
# 2. Layers that change brightness or colour believe that pictures run from 0 to 255. If yours run from 0 to 1, say so: `value_range=(0, 1)`. Otherwise ±20 % of 255 drowns the picture.
# 3. `RandomCrop` cuts **one** place for the whole batch. Two more draw for the batch, as their code says: `RandomGaussianBlur` one strength, `RandAugment` one choice of operations. The others treat each picture by itself.
# 4. In inference, `RandomCrop` hands an image of 72 pixels on uncropped, although the model's shape says 48. With a Dense layer behind it the model trains, and breaks when you use it:

# %% tags=["nbval-check-output"]
cropping = keras.Sequential([*model.layers, layers.Flatten(), layers.Dense(2)])
cropping.build((None, 72, 72, 3))
print("training: ", tuple(cropping(batch, training=True).shape))
try:
    cropping(batch, training=False)
except ValueError as error:
    print("inference:", "refused" if "expected axis -1" in str(error) else error)

# %% [markdown]
# So keep `RandomCrop` out of models. Mapped over single pictures in the input pipeline, it does what one wants: another place for each picture.

# %% tags=["nbval-check-output"]
cut = layers.RandomCrop(48, 48)
pictures = tf.data.Dataset.from_tensor_slices(batch)
cropped = pictures.map(lambda image: cut(image, training=True)).batch(8)
print("in the pipeline:", versions(next(iter(cropped))), "versions of shape", cropped.element_spec.shape[1:])  # fmt: skip

# %% [markdown]
# ### {{exercise augment}}
#
# The augmentation that He and others used for ResNet on CIFAR-10 (their section 4.2): put 4 black pixels around the image, cut out a piece of the old size at a random place, mirror it left to right half of the time. Write it for a batch, in NumPy or with Keras's ops, in float32 or float64. Draw from a generator that you do not seed.
#
# <details><summary>Hint 1 · places</summary>In a padded image that is larger by 2 · pad, at how many rows can a piece of the old height begin? The last one counts, too.</details>
# <details><summary>Hint 2 · each by itself</summary>Draw the random numbers once for each image, not once for the batch. A loop over the images is fine.</details>


# %% tags=["exercise"]
def augment(images, pad, mirror, training):
    """Random crops of padded images, and random mirroring, each image by itself.

    Args:
        images: float array (N, H, W, C); H and W may differ.
        pad: black (zero) pixels put on each of the four sides, an integer ≥ 0.
        mirror: True if an image may be flipped left to right, half of the time; False if never.
        training: True: augment. False: return the images unchanged.

    Returns:
        float array (N, H, W, C). Each image begins at its own random row and column of its padded version,
        every one of the (2 * pad + 1)² places as likely as the others.
    """
    ### BEGIN SOLUTION
    if not training:
        return images
    padded = np.pad(images, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    output = np.empty_like(images)
    height, width = images.shape[1:3]
    for k, image in enumerate(padded):
        top, left = np.random.randint(0, 2 * pad + 1, size=2)
        piece = image[top : top + height, left : left + width]
        output[k] = piece[:, ::-1] if mirror and np.random.rand() < 0.5 else piece
    return output
    ### END SOLUTION


# %% tags=["check"]
check(augment)

# %% tags=["needs-answer"]
plots.images(
    np.clip(augment(batch, 12, True, True), 0, 1), columns=8,
    alt="Eight versions of the portrait by the augment function, each shifted differently, with black margins, some of them mirrored.",
)  # fmt: skip

# %% [markdown]
# ## Colour, as AlexNet did it
#
# Light changes colours: a lamp makes everything yellow, shade makes everything blue. Adding numbers to red, green and blue imitates it. But which numbers? Independent ones make green faces. Krizhevsky and others (2012, section 4.1) ask the pixels: along which directions do the colours of the training pictures vary?
# These are the principal components of the covariance matrix of the pixels, 3×3. To every pixel of a picture they add the same colour,
#
# $$[\mathbf p_1, \mathbf p_2, \mathbf p_3]\,[\alpha_1 \lambda_1, \alpha_2 \lambda_2, \alpha_3 \lambda_3]^T$$
#
# with eigenvectors $\mathbf p_k$ (the **columns** of that matrix), eigenvalues $\lambda_k$, and $\alpha_k$ drawn once for each picture each time it is used, from a normal distribution with standard deviation 0.1. They report that this lowers the top-1 error by over 1 %.

# %%
photos = [data.photograph(name, size=64) / 255.0 for name in ("astronaut", "cat", "coffee", "rocket", "retina", "tissue")]  # fmt: skip
pixels = np.concatenate([photo.reshape(-1, 3) for photo in photos])
eigenvalues, eigenvectors = np.linalg.eigh(np.cov(pixels.T))
for value, vector in zip(eigenvalues[::-1], eigenvectors.T[::-1]):
    print(f"λ = {value:.4f}   p =", (vector * np.sign(vector.sum())).round(2), f"  share {value / eigenvalues.sum():.1%}")  # fmt: skip
print("with bytes, 0 … 255, the largest is", (255**2 * eigenvalues[-1]).round())

# %% [markdown]
# The first direction is brightness, nearly equal parts of red, green and blue, and holds most of the variance. The second goes from red to blue and holds most of the rest. So pictures become brighter or darker often, redder or bluer a little, and green hardly ever.
#
# Mind the unit: $\lambda$ is a *variance*. Multiply all pixels by 255, and $\lambda$ grows by 255², the shift by 255² for pictures that grew by 255. With the same $\alpha$, numbers from 0 to 1 are hardly changed and bytes are drowned. Choose the size of $\alpha$ for your own unit, and look at the pictures.
#
# ### {{exercise colour_shift}}
#
# A colleague wrote it. It runs. Some of the random draws look odd. To see it, switch off chance: $\alpha = (3, 0, 0)$ must make the picture *brighter*.


# %%
def colour_shift_with_bug(image, pixels, alphas):
    """AlexNet's colour shift. Something is wrong."""
    values, vectors = np.linalg.eigh(np.cov(pixels.T))
    largest_first = np.argsort(values)[::-1]
    values, vectors = values[largest_first], vectors[:, largest_first]
    vectors = vectors * np.where(vectors.sum(axis=0) < 0, -1, 1)  # an eigenvector's sign is free
    return np.clip(image + (np.asarray(alphas) * values) @ vectors, 0, 1)


plots.images(
    [portrait, *(colour_shift_with_bug(portrait, pixels, (a, 0, 0)) for a in (-3, 3))], ["as it is", "α₁ = −3", "α₁ = 3"], width=6,
    alt="The portrait, and two versions by the faulty function: instead of darker and brighter, they are tinted in two opposite colours.",
)  # fmt: skip

# %% [markdown]
# Find it, and write `colour_shift` without it. Everything else is as it should be. Any library is allowed, float32 or float64; `image` and `pixels` stay as they are.
#
# <details><summary>Hint 1 · shapes</summary>A vector of three times a 3×3 matrix is three numbers, from the left as from the right. Which of the two adds up columns?</details>
# <details><summary>Hint 2 · by hand</summary>Print the shift for alphas (1, 0, 0), and compare it with the table of directions above.</details>


# %% tags=["exercise"]
def colour_shift(image, pixels, alphas):
    """Add one colour to a whole image, along the principal components of the training pixels.

    Args:
        image: float array (H, W, 3), values from 0 to 1.
        pixels: float array (N, 3), pixels of the training pictures; their covariance is np.cov's.
        alphas: three numbers, for the directions of largest, second and third variance. Each direction
            (a unit vector) is turned so that its three numbers have a sum ≥ 0.

    Returns:
        float array (H, W, 3): the sum over k of alphas[k] * eigenvalue k * direction k, added to every
        pixel; then values below 0 become 0 and values above 1 become 1.
    """
    ### BEGIN SOLUTION
    values, vectors = np.linalg.eigh(np.cov(pixels.T))
    largest_first = np.argsort(values)[::-1]
    values, vectors = values[largest_first], vectors[:, largest_first]
    vectors = vectors * np.where(vectors.sum(axis=0) < 0, -1, 1)
    return np.clip(image + vectors @ (np.asarray(alphas) * values), 0, 1)
    ### END SOLUTION


# %% tags=["check"]
check(colour_shift)

# %% tags=["needs-answer"]
keras.utils.set_random_seed(0)
draws = [colour_shift(portrait, pixels, np.random.normal(0, 1.5, 3)) for _ in range(5)]
plots.images(
    [portrait, *draws], columns=6,
    alt="The portrait and five versions by the corrected function: brighter, darker, slightly warmer or cooler, none of them green.",
)  # fmt: skip

# %% [markdown]
# ## An augmentation is a claim
#
# Every augmentation claims something: *this change does not change the label*. Mirror a cat, and it is still a cat. Is a mirrored 3 still a 3? Train on 100 digits, ten a class, with each of four claims, for the **same number of steps**, and read 1,000 new digits (which are never augmented).
#
# > **Predict.** Order the four: no augmentation; small shifts and turns; mirrored left to right; mirrored both ways.


# %%
def trained_with(change, x, y, seed, steps, classes):
    """A network after so many steps on batches of 32, each changed anew if there is a change."""
    network = reader(x.shape[1:], classes, seed)
    images = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(len(x), seed=seed)
    batches = images.repeat().batch(32)
    if change is not None:
        batches = batches.map(lambda image, label: (change(image, training=True), label))
    network.fit(batches.prefetch(2), steps_per_epoch=steps, epochs=1, verbose=0, shuffle=False)
    return network


def ten_a_class(seed):
    """100 of the training digits, other ones for each seed, and their labels."""
    rng = np.random.default_rng(seed)
    chosen = [rng.choice(np.flatnonzero(labels == k), 10, replace=False) for k in range(10)]
    return x_train[np.ravel(chosen)], labels[np.ravel(chosen)]


# %%
nudge = keras.Sequential([
    layers.RandomTranslation(0.1, 0.1, fill_mode="constant"), layers.RandomRotation(0.04, fill_mode="constant"),
])  # fmt: skip
claims = {
    "as they are": None,
    "small shifts and turns": nudge,
    "mirrored left to right": layers.RandomFlip("horizontal"),
    "mirrored both ways": layers.RandomFlip("horizontal_and_vertical"),
}
steps = runtime.budget(smoke=20, cpu=300, gpu=600)
runs = {
    name: [trained_with(change, *ten_a_class(seed), seed, steps, 10) for seed in seeds]
    for name, change in claims.items()
}

# %%
read = {name: [answers(network, x_new) for network in networks] for name, networks in runs.items()}
plots.table(
    ["training digits", "new digits read correctly"],
    [[name, spread([np.mean(r == new_labels) for r in rs])] for name, rs in read.items()],
    caption=f"100 training digits, {steps} steps of 32: mean and range of {len(seeds)} seeds",
)

# %% [markdown]
# The right claim brings a lot. The wrong one costs more than it brings: time and weights go into reading mirrored digits that nobody ever writes, and some of them look like *other* digits. Which?

# %%
ones = np.array(
    [[np.mean([np.mean(r[new_labels == k] == k) for r in read[name]]) for k in range(10)] for name in read]
)  # fmt: skip
fig, axis = plots.figure(height=3.4)
for k, (name, mark) in enumerate(zip(list(read)[2:], "os"), start=2):
    axis.plot(
        range(10), 100 * (ones[k] - ones[0]), mark, ms=8, color=plots.COLOURS[k - 1], label=name
    )
axis.axhline(0, color="gray", lw=0.8)
axis.set(xticks=range(10), xlabel="digit", ylabel="change (percentage points)")
axis.set_title("accuracy with mirroring, less accuracy without")
axis.legend()
plots.show(
    fig,
    alt="For each digit, the change of accuracy that the two kinds of mirroring bring. Most points lie below zero, those for mirroring both ways mostly lower; a few digits gain.",
)

# %%
confused = {}
for name in ("as they are", "mirrored both ways"):
    counts = np.array([[np.mean([np.mean(r[new_labels == a] == b) for r in read[name]]) for b in range(10)] for a in range(10)])  # fmt: skip
    confused[name] = [f"{counts[a, b] + counts[b, a]:.0%}" for a, b in ((6, 9), (2, 5), (0, 8))]
plots.table(
    ["training digits", "6 ↔ 9", "2 ↔ 5", "0 ↔ 8"], [[n, *v] for n, v in confused.items()],
    caption="Shares of either digit that are read as the other, added up; mean over the seeds",
)  # fmt: skip

# %% [markdown]
# A 6 mirrored both ways *is* a 9. Training then shows nearly the same picture under two labels, and no network can learn both: the first column. With 2 and 5 it is a likeness only, with 0 and 8 there is nothing to mix up; see whether their columns show more than chance. But other digits lose, too. The same few weights must now serve mirrored 3s and 7s that nobody writes.
#
# ### Another data set, another claim
#
# *Side trip: may be skipped without loss.*
#
# Now colour. Patches of seven photographs, ten patches each; which photograph is a new patch from? Three claims: none, mirroring, and any hue.

# %%
patch_claims = {
    "as they are": None,
    "mirrored left to right": layers.RandomFlip("horizontal"),
    "any hue": layers.RandomHue(1.0, value_range=(0, 1)),
}
_, (x_patch, y_patch) = data.photo_patches(train=7, test=490)
patch_seeds = range(runtime.budget(smoke=1, cpu=4, gpu=8))
patch_steps = runtime.budget(smoke=10, cpu=200, gpu=400)
patch_runs = {name: [] for name in patch_claims}
for name, change in patch_claims.items():
    for seed in patch_seeds:
        (x, y), _ = data.photo_patches(train=70, test=7, seed=seed)
        network = trained_with(change, x / np.float32(255), y, seed, patch_steps, 7)
        patch_runs[name].append(share_right(network, x_patch / np.float32(255), y_patch))

# %%
plots.table(
    ["training patches", "new patches named correctly"],
    [[name, spread(shares)] for name, shares in patch_runs.items()],
    caption=f"70 training patches, {patch_steps} steps of 32: mean and range of {len(patch_seeds)} seeds",
)

# %% [markdown]
# A mirrored patch of a cat is a patch of a cat: the claim that was false for digits is true here. Whether it also helps, the ranges must tell, not the means. And what a grey digit cannot even notice, another hue, costs much here, in as many steps. (Part of that may be that the task has become harder to learn; the steps are the same for all.)
# There is no list of good augmentations. There is a question to ask of each: **could I still label this picture?**

# %% [markdown]
# ## A pipeline that keeps up
#
# Pictures lie on a disk. Someone must read them, distort them, gather them in batches, and have the next batch ready when the network is done with the last. The notes draw one CPU thread that does all this while another trains. In TensorFlow this is `tf.data`, a chain of steps, and each step is pulled by the next:
#
# | step | does |
# |---|---|
# | `from_tensor_slices(names)` | one element a picture |
# | `map(read)` | applies a function to each element |
# | `cache()` | keeps what has come so far; in the next epoch, nothing before it runs again |
# | `shuffle(buffer)` | draws from a buffer of so many elements, which it keeps full |
# | `batch(size)` | so many elements become one |
# | `prefetch(n)` | a thread of its own prepares the next n elements while you use this one |
#
# What do the last ones gain? Measure with a disk and a network that can be trusted: both *sleep*. Reading a batch takes 80 ms, training on it takes 80 ms.
#
# > **Predict.** Reading and training one after the other is 1. What fraction of the time is left with `prefetch`? With `cache`, in the first epoch and from the second on?


# %%
def slow_read(number):
    """Reading a batch from a slow disk: 80 ms."""

    def wait(number):
        time.sleep(0.08)
        return number

    return tf.numpy_function(wait, [number], tf.int64)


def epoch_seconds(dataset, training=0.08):
    """Seconds for one epoch, if the network takes this many for each batch."""
    started = time.perf_counter()
    for _ in dataset:
        time.sleep(training)
    return time.perf_counter() - started


numbers = tf.data.Dataset.range(runtime.budget(smoke=8, cpu=12, gpu=12))
as_written = tf.data.Options()
as_written.experimental_optimization.inject_prefetch = False
pipelines = {
    "read, then train": numbers.map(slow_read).with_options(as_written),
    "the same, left to TensorFlow": numbers.map(slow_read),
    "prefetch(2)": numbers.map(slow_read).prefetch(2),
    "four threads read, prefetch(2)": numbers.map(slow_read, num_parallel_calls=4).prefetch(2),
    "cache, prefetch(2)": numbers.map(slow_read).cache().prefetch(2),
}

# %%
seconds = {name: [epoch_seconds(d) for _ in range(2)] for name, d in pipelines.items()}
longest = min(seconds["read, then train"])
plots.table(
    ["pipeline", "first epoch", "second epoch"],
    [[name, *(f"{one / longest:.2f}" for one in s)] for name, s in seconds.items()],
    caption="Time, as a fraction of reading and training one after the other",
)

# %% [markdown]
# On an idle computer this comes out as arithmetic says; where other programs want the cores, the numbers blur upwards. Line by line:
#
# - *One after the other*: a batch takes $80 + 80$ ms. That is 1.
# - *No `prefetch` written*: the surprise. Recent versions of TensorFlow add one where you forgot it, unless told not to. Write it all the same: then the code says what happens, in every version.
# - *With `prefetch`*: reading and training overlap, and the longer of the two counts, 80 ms. That is a half, and a little more: nothing overlaps with reading the first batch.
# - *More threads that read*: no gain on top. Now everybody waits for the network. If the disk were the slower one, they would gain.
# - *`cache`*: saves the reading from the second epoch on, and nothing in the first.
#
# Nothing goes below one half: the network needs that long itself. **Speed up whichever is slower; the other one waits anyway.**
#
# And real distortions on a real CPU? Here the same cores distort and train, so there is little to overlap, and what one wants to know is the price.

# %%
heavy = keras.Sequential([nudge, layers.RandomZoom(0.1, fill_mode="constant")])
once = tf.data.Dataset.from_tensor_slices((x_train, labels)).take(640).batch(32)
work = {
    "training alone": once.cache(),
    "training, distorting": once.cache().map(lambda x, y: (heavy(x, training=True), y)).prefetch(2),
}
network, cost = reader((28, 28, 1), 10, seed=0), {}
for name, dataset in work.items():
    network.fit(dataset, verbose=0, shuffle=False)  # the first epoch compiles
    started = time.perf_counter()
    network.fit(dataset, epochs=3, verbose=0, shuffle=False)
    cost[name] = time.perf_counter() - started
for name, s in cost.items():
    print(f"{name:32} {s / cost['training alone']:.1f} × the time of training alone")

# %% [markdown]
# For so small a network, three distortions are a good part of the bill, or the larger part. The more work the network itself is, the smaller their share. With an accelerator the CPU is free to distort while it trains. That is why distortions mostly stand in the pipeline; layers of augmentation *inside* the model run wherever the model runs.
#
# ### The order
#
# Six steps can be chained in hundreds of ways. Most of them run. To tell them apart, here is a data set whose pictures say what happened to them. Picture number 7 is filled with 7s; distorting adds a random fraction below one half. So a pixel of 7.31 says: picture 7, distorted by 0.31. The reader keeps a log.

# %% tags=["setup"]
disk_log = []  # the numbers of the pictures that were read, in order


def read_picture(number):
    """Read one picture from the slow disk: always the same one for the same number."""

    def from_disk(number):
        disk_log.append(int(number))
        return np.full((2, 2), number, dtype=np.float32)

    picture = tf.numpy_function(from_disk, [number], tf.float32)
    picture.set_shape((2, 2))
    return picture


def distort(picture):
    """A random change of one picture, another at every call."""

    def shaken(picture):
        return picture + np.float32(np.random.uniform(0.01, 0.49))

    changed = tf.numpy_function(shaken, [picture], tf.float32)
    changed.set_shape(picture.shape)
    return changed


def observe(dataset, question):
    """Run a dataset for two epochs (20 for "order") and say what came out of it."""
    disk_log.clear()
    epochs = [[np.asarray(b) for b in dataset] for _ in range(20 if question == "order" else 2)]
    if epochs[0][0].ndim != 3:
        raise ValueError(f"Batches (n, 2, 2) are expected; these have shape {epochs[0][0].shape}.")
    sizes = [sorted(len(batch) for batch in epoch) for epoch in epochs[:2]]
    flat = [np.concatenate([batch.reshape(len(batch), -1)[:, 0] for batch in e]) for e in epochs]
    which = [np.floor(epoch).astype(int) for epoch in flat]
    change = [(epoch % 1)[np.argsort(w)] for epoch, w in zip(flat, which)]
    together = [{frozenset(np.floor(b[:, 0, 0])) for b in epoch} for epoch in epochs]
    reordered = any(not np.array_equal(which[0], w) for w in which)
    early = any(np.argmax(w) < len(w) / 2 for w in which)
    return {
        "batches": {"sizes": sizes, "every picture once an epoch": all(len(set(w)) == len(w) for w in which)},
        "disk": {"pictures read in two epochs": len(disk_log)},
        "distortion": {
            "pictures distorted": bool((change[0] > 0.001).all()),
            "each by itself": len(set(change[0].round(5))) > 0.8 * len(change[0]),
            "anew in each epoch": not np.allclose(change[0], change[1], atol=1e-4),
        },
        "order": {
            "another order than on the disk": not np.array_equal(which[0], np.sort(which[0])),
            "other order in each epoch": reordered,
            "other company in each epoch": any(together[0] != t for t in together),
            "the last picture may come early": reordered and bool(early),
        },
        "ahead": {"asks for the next batch ahead": "Prefetch" in type(dataset).__name__},
    }[question]  # fmt: skip


# %% [markdown]
# Look at one that somebody on a forum called "fast":

# %%
fast = (
    tf.data.Dataset.range(12)
    .map(read_picture)
    .map(distort)
    .cache()
    .batch(4)
    .shuffle(12)
    .prefetch(2)
)
for epoch in (1, 2):
    print(f"epoch {epoch}:", *(np.asarray(batch)[:, 0, 0].round(2) for batch in fast))

# %% [markdown]
# It is fast, and nearly useless. Compare the two epochs. Which pictures come together? Which fractions change?
#
# ### {{exercise pipeline}}
#
# Build the dataset in `pipeline` so that
#
# - each picture is read from the disk **once**, however many epochs follow;
# - each picture is distorted anew, by itself, every time it is shown;
# - the order is drawn anew in each epoch, over the whole data set, and so is the company in a batch;
# - batches have `batch_size` pictures, the last one what is left;
# - the next batch is prepared while the network works on this one.
#
# <details><summary>Hint 1 · what to keep</summary>Everything before `cache` happens once. Which steps may happen once, and which must happen anew in each epoch?</details>
# <details><summary>Hint 2 · pictures or batches</summary>After `batch`, an element is a whole batch. Should whole batches be shuffled? Should a whole batch be distorted by one number?</details>
# <details><summary>Hint 3 · the buffer</summary>A buffer of b elements lets no picture come more than b − 1 places early.</details>


# %% tags=["exercise"]
def pipeline(numbers, batch_size, question):
    """An input pipeline of read_picture and distort, in the right order.

    Args:
        numbers: integer array (N,), the numbers of the pictures on the disk, rising.
        batch_size: pictures in a batch, an integer ≥ 1.
        question: what `observe` shall report; not your concern.

    Returns:
        What `observe` finds. You build `dataset`, a tf.data.Dataset of batches (batch_size, 2, 2).
    """
    ### BEGIN SOLUTION
    dataset = (
        tf.data.Dataset.from_tensor_slices(numbers)
        .map(read_picture)
        .cache()
        .shuffle(len(numbers))
        .map(distort)
        .batch(batch_size)
        .prefetch(tf.data.AUTOTUNE)
    )
    ### END SOLUTION
    return observe(dataset, question)


# %% tags=["check"]
check(pipeline)

# %% [markdown]
# A cache holds what passes through it in memory (or in a file, if you name one). If the pictures do not fit, leave it out and read with several threads; the rest of the order stays.
#
# One more trap, for those who set seeds. Distort three equal pictures, for two epochs:

# %% tags=["nbval-check-output"]
keras.utils.set_random_seed(0)
same = tf.data.Dataset.from_tensor_slices(np.full((3, 4, 4, 1), 0.5, dtype="float32"))
brightness = layers.RandomBrightness(0.4, value_range=(0, 1))
ways = {
    "tf.random.uniform": same.map(lambda x: x + tf.random.uniform(())),
    "a layer of Keras": same.map(lambda x: brightness(x, training=True)),
}
for name, dataset in ways.items():
    epochs = [np.stack([np.asarray(x) for x in dataset]) for _ in range(2)]
    print(f"{name:18} second epoch like the first: {np.allclose(*epochs)}")

# %% [markdown]
# With a seed set, TensorFlow's own random numbers begin anew with each epoch, and so the distortions repeat, in the very pipeline that looks right. A Keras layer keeps its own count. Print two epochs before you believe any pipeline.

# %% [markdown]
# ## {{exercise quiz}}
#
# Answer with one letter each, such as `{"q1": "a", …}`.
#
# **q1** After `Normalization`, adapted to the training set, the *test* set has
#
# - a) mean 0 and standard deviation 1 exactly
# - b) values from 0 to 1
# - c) mean and standard deviation near 0 and 1, if it comes from the same source
#
# **q2** You adapted `Normalization` to training and test set together; both come from the same source, thousands of images each. The test accuracy is
#
# - a) much too good
# - b) practically the same, and the habit is still a bad one
# - c) worthless
#
# **q3** `StringLookup(vocabulary=["cat", "dog"])` gives *Dog* the index
#
# - a) 0
# - b) 1
# - c) 2
#
# **q4** Your own training loop calls `model(x)`, the model begins with `RandomFlip`, and so you measure the validation accuracy with `model(x_val)`. The validation images are
#
# - a) left as they are
# - b) flipped at random, since nobody said `training=False`
# - c) refused
#
# **q5** Which augmentation is safe for road signs?
#
# - a) mirroring, as for cats
# - b) any hue
# - c) small shifts, turns and changes of brightness
#
# **q6** A pipeline distorts, then caches. The network sees
#
# - a) new distortions in each epoch
# - b) the first epoch's distortions for ever
# - c) no distortions

# %% tags=["exercise"]
### BEGIN SOLUTION
quiz = {"q1": "c", "q2": "b", "q3": "a", "q4": "b", "q5": "c", "q6": "b"}
### END SOLUTION

# %% tags=["check"]
check(quiz=quiz)

# %% [markdown]
# ## Summary
#
# - How you prepare the input is part of the network. A wrong scale or a mirrored axis raises no error; hand data over in use as in training.
# - Split first. Whatever is learned (mean, bins, vocabulary) is learned from training data. For the same source the leak is worth nearly nothing; where sources differ it hides the failure, and near-copies on both sides make any result worthless.
# - Words become indices, 0 for unknown; indices become vectors. Hashing needs no vocabulary and pays in collisions, which you can compute beforehand.
# - An augmentation claims that a change keeps the label. Where that is true, few pictures go a long way; where it is false, it costs. Only in training, each picture by itself, anew each time.
# - Read, cache, shuffle, distort, batch, prefetch. Time is what the slower side takes.
#
# ## References
#
# - T. Hastie, R. Tibshirani and J. Friedman, *The Elements of Statistical Learning*, 2nd edition, 2009, section 7.10.2: a leak that makes noise predict.
# - A. Krizhevsky, I. Sutskever and G. E. Hinton, "ImageNet classification with deep convolutional neural networks", 2012, section 4.1 (crops, mirroring, colour).
# - K. He, X. Zhang, S. Ren and J. Sun, "Deep residual learning for image recognition", 2016, section 4.2 (pad, crop, mirror on CIFAR-10).
# - K. Weinberger, A. Dasgupta, J. Langford, A. Smola and J. Attenberg, "Feature hashing for large scale multitask learning", 2009.
# - E. D. Cubuk, B. Zoph, J. Shlens and Q. V. Le, "RandAugment: practical automated data augmentation with a reduced search space", 2020.
# - D. G. Murray, J. Šimša, A. Klimovic and I. Indyk, "tf.data: a machine learning data processing framework", 2021.
#
# ## Where to read on
#
# C. Shorten and T. M. Khoshgoftaar, "A survey on image data augmentation for deep learning", *Journal of Big Data* 6, 2019. S. Kapoor and A. Narayanan, "Leakage and the reproducibility crisis in machine-learning-based science", *Patterns* 4, 2023, for what leaks have cost elsewhere. Then lesson 13: LeNet-5, AlexNet and VGG, which were trained on pictures prepared like these.
