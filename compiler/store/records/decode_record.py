"""From JSON values and named arrays to records (`record_rules` says what a record is).

What is read is checked against the type hints of the records' fields: a value of another type,
dtype, length or name is refused with its place.
"""

from __future__ import annotations

import dataclasses
import math
import types
from collections.abc import Mapping
from typing import Any, Literal, TypeVar, get_args, get_origin

import numpy as np
from numpy.typing import NDArray

from ..errors import shown
from .record_rules import (
    MAX_INTEGER,
    PLAIN,
    Arrays,
    RecordRules,
    array_dtype,
    element_hints,
    present,
    record_fields,
)

_NOT_FINITE = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}  # JSON has no word for them

_RecordT = TypeVar("_RecordT")


def decode_record(
    record: type[_RecordT], value: object, where: str, arrays: Arrays, rules: RecordRules = PLAIN
) -> _RecordT:
    """The instance that `encode_record` made `value` from.

    Parameters
    ----------
    record: its dataclass.
    value: a JSON value of any kind.
    where: what to call it in errors.
    arrays: the arrays that it takes leave these.
    rules: of the file that it comes from.

    Raises
    ------
    rules.error: `value` is no such record.
    Whatever the dataclass itself raises for values that contradict each other.
    """
    return _Decoder(arrays, rules).record(record, value, where)


def decode_tagged(
    choices: Mapping[str, type],
    value: object,
    where: str,
    arrays: Arrays,
    rules: RecordRules = PLAIN,
) -> Any:
    """An instance of the dataclass that the object's ``kind`` names; see `decode_record`."""
    return _Decoder(arrays, rules).tagged(choices, value, where)


def _is_required(field: dataclasses.Field[Any]) -> bool:
    return field.default is field.default_factory is dataclasses.MISSING


@dataclasses.dataclass(frozen=True)
class _Decoder:
    arrays: Arrays
    rules: RecordRules

    def record(self, record: type[_RecordT], value: object, where: str) -> _RecordT:
        self._expect(isinstance(value, dict), value, "a JSON object", where)
        assert isinstance(value, dict)
        fields = record_fields(record)
        unknown = sorted(set(value) - {field.name for field, _ in fields})
        if unknown:
            raise self.rules.error(f"{where} has an unknown field {shown(unknown[0])}")
        given = {}
        for field, hint in fields:
            if field.name in value:
                given[field.name] = self.value(hint, value[field.name], f"{where}, {field.name}")
            elif _is_required(field):  # later formats add fields with defaults
                raise self.rules.error(f"{where} has no field {field.name!r}")
        return record(**given)

    def tagged(self, choices: Mapping[str, type], value: object, where: str) -> Any:
        self._expect(isinstance(value, dict), value, "a JSON object", where)
        assert isinstance(value, dict)
        kind = value.get("kind")
        if not isinstance(kind, str) or kind not in choices:
            raise self.rules.error(
                f"{where} has kind {shown(kind)}, which is none of {', '.join(sorted(choices))}"
            )
        rest = {key: item for key, item in value.items() if key != "kind"}
        return self.record(choices[kind], rest, where)

    def value(self, hint: Any, value: Any, where: str) -> Any:
        origin, arguments = get_origin(hint), get_args(hint)
        if origin is np.ndarray:
            return self._array(array_dtype(hint), value, where)
        if types.NoneType in arguments:
            return None if value is None else self.value(present(hint), value, where)
        if origin is types.UnionType:
            return self.tagged({choice.kind: choice for choice in arguments}, value, where)
        if origin is tuple:
            self._expect(isinstance(value, list), value, "a list", where)
            hints = element_hints(hint, len(value))
            self._expect(len(value) == len(hints), value, f"a list of {len(hints)} values", where)
            return tuple(self.value(h, v, where) for h, v in zip(hints, value, strict=True))
        if origin in (dict, Mapping):
            self._expect(isinstance(value, dict), value, "a JSON object", where)
            return {
                key: self.value(arguments[1], item, f"{where} of {shown(key)}")
                for key, item in value.items()
            }
        if origin is Literal:
            return self._expect(value in arguments, value, f"one of {', '.join(arguments)}", where)
        if hint in self.rules.scalars:
            return self.rules.scalars[hint].decode(value, where)
        if isinstance(hint, type) and dataclasses.is_dataclass(hint):
            return self.record(hint, value, where)
        return self._scalar(hint, value, where)

    def _scalar(self, hint: Any, value: Any, where: str) -> Any:
        if hint is float:
            if isinstance(value, str) and value in _NOT_FINITE:
                return _NOT_FINITE[value]
            self._expect(type(value) in (int, float), value, "a number", where)
            try:
                return float(value)
            except OverflowError:  # an integer of hundreds of digits
                raise self.rules.error(f"{where} must be a number, not one of that size") from None
        if hint is int:
            self._expect(type(value) is int, value, "an integer", where)
            return self._expect(abs(value) <= MAX_INTEGER, value, "an integer of 53 bits", where)
        return self._expect(type(value) is hint, value, f"of type {hint.__name__}", where)

    def _array(self, dtype: np.dtype[Any], value: Any, where: str) -> NDArray[Any]:
        name = value.get("tensor") if isinstance(value, dict) else None
        if not isinstance(name, str) or name not in self.arrays:
            raise self.rules.error(
                f"{where} refers to the tensor {shown(name)}, which is not there"
            )
        array = self.arrays.pop(name)
        # Earlier formats may have had narrower integers.
        if not np.can_cast(array.dtype, dtype, "safe") or value.get("dtype") != str(array.dtype):
            raise self.rules.error(f"{where} has dtype {array.dtype} instead of {dtype}")
        if list(array.shape) != value.get("shape"):
            shape = shown(value.get("shape"))
            raise self.rules.error(f"{where} has shape {list(array.shape)} instead of {shape}")
        return array.astype(dtype, copy=False)

    def _expect(self, condition: bool, value: Any, wanted: str, where: str) -> Any:
        if not condition:
            raise self.rules.error(f"{where} must be {wanted}, not {shown(value)}")
        return value
