"""Single heartbeats of an electrocardiogram, in the place of the MIT-BIH arrhythmia database.

A beat is a sum of bells, one each for the waves P, Q, R, S and T, as in ECGSYN (McSharry et al.,
IEEE Transactions on Biomedical Engineering 50, 2003). Four kinds of beats differ from the normal
one as in textbooks: an early one from the atrium, one from the ventricle (wide, no P), a bundle
branch block (a wide, notched R), and a paced one (a spike before a wide R).
"""

from __future__ import annotations

import numpy as np

from ..image_set import ImageSet, Split

_COUNTS = {"train": 2000, "test": 500}
_CLASSES = ("normal", "atrial", "ventricular", "bundle branch block", "paced")
_SAMPLES = 180
"""Half a second of MIT-BIH's 360 samples a second."""

# (time in samples from R, height, width in samples) of each bell: P, Q, R, S, T, and one more.
_NORMAL = ((-60, 0.15, 9), (-9, -0.12, 4), (0, 1.0, 4), (9, -0.22, 4), (75, 0.3, 16), (0, 0.0, 4))
_BEATS = np.array(
    [
        _NORMAL,
        ((-42, 0.1, 6), *_NORMAL[1:4], (66, 0.24, 15), (0, 0.0, 4)),
        ((-60, 0.0, 9), (-20, -0.1, 9), (0, 1.0, 12), (24, -0.55, 12), (74, -0.3, 18), (0, 0.0, 4)),
        (
            (-60, 0.15, 9),
            (-9, -0.05, 4),
            (-2, 0.7, 6),
            (26, -0.1, 8),
            (74, -0.15, 16),
            (12, 0.6, 6),
        ),
        ((-60, 0.0, 9), (-16, 0.0, 4), (0, 0.8, 13), (24, -0.3, 10), (76, 0.3, 18), (-22, 0.7, 1)),
    ]
)
_BEFORE = 80
"""Samples before R."""


def make(random: np.random.Generator, split: Split) -> ImageSet:
    """Sequences of one channel and 180 samples, and the kind of beat."""
    count = _COUNTS[split]
    labels = random.integers(0, len(_CLASSES), count)
    waves = _BEATS[labels]
    center = waves[..., 0] * random.uniform(0.85, 1.15, (count, 1)) + random.normal(
        0, 3, (count, 1)
    )
    height = waves[..., 1] * random.uniform(0.7, 1.3, waves.shape[:2])
    width = waves[..., 2] * random.uniform(0.8, 1.25, waves.shape[:2])
    time = np.arange(_SAMPLES)[:, None] - _BEFORE
    bells = height[:, None] * np.exp(-(((time - center[:, None]) / width[:, None]) ** 2) / 2)
    wander = 0.15 * np.sin(time.T / 40 + random.uniform(0, 2 * np.pi, (count, 1)))
    signal = bells.sum(axis=2) + wander + random.normal(0, 0.06, (count, _SAMPLES))
    pixels = np.clip(np.round(90 + 100 * signal), 0, 255).astype(np.uint8)
    return ImageSet(pixels[:, None, :, None], labels.astype(np.int64), _CLASSES, "heartbeats")
