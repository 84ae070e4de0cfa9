"""A layer method that is none of tabfab's: weights that are signed powers of two.

A test registers it, and tabfab knows it as it knows its own:

    with toy_method():
        program = compile_graph(graph, images, CompileOptions(mask="toy")).program

Rooms behind the compiler have catalogs of their own, to which a test adds what belongs to
`ToyConv` there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from tabfab.compiler.graph import Conv as Layer
from tabfab.compiler.graph import Graph
from tabfab.compiler.methods.catalog import METHODS
from tabfab.compiler.methods.exact.execute import weighted_sums
from tabfab.compiler.methods.exact.learn import FloatWeights
from tabfab.compiler.methods.exact.training import TrainedWeights, counted_from_padding
from tabfab.compiler.methods.fitting.target import Target
from tabfab.compiler.methods.method import Arriving, Learned, Method, convolution
from tabfab.compiler.methods.options import MethodOptions
from tabfab.compiler.methods.training.form import Reals, ScaledLayer
from tabfab.compiler.program import NODE_KINDS, ActivationType, Conv, Node, Shape
from tabfab.compiler.program.activation import require
from tabfab.compiler.program.nodes.conv import Bounds
from tabfab.compiler.program.operations import Convolution, Cost
from tabfab.compiler.scales.operators.fields import conv_fields
from tabfab.compiler.scales.quantize import QuantizedLayer, quantize_weights
from tabfab.compiler.scales.tensor_scale import TensorScale
from torch import Tensor

LARGEST = 6
"""Weights are at most two to this power."""


@dataclass(frozen=True, eq=False, kw_only=True)
class ToyConv(Conv):
    """Convolution by shifts: ``sum of weight * x``, every weight 0 or a signed power of two.

    Parameters
    ----------
    weight: (M, C / groups, kernel height, kernel width) int8.
    """

    kind: ClassVar[str] = "toy_conv"
    method: ClassVar[str] = "toy"
    replaceable: ClassVar[frozenset[str]] = frozenset({"weight", "bias"})
    weight: NDArray[np.int8]

    def __post_init__(self) -> None:
        super().__post_init__()
        size = np.abs(self.weight.astype(np.int16))
        require(
            bool(((size & (size - 1)) == 0).all() and size.max() <= 1 << LARGEST),
            f"node {self.name!r}: weights must be signed powers of two up to {1 << LARGEST}",
        )

    @property
    def contents(self) -> NDArray[np.int8]:
        """`weight`."""
        return self.weight

    def sum_bounds(self, source: ActivationType) -> Bounds:
        """Sums of every term's extremes."""
        terms = np.stack([self.weight.astype(np.int64) * x for x in (source.low, source.high)])
        return terms.min(axis=0).sum(axis=(1, 2, 3)), terms.max(axis=0).sum(axis=(1, 2, 3))

    def cost(self, source: Shape) -> Cost:
        """An addition for every weight at every position."""
        return additions(self.convolution(source))

    def check(self, sources: Sequence[Node]) -> None:
        """Raise `ProgramError` unless the layer fits its input."""
        super().check(sources)
        expected = (self.shape[0], sources[0].shape[0] // self.groups, *self.kernel)
        require(
            self.weight.shape == expected,
            f"node {self.name!r}: weights have shape {self.weight.shape} instead of {expected}",
        )


def additions(counted: Convolution) -> Cost:
    """The cost of an exact layer, its products being additions."""
    exact = counted.exact()
    return Cost(**{**vars(exact), "multiplications": 0, "additions": exact.multiplications})


def powers_of_two(weight: NDArray[np.int8]) -> NDArray[np.int8]:
    """Each weight rounded to a signed power of two, and 0 to 0."""
    size = np.abs(weight.astype(np.float64))
    exponent = np.rint(np.log2(np.maximum(size, 1))).clip(max=LARGEST)
    return (np.sign(weight) * np.exp2(exponent)).astype(np.int8)


def toy_integers(
    weight: Reals, bias: Reals, source: TensorScale, step: float, bits: int
) -> QuantizedLayer:
    """Those of an exact layer, weights rounded once more."""
    exact = quantize_weights(weight, bias, source, step, bits)
    return QuantizedLayer(powers_of_two(exact.entries), exact.bias, exact.shift)


def toy_node(layer: Layer, integers: QuantizedLayer, scale: TensorScale) -> ToyConv:
    """A convolution by shifts; `scale` is its output's."""
    return ToyConv(**conv_fields(layer, integers, scale), weight=integers.entries)


class FloatPowers(FloatWeights):
    """A toy layer before quantization."""

    def node(self, scale: TensorScale) -> ToyConv:  # type: ignore[override]
        """Weights that are powers of two."""
        weight, bias = (v.astype(np.float64) for v in (self.layer.weight, self.layer.bias))
        integers = toy_integers(weight, bias, self.source, scale.step, self.bits)
        return toy_node(self.layer, integers, scale)


class ToyMethod(Method[MethodOptions]):
    """Weights rounded to signed powers of two; nothing is trained."""

    name = "toy"
    options = MethodOptions

    def planned_cost(self, network: Graph, layer: Layer, options: MethodOptions) -> Cost:
        """An addition for every weight at every position."""
        return additions(convolution(network, layer))

    def learn(
        self,
        layer: Layer,
        arriving: Arriving,
        target: Target,
        scale: TensorScale,
        options: MethodOptions,
    ) -> Learned:
        """The float layer's weights as they are."""
        return FloatPowers(layer, arriving.scale, options.table_bits)

    def sums(self, node: ToyConv, x: Tensor, zero: NDArray[np.int16]) -> Tensor:
        """Sums of shifted activations, which are those of products with the powers."""
        return weighted_sums(node, node.weight, x, zero)


class TrainedPowers(TrainedWeights):
    """A toy layer under training: it computes with the powers, its gradient is the weights'."""

    @classmethod
    def of(cls, scaled: ScaledLayer, learned: Learned) -> Self:
        """From the weights that were learned."""
        assert isinstance(learned, FloatPowers)
        return cls(scaled, learned.bits, learned)

    @classmethod
    def restored(
        cls, scaled: ScaledLayer, arrays: Mapping[str, Tensor], options: MethodOptions
    ) -> Self:
        """Weights that are still to be filled in."""
        return cls(scaled, options.table_bits)

    def quantized(self, weight: Reals, bias: Reals) -> QuantizedLayer:
        """Weights that are powers of two."""
        source = counted_from_padding(self.scaled)
        return toy_integers(weight, bias, source, self.scaled.scale.step, self.bits)

    def node(self) -> ToyConv:  # type: ignore[override]
        """The toy layer."""
        return toy_node(self.scaled.layer, self.integers(), self.scaled.scale)


class TrainableToyMethod(ToyMethod):
    """The same, and it can be fine-tuned."""

    def trained_form(self) -> type[TrainedPowers]:
        """Weights."""
        return TrainedPowers


@contextmanager
def toy_method(method: Method[Any] | None = None) -> Iterator[None]:
    """The toy method is known to the compiler and to files while this lasts.

    Parameters
    ----------
    method: a variant of it, called ``toy`` too.
    """
    METHODS[ToyMethod.name] = method or ToyMethod()
    NODE_KINDS[ToyConv.kind] = ToyConv
    try:
        yield
    finally:
        del METHODS[ToyMethod.name], NODE_KINDS[ToyConv.kind]
