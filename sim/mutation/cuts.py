"""Cuts: a network whose every stream a bench takes, and offers anew.

Many faults show only where a queue is full or empty, or at values that the layers before never
give. With all streams cut each component meets traffic and values of its own, at its own speed,
and is still compared with the golden model and the cycle model. The components, and their
Verilog, stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from amaranth.hdl import Instance, Module
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from ...hw.logic.memory import Memory
from ...hw.network.network import Link, Network, Port, Stage
from ...hw.stream.streams import elastic
from ...hw.stream.timing import Rule
from ..bench.trace import beat_bits

CUT = "tabfab_cut"
"""The Verilog module at a cut, which the bench brings."""
CUT_PORTS = f"""\
module {CUT} #(parameter START = 0, BITS = 1) (
    input valid, input [BITS-1:0] payload, output ready,
    output offered, output [BITS-1:0] offer, input accepted
);"""
"""Of a cut: what comes and whether it is taken, what is offered anew and whether it is accepted."""
NOTHING = f"(* blackbox, keep *)\n{CUT_PORTS}\nendmodule\n"
"""A cut for tools that need not know what is in it."""
_PREFIX = "tabfab_cut_"


class Cut(wiring.Component):
    """An end of a stream and the beginning of another one of the same format.

    Parameters
    ----------
    link: the stream.
    start: where the bench keeps what belongs to it.
    """

    i: Any
    o: Any

    def __init__(self, link: Link, start: int) -> None:
        self.start = start
        stream = elastic(link.format.shape, link.format.lanes)
        super().__init__({"i": In(stream), "o": Out(stream)})

    def timing(self, counts: Mapping[str, int]) -> list[Rule]:
        """None: nothing that comes has to do with what is offered."""
        return []

    def memories(self) -> list[Memory]:
        """None."""
        return []

    def elaborate(self, platform: object) -> Module:
        """Its hardware: an instance of the bench's module."""
        m = Module()
        payload = self.i.p.as_value()
        m.submodules.cut = Instance(
            CUT,
            p_START=self.start,
            p_BITS=len(payload),
            i_valid=self.i.valid,
            i_payload=payload,
            o_ready=self.i.ready,
            o_offered=self.o.valid,
            o_offer=self.o.p.as_value(),
            i_accepted=self.o.ready,
        )
        return m


def cut_network(network: Network) -> Network:
    """`network` with cut n in its stream n: streams 2 n and 2 n + 1 of the result.

    The stream that ends at a cut keeps its name.
    """
    stages, links = list(network.stages), []
    start = 0
    for number, link in enumerate(network.links):
        name = f"{_PREFIX}{number}"
        stages.append(Stage(name, name, link.node, Cut(link, start)))
        links.append(replace(link, sink=Port(name, "i")))
        links.append(replace(link, name=f"{link.name} (offered)", source=Port(name, "o")))
        start += cut_bits(link)
    return Network(stages, links)


def cut_bits(link: Link) -> int:
    """What the bench keeps for a cut: a beat and two more bits."""
    return beat_bits(link.format) + 2


def is_offered(link: Link) -> bool:
    """Whether a stream of a network with cuts begins at one; the others end at one."""
    return link.source.stage is not None and link.source.stage.startswith(_PREFIX)


def is_cut(module: str) -> bool:
    """Whether a module of the Verilog is a cut, by its name."""
    return re.search(rf"\.{_PREFIX}\d+$", module) is not None
