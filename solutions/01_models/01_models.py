# %% [markdown]
# # Sequential and functional models
#
# **Time** 105 minutes · **Needs** lesson 00 · **Running everything** {{seconds}} s on two CPU cores
#
# Two handwritten digits: do they show the same digit, yes or no? Here is a network for that. It gets both pictures side by side, as one picture of 28 × 56 pixels. The rest is as in lesson 00:
# define, compile, fit, predict.

# %% tags=["setup"]
import numpy as np

from cnncourse import begin, data, plots, runtime

check = begin("01_models")

import keras
from keras import layers, ops


# %%
def pairs(images, labels, n, seed):
    """n pairs of images, and a number for each: 1 for the same digit, 0 for two digits; half of each."""
    rng = np.random.default_rng(seed)
    i, j = rng.integers(len(labels), size=(2, 20 * n))
    same = (labels[i] == labels[j]) & (i != j)
    rows = [np.flatnonzero(same)[: n // 2], np.flatnonzero(~same)[: n // 2]]
    rows = rng.permutation(np.concatenate(rows))
    return images[i[rows]], images[j[rows]], same[rows].astype("float32")


(x_train, y_train), (x_test, y_test) = data.mnist_sample()
x_train, x_test = np.float32(x_train / 255), np.float32(x_test / 255)
left, right, same = pairs(x_train, y_train, 1000, seed=0)
new_left, new_right, new_same = pairs(x_test, y_test, 1000, seed=1)
plots.images(
    np.concatenate([new_left[:8], new_right[:8]], axis=2), ["same" if s else "two digits" for s in new_same[:8]], columns=4,
    alt="Eight pairs of handwritten digits, four in a row, each pair side by side, with the title same or two digits.",
)  # fmt: skip


# %%
def side_by_side(left, right):
    return np.concatenate([left, right], axis=2)


def ask(model, inputs):
    """What a model answers, as a NumPy array; `predict` without its preparations."""
    return ops.convert_to_numpy(model(inputs))


glued = keras.Sequential(
    [
        keras.Input((28, 56)),
        layers.Flatten(),
        layers.Dense(64, activation="relu"),
        layers.Dense(32, activation="relu"),
        layers.Dense(1, activation="sigmoid"),  # one number from 0 to 1: how sure of "same"
    ]
)
glued.compile("adam", "binary_crossentropy", metrics=["accuracy"])
glued.fit(side_by_side(left, right), same, epochs=20, verbose=0)
said = glued.predict(side_by_side(new_left, new_right), verbose=0)[:, 0]
print(f"right on {np.mean((said > 0.5) == new_same):.1%} of 1,000 new pairs; a coin gets 50 %")

# %% [markdown]
# (`relu` and `sigmoid` are small functions that a layer applies to its numbers. Lesson 03 opens them; until then, take them as they come.)
#
# Not brilliant, but it has learned something. Now ask it two things that would insult a child.
#
# 1. Show it **one picture twice**, the same picture left and right. Does it say "same"?
# 2. **Swap** the two pictures of a pair. Does it stay with its answer?
#
# > **Predict.** In how many cases of a hundred does it fail, in each of the two? Write your guesses down before you run the next cell.

# %%
twice = ask(glued, side_by_side(x_test, x_test))[:, 0]
swapped = ask(glued, side_by_side(new_right, new_left))[:, 0]
print(f"says of {np.mean(twice < 0.5):.1%} of the pictures that they are unlike themselves")
print(f"changes its mind in {np.mean((said > 0.5) != (swapped > 0.5)):.1%} of the swapped pairs")

unlike = np.argsort(twice)[:8]
plots.images(
    side_by_side(x_test[unlike], x_test[unlike]), [f"“same”: {twice[k]:.1%}" for k in unlike], columns=4,
    alt="Eight pairs; in each pair both pictures are one and the same handwritten digit. Above each the network's certainty that they are the same: far below one half.",
)  # fmt: skip

# %% [markdown]
# Nobody taught it nonsense. It has one set of weights for pixels on the left and another set for pixels on the right, and what one set learns tells the other nothing. More examples make such
# mistakes rarer. They never rule them out.
#
# **How do you build a network that cannot contradict itself, however it is trained?**
#
# Better training will not help. The network needs another structure, one that a plain stack cannot have: the same weights for both pictures. A graph can.
#
# After this lesson you can
#
# - build a stack, and count its parameters before it exists;
# - build any graph of layers: several inputs, several outputs, parts used twice, and say what a graph must not contain;
# - match the last layer of a network with its loss, and recognise the two mismatches;
# - write a layer of your own that survives saving and loading;
# - say what Keras computes with, and how to change it.

# %% [markdown]
# ## A stack
#
# A **layer** turns arrays into arrays and keeps its weights. A **model** is made of layers and can also be trained, asked and saved. The simplest model is a stack, `keras.Sequential`: each layer's output
# is the next layer's input.
#
# `keras.Input` states the shape and the type of *one* sample. The batch axis in front is left open; Keras writes `None` for it. `Input` holds no weights. So why is it there? Because a dense
# layer cannot know how many weights it needs before it knows how many numbers come in.
#
# A layer between the input and the output is called **hidden**. By hand, for images of 28 × 28 and 32 hidden units: `Flatten` lays 784 numbers in a row. The first dense layer has a weight from each of 784 to each of 32, and 32 biases: $784 \cdot 32 + 32 = 25{,}120$. The second
# goes from 32 to 10: $32 \cdot 10 + 10 = 330$. Together 25,450.

# %% tags=["nbval-check-output"]
stack = keras.Sequential(
    [
        layers.Flatten(),
        layers.Dense(32, activation="relu", name="hidden"),
        layers.Dense(10, name="scores"),
    ]
)
print("before:", len(stack.weights), "arrays of weights; built:", stack.built)

stack.build((None, 28, 28))  # or keras.Input((28, 28)) as the first of the list, or a first call
for w in stack.weights:
    print(f"{w.path.split('/', 1)[1]:14} {w.shape!s:10} {np.prod(w.shape):6,}")
print("together", f"{stack.count_params():,};", "output", stack.output_shape)

# %% [markdown]
# Four arrays: a matrix of weights and a bias for each dense layer. Keras calls the matrix the layer's **kernel**. (It has nothing to do with the kernel that runs your cells; the word is used for both.) The number of images never enters: weights belong to the network, not to the batch.
#
# ### {{exercise counts}}
#
# A network for scikit-learn's small digits, images of 8 × 8:
#
# ```python
# keras.Sequential([
#     keras.Input((8, 8)),
#     layers.Flatten(),
#     layers.Dense(20, activation="relu"),
#     layers.Dense(20, activation="relu"),
#     layers.Dense(10),
# ])
# ```
#
# Write the dictionary `counts` with pencil and paper, as in `counts = {"flatten": 1, "first": 2, …}`, in place of the three dots:
#
# - `"flatten"`, `"first"`, `"second"`, `"third"`: parameters of `Flatten` and of the three dense layers;
# - `"total"`: of the whole network;
# - `"arrays"`: how many arrays of weights `network.weights` lists;
# - `"output"`: the shape of what it gives for a batch of 5 images.
#
# <details><summary>Hint 1 · what comes in</summary>A dense layer after Flatten sees every pixel, not a row of pixels.</details>
# <details><summary>Hint 2 · the batch</summary>Five images go in; how many answers come out, and how many numbers has each?</details>

# %% tags=["exercise"]
### BEGIN SOLUTION
counts = {
    "flatten": 0,
    "first": 1300,
    "second": 420,
    "third": 210,
    "total": 1930,
    "arrays": 6,
    "output": (5, 10),
}
### END SOLUTION

# %% tags=["check"]
check(counts=counts)

# %% [markdown]
# ## A graph
#
# Here is the stack again, written in the second way, the **functional API**. Layers are called like functions:

# %% tags=["nbval-check-output"]
image = keras.Input((28, 28), name="image")
flat = layers.Flatten(name="flat")(image)
hidden = layers.Dense(32, activation="relu", name="hidden")(flat)
scores = layers.Dense(10, name="scores")(hidden)
graph = keras.Model(image, scores)

print(type(hidden).__name__, hidden.shape, hidden.dtype)
graph.set_weights(stack.get_weights())
gap = np.abs(ask(graph, x_test) - ask(stack, x_test)).max()
print("stack and graph with the same weights: largest difference", gap)

# %% [markdown]
# A **tensor** is an array with any number of axes, as Keras passes it from layer to layer. `image` and `hidden` hold no numbers. They are **symbolic tensors**: a shape, a type, and a memory of where they come from. Calling a layer on one does two things:
#
# - on the *first* call it makes the layer's weights, because now the incoming shape is known;
# - on *every* call it draws an arrow, from what goes in to what comes out.
#
# `keras.Model(inputs, outputs)` walks the arrows backwards from the outputs until it reaches the inputs, and keeps what it met on the way. You can read the arrows out of a model, and draw them. (The next three cells are Matplotlib and bookkeeping; skim them.)


# %%
def tensors(part):
    """Every symbolic tensor in a piece of configuration: (layer, which of its calls), shape."""
    if isinstance(part, dict) and part.get("class_name") == "__keras_tensor__":
        config = part["config"]
        return [(tuple(config["keras_history"][:2]), config["shape"][1:])]
    parts = list(part.values()) if isinstance(part, dict) else part
    return [t for p in parts for t in tensors(p)] if isinstance(parts, (list, tuple)) else []


def arrows(model):
    """For every call of a layer, (name, number of the call): the tensors that it takes."""
    return {
        (layer["name"], k): tensors(call)
        for layer in model.get_config()["layers"]
        for k, call in enumerate(layer["inbound_nodes"] or [[]])  # an Input takes nothing
    }


# %%
def places(graph):
    """Where each call is drawn: as far to the right as the longest way to it is long."""

    def column(call):
        return max((column(source) + 1 for source, _ in graph[call]), default=0)

    columns = [[call for call in graph if column(call) == c] for c in range(len(graph))]
    return {
        call: (c, (len(calls) - 1) / 2 - row)
        for c, calls in enumerate(columns)
        for row, call in enumerate(calls)
    }


# %%
def draw(axis, model, title):
    """Draw a model: a box for each call; the boxes of a layer that is called twice are orange."""
    graph = arrows(model)
    place, used = places(graph), [name for name, _ in graph]
    boxes = {}
    for call, (x, y) in place.items():
        colour = "#f5b183" if used.count(call[0]) > 1 else "#e6e6e6"
        box = {"boxstyle": "round,pad=0.4", "facecolor": colour, "edgecolor": "black"}
        name = call[0].rstrip("0123456789").rstrip("_")
        boxes[call] = axis.text(x, y, name, ha="center", va="center", bbox=box, color="black")
    for end, sources in graph.items():
        for start, shape in sources:
            connect(axis, place[start], place[end], boxes[start], boxes[end], shape)
    x, y = np.transpose(list(place.values()))
    axis.set(xlim=(-0.5, x.max() + 0.5), ylim=(y.min() - 0.6, y.max() + 0.6), title=title)
    axis.set_axis_off()


def connect(axis, start, end, from_box, to_box, shape):
    """An arrow, bent where it passes over a column, with the shape that travels along it."""
    far = end[0] - start[0]
    bend = 0.0 if far == 1 else -0.35
    style = {"arrowstyle": "-|>", "connectionstyle": f"arc3,rad={bend}", "color": "0.4"}
    patches = {"patchA": from_box.get_bbox_patch(), "patchB": to_box.get_bbox_patch()}
    axis.annotate("", end, start, arrowprops={**style, **patches, "shrinkA": 2, "shrinkB": 2})
    x, y = np.add(start, end) / 2
    label = "×".join(map(str, shape))
    axis.text(x, y + 0.08 - 0.55 * bend * far, label, ha="center", va="bottom", fontsize=8)


# %%
def around(units=32):
    image = keras.Input((28, 28), name="image")
    flat = layers.Flatten(name="flat")(image)
    x = layers.Dense(units, activation="relu", name="hidden")(flat)
    x = layers.Concatenate(name="join")([flat, x])
    return keras.Model(image, layers.Dense(10, name="scores")(x))


fig, (top, bottom) = plots.figure(2, 1, height=3.2)
draw(top, graph, "a stack is a graph without forks")
draw(bottom, around(), "a graph with a fork: the pixels also go around the hidden layer")
plots.show(
    fig,
    alt="Two drawings of boxes and arrows, each arrow with the shape that travels along it. Above: image, flat, hidden, scores in a row. Below: from flat one arrow goes to hidden and another around it; both meet in join, which hands 816 numbers to scores.",
)

# %% [markdown]
# *Above, what `Sequential` can do. Below, the smallest thing it cannot: one output used in two places.* Boxes are calls of layers, arrows are tensors, and each arrow carries its shape. 784 + 32 numbers arrive at `scores`.
#
# Two slips, and what Keras says to them. One of them it does not notice:

# %% tags=["nbval-check-output"]
image, other = keras.Input((8,), name="image"), keras.Input((8,), name="other")
try:
    keras.Model(image, layers.Dense(2)(other))
except ValueError as error:
    print("An output that cannot be reached:", str(error)[:60])

x = layers.Dense(16, activation="relu")(image)
y = layers.Dense(16, activation="relu")(x)  # meant to be the next layer …
forgotten = keras.Model(image, layers.Dense(2)(x))  # … but x was typed
print("A layer that nothing uses:", len(forgotten.layers), "layers, and not a word")

# %% [markdown]
# The second `Dense(16)` was made, called, given weights, and left out: no arrow leads from it to the output. The model trains happily without it. **Draw your model, or count its parameters.**
#
# ### No loops
#
# You may read that the functional API allows "even loops". It does not. To use a tensor you must have it, and to have it you must have called everything before it. What comes out is a *directed acyclic graph*: arrows with
# a direction, and no way to walk along them back to where you were. (Recurrent layers, lesson 19, do repeat. Their loop runs *inside* one layer, over the steps of a sequence, a known number of times.)
#
# Having no loop is what makes a graph computable: there is an order in which every layer comes after all those it takes from. By hand, with `a` and `b` as inputs:
#
# | layer | takes |
# |:--|:--|
# | c | a |
# | d | b, c |
# | e | a, d |
#
# a and b take nothing: a goes first, by the alphabet. Now b and c are both ready, and b is first. Then c, then d, then e. Let `c` take `e` as well, and after a and b nothing is ever ready: c waits for e, e for d, d for c.
#
# ### {{exercise run_order}}
#
# Write `run_order(takes)`, what `keras.Model` must do before it can compute anything. Plain Python or NumPy; no library for graphs, such as `graphlib` or `networkx`. `takes` stays as it is.
#
# <details><summary>Hint 1 · ready</summary>A layer is ready when all the names in its list have had their turn. Which are ready at the very beginning?</details>
# <details><summary>Hint 2 · one at a time</summary>After each layer that takes its turn, ask again who is ready. Somebody new may come first in the alphabet.</details>
# <details><summary>Hint 3 · the loop</summary>What is true of the layers that are left when there is a loop?</details>


# %% tags=["exercise"]
def run_order(takes):
    """An order in which the layers of a graph can be computed.

    Args:
        takes: dict from each layer's name to the list of names whose outputs it takes; an input's
            list is empty. Every name in a list is a key, too. A name may stand twice in a list.

    Returns:
        list of all names. Each comes after all those it takes; wherever several are ready, the
        first of them as Python's ``<`` orders texts has its turn. An empty list if there is a loop.
    """
    ### BEGIN SOLUTION
    order = []
    while len(order) < len(takes):
        ready = [n for n in takes if n not in order and set(takes[n]) <= set(order)]
        if not ready:
            return []
        order.append(min(ready))
    return order
    ### END SOLUTION


# %% tags=["check"]
check(run_order)

# %% [markdown]
# Your function on the graph of a real model:

# %% tags=["needs-answer", "nbval-check-output"]
takes = {name: [source for (source, _), _ in found] for (name, _), found in arrows(around()).items()}  # fmt: skip
print(takes)
print(run_order(takes))

# %% [markdown]
# ## Two inputs, one pair of eyes
#
# Back to the two digits. Make the eyes first: a **branch** that turns a picture into a few numbers. Then call *the same branch* on both pictures, and compare what comes out.
#
# By hand, with pictures of one pixel and a branch $f(x) = 2x + 1$. The answer is the distance of the two descriptions. Beside it, two branches made separately, $f$ and $g(x) = 3x$:
#
# | left, right | shared: $\lvert f(\text{left}) - f(\text{right})\rvert$ | separate: $\lvert f(\text{left}) - g(\text{right})\rvert$ |
# |:--|:--|:--|
# | 3, 5 | $\lvert 7 - 11\rvert = 4$ | $\lvert 7 - 15\rvert = 8$ |
# | 5, 3 (swapped) | $\lvert 11 - 7\rvert = 4$ | $\lvert 11 - 9\rvert = 2$ |
# | 3, 3 (twice the same) | $\lvert 7 - 7\rvert = 0$ | $\lvert 7 - 9\rvert = 2$ |
#
# Put any numbers in place of 2, 1 and 3: the left column cannot contradict itself. It is a matter of shape, not of weights.

# %% tags=["nbval-check-output"]
a, b = keras.Input((1,)), keras.Input((1,))
f, g = layers.Dense(1), layers.Dense(1)
shared, separate = keras.Model([a, b], ops.abs(f(a) - f(b))), keras.Model([a, b], ops.abs(f(a) - g(b)))  # fmt: skip
f.set_weights([np.array([[2.0]]), np.array([1.0])])
g.set_weights([np.array([[3.0]]), np.array([0.0])])
for pair in ((3, 5), (5, 3), (3, 3)):
    inputs = [np.array([[float(x)]]) for x in pair]
    results = [float(ask(m, inputs)[0, 0]) for m in (shared, separate)]
    print(pair, "shared", results[0], "separate", results[1])
print("parameters: shared", shared.count_params(), "separate", separate.count_params())

# %% [markdown]
# That is all there is to **sharing**: one layer *object*, called twice. Two objects made by the same line of code are two sets of weights. And `ops.abs` and the minus sign, used on symbolic tensors, become boxes of the graph like any layer.


# %%
def branch(name):
    """A picture of 28 × 28 becomes 32 numbers."""
    parts = [layers.Flatten(), layers.Dense(64, activation="relu"), layers.Dense(32)]
    return keras.Sequential(parts, name=name)


def compare(shared):
    """Same digit or not? Two pictures, two descriptions, their squared differences, one answer."""
    left, right = keras.Input((28, 28), name="left"), keras.Input((28, 28), name="right")
    f = branch("eyes" if shared else "left_eye")
    g = f if shared else branch("right_eye")
    apart = ops.square(f(left) - g(right))
    return keras.Model([left, right], layers.Dense(1, activation="sigmoid", name="same")(apart))


fig, (top, bottom) = plots.figure(2, 1, height=4.4)
draw(top, compare(True), f"shared: {compare(True).count_params():,} parameters")
draw(bottom, compare(False), f"separate: {compare(False).count_params():,} parameters")
plots.show(
    fig,
    alt="Two graphs. In both, left and right each go through a box, the two outputs are subtracted, squared and lead to same. Above, both boxes are called eyes and have one colour: one layer, called twice. Below they are left_eye and right_eye, two layers, and the graph has about twice the parameters.",
)

# %% [markdown]
# *The two orange boxes are one layer, called twice.* The two graphs have the same form. Only the number of branches differs.
#
# > **Predict.** Three networks learn from the same pairs: the *glued* stack of the beginning, the *separate* and the *shared* graph. Which is right most often on new pairs? And take the untrained shared network: into how many different answers will it sort 1,000 pictures, each shown twice?

# %% tags=["nbval-check-output"]
untrained = compare(shared=True)
answers = ask(untrained, [x_test, x_test])
print("different answers:", len(np.unique(answers.round(6))), "·", "the answer:", answers[0, 0])

# %% [markdown]
# One answer for a thousand pictures, before any training. The difference of two equal descriptions is zero, whatever the weights; what is left is the last layer's bias. Now the training, from several **seeds**. A seed is the number from which random draws start: other seeds, other starting weights and other pairs.


# %%
def learn(kind, n, seed):
    """Train one of the three; right on new pairs, changes of mind, pictures unlike themselves."""
    keras.utils.set_random_seed(seed)
    model = keras.models.clone_model(glued) if kind == "glued" else compare(kind == "shared")
    give = side_by_side if kind == "glued" else (lambda left, right: [left, right])
    model.compile("adam", "binary_crossentropy")
    left, right, same = pairs(x_train, y_train, n, seed)
    model.fit(
        give(left, right),
        same,
        batch_size=50,
        epochs=runtime.budget(smoke=400, cpu=9_000, gpu=9_000) // n,
        verbose=0,
    )
    asked = (new_left, new_right), (new_right, new_left), (x_test, x_test)
    yes, swapped, twice = (ask(model, give(*two))[:, 0] > 0.5 for two in asked)
    return np.mean(yes == new_same), np.mean(yes != swapped), np.mean(~twice)


# %%
sizes = runtime.budget(smoke=(100, 200), cpu=(300, 1000, 3000), gpu=(300, 1000, 3000))
seeds = range(runtime.budget(smoke=1, cpu=4, gpu=5))
kinds = ("glued", "separate", "shared")
measured = 100 * np.array([[[learn(kind, n, s) for s in seeds] for n in sizes] for kind in kinds])

# %%
fig, axes = plots.figure(1, 3, height=3.3)
questions = ("right on new pairs", "changes its mind\nwhen the pair is swapped", "finds a picture\nunlike itself")  # fmt: skip
for axis, values, title in zip(axes, np.moveaxis(measured, -1, 0), questions):
    for k, kind in enumerate(kinds):
        where = np.arange(len(sizes)) + 0.22 * (k - 1)
        axis.bar(where, values[k].mean(axis=1), 0.2, color=plots.COLOURS[k], label=kind, alpha=0.6)
        axis.plot(np.repeat(where, len(seeds)), values[k].ravel(), "k.", markersize=4)
    axis.set(title=title, xticks=range(len(sizes)), xticklabels=sizes, xlabel="pairs to learn from")
    axis.set_ylim(0, 100 if axis is axes[0] else None)
axes[0].axhline(50, color="0.5", linestyle="--", linewidth=1)
axes[0].set_ylabel("%")
axes[2].legend()
plots.show(
    fig,
    alt="Three bar charts over the number of training pairs, for the glued, separate and shared network, a dot for each seed. Left, right on new pairs: all above the 50 percent of a coin, more with more pairs. Middle and right: glued and separate change their minds and find pictures unlike themselves; the bars of shared are zero.",
)

# %% [markdown]
# *A dot is a seed; the dashed line is a coin.* Look at the first panel honestly: with many pairs, sharing is not much better at the task than two separate branches, if at all. With few pairs it is ahead: its one branch learns from the left pictures and from the right ones.
# What sharing buys in any case is in the other two panels: **zero**. Not "rarely": the graph has no way to do it. And it needs only half as many parameters. Bromley and others (1993) built such a *siamese* network to compare signatures.
#
# ### {{exercise same_or_not}}
#
# Write `same_or_not(side, units)`, which builds a graph with a shared branch and a richer comparison:
#
# 1. two inputs, pictures of `side` × `side`;
# 2. one branch for both: `Flatten`, then a dense layer with `units` units and ReLU. It turns the pictures into $u$ and $v$;
# 3. the size of the difference, $|u - v|$, and the product $u \cdot v$, number by number, **joined in this order** into one row of 2 · `units` numbers for each pair;
# 4. one dense unit with a sigmoid.
#
# <details><summary>Hint 1 · one or two?</summary>How often does the name <code>Dense(units…</code> stand in your code, and how often is the thing that it makes called?</details>
# <details><summary>Hint 2 · joining</summary>Shapes are (batch, units) and (batch, units), and (batch, 2 · units) is wanted. Which axis grows?</details>
# <details><summary>Hint 3 · count</summary>For side 28 and units 32 it has 25,185 parameters.</details>


# %% tags=["exercise"]
def same_or_not(side=28, units=32):
    """A network that compares two pictures with one shared branch.

    Args:
        side: height and width of each picture in pixels.
        units: how many numbers the branch makes of a picture.

    Returns:
        A keras.Model from two inputs, a list [left, right] of pictures (batch, side, side), to one
        number of 0 to 1 for each pair: shape (batch, 1).
    """
    ### BEGIN SOLUTION
    left, right = keras.Input((side, side)), keras.Input((side, side))
    eyes = keras.Sequential([layers.Flatten(), layers.Dense(units, activation="relu")])
    u, v = eyes(left), eyes(right)
    joined = layers.Concatenate()([ops.abs(u - v), u * v])
    return keras.Model([left, right], layers.Dense(1, activation="sigmoid")(joined))
    ### END SOLUTION


# %% tags=["check"]
check(same_or_not)

# %% [markdown]
# > **Predict.** Your network, too, gets the two insulting questions. Which of the two can it still get wrong?


# %% tags=["needs-answer"]
def insult(model):
    """Right on new pairs, changes of mind, pictures unlike themselves, in per cent."""
    asked = [new_left, new_right], [new_right, new_left], [x_test, x_test]
    yes, swapped, twice = (ask(model, two)[:, 0] > 0.5 for two in asked)
    found = np.mean(yes == new_same), np.mean(yes != swapped), np.mean(~twice)
    return "right {:6.1%} · changes its mind {:6.1%} · unlike itself {:6.1%}".format(*found)


keras.utils.set_random_seed(0)
mine = same_or_not()
print("before training:", insult(mine))
mine.compile("adam", "binary_crossentropy")
left, right, same = pairs(x_train, y_train, 1000, seed=0)
mine.fit([left, right], same, epochs=6, verbose=0)
print("after training: ", insult(mine))

# %% [markdown]
# $|u - v|$ and $u \cdot v$ do not care about order, so swapping can never matter. But for a picture shown twice, $u \cdot u$ depends on the picture, and nothing in this shape rules out a "no": before training there are plenty. Training has to teach it, and in this run it taught it mostly. A guarantee needs every part of the graph.
#
# ## One picture, two answers
#
# A graph can have several outputs, too. Which digit is it (ten scores)? And is it odd (one number)? One **body** looks, two **heads** answer. Give the outputs names, and `compile` takes a loss for each. The total loss is their sum, with weights if you wish.
#
# Here is a draft by a colleague in a hurry: an image, two hidden layers, two heads on the second of them. It runs, it trains, and there is no warning.


# %%
def draft(hidden=32):
    image = keras.Input((28, 28), name="image")
    flat = layers.Flatten(name="flat")(image)
    x = layers.Dense(hidden, activation="relu", name="first")(flat)
    x = layers.Dense(hidden, activation="relu", name="second")(flat)
    digit = layers.Dense(10, name="digit")(x)
    odd = layers.Dense(1, activation="sigmoid", name="odd")(digit)
    return keras.Model(image, {"digit": digit, "odd": odd})


losses = {
    "digit": keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    "odd": "binary_crossentropy",
}
trial = draft()
trial.compile("adam", losses, loss_weights={"digit": 1.0, "odd": 0.5})
trial.fit(x_train, {"digit": y_train, "odd": y_train % 2}, epochs=2, verbose=0)
print("outputs:", {name: answer.shape for name, answer in trial(x_test).items()})

# %% [markdown]
# ### {{exercise two_heads}}
#
# The draft has two bugs. Write it anew as `two_heads(hidden)`: two hidden layers one after the other, both heads side by side on the second. The outputs stay a dictionary with the names `"digit"` and `"odd"`.
#
# <details><summary>Hint 1 · draw it</summary><code>fig, axis = plots.figure(height=2)</code>, then <code>draw(axis, draft(), "draft")</code>, then <code>plots.show(fig, alt="…")</code>. Compare with the description.</details>
# <details><summary>Hint 2 · count it</summary>By hand, the right network with 32 hidden units has 26,539 parameters. How many has the draft?</details>


# %% tags=["exercise"]
def two_heads(hidden=32):
    """One body, two answers.

    Args:
        hidden: units of each of the two hidden layers (ReLU), the second on top of the first.

    Returns:
        A keras.Model from images (batch, 28, 28) to a dictionary: "digit", ten scores without an
        activation, (batch, 10); "odd", one sigmoid number, (batch, 1). Both from the second
        hidden layer.
    """
    ### BEGIN SOLUTION
    image = keras.Input((28, 28))
    x = layers.Flatten()(image)
    x = layers.Dense(hidden, activation="relu")(x)
    x = layers.Dense(hidden, activation="relu")(x)
    digit = layers.Dense(10, name="digit")(x)
    odd = layers.Dense(1, activation="sigmoid", name="odd")(x)
    return keras.Model(image, {"digit": digit, "odd": odd})
    ### END SOLUTION


# %% tags=["check"]
check(two_heads)

# %% tags=["needs-answer"]
fig, (top, bottom) = plots.figure(2, 1, height=4.0)
draw(top, draft(), "the draft")
draw(bottom, two_heads(), "yours")
plots.show(
    fig,
    alt="Above, the draft: image, flat, second, digit and odd in one row; the layer first is missing and odd hangs on digit. Below, yours: image, flat, two dense layers in a row, then digit and odd side by side.",
)

# %% [markdown]
# *In the draft, `first` has vanished and `odd` sees nothing but ten scores.* Pictures of graphs find what error messages do not.
#
# > **Predict.** A trained two-headed network names 1,000 new digits, and says of each whether it is odd. How often do the two answers contradict each other: "a 3, and even"?

# %% tags=["needs-answer"]
for seed in range(runtime.budget(smoke=1, cpu=4, gpu=4)):
    keras.utils.set_random_seed(seed)
    network = two_heads()
    network.compile("adam", losses)
    network.fit(x_train, {"digit": y_train, "odd": y_train % 2}, epochs=8, verbose=0)
    answers = network(x_test)
    digit, odd = np.argmax(answers["digit"], axis=1), np.array(answers["odd"])[:, 0] > 0.5
    print(f"seed {seed}: digit right {np.mean(digit == y_test):.1%}, odd right {np.mean(odd == y_test % 2):.1%}, contradictions {np.mean(odd != digit % 2):.1%}")  # fmt: skip

# %% [markdown]
# Both heads look through the same eyes, and still nothing *ties* their answers together. If they must agree, do not ask twice: take "odd" from the digit that was named. (Even adding up the probabilities of 1, 3, 5, 7 and 9 is not enough: 40 % for a 4 and 20 % each for 1, 3 and 5 names an even digit and calls it odd.)
#
# ## Scores, probabilities, and the loss that fits
#
# The last layer can give **scores** (also called *logits*): any numbers, the largest wins. Or it can give **probabilities**: softmax turns a row of scores into numbers that are positive and sum to 1; for one score alone, sigmoid does it. Lessons 03 and 05 open
# these boxes. Here you need one rule. The loss must be told which of the two it gets: `from_logits=True` for scores, `from_logits=False` (the default) for probabilities.
#
# So there are four combinations, two of them wrong. What does a network cost that is perfectly sure, and right?

# %% tags=["nbval-check-output"]
sure = np.full((1, 10), 10.0, dtype="float32")
sure[0, 3] = 30.0  # ten scores, class 3 far ahead
for gives, numbers in (("scores", sure), ("probabilities", ops.convert_to_numpy(ops.softmax(sure)))):  # fmt: skip
    for from_logits in (True, False):
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=from_logits)
        cheap, dear = (float(loss(np.array([label]), numbers)) for label in (3, 4))
        print(f"{gives:13} from_logits={from_logits!s:5}  sure and right {cheap:6.3f}  sure and wrong {dear:6.3f}")  # fmt: skip

# %% [markdown]
# Rows one and four fit: nothing to pay for being right, much for being wrong.
#
# Row three, *probabilities taken for scores*, puts a softmax on a softmax. The second one sees numbers between 0 and 1 only, so it is never sure: a perfect network pays 1.461, the worst one just 1 more.
#
# Row two, *scores taken for probabilities*: on TensorFlow, Keras cuts them to between 0 and 1 first. 30 becomes 1 and 10 becomes 1, and the surest answer looks like ten equal ones, $\ln 10 = 2.303$. Beyond the cut a score may change as it likes and the loss does not move.
#
# The same as a picture: the right class runs ahead of the nine others, from left to right. With the slider, move the others; scores of 10 and more are common.


# %%
def price(others=10.0):
    """What ten scores cost, while the right one runs ahead of the nine others."""
    lead = np.linspace(0, 12, 61)
    scores = np.full((61, 10), others, dtype="float32")
    scores[:, 0] += lead
    cost = keras.losses.sparse_categorical_crossentropy
    right, probabilities = np.zeros(61, dtype=int), ops.convert_to_numpy(ops.softmax(scores))
    lines = {
        "the two that fit": cost(right, scores, from_logits=True),
        "softmax on a softmax": cost(right, probabilities, from_logits=True),
        "scores taken for probabilities": cost(right, scores, from_logits=False),
    }
    return plots.lines(
        lead, {name: np.array(values) for name, values in lines.items()},
        xlabel="how far the right score is ahead", ylabel="loss", title=f"the other nine scores are {others:g}",
        alt=f"Three curves of the loss, with the other scores at {others:g}. The two that fit fall from 2.3 to 0. A softmax on a softmax stops at 1.46. Scores taken for probabilities: from {float(lines['scores taken for probabilities'][0]):.2f} to {float(lines['scores taken for probabilities'][-1]):.2f}.",
    )  # fmt: skip


plots.interact(price, others=(-4.0, 12.0, 1.0))

# %% [markdown]
# *A flat line gives a network nothing to follow.* Only the lowest curve says that being sure and right is worth something, all the way.
#
# > **Predict.** Train all four, each with two optimizers: plain gradient descent (`SGD`) and `Adam` (lesson 06 explains both). Which of the two mistakes will you notice, and where?


# %%
class Hidden(layers.Layer):
    """Softmax, behind one more operation, so that Keras does not see it coming."""

    def call(self, x):
        return 1.0 * ops.softmax(x)


# %%
def train_reader(gives, from_logits, optimizer, seed):
    """Accuracy on new digits after each epoch."""
    keras.utils.set_random_seed(seed)
    reader = keras.Sequential([keras.Input((28, 28)), layers.Flatten()])
    reader.add(layers.Dense(32, activation="relu"))
    reader.add(layers.Dense(10))
    if gives == "probabilities":
        reader.add(Hidden())
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=from_logits)
    reader.compile(optimizer, loss, metrics=["accuracy"])
    new = {"validation_data": (x_test, y_test), "validation_batch_size": 500}
    history = reader.fit(
        x_train,
        y_train,
        batch_size=50,
        epochs=runtime.budget(smoke=1, cpu=5, gpu=5),
        verbose=0,
        **new,
    )
    return history.history["val_accuracy"]


