"""Accumulator: adds the beats of a group to the bias."""

from __future__ import annotations

import numpy as np
from amaranth.hdl import Module, Mux, Shape, Signal
from numpy.typing import NDArray

from .core import Core, Memory
from .counters import loop
from .rom import Rom, pack


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
    group: beats per group.

    Members
    -------
    i: `outputs` terms.
    o: `outputs` sums, one clock after the last beat of a group.
    """

    def __init__(self, term: Shape, shape: Shape, bias: NDArray[np.int64], group: int) -> None:
        if not shape.signed:
            raise TypeError(f"an accumulator is signed, not {shape!r}")
        self.bias = bias
        self.group = group
        outputs = bias.shape[1]
        super().__init__(i=(term, outputs), o=(shape, outputs), latency=1, groups=(group,))

    def memories(self) -> list[Memory]:
        """Its memories."""
        shape, outputs = self.output
        return [Memory(len(self.bias), outputs * Shape.cast(shape).width, "rom")]

    def elaborate(self, platform: object) -> Module:
        m = Module()
        shape, outputs = self.output
        width = Shape.cast(shape).width
        beat, group_end = loop(m, "beat", self.group, self.i.valid)
        block, _ = loop(m, "block", len(self.bias), group_end)
        rows = [pack(row, width) for row in self.bias.tolist()]
        m.submodules.bias = bias = Rom(outputs * width, rows)
        # The ROM answers a clock after its address, so it reads the block of the next beat.
        following = Signal.like(block)
        m.d.comb += [following.eq(block), bias.address.eq(following)]
        with m.If(group_end):
            m.d.comb += following.eq(Mux(block == len(rows) - 1, 0, block + 1))
        with m.If(self.i.valid):
            for n in range(outputs):
                start = Mux(
                    beat == 0, bias.data.word_select(n, width).as_signed(), self.o.p.data[n]
                )
                m.d.sync += self.o.p.data[n].eq(start + self.i.p.data[n])
        m.d.sync += [self.o.valid.eq(group_end), self.o.p.last.eq(self.i.p.last)]
        return m
