"""Haste layers: convolutions over channels that are merged where a patch has them alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from ....compiler.program import HasteConv
from ....compiler.program.nodes.haste import RECIPROCAL_HALF, RECIPROCAL_SHIFT
from ..parts import Activations, Source, pad
from .layer import exact_products, finish

_ELEMENTS = 1 << 21
"""Of patches' inputs that are under way at a time."""


def haste_conv(node: HasteConv, source: Source) -> Activations:
    """A convolution over the buckets that each patch's channels make."""
    parts = []
    for some in _at_a_time(node, source):
        pixels = _patches(node, some)
        means = _means(node, pixels, _numbers(node, pixels))
        parts.append(finish(node, _sums(node, means)))
    return np.concatenate(parts) if parts else np.zeros((0, *_pixel_major(node)), np.int16)


def buckets(node: HasteConv, source: Source) -> NDArray[np.int64]:
    """(images, patches in a column, patches in a row, channels) number of each channel's bucket.

    Buckets of a patch and group are numbered by their first channels.
    """
    parts = [_numbers(node, _patches(node, some)) for some in _at_a_time(node, source)]
    return np.concatenate(parts).reshape(len(source.values), *node.patches, -1)


def bucket_counts(node: HasteConv, source: Source) -> NDArray[np.int64]:
    """(images * patches * groups,) buckets of each patch's groups, in this order."""
    numbers = buckets(node, source)
    return numbers.reshape(-1, numbers.shape[-1] // node.groups).max(axis=1) + 1


def _pixel_major(node: HasteConv) -> tuple[int, int, int]:
    channels, rows, columns = node.shape
    return rows, columns, channels


def _at_a_time(node: HasteConv, source: Source) -> Iterator[Source]:
    """A few images at a time, whose patches a processor's cache may hold."""
    halo, patches = node.halo, node.patches
    image = patches[0] * patches[1] * halo[0] * halo[1] * len(source.zero)
    count = max(1, _ELEMENTS // image)
    for first in range(0, len(source.values), count):
        yield Source(source.values[first : first + count], source.zero)


def _patches(node: HasteConv, source: Source) -> NDArray[np.float32]:
    """(patches of all images, halo height, halo width, channels): what each patch sees."""
    padded = pad(source.values, node.edges, source.zero)
    steps = [node.patch[axis] * node.stride[axis] for axis in (0, 1)]
    size = [(node.patches[axis] - 1) * steps[axis] + node.halo[axis] for axis in (0, 1)]
    images, height, width, channels = padded.shape
    reach = np.empty((images, *size, channels), np.float32)
    reach[...] = source.zero
    rows, columns = min(height, size[0]), min(width, size[1])
    reach[:, :rows, :columns] = padded[:, :rows, :columns]
    view = sliding_window_view(reach, node.halo, axis=(1, 2))[:, :: steps[0], :: steps[1]]
    return view.transpose(0, 1, 2, 4, 5, 3).reshape(-1, *node.halo, channels)


def _numbers(node: HasteConv, pixels: NDArray[np.float32]) -> NDArray[np.int64]:
    """(patches, groups, channels of a group) number of each channel's bucket."""
    patches, channels = len(pixels), pixels.shape[-1] // node.groups
    planes = node.hyperplanes.reshape(len(node.hyperplanes), -1)
    # No sum over all channels is beyond this, and so none is rounded.
    largest = planes.shape[1] * channels << 8
    exact = np.float32 if largest < 1 << 24 else np.float64
    seen = pixels.reshape(patches, planes.shape[1], -1).astype(exact, copy=False)
    products = np.matmul(planes.astype(exact), seen)
    by_group = products.reshape(patches, len(planes), node.groups, channels)
    sides = by_group * exact(channels) > by_group.sum(axis=3, keepdims=True)
    held = np.float32 if len(planes) <= 24 else np.float64
    powers = np.exp2(np.arange(len(planes))).astype(held)
    codes = np.matmul(powers, sides.reshape(patches, len(planes), -1).astype(held))
    narrow = codes.astype(np.uint16 if len(planes) <= 16 else np.uint32)
    return _numbered(narrow.reshape(-1, channels)).reshape(patches, node.groups, channels)


def _numbered(codes: NDArray[np.unsignedinteger]) -> NDArray[np.int64]:
    """Of each row of codes the number of each one's bucket, in the order of first appearance."""
    places = np.arange(codes.shape[1])
    order = np.argsort(codes, axis=1, kind="stable")
    ordered = np.take_along_axis(codes, order, axis=1)
    starts = np.ones(codes.shape, bool)
    starts[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    begun = np.maximum.accumulate(np.where(starts, places, 0), axis=1)
    first = np.empty_like(order)  # channel with the same code
    np.put_along_axis(first, order, np.take_along_axis(order, begun, axis=1), axis=1)
    ranks = np.cumsum(first == places, axis=1) - 1
    return np.take_along_axis(ranks, first, axis=1)


@dataclass(frozen=True, eq=False)
class _Buckets:
    """Buckets of many patches, one after the other.

    Parameters
    ----------
    of: (channels of all patches,) the bucket that each channel is in.
    sizes: (buckets,) how many channels each has.
    """

    of: NDArray[np.int64]
    sizes: NDArray[np.int64]

    @classmethod
    def numbered(cls, numbers: NDArray[np.int64]) -> _Buckets:
        """From numbers that begin anew in each row (rows, channels)."""
        counts = numbers.max(axis=1) + 1
        offsets = np.cumsum(counts) - counts
        of = (numbers + offsets[:, None]).reshape(-1)
        return cls(of, np.bincount(of, minlength=int(counts.sum())))

    def sums(self, channels: NDArray[np.float32]) -> NDArray[np.float32]:
        """(buckets, values) of (channels, values)."""
        from scipy import sparse  # not above: `tabfab --help` would wait for it

        ones = np.ones(len(self.of), channels.dtype)
        columns = np.arange(len(self.of) + 1)
        shape = (len(self.sizes), len(self.of))
        summing: NDArray[np.float32] = sparse.csc_matrix((ones, self.of, columns), shape) @ channels
        return summing


def _means(
    node: HasteConv, pixels: NDArray[np.float32], numbers: NDArray[np.int64]
) -> NDArray[np.float32]:
    """`pixels` with the mean of its bucket in the place of every channel."""
    patches, rows, columns, channels = pixels.shape
    by_channel = pixels.reshape(patches, rows * columns, channels).transpose(0, 2, 1)
    in_buckets = _Buckets.numbered(numbers.reshape(-1, channels // node.groups))
    sums = in_buckets.sums(by_channel.reshape(patches * channels, -1)).astype(np.int32)
    reciprocals = node.reciprocals[in_buckets.sizes][:, None]
    means = (sums * reciprocals + RECIPROCAL_HALF) >> RECIPROCAL_SHIFT
    found = means.astype(np.float32)[in_buckets.of].reshape(by_channel.shape)
    return np.ascontiguousarray(found.transpose(0, 2, 1)).reshape(pixels.shape)


def _sums(node: HasteConv, means: NDArray[np.float32]) -> NDArray[np.int32]:
    """(images, rows, columns, M) products of weights with the buckets' means, summed."""
    down, right = node.patch
    view = sliding_window_view(means, node.kernel, axis=(1, 2))
    view = view[:, :: node.stride[0], :: node.stride[1]].transpose(0, 1, 2, 4, 5, 3)
    by_group = view.reshape(len(means) * down * right, node.taps, node.groups, -1)
    inputs = by_group.transpose(2, 0, 1, 3).reshape(node.groups, len(by_group), -1)
    weight = node.weight.reshape(node.groups, -1, node.weight.shape[1], node.taps)
    factors = weight.transpose(0, 3, 2, 1).reshape(node.groups, inputs.shape[2], -1)
    largest = int(np.abs(means).max(initial=1))
    total = exact_products(inputs, factors, largest).transpose(1, 0, 2)
    # Patches of positions to rows of them; what reaches beyond the output is left out.
    patches = node.patches
    image = total.reshape(-1, *patches, down, right, node.shape[0]).transpose(0, 1, 3, 2, 4, 5)
    rows = image.reshape(-1, patches[0] * down, patches[1] * right, node.shape[0])
    return rows[:, : node.shape[1], : node.shape[2]].astype(np.int64).astype(np.int32)
