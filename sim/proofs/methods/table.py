"""Proofs of table layers: encoders, tables, and the engine that adds their entries up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
from amaranth.hdl import Array, Const, Mux, Value
from numpy.typing import NDArray

from ....compiler.program import INT8, UINT8, ActivationType, TableConv, TreeEncoder
from ....hw.engine.folding import Folding
from ....hw.logic.packing import MemoryOptions
from ....hw.nodes.methods.table.encoder import Encoder
from ....hw.nodes.methods.table.flat_encoder import FlatEncoder
from ....hw.nodes.methods.table.table_bank import TableBank
from ..components.cores import Group, core
from ..contents import random_tables, random_trees
from ..formal_bench import FormalBench
from ..proof import Proof
from .layer import Term, engine_proof, one_layer


def encoder(bench: FormalBench, dut: Encoder | FlatEncoder, trees: TreeEncoder, width: int) -> None:
    """The code of each subspace: a walk from the root to a leaf."""
    length, beats = trees.length, -(-trees.subspaces // width)

    def answer(group: Group) -> list[Any]:
        x = group.beats[0]
        return [
            Array(
                _code(trees, subspace, x[n * length : (n + 1) * length])
                for subspace in range(n, beats * width, width)
            )[group.number]
            for n in range(width)
        ]

    core(bench, dut, answer, beats)


def _code(trees: TreeEncoder, subspace: int, x: Sequence[Any], node: int = 0) -> Value:
    """Code below `node` of a subspace's tree; 0 for the fill of a pixel's last beat."""
    if subspace >= trees.subspaces:
        return Const(0)
    inner = trees.leaves - 1
    if node >= inner:
        leaf = node - inner
        return Const(leaf if trees.leaf_codes is None else int(trees.leaf_codes[subspace, leaf]))
    left, right = (_code(trees, subspace, x, 2 * node + side) for side in (1, 2))
    dimension, threshold = trees.dimensions[subspace, node], trees.thresholds[subspace, node]
    return Mux(x[int(dimension)] > int(threshold), right, left)


@dataclass(frozen=True, eq=False)
class Bank:
    """A table layer's tables, and how they are folded.

    Parameters
    ----------
    tables: (subspaces, taps, prototypes, channels of a group).
    lanes, outputs: subspaces and channels a beat.
    groups: of the convolution.
    options: how the memories are laid out.
    """

    tables: NDArray[np.int8]
    lanes: int
    outputs: int
    groups: int = 1
    options: MemoryOptions = field(default_factory=MemoryOptions)

    def entries(self, codes: Sequence[Any]) -> list[list[Any]]:
        """For each step of a pixel all entries, given the codes that each lane has on it.

        Steps are, outermost first: one group or as many as fit a beat, blocks of channels, words
        of subspaces, taps. Where several groups fit a beat, the first terms of all their sums
        come first, then the second ones, and so on.
        """
        subspaces, taps, _, channels = self.tables.shape
        each = subspaces // self.groups
        together = max(1, self.lanes // each) if self.groups > 1 else 1
        terms, columns = self.lanes // together, self.outputs // together

        def found(first: int, block: int, word: int, tap: int) -> list[Any]:
            return [
                entry(
                    self.tables,
                    (first + group) * each + word * terms + term,
                    tap,
                    codes[group * terms + term],
                    block * columns + column,
                )
                for term in range(terms)
                for group in range(together)
                for column in range(columns)
            ]

        return [
            found(first, block, word, tap)
            for first in range(0, self.groups, together)
            for block in range(channels // columns)
            for word in range(-(-each // terms))
            for tap in range(taps)
        ]


def table_bank(bench: FormalBench, dut: TableBank, bank: Bank) -> None:
    """For each lane and output the entry of the table whose turn it is."""
    steps = len(bank.entries([Const(0)] * bank.lanes))

    def answer(group: Group) -> list[Any]:
        by_output = zip(*bank.entries(group.beats[0]), strict=True)
        return [Array(entries)[group.number] for entries in by_output]

    core(bench, dut, answer, steps)


def entry(tables: NDArray[np.int8], subspace: int, tap: int, code: Any, channel: int) -> Any:
    """One entry of a table; 0 for the fill of a pixel's last beat."""
    if subspace >= len(tables):
        return Const(0)
    return Array(tables[subspace, tap, :, channel].tolist())[code]


