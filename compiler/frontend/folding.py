"""Folds normalizations and activation functions into the layers that can take them in."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable

import numpy as np

from ..graph import Add, AveragePool, Clamp, Conv, Flatten, Input, Layer, MaxPool, SlicePad
from ..store.errors import TabfabError
from .draft import Affine, Draft


def fold(draft: Draft) -> None:
    """Simplify `draft` in one pass from its input to its output.

    Afterwards no `Affine` is left: each became part of the input, part of a convolution, or a
    1x1 depthwise convolution of its own.
    """
    draft.prune()
    for layer in draft:
        match draft[layer.name]:
            case Affine() as affine:
                _fold_affine(draft, affine)
            case Clamp() as clamp:
                _fold_clamp(draft, clamp)
            case SlicePad() as shortcut:
                _fold_slice_pad(draft, shortcut)


def _taker(draft: Draft, layer: Layer, lets_pass: Callable[[Layer], bool]) -> Layer | None:
    """The layer above `layer` that could take it in.

    It is the nearest one that does not let `layer` pass; None where anything else reads it, or
    reads a layer in between, and would notice.
    """
    reader: Layer = layer
    while True:
        source = draft[reader.inputs[0]]
        if not draft.feeds_only(source, reader):
            return None
        if not lets_pass(source):
            return source
        reader = source


# ------------------------------------------------------------------------- normalization


def _fold_affine(draft: Draft, affine: Affine) -> None:
    keeps_order = bool(affine.scale.min() >= 0)
    # x * scale + offset with scale >= 0 keeps the order of values, so a max pool lets it pass.
    taker = _taker(draft, affine, lambda layer: isinstance(layer, MaxPool) and keeps_order)
    if isinstance(taker, Conv) and not _is_clamped(taker):
        draft.replace(_scaled(taker, affine))
        draft.bypass(affine)
    elif isinstance(taker, Input) and affine.scale.min() > 0:
        draft.replace(_normalized(taker, affine))
        draft.bypass(affine)
    else:
        draft.replace(_depthwise(affine))


def _scaled(conv: Conv, affine: Affine) -> Conv:
    """`conv` followed by `affine`, in one."""
    weight = conv.weight * affine.scale[:, None, None, None]
    bias = conv.bias * affine.scale + affine.offset
    return dataclasses.replace(conv, weight=weight.astype(np.float32), bias=bias.astype(np.float32))


def _normalized(image: Input, affine: Affine) -> Input:
    """The input with ``(x - mean) / std * scale + offset`` as its normalization."""
    mean = image.mean - affine.offset * image.std / affine.scale
    std = image.std / affine.scale
    return dataclasses.replace(image, mean=mean.astype(np.float32), std=std.astype(np.float32))


def _depthwise(affine: Affine) -> Conv:
    """`affine` as a convolution that multiplies every channel by its own weight."""
    return Conv(
        name=affine.name,
        inputs=affine.inputs,
        shape=affine.shape,
        source=affine.source,
        kernel=(1, 1),
        weight=affine.scale.astype(np.float32)[:, None, None, None],
        bias=affine.offset.astype(np.float32),
        groups=affine.shape[0],
    )


# -------------------------------------------------------------------- activation function


def _fold_clamp(draft: Draft, clamp: Clamp) -> None:
    if clamp.low > clamp.high:
        raise TabfabError(
            f"layer {clamp.name!r} clamps to {clamp.low:g}..{clamp.high:g}, an empty range"
        )
    taker = _taker(draft, clamp, lambda layer: _lets_pass(layer, clamp))
    if isinstance(taker, Conv | Add | AveragePool | Clamp):
        draft.replace(
            dataclasses.replace(
                taker,
                low=min(max(taker.low, clamp.low), clamp.high),
                high=max(min(taker.high, clamp.high), clamp.low),
            )
        )
        draft.bypass(clamp)


def _lets_pass(layer: Layer, clamp: Clamp) -> bool:
    """Whether clamping before `layer` is the same as clamping after it."""
    if isinstance(layer, SlicePad):
        return layer.channels == (0, 0) or clamp.low <= 0 <= clamp.high
    return isinstance(layer, MaxPool | Flatten)


def _is_clamped(layer: Layer) -> bool:
    return layer.low != -math.inf or layer.high != math.inf


# ------------------------------------------------------------------------------ shortcut


def _fold_slice_pad(draft: Draft, layer: SlicePad) -> None:
    """Torch slices rows, slices columns and pads channels one by one: make them one layer."""
    source = draft[layer.inputs[0]]
    if not isinstance(source, SlicePad) or not draft.feeds_only(source, layer):
        return
    merged = dataclasses.replace(
        source,
        shape=layer.shape,
        step=(source.step[0] * layer.step[0], source.step[1] * layer.step[1]),
        channels=(
            source.channels[0] + layer.channels[0],
            source.channels[1] + layer.channels[1],
        ),
    )
    draft.replace(merged)
    draft.bypass(layer)
