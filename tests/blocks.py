"""The blocks of the published networks, as a student's would be, and the networks they make."""

from __future__ import annotations

from functools import partial

from keras import layers

from cnncourse import nets


def mlpconv(x, filters, kernel_size, stride, padding):
    x = layers.Conv2D(filters[0], kernel_size, stride, padding, activation="relu")(x)
    for mixed in filters[1:]:
        x = layers.Conv2D(mixed, 1, activation="relu")(x)
    return x


def inception(x, ones, reduce_threes, threes, reduce_fives, fives, pool_projection):
    conv = partial(layers.Conv2D, padding="same", activation="relu")
    three = conv(threes, 3)(conv(reduce_threes, 1)(x))
    five = conv(fives, 5)(conv(reduce_fives, 1)(x))
    pool = conv(pool_projection, 1)(layers.MaxPooling2D(3, 1, "same")(x))
    return layers.Concatenate()([conv(ones, 1)(x), three, five, pool])


def normalised(x, filters, kernel_size, stride=1, *, bias=False, epsilon=1e-5):
    x = layers.Conv2D(filters, kernel_size, stride, "same", use_bias=bias)(x)
    return layers.BatchNormalization(epsilon=epsilon)(x)


def basic(x, filters, stride):
    y = layers.ReLU()(normalised(x, filters, 3, stride))
    y = normalised(y, filters, 3)
    if x.shape != y.shape:
        x = normalised(x, filters, 1, stride)
    return layers.ReLU()(layers.Add()([x, y]))


