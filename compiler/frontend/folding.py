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
    """Simplify `draft` from its input to its output.

    Afterwards no `Affine` is left: each became part of the input, part of a convolution, or a
    1x1 depthwise convolution of its own.
    """
    draft.prune()
    for layer in draft:
        if isinstance(layer, Affine):
            _join(draft, layer)
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


def _join(draft: Draft, affine: Affine) -> None:
    """Make one of an affine and the one that it alone reads."""
    source = draft[affine.inputs[0]]
    if isinstance(source, Affine) and draft.feeds_only(source, affine):
        scale, offset = source.scale * affine.scale, source.offset * affine.scale + affine.offset
        joined = dataclasses.replace(affine, inputs=source.inputs, scale=scale, offset=offset)
        draft.replace(joined)
        draft.drop(source)


def _fold_affine(draft: Draft, affine: Affine) -> None:
    keeps_order = bool(affine.scale.min() >= 0)
    # x * scale + offset with scale >= 0 keeps the order of values, so a max pool lets it pass.
    taker = _taker(draft, affine, lambda layer: isinstance(layer, MaxPool) and keeps_order)
    if isinstance(taker, Conv) and not _is_clamped(taker):
        draft.replace(_scaled(taker, affine))
        draft.bypass(affine)
    elif isinstance(taker, Input) and affine.scale.min() > 0:
        normalized = _normalized(taker, affine)
        padding = None if _has_zero(normalized) else _padding_reader(draft, affine)
        if padding is None:
            draft.replace(normalized)
            draft.bypass(affine)
        else:
            draft.replace(_depthwise(affine))
            draft.notes.append(_kept_note(normalized, affine, padding))
    else:
        draft.replace(_depthwise(affine))


def _scaled(conv: Conv, affine: Affine) -> Conv:
    """`conv` followed by `affine`, in one."""
    weight = conv.weight * affine.scale[:, None, None, None]
    bias = conv.bias * affine.scale + affine.offset
    return dataclasses.replace(conv, weight=weight.astype(np.float32), bias=bias.astype(np.float32))


def _has_zero(image: Input) -> bool:
    """Whether a pixel stands for zero behind the normalization, as padding needs it."""
    zeros = np.rint(255.0 * image.mean)
    return bool((zeros >= 0).all() and (zeros <= 255).all())


def _padding_reader(draft: Draft, layer: Layer) -> Layer | None:
    """A layer that pads what `layer` gives with zeros, or what others only pass on of it."""
    for reader in draft:
        if layer.name not in reader.inputs:
            continue
        pads = isinstance(reader, Conv | AveragePool) and reader.padding != (0, 0)
        if pads or (isinstance(reader, SlicePad) and reader.channels != (0, 0)):
            return reader
        if isinstance(reader, Affine | MaxPool | Flatten | Clamp | SlicePad):
            further = None if isinstance(reader, Affine) else _padding_reader(draft, reader)
            if further is not None:
                return further
    return None


def _kept_note(normalized: Input, affine: Affine, padding: Layer) -> str:
    """Why a normalization of the image is a layer of its own, and what to do about it."""
    zeros = 255.0 * normalized.mean
    worst = zeros[np.abs(zeros - 127.5).argmax()]
    return (
        f"the normalization of the image {affine.name!r} stays a layer of its own, the first in "
        f"the mask, because {padding.name!r} pads with zeros and a pixel would have to be "
        f"{worst:.0f} to stand for one; keep it exact, or use a convolution without padding"
    )


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
