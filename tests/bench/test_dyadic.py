"""The benchmark of shifts and additions: its networks, its data, a cell, and what it shows."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import dyadic_filters
import numpy as np
import pytest
import torch
from cells import keep_result
from dyadic_cells import CELLS, LEVELS, NETWORKS, Settings, compile_and_test
from dyadic_faces import HEIGHT, WIDTH, read_faces
from dyadic_networks import ConvolutionalFaceFinder, DigitsNet
from dyadic_report import draw, markdown
from PIL import Image
from tabfab.compiler.data import ImageSet
from tabfab.compiler.networks import Normalize
from tabfab.compiler.store.errors import TabfabError


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        results=tmp_path, models=tmp_path, note="", seed=0, faces=None, calibration_images=100
    )


def parameters(network: torch.nn.Module) -> int:
    return sum(parameter.numel() for parameter in network.parameters())


def test_the_face_finder_is_garcias_and_delakis() -> None:
    network = ConvolutionalFaceFinder(Normalize([0.5], [0.25]))
    assert network(torch.rand(2, 1, HEIGHT, WIDTH)).shape == (2, 1)
    unseen = int((network.seen.expand_as(network.second.weight) == 0).sum())
    assert parameters(network) - unseen == 915
    kernels = int(network.seen.sum())
    assert kernels == 20  # the second layer's, of 3x3
    network(torch.rand(4, 1, HEIGHT, WIDTH)).sum().backward()
    assert network.second.weight.grad is not None
    assert (network.second.weight.grad[network.seen.expand(-1, -1, 3, 3) == 0] == 0).all()


def test_the_digits_network_is_of_the_papers_size() -> None:
    network = DigitsNet(Normalize([0.1], [0.3]))
    assert parameters(network) == 190_106
    assert network(torch.rand(2, 1, 28, 28)).shape == (2, 10)


def wheel(path: Path, names: tuple[str, ...] = ("brick", "grass", "gravel")) -> Path:
    """Like scikit-image's, with random pictures."""
    random = np.random.default_rng(0)
    with zipfile.ZipFile(path, "w") as archive:
        subset = io.BytesIO()
        np.save(subset, random.random((200, 25, 25)))
        archive.writestr("skimage/data/lfw_subset.npy", subset.getvalue())
        for name in names:
            picture = io.BytesIO()
            Image.fromarray(random.integers(0, 256, (90, 80), np.uint8)).save(picture, "PNG")
            archive.writestr(f"skimage/data/{name}.png", picture.getvalue())
    return path


def test_faces_and_what_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    colours = np.random.default_rng(1).integers(0, 256, (30, 32, 32, 3), np.uint8)
    cifar = ImageSet(colours, np.zeros(30, np.int64), ("one", "two"), "cifar10")
    monkeypatch.setattr("dyadic_faces.load", lambda name, split: cifar)
    monkeypatch.setattr("dyadic_faces._VARIANTS", {"train": 2, "test": 3})
    train, test = read_faces(wheel(tmp_path / "it.whl"))
    assert train.images.shape == (280, HEIGHT, WIDTH, 1)
    assert test.images.shape == (180, HEIGHT, WIDTH, 1)
    assert train.labels.mean() == test.labels.mean() == 0.5
    again, _ = read_faces(tmp_path / "it.whl")
    assert (again.images == train.images).all()


@pytest.mark.parametrize("content", ["missing", "other", "no zip"])
def test_without_the_wheel_nothing_is_found(tmp_path: Path, content: str) -> None:
    path = tmp_path / "it.whl"
    if content == "other":
        wheel(path, names=("brick",))
    if content == "no zip":
        path.write_text("text")
    with pytest.raises(TabfabError, match=r"scikit-image 0\.19\.3's wheel"):
        read_faces(path)


@pytest.mark.slow("tests/bench/test_tabconv.py runs a cell")
def test_a_cell_of_the_small_digits(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "dyadic_networks.recommended",
        lambda network, data, **changes: dyadic_options(network, **changes),
    )
    cell = CELLS["digits-cnn-network-1"]
    figures = compile_and_test(cell, settings)
    assert figures["multiplications"] == 0
    assert 0.8 < figures["terms_a_weight"] <= 1.0
    assert figures["accuracy_program"] > 0.5
    assert figures["accuracy_float"] == settings.result("digits-cnn-float")["accuracy"]
    keep_result(
        settings.results,
        cell.name,
        {"cell": cell.name, "network": cell.network, "level": cell.level, **figures},
    )
    table = markdown([cell.name, "digits-cnn-terms-1", "alexnet-1"], settings)
    assert f"| {figures['accuracy_program']:.2%} |" in table
    assert table.count("not run") == 2
    assert draw(settings, settings.results / "it.png") == 1
    assert (settings.results / "it.png").stat().st_size > 1000


def dyadic_options(network: str, **changes):
    from tabfab.compiler.train.training import TrainOptions

    return TrainOptions(network=network, epochs=3, learning_rate=1e-2, **changes)


def test_filters_within_a_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dyadic_filters, "LAYERS", {"one": (8, 3, 5, 5), "two": (16, 8, 3, 3)})
    free = dyadic_filters.approximate_alexnet(2, None, seed=0)
    bound = dyadic_filters.approximate_alexnet(2, 1.2, seed=0)
    weights = 8 * 75 + 16 * 72
    assert free["weights"] == bound["weights"] == weights
    assert free["matrices"] == 8 * 3 + 16 * 8
    assert 1.15 < bound["terms_a_weight"] <= 1.2 < free["terms_a_weight"] <= 2
    assert 0 < free["relative_distance"] < bound["relative_distance"] < 0.1


def test_cells_are_of_networks_and_levels_that_there_are() -> None:
    assert {cell.network for cell in CELLS.values()} == {*NETWORKS, "alexnet"}
    assert {cell.level for cell in CELLS.values() if cell.network in NETWORKS} == set(LEVELS)
