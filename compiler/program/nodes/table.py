"""Convolution by lookup."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ..activation import Layout, require
from ..encoders import Encoder
from .conv import Conv


@dataclass(frozen=True, eq=False, kw_only=True)
class TableConv(Conv):
    """Convolution by lookup.

    A group's channels (layout ``pixel``) or its im2col vector in the order channel, row, column
    (layout ``patch``) are cut into subspaces of `encoder.length` elements; the last one is
    filled up with zeros. Subspaces are numbered group by group. In the ``pixel`` layout every
    input pixel is coded once, padding pixels have the code of a real zero, and each tap of the
    kernel has its own table rows.

    Parameters
    ----------
    layout: ``pixel`` or ``patch``.
    encoder: codes for all subspaces.
    tables: (subspaces, taps or 1, K, M / groups) int8; axis 1 is the kernel's taps row-major for
        ``pixel`` and has length 1 for ``patch``.
    """

    kind: ClassVar[str] = "table_conv"
    method: ClassVar[str] = "table"
    layout: Layout
    encoder: Encoder
    tables: NDArray[np.int8]

    def __post_init__(self) -> None:
        super().__post_init__()
        taps = self.taps if self.layout == "pixel" else 1
        expected = (
            self.encoder.subspaces,
            taps,
            self.encoder.prototypes,
            self.shape[0] // self.groups,
        )
        require(
            self.tables.shape == expected,
            f"node {self.name!r}: tables have shape {self.tables.shape} instead of {expected}",
        )
