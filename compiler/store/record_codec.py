"""Dataclasses as JSON values and named arrays, and back.

Driven by the type hints of their fields, so that a field added to one is saved and loaded
without a change here. What is read is checked against the same hints: a value of another type,
dtype, length or name is refused with its place. Nothing here imports torch.
"""

from __future__ import annotations

import dataclasses
import math
import operator
import re
import types
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import NDArray

from ..program.activation import ActivationType, ProgramError
from .errors import shown

Arrays = dict[str, NDArray[Any]]
"""Arrays by name, ``record/field`` or ``record/field/field``."""

MAX_INTEGER = (1 << 53) - 1
"""What every reader of JSON holds exactly."""

_NOT_FINITE = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}  # JSON has no word for them

_RecordT = TypeVar("_RecordT")


def encode_record(record: object, where: str, arrays: Arrays) -> dict[str, object]:
    """JSON value of the dataclass instance `record`; its arrays are added to `arrays`.

    Parameters
    ----------
    record: any dataclass whose fields are numbers, strings, arrays, activation types, tuples,
        dictionaries, other such dataclasses, or unions of those that have a `kind`.
    where: what to begin the arrays' names with.
    arrays: gets an entry for each array.

    Raises
    ------
    ProgramError: a field's value is not what its type hint says.
    """
    return {
        field.name: _encode(hint, getattr(record, field.name), f"{where}/{field.name}", arrays)
        for field, hint in _fields(type(record))
    }


def decode_record(record: type[_RecordT], value: object, where: str, arrays: Arrays) -> _RecordT:
    """The instance that `encode_record` made `value` from.

    Parameters
    ----------
    record: its dataclass.
    value: a JSON value of any kind.
    where: what to call it in errors.
    arrays: the arrays that it takes leave these.

    Raises
    ------
    ProgramError: `value` is no such record.
    Whatever the dataclass itself raises for values that contradict each other.
    """
    _expect(isinstance(value, dict), value, "a JSON object", where)
    assert isinstance(value, dict)
    fields = _fields(record)
    unknown = sorted(set(value) - {field.name for field, _ in fields})
    if unknown:
        raise ProgramError(f"{where} has an unknown field {shown(unknown[0])}")
    given = {}
    for field, hint in fields:
        if field.name in value:
            place = f"{where}, {field.name}"
            given[field.name] = _decode(hint, value[field.name], place, arrays)
        elif _is_required(field):  # later formats add fields with defaults
            raise ProgramError(f"{where} has no field {field.name!r}")
    return record(**given)


def decode_tagged(choices: dict[str, type], value: object, where: str, arrays: Arrays) -> Any:
    """An instance of the dataclass that the object's ``kind`` names; see `decode_record`."""
    _expect(isinstance(value, dict), value, "a JSON object", where)
    assert isinstance(value, dict)
    kind = value.get("kind")
    if not isinstance(kind, str) or kind not in choices:
        raise ProgramError(
            f"{where} has kind {shown(kind)}, which is none of {', '.join(sorted(choices))}"
        )
    rest = {key: item for key, item in value.items() if key != "kind"}
    return decode_record(choices[kind], rest, where, arrays)


def _fields(record: type) -> list[tuple[dataclasses.Field[Any], Any]]:
    """Fields of a dataclass, each with its type hint."""
    hints = get_type_hints(record)
    return [(field, hints[field.name]) for field in dataclasses.fields(record)]


def _is_required(field: dataclasses.Field[Any]) -> bool:
    return field.default is field.default_factory is dataclasses.MISSING


def _present(hint: Any) -> Any:
    """The type that an optional field has where it is given."""
    (present,) = (choice for choice in get_args(hint) if choice is not types.NoneType)
    return present


def _dtype(hint: Any) -> np.dtype[Any]:
    """Dtype of an ``NDArray[...]`` hint."""
    return np.dtype(get_args(get_args(hint)[1])[0])


def _element_hints(hint: Any, count: int) -> tuple[Any, ...]:
    """Hint of each of a tuple's `count` elements."""
    arguments = get_args(hint)
    return arguments[:1] * count if arguments[-1] is ... else arguments


