"""Folds normalizations and activation functions into the layers that can take them in."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ..graph import (
    Activation,
    Add,
    AveragePool,
    ChannelSelect,
    Clamp,
    Concat,
    Conv,
    DepthToSpace,
    Flatten,
    Input,
    Interpolate,
    Layer,
    MaxPool,
    Multiply,
    Outputs,
    SlicePad,
    Upsample,
)
from ..program import NO_EDGES, Edges
from ..scales.grids import rounding
from ..scales.operators.catalog import operator_of
from ..scales.operators.fields import window_fields
from ..store.errors import TabfabError
from .draft.draft import Affine, Draft
from .draft.pads import fold_cut, fold_pads

_CLAMPING = (Conv, Add, Multiply, AveragePool, Clamp, Activation, Concat)
"""Layers that take in a clamp behind them."""
_MOST_TABLES = 64
"""Channels of an activation function that may have a table each."""


def fold(draft: Draft) -> None:
    """Simplify `draft` from its input to its output.

    Afterwards no `Affine` is left: each became part of the input, of a convolution or of an
    activation function, or a 1x1 depthwise convolution of its own.
    """
    draft.prune()
    fold_pads(draft)
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
                if not _fold_slice_pad(draft, shortcut):
                    fold_cut(draft, shortcut)
            case ChannelSelect() as choice:
                _fold_channel_select(draft, choice)
            case Outputs() as outputs:
                _name_heads(draft, outputs)


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


def _lift(draft: Draft, affine: Affine) -> Affine:
    """`affine`, before what only moves values instead of behind it."""
    source = draft[affine.inputs[0]]
    while isinstance(source, Upsample | Interpolate | DepthToSpace) and draft.feeds_only(
        source, affine
    ):
        repeats = math.prod(source.block) if isinstance(source, DepthToSpace) else 1
        above = draft[source.inputs[0]]
        lifted = dataclasses.replace(
            affine, inputs=source.inputs, shape=above.shape,
            scale=np.tile(affine.scale, repeats), offset=np.tile(affine.offset, repeats),
        )  # fmt: skip
        draft.swap(source, lifted)
        affine, source = lifted, above
    return affine


def _fold_affine(draft: Draft, affine: Affine) -> None:
    affine = _lift(draft, affine)
    keeps_order = bool(affine.scale.min() >= 0)
    # x * scale + offset with scale >= 0 keeps the order of values, so a max pool lets it pass.
    taker = _taker(draft, affine, lambda layer: isinstance(layer, MaxPool) and keeps_order)
    clamp = _clamp_behind(taker, affine) if isinstance(taker, Conv) else None
    if isinstance(taker, Conv) and clamp is not None:
        draft.replace(dataclasses.replace(_scaled(taker, affine), low=clamp[0], high=clamp[1]))
        draft.bypass(affine)
    elif isinstance(taker, Activation) and _takes_after(taker, affine):
        draft.replace(_followed(taker, affine))
        draft.bypass(affine)
    elif isinstance(taker, Input) and affine.scale.min() > 0:
        normalized = _normalized(taker, affine)
        hindrance = _hindrance(draft, normalized, affine)
        if hindrance is None:
            draft.replace(normalized)
            draft.bypass(affine)
        elif _fold_into_reader(draft, affine):
            pass
        else:
            draft.replace(_depthwise(affine))
            draft.notes.append(_kept_note(normalized, affine, hindrance))
    elif isinstance(taker, AveragePool) and _is_sum(draft, taker, affine):
        draft.replace(_summed(taker, affine))
        draft.bypass(affine)
    elif not _fold_into_reader(draft, affine):
        draft.replace(_depthwise(affine))


def _is_sum(draft: Draft, pool: AveragePool, affine: Affine) -> bool:
    """Whether an average is made a sum of again and quantized as such, before it is rounded."""
    readers = [layer for layer in draft if affine.name in layer.inputs]
    return (
        all(isinstance(reader, Clamp) and reader.grid > 0 for reader in readers)
        and bool(readers)
        and draft.output != affine.name
        and not (_is_clamped(pool) or pool.grid)
        and pool.uncounted == NO_EDGES
    )


def _summed(pool: AveragePool, affine: Affine) -> Conv:
    """`pool` followed by `affine`, in one: a convolution of every channel by itself."""
    weight = affine.scale[:, None, None, None] / math.prod(pool.kernel)
    return Conv(
        name=pool.name,
        inputs=pool.inputs,
        shape=pool.shape,
        source=pool.source,
        **window_fields(pool),
        weight=np.broadcast_to(weight, (len(weight), 1, *pool.kernel)).astype(np.float32),
        bias=affine.offset.astype(np.float32),
        groups=len(weight),
    )


def _clamp_behind(conv: Conv, affine: Affine) -> tuple[float, float] | None:
    """The clamp of a convolution that has taken `affine` in; None where there is none.

    Of ``clamp(x) * scale + offset`` it is the ends of the clamp, scaled likewise, if these are the
    same for all channels. What is rounded to a grid stays on it.
    """
    if not _is_clamped(conv):
        return conv.low, conv.high
    if conv.grid or not (affine.scale > 0).all():
        return None
    ends = []
    for end in (conv.low, conv.high):
        each = end * affine.scale + affine.offset
        if not (each == each[0]).all():
            return None
        ends.append(float(each[0]))
    return ends[0], ends[1]


def _takes_after(function: Activation, affine: Affine) -> bool:
    """Whether an activation function can take in what is done to its result."""
    return not _is_clamped(function) and _may_be_tables(affine)


def _may_be_tables(affine: Affine) -> bool:
    """Whether there may be a table for each factor and offset."""
    return affine.shape[0] <= _MOST_TABLES or _shared(affine).shape[1] == 1


def _shared(affine: Affine) -> NDArray[np.float64]:
    """(2, 1 or channels) factor and offset; one for all channels where they have the same."""
    both = np.stack([affine.scale, affine.offset])
    return both[:, :1] if (both == both[:, :1]).all() else both


def _followed(function: Activation, affine: Affine) -> Activation:
    """`function` followed by `affine`, in one."""
    scale, offset = _shared(affine)
    after = np.stack([function.after[0] * scale, function.after[1] * scale + offset])
    return dataclasses.replace(function, after=after)


def _fold_into_reader(draft: Draft, affine: Affine) -> bool:
    """Make `affine` part of what reads it: an activation function, or convolutions."""
    readers = [layer for layer in draft if affine.name in layer.inputs]
    if draft.output == affine.name or not readers:
        return False
    if _fold_into_convolutions(draft, affine, affine):
        draft.bypass(affine)
        return True
    if len(readers) == 1 and isinstance(readers[0], Flatten):
        return _fold_through_flatten(draft, affine, readers[0])
    if len(readers) != 1 or not _may_be_tables(affine):
        return False
    (function,) = readers
    if not isinstance(function, Activation):
        return False
    scale, offset = _shared(affine)
    before = np.stack(
        [function.before[0] * scale, function.before[0] * offset + function.before[1]]
    )
    draft.replace(dataclasses.replace(function, before=before))
    draft.bypass(affine)
    return True


def _fold_into_convolutions(draft: Draft, affine: Affine, layer: Layer) -> bool:
    """Make `affine` part of the convolutions that read `layer`; False if others read it too."""
    readers = [reader for reader in draft if layer.name in reader.inputs]
    takes = all(_multiplies(reader, affine) for reader in readers)
    if not takes or not readers or draft.output == layer.name:
        return False
    for reader in readers:
        assert isinstance(reader, Conv)
        draft.replace(_preceded(reader, affine))
    return True


def _multiplies(reader: Layer, affine: Affine) -> bool:
    """Whether a layer can take in what is done to all that it reads."""
    return isinstance(reader, Conv) and (not reader.is_padded or not affine.offset.any())


def _preceded(conv: Conv, affine: Affine) -> Conv:
    """`affine` followed by `conv`, in one."""
    outputs, inputs = conv.weight.shape[:2]
    by_group = (conv.groups, 1, inputs)
    scale, offset = (
        np.broadcast_to(
            numbers.reshape(by_group), (conv.groups, outputs // conv.groups, inputs)
        ).reshape(outputs, inputs, 1, 1)
        for numbers in (affine.scale, affine.offset)
    )
    bias = conv.bias + (conv.weight * offset).sum(axis=(1, 2, 3))
    return dataclasses.replace(
        conv, weight=(conv.weight * scale).astype(np.float32), bias=bias.astype(np.float32)
    )


def _fold_through_flatten(draft: Draft, affine: Affine, flatten: Flatten) -> bool:
    """Make `affine` part of the linear layers behind `flatten`, which alone reads it."""
    pixels = affine.shape[1] * affine.shape[2]
    behind = dataclasses.replace(
        affine,
        shape=flatten.shape,
        scale=np.tile(affine.scale, pixels),
        offset=np.tile(affine.offset, pixels),
    )
    if not _fold_into_convolutions(draft, behind, flatten):
        return False
    draft.bypass(affine)
    return True


def _scaled(conv: Conv, affine: Affine) -> Conv:
    """`conv` followed by `affine`, in one."""
    weight = conv.weight * affine.scale[:, None, None, None]
    bias = conv.bias * affine.scale + affine.offset
    return dataclasses.replace(conv, weight=weight.astype(np.float32), bias=bias.astype(np.float32))


def _hindrance(draft: Draft, image: Input, layer: Layer, is_image: bool = True) -> Layer | None:
    """A layer that could not read the image with its normalization.

    Parameters
    ----------
    draft: the network.
    image: with the normalization.
    layer: whose readers are looked at.
    is_image: whether that is the image itself, not what a pool gives of it.
    """
    has_zero = is_image and bool((_zeros(image) >= -0.5).all() and (_zeros(image) < 255.5).all())
    is_uniform = bool((image.mean == 0).all() and (image.std == image.std[0]).all())
    for reader in draft:
        if layer.name not in reader.inputs or isinstance(reader, Affine):
            continue
        if isinstance(reader, Conv):
            if reader.is_padded and not has_zero and bool((image.mean != 0).any()):
                return reader
            continue
        operator = operator_of(reader)
        if not is_uniform and not operator.takes_normalized_image(reader):
            return reader
        if operator.keeps_integers:
            further = _hindrance(draft, image, reader, is_image=False)
            if further is not None:
                return further
    return None


def _zeros(image: Input) -> NDArray[np.float64]:
    """The pixels that stand for zero behind a normalization."""
    return 255.0 * image.mean.astype(np.float64)


def _kept_note(image: Input, affine: Affine, hindrance: Layer) -> str:
    """Why a normalization of the image is a layer of its own, and what to do about it."""
    if isinstance(hindrance, Conv):
        zeros = _zeros(image)
        worst = zeros[np.abs(zeros - 127.5).argmax()]
        why = (
            f"{hindrance.name!r} pads with zeros, and a pixel of {worst:.0f} would have to stand "
            "for one"
        )
    else:
        why = f"{hindrance.name!r} reads it, and only a convolution can take a normalization in"
    return (
        f"the normalization of the image, {affine.name!r}, stays a layer of its own, which the "
        f"mask counts, because {why}; best keep it exact"
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
    if isinstance(taker, _CLAMPING) and _keeps_grid(taker, clamp):
        draft.replace(
            dataclasses.replace(
                taker,
                low=min(max(taker.low, clamp.low), clamp.high),
                high=max(min(taker.high, clamp.high), clamp.low),
                grid=taker.grid or clamp.grid,
            )
        )
        draft.bypass(clamp)
    elif isinstance(taker, Concat) and clamp.grid:
        _round_each(draft, taker, clamp)
    elif clamp.grid:
        ends = (clamp.low, clamp.high)
        draft.replace(rounding(clamp.name, clamp.inputs, clamp, ends, clamp.grid))


def _round_each(draft: Draft, concat: Concat, clamp: Clamp) -> None:
    """Round what a concatenation reads instead of all together, each where it is computed."""
    for name in dict.fromkeys(concat.inputs):
        source = draft[name]
        each = dataclasses.replace(
            clamp, name=draft.unique(f"{clamp.name}.{name}"), inputs=(name,), shape=source.shape
        )
        draft.insert(each, draft[concat.name])
        _fold_clamp(draft, each)
    concat = dataclasses.replace(
        concat, inputs=draft[concat.name].inputs, low=clamp.low, high=clamp.high, grid=clamp.grid
    )
    draft.replace(concat)
    draft.bypass(clamp)


def _keeps_grid(taker: Layer, clamp: Clamp) -> bool:
    """Whether a layer may round to the grid of both, after it has clamped to the ends of both."""
    if isinstance(taker, Concat) and clamp.grid:
        return False
    if not taker.grid:
        return True
    ends = [end / taker.grid for end in (clamp.low, clamp.high) if math.isfinite(end)]
    return clamp.grid in (0.0, taker.grid) and all(end == round(end) for end in ends)


def _lets_pass(layer: Layer, clamp: Clamp) -> bool:
    """Whether clamping before `layer` is the same as clamping after it."""
    if isinstance(layer, SlicePad):
        return layer.channels == (0, 0) or clamp.low <= 0 <= clamp.high
    return isinstance(layer, MaxPool | Flatten | ChannelSelect | Upsample | DepthToSpace)


def _is_clamped(layer: Layer) -> bool:
    return layer.low != -math.inf or layer.high != math.inf


# ------------------------------------------------------------------------------ shortcut


def _fold_slice_pad(draft: Draft, layer: SlicePad) -> bool:
    """Torch slices rows, slices columns and pads channels one by one: make them one layer.

    Returns whether `layer` became part of another.
    """
    source = draft[layer.inputs[0]]
    if not isinstance(source, SlicePad) or not draft.feeds_only(source, layer):
        return False
    size = draft[source.inputs[0]].shape[1:]
    merged = dataclasses.replace(
        source,
        shape=layer.shape,
        step=(source.step[0] * layer.step[0], source.step[1] * layer.step[1]),
        cut=_cut_twice(size, source, layer),
        channels=(
            source.channels[0] + layer.channels[0],
            source.channels[1] + layer.channels[1],
        ),
    )
    draft.replace(merged)
    draft.bypass(layer)
    return True


def _cut_twice(size: tuple[int, ...], first: SlicePad, second: SlicePad) -> Edges:
    """What `second` leaves of what `first` leaves of an image of `size`, as cut off at once."""
    if first.cut == second.cut == NO_EDGES:
        return NO_EDGES
    edges = []
    for axis in (0, 1):
        before = first.cut[axis][0] + first.step[axis] * second.cut[axis][0]
        step = first.step[axis] * second.step[axis]
        last = before + step * (second.shape[1 + axis] - 1)
        edges.append((before, size[axis] - 1 - last))
    return edges[0], edges[1]


# ------------------------------------------------------------------------------- channels


def _fold_channel_select(draft: Draft, layer: ChannelSelect) -> None:
    """Join two choices of channels, or let a convolution compute the chosen channels alone."""
    source = draft[layer.inputs[0]]
    if not draft.feeds_only(source, layer):
        return
    chosen = list(layer.channels)
    if isinstance(source, ChannelSelect):
        channels = tuple(source.channels[channel] for channel in chosen)
        joined = dataclasses.replace(source, shape=layer.shape, channels=channels)
        draft.replace(joined)
        draft.bypass(layer)
        if channels == tuple(range(draft[source.inputs[0]].shape[0])):
            draft.bypass(joined)
    elif isinstance(source, Conv) and source.groups == 1:
        draft.replace(
            dataclasses.replace(
                source, shape=layer.shape, weight=source.weight[chosen], bias=source.bias[chosen]
            )
        )
        draft.bypass(layer)


def _name_heads(draft: Draft, layer: Outputs) -> None:
    """Call every answer by the layer that computes it, now that others are folded away."""
    rows = [draft[name] for name in layer.inputs]
    heads = tuple(row.inputs[0] if isinstance(row, Flatten) else row.name for row in rows)
    draft.replace(dataclasses.replace(layer, heads=heads))
