# %% [markdown]
# # How this course works
#
# **Time** 95 minutes · **Needs** nothing but a little Python · **Running everything** {{seconds}} s on two CPU cores
#
# Welcome. What you are reading is a **notebook**: text, and between the text boxes with code that you can run and change. You cannot break anything here.
#
# Click into the first box below, hold **Shift** and press **Enter**. Then the same in the second. While a box works, its left edge shows `[*]`; when it is done, a number stands there. (The first box sees whether the course's tools are here. The second fetches Keras, which takes a few seconds.)

# %% tags=["setup"]
import numpy as np

from cnncourse import begin, data, plots, runtime

check = begin("00_start")

import keras

# %% [markdown]
# Numbers in the brackets? Then you have run code, and the keys you pressed are all you need for this course. Run the next box: it opens a set of digits that people wrote by hand, 4,000 to learn from and 1,000 to be tested on.

# %% tags=["setup"]
(x_train, y_train), (x_test, y_test) = data.mnist_sample()

# %%
plots.images(
    x_test[:16],
    [f"a {digit}" for digit in y_test[:16]],
    columns=8,
    suptitle="Sixteen digits from the test set",
    alt="Sixteen small pictures of handwritten digits, bright ink on black, each with the digit it stands for as its title.",
)

# %% [markdown]
# Now a machine that reads them. It is as simple as can be: it knows what the average 0, the average 1 and so on look like, and answers with the average that is nearest. (How the last line makes Keras do that is told in *Five steps*, further down. Just run it.)

# %% tags=["setup"]
averages = np.stack([x_train[y_train == digit].mean(axis=0) / 255 for digit in range(10)])
flat = averages.reshape(10, 784)
reader = keras.Sequential(
    [keras.Input((28, 28)), keras.layers.Flatten(), keras.layers.Dense(10, activation="softmax")]
)
reader.layers[-1].set_weights([0.3 * flat.T, -0.15 * (flat**2).sum(axis=1)])

# %%
plots.images(
    averages,
    [f"average {digit}" for digit in range(10)],
    columns=5,
    width=5,
    alt="Ten blurred digits, the averages of 400 handwritten zeros, ones, twos and so on up to nine.",
)

# %% [markdown]
# Two students, Notebook A and Notebook B, let it read the 1,000 test digits. Here are both notebooks, in full. There is one copy of the cells, because they are the same, letter for letter.

# %%
reading = {
    1: "images = x_test.astype('float32')",
    2: "images = images / 255",
    3: "answers = reader.predict(images, verbose=0).argmax(axis=1)",
}


def play(cells, order):
    """Run cells in this order, as a notebook would, and return all that is remembered then."""
    memory = {"x_test": x_test, "reader": reader}
    for number in order:
        exec(cells[number], memory)
    return memory


a, b = play(reading, [1, 2, 3]), play(reading, [1, 2, 2, 3])
plots.images(
    x_test[:8],
    [f"A: {first}\nB: {second}" for first, second in zip(a["answers"][:8], b["answers"])],
    columns=8,
    alt="Eight handwritten digits with two answers each. Notebook A names seven of the eight rightly; Notebook B says 1 each time.",
)

# %% tags=["nbval-check-output"]
for name, memory in {"A": a, "B": b}.items():
    print(f"Notebook {name}: {(memory['answers'] == y_test).mean():.0%} of 1,000 digits right")

# %% [markdown]
# B reads every digit as a 1. No error, no warning, and whoever reads the two notebooks side by side finds no difference.
#
# **How can the same cells give different answers, and how will you notice when yours is the wrong one?**
#
# You may have seen it in the code above. If not, you will know in twenty minutes. After this lesson you can
#
# - run, stop and restart a notebook, in JupyterLab and in Colab, and say what it remembers;
# - read every reply that `check()` can give;
# - read the shape of a batch of images;
# - build, train and test a first network with Keras in five steps, and tell when it is being asked the wrong way;
# - keep your work in Git: clone, commit, branch, merge, undo.

# %% [markdown]
# ## Cells and keys
#
# The boxes are called **cells**. A cell is text (like this one) or code. The same keys and menus do nearly the same wherever you work:
#
# | to … | in JupyterLab | in Colab |
# |---|---|---|
# | run a cell and go to the next | Shift+Enter | Shift+Enter |
# | add a cell below | Esc, then B | **+ Code** |
# | stop a cell that takes too long | ■ in the toolbar | ■ at the cell |
# | see what a function does | click on its name, Shift+Tab | let the mouse rest on its name |
# | start afresh and run everything | Kernel → Restart Kernel and Run All Cells… | Runtime → Restart session and run all |
# | throw old results away | Edit → Clear Outputs of All Cells | Edit → Clear all outputs |
# | save | Ctrl+S (⌘S on a Mac) | File → Save a copy in Drive, once; then Ctrl+S |
#
# What stands left of a code cell: `[ ]` not run yet, `[*]` running or waiting, `[7]` the seventh cell that was run. What a cell's *last* line is worth is shown below it, without `print`:

# %% tags=["nbval-check-output"]
ink = x_test[0].max()
paper = x_test[0].min()
f"paper is {paper}, full ink is {ink}"

# %% [markdown]
# (Colab lends you a machine for some hours. What is not saved in Drive, or downloaded, is gone when it is taken back.)
#
# A picture is stored as whole numbers from 0 to 255, one a pixel; NumPy calls them `uint8`, unsigned integers of 8 bits. In this set 0 is paper and 255 is full ink, so the pictures above show bright ink on black paper.
#
# ### {{exercise scale}}
#
# Networks like small numbers. Write `scale(images)`: it takes stored images and returns the same images with 0 for paper and 1 for full ink. A pixel of 51 becomes $51 / 255 = 0.2$. The result may be float32 or float64; the stored images are not to be changed.
#
# In an exercise cell, replace the line that begins with `raise`. Then run that cell **and** the cell below it, which checks your answer. Try as often as you like: trying costs nothing, and only your last answer counts.
#
# <details><summary>Hint 1 · all at once</summary>NumPy computes with a whole array as with one number: if <code>a</code> is an array, <code>a + 1</code> adds 1 to every number in it. No loop is needed.</details>
# <details><summary>Hint 2 · giving it back</summary>A function gives its result back with <code>return</code>. Without that word it gives back nothing.</details>


