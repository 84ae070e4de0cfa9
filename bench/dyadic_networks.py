"""The networks of `dyadic.py`, trained where no file has them.

`ConvolutionalFaceFinder` is the paper's first use: the CFF (Garcia and Delakis, IEEE TPAMI 2004),
`DigitsNet` a classifier of the size of its second.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
from dyadic_faces import read_faces
from tabfab.compiler.data import ImageSet, load
from tabfab.compiler.frontend.model_file import save_model
from tabfab.compiler.networks import NetworkSettings, Normalize, build
from tabfab.compiler.train.training import (
    Epoch,
    TrainOptions,
    channel_statistics,
    recommended,
    train,
)
from torch import Tensor, nn
from torch.nn import functional

_PAIRS = ((0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3))
"""Maps that the last six of the second layer look at."""


class ConvolutionalFaceFinder(nn.Module):
    """Garcia and Delakis' face detector for 36x32 grey images, its pools without weights.

    Four maps of 5x5, averaged; 14 of 3x3, two for each of the four and one for each pair of them,
    averaged; a neuron of 7x6 for each of the 14; a neuron for all of them. 915 parameters, and
    tanh behind every layer but the last, whose sign is the answer.
    """

    def __init__(self, normalize: Normalize) -> None:
        super().__init__()
        self.normalize = normalize
        self.first = nn.Conv2d(1, 4, 5)
        self.second = nn.Conv2d(4, 14, 3)
        self.third = nn.Conv2d(14, 14, (7, 6), groups=14)
        self.last = nn.Linear(14, 1)
        self.register_buffer("seen", _connections(), persistent=False)
        self.second.weight.register_hook(lambda gradient: gradient * self.seen)
        self.forget_unseen()

    def forget_unseen(self) -> None:
        """Weights of maps that a map does not look at are zero."""
        with torch.no_grad():
            self.second.weight *= self.seen

    def forward(self, x: Tensor) -> Tensor:
        """(N, 1) scores, above zero for a face, of images (N, 1, 36, 32) in [0, 1]."""
        x = torch.tanh(self.first(self.normalize(x)))
        x = torch.tanh(self.second(nn.functional.avg_pool2d(x, 2)))
        x = torch.tanh(self.third(nn.functional.avg_pool2d(x, 2)))
        scores: Tensor = self.last(x.flatten(1))
        return scores


def _connections() -> Tensor:
    """(14, 4, 1, 1) one where a map of the second layer looks at one of the first."""
    seen = torch.zeros(14, 4, 1, 1)
    for number in range(8):
        seen[number, number // 2] = 1
    for number, pair in enumerate(_PAIRS, start=8):
        seen[number, list(pair)] = 1
    return seen


class DigitsNet(nn.Module):
    """Two convolutions of 5x5 with ReLU and 2x2 max pools, and two linear layers: 190,106
    parameters for 28x28 grey images and ten classes.
    """

    def __init__(self, normalize: Normalize) -> None:
        super().__init__()
        self.normalize = normalize
        self.features = nn.Sequential(
            nn.Conv2d(1, 16, 5, padding=2),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(16, 32, 5, padding=2),
            nn.ReLU(),
            nn.MaxPool2d(2),
        )
        self.classifier = nn.Sequential(nn.Linear(32 * 49, 112), nn.ReLU(), nn.Linear(112, 10))

    def forward(self, x: Tensor) -> Tensor:
        """(N, 10) scores of images (N, 1, 28, 28) in [0, 1]."""
        scores: Tensor = self.classifier(self.features(self.normalize(x)).flatten(1))
        return scores


class _Scores(nn.Module):
    """A network with a score for each class, where it has but one that tells two apart."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, x: Tensor) -> Tensor:
        answers: Tensor = self.network(x)
        return functional.pad(answers, (1, 0)) if answers.shape[1] == 1 else answers


def read_data(name: str, faces: Path | None) -> tuple[ImageSet, ImageSet]:
    """Training and test images of a data set; `faces` is the wheel that has those."""
    if name == "faces":
        return read_faces(faces)
    return load(name, "train"), load(name, "test")


_TRAINED: Mapping[str, tuple[Callable[[Normalize], nn.Module], dict[str, Any]]] = {
    "cff": (ConvolutionalFaceFinder, {"epochs": 20, "learning_rate": 5e-3, "weight_decay": 0.0}),
    "digits-net": (DigitsNet, {"epochs": 6, "learning_rate": 2e-3}),
}


def train_network(network: str, data: ImageSet, path: Path, seed: int) -> None:
    """Train a network and write it to `path`; one that is half trained goes on.

    Parameters
    ----------
    network: ``cff``, ``digits-net`` or a built-in one.
    data: training images.
    path: of the .pt2 file.
    seed: of weights and order.
    """
    torch.manual_seed(seed)
    mean, std = channel_statistics(data)
    if network in _TRAINED:
        make, settings = _TRAINED[network]
        module = make(Normalize(mean, std))
        options = TrainOptions(network=network, seed=seed, **settings)
    else:
        _, *size = data.image_shape
        shape = NetworkSettings(
            data.image_shape[0], (size[0], size[1]), len(data.classes), mean, std
        )
        module = build(network, shape)
        options = recommended(network, data, seed=seed)
    path.parent.mkdir(parents=True, exist_ok=True)

    def progress(epoch: Epoch) -> None:
        print(f"{network}: epoch {epoch.number}, {epoch.accuracy:.2%}", file=sys.stderr)

    checkpoint = path.with_suffix(".checkpoint")
    train(options, data, progress, start=_Scores(module), checkpoint=checkpoint)
    if isinstance(module, ConvolutionalFaceFinder):
        module.forget_unseen()
    save_model(module.eval(), data.image_shape, path, data.classes)
    checkpoint.unlink()
