"""Table layers: convolutions by lookup."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ....compiler.program import NearestEncoder, NearestL1Encoder, TableConv, TreeEncoder
from ..parts import Pixel, Source, Tensor, blank, finish, pixel, places, positions


def table_conv(node: TableConv, source: Source) -> Tensor:
    """The sum of the looked-up table rows, for every position."""
    if node.layout == "pixel":
        return _of_pixels(node, source)
    if node.layout == "patch":
        return _of_patches(node, source)
    raise ValueError(f"node {node.name!r} has no layout that has a meaning: {node.layout!r}")


# ------------------------------------------------------------------------------- encoding


def _tree(encoder: TreeEncoder, subspace: int, vector: Sequence[int]) -> int:
    """Down the tree, one comparison a level."""
    leaves = encoder.leaves
    node = 0
    while node < leaves - 1:
        value = vector[int(encoder.dimensions[subspace][node])]
        greater = value > int(encoder.thresholds[subspace][node])
        node = 2 * node + 2 if greater else 2 * node + 1
    leaf = node - (leaves - 1)
    return leaf if encoder.leaf_codes is None else int(encoder.leaf_codes[subspace][leaf])


def _nearest(encoder: NearestEncoder, subspace: int, vector: Sequence[int]) -> int:
    """The prototype with the least squared distance, the lowest number on a tie."""
    distances = [
        sum((value - at) ** 2 for value, at in zip(vector, point, strict=True))
        for point in encoder.points[subspace].tolist()
    ]
    return distances.index(min(distances))


def _nearest_l1(encoder: NearestL1Encoder, subspace: int, vector: Sequence[int]) -> int:
    """The prototype with the least sum of absolute differences, the lowest number on a tie."""
    distances = [
        sum(abs(value - at) for value, at in zip(vector, point, strict=True))
        for point in encoder.points[subspace].tolist()
    ]
    return distances.index(min(distances))


ENCODERS: dict[type, Callable[[Any, int, Sequence[int]], int]] = {
    TreeEncoder: _tree,
    NearestEncoder: _nearest,
    NearestL1Encoder: _nearest_l1,
}
"""The code of one subspace's activations, for each class of encoder."""


def _codes(node: TableConv, groups: Sequence[Sequence[int]]) -> list[int]:
    """Codes of all subspaces, group by group, each group's elements cut into subspaces."""
    length = node.encoder.length
    code = ENCODERS[type(node.encoder)]
    codes: list[int] = []
    for elements in groups:
        for start in range(0, len(elements), length):
            part = list(elements[start : start + length])
            part += [0] * (length - len(part))
            codes.append(code(node.encoder, len(codes), part))
    return codes


def _groups(node: TableConv, pixel: Pixel) -> list[Pixel]:
    """The channels of a pixel that belong to each group."""
    per_group = len(pixel) // node.groups
    return [pixel[group * per_group :][:per_group] for group in range(node.groups)]


# -------------------------------------------------------------------------------- lookups


def _of_pixels(node: TableConv, source: Source) -> Tensor:
    coded = [[_codes(node, _groups(node, pixel)) for pixel in row] for row in source.tensor]
    padding = _codes(node, _groups(node, source.zero))
    output = blank(node)
    for row, column in positions(node):
        codes = [pixel(coded, *place, padding) for place in places(node, row, column)]
        output[row][column] = _look_up(node, codes)
    return output


def _of_patches(node: TableConv, source: Source) -> Tensor:
    output = blank(node)
    for row, column in positions(node):
        window = [pixel(source.tensor, *place, source.zero) for place in places(node, row, column)]
        patches = []
        for group in range(node.groups):
            channels = [_groups(node, pixel)[group] for pixel in window]  # of each tap
            per_group = len(source.zero) // node.groups
            patches.append([tap[number] for number in range(per_group) for tap in channels])
        output[row][column] = _look_up(node, [_codes(node, patches)])
    return output


def _look_up(node: TableConv, codes: list[list[int]]) -> Pixel:
    """One output pixel from ``codes[tap][subspace]``."""
    tables = node.tables.tolist()
    subspaces = node.encoder.subspaces // node.groups
    outputs = node.shape[0] // node.groups
    found = []
    for channel in range(node.shape[0]):
        group, member = divmod(channel, outputs)
        total = 0
        for subspace in range(group * subspaces, (group + 1) * subspaces):
            for tap in range(len(codes)):
                total += tables[subspace][tap][codes[tap][subspace]][member]
        found.append(finish(node, channel, total))
    return found
