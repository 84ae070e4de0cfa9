"""ConstantMatrix: an adder graph as a core, with registers between its additions."""

from __future__ import annotations

from amaranth.hdl import Cat, Const, Module, Shape, Signal, Value

from ...compiler.program import ActivationType
from ..logic.counters import unreset
from ..logic.demand import Demand
from ..stream.core import Core
from ..stream.streams import range_shape, shape_of
from .adder_graph import AdderGraph, Output, Sum

_CHAIN = 1.15
"""What an adder's bit takes here, times that of others: all bits are read, and chains have ends."""


class ConstantMatrix(Core):
    """The outputs of an `AdderGraph` for a whole vector of activations on every clock.

    Parameters
    ----------
    graph: the graph, of activations of `kind`.
    kind: of the activations.
    shape: signed shape that holds every output.
    levels: additions behind each other between two registers, at least 1.

    Members
    -------
    i: in, the graph's inputs.
    o: out, its outputs, `latency` clocks later.
    """

    def __init__(
        self, graph: AdderGraph, kind: ActivationType, shape: Shape, levels: int = 1
    ) -> None:
        if (graph.low, graph.high) != (kind.low, kind.high):
            raise ValueError(f"a graph of {graph.low}..{graph.high} has no inputs of {kind}")
        if levels < 1:
            raise ValueError(f"there is at least one addition between registers, not {levels!r}")
        self.graph = graph
        self.kind = kind
        self.levels = levels
        super().__init__(
            i=(shape_of(kind), graph.inputs),
            o=(shape, len(graph.outputs)),
            latency=matrix_clocks(graph, levels),
        )

    def demand(self) -> Demand:
        """What it is made of."""
        return constant_matrix_demand(self.graph, self.output_bits, self.levels)

    def elaborate(self, platform: object) -> Module:
        m = Module()
        pipeline = _Pipeline(m, self)
        for n, output in enumerate(self.graph.outputs):
            m.d.comb += self.o.p.data[n].eq(pipeline.output(n, output))
        self.mark_answers(m)
        return m


class _Pipeline:
    """Values of a graph's nodes on the clocks on which they are read.

    Parameters
    ----------
    m: where to put them.
    core: whose they are.
    """

    def __init__(self, m: Module, core: ConstantMatrix) -> None:
        self._m = m
        self._core = core
        self._values: dict[tuple[int, int], Value] = {
            (n, 0): x for n, x in enumerate(core.i.p.data)
        }
        for number, total in enumerate(core.graph.sums, core.graph.inputs):
            self._add(number, total)

    def output(self, n: int, output: Output) -> Value:
        """An output of the graph, behind its last register."""
        core, width = self._core, self._core.output_bits
        clock = _output_clock(core.graph, output, core.levels)
        value: Value = Const(output.bias, width)
        if output.node is not None:
            x, shift = self._at(output.node, clock), output.shift
            high = Signal(width - shift, name=f"sum{n}")
            start = output.bias >> shift
            self._m.d.comb += high.eq(start + x if output.sign > 0 else start - x)
            value = Cat(Const(output.bias, width)[:shift], high)
        for later in range(clock, core.latency):
            value = unreset(self._m, f"sum{n}_{later}", value)
        return value.as_signed()

    def _add(self, number: int, total: Sum) -> None:
        graph, shift = self._core.graph, total.shift
        clock = _clock(graph.levels[number], self._core.levels)
        left, right = self._at(total.left, clock), self._at(total.right, clock)
        shape = range_shape(*graph.ranges[number])
        # What lies below the other one's last bit needs no adder.
        low, carried = (left & ((1 << shift) - 1))[:shift], left.shift_right(shift)
        high = Signal(Shape(shape.width - shift, shape.signed), name=f"node{number}")
        self._m.d.comb += high.eq(carried + right if total.sign > 0 else carried - right)
        value = Cat(low, high)
        self._values[number, clock] = value.as_signed() if shape.signed else value

    def _at(self, number: int, clock: int) -> Value:
        """A node's value on a clock on which it is there."""
        if (number, clock) not in self._values:
            before = self._at(number, clock - 1)
            later = unreset(self._m, f"node{number}_{clock}", before)
            self._values[number, clock] = later.as_signed() if before.shape().signed else later
        return self._values[number, clock]


def matrix_clocks(graph: AdderGraph, levels: int) -> int:
    """Clocks from a vector to its outputs, with so many additions between registers."""
    return 1 + max(_output_clock(graph, output, levels) for output in graph.outputs)


def constant_matrix_demand(graph: AdderGraph, output_bits: int, levels: int) -> Demand:
    """What a `ConstantMatrix` is made of."""
    clocks = matrix_clocks(graph, levels)
    made = [_clock(level, levels) for level in graph.levels]
    last = list(made)
    widths = [range_shape(*each).width for each in graph.ranges]
    registers, adders, inverted = 2 * clocks, 0, set()
    for number, total in enumerate(graph.sums, graph.inputs):
        clock = made[number]
        for read in (total.left, total.right):
            last[read] = max(last[read], clock)
        if graph.ranges[total.left][0] < 0 or widths[total.left] > total.shift:
            adders += widths[number] - total.shift
        if total.sign < 0:
            inverted.add((total.right, clock))
    for output in graph.outputs:
        clock = _output_clock(graph, output, levels)
        registers += (clocks - clock) * output_bits
        if output.node is not None:
            last[output.node] = max(last[output.node], clock)
            adders += output_bits - output.shift
            if output.sign < 0:
                inverted.add((output.node, clock))
    registers += sum(
        (end - start) * width for start, end, width in zip(made, last, widths, strict=True)
    )
    inversions = sum(widths[node] for node, _ in inverted)
    return Demand(registers=registers, adders=_CHAIN * adders, inversions=inversions)


def _clock(level: int, levels: int) -> int:
    """The clock after the inputs' on which a node of this level is added up."""
    return max(0, level - 1) // levels


def _output_clock(graph: AdderGraph, output: Output, levels: int) -> int:
    """The same of an output, whose bias is one addition more."""
    return 0 if output.node is None else _clock(graph.levels[output.node] + 1, levels)
