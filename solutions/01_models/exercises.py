"""Exercises of lesson 01: Sequential and functional models."""

# Answers call names that the lesson's set-up cells define.
# ruff: noqa: F821

from typing import ClassVar

import keras
import numpy as np
from keras import layers, ops

from autograder.exercise import (
    Block,
    Choices,
    Criterion,
    Function,
    Model,
    Probe,
    Rule,
    Tolerance,
    Value,
    accepted,
    wrong,
)

FLOAT32 = Tolerance(
    atol=1e-5, rtol=1e-4, reason="float32 sums of some hundred products, added up in any order"
)


class Counts(Value):
    name = "counts"
    title = "Count before you build"
    difficulty = 1
    criteria = (
        Criterion("layers", 2, "the parameters of each layer"),
        Criterion("total", 1, "the whole network"),
        Criterion("arrays", 1, "how many arrays hold them"),
        Criterion("output", 1, "the shape of the answer to five images"),
    )
    entries: ClassVar = {
        "flatten": "integer",
        "first": "integer",
        "second": "integer",
        "third": "integer",
        "total": "integer",
        "arrays": "integer",
        "output": "shape",
    }
    entry_criterion: ClassVar = {
        "flatten": "layers",
        "first": "layers",
        "second": "layers",
        "third": "layers",
    }
    revisit = "A stack"

    as_products = accepted(
        "with the products written out",
        source="""{"flatten": 0, "first": 64 * 20 + 20, "second": 20 * 20 + 20,
         "third": 20 * 10 + 10, "total": 65 * 20 + 21 * 20 + 21 * 10, "arrays": 3 * 2,
         "output": (5, 10)}""",
    )
    by_dict = accepted(
        "by dict(), the shape as a list",
        source="dict(flatten=0, first=1300, second=420, third=210, total=1930, arrays=6, "
        "output=[5, 10])",
    )
    as_arrays = accepted(
        "as NumPy's numbers",
        source="""{"flatten": np.int64(0), "first": np.int64(1300), "second": np.int64(420),
         "third": np.int64(210), "total": np.sum([1300, 420, 210]), "arrays": np.int64(6),
         "output": np.zeros((5, 10)).shape}""",
    )
    no_bias = wrong(
        "Your dense layers have no biases. Each unit has one number of its own that is added to "
        "its sum.",
        source='{"flatten": 0, "first": 1280, "second": 400, "third": 200, "total": 1880, '
        '"arrays": 3, "output": (5, 10)}',
    )
    one_bias_a_layer = wrong(
        "You gave each layer one bias. Each of its units has one.",
        source='{"flatten": 0, "first": 1281, "second": 401, "third": 201, "total": 1883, '
        '"arrays": 6, "output": (5, 10)}',
    )
    rows_only = wrong(
        "Your first dense layer sees 8 numbers, one row of pixels. After Flatten it sees the "
        "whole image.",
        source='{"flatten": 0, "first": 180, "second": 420, "third": 210, "total": 810, '
        '"arrays": 6, "output": (5, 10)}',
    )
    flatten_has_weights = wrong(
        "You gave Flatten parameters. It only lays the pixels in a row; there is nothing in it "
        "to learn.",
        source='{"flatten": 64, "first": 1300, "second": 420, "third": 210, "total": 1994, '
        '"arrays": 6, "output": (5, 10)}',
    )
    pixels_everywhere = wrong(
        "Your second and third layers still see the 64 pixels. A layer in a stack sees only what "
        "the layer before it gives.",
        source='{"flatten": 0, "first": 1300, "second": 1300, "third": 650, "total": 3250, '
        '"arrays": 6, "output": (5, 10)}',
    )
    bias_on_the_input = wrong(
        "You count a bias for each number that comes in. Biases belong to the units, to what "
        "goes out.",
        source='{"flatten": 0, "first": 1344, "second": 420, "third": 220, "total": 1984, '
        '"arrays": 6, "output": (5, 10)}',
    )
    batch_of_one = wrong(
        "Parameters are right; look at the answer's shape again. Five images go in, and each of "
        "them gets its ten numbers.",
        source='{"flatten": 0, "first": 1300, "second": 420, "third": 210, "total": 1930, '
        '"arrays": 6, "output": (10,)}',
    )
    batch_open = wrong(
        "Keras writes None where the size of the batch is open. Here it is known: five images.",
        source='{"flatten": 0, "first": 1300, "second": 420, "third": 210, "total": 1930, '
        '"arrays": 6, "output": (None, 10)}',
    )
    one_array_a_layer = wrong(
        "You count one array a dense layer. Look at the list that the stack above printed: "
        "kernel and bias are kept apart.",
        source='{"flatten": 0, "first": 1300, "second": 420, "third": 210, "total": 1930, '
        '"arrays": 3, "output": (5, 10)}',
    )


