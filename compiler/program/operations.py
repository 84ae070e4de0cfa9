"""What a layer costs to compute: operations and bytes. Nothing here imports torch.

An exact layer costs multiply-accumulates (the TabConv paper's "FLOPs", arXiv 2404.05872). A table
layer costs the comparisons of its encoders and the additions of its table rows; nearest-prototype
encoders multiply and accumulate instead of comparing, or, by L1 distance, subtract and add. A haste
layer (arXiv 2309.17211) costs what its buckets leave of the multiply-accumulates, and all that
hashing and merging take (`Merging`).
Requantization is not counted.

Beside these stand the operations by TabConv's convention, so that figures compare with the
published ones: an encoding is taken for log2(K) comparisons, however it is really done, and the
sum of N rows for log2(N) additions, the depth of an adder tree. With N = 8 and K = 8192 in every
layer it gives the 99.4 % of operations removed that the paper reports for ResNet-18 on MNIST.
Its totals before conversion (37.67, 75.49 and 223.9 million) count more than convolutions and
linear layers: biases, 2 per element of a batch norm, 1 per element of an activation function or
of a pool's input. The ResNets' are those of torchvision's networks with 1000 classes on 32x32
images, not of the ones that its repository trains (tests/compiler/test_published_costs.py).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .activation import Layout, Pair, Shape
from .encoders import Encoding


@dataclass(frozen=True)
class Cost:
    """Operations and bytes of one layer for one image.

    Parameters
    ----------
    exact: multiply-accumulates of the layer by multiplication, those of padding too.
    multiplications: multiply-accumulates that are left.
    comparisons: of the encoders.
    additions: of table rows, of the terms of dyadic weights, or of hashing and merging channels.
    shifts: of activations by a number of bits, one for each term of a dyadic weight that is not
        the activation itself; no operation of its own, since adding is counted.
    weight_bytes: of the network's weights in this layer, one byte each.
    table_bytes: of its tables, one byte each entry; 0 for an exact layer.
    stored_bytes: of what is really stored: tables, or the weights that ever meet an image.
    tabconv: operations by the TabConv paper's convention.
    """

    exact: int
    multiplications: int
    comparisons: int
    additions: int
    shifts: int
    weight_bytes: int
    table_bytes: int
    stored_bytes: int
    tabconv: int

    @property
    def operations(self) -> int:
        """All operations that the program does."""
        return self.multiplications + self.comparisons + self.additions


@dataclass(frozen=True, eq=False)
class Merging:
    """What counting needs to know of channels that are merged, patch by patch (`HasteConv`).

    Parameters
    ----------
    patch, stride, kernel: (vertical, horizontal).
    entries: of all hyperplanes that are not zero, each an addition for each channel.
    hyperplanes: how many there are.
    buckets: (groups, patches in a column, patches in a row) buckets of each patch.
    merged: likewise, those of more than one channel, whose pixels are multiplied by a reciprocal.
    """

    patch: Pair
    stride: Pair
    kernel: Pair
    entries: int
    hyperplanes: int
    buckets: NDArray[np.floating]
    merged: NDArray[np.floating]

    def positions(self, output: Shape) -> NDArray[np.int64]:
        """(patches in a column, patches in a row) positions of the output in each patch."""
        down, right = (self._along(axis, output) for axis in (0, 1))
        return np.outer(down, right)

    def pixels(self, output: Shape) -> NDArray[np.int64]:
        """(patches in a column, patches in a row) pixels that a patch's positions read."""
        counts = []
        for axis, (step, size) in enumerate(zip(self.stride, self.kernel, strict=True)):
            along = self._along(axis, output)
            counts.append((along - 1) * min(step, size) + size)
        return np.outer(*counts)

    def _along(self, axis: int, output: Shape) -> NDArray[np.int64]:
        """Positions of each patch along one axis."""
        starts = np.arange(0, output[1 + axis], self.patch[axis], dtype=np.int64)
        return np.minimum(self.patch[axis], output[1 + axis] - starts)


