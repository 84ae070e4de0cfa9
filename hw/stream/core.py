"""Cores: the parts of a stage that never stall, and how they are chained."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod

from amaranth.hdl import Module, Shape, ShapeLike
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out

from ..logic.component import Component
from ..logic.counters import late
from ..logic.demand import Demand
from ..logic.load_port import LoadPort
from .streams import rigid


class Core(Component):
    """A component that takes a beat on any clock and answers a fixed number of clocks later.

    It answers every group of input beats with one output beat.

    Parameters
    ----------
    i, o: (shape, lanes) of the input and output beats.
    latency: clocks from the last beat of a group to its answer; 0 is combinational.
    groups: beats of each group, repeated cyclically: ``(9,)`` is one answer per nine beats.
    members: further ones.

    Members
    -------
    i: in, a stream of the beats `i` that never stalls.
    o: out, one of the beats `o` that never stalls.
    """

    i: stream.Interface
    o: stream.Interface

    def __init__(
        self,
        *,
        i: tuple[ShapeLike, int],
        o: tuple[ShapeLike, int],
        latency: int,
        groups: tuple[int, ...] = (1,),
        members: Mapping[str, wiring.Member] | None = None,
    ) -> None:
        if min(i[1], o[1], *groups) < 1:
            raise ValueError(f"lanes and groups must be positive, not {i[1]}, {o[1]}, {groups}")
        self.latency = latency
        self.groups = groups
        self.input = i
        self.output = o
        super().__init__({"i": In(rigid(*i)), "o": Out(rigid(*o))} | dict(members or {}))

    @property
    def input_bits(self) -> int:
        """Bits of an element that comes in."""
        return Shape.cast(self.input[0]).width

    @property
    def output_bits(self) -> int:
        """Bits of an element that goes out."""
        return Shape.cast(self.output[0]).width

    def demand(self) -> Demand:
        """What it is made of."""
        raise NotImplementedError(
            f"{type(self).__name__} does not say what it is made of; give it a method demand()"
        )

    def mark_answers(self, m: Module) -> None:
        """Mark each beat's answer, `latency` clocks later, as the beat was: valid, the last.

        For cores that answer every beat by itself.
        """
        m.d.comb += [
            self.o.valid.eq(late(m, "valid", self.i.valid, self.latency)),
            self.o.p.last.eq(late(m, "last", self.i.p.last, self.latency)),
        ]

    def load_ports(self) -> list[LoadPort]:
        """Where its memories are loaded, none unless a core says so."""
        return []


class Chain(Core):
    """Cores one after another, as one core.

    Parameters
    ----------
    cores: by name, in order; several may group beats where the groups of each are alike: groups of
        groups.
    """

    def __init__(self, **cores: Core) -> None:
        self.cores = cores
        ordered = list(cores.values())
        grouping = [core.groups for core in ordered if core.groups != (1,)]
        if len(grouping) > 1 and any(len(groups) > 1 for groups in grouping):
            raise ValueError(f"only one core of a chain may make groups that differ, of {grouping}")
        super().__init__(
            i=ordered[0].input,
            o=ordered[-1].output,
            latency=sum(core.latency for core in ordered),
            groups=grouping[0] if len(grouping) == 1 else (prod(size for (size,) in grouping),),
        )

    def demand(self) -> Demand:
        """What its cores are made of."""
        return sum((core.demand() for core in self.cores.values()), Demand())

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
