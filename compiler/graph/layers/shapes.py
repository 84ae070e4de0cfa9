"""Layers that only move values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ...program import Pair
from .layer import Layer


@dataclass(frozen=True, eq=False, kw_only=True)
class SlicePad(Layer):
    """``x[:, ::step, ::step]`` with (before, after) zero channels around it."""

    kind: ClassVar[str] = "slice_pad"
    step: Pair
    channels: Pair


@dataclass(frozen=True, eq=False, kw_only=True)
class Flatten(Layer):
    """(C, H, W) to (H * W * C, 1, 1) in channel-minor order."""

    kind: ClassVar[str] = "flatten"
