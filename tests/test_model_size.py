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
