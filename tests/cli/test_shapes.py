"""Networks of vectors and sequences through the command, and the data that they take."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from tabfab.compiler.frontend.model_file import save_model
from torch import nn

from support.command import run_tabfab

Make = Callable[[], tuple[nn.Module, tuple[int, ...], np.ndarray, np.ndarray]]
RNG = np.random.default_rng(0)


def vectors() -> tuple[nn.Module, tuple[int, ...], np.ndarray, np.ndarray]:
    """Features of three classes that lie apart."""
    labels = RNG.integers(0, 3, 300)
    features = np.clip(RNG.normal(60 + 60 * labels[:, None], 20, (300, 6)), 0, 255)
    network = nn.Sequential(nn.Linear(6, 8), nn.ReLU(), nn.Linear(8, 3), nn.Softmax(1))
    return network, (6,), features.astype(np.uint8), labels


def sequences() -> tuple[nn.Module, tuple[int, ...], np.ndarray, np.ndarray]:
    """Waves of three frequencies in two channels."""
    labels = RNG.integers(0, 3, 300)
    phase = RNG.random((300, 1, 1)) + np.arange(2)[:, None] / 4
    turns = (1 + 2 * labels)[:, None, None] * np.arange(32) / 32
    waves = 127 + 100 * np.sin(2 * np.pi * (turns + phase))
    network = nn.Sequential(
        nn.Conv1d(2, 8, 5, padding=2), nn.ReLU(), nn.MaxPool1d(3, 2, ceil_mode=True),
        nn.Conv1d(8, 8, 3, dilation=2), nn.ReLU(), nn.AdaptiveAvgPool1d(1), nn.Flatten(),
        nn.Linear(8, 3),
    )  # fmt: skip
    return network, (2, 32), waves.astype(np.uint8), labels


@pytest.mark.parametrize("swapped", [False, True], ids=["as torch has them", "channels last"])
@pytest.mark.parametrize("make", [vectors, sequences])
def test_from_a_file_to_figures(make: Make, swapped: bool, tmp_path: Path) -> None:
    torch.manual_seed(0)
    network, shape, images, labels = make()
    if swapped and images.ndim == 2:
        return  # there is but one order
    inputs, truth = torch.from_numpy(images / np.float32(255)), torch.from_numpy(labels)
    optimizer = torch.optim.Adam(network.parameters(), 0.02)
    for _ in range(150):
        optimizer.zero_grad()
        nn.functional.cross_entropy(network(inputs).log_softmax(1), truth).backward()
        optimizer.step()
    save_model(network.eval(), shape, tmp_path / "model.pt2", ("a", "b", "c"))
    data = tmp_path / "own.npz"
    np.savez(data, images=images.transpose(0, 2, 1) if swapped else images, labels=labels)
    program = tmp_path / "program"
    model = tmp_path / "model.pt2"
    outcome = run_tabfab("compile", model, "--data", data, "--mask", "exact", "-o", program)
    assert outcome.status == 0, outcome
    figures = json.loads(run_tabfab("evaluate", program, "--json").out)
    assert figures["accuracy_program"] > 0.85
    assert figures["accuracy_program"] > figures["accuracy_float"] - 0.05


def test_squares_of_which_nobody_can_tell_the_axes_are_refused(tmp_path: Path) -> None:
    class Last(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv1d(8, 3, 3)

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            return self.conv(x.permute(0, 2, 1)).mean(2)

    save_model(Last().eval(), (8, 8), tmp_path / "model.pt2", ("a", "b", "c"))
    images, labels = RNG.integers(0, 256, (40, 8, 8), dtype=np.uint8), RNG.integers(0, 3, 40)
    np.savez(tmp_path / "square.npz", images=images, labels=labels)
    np.savez(tmp_path / "told.npz", images=images[:, None], labels=labels)
    model, program = tmp_path / "model.pt2", tmp_path / "program"
    command = ("compile", model, "--mask", "exact", "-o", program, "--data")
    outcome = run_tabfab(*command, tmp_path / "square.npz")
    assert outcome.status == 1
    assert "does not say which axis is which; store it as (N, 1, 8, 8)" in outcome.err
    assert run_tabfab(*command, tmp_path / "told.npz:layout=nhwc").status == 0
