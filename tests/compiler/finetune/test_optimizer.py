"""The optimizer of fine-tuning: steps relative to what they change."""

from __future__ import annotations

import pytest
import torch
from tabfab.compiler.finetune.optimizer import Optimizer
from torch import Tensor, nn


class Pair(nn.Module):
    """Two tensors of different size."""

    def __init__(self, small: float, large: float) -> None:
        super().__init__()
        self.small = nn.Parameter(torch.full((40,), small))
        self.large = nn.Parameter(torch.full((7, 3), large))

    def loss(self) -> Tensor:
        """What rises with both."""
        return self.small.sum() + self.large.sum()


def test_steps_are_shares_of_a_tensors_size() -> None:
    module = Pair(0.01, -5.0)
    optimizer = Optimizer(module)
    optimizer.step(module.loss(), 0.02)
    torch.testing.assert_close(module.small.detach(), torch.full((40,), 0.01 * (1 - 0.02)))
    torch.testing.assert_close(module.large.detach(), torch.full((7, 3), -5.0 * (1 + 0.02)))


def test_zeros_move_too() -> None:
    module = Pair(0.0, 1.0)
    Optimizer(module).step(module.loss(), 0.5)
    torch.testing.assert_close(module.small.detach(), torch.full((40,), -0.5e-3))


def test_what_rests_stays_and_its_averages_go() -> None:
    module = Pair(1.0, 1.0)
    optimizer = Optimizer(module)
    optimizer.step(module.loss(), 0.1)
    module.large.requires_grad_(False)
    rested = module.large.clone()
    optimizer.drop_resting()
    assert {name.split("/")[0] for name in optimizer.state()} == {"small"}
    optimizer.step(module.loss(), 0.1)
    assert torch.equal(module.large, rested)


@pytest.mark.parametrize("steps", [1, 4])
def test_goes_on_from_its_state(steps: int) -> None:
    torch.manual_seed(0)
    weights = torch.randn(8, 40)

    def run(stop: int | None) -> Tensor:
        module = Pair(0.3, 2.0)
        optimizer = Optimizer(module)
        for step in range(8):
            if step == stop:
                state = {name: value.clone() for name, value in optimizer.state().items()}
                optimizer = Optimizer(module)
                optimizer.set_state(state)
            optimizer.step((module.small * weights[step]).sum() + module.large.sum(), 0.01)
        return module.small.detach()

    assert torch.equal(run(steps), run(None))
