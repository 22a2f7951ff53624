# %% [markdown]
# # Normalisation
#
# **Time** 110 minutes · **Needs** lessons 05, 06, 08 and 09 · **Running everything** {{seconds}} s on two CPU cores
#
# Here is a small network that has learned to read digits. Show it one digit in ten different companies: first among 31 zeros, then among 31 ones, and so on.
# The weights do not change. The digit does not change. Only the other images in the batch do.

# %% tags=["setup"]
import numpy as np

from cnncourse import begin, data, plots, runtime
from cnncourse.runs import with_spread

check = begin("10_normalization")

import keras
from keras import layers


# %%
def halved(images):
    """Digits between 0 and 1 with every 2×2 pixels averaged: float32 (N, 14, 14, 1)."""
    return images.reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4), dtype="float32")[..., None] / 255


(digits, labels), (new_digits, new_labels) = data.mnist_sample()
x_train, x_new = halved(digits), halved(new_digits)


# %%
def reader(norm):
    """Five convolutions, each followed by the layer that `norm` makes (None: by nothing), then Dense."""
    stack = [keras.Input((14, 14, 1))]
    for filters, stride in ((8, 1), (16, 2), (16, 1), (32, 2), (32, 1)):
        conv = layers.Conv2D(filters, 3, stride, padding="same", use_bias=norm is None)
        stack += [conv, *([norm()] if norm else []), layers.ReLU()]
    return keras.Sequential([*stack, layers.Flatten(), layers.Dense(10)])


def ready(network):
    """Compile it with plain gradient descent; it returns one score a class."""
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    network.compile(keras.optimizers.SGD(0.1), loss, metrics=["accuracy"])
    return network


# %%
network = ready(reader(lambda: layers.BatchNormalization(momentum=0.9)))
network.fit(x_train[:2000], labels[:2000], batch_size=32, epochs=2, verbose=0)


class AsInTraining(keras.Model):
    """The same network, the same weights, run in another way."""

    def call(self, x):
        return network(x, training=True)  # remember this `training=True`


# %%
as_in_training, learned = AsInTraining(), network.get_weights()
count, companions = runtime.budget(smoke=60, cpu=200, gpu=200), 31
companies = [x_new[500:][new_labels[500:] == digit][:companions] for digit in range(10)]
batches = [np.concatenate([x_new[i : i + 1], c]) for i in range(count) for c in companies]
scores = as_in_training.predict(np.concatenate(batches), batch_size=32, verbose=0)
answers = scores.reshape(count, 10, 32, 10)[:, :, 0].argmax(axis=2)  # of the first in each batch
network.set_weights(learned)

# %%
turncoats = (answers != answers[:, :1]).any(axis=1)
right = (answers == new_labels[:count, None]).mean(axis=1)
one = np.argmin(np.where(right >= 0.5, right, 2))  # mostly read right, and most often not
pictures = [np.hstack([x_new[one, ..., 0], *company[:3, ..., 0]]) for company in companies]
plots.images(
    pictures, [f"among {digit}s: “{a}”" for digit, a in enumerate(answers[one])], columns=5,
    suptitle="the first image of each row of four is always the same; above it, how it is read",
    alt=f"Ten strips of four handwritten digits. The first digit is the same {new_labels[one]} in all, the three after it are zeros, ones, and so on to nines. The answers above the strips: {', '.join(map(str, answers[one]))}.",
)  # fmt: skip
print(
    f"{turncoats.mean():.0%} of {count} new digits change their answer at least once with the company"
)

# %% [markdown]
# One digit, one set of weights, more than one answer. No pixel of the neighbours was ever pasted into the picture, and no weight connects one image with another.
#
# Yet the layer that does this has been in most convolutional networks since 2015, and people put it there on purpose.
#
# **Why would anyone build a layer that lets an image's answer depend on its neighbours, and how do you keep it from doing so when it counts?**
#
# After this lesson you can
#
# - scale a network's input, and say what that does to the loss;
# - compute batch normalisation by hand and in code: forwards, backwards, in training and in inference;
# - draw what each normalisation averages over, and choose one for a batch of one;
# - count the parameters of a normalisation layer, the trained ones and the others;
# - recognise from a learning curve that running statistics have not settled.

# %% [markdown]
# ## The ravine in the input
#
# Begin before the first layer. One neuron, $\hat y = w x + b$, squared error. Lesson 06 had a name for a loss that is steep one way and flat another: a ravine. How steep it is each way, the **curvature**, depends on the inputs alone (up to a factor):
#
# $$\begin{pmatrix} \overline{x^2} & \overline{x} \\ \overline{x} & 1 \end{pmatrix}$$
#
# By hand, with two inputs, $x = 2$ and $x = 4$: the mean square is $(4 + 16)/2 = 10$, the mean is $3$. The matrix is $\begin{pmatrix} 10 & 3 \\ 3 & 1\end{pmatrix}$. Its eigenvalues, the curvature along the steepest and the flattest direction, are $\frac{11 \pm \sqrt{117}}{2}$, so 10.9 and 0.09: a ratio of 119.
#
# Now subtract the mean and divide by the standard deviation: $x = -1$ and $x = 1$. The matrix is $\begin{pmatrix} 1 & 0 \\ 0 & 1 \end{pmatrix}$. The ratio is 1: a round bowl.
#
# The same on a photograph: a pixel is to predict its right-hand neighbour. Gradient descent, with a learning rate of one over the steepest curvature.


# %%
def standard(values):
    """The same numbers with mean 0 and standard deviation 1."""
    return (values - values.mean()) / values.std()


sky = data.photograph("camera", size=96)[:48].astype(float)
pixel, neighbour = sky[:, :-1].ravel(), sky[:, 1:].ravel()
inputs = {"pixels 0 to 255": pixel, "pixels 0 to 1": pixel / 255, "standardised": standard(pixel)}
target = 1 + standard(neighbour)  # the 1, so that the bias has something to do


def descent(x, steps=30):
    """Curvatures, best line (w, b), and the path of gradient descent towards it."""
    X = np.stack([x, np.ones_like(x)], axis=1)
    H, best = X.T @ X / len(x), np.linalg.lstsq(X, target, rcond=None)[0]
    path = [-best]  # measured from the best line, starting at w = b = 0
    for _ in range(steps):
        path.append(path[-1] - H @ path[-1] / np.linalg.eigvalsh(H)[-1])
    return H, np.array(path)


# %%
fig, axes = plots.figure(1, 3, height=3.0)
for axis, (name, x) in zip(axes, inputs.items()):
    H, path = descent(x)
    half = 1.15 * np.abs(path).max(axis=0)
    w, b = np.meshgrid(*(np.linspace(-h, h, 80) for h in half))
    loss = H[0, 0] * w**2 + 2 * H[0, 1] * w * b + H[1, 1] * b**2
    axis.contour(
        w,
        b,
        loss,
        levels=loss.max() * np.array([0.003, 0.03, 0.1, 0.25, 0.5]),
        cmap="Blues_r",
        linewidths=0.9,
    )
    axis.plot(*path.T, "o-", ms=3, lw=1, color=plots.COLOURS[1])
    axis.plot(0, 0, "*", ms=11, color="black")
    values = np.linalg.eigvalsh(H)
    axis.set(title=f"{name}\nratio {values[-1] / values[0]:,.0f}", xlabel="w (from the best)")
axes[0].set_ylabel("b (from the best)")
plots.show(
    fig,
    alt="Contours of the loss over weight and bias, and thirty steps of gradient descent towards the best point, a star. With pixels from 0 to 255 the contours are a slanted valley and the path hardly moves along it. With pixels from 0 to 1 it creeps along the valley. With standardised pixels the contours are round and the path arrives in one step.",
)  # fmt: skip

# %% [markdown]
# *Thirty steps each, from $w = b = 0$. The star is the best line; each panel has its own scale.* With raw pixels the first step jumps into the valley, and then there is hardly any motion: the learning rate must suit the steep direction, and nothing is left for the flat one.
# Dividing by 255 brings the ratio down, and the path still creeps: the pixels of a photograph are all positive, so weight and bias do much the same thing. Taking the **mean** away is what turns the valley into a bowl.
#
# A whole classifier feels it, too: one Dense layer, softmax, seven photographs to tell apart by patches of 8×8 colour pixels. There is no hidden layer here and nothing random: this loss has a single valley.

