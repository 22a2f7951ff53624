"""Do the assembled networks count and compute as the published ones?"""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest
from blocks import ROWS
from published import COUNTS

from autograder.lesson import Lesson
from cnncourse import nets
from cnncourse.anatomy import count_parameters, multiply_adds, shapes_only
from cnncourse.weights import copy_weights

SOLUTIONS = Path(__file__).resolve().parents[1] / "solutions"
SIDE = 224


@pytest.fixture(scope="module")
def classic():
    """What lesson 13's solutions define."""
    names: dict = {}
    for _, source in Lesson.read(SOLUTIONS / "13_classic").reference_source():
        exec(source, names)
    return names


@pytest.fixture(autouse=True)
def fresh():
    yield
    keras.backend.clear_session()


def builders(classic):
    """How each network with a published count is built."""
    of_lesson = {
        "lenet5_modern": lambda: classic["lenet5"](side=32),
        "VGG16": lambda: vgg(classic, 2, 2, 3, 3, 3),
        "VGG19": lambda: vgg(classic, 2, 2, 4, 4, 4),
    }
    return ROWS | of_lesson


def vgg(classic, *convs, **options):
    filters = (64, 128, 256, 512, 512)
    return classic["vgg"](list(zip(filters, convs, strict=True)), **options)


@pytest.mark.parametrize("name", COUNTS)
def test_a_network_counts_as_published(name, classic):
    """Are parameters, trainable parameters and multiply-adds exactly the published ones?"""
    with shapes_only():
        model = builders(classic)[name]()
    total, trainable, cost = COUNTS[name]
    counted = count_parameters(model)
    assert counted.total == total
    assert trainable is None or counted.trainable == trainable
    assert multiply_adds(model) == cost


def images(low, high):
    shape = (2, SIDE, SIDE, 3)
    return np.random.default_rng(0).uniform(low, high, shape).astype("float32")


def unsettle(model):
    """Give normalisation and biases values that they do not start with."""
    rng = np.random.default_rng(1)
    for weight in model.weights:
        kind = weight.path.rpartition("/")[2]
        if kind in ("gamma", "moving_variance", "variance"):
            weight.assign(rng.uniform(0.5, 1.5, weight.shape))
        elif kind in ("beta", "bias", "moving_mean", "mean"):
            weight.assign(rng.normal(0, 0.1, weight.shape))


KERAS = {
    "ResNet50": (-1, 1),
    "ResNet50V2": (-1, 1),
    "MobileNet": (-1, 1),
    "MobileNetV2": (-1, 1),
    "MobileNetV3Small": (0, 255),
    "MobileNetV3Large": (0, 255),
    "EfficientNetB0": (0, 255),
}
OURS = {"MobileNet": "MobileNetV1/1.0-224", "MobileNetV2": "MobileNetV2_1.0"}


def same(ours, theirs, x):
    """Whether two classifiers give the same logits to 1e-4 on images that they tell apart.

    Probabilities of a thousand classes are all near 0.001; their logarithms are the logits.
    """
    one, other = (np.log(keras.ops.convert_to_numpy(net(x))) for net in (ours, theirs))
    assert other.std(axis=-1).min() > 0.05, "The outputs are too even to compare."
    np.testing.assert_allclose(one, other, rtol=0, atol=1e-4)


@pytest.mark.parametrize("name", KERAS)
def test_outputs_are_those_of_keras_applications(name):
    """With Keras's weights copied over, are the outputs equal?"""
    shape = {"input_shape": (SIDE, SIDE, 3)} if "V3" in name else {}
    theirs = getattr(keras.applications, name)(weights=None, **shape)
    unsettle(theirs)
    ours = ROWS[OURS.get(name, name)]()
    copy_weights(theirs, ours)
    same(ours, theirs, images(*KERAS[name]))


