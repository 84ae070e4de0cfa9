"""Proofs of what looks up: encoders and tables."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from amaranth.hdl import Array, Const, Mux, Value
from numpy.typing import NDArray

from ...compiler.program import INT8, UINT8, ActivationType, TreeEncoder
from ...hw.encoder import Encoder
from ...hw.packing import MemoryOptions
from ...hw.table_bank import TableBank
from .bench import Bench
from .cores import Group, core
from .proof import Proof


def encoder(bench: Bench, dut: Encoder, trees: TreeEncoder, width: int) -> None:
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


def table_bank(
    bench: Bench, dut: TableBank, tables: NDArray[np.int8], lanes: int, outputs: int
) -> None:
    """For each lane and output the entry of the table whose turn it is."""
    subspaces, taps, _, channels = tables.shape
    words, blocks = -(-subspaces // lanes), channels // outputs

    def answer(group: Group) -> list[Any]:
        return [
            Array(
                entry(tables, word * lanes + lane, tap, code, block * outputs + n)
                for block in range(blocks)
                for word in range(words)
                for tap in range(taps)
            )[group.number]
            for lane, code in enumerate(group.beats[0])
            for n in range(outputs)
        ]

    core(bench, dut, answer, blocks * words * taps)


def entry(tables: NDArray[np.int8], subspace: int, tap: int, code: Any, channel: int) -> Any:
    """One entry of a table; 0 for the fill of a pixel's last beat."""
    if subspace >= len(tables):
        return Const(0)
    return Array(tables[subspace, tap, :, channel].tolist())[code]


def random_trees(
    subspaces: int, leaves: int, length: int, type_: ActivationType, prototypes: int | None = None
) -> TreeEncoder:
    """Trees with thresholds within, and just outside, the range of `type_`."""
    rng = np.random.default_rng(0)
    size = (subspaces, leaves - 1)
    merged = rng.integers(0, prototypes or 1, (subspaces, leaves)).astype(np.uint8)
    if prototypes:
        merged[:, 0] = prototypes - 1
    return TreeEncoder(
        rng.integers(0, length, size).astype(np.int16),
        rng.integers(type_.low - 1, type_.high + 2, size).astype(np.int16),
        length,
        merged if prototypes else None,
    )


def random_tables(*shape: int) -> NDArray[np.int8]:
    """Tables over the whole range of int8: (subspaces, taps, prototypes, channels)."""
    return np.random.default_rng(0).integers(-128, 128, shape).astype(np.int8)


def _encoder_proof(
    trees: TreeEncoder, type_: ActivationType, width: int, short: bool = False
) -> Proof:
    merged = "" if trees.leaf_codes is None else f" merged to {trees.prototypes} prototypes"
    return Proof(
        "Encoder",
        f"{trees.subspaces} random trees of {trees.leaves} leaves{merged} over {trees.length} "
        f"{type_}, {width} a beat",
        lambda: Encoder(trees, type_, width),
        partial(encoder, trees=trees, width=width),
        short=short,
    )


def _bank_proof(
    tables: NDArray[np.int8], lanes: int, outputs: int, options: MemoryOptions | None = None,
    short: bool = False,
) -> Proof:  # fmt: skip
    options = options or MemoryOptions()
    return Proof(
        "TableBank",
        f"random tables {tables.shape}, {lanes} lanes by {outputs} outputs, "
        f"{options.ports} read port{'s' if options.ports > 1 else ''}",
        lambda: TableBank(tables, lanes, outputs, options=options),
        partial(table_bank, tables=tables, lanes=lanes, outputs=outputs),
        short=short,
    )


PROOFS = (
    _encoder_proof(random_trees(2, 8, 2, UINT8), UINT8, 2, short=True),
    _encoder_proof(random_trees(3, 4, 3, INT8), INT8, 2),
    _encoder_proof(random_trees(1, 16, 4, INT8), INT8, 1),
    _encoder_proof(random_trees(2, 16, 2, UINT8, prototypes=4), UINT8, 1),
    _bank_proof(random_tables(3, 2, 4, 4), 2, 2, short=True),
    _bank_proof(random_tables(2, 9, 4, 1), 1, 1),
    _bank_proof(random_tables(3, 1, 16, 2), 3, 1, MemoryOptions("ecp5", 2, 0.0)),
)
