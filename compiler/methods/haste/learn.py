"""Making a haste layer: hyperplanes by a seed, weights as they are or fitted to what merges."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ...graph import Conv
from ...program import HasteConv, ProgramError, accumulator_bounds
from ...program.nodes.haste import MAX_FRACTION_BITS, reciprocals_of
from ...scales.quantize import quantize_weights
from ...scales.quantize_nodes import conv_fields
from ...scales.tensor_scale import TensorScale
from ..exact.learn import learn_weights
from ..fitting.target import Target
from ..method import Arriving, Learned
from .execute import at_a_time, integer_buckets, integer_means
from .geometry import fitted_patch
from .hyperplanes import draw_hyperplanes
from .merging import hashed
from .options import HasteOptions
from .patches import Patching


@dataclass(frozen=True, eq=False)
class HasteLayer(Learned):
    """A haste layer before quantization.

    Parameters
    ----------
    layer: the float layer, its weights refitted or not.
    source: the input's scale.
    padding_value: (C,) int16, what stands for a real zero in the input.
    patching: how it is cut into patches.
    hyperplanes: (L, halo height, halo width) int8.
    bits: of a weight.
    fraction_bits: of a mean, at most.
    counted, buckets, merged: as of `HasteConv`.
    """

    layer: Conv
    source: TensorScale
    padding_value: NDArray[np.int16]
    patching: Patching
    hyperplanes: NDArray[np.int8]
    bits: int
    fraction_bits: int
    counted: int
    buckets: NDArray[np.int64]
    merged: NDArray[np.int64]

    def __call__(self, x: Tensor) -> Tensor:
        """(N, C, H, W) float32 to (N, M, rows, columns); nothing is rounded.

        Channels are hashed and averaged as the program does it, in units of its integers.
        """
        steps, zeros = (torch.from_numpy(v).float() for v in (self.source.steps, self.source.zeros))
        planes = torch.from_numpy(self.hyperplanes).float()
        zero = torch.from_numpy(self.padding_value).float()
        weight, rest = _counted(self.layer, self.source)
        parts = []
        for some in at_a_time(self.patching, x.permute(0, 2, 3, 1)):
            seen = self.patching.cut(some / steps + zeros, zero)
            buckets = hashed(seen, planes, self.patching.groups)
            means = buckets.sums(seen) / buckets.sizes[:, None]
            parts.append(self.patching.convolve(buckets.spread(means, seen), weight) + rest)
        return torch.cat(parts).permute(0, 3, 1, 2)

    def node(self, scale: TensorScale) -> HasteConv:
        """Integer weights, and as many bits behind the point as 32 bits hold the sums of."""
        for fraction_bits in range(self.fraction_bits, 0, -1):
            node = self._node(scale, fraction_bits)
            try:
                accumulator_bounds(node, self.source.type)
            except ProgramError:
                continue
            return node
        return self._node(scale, 0)

    def _node(self, scale: TensorScale, fraction_bits: int) -> HasteConv:
        weight, bias = (v.astype(np.float64) for v in (self.layer.weight, self.layer.bias))
        integers = quantize_weights(weight, bias, self.source, scale.step, self.bits, fraction_bits)
        return HasteConv(
            **conv_fields(self.layer, integers, scale),
            weight=integers.entries,
            patch=self.patching.patch,
            hyperplanes=self.hyperplanes,
            fraction_bits=fraction_bits,
            counted=self.counted,
            buckets=self.buckets,
            merged=self.merged,
        )


def patching_of(layer: Conv, options: HasteOptions) -> Patching:
    """How a float layer is cut into patches."""
    return Patching(
        fitted_patch(options.patch, layer.shape),
        layer.shape,
        layer.kernel,
        layer.stride,
        layer.padding,
        layer.groups,
    )


def learn_merging(
    layer: Conv, arriving: Arriving, target: Target, options: HasteOptions
) -> HasteLayer:
    """A haste layer; without `options.refit` no image changes anything but the counts of buckets.

    Parameters
    ----------
    layer: the float layer.
    arriving: what reaches it, over which buckets are counted.
    target: what it should compute, to which weights are refitted.
    options: how.
    """
    patching = patching_of(layer, options)
    planes = draw_hyperplanes(layer, patching.patch, options)
    buckets, merged = count_buckets(patching, arriving, planes)
    if options.refit:
        layer = _refitted(layer, arriving, target, patching, planes, options.seed)
    return HasteLayer(
        layer,
        arriving.scale,
        arriving.padding_value,
        patching,
        planes,
        options.table_bits,
        options.fraction_bits,
        len(arriving.values),
        buckets,
        merged,
    )


def count_buckets(
    patching: Patching, arriving: Arriving, planes: NDArray[np.int8]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Buckets of all calibration images, and merged ones, as `HasteConv` keeps them."""
    zero, hyperplanes = torch.from_numpy(arriving.padding_value), torch.from_numpy(planes)
    totals = torch.zeros(2, patching.groups, *patching.patches, dtype=torch.int64)
    for some in at_a_time(patching, arriving.values):
        seen = patching.cut(some, zero).float()
        counts = torch.stack(integer_buckets(seen, hyperplanes, patching.groups).counts())
        by_patch = counts.view(2, -1, *patching.patches, patching.groups).sum(dim=1)
        totals += by_patch.permute(0, 3, 1, 2)
    buckets, merged = totals.numpy()
    return buckets, merged


def _refitted(
    layer: Conv,
    arriving: Arriving,
    target: Target,
    patching: Patching,
    planes: NDArray[np.int8],
    seed: int,
) -> Conv:
    """The layer with the weights and biases that make the most of what merging leaves."""
    zero, hyperplanes = torch.from_numpy(arriving.padding_value), torch.from_numpy(planes)
    reciprocals = torch.from_numpy(reciprocals_of(layer.weight.shape[1], MAX_FRACTION_BITS))

    def inputs(batch: Tensor) -> Tensor:
        means = integer_means(patching, batch, zero, hyperplanes, reciprocals)
        found = patching.windows(means.permute(0, 2, 3, 1)).permute(0, 1, 2, 5, 3, 4)
        found = patching.joined(found)
        return found.reshape(*found.shape[:3], layer.groups, -1)

    return learn_weights(layer, arriving, target, seed, inputs, 2.0**-MAX_FRACTION_BITS)


def _counted(layer: Conv, source: TensorScale) -> tuple[Tensor, Tensor]:
    """Weights for activations in steps, (M,) what is added to their sums: bias, and zero points."""
    shape = (layer.groups, 1, -1, 1, 1)
    by_group = layer.weight.reshape(layer.groups, -1, *layer.weight.shape[1:])
    weight = by_group * source.steps.reshape(shape)
    zero_part = (weight * source.zeros.reshape(shape)).sum(axis=(2, 3, 4)).reshape(-1)
    counted = torch.from_numpy(weight.reshape(layer.weight.shape)).float()
    return counted, torch.from_numpy(layer.bias - zero_part).float()
