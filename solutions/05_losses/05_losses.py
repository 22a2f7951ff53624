# %% [markdown]
# # Losses and backpropagation
#
# **Time** 105 minutes · **Needs** lessons 03 and 04 · **Running everything** {{seconds}} s on two CPU cores
#
# Nine photographs of one cup of coffee. A cat walked through every single one of them. There is no photograph without the cat.

# %% tags=["setup"]
import numpy as np

from cnncourse import begin, data, plots, runtime
from cnncourse.runs import deviation

check = begin("05_losses")

import keras


# %%
def visit(coffee, cat, rng):
    """The coffee with the cat's face, a disc, pasted in anywhere, half outside at most."""
    size, paste = len(cat), coffee.copy()
    row, column = rng.integers(-size // 2, len(coffee) - size // 2, 2)
    r, c = np.mgrid[: len(coffee), : coffee.shape[1]]
    y, x = r - row, c - column
    inside = (y - size / 2) ** 2 + (x - size / 2) ** 2 < (size / 2 - 1) ** 2
    paste[inside] = cat[y[inside], x[inside]]
    return paste


rng = np.random.default_rng(46)
coffee = data.photograph("coffee", size=200) / 255.0
cat = data.photograph("cat", size=100) / 255.0
shots = np.array([visit(coffee, cat, rng) for _ in range(9)])
plots.images(
    shots[:5], columns=5, suptitle="5 of the 9",
    alt="Five photographs of the same cup of coffee on a wooden table. In each a round picture of a cat's face covers a different part.",
)  # fmt: skip

# %% [markdown]
# Start from a grey picture. Compare it with all nine, and move each of its 120,000 numbers a little in the direction that makes it *less wrong*. Two hundred times. Do this twice. The two
# runs differ in one word: what "wrong" means.

# %%
SLOPE = {"squared error": lambda error: 2 * error, "absolute error": np.sign}
settled = {}
for name, slope in SLOPE.items():
    picture = np.full(coffee.shape, 0.5)
    for step in 0.1 * 0.98 ** np.arange(200):  # large steps first, then ever smaller ones
        picture = picture - step * slope(picture - shots).mean(axis=0)
    settled[name] = picture

plots.images(
    list(settled.values()), list(settled), width=4.6,
    alt="Left, squared error: the cup is there, but pale ghosts of the cat hang all over the picture. Right, absolute error: a clean cup of coffee, no cat anywhere.",
)  # fmt: skip

# %% [markdown]
# On the left, nine ghosts. On the right, a photograph that nobody took. Nothing was told about cats. The pictures, the starting point and the method were the same; only the **loss**, the
# number that says how wrong we are, had another formula.
#
# **How can a single number tell every weight of a network which way to move, and why does it matter which number?**
#
# After this lesson you can
#
# - choose a loss for a task, and say what its slope does to outliers and to confident mistakes;
# - write the losses of Keras yourself, safe on extreme inputs;
# - send slopes backwards through any graph of operations by the chain rule;
# - test a gradient that you do not trust;
# - train a two-layer network on real digits with NumPy alone, and get the same numbers as TensorFlow.

# %% [markdown]
# ## One number for everything that is wrong
#
# A network predicts numbers $\hat y$; the right ones are $y$. The error of each is $e = \hat y - y$. Three ways to make one number of many errors:
#
# - **MAE**, mean absolute error: the mean of $|e|$;
# - **MSE**, mean squared error: the mean of $e^2$;
# - **Huber**: $\tfrac12 e^2$ while $|e| \le \delta$, and $\delta\,(|e| - \tfrac12\delta)$ beyond (Huber 1964). A parabola whose arms are straight lines.
#
# By hand, with $\delta = 1$. Right are $(3, 5, 2)$, predicted $(2, 5, 6)$. The errors are $-1, 0, 4$.
#
# | | $e=-1$ | $e=0$ | $e=4$ | mean |
# |:--|--:|--:|--:|--:|
# | absolute | 1 | 0 | 4 | 5/3 = 1.667 |
# | squared | 1 | 0 | 16 | 17/3 = 5.667 |
# | Huber | 0.5 | 0 | 1 · (4 − 0.5) = 3.5 | 4/3 = 1.333 |

# %% tags=["nbval-check-output"]
y_true, y_pred = np.array([3.0, 5.0, 2.0]), np.array([2.0, 5.0, 6.0])
for loss in (
    keras.losses.MeanAbsoluteError(),
    keras.losses.MeanSquaredError(),
    keras.losses.Huber(delta=1.0),
):
    print(f"{loss.name:20} {float(loss(y_true, y_pred)):.3f}")

# %% [markdown]
# A weight never sees the loss itself. It sees the **slope**: how much the loss changes when the prediction changes. So draw both.

# %%
error = np.linspace(-3, 3, 301)


def three_losses(delta=1.0):
    """Absolute, squared and Huber loss of one error, and their slopes."""
    fig, (left, right) = plots.figure(1, 2, height=3.2)
    inside = np.abs(error) <= delta
    huber_loss = np.where(inside, error**2 / 2, delta * (np.abs(error) - delta / 2))
    for name, loss, slope, style in (
        ("absolute", np.abs(error), np.sign(error), "-"),
        ("squared", error**2, 2 * error, "--"),
        ("Huber", huber_loss, np.clip(error, -delta, delta), "-."),
    ):
        left.plot(error, loss, style, label=name)
        right.plot(error, slope, style)
    left.set(title="loss", xlabel="error $e$", ylim=(-0.2, 6))
    right.set(title="slope", xlabel="error $e$", ylim=(-4, 4))
    left.legend(loc="upper center")
    text = f"Left: three losses over the error; the parabola rises fastest, Huber with delta {delta:g} bends into straight arms. Right: slopes; the squared loss's grows without end, the absolute one's is −1 or 1, Huber's stops at ±{delta:g}."
    return plots.show(fig, alt=text)


plots.interact(three_losses, delta=(0.25, 3.0, 0.25))

# %% [markdown]
# **The slope is the pull.** With the squared error, a cat that is far off pulls with all its distance: one loud shot outweighs several quiet ones. With the absolute error every
# shot has one vote, up or down, however far off it is. Six votes for coffee against three for cat: coffee wins. Huber's loss is squared for small errors and counts votes for large ones.
#
# Where the pulls balance, the picture stops. Squared errors balance at the **mean**, votes balance at the **median**. No need to believe it:

# %%
covered = np.any(shots != coffee, axis=-1).sum(axis=0)
print("at most", covered.max(), "of the 9 shots show the cat at one place")
for name, middle in (("squared error", np.mean), ("absolute error", np.median)):
    gap = np.abs(settled[name] - middle(shots, axis=0))
    print(f"{name}, against the pixel-wise {middle.__name__}: 99 % of the numbers within {np.quantile(gap, 0.99):.3f}")  # fmt: skip

# %% [markdown]
# The votes never come to rest: right beside the median their slope is as large as far away, so the picture keeps jumping around it. Only smaller and smaller steps stop that. It is the drawback of the absolute loss, and Huber's reason to round off the corner.
#
# > **Predict.** One number $c$ is to stand for 1, 2, 3, 4 and 100. Which $c$ has the smallest loss, by MSE, by MAE, by Huber ($\delta = 1$)? Write down three numbers before you run the next cell.


# %%
def outlier(fifth=100):
    """Losses of one number that stands for five; each curve is scaled to its own range."""
    numbers, c = np.array([1, 2, 3, 4, fifth]), np.linspace(0, 30, 3001)
    e = c[:, None] - numbers
    huber_loss = np.where(np.abs(e) <= 1, e**2 / 2, np.abs(e) - 0.5)
    fig, axis = plots.figure(height=3.0)
    found = []
    for name, loss, style in (("MSE", e**2, "-"), ("MAE", np.abs(e), "-"), ("Huber", huber_loss, "--")):  # fmt: skip
        mean = loss.mean(axis=1)
        best = c[mean.argmin()]
        found.append(f"{name} {best:.2f}")
        (line,) = axis.plot(c, (mean - mean.min()) / np.ptp(mean), style, label=f"{name}: best c = {best:.2f}")  # fmt: skip
        axis.plot(best, 0, "o", color=line.get_color(), clip_on=False)
    axis.set(xlabel="c", ylabel="loss, each scaled to 0–1", title=f"one number for 1, 2, 3, 4, {fifth}")  # fmt: skip
    axis.legend()
    return plots.show(fig, alt=f"Three valleys over c. Their lowest points: {', '.join(found)}.")


plots.interact(outlier, fifth=(5, 100, 5))

# %% [markdown]
# With a 5 in place of the 100 all three answers are 3; try it with the slider. The outlier drags the mean to 22, a number that none of the five is near. The other two do not move at all. Is that good? If the 100 is a typing error, yes. If it is the one day of
# the year on which the river floods, the absolute loss has just ignored it. The loss states what you care about.
#
# ### {{exercise huber}}
#
# Write `huber(y_true, y_pred, delta)`: one loss per sample, the mean over the sample's outputs, as Keras does before it averages over the batch. NumPy or SciPy; the result is an array of shape (N,), and the arrays that you are given stay as they are.
#
# <details><summary>Hint 1 · two branches</summary><code>np.where(condition, here, there)</code> computes both branches and picks. What must the condition say about an error of −5?</details>
# <details><summary>Hint 2 · check the seam</summary>At |e| = δ the two branches must give the same number. Try δ = 2.</details>


# %% tags=["exercise"]
def huber(y_true, y_pred, delta=1.0):
    """Huber's loss of each sample.

    Args:
        y_true: float array (N, D), D right numbers for each of N samples.
        y_pred: float array (N, D), the predictions.
        delta: size of error where the parabola turns into a line, > 0.

    Returns:
        float array (N,): each sample's mean over its D outputs of ½e² where |e| ≤ delta and of
        delta · (|e| − ½ delta) elsewhere.
    """
    ### BEGIN SOLUTION
    error = np.abs(y_pred - y_true)
    loss = np.where(error <= delta, 0.5 * error**2, delta * (error - 0.5 * delta))
    return loss.mean(axis=-1)
    ### END SOLUTION


# %% tags=["check"]
check(huber)

# %% [markdown]
# ## Cross-entropy: the price of surprise
#
# A network looks at a handwritten digit and answers with ten probabilities. How wrong is it? Look at one of them only: $p$, the probability it gave to the class that is **right**, and charge
#
# $$L = -\ln p$$
#
# Certain and right costs $-\ln 1 = 0$. Undecided between two costs $-\ln 0.5 = 0.693$. One chance in ten, 2.303; one in a hundred, 4.605. Each factor of ten costs the same again.

# %%
p = np.linspace(0.002, 1, 500)
plots.lines(
    p, {"cross-entropy, −ln p": -np.log(p), "squared error, (1 − p)²": (1 - p) ** 2},
    xlabel="p, the probability given to the right class", ylabel="loss", title="what a wrong answer costs",
    alt="Two falling curves over p from 0 to 1. Squared error goes from 1 to 0. Cross-entropy shoots up without bound as p approaches 0.",
)  # fmt: skip

# %% [markdown]
# The squared error never charges more than 1. Cross-entropy has no ceiling: to be sure *and* wrong is what it punishes. In Shannon's theory of information (1948), $-\log p$ is the information that an event of probability $p$ carries; later authors named it **surprisal**.
#
# The same idea has several names, by the form of the labels:
#
# - **binary**, $p$ = probability of "yes": $L = -[\,y \ln p + (1 - y)\ln(1 - p)\,]$. One of the two terms is always zero.
# - **categorical**, label as a one-hot row such as $(0, 1, 0)$: $L = -\sum_k y_k \ln p_k$. All terms but one are zero.
# - **sparse categorical**, label as a whole number such as $1$: $L = -\ln p_y$. The same value, less memory.
#
# By hand: $p = (0.2,\, 0.5,\, 0.3)$, right is class 1. $L = -\ln 0.5 = 0.693$, in both forms.

# %% tags=["nbval-check-output"]
probabilities = np.array([[0.2, 0.5, 0.3]])
logits = np.log(probabilities) + 7.0  # softmax removes the 7 again
losses = keras.losses
for name, value in {
    "binary, p = 0.5": losses.BinaryCrossentropy()(np.array([[1.0]]), np.array([[0.5]])),
    "binary, logit 0": losses.BinaryCrossentropy(from_logits=True)(np.array([[1.0]]), np.array([[0.0]])),
    "categorical": losses.CategoricalCrossentropy()(np.array([[0, 1, 0]]), probabilities),
    "sparse": losses.SparseCategoricalCrossentropy()(np.array([1]), probabilities),
    "categorical, logits": losses.CategoricalCrossentropy(from_logits=True)(np.array([[0, 1, 0]]), logits),
    "sparse, logits": losses.SparseCategoricalCrossentropy(from_logits=True)(np.array([1]), logits),
}.items():  # fmt: skip
    print(f"{name:20} {float(value):.4f}")

# %% [markdown]
# ### From logits
#
# **Logits** are the numbers before the softmax (before the sigmoid, if there is one output). You may give Keras either: probabilities, or logits with `from_logits=True`. On paper it makes no
# difference. Here is a network that is very sure and wrong: logits $(100, 0, 0)$, and right is class 1. The softmax gives class 1 a probability of $e^{-100} \approx 10^{-44}$, so the loss is $-\ln e^{-100} = 100$.
#
# > **Predict.** What does Keras answer, from logits and from probabilities? And how strong is the pull on the three logits, in each case?

# %%
import tensorflow as tf

z, label = tf.constant([[100.0, 0.0, 0.0]]), np.array([1])
gives = {
    "logits": lambda z: z,
    "probabilities": tf.nn.softmax,
    "Keras's softmax": keras.activations.softmax,
}
for name, last_layer in gives.items():
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=name == "logits")
    with tf.GradientTape() as tape:
        tape.watch(z)
        value = loss(label, last_layer(z))
    print(f"{name:16} loss {float(value):7.3f}  slopes {tape.gradient(value, z)[0]}")

