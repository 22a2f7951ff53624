"""The student's side of a check: run the student's object as a request asks, report what it did.

The same code runs in the student's notebook and inside the sandbox. It holds no expected
answer, so nothing is lost when hostile code rewrites it: it can only change what it reports.
"""

from __future__ import annotations

import contextlib
import copy
import inspect
import linecache
import random
import traceback
import warnings
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from typing import Any

import numpy as np

from cnncourse.check import fixed_weights, model_size
from cnncourse.check.reply import MISSING, NO_DICTIONARY, tidy
from cnncourse.check.run_time_rule import RunTimeRule
from cnncourse.runtime import seed_draws, seed_everything

Tree = Any
_UNTOUCHED = "untouched"
_A_CLASS = "object of your class {!r}, where a function is asked for"
# Models built for a verdict, so that several questions can be put to one: the newest few.
_BUILT: dict[int, Any] = {}
_HANDLES = count(1)
_KEPT = 2
# Images that a model names at once.
_CHUNK = 256
# What is added to one kernel to see whether it has a slope: far above float32's rounding, and so
# small that few units change sides.
_NUDGE = 0.01
# How often a network is built again that does not move.
_REBUILT = 4


def perform(namespace: Mapping[str, Any], request: Mapping[str, Any]) -> dict[str, Tree]:
    """Do what a request asks with the student's object.

    Args:
        namespace: the notebook's variables.
        request: ``op`` names the action; ``name`` the student's object; ``forbid`` holds the
            names that it must not call meanwhile.

    Returns:
        ``{"absent": why}`` where there is no answer, ``{"refused": what}`` where it called what is
        forbidden, ``{"error": …}`` where the student's code raised, and otherwise what the action
        returns.

    Example:
        >>> perform({"f": lambda x: x + 1}, {"op": "call", "name": "f", "args": [1], "kwargs": {}})
        {'value': 2, 'mutated': []}
        >>> perform({}, {"op": "read", "name": "f"})
        {'absent': 'undefined'}
    """
    action = _ACTIONS[request["op"]]
    if "name" not in request:
        return _guarded(action, None, request)
    if request["name"] not in namespace:
        return {"absent": "undefined"}
    subject = namespace[request["name"]]
    if subject is Ellipsis:
        return {"absent": _UNTOUCHED}
    if not request.get("forbid"):
        return _guarded(action, subject, request)
    with RunTimeRule(request["forbid"], asking=(_put.__code__,)) as rule:
        reply = _guarded(action, subject, request)
    return {"refused": rule.broken} if rule.broken else reply


def _put(subject: Any, *args: Any, **kwargs: Any) -> Any:
    """Call the student's object; a rule takes what it calls first for the student's call."""
    return subject(*args, **kwargs)


def _guarded(action: Callable, subject: Any, request: Mapping[str, Any]) -> dict[str, Tree]:
    try:
        # A warning costs no points, even where the notebook turns warnings into errors.
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return action(subject, request)
    except KeyboardInterrupt:
        raise  # the student pressed stop
    except BaseException as error:
        return {"error": _report_error(error)}


def _call(subject: Any, request: Mapping[str, Any]) -> dict[str, Tree]:
    if not callable(subject):
        return {"value": _opaque(f"{type(subject).__name__}, not a function"), "mutated": []}
    args, kwargs = _arguments(request)
    value = _called(subject, args, kwargs)
    return {"value": value, "mutated": _changed(request, args, kwargs)}


def _changed(request: Mapping[str, Any], args: list, kwargs: dict) -> list[Any]:
    """Return the places and names of the arguments that are no longer what was asked with."""
    before, named = _arguments(request)
    asked = {**dict(enumerate(before)), **named}
    given = {**dict(enumerate(args)), **kwargs}
    return [k for k in given if not _same(given[k], asked[k])]


def _called(subject: Any, args: list, kwargs: dict) -> Tree:
    """Return what calling gives; an object of the student's own class is no result, but named."""
    if isinstance(subject, type) and not _takes(subject, args, kwargs):
        return _opaque(_A_CLASS.format(subject.__name__))
    value = _put(subject, *args, **kwargs)
    tree = to_tree(value)
    made = isinstance(subject, type) and isinstance(value, subject)
    if made and isinstance(tree, dict) and "__opaque__" in tree:
        return _opaque(_A_CLASS.format(subject.__name__))
    return tree


def _takes(subject: type, args: list, kwargs: dict) -> bool:
    try:
        inspect.signature(subject).bind(*args, **kwargs)
    except TypeError:
        return False
    except ValueError:  # a class that does not say what it takes
        pass
    return True


