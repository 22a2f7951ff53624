"""Counting a network: parameters, multiply-adds, receptive fields."""

import keras
import numpy as np
import pytest
from keras import layers
from published import COUNTS, INCEPTION_V3

from cnncourse.anatomy import (
    ReceptiveField,
    count_parameters,
    layer_table,
    multiply_adds,
    receptive_field,
    shapes_only,
)

# Network of Keras Applications, input size, what it is published to count.
PUBLISHED = [
    ("VGG16", 224, COUNTS["VGG16"]),
    ("VGG19", 224, COUNTS["VGG19"]),
    ("ResNet50", 224, COUNTS["ResNet50"]),
    ("ResNet50V2", 224, COUNTS["ResNet50V2"]),
    ("MobileNet", 224, COUNTS["MobileNetV1/1.0-224"]),
    ("MobileNetV2", 224, COUNTS["MobileNetV2_1.0"]),
    ("MobileNetV3Small", 224, COUNTS["MobileNetV3Small"]),
    ("MobileNetV3Large", 224, COUNTS["MobileNetV3Large"]),
    ("EfficientNetB0", 224, COUNTS["EfficientNetB0"]),
    ("InceptionV3", 299, INCEPTION_V3),
]


def published(name, size):
    with shapes_only():
        return getattr(keras.applications, name)(weights=None, input_shape=(size, size, 3))


def lenet5():
    return keras.Sequential(
        [
            keras.Input((32, 32, 1)),
            layers.Conv2D(6, 5, name="C1"),
            layers.AveragePooling2D(2, name="S2"),
            layers.Conv2D(16, 5, name="C3"),
            layers.AveragePooling2D(2, name="S4"),
            layers.Flatten(name="flat"),
            layers.Dense(120, name="C5"),
            layers.Dense(84, name="F6"),
            layers.Dense(10, name="out"),
        ]
    )


def alexnet(groups):
    conv, pool = layers.Conv2D, lambda: layers.MaxPooling2D(3, 2)
    return keras.Sequential(
        [
            keras.Input((227, 227, 3)),
            conv(96, 11, 4),
            pool(),
            conv(256, 5, padding="same", groups=groups),
            pool(),
            conv(384, 3, padding="same"),
            conv(384, 3, padding="same", groups=groups),
            conv(256, 3, padding="same", groups=groups),
            pool(),
            layers.Flatten(),
            layers.Dense(4096),
            layers.Dense(4096),
            layers.Dense(1000),
        ]
    )


def built(*stack, shape):
    return keras.Sequential([keras.Input(shape), *stack])


class Residual(keras.layers.Layer):
    """A student's block: two convolutions, an addition, and a weight of its own."""

    def __init__(self, filters):
        super().__init__(name="residual")
        self.first = layers.Conv2D(filters, 3, padding="same", name="first")
        self.second = layers.Conv2D(filters, 3, padding="same", name="second")

    def build(self, shape):
        self.scale = self.add_weight(shape=(), name="scale")
        self.first.build(shape)
        self.second.build(shape)

    def call(self, x):
        return keras.ops.relu(x + keras.ops.multiply(self.second(self.first(x)), self.scale))


# --- published networks --------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "size", "counts"), PUBLISHED)
def test_published_networks_have_the_published_counts(name, size, counts):
    """Do parameters and multiply-adds of the well-known networks come out exactly?"""
    table = layer_table(published(name, size))
    parameters = table.parameters
    assert (parameters.total, parameters.trainable, table.multiply_adds) == counts


def test_rows_add_up_to_the_whole():
    """Is every parameter of a branched network in exactly one row?"""
    table = layer_table(published("InceptionV3", 299))
    assert sum(row.parameters for row in table) == table.parameters.total


@pytest.mark.parametrize(
    ("name", "layer", "size"),
    [("VGG16", "block5_pool", 212), ("ResNet50", "conv5_block3_out", 483)],
)
def test_published_receptive_fields(name, layer, size):
    """Do the sizes agree with Araujo et al. (2019), table of common networks?"""
    assert receptive_field(published(name, 224), layer).size == size


