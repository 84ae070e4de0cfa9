"""What scales and integers have to know of an operator.

An operator's output either has a scale of its own (`OwnScale`: a convolution absorbs it), or the
very integers of its input (`SameIntegers`), or a scale that differs from its inputs' by powers of
two and a constant (`ShiftedScale`), because integers can only be shifted. A new operator is a
subclass of one of these in a file beside this one, and a line in the catalog.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import ClassVar, Generic, TypeVar

from ...graph import Layer
from ...program import UINT8, ActivationType, Node
from ...store.errors import TabfabError
from ..tensor_scale import TensorScale

LayerT = TypeVar("LayerT", bound=Layer)


class Operator(ABC, Generic[LayerT]):
    """What is known of a class of layers.

    Each one says, as class variables,

    keeps_integers: whether its output has the integers of its first input, and so its scale.
    keeps_sign: whether its output cannot be negative where no input can.
    keeps_zero: whether its program node does (`program.Node.keeps_zero`).
    clamps: whether its program node can clamp its result.
    limits_scale: whether its output's scale has a least value (`least_exponent`) though nothing
        ties it.
    frees_scale: whether its output may have a scale that is not tied to its input's, at a cost:
        what it does where a tie contradicts others.
    """

    keeps_integers: ClassVar[bool]
    keeps_sign: ClassVar[bool]
    keeps_zero: ClassVar[bool] = False
    clamps: ClassVar[bool]
    limits_scale: ClassVar[bool] = False
    frees_scale: ClassVar[bool] = False

    def check(self, layer: LayerT) -> None:
        """Raise `TabfabError` for a layer that has no integer equivalent."""
        if not self.clamps and not (math.isinf(layer.low) and math.isinf(layer.high)):
            raise TabfabError(
                f"layer {layer.name!r}{layer.where} ({layer.kind}) cannot clamp its result; put a "
                "Clamp layer after it"
            )

    def is_unsigned(self, layer: LayerT, sources: Sequence[ActivationType]) -> bool:
        """Whether the output cannot be negative.

        Parameters
        ----------
        layer: of this operator.
        sources: types of its inputs.
        """
        return layer.low >= 0 or (self.keeps_sign and all(kind == UINT8 for kind in sources))

    @abstractmethod
    def takes_normalized_image(self, layer: LayerT) -> bool:
        """Whether the layer can read the image where its real zero is no integer.

        The integers of a normalized image have an offset and a step for each channel. A
        convolution absorbs them; what keeps integers hands them on, if it adds none of its own.
        """

    def ties(self, layer: LayerT) -> Sequence[float]:
        """log2 of each input's scale less that of the output, up to whole numbers.

        Empty where the output's scale is free, or its first input's.
        """
        return ()

    def least_exponent(self, layer: LayerT, sources: Sequence[float]) -> float:
        """The least log2 of the output's scale that the layer can compute.

        Parameters
        ----------
        layer: of this operator, with ties, or one that `limits_scale`.
        sources: log2 of its inputs' scales.
        """
        return -math.inf

    def joined_scale(
        self, layer: LayerT, kind: ActivationType, sources: Sequence[TensorScale]
    ) -> TensorScale | None:
        """The output's scale where it is made of those of its inputs; None where it is chosen.

        Parameters
        ----------
        layer: of this operator.
        kind: type of the output.
        sources: of its inputs.
        """
        return None


class OwnScale(Operator[LayerT]):
    """An operator whose output may have any scale, because it is absorbed."""

    keeps_integers = False
    keeps_sign = False
    clamps = True

    def takes_normalized_image(self, layer: LayerT) -> bool:
        """It absorbs the input's scale too."""
        return True


class PlainOperator(Operator[LayerT]):
    """An operator that has nothing to learn."""

    @abstractmethod
    def node(self, layer: LayerT, scale: TensorScale, sources: Sequence[TensorScale]) -> Node:
        """The layer's program node.

        Parameters
        ----------
        layer: of this operator.
        scale: of its output.
        sources: of its inputs.
        """


class SameIntegers(PlainOperator[LayerT]):
    """An operator that hands the integers of its input on."""

    keeps_integers = True
    keeps_sign = True
    clamps = False

    def takes_normalized_image(self, layer: LayerT) -> bool:
        """Its output then has the image's offsets and steps, for the next convolution."""
        return True


class ShiftedScale(PlainOperator[LayerT]):
    """An operator that adds and shifts integers."""

    keeps_integers = False
    keeps_sign = True
    clamps = True

    def takes_normalized_image(self, layer: LayerT) -> bool:
        """Offsets cannot be added, nor steps of each channel shifted."""
        return False

    @abstractmethod
    def ties(self, layer: LayerT) -> Sequence[float]:
        """See `Operator.ties`: one number for each input."""