# %%
optimizers = {"SGD": lambda: keras.optimizers.SGD(0.1), "Adam": lambda: keras.optimizers.Adam()}
seeds = range(runtime.budget(smoke=1, cpu=3, gpu=3))
accuracy = {
    (name, gives, fl): 100 * np.array([train_reader(gives, fl, make(), seed) for seed in seeds])
    for name, make in optimizers.items()
    for gives in ("scores", "probabilities")
    for fl in (True, False)
}

# %%
fig, axes = plots.figure(1, 2, height=3.6, sharey=True)
for axis, name in zip(axes, optimizers):
    styles = iter(("-", ":", "-.", "--"))
    for (optimizer, gives, fl), runs in accuracy.items():
        if optimizer == name:
            line = axis.plot(range(1, 6), runs.mean(axis=0), next(styles), label=f"{gives}, {fl}")
            axis.fill_between(range(1, 6), runs.min(0), runs.max(0), color=line[0].get_color(), alpha=0.2)  # fmt: skip
    axis.set(title=name, xlabel="epoch", xticks=range(1, 6), ylim=(0, 100))
axes[0].set_ylabel("new digits read rightly (%)")
axes[1].legend(title="the network gives, from_logits", loc="center right", fontsize=8)
plots.show(
    fig,
    alt="Accuracy on new digits over five epochs, left with SGD, right with Adam. In both, the two combinations that fit lie on each other at the top, and scores with from_logits=False stay near the bottom. Probabilities with from_logits=True climb late: far below the top with SGD, close to it with Adam after some epochs.",
)