# %% tags=["exercise"]
def scale(images):
    """Scale stored images: 0 (paper) becomes 0.0, 255 (full ink) becomes 1.0, evenly between.

    Args:
        images: uint8 array of any shape, one image or many. It must not be changed.

    Returns:
        Array of floats, of the same shape.
    """
    ### BEGIN SOLUTION
    return images / 255
    ### END SOLUTION


# %% tags=["check"]
check(scale)

# %% [markdown]
# A green line that says *right*: that was your first exercise. If the line has another colour, read what it says and try again; the next section explains what it can say.
#
# The heading of an exercise says how hard it is: ●○○ is easy, ●●○ takes thought, ●●● takes time. A star, ★, marks exercises that hang together: one builds on the other.

# %% [markdown]
# ## What `check()` says
#
# `check` calls your function with a few inputs and compares what comes back with what should. It knows mistakes that people often make, and calls them by name. It never gives the solution away.
#
# Here are six answers that others might give to the exercise above.


# %%
def not_begun(images):
    raise NotImplementedError("scale: not written yet")


def in_place(images):
    images /= 255
    return images


def whole_numbers(images):
    return images // 255


def in_one_row(images):
    return images.ravel() / 255.0


def by_256(images):
    return images / 256


def by_the_brightest(images):
    return images / images.max()


# %% [markdown]
# > **Predict.** Each of the six gets a different one of these replies: *not attempted*, *raised*, *wrong type*, *wrong shape*, *wrong values*, *partly right*. Write down which gets which before you run the next cell.

# %% tags=["nbval-check-output"]
from IPython.display import Markdown, display

for answer in (not_begun, in_place, whole_numbers, in_one_row, by_256, by_the_brightest):
    display(Markdown(f"**`{answer.__name__}`**"))
    check(scale=answer)

# %% [markdown]
# How to read such a reply, from its first line to its last:
#
# - **the state and the points.** ✓ right, ◐ partly right, ✗ wrong, ○ not attempted.
# - **what you did**, if `check` has recognised the mistake. An error of your own code is repeated here, with the line where it happened.
# - **what it was tried with**, then **yours** beside **expected**. (Where the expected value would be the solution, only yours is shown.)
# - **which parts are right**, where an exercise has several. Each part brings its points by itself: `by_the_brightest` is right for pictures that hold full ink, and goes wrong on pale ones.
# - **Revisit**: the heading in this notebook to read again.
#
# Two more states come in later lessons: *against the rules* (you called the very function that you were to write) and *graded by hand* (an answer in words).
#
# The marks for the course come from other inputs of the same kind, drawn afresh. So a function that only knows the inputs of `check` by heart does not pass; a function that does what its text says does.

# %% [markdown]
# ## The kernel remembers
#
# A notebook is two things. The **page** is what you see, text in a file. The **kernel** is a Python process that runs the cells you send it, in the order in which you send them, and remembers every name. It does not read the page. It does not know that you deleted a cell, or that one stands above another.
#
# Follow one pixel of full ink through the two notebooks of the first screen. Cell 1 sets it to 255. Cell 2 divides what is there by 255.
#
# | | after cell 1 | after cell 2 | cell 2 again |
# |---|---|---|---|
# | Notebook A | 255 | 1 | |
# | Notebook B | 255 | 1 | 1/255 = 0.0039 |
#
# B's owner pressed Shift+Enter once too often. The digits became so faint that the reader sees ten blank sheets, and the average digit nearest to blank paper is the one with the least ink: the 1.

# %%
fig, axes = plots.figure(1, 3, height=3.0, sharey=True)
orders = {"Notebook A": [1, 2, 3], "Notebook B": [1, 2, 2, 3], "Notebook C": [3, 1, 2]}
for axis, (name, order) in zip(axes, orders.items()):
    axis.plot(range(1, len(order) + 1), order, "o-", color=plots.COLOURS[0], markersize=16)
    for step, cell in enumerate(order, start=1):
        axis.annotate(f"[{step}]", (step, cell), color="white", ha="center", va="center", size=8)
    axis.set(title=name, xlabel="time: which run", xlim=(0.5, 4.5), ylim=(3.5, 0.5))
    axis.set(xticks=range(1, 5), yticks=[1, 2, 3])
axes[0].set_ylabel("place on the page: cell")
plots.show(
    fig,
    alt="Three plots of the cell's place on the page against time. Notebook A goes straight down: cells 1, 2, 3. Notebook B runs cell 2 twice. Notebook C starts with cell 3, then 1, then 2.",
)

# %% [markdown]
# *The number in the brackets is the time, not the place. If the numbers down your page do not run 1, 2, 3, …, what you see may not be what the page says.*
#
# > **Predict.** Notebook C runs cell 3 first. Is that worse than B, or better?

# %% tags=["nbval-check-output"]
try:
    play(reading, [3, 1, 2])
except NameError as error:
    print("NameError:", error)

# %% [markdown]
# Better. C is told at once. The dangerous order is the one that gives no error.
#
# Two habits protect you.
#
# 1. **Give a result a name of its own** in place of writing over what it was made from. Then a second run does no harm:

# %% tags=["nbval-check-output"]
safe = {
    1: "images = x_test.astype('float32')",
    2: "scaled = images / 255",
    3: "answers = reader.predict(scaled, verbose=0).argmax(axis=1)",
}
for order in ([1, 2, 3], [1, 2, 2, 3], [1, 2, 2, 2, 3]):
    print(order, f"{(play(safe, order)['answers'] == y_test).mean():.0%} right")

