"""From the trained network to the integer program, layer by layer."""

from __future__ import annotations

import dataclasses

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ... import graph as g
from ...convert import execute
from ...convert.similarity import cosine_similarity
from ...graph import float_graph
from ...program import Conv, Input, Node, Program, with_bounds
from ...scales.quantize_nodes import argmax_node, input_node, plain_node
from .student import Student


def assemble(student: Student, argmax: bool) -> Program:
    """The program of a trained network: the integers that it computed with all along.

    Parameters
    ----------
    student: the trained network, every layer as it is to be.
    argmax: whether to end in an argmax.
    """
    nodes: dict[str, Node] = {}
    for layer in student.network:
        scale = student.scales[layer.name]
        if isinstance(layer, g.Input):
            nodes[layer.name] = input_node(layer, scale)
        elif isinstance(layer, g.Conv):
            node = student.conv(layer.name).form.node()
            nodes[layer.name] = with_bounds(node, student.scales[layer.inputs[0]].type)
        else:
            sources = [student.scales[name] for name in layer.inputs]
            nodes[layer.name] = plain_node(layer, scale, sources)
    if argmax:
        nodes["argmax"] = argmax_node(student.network.layers[-1].name)
    return Program(tuple(nodes.values()))


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
                node, similarity=cosine_similarity([(wanted, reached[node.name].float())])
            )
        nodes.append(node)
    return dataclasses.replace(program, nodes=tuple(nodes))
