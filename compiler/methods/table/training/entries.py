"""Tables as the weights of a convolution of one-hot codes, and back."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ....graph import Conv


def weight_of_tables(tables: NDArray[np.generic], layer: Conv) -> Tensor:
    """The weights with which a convolution of one-hot codes adds tables up.

    Parameters
    ----------
    tables: (subspaces, taps or 1, K, M / groups).
    layer: the layer.

    Returns
    -------
    (M, subspaces / groups * K, kernel height, kernel width), or 1x1 kernels if there are tables
    for whole patches.
    """
    subspaces, taps, prototypes, outputs = tables.shape
    kernel = layer.kernel if taps > 1 else (1, 1)
    by_group = tables.reshape(layer.groups, subspaces // layer.groups, taps, prototypes, outputs)
    arranged = by_group.transpose(0, 4, 1, 3, 2).reshape(layer.groups * outputs, -1, *kernel)
    return torch.from_numpy(np.ascontiguousarray(arranged))


def tables_of_weight(
    weight: NDArray[np.float64], layer: Conv, prototypes: int
) -> NDArray[np.float64]:
    """The tables (subspaces, taps or 1, K, M / groups) that `weight_of_tables` was given.

    Parameters
    ----------
    weight: (M, subspaces / groups * K, kernel height, kernel width).
    layer: the layer.
    prototypes: rows of a table (K).
    """
    outputs, rows, *kernel = weight.shape
    groups, taps = layer.groups, kernel[0] * kernel[1]
    by_group = weight.reshape(groups, outputs // groups, rows // prototypes, prototypes, taps)
    tables = by_group.transpose(0, 2, 4, 3, 1)
    return tables.reshape(-1, taps, prototypes, outputs // groups)
