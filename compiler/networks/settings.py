"""What every built-in network is built from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class NetworkSettings:
    """Shape of the images and answers of a network.

    Parameters
    ----------
    channels: of one image.
    size: (height, width) of one image.
    classes: how many.
    mean, std: input normalization per channel, for images in [0, 1].
    """

    channels: int
    size: tuple[int, int]
    classes: int
    mean: tuple[float, ...]
    std: tuple[float, ...]
