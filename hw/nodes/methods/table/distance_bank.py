"""DistanceBank: how far elements are from those of prototypes, as terms of distances."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from amaranth.hdl import Module, Mux, Shape, Value, signed
from numpy.typing import NDArray

from .....compiler.program import ActivationType, NearestEncoder, NearestL1Encoder
from ....engine.bank_geometry import BankGeometry
from ....logic.counters import unreset
from ....logic.demand import Demand
from ....logic.memory import Memory
from ....logic.packing import MemoryOptions
from ....stream.streams import range_shape
from ..weighted_bank import WeightedBank, weighted_bank_demand


@dataclass(frozen=True)
class Differences:
    """What lies between an activation and an element of a prototype.

    Parameters
    ----------
    point: shape of such an element.
    least, greatest: the first minus the second.
    """

    point: Shape
    least: int
    greatest: int

    @classmethod
    def of(cls, encoder: NearestEncoder, kind: ActivationType) -> Differences:
        """Those of any activation of a type and any prototype."""
        lowest, highest = int(encoder.points.min()), int(encoder.points.max())
        point = range_shape(lowest, max(1, highest))
        return cls(point, min(0, kind.low - highest), max(0, kind.high - lowest))

    @property
    def bits(self) -> int:
        """Of a difference, its sign too."""
        return max((~self.least).bit_length(), self.greatest.bit_length()) + 1

    @property
    def magnitude_bits(self) -> int:
        """Of its absolute value."""
        return max(-self.least, self.greatest).bit_length()


@dataclass(frozen=True)
class Metric:
    """What an element adds to a distance, for one kind of it.

    Parameters
    ----------
    value: of a difference in integers.
    shape: of a term.
    term: from a signed difference to its term, in as many bits.
    demand: what that is made of, the registers of the difference and of the term too.
    """

    value: Callable[[NDArray[np.int64]], NDArray[np.int64]]
    shape: Callable[[Differences], Shape]
    term: Callable[[Value], Value]
    demand: Callable[[Differences], Demand]


_SIGNED = 1.4
"""What a product costs in LUTs more where both factors have a sign, by Yosys on an iCE40."""

SQUARED = Metric(
    np.square,
    # As many bits as a product has: Yosys 0.70 loses a product's sign in a Xilinx DSP else.
    lambda differences: signed(2 * differences.bits),
    lambda difference: difference * difference,
    lambda differences: Demand(
        multiplier_registers=3 * differences.bits,
        products=_SIGNED * differences.bits**2,
        multipliers=1,
    ),
)
L1 = Metric(
    np.abs,
    lambda differences: signed(differences.magnitude_bits + 1),
    lambda difference: Mux(difference < 0, -difference, difference),
    lambda differences: Demand(
        registers=differences.bits + differences.magnitude_bits,
        adders=differences.bits + 1,
        inversions=differences.bits,
        shifts=differences.magnitude_bits,
    ),
)
METRICS: dict[type[NearestEncoder], Metric] = {NearestEncoder: SQUARED, NearestL1Encoder: L1}
"""That of each class of encoder."""


class DistanceBank(WeightedBank):
    """The memory of an encoder's prototypes, and a term of the distance for each that is read.

    A nearest encoder is to its prototypes what a convolution with a group for each subspace is to
    its weights: L inputs and K outputs a group. Elements meet those of prototypes as activations
    meet weights (`BankGeometry`); the difference is taken on one clock, its square or absolute
    value on the next. Squares of differences, and not products with prototypes (the distance is
    |p|^2 - 2 x.p and what is the same for all of them): both take one multiplier, but that one
    would need |p|^2 of every prototype from a second memory, and sums of more bits.

    Parameters
    ----------
    encoder: the prototypes.
    kind: of the activations.
    lanes: elements per beat: of one subspace, or of several whole ones.
    outputs: prototypes per beat: of one subspace, or all of several.
    options: how the memory of prototypes is laid out; its `ports` and `loadable` are not read.

    Members
    -------
    i: in, `lanes` activations.
    o: out, ``lanes * lane_outputs`` terms in `BankGeometry.lane_order`, `latency` clocks later.
    """

    def __init__(
        self,
        encoder: NearestEncoder,
        kind: ActivationType,
        lanes: int,
        outputs: int,
        options: MemoryOptions | None = None,
    ) -> None:
        subspaces, prototypes, length = encoder.points.shape
        points = encoder.points.astype(np.int64).reshape(subspaces * prototypes, length, 1, 1)
        self._differences = differences = Differences.of(encoder, kind)
        self._metric = METRICS[type(encoder)]
        super().__init__(
            points & ((1 << differences.point.width) - 1),
            differences.point.width,
            kind,
            lanes,
            outputs,
            subspaces,
            memory_options(options or MemoryOptions()),
            self._metric.shape(differences),
            term_clocks=2,
        )

    def term(self, m: Module, name: str, activation: Value, word: Value) -> Value:
        """What an element adds to the distance from a prototype."""
        point = word.as_signed() if self._differences.point.signed else word
        bits = self._differences.bits
        difference = unreset(m, f"difference{name}", (activation - point)[:bits])
        value = self._metric.term(difference.as_signed())
        return unreset(m, f"term{name}", value[: self.output_bits])

    def demand(self) -> Demand:
        """What it is made of."""
        return distance_bank_demand(
            geometry=self.geometry,
            metric=self._metric,
            input_bits=self.kind.bits,
            differences=self._differences,
            memories=(self.memory,),
        )


def memory_options(options: MemoryOptions) -> MemoryOptions:
    """How prototypes are laid out in a layer whose tables are laid out so: never loadable."""
    return MemoryOptions(options.family, 1, options.luts_per_block)


def greatest_distance(encoder: NearestEncoder, kind: ActivationType) -> int:
    """The greatest distance of any vector of activations from any prototype."""
    points, value = encoder.points.astype(np.int64), METRICS[type(encoder)].value
    ends = np.maximum(value(kind.low - points), value(kind.high - points))
    return int(ends.sum(axis=2).max())


def distance_bank_demand(
    *,
    geometry: BankGeometry,
    metric: Metric,
    input_bits: int,
    differences: Differences,
    memories: Sequence[Memory],
) -> Demand:
    """What a `DistanceBank` with such a memory is made of."""
    bits, point_bits = differences.bits, differences.point.width
    subtraction = Demand(adders=bits + 1, inversions=point_bits)
    return weighted_bank_demand(
        geometry=geometry,
        input_bits=input_bits,
        term=subtraction + metric.demand(differences),
        memories=memories,
    )
