"""Hardware of a dyadic layer: the template with a bank of shifters."""

from __future__ import annotations

import numpy as np
from amaranth.hdl import Shape
from numpy.typing import NDArray

from .....compiler.program import DyadicConv
from ....engine.bank_geometry import BankGeometry
from ....engine.folding import Folding
from ....engine.quarter_factor import QuarterFactor, quarter_factor_demand
from ....logic.demand import Demand
from ....logic.memory import Memory
from ..layer import planned_memory
from ..unrolled import UnrollableHardware
from .shifter_bank import (
    ShifterBank,
    negatives,
    shifted_shape,
    shifter_bank_demand,
    term_word_bits,
)


class DyadicHardware(UnrollableHardware[DyadicConv]):
    """A dyadic layer."""

    @property
    def weight(self) -> NDArray[np.int32]:
        return self.node.weight

    @property
    def inputs(self) -> int:
        return self.node.terms.shape[2] * self.node.groups

    @property
    def bank_bits(self) -> int:
        return self.node.terms.size * term_word_bits(self.node.finest_shift)

    def bank(self, folding: Folding) -> ShifterBank:
        node, (kind,) = self.node, self.source_types
        return ShifterBank(
            self.stacked(node.terms, folding, axis=2),
            node.finest_shift,
            kind,
            self.geometry(folding).lanes,
            folding.outputs,
            node.groups,
            folding.memory,
        )

    @property
    def start(self) -> NDArray[np.int64]:
        return super().start + negatives(self.node.terms)

    def factor(self, shape: Shape, factors: NDArray[np.int64]) -> QuarterFactor:
        return QuarterFactor(shape, factors)

    def factor_logic(self, width: int, factors: NDArray[np.int64]) -> Demand:
        different = [len(set(column)) for column in factors.T.tolist()]
        return quarter_factor_demand(width=width, different=different, blocks=len(factors))

    @property
    def element_bits(self) -> int:
        (kind,) = self.source_types
        return kind.bits

    @property
    def term_bits(self) -> int:
        (kind,) = self.source_types
        return shifted_shape(kind, self.node.finest_shift, len(self.node.terms)).width

    def bank_logic(self, geometry: BankGeometry) -> Demand:
        return shifter_bank_demand(
            geometry=geometry,
            input_bits=self.element_bits,
            finest_shift=self.node.finest_shift,
            terms=len(self.node.terms),
            memories=(),
        )

    def bank_memories(self, folding: Folding) -> tuple[Memory, ...]:
        geometry, node = self.geometry(folding), self.node
        word = len(node.terms) * term_word_bits(node.finest_shift)
        width = geometry.lanes * geometry.lane_outputs * word
        return (planned_memory(geometry.steps, width, folding.memory),)
