"""Quantization that the network says itself: rounding to the integers that it was trained with."""

from __future__ import annotations

import math

import torch

from ...graph import Clamp, Input, Layer
from ...program import INT8, UINT8
from ...scales.operators.catalog import operator_of
from ..draft.call import Call, lowers
from ..draft.draft import Affine, Draft
from ..draft.values import Value

aten = torch.ops.aten


@lowers(aten.fake_quantize_per_tensor_affine.default)
def lower_quantization(call: Call) -> Value:
    """A clamp with a grid, which the layer before it takes in."""
    value = call.layer_value()
    scale, zero = float(call["scale"]), int(call["zero_point"])
    low, high = int(call["quant_min"]), int(call["quant_max"])
    if not (scale > 0 and math.isfinite(scale)):
        raise call.unsupported(f"with scale {scale:g}", "give it a scale above 0")
    if zero != 0:
        raise call.unsupported(
            f"with zero point {zero}", "quantize symmetrically, with zero point 0"
        )
    if low < 0 and high > INT8.high and _is_unsigned(call.draft, call.draft[value.layer]):
        low = 0  # what is rounded cannot be negative, and needs no bit for a sign
    if low > high or not any(low >= kind.low and high <= kind.high for kind in (INT8, UINT8)):
        raise call.unsupported(
            f"to integers from {low} to {high}", "use 8 bits at most, signed or unsigned"
        )
    return call.add(
        Clamp(
            name=call.layer_name("quantize"),
            inputs=(value.layer,),
            shape=value.shape,
            source=call.place.source,
            low=low * scale,
            high=high * scale,
            grid=scale,
        ),
        value.order,
    )


def _is_unsigned(draft: Draft, layer: Layer) -> bool:
    """Whether no result of a layer is negative, but for what is rounded away."""
    if layer.low >= 0:
        return True
    if isinstance(layer, Affine):
        keeps = bool((layer.scale >= 0).all())
    else:
        keeps = not isinstance(layer, Input) and operator_of(layer).keeps_sign
    sources = [draft[name] for name in layer.inputs]
    return keeps and all(_is_unsigned(draft, source) for source in sources)
