"""What tests of training share."""

from __future__ import annotations

import dataclasses

import torch
from tabfab.compiler import data
from tabfab.compiler.data import ImageSet


def few_digits() -> ImageSet:
    """Two batches of digits, and one image more."""
    digits = data.load("digits", "train")
    return dataclasses.replace(digits, images=digits.images[:129], targets=digits.labels[:129])


def weights(module: torch.nn.Module) -> torch.Tensor:
    """All of a module's parameters and statistics in one vector."""
    return torch.cat([value.flatten().float() for value in module.state_dict().values()])
