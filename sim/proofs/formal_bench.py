"""The formal bench of one proof: a component, what drives it, the properties it must have."""

from __future__ import annotations

import re
from typing import Any

from amaranth.back import rtlil
from amaranth.hdl import (
    Assert,
    Assume,
    Elaboratable,
    Module,
    ShapeLike,
    Signal,
    Value,
)

TOP = "bench"
"""Name of the bench's module."""
DUT = f"{TOP}.dut"
"""Name of the component's module in it."""


class FormalBench:
    """Collects what a proof is made of.

    The solver chooses every `free` signal anew on every clock, and the reset too: all properties
    hold whatever it chooses, from the reset state on, resets at any later clock included.

    Members
    -------
    m: the module that the component and the models of what it should do are added to.
    properties: what is to be proven, in the order of `check`.
    """

    def __init__(self) -> None:
        self.m = Module()
        self.properties: list[str] = []
        self._free: dict[str, Signal] = {}

    def free(self, name: str, shape: ShapeLike = 1) -> Any:
        """A signal that may have any value on any clock."""
        if name in self._free:
            raise ValueError(f"the bench already has a free signal {name!r}")
        self._free[name] = signal = Signal(Value.cast(Signal(shape)).shape(), name=name)
        return signal

    def register(self, name: str, value: Any, init: int = 0) -> Signal:
        """`value` one clock later; `init` after reset."""
        register = Signal(Value.cast(value).shape(), name=name, init=init)
        self.m.d.sync += register.eq(value)
        return register

    def held(self, name: str, when: Value, value: Any) -> Signal:
        """What `value` was on the last clock with `when`."""
        register = Signal(Value.cast(value).shape(), name=name)
        with self.m.If(when):
            self.m.d.sync += register.eq(value)
        return register

    def assume(self, condition: Value) -> None:
        """Consider only inputs for which `condition` holds on every clock."""
        self.m.d.comb += Assume(condition)

    def check(self, name: str, condition: Any) -> None:
        """Prove that `condition` holds on every clock."""
        if name in self.properties:
            raise ValueError(f"the bench already has a property {name!r}")
        self.m.submodules[f"property{len(self.properties)}"] = _Property(condition)
        self.properties.append(name)

    def to_rtlil(self) -> str:
        """The bench as a Yosys design named `TOP`."""
        ports = {name: (signal, None) for name, signal in self._free.items()}
        return str(rtlil.convert(self.m, name=TOP, ports=ports, emit_src=False))

    def property_of(self, path: str) -> str:
        """Name of the property that a tool's path (``bench.property3...``) belongs to."""
        found = re.search(r"\bproperty(\d+)\b", path)
        return self.properties[int(found[1])] if found else path


class _Property(Elaboratable):
    """One assertion, in a module of its own so that tools can say which one failed."""

    def __init__(self, condition: Any) -> None:
        self.condition = condition

    def elaborate(self, platform: object) -> Module:
        m = Module()
        holds = Signal(name="holds")
        m.d.comb += [holds.eq(self.condition), Assert(holds)]
        return m


def implies(condition: Any, then: Any) -> Value:
    """False only where `condition` is true and `then` is not."""
    result: Value = ~Value.cast(condition).bool() | Value.cast(then).bool()
    return result
