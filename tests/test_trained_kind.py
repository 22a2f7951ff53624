"""Are trained models judged on unseen images, and is what went wrong with them found?"""

from typing import ClassVar

import numpy as np
import pytest
from judged import compiled, earned, judged, replying

from autograder.build.compiler import PUBLIC_SEED
from autograder.exercise import Criterion, Trained, wrong
from cnncourse.check.kinds.trained import SYMPTOMS
from cnncourse.check.outcome import (
    NotAttempted,
    PartlyRight,
    Raised,
    Right,
    WrongShape,
    WrongType,
    WrongValues,
)
from cnncourse.check.subject import perform
from cnncourse.check.verdict import verdict

pytestmark = pytest.mark.heavy

# One bright pixel in a 6×6 image says which of five classes it is.
PLACES = ((0, 1), (2, 5), (3, 0), (4, 2), (5, 4))
# A "model" that looks at those places; a prototype, scaled for the images' range.
LOOKS = f"""
PLACES = {PLACES}
def looks(images, places=PLACES):
    x = np.asarray(images)[..., 0]
    return np.stack([x[:, i, j] for i, j in places], axis=1)
"""


class Spots(Trained):
    name = "model"
    title = "A classifier of spots"
    criteria = (Criterion("learns", 2, "60 %"), Criterion("good", 1, "95 %"))
    thresholds: ClassVar = {"learns": 0.6, "good": 0.95}
    classes = 5
    scale = 1 / 255

    def hidden(self, rng):
        labels = np.arange(100) % 5
        images = rng.integers(0, 60, (100, 6, 6, 1)).astype("uint8")
        for image, label in zip(images, labels, strict=True):
            image[PLACES[label]] = 255
        return images, labels


for number, symptom in enumerate(SYMPTOMS):
    # as authors would write them in the class body
    declared = wrong(f"It is {symptom}.", source="", symptom=symptom)
    Spots._declared = [*Spots._declared, declared.named(f"m{number}_{symptom}", {})]


@pytest.fixture(scope="module")
def spots():
    return compiled(Spots(), "")


def test_a_good_model_is_right(spots):
    """Does a function from images to scores earn everything?"""
    assert isinstance(judged(spots, LOOKS + "model = looks"), Right)


def test_a_table_of_the_files_images_earns_nothing():
    """Does a "model" that holds every hidden image with its label know none of those asked?"""

    class Filed(Spots):
        def hidden(self, rng):
            return super().hidden(np.random.default_rng(5))  # all that the file holds

    images, labels = Filed().hidden(None)
    table = dict(zip(map(bytes, images), labels, strict=True))

    def look_up(asked):
        stored = np.round(np.asarray(asked) * 255).astype("uint8")
        return np.eye(5)[[table.get(image.tobytes(), 0) for image in stored]]

    assert (look_up(images / 255).argmax(1) == labels).all()
    key = compiled(Filed(), "")
    outcome = verdict(key, lambda request: perform({"model": look_up}, request))
    assert earned(outcome) == set()
    assert isinstance(judged(key, LOOKS + "model = looks"), Right)


def test_a_keras_model_is_right(spots):
    """Does a Keras model earn everything, asked through predict?"""
    source = LOOKS + (
        "model = keras.Sequential([keras.Input((6, 6, 1)), keras.layers.Flatten(),"
        " keras.layers.Dense(5, use_bias=False)])\n"
        "w = np.zeros((36, 5))\n"
        "for k, (i, j) in enumerate(PLACES): w[6 * i + j, k] = 1\n"
        "model.set_weights([w])"
    )
    assert isinstance(judged(spots, source), Right)


def test_a_middling_model_earns_the_first_threshold(spots):
    """Is a model between the thresholds partly right, and told how far it is?"""
    source = LOOKS + (
        "def model(images):\n    s = looks(images)\n    s[::4] = np.roll(s[::4], 1, axis=1)\n"
        "    return s"
    )
    outcome = judged(spots, source)
    assert isinstance(outcome, PartlyRight)
    assert earned(outcome) == {"learns"}
    assert "names 75.0% rightly; at least 95% are asked for" in outcome.details[0]


FAILING = {
    "no_scores": "model = lambda images: looks(images) * np.nan",
    "unscaled": "model = lambda images: (looks(images) > 100) * looks(images)",
    "inverted": "model = lambda images: -looks(images)",
    "transposed": "model = lambda images: looks(np.swapaxes(images, 1, 2))",
    "one_class": "model = lambda images: np.eye(5)[np.zeros(len(images), int)]",
    "renamed_classes": "model = lambda images: looks(images)[:, [1, 2, 3, 4, 0]]",
    "untrained": "model = lambda images: np.random.default_rng(0).random((len(images), 5))",
    "falls_short": """
def model(images):
    scores = looks(images)
    scores[::2] = np.roll(scores[::2], np.arange(len(scores[::2])).reshape(-1, 1)[0] + 1, axis=1)
    wrong = np.random.default_rng(1).random((len(scores[::2]), 5))
    scores[::2] = wrong
    return scores
""",
}


