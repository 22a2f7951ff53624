# %% [markdown]
# # Recurrent and attention layers
#
# **Time** 115 minutes · **Needs** lessons 02, 03, 05 and 06 · **Running everything** {{seconds}} s on two CPU cores
#
# Somebody shows you twenty-four cards, one after another. On each is a handwritten digit. One card has a red mark. After the last card you are asked: which digit was on the marked one?

# %% tags=["setup"]
import numpy as np

from cnncourse import begin, data, plots, runtime

check = begin("19_sequences")

import keras
from keras import layers, ops

# %%
digits, labels = data.digits()
digits = (digits / digits.max()).astype("float32")
OLD, NEW = slice(0, 1300), slice(1300, None)  # digits to learn from, digits to be tested with


def cards(count, length, source, rng):
    """Rows of cards (count, length, 65): 64 pixels and the mark; the marked digit; its place."""
    images, names = digits[source].reshape(-1, 64), labels[source]
    chosen = rng.integers(len(images), size=(count, length))
    place, row = rng.integers(length, size=count), np.arange(count)
    shown = np.zeros((count, length, 65), "float32")
    shown[..., :64] = images[chosen]
    shown[row, place, 64] = 1
    return shown, names[chosen[row, place]], place


# %%
shown, answers, places = cards(1, 24, NEW, np.random.default_rng(3))
fig, axes = plots.figure(2, 12, height=1.7)
for t, axis in enumerate(axes.flat):
    axis.imshow(shown[0, t, :64].reshape(8, 8), cmap="gray_r")
    axis.set(xticks=[], yticks=[])
    if shown[0, t, 64]:
        axis.set_title("●", color="tab:red", fontsize=11, pad=1)
    for side in axis.spines.values():
        side.set_visible(True)
plots.show(
    fig,
    alt=f"Twenty-four small handwritten digits in two rows. Above card {places[0] + 1} stands a red mark; it shows a {answers[0]}.",
)  # fmt: skip

# %% [markdown]
# Easy for you. Now two small networks. Both read one card at a time, both carry 32 numbers from card to card and nothing else, both get the same cards to learn from and the same optimizer. One is Keras's `SimpleRNN`, the other its `GRU`. Take them as black boxes for a minute.


