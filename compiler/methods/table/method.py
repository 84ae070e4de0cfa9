"""The method `table`: activations are coded, and tables say what a code adds to the output."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ...graph import Conv, Graph
from ...program import NearestEncoder, TableConv
from ...program.encoders import ENCODER_KINDS, Encoding
from ...program.operations import Cost
from ...scales.tensor_scale import TensorScale
from ..method import Arriving, Method, convolution
from .options import TableOptions

if TYPE_CHECKING:
    from torch import Tensor

    from ..fitting.target import Target
    from ..training.form import TrainedForm
    from .tables import FloatTables


class TableMethod(Method[TableOptions]):
    """Lookup in tables of partial sums."""

    name = "table"
    options = TableOptions

    def planned_cost(self, network: Graph, layer: Conv, options: TableOptions) -> Cost:
        """Operations of the encoders and additions of table rows."""
        channels = network[layer.inputs[0]].shape[0]
        layout, length = options.cut(layer, channels)
        shape = options.table_shape(layer, channels)
        encoder = ENCODER_KINDS[options.encoder]
        if issubclass(encoder, NearestEncoder):
            encoding = encoder.distances(options.prototypes, length)
        else:
            code_bits = options.prototypes.bit_length() - 1
            encoding = Encoding(comparisons=max(options.tree_levels or 0, code_bits))
        return convolution(network, layer).tables(layout, shape, encoding)

    def learn(
        self,
        layer: Conv,
        arriving: Arriving,
        target: Target,
        scale: TensorScale,
        options: TableOptions,
    ) -> FloatTables:
        """Learn the encoder, then the tables."""
        from .tables import learn_tables

        return learn_tables(layer, arriving, target, options)

    def sums(self, node: TableConv, x: Tensor, zero: NDArray[np.int16]) -> Tensor:
        """Sums of table rows."""
        from .execute import table_sums

        return table_sums(node, x, zero)

    def trained_form(self) -> type[TrainedForm]:
        """Tables, and the thresholds of comparator trees."""
        from .training.form import TrainedTables

        return TrainedTables