# %% [markdown]
# From probabilities, the loss is capped and **all slopes are zero**. Keras clips probabilities at $10^{-7}$ before it takes the logarithm, and $-\ln 10^{-7} = 16.118$; a clipped number does not
# change when the weights do. The one image from which the network has most to learn teaches it nothing. From logits, the loss is 100 and the pull is as strong as it gets.
#
# And the third line? On TensorFlow, Keras remembers the logits behind a softmax *of its own*, and computes from them after all. That is why lesson 00's network, which ends in a softmax, learned well. JAX's and PyTorch's parts of Keras do not, and one more operation after the softmax ends it on TensorFlow, too. So do not count on it:
# **no softmax on the last layer, and `from_logits=True`.** (Both at once would be the other mistake; see the quiz.)
#
# How can it be computed without ever holding $10^{-44}$? Put the softmax into the logarithm:
#
# $$-\ln \frac{e^{z_y}}{\sum_k e^{z_k}} \;=\; \ln \sum_k e^{z_k} \;-\; z_y$$
#
# and because $e^{1000}$ is too large for any float, subtract the largest logit from all of them first. Softmax does not notice (lesson 03), and the largest exponential is now $e^0 = 1$.
#
# ### {{exercise cross_entropy}}
#
# Write `cross_entropy(labels, logits)`, the mean over the batch. It must hold for logits of ±1000, exactly: nothing is to be added to a probability or cut off. NumPy only, in float64: seven digits are compared.
#
# <details><summary>Hint 1 · pick one number a row</summary><code>logits[np.arange(N), labels]</code> walks down rows and labels together. What does <code>logits[:, labels]</code> give?</details>
# <details><summary>Hint 2 · stay out of trouble</summary>Never form the probability. Shift each row by its own largest logit, then use the formula above.</details>


