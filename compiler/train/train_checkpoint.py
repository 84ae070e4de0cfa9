"""Checkpoints of a training under way: all that it needs to go on as if never stopped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from ..store.errors import TabfabError
from .checkpoint_file import read_checkpoint, write_checkpoint


@dataclass(frozen=True)
class Trainer:
    """What changes while a network is trained.

    Parameters
    ----------
    module: the network.
    optimizer: of its parameters.
    schedule: of the learning rate.
    generator: draws the order of the images and the augmentation.
    """

    module: nn.Module
    optimizer: torch.optim.Optimizer
    schedule: torch.optim.lr_scheduler.LRScheduler
    generator: torch.Generator


def save_checkpoint(path: Path, trainer: Trainer, run: Mapping[str, Any], done: object) -> None:
    """Write a checkpoint, whole or not at all.

    Parameters
    ----------
    path: the file to write or replace.
    trainer: its state is written.
    run: JSON values that name the run: a checkpoint resumes no other.
    done: JSON value; how far the run has come.
    """
    tensors = {f"module.{name}": value for name, value in trainer.module.state_dict().items()}
    optimizer = trainer.optimizer.state_dict()
    for number, state in optimizer["state"].items():
        tensors |= {f"optimizer.{number}.{name}": value for name, value in state.items()}
    tensors["generator"] = trainer.generator.get_state()
    rest = {
        "done": done,
        "groups": optimizer["param_groups"],
        "schedule": trainer.schedule.state_dict(),
    }
    write_checkpoint(path, dict(run), rest, tensors)


def load_checkpoint(path: Path, trainer: Trainer, run: Mapping[str, Any]) -> Any:
    """Put `trainer` into the state that `save_checkpoint` wrote.

    Returns
    -------
    How far that run had come: what `save_checkpoint` was given as `done`.

    Raises
    ------
    TabfabError: the file is damaged or of a newer format, or belongs to another run.
    """
    rest, tensors = read_checkpoint(path, "training", dict(run))
    try:
        _restore(trainer, tensors, rest)
        return rest["done"]
    except (KeyError, RuntimeError, ValueError, TypeError) as error:
        raise TabfabError(f"{path} is damaged ({error}); delete it to start anew") from error


def _restore(trainer: Trainer, tensors: Mapping[str, Tensor], rest: Mapping[str, Any]) -> None:
    trainer.module.load_state_dict(
        {
            name.removeprefix("module."): value
            for name, value in tensors.items()
            if name.startswith("module.")
        }
    )
    state: dict[int, dict[str, Tensor]] = {}
    for name, value in tensors.items():
        if name.startswith("optimizer."):
            _, number, key = name.split(".", 2)
            state.setdefault(int(number), {})[key] = value
    trainer.optimizer.load_state_dict({"state": state, "param_groups": rest["groups"]})
    trainer.schedule.load_state_dict(rest["schedule"])
    trainer.generator.set_state(tensors["generator"])
