"""Products of features and of rows, against NumPy on dense matrices."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import sparse
from tabfab.compiler.methods.fitting import products
from tabfab.compiler.methods.fitting.fit import one_hot


def draw(rows: int, blocks: int, codes: int) -> sparse.csr_matrix:
    random = np.random.default_rng(rows)
    columns = random.integers(codes, size=(rows, blocks)) + np.arange(blocks) * codes
    return one_hot(columns.astype(np.int32), blocks * codes)


@pytest.fixture(params=["integers", "floats"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both ways of counting, whatever this processor does best."""
    monkeypatch.setattr(products, "_counts_fast", lambda: request.param == "integers")
    return str(request.param)


@pytest.mark.parametrize("elements", [1, 4000, 1 << 24])
@pytest.mark.parametrize(
    ("rows", "blocks", "codes"), [(1, 1, 2), (5, 3, 4), (65, 4, 16), (201, 7, 16)]
)
def test_products_are_exact(
    way: str, rows: int, blocks: int, codes: int, elements: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(products, "_BATCH_ELEMENTS", elements)
    features = draw(rows, blocks, codes)
    dense: NDArray[np.float32] = features.toarray()
    by_feature, by_row = np.triu(dense.T @ dense), np.triu(dense @ dense.T)
    assert np.triu(products.feature_products(features)).tolist() == by_feature.tolist()
    assert np.triu(products.row_products(features)).tolist() == by_row.tolist()


def test_both_ways_give_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    features, found = draw(300, 20, 16), []
    for fast in (False, True):
        monkeypatch.setattr(products, "_counts_fast", lambda fast=fast: fast)
        pair = products.feature_products(features), products.row_products(features)
        found.append([np.triu(matrix).tobytes() for matrix in pair])
    assert found[0] == found[1]


def test_products_of_real_features() -> None:
    dense = np.random.default_rng(0).normal(size=(30, 8)).astype(np.float32)
    assert np.triu(products.feature_products(dense)) == pytest.approx(
        np.triu(dense.T @ dense), abs=1e-4
    )
    assert np.triu(products.row_products(dense)) == pytest.approx(
        np.triu(dense @ dense.T), abs=1e-4
    )


@pytest.mark.parametrize(("rows", "lookups"), [(0, 2), (1, 1), (50, 3)])
def test_sums_of_rows_are_products(rows: int, lookups: int) -> None:
    rng = np.random.default_rng(rows)
    columns = rng.integers(0, 4, (rows, lookups)) + 4 * np.arange(lookups)
    features = one_hot(columns, 4 * lookups)
    coefficients = rng.normal(size=(4 * lookups, 5)).astype(np.float32)
    sums = products.times(features, np.asfortranarray(coefficients))
    assert sums.dtype == np.float32
    np.testing.assert_array_equal(sums, features @ coefficients)
    some = features[: rows // 2]
    np.testing.assert_array_equal(products.times(some, coefficients), sums[: rows // 2])
    dense = rng.normal(size=(rows, 4 * lookups)).astype(np.float32)
    np.testing.assert_array_equal(products.times(dense, coefficients), dense @ coefficients)
