"""Programs of the built-in networks, with random weights."""

from __future__ import annotations

import numpy as np
import torch
from tabfab.compiler.compile import compile_graph
from tabfab.compiler.frontend import import_graph
from tabfab.compiler.methods.mask import Mask
from tabfab.compiler.networks import NetworkSettings, build
from tabfab.compiler.options import CompileOptions
from tabfab.compiler.program import Program


def untrained_program(network: str, channels: int, side: int, mask: Mask) -> Program:
    """A network for square images of so many channels and pixels a side, the same every time."""
    torch.manual_seed(0)
    settings = NetworkSettings(channels, (side, side), 10, (0.5,) * channels, (0.2,) * channels)
    graph = import_graph(build(network, settings).eval(), (channels, side, side))
    images = np.random.default_rng(0).integers(0, 256, (4, side, side, channels), np.uint8)
    return compile_graph(graph, images, CompileOptions(mask=mask, refit=False)).program
