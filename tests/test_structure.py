"""Is a network's word about its own structure believed only when it can be confirmed?"""

import json
from pathlib import Path

import pytest

from autograder.sandbox import Limits, Sandbox, probe_isolation
from autograder.structure import Confirmed, is_harmless

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
    with Sandbox(handler="cnncourse.check.subject:perform", import_from=[ROOT]) as warm:
        yield warm


@pytest.mark.parametrize(("cell", "confirmed"), [(HONEST, True), (OWN_LAYER, False), (LIAR, False)])
def test_only_what_can_be_built_again_is_confirmed(sandbox, cell, confirmed):
    """Is an honest report confirmed, and one that lies or brings its own code not?"""
    with sandbox.open(Limits()) as child:
        assert child.run_cell(cell).ok
        with Confirmed(child.call, sandbox) as ask:
            reply = ask(BUILD)
    assert reply["report"]["outputs"]
    assert reply["confirmed"] is confirmed


def test_a_child_cannot_confirm_itself(sandbox):
    """Is a reply that says it is confirmed, without a configuration, not believed?"""
    forged = {"report": {"weights": []}, "handle": 1, "confirmed": True}
    with Confirmed(lambda request: forged, sandbox) as ask:
        assert ask(BUILD)["confirmed"] is False


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