# %%
(patches, sources), _ = data.photo_patches(train=700, test=7)
colours = patches.reshape(-1, 8, 4, 8, 4, 3).mean(axis=(2, 4)).reshape(len(patches), -1)
one_hot = np.eye(7)[sources]


def classifier_loss(x, lr, steps=100):
    """Cross-entropy of softmax(xW + b) after some steps of gradient descent from zero."""
    X, W = np.c_[x, np.ones(len(x))], np.zeros((x.shape[1] + 1, 7))
    for _ in range(steps + 1):
        scores = X @ W
        scores -= scores.max(axis=1, keepdims=True)
        log_p = scores - np.log(np.exp(scores).sum(axis=1, keepdims=True))
        W = W - lr * X.T @ (np.exp(log_p) - one_hot) / len(x)
    return -(one_hot * log_p).sum(axis=1).mean()


# %% [markdown]
# > **Predict.** By what factor do the best learning rates for raw pixels and for standardised ones differ: 2, 255, or more?

# %%
scaled = {
    "pixels from 0 to 255": colours,
    "from 0 to 1": colours / 255,
    "standardised": (colours - colours.mean()) / colours.std(),
}
rates = 10.0 ** np.arange(-7, 0.6, 0.5)
losses = {name: np.array([classifier_loss(x, lr) for lr in rates]) for name, x in scaled.items()}
fig, axis = plots.figure(height=3.2)
for (name, values), mark in zip(losses.items(), "osv"):
    best = values.argmin()
    axis.plot(
        rates,
        values,
        marker=mark,
        ms=5,
        label=f"{name}: best {values[best]:.2f} at {rates[best]:.0e}",
    )
axis.axhline(np.log(7), color="gray", ls=":", lw=1)
axis.set(
    xscale="log",
    ylim=(0.3, 2.6),
    xlabel="learning rate",
    ylabel="loss after 100 steps",
    title="the same classifier, three scales of input",
)
axis.legend(loc="lower left")
plots.show(
    fig,
    alt="Loss after 100 steps against the learning rate. Three valleys: raw pixels have theirs near a millionth, pixels from 0 to 1 and standardised ones near a tenth. The valley of the standardised pixels is the deepest.",
)  # fmt: skip

# %% [markdown]
# *Dotted: guessing. Lines that leave the top have diverged.* Five powers of ten. That is why a learning rate copied from someone else's network fails on unscaled data. And with the best rate for each, the standardised pixels are still ahead.
#
# The mean and the standard deviation are taken from the **training** images and then used for all others (lesson 12 has the Keras layers for it).

# %% [markdown]
# ## The same inside the network
#
# What a layer sees is the output of the layer before. Nobody scales that, and it changes as the weights change. So put the scaling *into* the network: after each convolution, subtract a mean and divide by a standard deviation. This is
# **batch normalisation** (Ioffe and Szegedy 2015). The mean and variance of each channel are taken over everything in the batch that belongs to this channel: all images, all places.
#
# $$\mu = \frac1m \sum_i x_i \qquad \sigma^2 = \frac1m \sum_i (x_i - \mu)^2 \qquad \hat x_i = \frac{x_i - \mu}{\sqrt{\sigma^2 + \epsilon}} \qquad y_i = \gamma\,\hat x_i + \beta$$
#
# (their Algorithm 1; $m = N \cdot H \cdot W$ numbers a channel). The $\epsilon$ keeps a channel without variance from dividing by zero. $\gamma$ and $\beta$ are learned, one pair a channel: should the network want a channel with another mean and width, it can have it.
#
# By hand: two images, one channel, 2×2 pixels. One image is dark, one bright. The eight numbers have mean 8. Their distances are −7, −7, −1, −1, 1, 1, 7, 7; the mean square is $(49 + 49 + 1 + 1 + 1 + 1 + 49 + 49)/8 = 25$, so $\sigma = 5$.

# %%
dark, bright = np.array([[1.0, 7], [7, 1]]), np.array([[9.0, 15], [15, 9]])
pair = np.stack([dark, bright])[..., None]  # (2, 2, 2, 1): images, rows, columns, channels
plots.matrices(
    {"dark": dark, "bright": bright, "dark, x̂": (dark - 8) / 5, "bright, x̂": (bright - 8) / 5},
    signs=["", "→", ""],
    alt="Two 2 by 2 images, 1, 7, 7, 1 and 9, 15, 15, 9. After normalisation with mean 8 and standard deviation 5: −1.4, −0.2, −0.2, −1.4 and 0.2, 1.4, 1.4, 0.2.",
)  # fmt: skip

# %%
batch_norm_keras = layers.BatchNormalization()
normalised = np.asarray(batch_norm_keras(pair, training=True))
print("Keras, in training:", normalised.ravel().round(3))

# %% [markdown]
# −1.4 and so on, up to the fifth decimal, where Keras's $\epsilon = 0.001$ shows. The dark image is still the darker one: it is compared with its *neighbour*. There is the answer to the first half of the riddle. Whatever the batch holds, it goes into $\mu$ and $\sigma$.
#
# ### {{exercise batch_norm}}
#
# Write it for whole batches of feature maps. NumPy only: no Keras, TensorFlow, PyTorch or JAX. The result may be float32 or float64.
#
# <details><summary>Hint 1 · which axes</summary>There is one mean for each channel. Everything else is averaged away: which of the four axes are those?</details>
# <details><summary>Hint 2 · which variance</summary>Divide by m. (The m − 1 of statistics books is another estimate.)</details>
# <details><summary>Hint 3 · where ε stands</summary>Under the root, with the variance.</details>


# %% tags=["exercise"]
def batch_norm(x, gamma, beta, epsilon=1e-3):
    """Batch normalisation as in training, each channel with the statistics of the batch.

    Args:
        x: float array (N, H, W, C).
        gamma, beta: float arrays (C,), the learned scale and shift.
        epsilon: float > 0, added to the variance.

    Returns:
        (y, mean, variance): y of shape (N, H, W, C); the batch's mean and variance, both (C,), without epsilon.
    """
    ### BEGIN SOLUTION
    mean, variance = x.mean(axis=(0, 1, 2)), x.var(axis=(0, 1, 2))
    x_hat = (x - mean) / np.sqrt(variance + epsilon)
    return gamma * x_hat + beta, mean, variance
    ### END SOLUTION


# %% tags=["check"]
check(batch_norm)

# %% [markdown]
# Two facts follow at once. You can find each by looking at the formula; here are the numbers.
#
# > **Predict.** What happens to the output if the convolution before it has a bias of 100? And what if its kernel is multiplied by 10?

# %% tags=["nbval-check-output"]
rng = np.random.default_rng(0)
photo = data.photograph("astronaut", size=32)[None] / np.float32(255)
conv, norm = layers.Conv2D(4, 3, kernel_initializer=keras.initializers.RandomNormal(seed=0)), layers.BatchNormalization(epsilon=1e-7)  # fmt: skip
before = np.asarray(norm(conv(photo), training=True))
kernel, bias = conv.get_weights()
for what, weights in {"bias 100": (kernel, bias + 100), "kernel × 10": (10 * kernel, bias)}.items():
    conv.set_weights(weights)
    after = np.asarray(norm(conv(photo), training=True))
    print(f"{what}: largest change below 0.01: {np.abs(after - before).max() < 0.01}")

# %% [markdown]
# Nothing changes. The mean takes any bias away again; so the convolution before it needs none (`use_bias=False`), and $\beta$ does that work. And the standard deviation takes any factor away. Its normalised layers cannot explode by having large weights, which is one reason why such a network bears
# large learning rates (Ioffe and Szegedy, section 3.3).

# %% [markdown]
# ## Two ways to run
#
# When the network is used, there may be only one image, and its answer should not depend on strangers. So during training the layer keeps, beside $\gamma$ and $\beta$, a **running mean** and a **running variance** of each channel, and in inference it uses these. After each training batch Keras updates both:
#
# $$\text{running} \leftarrow \text{momentum} \cdot \text{running} + (1 - \text{momentum}) \cdot \text{batch}$$
#
# They start at mean 0 and variance 1. By hand, with momentum 0.9 and our two images, mean 8 and variance 25: the running mean becomes $0.9 \cdot 0 + 0.1 \cdot 8 = 0.8$, the running variance $0.9 \cdot 1 + 0.1 \cdot 25 = 3.4$.

