"""Haste layers: convolutions over merged channels, one patch, bucket and product at a time."""

from __future__ import annotations

from collections.abc import Iterator

from ....compiler.program import HasteConv
from ..parts import Pixel, Source, Tensor, blank, finish, pixel


def haste_conv(node: HasteConv, source: Source) -> Tensor:
    """The sum of products over the buckets of a position's patch, for every channel."""
    output = blank(node)
    for top in range(0, node.shape[1], node.patch[0]):
        for left in range(0, node.shape[2], node.patch[1]):
            seen = _seen(node, source, top, left)
            for group in range(node.groups):
                per_group = len(source.zero) // node.groups
                channels = [
                    [[place[group * per_group + c] for place in row] for row in seen]
                    for c in range(per_group)
                ]
                _patch(node, channels, group, top, left, output)
    return output


def _seen(node: HasteConv, source: Source, top: int, left: int) -> list[list[Pixel]]:
    """The pixels under the windows of the patch whose first position is given."""
    down = (node.patch[0] - 1) * node.stride[0] + node.kernel[0]
    right = (node.patch[1] - 1) * node.stride[1] + node.kernel[1]
    first_row = top * node.stride[0] - node.padding[0]
    first_column = left * node.stride[1] - node.padding[1]
    return [
        [
            pixel(source.tensor, first_row + row, first_column + column, source.zero)
            for column in range(right)
        ]
        for row in range(down)
    ]


def _patch(
    node: HasteConv,
    channels: list[list[list[int]]],
    group: int,
    top: int,
    left: int,
    output: Tensor,
) -> None:
    """The outputs of one group at the positions of a patch, into `output`."""
    weight = node.weight.tolist()
    buckets = _buckets(node, channels)
    means = [_mean(node, [channels[c] for c in members]) for members in buckets]
    outputs = node.shape[0] // node.groups
    for row, column in _positions(node, top, left):
        for channel in range(group * outputs, (group + 1) * outputs):
            total = 0
            for members, mean in zip(buckets, means, strict=True):
                for down in range(node.kernel[0]):
                    for right in range(node.kernel[1]):
                        merged = sum(weight[channel][c][down][right] for c in members)
                        at = (row - top) * node.stride[0] + down
                        total += merged * mean[at][(column - left) * node.stride[1] + right]
            output[row][column][channel] = finish(node, channel, total)


def _positions(node: HasteConv, top: int, left: int) -> Iterator[tuple[int, int]]:
    """The positions of a patch that the output has."""
    _, height, width = node.shape
    for row in range(top, min(top + node.patch[0], height)):
        for column in range(left, min(left + node.patch[1], width)):
            yield row, column


def _buckets(node: HasteConv, channels: list[list[list[int]]]) -> list[list[int]]:
    """The numbers of the channels in each bucket, buckets in the order of their first ones."""
    codes: list[list[bool]] = [[] for _ in channels]
    for plane in node.hyperplanes.tolist():
        products = [
            sum(
                entry * value
                for entries, values in zip(plane, channel, strict=True)
                for entry, value in zip(entries, values, strict=True)
            )
            for channel in channels
        ]
        total = sum(products)
        for code, product in zip(codes, products, strict=True):
            code.append(len(channels) * product > total)
    buckets: dict[tuple[bool, ...], list[int]] = {}
    for number, code in enumerate(codes):
        buckets.setdefault(tuple(code), []).append(number)
    return list(buckets.values())


def _mean(node: HasteConv, members: list[list[list[int]]]) -> list[list[int]]:
    """The mean of every pixel of a bucket, with its bits behind the point."""
    count = len(members)
    # To the nearest, halves up.
    reciprocal = (2 * 2 ** (16 + node.fraction_bits) + count) // (2 * count)
    return [
        [(sum(values) * reciprocal + 2**15) >> 16 for values in zip(*rows, strict=True)]
        for rows in zip(*members, strict=True)
    ]
