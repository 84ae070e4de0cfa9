"""Dropping the kernel taps that only ever see padding.

On the smallest images of a deep network most of a kernel lies in the padding, whatever the image:
of a 3x3 kernel on a 1x1 image only the middle is ever multiplied with anything but zero. Without
the other taps the layer computes the same from a ninth of the weights, or tables.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from ..graph import Conv, Graph
from ..program import window_output


def drop_dead_taps(graph: Graph) -> Graph:
    """`graph` with every convolution's kernel cut down to the taps that reach the image.

    `Conv.full_kernel` remembers what a kernel was.
    """
    return Graph(
        tuple(
            _cut(layer, graph[layer.inputs[0]].shape[1:]) if isinstance(layer, Conv) else layer
            for layer in graph
        )
    )


def _cut(layer: Conv, size: tuple[int, int]) -> Conv:
    """The layer with a smaller kernel where that computes the same from an image of `size`."""
    taps, padding = [], []
    for axis in (0, 1):
        live = _live(layer, axis, size[axis])
        kernel, before = len(live), layer.padding[axis] - live.start
        same = before >= 0 and kernel > 0
        same = same and (
            window_output(size[axis], kernel, layer.stride[axis], before) == layer.shape[1 + axis]
        )
        taps.append(live if same else range(layer.kernel[axis]))
        padding.append(before if same else layer.padding[axis])
    kernel_size = (len(taps[0]), len(taps[1]))
    if kernel_size == layer.kernel:
        return layer
    rows, columns = (slice(each.start, each.stop) for each in taps)
    return dataclasses.replace(
        layer,
        kernel=kernel_size,
        padding=(padding[0], padding[1]),
        weight=np.ascontiguousarray(layer.weight[:, :, rows, columns]),
        full_kernel=layer.full_kernel or layer.kernel,
    )


def _live(layer: Conv, axis: int, size: int) -> range:
    """The taps along an axis, from the first to the last that ever reaches the image."""
    first = np.arange(layer.shape[1 + axis]) * layer.stride[axis] - layer.padding[axis]
    reads = first[:, None] + np.arange(layer.kernel[axis])
    live = np.flatnonzero(((reads >= 0) & (reads < size)).any(axis=0))
    return range(int(live[0]), int(live[-1]) + 1) if len(live) else range(0)
