"""Learning a table layer: its encoder on the activations that arrive, then its tables."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ..lookup import Slicing, encode, look_up
from ..graph import Conv
from ..options import CompileOptions
from ..program import Encoder
from ..scales import TensorScale
from .nearest import learn_nearest_encoder
from .refit import Fit, NormalEquations, choose_strength, ridge
from .target import Target
from .tree import learn_tree_encoder

_POINTS = 50_000
"""Points that an encoder is learned from."""
_BATCH_ELEMENTS = 1 << 25
"""Elements of one-hot features made at a time (128 MiB)."""
_HELD_OUT = 5
"""Every fifth image chooses the ridge strength."""
_FALLBACK_STRENGTH = 0.1
"""Ridge strength where there are too few images to choose it."""


@dataclass(frozen=True, eq=False)
class FloatTables:
    """A table layer before quantization.

    Parameters
    ----------
    slicing: how the input is cut.
    encoder: codes for all subspaces.
    tables: (subspaces, taps or 1, K, M / groups) float64, in real units.
    bias: (M,) float64.
    source: the input's scale.
    """

    slicing: Slicing
    encoder: Encoder
    tables: NDArray[np.float64]
    bias: NDArray[np.float64]
    source: TensorScale

    def __call__(self, x: Tensor) -> Tensor:
        """(N, C, H, W) float32 to (N, M, rows, columns), with nothing rounded but the codes."""
        steps, zeros = (torch.from_numpy(v).float() for v in (self.source.steps, self.source.zeros))
        integers = x.permute(0, 2, 3, 1) / steps + zeros
        return self.sums(integers).permute(0, 3, 1, 2)

    def sums(self, x: Tensor) -> Tensor:
        """(N, H, W, C) activations in steps of the grid to (N, rows, columns, M) float32."""
        rows = self.slicing.rows(self.encoder, x)
        return (
            look_up(torch.from_numpy(self.tables).float(), rows)
            + torch.from_numpy(self.bias).float()
        )


def learn_tables(
    layer: Conv,
    x: Tensor,
    source: TensorScale,
    padding_value: NDArray[np.int16],
    target: Target,
    options: CompileOptions,
) -> FloatTables:
    """Encoder and tables of one layer.

    Parameters
    ----------
    layer: the float layer.
    x: (N, H, W, C) int16, the converted network's activations on the calibration images.
    source: scale of `x`.
    padding_value: (C,) what stands for a real zero in `x`.
    target: what the layer should compute.
    options: how.
    """
    layout, length = options.subspaces(layer, x.shape[3])
    slicing = Slicing(
        layer.kernel, layer.stride, layer.padding, layer.groups, layout, length, padding_value
    )
    weights = _sliced_weights(layer, slicing, source)
    points = _sample(slicing, x, options.seed)
    if options.encoder == "tree":
        metric = _error_metric(weights)
        encoder: Encoder = learn_tree_encoder(points, source.type, options.prototypes, metric)
    else:
        encoder = learn_nearest_encoder(points, source.type, options.prototypes, options.seed)
    zeros = _cut_channels(slicing, source.zeros, layer)
    means = _leaf_means(encoder, points) - zeros[:, None]
    prior = np.einsum("skl,stlm->stkm", means, weights)
    tables, bias = _refit(slicing, encoder, x, target, prior)
    return FloatTables(slicing, encoder, tables, bias, source)


# ---------------------------------------------------------------------------- the encoder


def _sample(slicing: Slicing, x: Tensor, seed: int) -> NDArray[np.integer]:
    """(points, subspaces, length): some of what is coded, the same share of every image."""
    if slicing.layout == "pixel":  # padding is one known point, which needs no learning
        x = x[:]
        slicing = Slicing(
            slicing.kernel, slicing.stride, (0, 0), slicing.groups, slicing.layout,
            slicing.length, slicing.padding_value,
        )  # fmt: skip
    per_image = max(1, math.ceil(_POINTS / len(x)))
    generator = np.random.default_rng(seed)
    parts = []
    for batch in x.split(max(1, min(100, len(x)))):
        vectors = slicing.vectors(batch).flatten(1, 2)
        wanted = min(per_image, vectors.shape[1])
        chosen = torch.from_numpy(generator.integers(vectors.shape[1], size=(len(batch), wanted)))
        parts.append(vectors[torch.arange(len(batch))[:, None], chosen].flatten(0, 1))
    return torch.cat(parts).numpy()


def _leaf_means(encoder: Encoder, points: NDArray[np.integer]) -> NDArray[np.float64]:
    """(subspaces, K, length): the mean of each code's points, of all points for unused codes."""
    codes = encode(encoder, torch.from_numpy(points)).numpy()
    means = np.empty((encoder.subspaces, encoder.prototypes, encoder.length))
    for subspace in range(encoder.subspaces):
        x, code = points[:, subspace], codes[:, subspace]
        count = np.bincount(code, minlength=encoder.prototypes)
        for element in range(encoder.length):
            sums = np.bincount(code, weights=x[:, element], minlength=encoder.prototypes)
            means[subspace, :, element] = np.where(
                count > 0, sums / np.maximum(count, 1), x[:, element].mean()
            )
    return means


