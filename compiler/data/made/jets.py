"""Features of particle jets of five kinds, in the place of hls4ml's LHC jet data set.

That set (Pierini et al., Zenodo 3602260) has sixteen features of simulated jets: masses, shapes,
multiplicities. These are drawn from distributions of such a kind, whose overlap leaves a good
classifier about as much to get wrong as the real ones do: three quarters are right.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..image_set import ImageSet, Split

_COUNTS = {"train": 8000, "test": 2000}
_CLASSES = ("gluon", "quark", "W", "Z", "top")

# Of each class: mean and deviation of the logarithm of the mass (in GeV; that of the particle for
# the last three), of the multiplicity, of the width, and shares of two and three prongs.
_LOG_MASS = np.log([55.0, 45.0, 80.4, 91.2, 173.0]), np.array([0.5, 0.5, 0.08, 0.08, 0.12])
_MULTIPLICITY = np.array([48.0, 34.0, 32.0, 33.0, 50.0]), np.array([11.0, 9.0, 8.0, 8.0, 10.0])
_WIDTH = np.array([0.24, 0.15, 0.16, 0.17, 0.26]), np.array([0.07, 0.06, 0.03, 0.03, 0.05])
_TWO_PRONGS = np.array([0.35, 0.25, 0.75, 0.75, 0.55]), np.array([0.17, 0.15, 0.14, 0.14, 0.17])
_THREE_PRONGS = np.array([0.3, 0.2, 0.25, 0.25, 0.7]), np.array([0.15, 0.12, 0.12, 0.12, 0.16])
_LATENT = (_LOG_MASS, _MULTIPLICITY, _WIDTH, _TWO_PRONGS, _THREE_PRONGS)

_FEATURES = 16
_NOISE = 0.25
"""Deviation of what each feature measures beside the jet, in deviations of the jets."""


def make(random: np.random.Generator, split: Split) -> ImageSet:
    """Vectors of sixteen features, in 256 steps, and the kind of jet."""
    labels = random.integers(0, len(_CLASSES), _COUNTS[split])
    latent = np.stack(
        [random.normal(mean[labels], deviation[labels]) for mean, deviation in _LATENT], axis=1
    )
    scale = np.array([[mean.mean(), mean.std() + deviation.mean()] for mean, deviation in _LATENT])
    features = _measured((latent - scale[:, 0]) / scale[:, 1])
    features = features + random.normal(0, _NOISE, features.shape)
    pixels = np.clip(np.round(127.5 + 32 * features), 0, 255).astype(np.uint8)
    return ImageSet(pixels[:, None, None], labels.astype(np.int64), _CLASSES, "jets")


def _measured(latent: NDArray[np.float64]) -> NDArray[np.float64]:
    """(N, 16) what is measured of jets: the five properties, and functions of several of them."""
    # Part of the data set, not of an example: the same whatever the seed.
    mixing = np.random.default_rng(16)
    others = _FEATURES - latent.shape[1]
    weights = mixing.normal(size=(latent.shape[1], others)) / np.sqrt(latent.shape[1])
    return np.concatenate([latent, 2 * np.tanh(latent @ weights)], axis=1)