def basic_without_projection(x, filters, stride):
    """Option A: the shortcut drops every other pixel and fills up with channels of zeros."""
    y = layers.ReLU()(normalised(x, filters, 3, stride))
    y = normalised(y, filters, 3)
    if x.shape != y.shape:
        more = filters - x.shape[-1]
        x = layers.Lambda(
            lambda t: t[:, ::stride, ::stride, :], output_shape=(*y.shape[1:3], x.shape[-1])
        )(x)
        x = layers.Permute((1, 3, 2))(x)
        x = layers.ZeroPadding2D(((0, 0), (more // 2, more - more // 2)))(x)
        x = layers.Permute((1, 3, 2))(x)
    return layers.ReLU()(layers.Add()([x, y]))


def bottleneck(x, filters, stride, *, stride_on=3, bias=False, epsilon=1e-5, squeeze=False):
    conv = partial(normalised, bias=bias, epsilon=epsilon)
    y = layers.ReLU()(conv(x, filters, 1, stride if stride_on == 1 else 1))
    y = layers.ReLU()(conv(y, filters, 3, stride if stride_on == 3 else 1))
    y = conv(y, 4 * filters, 1)
    if squeeze:
        y = squeeze_and_excite(y, y.shape[-1] // 16)
    if x.shape != y.shape:
        x = conv(x, 4 * filters, 1, stride)
    return layers.ReLU()(layers.Add()([y, x]))


def bottleneck_v2(x, filters, stride):
    """As in Keras Applications: a stage's first block projects, a stride alone takes pixels."""
    before = layers.ReLU()(layers.BatchNormalization(epsilon=1.001e-5)(x))
    if x.shape[-1] != 4 * filters:
        x = layers.Conv2D(4 * filters, 1, stride)(before)
    elif stride > 1:
        x = layers.MaxPooling2D(1, stride)(x)
    y = layers.Conv2D(filters, 1, use_bias=False)(before)
    y = layers.ReLU()(layers.BatchNormalization(epsilon=1.001e-5)(y))
    y = layers.Conv2D(filters, 3, stride, use_bias=False)(layers.ZeroPadding2D(1)(y))
    y = layers.ReLU()(layers.BatchNormalization(epsilon=1.001e-5)(y))
    return layers.Add()([x, layers.Conv2D(4 * filters, 1)(y)])


def squeeze_and_excite(x, reduced, gate="sigmoid", activation="relu"):
    s = layers.GlobalAveragePooling2D(keepdims=True)(x)
    s = layers.Conv2D(reduced, 1, activation=activation)(s)
    return layers.Multiply()([layers.Conv2D(x.shape[-1], 1, activation=gate)(s), x])


def separable(x, filters, stride):
    for conv in (
        layers.DepthwiseConv2D(3, stride, "same", use_bias=False),
        layers.Conv2D(filters, 1, use_bias=False),
    ):
        x = layers.ReLU(6)(layers.BatchNormalization(epsilon=1e-3)(conv(x)))
    return x


def inverted(x, filters, kernel_size, stride, expanded, activation, squeeze=None):
    """The block that MobileNetV2, V3 and EfficientNet share."""

    def norm(y):
        return layers.BatchNormalization(epsilon=1e-3)(y)

    y = x
    if expanded != x.shape[-1]:
        y = layers.Activation(activation)(norm(layers.Conv2D(expanded, 1, use_bias=False)(y)))
    y = layers.DepthwiseConv2D(kernel_size, stride, "same", use_bias=False)(y)
    y = layers.Activation(activation)(norm(y))
    y = squeeze(y) if squeeze else y
    y = norm(layers.Conv2D(filters, 1, use_bias=False)(y))
    return layers.Add()([x, y]) if x.shape == y.shape else y


def inverted_v2(x, filters, stride, expansion):
    return inverted(x, filters, 3, stride, expansion * x.shape[-1], "relu6")


def inverted_v3(x, filters, kernel_size, stride, expanded, squeeze, activation):
    reduced = nets.round_channels(expanded / 4)
    gate = partial(squeeze_and_excite, reduced=reduced, gate="hard_sigmoid") if squeeze else None
    return inverted(x, filters, kernel_size, stride, expanded, activation, gate)


def mbconv(x, filters, kernel_size, stride, expansion):
    channels = x.shape[-1]
    gate = partial(squeeze_and_excite, reduced=channels // 4, activation="silu")
    return inverted(x, filters, kernel_size, stride, expansion * channels, "silu", gate)


def mbconv_lite(x, filters, kernel_size, stride, expansion):
    return inverted(x, filters, kernel_size, stride, expansion * x.shape[-1], "relu6")


KERAS = {"bias": True, "epsilon": 1.001e-5}
as_in_keras = partial(bottleneck, stride_on=1, **KERAS)

# The rows of published numbers, and how each network is built.
ROWS = {
    "nin_cifar10": partial(nets.nin, "cifar10", mlpconv),
    "nin_imagenet": partial(nets.nin, "imagenet", mlpconv),
    "googlenet_v1": partial(nets.googlenet, inception),
    "googlenet_v1_with_aux": partial(nets.googlenet, inception, heads=True),
    "resnet18_paper_nobias": partial(nets.resnet, 18, basic),
    "resnet34_paper_nobias": partial(nets.resnet, 34, basic),
    "resnet50_v1_5_nobias": partial(nets.resnet, 50, bottleneck),
    "resnet101_v1_5_nobias": partial(nets.resnet, 101, bottleneck),
    "resnet152_v1_5_nobias": partial(nets.resnet, 152, bottleneck),
    "ResNet50": partial(nets.resnet, 50, as_in_keras, **KERAS),
    "ResNet101": partial(nets.resnet, 101, as_in_keras, **KERAS),
    "ResNet152": partial(nets.resnet, 152, as_in_keras, **KERAS),
    "ResNet50V2": partial(nets.resnet_v2, 50, bottleneck_v2, stride_on="last", **KERAS),
    "ResNet101V2": partial(nets.resnet_v2, 101, bottleneck_v2, stride_on="last", **KERAS),
    "ResNet152V2": partial(nets.resnet_v2, 152, bottleneck_v2, stride_on="last", **KERAS),
    "resnet20_cifar_optionA": partial(nets.resnet_cifar, 20, basic_without_projection),
    "resnet20_cifar_projection": partial(nets.resnet_cifar, 20, basic),
    "se_resnet50": partial(nets.se_resnet50, partial(bottleneck, squeeze=True)),
    **{
        f"MobileNetV1/{alpha}-{size}": partial(
            nets.mobilenet_v1, separable, alpha=alpha, resolution=size
        )
        for alpha in (1.0, 0.75, 0.5, 0.25)
        for size in (224, 192, 160, 128)
    },
    **{
        f"MobileNetV2_{alpha}": partial(nets.mobilenet_v2, inverted_v2, alpha=alpha)
        for alpha in (1.0, 1.4, 0.75, 0.5, 0.35)
    },
    **{
        f"MobileNetV3{size.title()}{'_minimalistic' * minimal}": partial(
            nets.mobilenet_v3, size, inverted_v3, minimalistic=minimal
        )
        for size in ("small", "large")
        for minimal in (False, True)
    },
    **{
        f"EfficientNet{b.upper()}": partial(nets.efficientnet, b, mbconv) for b in nets.EFFICIENTNET
    },
    **{f"EfficientNetLite{n}": partial(nets.efficientnet_lite, n, mbconv_lite) for n in range(5)},
}