# %% [markdown]
# *Lines: mean over the seeds; bands: from the lowest to the highest seed.* Scores taken for probabilities are broken at once, and you will notice. The softmax on a softmax learns, only more slowly. With SGD it shows. Adam makes up for weak pulls, so there it may cost a few epochs and nothing more that you can see. That makes it the more dangerous mistake: nothing looks broken.
#
# Why the detour through `Hidden`? On TensorFlow, Keras 3 looks whether the numbers come straight out of a softmax; if they do, it warns and computes from the scores behind it. One more operation in between, and it is blind. JAX's and PyTorch's parts of Keras do not look at all. Do not build on it.
#
# What `compile` reports while it trains has to fit as well. `metrics=["accuracy"]` becomes `BinaryAccuracy()` where there
# is one output, and calls everything above 0.5 a yes: right for a probability, wrong for a score, whose border is 0.
# `keras.metrics` has others to hand to `compile`: `Precision()`, how many of the answers "yes" are right; `Recall()`, how many of
# the true ones are found; `AUC()`, how well the outputs rank the true ones before the others, whatever the border.
#
# ### {{exercise batch_loss}}
#
# Write `batch_loss(outputs, labels, activation)`: the loss, as Keras computes it, of whatever network comes along. Keras or NumPy, as you like; one float comes back, four digits are compared.
#
# <details><summary>Hint 1 · two questions</summary>Scores or probabilities? One output or several? Each question decides one thing.</details>
# <details><summary>Hint 2 · the class</summary>One number that means "yes" calls for another loss than a row of ten that compete. The table of the two heads above used both.</details>


