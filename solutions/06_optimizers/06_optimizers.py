# %% [markdown]
# # From SGD to Adam
#
# **Time** 105 minutes · **Needs** lesson 05 · **Running everything** {{seconds}} s on two CPU cores
#
# A page lies in thick fog. Each point's light has spread over its surroundings, as heat spreads through a plate. We know exactly how the fog spreads light. So the loss is easy to write: put a
# guess into the same fog, and compare with what we see. Backpropagation gives every pixel its slope.

# %% tags=["setup"]
import numpy as np

from cnncourse import begin, data, plots, runtime
from cnncourse.runs import with_spread

check = begin("06_optimizers")

import keras

# %%
from scipy import fft

page = data.photograph("page", gray=True)[30:110, 10:210] / 255.0
down, across = (2 - 2 * np.cos(np.pi * np.arange(n) / n) for n in page.shape)
haze = 1 / (1 + 100 * (down[:, None] + across[None, :]))


def fog(picture):
    """Spread light: every wave pattern in the picture is weakened, fine ones most."""
    return fft.idctn(fft.dctn(picture, norm="ortho") * haze, norm="ortho")


seen = fog(page)


# %%
def clear(optimizer, steps=200):
    """Start from what is seen; follow the slopes of ½ Σ (fog(picture) − seen)²."""
    picture = keras.Variable(seen, dtype="float64")
    for _ in range(steps):
        now = keras.ops.convert_to_numpy(picture)
        optimizer.apply([fog(fog(now) - seen)], [picture])
    return keras.ops.convert_to_numpy(picture)


plain = clear(keras.optimizers.SGD(1.9))
rolling = clear(keras.optimizers.SGD(1.9, momentum=0.97))
plots.images(
    [seen, plain, rolling], ["what we see", "after 200 steps", "after 200 steps, with momentum=0.97"], columns=1, value_range=(0, 1), width=4.6,
    alt="Three pictures. Top: a grey haze in which dark bands can just be guessed. Middle: the lines of a printed text, too blurred to read. Bottom: the same text, sharp and easy to read: “Let us first determine markers …”.",
)  # fmt: skip

# %% [markdown]
# Same start, same loss, same step size, and the same price: 200 slopes each. Below you can read the page. How many plain steps would it have taken to come as close?


# %%
def error_of_plain(steps):
    """Of plain descent, in closed form: a pattern weakened by h loses a share 1.9 h² of its error a step."""
    left = (1 - 1.9 * haze**2) ** steps * (1 - haze) * fft.dctn(page, norm="ortho")
    return np.sqrt(np.mean(left**2))


print(f"formula and run agree to {abs(error_of_plain(200) - np.sqrt(np.mean((plain - page) ** 2))):.0e}")  # fmt: skip
with_momentum = np.sqrt(np.mean((rolling - page) ** 2))
needed = next(n for n in range(200, 10**6, 200) if error_of_plain(n) <= with_momentum)
print(f"plain descent needs {needed:,} steps for what momentum did in 200")

# %% [markdown]
# One argument, and the work of thousands of steps shrinks to two hundred. What did the second run know that the first did not? Only its own past.
#
# **Every weight knows its slope. How far should it step, and what is worth remembering from the steps before?**
#
# After this lesson you can
#
# - predict for which learning rates a descent creeps, converges, bounces or explodes;
# - choose a batch size, knowing what it does to noise and to cost;
# - write SGD with momentum, RMSProp and Adam so that they agree with Keras to six digits;
# - draw, choose and write a learning-rate schedule, and clip gradients without bending them;
# - compare optimizers fairly, and see through comparisons that are not.

# %% [markdown]
# ## One weight, one number
#
# Gradient descent moves a weight $w$ against its slope $g$, by the **learning rate** $\eta$ (Keras: `learning_rate`, here often `lr`):
#
# $$w \leftarrow w - \eta\, g$$
#
# Near the bottom of a valley every smooth loss looks like a parabola, $L = \tfrac12 a w^2$. The number $a$ is its **curvature**, and the slope is $g = a w$. By hand, with $a = 4$, $w = 1$ and $\eta = 0.1$:
# the slope is 4, so $w$ becomes $1 - 0.4 = 0.6$. Now the slope is 2.4, and $w$ becomes $0.6 - 0.24 = 0.36$. Each step multiplies by the same factor:
#
# $$w \leftarrow (1 - \eta a)\, w$$
#
# That factor decides everything. Draw it for $a = 4$.


# %%
def one_weight(lr=0.1):
    """Twelve steps on the parabola 2 w², from w = 1."""
    w = (1 - 4 * lr) ** np.arange(13)
    fig, (left, right) = plots.figure(1, 2, height=3.0)
    line = np.linspace(-1.6, 1.6, 200)
    left.plot(line, 2 * line**2, color=plots.COLOURS[5])
    left.plot(w, 2 * w**2, "o-", markersize=4, linewidth=1)
    left.set(
        title=f"loss, lr = {lr:g}", xlabel="w", ylabel="loss", xlim=(-1.6, 1.6), ylim=(-0.2, 5)
    )
    right.plot(w, "o-", markersize=4)
    right.set(
        title=f"each step: w × ({1 - 4 * lr:.2g})", xlabel="step", ylabel="w", ylim=(-1.6, 1.6)
    )
    return plots.show(fig, alt=f"Left: steps on a parabola. Right: w over 12 steps at learning rate {lr:g}; it begins at 1 and is multiplied by {1 - 4 * lr:.2g} in each step.")  # fmt: skip


plots.interact(one_weight, lr=(0.02, 0.54, 0.02))

# %% [markdown]
# > **Predict.** Still $a = 4$. What happens at $\eta = 0.25$? At 0.5? At 0.52? Write three words down, then run.

# %% tags=["nbval-check-output"]
for lr in (0.01, 0.1, 0.25, 0.45, 0.5, 0.52):
    path = (1 - 4 * lr) ** np.arange(61)
    print(f"lr {lr:4}   factor {1 - 4 * lr:5.2f}   w: {path[1]:5.2f} {path[2]:5.2f} {path[3]:5.2f} … {path[60]:8.1e}")  # fmt: skip

# %% [markdown]
# Too small creeps; $1/a = 0.25$ arrives in a single step; beyond it, $w$ jumps to the other side but comes closer; at $2/a = 0.5$ it bounces for ever; above, every step makes it worse. A rate 4 % too large is not 4 % slower. **It explodes.**
#
# ### A ravine
#
# Now two weights, with curvatures 1 and 30. There is one learning rate for both. The steep direction allows no more than $2/30$. At that rate the flat direction loses only a fifteenth of its error a step. Such a valley is a **ravine**,
# and the ratio of largest to smallest curvature, $\kappa$, its condition number. Plain descent needs a number of steps proportional to $\kappa$; momentum, with well chosen numbers, to $\sqrt\kappa$ (Polyak 1964).

# %%
CURVATURES = np.array([1.0, 30.0])
fig, axes = plots.figure(3, 1, height=6.2, sharex=True)
u, v = np.meshgrid(np.linspace(-11, 2, 90), np.linspace(-1.8, 1.8, 90))
for axis, lr in zip(axes, (0.01, 0.06, 0.068)):
    path = np.array([-10.0, 1.0]) * (1 - lr * CURVATURES) ** np.arange(21)[:, None]
    axis.contour(
        u, v, (u**2 + 30 * v**2) / 2, levels=[1, 5, 15, 30, 50], colors="0.75", linewidths=0.8
    )
    axis.plot(*path.T, "o-", markersize=3, linewidth=1)
    axis.plot(0, 0, "k+", markersize=10)
    axis.set(title=f"lr = {lr}, 20 steps", xlim=(-11, 2), ylim=(-1.8, 1.8), aspect="equal")
    axis.set_ylabel("steep weight")
axes[-1].set_xlabel("flat weight")
plots.show(
    fig,
    alt="Three paths of 20 steps on long narrow ellipses. At rate 0.01 the path creeps and covers a small part of the way. At 0.06 it zigzags across the ravine while it moves along. At 0.068 the zigzag grows with each step and leaves the picture.",
)

# %% [markdown]
# Across the ravine it already trembles, while along it there is far to go. The fog is such a ravine, in 16,000 directions. Smooth brightness passes the fog untouched; the finest pattern is almost gone, and with it its slope:

# %%
print(
    f"fog: curvatures from {haze.min() ** 2:.1e} to {haze.max() ** 2:.0f}, κ = {(haze.max() / haze.min()) ** 2:,.0f}"
)

