"""Settings of the compiler that make tables smaller, tried on a program's shapes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from .....compiler.program import (
    NearestEncoder,
    Node,
    Program,
    TableConv,
    TreeEncoder,
    subspaces_per_group,
    with_bounds,
)
from ..change import Change


def smaller_tables(program: Program) -> list[Change]:
    """Settings that make tables smaller, each kind from the mildest on."""
    layers = [node for node in program.convs if isinstance(node, TableConv)]
    if not layers:
        return []
    most = max(node.encoder.prototypes for node in layers)
    length = min((n.encoder.length for n in layers if n.layout == "pixel"), default=0)
    found = [Change(f"--table-bits {bits}", partial(fewer_bits, bits=bits)) for bits in (6, 4)]
    if most > 4:
        fewer = partial(fewer_prototypes, prototypes=most // 2)
        found.append(Change(f"--prototypes {most // 2}", fewer))
    if length:
        found += [
            Change(f"--subspace-length {longer}", partial(longer_subspaces, length=longer))
            for longer in (2 * length, 4 * length)
        ]
    return found


def fewer_bits(program: Program, bits: int) -> Program:
    """The program with table entries of at most so many bits."""

    def change(node: TableConv) -> TableConv:
        return replace(node, tables=node.tables >> max(0, 8 - bits))

    return _changed(program, change)


def fewer_prototypes(program: Program, prototypes: int) -> Program:
    """The program with at most so many prototypes per subspace."""

    def change(node: TableConv) -> TableConv:
        encoder = node.encoder
        if encoder.prototypes <= prototypes:
            return node
        kept = encoder.prototypes // prototypes
        if isinstance(encoder, NearestEncoder):
            some = replace(encoder, points=encoder.points[:, ::kept])
            return replace(node, encoder=some, tables=_most_bits(node.tables, 2, kept))
        nodes = max(2, encoder.leaves // kept) - 1
        fewer = replace(
            encoder,
            dimensions=encoder.dimensions[:, :nodes],
            thresholds=encoder.thresholds[:, :nodes],
            leaf_codes=_leaf_codes(encoder, (encoder.subspaces, nodes + 1), prototypes),
        )
        return replace(node, encoder=fewer, tables=_most_bits(node.tables, 2, kept))

    return _changed(program, change)


def longer_subspaces(program: Program, length: int) -> Program:
    """The program with subspaces of at least so many channels, in layers that code pixels."""

    def change(node: TableConv) -> TableConv:
        encoder = node.encoder
        old = encoder.length
        if node.layout != "pixel" or old >= length:
            return node
        channels = program[node.inputs[0]].shape[0]
        per_group = subspaces_per_group(channels // node.groups, node.taps, length, node.layout)
        count = per_group * node.groups
        if isinstance(encoder, NearestEncoder):
            longer = np.zeros((count, encoder.prototypes, length), np.int16)
            longer[..., :old] = encoder.points[:count]
            return replace(
                node, encoder=replace(encoder, points=longer), tables=node.tables[:count]
            )
        fewer = replace(
            encoder,
            dimensions=encoder.dimensions[:count],
            thresholds=encoder.thresholds[:count],
            length=length,
            leaf_codes=_leaf_codes(encoder, (count, encoder.leaves), encoder.prototypes),
        )
        return replace(node, encoder=fewer, tables=node.tables[:count])

    return _changed(program, change)


def _leaf_codes(
    encoder: TreeEncoder, shape: tuple[int, int], prototypes: int
) -> NDArray[np.uint16] | None:
    """Codes for (subspaces, leaves) of a changed encoder, where it merges leaves.

    What is left of its own codes may lack the highest, which says how many prototypes there are.
    """
    if encoder.leaf_codes is None:
        return None
    codes = (np.arange(shape[1]) % prototypes).astype(np.uint16)
    codes[-1] = prototypes - 1
    return np.tile(codes, (shape[0], 1))


def _most_bits(tables: NDArray[np.int8], axis: int, step: int) -> NDArray[np.int8]:
    """Every `step`-th row, with entries that need as many bits as those left out."""
    shape = list(tables.shape)
    shape[axis : axis + 1] = [shape[axis] // step, step]
    apart = tables.reshape(shape)
    magnitude = np.where(apart < 0, ~apart, apart)
    largest = magnitude.argmax(axis=axis + 1, keepdims=True)
    return np.take_along_axis(apart, largest, axis + 1).squeeze(axis + 1)


def _changed(program: Program, change: Callable[[TableConv], TableConv]) -> Program:
    nodes: list[Node] = []
    for node in program:
        if isinstance(node, TableConv):
            nodes.append(with_bounds(change(node), program[node.inputs[0]].type))
        else:
            nodes.append(node)
    return replace(program, nodes=tuple(nodes))
