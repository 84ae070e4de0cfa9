"""`Graph`: layers in topological order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .layers.conv import Conv
from .layers.input import Input
from .layers.layer import Layer


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
