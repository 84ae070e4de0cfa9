"""Argmax: the number of the largest channel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from amaranth.hdl import Const, Module, Mux, ShapeLike, Signal, Value, unsigned

from ..logic.compare import exceeds
from ..logic.counters import late, loop
from ..logic.demand import Demand, bits_for, counter
from ..stream.core import Core


class Argmax(Core):
    """Number of the largest of a pixel's channels, or of the least, the lowest number on a tie.

    A tree finds the largest of a beat, one level of comparisons a clock; one more comparison
    keeps the largest of the beats so far.

    Parameters
    ----------
    shape: of a channel.
    channels: of a pixel.
    lanes: channels of a beat; divides `channels`.
    bits: of the answer.
    least: whether it is the least channel.

    Members
    -------
    i: in, `lanes` channels of `shape`.
    o: out, one number of `bits` bits, ``ceil(log2(lanes)) + 1`` clocks after the pixel's last beat.
    """

    def __init__(
        self, shape: ShapeLike, channels: int, lanes: int, bits: int, least: bool = False
    ) -> None:
        if lanes < 1 or channels % lanes:
            raise ValueError(f"lanes must divide the {channels} channels, not {lanes!r}")
        self.levels = bits_for(lanes)
        self.least = least
        super().__init__(
            i=(shape, lanes),
            o=(unsigned(bits), 1),
            latency=self.levels + 1,
            groups=(channels // lanes,),
        )

    def demand(self) -> Demand:
        """What it is made of."""
        return argmax_demand(
            bits=self.input_bits,
            lanes=self.input[1],
            answer=self.output_bits,
            group=self.groups[0],
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        shape, lanes = self.input
        numbers = self.output[0]
        valid = late(m, "valid", self.i.valid, self.levels)
        last = late(m, "last", self.i.p.last, self.levels)
        data = self.i.p.data  # looked up once: Amaranth describes all of it anew each time
        found = [_Candidate(data[n], Const(n, numbers)) for n in range(lanes)]
        for level in range(self.levels):
            found = [
                self._better_of(found[n : n + 2]).registered(m, f"level{level}_{n // 2}")
                for n in range(0, len(found), 2)
            ]

        best = _Candidate(Signal(shape, name="best"), self.o.p.data[0])
        first, base = Signal(init=1), Signal(numbers)
        _, group_end = loop(m, "beat", self.groups[0], valid)
        with m.If(valid):
            m.d.sync += [first.eq(group_end), base.eq(Mux(group_end, 0, base + lanes))]
            with m.If(first | self._better(found[0], best)):
                m.d.sync += [
                    best.value.eq(found[0].value),
                    best.number.eq(base + found[0].number),
                ]
        m.d.sync += [self.o.valid.eq(group_end), self.o.p.last.eq(last)]
        return m

    def _better(self, one: _Candidate, other: _Candidate) -> Value:
        """Whether a channel wins against another one with a lower number."""
        if self.least:
            return exceeds(other.value, one.value)
        return exceeds(one.value, other.value)

    def _better_of(self, pair: Sequence[_Candidate]) -> _Candidate:
        """The better of one or two, the first on a tie."""
        if len(pair) == 1:
            return pair[0]
        first, second = pair
        better = self._better(second, first)
        value = Mux(better, second.value, first.value)
        return _Candidate(value, Mux(better, second.number, first.number))


@dataclass(frozen=True)
class _Candidate:
    """A channel's value and its number."""

    value: Value
    number: Value

    def registered(self, m: Module, name: str) -> _Candidate:
        """The same, one clock later."""
        value, number = (
            Signal.like(self.value, name=name),
            Signal.like(self.number, name=name + "_number"),
        )
        m.d.sync += [value.eq(self.value), number.eq(self.number)]
        return _Candidate(value, number)


def argmax_demand(*, bits: int, lanes: int, answer: int, group: int) -> Demand:
    """What an `Argmax` with an answer of so many bits is made of."""
    # Numbers of a beat have as many bits as the tree has levels behind them.
    demand = counter(group) + Demand(registers=2 + answer)
    left, level = lanes, 0
    while left > 1:
        pairs, left, level = left // 2, -(-left // 2), level + 1
        demand += Demand(
            registers=2 + left * (bits + level),
            adders=pairs * bits,
            selects=2 * pairs * (bits + level),
        )
    if group > 1:
        base = answer - bits_for(lanes)
        demand += Demand(registers=1 + bits + base, adders=bits + base)
    return demand
