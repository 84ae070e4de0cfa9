"""Activation functions: a table over all integers that may arrive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ..activation import ActivationType, Shape, require
from .node import Node


@dataclass(frozen=True, eq=False, kw_only=True)
class ActivationTable(Node):
    """An elementwise function, looked up: ``table[x - lowest]``.

    Parameters
    ----------
    function: what it is called (documentation; the table is the function).
    source: type of the input.
    tables: (1 or channels, 2^bits of the input) int16, values of the output's type from the
        smallest input on; one table for all channels, or one for each.
    zero: the integer that stands for a real zero in the output.
    """

    kind: ClassVar[str] = "activation"
    arity: ClassVar[int] = 1
    keeps_type: ClassVar[bool] = False
    documentation: ClassVar[frozenset[str]] = Node.documentation | {"function"}
    function: str = ""
    source: ActivationType
    tables: NDArray[np.int16]
    zero: int = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        require(
            self.tables.ndim == 2 and len(self.tables) in (1, self.shape[0]),
            f"node {self.name!r}: tables {self.tables.shape} must be one for all channels, or one "
            f"for each of {self.shape[0]}",
        )
        require(
            self.tables.shape[1] == 1 << self.source.bits,
            f"node {self.name!r}: its tables have {self.tables.shape[1]} entries, but "
            f"{self.source} has {1 << self.source.bits} values",
        )
        fits = (self.tables >= self.type.low) & (self.tables <= self.type.high)
        require(bool(fits.all()), f"node {self.name!r}: its tables must hold values of {self.type}")
        require(
            self.type.low <= self.zero <= self.type.high,
            f"node {self.name!r}: its zero, {self.zero}, must be a value of {self.type}",
        )

    @property
    def lowest(self) -> int:
        """The input that the first entry belongs to."""
        return self.source.low

    @property
    def padding_value(self) -> NDArray[np.int16]:
        """(channels,) `zero`."""
        return np.full(self.shape[0], self.zero, np.int16)

    def output_shape(self, sources: Sequence[Node]) -> Shape:
        """That of the input."""
        return sources[0].shape

    def check(self, sources: Sequence[Node]) -> None:
        """Raise `ProgramError` unless the tables are for its input's type; see `Node.check`."""
        super().check(sources)
        require(
            self.source == sources[0].type,
            f"node {self.name!r} has tables for {self.source}, but reads {sources[0].type}",
        )
