"""Proofs of activation functions that are looked up."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from amaranth.hdl import Array
from numpy.typing import NDArray

from ....compiler.program import ActivationType
from ....hw.logic.packing import MemoryOptions
from ....hw.nodes.operators.activation import ActivationLookup
from ..formal_bench import FormalBench
from ..proof import Proof
from .cores import Group, core


def activation_lookup(
    bench: FormalBench, dut: ActivationLookup, tables: NDArray[np.int16], low: int
) -> None:
    """Every value's entry in the table of its channel."""
    rows = [Array(row) for row in tables.tolist()]

    def answer(group: Group) -> list[Any]:
        values = group.beats[0]
        lanes = len(values)
        return [
            Array(rows[n % len(rows)][x - low] for n in range(lane, lane + len(rows), lanes))[
                group.number
            ]
            for lane, x in enumerate(values)
        ]

    core(bench, dut, answer, rounds=dut.beats, late=dut.latency - 1)


def random_functions(count: int, source: ActivationType, kind: ActivationType) -> NDArray[np.int16]:
    """`count` tables of any values of `kind`, one entry for every value of `source`."""
    rng = np.random.default_rng(0)
    size = (count, 1 << source.bits)
    return rng.integers(kind.low, kind.high + 1, size).astype(np.int16)


def _proof(
    count: int,
    source: ActivationType,
    kind: ActivationType,
    lanes: int,
    options: MemoryOptions,
    short: bool = False,
) -> Proof:
    tables = random_functions(count, source, kind)
    whose = "one table" if count == 1 else f"{count} tables"
    return Proof(
        "ActivationLookup",
        f"{whose} from {source} to {kind}, {lanes} lanes, {options.family}, {options.ports} read "
        "ports",
        lambda: ActivationLookup(tables, source, kind, lanes, options),
        partial(activation_lookup, tables=tables, low=source.low),
        short=short,
    )


_INT3, _UINT2 = ActivationType(3, signed=True), ActivationType(2, signed=False)

PROOFS = (
    _proof(1, _INT3, ActivationType(4, signed=False), 1, MemoryOptions("ice40"), short=True),
    _proof(1, _INT3, _INT3, 3, MemoryOptions("ecp5", 2, 0.0)),
    _proof(4, _INT3, _UINT2, 2, MemoryOptions("ecp5", 2, 1000.0)),
    _proof(3, _UINT2, _INT3, 1, MemoryOptions("ice40", 1, 0.0)),
)
