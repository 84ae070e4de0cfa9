"""Random crops and mirror images for training on photographs."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

from ..data import ImageSet


def may_be_mirrored(data: ImageSet) -> bool:
    """Whether images of `data` are likely to show the same thing when mirrored.

    Colour images are taken for photographs; grey ones for characters, which a mirror turns into
    something else. Sequences and vectors are no images.
    """
    channels, height, _ = data.image_shape
    return channels == 3 and height > 1


def crop_and_flip(images: Tensor, generator: torch.Generator, margin: int = 4) -> Tensor:
    """Each image shifted at random by up to `margin` pixels, half of them mirrored.

    The usual CIFAR augmentation (He et al., arXiv 1512.03385, section 4.2).

    Parameters
    ----------
    images: (N, C, H, W), any dtype; pixels that a shift brings in are zero.
    generator: on the CPU.
    margin: largest shift.
    """
    count, _, height, width = images.shape
    padded = functional.pad(images, (margin,) * 4)
    shift = torch.randint(2 * margin + 1, (2, count, 1), generator=generator)
    rows = shift[0] + torch.arange(height)
    columns = shift[1] + torch.arange(width)
    mirrored = torch.rand(count, 1, generator=generator) < 0.5
    columns = torch.where(mirrored, columns.flip(1), columns)
    image = torch.arange(count)[:, None, None]
    pixels = padded.permute(0, 2, 3, 1)[image, rows[:, :, None], columns[:, None, :]]
    return pixels.permute(0, 3, 1, 2).contiguous()
