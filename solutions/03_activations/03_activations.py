# %% [markdown]
# # Non-linearities
#
# **Time** 115 minutes · **Needs** lesson 02 · **Running everything** {{seconds}} s on two CPU cores
#
# Two spiral arms, 800 points. Three networks try to tell the arms apart. The first is a single layer with 3 numbers to learn. The second is ten layers deep and has
# 8,577. The third has three layers, far fewer numbers than the second, and one thing that the others lack. Run the cells and look at the middle picture.

# %% tags=["setup"]
import numpy as np
from scipy import special

from cnncourse import begin, data, plots, runtime

check = begin("03_activations")

import keras
from keras import activations, layers


# %%
def spirals(n, turns=1.5, noise=0.02, seed=0):
    """Return n points on two interleaved spiral arms, and the arm that each is on."""
    rng = np.random.default_rng(seed)
    arm = rng.integers(0, 2, n)
    radius = np.sqrt(rng.uniform(0.05, 1, n))
    angle = 2 * np.pi * turns * radius + np.pi * arm
    points = np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
    return (points + noise * rng.normal(size=points.shape)).astype("float32"), arm


X, y = spirals(800)


# %%
STEPS = runtime.budget(smoke=100, cpu=800, gpu=800)


def learn_spirals(hidden, activation, seed=0):
    """Train a network with these hidden layers on the spirals."""
    keras.utils.set_random_seed(seed)
    dense = [layers.Dense(units, activation=activation) for units in hidden]
    model = keras.Sequential([keras.Input((2,)), *dense, layers.Dense(1)])
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.01), loss)
    batches = np.random.default_rng(seed).integers(0, len(X), 128 * STEPS)
    model.fit(X[batches], y[batches], batch_size=128, verbose=0)
    return model


networks = {
    "1 layer": learn_spirals([], None),
    "10 layers": learn_spirals([32] * 9, None),
    "3 layers and a bend": learn_spirals([32, 32], "relu"),
}

# %%
axis = np.linspace(-1.1, 1.1, 150, dtype="float32")
plane = np.stack(np.meshgrid(axis, axis), axis=-1)
fig, axes = plots.figure(1, 3, sharey=True, height=3.0)
for ax, (name, model) in zip(axes, networks.items()):
    side = model.predict(plane.reshape(-1, 2), batch_size=4096, verbose=0).reshape(150, 150) > 0
    ax.contourf(axis, axis, side, levels=[-1, 0.5, 2], colors=plots.COLOURS[:2], alpha=0.25)
    for arm, marker in enumerate("ox"):
        ax.scatter(*X[y == arm].T, s=6, marker=marker, linewidths=0.8, color=plots.COLOURS[arm])
    right = np.mean((model.predict(X, verbose=0)[:, 0] > 0) == y)
    ax.set_title(f"{name}\n{model.count_params():,} numbers: {right:.0%}", fontsize=10)
    ax.set(xlabel="$x_1$", aspect="equal")
axes[0].set(ylabel="$x_2$")
plots.show(
    fig,
    alt="Three squares with two interleaved spiral arms and the regions that a network gives to each arm. "
    "One layer and ten layers without a bend: one straight border that cuts across both arms. "
    "Three layers with a bend: the regions wind along the arms.",
)

# %% [markdown]
# The percentage counts the points that lie on the right colour. Ten layers, thousands of numbers to learn, and the border is one straight line, no better than the single layer's. No amount of training mends it.
# **Why does a network without a bend stay a straight line, however deep?** And when you do put a bend between the layers, does it matter which?
# Keras ships more than nineteen to choose from. By the end you will have seen one choice cost a network all it could learn, and another cost it nothing.
#
# After this lesson you can
#
# - fold any stack of layers without activations into one layer, and say why that is possible;
# - write the common activation functions in NumPy, safe on inputs as large as ±1000;
# - read a slope curve and predict whether a deep network will learn with it;
# - find the dead units of a network, and say whether they can come back;
# - choose the last activation and the loss for a task.

# %% [markdown]
# ## Ten lines make one line
#
# A layer without an activation multiplies and adds. With one input and one output it is a line: $2x + 1$, say. Let a second layer follow, $-3u + 4$, and put the first into it:
#
# $$-3\,(2x + 1) + 4 \;=\; -6x + 1$$
#
# Two lines went in, one line came out. A third layer meets that one line, and again the result is a line.
#
# With vectors nothing changes. Follow one input through two layers on paper, in Keras's order $x W + b$:
#
# $$x = (1, 2), \qquad W_1 = \begin{pmatrix} 1 & 2 \\ 0 & 1 \end{pmatrix},\; b_1 = (1, 0), \qquad W_2 = \begin{pmatrix} 1 \\ -1 \end{pmatrix},\; b_2 = 3$$
#
# The first layer gives $(1\cdot1 + 2\cdot0 + 1,\;\; 1\cdot2 + 2\cdot1 + 0) = (2, 4)$. The second gives $2 - 4 + 3 = 1$.

# %% tags=["nbval-check-output"]
x = np.array([1.0, 2.0])
W1, b1 = np.array([[1.0, 2.0], [0.0, 1.0]]), np.array([1.0, 0.0])
W2, b2 = np.array([[1.0], [-1.0]]), np.array([3.0])
u = x @ W1 + b1
print("after layer 1:", u, "  after layer 2:", u @ W2 + b2)

# %% [markdown]
# There is a single layer, one $W$ and one $b$, that gives the same answer as these two for **every** $x$. You will find it.
#
# ### {{exercise collapse}}
#
# Write `collapse(kernels, biases)`. It gets a stack of dense layers without activations, first layer first, and returns the one layer that does the same, as a pair `(W, b)`.
# There is at least one layer. Layers need not be square. NumPy or Keras, as you like; `W` and `b` are arrays, in float32 or float64. The lists and arrays that you are given stay as they are.
#
# <details><summary>Hint 1 · two layers first</summary>
#
# Write $(x W_1 + b_1)\,W_2 + b_2$ and multiply out. Collect what stands beside $x$, and what does not.
# </details>
# <details><summary>Hint 2 · then all of them</summary>
#
# Start with the first layer as your `W` and `b`. Each further layer changes both. One of the two changes needs the *old* bias.
# </details>


# %% tags=["exercise"]
def collapse(kernels, biases):
    """Fold dense layers without activations into one.

    Args:
        kernels: list of arrays; layer l has shape (inputs of l, outputs of l), as in Keras.
        biases: list of as many arrays; layer l has shape (outputs of l,).

    Returns:
        (W, b) of shapes (first inputs, last outputs) and (last outputs,), so that x @ W + b
        is what the whole stack gives for x.
    """
    ### BEGIN SOLUTION
    W, b = kernels[0], biases[0]
    for kernel, bias in zip(kernels[1:], biases[1:]):
        W, b = W @ kernel, b @ kernel + bias
    return W, b
    ### END SOLUTION


# %% tags=["check"]
check(collapse)

# %% [markdown]
# Now fold the ten-layer network from the first picture. Keras hands out a model's weights as kernel, bias, kernel, bias …

# %% tags=["needs-answer"]
deep = networks["10 layers"]
weights = deep.get_weights()
W, b = collapse(weights[0::2], weights[1::2])
print(f"{deep.count_params():,} numbers fold into {W.size + b.size}: W = {W.ravel()}, b = {b}")
print("largest difference on the 800 points:", np.abs(X @ W + b - deep.predict(X, verbose=0)).max())

# %% [markdown]
# All of it fits in three numbers, up to rounding. The rest was never needed. Folding works because nothing stands *between* the multiplications. So put something there.

# %% [markdown]
# ## One bend folds the paper
#
# The simplest bend is **ReLU**, the rectified linear unit: keep what is positive, replace the rest by zero.
#
# $$\mathrm{relu}(x) = \max(0, x)$$
#
# Two of them make a fold: $\mathrm{relu}(x) + \mathrm{relu}(-x) = |x|$. For $x = -3$ it is $0 + 3$, for $x = 3$ it is $3 + 0$. The inputs $-3$ and $3$ now lie on top of each other, like two points on
# a sheet of paper folded at zero. A straight cut through folded paper opens into two cuts.
#
# Here is a fold made for stacking. It needs two ReLUs and takes the interval from 0 to 1 to itself:
#
# $$\mathrm{fold}(x) = 2\,\mathrm{relu}(x) - 4\,\mathrm{relu}(x - \tfrac12)$$
#
# By hand: $\mathrm{fold}(0.25) = 0.5 - 0 = 0.5$, and $\mathrm{fold}(0.75) = 1.5 - 1 = 0.5$. Up to the middle and down again: two straight pieces.
#
# > **Predict.** One hidden layer with $n$ ReLUs can draw at most $n + 1$ straight pieces over one input, one new piece for each bend: ten ReLUs, eleven pieces. Now take the same ten ReLUs, but stack them:
# > five layers of two, each layer a `fold` of the one before. How many straight pieces? Write your guess down before you run the next cell.


