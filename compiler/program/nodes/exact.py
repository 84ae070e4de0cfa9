"""Convolution by multiplication."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from .conv import Conv


@dataclass(frozen=True, eq=False, kw_only=True)
class ExactConv(Conv):
    """Convolution by multiplication.

    Parameters
    ----------
    weight: (M, C / groups, kernel height, kernel width) int8.
    """

    kind: ClassVar[str] = "exact_conv"
    method: ClassVar[str] = "exact"
    weight: NDArray[np.int8]