class RunOrder(Function):
    name = "run_order"
    title = "The order of work"
    difficulty = 3
    criteria = (
        Criterion("stack", 1, "a stack, written down in any order"),
        Criterion("graph", 2, "forks, joins, and layers that are ready together"),
        Criterion("twice", 1, "one tensor taken twice by a layer"),
        Criterion("loop", 2, "loops, of every length and at every place"),
    )
    rule = Rule(
        forbid=("graphlib", "networkx"),
        reason="Find the order yourself; no library for graphs.",
    )
    revisit = "No loops"

    def probes(self, rng):
        yield Probe("stack", "an input alone", ({"a": []},))
        yield Probe(
            "stack", "a stack whose names run backwards", ({"d": [], "c": ["d"], "b": ["c"]},)
        )
        yield Probe(
            "stack",
            "a stack written down from its end",
            ({"scores": ["hidden"], "hidden": ["flat"], "flat": ["image"], "image": []},),
        )
        yield Probe(
            "graph",
            "the table of the text",
            ({"a": [], "b": [], "c": ["a"], "d": ["b", "c"], "e": ["a", "d"]},),
        )
        yield Probe(
            "graph",
            "a layer that becomes ready late and comes early in the alphabet",
            ({"m": [], "z": [], "a": ["m"], "b": ["z"], "c": ["a", "z"]},),
        )
        yield Probe(
            "graph",
            "a long way and a short one to the same join",
            ({"i": [], "q": ["i"], "r": ["q"], "s": ["r"], "e": ["i", "s"], "t": ["e", "q"]},),
        )
        yield Probe("graph", "a random graph of nine layers", (self._random(rng, 9),))
        yield Probe("graph", "a random graph of twelve layers", (self._random(rng, 12),))
        yield Probe(
            "twice",
            "y takes x twice, as in x · x",
            ({"y": ["x", "x"], "x": [], "w": ["y", "x", "y"]},),
        )
        yield Probe("loop", "a layer that takes its own output", ({"a": [], "b": ["a", "b"]},))
        yield Probe("loop", "two layers that wait for each other", ({"a": ["b"], "b": ["a"]},))
        yield Probe(
            "loop",
            "a loop far behind the inputs",
            ({"a": [], "b": ["a"], "c": ["b", "e"], "d": ["c"], "e": ["d"], "f": ["b"]},),
        )
        yield Probe("loop", "a random graph and a loop", (self._random(rng, 7, loop=True),))

    def _random(self, rng, n, loop=False):
        names = [str(x) for x in rng.permutation(list("abcdefghijklmnopqrst")[:n])]
        takes = {
            name: [names[j] for j in sorted(rng.permutation(i)[: int(rng.integers(1, 4))])]
            for i, name in enumerate(names)
        }
        if loop:
            takes[names[2]] = [*takes[names[2]], names[-1]]
            takes[names[-1]] = [*takes[names[-1]], names[2]]
        return {name: takes[name] for name in sorted(names, key=lambda _: rng.random())}

    @accepted("counting what is missing, with a heap")
    def heap(takes):
        import heapq

        missing = {name: len(set(sources)) for name, sources in takes.items()}
        fed = {name: [] for name in takes}
        for name, sources in takes.items():
            for source in set(sources):
                fed[source].append(name)
        ready = [name for name, count in missing.items() if count == 0]
        heapq.heapify(ready)
        order = []
        while ready:
            name = heapq.heappop(ready)
            order.append(name)
            for other in fed[name]:
                missing[other] -= 1
                if missing[other] == 0:
                    heapq.heappush(ready, other)
        return order if len(order) == len(takes) else []

    @accepted("recursion: take the first away and order the rest")
    def recursive(takes):
        if not takes:
            return []
        free = sorted(name for name, sources in takes.items() if not sources)
        if not free:
            return []
        first = free[0]
        rest = {n: [s for s in takes[n] if s != first] for n in takes if n != first}
        tail = run_order(rest)
        return [first, *tail] if len(tail) == len(rest) else []

    @accepted("a matrix of who takes whom")
    def matrix(takes):
        names = sorted(takes)
        needs = np.array([[source in takes[name] for source in names] for name in names])
        done = np.zeros(len(names), dtype=bool)
        order = []
        for _ in names:
            ready = ~done & ~(needs & ~done).any(axis=1)
            if not ready.any():
                return []
            first = int(ready.argmax())
            done[first] = True
            order.append(names[first])
        return order

    @accepted("a scan of the alphabet, again from the start after each find")
    def scans(takes):
        order, names = [], sorted(takes)
        found = True
        while found:
            found = False
            for name in names:
                if name not in order and all(s in order for s in takes[name]):
                    order.append(name)
                    found = True
                    break
        return order if len(order) == len(names) else []

    @wrong(
        "You sort by the alphabet and do not look who takes what. The alphabet decides only "
        "between layers that are ready at the same time."
    )
    def alphabet(takes):
        return sorted(takes)

    @wrong(
        "You keep the order in which the dictionary was written down. A layer may be written "
        "before the ones it takes."
    )
    def as_written(takes):
        return list(takes)

    @wrong(
        "You go round by round: everybody who is ready at the beginning of a round, then the next "
        "round. After *each* layer somebody may become ready who comes first in the alphabet."
    )
    def rounds(takes):
        order = []
        while len(order) < len(takes):
            ready = [n for n in sorted(takes) if n not in order and set(takes[n]) <= set(order)]
            if not ready:
                return []
            order += ready
        return order

    @wrong(
        "In your order a layer may come as soon as *one* of those it takes has had its turn. At a "
        "join it needs all of them."
    )
    def any_source(takes):
        order = []
        while len(order) < len(takes):
            ready = [
                n
                for n in takes
                if n not in order and (not takes[n] or set(takes[n]) & set(order) - {n})
            ]
            if not ready:
                return []
            order.append(min(ready))
        return order

    @wrong(
        "Where there is a loop you return the part that can be computed. The statement asks for "
        "an empty list: half a network is of no use."
    )
    def partial(takes):
        order = []
        while True:
            ready = [n for n in takes if n not in order and set(takes[n]) <= set(order)]
            if not ready:
                return order
            order.append(min(ready))

    @wrong(
        "Your order runs from the outputs to the inputs: you read the lists as 'hands on to'. "
        "They say what a layer takes."
    )
    def backwards(takes):
        order = []
        feeds = {n: [m for m in takes if n in takes[m]] for n in takes}
        while len(order) < len(takes):
            ready = [n for n in takes if n not in order and set(feeds[n]) <= set(order)]
            if not ready:
                return []
            order.append(min(ready))
        return order

    @wrong(
        "A name that stands twice in a list makes you wait for ever: you count it twice and "
        "strike it off once, so you see a loop where there is none."
    )
    def counted_twice(takes):
        missing = {n: len(takes[n]) for n in takes}
        order = []
        while len(order) < len(takes):
            ready = [n for n in takes if n not in order and missing[n] == 0]
            if not ready:
                return []
            order.append(min(ready))
            for n in takes:
                missing[n] -= order[-1] in takes[n]
        return order

    @wrong(
        "You go depth-first, from each layer back to what it takes. That is a possible order, but "
        "not the one asked for: of all that are *ready*, the first in the alphabet."
    )
    def depth_first(takes):
        order, path = [], []

        def visit(name):
            if name in order:
                return True
            if name in path:
                return False
            path.append(name)
            fine = all([visit(s) for s in sorted(takes[name])])
            path.pop()
            if fine:
                order.append(name)
            return fine

        return order if all([visit(n) for n in sorted(takes)]) else []

    @wrong(
        "Among the layers that are ready you take the one that was written first, or became ready "
        "first. The alphabet decides."
    )
    def first_written(takes):
        order = []
        while len(order) < len(takes):
            ready = [n for n in takes if n not in order and set(takes[n]) <= set(order)]
            if not ready:
                return []
            order.append(ready[0])
        return order


