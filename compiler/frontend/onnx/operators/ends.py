"""What networks end in: softmax, which is left out where it changes no answer."""

from __future__ import annotations

from typing import Any

import torch

from ..node import Node, translates

aten = torch.ops.aten
_KINDS = {"Softmax": aten.softmax.int, "LogSoftmax": aten.log_softmax.int}


@translates(*_KINDS)
def translate_softmax(node: Node) -> Any:
    """Probabilities; at the end of the network they are left out."""
    value = node.computed(0)
    rank = len(value.shape)
    default = -1 if node.opset >= 13 else 1
    axis = node.axis(node.attribute("axis", default), rank)
    if node.opset < 13 and axis != rank - 1:
        raise node.unsupported(f"over all axes from {axis} on", "export it with opset_version=13")
    return node.aten(_KINDS[node.operator], value, axis)
