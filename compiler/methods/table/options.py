"""Settings of the method `table`. Nothing here imports torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from ...graph import Conv
from ...program import Layout, subspaces_per_group
from ...program.encoders import ENCODER_KINDS, MAX_LEAVES, most_prototypes
from ...store.settings import require, setting
from ..options import MethodOptions

_PATCH_CHANNELS = 3
"""A group of up to this many channels is cut into patches: its pixels are too short to code."""


@dataclass(frozen=True, kw_only=True)
class TableOptions(MethodOptions):
    """How a layer becomes tables.

    Parameters
    ----------
    subspace_length: elements coded together (L). In layout ``auto`` a layer that is cut into
        patches takes one channel's window instead.
    subspaces: how many contiguous subspaces a group's pixel or im2col vector is cut into (N), as
        in the TabConv paper; it takes the place of `subspace_length`.
    prototypes: rows of a table (K), a power of two, at least 2 and at most what the encoder
        takes (`encoders.most_prototypes`).
    layout: ``pixel``, ``patch``, or ``auto``: ``patch`` where a group has at most three channels
        (images, depthwise convolutions), else ``pixel``.
    encoder: ``tree`` (comparators), ``nearest`` (least squared distance) or ``nearest-l1`` (least
        sum of absolute differences).
    tree_levels: comparisons from a tree's root to a leaf; beyond log2 of `prototypes`, which is
        the least and the default, leaves are merged onto the prototypes.
    """

    about: ClassVar[str] = "Table layers"

    subspace_length: int = setting(4, "Activations coded together (L).", least=1)
    subspaces: int | None = setting(
        None,
        "Cut every layer into this many subspaces (N) instead of into lengths.",
        least=1,
        instead_of=("subspace_length",),
    )
    prototypes: int = setting(
        16,
        "Rows of each table (K), a power of two from 2 to 4096, with nearest encoders to 16384.",
    )
    layout: Literal["auto", "pixel", "patch"] = setting(
        "auto", "How subspaces are cut; auto: patch where a pixel is too short."
    )
    encoder: Literal["tree", "nearest", "nearest-l1"] = setting(
        "tree",
        "tree: comparators; nearest: the least squared distance to K prototypes, which takes "
        "multipliers; nearest-l1: the least sum of absolute differences, which takes none.",
    )
    tree_levels: int | None = setting(
        None,
        "Comparisons from a tree's root to a leaf; two or more beyond log2 K merge leaves onto "
        "the prototypes, which codes nearly as well as nearest.",
        default="log2 K",
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        require(
            self.subspace_length >= 1,
            f"a subspace has at least 1 element, not {self.subspace_length}; 4 is a good start",
        )
        require(
            self.subspaces is None or self.subspaces >= 1,
            f"a layer is cut into at least 1 subspace, not {self.subspaces}; 8 is TabConv's choice",
        )
        require(
            self.layout in ("auto", "pixel", "patch"),
            f"the layout must be 'auto', 'pixel' or 'patch', not {self.layout!r}",
        )
        require(
            self.encoder in ENCODER_KINDS,
            f"the encoder must be one of {', '.join(ENCODER_KINDS)}, not {self.encoder!r}",
        )
        most = most_prototypes(self.encoder)
        require(
            2 <= self.prototypes <= most and self.prototypes.bit_count() == 1,
            f"the number of prototypes must be a power of two from 2 to {most} "
            f"(encoder {self.encoder}), not {self.prototypes}",
        )
        deepest = MAX_LEAVES.bit_length() - 1
        require(
            self.tree_levels is None or 1 <= self.tree_levels <= deepest,
            f"a tree has 1 to {deepest} levels, not {self.tree_levels}; 8 is a good choice",
        )

    def cut(self, layer: Conv, channels: int) -> tuple[Layout, int]:
        """Layout and subspace length of a layer, which is no more than it has to cut.

        Parameters
        ----------
        layer: the layer.
        channels: of its input.
        """
        taps = layer.kernel[0] * layer.kernel[1]
        short = self._is_short(layer, channels)
        layout: Layout = "patch" if short or self.layout == "patch" else "pixel"
        elements = self.elements(layer, channels)
        if self.subspaces is not None:
            return layout, -(-elements // self.subspaces)
        return layout, taps if short else min(self.subspace_length, elements)

    def elements(self, layer: Conv, channels: int) -> int:
        """Length of the vector of a group that is cut: a pixel's or a window's.

        Parameters
        ----------
        layer: the layer.
        channels: of its input.
        """
        taps = layer.kernel[0] * layer.kernel[1]
        in_patches = self.layout == "patch" or self._is_short(layer, channels)
        return channels // layer.groups * (taps if in_patches else 1)

    def _is_short(self, layer: Conv, channels: int) -> bool:
        """Whether layout ``auto`` cuts the layer into patches."""
        taps = layer.kernel[0] * layer.kernel[1]
        return self.layout == "auto" and channels // layer.groups <= _PATCH_CHANNELS and taps > 1

    def table_shape(self, layer: Conv, channels: int) -> tuple[int, int, int, int]:
        """(subspaces, taps or 1, K, M / groups) of the tables that `layer` would have.

        Parameters
        ----------
        layer: the layer.
        channels: of its input.
        """
        layout, length = self.cut(layer, channels)
        taps = layer.kernel[0] * layer.kernel[1]
        per_group = subspaces_per_group(channels // layer.groups, taps, length, layout)
        return (
            per_group * layer.groups,
            taps if layout == "pixel" else 1,
            self.prototypes,
            layer.shape[0] // layer.groups,
        )
