"""ChannelCodes: the code of every channel of a patch, by which those that are alike are found."""

from __future__ import annotations

import numpy as np
from amaranth.hdl import Cat, Module, Mux, Signal, Value, signed
from amaranth.lib.wiring import In, Out
from numpy.typing import NDArray

from .....compiler.program import ActivationType, signed_digits
from ....engine.constant_factor import ConstantFactor, constant_factor_demand
from ....logic.compare import exceeds
from ....logic.component import Component
from ....logic.counters import late, loop, registered, unreset
from ....logic.demand import Demand, counter
from ....logic.logic_rom import lookup, lookup_latency
from ....logic.memory import Memory
from ....logic.ring_memory import ring_memory
from ....stream.streams import range_shape, shape_of

_READ = 3
"""Clocks from a question to the first sum that is read: its start, the memory, a register."""


class ChannelCodes(Component):
    """Sums of products with hyperplanes, and on which side of the channels' mean they lie.

    All channels come one after another, each pixel by pixel. A channel's sums, one for each
    hyperplane, are then stored one a clock, and added to the sums of all channels. When all
    channels have passed, the bits of a channel are made one a clock: bit l is whether
    ``channels * a[l] > total[l]``.

    Where a hyperplane holds -1 a pixel is inverted, not negated: that makes the sums of all
    channels less by the same number, and no difference to a comparison with their mean.

    Parameters
    ----------
    hyperplanes: (L, pixels of a halo) int8 of -1, 0 and 1.
    kind: of the activations.
    channels: of a group.

    Attributes
    ----------
    settling: clocks from the last pixel of all to the first question at the earliest.
    latency: clocks from a question to the code.

    Members
    -------
    put: in, 1 bit; `value` is the next pixel.
    value: in, an activation.
    pixel: in, ``range(pixels)``; its number in the halo.
    ask: in, 1 bit; give the code of the next channel, the first after the last. At least as many
        clocks after the question before as there are hyperplanes; likewise pixels of a channel and
        its last must be at least so many clocks after the last pixel of the channel before.
    code: out, a bit for each hyperplane; stays until the code of the next one comes in.
    valid: out, 1 bit; high for one clock when it is complete.
    """

    put: Signal
    value: Signal
    pixel: Signal
    ask: Signal
    code: Signal
    valid: Signal

    def __init__(self, hyperplanes: NDArray[np.int8], kind: ActivationType, channels: int) -> None:
        self.hyperplanes = hyperplanes
        self.kind = kind
        self.channels = channels
        planes, pixels = hyperplanes.shape
        self.bits = sum_bits(hyperplanes, kind)
        self._factor = ConstantFactor(signed(self.bits), 1, channels, 0)
        self.settling = lookup_latency(pixels) + 2 + planes
        self.latency = code_latency(planes, channels)
        super().__init__(
            {
                "put": In(1),
                "value": In(shape_of(kind)),
                "pixel": In(range(pixels)),
                "ask": In(1),
                "code": Out(planes),
                "valid": Out(1),
            }
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        planes = len(self.hyperplanes)
        stored, heads = self._hash(m)
        write_row, _ = loop(m, "write_row", self.channels * planes, stored)
        asked = self._asked(m)
        read_row, _ = loop(m, "read_row", self.channels * planes, asked)
        m.submodules.sums = ram = ring_memory(self.bits, self.channels * planes)
        write, read = ram.write_port(), ram.read_port()
        m.d.comb += [
            write.en.eq(stored),
            write.addr.eq(write_row),
            write.data.eq(heads),
            read.addr.eq(read_row),
        ]
        m.submodules.factor = factor = self._factor
        _, code_end = loop(m, "bit", planes, asked)
        m.d.comb += [
            factor.i.valid.eq(late(m, "reads", asked, 2)),
            factor.i.p.last.eq(late(m, "ends", code_end, 2)),
            factor.i.p.data[0].eq(unreset(m, "sum", read.data).as_signed()),
        ]
        product = factor.o.p.data[0]
        total = self._totals(m, stored, heads, factor.o.valid)
        m.d.sync += self.valid.eq(factor.o.valid & factor.o.p.last)
        with m.If(factor.o.valid):
            m.d.sync += self.code.eq(Cat(self.code, exceeds(product, total))[1:])
        return m

    def _hash(self, m: Module) -> tuple[Value, Value]:
        """Sums of a channel's products, one a clock: whether there is one, and the sum."""
        planes, pixels = self.hyperplanes.shape
        rows = [
            sum(
                ((int(entry != 0)) << plane) | (int(entry < 0) << (planes + plane))
                for plane, entry in enumerate(column)
            )
            for column in self.hyperplanes.T.tolist()
        ]
        entries = lookup(m, "hyperplanes", 2 * planes, rows, self.pixel)
        put, value = self.put, Value.cast(self.value)
        first, last = self.pixel == 0, self.pixel == pixels - 1
        for clock in range(lookup_latency(pixels)):
            put, first, last = (
                registered(m, f"{name}{clock}", each)
                for name, each in (("put", put), ("first", first), ("last", last))
            )
            value = unreset(m, f"value{clock}", value)
        x = value.as_signed() if self.kind.signed else Cat(value, 0).as_signed()
        sums = [Signal(signed(self.bits), name=f"sum{plane}") for plane in range(planes)]
        for plane, total in enumerate(sums):
            term = Mux(entries[plane], Mux(entries[planes + plane], ~x, x), 0)
            with m.If(put):
                m.d.sync += total.eq(Mux(first, 0, total) + term)
        whole = registered(m, "whole", put & last)
        waiting = Signal(range(planes + 1))
        held = Signal(planes * self.bits)
        with m.If(whole):
            m.d.sync += [waiting.eq(planes), held.eq(Cat(sums))]
        with m.Elif(waiting != 0):
            m.d.sync += [waiting.eq(waiting - 1), held.eq(held >> self.bits)]
        return waiting != 0, held[: self.bits].as_signed()

    def _asked(self, m: Module) -> Value:
        """High for as many clocks after a question as there are hyperplanes."""
        planes = len(self.hyperplanes)
        left = Signal(range(planes + 1), name="left")
        with m.If(self.ask):
            m.d.sync += left.eq(planes)
        with m.Elif(left != 0):
            m.d.sync += left.eq(left - 1)
        return left != 0

    def _totals(self, m: Module, stored: Value, head: Value, compared: Value) -> Value:
        """The sum over all channels for the hyperplane whose turn it is.

        They go round in a ring, a place on each clock that one is added to or compared with.
        """
        planes = len(self.hyperplanes)
        _, channel_end = loop(m, "stored_plane", planes, stored)
        channel, _ = loop(m, "stored_channel", self.channels, channel_end)
        ring = [Signal(signed(self._total_bits), name=f"total{n}") for n in range(planes)]
        with m.If(stored | compared):
            m.d.sync += [ring[n].eq(ring[n + 1]) for n in range(planes - 1)]
            m.d.sync += ring[-1].eq(Mux(stored, Mux(channel == 0, 0, ring[0]) + head, ring[0]))
        return ring[0]

    @property
    def _total_bits(self) -> int:
        return self.bits + (self.channels - 1).bit_length()


def code_latency(planes: int, channels: int) -> int:
    """Clocks from a question to the code of so many bits."""
    return _READ + len(signed_digits(channels)).bit_length() + planes


def sum_bits(hyperplanes: NDArray[np.int8], kind: ActivationType) -> int:
    """Bits of a channel's sums, with inverted pixels in the place of negative ones."""
    entries = hyperplanes.astype(np.int64)
    plus, minus = (entries > 0).sum(axis=1), (entries < 0).sum(axis=1)
    least = plus * kind.low - minus * (kind.high + 1)
    most = plus * kind.high - minus * (kind.low + 1)
    shape = range_shape(int(least.min()), int(most.max()))
    return shape.width + (not shape.signed)


def channel_codes_demand(
    *, planes: int, pixels: int, channels: int, value_bits: int, bits: int
) -> Demand:
    """What `ChannelCodes` are made of.

    Parameters
    ----------
    planes, pixels: hyperplanes, and pixels of each.
    channels: of a group.
    value_bits, bits: of a pixel, and of a channel's sums.
    """
    total = bits + (channels - 1).bit_length()
    factor = constant_factor_demand(bits=bits, lanes=1, digits=signed_digits(channels), offset=0)
    latency = lookup_latency(pixels)
    return (
        factor
        + counter(planes, planes, planes + 1, planes + 1, channels)
        + counter(channels * planes, channels * planes)
        + Demand(
            registers=planes * (2 * bits + total + 1) + 6 + latency * (value_bits + 3),
            adders=planes * bits + total + total + bits,  # the last two compare
            selects=2 * (planes * (2 * bits + total)) + 2 * total,
            memories=(Memory(pixels, 2 * planes, "rom"), Memory(channels * planes, bits, "ram")),
        )
    )