# %% [markdown]
# 2. **Restart and run all** before you believe a result, and before you hand in. A new kernel remembers nothing; the page alone must do it. Your marks come from such a run.
#
# ### {{exercise kernel_memory}}
#
# Paper and pencil. A notebook has three cells:
#
#     cell 1    total = 10
#     cell 2    total = total + 5
#     cell 3    result = total * 2
#
# Each question starts from a fresh kernel. What is `result` at its end? Write a dictionary, as in `kernel_memory = {"in_order": 1, "twice": 2, …}`, in place of the three dots:
#
# - `"in_order"`: you run 1, 2, 3.
# - `"twice"`: you run 1, 2, 2, 3.
# - `"stale"`: you run 1, 2, 3, and then 2 once more.
# - `"edited"`: you run 1, 2, 3. Then you change cell 2 to `total = total * 3`, and run 2 and 3.
# - `"restarted"`: the same as `"edited"`, and then *Restart Kernel and Run All Cells*.
#
# <details><summary>Hint 1 · keep a list</summary>Write two columns, <code>total</code> and <code>result</code>, and one line for each run. A cell changes only the name left of its equals sign.</details>
# <details><summary>Hint 2 · edited</summary>When the changed cell runs, which number does <code>total</code> hold already?</details>

# %% tags=["exercise"]
### BEGIN SOLUTION
kernel_memory = {"in_order": 30, "twice": 40, "stale": 30, "edited": 90, "restarted": 60}
### END SOLUTION

# %% tags=["check"]
check(kernel_memory=kernel_memory)

# %% [markdown]
# ## Shapes
#
# Most of the errors you will meet in this course are about shapes. A shape says how many numbers lie along each axis. One image has two axes, rows and columns. A **batch**, several images in one array, has one axis more, and it comes **first**.

# %% tags=["nbval-check-output"]
print("all images for learning:", x_train.shape)
print("their labels:           ", y_train.shape)
print("one pixel, row 10, column 14 of image 0:", x_train[0, 10, 14])

# %%
fig, axis = plots.figure(height=3.0)
for depth in range(6):
    left, top = 22 * depth, -7 * depth
    card = np.pad(x_train[depth], 1, constant_values=255)  # with a white edge
    place = (left, left + 30, top + 30, top)
    axis.imshow(card, extent=place, cmap="gray", zorder=6 - depth)
axis.text(15, 34, "axis 2: columns, 28", ha="center")
axis.text(-2, 15, "axis 1: rows, 28", ha="right", va="center", rotation=90)
axis.text(92, 26, "axis 0: the images, 4,000 of them →", ha="center")
axis.set(xlim=(-10, 150), ylim=(37, -37), aspect="equal", title="a batch of images")
axis.set_axis_off()
plots.show(
    fig,
    alt="Six digits drawn as a row of cards, one behind the other. Axis 0 runs from card to card, axis 1 down the rows and axis 2 along the columns of a card.",
)

# %% [markdown]
# An index picks one thing and its axis is gone. A slice `from:to` picks several and the axis stays, even if it picks just one. `reshape(n, -1)` lays the numbers out anew; `-1` means *as many as it takes*.
#
# ### {{exercise shapes}}
#
# `x_train` has shape (4000, 28, 28). Write five shapes into a dictionary `shapes`, as tuples, **before** you let Python tell you; then check, and try in a cell of your own what surprises you.
#
# - `"one"`: `x_train[7]`
# - `"batch_of_one"`: `x_train[7:8]`
# - `"hundred"`: `x_train[:100]`
# - `"upper_half"`: `x_train[7, :14]`
# - `"rows_of_pixels"`: `x_train[:100].reshape(100, -1)`
#
# <details><summary>Hint 1 · count the axes first</summary>Three axes come in. How many of them does each expression use up by an index?</details>
# <details><summary>Hint 2 · the last one</summary>No number gets lost when an array is laid out anew. How many pixels has one image?</details>

# %% tags=["exercise"]
### BEGIN SOLUTION
shapes = {
    "one": (28, 28),
    "batch_of_one": (1, 28, 28),
    "hundred": (100, 28, 28),
    "upper_half": (14, 28),
    "rows_of_pixels": (100, 784),
}
### END SOLUTION

# %% tags=["check"]
check(shapes=shapes)

# %% [markdown]
# ## Five steps
#
# Whatever network you will build in this course, from one layer to two hundred, you use it in five steps: **define, compile, fit, evaluate, predict**. Today each step is a black box with a handle. The later lessons open them, one by one.
#
# The images come scaled, once, under names of their own:

# %%
scaled_train, scaled_test = x_train / 255, x_test / 255

# %% [markdown]
# **1. Define.** A network is a stack of layers, through which an image goes from first to last. `Flatten` lays the 28 × 28 pixels out in one row of 784. A `Dense` layer computes some numbers, its **units**: 64 in the first. Every unit is a weighted sum of all the numbers that come in, plus a number of its own, the **bias**. Weights and biases are the network's **parameters**: the numbers that it can learn. The last layer has ten units, one for each digit; `softmax` makes them positive with sum 1, so that they can be read as probabilities.

# %% tags=["nbval-check-output"]
model = keras.Sequential(
    [
        keras.Input((28, 28)),
        keras.layers.Flatten(),
        keras.layers.Dense(64, activation="relu"),
        keras.layers.Dense(10, activation="softmax"),
    ]
)
print("numbers that can be learned:", f"{model.count_params():,}")

# %% [markdown]
# **2. Compile.** Say what counts as wrong (the *loss*, which is to become small), how to get better (the *optimizer*), and what you want to be told meanwhile (the *metrics*).

# %%
model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])

# %% [markdown]
# **3. Fit.** The network goes through the 4,000 images, 32 at a time, and after each batch changes its numbers a little so that the loss falls. Once through all of them is an *epoch*.

