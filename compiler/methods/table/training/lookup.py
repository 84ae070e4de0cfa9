"""One-hot codes in the place of a layer's activations."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from ....program import ActivationType, Encoder, TreeEncoder
from ..lookup import Slicing
from .boundaries import Boundaries
from .coding import Coder
from .substitution import substitute


class Lookup(nn.Module):
    """Codes a layer's input and puts a one-hot row in the place of what was coded.

    The weights that the rows are convolved with are the layer's tables. In the ``pixel`` layout
    rows are relative to that of padding, so that the convolution may pad with zeros; it then
    lacks the tables' entries for padding at every tap, `at_padding`.

    Parameters
    ----------
    slicing: how the input is cut.
    encoder: codes of the input's vectors.
    kind: the integers that may arrive.
    """

    _rows: Tensor
    _padding: Tensor

    def __init__(self, slicing: Slicing, encoder: Encoder, kind: ActivationType) -> None:
        super().__init__()
        self.slicing = slicing
        self._inside = slicing.inside if self._pixel else slicing
        self._kind = kind
        self._boundaries: Boundaries | None
        self._set_encoder(encoder)

    @property
    def _pixel(self) -> bool:
        return self.slicing.layout == "pixel"

    @property
    def encoder(self) -> Encoder:
        """What codes the input now."""
        return self._coder.encoder

    @property
    def prototypes(self) -> int:
        """Rows of a table (K)."""
        return self.encoder.prototypes

    def _set_encoder(self, encoder: Encoder) -> None:
        """Code by `encoder` from now on; all that follows from it is made on the CPU."""
        self._coder = Coder(encoder, self._kind)
        self._boundaries = Boundaries(encoder) if isinstance(encoder, TreeEncoder) else None
        eye = torch.eye(encoder.prototypes)
        padding = torch.zeros(encoder.subspaces, encoder.prototypes)
        if self._pixel:
            pixel = torch.from_numpy(self.slicing.padding_value).view(1, 1, 1, -1)
            padding = eye[self._coder(self._inside.vectors(pixel).flatten(0, 2))[0]]
        self.register_buffer("_padding", padding, persistent=False)
        self.register_buffer("_rows", eye - padding.unsqueeze(1), persistent=False)

    def move_thresholds(self) -> None:
        """Move thresholds as what was seen since the last move says."""
        if self._boundaries is not None:
            device = self._rows.device
            self._set_encoder(self._boundaries.moved(self._kind))
            self.to(device)

    def at_padding(self, weight: Tensor) -> Tensor:
        """(M,) what an output would be if its whole window were padding; 0 if none is left out.

        Parameters
        ----------
        weight: (M, subspaces / groups * K, kernel height, kernel width).
        """
        groups = self.slicing.groups
        by_group = weight.sum(dim=(2, 3)).view(groups, len(weight) // groups, -1)
        return (by_group @ self._padding.view(groups, -1, 1)).flatten()

    def rows(self, x: Tensor) -> Tensor:
        """Which rows of the tables the outputs add up (`Slicing.rows_of`).

        Parameters
        ----------
        x: (N, C, H, W) whole numbers.
        """
        vectors = self.slicing.vectors(x.permute(0, 2, 3, 1))
        codes = self._coder(vectors.flatten(0, 2)).view(vectors.shape[:4])
        return self.slicing.rows_of(codes, self.prototypes)

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) whole numbers to (N, subspaces * K, rows, columns).

        Rows and columns are those of the input in the ``pixel`` layout, of the layer's output in
        the ``patch`` layout.
        """
        vectors = self._inside.vectors(x.permute(0, 2, 3, 1))
        points = vectors.flatten(0, 2)
        result = substitute(points, self._rows, self._coder(points.detach()), self._boundaries)
        return result.view(*vectors.shape[:3], -1).permute(0, 3, 1, 2)
