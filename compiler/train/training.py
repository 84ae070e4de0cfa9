"""Trains a built-in network: a plain, seeded loop with a cosine learning rate schedule."""

from __future__ import annotations

import contextlib
import dataclasses
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor, nn

from ..data import ImageSet
from ..networks import NetworkSettings, build
from ..store.errors import TabfabError
from .augment import crop_and_flip, may_be_mirrored
from .device import choose_device
from .goal import Goal, goal_of
from .train_checkpoint import Trainer, load_checkpoint, save_checkpoint


@dataclass(frozen=True)
class TrainOptions:
    """How to train.

    Parameters
    ----------
    network: a name in `networks.NETWORKS`.
    epochs: passes over the training images.
    batch: images per step.
    optimizer: ``adamw``, or ``sgd`` with Nesterov momentum 0.9.
    learning_rate: at the start; it falls to zero along half a cosine.
    weight_decay: as the optimizer takes it.
    augment: random crops and mirror images; for photographs, not for digits.
    seed: of the weights, the order of the images and the augmentation. The same seed gives the
        same weights on the same machine.
    device: torch device to train on; the network comes back on the CPU.
    precision: ``bfloat16`` runs convolutions in 16 bits, which halves the time on processors
        with such instructions; weights stay 32 bits wide.
    """

    network: str
    epochs: int = 10
    batch: int = 128
    optimizer: Literal["adamw", "sgd"] = "adamw"
    learning_rate: float = 3e-3
    weight_decay: float = 5e-4
    augment: bool = False
    seed: int = 0
    device: str = "cpu"
    precision: Literal["float32", "bfloat16"] = "float32"

    def __post_init__(self) -> None:
        if self.epochs < 1 or self.batch < 1 or not 0 < self.learning_rate < math.inf:
            raise TabfabError(
                f"training needs at least one epoch ({self.epochs}), one image per step "
                f"({self.batch}) and a learning rate above zero ({self.learning_rate})"
            )
        if self.optimizer not in ("adamw", "sgd"):
            raise TabfabError(f"there is no optimizer {self.optimizer!r}: use 'adamw' or 'sgd'")
        if self.precision not in ("float32", "bfloat16"):
            raise TabfabError(
                f"there is no precision {self.precision!r}: use 'float32' or 'bfloat16'"
            )


_LEAST_PARALLEL_PIXELS = 1 << 15

_RECOMMENDED: dict[str, dict[str, Any]] = {
    "digits-cnn": {"epochs": 40, "batch": 64, "learning_rate": 1e-2},
    "lenet": {"epochs": 6, "batch": 128, "learning_rate": 5e-3},
    "resnet8": {"epochs": 60, "optimizer": "sgd", "learning_rate": 0.1, "augment": True},
    **{
        f"resnet{layers}": {
            "epochs": 100,
            "optimizer": "sgd",
            "learning_rate": 0.1,
            "augment": True,
        }
        for layers in (18, 20, 32, 34, 44, 56)
    },
    "nin": {"epochs": 60, "optimizer": "sgd", "learning_rate": 0.05, "augment": True},
    "ds-cnn": {"epochs": 60, "optimizer": "sgd", "learning_rate": 0.1, "augment": True},
    "mlp": {"epochs": 60},
    "keyword-ds-cnn": {"epochs": 10, "learning_rate": 5e-3},
    "jet-tagger": {"epochs": 40},
    "autoencoder": {"epochs": 40},
    "ecg": {"epochs": 15, "batch": 64, "learning_rate": 5e-3},
    "mobilenet-v2": {"epochs": 60, "optimizer": "sgd", "learning_rate": 0.1, "augment": True},
    "densenet": {"epochs": 20, "batch": 64, "learning_rate": 1e-2},
    "inception": {"epochs": 20, "batch": 64, "learning_rate": 1e-2},
    "u-net": {"epochs": 15, "batch": 32, "learning_rate": 1e-2},
}


def recommended(network: str, data: ImageSet, **changes: Any) -> TrainOptions:
    """Options that train the built-in `network` well on `data`, with `changes` made to them."""
    usual = dict(_RECOMMENDED.get(network, {}))
    usual["augment"] = usual.get("augment", False) and may_be_mirrored(data)
    return TrainOptions(**{"network": network, **usual, **changes})


@dataclass(frozen=True)
class Epoch:
    """What one pass over the training images came to.

    Parameters
    ----------
    number: from 1.
    loss: mean cross entropy while training; of a network that answers with its input the mean
        squared error, as a share of the variance.
    accuracy: share of training images, or pixels, classified right while training; or the share of
        the variance that is met.
    """

    number: int
    loss: float
    accuracy: float


