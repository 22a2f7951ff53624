# %% [markdown]
# # Initialisers, regularisers, constraints
#
# **Time** 100 minutes · **Needs** lesson 03 · **Running everything** {{seconds}} s on two CPU cores
#
# A network of twenty hidden ReLU layers is to learn handwritten digits. We build it three times. Same layers, same images, same steps. The only difference: in the second
# network every starting weight is half as large as in the first, and in the third it is twice as large.

# %% tags=["setup"]
import inspect

import numpy as np
from scipy import stats

from cnncourse import begin, data, plots, runtime

check = begin("04_weights")

import keras
from keras import constraints, initializers, layers, regularizers

# %%
(x_train, y_train), (x_test, y_test) = data.mnist_sample()
size = runtime.budget(smoke=2000, cpu=4000, gpu=4000)
x_train, y_train = x_train[:size].reshape(-1, 784).astype("float32") / 255, y_train[:size]
x_test = x_test.reshape(-1, 784).astype("float32") / 255
SEEDS = range(runtime.budget(smoke=1, cpu=3, gpu=5))


def fitted(model, epochs, rate=0.1, callbacks=None):
    """Train on the digits; return what fit returns."""
    model.compile(
        keras.optimizers.SGD(rate),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
        steps_per_execution=16,  # the same steps, handed over 16 at a time: faster
    )
    return model.fit(x_train, y_train, batch_size=32, epochs=epochs, verbose=0, callbacks=callbacks)


def accuracy(model):
    """Share of the test digits that the model recognises."""
    return np.mean(np.argmax(model(x_test), axis=1) == y_test)


# %%
def twenty_layers(factor, seed):
    """Training accuracy and loss by epoch, with all starting weights multiplied by a factor."""
    keras.utils.set_random_seed(seed)
    hidden = [layers.Dense(64, "relu", kernel_initializer="he_normal") for _ in range(20)]
    model = keras.Sequential([keras.Input((784,)), *hidden, layers.Dense(10)])
    for dense in hidden:
        dense.kernel.assign(factor * dense.kernel)
    return fitted(model, runtime.budget(smoke=5, cpu=5, gpu=10), 0.03).history


by_factor = {}
for factor in (1, 0.5, 2):
    histories = [twenty_layers(factor, seed) for seed in SEEDS]
    by_factor[f"weights × {factor:g}"] = {"accuracy": [h["accuracy"] for h in histories]}
    print(f"weights × {factor:g}: the last losses", *(f"{h['loss'][-1]:.3f}" for h in histories))

# %%
plots.curves(
    by_factor, title="One number decides whether twenty layers learn",
    alt="Training accuracy by epoch for three sets of networks. With weights times 1 the curve climbs. With weights halved, and with weights doubled, both curves lie flat at about 10 per cent, guessing.",
)  # fmt: skip

# %% [markdown]
# One network learns. With half the weights it guesses: its loss is $\ln 10 = 2.303$, that of ten equal chances. With twice the weights its numbers overflow; the loss is nan, and 1 in 10 is what nan gets right. The three have the same layers and the same data; they differ by a factor of two in numbers that
# were *random* to begin with.
#
# **How large should a weight be, before anybody knows what it should be?**
#
# The first half of this lesson answers that. The second half stays with the size of weights, but during training: how to pull them towards zero, and how to forbid them to leave a region.
#
# After this lesson you can
#
# - say which starts leave all units of a layer copies of one another, and why;
# - work out fan-in, fan-out and the standard deviation that LeCun, Glorot and He prescribe;
# - follow the size of a signal through fifty layers, forwards and backwards, and predict where it ends;
# - compute L1, L2 and activity penalties by hand, and say what each does to a weight;
# - constrain each unit's weights, along the right axis.

# %% [markdown]
# ## Equal stays equal
#
# Why random at all? Why not start every weight at the same sensible number?
#
# Take one input $x$, two hidden ReLU units with weights $w_1, w_2$, and one output $y = v_1 h_1 + v_2 h_2$ with $h_j = \mathrm{relu}(w_j x)$. Start equal: $w = (0.5, 0.5)$, $v = (1, 1)$.
# For $x = 2$ both units give $h = 1$, so $y = 2$. Say that 1 is right: the error is $y - 1 = 1$, and the loss is $L = \frac12 (y - 1)^2$. How much each weight is to blame follows from the chain rule of lesson 03:
#
# - $w_1$ reaches the output through $v_1$: its slope is error · $v_1 \cdot x = 1 \cdot 1 \cdot 2 = 2$. For $w_2$ it is error · $v_2 \cdot x = 2$. The same.
# - $v_1$ has the slope error · $h_1 = 1$, and $v_2$ has error · $h_2 = 1$. The same.
#
# Equal slopes make equal steps. A step of 0.1 against the slope gives $w = (0.3, 0.3)$ and $v = (0.9, 0.9)$. Equal again, and so it goes on.

# %% tags=["nbval-check-output"]
x, w, v = 2.0, np.array([0.5, 0.5]), np.array([1.0, 1.0])
for step in range(1, 4):
    h = np.maximum(w * x, 0)
    error = v @ h - 1
    w, v = w - 0.1 * error * v * x * (h > 0), v - 0.1 * error * h
    print(f"after step {step}:  w = {w.round(4)}  v = {v.round(4)}")

# %% [markdown]
# Now the real thing: 784 inputs, 64 hidden units, 10 outputs. Four starts for its kernels (the weight matrices): all zeros; all 0.01; all 0.01 with a grain of noise, a millionth in size; and Keras's default,
# random. Beside them a network with **one** hidden unit.
#
# > **Predict.** What accuracy does each reach? Guessing is 0.1. Write down five numbers before you run the next cell.

# %%
STARTS = {
    "64 units, zeros": (64, lambda: "zeros"),
    "64 units, all 0.01": (64, lambda: initializers.Constant(0.01)),
    "1 unit, random": (1, lambda: "glorot_uniform"),
    "64 units, 0.01 ± 0.000001": (64, lambda: initializers.RandomNormal(0.01, 1e-6)),
    "64 units, random": (64, lambda: "glorot_uniform"),
}


def start_with(units, start, seed):
    """Test accuracy, and the largest difference between two hidden units' weights."""
    keras.utils.set_random_seed(seed)
    hidden = layers.Dense(units, "relu", kernel_initializer=start())
    output = layers.Dense(10, kernel_initializer=start())
    model = keras.Sequential([keras.Input((784,)), hidden, output])
    fitted(model, runtime.budget(smoke=2, cpu=8, gpu=20))
    kernel = hidden.get_weights()[0]
    return accuracy(model), np.ptp(kernel, axis=1).max()


# %%
rows = []
for label, (units, start) in STARTS.items():
    right, apart = zip(*(start_with(units, start, seed) for seed in SEEDS))
    rows.append([label, f"{min(right):.2f} … {max(right):.2f}", f"{max(apart):.1e}"])
plots.table(["start", "test accuracy, by seed", "units differ by at most"], rows)

# %% [markdown]
# Three things to see.
#
# **Zeros learn nothing.** Every hidden unit gives 0, where ReLU's slope is 0, and the output weights that would carry blame back are 0 as well. Only the ten output biases move.
#
# **The constant start does learn something.** That is the surprise: it beats guessing by far. But look at the last column. After all the training the 64 units are still the same unit, 64 times over.
# The network has the talent of the row below it, with one unit, and the cost of 64.
#
# **A millionth is enough.** Noise that no one could see in a picture breaks the tie, and training pulls the units apart. So randomness is not there to find good weights. It is there to make units *different*.
#
# ### {{exercise twins}}
#
# Again 784 → 64 → 10, zero biases, trained on many batches with plain gradient descent. How many **different** units does the hidden layer have afterwards, 1 or 64? A unit's weights are its column of the kernel; the
# four networks differ in their start and activation.
#
# | entry | hidden activation | hidden kernel starts | output kernel starts |
# |:--|:--|:--|:--|
# | `constant` | ReLU | all 0.01 | random |
# | `zeros_tanh` | tanh | zeros | random |
# | `zeros_relu` | ReLU | zeros | random |
# | `zero_output` | ReLU | random | zeros |
#
# Answer with a dictionary such as `{"constant": 1, "zeros_tanh": 1, "zeros_relu": 1, "zero_output": 1}`.
#
# <details><summary>Hint 1 · what reaches a hidden weight</summary>
#
# The slope of a hidden weight is a product of three things: the blame that comes back through the output weights of *its* unit, the activation's slope, and the input. Where can the units differ?
# </details>
# <details><summary>Hint 2 · at zero</summary>
#
# Lesson 03: the slope of tanh at 0 is 1. Keras takes ReLU's slope at 0 to be 0.
# </details>

