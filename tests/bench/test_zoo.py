"""The networks of `bench/zoo.py`, trained briefly and taken through to simulated Verilog."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tabfab.compiler.networks import NETWORKS as BUILT_IN
from zoo import NETWORKS, Settings, area_under_curve, epochs_by_network, taken_through

LEAST = {"jet-tagger": 0.7, "ecg": 0.8, "u-net": 0.9}
"""Of the program's figure on the test images."""


@pytest.mark.parametrize("network", LEAST)
@pytest.mark.slow("trained, and simulated in Verilator")
def test_they_are_trained_compiled_and_simulated(network: str, tmp_path: Path) -> None:
    settings = Settings(epochs={network: 8}, images=1)
    row = taken_through(network, settings, tmp_path)
    figure = row.figures.program.get("accuracy", row.figures.program.get("r2"))
    assert figure is not None
    assert figure > LEAST[network]
    assert row.beats > 0
    assert row.wrong == 0


def test_all_are_networks_that_train_knows() -> None:
    assert set(NETWORKS) <= set(BUILT_IN)


def test_the_area_under_a_curve() -> None:
    low, high = np.array([0.0, 1.0, 2.0]), np.array([1.0, 3.0])
    assert area_under_curve(low, high) == pytest.approx((1.5 + 3) / 6)
    assert area_under_curve(low, low) == 0.5


def test_epochs_are_said_for_all_or_for_one() -> None:
    assert epochs_by_network(["8", "ecg=3"]) == dict.fromkeys(NETWORKS, 8) | {"ecg": 3}
    assert epochs_by_network(["ecg=3"]) == {"ecg": 3}
    assert epochs_by_network([]) == {}
    with pytest.raises(ValueError, match="no network 'egc'; there are jet-tagger"):
        epochs_by_network(["egc=3"])
    with pytest.raises(ValueError, match="few"):
        epochs_by_network(["few"])
