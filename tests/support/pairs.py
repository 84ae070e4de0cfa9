"""Operands of components that take two streams, and a check of what these make of them."""

from __future__ import annotations

import numpy as np
from tabfab.compiler.program import ActivationType
from tabfab.hw.nodes.operators.pair import StreamPair

from .streams import Beats, Traffic, check

IMAGE = 6
"""Beats of an image."""


def extremes(
    rng: np.random.Generator, a: ActivationType, b: ActivationType, lanes: int
) -> tuple[np.ndarray, np.ndarray]:
    """Random operands, the extreme ones among them."""
    x, y = (rng.integers(t.low, t.high + 1, (24, lanes)) for t in (a, b))
    x[:4] = np.array([a.low, a.low, a.high, a.high])[:, None]
    y[:4] = np.array([b.low, b.high, b.low, b.high])[:, None]
    return x, y


def check_pair(
    pair: StreamPair, x: np.ndarray, y: np.ndarray, expected: np.ndarray, traffic: Traffic
) -> None:
    """What comes out where `x` and `y` go in, all (beats, lanes)."""
    check(
        pair,
        {"a": Beats.of(x, image=IMAGE), "b": Beats.of(y, image=IMAGE)},
        {"o": Beats.of(expected, image=IMAGE)},
        traffic,
        registered=False,
    )