def train(
    options: TrainOptions,
    data: ImageSet,
    progress: Callable[[Epoch], None] = lambda _: None,
    *,
    start: nn.Module | None = None,
    checkpoint: Path | None = None,
) -> tuple[nn.Module, list[Epoch]]:
    """Train a built-in network on `data`.

    Parameters
    ----------
    options: what to train, and how.
    data: the training images; their mean and standard deviation become the network's input
        normalization.
    progress: called after every epoch.
    start: a network to train on, instead of one with new weights; it is changed.
    checkpoint: file written after every epoch; where it is there already, training goes on
        from it and comes to the same weights as a run that was not stopped.

    Returns
    -------
    The network in evaluation mode on the CPU, and every epoch's figures.

    Raises
    ------
    TabfabError: if the data set does not say what to answer (`goal_of`), if the network does not
        exist or does not fit the images, if there is no such device, if the checkpoint is
        unusable, or if the loss stops being a number.
    """
    device = choose_device(options.device)
    goal = goal_of(options.network, data)
    if options.augment and goal.task != "classes":
        raise TabfabError(
            f"{options.network} answers for each pixel, and shifted images have other answers: "
            "leave --augment away"
        )
    goal.targets = goal.targets.to(device)
    module = _build(options, data) if start is None else start
    module = module.to(device, memory_format=torch.channels_last).train()  # type: ignore[call-overload]
    images = torch.from_numpy(data.images).permute(0, 3, 1, 2).to(device)
    optimizer = _optimizer(options, module)
    steps = options.epochs * -(-len(data) // options.batch)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    trainer = Trainer(module, optimizer, schedule, torch.Generator().manual_seed(options.seed))
    run = {**dataclasses.asdict(options), "data": data.name, "images": len(data)}
    history: list[Epoch] = []
    if checkpoint is not None and checkpoint.exists():
        history = [Epoch(**epoch) for epoch in load_checkpoint(checkpoint, trainer, run)]
    with _threads_for(options.batch * images[0, 0].numel()):
        for number in range(len(history) + 1, options.epochs + 1):
            epoch = _epoch(options, trainer, number, images, goal)
            if not math.isfinite(epoch.loss):
                raise TabfabError(
                    f"training {options.network} diverged in epoch {number} (loss {epoch.loss}): "
                    f"use a learning rate below {options.learning_rate}"
                )
            history.append(epoch)
            if checkpoint is not None:
                save_checkpoint(checkpoint, trainer, run, list(map(dataclasses.asdict, history)))
            progress(epoch)
    module.to("cpu", memory_format=torch.contiguous_format)
    return module.eval(), history


def _epoch(
    options: TrainOptions, trainer: Trainer, number: int, images: Tensor, goal: Goal
) -> Epoch:
    """One pass over the images."""
    half = torch.autocast(images.device.type, torch.bfloat16, options.precision == "bfloat16")
    loss_sum, right, decided, seen = 0.0, 0.0, 0, 0
    for rows in _batches(len(images), options.batch, trainer.generator):
        batch, wanted = images[rows], goal.targets[rows]
        if options.augment:
            batch = crop_and_flip(batch, trainer.generator)
        with half:
            answers = trainer.module(batch.float() / 255).float()
        loss = goal.loss(answers, wanted)
        trainer.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        trainer.optimizer.step()
        trainer.schedule.step()
        loss_sum += loss.item() * len(rows)
        share = goal.right(answers.detach(), wanted)
        right, decided, seen = right + share[0], decided + share[1], seen + len(rows)
    return Epoch(number, loss_sum / seen, right / decided)


@contextlib.contextmanager
def _threads_for(pixels: int) -> Iterator[None]:
    """One thread while batches of so few `pixels` are trained on.

    Torch's threads wait for each other busily at the end of every operator. On operators this
    small that gains nothing, and costs ten times the time wherever another process wants a core.
    """
    before = torch.get_num_threads()
    if pixels < _LEAST_PARALLEL_PIXELS:
        torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _build(options: TrainOptions, data: ImageSet) -> nn.Module:
    channels, height, width = data.image_shape
    mean, std = channel_statistics(data)
    settings = NetworkSettings(channels, (height, width), len(data.classes), mean, std)
    # Module constructors draw from the global generator; leave the caller's as it was.
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(options.seed)
        return build(options.network, settings)


def channel_statistics(data: ImageSet) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Mean and standard deviation of every channel of the images, scaled to [0, 1].

    A channel that never changes gets standard deviation 1.
    """
    histograms = [
        np.bincount(data.images[..., channel].ravel(), minlength=256)
        for channel in range(data.images.shape[-1])
    ]
    share = np.stack(histograms) / data.images[..., 0].size
    levels = np.arange(256) / 255
    mean = share @ levels
    std = np.sqrt(np.maximum(share @ levels**2 - mean**2, 0))
    std[std < 1e-6] = 1.0
    return tuple(map(float, mean)), tuple(map(float, std))


def _optimizer(options: TrainOptions, module: nn.Module) -> torch.optim.Optimizer:
    if options.optimizer == "sgd":
        return torch.optim.SGD(
            module.parameters(),
            lr=options.learning_rate,
            momentum=0.9,
            nesterov=True,
            weight_decay=options.weight_decay,
        )
    return torch.optim.AdamW(
        module.parameters(), lr=options.learning_rate, weight_decay=options.weight_decay
    )


def _batches(images: int, batch: int, generator: torch.Generator) -> Iterator[Tensor]:
    """Row numbers of each step of one epoch, in a new random order.

    A last batch of a single image is dropped, since batch norm cannot train on one.
    """
    for rows in torch.split(torch.randperm(images, generator=generator), batch):
        if len(rows) > 1 or images == 1:
            yield rows
