"""Quantization: QuantizeLinear, Clip and DequantizeLinear, or QONNX's Quant, as of Brevitas."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from ..node import QONNX, Node, translates
from ..values import Computed, Quantized

aten = torch.ops.aten
_MOST_BITS = 32


@translates("QuantizeLinear")
def translate_quantize(node: Node) -> Any:
    """Integers of a tensor, up to the DequantizeLinear behind it; of a constant, these."""
    node.ignore("saturate", "precision")
    value, scale = node.input(0), node.constant(1)
    zero = node.constant(2) if node.has(2) else torch.zeros((), dtype=torch.uint8)
    if node.attribute("output_dtype", 0) not in (0, _NUMBERS.get(zero.dtype)):
        raise node.unsupported("to a type other than its zero point's", "give it that zero point")
    if zero.dtype not in _NUMBERS:
        raise node.unsupported(f"to {_plain(zero.dtype)}", "use 8 bits, signed or unsigned")
    _check_block(node)
    limits = torch.iinfo(zero.dtype)
    if isinstance(value, Computed):
        if scale.numel() != 1 or zero.numel() != 1:
            raise node.unsupported(
                "of a layer's channels, each with its own scale", "use one scale for all"
            )
        return Quantized(value, float(scale), int(zero), limits.min, limits.max)
    axis = node.attribute("axis", 1)
    factors, zeros = (_along(node, each, value, axis) for each in (scale, zero))
    return (value / factors + 0.0).round().add(zeros).clamp(limits.min, limits.max).to(zero.dtype)


@translates("DequantizeLinear")
def translate_dequantize(node: Node) -> Any:
    """What integers stand for: a tensor rounded to its grid, or constant weights."""
    node.ignore("output_dtype")
    source, scale = node.inputs[0], node.constant(1)
    zero = node.constant(2) if node.has(2) else torch.zeros((), dtype=torch.int32)
    _check_block(node)
    axis = node.attribute("axis", 1)
    if isinstance(source, Quantized):
        if scale.numel() != 1 or float(scale) != source.scale or int(zero) != source.zero:
            raise node.unsupported(
                "with another scale or zero point than the QuantizeLinear before it",
                "use the same",
            )
        return node.aten(
            aten.fake_quantize_per_tensor_affine.default, source.source, source.scale,
            source.zero, source.low, source.high,
        )  # fmt: skip
    integers = node.constant(0)
    factors, zeros = (_along(node, each, integers, axis) for each in (scale, zero))
    return (integers.to(torch.int64) - zeros.to(torch.int64)).to(scale.dtype) * factors


_NUMBERS = {torch.uint8: 2, torch.int8: 3}
"""ONNX's numbers of the types that tensors may be quantized to."""


def narrowed(node: Node, integers: Quantized) -> Quantized:
    """The integers with a Clip behind them, as fewer bits than 8 are written."""
    low, high = (node.number(name, place) for place, name in enumerate(("min", "max"), 1))
    return Quantized(
        integers.source,
        integers.scale,
        integers.zero,
        max(integers.low, integers.low if low is None else int(low)),
        min(integers.high, integers.high if high is None else int(high)),
    )


@translates(*(f"{domain}.Quant" for domain in QONNX), "onnx.brevitas.IntQuant")
def translate_quant(node: Node) -> Any:
    """QONNX's rounding to integers of any number of bits."""
    value = node.input(0)
    scale, zero, bits = (node.constant(index) for index in range(1, 4))
    signed, narrow = node.attribute("signed", 1), node.attribute("narrow", 0)
    rounding = node.attribute("rounding_mode", "ROUND")
    if str(rounding).upper() not in ("ROUND", "HALF_EVEN"):
        raise node.unsupported(f"with rounding_mode {str(rounding)[:20]}", "round to the nearest")
    number = float(bits) if bits.numel() == 1 else 0.0
    if not number.is_integer() or not 1 <= number <= _MOST_BITS:
        raise node.unsupported("with a bit width of its own for each channel, or none", "use one")
    count = int(number)
    low = -(1 << (count - 1)) + bool(narrow) if signed else 0
    high = (1 << (count - 1)) - 1 if signed else (1 << count) - 1 - bool(narrow)
    if isinstance(value, Tensor):
        return ((value / scale + zero).clamp(low, high).round() - zero) * scale
    if scale.numel() != 1 or zero.numel() != 1:
        raise node.unsupported(
            "of a layer's channels, each with its own scale", "use one scale for all"
        )
    return node.aten(
        aten.fake_quantize_per_tensor_affine.default, value, float(scale), int(zero), low, high
    )


@translates(*(f"{domain}.Trunc" for domain in QONNX))
def translate_trunc(node: Node) -> Any:
    """QONNX's division of integers by a power of two, rounded down, as behind an average pool."""
    value, said = node.computed(0), [node.constant(index) for index in range(1, len(node.inputs))]
    if len(said) != 4 or any(each.numel() != 1 for each in said):
        raise node.unsupported(
            "with a scale of its own for its result, or for each channel",
            "write QONNX's version 1: a tensor, one scale, zero point, and bits before and after",
        )
    scale, zero, before, after = (float(each) for each in said)
    rounding, shift = str(node.attribute("rounding_mode", "FLOOR")).upper(), before - after
    if rounding not in ("FLOOR", "ROUND"):
        raise node.unsupported(f"with rounding_mode {rounding[:20]}", "use FLOOR or ROUND")
    if zero or not (shift.is_integer() and after.is_integer() and shift >= 0 and 1 <= after <= 8):
        raise node.unsupported(
            f"from {before:g} to {after:g} bits with zero point {zero:g}",
            "use zero point 0, and whole numbers of bits, no more behind it, and at most 8",
        )
    divided = node.aten(aten.mul.Tensor, value, torch.tensor(2.0**-shift))
    if rounding == "FLOOR" and shift:
        # Of multiples of 2^-shift, a little less than half a step down rounds as the floor does.
        down = torch.tensor(scale * (2.0 ** -(shift + 2) - 0.5))
        divided = node.aten(aten.add.Tensor, divided, down)
    # Without a word of it, a sign is there where what it reads has one.
    signed, most = node.attribute("signed", -1), 1 << int(after)
    low, high = 0 if signed == 0 else -most // 2, (most // 2 if signed == 1 else most) - 1
    return node.aten(aten.fake_quantize_per_tensor_affine.default, divided, scale, 0, low, high)


@translates(*(f"{domain}.BipolarQuant" for domain in QONNX))
def translate_bipolar(node: Node) -> Any:
    """Weights of -1 and 1, times a scale; of a layer it is refused."""
    value, scale = node.input(0), node.constant(1)
    if isinstance(value, Computed):
        raise node.unsupported("of a layer", "use Quant of two bits or more for activations")
    return torch.where(value >= 0, 1.0, -1.0) * scale


def _along(node: Node, numbers: Tensor, value: Tensor, axis: int) -> Tensor:
    """One number, or one along an axis, in a shape that fits `value`."""
    if numbers.numel() == 1:
        return numbers.reshape(())
    axis = node.axis(axis, value.ndim)
    if numbers.ndim != 1 or len(numbers) != value.shape[axis]:
        raise node.unsupported(
            f"with scales of shape {tuple(numbers.shape)} for {tuple(value.shape)} numbers",
            "use one, or one along an axis",
        )
    return numbers.reshape([-1 if place == axis else 1 for place in range(value.ndim)])


def _check_block(node: Node) -> None:
    if node.attribute("block_size", 0):
        raise node.unsupported("in blocks", "use one scale, or one for each channel")


def _plain(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")