def _repeat(subject: Any, request: Mapping[str, Any]) -> dict[str, Tree]:
    if not callable(subject):
        return {"value": _opaque(f"{type(subject).__name__}, not a function")}
    outputs: list[np.ndarray] = []
    mutated: list[Any] = []
    start = request.get("start", 0)
    for i in range(start, start + request["times"]):
        (seed_everything if i == start else seed_draws)(request["seed"] + i)
        args, kwargs = _arguments(request, offset=i)
        value = _called(subject, args, kwargs)
        if i == start:
            mutated = _changed(request, args, kwargs)
        if not isinstance(value, (bool, int, float, np.ndarray)):
            return {"value": value}
        outputs.append(np.asarray(value))
        if outputs[-1].shape != outputs[0].shape:
            return {"value": _opaque("thing whose shape changes from call to call")}
    return {"value": to_tree(np.stack(outputs)), "mutated": mutated}


def _read(subject: Any, request: Mapping[str, Any]) -> dict[str, Tree]:
    entry = request.get("entry")
    if entry is None:
        return {"value": to_tree(subject)}
    if not isinstance(subject, Mapping):
        return {"value": _opaque(f"{type(subject).__name__}{NO_DICTIONARY}")}
    if entry not in subject:
        return {"value": _opaque(MISSING)}
    value = subject[entry]
    return {"absent": _UNTOUCHED} if value is Ellipsis else {"value": to_tree(value)}


def _build(subject: Any, request: Mapping[str, Any]) -> dict[str, Tree]:
    from cnncourse.anatomy import shapes_only

    with shapes_only() if request.get("symbolic", False) else contextlib.nullcontext():
        model = _construct(subject, request)
    return {
        "report": inspect_model(model),
        "handle": _keep(model),
        "config": model_size.described(model),
    }


def _rebuild(_: Any, request: Mapping[str, Any]) -> dict[str, Tree]:
    import keras

    from cnncourse.anatomy import shapes_only

    with shapes_only():
        model = keras.models.model_from_json(request["config"])
    return {"report": inspect_model(model), "handle": 0, "config": None}


def _construct(subject: Any, request: Mapping[str, Any]) -> Any:
    import keras

    args, kwargs = _arguments(request)
    inputs = [keras.Input(tuple(shape)) for shape in request["input_shapes"]]
    x = inputs[0] if len(inputs) == 1 else inputs
    if request["style"] == "block":
        return _network(inputs, _block_output(subject, x, args, kwargs))
    model = subject if isinstance(subject, keras.Model) else _put(subject, *args, **kwargs)
    if not isinstance(model, keras.Model):
        raise TypeError(f"a keras.Model is expected here, but this is {_kind(model)}")
    if getattr(model, "inputs", None):
        return model
    output = model(x)  # a model that has not seen an input yet has no weights
    return model if getattr(model, "inputs", None) else _network(inputs, output)


def _block_output(subject: Any, x: Any, args: list, kwargs: dict) -> Any:
    import keras

    if isinstance(subject, keras.layers.Layer):
        return _put(subject, x)
    if isinstance(subject, type):
        return _put(_put(subject, *args, **kwargs), x)
    return _put(subject, x, *args, **kwargs)


def _network(inputs: list, output: Any) -> Any:
    import keras

    tensors = list(output.values()) if isinstance(output, dict) else _as_list(output)
    strangers = [t for t in tensors if not isinstance(t, keras.KerasTensor)]
    if strangers or not tensors:
        found = _kind(strangers[0]) if strangers else "an empty list"
        hint = " (is a return missing?)" if output is None else ""
        raise TypeError(f"a tensor is expected from this, but it gave {found}{hint}")
    return keras.Model(inputs, output)


def inspect_model(model: Any) -> dict[str, Tree]:
    """Describe a built model: its weights, shapes and counts.

    Args:
        model: a built `keras.Model`.

    Returns:
        ``weights`` (role, shape, trainable, layer), ``total`` and ``trainable`` parameters,
        ``outputs`` (shapes without the batch axis) and ``stages`` (the layers' output shapes in
        order, without the input's, repetitions left out).
    """
    trainable = {id(w) for w in model.trainable_weights}
    weights = [
        {
            "role": w.name,
            "shape": list(w.shape),
            "trainable": id(w) in trainable,
            "layer": w.path.rpartition("/")[0],
        }
        for w in model.weights
    ]
    sizes = [int(np.prod(w["shape"])) for w in weights]
    return {
        "weights": weights,
        "total": sum(sizes),
        "trainable": sum(n for n, w in zip(sizes, weights, strict=True) if w["trainable"]),
        "outputs": [_shape(t) for t in _as_list(getattr(model, "outputs", None) or [])],
        "stages": _stages(model),
    }


