"""Argmax: the number of the largest channel."""

from __future__ import annotations

from amaranth.hdl import Module, Mux, ShapeLike, Signal, Value, unsigned

from .core import Core
from .counters import loop


class Argmax(Core):
    """Number of the largest of a pixel's channels, the lowest number on a tie.

    Parameters
    ----------
    shape: of a channel.
    channels: of a pixel.
    lanes: channels of a beat; divides `channels`.
    bits: of the answer.

    Members
    -------
    i: channels.
    o: one number, one clock after the pixel's last beat.
    """

    def __init__(self, shape: ShapeLike, channels: int, lanes: int, bits: int) -> None:
        if lanes < 1 or channels % lanes:
            raise TypeError(f"lanes must divide the {channels} channels, not {lanes!r}")
        self.channels = channels
        super().__init__(
            i=(shape, lanes), o=(unsigned(bits), 1), latency=1, groups=(channels // lanes,)
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        shape, lanes = self.input
        beat, group_end = loop(m, "beat", self.groups[0], self.i.valid)
        best = Signal(shape)
        value: Value = best
        number: Value = self.o.p.data[0]
        for n in range(lanes):
            new = self.i.p.data[n]
            better = (new > value) | ((beat == 0) & (n == 0))
            # Signals: an expression nested through all lanes would double with each of them.
            larger = Signal(shape, name=f"value{n}")
            place = Signal.like(self.o.p.data[0], name=f"number{n}")
            m.d.comb += [
                larger.eq(Mux(better, new, value)),
                place.eq(Mux(better, beat * lanes + n, number)),
            ]
            value, number = larger, place
        with m.If(self.i.valid):
            m.d.sync += [best.eq(value), self.o.p.data[0].eq(number)]
        m.d.sync += [self.o.valid.eq(group_end), self.o.p.last.eq(self.i.p.last)]
        return m