# %% tags=["nbval-check-output"]
def fold(x):
    """Two ReLUs: up from 0 to 1 in the first half, down in the second."""
    return 2 * np.maximum(x, 0) - 4 * np.maximum(x - 0.5, 0)


x = np.linspace(0, 1, 1025)  # steps of 1/1024: every corner lies on a step
drawn = {0: x}
for depth in range(1, 6):
    drawn[depth] = fold(drawn[depth - 1])
    pieces = 1 + np.count_nonzero(np.diff(np.sign(np.diff(drawn[depth]))))
    print(f"{depth} layers, {2 * depth:2} ReLUs: {pieces:2} straight pieces")

# %%
fig, axes = plots.figure(1, 4, sharey=True, height=2.0)
for ax, depth in zip(axes, (1, 2, 3, 5)):
    ax.plot(x, drawn[depth], linewidth=1.3)
    ax.set(title=f"{depth} layer{'s' * (depth > 1)}", xlabel="x", xticks=[0, 0.5, 1])
axes[0].set(ylabel="output")
plots.show(
    fig,
    alt="Four zigzag lines between 0 and 1. One layer of two ReLUs draws one tooth, two layers draw two teeth, "
    "three layers four, five layers sixteen narrow teeth.",
)

# %% [markdown]
# Thirty-two, because each layer doubles what the last one drew. Width adds pieces; depth multiplies them (Telgarsky 2016; Montúfar et al. 2014 count the pieces for any number of inputs).
# So depth is worth having, but only with a bend in between. This shows what a deep network *can* draw. Whether training finds it is another question,
# and the rest of this lesson is about the part of the answer that lies in the bend.

# %% [markdown]
# ## Nineteen bends in one picture
#
# Keras has a function for each in `keras.activations` (PReLU is a layer, because it learns). Softmax and log-softmax take a whole vector, so to draw them beside the others
# we follow the first output for the vector $(x, 0, 0)$.


# %%
def first_of_three(function):
    """A function of vectors as a curve: its first output for the vector (x, 0, 0)."""
    return lambda x: function(np.stack([x, 0 * x, 0 * x], axis=-1))[..., 0]


FAMILIES = {
    "one-sided": "relu leaky_relu prelu relu6 elu selu softplus exponential linear",
    "squashing": "sigmoid hard_sigmoid tanh softsign softmax log_softmax",
    "gated": "silu hard_silu gelu mish",
}
NAMES = " ".join(FAMILIES.values()).split()
ACTIVATIONS = {name: getattr(activations, name) for name in NAMES if name != "prelu"}
ACTIVATIONS["prelu"] = lambda x: activations.leaky_relu(x, negative_slope=0.25)
ACTIVATIONS["softmax"] = first_of_three(activations.softmax)
ACTIVATIONS["log_softmax"] = first_of_three(activations.log_softmax)


# %% [markdown]
# The slope of each we do not look up. We measure it: step a little to the left and to the right, and divide the rise by the run. This **finite difference** knows nothing
# of any formula, so it can judge all of them, Keras's and yours.


# %%
def value(f, x):
    """f at x as a NumPy array, in double precision."""
    return keras.ops.convert_to_numpy(f(np.asarray(x, dtype="float64")))


def slope(f, x, h=1e-4):
    """Rise over run between x - h and x + h."""
    return (value(f, x + h) - value(f, x - h)) / (2 * h)


# %%
x = np.linspace(-5, 5, 401)
fig, axes = plots.figure(5, 4, sharex=True, sharey=True, width=7.0, height=8.2)
for ax, name in zip(axes.flat, NAMES):
    ax.plot(x, value(ACTIVATIONS[name], x), label="function")
    ax.plot(x, slope(ACTIVATIONS[name], x), "--", linewidth=1.4, label="slope")
    ax.axhline(0, color="black", linewidth=0.6, zorder=0)
    ax.set_title(name, fontsize=10)
    ax.set(ylim=(-2.4, 3.4), yticks=[-2, 0, 2])
for ax in axes[-1]:
    ax.set(xlabel="x", xticks=[-4, 0, 4])
axes[-1, -1].set_axis_off()
axes[-1, -1].legend(*axes[0, 0].get_legend_handles_labels(), loc="center", fontsize=10)
plots.show(
    fig,
    alt="Nineteen small panels, one an activation, each with the function solid and its slope dashed, from x = −5 to 5. "
    "ReLU and its relatives are straight on the right with slope near 1; sigmoid, tanh and softsign flatten on both sides and their slope is a hump at zero; "
    "SiLU, GELU and Mish dip below zero on the left and follow the identity on the right.",
)

# %% [markdown]
# Three families. **One-sided** functions let large positive inputs through and treat the negative side in various ways. **Squashing** functions flatten on both sides: they *saturate*.
# **Gated** functions multiply $x$ by a gate between 0 and 1, dip below zero, and follow $x$ on the right. Keep an eye on the dashed lines: on the left ReLU's is exactly zero, and the sigmoid's never gets above ¼.
#
# Choose one below and move the point. The line that touches the curve has the slope that training will see there.


# %%
def tangent(name="gelu", at=-1.0):
    """One activation, its slope, and the tangent at one point."""
    fig, (left, right) = plots.figure(1, 2, height=3.0)
    height, rise = float(value(ACTIVATIONS[name], at)), float(slope(ACTIVATIONS[name], at))
    left.plot(x, value(ACTIVATIONS[name], x))
    left.plot(x, height + rise * (x - at), ":", color="black", linewidth=1.2)
    left.plot(at, height, "o", color="black")
    left.set(title=f"{name}({at:g}) = {height:.4f}", xlabel="x", ylabel="output", ylim=(-3, 5))
    right.plot(x, slope(ACTIVATIONS[name], x), "--", color=plots.COLOURS[1])
    right.plot(at, rise, "o", color="black")
    right.set(title=f"slope there = {rise:.4f}", xlabel="x", ylabel="slope", ylim=(-0.6, 1.8))
    return plots.show(
        fig,
        alt=f"Left: {name} with its tangent at {at:g}, where its value is {height:.3f}. "
        f"Right: its slope, with the same point marked at {rise:.3f}.",
    )


plots.interact(tangent, name=NAMES, at=(-5.0, 5.0, 0.25))

# %% [markdown]
# ### The table
#
# $\sigma$ is the sigmoid, $\Phi$ the share of a standard normal distribution that lies below $x$. Round brackets mean that the bound is approached and never reached, square ones that it is reached.
#
# | name | formula | range | slope | where you meet it |
# |:--|:--|:--|:--|:--|
# | ReLU | $\max(0, x)$ | $[0, \infty)$ | 0 or 1 | hidden layers of AlexNet (Krizhevsky et al. 2012, §3.1), VGG, ResNet |
# | LeakyReLU | $x$ if $x > 0$, else $\alpha x$ | all numbers | $\alpha$ or 1 | discriminators of GANs, with $\alpha = 0.2$ (Radford et al. 2016, §4) |
# | PReLU | the same, $\alpha$ learned | all numbers | $\alpha$ or 1 | He et al. 2015, §2.1 |
# | ReLU6 | $\min(\max(0, x), 6)$ | $[0, 6]$ | 0 or 1 | MobileNetV2, for low-precision arithmetic (Sandler et al. 2018, §4) |
# | ELU | $x$ if $x > 0$, else $\alpha(e^x - 1)$ | $(-\alpha, \infty)$ | $\alpha e^x$ or 1 | Clevert et al. 2016 |
# | SELU | $1.0507 \cdot \mathrm{ELU}$ with $\alpha = 1.6733$ | $(-1.758, \infty)$ | $1.758\,e^x$ or 1.0507 | deep networks of Dense layers (Klambauer et al. 2017) |
# | softplus | $\ln(1 + e^x)$ | $(0, \infty)$ | $\sigma(x)$ | outputs that must be positive (Dugas et al. 2001) |
# | exponential | $e^x$ | $(0, \infty)$ | $e^x$ | outputs that are rates or counts |
# | linear | $x$ | all numbers | 1 | last layer of a regression; MobileNetV2's projection |
# | sigmoid | $1/(1 + e^{-x})$ | $(0, 1)$ | $\sigma(x)(1 - \sigma(x))$, at most ¼ | yes/no outputs; gates of an LSTM |
# | hard sigmoid | $\mathrm{relu6}(x + 3)/6$ | $[0, 1]$ | ⅙ or 0 | gates of MobileNetV3 (Howard et al. 2019) |
# | tanh | $(e^x - e^{-x})/(e^x + e^{-x})$ | $(-1, 1)$ | $1 - \tanh^2 x$, at most 1 | LeNet-5 (scaled); state of an LSTM |
# | softsign | $x / (1 + \lvert x\rvert)$ | $(-1, 1)$ | $1/(1 + \lvert x\rvert)^2$ | studied by Glorot and Bengio 2010, §3.3 |
# | SiLU, Swish | $x\,\sigma(x)$ | $[-0.278, \infty)$ | $\sigma(x)\,(1 + x\,(1 - \sigma(x)))$ | EfficientNet (Tan and Le 2019, §5.2) |
# | hard SiLU | $x \cdot \mathrm{relu6}(x + 3)/6$ | $[-0.375, \infty)$ | $0$, $(2x + 3)/6$ or 1 | MobileNetV3 (Howard et al. 2019, §5.2) |
# | GELU | $x\,\Phi(x)$ | $[-0.170, \infty)$ | $\Phi(x) + x\,\Phi'(x)$ | BERT and its descendants; ConvNeXt (Liu et al. 2022) |
# | Mish | $x \tanh(\mathrm{softplus}(x))$ | $[-0.309, \infty)$ | goes from 0 below zero up to 1.09 | YOLOv4 (Bochkovskiy et al. 2020) |
# | softmax | $e^{x_i} / \sum_j e^{x_j}$ | $(0, 1)$, sums to 1 | $p_i(1 - p_i)$; $-p_i p_j$ between outputs | last layer, one class of many; attention |
# | log-softmax | $x_i - \ln \sum_j e^{x_j}$ | $(-\infty, 0)$ | $1 - p_i$; $-p_j$ between outputs | cross-entropy, computed safely |
#
# Do not believe a table. The next cell tries every function on twenty thousand inputs and prints what it finds.

