"""`Graph` and its layers."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ..program import Pair, Shape

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False, kw_only=True)
class Layer:
    """What every layer has.

    Parameters
    ----------
    name: unique in its graph; the module's dotted path where there is one (`layer1.0.conv1`).
    inputs: names of the layers that it reads.
    shape: (channels, height, width) of its output.
    source: where the user wrote it (``file:line``), or empty.
    low, high: clamp applied to its result (the activation function that was folded in).
    """

    kind: ClassVar[str]
    name: str
    inputs: tuple[str, ...]
    shape: Shape
    source: str = ""
    low: float = -math.inf
    high: float = math.inf


@dataclass(frozen=True, eq=False, kw_only=True)
class Input(Layer):
    """A uint8 image ``x``; the network sees ``(x / 255 - mean) / std``.

    Parameters
    ----------
    mean, std: (channels,) float32.
    """

    kind: ClassVar[str] = "input"
    mean: Floats
    std: Floats


@dataclass(frozen=True, eq=False, kw_only=True)
class Window(Layer):
    """A layer that slides a window over its input; pairs are (vertical, horizontal)."""

    kernel: Pair
    stride: Pair = (1, 1)
    padding: Pair = (0, 0)


@dataclass(frozen=True, eq=False, kw_only=True)
class Conv(Window):
    """Convolution or linear layer.

    Parameters
    ----------
    weight: (M, C / groups, kernel height, kernel width) float32, batch norm folded in.
    bias: (M,) float32, zeros where the module had none.
    groups: as in `torch.nn.Conv2d`.
    full_kernel: the kernel before taps that only ever see padding were dropped; None if none were.
    """

    kind: ClassVar[str] = "conv"
    weight: Floats
    bias: Floats
    groups: int = 1
    full_kernel: Pair | None = None


@dataclass(frozen=True, eq=False, kw_only=True)
class MaxPool(Window):
    """Max pooling; padding never wins."""

    kind: ClassVar[str] = "max_pool"


@dataclass(frozen=True, eq=False, kw_only=True)
class AveragePool(Window):
    """Average over the whole window, padding counted as zeros."""

    kind: ClassVar[str] = "average_pool"


@dataclass(frozen=True, eq=False, kw_only=True)
class Add(Layer):
    """Sum of two layers of the same shape."""

    kind: ClassVar[str] = "add"


@dataclass(frozen=True, eq=False, kw_only=True)
class Clamp(Layer):
    """An activation function that no producer could take in: ``clamp(x, low, high)``."""

    kind: ClassVar[str] = "clamp"


@dataclass(frozen=True, eq=False, kw_only=True)
class SlicePad(Layer):
    """``x[:, ::step, ::step]`` with (before, after) zero channels around it."""

    kind: ClassVar[str] = "slice_pad"
    step: Pair
    channels: Pair


@dataclass(frozen=True, eq=False, kw_only=True)
class Flatten(Layer):
    """(C, H, W) to (H * W * C, 1, 1) in channel-minor order."""

    kind: ClassVar[str] = "flatten"


@dataclass(frozen=True, eq=False)
class Graph:
    """Layers in topological order; the first is the only `Input`, the last is the output."""

    layers: tuple[Layer, ...]

    def __iter__(self) -> Iterator[Layer]:
        return iter(self.layers)

    def __getitem__(self, name: str) -> Layer:
        for layer in self.layers:
            if layer.name == name:
                return layer
        raise KeyError(name)

    @property
    def input(self) -> Input:
        """The first layer."""
        first = self.layers[0]
        assert isinstance(first, Input)
        return first

    @property
    def convs(self) -> tuple[Conv, ...]:
        """The maskable layers in mask order."""
        return tuple(layer for layer in self.layers if isinstance(layer, Conv))

    def consumers(self, name: str) -> tuple[Layer, ...]:
        """The layers that read `name`."""
        return tuple(layer for layer in self.layers if name in layer.inputs)
