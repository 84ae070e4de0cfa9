"""Operators that become several layers, parts of images, and sequences that grow."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from tabfab.compiler.graph import Conv, SlicePad
from torch import Tensor, nn
from torch.nn import functional

IMAGE = (3, 6, 8)
SEQUENCE = (3, 12)


class Network(nn.Module):
    """A function of two convolutions of an image, or of a sequence."""

    def __init__(self, function: Callable[[Tensor, Tensor], Tensor], axes: int) -> None:
        super().__init__()
        torch.manual_seed(0)
        kind = nn.Conv2d if axes == 2 else nn.Conv1d
        self.one, self.other = kind(3, 4, 3, padding=1), kind(3, 4, 3, padding=1)
        self.last = kind(4, 2, 1)
        self.function = function

    def forward(self, x: Tensor) -> Tensor:
        return self.function(self.one(x), self.other(x))


IMAGES: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "the larger of two": torch.maximum,
    "the smaller of two": torch.minimum,
    "max of two": lambda a, b: torch.max(a, b),
    "min of two": lambda a, b: torch.min(a, b),
    "the larger of one": lambda a, b: torch.maximum(a, a),
    "larger than a number": lambda a, b: torch.maximum(a, torch.tensor(0.1)),
    "smaller than a number": lambda a, b: torch.minimum(torch.tensor([0.1]), a),
    "stacked": lambda a, b: torch.stack([a, b], 2).flatten(1, 2),
    "unbound": lambda a, b: torch.cat([x.unsqueeze(1) for x in reversed(a.unbind(1))], 1),
    "cropped": lambda a, b: functional.relu(a[:, :, 1:-2, 2:]) * 2,
    "a crop beside another": lambda a, b: torch.cat([a[:, :, 1:], b[:, :, :-1]], 1),
    "a crop and a pool": lambda a, b: functional.max_pool2d(a[..., 1:-1], 2) + 1,
    "some of a crop": lambda a, b: a[:, :, 1:5:2, 1::3][:, :, :, 1:] + 1,
    "negative padding": lambda a, b: functional.pad(a, (-1, 2, 1, -3)),
    "steps": lambda a, b: a[:, :, 1::2, 1::2] - b[:, :, ::2, ::2],
}
SEQUENCES: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "the larger of two": torch.maximum,
    "chomped": lambda a, b: (a + b)[:, :, :-3].relu(),
    "stacked": lambda a, b: torch.stack([a, b], 2).flatten(1, 2),
    "upsampled": lambda a, b: functional.interpolate(a, scale_factor=3),
    "upsampled to a size": lambda a, b: functional.interpolate(a, size=24, mode="nearest-exact"),
}
GROWING = [
    nn.ConvTranspose1d(3, 4, 4, 2, 1),
    nn.ConvTranspose1d(3, 4, 3, 2, 1),
    nn.ConvTranspose1d(3, 6, 5, 3, groups=3, output_padding=1),
    nn.ConvTranspose1d(3, 2, 3, padding=1, bias=False),
]


@pytest.mark.parametrize("what", IMAGES)
def test_functions_of_images(what: str, same) -> None:
    same(Network(IMAGES[what], 2), IMAGE)


@pytest.mark.parametrize("what", SEQUENCES)
def test_functions_of_sequences(what: str, same) -> None:
    same(Network(SEQUENCES[what], 1), SEQUENCE)


@pytest.mark.parametrize("layer", GROWING, ids=str)
def test_sequences_grow_as_torchs_do(layer: nn.Module, same) -> None:
    same(nn.Sequential(layer), SEQUENCE)


def test_a_transposed_convolution_of_an_odd_size_is_cut(same) -> None:
    graph = same(nn.ConvTranspose2d(3, 4, 3, stride=2, padding=1), (3, 5, 4))
    cut = graph.layers[-1]
    assert isinstance(cut, SlicePad)
    assert (cut.shape, cut.cut) == ((4, 9, 7), ((0, 1), (0, 1)))


def test_causal_convolutions_do_not_compute_what_is_cut_off(same) -> None:
    class Causal(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv1d(3, 4, 3, padding=4, dilation=2)

        def forward(self, x: Tensor) -> Tensor:
            return self.conv(x)[:, :, :-4].relu()

    graph = same(Causal(), SEQUENCE)
    (conv,) = graph.layers[1:]
    assert isinstance(conv, Conv)
    assert (conv.padding, conv.overhang) == ((0, 4), (0, -4))
