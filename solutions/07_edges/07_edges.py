# %% [markdown]
# # Images, filters, edges
#
# **Time** 105 minutes · **Needs** lesson 06 · **Running everything** {{seconds}} s on two CPU cores
#
# A photograph is about to lose 94 of every 100 pixels. Twice. The first time, chance decides which pixels stay. The second time, one rule decides: *stay if you
# touch an outline*. Then the holes are filled in, the same way both times: every missing pixel becomes the mean of its neighbours, as heat would spread.

# %% tags=["setup"]
import numpy as np

from cnncourse import begin, data, plots, runtime
from cnncourse.runs import deviation, with_spread

check = begin("07_edges")

import keras

# %%
from scipy import ndimage, signal, sparse
from scipy.sparse.linalg import spsolve


def fill_in(image, known):
    """Keep the known pixels; let the others settle where each is the mean of its neighbours."""
    height, width = image.shape
    steps = [sparse.diags([-1.0, 1.0], [0, 1], shape=(n - 1, n)) for n in (height, width)]
    down, across = (
        sparse.kron(steps[0], sparse.eye(width)),
        sparse.kron(sparse.eye(height), steps[1]),
    )
    heat = (down.T @ down + across.T @ across).tocsr()
    filled, known = image.ravel().copy(), known.ravel()
    flow = -heat[~known][:, known] @ filled[known]
    filled[~known] = spsolve(heat[~known][:, ~known].tocsc(), flow)
    return filled.reshape(height, width)


# %%
from skimage.feature import canny as library_canny

camera = data.photograph("camera") / 255.0
outline = library_canny(camera, sigma=2, low_threshold=0.08, high_threshold=0.25)
beside = ndimage.binary_dilation(outline, np.ones((3, 3))) & ~outline
by_chance = np.random.default_rng(0).random(camera.shape) < beside.mean()
plots.images(
    [fill_in(camera, by_chance), fill_in(camera, beside)],
    [f"from {by_chance.mean():.1%} of the pixels, by chance", f"from {beside.mean():.1%} of the pixels, at outlines"],
    alt="Left: a blurred, ragged picture of a photographer with a tripod, filled in from random pixels. "
    "Right: the same scene sharp, like an airbrushed photograph, filled in from the pixels beside its outlines.",
)  # fmt: skip

# %% [markdown]
# The same number of pixels, the same filling. On the left the face is a smear. On the right it has an eye, the camera has a lens, and the tripod has straight legs.
# Here is what was thrown away, and the outline that decided what to keep:

# %%
plots.images(
    [camera, ndimage.binary_dilation(outline)], ["the photograph", "its outline"], width=5,
    alt="The original photograph: a man with a camera on a tripod, on a lawn before distant buildings. Beside it the outline, thin white lines on black.",
)  # fmt: skip

# %% [markdown]
# What the right-hand picture lost is texture: the grass became a lawn of paint. James Elder did such an experiment in 1999, in a paper called *Are edges incomplete?*
#
# So a picture lives at its edges.
#
# **How can multiplying and adding find edges, and would a machine that nobody told about edges find the same way?**
#
# The first half of the question takes most of this lesson. The answer to the second half comes at the end.
#
# After this lesson you can
#
# - compute a cross-correlation by hand and in code, and say how it differs from a convolution;
# - read a 3×3 kernel and predict what it does to a photograph;
# - build Canny's edge detector from its four steps, and set its thresholds with reason;
# - choose a scale for smoothing, and say what is lost at each;
# - say when a kernel learned by gradient descent equals one that people designed, and when it only behaves like it.

# %% [markdown]
# ## An image is an array
#
# A grey photograph is a table of numbers, one a pixel. Row first, then column; row 0 is at the **top**. So `image[r, c]` lies `r` pixels down and `c` pixels to the
# right. When formulas speak of $x$ and $y$, $x$ runs along the columns to the right and $y$ runs along the rows, downwards.
# NumPy also combines arrays of different shapes: an axis of length 1 is repeated until it fits. That is called **broadcasting**; a column and a row make a table.
# (A colour photograph has a third axis, of length 3, for red, green and blue. This lesson stays with grey; lesson 08 takes on the third axis.)

# %%
photo = data.photograph("camera", size=256)
print(photo.shape, photo.dtype, "darkest", photo.min(), "brightest", photo.max())
plots.matrix(
    photo[36:44, 86:96],
    title="rows 36–43, columns 86–95: the back of his head",
    alt="A table of 8 by 10 brightness values: numbers around 200, the sky, at the top left, and numbers below 60, the hair, at the bottom right.",
)

# %% [markdown]
# An edge is a place where neighbours differ. So subtract each pixel from its right-hand neighbour, and look.
#
# > **Predict.** Files store brightness as `uint8`: whole numbers from 0 to 255. What is $3 - 5$ in `uint8`? Write your guess down before you run the next cell.

# %% tags=["nbval-check-output"]
two_pixels = np.array([5, 3], dtype=np.uint8)
print("uint8:  ", two_pixels[1:] - two_pixels[:-1])
print("float64:", two_pixels[1:].astype(float) - two_pixels[:-1].astype(float))


# %%
def visible(picture):
    """For the eye: the strongest values become black or white, and 0 mid-grey where there are negative numbers."""
    scaled = picture / np.quantile(np.abs(picture), 0.995)
    return np.clip(scaled / 2 + 0.5 if picture.min() < 0 else scaled, 0, 1)


gray = photo / 255.0
wrapped, signed = photo[:, 1:] - photo[:, :-1], gray[:, 1:] - gray[:, :-1]
plots.images(
    [wrapped / 255.0, visible(signed)],
    ["right − left, in uint8", "right − left, in float64"],
    width=5.2,
    alt="Left: black and white noise all over, the photographer hardly visible. Right: smooth mid-grey with thin dark and bright lines along the outlines.",
)

# %% [markdown]
# Nothing failed, nothing warned, and the left picture is rubbish: where the brightness falls by 2, `uint8` says 254. Convert to float **before** you subtract.
# On the right, mid-grey means "no change", white means "brighter to the right", black "darker to the right". The sign tells on which side the light is.

# %% [markdown]
# ## Products and a sum
#
# Subtracting a neighbour is the simplest case of one idea. Lay a small table of numbers, the **kernel**, on the image. Multiply each number by the pixel under it. Add up.
# That is one output pixel. Slide by one, repeat. This is **cross-correlation**. All output pixels together are a **feature map**: it shows where the kernel answers.
#
# $$S[i, j] \;=\; \sum_m \sum_n I[i + m,\; j + n]\, K[m, n]$$
#
# Here is a wall half in sun (10) and half in shade (0), and a kernel that takes what is on the right minus what is on the left. Follow the second output number of the
# first row: the window covers columns 1 to 3, so it sees $10, 10, 0$ in each of three rows. Each row gives $-1\cdot10 + 0\cdot10 + 1\cdot0 = -10$. Three rows: $-30$.

# %%
wall = np.repeat([[10, 10, 10, 0, 0, 0]], 6, axis=0)
right_minus_left = np.array([[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]])
plots.matrices(
    {
        "image": wall,
        "kernel": right_minus_left,
        "output": signal.correlate2d(wall, right_minus_left, "valid"),
    },
    signs=["⋆", "="],
    alt="A 6 by 6 image, left half 10 and right half 0, a 3 by 3 kernel with columns −1, 0, 1, and their 4 by 4 cross-correlation, each row 0, −30, −30, 0.",
)

