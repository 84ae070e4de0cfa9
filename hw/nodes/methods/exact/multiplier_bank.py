"""MultiplierBank: what an exact layer has in the place of tables."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from amaranth.hdl import Module, Shape, signed
from numpy.typing import NDArray

from .....compiler.program import ActivationType
from ....engine.bank_geometry import BankGeometry
from ....logic.counters import loop, registered, unreset
from ....logic.demand import Demand, counter
from ....logic.load_port import LoadPort
from ....logic.memory import Memory
from ....logic.packed_rom import PackedRom
from ....logic.packing import MemoryOptions, pack
from ....stream.core import Core
from ....stream.streams import shape_of

WEIGHT_BITS = 8


class MultiplierBank(Core):
    """Multipliers for every lane and output that meet (`BankGeometry`), and their weights' memory.

    Parameters
    ----------
    weight: (M, C / groups, kernel height, kernel width) int8.
    type: of the activations.
    lanes: input channels per beat (S).
    outputs: output channels per beat (P).
    groups: of the convolution.
    options: how the memory of weights is laid out; its `ports` is not read.

    Members
    -------
    i: `lanes` activations.
    o: ``lanes * lane_outputs`` products in `BankGeometry.lane_order`, `latency` clocks later.
    """

    def __init__(
        self,
        weight: NDArray[np.int8],
        type: ActivationType,
        lanes: int,
        outputs: int,
        groups: int = 1,
        options: MemoryOptions | None = None,
    ) -> None:
        channels, inputs, height, width = weight.shape
        taps = height * width
        self.geometry = BankGeometry(inputs * groups, channels, taps, lanes, outputs, groups)
        self.type = type
        by_group = weight.reshape(groups, channels // groups, inputs, taps)
        contents = by_group.transpose(0, 2, 3, 1).reshape(inputs * groups, taps, 1, -1)
        rows = self.geometry.arrange(contents)[self.geometry.lane_order]
        self.rows = rows.transpose(1, 0, 2).reshape(self.geometry.steps, -1)
        options = options or MemoryOptions()
        bits = np.unpackbits(self.rows.view(np.uint8)[..., None], axis=2, bitorder="little")
        bits = bits.reshape(self.geometry.steps, -1)
        self._packing = None if options.family is None else pack(*bits.shape, options)
        packing = self._packing or pack(*bits.shape, MemoryOptions())
        self._rom = PackedRom(bits.astype(np.bool_), packing, options.loadable)
        super().__init__(
            i=(shape_of(type), lanes),
            o=(product_shape(type), self.rows.shape[1]),
            latency=self._rom.latency + 1,
        )

    def demand(self) -> Demand:
        """What it is made of."""
        steps, weights = self.rows.shape
        return multiplier_bank_demand(
            geometry=self.geometry,
            input_bits=self.type.bits,
            product_bits=self.output_bits,
            memories=(Memory(steps, weights * WEIGHT_BITS, "rom", self._packing),),
        )

    def load_ports(self) -> list[LoadPort]:
        """Where its memory is loaded."""
        return [] if self._rom.load is None else [self._rom.load]

    def elaborate(self, platform: object) -> Module:
        m = Module()
        step, _ = loop(m, "step", self.geometry.steps, self.i.valid)
        m.submodules.weights = rom = self._rom
        m.d.comb += rom.address0.eq(step)
        valid, last, x = self.i.valid, self.i.p.last, self.i.p.data.as_value()
        for clock in range(rom.latency):
            valid, last = (
                registered(m, f"{name}{clock}", value)
                for name, value in (("valid", valid), ("last", last))
            )
            x = unreset(m, f"x{clock}", x)
        m.d.sync += [self.o.valid.eq(valid), self.o.p.last.eq(last)]
        places = [
            lane for lane in self.geometry.lane_order for _ in range(self.geometry.lane_outputs)
        ]
        for n, lane in enumerate(places):
            factor = x.word_select(lane, self.type.bits)
            weight = rom.data0.word_select(n, WEIGHT_BITS).as_signed()
            product = (factor.as_signed() if self.type.signed else factor) * weight
            # Without a reset, so that it can be the register of an ECP5's multiplier.
            m.d.comb += self.o.p.data[n].eq(unreset(m, f"product{n}", product))
        return m


def product_shape(type: ActivationType) -> Shape:
    """Shape that holds the product of an activation and a weight, and not a bit more.

    Yosys 0.70 loses a product's sign in a Xilinx DSP where the register behind it repeats it.
    """
    return signed(WEIGHT_BITS + type.bits)


def multiplier_bank_demand(
    *, geometry: BankGeometry, input_bits: int, product_bits: int, memories: Sequence[Memory]
) -> Demand:
    """What a `MultiplierBank` with these memories is made of."""
    count = geometry.lanes * geometry.lane_outputs
    return counter(geometry.steps) + Demand(
        registers=6 + 2 * geometry.lanes * input_bits + count * (WEIGHT_BITS + product_bits),
        products=count * input_bits * WEIGHT_BITS,
        multipliers=count,
        memories=tuple(memories),
    )
