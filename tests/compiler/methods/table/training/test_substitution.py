"""Rows in the place of vectors, and the gradients that go back."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from tabfab.compiler.finetune.student.rounding import round_and_clamp
from tabfab.compiler.methods.table.lookup import encode
from tabfab.compiler.methods.table.training import substitution
from tabfab.compiler.methods.table.training.boundaries import Boundaries
from tabfab.compiler.methods.table.training.substitution import substitute
from tabfab.compiler.program import TreeEncoder
from torch import Tensor

POINTS, SUBSPACES, LENGTH, ROWS = 60, 3, 2, 4


def parts(seed: int = 0) -> tuple[Tensor, Tensor, Tensor]:
    random = torch.Generator().manual_seed(seed)
    vectors = torch.randn(POINTS, SUBSPACES, LENGTH, generator=random)
    rows = torch.eye(ROWS).repeat(SUBSPACES, 1, 1)
    codes = torch.randint(ROWS, (POINTS, SUBSPACES), generator=random, dtype=torch.int32)
    return vectors, rows, codes


def test_each_vector_gets_the_row_of_its_code() -> None:
    vectors, rows, codes = parts()
    rows[1] -= rows[1, 2].clone()  # relative to one of them
    result = substitute(vectors, rows, codes)
    for point in range(POINTS):
        for subspace in range(SUBSPACES):
            row = rows[subspace, codes[point, subspace]]
            assert torch.equal(result[point, subspace], row)


def test_gradient_of_vectors_adds_up_where_only_some_have_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    random = np.random.default_rng(0)
    encoder = TreeEncoder(
        random.integers(0, LENGTH, (SUBSPACES, ROWS - 1)).astype(np.int16),
        random.integers(20, 80, (SUBSPACES, ROWS - 1)).astype(np.int16),
        LENGTH,
    )
    vectors = torch.from_numpy(random.integers(0, 100, (3000, SUBSPACES, LENGTH))).float()
    _, rows, _ = parts()
    codes = encode(encoder, vectors.short()).int()
    wanted = torch.randn(1, SUBSPACES, ROWS, generator=torch.Generator().manual_seed(1))

    def gradient() -> Tensor:
        leaf = vectors.clone().requires_grad_()
        (substitute(leaf, rows, codes, Boundaries(encoder)) * wanted).sum().backward()
        assert leaf.grad is not None
        return leaf.grad

    every = gradient()
    monkeypatch.setattr(substitution, "_MOST", 3000)
    some = gradient()
    assert 2 < (every != 0).sum() / (some != 0).sum() < 4
    largest = float(every.abs().sum(0).max())
    torch.testing.assert_close(some.sum(0), every.sum(0), rtol=0.5, atol=largest / 9)


def test_no_gradient_goes_back_without_boundaries() -> None:
    vectors, rows, codes = parts()
    vectors.requires_grad_()
    substitute(vectors, rows, codes).sum().backward()
    assert vectors.grad is None


def test_rounding_is_half_up_and_its_gradient_that_of_the_clamp() -> None:
    x = torch.tensor([-9.0, -0.5, 0.49, 0.5, 2.5, 7.0, 99.0], requires_grad=True)
    y = round_and_clamp(x, -2, 8)
    assert y.tolist() == [-2, 0, 0, 1, 3, 7, 8]
    y.sum().backward()
    assert x.grad is not None
    assert x.grad.tolist() == [0, 1, 1, 1, 1, 1, 0]
