"""Padding that stands by itself, taken in by the windows that read it."""

from __future__ import annotations

import dataclasses

from ...graph import AveragePool, Clamp, Conv, Layer, MaxPool, Pad
from ...program import Edges
from .draft import Draft


def fold_pads(draft: Draft) -> None:
    """Make every `Pad` whose readers can all pad by themselves part of them.

    Convolutions and average pools pad with zeros; max pools with what never wins, which is the
    same where nothing is below zero.
    """
    for pad in draft:
        if not isinstance(pad, Pad) or draft.output == pad.name:
            continue
        source = draft[pad.inputs[0]]
        readers = [layer for layer in draft if pad.name in layer.inputs]
        if all(_takes(reader, source) for reader in readers):
            for reader in readers:
                assert isinstance(reader, Conv | AveragePool | MaxPool)
                draft.replace(_padded(reader, pad.border))
            draft.bypass(pad)


def _takes(reader: Layer, source: Layer) -> bool:
    if isinstance(reader, MaxPool):
        return isinstance(source, Clamp) and source.low >= 0
    return isinstance(reader, Conv | AveragePool)


def _padded(reader: Conv | AveragePool | MaxPool, border: Edges) -> Conv | AveragePool | MaxPool:
    """`reader` with a border around what it reads."""
    (above, below), (left, right) = border
    before, more = reader.padding, reader.overhang
    return dataclasses.replace(
        reader,
        padding=(before[0] + above, before[1] + left),
        overhang=(more[0] + below - above, more[1] + right - left),
    )
