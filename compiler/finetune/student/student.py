"""The network under training: what the integer program computes, in floating point."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ...graph import Conv, Graph, Input, Layer, find
from ...methods.catalog import METHODS
from ...methods.exact.training import TrainedWeights
from ...methods.training.form import ScaledLayer
from ...options import CompileOptions
from ...scales.operators.catalog import operator_of
from ...scales.tensor_scale import TensorScale
from ...store.batches import batches
from .convert import trained_form
from .layer import TrainedConv
from .operators import TRAINED_OPERATORS, Scales, TrainedOperator

_ROOM = "compiler/finetune/student/operators.py"


class Student(nn.Module):
    """A network that is to become an integer program.

    All activations, table entries, weights and biases are the program's integers: while nothing
    is trained, it computes the program's results. Every layer multiplies at first.

    Parameters
    ----------
    network: the float network.
    scales: of every layer's output.
    options: how each layer is to be computed in the end.

    Attributes
    ----------
    to_convert: names of the layers, in order, that are to become something else than they are.

    Raises
    ------
    TabfabError: a layer's method, or an operator, cannot be trained.
    """

    def __init__(
        self, network: Graph, scales: Mapping[str, TensorScale], options: CompileOptions
    ) -> None:
        super().__init__()
        self.network = network
        self.scales = dict(scales)
        self.convs = nn.ModuleDict()
        self._keys = {layer.name: layer.name.replace(".", "/") for layer in network.convs}
        self.to_convert: list[str] = []
        self._operators: dict[str, TrainedOperator] = {}
        methods = options.methods(network)
        for layer in network:
            if isinstance(layer, Conv):
                if trained_form(methods[layer.name], layer.name) is not TrainedWeights:
                    self.to_convert.append(layer.name)
                bits = METHODS[methods[layer.name]].first_bits(options.of(layer.name))
                self.convs[self._keys[layer.name]] = self._multiplication(layer, bits)
            elif not isinstance(layer, Input):
                self._operators[layer.name] = find(TRAINED_OPERATORS, layer, _ROOM)

    def _multiplication(self, layer: Conv, bits: int) -> TrainedConv:
        source = layer.inputs[0]
        scaled = ScaledLayer(
            layer, self.scales[source], self.scales[layer.name], self.padding_value(source)
        )
        clamp = self._scales_of(layer).clamp(layer)
        is_last = layer is self.network.layers[-1]
        return TrainedConv(scaled, TrainedWeights(scaled, bits), clamp, is_last)

    def conv(self, name: str) -> TrainedConv:
        """The module of a convolution or linear layer."""
        module = self.convs[self._keys[name]]
        assert isinstance(module, TrainedConv)
        return module

    def padding_value(self, name: str) -> NDArray[np.int16]:
        """(C,) the integer that stands for a real zero in the output of a layer."""
        while operator_of(self.network[name]).keeps_zero:
            (name,) = self.network[name].inputs
        if operator_of(self.network[name]).keeps_integers:
            return np.zeros(self.network[name].shape[0], np.int16)
        return self.scales[name].zero_integers

    def forward(self, images: Tensor) -> Tensor:
        """(N, channels) real answers to `images` (N, C, H, W) of 0..255, channel-minor."""
        last = self.network.layers[-1].name
        values = self.run(images, (last,))[last]
        answers = values * torch.from_numpy(self.scales[last].steps).to(values).view(-1, 1, 1)
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
        for some in batches(len(images)):
            batch = self.images(images[some], torch.float32)
            values = self.run(batch, (name,))[name]
            parts.append(values.permute(0, 2, 3, 1).to("cpu", torch.int16))
        return torch.cat(parts)

    def images(self, images: NDArray[np.uint8] | Tensor, dtype: torch.dtype) -> Tensor:
        """(N, H, W, C) images as (N, C, H, W) where the network is, channels last in memory."""
        device = next(self.parameters()).device
        return torch.as_tensor(images).permute(0, 3, 1, 2).to(device, dtype)

    def _scales_of(self, layer: Layer) -> Scales:
        return Scales([self.scales[name] for name in layer.inputs], self.scales[layer.name])

    def _run_layer(self, layer: Layer, sources: list[Tensor]) -> Tensor:
        if isinstance(layer, Input):
            return sources[0]
        if isinstance(layer, Conv):
            result: Tensor = self.conv(layer.name)(sources[0])
            return result
        return self._operators[layer.name](layer, self._scales_of(layer), sources)
