"""Rewriting a program's or a build's directory with right checksums.

So that a change reaches what reads the contents, and not only what compares checksums.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any


def signed(document: object) -> bytes:
    """The manifest that holds `document`, whatever that is, with its own checksum if it can."""
    if isinstance(document, dict):
        document = {**document, "checksum": ""}
    text = json.dumps(document, indent=1, sort_keys=True) + "\n"
    checksum = hashlib.sha256(text.encode()).hexdigest()
    return text.replace('"checksum": ""', f'"checksum": "{checksum}"', 1).encode()


def rewrite(manifest: Path, change: Callable[[Any], object]) -> None:
    """Apply `change` to the object in the file `manifest` and store it with a right checksum."""
    document = json.loads(manifest.read_text())
    change(document)
    manifest.write_bytes(signed(document))


def rewrite_file(manifest: Path, name: str, data: bytes) -> None:
    """Replace the file `name` that `manifest` lists, and what it says of it."""
    (manifest.parent / name).write_bytes(data)
    record = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    rewrite(manifest, lambda document: document["files"].update({name: record}))