# %% tags=["exercise"]
def batch_loss(outputs, labels, activation):
    """Mean cross-entropy of a batch, by the loss of Keras that fits the network's last layer.

    Args:
        outputs: float32 array (N, K), what the network gave. K classes compete if K ≥ 2; K = 1 is
            one answer, yes or no.
        labels: integer array (N,): the right class, 0 to K − 1; for K = 1, 1 for yes, 0 for no.
        activation: the last layer's: None, "softmax" (only if K ≥ 2) or "sigmoid" (only if K = 1).

    Returns:
        float, the mean loss over the batch.
    """
    ### BEGIN SOLUTION
    if outputs.shape[1] == 1:
        loss = keras.losses.BinaryCrossentropy(from_logits=activation is None)
        return float(loss(labels[:, None], outputs))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=activation is None)
    return float(loss(labels, outputs))
    ### END SOLUTION


# %% tags=["check"]
check(batch_loss)

# %% [markdown]
# ## A layer of your own
#
# All layers inherit from `keras.layers.Layer`. A layer of your own fills in up to four methods, each with its hour:
#
# | method | when it runs | what belongs there |
# |:--|:--|:--|
# | `__init__` | when you make the layer | keep the arguments; call `super().__init__(**kwargs)` |
# | `build(input_shape)` | once, at the first call | make the weights: now their shapes are known |
# | `call(x)` | at every call | compute, with `keras.ops`; make nothing |
# | `get_config()` | when the model is saved or copied | return the arguments, so that the layer can be made again |
#
# Here is one that multiplies each feature by a number of its own, which it can learn:


