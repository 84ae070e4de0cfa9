"""Pricing: what a demand costs in the cells of one FPGA family.

The prices are fitted to Yosys' counts of random layers (`bench/cell_prices.py`), per LUT size:
a bit of a demand costs so many look-up tables.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .cells import Cells
from .core import Memory
from .demand import Demand
from .devices import Family
from .packing import logic_luts


@dataclass(frozen=True)
class Prices:
    """Look-up tables per bit of what a `Demand` counts."""

    adders: float
    selects: float
    comparisons: float
    counters: float
    products: float


PRICES = {
    4: Prices(adders=1.1, selects=0.7, comparisons=0.8, counters=2.6, products=1.3),
    6: Prices(adders=1.0, selects=0.4, comparisons=0.5, counters=1.7, products=1.1),
}
"""By inputs of a look-up table."""

_AUTOMATIC_BLOCK = 2048
"""Bits of a memory per block RAM from which Yosys takes block RAM by itself."""


def price(demand: Demand, family: Family) -> Cells:
    """What `demand` costs on `family`."""
    prices = PRICES[family.lut_inputs]
    luts = (
        demand.adders * prices.adders
        + demand.selects * prices.selects
        + demand.comparisons * prices.comparisons
        + demand.counters * prices.counters
    )
    multipliers = float(demand.multipliers)
    if family.multiplier is None:
        luts += demand.products * prices.products
        multipliers = 0
    logic = Cells(luts, demand.registers, 0, multipliers)
    return logic + memories_price(demand.memories, family)


def memories_price(memories: Iterable[Memory], family: Family) -> Cells:
    """What memories cost on `family`."""
    return sum((memory_price(memory, family) for memory in memories), Cells())


def memory_price(memory: Memory, family: Family) -> Cells:
    """What one memory costs on `family`: as it is packed, or as Yosys does by itself."""
    depth, width = memory.depth, memory.width
    if memory.packing is not None and memory.packing.pieces[0].style != "auto":
        in_blocks = memory.packing.blocks * family.block_bits
        logic_share = 1.0 if not in_blocks else 0.0
        return Cells(memory.packing.luts, width * logic_share, memory.packing.blocks)
    if memory.kind == "queue":
        return _written_logic(depth, width, family)
    blocks = family.blocks(depth, width)
    if depth > 1 and depth * width > blocks * _AUTOMATIC_BLOCK:
        # Reading old data while it is overwritten takes a register in front of the write port.
        return Cells(0, width if memory.kind == "ram" else 0, blocks)
    if memory.kind == "ram":
        return _written_logic(depth, width, family) + Cells(0, width)
    return Cells(width * logic_luts(family, 0, depth) if depth > 1 else 0, width)


def _written_logic(depth: int, width: int, family: Family) -> Cells:
    """A writable memory without block RAM."""
    if family.distributed is None:
        return Cells(depth * width, depth * width)
    rows, bits, luts = family.distributed
    banks = -(-depth // rows)
    choice = (banks - 1) * width * PRICES[family.lut_inputs].selects
    return Cells(banks * -(-width // bits) * luts + choice)
