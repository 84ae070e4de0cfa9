"""Network: the stages of a whole program and the streams between them.

Every layer becomes a few stages; the golden model, the cycle model and the RTL all read this
one description: what each stream carries (`Content`), in which format, and between which
components it runs.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
from amaranth.hdl import Module, Signal
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out
from numpy.typing import NDArray

from ..logic.component import Component
from ..logic.demand import Demand
from ..logic.load_port import LoadPort, load_signature
from ..stream.elastic import Elastic
from ..stream.fork import Fork
from ..stream.streams import StreamFormat, elastic
from ..stream.timing import Rule
from .content import Content

_LONGEST_IDENTIFIER = 200
"""Characters: Verilog promises 1,024 for a whole path, and Yosys makes paths into names."""


Measured = Mapping[str, NDArray[np.int64]]
"""What the images make of the stages whose clocks depend on them, by the stage's name."""


class StageComponent(Protocol):
    """A stage's hardware: streams as members, and its timing rules.

    One whose clocks depend on the images is a `MeasuredComponent`.
    """

    def timing(self, counts: Mapping[str, int]) -> list[Rule]:
        """Rules between its ports, given how many beats pass each."""
        ...

    def demand(self) -> Demand:
        """What it is made of."""
        ...


class MeasuredComponent(StageComponent, Protocol):
    """A stage's hardware whose clocks depend on the images.

    Which beats pass its ports does not depend on them, nor which of them wait for which; how long
    some of them take does.

    Parameters
    ----------
    measure: name of what it takes, by which the golden model knows it.
    """

    measure: str

    def timing(
        self, counts: Mapping[str, int], measured: NDArray[np.int64] | None = None
    ) -> list[Rule]:
        """Rules between its ports, given what the images make; at the slowest if that is not."""
        ...

    def usual(self, images: int) -> NDArray[np.int64]:
        """What so many images make of it, by those that the program was compiled with."""
        ...


@dataclass(frozen=True)
class Port:
    """One end of a stream.

    Parameters
    ----------
    stage: name of the stage; None is the network itself.
    port: member of the stage's component.
    """

    stage: str | None
    port: str


@dataclass(frozen=True, eq=False)
class Stage:
    """A component with its place.

    Parameters
    ----------
    name: unique; the program node and the part of it: ``conv1.encoder``.
    instance: the name of its module instance in the RTL.
    node: the program node that it belongs to.
    component: the hardware: a `StageComponent`, with its ports as members.
    """

    name: str
    instance: str
    node: str
    component: Any


@dataclass(frozen=True, eq=False)
class Link:
    """A stream between two stages.

    Parameters
    ----------
    name: unique: the producing stage (and port, where it has several).
    node: program node that the stream belongs to.
    source, sink: its ends.
    format, content: how it carries what.
    """

    name: str
    node: str
    source: Port
    sink: Port
    format: StreamFormat
    content: Content


