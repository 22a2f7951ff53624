"""What is right in `conv_backward`, and what students get wrong."""

import numpy as np

from autograder.exercise import SUMS, Criterion, Function, Probe, accepted, near_miss, wrong

from ._shared import BY_HAND


class ConvBackward(Function):
    title = "The backward pass"
    starred = True
    difficulty = 3
    criteria = (
        Criterion("plain", 3, "stride 1, no padding"),
        Criterion("strided", 2, "strides, also where some pixels are never looked at"),
        Criterion("padded", 2, "padding"),
    )
    tolerance = SUMS
    rule = BY_HAND
    revisit = "The backward pass"

    def probes(self, rng):
        def case(x, w, stride=1, pad=0):
            sides = [(n + 2 * pad - k) // stride + 1 for n, k in zip(x[1:3], w[:2])]
            dy = rng.normal(size=(x[0], *sides, w[3]))
            return dy, rng.normal(size=x), rng.normal(size=w), stride, pad

        yield Probe("plain", "one 3×4 image, one 2×2 kernel", case((1, 3, 4, 1), (2, 2, 1, 1)))
        yield Probe("plain", "2 images, 2 channels, 3 filters", case((2, 4, 3, 2), (2, 3, 2, 3)))
        yield Probe("plain", "a 1×1 kernel", case((2, 2, 3, 3), (1, 1, 3, 2)))
        yield Probe("strided", "5×5, kernel 3, stride 2", case((1, 5, 5, 2), (3, 3, 2, 2), 2))
        yield Probe(
            "strided",
            "6×4, kernel 3×2, stride 2, a row unused",
            case((2, 6, 4, 1), (3, 2, 1, 2), 2),
        )
        yield Probe("strided", "5×4, kernel 2, stride 3", case((1, 5, 4, 2), (2, 2, 2, 1), 3))
        yield Probe("padded", "3×4, kernel 3, padding 1", case((1, 3, 4, 2), (3, 3, 2, 2), 1, 1))
        yield Probe(
            "padded", "2 images 2×3, kernel 3, padding 2", case((2, 2, 3, 1), (3, 3, 1, 2), 1, 2)
        )
        yield Probe(
            "padded", "5×4, kernel 2×3, stride 2, padding 1", case((2, 5, 4, 2), (2, 3, 2, 2), 2, 1)
        )

    @accepted("loops over images and places")
    def loops(dy, x, w, stride=1, pad=0):
        H, W = x.shape[1:3]
        kh, kw, _, F = w.shape
        dx, dw, db = np.zeros_like(x), np.zeros_like(w), np.zeros(F)
        for n, i, j, f in np.ndindex(*dy.shape):
            g = dy[n, i, j, f]
            db[f] += g
            for m in range(kh):
                for k in range(kw):
                    r, c = i * stride + m - pad, j * stride + k - pad
                    if 0 <= r < H and 0 <= c < W:
                        dw[m, k, :, f] += g * x[n, r, c]
                        dx[n, r, c] += g * w[m, k, :, f]
        return dx, dw, db

    @accepted("a slice for each number of the kernel")
    def by_taps(dy, x, w, stride=1, pad=0):
        xp = np.pad(x, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
        dxp, dw = np.zeros(xp.shape), np.zeros(w.shape)
        h, v = dy.shape[1:3]
        for m, k in np.ndindex(*w.shape[:2]):
            at = np.s_[
                :, m : m + (h - 1) * stride + 1 : stride, k : k + (v - 1) * stride + 1 : stride
            ]
            dw[m, k] = np.tensordot(xp[at], dy, axes=((0, 1, 2), (0, 1, 2)))
            dxp[at] += dy @ w[m, k].T
        H, W = x.shape[1:3]
        return dxp[:, pad : pad + H, pad : pad + W], dw, dy.reshape(-1, dy.shape[-1]).sum(0)

    @accepted("zeros between the gradients, then a full convolution")
    def by_full_convolution(dy, x, w, stride=1, pad=0):
        kh, kw = w.shape[:2]
        xp = np.pad(x, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
        spread = np.zeros((len(x), xp.shape[1] - kh + 1, xp.shape[2] - kw + 1, w.shape[3]))
        spread[:, ::stride, ::stride][:, : dy.shape[1], : dy.shape[2]] = dy
        view = np.lib.stride_tricks.sliding_window_view
        around = np.pad(spread, ((0, 0), (kh - 1, kh - 1), (kw - 1, kw - 1), (0, 0)))
        dxp = np.einsum("nijfmk,mkcf->nijc", view(around, (kh, kw), axis=(1, 2)), w[::-1, ::-1])
        dw = np.einsum("nmkcij,nijf->mkcf", view(xp, spread.shape[1:3], axis=(1, 2)), spread)
        H, W = x.shape[1:3]
        return dxp[:, pad : pad + H, pad : pad + W], dw, np.einsum("nijf->f", dy)

    padding_not_removed = wrong(
        "Your dx is as large as the padded input. The padding is no part of x: its gradient is "
        "cut off at the end.",
        change={"dx[:, pad : pad + height, pad : pad + width], dw": "dx, dw"},
    )

    empty_without_padding = wrong(
        "Without padding your dx is empty: a slice that ends at −0 ends at the beginning. Say "
        "where the inside ends by counting from the front.",
        change={"pad : pad + height, pad : pad + width": "pad:-pad, pad:-pad"},
    )

    wrong_part_cut = wrong(
        "Your dx has the right shape, but you cut off the wrong rows and columns: the padding "
        "lies on all sides, and you kept the corner at the top left.",
        change={"pad : pad + height, pad : pad + width": ":height, :width"},
    )

    shares_overwritten = wrong(
        "In dx, later windows overwrite earlier ones. A pixel that several windows looked at "
        "gets a share from each, and the shares add up.",
        change={"dx[window] +=": "dx[window] ="},
    )

    last_window_alone = wrong(
        "Your dw holds the last window's share alone. The kernel is used at every place, and "
        "every place has its say.",
        change={"dw +=": "dw ="},
    )

    mean_over_the_batch = wrong(
        "You divide dw and db by the number of images. The backward pass gets the loss's "
        "gradient as it is; if the loss is a mean, that is in dy already.",
        change={"dw, dy.sum(axis=(0, 1, 2))": "dw / len(x), dy.sum(axis=(0, 1, 2)) / len(x)"},
    )

    bias_averaged = wrong(
        "Your db averages over the places. The bias is added at every place, so each adds its "
        "whole δ.",
        change={"dy.sum": "dy.mean"},
    )

    stride_ignored_in_the_start = wrong(
        "The windows of your backward pass start at (i, j), whatever the stride. They must be "
        "those of the forward pass.",
        change={
            "i * stride : i * stride + kh": "i : i + kh",
            "j * stride : j * stride + kw": "j : j + kw",
        },
    )

    stamp_flipped = wrong(
        "Your dx lays the kernel down turned by 180°. The stamp is the kernel as it is; only "
        "when you *gather* instead of stamping does it have to be turned.",
        change={'"no,mkco->nmkc", dy[:, i, j], w': '"no,mkco->nmkc", dy[:, i, j], w[::-1, ::-1]'},
    )

    kernel_gradient_without_padding = wrong(
        "Your dw is computed with x where no padding stands, so the windows are shifted "
        "against those of the forward pass.",
        change={
            "padded[window]": "np.pad(x, ((0, 0), (0, 2 * pad), (0, 2 * pad), (0, 0)))[window]",
        },
    )

    order_swapped = wrong(
        "Your gradients are right, but in another order: dx first, then dw, then db.",
        change={
            "dx[:, pad : pad + height, pad : pad + width], dw, dy.sum(axis=(0, 1, 2))": (
                "dw, dy.sum(axis=(0, 1, 2)), dx[:, pad : pad + height, pad : pad + width]"
            ),
        },
    )

    bias_over_images_alone = wrong(
        "Your db is a sum over the images alone and still has the axes of the map. A filter has "
        "one bias for all images and all places.",
        change={"dy.sum(axis=(0, 1, 2))": "dy.sum(axis=0)"},
    )

    bias_over_places_alone = wrong(
        "Your db has a row for each image. The images of a batch share the bias, so their "
        "gradients add.",
        change={"dy.sum(axis=(0, 1, 2))": "dy.sum(axis=(1, 2))"},
    )

    bias_over_everything = wrong(
        "Your db is one number: you added up over the filters, too. Each filter has a bias of its "
        "own.",
        change={"dy.sum(axis=(0, 1, 2))": "dy.sum()"},
    )

    bias_axes_kept = wrong(
        "Your db has the right numbers, but keeps axes of length 1. It is to have the shape of b, "
        "(c_out,).",
        change={"dy.sum(axis=(0, 1, 2))": "dy.sum(axis=(0, 1, 2), keepdims=True)"},
    )

    bias_gradient_missing = wrong(
        "You return two gradients. Three were trained or fed: x, w and the bias b.",
        change={", dw, dy.sum(axis=(0, 1, 2))": ", dw"},
    )

    windows_of_x_unpadded = wrong(
        "With padding, a window of yours does not have the kernel's shape. The forward pass had "
        "its windows on the padded image: both what dw reads and where dx is collected must be as "
        "large as that.",
        change={"padded[window]": "x[window]"},
    )

    @wrong(
        "With padding, a window of yours does not have the kernel's shape. The forward pass had "
        "its windows on the padded image: both what dw reads and where dx is collected must be as "
        "large as that."
    )
    def windows_without_padding(dy, x, w, stride=1, pad=0):
        kh, kw = w.shape[:2]
        dx, dw = np.zeros(x.shape), np.zeros(w.shape)
        for n, i, j, f in np.ndindex(*dy.shape):
            window = np.s_[n, i * stride : i * stride + kh, j * stride : j * stride + kw]
            dw[..., f] += dy[n, i, j, f] * x[window]
            dx[window] += dy[n, i, j, f] * w[..., f]
        return dx, dw, dy.sum(axis=(0, 1, 2))

    everything_divided = wrong(
        "You divide all three by the number of images. The backward pass gets the loss's gradient "
        "as it is; if the loss is a mean, that is in dy already.",
        change={
            "dx[:, pad : pad + height, pad : pad + width], dw, dy.sum(axis=(0, 1, 2))": (
                "dx[:, pad : pad + height, pad : pad + width] / len(x), dw / len(x), "
                "dy.sum(axis=(0, 1, 2)) / len(x)"
            ),
        },
    )

    rows_not_stepped = wrong(
        "Your windows step across by the stride, but down by one row. They must be those of the "
        "forward pass.",
        change={"i * stride : i * stride + kh": "i : i + kh"},
    )

    columns_not_stepped = wrong(
        "Your windows step down by the stride, but across by one column. They must be those of "
        "the forward pass.",
        change={"j * stride : j * stride + kw": "j : j + kw"},
    )

    last_filter_alone = wrong(
        "In dx, later shares replace earlier ones: of several filters and windows only the last "
        "is left. All the roads from a pixel to the loss add up.",
        change={"dx[n, r, c] +=": "dx[n, r, c] ="},
        of=loops,
    )

    last_share_alone = wrong(
        "Your dw holds the last share alone: the last image at the last place. The kernel is used "
        "for every image at every place, and every one has its say.",
        change={"dw[m, k, :, f] +=": "dw[m, k, :, f] ="},
        of=loops,
    )

    kernel_gradient_turned = wrong(
        "Your dw is turned by 180°. Each number of the kernel has the gradient of the pixels that "
        "it was laid on.",
        change={", dw, dy.sum": ", dw[::-1, ::-1], dy.sum"},
    )

    one_image_alone = wrong(
        "Only the first image of your batch has its say, in dx and in dw. Over what does the outer "
        "loop run, and how far is your `return` indented?",
        change={"np.ndindex(*dy.shape)": "np.ndindex(1, *dy.shape[1:])"},
        of=loops,
    )

    weights_not_used = wrong(
        "Your dx hands dy back without the kernel: a pixel's share is dy times the number of the "
        "kernel that was laid on it.",
        change={
            '"no,mkco->nmkc", dy[:, i, j], w)': '"no,mkco->nmkc", dy[:, i, j], np.ones_like(w))'
        },
    )

    @wrong(
        "Without padding, the inside that you cut out of dx is empty: a slice that ends at −0 ends "
        "at the beginning. Say where the inside ends by counting from the front."
    )
    def nothing_inside_without_padding(dy, x, w, stride=1, pad=0):
        kh, kw = w.shape[:2]
        dx, dw = np.zeros(x.shape), np.zeros(w.shape)
        around = ((0, 0), (pad, pad), (pad, pad), (0, 0))
        padded, collected = np.pad(x, around), np.pad(dx, around)
        for n, h, v, f in np.ndindex(*dy.shape):
            window = np.s_[n, h * stride : h * stride + kh, v * stride : v * stride + kw]
            dw[..., f] += dy[n, h, v, f] * padded[window]
            collected[window] += dy[n, h, v, f] * w[..., f]
        for n in range(len(x)):
            dx[n] = collected[n, pad:-pad, pad:-pad]
        return dx, dw, dy.sum(axis=(0, 1, 2))

    bias_alone_divided = wrong(
        "You divide db by the number of images. The backward pass gets the loss's gradient as it "
        "is; if the loss is a mean, that is in dy already.",
        change={"dy.sum(axis=(0, 1, 2))": "dy.sum(axis=(0, 1, 2)) / len(x)"},
    )

    @wrong(
        "Without padding, the inside that you cut out of dx is empty: a slice that ends at −0 ends "
        "at the beginning. And db keeps axes of length 1; its shape is to be (c_out,)."
    )
    def nothing_inside_and_axes_kept(dy, x, w, stride=1, pad=0):
        kh, kw = w.shape[:2]
        dx, dw, db = np.zeros(x.shape), np.zeros(w.shape), np.zeros((1, 1, 1, w.shape[3]))
        around = ((0, 0), (pad, pad), (pad, pad), (0, 0))
        padded, collected = np.pad(x, around), np.pad(dx, around)
        for n, h, v, f in np.ndindex(*dy.shape):
            window = np.s_[n, h * stride : h * stride + kh, v * stride : v * stride + kw]
            dw[..., f] += dy[n, h, v, f] * padded[window]
            collected[window] += dy[n, h, v, f] * w[..., f]
            db[..., f] += dy[n, h, v, f]
        for n in range(len(x)):
            dx[n] = collected[n, pad:-pad, pad:-pad]
        return dx, dw, db

    first_row_of_dx = near_miss(
        "returns one row of dx",
        change={"dx[:, pad : pad + height, pad : pad + width]": "dx[:, :1, pad : pad + width]"},
        unlike=(empty_without_padding, nothing_inside_without_padding),
    )

    bias_as_a_column = near_miss(
        "returns db as a column",
        change={"dy.sum(axis=(0, 1, 2))": "dy.sum(axis=(0, 1, 2))[:, None]"},
        unlike=(bias_axes_kept, nothing_inside_and_axes_kept),
    )

    padding_returned_too = near_miss(
        "returns a fourth thing",
        change={", dw, dy.sum(axis=(0, 1, 2))": ", dw, dy.sum(axis=(0, 1, 2)), pad"},
        unlike=bias_gradient_missing,
    )

    subscripts_do_not_fit = near_miss(
        "raises because the subscripts do not fit",
        change={'"no,nmkc->mkco"': '"no,omkc->mkco"'},
        unlike=(windows_of_x_unpadded, windows_without_padding),
    )