# %% tags=["nbval-check-output"]
x_wide = np.linspace(-30, 30, 20_001)
rows = []
for name in NAMES:
    f_x, rise = value(ACTIVATIONS[name], x_wide), slope(ACTIVATIONS[name], x_wide)
    found = np.round([f_x.min(), f_x.max(), rise.min(), rise.max()], 6) + 0.0
    rows.append([name, *(f"{v:.3g}" for v in found)])
plots.table(["on −30 … 30", "lowest", "highest", "least slope", "greatest slope"], rows)

# %% [markdown]
# The cell rounds to six decimals, so open bounds look reached. For tanh they really are: beyond about ±20 its distance to 1 is smaller than float64 can show, and the computer's tanh *is* 1.
#
# Two more things can be read off the table. The sigmoid's outputs are all positive: they are not centred on zero.
# So for one input all weights of a unit get slopes of the same sign (lesson 05 shows why), and have to rise or fall
# together. Tanh is centred. And ReLU is unbounded: nothing caps a large input, and large weights in many
# layers multiply (lesson 04). ReLU6 puts a cap on it.
#
# **Five traps in Keras.** The leaky slope has two defaults. PReLU is a layer and starts at slope 0, so it begins life as ReLU (the paper starts at 0.25). GELU as a layer or an activation is exact unless you ask for the approximation; `keras.ops.gelu` approximates unless you ask for the exact one.
# And the hard sigmoid changed: Keras 2 had $\mathrm{clip}(0.2x + 0.5)$, which old code and old blog posts still show.

# %% tags=["nbval-check-output"]
one = np.array([[-1.0, 2.0]], dtype="float32")
for label, f in {
    "layers.LeakyReLU()": layers.LeakyReLU(),
    "activations.leaky_relu": activations.leaky_relu,
    "layers.PReLU(), untrained": layers.PReLU(),
    "activations.gelu": activations.gelu,
    "  … approximate=True": lambda v: activations.gelu(v, approximate=True),
    "activations.hard_sigmoid": activations.hard_sigmoid,
    "  … as in Keras 2": lambda v: np.clip(0.2 * v + 0.5, 0, 1),
}.items():
    print(f"{label:26}", np.round(keras.ops.convert_to_numpy(f(one)), 4))

# %% [markdown]
# ### {{exercise relu_family}}
#
# Write `relu_family(x, name)` with NumPy and SciPy only (no Keras, and so not `value` or `slope` from above, which ask it), so that it agrees with Keras's *functions* and their defaults: `"relu"`, `"relu6"`, `"leaky_relu"` (slope 0.2), `"elu"` ($\alpha = 1$) and `"softplus"`.
#
# The result may be float32 or float64; `x` itself is not to be changed. The inputs go up to ±1000. That is where one of the five needs thought: $e^{1000}$ is not a number a computer can hold. A formula that is right on paper can still answer `inf`.
#
# <details><summary>Hint 1 · a choice for each element</summary>
#
# `np.where(condition, a, b)` computes both `a` and `b` everywhere, then picks. That is fine as long as what it does not pick does no harm.
# Multiplying by a mask is worse: zero times infinity is nan.
# </details>
# <details><summary>Hint 2 · softplus</summary>
#
# For large $x$ the 1 in $\ln(1 + e^x)$ hardly matters, so the result is $x$ plus something small. Take $x$ out of the logarithm: $\ln(1 + e^x) = x + \ln(\,?\,)$. That form is safe on the right;
# the first form is safe on the left. NumPy also has a function for the logarithm of a sum of two exponentials.
# </details>


# %% tags=["exercise"]
def relu_family(x, name):
    """Apply an activation of ReLU's family, without Keras.

    Args:
        x: floating-point array of any shape, values from -1000 to 1000.
        name: "relu", "relu6", "leaky_relu", "elu" or "softplus".

    Returns:
        Floating-point array of the same shape, with no nan or infinity.
    """
    ### BEGIN SOLUTION
    if name == "relu":
        return np.maximum(x, 0)
    if name == "relu6":
        return np.clip(x, 0, 6)
    if name == "leaky_relu":
        return np.where(x > 0, x, 0.2 * x)
    if name == "elu":
        return np.where(x > 0, x, np.expm1(np.minimum(x, 0)))
    return np.logaddexp(0, x)  # softplus: ln(e^0 + e^x)
    ### END SOLUTION


# %% tags=["check"]
check(relu_family)

# %% [markdown]
# ## A gate that depends on its own input
#
# SiLU, hard SiLU, GELU and Mish look like four formulas. They are one idea: **$x$ times a gate**. The gate lies between 0 (shut) and 1 (open), and $x$ itself decides how far it opens.
# ReLU is the extreme case, with a gate that is shut below zero and open above.
#
# By hand: a standard normal variable lies below 1 with probability $\Phi(1) = 0.8413$. So $\mathrm{GELU}(1) = 1 \cdot 0.8413$, and $\mathrm{GELU}(-1) = -1 \cdot \Phi(-1) = -0.1587$.

# %% tags=["nbval-check-output"]
at = np.array([-1.0, 0.0, 1.0])
print("gate Φ(x):    ", special.ndtr(at).round(4))
print("x · Φ(x):     ", (at * special.ndtr(at)).round(4))
print("Keras's GELU: ", value(activations.gelu, at).round(4))

# %% [markdown]
# A gate that is *not quite* shut has a consequence. Walk from $x = 0$ to the left: $x$ grows more negative while the gate closes. First $x$ wins, then the gate. So the product goes down and comes back
# up. These functions are **not monotone**: two inputs on the left can have the same output, and between them the slope changes its sign.
#
# > **Predict.** Of the four gated functions, whose slope is back at *exactly* zero at $x = -4$?

# %%
left = np.linspace(-6, 2, 401)
fig, (a, b) = plots.figure(1, 2, height=3.0)
for name, dash in zip(["silu", "hard_silu", "gelu", "mish"], ["-", "--", "-.", ":"]):
    f_x = value(ACTIVATIONS[name], left)
    with np.errstate(invalid="ignore"):
        a.plot(left, f_x / left, dash, label=name)
    b.plot(left, f_x, dash, label=name)
a.set(title="the gate", xlabel="x", ylabel="gate = output / x")
b.set(title="x times the gate", xlabel="x", ylabel="output", ylim=(-0.5, 0.6))
a.legend()
plots.show(
    fig,
    alt="Left: four gates that rise from 0 to 1; hard SiLU's is a straight ramp from −3 to 3, the others are smooth. "
    "Right: the products dip to between −0.17 and −0.38 left of zero and come back towards zero.",
)
print(
    "slope at -4:",
    {n: f"{float(slope(ACTIVATIONS[n], -4.0)):.1e}" for n in FAMILIES["gated"].split()},
)

