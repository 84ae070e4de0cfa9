"""Max pools and average pools."""

from __future__ import annotations

import torch

from ...graph import AveragePool, MaxPool
from ...program import Pair, Shape, window_output
from ..draft.call import Call, lowers
from ..draft.values import Value

aten = torch.ops.aten


@lowers(aten.max_pool2d.default, aten.max_pool2d_with_indices.default)
def lower_max_pool(call: Call) -> Value:
    """A `MaxPool`."""
    if call.pair("dilation") != (1, 1):
        raise call.unsupported(f"with dilation {call.pair('dilation')}", "use dilation 1")
    return _pool(call, MaxPool, *_window(call))


@lowers(aten.avg_pool2d.default)
def lower_average_pool(call: Call) -> Value:
    """An `AveragePool`, which counts padding as zeros."""
    kernel, stride, padding = _window(call)
    if call["divisor_override"] is not None:
        raise call.unsupported("with divisor_override", "divide by the size of the window")
    if padding != (0, 0) and not call["count_include_pad"]:
        raise call.unsupported(
            "with padding and count_include_pad=False",
            "use count_include_pad=True, or no padding",
        )
    return _pool(call, AveragePool, kernel, stride, padding)


@lowers(aten.adaptive_avg_pool2d.default, aten._adaptive_avg_pool2d.default)
def lower_adaptive_average_pool(call: Call) -> Value:
    """An `AveragePool` whose windows do not overlap."""
    kernel = _adaptive_kernel(call)
    return _pool(call, AveragePool, kernel, kernel, (0, 0))


@lowers(aten.adaptive_max_pool2d.default)
def lower_adaptive_max_pool(call: Call) -> Value:
    """A `MaxPool` whose windows do not overlap."""
    kernel = _adaptive_kernel(call)
    return _pool(call, MaxPool, kernel, kernel, (0, 0))


@lowers(aten.mean.dim)
def lower_mean(call: Call) -> Value:
    """The mean over all pixels: an `AveragePool` of the image's size."""
    value = call.image()
    dimensions = {int(dim) % 4 for dim in call["dim"] or range(4)}
    if dimensions != {2, 3}:
        raise call.unsupported(
            f"over dimensions {sorted(dimensions)}", "average over height and width, mean((2, 3))"
        )
    kernel: Pair = value.shape[1:]
    return _pool(call, AveragePool, kernel, kernel, (0, 0))


def _window(call: Call) -> tuple[Pair, Pair, Pair]:
    """Kernel, stride and padding, after checking that `ceil_mode` adds no window."""
    kernel = call.pair("kernel_size")
    stride = call.pair("stride") if call["stride"] else kernel
    padding = call.pair("padding")
    if call["ceil_mode"] and call.tail != _shape(call.image(), kernel, stride, padding):
        raise call.unsupported(
            "with ceil_mode=True, which adds an incomplete window here",
            "use ceil_mode=False, or an image size that the stride divides",
        )
    return kernel, stride, padding


def _adaptive_kernel(call: Call) -> Pair:
    _, height, width = call.image().shape
    rows, columns = call.pair("output_size")
    if height % rows or width % columns:
        raise call.unsupported(
            f"from {height}x{width} to {rows}x{columns} pixels, whose windows differ in size",
            "choose an output size that divides the image's",
        )
    return (height // rows, width // columns)


def _shape(value: Value, kernel: Pair, stride: Pair, padding: Pair) -> Shape:
    channels, height, width = value.shape
    return (
        channels,
        window_output(height, kernel[0], stride[0], padding[0]),
        window_output(width, kernel[1], stride[1], padding[1]),
    )


def _pool(
    call: Call, kind: type[MaxPool | AveragePool], kernel: Pair, stride: Pair, padding: Pair
) -> Value:
    value = call.image()
    return call.add(
        kind(
            name=call.layer_name(kind.kind),
            inputs=(value.layer,),
            shape=_shape(value, kernel, stride, padding),
            source=call.place.source,
            kernel=kernel,
            stride=stride,
            padding=padding,
        )
    )
