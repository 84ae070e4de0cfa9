"""The network under training: what the integer program computes, in floating point."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from ... import graph as g
from ...graph import Graph, Layer
from ...options import CompileOptions
from ...scales.choose import TensorScale
from ...scales.quantize import quantize_clamp
from ...scales.quantize_nodes import add_shifts, average_shift
from .layers import TrainedConv
from .rounding import round_and_clamp

_BATCH = 100
"""Images at a time where nothing is trained."""


class Student(nn.Module):
    """A network that is to become an integer program.

    All activations, table entries, weights and biases are the program's integers: while nothing
    is trained, it computes the program's results.

    Parameters
    ----------
    network: the float network.
    scales: of every layer's output.
    options: bits of the layers' entries.
    """

    def __init__(
        self, network: Graph, scales: Mapping[str, TensorScale], options: CompileOptions
    ) -> None:
        super().__init__()
        self.network = network
        self.scales = dict(scales)
        self.convs = nn.ModuleDict()
        self._keys = {layer.name: layer.name.replace(".", "/") for layer in network.convs}
        methods = options.methods(network)
        for layer in network.convs:
            source, own = layer.inputs[0], options.of(layer.name)
            self.convs[self._keys[layer.name]] = TrainedConv(
                layer,
                self.scales[source],
                self.scales[layer.name],
                self.padding_value(source),
                self._clamp(layer),
                own.table_bits if methods[layer.name] == "table" else own.weight_bits,
                is_last=layer is network.layers[-1],
            )

    def conv(self, name: str) -> TrainedConv:
        """The module of a convolution or linear layer."""
        module = self.convs[self._keys[name]]
        assert isinstance(module, TrainedConv)
        return module

    def padding_value(self, name: str) -> NDArray[np.int16]:
        """(C,) the integer that stands for a real zero in the output of a layer."""
        if name == self.network.input.name:
            return np.rint(self.scales[name].zeros).astype(np.int16)
        return np.zeros(self.network[name].shape[0], np.int16)

    def forward(self, images: Tensor) -> Tensor:
        """(N, channels) real answers to `images` (N, C, H, W) of 0..255, channel-minor."""
        last = self.network.layers[-1].name
        answers = self.run(images, (last,))[last] * self.scales[last].step
        return answers.permute(0, 2, 3, 1).flatten(1)

    def run(self, images: Tensor, keep: Collection[str]) -> dict[str, Tensor]:
        """Outputs, in steps, of the layers named in `keep`; nothing behind them is computed."""
        last_reader = {name: layer.name for layer in self.network for name in layer.inputs}
        values: dict[str, Tensor] = {}
        for layer in self.network:
            if all(name in values for name in keep):
                break
            sources = [values[name] for name in layer.inputs] or [images]
            values[layer.name] = self._run_layer(layer, sources)
            for name in {*layer.inputs} - set(keep):
                if last_reader[name] == layer.name:
                    del values[name]
        return {name: values[name] for name in keep}

    @torch.no_grad()
    def activations(self, images: NDArray[np.uint8], name: str) -> Tensor:
        """(N, H, W, C) int16 output of the layer `name` for (N, H, W, C) `images`, on the CPU."""
        parts = []
        for start in range(0, len(images), _BATCH):
            batch = self.images(images[start : start + _BATCH], torch.float32)
            values = self.run(batch, (name,))[name]
            parts.append(values.permute(0, 2, 3, 1).to("cpu", torch.int16))
        return torch.cat(parts)

    def images(self, images: NDArray[np.uint8] | Tensor, dtype: torch.dtype) -> Tensor:
        """(N, H, W, C) images as (N, C, H, W) where the network is, channels last in memory."""
        device = next(self.parameters()).device
        return torch.as_tensor(images).permute(0, 3, 1, 2).to(device, dtype)

    def _clamp(self, layer: Layer) -> tuple[int, int]:
        scale = self.scales[layer.name]
        return quantize_clamp(layer.low, layer.high, scale.step, scale.type)

    def _run_layer(self, layer: Layer, sources: list[Tensor]) -> Tensor:
        x = sources[0]
        steps = [self.scales[name].step for name in layer.inputs]
        match layer:
            case g.Input():
                return x
            case g.Conv():
                result: Tensor = self.conv(layer.name)(x)
                return result
            case g.MaxPool():
                return functional.max_pool2d(x, layer.kernel, layer.stride, layer.padding)
            case g.AveragePool():
                taps = layer.kernel[0] * layer.kernel[1]
                shift = average_shift(steps[0], self.scales[layer.name].step, taps)
                mean = functional.avg_pool2d(x, layer.kernel, layer.stride, layer.padding)
                return round_and_clamp(mean * (taps / (1 << shift)), *self._clamp(layer))
            case g.Add():
                left, right = add_shifts(steps, self.scales[layer.name].step)
                first, second = (2.0 ** (shift - right) for shift in left)
                return round_and_clamp(x * first + sources[1] * second, *self._clamp(layer))
            case g.Clamp():
                return x.clamp(*self._clamp(layer))
            case g.SlicePad():
                sliced = x[:, :, :: layer.step[0], :: layer.step[1]]
                return functional.pad(sliced, (0, 0, 0, 0, *layer.channels))
            case g.Flatten():
                return x.permute(0, 2, 3, 1).reshape(len(x), -1, 1, 1)
        raise TypeError(f"a graph has no layers of type {type(layer).__name__}")