# %% [markdown]
# ### {{exercise by_hand}}
#
# Paper and pencil. One weight has the loss $L = 3 w^2$; it starts at $w = 2$, with learning rate 0.1. Write a dictionary of four numbers, as in `by_hand = {"w1": 1, "w2": 2, "largest": 3, "left": 4}`, in place of the three dots:
#
# - `"w1"` and `"w2"`: the weight after one and after two steps;
# - `"largest"`: the learning rate below which the descent on this loss converges, and from which on it does not, to three decimals;
# - `"left"`: now there are two weights, $L = 3 u^2 + \tfrac14 v^2$, and the learning rate is 0.3. What share of $v$ is left after one step? (1 if all of it, 0 if none.)
#
# <details><summary>Hint 1 · slope</summary>The slope of c·w² is 2·c·w. Its curvature is the slope's own slope.</details>
# <details><summary>Hint 2 · the limit</summary>At the limit, a step carries w to −w. How long is that step, and how steep was the slope?</details>

# %% tags=["exercise"]
### BEGIN SOLUTION
by_hand = {"w1": 0.8, "w2": 0.32, "largest": 1 / 3, "left": 0.85}
### END SOLUTION

# %% tags=["check"]
check(by_hand=by_hand)

# %% [markdown]
# ## All the data, or a handful
#
# The loss of lesson 05 was a mean over all images. Its slope costs a pass over all of them. Three ways to spend the passes:
#
# - **batch** gradient descent: all images for one step;
# - **stochastic** gradient descent (SGD): one image, drawn at random, a step;
# - **mini-batch**: a handful, some 8 to 512. What everyone does, and what Keras calls SGD.
#
# A slope from a few images is an estimate: right on average, and noisy. We measure noise and cost on real digits, with one dense layer and cross-entropy.

# %%
(x_train, y_train), (x_test, y_test) = data.mnist_sample()
X, X_test = (
    np.c_[x.reshape(len(x), 784) / 255.0, np.ones(len(x))].astype("float32")
    for x in (x_train, x_test)
)
one_hot = np.eye(10, dtype="float32")[y_train]


def probabilities(W, images):
    """Softmax of one dense layer; the last row of W is the bias."""
    z = images @ W
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def slope(W, batch):
    """Slope of the mean cross-entropy over the images numbered in batch (lesson 05)."""
    return X[batch].T @ (probabilities(W, X[batch]) - one_hot[batch]) / len(batch)


def training_loss(W):
    return -np.log(probabilities(W, X)[np.arange(len(X)), y_train] + 1e-12).mean()


# %%
import time

rng = np.random.default_rng(0)
W = np.zeros((785, 10), "float32")
for _ in range(50):
    W -= 0.3 * slope(W, rng.integers(0, 4000, 100))
exact, sizes = slope(W, np.arange(4000)), 4 ** np.arange(6)
noise, cost = [], []
for size in sizes:
    errors, seconds = [], []
    for batch in rng.integers(0, 4000, (40, size)):
        start = time.perf_counter()
        g = slope(W, batch)
        seconds.append(time.perf_counter() - start)
        errors.append(np.linalg.norm(g - exact) / np.linalg.norm(exact))
    noise.append(np.mean(errors))
    cost.append(np.min(seconds) * 1e6)  # the fastest: other programs only ever slow it down

fig, (left, right) = plots.figure(1, 2, height=3.0)
left.loglog(sizes, noise, "o-", label="measured")
left.loglog(sizes, noise[0] / np.sqrt(sizes), "k:", label="1 / √size")
left.set(title="noise", xlabel="images in the batch", ylabel="error / length of the true slope")
left.legend()
right.loglog(sizes, cost, "o-")
right.set(title="cost", xlabel="images in the batch", ylabel="microseconds a slope")
plots.show(fig, alt="Two plots with logarithmic axes over batch sizes from 1 to 1024. Left: the relative error of the slope falls along the line one over root of the size. Right: the time for a slope is nearly flat for small batches, then rises in proportion to the size.")  # fmt: skip

# %% [markdown]
# Four times the images halve the noise, no more. The cost is four times as large, once the batch is large enough to keep the machine busy; very small batches waste it. With one image the estimate's error is several times as long as the slope itself.
#
# > **Predict.** Who has the lower loss after two passes over the 4,000 images: 8,000 very noisy steps, 250 good ones, or 2 perfect ones? Each with the best learning rate of a list, chosen on other seeds.


# %%
def train(size, lr, seed, epochs=2, record=None):
    """Mini-batch descent from zero weights. lr is a number or a function of the step. Returns W."""
    rng, W, step = np.random.default_rng(seed), np.zeros((785, 10), "float32"), 0
    for _ in range(epochs):
        for batch in rng.permutation(4000).reshape(-1, size):
            W -= np.float32(lr(step) if callable(lr) else lr) * slope(W, batch)
            step += 1
            if record and step in record:
                record[step] = training_loss(W)
    return W


seeds = range(2, 2 + runtime.budget(smoke=2, cpu=4, gpu=4))
RATES = (0.01, 0.03, 0.1, 0.3, 1.0)
race = {}
for size in (1, 32, 4000):
    best = min(RATES, key=lambda lr: sum(training_loss(train(size, lr, seed)) for seed in (0, 1)))
    last = 2 * 4000 // size
    runs = [dict.fromkeys(np.unique(np.geomspace(1, last, 12).astype(int)).tolist()) for _ in seeds]
    for seed, record in zip(seeds, runs):
        train(size, best, seed, record=record)
    race[f"batch {size}, lr {best}"] = size, runs


# %%
def plain_ticks(axis, values):
    """Numbers such as 0.5 on a logarithmic axis, at these places only."""
    axis.set_ticks(values, [f"{value:g}" for value in values])
    axis.set_ticks([], minor=True)


fig, axes = plots.figure(1, 2, height=3.2, sharey=True)
for name, (size, runs) in race.items():
    steps, losses = np.array(list(runs[0])), np.array([list(r.values()) for r in runs])
    for axis, x in zip(axes, (steps, steps * size)):
        axis.plot(x, losses.mean(axis=0), "o-", markersize=4, label=name)
        axis.fill_between(x, losses.min(axis=0), losses.max(axis=0), alpha=0.25)
        axis.set(xscale="log", yscale="log")
        plain_ticks(axis.yaxis, (0.2, 0.3, 0.5, 1, 2, 5))
    print(f"{name:20} {steps[-1]:5} steps, loss {with_spread(losses[:, -1])}")  # fmt: skip
axes[0].set(title="per step", xlabel="steps", ylabel="training loss")
axes[1].set(title="per image looked at", xlabel="images")
axes[0].legend(fontsize=8)
plots.show(fig, alt="Training loss, mean and range over the seeds. Left, over steps: for the same number of steps the larger batch has the lower loss. Right, over images looked at: batches of 1 and of 32 reach far lower losses than the full batch, which has made only two steps.")  # fmt: skip

# %% [markdown]
# Per step, exact slopes are best. Per image they are hopeless: two perfect steps are still two steps. Per image looked at, the handful comes close to the single image, and each of its images costs far less time, as the picture before showed. Robbins and Monro (1951) proved that noisy
# steps arrive, if the learning rates $\eta_t$ shrink, but not too fast: $\sum \eta_t = \infty$ (they can reach any place) and $\sum \eta_t^2 < \infty$ (the noise dies out). Remember the second half; it comes back under *Schedules*.

# %% [markdown]
# ## An average that forgets
#
# Noise has an old cure: average. But a plain mean over all past slopes would remember places we have long left. So keep a running value that forgets, the **exponentially weighted average**:
#
# $$v_t = \beta\, v_{t-1} + (1 - \beta)\, g_t, \qquad v_0 = 0$$
#
# By hand, $\beta = 0.9$, values 10, 20, 30: $v_1 = 0.9 \cdot 0 + 0.1 \cdot 10 = 1$; $v_2 = 0.9 + 2 = 2.9$; $v_3 = 2.61 + 3 = 5.61$. The average of 10, 20 and 30 is said to be 5.61? It starts at an invented 0, and the zero still weighs $0.9^3 = 0.729$.
# The values have only $1 - 0.729 = 0.271$ of the weight. Divide by that and the invented zero is gone:
#
# $$\hat v_t = \frac{v_t}{1 - \beta^t} \qquad\Rightarrow\qquad \hat v_3 = 5.61 / 0.271 = 20.7$$
#
# This is **bias correction**. Here is a real noisy series: the loss of each batch of eight digits while a network learns.

# %%
rng, W, series = np.random.default_rng(3), np.zeros((785, 10), "float32"), []
for batch in rng.permutation(4000)[:2400].reshape(-1, 8):
    series.append(-np.log(probabilities(W, X[batch])[np.arange(8), y_train[batch]]).mean())
    W -= 0.03 * slope(W, batch)
series = np.array(series)


def weights_of_past(beta, n):
    """(n, n): row t holds the weights of values 1 … t in the average after t values."""
    age = np.arange(n)[:, None] - np.arange(n)
    return np.where(age >= 0, (1 - beta) * beta ** np.maximum(age, 0), 0)


