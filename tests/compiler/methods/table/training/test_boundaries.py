"""Crossings of thresholds against moving vectors and thresholds and counting."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch
from tabfab.compiler.methods.table.lookup import encode
from tabfab.compiler.methods.table.training.boundaries import REACH, WIDTH, Boundaries
from tabfab.compiler.program import UINT8, TreeEncoder
from torch import Tensor

SUBSPACES, LENGTH, RANK = 2, 3, 4


def case(levels: int, merged: bool) -> tuple[TreeEncoder, Tensor, Tensor, Tensor]:
    """An encoder on a small range, vectors, gradients and rows."""
    random = np.random.default_rng(levels)
    nodes = (1 << levels) - 1
    encoder = TreeEncoder(
        random.integers(0, LENGTH, (SUBSPACES, nodes)).astype(np.int16),
        random.integers(2, 9, (SUBSPACES, nodes)).astype(np.int16),
        LENGTH,
        random.integers(0, 4, (SUBSPACES, nodes + 1)).astype(np.uint16) if merged else None,
    )
    vectors = torch.from_numpy(random.integers(0, 12, (500, SUBSPACES, LENGTH)).astype(np.int16))
    gradient = torch.from_numpy(random.normal(size=(500, SUBSPACES, RANK))).float()
    rows = torch.from_numpy(random.normal(size=(SUBSPACES, encoder.prototypes, RANK))).float()
    return encoder, vectors, gradient, rows


def cost(encoder: TreeEncoder, vectors: Tensor, gradient: Tensor, rows: Tensor) -> float:
    """The loss to first order: gradients times rows."""
    codes = encode(encoder, vectors)
    chosen = rows[torch.arange(SUBSPACES), codes]
    return float((gradient * chosen).sum())


def gains(gradient: Tensor, rows: Tensor) -> Tensor:
    return torch.einsum("psr,skr->psk", gradient, rows)


def with_threshold(encoder: TreeEncoder, subspace: int, node: int, move: int) -> TreeEncoder:
    thresholds = encoder.thresholds.copy()
    thresholds[subspace, node] += move
    return dataclasses.replace(encoder, thresholds=thresholds)


@pytest.mark.parametrize(("levels", "merged"), [(1, False), (3, False), (3, True)])
def test_thresholds_count_what_their_moves_change(levels: int, merged: bool) -> None:
    encoder, vectors, gradient, rows = case(levels, merged)
    boundaries = Boundaries(encoder)
    boundaries.gradient(vectors, gains(gradient, rows))
    before = cost(encoder, vectors, gradient, rows)
    for subspace, node in np.ndindex(encoder.thresholds.shape):
        sums = boundaries.sums[subspace, node]
        for move in range(1, REACH + 1):
            up = cost(with_threshold(encoder, subspace, node, move), vectors, gradient, rows)
            down = cost(with_threshold(encoder, subspace, node, -move), vectors, gradient, rows)
            assert float(sums[REACH : REACH + move].sum()) == pytest.approx(up - before, abs=1e-3)
            assert float(sums[REACH - move : REACH].sum()) == pytest.approx(down - before, abs=1e-3)


def test_a_threshold_moves_where_the_loss_surely_falls() -> None:
    encoder = TreeEncoder(np.zeros((1, 1), np.int16), np.array([[100]], np.int16), 1)
    rows = torch.tensor([[[0.0], [1.0]]])
    values = torch.tensor([98, 99, 100, 101, 102, 103]).repeat(200).view(-1, 1, 1)
    for wanted in (97, 99, 101):  # the loss falls with the row from there on
        gradient = torch.where(values > wanted, -1.0, 1.0)
        boundaries = Boundaries(encoder)
        boundaries.gradient(values, gains(gradient, rows))
        reached = max(wanted, 100 - REACH)
        assert boundaries.moved(UINT8).thresholds.tolist() == [[reached]]


def test_noise_moves_nothing() -> None:
    encoder, vectors, _, _ = case(3, False)
    boundaries = Boundaries(encoder)
    boundaries.gradient(vectors, torch.zeros(len(vectors), SUBSPACES, encoder.prototypes))
    np.testing.assert_array_equal(boundaries.moved(UINT8).thresholds, encoder.thresholds)


def test_thresholds_stay_within_the_type() -> None:
    encoder = TreeEncoder(np.zeros((1, 1), np.int16), np.array([[255]], np.int16), 1)
    boundaries = Boundaries(encoder)
    boundaries.sums[..., REACH:] = -1.0  # whatever is above should go left
    assert boundaries.moved(UINT8).thresholds.tolist() == [[255]]


@pytest.mark.parametrize(("levels", "merged"), [(1, False), (4, False), (3, True)])
def test_gradient_is_that_of_the_loss_over_small_shifts(levels: int, merged: bool) -> None:
    """Every node splits on an element of its own, so that a shift crosses one threshold at most."""
    random = np.random.default_rng(0)
    nodes = (1 << levels) - 1
    encoder = TreeEncoder(
        np.tile(np.arange(nodes, dtype=np.int16), (SUBSPACES, 1)),
        random.integers(60, 190, (SUBSPACES, nodes)).astype(np.int16),
        nodes,
        random.integers(0, 4, (SUBSPACES, nodes + 1)).astype(np.uint16) if merged else None,
    )
    vectors = torch.from_numpy(random.integers(0, 256, (40, SUBSPACES, nodes)).astype(np.int16))
    gradient = torch.from_numpy(random.normal(size=(40, SUBSPACES, RANK))).float()
    rows = torch.from_numpy(random.normal(size=(SUBSPACES, encoder.prototypes, RANK))).float()
    found = Boundaries(encoder).gradient(vectors, gains(gradient, rows))
    for point, subspace, element in np.ndindex(*vectors.shape):
        ends = []
        for shift in (WIDTH, -WIDTH):  # the mean's derivative is the difference of its ends
            moved = vectors.clone()
            moved[point, subspace, element] += shift
            code = encode(encoder, moved[point : point + 1])[0, subspace]
            ends.append(float(gradient[point, subspace] @ rows[subspace, code]))
        expected = (ends[0] - ends[1]) / (2 * WIDTH)
        assert float(found[point, subspace, element]) == pytest.approx(expected, abs=1e-4)
