"""A block RAM at its worst."""

from __future__ import annotations

from typing import Any

from amaranth.hdl import Elaboratable, Module, Mux, Signal, unsigned
from amaranth.lib import memory


class SpitefulMemory(Elaboratable):
    """Answers the opposite of what a row holds when it is read on the clock that writes it.

    It stands in for `tabfab.hw.logic.ring_memory.ring_memory`, whose readers promise not to.

    Parameters
    ----------
    width, depth: bits of a row, and rows.
    """

    def __init__(self, width: int, depth: int) -> None:
        self.inner = memory.Memory(shape=unsigned(width), depth=depth, init=[])
        self.write = self.inner.write_port()
        self.read = self.inner.read_port()
        self.data = Signal(width)

    def write_port(self) -> Any:
        """Its only write port."""
        return self.write

    def read_port(self) -> Any:
        """Its only read port."""
        return _ReadPort(self.read.addr, self.data)

    def elaborate(self, platform: object) -> Module:
        m = Module()
        m.submodules.inner = self.inner
        collided = Signal()
        m.d.sync += collided.eq(self.write.en & (self.write.addr == self.read.addr))
        m.d.comb += self.data.eq(Mux(collided, ~self.read.data, self.read.data))
        return m


class _ReadPort:
    def __init__(self, addr: Any, data: Any) -> None:
        self.addr = addr
        self.data = data
