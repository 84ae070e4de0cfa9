"""Channels side by side and choices among them: the graph computes what torch does."""

import pytest
import torch
from tabfab.compiler import graph as g
from torch import nn
from torch.nn import functional

SHAPE = (3, 6, 5)


class Written(nn.Module):
    """A function of a few convolutions, which something else reads too."""

    def __init__(self, function):
        super().__init__()
        self.function = function
        self.conv = nn.Conv2d(3, 4, 3, padding=1)
        self.other = nn.Conv2d(3, 6, 1)

    def forward(self, x):
        return self.function(self.conv(x), self.other(x))


def halves(a, b):
    first, second = torch.chunk(b, 2, 1)
    return torch.cat([second, a, first.relu()], 1)


def thirds(a, b):
    first, *_, last = b.split([1, 2, 3], dim=1)
    return torch.cat((first, last), dim=-3)


def unevenly(a, b):
    parts = torch.split(a, 3, dim=1)
    return functional.max_pool2d(torch.cat([parts[1], parts[0], a], 1), 2)


def blocks(a, b):
    return torch.relu(torch.cat([torch.cat([a, b], 1), a], 1) * 2.0 + 1.0)


def shuffled_by_hand(a, b):
    x = torch.cat([a, b], 1)
    images, channels, height, width = x.shape
    x = x.view(images, 2, channels // 2, height, width).transpose(1, 2).contiguous()
    kept, other = x.view(images, channels, height, width).chunk(2, 1)
    return torch.cat([kept, other.relu()], 1)


CONCATS = [
    shuffled_by_hand,
    lambda a, b: torch.cat([a, b], 1),
    lambda a, b: torch.concat([a, a, b], dim=1),
    lambda a, b: torch.cat([a], 1) + a,
    lambda a, b: torch.cat([a.mean((2, 3)), b.mean((2, 3))], 1),
    lambda a, b: torch.cat([a, b[:, 1:3], b[:, ::2], b[:, -1:]], 1),
    lambda a, b: torch.cat([b.narrow(1, 2, 3), b], 1),
    lambda a, b: torch.cat([b.index_select(1, torch.tensor([5, 0, 3])), b], 1),
    lambda a, b: functional.channel_shuffle(torch.cat([a, b], 1), 5),
    halves,
    thirds,
    unevenly,
    blocks,
]


@pytest.mark.parametrize("function", CONCATS)
def test_channels_go_where_torch_puts_them(function, same):
    same(Written(function), SHAPE)


def test_a_convolution_computes_no_channel_that_nothing_reads(same):
    class Network(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(3, 6, 3)

        def forward(self, x):
            return torch.relu(self.conv(x)[:, 1:5:3])

    graph = same(Network(), SHAPE)
    assert [type(layer) for layer in graph] == [g.Input, g.Conv]
    assert graph.layers[-1].shape == (2, 4, 3)
    assert graph.layers[-1].low == 0.0


def test_all_channels_are_no_choice(same):
    graph = same(Written(lambda a, b: torch.cat([b[:, 0:], a.split(4, 1)[0]], 1)), SHAPE)
    assert not [layer for layer in graph if isinstance(layer, g.ChannelSelect)]


def test_a_normalized_image_beside_its_features(same):
    """The image's own steps and offsets cannot be put beside other numbers: they are computed."""

    class Network(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(3, 4, 3, padding=1)

        def forward(self, x):
            x = (x - torch.tensor([0.4, 0.5, 0.6]).view(3, 1, 1)) / 0.25
            return torch.cat([x, self.conv(x)], 1)

    with pytest.warns(UserWarning, match="stays a layer of its own"):
        graph = same(Network(), SHAPE)
    assert len(graph.convs) == 2
