"""The integers of a layer that came quantized, as they are, whatever its scales.

Quantized weights are integers times one real number for each output channel, and the layer's sums
are worth that number times the input's step. Where this is a power of two times the output's step,
weights that are rounded to eight bits are these integers, and a shift does the rest. Where it is
not, the integers are found again, and what is left over is a multiplier behind the sums
(`program.ExactConv.multiplier`), as in Jacob et al., arXiv 1712.05877.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...graph import Conv
from ...program import MAX_SHIFT
from ...program.nodes.exact import MULTIPLIER_BITS
from ...scales.quantize import MAX_BIAS, QuantizedLayer, rounding_error
from ...scales.tensor_scale import TensorScale
from ...store.errors import TabfabError

_NEAR = 1e-4
"""Of a unit: numbers that float32 rounds, and batch norm folded in rounds again, are as near."""
_NOTHING = 1 / 16
"""Of the output's step: sums that never reach it are left out where nothing else will do."""
_NO_SHIFT = 1e-9
"""Logarithms that differ from whole numbers by less are whole."""

Reals = NDArray[np.float64]


def kept_integers(
    layer: Conv,
    rounded: QuantizedLayer,
    source: TensorScale,
    scale: TensorScale,
    bits: int,
) -> QuantizedLayer:
    """The integers of a layer that is quantized, or whose input is.

    Parameters
    ----------
    layer: with its weights and biases in real units.
    rounded: what its weights are where nothing is known of them (`quantize_weights`).
    source, scale: of its input and output.
    bits: of a weight.

    Returns
    -------
    `rounded`, where that is the file's integers or where the file has none: its input has a step
    for each channel, or is the image as it is and the weights are on no grid.

    Raises
    ------
    TabfabError: the layer is quantized, and its weights are on no grid, or on none that fits.
    """
    weight = layer.weight.astype(np.float64)
    if not (source.steps == source.steps[0]).all():
        return rounded
    units = scale.step * np.exp2(-rounded.shift.astype(np.float64)) / source.step
    kept = (rounded.entries * units[:, None, None, None] == weight).all(axis=(1, 2, 3))
    if kept.all():
        return rounded
    found = _multiplied(layer, source, scale.step, bits)
    if isinstance(found, QuantizedLayer):
        return found
    is_whole = source.uniform and float(np.log2(source.step)).is_integer()
    if not layer.grid or not (source.said or is_whole):
        return rounded
    raise TabfabError(
        f"layer {layer.name!r}{layer.where} is quantized, but its weights are no integers of "
        f"{rounded.entries.dtype.itemsize * 8} bits beside its input and output in "
        f"{int(found.sum())} of {len(found)} channels: quantize them with one scale for each "
        "output channel, from -127 to 127, and its output in no finer steps than its sums have"
    )


def _multiplied(
    layer: Conv, source: TensorScale, step: float, bits: int
) -> QuantizedLayer | NDArray[np.bool_]:
    """Integers, and what sums of them are multiplied by; or the channels without any.

    Parameters
    ----------
    layer, source, bits: see `kept_integers`.
    step: of the output.
    """
    outputs = len(layer.weight)
    integers, units, found = channel_grids(layer.weight.reshape(outputs, -1), bits)
    zeros = source.zeros.reshape(layer.groups, 1, -1, 1)
    by_group = layer.weight.astype(np.float64).reshape(
        layer.groups, outputs // layer.groups, zeros.shape[2], -1
    )
    bias = layer.bias - (by_group * zeros).sum(axis=(2, 3)).reshape(-1) * source.step
    sums = units * source.step
    # What never shows is a bias alone, in units that show it.
    reach = np.abs(integers).sum(axis=1) * max(abs(source.type.low), source.type.high) * sums
    silent = (reach == 0) | ((sums < step * 2.0**-MAX_SHIFT) & (reach < _NOTHING * step))
    integers[silent] = 0
    sums = np.where(silent, step * 2.0**-16, sums)
    shift = np.ceil(-np.log2(sums / step) - _NO_SHIFT).astype(np.int64)
    factor = np.rint(sums / step * np.exp2(shift + MULTIPLIER_BITS)).astype(np.int64)
    over = factor >> (MULTIPLIER_BITS + 1)  # as much as 2: a shift of one bit less
    factor, shift = factor >> over, shift - over
    one = 1 << MULTIPLIER_BITS
    scaled = bias / sums + rounding_error(shift, factor / one)
    fits = (shift >= 0) & (shift <= MAX_SHIFT) & (np.abs(scaled) <= MAX_BIAS)
    if not (fits & (found | silent)).all():
        return ~(fits & (found | silent))
    multiplier = None if (factor == one).all() else factor.astype(np.int16)
    return QuantizedLayer(
        integers.reshape(layer.weight.shape).astype(np.int8), np.rint(scaled).astype(np.int32),
        shift.astype(np.int8), multiplier=multiplier,
    )  # fmt: skip


def channel_grids(
    weight: NDArray[np.floating], bits: int
) -> tuple[NDArray[np.int64], Reals, NDArray[np.bool_]]:
    """Weights as integers times a real number for each channel, the greatest that will do.

    Parameters
    ----------
    weight: (M, weights of an output channel) real.
    bits: of an integer, signed.

    Returns
    -------
    (M, weights) the integers; (M,) what one is worth; (M,) whether the weights are such integers.
    """
    reals = weight.astype(np.float64)
    largest = np.abs(reals).max(axis=1)
    largest[largest == 0] = 1.0
    low, high = -(1 << (bits - 1)), (1 << (bits - 1)) - 1
    units = largest / high
    found = np.zeros(len(reals), bool)
    for most in range(1, 1 - low):
        waiting = np.flatnonzero(~found)
        if not waiting.size:
            break
        scaled = reals[waiting] / largest[waiting, None] * most
        whole = np.rint(scaled)
        fits = (np.abs(scaled - whole) < _NEAR).all(axis=1)
        fits &= ((low <= whole) & (whole <= high)).all(axis=1)
        units[waiting[fits]] = largest[waiting[fits]] / most
        found[waiting[fits]] = True
    integers = np.rint(reals / units[:, None]).clip(low, high).astype(np.int64)
    return integers, units, found
