"""Where an operator stands in the user's code, and the error that says so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import torch
from torch.fx import Node

from ..store.errors import TabfabError

_FRAME = re.compile(r'File "(?P<file>[^"]+)", line (?P<line>\d+)')
_TORCH = str(Path(torch.__file__).parent)


@dataclass(frozen=True)
class Place:
    """Where an operator comes from.

    Parameters
    ----------
    module: dotted path of the innermost module around it; empty for the outermost one.
    is_layer: whether that module is torch's own (`nn.Conv2d`), so that its path is the
        operator's name, and not a container of the user's.
    source: ``file:line`` of the user's code that runs it, or empty where torch did not note it.
    """

    module: str
    is_layer: bool
    source: str

    def __str__(self) -> str:
        module = f"module {self.module!r}" if self.module else "the network itself"
        return f"{module} ({self.source})" if self.source else module


def place_of(node: Node) -> Place:
    """Where `node` comes from, as far as torch.export noted it."""
    stack = node.meta.get("nn_module_stack") or {}
    path, kind = next(reversed(stack.values()), ("", ""))
    kind = kind if isinstance(kind, str) else f"{kind.__module__}.{kind.__qualname__}"
    # A module that is called twice appears as "path@1" the second time.
    module = re.sub(r"@\d+", "", path).removeprefix("L['self'].")
    is_layer = kind.startswith("torch.nn.modules.") and ".container." not in kind
    return Place(module, is_layer, _source(node.meta.get("stack_trace") or ""))


def _source(trace: str) -> str:
    """The innermost line of `trace` that is not torch's own."""
    frames = [(match["file"], match["line"]) for match in _FRAME.finditer(trace)]
    for file, line in reversed(frames):
        if not file.startswith(_TORCH) and not file.startswith("torch/"):
            return f"{file}:{line}"
    return ""


class UnsupportedOperatorError(TabfabError):
    """An operator that tabfab cannot turn into a layer.

    Parameters
    ----------
    operator: what was found, with the setting that is the trouble.
    place: where.
    instead: what would work.
    """

    def __init__(self, operator: str, place: Place, instead: str) -> None:
        super().__init__(f"{operator} in {place} is not supported: {instead}")
        self.operator = operator
        self.place = place
        self.instead = instead
