"""Upsampling, pixel shuffle and transposed convolutions: the graph computes what torch does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tabfab.compiler import graph as g
from tabfab.compiler.frontend import import_graph
from tabfab.compiler.frontend.draft.place import UnsupportedOperatorError
from torch import nn

from support.profiles import examples

SHAPE = (3, 6, 5)
GROWING = [
    nn.Upsample(scale_factor=2),
    nn.Upsample(scale_factor=(3, 1)),
    nn.Upsample(size=(12, 20)),
    nn.Upsample(scale_factor=4, mode="nearest-exact"),
    nn.Upsample(scale_factor=2, mode="bilinear"),
    nn.Upsample(scale_factor=(4, 1), mode="bilinear"),
    nn.Upsample(size=(48, 20), mode="bilinear"),
    nn.PixelShuffle(2),
    nn.ConvTranspose2d(8, 4, 2, stride=2),
    nn.ConvTranspose2d(8, 4, 4, stride=2, padding=1, bias=False),
    nn.ConvTranspose2d(8, 4, 3, stride=2, padding=1, output_padding=1),
    nn.ConvTranspose2d(8, 4, (2, 3), stride=(2, 1), padding=(0, 1)),
    nn.ConvTranspose2d(8, 4, 3, padding=1),
    nn.ConvTranspose2d(8, 4, 3, padding=2, dilation=2),
    nn.ConvTranspose2d(8, 8, 4, stride=2, padding=1, groups=8),
    nn.ConvTranspose2d(8, 6, 2, stride=2, groups=2),
]


@pytest.mark.parametrize("layer", GROWING, ids=str)
def test_images_grow_as_torchs_do(layer, same):
    graph = same(nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), layer), SHAPE)
    assert graph.layers[-1].shape[1:] != SHAPE[1:] or isinstance(layer, nn.ConvTranspose2d)


@pytest.mark.parametrize(
    "layer",
    [
        nn.Upsample(scale_factor=2, mode="linear"),
        nn.Upsample(scale_factor=16, mode="linear", align_corners=False),
        nn.Upsample(size=28, mode="linear"),
    ],
    ids=str,
)
def test_sequences_grow_as_torchs_do(layer, same):
    graph = same(nn.Sequential(nn.Conv1d(3, 8, 3, padding=1), layer), (3, 7))
    made = graph.layers[-1]
    assert isinstance(made, g.Interpolate)
    assert made.shape == (8, 1, 7 * made.factor[1])
    assert made.factor[0] == 1


@examples(40)
@given(st.data())
def test_any_transposed_convolution(same, data):
    kernel, stride = data.draw(st.integers(1, 6)), data.draw(st.integers(1, 3))
    dilation = data.draw(st.integers(1, 2))
    padding = data.draw(st.integers(0, dilation * (kernel - 1)))
    more = data.draw(st.integers(0, max(stride, dilation) - 1))
    size = 5 * stride - stride - 2 * padding + dilation * (kernel - 1) + more + 1
    layer = nn.ConvTranspose2d(
        3, 2, kernel, stride, padding, output_padding=more, dilation=dilation
    )
    if size >= 1:
        same(layer, (3, 5, 5))


@pytest.mark.parametrize("layer", GROWING, ids=str)
def test_batch_norm_and_clamp_go_into_the_convolution(layer, same):
    channels = layer.out_channels if isinstance(layer, nn.ConvTranspose2d) else 8
    channels = 2 if isinstance(layer, nn.PixelShuffle) else channels
    module = nn.Sequential(nn.Conv2d(3, 8, 1), layer, nn.BatchNorm2d(channels), nn.ReLU())
    graph = same(module, SHAPE)
    kinds = [type(layer) for layer in graph]
    if not (isinstance(layer, nn.ConvTranspose2d) and layer.groups > 1):
        assert kinds.count(g.Conv) == 1 + isinstance(layer, nn.ConvTranspose2d)
        assert g.ChannelSelect not in kinds
        # The mean of what is clamped is not what is clamped of the mean.
        assert (g.Clamp in kinds) == (g.Interpolate in kinds)


def test_a_batch_norm_that_others_overtake(same):
    class Network(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv, self.norm = nn.Conv2d(3, 4, 1), nn.BatchNorm2d(4)
            self.up = nn.Upsample(scale_factor=2)

        def forward(self, x):
            x = self.up(self.conv(x))
            return self.norm(x).relu() + x

    same(Network(), SHAPE)


@pytest.mark.parametrize("size", [(7, 10), (13, 10), (3, 5)])
def test_no_other_sizes(size):
    with pytest.raises(UnsupportedOperatorError, match="upsample by whole factors"):
        import_graph(nn.Upsample(size=size), SHAPE)