# %% [markdown]
# Hard SiLU, like ReLU, is flat there. The other three still slope a little, which will decide an experiment further down.
#
# ### {{exercise gated}}
#
# Write `gated(x, name)` for `"silu"`, `"hard_silu"`, `"gelu"` and `"mish"`: the input times its gate. Use NumPy and SciPy only, `scipy.special` for the normal distribution; no Keras. GELU is the exact one. The result may be float32 or float64.
#
# <details><summary>Hint 1 · write the gates first</summary>
#
# Four gates, then one multiplication. You know two of the gates from the table: the sigmoid and the hard sigmoid.
# </details>
# <details><summary>Hint 2 · Φ from SciPy</summary>
#
# `special.ndtr(x)` is $\Phi(x)$. With the error function it is $\Phi(x) = \tfrac12\,(1 + \mathrm{erf}(x/\sqrt2))$; mind the root.
# </details>
# <details><summary>Hint 3 · far from zero</summary>
#
# $e^{x}/(1 + e^{x})$ and $1/(1 + e^{-x})$ are the same on paper. For $x = 1000$ one of them is infinity over infinity. `special.expit` is a sigmoid that is safe everywhere.
# </details>


# %% tags=["exercise"]
def gated(x, name):
    """Apply an activation that multiplies its input by a gate.

    Args:
        x: floating-point array of any shape, values from -1000 to 1000.
        name: "silu", "hard_silu", "gelu" or "mish".

    Returns:
        Floating-point array of the same shape, with no nan or infinity.
    """
    ### BEGIN SOLUTION
    if name == "silu":
        gate = special.expit(x)
    elif name == "hard_silu":
        gate = np.clip(x + 3, 0, 6) / 6
    elif name == "gelu":
        gate = special.ndtr(x)
    else:
        gate = np.tanh(np.logaddexp(0, x))
    return x * gate
    ### END SOLUTION


# %% tags=["check"]
check(gated)

# %% [markdown]
# ## What a bend costs
#
# *Side trip: may be skipped without loss.*
#
# "ReLU is cheap, because it needs no exponential." How cheap, and compared with what? We time each function on a million numbers and divide by ReLU's time.
# We time them *in turns*: every function once, then every function again. Whoever is timed first pays for waking up memory and threads; timed one after the other, ReLU looked seven times slower than it is.
# Times jump about on a busy computer, so the middle of nine rounds counts and the bars show the spread. In the same turns runs what stands before an activation in a real network: a convolution with 64 filters.
#
# > **Predict.** The *hard* sigmoid was invented to avoid the exponential. How many times ReLU does it cost here? And the sigmoid?

# %%
import time


def seconds(functions, argument, rounds=9):
    """Wall-clock times of functions that take turns; the first two rounds do not count."""
    times = {name: [] for name in functions}
    for _ in range(rounds + 2):
        for name, f in functions.items():
            start = time.perf_counter()
            keras.ops.convert_to_numpy(f(argument))
            times[name].append(time.perf_counter() - start)
    return {name: np.array(of_one[2:]) for name, of_one in times.items()}


maps = keras.random.normal((4, 64, 64, 64), seed=0)  # about a million numbers
timed = [n for n in NAMES if n not in ("linear", "prelu", "softmax", "log_softmax")]
functions = {name: ACTIVATIONS[name] for name in timed}
functions["softmax"], functions["log_softmax"] = activations.softmax, activations.log_softmax
functions["convolution"] = layers.Conv2D(64, 3, padding="same")
cost = seconds(functions, maps)
of_convolution = np.median(cost.pop("convolution"))

# %%
ratio = {name: times / np.median(cost["relu"]) for name, times in cost.items()}
order = sorted(ratio, key=lambda name: np.median(ratio[name]))
middle = [np.median(ratio[name]) for name in order]
fig, ax = plots.figure(height=4.2)
ax.barh(order, middle, color=plots.COLOURS[0])
for row, name in enumerate(order):
    ax.plot(np.quantile(ratio[name], [0.25, 0.75]), [row, row], color="black", linewidth=1.5)
ax.set(title="Time for a million numbers, measured on this computer", xlabel="time / time of ReLU")
ax.grid(axis="y", visible=False)
plots.show(
    fig,
    alt="Bars of measured time relative to ReLU for seventeen activations, sorted; black lines show the middle half of nine rounds.",
)
print("ReLUs that one costs:", {n: round(float(np.median(ratio[n])), 1) for n in ("sigmoid", "hard_sigmoid")})  # fmt: skip
share = {n: np.median(cost[n]) / of_convolution for n in ("relu", order[-1])}
print("of the time of the convolution before it:", {n: f"{s:.1%}" for n, s in share.items()})

# %% [markdown]
# Three things to see. First, the hard sigmoid is no bargain here. It is an addition, a ReLU6 and a division. Each of these steps reads and writes a million numbers, and that costs more than the arithmetic.
# The sigmoid reads and writes once, exponential and all, and is the cheaper of the two. A compiler that joins the steps changes the picture. So does a phone's integer arithmetic, for which the hard versions were made (Howard et al. 2019, §5.2).
# Second, look at the last line: what ReLU adds to the convolution before it, and what the dearest one adds. Third, your numbers differ from ours. Cost is a matter of measuring, on the machine that will run the network.

# %% [markdown]
# ## The slope decides what is learned
#
# Training moves each weight against the slope of the loss. To learn how the loss depends on a weight in the first layer, we must pass through every activation that comes after, and by the chain rule
# each one multiplies by its slope at the point where it happens to be (lesson 05 derives this; the multiplication is all we need here).
#
# Take a chain of ten sigmoids. The sigmoid is steepest at zero: $\sigma(0)\,(1 - \sigma(0)) = \tfrac12 \cdot \tfrac12 = \tfrac14$. So at the very best the ten slopes multiply to
#
# $$\left(\tfrac14\right)^{10} = \frac{1}{1\,048\,576}$$
#
# Less than a millionth of the signal is left for the first layer, unless large weights make up for it. And at $x = 5$ the slope is not ¼ but 0.0066. That is **saturation**: the unit is so sure that nothing changes its mind.

# %% tags=["nbval-check-output"]
print("largest slope of ten sigmoids, multiplied:", 0.25**10)
for name in ("sigmoid", "tanh", "softsign", "relu", "gelu"):
    rises = [float(slope(ACTIVATIONS[name], at)) for at in (0.5, 2.0, 5.0, 10.0)]
    print(f"{name:9} slope at 0.5, 2, 5, 10:", "  ".join(f"{r:.1e}" for r in rises))

# %% [markdown]
# Softsign saturates too, only more slowly: its slope falls like $1/x^2$, tanh's like $e^{-2x}$.
#
# ### {{exercise activation_slope}}
#
# Write `activation_slope(x, name)`, the derivative with respect to the **input** $x$, for `"relu"`, `"sigmoid"`, `"tanh"`, `"softplus"` and `"elu"` ($\alpha = 1$). At $x = 0$ ReLU has a corner and no slope;
# Keras takes 0 there, and so do you. NumPy and SciPy only: `slope` and `value` from above ask Keras. Test yourself with `slope`, which needs no formula, but do not call it in your answer. The result may be float32 or float64, truth values not.
#
# <details><summary>Hint 1 · sigmoid and tanh</summary>
#
# Both slopes can be written with the function's own *output*. Compute the output first. Putting $x$ where the output belongs is a common mistake.
# </details>
# <details><summary>Hint 2 · the result's type</summary>
#
# A comparison such as `x > 0` gives truth values. A slope is a number.
# </details>
# <details><summary>Hint 3 · far from zero</summary>
#
# At $x = \pm1000$ all five slopes are 0 or 1. If you get nan, an exponential has overflowed on the way.
# </details>


# %% tags=["exercise"]
def activation_slope(x, name):
    """Slope of an activation at x.

    Args:
        x: floating-point array of any shape, values from -1000 to 1000: the activation's input.
        name: "relu", "sigmoid", "tanh", "softplus" or "elu".

    Returns:
        Floating-point array of the same shape, with no nan or infinity.
    """
    ### BEGIN SOLUTION
    if name == "relu":
        return np.where(x > 0, 1.0, 0.0)
    if name == "sigmoid":
        return special.expit(x) * (1 - special.expit(x))
    if name == "tanh":
        return 1 - np.tanh(x) ** 2
    if name == "softplus":
        return special.expit(x)
    return np.exp(np.minimum(x, 0))  # elu: e^x on the left, 1 on the right
    ### END SOLUTION


# %% tags=["check"]
check(activation_slope)

# %% [markdown]
# ### Thirty layers, from the back to the front
#
# Here is the chain rule at work, in eight lines. Forwards, remember what went into each activation. Backwards, multiply by the slope there, then by the weights.


# %%
def forward(a, kernels, f):
    """Inputs z of every activation, and the output of the last."""
    z = []
    for W in kernels:
        z.append(a @ W)
        a = value(f, z[-1])
    return z, a


