"""`compile_graph`: from a float Graph and calibration images to a Program.

The float network and the network that is being converted run side by side over the calibration
images, layer after layer. Each layer is learned from the activations that really reach it in the
converted network, and is fitted to what the float network computes there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from .convert import execute
from .convert.convert import Converter
from .graph import Graph, float_graph
from .methods.method import Learned
from .options import CompileOptions, layer_settings, settled
from .program import Program
from .scales.calibrate import calibrate, check_images
from .scales.quantize_nodes import argmax_node
from .store.errors import TabfabError
from .store.progress import Progress, silent


@dataclass(frozen=True, eq=False)
class Compilation:
    """A Program with what it was made from.

    Parameters
    ----------
    program: the integer network.
    graph: the float network.
    learned: what its convolutions and linear layers became, before quantization, by name.
    """

    program: Program
    graph: Graph
    learned: Mapping[str, Learned]

    def float_answers(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """(N, channels) output of the float network for (N, H, W, C) `images`."""
        return float_graph.answers(self.graph, images).numpy()

    def learned_answers(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """(N, channels) output with the same encoders, tables and weights, not quantized."""
        return float_graph.answers(self.graph, images, self.learned).numpy()

    def program_answers(self, images: NDArray[np.uint8]) -> NDArray[np.int16]:
        """(N, channels) output of the program, as of the golden model."""
        return execute.run(self.program, images).reshape(len(images), -1)


def compile_graph(
    graph: Graph,
    images: NDArray[np.uint8],
    options: CompileOptions | None = None,
    progress: Progress = silent,
) -> Compilation:
    """Learn every layer by its method, choose scales and quantize.

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
    if options.argmax and graph.layers[-1].shape[0] == 1:
        raise TabfabError(
            "the network has one output, whose sign tells two classes apart, and the number of the "
            "largest of one is always 0; leave --argmax away"
        )
    steps = len(graph.layers) + 1
    progress(0, steps, "calibrating")
    with torch.inference_mode():
        scales = calibrate(graph, images, options.argmax)
        settings, said = settled(options, graph, images, scales)
        converter = Converter(graph, images, settings, scales)
        for done, layer in enumerate(graph, start=1):
            progress(done, steps, layer.name)
            converter.convert(layer, methods.get(layer.name, ""))
    progress(steps, steps, "done")
    nodes = list(converter.nodes.values())
    if options.argmax:
        nodes.append(argmax_node(nodes[-1].name))
    program = Program(tuple(nodes), meta=program_meta(options, methods, len(images), said))
    return Compilation(program, graph, converter.learned)


def program_meta(
    options: CompileOptions,
    methods: Mapping[str, str],
    images: int,
    said: Mapping[str, object] | None = None,
) -> dict[str, object]:
    """What made a program, as JSON values.

    Parameters
    ----------
    options: that it was compiled with.
    methods: of its layers, by name, in mask order.
    images: calibration images.
    said: of settings that followed from the whole network (`settled`).
    """
    return {
        "methods": list(methods.values()),
        **layer_settings(options),
        "layers": {name: layer_settings(own) for name, own in options.layers.items()},
        "seed": options.seed,
        "calibration_images": images,
        **(said or {}),
    }
