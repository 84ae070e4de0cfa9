"""LeastDistance: which prototype is the nearest one."""

from __future__ import annotations

from amaranth.hdl import Module, Shape, unsigned

from ....engine.argmax import Argmax, argmax_demand
from ....logic.demand import Demand
from ....stream.core import Core


class LeastDistance(Core):
    """The number of each subspace's least distance, the lowest number on a tie.

    Parameters
    ----------
    shape: of a distance as it comes in.
    bits: that any distance needs; none is negative.
    prototypes: distances of a subspace (K).
    at_once: of them in each beat; divides K.
    subspaces: whose distances come side by side.
    code_bits: of a number.

    Members
    -------
    i: in, ``subspaces * at_once`` distances of `shape`, subspace by subspace.
    o: out, `subspaces` numbers, ``ceil(log2(at_once)) + 1`` clocks after the last beat of
        ``prototypes / at_once``.
    """

    def __init__(
        self,
        shape: Shape,
        bits: int,
        prototypes: int,
        at_once: int,
        subspaces: int,
        code_bits: int,
    ) -> None:
        self.bits = bits
        self.at_once = at_once
        self._searches = [
            Argmax(unsigned(bits), prototypes, at_once, code_bits, least=True)
            for _ in range(subspaces)
        ]
        super().__init__(
            i=(shape, subspaces * at_once),
            o=(unsigned(code_bits), subspaces),
            latency=self._searches[0].latency,
            groups=self._searches[0].groups,
        )

    def demand(self) -> Demand:
        """What it is made of."""
        return least_distance_demand(
            bits=self.bits,
            at_once=self.at_once,
            subspaces=len(self._searches),
            code_bits=self.output_bits,
            group=self.groups[0],
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        data = self.i.p.data  # looked up once: Amaranth describes all of it anew each time
        for n, search in enumerate(self._searches):
            m.submodules[f"subspace{n}"] = search
            m.d.comb += [search.i.valid.eq(self.i.valid), search.i.p.last.eq(self.i.p.last)]
            searched = search.i.p.data
            m.d.comb += [
                searched[place].eq(data[n * self.at_once + place][: self.bits])
                for place in range(self.at_once)
            ]
            m.d.comb += self.o.p.data[n].eq(search.o.p.data[0])
        first = self._searches[0].o
        m.d.comb += [self.o.valid.eq(first.valid), self.o.p.last.eq(first.p.last)]
        return m


def least_distance_demand(
    *, bits: int, at_once: int, subspaces: int, code_bits: int, group: int
) -> Demand:
    """What a `LeastDistance` is made of."""
    one = argmax_demand(bits=bits, lanes=at_once, answer=code_bits, group=group)
    return one.times(subspaces)