# %%
epochs = runtime.budget(smoke=3, cpu=10, gpu=10)
history = model.fit(
    scaled_train,
    y_train,
    batch_size=32,
    epochs=epochs,
    verbose=0,
    callbacks=[plots.live_curve(["accuracy"], title="Learning to read digits")],
)

# %% [markdown]
# **4. Evaluate.** *Accuracy* is the share of right answers. By hand: the answers 7, 2, 1, 0 to digits that are 7, 2, 7, 0 are right three times of four, so the accuracy is $3/4 = 0.75$.
#
# > **Predict.** What accuracy has someone who guesses with closed eyes? Will the network do better on the digits it has learned from, or on the 1,000 it has never seen, and which of the two numbers would you tell a friend?

# %%
for name, images, labels in (
    ("learned from", scaled_train, y_train),
    ("never seen", scaled_test, y_test),
):
    loss, accuracy_there = model.evaluate(images, labels, verbose=0)
    print(f"digits {name:13} {accuracy_there:.1%} right")

# %% [markdown]
# The number to tell is the second. The first says how well the network recalls, the second how well it reads.
#
# **5. Predict.** Ten probabilities an image; the place of the largest is the answer. `argmax` finds the place.

# %%
probabilities = model.predict(scaled_test[:4], verbose=0)
print("shape", probabilities.shape, " sum of each row", probabilities.sum(axis=1).round(3))
print("answers", probabilities.argmax(axis=1), " labels", y_test[:4])

# %%
fig, axes = plots.figure(2, 4, height=3.2, height_ratios=[2, 1])
for k in range(4):
    axes[0, k].imshow(x_test[k], cmap="gray")
    axes[0, k].set_axis_off()
    axes[0, k].set_title(f"answer {probabilities[k].argmax()}, is {y_test[k]}")
    axes[1, k].bar(range(10), probabilities[k], color=plots.COLOURS[0])
    axes[1, k].set(ylim=(0, 1), xticks=range(0, 10, 3), xlabel="digit")
axes[1, 0].set_ylabel("probability")
plots.show(
    fig,
    alt="Four handwritten digits; below each a bar chart of the ten probabilities that the network gives, mostly one tall bar at the right digit.",
)

# %% [markdown]
# ### Is it luck?
#
# Training begins with random numbers, so each run ends a little differently. One run proves little; this course repeats what it claims. Beside it stand two baselines, blind guessing and the reader of averages.


# %%
def five_steps(seed):
    """A network like the one above, trained from other random numbers."""
    keras.utils.set_random_seed(seed)
    network = keras.models.clone_model(model)
    network.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    network.fit(scaled_train, y_train, batch_size=32, epochs=epochs, verbose=0)
    return network


def right(network, images):
    """Share of the test digits that a network names rightly."""
    return (network.predict(images, batch_size=250, verbose=0).argmax(axis=1) == y_test).mean()


networks = [five_steps(seed) for seed in range(runtime.budget(smoke=1, cpu=5, gpu=5))]

# %%
guesses = np.random.default_rng(0).integers(0, 10, size=(len(networks), 1000))
shares = {
    "blind guessing": [(guess == y_test).mean() for guess in guesses],
    "reader of averages": [right(reader, scaled_test)],
    "five steps": [right(network, scaled_test) for network in networks],
}
plots.table(
    ["who reads", "runs", "right, mean", "lowest", "highest"],
    [
        [who, len(s), *(f"{v:.1%}" for v in (np.mean(s), min(s), max(s)))]
        for who, s in shares.items()
    ],
    caption="1,000 digits never seen",
)

# %% [markdown]
# ### Asked the wrong way
#
# The networks have learned from pixels between 0 and 1. Now ask the very same networks with the stored pixels, 0 to 255, and, as in Notebook B, with pixels divided twice.
#
# > **Predict.** How many digits do they still read, and how sure are they of their answers: the mean of the largest probability?

# %%
asked = {"0 to 1": scaled_test, "0 to 255": x_test, "divided twice": scaled_test / 255}
rows = []
for who, readers in {"five steps": networks, "reader of averages": [reader]}.items():
    for how, images in asked.items():
        shares = [right(n, images) for n in readers]
        sure = [n.predict(images, batch_size=250, verbose=0).max(axis=1).mean() for n in readers]
        spread = f"{min(shares):.0%} – {max(shares):.0%}"
        rows.append([who, how, f"{np.mean(shares):.0%}", spread, f"{np.mean(sure):.0%}"])
plots.table(
    ["network", "pixels", "right", "lowest – highest", "how sure"],
    rows,
    caption=f"{len(networks)} networks of five steps and the reader, asked in three ways",
)

# %% [markdown]
# Divided twice, all of them fail. With pixels 255 times too large the networks of five steps still read well: their layers mostly multiply, so all ten scores grow together and the largest stays the largest. That is luck; the reader of averages does not have it. And all are sure of **everything** then, mistakes included. Look at the accuracy alone and you may never notice. The rule: *ask as you trained.*
#
# Your next function asks the reader of averages, since its numbers are the same on every machine.
#
# ### {{exercise read_digit}}
#
# Write `read_digit(image)`: it takes **one** stored image and returns what `reader` makes of it. The reader was made, like every network in this course, for batches, and from pixels between 0 and 1. Ask it with a single image, and Keras says so, in the middle of a long message (`None` stands for *any number of images*):

# %%
try:
    reader.predict(x_test[0] / 255, verbose=0)
except ValueError as error:
    print("ValueError: …", str(error)[str(error).find("Expected shape") :].splitlines()[0])

# %% [markdown]
# <details><summary>Hint 1 · a batch of one</summary>Look at the second entry of your exercise on shapes. For an image that is not cut from a batch, <code>image[None]</code> adds an axis in front.</details>
# <details><summary>Hint 2 · what comes back</summary>A batch of one goes in, so what comes back is a batch of one as well: shape (1, 10). Take its only row first.</details>
# <details><summary>Hint 3 · place and height</summary><code>argmax</code> gives the place of the largest number, <code>max</code> the number itself. You need both.</details>


