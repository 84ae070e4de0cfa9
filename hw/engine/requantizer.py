"""Requantizer: shifts and clamps accumulators to activations. No multiplier."""

from __future__ import annotations

import numpy as np
from amaranth.hdl import Cat, Const, Module, Mux, Shape, Signal, Value
from amaranth.lib.wiring import In
from numpy.typing import NDArray

from ...compiler.program import ActivationType
from ..logic.counters import loop
from ..logic.demand import Demand, counter, select
from ..stream.core import Core
from ..stream.streams import shape_of

REQUANTIZER_CLOCKS = 2
"""One to shift, one to clamp."""


class Requantizer(Core):
    """``clamp(x >> shift, low, high)``; bias and rounding are already in `x`.

    Parameters
    ----------
    shape: of an input element.
    kind: of the activations.
    shift: (blocks, outputs) right shifts; beats cycle through the blocks.
    low, high: the clamp.
    marked: whether a block is for all beats up to one with a mark.

    Members
    -------
    i: in, `outputs` accumulators of `shape`.
    o: out, `outputs` activations, two clocks later: one to shift, one to clamp.
    block_end: in, 1 bit; the valid beat is the last with its block of shifts. Only where blocks end
        with a mark.
    """

    block_end: Signal

    def __init__(
        self,
        shape: Shape,
        kind: ActivationType,
        shift: NDArray[np.integer],
        low: int,
        high: int,
        marked: bool = False,
    ) -> None:
        if not kind.low <= low <= high <= kind.high:
            raise ValueError(f"clamp {low}..{high} must lie within {kind}")
        self.shift = shift
        self.low = low
        self.high = high
        outputs = shift.shape[1]
        super().__init__(
            i=(shape, outputs),
            o=(shape_of(kind), outputs),
            latency=REQUANTIZER_CLOCKS,
            members={"block_end": In(1)} if marked else {},
        )
        self.marked = marked

    def demand(self) -> Demand:
        """What it is made of."""
        return requantizer_demand(width=self.input_bits, bits=self.output_bits, shift=self.shift)

    def elaborate(self, platform: object) -> Module:
        m = Module()
        block_end = self.block_end if self.marked else self.i.valid
        block, _ = loop(m, "block", len(self.shift), block_end)
        valid, last = Signal(), Signal()
        m.d.sync += [valid.eq(self.i.valid), last.eq(self.i.p.last)]
        m.d.sync += [self.o.valid.eq(valid), self.o.p.last.eq(last)]
        for n, shifts in enumerate(self.shift.T.tolist()):
            moved = self._shift(m, n, block, shifts)
            shifted = Signal(moved.shape(), name=f"shifted{n}")
            m.d.sync += [shifted.eq(moved), self.o.p.data[n].eq(self._clamp(shifted))]
        return m

    def _shift(self, m: Module, n: int, block: Value, shifts: list[int]) -> Value:
        """Element `n` shifted by what its channel needs: a choice among few constant shifts."""
        x = self.i.p.data[n]
        least = x >> min(shifts)
        if len(set(shifts)) == 1:
            return least
        moved = Signal(least.shape(), name=f"moved{n}")
        with m.Switch(block):
            for amount in sorted(set(shifts)):
                with m.Case(*[b for b, shift in enumerate(shifts) if shift == amount]):
                    m.d.comb += moved.eq(x >> amount)
        return moved

    def _clamp(self, x: Value) -> Value:
        x = x if x.shape().signed else Cat(x, 0).as_signed()
        above, below = _exceeds(x, self.high), _exceeds(~x, ~self.low)
        return Mux(above, self.high, Mux(below, self.low, x))


def requantizer_demand(*, width: int, bits: int, shift: NDArray[np.integer]) -> Demand:
    """What a `Requantizer` of `width` bits to `bits` is made of.

    Parameters
    ----------
    width, bits: of its input and output.
    shift: (blocks, outputs) right shifts.
    """
    demand = counter(len(shift)) + Demand(registers=4)
    different = 1 + (np.diff(np.sort(shift, axis=0), axis=0) > 0).sum(axis=0)  # of each output
    for count in different.tolist():
        demand += select(count, width) + select(3, bits)
        demand += Demand(registers=width + bits, comparisons=max(0, width - bits))
    return demand


def _exceeds(x: Value, limit: int) -> Value:
    """Whether a signed ``x > limit``; above ``2**n - 1`` the high bits tell, without a carry."""
    bits = limit.bit_length()
    if limit != (1 << bits) - 1:
        return x > limit
    return ~x[-1] & x[bits:].any() if bits < len(x) else Const(0)
