"""The image that a Graph starts with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from .layer import Layer

Floats = NDArray[np.float32]


@dataclass(frozen=True, eq=False, kw_only=True)
class Input(Layer):
    """A uint8 image ``x``; the network sees ``(x / 255 - mean) / std``.

    Parameters
    ----------
    mean, std: (channels,) float32.
    """

    kind: ClassVar[str] = "input"
    mean: Floats
    std: Floats
