"""What a layer of a float network will cost, before anything is learned."""

from __future__ import annotations

from .. import graph
from ..options import LayerOptions
from ..program import NearestEncoder
from ..program.cost import Convolution, Cost


def planned_cost(network: graph.Graph, layer: graph.Conv, options: LayerOptions | None) -> Cost:
    """What a layer of a float network will cost.

    Parameters
    ----------
    network: the float network.
    layer: one of its convolutions.
    options: how it becomes tables; None if it stays exact.
    """
    source = network[layer.inputs[0]].shape
    taps = layer.kernel[0] * layer.kernel[1]
    full = layer.full_kernel or layer.kernel
    dropped = full[0] * full[1] - taps
    convolution = Convolution(source, layer.shape, taps, dropped, layer.groups)
    if options is None:
        return convolution.exact()
    layout, length = options.cut(layer, source[0])
    shape = options.table_shape(layer, source[0])
    code_bits = options.prototypes.bit_length() - 1
    levels = max(options.tree_levels or 0, code_bits)
    nearest = options.encoder == NearestEncoder.kind
    return convolution.tables(layout, length, shape, None if nearest else levels)