# %% tags=["exercise"]
def read_digit(image):
    """Read one stored image with `reader`.

    Args:
        image: uint8 array (28, 28), 0 (paper) to 255 (full ink).

    Returns:
        (digit, probability): the digit that `reader` finds most likely, a whole number from 0 to 9;
        and the probability that it gives to this digit, a float between 0 and 1.
    """
    ### BEGIN SOLUTION
    answer = reader.predict(image[None] / 255, verbose=0)[0]
    return int(answer.argmax()), float(answer.max())
    ### END SOLUTION


# %% tags=["check"]
check(read_digit)

# %% tags=["needs-answer"]
answers = [read_digit(image) for image in x_test[:8]]
plots.images(
    x_test[:8],
    [f"{digit} ({probability:.0%})" for digit, probability in answers],
    columns=8,
    alt="Eight handwritten digits, each with the answer of your function and how sure the reader is.",
)

# %% [markdown]
# ### {{exercise accuracy}}
#
# A colleague measures accuracy without Keras. The function was tested on the digits and is right there. Then the labels came from another data set, which stores them as a column, shape (n, 1). (Keras gives you the labels of CIFAR-10 so.)


# %%
def accuracy_with_bug(probabilities, labels):
    """Share of the rows of `probabilities` whose largest entry stands where `labels` says."""
    answers = probabilities.argmax(axis=1)
    return float((answers == labels).mean())


probabilities = model.predict(scaled_test, verbose=0)
print(f"labels of shape {y_test.shape}:   {accuracy_with_bug(probabilities, y_test):.1%}")
column = y_test.reshape(-1, 1)
print(f"labels of shape {column.shape}: {accuracy_with_bug(probabilities, column):.1%}")

# %% [markdown]
# The same answers, the same labels, and no error. The second number is about what blind guessing gets, whatever the network can do. Find out what is compared with what (a look at the shape of `answers == labels` helps), and write `accuracy`, which is right for both kinds of labels. NumPy or Keras, as you like; a share between 0 and 1 comes back, not a percentage.
#
# <details><summary>Hint 1 · a small case</summary>Try it with three answers: <code>np.array([7, 2, 1]) == np.array([[7], [2], [1]])</code>. How many comparisons are made?</details>
# <details><summary>Hint 2 · one shape for both</summary>What turns an array of any shape into one row of all its numbers?</details>


# %% tags=["exercise"]
def accuracy(probabilities, labels):
    """Share of images whose most likely class is their label.

    Args:
        probabilities: float array (n, classes), one row an image, n at least 1.
        labels: array of whole numbers from 0 to classes - 1, of shape (n,) or (n, 1).

    Returns:
        A float between 0 and 1.
    """
    ### BEGIN SOLUTION
    answers = probabilities.argmax(axis=1)
    return float((answers == labels.reshape(-1)).mean())
    ### END SOLUTION


# %% tags=["check"]
check(accuracy)

# %% [markdown]
# ### {{exercise my_model}}
#
# Now all five steps are yours. Build, compile and train a network on `x_train` and `y_train`, and call it `my_model`. It will be asked with batches of shape (n, 28, 28) with pixels from 0 to 1, and must give ten numbers an image; the largest is its answer. It may have at most 60,000 parameters (`my_model.count_params()`), and is to read 87 % of digits it has not seen, each a little lighter or darker than in its file and moved by up to half a pixel. How far beyond that can you get?
#
# Do not look at `x_test` while you try things out: a test that you have practised on is no test. `fit` can set some of the learning images aside for you: `validation_split=0.2`.
#
# <details><summary>Hint 1 · where to begin</summary>Take the cells of the five steps above, under another name. That is how everybody begins.</details>
# <details><summary>Hint 2 · better</summary>Change one thing at a time: more epochs, more units, one more Dense layer. Watch the accuracy on what was set aside.</details>

# %% tags=["exercise"]
### BEGIN SOLUTION
my_model = keras.Sequential(
    [
        keras.Input((28, 28)),
        keras.layers.Flatten(),
        keras.layers.Dense(72, activation="relu"),
        keras.layers.Dense(10, activation="softmax"),
    ]
)
my_model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
history = my_model.fit(x_train / 255, y_train, epochs=10, verbose=0)
### END SOLUTION

# %% tags=["check"]
check(my_model=my_model)

# %% [markdown]
# ## A map of the course
#
# Each later lesson opens a piece of one of the five boxes. The map shows which.
#
# What such networks are used for: to tell what a picture shows (from lesson 09 on), to find and outline
# objects in it (lesson 15), to follow an object through a film, called *tracking*, and to rebuild a room or a
# street from pictures of it, called *scene reconstruction*. The last two are not taught here. They stand on
# the same layers.

# %%
PARTS = {
    "1 · The tools": "00 start:all five|01 models:define|02 layers:define|03 activations:define|04 weights:define|05 losses:compile|06 optimizers:compile|07 edges:predict",
    "2 · The layers of a CNN": "08 convolution:define|09 pooling:define|10 normalization:define|11 regularization:evaluate|12 preprocessing:fit",
    "3 · The networks": "13 classic:define|14 inception:define|15 resnet:define|16 mobilenet:define|17 efficientnet:define|18 transfer:fit",
    "4 · Beyond": "19 sequences:define|20 seeing:predict|21 capstone:all five",
}
STEPS = ("define", "compile", "fit", "evaluate", "predict", "all five")
TINTS = dict(zip(STEPS, plots.COLOURS))