class SameOrNot(Model):
    name = "same_or_not"
    title = "Same or not?"
    difficulty = 2
    criteria = (
        Criterion("shape", 1, "one number for each pair"),
        Criterion("parameters", 1, "one branch's weights and one head's"),
        Criterion("behaviour", 3, "the same answers as the network described, with its weights"),
    )
    tolerance = FLOAT32
    revisit = "Two inputs, one pair of eyes"

    def probes(self, rng):
        yield Probe(None, "as by default, 28×28, 32 units", input_shape=[(28, 28), (28, 28)])
        yield Probe(None, "side 6, units 3", args=(6, 3), input_shape=[(6, 6), (6, 6)])
        yield Probe(
            None,
            "side=9, units=1 by name",
            kwargs={"side": 9, "units": 1},
            input_shape=[(9, 9), (9, 9)],
        )

    @accepted("two layers shared, operations for the rest")
    def with_ops(side=28, units=32):
        left = keras.Input((side, side), name="left")
        right = keras.Input((side, side), name="right")
        dense = layers.Dense(units, activation="relu")
        u = dense(ops.reshape(left, (-1, side * side)))
        v = dense(ops.reshape(right, (-1, side * side)))
        joined = ops.concatenate([ops.abs(v - u), ops.multiply(u, v)], axis=-1)
        return keras.Model([left, right], layers.Dense(1, activation="sigmoid")(joined))

    @accepted("layers for everything")
    def with_layers(side=28, units=32):
        inputs = [keras.Input((side, side)) for _ in range(2)]
        flatten, dense, relu = layers.Flatten(), layers.Dense(units), layers.ReLU()
        u, v = (relu(dense(flatten(x))) for x in inputs)
        larger, smaller = layers.Maximum()([u, v]), layers.Minimum()([u, v])
        apart, product = layers.Subtract()([larger, smaller]), layers.Multiply()([u, v])
        score = layers.Dense(1)(layers.Concatenate(axis=1)([apart, product]))
        return keras.Model(inputs, layers.Activation("sigmoid")(score))

    @accepted("the branch is a functional model")
    def model_in_model(side=28, units=32):
        picture = keras.Input((side, side))
        x = layers.Flatten()(picture)
        eyes = keras.Model(picture, layers.Dense(units, activation="relu")(x))
        a, b = keras.Input((side, side)), keras.Input((side, side))
        u, v = eyes(a), eyes(b)
        both = layers.concatenate([ops.absolute(ops.subtract(u, v)), layers.multiply([u, v])])
        return keras.Model(inputs=[a, b], outputs=layers.Dense(1, "sigmoid")(both))

    @wrong(
        "You made the branch twice, once for each input: two sets of weights, which may see one "
        "picture in two ways. Sharing means calling one object twice."
    )
    def made_twice(side=28, units=32):
        left, right = keras.Input((side, side)), keras.Input((side, side))
        u = layers.Dense(units, activation="relu")(layers.Flatten()(left))
        v = layers.Dense(units, activation="relu")(layers.Flatten()(right))
        joined = layers.Concatenate()([ops.abs(u - v), u * v])
        return keras.Model([left, right], layers.Dense(1, activation="sigmoid")(joined))

    @wrong(
        "You built a stack. A Sequential has one input; two pictures, looked at by the same "
        "branch, need a graph.",
        revisit="A graph",
    )
    def sequential_forced(side=28, units=32):
        return keras.Sequential(
            [
                keras.Input((side, 2 * side)),
                layers.Flatten(),
                layers.Dense(units, activation="relu"),
                layers.Dense(1, activation="sigmoid"),
            ]
        )

    @wrong(
        "You stuck the two pictures together and gave them to one dense layer. It has other "
        "weights for left and right; nothing is shared. The branch must see one picture at a time."
    )
    def pictures_joined(side=28, units=32):
        left, right = keras.Input((side, side)), keras.Input((side, side))
        both = layers.Flatten()(layers.Concatenate()([left, right]))
        x = layers.Dense(units, activation="relu")(both)
        return keras.Model([left, right], layers.Dense(1, activation="sigmoid")(x))

    @wrong(
        "You joined along axis 0, the batch: difference and product came to lie one below the "
        "other, as if they were other pairs. Each pair's row must grow longer, not the batch."
    )
    def batch_axis(side=28, units=32):
        left, right = keras.Input((side, side)), keras.Input((side, side))
        eyes = keras.Sequential([layers.Flatten(), layers.Dense(units, activation="relu")])
        u, v = eyes(left), eyes(right)
        joined = ops.concatenate([ops.abs(u - v), u * v], axis=0)
        return keras.Model([left, right], layers.Dense(1, activation="sigmoid")(joined))

    @wrong(
        "You join the two descriptions as they are. The head is to see how far apart they are, "
        "and their product."
    )
    def descriptions_joined(side=28, units=32):
        left, right = keras.Input((side, side)), keras.Input((side, side))
        eyes = keras.Sequential([layers.Flatten(), layers.Dense(units, activation="relu")])
        joined = layers.Concatenate()([eyes(left), eyes(right)])
        return keras.Model([left, right], layers.Dense(1, activation="sigmoid")(joined))

    @wrong(
        "Your difference has a sign, so your network's answer changes when the pictures are "
        "swapped. The size of the difference is asked for."
    )
    def signed_difference(side=28, units=32):
        left, right = keras.Input((side, side)), keras.Input((side, side))
        eyes = keras.Sequential([layers.Flatten(), layers.Dense(units, activation="relu")])
        u, v = eyes(left), eyes(right)
        joined = layers.Concatenate()([u - v, u * v])
        return keras.Model([left, right], layers.Dense(1, activation="sigmoid")(joined))

    @wrong(
        "Your branch looks at the left picture twice and never at the right one. Keras does not "
        "complain about an input that nobody uses."
    )
    def left_twice(side=28, units=32):
        left, right = keras.Input((side, side)), keras.Input((side, side))
        eyes = keras.Sequential([layers.Flatten(), layers.Dense(units, activation="relu")])
        u, v = eyes(left), eyes(left)
        joined = layers.Concatenate()([ops.abs(u - v), u * v])
        return keras.Model([left, right], layers.Dense(1, activation="sigmoid")(joined))

    @wrong("Product first, difference second: the statement joins them the other way round.")
    def order_swapped(side=28, units=32):
        left, right = keras.Input((side, side)), keras.Input((side, side))
        eyes = keras.Sequential([layers.Flatten(), layers.Dense(units, activation="relu")])
        u, v = eyes(left), eyes(right)
        joined = layers.Concatenate()([u * v, ops.abs(u - v)])
        return keras.Model([left, right], layers.Dense(1, activation="sigmoid")(joined))

    @wrong("The product is missing: your head sees the difference alone.")
    def difference_alone(side=28, units=32):
        left, right = keras.Input((side, side)), keras.Input((side, side))
        eyes = keras.Sequential([layers.Flatten(), layers.Dense(units, activation="relu")])
        apart = ops.abs(eyes(left) - eyes(right))
        return keras.Model([left, right], layers.Dense(1, activation="sigmoid")(apart))

    @wrong(
        "Your last layer gives a score. One number from 0 to 1 is asked for; which activation "
        "makes one of a score?",
        revisit="Scores, probabilities, and the loss that fits",
    )
    def no_sigmoid(side=28, units=32):
        left, right = keras.Input((side, side)), keras.Input((side, side))
        eyes = keras.Sequential([layers.Flatten(), layers.Dense(units, activation="relu")])
        u, v = eyes(left), eyes(right)
        joined = layers.Concatenate()([ops.abs(u - v), u * v])
        return keras.Model([left, right], layers.Dense(1)(joined))

    @wrong("The dense layer of your branch has no ReLU.")
    def no_relu(side=28, units=32):
        left, right = keras.Input((side, side)), keras.Input((side, side))
        eyes = keras.Sequential([layers.Flatten(), layers.Dense(units)])
        u, v = eyes(left), eyes(right)
        joined = layers.Concatenate()([ops.abs(u - v), u * v])
        return keras.Model([left, right], layers.Dense(1, activation="sigmoid")(joined))

    @wrong(
        "Your last layer is a softmax over one number. That is 1, whatever the number: a single "
        "answer needs a sigmoid.",
        revisit="Scores, probabilities, and the loss that fits",
    )
    def softmax_of_one(side=28, units=32):
        left, right = keras.Input((side, side)), keras.Input((side, side))
        eyes = keras.Sequential([layers.Flatten(), layers.Dense(units, activation="relu")])
        u, v = eyes(left), eyes(right)
        joined = layers.Concatenate()([ops.abs(u - v), u * v])
        return keras.Model([left, right], ops.softmax(layers.Dense(1)(joined)))