# %%
def reader(layer):
    """Any layer that makes one vector of a sequence, then ten scores."""
    network = keras.Sequential([keras.Input((None, 65)), layer, layers.Dense(10)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    network.compile(keras.optimizers.Adam(0.01, clipnorm=1.0), loss)
    return network


def practise(network, length, rounds, seed=0):
    """Train on new rows of cards every round; share of 1000 unseen rows answered, each round."""
    rng, curve = np.random.default_rng(seed), []
    x, y, _ = cards(1000, length, NEW, np.random.default_rng(100))
    for _ in range(rounds):
        network.fit(*cards(batches * 64, length, OLD, rng)[:2], batch_size=64, verbose=0)
        curve.append(np.mean(network.predict(x, verbose=0).argmax(axis=1) == y))
    return curve


batches = runtime.budget(smoke=15, cpu=50, gpu=100)  # in a round
rounds = runtime.budget(smoke=1, cpu=7, gpu=10)
keras.utils.set_random_seed(0)
simple, gated = reader(layers.SimpleRNN(32)), reader(layers.GRU(32))
answered = {"SimpleRNN(32)": practise(simple, 24, rounds), "GRU(32)": practise(gated, 24, rounds)}

# %%
fig, axis = plots.figure(height=2.9)
for (name, curve), mark in zip(answered.items(), "ov"):
    axis.plot(np.arange(1, rounds + 1) * batches, curve, marker=mark, ms=5, label=name)
axis.axhline(0.1, color="gray", ls=":", lw=1, label="guessing")
axis.set(
    ylim=(0, 1),
    xlabel="training steps, 64 rows of cards each",
    ylabel="new rows, answered right",
    title="which digit was marked, among 24?",
)
axis.legend()
plots.show(
    fig,
    alt="Share of right answers against training steps. The SimpleRNN stays at guessing, one in ten. The GRU starts there, too, then climbs steeply towards nine in ten.",
)  # fmt: skip

# %% [markdown]
# One of them has learned nothing at all. It is not stupid: with four cards instead of twenty-four it plays far better than guessing, as you will see. It cannot learn to *keep*.
#
# **How does a network with a fixed number of weights read a sequence of any length, and why does one forget the beginning while another keeps it?**
#
# After this lesson you can
#
# - compute a recurrent layer, an LSTM step and attention by hand, and write them so that they agree with Keras;
# - count the parameters of every recurrent layer before you build it;
# - measure how much of the first input is left after the last, and say what gates change;
# - train a recurrent network that waits for a digit, and a small model of text;
# - find out which inputs an output may see, and hide the future from it.

# %% [markdown]
# ## One step, again and again
#
# A **recurrent** layer has a memory: a vector $h$, its **state**. At each step it makes a new state from the input and the old state, always with the same weights:
#
# $$h_t = \tanh(x_t W + h_{t-1} U + b)$$
#
# $W$ brings the input in, $U$ brings the old state in, $b$ is the bias, and $h_0$ is zero. This is the `SimpleRNN` of Keras (Elman 1990).


# %%
def arrow(axis, start, end, colour="0.3"):
    """An arrow from one point to another."""
    axis.annotate(
        "",
        end,
        start,
        arrowprops={"arrowstyle": "-|>", "color": colour, "shrinkA": 0, "shrinkB": 0},
    )


def box(axis, x, y, text, colour, wide=0.8, high=0.6):
    """A box with a text in it."""
    style = {"boxstyle": "round,pad=0.02", "facecolor": colour, "edgecolor": "0.3"}
    from matplotlib.patches import FancyBboxPatch

    axis.add_patch(FancyBboxPatch((x - wide / 2, y - high / 2), wide, high, **style))
    axis.text(x, y, text, ha="center", va="center", fontsize=11, color="black")


fig, axis = plots.figure(height=2.4)
for t in range(4):
    axis.text(2 * t, -1.35, f"$x_{t + 1}$", ha="center", va="center", fontsize=13)
    arrow(axis, (2 * t, -1.1), (2 * t, -0.34))
    axis.text(2 * t + 0.08, -0.75, "W", fontsize=10)
    box(axis, 2 * t, 0, "tanh, b", "#cfe3f3")
    arrow(axis, (2 * t - 1.55, 0), (2 * t - 0.44, 0))
    axis.text(2 * t - 1.1, 0.12, "U", fontsize=10)
    arrow(axis, (2 * t, 0.34), (2 * t, 1.05))
    axis.text(2 * t, 1.3, f"$h_{t + 1}$", ha="center", va="center", fontsize=13)
axis.text(-1.8, 0, "$h_0$", ha="center", va="center", fontsize=13)
axis.plot([6.44, 7.0], [0, 0], color="0.3")
axis.set(
    xlim=(-2.1, 7.1),
    ylim=(-1.6, 1.6),
    title="one cell, unrolled in time: the boxes are all the same",
)
axis.axis("off")
plots.show(
    fig,
    alt="Four equal boxes in a row, one for each step. Into each goes an input from below, through W, and the state from the box at its left, through U. Out of each comes a state, upwards as output and to the right to the next box.",
)  # fmt: skip

# %% [markdown]
# By hand, with one number for each thing: $W = 1$, $U = 0.5$, $b = 0$. The input is a single knock: $x = 1, 0, 0$.
#
# | step | $x_t W$ | $h_{t-1} U$ | $h_t$ |
# |---|---|---|---|
# | 1 | 1 | 0 | tanh(1) = 0.762 |
# | 2 | 0 | 0.381 | tanh(0.381) = 0.363 |
# | 3 | 0 | 0.182 | tanh(0.182) = 0.180 |
#
# The knock echoes, more and more faintly. The same in a loop:

# %% tags=["nbval-check-output"]
h = 0.0
for x_t in (1, 0, 0):
    h = np.tanh(x_t * 1 + h * 0.5 + 0)
    print(f"x = {x_t}   h = {h:.3f}")

# %% [markdown]
# ### {{exercise simple_rnn}}
#
# Write the whole layer for a batch of sequences, with NumPy alone. It returns the states of all steps.
#
# <details><summary>Hint 1 · axes</summary>x is (N, T, F). What is one step of all N sequences at once, and which shape has it?</details>
# <details><summary>Hint 2 · what is carried</summary>After the loop over t you need all states; within the loop only the last one.</details>


# %% tags=["exercise"]
def simple_rnn(x, W, U, b):
    """A layer of tanh units with feedback, starting from a state of zeros.

    Args:
        x: float array (N, T, F): N sequences of T ≥ 1 steps with F features.
        W: float array (F, units), for the input.
        U: float array (units, units), for the state before: h @ U.
        b: float array (units,).

    Returns:
        float array (N, T, units): the state after each step.
    """
    ### BEGIN SOLUTION
    h = np.zeros((len(x), len(b)), dtype=x.dtype)
    states = []
    for t in range(x.shape[1]):
        h = np.tanh(x[:, t] @ W + h @ U + b)
        states.append(h)
    return np.stack(states, axis=1)
    ### END SOLUTION


# %% tags=["check"]
check(simple_rnn)

# %% [markdown]
# Against Keras, with Keras's own random weights, on three rows of 24 cards:

# %% tags=["needs-answer"]
three = cards(3, 24, NEW, np.random.default_rng(0))[0]
layer = layers.SimpleRNN(5, return_sequences=True)
theirs = np.asarray(layer(three))
mine = simple_rnn(three, *layer.get_weights())
print("shape", mine.shape, "· largest difference below 1e-5:", np.abs(mine - theirs).max() < 1e-5)

# %% [markdown]
# ### What comes out
#
# The same layer can hand out the last state, all states, or both. And the step exists by itself, as a **cell**: `SimpleRNNCell` computes one step, and `RNN(cell)` is the loop around it. `SimpleRNN(5)` is short for `RNN(SimpleRNNCell(5))`.

# %% tags=["nbval-check-output"]
cell = layers.SimpleRNNCell(5)
output, states = cell(three[:, 0], [np.zeros((3, 5), "float32")])
rows = [
    [
        "SimpleRNNCell(5), one step",
        str(output.shape),
        str([tuple(s.shape) for s in states]),
        cell.count_params(),
    ]
]
for options in ({}, {"return_sequences": True}, {"return_sequences": True, "return_state": True}):
    layer = layers.RNN(layers.SimpleRNNCell(5), **options)
    outputs = layer(three)
    shapes = ", ".join(
        str(o.shape) for o in (outputs if isinstance(outputs, (list, tuple)) else [outputs])
    )
    rows.append(
        [f"RNN(cell, {', '.join(options) or 'defaults'})", shapes, "", layer.count_params()]
    )
plots.table(
    ["three sequences of 24 steps with 65 features", "output", "new states", "parameters"], rows
)

# %% [markdown]
# $65 \cdot 5 + 5 \cdot 5 + 5 = 355$ in every row: $W$, $U$ and $b$. The 24 does not enter. The layer reads 3 steps or 3,000 with the same 355 numbers, as a convolution's kernel serves any size of image. That is the first half of the answer: **the weights are shared over time**.
#
# To put one recurrent layer on another, the lower one must hand out all its states (`return_sequences=True`). For one answer about the whole sequence, take the last state.

# %% [markdown]
# ## What is left of the beginning
#
# The mark on the first card must reach the last state through twenty-three further steps. And in training, the slope of the loss must come back the same way. By hand, for the knock: how much does $h_3$ change when $h_1$ does? Each step contributes a factor (lesson 05): $U$ times the slope of tanh, which is $1 - h^2$.
#
# $$\frac{\partial h_3}{\partial h_1} = U (1 - h_2^2) \cdot U (1 - h_3^2) = 0.5 \cdot 0.868 \cdot 0.5 \cdot 0.968 = 0.21$$
#
# Two steps, and a fifth is left. Over twenty-three steps it is less than $0.5^{23}$: a ten-millionth. With $U = 2$ and no tanh it would be $2^{23}$: eight million. A product of many equal factors either **vanishes** or **explodes**; in between there is only the number 1. With vectors the factor is a matrix, and the same holds for how much it stretches.
#
# Now measure it. Random inputs, 60 steps, and the slope of the last state for the input that came $k$ steps before the end. Recurrent layers of 32 units, fresh from Keras. (Keras starts $U$ as an orthogonal matrix: it turns vectors and stretches none. A good idea; see what tanh makes of it.)
#
# > **Predict.** Five layers: SimpleRNN as Keras makes it; with $U$ halved; with $U$ multiplied by 1.1 and no tanh; GRU; LSTM. Which slopes vanish within 60 steps? The LSTM is famous for not forgetting. Write your guess down before you run the next cell.

# %%
import tensorflow as tf

T, units, seeds = 60, 32, runtime.budget(smoke=1, cpu=5, gpu=5)


def slopes(layer, seed):
    """How much the last state depends on the input k steps before it, k = 0 … T − 1, relative."""
    rng = np.random.default_rng(seed)
    x = tf.constant(rng.normal(size=(8, T, 16)).astype("float32"))
    direction = rng.normal(size=units).astype("float32")
    with tf.GradientTape() as tape:
        tape.watch(x)
        projected = tf.reduce_sum(layer(x) * direction)
    sizes = np.linalg.norm(tape.gradient(projected, x), axis=-1).mean(axis=0)[::-1]
    return np.maximum(sizes / sizes[0], 1e-30)


def with_u(factor, **options):
    """A SimpleRNN whose U is multiplied by a factor."""
    layer = layers.SimpleRNN(units, **options)
    layer.build((None, T, 16))
    W, U, b = layer.get_weights()
    layer.set_weights([W, factor * U, b])
    return layer


def with_forget_bias(value):
    """An LSTM whose forget gates start with another bias than Keras's 1."""
    layer = layers.LSTM(units)
    layer.build((None, T, 16))
    W, U, b = layer.get_weights()
    b[units : 2 * units] = value
    layer.set_weights([W, U, b])
    return layer


# %%
fresh = {
    "SimpleRNN, U × 1.1, no tanh": lambda: with_u(1.1, activation="linear"),
    "SimpleRNN": lambda: with_u(1.0),
    "SimpleRNN, U × 0.5": lambda: with_u(0.5),
    "GRU": lambda: layers.GRU(units),
    "LSTM": lambda: layers.LSTM(units),
}
left = {name: np.stack([slopes(make(), s) for s in range(seeds)]) for name, make in fresh.items()}


def draw_slopes(left, title, alt):
    """Slope against distance on a logarithmic axis: mean over the seeds, and their range."""
    fig, axis = plots.figure(height=3.6)
    for (name, values), dash in zip(left.items(), ("-", "--", ":", "-.", (0, (5, 1)))):
        axis.plot(np.exp(np.log(values).mean(axis=0)), ls=dash, label=name)
        axis.fill_between(np.arange(T), values.min(axis=0), values.max(axis=0), alpha=0.15)
    axis.set(yscale="log", ylim=(1e-8, 1e3), xlabel="steps between input and last state", ylabel="slope, relative to the last input", title=title)  # fmt: skip
    axis.legend(fontsize=8, loc="center left", bbox_to_anchor=(1, 0.5))
    plots.show(fig, alt=alt)


draw_slopes(
    left,
    "how much of an input is left, k steps later",
    "Slope of the last state for an input against the number of steps between, on a logarithmic axis. With U halved it falls fastest, as a straight line far below a millionth. GRU, SimpleRNN and LSTM as Keras makes them fall, too, in this order. Only the linear layer with U times 1.1 rises.",
)  # fmt: skip

# %% [markdown]
# *Lines: mean over the seeds (geometric); bands: range.* Straight lines on a logarithmic axis: a constant factor a step, as in the product by hand. Without tanh and with a little too much $U$, the slope explodes. That is what `clipnorm=1.0` in our optimizer is for: it shortens a gradient that is too long (Pascanu, Mikolov and Bengio 2013).
#
# All others vanish, and **the fresh LSTM is one of them**. It is often said that LSTMs overcome vanishing slopes. They do not, not at birth. And look at the fresh GRU: it forgets *faster* than the SimpleRNN. Yet it was the GRU that learned the game of cards. So what counts is not how a layer is born. What LSTM and GRU have is a knob that *can* be turned. To find it, look inside.

# %% [markdown]
# ## LSTM: a memory with gates
#
# The **long short-term memory** (Hochreiter and Schmidhuber 1997) carries two vectors from step to step: the state $h$, which it shows, and the **cell state** $c$, which it keeps to itself. The cell state is changed by adding, not by passing it through $U$ and tanh. And **gates**, numbers between 0 and 1, decide how much.


# %%
fig, axis = plots.figure(height=3.5)
axis.plot([-0.6, 7.4], [2, 2], color=plots.COLOURS[0], lw=3, zorder=0)
for x, sign in ((1.2, "×"), (3.3, "+")):
    axis.text(x, 2, sign, ha="center", va="center", fontsize=15, bbox={"boxstyle": "circle,pad=0.15", "facecolor": "white", "edgecolor": "0.3"})  # fmt: skip
for x, text, colour in ((1.2, "f\nσ", "#f7d6b5"), (2.5, "i\nσ", "#f7d6b5"), (4.0, "g\ntanh", "#cfe3f3"), (5.4, "o\nσ", "#f7d6b5")):  # fmt: skip
    box(axis, x, 0, text, colour, 0.7, 0.75)
    arrow(axis, (x, -0.9), (x, -0.42))
axis.plot([-0.6, 5.4], [-0.9, -0.9], color="0.3")
axis.text(3.3, 1.0, "×", ha="center", va="center", fontsize=15, bbox={"boxstyle": "circle,pad=0.15", "facecolor": "white", "edgecolor": "0.3"})  # fmt: skip
axis.text(6.4, 1.0, "×", ha="center", va="center", fontsize=15, bbox={"boxstyle": "circle,pad=0.15", "facecolor": "white", "edgecolor": "0.3"})  # fmt: skip
arrow(axis, (1.2, 0.42), (1.2, 1.72))
arrow(axis, (2.5, 0.42), (3.1, 0.86))
arrow(axis, (4.0, 0.42), (3.5, 0.86))
arrow(axis, (3.3, 1.26), (3.3, 1.72))
arrow(axis, (5.4, 0.42), (6.15, 0.9))
arrow(axis, (6.4, 2), (6.4, 1.28))
axis.text(6.5, 1.6, "tanh", fontsize=10)
arrow(axis, (6.4, 0.74), (6.4, -0.9))
arrow(axis, (6.4, -0.9), (7.4, -0.9))
arrow(axis, (7.2, 2), (7.45, 2), plots.COLOURS[0])
for x, y, text in ((-1.0, 2, "$c_{t-1}$"), (7.8, 2, "$c_t$"), (-1.2, -0.9, "$x_t, h_{t-1}$"), (7.8, -0.9, "$h_t$")):  # fmt: skip
    axis.text(x, y, text, ha="center", va="center", fontsize=13)
for x, text in ((1.35, "keep?"), (2.05, "write?"), (5.0, "show?")):
    axis.text(x, 0.55, text, fontsize=9, style="italic")
axis.set(xlim=(-1.8, 8.2), ylim=(-1.4, 2.5))
axis.axis("off")
plots.show(
    fig,
    alt="An LSTM step. A thick line, the cell state, runs from left to right along the top. On it stand a multiplication by the forget gate f and an addition of the product of input gate i and candidate g. Below, the output gate o is multiplied by the tanh of the cell state and gives the state h. All four, f, i, g and o, are computed from the input and the state before.",
)  # fmt: skip

# %% [markdown]
# *The thick line is the cell state: one multiplication, one addition, nothing else.* In formulas ($\odot$ is the product number by number):
#
# $$i, f, o = \sigma(x_t W_{i,f,o} + h_{t-1} U_{i,f,o} + b_{i,f,o}) \qquad g = \tanh(x_t W_g + h_{t-1} U_g + b_g)$$
#
# $$c_t = f \odot c_{t-1} + i \odot g \qquad h_t = o \odot \tanh(c_t)$$
#
# By hand: $c_{t-1} = 2$, and the gates say $f = 0.9$, $i = 0.1$, $o = 0.5$, the candidate is $g = 1$. Then $c_t = 0.9 \cdot 2 + 0.1 \cdot 1 = 1.9$, and $h_t = 0.5 \cdot \tanh(1.9) = 0.48$.
#
# Along the thick line the slope of $c_t$ for $c_{t-1}$ is $f$. There is the knob. With $f$ near 1 the memory stays, and the slope comes back through it undiminished. The 1997 paper had no forget gate, its $f$ was always 1; Gers, Schmidhuber and Cummins (2000) added it, so that a network can also clear its memory.
#
# Keras starts the bias of the forget gate at 1, for $\sigma(1) = 0.73$ (Józefowicz, Zaremba and Sutskever 2015 recommend it). Better than $\sigma(0) = 0.5$. But what is left after 23 steps?

# %%
for f in (0.5, 0.73, 0.95, 0.99):  # σ of 0, 1, 3 and 4.6
    print(f"f = {f}: after 23 steps {f**23:.1g} is left")
biases = {f"LSTM, forget bias {b}": (lambda b=b: with_forget_bias(b)) for b in (0.0, 1.0, 3.0, 5.0)}
opened = {
    name: np.stack([slopes(make(), s) for s in range(seeds)]) for name, make in biases.items()
}
draw_slopes(
    opened,
    "the forget gate decides what is left",
    "Slope against distance for LSTMs whose forget gates start with biases 0, 1, 3 and 5. With 0 the slope falls fast, with 1 more slowly; with 3 and 5 it no longer falls over 60 steps.",
)  # fmt: skip

# %% [markdown]
# The knob works: with a larger bias the slope reaches further, and with 3 or 5 it does not fall any more. No matrix product of a SimpleRNN can be set so easily. (The line for bias 1 lies above $0.73^k$, since inputs move the gates, too.) Training can turn the knob, for each unit by itself and for each step anew: keep at this card, overwrite at that one. So an LSTM **mitigates** vanishing slopes. Whether it learns to is another matter, and takes its time: look at the flat beginning of the GRU's curve in the first experiment.
#
# ### {{exercise lstm_step}}
#
# Keras keeps the four kernels in one matrix, side by side, in the order **i, f, g, o** (in Keras's source the candidate $g$ is called c). Write one step, with NumPy alone.
#
# <details><summary>Hint 1 · one product</summary>All four sums come from one expression of shape (N, 4·units). Then cut it into four.</details>
# <details><summary>Hint 2 · sigmoid</summary>1 / (1 + exp(−z)). With z = −1000 NumPy warns of an overflow; the value, 0, is right. `0.5 * (1 + np.tanh(z / 2))` is the same and does not warn.</details>


# %% tags=["exercise"]
def lstm_step(x_t, h, c, W, U, b):
    """One step of an LSTM with Keras's weights.

    Args:
        x_t: float array (N, F), the inputs of this step.
        h, c: float arrays (N, units), state and cell state before it.
        W: float array (F, 4·units); U: float array (units, 4·units); b: float array (4·units,).
            Their columns are those of i, f, g and o, in this order.

    Returns:
        (h, c): state and cell state after it, each (N, units).
    """
    ### BEGIN SOLUTION
    i, f, g, o = np.split(x_t @ W + h @ U + b, 4, axis=-1)
    i, f, o = (0.5 * (1 + np.tanh(z / 2)) for z in (i, f, o))
    c = f * c + i * np.tanh(g)
    return o * np.tanh(c), c
    ### END SOLUTION


# %% tags=["check"]
check(lstm_step)

# %% [markdown]
# Against Keras's `LSTMCell`, all 24 cards, one after the other:

# %% tags=["needs-answer"]
cell = layers.LSTMCell(5)
theirs = mine = [np.zeros((3, 5), "float32")] * 2
for t in range(24):
    _, theirs = cell(three[:, t], theirs)
    mine = lstm_step(three[:, t], *mine, *cell.get_weights())
apart = max(np.abs(np.asarray(a) - b).max() for a, b in zip(theirs, mine))
print("after 24 steps, h and c differ by less than 1e-5:", apart < 1e-5)
print("parameters of the cell:", cell.count_params(), "=", "4 · (65 · 5 + 5 · 5 + 5)")

# %% [markdown]
# ## GRU: one state, two gates
#
# The **gated recurrent unit** (Cho and others 2014) does with one state. A gate $z$ mixes old and new; a gate $r$ says how much of the old state the candidate may see:
#
# $$z, r = \sigma(x_t W_{z,r} + h_{t-1} U_{z,r} + b_{z,r}) \qquad g = \tanh\big(x_t W_g + (r \odot h_{t-1}) U_g + b_g\big) \qquad h_t = z \odot h_{t-1} + (1 - z) \odot g$$
#
# By hand: $h_{t-1} = 0.8$, $z = 0.75$, $g = -0.4$. Then $h_t = 0.75 \cdot 0.8 + 0.25 \cdot (-0.4) = 0.5$. With $z = 1$ the state stays as it is, for ever. (Some texts write $z$ and $1 - z$ the other way round. Then their $z$ is one minus ours.)
#
# **Keras's default is not the paper's.** With `reset_after=True` the reset gate comes *after* the product with $U$, and that product gets a bias of its own:
#
# $$g = \tanh\big(x_t W_g + b_g + r \odot (h_{t-1} U_g + b'_g)\big)$$
#
# It is the version of NVIDIA's fast GPU routines. $z$ and $r$ get a second bias, too, which changes nothing but the count. `reset_after=False` is the paper.

# %% tags=["nbval-check-output"]
rows = []
for layer in (layers.SimpleRNN(2), layers.LSTM(2), layers.GRU(2, reset_after=False), layers.GRU(2)):
    layer.build((None, None, 3))
    shapes = ", ".join(str(tuple(w.shape)) for w in layer.weights)
    name = type(layer).__name__ + (
        "" if getattr(layer, "reset_after", True) else ", as in the paper"
    )
    rows.append([name, shapes, layer.count_params()])
plots.table(["2 units, 3 features", "W, U, b", "parameters"], rows)

# %% [markdown]
# $2 \cdot (3 + 2 + 1) = 12$ for one tanh layer. An LSTM is four of them, $48$; a GRU three, $36$; and Keras's GRU has three more biases for each unit, $36 + 6 = 42$.
#
# ### {{exercise counts}}
#
# Without running code. Sequences of 24 steps with **4 features**; every layer has **8 units** and Keras's defaults, unless it says otherwise. Fill in `counts` with numbers of parameters.
#
# - `"simple"`: `SimpleRNN(8)`;
# - `"lstm"`: `LSTM(8)`;
# - `"gru"`: `GRU(8)`;
# - `"gru_paper"`: `GRU(8, reset_after=False)`;
# - `"both_ways"`: `Bidirectional(LSTM(8, return_sequences=True))`: two LSTMs with weights of their own, one reads forwards, one backwards; at each step the outputs of both are put side by side;
# - `"on_top"`: a `SimpleRNN(8)` that reads the outputs of `"both_ways"`.
#
# <details><summary>Hint 1 · one unit</summary>How many numbers enter one unit of a SimpleRNN: features, states, bias?</details>
# <details><summary>Hint 2 · on top</summary>How many features has each step of the output of "both_ways"?</details>

# %% tags=["exercise"]
### BEGIN SOLUTION
counts = {"simple": 104, "lstm": 416, "gru": 336, "gru_paper": 312, "both_ways": 832, "on_top": 200}
### END SOLUTION

# %% tags=["check"]
check(counts=counts)

# %% [markdown]
# ## A digit that comes late
#
# An image is a sequence, too: of rows. Here are the digits of lesson 10, 14 rows of 14 pixels, and a machine that scans them from top to bottom. It starts up to six rows early, and always reads 20 rows:

# %% tags=["setup"]
(train_images, y_train), (test_images, y_test) = data.mnist_sample()


def halved(images):
    """Digits between 0 and 1 with every 2×2 pixels averaged: float32 (N, 14, 14)."""
    return images.reshape(-1, 14, 2, 14, 2).mean(axis=(2, 4), dtype="float32") / 255


def scanned(x, seed, length=20):
    """Digits (N, 14, 14) that come 0 to length − 14 rows late, black around: (N, length, 14)."""
    out = np.zeros((len(x), length, x.shape[2]), "float32")
    late = np.random.default_rng(seed).integers(0, length - 13, len(x))
    for i, t in enumerate(late):
        out[i, t : t + 14] = x[i]
    return out


x_train, x_test = halved(train_images), halved(test_images)

# %%
plots.images(
    scanned(x_test[:8], seed=1),
    columns=8,
    suptitle="eight scans: time runs downwards",
    alt="Eight handwritten digits on tall black strips, each at another height.",
)

# %% [markdown]
# ### {{exercise row_reader}}
#
# Train a recurrent network, named `row_reader`, that takes scans of **20 rows of 14 pixels** with values from 0 to 1 and gives ten scores. The check asks it about scans that it has not seen. For full points it reads 88 % of them and has at most **5,500 parameters**. (A network without recurrence can hardly do it with so few: for a Dense layer, each delay makes another picture.)
#
# You have `x_train` (4,000, 14, 14) and `y_train`. The `fit` of the course has no magic: compile and fit as in lesson 06.
#
# <details><summary>Hint 1 · which layer</summary>The reader must wait before the digit and keep its answer after it. Which layers can keep? Count their parameters for 14 features.</details>
# <details><summary>Hint 2 · which data</summary>A network that has only seen digits without delay, and nothing after them, does not know what to do with black rows. Show it some. A new seed each epoch gives new delays.</details>
# <details><summary>Hint 3 · a number</summary>Adam with a learning rate of 0.01 needs about six epochs in batches of 64.</details>

# %% tags=["exercise"]
### BEGIN SOLUTION
keras.utils.set_random_seed(0)
row_reader = keras.Sequential([keras.Input((None, 14)), layers.GRU(32), layers.Dense(10)])
row_reader.compile(
    keras.optimizers.Adam(0.01), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
)
for epoch in range(6):
    row_reader.fit(scanned(x_train, seed=epoch), y_train, batch_size=64, verbose=0)
### END SOLUTION

# %% tags=["check"]
check(row_reader=row_reader)

# %% [markdown]
# Now watch your network while it reads. The same weights serve any length, so you may stop the scan after any row and ask. Each row of a blue picture is a question: what do you think, after so many rows?

# %% tags=["needs-answer"]
if row_reader is not ... and row_reader.input_shape[1] is None:
    chosen = [np.flatnonzero(y_test == digit)[0] for digit in (3, 4, 7, 9)]
    watched, beliefs = scanned(x_test[chosen], seed=5), []
    for t in range(1, 21):
        beliefs.append(np.asarray(ops.softmax(row_reader(watched[:, :t]))))
    fig, axes = plots.figure(1, 8, height=2.9, sharey=True, width_ratios=[14, 10] * 4)
    for k in range(4):
        axes[2 * k].imshow(watched[k], cmap="gray", extent=(0, 14, 20.5, 0.5), aspect="auto")
        axes[2 * k].set(xticks=[], title=f"a {y_test[chosen[k]]}")
        belief = np.stack(beliefs)[:, k]
        axes[2 * k + 1].imshow(belief, cmap="Blues", vmin=0, vmax=1, extent=(-0.5, 9.5, 20.5, 0.5), aspect="auto")  # fmt: skip
        axes[2 * k + 1].set(xticks=[0, 3, 6, 9], title="belief")
        axes[2 * k + 1].tick_params(axis="x", labelsize=8)
    for axis in axes:
        axis.grid(False)
    axes[0].set(ylabel="rows read", yticks=[1, 5, 10, 15, 20])
    plots.show(
        fig,
        alt="Four scans, and beside each the network's belief in the ten digits after every row, time running downwards. Beliefs are spread at first, jump between a few digits while the strokes come in, and settle on one before the scan ends.",
    )

# %% [markdown]
# *Dark blue: sure.* The belief changes as strokes arrive: the top of one digit is the top of several others. After the digit, the network holds its answer through the black rows.
#
# Padded steps can also be left out: `Masking` (lesson 02) in front of a recurrent layer makes it skip them, and keep its state meanwhile.

# %% [markdown]
# ## Around the cells
#
# Keras's other recurrent layers are wrappers and combinations:
#
# - `StackedRNNCells`: several cells that make one step together, each on the output of the one below. (`RNN` around it is the loop.)
# - `Bidirectional`: a layer and its copy, with weights of its own, that reads from the end.
# - `TimeDistributed`: the same layer at each step, *no* memory. For Dense it changes nothing, since Dense works on the last axis anyway; for a convolution on the frames of a film it does.
# - `ConvLSTM1D`, `2D`, `3D` (Shi and others 2015): an LSTM whose products with $W$ and $U$ are convolutions. (The paper's gates also look at the cell state, by weights called peepholes; Keras's do not.) Its states are feature maps. A 2D cell with $F$ filters, kernels of $k \times k$ and $C$ channels has $4 \cdot F \cdot (k^2 (C + F) + 1)$ parameters.

# %% tags=["nbval-check-output"]
text_like, film = (2, 5, 16), (2, 5, 8, 8, 1)
pair = [layers.LSTMCell(8), layers.GRUCell(4)]
stacked_layers = [
    (layers.RNN(layers.StackedRNNCells(pair)), text_like),
    (layers.RNN(pair, return_sequences=True), text_like),
    (layers.Bidirectional(layers.GRU(8)), text_like),
    (layers.Bidirectional(layers.GRU(8, return_sequences=True), merge_mode="sum"), text_like),
    (layers.TimeDistributed(layers.Dense(8)), text_like),
    (layers.TimeDistributed(layers.Conv2D(4, 3)), film),
    (layers.ConvLSTM1D(4, 3), (2, 5, 8, 1)),
    (layers.ConvLSTM2D(4, 3), film),
    (layers.ConvLSTM2D(4, 3, padding="same", return_sequences=True), film),
    (layers.ConvLSTM3D(4, 3), (2, 5, 8, 8, 8, 1)),
]
rows = []
for layer, shape in stacked_layers:
    output = layer(keras.KerasTensor(shape))
    inner = getattr(layer, "layer", getattr(layer, "cell", None))
    name = f"{type(layer).__name__}({type(inner).__name__})" if isinstance(layer, (layers.RNN, layers.Wrapper)) and not type(layer).__name__.startswith("Conv") else type(layer).__name__  # fmt: skip
    rows.append([name, str(shape), str(tuple(output.shape)), layer.count_params()])
plots.table(["layer", "input", "output", "parameters"], rows)

# %% [markdown]
# Check one: ConvLSTM2D, $4 \cdot 4 \cdot (9 \cdot (1 + 4) + 1) = 736$. And a list of cells given to `RNN` is stacked by itself: rows one and two have the same parameters.
#
# When is a memory worth its price? When the *order* counts. Here are films of five frames: a digit that moves to the right or to the left. Both kinds show the same frames, in another order.
#
# > **Predict.** A convolution on each frame, then the mean over time, then Dense. How often is it right?


# %%
def films(count, source, seed):
    """Digits moving one pixel a frame: float32 (count, 5, 8, 16, 1); 1 for right, 0 for left."""
    rng = np.random.default_rng(seed)
    images, right = rng.choice(digits[source], count), rng.integers(0, 2, count)
    frames, start = np.zeros((count, 5, 8, 16, 1), "float32"), rng.integers(0, 5, count)
    for i in range(count):
        for t in range(5):
            column = start[i] + (t if right[i] else 4 - t)
            frames[i, t, :, column : column + 8, 0] = images[i]
    return frames, right


def eyes():
    """A convolution for each frame, with nothing between the frames."""
    return [layers.TimeDistributed(layers.Conv2D(4, 3, 2, activation="relu")), layers.TimeDistributed(layers.Flatten())]  # fmt: skip


watchers = {
    "TimeDistributed(Conv2D), mean over time": [*eyes(), layers.GlobalAveragePooling1D()],
    "TimeDistributed(Conv2D), GRU(8)": [*eyes(), layers.GRU(8)],
    "ConvLSTM2D(4)": [layers.ConvLSTM2D(4, 3), layers.GlobalAveragePooling2D()],
}
count = runtime.budget(smoke=256, cpu=1600, gpu=1600)
rows = []
for name, stack in watchers.items():
    keras.utils.set_random_seed(0)
    watcher = keras.Sequential([keras.Input((5, 8, 16, 1)), *stack, layers.Dense(2)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    watcher.compile(keras.optimizers.Adam(0.01), loss)
    watcher.fit(*films(count, OLD, seed=0), epochs=2, verbose=0)
    unseen, right = films(400, NEW, seed=1)
    score = np.mean(watcher.predict(unseen, verbose=0).argmax(axis=1) == right)
    rows.append([name, watcher.count_params(), f"{score:.0%}"])
plots.table(["network", "parameters", "400 new films, right or left"], rows)

# %% [markdown]
# The mean over time is the same for a film and for the film run backwards, so the first network must guess, whatever it learns. The other two have a memory, and see the motion.

# %% [markdown]
# ## A small model of text
#
# *Side trip: may be skipped without loss.*
#
# Read a text character by character and predict, at each, the next one. All one needs for training is text. Here is one that every Python carries: the topics of Python's own `help()`, from the Python documentation (© Python Software Foundation, PSF License Version 2), in small letters. Every tenth topic is held back for testing.

# %%
from pydoc_data import topics

articles = [topics.topics[name].lower() for name in sorted(topics.topics)]
articles = ["".join(c if " " <= c <= "~" or c == "\n" else "'" for c in a) for a in articles]
held = "\n".join(articles[::10])
book = "\n".join(a for k, a in enumerate(articles) if k % 10)
alphabet = sorted(set(book + held))
number = {c: k for k, c in enumerate(alphabet)}
book_ids, held_ids = (np.array([number[c] for c in text]) for text in (book, held))
print(f"{len(book):,} characters to learn from, {len(held):,} to test, {len(alphabet)} different")
print(book[book.find('the "for" statement') :][:330])

# %% [markdown]
# How good is a prediction? If the model gave the character that came the probability $p$, it pays $-\log_2 p$ **bits**: with $p = ½$ one bit, with $p = ¼$ two. That is the cross-entropy of lesson 05 with another logarithm. Who knows only the alphabet pays $\log_2$ of its size for each character.
#
# A network needs a fair rival. Count: after each two characters of the book, how often did each character come? That is a table, and a good one, if rare pairs fall back on what is known from one character, and so on.

# %%
from collections import Counter


def table_bits(context, text=book, unseen=held, prior=4.0):
    """Bits a character of a table of counts after `context` characters, and its size."""
    p, entries = np.full(len(unseen) - context, 1 / len(alphabet)), 0
    for k in range(context + 1):
        pairs = Counter(text[i : i + k + 1] for i in range(len(text) - k))
        heads = Counter(text[i : i + k] for i in range(len(text) - k))
        at = range(context, len(unseen))
        seen = np.array([pairs[unseen[i - k : i + 1]] for i in at])
        before = np.array([heads[unseen[i - k : i]] for i in at])
        p, entries = (seen + prior * p) / (before + prior), entries + len(pairs)
    return -np.log2(p).mean(), entries


tables = {context: table_bits(context) for context in range(runtime.budget(smoke=4, cpu=5, gpu=5))}
rows = [["the alphabet", f"{np.log2(len(alphabet)):.2f}", ""]]
rows += [
    [f"the last {k} characters" if k else "how often each comes", f"{bits:.2f}", f"{n:,}"]
    for k, (bits, n) in tables.items()
]
plots.table(["a table that knows", "bits a character, held-out topics", "counts stored"], rows)

# %% [markdown]
# The network: an `Embedding` (lesson 02) gives each character a vector of 32 numbers, a GRU reads, a Dense layer gives a score for each character of the alphabet, at each step.

# %%
window = 64
writer = keras.Sequential(
    [
        keras.Input((None,)),
        layers.Embedding(len(alphabet), 32),
        layers.GRU(96, return_sequences=True),
        layers.Dense(len(alphabet)),
    ]
)
loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
writer.compile(keras.optimizers.Adam(0.008, clipnorm=1.0), loss)
print("parameters:", f"{writer.count_params():,}")


def windows(ids, starts):
    """Pieces of text and the same pieces one character on: two (N, window) arrays."""
    piece = ids[np.asarray(starts)[:, None] + np.arange(window + 1)]
    return piece[:, :-1], piece[:, 1:]


def say(length=160, temperature=0.7, start="\nthe ", seed=0):
    """Text drawn from the model, one GRU step for each character."""
    embed, gru, dense = writer.layers
    rng, state, text = np.random.default_rng(seed), [ops.zeros((1, 96))], start
    for k in range(len(start) + length - 1):
        output, state = gru.cell(embed(np.array([number[text[k]]])), state)
        if k >= len(start) - 1:
            z = np.asarray(dense(output))[0].astype(float) / temperature
            p = np.exp(z - z.max())
            text += alphabet[rng.choice(len(alphabet), p=p / p.sum())]
    return text.strip()


# %%
test_x, test_y = windows(held_ids, np.arange(0, len(held_ids) - window - 1, window)[:300])
rng, learned, samples = np.random.default_rng(0), [], {}
passes, pieces = runtime.budget(smoke=1, cpu=6, gpu=25), runtime.budget(smoke=960, cpu=6400, gpu=6400)  # fmt: skip
for k in range(passes + 1):
    learned.append(writer.evaluate(test_x, test_y, batch_size=100, verbose=0) / np.log(2))
    if k in (0, 1, passes):
        samples[k] = say()
    if k < passes:
        writer.fit(*windows(book_ids, rng.integers(0, len(book_ids) - window, pieces)), batch_size=64, verbose=0)  # fmt: skip
for k, sample in samples.items():
    print(f"— after {k * pieces * window:,} characters, {learned[k]:.2f} bits —\n{sample}\n")

# %% [markdown]
# From noise to words to something that looks like documentation, if you do not read it too closely. It knows nothing of Python; it has learned which characters follow which. How far back does it look? Each piece starts with an empty state. So ask for the bits at each place of the piece:

# %%
scores = writer.predict(test_x, batch_size=100, verbose=0)
log_p = np.asarray(ops.log_softmax(scores))
bits = -np.take_along_axis(log_p, test_y[..., None], axis=2)[..., 0] / np.log(2)
fig, axis = plots.figure(height=3.2)
axis.plot(np.arange(1, window + 1), bits.mean(axis=0), label=f"GRU, {writer.count_params():,} parameters")  # fmt: skip
for (k, (value, n)), dash in zip(list(tables.items())[1:], (":", "-.", "--", (0, (5, 1)))):
    axis.axhline(value, color="gray", ls=dash, lw=1, label=f"table, last {k}: {n:,} counts")
axis.set(xlabel="characters read so far", ylabel="bits a character", title="what the past is worth")
axis.legend(fontsize=8)
plots.show(
    fig,
    alt="Bits a character against the number of characters read. The GRU's line falls steeply over the first five to ten characters and then is flat, with noise. Grey lines show tables that know the last one to four characters; each is lower than the one before.",
)  # fmt: skip

# %% [markdown]
# Most of the gain comes from the last few characters; after ten or so the line falls slowly, if at all. Now compare it with the tables fairly. A table of the last three or four characters is a strong rival on a text as small as this one, and it was filled in a second. But it stores a number for each piece of text it has met, and the network gets by with a fraction of that.
# More training and more units lower the network's line further; the table has no such knob.

# %% [markdown]
# ## Attention: look back instead of remembering
#
# A recurrent layer must press all of the past into one state of fixed size, *before* it knows what will be asked. **Attention** keeps all steps and looks up what it needs when it is asked. A step asks with a **query** $q$; each step offers a **key** $k$, and a **value** $v$. The match of query and key is their dot product; softmax turns the matches into shares; the answer is the mean of the values with these shares.
#
# By hand, three tokens: $q = (2, 2, 0, 0)$, keys $(1, 1, 0, 0)$, $(0, 1, 1, 0)$, $(1, 0, 0, 1)$, values 10, 0 and 5. The dot products are 4, 2 and 2. Divide by $\sqrt{d} = \sqrt 4 = 2$ (why, in a minute): 2, 1, 1. Softmax: $e^2 = 7.39$, $e = 2.72$ twice, together 12.83. The shares are 0.576, 0.212 and 0.212. The answer is $0.576 \cdot 10 + 0.212 \cdot 0 + 0.212 \cdot 5 = 6.82$.


# %% tags=["setup"]
def softmax(z, axis=-1):
    """Softmax along an axis, safe for large numbers (lesson 03)."""
    e = np.exp(z - np.max(z, axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


# %%
q = np.array([[2.0, 2, 0, 0]])
keys = np.array([[1.0, 1, 0, 0], [0, 1, 1, 0], [1, 0, 0, 1]])
values = np.array([[10.0], [0], [5]])
scores = q @ keys.T / np.sqrt(4)
plots.matrices(
    {"q": q, "keys, as columns": keys.T, "q · keys / √d": scores},
    signs=["·", "→"],
    alt="The query 2, 2, 0, 0 times three keys, written as columns, divided by 2, gives 2, 1, 1.",
)
plots.matrices(
    {"shares": softmax(scores), "values": values, "sum": softmax(scores) @ values},
    signs=["·", "="],
    alt="Softmax gives shares 0.58, 0.21, 0.21; with the values 10, 0, 5 the answer is 6.82.",
)

# %% [markdown]
# With several queries, one a row, it is all one formula (Vaswani and others 2017, equation 1):
#
# $$\text{Attention}(Q, K, V) = \text{softmax}\!\left(\frac{Q K^\top}{\sqrt{d}}\right) V$$
#
# $QK^\top$ has a row for each query and a column for each key; softmax runs along the row, over the keys. If queries, keys and values all come from the same sequence, it is **self-attention**.
#
# ### Why √d
#
# Let the entries of $q$ and $k$ be independent, with mean 0 and variance 1. Each product $q_j k_j$ has variance 1, and the dot product adds $d$ of them: variance $d$. (The paper says so in a footnote of its section 3.2.1.) So with $d = 64$ the scores are spread by 8, and softmax of numbers so far apart is nearly all or nothing. Measured, with ten keys:

# %%
rng = np.random.default_rng(0)
dims = 2 ** np.arange(0, 11)
variance, sharpest, slope = {}, {}, {}
for name, power in {"plain": 0.0, "divided by √d": 0.5}.items():
    variance[name], sharpest[name], slope[name] = [], [], []
    for d in dims:
        dots = np.einsum("nd,nkd->nk", rng.normal(size=(400, d)), rng.normal(size=(400, 10, d)))
        dots /= d**power
        p = softmax(dots)
        variance[name].append(dots.var())
        sharpest[name].append(p.max(axis=1).mean())
        slope[name].append((p * (1 - p)).sum(axis=1).mean())
panels = {"variance of the scores": variance, "largest share": sharpest, "slope, Σ p(1 − p)": slope}
fig, axes = plots.figure(1, 3, height=2.9)
for axis, (title, lines) in zip(axes, panels.items()):
    for (name, line), mark in zip(lines.items(), "ov"):
        axis.plot(dims, line, marker=mark, ms=4, label=name)
    axis.set(title=title, xlabel="features d", xscale="log")
axes[0].set_yscale("log")
axes[0].legend()
plots.show(
    fig,
    alt="Three panels against the number of features. Plain: the variance grows like d, the largest share of ten tends to 1, the slope of softmax to 0. Divided by root d: all three stay where they are.",
)  # fmt: skip

# %% [markdown]
# *400 random queries, ten keys each.* Without the root, one key takes nearly everything, whatever the query means, and the slope through softmax dies: nothing is learned about the other keys. With it, nothing depends on $d$.
#
# ### {{exercise attention}}
#
# Batches of sequences, and there may be more keys than queries, or fewer. `softmax` is there; for the rest NumPy alone. Scores of
# some thousand must come out right, too: no nan.
#
# <details><summary>Hint 1 · shapes</summary>Q is (N, T, d), K is (N, S, d). The scores are (N, T, S). `np.swapaxes` exchanges two axes.</details>
# <details><summary>Hint 2 · which axis</summary>The shares of each query add up to 1. Along which axis of (N, T, S)?</details>


# %% tags=["exercise"]
def attention(Q, K, V):
    """Scaled dot-product attention.

    Args:
        Q: float array (N, T, d), the queries.
        K: float array (N, S, d), the keys.
        V: float array (N, S, m), the values.

    Returns:
        (answers, shares): (N, T, m), and (N, T, S), the share of each key in each answer.
    """
    ### BEGIN SOLUTION
    scores = Q @ np.swapaxes(K, 1, 2) / np.sqrt(Q.shape[-1])
    shares = softmax(scores, axis=-1)
    return shares @ V, shares
    ### END SOLUTION


# %% tags=["check"]
check(attention)

# %% [markdown]
# Keras has two layers for this. `Attention` **does not divide** by $\sqrt d$; divide the query yourself. `AdditiveAttention` (Bahdanau, Cho and Bengio 2014) scores with a small network instead. The paper's score is $v^T \tanh(W q + U k)$, with two learned matrices and a learned vector. Keras's has the vector alone: $\sum_j s_j \tanh(q_j + k_j)$; the matrices you add as Dense layers in front. Both take `[query, value, key]`, in this order.

# %% tags=["needs-answer"]
rng = np.random.default_rng(1)
Q, K, V = (rng.normal(size=s).astype("float32") for s in ((2, 4, 8), (2, 6, 8), (2, 6, 3)))
mine, shares = attention(Q, K, V)
theirs = np.asarray(layers.Attention()([Q / np.sqrt(np.float32(8)), V, K]))
print("dot product:", mine.shape, "· as Keras's, to 1e-5:", np.abs(mine - theirs).max() < 1e-5)

# %% tags=["nbval-check-output"]
rng = np.random.default_rng(1)
Q, K, V = (rng.normal(size=s).astype("float32") for s in ((2, 4, 8), (2, 6, 8), (2, 6, 3)))
additive = layers.AdditiveAttention()
theirs = np.asarray(additive([Q, V, K]))
s = additive.get_weights()[0]
by_hand = softmax(np.einsum("d,ntsd->nts", s, np.tanh(Q[:, :, None] + K[:, None]))) @ V
print("additive:", by_hand.shape, "· as Keras's, to 1e-5:", np.abs(by_hand - theirs).max() < 1e-5)
print("learned by AdditiveAttention:", s.shape, "· by Attention: nothing")

# %% [markdown]
# ### It knows no order
#
# > **Predict.** You shuffle the tokens of a self-attention. What happens to its answers?

# %% tags=["nbval-check-output"]
x, order = rng.normal(size=(1, 6, 8)).astype("float32"), np.array([3, 0, 5, 1, 4, 2])
plain, shuffled = (np.asarray(layers.Attention()([a, a])) for a in (x, x[:, order]))
print("attention: answers are merely shuffled alike:", np.allclose(shuffled, plain[:, order], atol=1e-5))  # fmt: skip
gru = layers.GRU(8, return_sequences=True)
print("GRU: the same:", np.allclose(np.asarray(gru(x[:, order])), np.asarray(gru(x))[:, order], atol=1e-5))  # fmt: skip

# %% [markdown]
# A recurrent layer lives on order; attention sees a *set*. Where order counts, it must be put into the tokens: one adds a vector for each position, learned or made of sines (Vaswani and others, section 3.5).
#
# ### Hiding the future
#
# Who predicts the next token must not see it. In a recurrent layer the future has not come yet. In attention it lies in the next column. A **causal mask** hides it: query $t$ may see keys $1$ to $t$, itself included. The scores of all others become $-\infty$ *before* the softmax, so that their share is zero and the rest still add up to 1.
#
# By hand: a query's scores are $1, 1, 5$, and it is the second token. Masked: $1, 1, -\infty$. Softmax gives ½, ½, 0. Had you set the share to zero *after* the softmax, you would have 0.018, 0.018, 0: shares that no longer add up to 1, and that still know how large the hidden score was.

# %%
T = 5
scores = np.random.default_rng(4).normal(size=(T, T))
visible = np.arange(T)[:, None] >= np.arange(T)[None, :]
hidden = np.where(visible, scores, -np.inf)
plots.matrices(
    {"scores": scores.round(1) + 0.0, "visible": visible.astype(int), "shares": softmax(hidden)},
    signs=["", "→"],
    alt="A 5 by 5 matrix of scores; a lower triangle of ones, diagonal included; shares that are zero above the diagonal and add up to 1 in each row. The first token sees only itself.",
)  # fmt: skip

# %% [markdown]
# *Row: query. Column: key.*
#
# ### {{exercise causal_attention}}
#
# With `softmax` and NumPy alone. Scores of some thousand must come out right, too: no nan, whatever is hidden.
#
# <details><summary>Hint 1 · the first row</summary>The first token sees only itself: its share of itself is 1, and its answer is its own value.</details>
# <details><summary>Hint 2 · infinity</summary>softmax of −∞ is 0, as long as one number of the row is finite.</details>


# %% tags=["exercise"]
def causal_attention(Q, K, V):
    """Scaled dot-product attention in which query t sees the keys 0 … t, and no later one.

    Args:
        Q, K: float arrays (N, T, d). V: float array (N, T, m).

    Returns:
        (answers, shares): (N, T, m) and (N, T, T).
    """
    ### BEGIN SOLUTION
    scores = Q @ np.swapaxes(K, 1, 2) / np.sqrt(Q.shape[-1])
    visible = np.tri(Q.shape[1], dtype=bool)
    shares = softmax(np.where(visible, scores, -np.inf), axis=-1)
    return shares @ V, shares
    ### END SOLUTION


# %% tags=["check"]
check(causal_attention)

# %% [markdown]
# Keras calls it `use_causal_mask=True`. And now you can look at any layer and see what it may see: nudge each input, and watch which outputs move.


# %%
def influence(layer_of, T=8):
    """How much output t moves when input s is nudged: (T, T), relative to the largest."""
    x = np.random.default_rng(0).normal(size=(1, T, 8)).astype("float32")
    batch = np.repeat(x, T + 1, axis=0)
    batch[np.arange(T), np.arange(T)] += 0.1
    out = np.asarray(layer_of(batch))
    moved = np.abs(out[:T] - out[T:]).sum(axis=-1).T
    return moved / moved.max()


attend = layers.MultiHeadAttention(2, 8)
views = {
    "TimeDistributed": layers.TimeDistributed(layers.Dense(8)),
    "Conv1D, 3 wide": layers.Conv1D(8, 3, padding="same"),
    "GRU": layers.GRU(8, return_sequences=True),
    "Bidirectional": layers.Bidirectional(layers.GRU(4, return_sequences=True)),
    "attention": lambda x: attend(x, x),
    "causal": lambda x: attend(x, x, use_causal_mask=True),
}
fig, axes = plots.figure(1, 6, height=2.1, sharey=True)
for axis, (name, view) in zip(axes, views.items()):
    seen = influence(view)
    axis.imshow(
        np.where(seen > 1e-6, np.log10(np.maximum(seen, 1e-9)), np.nan),
        cmap="Blues",
        vmin=-4,
        vmax=0,
    )
    axis.set_title(name, fontsize=9)
    axis.set(xlabel="input", xticks=[], yticks=[])
axes[0].set_ylabel("output")
plots.show(
    fig,
    alt="Six 8 by 8 pictures of which output depends on which input. TimeDistributed: the diagonal only. Conv1D: a band of three. GRU: the lower triangle, fading away from the diagonal. Bidirectional: everything, fading. Attention: everything, evenly. Causal attention: the lower triangle, evenly.",
)  # fmt: skip

# %% [markdown]
# *Row: output; column: input; dark: strong; white: none. First step at the top left.* GRU and causal attention both see the past and not the future. But the GRU's view fades with distance, and attention's does not: from each step to each other it is one step. A Bidirectional layer and attention without mask see the future: they cannot be used for what has not come yet.
#
# The price: for $T$ steps, attention computes $T^2$ scores, where a recurrent layer makes $T$ steps. On the other hand those $T^2$ can all be computed at once, and the $T$ steps only one after the other.

# %% [markdown]
# ### Several heads
#
# One softmax makes one mean: a query that wants to look at two things gets a mixture of both. **Multi-head attention** runs $h$ small attentions side by side (Vaswani and others, section 3.2.2). The paper projects Q, K and V for each head by a learned matrix; programs make one large projection and cut it. The cut is your task: the $D$ features are cut into $h$ slices of $d = D/h$; each head works with its slice of Q, K and V; the answers are put side by side again. Each head divides by the root of *its* $d$.


# %%
def heads_with_bug(Q, K, V, heads):
    """Attention in several heads; (N, T, D), (N, S, D), (N, S, D) → (N, T, D). Something is wrong."""
    N, T, D = Q.shape
    d = D // heads
    q, k, v = (a.reshape(N, heads, a.shape[1], d) for a in (Q, K, V))
    shares = softmax(q @ np.swapaxes(k, 2, 3) / np.sqrt(d))
    return (shares @ v).reshape(N, T, D)


def seen_by_first(function, heads):
    """The tokens whose values have a share in the first token's answer."""
    Q, K, V = np.random.default_rng(2).normal(size=(3, 1, 6, 8))
    return [s for s in range(6) if not np.allclose(function(Q, K, V, heads)[0, 0], function(Q, K, V + np.eye(6)[s][:, None], heads)[0, 0])]  # fmt: skip


for heads in (1, 2, 4):
    print(f"{heads} heads: the answer of token 0 is made of the values of tokens {seen_by_first(heads_with_bug, heads)}")  # fmt: skip

# %% [markdown]
# ### {{exercise multi_head}}
#
# Shapes are right, no error is raised, a network with it even learns something. But softmax gives no token a share of zero: the first token's answer should be made of all six, however many heads there are. Write `multi_head` without the fault,
# with `softmax` and NumPy alone.
#
# <details><summary>Hint 1 · by hand</summary>Two tokens, four features, two heads: tokens (1, 2, 3, 4) and (5, 6, 7, 8). Which numbers belong to head 0? Which does the program take?</details>
# <details><summary>Hint 2 · reshape</summary>Reshape never changes the order in which numbers lie in memory (lesson 02: it is no way to transpose). Split the axis that is to be split; then bring the axes into the order you need.</details>
# <details><summary>Hint 3 · and back</summary>Putting the heads side by side is the same in reverse.</details>


# %% tags=["exercise"]
def multi_head(Q, K, V, heads):
    """Scaled dot-product attention in several heads, without projections.

    Args:
        Q: float array (N, T, D). K, V: float arrays (N, S, D).
        heads: int that divides D; head j works with features j·D/heads … (j + 1)·D/heads − 1.

    Returns:
        float array (N, T, D): the heads' answers side by side.
    """
    ### BEGIN SOLUTION
    N, T, D = Q.shape
    d = D // heads
    q, k, v = (np.swapaxes(a.reshape(N, -1, heads, d), 1, 2) for a in (Q, K, V))
    shares = softmax(q @ np.swapaxes(k, 2, 3) / np.sqrt(d))
    return np.swapaxes(shares @ v, 1, 2).reshape(N, T, D)
    ### END SOLUTION


# %% tags=["check"]
check(multi_head)

# %% [markdown]
# Keras's `MultiHeadAttention` puts a Dense layer before each of Q, K and V and one after the whole. Its `key_dim` is the size of **one** head, not of all. With its own weights, your function in the middle:

# %% tags=["needs-answer"]
x = np.random.default_rng(5).normal(size=(2, 6, 32)).astype("float32")
keras_heads = layers.MultiHeadAttention(num_heads=4, key_dim=8)
theirs, shares = keras_heads(x, x, return_attention_scores=True)
(Wq, bq, Wk, bk, Wv, bv, Wo, bo) = keras_heads.get_weights()
projected = [x @ W.reshape(32, 32) + b.ravel() for W, b in ((Wq, bq), (Wk, bk), (Wv, bv))]
mine = multi_head(*projected, 4) @ Wo.reshape(32, 32) + bo
print("shares", tuple(shares.shape), "· as Keras's, to 1e-5:", np.abs(mine - np.asarray(theirs)).max() < 1e-5)  # fmt: skip

# %% [markdown]
# When a trained model writes text token by token, it keeps the keys and values of all earlier tokens. With many heads that is much to keep. In **grouped-query attention** (Ainslie and others 2023) several query heads share one head of keys and values. (The queries themselves are not grouped by what they ask, as some notes have it: the groups are fixed.) Keras's class is `GroupQueryAttention`.

# %% tags=["nbval-check-output"]
x = np.zeros((1, 10, 64), "float32")
made = [("MultiHeadAttention(8, 8)", layers.MultiHeadAttention(8, 8), 8)]
made += [(f"GroupQueryAttention(8, 8, {g})", layers.GroupQueryAttention(head_dim=8, num_query_heads=8, num_key_value_heads=g), g) for g in (8, 4, 2, 1)]  # fmt: skip
made += [("MultiHeadAttention(8, 64)", layers.MultiHeadAttention(8, 64), 64)]
rows = []
for name, layer, heads in made:
    shape = tuple(layer(x, x).shape)
    kept = 2 * 8 * heads
    rows.append([name, str(shape), f"{layer.count_params():,}", kept])
rows[-1][-1] = 2 * 8 * 64
plots.table(["10 tokens of 64 features", "output", "parameters", "kept for each token"], rows)

# %% [markdown]
# $4 \cdot (64 \cdot 64 + 64) = 16{,}640$: four Dense layers from 64 to 64. With one head of keys and values for all eight, an eighth is kept. The last row is a common slip: `key_dim=64` for tokens of 64 features makes eight heads of 64 each.

# %% [markdown]
# ## The cards again
#
# Back to the game. Here is a player that does not remember but looks back: every card offers a key and a value, and at the end one learned question is asked. It is your `attention` with a single query, and no recurrence.


# %%
class Ask(layers.Layer):
    """One learned question to a whole sequence: (N, T, F) → (N, units)."""

    def __init__(self, units):
        super().__init__()
        self.key, self.value = layers.Dense(units), layers.Dense(units)
        self.question = self.add_weight(shape=(units, 1), initializer="glorot_uniform")

    def shares(self, x):
        """The share of each step: (N, T, 1)."""
        d = self.question.shape[0]
        return ops.softmax(ops.matmul(self.key(x), self.question) / d**0.5, axis=1)

    def call(self, x):
        return ops.sum(self.shares(x) * self.value(x), axis=1)


networks = {"SimpleRNN(32)": simple, "GRU(32)": gated}  # compiled already
players = {
    "SimpleRNN(32)": lambda: layers.SimpleRNN(32),
    "LSTM(32)": lambda: layers.LSTM(32),
    "GRU(32)": lambda: layers.GRU(32),
    "Ask(32)": lambda: Ask(32),
}


def afresh(network, make, seed):
    """New weights and an optimizer without memory: quicker than to compile again."""
    keras.utils.set_random_seed(seed)
    network.set_weights(keras.Sequential([keras.Input((None, 65)), make(), layers.Dense(10)]).get_weights())  # fmt: skip
    for variable in network.optimizer.variables:
        if "learning_rate" not in variable.path:
            variable.assign(ops.zeros_like(variable))
    return network


# %% [markdown]
# > **Predict.** Four to forty-eight cards, the same training for all. Where does each player fail?

# %%
lengths = runtime.budget(smoke=(8,), cpu=(4, 8, 20, 48), gpu=(4, 8, 16, 24, 48, 96))
tries, lessons_had = runtime.budget(smoke=1, cpu=2, gpu=4), runtime.budget(smoke=1, cpu=5, gpu=8)
played = {}
for name, make in players.items():
    networks[name] = networks.get(name) or reader(make())
    played[name] = [
        [practise(afresh(networks[name], make, s), T, lessons_had, s)[-1] for T in lengths]
        for s in range(tries)
    ]

# %%
fig, axis = plots.figure(height=3.4)
for (name, runs), mark in zip(played.items(), "ovsD"):
    axis.plot(lengths, np.mean(runs, axis=0), marker=mark, ms=5, label=name)
    axis.fill_between(lengths, np.min(runs, axis=0), np.max(runs, axis=0), alpha=0.15)
axis.axhline(0.1, color="gray", ls=":", lw=1)
axis.set(
    xscale="log",
    ylim=(0, 1),
    xlabel="cards in a row",
    ylabel="new rows, answered right",
    title=f"after {lessons_had * batches} training steps each",
)
axis.set_xticks(lengths, [str(T) for T in lengths])
axis.minorticks_off()
axis.legend()
plots.show(
    fig,
    alt="Share of right answers against the number of cards. With four cards all four players are far above guessing. The SimpleRNN falls to guessing first, the LSTM later; the GRU loses a little with many cards, and the player that asks hardly notices their number.",
)  # fmt: skip

# %% [markdown]
# *Mean and range over the seeds; dotted: guessing.* The longer the row, the later a recurrent network begins to learn. It is tempting to blame the slopes of the fresh layers. But look back: the fresh GRU's slope dies fastest of all, and the GRU learns. (The mark lies at a random place, so some rows have it near the end, and those teach first.) For the one that asks, each card is one step away, the first as near as the last.
#
# Is the LSTM at 48 cards beyond help, or only slow? Train on, three times as long:

# %%
many = runtime.budget(smoke=8, cpu=48, gpu=48)
longer = practise(afresh(networks["LSTM(32)"], players["LSTM(32)"], 0), many, 3 * lessons_had, 0)
plots.lines(
    batches * np.arange(1, len(longer) + 1), {f"LSTM(32), {many} cards": longer},
    xlabel="training steps", ylabel="new rows, answered right", title="slow, not lost",
    alt="Share of right answers over the training steps: it stays near guessing for a long time and then climbs.",
)  # fmt: skip

# %% [markdown]
# It guesses for a long time, and then climbs. The knob was there; it had to be found.
#
# It has the easier task, in one respect: it keeps all cards, where the others have 32 numbers. What does it look at? Here we know what it *should* look at, so we can check.

# %%
asker = afresh(networks["Ask(32)"], players["Ask(32)"], 0)
practise(asker, 24, lessons_had)
shown, answers, places = cards(300, 24, NEW, np.random.default_rng(7))
shares = np.asarray(asker.layers[0].shares(shown))[..., 0]
said = asker.predict(shown, verbose=0).argmax(axis=1)
on_mark = shares[np.arange(300), places]
fig, axes = plots.figure(2, 1, height=3.6, height_ratios=[1, 2.2])
axes[0].imshow(np.hstack([card[:64].reshape(8, 8) for card in shown[0]]), cmap="gray_r", aspect="equal")  # fmt: skip
axes[0].set(
    xticks=[8 * places[0] + 3.5], xticklabels=["marked"], yticks=[], title="one row of cards"
)
axes[1].imshow(shares[:12], cmap="Blues", vmin=0, vmax=1, aspect="auto")
axes[1].grid(False)
axes[1].plot(places[:12], np.arange(12), "s", ms=11, mfc="none", mec="tab:red")
axes[1].set(xlabel="card", ylabel="row of cards", yticks=[0, 5, 11], title="share of each card; red: the marked one")  # fmt: skip
plots.show(
    fig,
    alt="Above, a row of twenty-four digits. Below, for twelve rows of cards, the share that attention gives to each card, with a red square around the marked card. Where training has succeeded, the dark cell of each row lies in the red square.",
)  # fmt: skip
print(f"share of the marked card: mean {on_mark.mean():.2f}, smallest {on_mark.min():.2f}; with equal shares it would be {1 / 24:.2f}")  # fmt: skip
print(f"right answers: {np.mean(said == answers):.0%}")

# %% [markdown]
# It looks where it should. Beware of the reverse conclusion: that what a network looks at is the *reason* for its answer. Here keys, mark and task were made so that it must be. In larger models one can often find quite different shares that give the same answer (Jain and Wallace 2019).
#
# And one for the limits. The asker with its cards in reverse order gives the same answers, for it knows no order. Had the question been "which digit came *after* the marked one?", it could not tell; a recurrent network could, and so could attention whose tokens carry their position.
#
# So, the answer. The same weights at every step let a network read any length. What it keeps is a product over all steps: plain feedback multiplies by a matrix each time, and the beginning fades; a gate near 1 lets it pass unchanged, if training finds it; attention goes round the product altogether and pays with memory and $T^2$ scores.

# %% [markdown]
# ## {{exercise quiz}}
#
# Answer with one letter each, such as `{"q1": "a", …}`.
#
# **q1** `SimpleRNN(16)` reads 100 steps instead of 10. Its parameters are
#
# - a) ten times as many
# - b) the same
# - c) 90 · 16 more
#
# **q2** A fresh LSTM of Keras, forget bias 1, no input that counts. After 24 steps, of its cell state there is left
#
# - a) everything
# - b) about three quarters
# - c) less than a thousandth
#
# **q3** Keras's `GRU(8)` has 24 parameters more than the paper's, because
#
# - a) the product with the old state has biases of its own
# - b) it has an output gate
# - c) its candidate has two kernels
#
# **q4** You shuffle the tokens of self-attention without positions. Its answers
#
# - a) become different vectors
# - b) are shuffled in the same way
# - c) stay where they are
#
# **q5** $d = 64$, entries with variance 1. The dot product of a query and a key has a standard deviation of
#
# - a) 1
# - b) 64
# - c) 8
#
# **q6** Words are to be predicted one by one, and none may be judged by what follows it. Which layer fits?
#
# - a) a Bidirectional LSTM
# - b) attention without mask
# - c) attention with a causal mask

# %% tags=["exercise"]
### BEGIN SOLUTION
quiz = {"q1": "b", "q2": "c", "q3": "a", "q4": "b", "q5": "c", "q6": "c"}
### END SOLUTION

# %% tags=["check"]
check(quiz=quiz)

# %% [markdown]
# ## Summary
#
# - A recurrent layer applies one cell at each step: the same weights for any length, one state of fixed size from step to step.
# - What is left of the beginning is a product of as many factors as there are steps. It vanishes or explodes; a gate can hold it near 1, and must learn to.
# - SimpleRNN, GRU and LSTM have 1, 3 and 4 sets of $u(n + u + 1)$ parameters; Keras's GRU has $3u$ more.
# - Attention compares a query with all keys, divides by $\sqrt d$, takes shares along the keys and averages the values. It knows no order, and the future must be hidden before the softmax.
# - Heads are slices of the features: split, swap, attend, swap back, merge. Shapes alone do not tell whether that was right.
#
# ## References
#
# - J. L. Elman, "Finding structure in time", 1990.
# - Y. Bengio, P. Simard and P. Frasconi, "Learning long-term dependencies with gradient descent is difficult", 1994.
# - R. Pascanu, T. Mikolov and Y. Bengio, "On the difficulty of training recurrent neural networks", 2013.
# - S. Hochreiter and J. Schmidhuber, "Long short-term memory", 1997. F. Gers, J. Schmidhuber and F. Cummins, "Learning to forget: continual prediction with LSTM", 2000.
# - R. Józefowicz, W. Zaremba and I. Sutskever, "An empirical exploration of recurrent network architectures", 2015.
# - K. Cho and others, "Learning phrase representations using RNN encoder–decoder for statistical machine translation", 2014.
# - M. Schuster and K. Paliwal, "Bidirectional recurrent neural networks", 1997.
# - X. Shi and others, "Convolutional LSTM network: a machine learning approach for precipitation nowcasting", 2015.
# - D. Bahdanau, K. Cho and Y. Bengio, "Neural machine translation by jointly learning to align and translate", 2014.
# - A. Vaswani and others, "Attention is all you need", 2017, section 3.2.
# - J. Ainslie and others, "GQA: training generalized multi-query transformer models from multi-head checkpoints", 2023.
# - S. Jain and B. C. Wallace, "Attention is not explanation", 2019.
#
# ## Where to read on
#
# I. Goodfellow, Y. Bengio and A. Courville, *Deep Learning*, 2016, chapter 10. For attention on images, A. Dosovitskiy and others, "An image is worth 16×16 words", 2020: there the tokens are patches. Next, lesson 20: what a trained CNN sees.
