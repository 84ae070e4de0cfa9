"""Table layers: the codes with the greatest, or the least, entries, and values that have them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ....compiler.program import ActivationType, TableConv
from ....compiler.program.encoding import encode, subspace_vectors

_SAMPLES = 4096
"""Random vectors among which there is one for each code, but for codes that hardly any has."""


def extreme_windows(
    layer: TableConv, source: ActivationType, channels: int, rng: np.random.Generator
) -> NDArray[np.int16]:
    """(2, outputs, kh, kw, channels): windows for the greatest and the least sums.

    Window n is that of channel n of each group. It is made of random ones: each subspace has the
    code with the greatest, or the least, entry among those that were met.

    Parameters
    ----------
    layer: that reads them.
    source: the integers that they may hold.
    channels: of the layer's input.
    rng: draws values that stand for codes.
    """
    size = (_SAMPLES, *layer.kernel, channels)
    samples = rng.integers(source.low, source.high + 1, size).astype(np.int16)
    if layer.layout == "patch":
        vectors = samples.transpose(0, 3, 1, 2).reshape(len(samples), 1, -1)
    else:
        vectors = samples.reshape(len(samples), layer.taps, -1)
    _, taps, elements = vectors.shape
    code = encode(layer.encoder, subspace_vectors(vectors, layer.groups, layer.encoder.length))
    group, place = np.divmod(np.arange(elements), elements // layer.groups)
    subspace = group * (layer.encoder.subspaces // layer.groups) + place // layer.encoder.length
    tap = np.arange(taps)[:, None]
    patches = []
    for sign in (1, -1):
        for entries in np.moveaxis(layer.tables.astype(np.int16), 3, 0):
            met = entries[np.arange(len(entries)), tap, code]  # (samples, taps, subspaces)
            best = (sign * met).argmax(axis=0)
            patches.append(vectors[best[tap, subspace], tap, np.arange(elements)])
    if layer.layout == "patch":
        by_channel = np.array(patches).reshape(2, -1, channels, *layer.kernel)
        return by_channel.transpose(0, 1, 3, 4, 2)
    return np.array(patches).reshape(2, -1, *layer.kernel, channels)
