"""Ridge regression of all tables of a layer against the float network's output.

The layer is linear in its tables: its output is the sum of the rows that its codes choose, so
with one-hot codes as features the best tables are a least-squares solution (Blalock and Guttag's
Maddness, arXiv 2106.10860, section 4.2, fits prototypes so; here it is the tables themselves).
The ridge pulls towards given tables, the products of prototypes and weights, instead of zero.
Only sums of products are kept, so the features are made a batch at a time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

Matrix = NDArray[np.float64]

STRENGTHS = (1e-4, 1e-3, 1e-2, 3e-2, 1e-1, 3e-1, 1.0, 3.0)
"""Ridge strengths that `choose_strength` tries, in mean variances of a feature."""


class NormalEquations:
    """Sums of products of features and targets.

    Attributes
    ----------
    rows: how many rows were added.
    gram: (D, D) sums of products of features; its upper triangle only.
    cross: (D, M) sums of products of features and targets.
    features, targets: (D,), (M,) sums.
    target_squares: (M,) sums of squared targets.
    """

    def __init__(self, features: int, targets: int) -> None:
        self.rows = 0
        self.gram: Matrix = np.zeros((features, features), order="F")
        self.cross: Matrix = np.zeros((features, targets))
        self.features: Matrix = np.zeros(features)
        self.targets: Matrix = np.zeros(targets)
        self.target_squares: Matrix = np.zeros(targets)

    def add(self, features: NDArray[np.float32], targets: NDArray[np.float32]) -> None:
        """Count rows in.

        Parameters
        ----------
        features: (rows, D).
        targets: (rows, M).
        """
        self.add_features(features)
        self.add_targets(features, targets)

    def add_features(self, features: NDArray[np.float32]) -> None:
        """The part of `add` that depends on no target."""
        self.rows += len(features)
        # The transpose is what BLAS calls column-major, so nothing is copied.
        self.gram += linalg.blas.ssyrk(1.0, features.T)
        self.features += features.sum(axis=0, dtype=np.float64)

    def add_targets(self, features: NDArray[np.float32], targets: NDArray[np.float32]) -> None:
        """The part of `add` that depends on the targets."""
        self.cross += features.T @ targets
        self.targets += targets.sum(axis=0, dtype=np.float64)
        self.target_squares += (targets.astype(np.float64) ** 2).sum(axis=0)

    def forget_targets(self) -> None:
        """Start the targets' sums again, keeping those of the features."""
        for sums in (self.cross, self.targets, self.target_squares):
            sums[...] = 0.0

    def __add__(self, other: NormalEquations) -> NormalEquations:
        """The sums over the rows of both."""
        total = NormalEquations(len(self.features), len(self.targets))
        total.rows = self.rows + other.rows
        for name in ("gram", "cross", "features", "targets", "target_squares"):
            setattr(total, name, getattr(self, name) + getattr(other, name))
        return total

    def centered(self) -> tuple[Matrix, Matrix]:
        """Covariances (times rows) of features, upper triangle, and of features and targets."""
        means = self.features / max(self.rows, 1)
        gram = self.gram - np.outer(means, self.features)
        return gram, self.cross - np.outer(means, self.targets)

    def strength_unit(self) -> float:
        """The mean variance (times rows) of a feature."""
        means = self.features / max(self.rows, 1)
        return float((self.gram.diagonal() - means * self.features).mean())


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


def ridge(equations: NormalEquations, prior: Matrix, strength: float) -> Fit:
    """Least squares with a free intercept, pulled towards `prior`.

    Minimizes ``|features @ T + intercept - targets|^2 + penalty * |T - prior|^2`` over T and the
    intercept, with ``penalty = strength * equations.strength_unit()``.

    Parameters
    ----------
    equations: the data.
    prior: (D, M).
    strength: positive.
    """
    gram, cross = equations.centered()
    penalty = strength * equations.strength_unit()
    if penalty <= 0:  # every feature is constant: only the intercept has anything to fit
        return _with_intercept(equations, prior)
    right = cross - _symmetric_product(gram, prior)
    gram[np.diag_indices_from(gram)] += penalty
    factor = linalg.cho_factor(gram, overwrite_a=True, check_finite=False)
    change = linalg.cho_solve(factor, right, overwrite_b=True, check_finite=False)
    return _with_intercept(equations, prior + change)


def squared_error(equations: NormalEquations, fit: Fit) -> float:
    """Mean squared error of `fit` over rows and targets, with the intercept as it is."""
    t, c = fit.coefficients, fit.intercept
    total = (
        equations.target_squares.sum()
        - 2 * (t * equations.cross).sum()
        - 2 * c @ equations.targets
        + (t * _symmetric_product(equations.gram, t)).sum()
        + 2 * (equations.features @ t) @ c
        + equations.rows * (c**2).sum()
    )
    return float(total) / max(1, equations.rows * len(c))


def choose_strength(
    learning: NormalEquations,
    held_out: NormalEquations,
    prior: Matrix,
    strengths: tuple[float, ...] = STRENGTHS,
) -> float:
    """The ridge strength whose fit to `learning` has the least error on `held_out`."""
    if not (learning.rows and held_out.rows):
        return max(strengths)
    errors = [squared_error(held_out, ridge(learning, prior, strength)) for strength in strengths]
    return strengths[int(np.argmin(errors))]


def _with_intercept(equations: NormalEquations, coefficients: Matrix) -> Fit:
    rest = equations.targets - equations.features @ coefficients
    return Fit(coefficients, rest / max(equations.rows, 1))


def _symmetric_product(upper: Matrix, x: Matrix) -> Matrix:
    """Product of the symmetric matrix with upper triangle `upper` and `x`."""
    product: Matrix = linalg.blas.dsymm(1.0, upper, x)
    return product