# %% [markdown]
# Flat parts give 0, the step gives −30: light falls from left to right. Turn the wall around and you get +30. Note the size too. A window 3 wide fits 4 times into 6
# columns, so the output is 4 wide. In general an $H \times W$ image and a $k_h \times k_w$ kernel give $(H - k_h + 1) \times (W - k_w + 1)$ numbers. Lesson 08 adds padding and stride.
#
# ### {{exercise hand_window}}
#
# Paper and pencil. The image is 3×4, the kernel 2×2:
#
# $$I = \begin{pmatrix} 2 & 2 & 0 & 3 \\ 4 & 1 & 1 & 0 \\ 0 & 2 & 5 & 1 \end{pmatrix} \qquad K = \begin{pmatrix} 0 & 1 \\ 2 & -1 \end{pmatrix}$$
#
# The top left output is $0\cdot2 + 1\cdot2 + 2\cdot4 - 1\cdot1 = 9$. Write a dictionary, as in `hand_window = {"shape": (1, 2), "top_right": 3, "bottom_left": 4, "flipped": 5}`, in place of the three dots:
#
# - `"shape"`: the output's shape, as (rows, columns);
# - `"top_right"`: the last number of the output's first row;
# - `"bottom_left"`: the first number of its last row;
# - `"flipped"`: the **top left** output if the kernel is first turned by 180° (first row and last row swapped, then first column and last column swapped).
#
# <details><summary>Hint 1 · the shape</summary>How many places are there for a window 2 rows high in an image 3 rows high? Count them.</details>
# <details><summary>Hint 2 · the flip</summary>Write the turned kernel down first. Its top left number is the old bottom right one.</details>

# %% tags=["exercise"]
### BEGIN SOLUTION
hand_window = {"shape": (2, 3), "top_right": 5, "bottom_left": -1, "flipped": 6}
### END SOLUTION

# %% tags=["check"]
check(hand_window=hand_window)

# %% [markdown]
# ### {{exercise correlate}}
#
# Write `correlate(image, kernel)`, the formula above as a function. Everything after this is built on it, in this lesson and in lesson 08, so it may use NumPy's arithmetic
# but no library function that already slides a kernel: nothing from SciPy, scikit-image, OpenCV or a deep-learning framework, and neither `np.convolve` nor `np.correlate`. The result is float64, whatever comes in.
#
# <details><summary>Hint 1 · where to begin</summary>How many windows are there down, and how many across? Make the output array first, of floats.</details>
# <details><summary>Hint 2 · one window</summary>The window whose top left corner is (i, j) is a slice of the image, exactly as large as the kernel.</details>
# <details><summary>Hint 3 · faster</summary>Turn the loops around. A 3×3 kernel has nine numbers; each multiplies one shifted copy of the image. Nine array operations, whatever the size of the image.</details>


# %% tags=["exercise"]
def correlate(image, kernel):
    """Cross-correlate an image with a kernel wherever the kernel fits ("valid").

    Args:
        image: array (H, W) of integers or floats.
        kernel: array (kh, kw) of integers or floats, 1 ≤ kh ≤ H and 1 ≤ kw ≤ W; it need not be square.

    Returns:
        float64 array (H - kh + 1, W - kw + 1). Number [i, j] is the sum of kernel[m, n] * image[i + m, j + n].
    """
    ### BEGIN SOLUTION
    image, kernel = np.asarray(image, dtype=np.float64), np.asarray(kernel, dtype=np.float64)
    height = image.shape[0] - kernel.shape[0] + 1
    width = image.shape[1] - kernel.shape[1] + 1
    output = np.zeros((height, width))
    for m, n in np.ndindex(kernel.shape):
        output += kernel[m, n] * image[m : m + height, n : n + width]
    return output
    ### END SOLUTION


# %% tags=["check"]
check(correlate)

# %% [markdown]
# Your function, on the photograph, against SciPy's compiled one:

# %% tags=["needs-answer"]
yours = correlate(gray, right_minus_left)
theirs = signal.correlate2d(gray, right_minus_left, mode="valid")
print("largest difference:", f"{np.abs(yours - theirs).max():.0e}")
plots.images(
    [gray, visible(yours)], ["photograph", "your correlate"],
    alt="The photographer, and the output of the kernel: grey where the picture is flat, bright and dark lines along upright outlines such as his back and the tripod.",
)  # fmt: skip

# %% [markdown]
# You have just checked that the two agree. From here on, the pictures use SciPy's, so that they appear even before you have finished the exercise.


# %%
def slide(image, kernel):
    """What `correlate` computes, compiled: the output is smaller than the image."""
    return signal.correlate2d(image, kernel, mode="valid")


