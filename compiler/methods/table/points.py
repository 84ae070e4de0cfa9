"""Drawing the points that an encoder is learned from out of the calibration images."""

from __future__ import annotations

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ...store.batches import batches
from ..fitting.sample import BATCH, choose_positions
from .lookup import Slicing


def sample_points(slicing: Slicing, x: Tensor, count: int, seed: int) -> NDArray[np.int16]:
    """About `count` of the vectors that are coded, the same number of every image.

    Parameters
    ----------
    slicing: how the input is cut.
    x: (N, H, W, C) int16.
    count: how many are wanted; fewer if there are no more.
    seed: of the choice.

    Returns
    -------
    (points, subspaces, length).
    """
    if slicing.layout == "pixel":  # padding is one known point, which needs no learning
        slicing = slicing.inside
    generator = np.random.default_rng(seed)
    parts = []
    for images in batches(len(x), BATCH):
        vectors = slicing.vectors(x[images]).flatten(1, 2)
        chosen = choose_positions(generator, vectors, math.ceil(count / len(x)))
        parts.append(vectors[chosen].flatten(0, 1))
    points: NDArray[np.int16] = torch.cat(parts).numpy()
    return points
