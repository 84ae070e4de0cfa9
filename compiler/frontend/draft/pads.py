"""Padding and cropping that stand by themselves, taken in by windows beside them."""

from __future__ import annotations

import dataclasses

from ...graph import AveragePool, Clamp, Conv, Layer, MaxPool, Pad, SlicePad
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


def fold_cut(draft: Draft, layer: SlicePad) -> None:
    """Let a convolution not compute what `layer` cuts off, as far as it was padded for it.

    That is what a causal convolution is, written as one that is padded at both ends.
    """
    source = draft[layer.inputs[0]]
    if not isinstance(source, Conv) or not draft.feeds_only(source, layer):
        return
    if layer.step != (1, 1) or layer.channels != (0, 0):
        return
    edges = [
        (edge[0] - cut[0] * stride, edge[1] - cut[1] * stride)
        for edge, cut, stride in zip(source.edges, layer.cut, source.stride, strict=True)
    ]
    if min(map(min, edges)) < 0:
        return
    draft.replace(
        dataclasses.replace(
            source,
            shape=layer.shape,
            padding=(edges[0][0], edges[1][0]),
            overhang=(edges[0][1] - edges[0][0], edges[1][1] - edges[1][0]),
        )
    )
    draft.bypass(layer)
