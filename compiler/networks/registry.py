"""The built-in networks by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Literal

from torch import nn

from ..store.errors import TabfabError
from .branching.dense_net import DenseNet
from .branching.ecg import EcgNet
from .branching.inception import Inception
from .branching.mobilenet_v2 import MobileNetV2
from .branching.u_net import UNet
from .cifar_resnet import CifarResNet
from .ds_cnn import DsCnn
from .mlp import JET_TAGGER, Autoencoder, Mlp
from .nin import Nin
from .resnet8 import ResNet8
from .settings import NetworkSettings
from .small import DigitsCnn, LeNet
from .tabconv_resnet import TabConvResNet

Answers = Literal["classes", "pixels", "itself"]
"""A score of each class, for the image or for each of its pixels, or the image's own numbers."""


@dataclass(frozen=True)
class Network:
    """A built-in network.

    Parameters
    ----------
    make: builds the module.
    least_size: smallest height and width that its strides and pools leave something of.
    answers: what it is trained to answer.
    multiple: that height and width are of.
    """

    make: Callable[[NetworkSettings], nn.Module]
    least_size: int
    answers: Answers = "classes"
    multiple: int = 1


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
    "keyword-ds-cnn": Network(partial(DsCnn, spectrograms=True), 2),
    "jet-tagger": Network(partial(Mlp, hidden=JET_TAGGER), 1),
    "autoencoder": Network(Autoencoder, 1, answers="itself"),
    "ecg": Network(EcgNet, 1),
    "mobilenet-v2": Network(MobileNetV2, 1),
    "densenet": Network(DenseNet, 2),
    "inception": Network(Inception, 2),
    "u-net": Network(UNet, 4, answers="pixels", multiple=4),
}


def find_network(name: str) -> Network:
    """The built-in network `name`.

    Raises
    ------
    TabfabError: there is none; the message lists all.
    """
    network = NETWORKS.get(name)
    if network is None:
        raise TabfabError(f"there is no network {name!r}: use one of {', '.join(NETWORKS)}")
    return network


def build(name: str, settings: NetworkSettings) -> nn.Module:
    """The built-in network `name` with freshly initialized weights (torch's global generator).

    It takes float images (N, channels, height, width) in [0, 1], vectors as images of one pixel,
    sequences as images of one row, and returns what `Network.answers` says: logits (N, classes),
    for most. Its first module is the input normalization.

    Raises
    ------
    TabfabError: if there is no such network, or it does not take images of this size.
    """
    network = find_network(name)
    if min(settings.size) < network.least_size:
        height, width = settings.size
        raise TabfabError(
            f"network {name} needs images of at least {network.least_size}x{network.least_size} "
            f"pixels, but these have {height}x{width}: use a smaller network or larger images"
        )
    if any(size % network.multiple for size in settings.size):
        height, width = settings.size
        raise TabfabError(
            f"network {name} needs images whose height and width are multiples of "
            f"{network.multiple}, but these have {height}x{width}: pad or crop them"
        )
    if not len(settings.mean) == len(settings.std) == settings.channels:
        raise TabfabError(
            f"the input normalization has {len(settings.mean)} means and {len(settings.std)} "
            f"standard deviations for images of {settings.channels} channels"
        )
    return network.make(settings)
