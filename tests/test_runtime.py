"""Seeds, devices and budgets."""

import os
import random

import keras
import numpy as np
import pytest

from cnncourse import runtime


@pytest.fixture(autouse=True)
def no_budget_set(monkeypatch):
    monkeypatch.delenv("CNNCOURSE_BUDGET", raising=False)


@pytest.fixture
def on(monkeypatch):
    """Pretend that the backend sees these accelerators."""

    def pretend(*names):
        monkeypatch.setattr(runtime, "accelerators", lambda: list(names))

    return pretend


def draws():
    model = keras.layers.Dense(3)
    model.build((None, 2))
    weights = model.get_weights()[0].ravel().tolist()
    return [random.random(), float(np.random.rand()), *weights]


def test_one_seed_fixes_all_random_numbers():
    """Do Python, NumPy and Keras repeat themselves?"""
    runtime.seed_everything(7)
    first = draws()
    runtime.seed_everything(7)
    assert draws() == first


def test_the_quick_way_gives_the_same_numbers():
    """Do Python, NumPy, initial weights and `keras.random` begin as if all had been seeded?"""
    runtime.seed_everything(7)
    first = draws(), keras.random.uniform((2,)).numpy().tolist()
    runtime.seed_draws(7)
    assert (draws(), keras.random.uniform((2,)).numpy().tolist()) == first


def test_another_seed_gives_other_numbers():
    """Does each of them depend on the seed?"""
    runtime.seed_everything(7)
    first = draws()
    runtime.seed_everything(8)
    assert all(a != b for a, b in zip(first, draws(), strict=True))


@pytest.mark.parametrize("word", ["smoke", "cpu", "gpu"])
def test_the_environment_decides_the_budget(word, monkeypatch, on):
    """Does the variable win, with or without an accelerator?"""
    monkeypatch.setenv("CNNCOURSE_BUDGET", f" {word.upper()} ")
    for names in ((), ("Tesla T4",)):
        on(*names)
        assert runtime.budget(smoke="smoke", cpu="cpu", gpu="gpu") == word


def test_without_a_word_the_device_decides(on):
    """Is it the full training only where there is an accelerator?"""
    on()
    assert runtime.budget(smoke=1, cpu=5, gpu=30) == 5
    on("Tesla T4")
    assert runtime.budget(smoke=1, cpu=5, gpu=30) == 30


def test_a_budget_may_be_anything():
    """Do dictionaries come back as they are?"""
    settings = {"epochs": 3, "images": 500}
    assert runtime.budget(smoke=settings, cpu=settings, gpu=settings) is settings


def test_a_wrong_word_is_refused(monkeypatch):
    """Are the right words named?"""
    monkeypatch.setenv("CNNCOURSE_BUDGET", "fast")
    with pytest.raises(ValueError, match="'fast'; set it to smoke, cpu or gpu"):
        runtime.budget(smoke=1, cpu=2, gpu=3)


@pytest.mark.parametrize(
    ("names", "words"),
    [(("Tesla T4",), "Tesla T4"), (("NVIDIA A100",) * 2, "2 × NVIDIA A100")],
)
def test_accelerators_in_words(names, words, on):
    """Is the device called by its name?"""
    on(*names)
    assert runtime.device() == words


@pytest.mark.parametrize(("cores", "words"), [(1, "CPU, 1 core"), (2, "CPU, 2 cores")])
def test_a_cpu_in_words(cores, words, on, monkeypatch):
    """Are the cores counted?"""
    on()
    monkeypatch.setattr(runtime, "usable_cores", lambda: cores)
    assert runtime.device() == words


def test_the_backend_is_asked_for_its_accelerators(monkeypatch):
    """Does each backend have its own way, and an unknown one none?"""
    monkeypatch.setitem(runtime._ACCELERATORS, "jax", lambda: ["TPU v5"])
    monkeypatch.setattr(runtime, "backend", lambda: "jax")
    assert runtime.accelerators() == ["TPU v5"]
    monkeypatch.setattr(runtime, "backend", lambda: "openvino")
    assert runtime.accelerators() == []


def test_tensorflow_names_its_gpus(monkeypatch):
    """Is the name of the card read, not that of the device file?"""
    tf = pytest.importorskip("tensorflow", reason="the name is read through TensorFlow")
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: ["x"] * (kind == "GPU"))
    monkeypatch.setattr(
        tf.config.experimental, "get_device_details", lambda gpu: {"device_name": "NVIDIA L4"}
    )
    assert runtime._tensorflow_accelerators() == ["NVIDIA L4"]


def test_the_cores_are_those_that_may_be_used():
    """Is the number at least one and no more than the machine has?"""
    assert 1 <= runtime.usable_cores() <= (os.cpu_count() or 1)


def test_the_cores_are_counted_where_a_process_is_not_bound_to_some(monkeypatch):
    """Are all cores counted on macOS and Windows, where Python has no `os.sched_getaffinity`?"""
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 6)
    assert runtime.usable_cores() == 6


def test_a_machine_that_hides_its_cores_has_one(monkeypatch):
    """Is one assumed where nobody knows the number?"""
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert runtime.usable_cores() == 1


def test_versions_say_what_runs():
    """Are Keras, its backend and the budget among them?"""
    rows = dict(runtime.versions().rows)
    assert rows["Keras"] == keras.__version__
    assert rows["budget"] in runtime.BUDGETS
    assert runtime.backend() in rows