# %% tags=["exercise"]
def cross_entropy(labels, logits):
    """Mean cross-entropy of a batch, from whole-number labels and logits.

    Args:
        labels: integer array (N,), the right class of each sample, 0 ≤ label < K.
        logits: float array (N, K), any finite numbers, up to ±1000 and beyond.

    Returns:
        float, the mean over the N samples of −ln softmax(logits)[label].
    """
    ### BEGIN SOLUTION
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return -log_p[np.arange(len(labels)), labels].mean()
    ### END SOLUTION


# %% tags=["check"]
check(cross_entropy)

# %% [markdown]
# A use for it: a network with small random weights knows nothing. All ten logits are nearly the same, so each $p$ is near 0.1. Before you train anything, look whether its first loss is
# near $\ln 10 = 2.303$. If not, something is already wrong.

# %% tags=["needs-answer"]
rng = np.random.default_rng(0)
print("first loss, 10 classes:", round(cross_entropy(rng.integers(0, 10, 500), 0.01 * rng.normal(size=(500, 10))), 2))  # fmt: skip

# %% [markdown]
# ## Hinge: far enough is enough
#
# Cross-entropy is never satisfied: even at $p = 0.999$ there is a slope. The **hinge** loss is. Labels are $y = -1$ and $y = +1$, the network gives one score $s$ of any size, and its sign is the
# answer. The product $y s$ is the **margin**: positive if the sign is right, large if it is right by far.
#
# $$L = \max(0,\; 1 - y\,s)$$
#
# By hand: $y=+1, s=2.5$ gives $\max(0, -1.5) = 0$: settled. $y=+1, s=0.4$ gives $0.6$: right, but not by enough. $y=-1, s=0.4$ gives $1.4$: wrong.

# %%
margin = np.linspace(-1.5, 2.5, 401)
plots.lines(
    margin,
    {
        "wrong or right": (margin < 0).astype(float),
        "hinge": np.maximum(0, 1 - margin),
        "squared hinge": np.maximum(0, 1 - margin) ** 2,
        "binary cross-entropy": np.log1p(np.exp(-margin)),
    },
    xlabel="margin $y \\cdot s$", ylabel="loss", title="four ways to count a yes or no",
    alt="Four curves over the margin. A step from 1 to 0 at zero; the hinge, a line falling to 0 at margin 1 and flat after; its square, steeper on the left; cross-entropy, a smooth curve that never reaches 0.",
)  # fmt: skip

# %% [markdown]
# The step is what we want to reduce, the number of mistakes. You cannot train with it. Its slope is 0 everywhere, except at the step, where it has none. The other three are stand-ins with a slope.
# Keras also has a **categorical hinge**: the right class's score must beat the best of the others by 1. The textbooks write $\max(0,\; 1 + \max_{k \ne y} s_k - s_y)$. Keras multiplies the scores by the one-hot label first, so the right class's place counts as a 0 among "the others": $\max(0,\; 1 + \max(0, \max_{k \ne y} s_k) - s_y)$. Where all wrong scores are negative, the two differ:

# %% tags=["nbval-check-output"]
y, s = np.array([[1.0], [1.0], [-1.0]]), np.array([[2.5], [0.4], [0.4]])
print("one by one:       ", keras.losses.Hinge(reduction=None)(y, s).numpy().round(2))
print("Hinge:            ", round(float(keras.losses.Hinge()(y, s)), 4), "= (0 + 0.6 + 1.4) / 3")
print("labels 0 and 1:   ", round(float(keras.losses.Hinge()((y + 1) / 2, s)), 4))
print("SquaredHinge:     ", round(float(keras.losses.SquaredHinge()(y, s)), 4))
one_hot = np.array([[0.0, 1.0, 0.0]])
for scores in ([0.7, 1.2, -3.0], [-2.0, 0.4, -3.0]):
    textbook = max(0, 1 + max(scores[0], scores[2]) - scores[1])
    keras_says = float(keras.losses.CategoricalHinge()(one_hot, np.array([scores])))
    print(f"CategoricalHinge:  {keras_says:.4f}, the textbook's {textbook:.4f}")

# %% [markdown]
# Look at the third line. Data sets store yes and no as 1 and 0. Keras looks at the labels, finds only zeros and ones, and turns them into −1 and +1 before it begins.
#
# ### {{exercise hinge}}
#
# A colleague's hinge does not look. Below it trains a linear classifier: is this digit a 3 (label 0) or an 8 (label 1)?


# %%
def hinge_with_bug(y_true, scores):
    """Mean hinge loss. Something is wrong when the labels are 0 and 1."""
    return np.maximum(0, 1 - y_true * scores).mean()


images, labels = data.digits()
X38 = images[np.isin(labels, (3, 8))].reshape(-1, 64) / 16.0
y38 = (labels[np.isin(labels, (3, 8))] == 8).astype(float)
w, b = np.zeros(64), 0.0
for _ in range(300):
    pull = -y38 * (1 - y38 * (X38 @ w + b) > 0)  # the slope of hinge_with_bug
    w, b = w - 0.1 * X38.T @ pull / len(pull), b - 0.1 * pull.mean()

# %%
scores = X38 @ w + b
fig, axis = plots.figure(height=2.6)
bins = np.linspace(-1, scores.max(), 40)
for digit, value, hatch in (("3", 0, "//"), ("8", 1, "")):
    axis.hist(scores[y38 == value], bins, alpha=0.6, hatch=hatch, label=f"digit {digit}")
axis.axvline(0, color="black", linewidth=1)
axis.set(xlabel="score; right of 0 means “8”", ylabel="digits", title=f"loss {hinge_with_bug(y38, scores):.3f}, right: {np.mean((scores > 0) == y38):.0%}")  # fmt: skip
axis.legend()
plots.show(
    fig,
    alt="Two histograms of scores, for digits 3 and 8. Both lie entirely to the right of zero: every 3 is taken for an 8.",
)

# %% [markdown]
# Every digit is called an 8, and the loss never falls below the share of 3s in the data. Find out what a label of 0 does to the formula and to its slope. Then write `hinge` so that both kinds of label give the right loss, whatever type of number they are stored in. The arrays that you are given stay as they are.
#
# <details><summary>Hint 1 · put in a zero</summary>What is max(0, 1 − 0 · s), and how does it change with s?</details>
# <details><summary>Hint 2 · a line through two points</summary>0 must become −1, and 1 must stay 1. But only if the labels are not −1 and 1 already.</details>


# %% tags=["exercise"]
def hinge(y_true, scores):
    """Mean hinge loss, for labels of either kind.

    Args:
        y_true: array (N,) of integers or floats: either all of them are 0 or 1, or all of them
            are −1 or +1. If all are 1, both readings mean the same.
        scores: float array (N,), the raw scores, of any size.

    Returns:
        float, the mean of max(0, 1 − y · score), where y is −1 or +1.
    """
    ### BEGIN SOLUTION
    y = np.where(np.asarray(y_true) > 0, 1.0, -1.0)
    return np.maximum(0, 1 - y * scores).mean()
    ### END SOLUTION


# %% tags=["check"]
check(hinge)

# %% [markdown]
# The same classifier, the same labels of 0 and 1, and Keras's hinge, which looks at them first:

# %%
classifier = keras.Sequential([keras.Input((64,)), keras.layers.Dense(1)])
classifier.compile(keras.optimizers.SGD(0.1), keras.losses.Hinge())
for _ in range(300):
    loss = classifier.train_on_batch(X38, y38[:, None])
