"""Fitting a layer to the float network's output, behind the clamp that follows it."""

from __future__ import annotations

import contextlib
import math

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import linalg, sparse

from .products import Features, feature_products, row_products
from .refit import Fit, Ridge, choose_strength, least_squares
from .sample import Sample
from .target import Target

Reals = NDArray[np.float64]

_HELD_OUT = 5
"""Every fifth image chooses the ridge strength."""
_FEW_IMAGES_STRENGTH = 1.0
"""Ridge strength where there are too few images to choose it."""
_USUAL = (2.0**-32, 2.0**32)
"""Sizes of activations between which single precision holds the sums of squares of a problem."""
_FAR = 100.0
"""How much larger than its changes a feature is that is measured from its middle."""
_CLAMP_STEPS = 4
"""Least-squares fits towards the error behind the clamp; more gain next to nothing."""


def fit_tables(sample: Sample, prior: Reals) -> tuple[Reals, Reals]:
    """The best tables near `prior`.

    Parameters
    ----------
    sample: positions of the calibration images with the table rows that they add up.
    prior: (subspaces, taps or 1, K, M / groups), what the tables are pulled to.

    Returns
    -------
    Tables in the shape of `prior`, and (M,) bias.
    """
    groups, outputs = sample.inputs.shape[1], prior.shape[-1]
    priors = prior.reshape(groups, -1, outputs)
    fits = []
    for group in range(groups):
        first = group * priors.shape[1]
        features = one_hot(sample.inputs[:, group] - first, priors.shape[1])
        fits.append(_fit_group(features, sample, group, priors[group]))
    tables = np.concatenate([fit.coefficients for fit in fits])
    return tables.reshape(prior.shape), np.concatenate([fit.intercept for fit in fits])


