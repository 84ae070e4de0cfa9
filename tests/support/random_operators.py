"""Random networks of every ATen operator that the front end turns into layers.

`FORMS` has, for each operator, ways in which people write it; a network is some of them one after
the other. What they take is an image, a sequence or a vector; each says which it can take.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn import functional as f


class Step(nn.Module):
    """A function of a tensor and of modules that it uses."""

    def __init__(self, function: Callable[..., Tensor], *parts: nn.Module) -> None:
        super().__init__()
        self.function = function
        self.parts = nn.ModuleList(parts)

    def forward(self, x: Tensor) -> Tensor:
        """What the function makes of `x`."""
        result: Tensor = self.function(x, *self.parts)
        return result


Shape = tuple[int, ...]
Make = Callable[[Callable[..., Any], Shape], nn.Module | None]
"""Of a drawing function and the shape of what it takes, without the batch axis."""

FORMS: dict[str, list[tuple[tuple[int, ...], Make]]] = {}
"""By ATen's plain name: for how many axes, and what makes it."""


def form(names: str, *axes: int) -> Callable[[Make], Make]:
    """Register a form of some operators, for tensors of so many axes (3 for an image)."""

    def register(make: Make) -> Make:
        for name in names.split():
            FORMS.setdefault(name, []).append((axes, make))
        return make

    return register


def written(names: str, function: Callable[..., Tensor], *axes: int) -> None:
    """Register an operator that is a function and has nothing to be drawn."""
    form(names, *(axes or (1, 2, 3)))(lambda draw, shape: Step(function))


