"""What `bench/activations.py` compares: formulas that are right, and how near they come."""

from __future__ import annotations

import activations as bench
import numpy as np
import pytest

BITS = 8


@pytest.mark.parametrize("function", ["sigmoid", "tanh"])
def test_a_table_is_within_half_a_step(function: str) -> None:
    make = bench.forms(function, BITS, "ecp5")["table in logic"]
    mean, worst = bench.errors(bench.answers(make(), BITS), function, BITS)
    assert worst <= 0.5 + 1e-9
    assert mean < 0.3


@pytest.mark.parametrize("function", ["sigmoid", "tanh"])
def test_plan_is_as_far_away_as_its_authors_say(function: str) -> None:
    """1.89 % at worst, to which rounding adds less than a step."""
    make = bench.forms(function, BITS, "ecp5")["PLAN"]
    _, worst = bench.errors(bench.answers(make(), BITS), function, BITS)
    assert 0.0189 * 256 - 1 < worst < 0.0189 * 256 + 1


def test_the_circuit_of_lines_is_the_lines() -> None:
    make = bench.forms("sigmoid", BITS, "ecp5")["PLAN"]
    x = np.arange(-128, 128) / 16
    magnitude = np.abs(x)
    lines = np.select(
        [magnitude >= 5, magnitude >= 2.375, magnitude >= 1],
        [np.ones(256), magnitude / 32 + 0.84375, magnitude / 8 + 0.625],
        magnitude / 4 + 0.5,
    )
    wanted = np.where(x < 0, 1 - lines, lines) * 256
    assert np.abs(bench.answers(make(), BITS) - wanted.clip(0, 255)).max() <= 1


def test_the_parabola_is_a_parabola() -> None:
    make = bench.forms("sigmoid", BITS, "ecp5")["quadratic"]
    x = np.arange(-128, 128) / 16
    half = 0.5 - (1 - np.minimum(np.abs(x), 4) / 4) ** 2 / 2
    wanted = np.where(x < 0, 0.5 - half, 0.5 + half) * 256
    assert np.abs(bench.answers(make(), BITS) - wanted.clip(0, 255)).max() <= 1