def test_lenet():
    """LeNet-5 as taught today: 61,706 parameters, 416,520 multiply-adds."""
    table = layer_table(lenet5())
    assert (table.parameters.total, table.multiply_adds) == (61_706, 416_520)
    assert [row.parameters for row in table if row.parameters] == [156, 2416, 48120, 10164, 850]


@pytest.mark.parametrize(
    ("groups", "parameters", "cost"),
    [(1, 62_378_344, 1_135_256_096), (2, 60_965_224, 724_406_816)],
)
def test_alexnet_in_one_and_in_two_groups(groups, parameters, cost):
    """Do two groups halve the channels that a filter sees (Krizhevsky et al. 2012, section 3.5)?"""
    with shapes_only():
        table = layer_table(alexnet(groups))
    assert (table.parameters.total, table.multiply_adds) == (parameters, cost)


# --- kinds of layer ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("layer", "shape", "cost"),
    [
        (layers.Dense(84), (120,), 120 * 84),
        (layers.Dense(5), (7, 3), 7 * 3 * 5),
        (layers.Conv1D(4, 3), (10, 2), 8 * 3 * 2 * 4),
        (layers.Conv2D(8, 3, strides=2, padding="same"), (9, 9, 2), 5 * 5 * 3 * 3 * 2 * 8),
        (layers.Conv3D(2, 2), (4, 4, 4, 3), 27 * 8 * 3 * 2),
        (layers.DepthwiseConv2D(3), (8, 8, 16), 6 * 6 * 3 * 3 * 16),
        (layers.SeparableConv2D(64, 3), (8, 8, 32), 6 * 6 * (3 * 3 * 32 + 32 * 64)),
        (layers.Conv2DTranspose(6, 3, strides=2), (5, 5, 4), 5 * 5 * 3 * 3 * 4 * 6),
        (layers.LSTM(5), (7, 3), 7 * (3 + 5) * 4 * 5),
        (layers.Bidirectional(layers.GRU(5)), (7, 3), 2 * 7 * (3 + 5) * 3 * 5),
        (layers.TimeDistributed(layers.Conv2D(4, 3)), (6, 8, 8, 1), 6 * 36 * 9 * 4),
        (layers.MaxPooling2D(), (8, 8, 3), 0),
        (layers.BatchNormalization(), (8, 8, 3), 0),
    ],
)
def test_multiply_adds_of_one_layer(layer, shape, cost):
    """Is every use of a weight counted once, and nothing else?"""
    assert multiply_adds(built(layer, shape=shape)) == cost


def test_biases_cost_no_multiply_adds():
    """Are additions of a bias left out, as in the papers?"""
    with_bias = built(layers.Conv2D(4, 3), shape=(8, 8, 3))
    without = built(layers.Conv2D(4, 3, use_bias=False), shape=(8, 8, 3))
    assert multiply_adds(with_bias) == multiply_adds(without)


def test_frozen_and_moving_parameters_are_not_trainable():
    """Does the count tell trained from other numbers?"""
    model = built(layers.Dense(4), layers.BatchNormalization(), shape=(3,))
    model.layers[0].trainable = False
    counted = count_parameters(model)
    assert (counted.total, counted.trainable, counted.non_trainable) == (32, 8, 24)


# --- ways to build a network ---------------------------------------------------------------------


def test_a_model_inside_a_model_is_opened():
    """Do the inner layers appear under the inner model's name?"""
    inner = keras.Sequential([keras.Input((8, 8, 3)), layers.Conv2D(4, 3, name="c")], name="base")
    image = keras.Input((8, 8, 3))
    outer = keras.Model(image, layers.Flatten()(inner(image)))
    assert layer_table(outer)["base/c"].parameters == 112
    assert multiply_adds(outer) == multiply_adds(inner)


def test_an_inner_model_is_counted_at_the_size_it_is_used_at():
    """Is a fully convolutional part counted with the outer image's size?"""
    inner = keras.Sequential([keras.Input((None, None, 3)), layers.Conv2D(4, 3)])
    image = keras.Input((10, 10, 3))
    assert multiply_adds(keras.Model(image, inner(image))) == 8 * 8 * 27 * 4


