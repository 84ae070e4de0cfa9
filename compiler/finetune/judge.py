"""Judge: keeps the best of the states that a training goes through.

Gradients that pass encoders are rough, so later is not always better. What is better is told by
images that neither train nor calibrate.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
from torch import Tensor

from ..data import ImageSet

_MOST = 500
"""Images set aside, at most."""
_SHARE = 10
"""Of so many images, one is set aside."""


def set_aside(data: ImageSet, seed: int) -> tuple[ImageSet | None, ImageSet]:
    """Some images to judge by, and the others; none of fewer than ten."""
    count = min(_MOST, len(data) // _SHARE)
    return (data.sample(count, seed), data.rest(count, seed)) if count else (None, data)


@dataclass
class Judge:
    """The best state so far.

    Parameters
    ----------
    loss: of that state.
    state: its tensors, by name; empty before the first one.
    """

    loss: float = math.inf
    state: dict[str, Tensor] = field(default_factory=dict)

    def consider(self, loss: float, state: Mapping[str, Tensor]) -> None:
        """Keep a copy of `state` if it is the best so far."""
        if loss < self.loss:
            self.loss = loss
            self.state = {name: tensor.detach().clone() for name, tensor in state.items()}

    def tensors(self) -> dict[str, Tensor]:
        """What `restore` takes, for a checkpoint."""
        return {**self.state, "loss": torch.tensor(self.loss, dtype=torch.float64)}

    def restore(self, tensors: Mapping[str, Tensor]) -> None:
        """Be as when `tensors` were taken."""
        self.state = {name: tensor for name, tensor in tensors.items() if name != "loss"}
        self.loss = float(tensors["loss"])