def fit_weights(sample: Sample, weight: Reals, steps: Reals) -> tuple[Reals, Reals]:
    """The best weights near `weight`, for an exact layer behind layers that are not.

    Parameters
    ----------
    sample: positions of the calibration images with the activations that they read.
    weight: (M, C / groups, kernel height, kernel width) what the weights are pulled to.
    steps: (groups, C / groups * taps) real value of one step of each activation.

    Returns
    -------
    Weights in the shape of `weight`, and (M,) bias for activations of integer 0.
    """
    groups = sample.inputs.shape[1]
    by_group = weight.reshape(groups, len(weight) // groups, -1)
    fits = []
    for group in range(groups):
        features = (sample.inputs[:, group] * steps[group]).astype(np.float32)
        fits.append(_fit_group(features, sample, group, by_group[group].T))
    weights = np.stack([fit.coefficients.T for fit in fits])
    return weights.reshape(weight.shape), np.concatenate([fit.intercept for fit in fits])


def fit_decoded(sample: Sample, decoded: Reals, weights: Reals) -> Reals:
    """The best weights near `weights` for the activations that the codes stand for.

    They are far fewer than the entries of the tables, so that they are found from fewer images;
    tables that are prototypes times them are nearer to the best ones.

    Parameters
    ----------
    sample: positions of the calibration images with the table rows that they add up.
    decoded: (subspaces, K, length) the activations that the codes stand for.
    weights: (subspaces, taps or 1, length, M / groups) what the weights are pulled to.

    Returns
    -------
    Weights in the shape of `weights`.
    """
    groups, (subspaces, taps, length, outputs) = sample.inputs.shape[1], weights.shape
    by_row = np.broadcast_to(decoded[:, None], (subspaces, taps, *decoded.shape[1:]))
    values = by_row.reshape(-1, length).astype(np.float32)
    priors = weights.reshape(groups, -1, outputs)
    fits = []
    for group in range(groups):
        features = values.take(sample.inputs[:, group], axis=0).reshape(len(sample.inputs), -1)
        # Only differences count; sums of large squares would lose their digits.
        features -= features.mean(axis=0)
        fits.append(_fit_group(features, sample, group, priors[group]))
    return np.concatenate([fit.coefficients for fit in fits]).reshape(weights.shape)


def one_hot(columns: NDArray[np.integer], width: int) -> sparse.csr_matrix:
    """(R, width) float32 with ones at `columns` (R, lookups), no column twice in a row."""
    rows, lookups = columns.shape
    ends = np.arange(0, rows * lookups + 1, lookups)
    ones = np.ones(rows * lookups, np.float32)
    return sparse.csr_matrix((ones, columns.reshape(-1), ends), (rows, width))


def _fit_group(features: Features, sample: Sample, group: int, prior: Reals) -> Fit:
    """The least squared error behind the clamp, for one group's output channels.

    The error before the clamp is minimized first. What the clamp hides does not matter; towards a
    target that leaves it as it is, the same least squares are solved again a few times, with the
    same matrix (majorization, as in iteratively reweighted least squares).
    """
    outputs = slice(group * prior.shape[1], (group + 1) * prior.shape[1])
    target = _of_channels(sample.target, outputs)
    wanted = target.linear(slice(None)).numpy()
    # Squares of very large or small numbers are more or less than single precision holds.
    unit = _unit(wanted)
    step, offset, scaled = _near_one(features)
    with contextlib.suppress(linalg.LinAlgError), np.errstate(over="ignore", invalid="ignore"):
        fit = _fit_target(scaled, sample.image, _in_units(target, unit), prior * (step / unit))
        coefficients = fit.coefficients * (unit / step)
        fit = Fit(coefficients, fit.intercept * unit - offset @ coefficients)
        if np.isfinite(fit.coefficients).all() and np.isfinite(fit.intercept).all():
            return fit
    # Numbers so far apart that nothing can be fitted: what was given stays.
    means = np.asarray(features.mean(axis=0), np.float64).reshape(-1)
    return Fit(prior, wanted.mean(axis=0, dtype=np.float64) - means @ prior)


def _fit_target(features: Features, image: NDArray[np.int64], target: Target, prior: Reals) -> Fit:
    """`_fit_group` of numbers whose squares and sums are numbers."""
    everything = slice(None)
    wanted = target.linear(everything).numpy()
    problem = _ridge(features, image, wanted, prior)
    if target.clamped:
        for _ in range(_CLAMP_STEPS):
            result = torch.from_numpy(problem.fitted(wanted))
            wanted = target.behind_clamp(everything, result).numpy()
    return problem.fit(wanted)


def _ridge(
    features: Features,
    image: NDArray[np.int64],
    wanted: NDArray[np.float32],
    prior: Reals,
) -> Ridge:
    """The problem over all rows, its strength chosen by some images held out from the others."""
    held_out = image % _HELD_OUT == _HELD_OUT - 1
    first, rest = np.flatnonzero(~held_out), np.flatnonzero(held_out)
    rows, count = features.shape
    by_rows = rows <= count
    if by_rows:  # the products of all rows hold those of the first
        products: NDArray[np.floating] = row_products(features)
        among_first: NDArray[np.floating] = products[np.ix_(first, first)]
    else:
        products = among_first = feature_products(features[first])
        if len(rest):
            products = among_first + feature_products(features[rest])
    strength = _FEW_IMAGES_STRENGTH
    if len(rest):
        problem = least_squares(features[first], among_first, prior, by_rows)
        strength = choose_strength(problem, wanted[first], (features[rest], wanted[rest]))
    return least_squares(features, products, prior, by_rows).ridge(strength)


def _unit(values: NDArray[np.floating]) -> float:
    """The power of two next to the largest of `values`; 1 where they are of a usual size."""
    # No array of absolute values: these are the largest arrays that there are.
    largest = float(max(values.max(initial=0), -values.min(initial=0)))
    if largest == 0 or _USUAL[0] < largest < _USUAL[1]:
        return 1.0
    return 2.0 ** round(math.log2(largest))


def _near_one(features: Features) -> tuple[float, Reals, Features]:
    """What single precision sums the squares of: ``(features - offset) / step``; (D,) offsets.

    Offsets are those of features that never change, or hardly beside their size: of the squares
    of these no more than rounding would be left, and a fit to it.
    """
    none = np.zeros(features.shape[1])
    if not isinstance(features, np.ndarray):
        return 1.0, none, features  # zeros and ones
    low, high = features.min(axis=0), features.max(axis=0)
    middle = low / 2 + high / 2  # is their value where they never change
    far = np.abs(middle) > _FAR * (high - low)
    offset = np.where(far, middle, np.float32(0))
    if offset.any():
        features = features - offset
    step = _unit(features)
    return step, offset.astype(np.float64), features if step == 1 else features / np.float32(step)


def _in_units(target: Target, unit: float) -> Target:
    if unit == 1:
        return target
    other = None if target.other is None else target.other / unit
    return Target(target.values / unit, other, target.low / unit, target.high / unit)


def _of_channels(target: Target, outputs: slice) -> Target:
    other = None if target.other is None else target.other[:, outputs]
    return Target(target.values[:, outputs], other, target.low, target.high)