# %%
fig, axis = plots.figure(height=3.6)
for row, (part, lessons) in enumerate(PARTS.items()):
    axis.text(0, row - 0.42, f"Part {part}", size=9, weight="bold")
    for column, lesson in enumerate(lessons.split("|")):
        name, step = lesson.split(":")
        tint = (TINTS[step], 0.25)
        axis.barh(row, 0.94, 0.56, left=column + 0.03, color=tint, edgecolor=TINTS[step])
        text = "\n".join([*name.split(), f"({step})"])
        axis.text(column + 0.5, row, text, ha="center", va="center", size=7.5)
axis.set(xlim=(0, 8), ylim=(3.5, -0.6))
axis.set_axis_off()
plots.show(
    fig,
    alt="The twenty-two lessons in four rows. Part 1, the tools: start, models, layers, activations, weights, losses, optimizers, edges. Part 2, the layers of a CNN: convolution, pooling, normalization, regularization, preprocessing. "
    "Part 3, the networks: classic, inception, resnet, mobilenet, efficientnet, transfer. Part 4: sequences, seeing, capstone. Under each the step that it opens: mostly define; losses and optimizers open compile; preprocessing and transfer open fit; regularization opens evaluate; edges and seeing open predict.",
)  # fmt: skip

# %% [markdown]
# ## Git: your work, and how to get it back
#
# A notebook goes wrong at midnight, and yesterday it worked. **Git** keeps yesterday. Each time you say `commit`, it stores a snapshot of all your files, with a note and with a pointer to the snapshot before it. Nothing that was committed gets lost easily.
#
# You will play a homework through, with real Git in a folder of its own that disappears afterwards. (Where Git is missing you see the commands, and the pictures as Git drew them for us.) First a way to run it, away from your own files and settings:

# %%
import os
import shlex
import subprocess
import tempfile
from pathlib import Path

# %%
ALONE = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C"}
for who in ("AUTHOR", "COMMITTER"):
    ALONE |= {f"GIT_{who}_NAME": "You", f"GIT_{who}_EMAIL": "you@example.org"}
    ALONE |= {f"GIT_{who}_DATE": "2026-01-05T09:00:00Z"}


def git(folder, command):
    """Run one Git command in a folder; return what it says."""
    others = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    about = {"cwd": folder, "env": others | ALONE, "stdout": subprocess.PIPE}
    words = ["git", *shlex.split(command)]
    return subprocess.run(words, stderr=subprocess.STDOUT, encoding="utf-8", **about).stdout


# %%
try:
    version = git(tempfile.gettempdir(), "--version").split()[2].split(".")
    HAVE_GIT = (int(version[0]), int(version[1])) >= (2, 32)
except (OSError, ValueError, IndexError):  # no Git here, or none that may run
    HAVE_GIT = False


def do(folder, line):
    """Do one line of the story: `edit …`, `show`, or a Git command."""
    homework = Path(folder, "homework.md")
    verb, _, rest = line.partition(" ")
    if verb == "git":
        return git(folder, rest)
    lines = homework.read_text().splitlines() if homework.exists() else []
    if verb == "edit":  # the line that begins alike is replaced; else one is added
        lines = [rest if old[:2] == rest[:2] else old for old in lines]
        lines += [] if rest in lines else ["", rest] if lines else [rest]
        homework.write_text("\n".join(lines) + "\n", newline="\n")
        return ""
    return "\n".join(lines)


# %%
STORY = {
    0: """$ git init --quiet --initial-branch=main course
course$ edit due Monday
course$ edit q1 =
course$ edit q2 =
course$ git add homework.md
course$ git commit --quiet --message 'Hand out'"""
}
LOGS = {}


def act(number, story):
    """Play the story from its beginning up to this act, in a new folder, and show this act."""
    STORY[number] = story
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as top:
        for n in range(number + 1):
            for line in STORY[n].splitlines():
                place, _, command = line.partition("$ ")
                said = do(Path(top, place), command) if HAVE_GIT else ""
                if n == number:
                    print(line, *said.splitlines(), sep="\n    ")
        if HAVE_GIT:
            log = "log --all --topo-order --reverse --format=%h|%p|%D|%s"
            LOGS[number] = git(Path(top, "mine"), log)


# %% [markdown]
# (`act` plays everything from the beginning each time. So you may run the cells below in any order and as often as you like; you know why.)
#
# **Clone.** Your teacher's folder `course` holds a file `homework.md` with two questions. `git clone` copies it to you, with its whole past. What stands before the `$` is the folder we are in; `show` shows the file.

# %%
act(
    1,
    """$ git clone --quiet course mine
mine$ git log --oneline
mine$ show""",
)

# %% [markdown]
# `HEAD` is where you are, `main` is the branch you are on, `origin/main` is where your teacher's `main` was when you last looked. The seven characters in front are the beginning of the commit's name, which has forty.
#
# **Commit.** You answer the first question. (`edit` stands for what you do in the editor.) Git sees that the file has changed, ` M`. `git add` puts the change on the *stage*, `M `: the next snapshot will hold it. `git commit` takes the snapshot.

# %%
act(
    2,
    """mine$ edit q1 = 28 x 28
mine$ git status --short
mine$ git add homework.md
mine$ git status --short
mine$ git commit --message 'Answer q1'
mine$ git log --oneline""",
)

# %% [markdown]
# **Branch.** You have an idea for the second question and are not sure. On a branch of its own it harms nobody. `commit --all` adds and commits every changed file that Git knows.

# %%
act(
    3,
    """mine$ git switch --create idea
mine$ edit q2 = batch axis first
mine$ git commit --quiet --all --message 'Try q2'
mine$ git switch main""",
)

# %% [markdown]
# > **Predict.** You are back on `main`. What is in `homework.md` now, is your answer to q2 there?

# %%
act(
    4,
    """mine$ show
mine$ git switch --quiet idea
mine$ show
mine$ git switch --quiet main""",
)

