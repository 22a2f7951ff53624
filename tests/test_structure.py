"""Is a network's word about its own structure believed only when it can be confirmed?"""

import json
from pathlib import Path

import numpy as np
import pytest

from autograder.grading.structure import ConfirmingAsk
from autograder.sandbox import Limits, Sandbox, probe_isolation
from cnncourse.check.allowed_layers import is_harmless
from cnncourse.check.reply import question

pytestmark = pytest.mark.heavy

ROOT = Path(__file__).resolve().parents[1]
BUILD = {
    "op": "build",
    "name": "block",
    "style": "block",
    "args": [],
    "kwargs": {},
    "input_shapes": [[6, 6, 2]],
    "symbolic": False,
}
HONEST = """
import keras
def block(x):
    y = keras.layers.Conv2D(2, 3, padding="same", activation="relu")(x)
    return keras.ops.relu(keras.layers.Add()([x, y]) * 2)
"""
OWN_LAYER = """
import keras
class Twice(keras.layers.Layer):
    def call(self, x):
        return 2 * x
def block(x):
    return Twice()(keras.layers.Conv2D(2, 3)(x))
"""
TRAINED = """
import keras
import numpy as np
inner = keras.Sequential([keras.Input((4, 4, 1)), keras.layers.Flatten(), keras.layers.Dense(3)])
block = keras.Sequential([keras.Input((4, 4, 1)), keras.layers.RandomTranslation(0.1, 0.1), inner])
block.compile("adam", "mse")
_ = block.fit(np.zeros((4, 4, 4, 1)), np.zeros((4, 3)), verbose=0)
"""
LIAR = (
    HONEST
    + """
import cnncourse.check.subject as subject
true = subject.inspect_model
def lie(model):
    report = true(model)
    report["weights"][0]["shape"], report["total"], report["trainable"] = [9], 11, 11
    return report
subject.inspect_model = lie
"""
)


@pytest.fixture(scope="module")
def sandbox():
    """A warm sandbox."""
    if not all(check.ok for check in probe_isolation()):
        pytest.skip("this machine cannot isolate code")
    handler, modules = "cnncourse.check.subject:perform", ("tensorflow", "keras")
    with Sandbox(handler=handler, import_from=[ROOT], modules=modules) as warm:
        yield warm


@pytest.mark.parametrize(("cell", "confirmed"), [(HONEST, True), (OWN_LAYER, False), (LIAR, False)])
def test_only_what_can_be_built_again_is_confirmed(sandbox, cell, confirmed):
    """Is an honest report confirmed, and one that lies or brings its own code not?"""
    with sandbox.open(Limits()) as child:
        assert child.run_cell(cell).ok
        with ConfirmingAsk(child.call, sandbox) as ask:
            reply = ask(BUILD)
    assert reply["report"]["outputs"]
    assert reply["confirmed"] is confirmed


def test_a_trained_model_with_random_layers_is_confirmed(sandbox):
    """Is a compiled model's structure confirmed, its optimizer and random seeds set aside?"""
    with sandbox.open(Limits()) as child:
        assert child.run_cell(TRAINED).ok
        with ConfirmingAsk(child.call, sandbox) as ask:
            assert ask({"op": "inspect", "name": "block"})["confirmed"] is True


def test_a_child_cannot_confirm_itself(sandbox):
    """Is a reply that says it is confirmed, without a configuration, not believed?"""
    forged = {"report": {"weights": []}, "handle": 1, "confirmed": True}
    with ConfirmingAsk(lambda request: forged, sandbox) as ask:
        assert ask(BUILD)["confirmed"] is False


MEASURE = {
    "op": "measure",
    "name": "net",
    "inputs": np.eye(4, dtype="float32")[:, :3],
    "scale": 1.0,
}
DENSE = """
import keras
import numpy as np
net = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2, use_bias=False)])
net.set_weights([np.arange(6.0).reshape(3, 2)])
"""
# It describes the small network, and answers with another.
TWO_FACED = (
    DENSE
    + """
import cnncourse.check.subject as subject
subject._ACTIONS["predict"] = lambda model, request: {"value": np.full((4, 2), 99.0)}
subject._ACTIONS["measure"] = lambda model, request: {
    "value": np.full((4, 2), 99.0), "parameters": 1, "multiply_adds": 1, "uncounted": None}
"""
)
FORGES_EXPORT = (
    TWO_FACED + "subject._ACTIONS['export'] = subject._ACTIONS['measure']\n",
    TWO_FACED + "subject._ACTIONS['export'] = lambda m, r: {'config': '{}', 'weights': 3}\n",
    TWO_FACED + "subject._ACTIONS['export'] = lambda m, r: {'error': 1, 'value': 2}\n",
)


@pytest.mark.parametrize("cell", [DENSE, TWO_FACED])
def test_scores_come_from_the_network_that_is_counted(sandbox, cell):
    """Are size and scores those of the network described, whatever its own process says?"""
    with sandbox.open(Limits()) as child:
        assert child.run_cell(cell).ok
        with ConfirmingAsk(child.call, sandbox) as ask:
            reply = ask(MEASURE)
    assert (reply["parameters"], reply["multiply_adds"]) == (6, 6)
    assert reply["value"].tolist() == [[0, 1], [2, 3], [4, 5], [0, 0]]


@pytest.mark.parametrize("cell", FORGES_EXPORT)
def test_a_forged_description_measures_nothing(sandbox, cell):
    """Is no size taken from the student's process itself?"""
    with sandbox.open(Limits()) as child:
        assert child.run_cell(cell).ok
        with ConfirmingAsk(child.call, sandbox) as ask:
            reply = question(ask, MEASURE)
    assert set(reply) == {"error"}


@pytest.mark.parametrize(
    "config",
    [
        None,
        7,
        "",
        "{",
        "[]",
        "[" * 100_000,
        json.dumps({"class_name": "Lambda", "module": "keras.layers"}),
        json.dumps({"class_name": "function", "module": "builtins", "config": "exec"}),
        json.dumps({"class_name": "Dense", "module": "keras.layers.evil"}),
        json.dumps({"class_name": "Dense", "module": None}),
        json.dumps({"class_name": ["Dense"], "module": "keras.layers"}),
        '{"class_name": "Dense", "module": "keras.layers"}' + " " * 3_000_000,
    ],
    ids=lambda config: str(config)[:40],
)
def test_a_configuration_that_could_bring_code_is_refused(config):
    """Is everything refused that is not plainly Keras's own?"""
    assert not is_harmless(config)
