"""ResidualAdder: the sum of two streams."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from amaranth.hdl import Module, Shape, signed
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from ..compiler.program import ActivationType, Pair
from .core import Core
from .streams import elastic, shape_of
from .timing import Rule, shifted


class ShiftedSum(Core):
    """``(a << left[0]) + (b << left[1]) + half`` of the two halves of a beat.

    Parameters
    ----------
    a, b: types of the operands.
    lanes: elements of each.
    left: left shifts.
    half: constant that rounds the shift to come.

    Members
    -------
    i: `lanes` elements of a, then `lanes` of b, each in the wider of both shapes.
    o: `lanes` sums, one clock later.
    """

    def __init__(
        self, a: ActivationType, b: ActivationType, lanes: int, left: Pair, half: int
    ) -> None:
        self.left = left
        self.half = half
        self.lanes = lanes
        bits = 9 + max(left) + 2  # a signed uint8, the shift, the sum and the rounding
        super().__init__(
            i=(common_shape(a, b), 2 * lanes),
            o=(signed(bits + half.bit_length()), lanes),
            latency=1,
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        for n in range(self.lanes):
            a, b = self.i.p.data[n], self.i.p.data[self.lanes + n]
            total = (a << self.left[0]) + (b << self.left[1]) + self.half
            m.d.sync += self.o.p.data[n].eq(total)
        m.d.sync += [self.o.valid.eq(self.i.valid), self.o.p.last.eq(self.i.p.last)]
        return m


class Join(wiring.Component):
    """Pairs the beats of two streams: both move on the same clock.

    `ready` of one stream depends on `valid` of the other without a register between.

    Parameters
    ----------
    a, b: types of the two streams' elements.
    lanes: elements of each.

    Members
    -------
    a, b: streams.
    o: their elements side by side, in the wider of both shapes.
    """

    a: Any
    b: Any
    o: Any

    def __init__(self, a: ActivationType, b: ActivationType, lanes: int) -> None:
        self.lanes = lanes
        super().__init__(
            {
                "a": In(elastic(shape_of(a), lanes)),
                "b": In(elastic(shape_of(b), lanes)),
                "o": Out(elastic(common_shape(a, b), 2 * lanes)),
            }
        )

    def timing(self, counts: Mapping[str, int]) -> list[Rule]:
        """All three streams move together."""
        together = shifted(counts["o"], 0)
        return [
            Rule(target, source, together, 0)
            for target, source in (("o", "a"), ("o", "b"), ("a", "o"), ("b", "o"))
        ]

    def elaborate(self, platform: object) -> Module:
        m = Module()
        for n in range(self.lanes):
            m.d.comb += [
                self.o.p.data[n].eq(self.a.p.data[n]),
                self.o.p.data[self.lanes + n].eq(self.b.p.data[n]),
            ]
        m.d.comb += [
            self.o.p.last.eq(self.a.p.last),
            self.o.valid.eq(self.a.valid & self.b.valid),
            self.a.ready.eq(self.o.ready & self.b.valid),
            self.b.ready.eq(self.o.ready & self.a.valid),
        ]
        return m


def common_shape(a: ActivationType, b: ActivationType) -> Shape:
    """The smallest shape that holds both types."""
    if a.signed == b.signed:
        return Shape(max(a.bits, b.bits), signed=a.signed)
    return signed(max(a.bits + (not a.signed), b.bits + (not b.signed)))
