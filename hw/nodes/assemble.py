"""Program + foldings -> Network: which components make up each kind of node."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import gcd

import numpy as np
from amaranth.hdl import Shape, signed
from numpy.typing import NDArray

from ...compiler import program as ir
from ...compiler.program.encoding import padding_codes
from ..engine.accumulator import Accumulator, accumulator_shape
from ..engine.adder_tree import AdderTree
from ..engine.bank_geometry import BankGeometry, divisors
from ..engine.folding import Folding
from ..engine.requantizer import Requantizer
from ..network.network import Activations, Codes, Network, Port
from ..network.stage_list import NoHardwareError, OpenStream, StageList
from ..stream.block_queue import queue_for
from ..stream.core import Chain, Core
from ..stream.elastic import Elastic
from ..stream.pipeline_register import PipelineRegister
from ..stream.streams import StreamFormat, range_shape
from .methods.exact.multiplier_bank import MultiplierBank, product_shape
from .methods.table.encoder import Encoder
from .methods.table.table_bank import TableBank
from .operators.argmax import Argmax
from .operators.max_reducer import MaxReducer
from .operators.residual import ResidualAdder
from .operators.slice_padder import SlicePadder


def assemble(
    program: ir.Program,
    foldings: Mapping[str, Folding],
    fork_depths: Mapping[str, tuple[int, ...]] | None = None,
) -> Network:
    """The network of `program`.

    Parameters
    ----------
    program: what to compute.
    foldings: of each of its convolutions.
    fork_depths: of each node with several readers, the queue depth of each reader in program
        order; 2 by default.

    Raises
    ------
    NoHardwareError: a node has no hardware.
    """
    assembler = _Assembler(program, foldings, fork_depths or {})
    for node in program:
        assembler.add(node)
    return assembler.finish()


class _Assembler(StageList):
    """Appends the stages of one node after another."""

    def __init__(
        self,
        program: ir.Program,
        foldings: Mapping[str, Folding],
        fork_depths: Mapping[str, tuple[int, ...]],
    ) -> None:
        super().__init__()
        self.program = program
        self.foldings = foldings
        self.fork_depths = fork_depths
        self.open: dict[str, list[OpenStream]] = {}

    def add(self, node: ir.Node) -> None:
        """Append the stages of `node`."""
        self.node = node.name
        sources = [self.open[name].pop(0) for name in node.inputs]
        result = replace(self._result(node, sources), content=Activations(node.name))
        readers = len([n for other in self.program for n in other.inputs if n == node.name])
        self.open[node.name] = (
            [result]
            if readers < 2
            else self.fork(result, self.fork_depths.get(node.name, (2,) * readers))
        )

    def finish(self) -> Network:
        """Connect the output."""
        self.node = self.program.output.name
        result = self.open[self.program.output.name].pop()
        for name, streams in self.open.items():
            if streams:
                raise NoHardwareError(
                    f"nothing reads node {name!r}, so its stream would block the network; "
                    "remove it from the program"
                )
        self.link(result, Port(None, "o"))
        return Network(self.stages, self.links)

    # ------------------------------------------------------------------------------ nodes

    def _result(self, node: ir.Node, sources: list[OpenStream]) -> OpenStream:
        match node:
            case ir.Input():
                return self._input(node)
            case ir.TableConv():
                return self._table_conv(node, sources[0])
            case ir.ExactConv():
                return self._exact_conv(node, sources[0])
            case ir.MaxPool():
                return self._max_pool(node, sources[0])
            case ir.AveragePool():
                return self._average_pool(node, sources[0])
            case ir.Add():
                return self._add(node, sources[0], sources[1])
            case ir.Clamp():
                return self._clamp(node, sources[0])
            case ir.SlicePad():
                return self._slice_pad(node, sources[0])
            case ir.Flatten():
                return self._flatten(node, sources[0])
            case ir.Argmax():
                return self._argmax(node, sources[0])
        raise NoHardwareError(
            f"node {node.name!r} is a {node.kind}, which has no hardware yet; the golden model "
            "runs it (tabfab evaluate)"
        )

    def _input(self, node: ir.Input) -> OpenStream:
        channels, height, width = node.shape
        fmt = StreamFormat(node.type.bits, node.type.signed, channels, channels, height, width)
        return OpenStream(Port(None, "i"), fmt, Activations(node.name))

    def _table_conv(self, node: ir.TableConv, source: OpenStream) -> OpenStream:
        if not isinstance(node.encoder, ir.TreeEncoder):
            raise NoHardwareError(
                f"layer {node.name!r} has a {node.encoder.kind!r} encoder, which has no hardware; "
                "compile with --encoder tree"
            )
        folding = self.foldings[node.name]
        zero = self.program.padding_value(node.inputs[0])
        bank = TableBank(node.tables, folding.lanes, folding.outputs, node.groups, folding.memory)
        if node.layout == "pixel":
            codes = self._encode(node, source)
            windows = self._bank_windows(node, codes, bank.geometry, padding_codes(node, zero))
        else:
            codes = self._encode(node, self.windows(node, source, 1, zero))
            no_padding = np.zeros(codes.format.elements, np.int16)
            whole = replace(node, kernel=(1, 1), stride=(1, 1), padding=(0, 0))
            windows = self._bank_windows(whole, codes, bank.geometry, no_padding)
        return self._sum_up(node, windows, bank, bank.geometry, signed(bank.bits))

    def _exact_conv(self, node: ir.ExactConv, source: OpenStream) -> OpenStream:
        folding = self.foldings[node.name]
        zero = self.program.padding_value(node.inputs[0])
        source_type = self.program[node.inputs[0]].type
        bank = MultiplierBank(
            node.weight, source_type, folding.lanes, folding.outputs, node.groups, folding.memory
        )
        windows = self._bank_windows(node, source, bank.geometry, zero)
        return self._sum_up(node, windows, bank, bank.geometry, product_shape(source_type))

    def _bank_windows(
        self, node: ir.Conv, source: OpenStream, bank: BankGeometry, zero: NDArray[np.integer]
    ) -> OpenStream:
        """The windows that a bank of tables or multipliers reads, in the order of its steps."""
        return self.windows(node, source, bank.lanes, zero, bank.blocks, bank.sections)

    def _encode(self, node: ir.TableConv, source: OpenStream) -> OpenStream:
        assert isinstance(node.encoder, ir.TreeEncoder)
        length, subspaces = node.encoder.length, node.encoder.subspaces
        arriving = -(-source.format.lanes // length)
        width = min(subspaces, self.foldings[node.name].encoders or arriving)
        in_group = source.format.elements // node.groups
        if node.groups > 1 and in_group % length:  # each group's last subspace is filled up
            source = self.lanes(source, gcd(source.format.lanes, in_group))
            source = replace(source, format=replace(source.format, groups=node.groups))
            width = max(n for n in divisors(subspaces // node.groups) if n <= width)
        vectors = self.lanes(source, width * length)
        type_ = ir.ActivationType(source.format.bits, source.format.is_signed)
        fmt = replace(
            vectors.format,
            bits=node.encoder.code_bits,
            is_signed=False,
            lanes=width,
            elements=subspaces,
            groups=1,
        )
        encoder = Encoder(node.encoder, type_, width)
        core = Chain(arrival=PipelineRegister(*encoder.input), trees=encoder)
        return self.stage("encoder", Elastic(core), vectors, fmt, Codes(node.name))

    def _sum_up(
        self, node: ir.Conv, windows: OpenStream, bank: Core, geometry: BankGeometry, term: Shape
    ) -> OpenStream:
        """Bank of terms, adder tree, accumulator, requantizer: one output pixel per position."""
        outputs = geometry.outputs
        tree = AdderTree(term.width, geometry.summed_lanes, outputs)
        bias = (node.bias.astype(np.int64) + node.half).reshape(-1, outputs)
        group = geometry.words * geometry.taps
        loadable = self.foldings[node.name].memory.loadable
        reach = group * geometry.summed_lanes << (term.width - 1)
        shape = accumulator_shape(node.accumulator, reach if loadable else None)
        requantizer = Requantizer(
            shape, node.type, node.shift.reshape(-1, outputs), node.low, node.high
        )
        chain = Chain(
            arrival=PipelineRegister(*bank.input),
            bank=bank,
            crossing=PipelineRegister(*bank.output),
            adder_tree=tree,
            accumulator=Accumulator(tree.output[0], shape, bias, group, loadable),
            requantizer=requantizer,
            departure=PipelineRegister(*requantizer.output),
        )
        return self.stage("engine", Elastic(chain), windows, self._format(node, outputs))

    def _max_pool(self, node: ir.MaxPool, source: OpenStream) -> OpenStream:
        lanes = source.format.lanes
        lowest = np.full(node.shape[0], node.type.low, np.int16)
        windows = self.windows(node, source, lanes, lowest)
        core = MaxReducer(source.format.shape, lanes, node.taps)
        return self.stage("max", Elastic(core), windows, self._format(node, lanes))

    def _average_pool(self, node: ir.AveragePool, source: OpenStream) -> OpenStream:
        lanes = source.format.lanes
        windows = self.windows(node, source, lanes, np.zeros(node.shape[0], np.int16))
        type_ = self.program[node.inputs[0]].type
        half = (1 << node.shift) >> 1
        sums = range_shape(node.taps * type_.low, node.taps * type_.high + half)
        shape = signed(sums.width + (not sums.signed))
        chain = Chain(
            accumulator=Accumulator(
                source.format.shape, shape, np.full((1, lanes), half, np.int64), node.taps
            ),
            requantizer=Requantizer(
                shape, node.type, np.full((1, lanes), node.shift), node.low, node.high
            ),
        )
        return self.stage("average", Elastic(chain), windows, self._format(node, lanes))

    def _add(self, node: ir.Add, a: OpenStream, b: OpenStream) -> OpenStream:
        lanes = max(a.format.lanes, b.format.lanes)
        a, b = self.lanes(a, lanes, "a"), self.lanes(b, lanes, "b")
        type_a, type_b = (self.program[name].type for name in node.inputs)
        name = self.append("add", ResidualAdder(type_a, type_b, lanes, node))
        self.link(a, Port(name, "a"))
        self.link(b, Port(name, "b"))
        return OpenStream(Port(name, "o"), self._format(node, lanes), Activations(node.name))

    def _clamp(self, node: ir.Clamp, source: OpenStream) -> OpenStream:
        lanes = source.format.lanes
        core = Requantizer(
            source.format.shape, node.type, np.zeros((1, lanes), np.int8), node.low, node.high
        )
        return self.stage("clamp", Elastic(core), source, self._format(node, lanes))

    def _slice_pad(self, node: ir.SlicePad, source: OpenStream) -> OpenStream:
        channels, height, width = self.program[node.inputs[0]].shape
        before, after = node.channels
        source = self.lanes(source, gcd(source.format.lanes, channels, before, after))
        lanes = source.format.lanes
        padder = SlicePadder(
            source.format.shape, lanes, (height, width), (before, channels, after), node.step
        )
        cut = self.stage("slice_pad", padder, source, self._format(node, lanes))
        # Dropping a row takes clocks in which nothing comes out: a row in reserve bridges them.
        row = cut.format.beats_per_pixel * cut.format.width
        return self.stage("queue", queue_for(cut.format.shape, lanes, row), cut, cut.format)

    def _flatten(self, node: ir.Flatten, source: OpenStream) -> OpenStream:
        """The same beats, seen as one pixel, which must not have fill inside."""
        source = self.lanes(source, gcd(source.format.lanes, source.format.elements))
        return replace(source, format=self._format(node, source.format.lanes))

    def _argmax(self, node: ir.Argmax, source: OpenStream) -> OpenStream:
        channels = source.format.elements
        core = Argmax(source.format.shape, channels, source.format.lanes, node.type.bits)
        return self.stage("argmax", Elastic(core), source, self._format(node, 1))

    # ------------------------------------------------------------------------------ parts

    def _format(self, node: ir.Node, lanes: int) -> StreamFormat:
        channels, height, width = node.shape
        return StreamFormat(node.type.bits, node.type.signed, lanes, channels, height, width)
