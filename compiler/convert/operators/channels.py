"""Channels side by side, and choices among them, in torch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from ...program import ChannelSelect, Concat
from .requantize import requantize


def concat(node: Concat, inputs: Sequence[Tensor]) -> Tensor:
    """The channels of every input, requantized."""
    parts = zip(inputs, node.left, node.shift, strict=True)
    return torch.cat(
        [requantize(node, x.long() << left, np.int8(shift)) for x, left, shift in parts], dim=-1
    )


def channel_select(node: ChannelSelect, inputs: Sequence[Tensor]) -> Tensor:
    """The chosen channels."""
    return inputs[0][..., list(node.channels)]
