"""Planned queues cannot deadlock: every stream inside a residual network is held up in turn.

The cycle model's rules say what waits for what; stalls only delay. So one solution of the rules,
the planner's, shows that no event waits for itself, whatever stalls. Here this is tried: in the
cycle model for random residual networks, and in the RTL stream by stream.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pytest
from amaranth.hdl import Module, Signal
from amaranth.lib import memory, wiring
from amaranth.lib.wiring import In, Out
from hypothesis import assume, given
from hypothesis import strategies as st
from tabfab.compiler import program as ir
from tabfab.hw.engine.folding import Folding
from tabfab.hw.logic.memory import Memory
from tabfab.hw.network.network import Link, Network, Port, Stage, network_rules
from tabfab.hw.nodes.assemble import assemble
from tabfab.hw.plan.queue_depths import fork_depths
from tabfab.hw.stream.streams import elastic
from tabfab.hw.stream.timing import Rule, Times, shifted, solve
from tabfab.sim.models import golden
from tabfab.sim.models.beats import expected_beats
from tabfab.sim.models.cycles import Pattern, allowed

from support.profiles import examples
from support.programs import Case, Sketch
from support.residual import two_blocks
from support.streams import SETTLE, Beats, Bench, drive, same

IMAGES = 2
PATTERNS: dict[str, Pattern] = {
    "slow": np.arange(7) == 0,
    "random": np.random.default_rng(1).random(97) < 0.3,
    "long pause": np.arange(600) >= 400,
}


class Throttle(wiring.Component):
    """Lets beats pass on the clocks of a pattern only."""

    i: Any
    o: Any

    def __init__(self, link: Link, pattern: Pattern) -> None:
        self.pattern = pattern
        stream = elastic(link.format.shape, link.format.lanes)
        super().__init__({"i": In(stream), "o": Out(stream)})

    def timing(self, counts: Mapping[str, int]) -> list[Rule]:
        """Both sides move together."""
        together = shifted(counts["i"], 0)
        return [Rule("o", "i", together, 0), Rule("i", "o", together, 0)]

    def memories(self) -> list[Memory]:
        """None that counts."""
        return []

    def elaborate(self, platform: object) -> Module:
        m = Module()
        m.submodules.pattern = rows = memory.Memory(
            shape=1, depth=len(self.pattern), init=self.pattern.tolist()
        )
        clock = Signal(range(len(self.pattern)))
        with m.If(clock == len(self.pattern) - 1):
            m.d.sync += clock.eq(0)
        with m.Else():
            m.d.sync += clock.eq(clock + 1)
        port = rows.read_port(domain="comb")
        m.d.comb += [
            port.addr.eq(clock),
            self.o.p.eq(self.i.p),
            self.o.valid.eq(self.i.valid & port.data),
            self.i.ready.eq(self.o.ready & port.data),
        ]
        return m


def throttled(network: Network, link: Link, pattern: Pattern) -> Network:
    """`network` with a throttle in `link`."""
    throttle = Stage("throttle", "throttle", link.node, Throttle(link, pattern))
    halves = [
        replace(link, sink=Port("throttle", "i")),
        replace(link, name="throttled", source=Port("throttle", "o")),
    ]
    links = [half for each in network.links for half in (halves if each is link else [each])]
    return Network([*network.stages, throttle], links)


def times_with(network: Network, gates: Mapping[str, Pattern]) -> dict[str, Times]:
    """When every beat moves while the streams named in `gates` are held up."""
    lengths = {link.name: IMAGES * link.format.beats_per_image for link in network.links}
    rules = network_rules(network, lengths)
    for rule in rules:
        lengths.setdefault(rule.target, len(rule.index))
    held = {name: partial(allowed, pattern=pattern) for name, pattern in gates.items()}
    return solve(lengths, rules, held)


@st.composite
def residual_cases(draw: st.DrawFn) -> Case:
    """One or two residual blocks, then perhaps a pool."""
    sketch = Sketch(draw)
    here = sketch.nodes[0]
    for _ in range(draw(st.integers(1, 2))):
        here = sketch.residual(here)
    if draw(st.booleans()):
        here = sketch.average_pool(here)
    program = ir.Program(tuple(sketch.nodes))
    foldings = {
        node.name: Folding(1, draw(st.sampled_from([1, node.shape[0]]))) for node in program.convs
    }
    return Case(program, foldings, {}, np.empty(0, np.uint8))


@examples(6)
@given(residual_cases(), st.sampled_from(list(PATTERNS.values())))
def test_no_stall_of_any_stream_deadlocks_a_plan(case: Case, pattern: Pattern) -> None:
    _, network, free = fork_depths(case.program, assemble(case.program, case.foldings), IMAGES)
    assume(max(len(times) for times in free.values()) < 1500)
    for link in network.links:
        held = times_with(network, {link.name: pattern})
        assert all((held[name] >= free[name]).all() for name in held)


RNG = np.random.default_rng(8)
PROGRAM = two_blocks(RNG, last_length=4)
FOLDINGS = {"first": Folding(1, 2), "second": Folding(2, 4), "third": Folding(1, 4)}
DEPTHS, NETWORK, FREE = fork_depths(PROGRAM, assemble(PROGRAM, FOLDINGS), IMAGES)
PIXELS = RNG.integers(0, 256, (IMAGES, 4, 4, 2)).astype(np.uint8)
VALUES = golden.run(PROGRAM, PIXELS)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(link.name, marks=pytest.mark.slow("others are held up") if number % 9 else ())
        for number, link in enumerate(NETWORK.links)
    ],
)
def test_a_held_up_stream_delays_and_breaks_nothing(name: str) -> None:
    plain = assemble(PROGRAM, FOLDINGS, DEPTHS)
    link = next(link for link in plain.links if link.name == name)
    pattern = PATTERNS["random"]
    network = throttled(plain, link, pattern)
    times = times_with(network, {name: pattern})
    beats = {
        each.name: Beats.of(expected_beats(PROGRAM, VALUES, each), each.format.beats_per_image)
        for each in network.links
    }
    components = {stage.name: stage.component for stage in network.stages}
    probes = {
        each.name: getattr(components[each.source.stage], each.source.port)
        for each in network.links
        if each.source.stage not in (None, "throttle")
    }
    bench = Bench({"i": beats[network.input.name]}, ["o"], probes=probes, registered=False)
    seen = drive(network, bench, max(int(t[-1]) for t in times.values()) + SETTLE)
    for probe in probes:
        same(probe, seen[probe], beats[probe], times[probe])
