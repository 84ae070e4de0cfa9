"""BankedLayer: a layer whose terms a bank makes of the windows of its input, on every clock.

    source -> front -> windows -> arrival, bank, crossing, adder tree, accumulator, requantizer,
                                  departure

A method gives the bank, whose lanes answer each beat with terms of the sums, and what stands in
front of it, if anything. All else is the same for every such method, and is here.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, replace
from typing import Any, ClassVar, TypeVar

import numpy as np
from amaranth.hdl import Shape
from numpy.typing import NDArray

from ....compiler.program import Pair
from ...engine.accumulator import Accumulator, accumulator_demand, accumulator_shape
from ...engine.adder_tree import AdderTree, adder_tree_demand
from ...engine.bank_geometry import BankGeometry, FoldingError
from ...engine.folding import Folding
from ...engine.requantizer import Requantizer, requantizer_demand
from ...logic.demand import Demand
from ...network.stage_list import OpenStream, StageList
from ...stream.core import Chain, Core
from ...stream.elastic import Elastic, elastic_demand
from ...stream.pipeline_register import PipelineRegister, pipeline_register_demand
from ...stream.streams import StreamFormat, range_shape
from ...window.window import Kernel
from ...window.window_stages import WindowStages, window_stages, windows_demand
from .layer import ENGINE, ConvT, LayerHardware

_PIPELINE = 14
"""Clocks through the engine, adder tree left out: what the queue behind it holds."""

_Int = TypeVar("_Int", bound=np.integer[Any])


@dataclass(frozen=True, eq=False)
class Front:
    """What a bank reads windows of.

    Parameters
    ----------
    stream: the image, of activations or of what the method makes of them.
    kernel: what slides over it.
    zero: per element of a pixel, what padding pixels hold.
    """

    stream: OpenStream
    kernel: Kernel
    zero: NDArray[np.integer[Any]]


class BankedLayer(LayerHardware[ConvT]):
    """One layer with a bank. A method is a class derived from this one.

    Class variables
    ---------------
    front_parts: of what stands in front of its windows, in the names of stages; a plan's table and
        picture tell their cells apart from others.
    """

    front_parts: ClassVar[tuple[str, ...]] = ()

    # ----------------------------------------------------------------- what a method says

    @abstractmethod
    def bank(self, folding: Folding) -> Core:
        """What answers each beat of `lanes` elements with terms of the sums.

        It reads elements and gives terms in the order of `geometry`: on each of its steps,
        `lane_outputs` terms for each lane, in its `lane_order`.
        """

    @property
    @abstractmethod
    def element_bits(self) -> int:
        """Bits of what a lane of the bank reads."""

    @property
    @abstractmethod
    def term_bits(self) -> int:
        """Bits of a term that the bank gives."""

    @abstractmethod
    def bank_logic(self, geometry: BankGeometry) -> Demand:
        """What `bank` is made of, its memories left out."""

    # ------------------------------------------------------- what a method may say otherwise

    @property
    def taps(self) -> int:
        """Elements that each input contributes to an output pixel."""
        return self.node.taps

    def front(self, stages: StageList, source: OpenStream, folding: Folding) -> Front:
        """Append what stands before the bank's windows; nothing unless a method says so."""
        return Front(source, Kernel.of(self.node), self.source_zero)

    def front_clocks(self, folding: Folding) -> int:
        """Clocks per image of the busiest stage of the front."""
        return 0

    def front_logic(self, folding: Folding) -> Demand:
        """What the front is made of."""
        return Demand()

    def windows(self, folding: Folding) -> WindowStages:
        return self.windows_of(Kernel.of(self.node), folding, self.source_shape)

    def windows_logic(self, folding: Folding) -> Demand:
        """What this is made of."""
        return windows_demand(self.windows(folding), folding.lanes * self.element_bits)

    def factor(self, shape: Shape, factors: NDArray[np.int64]) -> Core:
        """What multiplies accumulators of `shape` by (blocks, outputs) `factors` (`Conv.factor`).

        Only methods whose layers have any need to say it, and `factor_logic`.
        """
        raise NotImplementedError

    def factor_logic(self, width: int, factors: NDArray[np.int64]) -> Demand:
        """What `factor` is made of, for accumulators of `width` bits."""
        raise NotImplementedError

    # -------------------------------------------------------------------------- hardware

    def requantizer(self, shape: Shape, outputs: int) -> Core:
        """What makes activations of accumulators of `shape`, `outputs` at a time."""
        node, shift = self.node, self.node.shift.reshape(-1, outputs)
        if node.factor is None:
            return Requantizer(shape, node.type, shift, node.low, node.high)
        factor = self.factor(shape, node.factor.reshape(-1, outputs))
        product, shift = Shape.cast(factor.output[0]), shift + node.factor_bits
        requantizer = Requantizer(product, node.type, shift, node.low, node.high)
        return Chain(factor=factor, requantizer=requantizer)

    def requantizer_logic(self, width: int, outputs: int) -> Demand:
        """What `requantizer` is made of, for accumulators of `width` bits."""
        node, factor = self.node, Demand()
        if node.factor is not None:
            factor = self.factor_logic(width, node.factor.reshape(-1, outputs))
            width += node.factor_bits + 1
        shift = node.shift.reshape(-1, outputs)
        return factor + requantizer_demand(width=width, bits=node.type.bits, shift=shift)

    def build(self, stages: StageList, sources: list[OpenStream]) -> OpenStream:
        folding, (source,) = stages.foldings[self.node.name], sources
        self.check(folding)
        geometry = self.geometry(folding)
        front = self.front(stages, source, folding)
        windows = stages.windows(
            front.stream, front.kernel, folding.lanes, front.zero, geometry.blocks,
            geometry.sections, self.bank_taps(folding),
        )  # fmt: skip
        engine = Elastic(self.engine(folding))
        return stages.stage(ENGINE, engine, windows, self.format(geometry.outputs))

    def engine(self, folding: Folding) -> Chain:
        """From windows to activations: `outputs` channels of a pixel after so many steps."""
        node, geometry, bank = self.node, self.geometry(folding), self.bank(folding)
        term, outputs = Shape.cast(bank.output[0]), geometry.outputs
        group = geometry.words * geometry.taps
        tree = AdderTree(term.width, geometry.summed_lanes, outputs)
        bias = self.start.reshape(-1, outputs)
        loadable = folding.memory.loadable
        reach = group * geometry.summed_lanes << (term.width - 1)
        shape = accumulator_shape(node.accumulator, reach if loadable else None)
        requantizer = self.requantizer(shape, outputs)
        return Chain(
            arrival=PipelineRegister(*bank.input),
            bank=bank,
            crossing=PipelineRegister(*bank.output),
            adder_tree=tree,
            accumulator=Accumulator(tree.output[0], shape, bias, group, loadable),
            requantizer=requantizer,
            departure=PipelineRegister(*requantizer.output),
        )

    # -------------------------------------------------------------------------- foldings

    @property
    def parts(self) -> set[str]:
        return {ENGINE, *self.front_parts}

    def check(self, folding: Folding) -> None:
        self.geometry(folding)
        super().check(folding)

    def geometry(self, folding: Folding) -> BankGeometry:
        """How the bank's contents are read.

        Raises
        ------
        FoldingError: the layer has no such lanes or outputs.
        """
        channels, groups = self.node.shape[0], self.node.groups
        lanes, outputs = folding.lanes, folding.outputs
        tap = BankGeometry(self.inputs, channels, self.taps, lanes, outputs, groups)
        high, wide = self.bank_taps(folding)
        if wide > 1 and lanes < self.inputs:
            raise FoldingError(
                f"layer {self.node.name!r} has {self.inputs} inputs: where {folding.taps} taps of "
                f"a window are read at once, all of them are, not {lanes}"
            )
        together = high * wide
        return replace(
            tap, inputs=self.inputs * together, taps=self.taps // together, lanes=lanes * together
        )

    def at_once(self, folding: Folding) -> Pair:
        """(rows, columns) of the layer's window that are read per clock.

        Raises
        ------
        FoldingError: so many taps are neither one, nor a column, nor all.
        """
        for rows, columns in Kernel.of(self.node).ways:
            if rows * columns == folding.taps:
                return rows, columns
        high, wide = self.node.kernel
        raise FoldingError(
            f"layer {self.node.name!r} has a kernel of {high}x{wide}: 1, {high} or {high * wide} "
            f"taps of it can be read at once, not {folding.taps}"
        )

    def bank_taps(self, folding: Folding) -> Pair:
        """(rows, columns) of taps that the bank has lanes for, each for every input of a beat."""
        return self.at_once(folding)

    def stacked(self, contents: NDArray[_Int], folding: Folding, axis: int) -> NDArray[_Int]:
        """Contents of the bank, those taps that are read at once being inputs of their own.

        A layer that reads several taps at once is one of more inputs and fewer taps.

        Parameters
        ----------
        contents: with the inputs on `axis`, and the taps' rows and columns on the next two.
        folding: of the layer.
        """
        high, wide = self.bank_taps(folding)
        (inputs, *kernel), shape = contents.shape[axis : axis + 3], contents.shape
        taps = (inputs * high * wide, kernel[0] // high, kernel[1] // wide)
        return contents.reshape(*shape[:axis], *taps, *shape[axis + 3 :])

    @property
    def tap_choices(self) -> list[int]:
        return sorted({rows * columns for rows, columns in Kernel.of(self.node).ways})

    def read_lanes(self, folding: Folding) -> int:
        return self.geometry(folding).lanes

    def bank_clocks(self, folding: Folding) -> int:
        return self.positions * self.geometry(folding).steps

    def clocks(self, folding: Folding) -> int:
        return max(super().clocks(folding), self.front_clocks(folding))

    # ---------------------------------------------------------------- what it is made of

    def logic(self, folding: Folding) -> Demand:
        geometry = self.geometry(folding)
        terms = geometry.lanes * geometry.lane_outputs * self.term_bits
        return (
            self.front_logic(folding)
            + self.windows_logic(folding)
            + pipeline_register_demand(width=geometry.lanes * self.element_bits)
            + self.bank_logic(geometry)
            + pipeline_register_demand(width=terms)
            + self._sums_logic(geometry)
        )

    def _sums_logic(self, geometry: BankGeometry) -> Demand:
        """Adder tree, accumulator, requantizer and the queue behind them."""
        outputs, bits = geometry.outputs, self.node.type.bits
        bound = range_shape(*self.node.accumulator)
        width = bound.width + (not bound.signed)
        blocks, group = self.node.shape[0] // outputs, geometry.words * geometry.taps
        return (
            adder_tree_demand(bits=self.term_bits, lanes=geometry.summed_lanes, outputs=outputs)
            + accumulator_demand(width=width, outputs=outputs, blocks=blocks, group=group)
            + self.requantizer_logic(width, outputs)
            + pipeline_register_demand(width=outputs * bits)
            + elastic_demand(
                depth=-(-_PIPELINE // group) + 1, width=outputs * bits + 1, groups=(group,)
            )
        )

    def windows_of(
        self, kernel: Kernel, folding: Folding, shape: tuple[int, int, int]
    ) -> WindowStages:
        """What collects windows of `kernel` for the bank, from images of `shape`."""
        geometry, (_, height, width) = self.geometry(folding), shape
        words = geometry.words * geometry.sections
        lanes = folding.lanes
        image = StreamFormat(self.element_bits, False, lanes, words * lanes, height, width)
        at_once = self.bank_taps(folding)
        return window_stages(kernel, image, geometry.blocks, geometry.sections, at_once)
