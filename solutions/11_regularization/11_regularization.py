# %% [markdown]
# # Under- and overfitting
#
# **Time** 105 minutes · **Needs** lessons 04 and 10 · **Running everything** {{seconds}} s on two CPU cores
#
# Two networks, built alike. Each has 200 images of handwritten digits to learn from. The first gets the right labels. For the second somebody shuffled the labels: under a picture of a
# seven it may say "2". These are five of its lessons:

# %% tags=["setup"]
import numpy as np

from cnncourse import begin, data, plots, runtime
from cnncourse.runs import versus, with_spread

check = begin("11_regularization")

import keras
from keras import layers

(images, digits), (new_images, new_digits) = data.mnist_sample()


def halved(images):
    """Digits at half their size, (n, 14, 14, 1), ink 1 and paper 0: four times as fast to learn."""
    pixels = images.reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4)) / 255
    return pixels[..., None].astype("float32")


x_all, x_new = halved(images), halved(new_images)

# %%
x_200, y_200 = x_all[:200], digits[:200]
shuffled = np.random.default_rng(0).permutation(y_200)
plots.images(
    x_200[:5, :, :, 0], [f"“{label}”" for label in shuffled[:5]], columns=5, value_range=(0, 1),
    alt="Five small handwritten digits, "
    + ", ".join(map(str, y_200[:5])) + ", with the shuffled labels " + ", ".join(map(str, shuffled[:5])) + ".",
)  # fmt: skip


# %% tags=["setup"]
def network(filters=16, units=128, noise=0, spatial=0, dropout=0, penalty=None, seed=0):
    """A small CNN for digits of 14×14. Noise or dropout at a rate of 0 does nothing."""
    keras.utils.set_random_seed(seed)
    shared = {"activation": "relu", "kernel_regularizer": penalty}
    return keras.Sequential(
        [
            keras.Input((14, 14, 1)),
            layers.GaussianNoise(noise),
            layers.Conv2D(filters, 3, padding="same", **shared),
            layers.MaxPooling2D(2),
            layers.Conv2D(2 * filters, 3, padding="same", **shared),
            layers.MaxPooling2D(2),
            layers.SpatialDropout2D(spatial),
            layers.Flatten(),
            layers.Dropout(dropout),
            layers.Dense(units, **shared),
            layers.Dropout(dropout),
            layers.Dense(10),
        ]
    )


# %% tags=["setup"]
def fit(model, x, y, epochs=40, optimizer=None, **options):
    """Train with Adam unless told otherwise, in batches of 50; returns the history.

    Without validation images all epochs run as one long one: Keras pauses after each, and that
    pause costs more than these few images.
    """
    if not model.compiled:
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile(optimizer or keras.optimizers.Adam(2e-3), loss)
    if not options:
        x, y, epochs = np.tile(x, (epochs, 1, 1, 1)), np.tile(y, epochs), 1
    return model.fit(x, y, batch_size=50, epochs=epochs, verbose=0, **options).history


def share_right(model, x, y):
    """Accuracy, with everything that is random in training switched off."""
    return float(np.mean(np.asarray(model(x)).argmax(axis=1) == y))


# %% [markdown]
# > **Predict.** A network cannot find a rule where there is none. What share of its own 200 images will the second network name as it was told? And the first? Write both down.

# %%
rows = []
for name, labels in {"right labels": y_200, "shuffled labels": shuffled}.items():
    model = network()
    fit(model, x_200, labels, epochs=runtime.budget(smoke=10, cpu=100, gpu=100))
    rows.append([name, f"{share_right(model, x_200, labels):.1%}", f"{share_right(model, x_new, new_digits):.1%}"])  # fmt: skip
plots.table(
    ["trained with", "its own 200 images, named as told", "1,000 new images, read rightly"], rows
)

# %% [markdown]
# On its own images you can hardly tell them apart. The first has learned to read. The second has learned 200 answers by heart, and guesses on everything else. Zhang and others (2017) did this with ImageNet-sized networks: they, too, could fit labels that were drawn at random.
#
# So a perfect score on the training set proves nothing. And the first network? How much of *its* score is reading, and how much is memory?
#
# **How can you tell learning from memorising, and what really helps against memorising?**
#
# After this lesson you can
#
# - read learning curves: name what is wrong, and what to do next;
# - find a leak between training and validation with a test that cannot lie;
# - write dropout and spatial dropout, and say what each relative of them does to mean and spread;
# - stop training at the right epoch, and say what that costs;
# - choose a remedy for a given situation, by measurement instead of by reputation.

# %% [markdown]
# ## Too stiff, too supple
#
# Three points: (0, 0), (1, 2), (2, 1). Two models. A straight line, as close as it can be: $y = 0.5 + 0.5x$. And a parabola through all three: $y = 3.5x - 1.5x^2$.
#
# | | at 0 | at 1 | at 2 | mean squared error | a new point: (3, 2) | squared error there |
# |:--|--:|--:|--:|--:|--:|--:|
# | points | 0 | 2 | 1 | | 2 | |
# | line | 0.5 | 1 | 1.5 | (0.25 + 1 + 0.25)/3 = **0.5** | 2 | **0** |
# | parabola | 0 | 2 | 1 | **0** | 10.5 − 13.5 = −3 | **25** |
#
# The parabola has three numbers for three points. It can say yes to anything, so its yes means nothing. A model that cannot even fit what it has seen **underfits**. One that fits what it has seen, and fails on what it has not, **overfits**.
# The distance between the two errors is the **generalisation gap**.


