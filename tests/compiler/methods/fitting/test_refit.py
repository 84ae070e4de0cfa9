"""Ridge regression on one-hot features, against NumPy on dense rows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import sparse
from tabfab.compiler.methods.fitting.fit import one_hot
from tabfab.compiler.methods.fitting.products import Features, feature_products, row_products
from tabfab.compiler.methods.fitting.refit import Fit, LeastSquares, choose_strength, least_squares

Reals = NDArray[np.floating]
FORMS = pytest.mark.parametrize("form", ["features", "rows"])


def draw(
    seed: int, rows: int, blocks: int = 3, codes: int = 4, outputs: int = 2
) -> tuple[sparse.csr_matrix, NDArray[np.float32]]:
    """One-hot features of `blocks` codes and random targets."""
    random = np.random.default_rng(seed)
    columns = random.integers(codes, size=(rows, blocks)) + np.arange(blocks) * codes
    features = one_hot(columns.astype(np.int32), blocks * codes)
    return features, random.normal(size=(rows, outputs)).astype(np.float32)


def problem(features: Features, prior: Reals, form: str) -> LeastSquares:
    by_rows = form == "rows"
    products = row_products(features) if by_rows else feature_products(features)
    return least_squares(features, products, prior, by_rows)


def fit(
    features: sparse.csr_matrix, targets: Reals, prior: Reals, strength: float, form: str
) -> Fit:
    return problem(features, prior, form).ridge(strength).fit(targets)


def test_one_hot() -> None:
    dense = one_hot(np.array([[0, 3], [1, 2]], np.int32), 5).toarray()
    assert dense.tolist() == [[1, 0, 0, 1, 0], [0, 1, 1, 0, 0]]


@FORMS
@given(
    seed=st.integers(0, 2**32 - 1),
    rows=st.integers(2, 40),
    strength=st.sampled_from([1e-3, 0.1, 1.0, 30.0]),
)
def test_ridge_is_the_closed_form(form: str, seed: int, rows: int, strength: float) -> None:
    features, targets = draw(seed, rows)
    prior = np.random.default_rng(seed + 1).normal(size=(12, 2))
    found = fit(features, targets, prior, strength, form)
    dense = features.toarray().astype(np.float64)
    x = dense - dense.mean(axis=0)
    penalty = strength * (x**2).sum(axis=0).mean()
    rest = targets - targets.mean(axis=0, dtype=np.float64) - x @ prior
    change = np.linalg.solve(x.T @ x + penalty * np.eye(12), x.T @ rest) if penalty else 0
    assert found.coefficients == pytest.approx(prior + change, abs=2e-3)
    assert (targets - found(features)).mean(axis=0) == pytest.approx(np.zeros(2), abs=1e-4)


@FORMS
@given(seed=st.integers(0, 2**32 - 1), rows=st.integers(1, 40))
def test_what_is_fitted_is_what_the_solution_gives(form: str, seed: int, rows: int) -> None:
    features, targets = draw(seed, rows)
    prior = np.random.default_rng(seed + 1).normal(size=(12, 2))
    system = problem(features, prior, form).ridge(0.1)
    assert system.fitted(targets) == pytest.approx(system.fit(targets)(features), abs=1e-3)


def test_weak_ridge_is_least_squares() -> None:
    features, targets = draw(0, 200)
    found = fit(features, targets, np.zeros((12, 2)), 1e-9, "features")
    design = np.hstack([features.toarray(), np.ones((200, 1))])
    best = design @ np.linalg.lstsq(design, targets, rcond=None)[0]
    assert found(features) == pytest.approx(best, abs=1e-4)


@FORMS
def test_strong_ridge_keeps_the_prior(form: str) -> None:
    prior = np.random.default_rng(0).normal(size=(12, 2))
    assert fit(*draw(0, 50), prior, 1e9, form).coefficients == pytest.approx(prior, abs=1e-6)


@FORMS
def test_features_never_seen_keep_the_prior(form: str) -> None:
    features, targets = draw(0, 50)
    features = features @ sparse.diags_array([0.0] + [1.0] * 11, format="csr", dtype=np.float32)
    prior = np.random.default_rng(0).normal(size=(12, 2))
    found = fit(features, targets, prior, 0.1, form)
    assert found.coefficients[0] == pytest.approx(prior[0])


@FORMS
def test_constant_features_fit_the_intercept_only(form: str) -> None:
    features = sparse.csr_matrix(np.ones((7, 3), np.float32))
    found = fit(features, np.full((7, 1), 5.0, np.float32), np.ones((3, 1)), 0.1, form)
    assert found.coefficients.tolist() == [[1.0], [1.0], [1.0]]
    assert found.intercept == pytest.approx([2.0])


@FORMS
def test_single_precision_comes_near(form: str) -> None:
    features, targets = draw(2, 60)
    prior = np.random.default_rng(0).normal(size=(12, 2))
    for strength in (1e-3, 1.0):
        exact, near = (
            problem(features, prior, form).ridge(strength, dtype).fit(targets)
            for dtype in (np.float64, np.float32)
        )
        assert near.coefficients == pytest.approx(exact.coefficients, abs=1e-3)


@FORMS
@given(seed=st.integers(0, 2**32 - 1), noise=st.sampled_from([0.01, 0.3, 3.0]))
def test_the_strength_is_no_worse_than_its_neighbours(form: str, seed: int, noise: float) -> None:
    random = np.random.default_rng(seed)
    (features, first), (unseen, rest) = draw(seed, 30), draw(seed + 1, 30)
    truth = random.normal(size=(12, 2)).astype(np.float32)
    targets, expected = features @ truth + noise * first, unseen @ truth + noise * rest
    shared = problem(features, np.zeros((12, 2)), form)
    strengths = (1e-3, 1e-2, 1e-1, 1.0, 10.0)

    def error(strength: float) -> float:
        found = shared.ridge(strength, np.float32).fit(targets)
        return float(np.square(found(unseen) - expected).mean())

    chosen = choose_strength(shared, targets, (unseen, expected), strengths)
    at = strengths.index(chosen)
    near = strengths[max(at - 1, 0) : at + 2]
    assert error(chosen) == min(map(error, near))


@FORMS
def test_noise_is_fitted_with_a_strong_ridge_and_truth_with_a_weak_one(form: str) -> None:
    prior = np.zeros((12, 2))
    (features, noise), held_out = draw(0, 40), draw(1, 40)
    shared = problem(features, prior, form)
    assert choose_strength(shared, noise, held_out) >= 3
    truth = np.random.default_rng(0).normal(size=(12, 2)).astype(np.float32)
    unseen = held_out[0], held_out[0] @ truth
    assert choose_strength(shared, features @ truth, unseen) <= 1e-3


@FORMS
def test_features_that_do_not_vary_leave_the_prior(form: str) -> None:
    """Their products are not exact in single precision, and what is left of them is noise."""
    random = np.random.default_rng(0)
    features = np.tile(random.normal(size=30).astype(np.float32) * 100, (40, 1))
    targets, prior = random.normal(size=(40, 2)).astype(np.float32), random.normal(size=(30, 2))
    found = problem(features, prior, form).ridge(1e-4).fit(targets)
    np.testing.assert_allclose(found.coefficients, prior)
