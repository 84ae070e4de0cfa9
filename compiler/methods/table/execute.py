"""Table layers of a program in torch, bit-exact with the golden model."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from ...program import TableConv
from .lookup import Slicing, look_up

_FLOAT32_EXACT = 1 << 24
"""Below it float32 holds every integer."""
_JOINED = 1 << 24
"""Most entries of tables of two subspaces each (64 MiB)."""


def table_sums(node: TableConv, x: Tensor, zero: NDArray[np.int16]) -> Tensor:
    """Sums of table rows; parameters and result as of `Method.sums`."""
    slicing = Slicing.of(node, node.layout, node.encoder.length, zero)
    codes = slicing.codes(node.encoder, x)
    # Sums of entries of 8 bits in the fastest type in which they are exact.
    lookups = node.tables.shape[0] // node.groups * slicing.taps
    dtype = torch.float32 if lookups * 128 < _FLOAT32_EXACT else torch.float64
    tables = torch.from_numpy(node.tables).to(dtype)
    if _pairs_pay(node, codes):
        codes, tables = _in_pairs(codes, tables, node.groups)
    return look_up(tables, slicing.rows_of(codes, tables.shape[2])).int()


def _pairs_pay(node: TableConv, codes: Tensor) -> bool:
    """Whether tables of all sums of two rows are small beside what is looked up in them."""
    joined = node.tables.size // 2 * node.encoder.prototypes
    several = node.tables.shape[0] > node.groups
    return several and joined <= _JOINED and node.encoder.prototypes**2 <= codes[..., 0].numel()


def _in_pairs(codes: Tensor, tables: Tensor, groups: int) -> tuple[Tensor, Tensor]:
    """Codes (..., subspaces) and tables (subspaces, taps, K, M) of half as many subspaces."""
    _, taps, prototypes, outputs = tables.shape
    tables = tables.reshape(groups, -1, taps, prototypes, outputs)
    codes = codes.reshape(*codes.shape[:-1], groups, -1)
    if tables.shape[1] % 2:
        tables = functional.pad(tables, (0, 0, 0, 0, 0, 0, 0, 1))
        codes = functional.pad(codes, (0, 1))
    sums = tables[:, 0::2, :, :, None] + tables[:, 1::2, :, None, :]
    pairs = codes[..., 0::2] * prototypes + codes[..., 1::2]
    return pairs.flatten(-2), sums.reshape(-1, taps, prototypes**2, outputs)
