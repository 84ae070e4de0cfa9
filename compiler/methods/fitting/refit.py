"""Ridge regression of tables and weights.

A table layer is linear in its tables: its output is the sum of the rows that its codes choose, so
with one-hot codes as features the best tables are a least-squares solution (Blalock and Guttag's
Maddness, arXiv 2106.10860, section 4.2, refits prototypes so; here it is the tables themselves).
The ridge pulls towards given tables, the products of prototypes and weights, instead of zero. An
exact layer is fitted likewise, its activations being the features and its weights what it is
pulled to.

With fewer rows than features the same solution comes from the rows' products with each other
(kernel ridge regression), so the matrix to be factored is the smaller of the two.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from .products import Features, times

Matrix = NDArray[np.float64]
Targets = NDArray[np.float32]
"""(R, M)."""

STRENGTHS = (1e-4, 1e-3, 1e-2, 3e-2, 1e-1, 3e-1, 1.0, 3.0, 10.0, 30.0)
"""Ridge strengths that `choose_strength` tries, in mean variances of a feature."""
_USUAL_STRENGTH = 3e-1
"""The one that it tries first."""
_ROUNDING = 1e-6
"""Share of the sum of squares below which a variance is rounding, in single precision."""


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

    def __call__(self, features: Features) -> Targets:
        """(R, M) float32 for (R, D) features."""
        result: Targets = times(features, self.coefficients.astype(np.float32))
        return result + self.intercept.astype(np.float32)


class Ridge(Protocol):
    """Least squares with a free intercept, pulled towards given coefficients.

    Minimizes ``|features @ T + intercept - targets|^2 + penalty * |T - prior|^2`` over T and the
    intercept, where the penalty is the strength times the features' mean variance times rows.
    """

    def fit(self, targets: Targets, right: Matrix | None = None) -> Fit:
        """The solution for (R, M) `targets`; the factorization is shared by all.

        Parameters
        ----------
        targets: (R, M).
        right: `LeastSquares.right` of them, where it is known.
        """

    def fitted(self, targets: Targets) -> Targets:
        """(R, M): what the solution for `targets` gives for the rows that it is fitted to."""


class LeastSquares(Protocol):
    """The part of the problem that is the same for all strengths."""

    def right(self, targets: Targets) -> Matrix:
        """The right sides of the equations for (R, M) `targets`, the same for all strengths."""

    def ridge(self, strength: float, dtype: type[np.floating] = np.float64) -> Ridge:
        """The factored problem.

        Parameters
        ----------
        strength: positive.
        dtype: that is solved in; float32 takes half the time.
        """


def least_squares(
    features: Features, products: NDArray[np.floating], prior: Matrix, by_rows: bool
) -> LeastSquares:
    """The problem of all strengths.

    Parameters
    ----------
    features: (R, D) float32, at least one row.
    products: (R, R) `row_products` of the features if `by_rows`, else (D, D) `feature_products`.
    prior: (D, M).
    by_rows: which form to solve; that with the smaller matrix is faster.
    """
    return (_ByRow if by_rows else _ByFeature)(features, products, prior)


def choose_strength(
    problem: LeastSquares,
    targets: Targets,
    held_out: tuple[Features, Targets],
    strengths: tuple[float, ...] = STRENGTHS,
) -> float:
    """The ridge strength whose fit has the least squared error on rows held out from it.

    The search starts in the middle and goes downhill until the error rises on both sides.

    Parameters
    ----------
    problem: without the rows that are held out.
    targets: (R, M).
    held_out: features and targets of other rows.
    strengths: candidates.
    """
    errors: dict[int, float] = {}
    ordered = sorted(strengths)
    right = problem.right(targets)

    def error(number: int) -> float:
        if not 0 <= number < len(ordered):
            return np.inf
        if number not in errors:
            errors[number] = np.inf  # unless single precision can solve it
            with contextlib.suppress(linalg.LinAlgError):
                fit = problem.ridge(ordered[number], np.float32).fit(targets, right)
                errors[number] = float(np.square(fit(held_out[0]) - held_out[1]).mean())
        return errors[number]

    best = min(range(len(ordered)), key=lambda number: abs(ordered[number] - _USUAL_STRENGTH))
    for step in (-1, 1):
        while error(best + step) < error(best):
            best += step
    return ordered[best]


class _ByFeature:
    """Normal equations: the (D, D) covariance of the features is factored."""

    def __init__(self, features: Features, products: NDArray[np.floating], prior: Matrix) -> None:
        sums = _column_sums(features)
        self.features = features
        self.prior = prior
        self.means = sums / features.shape[0]
        copy = np.array(products, np.float64, order="F")
        self.covariance: Matrix = linalg.blas.dger(-1.0, self.means, sums, a=copy, overwrite_a=True)
        self.from_prior: Matrix = linalg.blas.dsymm(1.0, self.covariance, prior)
        self.variance = _variance(self.covariance, products)

    def right(self, targets: Targets) -> Matrix:
        mean = targets.mean(axis=0, dtype=np.float64).astype(np.float32)
        right: Matrix = self.features.T @ (targets - mean) - self.from_prior
        return right

    def ridge(self, strength: float, dtype: type[np.floating] = np.float64) -> Ridge:
        penalty = strength * self.variance / self.features.shape[1]
        return _FeatureRidge(self, _Penalized(self.covariance, penalty, dtype))


@dataclass(frozen=True, eq=False)
class _FeatureRidge:
    problem: _ByFeature
    system: _Penalized

    def fit(self, targets: Targets, right: Matrix | None = None) -> Fit:
        problem = self.problem
        right = problem.right(targets) if right is None else right
        coefficients = problem.prior + self.system.solve(right)
        return _with_intercept(coefficients, problem.means, targets.mean(axis=0, dtype=np.float64))

    def fitted(self, targets: Targets) -> Targets:
        return self.fit(targets)(self.problem.features)


class _ByRow:
    """Kernel ridge regression: the (R, R) products of the rows are factored."""

    def __init__(self, features: Features, products: NDArray[np.floating], prior: Matrix) -> None:
        self.features = features
        self.prior = prior
        self.means = _column_sums(features) / features.shape[0]
        self.from_prior: Matrix = features @ prior.astype(np.float32) - self.means @ prior
        upper = np.triu(products)
        upper += np.triu(upper, 1).T
        mean = upper.mean(axis=0, dtype=np.float64)
        self.products: Matrix = upper.astype(np.float64, order="F")
        self.products -= mean
        self.products -= mean[:, None] - mean.mean()
        self.variance = _variance(self.products, products)

    def right(self, targets: Targets) -> Matrix:
        right: Matrix = targets - targets.mean(axis=0, dtype=np.float64) - self.from_prior
        return right

    def ridge(self, strength: float, dtype: type[np.floating] = np.float64) -> Ridge:
        penalty = strength * self.variance / self.features.shape[1]
        return _RowRidge(self, _Penalized(self.products, penalty, dtype))


@dataclass(frozen=True, eq=False)
class _RowRidge:
    problem: _ByRow
    system: _Penalized

    def fit(self, targets: Targets, right: Matrix | None = None) -> Fit:
        problem = self.problem
        weights = self.system.solve(problem.right(targets) if right is None else right)
        change = problem.features.T @ weights.astype(np.float32)
        change = change - np.outer(problem.means, weights.sum(axis=0))
        mean = targets.mean(axis=0, dtype=np.float64)
        return _with_intercept(problem.prior + change, problem.means, mean)

    def fitted(self, targets: Targets) -> Targets:
        # The solution leaves the penalty times its weights of what the prior leaves.
        if self.system.penalty > 0:
            weights = self.system.solve(self.problem.right(targets))
            return (targets - self.system.penalty * weights).astype(np.float32)
        return self.fit(targets)(self.problem.features)


class _Penalized:
    """A symmetric matrix (its upper triangle) with a penalty on its diagonal, factored.

    Without a penalty nothing varies, so that there is nothing to fit: solutions are zero.
    """

    def __init__(self, matrix: Matrix, penalty: float, dtype: type[np.floating]) -> None:
        self.penalty = penalty
        self._dtype = dtype
        self._factor: tuple[NDArray[np.floating], bool] | None = None
        if penalty > 0:
            self._factor = self._factored(matrix)

    def _factored(self, matrix: Matrix) -> tuple[NDArray[np.floating], bool]:
        """Cholesky's factor; in double precision with as much penalty as rounding asks for.

        Where features depend on each other, rounding of their products may outweigh a small
        penalty, and the matrix is then not positive definite though the sums are.
        """
        most = len(matrix) * float(np.abs(matrix).max())
        while True:
            copy = matrix.astype(self._dtype, order="F")
            copy[np.diag_indices_from(copy)] += self.penalty
            try:
                return linalg.cho_factor(copy, overwrite_a=True, check_finite=False)
            except linalg.LinAlgError:
                # A diagonal larger than all else in its row is enough.
                if self._dtype is not np.float64 or not self.penalty <= most:
                    raise
                self.penalty = max(10 * self.penalty, most * float(np.finfo(np.float32).eps))

    def solve(self, right: NDArray[np.floating]) -> Matrix:
        """The solution for (n, M) right sides."""
        if self._factor is None:
            return np.zeros(right.shape)
        solution = linalg.cho_solve(self._factor, right.astype(self._dtype), check_finite=False)
        return solution.astype(np.float64)


def _variance(centered: Matrix, products: NDArray[np.floating]) -> float:
    """The sum of the features' variances; zero where it is but rounding of `products`."""
    variance = float(centered.trace())
    return variance if variance > _ROUNDING * float(products.trace()) else 0.0


def _with_intercept(coefficients: Matrix, means: Matrix, target_mean: Matrix) -> Fit:
    return Fit(coefficients, target_mean - means @ coefficients)


def _column_sums(features: Features) -> Matrix:
    return np.asarray(features.sum(axis=0, dtype=np.float64)).reshape(-1)
