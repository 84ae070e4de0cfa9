"""Records: dataclasses that are written as JSON values and named arrays.

`encode_record` and `decode_record` are driven by the type hints of a record's fields, so that a
field added to one is saved and loaded without a change there. A field may be a number, a string, an
array, a tuple, a dictionary with strings as keys, another record, a union of records that have a
`kind`, anything of these or None, or of a type that the caller's `RecordRules` know.
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, get_args, get_type_hints

import numpy as np
from numpy.typing import NDArray

from ..errors import TabfabError

Arrays = dict[str, NDArray[Any]]
"""Arrays by name, ``record/field`` or ``record/field/field``."""

MAX_INTEGER = (1 << 53) - 1
"""What every reader of JSON holds exactly."""


@dataclass(frozen=True)
class Scalar:
    """How the values of one type are written as one JSON value.

    Parameters
    ----------
    encode: from such a value to a JSON value.
    decode: from a JSON value of any kind, and what to call it in errors, back to it; raises where
        there is no such value.
    """

    encode: Callable[[Any], object]
    decode: Callable[[object, str], Any]


@dataclass(frozen=True)
class RecordRules:
    """What one kind of file adds.

    Parameters
    ----------
    error: is raised for a record that cannot be written or read.
    scalars: further types that fields may have.
    """

    error: type[TabfabError] = TabfabError
    scalars: Mapping[type, Scalar] = field(default_factory=dict)


PLAIN = RecordRules()


def record_fields(record: type) -> list[tuple[dataclasses.Field[Any], Any]]:
    """Fields of a dataclass that its instances are made of, each with its type hint."""
    hints = get_type_hints(record)
    return [(each, hints[each.name]) for each in dataclasses.fields(record) if each.init]


def present(hint: Any) -> Any:
    """The type that an optional field has where it is given."""
    (given,) = (choice for choice in get_args(hint) if choice is not types.NoneType)
    return given


def array_dtype(hint: Any) -> np.dtype[Any]:
    """Dtype of an ``NDArray[...]`` hint."""
    return np.dtype(get_args(get_args(hint)[1])[0])


def element_hints(hint: Any, count: int) -> tuple[Any, ...]:
    """Hint of each of a tuple's `count` elements."""
    arguments = get_args(hint)
    return arguments[:1] * count if arguments[-1] is ... else arguments
