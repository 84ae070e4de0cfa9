"""Components with a planted fault, for tests of what should notice it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from amaranth.hdl import Const, Module, Value
from amaranth.lib import wiring

Fault = Callable[[Any], Any]
"""Makes a signal's wrong value of the component around it."""


class Faulty(wiring.Component):
    """A component as it is, but for some of its signals.

    Parameters
    ----------
    inner: the component.
    faults: for signals such as ``o.payload`` what they are instead: for an output a function of
        `inner`, for an input, as `inner` then sees it, of this component.
    """

    def __init__(self, inner: Any, faults: Mapping[str, Fault]) -> None:
        self.inner = inner
        self.faults = dict(faults)
        super().__init__(inner.signature)
        for name, value in vars(inner).items():  # what the component says of itself
            self.__dict__.setdefault(name, value)

    def elaborate(self, platform: object) -> Module:
        m = Module()
        m.submodules.inner = inner = self.inner
        outside = {path: value for path, _, value in self.signature.flatten(self)}
        faults = dict(self.faults)
        for path, member, value in inner.signature.flatten(inner):
            if isinstance(value, Const):  # the ready of a stream that always is
                continue
            inward = member.flow == wiring.In
            source, target = (outside[path], value) if inward else (value, outside[path])
            fault = faults.pop(".".join(path), None)
            if fault is not None:
                source = fault(self if inward else inner)
            m.d.comb += Value.cast(target).eq(source)
        assert not faults, f"there are no signals {list(faults)}"
        return m