class TwoHeads(Model):
    name = "two_heads"
    title = "Find the bugs: two heads"
    difficulty = 2
    criteria = (
        Criterion("parameters", 1, "no layer too few, none too many"),
        Criterion("behaviour", 3, "both answers of the network described, with its weights"),
    )
    tolerance = FLOAT32
    revisit = "One picture, two answers"

    def probes(self, rng):
        yield Probe(None, "32 hidden units, the default", input_shape=(28, 28))
        yield Probe(None, "5 hidden units", args=(5,), input_shape=(28, 28))
        yield Probe(None, "hidden=12 by name", kwargs={"hidden": 12}, input_shape=(28, 28))

    @accepted("the body is a Sequential")
    def stacked_body(hidden=32):
        body = keras.Sequential(
            [
                layers.Flatten(),
                layers.Dense(hidden, activation="relu"),
                layers.Dense(hidden, activation="relu"),
            ]
        )
        image = keras.Input((28, 28))
        x = body(image)
        outputs = dict(odd=layers.Dense(1, activation="sigmoid")(x), digit=layers.Dense(10)(x))
        return keras.Model(image, outputs)

    @accepted("a loop over the body, activations as layers")
    def loop(hidden=32):
        image = keras.Input((28, 28), name="picture")
        x = layers.Reshape((784,))(image)
        for _ in range(2):
            x = layers.ReLU()(layers.Dense(hidden)(x))
        score = layers.Dense(1)(x)
        return keras.Model(image, {"digit": layers.Dense(10)(x), "odd": ops.sigmoid(score)})

    @accepted("the draft, mended")
    def mended(hidden=32):
        image = keras.Input((28, 28), name="image")
        flat = layers.Flatten(name="flat")(image)
        x = layers.Dense(hidden, activation="relu", name="first")(flat)
        x = layers.Dense(hidden, activation="relu", name="second")(x)
        digit = layers.Dense(10, name="digit")(x)
        odd = layers.Dense(1, activation="sigmoid", name="odd")(x)
        return keras.Model(image, {"digit": digit, "odd": odd})

    @wrong(
        "This is the draft as it was. Draw it: how many boxes lie between the image and the "
        "heads, and what does each head see?"
    )
    def as_it_was(hidden=32):
        image = keras.Input((28, 28), name="image")
        flat = layers.Flatten()(image)
        x = layers.Dense(hidden, activation="relu")(flat)
        x = layers.Dense(hidden, activation="relu")(flat)
        digit = layers.Dense(10, name="digit")(x)
        odd = layers.Dense(1, activation="sigmoid", name="odd")(digit)
        return keras.Model(image, {"digit": digit, "odd": odd})

    @wrong(
        "The body is right now. One bug is left: what does the head `odd` see in your network? "
        "Ten scores, not the hidden layer."
    )
    def odd_on_digit(hidden=32):
        image = keras.Input((28, 28))
        x = layers.Flatten()(image)
        x = layers.Dense(hidden, activation="relu")(x)
        x = layers.Dense(hidden, activation="relu")(x)
        digit = layers.Dense(10, name="digit")(x)
        odd = layers.Dense(1, activation="sigmoid", name="odd")(digit)
        return keras.Model(image, {"digit": digit, "odd": odd})

    @wrong(
        "The heads are right now. One bug is left: a hidden layer is made and never used, so it "
        "is not part of the model.",
        revisit="A graph",
    )
    def layer_lost(hidden=32):
        image = keras.Input((28, 28))
        flat = layers.Flatten()(image)
        x = layers.Dense(hidden, activation="relu")(flat)
        x = layers.Dense(hidden, activation="relu")(flat)
        digit = layers.Dense(10, name="digit")(x)
        odd = layers.Dense(1, activation="sigmoid", name="odd")(x)
        return keras.Model(image, {"digit": digit, "odd": odd})

    @wrong(
        "The head `odd` hangs on the first hidden layer, `digit` on the second. Both are to see "
        "the second."
    )
    def odd_too_early(hidden=32):
        image = keras.Input((28, 28))
        x = layers.Flatten()(image)
        first = layers.Dense(hidden, activation="relu")(x)
        second = layers.Dense(hidden, activation="relu")(first)
        digit = layers.Dense(10, name="digit")(second)
        odd = layers.Dense(1, activation="sigmoid", name="odd")(first)
        return keras.Model(image, {"digit": digit, "odd": odd})

    @wrong(
        "Each of your heads has a body of its own: twice the work, and neither learns from the "
        "other's task. One body for both."
    )
    def two_bodies(hidden=32):
        image = keras.Input((28, 28))
        flat = layers.Flatten()(image)
        ends = []
        for _ in range(2):
            x = layers.Dense(hidden, activation="relu")(flat)
            ends.append(layers.Dense(hidden, activation="relu")(x))
        digit = layers.Dense(10, name="digit")(ends[0])
        odd = layers.Dense(1, activation="sigmoid", name="odd")(ends[1])
        return keras.Model(image, {"digit": digit, "odd": odd})

    @wrong(
        "The outputs came as a list. `compile` and `fit` of the lesson know them by name: a "
        'dictionary with "digit" and "odd" is asked for.'
    )
    def as_list(hidden=32):
        image = keras.Input((28, 28))
        x = layers.Flatten()(image)
        x = layers.Dense(hidden, activation="relu")(x)
        x = layers.Dense(hidden, activation="relu")(x)
        return keras.Model(image, [layers.Dense(10)(x), layers.Dense(1, activation="sigmoid")(x)])

    @wrong("Your network has one answer left: the output `odd` is missing.")
    def one_output(hidden=32):
        image = keras.Input((28, 28))
        x = layers.Flatten()(image)
        x = layers.Dense(hidden, activation="relu")(x)
        x = layers.Dense(hidden, activation="relu")(x)
        return keras.Model(image, {"digit": layers.Dense(10)(x)})

    @wrong(
        "Your `digit` ends in a softmax. Ten scores without an activation are asked for: the "
        "lesson's loss expects them.",
        revisit="Scores, probabilities, and the loss that fits",
    )
    def digit_softmax(hidden=32):
        image = keras.Input((28, 28))
        x = layers.Flatten()(image)
        x = layers.Dense(hidden, activation="relu")(x)
        x = layers.Dense(hidden, activation="relu")(x)
        digit = layers.Dense(10, activation="softmax", name="digit")(x)
        odd = layers.Dense(1, activation="sigmoid", name="odd")(x)
        return keras.Model(image, {"digit": digit, "odd": odd})

    @wrong(
        "Both hidden layers are one object, called twice: they share their weights. Sharing is "
        "for two inputs of one kind, not for two steps of a stack.",
        revisit="Two inputs, one pair of eyes",
    )
    def body_shared_with_itself(hidden=32):
        image = keras.Input((28, 28))
        x = layers.Dense(hidden, activation="relu")(layers.Flatten()(image))
        step = layers.Dense(hidden, activation="relu")
        x = step(step(x))
        digit = layers.Dense(10, name="digit")(x)
        odd = layers.Dense(1, activation="sigmoid", name="odd")(x)
        return keras.Model(image, {"digit": digit, "odd": odd})