scores = classifier.predict(X38, verbose=0)[:, 0]
print(f"loss {float(loss):.3f}, right: {np.mean((scores > 0) == y38):.0%}")

# %% [markdown]
# ## The chain rule on a small graph
#
# Now the first half of the question: a loss is one number; how does it speak to a weight many layers away? Take the smallest network there is, one weight and one bias: $\hat y = w x + b$, and
# the loss $L = (\hat y - y)^2$. With $w = 2,\; x = 3,\; b = 1,\; y = 5$: the product is 6, the prediction 7, the error 2, the loss 4.
#
# Every box below knows only its own small rule, and its own **local slope**: how its output changes when its input does. A product $w \cdot x$ changes by $x$ for each unit of $w$. A sum passes changes on, 1 for 1.
# A square $e^2$ changes by $2e$.


# %%
def draw_graph(boxes, arrows, title, alt):
    """boxes: name → (column, row, forward text, backward text); arrows: (from, to, local slope)."""
    fig, axis = plots.figure(height=2.9)
    for start, end, local in arrows:
        (c0, r0), (c1, r1) = boxes[start][:2], boxes[end][:2]
        axis.annotate("", (c1 - 0.24, r1), (c0 + 0.24, r0), arrowprops={"arrowstyle": "->"})
        side = {-1: "left", 0: "center", 1: "right"}[np.sign(r1 - r0)]  # clear of the arrow
        axis.text((c0 + c1) / 2, (r0 + r1) / 2 + 0.1, local, fontsize=9, ha=side, color="0.35")
    for name, (column, row, forward, backward) in boxes.items():
        box = {"boxstyle": "round", "facecolor": "white", "edgecolor": "black"}
        axis.text(column, row, f"${name}$ = {forward}", ha="center", va="center", bbox=box)
        axis.text(column, row - 0.42, backward, ha="center", fontsize=10, color=plots.COLOURS[3], weight="bold")  # fmt: skip
    columns, rows = zip(*(box[:2] for box in boxes.values()))
    axis.set(xlim=(-0.5, max(columns) + 0.5), ylim=(min(rows) - 0.7, max(rows) + 0.5), title=title)
    axis.set_axis_off()
    return plots.show(fig, alt=alt)


draw_graph(
    {"w": (0, 2, "2", "12"), "x": (0, 1, "3", "8"), "a": (1, 1.5, "6", "4"), "b": (1, 0.5, "1", "4"),
     "p": (2, 1, "7", "4"), "y": (2, 0, "5", "−4"), "e": (3, 0.5, "2", "4"), "L": (4, 0.5, "4", "1")},
    [("w", "a", "×3"), ("x", "a", "×2"), ("a", "p", "×1"), ("b", "p", "×1"), ("p", "e", "×1"), ("y", "e", "×(−1)"), ("e", "L", "×4")],
    "forwards: values in the boxes · backwards: slopes below them",
    alt="A graph from left to right: w = 2 and x = 3 make a = 6; with b = 1 it makes p = 7; less y = 5 it makes e = 2; squared, L = 4. Below each box the slope of L: L 1, e 4, p 4, y −4, a 4, b 4, w 12, x 8. On each arrow the local slope.",
)  # fmt: skip

# %% [markdown]
# Read it from the right. $L$ changes 1 for 1 with itself. With $e$ it changes by $2e = 4$. The prediction moves $e$ one for one: $4 \cdot 1 = 4$. The weight moves the product by $x = 3$: $4 \cdot 3 = 12$.
# **Slope of the box ahead, times the local slope.** That is the chain rule, and it is all of backpropagation:
#
# $$\frac{\partial L}{\partial w} \;=\; \frac{\partial L}{\partial e} \cdot \frac{\partial e}{\partial p} \cdot \frac{\partial p}{\partial a} \cdot \frac{\partial a}{\partial w} \;=\; 4 \cdot 1 \cdot 1 \cdot 3 \;=\; 12$$
#
# One more rule. If a value goes to *two* places, a change of it reaches the loss by both roads. **Roads add up.** Here is an engine that does this for any graph of sums and products.


# %%
class Number:
    """A value that remembers what it was made from: pairs (number, local slope)."""

    def __init__(self, value, made_from=()):
        self.value, self.made_from, self.slope = value, made_from, 0.0

    def __add__(self, other):
        return Number(self.value + other.value, [(self, 1.0), (other, 1.0)])

    def __mul__(self, other):
        return Number(self.value * other.value, [(self, other.value), (other, self.value)])


# %%
def in_order(number, seen):
    """All numbers that `number` is made from, each after its own parts; itself last."""
    if number not in seen:
        for part, _ in number.made_from:
            in_order(part, seen)
        seen.append(number)
    return seen


def backward(loss):
    """Fill in the slope of the loss with respect to every number in its graph."""
    loss.slope = 1.0
    for number in reversed(in_order(loss, [])):
        for part, local in number.made_from:
            part.slope += number.slope * local


# %% [markdown]
# Two functions and a class. Each operation notes its parts and local slopes on the way forward; `backward` walks the notes in reverse order. Look at the `+=`: there the roads add up.
# On the graph above, with −5 for "less y", beside TensorFlow, whose `GradientTape` is the same idea for arrays:

# %% tags=["nbval-check-output"]
w, x, b, minus_y = Number(2.0), Number(3.0), Number(1.0), Number(-5.0)
e = w * x + b + minus_y
loss = e * e  # e goes to two places
backward(loss)
print("loss", loss.value, " slopes: w", w.slope, " b", b.slope, " x", x.slope)

w, x, b = tf.Variable(2.0), tf.Variable(3.0), tf.Variable(1.0)
with tf.GradientTape() as tape:
    value = (w * x + b - 5.0) ** 2
print("tape", float(value), " slopes: w, b, x", [float(g) for g in tape.gradient(value, [w, b, x])])

# %% [markdown]
# ### {{exercise two_roads}}
#
# Paper and pencil, no engine. With $x = 2,\; w = 3,\; b = -1$:
#
# $$a = w \cdot x, \qquad c = a + b, \qquad L = c \cdot a$$
#
# Note where $a$ goes. Write a dictionary, as in `two_roads = {"L": 1, "c": 2, …}`, in place of the three dots: `"L"` is the value of $L$; `"c"`, `"a"`, `"b"`, `"w"` and `"x"` are the slopes of $L$ with respect to each.
#
# <details><summary>Hint 1 · order</summary>Forward: a, c, L. Backward: c first. Then a, which needs c's slope.</details>
# <details><summary>Hint 2 · the two roads of a</summary>One leads straight into the product L. The other goes through c.</details>

# %% tags=["exercise"]
### BEGIN SOLUTION
two_roads = {"L": 30, "c": 6, "a": 11, "b": 6, "w": 22, "x": 33}
### END SOLUTION

# %% tags=["check"]
check(two_roads=two_roads)

# %% [markdown]
# ## The other way: nudge and look
#
# There is a way to find slopes with no thought at all. Nudge a weight up by $h$, compute the loss; nudge it down by $h$, compute again; divide the difference by $2h$.
#
# $$\frac{\partial L}{\partial w} \;\approx\; \frac{L(w + h) - L(w - h)}{2h} \qquad\text{(central)} \qquad\qquad \frac{L(w + h) - L(w)}{h} \qquad\text{(forward)}$$
#
# By hand on $L(w) = w^3$ at $w = 2$, where the slope is $3 w^2 = 12$, with $h = 0.1$: forward, $(9.261 - 8)/0.1 = 12.61$. Central, $(9.261 - 6.859)/0.2 = 12.01$.
#
# > **Predict.** A smaller $h$ means a smaller error. How small is the error at $h = 10^{-15}$?

