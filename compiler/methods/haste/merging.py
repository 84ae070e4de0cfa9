"""Which channels a patch merges, and what they become."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


@dataclass(frozen=True, eq=False)
class Buckets:
    """Buckets of the channels of many patches, those of a patch and group one after another.

    Parameters
    ----------
    of: (patches * C,) number of the bucket that each channel is in.
    sizes: (buckets,) how many channels each has.
    first: (patches * groups,) number of the first bucket of each patch and group.
    """

    of: Tensor
    sizes: Tensor
    first: Tensor

    def counts(self) -> tuple[Tensor, Tensor]:
        """(patches * groups,) buckets, and those of them that have more than one channel."""
        ends = torch.cat([self.first[1:], torch.tensor([len(self.sizes)])])
        merged = torch.cat([torch.zeros(1, dtype=torch.long), (self.sizes > 1).cumsum(0)])
        return ends - self.first, merged[ends] - merged[self.first]

    def sums(self, seen: Tensor) -> Tensor:
        """(buckets, pixels) of (patches, C, halo height, halo width)."""
        values = seen.reshape(len(self.of), -1)
        total = torch.zeros(len(self.sizes), values.shape[1], dtype=values.dtype)
        return total.index_add_(0, self.of, values)

    def spread(self, means: Tensor, seen: Tensor) -> Tensor:
        """In the shape of `seen`: for each channel the mean (buckets, pixels) of its bucket."""
        return means.index_select(0, self.of).view(seen.shape)


def hashed(seen: Tensor, hyperplanes: Tensor, groups: int) -> Buckets:
    """The buckets that the channels of each patch and group make.

    Parameters
    ----------
    seen: (patches, C, halo height, halo width) floats; of integers no sum over a halo and all
        channels may be larger than they hold.
    hyperplanes: (L, halo height, halo width), in the same type.
    groups: of the channels.
    """
    patches, channels = seen.shape[:2]
    products = seen.reshape(patches, groups, channels // groups, -1) @ hyperplanes.flatten(1).T
    sides = products * (channels // groups) > products.sum(dim=2, keepdim=True)
    held = torch.float32 if len(hyperplanes) <= 24 else torch.float64
    powers = torch.exp2(torch.arange(len(hyperplanes), dtype=held))
    codes = (sides.to(held) @ powers).long().view(patches * groups, -1)
    ordered, order = codes.sort(dim=1)
    starts = torch.ones_like(ordered, dtype=torch.bool)
    starts[:, 1:] = ordered[:, 1:] != ordered[:, :-1]
    number = (starts.flatten().cumsum(0) - 1).view(starts.shape)
    of = torch.empty_like(number).scatter_(1, order, number)
    return Buckets(of.flatten(), number.flatten().bincount(), number[:, 0].contiguous())
