"""Spectra of a machine that runs well, or does not, in the place of the ToyADMOS car sounds.

Shaped as MLPerf Tiny's anomaly detection takes them (Banbury et al., arXiv 2106.07597): five
frames of 128 bands, 640 numbers, to be reproduced by a network that knows the machine only as it
should be. A motor turns, faster or slower, and hums at multiples of its speed; a broken one
rattles: at halves of it, and in bands that have nothing to do with it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..image_set import ImageSet, Split

_COUNTS = {"train": 2000, "test": 500}
_FRAMES, _BANDS = 5, 128
_HARMONICS = 8


def make(random: np.random.Generator, split: Split) -> ImageSet:
    """Vectors of 640 levels, to be answered with themselves."""
    return _set(_spectra(random, _COUNTS[split], broken=False), "machine-sounds")


def make_broken(random: np.random.Generator, split: Split) -> ImageSet:
    """The same of a broken machine, to test on: they should be reproduced worse."""
    return _set(_spectra(random, _COUNTS[split], broken=True), "broken-machine-sounds")


def _set(pixels: NDArray[np.uint8], name: str) -> ImageSet:
    vectors = pixels.reshape(len(pixels), -1)
    return ImageSet(vectors[:, None, None], (vectors / 255).astype(np.float32), (), name)


def _spectra(random: np.random.Generator, count: int, broken: bool) -> NDArray[np.uint8]:
    """(count, frames, bands) levels."""
    speed = random.uniform(9, 14, (count, 1)) + random.normal(0, 0.1, (count, _FRAMES))
    load = random.uniform(0.5, 1, (count, 1))
    bands = np.arange(_BANDS)
    levels = 0.5 * np.exp(-bands / 60) * load[..., None] + np.zeros((count, _FRAMES, _BANDS))
    for number in range(1, _HARMONICS + 1):
        peak = np.exp(-(((bands - number * speed[..., None]) / 1.5) ** 2) / 2)
        levels += (load / number**0.5)[..., None] * peak
    if broken:
        half = speed[..., None] * (random.integers(1, _HARMONICS, (count, 1, 1)) + 0.5)
        rattle = random.uniform(20, _BANDS, (count, 1, 1))
        strength = random.uniform(0.2, 0.7, (count, 1, 1))
        levels += strength * np.exp(-(((bands - half) / 1.5) ** 2) / 2)
        levels += strength * np.exp(-(((bands - rattle) / 5) ** 2) / 2)
    levels += random.normal(0, 0.04, levels.shape)
    return np.clip(np.round(30 + 130 * levels), 0, 255).astype(np.uint8)