def filtered(image, kernel, border="edge"):
    """The same with the image's border repeated outwards first, so that the size stays."""
    rows, columns = np.shape(kernel)
    around = [((n - 1) // 2, n // 2) for n in (rows, columns)]
    return slide(np.pad(image, around, mode=border), kernel)


# %% [markdown]
# To keep the image's size, something must stand outside it. Repeating the border pixels is one choice. Neural networks mostly put zeros there.
#
# > **Predict.** Pad the photograph with zeros instead. Of the strongest one per cent of all responses, how many lie on the picture's frame?

# %% tags=["nbval-check-output"]
frame = np.ones(gray.shape, dtype=bool)
frame[1:-1, 1:-1] = False
for border in ("edge", "constant"):
    response = np.abs(filtered(gray, right_minus_left, border))
    strongest = response > np.quantile(response, 0.99)
    share = (strongest & frame).sum() / strongest.sum()
    name = "zeros" if border == "constant" else "repeated border"
    print(f"{name:16} {share:5.1%} of the strongest responses lie on the frame")

# %% [markdown]
# With zeros, the largest "object" in the photograph is the photograph: bright sky beside invented black is a step as strong as they come. A layer with zero padding
# answers to the frame of every image it sees. Padding is a topic of lesson 08.

# %% [markdown]
# ## Correlation or convolution?
#
# Mathematicians turn the kernel by 180° before they slide it, and call that **convolution**. Here is why. Take an image with a single bright pixel.

# %%
spark = np.zeros((5, 5))
spark[2, 2] = 1
digits = np.arange(1, 10).reshape(3, 3)
plots.matrices(
    {
        "image": spark.astype(int),
        "kernel": digits,
        "correlation": slide(spark, digits).astype(int),
        "convolution": signal.convolve2d(spark, digits, mode="valid").astype(int),
    },
    alt="An image with one 1 in the middle; a kernel with the digits 1 to 9; their correlation, the digits 9 to 1, turned by half a turn; their convolution, the digits 1 to 9, upright.",
)

# %% [markdown]
# Sliding the kernel unflipped stamps it upside down: the bright pixel meets the kernel's *last* number first. Flipping first makes the stamp upright. It also makes the
# operation commutative and associative, which is what proofs need:

# %% tags=["nbval-check-output"]
rng = np.random.default_rng(0)
a, b, c = (rng.integers(-5, 6, (3, 3)) for _ in range(3))
for name, op in {"convolution": signal.convolve2d, "correlation": signal.correlate2d}.items():
    commutes = np.array_equal(op(a, b), op(b, a))
    associates = np.array_equal(op(op(a, b), c), op(a, op(b, c)))
    print(f"{name}: a∘b = b∘a {commutes}, (a∘b)∘c = a∘(b∘c) {associates}")

# %% [markdown]
# Which of the two does a "convolutional" network compute? Ask one.

# %% tags=["nbval-check-output"]
image, kernel = rng.normal(size=(6, 7)), rng.normal(size=(3, 3))
layer = keras.layers.Conv2D(1, 3, use_bias=False)
layer.build((None, 6, 7, 1))
layer.set_weights([kernel.reshape(3, 3, 1, 1)])
output = keras.ops.convert_to_numpy(layer(image.reshape(1, 6, 7, 1)))[0, :, :, 0]
print(
    "Conv2D is correlation:",
    np.allclose(output, signal.correlate2d(image, kernel, "valid"), atol=1e-5),
)
print(
    "Conv2D is convolution:",
    np.allclose(output, signal.convolve2d(image, kernel, "valid"), atol=1e-5),
)

# %% [markdown]
# Keras slides unflipped, and so do the other frameworks (*Deep Learning*, section 9.1: equation 9.6 is this sum, and libraries call it convolution all the same). For a network it makes no difference: its kernel is learned,
# and if the layer flipped, the learned numbers would come out flipped. For **you** it makes a difference when you copy a kernel from a book.
#
# What both have in common is the reason that images and CNNs fit together. Shift the image, and the output shifts along. Is it the same output, then?

# %% tags=["nbval-check-output"]
moved = np.roll(gray, 9, axis=1)
before, after = slide(gray, right_minus_left), slide(moved, right_minus_left)
print("unchanged by the shift (invariant):    ", np.array_equal(after, before))
print("shifted along with it (equivariant):   ", np.array_equal(after[:, 9:], before[:, :-9]))

# %% [markdown]
# Filtering is **equivariant** to shifts, not invariant: what it finds moves with the object. That is a common slip. (Some invariance comes from pooling, lesson 09.)

# %% [markdown]
# ## Slopes: the first derivative
#
# Walk along one row of the photograph, from the sky across the photographer's head to the sky again, and plot the brightness. An edge is a steep place. The first derivative peaks there; the
# second derivative crosses zero. Those two sentences are the two families of edge detectors.

# %%
profile = ndimage.gaussian_filter(gray, 1.5)[60, 40:150]
first, second = np.gradient(profile), np.gradient(np.gradient(profile))
fig, axes = plots.figure(3, 1, height=5.2, sharex=True)
for axis, values, name in zip(
    axes, (profile, first, second), ("brightness", "1st derivative", "2nd derivative")
):
    axis.plot(np.arange(40, 150), values, color=plots.COLOURS[0])
    axis.axhline(0, color="gray", lw=0.8)
    axis.axvline(40 + np.abs(first).argmax(), color=plots.COLOURS[1], ls="--")
    axis.set_ylabel(name)
axes[0].set_title("row 60 of the photograph, smoothed")
axes[2].set_xlabel("column (pixels)")
plots.show(
    fig,
    alt="Three stacked plots over the columns of one image row. Brightness falls from sky to hair and rises again behind the head. At the steepest place, marked by a dashed line, the first derivative has its extreme and the second crosses zero.",
)

# %% [markdown]
# *Dashed: the steepest place. There the first derivative has its extreme, and the second changes sign.*
#
# For pixels, a derivative is a difference. All the classic kernels are a difference one way, times some averaging the other way to quiet noise:
#
# | | difference | averaged with | from |
# |---|---|---|---|
# | Roberts, 2×2 | along the two diagonals | nothing | 1963 |
# | Prewitt, 3×3 | −1, 0, 1 | 1, 1, 1 | 1970 |
# | Sobel, 3×3 | −1, 0, 1 | 1, 2, 1 | 1968 |
# | Scharr, 3×3 | −1, 0, 1 | 3, 10, 3 | 2000 |

# %%
difference = np.array([-1, 0, 1])
PREWITT_X, SOBEL_X, SCHARR_X = (
    np.outer(average, difference) for average in ([1, 1, 1], [1, 2, 1], [3, 10, 3])
)
ROBERTS = np.array([[-1, 0], [0, 1]]), np.array([[0, 1], [-1, 0]])
plots.matrices(
    {
        "Roberts ↘": ROBERTS[0],
        "Roberts ↗": ROBERTS[1],
        "Prewitt x": PREWITT_X,
        "Sobel x": SOBEL_X,
        "Scharr x": SCHARR_X,
    },
    alt="Five kernels. Roberts: −1 and 1 on either diagonal of a 2 by 2 table. Prewitt, Sobel and Scharr: minus a column, a column of zeros, plus the same column; the columns are 1 1 1, 1 2 1 and 3 10 3.",
)

# %% [markdown]
# > **Predict.** `SOBEL_X` is shown above: columns −, 0, +. This brick wall was photographed so that its long joints run upright and the short ones across. Which will it bring out?

# %%
bricks = data.photograph("brick", size=256) / 255.0
plots.images(
    [
        visible(bricks),
        visible(np.abs(filtered(bricks, SOBEL_X))),
        visible(np.abs(filtered(bricks, SOBEL_X.T))),
    ],
    ["brick wall", "|Sobel x|", "|Sobel y|"],
    width=6,
    alt="A brick wall with long upright joints and short level ones; the response of Sobel x, in which only the upright joints are bright; the response of Sobel y, in which only the level ones are.",
)

# %% [markdown]
# Sobel x measures change **along** $x$. Change along $x$ is what you meet when you cross a *vertical* line. Many notes call this kernel the "horizontal edge detector"; it is the horizontal *derivative*, and it
# finds vertical edges. Remember the direction of walking, not of the line.
#
# The two together form the gradient, an arrow at every pixel that points to where it gets brighter. Its length, $\sqrt{g_x^2 + g_y^2}$, is the strength of the edge, whichever way it runs.
#
# ### {{exercise sobel}}
#
# Write `sobel(image)`. Build it on your `correlate`, or on any library that gives the same numbers. The kernels' numbers are whole, nothing is put around the image, and the results may be float32 or float64.
#
# <details><summary>Hint 1 · the second kernel</summary>Both Sobel kernels hold the same numbers. Which operation on an array turns "along the columns" into "along the rows"?</details>
# <details><summary>Hint 2 · the sign</summary>Test yourself with a picture that gets brighter downwards: gy must come out positive.</details>


# %% tags=["exercise"]
def sobel(image):
    """Gradient of an image by Sobel's kernels (whole numbers −2 … 2, not divided by anything).

    Args:
        image: array (H, W) of floats, H and W at least 3.

    Returns:
        Three float arrays (H - 2, W - 2): gx, positive where it gets brighter to the right (growing column);
        gy, positive where it gets brighter downwards (growing row); and the gradient's length.
    """
    ### BEGIN SOLUTION
    along_x = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    gx, gy = correlate(image, along_x), correlate(image, along_x.T)
    return gx, gy, np.hypot(gx, gy)
    ### END SOLUTION


# %% tags=["check"]
check(sobel)

# %% tags=["needs-answer"]
astronaut = data.photograph("astronaut", size=256, gray=True) / 255.0
gx, gy, strength = sobel(astronaut)
plots.images(
    [visible(gx), visible(gy), visible(strength)], ["gx", "gy", "length of the gradient"], width=6,
    alt="The astronaut portrait three times: change to the right, change downwards, and the length of the gradient, which shows outlines of every direction.",
)  # fmt: skip

# %% [markdown]
# ### Does it matter whose kernel?
#
# Here are four gradient strengths of the same coin, each on its own scale. Can you tell them apart?

# %%
coins = data.photograph("coins", size=(240, 304)) / 255.0
pairs = {
    "Roberts": ROBERTS,
    "Prewitt": (PREWITT_X, PREWITT_X.T),
    "Sobel": (SOBEL_X, SOBEL_X.T),
    "Scharr": (SCHARR_X, SCHARR_X.T),
}
plots.images(
    [visible(np.hypot(filtered(coins, one), filtered(coins, other))[10:70, 10:70]) for one, other in pairs.values()],
    list(pairs),
    alt="Edge strength of one coin by Roberts, Prewitt, Sobel and Scharr. Roberts is thinner and grainier; the other three look the same.",
)  # fmt: skip

# %% [markdown]
# Roberts is thinner and grainier: it looks at four pixels only. The other three look alike. To see why people went on, ask for the **direction** of an edge instead of its
# strength. Take waves whose true direction we know, and compare.


# %%
def direction_error(kernel, angle, period):
    """Degrees between the direction a kernel pair measures and the true one, for a wave of this period in pixels."""
    y, x = np.mgrid[-1:2, -1:2]
    wave = np.sin(2 * np.pi / period * (x * np.cos(angle) + y * np.sin(angle)))
    measured = np.arctan2((kernel.T * wave).sum(), (kernel * wave).sum())
    return np.rad2deg(measured - angle)


angles = np.deg2rad(np.linspace(0, 90, 91))
errors = {
    name: [direction_error(kernel, angle, period=5) for angle in angles]
    for name, kernel in {"Prewitt": PREWITT_X, "Sobel": SOBEL_X, "Scharr": SCHARR_X}.items()
}
plots.lines(
    np.rad2deg(angles), errors, xlabel="true direction (degrees)", ylabel="error (degrees)", title="which way does the edge face? (waves of 5 pixels)",
    alt="Error of the measured direction between 0 and 90 degrees. All three curves are zero at 0, 45 and 90 degrees; Prewitt's swings widest, Sobel's less than half as wide, Scharr's is almost flat.",
)  # fmt: skip

# %% tags=["nbval-check-output"]
plots.table(
    ["kernel", "waves of 4 pixels", "5 pixels", "8 pixels"],
    [[name, *(f"{max(abs(direction_error(kernel, a, p)) for a in angles):.2f}°" for p in (4, 5, 8))]
     for name, kernel in {"Prewitt": PREWITT_X, "Sobel": SOBEL_X, "Scharr": SCHARR_X}.items()],
    caption="Largest error of direction",
)  # fmt: skip

# %% [markdown]
# That is what the odd numbers 3, 10, 3 are for. Scharr computed them so that the gradient turns when the picture turns.
#
# ### A kernel for any angle
#
# *Side trip: may be skipped without loss.*
#
# You may also rotate the kernel itself. Moving the eight outer numbers of Sobel's kernel one place around gives the kernel for 45°. For 50° there are no places to move to. But a gradient is
# an arrow, and the slope in direction $\theta$ is $\cos\theta \; g_x + \sin\theta \; g_y$. So the kernel for any angle is a mixture of two (Freeman and Adelson call it *steerable*):

# %%
SOBEL_45 = np.array([[-2, -1, 0], [-1, 0, 1], [0, 1, 2]])


def steered(angle):
    """Sobel's kernel for the slope in direction `angle`, in degrees from x towards y (downwards)."""
    return np.cos(np.deg2rad(angle)) * SOBEL_X + np.sin(np.deg2rad(angle)) * SOBEL_X.T


plots.matrices(
    {
        "Sobel x": SOBEL_X,
        "outer ring moved by one": SOBEL_45,
        "steered to 45°": steered(45).round(1) + 0,
        "steered to 50°": steered(50).round(1),
    },
    fmt="+.1f",
    alt="Sobel x; the kernel with its outer numbers moved one place clockwise, −2 −1 0, −1 0 1, 0 1 2; the mixture for 45 degrees, −1.4 −1.4 0, −1.4 0 1.4, 0 1.4 1.4; the mixture for 50 degrees.",
)


# %%
def wall_at(angle=60):
    """The slope of the brick wall in one direction."""
    kernel = steered(angle)
    return plots.images(
        [kernel / 4 + 0.5, visible(np.abs(filtered(bricks, kernel)))],
        [f"kernel steered to {angle}°", "its response, size only"],
        alt=f"A kernel steered to {angle} degrees and its response on the brick wall: joints across that direction are bright, joints along it vanish.",
    )


plots.interact(wall_at, angle=(0, 180, 10))

# %% [markdown]
# Slide the angle: joints fade out exactly when you look along them.

# %% [markdown]
# ## Noise, and how much to smooth
#
# A derivative loves noise. Two neighbours that differ by chance look like a tiny edge, and there are as many as there are pixels. So smooth first, with a Gaussian of width $\sigma$.
#
# Here is a fair test. A white bar, 7 pixels wide, in strong noise. In every row we look for the strongest rise and the strongest fall, and count the row as right if both are within one pixel of the truth.


# %%
def bar_found(sigma, seed, width=7, noise=0.6):
    """Share of rows in which both sides of a noisy bar are found to within a pixel."""
    picture = np.zeros((100, 60))
    picture[:, 30 : 30 + width] = 1
    picture += np.random.default_rng(seed).normal(0, noise, picture.shape)
    slope = ndimage.sobel(ndimage.gaussian_filter(picture, sigma), axis=1)[2:-2]
    left, right = slope.argmax(axis=1) - 29.5, slope.argmin(axis=1) - 29.5 - width
    return np.mean((np.abs(left) <= 1) & (np.abs(right) <= 1))


# %% [markdown]
# > **Predict.** No smoothing ($\sigma = 0$) will be bad. Sketch the curve from $\sigma = 0$ to $\sigma = 5$ before you run the next cell.

# %%
sigmas = np.arange(0, 5.1, 0.5)
seeds = range(runtime.budget(smoke=5, cpu=20, gpu=20))
found = np.array([[bar_found(sigma, seed) for sigma in sigmas] for seed in seeds])
fig, axis = plots.figure(height=3.4)
axis.plot(sigmas, found.mean(axis=0), marker="o", color=plots.COLOURS[0])
axis.fill_between(sigmas, found.min(axis=0), found.max(axis=0), alpha=0.25, color=plots.COLOURS[0])
axis.set(
    xlabel="σ of the Gaussian (pixels)",
    ylabel="rows found",
    ylim=(0, 1.02),
    title=f"a 7-pixel bar in noise: mean and range of {len(seeds)} seeds",
)
plots.show(
    fig,
    alt="Share of rows found against sigma: low without smoothing, above nine tenths between 1.5 and 2.5 pixels, then falling steeply to nearly nothing at 4 pixels.",
)

# %% [markdown]
# Too little drowns in noise. Too much is *worse than nothing*: once the Gaussian is as wide as half the bar, the two sides melt into one hill and its steepest places lie outside the bar. There is no best $\sigma$, only a
# best one for the size of what you look for. Canny (1986) writes this trade-off down: good detection against good localisation.

# %% [markdown]
# ## Bends: the second derivative
#
# The other family looks for the zero crossing of the second derivative. In two dimensions that is the Laplacian, $\partial^2/\partial x^2 + \partial^2/\partial y^2$. Along one axis, neighbours minus
# twice the middle: $1, -2, 1$. Add the two axes:

# %%
LAPLACE = np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]])
step = np.repeat([[0, 0, 0, 8, 8, 8]], 3, axis=0)
plots.matrices(
    {"step": step, "Laplacian": LAPLACE, "output": slide(step, LAPLACE)},
    signs=["⋆", "="],
    alt="A step from 0 to 8, the Laplacian kernel with −4 in the middle and 1 above, below, left and right, and the output 0, 8, −8, 0: positive on the dark side, negative on the bright side.",
)

