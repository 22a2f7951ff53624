"""Is a network's word about its own structure believed only when it is known for certain?"""

import json
from pathlib import Path

import numpy as np
import pytest
from judged import compiled, earned, judged

from autograder.exercise import Block, Build, Criterion, Model
from autograder.grading.structure import RebuildingAsk
from autograder.sandbox import Limits, Sandbox, probe_isolation
from cnncourse.check.allowed_layers import is_harmless
from cnncourse.check.reply import question
from cnncourse.check.verdict import verdict

pytestmark = pytest.mark.heavy

ROOT = Path(__file__).resolve().parents[1]
HONEST = """
import keras
def block(x):
    y = keras.layers.Conv2D(2, 3, padding="same", activation="relu")(x)
    return keras.ops.relu(keras.layers.Add()([x, y])[:, 1:] * 2)
"""
OWN_LAYER = """
import keras
class Doubled(keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.conv = keras.layers.Conv2D(2, 3, padding="same", activation="relu")
    def call(self, x):
        return keras.ops.relu((x + self.conv(x))[:, 1:] * 2)
def block(x):
    return Doubled()(x)
"""
WITH_LAMBDA = HONEST.replace(
    "keras.ops.relu(keras.layers.Add()([x, y])[:, 1:] * 2)",
    "keras.layers.Lambda(lambda t: keras.ops.relu(t[:, 1:] * 2))(keras.layers.Add()([x, y]))",
)
# It forgot a layer, and says what the right network would.
LIAR = """
import keras
def block(x):
    return keras.ops.relu(x[:, 1:] * 2)
import cnncourse.check.subject as subject
def lie(model):
    return {"weights": [{"role": "kernel", "shape": [3, 3, 2, 2], "trainable": True, "layer": "a"},
                        {"role": "bias", "shape": [2], "trainable": True, "layer": "a"}],
            "total": 38, "trainable": 38, "outputs": [[5, 6, 2]], "stages": []}
subject.inspect_model = lie
"""
HIDING = LIAR.replace(
    "    return keras.ops.relu(x[:, 1:] * 2)",
    "    return keras.layers.Lambda(lambda t: keras.ops.relu(t[:, 1:] * 2))(x)",
)
# It also claims to be right.
DESCRIBED = (
    HIDING
    + """
subject.model_size.described = lambda model: "{}"
subject._ACTIONS["rebuild"] = lambda *_: {"report": lie(0), "handle": 1, "config": None}
"""
)
TRAINED = """
import keras
import numpy as np
inner = keras.Sequential([keras.Input((4, 4, 1)), keras.layers.Flatten(), keras.layers.Dense(3)])
block = keras.Sequential([keras.Input((4, 4, 1)), keras.layers.RandomTranslation(0.1, 0.1), inner])
block.compile("adam", "mse")
_ = block.fit(np.zeros((4, 4, 4, 1)), np.zeros((4, 3)), verbose=0)
"""


def _points(*aspects):
    return tuple(Criterion(a, 1, a) for a in aspects)


class Small(Block):
    name = "block"
    title = "A network that is run"
    criteria = _points("shape", "parameters", "behaviour")

    def probes(self, rng):
        yield Build("images", input_shape=(6, 6, 2))


class Counted(Small):
    title = "One of its networks is only counted"

    def probes(self, rng):
        yield Build("images", input_shape=(6, 6, 2))
        yield Build("large", input_shape=(600, 600, 2), symbolic=True)


class NeverRun(Small):
    title = "A network that is only counted"
    criteria = _points("shape", "parameters")

    def probes(self, rng):
        yield Build("large", input_shape=(600, 600, 2), symbolic=True)


class Kept(Model):
    name = "block"
    title = "A trained model"
    criteria = _points("shape", "parameters")

    def probes(self, rng):
        yield Build("as it is", input_shape=(4, 4, 1), symbolic=True)


