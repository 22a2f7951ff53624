"""Are blocks and models judged by what they compute, however they are written?"""

import keras
import numpy as np
import pytest
from judged import asking, compiled, earned, judged

from autograder.build.compiler import SpecificationError
from autograder.exercise import Block, Build, Criterion, Model, wrong
from cnncourse.check.key import Key
from cnncourse.check.kinds.network import assignments
from cnncourse.check.outcome import Raised, Right
from cnncourse.check.subject import perform
from cnncourse.check.verdict import verdict

REFERENCE = """
def residual(x, filters):
    y = keras.layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
    y = keras.layers.Conv2D(filters, 3, padding="same")(y)
    if x.shape[-1] != filters:
        x = keras.layers.Conv2D(filters, 1)(x)
    return keras.layers.ReLU()(keras.layers.Add()([x, y]))
"""


def points(*aspects: str) -> tuple[Criterion, ...]:
    return tuple(Criterion(a, 1, a) for a in aspects)


class Residual(Block):
    name = "residual"
    title = "A residual block"
    criteria = points("shape", "parameters", "behaviour")

    def probes(self, rng):
        yield Build("same width", args=(4,), input_shape=(6, 5, 4))
        yield Build("another width", args=(3,), input_shape=(6, 5, 4))
        yield Build("named argument", kwargs={"filters": 2}, input_shape=(5, 5, 2))

    @wrong("ReLU before the sum.")
    def relu_first(x, filters):
        y = keras.layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
        y = keras.layers.Conv2D(filters, 3, padding="same", activation="relu")(y)
        if x.shape[-1] != filters:
            x = keras.layers.Conv2D(filters, 1)(x)
        return x + y

    @wrong("No projection.")
    def no_projection(x, filters):
        y = keras.layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
        y = keras.layers.Conv2D(filters, 3, padding="same")(y)
        return keras.ops.relu(y + x[..., :1])


@pytest.fixture(scope="module")
def residual():
    return compiled(Residual(), REFERENCE)


ACCEPTED = {
    "shortcut first": """
def residual(x, filters):
    short = x if x.shape[-1] == filters else keras.layers.Conv2D(filters, 1)(x)
    second = keras.layers.Conv2D(filters, 3, padding="same")
    y = keras.layers.Conv2D(filters, 3, padding="same")(x)
    return keras.ops.relu(short + second(keras.ops.relu(y)))
""",
    "a layer of its own": """
class residual(keras.layers.Layer):
    def __init__(self, filters):
        super().__init__()
        self.layers = 2
        self.project = keras.layers.Conv2D(filters, 1)
        self.b = keras.layers.Conv2D(filters, 3, padding="same")
        self.a = keras.layers.Conv2D(filters, 3, padding="same", activation="relu")
        self.filters = filters

    def call(self, x):
        short = x if x.shape[-1] == self.filters else self.project(x)
        return keras.ops.relu(short + self.b(self.a(x)))
""",
    "nested Sequential": """
def residual(x, filters):
    path = keras.Sequential([
        keras.layers.Conv2D(filters, 3, padding="same"),
        keras.layers.ReLU(),
        keras.layers.Conv2D(filters, 3, padding="same"),
    ])
    short = x if x.shape[-1] == filters else keras.layers.Dense(filters)(x)
    return keras.ops.maximum(path(x) + short, 0)
""",
    "padded by hand": """
def residual(x, filters):
    y = x
    for activation in ("relu", None):
        y = keras.layers.ZeroPadding2D(1)(y)
        y = keras.layers.Conv2D(filters, 3, activation=activation)(y)
    if x.shape[-1] != filters:
        x = keras.layers.Conv2D(filters, (1, 1))(x)
    return keras.layers.Activation("relu")(keras.layers.add([y, x]))
""",
}


@pytest.mark.parametrize("source", ACCEPTED.values(), ids=ACCEPTED)
def test_other_ways_to_write_a_block_are_right(residual, source):
    """Is the block accepted whatever its layers are called and in which order they are made?"""
    outcome = judged(residual, source)
    assert isinstance(outcome, Right), (outcome.message, outcome.details)


