"""FlatEncoder: all comparisons of comparator trees at once, each with a constant."""

from __future__ import annotations

import numpy as np
from amaranth.hdl import Array, Cat, Const, Module, Value, unsigned

from .....compiler.program import ActivationType, TreeEncoder
from ....logic.counters import unreset
from ....logic.demand import Demand, select
from ....stream.core import Core
from ....stream.streams import shape_of

MOST_LEVELS = 5
"""Levels of a tree up to which flattening takes fewer LUTs than a comparison a level does, which
`bench/flattened.py` shows: the comparisons double with each."""

_CONSTANT = 0.75
"""What a bit of a comparison with a constant takes, times that of others."""


class FlatEncoder(Core):
    """Codes of all subspaces of a pixel in one beat, in two clocks.

    Where each tree has a place of its own, its thresholds are constants, and comparing with one
    takes a fraction of what comparing with a threshold from a memory does. So all nodes compare on
    the first clock; on the second each level's answer chooses among those of the next.

    Parameters
    ----------
    encoder: the trees.
    kind: of the activations.

    Members
    -------
    i: in, ``subspaces * length`` activations.
    o: out, a code of ``encoder.code_bits`` bits for each subspace, two clocks later.
    """

    def __init__(self, encoder: TreeEncoder, kind: ActivationType) -> None:
        self.encoder = encoder
        self.kind = kind
        super().__init__(
            i=(shape_of(kind), encoder.subspaces * encoder.length),
            o=(unsigned(encoder.code_bits), encoder.subspaces),
            latency=2,
        )

    def demand(self) -> Demand:
        """What it is made of."""
        return flat_encoder_demand(trees=self.encoder, kind=self.kind)

    def elaborate(self, platform: object) -> Module:
        m = Module()
        for n in range(self.encoder.subspaces):
            leaf = self._leaf(m, n)
            if self.encoder.leaf_codes is not None:
                codes = self.encoder.leaf_codes[n].tolist()
                leaf = Array(Const(code, self.encoder.code_bits) for code in codes)[leaf]
            m.d.sync += self.o.p.data[n].eq(leaf)
        self.mark_answers(m)
        return m

    def _leaf(self, m: Module, n: int) -> Value:
        """The number of the leaf of a subspace's tree, a clock after its activations."""
        trees, data = self.encoder, self.i.p.data
        dimensions, thresholds = trees.dimensions[n].tolist(), trees.thresholds[n].tolist()
        greater = [
            unreset(
                m,
                f"greater{n}_{node}",
                self._exceeds(data[n * trees.length + dimension], threshold),
            )
            for node, (dimension, threshold) in enumerate(zip(dimensions, thresholds, strict=True))
        ]
        path: Value = Const(0, 0)
        for level in range(trees.levels):
            first = (1 << level) - 1
            path = Cat(Array(greater[first : first + (1 << level)])[path], path)
        return path

    def _exceeds(self, value: Value, threshold: int) -> Value:
        """Whether an activation is greater than a constant, bit by bit from the last one on.

        Families with carry chains would spend one on each ``>``; of this they make a few LUTs.
        """
        if not self.kind.low <= threshold < self.kind.high:
            return Const(int(threshold < self.kind.low))
        bits, offset = list(value), threshold - self.kind.low
        if self.kind.signed:  # from two's complement to counting from the lowest value on
            bits[-1] = ~bits[-1]
        above: Value = Const(0)
        for place, bit in enumerate(bits):
            above = bit & above if offset >> place & 1 else bit | above
        return above


def _compared_bits(trees: TreeEncoder, kind: ActivationType) -> int:
    """Bits that comparisons look at: those from the lowest 0 of their threshold on."""
    inside = (trees.thresholds >= kind.low) & (trees.thresholds < kind.high)
    offset = trees.thresholds[inside].astype(np.int64) - kind.low
    ones = np.bitwise_count(offset ^ (offset + 1)).astype(np.int64) - 1  # at the lower end
    return int((kind.bits - ones).sum())


def flat_encoder_demand(*, trees: TreeEncoder, kind: ActivationType) -> Demand:
    """What a `FlatEncoder` is made of."""
    nodes = trees.leaves - 1
    demand = Demand(
        registers=trees.subspaces * (nodes + trees.code_bits) + 4,
        comparisons=_CONSTANT * _compared_bits(trees, kind),
    )
    for level in range(1, trees.levels):
        demand += select(1 << level, trees.subspaces)
    if trees.leaf_codes is not None:
        demand += select(trees.leaves, trees.subspaces * trees.code_bits)
    return demand
