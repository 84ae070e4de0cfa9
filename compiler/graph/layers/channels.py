"""Layers that put channels side by side, and that choose among them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ...program import Shape
from .layer import Layer


@dataclass(frozen=True, eq=False, kw_only=True)
class Concat(Layer):
    """The channels of two or more layers of the same height and width, one after the other."""

    kind: ClassVar[str] = "concat"


@dataclass(frozen=True, eq=False, kw_only=True)
class ChannelSelect(Layer):
    """Some channels of a layer, in any order: ``x[:, channels]``.

    Parameters
    ----------
    channels: which channel of the input each channel of the output is.
    """

    kind: ClassVar[str] = "channel_select"
    channels: tuple[int, ...]


@dataclass(frozen=True, eq=False, kw_only=True)
class Outputs(Layer):
    """What a network answers where that is several tensors: one after the other, as a vector.

    It reads each of them as channels of one pixel, and is the last layer.

    Parameters
    ----------
    heads: what each is called.
    shapes: (channels, height, width) of each, before it was flattened.
    """

    kind: ClassVar[str] = "outputs"
    heads: tuple[str, ...]
    shapes: tuple[Shape, ...]
