"""From real tables and weights to the integers of a Program node.

An entry is stored in units of ``output step * 2^-shift[m]`` with the largest shift of its output
channel that keeps every entry in its bits. What all K rows of one table column have in common is
moved to the bias first, so that only their differences need bits. Nothing here imports torch.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..program import ActivationType
from .tensor_scale import TensorScale

MAX_SHIFT = 16
"""Entries so small beside the output's step that more shift would show nothing."""
MAX_BIAS = 1 << 30
"""A bias is kept below it, so that the accumulator fits in int32 with it."""

Reals = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class QuantizedLayer:
    """Integers of a convolution.

    Parameters
    ----------
    entries: int8 tables or weights, in the shape they came in; int32 in a dyadic layer.
    bias: (M,) int32.
    shift: (M,) int8.
    quarters: (M,) int8, what sums are multiplied by (`program.Conv.factor`); None for nothing.
    multiplier: (M,) int16, the same of an exact layer; None for nothing.
    """

    entries: NDArray[Any]
    bias: NDArray[np.int32]
    shift: NDArray[np.int8]
    quarters: NDArray[np.int8] | None = None
    multiplier: NDArray[np.int16] | None = None


def quantize_tables(
    tables: NDArray[np.floating], bias: Reals, groups: int, step: float, bits: int
) -> QuantizedLayer:
    """Integers of a table layer.

    Parameters
    ----------
    tables: (subspaces, taps, K, M / groups) in real units.
    bias: (M,) in real units.
    groups: of the convolution.
    step: real value of one step of the output.
    bits: of an entry.
    """
    high, low = tables.max(axis=2), tables.min(axis=2)
    middle = (high + low) / 2
    by_group = (groups, -1, tables.shape[-1])
    bias = bias + middle.reshape(by_group).sum(axis=1).reshape(-1)
    largest = np.maximum(high - middle, middle - low).reshape(by_group).max(axis=1).reshape(-1)
    shift = choose_shifts(largest, bias, step, bits)
    scale = np.exp2(shift) / step
    per_subspace = np.repeat(scale.reshape(groups, -1), len(tables) // groups, axis=0)
    centered = np.subtract(tables, middle[:, :, None], dtype=np.float64)
    centered *= per_subspace[:, None, None]
    entries = _rounded(centered, bits)
    return QuantizedLayer(entries, quantize_bias(bias, shift, step), shift.astype(np.int8))


def quantize_weights(
    weight: Reals,
    bias: Reals,
    source: TensorScale,
    step: float,
    bits: int,
    fraction_bits: int = 0,
) -> QuantizedLayer:
    """Integers of an exact layer; the input's steps and zeros go into weights and bias.

    Parameters
    ----------
    weight: (M, C / groups, kernel height, kernel width) in real units.
    bias: (M,) in real units.
    source: scale of the input.
    step: real value of one step of the output.
    bits: of a weight.
    fraction_bits: behind the point of what the weights meet; biases and shifts are those of sums
        with so many more bits.
    """
    outputs, per_group = weight.shape[:2]
    groups = len(source.steps) // per_group
    steps = source.steps.reshape(groups, 1, per_group)
    zeros = source.zeros.reshape(groups, 1, per_group)
    grouped = weight.reshape(groups, outputs // groups, per_group, -1) * steps[..., None]
    bias = bias - (grouped.sum(axis=-1) * zeros).sum(axis=-1).reshape(-1)
    largest = np.abs(grouped).max(axis=(2, 3)).reshape(-1)
    shift = choose_shifts(largest, bias * 2**fraction_bits, step, bits)
    scaled = grouped.reshape(outputs, -1) * (np.exp2(shift) / step)[:, None]
    entries = _rounded(scaled.reshape(weight.shape), bits)
    shift += fraction_bits
    return QuantizedLayer(entries, quantize_bias(bias, shift, step), shift.astype(np.int8))


def choose_shifts(largest: Reals, bias: Reals, step: float, bits: int) -> NDArray[np.int64]:
    """The largest shift of each output channel, 0..16, that its entries and bias allow.

    Parameters
    ----------
    largest: (M,) largest absolute entry.
    bias: (M,).
    step: real value of one step of the output.
    bits: of an entry.
    """
    most = (1 << (bits - 1)) - 1
    least = step * 2.0**-40  # far below what the largest shift shows
    room = np.minimum(
        most * step / np.maximum(largest, least),
        MAX_BIAS * step / np.maximum(np.abs(bias), least),
    )
    # A hair less than log2, so that an entry at the limit is not rounded beyond it.
    return np.floor(np.log2(room) + 1e-12).clip(0, MAX_SHIFT).astype(np.int64)


def quantize_bias(
    bias: Reals,
    shift: NDArray[np.integer],
    step: float,
    quarters: NDArray[np.integer] | None = None,
) -> NDArray[np.int32]:
    """(M,) the bias in units of the accumulator.

    Parameters
    ----------
    bias: (M,) in real units.
    shift: (M,) of the output channels.
    step: real value of one step of the output.
    quarters: (M,) what sums are multiplied by; then what that makes of the half that rounding adds
        is made up for.
    """
    scaled = bias / channel_units(step, shift, quarters)
    if quarters is not None:
        scaled += rounding_error(shift, quarters / 4)
    return np.rint(scaled).clip(-MAX_BIAS, MAX_BIAS).astype(np.int32)


def channel_units(
    step: float, shift: NDArray[np.integer], quarters: NDArray[np.integer] | None = None
) -> Reals:
    """(M,) real value of one unit of each output channel's sums; see `quantize_bias`."""
    units: Reals = step * np.exp2(-shift.astype(np.float64))
    return units if quarters is None else units * (quarters / 4)


def rounding_error(shift: NDArray[np.integer], factor: Reals) -> Reals:
    """(M,) what the half of each channel, multiplied, is short of half a step, in units of a sum.

    The half is ``2^shift >> 1``, to be multiplied by the factor like the sum that it is added to.
    """
    half = (1 << shift.astype(np.int64)) >> 1
    error: Reals = np.where(factor == 1, 0.0, np.exp2(shift - 1.0) / factor - half)
    return error


def quantize_clamp(low: float, high: float, step: float, kind: ActivationType) -> tuple[int, int]:
    """The integer clamp for a real one, within the type.

    Parameters
    ----------
    low, high: the real clamp, infinite where there is none.
    step: real value of one step.
    kind: the integers of the output.
    """
    ends = []
    for end, default in ((low, kind.low), (high, kind.high)):
        whole = default if math.isinf(end) else round(end / step)
        ends.append(min(max(whole, kind.low), kind.high))
    return ends[0], ends[1]


def _rounded(scaled: Reals, bits: int) -> NDArray[np.int8]:
    """Entries of `bits`; `scaled`, which may be large, is overwritten."""
    most = (1 << (bits - 1)) - 1
    return np.rint(scaled, out=scaled).clip(-most, most, out=scaled).astype(np.int8)
