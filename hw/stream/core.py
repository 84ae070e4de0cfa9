"""Cores: the parts of a stage that never stall, and how they are chained."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from amaranth.hdl import Module, ShapeLike
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from ..logic.load_port import LoadPort
from ..logic.packing import Packing
from .streams import rigid


@dataclass(frozen=True)
class Memory:
    """A memory of a component.

    Parameters
    ----------
    depth, width: rows, and bits of a row.
    kind: ``rom`` and ``ram`` answer on the clock after an address, so that block RAM can hold
        them; a ``queue`` answers on the same clock, which takes distributed RAM or registers.
    packing: what the component makes it of, where it does not leave that to synthesis.
    """

    depth: int
    width: int
    kind: Literal["rom", "ram", "queue"]
    packing: Packing | None = None


class Core(wiring.Component):
    """A component that takes a beat on any clock and answers a fixed number of clocks later.

    It answers every group of input beats with one output beat.

    Parameters
    ----------
    i, o: (shape, lanes) of the input and output beats.
    latency: clocks from the last beat of a group to its answer; 0 is combinational.
    groups: beats of each group, repeated cyclically: ``(9,)`` is one answer per nine beats.

    Members
    -------
    i, o: rigid streams, always ready.
    """

    i: Any
    o: Any

    def __init__(
        self,
        *,
        i: tuple[ShapeLike, int],
        o: tuple[ShapeLike, int],
        latency: int,
        groups: tuple[int, ...] = (1,),
    ) -> None:
        if min(i[1], o[1], *groups) < 1:
            raise ValueError(f"lanes and groups must be positive, not {i[1]}, {o[1]}, {groups}")
        self.latency = latency
        self.groups = groups
        self.input = i
        self.output = o
        super().__init__({"i": In(rigid(*i)), "o": Out(rigid(*o))})

    def memories(self) -> list[Memory]:
        """Its memories; none unless a core says so."""
        return []

    def load_ports(self) -> list[LoadPort]:
        """Where its memories are loaded, none unless a core says so."""
        return []


class Chain(Core):
    """Cores one after another, as one core.

    Parameters
    ----------
    cores: by name, in order; at most one of them makes groups of more than one beat.
    """

    def __init__(self, **cores: Core) -> None:
        self.cores = cores
        ordered = list(cores.values())
        grouping = [core.groups for core in ordered if core.groups != (1,)]
        if len(grouping) > 1:
            raise ValueError(f"only one core of a chain may group beats, not {len(grouping)}")
        super().__init__(
            i=ordered[0].input,
            o=ordered[-1].output,
            latency=sum(core.latency for core in ordered),
            groups=grouping[0] if grouping else (1,),
        )

    def memories(self) -> list[Memory]:
        """Its memories."""
        return [memory for core in self.cores.values() for memory in core.memories()]

    def load_ports(self) -> list[LoadPort]:
        """Where its memories are loaded."""
        return [port for core in self.cores.values() for port in core.load_ports()]

    def elaborate(self, platform: object) -> Module:
        m = Module()
        source = self.i
        for name, core in self.cores.items():
            m.submodules[name] = core
            m.d.comb += [core.i.p.eq(source.p), core.i.valid.eq(source.valid)]
            source = core.o
        m.d.comb += [self.o.p.eq(source.p), self.o.valid.eq(source.valid)]
        return m