class BatchLoss(Function):
    name = "batch_loss"
    title = "The loss that fits"
    difficulty = 2
    criteria = (
        Criterion("scores", 2, "ten classes, no activation"),
        Criterion("probabilities", 2, "ten classes, softmax"),
        Criterion("one_score", 1, "one answer, no activation"),
        Criterion("one_probability", 1, "one answer, sigmoid"),
    )
    tolerance = Tolerance(
        atol=2e-5,
        rtol=2e-4,
        reason="float32 logarithms; Keras keeps probabilities a ten-millionth away from 0 and 1",
    )
    revisit = "Scores, probabilities, and the loss that fits"

    def probes(self, rng):
        def scores(n, k):
            return (2 * rng.normal(size=(n, k))).astype("float32")

        def softmax(z):
            e = np.exp(z - z.max(axis=1, keepdims=True))
            return (e / e.sum(axis=1, keepdims=True)).astype("float32")

        def labels(n, k):
            return rng.integers(0, k, n)

        yes_no = np.array([1, 0, 1, 1, 0])
        yield Probe("scores", "6 rows of 10 scores", (scores(6, 10), labels(6, 10), None))
        yield Probe("scores", "4 rows of 2 scores", (scores(4, 2), np.array([0, 1, 1, 0]), None))
        yield Probe("scores", "1 row of 3 scores", (scores(1, 3), np.array([2]), None))
        yield Probe(
            "probabilities",
            "6 rows of 10 probabilities",
            (softmax(scores(6, 10)), labels(6, 10), "softmax"),
        )
        yield Probe(
            "probabilities",
            "3 rows of 2 probabilities",
            (softmax(scores(3, 2)), np.array([1, 0, 1]), "softmax"),
        )
        yield Probe("one_score", "5 single scores", (scores(5, 1), yes_no, None))
        yield Probe("one_score", "1 single score", (scores(1, 1), np.array([0]), None))
        yield Probe(
            "one_probability",
            "5 single probabilities",
            ((1 / (1 + np.exp(-scores(5, 1)))).astype("float32"), yes_no, "sigmoid"),
        )

    @accepted("the functions in place of the classes")
    def functions(outputs, labels, activation):
        if outputs.shape[1] == 1:
            values = keras.losses.binary_crossentropy(
                labels.reshape(-1, 1), outputs, from_logits=activation is None
            )
        else:
            values = keras.losses.sparse_categorical_crossentropy(
                labels, outputs, from_logits=activation is None
            )
        return float(np.mean(values))

    @accepted("one-hot rows")
    def one_hot(outputs, labels, activation):
        k = outputs.shape[1]
        if k == 1:
            loss = keras.losses.BinaryCrossentropy(from_logits=activation != "sigmoid")
            return loss(labels.astype("float32")[:, np.newaxis], outputs)
        loss = keras.losses.CategoricalCrossentropy(from_logits=activation != "softmax")
        return loss(np.eye(k)[labels], outputs)

    @accepted("probabilities first, NumPy alone")
    def by_hand(outputs, labels, activation):
        p = outputs.astype("float64")
        if outputs.shape[1] == 1:
            p = p if activation else 1 / (1 + np.exp(-p))
            p = np.hstack([1 - p, p])
        elif activation is None:
            p = np.exp(p - p.max(axis=1, keepdims=True))
            p = p / p.sum(axis=1, keepdims=True)
        return float(-np.log(p[np.arange(len(labels)), labels]).mean())

    @accepted("a table of losses")
    def table(outputs, labels, activation):
        L = keras.losses
        kinds = {
            (False, None): L.SparseCategoricalCrossentropy(from_logits=True),
            (False, "softmax"): L.SparseCategoricalCrossentropy(),
            (True, None): L.BinaryCrossentropy(from_logits=True),
            (True, "sigmoid"): L.BinaryCrossentropy(),
        }
        return kinds[outputs.shape[-1] == 1, activation](labels, outputs).numpy()

    @wrong(
        "You set from_logits=True always. Where the network gives probabilities, that is a "
        "softmax on a softmax (or a sigmoid on a sigmoid): the price of being right is too high."
    )
    def always_logits(outputs, labels, activation):
        if outputs.shape[1] == 1:
            return float(
                keras.losses.BinaryCrossentropy(from_logits=True)(labels[:, None], outputs)
            )
        return float(keras.losses.SparseCategoricalCrossentropy(from_logits=True)(labels, outputs))

    @wrong(
        "You leave from_logits at its default. Where the network has no activation, its scores "
        "are then taken for probabilities."
    )
    def never_logits(outputs, labels, activation):
        if outputs.shape[1] == 1:
            return float(keras.losses.BinaryCrossentropy()(labels[:, None], outputs))
        return float(keras.losses.SparseCategoricalCrossentropy()(labels, outputs))

    @wrong(
        "from_logits is the wrong way round: you set it where there is an activation. It asks "
        "whether the numbers are scores."
    )
    def inverted(outputs, labels, activation):
        from_logits = activation is not None
        if outputs.shape[1] == 1:
            return float(
                keras.losses.BinaryCrossentropy(from_logits=from_logits)(labels[:, None], outputs)
            )
        return float(
            keras.losses.SparseCategoricalCrossentropy(from_logits=from_logits)(labels, outputs)
        )

    @wrong(
        "You use the categorical loss for one output, too. With one class to choose from there is "
        "nothing to choose; one yes or no has a loss of its own."
    )
    def sparse_for_one(outputs, labels, activation):
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=activation is None)
        return float(loss(labels, outputs))

    @wrong(
        "You use the binary loss for classes that compete: every class becomes a yes or no of its "
        "own."
    )
    def binary_for_all(outputs, labels, activation):
        k = outputs.shape[1]
        targets = labels[:, None] if k == 1 else np.eye(k, dtype="float32")[labels]
        return float(
            keras.losses.BinaryCrossentropy(from_logits=activation is None)(targets, outputs)
        )

    @wrong("You return one loss for each sample. Their mean is asked for.")
    def for_each(outputs, labels, activation):
        if outputs.shape[1] == 1:
            return np.array(
                keras.losses.binary_crossentropy(
                    labels[:, None], outputs, from_logits=activation is None
                )
            )
        return np.array(
            keras.losses.sparse_categorical_crossentropy(
                labels, outputs, from_logits=activation is None
            )
        )

    @wrong("You add up the batch. The mean is asked for, so that the batch's size does not matter.")
    def summed(outputs, labels, activation):
        if outputs.shape[1] == 1:
            values = keras.losses.binary_crossentropy(
                labels[:, None], outputs, from_logits=activation is None
            )
        else:
            values = keras.losses.sparse_categorical_crossentropy(
                labels, outputs, from_logits=activation is None
            )
        return float(np.sum(values))

    @wrong(
        "You know that softmax gives probabilities, but take what comes out of a sigmoid for a "
        "score. Both give probabilities."
    )
    def sigmoid_forgotten(outputs, labels, activation):
        if outputs.shape[1] == 1:
            return float(
                keras.losses.BinaryCrossentropy(from_logits=True)(labels[:, None], outputs)
            )
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=activation is None)
        return float(loss(labels, outputs))