# %% [markdown]
# By hand, just left of the step: $0 + 0 + 0 + 8 - 4\cdot0 = 8$. Just right: $8 + 8 + 0 + 8 - 4\cdot8 = -8$. The edge is where the sign changes, between two pixels.
#
# One kernel, every direction at once, no square root. The price: a second difference multiplies noise again. Count how much. A flat grey wall with noise of standard deviation 1 should
# give 0 everywhere; a step of height 1 should give a peak. We compare the peak with the noise for each operator.


# %%
def peak_to_noise(kernel, seed):
    """Largest response to a clean step of height 1, over the standard deviation on pure noise."""
    clean = np.repeat([[0.0] * 10 + [1.0] * 10], 20, axis=0)
    noise = np.random.default_rng(seed).normal(size=(200, 200))
    return np.abs(slide(clean, kernel)).max() / slide(noise, kernel).std()


rows = []
for name, kernel in {
    "Sobel x": SOBEL_X,
    "Laplacian": LAPLACE,
    "difference of neighbours": np.array([[-1, 1]]),
}.items():
    values = [peak_to_noise(kernel, seed) for seed in range(10)]
    rows.append([name, f"{np.mean(values):.2f}", f"± {deviation(values):.2f}"])
plots.table(["operator", "peak over noise", "spread of 10 seeds"], rows)