# %%
def wave(count, seed):
    """Points around one and a half waves of a sine."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(-1, 1, count)
    return x, np.sin(4.5 * x) + rng.normal(0, 0.25, count)


x_unseen, y_unseen = wave(500, seed=99)


def polynomials(degree=3, points=14):
    """One polynomial fitted to the points; and the errors of all degrees."""
    x, y = wave(points, seed=4)
    fitted = [np.polynomial.Polynomial.fit(x, y, d, domain=(-1, 1)) for d in range(14)]
    seen = [np.mean((p(x) - y) ** 2) for p in fitted]
    unseen = [np.mean((p(x_unseen) - y_unseen) ** 2) for p in fitted]
    fig, (left, right) = plots.figure(1, 2, height=3.3)
    grid = np.linspace(-1, 1, 300)
    left.plot(x, y, "o", color=plots.COLOURS[0])
    left.plot(grid, fitted[degree](grid), color=plots.COLOURS[1])
    left.set(ylim=(-2.2, 2.2), xlabel="x", ylabel="y", title=f"degree {degree}, {points} points")
    right.semilogy(np.maximum(seen, 1e-4), "o-", label="on these points")
    right.semilogy(unseen, "s--", label="on 500 new points")
    right.axvline(degree, color="gray", lw=0.8, ls=":")
    right.set(
        xlabel="degree",
        ylabel="mean squared error",
        ylim=(5e-5, 1e8),
        xticks=range(0, 14, 2),
        title="error",
    )
    right.legend()
    text = f"Left: {points} points around a wave and the polynomial of degree {degree} fitted to them. Right: over the degree, the error on these points falls all the way; the error on new points falls, then rises again by orders of magnitude."
    return plots.show(fig, alt=text)


plots.interact(polynomials, degree=(0, 13, 1), points=(14, 100, 1))

# %% [markdown]
# *Blue falls as long as the model gets more supple. Orange is what counts: it falls, and turns.* In a running notebook, set the degree to 13, then move the second slider from 14 points to 100. The same supple model, and it behaves. Overfitting is never a property of a model alone: it is the model
# *and* the number of examples.

# %% [markdown]
# ## Three heaps
#
# To see the gap you need images that the network did not learn from. And if you use those to *choose* something (a rate, a size, an epoch), you need others again, because choosing is learning too. So:
#
# - **training** images: the weights are fitted to them;
# - **validation** images: you look at them as often as you like, and choose by them;
# - **test** images: asked once, at the very end. They only report.
#
# How large must the second heap be? If a network reads a share $p$ of all digits, then on $n$ images its score wobbles by chance with a standard deviation of $\sqrt{p(1-p)/n}$. By hand, for $p = 0.9$: on 25 images $\sqrt{0.09/25} = 0.06$, so six points up or down mean nothing. On 900 images it is 0.01.
#
# > **Predict.** One network; 200 different validation sets of 25 images. What are the worst and the best score that it gets?

# %%
model = network()
fit(model, x_200, y_200)
right = np.asarray(model(x_new)).argmax(axis=1) == new_digits
rng = np.random.default_rng(0)
rows = []
for size in (25, 100, 400):
    scores = [right[rng.choice(1000, size, replace=False)].mean() for _ in range(200)]
    rows.append([size, f"{min(scores):.0%}", f"{max(scores):.0%}", f"{np.std(scores):.3f}"])
plots.table(
    ["validation images", "unluckiest", "luckiest", "standard deviation"], rows,
    caption=f"One and the same network, which reads {right.mean():.1%} of all 1,000",
)  # fmt: skip

# %% [markdown]
# *An unlucky split is nobody's fault, but believing it is.* (Without replacement from 1,000 the wobble is a little smaller than the formula's.) Small sets: repeat with several splits, and report the spread.

# %% [markdown]
# ## Reading learning curves
#
# Loss over the epochs, on training and on validation images. This is the fever chart of a network.
#
# | what you see | what it is | what to do |
# |:--|:--|:--|
# | both losses high and flat, close together | underfitting: too small, or too strongly held back | larger network, less regularisation, longer training |
# | training goes on to zero; validation stops falling, or turns and rises: a gap opens | overfitting | more data; regularise; stop earlier |
# | training loss itself jumps: up and down, or once far up and then stuck at the loss of guessing ($\ln 10 = 2.3$ for ten classes) | learning rate too high (lesson 06) | divide it by 3 or 10 |
# | validation as low as training, images from elsewhere far worse | a **leak**: validation images, or copies of them, are in the training set | split anew, before anything else is done to the data |
# | validation far off from the first epochs on, and it only rises | validation images of another kind: split without shuffling, another camera, classes never trained | shuffle, or split so that each part has all classes |
# | validation *below* training | often nothing: training loss is averaged over the epoch, and with dropout on | measure training loss once more, as in inference |
#
# Here are six fever charts. Each was made by training a network on digits, just now.

# %%
x_val, y_val = x_all[400:600], digits[400:600]
by_digit = np.argsort(digits[:250], kind="stable")
x_sorted, y_sorted = x_all[by_digit], digits[by_digit]
held_out = {"validation_data": (x_val, y_val), "validation_batch_size": 200}
patients = {
    "A": (network(), (x_200, y_200), {**held_out, "optimizer": keras.optimizers.Adam(5e-3)}),
    "B": (network(filters=1, units=6), (x_200, y_200), held_out),
    "C": (network(), (x_200, y_200), {**held_out, "optimizer": keras.optimizers.Adam(0.1)}),
    "D": (
        network(),
        (np.concatenate([x_200, x_val[:100]]), np.concatenate([y_200, y_val[:100]])),
        {"validation_data": (x_val[:100], y_val[:100])},
    ),
    "E": (network(spatial=0.4, dropout=0.6), (x_all[600:1400], digits[600:1400]), held_out),
    "F": (
        network(),
        (x_sorted[:200], y_sorted[:200]),
        {"validation_data": (x_sorted[200:], y_sorted[200:])},
    ),
}

# %%
charts, at_the_end, long = {}, {}, runtime.budget(smoke=2, cpu=40, gpu=40)
for letter, (model, lessons, options) in patients.items():
    charts[letter] = fit(model, *lessons, epochs=15 if letter == "E" else long, **options)
    at_the_end[letter] = model.evaluate(x_new, new_digits, batch_size=1000, verbose=0)

# %%
fig, axes = plots.figure(2, 3, height=5.0)
for axis, (letter, chart) in zip(axes.flat, charts.items()):
    epochs = np.arange(1, len(chart["loss"]) + 1)
    axis.plot(epochs, chart["loss"], label="training")
    axis.plot(epochs, chart["val_loss"], "--", label="validation")
    axis.plot(epochs[-1], at_the_end[letter], "k*", ms=9, label="1,000 new images", clip_on=False)
    top = 1.15 * max(2.4, min(9, max(*chart["loss"], *chart["val_loss"], at_the_end[letter])))
    axis.set(title=letter, xlabel="epoch", ylim=(0, top))
axes[0, 0].legend(fontsize=8)
axes[0, 0].set_ylabel("loss")
axes[1, 0].set_ylabel("loss")
plots.show(
    fig,
    alt="Six panels of losses over epochs. A: training falls to zero, validation stops falling early and ends well above it, with the new images. B: both come down slowly, close together, and stay high. C: training loss starts far above all others, then both lie flat at 2.3. D: training and validation both fall to zero, the star of the new images lies far above. E: validation lies below training throughout, the star beside validation. F: training falls to zero, validation rises from the first epochs on, the star lies between.",
)

# %% [markdown]
# *Solid: loss on the training images, as `fit` reports it. Dashed: on the validation images. The star: 1,000 new images, asked once, at the end. In real life you have the star only at the very end, too.*
#
# ### {{exercise diagnosis}}
#
# Put one letter for each panel into `diagnosis`, such as `{"A": "b", …}`. E was trained with dropout, on more images.
#
# **A**
#
# - a) it underfits
# - b) it overfits
# - c) the validation set leaks
#
# **B**
#
# - a) it underfits
# - b) the learning rate is too high
# - c) it overfits
#
# **C**
#
# - a) it overfits
# - b) the validation images are of another kind
# - c) the learning rate is too high
#
# **D**
#
# - a) all is well: training and validation agree
# - b) the validation set leaks
# - c) it underfits
#
# **E**
#
# - a) nothing is wrong: training loss is measured with dropout on
# - b) the validation set leaks
# - c) it overfits
#
# **F**
#
# - a) it overfits, and more dropout will cure it
# - b) the learning rate is too high
# - c) the validation images are of another kind than the training images
#
# <details><summary>Hint 1 · where to look first</summary>Begin with the solid line alone. Does it go down smoothly, and how far? Then the dashed one. Then ask the star whether the dashed line told the truth.</details>
# <details><summary>Hint 2 · who is right</summary>In which panels does the star lie on the dashed line, and in which does it not? Where it does not, the trouble is in the validation set.</details>

# %% tags=["exercise"]
### BEGIN SOLUTION
diagnosis = {"A": "b", "B": "a", "C": "c", "D": "b", "E": "a", "F": "c"}
### END SOLUTION

# %% tags=["check"]
check(diagnosis=diagnosis)

# %% [markdown]
# ## A leak, and a test that cannot lie
#
# A colleague has few images of some digits. Before anything else, she repeats the rare ones until every digit has as many as the most frequent; then she splits off a validation set:


# %%
def split_with_bug(labels, order, validation):
    """Balance the classes by repeating images, then split. Something is wrong."""
    most = np.bincount(labels).max()
    repeated = [np.resize(order[labels[order] == k], most) for k in np.unique(labels)]
    everything = np.random.default_rng(0).permutation(np.concatenate(repeated))
    return np.sort(everything[validation:]), np.sort(everything[:validation])


# %% [markdown]
# How would you notice? The validation accuracy looks fine, and you do not know what it should be. So make a situation in which you *do* know: **shuffle the labels**, as in the opening. Now nothing can be learned that holds for other images. Her validation set is balanced, so whoever reads many more than one in ten of its images must have seen them.
#
# > **Predict.** Her split, shuffled labels. What is the accuracy on the validation images?

# %%
rng = np.random.default_rng(3)
chances = [0.37, *[0.07] * 9]  # many zeros, few of the others
nonsense = rng.choice(10, size=300, p=chances)  # labels that have nothing to do with the images
order = rng.permutation(300)
training, validation = split_with_bug(nonsense, order, 150)
model = network()
fit(model, x_all[training], nonsense[training], epochs=runtime.budget(smoke=3, cpu=20, gpu=20))
print(f"{share_right(model, x_all[validation], nonsense[validation]):.0%} of the validation images read 'rightly'")  # fmt: skip
print(f"{np.isin(validation, training).mean():.0%} of them are in the training set, too")

# %% [markdown]
# There is no such thing as reading labels that were drawn by lot. The split leaks: copies of one image land on both sides. It happens with repeated images, with neighbouring frames of a film, with overlapping patches of one photograph, with several pictures of one patient. **The shuffle test** finds all of them, without your knowing where to look.
#
# ### {{exercise split_then_repeat}}
#
# Write `split_then_repeat`, which does the two things in the order in which they do no harm. Nothing is drawn at random: `order` decides. Only the *training* part is balanced; the validation part stays as the world is.
#
# <details><summary>Hint 1 · the order of things</summary>First decide, from `order`, which images are whose. What is done afterwards to one part cannot touch the other.</details>
# <details><summary>Hint 2 · how many?</summary>"As many as the most frequent" now means: the most frequent in which part?</details>
# <details><summary>Hint 3 · cycling</summary>`np.resize(a, n)` repeats the array `a` from its beginning until n numbers are there.</details>


# %% tags=["exercise"]
def split_then_repeat(labels, order, validation):
    """Split off a validation set; then balance the classes of the training set by repetition.

    Args:
        labels: integer array (n,), the class of each image, 0 or larger.
        order: integer array (n,), a permutation of 0 … n − 1: the order in which to take images.
        validation: how many images to validate with, 1 ≤ validation < n.

    Returns:
        (training, validation_part): two integer arrays of image numbers, each sorted ascending.
        validation_part: the first `validation` images of `order`, each once.
        training: all the others. Where a class has fewer of them than the most frequent class of
        the training part, its images are taken again from the first, in the order of `order`,
        until it has as many. A class with no training image is left out.
    """
    ### BEGIN SOLUTION
    validation_part, rest = order[:validation], order[validation:]
    members = [rest[labels[rest] == k] for k in np.unique(labels[rest])]
    most = max(len(m) for m in members)
    training = np.concatenate([np.resize(m, most) for m in members])
    return np.sort(training), np.sort(validation_part)
    ### END SOLUTION


# %% tags=["check"]
check(split_then_repeat)

# %% [markdown]
# The shuffle test, on your split. With 150 validation images and nothing to be learned, the accuracy may come near 37 %, for that many labels are zeros and "zero" is a good guess; beyond that would be a leak. And there must be no image on both sides.

# %% tags=["needs-answer"]
training, validation = split_then_repeat(nonsense, order, 150)
model = network()
fit(model, x_all[training], nonsense[training], epochs=runtime.budget(smoke=3, cpu=20, gpu=20))
print(f"{share_right(model, x_all[validation], nonsense[validation]):.0%} of the validation images read 'rightly'")  # fmt: skip
print(f"{np.isin(validation, training).mean():.0%} of them are in the training set, too")

# %% [markdown]
# ## Dropout
#
# The most famous remedy sounds like sabotage. In each training step, every unit of a layer is thrown out with probability $p$, its *rate*: its output becomes 0, for this step and this image alone. What is left must do the work. So no unit can rely on one particular other unit being there (Hinton and others, 2012).
#
# If a quarter of the units is missing, the next layer gets a quarter less. To make up for it, those that stay are multiplied by $\frac{1}{1-p}$. By hand, three units with outputs 2, 4, 6 and $p = \tfrac12$: say the second goes. Out comes $(4, 0, 12)$.
#
# There are $2^3 = 8$ ways to keep or throw out three units. At $p = \tfrac12$ all are equally likely. Here they all are, one a column.

# %%
units = np.array([2.0, 4.0, 6.0])
kept = (np.arange(8)[:, None] >> np.arange(3)) & 1  # all 8 masks
outputs = units * kept / 0.5
plots.matrices(
    {"all 8 masks, one a column": kept.T, "outputs 2, 4, 6 under each mask": outputs.T},
    alt="The eight masks of three units, as columns of zeros and ones; beside them the eight outputs, rows of 0 and 4, of 0 and 8, and of 0 and 12.",
)
print("mean over the 8 masks:", outputs.mean(axis=0))

# %% [markdown]
# The mean over all masks is exactly what the layer would give with no dropout. **That is why nothing needs to be done at inference**: all units are there, no factor, one pass. (The paper of Srivastava and others, 2014, has it the other way round. There $p$ is the probability of being *kept*, nothing is scaled in training, and at test time the weights
# are multiplied by $p$: their Figure 2. Their section 10 mentions the scaling in training that all libraries use today, called *inverted dropout*. Two traps in one: what $p$ means, and when one scales.)
#
# In general a unit with output $x$ gives $\frac{x}{1-p}$ with probability $1-p$, else 0. Mean: $(1-p)\cdot\frac{x}{1-p} = x$. Variance: $x^2\,\frac{p}{1-p}$. The mean stays, noise comes in.

# %%
x = np.full((400, 500), 2.0, dtype="float32")
rows = []
for rate in (0.1, 0.25, 0.5, 0.8):
    y = np.asarray(layers.Dropout(rate, seed=0)(x, training=True))
    rows.append([rate, f"{(y == 0).mean():.3f}", f"{y.max():.2f}", f"{y.mean():.3f}", f"{y.var():.2f}", f"{4 * rate / (1 - rate):.2f}"])  # fmt: skip
plots.table(
    ["rate p", "share of zeros", "largest", "mean", "variance", "x² p/(1−p)"], rows,
    caption="Keras's Dropout in training; all 200,000 inputs are 2",
)  # fmt: skip

# %% tags=["nbval-check-output"]
print("at inference unchanged:", np.array_equal(np.asarray(layers.Dropout(0.8)(x)), x))

# %% [markdown]
# ### {{exercise dropout_by_hand}}
#
# A layer of four units gives $(4, -2, 10, 6)$. Dropout of **rate 0.2** follows, and then all outputs are added up: $s$. In this training step the mask throws out the third unit. Fill in the dictionary
# `dropout_by_hand = {"first": …, "sum": …, "inference": …, "slope_first": …, "slope_third": …}`:
#
# - `"first"`: the first unit's output after dropout; `"sum"`: $s$;
# - `"inference"`: $s$ for the same layer at inference;
# - `"slope_first"` and `"slope_third"`: the slope of $s$ with respect to the first and to the third unit's output, $\partial s/\partial x_1$ and $\partial s/\partial x_3$, in this training step.
#
# <details><summary>Hint 1 · rate</summary>Keras's rate is the probability of being thrown out. Four of five units stay, on the average.</details>
# <details><summary>Hint 2 · slopes</summary>By how much does s move if the first unit's output moves by 1? And if a unit moves that has been thrown out?</details>

# %% tags=["exercise"]
### BEGIN SOLUTION
dropout_by_hand = {"first": 5, "sum": 10, "inference": 18, "slope_first": 1.25, "slope_third": 0}
### END SOLUTION

# %% tags=["check"]
check(dropout_by_hand=dropout_by_hand)

# %% [markdown]
# ### {{exercise inverted_dropout}}
#
# Write `inverted_dropout(x, rate, training)`. Draw with `np.random` or with a generator that you do not seed (a seeded one would throw out the same units in every step). Call no library's dropout; NumPy, Python's `random` and `keras.random.uniform` are allowed, TensorFlow, PyTorch and JAX are not. float32 or float64 is fine; `x` itself stays as it is. The check calls it many times and looks at shares and means.
#
# <details><summary>Hint 1 · a coin for each number</summary>Uniform numbers between 0 and 1, as many as x has: what share of them lies below `rate`?</details>
# <details><summary>Hint 2 · two early exits</summary>At inference nothing happens. What should happen in training if the rate is 0?</details>


# %% tags=["exercise"]
def inverted_dropout(x, rate, training):
    """Dropout as Keras does it.

    Args:
        x: float array of any shape, the batch first.
        rate: probability that a number is thrown out, 0 ≤ rate < 1.
        training: True or False.

    Returns:
        float array of the shape of x. In training, every number is independently 0 with
        probability `rate`, and otherwise scaled so that its expectation stays. At inference, x.
    """
    ### BEGIN SOLUTION
    if not training:
        return x
    kept = np.random.random(x.shape) >= rate
    return x * kept / (1 - rate)
    ### END SOLUTION


# %% tags=["check"]
check(inverted_dropout)

# %% [markdown]
# ### What is it at inference?
#
# Each mask makes another, thinner network. Training with dropout trains them all at once, with shared weights; there are $2^n$ of them for $n$ units. At inference we use the one full network instead of the average over all thin ones. With a linear layer after it that is the same (you have just seen it). Through
# ReLUs and a softmax it is not. Is it good enough? Ask a trained network both ways.

# %%
thinned = network(dropout=0.5)
fit(thinned, x_200, y_200)
keras.utils.set_random_seed(1)
passes = [np.asarray(keras.ops.softmax(thinned(x_new, training=True))) for _ in range(50)]
counts = [1, 2, 5, 10, 25, 50]
averaged = [np.mean(np.mean(passes[:n], axis=0).argmax(axis=1) == new_digits) for n in counts]
single = [np.mean(p.argmax(axis=1) == new_digits) for p in passes]
full = share_right(thinned, x_new, new_digits)

# %%
fig, axis = plots.figure(height=3.2)
axis.plot(counts, averaged, "o-", label="average of n thinned networks")
axis.axhline(full, color=plots.COLOURS[1], ls="--", label="one pass of the full network")
axis.set(xscale="log", xticks=counts, xticklabels=counts, xlabel="thinned networks averaged, n", ylabel="accuracy, 1,000 new digits")  # fmt: skip
axis.set_title(f"one thinned network alone: {with_spread(single, '.3f')}")
axis.legend(loc="lower right")
plots.show(
    fig,
    alt="Accuracy over the number of thinned networks averaged, rising from one to about ten and then level, close to a dashed line, the single pass of the full network.",
)

# %% [markdown]
# *Averaging thinned networks approaches what one pass of the full network gives.* A dozen passes buy nothing that a single one does not give. Srivastava and others found the same on MNIST with up to some hundred samples (section 7.5). Some notes call dropout slow because of "multiple passes": in training it is one masked pass, at inference one ordinary pass.

# %% [markdown]
# ## Whole maps: spatial dropout
#
# After a convolution, neighbouring numbers of a map are nearly equal. Throw single ones out, and the neighbours tell what was there. To see this, treat the three colours of a photograph as three feature maps. Throw out half of the numbers. Then mend each hole by the mean of the neighbours that are left.

# %%
from scipy import ndimage

photo = data.photograph("coffee", size=160).astype("float32") / 255
keras.utils.set_random_seed(2)
by_pixel, by_map = (
    np.asarray(drop(0.5)(photo[None], training=True))[0] * 0.5  # undo the factor 1/(1−p)
    for drop in (layers.Dropout, layers.SpatialDropout2D)
)


def mended(picture):
    """Fill each zero with the mean of the numbers that are left in the 3×3 around, same map."""
    total, count = (ndimage.uniform_filter(a, (3, 3, 1)) for a in (picture, (picture > 0) * 1.0))
    return np.where(picture > 0, picture, total / np.maximum(count, 1e-6))


# %%
plots.images(
    [by_pixel, mended(by_pixel), by_map, mended(by_map)],
    ["Dropout(0.5)", "mended from neighbours", "SpatialDropout2D(0.5)", "mended from neighbours"],
    columns=2,
    alt="Top: a colour photograph of a cup of coffee speckled with holes, and beside it, mended from neighbours, nearly the original. Bottom: the photograph with whole colours missing, and after mending exactly the same.",
)
error = [np.sqrt(np.mean((mended(p) - photo) ** 2)) / photo.std() for p in (by_pixel, by_map)]
print(f"error left after mending, in standard deviations of the photograph: {error[0]:.2f} by number, {error[1]:.2f} by map")  # fmt: skip

# %% [markdown]
# Half of the numbers were gone, and almost nothing was lost. Ordinary dropout hardly disturbs a convolutional layer. So Tompson and others (2015) drop **whole feature maps**: one draw for each image and channel, valid at every place. Keras has it for one, two and three spatial axes:

# %% tags=["nbval-check-output"]
rows = []
for layer, shape in (
    (layers.Dropout(0.5), (2, 8, 8, 6)),
    (layers.SpatialDropout1D(0.5), (2, 8, 6)),
    (layers.SpatialDropout2D(0.5), (2, 8, 8, 6)),
    (layers.SpatialDropout3D(0.5), (2, 8, 8, 8, 6)),
):
    y = np.asarray(layer(np.ones(shape, dtype="float32"), training=True))
    maps = y.reshape(2, -1, 6)  # image, place, channel
    whole = bool((maps == maps[:, :1]).all())
    rows.append([type(layer).__name__, y.shape, "yes" if whole else "no", 2 * 6 if whole else int(np.prod(shape))])  # fmt: skip
plots.table(["layer", "shape, in and out", "one value a map", "independent draws"], rows)

# %% [markdown]
# ### {{exercise spatial_dropout}}
#
# Write `spatial_dropout(x, rate)` for training, on a batch of feature maps, channels last. The rules are those of `inverted_dropout`: `x` stays as it is, too.
#
# <details><summary>Hint 1 · how many coins?</summary>In the table: 2 images, 6 channels, 12 draws. What shape must the random numbers have, so that broadcasting carries each to all places of its map?</details>


# %% tags=["exercise"]
def spatial_dropout(x, rate):
    """SpatialDropout2D in training.

    Args:
        x: float array (N, H, W, C).
        rate: probability that a map is thrown out, 0 ≤ rate < 1.

    Returns:
        float array (N, H, W, C). Each map of each image is independently 0 with probability
        `rate`, and otherwise scaled so that its expectation stays.
    """
    ### BEGIN SOLUTION
    kept = np.random.random((len(x), 1, 1, x.shape[3])) >= rate
    return x * kept / (1 - rate)
    ### END SOLUTION


# %% tags=["check"]
check(spatial_dropout)

# %% [markdown]
# ## The relatives
#
# **GaussianDropout** multiplies by a random number of mean 1 instead of by 0 or $\frac1{1-p}$: normal, with variance $\frac{p}{1-p}$. So mean and variance of the output are the same as dropout's; nothing is ever exactly 0. **GaussianNoise** *adds* a number of mean 0, the same size for all, however large the input. **AlphaDropout** we come to.
# All of them do nothing at inference. On half a million inputs that are normally distributed, mean 0 and variance 1:

# %%
normal = np.random.default_rng(0).normal(size=(1000, 500)).astype("float32")
rows = []
for layer in (layers.Dropout(0.3, seed=0), layers.GaussianDropout(0.3, seed=0), layers.GaussianNoise(0.5, seed=0), layers.AlphaDropout(0.3, seed=0)):  # fmt: skip
    y, rest = np.asarray(layer(normal, training=True)), np.asarray(layer(normal))
    rows.append([type(layer).__name__, f"{y.mean() + 0:.3f}", f"{y.var():.2f}", f"{(y == 0).mean():.2f}", f"{np.abs(rest - normal).max():.0f}"])  # fmt: skip
plots.table(
    ["layer", "mean in training", "variance in training", "zeros", "change at inference"], rows
)

# %% [markdown]
# The first two raise the variance by $\frac{1}{1-p}$, here to 1.43. The last does not. Why should that matter?
#
# ### AlphaDropout belongs to SELU
#
# SELU (lesson 03) with LeCun's initialisation (lesson 04) carries mean 0 and variance 1 from layer to layer. A zero is then not "off": SELU's off-value, far on the left, is $\alpha' = -\lambda\alpha \approx -1.758$. AlphaDropout sets dropped units to $\alpha'$, and then applies $ax + b$ with the $a$ and $b$ that bring mean 0
# and variance 1 back (Klambauer and others, 2017). The constants are computed for mean 0 and variance 1 at the input. SELU delivers those. ReLU does not. Eight layers of 256 units, a rate of 0.1 after each:

# %%
stacks = {}
for activation, start in (("selu", "lecun_normal"), ("relu", "he_normal")):
    for drop in (None, layers.Dropout, layers.AlphaDropout):
        keras.utils.set_random_seed(0)
        h, path = normal[:, :256], []
        for _ in range(8):
            h = layers.Dense(256, activation=activation, kernel_initializer=start)(h)
            h = h if drop is None else drop(0.1)(h, training=True)
            path.append((float(np.mean(h)), float(np.var(h))))
        stacks[activation, drop.__name__ if drop else "none"] = np.array(path)

# %%
fig, axes = plots.figure(1, 2, height=3.3, sharey=True)
for axis, activation in zip(axes, ("selu", "relu")):
    for (name, drop), path in stacks.items():
        if name == activation:
            k = ("none", "Dropout", "AlphaDropout").index(drop)
            axis.plot(range(1, 9), path[:, 0], ":", color=plots.COLOURS[k])
            axis.plot(range(1, 9), path[:, 1], "o-", color=plots.COLOURS[k], label=drop)
    axis.set(xlabel="layer", title=f"{activation.upper()}, dropout of rate 0.1")
axes[0].set_ylabel("variance (solid), mean (dotted)")
axes[1].legend()
plots.show(
    fig,
    alt="Variance and mean over eight layers. With SELU: level at 1 and 0 without dropout and with AlphaDropout, while with Dropout the variance climbs to about one and a half. With ReLU: neither mean 0 nor variance 1 in any case, and AlphaDropout's values differ from those without dropout.",
)

# %% [markdown]
# *With SELU, AlphaDropout's line lies on that of no dropout: mean 0, variance 1. Dropout lets the variance climb. With ReLU there is no mean 0 and variance 1 to keep, and AlphaDropout keeps neither what ReLU delivers: its constants were made for someone else.* Notes that recommend it for ReLU have it the wrong way round.

# %% [markdown]
# ### Noise is a penalty in disguise
#
# One weight $w = 2$, an input $x = 3$, a target $y = 5$. Error $2\cdot3 - 5 = 1$, squared 1. Now add noise to the input, $+1$ or $-1$ by the toss of a coin. The errors are $2\cdot4-5 = 3$ and $2\cdot2-5=-1$; squared 9 and 1; **mean 5**. That is $1 + 4 = 1 + \sigma^2w^2$. On the average, noise of variance $\sigma^2$ on the inputs adds
# $\sigma^2\lVert w\rVert^2$ to the squared error: it is an L2 penalty (lesson 04). For a linear model this is exact. For a network and small noise it is a penalty on how steeply the output depends on the input, called Tikhonov's (Bishop 1995).
#
# The test: fit a linear model to five inputs by least squares, once with the penalty, once on 2,000 noisy copies of the data.

# %%
rng = np.random.default_rng(5)
X, true_w = rng.normal(size=(30, 5)), np.array([2.0, -1.5, 1.0, 0.5, 0.0])
y = X @ true_w + rng.normal(0, 0.3, 30)
sigmas = np.linspace(0, 1.5, 7)
penalised = [np.linalg.solve(X.T @ X + 30 * s**2 * np.eye(5), X.T @ y) for s in sigmas]
noisy = []
for s in sigmas:
    copies = np.tile(X, (2000, 1)) + s * rng.normal(size=(60_000, 5))
    noisy.append(np.linalg.lstsq(copies, np.tile(y, 2000), rcond=None)[0])

# %%
fig, axis = plots.figure(height=3.2)
for k in range(5):
    axis.plot(sigmas, np.array(penalised)[:, k], color=plots.COLOURS[k])
    axis.plot(sigmas, np.array(noisy)[:, k], "o", color=plots.COLOURS[k])
axis.set(xlabel="standard deviation σ of the noise on the inputs", ylabel="weight")
axis.set_title("lines: L2 penalty σ²‖w‖² · dots: trained on noisy inputs")
plots.show(
    fig,
    alt="Five weights over the noise's standard deviation. They shrink towards zero as it grows, and the dots of training on noisy inputs lie on the lines of the L2 penalty.",
)
print("largest difference:", f"{np.abs(np.array(noisy) - penalised).max():.3f}")

# %% [markdown]
# ### ActivityRegularization
#
# *Side trip: may be skipped without loss.*
#
# Last, a penalty on what a layer *gives* instead of on its weights: `ActivityRegularization(l1, l2)` lets everything through and adds $l_1\sum|a| + l_2\sum a^2$, divided by the batch size, to the loss. By hand, two images with three outputs of 1 each, $l_1 = 0.1$ and $l_2 = 0.01$: $(0.1\cdot6 + 0.01\cdot6)/2 = 0.33$.

# %% tags=["nbval-check-output"]
activity = layers.ActivityRegularization(l1=0.1, l2=0.01)
out = np.asarray(activity(np.ones((2, 3), dtype="float32")))
print("added to the loss:", round(float(activity.losses[0]), 4), "· outputs unchanged:", bool((out == 1).all()))  # fmt: skip

# %% [markdown]
# With ReLU the L1 part has a visible effect: fewer units answer to an image, and more softly.

# %%
for strength in (0, 0.003):
    keras.utils.set_random_seed(0)
    hidden = keras.Sequential([keras.Input((14, 14, 1)), layers.Flatten(), layers.Dense(128, activation="relu"), layers.ActivityRegularization(l1=strength)])  # fmt: skip
    model = keras.Sequential([hidden, layers.Dense(10)])
    fit(model, x_200, y_200)
    a = np.asarray(hidden(x_new))
    print(f"l1 = {strength}: a new digit finds {(a > 0).mean():.0%} of the units active, mean output {a.mean():.3f}, accuracy {share_right(model, x_new, new_digits):.1%}")  # fmt: skip

# %% [markdown]
# ## Early stopping
#
# In panel A the validation loss had stopped falling long before the end. Why not stop there? **Early stopping** watches the validation loss. If it has not improved for some epochs (the *patience*), training ends, and the weights of the best epoch come back: `EarlyStopping(patience=…, restore_best_weights=True)`. Without that last option you keep the weights of the *last* epoch,
# which is `patience` epochs worse. By hand, patience 2:
#
# | epoch | 0 | 1 | 2 | 3 | 4 | 5 |
# |:--|--:|--:|--:|--:|--:|--:|
# | validation loss | 0.9 | 0.7 | 0.8 | 0.6 | 0.65 | 0.61 |
# | epochs without improvement | 0 | 0 | 1 | 0 | 1 | 2: stop |
#
# Last epoch 5, best epoch 3. The pause at epoch 2 was forgiven. `min_delta` says how much lower a loss must be to count: an epoch improves if its loss is *smaller than the best so far minus min_delta*.
#
# ### {{exercise early_stop}}
#
# Write `early_stop(losses, patience, min_delta)`, which tells where Keras would have stopped, without calling Keras's callbacks. Epochs count from 0.
#
# <details><summary>Hint 1 · what to remember</summary>Three things: the best loss, its epoch, and for how many epochs nothing has improved on it.</details>
# <details><summary>Hint 2 · min_delta</summary>A loss that is lower, but not by enough, changes nothing: neither the count nor the best.</details>


# %% tags=["exercise"]
def early_stop(losses, patience, min_delta=0.0):
    """Replay early stopping on a list of validation losses.

    Args:
        losses: list of n ≥ 1 finite floats, one an epoch.
        patience: integer ≥ 1. Training ends after the epoch that is the `patience`-th in a row
            without improvement.
        min_delta: float ≥ 0. An epoch improves if its loss is smaller than the best so far minus
            min_delta. The first epoch always improves.

    Returns:
        (last, best): the last epoch that is trained, and the epoch of the last improvement up to
        then, whose weights are restored. Integers, from 0. If it never stops, last is n - 1.
    """
    ### BEGIN SOLUTION
    best, waited = 0, 0
    for epoch, loss in enumerate(losses):
        if epoch == 0 or loss < losses[best] - min_delta:
            best, waited = epoch, 0
        else:
            waited += 1
            if waited == patience:
                break
    return epoch, best
    ### END SOLUTION


# %% tags=["check"]
check(early_stop)

# %% [markdown]
# Keras itself as the oracle: its callback, fed with 200 random walks.

# %% tags=["needs-answer", "nbval-check-output"]
from types import SimpleNamespace


def keras_stops(losses, patience, min_delta):
    """Where Keras's callback stops, without a network."""
    callback = keras.callbacks.EarlyStopping("val_loss", min_delta, patience, mode="min")
    callback.set_model(SimpleNamespace(stop_training=False))
    callback.on_train_begin()
    for epoch, loss in enumerate(losses):
        callback.on_epoch_end(epoch, {"val_loss": loss})
        if callback.model.stop_training:
            break
    return epoch, callback.best_epoch