def test_a_shared_layer_works_twice_but_weighs_once():
    """Does a layer used twice cost twice, while its parameters count once?"""
    shared = layers.Dense(4, name="shared")
    a, b = keras.Input((3,)), keras.Input((3,))
    table = layer_table(keras.Model([a, b], layers.Add()([shared(a), shared(b)])))
    assert [row.parameters for row in table if row.name == "shared"] == [16, 0]
    assert (table.parameters.total, table.multiply_adds) == (16, 24)


def test_a_layer_of_ones_own_is_opened():
    """Are the layers inside a student's block seen, and its own weight too?"""
    image = keras.Input((8, 8, 4))
    table = layer_table(keras.Model(image, Residual(4)(image)))
    assert table["residual"].parameters == 1
    assert table["residual/second"].multiply_adds == 64 * 9 * 4 * 4
    assert table["residual/second"].receptive_field[0].size == 5


def test_a_model_class_of_ones_own_is_counted_after_a_call():
    """Does a subclass of Model work once it has seen an array?"""

    class Net(keras.Model):
        def __init__(self):
            super().__init__()
            self.conv, self.dense = layers.Conv2D(4, 3), layers.Dense(2)

        def call(self, x):
            return self.dense(keras.ops.mean(self.conv(x), axis=(1, 2)))

    model = Net()
    model(np.zeros((1, 8, 8, 3), "float32"))
    assert multiply_adds(model) == 36 * 27 * 4 + 4 * 2


class Opaque(keras.layers.Layer):
    """A layer that cannot be called on symbolic tensors, and has a kernel of its own."""

    def build(self, shape):
        self.kernel = self.add_weight(shape=(shape[-1], 3), name="kernel")

    def compute_output_shape(self, shape):
        return (*shape[:-1], 3)

    def call(self, x):
        return np.asarray(x) @ np.asarray(self.kernel)


@pytest.mark.parametrize("layer", [Opaque(name="mine"), layers.MultiHeadAttention(2, 2)])
def test_what_cannot_be_counted_is_not_called_zero(layer):
    """Is the table made, the cost left open, and the layer named?"""
    x = keras.Input((4, 5))
    model = keras.Model(x, layer(x, x) if "head" in layer.name else layer(x))
    assert layer_table(model)[layer.name].multiply_adds is None
    assert str(layer_table(model)).splitlines()[-1].endswith("?")
    with pytest.raises(ValueError, match=layer.name):
        multiply_adds(model)


def test_a_network_of_shapes_never_gets_numbers():
    """Does it stay without values when Keras later traces another layer?"""
    asked = []

    def initializer(shape, dtype=None):
        asked.append(shape)
        return keras.ops.zeros(shape, dtype)

    with shapes_only():
        model = built(layers.Dense(3, kernel_initializer=initializer), shape=(2,))
    Residual(4)(keras.Input((8, 8, 4)))
    assert asked == []
    assert count_parameters(model).total == 9


def test_counting_leaves_the_model_as_it_was():
    """Can layers still be asked for their output after the table was made?"""
    model = lenet5()
    layer_table(model)
    layer_table(model)
    assert model.get_layer("C3").output.shape == (None, 10, 10, 16)


def test_an_unbuilt_model_is_refused():
    """Is it said that the input's shape is missing?"""
    with pytest.raises(ValueError, match=r"start it with keras\.Input"):
        layer_table(keras.Sequential([layers.Dense(3)]))


def test_an_input_of_no_fixed_size_is_refused_unless_its_size_is_given():
    """Is the missing size asked for, and used when given?"""
    model = built(layers.Conv2D(4, 3), shape=(None, None, 3))
    with pytest.raises(ValueError, match="no fixed size"):
        multiply_adds(model)
    assert multiply_adds(model, (8, 8, 3)) == 36 * 27 * 4


