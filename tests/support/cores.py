"""A core for tests of what surrounds cores."""

from __future__ import annotations

from amaranth.hdl import Module, Signal, unsigned
from tabfab.hw.logic.counters import grouped
from tabfab.hw.stream.core import Core

BITS = 6


class Echo(Core):
    """Answers every group of beats with its last one, `latency` clocks later."""

    def __init__(self, latency: int, groups: tuple[int, ...] = (1,)) -> None:
        beat = (unsigned(BITS), 1)
        super().__init__(i=beat, o=beat, latency=latency, groups=groups)

    def elaborate(self, platform: object) -> Module:
        m = Module()
        _, end = grouped(m, "place", self.groups, self.i.valid)
        valid, payload = self.i.valid & end, self.i.p.as_value()
        for clock in range(self.latency):
            later_valid, later = (
                Signal(name=f"valid{clock}"),
                Signal(len(payload), name=f"p{clock}"),
            )
            m.d.sync += [later_valid.eq(valid), later.eq(payload)]
            valid, payload = later_valid, later
        m.d.comb += [self.o.valid.eq(valid), self.o.p.as_value().eq(payload)]
        return m