def conv_of(shape: Shape, outputs: int, kernel: int = 1) -> nn.Module:
    """A convolution or linear layer for a tensor of this shape."""
    if len(shape) == 1:
        return nn.Linear(shape[0], outputs)
    kind = nn.Conv2d if len(shape) == 3 else nn.Conv1d
    return kind(shape[0], outputs, kernel, padding=kernel // 2)


# ------------------------------------------------------------------- activation functions

_FUNCTIONS = {
    "celu": lambda x: f.celu(x, 0.7), "elu": lambda x: f.elu(x, 1.3), "gelu": f.gelu,
    "hardshrink": f.hardshrink, "hardsigmoid": f.hardsigmoid, "hardswish": f.hardswish,
    "leaky_relu": lambda x: f.leaky_relu(x, 0.2), "log_sigmoid": lambda x: f.logsigmoid(x) * 1.5,
    "mish": f.mish, "rrelu": f.rrelu, "selu": f.selu, "sigmoid": lambda x: torch.sigmoid(x) + 0.5,
    "silu": f.silu, "softplus": f.softplus, "softshrink": f.softshrink, "tanh": torch.tanh,
    "threshold": lambda x: f.threshold(x, 0.1, -0.2), "abs": torch.abs, "relu": f.relu,
    "relu6": f.relu6, "hardtanh": lambda x: f.hardtanh(x, -0.2, 0.4),
    "clamp": lambda x: torch.clamp(x, -0.1, 0.6), "clamp_min": lambda x: x.clamp_min(-0.3),
    "clamp_max": lambda x: x.clamp_max(0.3), "neg": lambda x: -x,
}  # fmt: skip
for _name, _function in _FUNCTIONS.items():
    written(_name, _function)  # type: ignore[arg-type]


@form("prelu", 1, 2, 3)
def _prelu(draw: Any, shape: Shape) -> nn.Module:
    return nn.PReLU(draw(st.sampled_from([1, shape[0]])))


# -------------------------------------------------------------- sums, constants, no changes


@form("add sub mul div rsub", 1, 2, 3)
def _constants(draw: Any, shape: Shape) -> nn.Module:
    number = draw(st.sampled_from([-1.5, -0.5, 0.25, 0.75, 2.0]))
    kind = draw(st.integers(0, 4))
    functions: list[Callable[[Tensor], Tensor]] = [
        lambda x: x + number, lambda x: x - number, lambda x: x * number, lambda x: x / number,
        lambda x: number - x,
    ]  # fmt: skip
    return Step(functions[kind])


@form("add sub", 1, 2, 3)
def _residual(draw: Any, shape: Shape) -> nn.Module:
    sign = draw(st.sampled_from([1, -1, 2]))
    return Step(lambda x, conv: torch.add(x, conv(x), alpha=sign), conv_of(shape, shape[0]))


@form("max maximum min minimum", 1, 2, 3)
def _larger(draw: Any, shape: Shape) -> nn.Module:
    functions = [torch.maximum, torch.minimum, torch.max, torch.min]
    function = functions[draw(st.integers(0, 3))]
    return Step(lambda x, conv: function(x, conv(x)), conv_of(shape, shape[0]))


written("alias contiguous clone detach", lambda x: x.clone().contiguous().detach() + 0.1)
written("lift_fresh_copy", lambda x: x + torch.tensor([0.25]))
written("to type_as", lambda x: x.to(torch.float32).type_as(x) * 0.5)
written("dropout alpha_dropout", lambda x: f.alpha_dropout(f.dropout(x, 0.3, False), 0.2, False))
written("feature_dropout feature_alpha_dropout",
        lambda x: f.feature_alpha_dropout(f.dropout2d(x, 0.3, False), 0.2, False), 3)  # fmt: skip
written("native_dropout", lambda x: torch.ops.aten.native_dropout(x, 0.5, False)[0])
written(
    "fake_quantize_per_tensor_affine",
    lambda x: torch.fake_quantize_per_tensor_affine(x, 1 / 16, 0, -128, 127),
)


@form("mul", 1, 2, 3)
def _product_of_layers(draw: Any, shape: Shape) -> nn.Module:
    """A gate for every value, and of images one for each channel too."""
    if len(shape) == 3 and draw(st.booleans()):
        return Step(
            lambda x, conv: x * torch.sigmoid(conv(x.mean((2, 3), keepdim=True))),
            conv_of(shape, shape[0]),
        )
    return Step(lambda x, conv: x * torch.sigmoid(conv(x)), conv_of(shape, shape[0]))


@form("expand expand_as", 3)
def _expanded(draw: Any, shape: Shape) -> nn.Module:
    by_size = draw(st.booleans())

    def gated(x: Tensor, conv: nn.Module) -> Tensor:
        gate = torch.sigmoid(conv(x.mean((2, 3), keepdim=True)))
        return x * (gate.expand(-1, -1, *x.shape[2:]) if by_size else gate.expand_as(x))

    return Step(gated, conv_of(shape, shape[0]))


# -------------------------------------------------------------------------------- channels


@form("cat concat concatenate", 1, 2, 3)
def _concat(draw: Any, shape: Shape) -> nn.Module:
    function = [torch.cat, torch.concat, torch.concatenate][draw(st.integers(0, 2))]
    first = draw(st.booleans())
    return Step(
        lambda x, conv: function([x, conv(x)] if first else [conv(x), x], 1), conv_of(shape, 2)
    )


@form("stack", 2, 3)
def _stack(draw: Any, shape: Shape) -> nn.Module:
    axis = draw(st.integers(1, 2))
    return Step(lambda x, conv: torch.stack([x, conv(x)], axis).flatten(1, 2),
                conv_of(shape, shape[0]))  # fmt: skip


@form("chunk split split_with_sizes", 1, 2, 3)
def _split(draw: Any, shape: Shape) -> nn.Module | None:
    if shape[0] < 2:
        return None
    way, first = draw(st.integers(0, 2)), draw(st.integers(1, shape[0] - 1))
    parts: list[Callable[[Tensor], Any]] = [
        lambda x: x.chunk(2, 1), lambda x: x.split(first, 1),
        lambda x: x.split([first, shape[0] - first], 1),
    ]  # fmt: skip
    return Step(lambda x: torch.cat(list(reversed(parts[way](x))), 1))


@form("narrow index_select", 1, 2, 3)
def _choice(draw: Any, shape: Shape) -> nn.Module:
    start = draw(st.integers(0, shape[0] - 1))
    numbers = torch.tensor(draw(st.lists(st.integers(0, shape[0] - 1), min_size=1, max_size=4)))
    if draw(st.booleans()):
        return Step(lambda x: x.narrow(1, start, shape[0] - start))
    return Step(lambda x: x.index_select(1, numbers))


@form("channel_shuffle native_channel_shuffle", 3)
def _shuffle(draw: Any, shape: Shape) -> nn.Module | None:
    groups = [n for n in range(2, shape[0] + 1) if shape[0] % n == 0]
    if not groups:
        return None
    count = draw(st.sampled_from(groups))
    if draw(st.booleans()):
        return nn.ChannelShuffle(count)
    return Step(lambda x: torch.ops.aten.native_channel_shuffle(x, count))


@form("unbind", 2, 3)
def _unbind(draw: Any, shape: Shape) -> nn.Module:
    return Step(lambda x: torch.cat([y.unsqueeze(1) for y in reversed(x.unbind(1))], 1))


# ------------------------------------------------------------- convolutions, linear, norms


@form("conv1d conv2d", 2, 3)
def _conv(draw: Any, shape: Shape) -> nn.Module:
    kind = nn.Conv2d if len(shape) == 3 else nn.Conv1d
    kernel = draw(st.integers(1, min(3, *shape[1:])))
    groups = draw(st.sampled_from([n for n in (1, 2, shape[0]) if shape[0] % n == 0]))
    outputs = groups * draw(st.integers(1, 3))
    if draw(st.integers(0, 3)) == 0:
        return kind(shape[0], outputs, kernel, padding="same", groups=groups)
    stride, padding = draw(st.integers(1, 2)), draw(st.integers(0, kernel // 2))
    return kind(shape[0], outputs, kernel, stride, padding, groups=groups)


@form("convolution", 3)
def _plain_convolution(draw: Any, shape: Shape) -> nn.Module:
    conv = nn.Conv2d(shape[0], draw(st.integers(1, 4)), 1)
    return Step(
        lambda x, c: torch.convolution(
            x, c.weight, c.bias, [1, 1], [0, 0], [1, 1], False, [0, 0], 1
        ),
        conv,
    )


@form("batch_norm", 2, 3)
def _norm(draw: Any, shape: Shape) -> nn.Module:
    kind = nn.BatchNorm2d if len(shape) == 3 else nn.BatchNorm1d
    return kind(shape[0], affine=draw(st.booleans()))


@form("linear", 1, 2, 3)
def _linear(draw: Any, shape: Shape) -> nn.Module:
    outputs, bias = draw(st.integers(1, 5)), draw(st.booleans())
    if len(shape) == 1:
        return nn.Linear(shape[0], outputs, bias)
    layer = nn.Linear(shape[0], outputs, bias)
    return Step(lambda x, linear: linear(x.movedim(1, -1)).movedim(-1, 1), layer)


@form("addmm mm matmul", 1)
def _product(draw: Any, shape: Shape) -> nn.Module:
    linear = nn.Linear(shape[0], draw(st.integers(1, 5)))
    functions: list[Callable[..., Tensor]] = [
        lambda x, layer: torch.addmm(layer.bias, x, layer.weight.t()),
        lambda x, layer: torch.mm(x, layer.weight.t()),
        lambda x, layer: x @ layer.weight.T,
    ]
    return Step(functions[draw(st.integers(0, 2))], linear)


# ------------------------------------------------------------------------------------ pools


@form("max_pool1d max_pool2d avg_pool1d avg_pool2d", 2, 3)
def _pool(draw: Any, shape: Shape) -> nn.Module:
    kernel = draw(st.integers(1, min(3, *shape[1:])))
    stride, padding = draw(st.integers(1, 3)), draw(st.integers(0, kernel // 2))
    ceil = draw(st.booleans())
    kinds: Any = (nn.MaxPool2d, nn.AvgPool2d) if len(shape) == 3 else (nn.MaxPool1d, nn.AvgPool1d)
    return kinds[draw(st.integers(0, 1))](kernel, stride, padding, ceil_mode=ceil)  # type: ignore[no-any-return]


@form("max_pool1d_with_indices max_pool2d_with_indices", 2, 3)
def _pool_with_indices(draw: Any, shape: Shape) -> nn.Module:
    function = f.max_pool2d if len(shape) == 3 else f.max_pool1d
    kernel = draw(st.integers(1, min(2, *shape[1:])))
    return Step(lambda x: function(x, kernel, return_indices=True)[0])


@form("adaptive_avg_pool1d adaptive_avg_pool2d adaptive_max_pool1d adaptive_max_pool2d", 2, 3)
def _adaptive(draw: Any, shape: Shape) -> nn.Module:
    sizes = [draw(st.sampled_from([n for n in range(1, s + 1) if s % n == 0])) for s in shape[1:]]
    kinds: Any = (nn.AdaptiveAvgPool2d, nn.AdaptiveMaxPool2d)
    if len(shape) == 2:
        kinds = (nn.AdaptiveAvgPool1d, nn.AdaptiveMaxPool1d)
    size = tuple(sizes) if len(sizes) == 2 else sizes[0]
    return kinds[draw(st.integers(0, 1))](size)  # type: ignore[no-any-return]


@form("mean sum amax max", 3)
def _reduction(draw: Any, shape: Shape) -> nn.Module:
    axes = draw(st.sampled_from([(2, 3), (2,), (3,)]))
    functions: list[Callable[[Tensor], Tensor]] = [
        lambda x: x.mean(axes, keepdim=True), lambda x: x.sum(axes, keepdim=True) * 0.25,
        lambda x: x.amax(axes, keepdim=True), lambda x: x.max(axes[0], keepdim=True)[0],
    ]  # fmt: skip
    return Step(functions[draw(st.integers(0, 3))])


# ----------------------------------------------------------------------------- larger images


@form("upsample_nearest1d upsample_nearest2d", 2, 3)
def _upsample(draw: Any, shape: Shape) -> nn.Module:
    mode = draw(st.sampled_from(["nearest", "nearest-exact"]))
    return nn.Upsample(scale_factor=draw(st.integers(1, 2)), mode=mode)


@form("upsample_linear1d upsample_bilinear2d", 2, 3)
def _interpolated(draw: Any, shape: Shape) -> nn.Module:
    mode = "bilinear" if len(shape) == 3 else "linear"
    return nn.Upsample(scale_factor=2, mode=mode, align_corners=False)


@form("conv_transpose1d conv_transpose2d", 2, 3)
def _transposed(draw: Any, shape: Shape) -> nn.Module | None:
    kind = nn.ConvTranspose2d if len(shape) == 3 else nn.ConvTranspose1d
    kernel, stride = draw(st.integers(1, 4)), draw(st.integers(1, 2))
    padding = draw(st.integers(0, (kernel - 1) // 2))
    groups = draw(st.sampled_from([1, shape[0]]))
    return kind(shape[0], groups * draw(st.integers(1, 2)), kernel, stride, padding, groups=groups)


@form("pixel_shuffle", 3)
def _pixel_shuffle(draw: Any, shape: Shape) -> nn.Module:
    return nn.Sequential(nn.Conv2d(shape[0], 4 * draw(st.integers(1, 2)), 1), nn.PixelShuffle(2))


# ---------------------------------------------------------- views, permutations and slices


@form("slice", 2, 3)
def _crop(draw: Any, shape: Shape) -> nn.Module | None:
    if min(shape[1:]) < 3:
        return None
    start, end, step = (draw(st.integers(*ends)) for ends in ((0, 1), (0, 1), (1, 2)))
    last = None if not end else -end
    return Step(lambda x: x[..., start:last:step] * 1.5)


@form("constant_pad_nd pad", 2, 3)
def _pad(draw: Any, shape: Shape) -> nn.Module:
    widths = [
        draw(st.integers(-1 if min(shape[1:]) > 3 else 0, 2)) for _ in range(2 * len(shape) - 2)
    ]
    return Step(lambda x: f.pad(x, widths))


written("movedim permute", lambda x: x.movedim(1, -1).permute(0, 3, 1, 2), 3)
written("transpose", lambda x: x.transpose(1, 2).relu().transpose(1, 2))
FORMS["transpose"] = [((2, 3), FORMS["transpose"][0][1])]
written("t numpy_T", lambda x: x * torch.ones(1, 1).t().T[0, 0], 1)
written("reshape reshape_as view view_as", lambda x: x.view(x.shape).reshape_as(x).reshape(x.shape))
written("squeeze unsqueeze", lambda x: x.unsqueeze(2).relu().squeeze(2))
written("unflatten", lambda x: x.flatten(1).unflatten(1, x.shape[1:]) * 2, 2, 3)


@form("select", 2, 3)
def _select(draw: Any, shape: Shape) -> nn.Module:
    axis = draw(st.integers(1, len(shape)))
    place = draw(st.integers(-shape[axis - 1], shape[axis - 1] - 1))
    return Step(lambda x: x.select(axis, place).unsqueeze(axis))


ENDINGS = {
    "flatten": lambda x: x.flatten(1),
    "softmax": lambda x: f.softmax(x.flatten(1), 1),
    "log_softmax": lambda x: f.log_softmax(x.flatten(1), 1),
}
"""What networks end in."""

INTERNAL = {
    "convolution": "torch decomposes no network into it before export; files of other versions do",
    "lift_fresh_copy": "of constants that a module makes",
    "native_channel_shuffle": "its own name",
}


@st.composite
def networks(draw: Any, only: str | None = None) -> tuple[nn.Module, Shape]:
    """A module of random operators and the shape of what it takes.

    Parameters
    ----------
    only: draw a network with this operator alone, besides a convolution.
    """
    torch.manual_seed(draw(st.integers(0, 1000)))
    axes = draw(st.sampled_from([3, 3, 2, 1]))
    if only is not None:
        axes = draw(st.sampled_from(sorted({n for each, _ in FORMS[only] for n in each})))
    shape: Shape = tuple(draw(st.integers(*ends)) for ends in [(1, 4), (3, 8), (3, 8)][:axes])
    if axes == 1:
        shape = (shape[0] + 3,)
    layers: list[nn.Module] = []
    probe = torch.zeros(2, *shape)
    if draw(st.booleans()):
        layers.append(conv_of(shape, draw(st.integers(1, 4)), 3 if axes > 1 else 1))
        probe = layers[-1](probe)
    for _ in range(1 if only is not None else draw(st.integers(1, 5))):
        name = only or draw(st.sampled_from(sorted(FORMS)))
        fitting = [make for each, make in FORMS[name] if probe.ndim - 1 in each]
        if not fitting:
            continue
        made = draw(st.sampled_from(fitting))(draw, tuple(probe.shape[1:]))
        if made is not None and probe[0].numel() < 600:
            layers.append(made.eval())
            probe = layers[-1](probe)
    if draw(st.booleans()):
        layers.append(nn.Flatten())
        layers.append(nn.Linear(probe[0].numel(), draw(st.integers(2, 5))))
    if draw(st.integers(0, 3)) == 0:
        layers.append(Step(ENDINGS[draw(st.sampled_from(sorted(ENDINGS)))]))
    return nn.Sequential(*layers, nn.Identity()), shape