def _stages(model: Any) -> list[list[int]]:
    import keras

    shapes: list[list[int]] = []
    for layer in model.layers:
        if isinstance(layer, keras.layers.InputLayer):
            continue  # a Sequential lists none
        if isinstance(layer, keras.Model):
            shapes += _stages(layer)
            continue
        # A layer that was never called, or several times, has no one output.
        with contextlib.suppress(AttributeError, ValueError):
            shapes += [_shape(t) for t in _as_list(layer.output)]
    return [s for i, s in enumerate(shapes) if not i or s != shapes[i - 1]]


def _ready(subject: Any, request: Mapping[str, Any]) -> tuple[Any, Any]:
    """Return the network that a request means, and the inputs to run it with."""
    import keras

    handle = request["handle"]
    if handle not in _BUILT:  # built too long ago, or in a process that is gone
        _keep(_construct(subject, request), handle)
    inputs = [keras.ops.convert_to_tensor(x) for x in request["inputs"]]
    return _BUILT[handle], inputs[0] if len(inputs) == 1 else inputs


def _run(subject: Any, request: Mapping[str, Any]) -> dict[str, Tree]:
    import keras

    model, x = _ready(subject, request)
    before = [keras.ops.convert_to_numpy(w) for w in model.weights]
    try:
        for weight, slot in zip(model.weights, request["weights"], strict=True):
            values = fixed_weights.weight(slot["role"], tuple(slot["shape"]), slot["seed"])
            weight.assign(values.reshape(weight.shape))
        return {"value": to_tree(model(x, training=request["training"]))}
    finally:  # it may be the student's own model, trained for an hour
        for weight, values in zip(model.weights, before, strict=True):
            weight.assign(values)


def _fresh(subject: Any, request: Mapping[str, Any]) -> dict[str, Tree]:
    """Return a network's outputs as it was built, and whether a nudge to one kernel moves them.

    A nudge tells on every backend whether there is a slope: no weight but the one is touched. At a
    corner, as that of ReLU at 0, both directions may move the outputs; frameworks take the slope
    there for 0, and what bends more than it leans is a corner. A few units of ReLU may all be dead
    by chance, so that a network which cannot learn is built anew before that is believed.
    """
    import keras

    built, x = _ready(subject, request)
    anew = _anew(subject, request)
    model = next(anew, built)
    first = keras.ops.convert_to_numpy(model(x, training=False))
    learns = _moves(model, x) or any(_moves(again, x) for again in anew)
    return {"value": {"outputs": to_tree(first), "learns": learns}}


def _anew(subject: Any, request: Mapping[str, Any]) -> Iterator[Any]:
    """Yield the network built again and again, where it can be, each time from a known seed.

    Keras draws the seeds of its initializers from Python's numbers, which go on as they were.
    """
    with contextlib.suppress(Exception):
        for seed in range(1 + _REBUILT):
            state = random.getstate()
            random.seed(seed)
            try:
                model = _construct(subject, request)
            finally:
                random.setstate(state)
            yield model


def _moves(model: Any, x: Any) -> bool:
    """Return whether a nudge to some kernel of a network moves its outputs."""
    import keras

    def outputs() -> Any:
        return keras.ops.convert_to_numpy(model(x, training=False))

    first = outputs()
    for weight in (w for w in model.trainable_weights if len(w.shape) > 1):
        before = keras.ops.convert_to_numpy(weight)
        try:
            moved = []
            for step in (_NUDGE, -_NUDGE):
                weight.assign(before + np.float32(step))
                moved.append(outputs() - first)
            leans, bends = (np.abs(sign * moved[1] + moved[0]).sum() for sign in (-1, 1))
            if leans > 2 * bends:
                return True
        finally:
            weight.assign(before)
    return False


def _predict(subject: Any, request: Mapping[str, Any]) -> dict[str, Tree]:
    import keras

    inputs = request["inputs"].astype("float32") * np.float32(request["scale"])
    if isinstance(subject, keras.Model):  # its own `predict` would trace anew for every model
        parts = np.array_split(inputs, range(_CHUNK, len(inputs), _CHUNK))
        scores = [keras.ops.convert_to_numpy(subject(part, training=False)) for part in parts]
        return {"value": to_tree(np.concatenate(scores))}
    if not callable(subject):
        raise TypeError(f"a trained keras.Model is expected here, but this is {_kind(subject)}")
    return {"value": to_tree(_put(subject, inputs))}