REFUSED = {
    "relu before the sum": (
        REFERENCE.replace('"same")(y)', '"same", activation="relu")(y)'),
        {"shape", "parameters"},
    ),
    "a bias too few": (
        REFERENCE.replace('padding="same")', 'padding="same", use_bias=False)'),
        {"shape"},
    ),
    "a layer too many": (
        REFERENCE.replace("return keras.layers.ReLU()", "return keras.layers.Dense(filters)"),
        {"shape"},
    ),
    "one convolution used twice": (
        """
def residual(x, filters):
    conv = keras.layers.Conv2D(x.shape[-1], 3, padding="same")
    y = conv(keras.ops.relu(conv(x)))
    return keras.ops.relu(keras.layers.Conv2D(filters, 1)(x + y))
""",
        {"shape"},
    ),
    "frozen": (
        REFERENCE.replace('activation="relu")(x)', 'activation="relu", trainable=False)(x)'),
        {"shape", "behaviour"},
    ),
    "valid padding": (
        REFERENCE.replace('padding="same"', 'padding="valid"').replace(
            "([x, y])", "([x[:, 2:-2, 2:-2], y])"
        ),
        {"parameters"},
    ),
    "other activation": (REFERENCE.replace('"relu"', '"elu"'), {"shape", "parameters"}),
}


@pytest.mark.parametrize(("source", "met"), REFUSED.values(), ids=REFUSED)
def test_wrong_blocks_earn_only_what_they_meet(residual, source, met):
    """Does each kind of mistake cost the aspects that it spoils, and no other?"""
    assert earned(judged(residual, source)) == met


def test_a_misconception_is_named_for_a_block_written_differently(residual):
    """Is a wrong block recognised by what it computes?"""
    source = """
def residual(x, filters):
    short = x if x.shape[-1] == filters else keras.layers.Conv2D(filters, 1)(x)
    for _ in range(2):
        x = keras.ops.relu(keras.layers.Conv2D(filters, 3, padding="same")(x))
    return short + x
"""
    assert judged(residual, source).misconception == "relu_first"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("pass", "is a return missing"),
        ("return [x, None]", "gave None"),
        ("return []", "an empty list"),
        ("return 3", "gave a int"),
        ("return keras.Sequential()", "gave a Sequential"),
        ("return x.no_such", "no attribute"),
    ],
)
def test_what_is_no_tensor_is_said(residual, body, words):
    """Is a block that returns something else told what it returned?"""
    outcome = judged(residual, f"def residual(x, filters):\n    {body}")
    assert isinstance(outcome, Raised)
    assert words in outcome.message


TRAP = """
class Trap(keras.layers.Layer):
    def call(self, x):
        if not isinstance(x, keras.KerasTensor) and x.shape[0] == 2:
            raise RuntimeError("one image at a time")
        return x
"""
TRAPPED = TRAP + REFERENCE.replace("    return", "    x = Trap()(x)\n    return")


def test_a_network_that_fails_as_it_runs_is_told_so(residual):
    """Is an error that only comes with real numbers reported as the student's?"""
    outcome = judged(residual, TRAPPED)
    assert earned(outcome) == set()  # nobody saw what it says of itself
    assert outcome.message == "Running your network raised RuntimeError."


def counting(source: str):
    """A student's side with a count of the runs it was asked for."""
    ask, runs = asking(source), []

    def counted(request):
        runs.extend([request] if request["op"] == "run" else [])
        return ask(request)

    return counted, runs


class OneByOne(Residual):
    name = "residual"
    trapped = wrong("Your network takes one image only.", source=TRAPPED)


def test_a_misconception_that_fails_as_it_runs_is_named():
    """Is a wrong network recognised that can be built, but raises on a batch of two?"""
    key = compiled(OneByOne(), REFERENCE)
    late = TRAP + REFERENCE.replace("    return", "    y = Trap()(y)\n    return")
    assert judged(key, late).misconception == "trapped"


class Deep(Block):
    name = "deep"
    title = "Many layers alike"
    criteria = points("behaviour")

    def probes(self, rng):
        yield Build("five layers", args=(5,), input_shape=(3,))


DEEP = """
def deep(x, n):
    for _ in range(n):
        x = keras.layers.Dense(3, activation="tanh")(x)
    return x
"""


def test_many_layers_alike_take_few_runs():
    """Is a wrong network of many equal layers refused at once, not after trying 120 orders?"""
    key = compiled(Deep(), DEEP)
    ask, runs = counting(DEEP.replace("tanh", "sigmoid"))
    assert verdict(key, ask).score == 0
    assert len(runs) == 1


def test_many_layers_alike_may_be_made_in_any_order():
    """Is a network right whose many equal layers were created back to front?"""
    key = compiled(Deep(), DEEP)
    source = """
class deep(keras.layers.Layer):
    def __init__(self, n):
        super().__init__()
        self.steps = [keras.layers.Dense(3, activation="tanh") for _ in range(n)]

    def call(self, x):
        for step in reversed(self.steps):
            x = step(x)
        return x
"""
    assert isinstance(judged(key, source), Right)
    dropped = source.replace(
        "x = step(x)", "x = keras.ops.add(0 * x, step(keras.ops.ones_like(x)))"
    )
    assert judged(key, dropped).score == 0


