"""Model of a core: what it answers, and when."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from amaranth.hdl import Array, Mux, Signal, Value

from ....hw.stream.core import Core
from ..formal_bench import FormalBench, implies


@dataclass(frozen=True)
class Group:
    """The input beats of one answer, all there at once.

    Parameters
    ----------
    complete: its last beat comes on this clock.
    number: of the answer in the cycle of `rounds` answers.
    beats: lanes of each beat; where groups differ in size, those beyond the group's own are
        undefined.
    """

    complete: Value
    number: Value
    beats: Sequence[Sequence[Any]]

    def registered(self, bench: FormalBench, name: str) -> Group:
        """The same one clock later."""
        beats = [
            [bench.register(f"{name}_beat{n}_{lane}", x) for lane, x in enumerate(beat)]
            for n, beat in enumerate(self.beats)
        ]
        complete = bench.register(f"{name}_complete", self.complete)
        return Group(complete, bench.register(f"{name}_number", self.number), beats)


Answer = Callable[[Group], Sequence[Any]]
"""What a core's lanes should hold, as a formula of whole groups."""


def core(bench: FormalBench, dut: Core, answer: Answer, rounds: int = 1, late: int = 0) -> None:
    """A core against a formula: every answer, exactly `latency` clocks after its group.

    Gaps between the beats are as the solver likes.

    Parameters
    ----------
    bench: where the model is added.
    dut: the core.
    answer: the formula.
    rounds: answers after which it repeats itself (blocks of channels, say); a multiple of the
        number of the core's group sizes.
    late: on which of the `latency` clocks the model applies the formula. That changes nothing
        about what is proven; a solver is quick where the core does its work on the same clock.
    """
    m = bench.m
    m.d.comb += [
        dut.i.valid.eq(bench.free("i_valid")),
        dut.i.p.as_value().eq(bench.free("i_payload", len(dut.i.p.as_value()))),
    ]
    place, number = Signal(range(max(dut.groups))), Signal(range(rounds))
    ends_at = Array(dut.groups[n % len(dut.groups)] - 1 for n in range(rounds))
    ends = dut.i.valid & (place == ends_at[number])
    with m.If(dut.i.valid):
        m.d.sync += place.eq(Mux(ends, 0, place + 1))
    with m.If(ends):
        m.d.sync += number.eq(Mux(number == rounds - 1, 0, number + 1))

    group = Group(ends, number, _beats(bench, dut, place))
    last: Value = dut.i.p.last
    for clock in range(late):
        group = group.registered(bench, f"group{clock}")
        last = bench.register(f"last{clock}", last)
    expected = Signal.like(dut.o.p)
    m.d.comb += expected.last.eq(last)
    for lane, value in zip(expected.data, answer(group), strict=True):
        m.d.comb += lane.eq(value)
    valid, payload = group.complete, expected.as_value()
    for clock in range(late, dut.latency):
        valid = bench.register(f"answers{clock}", valid)
        payload = bench.register(f"answer{clock}", payload)
    bench.check(
        f"answers each group {_clocks(dut.latency)} after its last beat", dut.o.valid == valid
    )
    bench.check("every answer is right", implies(valid, dut.o.p.as_value() == payload))


def _clocks(count: int) -> str:
    return f"{count} clock{'' if count == 1 else 's'}"


def _beats(bench: FormalBench, dut: Core, place: Value) -> list[list[Any]]:
    """Lanes of a group's beats: the earlier ones kept, the one on this clock as it comes."""
    longest = max(dut.groups)
    beats = []
    for n in range(longest):
        beat = Signal.like(dut.i.p, name=f"beat{n}")
        if n < longest - 1:
            kept = bench.held(f"kept{n}", dut.i.valid & (place == n), dut.i.p.as_value())
            now = Mux(place == n, dut.i.p.as_value(), kept)
        else:
            now = dut.i.p.as_value()
        bench.m.d.comb += beat.as_value().eq(now)
        beats.append([beat.data[lane] for lane in range(dut.input[1])])
    return beats