@pytest.fixture(scope="module")
def sandbox():
    """A warm sandbox."""
    if not all(check.ok for check in probe_isolation()):
        pytest.skip("this machine cannot isolate code")
    handler, modules = "cnncourse.check.subject:perform", ("tensorflow", "keras")
    with Sandbox(handler=handler, import_from=[ROOT], modules=modules) as warm:
        yield warm


def both(sandbox, spec, cell, reference=HONEST):
    """What a cell earns in a notebook, and in grading."""
    key = compiled(spec(), reference)
    with sandbox.open(Limits()) as child:
        assert child.run_cell(cell).ok
        with RebuildingAsk(child.call, sandbox) as ask:
            graded = verdict(key, ask)
    return earned(judged(key, cell)) if "subject" not in cell else None, earned(graded)


@pytest.mark.parametrize("spec", [Small, Counted])
@pytest.mark.parametrize("cell", [HONEST, OWN_LAYER, WITH_LAMBDA])
def test_a_right_network_earns_everything_in_every_style(sandbox, spec, cell):
    """Is code of a student's own judged by what it computes, also where a network is not run?"""
    everything = {"shape", "parameters", "behaviour"}
    assert both(sandbox, spec, cell) == (everything, everything)


@pytest.mark.parametrize(
    ("cell", "met"),
    [
        (HONEST.replace('"relu")', '"elu")'), {"shape", "parameters"}),
        (OWN_LAYER.replace('"relu")', '"elu")'), {"shape"}),
        (OWN_LAYER.replace('"same", ', '"same", use_bias=False, '), {"shape"}),
        (OWN_LAYER.replace("[:, 1:]", ""), set()),
        (OWN_LAYER.replace("return keras", "x.shape[0] + 1; return keras"), None),
    ],
    ids=["wrong", "wrong, a layer", "other weights", "other shape", "fails as it is built"],
)
def test_check_and_grader_agree_on_what_is_partly_right(sandbox, cell, met):
    """Is a wrong network of one's own layers counted by nobody, its shape seen by running it?"""
    check, grader = both(sandbox, Small, cell)
    assert check == grader
    assert check == (met or set())


def test_what_is_never_run_must_be_built_again(sandbox):
    """Is a network that is only counted believed where Keras alone describes it, and said so?"""
    assert both(sandbox, NeverRun, HONEST) == ({"shape", "parameters"},) * 2
    assert both(sandbox, NeverRun, OWN_LAYER) == (set(), set())
    message = judged(compiled(NeverRun(), HONEST), OWN_LAYER).message
    assert message.startswith("Your network holds code of your own, so nobody else can build it")


@pytest.mark.parametrize("spec", [Small, Counted, NeverRun])
@pytest.mark.parametrize("cell", [LIAR, HIDING, DESCRIBED], ids=["liar", "hiding", "described"])
def test_a_lie_about_counts_earns_nothing(sandbox, spec, cell):
    """Is a network that lacks a layer, and claims to have it, not paid for its parameters?"""
    _, graded = both(sandbox, spec, cell)
    assert graded <= {"shape"}


def test_a_trained_model_with_random_layers_is_believed(sandbox):
    """Is a compiled model's structure known, its optimizer and random seeds set aside?"""
    assert both(sandbox, Kept, TRAINED, TRAINED)[1] == {"shape", "parameters"}


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
        with RebuildingAsk(child.call, sandbox) as ask:
            reply = ask(MEASURE)
    assert (reply["parameters"], reply["multiply_adds"]) == (6, 6)
    assert reply["value"].tolist() == [[0, 1], [2, 3], [4, 5], [0, 0]]


@pytest.mark.parametrize("cell", FORGES_EXPORT)
def test_a_forged_description_measures_nothing(sandbox, cell):
    """Is no size taken from the student's process itself?"""
    with sandbox.open(Limits()) as child:
        assert child.run_cell(cell).ok
        with RebuildingAsk(child.call, sandbox) as ask:
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
