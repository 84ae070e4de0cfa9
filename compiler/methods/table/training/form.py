"""The method `table` under training: tables, and the thresholds of the trees that code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Self

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from ....graph.operators.padding import padded
from ....program import TableConv
from ....scales.quantize import QuantizedLayer, quantize_tables
from ...method import Learned
from ...training.form import Reals, ScaledLayer, TrainedForm
from ...training.integers import in_output_steps, straight_through, units_and_bias
from ..lookup import Slicing, look_up
from ..options import TableOptions
from ..tables import FloatTables, table_node
from .encoder_tensors import encoder_from_tensors, encoder_tensors
from .entries import tables_of_weight, weight_of_tables
from .lookup import Lookup


class TrainedTables(TrainedForm):
    """A layer by lookup.

    Parameters
    ----------
    scaled: the layer.
    lookup: puts rows in the place of activations.
    weight: (M, subspaces / groups * K, kernel height, kernel width), the tables as the weights of
        a convolution of rows, 1x1 in the ``patch`` layout.
    bias: (M,) real.
    bits: of an entry.
    """

    def __init__(
        self, scaled: ScaledLayer, lookup: Lookup, weight: Tensor, bias: Tensor, bits: int
    ) -> None:
        super().__init__(scaled, weight, bias)
        self.lookup = lookup
        self.bits = bits

    @classmethod
    def of(cls, scaled: ScaledLayer, learned: Learned) -> Self:
        """From an encoder and tables that were learned."""
        assert isinstance(learned, FloatTables)
        lookup = Lookup(learned.slicing, learned.encoder, scaled.source.type)
        weight = weight_of_tables(learned.tables, scaled.layer)
        bias = torch.from_numpy(learned.bias)
        return cls(scaled, lookup, weight.float(), bias.float(), learned.bits)

    @classmethod
    def restored(
        cls, scaled: ScaledLayer, arrays: Mapping[str, Tensor], options: TableOptions
    ) -> Self:
        """With an encoder from `encoder_tensors`, and tables that are still to be filled in."""
        layer, padding_value = scaled.layer, scaled.padding_value
        layout, length = options.cut(layer, len(padding_value))
        slicing = Slicing.of(layer, layout, length, padding_value)
        encoder = encoder_from_tensors(arrays, length)
        shape = (encoder.subspaces, slicing.taps, encoder.prototypes)
        tables = np.zeros((*shape, layer.shape[0] // layer.groups), np.float32)
        lookup = Lookup(slicing, encoder, scaled.source.type)
        weight, bias = weight_of_tables(tables, layer), torch.zeros(layer.shape[0])
        return cls(scaled, lookup, weight, bias, options.table_bits)

    def arrays(self) -> dict[str, Tensor]:
        """Those of the encoder."""
        return encoder_tensors(self.lookup.encoder)

    def quantized(self, weight: Reals, bias: Reals) -> QuantizedLayer:
        """Integer tables."""
        layer = self.scaled.layer
        tables = tables_of_weight(weight, layer, self.lookup.prototypes)
        return quantize_tables(tables, bias, layer.groups, self.scaled.scale.step, self.bits)

    def node(self) -> TableConv:
        """The table layer."""
        layout, encoder = self.lookup.slicing.layout, self.lookup.encoder
        return table_node(self.scaled.layer, self.integers(), self.scaled.scale, layout, encoder)

    def review(self) -> None:
        """Move the thresholds."""
        self.lookup.move_thresholds()

    def sums(self, x: Tensor) -> Tensor:
        """Sums of table rows; a convolution of one-hot rows where something is trained."""
        trained = self.weight.requires_grad or x.requires_grad
        if not (trained and torch.is_grad_enabled()):
            return self._add_rows(self.lookup.rows(x)).to(x.dtype)
        layer, (weight, bias) = self.scaled.layer, self._computed_with()
        inputs, weight, bias = self.lookup(x), weight.to(x.dtype), bias.to(x.dtype)
        if self.lookup.slicing.layout == "patch":
            return functional.conv2d(inputs, weight, bias, groups=layer.groups)
        inputs, padding = padded(layer, inputs)
        return functional.conv2d(
            inputs, weight, bias, layer.stride, padding, layer.dilation, layer.groups
        )

    def _add_rows(self, rows: Tensor) -> Tensor:
        """(N, M, rows, columns) float32 results of the program's tables, without any error.

        That is a small part of the work of the convolution that training needs.

        Parameters
        ----------
        rows: which ones, from `Lookup.rows`.
        """
        integers = self.integers()
        tables = torch.from_numpy(integers.entries).to(rows.device, torch.float32)
        units, bias = units_and_bias(integers, rows.device)
        return (look_up(tables, rows) * units + bias).permute(0, 3, 1, 2)

    def _computed_with(self) -> tuple[Tensor, Tensor]:
        """Weights and biases of the convolution of rows, in steps of the output."""
        integers, device, step = self.integers(), self.weight.device, self.scaled.scale.step
        real, real_bias = self.weight / step, self.bias / step
        tables = weight_of_tables(integers.entries, self.scaled.layer)
        entries, bias = in_output_steps(integers, tables, device)
        weight = straight_through(entries, real)
        return weight, straight_through(bias, real_bias) + self.lookup.at_padding(weight)
