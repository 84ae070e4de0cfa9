"""What a layer method is: the base classes of `exact`, `table` and all others.

A method turns one convolution or linear layer of the float network into one node of the program.
It learns on what arrives at the layer over the calibration images; what it learned has a float
form, an integer node and, where the method can be trained, a form with parameters. Nothing here
imports torch, so that the command knows the methods without waiting for it; a method imports
what computes inside its functions.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from ..graph import Conv, Graph
from ..program import Conv as ConvNode
from ..program.operations import Convolution, Cost
from ..scales.tensor_scale import TensorScale
from .options import MethodOptions

if TYPE_CHECKING:
    from torch import Tensor

    from .fitting.target import Target
    from .training.form import TrainedForm

OptionsT = TypeVar("OptionsT", bound=MethodOptions)


@dataclass(frozen=True, eq=False)
class Arriving:
    """What reaches a layer of the converted network over the calibration images.

    Parameters
    ----------
    values: (N, H, W, C) int16 activations.
    scale: of them.
    padding_value: (C,) int16, what stands for a real zero in them.
    approximate: whether a layer before this one only approximates the float network's, so that
        there is something to make up for.
    """

    values: Tensor
    scale: TensorScale
    padding_value: NDArray[np.int16]
    approximate: bool = False


class Learned(ABC):
    """What a method learned of one layer, before anything is rounded."""

    @abstractmethod
    def __call__(self, x: Tensor) -> Tensor:
        """The float form: what the layer gives before its clamp.

        Parameters
        ----------
        x: (N, C, H, W) float32 real activations.

        Returns
        -------
        (N, M, rows, columns) float32.
        """

    @abstractmethod
    def node(self, scale: TensorScale) -> ConvNode:
        """The integer form; its `accumulator` is still to be proven (`program.with_bounds`).

        Parameters
        ----------
        scale: of the layer's output.
        """


class Method(ABC, Generic[OptionsT]):
    """A way to compute a convolution or linear layer.

    To add one: a package beside `exact` and `table` with a subclass of this, its node in
    ``compiler/program/nodes``, and a line in ``compiler/methods/catalog.py``.

    Attributes
    ----------
    name: in masks, and the `method` of its node's class.
    options: the dataclass of its settings, which subclasses `MethodOptions`.
    approximates: whether it computes something else than the float layer's own weights, rounded.
        Layers behind one that does have something to make up for.
    bits: name of the setting that says of how many bits its weights or table entries are; None
        where none does.
    """

    name: ClassVar[str]
    options: type[OptionsT]
    approximates: ClassVar[bool] = True
    bits: ClassVar[str | None] = "table_bits"

    @abstractmethod
    def planned_cost(self, network: Graph, layer: Conv, options: OptionsT) -> Cost:
        """What a layer will cost, before anything is learned.

        Parameters
        ----------
        network: the float network.
        layer: one of its convolutions.
        options: how it will be computed.
        """

    def takes(self, network: Graph, layer: Conv, options: OptionsT) -> bool:
        """Whether a mask that names this method for all layers means this one too.

        A layer that it does not mean stays exact. A mask that names a method for each layer means
        what it says.

        Parameters
        ----------
        network: the float network.
        layer: one of its convolutions.
        options: how it would be computed.
        """
        return True

    @abstractmethod
    def learn(
        self,
        layer: Conv,
        arriving: Arriving,
        target: Target,
        scale: TensorScale,
        options: OptionsT,
    ) -> Learned:
        """Learn one layer.

        Parameters
        ----------
        layer: the float layer.
        arriving: what reaches it.
        target: what it should compute of that.
        scale: of its output.
        options: how.
        """

    @abstractmethod
    def sums(self, node: Any, x: Tensor, zero: NDArray[np.int16]) -> Tensor:
        """The integers that a node of this method adds its bias to, exactly those of the program.

        Parameters
        ----------
        node: of this method.
        x: (N, H, W, C) int16 activations.
        zero: (C,) what stands for a real zero in `x`.

        Returns
        -------
        (N, rows, columns, M) int32.
        """

    def settle(
        self,
        network: Graph,
        layers: Mapping[str, OptionsT],
        images: NDArray[np.uint8],
        scales: Mapping[str, TensorScale],
    ) -> tuple[Mapping[str, OptionsT], Mapping[str, object]]:
        """Settings that follow from all layers of the method together, before any is learned.

        Parameters
        ----------
        network: the float network.
        layers: the settings of each of them, by name.
        images: (N, height, width, channels) uint8 calibration images.
        scales: of all tensors.

        Returns
        -------
        Settings of the layers whose settings change, and what the program should say of it, as
        JSON values by name; nothing and nothing by default.
        """
        return {}, {}

    def trained_form(self) -> type[TrainedForm] | None:
        """What fine-tuning trains; None if a layer of this method cannot be trained.

        Every layer multiplies at first. Where this is something else, the layer is converted in
        its turn: it is learned from what it computes of what arrives at it then.
        """
        return None

    def first_bits(self, options: OptionsT) -> int:
        """Bits of the weights by which a layer multiplies under training until it is converted."""
        return options.table_bits


def convolution(network: Graph, layer: Conv) -> Convolution:
    """What counting needs to know of a layer of a float network."""
    taps = layer.kernel[0] * layer.kernel[1]
    full = layer.full_kernel or layer.kernel
    dropped = full[0] * full[1] - taps
    return Convolution(network[layer.inputs[0]].shape, layer.shape, taps, dropped, layer.groups)
