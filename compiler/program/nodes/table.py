"""Convolution by lookup."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ..activation import ActivationType, Layout, Shape, require
from ..encoders import Encoder
from ..operations import Cost
from ..shapes import subspaces_per_group
from .conv import Bounds, Conv
from .node import Node


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
    replaceable: ClassVar[frozenset[str]] = frozenset({"tables", "bias"})
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

    @property
    def contents(self) -> NDArray[np.int8]:
        """`tables`."""
        return self.tables

    @property
    def details(self) -> Mapping[str, str | int | float]:
        """How the input is cut and coded; see `Conv.details`."""
        return {
            "layout": self.layout,
            "encoder": self.encoder.kind,
            "subspaces": self.encoder.subspaces,
            "subspace_length": self.encoder.length,
            "prototypes": self.encoder.prototypes,
        }

    def sum_bounds(self, source: ActivationType) -> Bounds:
        """Sums of every table's extreme rows, whatever the input; see `Conv.sum_bounds`."""
        subspaces, taps, prototypes, per_group = self.tables.shape
        tables = self.tables.astype(np.int64).reshape(
            self.groups, subspaces // self.groups, taps, prototypes, per_group
        )
        return (
            tables.min(axis=3).sum(axis=(1, 2)).reshape(-1),
            tables.max(axis=3).sum(axis=(1, 2)).reshape(-1),
        )

    def cost(self, source: Shape) -> Cost:
        """Operations of the encoder and additions of rows; see `Conv.cost`."""
        subspaces, taps, prototypes, per_group = self.tables.shape
        return self.convolution(source).tables(
            self.layout, (subspaces, taps, prototypes, per_group), self.encoder.encoding
        )

    def check(self, sources: Sequence[Node]) -> None:
        """Raise `ProgramError` unless the layer fits its input; see `Node.check`."""
        super().check(sources)
        count = self.groups * subspaces_per_group(
            sources[0].shape[0] // self.groups, self.taps, self.encoder.length, self.layout
        )
        require(
            self.encoder.subspaces == count,
            f"node {self.name!r} has {self.encoder.subspaces} subspaces instead of {count}",
        )