# %% tags=["nbval-check-output"]
layer = layers.BatchNormalization(momentum=0.9)
for use in ({"training": True}, {"training": False}, {}):
    layer(pair, **use)
    print(f"{use!s:20}", *(f"{w.name} {w.numpy()[0]:.2f}" for w in layer.weights), sep="  ")

# %% [markdown]
# Only `training=True` moves them. A call of this layer without `training` means inference, and so does `predict`; `fit` says `training=True` by itself. (Not every layer reads silence so: the layers of lesson 12 that change pictures at random do it in a call without `training`.)
#
# Keras's momentum is the share of the **old** value that stays. PyTorch's parameter of the same name is the share of the **new** one: Keras's 0.99 is PyTorch's 0.01. And the paper (Algorithm 2) and PyTorch multiply the running variance by $m/(m-1)$; Keras does not.
#
# ### {{exercise batch_norm_layer}}
#
# Write the whole layer. It must not change the arrays it is given: it returns new ones. You may call your `batch_norm`. NumPy only, in float32 or float64, as before.
#
# <details><summary>Hint 1 · two questions</summary>Which statistics does this call normalise with? And do the running ones change in this call? Answer both for training, then both for inference.</details>
# <details><summary>Hint 2 · order</summary>In training, the batch is normalised with its own statistics, not with the running ones that were just updated.</details>


# %% tags=["exercise"]
def batch_norm_layer(
    x, gamma, beta, running_mean, running_variance, training, momentum=0.99, epsilon=1e-3
):
    """Batch normalisation in training or in inference, with Keras's running statistics.

    Args:
        x: float array (N, H, W, C).
        gamma, beta: float arrays (C,).
        running_mean, running_variance: float arrays (C,); left as they are.
        training: True or False.
        momentum: share of the old running statistics that stays, between 0 and 1.
        epsilon: float > 0, added to the variance.

    Returns:
        (y, running_mean, running_variance): y like x; the running statistics after this call.
    """
    ### BEGIN SOLUTION
    if not training:
        x_hat = (x - running_mean) / np.sqrt(running_variance + epsilon)
        return gamma * x_hat + beta, running_mean, running_variance
    y, mean, variance = batch_norm(x, gamma, beta, epsilon)
    running_mean = momentum * running_mean + (1 - momentum) * mean
    running_variance = momentum * running_variance + (1 - momentum) * variance
    return y, running_mean, running_variance
    ### END SOLUTION


# %% tags=["check"]
check(batch_norm_layer)

# %% [markdown]
# Against Keras, five batches of photograph patches in a row:

# %% tags=["needs-answer"]
layer, running = layers.BatchNormalization(momentum=0.8), (np.zeros(3), np.ones(3))
for batch in (patches[:80] / 255.0).reshape(5, 16, 32, 32, 3):
    y, *running = batch_norm_layer(batch, np.ones(3), np.zeros(3), *running, True, momentum=0.8)
    theirs = np.asarray(layer(batch, training=True))
print("outputs differ by at most", f"{np.abs(y - theirs).max():.0e}")
print("running statistics by at most", f"{max(np.abs(mine - w.numpy()).max() for mine, w in zip(running, layer.weights[2:])):.0e}")  # fmt: skip

# %% [markdown]
# ### When they have not settled
#
# Keras's default momentum is 0.99. Here the reader learns from scratch, and after every few steps it reads 500 new digits in both ways: as in training, with the statistics of those 500, and as in inference, with the running ones. Same weights, same digits.
#
# > **Predict.** Draw the two curves for momentum 0.99. Where do they meet?


# %%
def both_ways(model, seed, steps, every):
    """Accuracy on new digits as in training and as in inference, every few steps of training."""
    rng, curve = np.random.default_rng(seed), []
    for step in range(steps + 1):
        if step % every == 0:
            kept = model.get_weights()  # training=True would move the running statistics
            read = [
                np.asarray(model(x_new[:500], training=t)).argmax(axis=1) for t in (True, False)
            ]
            curve.append([np.mean(r == new_labels[:500]) for r in read])
            model.set_weights(kept)
        rows = rng.integers(0, len(x_train), 64)
        model.train_on_batch(x_train[rows], labels[rows])
    return curve


def anew(model, make, seed):
    """Give a compiled network the weights of a new one: quicker than to compile again."""
    keras.utils.set_random_seed(seed)
    model.set_weights(make().get_weights())
    return model


# %%
steps, every = runtime.budget(smoke=30, cpu=200, gpu=400), runtime.budget(smoke=15, cpu=20, gpu=20)
seeds = range(runtime.budget(smoke=1, cpu=3, gpu=5))


def settle(momentum):
    """The curves for one momentum: (seeds, times, 2)."""

    def make():
        return reader(lambda: layers.BatchNormalization(momentum=momentum))

    model = ready(make())
    return np.array([both_ways(anew(model, make, seed), seed, steps, every) for seed in seeds])


settling = {momentum: settle(momentum) for momentum in (0.99, 0.9)}

# %%
fig, axes = plots.figure(1, 2, height=3.2, sharey=True)
at = np.arange(0, steps + 1, every)
for axis, (momentum, curves) in zip(axes, settling.items()):
    for k, (name, mark) in enumerate(
        {"statistics of these 500 digits": "o", "running statistics": "v"}.items()
    ):
        axis.plot(at, curves[..., k].mean(axis=0), marker=mark, ms=4, label=name)
        axis.fill_between(at, curves[..., k].min(axis=0), curves[..., k].max(axis=0), alpha=0.2)
    axis.set(title=f"momentum {momentum}", xlabel="training steps")
axes[0].set(ylabel="of 500 new digits, read correctly", ylim=(0, 1))
axes[1].legend(loc="lower right")
plots.show(
    fig,
    alt="Accuracy against training steps, two panels. With the digits' own statistics it climbs to more than nine tenths in both. With running statistics and momentum 0.99 it stays far below and swings; with momentum 0.9 it catches up after some forty steps.",
)  # fmt: skip

# %% [markdown]
# *Mean and range over the seeds.* The network on the left can read. It just does not know yet what its own channels look like: after 60 steps, $0.99^{60} = 55\,\%$ of its running variance is still the 1 that it was born with. If your validation accuracy is poor or jumps about in the first epochs while the training accuracy is
# fine, this is the first thing to suspect. It is not overfitting. Longer training cures it, and so does a smaller momentum.

# %% [markdown]
# ### Four numbers a channel
#
# $\gamma$, $\beta$, running mean, running variance. Gradient descent changes the first two; the last two change by the rule above. Keras counts all four as parameters, and calls the last two **non-trainable**.

# %% tags=["nbval-check-output"]
feature_maps = keras.Input((14, 14, 32))
rows = []
for layer in (
    layers.BatchNormalization(),
    layers.LayerNormalization(),
    layers.LayerNormalization(axis=(1, 2, 3)),
    layers.GroupNormalization(8),
    layers.GroupNormalization(-1),
    layers.RMSNormalization(),
    layers.UnitNormalization(),
):
    layer(feature_maps)
    counts = [sum(int(np.prod(w.shape)) for w in part) for part in (layer.trainable_weights, layer.non_trainable_weights)]  # fmt: skip
    rows.append([type(layer).__name__, ", ".join(w.name for w in layer.weights) or "none", *counts])
plots.table(["layer, on a map of 14×14×32", "weights", "trainable", "not trainable"], rows)

# %% [markdown]
# Two rows say LayerNormalization and two say GroupNormalization. The section on cubes below tells them apart.
#
# ### {{exercise bill}}
#
# Without running code: an image of 32×32×3 goes through the layers below. Fill in the dictionary `bill = {"conv": …, "bn": …, "bn_trained": …, "gn": …, "ln_image": …, "bias_saved": …}` with numbers of parameters.
#
# - `"conv"`: `Conv2D(16, 3, use_bias=False)`;
# - `"bn"`: the `BatchNormalization()` after it, everything that Keras counts;
# - `"bn_trained"`: those of them that gradient descent changes;
# - `"gn"`: `GroupNormalization(8)` after a convolution with 24 filters;
# - `"ln_image"`: `LayerNormalization(axis=(1, 2, 3))` on a map of 5×5×24;
# - `"bias_saved"`: how many parameters fewer the first convolution has because it has no bias.
#
# <details><summary>Hint 1 · groups</summary>The groups share a mean and a variance. Do they share γ and β? Look at the table.</details>
# <details><summary>Hint 2 · the whole image</summary>Compare the two LayerNormalization rows: its γ has the shape of the axes you name.</details>