# --- receptive fields ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stack", "expected"),
    [
        ([(3, 1)] * 3, ReceptiveField(7, 1, 0)),
        ([(5, 1), (2, 2), (5, 1), (2, 2)], ReceptiveField(16, 4, 0)),
        ([(11, 4), (3, 2), (5, 1)], ReceptiveField(51, 8, 0)),
        ([(3, 1, 2)], ReceptiveField(5, 1, 0)),
        ([], ReceptiveField(1, 1, 0)),
    ],
)
def test_receptive_field_of_a_list(stack, expected):
    """Do kernels, strides and dilations combine as by hand?"""
    assert receptive_field(stack) == expected


@pytest.mark.parametrize("entry", [(3,), (3, 0), (0, 1), (3, 1, 1, 1), (2.5, 1)])
def test_malformed_windows_are_refused(entry):
    """Is a wrong entry named?"""
    with pytest.raises(ValueError, match="one is"):
        receptive_field([entry])


@pytest.mark.parametrize(
    "stack",
    [
        [layers.Conv1D(1, 3, padding="same"), layers.Conv1D(1, 5, strides=2, padding="same")],
        [layers.Conv1D(1, 3, dilation_rate=2), layers.AveragePooling1D(3, 2)],
        [layers.ZeroPadding1D(2), layers.Conv1D(1, 4, strides=3)],
        [layers.Cropping1D(3), layers.Conv1D(1, 2)],
        [layers.Conv1D(1, 3, padding="causal"), layers.Conv1D(1, 3, padding="causal")],
        [layers.AveragePooling1D(2), layers.UpSampling1D(2)],
    ],
    ids=["same", "dilated", "padded", "cropped", "causal", "enlarged"],
)
def test_receptive_field_is_where_the_output_changes(stack):
    """Does unit 6 react to exactly the pixels that the field names?"""
    model = built(*stack, shape=(40, 1))
    for weight in model.weights:
        weight.assign(np.ones(weight.shape))
    impulses = np.eye(40, dtype="float32")[..., None]
    background = model.predict(np.zeros((1, 40, 1), "float32"), verbose=0)
    seen = np.flatnonzero((model.predict(impulses, verbose=0) - background)[:, 6, 0])
    field = receptive_field(model)
    assert (seen[0], seen[-1] - seen[0] + 1) == (field.start + 6 * field.jump, field.size)


def test_height_and_width_can_differ():
    """Are both axes followed, and both written in the table?"""
    model = built(layers.Conv2D(1, (1, 7), name="c"), shape=(20, 20, 1))
    assert (receptive_field(model, axis=0).size, receptive_field(model, axis=1).size) == (1, 7)
    assert "1 × 7" in str(layer_table(model))


@pytest.mark.parametrize(
    "head",
    [
        [layers.Flatten(), layers.Dense(3)],
        [layers.GlobalAveragePooling2D()],
        [layers.GlobalMaxPooling2D(keepdims=True), layers.Conv2D(3, 1)],
    ],
)
def test_mixing_all_places_sees_everything(head):
    """Does a dense or global layer see the whole image?"""
    model = built(layers.Conv2D(2, 3), *head, shape=(8, 8, 1))
    assert receptive_field(model).whole


def test_a_flattened_map_still_sees_windows():
    """Does flattening alone leave each unit its own window?"""
    model = built(layers.Conv2D(2, 3), layers.Flatten(), shape=(8, 8, 1))
    assert (receptive_field(model).size, receptive_field(model).whole) == (3, False)


def test_an_unknown_layer_is_refused_by_name():
    """Are the layers that there are listed?"""
    with pytest.raises(KeyError, match="C1, S2, C3"):
        receptive_field(lenet5(), "C9")


# --- how it reads --------------------------------------------------------------------------------


def test_the_table_reads_as_text():
    """Are shapes, counts and the sum in the printed table?"""
    lines = str(layer_table(lenet5())).splitlines()
    assert lines[2].split("  ")[0] == "C1"
    assert "28 × 28 × 6" in lines[2]
    assert lines[-1].split() == ["total", "61,706", "416,520"]


def test_the_table_reads_as_html():
    """Is there one row per layer, and is the sum set apart?"""
    html = layer_table(lenet5())._repr_html_()
    assert html.count("<tr>") == 9 + 2
    assert "<tfoot>" in html
