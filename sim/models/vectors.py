"""Test vectors for those who put a build into a design of their own."""

from __future__ import annotations

import numpy as np

from ...compiler.program import Program
from ...hw.rtl.integration.vectors import Vectors
from . import golden

IMAGES = 2
"""As many as show that a second image finds nothing left of the first."""


def random_vectors(program: Program, images: int = IMAGES, seed: int = 0) -> Vectors:
    """Random images and the golden model's answers.

    Parameters
    ----------
    program: the network.
    images: how many.
    seed: of the images.
    """
    channels, height, width = program.input.shape
    pixels = np.random.default_rng(seed).integers(
        0, 256, (images, height, width, channels), np.uint8
    )
    return Vectors(pixels, np.concatenate(list(golden.outputs(program, pixels))))