# %% [markdown]
# Gone, and back again. A branch is a name for a commit, no more; `switch` makes the folder look as it did then.
#
# **Merge.** Meanwhile your teacher gives you time until Friday, in `course`. `git fetch` brings that news, and `git merge` puts it together with what you have. (`git pull` does both at once.) Then you merge your idea. Nobody has changed the same line or a neighbouring one, so Git needs no help.

# %%
act(
    5,
    """course$ edit due Friday
course$ git commit --quiet --all --message 'Due Friday'
mine$ git fetch --quiet
mine$ git merge --quiet --message 'Merge news' origin/main
mine$ git merge --quiet --message 'Merge idea' idea
mine$ show""",
)

# %% [markdown]
# Here is the past of `mine` as Git tells it. Each circle is a commit, a snapshot of the whole folder; each arrow points to the commit that it was made from, so time runs to the right and arrows to the left. A merge has two arrows. In the middle row stands `main`, above it your branch, below it what came from your teacher.

# %%
LOGS_WITHOUT_GIT = {
    5: """70f87e7|||Hand out
f2ef719|70f87e7||Answer q1
278aba2|70f87e7|origin/main, origin/HEAD|Due Friday
e862f65|f2ef719 278aba2||Merge news
ec21f31|f2ef719|idea|Try q2
b96462d|e862f65 ec21f31|HEAD -> main|Merge idea""",
    7: """70f87e7|||Hand out
f2ef719|70f87e7||Answer q1
278aba2|70f87e7|origin/main, origin/HEAD|Due Friday
e862f65|f2ef719 278aba2||Merge news
ec21f31|f2ef719|idea|Try q2
b96462d|e862f65 ec21f31||Merge idea
7db5366|b96462d||q2 on main
5cce5bb|7db5366|HEAD -> main|Revert "q2 on main"
994c293|b96462d|late|q2 on late""",
}


# %%
import textwrap

LANES = {"main": 0, "origin/main": -1, "idea": 1, "late": 1}


def lanes(commits):
    """How high to draw each commit: beside the branch that it was made on."""
    first_parent = {name: above.split()[:1] for name, above, _, _ in commits}
    tips = {}
    for name, _, refs, _ in commits:
        tips |= {ref.split()[-1]: name for ref in refs.split(", ") if ref}
    height = {}
    for branch, lane in LANES.items():
        at = [tips[branch]] if branch in tips else []
        while at and at[0] not in height:
            height[at[0]] = lane
            at = first_parent[at[0]]
    return height


# %%
def draw_commit(axis, x, y, note, refs):
    """Draw a commit as a circle, with its note and, in brackets, the branches that end there."""
    axis.plot(x, y, "o", color=plots.COLOURS[y + 1], markersize=13)
    ends = f"\n[{refs.replace(', origin/HEAD', '')}]" if refs else ""
    place = {"y": y + 0.2, "va": "bottom"} if y > 0 else {"y": y - 0.2, "va": "top"}
    paper = {"facecolor": "white", "edgecolor": "none", "pad": 1}
    axis.text(x, s=textwrap.fill(note, 12) + ends, ha="center", size=7.5, bbox=paper, **place)


def draw_history(number, title, alt):
    """Draw the commits after an act, the oldest on the left."""
    log = LOGS.get(number) or LOGS_WITHOUT_GIT[number]
    commits = [line.split("|") for line in log.splitlines()]
    height = lanes(commits)
    spot = {name: (x, height[name]) for x, (name, *_) in enumerate(commits)}
    fig, axis = plots.figure(height=3.4)
    for name, parents, refs, note in commits:
        for parent in parents.split():
            arrow = {"arrowstyle": "->", "shrinkA": 8, "shrinkB": 8, "color": "#555555"}
            axis.annotate("", spot[parent], spot[name], arrowprops=arrow)
        draw_commit(axis, *spot[name], note, refs)
    axis.set(title=title, xlim=(-0.6, len(commits) - 0.3), ylim=(-1.9, 1.7))
    axis.set_axis_off()
    plots.show(fig, alt=alt)


# %%
draw_history(
    5,
    "mine, after both merges",
    alt="A graph of commits from left to right. Hand out, then Answer q1, then two merge commits on main. The first merge also points to Due Friday, the teacher's commit; the second also points to Try q2, on the branch idea.",
)

# %% [markdown]
# **When two change the same line.** On a branch `late` you change your answer to q2 in one way, on `main` in another.
#
# > **Predict.** You merge `late` into `main`. Which answer does Git take: the newer one, that of `main`, that of `late`, or none?

# %%
act(
    6,
    """mine$ git switch --quiet --create late
mine$ edit q2 = batch, rows, columns
mine$ git commit --quiet --all --message 'q2 on late'
mine$ git switch --quiet main
mine$ edit q2 = (n, 28, 28)
mine$ git commit --quiet --all --message 'q2 on main'
mine$ git merge late
mine$ show""",
)

# %% [markdown]
# None. Git does not guess; it puts both between markers, `<<<<<<<` to `=======` what you have, `=======` to `>>>>>>>` what comes in, and waits. You edit the file so that it says what it should, and commit. If you would rather not: `git merge --abort`.
#
# **Undo.** Three situations, three commands. You scribbled in a file, and did neither `git add` nor commit: `git restore` brings the last snapshot back. (What you scribbled is lost, so be sure. After `git add` the scribble is on the stage, and plain `git restore` takes the file from there; `git restore --source=HEAD --staged --worktree` goes back behind both.) You committed, and others may have it already: `git revert` adds a commit that does the opposite. You only want to leave a merge: abort it, as here.

# %%
act(
    7,
    """mine$ git merge --abort
mine$ edit q1 = asdfgh
mine$ git status --short
mine$ git restore homework.md
mine$ git status --short
mine$ git revert --no-edit HEAD
mine$ show""",
)

# %%
draw_history(
    7,
    "mine, at the end: undoing adds to the past",
    alt="The same graph, longer by three commits: on main q2 on main and, last, Revert q2 on main; on the branch late, which leaves main after the second merge, q2 on late.",
)

