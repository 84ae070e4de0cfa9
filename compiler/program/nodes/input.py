"""The image that a Program starts with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ..activation import UINT8, Shape, require
from .node import Node


@dataclass(frozen=True, eq=False, kw_only=True)
class Input(Node):
    """The image, uint8, channel-minor.

    Parameters
    ----------
    zero: (channels,) int16 in 0..255, the value that stands for a real zero after the network's
        input normalization; padding uses it.
    """

    kind: ClassVar[str] = "input"
    arity: ClassVar[int] = 0
    keeps_type: ClassVar[bool] = False
    zero: NDArray[np.int16]

    def __post_init__(self) -> None:
        super().__post_init__()
        require(self.type == UINT8, f"node {self.name!r}: images are uint8, not {self.type}")
        require(
            self.zero.shape == self.shape[:1],
            f"node {self.name!r}: zero {self.zero.shape} must have one element per channel "
            f"({self.shape[0]})",
        )
        require(
            bool(((self.zero >= UINT8.low) & (self.zero <= UINT8.high)).all()),
            f"node {self.name!r}: zero must lie in {UINT8.low}..{UINT8.high}, where the image does",
        )

    def output_shape(self, sources: Sequence[Node]) -> Shape:
        """The image's own."""
        return self.shape

    @property
    def padding_value(self) -> NDArray[np.int16]:
        """(channels,) `zero`."""
        return self.zero
