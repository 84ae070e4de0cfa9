"""Accumulator: adds the beats of a group to the bias."""

from __future__ import annotations

import numpy as np
from amaranth.hdl import Module, Mux, Shape, Signal, Value, signed
from amaranth.lib.wiring import In
from numpy.typing import NDArray

from ..logic.counters import loop
from ..logic.demand import Demand, counter
from ..logic.load_port import LoadedRows, LoadPort
from ..logic.logic_rom import logic_rom
from ..logic.memory import Memory
from ..logic.rom import pack
from ..stream.core import Core
from ..stream.streams import range_shape

_BIAS_BITS = 2
_WIDEST = 32
"""Bits that every program's accumulators fit in."""


class Accumulator(Core):
    """``bias + sum over a group of beats``, for `outputs` channels at a time.

    Sums wrap around in the width of `shape`; since the final value fits it (the bounds are
    proven from the tables), what the intermediate ones do cannot matter.

    Parameters
    ----------
    term: shape of an input element.
    shape: signed shape that holds every final value.
    bias: (blocks, outputs) what each group starts from; groups cycle through the blocks. Where
        there are several, the first beat comes a clock after reset at the earliest: the memory
        of the biases needs it.
    group: beats per group; None where groups end with a mark.
    loadable: whether other biases can be loaded.

    Members
    -------
    i: in, `outputs` terms of the shape `term`.
    o: out, `outputs` sums of `shape`, one clock after the last beat of a group.
    group_end, block_end: in, 1 bit each; the valid beat is the last of its group, this the last
        that starts from its block of biases. Only where groups end with a mark.
    """

    group_end: Signal
    block_end: Signal

    def __init__(
        self,
        term: Shape,
        shape: Shape,
        bias: NDArray[np.int64],
        group: int | None,
        loadable: bool = False,
    ) -> None:
        if not shape.signed:
            raise ValueError(f"an accumulator is signed, not {shape!r}")
        self.bias = bias
        self.group = group
        outputs = bias.shape[1]
        self._biases = LoadedRows(_fields(bias, shape.width)) if loadable else None
        super().__init__(
            i=(term, outputs),
            o=(shape, outputs),
            latency=1,
            groups=(1 if group is None else group,),
            members={} if group else {"group_end": In(1), "block_end": In(1)},
        )

    def demand(self) -> Demand:
        """What it is made of."""
        blocks, outputs = self.bias.shape
        return accumulator_demand(
            width=self.output_bits, outputs=outputs, blocks=blocks, group=self.group or 1
        )

    def load_ports(self) -> list[LoadPort]:
        """Where its biases are loaded."""
        return [] if self._biases is None else [self._biases.load]

    def elaborate(self, platform: object) -> Module:
        m = Module()
        shape, outputs = self.output
        width = Shape.cast(shape).width
        if self.group is None:
            group_end, block_end = self.group_end, self.block_end
        else:
            _, group_end = loop(m, "beat", self.group, self.i.valid)
            block_end = group_end
        block, _ = loop(m, "block", len(self.bias), block_end)
        rows = [pack(row, width) for row in self.bias.tolist()]
        # The memory answers a clock after its address, so it reads the block of the next beat.
        following = Signal.like(block)
        m.d.comb += following.eq(block)
        with m.If(block_end):
            m.d.comb += following.eq(Mux(block == len(rows) - 1, 0, block + 1))
        bias: Value
        if self._biases is None:
            bias = logic_rom(m, "bias", outputs * width, rows, following)
        else:
            m.submodules.biases = biases = self._biases
            m.d.comb += biases.address.eq(following)
            bias = biases.data
        first = Signal(init=1)
        with m.If(self.i.valid):
            m.d.sync += first.eq(group_end)
            for n in range(outputs):
                start = Mux(first, bias.word_select(n, width).as_signed(), self.o.p.data[n])
                m.d.sync += self.o.p.data[n].eq(start + self.i.p.data[n])
        m.d.sync += [self.o.valid.eq(group_end), self.o.p.last.eq(self.i.p.last)]
        return m


def accumulator_demand(*, width: int, outputs: int, blocks: int, group: int) -> Demand:
    """What an `Accumulator` of `width` bits for `outputs` sums is made of."""
    total = outputs * width
    biases = (Memory(blocks, total, "rom"),) if blocks > 1 else ()
    return counter(group, blocks) + Demand(
        registers=2 + total, adders=total, selects=total, memories=biases
    )


def accumulator_shape(bounds: tuple[int, int], reach: int | None = None) -> Shape:
    """The signed shape that an accumulator needs.

    Parameters
    ----------
    bounds: least and greatest final value.
    reach: of the sums without bias whatever is loaded, where something can be; then the shape
        leaves two bits for the bias, or is 32 bits wide if `bounds` needs even more, so that it
        hardly depends on what is loaded first.
    """
    exact = range_shape(*bounds)
    width = exact.width + (not exact.signed)
    if reach is None:
        return signed(width)
    roomy = reach.bit_length() + 1 + _BIAS_BITS
    return signed(roomy if width <= roomy else _WIDEST)


def _fields(values: NDArray[np.int64], bits: int) -> NDArray[np.bool_]:
    """Rows of integers as rows of bits, the first integer in the lowest `bits`."""
    places = np.arange(bits)
    fields: NDArray[np.bool_] = ((values[..., None] >> places) & 1).astype(bool)
    return fields.reshape(len(values), -1)
