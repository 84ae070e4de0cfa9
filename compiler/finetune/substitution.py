"""Putting a row of real numbers in the place of each vector, with gradients."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from .boundaries import Boundaries

_MOST = 1 << 16
"""About how many vectors a gradient is computed for; the others' is zero, and theirs so much
larger, which adds up to the same gradient of weights upstream, on average."""


class _Substitute(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any,
        vectors: Tensor,
        rows: Tensor,
        codes: Tensor,
        boundaries: Boundaries | None,
    ) -> Tensor:
        subspaces, prototypes, rank = rows.shape
        first = torch.arange(subspaces, dtype=torch.int32, device=codes.device) * prototypes
        at = codes + first
        ctx.save_for_backward(vectors, rows, at)
        ctx.boundaries = boundaries
        return functional.embedding(at, rows.reshape(-1, rank).to(vectors.dtype))

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        vectors, rows, at = ctx.saved_tensors
        to_vectors = to_rows = None
        if ctx.boundaries is not None:
            to_vectors = torch.zeros_like(vectors)
            every = -(-at.numel() // _MOST) | 1  # odd, so that all columns of the image take part
            gains = _gains(gradient[::every], rows)
            some = ctx.boundaries.gradient(vectors[::every], gains)
            to_vectors[::every] = (some * every).to(vectors.dtype)
        if ctx.needs_input_grad[1]:
            to_rows = _row_gradient(gradient, at, rows.shape[1])
        return to_vectors, to_rows, None, None


def substitute(
    vectors: Tensor,
    rows: Tensor,
    codes: Tensor,
    boundaries: Boundaries | None = None,
) -> Tensor:
    """The row of every vector's code.

    Parameters
    ----------
    vectors: (P, subspaces, length) whole numbers.
    rows: (subspaces, K, rank).
    codes: (P, subspaces) int32.
    boundaries: of the trees that gave the codes, for the gradient of the vectors; none goes back
        to them without. They also see what every vector says of its thresholds.

    Returns
    -------
    (P, subspaces, rank) in the dtype of `vectors`.
    """
    result: Tensor = _Substitute.apply(  # type: ignore[no-untyped-call]
        vectors, rows, codes, boundaries
    )
    return result


def _gains(gradient: Tensor, rows: Tensor) -> Tensor:
    """(P, subspaces, K) float32: gradients (P, subspaces, rank) times every row.

    All subspaces in one product with a block-diagonal matrix, which is faster than one by one.
    """
    subspaces, prototypes, rank = rows.shape
    blocks = rows.new_zeros(subspaces, rank, subspaces, prototypes)
    index = torch.arange(subspaces, device=rows.device)
    blocks[index, :, index] = rows.transpose(1, 2)
    flat = gradient.reshape(-1, subspaces * rank).float()
    return (flat @ blocks.view(subspaces * rank, -1)).view(-1, subspaces, prototypes)


def _row_gradient(gradient: Tensor, at: Tensor, prototypes: int) -> Tensor:
    """(subspaces, K, rank) float32: for every row, the sum of the gradients where it was taken.

    One-hot codes times gradients; of the products between subspaces only each one's own are
    wanted, and computing all is still faster than adding rows up one by one.
    """
    _, subspaces, rank = gradient.shape
    eye = torch.eye(prototypes, dtype=gradient.dtype, device=at.device).repeat(subspaces, 1)
    one_hot = functional.embedding(at, eye).view(-1, subspaces * prototypes)
    products = (one_hot.T @ gradient.reshape(-1, subspaces * rank)).float()
    by_subspace = products.view(subspaces, prototypes, subspaces, rank)
    return by_subspace.diagonal(dim1=0, dim2=2).permute(2, 0, 1).contiguous()