class OwnDense(Block):
    name = "OwnDense"
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
        yield Probe(None, "7 numbers to 4", args=(4,), input_shape=(7,))
        yield Probe(None, "3 numbers to 1", args=(1,), input_shape=(3,))
        yield Probe(None, "units=6 by name, 2 numbers in", kwargs={"units": 6}, input_shape=(2,))
        yield Probe(None, "three axes: 5 rows of 3 numbers to 2", args=(2,), input_shape=(5, 3))

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

    @wrong(
        "You make weights in `call`. It runs at every call, and Keras refuses new weights there: "
        "they are to be made once, when the shape is known."
    )
    class weights_in_call(layers.Layer):
        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            self.units = units

        def call(self, x):
            W = self.add_weight(shape=(x.shape[-1], self.units))
            b = self.add_weight(shape=(self.units,), initializer="zeros")
            return ops.matmul(x, W) + b

    @wrong(
        "The length of the input stands in your code as a fixed number. `build` is told the shape "
        "that really comes in."
    )
    class shape_hard_coded(layers.Layer):
        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            self.units = units
            self.W = self.add_weight(shape=(784, units))
            self.b = self.add_weight(shape=(units,), initializer="zeros")

        def call(self, x):
            return ops.matmul(x, self.W) + self.b

    @wrong("The bias is missing: b, one number for each unit, is to be learned and added.")
    class no_bias(layers.Layer):
        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            self.units = units

        def build(self, input_shape):
            self.W = self.add_weight(shape=(input_shape[-1], self.units))

        def call(self, x):
            return ops.matmul(x, self.W)

    @wrong(
        "You made the bias and never add it. It is counted and saved, but it does nothing.",
    )
    class bias_not_added(layers.Layer):
        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            self.units = units

        def build(self, input_shape):
            self.W = self.add_weight(shape=(input_shape[-1], self.units))
            self.b = self.add_weight(shape=(self.units,), initializer="zeros")

        def call(self, x):
            return ops.matmul(x, self.W)

    @wrong("You made one bias for the whole layer. Each unit has its own.")
    class one_bias(layers.Layer):
        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            self.units = units

        def build(self, input_shape):
            self.W = self.add_weight(shape=(input_shape[-1], self.units))
            self.b = self.add_weight(shape=(1,), initializer="zeros")

        def call(self, x):
            return ops.matmul(x, self.W) + self.b

    @wrong(
        "Your weights are plain arrays. Keras does not know of them: it will neither train nor "
        "count nor save them. How did Gain make its weights?"
    )
    class plain_arrays(layers.Layer):
        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            self.units = units

        def build(self, input_shape):
            rng = np.random.default_rng(0)
            self.W = rng.normal(size=(input_shape[-1], self.units)).astype("float32")
            self.b = np.zeros(self.units, dtype="float32")

        def call(self, x):
            return ops.matmul(x, self.W) + self.b

    @wrong(
        "Your W has its axes swapped: units first, inputs second. Numbers come in along the rows "
        "of W, as the docstring says."
    )
    class transposed(layers.Layer):
        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            self.units = units

        def build(self, input_shape):
            self.W = self.add_weight(shape=(self.units, input_shape[-1]))
            self.b = self.add_weight(shape=(self.units,), initializer="zeros")

        def call(self, x):
            return ops.matmul(x, ops.transpose(self.W)) + self.b

    @wrong("You read the second number of input_shape. With three axes that is not the last one.")
    class second_axis(layers.Layer):
        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            self.units = units

        def build(self, input_shape):
            self.W = self.add_weight(shape=(input_shape[1], self.units))
            self.b = self.add_weight(shape=(self.units,), initializer="zeros")

        def call(self, x):
            return ops.matmul(x, self.W) + self.b

    @wrong(
        "You made the weights with trainable=False: they are counted and saved, but training "
        "leaves them as they are."
    )
    class not_trainable(layers.Layer):
        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            self.units = units

        def build(self, input_shape):
            self.W = self.add_weight(shape=(input_shape[-1], self.units), trainable=False)
            self.b = self.add_weight(shape=(self.units,), initializer="zeros", trainable=False)

        def call(self, x):
            return ops.matmul(x, self.W) + self.b

    @wrong("Your layer ends in a ReLU. Dense without an activation is asked for.")
    class with_relu(layers.Layer):
        def __init__(self, units, **kwargs):
            super().__init__(**kwargs)
            self.units = units

        def build(self, input_shape):
            self.W = self.add_weight(shape=(input_shape[-1], self.units))
            self.b = self.add_weight(shape=(self.units,), initializer="zeros")

        def call(self, x):
            return ops.relu(ops.matmul(x, self.W) + self.b)


