"""QuarterFactor: sums times 1, 5/4, 3/2 or 7/4, by one addition each."""

from __future__ import annotations

import numpy as np
from amaranth.hdl import Cat, Const, Module, Shape, Signal, Value, signed
from numpy.typing import NDArray

from ..logic.counters import loop
from ..logic.demand import Demand, counter, select
from ..stream.core import Core

QUARTER_CLOCKS = 1
_MORE_BITS = 3
"""Of a product beside what is multiplied."""


class QuarterFactor(Core):
    """``x * quarters``, with 4, 5, 6 or 7 quarters for each output channel: no multiplier.

    4 x is a shift, and one addition gives the others: 4 x + x, 4 x + 2 x, 8 x - x.

    Parameters
    ----------
    shape: of an input element, signed.
    quarters: (blocks, outputs); beats cycle through the blocks.

    Members
    -------
    i: in, `outputs` numbers of `shape`.
    o: out, `outputs` products with three bits more, a clock later.
    """

    def __init__(self, shape: Shape, quarters: NDArray[np.integer]) -> None:
        if not shape.signed:
            raise ValueError(f"sums are signed, not {shape!r}")
        if quarters.min() < 4 or quarters.max() > 7:
            raise ValueError(f"a factor has 4 to 7 quarters, not {quarters.tolist()}")
        self.quarters = quarters
        outputs = quarters.shape[1]
        product = signed(shape.width + _MORE_BITS)
        super().__init__(i=(shape, outputs), o=(product, outputs), latency=QUARTER_CLOCKS)

    def demand(self) -> Demand:
        """What it is made of."""
        return quarter_factor_demand(
            width=self.input_bits,
            different=[len(set(column)) for column in self.quarters.T.tolist()],
            blocks=len(self.quarters),
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        block, _ = loop(m, "block", len(self.quarters), self.i.valid)
        m.d.sync += [self.o.valid.eq(self.i.valid), self.o.p.last.eq(self.i.p.last)]
        for n, quarters in enumerate(self.quarters.T.tolist()):
            more, invert = self._added(m, n, block, quarters)
            x = self.i.p.data[n]
            whole = Signal(signed(len(x) + _MORE_BITS), name=f"whole{n}")
            m.d.comb += whole.eq(x << 2)
            if 7 in quarters:
                with m.If(invert):
                    m.d.comb += whole.eq(x << 3)
            # 8 x - x is 8 x + ~x + 1: both operands of the one addition begin with the carry.
            total = Cat(Const(1), whole).as_signed() + Cat(invert, more).as_signed()
            m.d.sync += self.o.p.data[n].eq(total >> 1)
        return m

    def _added(self, m: Module, n: int, block: Value, quarters: list[int]) -> tuple[Value, Value]:
        """What is added to output `n`'s 4 x, and whether it is inverted and added to 8 x."""
        x = self.i.p.data[n]
        more = Signal(signed(len(x) + 1), name=f"more{n}")
        invert = Signal(name=f"invert{n}")
        added = {4: Const(0), 5: x, 6: x << 1, 7: ~x}
        with m.Switch(block):
            for count in sorted(set(quarters)):
                with m.Case(*[b for b, each in enumerate(quarters) if each == count]):
                    m.d.comb += [more.eq(added[count]), invert.eq(count == 7)]
        return more, invert


def quarter_factor_demand(*, width: int, different: list[int], blocks: int) -> Demand:
    """What a `QuarterFactor` of numbers of `width` bits is made of.

    Parameters
    ----------
    width: of its input.
    different: how many different factors each output has.
    blocks: beats until the outputs repeat.
    """
    demand = counter(blocks) + Demand(registers=2)
    for count in different:
        product = width + _MORE_BITS
        # What is added is one of four functions of two bits of the sum: a look-up table a bit.
        demand += select(min(count, 2), width + 1) + select(min(count, 2), product)
        demand += Demand(registers=product, adders=product)
    return demand
