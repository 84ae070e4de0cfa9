"""How far integers are from the float network, for random networks without tables, at 8 bits.

docs/verification.md says where the differences come from and why those bounds.
"""

from __future__ import annotations

import numpy as np
import torch
from hypothesis import given
from numpy.typing import NDArray
from tabfab.compiler.compile import Compilation, compile_graph
from tabfab.compiler.frontend import import_graph
from tabfab.compiler.graph import float_graph
from tabfab.compiler.options import CompileOptions
from tabfab.compiler.program import ExactConv

from support.graphs import Images, images_for
from support.profiles import examples
from support.random_networks import networks, randomize

_MOST_STEPS = 20
"""Of the output, for any image within the calibrated range: 12 is the most of 500 networks."""
_MEAN_STEPS = 8
"""On average over images and outputs: 5.3 is the most of 500 networks."""


def errors(compilation: Compilation, images: Images) -> NDArray[np.float64]:
    """(N, outputs) differences in steps of the output."""
    step = compilation.program.output.scale
    integers = compilation.program_answers(images).astype(np.float64)
    difference: NDArray[np.float64] = np.abs(integers - compilation.float_answers(images) / step)
    return difference


def excess(compilation: Compilation, images: Images) -> NDArray[np.float64]:
    """(N,) by how many of its steps a tensor of the float network leaves its integers, at most."""
    program, graph = compilation.program, compilation.graph
    x = torch.from_numpy(images).permute(0, 3, 1, 2)
    most = np.zeros(len(images))
    for name, values in float_graph.run(graph, x).items():
        node = program[name]
        if node is not program.input:
            steps = values.flatten(1).numpy() / node.scale
            over = np.maximum(steps - node.type.high, node.type.low - steps)
            most = np.maximum(most, over.max(axis=1))
    return most


@examples(10)
@given(networks())
def test_errors_stay_within_quantization_noise(network) -> None:
    module, shape = network
    graph = import_graph(randomize(module), shape)
    seen, new = images_for(graph, 60), images_for(graph, 60, seed=2)
    compilation = compile_graph(graph, seen, CompileOptions(mask="none"))
    of_seen, of_new = errors(compilation, seen), errors(compilation, new)
    assert of_seen.max() <= _MOST_STEPS
    assert of_seen.mean() <= _MEAN_STEPS
    # Images that no calibration image is like are clipped, and by so much further off.
    allowed = _MOST_STEPS + 2 * np.maximum(excess(compilation, new), 0)
    assert (of_new.max(axis=1) <= allowed).all()


@examples(10)
@given(networks())
def test_weights_are_off_by_half_a_unit_at_most(network) -> None:
    module, shape = network
    graph = import_graph(randomize(module), shape)
    program = compile_graph(graph, images_for(graph, 20), CompileOptions(mask="none")).program
    image = graph.input
    for node in program.convs:
        assert isinstance(node, ExactConv)
        layer, source = graph[node.name], program[node.inputs[0]]
        steps = np.full(source.shape[0], source.scale)
        if source.type == program.input.type and source.name == program.input.name:
            steps = 1 / (255.0 * image.std.astype(np.float64))
        units = np.exp2(node.shift.astype(np.float64)) / node.scale
        by_group = steps.reshape(node.groups, 1, -1, 1, 1)
        real = layer.weight.reshape(node.groups, -1, *layer.weight.shape[1:]) * by_group
        real = real.reshape(layer.weight.shape) * units[:, None, None, None]
        assert np.abs(node.weight - real).max() <= 0.5 + 1e-4 * 127