# %% tags=["exercise"]
### BEGIN SOLUTION
twins = {"constant": 64, "zeros_tanh": 64, "zeros_relu": 1, "zero_output": 64}
### END SOLUTION

# %% tags=["check"]
check(twins=twins)

# %% [markdown]
# ## What a sum does to size
#
# So the weights are random. How large? A unit adds up many products, $y = w_1 x_1 + \dots + w_n x_n$. Let us find out how large the sum is.
#
# By hand, small. Two weights, each $+a$ or $-a$ with equal chance, inputs $x_1 = x_2 = 1$. The sum is $2a$, $0$, $0$ or $-2a$. On average it is 0. Its **square** is on average $(4a^2 + 0 + 0 + 4a^2)/4 = 2a^2$. One
# weight alone would give $a^2$. Two give twice that: *squares add up*, because the mixed products $w_1 w_2$ are positive as often as negative.
# With $n$ weights of mean 0 and variance $\mathrm{Var}(w)$, independent of one another and of the inputs,
#
# $$\overline{y^2} \;=\; n \cdot \mathrm{Var}(w) \cdot \overline{x^2}$$
#
# where the bar means an average. So a layer without activation multiplies the signal's mean square by $n\,\mathrm{Var}(w)$. If that is 1, the signal keeps its size. If it is 2, ten layers multiply it by $2^{10} = 1024$.
#
# **And ReLU?** The sums are as often positive as negative, and ReLU erases the negative half. Half of the mean square is gone, so a ReLU layer multiplies by $\tfrac12 n\,\mathrm{Var}(w)$.
#
# > **Predict.** 400 inputs with mean square 1, weights of standard deviation 0.05, so $n\,\mathrm{Var}(w) = 400 \cdot 0.0025 = 1$. What is the mean square of the sums, and after ReLU?

# %%
rng = np.random.default_rng(0)
inputs = rng.normal(size=(500, 400))
sums = inputs @ rng.normal(0, 0.05, (400, 1000))
after = np.maximum(sums, 0)
print(f"mean square of inputs {np.mean(inputs**2):.3f}, sums {np.mean(sums**2):.3f}, after ReLU {np.mean(after**2):.3f}")  # fmt: skip

# %% [markdown]
# That is the whole secret of the first picture. The weights "× 1" had $n\,\mathrm{Var}(w) = 2$, ReLU halves, and each layer multiplies by 1. Half the weights mean a quarter of the variance: each layer multiplies by ¼, and
# $4^{20}$ is a million million. Twice the weights multiply by 4. Choose a factor and see what twenty layers make of it.


# %%
def chain(factor=0.7):
    """Mean square of the signal in a ReLU network, by arithmetic and by a random draw."""
    rng = np.random.default_rng(0)
    signal, squares = rng.normal(size=(100, 64)), []
    for _ in range(20):
        kernel = factor * rng.normal(0, np.sqrt(2 / 64), (64, 64))
        signal = np.maximum(signal @ kernel, 0)
        squares.append(2 * np.mean(signal**2))
    layer = np.arange(1, 21)
    fig, ax = plots.figure(height=3.0)
    ax.semilogy(layer, squares, "o", label="a random draw")
    ax.semilogy(layer, factor ** (2.0 * layer), "-", label=f"arithmetic: {factor**2:.3g} a layer")
    ax.set(title=f"He's weights × {factor:g}", xlabel="layer", ylabel="mean square", xticks=[1, 5, 10, 15, 20])  # fmt: skip
    ax.set(ylim=(1e-14, 1e14))
    ax.legend()
    return plots.show(fig, alt=f"Mean square of the signal by layer, logarithmic, for weights times {factor:g}: dots scatter around a straight line that ends at {factor**40.0:.1e}.")  # fmt: skip


plots.interact(chain, factor=(0.5, 2.0, 0.1))

# %% [markdown]
# ## Fan-in and fan-out
#
# The $n$ in the formula is the number of products in one sum: how many weights *lead into* one output number. That is the **fan-in**. On the way back blame is summed, too: each input number collects blame from every
# output that it has fed, through the weights that *lead out* of it. Their number is the **fan-out**.
#
# For a Dense kernel of shape (inputs, units) the two are just the two sides. For a **convolution** (lesson 08) look at the picture. Its kernel has shape (height, width, channels in, channels out). One output number looks at a
# small window of the image in *all* input channels, so many weights lead into it. One input number lies under many windows, in *all* output channels.

# %%
from matplotlib.patches import Rectangle

fig, axes = plots.figure(2, 1, width=6.6, height=3.4)
for ax, title in zip(axes, ("fan-in: 3 · 3 · 2 = 18 numbers enter one", "fan-out: one number enters 3 · 3 · 4 = 36")):  # fmt: skip
    for side, (channels, left) in enumerate(((2, 0), (4, 15))):
        for c in reversed(range(channels)):
            for r, k in np.ndindex(5, 5):
                window = 1 <= r <= 3 and 1 <= k <= 3
                one = r == k == 2 and c == 0
                on = window if (ax is axes[0]) == (side == 0) else one
                cell = Rectangle((left + 5.6 * c + k, 4 - r), 1, 1, edgecolor="#888888", linewidth=0.6)  # fmt: skip
                cell.set_facecolor(plots.COLOURS[side] if on else "white")
                ax.add_patch(cell)
        ax.text(left, -1.2, ("input, 2 channels", "output, 4 channels")[side], fontsize=9)
    ax.annotate("", (14.5, 2.5), (11.2, 2.5), arrowprops={"arrowstyle": "->"})
    ax.set_title(title, fontsize=10)
    ax.set(xlim=(-0.3, 37.2), ylim=(-1.6, 5.4), aspect="equal")
    ax.set_axis_off()
plots.show(
    fig,
    alt="Two sketches of a convolution with a 3 by 3 kernel from 2 channels to 4. Above: a 3 by 3 window in both input channels, 18 cells, leads into one cell of one output channel. "
    "Below: one cell of one input channel leads into a 3 by 3 window in all four output channels, 36 cells.",
)

# %% [markdown]
# We can let Keras count. In a convolution whose weights are all 1 (the initialiser `Ones`), an output number *is* the number of input ones that entered it. And if a single input number is 1, the sum over the whole output is
# the number of places that it reached.

# %% tags=["nbval-check-output"]
convolution = layers.Conv2D(4, 3, padding="same", kernel_initializer="ones")
all_ones, one_pixel = np.ones((1, 7, 7, 2)), np.zeros((1, 7, 7, 2))
one_pixel[0, 3, 3, 0] = 1
print("into one output number:", float(convolution(all_ones)[0, 3, 3, 0]))
print("out of one input number:", float(keras.ops.sum(convolution(one_pixel))))
print("kernel:", convolution.kernel.shape)

# %% [markdown]
# ### {{exercise fans}}
#
# Write `fans(shape)` for the kernel of a Dense layer, shape `(inputs, units)`, or of a convolution over one, two or three axes, shape `(*window, channels_in, channels_out)`. The window need not be square. Return two whole numbers; count them yourself, without Keras's initialisers.
#
# <details><summary>Hint 1 · the window counts twice</summary>The window's positions multiply the channels in on the way in, and the channels out on the way out.</details>
# <details><summary>Hint 2 · Dense as a special case</summary>A Dense kernel is a convolution kernel with no window at all. What is a product of no numbers? (<code>np.prod(())</code>)</details>


