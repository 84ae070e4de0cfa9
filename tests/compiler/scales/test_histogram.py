"""Histograms that grow, and the error of rounding to a grid."""

from __future__ import annotations

import numpy as np
import pytest
from tabfab.compiler.program import INT8, UINT8
from tabfab.compiler.scales.histogram import Histogram


def test_all_values_are_counted_when_the_range_grows() -> None:
    histogram = Histogram()
    for scale in (0.001, 1.0, 300.0):
        histogram.add(np.linspace(-scale, scale, 101))
    assert histogram.counts.sum() == 303
    assert (histogram.least, histogram.most) == (-300.0, 300.0)
    assert np.abs(histogram.centers).max() >= 300
    assert histogram.counts[len(histogram.counts) // 2] >= 101  # the small ones are zero by now


def test_error_is_that_of_the_values() -> None:
    values = np.random.default_rng(0).gamma(1.0, size=100_000)
    histogram = Histogram()
    histogram.add(values)
    scales = np.array([0.002, 0.01, 0.03, 0.2])
    expected = [
        ((np.clip(np.rint(values / s), 0, 255) * s - values) ** 2).mean() / (values**2).mean()
        for s in scales
    ]
    assert histogram.relative_error(scales, UINT8) == pytest.approx(expected, rel=0.05)


def test_no_values_and_zeros() -> None:
    histogram = Histogram()
    histogram.add(np.array([]))
    histogram.add(np.zeros((3, 4)))
    assert histogram.largest == 0
    assert histogram.relative_error(np.array([0.1, 1.0]), INT8).tolist() == [0.0, 0.0]