def smooth(beta=0.95):
    weights = weights_of_past(beta, len(series))
    raw, total = weights @ series, weights.sum(axis=1)
    fig, axis = plots.figure(height=3.3)
    axis.plot(series, ".", color="0.75", markersize=4, label="batch of 8")
    axis.plot(raw, "--", label="running value")
    axis.plot(raw / total, label="with bias correction")
    axis.set(title=f"β = {beta}: about {1 / (1 - beta):.0f} values", xlabel="step", ylabel="loss")
    axis.legend()
    return plots.show(fig, alt=f"300 scattered grey dots, the losses, falling from 2.3. The dashed running value with beta {beta} begins near 0 and needs about {3 / (1 - beta):.0f} steps to meet the dots; the corrected line runs through them from the first step.")  # fmt: skip


plots.interact(smooth, beta=[0.5, 0.8, 0.9, 0.95, 0.98, 0.99])

# %% [markdown]
# Slides say that $v$ "amounts to $1/(1-\beta)$ values". In what sense? Written out, $v_t$ is a weighted sum of the past: the newest value weighs $1-\beta$, the one before $(1-\beta)\beta$, then $(1-\beta)\beta^2$, and so on.
#
# > **Predict.** $\beta = 0.9$, so ten values. What share of the whole weight do the last ten have? And by what factor does the average reduce noise: $\sqrt{10} = 3.2$, more, or less?

# %% tags=["nbval-check-output"]
rng = np.random.default_rng(0)
for beta in (0.5, 0.9, 0.99):
    age, count = np.arange(3000), round(1 / (1 - beta))
    weight = (1 - beta) * beta**age
    smoothed = np.convolve(rng.normal(size=400_000), weight, "valid")
    print(f"β {beta}: the last {count:3} values weigh {weight[:count].sum():.0%}; "
          f"noise ÷ {1 / smoothed.std():4.1f}; a mean of {count:3} would give ÷ {np.sqrt(count):4.1f}")  # fmt: skip

# %% [markdown]
# The last $1/(1-\beta)$ values carry about two thirds of the weight (towards $1 - 1/e = 63\,\%$). The long tail averages too: noise falls as by a mean of $(1+\beta)/(1-\beta)$ values, nearly twice as many. A rule of thumb, and a good one: it says how long the memory is.
#
# ### {{exercise moving_average}}
#
# Write `moving_average(values, beta)`, bias correction included. It begins at zero and returns an array, computed in float64; any library may help. One warning: the slides of many courses print $V = \beta V + (1-\beta) V$. What does that compute?
#
# <details><summary>Hint 1 · one number to carry</summary>Begin with 0 and go through the values in order; keep the uncorrected number for the next step, and store the corrected one.</details>
# <details><summary>Hint 2 · counting</summary>After the very first value the corrected average is that value itself. Which t makes this true?</details>


# %% tags=["exercise"]
def moving_average(values, beta):
    """Exponentially weighted average with bias correction, after each value.

    Args:
        values: float array (T,) or (T, n): T ≥ 1 numbers, or T rows of numbers that are averaged
            each on its own.
        beta: weight of the past, 0 ≤ beta < 1.

    Returns:
        float array of the shape of `values`; entry t − 1 is the corrected average after t values.
    """
    ### BEGIN SOLUTION
    running, averages = 0.0, []
    for t, value in enumerate(np.asarray(values, dtype=float), start=1):
        running = beta * running + (1 - beta) * value
        averages.append(running / (1 - beta**t))
    return np.array(averages)
    ### END SOLUTION


# %% tags=["check"]
check(moving_average)

# %% [markdown]
# ## Momentum
#
# Step along the *average* of the slopes instead of the last one. Across the ravine, slopes change sign at each step and cancel. Along it they agree and stay. Polyak (1964) called it the heavy ball. Two versions are in use:
#
# $$\text{slides:}\quad v \leftarrow \beta v + (1 - \beta)\, g, \quad w \leftarrow w - \eta\, v \qquad\qquad \text{Keras:}\quad v \leftarrow \beta v - \eta\, g, \quad w \leftarrow w + v$$
#
# Keras has no $(1-\beta)$. By hand: $\beta = 0.9$, $\eta = 0.1$, two slopes of 10. Keras: $v = -1$, then $-0.9 - 1 = -1.9$; the weight has moved by $-2.9$. Slides: $v = 1$, then $1.9$; the weight has moved by $-0.1 - 0.19 = -0.29$.
# The same walk, ten times shorter.
#
# > **Predict.** If the slope stays at 10 for ever, how long does Keras's step become? With which learning rate do the two versions agree?


# %% tags=["nbval-check-output"]
def apply(optimizer, w, gradients):
    """Hand a Keras optimizer one gradient after another. Returns the weights after each."""
    w, path = keras.Variable(w, dtype="float64"), []
    for gradient in gradients:
        optimizer.apply([keras.ops.convert_to_tensor(gradient, dtype="float64")], [w])
        path.append(keras.ops.convert_to_numpy(w).copy())
    return np.array(path)


path = apply(keras.optimizers.SGD(0.1, momentum=0.9), np.zeros(1), np.full((100, 1), 10.0))
print("Keras, first weights", path[:3, 0].round(4), " last step", (path[-1] - path[-2]).round(3))
average = weights_of_past(0.9, 100) @ np.full(100, 10.0)
for lr in (0.1, 1.0):
    print(f"slides with lr {lr}: largest difference {np.abs(path[:, 0] + lr * np.cumsum(average)).max():.2f}")  # fmt: skip

# %% [markdown]
# In Keras, $\beta$ also changes the length of the steps: along a steady slope the step grows to $\eta/(1-\beta)$, tenfold here. So the slides' $\eta$ is Keras's divided by $1 - \beta$. Who raises `momentum` from 0.9 to 0.99 and leaves the learning rate, has also raised the final step tenfold.
#
# ### {{exercise momentum_path}}
#
# From here on your functions are judged over 50 steps against numbers that agree with Keras to $10^{-6}$. They take a row of gradients, as an optimizer is handed them, one a step, and return the weights after each, as one array. They are written with NumPy (or SciPy), not with a framework's optimizer. The arrays that you are given are the caller's: do not change `w` or `gradients` in place.
#
# <details><summary>Hint 1 · what to carry</summary>Two things live on from step to step: the weights and the velocity. The velocity starts at 0.</details>
# <details><summary>Hint 2 · a trap in NumPy</summary><code>w += v</code> changes the array in place, and a list of such w holds the same array T times. <code>w = w + v</code> makes a new one.</details>


# %% tags=["exercise"]
def momentum_path(w, gradients, lr, beta=0.0):
    """SGD with momentum, Keras's rule.

    Args:
        w: float array (n,), the first weights. It must not have changed afterwards.
        gradients: float array (T, n), the gradient for each of T steps.
        lr: learning rate, > 0.
        beta: momentum, 0 ≤ beta < 1; 0 is plain SGD.

    Returns:
        float array (T, n): the weights after each step (the first weights are not among them).
    """
    ### BEGIN SOLUTION
    v, path = np.zeros_like(w), []
    for g in gradients:
        v = beta * v - lr * g
        w = w + v
        path.append(w)
    return np.array(path)
    ### END SOLUTION


# %% tags=["check"]
check(momentum_path)

# %% [markdown]
# Record 50 real gradients, all 7,850 numbers of each, while digits are learned, and hand them to both:

# %%
rng, W, gradients = np.random.default_rng(5), np.zeros((785, 10), "float32"), []
for _ in range(50):
    gradients.append(slope(W, rng.integers(0, 4000, 32)).ravel().astype("float64"))
    W -= 0.1 * gradients[-1].reshape(785, 10).astype("float32")
gradients, w_start = np.array(gradients), rng.normal(size=7850)

# %% tags=["needs-answer"]
for lr, beta in ((0.1, 0.0), (0.1, 0.9), (0.01, 0.99)):
    theirs = apply(keras.optimizers.SGD(lr, momentum=beta), w_start, gradients)
    yours = momentum_path(w_start, gradients, lr, beta)
    print(f"lr {lr}, momentum {beta}: largest difference {np.abs(yours - theirs).max():.0e}")

# %% [markdown]
# ### Nesterov: look ahead
#
# *Side trip: may be skipped without loss.*
#
# The ball will roll by $\beta v$ anyway. So Nesterov's version takes the slope where the ball is about to be, at $w + \beta v$, and can brake a step earlier (Sutskever et al. 2013 brought it to networks). Keras never sees that point: its
# `nesterov=True` stores the *looked-ahead* weights instead, with $w \leftarrow w + \beta v - \eta g$. Are the two the same? On the ravine:

# %% tags=["nbval-check-output"]
w, v, ahead = np.array([-10.0, 1.0]), np.zeros(2), []
for _ in range(50):
    g = CURVATURES * (w + 0.9 * v)  # the slope, where the ball is about to be
    v = 0.9 * v - 0.02 * g
    w = w + v
    ahead.append(w + 0.9 * v)