# %% tags=["exercise"]
def fans(shape):
    """Count the weights into one output number and out of one input number.

    Args:
        shape: tuple of 2 to 5 positive integers: (inputs, units), or
            (*window, channels in, channels out) with a window of one to three sides.

    Returns:
        (fan_in, fan_out), two integers.
    """
    ### BEGIN SOLUTION
    *window, channels_in, channels_out = shape
    area = int(np.prod(window))
    return area * channels_in, area * channels_out
    ### END SOLUTION


# %% tags=["check"]
check(fans)

# %% [markdown]
# ## Three rules
#
# Each rule sets the variance of the starting weights, and each answers another question.
#
# | | variance | keeps the size of | made for |
# |:--|:--|:--|:--|
# | **LeCun** (LeCun et al. 1998, §4.6) | $1/\text{fan-in}$ | the forward signal, activation with slope 1 at 0 | tanh; today SELU (Klambauer et al. 2017) |
# | **Glorot** (Glorot and Bengio 2010, eq. 12) | $2/(\text{fan-in} + \text{fan-out})$ | a compromise of forward signal and backward gradient | tanh, softsign |
# | **He** (He et al. 2015, §2.2) | $2/\text{fan-in}$ | the forward signal through ReLU, which halves | ReLU and its family |
#
# Backwards the same sum runs over the fan-out, so a gradient keeps its size if the variance is $1/\text{fan-out}$. Both at once is possible only if the two fans are equal. Glorot takes the average of the fans.
# Xavier is Glorot's first name; "Xavier" and "Glorot" initialisation are one thing.
#
# The rules fix a variance, not a shape of distribution. **Normal** draws have std $\sigma$. **Uniform** draws between $-a$ and $a$ have the variance $a^2/3$, so $a = \sqrt3\,\sigma$.
#
# By hand: a Dense kernel (200, 300). LeCun: $\sigma = \sqrt{1/200} = 0.0707$. Glorot: $\sqrt{2/500} = 0.0632$. He: $\sqrt{2/200} = 0.1$, as a uniform distribution between $-0.1732$ and $0.1732$.
#
# ### {{exercise starting_std}}
#
# Write `starting_std(shape, rule)`: the standard deviation that `"lecun"`, `"glorot"` or `"he"` prescribes for a kernel of this shape, Dense or convolution. Your `fans` may help. Compute it from the rule, without Keras or drawn weights; six correct digits are enough.
#
# <details><summary>Hint 1 · variance or std</summary>The table lists variances.</details>
# <details><summary>Hint 2 · check a number</summary>He for (200, 300) must give 0.1, and for a 5×5 convolution from 8 to 16 channels, too.</details>


# %% tags=["exercise"]
def starting_std(shape, rule):
    """Standard deviation of the starting weights.

    Args:
        shape: the kernel's shape, as in `fans`.
        rule: "lecun", "glorot" or "he".

    Returns:
        The standard deviation, a float.
    """
    ### BEGIN SOLUTION
    fan_in, fan_out = fans(shape)
    variance = {"lecun": 1 / fan_in, "glorot": 2 / (fan_in + fan_out), "he": 2 / fan_in}[rule]
    return float(np.sqrt(variance))
    ### END SOLUTION


# %% tags=["check"]
check(starting_std)

# %% [markdown]
# ## All of them, drawn
#
# Keras has fifteen initialisers of general use (a sixteenth, `STFT`, is for sound). Here each one fills a kernel of shape (200, 300). `VarianceScaling` is the general one: LeCun, Glorot and He are settings of it, so we show a fourth setting, the one that keeps
# gradients. Over each panel: the measured standard deviation, and what the arithmetic says.

# %%
SHAPE = (200, 300)
GALLERY = {
    "RandomNormal": (initializers.RandomNormal(stddev=0.05), 0.05),
    "RandomUniform": (initializers.RandomUniform(-0.1, 0.1), 0.1 / np.sqrt(3)),
    "TruncatedNormal": (initializers.TruncatedNormal(stddev=0.05), 0.05),
    "LecunNormal": (initializers.LecunNormal(), np.sqrt(1 / 200)),
    "LecunUniform": (initializers.LecunUniform(), np.sqrt(1 / 200)),
    "GlorotNormal": (initializers.GlorotNormal(), np.sqrt(2 / 500)),
    "GlorotUniform": (initializers.GlorotUniform(), np.sqrt(2 / 500)),
    "HeNormal": (initializers.HeNormal(), np.sqrt(2 / 200)),
    "HeUniform": (initializers.HeUniform(), np.sqrt(2 / 200)),
    "VarianceScaling": (
        initializers.VarianceScaling(1.0, "fan_out", "untruncated_normal"), np.sqrt(1 / 300),
    ),
    "Orthogonal": (initializers.Orthogonal(), np.sqrt(1 / 300)),
}  # fmt: skip
drawn = {name: np.asarray(start(SHAPE)) for name, (start, _) in GALLERY.items()}

# %%
fig, axes = plots.figure(4, 3, sharex=True, width=7.0, height=6.6)
for ax, (name, weights) in zip(axes.flat, drawn.items()):
    ax.hist(weights.ravel(), bins=np.linspace(-0.32, 0.32, 81), color=plots.COLOURS[0])
    wrong_theory = abs(weights.std() / GALLERY[name][1] - 1) > 0.02
    ax.set_title(
        f"{name}\nstd {weights.std():.4f}, theory {GALLERY[name][1]:.4f}", fontsize=9,
        color=plots.COLOURS[1] if wrong_theory else "black",
    )  # fmt: skip
    ax.set(yticks=[])
axes[-1, -1].set_axis_off()
for ax in (*axes[-1, :2], axes[-2, 2]):
    ax.set(xlabel="weight")
    ax.tick_params(labelbottom=True)
plots.show(
    fig,
    alt="Eleven histograms of 60,000 starting weights. Normal ones are bells; LeCun's, Glorot's and He's normal and TruncatedNormal are bells with cut-off tails; uniform ones are boxes; Orthogonal is a bell. "
    "Measured and theoretical standard deviations agree for all but TruncatedNormal, which has 0.044 in place of 0.05.",
)

# %% [markdown]
# The four others are not random: matrices to look at rather than to count.

# %%
plots.matrices(
    {
        "Zeros": initializers.Zeros()((3, 4)),
        "Ones": initializers.Ones()((3, 4)),
        "Constant(0.2)": initializers.Constant(0.2)((3, 4)),
        "Identity": initializers.Identity()((3, 4)),
    },
    alt="Four matrices of 3 rows and 4 columns: all zeros; all ones; all 0.2; and the identity, ones on the diagonal and zeros elsewhere.",
)  # fmt: skip
Q = np.asarray(initializers.Orthogonal(seed=1)((4, 3)))
plots.matrices(
    {"Orthogonal, Q": Q, "Qᵀ Q": np.round(Q.T @ Q, 6) + 0.0}, fmt=".2f",
    alt="An orthogonal 4 by 3 kernel with mixed numbers, and its transpose times itself: the 3 by 3 identity.",
)  # fmt: skip

# %% [markdown]
# **Zeros** is Keras's start for biases: with different kernels the units differ already. **Ones** is the start for scale factors (lesson 10). **Constant** is for a bias that should begin somewhere, as in lesson 03.
# **Identity** passes the signal through unchanged; it is only for matrices. **Orthogonal** columns have length 1 and are perpendicular: in a square kernel nothing is stretched, in any direction. And if you say nothing:

# %% tags=["nbval-check-output"]
for layer in (layers.Dense(1), layers.Conv2D(1, 3)):
    kernel, bias = layer.kernel_initializer, layer.bias_initializer
    print(f"{layer.__class__.__name__:7} kernel {kernel.__class__.__name__}, bias {bias.__class__.__name__}")  # fmt: skip

