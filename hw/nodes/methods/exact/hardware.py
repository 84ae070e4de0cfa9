"""Hardware of an exact layer: the template with a bank of multipliers."""

from __future__ import annotations

from abc import abstractmethod

import numpy as np
from amaranth.hdl import Shape
from numpy.typing import NDArray

from .....compiler.program import ExactConv
from ....engine.bank_geometry import BankGeometry
from ....engine.folding import Folding
from ....logic.demand import Demand
from ....logic.memory import Memory
from ..layer import ConvT, planned_memory
from ..unrolled import UnrollableHardware
from .channel_factor import ChannelFactor, channel_factor_demand
from .multiplier_bank import WEIGHT_BITS, MultiplierBank, multiplier_bank_demand, product_shape


class MultiplyingHardware(UnrollableHardware[ConvT]):
    """A layer whose terms are products of activations and int8 weights.

    A method whose weights come about in some other way needs to say no more than `weight`.
    """

    @property
    @abstractmethod
    def weight(self) -> NDArray[np.int8]:
        """(M, C / groups, kernel height, kernel width) int8."""

    @property
    def inputs(self) -> int:
        return self.weight.shape[1] * self.node.groups

    @property
    def bank_bits(self) -> int:
        return self.weight.size * WEIGHT_BITS

    def bank(self, folding: Folding) -> MultiplierBank:
        (kind,), groups = self.source_types, self.node.groups
        lanes, outputs = self.geometry(folding).lanes, folding.outputs
        weight = self.stacked(self.weight, folding, axis=1)
        return MultiplierBank(weight, kind, lanes, outputs, groups, folding.memory)

    @property
    def element_bits(self) -> int:
        (kind,) = self.source_types
        return kind.bits

    @property
    def term_bits(self) -> int:
        (kind,) = self.source_types
        return product_shape(kind).width

    def bank_logic(self, geometry: BankGeometry) -> Demand:
        return multiplier_bank_demand(
            geometry=geometry,
            input_bits=self.element_bits,
            product_bits=self.term_bits,
            memories=(),
        )

    def bank_memories(self, folding: Folding) -> tuple[Memory, ...]:
        geometry = self.geometry(folding)
        width = geometry.lanes * geometry.lane_outputs * WEIGHT_BITS
        return (planned_memory(geometry.steps, width, folding.memory),)


class ExactHardware(MultiplyingHardware[ExactConv]):
    """An exact layer."""

    @property
    def weight(self) -> NDArray[np.int8]:
        return self.node.weight

    def factor(self, shape: Shape, factors: NDArray[np.int64]) -> ChannelFactor:
        return ChannelFactor(shape, factors, self.node.factor_bits + 1)

    def factor_logic(self, width: int, factors: NDArray[np.int64]) -> Demand:
        blocks, outputs = factors.shape
        bits = self.node.factor_bits + 1
        return channel_factor_demand(width=width, bits=bits, outputs=outputs, blocks=blocks)
