"""Hardware of a haste layer: tiles of the image, an engine that merges their channels, its rows."""

from __future__ import annotations

from dataclasses import dataclass

from amaranth.hdl import signed

from .....compiler.program import HasteConv, Program
from ....engine.accumulator import Accumulator, accumulator_shape
from ....engine.bank_geometry import FoldingError, divisors
from ....engine.folding import Foldable, Folding
from ....engine.requantizer import Requantizer
from ....logic.demand import Demand
from ....logic.memory import Memory
from ....network.content import Activations, Patches
from ....network.stage_list import NoHardwareError, OpenStream, StageList
from ....stream.streams import StreamFormat, range_shape
from ....window.window import Kernel
from ....window.window_stages import WindowStages, window_stages, windows_demand
from ..layer import ENGINE, LayerHardware, planned_memory
from .block_weights import WEIGHT_BITS
from .bucket_numbers import MAX_CODE_BITS
from .bucket_products import product_shape
from .bucket_sums import sum_shape
from .engine import HasteEngine, haste_engine_demand
from .patch_geometry import PatchGeometry
from .patch_rows import PatchRows, patch_rows_demand

PATCH_ROWS = "patch_rows"
"""The part that puts activations in the order of an image, in the name of its stage."""


@dataclass(frozen=True)
class OneChannelAtATime(Foldable):
    """What the foldings of a haste layer divide up: outputs of a group alone."""

    def foldings(self) -> list[tuple[int, int]]:
        return [(1, outputs) for outputs in divisors(self.channels // self.groups)]

    def nearest(self, lanes: int, outputs: int) -> Folding:
        fitting = [p for _, p in self.foldings() if p <= max(1, outputs)]
        return Folding(1, fitting[-1])


class HasteHardware(LayerHardware[HasteConv]):
    """A haste layer.

        source -> line buffer (tiles, twice) -> engine -> patch rows

    The line buffer reads all pixels that a patch's windows span, channel after channel, and once
    more. The engine gives a patch's activations, which are put in the order of an image's at last.

    Raises
    ------
    NoHardwareError: its codes have more bits than a memory has a row for each of.
    """

    def __init__(self, program: Program, node: HasteConv) -> None:
        super().__init__(program, node)
        planes = len(node.hyperplanes)
        if planes > MAX_CODE_BITS:
            raise NoHardwareError(
                f"layer {node.name!r} hashes with {planes} hyperplanes, and hardware finds buckets "
                f"in a memory that has a row for every code, so that at most {MAX_CODE_BITS} do; "
                f"compile with --layer '{node.name}:hyperplanes={MAX_CODE_BITS}'"
            )

    # ------------------------------------------------------------------------ foldings

    @property
    def inputs(self) -> int:
        return self.node.weight.shape[1] * self.node.groups

    @property
    def foldable(self) -> Foldable:
        return OneChannelAtATime(self.inputs, self.node.shape[0], self.node.groups)

    def check(self, folding: Folding) -> None:
        super().check(folding)
        if (folding.lanes, folding.taps) != (1, 1):
            raise FoldingError(
                f"layer {self.node.name!r} merges its channels: one of them at one tap is read at "
                f"a time, not {folding.lanes} at {folding.taps}"
            )
        outputs = self.node.shape[0] // self.node.groups
        if outputs % folding.outputs:
            raise FoldingError(
                f"layer {self.node.name!r}: {folding.outputs} outputs at a time do not divide the "
                f"{outputs} of a group"
            )

    def patches(self, folding: Folding) -> PatchGeometry:
        """What it computes in which order."""
        return PatchGeometry.of(self.node, folding.outputs)

    def bank_clocks(self, folding: Folding) -> int:
        geometry = self.patches(folding)
        return geometry.product_clocks(geometry.most_buckets(1))

    def windows(self, folding: Folding) -> WindowStages:
        channels, height, width = self.source_shape
        (kind,) = self.source_types
        image = StreamFormat(kind.bits, kind.signed, 1, channels, height, width)
        return window_stages(self.tiles, image, 2, self.node.groups, (1, 1))

    # -------------------------------------------------------------- what it is made of

    @property
    def stored_bits(self) -> int:
        return self.node.weight.size * WEIGHT_BITS

    def memories(self, folding: Folding) -> tuple[Memory, ...]:
        width = folding.outputs * WEIGHT_BITS
        return (planned_memory(self.stored_bits // width, width, folding.memory),)

    def logic(self, folding: Folding) -> Demand:
        node, (kind,) = self.node, self.source_types
        bound = range_shape(*node.accumulator)
        geometry = self.patches(folding)
        engine = haste_engine_demand(
            node, kind, geometry, accumulator_bits=bound.width + (not bound.signed), memories=()
        )
        rows = patch_rows_demand(geometry, bits=node.type.bits)
        return windows_demand(self.windows(folding), kind.bits) + engine + rows

    @property
    def parts(self) -> set[str]:
        return {ENGINE, PATCH_ROWS}

    # ------------------------------------------------------------------------ hardware

    @property
    def tiles(self) -> Kernel:
        """What the line buffer slides over the image."""
        node, geometry = self.node, PatchGeometry.of(self.node, 1)
        (_, height, width), step = self.source_shape, [0, 0]
        beyond = []
        for axis, size in enumerate((height, width)):
            step[axis] = node.patch[axis] * node.stride[axis]
            reach = (geometry.patches[axis] - 1) * step[axis] + geometry.halo[axis]
            least = min(0, node.overhang[axis])
            beyond.append(max(least, reach - size - 2 * node.padding[axis]))
        return Kernel(geometry.halo, (step[0], step[1]), node.padding, (beyond[0], beyond[1]))

    def build(self, stages: StageList, sources: list[OpenStream]) -> OpenStream:
        folding, (source,) = stages.foldings[self.node.name], sources
        self.check(folding)
        geometry = self.patches(folding)
        tiles = stages.windows(
            source, self.tiles, 1, self.source_zero, repeats=2, sections=self.node.groups
        )
        fmt = self.format(folding.outputs)
        content = Patches(Activations(self.node.name), self.node.patch, folding.outputs)
        patches = stages.stage(ENGINE, self.haste_engine(folding), tiles, fmt, content)
        rows = PatchRows(geometry, self.node.type)
        return stages.stage(PATCH_ROWS, rows, patches, fmt)

    def haste_engine(self, folding: Folding) -> HasteEngine:
        """From tiles to activations."""
        node, (kind,), outputs = self.node, self.source_types, folding.outputs
        loadable = folding.memory.loadable
        width = sum_shape(signed(WEIGHT_BITS), node.weight.shape[1])
        product = product_shape(range_shape(*node.mean_bounds(kind)), width)
        most = max(map(abs, node.mean_bounds(kind)))
        reach = most * (node.weight[0].size << (WEIGHT_BITS - 1))
        shape = accumulator_shape(node.accumulator, reach if loadable else None)
        accumulator = Accumulator(product, shape, self.start.reshape(-1, outputs), None, loadable)
        shifts = node.shift.reshape(-1, outputs)
        requantizer = Requantizer(shape, node.type, shifts, node.low, node.high, marked=True)
        return HasteEngine(node, kind, outputs, accumulator, requantizer, folding.memory)