class Reload(Value):
    name = "reload"
    title = "What survives?"
    difficulty = 2
    criteria = (
        Criterion("noted", 1, "an argument without get_config"),
        Criterion("forgotten", 1, "a get_config that leaves something out"),
        Criterion("changed", 1, "an attribute changed later"),
        Criterion("weight", 2, "a weight, from the file and from the configuration"),
    )
    entries: ClassVar = {
        "shout": "integer",
        "echo": "integer",
        "louder": "integer",
        "learner": "integer",
        "learner_config": "integer",
    }
    entry_criterion: ClassVar = {
        "shout": "noted",
        "echo": "forgotten",
        "louder": "changed",
        "learner": "weight",
        "learner_config": "weight",
    }
    revisit = "Saved, and loaded again"

    as_dict = accepted(
        "by dict()", source="dict(shout=5, echo=2, louder=5, learner=3, learner_config=1)"
    )
    as_floats = accepted(
        "as floats",
        source='{"shout": 5.0, "echo": 2.0, "louder": 5.0, "learner": 3.0, "learner_config": 1.0}',
    )
    as_numpy = accepted(
        "as NumPy's numbers",
        source='dict(zip(["shout", "echo", "louder", "learner", "learner_config"], '
        "np.array([5, 2, 5, 3, 1])))",
    )
    all_survive = wrong(
        "You think that everything survives. Which of these numbers is in the configuration, "
        "which in the weights, and which in neither?",
        source='{"shout": 5, "echo": 5, "louder": 7, "learner": 3, "learner_config": 3}',
    )
    nothing_survives = wrong(
        "You think that no argument survives without help. That was so once; read again what "
        "Keras 3 notes when a layer is made.",
        revisit="What survives?",
        source='{"shout": 2, "echo": 2, "louder": 2, "learner": 1, "learner_config": 1}',
    )
    echo_noted = wrong(
        "Look at echo again. It writes a get_config of its own, so Keras's note is not used; what "
        "is in the dictionary that it returns?",
        revisit="What survives?",
        source='{"shout": 5, "echo": 5, "louder": 5, "learner": 3, "learner_config": 1}',
    )
    shout_forgotten = wrong(
        "Look at shout and louder again. They have no get_config, and their argument is a plain "
        "number: Keras noted it.",
        revisit="What survives?",
        source='{"shout": 2, "echo": 2, "louder": 2, "learner": 3, "learner_config": 1}',
    )
    change_kept = wrong(
        "Look at louder again. Keras wrote its note when the layer was made, and nobody told it "
        "of the change.",
        revisit="What survives?",
        source='{"shout": 5, "echo": 2, "louder": 7, "learner": 3, "learner_config": 1}',
    )
    weights_in_config = wrong(
        "Look at learner again. A configuration says how a layer is made, not what it has "
        "learned: a copy from it begins with fresh weights.",
        source='{"shout": 5, "echo": 2, "louder": 5, "learner": 3, "learner_config": 3}',
    )
    file_without_weights = wrong(
        "Look at learner again. A .keras file holds the weights as well; you saw them inside it.",
        source='{"shout": 5, "echo": 2, "louder": 5, "learner": 1, "learner_config": 1}',
    )


