"""Where an ONNX node stands: in the module that it was exported from, as far as it says."""

from __future__ import annotations

import ast
import dataclasses
import re
from typing import Any

from ..draft.place import Place, place_of

_SCOPES, _CLASSES, _TRACE = (
    f"pkg.torch.onnx.{name}" for name in ("name_scopes", "class_hierarchy", "stack_trace")
)
"""What torch's newer exporter notes of a node: lists as Python writes them, from outside in, the
operator last; and a stack trace."""
_LONGEST = 100
_UNFIT = re.compile(r"[^A-Za-z0-9_.\-]+")


def node_place(node: Any) -> Place:
    """The place of a ``NodeProto``."""
    notes = {entry.key: entry.value for entry in node.metadata_props}
    scopes, classes = _listed(notes.get(_SCOPES)), _listed(notes.get(_CLASSES))
    if len(scopes) >= 2 and len(classes) == len(scopes):
        place = place_of(fit_name(scopes[-2]), classes[-2], notes.get(_TRACE, ""))
    else:
        module = _module(node.name)
        place = Place(module, bool(module), "")
    name = node.name or next(iter(node.output), "")
    name = name if name.isprintable() else fit_name(name)
    return dataclasses.replace(place, node=name[:_LONGEST] or "?")


def fit_name(name: str) -> str:
    """`name` with nothing in it but letters, digits, ``_``, ``-`` and dots."""
    return _UNFIT.sub("_", name)[:_LONGEST].strip(".")


def _module(name: str) -> str:
    """The module in a node's name such as ``/layer1/layer1.0/conv1/Conv``: ``layer1.0.conv1``."""
    path: list[str] = []
    for scope in name.strip("/").split("/")[:-1]:
        # torch's older exporter writes the name of a list's item with the list's before it.
        if path and scope.startswith(f"{path[-1]}."):
            path.pop()
        path.append(scope)
    return fit_name(".".join(path))


def _listed(text: str | None) -> list[str]:
    """The texts of a list as Python writes it; none if it is something else."""
    if not text or len(text) > 10_000:
        return []
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return []
    is_list = isinstance(value, list) and all(isinstance(item, str) for item in value)
    return value if is_list else []
