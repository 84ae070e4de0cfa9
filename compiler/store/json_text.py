"""JSON text that every reader of JSON takes."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence


def json_text(value: object, indent: int = 2) -> str:
    """`value` as indented JSON, in ASCII.

    JSON has no word for a number that is none or infinite, which Python's `json` would write as
    ``NaN`` and ``Infinity``: there is null in its place.

    Parameters
    ----------
    value: of what JSON can hold, and tuples.
    indent: spaces of a level.
    """
    return json.dumps(_finite(value), indent=indent, allow_nan=False)


def _finite(value: object) -> object:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {name: _finite(each) for name, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_finite(each) for each in value]
    return value