def backward(g, kernels, z, f):
    """Gradient of the loss with respect to each z, given the one at the output."""
    gradients = []
    for W, z_l in zip(reversed(kernels), reversed(z)):
        gradients.insert(0, g * slope(f, z_l))
        g = gradients[0] @ W.T
    return gradients


# %% [markdown]
# Is it right? Ask someone who knows no chain rule. Take the loss $L$ = output · (some fixed numbers), nudge one input of the first layer's activation by $10^{-4}$ to either side, and see what the loss does.

# %% tags=["nbval-check-output"]
rng = np.random.default_rng(0)
kernels = [rng.normal(0, 0.3, (8, 8)) for _ in range(5)]
a, g = rng.normal(size=(1, 8)), rng.normal(size=(1, 8))
z, _ = forward(a, kernels, np.tanh)
nudge = 1e-4 * np.eye(8)[:1]
losses = [np.sum(g * forward(np.tanh(z[0] + n), kernels[1:], np.tanh)[1]) for n in (nudge, -nudge)]
print(f"by nudging:    {(losses[0] - losses[1]) / 2e-4:.6f}")
print(f"by chain rule: {backward(g, kernels, z, np.tanh)[0][0, 0]:.6f}")

# %% [markdown]
# Now the experiment: 30 layers of 128 units, random weights, no training. How long is the gradient at each layer, compared with the last? Each activation gets the weights that are customary for it:
# a variance of $1/n$ for $n$ inputs (Glorot, LeCun), or $2/n$ (He). Lesson 04 explains where these numbers come from. Five draws of the weights each.
#
# > **Predict.** Sigmoid and tanh both saturate. Which of the two keeps a usable gradient at layer 1? And does ReLU?


# %%
def gradient_lengths(f, variance, seed, depth=30, width=128):
    """Length of the gradient at layers 1 to depth, relative to the last layer's."""
    rng = np.random.default_rng(seed)
    kernels = [rng.normal(0, np.sqrt(variance / width), (width, width)) for _ in range(depth)]
    z, a = forward(rng.normal(size=(32, width)), kernels, f)
    lengths = np.array(
        [np.linalg.norm(g) for g in backward(rng.normal(size=a.shape), kernels, z, f)]
    )
    return lengths / lengths[-1]


SEEDS = range(runtime.budget(smoke=1, cpu=5, gpu=5))
STACKS = [("sigmoid", 1), ("tanh", 1), ("tanh", 9), ("relu", 1), ("relu", 2), ("selu", 1)]
stacks = {
    f"{name}, variance {variance}/n": [
        gradient_lengths(ACTIVATIONS[name], variance, seed) for seed in SEEDS
    ]
    for name, variance in STACKS
}

# %%
fig, ax = plots.figure(height=4.2)
layer = np.arange(1, 31)
for (label, runs), marker in zip(stacks.items(), "o^vsDx"):
    line = ax.semilogy(layer, np.median(runs, axis=0), label=label, marker=marker, markevery=4)[0]
    low, high = np.min(runs, axis=0), np.max(runs, axis=0)
    ax.fill_between(layer, low, high, color=line.get_color(), alpha=0.2)
ax.set(title="How much of the gradient reaches each layer", xticks=[1, 10, 20, 30])
ax.set(xlabel="layer (the loss is on the right)", ylabel="gradient / gradient at layer 30")
ax.legend(loc="lower right")
plots.show(
    fig,
    alt="Gradient length against layer on a logarithmic axis, for six stacks of 30 layers. All meet at 1 at layer 30. Going back to layer 1, sigmoid falls below 1e-18, "
    "ReLU with variance 1/n to about 1e-4; tanh 1/n, ReLU 2/n and SELU stay between 0.1 and 10; tanh with variance 9/n grows to several thousand.",
)

# %% [markdown]
# The sigmoid's gradient shrinks by a factor of about 4 in each layer, as the ¼ foretold. After 30 layers nothing is left that a float32 could add to a weight.
#
# The surprise is tanh. It saturates, textbooks say that it vanishes, and here it keeps its gradient within a factor of ten over 30 layers. With weights of this size its inputs stay near zero, where its slope is 1.
# Make the same weights three times as large and most units saturate; yet the gradient **explodes**, because the weights gain more than the slopes lose. And ReLU, which "does not vanish", loses a factor
# of $\sqrt2$ in each layer when its weights have the variance that suited tanh. So a vanishing gradient is not a property of the activation. It is a property of **activation and weights together**.
#
# > **Predict.** And the sigmoid? Its largest slope is ¼, so give it weights four times as large: a variance of $16/n$. Is that enough? Too much?
#
# The same experiment for all of them, and for the sigmoid with four scales:

# %%
rows = []
for name, variance in [
    ("sigmoid", 1), ("sigmoid", 16), ("sigmoid", 100), ("sigmoid", 400), ("hard_sigmoid", 1), ("tanh", 1), ("softsign", 1), ("relu", 2), ("leaky_relu", 2),
    ("elu", 1), ("selu", 1), ("silu", 2), ("gelu", 2), ("mish", 2), ("linear", 1),
]:  # fmt: skip
    first = [gradient_lengths(ACTIVATIONS[name], variance, seed)[0] for seed in SEEDS]
    spread = f"{min(first):.0e} … {max(first):.0e}"
    rows.append([name, f"{variance}/n", f"{np.median(first):.1e}", spread])
plots.table(
    ["activation", "variance", "gradient at layer 1 (layer 30 = 1)", "lowest … highest"], rows
)

# %% [markdown]
# Sixteen is not enough. Away from zero the slopes are smaller than ¼, and the gradient still fades. With $100/n$ it arrives; with $400/n$ it explodes. So the sigmoid tells the story of tanh once more: there is a scale that suits it, and its neighbours do not.
#
# ### Does it matter for learning?
#
# A gradient of $10^{-18}$ is a diagnosis. The illness shows when we train. Real digits, 4,000 to learn from and 1,000 to be tested on; networks with 1, 3, 6 and 10 hidden layers of 64 units; plain gradient
# descent with the same step and the same number of epochs for all; three seeds. Guessing gets 10 %. The straight-line network (`linear`) is the baseline.

# %%
(x_train, y_train), (x_test, y_test) = data.mnist_sample()
size = runtime.budget(smoke=500, cpu=4000, gpu=4000)
x_train, y_train = x_train[:size].reshape(-1, 784).astype("float32") / 255, y_train[:size]
x_test = x_test.reshape(-1, 784).astype("float32") / 255
CUSTOMARY = {"relu": "he_normal", "leaky_relu": "he_normal"}


def digit_network(depth, activation, seed, optimizer, kernel=None, bias=0.0):
    """A network for digits; without a kernel, the activation's customary initialiser."""
    keras.utils.set_random_seed(seed)
    kernel = kernel or CUSTOMARY.get(activation, "glorot_uniform")
    start = keras.initializers.Constant(bias)
    model = keras.Sequential([keras.Input((784,))])
    for _ in range(depth):
        dense = layers.Dense(64, activation, kernel_initializer=kernel, bias_initializer=start)
        model.add(dense)
    model.add(layers.Dense(10))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer, loss, metrics=["accuracy"])
    return model


# %%
EPOCHS = runtime.budget(smoke=1, cpu=5, gpu=10)
DEPTHS = runtime.budget(smoke=(1, 10), cpu=(1, 3, 6, 10), gpu=(1, 3, 6, 10, 15))
TRIALS = range(runtime.budget(smoke=1, cpu=3, gpu=5))


def accuracies(depth, activation, optimizer=keras.optimizers.SGD, rate=0.03, kernel=None):
    """Test accuracy of one network for each seed."""
    found = []
    for seed in TRIALS:
        model = digit_network(depth, activation, seed, optimizer(rate), kernel)
        model.fit(x_train, y_train, batch_size=64, epochs=EPOCHS, verbose=0)
        found.append(model.evaluate(x_test, y_test, verbose=0)[1])
    return found


by_depth = {
    name: np.array([accuracies(depth, name) for depth in DEPTHS])
    for name in ("linear", "sigmoid", "tanh", "relu")
}

# %%
fig, ax = plots.figure(height=3.4)
for (name, runs), marker in zip(by_depth.items(), "s^do"):
    line = ax.plot(DEPTHS, np.median(runs, axis=1), marker=marker, label=name)[0]
    ax.fill_between(DEPTHS, runs.min(1), runs.max(1), color=line.get_color(), alpha=0.2)
ax.set(title="Digits recognised, by depth", xlabel="hidden layers", ylabel="test accuracy",
       ylim=(0, 1), xticks=DEPTHS)  # fmt: skip
