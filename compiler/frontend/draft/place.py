"""Where an operator stands in the user's code, and the error that says so."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import torch

from ...store.errors import TabfabError

_FRAME = re.compile(r'File "(?P<file>[^"]+)", line (?P<line>\d+)')
_TORCH = str(Path(torch.__file__).parent)
_REPEATED = re.compile(r"@\d+")
_LONGEST = 200
"""Characters of a file's path: a longer one helps nobody to find the line."""


@dataclass(frozen=True)
class Place:
    """Where an operator comes from.

    Parameters
    ----------
    module: dotted path of the innermost module around it; empty for the outermost one.
    is_layer: whether that module is torch's own (`nn.Conv2d`), so that its path is the
        operator's name, and not a container of the user's.
    source: ``file:line`` of the user's code that runs it, or empty where torch did not note it.
    node: its name in an ONNX model; empty where it comes from torch.
    """

    module: str
    is_layer: bool
    source: str
    node: str = ""

    def __str__(self) -> str:
        if self.node:
            return f"node {self.node!r} ({self.source})" if self.source else f"node {self.node!r}"
        module = f"module {self.module!r}" if self.module else "the network itself"
        return f"{module} ({self.source})" if self.source else module


def place_of(path: str, kind: str, trace: str) -> Place:
    """The place that torch.export noted.

    Parameters
    ----------
    path: of the innermost module around the operator, as torch writes it.
    kind: full name of that module's class.
    trace: stack trace of the user's code.
    """
    # A module that is called twice appears as "path@1" the second time.
    module = _REPEATED.sub("", path).removeprefix("L['self'].")
    is_layer = kind.startswith("torch.nn.modules.") and ".container." not in kind
    return Place(module, is_layer, _source(trace))


def _source(trace: str) -> str:
    """The innermost line of `trace` that is not torch's own."""
    frames = [(match["file"], match["line"]) for match in _FRAME.finditer(trace)]
    for file, line in reversed(frames):
        if not file.startswith(_TORCH) and not file.startswith("torch/"):
            source = f"{file}:{line}"
            return source if source.isprintable() and len(source) <= _LONGEST else ""
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