def test_outputs_of_vgg16_are_those_of_keras_applications(classic):
    """The same for lesson 13's VGG, with dense layers a hundredth as large, for memory."""
    theirs = keras.applications.VGG16(
        weights=None, include_top=False, input_shape=(64, 64, 3), pooling="avg"
    )
    unsettle(theirs)
    whole = vgg(classic, 2, 2, 3, 3, 3, side=64, dense=8, classes=4)
    last = [layer.output for layer in whole.layers if len(layer.output.shape) == 4][-1]
    ours = keras.Model(whole.inputs[0], keras.layers.GlobalAveragePooling2D()(last))
    copy_weights(theirs, ours)
    x = images(-1, 1)[:, :64, :64]
    one, other = (keras.ops.convert_to_numpy(net(x)) for net in (ours, theirs))
    assert other.std() > 0
    np.testing.assert_allclose(one, other, atol=1e-4 * np.abs(other).max())


@pytest.mark.parametrize(
    ("build", "sentence"),
    [
        (lambda: nets.resnet(20, None), "no ResNet of depth 20; .* 18, 34, 50, 101, 152"),
        (lambda: nets.resnet_cifar(21, None), "21 is not 6 n"),
        (lambda: nets.mobilenet_v3("tiny", None), "no MobileNetV3 'tiny'"),
        (lambda: nets.efficientnet("b8", None), "no EfficientNet 'b8'"),
        (lambda: nets.nin("mnist", None), "no network in network 'mnist'"),
    ],
)
def test_a_network_that_was_never_published_is_refused(build, sentence):
    """Does one sentence say what there is?"""
    with pytest.raises(ValueError, match=sentence):
        build()


# Copying weights


def residual(order, width=4):
    """A small residual net; `order` says which branch is made and added first."""
    x = inputs = keras.Input((8, 8, 3))
    make = {
        "main": lambda: keras.layers.ReLU()(keras.layers.Conv2D(width, 3, padding="same")(x)),
        "shortcut": lambda: keras.layers.Conv2D(4, 1)(x),
    }
    branches = [make[name]() for name in order]
    return keras.Model(inputs, keras.layers.Add()(branches))


def test_branches_are_matched_by_what_they_hold():
    """Does a shortcut that is written before the main path get its own weights?"""
    one, other = residual(["main", "shortcut"]), residual(["shortcut", "main"])
    assert copy_weights(one, other) == 2
    x = np.random.default_rng(0).normal(size=(2, 8, 8, 3)).astype("float32")
    np.testing.assert_allclose(one(x), other(x), atol=1e-6)


def test_networks_that_differ_are_refused_with_the_place():
    """Is nothing copied, and said what stands where?"""
    one, other = residual(["main", "shortcut"]), residual(["main", "shortcut"], width=4)
    wider = keras.Model(other.inputs, keras.layers.Conv2D(5, 3)(other.output))
    narrow = keras.Model(one.inputs, keras.layers.Conv2D(6, 3)(one.output))
    before = [w.numpy() for w in wider.weights]
    with pytest.raises(ValueError, match=r"shapes \(3, 3, 4, 6\).* second has .*\(3, 3, 4, 5\)"):
        copy_weights(narrow, wider)
    for weight, old in zip(wider.weights, before, strict=True):
        np.testing.assert_array_equal(weight.numpy(), old)


def in_a_row(shared):
    """Two dense layers, or one that is used twice."""
    first = keras.layers.Dense(3)
    second = first if shared else keras.layers.Dense(3)
    inputs = keras.Input((3,))
    return keras.Model(inputs, second(first(inputs)))


def test_a_shared_layer_is_filled_once():
    """Is a layer that is used twice one layer, and may it fill two?"""
    x = np.ones((1, 3), "float32")
    shared = in_a_row(shared=True)
    for other, count in ((in_a_row(shared=True), 1), (in_a_row(shared=False), 2)):
        assert copy_weights(shared, other) == count
        np.testing.assert_allclose(shared(x), other(x), atol=1e-6)


def test_two_layers_do_not_fit_into_one():
    """Is it refused to fill a shared layer from two that differ?"""
    with pytest.raises(ValueError, match="is used where the first has"):
        copy_weights(in_a_row(shared=False), in_a_row(shared=True))
