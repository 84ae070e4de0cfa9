"""Patches of a convolution's output, and what each of them sees of the input."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor
from torch.nn import functional

from ...program import HasteConv, Pair, Shape
from ...program.nodes.haste import halo, patches


@dataclass(frozen=True)
class Patching:
    """How a convolution is cut into patches; pairs are (vertical, horizontal).

    Parameters
    ----------
    patch: positions of a patch.
    output: (M, rows, columns) of the convolution.
    kernel, stride, padding, groups: of the convolution.
    """

    patch: Pair
    output: Shape
    kernel: Pair
    stride: Pair
    padding: Pair
    groups: int

    @classmethod
    def of(cls, node: HasteConv) -> Patching:
        """Of a node of a program."""
        return cls(node.patch, node.shape, node.kernel, node.stride, node.padding, node.groups)

    @property
    def halo(self) -> Pair:
        """Pixels that a patch sees."""
        return halo(self.patch, self.stride, self.kernel)

    @property
    def patches(self) -> Pair:
        """Patches of an image (in a column, in a row)."""
        return patches(self.output, self.patch)

    def cut(self, x: Tensor, zero: Tensor) -> Tensor:
        """What every patch sees; places outside of the image hold `zero`.

        Parameters
        ----------
        x: (N, H, W, C).
        zero: (C,).

        Returns
        -------
        (N * patches, C, halo height, halo width), a copy.
        """
        images, height, width, channels = x.shape
        steps = [self.patch[axis] * self.stride[axis] for axis in (0, 1)]
        down, right = ((self.patches[axis] - 1) * steps[axis] + self.halo[axis] for axis in (0, 1))
        above, left = self.padding
        # Rows in one piece, so that patches are copied a row at a time.
        shape = (images, channels, down, right)
        reach = zero.to(x.dtype)[:, None, None].expand(shape).contiguous()
        kept = [min(height, down - above), min(width, right - left)]
        if min(kept) > 0:
            inside = reach[:, :, above : above + kept[0], left : left + kept[1]]
            inside.copy_(x[:, : kept[0], : kept[1]].permute(0, 3, 1, 2))
        seen = reach.unfold(2, self.halo[0], steps[0]).unfold(3, self.halo[1], steps[1])
        return seen.permute(0, 2, 3, 1, 4, 5).reshape(-1, channels, *self.halo)

    def windows(self, seen: Tensor) -> Tensor:
        """The inputs of every position of every patch.

        Parameters
        ----------
        seen: (N * patches, halo height, halo width, C).

        Returns
        -------
        A view (N * patches, rows of a patch, columns of one, kernel height, kernel width, C).
        """
        found = seen.unfold(1, self.kernel[0], self.stride[0])
        found = found.unfold(2, self.kernel[1], self.stride[1])
        return found.permute(0, 1, 2, 4, 5, 3)

    def convolve(self, seen: Tensor, weight: Tensor) -> Tensor:
        """(N, rows, columns, M): the convolution in every patch, of what `cut` gave."""
        found = functional.conv2d(seen, weight, stride=self.stride, groups=self.groups)
        return self.joined(found.permute(0, 2, 3, 1))

    def joined(self, found: Tensor) -> Tensor:
        """The output's positions of all patches'.

        Parameters
        ----------
        found: (N * patches, rows of a patch, columns of one, ...).

        Returns
        -------
        (N, rows, columns, ...); what reaches beyond the output is left out.
        """
        (down, right), (in_column, in_row) = self.patch, self.patches
        rest = found.shape[3:]
        apart = found.reshape(-1, in_column, in_row, down, right, *rest).transpose(2, 3)
        whole = apart.reshape(-1, in_column * down, in_row * right, *rest)
        return whole[:, : self.output[1], : self.output[2]]
