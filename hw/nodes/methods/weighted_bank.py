"""WeightedBank: a bank whose terms are each made of an activation and a word of memory."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence

import numpy as np
from amaranth.hdl import Cat, Module, Shape, Signal, Value
from numpy.typing import NDArray

from ....compiler.program import ActivationType
from ...engine.bank_geometry import BankGeometry
from ...logic.counters import late_unreset, loop
from ...logic.demand import Demand, counter
from ...logic.load_port import LoadPort
from ...logic.memory import Memory
from ...logic.packed_rom import PackedRom
from ...logic.packing import PIECE_LATENCY, MemoryOptions, pack
from ...stream.core import Core
from ...stream.streams import shape_of


class WeightedBank(Core):
    """The words of a layer's weights, and what makes terms of them and of activations.

    There is one such part for every lane and output that meet (`BankGeometry`). A kind of bank
    says what it is (`term`).

    Parameters
    ----------
    words: (M, C / groups, kernel height, kernel width) int64, one word for each weight; a word of
        0 must make a term of 0, whatever the activation: inputs that fill up a beat have it.
    word_bits: of each.
    kind: of the activations.
    lanes: input channels per beat (S).
    outputs: output channels per beat (P).
    groups: of the convolution.
    options: how the memory of words is laid out; its `ports` is not read.
    term_shape: of a term.
    term_clocks: from a word and its activation to their term.
    waiting_clocks: that both wait before, in registers right in front of what makes terms.

    Members
    -------
    i: in, `lanes` activations.
    o: out, ``lanes * lane_outputs`` terms in `BankGeometry.lane_order`, `latency` clocks later.
    """

    def __init__(
        self,
        words: NDArray[np.int64],
        word_bits: int,
        kind: ActivationType,
        lanes: int,
        outputs: int,
        groups: int,
        options: MemoryOptions | None,
        term_shape: Shape,
        term_clocks: int = 1,
        waiting_clocks: int = 0,
    ) -> None:
        channels, inputs, height, width = words.shape
        taps = height * width
        self.geometry = BankGeometry(inputs * groups, channels, taps, lanes, outputs, groups)
        self.kind = kind
        self.word_bits = word_bits
        by_group = words.reshape(groups, channels // groups, inputs, taps)
        contents = by_group.transpose(0, 2, 3, 1).reshape(inputs * groups, taps, 1, -1)
        rows = self.geometry.arrange(contents)[self.geometry.lane_order]
        self.rows = rows.transpose(1, 0, 2).reshape(self.geometry.steps, -1)
        options = options or MemoryOptions()
        places = (self.rows[..., None] >> np.arange(word_bits)) & 1
        bits = places.reshape(self.geometry.steps, -1).astype(np.bool_)
        self._packing = None if options.family is None else pack(*bits.shape, options)
        packing = self._packing or pack(*bits.shape, MemoryOptions())
        self._rom = PackedRom(bits, packing, options.loadable)
        self._waiting_clocks = waiting_clocks
        super().__init__(
            i=(shape_of(kind), lanes),
            o=(term_shape, self.rows.shape[1]),
            latency=self._rom.latency + waiting_clocks + term_clocks,
        )

    @abstractmethod
    def term(self, m: Module, name: str, activation: Value, word: Value) -> Value:
        """The term of an activation and a word, `term_clocks` later.

        Parameters
        ----------
        m: where to put what makes it.
        name: to tell its signals from others' with.
        """

    @property
    def memory(self) -> Memory:
        """The memory of words."""
        steps, words = self.rows.shape
        return Memory(steps, words * self.word_bits, "rom", self._packing)

    def load_ports(self) -> list[LoadPort]:
        """Where its memory is loaded."""
        return [] if self._rom.load is None else [self._rom.load]

    def elaborate(self, platform: object) -> Module:
        m = Module()
        step, _ = loop(m, "step", self.geometry.steps, self.i.valid)
        m.submodules.weights = rom = self._rom
        m.d.comb += rom.address0.eq(step)
        self.mark_answers(m)
        x = late_unreset(m, "x", self.i.p.data.as_value(), rom.latency + self._waiting_clocks)
        words = late_unreset(m, "words", rom.data0, self._waiting_clocks)
        places = [
            lane for lane in self.geometry.lane_order for _ in range(self.geometry.lane_outputs)
        ]
        terms = []
        for n, lane in enumerate(places):
            bits = x.word_select(lane, self.kind.bits)
            activation = bits.as_signed() if self.kind.signed else bits
            word = words.word_select(n, self.word_bits)
            term = Signal(Shape.cast(self.output[0]), name=f"o{n}")
            m.d.comb += term.eq(self.term(m, str(n), activation, word))
            terms.append(term)
        # In one statement: Amaranth looks at all bits of what each one assigns a part of.
        m.d.comb += self.o.p.data.as_value().eq(Cat(terms))
        return m


def weighted_bank_demand(
    *,
    geometry: BankGeometry,
    input_bits: int,
    term: Demand,
    memories: Sequence[Memory],
) -> Demand:
    """What a `WeightedBank` with these memories is made of, each of whose terms takes `term`."""
    count = geometry.lanes * geometry.lane_outputs
    shared = counter(geometry.steps) + Demand(
        registers=6 + PIECE_LATENCY * geometry.lanes * input_bits,
        memories=tuple(memories),
    )
    return shared + term.times(count)