rng = np.random.default_rng(0)
agree = 0
for _ in range(200):
    walk = (3 + 0.1 * rng.normal(-0.2, 1, 60).cumsum()).tolist()
    case = (int(rng.integers(1, 9)), float(rng.choice([0.0, 0.05])))
    agree += tuple(early_stop(walk, *case)) == keras_stops(walk, *case)
print(f"{agree} of 200 walks: you stop where Keras stops, and keep the same epoch")

# %% [markdown]
# ### What it costs
#
# First, images: those that you validate with are not learned from. Second, honesty. The epoch was chosen *because* its validation score was good, so that score is too good to be true. How much? Take fifty networks that do not even look: they guess among ten digits. Choose the one that does best on a validation set.
#
# > **Predict.** The chosen guesser's score on 40 validation images; and on new images.

# %%
rng = np.random.default_rng(0)
rows = []
for size in (40, 200, 1000):
    best = (rng.binomial(size, 0.1, (2000, 50)) / size).max(axis=1)  # 2,000 times the best of 50
    rows.append([size, f"{best.mean():.1%}", "10.0%"])
plots.table(["validation images", "score of the best of 50 guessers, mean", "on new images"], rows)

# %% [markdown]
# The best of fifty guessers on 40 images looks twice as good as it is. Nobody cheated: that is what choosing does. Hence the third heap. (Networks of successive epochs are much alike, so early stopping is not as bad as fifty independent guessers; but it goes the same way, and so does every choice of a rate or a size.) Prechelt (1998) compares many rules for
# when to stop: slower ones generalise a little better and take much longer.