# %% tags=["exercise"]
### BEGIN SOLUTION
bill = {"conv": 432, "bn": 64, "bn_trained": 32, "gn": 48, "ln_image": 1200, "bias_saved": 16}
### END SOLUTION

# %% tags=["check"]
check(bill=bill)

# %% [markdown]
# ## Backwards through the batch
#
# Backwards, the layer is handed $dY$, the slope of the loss for each of its outputs (lesson 05). If mean and variance were constants, $dX$ would be $dY \cdot \gamma / \sqrt{\sigma^2 + \epsilon}$. But they are not: $x_i$ pushes the mean and the variance, and those push **every** output of the channel. Three roads lead from $x_i$ to the loss:
# straight through $\hat x_i$; through the mean; through the variance. Roads add up.
#
# Here is why it matters. Take a channel with only two numbers, $a < b$. Their mean lies halfway, their standard deviation is half their distance. So $\hat a = -1$ and $\hat b = 1$, *whatever $a$ and $b$ are*. Move $a$ a little: nothing changes. The true slope is zero, and no learning can come through. (Keep this in mind for the batch of two.)
#
# With more numbers it is less drastic, and of the same kind. Nudge each of five numbers, and look at all five outputs:

# %%
five = np.array([1.0, 2, 3, 4, 10])
nudges = 1e-6 * np.eye(5)
slopes = np.array([(standard(five + n) - standard(five - n)) / 2e-6 for n in nudges]).T
plots.matrices(
    {"true slopes": slopes, "mean and σ held constant": np.eye(5) / five.std()},
    fmt=".2f",
    alt="Two 5 by 5 matrices of slopes. The true one has large numbers on its diagonal, except the last, which is nearly zero, and negative numbers beside it. With constant statistics there is 0.32 on the diagonal and 0 elsewhere.",
)  # fmt: skip

# %% [markdown]
# *Row: which $\hat x$ answers. Column: which $x$ was nudged.* Look at the last column. The outlier, 10, drags mean and standard deviation along, and so its own $\hat x$ hardly moves when it does. Each column of the true matrix sums to zero: no $x$ can raise the mean of $\hat x$.
#
# ### {{exercise batch_norm_backward}}
#
# The paper lists the roads as six equations in its section 3; work yours out on paper first. NumPy only, so no automatic differentiation; float32 or float64. The check compares with the slopes of the reference, and those were compared with finite differences.
#
# <details><summary>Hint 1 · the easy two</summary>γ and β of a channel touch all m outputs of it. For each, how does one output change, and over what do the roads add up?</details>
# <details><summary>Hint 2 · x̂ first</summary>Turn dY into the slope for x̂. From there on γ and β are out of the game.</details>
# <details><summary>Hint 3 · two corrections</summary>The road through the mean takes something away that is equal for all m numbers of the channel. The road through the variance takes something away that is proportional to x̂. Find both factors.</details>


# %% tags=["exercise"]
def batch_norm_backward(x, gamma, dy, epsilon=1e-3):
    """Slopes of the loss for everything that enters batch normalisation in training.

    Args:
        x: float array (N, H, W, C), the input of the forward pass.
        gamma: float array (C,).
        dy: float array (N, H, W, C), slope of the loss with respect to the output.
        epsilon: float > 0, as in the forward pass.

    Returns:
        (dx, dgamma, dbeta) of shapes (N, H, W, C), (C,) and (C,).
    """
    ### BEGIN SOLUTION
    axes = (0, 1, 2)
    deviation = np.sqrt(x.var(axis=axes) + epsilon)
    x_hat = (x - x.mean(axis=axes)) / deviation
    dx_hat = dy * gamma
    dx = dx_hat - dx_hat.mean(axis=axes) - x_hat * (dx_hat * x_hat).mean(axis=axes)
    return dx / deviation, (dy * x_hat).sum(axis=axes), dy.sum(axis=axes)
    ### END SOLUTION


# %% tags=["check"]
check(batch_norm_backward)

# %% [markdown]
# Nudge each number of an input and compare with finite differences, central ones in float64 (lesson 05). Beside it the version that holds the statistics constant:

# %% tags=["needs-answer"]
rng = np.random.default_rng(0)
x, dy, gamma = rng.normal(2, 3, (3, 2, 2, 2)), rng.normal(size=(3, 2, 2, 2)), np.array([0.5, 2.0])


def loss_of(x):
    """A loss whose slope with respect to the output is dy: forwards only."""
    deviation = np.sqrt(x.var(axis=(0, 1, 2)) + 1e-3)
    return np.sum(dy * gamma * (x - x.mean(axis=(0, 1, 2))) / deviation)


steps_of = 1e-5 * np.eye(x.size).reshape(-1, *x.shape)
numeric = np.reshape([(loss_of(x + h) - loss_of(x - h)) / 2e-5 for h in steps_of], x.shape)
print("yours and finite differences differ by at most", f"{np.abs(batch_norm_backward(x, gamma, dy)[0] - numeric).max():.0e}")  # fmt: skip
print("with statistics held constant by", f"{np.abs(dy * gamma / np.sqrt(x.var(axis=(0, 1, 2)) + 1e-3) - numeric).max():.0e}")  # fmt: skip

# %% [markdown]
# ### {{exercise conv_bn_relu}}
#
# The three layers that you will meet hundreds of times in lessons 13 to 18: convolution, batch normalisation, ReLU, in the order of the 2015 paper (section 3.2: the normalisation stands **immediately before the non-linearity**). Write it as a function from tensor to tensor. Give the layers no names: the block will be used several times in one network.
#
# <details><summary>Hint 1 · a parameter too many</summary>Which number of the convolution did batch normalisation make useless?</details>


# %% tags=["exercise"]
def conv_bn_relu(x, filters, strides=1):
    """A 3×3 convolution with same padding, batch normalisation with Keras's defaults, and ReLU.

    Args:
        x: Keras tensor (N, H, W, C).
        filters: number of output channels.
        strides: of the convolution.

    Returns:
        Keras tensor (N, ceil(H / strides), ceil(W / strides), filters). No parameter is useless.
    """
    ### BEGIN SOLUTION
    x = layers.Conv2D(filters, 3, strides=strides, padding="same", use_bias=False)(x)
    x = layers.BatchNormalization()(x)
    return layers.ReLU()(x)
    ### END SOLUTION


# %% tags=["check"]
check(conv_bn_relu)

# %% [markdown]
# ## Does it help, and why?
#
# The reader from the opening, with and without batch normalisation, at learning rates over a wide range. The inputs are standardised for both, which is kind to the plain network. Same seeds, same number of steps.
#
# Ioffe and Szegedy explained the gain by *internal covariate shift*: what a layer sees keeps moving while it learns, and normalising holds it still. Santurkar and others (2018) doubted that, and tested it: they added noise **after** the batch normalisation, with a mean and a width drawn anew in each step, so that what the next layer sees moves
# more than in a plain network. The third network imitates their test: after each batch normalisation, in training, every channel is stretched by a random factor and shifted by a random amount.
#
# > **Predict.** Will the jostled network be closer to the plain one or to the one with batch normalisation?


# %%
class Jostle(layers.Layer):
    """In training, stretches and shifts each channel by random amounts, new in every step."""

    def __init__(self):
        super().__init__()
        self.random = keras.random.SeedGenerator(0)

    def call(self, x, training=False):
        if not training:
            return x
        shape = (1, 1, 1, x.shape[-1])
        stretch = keras.random.uniform(shape, 0.5, 1.5, seed=self.random)
        return stretch * x + keras.random.uniform(shape, -1, 1, seed=self.random)


# %%
def batch_norm_9():
    """Batch normalisation with a memory short enough for short trainings."""
    return layers.BatchNormalization(momentum=0.9)


networks = {
    "no normalisation": None,
    "batch normalisation": batch_norm_9,
    "batch normalisation, jostled": lambda: keras.Sequential([batch_norm_9(), Jostle()]),
}


