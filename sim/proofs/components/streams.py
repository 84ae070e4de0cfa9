"""Models of streams: what drives a component's ports, and what every stream promises."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from amaranth.hdl import Array, Module, Mux, Signal, Value

from ..formal_bench import FormalBench, implies


def source(bench: FormalBench, port: Any, name: str = "i") -> Value:
    """Offer any beats at an input, held or not; returns whether one moves on this clock."""
    bench.m.d.comb += [
        port.valid.eq(bench.free(f"{name}_valid")),
        port.p.as_value().eq(bench.free(f"{name}_payload", len(port.p.as_value()))),
    ]
    moves: Value = port.valid & port.ready
    return moves


def sink(bench: FormalBench, port: Any, name: str = "o") -> Value:
    """Take beats at any time and prove the rule of streams; returns whether one moves."""
    bench.m.d.comb += port.ready.eq(bench.free(f"{name}_ready"))
    waiting = bench.register(f"{name}_waiting", port.valid & ~port.ready)
    offered = bench.register(f"{name}_offered", port.p.as_value())
    held = port.valid & (port.p.as_value() == offered)
    bench.check(f"{name}: a beat is offered, unchanged, until it is taken", implies(waiting, held))
    moves: Value = port.valid & port.ready
    return moves


def answered(bench: FormalBench, offered: Value, valid: Value, clocks: int) -> None:
    """Prove that an output is never without a beat for so long while the inputs have some.

    The sink need not take anything meanwhile: a `valid` that waited for `ready` would be found.
    """
    waits = Signal(range(clocks + 1), name="waits")
    more = Mux(waits == clocks, clocks, waits + 1)
    bench.m.d.sync += waits.eq(Mux(offered & ~valid, more, 0))
    bench.check(
        f"while beats are offered, one is there within {clocks} clocks, taken or not",
        waits != clocks,
    )


def count(bench: FormalBench, name: str, up: Value, down: Value, limit: int) -> Signal:
    """How many more clocks with `up` there were than with `down`: 0..limit."""
    value = Signal(range(limit + 1), name=name)
    bench.m.d.sync += value.eq(value + up - down)
    return value


@dataclass(frozen=True)
class Watch:
    """One beat, any one, followed from where it enters to where it leaves.

    Parameters
    ----------
    enters: it enters on this clock.
    next: it is inside, and the next to leave.
    age: clocks since it entered, up to a limit.
    """

    enters: Value
    next: Value
    age: Value


def watch(
    bench: FormalBench, name: str, enter: Value, leave: Value, inside: Signal, oldest: int = 1
) -> Watch:
    """Follow a beat that the solver chooses.

    What holds for it holds for all, so that order and contents of a stream are proven with one
    beat: the number of those ahead of it is what was inside when it entered.

    Parameters
    ----------
    bench: where the model is added.
    name: prefix of the model's signals.
    enter, leave: a beat enters or leaves on this clock; one that enters cannot leave at once.
    inside: beats inside.
    oldest: limit of `Watch.age`.
    """
    m = bench.m
    chosen = bench.free(f"{name}_chosen")
    followed = Signal(name=f"{name}_followed")
    inside_now = Signal(name=f"{name}_inside")
    ahead = Signal.like(inside, name=f"{name}_ahead")
    age = Signal(range(oldest + 1), name=f"{name}_age")
    enters = enter & chosen & ~followed
    first = inside_now & (ahead == 0)
    with m.If(enters):
        m.d.sync += [followed.eq(1), inside_now.eq(1), ahead.eq(inside - leave), age.eq(1)]
    with m.Elif(inside_now):
        m.d.sync += [
            ahead.eq(ahead - (leave & (ahead != 0))),
            inside_now.eq(~(leave & first)),
            age.eq(Mux(age == oldest, oldest, age + 1)),
        ]
    return Watch(enters, first, age)


def numbered(m: Module, name: str, count: int, step: Value) -> tuple[Signal, Value]:
    """Number of the next step of a round of `count`, and whether this clock's ends the round."""
    number = Signal(range(count), name=name)
    ends = step & (number == count - 1)
    with m.If(step):
        m.d.sync += number.eq(Mux(ends, 0, number + 1))
    return number, ends


def group_ends(m: Module, step: Value, groups: Sequence[int]) -> Value:
    """Whether this clock's step is the last of a group, groups of these sizes following again."""
    place, _ = numbered(m, "group_place", sum(groups), step)
    result: Value = step & Array(n == size - 1 for size in groups for n in range(size))[place]
    return result
