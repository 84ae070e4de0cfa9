"""Pools: a window's largest value, or its average."""

from __future__ import annotations

import numpy as np
from amaranth.hdl import Shape, signed

from ....compiler.program import AveragePool, MaxPool
from ...engine.accumulator import Accumulator
from ...engine.constant_factor import ConstantFactor
from ...engine.requantizer import Requantizer
from ...network.node_hardware import NodeHardware
from ...network.stage_list import OpenStream, StageList
from ...stream.core import Chain
from ...stream.elastic import Elastic
from ...stream.streams import range_shape
from ...window.window import Kernel
from .max_reducer import MaxReducer


class MaxPoolHardware(NodeHardware[MaxPool]):
    """A line buffer, and the largest of what it reads."""

    @property
    def least_clocks(self) -> int:
        return super().least_clocks * self.node.taps

    def build(self, stages: StageList, sources: list[OpenStream]) -> OpenStream:
        node, (source,) = self.node, sources
        lanes = source.format.lanes
        lowest = np.full(node.shape[0], node.type.low, np.int16)
        windows = stages.windows(source, Kernel.of(node), lanes, lowest)
        core = MaxReducer(source.format.shape, lanes, node.taps)
        return stages.stage("max", Elastic(core), windows, self.format(lanes))


class AveragePoolHardware(NodeHardware[AveragePool]):
    """A line buffer, and what it reads added up, shifted, and by a factor where there is one."""

    @property
    def least_clocks(self) -> int:
        return super().least_clocks * self.node.taps

    def build(self, stages: StageList, sources: list[OpenStream]) -> OpenStream:
        node, (source,), (kind,) = self.node, sources, self.source_types
        lanes = source.format.lanes
        zero = np.zeros(node.shape[0], np.int16)
        windows = stages.windows(source, Kernel.of(node), lanes, zero)
        half, shift = (1 << node.shift) >> 1, np.full((1, lanes), node.shift)
        start = half if node.factor == 1 else 0
        sums = range_shape(node.taps * kind.low, node.taps * kind.high + start)
        shape = signed(sums.width + (not sums.signed))
        bias = np.full((1, lanes), start, np.int64)
        accumulator = Accumulator(source.format.shape, shape, bias, node.taps)
        if node.factor == 1:
            requantizer = Requantizer(shape, node.type, shift, node.low, node.high)
            chain = Chain(accumulator=accumulator, requantizer=requantizer)
        else:
            factor = ConstantFactor(shape, lanes, node.factor, half)
            product = Shape.cast(factor.output[0])
            requantizer = Requantizer(product, node.type, shift, node.low, node.high)
            chain = Chain(accumulator=accumulator, factor=factor, requantizer=requantizer)
        return stages.stage("average", Elastic(chain), windows, self.format(lanes))
