"""Encoder: the comparator trees, one tree level a clock."""

from __future__ import annotations

import numpy as np
from amaranth.hdl import Array, Cat, Const, Module, Value, unsigned

from ..compiler.program import ActivationType, TreeEncoder
from .core import Core, Memory
from .counters import loop, registered
from .rom import Rom, pack
from .streams import shape_of


class Encoder(Core):
    """Codes of `width` subspaces per beat.

    A pixel (or im2col vector) arrives in ``ceil(subspaces / width)`` beats of ``width * length``
    activations. Each level of a subspace's tree is a ROM of thresholds and split dimensions,
    addressed by the comparisons of the levels before, and one comparison on the clock after. Where
    leaves are merged, one more ROM holds their codes.

    Parameters
    ----------
    encoder: the trees.
    type: of the activations.
    width: subspaces coded per beat.

    Members
    -------
    i: ``width * length`` activations.
    o: `width` codes, ``encoder.levels + 1`` clocks later, one more where leaves are merged.
    """

    def __init__(self, encoder: TreeEncoder, type: ActivationType, width: int) -> None:
        if not isinstance(encoder, TreeEncoder):
            raise TypeError(f"only tree encoders have hardware, not {encoder!r}")
        if not 1 <= width <= encoder.subspaces:
            raise TypeError(f"width must lie in 1..{encoder.subspaces}, not {width!r}")
        self.encoder = encoder
        self.type = type
        self.width = width
        self.beats = -(-encoder.subspaces // width)
        self.threshold_bits = type.bits + 1  # one more for "greater than even the lowest value"
        super().__init__(
            i=(shape_of(type), width * encoder.length),
            o=(unsigned(encoder.code_bits), width),
            latency=encoder.levels + 1 + (encoder.leaf_codes is not None),
        )

    def memories(self) -> list[Memory]:
        """Its memories."""
        width = self.threshold_bits + _dimension_bits(self.encoder.length)
        levels = [Memory(self.beats << level, width, "rom") for level in range(self.encoder.levels)]
        if self.encoder.leaf_codes is not None:
            leaves = self.beats * self.encoder.leaves
            levels.append(Memory(leaves, self.encoder.code_bits, "rom"))
        return levels * self.width

    def elaborate(self, platform: object) -> Module:
        m = Module()
        counted, _ = loop(m, "beat", self.beats, self.i.valid)
        beat: Value = counted
        valid, last, x = self.i.valid, self.i.p.last, self.i.p.data.as_value()
        prefixes: list[Value] = [Const(0, 0)] * self.width
        for level in range(self.encoder.levels):
            nodes = self._read_nodes(m, level, beat, prefixes)
            valid, last, beat, x = (
                registered(m, f"level{level}_{name}", value)
                for name, value in (("valid", valid), ("last", last), ("beat", beat), ("x", x))
            )
            prefixes = [
                Cat(self._greater(x, n, node), registered(m, f"level{level}_prefix{n}", prefix))
                for n, (node, prefix) in enumerate(zip(nodes, prefixes, strict=True))
            ]
        codes = prefixes
        if self.encoder.leaf_codes is not None:
            codes = self._read_codes(m, beat, prefixes)
            valid, last = registered(m, "leaf_valid", valid), registered(m, "leaf_last", last)
        m.d.sync += [
            self.o.valid.eq(valid),
            self.o.p.last.eq(last),
            self.o.p.data.as_value().eq(Cat(codes)),
        ]
        return m

    def _read_codes(self, m: Module, beat: Value, leaves: list[Value]) -> list[Value]:
        """The code of each subspace's leaf, one clock after its number."""
        assert self.encoder.leaf_codes is not None
        filled = np.zeros((self.beats * self.width, self.encoder.leaves), np.int64)
        filled[: self.encoder.subspaces] = self.encoder.leaf_codes
        codes = []
        for n, leaf in enumerate(leaves):
            rows = filled[n :: self.width].reshape(-1).tolist()
            m.submodules[f"leaf_codes{n}"] = rom = Rom(self.encoder.code_bits, rows)
            m.d.comb += rom.address.eq(Cat(leaf, beat))
            codes.append(rom.data)
        return codes

    def _read_nodes(self, m: Module, level: int, beat: Value, prefixes: list[Value]) -> list[Value]:
        """The tree node of each subspace, one clock after its address."""
        nodes = []
        for n, prefix in enumerate(prefixes):
            rows = self._rows(level, n)
            width = self.threshold_bits + _dimension_bits(self.encoder.length)
            m.submodules[f"level{level}_nodes{n}"] = rom = Rom(width, rows)
            m.d.comb += rom.address.eq(Cat(prefix, beat))
            nodes.append(rom.data)
        return nodes

    def _greater(self, x: Value, n: int, node: Value) -> Value:
        """Whether the node's dimension of subspace `n` is greater than the node's threshold."""
        bits, length = self.type.bits, self.encoder.length
        threshold = node[: self.threshold_bits].as_signed()
        activations = [x.word_select(n * length + k, bits) for k in range(length)]
        chosen = Array(activations)[node[self.threshold_bits :]]
        return (chosen.as_signed() if self.type.signed else chosen) > threshold

    def _rows(self, level: int, n: int) -> list[int]:
        """Nodes of one level for the subspaces that pass lane `n`: a row per (beat, node)."""
        heap = slice((1 << level) - 1, (2 << level) - 1)
        lowest, highest = self.type.low - 1, self.type.high
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


def _dimension_bits(length: int) -> int:
    return max(1, (length - 1).bit_length())
