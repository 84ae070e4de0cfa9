"""Values that take a layer's sums to their ends, in which a sum of too few bits shows.

Random values hardly ever do: each of dozens of terms must be the least or the greatest one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ....compiler.program import Conv, ExactConv, Program, TableConv
from ....compiler.program.encoding import encode, subspace_vectors

_SAMPLES = 4096
"""Random vectors among which there is one for each code, but for codes that hardly any has."""
_NEAR = 3
"""Such values are at most so far from the end."""


def aimed(program: Program, name: str, rng: np.random.Generator) -> NDArray[np.int16]:
    """Images with the greatest and the least sums of the layers that read a node's output.

    Parameters
    ----------
    program: the network.
    name: of the node.
    rng: chooses the windows that have these sums, and values that stand for codes.

    Returns
    -------
    (2, images, height, width, channels): greatest and least, for one channel of each group of
    one layer after another. Where no layer with weights or tables reads them all values are
    almost the greatest, or the least.
    """
    node = program[name]
    channels, height, width = node.shape
    limits = node.type.low, node.type.high
    images = []
    for layer in program:
        if not isinstance(layer, Conv) or layer.inputs[0] != name:
            continue
        if isinstance(layer, TableConv):
            size = (_SAMPLES, *layer.kernel, channels)
            samples = rng.integers(limits[0], limits[1] + 1, size).astype(np.int16)
            patches = _by_tables(layer, samples)
        else:
            assert isinstance(layer, ExactConv)
            patches = _by_weights(layer, limits)
        # The window at one place, and the same over and over around it.
        rows, columns = (
            (np.arange(length) - _origin(layer, axis, length, rng)) % layer.kernel[axis]
            for axis, length in enumerate((height, width))
        )
        images.append(patches[:, :, rows[:, None], columns])
    if not images:
        below = rng.integers(0, _NEAR + 1, (height, width, channels))
        return np.stack([limits[1] - below, limits[0] + below])[:, None].astype(np.int16)
    return np.concatenate(images, axis=1)


def _origin(layer: Conv, axis: int, size: int, rng: np.random.Generator) -> int:
    """Where a window begins: one without padding if there is any."""
    kernel, stride, padding = (each[axis] for each in (layer.kernel, layer.stride, layer.padding))
    starts = np.arange(-padding, size + padding - kernel + 1, stride)
    inside = starts[(starts >= 0) & (starts + kernel <= size)]
    return int(rng.choice(inside if len(inside) else starts))


def _by_weights(layer: ExactConv, limits: tuple[int, int]) -> NDArray[np.int16]:
    """(2, outputs, kh, kw, channels): windows for the greatest and the least sums.

    Window n is that of channel n of each group.
    """
    low, high = limits
    outputs = layer.shape[0] // layer.groups
    weight = layer.weight.reshape(layer.groups, outputs, -1, *layer.kernel)
    by_pixel = weight.transpose(1, 3, 4, 0, 2).reshape(outputs, *layer.kernel, -1)
    most = np.where(by_pixel > 0, high, low)
    return np.stack([most, low + high - most]).astype(np.int16)


def _by_tables(layer: TableConv, samples: NDArray[np.int16]) -> NDArray[np.int16]:
    """The same, made of random windows (samples, kh, kw, channels).

    Each subspace has the code with the greatest, or the least, entry among those that were met.
    """
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
        by_channel = np.array(patches).reshape(2, -1, samples.shape[3], *layer.kernel)
        return by_channel.transpose(0, 1, 3, 4, 2)
    return np.array(patches).reshape(2, -1, *samples.shape[1:])