# %%
def accuracies(norm, rates, seeds, images, epochs):
    """Accuracy on 500 new digits for each learning rate and seed: (rates, seeds)."""
    model, table = ready(reader(norm)), np.zeros((len(rates), len(seeds)))
    standardised = [(x - x_train.mean()) / x_train.std() for x in (x_train[:images], x_new[:500])]
    for (row, rate), (column, seed) in ((r, s) for r in enumerate(rates) for s in enumerate(seeds)):
        anew(model, lambda: reader(norm), seed)
        model.optimizer.learning_rate = rate
        model.fit(standardised[0], labels[:images], batch_size=32, epochs=epochs, verbose=0)
        read = np.asarray(model(standardised[1])).argmax(axis=1)
        table[row, column] = np.mean(read == new_labels[:500])
    return table


# %%
rates = runtime.budget(
    smoke=(0.01, 0.1, 1),
    cpu=(0.01, 0.03, 0.1, 0.3, 1, 3),
    gpu=(0.003, 0.01, 0.03, 0.1, 0.3, 1, 3),
)
seeds = range(runtime.budget(smoke=1, cpu=3, gpu=5))
images, epochs = runtime.budget(smoke=(300, 1), cpu=(1500, 2), gpu=(3000, 3))
by_rate = {name: accuracies(norm, rates, seeds, images, epochs) for name, norm in networks.items()}

# %%
fig, axis = plots.figure(height=3.4)
for (name, table), mark in zip(by_rate.items(), "osv"):
    axis.plot(rates, table.mean(axis=1), marker=mark, ms=5, label=name)
    axis.fill_between(rates, table.min(axis=1), table.max(axis=1), alpha=0.2)
axis.axhline(0.1, color="gray", lw=0.8, ls=":")
axis.set(
    xscale="log", ylim=(0, 1), xlabel="learning rate", ylabel="of 500 new digits, read correctly"
)
axis.set_title(
    f"mean and range of {len(seeds)} seeds, {images} digits, {epochs} epoch{'s' * (epochs > 1)}"
)
axis.legend(loc="lower center")
plots.show(
    fig,
    alt="Accuracy against the learning rate. Without normalisation there is one narrow hill between a tenth and one. With batch normalisation there is a broad plateau, a hundredfold wide, that stands higher. The jostled network lies between, much wider than the plain one.",
)  # fmt: skip
for name, table in by_rate.items():
    best = table.mean(axis=1).argmax()
    print(f"{name:29} best at {rates[best]}: {with_spread(table[best], '.0%')}")

# %% [markdown]
# *Dotted: guessing.* The plain network has one narrow hill. With batch normalisation the hill becomes a plateau. Most of it lies to the left: rates at which the plain network has not yet begun. To the right it reaches one step of our grid further. That is the gain one sees first. How far behind the plain network is at *its* best rate, the printed lines say: compare that, too, before you believe in a gain.
#
# And the jostled one, whose layers see something else in every step, also learns at rates where the plain network fails. So constant inputs cannot be the whole reason. Santurkar and others found the same on much larger networks, and argue that batch normalisation makes the *loss smoother*: its slope changes less from step to step, so
# steps may be larger. That it helps is measured; why is still argued about.

# %% [markdown]
# ## Who is averaged with whom
#
# The mean over a batch has its price, as the opening showed. Could one average over something else? Draw a batch of feature maps as a block: images in depth, channels from left to right, and all places of a map, H·W of them, from top to bottom. (Figure 2 of Wu and He 2018 draws it so.) The coloured cells share one mean and one variance.


# %%
def cube(axis, chosen, title, N=4, C=6, P=6):
    """Draw a block of N images, C channels, P places; colour the cells (n, c, p) that are chosen."""

    def at(n, c, p):
        return c + 0.55 * n, -p + 0.38 * n

    walls = {  # the three sides that one sees, and the two directions in which each runs
        "front": ([(0, c, p) for c in range(C) for p in range(P)], (0, 1, 0), (0, 0, 1), (0, 0, 0)),
        "top": ([(n, c, 0) for n in range(N) for c in range(C)], (1, 0, 0), (0, 1, 0), (0, 0, 0)),
        "side": ([(n, C - 1, p) for n in range(N) for p in range(P)], (1, 0, 0), (0, 0, 1), (0, 1, 0)),
    }  # fmt: skip
    for cells, u, v, offset in walls.values():
        for cell in cells:
            corner = np.add(cell, offset)
            outline = [at(*corner), at(*(corner + u)), at(*(corner + u + v)), at(*(corner + v))]
            colour = plots.COLOURS[1] if chosen(*cell) else "#F3F6F9"
            axis.fill(*zip(*outline), facecolor=colour, edgecolor="#8A97A3", lw=0.6)
    axis.set_title(title, fontsize=9)
    axis.set_aspect("equal")
    axis.axis("off")


# %%
fig, axes = plots.figure(2, 3, height=5.4)
cubes = {
    "batch: one channel,\nall images, all places": lambda n, c, p: c == 5,
    "layer: one image,\nall channels, all places": lambda n, c, p: n == 0,
    "group: one image,\nsome channels, all places": lambda n, c, p: n == 0 and c >= 3,
    "instance: one image,\none channel, all places": lambda n, c, p: n == 0 and c == 5,
    "LayerNormalization() in Keras:\none image and place, all channels": lambda n, c, p: n == 0 and p == 0,
    "local response: one image and\nplace, neighbouring channels": lambda n, c, p: n == 0 and p == 0 and c >= 3,
}  # fmt: skip
for axis, (title, chosen) in zip(axes.ravel(), cubes.items()):
    cube(axis, chosen, title)
words = {"places": (-0.5, -3, 90), "channels": (3, -6.6, 0), "images": (7.6, -5.6, 35)}
for word, (x, y, angle) in words.items():
    axes[0, 0].text(x, y, word, rotation=angle, ha="center", va="center", fontsize=8)
plots.show(
    fig,
    alt="Six blocks of cells, images in depth, channels to the right, places downwards, with the cells coloured that share their statistics. Batch: the slab of one channel through all images. Layer: the whole front image. Group: the right half of the front image. Instance: one column of the front image. Keras's default layer normalisation: the top row of the front image. Local response: the right half of that row.",
)  # fmt: skip

# %% [markdown]
# Only the first block reaches into the depth. All others stay within **one image**: no batch, no neighbours, no running statistics, and training and inference are the same.
#
# - **Layer normalisation** (Ba, Kiros and Hinton 2016) was made with recurrent networks in mind: all units of a layer, one sample. The Transformer (lesson 19) uses it, at each step of a sequence by itself.
# - **Instance normalisation** (Ulyanov, Vedaldi and Lempitsky 2016) was made for style transfer: each map of each image by itself.
# - **Group normalisation** (Wu and He 2018) lies between: the channels in groups of neighbours. One group is layer normalisation, a group for each channel is instance normalisation.
#
# A trap: for images, Keras's `LayerNormalization()` is *not* the second block. Its default `axis=-1` averages over the channels of **each pixel**, the fifth block. The second is `LayerNormalization(axis=(1, 2, 3))`, which learns a $\gamma$ for every number of the map, or `GroupNormalization(1)`, which learns one a channel.
#
# Some notes say that layer normalisation takes "each feature independently". It is the other way round: each *sample* by itself, over the features.


# %%
def groups_drawn(groups=2):
    """Which channels share their statistics with the last one, for 6 channels in 1, 2, 3 or 6 groups."""
    fig, axis = plots.figure(width=3.6, height=2.9)
    size = 6 // groups
    cube(
        axis,
        lambda n, c, p: n == 0 and c >= 6 - size,
        f"GroupNormalization({groups}): {size} of 6 channels",
    )
    return plots.show(
        fig, alt=f"The block with the last {size} of 6 channels of the front image coloured."
    )


plots.interact(groups_drawn, groups=[1, 2, 3, 6])

# %% [markdown]
# Back to the dark and the bright image. What does instance normalisation make of them?
#
# > **Predict.** Before you look: mean and standard deviation of each by itself are 4 and 3, and 12 and 3.

# %% tags=["nbval-check-output"]
for name, layer in {
    "batch": layers.BatchNormalization(),
    "instance": layers.GroupNormalization(-1),
}.items():
    dark_out, bright_out = np.asarray(layer(pair, training=True)).round(2)[..., 0] + 0.0
    print(f"{name:9} dark {dark_out.ravel()}   bright {bright_out.ravel()}")

