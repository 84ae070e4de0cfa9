"""Argmax: the number of the largest channel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from amaranth.hdl import Const, Module, Mux, ShapeLike, Signal, Value, unsigned

from ..logic.counters import loop, registered
from ..logic.demand import Demand, counter
from ..stream.core import Core


class Argmax(Core):
    """Number of the largest of a pixel's channels, the lowest number on a tie.

    A tree finds the largest of a beat, one level of comparisons a clock; one more comparison
    keeps the largest of the beats so far.

    Parameters
    ----------
    shape: of a channel.
    channels: of a pixel.
    lanes: channels of a beat; divides `channels`.
    bits: of the answer.

    Members
    -------
    i: in, `lanes` channels of `shape`.
    o: out, one number of `bits` bits, ``ceil(log2(lanes)) + 1`` clocks after the pixel's last beat.
    """

    def __init__(self, shape: ShapeLike, channels: int, lanes: int, bits: int) -> None:
        if lanes < 1 or channels % lanes:
            raise ValueError(f"lanes must divide the {channels} channels, not {lanes!r}")
        self.levels = (lanes - 1).bit_length()
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
        valid, last = self.i.valid, self.i.p.last
        found = [_Candidate(self.i.p.data[n], Const(n, numbers)) for n in range(lanes)]
        for level in range(self.levels):
            found = [
                _Candidate.larger_of(found[n : n + 2]).registered(m, f"level{level}_{n // 2}")
                for n in range(0, len(found), 2)
            ]
            valid = registered(m, f"level{level}_valid", valid)
            last = registered(m, f"level{level}_last", last)

        best = _Candidate(Signal(shape, name="best"), self.o.p.data[0])
        first, base = Signal(init=1), Signal(numbers)
        _, group_end = loop(m, "beat", self.groups[0], valid)
        with m.If(valid):
            m.d.sync += [first.eq(group_end), base.eq(Mux(group_end, 0, base + lanes))]
            with m.If(first | (found[0].value > best.value)):
                m.d.sync += [
                    best.value.eq(found[0].value),
                    best.number.eq(base + found[0].number),
                ]
        m.d.sync += [self.o.valid.eq(group_end), self.o.p.last.eq(last)]
        return m


@dataclass(frozen=True)
class _Candidate:
    """A channel's value and its number."""

    value: Value
    number: Value

    @staticmethod
    def larger_of(pair: Sequence[_Candidate]) -> _Candidate:
        """The larger of one or two, the first on a tie."""
        if len(pair) == 1:
            return pair[0]
        first, second = pair
        better = second.value > first.value
        value = Mux(better, second.value, first.value)
        return _Candidate(value, Mux(better, second.number, first.number))

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
    return counter(group) + Demand(
        registers=2 + bits + answer,
        comparisons=lanes * bits,
        selects=2 * lanes * (bits + answer),
        adders=answer,
    )
