"""Pools: a window's largest value, or its average."""

from __future__ import annotations

import numpy as np
from amaranth.hdl import Shape, signed
from numpy.typing import NDArray

from ....compiler.program import AveragePool, MaxPool, Pair
from ...engine.accumulator import Accumulator
from ...engine.chosen_factor import ChosenFactor
from ...engine.constant_factor import ConstantFactor
from ...engine.requantizer import Requantizer
from ...network.node_hardware import NodeHardware
from ...network.stage_list import OpenStream, StageList
from ...stream.core import Chain
from ...stream.elastic import Elastic
from ...stream.streams import range_shape
from ...window.window import Kernel
from ...window.window_stages import window_stages
from .max_reducer import MaxReducer


class MaxPoolHardware(NodeHardware[MaxPool]):
    """A line buffer, and the largest of what it reads, as many taps at once as keep up."""

    def build(self, stages: StageList, sources: list[OpenStream]) -> OpenStream:
        node, (source,) = self.node, sources
        lanes = source.format.lanes
        lowest = np.full(node.shape[0], node.type.low, np.int16)
        kernel, at_once = Kernel.of(node), self._at_once(source, stages.clocks)
        windows = stages.windows(source, kernel, lanes, lowest, at_once=at_once)
        together = at_once[0] * at_once[1]
        core = MaxReducer(source.format.shape, lanes, node.taps // together, together)
        return stages.stage("max", Elastic(core), windows, self.format(lanes))

    def _at_once(self, source: OpenStream, clocks: int) -> Pair:
        """The fewest rows and columns of taps with which an image takes so many clocks."""
        kernel, fmt = Kernel.of(self.node), source.format
        ways = kernel.ways if fmt.beats_per_pixel == 1 else kernel.ways[:-1]
        taken = [window_stages(kernel, fmt, 1, 1, way).clocks for way in ways]
        enough = [way for way, each in zip(ways, taken, strict=True) if each <= clocks]
        return enough[0] if enough else ways[taken.index(min(taken))]


class AveragePoolHardware(NodeHardware[AveragePool]):
    """A line buffer, and what it reads added up, times a factor where there is one, shifted."""

    @property
    def least_clocks(self) -> int:
        return super().least_clocks * self.node.taps

    def build(self, stages: StageList, sources: list[OpenStream]) -> OpenStream:
        node, (source,), (kind,) = self.node, sources, self.source_types
        lanes = source.format.lanes
        zero = np.zeros(node.shape[0], np.int16)
        windows = stages.windows(source, Kernel.of(node), lanes, zero)
        half, shift = (1 << node.shift) >> 1, np.full((1, lanes), node.shift)
        factors = node.factor_of(self.program[node.inputs[0]].shape)
        is_sum = bool((factors == 1).all())
        start = half if is_sum else 0
        sums = range_shape(node.taps * kind.low, node.taps * kind.high + start)
        shape = signed(sums.width + (not sums.signed))
        bias = np.full((1, lanes), start, np.int64)
        accumulator = Accumulator(source.format.shape, shape, bias, node.taps)
        if is_sum:
            requantizer = Requantizer(shape, node.type, shift, node.low, node.high)
            chain = Chain(accumulator=accumulator, requantizer=requantizer)
        else:
            multiplied = self._multiplied(shape, lanes, factors, half)
            product = Shape.cast(multiplied.output[0])
            requantizer = Requantizer(product, node.type, shift, node.low, node.high)
            chain = Chain(accumulator=accumulator, factor=multiplied, requantizer=requantizer)
        return stages.stage("average", Elastic(chain), windows, self.format(lanes))

    def _multiplied(
        self, shape: Shape, lanes: int, factors: NDArray[np.int64], half: int
    ) -> ConstantFactor | ChosenFactor:
        """What multiplies sums by the factor of their place, or of all places."""
        first = int(factors[0, 0])
        if (factors == first).all():
            return ConstantFactor(shape, lanes, first, half)
        return ChosenFactor(shape, lanes, factors, self.node.shape[0] // lanes, half)
