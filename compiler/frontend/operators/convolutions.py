"""Convolutions, linear layers and batch norm."""

from __future__ import annotations

import dataclasses
from typing import TypeVar

import numpy as np
import torch
from torch import Tensor

from ...graph import Conv, Window
from ...program import Pair, reach
from ..draft.call import Call, lowers
from ..draft.values import Value, channel_first
from .shapes import flattened

aten = torch.ops.aten

WindowT = TypeVar("WindowT", bound=Window)


@lowers(
    aten.conv1d.default,
    aten.conv1d.padding,
    aten.conv2d.default,
    aten.conv2d.padding,
    aten.convolution.default,
)
def lower_convolution(call: Call) -> Value:
    """A `Conv`, of one row where it slides along sequences; transposed ones are refused."""
    weight, bias = call.constant("weight"), call.constant("bias")
    assert weight is not None
    axes = weight.ndim - 2
    if call.arguments.get("transposed"):
        raise call.unsupported(
            "(transposed)", "use a convolution, and enlarge the image before the network"
        )
    if axes not in (1, 2):
        raise call.unsupported(f"along {axes} axes", "use Conv2d or Conv1d")
    value = call.image(axes=axes)
    weight = weight.reshape(*weight.shape[:2], -1, weight.shape[-1])  # sequences have one row
    kernel: Pair = (weight.shape[2], weight.shape[3])
    stride, dilation = call.pair("stride", axes), call.pair("dilation", axes)
    padding, overhang = _padding(call, axes, kernel, dilation)
    layer = Conv(
        name=call.layer_name("conv"),
        inputs=(value.layer,),
        shape=(weight.shape[0], 1, 1),
        source=call.place.source,
        kernel=kernel,
        stride=stride,
        padding=padding,
        overhang=overhang,
        dilation=dilation,
        weight=weight.float().numpy(),
        bias=_bias(bias, weight).numpy(),
        groups=int(call["groups"]),
    )
    return call.add(with_output_of(layer, value))


def with_output_of(layer: WindowT, value: Value) -> WindowT:
    """`layer` with as many rows and columns as its window has positions in `value`."""
    rows, columns = (layer.output(axis, size) for axis, size in enumerate(value.shape[1:]))
    return dataclasses.replace(layer, shape=(layer.shape[0], rows, columns))


def _padding(call: Call, axes: int, kernel: Pair, dilation: Pair) -> tuple[Pair, Pair]:
    """Pixels above and to the left, and how many more there are below and to the right."""
    padding = call["padding"]
    if not isinstance(padding, str):
        return call.pair("padding", axes, still=0), (0, 0)
    if padding == "valid":
        return (0, 0), (0, 0)
    down, right = (reach(k, d) - 1 for k, d in zip(kernel, dilation, strict=True))
    return (down // 2, right // 2), (down % 2, right % 2)


def _bias(bias: Tensor | None, weight: Tensor) -> Tensor:
    return torch.zeros(weight.shape[0]) if bias is None else bias.float()


@lowers(aten.linear.default)
def lower_linear(call: Call) -> Value:
    """A 1x1 `Conv`, of an image of one pixel or of the features of every pixel."""
    weight = call.constant("weight")
    assert weight is not None
    return _linear(call, call["input"], weight, call.constant("bias"))


@lowers(aten.addmm.default)
def lower_addmm(call: Call) -> Value:
    """Torch's core form of a linear layer, bias first and weights transposed."""
    weight, bias = call.constant("mat2"), call.constant("self")
    assert weight is not None
    assert bias is not None
    return _linear(call, call["mat1"], weight.T * call["alpha"], bias * call["beta"])


@lowers(aten.mm.default, aten.matmul.default)
def lower_product(call: Call) -> Value:
    """A linear layer without bias, written as ``x @ weight``."""
    name = "mat2" if "mat2" in call.arguments else "other"
    weight = call.constant(name)
    assert weight is not None
    return _linear(call, call["self"], weight.T, None)


def _linear(call: Call, value: object, weight: Tensor, bias: Tensor | None) -> Value:
    if not isinstance(value, Value) or not value.tail or weight.ndim != 2:
        raise call.unsupported(
            "of anything but vectors", "flatten or pool the image to (N, features) first"
        )
    *lead, features = value.tail
    if not lead and value.shape[1:] != (1, 1):
        value = flattened(call, value, f"{value.layer}.flatten")  # some of an image
    order = None
    if not lead:
        # Whichever channels torch sees, in whatever order: the others have weights of 0.
        columns = torch.zeros(weight.shape[0], value.shape[0], dtype=weight.dtype)
        columns[:, torch.from_numpy(value.places.ravel())] = weight
        weight, shape = columns, value.shape
    else:
        # The features of every pixel, (N, height, width, features): a 1x1 convolution.
        pixels = dataclasses.replace(
            value, tail=(features, *lead), order=np.moveaxis(value.places, -1, 0)
        )
        if len(pixels.tail) > 3:
            raise call.unsupported(
                f"of {len(lead)} axes of vectors", "flatten or pool to (N, features) first"
            )
        value = call.arranged(pixels)
        shape = value.shape
        made = channel_first((weight.shape[0], *shape[1:])).reshape(-1, *lead)
        order = np.moveaxis(made, 0, -1)
    return call.add(
        Conv(
            name=call.layer_name("linear"),
            inputs=(value.layer,),
            shape=(weight.shape[0], *shape[1:]),
            source=call.place.source,
            kernel=(1, 1),
            weight=weight[:, :, None, None].float().numpy(),
            bias=_bias(bias, weight).expand(weight.shape[0]).numpy(),
        ),
        order,
    )


@lowers(aten.batch_norm.default, aten._native_batch_norm_legit_no_training.default)
def lower_batch_norm(call: Call) -> Value:
    """``(x - mean) / sqrt(variance + eps) * weight + bias`` with the running statistics."""
    value = call["input"]
    if not isinstance(value, Value) or not value.tail:
        raise call.unsupported("of this shape", "normalize images, sequences or vectors")
    mean, variance = call.constant("running_mean"), call.constant("running_var")
    if call.arguments.get("training") or mean is None or variance is None:
        return refuse_batch_norm(call)
    weight, bias = call.constant("weight"), call.constant("bias")
    scale = (variance + call["eps"]).rsqrt() * (1.0 if weight is None else weight)
    offset = (0.0 if bias is None else bias) - mean * scale
    channels = (-1, *[1] * (len(value.tail) - 1))
    return call.affine(value, scale.reshape(channels), offset.reshape(channels))


@lowers(
    aten._batch_norm_with_update_functional.default,
    aten._native_batch_norm_legit.default,
    aten._native_batch_norm_legit.no_stats,
    aten._native_batch_norm_legit_functional.default,
    aten.native_batch_norm.default,
)
def refuse_batch_norm(call: Call) -> Value:
    """Normalization by the statistics of the batch at hand cannot be folded."""
    raise call.unsupported(
        "in training mode or without running statistics",
        "call the network's eval() before exporting it, and keep track_running_stats=True",
    )
