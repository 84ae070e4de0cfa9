"""Rows of real numbers in the place of a layer's activations."""

from __future__ import annotations

import dataclasses

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from ..lookup import Slicing
from ..program import ActivationType, Encoder, TreeEncoder
from .boundaries import Boundaries
from .coding import Coder
from .substitution import substitute


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
        self.boundaries: Boundaries | None
        self._kind = kind
        self._set_encoder(encoder)

    @property
    def _pixel(self) -> bool:
        return self.slicing.layout == "pixel"

    @property
    def encoder(self) -> Encoder:
        """What codes the input now."""
        return self._coder.encoder

    def _set_encoder(self, encoder: Encoder) -> None:
        device = self.rows.device
        self._coder = Coder(encoder, self._kind, device)
        self.boundaries = None
        if isinstance(encoder, TreeEncoder):
            self.boundaries = Boundaries(encoder).to(device)
        self.padding_codes = torch.zeros(0, dtype=torch.int32, device=device)
        if self._pixel:
            pixel = torch.from_numpy(self.slicing.padding_value).view(1, 1, 1, -1)
            vectors = self._inside.vectors(pixel).flatten(0, 2).to(device)
            self.padding_codes = self._coder(vectors)[0]

    def move_thresholds(self) -> None:
        """Move thresholds as the votes since the last move say."""
        if self.boundaries is not None:
            self._set_encoder(self.boundaries.moved(self._kind))

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
        result = substitute(points, rows, codes, self.boundaries)
        return result.view(*vectors.shape[:3], -1).permute(0, 3, 1, 2)
