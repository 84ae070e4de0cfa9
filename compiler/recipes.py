"""Named settings to start a compilation from. Nothing here imports torch."""

from __future__ import annotations

from .options import CompileOptions

TABCONV = CompileOptions(
    subspaces=8, prototypes=8192, layout="patch", encoder="nearest", refit=False
)
"""The method of the TabConv paper (arXiv 2404.05872) with the sizes of its published command:
N = 8 contiguous subspaces of the im2col vector, K = 8192 nearest prototypes by k-means, tables
that are prototypes times weights."""

DYADIC = CompileOptions(mask="dyadic", terms=2, finest_shift=7, distance="weights", refit=False)
"""The method of Cintra et al. (arXiv 2208.00087): all layers dyadic, the nearest values of the
set in the Frobenius norm, without a look at any image but for the scales of activations. The sets
of the paper's tables could not be obtained; two terms down to 2^-7 lose nothing in a ResNet-32."""

HASTE = CompileOptions(mask="haste", hyperplane_zeros=2 / 3, refit=False)
"""The method of Meiner et al. (arXiv 2309.17211): all convolutions but the first merge channels,
weights as they are, without a look at any image but for the scales of activations and for counting
how much was merged. Patches, hyperplanes and zeros are those of the paper for CIFAR-10; how many
hyperplanes it takes is chosen there for each network."""

RECIPES: dict[str, CompileOptions] = {
    "tabfab": CompileOptions(),
    "tabconv": TABCONV,
    "dyadic": DYADIC,
    "haste": HASTE,
}
"""By name; `tabfab` is what is taken where nothing is chosen."""
