"""What the nodes of the traced graph stand for while the layers are built."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from ...program import Shape

Places = NDArray[np.int64]
"""Of each number its place in a layer's output, which is counted pixel by pixel, from 0 on."""


@dataclass(frozen=True, eq=False)
class Value:
    """The output of a layer as the user's code sees it.

    Views, permutations and slices change how torch sees a layer, and leave none of their own behind
    as long as nothing but linear layers and sums reads them.

    Parameters
    ----------
    layer: name of the layer.
    shape: (channels, height, width) of the layer.
    tail: shape that torch gives it, without the batch axis.
    order: of this shape, `Places` of torch's numbers; None where these are all numbers of the layer
        channel by channel, as torch has those of an image.
    """

    layer: str
    shape: Shape
    tail: tuple[int, ...]
    order: Places | None = None

    @property
    def places(self) -> Places:
        """(tail) `order`, where it is None too."""
        return channel_first(self.shape).reshape(self.tail) if self.order is None else self.order

    @property
    def is_whole(self) -> bool:
        """Whether torch sees each number of the layer, once."""
        numbers = math.prod(self.shape)
        return self.order is None or (
            self.order.size == numbers and len(np.unique(self.order)) == numbers
        )

    def is_like(self, other: Value) -> bool:
        """Whether torch sees the same places of two layers of one shape in the same order."""
        if self.shape != other.shape or self.tail != other.tail:
            return False
        same = self.order is other.order is None
        return same or bool((self.places == other.places).all())

    def by_channel(self, numbers: Tensor) -> NDArray[np.float64] | None:
        """`numbers` as one for each of the layer's channels; None where these have several each.

        Parameters
        ----------
        numbers: of any shape that is broadcast to `tail`; one number stays one.

        Returns
        -------
        (channels,) float64, 0 for channels that torch does not see.
        """
        channels = self.shape[0]
        array = numbers.detach().cpu().double().numpy()
        if array.size == 1:
            return np.full(channels, array.reshape(()))
        try:
            of_each = np.broadcast_to(array, self.tail).ravel()
        except ValueError:
            return None
        channel = self.places.ravel() % channels
        found = np.zeros(channels)
        found[channel] = of_each
        # NaN is refused with the layer, by name
        return found if np.array_equal(found[channel], of_each, equal_nan=True) else None


def as_image(tail: tuple[int, ...]) -> Shape:
    """(channels, height, width) of what torch sees as one, two or three axes behind the batch's.

    A sequence (channels, length) is an image of one row, a vector one of one pixel.
    """
    channels, *size = tail
    height, width = [1] * (2 - len(size)) + size
    return channels, height, width


def channel_first(shape: Shape) -> Places:
    """(channels, height, width) places of an image's numbers in the order of torch."""
    channels, height, width = shape
    pixels = np.arange(math.prod(shape), dtype=np.int64).reshape(height, width, channels)
    return pixels.transpose(2, 0, 1)


def stream_order(order: Places) -> Places:
    """(numbers,) the places of an image's numbers, which are (channels, height, width), pixel by
    pixel.
    """
    return order.transpose(1, 2, 0).ravel()
