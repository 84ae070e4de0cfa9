"""Dropping the kernel taps that only ever see padding.

On the smallest images of a deep network most of a kernel lies in the padding, whatever the image:
of a 3x3 kernel on a 1x1 image only the middle is ever multiplied with anything but zero. Without
the other taps the layer computes the same from a ninth of the weights, or tables.
"""

from __future__ import annotations

import dataclasses

import numpy as np

from ..graph import Conv, Graph
from ..program import reach, window_output


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
    taps, padding, more = [], [], []
    for axis in (0, 1):
        live, step = _live(layer, axis, size[axis]), layer.dilation[axis]
        before = layer.padding[axis] - live.start * step
        last = (layer.shape[1 + axis] - 1) * layer.stride[axis] - before
        after = max(0, last + reach(len(live), step) - size[axis])
        cut = 0 < len(live) < layer.kernel[axis] and before >= 0
        # Without taps at the end there must not be more positions than there were.
        cut = cut and layer.shape[1 + axis] == window_output(
            size[axis], len(live), layer.stride[axis], before, after - before, step
        )
        taps.append(live if cut else range(layer.kernel[axis]))
        padding.append(before if cut else layer.padding[axis])
        more.append(after - before if cut else layer.overhang[axis])
    kernel_size = (len(taps[0]), len(taps[1]))
    if kernel_size == layer.kernel:
        return layer
    rows, columns = (slice(each.start, each.stop) for each in taps)
    return dataclasses.replace(
        layer,
        kernel=kernel_size,
        padding=(padding[0], padding[1]),
        overhang=(more[0], more[1]),
        weight=np.ascontiguousarray(layer.weight[:, :, rows, columns]),
        full_kernel=layer.full_kernel or layer.kernel,
    )


def _live(layer: Conv, axis: int, size: int) -> range:
    """The taps along an axis, from the first to the last that ever reaches the image."""
    first = np.arange(layer.shape[1 + axis]) * layer.stride[axis] - layer.padding[axis]
    reads = first[:, None] + np.arange(layer.kernel[axis]) * layer.dilation[axis]
    live = np.flatnonzero(((reads >= 0) & (reads < size)).any(axis=0))
    return range(int(live[0]), int(live[-1]) + 1) if len(live) else range(0)