@pytest.mark.parametrize("symptom", FAILING)  # those that own labels tell: see below
def test_every_symptom_is_found(spots, symptom):
    """Is a model that fails in a known way told which?"""
    outcome = judged(spots, LOOKS + FAILING[symptom])
    assert outcome.message == f"It is {symptom}."


@pytest.mark.parametrize(
    ("believable", "symptom"),
    [((0.9, 1.0), "held_back"), ((0.0, 0.3), "by_heart"), ((0.3, 0.9), "falls_short")],
)
def test_its_own_labels_tell_why_a_model_falls_short(believable, symptom):
    """Is a model that knows too few of its own labels told another cure than one that knows all?"""
    taught = Spots()
    taught.own = lambda: taught.hidden(np.random.default_rng(5))
    taught.believable = believable
    outcome = judged(compiled(taught, ""), LOOKS + FAILING["falls_short"])
    assert outcome.message == f"It is {symptom}."


class Small(Spots):
    name = "model"
    criteria = (*Spots.criteria, Criterion("parameters", 1, "at most 200 parameters"))
    max_parameters = 200
    too_large = wrong("Too many parameters.", source="", symptom="too_large")
    falls_short = wrong("Train longer.", source="", symptom="falls_short")


KERAS = (
    LOOKS
    + """
from keras import layers
x = keras.Input((6, 6, 1))
y = layers.Dense(5, use_bias=False, name="spots")(layers.Flatten()(x))
model = keras.Model(x, y)
w = np.zeros((36, 5))
for k, (i, j) in enumerate(PLACES): w[6 * i + j, k] = 1
model.set_weights([w])
"""
)


def test_the_budget_is_its_own_criterion():
    """Is a good model that is too large paid for its accuracy, and told about its size?"""
    key = compiled(Small(), "")
    assert isinstance(judged(key, KERAS), Right)
    large = KERAS + "model = keras.Sequential([model, layers.Dense(99), layers.Dense(5)])\n"
    large += "model.set_weights([w, np.eye(5, 99), np.zeros(99), np.eye(99, 5), np.zeros(5)])"
    outcome = judged(key, large)
    assert earned(outcome) == {"learns", "good"}
    assert outcome.misconception == "too_large"
    assert "1,274 parameters; the budget is 200" in outcome.details[0]


def test_a_function_has_no_parameters_to_count():
    """Is the budget's point not paid where the parameters cannot be counted?"""
    outcome = judged(compiled(Small(), ""), LOOKS + "model = looks")
    assert earned(outcome) == {"learns", "good"}
    assert "cannot be counted" in outcome.details[0] or "cannot be counted" in outcome.message


class Cheap(Small):
    criteria = (*Small.criteria, Criterion("multiply_adds", 1, "at most 400 multiply-adds"))
    max_multiply_adds = 400
    too_costly = wrong("Too much work.", source="", symptom="too_costly")
    uncounted = wrong("Nobody can count it.", source="", symptom="uncounted")


COSTLY = (
    KERAS
    + """
fine = layers.Conv2D(1, 3, padding="same", use_bias=False)
model = keras.Sequential([keras.Input((6, 6, 1)), fine, *model.layers[1:]])
model.set_weights([np.eye(9)[4].reshape(3, 3, 1, 1), w])
"""
)


def test_work_has_a_budget_of_its_own():
    """Is a small model that works too hard paid for all but that, and told how far it is over?"""
    outcome = judged(compiled(Cheap(), ""), COSTLY)
    assert earned(outcome) == {"learns", "good", "parameters"}
    assert outcome.misconception == "too_costly"
    assert "takes 504 multiply-adds for one image; the budget is 400." in outcome.details[0]
    assert "That is 104 too many, or 26.0%." in outcome.details[0]


def test_what_was_measured_is_kept():
    """Does an outcome hold accuracy and counts, right or wrong, and nothing where none are?"""
    key = compiled(Cheap(), "")
    size = {"parameters": 180, "multiply_adds": 180, "uncounted": None}
    budgets = {"parameters": 200, "multiply_adds": 400}
    found = judged(key, KERAS).measured
    assert found == {"accuracy": 1.0, "images": 100, "budgets": budgets, **size}
    assert judged(key, LOOKS + "model = looks").measured["parameters"] is None
    assert judged(key, "model = 3").measured == {}


SMUGGLED = {
    "a constant": "y = keras.ops.multiply(x, np.ones((6, 6, 1), 'float32'))",
    "a product": "y = keras.ops.matmul(x, keras.ops.transpose(x, (0, 1, 3, 2)))",
    "a table": "y = layers.Normalization(axis=(1, 2), mean=np.zeros((6, 6)).tolist(),"
    " variance=np.ones((6, 6)).tolist())(x)",
    "attention": "y = layers.Attention()([x, x])",
    "an unknown cost": "y = layers.EinsumDense('abcd,de->abce', (6, 6, 1))(x)",
    "a layer of one's own": """
class Mine(layers.Layer):
    def call(self, x):
        return x
y = Mine()(x)
""",
}