class Network(Component):
    """All stages of a program, wired: images in, answers out.

    Parameters
    ----------
    stages, links: see `tabfab.hw.nodes.assemble`.

    Members
    -------
    i, o: in and out, streams of the program's input and output, in the formats of `input` and
        `output`.
    load: in, words for the memories that can be loaded (`load_signature`); only where there are
        some.
    loaded: out, 1 bit; high for one clock when the last row of the last of them is written.
    """

    i: stream.Interface
    o: stream.Interface
    load: stream.Interface
    loaded: Signal

    def __init__(self, stages: Sequence[Stage], links: Sequence[Link]) -> None:
        self.stages = tuple(stages)
        self.links = tuple(links)
        self.input = next(link for link in links if link.source.stage is None)
        self.output = next(link for link in links if link.sink.stage is None)
        self.ports = self.load_ports()
        loading = {"load": In(load_signature()), "loaded": Out(1)} if self.ports else {}
        super().__init__(
            {
                "i": In(elastic(self.input.format.shape, self.input.format.lanes)),
                "o": Out(elastic(self.output.format.shape, self.output.format.lanes)),
            }
            | loading
        )

    def with_fork_depths(self, depths: Mapping[str, Sequence[int]]) -> Network:
        """The same network with other queues behind its forks.

        All other components are shared with this one: only one of them can be part of a design.

        Parameters
        ----------
        depths: of each node with several readers, the queue depth of each reader in program order;
            a fork that is not named stays as it is.
        """
        stages = [
            replace(stage, component=stage.component.with_depths(depths[stage.node]))
            if isinstance(stage.component, Fork) and stage.node in depths
            else stage
            for stage in self.stages
        ]
        return Network(stages, self.links)

    def demands(self) -> dict[str, Demand]:
        """What each stage is made of, by its name."""
        return {stage.name: stage.component.demand() for stage in self.stages}

    def usual(self, images: int) -> Measured:
        """What so many images make of its stages, by those that the program was compiled with."""
        return {stage.name: stage.component.usual(images) for stage in measured_stages(self)}

    def load_ports(self) -> list[LoadPort]:
        """Where memories are loaded, in the order of the chain."""
        parts = [stage.component for stage in self.stages]
        cores = [part.core if isinstance(part, Elastic) else part for part in parts]
        return [port for core in cores if hasattr(core, "load_ports") for port in core.load_ports()]

    def elaborate(self, platform: object) -> Module:
        m = Module()
        components = {stage.name: stage.component for stage in self.stages}
        for stage in self.stages:
            m.submodules[stage.instance] = stage.component
        for link in self.links:
            source = self._end(components, link.source)
            wiring.connect(m, source, self._end(components, link.sink))
            self._show(m, link, source)
        if self.ports:
            source = self.load
            for port in self.ports:
                m.d.comb += [port.i.valid.eq(source.valid), port.i.p.eq(source.p)]
                source = port.o
            m.d.comb += self.loaded.eq(self.ports[-1].finished)
        return m

    def _show(self, m: Module, link: Link, stream: Any) -> None:
        """Give the stream's signals a name of their own for the bench and for waveforms.

        Nothing reads them, so synthesis drops them.
        """
        prefix = self.signal_prefix(link)
        m.d.comb += [
            Signal(name=f"{prefix}valid").eq(stream.valid),
            Signal(name=f"{prefix}ready").eq(stream.ready),
            Signal(len(stream.p.as_value()), name=f"{prefix}payload").eq(stream.p),
        ]

    def signal_prefix(self, link: Link) -> str:
        """What the names of the stream's signals in the RTL start with."""
        return f"stream_{self.links.index(link)}_{identifier(link.name)}_"

    def _end(self, components: Mapping[str, Any], port: Port) -> Any:
        if port.stage is None:
            return wiring.flipped(getattr(self, port.port))
        return getattr(components[port.stage], port.port)


def measured_stages(network: Network) -> list[Stage]:
    """Those whose clocks depend on the images; see `MeasuredComponent`."""
    return [stage for stage in network.stages if hasattr(stage.component, "measure")]


def network_rules(
    network: Network, lengths: Mapping[str, int], measured: Measured | None = None
) -> list[Rule]:
    """The rules of all stages, between the names of the streams at their ports.

    Parameters
    ----------
    network: the stages.
    lengths: beats of each stream.
    measured: what images make of stages; those that are not named are as slow as they can be.
    """
    measured = measured or {}
    ports: dict[Port, Link] = {}
    for link in network.links:
        ports[link.source] = ports[link.sink] = link
    rules = []
    for stage in network.stages:
        members = {port.port: link.name for port, link in ports.items() if port.stage == stage.name}
        counts = {port: lengths[name] for port, name in members.items()}

        def name(port: str, members: dict[str, str] = members, stage: str = stage.name) -> str:
            return members.get(port, f"{stage}:{port}")

        given = [measured[stage.name]] if stage.name in measured else []
        rules += [rule.renamed(name).compact() for rule in stage.component.timing(counts, *given)]
    return rules


def identifier(name: str) -> str:
    """`name` in the letters of Verilog's identifiers, and no longer than every tool takes.

    Names of layers come from anywhere: what is not an ASCII letter or digit becomes ``_``, and of
    a name of more than `_LONGEST_IDENTIFIER` characters both ends stay. So two names may become
    one (`instance_name`), and a name on its own may be a keyword or begin with a digit: those that
    are made here have a part behind a dot or a prefix, and Yosys writes the others as escaped
    identifiers.
    """
    plain = re.sub(r"\W", "_", name, flags=re.ASCII)
    if len(plain) <= _LONGEST_IDENTIFIER:
        return plain
    half = _LONGEST_IDENTIFIER // 2 - 1
    return f"{plain[:half]}__{plain[-half:]}"


def instance_name(name: str, taken: Collection[str]) -> str:
    """A Verilog identifier for `name` that is not in `taken`."""
    base = identifier(name)
    candidate, number = base, 1
    while candidate in taken:
        number += 1
        candidate = f"{base}_{number}"
    return candidate
