"""Small read-only memories that end in a register, made of LUTs while they have few rows.

A block RAM's output comes late in the clock, and a few rows leave most of a block empty.
"""

from __future__ import annotations

from collections.abc import Sequence

from amaranth.hdl import Module, Value

from .counters import registered
from .rom import Rom

LOGIC_ROWS = 128
"""The most rows of a `lookup` that are made of LUTs: eight 4-input LUTs and a multiplexer a bit."""


def logic_rom(m: Module, name: str, width: int, rows: Sequence[int], address: Value) -> Value:
    """Row `address` of the previous clock, from LUTs and a register.

    Parameters
    ----------
    m: the component that it is part of.
    name: of the submodule.
    width: bits of a row.
    rows: contents, as unsigned integers of `width` bits.
    address: row to read.
    """
    m.submodules[name] = rom = Rom(width, rows, "logic")
    m.d.comb += rom.address.eq(address)
    return rom.data


def lookup(m: Module, name: str, width: int, rows: Sequence[int], address: Value) -> Value:
    """Row `address` of `lookup_latency` clocks ago, from a register; see `logic_rom`."""
    if len(rows) <= LOGIC_ROWS:
        return logic_rom(m, name, width, rows, address)
    m.submodules[name] = rom = Rom(width, rows)
    m.d.comb += rom.address.eq(address)
    return registered(m, f"{name}_data", rom.data)


def lookup_latency(rows: int) -> int:
    """Clocks that a `lookup` among so many rows takes."""
    return 1 if rows <= LOGIC_ROWS else 2
