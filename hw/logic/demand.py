"""Demand: what components ask of an FPGA's fabric, before a family is chosen.

A demand counts bits of adders, multiplexers, registers and so on. What these cost in look-up
tables depends on the family (`tabfab.hw.plan.pricing`). How many a component has depends on its
parameters alone: its ``demand()`` says so, by a function in the same file that the planner also
calls with numbers, thousands of times, for components that it never makes.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from .memory import Memory


@dataclass(frozen=True)
class Demand:
    """What a part of a design is made of.

    Parameters
    ----------
    registers: bits.
    adders: bits of adders and of accumulators.
    inversions: bits that subtractions invert, each counted once.
    selects: bits of multiplexers, times their ways.
    shifts: bits of choices between two, with a gate before or behind.
    comparisons: bits of comparisons.
    counters: bits of counters and what tests them.
    products: bits times bits of multiplications.
    multipliers: multiplications.
    multiplier_registers: bits in front of them and behind, which multipliers may have inside.
    memories: what it stores.
    """

    registers: float = 0
    adders: float = 0
    inversions: float = 0
    selects: float = 0
    shifts: float = 0
    comparisons: float = 0
    counters: float = 0
    products: float = 0
    multipliers: int = 0
    multiplier_registers: float = 0
    memories: tuple[Memory, ...] = ()

    def __add__(self, other: Demand) -> Demand:
        return Demand(*(getattr(self, name) + getattr(other, name) for name in _NAMES))

    def times(self, count: int) -> Demand:
        """So many of the same."""
        return Demand(*(getattr(self, name) * count for name in _NAMES))


_NAMES = tuple(field.name for field in dataclasses.fields(Demand))


def bits_for(count: int) -> int:
    """Bits of a counter with `count` states."""
    return (count - 1).bit_length()


def counter(*counts: int) -> Demand:
    """Counters of so many states each."""
    bits = sum(bits_for(count) for count in counts)
    return Demand(registers=bits, counters=bits)


def select(ways: int, bits: int) -> Demand:
    """One of `ways` words."""
    return Demand(selects=ways * bits if ways > 1 else 0)
