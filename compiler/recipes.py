"""Named settings to start a compilation from. Nothing here imports torch."""

from __future__ import annotations

from .options import CompileOptions

TABCONV = CompileOptions(
    subspaces=8, prototypes=8192, layout="patch", encoder="nearest", refit=False
)
"""The method of the TabConv paper (arXiv 2404.05872) with the sizes of its published command:
N = 8 contiguous subspaces of the im2col vector, K = 8192 nearest prototypes by k-means, tables
that are prototypes times weights."""

RECIPES: dict[str, CompileOptions] = {"tabfab": CompileOptions(), "tabconv": TABCONV}
"""By name; `tabfab` is what is taken where nothing is chosen."""
