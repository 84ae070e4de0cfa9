"""ChannelFactor: sums times a factor for each output channel, by multipliers."""

from __future__ import annotations

import numpy as np
from amaranth.hdl import Module, Shape, Value, signed
from numpy.typing import NDArray

from ....logic.counters import loop, unreset
from ....logic.demand import Demand, counter
from ....logic.logic_rom import logic_rom
from ....logic.memory import Memory
from ....logic.rom import pack
from ....stream.core import Core

PIECE_BITS = 17
"""Of a sum that a multiplier takes at once: with a sign 18, as those of most families are wide."""
_UNSIGNED = 1.7
"""What a bit of a piece without a sign costs in LUTs, where one with a sign costs 2, by Yosys on an
iCE40."""


class ChannelFactor(Core):
    """``x * factor``, with a factor for each output channel.

    Sums wider than a multiplier are cut in two, whose products are added a clock later.

    Parameters
    ----------
    shape: of an input element, signed.
    factors: (blocks, outputs), at least 1; beats cycle through the blocks.
    bits: that hold every factor, unsigned.

    Members
    -------
    i: in, `outputs` numbers of `shape`.
    o: out, `outputs` products of so many bits more: a clock later the factors are there, on the
        next one products, and sums of two of them on one more.
    """

    def __init__(self, shape: Shape, factors: NDArray[np.integer], bits: int) -> None:
        if not shape.signed:
            raise ValueError(f"sums are signed, not {shape!r}")
        if factors.min() < 1 or factors.max() >> bits:
            raise ValueError(f"a factor is 1 to {(1 << bits) - 1}, not {factors.tolist()}")
        self.factors = factors
        self.bits = bits
        outputs = factors.shape[1]
        self._pieces = pieces(shape.width)
        super().__init__(
            i=(shape, outputs),
            o=(signed(shape.width + bits), outputs),
            latency=1 + len(self._pieces),
        )

    def demand(self) -> Demand:
        """What it is made of."""
        blocks, outputs = self.factors.shape
        return channel_factor_demand(
            width=self.input_bits, bits=self.bits, outputs=outputs, blocks=blocks
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        self.mark_answers(m)
        block, _ = loop(m, "block", len(self.factors), self.i.valid)
        outputs = self.input[1]
        rows = [pack(row, self.bits) for row in self.factors.tolist()]
        factors = logic_rom(m, "factors", outputs * self.bits, rows, block)
        for n in range(outputs):
            x = unreset(m, f"x{n}", self.i.p.data[n]).as_signed()
            m.d.comb += self.o.p.data[n].eq(
                self._product(m, n, x, factors.word_select(n, self.bits))
            )
        return m

    def _product(self, m: Module, n: int, x: Value, factor: Value) -> Value:
        """Of a sum and its factor, both of this clock: one clock later, or two."""
        low, *high = self._pieces
        if not high:
            return self._multiplied(m, f"product{n}", x, factor).as_signed()
        # Without a reset, so that products can be registers of an ECP5's multipliers.
        below = self._multiplied(m, f"below{n}", x[:low], factor)
        above = self._multiplied(m, f"above{n}", x[low:].as_signed(), factor).as_signed()
        total = below + (above << low)
        return unreset(m, f"product{n}", total[: len(x) + self.bits]).as_signed()

    def _multiplied(self, m: Module, name: str, x: Value, factor: Value) -> Value:
        """A product in a register as wide as it is: Yosys 0.70 loses a wider one's sign."""
        return unreset(m, name, (x * factor)[: len(x) + self.bits])


def pieces(width: int) -> tuple[int, ...]:
    """Bits of the pieces, from the lowest, that a sum of `width` bits is multiplied in."""
    if width <= PIECE_BITS + 1:
        return (width,)
    return PIECE_BITS, width - PIECE_BITS


def channel_factor_demand(*, width: int, bits: int, outputs: int, blocks: int) -> Demand:
    """What a `ChannelFactor` of `outputs` numbers of `width` bits is made of.

    Parameters
    ----------
    width: of its input.
    bits: of a factor.
    outputs: numbers of a beat.
    blocks: beats until the factors repeat.
    """
    *unsigned, top = cut = pieces(width)
    # In look-up tables a sign is extended over all rows of a product; of a factor that never
    # changes, two rows of three are zero or shared.
    products = (_UNSIGNED * sum(unsigned) + 2 * top) * bits / (3 if blocks == 1 else 1)
    each = Demand(
        multiplier_registers=sum(cut) + bits * len(cut), products=products, multipliers=len(cut)
    )
    # A multiplier takes the registers of both factors or none, and of a memory's some have a reset.
    each += Demand(multiplier_registers=width) if blocks == 1 else Demand(registers=width)
    if len(cut) > 1:
        each += Demand(registers=width + bits, adders=width + bits - cut[0])
    factors = (Memory(blocks, outputs * bits, "rom"),) if blocks > 1 else ()
    return each.times(outputs) + counter(blocks) + Demand(registers=4, memories=factors)
