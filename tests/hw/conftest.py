"""Traffic for the components."""

from __future__ import annotations

import numpy as np
import pytest

from support.streams import TRAFFIC, Traffic


@pytest.fixture(params=list(TRAFFIC.values()), ids=list(TRAFFIC))
def traffic(request: pytest.FixtureRequest) -> Traffic:
    """Every kind of stalls, one after another."""
    kind: Traffic = request.param
    return kind


@pytest.fixture
def rng() -> np.random.Generator:
    """Random numbers, the same in every run."""
    return np.random.default_rng(20)