def _export(subject: Any, request: Mapping[str, Any]) -> dict[str, Tree]:
    return model_size.parts_of(subject)


def _measure(subject: Any, request: Mapping[str, Any]) -> dict[str, Tree]:
    """Return scores and size of a network built anew: the student's, or one that came as data."""
    parts = request if subject is None else _export(subject, request)
    model = model_size.model_from_parts(parts["config"], parts["weights"])
    return {**_predict(model, request), **model_size.size_of(model, parts["config"])}


_ACTIONS: dict[str, Callable[[Any, Mapping[str, Any]], dict[str, Tree]]] = {
    "call": _call,
    "repeat": _repeat,
    "read": _read,
    "build": _build,
    "rebuild": _rebuild,
    "run": _run,
    "fresh": _fresh,
    "predict": _predict,
    "export": _export,
    "measure": _measure,
}


def to_tree(value: Any) -> Tree:
    """Turn what student code returned into plain values and NumPy arrays.

    Tensors of any backend become arrays, and single numbers of NumPy plain ones. What is neither
    number, text nor a container of them is only named, and so is what is too large to send.

    Example:
        >>> to_tree((np.float32(1.5), [True, None]))
        (1.5, [True, None])
        >>> to_tree({1, 2})
        {'__opaque__': 'set'}
    """
    return tidy(_plain(value))


def _plain(value: Any) -> Tree:
    if value is None or type(value) in (bool, int, float, str) or isinstance(value, np.generic):
        return value
    if isinstance(value, np.ma.MaskedArray) and np.ma.is_masked(value):
        return _opaque("masked array")
    if isinstance(value, np.ndarray):
        return np.asarray(value)
    if isinstance(value, (tuple, list)):
        return list(map(_plain, value)) if type(value) is list else tuple(map(_plain, value))
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if hasattr(value, "__array__") or hasattr(value, "numpy"):
        return _array(value)
    return _opaque(type(value).__name__)


def _array(value: Any) -> Tree:
    """Return a tensor as an array; a symbolic one, or one whose conversion fails, by its name."""
    try:
        return np.asarray(value)
    except Exception:
        import keras

    try:
        return keras.ops.convert_to_numpy(value)
    except Exception:
        return _opaque(type(value).__name__)


def _opaque(words: str) -> Tree:
    return {"__opaque__": words}


def _arguments(request: Mapping[str, Any], offset: int = 0) -> tuple[list, dict]:
    """Return fresh arguments for a call, with random generators where they are asked for."""

    def fresh(value: Any) -> Any:
        if isinstance(value, dict) and "__rng__" in value:
            return np.random.default_rng(value["__rng__"] + offset)
        return copy.deepcopy(value)

    args = [fresh(a) for a in request.get("args", ())]
    return args, {k: fresh(v) for k, v in request.get("kwargs", {}).items()}


def _same(a: Any, b: Any) -> bool:
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        return a.shape == b.shape and a.dtype == b.dtype and a.tobytes() == b.tobytes()
    if isinstance(a, (list, tuple)) and type(a) is type(b):
        return len(a) == len(b) and all(map(_same, a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(_same(a[k], b[k]) for k in a)
    if isinstance(a, np.random.Generator):
        return True  # drawing from it is what it is for
    return a is b or (type(a) is type(b) and a == b)  # nan is itself, and equal to nothing


def _keep(model: Any, handle: int | None = None) -> int:
    handle = next(_HANDLES) if handle is None else handle
    _BUILT[handle] = model
    for old in list(_BUILT)[:-_KEPT]:
        del _BUILT[old]
    return handle


def _kind(value: Any) -> str:
    return "None" if value is None else f"a {type(value).__name__}"


def _shape(tensor: Any) -> list[int]:
    return [-1 if n is None else int(n) for n in tensor.shape[1:]]


def _as_list(value: Any) -> list:
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _report_error(error: BaseException) -> dict[str, Tree]:
    """Return an exception as data: type, text, and the last line of the student's own code."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if is_cell(f.filename)]
    last = frames[-1] if frames else None
    try:
        text = str(error)
    except Exception:
        text = "(its message could not be read)"
    return {
        "type": type(error).__name__,
        "message": text[:2000],
        "line": last.lineno if last else None,
        "code": linecache.getline(last.filename, last.lineno or 0).strip() if last else None,
    }


def is_cell(filename: str) -> bool:
    """Return whether a code object's file name is that of a notebook cell.

    Example:
        >>> is_cell("<ipython-input-3-0a1b>"), is_cell("/usr/lib/python3/json/decoder.py")
        (True, False)
    """
    return filename.startswith(("<ipython-input", "<cell")) or "ipykernel_" in filename