# %% tags=["nbval-check-output"]
class Gain(layers.Layer):
    """y = gain · x, with one gain for each number of the last axis."""

    def __init__(self, start=1.0, **kwargs):
        super().__init__(**kwargs)
        self.start = start

    def build(self, input_shape):
        n = input_shape[-1]
        self.gain = self.add_weight(shape=(n,), initializer=keras.initializers.Constant(self.start))
        self.input_spec = keras.layers.InputSpec(min_ndim=2, axes={-1: n})

    def call(self, x):
        return x * self.gain

    def get_config(self):
        return {**super().get_config(), "start": self.start}


gain = Gain(start=2.0)
print("before the first call:", len(gain.weights), "weights")
print(ops.convert_to_numpy(gain(np.array([[1.0, 10.0, 100.0]]))))
print("after it:", gain.weights[0].shape, "·", gain.input_spec)

# %% [markdown]
# `add_weight` is what tells Keras that these numbers are to be trained, counted and saved. A NumPy array in `self.gain` would compute the same and do none of the three.
#
# `InputSpec` states what may come in: `Input` describes what *does* come in, `InputSpec` what a layer *accepts*. It turns a strange error deep inside into a plain one at the door:

# %% tags=["nbval-check-output"]
for door in ("with", "without"):
    gain.input_spec = gain.input_spec if door == "with" else None
    try:
        gain(np.ones((1, 4)))
    except Exception as error:
        said = str(error).split("\n")[0] if door == "with" else type(error).__name__
        print(f"{door} InputSpec: {said.split(': ')[-1][:110]}")

