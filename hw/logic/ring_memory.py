"""The memory of a ring of words, which are read between being written and being written again."""

from __future__ import annotations

from collections.abc import Sequence

from amaranth.hdl import Module, Signal, Value, unsigned
from amaranth.lib import memory

from .counters import loop, registered


def ring_memory(width: int, depth: int) -> memory.Memory:
    """A memory of which no row is read on the clock that writes it.

    Block RAMs differ in what they answer then. Synthesis makes up for that with a comparison of
    the addresses and a register for every bit, unless it is told that it never happens.
    """
    return memory.Memory(shape=unsigned(width), depth=depth, init=[], attrs={"no_rw_check": 1})


def fill(
    m: Module, ports: Sequence[memory.WritePort], depth: int, put: Value, data: Value
) -> Signal:
    """Write `data` row after row, memory after memory, over and over, one a clock with `put`.

    A clock late, so that a row that is freed is read for the last time before it is written.

    Parameters
    ----------
    ports: of the memories, one after another.
    depth: rows of each.

    Returns
    -------
    Whether a row is written on this clock.
    """
    arrived = registered(m, "arrived", put)
    address, filled = loop(m, "write_address", depth, arrived)
    number, _ = loop(m, "written_memory", len(ports), filled)
    arrival = registered(m, "arrival", data)
    for n, port in enumerate(ports):
        here = arrived & (number == n) if len(ports) > 1 else arrived
        m.d.comb += [port.en.eq(here), port.addr.eq(address), port.data.eq(arrival)]
    return arrived
