"""Layer by layer from the float network to integers, over the calibration images."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from . import execute, float_graph, graph, program
from .errors import TabfabError
from .graph import Graph, Layer
from .learn.tables import FloatTables, learn_tables
from .learn.target import Target
from .options import CompileOptions, Method
from .program import Node
from .quantize import quantize_bias, quantize_clamp, quantize_tables, quantize_weights
from .scales import TensorScale

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
        self._network = network
        self._options = options
        self._scales = scales
        self._images = torch.from_numpy(images)
        self._float: dict[str, Tensor] = {}  # (N, C, H, W) float32
        self._integer: dict[str, Tensor] = {}  # (N, H, W, C) int16

    def convert(self, layer: Layer, method: Method) -> None:
        """Add the next layer; `method` matters for a convolution only."""
        linear = self._float_result(layer)
        if isinstance(layer, graph.Input):
            node: Node = self._input(layer)
            self._integer[layer.name] = self._images.short()
        elif isinstance(layer, graph.Conv):
            node = self._conv(layer, method, linear)
        else:
            node = self._other(layer)
        self._float[layer.name] = linear.clamp(layer.low, layer.high)
        if not isinstance(layer, graph.Input):
            self._integer[layer.name] = self._run(node)
        if isinstance(node, program.Conv):
            node = dataclasses.replace(node, similarity=self._similarity(layer.name))
        self.nodes[layer.name] = node
        self._forget(layer)

    # ------------------------------------------------------------------ both networks

    def _float_result(self, layer: Layer) -> Tensor:
        """(N, M, rows, columns) float32: the float network's result before the clamp."""
        if isinstance(layer, graph.Input):
            images = self._images.permute(0, 3, 1, 2)
            return float_graph.before_clamp(layer, [images])
        sources = [self._float[name].split(_BATCH) for name in layer.inputs]
        batches = zip(*sources, strict=True)
        return torch.cat([float_graph.before_clamp(layer, batch) for batch in batches])

    def _run(self, node: Node) -> Tensor:
        """The converted node's output on all images."""
        zero = self._padding_value(node.inputs[0])
        sources = [self._integer[name].split(_BATCH) for name in node.inputs]
        batches = zip(*sources, strict=True)
        return torch.cat([execute.evaluate(node, list(batch), zero) for batch in batches])

    def _real(self, name: str) -> Tensor:
        """(N, H, W, C) float32: what the converted activations stand for."""
        steps, zeros = (
            torch.from_numpy(v).float()
            for v in (self._scales[name].steps, self._scales[name].zeros)
        )
        return (self._integer[name].float() - zeros) * steps

    def _similarity(self, name: str) -> float:
        """Cosine similarity of the two networks' outputs of a layer."""
        expected = self._float[name].permute(0, 2, 3, 1)
        reached = self._real(name)
        lengths = float(expected.norm().double() * reached.norm().double())
        return (
            float((expected * reached).sum(dtype=torch.float64)) / lengths if lengths else math.nan
        )

    def _forget(self, layer: Layer) -> None:
        """Drop activations that no later layer reads."""
        names = [later.name for later in self._network]
        remaining = self._network.layers[names.index(layer.name) + 1 :]
        needed = {name for later in remaining for name in later.inputs}
        for values in (self._float, self._integer):
            for name in set(values) - needed:
                del values[name]

    def _padding_value(self, name: str) -> NDArray[np.int16]:
        node = self.nodes[name]
        if isinstance(node, program.Input):
            return node.zero
        return np.zeros(node.shape[0], np.int16)

    # ------------------------------------------------------------------ convolutions

    def _conv(self, layer: graph.Conv, method: Method, linear: Tensor) -> program.Conv:
        source = self._scales[layer.inputs[0]]
        self._check_padding(layer)
        target = self._target(layer, linear.permute(0, 2, 3, 1))
        if method == "table":
            learned = learn_tables(
                layer,
                self._integer[layer.inputs[0]],
                source,
                self._padding_value(layer.inputs[0]),
                target,
                self._options,
            )
            self.tables[layer.name] = learned
            node: program.Conv = self._table_node(layer, learned)
        else:
            node = self._exact_node(layer)
        node = self._corrected(node, target)
        return program.with_bounds(node, source.type)

    def _target(self, layer: graph.Conv, values: Tensor) -> Target:
        """What a convolution is fitted to."""
        readers = self._network.consumers(layer.name)
        alone = Target(values, None, layer.low, layer.high)
        if len(readers) != 1 or not isinstance(readers[0], graph.Add) or alone.clamped:
            return alone
        total = readers[0]
        others = [name for name in total.inputs if name != layer.name]
        if len(others) != 1 or others[0] not in self._integer:
            return alone
        other = self._float[others[0]].permute(0, 2, 3, 1)
        return Target(values + other, self._real(others[0]), total.low, total.high)

    def _table_node(self, layer: graph.Conv, learned: FloatTables) -> program.TableConv:
        scale = self._scales[layer.name]
        integers = quantize_tables(
            learned.tables, learned.bias, layer.groups, scale.step, self._options.table_bits
        )
        low, high = quantize_clamp(layer.low, layer.high, scale.step, scale.type)
        return program.TableConv(
            name=layer.name,
            inputs=layer.inputs,
            shape=layer.shape,
            type=scale.type,
            scale=scale.step,
            kernel=layer.kernel,
            stride=layer.stride,
            padding=layer.padding,
            groups=layer.groups,
            low=low,
            high=high,
            bias=integers.bias,
            shift=integers.shift,
            layout=learned.slicing.layout,
            encoder=learned.encoder,
            tables=integers.entries,
        )

    def _exact_node(self, layer: graph.Conv) -> program.ExactConv:
        scale = self._scales[layer.name]
        integers = quantize_weights(
            layer.weight.astype(np.float64),
            layer.bias.astype(np.float64),
            self._scales[layer.inputs[0]],
            scale.step,
            self._options.table_bits,
        )
        low, high = quantize_clamp(layer.low, layer.high, scale.step, scale.type)
        return program.ExactConv(
            name=layer.name,
            inputs=layer.inputs,
            shape=layer.shape,
            type=scale.type,
            scale=scale.step,
            kernel=layer.kernel,
            stride=layer.stride,
            padding=layer.padding,
            groups=layer.groups,
            low=low,
            high=high,
            bias=integers.bias,
            shift=integers.shift,
            weight=integers.entries,
        )

    def _corrected(self, node: program.Conv, target: Target) -> program.Conv:
        """The node with the mean error of each output channel taken out of its bias."""
        units = torch.from_numpy(node.scale * 2.0 ** -node.shift.astype(np.float64))
        bias = torch.from_numpy(node.bias)
        zero = self._padding_value(node.inputs[0])
        x = self._integer[node.inputs[0]]
        missing = torch.zeros(node.shape[0], dtype=torch.float64)
        for start in range(0, len(x), _BATCH):
            images = slice(start, start + _BATCH)
            result = ((execute.accumulate(node, x[images], zero) + bias) * units).float()
            error = target.behind_clamp(images, result) - result
            missing += error.sum((0, 1, 2), dtype=torch.float64)
        positions = len(x) * node.shape[1] * node.shape[2]
        shift = node.shift.astype(np.int64)
        change = quantize_bias((missing / positions).numpy(), shift, node.scale)
        limit = 1 << 30
        changed = (node.bias.astype(np.int64) + change).clip(-limit, limit)
        return dataclasses.replace(node, bias=changed.astype(np.int32))

    def _check_padding(self, layer: graph.Conv) -> None:
        source = self._scales[layer.inputs[0]]
        image = isinstance(self.nodes[layer.inputs[0]], program.Input)
        if layer.padding != (0, 0) and not image and (source.zeros != 0).any():
            raise TabfabError(
                f"layer {layer.name!r} pads a normalized image that was pooled before any "
                "convolution, and its padding cannot be told from black; put a convolution first "
                "or train without a mean in the normalization"
            )

    # ------------------------------------------------------------------ other nodes

    def _input(self, layer: graph.Input) -> program.Input:
        scale = self._scales[layer.name]
        return program.Input(
            name=layer.name,
            inputs=(),
            shape=layer.shape,
            type=scale.type,
            scale=scale.step,
            zero=np.rint(scale.zeros).astype(np.int16),
        )

    def _other(self, layer: Layer) -> Node:
        scale = self._scales[layer.name]
        common = {
            "name": layer.name,
            "inputs": layer.inputs,
            "shape": layer.shape,
            "type": scale.type,
            "scale": scale.step,
        }
        sources = [self._scales[name].step for name in layer.inputs]
        low, high = quantize_clamp(layer.low, layer.high, scale.step, scale.type)
        match layer:
            case graph.MaxPool():
                return program.MaxPool(
                    kernel=layer.kernel, stride=layer.stride, padding=layer.padding, **common
                )
            case graph.AveragePool():
                shift = round(
                    math.log2(scale.step / sources[0] * layer.kernel[0] * layer.kernel[1])
                )
                return program.AveragePool(
                    kernel=layer.kernel,
                    stride=layer.stride,
                    padding=layer.padding,
                    shift=shift,
                    low=low,
                    high=high,
                    **common,
                )
            case graph.Add():
                left, shift = add_shifts(sources, scale.step)
                return program.Add(left=left, shift=shift, low=low, high=high, **common)
            case graph.Clamp():
                return program.Clamp(low=low, high=high, **common)
            case graph.SlicePad():
                return program.SlicePad(step=layer.step, channels=layer.channels, **common)
            case graph.Flatten():
                return program.Flatten(**common)
        raise TabfabError(
            f"layer {layer.name!r} is of the kind {layer.kind!r}, which no program node computes"
        )


def add_shifts(sources: Sequence[float], output: float) -> tuple[tuple[int, int], int]:
    """Left shifts of a residual sum's operands and right shift of the sum.

    Parameters
    ----------
    sources: real value of one step of each operand.
    output: real value of one step of the sum; all three differ by powers of two.
    """
    least = min(*sources, output)
    first, second, right = (round(math.log2(step / least)) for step in (*sources, output))
    return (first, second), right