def test_the_number_of_runs_is_bounded(residual):
    """Does a wrong block that fits in all weights end after the few possible orders?"""
    ask, runs = counting(REFERENCE.replace('"relu"', '"elu"'))
    verdict(residual, ask)
    assert len(runs) <= 3 * 2


def test_orders_of_equal_layers_are_not_listed_in_advance():
    """Are there first orders at once where there are 40! of them?"""
    weights = [{"role": "kernel", "shape": [2, 2], "layer": str(n)} for n in range(40)]
    assert next(assignments(weights, weights)) == tuple(range(40))


def test_weights_of_other_shapes_have_no_assignment():
    """Is nothing yielded where the shapes differ?"""
    mine = [{"role": "kernel", "shape": [2, 3], "layer": "a"}]
    theirs = [{"role": "kernel", "shape": [3, 2], "layer": "a"}]
    assert list(assignments(mine, theirs)) == []


class Normed(Block):
    name = "normed"
    title = "Batch normalisation"
    criteria = points("parameters", "behaviour", "training")

    def probes(self, rng):
        yield Build("images", input_shape=(4, 4, 3))


NORMED = """
def normed(x):
    x = keras.layers.Conv2D(2, 3, use_bias=False)(x)
    return keras.ops.relu(keras.layers.BatchNormalization()(x))
"""


NEVER_TRAINING = """
class normed(keras.layers.Layer):
    def __init__(self):
        super().__init__()
        self.conv = keras.layers.Conv2D(2, 3, use_bias=False)
        self.norm = keras.layers.BatchNormalization()

    def call(self, x):
        return keras.ops.relu(self.norm(self.conv(x), training=False))
"""
AFTER_RELU = """
def normed(x):
    x = keras.layers.Conv2D(2, 3, use_bias=False, activation="relu")(x)
    return keras.layers.BatchNormalization()(x)
"""
LEFT_OUT = """
def normed(x):
    return keras.layers.Conv2D(2, 3, activation="relu")(x)
"""


@pytest.mark.parametrize(
    ("source", "met"),
    [
        (NORMED, {"parameters", "behaviour", "training"}),
        (NEVER_TRAINING, {"parameters", "behaviour"}),
        (AFTER_RELU, {"parameters"}),
        (LEFT_OUT, set()),
    ],
    ids=["right", "always inference", "after the activation", "left out"],
)
def test_normalisation_is_judged_in_both_modes(source, met):
    """Is a layer that behaves differently in training asked in training, too?"""
    assert earned(judged(compiled(Normed(), NORMED), source)) == met


class Gentle(Block):
    name = "gentle"
    title = "A start that changes nothing"
    criteria = points("parameters", "behaviour", "fresh")

    def probes(self, rng):
        yield Build("images", input_shape=(4, 4, 3))


GENTLE = """
def gentle(x):
    y = keras.layers.Dense(4, activation="relu", kernel_initializer={down})(x)
    return x + keras.layers.Dense(3, kernel_initializer={up})(y)
"""
STARTS = {
    "as described": ("'he_normal'", "'zeros'", True),
    "both at random": ("'he_normal'", "'he_normal'", False),
    "both zero": ("'zeros'", "'zeros'", False),
    "the wrong one zero": ("'zeros'", "'he_normal'", False),
    "small is not zero": ("'he_normal'", "keras.initializers.RandomNormal(stddev=0.01)", False),
}


@pytest.mark.parametrize(("down", "up", "right"), STARTS.values(), ids=STARTS)
def test_how_a_block_starts_is_judged(down, up, right):
    """Must a fresh block give the right values, and have a slope somewhere to learn by?"""
    key = compiled(Gentle(), GENTLE.format(down="'he_normal'", up="'zeros'"))
    met = earned(judged(key, GENTLE.format(down=down, up=up)))
    assert met == {"parameters", "behaviour", *(["fresh"] if right else [])}


def test_an_unlucky_start_is_drawn_again():
    """Is a block right whose few units happened to be dead when it was first built?"""
    key = compiled(Gentle(), GENTLE.format(down="'he_normal'", up="'zeros'"))
    source = GENTLE.format(down="next(luck)", up="'zeros'")
    answer = f"import itertools\nluck = itertools.cycle(['zeros', 'he_normal'])\n{source}"
    assert isinstance(judged(key, answer), Right)


