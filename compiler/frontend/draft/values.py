"""What the nodes of the traced graph stand for while the layers are built."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

from ...program import Shape


@dataclass(frozen=True)
class Value:
    """The output of a layer as the user's code sees it.

    Parameters
    ----------
    layer: name of the layer.
    shape: (channels, height, width) of the layer.
    tail: shape that torch gives it, without the batch axis.
    order: where it is a flattened image of more than one pixel, (channels, height, width) of
        that image: torch counts its elements channel by channel, a `Flatten` layer pixel by
        pixel.
    """

    layer: str
    shape: Shape
    tail: tuple[int, ...]
    order: Shape | None = None

    @property
    def is_image(self) -> bool:
        """Whether torch sees (N, channels, height, width)."""
        return len(self.tail) == 3

    @property
    def is_vector(self) -> bool:
        """Whether torch sees (N, elements)."""
        return len(self.tail) == 1

    def channel_minor(self, rows: Tensor) -> Tensor:
        """The last axis of `rows`, one element per torch channel, in the layer's order."""
        if self.order is None:
            return rows
        image = rows.reshape(*rows.shape[:-1], *self.order)
        return image.movedim(-3, -1).reshape(rows.shape)