# %% [markdown]
# ### {{exercise OwnDense}}
#
# Complete the class `OwnDense`: $y = xW + b$ on the last axis, as `layers.Dense(units)` without an activation. `layers.Dense` and `layers.EinsumDense` themselves are ruled out.
#
# The check judges shape, parameters and what it computes; the cell after it shows whether `get_config` keeps what it should.
#
# <details><summary>Hint 1 · where is the shape?</summary><code>input_shape</code> has one number for every axis, the batch's <code>None</code> included. W needs the last one only.</details>
# <details><summary>Hint 2 · three axes</summary><code>ops.matmul(x, W)</code> multiplies the last axis of x, however many there are before it.</details>


# %% tags=["exercise"]
class OwnDense(layers.Layer):
    """y = x W + b on the last axis.

    Args:
        units: length of the last axis of the output.

    The weights are W, shape (length of the input's last axis, units), and b, shape (units,), both
    trainable. Inputs have two axes or more: (batch, …, n) becomes (batch, …, units).
    """

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units

    def build(self, input_shape):
        ### BEGIN SOLUTION
        self.W = self.add_weight(shape=(input_shape[-1], self.units), initializer="glorot_uniform")
        self.b = self.add_weight(shape=(self.units,), initializer="zeros")
        ### END SOLUTION

    def call(self, x):
        ### BEGIN SOLUTION
        return ops.matmul(x, self.W) + self.b
        ### END SOLUTION

    def get_config(self):
        ### BEGIN SOLUTION
        return {**super().get_config(), "units": self.units}
        ### END SOLUTION


