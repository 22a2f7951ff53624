"""What is right in `OwnDense`, and what students get wrong."""

import keras
from keras import layers, ops

from autograder.exercise import Block, Build, Criterion, Rule, accepted, wrong

from ._shared import FLOAT32


class OwnDense(Block):
    title = "Your own Dense"
    difficulty = 2
    criteria = (
        Criterion("shape", 1, "the last axis becomes as long as units says"),
        Criterion("parameters", 1, "all weights are known to Keras, and trainable"),
        Criterion("behaviour", 3, "the same outputs as Dense with the same weights"),
    )
    tolerance = FLOAT32
    rule = Rule(
        forbid=("keras.layers.Dense", "keras.layers.EinsumDense"),
        reason="Write the layer yourself, from add_weight and keras.ops.",
    )
    revisit = "A layer of your own"

    def probes(self, rng):
        yield Build("7 numbers to 4", args=(4,), input_shape=(7,))
        yield Build("3 numbers to 1", args=(1,), input_shape=(3,))
        yield Build("units=6 by name, 2 numbers in", kwargs={"units": 6}, input_shape=(2,))
        yield Build("three axes: 5 rows of 3 numbers to 2", args=(2,), input_shape=(5, 3))
        n, units = (int(v) for v in rng.integers(4, 40, 2))
        yield Build(
            f"{n} numbers to {units}",
            args=(units,),
            input_shape=(n,),
            aspects=("shape", "parameters"),
        )

    @accepted("einsum, units by position")
    class by_einsum(layers.Layer):
        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            self.units = units

        def build(self, input_shape):
            n = input_shape[-1]
            self.kernel = self.add_weight(shape=(n, self.units), name="kernel")
            self.bias = self.add_weight(shape=(self.units,), initializer="zeros", name="bias")
            self.input_spec = layers.InputSpec(min_ndim=2, axes={-1: n})

        def call(self, inputs):
            return ops.einsum("...i,io->...o", inputs, self.kernel) + self.bias

        def get_config(self):
            config = super().get_config()
            config["units"] = self.units
            return config

    @accepted("the operator @ and the last axis by its size")
    class by_operator(layers.Layer):
        def __init__(self, units, name=None, **kwargs):
            super().__init__(name=name, **kwargs)
            self.units = int(units)

        def build(self, shape):
            self.w = self.add_weight(shape=(shape[len(shape) - 1], self.units))
            self.b = self.add_weight(shape=[self.units], initializer=keras.initializers.Zeros())
            super().build(shape)

        def call(self, x):
            return ops.add(x @ self.w, self.b)

        def get_config(self):
            return dict(super().get_config(), units=self.units)

    @accepted("tensordot, with no get_config: Keras notes plain arguments")
    class by_tensordot(keras.Layer):
        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            self.units = units

        def build(self, input_shape):
            self.weight = self.add_weight(
                shape=(input_shape[-1], self.units), initializer="random_normal"
            )
            self.offset = self.add_weight(shape=(self.units,), initializer="zeros")

        def call(self, x):
            return ops.tensordot(x, self.weight, axes=1) + self.offset

    weights_in_call = wrong(
        "You make weights in `call`. It runs at every call, and Keras refuses new weights there: "
        "they are to be made once, when the shape is known.",
        change={
            "def build(self, input_shape):": "def call(self, x):",
            "input_shape[-1]": "x.shape[-1]",
            "    def call(self, x):\n": "",
        },
    )

    shape_hard_coded = wrong(
        "The length of the input stands in your code as a fixed number. `build` is told the shape "
        "that really comes in.",
        change={"input_shape[-1]": "784"},
    )

    no_bias = wrong(
        "The bias is missing: b, one number for each unit, is to be learned and added.",
        change={
            'self.b = self.add_weight(shape=(self.units,), initializer="zeros")': "",
            "ops.matmul(x, self.W) + self.b": "ops.matmul(x, self.W)",
        },
    )

    bias_not_added = wrong(
        "You made the bias and never add it. It is counted and saved, but it does nothing.",
        change={"ops.matmul(x, self.W) + self.b": "ops.matmul(x, self.W)"},
    )

    one_bias = wrong(
        "You made one bias for the whole layer. Each unit has its own.",
        change={"shape=(self.units,)": "shape=(1,)"},
    )

    plain_arrays = wrong(
        "Your weights are plain arrays. Keras does not know of them: it will neither train nor "
        "count nor save them. How did Gain make its weights?",
        change={
            'self.add_weight(shape=(n, self.units), name="kernel")': (
                'np.random.default_rng(0).normal(size=(n, self.units)).astype("float32")'
            ),
            'self.add_weight(shape=(self.units,), initializer="zeros", name="bias")': (
                'np.zeros(self.units, dtype="float32")'
            ),
        },
        of=by_einsum,
    )

    transposed = wrong(
        "Your W has its axes swapped: units first, inputs second. Numbers come in along the rows "
        "of W, as the docstring says.",
        change={
            "(input_shape[-1], self.units)": "(self.units, input_shape[-1])",
            "ops.matmul(x, self.W)": "ops.matmul(x, ops.transpose(self.W))",
        },
    )

    second_axis = wrong(
        "You read the second number of input_shape. With three axes that is not the last one.",
        change={"input_shape[-1]": "input_shape[1]"},
    )

    not_trainable = wrong(
        "You made the weights with trainable=False: they are counted and saved, but training "
        "leaves them as they are.",
        change={
            '"glorot_uniform"': '"glorot_uniform", trainable=False',
            '"zeros"': '"zeros", trainable=False',
        },
    )

    with_relu = wrong(
        "Your layer ends in a ReLU. Dense without an activation is asked for.",
        change={"ops.matmul(x, self.W) + self.b": "ops.relu(ops.matmul(x, self.W) + self.b)"},
    )

    first_axis = wrong(
        "You read the first number of input_shape. That is the batch, which is not known yet: "
        "None.",
        change={"input_shape[-1]": "input_shape[0]"},
    )

    kernel_first = wrong(
        "You multiply W by x. In y = xW the input stands on the left.",
        change={"ops.matmul(x, self.W)": "ops.matmul(self.W, x)"},
    )

    bias_of_inputs = wrong(
        "Your bias is as long as the input. Each *unit* has one.",
        change={"shape=(self.units,)": "shape=(input_shape[-1],)"},
    )
