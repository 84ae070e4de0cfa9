"""Fitting all tables of a layer to the float network's output."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import sparse

from .refit import Fit, Ridge, choose_strength, feature_products, ridge
from .sample import Sample
from .target import Target

Reals = NDArray[np.float64]

_HELD_OUT = 5
"""Every fifth image chooses the ridge strength."""
_FEW_IMAGES_STRENGTH = 1.0
"""Ridge strength where there are too few images to choose it."""
_CLAMP_STEPS = 4
"""Least-squares fits towards the error behind the clamp; more gain next to nothing."""


def fit_tables(sample: Sample, prior: Reals) -> tuple[Reals, Reals]:
    """Tables and bias with the least squared error behind the clamp, near `prior`.

    The error before the clamp is minimized first. What the clamp hides does not matter; towards a
    target that leaves it as it is, the same least squares are solved again a few times, with the
    same matrix (majorization, as in iteratively reweighted least squares).

    Parameters
    ----------
    sample: positions of the calibration images.
    prior: (subspaces, taps or 1, K, M / groups), what the tables are pulled to.

    Returns
    -------
    Tables in the shape of `prior`, and (M,) bias.
    """
    groups, outputs = sample.rows.shape[1], prior.shape[-1]
    priors = prior.reshape(groups, -1, outputs)
    fits = []
    for group in range(groups):
        first = group * priors.shape[1]
        features = one_hot(sample.rows[:, group] - first, priors.shape[1])
        target = _of_group(sample.target, slice(group * outputs, (group + 1) * outputs))
        fits.append(_fit_group(features, sample.image, target, priors[group]))
    tables = np.concatenate([fit.coefficients for fit in fits])
    return tables.reshape(prior.shape), np.concatenate([fit.intercept for fit in fits])


def one_hot(columns: NDArray[np.int32], width: int) -> sparse.csr_matrix:
    """(R, width) float32 with ones at `columns` (R, lookups), no column twice in a row."""
    rows, lookups = columns.shape
    ends = np.arange(0, rows * lookups + 1, lookups)
    ones = np.ones(rows * lookups, np.float32)
    return sparse.csr_matrix((ones, columns.reshape(-1), ends), (rows, width))


def _fit_group(
    features: sparse.csr_matrix, image: NDArray[np.int64], target: Target, prior: Reals
) -> Fit:
    everything = slice(None)
    fitted = _ridge(features, image, target.linear(everything).numpy(), prior)
    fit = fitted.fit(target.linear(everything).numpy())
    if target.clamped:
        for _ in range(_CLAMP_STEPS):
            result = torch.from_numpy(fit(features))
            fit = fitted.fit(target.behind_clamp(everything, result).numpy())
    return fit


def _ridge(
    features: sparse.csr_matrix,
    image: NDArray[np.int64],
    wanted: NDArray[np.float32],
    prior: Reals,
) -> Ridge:
    """The problem over all rows, its strength chosen by some images held out from the others."""
    held_out = image % _HELD_OUT == _HELD_OUT - 1
    first, rest = np.flatnonzero(~held_out), np.flatnonzero(held_out)
    narrow = features.shape[1] < features.shape[0]
    gram = feature_products(features[first]) if narrow else None
    strength = _FEW_IMAGES_STRENGTH
    if len(rest):
        validation = features[rest], wanted[rest]
        strength = choose_strength(features[first], gram, wanted[first], prior, validation)
    if gram is not None and len(rest):
        gram += feature_products(features[rest])
    return ridge(features, gram, prior, strength)


def _of_group(target: Target, outputs: slice) -> Target:
    other = None if target.other is None else target.other[:, outputs]
    return Target(target.values[:, outputs], other, target.low, target.high)