# %% [markdown]
# They have become the same image. Brightness and contrast of a map are gone, which is what one wants for style transfer (the result should not take over the contrast of the photograph), and not what one wants if brightness is the message.
#
# ### {{exercise by_hand}}
#
# Two images, two channels A and B, each map has two pixels. Neglect $\epsilon$; $\gamma = 1$ and $\beta = 0$ where nothing else is said. Two decimals are enough.
#
# | | A | B |
# |---|---|---|
# | image 1 | 1, 7 | 7, 9 |
# | image 2 | 9, 15 | 3, 5 |
#
# What becomes of the **first number of image 1 in channel A**, the 1? Fill in the dictionary `by_hand = {"batch": …, "instance": …, "layer": …, "gamma": …, "beta": …, "fresh": …}`:
#
# - `"batch"`: after batch normalisation in training; `"instance"`: after instance normalisation; `"layer"`: after layer normalisation over the whole image;
# - `"gamma"` and `"beta"`: the two numbers with which batch normalisation in training would give channel A back unchanged;
# - `"fresh"`: the 1 after batch normalisation **in inference**, in a layer that has never been trained.
#
# <details><summary>Hint 1 · which numbers</summary>Write down, for each of the three, the list of numbers that share their mean. They are four, two and four.</details>
# <details><summary>Hint 2 · fresh</summary>What are the running statistics before the first batch?</details>

# %% tags=["exercise"]
### BEGIN SOLUTION
by_hand = {"batch": -1.4, "instance": -1.0, "layer": -5 / 3, "gamma": 5, "beta": 8, "fresh": 1.0}
### END SOLUTION

# %% tags=["check"]
check(by_hand=by_hand)

# %% [markdown]
# ### {{exercise group_norm}}
#
# Write it, and you have three layers in one. NumPy only, in float32 or float64, as before. Neighbouring channels form a group: with 6 channels and 2 groups, channels 0, 1, 2 and channels 3, 4, 5.
#
# <details><summary>Hint 1 · an axis more</summary>Split the last axis in two. Which of the two comes first, the group or the channel within the group?</details>
# <details><summary>Hint 2 · what stays</summary>One mean for each image and each group: a shape of (N, groups). Everything else is averaged away.</details>


