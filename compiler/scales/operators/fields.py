"""Fields of program nodes that follow from a layer and its scale."""

from __future__ import annotations

from typing import Any

from ...graph import Conv, Layer, Window
from ..quantize import QuantizedLayer, quantize_clamp
from ..tensor_scale import TensorScale


def node_fields(layer: Layer, scale: TensorScale) -> dict[str, Any]:
    """What every node has; `scale` is its output's."""
    return {
        "name": layer.name,
        "inputs": layer.inputs,
        "shape": layer.shape,
        "type": scale.type,
        "scale": scale.step,
    }


def window_fields(layer: Window) -> dict[str, Any]:
    """What every node with a window has besides."""
    names = ("kernel", "stride", "padding", "overhang", "dilation")
    return {name: getattr(layer, name) for name in names}


def clamp_fields(layer: Layer, scale: TensorScale) -> dict[str, Any]:
    """What every requantized node has besides; `scale` is its output's."""
    low, high = quantize_clamp(layer.low, layer.high, scale.step, scale.type)
    return {"low": low, "high": high}


def conv_fields(layer: Conv, integers: QuantizedLayer, scale: TensorScale) -> dict[str, Any]:
    """All fields that convolutions of every method have; `scale` is the output's.

    The entries of `integers` go into the fields of the method.
    """
    full = layer.full_kernel or layer.kernel
    return {
        **node_fields(layer, scale),
        **window_fields(layer),
        **clamp_fields(layer, scale),
        "groups": layer.groups,
        "dropped_taps": full[0] * full[1] - layer.kernel[0] * layer.kernel[1],
        "bias": integers.bias,
        "shift": integers.shift,
    }
