"""A layer's weights as its subspaces meet them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from ...graph import Conv
from ...scales.tensor_scale import TensorScale
from .lookup import Slicing

Reals = NDArray[np.float64]


def sliced_weights(layer: Conv, slicing: Slicing, source: TensorScale) -> Reals:
    """The weights that each subspace is multiplied with.

    Parameters
    ----------
    layer: the float layer.
    slicing: how its input is cut.
    source: scale of its input, taken into the weights.

    Returns
    -------
    (subspaces, taps or 1, length, M / groups) real output per integer step of the input.
    """
    outputs, per_group = layer.weight.shape[:2]
    steps = source.steps.reshape(layer.groups, 1, per_group, 1, 1)
    weight = layer.weight.reshape(layer.groups, -1, *layer.weight.shape[1:]) * steps
    if slicing.layout == "pixel":  # group, tap, output, element
        by_element = weight.transpose(0, 3, 4, 1, 2).reshape(
            layer.groups, slicing.taps, -1, per_group
        )
    else:
        by_element = weight.reshape(layer.groups, 1, outputs // layer.groups, -1)
    missing = -by_element.shape[-1] % slicing.length
    filled = np.pad(by_element, ((0, 0), (0, 0), (0, 0), (0, missing)))
    cut = filled.reshape(*filled.shape[:3], -1, slicing.length)
    by_subspace = cut.transpose(0, 3, 1, 4, 2)
    return by_subspace.reshape(-1, *by_subspace.shape[2:])


def sliced_channels(layer: Conv, slicing: Slicing, values: Reals) -> Reals:
    """(subspaces, length): a value per input channel at the elements of the subspaces."""
    if slicing.layout == "patch":
        values = np.repeat(values, layer.kernel[0] * layer.kernel[1])
    per_group = values.reshape(slicing.groups, -1)
    filled = np.pad(per_group, ((0, 0), (0, -per_group.shape[1] % slicing.length)))
    return filled.reshape(-1, slicing.length)


def error_metric(weights: Reals) -> Reals:
    """(subspaces, length, length): a square root of the Gram matrix of sliced `weights`.

    An error e of a subspace's activations, as a row, becomes output errors of squared length
    ``|e @ metric|^2`` over all taps and output channels, up to a factor for each subspace.
    """
    gram = np.einsum("stlm,stnm->sln", weights, weights)
    values, vectors = np.linalg.eigh(gram)
    roots = np.sqrt(values.clip(min=0))
    largest = roots.max(axis=1, keepdims=True)
    metric: Reals = vectors * (roots / np.where(largest > 0, largest, 1.0))[:, None]
    return metric
