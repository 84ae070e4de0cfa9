"""ConstantFactor: a multiplication by a constant, by shifts and additions."""

from __future__ import annotations

from collections.abc import Sequence

from amaranth.hdl import Const, Module, Shape, Value

from ...compiler.program import signed_digits
from ..logic.demand import Demand
from ..stream.core import Core
from ..stream.streams import range_shape
from .adder_tree import add_pairs


class ConstantFactor(Core):
    """``x * factor + offset`` without a multiplier.

    Copies of `x`, shifted, are added or subtracted, one for each signed digit of the factor, a
    level of additions a clock.

    Parameters
    ----------
    shape: of `x`, signed.
    lanes: elements of a beat.
    factor: at least 1.
    offset: what is added.

    Members
    -------
    i: in, `lanes` numbers of `shape`.
    o: out, `lanes` results in the smallest signed shape that holds them all,
        ``ceil(log2(digits + 1))`` clocks later.
    """

    def __init__(self, shape: Shape, lanes: int, factor: int, offset: int) -> None:
        if factor < 1:
            raise ValueError(f"a factor is at least 1, not {factor!r}")
        if not shape.signed:
            raise ValueError(f"the numbers are signed, not {shape!r}")
        self.factor = factor
        self.offset = offset
        self.digits = signed_digits(factor)
        least, most = -(1 << (shape.width - 1)), (1 << (shape.width - 1)) - 1
        result = range_shape(min(-1, least * factor + offset), most * factor + offset)
        super().__init__(i=(shape, lanes), o=(result, lanes), latency=len(self.digits).bit_length())

    def demand(self) -> Demand:
        """What it is made of."""
        return constant_factor_demand(
            bits=self.input_bits, lanes=self.output[1], digits=self.digits, offset=self.offset
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        self.mark_answers(m)
        for lane in range(self.input[1]):
            m.d.comb += self.o.p.data[lane].eq(self._product(m, lane))
        return m

    def _product(self, m: Module, lane: int) -> Value:
        """The sum of a lane's terms, registered after each level."""
        x = self.i.p.data[lane]
        terms: list[Value] = [
            x << shift if sign > 0 else -(x << shift) for sign, shift in self.digits
        ]
        terms.append(Const(self.offset))
        for level in range(self.latency):
            terms = add_pairs(m, f"lane{lane}_level{level}", terms)
        return terms[0]


def constant_factor_demand(
    *, bits: int, lanes: int, digits: Sequence[tuple[int, int]], offset: int
) -> Demand:
    """What a `ConstantFactor` of numbers of `bits` is made of.

    Only bits that both operands of an addition have, and those above, take an adder.
    """
    # Of each term, the lowest bit that is not always 0 and the one above the highest.
    spans = [(shift, shift + bits) for _, shift in digits]
    spans.append(((offset & -offset).bit_length() - 1, offset.bit_length()) if offset else (0, 0))
    adders = registers = levels = 0
    while len(spans) > 1:
        levels += 1
        sums = []
        for (low, high), (other_low, other_high) in zip(spans[::2], spans[1::2], strict=False):
            top = max(high, other_high) + 1
            adders += top - max(low, other_low)
            sums.append((min(low, other_low), top))
        spans = sums + ([spans[-1]] if len(spans) % 2 else [])
        registers += sum(high - low for low, high in spans)
    return Demand(registers=2 * levels + lanes * registers, adders=lanes * adders)