# %% [markdown]
# ## Remedies, measured
#
# Now the second half of the question. One network, one baseline, and each remedy by itself. All have the same number of training steps (early stopping may use fewer), and their images from the same draw. Early stopping must take its validation images out of the same 200. The strengths were tried beforehand, on other draws, and are near the best there. Two situations:
#
# - **few**: 200 images with right labels;
# - **few and messy**: 200 images; for 40 % of them the label was drawn by lot.
#
# > **Predict.** Write down a ranking for both: no remedy · L2 · L1 · dropout · spatial dropout · noise on the input · a smaller network (half and a quarter of the filters and units) · early stopping · four times as many images.

# %%
remedies = {
    "none": {},
    "L2, 0.01": {"penalty": keras.regularizers.L2(1e-2)},
    "L1, 0.001": {"penalty": keras.regularizers.L1(1e-3)},
    "dropout 0.5": {"dropout": 0.5},
    "spatial dropout 0.4": {"spatial": 0.4},
    "noise 0.15": {"noise": 0.15},
    "half the width": {"filters": 8, "units": 64},
    "a quarter of the width": {"filters": 4, "units": 32},
    "early stopping": {},
    "four times the images": {},
}


# %% tags=["setup"]
def lot(count, messy, seed):
    """Images by a seed, and labels, of which the share `messy` is drawn by lot."""
    rng = np.random.default_rng(seed)
    chosen = rng.permutation(len(x_all))[:count]
    redrawn, drawn = rng.random(count) < messy, rng.integers(0, 10, count)
    return x_all[chosen], np.where(redrawn, drawn, digits[chosen])


