"""The built-in networks by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from torch import nn

from ..store.errors import TabfabError
from .cifar_resnet import CifarResNet
from .ds_cnn import DsCnn
from .mlp import Mlp
from .nin import Nin
from .resnet8 import ResNet8
from .settings import NetworkSettings
from .small import DigitsCnn, LeNet
from .tabconv_resnet import TabConvResNet


@dataclass(frozen=True)
class Network:
    """A built-in network.

    Parameters
    ----------
    make: builds the module.
    least_size: smallest height and width that its strides and pools leave something of.
    """

    make: Callable[[NetworkSettings], nn.Module]
    least_size: int


NETWORKS: dict[str, Network] = {
    "digits-cnn": Network(DigitsCnn, 4),
    "lenet": Network(LeNet, 8),
    "resnet8": Network(ResNet8, 4),
    "resnet20": Network(partial(CifarResNet, blocks=3), 4),
    "resnet32": Network(partial(CifarResNet, blocks=5), 4),
    "resnet44": Network(partial(CifarResNet, blocks=7), 4),
    "resnet56": Network(partial(CifarResNet, blocks=9), 4),
    "resnet18": Network(partial(TabConvResNet, blocks=(2, 2, 2, 2)), 1),
    "resnet34": Network(partial(TabConvResNet, blocks=(3, 4, 6, 3)), 1),
    "nin": Network(Nin, 1),
    "ds-cnn": Network(DsCnn, 1),
    "mlp": Network(Mlp, 1),
}


def build(name: str, settings: NetworkSettings) -> nn.Module:
    """The built-in network `name` with freshly initialized weights (torch's global generator).

    It takes float images (N, channels, height, width) in [0, 1] and returns logits
    (N, classes); its first module is the input normalization.

    Raises
    ------
    TabfabError: if there is no such network, or images of this size are too small for it.
    """
    network = NETWORKS.get(name)
    if network is None:
        raise TabfabError(f"there is no network {name!r}: use one of {', '.join(NETWORKS)}")
    if min(settings.size) < network.least_size:
        height, width = settings.size
        raise TabfabError(
            f"network {name} needs images of at least {network.least_size}x{network.least_size} "
            f"pixels, but these have {height}x{width}: use a smaller network or larger images"
        )
    if not len(settings.mean) == len(settings.std) == settings.channels:
        raise TabfabError(
            f"the input normalization has {len(settings.mean)} means and {len(settings.std)} "
            f"standard deviations for images of {settings.channels} channels"
        )
    return network.make(settings)
