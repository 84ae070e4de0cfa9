"""Networks loaded with another program: RTL, golden model and cycle model agree."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from amaranth.hdl import Array, Const, Module, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out
from amaranth.sim import Simulator
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray
from tabfab.compiler import program as ir
from tabfab.hw.engine.folding import Folding
from tabfab.hw.logic.load_port import load_words
from tabfab.hw.network.network import Network
from tabfab.hw.stream.streams import elastic
from tabfab.sim.models.cycles import Stalls

from support.networks import check_network, clocks_of, network_of, predicted
from support.profiles import examples
from support.programs import Case, ConvOptions, cases, exact_conv, image_input

LONGEST = 2500
"""Clocks that one example may take."""


class Loaded(wiring.Component):
    """A network into which words are loaded on its first clocks."""

    i: Any
    o: Any

    def __init__(self, network: Network, words: NDArray[np.uint32]) -> None:
        self.network = network
        self.words = words.tolist()
        ends = (network.input.format, network.output.format)
        i, o = (elastic(fmt.shape, fmt.lanes) for fmt in ends)
        super().__init__({"i": In(i), "o": Out(o)})

    def elaborate(self, platform: object) -> Module:
        m = Module()
        m.submodules.network = network = self.network
        wiring.connect(m, wiring.flipped(self.i), network.i)
        wiring.connect(m, wiring.flipped(self.o), network.o)
        number = Signal(range(len(self.words) + 1))
        offered = number != len(self.words)
        m.d.sync += number.eq(number + offered)
        m.d.comb += [
            network.load.valid.eq(offered),
            network.load.p.first.eq(number == 0),
            network.load.p.word.eq(Array([*(Const(word, 32) for word in self.words), 0])[number]),
        ]
        return m


def with_other_contents(program: ir.Program, rng: np.random.Generator) -> ir.Program:
    """The program with other tables, weights and terms, and biases half as large."""
    nodes: dict[str, ir.Node] = {}
    for node in program:
        changed = node
        if isinstance(node, ir.Conv):
            (field,) = node.replaceable - {"bias"}
            most = node.finest_shift + 1 if isinstance(node, ir.DyadicConv) else 127
            contents = rng.integers(-most, most + 1, node.contents.shape).astype(np.int8)
            changed = replace(node, **{field: contents}, bias=node.bias // 2)
            changed = ir.with_bounds(changed, nodes[node.inputs[0]].type)
        nodes[node.name] = changed
    return ir.Program(tuple(nodes.values()))


def loadable(case: Case) -> Case:
    """The case with memories that can be loaded, and nothing unrolled."""
    foldings = {
        name: Folding(folding.lanes, folding.outputs, memory=replace(folding.memory, loadable=True))
        for name, folding in case.foldings.items()
    }
    return replace(case, foldings=foldings)


def test_it_is_told_when_the_last_memory_has_its_last_row() -> None:
    rng = np.random.default_rng(0)
    image = image_input(rng, 2, 2, 2)
    layer = exact_conv(rng, "layer", image, ConvOptions(4))
    case = Case(ir.Program((image, layer)), {"layer": Folding(1, 1)}, {}, np.empty(0))
    network = network_of(loadable(case))
    assert len(network.ports) == 2  # weights and biases
    words = np.concatenate([load_words(port.bits) for port in network.ports])
    told: list[int] = []

    async def testbench(ctx: Any) -> None:
        for clock in range(len(words) + 10):
            if ctx.get(network.loaded):
                told.append(clock)
            await ctx.tick()

    simulator = Simulator(Loaded(network, words))
    simulator.add_clock(1e-6)
    simulator.add_testbench(testbench)
    simulator.run()
    # The last word comes on clock len(words) - 1, to the second memory a clock later, and in it
    # another clock later.
    assert told == [len(words) + 1]


@examples(20)
@given(cases(max_layers=2, max_images=2), st.integers(0, 99))
def test_values_and_clocks_agree_with_the_program_that_was_loaded(case: Case, seed: int) -> None:
    assume(case.program.convs)
    here = loadable(case)
    there = replace(here, program=with_other_contents(case.program, np.random.default_rng(seed)))
    network, ports = network_of(here), network_of(there).ports
    assume([port.bits.shape for port in ports] == [port.bits.shape for port in network.ports])
    words = np.concatenate([load_words(port.bits) for port in ports])
    begin = len(words) + len(ports) + 3
    assume(begin < LONGEST)
    source = np.arange(2 * LONGEST) >= begin
    stalls = Stalls(source, np.ones(1, bool))
    times = predicted(there, network, stalls)
    assume(clocks_of(times) <= LONGEST)
    check_network(there, network, stalls, times, around=Loaded(network, words))