# %% [markdown]
# You can check these by hand. Independent noise adds up as squares do, so its standard deviation comes out as the root of the kernel's sum of squares: for Sobel $\sqrt{12}$, for the Laplacian $\sqrt{20}$.
# A clean step gives 4 and 1. And $4/\sqrt{12} = 1.15$, $1/\sqrt{20} = 0.22$: five times worse. In a noisy image the edge is then hidden.
#
# So nobody uses the bare Laplacian on a photograph. Marr and Hildreth (1980) smooth with a Gaussian first. Both steps are sums of products, so they merge into **one** kernel, the Laplacian of the Gaussian.
# With $r^2 = x^2 + y^2$, and $x$, $y$ counted in pixels from the middle:
#
# $$\mathrm{LoG}(x, y) \;=\; \frac{r^2 - 2\sigma^2}{2\pi\sigma^6}\; e^{-r^2 / 2\sigma^2}$$
#
# By hand, for $\sigma = 1$: in the middle $-2 / 2\pi = -0.318$; at distance 1, $-1/2\pi \cdot e^{-1/2} = -0.097$; at distance 2, $2/2\pi \cdot e^{-2} = +0.043$. A pit with a rim: a Mexican hat, upside down.
#
# ### {{exercise log_kernel}}
#
# A kernel that measures change must answer 0 to a flat sky, however bright. The formula sums to zero over the infinite plane, but not once it is sampled and cut off. So subtract the mean of the sampled values at the end. Write `log_kernel(sigma, radius)`; it works in float64.
#
# <details><summary>Hint 1 · the grid</summary>`np.arange(-radius, radius + 1)` counts pixels from the middle. Broadcasting a column against a row gives r² at every place.</details>
# <details><summary>Hint 2 · check yourself</summary>Compare three numbers with the hand calculation above (before the mean is subtracted).</details>


# %% tags=["exercise"]
def log_kernel(sigma, radius):
    """Laplacian of a Gaussian, sampled at whole pixels, its mean subtracted so that it sums to zero.

    Args:
        sigma: width of the Gaussian in pixels, a float > 0.
        radius: pixels from the middle to the border, an integer ≥ 1.

    Returns:
        float64 array (2 * radius + 1, 2 * radius + 1); the middle is negative, the sum is 0 up to rounding.
    """
    ### BEGIN SOLUTION
    offsets = np.arange(-radius, radius + 1)
    squared = offsets[:, None] ** 2 + offsets**2
    values = (squared - 2 * sigma**2) / (2 * np.pi * sigma**6) * np.exp(-squared / (2 * sigma**2))
    return values - values.mean()
    ### END SOLUTION


# %% tags=["check"]
check(log_kernel)

# %% tags=["needs-answer"]
bend = filtered(coins, log_kernel(2.0, 8))
plots.images(
    [visible(log_kernel(2.0, 8)), visible(bend), bend > 0], ["your kernel, σ = 2", "response", "its sign"],
    alt="The kernel, a dark pit with a bright rim; its response on the coins, with a dark and a bright line along every outline; the sign alone, whose black and white regions meet along closed outlines.",
)  # fmt: skip

# %% [markdown]
# The borders between black and white are the zero crossings. They are always closed curves, which sounds like a gift and is not: in the flat background they close around noise.
#
# A large $\sigma$ has a second use.
#
# > **Predict.** The coins are about 20 pixels in radius. What will the Laplacian of a Gaussian show when $\sigma$ grows to 14?

# %%
scales = (1.5, 5, 14)
plots.images(
    [visible(ndimage.gaussian_laplace(coins, sigma)) for sigma in scales],
    [f"σ = {sigma} pixels" for sigma in scales],
    alt="Laplacian of Gaussian of the coins at three scales: thin double lines at 1.5 pixels, thick rims at 5, and at 14 one round dark spot for every coin.",
)

# %% [markdown]
# At small scale it finds outlines; at the scale of the coins it finds **coins**, one dark spot each. The kernel has become a picture of what it looks for: a bright disc on dark ground, upside down. A sum of products is
# largest where image and kernel look alike. Keep that sentence. It is how to read every kernel in a CNN.

# %% [markdown]
# ## Canny, step by step
#
# The outline in the first picture came from Canny's detector. Gradient strength alone makes thick, broken, speckled lines. Canny asks for three things: find the edges, put them in the right place, and mark each **once**. Four steps do it.
#
# 1. **Smooth** with a Gaussian.
# 2. **Gradient**: your `sobel`.
# 3. **Non-maximum suppression**: walk across the ridge; keep a pixel only if it is the highest.
# 4. **Hysteresis**: strong pixels are edges; weak ones are edges if they hang on to a strong one.
#
# Step 3 needs a direction. The gradient points *across* the edge, so each pixel is compared with its two neighbours along the gradient. There are only four pairs of neighbours, so the direction is rounded to the nearest of four:

# %%
neighbours = {
    "0°: left, right": (0, 1),
    "45°: along ↘": (1, 1),
    "90°: above, below": (1, 0),
    "135°: along ↙": (1, -1),
}
fig, axes = plots.figure(1, 4, height=2.2)
for axis, (title, (down, right)) in zip(axes, neighbours.items()):
    cells = np.full((3, 3), 0.15)
    cells[[1, 1 + down, 1 - down], [1, 1 + right, 1 - right]] = 1.0, 0.6, 0.6
    axis.pcolormesh(cells, cmap="Blues", vmin=0, vmax=1.4, edgecolor="white", linewidth=3)
    axis.annotate(
        "",
        (1.5 + right, 1.5 + down),
        (1.5, 1.5),
        arrowprops={"arrowstyle": "->", "color": "white", "lw": 2},
    )
    axis.set(xticks=[], yticks=[], aspect="equal", ylim=(3, 0))
    axis.set_title(title, fontsize=9)
plots.show(
    fig,
    alt="Four 3 by 3 neighbourhoods. The middle pixel is dark, its two neighbours along the gradient lighter: left and right for 0 degrees, the down-right diagonal for 45 degrees, above and below for 90 degrees, the down-left diagonal for 135 degrees.",
)

# %% [markdown]
# *The arrow is the gradient, $y$ counting downwards as everywhere here. An arrow and its opposite have the same two neighbours, so angles count modulo 180°.*
#
# By hand: a row of strengths $1, 4, 6, 5, 2$ whose gradients all point right. Only 6 is at least as large as both neighbours, so the row becomes $0, 0, 6, 0, 0$. If the same gradients all point **down** and the rows above and below hold the same numbers,
# every pixel ties with its neighbours and all five stay. The same strengths, another answer: the direction decides.
#
# ### {{exercise thin}}
#
# Write `thin`. Its docstring settles directions, ties and the border. The array that comes back is a new one.
#
# <details><summary>Hint 1 · the angle</summary>`np.rad2deg(np.arctan2(gy, gx)) % 180` lies between 0 and 180. Dividing by 45 and rounding gives 0, 1, 2, 3 or 4. What does 4 mean?</details>
# <details><summary>Hint 2 · the border</summary>`np.pad(magnitude, 1)` puts a zero around; then every pixel has eight neighbours.</details>
# <details><summary>Hint 3 · no loops</summary>A shifted slice of the padded array holds one neighbour of every pixel. Four directions, two slices each.</details>


# %% tags=["exercise"]
def thin(magnitude, gx, gy):
    """Non-maximum suppression: keep each magnitude that is a maximum across its edge.

    The direction of the gradient is rounded to the nearest of 0°, 45°, 90°, 135° (an opposite direction counts as the same;
    x along the columns, y along the rows, downwards). A pixel stays if its magnitude is at least as large as that of both
    neighbours in this direction: a tie stays. Outside the image the magnitude is 0.

    Args:
        magnitude, gx, gy: float arrays (H, W); magnitude is the length of (gx, gy).

    Returns:
        float array (H, W): the magnitude where it stays, 0 elsewhere. The arguments are not changed.
    """
    ### BEGIN SOLUTION
    height, width = magnitude.shape
    around = np.pad(magnitude, 1)
    sector = np.round(np.rad2deg(np.arctan2(gy, gx)) / 45).astype(int) % 4
    keep = np.zeros((height, width), dtype=bool)
    for index, (down, right) in enumerate([(0, 1), (1, 1), (1, 0), (1, -1)]):
        ahead = around[1 + down : 1 + down + height, 1 + right : 1 + right + width]
        behind = around[1 - down : 1 - down + height, 1 - right : 1 - right + width]
        keep |= (sector == index) & (magnitude >= ahead) & (magnitude >= behind)
    return np.where(keep, magnitude, 0.0)
    ### END SOLUTION


# %% tags=["check"]
check(thin)

# %% tags=["needs-answer"]
smooth = ndimage.gaussian_filter(astronaut, 1.5)
gx, gy, strength = sobel(np.pad(smooth, 1, mode="edge"))
ridges = thin(strength, gx, gy)
plots.images(
    [visible(strength)[20:120, 70:170], visible(ridges)[20:120, 70:170]], ["gradient strength", "after your thin"],
    alt="The astronaut's face as broad bright bands of gradient strength, and the same after thinning: lines one pixel wide.",
)  # fmt: skip

