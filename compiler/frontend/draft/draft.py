"""The graph while it is being built and simplified."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ...graph import Activation, Conv, Graph, Input, Layer
from ...store.errors import TabfabError

Doubles = NDArray[np.float64]


@dataclass(frozen=True, eq=False, kw_only=True)
class Affine(Layer):
    """``x * scale + offset`` per channel: a batch norm or a normalization not yet folded.

    Parameters
    ----------
    scale, offset: (channels,) float64.
    """

    kind: ClassVar[str] = "affine"
    scale: Doubles
    offset: Doubles


class Draft:
    """Layers in topological order that may still be replaced, bypassed and dropped."""

    def __init__(self) -> None:
        self._layers: dict[str, Layer] = {}
        self.output = ""
        """Name of the layer that the network returns."""
        self.notes: list[str] = []
        """What is not computed as it was written, in sentences for the user."""
        self.left_out: set[str] = set()
        """Results of operators of the traced network that left no layer behind."""
        self.ending: tuple[str, tuple[int, ...]] = ("", ())
        """The one of them that the network ended in, and its result's shape, without the batch."""

    def __iter__(self) -> Iterator[Layer]:
        return iter(list(self._layers.values()))

    def __getitem__(self, name: str) -> Layer:
        return self._layers[name]

    def __contains__(self, name: str) -> bool:
        return name in self._layers

    def unique(self, name: str) -> str:
        """`name`, with a number after it if a layer has it already."""
        candidate, number = name, 1
        while candidate in self._layers:
            number += 1
            candidate = f"{name}_{number}"
        return candidate

    def add(self, layer: Layer) -> None:
        """Append `layer`, whose inputs are there already and whose name is unique.

        Raises
        ------
        TabfabError: if a weight of it is NaN or infinite.
        """
        check_finite(layer)
        self._layers[layer.name] = layer

    def replace(self, layer: Layer) -> None:
        """Put `layer` where the layer of the same name is."""
        self._layers[layer.name] = layer

    def bypass(self, layer: Layer) -> None:
        """Remove `layer`; whatever read it reads its only input instead."""
        (source,) = layer.inputs
        del self._layers[layer.name]
        for reader in self:
            if layer.name in reader.inputs:
                inputs = tuple(source if name == layer.name else name for name in reader.inputs)
                self.replace(dataclasses.replace(reader, inputs=inputs))
        if self.output == layer.name:
            self.output = source

    def swap(self, layer: Layer, reader: Layer) -> None:
        """Put `reader`, which alone reads `layer`, before it.

        Parameters
        ----------
        layer: is read by the layer of `reader`'s name, and then by what read that one.
        reader: as it is to be there, with the inputs that `layer` has now.
        """
        layers: dict[str, Layer] = {}
        for name, other in self._layers.items():
            if name == layer.name:
                layers[reader.name] = reader
            elif name == reader.name:
                layers[layer.name] = dataclasses.replace(layer, inputs=(reader.name,))
            else:
                inputs = tuple(layer.name if n == reader.name else n for n in other.inputs)
                layers[name] = dataclasses.replace(other, inputs=inputs)
        self._layers = layers
        if self.output == reader.name:
            self.output = layer.name

    def insert(self, layer: Layer, reader: Layer) -> None:
        """Put `layer` between its only input and `reader`, which reads it in its place."""
        (source,) = layer.inputs
        layers: dict[str, Layer] = {}
        for name, other in self._layers.items():
            if name == reader.name:
                layers[layer.name] = layer
                inputs = tuple(layer.name if n == source else n for n in other.inputs)
                other = dataclasses.replace(other, inputs=inputs)
            layers[name] = other
        self._layers = layers

    def drop(self, layer: Layer) -> None:
        """Remove `layer`, which nothing reads any more."""
        del self._layers[layer.name]

    def feeds_only(self, source: Layer, reader: Layer) -> bool:
        """Whether `reader` is all that reads `source`."""
        readers = [layer.name for layer in self if source.name in layer.inputs]
        return readers == [reader.name] and self.output != source.name

    def prune(self) -> None:
        """Drop every layer that the output does not depend on; the input stays."""
        needed = {self.output}
        for layer in reversed(list(self)):
            if layer.name in needed:
                needed.update(layer.inputs)
            elif not isinstance(layer, Input):
                del self._layers[layer.name]

    def graph(self) -> Graph:
        """The finished graph, its output last."""
        layers = [layer for layer in self if layer.name != self.output]
        return Graph((*layers, self[self.output]))


def check_finite(layer: Layer) -> None:
    """Raise `TabfabError` if `layer` has a weight that is NaN or infinite."""
    arrays: tuple[NDArray[np.floating], ...] = ()
    if isinstance(layer, Conv):
        arrays = (layer.weight, layer.bias)
    elif isinstance(layer, Affine):
        arrays = (layer.scale, layer.offset)
    elif isinstance(layer, Activation):
        arrays = (layer.parameters, layer.before, layer.after)
    bad = sum(int((~np.isfinite(array)).sum()) for array in arrays)
    if bad:
        where = f" ({layer.source})" if layer.source else ""
        raise TabfabError(
            f"layer {layer.name!r}{where} has {bad} NaN or infinite weights among "
            f"{sum(array.size for array in arrays)}: its training diverged or its file is damaged"
        )
