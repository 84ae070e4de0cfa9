"""Proofs of a layer's engine: tables or multipliers, adder tree, accumulator, requantizer.

The model adds integers of any size, so that these are also the proofs that no accumulator
overflows for its tables or weights.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from amaranth.hdl import Array
from numpy.typing import NDArray

from ....compiler.program import UINT8, Conv, ExactConv, Input, Program, TableConv, with_bounds
from ....hw.engine.folding import Folding
from ....hw.nodes.assemble import assemble
from ....hw.stream.core import Core
from ..bench import Bench
from ..components.cores import Group, core
from ..components.sums import clamp
from ..proof import Proof
from .lookups import entry, random_tables, random_trees

_LATE = 3
"""Clocks after which the model computes; of 0 to 3, with 3 the solver is by far the quickest."""

Term = Callable[[Any, int, int, int], Any]
"""What an element of a window adds to a sum: (element, its number in the pixel, tap, channel)."""


def engine(bench: Bench, dut: Core, node: Conv, folding: Folding, term: Term) -> None:
    """For each output channel the sum of its terms, rounded, shifted and clamped."""
    blocks, taps = node.shape[0] // folding.outputs, node.taps

    def channel(beats: Any, number: int) -> Any:
        total: Any = int(node.bias[number] + node.half[number])
        for n, beat in enumerate(beats):
            word, tap = divmod(n, taps)
            for lane, element in enumerate(beat):
                total += term(element, word * folding.lanes + lane, tap, number)
        return clamp(total >> int(node.shift[number]), node.low, node.high)

    def answer(group: Group) -> list[Any]:
        return [
            Array(channel(group.beats, block * folding.outputs + n) for block in range(blocks))[
                group.number
            ]
            for n in range(folding.outputs)
        ]

    core(bench, dut, answer, blocks, late=_LATE)


def table_program(subspaces: int, taps: int, prototypes: int, channels: int) -> Program:
    """One table layer that takes an image of one column to one pixel."""
    rng = np.random.default_rng(0)
    image = _image(subspaces, taps)
    layer = TableConv(
        name="layer", inputs=("image",), shape=(channels, 1, 1), type=UINT8, low=0, high=255,
        kernel=(taps, 1), layout="pixel",
        encoder=random_trees(subspaces, prototypes, 1, UINT8),
        tables=random_tables(subspaces, taps, prototypes, channels),
        bias=rng.integers(-100, 200, channels).astype(np.int32),
        shift=rng.integers(0, 3, channels).astype(np.int8),
    )  # fmt: skip
    return Program((image, with_bounds(layer, UINT8)))


def exact_program(channels: int, taps: int, outputs: int) -> Program:
    """One exact layer that takes an image of one column to one pixel."""
    rng = np.random.default_rng(0)
    image = _image(channels, taps)
    layer = ExactConv(
        name="layer", inputs=("image",), shape=(outputs, 1, 1), type=UINT8, low=0, high=255,
        kernel=(taps, 1),
        weight=rng.integers(-128, 128, (outputs, channels, taps, 1)).astype(np.int8),
        bias=rng.integers(-100, 200, outputs).astype(np.int32),
        shift=rng.integers(6, 9, outputs).astype(np.int8),
    )  # fmt: skip
    return Program((image, with_bounds(layer, UINT8)))


def _image(channels: int, height: int) -> Input:
    zero = np.zeros(channels, np.int16)
    return Input(name="image", inputs=(), shape=(channels, height, 1), type=UINT8, zero=zero)


def _core_of(program: Program, folding: Folding) -> Core:
    network = assemble(program, {"layer": folding})
    stage = next(stage for stage in network.stages if stage.name == "layer.engine")
    result: Core = stage.component.core
    return result


def _table_term(tables: NDArray[np.int8]) -> Term:
    return lambda code, subspace, tap, channel: entry(tables, subspace, tap, code, channel)


def _exact_term(weight: NDArray[np.int8]) -> Term:
    weights = weight.reshape(*weight.shape[:2], -1)

    def product(x: Any, source: int, tap: int, channel: int) -> Any:
        return x * int(weights[channel, source, tap]) if source < weights.shape[1] else 0

    return product


def _proof(program: Program, folding: Folding) -> Proof:
    node = program["layer"]
    assert isinstance(node, TableConv | ExactConv)
    if isinstance(node, TableConv):
        kind, shape, term = "table", node.tables.shape, _table_term(node.tables)
    else:
        kind, shape, term = "exact", node.weight.shape, _exact_term(node.weight)
    contents = {"table": "tables", "exact": "weights"}[kind]
    return Proof(
        "Chain",
        f"engine of {'a' if kind == 'table' else 'an'} {kind} layer, random {contents} {shape}, "
        f"{folding.lanes} lanes by {folding.outputs} outputs",
        lambda: _core_of(program, folding),
        partial(engine, node=node, folding=folding, term=term),
    )


PROOFS = (
    _proof(table_program(2, 1, 4, 2), Folding(2, 1)),
    _proof(table_program(2, 1, 4, 2), Folding(1, 1)),
    _proof(table_program(2, 2, 2, 2), Folding(1, 2)),
    _proof(table_program(3, 1, 4, 1), Folding(2, 1)),
    _proof(table_program(1, 3, 4, 1), Folding(1, 1)),
    _proof(table_program(3, 1, 8, 2), Folding(3, 2)),
    _proof(exact_program(1, 1, 1), Folding(1, 1)),
)
