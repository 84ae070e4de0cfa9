"""The nodes of a Program as JSON values and named arrays, and back.

Driven by the type hints of the dataclasses in `tabfab.compiler.program`, so that a node or field
added there is saved and loaded without a change here. What is read is checked against the same
hints: a value of another type, dtype, length or name is refused with its place.
"""

from __future__ import annotations

import dataclasses
import math
import operator
import re
import types
from typing import Any, Literal, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import NDArray

from .program import NODE_KINDS, ActivationType, Node, ProgramError

Arrays = dict[str, NDArray[Any]]
"""Arrays by name, ``node/field`` or ``node/field/field``."""

MAX_INTEGER = (1 << 31) - 1
MAX_ELEMENTS = 1 << 28
"""Elements of one tensor of one image: more is a mistake, not a network."""

_NOT_FINITE = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}  # JSON has no word for them


def encode_node(node: Node, arrays: Arrays) -> dict[str, object]:
    """JSON value of `node`; its arrays are added to `arrays`.

    Raises
    ------
    ProgramError: a field's value is not what its type hint says.
    """
    return {"kind": node.kind, **_encode_fields(type(node), node, node.name, arrays)}


def decode_node(value: object, arrays: Arrays) -> Node:
    """The node that `encode_node` made `value` from; the arrays that it takes leave `arrays`.

    Raises
    ------
    ProgramError: `value` is not a node, or contradicts itself.
    """
    name = value.get("name") if isinstance(value, dict) else None
    where = f"node {name!r}" if isinstance(name, str) else "a node without a name"
    node: Node = _decode_tagged(NODE_KINDS, value, where, arrays)
    elements = math.prod(node.shape)
    if elements > MAX_ELEMENTS:
        raise ProgramError(f"{where} has {elements} elements, more than {MAX_ELEMENTS}")
    return node


def _fields(record: type) -> list[tuple[dataclasses.Field[Any], Any]]:
    """Fields of a dataclass, each with its type hint."""
    hints = get_type_hints(record)
    return [(field, hints[field.name]) for field in dataclasses.fields(record)]


# ------------------------------------------------------------------------------ encoding


def _encode_fields(record: type, value: object, where: str, arrays: Arrays) -> dict[str, object]:
    return {
        field.name: _encode(hint, getattr(value, field.name), f"{where}/{field.name}", arrays)
        for field, hint in _fields(record)
    }


def _encode(hint: Any, value: Any, where: str, arrays: Arrays) -> object:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is np.ndarray:
        return _encode_array(_dtype(hint), value, where, arrays)
    if types.NoneType in arguments:
        return None if value is None else _encode(_present(hint), value, where, arrays)
    if origin is types.UnionType:
        return {"kind": value.kind, **_encode_fields(type(value), value, where, arrays)}
    if origin is tuple:
        hints = arguments[:1] * len(value) if arguments[-1] is ... else arguments
        return [_encode(h, v, where, arrays) for h, v in zip(hints, value, strict=True)]
    if hint is ActivationType:
        return str(value)
    if hint is float:
        return float(value) if math.isfinite(value) else str(float(value))
    if hint is int:
        return operator.index(value)  # a NumPy integer too
    return value


def _encode_array(dtype: np.dtype[Any], value: Any, name: str, arrays: Arrays) -> object:
    if value.dtype != dtype:
        raise ProgramError(f"{name} has dtype {value.dtype} instead of {dtype}")
    if name in arrays:
        raise ProgramError(f"two arrays are named {name!r}; rename one of their nodes")
    arrays[name] = value
    return {"tensor": name, "dtype": str(dtype), "shape": list(value.shape)}


def _present(hint: Any) -> Any:
    """The type that an optional field has where it is given."""
    (present,) = (choice for choice in get_args(hint) if choice is not types.NoneType)
    return present


def _dtype(hint: Any) -> np.dtype[Any]:
    """Dtype of an ``NDArray[...]`` hint."""
    return np.dtype(get_args(get_args(hint)[1])[0])


# ------------------------------------------------------------------------------ decoding


