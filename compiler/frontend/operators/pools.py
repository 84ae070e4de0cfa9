"""Max pools and average pools."""

from __future__ import annotations

import dataclasses

import torch

from ...graph import AveragePool, MaxPool
from ...program import NO_EDGES, Pair, reach
from ..draft.call import Call, lowers
from ..draft.values import Value
from .convolutions import WindowT, with_output_of

aten = torch.ops.aten


@lowers(
    aten.max_pool1d.default,
    aten.max_pool1d_with_indices.default,
    aten.max_pool2d.default,
    aten.max_pool2d_with_indices.default,
)
def lower_max_pool(call: Call) -> Value:
    """A `MaxPool`; with `ceil_mode` it has as much padding behind as its last window needs."""
    axes = _axes(call)
    value, pool = _pool(call, MaxPool, axes)
    pool = dataclasses.replace(pool, dilation=call.pair("dilation", axes))
    return call.add(with_output_of(_with_tail(call, value, pool), value))


@lowers(aten.avg_pool1d.default, aten.avg_pool2d.default)
def lower_average_pool(call: Call) -> Value:
    """An `AveragePool`, which counts padding as zeros, or not.

    What `ceil_mode` adds to the last window is never counted.
    """
    value, pool = _pool(call, AveragePool, _axes(call))
    pool = _with_tail(call, value, pool)
    if not call["count_include_pad"]:
        pool = dataclasses.replace(pool, uncounted=pool.edges)
    elif pool.overhang != (0, 0):
        (below, right) = pool.overhang
        pool = dataclasses.replace(pool, uncounted=((0, below), (0, right)))
    result = call.add(with_output_of(pool, value))
    divisor = call.arguments.get("divisor_override")
    if divisor is None:
        return result
    if pool.uncounted != NO_EDGES:
        raise call.unsupported(
            "with divisor_override and windows that are not all counted",
            "leave one away: divisor_override, or count_include_pad=False and ceil_mode",
        )
    taps = pool.kernel[0] * pool.kernel[1]
    return call.affine(result, torch.tensor([taps / float(divisor)]), torch.zeros(1))


@lowers(
    aten.adaptive_avg_pool1d.default,
    aten.adaptive_avg_pool2d.default,
    aten._adaptive_avg_pool2d.default,
)
def lower_adaptive_average_pool(call: Call) -> Value:
    """An `AveragePool` whose windows do not overlap."""
    return _adaptive(call, AveragePool)


@lowers(aten.adaptive_max_pool1d.default, aten.adaptive_max_pool2d.default)
def lower_adaptive_max_pool(call: Call) -> Value:
    """A `MaxPool` whose windows do not overlap."""
    return _adaptive(call, MaxPool)


def _axes(call: Call) -> int:
    return 1 if "1d" in call.operator else 2


def _pool(call: Call, kind: type[WindowT], axes: int) -> tuple[Value, WindowT]:
    """What is pooled, and the pool."""
    value = call.image("self", axes)
    kernel = call.pair("kernel_size", axes)
    stride = call.pair("stride", axes) if call["stride"] else kernel
    return value, pool_of(call, kind, value, kernel, stride, call.pair("padding", axes, still=0))


def pool_of(
    call: Call,
    kind: type[WindowT],
    value: Value,
    kernel: Pair,
    stride: Pair,
    padding: Pair = (0, 0),
) -> WindowT:
    """A pool of `value`; how many rows and columns it has is for `with_output_of` to say."""
    return kind(
        name=call.layer_name(kind.kind),
        inputs=(value.layer,),
        shape=(value.shape[0], 1, 1),
        source=call.place.source,
        kernel=kernel,
        stride=stride,
        padding=padding,
    )


def _adaptive(call: Call, kind: type[WindowT]) -> Value:
    axes = _axes(call)
    value = call.image("self", axes)
    _, height, width = value.shape
    wanted = call["output_size"]
    sizes = [wanted] if isinstance(wanted, int) else list(wanted)
    # None keeps an axis as it is.
    columns = width if sizes[-1] is None else int(sizes[-1])
    rows = height if axes == 1 or sizes[0] is None else int(sizes[0])
    if min(rows, columns) < 1 or height % rows or width % columns:
        raise call.unsupported(
            f"from {height}x{width} to {rows}x{columns} pixels, whose windows differ in size",
            "choose an output size that divides the image's",
        )
    kernel = (height // rows, width // columns)
    return call.add(with_output_of(pool_of(call, kind, value, kernel, kernel), value))


def _with_tail(call: Call, value: Value, pool: WindowT) -> WindowT:
    """`pool` with the padding behind with which it has as many windows as torch gives."""
    more = []
    sizes = ([1] * (3 - len(call.tail)) + [*call.tail[1:]])[-2:]
    for axis, (size, positions) in enumerate(zip(value.shape[1:], sizes, strict=True)):
        under = reach(pool.kernel[axis], pool.dilation[axis])
        last = (positions - 1) * pool.stride[axis] - pool.padding[axis]
        more.append(max(0, last + under - size - pool.padding[axis]))
    return dataclasses.replace(pool, overhang=(more[0], more[1]))