# %% tags=["exercise"]
def group_norm(x, groups, gamma, beta, epsilon=1e-3):
    """Group normalisation: each image and each group of neighbouring channels by itself.

    Args:
        x: float array (N, H, W, C).
        groups: number of groups, a divisor of C. 1: layer normalisation; C: instance normalisation.
        gamma, beta: float arrays (C,), one pair a channel.
        epsilon: float > 0, added to the variance.

    Returns:
        float array (N, H, W, C).
    """
    ### BEGIN SOLUTION
    N, H, W, C = x.shape
    grouped = x.reshape(N, H, W, groups, C // groups)
    mean = grouped.mean(axis=(1, 2, 4), keepdims=True)
    variance = grouped.var(axis=(1, 2, 4), keepdims=True)
    return ((grouped - mean) / np.sqrt(variance + epsilon)).reshape(x.shape) * gamma + beta
    ### END SOLUTION


# %% tags=["check"]
check(group_norm)

# %% tags=["needs-answer"]
x = np.random.default_rng(0).normal(3, 2, (2, 4, 5, 6)).astype("float32")
for groups in (1, 2, 3, 6):
    theirs = np.asarray(layers.GroupNormalization(groups)(x))
    yours = group_norm(x, groups, np.ones(6), np.zeros(6))
    print(
        f"{groups} groups: largest difference from Keras's below 1e-5: {np.abs(yours - theirs).max() < 1e-5}"
    )

# %% [markdown]
# ### A photograph through all of them
#
# Each layer with its defaults, a colour photograph as the "feature map", its three colours as channels. The right half has been darkened to a third. Values are stretched for the eye.
#
# > **Predict.** Which of them will undo the shadow?

# %%
photo = data.photograph("astronaut", size=160)[None] / np.float32(255)
photo[:, :, 80:] /= 3
through = {
    "half in shadow": layers.Identity(),
    "batch": layers.BatchNormalization(),
    "one group": layers.GroupNormalization(1),
    "instance": layers.GroupNormalization(-1),
    "layer, by default": layers.LayerNormalization(epsilon=1e-6),
    "RMS": layers.RMSNormalization(),
    "unit": layers.UnitNormalization(),
}
outputs = {name: np.asarray(layer(photo, training=True))[0] for name, layer in through.items()}
stretched = [(o - o.min()) / np.ptp(o) for o in outputs.values()]
plots.images(
    stretched, list(outputs), columns=4,
    alt="A portrait of an astronaut whose right half is in shadow, and the same after six layers. Batch, group and instance normalisation keep the shadow. Layer normalisation with its defaults, RMS and unit normalisation remove it: both halves show flat colours without light and shade.",
)  # fmt: skip

# %% [markdown]
# Statistics over a whole map shift and stretch the picture as a whole, and the shadow stays. The three layers of the second row look at **each pixel** alone: a shadow multiplies red, green and blue by one factor, and they divide it out. What is left is hue.
#
# - **RMSNormalization** divides by the root of the mean square and subtracts no mean (Zhang and Sennrich 2019). It is used in language models.
# - **UnitNormalization** divides by the length, so that each pixel's vector has L2 norm 1. It learns nothing. (Some notes connect it with style transfer; that is instance normalisation.) By hand: the pixel $(3, 0, 4)$ has length 5.

# %% tags=["nbval-check-output"]
pixel = np.array([[3.0, 0.0, 4.0]], dtype="float32")
for layer in (layers.UnitNormalization(), layers.RMSNormalization(), layers.LayerNormalization()):
    print(f"{type(layer).__name__:19}", np.asarray(layer(pixel)).round(3)[0])

# %% [markdown]
# ## A batch of one
#
# Large images leave room for few in a batch. Wu and He report for ResNet-50 on ImageNet with a batch of 2 that group normalisation has 10.6 points less error than batch normalisation (abstract). What happens at batch size 1?
#
# > **Predict.** A channel of a 4×4 map, one image: how many numbers does batch normalisation average? A unit of a Dense layer, one image: how many? And what is left of a number after its own mean is subtracted?
#
# Two networks. In one, all normalised maps have at least 4×4 places. In the other, the hidden Dense layer is normalised, too. The learning rate goes with the batch size (as in Wu and He), and so does the memory of the running statistics, so that all see the same images under the same conditions.


# %%
def narrow(norm, dense):
    """Three convolutions and a hidden Dense layer; `dense` says whether that is normalised, too."""
    stack = [keras.Input((14, 14, 1))]
    for filters, stride in ((8, 2), (16, 2), (16, 1)):
        stack += [
            layers.Conv2D(filters, 3, stride, padding="same", use_bias=False),
            norm(),
            layers.ReLU(),
        ]
    stack += [layers.Flatten(), layers.Dense(32), *([norm()] if dense else []), layers.ReLU()]
    return keras.Sequential([*stack, layers.Dense(10)])


sizes = runtime.budget(smoke=(1, 32), cpu=(1, 2, 4, 32), gpu=(1, 2, 4, 8, 32))
images, epochs = runtime.budget(smoke=(100, 1), cpu=(800, 1), gpu=(2000, 2))
standardised = [(x - x_train.mean()) / x_train.std() for x in (x_train[:images], x_new[:500])]


def at_batch_size(size, kind, dense, seeds):
    """Accuracy in inference on 500 new digits after training in batches of this size, for each seed."""
    norms = {
        "batch": lambda: layers.BatchNormalization(momentum=1 - 0.1 * size / 32),
        "group": lambda: layers.GroupNormalization(4),
    }
    model, correct = ready(narrow(norms[kind], dense)), []
    model.optimizer.learning_rate = 0.1 * size / 32
    for seed in seeds:
        anew(model, lambda: narrow(norms[kind], dense), seed)
        model.fit(standardised[0], labels[:images], batch_size=size, epochs=epochs, verbose=0)
        read = np.asarray(model(standardised[1])).argmax(axis=1)
        correct.append(np.mean(read == new_labels[:500]))
    return correct


# %%
seeds = range(runtime.budget(smoke=1, cpu=3, gpu=5))
by_size = {
    (kind, dense): np.array([at_batch_size(size, kind, dense, seeds) for size in sizes])
    for dense in (False, True)
    for kind in ("batch", "group")
}

# %%
fig, axes = plots.figure(1, 2, height=3.2, sharey=True)
for (kind, dense), table in by_size.items():
    axis, mark = axes[int(dense)], "s" if kind == "batch" else "o"
    axis.plot(sizes, table.mean(axis=1), marker=mark, ms=5, label=f"{kind} normalisation")
    axis.fill_between(sizes, table.min(axis=1), table.max(axis=1), alpha=0.2)
for axis, title in zip(axes, ("maps of 4×4 and more", "a Dense layer normalised, too")):
    axis.axhline(0.1, color="gray", lw=0.8, ls=":")
    axis.set(xscale="log", ylim=(0, 1), xlabel="images in a batch", title=title)
    axis.set_xticks(sizes, [str(s) for s in sizes])
    axis.minorticks_off()
axes[0].set_ylabel("of 500 new digits, read correctly")
axes[1].legend(loc="lower right")
plots.show(
    fig,
    alt="Accuracy against the batch size, two panels. Where all normalised maps are 4 by 4 or larger, batch and group normalisation both learn at every batch size. Where a Dense layer is normalised too, batch normalisation guesses at batch size 1 and is far behind at 2 (where that was run), while group normalisation does not care.",
)  # fmt: skip

# %% [markdown]
# *Dotted: guessing.* What counts is not the batch size but $m = N \cdot H \cdot W$, the numbers that share a mean. One image with a map of 4×4 still gives 16 numbers: batch normalisation is then, in training, instance normalisation, and on digits that does no harm. Where $m = 1$, a number minus its mean is **zero**: every image gives the same output,
# $\beta$, and nothing can be learned. With $m = 2$ each channel becomes ±1, and no slope comes through; you saw it above. Group normalisation never looks at the batch. (In batches of 32 the same images make only a few dozen steps at most; that is why it has not got as far there.)
#
# On large tasks, batch normalisation gets worse long before $m = 1$: means of few images are noisy, and the running statistics of inference are not those of any training batch.

# %% [markdown]
# ## Neighbours among the channels
#
# Before all of these, AlexNet had **local response normalisation** (Krizhevsky, Sutskever and Hinton 2012, section 3.3). At each place, the activity $a_i$ of channel $i$ is divided by a measure of what its $n$ neighbouring channels do there:
#
# $$b_i = a_i \Big/ \Big(k + \alpha \sum_{j = \max(0,\, i - n/2)}^{\min(N - 1,\, i + n/2)} a_j^2 \Big)^{\beta} \qquad k = 2,\; n = 5,\; \alpha = 10^{-4},\; \beta = 0.75$$
#
# $N$ is the number of channels, and $n/2$ is rounded down: two neighbours on each side. No mean is subtracted, nothing is learned. In AlexNet it comes **after** the ReLU of the first two convolutions, not before. Its authors report 1.4 and 1.2 points less top-1 and top-5 error. VGG's authors found no gain and dropped it: their network A with it has 10.5 per cent top-5 error, without it 10.4 (Simonyan and Zisserman 2015, Table 3). Keras has no layer for it.
#
# By hand, with friendlier constants $k = 1, \alpha = 1, \beta = 0.5, n = 3$, and activities $2, 0, 2, 1$ at one place. Channel 1 has the neighbours 2 and 2: $0/\sqrt{1 + 4 + 0 + 4} = 0$. Channel 3, the last, has one neighbour: $1/\sqrt{1 + 4 + 1} = 0.41$.
#
# ### {{exercise local_response}}
#
# A colleague wrote it. The formula is all there, term by term. On the small example, the first three channels are right. The last is not. And somebody complains that his feature maps change when he merely looks at their normalised version.


# %%
def lrn_with_bug(a, n=5, k=2.0, alpha=1e-4, beta=0.75):
    """Local response normalisation. Something is wrong."""
    b = a
    for i in range(a.shape[-1]):
        window = a[..., max(0, i - n // 2) : i + n // 2 + 1]
        b[..., i] = a[..., i] / (k + alpha * np.sum(window**2, axis=-1)) ** beta
    return b


activities = np.array([2.0, 0.0, 2.0, 1.0]).reshape(1, 1, 1, 4)
print("with the bug:", lrn_with_bug(activities, n=3, k=1.0, alpha=1.0, beta=0.5).ravel().round(2))
print("the activities, afterwards:", activities.ravel().round(2))

# %% [markdown]
# Write `local_response` without the fault. NumPy only, in float32 or float64, as before; `a` must not be changed.
#
# <details><summary>Hint 1 · the last channel</summary>By hand it is 0.41. Which numbers did the program add up?</details>
# <details><summary>Hint 2 · one array or two</summary>After `b = a`, how many arrays are there?</details>


# %% tags=["exercise"]
def local_response(a, n=5, k=2.0, alpha=1e-4, beta=0.75):
    """Local response normalisation over neighbouring channels, as in the AlexNet paper.

    Args:
        a: float array (N, H, W, C), activities after ReLU; left as it is.
        n: odd integer ≥ 1, the number of channels in a window, the channel itself in the middle.
            At the first and last channels the window ends where the channels end.
        k, alpha, beta: floats, the constants of the formula.

    Returns:
        float array (N, H, W, C).
    """
    ### BEGIN SOLUTION
    b = np.empty_like(a)
    for i in range(a.shape[-1]):
        window = a[..., max(0, i - n // 2) : i + n // 2 + 1]
        b[..., i] = a[..., i] / (k + alpha * np.sum(window**2, axis=-1)) ** beta
    return b
    ### END SOLUTION


# %% tags=["check"]
check(local_response)

# %% [markdown]
# TensorFlow has it as an operation, with `depth_radius` = 2 for the paper's $n = 5$. (PyTorch's takes $n$ itself as `size`, and divides $\alpha$ by $n$. When you copy constants from one to another, look twice.)

# %% tags=["needs-answer"]
import tensorflow as tf

a = np.maximum(0, np.random.default_rng(0).normal(0, 100, (2, 3, 3, 12))).astype("float32")
theirs = tf.nn.local_response_normalization(
    a, depth_radius=2, bias=2, alpha=1e-4, beta=0.75
).numpy()
print(
    "largest relative difference below 1e-5:",
    np.abs(local_response(a) / np.maximum(theirs, 1e-9) - 1)[a > 0].max() < 1e-5,
)

# %% [markdown]
# What does it do? Here are the responses of 16 channels at one place, one of them loud. Its neighbours are turned down, those further away are not: a competition for attention, on a small scale.


# %%
def lrn_drawn(loud=250, n=5):
    """Responses of 16 channels before and after local response normalisation, channel 7 loud."""
    a = np.full((1, 1, 1, 16), 20.0, dtype="float32")
    a[..., 7] = loud
    after = tf.nn.local_response_normalization(
        a, depth_radius=n // 2, bias=2, alpha=1e-4, beta=0.75
    )
    fig, axis = plots.figure(height=2.8)
    axis.bar(np.arange(16) - 0.2, a.ravel(), 0.4, label="after ReLU")
    axis.bar(np.arange(16) + 0.2, after.numpy().ravel(), 0.4, label=f"after LRN, n = {n}")
    axis.set(
        xlabel="channel",
        ylabel="response",
        yscale="log",
        ylim=(1, 400),
        title=f"channel 7 responds with {loud}, the others with 20",
    )
    axis.legend()
    return plots.show(
        fig,
        alt=f"Bars of 16 channels. Channel 7 responds with {loud}, the others with 20. After normalisation channel 7 and its {n - 1} neighbours are lowered most, the others only by the constant factor.",
    )


plots.interact(lrn_drawn, loud=(20, 400, 10), n=[3, 5, 7, 9])

# %% [markdown]
# ## Normalise the weights instead
#
# *Side trip: may be skipped without loss.*
#
# All layers so far normalise what flows. **SpectralNormalization** (Miyato and others 2018) normalises the **kernel** of the layer that it wraps: it divides it by its largest singular value, the most by which it can stretch a vector. It is no preprocessing of numbers, as some notes have it. It was made for the discriminators of generative networks, whose slopes must stay bounded. (A function whose output never changes by more than $K$ times its input is called Lipschitz with constant $K$.)
#
# The value is found by power iteration: multiply a vector by the matrix and its transpose again and again, and it turns into the direction of the largest stretch. Keras takes one such step in each call with `training=True`.

# %%
circle = np.stack(
    [np.cos(np.linspace(0, 2 * np.pi, 100)), np.sin(np.linspace(0, 2 * np.pi, 100))], axis=1
)
dense = layers.Dense(2, use_bias=False)
wrapped = layers.SpectralNormalization(dense)
wrapped.build((None, 2))
dense.set_weights([np.array([[1.5, 1.0], [0.2, 1.2]])])
stages = {"the circle": circle, "before": circle @ dense.get_weights()[0]}
for call in range(1, 9):
    wrapped(circle, training=True)
    if call in (1, 8):
        stages[f"after {call} training call{'s' * (call > 1)}"] = circle @ dense.get_weights()[0]

fig, axes = plots.figure(1, 4, height=2.4, sharey=True)
for axis, (name, points) in zip(axes, stages.items()):
    axis.plot(*circle.T, color="gray", lw=0.8, ls=":")
    axis.plot(*points.T)
    axis.set(
        title=f"{name}\nlargest stretch {np.linalg.norm(points, axis=1).max():.2f}",
        aspect="equal",
        xlim=(-2.2, 2.2),
        ylim=(-2.2, 2.2),
    )
plots.show(
    fig,
    alt="A circle of radius 1; the slanted ellipse that a 2 by 2 kernel makes of it, stretched by about 2; the ellipse after one and after eight training calls of spectral normalisation: it touches the circle from inside, with a largest stretch of 1.",
)  # fmt: skip

# %% [markdown]
# The shape of the ellipse stays, its longest radius becomes 1. The same for a convolution, whose kernel is read as a matrix of $(k \cdot k \cdot c_{in}) \times c_{out}$:

# %%
conv = layers.Conv2D(8, 3, kernel_initializer=keras.initializers.HeNormal(seed=0))
wrapped = layers.SpectralNormalization(conv)
wrapped(photo)
for more in (0, 1, 9, 90):
    for _ in range(more):
        wrapped(photo, training=True)
    stretch = np.linalg.svd(conv.get_weights()[0].reshape(-1, 8), compute_uv=False)[0]
    print(f"after {more} more training calls: largest singular value {stretch:.3f}")
print("weights:", [f"{w.name} {tuple(w.shape)}" for w in wrapped.weights])

# %% [markdown]
# ## The answer
#
# Back to the digit whose answer changed with its company. The network was run with `training=True`. Run it as one should:

# %%
in_inference = network.predict(np.concatenate(batches), batch_size=32, verbose=0)
in_inference = in_inference.reshape(count, 10, 32, 10)[:, :, 0].argmax(axis=2)
moved = (in_inference != in_inference[:, :1]).any(axis=1)
print(f"answers that change with the company, in inference: {moved.sum()} of {count}")

# %% [markdown]
# With running statistics, an image's answer is its own. But the price of the wrong mode depends on the company, and you may not notice. Here are a thousand new digits, read in batches of 32, in six ways. In the last two, each digit is alone in its batch; that takes long, so they read the first 320 only.
#
# > **Predict.** In which order will they come?

# %%
shown = runtime.budget(smoke=320, cpu=992, gpu=992)
shuffled, by_class = np.arange(shown), np.argsort(new_labels[:shown], kind="stable")
alone = min(shown, 320)
ways = {
    "inference, shuffled": (network, shuffled, 32),
    "inference, sorted by class": (network, by_class, 32),
    "training=True, shuffled": (as_in_training, shuffled, 32),
    "training=True, sorted by class": (as_in_training, by_class, 32),
    "inference, one by one": (network, shuffled[:alone], 1),
    "training=True, one by one": (as_in_training, shuffled[:alone], 1),
}
rows = []
for name, (model, order, size) in ways.items():
    read = model.predict(x_new[order], batch_size=size, verbose=0).argmax(axis=1)
    moved = max(np.abs(a - b).max() for a, b in zip(learned, network.get_weights()))
    rows.append([name, len(order), f"{np.mean(read == new_labels[order]):.1%}", f"{moved:.2f}"])
    network.set_weights(learned)
plots.table(["how", "digits", "read correctly", "largest change of a weight"], rows)

# %% [markdown]
# Shuffled batches hide the mistake: a shuffled batch looks like a training batch. Sorted by class, or one by one, it costs. A test set on a disk is often sorted by class. And look at the last column: with `training=True` even *predicting* moves the running statistics, so the network is not the same afterwards.
#
# So: people build this layer because it lets a network learn over a wide range of learning rates. Its statistics come from the batch, which is why neighbours matter in training. In inference it uses running statistics, and neighbours do not matter, if three things are right: the mode is inference, the running statistics have settled, and the data look
# like those of training. Where there are too few numbers to average, take group normalisation.

# %% [markdown]
# ## {{exercise quiz}}
#
# Answer with one letter each, such as `{"q1": "a", …}`.
#
# **q1** A batch of 8 images, maps of 10×10 with 16 channels. Over how many numbers is one mean of batch normalisation taken?
#
# - a) 800
# - b) 8
# - c) 1,600
#
# **q2** Training accuracy is 95 %, validation accuracy jumps between 20 and 60 % during the first epoch; momentum is 0.99. The likeliest cause:
#
# - a) overfitting
# - b) running statistics that have not settled
# - c) a learning rate that is too small
#
# **q3** You double all weights of a convolution that is followed by batch normalisation, in training. The output of the normalisation
#
# - a) doubles
# - b) halves
# - c) stays practically the same
#
# **q4** Video frames are classified one by one, in inference, by a network with batch normalisation that has been trained in batches of 64. This
#
# - a) works: the running statistics are used
# - b) gives $\beta$ everywhere
# - c) depends on the frame before
#
# **q5** Gradient descent changes, in a batch normalisation layer,
#
# - a) γ, β, running mean and running variance
# - b) γ and β
# - c) nothing
#
# **q6** On maps of shape (N, H, W, C), `LayerNormalization()` with its defaults averages over
#
# - a) H, W and C
# - b) N, H and W
# - c) C alone, at each pixel

# %% tags=["exercise"]
### BEGIN SOLUTION
quiz = {"q1": "a", "q2": "b", "q3": "c", "q4": "a", "q5": "b", "q6": "c"}
### END SOLUTION

# %% tags=["check"]
check(quiz=quiz)

# %% [markdown]
# ## Summary
#
# - Inputs with mean 0 and standard deviation 1 turn the loss's ravine into a bowl; taking the mean away does most of it.
# - Batch normalisation does the same inside the network: per channel, over all images and places of the batch, then $\gamma$ and $\beta$. It widens the range of learning rates that work; why is disputed.
# - In inference it uses running statistics. Of its four numbers a channel, two are trained and two are averaged; until those have settled, training and inference disagree.
# - Layer, group and instance normalisation stay within one image and know no modes. What matters is how many numbers share a mean: with one or two, batch normalisation cannot learn.
# - `training=True` in inference makes answers depend on neighbours and changes the network. Shuffled test data hide it.
#
# ## References
#
# - S. Ioffe and C. Szegedy, "Batch normalization: accelerating deep network training by reducing internal covariate shift", 2015, section 3, Algorithms 1 and 2.
# - J. L. Ba, J. R. Kiros and G. E. Hinton, "Layer normalization", 2016.
# - D. Ulyanov, A. Vedaldi and V. Lempitsky, "Instance normalization: the missing ingredient for fast stylization", 2016.
# - Y. Wu and K. He, "Group normalization", 2018, Figure 2.
# - S. Santurkar, D. Tsipras, A. Ilyas and A. Mądry, "How does batch normalization help optimization?", 2018.
# - B. Zhang and R. Sennrich, "Root mean square layer normalization", 2019.
# - A. Krizhevsky, I. Sutskever and G. E. Hinton, "ImageNet classification with deep convolutional neural networks", 2012, section 3.3.
# - T. Miyato, T. Kataoka, M. Koyama and Y. Yoshida, "Spectral normalization for generative adversarial networks", 2018.
#
# ## Where to read on
#
# I. Goodfellow, Y. Bengio and A. Courville, *Deep Learning*, 2016, section 8.7.1. Ioffe's "Batch renormalization", 2017, for small batches (Keras's layer has it as `renorm=True`). Lesson 18 comes back to batch normalisation, when a trained network is tuned on new images. Next, lesson 11: networks that learn too well.
