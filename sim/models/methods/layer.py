"""What all layers with an accumulator share: how a sum becomes an activation."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ....compiler.program import Conv
from ..parts import Activations, requantize


def finish(node: Conv, total: NDArray[np.int32]) -> Activations:
    """The activations of a layer whose terms add up to `total` (images, rows, columns, channels).

    Raises
    ------
    AssertionError: a sum leaves the bounds that the program proves.
    """
    accumulator = total + node.bias
    reached = accumulator + node.half.astype(np.int32)
    if reached.size and not (
        node.accumulator[0] <= reached.min() and reached.max() <= node.accumulator[1]
    ):
        raise AssertionError(f"node {node.name!r}: accumulator left its proven bounds")
    return requantize(accumulator, node.shift.astype(np.int64), node.low, node.high)
