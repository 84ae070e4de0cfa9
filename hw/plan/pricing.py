"""Pricing: what a demand costs in the cells of one FPGA family, by the family's prices."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from ..device.cells import Cells
from ..device.family import Family
from ..logic.demand import Demand
from ..logic.memory import Memory
from ..logic.packing import distinct_columns, logic_luts

_BLOCK_COST = 32
"""Distributed RAMs from which on Yosys takes a block RAM instead by itself."""
_BANK_COST = 1 / 8
"""Of them, what it counts for each bit that is chosen among several rows of them."""
_ROM_BITS = 2048
"""Bits of a read-only memory per block RAM from which on Yosys takes block RAM by itself."""


def price(demand: Demand, family: Family) -> Cells:
    """What `demand` costs on `family`."""
    prices = family.prices
    luts = (
        demand.adders * prices.adders
        + demand.inversions * prices.inversions
        + demand.selects * prices.selects
        + demand.shifts * prices.shifts
        + demand.comparisons * prices.comparisons
        + demand.counters * prices.counters
    )
    multipliers, registers = float(demand.multipliers), demand.registers
    if not family.multiplier_registers:
        registers += demand.multiplier_registers
    if family.multiplier is None:
        luts += demand.products * prices.products
        multipliers = 0
    logic = Cells(luts, registers, 0, multipliers)
    return family.placed(logic) + memories_price(demand.memories, family)


def memories_price(memories: Iterable[Memory], family: Family) -> Cells:
    """What memories cost on `family`."""
    cells = Cells()
    for _, same in groupby(memories, key=id):  # lanes have many of one kind, side by side
        alike = list(same)
        cells += memory_price(alike[0], family) * len(alike)
    return family.placed(cells)


def memory_price(memory: Memory, family: Family) -> Cells:
    """What one memory costs on `family`: as it is packed, or as Yosys does by itself."""
    depth, width = memory.depth, memory.width
    if memory.packing is not None and memory.packing.pieces[0].style != "auto":
        flip_flops = memory.packing.address_bits + memory.packing.answer_bits
        if not family.block_ram_registers:
            flip_flops += memory.packing.block_answer_bits
        return Cells(memory.packing.luts, flip_flops, memory.packing.blocks)
    if memory.kind == "rom":
        return _constants(depth, width, family)
    if depth == 1:
        return Cells(0, width)
    written = _written(depth, width, family)
    if memory.kind == "queue":
        return written
    blocks = family.blocks(depth, width)
    choice = (_banks(depth, family) - 1) * width * _BANK_COST
    if _distributed_rams(depth, width, family) + choice < _BLOCK_COST * blocks:
        return written + Cells(0, 2 * width)
    return Cells(0, 0 if family.block_ram_registers else width, blocks)


def _constants(depth: int, width: int, family: Family) -> Cells:
    """A read-only memory that nobody packed."""
    blocks = family.blocks(depth, width)
    if depth * width >= blocks * _ROM_BITS:
        return Cells(0, 0, blocks)
    columns = distinct_columns(depth, width)
    return Cells(columns * logic_luts(family, 0, depth) if depth > 1 else 0, columns)


def _written(depth: int, width: int, family: Family) -> Cells:
    """A writable memory without block RAM."""
    if family.distributed is None:
        return Cells(depth * width, depth * width)
    _, _, luts = family.distributed
    banks = _banks(depth, family)
    choice = (banks if banks > 1 else 0) * width * family.prices.selects
    return Cells(_distributed_rams(depth, width, family) * luts + choice)


def _distributed_rams(depth: int, width: int, family: Family) -> float:
    """How many of the family's distributed RAMs a memory takes; without any, many."""
    if family.distributed is None:
        return float(depth * width)
    _, bits, _ = family.distributed
    return _banks(depth, family) * -(-width // bits)


def _banks(depth: int, family: Family) -> int:
    """How many of the family's distributed RAMs lie below each other in a memory."""
    return 1 if family.distributed is None else -(-depth // family.distributed[0])