def _sliced_weights(layer: Conv, slicing: Slicing, source: TensorScale) -> NDArray[np.float64]:
    """(subspaces, taps or 1, length, M / groups): the weights that each subspace meets, in real
    units for each integer step of the input.
    """
    outputs, per_group = layer.weight.shape[:2]
    steps = source.steps.reshape(layer.groups, 1, per_group, 1, 1)
    weight = layer.weight.reshape(layer.groups, -1, *layer.weight.shape[1:]) * steps
    if slicing.layout == "pixel":
        by_element = weight.transpose(0, 3, 4, 1, 2).reshape(
            layer.groups, slicing.taps, -1, per_group
        )
    else:
        by_element = weight.reshape(layer.groups, 1, outputs // layer.groups, -1)
    elements = by_element.shape[-1]
    missing = -elements % slicing.length
    filled = np.pad(by_element, ((0, 0), (0, 0), (0, 0), (0, missing)))
    cut = filled.reshape(*filled.shape[:3], -1, slicing.length)  # group, tap, output, subspace, l
    return cut.transpose(0, 3, 1, 4, 2).reshape(-1, cut.shape[1], slicing.length, cut.shape[2])


def _cut_channels(
    slicing: Slicing, values: NDArray[np.float64], layer: Conv
) -> NDArray[np.float64]:
    """A value per channel as (subspaces, length)."""
    if slicing.layout == "patch":
        values = np.repeat(values, layer.kernel[0] * layer.kernel[1])
    per_group = values.reshape(slicing.groups, -1)
    filled = np.pad(per_group, ((0, 0), (0, -per_group.shape[1] % slicing.length)))
    return filled.reshape(-1, slicing.length)


def _error_metric(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """(subspaces, length, length): a square root of the weights' Gram matrix.

    An input error e becomes output errors of squared length ``|e @ metric|^2``, all taps and
    output channels together.
    """
    gram = np.einsum("stlm,stnm->sln", weights, weights)
    values, vectors = np.linalg.eigh(gram)
    roots = np.sqrt(values.clip(min=0))
    largest = roots.max(axis=1, keepdims=True)
    return vectors * (roots / np.where(largest > 0, largest, 1.0))[:, None]


# ------------------------------------------------------------------------------ the tables


def _refit(
    slicing: Slicing,
    encoder: Encoder,
    x: Tensor,
    target: Target,
    prior: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Tables and bias, group by group.

    Parameters
    ----------
    slicing, encoder: of the layer.
    x: (N, H, W, C) int16.
    target: what the layer should compute.
    prior: (subspaces, taps or 1, K, M / groups), what the tables are pulled to.
    """
    groups = slicing.groups
    shape = prior.shape
    priors = prior.reshape(groups, -1, shape[-1])
    learning = [NormalEquations(*priors.shape[1:]) for _ in range(groups)]
    held_out = [NormalEquations(*priors.shape[1:]) for _ in range(groups)]
    for images, rows in _batches(slicing, encoder, x, priors.shape[1]):
        wanted = target.linear(images)
        held = (torch.arange(images.start, images.stop) % _HELD_OUT) == _HELD_OUT - 1
        for group in range(groups):
            for part, sums in ((~held, learning[group]), (held, held_out[group])):
                if bool(part.any()):
                    features = _one_hot(rows[part], group, priors.shape[1])
                    sums.add(features, _of_group(wanted[part], group, shape[-1]))
    fits = []
    for group in range(groups):
        strength = choose_strength(learning[group], held_out[group], priors[group])
        if not held_out[group].rows:
            strength = _FALLBACK_STRENGTH
        fits.append(ridge(learning[group] + held_out[group], priors[group], strength))
    return _gathered(fits, shape)


def _gathered(
    fits: list[Fit], shape: tuple[int, ...]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    tables = np.concatenate([fit.coefficients for fit in fits]).reshape(shape)
    return tables, np.concatenate([fit.intercept for fit in fits])


def _batches(
    slicing: Slicing, encoder: Encoder, x: Tensor, features: int
) -> Iterator[tuple[slice, Tensor]]:
    """Slices of the images with their table rows (n, rows, columns, groups, lookups)."""
    positions = x.shape[1] * x.shape[2] // (slicing.stride[0] * slicing.stride[1])
    size = max(1, _BATCH_ELEMENTS // (features * max(1, positions)))
    for start in range(0, len(x), size):
        images = slice(start, min(start + size, len(x)))
        yield images, slicing.rows(encoder, x[images])


def _one_hot(rows: Tensor, group: int, features: int) -> NDArray[np.float32]:
    """(positions, features): ones at the table rows of one group."""
    index = rows[..., group, :].flatten(0, 2) - group * features
    return torch.zeros(len(index), features).scatter_(1, index, 1.0).numpy()


def _of_group(wanted: Tensor, group: int, outputs: int) -> NDArray[np.float32]:
    return wanted[..., group * outputs : (group + 1) * outputs].flatten(0, 2).numpy()
