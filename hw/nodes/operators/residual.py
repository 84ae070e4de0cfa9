"""ResidualAdder: the sum of two streams, or their difference."""

from __future__ import annotations

import numpy as np
from amaranth.hdl import Module, Shape

from ....compiler.program import ActivationType, Add, Pair
from ...engine.requantizer import Requantizer
from ...logic.demand import Demand
from ...stream.core import Chain, Core
from ...stream.pipeline_register import PipelineRegister
from ...stream.streams import range_shape
from .pair import PairHardware, StreamPair, common_shape


class ShiftedSum(Core):
    """``(a << left[0]) + (b << left[1]) + half`` of the two halves of a beat, or a difference.

    Parameters
    ----------
    a, b: types of the operands.
    lanes: elements of each.
    left: left shifts.
    half: constant that rounds the shift to come.
    subtracts: whether b is subtracted.

    Members
    -------
    i: in, `lanes` elements of a, then `lanes` of b, each in the wider of both shapes.
    o: out, `lanes` sums in the smallest shape that holds them all, one clock later.
    """

    def __init__(
        self,
        a: ActivationType,
        b: ActivationType,
        lanes: int,
        left: Pair,
        half: int,
        subtracts: bool = False,
    ) -> None:
        self.left = left
        self.half = half
        self.lanes = lanes
        self.subtracts = subtracts
        least, most = (x << left[1] for x in (b.low, b.high))
        if subtracts:
            least, most = -most, -least
        low, high = (a.low << left[0]) + least + half, (a.high << left[0]) + most + half
        super().__init__(
            i=(common_shape(a, b), 2 * lanes),
            o=(range_shape(low, high), lanes),
            latency=1,
        )

    def demand(self) -> Demand:
        """What it is made of."""
        return shifted_sum_demand(width=self.output_bits, lanes=self.lanes)

    def elaborate(self, platform: object) -> Module:
        m = Module()
        for n in range(self.lanes):
            a, b = self.i.p.data[n], self.i.p.data[self.lanes + n]
            one, other = a << self.left[0], b << self.left[1]
            total = (one - other if self.subtracts else one + other) + self.half
            m.d.sync += self.o.p.data[n].eq(total)
        m.d.sync += [self.o.valid.eq(self.i.valid), self.o.p.last.eq(self.i.p.last)]
        return m


def shifted_sum_demand(*, width: int, lanes: int) -> Demand:
    """What a `ShiftedSum` of `width` bits is made of."""
    return Demand(registers=2 + lanes * width, adders=2 * lanes * width)


class ResidualAdder(StreamPair):
    """Adds two streams beat by beat and requantizes the sums.

    Parameters
    ----------
    a, b: types of the two streams' elements.
    lanes: elements of each.
    node: gives shifts, clamp and type.
    """

    def __init__(self, a: ActivationType, b: ActivationType, lanes: int, node: Add) -> None:
        total = ShiftedSum(a, b, lanes, node.left, (1 << node.shift) >> 1, node.subtracts)
        shifts = np.full((1, lanes), node.shift)
        requantizer = Requantizer(
            Shape.cast(total.output[0]), node.type, shifts, node.low, node.high
        )
        arrival = PipelineRegister(*total.input)
        core = Chain(arrival=arrival, sum=total, requantizer=requantizer)
        super().__init__(a, b, node.type, lanes, core)


class AddHardware(PairHardware[Add]):
    """A `ResidualAdder`, as wide as the wider of its operands."""

    part = "add"

    def pair(self, lanes: int) -> ResidualAdder:
        a, b = self.source_types
        return ResidualAdder(a, b, lanes, self.node)
