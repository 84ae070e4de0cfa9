"""AdderTree: adds the lanes of a beat, one level a clock."""

from __future__ import annotations

from collections.abc import Sequence

from amaranth.hdl import Module, Signal, Value, signed

from ..logic.demand import Demand
from ..stream.core import Core


class AdderTree(Core):
    """Sums over the lanes of ``lanes * outputs`` signed terms.

    Parameters
    ----------
    bits: of a term.
    lanes: terms of a sum.
    outputs: sums.

    Members
    -------
    i: in, ``lanes * outputs`` terms of ``signed(bits)``, lane by lane.
    o: out, `outputs` sums with a bit more for each level, ``ceil(log2(lanes))`` clocks later.
    """

    def __init__(self, bits: int, lanes: int, outputs: int) -> None:
        self.lanes = lanes
        self.outputs = outputs
        self.levels = (lanes - 1).bit_length()
        super().__init__(
            i=(signed(bits), lanes * outputs),
            o=(signed(bits + self.levels), outputs),
            latency=self.levels,
        )

    def demand(self) -> Demand:
        """What it is made of."""
        return adder_tree_demand(bits=self.input_bits, lanes=self.lanes, outputs=self.outputs)

    def elaborate(self, platform: object) -> Module:
        m = Module()
        data = self.i.p.data  # looked up once: Amaranth describes all of it anew each time
        terms = [
            [data[lane * self.outputs + output] for lane in range(self.lanes)]
            for output in range(self.outputs)
        ]
        for level in range(self.levels):
            terms = [
                add_pairs(m, f"level{level}_{output}", row) for output, row in enumerate(terms)
            ]
        self.mark_answers(m)
        m.d.comb += [self.o.p.data[output].eq(row[0]) for output, row in enumerate(terms)]
        return m


def adder_tree_demand(*, bits: int, lanes: int, outputs: int) -> Demand:
    """What an `AdderTree` is made of."""
    demand = Demand()
    while lanes > 1:
        pairs, odd = divmod(lanes, 2)
        bits += 1
        demand += Demand(
            registers=2 + outputs * (pairs + odd) * bits, adders=outputs * pairs * bits
        )
        lanes = pairs + odd
    return demand


def add_pairs(m: Module, name: str, terms: Sequence[Value]) -> list[Value]:
    """Registered sums of neighbours; an odd last term goes through a register alone."""
    sums: list[Value] = []
    for n in range(0, len(terms), 2):
        total = sum(terms[n + 1 : n + 2], start=terms[n])
        register = Signal(total.shape(), name=f"{name}_{n // 2}")
        m.d.sync += register.eq(total)
        sums.append(register)
    return sums
