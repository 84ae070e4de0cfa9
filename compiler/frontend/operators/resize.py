"""Larger images: upsampling, pixel shuffle and transposed convolutions."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from ...graph import ChannelSelect, Conv, DepthToSpace, Interpolate, Layer, Upsample
from ...program import Pair
from ...program.nodes.rearranged import MAX_INTERPOLATION
from ..draft.call import Call, lowers
from ..draft.values import Value, as_image
from .channels import select_channels
from .shapes import slice_pad

aten = torch.ops.aten


@lowers(
    aten.upsample_nearest1d.default,
    aten.upsample_nearest1d.vec,
    aten.upsample_nearest2d.default,
    aten.upsample_nearest2d.vec,
    aten._upsample_nearest_exact1d.default,
    aten._upsample_nearest_exact1d.vec,
    aten._upsample_nearest_exact2d.default,
    aten._upsample_nearest_exact2d.vec,
)
def lower_nearest(call: Call) -> Value:
    """An `Upsample` by whole factors."""
    value = call.image(axes=len(call.tail) - 1)
    factor = _factor(call, value)
    if factor is None:
        raise call.unsupported(_sizes(call, value), "upsample by whole factors")
    return _enlarged(call, value, Upsample, factor)


@lowers(
    aten.upsample_linear1d.default,
    aten.upsample_linear1d.vec,
    aten.upsample_bilinear2d.default,
    aten.upsample_bilinear2d.vec,
)
def lower_linear(call: Call) -> Value:
    """An `Interpolate` by powers of two, without aligned corners; of a sequence, one row."""
    value = call.image(axes=len(call.tail) - 1)
    factor = _factor(call, value)
    powers = factor is not None and all(
        times <= MAX_INTERPOLATION and times.bit_count() == 1 for times in factor
    )
    if factor is None or not powers or call["align_corners"]:
        corners = ", corners aligned," if call["align_corners"] else ""
        raise call.unsupported(
            f"{_sizes(call, value)}{corners}",
            "interpolate by factors of 2, 4, 8 or 16 with align_corners=False",
        )
    return _enlarged(call, value, Interpolate, factor)


def _enlarged(
    call: Call, value: Value, kind: type[Upsample] | type[Interpolate], factor: Pair
) -> Value:
    """`value` larger by `factor`."""
    return call.add(
        kind(
            name=call.layer_name("upsample"),
            inputs=(value.layer,),
            shape=as_image(call.tail),
            source=call.place.source,
            factor=factor,
        )
    )


def _factor(call: Call, value: Value) -> Pair | None:
    """How much larger `value` becomes, (vertical, horizontal); None where by no whole number.

    A scale that is given too must be the same: torch computes places by it.
    """
    (_, *size), (_, *result) = value.shape, as_image(call.tail)
    factor = (result[0] // size[0], result[1] // size[1])
    axes = len(call.tail) - 1
    names = ("scales_h", "scales_w") if axes == 2 else ("scales",)
    scales = call.arguments.get("scale_factors") or [call.arguments.get(name) for name in names]
    asked = zip(scales, factor[2 - axes :], strict=True)
    same = all(scale is None or scale == times for scale, times in asked)
    fits = result == [size[0] * factor[0], size[1] * factor[1]]
    return factor if min(factor) >= 1 and fits and same else None


def _sizes(call: Call, value: Value) -> str:
    """What grows to what, for messages."""
    (_, *size), (_, *result) = value.shape, as_image(call.tail)
    return f"from {size[0]}x{size[1]} to {result[0]}x{result[1]}"


@lowers(aten.expand.default, aten.expand_as.default)
def lower_expand(call: Call) -> Value:
    """An `Upsample` of a single pixel, or a single channel several times."""
    return spread(call, call.layer_value())


def spread(call: Call, value: Value) -> Value:
    """`value` with its single pixel or single channel as often as the call's result has them."""
    if len(value.tail) != len(call.tail) or not 1 <= len(call.tail) <= 3:
        raise call.unsupported(
            f"of a layer of shape {value.tail} and one of {call.tail}",
            "multiply an image by one number for each channel, (N, channels, 1, 1), or each pixel",
        )
    shape, source = as_image(call.tail), call.place.source
    if value.tail == call.tail:
        return value
    value = call.arranged(value)
    channels, *size = value.shape
    if channels < shape[0]:
        layer: Layer = ChannelSelect(
            name=call.draft.unique(f"{value.layer}.spread"), inputs=(value.layer,),
            shape=(shape[0], *value.shape[1:]), source=source, channels=(0,) * shape[0],
        )  # fmt: skip
        call.draft.add(layer)
        value = Value(layer.name, layer.shape, call.tail)
    factor = (shape[1] // size[0], shape[2] // size[1])
    if factor != (1, 1):
        layer = Upsample(
            name=call.draft.unique(f"{value.layer}.spread"), inputs=(value.layer,), shape=shape,
            source=source, factor=factor,
        )  # fmt: skip
        call.draft.add(layer)
        value = Value(layer.name, layer.shape, call.tail)
    return value


@lowers(aten.pixel_shuffle.default)
def lower_pixel_shuffle(call: Call) -> Value:
    """A `DepthToSpace`, of channels in its own order: torch counts those of a pixel last."""
    value, block = call.image(), int(call["upscale_factor"])
    numbers = torch.arange(value.shape[0]).reshape(-1, block * block).T.flatten()
    chosen = select_channels(call, value, numbers.tolist())
    return _spread(call, chosen, (block, block), call.layer_name("spread"))


def _spread(call: Call, value: Value, block: Pair, name: str) -> Value:
    channels, height, width = value.shape
    rows, columns = block
    return call.add(
        DepthToSpace(
            name=name,
            inputs=(value.layer,),
            shape=(channels // (rows * columns), height * rows, width * columns),
            source=call.place.source,
            block=block,
        )
    )


@lowers(aten.conv_transpose1d.default, aten.conv_transpose2d.input)
def lower_conv_transpose(call: Call) -> Value:
    """A `Conv` that computes a block of pixels at each position, and a `DepthToSpace` of it.

    A pixel of a transposed convolution adds what few taps reach from where the input has pixels:
    those whose distance is a multiple of the stride. Which ones depends on the place in the block
    alone, so that each place has a small kernel of its own, and nothing is multiplied by zeros put
    between pixels (Shi et al., arXiv 1609.07009).
    """
    weight, bias = call.constant("weight"), call.constant("bias")
    assert weight is not None
    rank = weight.ndim - 2
    value = call.image(axes=rank)
    weight = weight.reshape(*weight.shape[:2], -1, weight.shape[-1])  # sequences have one row
    groups, stride = int(call["groups"]), call.pair("stride", rank)
    padding, dilation = call.pair("padding", rank, still=0), call.pair("dilation", rank)
    _, *wanted = as_image(call.tail)
    blocks = [-(-size // step) for size, step in zip(wanted, stride, strict=True)]
    axes = [
        _Axis.of(
            value.shape[1 + axis], blocks[axis] * stride[axis], weight.shape[2 + axis],
            stride[axis], padding[axis], dilation[axis],
        )
        for axis in (0, 1)
    ]  # fmt: skip
    per_group = weight.shape[1]
    placed = _placed(weight, axes, groups)  # (groups, block rows, block columns, outputs, ...)
    kernels = placed.reshape(-1, *placed.shape[4:])
    biases = torch.zeros(groups * per_group) if bias is None else bias
    each = biases.reshape(groups, 1, 1, per_group).expand(placed.shape[:4]).reshape(-1)
    conv = Conv(
        name=call.layer_name("conv_transpose"),
        inputs=(value.layer,),
        shape=(len(kernels), blocks[0], blocks[1]),
        source=call.place.source,
        kernel=(axes[0].kernel, axes[1].kernel),
        padding=(axes[0].padding, axes[1].padding),
        groups=groups,
        weight=kernels.float().numpy(),
        bias=each.float().numpy(),
    )
    made = call.add(conv)
    if stride == (1, 1):
        return made
    if groups > 1:
        numbers = np.arange(len(kernels)).reshape(groups, stride[0] * stride[1], per_group)
        order = numbers.transpose(1, 0, 2).reshape(-1).tolist()
        layer = ChannelSelect(
            name=call.draft.unique(f"{conv.name}.channels"), inputs=(made.layer,), shape=made.shape,
            source=call.place.source, channels=tuple(order),
        )  # fmt: skip
        made = call.add(layer)
    result = _spread(call, made, stride, call.draft.unique(f"{conv.name}.spread"))
    rest = [n * step - size for n, step, size in zip(blocks, stride, wanted, strict=True)]
    if not any(rest):
        return result
    # What the last blocks have beyond the image.
    name = call.draft.unique(f"{conv.name}.crop")
    return slice_pad(call, name, result, cut=((0, rest[0]), (0, rest[1])))


class _Axis(NamedTuple):
    """One axis of a transposed convolution as a convolution of blocks.

    Parameters
    ----------
    stride: of the transposed convolution, and pixels of a block.
    kernel, padding: of the convolution; padding is the same at both ends.
    taps: (place in the block, tap of the convolution, tap of the transposed one) of each product.
    """

    stride: int
    kernel: int
    padding: int
    taps: tuple[tuple[int, int, int], ...]

    @staticmethod
    def of(size: int, result: int, kernel: int, stride: int, padding: int, dilation: int) -> _Axis:
        """The axis of an image of `size` pixels that becomes one of `result`."""
        reached = [
            (place, (place + padding - tap * dilation) // stride, tap)
            for place in range(stride)
            for tap in range(kernel)
            if (place + padding - tap * dilation) % stride == 0
        ]
        away = [distance for _, distance, _ in reached]
        more = math.ceil(result / stride) - size
        border = max(0, -min(away), max(away) + more)
        taps = tuple((place, distance + border, tap) for place, distance, tap in reached)
        return _Axis(stride, 2 * border + 1 - more, border, taps)


def _placed(weight: Tensor, axes: list[_Axis], groups: int) -> Tensor:
    """(groups, block rows, block columns, outputs, inputs, kernel rows, columns) the kernels.

    Parameters
    ----------
    weight: (inputs, outputs of a group, rows, columns) of the transposed convolution.
    """
    rows, columns = axes
    inputs, outputs = weight.shape[0] // groups, weight.shape[1]
    grouped = weight.reshape(groups, inputs, outputs, *weight.shape[2:]).transpose(1, 2)
    placed = weight.new_zeros(
        groups, rows.stride, columns.stride, outputs, inputs, rows.kernel, columns.kernel
    )
    for row, down, tap_row in rows.taps:
        for column, right, tap_column in columns.taps:
            placed[:, row, column, :, :, down, right] = grouped[..., tap_row, tap_column]
    return placed
