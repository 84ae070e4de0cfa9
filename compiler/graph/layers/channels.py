"""Layers that put channels side by side, and that choose among them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

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
