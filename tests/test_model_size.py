"""Is a network's size known from its configuration and weights alone?"""

import keras
import numpy as np
import pytest
from keras import layers

from cnncourse.check.model_size import Uncounted, model_from_parts, parts_of, size_of


def counted(*stack):
    """The size of a stack of layers for sequences of four numbers, taken apart and rebuilt."""
    parts = parts_of(keras.Sequential([keras.Input((6, 4)), *stack]))
    return size_of(model_from_parts(**parts), parts["config"])


def test_a_mask_costs_nothing():
    """Is a network counted that leaves padded steps out? Its graph compares numbers."""
    size = counted(layers.Masking(), layers.GRU(3), layers.Dense(2))
    assert size["parameters"] == 3 * (4 * 3 + 3 * 3 + 2 * 3) + 3 * 2 + 2


def test_a_product_of_tensors_is_not_counted():
    """Does a layer that multiplies its inputs with each other stay uncounted?"""
    image = keras.Input((6, 4))
    parts = parts_of(keras.Model(image, layers.Dot(2)([image, image])))
    size = size_of(model_from_parts(**parts), parts["config"])
    assert size == {"parameters": None, "multiply_adds": None, "uncounted": "it uses the layer Dot"}


def test_the_rebuilt_network_gives_the_same_scores():
    """Does what is counted answer as what was handed in?"""
    model = keras.Sequential([keras.Input((6, 4)), layers.Flatten(), layers.Dense(3)])
    x = np.random.default_rng(0).normal(size=(2, 6, 4))
    again = model_from_parts(**parts_of(model))
    np.testing.assert_allclose(np.asarray(again(x)), np.asarray(model(x)), rtol=1e-6)


def test_weights_that_do_not_fit_are_refused():
    """Is a configuration with other weights refused?"""
    parts = parts_of(keras.Sequential([keras.Input((6, 4)), layers.Dense(3)]))
    with pytest.raises(Uncounted, match="cannot be built again"):
        model_from_parts(parts["config"], parts["weights"][:1])


def hidden(number, count):
    """A network that computes with numbers of its configuration, and has no weights for them."""
    x = keras.Input((number,))
    rows = [
        layers.Rescaling(row)(x)
        for row in np.random.default_rng(0).normal(size=(count, number)).round(3).tolist()
    ]
    return keras.Model(x, layers.Concatenate()(rows))


def by_operations(number, count):
    """The same, each number an operation's."""
    x = keras.Input((number,))
    table = np.random.default_rng(0).normal(size=(count, number)).round(3).tolist()
    sums = [sum(x[:, i : i + 1] * w for i, w in enumerate(row)) for row in table]
    return keras.Model(x, layers.Concatenate()(sums))


def by_names(number, count):
    """The same, the numbers written as words in a vocabulary."""
    x = keras.Input((number,), dtype="int64")
    words = [str(n) for n in range(number * count)]
    return keras.Model(x, layers.StringLookup(vocabulary=words, invert=True)(x))


@pytest.mark.parametrize(
    ("build", "words"),
    [(hidden, "682 numbers that are no layer's weights"), (by_operations, "too many parts")],
    ids=["layers", "operations"],
)
def test_numbers_that_are_no_weights_meet_no_budget(build, words):
    """Is a dense layer found that is written into the configuration, number by number?"""
    model = build(16, 40)
    assert not model.weights
    size = size_of(model, parts_of(model)["config"])
    assert size["parameters"] in (682, None)  # 640, 40 offsets, and the size of the input
    assert size["multiply_adds"] is None
    assert words in size["uncounted"]


def _in_a_nested_model(x, table):
    inner = keras.Input(x.shape[1:])
    return keras.Model(inner, inner * table)(x)


@pytest.mark.parametrize(
    "hide",
    [
        lambda x, table: x * table,
        lambda x, table: keras.ops.where(x > 0, x, keras.ops.convert_to_tensor(table)),
        lambda x, table: layers.Rescaling(table)(x),
        lambda x, table: layers.Normalization(mean=table, variance=table**2)(x),
        lambda x, table: layers.Discretization(np.sort(table).tolist())(x),
        _in_a_nested_model,
    ],
    ids=["product", "tensor", "rescaling", "normalization", "boundaries", "nested"],
)
def test_an_array_that_is_no_weight_meets_no_budget(hide):
    """Is a network refused a count that computes with an array of its own, wherever that hides?"""
    x = keras.Input((40,))
    model = keras.Model(x, hide(x, np.random.default_rng(0).normal(size=40).astype("float32")))
    size = size_of(model, parts_of(model)["config"])
    assert size["parameters"] is None
    assert "array" in size["uncounted"] or "table of numbers" in size["uncounted"]


def test_a_constant_start_is_counted_with_its_weight():
    """Does a frozen kernel that starts as a table count like any other?"""
    start = keras.initializers.Constant(np.ones((24, 2)))
    size = counted(layers.Flatten(), layers.Dense(2, kernel_initializer=start, trainable=False))
    assert size["parameters"] == 24 * 2 + 2


def test_code_that_holds_an_array_is_refused():
    """Is a Lambda refused, whose function may hold any numbers?"""
    parts = parts_of(keras.Sequential([keras.Input((4,)), layers.Lambda(lambda x: x * np.ones(4))]))
    with pytest.raises(Uncounted, match="Keras's own layers"):
        model_from_parts(**parts)


def test_a_table_of_words_is_a_table():
    """Is a vocabulary of hundreds of words not taken for nothing?"""
    model = by_names(16, 40)
    assert size_of(model, parts_of(model)["config"])["uncounted"] == (
        "its configuration holds a table of numbers"
    )


def test_an_honest_deep_network_holds_few_numbers():
    """Are forty blocks with normalisation and slopes counted by their weights alone?"""
    image = keras.Input((16, 16, 4))
    x = layers.Rescaling(1 / 127.5, offset=-1)(image)
    for _ in range(40):
        y = layers.Conv2D(4, 3, padding="same", use_bias=False)(x)
        y = layers.BatchNormalization(momentum=0.9, epsilon=1e-3)(y)
        x = layers.LeakyReLU(0.1)(layers.Dropout(0.2)(x + y))
    x = layers.MaxPooling2D(2, 2)(x)
    model = keras.Model(image, layers.Dense(10)(keras.ops.mean(x, axis=[1, 2])))
    size = size_of(model, parts_of(model)["config"])
    assert size["parameters"] == 40 * (9 * 16 + 16) + 50
    assert size["uncounted"] is None
