# %% [markdown]
# # Padding, stride, volumes
#
# **Time** 100 minutes · **Needs** lesson 07 · **Running everything** {{seconds}} s on two CPU cores
#
# Two networks of one layer each learn to draw outlines. Both see the same handwritten digits, always in the **left** half of the picture, with the outline to draw. The first
# is a dense layer: every output pixel has a weight for every input pixel. The second is a convolution with a single 3×3 kernel. Then both get a digit in the **right** half.

# %% tags=["setup"]
import numpy as np

from cnncourse import begin, data, plots, runtime
from cnncourse.runs import deviation, with_spread

check = begin("08_convolution")

import keras

# %%
from scipy import signal

LAPLACIAN = np.array([[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]]) / 8


def on_canvas(digits, column):
    """Digits on black canvases of 24×48, their left edge at this column."""
    canvas = np.zeros((len(digits), 24, 48, 1), np.float32)
    canvas[:, 2:22, column : column + 20, 0] = digits[:, 4:24, 4:24] / 255
    return canvas


def outlines(pictures):
    """What is to be drawn: each pixel less the mean of its eight neighbours, a Laplacian."""
    return signal.correlate(pictures, LAPLACIAN[None, :, :, None], "same").astype(np.float32)


(digits, _), (new_digits, _) = data.mnist_sample()
seen = on_canvas(digits, column=2)
tests = {"left": on_canvas(new_digits[:200], 2), "right": on_canvas(new_digits[:200], 26)}


# %%
def networks():
    """The two networks: one weight for each pair of pixels, or one kernel for all places."""
    dense = [keras.layers.Flatten(), keras.layers.Dense(24 * 48), keras.layers.Reshape((24, 48, 1))]
    kernel = [keras.layers.Conv2D(1, 3, padding="same")]
    return {
        "dense": keras.Sequential([keras.Input((24, 48, 1)), *dense]),
        "convolution": keras.Sequential([keras.Input((24, 48, 1)), *kernel]),
    }


def error(network, pictures):
    """Length of the error, as a share of the length of the outlines: 1 is an empty drawing."""
    wanted = outlines(pictures)
    drawn = network.predict(pictures, verbose=0)
    return np.linalg.norm(drawn - wanted) / np.linalg.norm(wanted)


# %%
RATES = {"dense": 0.003, "convolution": 0.02}  # from a few tried by hand for each
trained, errors = {}, {}
for seed in range(runtime.budget(smoke=1, cpu=3, gpu=3)):
    runtime.seed_everything(seed)
    for name, network in networks().items():
        network.compile(keras.optimizers.Adam(RATES[name]), "mse")
        network.fit(
            seen,
            outlines(seen),
            batch_size=32,
            epochs=runtime.budget(smoke=1, cpu=6, gpu=6),
            verbose=0,
        )
        trained[name] = network
        for half, pictures in tests.items():
            errors.setdefault((name, half), []).append(error(network, pictures))

# %%
pictures = np.concatenate([tests["left"][:1], tests["right"][:1]])
drawings = [pictures, *(trained[n].predict(pictures, verbose=0) for n in ("dense", "convolution"))]
plots.images(
    [drawing[half, :, :, 0] for half in (0, 1) for drawing in drawings],
    [title for half in tests for title in (f"digit on the {half}", "dense draws", "convolution draws")],
    columns=3,
    alt="Two rows of three pictures. Top: a digit on the left, its outline drawn faintly and with noise by the dense layer, sharply by the convolution. "
    "Bottom: the digit on the right; the dense layer draws grey noise all over, the convolution the same sharp outline as before, shifted.",
)  # fmt: skip

# %%
plots.table(
    ["network", "parameters", "error, digits on the left", "error, digits on the right"],
    [[name, network.count_params(), *(with_spread(errors[name, half], ".3f") for half in tests)]
     for name, network in trained.items()],
    caption="Error on 200 new digits (0 is perfect, 1 is an empty drawing; mean ± sample standard deviation over the seeds)",
)  # fmt: skip

# %% [markdown]
# The dense layer has over a million numbers. On the left it has learned to draw, if not well. On the right it is worse than an empty page. The convolution has ten numbers, nine and a bias,
# and it draws outlines in a place where it never saw a digit.
#
# **How can ten numbers know more than a million?**
#
# The answer is in how they are used: slid, shared, stacked. This lesson takes that machine apart, down to its gradients. At the end you train the ten numbers with code of your own.
#
# After this lesson you can
#
# - predict the output size of any convolution, and which side of an image gets the padding;
# - write the forward and the backward pass of a convolutional layer, and prove them right;
# - count the parameters and multiply-adds of a layer before you build it;
# - choose between the ten convolutional layers of Keras;
# - say what happens to the feature map when the object moves, and when that breaks.

# %% [markdown]
# ## Padding
#
# Lesson 07's kernel stood only where it fitted: an image $n$ wide and a kernel $k$ wide give $n - k + 1$ places. That is called **valid**. It has two costs. The image shrinks at every layer: thirteen layers of 3×3 make 28 pixels 2. And pixels do not count
# equally. In a 6×6 image, how many of the sixteen 3×3 windows look at each pixel? A corner lies in one window. A pixel in the middle lies in nine.

# %%
ones = np.ones((3, 3), dtype=int)
valid_views = signal.convolve2d(np.ones((4, 4), dtype=int), ones)
same_views = signal.convolve2d(np.ones((6, 6), dtype=int), ones, "same")
plots.matrices(
    {"valid: 16 windows": valid_views, "with a ring of zeros: 36 windows": same_views},
    alt="Two 6 by 6 tables: the number of 3 by 3 windows that look at each pixel. Without padding 1 in the corners, 9 in the middle. With a ring of zeros around, 4 in the corners, 6 along the edges, 9 everywhere else.",
)  # fmt: skip

# %% [markdown]
# So one puts a ring of zeros around the image. With $p$ extra pixels on each side the output is $n + 2p - k + 1$ wide. To keep the size, $p = (k-1)/2$. Keras calls this **same**. Corners still count less, but
# every pixel now is the centre of one window.
#
# For that, $k$ must be odd. That is one reason why kernels are 3, 5 or 7 wide. The others: an odd kernel has a middle pixel, so the output lies on the same grid as the input; and the padding is
# the same on both sides. A kernel 2 wide needs one extra pixel in all, so one side must be chosen, and each layer moves the picture by half a pixel.
#
# Zeros are not nothing. Lesson 07's filter found the strongest "edges" of a photograph on its frame. Now take a picture with nothing in it, all ones, and send it through ten layers. Each layer takes the mean of 3×3 pixels.
#
# > **Predict.** What does the picture look like after ten layers with `padding="same"`? Write your guess down before you run the next cell.

# %%
blank, mean_of_nine = np.ones((1, 32, 32, 1)), np.full((3, 3, 1, 1), 1 / 9)
faded = {}
for depth in range(1, 11):
    layer = keras.layers.Conv2D(1, 3, padding="same", use_bias=False)
    layer.build(blank.shape)
    layer.set_weights([mean_of_nine])
    blank = keras.ops.convert_to_numpy(layer(blank))
    faded[depth] = blank[0, :, :, 0]