# %% [markdown]
# The commit that you took back is still there, and so is what it said. That is why `revert` is safe: nobody's past changes under their feet. Commands that do change the past (`git reset --hard`, `git push --force`) are for commits that nobody else has, if at all.
#
# With notebooks, two habits: **clear the outputs before you commit** (Git compares lines, and pictures are very long lines), and keep your answers on a branch of your own, so that `git pull` brings new lessons without a conflict.
#
# ### {{exercise git_command}}
#
# Choose one letter for each situation, as in `{"s1": "a", …}`, and call the dictionary `git_command`. You are in the folder `mine`, on the branch `main`, if nothing else is said.
#
# **s1** The course is on a server, and on your machine there is nothing yet.
#
# - a) `git pull`
# - b) `git clone <address>`
# - c) `git switch main`
# - d) `git init`
#
# **s2** You have solved an exercise, saved the notebook and run `git add` on it. Now you want the snapshot.
#
# - a) `git push`
# - b) `git status`
# - c) `git commit --message "Solve scale"`
# - d) `git add` once more
#
# **s3** You want to try something daring, in this folder, without touching what works.
#
# - a) `git switch --create daring`
# - b) `git clone . daring`
# - c) `git commit --message daring`
# - d) `git merge daring`
#
# **s4** It works. You want it in `main`, and have just run `git switch main`.
#
# - a) `git switch daring`
# - b) `git pull daring`
# - c) `git merge daring`
# - d) `git revert daring`
#
# **s5** Since your last commit you have spoilt `notes.md`, and have not run `git add`. You want it as it was then.
#
# - a) `git revert HEAD`
# - b) `git restore notes.md`
# - c) `git pull`
# - d) `git commit --all`
#
# **s6** Your last commit was wrong, and others have it already.
#
# - a) `git revert HEAD`
# - b) `git reset --hard HEAD~1`
# - c) `git restore .`
# - d) `git merge --abort`
#
# <details><summary>Hint 1 · where is the change?</summary>Ask of each situation: is the change in the folder only, on the stage, in a commit of yours, or with others already?</details>
# <details><summary>Hint 2 · try it</summary>Write an act of your own: <code>act(8, ...)</code> goes on where act 7 ended.</details>

# %% tags=["exercise"]
### BEGIN SOLUTION
git_command = {"s1": "b", "s2": "c", "s3": "a", "s4": "c", "s5": "b", "s6": "a"}
### END SOLUTION

# %% tags=["check"]
check(git_command=git_command)

# %% [markdown]
# ## {{exercise quiz}}
#
# Answer with one letter each, such as `{"q1": "a", …}`.
#
# **q1** All cells have been run. You delete the only cell that defines `learning_rate`, and do not restart. A cell below uses the name. It
#
# - a) runs, with the old value
# - b) raises a NameError
# - c) runs, with the value 0
#
# **q2** The numbers in the brackets, from top to bottom of a page, are [1], [5], [3]. You know that
#
# - a) the second cell was run five times
# - b) the second cell was last run after the third
# - c) two cells were deleted
#
# **q3** `check` says *partly right, 2 of 3* and shows where a value differs. You
#
# - a) hand in: the last point is lost anyway
# - b) write an `if` that returns the value expected there
# - c) ask which kind of input your function gets wrong
#
# **q4** A network says for 1,000 test images which of 10 classes each belongs to. `predict` returns the shape
#
# - a) (1000,)
# - b) (10, 1000)
# - c) (1000, 10)
#
# **q5** A network gets 99 % right on the images it has learned from and 92 % on others. You tell a friend
#
# - a) 99 %
# - b) 92 %
# - c) the mean of both
#
# **q6** A network that read digits well is fed by a new program and is suddenly 100 % sure of every answer. Look first at
#
# - a) the pixels: are they scaled as in training?
# - b) the optimizer
# - c) nothing: it has got better
#
# **q7** On `main` you type a new answer and save. You run neither `git add` nor `git commit`. Then you run `git restore` on the file. Your new answer is
#
# - a) in the last commit
# - b) lost
# - c) on the branch `idea`

# %% tags=["exercise"]
### BEGIN SOLUTION
quiz = {"q1": "a", "q2": "b", "q3": "c", "q4": "c", "q5": "b", "q6": "a", "q7": "b"}
### END SOLUTION

# %% tags=["check"]
check(quiz=quiz)

# %% [markdown]
# ## Summary
#
# - The kernel remembers what was run, in the order of running; it does not read the page. *Restart and run all* before you believe, and before you hand in.
# - `check()` names the mistake and never the solution. Marks come from fresh inputs, so solve the task, not the check.
# - The batch axis comes first. An index removes an axis, a slice keeps it.
# - Five steps: define, compile, fit, evaluate, predict. Evaluate on what was never seen; ask as you trained.
# - Git: `clone` once; `commit` often; `switch --create` to dare; `merge` to join; `restore` what is not committed, `revert` what is.
#
# ## References
#
# - S. Chacon and B. Straub, *Pro Git*, 2nd edition, 2014, free at [git-scm.com/book](https://git-scm.com/book/en/v2): chapters "Getting Started", "Git Basics" and "Git Branching".
# - Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, "Gradient-based learning applied to document recognition", *Proceedings of the IEEE* 86, 1998: the paper that introduced MNIST.
# - J. F. Pimentel, L. Murta, V. Braganholo and J. Freire, "A large-scale study about quality and reproducibility of Jupyter notebooks", *Mining Software Repositories*, 2019: how many notebooks still give their results when they are run again.
#
# ## Where to read on
#
# In *Pro Git*: "Undoing Things" (in chapter "Git Basics") and "Basic Branching and Merging" (in chapter "Git Branching"), twenty minutes together. For Keras, the page "Getting started" at [keras.io](https://keras.io/getting_started/). Then lesson 01: what a model is, and the ones that are no stack.
