"""What a network takes pixels as, and whether that is what it was trained with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..data.image_set import Span
from ..store.errors import TabfabError
from .aten import AtenGraph
from .input_layout import input_layout

_WHOLE = (torch.uint8, torch.int16, torch.int32, torch.int64)
"""Types of whole numbers that hold every pixel."""

Reals = NDArray[np.float64]


@dataclass(frozen=True)
class Pixels:
    """A network's input: ``(pixel / 255 - mean) / std`` of a pixel in 0..255.

    That is how torchvision's `ToTensor` and `Normalize` prepare images. The default is [0, 1].
    Networks that take whole numbers get the pixels as they are, and no others.

    Parameters
    ----------
    mean, std: one for all channels, or one per channel.
    """

    mean: tuple[float, ...] = (0.0,)
    std: tuple[float, ...] = (1.0,)

    def __post_init__(self) -> None:
        finite = np.isfinite((*self.mean, *self.std)).all()
        if not finite or not self.mean or not self.std or min(np.abs(self.std)) < 1e-30:
            raise TabfabError(
                f"the input's mean {self.mean} and std {self.std} must be numbers, and no std zero"
            )

    @classmethod
    def spanning(cls, span: Span) -> Pixels:
        """Numbers as they were before `span` made pixels of them."""
        low, high = np.array(span.low), np.array(span.high)
        return cls(tuple(-low / (high - low)), tuple(1 / (high - low)))

    @property
    def is_default(self) -> bool:
        """Whether images are taken in [0, 1]."""
        return set(self.mean) == {0.0} and set(self.std) == {1.0}

    def affine(self, graph: AtenGraph) -> tuple[Reals, Reals]:
        """(channels,) scale and offset that make what `graph` takes of pixels in [0, 1].

        Raises
        ------
        TabfabError: the network's input cannot hold pixels, or has another number of channels.
        """
        channels = input_layout(graph).shape[0]
        if graph.dtype in _WHOLE:
            if not self.is_default:
                raise TabfabError(
                    f"the network takes pixels as whole numbers ({_shown(graph.dtype)}), as they "
                    "are; leave --input-mean and --input-std away"
                )
            return np.full(channels, 255.0), np.zeros(channels)
        if not graph.dtype.is_floating_point:
            raise TabfabError(
                f"the network takes images of {_shown(graph.dtype)}, which does not hold pixels of "
                "0..255; export it for uint8 or for floating-point images"
            )
        for name, values in (("mean", self.mean), ("std", self.std)):
            if len(values) not in (1, channels):
                raise TabfabError(
                    f"--input-{name} has {len(values)} numbers, but the network's images have "
                    f"{channels} channels; give one number, or one per channel"
                )
        mean = np.broadcast_to(np.array(self.mean), channels)
        std = np.broadcast_to(np.array(self.std), channels)
        return 1 / std, -mean / std

    def image(self, graph: AtenGraph, images: NDArray[np.uint8]) -> Tensor:
        """What `graph` takes of (N, H, W, C) `images`, of the shape that it takes."""
        order = input_layout(graph).places
        channels = images.shape[3]
        pixels = torch.from_numpy(images.reshape(len(images), -1)[:, order])
        shape = (len(images), *graph.image_shape)
        if graph.dtype in _WHOLE:
            return pixels.to(graph.dtype).reshape(shape)
        scale, offset = (torch.from_numpy(v[order % channels]) for v in self.affine(graph))
        return (pixels.double() / 255 * scale + offset).float().reshape(shape)


def _shown(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")
