"""The memory of a ring of words, which are read between being written and being written again."""

from __future__ import annotations

from amaranth.hdl import unsigned
from amaranth.lib import memory


def ring_memory(width: int, depth: int) -> memory.Memory:
    """A memory of which no row is read on the clock that writes it.

    Block RAMs differ in what they answer then. Synthesis makes up for that with a comparison of
    the addresses and a register for every bit, unless it is told that it never happens.
    """
    return memory.Memory(shape=unsigned(width), depth=depth, init=[], attrs={"no_rw_check": 1})