# %% [markdown]
# ### The odd one out
#
# One title is printed in orange. `TruncatedNormal(stddev=0.05)` has a standard deviation of 0.044. A truncated normal **redraws** every value that lies beyond two standard deviations. Without its tails a bell is narrower: of a variance of 1 there remain
#
# $$1 - \frac{4\,\varphi(2)}{2\Phi(2) - 1} = 1 - \frac{4 \cdot 0.05399}{0.95450} = 0.7737, \qquad \sqrt{0.7737} = 0.8796$$
#
# ($\varphi$ is the bell curve, $\Phi$ its area to the left.) But then LeCun's, Glorot's and He's normal draws, which are truncated too, ought to be too narrow as well, and they are not. Look at how Keras draws them.

# %%
print("by SciPy:", stats.truncnorm(-2, 2).std())
source = inspect.getsource(initializers.VarianceScaling.__call__)
print(*(line.strip() for line in source.splitlines() if "stddev = " in line), sep="\n")

# %% [markdown]
# There it is: `VarianceScaling` divides by 0.8796 first, so that the truncated draws end with the right spread. (The second line is for draws that are not truncated.) `TruncatedNormal` leaves the number to you: its `stddev` is that of the bell *before* truncation.
# Is a factor of 0.88 worth a section? In one layer, no. In fifty ReLU layers it multiplies the mean square by

# %% tags=["nbval-check-output"]
print(f"{stats.truncnorm(-2, 2).var() ** 50:.1e}")

# %% [markdown]
# ### {{exercise he_truncated}}
#
# Write `he_truncated(shape, rng)`: He's variance, drawn from a normal distribution truncated at two standard deviations, as Keras does it, with NumPy. Values beyond the bound are **redrawn**, as often as it takes, not moved to the bound.
# All randomness comes from `rng`, a `np.random.Generator`: no Keras, and nothing from `np.random` itself. The array may be float32 or float64. Your function is judged by what its numbers look like: their mean, their spread, the largest and the smallest.
#
# <details><summary>Hint 1 · in three steps</summary>Which σ must the bell have *before* truncation? Draw all numbers. Then, while any lies outside, redraw those.</details>
# <details><summary>Hint 2 · redraw some</summary><code>outside = np.abs(w) &gt; bound</code> is a mask; <code>w[outside] = …</code> replaces just those, and <code>outside.sum()</code> tells how many.</details>


# %% tags=["exercise"]
def he_truncated(shape, rng):
    """Draw starting weights for a ReLU layer.

    Args:
        shape: the kernel's shape, as in `fans`.
        rng: a NumPy random generator.

    Returns:
        Float array of this shape: mean 0, standard deviation sqrt(2 / fan-in) after truncation,
        no value further from 0 than two standard deviations of the untruncated bell.
    """
    ### BEGIN SOLUTION
    sigma = starting_std(shape, "he") / stats.truncnorm(-2, 2).std()
    weights = rng.normal(0, sigma, shape)
    while np.any(outside := np.abs(weights) > 2 * sigma):
        weights[outside] = rng.normal(0, sigma, outside.sum())
    return weights
    ### END SOLUTION


# %% tags=["check"]
check(he_truncated)

# %% [markdown]
# ## Fifty layers, forwards and backwards
#
# Now every rule meets every kind of activation, through fifty layers of 100 units. No training, only the start. Forwards we follow the signal's root mean square. Backwards we send a random gradient through the chain rule, as in
# lesson 03: multiply by the slope, multiply by the transposed kernel. Each line is the middle of several draws, and the band runs from the lowest to the highest.
#
# > **Predict.** Glorot's rule with ReLU, fan-in = fan-out = 100: by what factor does each layer multiply the mean square? By what factor do fifty, on the root mean square?

# %%
DEPTH, WIDTH = 50, 100
RULES = {
    "TruncatedNormal()": lambda seed: initializers.TruncatedNormal(seed=seed),  # Keras: stddev 0.05
    "Glorot": lambda seed: initializers.GlorotUniform(seed=seed),
    "LeCun": lambda seed: initializers.LecunNormal(seed=seed),
    "He": lambda seed: initializers.HeNormal(seed=seed),
    "Orthogonal": lambda seed: initializers.Orthogonal(seed=seed),
}
BENDS = {
    "ReLU": (lambda z: np.maximum(z, 0), lambda z: z > 0),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "SELU": (
        lambda z: 1.0507 * np.where(z > 0, z, 1.67326 * np.expm1(np.minimum(z, 0))),
        lambda z: 1.0507 * np.where(z > 0, 1, 1.67326 * np.exp(np.minimum(z, 0))),
    ),
}


def sizes(rule, bend, seed):
    """Root mean square of the signal after each layer, and of the gradient before each."""
    f, slope = BENDS[bend]
    rng = np.random.default_rng(seed)
    kernels = [np.asarray(RULES[rule](int(k))((WIDTH, WIDTH))) for k in rng.integers(1e9, size=DEPTH)]  # fmt: skip
    a, z, forwards, backwards = rng.normal(size=(50, WIDTH)), [], [], []
    for W in kernels:
        z.append(a @ W)
        a = f(z[-1])
        forwards.append(np.sqrt(np.mean(a**2)))
    g = rng.normal(size=a.shape)
    for W, z_l in zip(reversed(kernels), reversed(z)):
        g = (g * slope(z_l)) @ W.T
        backwards.insert(0, np.sqrt(np.mean(g**2)))
    return forwards, backwards


DRAWS = range(runtime.budget(smoke=2, cpu=5, gpu=10))
fifty = {(r, b): np.array([sizes(r, b, s) for s in DRAWS]) for r in RULES for b in BENDS}

# %%
fig, axes = plots.figure(2, 3, sharex=True, sharey=True, width=7.4, height=5.2)
for (rule, bend), runs in fifty.items():
    column, k = list(BENDS).index(bend), list(RULES).index(rule)
    for ax, sized in zip(axes[:, column], (runs[:, 0], runs[:, 1])):
        layer = np.arange(1, DEPTH + 1)
        ax.semilogy(layer, np.median(sized, 0), "-", marker="ov^sD"[k], markevery=(3 * k, 14), markersize=5, color=plots.COLOURS[k], label=rule)  # fmt: skip
        ax.fill_between(layer, sized.min(0), sized.max(0), color=plots.COLOURS[k], alpha=0.2)
        ax.set(ylim=(1e-18, 1e6), xticks=[1, 25, 50], yticks=[1e-18, 1e-12, 1e-6, 1, 1e6])
for ax, bend in zip(axes[0], BENDS):
    ax.set_title(bend)
for ax in axes[1]:
    ax.set(xlabel="layer")
axes[0, 0].set(ylabel="forward signal, RMS")
axes[1, 0].set(ylabel="gradient, RMS\n(1 enters at layer 50)")
axes[1, 2].legend(fontsize=8, loc="lower right")
plots.show(
    fig,
    alt="Six panels over 50 layers, logarithmic: top row the forward signal, bottom row the gradient; columns ReLU, tanh, SELU. With ReLU only He stays level in both; Glorot, LeCun and Orthogonal fall by about 2 to the power 25, "
    "TruncatedNormal falls out of the picture. With tanh LeCun, Glorot and Orthogonal sink slowly forwards and He stays level, while He's gradient grows. With SELU LeCun, Glorot and Orthogonal stay level forwards, their gradients grow a few fold, and He grows in both.",
)

# %%
rows = []
for (rule, bend), runs in fifty.items():
    (low_f, low_b), (high_f, high_b) = runs[:, [0, 1], [-1, 0]].min(0), runs[:, [0, 1], [-1, 0]].max(0)  # fmt: skip
    rows.append([bend, rule, f"{low_f:.1e} … {high_f:.1e}", f"{low_b:.1e} … {high_b:.1e}"])
plots.table(
    ["activation", "start", "signal after layer 50", "gradient at layer 1"], sorted(rows, key=lambda r: r[0])
)  # fmt: skip

