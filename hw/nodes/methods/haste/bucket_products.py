"""BucketProducts: products of buckets' means with their weights, their sums, and activations."""

from __future__ import annotations

import numpy as np
from amaranth.hdl import Module, Shape, Signal, Value
from amaranth.lib import stream
from amaranth.lib.wiring import In, Out
from numpy.typing import NDArray

from .....compiler.program.nodes.haste import RECIPROCAL_HALF, RECIPROCAL_SHIFT
from ....engine.accumulator import Accumulator
from ....engine.requantizer import REQUANTIZER_CLOCKS, Requantizer
from ....logic.component import Component
from ....logic.counters import late, late_unreset, registered, unreset
from ....logic.demand import Demand
from ....logic.load_port import LoadPort
from ....logic.logic_rom import lookup, lookup_latency
from ....logic.memory import Memory
from ....stream.streams import range_shape, rigid

_MEAN_CLOCKS = 3
"""From a sum and its reciprocal to the mean: product, across the device, rounded."""
_PRODUCT_CLOCKS = 2
"""From a mean and its weight to what is accumulated: product, across the device."""
_SUM_CLOCKS = 1
"""Of the accumulator."""


class BucketProducts(Component):
    """From what is read of a bucket to activations.

    Parameters
    ----------
    sum_shape: of a bucket's sum in a pixel.
    mean_bounds: least and greatest mean.
    weight_shape: of the sum of a bucket's weights.
    reciprocals: (channels + 1,) what a sum of so many channels is multiplied by.
    accumulator: what adds up the products; its groups and blocks end with a mark.
    requantizer: what makes activations of the sums; its blocks end with a mark.

    Attributes
    ----------
    weights_at: clocks from a bucket's sum to its weights.
    latency: clocks from a bucket's sum to the activations, where it is a position's last.

    Members
    -------
    valid: in, 1 bit; there is a bucket on this clock.
    position_end, block_end, image_end: in, 1 bit each; it is the last of these.
    sum, size: in; of the bucket.
    weights: in, a sum for each output side by side, `weights_at` clocks later.
    o: out, a stream of activations that never stalls.
    """

    valid: Signal
    position_end: Signal
    block_end: Signal
    image_end: Signal
    sum: Signal
    size: Signal
    weights: Signal
    o: stream.Interface

    def __init__(
        self,
        sum_shape: Shape,
        mean_bounds: tuple[int, int],
        weight_shape: Shape,
        reciprocals: NDArray[np.int32],
        accumulator: Accumulator,
        requantizer: Requantizer,
    ) -> None:
        self.sum_shape, self.weight_shape = sum_shape, weight_shape
        self.mean_shape = range_shape(*mean_bounds)
        self.reciprocals = reciprocals
        self._accumulator, self._requantizer = accumulator, requantizer
        mean = lookup_latency(len(reciprocals)) + _MEAN_CLOCKS
        self.weights_at = mean - 1  # they wait a clock in a register of their own
        self._products_at = mean + _PRODUCT_CLOCKS
        self.latency = products_latency(reciprocals)
        self.output = requantizer.output
        outputs = accumulator.output[1]
        super().__init__(
            {
                "valid": In(1),
                "position_end": In(1),
                "block_end": In(1),
                "image_end": In(1),
                "sum": In(sum_shape),
                "size": In(range(len(reciprocals))),
                "weights": In(outputs * weight_shape.width),
                "o": Out(rigid(*requantizer.output)),
            }
        )

    def load_ports(self) -> list[LoadPort]:
        """Where its biases are loaded."""
        return self._accumulator.load_ports()

    def elaborate(self, platform: object) -> Module:
        m = Module()
        m.submodules.accumulator = accumulator = self._accumulator
        m.submodules.requantizer = requantizer = self._requantizer
        valid, position_end, block_end, last = (
            late(m, name, value, self._products_at)
            for name, value in (
                ("valid", self.valid),
                ("position_end", self.position_end),
                ("block_end", self.block_end),
                ("image_end", self.image_end),
            )
        )
        mean, weights = self._mean(m), unreset(m, "weights_here", self.weights)
        for n in range(accumulator.output[1]):
            word = weights.word_select(n, self.weight_shape.width).as_signed()
            # Without a reset, so that it can be the register of an ECP5's multiplier.
            product = unreset(m, f"product{n}", mean * word)
            m.d.comb += accumulator.i.p.data[n].eq(unreset(m, f"crossing{n}", product).as_signed())
        m.d.comb += [
            accumulator.i.valid.eq(valid),
            accumulator.i.p.last.eq(last),
            accumulator.group_end.eq(position_end),
            accumulator.block_end.eq(block_end),
            requantizer.i.p.eq(accumulator.o.p),
            requantizer.i.valid.eq(accumulator.o.valid),
            requantizer.block_end.eq(registered(m, "block_summed", block_end)),
            self.o.p.eq(requantizer.o.p),
            self.o.valid.eq(requantizer.o.valid),
        ]
        return m

    def _mean(self, m: Module) -> Value:
        """The bucket's mean, from a register."""
        width = max(self.reciprocals.tolist()).bit_length()
        reciprocal = lookup(m, "reciprocals", width, self.reciprocals.tolist(), self.size)
        total = late_unreset(m, "sum", self.sum, lookup_latency(len(self.reciprocals)))
        if self.sum_shape.signed:
            total = total.as_signed()
        whole = total * reciprocal
        product = Signal(whole.shape(), reset_less=True, name="whole")
        crossing = Signal(whole.shape(), reset_less=True, name="whole_crossing")
        mean = Signal(self.mean_shape, reset_less=True, name="mean")
        m.d.sync += [
            product.eq(whole),
            crossing.eq(product),
            mean.eq((crossing + RECIPROCAL_HALF) >> RECIPROCAL_SHIFT),
        ]
        return mean


def product_shape(mean: Shape, weight: Shape) -> Shape:
    """Shape of the products of means and weights."""
    return (Signal(mean) * Signal(weight)).shape()


def products_latency(reciprocals: NDArray[np.int32]) -> int:
    """Clocks from a position's last sum of a bucket to its activations."""
    mean = lookup_latency(len(reciprocals)) + _MEAN_CLOCKS
    return mean + _PRODUCT_CLOCKS + _SUM_CLOCKS + REQUANTIZER_CLOCKS


def bucket_products_demand(
    *,
    sum_bits: int,
    mean_bits: int,
    weight_bits: int,
    reciprocals: NDArray[np.int32],
    outputs: int,
) -> Demand:
    """What `BucketProducts` are made of beside accumulator and requantizer."""
    latency, bits = lookup_latency(len(reciprocals)), int(reciprocals.max()).bit_length()
    whole, product = sum_bits + bits, mean_bits + weight_bits
    clocks = latency + _MEAN_CLOCKS + _PRODUCT_CLOCKS
    rom = Memory(len(reciprocals), bits, "rom")
    return Demand(
        registers=4 * clocks + 2 + latency * sum_bits + whole,
        multiplier_registers=whole + mean_bits + outputs * (weight_bits + product),
        adders=whole,
        products=sum_bits * bits + outputs * mean_bits * weight_bits,
        multipliers=outputs + 1,
        memories=(rom,),
    )
