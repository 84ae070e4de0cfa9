"""`compile_graph`: from a float Graph and calibration images to a Program.

The float network and the network that is being converted run side by side over the calibration
images, layer after layer. Each layer is learned from the activations that really reach it in the
converted network, and is fitted to what the float network computes there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from .convert import execute
from .convert.convert import Converter
from .graph import Graph, float_graph
from .methods.table.tables import FloatTables
from .options import CompileOptions, Method, layer_settings
from .program import Program
from .scales.calibrate import calibrate, check_images
from .scales.quantize_nodes import argmax_node

Progress = Callable[[str, int, int], None]
"""Called with what is being done, the steps done so far and the steps in all."""


@dataclass(frozen=True, eq=False)
class Compilation:
    """A Program with what it was made from.

    Parameters
    ----------
    program: the integer network.
    graph: the float network.
    tables: the table layers before quantization, by name.
    refitted: the float network with the weights of exact layers behind table layers as they were
        refitted, before quantization.
    """

    program: Program
    graph: Graph
    tables: dict[str, FloatTables]
    refitted: Graph

    def float_answers(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """(N, channels) output of the float network for (N, H, W, C) `images`."""
        return float_graph.answers(self.graph, images).numpy()

    def table_answers(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """(N, channels) output with the same encoders, tables and weights, not quantized."""
        return float_graph.answers(self.refitted, images, self.tables).numpy()

    def program_answers(self, images: NDArray[np.uint8]) -> NDArray[np.int16]:
        """(N, channels) output of the program, as of the golden model."""
        return execute.run(self.program, images).reshape(len(images), -1)


def compile_graph(
    graph: Graph,
    images: NDArray[np.uint8],
    options: CompileOptions | None = None,
    progress: Progress = lambda what, done, total: None,
) -> Compilation:
    """Learn encoders and tables, choose scales and quantize.

    Parameters
    ----------
    graph: the float network.
    images: (N, height, width, channels) uint8 calibration images, at least one; 1,000 are enough
        for most networks.
    options: defaults if not given.
    progress: called before each step.

    Raises
    ------
    TabfabError: the mask, the images or the network cannot be compiled as they are.
    """
    options = options or CompileOptions()
    methods = options.methods(graph)
    check_images(graph, images)
    steps = len(graph.layers) + 1
    progress("calibrating", 0, steps)
    with torch.inference_mode():
        scales = calibrate(graph, images, options.argmax)
        converter = Converter(graph, images, options, scales)
        for done, layer in enumerate(graph, start=1):
            progress(layer.name, done, steps)
            converter.convert(layer, methods.get(layer.name, "exact"))
    progress("done", steps, steps)
    nodes = list(converter.nodes.values())
    if options.argmax:
        nodes.append(argmax_node(nodes[-1].name))
    program = Program(tuple(nodes), meta=program_meta(options, methods, len(images)))
    refitted = Graph(tuple(converter.refitted.get(layer.name, layer) for layer in graph))
    return Compilation(program, graph, converter.tables, refitted)


def program_meta(
    options: CompileOptions, methods: dict[str, Method], images: int
) -> dict[str, object]:
    """What made the program, as JSON values."""
    return {
        "methods": list(methods.values()),
        **layer_settings(options),
        "layers": {name: layer_settings(own) for name, own in options.layers.items()},
        "seed": options.seed,
        "calibration_images": images,
    }
