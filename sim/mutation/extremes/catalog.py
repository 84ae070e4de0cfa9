"""How each kind of layer is driven to its ends: the one place where a layer method is added."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ....compiler.program import DyadicConv, ExactConv, HasteConv, Node, TableConv
from . import dyadic, exact, haste, table

Extremes = Callable[..., NDArray[np.int16]]
"""(2, outputs, kh, kw, channels) windows for the greatest and the least sums of a layer.

Window n is that of channel n of each group. From the layer, the type and the number of channels of
what it reads, and a random generator.
"""

EXTREMES: dict[type[Node], Extremes] = {
    TableConv: table.extreme_windows,
    ExactConv: exact.extreme_windows,
    DyadicConv: dyadic.extreme_windows,
    HasteConv: haste.extreme_windows,
}