# %% tags=["check"]
check(OwnDense)

# %% [markdown]
# Against Keras's own, with the same weights, and against NumPy:

# %% tags=["needs-answer"]
theirs, yours = layers.Dense(4), OwnDense(4)
x = np.random.default_rng(0).normal(size=(5, 7)).astype("float32")
expected = ops.convert_to_numpy(theirs(x))
yours(x)
yours.set_weights(theirs.get_weights())
by_numpy = x.astype("float64") @ theirs.get_weights()[0] + theirs.get_weights()[1]
for name, other in (("Keras", expected), ("NumPy in float64", by_numpy)):
    gap = np.abs(ops.convert_to_numpy(yours(x)) - other).max()
    print(f"largest difference from {name}: {gap:.0e} (rounding of float32 allows about 1e-06)")
print("a copy made from the configuration has", OwnDense.from_config(yours.get_config()).units, "units")  # fmt: skip

# %% [markdown]
# A third kind of model is a class as well: inherit from `keras.Model`, make the layers in `__init__`, use them in `call`. There you may write any Python, `if` and `for` included. The price: Keras does not see a graph any more, so it cannot draw, check or cut it,
# neither before the first call nor after.

# %% tags=["nbval-check-output"]


class Deep(keras.Model):
    def __init__(self, depth):
        super().__init__()
        self.parts = [layers.Dense(8, activation="relu") for _ in range(depth)]

    def call(self, x):
        for part in self.parts:
            x = part(x)
        return x


deep = Deep(depth=3)
print("before:", len(deep.weights), "arrays of weights", end=" · ")
deep(np.ones((1, 4)))
print("after a call:", len(deep.weights), "and", deep.count_params(), "parameters")

# %% [markdown]
# ## Saved, and loaded again
#
# `model.save("name.keras")` writes one file. It is a zip archive, so look inside:

# %%
import json
import tempfile
import zipfile
from pathlib import Path

folder = Path(tempfile.mkdtemp())
glued.save(folder / "glued.keras")
with zipfile.ZipFile(folder / "glued.keras") as archive:
    sizes = {entry.filename: entry.file_size for entry in archive.infolist()}
    config = json.loads(archive.read("config.json"))
plots.table(["inside glued.keras", "bytes"], [[name, f"{size:,}"] for name, size in sizes.items()])

# %% [markdown]
# Three parts: the **configuration** (which layers, with which arguments, joined how), the **weights**, and a note on versions. Why are the weights so large? 102,529 numbers of 4 bytes are 410,116 bytes. Adam keeps two more numbers for every weight, and
# they are saved, too, so that training can go on. To leave them out, save a copy that was never compiled: `copy = type(model).from_config(model.get_config())`, then `copy.set_weights(model.get_weights())`. (`model.save` has an argument `include_optimizer`, but it counts for old `.h5` files only; for `.keras` it is ignored without a word.)
#
# Loading makes the layers from the configuration, then pours the weights in. You can also have each alone:

# %% tags=["nbval-check-output"]
asked = side_by_side(new_left, new_right)
expected = ask(glued, asked)

whole = keras.models.load_model(folder / "glued.keras")
glued.save_weights(folder / "glued.weights.h5")
shape_only = keras.Sequential.from_config(glued.get_config())
before = np.abs(ask(shape_only, asked) - expected).max()
shape_only.load_weights(folder / "glued.weights.h5")
print("from the file:", np.abs(ask(whole, asked) - expected).max())
print("configuration alone gives the same answers:", bool(before == 0))
print("configuration, then weights:", np.abs(ask(shape_only, asked) - expected).max())

# %% [markdown]
# A layer of your own is not in Keras's books. Whoever loads the file must name the class, or register it with `@keras.saving.register_keras_serializable()` above its definition:

# %% tags=["nbval-check-output"]
with_gain = keras.Sequential([keras.Input((3,)), Gain(start=2.0)])
with_gain.layers[0].set_weights([np.array([1.0, 2.0, 3.0])])
with_gain.save(folder / "gain.keras")
try:
    keras.models.load_model(folder / "gain.keras")
except Exception as error:
    print("not named:", str(error)[str(error).find("Could not locate") :].split(".")[0])
again = keras.models.load_model(folder / "gain.keras", custom_objects={"Gain": Gain})
print("named:", ask(again, np.ones((1, 3))), "start", again.layers[0].start)

# %% [markdown]
# ### What survives?
#
# Older tutorials say: without `get_config` a layer cannot be saved. Keras 3 is kinder. It notes down the arguments with which a layer was made, if they are plain (numbers, texts, True, False, None, and lists of these), and uses the note where `get_config` is missing. Once you *write* `get_config`, it trusts you.
#
# ### {{exercise reload}}
#
# Five layers, each put alone into a model that was given a `keras.Input((1,))`. Read them slowly; do not run them.
#
# ```python
# class Shout(layers.Layer):                       # no get_config
#     def __init__(self, times=2, **kwargs):
#         super().__init__(**kwargs)
#         self.times = times
#     def call(self, x):
#         return self.times * x
#
# class Echo(layers.Layer):                        # with a get_config
#     def __init__(self, times=2, **kwargs):
#         super().__init__(**kwargs)
#         self.times = times
#     def call(self, x):
#         return self.times * x
#     def get_config(self):
#         return super().get_config()
#
# class Learner(layers.Layer):
#     def build(self, input_shape):
#         self.times = self.add_weight(shape=(), initializer="ones")
#     def call(self, x):
#         return self.times * x
#
# shout = Shout(5)
# echo = Echo(5)
# louder = Shout(5);    louder.times = 7           # changed after it was made
# learner = Learner();  learner.times.assign(3.0)  # after the model was built
# ```
#
# Each model gets the number 1 and answers with `times`: 5, 5, 7 and 3. Then it is saved to a `.keras` file and loaded again (with the classes named). What does it answer **now**? Write a dictionary, as in `reload = {"shout": 1, "echo": 2, …}`, in place of the three dots:
#
# - `"shout"`, `"echo"`, `"louder"`, `"learner"`: the answer to 1 after loading from the file;
# - `"learner_config"`: the answer of a model made by `from_config(model.get_config())` from the one with `learner`, without a file.
#
# <details><summary>Hint 1 · two roads</summary>A number can travel in the configuration or in the weights. Which road does each <code>times</code> take, if any?</details>
# <details><summary>Hint 2 · when was the note written?</summary>Keras notes the arguments at the moment at which the layer is made.</details>