# %%
def start_again(model, settings, seed):
    """New first weights for a model that has been trained; its optimizer forgets as well."""
    model.set_weights(network(**settings, seed=seed).get_weights())
    for variable in model.optimizer.variables:
        if variable.name != "learning_rate":
            variable.assign(keras.ops.zeros_like(variable))


def course_of(name, x, y, epochs):
    """How each remedy is trained: images, labels, epochs and options."""
    if name == "early stopping":
        stop = keras.callbacks.EarlyStopping(patience=8, restore_best_weights=True)
        options = {"validation_data": (x[160:200], y[160:200]), "callbacks": [stop]}
        return x[:160], y[:160], epochs, options
    if name == "four times the images":
        return x, y, max(1, epochs // 4), {}
    return x[:200], y[:200], epochs, {}


# %%
seeds = range(runtime.budget(smoke=2, cpu=5, gpu=8))
epochs = runtime.budget(smoke=1, cpu=40, gpu=40)
scores = {}
for name, settings in remedies.items():
    model = network(**settings, seed=seeds[0])
    for messy in (0, 0.4):
        for seed in seeds:
            x, y, passes_over, options = course_of(name, *lot(800, messy, seed), epochs)
            if model.compiled:
                start_again(model, settings, seed)
            fit(model, x, y, passes_over, **options)
            scores.setdefault((name, messy), []).append([share_right(model, x, y), share_right(model, x_new, new_digits)])  # fmt: skip
    print(f"{name}: trained {2 * len(seeds)} times")

# %%
fig, axes = plots.figure(1, 2, height=4.0, sharey=True)
names = list(remedies)[::-1]
for axis, messy, title in zip(axes, (0, 0.4), ("few: 200 images", "messy: 40 % of labels by lot")):  # fmt: skip
    for row, name in enumerate(names):
        results = np.array(scores[name, messy])[:, 1]
        axis.plot(results, [row] * len(results), "o", ms=4, color=plots.COLOURS[0], alpha=0.6)
        axis.plot(results.mean(), row, "|", ms=16, mew=2.5, color=plots.COLOURS[1])
    axis.axvline(np.mean(np.array(scores["none", messy])[:, 1]), color="gray", lw=0.8, ls=":")
    axis.set(title=title, xlabel="accuracy, 1,000 new digits", yticks=range(len(names)), yticklabels=names)  # fmt: skip
plots.show(
    fig,
    alt="Two panels, one row a remedy, a dot a seed and a bar for the mean. Left, right labels: most remedies lie near the dotted line of none; dropout and four times the images lie a little to the right of it, a quarter of the width clearly to the left. Right, messy labels: all scores are lower and more spread; four times the images is well ahead of none, and dropout comes next.",
)

# %%
rows = []
for name in remedies:
    cells = []
    for messy in (0, 0.4):
        own, new = np.array(scores[name, messy]).T
        gain = versus(100 * new, 100 * np.array(scores["none", messy])[:, 1])
        against = "" if name == "none" else f"{gain.difference:+.1f}" + " (draw)" * gain.is_draw
        cells += [f"{own.mean():.0%}", with_spread(new, ".1%"), against]
    rows.append([name, *cells])
heads = [f"{heap}: {what}" for heap in ("few", "messy") for what in ("own labels", "new digits", "points gained")]  # fmt: skip
plots.table(
    ["remedy", *heads], rows,
    caption=f"Mean ± sample standard deviation of {len(seeds)} seeds, {epochs} epochs; points gained over none, a draw where the 95 % interval holds 0",
)  # fmt: skip

# %% [markdown]
# *Each dot a seed, each bar a mean, dotted the baseline.* (The smallest budget, for a quick proof that everything runs, trains too little to judge by.) Read it without prejudice:
#
# - With right labels the network memorises all 200 images, with a perfect training score and a gap of some ten points, and the classical remedies do not help. Some of them cost two points, and the seeds agree on it: look for the minus signs without "draw". What it has memorised is *true*, so memory does little harm, and holding the network back has its cost.
# - The remedy "take a smaller network" does not help here, and with a quarter of the width it does clear harm. Few images do not mean that a small network is right.
# - **More images**: among the best in the left panel, far ahead in the right one, for the same number of training steps. No remedy invents what was not photographed.
# - With messy labels, memory is poison: much of what is learned by heart is wrong. Now dropout pays, by several points: it fits fewer of its own labels than the baseline, and reads more new digits. But fitting less is not the aim in itself. The smallest network fits few labels, too, and loses the right ones with the wrong ones: compare the last two columns row by row.
# - Early stopping pays with a fifth of its images, and chooses by the loss on forty others, some with wrong labels. Here that price was higher than the gain. With more images to validate by, it can be the other way round.
#
# Srivastava and others (section 7.4) saw the first point, too: on 100 and 500 images of MNIST dropout brought nothing; on some thousands it brought most. So what helps depends on what is wrong: measure. The other big remedy against few images, showing each of them turned, moved and stretched, is lesson 12.

# %% [markdown]
# ## Your turn
#
# ### {{exercise careful}}
#
# You get 400 images, `x_messy`, with `y_messy`; 40 % of the labels were drawn by lot, and nobody knows which. Train a network, named `careful`, that reads *new* digits well.
#
# - It takes float32 images of shape (n, 14, 14, 1), 0 to 1, and gives (n, 10) scores: logits or probabilities, the largest counts.
# - It has at most 60,000 parameters. `network()` has fewer.
# - Learn from these 400 alone: no other images (those would be the test), no other labels.
# - Keep it under 20 seconds, and do not use `runtime.budget`: grading trains it, too.
# - One point for keeping to the size, however well it reads; one for 55 % of the new digits, two more for 80 %. `network()`, trained for 40 epochs with no remedy, stays below that.
#
# You need something to choose by: keep part of the 400 back. Its labels are messy as well, so its loss is never low. But it is *equally* messy for all candidates.
#
# <details><summary>Hint 1 · the table</summary>Which remedies stood out in the right-hand panel? They can be combined.</details>
# <details><summary>Hint 2 · when</summary>Right labels agree with each other, wrong ones do not. Which of the two does a network fit first? Look at the losses of a held-out part, epoch by epoch.</details>

# %% tags=["setup"]
x_messy, y_messy = lot(400, messy=0.4, seed=123)

# %%
plain = network()
chart = fit(plain, x_messy[:320], y_messy[:320], epochs=runtime.budget(smoke=10, cpu=40, gpu=40), validation_data=(x_messy[320:], y_messy[320:]), validation_batch_size=80)  # fmt: skip
plots.curves(
    chart, metrics=["loss"], title=f"no remedy: {share_right(plain, x_new, new_digits):.0%} of new digits read",
    alt="Training loss falls towards zero over 40 epochs; validation loss falls for a few epochs and then rises steeply.",
)  # fmt: skip

# %% tags=["exercise"]
### BEGIN SOLUTION
careful = network(dropout=0.6, spatial=0.2)
_ = fit(careful, x_messy, y_messy, epochs=40)
### END SOLUTION

# %% tags=["check"]
check(careful=careful)

# %% [markdown] tags=["written"] name="choose_remedy"
# ### {{exercise choose_remedy}}
#
# A clinic has 300 X-ray images of wrists, broken or not, of 60 patients. Three doctors labelled them in a hurry; a second look at 20 images finds 5 labels wrong. Your network reaches 100 % on the training images and 74 % on a validation set of 60 images, which were picked at random from the 300. There is money for one of these: 300 more images of new patients,
# labelled with the same care; or a slow, careful second labelling of the 300.
#
# In 150 to 250 words: (1) What is wrong with the validation set, and how would you show it? (2) Name one remedy in training that you would try first and one that you would not, each with the measurement of this lesson that speaks for your choice. (3) How would you spend the money, and what would you measure beforehand to decide?
#
# ### BEGIN SOLUTION
# (1) Images of one patient lie on both sides of a random split, so the 74 % are too good: a leak. Shuffle the labels patient by patient and train: an accuracy on the validation images above chance shows it. Split by patient instead. Sixty images also wobble by
# √(0.74·0.26/60) ≈ 6 points; repeat with several splits.
# (2) About a quarter of the labels is wrong and the network fits all of them, so it memorises errors. In the experiment with messy labels dropout gained much over the baseline, clearly more than the spread of the seeds, while its fit of its own labels fell. I would try dropout, with a rate chosen on patients held out. I would not begin with a much smaller
# network: a quarter of the width lost in both situations.
# (3) Measure first what each would buy. Relabel the validation patients carefully, since otherwise nothing can be measured. Train on half and on all of the patients: if accuracy still climbs steeply with the number of images, buy images; four times the images was the best entry where labels were messy, and among the best where they were right. If the network with
# dropout gains much when the few relabelled images replace theirs, buy labels.
# ### END SOLUTION

# %% [markdown]
# ## {{exercise quiz}}
#
# Answer with one letter each, such as `{"q1": "a", …}`.
#
# **q1** Training accuracy 100 %, validation accuracy 88 %. From these two numbers you know
#
# - a) it has memorised and must be regularised
# - b) there is a gap of 12 points, and nothing yet about what would lower it
# - c) the network is too large
#
# **q2** You shuffle the labels of all images, split, train, and read 35 % of the validation images of ten equally frequent classes. This means
#
# - a) images of the validation set, or copies, are in the training set
# - b) the network generalises well
# - c) it has not been trained long enough
#
# **q3** `Dropout(0.2)` during inference
#
# - a) throws out a fifth of the units
# - b) multiplies all outputs by 0.8
# - c) does nothing
#
# **q4** After a convolution, ordinary dropout does little because
#
# - a) convolutions have few weights
# - b) the neighbours of a dropped number tell what it was
# - c) ReLU sets numbers to zero already
#
# **q5** You tried 30 settings, chose the best by the validation set (91 %), and report
#
# - a) 91 %, since the validation images were not trained on
# - b) the accuracy on the training set
# - c) the accuracy on a test set that was not looked at before
#
# **q6** 200 images with right labels, a gap of ten points. In this lesson's measurement the largest gain came from
#
# - a) a smaller network
# - b) an L1 penalty
# - c) more images
#
# **q7** AlphaDropout keeps mean 0 and variance 1
#
# - a) after SELU, not after ReLU
# - b) after ReLU, not after SELU
# - c) after any activation

# %% tags=["exercise"]
### BEGIN SOLUTION
quiz = {"q1": "b", "q2": "a", "q3": "c", "q4": "b", "q5": "c", "q6": "c", "q7": "a"}
### END SOLUTION

# %% tags=["check"]
check(quiz=quiz)

# %% [markdown]
# ## Summary
#
# - A perfect training score proves nothing: networks fit shuffled labels. Only images that were neither learned from nor chosen by tell.
# - Curves: both high, underfit; a gap that opens, overfit; a jumping training loss, too high a rate; too good to be true, a leak. The shuffle test finds leaks.
# - Dropout zeroes with probability $p$ and scales by $1/(1-p)$ in training; at inference nothing. On feature maps drop whole maps. AlphaDropout is for SELU. Noise on the input acts as an L2 penalty.
# - Early stopping with the best weights restored costs validation images, and the score it chose by is too good.
# - More images helped in both situations; a smaller network in neither. Dropout paid most where what would be memorised is wrong. Measure, with several seeds.
#
# ## References
#
# - C. Zhang, S. Bengio, M. Hardt, B. Recht and O. Vinyals, "Understanding deep learning requires rethinking generalization", ICLR 2017.
# - G. E. Hinton, N. Srivastava, A. Krizhevsky, I. Sutskever and R. R. Salakhutdinov, "Improving neural networks by preventing co-adaptation of feature detectors", arXiv:1207.0580, 2012.
# - N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever and R. Salakhutdinov, "Dropout: a simple way to prevent neural networks from overfitting", *Journal of Machine Learning Research* 15, 2014: Figure 2 (test time), sections 7.4 (size of the data set), 7.5 (averaging against scaling), 10 (Gaussian noise).
# - J. Tompson, R. Goroshin, A. Jain, Y. LeCun and C. Bregler, "Efficient object localization using convolutional networks", CVPR 2015 (spatial dropout).
# - G. Klambauer, T. Unterthiner, A. Mayr and S. Hochreiter, "Self-normalizing neural networks", NIPS 2017 (SELU and alpha dropout).
# - C. M. Bishop, "Training with noise is equivalent to Tikhonov regularization", *Neural Computation* 7, 1995.
# - L. Prechelt, "Early stopping – but when?", in *Neural Networks: Tricks of the Trade*, 1998.
#
# ## Where to read on
#
# I. Goodfellow, Y. Bengio and A. Courville, *Deep Learning*, 2016, chapter 7, for all remedies in one frame. M. Belkin, D. Hsu, S. Ma and S. Mandal, "Reconciling modern machine-learning practice and the classical bias–variance trade-off", *PNAS* 116, 2019, for what happens when a model gets far larger than the data asks for. Then lesson 12: getting data in, and making more of it.