# %% [markdown]
# With ReLU and Glorot each layer halves the mean square; fifty halve it fifty times, and the root mean square falls to about $2^{-25} \approx 3 \cdot 10^{-8}$. It falls in the same way forwards and backwards, because here the fans are equal.
# He's rule is the only one of these that stays level through ReLU, and its band is wide: the *average* over draws is level, a single draw wanders. (An `Orthogonal` start wants `gain=√2` here, for the same reason.)
#
# Tanh squeezes whatever is large, so it forgives weights that are too large (not those that are too small): LeCun's signal sinks only slowly, like a power of the depth and not like an exponential. SELU with LeCun's weights is made so that the pull goes *towards* mean 0 and variance 1 from both sides
# (Klambauer et al. 2017). `TruncatedNormal()` with its default of 0.05 knows nothing of the fan: here $n\,\mathrm{Var}(w) \approx 0.19$. A fixed std is right for one width and one activation only.

# %% [markdown]
# ### {{exercise mended_stack}}
#
# A colleague wants to repeat the ReLU experiment with a *uniform* distribution. "He's rule, so the square root of 2 over the fan-in", and an own generator for each layer "so that nothing interferes".


# %%
def hasty_stack(units, depth, rng):
    """Kernels for a stack of square ReLU layers, by He's rule, as its author thinks."""
    seed = int(rng.integers(2**31))
    limit = np.sqrt(2 / units)
    kernels = []
    for _ in range(depth):
        layer_rng = np.random.default_rng(seed)
        kernels.append(layer_rng.uniform(-limit, limit, (units, units)))
    return np.stack(kernels)


signal = rng.normal(size=(50, 100))
for layer, W in enumerate(hasty_stack(100, 50, rng), start=1):
    signal = np.maximum(signal @ W, 0)
    if layer in (1, 2, 5, 10, 20, 50):
        print(f"layer {layer:2}: root mean square {np.sqrt(np.mean(signal**2)):.1e}")

# %% [markdown]
# It has **two** faults. One you see in these numbers. The other you do not: look at the kernels. Write `mended_stack(units, depth, rng)`, with the uniform distribution kept. All randomness comes from `rng`: no Keras, and nothing from `np.random` that draws without a generator.
#
# <details><summary>Hint 1 · the first fault</summary>By which factor does the mean square fall in each layer? Compare a uniform distribution's limit with its standard deviation.</details>
# <details><summary>Hint 2 · the second fault</summary>Compare the first kernel with the second.</details>


# %% tags=["exercise"]
def mended_stack(units, depth, rng):
    """Draw the kernels of a stack of square ReLU layers, uniform, by He's rule.

    Args:
        units: inputs and outputs of every layer.
        depth: number of layers.
        rng: a NumPy random generator, the only source of chance.

    Returns:
        Float array (depth, units, units): every kernel drawn anew, from a uniform distribution
        around 0 whose variance is He's.
    """
    ### BEGIN SOLUTION
    limit = np.sqrt(3 * 2 / units)
    return rng.uniform(-limit, limit, (depth, units, units))
    ### END SOLUTION


# %% tags=["check"]
check(mended_stack)

# %% [markdown]
# You may think that this does not happen to people who use Keras.
#
# > **Predict.** Three layers of one shape get the same initialiser *object*, once without a seed; once its *name*. Which of the kernels are equal?

# %% tags=["nbval-check-output"]
shared = initializers.HeNormal()
for label, start in (("one object", lambda: shared), ("a name", lambda: "he_normal")):
    kernels = [layers.Dense(8, kernel_initializer=start()) for _ in range(3)]
    for dense in kernels:
        dense.build((None, 8))
    first, *others = (np.asarray(dense.kernel) for dense in kernels)
    print(f"{label:10} equal to the first: {[bool(np.all(first == W)) for W in others]}")

# %% [markdown]
# An initialiser object draws its seed **once**, when it is made, and gives the same numbers each time it is called with the same shape. Give every layer an object of its own, or the name as a string.
#
# ## The length survives. Does the picture?
#
# *Side trip: may be skipped without loss.*
#
# Keeping the size is necessary. Is it enough? Send two *different* digits through the stack, a 3 and an 8, and watch the angle between them: the **cosine** of two signals is 1 when they point in the same direction, whatever their lengths.
#
# > **Predict.** After fifty layers of ReLU with He's weights, is the cosine nearer to 0 or to 1? And without any activation, with weights of variance $1/n$ or orthogonal?

# %%
small = x_train.reshape(-1, 28, 28)[:, ::3, ::3].reshape(-1, 100)  # every third pixel
three, eight = small[y_train == 3][0], small[y_train == 8][0]
STACKS = {
    "ReLU, He": ("he_normal", lambda z: np.maximum(z, 0)),
    "tanh, LeCun": ("lecun_normal", np.tanh),
    "none, LeCun": ("lecun_normal", lambda z: z),
    "none, Orthogonal": ("orthogonal", lambda z: z),
}


def cosines(start, f, seed):
    """Cosine between the two digits after each of fifty layers, and the kernels' product."""
    keras.utils.set_random_seed(seed)
    pair, product, found = np.stack([three, eight]), np.eye(WIDTH), []
    for _ in range(DEPTH):
        W = np.asarray(initializers.get(start)((WIDTH, WIDTH)))
        pair, product = f(pair @ W), product @ W
        found.append(pair[0] @ pair[1] / np.prod(np.linalg.norm(pair, axis=1)))
    return found, product


# %%
fig, (left, right) = plots.figure(1, 2, height=3.3)
products = {}
for (label, (start, f)), marker in zip(STACKS.items(), "sD^o"):
    runs, kept = zip(*(cosines(start, f, seed) for seed in SEEDS))
    products[label] = kept[0]
    colour = plots.COLOURS["sD^o".index(marker)]
    for k, run in enumerate(runs):
        left.plot(np.arange(1, DEPTH + 1), run, marker=marker, markevery=(4 * k, 12), markersize=4, linewidth=1.2, color=colour, label=label if k == 0 else None)  # fmt: skip
left.set(title="are the two digits still different?", xlabel="layer", ylabel="cosine", ylim=(-1.75, 1.1))  # fmt: skip
left.legend(loc="lower center", fontsize=8, ncols=2)
for label, dash in (("none, LeCun", "-"), ("none, Orthogonal", "--")):
    right.semilogy(np.linalg.svd(products[label], compute_uv=False) + 1e-16, dash, label=label)
right.set(title="what 50 kernels, multiplied, stretch", xlabel="direction, from most to least", ylabel="stretched by", ylim=(1e-9, 1e3))  # fmt: skip
right.legend(loc="lower left", fontsize=8)
plots.show(
    fig,
    alt="Left: the cosine between a 3 and an 8 over 50 layers. With ReLU and He's weights all draws climb towards 1; without activation and with orthogonal kernels it stays exactly where it was; with Gaussian kernels, without activation or with tanh, it wanders, each draw in its own way. "
    "Right: how much the product of fifty kernels stretches each of 100 directions. Orthogonal: 1 in all directions. LeCun: a few directions by more than 1, most by less than a thousandth.",
)

# %% [markdown]
# With ReLU and the "right" variance the two digits end up pointing the same way: the last layer receives signals of proper length that are nearly one and the same. (Why? ReLU's outputs are never negative, so any two of them lean towards each other; each layer adds a little.
# Poole et al. 2016 and Schoenholz et al. 2017 compute, for random networks in general, how two inputs come together or part.)
#
# The right panel shows another loss, without any activation. A kernel drawn from a normal distribution keeps the *average* length over all directions, but it stretches some and shrinks others, and fifty of them multiply up: a few directions win, most are lost. (Hence the wandering lines on the left: each draw favours other directions.) Orthogonal kernels
# stretch nothing at all, so their product is orthogonal, too, and every direction survives. That is why Saxe et al. (2014) proposed them. A good start is necessary, then, not sufficient; normalisation (lesson 10) and shortcuts (lesson 15) do the rest in the deep networks of today.

