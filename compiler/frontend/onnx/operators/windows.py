"""How convolutions and pools walk an image, as ONNX says it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch

from ..node import Node
from ..values import Computed

aten = torch.ops.aten
_SIDES = ("NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER")


@dataclass(frozen=True)
class Window:
    """A window over the axes behind batch and channels.

    Parameters
    ----------
    kernel, stride, dilation: of each axis.
    before, after: padding of each axis.
    """

    kernel: list[int]
    stride: list[int]
    dilation: list[int]
    before: list[int]
    after: list[int]

    @property
    def rank(self) -> int:
        """How many axes it walks."""
        return len(self.kernel)


def window_of(
    node: Node, image: Computed, kernel: tuple[int, ...], is_transposed: bool = False
) -> Window:
    """The window of a node.

    Parameters
    ----------
    node: a convolution or a pool.
    image: that it walks.
    kernel: as its weights say it; empty for a pool.
    is_transposed: whether it is walked the other way.

    Raises
    ------
    UnsupportedOperatorError: its settings contradict each other.
    """
    said = node.attribute("kernel_shape", list(kernel))
    rank = len(image.shape) - 2
    stride = node.attribute("strides", [1] * rank)
    dilation = node.attribute("dilations", [1] * rank)
    pads = node.attribute("pads", [0] * 2 * rank)
    side = node.attribute("auto_pad", "NOTSET")
    right = [len(said) == rank, len(stride) == rank, len(dilation) == rank, len(pads) == 2 * rank]
    whole = all(isinstance(n, int) for n in (*said, *stride, *dilation, *pads))
    if rank < 1 or not all(right) or not whole or (kernel and tuple(said) != kernel):
        raise node.unsupported(
            f"with kernel {said}, strides {stride}, dilations {dilation} and pads {pads} for an "
            f"image of shape {image.shape[1:]}",
            "export the model again",
        )
    if min([*said, *stride, *dilation]) < 1 or min(pads, default=0) < 0 or side not in _SIDES:
        raise node.unsupported(
            f"with kernel {said}, strides {stride}, dilations {dilation}, pads {pads} and "
            f"auto_pad {side[:20]}",
            "use positive sizes, and no pads below zero",
        )
    before, after = pads[:rank], pads[rank:]
    if side == "VALID":
        before = after = [0] * rank
    elif side != "NOTSET":
        if is_transposed:
            raise node.unsupported(f"with auto_pad {side}", "say its pads")
        needed = [
            max((-(-size // step) - 1) * step + (taps - 1) * apart + 1 - size, 0)
            for size, taps, step, apart in zip(image.shape[2:], said, stride, dilation, strict=True)
        ]
        small, large = [n // 2 for n in needed], [n - n // 2 for n in needed]
        before, after = (small, large) if side == "SAME_UPPER" else (large, small)
    return Window(said, stride, dilation, before, after)


def groups_of(node: Node) -> int:
    """How many groups a convolution has."""
    groups = node.attribute("group", 1)
    if groups < 1:
        raise node.unsupported(f"with {groups} groups", "use at least one")
    return int(groups)


def padded(
    node: Node, image: Computed, window: Window, value: float, most: list[int] | None = None
) -> tuple[Any, list[int]]:
    """The image, padded where the sides differ, and the padding that is left to the window.

    Parameters
    ----------
    node: that pads.
    image: to pad.
    window: with its padding.
    value: of what is added.
    most: that the window may pad by; any number if None.
    """
    if window.before == window.after and (most is None or fits(window.before, most)):
        return image, list(window.before)
    pairs = zip(reversed(window.before), reversed(window.after), strict=True)
    widths = [width for pair in pairs for width in pair]
    return node.aten(aten.constant_pad_nd.default, image, widths, value), [0] * window.rank


def halves(window: Window) -> list[int]:
    """What torch's pools pad by at most."""
    return [size // 2 for size in window.kernel]


def fits(padding: list[int], most: list[int]) -> bool:
    """Whether a window may pad by so much."""
    return all(own <= limit for own, limit in zip(padding, most, strict=True))
