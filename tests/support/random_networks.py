"""Random small networks of every layer that the front end knows."""

import torch
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional


def randomize(module, seed=0):
    """Give every batch norm of a module random weights and statistics, in place."""
    generator = torch.Generator().manual_seed(seed)
    for part in module.modules():
        if isinstance(part, nn.BatchNorm1d | nn.BatchNorm2d):
            size = part.num_features
            part.running_mean = torch.randn(size, generator=generator) * 0.3
            part.running_var = torch.rand(size, generator=generator) + 0.5
            if part.affine:
                part.weight.data = torch.randn(size, generator=generator)
                part.bias.data = torch.randn(size, generator=generator) * 0.3
    return module.eval()


class Residual(nn.Module):
    """A convolution around a shortcut, which may stride and pad channels."""

    def __init__(self, inputs, outputs, stride, inplace):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, 3, stride=stride, padding=1, bias=False)
        self.bn = nn.BatchNorm2d(outputs)
        self.act = nn.ReLU(inplace=inplace)
        self.stride, self.extra = stride, outputs - inputs

    def forward(self, x):
        shortcut = x[:, :, :: self.stride, :: self.stride]
        if self.extra:
            shortcut = functional.pad(shortcut, (0, 0, 0, 0, self.extra // 2, -(-self.extra // 2)))
        y = self.bn(self.conv(x))
        y += shortcut
        return self.act(y)


class Branches(nn.Module):
    """Two convolutions side by side with some of the input's channels."""

    def __init__(self, inputs, outputs, kept):
        super().__init__()
        self.one, self.three = nn.Conv2d(inputs, outputs, 1), nn.Conv2d(inputs, 2, 3, padding=1)
        self.kept = kept

    def forward(self, x):
        return torch.cat([self.one(x).relu(), x[:, self.kept :], self.three(x)], 1)


@st.composite
def networks(draw, arithmetic=False):
    """A module and the shape of its images; with arithmetic, errors may add up without bound."""
    kinds = [_conv, _depthwise, _norm, _act, _max, _average, _residual, _branches, _pad]
    kinds += [_arithmetic] * arithmetic
    channels, size = draw(st.integers(1, 4)), draw(st.integers(6, 11))
    shape = (channels, size, draw(st.integers(6, 11)))
    layers, probe = [], torch.zeros(1, *shape)
    torch.manual_seed(draw(st.integers(0, 1000)))
    for _ in range(draw(st.integers(1, 5))):
        layer = draw(st.sampled_from(kinds))
        made = layer(draw, probe.shape[1], min(probe.shape[2:]))
        if made is not None:
            layers.append(made.eval())
            probe = layers[-1](probe)
    if draw(st.booleans()):
        layers.append(nn.AdaptiveAvgPool2d(1))
    layers.append(nn.Flatten())
    features = nn.Sequential(*layers)(torch.zeros(1, *shape)).shape[1]
    layers.append(nn.Linear(features, draw(st.integers(1, 5))))
    return nn.Sequential(*layers), shape


def _conv(draw, channels, size):
    kernel = draw(st.integers(1, min(3, size)))
    most = (size - 1) // max(kernel - 1, 1)
    dilation = draw(st.integers(1, max(1, min(3, most))))
    outputs, bias = draw(st.integers(1, 6)), draw(st.booleans())
    if draw(st.integers(0, 3)) == 0:
        return nn.Conv2d(channels, outputs, kernel, padding="same", dilation=dilation, bias=bias)
    return nn.Conv2d(
        channels,
        outputs,
        kernel,
        stride=draw(st.integers(1, 2)),
        padding=draw(st.integers(0, kernel // 2)),
        dilation=dilation,
        bias=bias,
    )


def _pad(draw, channels, size):
    return nn.ZeroPad2d(tuple(draw(st.integers(0, 2)) for _ in range(4)))


class Arithmetic(nn.Module):
    """Constants, and the difference of a layer and a function of it."""

    def __init__(self, factor, offset, channels):
        super().__init__()
        self.factor, self.offset = factor, offset
        self.conv = nn.Conv2d(channels, channels, 1)

    def forward(self, x):
        return (x * self.factor - self.conv(x).relu()) + self.offset


def _arithmetic(draw, channels, size):
    numbers = st.floats(-2, 2, allow_nan=False, width=16)
    return Arithmetic(draw(numbers), draw(numbers), channels)


def _depthwise(draw, channels, size):
    return nn.Conv2d(channels, 2 * channels, min(3, size), groups=channels)


def _norm(draw, channels, size):
    return nn.BatchNorm2d(channels, affine=draw(st.booleans()))


def _act(draw, channels, size):
    kinds = [nn.ReLU(), nn.ReLU6(), nn.Hardtanh(-0.2, 0.3), nn.Dropout(0.5)]
    kinds += [nn.Tanh(), nn.SiLU(inplace=True), nn.GELU(), nn.PReLU(channels)]
    return draw(st.sampled_from(kinds))


def _max(draw, channels, size):
    kernel = draw(st.integers(1, min(3, size)))
    return nn.MaxPool2d(
        kernel,
        draw(st.integers(1, 3)),
        draw(st.integers(0, kernel // 2)),
        ceil_mode=draw(st.booleans()),
    )


def _average(draw, channels, size):
    kernel = draw(st.integers(1, min(3, size)))
    return nn.AvgPool2d(
        kernel,
        draw(st.integers(1, 3)),
        draw(st.integers(0, kernel // 2)),
        ceil_mode=draw(st.booleans()),
        count_include_pad=draw(st.booleans()),
    )


def _residual(draw, channels, size):
    outputs = channels + draw(st.integers(0, 3))
    return Residual(channels, outputs, draw(st.integers(1, 2)), draw(st.booleans()))


def _branches(draw, channels, size):
    return Branches(channels, draw(st.integers(1, 3)), draw(st.integers(0, channels - 1)))