# %% [markdown]
# ## A price on weights
#
# The start is done. During training, weights grow wherever that lowers the loss, also for the sake of noise in a few images. A **regulariser** puts a price on them: training then minimises loss *plus penalty*.
#
# $$\text{L1} = \lambda \sum_i |w_i| \qquad\qquad \text{L2} = \lambda \sum_i w_i^2$$
#
# By hand: $w = (3, -4)$, $\lambda = 0.1$. L1: $0.1 \cdot (3 + 4) = 0.7$. L2: $0.1 \cdot (9 + 16) = 2.5$. Both at once, `L1L2`: $3.2$. Two things to know when you compare with books: the factor $\lambda$ belongs to the definition (without it there is nothing to set), and
# many books write $\tfrac{\lambda}{2}\sum w^2$. Keras has no ½. A common mistake in slides is to label $\sum|w|^2$ as a second L1. The square makes it L2.
#
# A layer can price three things: its kernel, its bias, and its **activity**, the outputs. Outputs come in batches, so Keras divides the activity's penalty by the batch size. By hand, with the kernel above, bias 2, and two inputs $(1, 0)$ and $(0, 1)$: the outputs are
# $3 + 2 = 5$ and $-4 + 2 = -2$.

# %% tags=["nbval-check-output"]
dense = layers.Dense(
    1,
    kernel_regularizer=regularizers.L1L2(l1=0.1, l2=0.1),
    bias_regularizer=regularizers.L2(0.01),
    activity_regularizer=regularizers.L1(0.001),
)
model = keras.Sequential([keras.Input((2,)), dense])
dense.set_weights([np.array([[3.0], [-4.0]]), np.array([2.0])])
print("outputs:", np.asarray(model(np.eye(2))).ravel())
for name, by_hand in (("kernel", 0.7 + 2.5), ("bias", 0.01 * 2**2), ("activity", 0.001 * (5 + 2) / 2)):  # fmt: skip
    print(f"by hand, {name:8} {by_hand:.4f}")
print("model.losses    ", sorted((round(float(p), 4) for p in model.losses), reverse=True))

# %% [markdown]
# The fourth of Keras's regularisers prices *likeness* instead of size. `OrthogonalRegularizer` takes every pair of rows (or of columns, with `mode="columns"`), computes the absolute cosine between the two, and charges $\lambda$ times the mean over the pairs. In a Dense
# kernel the columns are the units. By hand: columns $(1, 0)$, $(1, 1)$ and $(0, 2)$. The cosines are $0.7071$, $0$ and $0.7071$, their mean is $0.4714$.

# %% tags=["nbval-check-output"]
columns = keras.ops.array([[1.0, 1.0, 0.0], [0.0, 1.0, 2.0]])
for mode in ("columns", "rows"):
    price = regularizers.OrthogonalRegularizer(factor=1.0, mode=mode)(columns)
    print(f"{mode:8}{float(price):.4f}")

# %% [markdown]
# ### {{exercise total_penalty}}
#
# Write `total_penalty(kernel, outputs, l1, l2, activity_l2)`: what Keras adds to the loss for one layer with `kernel_regularizer=L1L2(l1, l2)` and `activity_regularizer=L2(activity_l2)`, given its kernel and its outputs for one batch. Compute it yourself, without Keras; six correct digits are enough.
#
# <details><summary>Hint 1 · three terms</summary>Two prices on the kernel and one on the outputs. Each has a factor of its own.</details>
# <details><summary>Hint 2 · the batch</summary>Only one of the three knows anything of a batch. The batch runs along the first axis.</details>


# %% tags=["exercise"]
def total_penalty(kernel, outputs, l1=0.0, l2=0.0, activity_l2=0.0):
    """What Keras adds to the loss for one layer.

    Args:
        kernel: float array of any shape.
        outputs: float array (batch, ...), the layer's outputs.
        l1: factor of the kernel's L1 penalty.
        l2: factor of the kernel's L2 penalty.
        activity_l2: factor of the L2 penalty on the outputs.

    Returns:
        The sum of the penalties, a float.
    """
    ### BEGIN SOLUTION
    on_kernel = l1 * np.abs(kernel).sum() + l2 * np.square(kernel).sum()
    return float(on_kernel + activity_l2 * np.square(outputs).sum() / len(outputs))
    ### END SOLUTION


# %% tags=["check"]
check(total_penalty)

# %% [markdown]
# ## Slopes again: what each price does
#
# Training feels slopes. The slope of $\lambda|w|$ is $\lambda$ or $-\lambda$: **the same pull at every size**. The slope of $\lambda w^2$ is $2\lambda w$: a pull **in proportion to the weight**, gentle on small ones. Leave a weight alone with its price, no data, steps of 0.1.
# By hand, from $w = 1$ with $\lambda = 0.5$: L1 takes off $0.05$ in every step, so after ten steps half is left and after twenty nothing. L2 takes off a tenth of what is there: $0.9$, $0.81$, $0.729$ …, after twenty steps $0.9^{20} = 0.12$.

# %%
steps, step, price = 40, 0.1, 0.5
paths = {"L1": [1.0], "L2": [1.0], "L1, small weight": [0.18], "L2, small weight": [0.18]}
for label, path in paths.items():
    for _ in range(steps):
        w = path[-1]
        path.append(w - step * price * (np.sign(w) if "L1" in label else 2 * w))
fig, ax = plots.figure(height=3.2)
for (label, path), dash, colour in zip(paths.items(), ("-", "-", "--", "--"), (0, 1, 0, 1)):
    ax.plot(path, dash, color=plots.COLOURS[colour], label=label)
ax.set(title="a weight alone with its price", xlabel="step", ylabel="weight")
ax.legend()
plots.show(
    fig,
    alt="Four paths over 40 steps. Under L1 the weight falls in a straight line from 1 to zero at step 20 and then jumps to and fro just above and below; from 0.18 it gets there in four steps. "
    "Under L2 both decay along curves that flatten and never quite arrive.",
)

# %% [markdown]
# So L1 should bring weights to zero that the data do not defend, and L2 should make all weights smaller and none zero. Is it so on real digits? One Dense layer, 784 → 10, so that each weight belongs to one pixel and we can look at it. Four prices: none, L1, L2, and, for later,
# a constraint. $\lambda$ is ten times as large for L2: with these numbers both end with about the same $\sum|w|$ and the same accuracy, so that the comparison is fair.
#
# > **Predict.** Of the 7,840 weights, how many does L1 make *exactly* 0?

# %%
PRICES = {
    "no price": {},
    "L1": {"kernel_regularizer": regularizers.L1(1e-3)},
    "L2": {"kernel_regularizer": regularizers.L2(1e-2)},
    "NonNeg": {"kernel_constraint": constraints.NonNeg()},
}
EPOCHS = runtime.budget(smoke=3, cpu=15, gpu=30)


def one_layer(seed, callbacks=None, **price):
    """A trained model of one Dense layer, 784 → 10."""
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([keras.Input((784,)), layers.Dense(10, **price)])
    fitted(model, EPOCHS, callbacks=callbacks)
    return model


trained = {label: [one_layer(seed, **price) for seed in SEEDS] for label, price in PRICES.items()}

# %%
rows = []
for label, models in trained.items():
    kernels = np.array([model.get_weights()[0] for model in models])
    right = [accuracy(model) for model in models]
    small = np.mean(np.abs(kernels) < 1e-3, axis=(1, 2))
    rows.append([
        label, f"{min(right):.3f} … {max(right):.3f}", f"{np.abs(kernels).sum() / len(models):.0f}",
        f"{small.min():.0%} … {small.max():.0%}", ", ".join(str(np.sum(W == 0)) for W in kernels),
    ])  # fmt: skip
plots.table(["price", "test accuracy", "Σ|w|, mean", "|w| below 0.001", "exactly 0, by seed"], rows)

