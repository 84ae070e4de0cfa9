"""Proofs of the read-only memories, and of the functions that are looked up in them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
from amaranth.hdl import Array, Const
from numpy.typing import NDArray

from ....compiler.program import ActivationType
from ....hw.logic.packed_rom import PackedRom
from ....hw.logic.packing import MemoryOptions, pack
from ....hw.logic.rom import Rom
from ....hw.nodes.operators.activation import ActivationLookup
from ..formal_bench import FormalBench, implies
from ..proof import Proof
from .cores import Group, core


def read_port(
    bench: FormalBench, name: str, address: Any, data: Any, rows: Sequence[int], latency: int
) -> None:
    """A port that answers with row `address` some clocks later; addresses beyond are not asked."""
    asked = bench.free(f"{name}_address", len(address))
    bench.m.d.comb += address.eq(asked)
    bench.assume(asked < len(rows))
    known, row = Const(1), Array(Const(row, len(data)) for row in rows)[asked]
    for clock in range(latency):
        known = bench.register(f"{name}_known{clock}", known)
        row = bench.register(f"{name}_row{clock}", row)
    unit = "clock" if latency == 1 else "clocks"
    bench.check(f"{name}: the row addressed {latency} {unit} before", implies(known, data == row))


def rom(bench: FormalBench, dut: Rom, rows: Sequence[int]) -> None:
    """Its only port."""
    read_port(bench, "data", dut.address, dut.data, rows, 1)


def packed_rom(bench: FormalBench, dut: PackedRom, rows: Sequence[int], ports: int) -> None:
    """Every port, each within its rows."""
    for port in range(ports):
        address, data = getattr(dut, f"address{port}"), getattr(dut, f"data{port}")
        read_port(bench, f"data{port}", address, data, rows, dut.latency)


def _contents(depth: int, width: int) -> list[int]:
    return np.random.default_rng(0).integers(0, 1 << width, depth).tolist()


def _rom_proof(depth: int, width: int) -> Proof:
    rows = _contents(depth, width)
    return Proof(
        "Rom", f"{depth} rows of {width} bits", lambda: Rom(width, rows), partial(rom, rows=rows)
    )


def _packed_proof(depth: int, width: int, options: MemoryOptions) -> Proof:
    rows = _contents(depth, width)
    bits = np.array([[row >> bit & 1 for bit in range(width)] for row in rows], bool)
    packing = pack(depth, width, options, ((0, depth),) * options.ports)
    return Proof(
        "PackedRom",
        f"{depth} rows of {width} bits, {options.family}, {options.ports} read ports, "
        f"{len(packing.pieces)} pieces",
        lambda: PackedRom(bits, packing),
        partial(packed_rom, rows=rows, ports=options.ports),
    )


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


def _lookup_proof(
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
    _rom_proof(1, 5),
    _rom_proof(13, 5),
    _packed_proof(40, 6, MemoryOptions("ecp5", 2, 0.0)),
    _packed_proof(600, 9, MemoryOptions("ice40", 1, 300.0)),
    _packed_proof(1100, 8, MemoryOptions("ice40", 1, 0.0)),
    _packed_proof(270, 18, MemoryOptions("ice40", 2, 10.0)),
    _lookup_proof(1, _INT3, ActivationType(4, signed=False), 1, MemoryOptions("ice40"), short=True),
    _lookup_proof(1, _INT3, _INT3, 3, MemoryOptions("ecp5", 2, 0.0)),
    _lookup_proof(4, _INT3, _UINT2, 2, MemoryOptions("ecp5", 2, 1000.0)),
    _lookup_proof(3, _UINT2, _INT3, 1, MemoryOptions("ice40", 1, 0.0)),
)
