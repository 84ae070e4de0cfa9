"""MultiplierBank: what an exact layer has in the place of tables."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from amaranth.hdl import Module, Shape, Value, signed
from numpy.typing import NDArray

from .....compiler.program import ActivationType
from ....engine.bank_geometry import BankGeometry
from ....logic.counters import unreset
from ....logic.demand import Demand
from ....logic.memory import Memory
from ....logic.packing import MemoryOptions
from ..weighted_bank import WeightedBank, weighted_bank_demand

WEIGHT_BITS = 8
_FACTOR_CLOCKS = 1
"""Registers in front of a multiplier: it has such inside, and without them products come late."""
_SIGNED = 1.9
"""What the sign of weights from a memory costs in LUTs, times the rest, by Yosys on an iCE40."""


class MultiplierBank(WeightedBank):
    """Multipliers for every lane and output that meet (`BankGeometry`), and their weights' memory.

    Parameters
    ----------
    weight: (M, C / groups, kernel height, kernel width) int8.
    kind: of the activations.
    lanes: input channels per beat (S).
    outputs: output channels per beat (P).
    groups: of the convolution.
    options: how the memory of weights is laid out; its `ports` is not read.

    Members
    -------
    i: in, `lanes` activations.
    o: out, ``lanes * lane_outputs`` products (`product_shape`) in `BankGeometry.lane_order`,
        `latency` clocks later.
    """

    def __init__(
        self,
        weight: NDArray[np.int8],
        kind: ActivationType,
        lanes: int,
        outputs: int,
        groups: int = 1,
        options: MemoryOptions | None = None,
    ) -> None:
        words = weight.astype(np.int64) & ((1 << WEIGHT_BITS) - 1)
        shape = product_shape(kind)
        super().__init__(
            words,
            WEIGHT_BITS,
            kind,
            lanes,
            outputs,
            groups,
            options,
            shape,
            waiting_clocks=_FACTOR_CLOCKS,
        )

    def term(self, m: Module, name: str, activation: Value, word: Value) -> Value:
        """The product of an activation and a weight."""
        # Without a reset, as its factors, so that it can be a register inside of a multiplier.
        return unreset(m, f"product{name}", activation * word.as_signed())

    def demand(self) -> Demand:
        """What it is made of."""
        return multiplier_bank_demand(
            geometry=self.geometry,
            input_bits=self.kind.bits,
            product_bits=self.output_bits,
            memories=(self.memory,),
        )


def product_shape(kind: ActivationType) -> Shape:
    """Shape that holds the product of an activation and a weight, and not a bit more.

    Yosys 0.70 loses a product's sign in a Xilinx DSP where the register behind it repeats it.
    """
    return signed(WEIGHT_BITS + kind.bits)


def multiplier_bank_demand(
    *, geometry: BankGeometry, input_bits: int, product_bits: int, memories: Sequence[Memory]
) -> Demand:
    """What a `MultiplierBank` with these memories is made of."""
    term = Demand(
        multiplier_registers=_FACTOR_CLOCKS * WEIGHT_BITS + product_bits,
        products=_SIGNED * input_bits * WEIGHT_BITS,
        multipliers=1,
    )
    activations = Demand(multiplier_registers=_FACTOR_CLOCKS * geometry.lanes * input_bits)
    return activations + weighted_bank_demand(
        geometry=geometry,
        input_bits=input_bits,
        term=term,
        memories=memories,
    )
