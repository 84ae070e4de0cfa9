"""Values that take a layer's sums to their ends, in which a sum of too few bits shows.

Random values hardly ever do: each of dozens of terms must be the least or the greatest one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ....compiler.program import Conv, Program, find, reach
from .catalog import EXTREMES

_NEAR = 3
"""Where nothing is summed up, values are at most so far from the end."""


def aimed(program: Program, name: str, rng: np.random.Generator) -> NDArray[np.int16]:
    """Images with the greatest and the least sums of the layers that read a node's output.

    Parameters
    ----------
    program: the network.
    name: of the node.
    rng: chooses the windows that have these sums, and where they lie.

    Returns
    -------
    (2, images, height, width, channels): greatest and least, for one channel of each group of
    one layer after another. Where no layer reads them all values are almost the greatest, or the
    least.

    Raises
    ------
    TabfabError: a layer's method has no place in `tabfab.sim.mutation.extremes.catalog`.
    """
    node = program[name]
    channels, height, width = node.shape
    images = []
    for layer in program:
        if not isinstance(layer, Conv) or layer.inputs[0] != name:
            continue
        extreme_windows = find(EXTREMES, layer, "sim/mutation/extremes/catalog.py")
        patches = extreme_windows(layer, node.type, channels, rng)
        # The window at one place, and the same over and over around it.
        rows, columns = (
            (np.arange(length) - _origin(layer, axis, length, rng))
            // layer.dilation[axis]
            % layer.kernel[axis]
            for axis, length in enumerate((height, width))
        )
        images.append(patches[:, :, rows[:, None], columns])
    if not images:
        below = rng.integers(0, _NEAR + 1, (height, width, channels))
        return np.stack([node.type.high - below, node.type.low + below])[:, None].astype(np.int16)
    return np.concatenate(images, axis=1)


def _origin(layer: Conv, axis: int, size: int, rng: np.random.Generator) -> int:
    """Where a window begins: one without padding if there is any."""
    under = reach(layer.kernel[axis], layer.dilation[axis])
    before, after = layer.edges[axis]
    starts = np.arange(-before, size + after - under + 1, layer.stride[axis])
    inside = starts[(starts >= 0) & (starts + under <= size)]
    return int(rng.choice(inside if len(inside) else starts))
