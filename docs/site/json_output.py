"""The page of what ``--json`` prints, made from the schemas."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tabfab.cli.schemas import schemas
from tables import table

_TOP = """# JSON of the commands

What `--json` prints, in the place of tables. A number that is none or infinite is null. The schemas
([JSON Schema](https://json-schema.org)) are `tabfab.cli.schemas.schemas()`; the tests validate what
verbs print against them.
"""


def page() -> str:
    """A section for each verb."""
    return "\n\n".join([_TOP, *(_section(*each) for each in schemas().items())]) + "\n"


def _section(verb: str, schema: dict[str, Any]) -> str:
    rows = [(f"`{name}`", kind, about) for name, kind, about in _fields(schema, "")]
    folded = json.dumps(schema, indent=1).replace("\n", "\n    ")
    return "\n\n".join([
        f"## tabfab {verb}",
        table(["field", "type", "what it is"], rows),
        f'??? note "schema"\n\n    ```json\n    {folded}\n    ```',
    ])  # fmt: skip


def _fields(schema: dict[str, Any], prefix: str) -> Iterator[tuple[str, str, str]]:
    for choice in schema.get("anyOf", ()):
        yield from _fields(choice, prefix)
    if "items" in schema:
        yield from _fields(schema["items"], f"{prefix}[]")
    for name, field in schema.get("properties", {}).items():
        place = f"{prefix}.{name}".lstrip(".")
        yield place, _kind(field), field.get("description", "")
        yield from _fields(field, place)


def _kind(field: dict[str, Any]) -> str:
    kind = field.get("type", "any" if "anyOf" not in field else "object or null")
    return " or ".join(kind) if isinstance(kind, list) else kind
