from __future__ import annotations

import numpy as np
import pytest
from tabfab.sim.models.parts import requantize


@pytest.mark.parametrize(
    ("value", "shift", "result"),
    [(5, 0, 5), (5, 1, 3), (-5, 1, -2), (6, 2, 2), (-6, 2, -1), (-7, 2, -2), (1 << 23, 24, 1)],
)
def test_requantize_rounds_half_up(value: int, shift: int, result: int) -> None:
    assert requantize(np.array([value]), shift, -128, 127).tolist() == [result]


def test_requantize_clamps() -> None:
    x = np.array([-300, -129, 0, 128, 300])
    assert requantize(x, 0, -100, 101).tolist() == [-100, -100, 0, 101, 101]
