"""Fitting layers behind their clamp."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tabfab.compiler.methods.fitting.fit import fit_decoded, fit_tables, fit_weights
from tabfab.compiler.methods.fitting.sample import Sample
from tabfab.compiler.methods.fitting.target import Target

EVERY = slice(None)


def clamped_error(target: Target, result: torch.Tensor) -> torch.Tensor:
    """Squared error behind the clamp."""
    reached = result if target.other is None else result + target.other
    ends = {"min": target.low, "max": target.high}
    return (reached.clamp(**ends) - target.values.clamp(**ends)) ** 2


@given(
    seed=st.integers(0, 2**32 - 1),
    low=st.sampled_from([-math.inf, 0.0, -0.5]),
    high=st.sampled_from([math.inf, 1.0]),
    shared=st.booleans(),
)
def test_target_behind_clamp_bounds_the_error(
    seed: int, low: float, high: float, shared: bool
) -> None:
    random = np.random.default_rng(seed)
    values, other, now, then = (torch.from_numpy(random.normal(size=(50, 3))) for _ in range(4))
    target = Target(values, other if shared else None, low, high)
    wanted = target.behind_clamp(EVERY, now)
    assert bool(((wanted - now) ** 2 >= clamped_error(target, now) - 1e-12).all())
    assert bool(((wanted - then) ** 2 >= clamped_error(target, then) - 1e-12).all())
    hidden = (target.values <= low) & ((now + other if shared else now) <= low)
    assert torch.allclose(wanted[hidden], now[hidden])


def sample_of(inputs: np.ndarray, target: Target, images: int) -> Sample:
    return Sample(np.arange(len(inputs)) % images, inputs, target)


@pytest.mark.parametrize("groups", [1, 2])
def test_true_tables_are_found(groups: int) -> None:
    random = np.random.default_rng(0)
    shape = (2 * groups, 1, 4, 3)  # subspaces, taps, K, outputs of a group
    truth = random.normal(size=shape)
    codes = random.integers(4, size=(600, 2 * groups))
    rows = (codes + 4 * np.arange(2 * groups)).reshape(600, groups, 2)
    values = truth.reshape(-1, 3)[rows].sum(axis=2).reshape(600, -1)
    target = Target(torch.from_numpy(values.astype(np.float32)))
    tables, bias = fit_tables(sample_of(rows, target, 50), np.zeros(shape))
    found = tables.reshape(-1, 3)[rows].sum(axis=2).reshape(600, -1) + bias
    assert found == pytest.approx(values, abs=0.01)


def test_what_a_clamp_hides_is_not_fitted() -> None:
    random = np.random.default_rng(0)
    codes = random.integers(4, size=(2000, 2))
    rows = (codes + 4 * np.arange(2)).reshape(-1, 1, 2)
    values = random.normal(size=(4, 4, 2))[codes[:, 0], codes[:, 1]]  # no sum of two rows
    errors = []
    for low in (-math.inf, 0.0):
        target = Target(torch.from_numpy(values.astype(np.float32)), low=low)
        tables, bias = fit_tables(sample_of(rows, target, 50), np.zeros((2, 1, 4, 2)))
        found = tables.reshape(-1, 2)[rows[:, 0]].sum(axis=1) + bias
        errors.append(np.square(found.clip(min=0) - values.clip(min=0)).mean())
    assert errors[1] < 0.9 * errors[0]


@pytest.mark.parametrize("groups", [1, 2])
def test_true_weights_are_found(groups: int) -> None:
    random = np.random.default_rng(0)
    inputs = random.integers(0, 256, (400, groups, 12))
    steps = random.uniform(0.01, 0.02, (groups, 12))
    truth = random.normal(size=(3 * groups, 4, 3, 1))
    products = (inputs * steps)[:, :, None] * truth.reshape(groups, 3, 12)
    values = products.sum(axis=-1).reshape(400, -1) + 5.0
    target = Target(torch.from_numpy(values.astype(np.float32)))
    weight, bias = fit_weights(sample_of(inputs, target, 50), np.zeros_like(truth), steps)
    assert weight == pytest.approx(truth, abs=0.01)
    assert bias == pytest.approx(np.full(3 * groups, 5.0), abs=0.1)


@pytest.mark.parametrize("groups", [1, 2])
def test_true_weights_of_decoded_activations_are_found(groups: int) -> None:
    random = np.random.default_rng(0)
    subspaces, taps, prototypes, length, outputs = 2 * groups, 3, 4, 2, 3
    decoded = random.normal(size=(subspaces, prototypes, length))
    truth = random.normal(size=(subspaces, taps, length, outputs))
    tables = np.matmul(decoded[:, None], truth)  # subspaces, taps, K, outputs of a group
    codes = random.integers(prototypes, size=(400, subspaces * taps))
    rows = (codes + prototypes * np.arange(subspaces * taps)).reshape(400, groups, -1)
    values = tables.reshape(-1, outputs)[rows].sum(axis=2).reshape(400, -1) + 2.0
    target = Target(torch.from_numpy(values.astype(np.float32)))
    found = fit_decoded(sample_of(rows, target, 50), decoded, np.zeros_like(truth))
    assert found == pytest.approx(truth, abs=0.01)


def test_some_positions_stay_with_their_images() -> None:
    values = torch.arange(20.0)[:, None]
    whole = Sample(np.arange(20) // 2, np.arange(20)[:, None, None], Target(values, -values))
    few = whole.some(7, seed=0)
    at = few.inputs[:, 0, 0]
    assert len(set(at.tolist())) == 7
    assert at.tolist() == sorted(at.tolist())
    assert few.image.tolist() == (at // 2).tolist()
    assert few.target.values[:, 0].tolist() == at.tolist()
    assert few.target.other is not None
    assert few.target.other[:, 0].tolist() == (-at).tolist()
    assert whole.some(20, seed=0) is whole


def test_few_images_stay_near_the_prior() -> None:
    random = np.random.default_rng(0)
    rows = random.integers(4, size=(3, 1, 1))
    target = Target(torch.from_numpy(random.normal(size=(3, 2)).astype(np.float32)))
    prior = random.normal(size=(1, 1, 4, 2))
    tables, _ = fit_tables(sample_of(rows, target, 3), prior)
    assert np.abs(tables - prior).max() < 1.5