# ------------------------------------------------------------------------------ encoding


def _encode(hint: Any, value: Any, where: str, arrays: Arrays) -> object:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is np.ndarray:
        return _encode_array(_dtype(hint), value, where, arrays)
    if types.NoneType in arguments:
        return None if value is None else _encode(_present(hint), value, where, arrays)
    if origin is types.UnionType:
        return {"kind": value.kind, **encode_record(value, where, arrays)}
    if origin is tuple:
        hints = _element_hints(hint, len(value))
        return [_encode(h, v, where, arrays) for h, v in zip(hints, value, strict=True)]
    if origin is dict:
        return {
            key: _encode(arguments[1], item, f"{where}/{key}", arrays)
            for key, item in value.items()
        }
    if hint is ActivationType:
        return str(value)
    if dataclasses.is_dataclass(hint):
        return encode_record(value, where, arrays)
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


# ------------------------------------------------------------------------------ decoding


def _decode(hint: Any, value: Any, where: str, arrays: Arrays) -> Any:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is np.ndarray:
        return _decode_array(_dtype(hint), value, where, arrays)
    if types.NoneType in arguments:
        return None if value is None else _decode(_present(hint), value, where, arrays)
    if origin is types.UnionType:
        return decode_tagged({choice.kind: choice for choice in arguments}, value, where, arrays)
    if origin is tuple:
        _expect(isinstance(value, list), value, "a list", where)
        hints = _element_hints(hint, len(value))
        _expect(len(value) == len(hints), value, f"a list of {len(hints)} values", where)
        return tuple(_decode(h, v, where, arrays) for h, v in zip(hints, value, strict=True))
    if origin is dict:
        _expect(isinstance(value, dict), value, "a JSON object", where)
        return {
            key: _decode(arguments[1], item, f"{where} of {shown(key)}", arrays)
            for key, item in value.items()
        }
    if origin is Literal:
        return _expect(value in arguments, value, f"one of {', '.join(arguments)}", where)
    if hint is ActivationType:
        return _decode_activation_type(value, where)
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return decode_record(hint, value, where, arrays)
    return _decode_scalar(hint, value, where)


def _decode_scalar(hint: Any, value: Any, where: str) -> Any:
    if hint is float:
        if isinstance(value, str) and value in _NOT_FINITE:
            return _NOT_FINITE[value]
        _expect(type(value) in (int, float), value, "a number", where)
        try:
            return float(value)
        except OverflowError:  # an integer of hundreds of digits
            raise ProgramError(f"{where} must be a number, not one of that size") from None
    if hint is int:
        _expect(type(value) is int, value, "an integer", where)
        return _expect(abs(value) <= MAX_INTEGER, value, "an integer of 53 bits", where)
    return _expect(type(value) is hint, value, f"of type {hint.__name__}", where)


def _expect(condition: bool, value: Any, wanted: str, where: str) -> Any:
    if not condition:
        raise ProgramError(f"{where} must be {wanted}, not {shown(value)}")
    return value


def _decode_activation_type(value: Any, where: str) -> ActivationType:
    match = re.fullmatch(r"(u?)int([0-9]{1,2})", value) if isinstance(value, str) else None
    if match is None:
        raise ProgramError(f"{where} must be a type such as 'uint8', not {shown(value)}")
    return ActivationType(int(match[2]), signed=not match[1])


def _decode_array(dtype: np.dtype[Any], value: Any, where: str, arrays: Arrays) -> NDArray[Any]:
    name = value.get("tensor") if isinstance(value, dict) else None
    if not isinstance(name, str) or name not in arrays:
        raise ProgramError(f"{where} refers to the tensor {shown(name)}, which is not there")
    array = arrays.pop(name)
    # Earlier formats may have had narrower integers.
    if not np.can_cast(array.dtype, dtype, "safe") or value.get("dtype") != str(array.dtype):
        raise ProgramError(f"{where} has dtype {array.dtype} instead of {dtype}")
    if list(array.shape) != value.get("shape"):
        shape = shown(value.get("shape"))
        raise ProgramError(f"{where} has shape {list(array.shape)} instead of {shape}")
    return array.astype(dtype, copy=False)
