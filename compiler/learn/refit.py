"""Ridge regression from sums of products.

A table layer is linear in its tables: its output is the sum of the rows that its codes choose, so
with one-hot codes as features the best tables are a least-squares solution (Blalock and Guttag's
Maddness, arXiv 2106.10860, section 4.2, refits prototypes so; here it is the tables themselves).
The ridge pulls towards given tables, the products of prototypes and weights, instead of zero.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

Matrix = NDArray[np.float64]

STRENGTHS = (1e-4, 1e-3, 1e-2, 3e-2, 1e-1, 3e-1, 1.0, 3.0, 10.0, 30.0)
"""Ridge strengths that `choose_strength` tries, in mean variances of a feature."""


class NormalEquations:
    """Sums of products of features and targets, over any number of batches.

    Parameters
    ----------
    features, targets: how many of each there are (D, M).

    Attributes
    ----------
    rows: how many rows were added.
    gram: (D, D) sums of products of features; its upper triangle only.
    cross: (D, M) sums of products of features and targets.
    features, targets: (D,), (M,) sums.
    target_squares: sum of all squared targets.
    """

    def __init__(self, features: int, targets: int) -> None:
        self.rows = 0
        self.gram: Matrix = np.zeros((features, features), order="F")
        self.cross: Matrix = np.zeros((features, targets))
        self.features: Matrix = np.zeros(features)
        self.targets: Matrix = np.zeros(targets)
        self.target_squares = 0.0

    def add(self, features: NDArray[np.float32], targets: NDArray[np.float32]) -> None:
        """Add rows.

        Parameters
        ----------
        features: (rows, D); sums of their products are exact below 2^24.
        targets: (rows, M).
        """
        self.rows += len(features)
        # The transpose is what BLAS calls column-major, so nothing is copied.
        self.gram += linalg.blas.ssyrk(1.0, features.T)
        self.features += features.sum(axis=0, dtype=np.float64)
        self.cross += features.T @ targets
        self.targets += targets.sum(axis=0, dtype=np.float64)
        self.target_squares += float((targets.astype(np.float64) ** 2).sum())

    def __add__(self, other: NormalEquations) -> NormalEquations:
        """The sums over the rows of both."""
        total = NormalEquations(len(self.features), len(self.targets))
        total.rows = self.rows + other.rows
        total.gram += self.gram
        total.gram += other.gram
        total.cross += self.cross + other.cross
        total.features += self.features + other.features
        total.targets += self.targets + other.targets
        total.target_squares = self.target_squares + other.target_squares
        return total


@dataclass(frozen=True, eq=False)
class Fit:
    """A linear function.

    Parameters
    ----------
    coefficients: (D, M).
    intercept: (M,).
    """

    coefficients: Matrix
    intercept: Matrix


class Ridge:
    """Least squares with a free intercept, pulled towards given coefficients.

    Minimizes ``|features @ T + intercept - targets|^2 + penalty * |T - prior|^2`` over T and the
    intercept, with ``penalty = strength`` times the features' mean variance times rows. The
    factorization is done once, for any number of targets.

    Parameters
    ----------
    equations: the data, at least one row.
    prior: (D, M).
    strength: positive.
    """

    def __init__(self, equations: NormalEquations, prior: Matrix, strength: float) -> None:
        self._prior = prior
        self._rows = equations.rows
        self._features = equations.features
        self._means = equations.features / equations.rows
        gram = equations.gram - np.outer(self._means, equations.features)
        self._from_prior = _symmetric_product(gram, prior)
        penalty = strength * float(gram.diagonal().mean())
        self._factor: tuple[Matrix, bool] | None = None
        if penalty > 0:  # otherwise every feature is constant, and there is nothing to fit
            gram[np.diag_indices_from(gram)] += penalty
            self._factor = linalg.cho_factor(gram, overwrite_a=True, check_finite=False)

    def fit(self, cross: Matrix, targets: Matrix) -> Fit:
        """The best coefficients and intercept.

        Parameters
        ----------
        cross: (D, M) sums of products of features and targets.
        targets: (M,) sums of targets.
        """
        coefficients = self._prior
        if self._factor is not None:
            right = cross - np.outer(self._means, targets) - self._from_prior
            coefficients = coefficients + linalg.cho_solve(
                self._factor, right, overwrite_b=True, check_finite=False
            )
        return Fit(coefficients, (targets - self._features @ coefficients) / self._rows)


def squared_error(equations: NormalEquations, fit: Fit) -> float:
    """Mean squared error of `fit` over the rows and targets of `equations`."""
    coefficients, intercept = fit.coefficients, fit.intercept
    total = (
        equations.target_squares
        - 2 * (coefficients * equations.cross).sum()
        - 2 * intercept @ equations.targets
        + (coefficients * _symmetric_product(equations.gram, coefficients)).sum()
        + 2 * (equations.features @ coefficients) @ intercept
        + equations.rows * (intercept**2).sum()
    )
    return float(total) / max(1, equations.rows * len(intercept))


def choose_strength(
    learning: NormalEquations,
    held_out: NormalEquations,
    prior: Matrix,
    strengths: tuple[float, ...] = STRENGTHS,
) -> float:
    """The ridge strength whose fit to `learning` has the least error on `held_out`.

    The error has one minimum over the strength in practice, so the search stops where it rises.
    """
    best, least = max(strengths), np.inf
    for strength in sorted(strengths, reverse=True):
        fit = Ridge(learning, prior, strength).fit(learning.cross, learning.targets)
        error = squared_error(held_out, fit)
        if error > least:
            break
        best, least = strength, error
    return best


def _symmetric_product(upper: Matrix, x: Matrix) -> Matrix:
    """Product of the symmetric matrix with upper triangle `upper` and `x`."""
    product: Matrix = linalg.blas.dsymm(1.0, upper, x)
    return product
