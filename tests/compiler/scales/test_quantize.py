"""Real tables and weights to integers: bounds, rounding and what the bias takes over."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tabfab.compiler.program import INT8, UINT8, signed_digits
from tabfab.compiler.scales.choose import TensorScale
from tabfab.compiler.scales.quantize import (
    MAX_SHIFT,
    choose_shifts,
    quantize_bias,
    quantize_clamp,
    quantize_tables,
    quantize_weights,
)
from tabfab.compiler.scales.quantize_nodes import add_shifts, average_requantization

seeds = st.integers(0, 2**32 - 1)


@given(seed=seeds, groups=st.sampled_from([1, 2, 3]), bits=st.integers(2, 8))
def test_sums_of_rows_are_kept_to_half_a_unit_a_row(seed: int, groups: int, bits: int) -> None:
    random = np.random.default_rng(seed)
    subspaces, taps, prototypes, outputs = 2 * groups, 3, 8, 4
    step = float(random.uniform(0.01, 10))
    # Entries as large as an output of the same number of bits can be.
    size = step * (1 << (bits - 1)) * 0.4 * random.uniform(0.001, 1, outputs)
    tables = random.normal(size=(subspaces, taps, prototypes, outputs)).clip(-2, 2) / 2 * size
    tables += random.normal(size=(subspaces, taps, 1, outputs)) * 3 * step
    bias = random.normal(size=groups * outputs) * step
    made = quantize_tables(tables, bias, groups, step, bits)
    assert np.abs(made.entries.astype(int)).max() <= (1 << (bits - 1)) - 1
    code = random.integers(prototypes, size=(subspaces, taps))
    at = (np.arange(subspaces)[:, None], np.arange(taps), code)
    unit = step * 2.0 ** -made.shift.astype(float)
    real = tables[at].reshape(groups, -1, outputs).sum(axis=1).reshape(-1) + bias
    whole = made.entries[at].astype(int).reshape(groups, -1, outputs).sum(axis=1).reshape(-1)
    rows = subspaces // groups * taps
    assert (np.abs((whole + made.bias) * unit - real) <= unit * (rows + 1) / 2 * 1.001).all()


def test_what_a_column_has_in_common_costs_no_bits() -> None:
    tables = np.array([1000.0, 1001.0])[None, None, :, None]
    made = quantize_tables(tables, np.zeros(1), 1, 1.0, 8)
    assert made.shift.tolist() == [7]
    assert made.entries.reshape(-1).tolist() == [-64, 64]
    assert made.bias.tolist() == [round(1000.5 * 128)]


@given(seed=seeds)
def test_exact_layers_absorb_steps_and_zeros(seed: int) -> None:
    random = np.random.default_rng(seed)
    channels, groups, outputs = 4, 2, 6
    source = TensorScale(
        UINT8, random.uniform(0.01, 0.02, channels), random.uniform(0, 255, channels)
    )
    weight = random.normal(size=(outputs, channels // groups, 3, 2))
    bias = random.normal(size=outputs)
    made = quantize_weights(weight, bias, source, 0.05, 8)
    x = random.integers(0, 256, (channels, 3, 2))
    real = ((x - source.zeros[:, None, None]) * source.steps[:, None, None]).reshape(groups, 1, -1)
    expected = (weight.reshape(groups, 3, -1) * real).sum(axis=-1).reshape(-1) + bias
    whole = (made.entries.astype(int).reshape(groups, 3, -1) * x.reshape(groups, 1, -1)).sum(
        axis=-1
    )
    unit = 0.05 * 2.0 ** -made.shift.astype(float)
    reached = (whole.reshape(-1) + made.bias) * unit
    assert (np.abs(reached - expected) <= unit * (255 * 12 + 1) / 2).all()


def test_shift_is_the_largest_that_fits() -> None:
    largest = np.array([127.0, 127.1, 63.5, 0.0, 1e9, 1e-9])
    shifts = choose_shifts(largest, np.zeros(6), 1.0, 8)
    assert shifts.tolist() == [0, 0, 1, MAX_SHIFT, 0, MAX_SHIFT]


def test_a_large_bias_takes_the_shift_back() -> None:
    shift = choose_shifts(np.array([1e-3]), np.array([1e6]), 1.0, 8)
    assert shift.tolist() == [10]
    assert quantize_bias(np.array([1e6]), shift, 1.0).tolist() == [1_024_000_000]
    assert quantize_bias(np.array([-1e30]), shift, 1.0).tolist() == [-(1 << 30)]


def test_entries_beyond_the_output_are_clipped() -> None:
    made = quantize_tables(np.array([-900.0, 900.0])[None, None, :, None], np.zeros(1), 1, 1.0, 8)
    assert made.entries.reshape(-1).tolist() == [-127, 127]


@pytest.mark.parametrize(
    ("low", "high", "kind", "expected"),
    [
        (-math.inf, math.inf, INT8, (-128, 127)),
        (0.0, math.inf, UINT8, (0, 255)),
        (0.0, 6.0, UINT8, (0, 60)),
        (-1.0, 1.0, INT8, (-10, 10)),
        (0.0, 1e9, UINT8, (0, 255)),
        (50.0, 60.0, INT8, (127, 127)),
    ],
)
def test_clamps(low: float, high: float, kind: object, expected: tuple[int, int]) -> None:
    assert quantize_clamp(low, high, 0.1, kind) == expected


def test_shifts_of_sums_and_averages() -> None:
    assert add_shifts((0.25, 1.0), 0.5) == ((0, 2), 1)
    assert add_shifts((0.5, 0.5), 0.125) == ((2, 2), 0)
    assert average_requantization(0.5, 0.5, 64) == (1, 6)
    assert average_requantization(0.9, 0.9 * 4 / 9, 9) == (1, 2)


@given(
    taps=st.integers(1, 3000),
    source=st.floats(0.001, 1000),
    ratio=st.floats(0, 12),
)
def test_a_factor_of_few_powers_of_two_is_near_enough(
    taps: int, source: float, ratio: float
) -> None:
    output = source / taps * 2.0**ratio
    factor, shift = average_requantization(source, output, taps)
    assert shift >= 0
    assert factor * 2.0**-shift * output * taps == pytest.approx(source, rel=2.0**-10)
    assert len(signed_digits(factor)) <= 5


def test_a_ninth_takes_four_additions() -> None:
    assert average_requantization(0.25, 0.25, 9) == (455, 12)
    assert signed_digits(455) == ((-1, 0), (1, 3), (-1, 6), (1, 9))