def _decode_tagged(choices: dict[str, type], value: object, where: str, arrays: Arrays) -> Any:
    """An instance of the class that the object's ``kind`` names."""
    if not isinstance(value, dict):
        raise ProgramError(f"{where} must be a JSON object")
    kind = value.get("kind")
    if not isinstance(kind, str) or kind not in choices:
        raise ProgramError(
            f"{where} has kind {kind!r}, which is none of {', '.join(sorted(choices))}"
        )
    rest = {key: item for key, item in value.items() if key != "kind"}
    return _decode_fields(choices[kind], rest, where, arrays)


def _decode_fields(record: type, value: object, where: str, arrays: Arrays) -> Any:
    if not isinstance(value, dict):
        raise ProgramError(f"{where} must be a JSON object")
    fields = _fields(record)
    unknown = sorted(set(value) - {field.name for field, _ in fields})
    if unknown:
        raise ProgramError(f"{where} has an unknown field {unknown[0]!r}")
    given = {}
    for field, hint in fields:
        if field.name in value:
            place = f"{where}, {field.name}"
            given[field.name] = _decode(hint, value[field.name], place, arrays)
        elif field.default is dataclasses.MISSING:  # later formats add fields with defaults
            raise ProgramError(f"{where} has no field {field.name!r}")
    return record(**given)


def _decode(hint: Any, value: Any, where: str, arrays: Arrays) -> Any:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is np.ndarray:
        return _decode_array(_dtype(hint), value, where, arrays)
    if types.NoneType in arguments:
        return None if value is None else _decode(_present(hint), value, where, arrays)
    if origin is types.UnionType:
        return _decode_tagged({choice.kind: choice for choice in arguments}, value, where, arrays)
    if origin is tuple:
        return _decode_tuple(arguments, value, where, arrays)
    if origin is Literal:
        return _expect(value in arguments, value, f"one of {', '.join(arguments)}", where)
    if hint is ActivationType:
        return _decode_activation_type(value, where)
    if hint is float:
        if isinstance(value, str) and value in _NOT_FINITE:
            return _NOT_FINITE[value]
        return float(_expect(type(value) in (int, float), value, "a number", where))
    if hint is int:
        _expect(type(value) is int, value, "an integer", where)
        return _expect(abs(value) <= MAX_INTEGER, value, "a 32-bit integer", where)
    return _expect(type(value) is hint, value, f"of type {hint.__name__}", where)


def _expect(condition: bool, value: Any, wanted: str, where: str) -> Any:
    if not condition:
        shown = repr(value)
        shown = shown if len(shown) <= 60 else shown[:57] + "..."
        raise ProgramError(f"{where} must be {wanted}, not {shown}")
    return value


def _decode_tuple(arguments: tuple[Any, ...], value: Any, where: str, arrays: Arrays) -> Any:
    _expect(isinstance(value, list), value, "a list", where)
    hints = arguments[:1] * len(value) if arguments[-1] is ... else arguments
    _expect(len(value) == len(hints), value, f"{len(hints)} values", where)
    return tuple(_decode(h, v, where, arrays) for h, v in zip(hints, value, strict=True))


def _decode_activation_type(value: Any, where: str) -> ActivationType:
    match = re.fullmatch(r"(u?)int([0-9]{1,2})", value) if isinstance(value, str) else None
    if match is None:
        raise ProgramError(f"{where} must be a type such as 'uint8', not {value!r}")
    return ActivationType(int(match[2]), signed=not match[1])


def _decode_array(dtype: np.dtype[Any], value: Any, where: str, arrays: Arrays) -> NDArray[Any]:
    name = value.get("tensor") if isinstance(value, dict) else None
    if not isinstance(name, str) or name not in arrays:
        raise ProgramError(f"{where} refers to the tensor {name!r}, which is not there")
    array = arrays.pop(name)
    if array.dtype != dtype or value.get("dtype") != str(dtype):
        raise ProgramError(f"{where} has dtype {array.dtype} instead of {dtype}")
    if list(array.shape) != value.get("shape"):
        raise ProgramError(f"{where} has shape {array.shape} instead of {value.get('shape')}")
    return array