@dataclass(frozen=True)
class Convolution:
    """What counting needs to know of a convolution.

    Parameters
    ----------
    source, output: shapes (channels, height, width).
    taps: of the kernel.
    dropped: of the network's own kernel that only ever saw padding.
    groups: of the convolution.
    """

    source: Shape
    output: Shape
    taps: int
    dropped: int
    groups: int

    @property
    def positions(self) -> int:
        """Output pixels."""
        return self.output[1] * self.output[2]

    @property
    def columns(self) -> int:
        """Weights of one tap."""
        return self.output[0] * (self.source[0] // self.groups)

    @property
    def network(self) -> dict[str, int]:
        """What the network itself would cost, dropped taps and all."""
        weights = self.columns * (self.taps + self.dropped)
        return {"exact": self.positions * weights, "weight_bytes": weights}

    def exact(self, multiplied: int = 0) -> Cost:
        """Cost by multiplication.

        Parameters
        ----------
        multiplied: output channels whose sums are multiplied besides.
        """
        weights = self.columns * self.taps
        products = self.positions * (weights + multiplied)
        return Cost(
            **self.network,
            multiplications=products,
            comparisons=0,
            additions=0,
            shifts=0,
            stored_bytes=weights,
            table_bytes=0,
            tabconv=products,
        )

    def dyadic(self, terms: int, shifted: int, most: int) -> Cost:
        """Cost by shifts and additions.

        Parameters
        ----------
        terms: signed powers of two of all weights together.
        shifted: those of them that shift by more than no bit.
        most: of one weight, for which there is room.
        """
        additions = self.positions * terms
        return Cost(
            **self.network,
            multiplications=0,
            comparisons=0,
            additions=additions,
            shifts=self.positions * shifted,
            stored_bytes=self.columns * self.taps * most,
            table_bytes=0,
            tabconv=additions,
        )

    def haste(self, merging: Merging) -> Cost:
        """Cost over channels that are merged.

        Counted are, for every patch and group of C channels: an addition for every entry of a
        hyperplane and channel, and for every hyperplane and channel one to the sum over the
        channels, a comparison, and a multiplication by C unless that is a power of two; for every
        channel that joins another's bucket an addition for each pixel that is read, and for each
        weight; for every bucket of more than one channel a multiplication for each pixel; for
        every bucket the multiply-accumulates of a channel.
        """
        channels, outputs = self.source[0] // self.groups, self.output[0] // self.groups
        patches = merging.buckets.size  # all groups'
        bits = patches * channels * merging.hyperplanes
        weights = self.taps * outputs
        positions, pixels = merging.positions(self.output), merging.pixels(self.output)
        buckets, merged = (np.float64(v) for v in (merging.buckets, merging.merged))
        products = (buckets * positions).sum() * weights + (merged * pixels).sum()
        joined = ((channels - buckets) * (pixels + weights)).sum()
        additions = bits + patches * channels * merging.entries + round(float(joined))
        multiplications = round(float(products)) + (bits if channels & (channels - 1) else 0)
        return Cost(
            **self.network,
            multiplications=multiplications,
            comparisons=bits,
            additions=additions,
            shifts=0,
            stored_bytes=self.columns * self.taps,
            table_bytes=0,
            tabconv=multiplications + bits + additions,
        )

    def tables(self, layout: Layout, shape: tuple[int, int, int, int], encoding: Encoding) -> Cost:
        """Cost by tables of `shape` (subspaces, taps or 1, K, M / groups).

        Parameters
        ----------
        layout: how the input is cut.
        shape: of the tables.
        encoding: of one subspace.
        """
        subspaces, taps, prototypes, per_group = shape
        coded = self.source[1] * self.source[2] if layout == "pixel" else self.positions
        encodings = coded * subspaces
        code_bits = prototypes.bit_length() - 1
        lookups = taps * subspaces // self.groups
        adder_levels = (lookups - 1).bit_length()
        sums = self.positions * self.output[0]
        table_bytes = subspaces * taps * prototypes * per_group
        return Cost(
            **self.network,
            multiplications=encodings * encoding.multiplications,
            comparisons=encodings * encoding.comparisons,
            additions=sums * lookups + encodings * encoding.additions,
            shifts=0,
            stored_bytes=table_bytes,
            table_bytes=table_bytes,
            tabconv=encodings * code_bits + sums * adder_levels,
        )
