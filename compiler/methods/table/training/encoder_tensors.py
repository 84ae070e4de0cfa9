"""Encoders as named tensors, for checkpoints."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from ....program import Encoder, NearestEncoder, NearestL1Encoder, TreeEncoder

_POINTS: dict[type[NearestEncoder], str] = {
    NearestEncoder: "points",
    NearestL1Encoder: "l1_points",
}
"""What the prototypes of each class of nearest encoders are named."""


def encoder_tensors(encoder: Encoder) -> dict[str, Tensor]:
    """The arrays of an encoder."""
    if isinstance(encoder, NearestEncoder):
        return {_POINTS[type(encoder)]: torch.from_numpy(encoder.points)}
    tensors = {
        "dimensions": torch.from_numpy(encoder.dimensions),
        "thresholds": torch.from_numpy(encoder.thresholds),
    }
    if encoder.leaf_codes is not None:
        tensors["leaf_codes"] = torch.from_numpy(encoder.leaf_codes)
    return tensors


def encoder_from_tensors(tensors: Mapping[str, Tensor], length: int) -> Encoder:
    """The encoder of vectors of `length` elements that `tensors` were made from."""
    for kind, name in _POINTS.items():
        if name in tensors:
            return kind(tensors[name].numpy())
    codes = tensors.get("leaf_codes")
    return TreeEncoder(
        tensors["dimensions"].numpy(),
        tensors["thresholds"].numpy(),
        length,
        None if codes is None else codes.numpy(),
    )
