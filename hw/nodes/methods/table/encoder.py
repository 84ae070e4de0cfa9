"""Encoder: the comparator trees, two clocks a tree level."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from amaranth.hdl import Array, Cat, Const, Module, Value, unsigned

from .....compiler.program import ActivationType, TreeEncoder
from ....logic.compare import exceeds
from ....logic.counters import loop, registered
from ....logic.demand import Demand, bits_for, counter, select
from ....logic.logic_rom import lookup, lookup_latency
from ....logic.memory import Memory
from ....logic.rom import pack
from ....stream.core import Core
from ....stream.streams import shape_of


class Encoder(Core):
    """Codes of `width` subspaces per beat.

    A pixel (or im2col vector) arrives in ``ceil(subspaces / width)`` beats of ``width * length``
    activations. Each level of a subspace's tree is a ROM of thresholds and split dimensions,
    addressed by the comparisons of the levels before, and one comparison on the clock after. Where
    leaves are merged, one more ROM holds their codes. Every ROM and every comparison ends in a
    register.

    Parameters
    ----------
    encoder: the trees.
    kind: of the activations.
    width: subspaces coded per beat.

    Members
    -------
    i: in, ``width * length`` activations.
    o: out, `width` codes of ``encoder.code_bits`` bits, two clocks later for each level, one more
        where leaves are merged, and one more for each ROM that is too large for LUTs.
    """

    def __init__(self, encoder: TreeEncoder, kind: ActivationType, width: int) -> None:
        if not 1 <= width <= encoder.subspaces:
            raise ValueError(f"width must lie in 1..{encoder.subspaces}, not {width!r}")
        self.encoder = encoder
        self.kind = kind
        self.width = width
        self.beats = -(-encoder.subspaces // width)
        self.threshold_bits = kind.bits + 1  # one more for "greater than even the lowest value"
        self.node_bits = self.threshold_bits + _dimension_bits(encoder.length)
        self.level_clocks = [
            lookup_latency(self.beats << level) + 1 for level in range(encoder.levels)
        ]
        self.leaf_clocks = (
            0 if encoder.leaf_codes is None else lookup_latency(self.beats * encoder.leaves)
        )
        super().__init__(
            i=(shape_of(kind), width * encoder.length),
            o=(unsigned(encoder.code_bits), width),
            latency=sum(self.level_clocks) + self.leaf_clocks,
        )

    def demand(self) -> Demand:
        """What it is made of."""
        return encoder_demand(trees=self.encoder, width=self.width, bits=self.kind.bits)

    def elaborate(self, platform: object) -> Module:
        m = Module()
        number, _ = loop(m, "beat", self.beats, self.i.valid)
        beat = _Beat(self.i.valid, self.i.p.last, number, self.i.p.data.as_value())
        prefixes: list[Value] = [Const(0, 0)] * self.width
        for level, clocks in enumerate(self.level_clocks):
            name = f"level{level}"
            nodes = [
                lookup(m, f"{name}_nodes{n}", self.node_bits, self._rows(level, n), address)
                for n, address in enumerate(beat.after(prefix) for prefix in prefixes)
            ]
            for clock in range(clocks - 1):
                beat = beat.registered(m, f"{name}_read{clock}")
                prefixes = _registered(m, f"{name}_read{clock}_prefix", prefixes)
            prefixes = [
                Cat(self._greater(beat.x, n, node), prefix)
                for n, (node, prefix) in enumerate(zip(nodes, prefixes, strict=True))
            ]
            beat = beat.registered(m, name)
            prefixes = _registered(m, f"{name}_prefix", prefixes)
        if self.leaf_clocks:
            prefixes = [
                lookup(m, f"leaf_codes{n}", self.encoder.code_bits, self._codes(n), address)
                for n, address in enumerate(beat.after(leaf) for leaf in prefixes)
            ]
            for clock in range(self.leaf_clocks):
                beat = beat.registered(m, f"leaf{clock}")
        m.d.comb += [
            self.o.valid.eq(beat.valid),
            self.o.p.last.eq(beat.last),
            self.o.p.data.as_value().eq(Cat(prefixes)),
        ]
        return m

    def _greater(self, x: Value, n: int, node: Value) -> Value:
        """Whether the node's dimension of subspace `n` is greater than the node's threshold."""
        bits, length = self.kind.bits, self.encoder.length
        threshold = node[: self.threshold_bits].as_signed()
        activations = [x.word_select(n * length + k, bits) for k in range(length)]
        chosen = Array(activations)[node[self.threshold_bits :]]
        return exceeds(chosen.as_signed() if self.kind.signed else chosen, threshold)

    def _rows(self, level: int, n: int) -> list[int]:
        """Nodes of one level for the subspaces that pass lane `n`: a row per (beat, node)."""
        heap = slice((1 << level) - 1, (2 << level) - 1)
        lowest, highest = self.kind.low - 1, self.kind.high
        rows = []
        for subspace in range(n, self.beats * self.width, self.width):
            if subspace < self.encoder.subspaces:
                thresholds = np.clip(self.encoder.thresholds[subspace, heap], lowest, highest)
                dimensions = self.encoder.dimensions[subspace, heap]
            else:  # the fill of a pixel's last beat has code 0
                thresholds = np.full(1 << level, highest)
                dimensions = np.zeros(1 << level, np.int16)
            rows += [
                pack([t], self.threshold_bits) | d << self.threshold_bits
                for t, d in zip(thresholds.tolist(), dimensions.tolist(), strict=True)
            ]
        return rows

    def _codes(self, n: int) -> list[int]:
        """Codes of the leaves for the subspaces that pass lane `n`: a row per (beat, leaf)."""
        assert self.encoder.leaf_codes is not None
        filled = np.zeros((self.beats * self.width, self.encoder.leaves), np.int64)
        filled[: self.encoder.subspaces] = self.encoder.leaf_codes
        return filled[n :: self.width].reshape(-1).tolist()


@dataclass(frozen=True)
class _Beat:
    """A beat on its way: the input's flags, its number within the pixel, the activations."""

    valid: Value
    last: Value
    number: Value
    x: Value

    def after(self, prefix: Value) -> Value:
        """The row of a memory that has a row for each prefix, once for each beat."""
        return Cat(prefix, self.number)

    def registered(self, m: Module, name: str) -> _Beat:
        """The same, one clock later."""
        parts = ("valid", "last", "number", "x")
        return _Beat(*(registered(m, f"{name}_{part}", getattr(self, part)) for part in parts))


