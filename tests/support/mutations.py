"""Damaging valid files in every way, for tests that nothing but a clear error comes of it."""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Iterator
from typing import Any

from hypothesis import strategies as st
from tabfab.compiler.store.errors import TabfabError

Path = tuple[Any, ...]
"""Keys and indices that lead to a value of a JSON document."""


def refused(load: Callable[[], object]) -> str | None:
    """Call `load`: the one line with which it refuses, or None where it loads.

    Any exception but `TabfabError` comes out of here, as does a message of several lines or one
    that cannot be printed.
    """
    try:
        load()
    except TabfabError as error:
        message = str(error)
        assert message
        assert message.isprintable()
        assert len(message) < 1000
        message.encode()
        return message
    return None


# --------------------------------------------------------------------------------- bytes


@st.composite
def damaged_bytes(draw: st.DrawFn, data: bytes) -> bytes:
    """`data` cut off, with changed bits, or with bytes put in, taken out or overwritten."""
    place = draw(st.integers(0, len(data)))
    count = draw(st.sampled_from([1, 2, 4, 8, 100]))
    match draw(st.sampled_from(["cut", "flip", "insert", "remove", "overwrite", "repeat"])):
        case "cut":
            return data[:place]
        case "flip" if place < len(data):
            bit = 1 << draw(st.integers(0, 7))
            return data[:place] + bytes([data[place] ^ bit]) + data[place + 1 :]
        case "insert":
            return data[:place] + draw(st.binary(min_size=1, max_size=count)) + data[place:]
        case "remove":
            return data[:place] + data[place + count :]
        case "overwrite":
            fill = draw(st.sampled_from([b"\xff", b"\x00", b"\x7f", b"\x80"]))
            return data[:place] + fill * count + data[place + count :]
    return data + data[:place]


# ---------------------------------------------------------------------------------- JSON


def _nested(depth: int) -> object:
    value: object = []
    for _ in range(depth):
        value = [value]
    return value


HOSTILE: list[object] = [
    None, True, False, 0, -1, 1, 2, 3, 7, 255, 256, 2**15, 2**31 - 1, 2**31, -(2**31), 2**40, 2**63,
    -(2**63) - 1, 10**30, 10**400, 0.0, 1.0, 0.5, -0.0, 1e308, math.nan, math.inf, -math.inf,
    "", "1", "image", "-1", "nan", "inf", "a\nb", "\x1b[31m", "\x00", "\ud800", "é", "x" * 5000,
    "../../etc/passwd", "/etc/passwd", "uint8", "int99", "kind", [], {}, [[]], [{}], {"": {}},
    [1, 2], ["1", "2"], [True, True], [2**40, 2**40], [1.0, 1.0], [0] * 1000, _nested(50),
    {"kind": "input"}, {"tensor": "image/zero", "dtype": "int16", "shape": [3]},
]  # fmt: skip
"""Values that no reader expects, and some that it expects elsewhere."""


def paths(value: object, here: Path = ()) -> Iterator[Path]:
    """The way to every value inside `value`, and to itself."""
    yield here
    if isinstance(value, dict):
        for key in value:
            yield from paths(value[key], (*here, key))
    elif isinstance(value, list):
        for index in range(len(value)):
            yield from paths(value[index], (*here, index))


def at(document: Any, path: Path) -> Any:
    """The value to which `path` leads."""
    for key in path:
        document = document[key]
    return document


@st.composite
def damaged_json(draw: st.DrawFn, document: object, damages: int = 3) -> Any:
    """`document` with values replaced, removed, added, doubled or exchanged."""
    document = copy.deepcopy(document)
    for _ in range(draw(st.integers(1, damages))):
        places = list(paths(document))[1:]
        if not places:
            break
        path = draw(st.sampled_from(places))
        parent, key = at(document, path[:-1]), path[-1]
        match draw(st.sampled_from(["replace", "replace", "number", "remove", "add", "exchange"])):
            case "replace":
                parent[key] = copy.deepcopy(draw(st.sampled_from(HOSTILE)))
            case "number" if type(parent[key]) in (int, float):
                parent[key] += draw(st.sampled_from([-1, 1, 7, 1000, 2**31]))
            case "remove":
                del parent[key]
            case "add" if isinstance(parent, list):
                parent.insert(key, copy.deepcopy(draw(st.sampled_from([*HOSTILE, parent[key]]))))
            case "add":
                parent[draw(st.sampled_from(["", "name", "kind", "surprise", "\ud800"]))] = 1
            case _:
                parent[key] = copy.deepcopy(at(document, draw(st.sampled_from(places))))
    return document