class Pair(Model):
    name = "pair"
    title = "Two inputs"
    criteria = points("shape", "parameters", "behaviour", "stages")

    def probes(self, rng):
        yield Build("an image and a vector", args=(5,), input_shape=[(4, 4, 1), (3,)])


PAIR = """
def pair(classes):
    image, vector = keras.Input((4, 4, 1)), keras.Input((3,))
    joined = keras.layers.Concatenate()([keras.layers.Flatten()(image), vector])
    return keras.Model([image, vector], keras.layers.Dense(classes)(joined))
"""


def test_a_model_of_two_inputs_is_judged():
    """Is a model with several inputs built, run and compared?"""
    key = compiled(Pair(), PAIR)
    assert isinstance(judged(key, PAIR), Right)
    wrong_order = PAIR.replace("(image), vector])", "(image), vector][::-1])")
    assert "behaviour" not in earned(judged(key, wrong_order))


class Heads(Model):
    name = "heads"
    title = "Two named outputs"
    criteria = points("shape", "parameters", "behaviour")

    def probes(self, rng):
        yield Build("vectors", input_shape=(3,))


HEADS = """
def heads():
    x = keras.Input((3,))
    return keras.Model(x, {"a": keras.layers.Dense(2)(x), "b": keras.layers.Dense(1)(x)})
"""
OWN_HEADS = """
class heads(keras.Model):
    def __init__(self):
        super().__init__()
        self.one, self.two = keras.layers.Dense(2), keras.layers.Dense(1)

    def call(self, x):
        return {"a": self.one(x), "b": self.two(x)}
"""


def test_a_model_of_ones_own_may_name_its_outputs():
    """Is a subclass judged that returns a dictionary, as the functional model does?"""
    key = compiled(Heads(), HEADS)
    assert isinstance(judged(key, OWN_HEADS), Right)
    assert earned(judged(key, OWN_HEADS.replace('"b"', '"c"'))) == set()


class Classifier(Model):
    name = "classifier"
    title = "A classifier"
    criteria = points("shape", "parameters", "behaviour")

    def probes(self, rng):
        yield Build("small images", args=(4,), input_shape=(6, 6, 2))


CLASSIFIER = """
def classifier(classes):
    return keras.Sequential([
        keras.Input((6, 6, 2)),
        keras.layers.Conv2D(3, 6, activation="relu"),
        keras.layers.Flatten(),
        keras.layers.Dense(classes),
    ])
"""
MODELS = {
    "no Input": CLASSIFIER.replace("        keras.Input((6, 6, 2)),\n", ""),
    "dense for convolution": CLASSIFIER.replace("Conv2D(3, 6, ", "Dense(3, ").replace(
        "keras.Input((6, 6, 2)),", "keras.Input((6, 6, 2)), keras.layers.Flatten(),"
    ),
    "subclass": """
class Net(keras.Model):
    def __init__(self, classes):
        super().__init__()
        self.a = keras.layers.Conv2D(3, 6, activation="relu")
        self.b = keras.layers.Dense(classes)
    def call(self, x):
        return self.b(keras.ops.reshape(self.a(x), (-1, 3)))
def classifier(classes):
    return Net(classes)
""",
    "own weights": """
class Linear(keras.layers.Layer):
    def __init__(self, n):
        super().__init__()
        self.n = n
    def build(self, shape):
        self.w = self.add_weight(shape=(shape[-1], self.n), name="w")
        self.c = self.add_weight(shape=(self.n,), name="c")
    def call(self, x):
        return x @ self.w + self.c
def classifier(classes):
    return keras.Sequential([keras.layers.Conv2D(3, 6, activation="relu"),
                             keras.layers.Flatten(), Linear(classes)])
""",
}


@pytest.mark.parametrize("source", MODELS.values(), ids=MODELS)
def test_other_ways_to_write_a_model_are_right(source):
    """Is the model accepted that computes the same with weights of the same sizes?"""
    outcome = judged(compiled(Classifier(), CLASSIFIER), source)
    assert isinstance(outcome, Right), (outcome.message, outcome.details)


@pytest.mark.parametrize("value", ["3", "None", "keras.layers.Dense(2)"])
def test_what_is_no_model_is_said(value):
    """Is a function told that returns no model?"""
    outcome = judged(compiled(Classifier(), CLASSIFIER), f"def classifier(n): return {value}")
    assert "a keras.Model is expected here" in outcome.message


def test_a_students_own_model_keeps_its_weights():
    """Does a check leave a model as it was that is itself the answer?"""
    key = compiled(Classifier(), CLASSIFIER)
    namespace = {"keras": keras}
    exec(CLASSIFIER, namespace)
    model = namespace["classifier"](4)
    before = model.get_weights()
    outcome = verdict(key, lambda request: perform({"classifier": model}, request))
    assert isinstance(outcome, Right)
    assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True))


