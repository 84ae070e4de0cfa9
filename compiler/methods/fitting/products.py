"""Products of a least-squares problem's features with each other, and of its rows.

Features that are 0 or 1 are counted in 8-bit integers where the processor multiplies these
faster than floats; the counts are the same either way.
"""

from __future__ import annotations

import itertools
from typing import TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import linalg, sparse
from torch import Tensor
from torch.nn import functional

Features: TypeAlias = sparse.csr_matrix | NDArray[np.float32]
"""(R, D); a sparse one holds zeros and ones only."""

_BATCH_ELEMENTS = 1 << 24
"""Elements of dense features made at a time (16 or 64 MiB)."""
_BLOCKS = 4
"""Parts of a matrix whose lower triangle is left out."""
_LARGE = 64
"""Rows and features from which on integers are used; torch multiplies vectors of them wrongly."""


def feature_products(features: Features) -> NDArray[np.float64]:
    """(D, D) sums of products of features, exact for 0 and 1; its upper triangle only."""
    rows, count = features.shape
    parts = [features[some] for some in _split(rows, -(-rows * count // _BATCH_ELEMENTS))]
    if not _counted(features):
        gram: NDArray[np.float64] = np.zeros((count, count), order="F")
        for part in parts:
            # The transpose is what BLAS calls column-major, so nothing is copied.
            gram += linalg.blas.ssyrk(1.0, _dense(part).T)
        return gram
    counts = torch.zeros((count, count), dtype=torch.int32)
    for part in parts:
        _add_counts(counts, _dense8(part).T)
    return counts.double().numpy()


def row_products(features: Features) -> NDArray[np.float32]:
    """(R, R) products of the rows with each other, exact for 0 and 1; its upper triangle only."""
    rows, count = features.shape
    by_column = features if isinstance(features, np.ndarray) else features.tocsc()
    parts = [by_column[:, some] for some in _split(count, -(-rows * count // _BATCH_ELEMENTS))]
    if not _counted(features):
        products = np.zeros((rows, rows), np.float32, order="F")
        for part in parts:
            dense = np.asfortranarray(_dense(part))
            products = linalg.blas.ssyrk(1.0, dense, beta=1.0, c=products, overwrite_c=True)
        return products
    counts = torch.zeros((rows, rows), dtype=torch.int32)
    for part in parts:
        _add_counts(counts, _dense8(part))
    return counts.float().numpy()


def times(features: Features, coefficients: NDArray[np.float32]) -> NDArray[np.float32]:
    """``features @ coefficients``, (R, M).

    Of features that are 0 or 1, these are sums of rows, which torch adds up two to three times as
    fast as SciPy multiplies a sparse matrix, in the same order.
    """
    if isinstance(features, np.ndarray):
        return features @ coefficients
    columns, starts = (
        torch.from_numpy(np.ascontiguousarray(numbers))
        for numbers in (features.indices, features.indptr[:-1].astype(features.indices.dtype))
    )
    rows = torch.from_numpy(np.ascontiguousarray(coefficients))
    sums: NDArray[np.float32] = functional.embedding_bag(columns, rows, starts, mode="sum").numpy()
    return sums


def _counts_fast() -> bool:
    """Whether 8-bit integers are multiplied faster than floats."""
    return hasattr(torch, "_int_mm") and torch.backends.cpu.get_cpu_capability() == "AVX512"


def _counted(features: Features) -> bool:
    """Whether to count in integers."""
    return not isinstance(features, np.ndarray) and min(features.shape) >= _LARGE and _counts_fast()


def _split(total: int, parts: int) -> list[slice]:
    """About equal parts, none of a single row where `total` is large."""
    ends = np.linspace(0, total, min(parts, max(1, total // 2)) + 1).astype(int)
    return [slice(*pair) for pair in itertools.pairwise(ends.tolist())]


def _add_counts(counts: Tensor, left: Tensor) -> None:
    """Add the upper triangle of ``left @ left.T`` to `counts`; `left` is (n, inner) int8."""
    for some in _split(len(left), _BLOCKS):
        counts[some, some.start :] += torch._int_mm(left[some], left[some.start :].T)


def _dense8(matrix: sparse.csr_matrix | sparse.csc_matrix) -> Tensor:
    return torch.from_numpy(matrix.astype(np.int8).toarray())


def _dense(matrix: Features) -> NDArray[np.float32]:
    dense: NDArray[np.float32] = matrix if isinstance(matrix, np.ndarray) else matrix.toarray()
    return dense
