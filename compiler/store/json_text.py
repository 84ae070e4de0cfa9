"""JSON text that every reader of JSON takes, and JSON files of any origin."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .errors import TabfabError, reason

_MAX_BYTES = 64 << 20
"""Size of a file: more is a mistake."""


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


def read_json(path: Path, advice: str) -> Any:
    """The value of a JSON file.

    Parameters
    ----------
    path: of the file.
    advice: what to do where it is damaged, for the end of the sentence.

    Raises
    ------
    TabfabError: it cannot be read, or is no JSON.
    """
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise TabfabError(f"{path} is larger than {_MAX_BYTES} bytes; {advice}")
        return json.loads(path.read_bytes().decode())
    except OSError as error:
        raise TabfabError(f"{path} cannot be read ({error.strerror}); {advice}") from error
    except (ValueError, RecursionError) as error:
        raise TabfabError(f"{path} is truncated or damaged ({reason(error)}); {advice}") from error


def _finite(value: object) -> object:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {name: _finite(each) for name, each in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_finite(each) for each in value]
    return value
