"""Convolutions, linear layers and batch norm."""

from __future__ import annotations

import torch
from torch import Tensor

from ...graph import Conv
from ...program import Pair, window_output
from ..draft.call import Call, lowers
from ..draft.values import Value

aten = torch.ops.aten


@lowers(aten.conv2d.default, aten.conv2d.padding, aten.convolution.default)
def lower_convolution(call: Call) -> Value:
    """A `Conv`; dilated, transposed and unevenly padded ones are refused."""
    value, weight, bias = call.image(), call.constant("weight"), call.constant("bias")
    assert weight is not None
    if call.arguments.get("transposed"):
        raise call.unsupported(
            "(transposed)", "use a convolution, and enlarge the image before the network"
        )
    if call.pair("dilation") != (1, 1):
        raise call.unsupported(
            f"with dilation {call.pair('dilation')}",
            "use dilation 1, or a larger kernel with the same reach",
        )
    kernel: Pair = (weight.shape[2], weight.shape[3])
    stride, padding = call.pair("stride"), _padding(call, kernel)
    _, height, width = value.shape
    return call.add(
        Conv(
            name=call.layer_name("conv"),
            inputs=(value.layer,),
            shape=(
                weight.shape[0],
                window_output(height, kernel[0], stride[0], padding[0]),
                window_output(width, kernel[1], stride[1], padding[1]),
            ),
            source=call.place.source,
            kernel=kernel,
            stride=stride,
            padding=padding,
            weight=weight.float().numpy(),
            bias=_bias(bias, weight).numpy(),
            groups=int(call["groups"]),
        )
    )


def _padding(call: Call, kernel: Pair) -> Pair:
    padding = call["padding"]
    if not isinstance(padding, str):
        return call.pair("padding")
    if padding == "valid":
        return (0, 0)
    if not kernel[0] % 2 or not kernel[1] % 2:
        raise call.unsupported(
            f"with padding='same' and kernel {kernel}, which pads one side more than the other",
            "use an odd kernel, or equal padding on both sides",
        )
    return (kernel[0] // 2, kernel[1] // 2)


def _bias(bias: Tensor | None, weight: Tensor) -> Tensor:
    return torch.zeros(weight.shape[0]) if bias is None else bias.float()


@lowers(aten.linear.default)
def lower_linear(call: Call) -> Value:
    """A 1x1 `Conv` of a 1x1 image."""
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
    if not isinstance(value, Value) or not value.is_vector or weight.ndim != 2:
        raise call.unsupported(
            "of anything but a vector per image",
            "flatten or pool the image to (N, features) first",
        )
    weight = value.channel_minor(weight)
    return call.add(
        Conv(
            name=call.layer_name("linear"),
            inputs=(value.layer,),
            shape=(weight.shape[0], 1, 1),
            source=call.place.source,
            kernel=(1, 1),
            weight=weight[:, :, None, None].float().numpy(),
            bias=_bias(bias, weight).expand(weight.shape[0]).numpy(),
        )
    )


@lowers(aten.batch_norm.default, aten._native_batch_norm_legit_no_training.default)
def lower_batch_norm(call: Call) -> Value:
    """``(x - mean) / sqrt(variance + eps) * weight + bias`` with the running statistics."""
    value = call["input"]
    if not isinstance(value, Value) or not (value.is_image or value.is_vector):
        raise call.unsupported("of this shape", "normalize images or vectors")
    mean, variance = call.constant("running_mean"), call.constant("running_var")
    if call.arguments.get("training") or mean is None or variance is None:
        return refuse_batch_norm(call)
    weight, bias = call.constant("weight"), call.constant("bias")
    scale = (variance + call["eps"]).rsqrt() * (1.0 if weight is None else weight)
    return call.affine(value, scale, (0.0 if bias is None else bias) - mean * scale)


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
