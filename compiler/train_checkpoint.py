"""Checkpoints of a training under way: all that it needs to go on as if never stopped."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from .errors import TabfabError
from .files import atomic_file

FORMAT_VERSION = 1
_NOTE = "tabfab"


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
    note = {
        "format_version": FORMAT_VERSION,
        "run": dict(run),
        "done": done,
        "groups": optimizer["param_groups"],
        "schedule": trainer.schedule.state_dict(),
    }
    with atomic_file(path) as temporary:
        contiguous = {name: value.contiguous().cpu() for name, value in tensors.items()}
        save_file(contiguous, temporary, {_NOTE: json.dumps(note)})


def load_checkpoint(path: Path, trainer: Trainer, run: Mapping[str, Any]) -> Any:
    """Put `trainer` into the state that `save_checkpoint` wrote.

    Returns
    -------
    How far that run had come: what `save_checkpoint` was given as `done`.

    Raises
    ------
    TabfabError: the file is damaged or of a newer format, or belongs to another run.
    """
    try:
        with safe_open(path, "pt") as file:
            note = json.loads((file.metadata() or {})[_NOTE])
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        version = note["format_version"]
        same_run = note["run"] == json.loads(json.dumps(dict(run)))
    except (OSError, SafetensorError, KeyError, TypeError, ValueError) as error:
        raise TabfabError(
            f"{path} is not a checkpoint of a training, or is damaged; delete it to start anew"
        ) from error
    if version != FORMAT_VERSION:
        raise TabfabError(
            f"{path} has checkpoint format {version} and this tabfab reads {FORMAT_VERSION}; "
            "delete it to start anew"
        )
    if not same_run:
        raise TabfabError(
            f"{path} is a checkpoint of a training with other options or data; repeat those to "
            "resume it, or delete it to start anew"
        )
    try:
        _restore(trainer, tensors, note)
    except (KeyError, RuntimeError, ValueError, TypeError) as error:
        raise TabfabError(f"{path} is damaged ({error}); delete it to start anew") from error
    return note["done"]


def _restore(trainer: Trainer, tensors: Mapping[str, Tensor], note: Mapping[str, Any]) -> None:
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
    trainer.optimizer.load_state_dict({"state": state, "param_groups": note["groups"]})
    trainer.schedule.load_state_dict(note["schedule"])
    trainer.generator.set_state(tensors["generator"])
