"""The network's input normalization in float."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from ..layers.input import Floats, Input


def normalize(layer: Input, sources: Sequence[Tensor]) -> Tensor:
    """Images of 0..255 as the network sees them."""
    (images,) = sources
    mean, std = (_per_channel(values, images.device) for values in (layer.mean, layer.std))
    return (images.float() / 255 - mean) / std


def _per_channel(values: Floats, device: torch.device) -> Tensor:
    return torch.as_tensor(values, device=device)[:, None, None]