# %%
h = 10.0 ** np.arange(-15, 0)
f, w = np.sin, 1.0
errors = {
    "forward": np.abs((f(w + h) - f(w)) / h - np.cos(w)),
    "central": np.abs((f(w + h) - f(w - h)) / (2 * h) - np.cos(w)),
}
fig, axis = plots.figure(height=3.2)
for (name, values), style in zip(errors.items(), ("o-", "s--")):
    axis.loglog(h, values, style, markersize=4, label=name)
axis.set(xlabel="nudge h", ylabel="error of the slope", title="slope of sin at 1, float64")
axis.legend()
plots.show(
    fig,
    alt="Error over h, both axes logarithmic: two valleys. From the right both errors fall as h shrinks, the central one faster. Forward is best near 1e−8, central near 1e−5. Further left both rise to about 0.01.",
)

# %% [markdown]
# The error at $10^{-15}$ is larger than at $10^{-2}$. The two losses then differ in their last digit only, and their difference is mostly rounding. From the right, the forward error falls with $h$ and the central one with $h^2$;
# from the left, rounding grows as $1/h$. For float64 the best central nudge is near $10^{-5}$.
# (In float32 rounding is half a billion times coarser. Check gradients in float64.)
#
# So why not train this way? Count. A network of $P$ weights needs $2P$ forward passes for *one* gradient. Backwards, a dense layer needs two matrix products where forward needs one, so one backward pass costs about as much as two forward ones, whatever $P$ is.

# %% tags=["nbval-check-output"]
rows = []
for sizes in ((784, 16, 10), (784, 64, 10), (784, 512, 512, 10)):
    forward = np.dot(sizes[:-1], sizes[1:])
    weights = forward + sum(sizes[1:])
    rows.append([" – ".join(map(str, sizes)), f"{weights:,}", f"{2 * weights:,}", 3])
plots.table(
    ["network", "weights and biases", "nudging: forward passes", "backpropagation"],
    rows,
    caption="One gradient, counted in forward passes; biases' additions left out",
)

# %% [markdown]
# The last column does not grow: a forward pass and one backward pass, together about three. That the slopes with respect to *all* inputs cost no more than a small multiple of the function itself is a theorem (Baur and Strassen 1983), and the reason why networks
# with billions of weights can be trained. Does TensorFlow keep the promise? (The clock counts more than multiplications, so expect a handful rather than three.)

# %%
import time

network = keras.Sequential(
    [keras.Input((784,)), *(keras.layers.Dense(512, "relu") for _ in range(3)), keras.layers.Dense(10)]
)  # fmt: skip
batch = tf.random.normal((512, 784))


@tf.function
def forwards(batch):
    return tf.reduce_mean(network(batch) ** 2)


@tf.function
def forwards_and_backwards(batch):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(network(batch) ** 2)
    return tape.gradient(loss, network.trainable_variables)


def seconds(function, times=15):
    """Median time of one call, in seconds, after a first one that does not count."""
    function(batch)
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        tf.nest.map_structure(lambda t: t.numpy(), function(batch))
        taken.append(time.perf_counter() - start)
    return np.median(taken)


one, both = seconds(forwards), seconds(forwards_and_backwards)
print(f"{network.count_params():,} slopes for the time of {both / one:.1f} forward passes")

# %% [markdown]
# Nudging is far too slow to train with. It is the best judge there is: it knows nothing of the chain rule, so it cannot repeat your mistake. To compare two gradients, take them as long rows of numbers and look at the **relative error**
#
# $$\frac{\lVert g_\text{claimed} - g_\text{nudged} \rVert}{\lVert g_\text{claimed} \rVert + \lVert g_\text{nudged} \rVert}$$
#
# where $\lVert\cdot\rVert$ is the length, the root of the sum of squares. Below $10^{-7}$ or so is right; $10^{-2}$ is a bug.
#
# Here is something to check: a small network with 3 inputs, 2 hidden tanh units and 1 output. Its 11 parameters stand in one flat row `theta`, as most gradient checks want them.


# %% tags=["setup"]
def unpack(theta):
    """Flat parameters (11,) → W1 (3, 2), b1 (2,), W2 (2, 1), b2 (1,)."""
    return theta[:6].reshape(3, 2), theta[6:8], theta[8:10].reshape(2, 1), theta[10:]


def toy_loss(theta, X, y):
    """Mean squared error of the network 3 – 2 – 1 for inputs X (N, 3) and targets y (N, 1)."""
    W1, b1, W2, b2 = unpack(theta)
    return np.mean((np.tanh(X @ W1 + b1) @ W2 + b2 - y) ** 2)


# %% [markdown]
# ### {{exercise gradient_check}}
#
# Write `gradient_check(theta, X, y, claimed, h)`: the relative error between `claimed` and the **central** differences of `toy_loss`. One parameter at a time, the others as they were. The arrays are the caller's: nudge a copy of `theta`, not `theta` itself.
#
# <details><summary>Hint 1 · one at a time</summary>A row of eleven zeros with <code>h</code> in one place is a nudge. Add it, and subtract it.</details>
# <details><summary>Hint 2 · lengths</summary><code>np.linalg.norm</code> is the length. The denominator has two of them.</details>


# %% tags=["exercise"]
def gradient_check(theta, X, y, claimed, h=1e-5):
    """Relative error of a claimed gradient of `toy_loss` with respect to theta.

    Args:
        theta: float64 array (11,), the parameters. Neither it nor another array may have changed
            afterwards.
        X: float64 array (N, 3).
        y: float64 array (N, 1).
        claimed: float64 array (11,), the gradient to be checked; not all zeros.
        h: size of the nudge.

    Returns:
        float: length of (claimed − nudged), divided by length of claimed plus length of nudged,
        where nudged holds the central differences with exactly this h, computed in float64.
    """
    ### BEGIN SOLUTION
    nudged = np.array(
        [
            (toy_loss(theta + nudge, X, y) - toy_loss(theta - nudge, X, y)) / (2 * h)
            for nudge in h * np.eye(theta.size)
        ]
    )
    difference = np.linalg.norm(claimed - nudged)
    return difference / (np.linalg.norm(claimed) + np.linalg.norm(nudged))
    ### END SOLUTION


# %% tags=["check"]
check(gradient_check)

# %% [markdown]
# Four versions of the gradient of `toy_loss`. All four run without an error.
#
# > **Predict.** Read the code: which of them will your check catch?


# %%
def toy_gradient(theta, X, y, last=lambda N: 2 / N, bend=lambda H: 1 - H**2, gather=np.sum):
    """Backpropagation through toy_loss, with three details that one can get wrong."""
    W1, b1, W2, b2 = unpack(theta)
    H = np.tanh(X @ W1 + b1)
    d_out = last(len(X)) * (H @ W2 + b2 - y)
    d_hidden = (d_out @ W2.T) * bend(H)
    parts = X.T @ d_hidden, gather(d_hidden, axis=0), H.T @ d_out, gather(d_out, axis=0)
    return np.concatenate([part.ravel() for part in parts])


VERSIONS = {
    "A": {},
    "B": {"last": lambda N: 1 / N},  # "the 2 is only a constant"
    "C": {"bend": lambda H: 1 - H},  # "tanh' = 1 − tanh"
    "D": {"gather": np.mean},  # "the bias gets the average"
}

# %% tags=["needs-answer"]
rng = np.random.default_rng(0)
for N in (1, 8):
    theta, X, y = rng.normal(size=11), rng.normal(size=(N, 3)), rng.normal(size=(N, 1))
    found = {name: gradient_check(theta, X, y, toy_gradient(theta, X, y, **how)) for name, how in VERSIONS.items()}  # fmt: skip
    print(f"batch of {N}: " + ", ".join(f"{name} {value:.0e}" for name, value in found.items()))

# %% [markdown]
# A is right. The error of B is one third: its gradient is half as long as it should be and points the right way, which a training run would hide behind another learning rate. And D passes with a batch of one. **Check with
# a batch larger than one**, and with random numbers everywhere; zeros and single samples hide bugs.

