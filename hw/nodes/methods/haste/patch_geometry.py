"""PatchGeometry: what a haste layer computes in which order, and how long each part takes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from amaranth.hdl import Module, Mux, Signal, Value
from numpy.typing import NDArray

from .....compiler.program import HasteConv, Pair
from .....compiler.program.nodes.haste import halo, patches
from ....logic.demand import bits_for


@dataclass(frozen=True)
class PatchGeometry:
    """The patches of a layer, each cut into its groups of channels, which are units of work.

    Units follow each other patch by patch, row-major, in each patch group by group. A unit's output
    is cut into blocks of `outputs` channels; a block's positions are row-major.

    Parameters
    ----------
    channels: input channels of a group.
    groups: as in `torch.nn.Conv2d`.
    outputs: output channels at a time (P), which divide those of a group.
    blocks: of output channels in a group.
    positions: (rows, columns) of the layer's output.
    patch, stride, kernel: (vertical, horizontal).
    """

    channels: int
    groups: int
    outputs: int
    blocks: int
    positions: Pair
    patch: Pair
    stride: Pair
    kernel: Pair

    @classmethod
    def of(cls, node: HasteConv, outputs: int) -> PatchGeometry:
        """That of a layer, `outputs` channels at a time."""
        channels, *_ = node.shape
        return cls(
            node.weight.shape[1], node.groups, outputs, channels // (node.groups * outputs),
            (node.shape[1], node.shape[2]), node.patch, node.stride, node.kernel,
        )  # fmt: skip

    @property
    def halo(self) -> Pair:
        """(rows, columns) of pixels that a patch's windows span."""
        return halo(self.patch, self.stride, self.kernel)

    @property
    def pixels(self) -> int:
        """Of them."""
        return self.halo[0] * self.halo[1]

    @property
    def taps(self) -> int:
        """Pixels under a window."""
        return self.kernel[0] * self.kernel[1]

    @property
    def patches(self) -> Pair:
        """Patches (in a column, in a row)."""
        return patches((1, *self.positions), self.patch)

    @property
    def units(self) -> int:
        """Of an image."""
        return self.patches[0] * self.patches[1] * self.groups

    @property
    def bucket_bits(self) -> int:
        """Bits of a bucket's number."""
        return bits_for(self.channels)

    @property
    def beats(self) -> int:
        """Of an image's output."""
        return self.positions[0] * self.positions[1] * self.groups * self.blocks

    @property
    def beats_read(self) -> int:
        """Pixels of one channel each that a unit reads: all of them, twice."""
        return 2 * self.channels * self.pixels

    def sizes(self, axis: int) -> NDArray[np.int64]:
        """Rows (axis 0) or columns (axis 1) of positions that the patches along an axis have."""
        first = np.arange(self.patches[axis], dtype=np.int64) * self.patch[axis]
        return np.minimum(self.patch[axis], self.positions[axis] - first)

    @cached_property
    def unit_positions(self) -> NDArray[np.int64]:
        """(units,) positions of each unit of an image."""
        each = self.sizes(0)[:, None] * self.sizes(1)
        return np.repeat(each.reshape(-1), self.groups)

    def most_buckets(self, images: int) -> NDArray[np.int64]:
        """(images * units,) buckets of each unit where no channels are merged."""
        return np.full(images * self.units, self.channels, np.int64)

    def product_clocks(self, buckets: NDArray[np.int64]) -> int:
        """Clocks in which all products are made.

        Parameters
        ----------
        buckets: of each unit of some images.
        """
        positions = np.resize(self.unit_positions, len(buckets))
        return int((positions * buckets).sum()) * self.blocks * self.taps


def side(m: Module, name: str, sizes: NDArray[np.int64], step: Value, patch: Value) -> Value:
    """Whether the last position along one side of a patch ends with `step`.

    The last patches of an image may have fewer than all others.

    Parameters
    ----------
    m, name: where to put a counter of these positions, and what to call it.
    sizes: positions that each patch along this axis has.
    step: a position ends.
    patch: which patch it is in.
    """
    usual, last = int(sizes[0]), int(sizes[-1])
    place = Signal(range(usual), name=f"{name}_place")
    size = Mux(patch == len(sizes) - 1, last, usual) if last != usual else usual
    end = step & (place == size - 1)
    with m.If(step):
        m.d.sync += place.eq(Mux(end, 0, place + 1))
    return end
