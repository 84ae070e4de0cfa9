"""Is a network given its pixels as it was trained with them? Told by labels."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from tabfab.compiler.data import load
from tabfab.compiler.frontend import Pixels, import_network
from tabfab.compiler.frontend.compare import check_range
from tabfab.compiler.graph import Graph
from tabfab.compiler.store.errors import TabfabError
from tabfab.compiler.tasks import Task
from tabfab.compiler.tasks.binary import Binary
from tabfab.compiler.tasks.classes import Classes
from torch import nn

SHAPE = (1, 8, 8)
DIGITS = load("digits", "train")
STATISTICS = (float(DIGITS.images.mean() / 255), float(DIGITS.images.std() / 255))


class Trained(nn.Module):
    """A classifier of digits for images that are prepared by `scale` and `offset`."""

    def __init__(self, mean: float, std: float) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.layers = nn.Sequential(
            nn.Conv2d(1, 8, 3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(128, 10),
        )  # fmt: skip
        x = torch.from_numpy(DIGITS.images.transpose(0, 3, 1, 2).copy()).float()
        x, labels = (x / 255 - mean) / std, torch.from_numpy(DIGITS.labels)
        # Small weights for large inputs: otherwise a network for 0..255 learns little at first.
        self.layers[0].weight.data /= x.abs().max()
        optimizer = torch.optim.Adam(self.parameters(), 1e-2)
        for _ in range(60):
            optimizer.zero_grad()
            nn.functional.cross_entropy(self.layers(x), labels).backward()
            optimizer.step()
        self.eval()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.layers(x)


def check(graph: Graph) -> str:
    return check_range(graph, DIGITS.images[:100], DIGITS.labels[:100], Classes())


@pytest.mark.parametrize(
    ("mean", "std"),
    [
        (0.0, 1 / 255),
        (0.0, 1 / 16),  # another range, but nearer to 0..255 than to 0..1
    ],
)
def test_another_range_is_refused_with_the_options_that_name_it(mean: float, std: float) -> None:
    module = Trained(mean, std)
    assert not check(import_network(module, SHAPE, Pixels((mean,), (std,))).graph)
    with pytest.raises(TabfabError, match="as it seems to expect; add --input-std 1/255"):
        check(import_network(module, SHAPE).graph)


def test_a_range_that_matters_less_is_told() -> None:
    module = Trained(0.5, 0.5)
    assert not check(import_network(module, SHAPE, Pixels((0.5,), (0.5,))).graph)
    note = check(import_network(module, SHAPE).graph)
    assert "add --input-mean 0.5 --input-std 0.5" in note


def test_the_range_of_a_network_that_is_right_is_its_own() -> None:
    assert not check(import_network(Trained(0.0, 1.0), SHAPE).graph)


def test_a_network_that_knows_nothing_is_taken_with_a_word() -> None:
    torch.manual_seed(1)
    module = nn.Sequential(nn.Flatten(), nn.Linear(64, 10)).eval()
    assert "hardly more than by chance" in check(import_network(module, SHAPE).graph)


def test_labels_of_another_task_are_no_reason_to_refuse() -> None:
    graph = import_network(Trained(0.0, 1.0), SHAPE).graph
    check_range(graph, DIGITS.images[:100], (DIGITS.labels[:100] + 1) % 10, Classes())


def test_one_logit_for_another_range_is_refused_too() -> None:
    """Half of the images are right by chance: that alone speaks for no range."""
    torch.manual_seed(0)
    x = torch.from_numpy(DIGITS.images.reshape(-1, 1, 8, 8).copy()).float()
    truth = (DIGITS.labels > 4).astype(np.int64)[:, None]
    module = nn.Sequential(nn.Flatten(), nn.Linear(64, 16), nn.ReLU(), nn.Linear(16, 1))
    module[1].weight.data /= 255
    optimizer = torch.optim.Adam(module.parameters(), 1e-3)
    for _ in range(300):
        optimizer.zero_grad()
        loss = nn.functional.binary_cross_entropy_with_logits(
            module(x), torch.from_numpy(truth).float()
        )
        loss.backward()
        optimizer.step()
    graph = import_network(module.eval(), SHAPE).graph
    few: tuple[NDArray[np.uint8], NDArray[np.int64], Task] = (
        DIGITS.images[:100],
        truth[:100],
        Binary(),
    )
    with pytest.raises(TabfabError, match="add --input-std 1/255"):
        check_range(graph, *few)
    meant = import_network(module, SHAPE, Pixels((0.0,), (1 / 255,))).graph
    assert not check_range(meant, *few)


def test_an_answer_that_is_always_the_same_speaks_for_no_range() -> None:
    """Nine of ten images are of one class, which the network always answers with for -1..1."""
    rare = np.flatnonzero(DIGITS.labels == 1)[:10]
    often = np.flatnonzero(DIGITS.labels == 0)[:90]
    rows = np.concatenate([rare, often])
    few = (DIGITS.images[rows], (DIGITS.labels[rows] == 0).astype(np.int64)[:, None], Binary())
    network = nn.Sequential(nn.Flatten(), nn.Linear(64, 1))
    with torch.no_grad():
        network[1].weight.fill_(-1.0)  # black images are above the bias with other pixels only
        network[1].bias.fill_(5.0)
    graph = import_network(network.eval(), SHAPE).graph
    check_range(graph, *few)
    check_range(graph, few[0], np.ones_like(few[1]), Binary())
