"""Layer by layer from the float network to integers, over the calibration images."""

from __future__ import annotations

import dataclasses

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from .. import graph, program
from ..graph import Graph, Layer, float_graph
from ..methods.exact.learn import learn_weights
from ..methods.fitting.target import Target
from ..methods.table.tables import FloatTables, learn_tables
from ..options import CompileOptions, LayerOptions, Method
from ..program import Node
from ..scales.choose import TensorScale
from ..scales.quantize import quantize_tables, quantize_weights
from ..scales.quantize_nodes import exact_node, input_node, plain_node, table_node
from ..store.errors import TabfabError
from . import execute
from .similarity import cosine_similarity

_BATCH = 100
"""Images at a time."""


class Converter:
    """The converted network so far, and both networks' activations that are still to be read.

    Parameters
    ----------
    network: the float network.
    images: (N, H, W, C) uint8 calibration images.
    options: how to convert.
    scales: of every layer's output.

    Attributes
    ----------
    nodes: the integer nodes, by name.
    tables: the table layers before quantization, by name.
    refitted: exact layers with new weights before quantization, by name.
    """

    def __init__(
        self,
        network: Graph,
        images: NDArray[np.uint8],
        options: CompileOptions,
        scales: dict[str, TensorScale],
    ) -> None:
        self.nodes: dict[str, Node] = {}
        self.tables: dict[str, FloatTables] = {}
        self.refitted: dict[str, graph.Conv] = {}
        self._network = network
        self._options = options
        self._scales = scales
        self._images = torch.from_numpy(images)
        self._float: dict[str, Tensor] = {}  # (N, C, H, W) float32
        self._integer: dict[str, Tensor] = {}  # (N, H, W, C) int16

    def convert(self, layer: Layer, method: Method) -> None:
        """Add the next layer; `method` matters for a convolution only."""
        scale = self._scales[layer.name]
        result = self._float_result(layer)
        if isinstance(layer, graph.Input):
            node: Node = input_node(layer, scale)
        elif isinstance(layer, graph.Conv):
            node = self._conv(layer, method, result)
        else:
            node = plain_node(layer, scale, [self._scales[name].step for name in layer.inputs])
        self._float[layer.name] = result.clamp(layer.low, layer.high)
        del result  # as large as what stays
        self._integer[layer.name] = self._integer_result(node)
        if isinstance(node, program.Conv):
            node = dataclasses.replace(node, similarity=self._similarity(layer.name))
        self.nodes[layer.name] = node
        self._forget(layer)

    def learn(self, layer: graph.Conv, options: LayerOptions) -> FloatTables:
        """Tables for the layer that is to be converted next, which this does not do.

        Parameters
        ----------
        layer: its inputs are converted, and still held.
        options: how it becomes tables.
        """
        target = self._target(layer, self._float_result(layer).permute(0, 2, 3, 1))
        return self._learn(layer, target, options)

    # ------------------------------------------------------------------ both networks

    def _slices(self) -> list[slice]:
        """Batches of the images."""
        return [slice(at, at + _BATCH) for at in range(0, len(self._images), _BATCH)]

    def _float_result(self, layer: Layer) -> Tensor:
        """(N, M, rows, columns) float32: the float network's result before the clamp."""
        if isinstance(layer, graph.Input):
            return float_graph.before_clamp(layer, [self._images.permute(0, 3, 1, 2)])
        sources = [self._float[name] for name in layer.inputs]
        return torch.cat(
            [
                float_graph.before_clamp(layer, [source[images] for source in sources])
                for images in self._slices()
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
                for images in self._slices()
            ]
        )

    def _real(self, name: str, images: slice = slice(None)) -> Tensor:
        """(N, H, W, C) float32: what the converted activations stand for."""
        scale = self._scales[name]
        steps, zeros = (torch.from_numpy(v).float() for v in (scale.steps, scale.zeros))
        return (self._integer[name][images].float() - zeros) * steps

    def _similarity(self, name: str) -> float:
        """Of the float and the converted network's activations."""
        expected = self._float[name].permute(0, 2, 3, 1)
        return cosine_similarity(
            (expected[images], self._real(name, images)) for images in self._slices()
        )

    def _forget(self, layer: Layer) -> None:
        """Drop activations that no later layer reads."""
        layers = self._network.layers
        later = layers[layers.index(layer) + 1 :]
        needed = {name for reader in later for name in reader.inputs}
        for values in (self._float, self._integer):
            for name in set(values) - needed:
                del values[name]

    def _padding_value(self, name: str) -> NDArray[np.int16]:
        node = self.nodes[name]
        if isinstance(node, program.Input):
            return node.zero
        return np.zeros(node.shape[0], np.int16)

    # ------------------------------------------------------------------ convolutions

    def _conv(self, layer: graph.Conv, method: Method, result: Tensor) -> program.Conv:
        self._check_padding(layer)
        source = self._scales[layer.inputs[0]]
        target = self._target(layer, result.permute(0, 2, 3, 1))
        node = self._table(layer, target) if method == "table" else self._exact(layer, target)
        return program.with_bounds(node, source.type)

    def _learn(self, layer: graph.Conv, target: Target, options: LayerOptions) -> FloatTables:
        name = layer.inputs[0]
        padding = self._padding_value(name)
        return learn_tables(
            layer, self._integer[name], self._scales[name], padding, target, options
        )

    def _table(self, layer: graph.Conv, target: Target) -> program.Conv:
        options = self._options.of(layer.name)
        learned = self._learn(layer, target, options)
        self.tables[layer.name] = learned
        scale = self._scales[layer.name]
        integers = quantize_tables(
            learned.tables, learned.bias, layer.groups, scale.step, options.table_bits
        )
        return table_node(layer, integers, scale, learned.slicing.layout, learned.encoder)

    def _exact(self, layer: graph.Conv, target: Target) -> program.Conv:
        name = layer.inputs[0]
        source, scale = self._scales[name], self._scales[layer.name]
        options = self._options.of(layer.name)
        # Without tables upstream nothing was lost that weights could make up for.
        if self.tables and options.refit:
            layer = learn_weights(
                layer,
                self._integer[name],
                source,
                self._padding_value(name),
                target,
                options.seed,
            )
            self.refitted[layer.name] = layer
        weight, bias = layer.weight.astype(np.float64), layer.bias.astype(np.float64)
        integers = quantize_weights(weight, bias, source, scale.step, options.weight_bits)
        return exact_node(layer, integers, scale)

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
        others = [name for name in total.inputs if name != layer.name]
        if len(others) != 1 or others[0] not in self._integer:
            return alone
        other = self._float[others[0]].permute(0, 2, 3, 1)
        return Target(values + other, self._real(others[0]), total.low, total.high)

    def _check_padding(self, layer: graph.Conv) -> None:
        source = self._scales[layer.inputs[0]]
        image = isinstance(self.nodes[layer.inputs[0]], program.Input)
        if layer.padding != (0, 0) and not image and (source.zeros != 0).any():
            raise TabfabError(
                f"layer {layer.name!r} pads a normalized image that was pooled before any "
                "convolution, and its padding cannot be told from black; put a convolution first "
                "or train without a mean in the normalization"
            )
