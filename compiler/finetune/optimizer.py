"""The optimizer of fine-tuning, for parameters that come and go as layers are converted."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

_LONGEST_GRADIENT = 5.0
"""A gradient of all parameters together that is longer is shortened to this."""
_LEAST_SCALE = 1e-3
"""Parameters that are smaller move as if they were of this size, so that zeros move too."""


class Optimizer:
    """Adam (Kingma and Ba, arXiv 1412.6980), its averages kept by the parameters' names.

    Steps are relative: a tensor's learning rate is multiplied by the root of its mean square, as
    in Adafactor (Shazeer and Stern, arXiv 1804.04235, section 8). Entries of tables, sums of many
    products, are much larger than the weights behind them: what moves tables noticeably in few
    steps would shake weights to pieces.

    Parameters
    ----------
    module: what to train.
    """

    def __init__(self, module: nn.Module) -> None:
        self._module = module
        self._adam = _adam(module, {})

    def step(self, loss: Tensor, learning_rate: float) -> None:
        """Change the parameters by the gradient of `loss`.

        Parameters
        ----------
        loss: a number.
        learning_rate: of a tensor whose root mean square is 1.
        """
        self._adam.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self._module.parameters(), _LONGEST_GRADIENT)
        for group in self._adam.param_groups:
            (parameter,) = group["params"]
            if parameter.requires_grad:
                norm = torch.linalg.vector_norm(parameter.detach()).item()
                scale = norm / math.sqrt(parameter.numel())
                group["lr"] = learning_rate * max(scale, _LEAST_SCALE)
        self._adam.step()

    def renew(self) -> None:
        """Take up parameters that are new, and drop those that are gone."""
        self._adam = _adam(self._module, self.state())

    def drop_resting(self) -> None:
        """Drop the averages of parameters that are not trained now: they take twice their bytes."""
        for parameter in [each for each in self._adam.state if not each.requires_grad]:
            del self._adam.state[parameter]

    def state(self) -> dict[str, Tensor]:
        """Steps and averages of every parameter that has been trained, as ``parameter/what``."""
        return {
            f"{name}/{key}": value
            for name, parameter in self._module.named_parameters()
            for key, value in self._adam.state.get(parameter, {}).items()
        }

    def set_state(self, state: dict[str, Tensor]) -> None:
        """Go on from a `state`."""
        self._adam = _adam(self._module, state)


def _adam(module: nn.Module, state: dict[str, Tensor]) -> torch.optim.Adam:
    parameters = dict(module.named_parameters())
    # A group of its own for each, which has a learning rate of its own.
    adam = torch.optim.Adam([{"params": [each]} for each in parameters.values()], lr=0.0)
    for name, value in state.items():
        parameter, _, key = name.rpartition("/")
        device = value.device if key == "step" else parameters[parameter].device
        adam.state[parameters[parameter]][key] = value.to(device)
    return adam
