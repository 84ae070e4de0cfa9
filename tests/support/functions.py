"""Activation functions as torch has them, and the layer of the float network that each becomes."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional

MODULES: dict[str, nn.Module] = {
    "Tanh": nn.Tanh(),
    "Sigmoid": nn.Sigmoid(),
    "Hardsigmoid": nn.Hardsigmoid(),
    "Hardswish": nn.Hardswish(),
    "SiLU": nn.SiLU(),
    "GELU": nn.GELU(),
    "GELU with tanh": nn.GELU(approximate="tanh"),
    "LeakyReLU": nn.LeakyReLU(0.1),
    "ELU": nn.ELU(0.7),
    "SELU": nn.SELU(),
    "CELU": nn.CELU(0.5),
    "Softplus": nn.Softplus(2.0, 3.0),
    "PReLU": nn.PReLU(),
    "PReLU, a slope a channel": nn.PReLU(4),
    "Mish": nn.Mish(),
    "LogSigmoid": nn.LogSigmoid(),
    "Softsign": nn.Softsign(),
    "Tanhshrink": nn.Tanhshrink(),
    "Hardshrink": nn.Hardshrink(0.3),
    "Softshrink": nn.Softshrink(0.2),
    "Threshold": nn.Threshold(0.1, -0.3),
    "RReLU": nn.RReLU(),
}
"""Of four channels where the channels matter."""

for number, module in enumerate(MODULES.values()):
    module.eval()
    with torch.no_grad():
        for slopes in module.parameters():
            slopes.copy_(torch.linspace(-0.2, 0.5, slopes.numel()) + number / 100)
            slopes.requires_grad_(False)

WRITTEN: dict[str, tuple[Callable[[Tensor], Tensor], str]] = {
    "tanh": (torch.tanh, "tanh"),
    "tanh in place": (lambda x: x.tanh_(), "tanh"),
    "sigmoid": (functional.sigmoid, "sigmoid"),
    "silu in place": (lambda x: functional.silu(x, inplace=True), "silu"),
    "leaky ReLU in place": (lambda x: functional.leaky_relu_(x, 0.3), "leaky_relu"),
    "elu in place": (lambda x: functional.elu_(x, 0.5), "elu"),
    "prelu": (lambda x: functional.prelu(x, torch.tensor([0.1, 0.2, 0.3, 0.4])), "leaky_relu"),
    "abs": (torch.abs, "abs"),
    "x sigmoid(x)": (lambda x: x * torch.sigmoid(x), "silu"),
    "sigmoid(x) x": (lambda x: torch.sigmoid(x) * x, "silu"),
    "x sigmoid(1.7 x)": (lambda x: x * torch.sigmoid(1.7 * x), "silu"),
    "x hardsigmoid(x)": (lambda x: x * functional.hardsigmoid(x), "hard_swish"),
    "x relu6(x + 3) / 6": (lambda x: x * functional.relu6(x + 3) / 6, "hard_swish"),
    "x (relu6(x + 3) / 6)": (lambda x: x * (functional.relu6(x + 3) / 6), "hard_swish"),
    "x tanh(softplus(x))": (lambda x: x * torch.tanh(functional.softplus(x)), "mish"),
    "x / (1 + abs(x))": (lambda x: x / (1 + torch.abs(x)), "soft_sign"),
    "x - tanh(x)": (lambda x: x - torch.tanh(x), "tanh_shrink"),
    "LeCun's tanh": (lambda x: 1.7159 * torch.tanh(x * 2 / 3), "tanh"),
}
"""By a name, how a user writes it and the function that it is."""


class Written(nn.Module):
    """A function as a module."""

    def __init__(self, function: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.function = function

    def forward(self, x: Tensor) -> Tensor:
        """The function of `x`."""
        return self.function(x)
