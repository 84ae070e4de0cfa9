"""Layer by layer from the float network to integers, over the calibration images."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping
from typing import TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from .. import graph, program
from ..graph import Graph, Layer, float_graph
from ..methods.catalog import find_method
from ..methods.fitting.target import Target
from ..methods.method import Arriving, Learned
from ..options import CompileOptions, LayerOptions
from ..program import Node
from ..program.program import padding_value
from ..scales.operators.catalog import operator_of
from ..scales.quantize_nodes import input_node, plain_node
from ..scales.tensor_scale import TensorScale
from ..store.batches import batches
from ..store.errors import TabfabError
from . import execute
from .similarity import cosine_similarity

Value = TypeVar("Value")


class Converter:
    """The converted network so far, and both networks' activations that are still to be read.

    Parameters
    ----------
    network: the float network.
    images: (N, H, W, C) uint8 calibration images.
    options: how to convert.
    scales: of every layer's output.
    keep: hold all activations, so that any layer that is converted can be learned in other ways.

    Attributes
    ----------
    nodes: the integer nodes, by name.
    learned: the convolutions before quantization, by name.
    """

    def __init__(
        self,
        network: Graph,
        images: NDArray[np.uint8],
        options: CompileOptions,
        scales: dict[str, TensorScale],
        keep: bool = False,
    ) -> None:
        self.nodes: dict[str, Node] = {}
        self.learned: dict[str, Learned] = {}
        self._network = network
        self._options = options
        self._scales = scales
        self._keep = keep
        self._images = torch.from_numpy(images)
        self._float: dict[str, Tensor] = {}  # (N, C, H, W) float32
        self._integer: dict[str, Tensor] = {}  # (N, H, W, C) int16
        self._approximate = False  # whether a layer so far is but an approximation

    def convert(self, layer: Layer, method: str = "") -> None:
        """Add the next layer.

        Parameters
        ----------
        layer: the inputs are converted already.
        method: name of a convolution's; nothing else has one.
        """
        scale = self._scales[layer.name]
        result = self._float_result(layer)
        if isinstance(layer, graph.Input):
            node: Node = input_node(layer, scale)
        elif isinstance(layer, graph.Conv):
            node = self._conv(layer, method, result)
        else:
            node = plain_node(layer, scale, [self._scales[name] for name in layer.inputs])
        self._float[layer.name] = float_graph.finished(layer, result)
        del result  # as large as what stays
        self._integer[layer.name] = self._integer_result(node)
        if isinstance(node, program.Conv):
            node = dataclasses.replace(node, similarity=self._similarity(layer.name))
        self.nodes[layer.name] = node
        self._forget(layer)

    def learn(self, layer: graph.Conv, method: str, options: LayerOptions) -> Learned:
        """What would be learned of a layer, which is not converted by it.

        Parameters
        ----------
        layer: its inputs are converted, and still held: that which is to be converted next, or,
            where all activations are kept, any.
        method, options: how it would be computed.
        """
        return self._learn(layer, method, self._float_result(layer), options)

    def branch(self, layer: Layer, options: CompileOptions) -> Converter:
        """Another way on from here: a converter that goes on with `layer`, which this one has left.

        Parameters
        ----------
        layer: any, where all activations are kept.
        options: of the layers from there on.
        """
        layers = self._network.layers
        before = {each.name for each in layers[: layers.index(layer)]}
        other = Converter(self._network, self._images.numpy(), options, self._scales)
        other.nodes = _only(self.nodes, before)
        other.learned = _only(self.learned, before)
        other._float = _only(self._float, before)
        other._integer = _only(self._integer, before)
        return other

    # ------------------------------------------------------------------ both networks

    def _float_result(self, layer: Layer) -> Tensor:
        """(N, M, rows, columns) float32: the float network's result before the clamp."""
        if isinstance(layer, graph.Input):
            return float_graph.before_clamp(layer, [self._images.permute(0, 3, 1, 2)])
        sources = [self._float[name] for name in layer.inputs]
        return torch.cat(
            [
                float_graph.before_clamp(layer, [source[images] for source in sources])
                for images in batches(len(self._images))
            ]
        )

    def _integer_result(self, node: Node) -> Tensor:
        """(N, rows, columns, M) int16: the converted node's output."""
        if isinstance(node, program.Input):
            return self._images.short()
        zero = self._padding_value(node.inputs[0])
        sources = [self._integer[name] for name in node.inputs]
        return torch.cat(
            [
                execute.evaluate(node, [source[images] for source in sources], zero)
                for images in batches(len(self._images))
            ]
        )

    def _real(self, name: str, images: slice = slice(None)) -> Tensor:
        """(N, H, W, C) float32: what the converted activations stand for."""
        scale = self._scales[name]
        steps, zeros = (torch.from_numpy(v).float() for v in (scale.steps, scale.zeros))
        return (self._integer[name][images].float() - zeros) * steps

    def _padding_value(self, name: str) -> NDArray[np.int16]:
        """(C,) what stands for a real zero in a converted node's output."""
        return padding_value(self.nodes.__getitem__, name)

    def _similarity(self, name: str) -> float:
        """Of the float and the converted network's activations."""
        expected = self._float[name].permute(0, 2, 3, 1)
        return cosine_similarity(
            (expected[images], self._real(name, images)) for images in batches(len(self._images))
        )

    def _forget(self, layer: Layer) -> None:
        """Drop activations that no later layer reads."""
        if self._keep:
            return
        layers = self._network.layers
        later = layers[layers.index(layer) + 1 :]
        needed = {name for reader in later for name in reader.inputs}
        for values in (self._float, self._integer):
            for name in set(values) - needed:
                del values[name]

    # ------------------------------------------------------------------ convolutions

    def _conv(self, layer: graph.Conv, method: str, result: Tensor) -> program.Conv:
        self._check_padding(layer)
        learned = self._learn(layer, method, result, self._options.of(layer.name))
        self.learned[layer.name] = learned
        self._approximate |= find_method(method, layer.name).approximates
        node = learned.node(self._scales[layer.name])
        return program.with_bounds(node, self._scales[layer.inputs[0]].type)

    def _learn(
        self, layer: graph.Conv, method: str, result: Tensor, options: LayerOptions
    ) -> Learned:
        name = layer.inputs[0]
        arriving = Arriving(
            self._integer[name],
            self._scales[name],
            self._padding_value(name),
            self._approximate,
        )
        target = self._target(layer, result.permute(0, 2, 3, 1))
        scale = self._scales[layer.name]
        return find_method(method, layer.name).learn(layer, arriving, target, scale, options)

    def _target(self, layer: graph.Conv, values: Tensor) -> Target:
        """What a convolution is fitted to.

        Parameters
        ----------
        layer: the convolution.
        values: (N, rows, columns, M), the float network's result before the clamp.
        """
        alone = Target(values, None, layer.low, layer.high)
        readers = self._network.consumers(layer.name)
        if len(readers) != 1 or not isinstance(readers[0], graph.Add) or alone.clamped:
            return alone
        total = readers[0]
        if total.subtracts:
            return alone
        others = [name for name in total.inputs if name != layer.name]
        if len(others) != 1 or others[0] not in self._integer:
            return alone
        other = self._float[others[0]].permute(0, 2, 3, 1)
        return Target(values + other, self._real(others[0]), total.low, total.high)

    def _check_padding(self, layer: graph.Conv) -> None:
        name = layer.inputs[0]
        kept = operator_of(self._network[name]).keeps_integers
        stray = kept and bool((self._padding_value(name) != self._scales[name].zeros).any())
        if layer.is_padded and stray:
            raise TabfabError(
                f"layer {layer.name!r} pads a normalized image that was pooled before any "
                "convolution, and its padding cannot be told from black; put a convolution first "
                "or train without a mean in the normalization"
            )


def _only(values: Mapping[str, Value], names: Collection[str]) -> dict[str, Value]:
    return {name: value for name, value in values.items() if name in names}