plots.images(
    [faded[depth] for depth in (1, 3, 10)],
    [f"after {depth} layer{'s' if depth > 1 else ''}" for depth in (1, 3, 10)],
    value_range=(0, 1), width=6,
    alt="A white square after one, three and ten layers of averaging with zero padding. A dark frame grows from the border inwards: after one layer it is one pixel wide, after ten it fades over about ten pixels.",
)  # fmt: skip

# %% [markdown]
# A picture with nothing in it has grown a frame, one pixel wider with each layer. Within it, every value tells how far its pixel is from the border. A layer that shares one kernel over all places should not know where it is. With zero padding it does.
# Islam, Jia and Bruce (2020) trained small readers on the feature maps of well-known networks: they recovered the position in the image, and much less of it when the padding was taken out.

# %% [markdown]
# ## Stride
#
# The window need not move by one. With **stride** $s$ it moves by $s$ pixels, across and down. Follow this by hand: a 5×5 image, a 3×3 kernel, stride 2. The first window covers columns 0 to 2, the second columns 2 to 4; a third would need columns 4 to 6.
# So there are two places each way. Top left: $1\cdot1 + 2\cdot1 + 1\cdot1 = 4$, since the kernel is one on its diagonal and zero elsewhere.

# %%
small = np.array(
    [[1, 0, 2, 1, 3], [0, 2, 1, 0, 1], [3, 1, 1, 2, 0], [1, 0, 2, 1, 1], [0, 2, 1, 3, 1]]
)
diagonal = np.eye(3, dtype=int)
everywhere = signal.correlate2d(small, diagonal, "valid")
plots.matrices(
    {"image": small, "kernel": diagonal, "stride 1": everywhere, "stride 2": everywhere[::2, ::2]},
    highlight={"image": (0, 2, 3, 3), "stride 1": (0, 2, 1, 1), "stride 2": (0, 1, 1, 1)},
    alt="A 5 by 5 image, a 3 by 3 kernel with ones on the diagonal, the 3 by 3 output at stride 1 and the 2 by 2 output at stride 2, which is every second row and column of it. Framed: the window at columns 2 to 4 and its result.",
)  # fmt: skip

# %% [markdown]
# *Framed: the window's second place at stride 2, which is the third at stride 1.*
#
# Stride 2 gives every second number of stride 1, at about a quarter of the work. It is one of the two usual ways to make maps smaller; the other, pooling, is lesson 09's. In general, for a padding of $p$ on each side,
#
# $$n_\text{out} \;=\; \left\lfloor \frac{n + 2p - k}{s} \right\rfloor + 1$$
#
# The $k$ places of a window are its **taps**. Read it as a walk: the window's left edge can move by $n + 2p - k$ pixels; count the whole steps of $s$, and add the place where it started. What is left over at the end is never looked at. Draw it, one line for each place of the window:


# %%
def walk(n=8, k=3, s=2, p=0, dilation=1):
    """One line for each place of the window: padding grey, pixels white, the window's taps blue."""
    reach = dilation * (k - 1) + 1
    starts = range(0, n + 2 * p - reach + 1, s)
    fig, ax = plots.figure(height=0.6 + 0.3 * (len(starts) + 1))
    for row in range(len(starts) + 1):
        taps = range(starts[row - 1], starts[row - 1] + reach, dilation) if row else ()
        for c in range(n + 2 * p):
            ground = "white" if p <= c < n + p else "lightgray"
            face = plots.COLOURS[0] if c in taps else ground
            ax.bar(c - p + 0.5, 1, 1, bottom=row, color=face, edgecolor="gray")
    labels = ["input", *(f"output {i}" for i in range(len(starts)))]
    ax.set(xlim=(-p, n + p), ylim=(len(labels), 0), xlabel="column (pixels; grey is padding)")
    ax.set_yticks(np.arange(len(labels)) + 0.5, labels)
    ax.set_title(f"n = {n}, k = {k}, s = {s}, p = {p}, dilation {dilation}: {len(starts)} outputs")
    return plots.show(
        fig,
        alt=f"An input {n} wide with {p} zeros on each side, and below it the {len(starts)} places of a window of {k} pixels, spaced by {dilation}, moved by {s}.",
    )  # fmt: skip


# %%
plots.interact(walk, n=(4, 16, 1), k=(1, 5, 1), s=(1, 4, 1), p=(0, 3, 1))

# %% [markdown]
# *The last pixel of the eight is never looked at: two steps of 2 use up columns 0 to 6, and a third would leave the picture.*
#
# ### Same, with a stride
#
# With a stride, "same" cannot mean the same size. In Keras it means: as many outputs as there are strides in the input, counting a started one, $\lceil n / s \rceil$. Padding is added until that comes out, and not more. For one axis:
#
# $$p_\text{total} \;=\; \max\big(0,\; (\lceil n/s \rceil - 1)\, s + k - n\big)$$
#
# It is often an odd number. Then the two sides differ, and somebody must decide which gets more. Take the first layer of many networks: 224 pixels, kernel 3, stride 2. Outputs: 112. Needed: $111 \cdot 2 + 3 = 225$. So one zero in all.
#
# > **Predict.** On which side does Keras put it? We ask with a kernel that copies its first pixel only, on the numbers 1 to 8.

# %% tags=["nbval-check-output"]
row = np.arange(1, 9, dtype=np.float32).reshape(1, 8, 1)
for tap in range(3):
    layer = keras.layers.Conv1D(1, 3, strides=2, padding="same", use_bias=False)
    layer.build(row.shape)
    layer.set_weights([np.eye(3)[tap].reshape(3, 1, 1)])
    print(f"tap {tap} sees", keras.ops.convert_to_numpy(layer(row)).ravel().astype(int))

# %% [markdown]
# The first tap starts at the first pixel: nothing on the left. The last tap ends on a 0: the one zero is on the right. So the padding is (0, 1), below and to the right. Many notes say that same padding adds "an equal number" on
# all sides. It does for an odd kernel and stride 1.
#
# PyTorch's usual `padding=1` puts one zero on *both* sides. The output has the same size, 112. The windows are one pixel elsewhere. Copy weights from one to the other, all shapes fit, no error is raised, and every strided layer looks at the wrong pixels.
# The fix is to pad by hand (`ZeroPadding2D`) and convolve with "valid".
#
# ### {{exercise output_size}}
#
# Both formulas in one function, for one axis.
#
# <details><summary>Hint 1 · two cases</summary>Turn "valid" into a padding first: it is the number 0. "same" has a formula of its own, in the text above.</details>
# <details><summary>Hint 2 · rounding</summary>A step that does not fit is not taken. A stride that was started counts, but only for "same".</details>


