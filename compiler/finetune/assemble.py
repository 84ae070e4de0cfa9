"""From the trained network to the integer program, by the compiler's own quantization."""

from __future__ import annotations

import dataclasses

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from .. import execute, float_graph
from .. import graph as g
from ..options import CompileOptions
from ..program import Conv, Input, Node, Program, with_bounds
from ..quantize import QuantizedLayer, quantize_tables, quantize_weights
from ..quantize_nodes import argmax_node, exact_node, input_node, plain_node, table_node
from ..scales import TensorScale
from ..similarity import cosine_similarity
from .layers import TrainedConv
from .student import Student


def assemble(student: Student, options: CompileOptions) -> Program:
    """The program of a trained network.

    Its thresholds are the trained ones, which always lie on the integer grid; its tables are
    prototypes times weights, quantized like any other tables.

    Parameters
    ----------
    student: the trained network, every layer as the options want it.
    options: entry bits, and whether to end in an argmax.
    """
    nodes: dict[str, Node] = {}
    for layer in student.network:
        scale = student.scales[layer.name]
        if isinstance(layer, g.Input):
            nodes[layer.name] = input_node(layer, scale)
        elif isinstance(layer, g.Conv):
            bits = options.of(layer.name).table_bits
            node = _conv_node(student.conv(layer.name), bits)
            nodes[layer.name] = with_bounds(node, student.scales[layer.inputs[0]].type)
        else:
            steps = [student.scales[name].step for name in layer.inputs]
            nodes[layer.name] = plain_node(layer, scale, steps)
    if options.argmax:
        nodes["argmax"] = argmax_node(student.network.layers[-1].name)
    return Program(tuple(nodes.values()))


def real_tables(conv: TrainedConv) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Tables (subspaces, taps or 1, K, M / groups) and bias (M,) of a layer by lookup."""
    assert conv.lookup is not None
    groups = conv.layer.groups
    rows = conv.lookup.table_rows().detach().double()
    weight = conv.weight.detach().double()
    per_group = len(rows) // groups
    shape = (groups, len(weight) // groups, per_group, rows.shape[2], -1)
    tables = torch.einsum(
        "gskl,gmslt->gstkm", rows.view(groups, per_group, *rows.shape[1:]), weight.reshape(shape)
    )
    return tables.flatten(0, 1).cpu().numpy(), conv.bias.detach().double().cpu().numpy()


def _conv_node(conv: TrainedConv, bits: int) -> Conv:
    if conv.lookup is None:
        return exact_node(conv.layer, _exact_integers(conv, bits), conv.scale)
    tables, bias = real_tables(conv)
    integers = quantize_tables(tables, bias, conv.layer.groups, conv.scale.step, bits)
    slicing, encoder = conv.lookup.slicing, conv.lookup.encoder
    return table_node(conv.layer, integers, conv.scale, slicing.layout, encoder)


def _exact_integers(conv: TrainedConv, bits: int) -> QuantizedLayer:
    weight, bias = (value.detach().double().cpu().numpy() for value in (conv.weight, conv.bias))
    source = TensorScale(conv.source.type, conv.source.steps, conv.padding_value.astype(np.float64))
    return quantize_weights(weight, bias, source, conv.scale.step, bits)


def with_similarities(program: Program, network: g.Graph, images: NDArray[np.uint8]) -> Program:
    """`program` with the cosine similarity of each convolution's output to the float network's.

    Parameters
    ----------
    program: of `network`.
    network: the float network.
    images: (N, H, W, C) uint8 calibration images; some hundred are enough.
    """
    expected = float_graph.run(network, torch.from_numpy(images).permute(0, 3, 1, 2))
    reached: dict[str, Tensor] = {}
    nodes: list[Node] = []
    for node in program:
        if isinstance(node, Input):
            reached[node.name] = torch.from_numpy(images).short()
        else:
            zero = program.padding_value(node.inputs[0])
            inputs = [reached[name] for name in node.inputs]
            reached[node.name] = execute.evaluate(node, inputs, zero)
        if isinstance(node, Conv):
            wanted = expected[node.name].permute(0, 2, 3, 1)
            node = dataclasses.replace(
                node, similarity=cosine_similarity(wanted, reached[node.name].float())
            )
        nodes.append(node)
    return dataclasses.replace(program, nodes=tuple(nodes))