# %% tags=["exercise"]
### BEGIN SOLUTION
reload = {"shout": 5, "echo": 2, "louder": 5, "learner": 3, "learner_config": 1}
### END SOLUTION

# %% tags=["check"]
check(reload=reload)

# %% [markdown]
# Three of the five answers are not what they were, and there was no error. That is the worst kind of bug: it shows only after the training is paid for. **After saving, load and compare.** One line of `np.abs(…).max()` is enough, as above.
#
# ## The engine below
#
# *Side trip: may be skipped without loss.*
#
# Keras describes networks; another library computes them. Keras 3 runs on **TensorFlow**, **JAX** or **PyTorch**, and on **OpenVINO** for inference, which is asking a finished network, not training it. (Theano and CNTK, which older notes name, are history: Keras 3 does not support them.)
# The choice is made once, before Keras is imported: by the environment variable `KERAS_BACKEND`, else by the file `~/.keras/keras.json`.

# %%
import importlib.util
import os

print("this notebook computes with:", keras.backend.backend(), "· on:", runtime.device())
for engine in ("tensorflow", "jax", "torch", "openvino"):
    print(f"{engine:11}", "installed" if importlib.util.find_spec(engine) else "not installed")

os.environ["KERAS_BACKEND"] = "jax"  # too late: Keras was imported long ago
print("after setting the variable:", keras.backend.backend())
os.environ["KERAS_BACKEND"] = keras.backend.backend()

# %% [markdown]
# `keras.ops` is NumPy's vocabulary, spoken by every engine, and by symbolic tensors as well. That is why layers of your own should use `ops` and not `np` or `tf`:

# %% tags=["nbval-check-output"]
values = np.array([[3.0, -4.0]], dtype="float32")
symbolic = keras.Input((2,))
for name, library in (("ops", ops), ("np", np)):
    print(f"{name:4} on numbers:  ", np.asarray(library.abs(values)))
    try:
        print(f"{name:4} on a promise:", type(library.abs(symbolic)).__name__)
    except Exception as error:
        print(f"{name:4} on a promise:", type(error).__name__)

# %% [markdown]
# How little an engine has to know, you can see by being one. Here are the answers of the saved network once more, from its configuration and its weights, by NumPy alone:


# %%
def be_the_engine(config, weights, x):
    """Compute a stack of Flatten and Dense layers from its configuration."""
    activations = {"relu": lambda z: np.maximum(z, 0), "sigmoid": lambda z: 1 / (1 + np.exp(-z))}
    weights = iter(weights)
    for layer in config["layers"]:
        if layer["class_name"] == "Flatten":
            x = x.reshape(len(x), -1)
        if layer["class_name"] == "Dense":
            x = x @ next(weights) + next(weights)
            x = activations[layer["config"]["activation"]](x)
    return x


by_numpy = be_the_engine(config["config"], whole.get_weights(), asked.astype("float64"))
print(f"largest difference: {np.abs(by_numpy - expected).max():.0e} (float32 carries about seven digits)")  # fmt: skip

# %% [markdown]
# Equal up to rounding. A network is a graph and its weights; the engine is a detail that you may change. If you have JAX or PyTorch, start a second Python with `KERAS_BACKEND=jax` or `torch`, load the same `.keras` file, and compare.

# %% [markdown]
# ## {{exercise quiz}}
#
# Answer with one letter each, such as `{"q1": "a", …}`.
#
# **q1** Which of these can `keras.Sequential` not express?
#
# - a) a hundred layers
# - b) one output that feeds two layers
# - c) a layer of your own
#
# **q2** `for x in (left, right): parts.append(layers.Dense(8)(x))` makes
#
# - a) one layer used twice
# - b) two layers that start with equal weights
# - c) two layers with weights of their own
#
# **q3** A network with two inputs must give the same answer when they are swapped. The safest way is
#
# - a) to show each pair in both orders while training
# - b) a shared branch and a comparison in which order does not count
# - c) one big Dense layer over both
#
# **q4** Your ten-class network ends in a softmax that Keras does not recognise, as `Hidden` above, and is compiled with `from_logits=True`. What will you most likely notice?
#
# - a) nothing but slower learning, if that
# - b) an error at once
# - c) answers that do not sum to 1
#
# **q5** In a layer of your own, weights are made in `call`. What happens?
#
# - a) all is well
# - b) new weights at each call, silently
# - c) Keras refuses: state belongs in `__init__` or `build`
#
# **q6** `model.count_params()` is smaller than your count by hand, and nothing complained. Look first for
#
# - a) a layer whose output nobody uses
# - b) the batch size
# - c) the wrong backend

# %% tags=["exercise"]
### BEGIN SOLUTION
quiz = {"q1": "b", "q2": "c", "q3": "b", "q4": "a", "q5": "c", "q6": "a"}
### END SOLUTION

# %% tags=["check"]
check(quiz=quiz)

# %% [markdown]
# ## Summary
#
# - `Sequential` is a stack. `keras.Model(inputs, outputs)` is any directed acyclic graph; it keeps what lies between outputs and inputs, and drops the rest without a word.
# - One layer object called twice shares its weights. What the graph's shape guarantees holds for every set of weights; what training teaches holds only mostly.
# - Scores go with `from_logits=True`, probabilities with `False`. A softmax on a softmax learns, and hides; where Keras sees it, on TensorFlow, it warns and repairs it.
# - Own layer: arguments in `__init__`, weights in `build`, computation with `keras.ops` in `call`, arguments again in `get_config`. `InputSpec` guards the door.
# - A `.keras` file is configuration plus weights. What travels by neither road is lost: load and compare.
#
# ## References
#
# - J. Bromley, I. Guyon, Y. LeCun, E. Säckinger and R. Shah, "Signature verification using a 'siamese' time delay neural network", *NIPS* 1993.
# - S. Chopra, R. Hadsell and Y. LeCun, "Learning a similarity metric discriminatively, with application to face verification", *CVPR* 2005.
# - A. B. Kahn, "Topological sorting of large networks", *Communications of the ACM* 5, 1962: the order of work.
# - R. Caruana, "Multitask learning", *Machine Learning* 28, 1997: several heads on one body.
#
# ## Where to read on
#
# Keras's own guides *The Functional API*, *Making new layers and models via subclassing* and *Save, serialize, and export models*, at keras.io. Then lesson 02: the layers that carry, cut and turn arrays, which make up most of a real graph.