# %% tags=["exercise"]
def output_size(n, kernel, stride=1, padding="valid"):
    """Number of places of a window along one axis.

    Args:
        n: width of the input in pixels, an integer ≥ 1.
        kernel: width of the window in pixels, an integer ≥ 1; never wider than the padded input.
        stride: pixels from one place to the next, an integer ≥ 1.
        padding: "valid" (none), "same" (as Keras does), or an integer ≥ 0: so many zeros on each of the two sides.

    Returns:
        The number of outputs, an integer.
    """
    ### BEGIN SOLUTION
    if padding == "same":
        return -(-n // stride)
    p = 0 if padding == "valid" else padding
    return (n + 2 * p - kernel) // stride + 1
    ### END SOLUTION


# %% tags=["check"]
check(output_size)

# %% [markdown]
# ### {{exercise same_padding}}
#
# Write `same_padding`. With it you can rebuild any "same" layer from a "valid" one, or carry weights between frameworks.
#
# <details><summary>Hint 1 · the total</summary>How many outputs should there be? How many pixels do that many windows need, from the left edge of the first to the right edge of the last?</details>
# <details><summary>Hint 2 · the halves</summary>Share the total as equally as whole numbers allow. You have seen which side gets the odd one.</details>
# <details><summary>Hint 3 · a border case</summary>Kernel 1, stride 2: do the windows need more pixels than there are?</details>


# %% tags=["exercise"]
def same_padding(n, kernel, stride=1):
    """How many zeros Keras's padding="same" puts before and after one axis.

    Args:
        n: width of the input in pixels, an integer ≥ 1.
        kernel: width of the window in pixels, an integer ≥ 1.
        stride: pixels from one place to the next, an integer ≥ 1; may be larger than the kernel.

    Returns:
        (before, after), two integers ≥ 0.
    """
    ### BEGIN SOLUTION
    outputs = -(-n // stride)
    total = max(0, (outputs - 1) * stride + kernel - n)
    return total // 2, total - total // 2
    ### END SOLUTION


# %% tags=["check"]
check(same_padding)

# %% [markdown]
# ## Volumes
#
# A colour image has three channels. The kernel then has three slices, one a channel. Lay all three on, multiply, add **everything** up: one number. By hand: the scene is red on the left and green on the right, and equally bright on both sides.

# %%
red = np.repeat([[8, 8, 8, 0, 0, 0]], 4, axis=0)
green = np.repeat([[0, 0, 0, 8, 8, 8]], 4, axis=0)
right_minus_left = np.repeat([[-1, 0, 1]], 3, axis=0)
parts = {
    "red channel": signal.correlate2d(red, right_minus_left, "valid"),
    "green channel": signal.correlate2d(green, right_minus_left, "valid"),
}
plots.matrices({"red channel": red, "green channel": green, "kernel slice": right_minus_left},
    alt="The red channel: 8 in the left three columns, 0 in the right three. The green channel: 0 left, 8 right. A 3 by 3 kernel slice with columns −1, 0, 1.",
)  # fmt: skip

# %% [markdown]
# > **Predict.** First, every slice of the kernel is the one shown. The red response is −24 at the edge, the green one +24. What is the output of the layer? Second, the slice on green is *minus* the one shown. And now?

# %%
plots.matrices(
    {
        "red response": parts["red channel"],
        "green response": parts["green channel"],
        "red + green": parts["red channel"] + parts["green channel"],
        "red − green": parts["red channel"] - parts["green channel"],
    },
    alt="Four 2 by 4 tables. The red response has −24 in the middle, the green one +24. Their sum is zero everywhere; their difference is −48 in the middle.",
)  # fmt: skip

# %% [markdown]
# The same slice on each channel sees brightness only, and this edge has none: zero everywhere. With opposite slices the same edge answers with −48. **A kernel over a volume can see what no grey picture shows.** That is why
# the slices are separate numbers.
#
# So one filter on an RGB image has $3 \times 3 \times 3 = 27$ weights and a bias, and gives *one* feature map. Ten filters give ten maps, stacked as the ten channels of the next volume:

# %% tags=["nbval-check-output"]
layer = keras.layers.Conv2D(10, 3)
maps = layer(np.zeros((1, 32, 32, 3)))
print("kernel", layer.kernel.shape, " bias", layer.bias.shape, " output", maps.shape)
print("parameters:", layer.count_params(), "=", "10 · (3 · 3 · 3 + 1)")

# %% [markdown]
# Keras keeps the ten kernels in one array: height, width, channels in, filters. Some notes call this "3D convolution", because the kernel is a box. The name counts axes to *slide* along. This box spans all channels, so it slides
# along two axes, and the layer is `Conv2D`. In `Conv3D` the box slides along three. Here is what that is for: a film of two digits. One stands still, one walks. The kernel is 2 frames long and 1×1 wide: this frame minus the last.

# %%
film = np.zeros((1, 6, 24, 64, 1))
for t in range(6):
    film[0, t, 2:22, 2:22, 0] = digits[0, 4:24, 4:24] / 255
    film[0, t, 2:22, 26 + 3 * t : 46 + 3 * t, 0] = digits[1500, 4:24, 4:24] / 255
layer = keras.layers.Conv3D(1, (2, 1, 1), use_bias=False)
layer.build(film.shape)
layer.set_weights([np.array([-1.0, 1.0]).reshape(2, 1, 1, 1, 1)])
motion = keras.ops.convert_to_numpy(layer(film))
print("film", film.shape, " output", motion.shape)
plots.images(
    [film[0, 0, :, :, 0], film[0, 4, :, :, 0], motion[0, 3, :, :, 0]], ["frame 0", "frame 4", "Conv3D: frame 4 − frame 3"],
    alt="Two frames of a film with two digits: the left one stands still, the right one moves to the right. The Conv3D output is flat grey at the still digit and shows bright and dark rims at the moving one.",
)  # fmt: skip

# %% [markdown]
# The digit that stands still has vanished.
#
# ### {{exercise conv_forward}}
#
# Lesson 07's `correlate`, now with everything: a batch, channels, filters, bias, stride, padding. NumPy's arithmetic only, as before: no SciPy, scikit-image, OpenCV, Keras, TensorFlow, PyTorch or JAX, and neither `np.convolve` nor
# `np.correlate`. The result may be float32 or float64.
#
# <details><summary>Hint 1 · order</summary>Pad the two image axes (and no other). Make the output of zeros, of the size you know how to compute. Then fill it.</details>
# <details><summary>Hint 2 · one place</summary>Output place (i, j) looks at the window that starts at row i · stride. For a whole batch that is a slice (N, kh, kw, c_in), to be summed against (kh, kw, c_in, c_out).</details>
# <details><summary>Hint 3 · a sum over three axes</summary>`np.tensordot(a, b, axes=3)` sums over the last three axes of a and the first three of b.</details>


# %% tags=["exercise"]
def conv_forward(x, w, b, stride=1, pad=0):
    """Forward pass of a convolutional layer (cross-correlation, channels last).

    Args:
        x: images, float array (N, H, W, c_in), float32 or float64.
        w: kernels, float array (kh, kw, c_in, c_out), as Keras keeps them; kh and kw may differ and may be even.
        b: biases, float array (c_out,).
        stride: pixels from one place to the next, the same down and across, an integer ≥ 1.
        pad: zeros on each of the four sides, an integer ≥ 0.

    Returns:
        Float array (N, H', W', c_out) with H' = ⌊(H + 2 pad - kh) / stride⌋ + 1, W' likewise.
    """
    ### BEGIN SOLUTION
    kh, kw = w.shape[:2]
    x = np.pad(x, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    height, width = (x.shape[1] - kh) // stride + 1, (x.shape[2] - kw) // stride + 1
    out = np.zeros((len(x), height, width, w.shape[3]), dtype=np.result_type(x, w, b))
    for i, j in np.ndindex(height, width):
        window = x[:, i * stride : i * stride + kh, j * stride : j * stride + kw]
        out[:, i, j] = np.tensordot(window, w, axes=3) + b
    return out
    ### END SOLUTION


# %% tags=["check"]
check(conv_forward)

# %% [markdown]
# Your layer, with four kernels of your own choosing, on a colour photograph. Change the slices and look again.

# %% tags=["needs-answer"]
coffee = data.photograph("coffee", size=160) / 255.0
kernels = np.zeros((3, 3, 3, 4))
kernels[:, :, :, 0] = right_minus_left[:, :, None]  # brightness, along x
kernels[:, :, :, 1] = right_minus_left.T[:, :, None]  # brightness, along y
kernels[1, 1, :, 2] = [1, -1, 0]  # red minus green, at one pixel
kernels[:, :, 0, 3], kernels[:, :, 2, 3] = right_minus_left, -right_minus_left  # red against blue
maps = conv_forward(coffee[None], kernels, np.zeros(4), stride=1, pad=1)
plots.images(
    [coffee, *(maps[0, :, :, f] / np.abs(maps[..., f]).max() for f in range(4))],
    ["photograph", "brightness → x", "brightness → y", "red − green", "red − blue → x"],
    columns=5,
    alt="A cup of coffee with a spoon, and four feature maps: edges of brightness along x, along y, a map that is bright where the saucer is red and grey where the cup is white, and edges along x where red changes against blue.",
)  # fmt: skip

# %% [markdown]
# ## What it costs
#
# One output number costs as many multiplications, each followed by an addition, as the kernel has weights. A **multiply-add** counts the two together. So
#
# $$\text{parameters} = (k_h k_w c_\text{in} + 1)\, c_\text{out} \qquad \text{multiply-adds} = H' W' \cdot k_h k_w c_\text{in}\, c_\text{out}$$
#
# By hand, for ten filters 3×3 on a 32×32 RGB image: $30 \cdot 30$ places, 27 weights, 10 filters: $900 \cdot 270 = 243{,}000$. Now a dense layer between the same two volumes: $3{,}072$ inputs and $9{,}000$ outputs.
#
# > **Predict.** The image gets four times as large, 64×64. By what factor do the parameters grow, and the multiply-adds, for each of the two layers?

# %% tags=["nbval-check-output"]
rows = []
for side in (32, 64):
    places = side - 2
    rows.append([f"Conv2D, {side} × {side}", 10 * (27 + 1), places**2 * 270])
    n_in, n_out = side**2 * 3, places**2 * 10
    rows.append([f"Dense, {side} × {side}", (n_in + 1) * n_out, n_in * n_out])
plots.table(["layer", "parameters", "multiply-adds"], rows)

# %% [markdown]
# The convolution's multiply-adds grow with the area, about fourfold. The dense layer grows with its square, about seventeenfold, in parameters and in multiply-adds. And the convolution's parameters do not grow at all: the image's size does not appear in the formula. Two things are happening, and they are independent.
#
# - **Sparse connections.** Each output looks at 27 inputs, not at 3,072. That saves work.
# - **Sharing.** All places use the same 27 weights. That saves parameters, and it makes what is learned in one place known in all.

# %% [markdown]
# ## The family
#
# Keras has ten convolutional layers. They differ in three ways: how many axes they slide along, whether a filter spans the channels, and whether they shrink or grow. Here is each of them, run:

# %% tags=["nbval-check-output"]
L = keras.layers
family = [
    (L.Conv1D(64, 3), (100, 32)),
    (L.Conv2D(64, 3), (28, 28, 32)),
    (L.Conv3D(64, 3), (16, 28, 28, 32)),
    (L.DepthwiseConv1D(3), (100, 32)),
    (L.DepthwiseConv2D(3), (28, 28, 32)),
    (L.SeparableConv1D(64, 3), (100, 32)),
    (L.SeparableConv2D(64, 3), (28, 28, 32)),
    (L.Conv1DTranspose(64, 3, strides=2), (100, 32)),
    (L.Conv2DTranspose(64, 3, strides=2), (28, 28, 32)),
    (L.Conv3DTranspose(64, 3, strides=2), (4, 28, 28, 32)),
]
plots.table(
    ["layer", "input", "output", "parameters"],
    [[type(layer).__name__, shape, tuple(layer(np.zeros((1, *shape))).shape[1:]), layer.count_params()]
     for layer, shape in family],
    caption="Kernel 3, 64 filters, valid; the transposed ones with stride 2. Shapes without the batch.",
)  # fmt: skip

# %% [markdown]
# `Conv1D` slides along time or text: sound, sensors, sequences of words. `Conv3D` slides through films and through the stacked slices of medical scans.
#
# ### Depthwise and separable
#
# Look at the three 2D counts. 18,496 against 320 against 2,400. `Conv2D` does two jobs with one array: it looks around, and it mixes channels. **Depthwise** looks around only. Each channel has one kernel of its own and stays by itself: $32 \cdot (9 + 1) = 320$. It
# has 32 channels out, because it never adds two channels up. **Separable** is depthwise followed by a 1×1 convolution, called *pointwise*, which mixes channels only: $32 \cdot 9 + 32 \cdot 64 + 64 = 2{,}400$. Some notes use the two names for one thing. They are not: depthwise is the first half.

# %%
layer = keras.layers.DepthwiseConv2D(3, use_bias=False)
photo = data.photograph("coffee", size=160)[None] / 255.0
layer.build(photo.shape)
own = [right_minus_left, right_minus_left.T, LAPLACIAN * 8]  # one kernel for each channel
layer.set_weights([np.stack(own, axis=-1)[..., None]])
apart = keras.ops.convert_to_numpy(layer(photo))[0]
mixed = apart @ np.array([1, 1, 0])  # a pointwise filter: so much of each channel
maps = [apart[..., 0], apart[..., 1], apart[..., 2], mixed]
plots.images(
    [photo[0], *(picture / np.abs(picture).max() for picture in maps)],
    ["photograph", "red, along x", "green, along y", "blue, Laplacian", "red + green map"],
    columns=5,
    alt="The cup of coffee, then three depthwise maps: the red channel's change along x, the green channel's along y, the blue channel's Laplacian; last the sum of the first two, which looks like a relief lit from one corner.",
)  # fmt: skip

# %% tags=["nbval-check-output"]
x = np.random.default_rng(0).normal(size=(1, 9, 9, 32)).astype(np.float32)
separable = keras.layers.SeparableConv2D(64, 3)
target = keras.ops.convert_to_numpy(separable(x))
depthwise_kernel, pointwise_kernel, bias = separable.get_weights()
depthwise, pointwise = keras.layers.DepthwiseConv2D(3, use_bias=False), keras.layers.Conv2D(64, 1)
depthwise.build(x.shape), pointwise.build((1, 7, 7, 32))
depthwise.set_weights([depthwise_kernel]), pointwise.set_weights([pointwise_kernel, bias])
by_halves = keras.ops.convert_to_numpy(pointwise(depthwise(x)))
print("depthwise, then pointwise = separable:", np.allclose(by_halves, target, atol=1e-5))

# %% [markdown]
# The 2,400 numbers are not the 18,496 in disguise. A separable layer can only do what splits into looking around first and mixing second. How little that costs in accuracy is lesson 16's subject.
#
# ### Dilation
#
# A kernel can look further without more weights: leave gaps between its taps. With **dilation** $d$ a kernel of $k$ taps reaches over $d(k-1)+1$ pixels. Move the sliders:


# %%
def dilated(k=3, dilation=2):
    """The walk of a kernel with gaps, over nine pixels."""
    return walk(n=9, k=k, s=1, dilation=dilation)


plots.interact(dilated, k=(1, 3, 1), dilation=(1, 4, 1))

# %% [markdown]
# Stack such layers, doubling the dilation, and the reach doubles each time. Three layers, three taps each. How many inputs does one output see, with dilations 1, 1, 1, with 1, 2, 4, and with 2, 2, 2? A spark in the input shows it: the outputs that it changes are as many as the inputs that one output sees.

# %% tags=["nbval-check-output"]
for dilations in ((1, 1, 1), (1, 2, 4), (2, 2, 2)):
    signal_1d = np.zeros((1, 25, 1))
    signal_1d[0, 12] = 1
    for d in dilations:
        layer = keras.layers.Conv1D(1, 3, dilation_rate=d, padding="same", use_bias=False)
        layer.build(signal_1d.shape)
        layer.set_weights([np.ones((3, 1, 1))])
        signal_1d = keras.ops.convert_to_numpy(layer(signal_1d))
    print(
        dilations,
        "".join("█" if v else "·" for v in signal_1d.ravel()),
        np.count_nonzero(signal_1d),
    )

# %% [markdown]
# Nine weights see 7 inputs, or 15. With 2, 2, 2 the output sees only every second input: neighbours never meet, in any layer. The doubling is from Yu and Koltun (2016, section 2).
#
# ### Transposed
#
# A stride shrinks. Drawing a picture from features, or labelling every pixel, needs a layer that grows. `Conv2DTranspose` turns the connections of a convolution around. A convolution *gathers*: each output collects from a window of inputs. The transposed one *scatters*: each input stamps the
# whole kernel onto the output, scaled by its own value, and the next input stamps $s$ pixels further on. Where stamps overlap, they add.
#
# By hand: inputs 2 and 3, kernel (1, 4, 5), stride 2. The first stamp is (2, 8, 10) at places 0 to 2; the second is (3, 12, 15) at places 2 to 4. Place 2 gets both: $10 + 3 = 13$. In all (2, 8, 13, 12, 15): five numbers from two. In general $(n - 1)\,s + k$.
#
# ### {{exercise conv1d_transpose}}
#
# Write `conv1d_transpose`. NumPy's functions are all allowed.
#
# <details><summary>Hint 1 · the size</summary>Where does the last stamp begin, and how far does it reach?</details>
# <details><summary>Hint 2 · one stamp</summary>Each input adds to a slice of the output that is as long as the kernel.</details>


# %% tags=["exercise"]
def conv1d_transpose(x, kernel, stride=1):
    """Transposed convolution along one axis: every input stamps the kernel onto the output.

    Args:
        x: inputs, float array (n,), n ≥ 1.
        kernel: float array (k,).
        stride: output pixels from one stamp's first pixel to the next one's, an integer with 1 ≤ stride ≤ k.

    Returns:
        Float array ((n - 1) · stride + k,). Stamps that overlap add up.
    """
    ### BEGIN SOLUTION
    out = np.zeros((len(x) - 1) * stride + len(kernel))
    for i, value in enumerate(x):
        out[i * stride : i * stride + len(kernel)] += value * kernel
    return out
    ### END SOLUTION


# %% tags=["check"]
check(conv1d_transpose)

# %% [markdown]
# Some notes call this layer "deconvolution", the inverse of a convolution. Try it: shrink a photograph by a convolution with stride 2 that takes means of 4×4 pixels, then transpose with the same kernel and stride.
#
# > **Predict.** Do you get the photograph back? And what comes of a picture that is 1 everywhere, with a kernel 3 or 4 wide?


# %%
def run(layer, picture, kernel):
    """One picture (H, W) through a layer with one filter and this kernel."""
    layer.build((None, *picture.shape, 1))
    layer.set_weights([np.asarray(kernel, dtype=float)[:, :, None, None]])
    return keras.ops.convert_to_numpy(layer(picture[None, :, :, None]))[0, :, :, 0]


camera = data.photograph("camera", size=128) / 255.0
means = np.full((4, 4), 1 / 16)
shrunk = run(L.Conv2D(1, 4, strides=2, padding="same", use_bias=False), camera, means)
grown = run(L.Conv2DTranspose(1, 4, strides=2, padding="same", use_bias=False), shrunk, means * 4)
print(camera.shape, "→", shrunk.shape, "→", grown.shape)
plots.images(
    [camera, shrunk, grown], ["photograph", "convolved, stride 2", "transposed, stride 2"], width=6,
    alt="The photographer; half its size, shown as large as the others and coarser; and grown again to its first size: the same scene, blurred, with a darker frame.",
)  # fmt: skip

# %%
stamps = {
    f"kernel {k}, stride 2": run(L.Conv2DTranspose(1, k, strides=2, use_bias=False), np.ones((4, 4)), np.ones((k, k))).astype(int)
    for k in (3, 4)
}  # fmt: skip
plots.matrices(
    stamps,
    alt="How many stamps cover each output pixel. Kernel 3, stride 2: a chequered pattern of 1, 2 and 4. Kernel 4, stride 2: 4 everywhere but at the rim.",
)

# %% [markdown]
# Here the shape is restored; the values are not. What the mean threw away stays thrown away. And the shape comes back only if the stride fits:

# %% tags=["nbval-check-output"]
for padding in ("same", "valid"):
    for n in (28, 29):
        down = L.Conv2D(1, 3, strides=2, padding=padding).compute_output_shape((1, n, n, 1))
        up = L.Conv2DTranspose(1, 3, strides=2, padding=padding).compute_output_shape(down)
        print(f"{padding:5}  {n} → {down[1]} → {up[1]}")

# %% [markdown]
# Two sizes, 27 and 28, become the same 13 on the way down. On the way up nobody can know which it was. Keras's argument `output_padding` says so where you do: it adds what is missing.
#
# And with a kernel 3 wide and stride 2, some pixels are stamped four times, their neighbours once or twice. A uniform input gives a chequered output. Odena, Dumoulin and Olah (2016) trace the chequered patterns in generated images to this. When the stride divides the kernel, as with 4 and 2, the inside is uniform.
#
# ### {{exercise bill}}
#
# A volume of 30×41 with 16 channels comes in. Fill in the dictionary by paper and pencil:
# `bill = {"shape": (…, …, …), "parameters": …, "multiply_adds": …, "separable": …, "back": (…, …, …)}`. Shapes have no batch axis.
#
# - `"shape"`: output (rows, columns, channels) of `Conv2D(32, 5, strides=2, padding="same")`;
# - `"parameters"`: its parameters; `"multiply_adds"`: its multiply-adds (biases not counted; positions in the padding counted like all others);
# - `"separable"`: the parameters of `SeparableConv2D(32, 5, strides=2, padding="same")` on the same volume (it has one bias a filter, after the pointwise step, and none before);
# - `"back"`: output (rows, columns, channels) of `Conv2DTranspose(16, 3, strides=2)`, valid, on the shape from the first entry.
#
# <details><summary>Hint 1 · one filter first</summary>How many weights does one filter have? It spans all channels of the input.</details>
# <details><summary>Hint 2 · multiply-adds</summary>Weights of all filters, once for each place of the output.</details>

# %% tags=["exercise"]
### BEGIN SOLUTION
bill = {
    "shape": (15, 21, 32),
    "parameters": 12_832,
    "multiply_adds": 4_032_000,
    "separable": 944,
    "back": (31, 43, 16),
}
### END SOLUTION

# %% tags=["check"]
check(bill=bill)

# %% [markdown]
# ## The matrix inside
#
# A convolution is linear: sums of products. So there is a matrix that does it. Six inputs, kernel $(1, 2, 3)$, four outputs: every row is the kernel, one place further on.

# %%
kernel = np.array([1, 2, 3])
C = np.zeros((4, 6), dtype=int)
for i in range(4):
    C[i, i : i + 3] = kernel
plots.matrices(
    {"C": C, "C transposed": C.T},
    alt="C: four rows and six columns; row i holds 1, 2, 3 from column i on and zeros elsewhere. Beside it its transpose, six rows and four columns, in which every column holds 1, 2, 3.",
)

# %% [markdown]
# Here are both of the savings. The zeros are the sparse connections. The repeated numbers are the sharing. A dense layer with this matrix would *be* the convolution. So the million numbers of the dense layer could have been right; nothing led it there. Look at what it learned. For one output pixel on the left and one on
# the right, here are its weights to every input pixel, and the convolution's:

# %%
matrix_of_dense = trained["dense"].get_weights()[0].reshape(24, 48, 24, 48)
spark = np.zeros((1, 24, 48, 1), np.float32)
spark[0, 12, 12] = 1  # the kernel is symmetric, so a spark's response shows the weights
of_conv = trained["convolution"].predict(spark, verbose=0)[0, :, :, 0]
plots.images(
    [matrix_of_dense[:, :, 12, 12], matrix_of_dense[:, :, 12, 36], of_conv],
    ["dense, output (12, 12)", "dense, output (12, 36)", "convolution, (12, 12)"],
    value_range=(-0.3, 0.3),
    alt="Three weight pictures. Dense, output on the left: a bright dot with a dark surround in the left half, amid fainter texture, and noise in the right half. Dense, output on the right: no dot anywhere, faint texture in the left half and noise in the right. Convolution: one clean dot with a dark ring on an even ground.",
)  # fmt: skip

# %% [markdown]
# On the left the dense layer found by itself what the convolution was given: a dot with a dark surround, local. The right half of its inputs was always black, so those weights never got a gradient. They are still the random numbers of the start, and they draw the noise.
# No amount of training reaches them: their gradient is zero, picture after picture.
#
# That is the answer to the question. **Ten numbers know more because the wiring knows: look nearby, and do the same everywhere.** The million had to learn that, output pixel by output pixel, and half of them never had a lesson.
#
# It is a bet, though. If the task were different in different places (draw on the left, erase on the right), ten shared numbers could not do it, with any training.
#
# The matrix also says what "transposed" means. The transposed convolution multiplies by $C^\top$, zeros and all:

# %% tags=["nbval-check-output"]
y = np.array([2.0, 0.0, -1.0, 3.0])
layer = keras.layers.Conv1DTranspose(1, 3, use_bias=False)
layer.build((None, 4, 1))
layer.set_weights([kernel.astype(float).reshape(3, 1, 1)])
print("C transposed times y:", C.T @ y)
print("Conv1DTranspose:     ", keras.ops.convert_to_numpy(layer(y.reshape(1, 4, 1))).ravel())

# %% [markdown]
# ### One product for everything
#
# Nobody stores $C$; it is nearly all zeros. But there is another product. Cut out every window, lay each flat as a row, and multiply by the kernels laid flat as columns:
#
# $$\underbrace{\text{windows}}_{\text{places} \,\times\, k_h k_w c_\text{in}} \;\cdot\; \underbrace{\text{kernels}}_{k_h k_w c_\text{in} \,\times\, c_\text{out}} \;=\; \underbrace{\text{output}}_{\text{places} \,\times\, c_\text{out}}$$
#
# The matrix product is what numerical libraries are tuned for, and so convolutions have been computed this way (Chellapilla, Puri and Simard, 2006). It is known as *im2col*.
#
# ### {{exercise im2col}}
#
# A colleague wrote it. It passed every test on grey images. On colour photographs the output is rubbish, though every shape is right.


# %%
def im2col_with_bug(x, kernel, stride=1):
    """Windows of x, laid flat. Right for one channel only."""
    windows = np.lib.stride_tricks.sliding_window_view(x, kernel, axis=(1, 2))
    windows = windows[:, ::stride, ::stride]
    return windows.reshape(*windows.shape[:3], -1)


rng = np.random.default_rng(0)
for channels in (1, 3):
    x, w = rng.normal(size=(2, 6, 7, channels)), rng.normal(size=(3, 2, channels, 4))
    got = im2col_with_bug(x, (3, 2)) @ w.reshape(-1, 4)
    wanted = keras.ops.convert_to_numpy(keras.ops.conv(x.astype("float32"), w.astype("float32")))
    print(
        f"{channels} channel{'s' if channels > 1 else ' '} largest error {np.abs(got - wanted).max():.1f}"
    )

# %% [markdown]
# Find out why three channels go wrong, and write `im2col` without the fault.
#
# <details><summary>Hint 1 · look closer</summary>Print the shape of `windows` before the reshape. Which axis is where?</details>
# <details><summary>Hint 2 · two orders</summary>`w.reshape(-1, c_out)` runs through rows, then columns, then channels, the channels fastest. In which order does a flattened window run?</details>


# %% tags=["exercise"]
def im2col(x, kernel, stride=1):
    """Every window of every image, laid flat, so that `im2col(x, (kh, kw), s) @ w.reshape(-1, c_out)` is the convolution.

    Args:
        x: float array (N, H, W, c_in).
        kernel: (kh, kw), the window's size in pixels; it fits into the image.
        stride: pixels from one place to the next, down and across, an integer ≥ 1.

    Returns:
        Float array (N, H', W', kh · kw · c_in). The last axis runs through the window as a kernel array (kh, kw, c_in) does when it
        is flattened: row by row, in a row pixel by pixel, in a pixel channel by channel.
    """
    ### BEGIN SOLUTION
    windows = np.lib.stride_tricks.sliding_window_view(x, kernel, axis=(1, 2))
    windows = np.moveaxis(windows[:, ::stride, ::stride], 3, -1)
    return windows.reshape(*windows.shape[:3], -1)
    ### END SOLUTION


# %% tags=["check"]
check(im2col)

# %% [markdown]
# ## When the object moves
#
# In the opening, the digit moved and the drawing moved with it. That property is called **equivariance**: shift, then convolve, equals convolve, then shift. It is not *invariance*, where the output would not change at all; notes often mix the two words. (Pooling adds a little invariance; lesson 09.)
#
# > **Predict.** Four tests on a photograph, with a random kernel, the border left out. (1) Stride 1, shift by one pixel. (2) Stride 2, shift by two pixels: does the output shift by exactly one? (3) Stride 2, shift by one pixel: does the output equal the old one, or the old one shifted by one? (4) Turn the photograph by 90°: does the output turn?


# %%
def mismatch(one, other):
    """Difference of two maps as a share of their variation, two pixels at the border left out."""
    one, other = one[2:-2, 2:-2], other[2:-2, 2:-2]
    return np.linalg.norm(one - other) / np.linalg.norm(one - one.mean())


def tests_of(kernel, picture):
    """The four tests for one kernel."""

    def conv(image, s=1):
        return signal.correlate2d(image, kernel, "valid")[::s, ::s]

    shifted = {d: np.roll(picture, d, axis=1) for d in (1, 2)}
    roll, half = np.roll, conv(picture, 2)
    return [
        mismatch(conv(shifted[1]), roll(conv(picture), 1, axis=1)),
        mismatch(conv(shifted[2], 2), roll(half, 1, axis=1)),
        min(mismatch(conv(shifted[1], 2), roll(half, d, axis=1)) for d in (0, 1)),
        mismatch(conv(np.rot90(picture)), np.rot90(conv(picture))),
    ]


# %% tags=["nbval-check-output"]
results = np.array([tests_of(np.random.default_rng(seed).normal(size=(3, 3)), camera) for seed in range(20)])  # fmt: skip
plots.table(
    ["test", "mismatch"],
    [[name, f"{m:.2f} ± {s:.2f}"] for name, m, s in zip(
        ("stride 1, shift 1", "stride 2, shift 2", "stride 2, shift 1 (better of two)", "rotation by 90°"), results.mean(axis=0), deviation(results))],
    caption="0 is equivariant; mean ± sample standard deviation over 20 random kernels",
)  # fmt: skip

# %% [markdown]
# Stride 1 is equivariant exactly. Stride 2 is, for even shifts. For a shift by one pixel, the strided layer looks at the pixels that it skipped before, and its output is a mixture that was nowhere in the old one. Zhang (2019) shows that whole networks change their answer for this reason, and that
# blurring before each stride mends much of it. And no test of turning is passed: convolution knows shifts, and nothing of rotation or size. For those a network needs examples (lesson 12).

# %% [markdown]
# ## The backward pass
#
# To learn, the layer needs three gradients, given $\partial L/\partial y$, the gradient at its output, which we call $\delta$. Take one channel and one axis first: $y_i = \sum_m x_{is+m}\, w_m + b$.
#
# - **Bias.** It is added to every output. So its gradient is the sum of all $\delta_i$.
# - **Kernel.** $w_m$ touches output $i$ through the pixel $x_{is+m}$. So its gradient is $\sum_i \delta_i\, x_{is+m}$: lesson 07's sliding sum of image and error.
# - **Input.** $x_{is+m}$ touches output $i$ through $w_m$. So each $\delta_i$ sends $w$ back onto the window it came from, and where windows overlap the shares **add**. That is the stamp: a transposed convolution.
#
# By hand: $x = (1, 2, 0, 3)$, $w = (2, -1)$, stride 1, $\delta = (1, 0, 4)$.

# %% tags=["nbval-check-output"]
x, w, delta = np.array([1, 2, 0, 3]), np.array([2, -1]), np.array([1, 0, 4])
print("bias:   1 + 0 + 4                          =", delta.sum())
print("kernel: 1·1 + 0·2 + 4·0,  1·2 + 0·0 + 4·3  =", np.correlate(x, delta))
print("input:  stamps (2, −1) at 0, (8, −4) at 2   =", np.convolve(delta, w))

# %% [markdown]
# Now with everything. Padding is a part of the input that nobody asked for: its gradient is computed and cut off. Images of a batch share the kernel and the bias, so their gradients add.
#
# ### {{exercise conv_backward}}
#
# Write `conv_backward`, with NumPy's arithmetic only, under the rules of `conv_forward`. So no automatic differentiation (`tf.GradientTape`, PyTorch, JAX) either.
#
# <details><summary>Hint 1 · walk the same way</summary>Loop over the places (i, j) as in the forward pass, with the same windows. At each place you know δ for the whole batch: (N, c_out).</details>
# <details><summary>Hint 2 · which axes go</summary>dw has no batch axis: sum over images. dx has no filter axis: sum over filters. What is left must have the right shape; there is one way.</details>
# <details><summary>Hint 3 · padding</summary>Collect dx in an array as large as the padded input. At the end take the inside.</details>


# %% tags=["exercise"]
def conv_backward(dy, x, w, stride=1, pad=0):
    """Backward pass of `conv_forward(x, w, b, stride, pad)`.

    Args:
        dy: gradient of the loss with respect to the output, float array (N, H', W', c_out).
        x: images given to the forward pass, float array (N, H, W, c_in).
        w: kernels given to the forward pass, float array (kh, kw, c_in, c_out).
        stride: as in the forward pass.
        pad: as in the forward pass.

    Returns:
        Three float arrays (dx, dw, db), the gradients with respect to x, w and b, of the shapes of x, w and (c_out,). They are
        sums over the batch, not means. Pixels that no window looked at have gradient 0.
    """
    ### BEGIN SOLUTION
    kh, kw = w.shape[:2]
    padded = np.pad(x, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    dx, dw = np.zeros_like(padded), np.zeros_like(w)
    for i, j in np.ndindex(dy.shape[1:3]):
        window = np.s_[:, i * stride : i * stride + kh, j * stride : j * stride + kw]
        dx[window] += np.einsum("no,mkco->nmkc", dy[:, i, j], w)
        dw += np.einsum("no,nmkc->mkco", dy[:, i, j], padded[window])
    height, width = x.shape[1:3]
    return dx[:, pad : pad + height, pad : pad + width], dw, dy.sum(axis=(0, 1, 2))
    ### END SOLUTION


# %% tags=["check"]
check(conv_backward)

# %% [markdown]
# Do not believe it because a checker says so. Move one number by a little, run *forward* twice, and see how the loss changes.


# %%
def slope(loss, array, place, h=1e-5):
    """How fast a loss changes with one number of an array: a difference of two forward passes."""
    kept = array[place]
    array[place] = kept + h
    above = loss()
    array[place] = kept - h
    below = loss()
    array[place] = kept
    return (above - below) / (2 * h)


# %% tags=["needs-answer"]
rng = np.random.default_rng(0)
x, w, b = rng.normal(size=(2, 7, 6, 3)), rng.normal(size=(3, 2, 3, 4)), rng.normal(size=4)
dy = rng.normal(size=conv_forward(x, w, b, 2, 1).shape)
gradients = conv_backward(dy, x, w, 2, 1)
for name, array, gradient in zip("xwb", (x, w, b), gradients):
    worst = 0
    for place in map(tuple, rng.integers(0, array.shape, (10, array.ndim))):
        measured = slope(lambda: np.sum(dy * conv_forward(x, w, b, 2, 1)), array, place)
        worst = max(worst, abs(measured - gradient[place]))
    print(f"ten numbers of {name}: largest difference {worst:.0e}")

# %% [markdown]
# The differences are far below a millionth, where the gradients are of size 1: rounding, no more.
#
# And now the promise of the beginning. Your forward pass, your backward pass, plain gradient descent, no framework. Digits on the left only. Nine numbers and a bias:


# %%
def train(steps, lr=1.0):
    """Gradient descent on the opening's task with `conv_forward` and `conv_backward`."""
    rng = np.random.default_rng(0)
    w, b, losses = rng.normal(size=(3, 3, 1, 1)) * 0.3, np.zeros(1), []
    for _ in range(steps):
        x = seen[rng.integers(0, len(seen), 16)].astype(float)
        off = conv_forward(x, w, b, pad=1) - outlines(x)
        losses.append(np.linalg.norm(off) / np.linalg.norm(outlines(x)))
        _, dw, db = conv_backward(2 * off / off.size, x, w, pad=1)
        w, b = w - lr * dw, b - 0.2 * lr * db
    return w, b, losses


# %% tags=["needs-answer"]
w, b, losses = train(runtime.budget(smoke=100, cpu=600, gpu=600))
print(f"error on the last batch: {losses[-1]:.2f}")
drawn = conv_forward(tests["right"][:1].astype(float), w, b, pad=1)
plots.images(
    [tests["right"][0, :, :, 0], drawn[0, :, :, 0], w[:, :, 0, 0], LAPLACIAN],
    ["a digit on the right", "drawn by your layer", "your kernel", "the Laplacian"], columns=4,
    alt="A digit in the right half of the picture, its outline as drawn by the layer that your own functions trained on digits in the left half, the learned kernel, and the Laplacian: both have a bright middle and a dark surround.",
)  # fmt: skip
plots.lines(
    np.arange(len(losses)), {"error on the batch": losses}, xlabel="step", ylabel="share of the outlines", title="ten numbers, learned by your own code",
    alt="The error of the drawing over the steps of training, as a share of the outlines' length: it starts above one and falls towards zero.",
)  # fmt: skip

# %% [markdown]
# Ten numbers, learned on the left, at work on the right.

# %% [markdown]
# ## {{exercise quiz}}
#
# Answer with one letter each, such as `{"q1": "a", …}`.
#
# **q1** 224 pixels, kernel 3, stride 2, Keras's "same". The zeros on the left and on the right are
#
# - a) one and one
# - b) none and one
# - c) one and none
#
# **q2** `Conv2D(10, 3)` on an RGB photograph. One filter is a box of
#
# - a) 3×3 numbers, used on each channel alike
# - b) 3×3×3 numbers that slides in three directions
# - c) 3×3×3 numbers that slides in two directions
#
# **q3** You feed images twice as high and twice as wide to the same `Conv2D`. Its parameters and its multiply-adds
#
# - a) stay, and grow about fourfold
# - b) both grow about fourfold
# - c) both stay
#
# **q4** 28×28 pixels. `Conv2D` with kernel 3, stride 2 and "same", then `Conv2DTranspose` with the same kernel, stride and padding. What is restored?
#
# - a) the picture
# - b) the shape alone
# - c) the picture up to a factor
#
# **q5** An object moves by one pixel to the right. The feature map of a layer with stride 2
#
# - a) moves by one
# - b) is the old map, moved by half a pixel or by one
# - c) takes, in general, values that were nowhere in the old map
#
# **q6** Three `Conv1D` layers, kernel 3, dilations 1, 2, 4. One output sees how many inputs?
#
# - a) 15
# - b) 9
# - c) 21

# %% tags=["exercise"]
### BEGIN SOLUTION
quiz = {"q1": "b", "q2": "c", "q3": "a", "q4": "b", "q5": "c", "q6": "a"}
### END SOLUTION

# %% tags=["check"]
check(quiz=quiz)

# %% [markdown]
# ## Summary
#
# - A window of $k$ has $\lfloor (n + 2p - k)/s \rfloor + 1$ places. "Same" gives $\lceil n/s \rceil$, and its zeros may be uneven: the odd one goes after.
# - A filter spans all channels and gives one map; $c_\text{out}$ filters have $(k_h k_w c_\text{in} + 1)\,c_\text{out}$ parameters, whatever the image's size.
# - Depthwise looks around, pointwise mixes, separable does one after the other. Dilation reaches further for free. A transposed layer restores shapes, not values.
# - Sparse connections save work; sharing saves parameters and carries what is learned to every place. Stride 1 is equivariant to shifts; a stride, a border, a rotation break it.
# - Backward: the bias gets a sum, the kernel a sliding sum of image and error, the input the stamps of the kernel, added up.
#
# ## References
#
# - I. Goodfellow, Y. Bengio and A. Courville, *Deep Learning*, 2016, section 9.2 (sparse interactions, parameter sharing, equivariance).
# - M. A. Islam, S. Jia and N. D. B. Bruce, "How much position information do convolutional neural networks encode?", ICLR 2020.
# - F. Yu and V. Koltun, "Multi-scale context aggregation by dilated convolutions", ICLR 2016, section 2.
# - A. Odena, V. Dumoulin and C. Olah, "Deconvolution and checkerboard artifacts", *Distill*, 2016.
# - K. Chellapilla, S. Puri and P. Simard, "High performance convolutional neural networks for document processing", 2006.
# - R. Zhang, "Making convolutional networks shift-invariant again", ICML 2019.
#
# ## Where to read on
#
# V. Dumoulin and F. Visin, "A guide to convolution arithmetic for deep learning", arXiv 1603.07285, draws every combination of padding, stride and transposition. Then lesson 09: pooling, and the first whole network.
