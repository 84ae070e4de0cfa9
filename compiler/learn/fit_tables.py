"""Fitting all tables of a layer to the float network's output."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import sparse

from .refit import Fit, NormalEquations, Ridge, choose_strength
from .sample import Sample
from .target import Target

Reals = NDArray[np.float64]

_BATCH_ELEMENTS = 1 << 24
"""Elements of one-hot features made at a time (64 MiB)."""
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
        features = _OneHot(sample.rows[:, group] - first, priors.shape[1])
        target = _of_group(sample.target, slice(group * outputs, (group + 1) * outputs))
        fits.append(_fit_group(features, sample.image, target, priors[group]))
    tables = np.concatenate([fit.coefficients for fit in fits])
    return tables.reshape(prior.shape), np.concatenate([fit.intercept for fit in fits])


@dataclass(frozen=True, eq=False)
class _OneHot:
    """One-hot features: ones at some columns of every row.

    Parameters
    ----------
    columns: (R, lookups) int32, no column twice in a row.
    width: number of columns (D).
    """

    columns: NDArray[np.int32]
    width: int

    def matrix(self) -> sparse.csr_matrix:
        """(R, D) float32."""
        rows, lookups = self.columns.shape
        ends = np.arange(0, rows * lookups + 1, lookups)
        ones = np.ones(rows * lookups, np.float32)
        return sparse.csr_matrix((ones, self.columns.reshape(-1), ends), (rows, self.width))


def _fit_group(features: _OneHot, image: NDArray[np.int64], target: Target, prior: Reals) -> Fit:
    matrix = features.matrix()
    everything = slice(None)
    wanted = target.linear(everything).numpy()
    held_out = image % _HELD_OUT == _HELD_OUT - 1
    learning = _equations(matrix, wanted, np.flatnonzero(~held_out))
    validation = _equations(matrix, wanted, np.flatnonzero(held_out))
    strength = _FEW_IMAGES_STRENGTH
    if validation.rows:
        strength = choose_strength(learning, validation, prior)
    total = learning + validation
    ridge = Ridge(total, prior, strength)
    fit = ridge.fit(total.cross, total.targets)
    if not target.clamped:
        return fit
    for _ in range(_CLAMP_STEPS):
        result = matrix @ fit.coefficients.astype(np.float32) + fit.intercept.astype(np.float32)
        wanted = target.behind_clamp(everything, torch.from_numpy(result)).numpy()
        fit = ridge.fit(matrix.T @ wanted, wanted.sum(axis=0, dtype=np.float64))
    return fit


def _equations(
    matrix: sparse.csr_matrix, wanted: NDArray[np.float32], rows: NDArray[np.int64]
) -> NormalEquations:
    """Sums over some rows, made dense a batch at a time."""
    sums = NormalEquations(matrix.shape[1], wanted.shape[1])
    size = max(1, _BATCH_ELEMENTS // matrix.shape[1])
    for start in range(0, len(rows), size):
        batch = rows[start : start + size]
        sums.add(matrix[batch].toarray(), wanted[batch])
    return sums


def _of_group(target: Target, outputs: slice) -> Target:
    other = None if target.other is None else target.other[:, outputs]
    return Target(target.values[:, outputs], other, target.low, target.high)