# %% [markdown]
# Of the weights under L1 the larger part is below a thousandth, and hardly any is exactly 0. The path above shows why: near zero the pull does not get smaller, so the weight jumps over, and back. Plain gradient descent with an L1 price rattles around zero at about the size of a
# step (learning rate · $\lambda$ = 0.0001 here). Methods that stop *at* zero exist (Tibshirani 1996 made the idea famous as the lasso); Keras's price is not one of them. To get true zeros, cut small weights off afterwards. Is that safe?

# %%
keep = np.array([0.02, 0.05, 0.1, 0.2, 0.4, 0.7, 1.0])


def pruned_accuracy(model, share):
    """Test accuracy when only the largest weights are kept, a share of all."""
    W, b = model.get_weights()
    bound = np.quantile(np.abs(W), 1 - share)
    return np.mean(np.argmax(x_test @ np.where(np.abs(W) >= bound, W, 0) + b, axis=1) == y_test)


fig, ax = plots.figure(height=3.2)
for label, marker in (("no price", "s"), ("L2", "^"), ("L1", "o")):
    runs = np.array([[pruned_accuracy(model, share) for share in keep] for model in trained[label]])
    line = ax.semilogx(100 * keep, runs.mean(0), marker=marker, label=label)[0]
    ax.fill_between(100 * keep, runs.min(0), runs.max(0), color=line.get_color(), alpha=0.2)
ax.set(title="all but the largest weights set to zero", xlabel="weights kept, per cent", ylabel="test accuracy")  # fmt: skip
ax.set_xticks(100 * keep, [f"{100 * share:.0f}" for share in keep])
ax.legend()
plots.show(
    fig,
    alt="Test accuracy against the share of weights that are kept, from 2 to 100 per cent. All keep their accuracy down to a fifth or so of their weights; below, the L1 model's curve lies highest, L2's lowest.",
)

# %% [markdown]
# The L1 network stands the cut best: keep one weight in ten, and it loses least. Notice who stands it worst. L2 made the weights *smaller*, but it spread the work over many of them, and cutting hits all.
#
# And here is where the weights went. Each picture is one output unit: blue pixels speak against its digit, red ones for it.

# %%
fig, axes = plots.figure(4, 5, width=7.0, height=5.9)
for row, (label, models) in zip(axes, trained.items()):
    W = models[0].get_weights()[0]
    for digit, ax in enumerate(row):
        picture = W[:, digit].reshape(28, 28)
        bound = np.quantile(np.abs(W), 0.99)
        ax.imshow(picture, cmap="RdBu_r", vmin=-bound, vmax=bound)
        ax.set(xticks=[], yticks=[])
        ax.grid(visible=False)
        if label == "no price":
            ax.set_title(f"unit of digit {digit}", fontsize=9)
    row[0].set(ylabel=label)
plots.show(
    fig,
    alt="Weights of the units of digits 0 to 4 as pictures, four rows. No price: blurred digit shapes in a sea of random speckle that reaches into the corners. L1: a few strong pixels, the corners and margins blank. "
    "L2: smooth, pale digit shapes, corners blank. NonNeg: only red pixels, faint speckle in the corners.",
)

# %% [markdown]
# Look at the corners. Without a price they are full of speckle: no digit ever lights these pixels, so no gradient ever reaches their weights, and they **still have their starting values**. What you see there is the initialiser. Any penalty removes these starting values. (`NonNeg` removes its negative half and keeps the rest.) L2 spreads the work over neighbouring pixels that say the same;
# L1 picks a few of them and lets the others go. (A price also costs accuracy if it is high, and may gain some if data are few. Lesson 11 measures when.)

# %% [markdown]
# ## A fence
#
# A price pulls. A **constraint** forbids: after every training step Keras moves the weights back to the nearest allowed place, or rescales them. It has four. `NonNeg` sets negative weights to 0. The others look at the **length** of each unit's weights, $\lVert w \rVert = \sqrt{\sum_i w_i^2}$, and
# rescale the unit as a whole, so that it keeps its direction: `MaxNorm` if it is too long, `MinMaxNorm` if it is too long or too short, `UnitNorm` always, to length 1.
#
# By hand, `MaxNorm(2)`. The unit $(3, -4)$ has length 5: it becomes $\tfrac25 (3, -4) = (1.2, -1.6)$. The unit $(1, 1)$ has length 1.41 and stays. Here are sixteen units with two weights each, before and after.

# %%
before = (
    np.random.default_rng(3).uniform(-2.2, 2.2, (2, 16)).astype("float32")
)  # 2 inputs, 16 units
FENCES = {
    "NonNeg()": constraints.NonNeg(),
    "MaxNorm(1)": constraints.MaxNorm(1.0),
    "MinMaxNorm(0.8, 1.5)": constraints.MinMaxNorm(0.8, 1.5),
    "UnitNorm()": constraints.UnitNorm(),
}
fig, axes = plots.figure(1, 4, sharey=True, width=7.4, height=2.5)
for ax, (label, fence) in zip(axes, FENCES.items()):
    after = np.asarray(fence(before))
    ax.plot(np.stack([before[0], after[0]]), np.stack([before[1], after[1]]), color="#999999", linewidth=0.8)  # fmt: skip
    ax.plot(*before, "o", markerfacecolor="white", color=plots.COLOURS[0], markersize=5, label="before")  # fmt: skip
    ax.plot(*after, "o", color=plots.COLOURS[1], markersize=5, label="after")
    ax.set_title(label, fontsize=10)
    ax.set(xlabel="$w_1$", xlim=(-3, 3), ylim=(-3, 3), aspect="equal", xticks=[-2, 0, 2])
axes[0].set(ylabel="$w_2$")
axes[0].legend(loc="lower left", fontsize=7)
plots.show(
    fig,
    alt="Sixteen units as points in the plane of their two weights, hollow before and filled after. NonNeg moves points into the upper right quarter; MaxNorm pulls points outside the unit circle onto it and leaves those inside; "
    "MinMaxNorm moves points into a ring between 0.8 and 1.5; UnitNorm puts all on the unit circle.",
)

# %% [markdown]
# ### The axis
#
# Which numbers belong to *one unit*? In a Dense kernel (inputs, units) a unit is a column, so the sum of squares runs along axis 0. That is the default of all three. In a convolution kernel (height, width, channels in, channels out) a unit is a filter, and its weights run over **three** axes. The default is still 0.
#
# > **Predict.** Ten filters of shape 3×3×8, all weights 1: each has length $\sqrt{72} = 8.49$. What length has each after `MaxNorm(2)` with the default axis?

# %% tags=["nbval-check-output"]
filters = np.ones((3, 3, 8, 10), dtype="float32")
for axis in (0, [0, 1, 2], [0, 1, 2, 3]):
    fenced = np.asarray(constraints.MaxNorm(2, axis=axis)(filters))
    lengths = np.sqrt(np.sum(fenced**2, axis=(0, 1, 2)))
    print(f"axis={axis!s:13} length of each filter: {lengths[0]:.3f}")

# %% [markdown]
# With the default, each column of three weights ($\lVert\cdot\rVert = 1.73$) is judged alone, finds itself short enough, and nothing happens at all. With all four axes the ten filters share one allowance. Neither complains.
#
# Where a fence stands is an argument of the layer, as for the prices: `kernel_constraint=` or `bias_constraint=`. With
# `Dense(1, kernel_constraint="non_neg", bias_constraint="non_neg")` no input that is positive can make the output negative.
#
# ### {{exercise limit_units}}
#
# Write `limit_units(kernel, limit)` with NumPy, without Keras: MaxNorm for a kernel of any kind, Dense or convolution (one to three sides of window), always one unit at a time. Units within the limit stay as they are. A unit of zeros is within every limit. A new array comes back, the given kernel stays as it is. Keras adds 1e-7 to each length; you may or may not.
#
# <details><summary>Hint 1 · which axes</summary>A unit is one entry of the last axis. The sum runs over all the others.</details>
# <details><summary>Hint 2 · one factor a unit</summary>With <code>keepdims=True</code> the lengths can multiply the kernel. What is the factor of a unit that is short enough, and what becomes of your formula for a unit of length 0?</details>


