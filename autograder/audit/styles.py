"""Write a right network in the other styles that students use.

A block may be a function from tensor to tensor, a model inside the model, or a layer of the
student's own; a model may be a subclass, or be made of such blocks. Each must be judged as the
function is. So the styles are made from an accepted answer, and not written by hand again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import FunctionType
from typing import Any

from autograder.build.compiler import execute
from autograder.exercise import Answer, Block, Exercise, Model
from autograder.lesson import Lesson

_AS_NESTED = """
def as_nested_model(plain):
    def block(x, *args, **kwargs):
        many = isinstance(x, (list, tuple))
        inner = [keras.Input(t.shape[1:]) for t in x] if many else keras.Input(x.shape[1:])
        return keras.Model(inner, plain(inner, *args, **kwargs))(x)

    return block
"""
_AS_LAYER = """
def as_layer(plain):
    class Own(keras.layers.Layer):
        def __init__(self, *args, **kwargs):
            super().__init__()
            self.given = args, kwargs

        def build(self, shape):
            many = isinstance(shape[0], (list, tuple))
            inner = [keras.Input(s[1:]) for s in shape] if many else keras.Input(shape[1:])
            args, kwargs = self.given
            self.inner = keras.Model(inner, plain(inner, *args, **kwargs))

        def call(self, x, training=None):
            return self.inner(x, training=training)

    return lambda x, *args, **kwargs: Own(*args, **kwargs)(x)
"""
_AS_SUBCLASS = """
def as_subclass(plain):
    class Own(keras.Model):
        def __init__(self, *args, **kwargs):
            super().__init__()
            self.inner = plain(*args, **kwargs)

        def call(self, x, training=None):
            return self.inner(x, training=training)

    return Own
"""


def styles(spec: Exercise, namespace: Mapping[str, Any], blocks: Sequence[str]) -> list[Answer]:
    """Write a right answer to an exercise on networks in other styles.

    Args:
        spec: the exercise.
        namespace: the lesson's variables, this exercise solved.
        blocks: the lesson's exercises that ask for a block.

    Returns:
        Accepted answers: for a block a nested model and a layer, for a model a subclass and a
        model over layers; none for other kinds, and where every right answer is a class.
    """
    plain = _function(spec, namespace)
    if plain is None:
        return []
    if not isinstance(spec, Model):
        made = {"nested_model": _wrapped(plain, _AS_NESTED, "as_nested_model", spec.name)}
        made["layer"] = _wrapped(plain, _AS_LAYER, "as_layer", spec.name)
    else:
        made = {"subclass": _wrapped(plain, _AS_SUBCLASS, "as_subclass", spec.name)}
        used = [b for b in blocks if b in plain and isinstance(namespace.get(b), FunctionType)]
        if used:
            over = "".join(f"{block} = as_layer({block})\n" for block in used)
            made["over_layers"] = f"import keras\n{_AS_LAYER}\n\n{over}\n{plain}"
    return [Answer(f"as {style}", True, style, None, cell) for style, cell in made.items()]


def blocks_of(lesson: Lesson) -> list[str]:
    """Return the names of a lesson's exercises that ask for a block."""
    return [s.name for s in lesson.specs if isinstance(s, Block) and not isinstance(s, Model)]


def _wrapped(plain: str, helper: str, function: str, name: str) -> str:
    return f"import keras\n{plain}\n\n{helper}\n\n{name} = {function}({name})"


def _function(spec: Exercise, namespace: Mapping[str, Any]) -> str | None:
    """Return the cell of the first right answer that is a function."""
    if not isinstance(spec, Block):
        return None
    cells = [spec.reference, *(spec.cell(a) for a in spec.answers if a.right)]
    for cell in filter(None, cells):
        own = dict(namespace)
        execute(cell, own, f"{spec.name}, in another style")
        if isinstance(own[spec.name], FunctionType):
            return cell
    return None