def _encoder_proof(
    trees: TreeEncoder, type_: ActivationType, width: int, short: bool = False
) -> Proof:
    return Proof(
        "Encoder",
        f"{_said(trees, type_)}, {width} a beat",
        lambda: Encoder(trees, type_, width),
        partial(encoder, trees=trees, width=width),
        short=short,
    )


def _flat_proof(trees: TreeEncoder, type_: ActivationType, short: bool = False) -> Proof:
    return Proof(
        "FlatEncoder",
        _said(trees, type_),
        lambda: FlatEncoder(trees, type_),
        partial(encoder, trees=trees, width=trees.subspaces),
        short=short,
    )


def _said(trees: TreeEncoder, type_: ActivationType) -> str:
    """Which trees over activations of which type."""
    merged = "" if trees.leaf_codes is None else f" merged to {trees.prototypes} prototypes"
    return (
        f"{trees.subspaces} random trees of {trees.leaves} leaves{merged} over {trees.length} "
        f"{type_}"
    )


def _bank_proof(bank: Bank, short: bool = False) -> Proof:
    ports = bank.options.ports
    groups = f", {bank.groups} groups" if bank.groups > 1 else ""
    return Proof(
        "TableBank",
        f"random tables {bank.tables.shape}{groups}, {bank.lanes} lanes by {bank.outputs} outputs, "
        f"{ports} read port{'s' if ports > 1 else ''}",
        lambda: TableBank(bank.tables, bank.lanes, bank.outputs, bank.groups, bank.options),
        partial(table_bank, bank=bank),
        short=short,
    )


def table_layer(subspaces: int, taps: int, prototypes: int, channels: int) -> TableConv:
    """A table layer with random trees and tables that takes an image of one column to one pixel."""
    rng = np.random.default_rng(0)
    return TableConv(
        name="layer", inputs=("image",), shape=(channels, 1, 1), type=UINT8, low=0, high=255,
        kernel=(taps, 1), layout="pixel",
        encoder=random_trees(subspaces, prototypes, 1, UINT8),
        tables=random_tables(subspaces, taps, prototypes, channels),
        bias=rng.integers(-100, 200, channels).astype(np.int32),
        shift=rng.integers(0, 3, channels).astype(np.int8),
    )  # fmt: skip


def entry_of(tables: NDArray[np.int8]) -> Term:
    """The entry that a code chooses."""
    return lambda code, subspace, tap, channel: entry(tables, subspace, tap, code, channel)


def _engine_proof(
    subspaces: int, taps: int, prototypes: int, channels: int, folding: Folding
) -> Proof:
    layer = table_layer(subspaces, taps, prototypes, channels)
    return engine_proof(
        one_layer(layer, subspaces, taps),
        folding,
        entry_of(layer.tables),
        f"a table layer, random tables {layer.tables.shape}",
    )


PROOFS = (
    _encoder_proof(random_trees(2, 8, 2, UINT8), UINT8, 2, short=True),
    _encoder_proof(random_trees(3, 4, 3, INT8), INT8, 2),
    _encoder_proof(random_trees(1, 16, 4, INT8), INT8, 1),
    _encoder_proof(random_trees(2, 16, 2, UINT8, prototypes=4), UINT8, 1),
    _flat_proof(random_trees(2, 8, 2, UINT8), UINT8, short=True),
    _flat_proof(random_trees(1, 16, 4, INT8), INT8),
    _flat_proof(random_trees(2, 16, 2, UINT8, prototypes=4), UINT8),
    _bank_proof(Bank(random_tables(3, 2, 4, 4), 2, 2), short=True),
    _bank_proof(Bank(random_tables(2, 9, 4, 1), 1, 1)),
    _bank_proof(Bank(random_tables(3, 1, 16, 2), 3, 1, options=MemoryOptions("ecp5", 2, 0.0))),
    _bank_proof(Bank(random_tables(4, 1, 4, 2), 1, 2, groups=2)),
    _bank_proof(Bank(random_tables(8, 1, 2, 2), 4, 4, groups=4)),
    _engine_proof(2, 1, 4, 2, Folding(2, 1)),
    _engine_proof(2, 1, 4, 2, Folding(1, 1)),
    _engine_proof(2, 2, 2, 2, Folding(1, 2)),
    _engine_proof(3, 1, 4, 1, Folding(2, 1)),
    _engine_proof(1, 3, 4, 1, Folding(1, 1)),
    _engine_proof(3, 1, 8, 2, Folding(3, 2)),
    _engine_proof(1, 2, 4, 1, Folding(1, 1, taps=2)),
)