# %% [markdown]
# ### {{exercise hysteresis}}
#
# One threshold cannot do it. Set high, it cuts outlines to pieces; set low, it lets noise in. Two can: a weak pixel is believed if a chain of weak pixels leads from it to a strong one. With a
# low threshold of 3 and a high one of 7, the row $4, 5, 9, 2, 5, 4$ keeps $4, 5, 9$. The other $5, 4$ are just as large, but the 2 cuts them off.
#
# Write `hysteresis`. Chains may be long (thousands of pixels), turn, and run upwards or to the left. How often do you have to look? What comes back is a mask of truth values; `strength` stays as it is. Any library may help.
#
# <details><summary>Hint 1 · growing</summary>Start from the strong pixels. Add every weak pixel that touches what you have. Again. When do you stop?</details>
# <details><summary>Hint 2 · by label</summary>Another way: number the connected regions of weak pixels first, then see which numbers hold a strong pixel.</details>


# %% tags=["exercise"]
def hysteresis(strength, low, high):
    """Keep strong pixels, and weak ones that a chain of weak ones joins to a strong one.

    Strong is strength ≥ high, weak is strength ≥ low; low ≤ high. Each link of a chain is one of the eight neighbours.
    The left border does not touch the right one, nor the top the bottom.

    Args:
        strength: float array (H, W).
        low, high: the thresholds, floats.

    Returns:
        bool array (H, W), True at the edges.
    """
    ### BEGIN SOLUTION
    height, width = strength.shape
    weak = strength >= low
    edges = strength >= high
    count = -1
    while edges.sum() != count:
        count = edges.sum()
        around = np.pad(edges, 1)
        near = [around[r : r + height, c : c + width] for r in range(3) for c in range(3)]
        edges = np.any(near, axis=0) & weak
    return edges
    ### END SOLUTION


# %% tags=["check"]
check(hysteresis)

# %% [markdown]
# ### Your detector against the library's
#
# *Side trip: may be skipped without loss.*
#
# All four steps are yours now. scikit-image's `canny` differs in one detail: when it thins, it interpolates between neighbours instead of rounding the direction. So lines may shift by a pixel.


# %% tags=["needs-answer"]
def canny(image, sigma, low, high):
    """Canny's edges: smooth, gradient, thin, hysteresis."""
    smooth = ndimage.gaussian_filter(image, sigma, mode="nearest")
    gx, gy, strength = sobel(np.pad(smooth, 1, mode="edge"))
    return hysteresis(thin(strength, gx, gy), low, high)


mine = canny(astronaut, 1.5, 0.2, 0.5)
theirs = library_canny(astronaut, 1.5, 0.2, 0.5, mode="nearest")
for whose, edges, others in (("yours", mine, theirs), ("theirs", theirs, mine)):
    near = ndimage.binary_dilation(others, np.ones((3, 3)))
    print(f"of {whose}, {(edges & near).sum() / edges.sum():.1%} lie within a pixel of the other's")
plots.images(
    [astronaut, mine, theirs], ["photograph", "your canny", "scikit-image's"],
    alt="The astronaut, your edge map and the library's edge map: two line drawings that look the same.",
)  # fmt: skip

# %% [markdown]
# Now play. What does each control do to the grass behind the photographer? Which one loses the tripod first?


# %%
def outline_at(sigma=1.5, low=0.2, high=0.5):
    """Canny's edges for one choice of smoothing and thresholds."""
    edges = library_canny(gray, sigma, min(low, high), high, mode="nearest")
    return plots.images(
        [ndimage.gaussian_filter(gray, sigma), edges],
        [f"smoothed, σ = {sigma}", f"edges: {edges.mean():.1%} of the pixels"],
        alt=f"The photograph smoothed with sigma {sigma}, and its edges with thresholds {low} and {high}: {edges.mean():.1%} of the pixels.",
    )


plots.interact(outline_at, sigma=(0.5, 4.0, 0.5), low=(0.05, 1.0, 0.05), high=(0.05, 2.0, 0.05))

# %% [markdown]
# ## Edges without products: morphology
#
# Replace "multiply and add" by "take the largest" or "take the smallest" in each window. The largest is a **dilation**: bright things grow. The smallest is an **erosion**: they shrink. Everything else is made of these two:
#
# - *morphological gradient*: dilation − erosion, the brightest minus the darkest nearby: an edge strength with no direction;
# - *opening*: erosion, then dilation. Bright specks smaller than the window are gone, the rest has its size back;
# - *closing*: dilation, then erosion. The same for dark specks.
#
# By hand, window 3, the row $7, 7, 1, 7, 7$: dilation gives $7, 7, 7, 7, 7$, and erosion of that leaves it. The dark speck is closed. Erosion of the row itself gives $7, 1, 1, 1, 7$.

# %%
text = data.photograph("page", size=(128, 256)) / 255.0
pictures = {
    "scanned page": text,
    "gradient, window 3": ndimage.grey_dilation(text, (3, 3)) - ndimage.grey_erosion(text, (3, 3)),
    "opening, window 5": ndimage.grey_opening(text, (5, 5)),
    "closing, window 5": ndimage.grey_closing(text, (5, 5)),
}
plots.images(
    list(pictures.values()), list(pictures), columns=2,
    alt="A scanned page; its morphological gradient, which outlines every letter; its opening, in which the dark letters have grown into blobs; its closing, in which the letters are gone and only the uneven light is left.",
)  # fmt: skip

# %% [markdown]
# Opening made blobs of the words: their bright gaps were smaller than the window. Closing erased the text, whose strokes were, and left the paper with its uneven light.
#
# ### {{exercise closing}}
#
# A colleague wrote the closing below. It looks right, reads right, and draws a black frame around every picture. The wider the window, the wider the frame.


