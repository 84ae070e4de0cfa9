"""Small pieces of logic that many components share."""

from __future__ import annotations

from collections.abc import Sequence

from amaranth.hdl import Array, Const, Module, Mux, Signal, Value, signed, unsigned


def loop(m: Module, name: str, count: int, step: Value) -> tuple[Signal, Value]:
    """A counter 0..count-1, over and over, one up on each clock with `step`.

    Returns
    -------
    The counter, and whether this clock's step is the last of a round.
    """
    value, at_end = _ring(m, name, count, step)
    return value, step & at_end


def grouped(m: Module, name: str, groups: tuple[int, ...], step: Value) -> tuple[Signal, Value]:
    """Counts the steps within groups of the sizes `groups`, repeated cyclically.

    Returns
    -------
    The number of steps already made in the group, and whether its next step is the last,
    whatever `step` is on this clock.
    """
    if len(set(groups)) == 1:
        return _ring(m, name, groups[0], step)
    place = Signal(range(max(groups)), name=name)
    group = Signal(range(len(groups)), name=f"{name}_group")
    last = place == Array(size - 1 for size in groups)[group]
    with m.If(step):
        m.d.sync += place.eq(Mux(last, 0, place + 1))
        with m.If(last):
            m.d.sync += group.eq(Mux(group == len(groups) - 1, 0, group + 1))
    return place, last


def _ring(m: Module, name: str, count: int, step: Value) -> tuple[Signal, Value]:
    """A counter 0..count-1, over and over, and whether it stands at its end.

    The end has a flip-flop of its own, so that nested counters do not compare one after another
    within a clock.
    """
    value = Signal(range(count), name=name)
    if count == 1:
        return value, Const(1)
    at_end = Signal(name=f"{name}_at_end")
    with m.If(step):
        m.d.sync += [
            value.eq(Mux(at_end, 0, value + 1)),
            at_end.eq(value == count - 2),
        ]
    return value, at_end


def bounded(m: Module, name: str, limit: int, up: Value, down: Value) -> tuple[Signal, Signal]:
    """Counts what is under way, never above `limit`.

    Parameters
    ----------
    limit: at it, `up` must stay low.
    up, down: one more, one less; both at once change nothing.

    Returns
    -------
    The count, and whether it is below the limit: a flip-flop, so that nothing waits for a
    comparison.
    """
    count = Signal(range(limit + 1), name=name)
    below = Signal(name=f"{name}_below", init=1)
    m.d.sync += count.eq(count + up - down)
    with m.If(up & ~down):
        m.d.sync += below.eq(count != limit - 1)
    with m.Elif(down & ~up):
        m.d.sync += below.eq(1)
    return count, below


def choose(m: Module, name: str, index: Value, values: Sequence[int]) -> Value:
    """``values[index]``: a case for each value but the most frequent one."""
    default = max(set(values), key=values.count)
    if len(set(values)) == 1:
        return Const(default)
    # Not a range: Amaranth asks for its length, which fits 63 bits only.
    bits = max((value if value >= 0 else ~value).bit_length() for value in values)
    shape = unsigned(bits) if min(values) >= 0 else signed(bits + 1)
    chosen = Signal(shape, name=name, init=default)
    with m.Switch(index):
        for value in sorted(set(values) - {default}):
            with m.Case(*[n for n, other in enumerate(values) if other == value]):
                m.d.comb += chosen.eq(value)
    return chosen


def registered(m: Module, name: str, value: Value) -> Signal:
    """`value`, unsigned, one clock later."""
    register = Signal(len(value), name=name)
    m.d.sync += register.eq(value)
    return register


def unreset(m: Module, name: str, value: Value, **attributes: int) -> Signal:
    """`value` one clock later; not reset, as the registers inside of block RAMs are not."""
    register = Signal(len(value), name=name, reset_less=True, attrs=attributes)
    m.d.sync += register.eq(value)
    return register


def late(m: Module, name: str, value: Value, clocks: int) -> Value:
    """`value` so many clocks later, each time `registered`."""
    for clock in range(clocks):
        value = registered(m, f"{name}{clock}", value)
    return value


def late_unreset(m: Module, name: str, value: Value, clocks: int) -> Value:
    """`value` so many clocks later, each time `unreset`."""
    for clock in range(clocks):
        value = unreset(m, f"{name}{clock}", value)
    return value


def wrap_add(value: Value, amount: int, modulus: int) -> Value:
    """``(value + amount) % modulus`` of a value below `modulus`."""
    amount %= modulus
    if amount == 0:
        return value
    return Mux(value >= modulus - amount, value - (modulus - amount), value + amount)