# %% [markdown]
# ## Softmax meets cross-entropy
#
# The first box of a classifier's backward pass is softmax and cross-entropy together. Start from $L = \ln \sum_k e^{z_k} - z_y$ and take the slope with respect to one logit $z_k$. The first term gives
# $e^{z_k} / \sum_j e^{z_j}$, which is $p_k$. The second gives $-1$ for the right class and $0$ for the others. So
#
# $$\frac{\partial L}{\partial z_k} \;=\; p_k - y_k \qquad (y_k = 1 \text{ for the right class, else } 0)$$
#
# **What you said minus what is so.** By hand: $p = (0.2, 0.5, 0.3)$, right is class 1: slopes $(0.2, -0.5, 0.3)$. They sum to zero: what the right class gains, the others give up. Batch loss is a mean over $N$ samples, so each
# sample's slopes are divided by $N$.

# %%
p, y = np.array([0.2, 0.5, 0.3]), np.array([0, 1, 0])
fig, axes = plots.figure(1, 3, height=2.3, sharey=True)
for axis, (title, bars) in zip(axes, {"said: $p$": p, "so: $y$": y, "slope: $p - y$": p - y}.items()):  # fmt: skip
    axis.bar(range(3), bars, color=plots.COLOURS[:3])
    axis.axhline(0, color="black", linewidth=0.8)
    axis.set(title=title, xticks=range(3), xlabel="class")
plots.show(
    fig,
    alt="Three bar charts over classes 0, 1, 2. Said: 0.2, 0.5, 0.3. So: 0, 1, 0. Their difference: 0.2, −0.5, 0.3.",
)

# %% [markdown]
# ### {{exercise softmax_gradient}}
#
# Write `softmax_gradient(labels, logits)`: the slopes of your `cross_entropy` with respect to every logit, the mean's 1/N included. NumPy only, in float64; `logits` is not to be changed.
#
# <details><summary>Hint 1 · the probabilities</summary>The same shift as before keeps the exponentials in range. Here you do need the probabilities themselves.</details>
# <details><summary>Hint 2 · one number a row</summary>Only the right class's entry of each row is different. And remember what the mean does to a slope.</details>


# %% tags=["exercise"]
def softmax_gradient(labels, logits):
    """Gradient of the mean cross-entropy with respect to the logits.

    Args:
        labels: integer array (N,), 0 ≤ label < K.
        logits: float array (N, K), any finite numbers, up to ±1000 and beyond.

    Returns:
        float array (N, K), the slope of cross_entropy(labels, logits) with respect to each logit.
    """
    ### BEGIN SOLUTION
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    p[np.arange(len(labels)), labels] -= 1
    return p / len(labels)
    ### END SOLUTION


# %% tags=["check"]
check(softmax_gradient)

# %% [markdown]
# ### Why not the squared error?
#
# Nothing forbids $\sum_k (p_k - y_k)^2$ as a loss for classes. Its slope has the same $p - y$ in it, but it must then pass back through the softmax, which multiplies by $p_k$ again.
#
# By hand, with two classes and $p = 0.001$ for the right one. Cross-entropy pulls its logit with $p - 1 = -0.999$. The squared error, $2(1 - p)^2$, pulls with $-4\,(1 - p) \cdot p\,(1 - p) \approx -0.004$.

# %%
z = np.linspace(-8, 8, 401)
p = 1 / (1 + np.exp(-z))
plots.lines(
    z, {"cross-entropy": 1 - p, "squared error": 4 * p * (1 - p) ** 2},
    xlabel="logit of the right class, less the other's: sure and wrong … sure and right", ylabel="strength of the pull", title="who is pulled how hard",
    alt="Two curves over the logit. Cross-entropy pulls with strength 1 on the far left and falls to 0 on the right. The squared error's pull is a hump near the middle and vanishes on both sides.",
)  # fmt: skip

# %% [markdown]
# On the left are the worst mistakes, and there the squared error lets go.
#
# > **Predict.** Two classifiers, one layer each, learn digits, one with each loss. From a start of zero weights, which is better? And from a start that is sure and wrong (large random weights)?


# %%
def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def pull_of(loss, p, y):
    """Slopes of one of the two losses with respect to the logits, a row a sample."""
    if loss == "cross-entropy":
        return p - y
    slope = 2 * (p - y)
    return p * (slope - (slope * p).sum(axis=1, keepdims=True))


(x_train, y_train), (x_test, y_test) = data.mnist_sample()
X_train, X_test = x_train.reshape(-1, 784) / 255.0, x_test.reshape(-1, 784) / 255.0


# %%
def accuracy_after(loss, lr, start, seed, steps):
    """Train one layer with softmax on 4,000 digits; accuracy on 1,000 others, as it goes."""
    rng = np.random.default_rng(seed)
    W, b, right = start * rng.normal(size=(784, 10)), np.zeros(10), []
    for step in range(steps + 1):
        if step % 50 == 0:
            right.append(np.mean((X_test @ W + b).argmax(axis=1) == y_test))
        batch = rng.integers(0, len(X_train), 64)
        p = softmax(X_train[batch] @ W + b)
        slope = pull_of(loss, p, np.eye(10)[y_train[batch]]) / 64
        W, b = W - lr * X_train[batch].T @ slope, b - lr * slope.sum(axis=0)
    return right


# %% [markdown]
# To be fair, each loss may choose its own learning rate for each start, the best of six, and the six reach further than any of them needs.

# %%
steps, seeds = runtime.budget(smoke=100, cpu=1000, gpu=1000), range(runtime.budget(smoke=2, cpu=5, gpu=5))  # fmt: skip
LOSSES, RATES = ("cross-entropy", "squared error"), (0.1, 0.5, 2.0, 8.0, 32.0, 128.0)
fig, axes = plots.figure(1, 2, sharey=True, height=3.2)
for axis, (start, title) in zip(axes, ((0.0, "start: zero"), (2.0, "start: sure and wrong"))):
    for loss, style in zip(LOSSES, ("-", "--")):
        runs = {lr: np.array([accuracy_after(loss, lr, start, s, steps) for s in seeds]) for lr in RATES}  # fmt: skip
        best = max(runs, key=lambda lr: runs[lr][:, -1].mean())
        mean, spread = runs[best].mean(axis=0), deviation(runs[best])
        at = np.arange(0, steps + 1, 50)
        axis.plot(at, mean, style, label=f"{loss}, lr {best:g}")
        axis.fill_between(at, mean - spread, mean + spread, alpha=0.25)
        print(f"{title:22} {loss:14} lr {best:<4g} accuracy {mean[-1]:.3f} ± {spread[-1]:.3f}")
    axis.set(title=title, xlabel="step", ylim=(0, 1))
    axis.legend(loc="lower right", fontsize=9)
axes[0].set(ylabel="accuracy, unseen digits")
plots.show(
    fig,
    alt="Accuracy over steps, mean and spread over the seeds. From zero weights both losses rise together to about 0.9. From large random weights cross-entropy rises quickly, the squared error far more slowly.",
)

# %% [markdown]
# From zero the squared error is no worse. From a start that is sure and wrong it recovers far more slowly, at its best learning rate: the images that are most wrong pull least. Cross-entropy's logarithm cancels the softmax's exponential, and the
# pull stays $p - y$. Networks are sure and wrong often enough, on unusual images, for this to matter. (On a *mislabelled* image the strong pull is a drawback: cross-entropy follows the wrong label hardest. It is the outlier of the coffee cup once more.)