seen_by_keras, optimizer = keras.Variable([-10.0, 1.0], dtype="float64"), keras.optimizers.SGD(0.02, momentum=0.9, nesterov=True)  # fmt: skip
for t in range(50):
    optimizer.apply([keras.ops.convert_to_tensor(CURVATURES) * seen_by_keras], [seen_by_keras])
    assert np.allclose(keras.ops.convert_to_numpy(seen_by_keras), ahead[t], atol=1e-6)
print("50 steps: Keras's weights are the looked-ahead ones, to 1e-6")

# %% [markdown]
# ## A step size for every weight
#
# Momentum still has one learning rate for all weights. But slopes differ by weight: a pixel at the centre of the image is inked in most digits, one near the border in few.

# %%
size_of_slope = np.sqrt((gradients**2).mean(axis=0)).reshape(785, 10)[:784].mean(axis=1)
plots.images(
    [size_of_slope.reshape(28, 28)], ["typical size of a pixel's slopes"], cmap="viridis", width=3.4, value_range=(0, size_of_slope.max()),
    alt="A 28 by 28 map: bright in the middle, where slopes are large, falling to zero towards the border.",
)  # fmt: skip
print("largest and smallest that is not zero:", f"{size_of_slope.max():.1e}, {size_of_slope[size_of_slope > 0].min():.1e}")  # fmt: skip

# %% [markdown]
# So measure each weight's own typical slope, and divide by it. **Adagrad** (Duchi, Hazan and Singer 2011) divides by the root of the *sum* of all squared slopes so far. Rare features get large steps. But the sum only grows, so all steps shrink for ever.
# **RMSProp** (Tieleman and Hinton 2012, lecture 6e) puts the forgetting average in place of the sum:
#
# $$S \leftarrow \rho S + (1 - \rho)\, g^2, \qquad w \leftarrow w - \eta\, \frac{g}{\sqrt{S + \epsilon}}$$
#
# By hand, $\rho = 0.9$, first slope 5: $S = 0.1 \cdot 25 = 2.5$, and $5/\sqrt{2.5} = 3.16$. First slope 0.05: $S = 0.00025$, and $0.05/\sqrt{0.00025} = 3.16$. **The step has forgotten how steep it is.** Only the sign and the history count.
#
# The slides write $\sqrt{S}$. Where slopes are zero, that is $0/0$. So a small $\epsilon$ is added: either to the root, $\sqrt{S} + \epsilon$, as in Adam's paper, or inside it, as in Keras's `RMSprop`, $10^{-7}$ by default. It looks like a detail.
#
# > **Predict.** A weight whose slopes are all $10^{-4}$. How much shorter are Keras's steps than with $\epsilon$ outside: not at all, by a tenth of a per cent, or by far?

# %% tags=["nbval-check-output"]
for g in (1.0, 1e-2, 1e-3, 1e-4, 1e-5):
    w = apply(keras.optimizers.RMSprop(0.001), np.zeros(1), np.full((60, 1), g))
    print(f"slope {g:7.0e}: Keras's last step {(w[-2] - w[-1])[0]:.1e}, with epsilon outside {0.001 * g / (g + 1e-7):.1e}")  # fmt: skip

# %% [markdown]
# $\sqrt{10^{-7}} = 3 \cdot 10^{-4}$: inside the root, $\epsilon$ acts on every slope smaller than that. The border pixels of our one small layer had slopes of $10^{-5}$ and less, and there the two placements of one constant differ thirtyfold in speed.
#
# ### {{exercise rmsprop_path}}
#
# Write `rmsprop_path`. No momentum, not centred, no bias correction: Keras's `RMSprop` has none either. Mind where its `epsilon` stands: it is added inside the root, at every step.
#
# <details><summary>Hint 1 · order</summary>Does the newest slope count in the S it is divided by? Look at the arithmetic by hand above.</details>
# <details><summary>Hint 2 · the root</summary>Of the formula's two sums, one is under the root with everything in it.</details>


# %% tags=["exercise"]
def rmsprop_path(w, gradients, lr, rho=0.9, epsilon=1e-7):
    """RMSProp, Keras's rule.

    Args:
        w: float array (n,), the first weights. It must not have changed afterwards.
        gradients: float array (T, n), the gradient for each of T steps; may hold zeros.
        lr: learning rate, > 0.
        rho: weight of the past in the average of squares, 0 ≤ rho < 1.
        epsilon: keeps the division safe, > 0.

    Returns:
        float array (T, n): the weights after each step.
    """
    ### BEGIN SOLUTION
    S, path = np.zeros_like(w), []
    for g in gradients:
        S = rho * S + (1 - rho) * g**2
        w = w - lr * g / np.sqrt(S + epsilon)
        path.append(w)
    return np.array(path)
    ### END SOLUTION


# %% tags=["check"]
check(rmsprop_path)

# %% tags=["needs-answer"]
for lr, rho, factor in ((0.001, 0.9, 1.0), (0.01, 0.99, 1.0), (0.001, 0.9, 1e-3)):
    theirs = apply(keras.optimizers.RMSprop(lr, rho=rho), w_start, factor * gradients)
    yours = rmsprop_path(w_start, factor * gradients, lr, rho)
    print(f"lr {lr}, rho {rho}, slopes × {factor}: largest difference {np.abs(yours - theirs).max():.0e}")  # fmt: skip

# %% [markdown]
# ## Adam
#
# Put both together: an average of the slopes (momentum), divided by the root of the average of their squares (RMSProp), both with bias correction. That is **Adam** (Kingma and Ba 2015, Algorithm 1):
#
# $$m \leftarrow \beta_1 m + (1-\beta_1)\, g, \qquad v \leftarrow \beta_2 v + (1-\beta_2)\, g^2, \qquad
# \hat m = \frac{m}{1-\beta_1^t}, \quad \hat v = \frac{v}{1-\beta_2^t}, \qquad w \leftarrow w - \eta\, \frac{\hat m}{\sqrt{\hat v} + \epsilon}$$
#
# with $t = 1$ in the first step, $\beta_1 = 0.9$ and $\beta_2 = 0.999$. By hand, first slope $g = 2$: $m = 0.2$, $v = 0.004$; corrected $\hat m = 2$, $\hat v = 4$; the step is $\eta \cdot 2/2 = \eta$.
#
# > **Predict.** How long is the first step without bias correction: shorter or longer? (Both averages start too small.) And how long is Adam's first step if the slope is 2,000 instead of 2?

# %% tags=["nbval-check-output"]
for g in (2.0, 2000.0, -0.002):
    step = apply(keras.optimizers.Adam(0.1), np.zeros(1), np.array([[g]]))[0, 0]
    print(f"slope {g:8}: Adam's first step {step:+.4f};  without correction {-0.1 * (0.1 * g) / np.sqrt(0.001 * g * g):+.4f}")  # fmt: skip

# %% [markdown]
# Adam's first step is the learning rate, whatever the slope. Without correction it is three times as **long**: the square's average starts a thousandth of its size, the slope's a tenth, and $0.1/\sqrt{0.001} = 3.16$. So the correction is a brake.
#
# Keras folds the two corrections into the step size, as the paper itself proposes at the end of its section 2. It spares two divisions of arrays:
#
# $$w \leftarrow w - \eta_t\, \frac{m}{\sqrt{v} + \epsilon}, \qquad \eta_t = \eta\, \frac{\sqrt{1 - \beta_2^t}}{1 - \beta_1^t}$$
#
# The same as Algorithm 1, but for $\epsilon$: here it is added to the root of the *uncorrected* $v$, and so counts for $1/\sqrt{0.001} = 32$ times as much in the first step. (Hence 0.0998 above, for the small slope.)
#
# ### {{exercise adam_path}}
#
# Write `adam_path` with the folded form, the last formula. Its `epsilon` is added to the root of the *uncorrected* average of squares, as in Keras; Algorithm 1 with its own epsilon gives other numbers.
#
# <details><summary>Hint 1 · two averages</summary>Start from your <code>rmsprop_path</code> and your <code>momentum_path</code>. Here both averages have their (1 − β).</details>
# <details><summary>Hint 2 · counting</summary>With t = 0 in the first step, 1 − β⁰ = 0. What would you divide by?</details>


