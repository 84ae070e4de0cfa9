"""Encoders as named tensors, for checkpoints."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor

from ....program import Encoder, NearestEncoder, TreeEncoder


def encoder_tensors(encoder: Encoder) -> dict[str, Tensor]:
    """The arrays of an encoder."""
    if isinstance(encoder, NearestEncoder):
        return {"points": torch.from_numpy(encoder.points)}
    tensors = {
        "dimensions": torch.from_numpy(encoder.dimensions),
        "thresholds": torch.from_numpy(encoder.thresholds),
    }
    if encoder.leaf_codes is not None:
        tensors["leaf_codes"] = torch.from_numpy(encoder.leaf_codes)
    return tensors


def encoder_from_tensors(tensors: Mapping[str, Tensor], length: int) -> Encoder:
    """The encoder of vectors of `length` elements that `tensors` were made from."""
    if "points" in tensors:
        return NearestEncoder(tensors["points"].numpy())
    codes = tensors.get("leaf_codes")
    return TreeEncoder(
        tensors["dimensions"].numpy(),
        tensors["thresholds"].numpy(),
        length,
        None if codes is None else codes.numpy(),
    )