# %% tags=["exercise"]
def limit_units(kernel, limit):
    """Rescale every unit that is longer than a limit.

    Args:
        kernel: float array (inputs, units) or (*window, channels in, channels out).
        limit: greatest allowed length of a unit's weights, > 0.

    Returns:
        Float array of the kernel's shape; the kernel itself is not changed.
    """
    ### BEGIN SOLUTION
    axes = tuple(range(kernel.ndim - 1))
    lengths = np.sqrt(np.square(kernel).sum(axis=axes, keepdims=True))
    return kernel * (limit / np.maximum(lengths, limit))
    ### END SOLUTION


# %% tags=["check"]
check(limit_units)

# %% [markdown]
# Yours against Keras's. Keras adds 0.0000001 to each length, so that it never divides by 0; its numbers may differ from yours in the seventh digit.

# %% tags=["needs-answer"]
some = np.random.default_rng(0).normal(size=(3, 3, 8, 10)).astype("float32")
theirs = np.asarray(constraints.MaxNorm(2, axis=[0, 1, 2])(some))
print("largest difference:", np.abs(limit_units(some, 2.0) - theirs).max())

# %% [markdown]
# ### Pull or fence
#
# *Side trip: may be skipped without loss.*
#
# Train the one-layer network once more and follow the length of its ten units, epoch by epoch: free, with an L2 price, and with three fences.


# %%
class Lengths(keras.callbacks.Callback):
    """Remembers the length of every unit at the start and after each epoch."""

    def on_train_begin(self, logs=None):
        self.lengths = []
        self.on_epoch_end(0)

    def on_epoch_end(self, epoch, logs=None):
        self.lengths.append(np.linalg.norm(self.model.get_weights()[0], axis=0))


KINDS = {
    "free": {},
    "L2(0.01)": {"kernel_regularizer": regularizers.L2(0.01)},
    "MaxNorm(2)": {"kernel_constraint": constraints.MaxNorm(2)},
    "MinMaxNorm(1.8, 2.5)": {"kernel_constraint": constraints.MinMaxNorm(1.8, 2.5)},
    "UnitNorm()": {"kernel_constraint": constraints.UnitNorm()},
}
followed = {}
for label, kind in KINDS.items():
    watch = Lengths()
    model = one_layer(0, callbacks=[watch], **kind)
    followed[label] = np.array(watch.lengths), accuracy(model)

# %%
fig, axes = plots.figure(1, 5, sharey=True, width=7.4, height=2.5)
for ax, (label, (lengths, right)) in zip(axes, followed.items()):
    ax.plot(lengths, color=plots.COLOURS[0], linewidth=0.9)
    ax.set_title(f"{label}\naccuracy {right:.2f}", fontsize=9)
    ax.set(xlabel="epoch", ylim=(0, None))
axes[0].set(ylabel="length of each unit")
plots.show(
    fig,
    alt="Lengths of ten units by epoch, five panels. All start near 1.4. Free: they rise and go on rising. L2: they bend and level off. MaxNorm(2): they rise to 2 and stop. MinMaxNorm: from the first epoch on between 1.8 and 2.5, and no higher. UnitNorm: exactly 1 from the first epoch on.",
)

# %% [markdown]
# Free units grew for as long as we trained. The price bends the curves where pull and gain balance, for each unit elsewhere. A fence does nothing until it is touched and then ends the matter. Max-norm came into use beside dropout (Srivastava et al. 2014; lesson 11), because it
# allows large learning rates: no step, however large, can carry a weight away for good.

# %% [markdown]
# ## {{exercise quiz}}
#
# Answer with one letter each, such as `{"q1": "a", …}`.
#
# **q1** All kernels of a network start at the constant 0.05. After long training its layer of 64 units
#
# - a) has learned nothing at all
# - b) is 64 copies of one unit that has learned something
# - c) has learned like any other, only more slowly
#
# **q2** A convolution with window 3×3 goes from 64 to 128 channels. He's variance is
#
# - a) 2/64
# - b) 2/576
# - c) 2/1152
#
# **q3** Glorot's weights in a stack of 20 square ReLU layers: the mean square of the signal
#
# - a) stays
# - b) is divided by 20
# - c) is divided by about a million
#
# **q4** `initializers.TruncatedNormal(stddev=0.1)` gives weights with a standard deviation of about
#
# - a) 0.088
# - b) 0.1
# - c) 0.114
#
# **q5** You train with `regularizers.L1(0.001)` and count the weights that are exactly 0. You find
#
# - a) most of them
# - b) hardly any, but many that are tiny
# - c) as many tiny ones as without a price
#
# **q6** You want each filter of a Conv2D to have at most length 2. You write
#
# - a) `MaxNorm(2)`
# - b) `MaxNorm(2, axis=3)`
# - c) `MaxNorm(2, axis=[0, 1, 2])`

# %% tags=["exercise"]
### BEGIN SOLUTION
quiz = {"q1": "b", "q2": "b", "q3": "c", "q4": "a", "q5": "b", "q6": "c"}
### END SOLUTION

# %% tags=["check"]
check(quiz=quiz)

# %% [markdown]
# ## Summary
#
# 1. Equal units stay equal. Random starts are there to make units different; the tiniest noise will do that.
# 2. A layer multiplies the signal's mean square by fan-in · variance, and ReLU halves it. Over many layers any factor but 1 is fatal. He: $2/\text{fan-in}$ for ReLU; LeCun: $1/\text{fan-in}$ for SELU; Glorot: $2/(\text{fan-in} + \text{fan-out})$, Keras's default.
# 3. Fan-in counts *all* weights into one number: for a convolution, window times channels. A truncated normal is narrower than its `stddev` says; an initialiser object repeats itself.
# 4. L1 is $\lambda\sum|w|$ and pulls with constant force, towards few weights. L2 is $\lambda\sum w^2$, no ½ in Keras, and pulls in proportion, towards small ones. An activity's penalty is divided by the batch size.
# 5. A constraint acts after each step, per unit if you give it the right axes: 0 for Dense, `[0, 1, 2]` for Conv2D.
#
# **What to use.** ReLU networks: `he_normal`. SELU: `lecun_normal`. Otherwise leave the default until a measurement speaks against it. L2 first, if any price; a fence where weights run away.
#
# ## References
#
# - Glorot and Bengio (2010). *Understanding the Difficulty of Training Deep Feedforward Neural Networks.* AISTATS. Equation 12: the compromise; equation 16: the uniform limits.
# - He, Zhang, Ren and Sun (2015). *Delving Deep into Rectifiers: Surpassing Human-Level Performance on ImageNet Classification.* ICCV. Section 2.2: forwards and backwards through ReLU.
# - Klambauer, Unterthiner, Mayr and Hochreiter (2017). *Self-Normalizing Neural Networks.* NIPS. SELU with weights of variance 1/fan-in.
# - LeCun, Bottou, Orr and Müller (1998). *Efficient BackProp.* In: Neural Networks: Tricks of the Trade, Springer. Section 4.6: initialising the weights.
# - Poole, Lahiri, Raghu, Sohl-Dickstein and Ganguli (2016). *Exponential Expressivity in Deep Neural Networks through Transient Chaos.* NIPS.
# - Saxe, McClelland and Ganguli (2014). *Exact Solutions to the Nonlinear Dynamics of Learning in Deep Linear Neural Networks.* ICLR. Orthogonal starts.
# - Schoenholz, Gilmer, Ganguli and Sohl-Dickstein (2017). *Deep Information Propagation.* ICLR.
# - Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov (2014). *Dropout: A Simple Way to Prevent Neural Networks from Overfitting.* JMLR 15. Dropout with max-norm.
# - Tibshirani (1996). *Regression Shrinkage and Selection via the Lasso.* Journal of the Royal Statistical Society B 58.
#
# **Where to read on.** Lesson 05 derives the backward pass that this lesson borrowed; lesson 06 explains the steps, and what L2 becomes under Adam; lesson 11 measures which of all this helps on few images. Of the papers, read He et al.'s section 2.2: two pages, and you have
# just rebuilt them.
