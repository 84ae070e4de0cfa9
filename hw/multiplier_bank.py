"""MultiplierBank: what an exact layer has in the place of tables."""

from __future__ import annotations

import numpy as np
from amaranth.hdl import Module, Shape, Signal, Value, signed
from numpy.typing import NDArray

from ..compiler.program import ActivationType
from .core import Core, Memory
from .counters import loop
from .rom import Rom, pack
from .streams import shape_of
from .table_bank import check_folding

WEIGHT_BITS = 8


class MultiplierBank(Core):
    """``lanes * outputs`` multipliers and the memory of their weights.

    The steps of one output pixel are those of `TableBank`: blocks of output channels, groups of
    `lanes` input channels, taps.

    Parameters
    ----------
    weight: (M, C, kernel height, kernel width) int8.
    type: of the activations.
    lanes: input channels per beat (S).
    outputs: output channels per beat (P); divides M.

    Members
    -------
    i: `lanes` activations.
    o: ``lanes * outputs`` products, lane by lane, two clocks later.
    """

    def __init__(
        self, weight: NDArray[np.int8], type: ActivationType, lanes: int, outputs: int
    ) -> None:
        channels, inputs, height, width = weight.shape
        check_folding(inputs, channels, lanes, outputs)
        self.type = type
        self.lanes = lanes
        self.outputs = outputs
        groups, taps = -(-inputs // lanes), height * width
        self.steps = (channels // outputs) * groups * taps
        filled = np.zeros((channels, groups * lanes, taps), np.int8)
        filled[:, :inputs] = weight.reshape(channels, inputs, taps)
        # (blocks, outputs, groups, lanes, taps) -> blocks, groups, taps, lanes, outputs
        self.rows = (
            filled.reshape(channels // outputs, outputs, groups, lanes, taps)
            .transpose(0, 2, 4, 3, 1)
            .reshape(self.steps, lanes * outputs)
        )
        super().__init__(
            i=(shape_of(type), lanes),
            o=(product_shape(type), lanes * outputs),
            latency=2,
        )

    def memories(self) -> list[Memory]:
        """Its memories."""
        steps, weights = self.rows.shape
        return [Memory(steps, weights * WEIGHT_BITS, "rom")]

    def elaborate(self, platform: object) -> Module:
        m = Module()
        step, _ = loop(m, "step", self.steps, self.i.valid)
        rows = [pack(row, WEIGHT_BITS) for row in self.rows.tolist()]
        m.submodules.weights = rom = Rom(self.lanes * self.outputs * WEIGHT_BITS, rows)
        m.d.comb += rom.address.eq(step)
        valid, last, x = Signal(), Signal(), Signal.like(self.i.p.data)
        m.d.sync += [
            valid.eq(self.i.valid),
            last.eq(self.i.p.last),
            x.eq(self.i.p.data),
            self.o.valid.eq(valid),
            self.o.p.last.eq(last),
        ]
        for n in range(self.lanes * self.outputs):
            weight: Value = rom.data.word_select(n, WEIGHT_BITS).as_signed()
            m.d.sync += self.o.p.data[n].eq(x[n // self.outputs] * weight)
        return m


def product_shape(type: ActivationType) -> Shape:
    """Shape that holds the product of an activation and a weight."""
    return signed(WEIGHT_BITS + type.bits + (not type.signed))
