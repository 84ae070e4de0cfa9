"""Channels side by side, and choices among them, in float."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from ..layers.channels import ChannelSelect, Concat, Outputs


def concat(layer: Concat | Outputs, sources: Sequence[Tensor]) -> Tensor:
    """All channels, one input after the other."""
    return torch.cat(list(sources), dim=1)


def channel_select(layer: ChannelSelect, sources: Sequence[Tensor]) -> Tensor:
    """The chosen channels."""
    (x,) = sources
    return x[:, list(layer.channels)]
