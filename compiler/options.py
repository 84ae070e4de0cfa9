"""What a user may choose about a compilation. Nothing here imports torch."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from .graph import Conv, Graph
from .program import Layout, subspaces_per_group
from .program.encoders import MAX_LEAVES, most_prototypes
from .store.errors import TabfabError

Method = Literal["table", "exact"]
"""How a layer is computed."""
Mask = tuple[int, ...] | Literal["all", "none"]

_PATCH_CHANNELS = 3
"""A group of up to this many channels is cut into patches: its pixels are too short to code."""


@dataclass(frozen=True)
class LayerOptions:
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
    encoder: ``tree`` (comparators) or ``nearest`` (least squared distance; no hardware).
    tree_levels: comparisons from a tree's root to a leaf; beyond log2 of `prototypes`, which is
        the least and the default, leaves are merged onto the prototypes.
    table_bits: bits of a table entry, 2 to 8.
    exact_bits: bits of an exact layer's weight, 2 to 8; as many as `table_bits` if not given.
    refit: fit tables, and the weights of exact layers behind them, to the float network's
        output; otherwise tables are prototypes times weights and weights stay as they are.
    seed: of everything random.
    """

    subspace_length: int = 4
    subspaces: int | None = None
    prototypes: int = 16
    layout: Literal["auto", "pixel", "patch"] = "auto"
    encoder: Literal["tree", "nearest"] = "tree"
    tree_levels: int | None = None
    table_bits: int = 8
    exact_bits: int | None = None
    refit: bool = True
    seed: int = 0

    def __post_init__(self) -> None:
        _require(
            self.subspace_length >= 1,
            f"a subspace has at least 1 element, not {self.subspace_length}; 4 is a good start",
        )
        _require(
            self.subspaces is None or self.subspaces >= 1,
            f"a layer is cut into at least 1 subspace, not {self.subspaces}; 8 is TabConv's choice",
        )
        _require(
            self.layout in ("auto", "pixel", "patch"),
            f"the layout must be 'auto', 'pixel' or 'patch', not {self.layout!r}",
        )
        _require(
            self.encoder in ("tree", "nearest"),
            f"the encoder must be 'tree' or 'nearest', not {self.encoder!r}",
        )
        most = most_prototypes(self.encoder)
        _require(
            2 <= self.prototypes <= most and self.prototypes.bit_count() == 1,
            f"the number of prototypes must be a power of two from 2 to {most} "
            f"(encoder {self.encoder}), not {self.prototypes}",
        )
        deepest = MAX_LEAVES.bit_length() - 1
        _require(
            self.tree_levels is None or 1 <= self.tree_levels <= deepest,
            f"a tree has 1 to {deepest} levels, not {self.tree_levels}; 8 is a good choice",
        )
        _require(
            2 <= self.table_bits <= 8, f"table entries have 2 to 8 bits, not {self.table_bits}"
        )
        _require(2 <= self.weight_bits <= 8, f"weights have 2 to 8 bits, not {self.weight_bits}")
        _require(self.seed >= 0, f"the seed must not be negative, as {self.seed} is")

    @property
    def weight_bits(self) -> int:
        """Bits of an exact layer's weight."""
        return self.table_bits if self.exact_bits is None else self.exact_bits

    def of_one_layer(self) -> LayerOptions:
        """These settings without what a `CompileOptions` says of the whole network."""
        fields = dataclasses.fields(LayerOptions)
        return LayerOptions(**{item.name: getattr(self, item.name) for item in fields})

    def cut(self, layer: Conv, channels: int) -> tuple[Layout, int]:
        """Layout and subspace length of a table layer.

        Parameters
        ----------
        layer: the layer.
        channels: of its input.
        """
        taps = layer.kernel[0] * layer.kernel[1]
        per_group = channels // layer.groups
        short = self.layout == "auto" and per_group <= _PATCH_CHANNELS and taps > 1
        layout: Layout = "patch" if short or self.layout == "patch" else "pixel"
        if self.subspaces is not None:
            elements = per_group * (taps if layout == "patch" else 1)
            return layout, -(-elements // self.subspaces)
        return layout, taps if short else self.subspace_length

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


@dataclass(frozen=True)
class CompileOptions(LayerOptions):
    """Settings of `tabfab.compiler.compile.compile_graph`, for all layers and for single ones.

    Parameters
    ----------
    mask: one 0 or 1 per convolution or linear layer in the order of `Graph.convs`
        (1 = table, 0 = exact), as in the TabConv paper (arXiv 2404.05872); or ``all``, ``none``.
    argmax: end the program with the number of the largest output instead of the outputs.
    layers: by name, the layers with settings of their own; all others take those given here.
    """

    mask: Mask = "all"
    argmax: bool = False
    layers: Mapping[str, LayerOptions] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        if isinstance(self.mask, str):
            known = self.mask in ("all", "none")
        else:
            object.__setattr__(self, "mask", tuple(self.mask))
            known = all(entry in (0, 1) for entry in self.mask)
        _require(known, f"the mask must be 'all', 'none' or zeros and ones, not {self.mask!r}")

    def of(self, name: str) -> LayerOptions:
        """The settings of the layer `name`."""
        return self.layers.get(name, self)

    def methods(self, graph: Graph) -> dict[str, Method]:
        """The method of every maskable layer of `graph`, by name.

        Raises
        ------
        TabfabError: the mask has another length than the graph has maskable layers, or a layer
            with settings of its own is none of them.
        """
        names = [layer.name for layer in graph.convs]
        for name in self.layers:
            _require(
                name in names,
                f"there are settings for a layer {name!r}, but the network's maskable layers are "
                f"{', '.join(names)}",
            )
        if isinstance(self.mask, str):
            mask: tuple[int, ...] = (int(self.mask == "all"),) * len(names)
        else:
            mask = self.mask
        if len(mask) != len(names):
            listed = ", ".join(f"{i + 1} {name}" for i, name in enumerate(names))
            raise TabfabError(
                f"the mask has {len(mask)} entries, but the network has {len(names)} maskable "
                f"layers; give one 0 or 1 for each of, in this order: {listed}"
            )
        return {
            name: "table" if entry else "exact" for name, entry in zip(names, mask, strict=True)
        }


def layer_settings(options: LayerOptions) -> dict[str, object]:
    """The settings of one layer as JSON values."""
    return {
        item.name: getattr(options, item.name)
        for item in dataclasses.fields(LayerOptions)
        if item.name != "seed"
    }


def _require(condition: bool, message: str) -> None:
    if not condition:
        raise TabfabError(message)