ax.axhline(0.1, color="black", linewidth=0.8, linestyle=":")
ax.annotate("guessing", (DEPTHS[-1], 0.1), xytext=(0, -11), textcoords="offset points", ha="right")
ax.legend()
plots.show(
    fig,
    alt="Test accuracy against the number of hidden layers. ReLU, tanh and linear stay high; sigmoid falls to guessing, 10 per cent, as the network gets deeper.",
)
larger = keras.initializers.VarianceScaling(36, "fan_in", "untruncated_normal")  # variance 36/n
for weights, kernel in (("customary weights", None), ("variance 36/n", larger)):
    found = accuracies(DEPTHS[-1], "sigmoid", keras.optimizers.Adam, 0.001, kernel)
    print(f"sigmoid, deepest network, Adam, {weights}:", ", ".join(f"{a:.2f}" for a in found))

# %% [markdown]
# One hidden layer of sigmoids learns. A deep stack of them, with its customary weights, has learned nothing in this time, while tanh, whose curve has the same shape, is fine. The first printed line tries another optimizer, Adam, which rescales every gradient (lesson 06).
# In these few epochs the deep sigmoid stays at guessing all the same. The second line is the surprise: six times larger weights, and the same stack learns. It was never the sigmoid alone.
#
# Why does rescaling the gradient not do what larger weights do? The same small slopes also squeeze the *forward* signal, until all images look nearly alike to the last layer. The next cell looks: how much do the
# outputs of a layer differ between two images, at the first and at the tenth layer of an untrained network?

# %%
rows = []
for name in ("sigmoid", "tanh", "relu"):
    a, spread = x_test[:200], []
    for dense in digit_network(10, name, 0, "sgd").layers[:-1]:
        a = keras.ops.convert_to_numpy(dense(a))
        spread.append(float(a.std(axis=0).mean()))
    rows.append([name, f"{spread[0]:.1e}", f"{spread[-1]:.1e}"])
plots.table(["untrained stack of", "spread between images, layer 1", "layer 10"], rows)

# %% [markdown]
# With weights that suit tanh, the sigmoid is the odd one out. That is one reason why you meet it in last layers and in gates, and seldom in stacks. Notice the baseline too: on these digits even the straight line does well at any depth. It trains without trouble. It just cannot bend.

# %% [markdown]
# ## Dead units
#
# ReLU's slope is 1 on the right. On the left it is exactly 0, and that has a price. Take a unit $\mathrm{relu}(w x + b)$ with $w = 1$, $b = -5$, and let all inputs lie between 0 and 1.
# Then $wx + b$ is at most $-4$. The output is 0 for every input. The slope is 0 for every input. So the gradient of $w$ and of $b$ is 0, whatever the loss, and tomorrow $w$ and $b$ are what they are today.
# The unit is **dead**: it gives nothing and it learns nothing.
#
# One quiet image is no death. A unit that is 0 for most inputs and speaks up for a few is doing its job. Dead means silent on **all** the data.
#
# ### {{exercise dead_units}}
#
# Write `dead_units(x, kernels, biases)`. It gets a batch of inputs and a stack of dense layers, each followed by ReLU, and returns how many units of each layer are dead on this batch. A unit whose input is
# exactly zero counts as silent, because Keras gives ReLU the slope 0 there. NumPy or Keras, as you like.
#
# A small case to try by hand: inputs $-1$ and $2$; one layer with kernel $(1, -1, 0)$ and bias $(0, -2, 0)$. The first unit answers $0, 2$. The second gets $1 - 2$ and $-2 - 2$. The third gets $0$ and $0$. Two are dead.
#
# <details><summary>Hint 1 · which axis</summary>
#
# After a layer you have an array of shape (inputs, units). Dead is a statement about a unit over all inputs. Along which axis do you look?
# </details>
# <details><summary>Hint 2 · the next layer</summary>
#
# What goes into the second layer is what came *out* of the first, after ReLU.
# </details>


# %% tags=["exercise"]
def dead_units(x, kernels, biases):
    """Count the units of each ReLU layer that are silent on all inputs.

    Args:
        x: (n, inputs), floating point, n at least 1.
        kernels: list of arrays; layer l has shape (inputs of l, units of l).
        biases: list of as many arrays; layer l has shape (units of l,).

    Returns:
        List with one integer a layer: the number of its units that answer 0 for every row of x.
    """
    ### BEGIN SOLUTION
    counts = []
    for W, b in zip(kernels, biases):
        x = np.maximum(x @ W + b, 0)
        counts.append(int(np.sum(x.max(axis=0) == 0)))
    return counts
    ### END SOLUTION


# %% tags=["check"]
check(dead_units)

# %% [markdown]
# ### How units die
#
# Nobody builds dead units. They are made in training, when one large step throws a unit's bias or weights so far to the negative side that no input reaches it any more. So raise the learning rate and count.
# Beside it, under the same conditions, two networks with LeakyReLU, which *cannot* die in this way: one with the slope 0.01 of its inventors (Maas et al. 2013), one with Keras's 0.2.
#
# > **Predict.** At the rate at which a good part of the ReLUs die, how well do the two leaky networks do? Write your guess down before you run the next cell.


# %% tags=["needs-answer"]
LEFT_SLOPES = {
    "relu": "relu",
    "leaky, 0.01": lambda x: activations.leaky_relu(x, 0.01),
    "leaky, 0.2": lambda x: activations.leaky_relu(x, 0.2),
}


def reckless(name, rate):
    """One row: what a learning rate does to networks with two hidden layers of 64."""
    dead, accuracy, lost = [], [], 0
    for seed in TRIALS:
        model = digit_network(2, LEFT_SLOPES[name], seed, keras.optimizers.SGD(rate), "he_normal")
        loss = model.fit(x_train, y_train, batch_size=64, epochs=3, verbose=0).history["loss"][-1]
        accuracy.append(model.evaluate(x_test, y_test, verbose=0)[1])
        lost += not np.isfinite(loss)
        if name == "relu":
            weights = model.get_weights()
            dead.append(str(sum(dead_units(x_train, weights[0:4:2], weights[1:4:2]))))
    spread = f"{min(accuracy):.2f} … {max(accuracy):.2f}"
    return [rate, name, ", ".join(dead) or "–", spread, f"{lost} of {len(accuracy)}"]


headings = ["learning rate", "activation", "dead of 128, by seed", "test accuracy", "loss is nan"]
plots.table(headings, [reckless(name, rate) for rate in (0.1, 0.3, 1.0) for name in LEFT_SLOPES])

# %% [markdown]
# At a sensible rate almost no ReLU dies, and the three networks are about as good as each other. (Why fewer at 0.3 than at 0.1? The few at 0.1 were silent from the start. Larger steps of the layer below woke them.)
# At the reckless rate a large part of the ReLUs is dead. And the leaky networks? With the slope 0.01 the network is better than with ReLU. With 0.2 the numbers overflow: the loss is nan, the network is lost.
# So "use a leaky slope" is no remedy by itself: *how* leaky decides, and none of the three is as good as it was at a sensible rate. When you find many dead units, turn down the learning rate first.
#
# ### Who comes back
#
# Now the other question. Suppose units *are* silent, for whatever reason, and from here on training is sensible. Who recovers? We give every hidden unit the bias $-4$ at the start, which puts all inputs
# of all units on the negative side, and train five networks that differ in their activation alone, from the same weights.
#
# > **Predict.** Here are the slopes at $-4$. Put the five in order: which network will be best after training?

# %%
RECOVER = ("relu", "gelu", "elu", "silu", "leaky_relu")
print({name: f"{float(slope(ACTIVATIONS[name], -4.0)):.1e}" for name in RECOVER})


# %%
def wake(name, seed):
    """Train from silence: accuracy by epoch, the highest input before, what the weights moved."""
    model = digit_network(1, name, seed, keras.optimizers.SGD(0.1), "he_normal", bias=-4.0)
    W, b = model.layers[0].get_weights()
    fitted = model.fit(x_train, y_train, batch_size=64, epochs=2 * EPOCHS, verbose=0)
    moved = np.abs(model.layers[0].get_weights()[0] - W).max()
    return fitted.history["accuracy"], (x_train @ W + b).max(), moved


recovered = {}
for name in RECOVER:
    runs, highest, moved = zip(*(wake(name, seed) for seed in TRIALS))
    recovered[name] = np.array(runs)
    print(f"{name:10} highest input at the start {max(highest):.2f}", end=", ")
    print(f"then the hidden weights moved by up to {max(moved):.3g}")

# %%
fig, ax = plots.figure(height=3.6)
for (name, runs), marker in zip(recovered.items(), "ov^sD"):
    epoch = np.arange(1, runs.shape[1] + 1)
    line = ax.plot(epoch, runs.mean(axis=0), marker=marker, label=name)[0]
    ax.fill_between(epoch, runs.min(0), runs.max(0), color=line.get_color(), alpha=0.2)