@pytest.mark.parametrize("how", SMUGGLED)
def test_numbers_and_work_cannot_be_hidden(how):
    """Does a network that does more than its layers' weights tell meet no budget?"""
    source = KERAS + "from keras import layers\n" + SMUGGLED[how]
    source += "\nf = layers.Flatten()(y)\nmodel = keras.Model(x, layers.Dense(5)(f))"
    outcome = judged(compiled(Cheap(), ""), source)
    assert "multiply_adds" not in earned(outcome)
    assert outcome.measured["multiply_adds"] is None
    assert outcome.measured["uncounted"]


def test_elementwise_operations_are_free():
    """Can a network with a residual sum and a scalar written as operations be counted?"""
    source = KERAS + "\nmodel = keras.Model(x, keras.ops.relu(model(x) + model(x) * 0.5))"
    assert judged(compiled(Cheap(), ""), source).measured["multiply_adds"] == 360


def test_the_students_own_check_may_ask_other_images():
    """Does the key that students have hold the images they may see, and the judge's the others?"""

    class Secret(Spots):
        def visible(self, rng):
            return np.zeros((10, 6, 6, 1), "uint8"), np.zeros(10, int)

    public, secret = (compiled(Secret(), "", seed).probes[0] for seed in (PUBLIC_SEED, 3))
    assert len(public.options["labels"]) == 10
    assert len(secret.options["labels"]) == 100


@pytest.mark.parametrize(
    ("value", "state"),
    [
        (np.zeros((100, 4)), WrongShape),
        (np.zeros((99, 5)), WrongShape),
        (np.zeros((5, 100)), WrongShape),
        (np.zeros(100), WrongShape),
        (np.zeros((100, 5, 1)), WrongShape),
        (np.zeros((0, 5)), WrongShape),
        (np.zeros((100, 5), bool), WrongType),
        (np.full((100, 5), np.nan), WrongValues),
        (np.full((100, 5), np.inf), WrongValues),
        (np.zeros((100, 5), "int8"), WrongValues),
        (np.full((100, 5), 2**64 - 1, "uint64"), WrongValues),
        ([[0.0] * 5] * 100, WrongType),
        (None, WrongType),
        ("scores", WrongType),
    ],
    ids=lambda v: str(getattr(v, "shape", v))[:20],
)
def test_odd_scores_earn_nothing(spots, value, state):
    """Are scores of another shape or type described, and never argued with?"""
    outcome = verdict(spots, replying({"value": value}))
    assert type(outcome) is state
    assert outcome.score == 0


def test_a_model_that_raises_is_told_so(spots):
    """Is a model for images of another size told what happened, with the known symptom?"""
    source = "model = keras.Sequential([keras.Input((8, 8, 3)), keras.layers.Conv2D(5, 8)])"
    outcome = judged(spots, source)
    assert isinstance(outcome, Raised)
    assert outcome.misconception == "m0_no_scores"
    assert "ValueError" in outcome.details[0]


@pytest.mark.parametrize("value", ["None", "3", "'model'"])
def test_what_is_no_model_is_said(spots, value):
    """Is a variable that holds something else told what is expected?"""
    outcome = judged(spots, f"model = {value}")
    assert "a trained keras.Model is expected here" in " ".join((outcome.message, *outcome.details))


def test_an_untouched_cell_is_not_attempted(spots):
    """Is the placeholder not taken for an untrained model?"""
    assert isinstance(judged(spots, "model = ..."), NotAttempted)


def test_flat_inputs_are_not_transposed():
    """Is a model of feature vectors judged without an axis to swap?"""

    class Vectors(Spots):
        def hidden(self, rng):
            labels = np.arange(50) % 5
            return np.eye(5)[labels], labels

    outcome = judged(compiled(Vectors(), ""), "model = lambda x: np.zeros((len(x), 5))")
    assert isinstance(outcome, WrongValues)


def test_the_hidden_labels_are_not_sent():
    """Does the student's side see images only?"""
    seen = []
    key = compiled(Spots(), "")
    verdict(key, lambda request: seen.append(request) or {"value": np.zeros((100, 5))})
    assert all("labels" not in request for request in seen)
    assert all(set(r) <= {"op", "name", "inputs", "scale"} for r in seen)


def test_the_number_of_questions_is_bounded():
    """Is a failing model asked a few times at most?"""
    asked = []
    key = compiled(Spots(), "")
    verdict(key, lambda request: asked.append(request) or {"value": np.eye(5)[np.zeros(100, int)]})
    assert len(asked) <= 4
