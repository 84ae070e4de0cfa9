"""Rows of real numbers in the place of a layer's activations."""

from __future__ import annotations

import dataclasses

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ..lookup import Slicing
from ..program import ActivationType, Encoder, TreeEncoder
from .coding import Coder
from .substitution import Observer, linear_slopes, substitute
from .thresholds import ThresholdVotes

_SLOPE_POINTS = 8192
"""Vectors that slopes are fitted to."""
_VOTERS = 2048
"""Pixels of a batch whose vectors vote on thresholds."""


class Lookup(nn.Module):
    """Codes a layer's input and puts a row of real numbers in the place of what was coded.

    Convolved with the layer's weights, the rows give the layer's tables: those of a subspace are
    (K, rank) rows times (rank, taps * M) weights. With the rank K any tables can be had so; with
    a lower one tables are restricted, and training is faster. Rows are relative to that of
    padding in the ``pixel`` layout: the convolution that follows may then pad with zeros.

    Parameters
    ----------
    slicing: how the input is cut.
    encoder: codes of the input's vectors.
    kind: the integers that may arrive.
    rows: (subspaces, K, rank) real.

    Attributes
    ----------
    padding_codes: (subspaces,) int32 codes of padding; empty in the ``patch`` layout.
    """

    slopes: Tensor
    stale: Tensor

    def __init__(
        self,
        slicing: Slicing,
        encoder: Encoder,
        kind: ActivationType,
        rows: NDArray[np.float32],
    ) -> None:
        super().__init__()
        self.slicing = slicing
        self._inside = dataclasses.replace(slicing, padding=(0, 0)) if self._pixel else slicing
        self.rows = nn.Parameter(torch.from_numpy(rows))
        subspaces, _, rank = rows.shape
        self.register_buffer("slopes", torch.zeros(subspaces, slicing.length, rank))
        self.votes: ThresholdVotes | None
        self._kind = kind
        # A buffer, so that a checkpoint tells whether slopes are still to be fitted.
        self.register_buffer("stale", torch.tensor(True))
        self.collects_votes = False
        self._set_encoder(encoder)

    @property
    def _pixel(self) -> bool:
        return self.slicing.layout == "pixel"

    @property
    def encoder(self) -> Encoder:
        """What codes the input now."""
        return self._coder.encoder

    def _set_encoder(self, encoder: Encoder) -> None:
        device = self.slopes.device
        self._coder = Coder(encoder, self._kind, device)
        self.votes = None
        if isinstance(encoder, TreeEncoder):
            self.votes = ThresholdVotes(encoder).to(device)
        self.padding_codes = torch.zeros(0, dtype=torch.int32, device=device)
        if self._pixel:
            pixel = torch.from_numpy(self.slicing.padding_value).view(1, 1, 1, -1)
            vectors = self._inside.vectors(pixel).flatten(0, 2).to(device)
            self.padding_codes = self._coder(vectors)[0]

    def review(self) -> None:
        """Move thresholds as the votes since the last review say, and fit the slopes anew."""
        if self.votes is not None:
            self._set_encoder(self.votes.moved(self._kind))
        self.stale.fill_(True)

    def table_rows(self) -> Tensor:
        """(subspaces, K, rank): the rows as the weights meet them."""
        if not self._pixel:
            return self.rows
        subspace = torch.arange(len(self.rows), device=self.rows.device)
        return self.rows - self.rows[subspace, self.padding_codes].unsqueeze(1)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) whole numbers to (N, subspaces * rank, rows, columns) real numbers.

        Rows and columns are those of the input in the ``pixel`` layout, of the layer's output in
        the ``patch`` layout.
        """
        vectors = self._inside.vectors(x.permute(0, 2, 3, 1))
        points = vectors.flatten(0, 2)
        rows, codes = self.table_rows(), self._coder(points.detach())
        collects = self.collects_votes and self.votes is not None
        observer = self._voter(points, rows) if collects else None
        result = substitute(points, rows, self.slopes, codes, observer)
        if self.stale:
            every = -(-len(points) // _SLOPE_POINTS)
            self.slopes = linear_slopes(points[::every].detach(), result[::every].detach())
            self.stale.fill_(False)
        return result.view(*vectors.shape[:3], -1).permute(0, 3, 1, 2)

    def _voter(self, points: Tensor, rows: Tensor) -> Observer:
        """Lets an odd share of the points vote, so that all columns of the image take part."""
        every = -(-len(points) // _VOTERS) | 1
        voters, prototypes = points[::every].detach(), rows.detach()

        def vote(gradient: Tensor) -> None:
            assert self.votes is not None
            self.votes.add(voters, gradient[::every].float(), prototypes)

        return vote
