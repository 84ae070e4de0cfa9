"""Putting a row of numbers in the place of each vector, with gradients."""

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
        subspaces, prototypes, width = rows.shape
        first = torch.arange(subspaces, dtype=torch.int32, device=codes.device) * prototypes
        ctx.save_for_backward(vectors)
        ctx.boundaries = boundaries
        return functional.embedding(codes + first, rows.view(-1, width).to(vectors.dtype))

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        (vectors,) = ctx.saved_tensors
        if ctx.boundaries is None:
            return None, None, None, None
        to_vectors = torch.zeros_like(vectors)
        every = -(-vectors[..., 0].numel() // _MOST) | 1  # odd, for all columns of the image
        # Rows are one-hot but for what they all have in common: the gradient of an element is
        # what the code gains that the element stands for.
        some = ctx.boundaries.gradient(vectors[::every], gradient[::every].float())
        to_vectors[::every] = (some * every).to(vectors.dtype)
        return to_vectors, None, None, None


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
    rows: (subspaces, K, K) the one-hot row of every code, or all of a subspace's less the same.
    codes: (P, subspaces) int32.
    boundaries: of the trees that gave the codes, for the gradient of the vectors; none goes back
        to them without. They also see what every vector says of its thresholds.

    Returns
    -------
    (P, subspaces, K) in the dtype of `vectors`.
    """
    result: Tensor = _Substitute.apply(  # type: ignore[no-untyped-call]
        vectors, rows, codes, boundaries
    )
    return result
