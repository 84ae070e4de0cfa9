"""StreamMultiplier: the product of two streams, as of gates and what they let pass."""

from __future__ import annotations

import dataclasses

import numpy as np
from amaranth.hdl import Module, Shape, Value, signed

from ....compiler.program import ActivationType, Multiply
from ...engine.constant_factor import ConstantFactor
from ...engine.requantizer import Requantizer
from ...logic.counters import unreset
from ...logic.demand import Demand
from ...stream.core import Chain, Core
from ...stream.pipeline_register import PipelineRegister
from .pair import PairHardware, StreamPair, common_shape

_TWO_UNKNOWN = 1.8
"""What a product of two activations costs more in LUTs than one with a weight, on an iCE40."""


class Product(Core):
    """``a * b`` of the two halves of a beat.

    Parameters
    ----------
    a, b: types of the operands.
    lanes: elements of each.

    Members
    -------
    i: in, `lanes` elements of a, then `lanes` of b, each in the wider of both shapes.
    o: out, `lanes` products, signed, one clock later.
    """

    def __init__(self, a: ActivationType, b: ActivationType, lanes: int) -> None:
        self.a = a
        self.b = b
        self.lanes = lanes
        self._bits = a.bits + b.bits
        self._signed = a.signed or b.signed
        super().__init__(
            i=(common_shape(a, b), 2 * lanes),
            o=(signed(self._bits + (not self._signed)), lanes),
            latency=1,
        )

    def demand(self) -> Demand:
        """What it is made of."""
        return product_demand(first=self.a.bits, second=self.b.bits, lanes=self.lanes)

    def elaborate(self, platform: object) -> Module:
        m = Module()
        self.mark_answers(m)
        for n in range(self.lanes):
            a = _as(self.a, self.i.p.data[n])
            b = _as(self.b, self.i.p.data[self.lanes + n])
            # Without a reset, so that it can be the register of an ECP5's multiplier, and as wide
            # as a product is: Yosys 0.70 loses a wider one's sign in a Xilinx DSP.
            product = unreset(m, f"product{n}", (a * b)[: self._bits])
            m.d.comb += self.o.p.data[n].eq(product.as_signed() if self._signed else product)
        return m


def _as(kind: ActivationType, value: Value) -> Value:
    """The lowest bits of `value`, in which a number of this type is."""
    bits = value[: kind.bits]
    return bits.as_signed() if kind.signed else bits


def product_demand(*, first: int, second: int, lanes: int) -> Demand:
    """What a `Product` of operands of so many bits is made of."""
    products = _TWO_UNKNOWN * first * second
    one = Demand(multiplier_registers=first + second, products=products, multipliers=1)
    return one.times(lanes) + Demand(registers=2)


class StreamMultiplier(StreamPair):
    """Multiplies two streams element by element and requantizes the products.

    Parameters
    ----------
    a, b: types of the two streams' elements.
    lanes: elements of each.
    node: gives factor, shift, clamp and type.
    """

    def __init__(self, a: ActivationType, b: ActivationType, lanes: int, node: Multiply) -> None:
        product = Product(a, b, lanes)
        half = (1 << node.shift) >> 1
        factor = ConstantFactor(Shape.cast(product.output[0]), lanes, node.factor, half)
        shifts = np.full((1, lanes), node.shift)
        requantizer = Requantizer(
            Shape.cast(factor.output[0]), node.type, shifts, node.low, node.high
        )
        core = Chain(
            arrival=PipelineRegister(*product.input),
            product=product,
            factor=factor,
            requantizer=requantizer,
        )
        super().__init__(a, b, node.type, lanes, core)
        self._node = node

    def demand(self) -> Demand:
        """What its core and what is around it are made of, without bits that nothing reads.

        Those below the shift are registered by nobody: neither behind the factor nor, where that is
        1, as far as no carry comes from them, in front of it. Nor are they compared. The registers
        in front of products may be those of multipliers.
        """
        whole, shift = super().demand(), self._node.shift
        factors = len(self.a.p.data.as_value()) + len(self.b.p.data.as_value())
        unread = max(0, shift - 1) if self._node.factor == 1 else 0  # of the product
        return dataclasses.replace(
            whole,
            registers=max(0, whole.registers - factors - self.lanes * 2 * shift),
            multiplier_registers=whole.multiplier_registers + factors - self.lanes * unread,
            comparisons=max(0, whole.comparisons - self.lanes * shift),
        )


class MultiplyHardware(PairHardware[Multiply]):
    """A `StreamMultiplier`, as wide as the wider of its operands."""

    part = "multiply"

    def pair(self, lanes: int) -> StreamMultiplier:
        a, b = self.source_types
        return StreamMultiplier(a, b, lanes, self.node)
