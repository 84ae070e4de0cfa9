"""Networks as new users bring them, through all of tabfab: `bench/people.py`."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from people import settle, smooth_images, tried
from people_networks import NETWORKS, Brought
from tabfab.compiler.options import CompileOptions
from torch import nn

QUICK = ["LeNet-5", "autoencoder, transposed", "TCN, dilated", "1-D CNN", "class and box"]
"""Each operator that others do not have, on small images."""


def test_there_are_at_least_eighteen() -> None:
    assert len(NETWORKS) >= 18


@pytest.mark.parametrize("name", QUICK)
@pytest.mark.slow("whole networks in Verilator")
def test_they_are_simulated_without_a_fault(name: str, tmp_path: Path) -> None:
    row = tried(
        NETWORKS[name], CompileOptions(mask="all-but-first"), "ecp5-85k", tmp_path / "build"
    )
    assert (row.refused, row.wrong) == ("", 0)
    assert row.beats > 0
    assert row.correlation > 0.8


def test_what_is_refused_is_said(tmp_path: Path) -> None:
    brought = Brought(lambda: nn.Sequential(nn.Conv2d(1, 2, 3), nn.GroupNorm(1, 2)), (1, 8, 8))
    row = tried(brought, CompileOptions(), "ecp5-85k", tmp_path / "build")
    assert "group_norm in module '1'" in row.refused
    assert row.cells == [f"refused: {row.refused}"]
    assert not row.is_right


def test_batch_norm_gets_the_statistics_of_the_images() -> None:
    images = smooth_images(40, (3, 6, 5))
    module = settle(nn.Sequential(nn.Flatten(), nn.BatchNorm1d(90)), images, (3, 6, 5))
    assert not module.training
    pixels = torch.from_numpy(images.transpose(0, 3, 1, 2).reshape(40, -1) / 255).float()
    torch.testing.assert_close(module[1].running_mean, pixels.mean(0))  # type: ignore[index]