# %%
def closing_with_bug(image, size):
    """Dilation, then erosion, with a square window. Something is wrong at the border."""
    for pick in (np.max, np.min):
        padded = np.pad(image, size // 2)
        windows = np.lib.stride_tricks.sliding_window_view(padded, (size, size))
        image = pick(windows, axis=(2, 3))
    return image


plots.images(
    [text, closing_with_bug(text, 11)],
    ["scanned page", "closing_with_bug, window 11"],
    alt="The scanned page, and the faulty closing of it, which is framed in black on all four sides.",
)

# %% [markdown]
# Find out why only one of the two steps suffers on this photograph, and write `closing` without the fault. A thought that helps: the picture above has no negative numbers. Your function will also meet pictures that have. It returns a new array of floats; any library may help.
#
# <details><summary>Hint 1 · look closer</summary>What does `np.pad` put around the image, and what is the smallest number in a window that reaches over the border?</details>
# <details><summary>Hint 2 · neutral</summary>The pixels outside should never win. Which number never wins a maximum? Which never wins a minimum? Or: which numbers that are in the window anyway could stand there?</details>


# %% tags=["exercise"]
def closing(image, size):
    """Grey closing with a square window: dilation (largest), then erosion (smallest).

    Pixels outside the image take no part: at the border both steps look only at the part of the window that lies inside.

    Args:
        image: float array (H, W); values may be negative.
        size: side of the window in pixels, an odd integer ≥ 1.

    Returns:
        float array (H, W).
    """
    ### BEGIN SOLUTION
    for pick, neutral in ((np.max, -np.inf), (np.min, np.inf)):
        padded = np.pad(image, size // 2, constant_values=neutral)
        windows = np.lib.stride_tricks.sliding_window_view(padded, (size, size))
        image = pick(windows, axis=(2, 3))
    return image
    ### END SOLUTION


# %% tags=["check"]
check(closing)

# %% [markdown]
# ## A kernel learned
#
# Now the second half of the question. First a machine that is told *what* to produce but not *how*. It sees a picture and the picture's Sobel x response. It starts from nine random numbers and descends the gradient of the mean squared error.
#
# What is that gradient? Kernel number $[m, n]$ touches output $[i, j]$ through pixel $[i+m, j+n]$. So its derivative is the sum over all outputs of error times pixel:
#
# $$\frac{\partial L}{\partial K[m, n]} \;=\; \frac{2}{N} \sum_{i, j} E[i, j]\; I[i + m,\; j + n]$$
#
# $I$ is the image, $E$ the error of each output, and $N$ the number of outputs. Look at it again. It is the cross-correlation of the image with the error. Backpropagation through a convolution is the same sliding sum (lesson 08 uses this).


# %%
def learn(picture, lr, steps, seed):
    """Learn Sobel x from its output by gradient descent. Returns the losses, the kernel's errors, the last kernel."""
    target = slide(picture, SOBEL_X)
    kernel = np.random.default_rng(seed).normal(size=(3, 3))
    losses, distances = [], []
    for _ in range(steps):
        error = slide(picture, kernel) - target
        losses.append(np.mean(error**2))
        distances.append(np.abs(kernel - SOBEL_X).max())
        kernel = kernel - lr * 2 * slide(picture, error) / error.size
    return losses, distances, kernel


# %% [markdown]
# Two teachers with the same recipe: a piece of the photograph, and pure noise. For each, the learning rate is 0.9 of the steepest curvature's limit, so both descend as fast as they stably can (lesson 06).


# %%
def curvature(picture):
    """Eigenvalues of the mean of patch · patchᵀ: half the loss's curvature in nine directions."""
    patches = np.lib.stride_tricks.sliding_window_view(picture, (3, 3)).reshape(-1, 9)
    return np.linalg.eigvalsh(patches.T @ patches / len(patches))


teachers = {
    "photograph": gray[40:104, 90:154],
    "noise": np.random.default_rng(1).normal(size=(64, 64)),
}
steps, seeds = 300, range(runtime.budget(smoke=3, cpu=8, gpu=8))
runs = {
    name: [learn(picture, 0.9 / curvature(picture)[-1], steps, seed) for seed in seeds]
    for name, picture in teachers.items()
}
for name, results in runs.items():
    print(f"from the {name}, seed 0, after {steps} steps:\n{results[0][2].round(3)}")

# %% [markdown]
# > **Predict.** One of the two kernels is not Sobel's. What does its loss look like: stuck high, or near zero?

# %%
fig, axes = plots.figure(1, 2, height=3.4)
for axis, row in zip(axes, (0, 1)):
    for name, results in runs.items():
        curves = np.array([result[row] for result in results])
        axis.plot(np.median(curves, axis=0), label=name)
        axis.fill_between(range(steps), curves.min(axis=0), curves.max(axis=0), alpha=0.25)
    axis.set(yscale="log", xlabel="step")
axes[0].set(ylim=(1e-8, 50), ylabel="loss", title="how well it imitates")
axes[1].set(ylim=(1e-6, 5), ylabel="largest error of a number", title="how close it is to Sobel's")
axes[1].legend()
plots.show(
    fig,
    alt="Two plots over 300 steps, median and range over the seeds. Left: both losses fall; the photograph's more than a hundredfold. Right: the kernel learned from noise reaches Sobel's within some sixty steps; the one learned from the photograph is still off by half a unit or more.",
)

# %% [markdown]
# Every seed, from noise, arrives at Sobel's kernel in some dozens of steps, to six digits. From the photograph the loss has fallen more than a hundredfold, and yet numbers in the kernel are badly off, for every seed. **It gives nearly Sobel's answers, and is not Sobel's kernel.** Why?

# %%
for name, picture in teachers.items():
    values = curvature(picture)
    print(
        f"{name:10} steepest direction {values[-1]:.3f}, flattest {values[0]:.5f}, ratio {values[-1] / values[0]:.0f}"
    )

# %% [markdown]
# In a photograph, neighbouring pixels are nearly equal. Patches that alternate from pixel to pixel hardly occur, so a kernel that is wrong about *them* pays almost nothing, and the descent along that direction is thousands of times
# slower. It is lesson 06's ravine, dug by the data.
#
# Can the photograph teach it after all? Three things help: shift and scale the picture to mean 0 and standard deviation 1, which lowers the ratio; take more steps; and let Adam, which gives each weight a step of its own, replace plain
# descent. Here it is in Keras, one filter and no bias. It is a CNN, the smallest there is.

# %%
picture = (teachers["photograph"] - teachers["photograph"].mean()) / teachers["photograph"].std()
steps = runtime.budget(smoke=400, cpu=1500, gpu=1500)
x, y = (
    np.repeat(array[None, :, :, None], steps, axis=0)
    for array in (picture, slide(picture, SOBEL_X))
)
network = keras.Sequential([keras.Input((64, 64, 1)), keras.layers.Conv2D(1, 3, use_bias=False)])
network.compile(keras.optimizers.Adam(0.05), "mse")
network.fit(x, y, batch_size=1, verbose=0)  # the same picture again and again: one step each
learned = network.get_weights()[0][:, :, 0, 0]
values = curvature(picture)
print(f"ratio of curvatures now {values[-1] / values[0]:.0f}\n{learned.round(2) + 0}")
print("largest error of a number:", f"{np.abs(learned - SOBEL_X).max():.0e}")

# %% [markdown]
# ## Nobody asked for edges
#
# That machine was shown Sobel's answers. Now take the teacher away. Cut thousands of little patches out of photographs and ask only: *along which directions do patches differ most?* That is a principal component analysis. It knows nothing of edges, objects
# or labels.

# %%
names = ("camera", "coins", "astronaut", "coffee", "cat")
PHOTOGRAPHS = {name: data.photograph(name, gray=True) / 255.0 for name in names}


def patches_of(picture, size, count=20_000, seed=0):
    """Random square patches of a picture, one a row."""
    windows = np.lib.stride_tricks.sliding_window_view(picture, (size, size))
    rng = np.random.default_rng(seed)
    rows, columns = (rng.integers(0, n, count) for n in windows.shape[:2])
    return windows[rows, columns].reshape(count, size * size)


def principal(patches):
    """Directions of largest variance, largest first, one a row; and their share of the variance."""
    values, vectors = np.linalg.eigh(np.cov(patches.T))
    return vectors.T[::-1], values[::-1] / values.sum()


# %%
components, shares = principal(np.concatenate([patches_of(p, 7) for p in PHOTOGRAPHS.values()]))
plots.images(
    [component.reshape(7, 7) for component in components[:8]],
    [f"{k + 1}: {share:.1%}" for k, share in enumerate(shares[:8])],
    columns=4,
    suptitle="how 7×7 patches of five photographs differ, and the share of variance",
    alt="Eight 7 by 7 patterns. The first is flat, the second and third go from dark to bright along one direction each, at right angles to each other; the next are dark or bright bands and checked patterns.",
)

# %% [markdown]
# First comes brightness. Second and third: a slope one way and a slope across it. **First derivatives.** Then dark and bright bands, bends in several directions: second derivatives. So, do the classic operators fall out of the statistics of photographs? Put a number on it. Take 3×3
# patches, and ask how much of Sobel's kernel lies in the plane of components 2 and 3 (1 = all of it; a random kernel would have $\sqrt{2/9} \approx 0.47$ of its length there).
#
# Before you believe a number, ask what it would be if you were wrong. Every picture is a sum of waves (its Fourier transform). Give each wave a random place, and keep its strength: now there is no edge, no object, nothing but clouds as smooth as the photograph was.
#
# > **Predict.** How much of Sobel's kernel lies in components 2 and 3 of the *clouds*?


# %%
def clouds(picture, seed=0):
    """A picture of the same waves, each as strong as before and at a random place."""
    strength = np.abs(np.fft.rfft2(picture))
    place = np.angle(np.fft.rfft2(np.random.default_rng(seed).normal(size=picture.shape)))
    mixed = np.fft.irfft2(strength * np.exp(1j * place), picture.shape)
    return mixed - mixed.mean() + picture.mean()


def sobels_share(picture, seed):
    """How much of Sobel x's length lies in components 2 and 3 of 3×3 patches."""
    plane = principal(patches_of(picture, 3, seed=seed))[0][1:3]
    return np.linalg.norm(plane @ SOBEL_X.ravel()) / np.linalg.norm(SOBEL_X)


plots.images(
    [PHOTOGRAPHS["camera"], clouds(PHOTOGRAPHS["camera"])], ["the photograph", "its waves, moved about"],
    width=5, value_range=(0, 1),
    alt="Left the man with the camera. Right a picture of soft grey clouds without any outline.",
)  # fmt: skip
rows = []
for name, picture in PHOTOGRAPHS.items():
    drawn = [[sobels_share(p, seed) for seed in range(5)] for p in (picture, clouds(picture))]
    rows.append([name, *(with_spread(shares, ".3f") for shares in drawn)])
plots.table(
    ["picture", "photograph", "clouds"],
    rows,
    caption="Share of Sobel x in components 2 and 3, mean ± sample deviation of five draws",
)

# %% [markdown]
# The clouds give the same numbers. So the slopes of components 2 and 3 say nothing of edges. They say that neighbouring pixels are alike: in *any* smooth picture the largest difference, next to brightness, is a slope. Had we not asked the clouds, we would have taken this for an answer.
#
# What makes a photograph a photograph? Most places show nothing, and a few show a lot. A kernel that fits photographs well is silent nearly everywhere and loud at some places: its answers are **sparse**. So ask for that: kernels whose answers are as sparse, and as independent of each other, as can be.
# This is **independent component analysis** (Bell and Sejnowski 1997; Olshausen and Field 1996 found the same by a sparse code). It still knows nothing of edges or labels.
#
# > **Predict.** What do the kernels look like that it finds in photographs? And in the clouds?

# %%
from scipy import stats
from sklearn.decomposition import FastICA


def independent(pictures, size=10, kernels=24):
    """Independent components of patches, sparsest first; and how sparse they are on new patches."""
    old, new = (
        np.concatenate([patches_of(p, size, 4_000, seed) for p in pictures]) for seed in (0, 1)
    )
    old, new = (p - p.mean(axis=1, keepdims=True) for p in (old, new))  # brightness does not count
    ica = FastICA(kernels, whiten="unit-variance", random_state=0, max_iter=400, tol=1e-3).fit(old)
    sparse = stats.kurtosis(ica.transform(new))
    order = sparse.argsort()[::-1]
    return ica.mixing_.T[order].reshape(-1, size, size), sparse[order]


found = {
    "photographs": independent(PHOTOGRAPHS.values()),
    "clouds": independent([clouds(picture) for picture in PHOTOGRAPHS.values()]),
}
SEEN = {
    "photographs": "Most are one sharp edge, or stripes, at some angle and place.",
    "clouds": "Most are blotches without an edge; a few are fine stripes.",
}
for kind, (kernels, sparseness) in found.items():
    plots.images(
        kernels,
        columns=12,
        suptitle=f"{kind}: kurtosis {np.median(sparseness):.1f} in the middle",
        alt=f"24 patterns of 10 by 10 pixels, found in {kind}. {SEEN[kind]}",
    )

# %% [markdown]
# From photographs come edges: sharp, each at a place and an angle of its own, and some stripes. From the clouds come blotches. (**Kurtosis** measures sparseness: 0 for a normal distribution, more for one that is silent mostly and loud at times.)
#
# So the answer to the opening question is yes, and now it is a tested yes. A machine that nobody told about edges finds them, if it looks for what is *rare and strong*; if it looks only for what varies most, it finds smoothness. A trained network is a third machine. Look at Figure 3 of the AlexNet paper (lesson 13): the 96 kernels that its first layer learned from 1.2 million photographs.
# Most are edges and stripes at all angles and scales. You can read them now.

# %% [markdown]
# ## {{exercise quiz}}
#
# Answer with one letter each, such as `{"q1": "a", …}`.
#
# **q1** A photograph of horizontal blinds, lit evenly. The response of the kernel with columns −1 0 1 / −2 0 2 / −1 0 1 is
#
# - a) strong along every slat
# - b) close to zero
# - c) strong, but negative
#
# **q2** The object in an image moves 10 pixels to the right. The feature map of a convolution (stride 1, away from the border)
#
# - a) stays the same
# - b) changes in no simple way
# - c) moves 10 pixels to the right
#
# **q3** Someone replaces the cross-correlation in every layer of an untrained CNN by true convolution and trains it. The network
#
# - a) learns flipped kernels and does as well
# - b) cannot learn edges
# - c) needs its images turned by 180°
#
# **q4** A Laplacian-of-Gaussian kernel sums to 0.2 instead of 0. On a cloudless, evenly bright sky the response is
#
# - a) zero
# - b) one fifth of the sky's brightness
# - c) random
#
# **q5** You raise only Canny's high threshold. Then
#
# - a) lines get thinner
# - b) lines get gaps wherever they are weak
# - c) some lines vanish as a whole, the others stay as they are
#
# **q6** A network imitates a filter on photographs with almost no error. Its kernel
#
# - a) must be the filter's kernel
# - b) may differ, in directions that photographs hardly use
# - c) must be the filter's kernel, flipped

# %% tags=["exercise"]
### BEGIN SOLUTION
quiz = {"q1": "b", "q2": "c", "q3": "a", "q4": "b", "q5": "c", "q6": "b"}
### END SOLUTION

# %% tags=["check"]
check(quiz=quiz)

# %% [markdown]
# ## Summary
#
# - A picture lives at its edges. Cross-correlation finds them: lay the kernel on, multiply, add, slide. CNN layers do this unflipped; convolution flips first.
# - The output is largest where image and kernel look alike. It moves with the object (equivariance) and is blind to what the kernel sums to zero on.
# - Sobel x is a difference along $x$ and finds vertical edges; the Laplacian is a second difference and marks edges by a change of sign.
# - Smoothing trades noise against place; its $\sigma$ must fit the size of things. Canny adds one-pixel lines (non-maximum suppression) and whole lines (hysteresis).
# - Gradient descent finds Sobel's kernel from examples, as far as the examples determine it; and edges are what is rare and strong in photographs. Slopes alone come from smoothness; clouds have them, too.
#
# ## References
#
# - J. H. Elder, "Are edges incomplete?", *International Journal of Computer Vision* 34, 1999.
# - A. J. Bell and T. J. Sejnowski, "The 'independent components' of natural scenes are edge filters", *Vision Research* 37, 1997.
# - J. Canny, "A computational approach to edge detection", *IEEE Transactions on Pattern Analysis and Machine Intelligence* 8, 1986.
# - D. Marr and E. Hildreth, "Theory of edge detection", *Proceedings of the Royal Society B* 207, 1980.
# - L. G. Roberts, *Machine perception of three-dimensional solids*, PhD thesis, MIT, 1963. J. M. S. Prewitt, "Object enhancement and extraction", in *Picture Processing and Psychopictorics*, 1970. I. Sobel and G. Feldman, "A 3×3 isotropic gradient operator for image processing", talk at the Stanford Artificial Intelligence Project, 1968. H. Scharr, *Optimale Operatoren in der Digitalen Bildverarbeitung*, PhD thesis, Heidelberg, 2000.
# - W. T. Freeman and E. H. Adelson, "The design and use of steerable filters", *IEEE Transactions on Pattern Analysis and Machine Intelligence* 13, 1991.
# - J. Serra, *Image Analysis and Mathematical Morphology*, 1982.
# - I. Goodfellow, Y. Bengio and A. Courville, *Deep Learning*, 2016, section 9.1 (equation 9.6: cross-correlation).
# - A. Krizhevsky, I. Sutskever and G. E. Hinton, "ImageNet classification with deep convolutional neural networks", 2012, Figure 3.
#
# ## Where to read on
#
# *Deep Learning*, chapter 9, for convolution in networks. Olshausen and Field, "Emergence of simple-cell receptive field properties by learning a sparse code for natural images", *Nature* 381, 1996, for edges learned from photographs alone, and for why principal components do not suffice. Then lesson 08: padding, stride, many channels, and the backward pass.
