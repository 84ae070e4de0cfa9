"""Convolution over channels that are merged while it runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from ..activation import ActivationType, Pair, Shape, require
from ..operations import Cost, Merging
from .conv import Bounds, Conv, products_bounds
from .node import Node

MAX_HYPERPLANES = 32
MAX_PATCH = 64
MAX_CHANNELS = 1 << 16
MAX_COUNTED = 1 << 32
MAX_FRACTION_BITS = 6
"""Bits of a bucket's mean behind the point: 32 bits hold every sum times its reciprocal."""
RECIPROCAL_SHIFT = 16
"""A reciprocal is in units of ``2^-16`` of a mean's last bit."""
RECIPROCAL_HALF = 1 << (RECIPROCAL_SHIFT - 1)
"""What rounding adds before a mean's shift."""


@dataclass(frozen=True, eq=False, kw_only=True)
class HasteConv(Conv):
    """Convolution over channels that are merged where they are alike.

    HASTE, Meiner, Mehnert and Condurache, "Data-Free Dynamic Compression of CNNs for Tractable
    Efficiency" (arXiv 2309.17211), in integers.

    The output is cut into patches of `patch` positions, from the first row and column on. A
    patch's input is what its windows see, `halo` pixels. Where the last patches reach beyond the
    output, so do their inputs beyond the image; what lies there, as in padding, is what stands
    for a real zero. In each patch every group of channels is merged by itself:

    * With ``a[l, c]`` the sum of products of hyperplane l with channel c, and ``t[l]`` the sum of
      ``a[l, c]`` over the C channels of the group, bit l of the code of channel c is whether
      ``C * a[l, c] > t[l]``: the side of the hyperplane that it lies on, the channels' mean
      being taken away.
    * Channels with the same code are a bucket; buckets are numbered by their first channels. Each
      pixel of a bucket of n channels that add up to S there is
      ``(S * reciprocals[n] + 2^15) >> 16``, their mean in units of ``2^-fraction_bits``.
    * The sum of an output channel is that of all products of the buckets' pixels with the sums of
      the weights of their channels, which are plain. So it is in units of ``2^-fraction_bits``,
      and so are bias and accumulator; the shift takes these bits away too.

    Parameters
    ----------
    weight: (M, C / groups, kernel height, kernel width) int8.
    patch: positions of a patch (vertical, horizontal).
    hyperplanes: (L, halo height, halo width) int8 of -1, 0 and 1.
    fraction_bits: of a bucket's mean, behind the point.
    counted: images with which it was counted how much merges. What the layer costs follows from
        that; no answer depends on it.
    buckets: (groups, patches in a column, patches in a row) int64 buckets of each patch, of all
        these images together.
    merged: likewise, how many of them have more than one channel.
    """

    kind: ClassVar[str] = "haste_conv"
    method: ClassVar[str] = "haste"
    replaceable: ClassVar[frozenset[str]] = frozenset({"weight", "bias"})
    documentation: ClassVar[frozenset[str]] = Conv.documentation | {"counted", "buckets", "merged"}
    weight: NDArray[np.int8]
    patch: Pair
    hyperplanes: NDArray[np.int8]
    fraction_bits: int
    counted: int
    buckets: NDArray[np.int64]
    merged: NDArray[np.int64]

    def __post_init__(self) -> None:
        super().__post_init__()
        require(
            min(self.patch) >= 1 and max(self.patch) <= MAX_PATCH,
            f"node {self.name!r}: a patch has 1 to {MAX_PATCH} positions each way, not "
            f"{self.patch}",
        )
        require(
            0 <= self.fraction_bits <= MAX_FRACTION_BITS,
            f"node {self.name!r}: means have 0 to {MAX_FRACTION_BITS} bits behind the point, not "
            f"{self.fraction_bits}",
        )
        planes = self.hyperplanes
        require(
            planes.shape[1:] == self.halo and 1 <= len(planes) <= MAX_HYPERPLANES,
            f"node {self.name!r}: hyperplanes {planes.shape} must be 1 to {MAX_HYPERPLANES} of the "
            f"{self.halo} pixels that a patch sees",
        )
        require(
            bool(((planes >= -1) & (planes <= 1)).all()),
            f"node {self.name!r}: hyperplanes must hold -1, 0 and 1 alone",
        )
        require(
            self.weight.ndim == 4 and len(self.weight) == self.shape[0],
            f"node {self.name!r}: weights {self.weight.shape} must be four numbers, the first "
            f"{self.shape[0]} output channels",
        )
        channels = self.weight.shape[1]
        require(
            channels <= MAX_CHANNELS,
            f"node {self.name!r}: at most {MAX_CHANNELS} channels of a group are merged, not "
            f"{channels}",
        )
        require(
            1 <= self.counted <= MAX_COUNTED,
            f"node {self.name!r}: buckets are counted with 1 to {MAX_COUNTED:,} images, not "
            f"{self.counted}",
        )
        least, most = self.counted, self.counted * channels
        for name, counts, low in (("buckets", self.buckets, least), ("merged", self.merged, 0)):
            require(
                counts.shape == (self.groups, *self.patches)
                and bool(((counts >= low) & (counts <= most)).all()),
                f"node {self.name!r}: {name} of {self.counted} images must be {low} to {most} for "
                f"each of its {(self.groups, *self.patches)} groups and patches",
            )

    @property
    def halo(self) -> Pair:
        """Pixels that the windows of a patch span (vertical, horizontal)."""
        return halo(self.patch, self.stride, self.kernel)

    @property
    def patches(self) -> Pair:
        """Patches that cover the output (in a column, in a row)."""
        return patches(self.shape, self.patch)

    @cached_property
    def reciprocals(self) -> NDArray[np.int32]:
        """(channels of a group + 1,) of each number of channels, rounded; that of 0 is 0."""
        return reciprocals_of(self.weight.shape[1], self.fraction_bits)

    @property
    def contents(self) -> NDArray[np.int8]:
        """`weight`."""
        return self.weight

    @property
    def details(self) -> Mapping[str, str | int | float]:
        """How channels are merged, and how many buckets they make; see `Conv.details`."""
        return {
            "hyperplanes": len(self.hyperplanes),
            "patch": "x".join(map(str, self.patch)),
            "fraction_bits": self.fraction_bits,
            "channels": self.weight.shape[1],
            "buckets": round(float(self.buckets.mean()) / self.counted, 1),
        }

    def mean_bounds(self, source: ActivationType) -> tuple[int, int]:
        """Smallest and largest mean of a bucket.

        Parameters
        ----------
        source: type of the input.
        """
        counts = np.arange(len(self.reciprocals), dtype=np.int64)[1:]
        least, most = (
            (counts * value * self.reciprocals[1:] + RECIPROCAL_HALF) >> RECIPROCAL_SHIFT
            for value in (source.low, source.high)
        )
        return int(least.min()), int(most.max())

    def sum_bounds(self, source: ActivationType) -> Bounds:
        """Sums of all products' extremes; see `Conv.sum_bounds`.

        A bucket's product is not beyond those of its channels: their weights add up, and their
        mean is the same number for all of them.
        """
        return products_bounds(self.weight, self.mean_bounds(source))

    def cost(self, source: Shape) -> Cost:
        """Hashing, merging, and products of buckets; see `Conv.cost`."""
        return self.convolution(source).haste(
            Merging(
                self.patch,
                self.stride,
                self.kernel,
                entries=int(np.count_nonzero(self.hyperplanes)),
                hyperplanes=len(self.hyperplanes),
                buckets=self.buckets / self.counted,
                merged=self.merged / self.counted,
            )
        )

    def check(self, sources: Sequence[Node]) -> None:
        """Raise `ProgramError` unless the layer fits its input; see `Node.check`."""
        super().check(sources)
        require(
            self.dilation == (1, 1),
            f"node {self.name!r}: channels are merged under windows without dilation only, not "
            f"{self.dilation}",
        )
        expected = (self.shape[0], sources[0].shape[0] // self.groups, *self.kernel)
        require(
            self.weight.shape == expected,
            f"node {self.name!r}: weights have shape {self.weight.shape} instead of {expected}",
        )


def halo(patch: Pair, stride: Pair, kernel: Pair) -> Pair:
    """Pixels that the windows of a patch of positions span (vertical, horizontal)."""
    down, right = (
        (positions - 1) * step + size
        for positions, step, size in zip(patch, stride, kernel, strict=True)
    )
    return down, right


def patches(output: Shape, patch: Pair) -> Pair:
    """Patches that cover an output (in a column, in a row); the last ones may reach beyond it."""
    down, right = (-(-size // positions) for size, positions in zip(output[1:], patch, strict=True))
    return down, right


def reciprocals_of(channels: int, fraction_bits: int) -> NDArray[np.int32]:
    """(channels + 1,) what a sum of each number of channels is multiplied by; that of 0 is 0."""
    unit = 1 << (RECIPROCAL_SHIFT + fraction_bits)
    counts = np.arange(1, channels + 1)
    return np.concatenate([[0], (2 * unit + counts) // (2 * counts)]).astype(np.int32)