# %% [markdown]
# ## Backwards through a layer
#
# A dense layer takes a batch $X$ of shape $(N, D)$, a kernel $W$ of shape $(D, M)$ and a bias $b$ of shape $(M,)$, and gives $Y = XW + b$, of shape $(N, M)$. Backwards it is handed $dY$, the slope of the loss with respect to every number of $Y$, and must
# give three answers, each of the shape of the thing itself: $dX$ for the layer before, $dW$ and $db$ for the optimiser.
#
# Follow one weight. $W_{dm}$ multiplies $X_{nd}$ and lands in $Y_{nm}$, once for every sample. Roads add up:
#
# $$dW_{dm} = \sum_n X_{nd}\; dY_{nm}$$
#
# By hand, with $N = 2$ samples, $D = 2$ inputs, $M = 3$ outputs: the top left weight multiplies the first inputs, 1 and 3, and the slopes of the outputs it reaches are 2 and −1. So $1 \cdot 2 + 3 \cdot (-1) = -1$.

# %%
X, dY = np.array([[1, 2], [3, 4]]), np.array([[2, 0, 1], [-1, 1, 0]])
dW = np.einsum("nd,nm->dm", X, dY)
plots.matrices(
    {"X": X, "dY": dY, "dW, like W": dW},
    highlight={"X": (0, 0, 2, 1), "dY": (0, 0, 2, 1), "dW, like W": (0, 0, 1, 1)},
    alt="X, 2 by 2, with its first column 1, 3 marked; dY, 2 by 3, with its first column 2, −1 marked; dW, 2 by 3, with its top left number −1 marked.",
)

# %% [markdown]
# The marked columns, multiplied and added, make the marked number. You can find the other two answers the same way: follow one bias, and follow one input. Then check the shapes: there is often only one product that fits.
#
# ### {{exercise dense_backward}}
#
# Write `dense_backward(X, W, dY)` with NumPy alone; the last exercise builds on it. The slopes `dY` already contain the 1/N of the mean loss; you add nothing to it. The three arrays that you are given stay as they are.
#
# <details><summary>Hint 1 · one bias</summary>b[m] is added to Y[n, m] in every sample n. How many roads does it have?</details>
# <details><summary>Hint 2 · one input</summary>X[n, d] reaches all M outputs of its own sample, through row d of W.</details>
# <details><summary>Hint 3 · the sum as a product</summary>Σₙ over the first axis of both is a matrix product with one of them transposed.</details>


# %% tags=["exercise"]
def dense_backward(X, W, dY):
    """Backward pass of Y = X @ W + b.

    Args:
        X: float array (N, D), the inputs of the forward pass.
        W: float array (D, M), the kernel.
        dY: float array (N, M), slope of the loss with respect to Y.

    Returns:
        (dX, dW, db) of shapes (N, D), (D, M) and (M,).
    """
    ### BEGIN SOLUTION
    return dY @ W.T, X.T @ dY, dY.sum(axis=0)
    ### END SOLUTION


# %% tags=["check"]
check(dense_backward)

# %% [markdown]
# The tape records the same layer and walks it backwards. It takes dY as `output_gradients`:

# %% tags=["needs-answer"]
rng = np.random.default_rng(0)
X, W, dY = (rng.normal(size=shape) for shape in ((4, 3), (3, 2), (4, 2)))
mine = dense_backward(X, W, dY)
variables = [tf.Variable(X), tf.Variable(W), tf.Variable(np.zeros(2))]
with tf.GradientTape() as tape:
    Y = variables[0] @ variables[1] + variables[2]
for name, yours, theirs in zip(
    ("dX", "dW", "db"), mine, tape.gradient(Y, variables, output_gradients=dY)
):
    print(name, "largest difference from TensorFlow's:", f"{np.abs(yours - theirs.numpy()).max():.0e}")  # fmt: skip

# %% [markdown]
# ## A network with no framework
#
# Everything is in place. The network has two layers, with a ReLU between:
#
# $$A = X W_1 + b_1, \qquad H = \max(0, A), \qquad Z = H W_2 + b_2, \qquad L = \text{cross-entropy}(\text{labels}, Z)$$
#
# Backwards it is read from the right. $L$ hands slopes to $Z$; the second layer hands slopes to $H$; the ReLU lets a slope pass where its input was positive and stops it elsewhere (local slope 1 or 0); the first layer gets what is left.
#
# ### {{exercise backprop}}
#
# Write `backprop(params, X, labels)` from your own three functions `cross_entropy`, `softmax_gradient` and `dense_backward`. Finish those first. NumPy and these three only: no SciPy, and no framework such as TensorFlow, Keras, PyTorch or JAX.
#
# <details><summary>Hint 1 · what to keep</summary>The backward pass needs A, to know where the ReLU was open, and H, the input of the second layer. Keep both.</details>
# <details><summary>Hint 2 · order</summary>Four steps forward. Then: slope of Z; layer 2, which gives the slope of H; the ReLU, which makes it the slope of A; layer 1.</details>


# %% tags=["exercise"]
def backprop(params, X, labels):
    """Loss and gradients of the network D – hidden – K with a ReLU.

    Args:
        params: tuple of float arrays (W1, b1, W2, b2) of shapes (D, hidden), (hidden,),
            (hidden, K), (K,).
        X: float array (N, D).
        labels: integer array (N,). None of these arrays may have changed afterwards.

    Returns:
        (loss, grads): the mean cross-entropy, a float, and the tuple (dW1, db1, dW2, db2), each
        of the shape of its parameter. A ReLU whose input is exactly 0 lets no slope through.
    """
    ### BEGIN SOLUTION
    W1, b1, W2, b2 = params
    A = X @ W1 + b1
    H = np.maximum(A, 0)
    Z = H @ W2 + b2
    dH, dW2, db2 = dense_backward(H, W2, softmax_gradient(labels, Z))
    _, dW1, db1 = dense_backward(X, W1, dH * (A > 0))
    return cross_entropy(labels, Z), (dW1, db1, dW2, db2)
    ### END SOLUTION


# %% tags=["check"]
check(backprop)

# %% [markdown]
# Now train it. Beside it, the same network in Keras, from the same first weights, on the same batches, with the same rule: weight minus learning rate times slope.


# %%
def first_params(hidden, seed):
    """He's initialisation (lesson 04) for the network 784 – hidden – 10."""
    rng = np.random.default_rng(seed)
    W1 = rng.normal(size=(784, hidden)) * np.sqrt(2 / 784)
    W2 = rng.normal(size=(hidden, 10)) * np.sqrt(2 / hidden)
    return W1, np.zeros(hidden), W2, np.zeros(10)