def _registered(m: Module, name: str, values: list[Value]) -> list[Value]:
    return [registered(m, f"{name}{n}", value) for n, value in enumerate(values)]


def _dimension_bits(length: int) -> int:
    return max(1, (length - 1).bit_length())


def encoder_demand(*, trees: TreeEncoder, width: int, bits: int) -> Demand:
    """What an `Encoder` of `width` trees side by side, for activations of `bits`, is made of."""
    length, beats = trees.length, -(-trees.subspaces // width)
    node = bits + 1 + _dimension_bits(length)  # threshold and split dimension
    flags = 2
    beat = flags + bits_for(beats) + width * length * bits
    demand = counter(beats)
    if trees.leaf_codes is not None:
        rows = beats * trees.leaves
        codes = Memory(rows, trees.code_bits, "rom")
        demand += Demand(registers=flags * lookup_latency(rows), memories=(codes,) * width)
    for level in range(trees.levels):
        rows = beats << level
        before, after = width * level, width * (level + 1)  # bits of which nodes were reached
        # Behind the last comparison nothing asks for the activations any more.
        compared = flags if level == trees.levels - 1 else beat
        demand += Demand(
            registers=lookup_latency(rows) * (beat + before) + compared + after,
            adders=width * (bits + 2),  # a comparison carries, and takes a bit more than a sum
            memories=(Memory(rows, node, "rom"),) * width,
        )
        demand += select(length, width * bits)
    return demand
