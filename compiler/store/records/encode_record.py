"""From records to JSON values and named arrays (`record_rules` says what a record is)."""

from __future__ import annotations

import dataclasses
import math
import operator
import types
from collections.abc import Mapping
from typing import Any, get_args, get_origin

import numpy as np

from .record_rules import (
    PLAIN,
    Arrays,
    RecordRules,
    array_dtype,
    element_hints,
    present,
    record_fields,
)


def encode_record(
    record: object, where: str, arrays: Arrays, rules: RecordRules = PLAIN
) -> dict[str, object]:
    """JSON value of the dataclass instance `record`; its arrays are added to `arrays`.

    Parameters
    ----------
    record: any dataclass whose fields are as `record_rules` says.
    where: what to begin the arrays' names with.
    arrays: gets an entry for each array.
    rules: of the file that it goes to.

    Raises
    ------
    rules.error: a field's value is not what its type hint says.
    """
    return _Encoder(arrays, rules).record(record, where)


@dataclasses.dataclass(frozen=True)
class _Encoder:
    arrays: Arrays
    rules: RecordRules

    def record(self, record: object, where: str) -> dict[str, object]:
        return {
            field.name: self.value(hint, getattr(record, field.name), f"{where}/{field.name}")
            for field, hint in record_fields(type(record))
        }

    def value(self, hint: Any, value: Any, where: str) -> object:
        origin, arguments = get_origin(hint), get_args(hint)
        if origin is np.ndarray:
            return self._array(array_dtype(hint), value, where)
        if types.NoneType in arguments:
            return None if value is None else self.value(present(hint), value, where)
        if origin is types.UnionType:
            return {"kind": value.kind, **self.record(value, where)}
        if origin is tuple:
            hints = element_hints(hint, len(value))
            return [self.value(h, v, where) for h, v in zip(hints, value, strict=True)]
        if origin in (dict, Mapping):
            return {
                key: self.value(arguments[1], item, f"{where}/{key}") for key, item in value.items()
            }
        if hint in self.rules.scalars:
            return self.rules.scalars[hint].encode(value)
        if dataclasses.is_dataclass(hint):
            return self.record(value, where)
        if hint is float:
            return float(value) if math.isfinite(value) else str(float(value))
        if hint is int:
            return operator.index(value)  # a NumPy integer too
        return value

    def _array(self, dtype: np.dtype[Any], value: Any, name: str) -> object:
        if value.dtype != dtype:
            raise self.rules.error(f"{name} has dtype {value.dtype} instead of {dtype}")
        if name in self.arrays:
            raise self.rules.error(f"two arrays are named {name!r}; rename one of their nodes")
        self.arrays[name] = value
        return {"tensor": name, "dtype": str(dtype), "shape": list(value.shape)}
