"""Spectrograms of spoken keywords, in the place of Google's Speech Commands.

Shaped as MLPerf Tiny's keyword spotting takes them (Banbury et al., arXiv 2106.07597): 49 frames
of 10 coefficients, ten words, silence and words that are none of them. A word is a sequence of
sounds; a speaker says it sooner or later, faster or slower, louder or softer, in some noise.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ..image_set import ImageSet, Split

_COUNTS = {"train": 2400, "test": 600}
_CLASSES = (
    "down", "go", "left", "no", "off", "on", "right", "stop", "up", "yes", "silence", "unknown",
)  # fmt: skip
_FRAMES, _COEFFICIENTS = 49, 10
_WORDS = 10
_SILENCE = 10
_SOUNDS = 12
"""Sounds that words are made of."""
_LENGTH = 3
"""Sounds of a word."""


def make(random: np.random.Generator, split: Split) -> ImageSet:
    """Images of one channel, 49 frames high and 10 coefficients wide, and what was said."""
    # The language is part of the data set, not of an example: the same whatever the seed.
    language = np.random.default_rng(49)
    sounds = language.normal(size=(_SOUNDS, _COEFFICIENTS))
    words = np.stack([language.choice(_SOUNDS, _LENGTH, replace=False) for _ in range(_WORDS)])
    count = _COUNTS[split]
    labels = random.integers(0, len(_CLASSES), count)
    said = random.integers(0, _SOUNDS, (count, _LENGTH))  # other words
    known = labels < _WORDS
    said[known] = words[labels[known]]
    loudness = np.where(labels == _SILENCE, 0.0, random.uniform(0.6, 1.4, count))
    spoken = loudness[:, None, None] * _spoken(random, sounds[said])
    noise = random.uniform(0.3, 0.8, (count, 1, 1))
    spectrograms = spoken + noise * random.normal(size=spoken.shape)
    pixels = np.clip(np.round(127.5 + 32 * spectrograms), 0, 255).astype(np.uint8)
    return ImageSet(pixels[..., None], labels.astype(np.int64), _CLASSES, "keywords")


def _spoken(random: np.random.Generator, sounds: NDArray[np.float64]) -> NDArray[np.float64]:
    """(N, frames, coefficients) of (N, sounds of a word, coefficients), at some time and speed."""
    count, length, _ = sounds.shape
    start = random.uniform(2, 14, (count, 1))
    duration = random.uniform(7, 11, (count, length))
    ends = start + np.cumsum(duration, axis=1)
    middle, width = ends - duration / 2, duration / 2
    away = (np.arange(_FRAMES)[None, :, None] - middle[:, None]) / width[:, None]
    return np.exp(-(away**2)) @ sounds