ax.set(title="Every hidden unit started at bias −4", xlabel="epoch", xticks=epoch, ylim=(0, 1))
ax.set(ylabel="training accuracy")
ax.legend(ncols=2, loc="upper left")
plots.show(
    fig,
    alt="Training accuracy by epoch for five activations, mean of the seeds with a band from lowest to highest. Leaky ReLU climbs at once, then SiLU, then ELU; "
    "GELU rises slowly and late; ReLU stays flat at guessing, about 10 per cent.",
)

# %% [markdown]
# They set off in the order of the slopes' *sizes* at $-4$. Where they end depends on the whole curve, not on one point of it. ReLU's slope is exactly 0, and its line is flat: the printed 0 says that not one hidden weight has moved.
# GELU's is not zero, but so small that it loses most of the time given here: smooth does not mean safe. In deeper networks a silent ReLU has one more chance,
# when the layers below it change and bring its inputs back. Its own weights cannot do it.

# %% [markdown]
# ## Softmax: from scores to shares
#
# The activations so far work on one number at a time. **Softmax** takes a whole vector of scores, called *logits*, and returns shares that are positive and sum to 1. By hand, for the scores $(2, 1, 0)$:
#
# $$e^2 + e^1 + e^0 = 7.389 + 2.718 + 1 = 11.107 \qquad p = (0.665,\; 0.245,\; 0.090)$$
#
# Take 2 away from every score and do it again: $1 + 0.368 + 0.135 = 1.503$, and $p = (0.665, 0.245, 0.090)$. The same. Every term above and below the fraction line lost the same factor $e^2$.
# Softmax sees **differences** of scores only.

# %% tags=["nbval-check-output"]
scores = np.array([2.0, 1.0, 0.0])
for shifted in (scores, scores - 2, scores + 100):
    powers = np.exp(shifted)
    print(shifted, "→", (powers / powers.sum()).round(3))

# %% [markdown]
# That is handy, because exponentials are dangerous. The largest number in float32 is about $3.4 \cdot 10^{38}$, and $e^{89}$ is larger.
#
# > **Predict.** What does the formula give for the scores $(1000, 999)$? On paper the answer is $(0.731, 0.269)$.

# %% tags=["nbval-check-output"]
print("e^88, e^89 in float32:", np.exp(np.float32(88)), end=", ")
with np.errstate(over="ignore", invalid="ignore"):
    print(np.exp(np.float32(89)))
    powers = np.exp(np.array([1000.0, 999.0], dtype="float32"))
    print("formula:", powers / powers.sum())
print("Keras:  ", value(activations.softmax, [1000.0, 999.0]).round(3))

# %% [markdown]
# Infinity over infinity is nan, "not a number", and one nan in a loss makes every weight nan one step later. Keras shifts the scores first so that no exponential can overflow. You saw that a shift changes nothing on paper. By how much would you shift?
#
# **Temperature.** Divide the scores by a number $T$ before the softmax, and you set how decided it is. Move $T$.


# %%
def temperatures(T=1.0):
    """softmax(scores / T), at one temperature and at all of them."""
    scores, all_T = np.array([2.0, 1.0, 0.0, -1.0]), np.linspace(0.1, 5, 99)
    share, shares = special.softmax(scores / T), special.softmax(scores / all_T[:, None], axis=1)
    fig, (bars, lines) = plots.figure(1, 2, height=2.8, sharey=True)
    drawn = bars.bar(["2", "1", "0", "−1"], share, color=plots.COLOURS[:4])
    bars.bar_label(drawn, fmt="%.3f")
    bars.set(title=f"T = {T:g}", xlabel="score", ylabel="share", ylim=(0, 1.12))
    for line, score, dash in zip(shares.T, scores, ["-", "--", "-.", ":"]):
        lines.plot(all_T, line, dash, label=f"score {score:g}")
    lines.axvline(T, color="black", linewidth=1)
    lines.set(title="all temperatures", xlabel="T")
    lines.legend()
    heights = ", ".join(f"{p:.3f}" for p in share)
    return plots.show(
        fig,
        alt=f"Left, bars: at T = {T:g} the scores 2, 1, 0, −1 get the shares {heights}. "
        "Right: as T grows from 0.1 to 5, the first share falls from 1 and all four draw near ¼.",
    )


plots.interact(temperatures, T=(0.1, 5.0, 0.1))

# %% [markdown]
# At $T = 1$ it is the plain softmax. A small $T$ gives nearly everything to the highest score, a large $T$ makes all shares alike. The order never changes. Hinton et al. (2015, eq. 1) use a high $T$ to let a small network learn from the full
# opinion of a large one, not only from its first choice.
#
# ### {{exercise stable_softmax}}
#
# Write `stable_softmax(z, axis=-1, temperature=1.0)` with NumPy (and SciPy, but not its ready-made softmax): softmax of `z / temperature` along one axis, for scores of any size up to ±1000 and in batches whose rows differ wildly, at any temperature. The result may be float32 or float64; `z` is not to be changed.
#
# <details><summary>Hint 1 · by how much to shift</summary>
#
# After the shift no exponent may be above 0, and in each row at least one should be 0, so that the sum cannot vanish.
# </details>
# <details><summary>Hint 2 · shapes</summary>
#
# A maximum along `axis` loses that axis. `keepdims=True` keeps it with size 1, so that it can be subtracted from `z`.
# </details>


# %% tags=["exercise"]
def stable_softmax(z, axis=-1, temperature=1.0):
    """Softmax of z / temperature.

    Args:
        z: floating-point array with at least one axis, values from -1000 to 1000.
        axis: the axis along which the results sum to 1.
        temperature: positive number; z is divided by it.

    Returns:
        Floating-point array of the shape of z, with no nan.
    """
    ### BEGIN SOLUTION
    z = z / temperature
    powers = np.exp(z - z.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)
    ### END SOLUTION


# %% tags=["check"]
check(stable_softmax)

# %% [markdown]
# ### {{exercise mended_log_softmax}}
#
# Cross-entropy needs the *logarithm* of a softmax. Here is a function that looks careful: it shifts, it keeps its dimensions, and it passes its author's test.

# %% tags=["nbval-check-output"]
batch = np.array([[2.0, 1.0, 0.0], [0.0, 5.0, 5.0]])


def hasty_log_softmax(z, axis=-1):
    """Logarithm of the softmax of z along one axis, as its author thinks."""
    z = z - z.max()
    p = np.exp(z) / np.exp(z).sum(axis=axis, keepdims=True)
    return np.log(p)


print(
    "agrees with Keras:",
    np.allclose(hasty_log_softmax(batch), value(activations.log_softmax, batch)),
)

# %% [markdown]
# It has **two** faults. One needs a batch of two rows to show. The other shows on a single row. Find an input for each, then write `mended_log_softmax(z, axis=-1)` without the faults.
# The answer must be finite for all finite scores up to ±1000: log-softmax of $(1000, 0)$ is $(0, -1000)$. NumPy and SciPy only, without a ready-made log-softmax. The result may be float32 or float64; `z` is not to be changed.
#
# <details><summary>Hint 1 · two rows</summary>
#
# Try rows that live far apart, such as $(1000, 999)$ and $(1, 0)$. What is left of the second row after the shift?
# </details>
# <details><summary>Hint 2 · one row</summary>
#
# Try $(1000, 0)$. The second share is smaller than any number that a computer holds. What is the logarithm of what it becomes?
# </details>
# <details><summary>Hint 3 · never leave the logarithm</summary>
#
# The logarithm of a fraction is a difference. Which of its two terms needs no exponential at all?
# </details>


# %% tags=["exercise"]
def mended_log_softmax(z, axis=-1):
    """Logarithm of the softmax of z, safe for all scores.

    Args:
        z: floating-point array with at least one axis, values from -1000 to 1000.
        axis: the axis along which the shares sum to 1.

    Returns:
        Floating-point array of the shape of z, with no nan or infinity.
    """
    ### BEGIN SOLUTION
    z = z - z.max(axis=axis, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=axis, keepdims=True))
    ### END SOLUTION


# %% tags=["check"]
check(mended_log_softmax)

# %% [markdown]
# ## The last layer
#
# Hidden layers need a bend that lets gradients through. The last layer has another duty: its **range must be the range of the answer**, and the loss must expect just that range.
# Ask three questions. Which numbers may the answer take? Do the outputs compete for one place, or does each stand for itself? Does the loss want shares, or scores?
#
# The third question has a reason that you now know. `SparseCategoricalCrossentropy(from_logits=True)` takes raw scores and computes the log-softmax inside, safely. With the default `from_logits=False` it takes the shares that
# your softmax made, and clips those that have become zero. Either fits, if the last layer fits it. Softmax in the layer *and* `from_logits=True` is a softmax of a softmax. On plain arrays, as below, it raises no error. (Lesson 01 showed the exception: a model on TensorFlow whose last layer is a softmax. Keras sees it, warns, and computes from the scores behind it.)
#
# > **Predict.** The true class has the score 10, the two others 0. How large is the loss with both softmaxes?

