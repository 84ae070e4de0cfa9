"""What ``--json`` prints, against the schema of its verb."""

from __future__ import annotations

import functools
import json
from typing import Any

import jsonschema
from tabfab.cli.schemas import schemas


def check_json(verb: str, printed: str) -> Any:
    """What a verb printed with ``--json``, which must be as its schema says, with nothing beside.

    Raises
    ------
    jsonschema.ValidationError: it is not.
    """
    document = json.loads(printed)
    _validator(verb).validate(document)
    return document


@functools.cache
def _validator(verb: str) -> jsonschema.Draft202012Validator:
    return jsonschema.Draft202012Validator(closed(schemas()[verb]))


def closed(schema: Any) -> Any:
    """The schema without fields that it does not name, but where it says that there are some."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {name: closed(each) for name, each in schema.items()}
    return {"additionalProperties": False, **made} if "required" in schema else made
