"""Max pools and average pools."""

from __future__ import annotations

import math
from collections.abc import Container
from typing import Any

import torch

from ..node import Node, translates
from .windows import fits, halves, padded, window_of

aten = torch.ops.aten
_MAX = {1: aten.max_pool1d.default, 2: aten.max_pool2d.default, 3: aten.max_pool3d.default}
_GLOBAL_AVERAGE = {1: aten.adaptive_avg_pool1d.default, 2: aten.adaptive_avg_pool2d.default}
_AVERAGE = {1: aten.avg_pool1d.default, 2: aten.avg_pool2d.default, 3: aten.avg_pool3d.default}


@translates("MaxPool")
def translate_max_pool(node: Node) -> Any:
    """A max pool."""
    image = node.computed(0)
    window = window_of(node, image, ())
    if node.results > 1 or node.attribute("storage_order", 0):
        raise node.unsupported("with the places of the largest", "use its first result alone")
    _check_rank(node, window.rank)
    image, padding = padded(node, image, window, -math.inf, halves(window))
    return node.aten(
        _MAX[window.rank], image, window.kernel, window.stride, padding, window.dilation,
        bool(node.attribute("ceil_mode", 0)),
    )  # fmt: skip


@translates("AveragePool")
def translate_average_pool(node: Node) -> Any:
    """An average pool, padding counted or not."""
    image = node.computed(0)
    window = window_of(node, image, ())
    _check_rank(node, window.rank)
    counted = bool(node.attribute("count_include_pad", 0))
    if not counted and not (window.before == window.after and fits(window.before, halves(window))):
        raise node.unsupported(
            "with padding that is not counted, and differs from side to side or is more than half "
            "of the kernel",
            "use count_include_pad=1, or less padding",
        )
    if any(step != 1 for step in window.dilation):
        raise node.unsupported(f"with dilations {window.dilation}", "use dilations of 1")
    image, padding = padded(node, image, window, 0.0, halves(window) if counted else None)
    return node.aten(
        _AVERAGE[window.rank], image, window.kernel, window.stride, padding,
        bool(node.attribute("ceil_mode", 0)), counted or not any(padding),
    )  # fmt: skip


@translates("GlobalAveragePool")
def translate_global_average_pool(node: Node) -> Any:
    """The mean over all pixels."""
    image = node.computed(0)
    rank = len(image.shape) - 2
    _check_rank(node, rank, _GLOBAL_AVERAGE)
    return node.aten(_GLOBAL_AVERAGE[rank], image, [1] * rank)


@translates("GlobalMaxPool")
def translate_global_max_pool(node: Node) -> Any:
    """The largest of all pixels."""
    image = node.computed(0)
    rank = len(image.shape) - 2
    _check_rank(node, rank)
    return node.aten(_MAX[rank], image, list(image.shape[2:]))


@translates("ReduceMean", "ReduceMax")
def translate_reduction(node: Node) -> Any:
    """The mean, or the largest, over some axes."""
    image = node.computed(0)
    axes = node.integers("axes", 1)
    keep = bool(node.attribute("keepdims", 1))
    rank = len(image.shape)
    if not axes:
        if node.attribute("noop_with_empty_axes", 0):
            return image
        axes = list(range(rank))
    node.ignore("noop_with_empty_axes")
    axes = sorted(node.axis(axis, rank) for axis in axes)
    if node.operator == "ReduceMax":
        if rank != 4 or axes != [2, 3]:
            raise node.unsupported(f"over axes {axes}", "take the largest over rows and columns")
        largest = node.aten(aten.max_pool2d.default, image, list(image.shape[2:]))
        return largest if keep else node.aten(aten.flatten.using_ints, largest, 1)
    return node.aten(aten.mean.dim, image, axes, keep)


def _check_rank(node: Node, rank: int, pools: Container[int] = _MAX) -> None:
    if rank not in pools:
        raise node.unsupported(f"over {rank} axes", "use one over two axes")
