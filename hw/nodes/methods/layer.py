"""What a layer with a certain folding asks for, without building its components.

The planner's search compares thousands of foldings. This is what `assemble` would build for one
layer, counted with the same functions per component; what depends on the neighbours (conversions
of lanes, forks) is not here. The planner settles the difference on the assembled network.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ....compiler.program import ActivationType, Conv, Program, TableConv, TreeEncoder
from ...device.devices import families
from ...engine.bank_geometry import BankGeometry
from ...engine.folding import Folding, bank_geometry
from ...logic.demand import Demand
from ...logic.packing import MemoryOptions, pack
from ...stream.core import Memory
from ...stream.streams import range_shape
from ...window.window import WindowGeometry, split_padding
from .. import component_demand as parts
from .exact.multiplier_bank import WEIGHT_BITS, product_shape
from .table.table_bank import ENTRY_BITS

_QUEUE = 4
"""Depth of the queue behind a line buffer."""
_MANY_BLOCKS = 64
"""Block RAMs above which a memory's odd remainders do not matter."""
_PIPELINE = 14
"""Clocks through the engine, adder tree left out: what the queue behind it holds."""


@dataclass(frozen=True, eq=False)
class LayerSketch:
    """One layer of a program, ready to be folded in many ways.

    Parameters
    ----------
    program: the program.
    node: the layer.
    """

    program: Program
    node: Conv

    def clocks(self, folding: Folding) -> int:
        """Clocks per image of the busiest stage of the layer."""
        node = self.node
        positions = node.shape[1] * node.shape[2]
        busiest = [positions * bank_geometry(node, folding).steps]
        if isinstance(node, TableConv):
            words = -(-node.encoder.subspaces // folding.encoders)
            busiest.append(self._coded * words)
            if node.layout == "patch":  # a patch is collected one element at a time
                busiest.append(positions * node.taps * self._source[0])
        return max(busiest)

    def encoders(self, clocks: int) -> int:
        """Fewest subspaces coded at once that keep up with an image in so many clocks."""
        if not isinstance(self.node, TableConv):
            return 0
        subspaces = self.node.encoder.subspaces
        words = max(1, min(subspaces, clocks // self._coded))
        return -(-subspaces // words)

    def matching_encoders(self, folding: Folding) -> int:
        """Fewest subspaces coded at once that keep up with the tables of `folding`."""
        node = self.node
        return self.encoders(node.shape[1] * node.shape[2] * bank_geometry(node, folding).steps)

    def logic(self, folding: Folding) -> Demand:
        """All but the memories of tables or weights."""
        node, geometry = self.node, bank_geometry(self.node, folding)
        if isinstance(node, TableConv):
            demand = self._encoding(node, folding, geometry)
            bank = parts.table_bank(
                geometry=geometry, bits=int(self._column_bits.max()), memories=()
            )
            term = int(self._column_bits.max())
            element = node.encoder.code_bits
        else:
            demand = self._lines(geometry, geometry.lanes * self._source_bits)
            term = product_shape(self._source_type).width
            element = self._source_bits
            bank = parts.multiplier_bank(
                geometry=geometry,
                input_bits=self._source_bits,
                weight_bits=WEIGHT_BITS,
                product_bits=term,
                memories=(),
            )
        arrival = parts.pipeline_register(width=geometry.lanes * element)
        crossing = parts.pipeline_register(width=geometry.lanes * geometry.lane_outputs * term)
        return demand + arrival + bank + crossing + self._sums(geometry, term)

    def tables(self, folding: Folding) -> tuple[Memory, ...]:
        """The memories of tables or weights, as `folding.memory` lays them out."""
        geometry, options = bank_geometry(self.node, folding), folding.memory
        if not isinstance(self.node, TableConv):
            width = geometry.lanes * geometry.lane_outputs * WEIGHT_BITS
            return (_table(geometry.steps, width, options, 1),)
        depth = geometry.steps * self.node.encoder.prototypes
        blocks = self._column_bits.reshape(-1, geometry.lane_outputs)
        if options.loadable:  # room for any other tables
            blocks = np.full_like(blocks, ENTRY_BITS)
        width = int(blocks.max(axis=0).sum())
        pairs, alone = divmod(geometry.lanes, options.ports)
        return (_table(depth, width, options, options.ports),) * pairs + (
            _table(depth, width, options, 1),
        ) * alone

    @property
    def table_bits(self) -> int:
        """Bits of all table entries."""
        assert isinstance(self.node, TableConv)
        per_channel = self.node.tables[..., 0].size
        return per_channel * int(self._column_bits.sum())

    # ------------------------------------------------------------------------------ parts

    @cached_property
    def _column_bits(self) -> NDArray[np.integer]:
        """Bits that the table entries of each output channel need."""
        assert isinstance(self.node, TableConv)
        tables = self.node.tables
        magnitude = np.maximum(tables.max(axis=(0, 1, 2)), ~tables.min(axis=(0, 1, 2)))
        return np.frexp(np.maximum(magnitude, 0))[1] + 1

    @property
    def _source(self) -> tuple[int, int, int]:
        return self.program[self.node.inputs[0]].shape

    @property
    def _source_type(self) -> ActivationType:
        return self.program[self.node.inputs[0]].type

    @property
    def _source_bits(self) -> int:
        return self._source_type.bits

    @property
    def _coded(self) -> int:
        """Pixels (or patches) per image that are coded."""
        shape = self._source if getattr(self.node, "layout", "") == "pixel" else self.node.shape
        return shape[1] * shape[2]

    def _encoding(self, node: TableConv, folding: Folding, geometry: BankGeometry) -> Demand:
        trees = node.encoder
        assert isinstance(trees, TreeEncoder)
        width, bits = folding.encoders, trees.code_bits
        latency = trees.levels + 2
        demand = parts.pipeline_register(width=width * trees.length * self._source_bits)
        demand += parts.encoder(trees=trees, width=width, bits=self._source_bits)
        demand += parts.elastic(depth=latency + 2, width=width * bits + 1, groups=(1,))
        if geometry.lanes > width:
            ratio = -(-geometry.lanes // width)
            demand += parts.widen(narrow=width * bits, ratio=ratio, groups=(ratio,))
        if node.layout == "pixel":
            return demand + self._lines(geometry, geometry.lanes * bits)
        patches = replace(self._window(geometry), words=self._source[0], repeats=1)
        once = replace(
            self._window(geometry), height=node.shape[1], width=node.shape[2],
            kernel=(1, 1), stride=(1, 1), padding=(0, 0),
        )  # fmt: skip
        return (
            demand
            + parts.line_buffer(geometry=patches, width=self._source_bits, depth=_QUEUE, paddings=1)
            + parts.line_buffer(
                geometry=once, width=geometry.lanes * bits, depth=_QUEUE, paddings=1
            )
        )

    def _window(self, geometry: BankGeometry) -> WindowGeometry:
        node, (_, height, width) = self.node, self._source
        made_up, border = split_padding(node.kernel, node.padding)
        return WindowGeometry(
            height + 2 * border[0], width + 2 * border[1], geometry.words * geometry.sections,
            node.kernel, node.stride, made_up, geometry.blocks,
        )  # fmt: skip

    def _lines(self, geometry: BankGeometry, width: int) -> Demand:
        window = self._window(geometry)
        if window.steps == window.words and window.stride == (1, 1):
            return Demand()
        paddings = window.words if any(window.padding) else 1
        return parts.line_buffer(geometry=window, width=width, depth=_QUEUE, paddings=paddings)

    def _sums(self, geometry: BankGeometry, term: int) -> Demand:
        """Adder tree, accumulator, requantizer and the queue behind them."""
        node, outputs = self.node, geometry.outputs
        bound = range_shape(*node.accumulator)
        width = bound.width + (not bound.signed)
        shifts = np.sort(node.shift.reshape(-1, outputs), axis=0)
        group = geometry.words * geometry.taps
        return (
            parts.adder_tree(bits=term, lanes=geometry.summed_lanes, outputs=outputs)
            + parts.accumulator(width=width, outputs=outputs, blocks=len(shifts), group=group)
            + parts.requantizer(
                width=width,
                bits=node.type.bits,
                shifts=(1 + (np.diff(shifts, axis=0) > 0).sum(axis=0)).tolist(),
                blocks=len(shifts),
            )
            + parts.pipeline_register(width=outputs * node.type.bits)
            + parts.elastic(
                depth=-(-_PIPELINE // group) + 1,
                width=outputs * node.type.bits + 1,
                groups=(group,),
            )
        )


def _table(depth: int, width: int, options: MemoryOptions, lanes: int) -> Memory:
    """The memory that `lanes` lanes share."""
    family = None if options.family is None else families()[options.family]
    if family is not None and lanes * depth * width > _MANY_BLOCKS * family.block_bits:
        return Memory(lanes * depth, width, "rom")  # of so many, plain counting is close enough
    reads = tuple((n * depth, (n + 1) * depth) for n in range(lanes))
    packing = pack(lanes * depth, width, options, reads)
    return Memory(lanes * depth, width, "rom", packing)