# %% tags=["nbval-check-output"]
scores, label = np.array([[10.0, 0.0, 0.0]]), np.array([0])
shares = value(activations.softmax, scores)
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
print(f"scores into from_logits=True: {float(loss(label, scores)):.4f}")
print(f"shares into from_logits=True: {float(loss(label, shares)):.4f}")

# %% [markdown]
# Shares lie between 0 and 1, so the second softmax never sees a difference above 1. The loss of a sure and right answer cannot fall below 0.55 here. A network trained by it learns slowly. On JAX and PyTorch, and wherever Keras does not see the softmax, nothing tells you why.
#
# ### {{exercise output_head}}
#
# Answer with one letter each, such as `{"t1": "a", …}`.
#
# **t1** A photograph shows exactly one of 7 kinds of flower; the label is a whole number from 0 to 6.
#
# - a) `Dense(7, "softmax")`, sparse categorical cross-entropy
# - b) `Dense(7, "sigmoid")`, binary cross-entropy
# - c) `Dense(1)`, mean squared error
# - d) `Dense(1, "softmax")`, sparse categorical cross-entropy
#
# **t2** A photograph may show a dog, a beach and a sunset: all, some or none of them.
#
# - a) `Dense(3, "softmax")`, categorical cross-entropy
# - b) `Dense(3, "sigmoid")`, binary cross-entropy
# - c) `Dense(1, "sigmoid")`, binary cross-entropy
# - d) `Dense(3, "relu")`, mean squared error
#
# **t3** Tomorrow's temperature in degrees Celsius.
#
# - a) `Dense(1, "relu")`, mean squared error
# - b) `Dense(1, "tanh")`, mean squared error
# - c) `Dense(1)`, mean squared error
# - d) `Dense(1, "sigmoid")`, binary cross-entropy
#
# **t4** A second output of that network: how uncertain the forecast is, as a standard deviation. It enters the loss as a divisor.
#
# - a) `Dense(1)`
# - b) `Dense(1, "relu")`
# - c) `Dense(1, "sigmoid")`
# - d) `Dense(1, "softplus")`
#
# **t5** A network for spam or not spam ends in `Dense(1)` without activation.
#
# - a) `BinaryCrossentropy()`
# - b) `BinaryCrossentropy(from_logits=True)`
# - c) `SparseCategoricalCrossentropy(from_logits=True)`
# - d) `CategoricalCrossentropy()`

# %% tags=["exercise"]
### BEGIN SOLUTION
output_head = {"t1": "a", "t2": "b", "t3": "c", "t4": "d", "t5": "b"}
### END SOLUTION

# %% tags=["check"]
check(output_head=output_head)

# %% [markdown]
# ## {{exercise quiz}}
#
# Answer with one letter each, such as `{"q1": "a", …}`.
#
# **q1** Fifty Dense layers without activations, trained on spirals. Which borders can they draw?
#
# - a) any
# - b) one straight line
# - c) a curve of degree 50
# - d) up to 50 straight pieces
#
# **q2** What are `layers.LeakyReLU()(-1.0)` and `activations.leaky_relu(-1.0)`?
#
# - a) both −0.2
# - b) −0.3 and −0.2
# - c) −0.2 and −0.3
# - d) both −0.01
#
# **q3** How many sigmoids in a chain does it take, at their steepest, for the product of slopes to fall below a millionth?
#
# - a) 4
# - b) 6
# - c) 10
# - d) 20
#
# **q4** For one image, a ReLU unit answers 0. Is it dead?
#
# - a) yes
# - b) nobody can tell from one image
# - c) yes, if its bias is negative
# - d) no, a unit that answers 0 is never dead
#
# **q5** You add 100 to every score of a softmax. What happens to the shares?
#
# - a) nothing
# - b) they become more decided
# - c) they all become equal
# - d) they become nan on paper
#
# **q6** Thirty layers of tanh, weights of variance $1/n$. What reached layer 1?
#
# - a) as little as with the sigmoid
# - b) a good part of the gradient
# - c) thousands of times the gradient
# - d) exactly nothing

# %% tags=["exercise"]
### BEGIN SOLUTION
quiz = {"q1": "b", "q2": "b", "q3": "c", "q4": "b", "q5": "a", "q6": "b"}
### END SOLUTION

# %% tags=["check"]
check(quiz=quiz)

# %% [markdown]
# ## Summary
#
# 1. Layers without a bend fold into one layer. With a bend, width adds straight pieces and depth multiplies them.
# 2. What trains a layer is the product of slopes and weights above it. Each activation has a scale of weights that suits it, and the sigmoid's is far larger than the customary one; with the customary one, a deep stack of sigmoids learned nothing in our few epochs.
# 3. ReLU's slope is exactly 0 on the left. Units of the first hidden layer that are silent on all data stay so. Many of them are a sign of steps that were too large; a leaky slope lets units return but does not mend the steps.
# 4. Formulas that are right on paper overflow: shift before you exponentiate, and take logarithms without leaving them.
# 5. The last activation's range must be the answer's range, and the loss must expect what the last layer gives.
#
# **What to use.** For the hidden layers of a CNN start with ReLU and He weights. Take the activation of the published network when you rebuild one. Change it when you have measured that another is better on your problem.
#
# ## References
#
# - Bochkovskiy, Wang and Liao (2020). *YOLOv4: Optimal Speed and Accuracy of Object Detection.* arXiv:2004.10934.
# - Clevert, Unterthiner and Hochreiter (2016). *Fast and Accurate Deep Network Learning by Exponential Linear Units (ELUs).* ICLR.
# - Dugas, Bengio, Bélisle, Nadeau and Garcia (2001). *Incorporating Second-Order Functional Knowledge for Better Option Pricing.* NIPS 13. Softplus.
# - Elfwing, Uchibe and Doya (2018). *Sigmoid-Weighted Linear Units for Neural Network Function Approximation in Reinforcement Learning.* Neural Networks 107. SiLU; Ramachandran, Zoph and Le (2017), *Searching for Activation Functions*, arXiv:1710.05941, name it Swish.
# - Glorot and Bengio (2010). *Understanding the Difficulty of Training Deep Feedforward Neural Networks.* AISTATS. Section 3: saturation of sigmoid, tanh and softsign.
# - He, Zhang, Ren and Sun (2015). *Delving Deep into Rectifiers.* ICCV. Section 2.1: PReLU; section 2.2: the variance $2/n$.
# - Hendrycks and Gimpel (2016). *Gaussian Error Linear Units (GELUs).* arXiv:1606.08415.
# - Hinton, Vinyals and Dean (2015). *Distilling the Knowledge in a Neural Network.* arXiv:1503.02531. Equation 1: temperature.
# - Howard et al. (2019). *Searching for MobileNetV3.* ICCV. Section 5.2: the hard sigmoid and hard swish.
# - Klambauer, Unterthiner, Mayr and Hochreiter (2017). *Self-Normalizing Neural Networks.* NIPS. SELU.
# - Krizhevsky, Sutskever and Hinton (2012). *ImageNet Classification with Deep Convolutional Neural Networks.* NIPS. Section 3.1: ReLU.
# - Liu, Mao, Wu, Feichtenhofer, Darrell and Xie (2022). *A ConvNet for the 2020s.* CVPR. ConvNeXt.
# - Maas, Hannun and Ng (2013). *Rectifier Nonlinearities Improve Neural Network Acoustic Models.* ICML workshop. LeakyReLU, with slope 0.01.
# - Misra (2020). *Mish: A Self Regularized Non-Monotonic Activation Function.* BMVC.
# - Montúfar, Pascanu, Cho and Bengio (2014). *On the Number of Linear Regions of Deep Neural Networks.* NIPS.
# - Radford, Metz and Chintala (2016). *Unsupervised Representation Learning with Deep Convolutional Generative Adversarial Networks.* ICLR. Section 4: slope 0.2.
# - Sandler, Howard, Zhu, Zhmoginov and Chen (2018). *MobileNetV2: Inverted Residuals and Linear Bottlenecks.* CVPR. Section 4: ReLU6.
# - Tan and Le (2019). *EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks.* ICML. Section 5.2: SiLU.
# - Telgarsky (2016). *Benefits of Depth in Neural Networks.* COLT.
#
# **Where to read on.** Lesson 04 finds the right size of the weights for each bend; it explains every variance that this lesson took on trust. Lesson 05 derives the chain rule that you used here. Of the papers, read Glorot and Bengio's section 3 with
# its histograms of saturating units: it is short, and it is how this was found out.
