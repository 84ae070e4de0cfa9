"""From graph layers to program nodes, once encoders, tables and scales are known."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from .. import graph, program
from ..graph import Layer
from ..program import Encoder, Layout
from ..store.errors import TabfabError
from .choose import TensorScale
from .quantize import QuantizedLayer, quantize_clamp


def input_node(layer: graph.Input, scale: TensorScale) -> program.Input:
    """The image."""
    return program.Input(
        name=layer.name,
        inputs=(),
        shape=layer.shape,
        type=scale.type,
        scale=scale.step,
        zero=np.rint(scale.zeros).astype(np.int16),
    )


def exact_node(
    layer: graph.Conv, integers: QuantizedLayer, scale: TensorScale
) -> program.ExactConv:
    """A convolution by multiplication; `scale` is its output's."""
    return program.ExactConv(**_conv_fields(layer, integers, scale), weight=integers.entries)


def table_node(
    layer: graph.Conv,
    integers: QuantizedLayer,
    scale: TensorScale,
    layout: Layout,
    encoder: Encoder,
) -> program.TableConv:
    """A convolution by lookup; `scale` is its output's."""
    return program.TableConv(
        **_conv_fields(layer, integers, scale),
        layout=layout,
        encoder=encoder,
        tables=integers.entries,
    )


def _conv_fields(layer: graph.Conv, integers: QuantizedLayer, scale: TensorScale) -> dict[str, Any]:
    """What exact and table convolutions have in common."""
    full = layer.full_kernel or layer.kernel
    return {
        **_fields(layer, scale),
        **_window(layer),
        **_clamp(layer, scale),
        "groups": layer.groups,
        "dropped_taps": full[0] * full[1] - layer.kernel[0] * layer.kernel[1],
        "bias": integers.bias,
        "shift": integers.shift,
    }


def _fields(layer: Layer, scale: TensorScale) -> dict[str, Any]:
    """What every node has."""
    return {
        "name": layer.name,
        "inputs": layer.inputs,
        "shape": layer.shape,
        "type": scale.type,
        "scale": scale.step,
    }


def _window(layer: graph.Window) -> dict[str, Any]:
    """What every node with a window has."""
    return {"kernel": layer.kernel, "stride": layer.stride, "padding": layer.padding}


def _clamp(layer: Layer, scale: TensorScale) -> dict[str, Any]:
    """What every requantized node has."""
    low, high = quantize_clamp(layer.low, layer.high, scale.step, scale.type)
    return {"low": low, "high": high}


def plain_node(layer: Layer, scale: TensorScale, sources: Sequence[float]) -> program.Node:
    """A layer that has nothing to learn.

    Parameters
    ----------
    layer: neither input nor convolution.
    scale: of its output.
    sources: real value of one step of each input.

    Raises
    ------
    TabfabError: no program node computes this kind of layer.
    """
    match layer:
        case graph.MaxPool():
            return program.MaxPool(**_fields(layer, scale), **_window(layer))
        case graph.AveragePool():
            taps = layer.kernel[0] * layer.kernel[1]
            return program.AveragePool(
                **_fields(layer, scale),
                **_window(layer),
                **_clamp(layer, scale),
                shift=average_shift(sources[0], scale.step, taps),
            )
        case graph.Add():
            left, right = add_shifts(sources, scale.step)
            return program.Add(
                **_fields(layer, scale), **_clamp(layer, scale), left=left, shift=right
            )
        case graph.Clamp():
            return program.Clamp(**_fields(layer, scale), **_clamp(layer, scale))
        case graph.SlicePad():
            return program.SlicePad(
                **_fields(layer, scale), step=layer.step, channels=layer.channels
            )
        case graph.Flatten():
            return program.Flatten(**_fields(layer, scale))
    raise TabfabError(
        f"layer {layer.name!r} is of the kind {layer.kind!r}, which no program node computes"
    )


def argmax_node(source: str) -> program.Argmax:
    """The number of the largest output of node `source`, to end a program in."""
    return program.Argmax(name="argmax", inputs=(source,), shape=(1, 1, 1), type=program.UINT8)


def average_shift(source: float, output: float, taps: int) -> int:
    """Right shift of an average pool's sums.

    Parameters
    ----------
    source, output: real value of one step of its input and output.
    taps: pixels under the window.
    """
    return round(math.log2(output / source * taps))


def add_shifts(sources: Sequence[float], output: float) -> tuple[tuple[int, int], int]:
    """Left shifts of a residual sum's operands and right shift of the sum.

    Parameters
    ----------
    sources: real value of one step of each operand.
    output: real value of one step of the sum; all three differ by powers of two.
    """
    least = min(*sources, output)
    first, second, right = (round(math.log2(step / least)) for step in (*sources, output))
    return (first, second), right
