"""Requantizer: shifts and clamps accumulators to activations. No multiplier."""

from __future__ import annotations

import numpy as np
from amaranth.hdl import Module, Mux, Shape, Signal, Value
from numpy.typing import NDArray

from ..compiler.program import ActivationType
from .core import Core
from .counters import loop
from .streams import shape_of


class Requantizer(Core):
    """``clamp(x >> shift, low, high)``; bias and rounding are already in `x`.

    Parameters
    ----------
    shape: of an input element.
    type: of the activations.
    shift: (blocks, outputs) right shifts; beats cycle through the blocks.
    low, high: the clamp.

    Members
    -------
    i: `outputs` accumulators.
    o: `outputs` activations, one clock later.
    """

    def __init__(
        self,
        shape: Shape,
        type: ActivationType,
        shift: NDArray[np.integer],
        low: int,
        high: int,
    ) -> None:
        if not type.low <= low <= high <= type.high:
            raise TypeError(f"clamp {low}..{high} must lie within {type}")
        self.shift = shift
        self.low = low
        self.high = high
        outputs = shift.shape[1]
        super().__init__(i=(shape, outputs), o=(shape_of(type), outputs), latency=1)

    def elaborate(self, platform: object) -> Module:
        m = Module()
        block, _ = loop(m, "block", len(self.shift), self.i.valid)
        for n, shifts in enumerate(self.shift.T.tolist()):
            shifted = self._shift(m, n, block, shifts)
            clamped = Mux(
                shifted > self.high, self.high, Mux(shifted < self.low, self.low, shifted)
            )
            m.d.sync += self.o.p.data[n].eq(clamped)
        m.d.sync += [self.o.valid.eq(self.i.valid), self.o.p.last.eq(self.i.p.last)]
        return m

    def _shift(self, m: Module, n: int, block: Value, shifts: list[int]) -> Value:
        """Element `n` shifted by what its channel needs: a choice among few constant shifts."""
        x = self.i.p.data[n]
        if len(set(shifts)) == 1:
            return x >> shifts[0]
        shifted = Signal(x.shape(), name=f"shifted{n}")
        with m.Switch(block):
            for amount in sorted(set(shifts)):
                with m.Case(*[b for b, shift in enumerate(shifts) if shift == amount]):
                    m.d.comb += shifted.eq(x >> amount)
        return shifted