class Huge(Model):
    name = "huge"
    title = "A network too large to hold"
    criteria = points("shape", "parameters", "stages", "behaviour")

    def probes(self, rng):
        yield Build("full size", args=(200_000,), input_shape=(100_000,), symbolic=True)
        yield Build("small", args=(3,), input_shape=(2,), aspects=("behaviour",))


HUGE = """
def huge(width):
    x = keras.Input((100_000 if width > 3 else 2,))
    y = keras.layers.Dense(width)(x)
    return keras.Model(x, keras.layers.Dense(width)(y))
"""


def test_a_huge_network_is_judged_without_its_weights():
    """Is a network of 240 GB built, counted and refused without memory for it?"""
    key = compiled(Huge(), HUGE)
    assert key.probes[0].expected["report"]["total"] == 60_000_400_000
    assert isinstance(judged(key, HUGE), Right)
    no_bias = HUGE.replace("Dense(width)(y)", "Dense(width, use_bias=False)(y)")
    assert earned(judged(key, no_bias)) == {"shape", "stages"}


class Stages(Model):
    name = "stages"
    title = "Stages"
    criteria = points("stages")

    def probes(self, rng):
        yield Build("images", input_shape=(8, 8, 1))


STAGES = """
def stages():
    return keras.Sequential([
        keras.Input((8, 8, 1)),
        keras.layers.Conv2D(4, 3, padding="same"),
        keras.layers.MaxPooling2D(),
        keras.layers.Conv2D(8, 3, padding="same"),
    ])
"""


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (STAGES.replace("Conv2D(8", "Conv2D(6"), "After 4×4×4 your network gives 4×4×6; 4×4×8"),
        (STAGES.replace(', padding="same"', ""), "After the input your network gives 6×6×4"),
        (STAGES.replace('        keras.layers.Conv2D(8, 3, padding="same"),\n', ""), "too early"),
        (STAGES.replace("    ])", "        keras.layers.Flatten(),\n    ])"), "too long"),
    ],
    ids=["width", "padding", "short", "long"],
)
def test_the_first_stage_that_differs_is_named(source, words):
    """Is the place said at which the shapes part?"""
    outcome = judged(compiled(Stages(), STAGES), source)
    assert words in "\n".join((outcome.message, *outcome.details))


FUNCTIONAL = """
def stages():
    x = keras.Input((8, 8, 1))
    y = keras.layers.ReLU()(keras.layers.Conv2D(4, 3, padding="same")(x))
    y = keras.layers.MaxPooling2D()(y)
    inner = keras.Input((4, 4, 4))
    tail = keras.Model(inner, keras.layers.Conv2D(8, 3, padding="same")(inner))
    return keras.Model(x, tail(y))
"""


def test_stages_are_the_same_however_a_network_is_put_together():
    """Are activations, nested models and the functional style without effect on the stages?"""
    assert isinstance(judged(compiled(Stages(), STAGES), FUNCTIONAL), Right)


def test_a_model_built_long_ago_is_built_again(residual):
    """Are questions answered about a network that had to make room for later ones?"""
    probe = residual.probes[0]
    namespace = {"keras": keras}
    exec(REFERENCE, namespace)
    first = perform(namespace, probe.request)
    for _ in range(3):
        perform(namespace, probe.request)
    weights = [
        {"role": w["role"], "shape": w["shape"], "seed": n}
        for n, w in enumerate(first["report"]["weights"])
    ]
    reply = perform(
        namespace,
        {
            **probe.request,
            "op": "run",
            "handle": first["handle"],
            "weights": weights,
            "inputs": probe.options["inputs"],
            "training": False,
        },
    )
    assert reply["value"].shape == (2, 6, 5, 4)


def test_a_random_reference_is_refused():
    """Is a reference found out that does not agree with itself?"""
    noise = "keras.layers.Lambda(lambda t: t + keras.random.normal((2, 1, 1, 1)))"
    noisy = REFERENCE.replace("return keras.layers.ReLU()", f"return {noise}")
    with pytest.raises(SpecificationError, match="asked again"):
        compiled(Residual(), noisy)


def test_a_key_does_not_depend_on_what_was_built_before(residual):
    """Is the same key compiled although Keras counts its layers on?"""
    again = compiled(Residual(), REFERENCE)
    assert Key("t", {"r": again}).to_json() == Key("t", {"r": residual}).to_json()
