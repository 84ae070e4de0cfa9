"""Small pieces of logic that many components share."""

from __future__ import annotations

from amaranth.hdl import Array, Module, Mux, Signal, Value


def loop(m: Module, name: str, count: int, step: Value) -> tuple[Signal, Value]:
    """A counter 0..count-1, over and over, one up on each clock with `step`.

    Returns
    -------
    The counter, and whether this clock's step is the last of a round.
    """
    value = Signal(range(count), name=name)
    if count == 1:
        return value, step
    last = value == count - 1
    with m.If(step):
        m.d.sync += value.eq(Mux(last, 0, value + 1))
    return value, step & last


def grouped(m: Module, name: str, groups: tuple[int, ...], step: Value) -> tuple[Signal, Value]:
    """Counts the steps within groups of the sizes `groups`, repeated cyclically.

    Returns
    -------
    The number of steps already made in the group, and whether its next step is the last,
    whatever `step` is on this clock.
    """
    place = Signal(range(max(groups)), name=name)
    group = Signal(range(len(groups)), name=f"{name}_group")
    last = place == Array(size - 1 for size in groups)[group]
    with m.If(step):
        m.d.sync += place.eq(Mux(last, 0, place + 1))
        with m.If(last):
            m.d.sync += group.eq(Mux(group == len(groups) - 1, 0, group + 1))
    return place, last


def registered(m: Module, name: str, value: Value) -> Signal:
    """`value`, unsigned, one clock later."""
    register = Signal(len(value), name=name)
    m.d.sync += register.eq(value)
    return register


def wrap_add(value: Value, amount: int, modulus: int) -> Value:
    """``(value + amount) % modulus`` of a value below `modulus`."""
    amount %= modulus
    if amount == 0:
        return value
    return Mux(value >= modulus - amount, value - (modulus - amount), value + amount)


def at_most(value: Value, limit: int) -> Value:
    """The smaller of a value and a constant."""
    return Mux(value > limit, limit, value)