class Quiz(Choices):
    name = "quiz"
    title = "Quiz"
    revisit = "Summary"
    questions: ClassVar = {
        "q1": (
            "Which of these can Sequential not express?",
            {
                "a": "a hundred layers",
                "b": "one output that feeds two layers",
                "c": "a layer of your own",
            },
        ),
        "q2": (
            "A loop that calls layers.Dense(8) anew for each of two inputs makes",
            {
                "a": "one layer used twice",
                "b": "two layers that start with equal weights",
                "c": "two layers with weights of their own",
            },
        ),
        "q3": (
            "The same answer for swapped inputs: the safest way is",
            {
                "a": "to show each pair in both orders while training",
                "b": "a shared branch and a comparison in which order does not count",
                "c": "one big Dense layer over both",
            },
        ),
        "q4": (
            "A softmax at the end and from_logits=True: what will you most likely notice?",
            {
                "a": "nothing but slower learning, if that",
                "b": "an error at once",
                "c": "answers that do not sum to 1",
            },
        ),
        "q5": (
            "Weights are made in call. What happens?",
            {
                "a": "all is well",
                "b": "new weights at each call, silently",
                "c": "Keras refuses: state belongs in __init__ or build",
            },
        ),
        "q6": (
            "count_params() is smaller than your count by hand. Look first for",
            {
                "a": "a layer whose output nobody uses",
                "b": "the batch size",
                "c": "the wrong backend",
            },
        ),
    }
    because: ClassVar = {
        "q1": {
            "a": "A stack may be as high as you like.",
            "c": "Any layer with one input and one output fits in a stack, yours as well.",
        },
        "q2": {
            "a": "Count the objects: the name of the class with its brackets makes a new one "
            "each time it is run.",
            "b": "Each layer draws its own random weights, and from then on they learn apart.",
        },
        "q3": {
            "a": "That makes changes of mind rarer. Rule them out by the graph's shape.",
            "c": "That is the glued network of the beginning, which changed its mind often.",
        },
        "q4": {
            "b": "Numbers are numbers: no error. That is what makes it dangerous.",
            "c": "The softmax in the network is still there; its outputs sum to 1.",
        },
        "q5": {
            "a": "`call` runs many times; weights are made once.",
            "b": "Keras locks a layer's state once it is built, so it does not go unnoticed.",
        },
        "q6": {
            "b": "The batch has no parameters.",
            "c": "The engine computes the graph; it does not change it.",
        },
    }
