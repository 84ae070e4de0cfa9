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

from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse

Matrix = NDArray[np.float64]
Features: TypeAlias = sparse.csr_matrix | NDArray[np.float32]
"""(R, D)."""
Targets = NDArray[np.float32]
"""(R, M)."""

STRENGTHS = (1e-4, 1e-3, 1e-2, 3e-2, 1e-1, 3e-1, 1.0, 3.0, 10.0, 30.0)
"""Ridge strengths that `choose_strength` tries, in mean variances of a feature."""

_BATCH_ELEMENTS = 1 << 24
"""Elements of dense features made at a time (64 MiB)."""


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
        result: Targets = features @ self.coefficients.astype(np.float32)
        return result + self.intercept.astype(np.float32)


class Ridge(Protocol):
    """Least squares with a free intercept, pulled towards given coefficients.

    Minimizes ``|features @ T + intercept - targets|^2 + penalty * |T - prior|^2`` over T and the
    intercept, where the penalty is the strength times the features' mean variance times rows.
    """

    def fit(self, targets: Targets) -> Fit:
        """The solution for (R, M) `targets`; the factorization is shared by all."""


def ridge(features: Features, gram: Matrix | None, prior: Matrix, strength: float) -> Ridge:
    """The factored problem.

    Parameters
    ----------
    features: (R, D) float32, at least one row.
    gram: `feature_products` of the features; not needed where there are fewer rows than features.
    prior: (D, M).
    strength: positive.
    """
    if gram is None:
        return _RowRidge(features, prior, strength)
    return _FeatureRidge(features, gram, prior, strength)


def feature_products(features: Features) -> Matrix:
    """(D, D) sums of products of features, exact for 0 and 1; its upper triangle only."""
    rows, count = features.shape
    gram: Matrix = np.zeros((count, count), order="F")
    size = max(1, _BATCH_ELEMENTS // count)
    for start in range(0, rows, size):
        # The transpose is what BLAS calls column-major, so nothing is copied.
        gram += linalg.blas.ssyrk(1.0, _dense(features[start : start + size]).T)
    return gram


def choose_strength(
    features: Features,
    gram: Matrix | None,
    targets: Targets,
    prior: Matrix,
    held_out: tuple[Features, Targets],
    strengths: tuple[float, ...] = STRENGTHS,
) -> float:
    """The ridge strength whose fit has the least squared error on rows held out from it.

    The search goes from strong to weak and ends where the error rises.

    Parameters
    ----------
    features, gram, prior: as for `ridge`.
    targets: (R, M).
    held_out: features and targets of other rows.
    strengths: candidates.
    """
    best, least = max(strengths), np.inf
    for strength in sorted(strengths, reverse=True):
        fit = ridge(features, gram, prior, strength).fit(targets)
        error = float(np.square(fit(held_out[0]) - held_out[1]).mean())
        if error > least:
            break
        best, least = strength, error
    return best


class _FeatureRidge:
    """Normal equations: the (D, D) covariance of the features is factored."""

    def __init__(self, features: Features, gram: Matrix, prior: Matrix, strength: float) -> None:
        self._features = features
        self._prior = prior
        sums = _column_sums(features)
        self._means = sums / features.shape[0]
        covariance = gram - np.outer(self._means, sums)
        self._from_prior: Matrix = linalg.blas.dsymm(1.0, covariance, prior)
        self._factor = _penalized(covariance, strength * float(covariance.diagonal().mean()))

    def fit(self, targets: Targets) -> Fit:
        mean = targets.mean(axis=0, dtype=np.float64)
        right = self._features.T @ (targets - mean.astype(np.float32)) - self._from_prior
        return _with_intercept(self._prior + _solve(self._factor, right), self._means, mean)


class _RowRidge:
    """Kernel ridge regression: the (R, R) products of the rows are factored."""

    def __init__(self, features: Features, prior: Matrix, strength: float) -> None:
        self._features = features
        self._prior = prior
        self._means = _column_sums(features) / features.shape[0]
        products = _dense(features @ features.T).astype(np.float64)
        products -= products.mean(axis=0)
        products -= products.mean(axis=1, keepdims=True)
        penalty = strength * float(products.trace()) / features.shape[1]
        self._factor = _penalized(np.asfortranarray(products), penalty)

    def fit(self, targets: Targets) -> Fit:
        mean = targets.mean(axis=0, dtype=np.float64)
        rest = targets - mean - (self._features @ self._prior - self._means @ self._prior)
        weights = _solve(self._factor, rest)
        change = self._features.T @ weights - np.outer(self._means, weights.sum(axis=0))
        return _with_intercept(self._prior + change, self._means, mean)


_Factor = tuple[Matrix, bool]


def _penalized(matrix: Matrix, penalty: float) -> _Factor | None:
    """Factor of `matrix` with a penalty on its diagonal, which is overwritten.

    None where nothing varies, so that there is nothing to fit.
    """
    if penalty <= 0:
        return None
    matrix[np.diag_indices_from(matrix)] += penalty
    factor: _Factor = linalg.cho_factor(matrix, overwrite_a=True, check_finite=False)
    return factor


def _solve(factor: _Factor | None, right: Matrix) -> Matrix:
    if factor is None:
        return np.zeros_like(right)
    solution: Matrix = linalg.cho_solve(factor, right, check_finite=False)
    return solution


def _with_intercept(coefficients: Matrix, means: Matrix, target_mean: Matrix) -> Fit:
    return Fit(coefficients, target_mean - means @ coefficients)


def _dense(matrix: Features) -> NDArray[np.float32]:
    dense: NDArray[np.float32] = matrix if isinstance(matrix, np.ndarray) else matrix.toarray()
    return dense


def _column_sums(features: Features) -> Matrix:
    return np.asarray(features.sum(axis=0, dtype=np.float64)).reshape(-1)