epochs, lr = runtime.budget(smoke=3, cpu=10, gpu=10), 0.4
order = np.concatenate([np.random.default_rng(e).permutation(4000) for e in range(epochs)]).reshape(-1, 100)  # fmt: skip
twin = keras.Sequential(
    [keras.Input((784,)), keras.layers.Dense(64, "relu"), keras.layers.Dense(10)]
)
twin.set_weights(first_params(64, seed=0))
twin.compile(keras.optimizers.SGD(lr), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
keras_losses = [float(twin.train_on_batch(X_train[i], y_train[i])) for i in order]
print("Keras, accuracy on unseen digits:", np.mean(twin.predict(X_test, verbose=0).argmax(1) == y_test))  # fmt: skip

# %% tags=["needs-answer"]
params, numpy_losses = first_params(64, seed=0), []
for i in order:
    loss, grads = backprop(params, X_train[i], y_train[i])
    params = [value - lr * slope for value, slope in zip(params, grads)]
    numpy_losses.append(loss)
W1, b1, W2, b2 = params
scores = np.maximum(X_test @ W1 + b1, 0) @ W2 + b2
print("yours, accuracy on unseen digits:", np.mean(scores.argmax(axis=1) == y_test))

# %% [markdown]
# > **Predict.** Keras computes in float32, you in float64. By how much do the two losses differ after all these steps?

# %% tags=["needs-answer"]
final = backprop(params, X_train, y_train)[0]
keras_epoch = np.reshape(keras_losses, (epochs, -1)).mean(axis=1)
numpy_epoch = np.reshape(numpy_losses, (epochs, -1)).mean(axis=1)
fig, axis = plots.figure(height=3.0)
axis.plot(np.arange(1, epochs + 1), keras_epoch, linewidth=6, alpha=0.4, label="Keras")
axis.plot(np.arange(1, epochs + 1), numpy_epoch, "k.-", label="yours, NumPy alone")
axis.set(xlabel="epoch", ylabel="training loss", title=f"largest difference {np.abs(keras_epoch - numpy_epoch).max():.0e}; at the end {final:.3f}")  # fmt: skip
axis.legend()
plots.show(
    fig,
    alt="Training loss over the epochs. The thin black line of the NumPy network runs exactly inside the thick pale line of the Keras network, falling steeply at first, then ever more slowly.",
)

# %% [markdown]
# One line lies inside the other; what is left is float32's rounding. There is nothing essential in `fit` that you have not written now. What is left are conveniences, such as metrics and validation, and speed.

# %% [markdown]
# ## The slope of a pixel
#
# *Side trip: may be skipped without loss.*
#
# `dense_backward` also returned $dX$, the slope of the loss with respect to the *input*, and training threw it away. At the beginning of this lesson the numbers that moved were pixels. Let them move again: take a trained network, leave its weights
# alone, and ask every pixel which way makes the loss **larger**. Then move each pixel by 0.1 that way, on a scale from black 0 to white 1.


# %%
def pixel_slopes(images, labels):
    """Slope of the twin's loss with respect to every pixel."""
    x = tf.constant(images, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(x)
        loss = twin.loss(labels, twin(x))
    return tape.gradient(loss, x).numpy()


signs = np.sign(pixel_slopes(X_test, y_test))
moved = np.clip(X_test + 0.1 * signs, 0, 1)
before, after = (twin.predict(x, verbose=0).argmax(axis=1) for x in (X_test, moved))
fooled = np.flatnonzero((before == y_test) & (after != y_test))
shown = [fooled[y_test[fooled] == digit][0] for digit in (2, 3, 4, 7, 9)]
plots.images(
    np.concatenate([X_test[shown], moved[shown]]).reshape(10, 28, 28),
    [f"“{d}”" for d in (*before[shown], *after[shown])], columns=5, value_range=(0, 1),
    suptitle="top: as written · bottom: each pixel moved by 0.1 · titles: what the network says",
    alt="Two rows of five handwritten digits. In the lower row the same digits stand on a faintly speckled ground and are perfectly readable, but the network names them wrongly.",
)  # fmt: skip

# %% [markdown]
# You still read them without effort. Is the network just bad with noise? The fair comparison is noise of the same size with random signs.

# %%
sizes = np.linspace(0, 0.2, 9)
seeds = range(runtime.budget(smoke=2, cpu=5, gpu=5))


def still_right(signs, size):
    moved = np.clip(X_test + size * signs, 0, 1)
    return np.mean(twin(tf.constant(moved, tf.float32)).numpy().argmax(axis=1) == y_test)


noise = [[still_right(np.random.default_rng(s).choice([-1, 1], X_test.shape), size) for size in sizes] for s in seeds]  # fmt: skip
plots.lines(
    sizes, {"random signs (mean)": np.mean(noise, axis=0), "signs of the slopes": np.array([still_right(signs, size) for size in sizes])},
    xlabel="how far each pixel moves", ylabel="accuracy, unseen digits", title=f"random signs: largest spread over seeds {deviation(noise).max():.3f}",
    alt="Accuracy over the size of the change. With random signs it hardly falls. With the signs of the slopes it falls from about 0.9 to below 0.2 by a change of 0.1.",
)  # fmt: skip

# %% [markdown]
# Random steps do next to nothing; steps along the slopes ruin it. 784 small changes, each in the right direction, add up, because roads add up. Goodfellow, Shlens and Szegedy (2015, section 4) found this and called it the *fast gradient sign method*.
# So the answer to the question at the beginning: the loss tells each number its slope through the chain rule, all of them in one backward sweep. It tells pixels as readily as weights. And the loss you choose decides who pulls, and how hard.

# %% [markdown]
# ## {{exercise quiz}}
#
# Answer with one letter each, such as `{"q1": "a", …}`.
#
# **q1** House prices; two of the thousand in your table lack a digit. You want the model not to care. Train with
#
# - a) MSE
# - b) MAE or Huber
# - c) hinge
#
# **q2** A loss with `from_logits=True` is handed an array of probabilities of ten classes. Even when they are perfectly sure and right for every image, the loss is about
#
# - a) 0
# - b) 2.303
# - c) 1.461
#
# **q3** Labels are whole numbers from 0 to 9, and the last layer has ten outputs. The loss is
#
# - a) sparse categorical cross-entropy
# - b) categorical cross-entropy
# - c) binary cross-entropy
#
# **q4** A classifier's loss before the first training step, 100 classes, is 11.5. Most likely
#
# - a) all is well, training will lower it
# - b) it is sure of wrong answers already: look at scaling and initialisation
# - c) the learning rate is too high
#
# **q5** In a graph a value feeds three boxes. Its slope is
#
# - a) the sum over the three roads
# - b) the product of the three roads
# - c) the largest of the three
#
# **q6** A central difference in float64 with h = 10⁻¹⁵ disagrees with your gradient in the second digit. You conclude
#
# - a) the gradient is wrong
# - b) nothing yet: h is too small
# - c) h must be smaller still

# %% tags=["exercise"]
### BEGIN SOLUTION
quiz = {"q1": "b", "q2": "c", "q3": "a", "q4": "b", "q5": "a", "q6": "b"}
### END SOLUTION

# %% tags=["check"]
check(quiz=quiz)

# %% [markdown]
# ## Summary
#
# - A loss makes one number of all errors; its **slope** is the pull on the prediction. Squared error pulls by distance (mean), absolute error by vote (median), Huber by distance near and by vote far.
# - Cross-entropy is the surprise $-\ln p$ of the right class. Compute it from logits; from clipped probabilities the worst mistakes have no slope. Hinge wants labels −1 and +1 and a margin of 1.
# - Chain rule: slope of the box ahead times local slope; where a value takes several roads, add. One backward sweep gives all slopes for the price of about two forward passes.
# - Softmax with cross-entropy: $(p - y)/N$. Dense: $dX = dY\,W^T,\; dW = X^T dY,\; db = \sum_n dY$.
# - Central differences in float64, $h \approx 10^{-5}$, a batch larger than one: that is how a gradient is checked.
#
# ## References
#
# - P. J. Huber, "Robust estimation of a location parameter", *Annals of Mathematical Statistics* 35, 1964.
# - C. E. Shannon, "A mathematical theory of communication", *Bell System Technical Journal* 27, 1948.
# - C. Cortes and V. Vapnik, "Support-vector networks", *Machine Learning* 20, 1995 (margins).
# - D. E. Rumelhart, G. E. Hinton and R. J. Williams, "Learning representations by back-propagating errors", *Nature* 323, 1986.
# - W. Baur and V. Strassen, "The complexity of partial derivatives", *Theoretical Computer Science* 22, 1983.
# - I. Goodfellow, Y. Bengio and A. Courville, *Deep Learning*, 2016, sections 6.2.2 (output units and cross-entropy) and 6.5 (back-propagation).
# - I. J. Goodfellow, J. Shlens and C. Szegedy, "Explaining and harnessing adversarial examples", ICLR 2015, section 4.
#
# ## Where to read on
#
# A. Griewank and A. Walther, *Evaluating Derivatives*, second edition 2008, for what `GradientTape` does and what it costs. Then lesson 06: now that every weight knows its slope, how large a step should it take?
