"""Proofs of a table layer's engine: tables, adder tree, accumulator and requantizer together.

The model adds integers of any size, so that these are also the proofs that no accumulator
overflows for its tables.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from amaranth.hdl import Array

from ...compiler.program import UINT8, Input, Program, TableConv, with_bounds
from ...hw.assemble import assemble
from ...hw.core import Core
from ...hw.folding import Folding
from .bench import Bench
from .cores import Group, core
from .lookups import entry, random_tables, random_trees
from .proof import Proof
from .sums import clamp


def engine(bench: Bench, dut: Core, node: TableConv, folding: Folding) -> None:
    """For each output channel the sum of its entries, rounded, shifted and clamped."""
    blocks, taps = node.shape[0] // folding.outputs, node.taps

    def channel(beats: Any, number: int) -> Any:
        total: Any = int(node.bias[number] + node.half[number])
        for n, beat in enumerate(beats):
            word, tap = divmod(n, taps)
            for lane, code in enumerate(beat):
                total += entry(node.tables, word * folding.lanes + lane, tap, code, number)
        return clamp(total >> int(node.shift[number]), node.low, node.high)

    def answer(group: Group) -> list[Any]:
        return [
            Array(channel(group.beats, block * folding.outputs + n) for block in range(blocks))[
                group.number
            ]
            for n in range(folding.outputs)
        ]

    core(bench, dut, answer, blocks)


def table_program(subspaces: int, taps: int, prototypes: int, channels: int) -> Program:
    """One table layer that takes an image of one column to one pixel."""
    rng = np.random.default_rng(0)
    image = Input(
        name="image", inputs=(), shape=(subspaces, taps, 1), type=UINT8,
        zero=np.zeros(subspaces, np.int16),
    )  # fmt: skip
    layer = TableConv(
        name="layer", inputs=("image",), shape=(channels, 1, 1), type=UINT8, low=0, high=255,
        kernel=(taps, 1), layout="pixel",
        encoder=random_trees(subspaces, prototypes, 1, UINT8),
        tables=random_tables(subspaces, taps, prototypes, channels),
        bias=rng.integers(-100, 200, channels).astype(np.int32),
        shift=rng.integers(0, 3, channels).astype(np.int8),
    )  # fmt: skip
    return Program((image, with_bounds(layer, UINT8)))


def _core_of(program: Program, folding: Folding) -> Core:
    network = assemble(program, {"layer": folding})
    stage = next(stage for stage in network.stages if stage.name == "layer.engine")
    result: Core = stage.component.core
    return result


def _proof(shape: tuple[int, int, int, int], folding: Folding, short: bool = False) -> Proof:
    program = table_program(*shape)
    node = program["layer"]
    assert isinstance(node, TableConv)
    return Proof(
        "Chain",
        f"engine of a table layer, random tables {shape}, {folding.lanes} lanes by "
        f"{folding.outputs} outputs",
        lambda: _core_of(program, folding),
        partial(engine, node=node, folding=folding),
        short=short,
    )


PROOFS = (
    _proof((2, 1, 4, 2), Folding(2, 1), short=True),
    _proof((2, 1, 4, 2), Folding(1, 1)),
    _proof((2, 2, 2, 2), Folding(1, 2)),
    _proof((3, 1, 4, 1), Folding(2, 1)),
    _proof((1, 3, 4, 1), Folding(1, 1)),
    _proof((3, 1, 8, 2), Folding(3, 2)),
)
