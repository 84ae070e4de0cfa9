"""Drawing what is learned from out of the calibration images.

Neighbouring positions of an image are much alike, so some of every image's positions teach as
much as all of them.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ...store.batches import batches
from .target import Target

BATCH = 50
"""Images at a time that are drawn from: half as many as elsewhere, for their patches are large."""


@dataclass(frozen=True, eq=False)
class Sample:
    """Output positions of the calibration images.

    Parameters
    ----------
    image: (R,) number of the image that each position is from.
    inputs: (R, groups, inputs) what each position is computed from: table rows or activations.
    target: what the layer should compute there; its tensors are (R, M).
    """

    image: NDArray[np.int64]
    inputs: NDArray[np.integer]
    target: Target

    def some(self, count: int, seed: int) -> Sample:
        """At most `count` of the positions, drawn by `seed`, in their order."""
        if count >= len(self.image):
            return self
        generator = np.random.default_rng(seed)
        chosen = np.sort(generator.choice(len(self.image), count, replace=False))
        at = torch.from_numpy(chosen)
        other = None if self.target.other is None else self.target.other[at]
        target = dataclasses.replace(self.target, values=self.target.values[at], other=other)
        return Sample(self.image[chosen], self.inputs[chosen], target)


def sample_positions(
    inputs: Callable[[Tensor], Tensor], x: Tensor, target: Target, count: int, seed: int
) -> Sample:
    """About `count` output positions, the same number of every image.

    Parameters
    ----------
    inputs: from (n, H, W, C) activations to (n, rows, columns, groups, inputs).
    x: (N, H, W, C) int16, the layer's input.
    target: what it should compute.
    count: how many positions are wanted; fewer if there are no more.
    seed: of the choice.
    """
    generator = np.random.default_rng(seed)
    image, read, values, others = [], [], [], []
    for images in batches(len(x), BATCH):
        batch = inputs(x[images]).flatten(1, 2)
        chosen = choose_positions(generator, batch, math.ceil(count / len(x)))
        image.append((chosen[0] + images.start).expand(chosen[1].shape).flatten())
        read.append(batch[chosen].flatten(0, 1).int())
        values.append(target.values[images].flatten(1, 2)[chosen].flatten(0, 1))
        if target.other is not None:
            others.append(target.other[images].flatten(1, 2)[chosen].flatten(0, 1))
    other = torch.cat(others) if others else None
    sampled = dataclasses.replace(target, values=torch.cat(values), other=other)
    return Sample(torch.cat(image).numpy(), torch.cat(read).numpy(), sampled)


def choose_positions(
    generator: np.random.Generator, values: Tensor, wanted: int
) -> tuple[Tensor, Tensor]:
    """Index arrays (images, 1) and (images, wanted) into (images, positions, ...) `values`:
    random positions, none twice, all of them if there are no more.
    """
    images, positions = values.shape[:2]
    if wanted < positions:
        order = generator.random((images, positions), np.float32)
        chosen = torch.from_numpy(np.argpartition(order, wanted, axis=1)[:, :wanted])
    else:
        chosen = torch.arange(positions).expand(images, positions)
    return torch.arange(images)[:, None], chosen
