"""The benchmark of merged channels: its networks, a cell, and what it shows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from cells import keep_result
from haste_cells import CELLS, LEVELS, SEEDS, Cell, Settings, compile_cell, matching, removed
from haste_networks import WIDE
from haste_report import draw, lost, markdown
from tabfab.compiler.data import ImageSet
from tabfab.compiler.frontend import import_graph
from tabfab.compiler.networks import Normalize
from tabfab.compiler.program.cost import program_cost


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        results=tmp_path, models=tmp_path, note="", seed=0, calibration_images=20,
        mask_images=20, test_images=30, epochs=1,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("network", "products"),
    # Known sizes: 153 and 398 million of the VGGs, 0.56 and 1.16 billion of the ResNets.
    [("vgg11", 153e6), ("vgg19", 398e6), ("wide-resnet18", 556e6), ("wide-resnet34", 1159e6)],
)
def test_networks_are_those_of_the_paper(network: str, products: float) -> None:
    module = WIDE[network](Normalize([0.5] * 3, [0.25] * 3)).eval()
    assert module(torch.rand(1, 3, 32, 32)).shape == (1, 10)
    graph = import_graph(module, (3, 32, 32))
    counted = sum(layer.weight.size * layer.shape[1] * layer.shape[2] for layer in graph.convs)
    assert counted == pytest.approx(products, rel=0.01)
    assert {layer.weight.shape[0] for layer in graph.convs} >= {64, 128, 256, 512}


def test_a_cell_is_compiled_by_its_level_and_seed(settings: Settings) -> None:
    rng = np.random.default_rng(0)
    images = rng.integers(0, 256, (60, 16, 16, 3), np.uint8)
    train = ImageSet(images, np.arange(60) % 10, tuple("abcdefghij"), "random")
    conv = torch.nn.Sequential(
        torch.nn.Conv2d(3, 6, 3, padding=1), torch.nn.ReLU(),
        torch.nn.Conv2d(6, 6, 3, padding=1), torch.nn.ReLU(),
        torch.nn.Flatten(), torch.nn.Linear(6 * 256, 10),
    )  # fmt: skip
    graph = import_graph(conv.eval(), (3, 16, 16))
    one, other = (
        compile_cell(Cell("vgg11", "paper-L8-p2", seed), graph, train, settings) for seed in (0, 1)
    )
    first, second = (program.convs[1] for program in (one, other))
    assert (first.hyperplanes != second.hyperplanes).any()
    assert first.patch == (2, 2)
    assert program_cost(one).operations_program != program_cost(one).operations_exact


def test_what_was_run_is_shown(settings: Settings, tmp_path: Path) -> None:
    assert "published" in markdown(CELLS, settings)
    assert draw(CELLS, settings, tmp_path / "none.png") == 0
    for seed, right in zip(SEEDS, (0.8, 0.79, 0.81), strict=True):
        cell = Cell("resnet20", "paper-L12-p3", seed)
        result = {
            "accuracy_float": 0.82, "accuracy_program": right, "operations_exact": 1000,
            "operations_program": 900, "multiplications": 800, "test_images": 30,
            "processor_seconds": 4.0,
        }  # fmt: skip
        assert cell.name in CELLS
        assert removed(result) == pytest.approx(0.1)
        assert lost(result) == pytest.approx(100 * (0.82 - right))
        keep_result(settings.results, cell.name, result)
    table = markdown(CELLS, settings)
    assert "| resnet20 | paper-L12-p3 | 3 | 82.00% | 2.00 (1.00 to 3.00) | 10.0 " in table
    assert draw(CELLS, settings, tmp_path / "it.png") == 1
    assert (tmp_path / "it.png").stat().st_size > 1000


def test_cells_are_chosen_by_a_pattern() -> None:
    names = matching("resnet20-paper-L(8|12)-p3-s.")
    assert len(names) == 2 * len(SEEDS)
    assert matching("nothing") == []
    assert all(LEVELS[CELLS[name].level].options.mask == "haste" for name in names)
