"""Table layers of a program in torch, bit-exact with the golden model."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ...program import TableConv
from .lookup import Slicing, look_up

_FLOAT32_EXACT = 1 << 24
"""Below it float32 holds every integer."""


def table_sums(node: TableConv, x: Tensor, zero: NDArray[np.int16]) -> Tensor:
    """Sums of table rows; parameters and result as of `Method.sums`."""
    slicing = Slicing(
        node.kernel,
        node.stride,
        node.padding,
        node.groups,
        node.layout,
        node.encoder.length,
        zero,
    )
    rows = slicing.rows(node.encoder, x)
    # Sums of entries of 8 bits in the fastest type in which they are exact.
    dtype = torch.float32 if rows.shape[-1] * 128 < _FLOAT32_EXACT else torch.float64
    return look_up(torch.from_numpy(node.tables).to(dtype), rows).int()
