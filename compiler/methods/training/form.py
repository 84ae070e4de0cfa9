"""The base class of what fine-tuning trains in the place of a layer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from ...graph import Conv
from ...program import Conv as ConvNode
from ...scales.quantize import QuantizedLayer
from ...scales.tensor_scale import TensorScale
from ..method import Learned

Reals = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ScaledLayer:
    """A float layer with the scales of what it reads and of what it gives.

    Parameters
    ----------
    layer: the float layer.
    source, scale: of its input and of its output.
    padding_value: (C,) int16, the integer that stands for a real zero in its input.
    """

    layer: Conv
    source: TensorScale
    scale: TensorScale
    padding_value: NDArray[np.int16]


class TrainedForm(nn.Module, ABC):
    """What a layer computes with under training.

    Its parameters are real numbers in real units; what it computes with is what the program
    stores of them, so that it gives the program's own sums while nothing is trained.

    Parameters
    ----------
    scaled: the layer.
    weight: of any shape.
    bias: (M,).

    Attributes
    ----------
    weight, bias: the parameters.
    """

    weight: nn.Parameter
    bias: nn.Parameter

    def __init__(self, scaled: ScaledLayer, weight: Tensor, bias: Tensor) -> None:
        super().__init__()
        self.scaled = scaled
        self.weight = nn.Parameter(weight)
        self.bias = nn.Parameter(bias)
        self._stored: tuple[tuple[int, int], QuantizedLayer] | None = None

    @classmethod
    @abstractmethod
    def of(cls, scaled: ScaledLayer, learned: Learned) -> Self:
        """The form of a layer that was just learned.

        Parameters
        ----------
        scaled: the layer.
        learned: by the method of this form.
        """

    @classmethod
    @abstractmethod
    def restored(cls, scaled: ScaledLayer, arrays: Mapping[str, Tensor], options: Any) -> Self:
        """The form that `arrays` were taken of, its parameters still to be filled in.

        Parameters
        ----------
        scaled: the layer.
        arrays: of the form.
        options: that it was learned with.
        """

    def arrays(self) -> dict[str, Tensor]:
        """What it is made of beside its parameters, for checkpoints."""
        return {}

    @abstractmethod
    def sums(self, x: Tensor) -> Tensor:
        """(N, M, rows, columns) results before they are rounded, in steps of the output.

        Parameters
        ----------
        x: (N, C, H, W) whole numbers, the program's activations.
        """

    @abstractmethod
    def node(self) -> ConvNode:
        """The program's node; its `accumulator` is still to be proven (`program.with_bounds`)."""

    def integers(self) -> QuantizedLayer:
        """What the program stores of the parameters, made anew once something has changed them."""
        made_from = self.weight._version, self.bias._version
        if self._stored is None or self._stored[0] != made_from:
            weight, bias = (v.detach().double().cpu().numpy() for v in (self.weight, self.bias))
            self._stored = made_from, self.quantized(weight, bias)
        return self._stored[1]

    @abstractmethod
    def quantized(self, weight: Reals, bias: Reals) -> QuantizedLayer:
        """What the program would store of these values of the parameters."""

    def review(self) -> None:
        """Change what has no gradient, as what was seen since the last time says."""
