"""A binary classifier with one output, and a network that answers with a map."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from tabfab.compiler.data import load
from tabfab.compiler.frontend.model_file import save_model
from torch import nn


@pytest.fixture(scope="module")
def binary(tmp_path_factory) -> tuple[Path, Path, float]:
    """A saved network, its data, and the share that torch gets right of it, by sign."""
    directory = tmp_path_factory.mktemp("binary")
    images = load("digits", "train").images[:600]
    labels = (load("digits", "train").labels[:600] > 4).astype(np.int64)
    x = torch.from_numpy(images.transpose(0, 3, 1, 2).copy()).float() / 255
    torch.manual_seed(0)
    network = nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(128, 1)
    )
    optimizer = torch.optim.Adam(network.parameters(), 1e-2)
    for _ in range(60):
        optimizer.zero_grad()
        loss = nn.functional.binary_cross_entropy_with_logits(
            network(x).squeeze(1), torch.from_numpy(labels).float()
        )
        loss.backward()
        optimizer.step()
    save_model(network.eval(), (1, 8, 8), directory / "binary.pt2", ("low", "high"))
    np.savez(directory / "binary.npz", images=images, labels=labels)
    test = load(str(directory / "binary.npz"), "test")
    tested = torch.from_numpy(test.images.transpose(0, 3, 1, 2).copy()).float() / 255
    right = (network(tested).squeeze(1) > 0).numpy() == test.labels
    return directory / "binary.pt2", directory / "binary.npz", float(right.mean())


def test_its_accuracy_is_that_of_its_sign(tabfab, binary, tmp_path: Path) -> None:
    model, data, right = binary
    assert right > 0.75
    program = tmp_path / "program"
    outcome = tabfab("compile", model, "--data", data, "--mask", "exact", "-o", program)
    assert outcome.status == 0, outcome.err
    outcome = tabfab("evaluate", program, "--data", data, "--json")
    figures = json.loads(outcome.out)
    assert figures["accuracy_float"] == pytest.approx(right, abs=1e-6)
    assert figures["accuracy_program"] == pytest.approx(right, abs=0.05)


def test_a_mask_is_searched_by_its_answers(tabfab, binary, tmp_path: Path) -> None:
    model, data, _ = binary
    mask = ("--mask", "auto:accuracy=0.9", "--calibration-images", 300)
    outcome = tabfab("compile", model, "--data", data, *mask, "-o", tmp_path / "program")
    assert outcome.status == 0, outcome.err


def test_the_number_of_the_largest_of_one_is_refused(tabfab, binary, tmp_path: Path) -> None:
    model, data, _ = binary
    outcome = tabfab("compile", model, "--data", data, "--argmax", "-o", tmp_path / "program")
    assert outcome.status != 0
    assert "leave --argmax away" in outcome.err


def test_more_classes_than_a_sign_tells_apart_are_refused(tabfab, binary, tmp_path: Path) -> None:
    model = binary[0]
    outcome = tabfab("compile", model, "--data", "digits", "-o", tmp_path / "program")
    assert outcome.status != 0
    assert "one output, whose sign tells the classes 0 and 1 apart" in outcome.err
