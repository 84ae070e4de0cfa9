"""What a user may choose about a compilation. Nothing here imports torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from .errors import TabfabError
from .graph import Conv, Graph
from .program import MAX_PROTOTYPES, Layout

Method = Literal["table", "exact"]
"""How a layer is computed."""
Mask = tuple[int, ...] | Literal["all", "none"]

_PATCH_CHANNELS = 3
"""A group of up to this many channels is cut into patches: its pixels are too short to code."""


@dataclass(frozen=True)
class CompileOptions:
    """Settings of `tabfab.compiler.compile.compile_graph`.

    Parameters
    ----------
    mask: one 0 or 1 per convolution or linear layer in the order of `Graph.convs`
        (1 = table, 0 = exact), as in the TabConv paper (arXiv 2404.05872); or ``all``, ``none``.
    subspace_length: elements coded together (L). In layout ``auto`` a layer that is cut into
        patches takes one channel's window instead.
    prototypes: rows of a table (K), a power of two from 2 to 256.
    layout: ``pixel``, ``patch``, or ``auto``: ``patch`` where a group has at most three channels
        (images, depthwise convolutions), else ``pixel``.
    encoder: ``tree`` (comparators) or ``nearest`` (least squared distance; no hardware).
    table_bits: bits of a table entry or of an exact layer's weight, 2 to 8.
    argmax: end the program with the number of the largest output instead of the outputs.
    seed: of everything random.
    """

    mask: Mask = "all"
    subspace_length: int = 4
    prototypes: int = 16
    layout: Literal["auto", "pixel", "patch"] = "auto"
    encoder: Literal["tree", "nearest"] = "tree"
    table_bits: int = 8
    argmax: bool = False
    seed: int = 0

    def __post_init__(self) -> None:
        if isinstance(self.mask, str):
            known = self.mask in ("all", "none")
        else:
            object.__setattr__(self, "mask", tuple(self.mask))
            known = all(entry in (0, 1) for entry in self.mask)
        _require(known, f"the mask must be 'all', 'none' or zeros and ones, not {self.mask!r}")
        _require(
            self.subspace_length >= 1,
            f"a subspace has at least 1 element, not {self.subspace_length}; 4 is a good start",
        )
        _require(
            2 <= self.prototypes <= MAX_PROTOTYPES and self.prototypes.bit_count() == 1,
            f"the number of prototypes must be a power of two from 2 to {MAX_PROTOTYPES}, "
            f"not {self.prototypes}",
        )
        _require(
            self.layout in ("auto", "pixel", "patch"),
            f"the layout must be 'auto', 'pixel' or 'patch', not {self.layout!r}",
        )
        _require(
            self.encoder in ("tree", "nearest"),
            f"the encoder must be 'tree' or 'nearest', not {self.encoder!r}",
        )
        _require(
            2 <= self.table_bits <= 8, f"table entries have 2 to 8 bits, not {self.table_bits}"
        )
        _require(self.seed >= 0, f"the seed must not be negative, as {self.seed} is")

    def methods(self, graph: Graph) -> dict[str, Method]:
        """The method of every maskable layer of `graph`, by name.

        Raises
        ------
        TabfabError: the mask has another length than the graph has maskable layers.
        """
        names = [layer.name for layer in graph.convs]
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

    def subspaces(self, layer: Conv, channels: int) -> tuple[Layout, int]:
        """Layout and subspace length of a table layer.

        Parameters
        ----------
        layer: the layer.
        channels: of its input.
        """
        taps = layer.kernel[0] * layer.kernel[1]
        if self.layout != "auto":
            return self.layout, self.subspace_length
        if channels // layer.groups <= _PATCH_CHANNELS and taps > 1:
            return "patch", taps
        return "pixel", self.subspace_length


def _require(condition: bool, message: str) -> None:
    if not condition:
        raise TabfabError(message)