# %% tags=["exercise"]
def adam_path(w, gradients, lr, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    """Adam, Keras's rule (Kingma and Ba 2015, end of section 2).

    Args:
        w: float array (n,), the first weights. It must not have changed afterwards.
        gradients: float array (T, n), the gradient for each of T steps; may hold zeros.
        lr: learning rate, > 0.
        beta_1: weight of the past in the average of slopes, 0 ≤ beta_1 < 1.
        beta_2: weight of the past in the average of squares, 0 ≤ beta_2 < 1.
        epsilon: added to the root of the uncorrected average of squares, > 0.

    Returns:
        float array (T, n): the weights after each step.
    """
    ### BEGIN SOLUTION
    m, v, path = np.zeros_like(w), np.zeros_like(w), []
    for t, g in enumerate(gradients, start=1):
        m = beta_1 * m + (1 - beta_1) * g
        v = beta_2 * v + (1 - beta_2) * g**2
        rate = lr * np.sqrt(1 - beta_2**t) / (1 - beta_1**t)
        w = w - rate * m / (np.sqrt(v) + epsilon)
        path.append(w)
    return np.array(path)
    ### END SOLUTION


# %% tags=["check"]
check(adam_path)

# %% tags=["needs-answer"]
for lr, beta_1, factor in ((0.001, 0.9, 1.0), (0.003, 0.5, 1.0), (0.001, 0.9, 1e-6)):
    theirs = apply(keras.optimizers.Adam(lr, beta_1=beta_1), w_start, factor * gradients)
    yours = adam_path(w_start, factor * gradients, lr, beta_1)
    print(f"lr {lr}, beta_1 {beta_1}, slopes × {factor}: largest difference {np.abs(yours - theirs).max():.0e}")  # fmt: skip

# %% [markdown]
# ### The family
#
# You have the parts; the others only combine them differently. Each rule below is compared with Keras over the same 50 gradients.
#
# - **Adagrad** sums the squares. **Adadelta** (Zeiler 2012) replaces the learning rate by the typical size of its own steps.
# - **Adamax** (Kingma and Ba, section 7.1) divides by a fading maximum of $|g|$ instead of the root of an average. **Nadam** (Dozat 2016) is Adam with Nesterov's look ahead.
# - **Lion** (Chen et al. 2023) keeps only the sign. Every weight whose gradient is not 0 moves by exactly $\eta$, each step.


# %%
def adagrad(g, s, t):
    s["sum"] = s.get("sum", 0.1) + g**2  # Keras does not start at zero
    return -0.01 * g / np.sqrt(s["sum"] + 1e-7)


def adadelta(g, s, t):
    s["g2"] = 0.95 * s.get("g2", 0) + 0.05 * g**2
    step = -np.sqrt(s.get("step2", 0) + 1e-7) / np.sqrt(s["g2"] + 1e-7) * g
    s["step2"] = 0.95 * s.get("step2", 0) + 0.05 * step**2
    return step


def adamax(g, s, t):
    s["m"] = 0.9 * s.get("m", 0) + 0.1 * g
    s["u"] = np.maximum(0.999 * s.get("u", 0), np.abs(g))
    return -0.01 * s["m"] / (1 - 0.9**t) / (s["u"] + 1e-7)


def lion(g, s, t):
    direction = np.sign(0.9 * s.get("m", 0) + 0.1 * g)
    s["m"] = 0.99 * s.get("m", 0) + 0.01 * g
    return -0.01 * direction


# %%
def nadam(g, s, t):
    u, u_next = (0.9 * (1 - 0.5 * 0.96**k) for k in (t, t + 1))  # a momentum that grows
    s["product"] = s.get("product", 1.0) * u
    s["m"], s["v"] = 0.9 * s.get("m", 0) + 0.1 * g, 0.999 * s.get("v", 0) + 0.001 * g**2
    ahead = u_next * s["m"] / (1 - s["product"] * u_next) + (1 - u) * g / (1 - s["product"])
    return -0.01 * ahead / (np.sqrt(s["v"] / (1 - 0.999**t)) + 1e-7)


optimizers = keras.optimizers
for rule, theirs in {
    adagrad: optimizers.Adagrad(0.01), adadelta: optimizers.Adadelta(1.0), adamax: optimizers.Adamax(0.01),
    nadam: optimizers.Nadam(0.01), lion: optimizers.Lion(0.01),
}.items():  # fmt: skip
    state, w, few = {}, w_start[:500], gradients[:, 3000:3500]
    path = apply(theirs, w, few)
    for t, g in enumerate(few, start=1):
        w = w + rule(g, state, t)
    print(f"{rule.__name__:9} after 50 steps: largest difference from Keras {np.abs(w - path[-1]).max():.0e}")  # fmt: skip

# %% [markdown]
# ### AdamW: decay that is not divided
#
# Weight decay pulls every weight towards zero. With plain SGD it is the same as an L2 penalty in the loss (lesson 04): its slope is $\lambda w$. With Adam it is not, because Adam divides *all* of the slope by its typical size. Weights with large slopes are hardly pulled.
# **AdamW** (Loshchilov and Hutter 2019) pulls outside the division: $w \leftarrow w - \eta \lambda w$.
#
# Two hundred weights start at 1. Half have slopes of size 10, half of 0.01, pure noise around zero. Nothing but the decay has a direction.

# %%
rng, scale = np.random.default_rng(0), np.repeat([10.0, 0.01], 100)
weights = {
    name: keras.Variable(np.ones(200), dtype="float64") for name in ("L2 in the loss", "AdamW")
}
both = optimizers.Adam(0.008), optimizers.AdamW(0.008, weight_decay=0.5)
for _ in range(250):
    noise = scale * rng.normal(size=200)
    for (name, w), optimizer in zip(weights.items(), both):
        penalty = 0.5 * keras.ops.convert_to_numpy(w) if name == "L2 in the loss" else 0
        optimizer.apply([keras.ops.convert_to_tensor(noise + penalty)], [w])
for name, w in weights.items():
    left = keras.ops.convert_to_numpy(w).reshape(2, 100)
    print(f"{name:15} mean weight with large slopes {left[0].mean():.2f}, with small slopes {left[1].mean():.2f}")  # fmt: skip

# %% [markdown]
# The same $\lambda$ everywhere. With L2 in the loss the weights with large slopes keep nearly all, the others lose all. AdamW treats both alike, which is what decay was meant to do.

# %% [markdown]
# ## The ravine again
#
# Now watch four of them in a ravine that is narrower still: curvatures 1 and 300. Then turn the ravine by 45°, so that its floor runs along neither weight. Every method gets the best of the same list of learning rates, for each ravine its own.
#
# > **Predict.** Whom does the turn hurt?

# %%
TURN = np.array([[1.0, -1.0], [1.0, 1.0]]) / np.sqrt(2)
NARROW = np.diag([1.0, 300.0])
RAVINES = np.array([NARROW, TURN @ NARROW @ TURN.T])
STARTS = np.array([[-10.0, 1.0], TURN @ [-10.0, 1.0]])
METHODS = {
    "SGD": lambda lr: optimizers.SGD(lr), "momentum 0.8": lambda lr: optimizers.SGD(lr, momentum=0.8),
    "RMSprop": lambda lr: optimizers.RMSprop(lr), "Adam": lambda lr: optimizers.Adam(lr),
}  # fmt: skip


def walk(optimizer, steps=60):
    """Both ravines in one variable (2, 2): these methods treat every number on its own."""
    w, path = keras.Variable(STARTS, dtype="float64"), [STARTS]
    for _ in range(steps):
        optimizer.apply(
            [keras.ops.convert_to_tensor(np.einsum("rij,rj->ri", RAVINES, path[-1]))], [w]
        )
        path.append(keras.ops.convert_to_numpy(w).copy())
    return np.array(path)


def height(path):
    """Loss in both ravines along a path (T, 2, 2) → (T, 2)."""
    return 0.5 * np.einsum("tri,rij,trj->tr", path, RAVINES, path)


# %%
rates = np.geomspace(0.002, 4.0, runtime.budget(smoke=5, cpu=18, gpu=18))
paths, rows = {}, []
for name, make in METHODS.items():
    walks = [walk(make(lr)) for lr in rates]
    ends = np.array([height(path)[-1] for path in walks])
    best = np.nanargmin(np.where(np.isfinite(ends), ends, np.inf), axis=0)
    paths[name] = [walks[best[r]][:, r] for r in (0, 1)]
    rows.append([name, *(f"{rates[b]:.3f}" for b in best), *(f"{ends[b, r]:.1e}" for r, b in enumerate(best))])  # fmt: skip
plots.table(["method", "best lr, straight", "best lr, turned", "loss after 60, straight", "loss after 60, turned"], rows, caption="Loss at the start: 200")  # fmt: skip


# %%
def race_to_the_floor(steps=30):
    """Paths on the straight and on the turned ravine, as far as so many steps."""
    fig, axes = plots.figure(1, 2, height=3.9, sharex=True, sharey=True)
    u, v = np.meshgrid(np.linspace(-11, 4, 120), np.linspace(-9, 4, 120))
    for r, (axis, title) in enumerate(zip(axes, ("straight", "turned by 45°"))):
        points = np.stack([u, v], axis=-1)
        loss = 0.5 * np.einsum("xyi,ij,xyj->xy", points, RAVINES[r], points)
        axis.contour(u, v, loss, levels=[2, 20, 100, 300, 600], colors="0.8", linewidths=0.8)
        for (name, both), colour in zip(paths.items(), plots.COLOURS):
            axis.plot(*both[r][: steps + 1].T, ".-", color=colour, markersize=4, linewidth=1.2, label=name)  # fmt: skip
            axis.plot(*both[r][steps], "o", color=colour, markersize=8)
        axis.plot(0, 0, "k+", markersize=12)
        axis.set(
            title=f"{title}, {steps} steps",
            xlabel="weight 1",
            xlim=(-11, 4),
            ylim=(-9, 4),
            aspect="equal",
        )
    axes[0].set_ylabel("weight 2")
    axes[0].legend(fontsize=8, loc="lower right")
    return plots.show(fig, alt=f"Contours of a narrow valley, straight on the left, turned by 45 degrees on the right, and the paths of SGD, momentum, RMSprop and Adam over {steps} steps towards the lowest point. SGD zigzags along the wall in both; the paths of RMSprop and Adam differ between the two ravines.")  # fmt: skip


plots.interact(race_to_the_floor, steps=(0, 60, 1))

# %% [markdown]
# Move the slider from 0 to 60: it is an animation you can stop. SGD and momentum walk the same path in both ravines, only turned: they do not know which way the axes point. RMSProp and Adam rescale each weight on its own. Where the ravine runs along a weight, that removes it. Turned, both weights
# have the same typical slope, there is nothing to rescale, and most of the advantage is gone: compare the last two columns of the table.
#
# The fog is turned, too. Its ravine runs along wave patterns, not along pixels. So, on the page:


# %%
def misfit(picture):
    return np.mean((fog(picture) - seen) ** 2)


cleared = {}
for name, make, grid in (("RMSprop", optimizers.RMSprop, (0.0005, 0.001, 0.002)), ("Adam", optimizers.Adam, (0.01, 0.03, 0.1))):  # fmt: skip
    cleared[name] = min((clear(make(lr)) for lr in grid), key=misfit)
cleared["SGD, momentum 0.9"] = clear(keras.optimizers.SGD(1.9, momentum=0.9))
cleared["SGD, momentum 0.97"] = rolling
plots.images(
    list(cleared.values()),
    [f"{name}: error {np.sqrt(np.mean((p - page) ** 2)):.3f}" for name, p in cleared.items()],
    columns=1, value_range=(0, 1), width=4.6,
    alt="Four attempts at the foggy page after 200 steps, with the root mean square error of each. RMSprop's and Adam's are blurred and blotchy, that by momentum 0.9 is blurred; the one by momentum 0.97 is sharp.",
)  # fmt: skip

# %% [markdown]
# The best of Adam's learning rates, and it loses against a method from 1964. (To be fair: momentum was tuned to 0.97, while Adam kept its $\beta_1 = 0.9$. With 0.9, momentum leaves about as much error as Adam.) No optimizer is best everywhere. Which shape does the loss of *your* network have? You find out by running it.

# %% [markdown]
# ## Schedules
#
# A large learning rate travels fast and trembles at the end; a small one creeps. So begin large and end small. That is Robbins and Monro's condition, and a **schedule** is how. Keras has these (the step is a mini-batch, not an epoch):

# %%
S, steps = keras.optimizers.schedules, np.arange(0, 1001, 10)
SCHEDULES = {
    "ExponentialDecay": S.ExponentialDecay(0.1, decay_steps=300, decay_rate=0.5),
    "ExponentialDecay, staircase": S.ExponentialDecay(0.1, 300, 0.5, staircase=True),
    "PiecewiseConstantDecay": S.PiecewiseConstantDecay([500, 800], [0.1, 0.01, 0.001]),
    "InverseTimeDecay": S.InverseTimeDecay(0.1, decay_steps=100, decay_rate=0.5),
    "PolynomialDecay, power 1": S.PolynomialDecay(0.1, 1000, end_learning_rate=0.0),
    "PolynomialDecay, power 2": S.PolynomialDecay(0.1, 1000, end_learning_rate=0.0, power=2.0),
    "CosineDecay": S.CosineDecay(0.1, 1000),
    "CosineDecay with warm-up": S.CosineDecay(0.0, 800, warmup_target=0.1, warmup_steps=200),
    "CosineDecayRestarts": S.CosineDecayRestarts(0.1, first_decay_steps=200, t_mul=1.5, m_mul=0.8),
}
fig, axes = plots.figure(3, 3, height=5.4, sharex=True, sharey=True)
for axis, (name, schedule) in zip(np.ravel(axes), SCHEDULES.items()):
    axis.plot(steps, [float(schedule(step)) for step in steps])
    axis.set_title(name, fontsize=9)
for axis in axes[-1]:
    axis.set_xlabel("step")
for axis in axes[:, 0]:
    axis.set_ylabel("learning rate")
plots.show(fig, alt="Nine curves of the learning rate over 1000 steps, all up to 0.1: smooth and stepped exponential decay; three constant pieces; decay like one over time; a straight line and a parabola to zero; half a cosine wave; the same after a linear rise; and a cosine that restarts three times, each time lower and longer.")  # fmt: skip

# %% [markdown]
# An optimizer takes a schedule where it takes a learning rate: `Adam(learning_rate=schedule)`. Does it pay? Batches of eight digits, noisy slopes, same three passes for all: three constant rates, and a cosine from the largest of them to zero.

# %%
cosine = S.CosineDecay(0.5, 1500)
table = [float(cosine(step)) for step in range(0, 1500, 10)]
PLANS = {"constant 0.5": 0.5, "constant 0.1": 0.1, "constant 0.03": 0.03, "cosine, 0.5 → 0": lambda step: table[step // 10]}  # fmt: skip
records = {}
for name, lr in PLANS.items():
    records[name] = [dict.fromkeys(range(50, 1501, 50)) for _ in seeds]
    for seed, record in zip(seeds, records[name]):
        train(8, lr, seed, epochs=3, record=record)
fig, axis = plots.figure(height=3.2)
for name, runs in records.items():
    losses = np.array([list(run.values()) for run in runs])
    axis.plot(list(runs[0]), losses.mean(axis=0), label=name)
    axis.fill_between(list(runs[0]), losses.min(axis=0), losses.max(axis=0), alpha=0.25)
axis.set(yscale="log", xlabel="step", ylabel="training loss", title="batches of 8 digits")
plain_ticks(axis.yaxis, (0.2, 0.3, 0.5, 1))
axis.legend()
plots.show(fig, alt="Training loss over the steps, mean and range over the seeds. The largest constant rate jumps up and down to the end. The smaller ones fall smoothly and more slowly. The cosine trembles like the large rate at first, then becomes smooth and ends lowest.")  # fmt: skip

# %% [markdown]
# The largest rate is carried about by noise to the end, the smallest has not arrived, the one between has a bit of both. The cosine travels fast, then comes to rest, below all three. Loshchilov and Hutter (2017) introduced the cosine, with restarts. The opposite belongs to the beginning: a **warm-up** raises the rate from zero over the first steps, while
# Adam's averages of squares are still made of a few values and unreliable (Liu et al. 2020).
#
# ### {{exercise warmup_cosine}}
#
# Write `warmup_cosine(step, peak, warmup_steps, total_steps)`, the schedule that many large networks are trained with. It returns one number.
#
# <details><summary>Hint 1 · two pieces and an end</summary>Before the warm-up is over: a straight line through the origin. Then: what share of the *rest* is done? After the last step: zero.</details>
# <details><summary>Hint 2 · half a wave</summary>cos(0) = 1 and cos(π) = −1. Shift and scale so that 1 and 0 come out.</details>


# %% tags=["exercise"]
def warmup_cosine(step, peak, warmup_steps, total_steps):
    """Learning rate at a step: a linear rise, then half a cosine wave down to zero.

    Args:
        step: integer ≥ 0; may be larger than total_steps.
        peak: the largest learning rate, reached at step == warmup_steps.
        warmup_steps: integer ≥ 0; at step 0 the rate is 0, unless warmup_steps is 0: then it is peak.
        total_steps: integer > warmup_steps; from this step on the rate is 0.

    Returns:
        float.
    """
    ### BEGIN SOLUTION
    if step < warmup_steps:
        return peak * step / warmup_steps
    done = min(1.0, (step - warmup_steps) / (total_steps - warmup_steps))
    return peak * 0.5 * (1 + np.cos(np.pi * done))
    ### END SOLUTION


# %% tags=["check"]
check(warmup_cosine)

# %% [markdown]
# ## Clipping
#
# One bad batch can undo hours. Here, in step 60 of a training on digits, somebody forgot to divide the pixels by 255. The slope is hundreds of times too long, once. **Clipping** shortens a gradient that is longer than a limit, and leaves the others alone.


# %%
def one_bad_batch(seed, **clipping):
    """200 steps of SGD with momentum; batch 60 has pixels from 0 to 255. Returns the losses."""
    rng, losses = np.random.default_rng(seed), []
    w, optimizer = keras.Variable(np.zeros((785, 10)), dtype="float32"), optimizers.SGD(0.03, momentum=0.9, **clipping)  # fmt: skip
    for step in range(200):
        W, batch = keras.ops.convert_to_numpy(w), rng.integers(0, 4000, 32)
        if step % 5 == 0:
            losses.append(training_loss(W))
        g = slope(W, batch)
        if step == 60:
            pixels = X[batch] * np.r_[np.full(784, 255), 1].astype("float32")
            g = pixels.T @ (probabilities(W, pixels) - one_hot[batch]) / 32
        optimizer.apply([keras.ops.convert_to_tensor(g)], [w])
    return losses


limits = {"no clipping": {}, "global_clipnorm=1": {"global_clipnorm": 1.0}}
fig, axis = plots.figure(height=3.0)
for name, clipping in limits.items():
    losses = np.array([one_bad_batch(seed, **clipping) for seed in seeds])
    axis.plot(range(0, 200, 5), losses.mean(axis=0), label=name)
    axis.fill_between(range(0, 200, 5), losses.min(axis=0), losses.max(axis=0), alpha=0.25)
axis.set(yscale="log", xlabel="step", ylabel="training loss", title="step 60: a batch that was not scaled")  # fmt: skip
plain_ticks(axis.yaxis, (0.3, 1, 3, 10))
axis.legend()
plots.show(fig, alt="Training loss over 200 steps, mean and range over the seeds. Both fall until step 60. Without clipping the loss then leaps up more than tenfold and is still high at step 200; with clipping there is hardly a bump.")  # fmt: skip

# %% [markdown]
# Keras has three kinds of clipping. Two gradients, of lengths 5 and 0.5; the limit is 1. To see what they become, let SGD with learning rate 1 step from zero:

# %% tags=["nbval-check-output"]
for kind in ("clipvalue", "clipnorm", "global_clipnorm"):
    kernel, bias = keras.Variable(np.zeros(2)), keras.Variable(np.zeros(2))
    optimizers.SGD(1.0, **{kind: 1.0}).apply(
        [keras.ops.convert_to_tensor(g, dtype="float32") for g in ([3.0, 4.0], [0.3, 0.4])], [kernel, bias])  # fmt: skip
    print(f"{kind:16} {-keras.ops.convert_to_numpy(kernel).round(3) + 0} {-keras.ops.convert_to_numpy(bias).round(3) + 0}")  # fmt: skip

# %% [markdown]
# `clipvalue` cuts each number: (3, 4) became (1, 1), another direction. `clipnorm` shortens each variable's gradient **by itself**: the first was ten times as long as the second, now it is twice. Only `global_clipnorm` shortens all by one factor, so that the whole step keeps its direction.
#
# ### {{exercise clip_together}}
#
# A colleague clips "by the norm of all gradients together", and training got slower and odd. Here is the code and what it does to four pairs of gradients:


# %%
def clip_with_bug(gradients, limit):
    """Shorten a list of gradients so that together they are no longer than limit. (Or so it says.)"""
    clipped = []
    for gradient in gradients:
        length = np.linalg.norm(gradient)
        clipped.append(gradient * limit / length)
    return clipped


for pair in ([3, 4], [0.3, 0.4]), ([6, 8], [0, 24]), ([0.3, 0.4], [0.0, 0.1]):
    pair = [np.array(g, dtype=float) for g in pair]
    print(*pair, "→", *clip_with_bug(pair, limit=1.0))

# %% [markdown]
# There is more than one mistake. Write `clip_together` without them, with NumPy and no framework. New arrays come back, in a list; the ones that you are given stay as they are. Libraries add a tiny number to the length, up to 1e-6, to keep it from zero; you may, too.
#
# <details><summary>Hint 1 · length of several arrays</summary>The length of all numbers together, as if they stood in one long row. In the second pair that is 26.</details>
# <details><summary>Hint 2 · short gradients</summary>Look at the third pair. What should clipping do with a gradient that is short enough? And one that is all zeros?</details>


# %% tags=["exercise"]
def clip_together(gradients, limit):
    """Clip gradients by their global norm: one factor for all, so that the direction stays.

    Args:
        gradients: list of float arrays of any shapes; may be all zeros. They must not have changed
            afterwards.
        limit: largest length allowed for all gradients together, > 0.

    Returns:
        list of float arrays of the same shapes. If their common length (root of the sum of all
        squares) is at most limit, they are as they came.
    """
    ### BEGIN SOLUTION
    length = np.sqrt(sum(np.sum(gradient**2) for gradient in gradients))
    factor = limit / length if length > limit else 1.0
    return [gradient * factor for gradient in gradients]
    ### END SOLUTION


# %% tags=["check"]
check(clip_together)

# %% [markdown]
# ## A fair race
#
# Which optimizer is best for digits? A network with two hidden layers, the same two passes over the data, the same first weights for all, and fifteen entrants: thirteen of Keras's optimizers, one of them, SGD, in three forms. Four of them you have not met: **Ftrl** (McMahan et al. 2013, made for sparse advertising models), **LAMB** (You et al. 2020, for huge batches),
# **Adafactor** (Shazeer and Stern 2018, little memory) and **Muon** (Jordan et al. 2024, which treats a kernel as a matrix).
#
# Each learning rate is tuned on seed 0, on the training loss, from a list around a centre that earlier trials suggested; the numbers shown are from other seeds. Beside it is the unfair race one sees so often: **one learning rate, 0.001, for all**.

# %%
ENTRANTS = {  # optimizer, its further arguments, centre of its list of learning rates
    "SGD": (optimizers.SGD, {}, 0.3), "SGD, momentum": (optimizers.SGD, {"momentum": 0.9}, 0.1),
    "SGD, Nesterov": (optimizers.SGD, {"momentum": 0.9, "nesterov": True}, 0.1), "Adagrad": (optimizers.Adagrad, {}, 0.1),
    "Adadelta": (optimizers.Adadelta, {}, 10.0), "RMSprop": (optimizers.RMSprop, {}, 0.01), "Adam": (optimizers.Adam, {}, 0.01),
    "AdamW": (optimizers.AdamW, {}, 0.01), "Adamax": (optimizers.Adamax, {}, 0.03), "Nadam": (optimizers.Nadam, {}, 0.01),
    "Lion": (optimizers.Lion, {}, 0.01), "Ftrl": (optimizers.Ftrl, {}, 0.3), "LAMB": (optimizers.Lamb, {}, 0.03),
    "Adafactor": (optimizers.Adafactor, {"epsilon_1": 1e-16}, 0.1),  # the default, 1e-30, gave nan on some seeds
    "Muon": (optimizers.Muon, {}, 0.01),
}  # fmt: skip
factors = 10.0 ** np.array(
    runtime.budget(smoke=[0.0], cpu=[-0.5, 0.0, 0.5], gpu=[-1, -0.5, 0.0, 0.5])
)
images, labels, unseen = X[:, :784], y_train.astype("int32"), X_test[:, :784]


def network():
    return keras.Sequential([keras.Input((784,)), keras.layers.Dense(64, "relu"), keras.layers.Dense(64, "relu"), keras.layers.Dense(10)])  # fmt: skip


def first_weights(seed):
    """Glorot's initialisation (lesson 04), the same for every optimizer."""
    keras.utils.set_random_seed(seed)
    return network().get_weights()


# %%
def scores(weights, x):
    for k in (0, 2):
        x = np.maximum(x @ weights[k] + weights[k + 1], 0)
    return x @ weights[4] + weights[5]


class Entrant:
    """One optimizer with its network, compiled once and set back before each run."""

    def __init__(self, kind, arguments):
        self.net, self.optimizer = network(), kind(**arguments)
        self.net.compile(
            self.optimizer, keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        )
        self.optimizer.build(self.net.trainable_variables)
        self.fresh = [keras.ops.convert_to_numpy(v).copy() for v in self.optimizer.variables]

    def run(self, lr, seed, epochs):
        """Train; returns the training loss and the accuracy on unseen digits."""
        for variable, value in zip(self.optimizer.variables, self.fresh):
            variable.assign(value)
        self.net.set_weights(STARTS_OF[seed])
        self.optimizer.learning_rate = lr
        keras.utils.set_random_seed(seed)  # the order of the batches
        self.net.fit(images, labels, batch_size=100, epochs=epochs, verbose=0)
        weights = self.net.get_weights()
        z = scores(weights, images).astype("float64")
        shifted = z - z.max(axis=1, keepdims=True)
        loss = (np.log(np.exp(shifted).sum(axis=1)) - shifted[np.arange(4000), labels]).mean()
        return loss, np.mean(scores(weights, unseen).argmax(axis=1) == y_test)


# %%
runs_of = range(1, 1 + runtime.budget(smoke=1, cpu=3, gpu=6))
epochs = runtime.budget(smoke=1, cpu=2, gpu=4)
STARTS_OF = {seed: first_weights(seed) for seed in (0, *runs_of)}
results = {}
for name, (kind, arguments, centre) in ENTRANTS.items():
    entrant = Entrant(kind, arguments)
    tuned = [entrant.run(lr, 0, epochs)[0] for lr in centre * factors]
    best = centre * factors[int(np.nanargmin(tuned))]
    results[name] = best, *(np.array([entrant.run(lr, seed, epochs) for seed in runs_of]) for lr in (0.001, best))  # fmt: skip

# %%
fig, axes = plots.figure(1, 2, height=4.6, sharey=True, sharex=True)
order = sorted(results, key=lambda name: results[name][2][:, 0].mean())
for axis, k, title in zip(axes, (1, 2), ("unfair: lr = 0.001 for all", "fair: tuned for each")):
    for row, name in enumerate(order):
        losses = results[name][k][:, 0]
        axis.plot(losses, np.full(len(losses), row), "o", color=plots.COLOURS[k - 1], alpha=0.6)
        axis.plot(losses.mean(), row, "k|", markersize=12)
    axis.set(xscale="log", title=title, xlabel="training loss")
    plain_ticks(axis.xaxis, (0.05, 0.1, 0.2, 0.5, 1, 2))
axes[0].set(yticks=range(len(order)), yticklabels=order)
axes[0].invert_yaxis()
plots.show(fig, alt="Training losses of fifteen entrants, a dot for each seed and a bar at the mean, on a logarithmic axis. Left, with learning rate 0.001 for all: they spread from near 0.3 to 2.3, the loss of guessing. Right, each tuned: most lie close together and far lower, with overlapping dots; Ftrl is alone near the loss of guessing.")  # fmt: skip
plots.table(
    ["optimizer", "best lr", "training loss", "accuracy, unseen"],
    [[n, f"{results[n][0]:.2g}", *(with_spread(of_all, ".3f") for of_all in results[n][2].T)] for n in order],
    caption="Tuned, mean ± sample standard deviation over the seeds",
)  # fmt: skip

# %% [markdown]
# Left, a ranking that anyone could print, and it says mainly whose natural learning rate happens to be near 0.001. Plain SGD looks unusable; Adadelta has not moved. (Its paper has no learning rate at all, that is, 1. Keras's default is 0.001.)
# Right, the same optimizers: the best rates differ by a factor of about a thousand, most of the gap is gone, and neighbours in the list overlap within their spread. Momentum or Adam's scaling still helps over plain SGD in so few steps.
#
# Do not carry this ranking home. It holds for one small network and two passes. Wilson et al. (2017) found that adaptive methods generalised worse than SGD on the tasks they tried, even where their training loss was lower; Choi et al. (2019) tuned more of the settings, and there adaptive methods never did worse than momentum. What survives: **tune the learning rate of each,
# use several seeds, show the spread.**
#
# ### The one that failed
#
# Ftrl is left behind at every rate. Its rule does not step from the old weights; it solves for the weights anew from *sums of gradients*. What happens to the careful initialisation of lesson 04?

# %% tags=["nbval-check-output"]
start = np.array([0.5, -0.3, 0.8, -0.7])
after = apply(optimizers.Ftrl(0.1), start, np.array([[0.0, 0.0, 0.01, -0.01]]))
print("first weights     ", start)
print("after one gradient", after[0].round(3) + 0)

# %% [markdown]
# Forgotten in one step. Weights without a slope become zero, the others tiny. It starts its networks from (nearly) zero weights, the symmetric start that lesson 04 warned of. In a linear model, for which Ftrl was made, zero is a fine start, and with its `l1_regularization_strength` it keeps weights at exactly zero. A tool for another job.

# %% [markdown]
# ## {{exercise quiz}}
#
# Answer with one letter each, such as `{"q1": "a", …}`.
#
# **q1** A descent converges, slowly. You double the learning rate and the loss becomes `nan`. So
#
# - a) the gradient has a bug
# - b) the new rate was above 2 / (largest curvature)
# - c) the batch was too small
#
# **q2** 4,000 images, batches of 32, five epochs. How many times are the weights changed?
#
# - a) 5
# - b) 20,000
# - c) 625
#
# **q3** In Keras's SGD you change `momentum` from 0.9 to 0.99. To keep the size of steady steps, the learning rate must become
#
# - a) a tenth
# - b) the same
# - c) ten times as large
#
# **q4** You multiply the loss by 1,000. Which run hardly changes?
#
# - a) SGD's
# - b) SGD's with momentum
# - c) Adam's
#
# **q5** Adam without bias correction. Its first steps are
#
# - a) too long, as the average of squares is biased more
# - b) too short, as both averages start at zero
# - c) unchanged
#
# **q6** A paper compares a new optimizer, tuned, with Adam at its default. The new one is better. You conclude
#
# - a) the new one is better
# - b) nothing yet
# - c) Adam is worse when tuned

# %% tags=["exercise"]
### BEGIN SOLUTION
quiz = {"q1": "b", "q2": "c", "q3": "a", "q4": "c", "q5": "a", "q6": "b"}
### END SOLUTION

# %% tags=["check"]
check(quiz=quiz)

# %% [markdown]
# ## Summary
#
# - On a parabola each step multiplies the error by $1 - \eta a$: stable below $2/a$. One rate for all directions makes a ravine slow; the steepest sets the limit, the flattest the time.
# - A batch's noise falls with the root of its size, its cost rises with the size: take handfuls. Shrinking rates let the noise die out.
# - A forgetting average remembers about $1/(1-\beta)$ values; started at zero it needs bias correction. Momentum adds up slopes that agree. Keras: $v \leftarrow \beta v - \eta g$.
# - RMSProp divides by each weight's typical slope ($\epsilon$ inside Keras's root); Adam is both, corrected. That rescales single weights, so it helps where the ravine runs along them.
# - Clip by the global norm. Decay outside the division (AdamW). Compare optimizers only when each is tuned, over several seeds.
#
# ## References
#
# - H. Robbins and S. Monro, "A stochastic approximation method", *Annals of Mathematical Statistics* 22, 1951.
# - B. T. Polyak, "Some methods of speeding up the convergence of iteration methods", *USSR Computational Mathematics and Mathematical Physics* 4, 1964.
# - Y. Nesterov, "A method of solving a convex programming problem with convergence rate O(1/k²)", *Soviet Mathematics Doklady* 27, 1983. I. Sutskever, J. Martens, G. Dahl and G. Hinton, "On the importance of initialization and momentum in deep learning", ICML 2013.
# - J. Duchi, E. Hazan and Y. Singer, "Adaptive subgradient methods for online learning and stochastic optimization", *Journal of Machine Learning Research* 12, 2011. M. D. Zeiler, "ADADELTA: an adaptive learning rate method", 2012.
# - T. Tieleman and G. Hinton, "Lecture 6.5 – RMSProp", *COURSERA: Neural Networks for Machine Learning*, 2012 (slides of lecture 6, part e).
# - D. P. Kingma and J. Ba, "Adam: a method for stochastic optimization", ICLR 2015, Algorithm 1, section 2 (its end: the folded form), section 3 (bias correction), section 7.1 (AdaMax). T. Dozat, "Incorporating Nesterov momentum into Adam", 2016.
# - I. Loshchilov and F. Hutter, "SGDR: stochastic gradient descent with warm restarts", ICLR 2017 (cosine); "Decoupled weight decay regularization", ICLR 2019 (AdamW).
# - L. Liu et al., "On the variance of the adaptive learning rate and beyond", ICLR 2020 (warm-up).
# - A. C. Wilson, R. Roelofs, M. Stern, N. Srebro and B. Recht, "The marginal value of adaptive gradient methods in machine learning", 2017. D. Choi et al., "On empirical comparisons of optimizers for deep learning", 2019.
# - H. B. McMahan et al., "Ad click prediction: a view from the trenches", 2013. N. Shazeer and M. Stern, "Adafactor: adaptive learning rates with sublinear memory cost", 2018. Y. You et al., "Large batch optimization for deep learning: training BERT in 76 minutes", 2020. X. Chen et al., "Symbolic discovery of optimization algorithms", 2023 (Lion). K. Jordan et al., "Muon: an optimizer for hidden layers in neural networks", 2024.
#
# ## Where to read on
#
# G. Goh, "Why momentum really works", *Distill*, 2017, with moving pictures of the ravine. *Deep Learning* by Goodfellow, Bengio and Courville, chapter 8. Then lesson 07: you can train now; what do you feed a network that looks at pictures?
