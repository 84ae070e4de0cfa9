"""Putting each vector's prototype in its place, with gradients."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

Observer = Callable[[Tensor], None]
"""Called in the backward pass with the gradient (P, subspaces, features) of what was put in."""


class _Substitute(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any,
        vectors: Tensor,
        prototypes: Tensor,
        slopes: Tensor,
        codes: Tensor,
        observer: Observer | None,
    ) -> Tensor:
        subspaces, rows, features = prototypes.shape
        first = torch.arange(subspaces, dtype=torch.int32, device=codes.device) * rows
        at = codes + first
        ctx.save_for_backward(at, slopes)
        ctx.observer = observer
        ctx.shapes = vectors.shape, prototypes.shape
        flat = prototypes.reshape(-1, features).to(vectors.dtype)
        return functional.embedding(at, flat)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:
        at, slopes = ctx.saved_tensors
        vector_shape, (subspaces, rows, features) = ctx.shapes
        if ctx.observer is not None:
            ctx.observer(gradient)
        flat = gradient.reshape(-1, subspaces * features)
        to_vectors = to_prototypes = None
        if ctx.needs_input_grad[0]:
            block = _block_diagonal(slopes.transpose(1, 2)).to(gradient.dtype)
            to_vectors = (flat @ block).view(vector_shape)
        if ctx.needs_input_grad[1]:
            # One-hot codes times gradients; of the products between subspaces only each one's
            # own are wanted, and computing all is still faster than adding rows up one by one.
            eye = torch.eye(rows, dtype=gradient.dtype, device=at.device).repeat(subspaces, 1)
            one_hot = functional.embedding(at, eye).view(-1, subspaces * rows)
            products = (one_hot.T @ flat).float().view(subspaces, rows, subspaces, features)
            to_prototypes = products.diagonal(dim1=0, dim2=2).permute(2, 0, 1).contiguous()
        return to_vectors, to_prototypes, None, None, None


def _block_diagonal(blocks: Tensor) -> Tensor:
    """(N * rows, N * columns) from (N, rows, columns)."""
    number, rows, columns = blocks.shape
    result = blocks.new_zeros(number, rows, number, columns)
    index = torch.arange(number, device=blocks.device)
    result[index, :, index] = blocks
    return result.view(number * rows, number * columns)


def substitute(
    vectors: Tensor,
    prototypes: Tensor,
    slopes: Tensor,
    codes: Tensor,
    observer: Observer | None = None,
) -> Tensor:
    """The prototype of every vector's code.

    A code does not change when its vector changes a little, so the true gradient with respect to
    the vectors is zero. In its place stands that of the best linear approximation of the
    substitution, so a straight-through gradient (arXiv 1308.3432) that is damped in directions
    which the encoder does not tell apart.

    Parameters
    ----------
    vectors: (P, subspaces, length).
    prototypes: (subspaces, K, features).
    slopes: (subspaces, length, features) from `linear_slopes`.
    codes: (P, subspaces) int32.
    observer: sees the result's gradient.

    Returns
    -------
    (P, subspaces, features) in the dtype of `vectors`.
    """
    result: Tensor = _Substitute.apply(  # type: ignore[no-untyped-call]
        vectors, prototypes, slopes, codes, observer
    )
    return result


def linear_slopes(vectors: Tensor, substituted: Tensor) -> Tensor:
    """The least-squares linear map from vectors to their prototypes.

    Parameters
    ----------
    vectors: (P, subspaces, length).
    substituted: (P, subspaces, features).

    Returns
    -------
    (subspaces, length, features) float32.
    """
    x = (vectors.float() - vectors.float().mean(0)).transpose(0, 1)
    y = (substituted.float() - substituted.float().mean(0)).transpose(0, 1)
    covariance = x.transpose(1, 2) @ x
    # A little ridge, for elements that never vary.
    ridge = 1e-3 * covariance.diagonal(dim1=1, dim2=2).mean(1)[:, None, None] + 1e-6
    covariance = covariance + ridge * torch.eye(x.shape[2], device=x.device)
    return torch.linalg.solve(covariance, x.transpose(1, 2) @ y)
