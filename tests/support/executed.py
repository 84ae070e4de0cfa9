"""Every node's output from the compiler's own execution."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from tabfab.compiler.convert import execute
from tabfab.compiler.program import Input, Program


def execute_all(program: Program, images: NDArray[np.uint8]) -> dict[str, NDArray[np.int16]]:
    """(N, height, width, channels) int16 for each node, by name."""
    values: dict[str, torch.Tensor] = {}
    for node in program:
        if isinstance(node, Input):
            values[node.name] = torch.from_numpy(images).short()
        else:
            sources = [values[name] for name in node.inputs]
            zero = program.padding_value(node.inputs[0])
            values[node.name] = execute.evaluate(node, sources, zero)
    return {name: value.numpy() for name, value in values.items()}
