"""What the golden model's nodes are made of: tensors, padding, windows, requantization.

Activations are (images, height, width, channels) int16, channel-minor like the streams.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from ...compiler.program import Edges, Window, reach

Activations = NDArray[np.int16]
"""(images, height, width, channels)."""


@dataclass(frozen=True, eq=False)
class Source:
    """What a node reads from one of its inputs.

    Parameters
    ----------
    values: the tensor.
    zero: (channels,) int16, what stands for a real zero in it.
    """

    values: Activations
    zero: NDArray[np.int16]


@dataclass(frozen=True)
class NodeModel:
    """What the golden model knows of a kind of node.

    Parameters
    ----------
    evaluate: the node's output from the node and a `Source` for each of its inputs.
    inside: what the streams within its hardware carry, by the name that the hardware gives them:
        (images, height, width, elements of a pixel) int16 from the same arguments.
    measures: what its hardware's clocks depend on, likewise: int64 from the same arguments.
    """

    evaluate: Callable[..., Activations]
    inside: Mapping[str, Callable[..., NDArray[np.int16]]] = field(default_factory=dict)
    measures: Mapping[str, Callable[..., NDArray[np.int64]]] = field(default_factory=dict)


def requantize(
    accumulator: NDArray[np.int64] | NDArray[np.int32],
    shift: int | NDArray[np.int64],
    low: int,
    high: int,
) -> Activations:
    """``clamp((accumulator + half) >> shift, low, high)``; the bias is already in."""
    shift = np.asarray(shift, accumulator.dtype)
    half = (np.ones_like(shift) << shift) >> 1
    return np.clip((accumulator + half) >> shift, low, high).astype(np.int16)


def pad(x: NDArray[np.int16], edges: Edges, value: NDArray[np.int16]) -> NDArray[np.int16]:
    """`x` with pixels of `value` (channels,) around it."""
    if edges == ((0, 0), (0, 0)):
        return x
    images, height, width, channels = x.shape
    (above, below), (left, right) = edges
    out = np.empty((images, above + height + below, left + width + right, channels), x.dtype)
    out[...] = value
    out[:, above : above + height, left : left + width] = x
    return out


def windows(x: NDArray[np.int16], node: Window, value: NDArray[np.int16]) -> NDArray[np.int16]:
    """Every pixel under every window: a view (images, rows, columns, channels, kh, kw).

    Parameters
    ----------
    x: the node's input.
    node: gives kernel, stride, padding and dilation.
    value: (channels,) what padding pixels hold.
    """
    (down, right), (high, wide) = node.dilation, map(reach, node.kernel, node.dilation)
    view = sliding_window_view(pad(x, node.edges, value), (high, wide), axis=(1, 2))
    return view[:, :: node.stride[0], :: node.stride[1], :, ::down, ::right]
