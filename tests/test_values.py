"""Value trees: what travels, what is refused, and that reading never believes a claim."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from cnncourse.check.values import (
    MalformedTree,
    TreeLimits,
    decode,
    encode,
    from_json,
    to_json,
)

SMALL = TreeLimits(depth=4, nodes=20, text=400, array_bytes=64, dimensions=3, int_bits=64)

TREES = [
    None,
    True,
    -(2**1000),
    0.1,
    math.inf,
    -math.inf,
    "text with ümläuts, \u2028 and \0",
    b"\x00\xff",
    [],
    (),
    {},
    [1, (2, [3.5, None]), {"a": {"tuple": (1,)}, "array": [0], "": b""}],
    {"float": "nan", "dict": {"dict": 1}},
]
ARRAYS = [
    np.array(3.5),
    np.zeros((0, 3), "float32"),
    np.arange(24, dtype="int16").reshape(2, 3, 4)[:, ::-1, ::2],
    np.array([True, False]),
    np.array([1, 2], ">i4"),
    np.array([np.nan, np.inf, -0.0], "float16"),
    np.asfortranarray(np.arange(6.0).reshape(2, 3)),
]


@pytest.mark.parametrize("tree", TREES, ids=repr)
def test_a_tree_comes_back_as_it_was(tree):
    back = decode(*encode(tree))
    assert back == tree
    assert type(back) is type(tree)


def test_the_sign_of_zero_stays():
    assert math.copysign(1, decode(*encode(-0.0))) == -1


def test_nan_comes_back_as_nan():
    assert math.isnan(decode(*encode(math.nan)))


@pytest.mark.parametrize("array", ARRAYS, ids=lambda a: f"{a.dtype}{a.shape}")
def test_an_array_comes_back_bit_for_bit(array):
    """Shape, kind and every value stay; the copy is writable, so that changes in place show."""
    back = decode(*encode([array]))[0]
    assert back.shape == array.shape
    assert back.dtype == array.dtype.newbyteorder("=")
    assert back.tobytes() == array.astype(back.dtype).tobytes()
    assert back.flags.writeable


@pytest.mark.parametrize("scalar", [np.float32(1.5), np.int64(-3), np.bool_(True)])
def test_a_numpy_scalar_stays_one(scalar):
    back = decode(*encode(scalar))
    assert type(back) is type(scalar)
    assert back == scalar


def test_the_json_is_strict():
    """Other readers than Python's must understand it: no NaN, no Infinity."""

    def refuse(word):
        raise AssertionError(word)

    text, _ = encode([math.nan, math.inf, np.array([math.nan])])
    json.loads(text, parse_constant=refuse)


class Text(str):
    __slots__ = ()


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (object(), "type object"),
        (1j, "type complex"),
        ({1, 2}, "type set"),
        (Text("x"), "type Text"),
        ({1: 2}, "text as its keys"),
        (np.array([1j]), "type complex128"),
        (np.array([object()]), "type object"),
        (np.array(["a"]), "type <U1"),
        (np.zeros(1, [("a", "i4")]), "cannot be sent"),
        (np.datetime64("2020-01-01"), "cannot be sent"),
        (np.ma.masked_array([1], [True]), "type MaskedArray"),
        (2**64, "65 bits"),
        (np.zeros(9), "72 bytes"),
        (np.zeros((1, 1, 1, 1)), "too many axes"),
        ([[[[[1]]]]], "too deeply"),
        ([0] * 30, "too many parts"),
        ("x" * 500, "too long"),
    ],
    ids=lambda v: v if isinstance(v, str) and len(v) < 30 else type(v).__name__,
)
def test_what_cannot_travel_is_refused_with_the_reason(value, sentence):
    with pytest.raises(MalformedTree, match=sentence):
        encode(value, SMALL)


def test_a_value_that_holds_itself_is_refused():
    loop = []
    loop.append(loop)
    with pytest.raises(MalformedTree, match="too deeply"):
        encode(loop)


@pytest.mark.parametrize(
    ("text", "buffers"),
    [
        ("", []),
        ("{", []),
        ("NaN", []),
        ("Infinity", []),
        ("1e999", []),
        ("9" * 100, []),
        ("9" * 300, []),
        ("[" * 390, []),
        ("[" + "0," * 30 + "0]", []),
        ('"' + "x" * 500 + '"', []),
        ('{"unknown":1}', []),
        ('{"dict":[]}', []),
        ('{"dict":{},"dict":{}}', []),
        ('{"tuple":{}}', []),
        ('{"float":"1"}', []),
        ('{"float":[]}', []),
        ('{"bytes":0}', []),
        ('{"bytes":1}', [b"a", b"b"]),
        ('{"bytes":true}', [b"a", b"b"]),
        ('{"bytes":-1}', [b"a"]),
        ('[{"bytes":0},{"bytes":0}]', [b"a"]),
        ("1", [b"unused"]),
        ('{"bytes":0}', [b"x" * 65]),
        ('{"scalar":0,"dtype":"float32"}', [b"123"]),
        ('{"scalar":0,"dtype":"object"}', [b"12345678"]),
        ('{"scalar":0,"dtype":["i4"]}', [b"1234"]),
        ('{"array":0,"dtype":"O","shape":[1]}', [b"12345678"]),
        ('{"array":0,"dtype":"S1","shape":[1]}', [b"1"]),
        ('{"array":0,"dtype":"complex64","shape":[1]}', [b"12345678"]),
        ('{"array":0,"dtype":"uint8","shape":1}', [b"1"]),
        ('{"array":0,"dtype":"uint8","shape":[-1]}', [b"1"]),
        ('{"array":0,"dtype":"uint8","shape":[true]}', [b"1"]),
        ('{"array":0,"dtype":"uint8","shape":[1.0]}', [b"1"]),
        ('{"array":0,"dtype":"uint8","shape":[1,1,1,1]}', [b"1"]),
        ('{"array":0,"dtype":"uint8","shape":[1000000000000000]}', [b"1"]),
        ('{"array":0,"dtype":"uint8","shape":[2]}', [b"1"]),
        ('{"array":0,"dtype":"uint8","shape":[1],"more":1}', [b"1"]),
    ],
    ids=lambda v: v[:45] if isinstance(v, str) else str(len(v)),
)
def test_a_message_that_is_no_tree_is_refused(text, buffers):
    with pytest.raises(MalformedTree, match=r"^A message .*\.$"):
        decode(text, buffers, SMALL)


def test_deep_json_is_refused_even_where_only_the_parser_can_tell():
    with pytest.raises(MalformedTree, match="too deeply"):
        decode("[" * 10**6, [])


def test_a_byte_other_than_zero_and_one_is_true():
    """NumPy misbehaves on a boolean array that holds a 2."""
    back = decode('{"array":0,"dtype":"bool","shape":[3]}', [bytes([0, 1, 2])])
    assert back.view("uint8").tolist() == [0, 1, 1]


def test_lone_surrogates_are_replaced():
    """JSON can spell them, but no report could be written with one inside."""
    assert decode('{"dict":{"\\ud800":"\\ud800"}}', []) == {"?": "?"}


def test_a_key_file_comes_back():
    tree = {"x": np.arange(3, dtype="float32"), "note": ("ü", math.nan)}
    back = from_json(to_json(tree))
    np.testing.assert_array_equal(back["x"], tree["x"])
    assert back["note"][0] == "ü"


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"tree":1}', '{"tree":1,"buffers":["!"]}', '{"tree":1,"buffers":"x"}']
)
def test_a_broken_key_file_is_refused(text):
    with pytest.raises(MalformedTree):
        from_json(text)
