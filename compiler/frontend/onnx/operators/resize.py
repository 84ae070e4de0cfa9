"""Larger images: upsampling, and channels that become pixels."""

from __future__ import annotations

from typing import Any

import torch

from ..node import Node, translates
from ..values import Sizes
from .sizes import sizes_of

aten = torch.ops.aten

_REPEATS = {
    ("asymmetric", "floor"),
    ("asymmetric", "round_prefer_floor"),
    ("half_pixel", "round_prefer_floor"),
    ("half_pixel", "round_prefer_ceil"),
    ("pytorch_half_pixel", "round_prefer_floor"),
    ("pytorch_half_pixel", "round_prefer_ceil"),
}
"""Where a pixel is looked for, and how that is rounded, so that whole factors repeat pixels."""


@translates("Resize")
def translate_resize(node: Node) -> Any:
    """Every pixel several times, by whole factors; linear, half pixels apart, by powers of two."""
    node.ignore("cubic_coeff_a", "exclude_outside", "extrapolation_value")
    mode = node.attribute("mode", "nearest")
    where = node.attribute("coordinate_transformation_mode", "half_pixel")
    rounding = node.attribute("nearest_mode", "round_prefer_floor")
    named = node.attribute("axes") is not None or node.attribute("antialias", 0)
    named = named or node.attribute("keep_aspect_ratio_policy", "stretch") != "stretch"
    if mode == "linear" and where in ("half_pixel", "pytorch_half_pixel") and not named:
        return _larger(node, 1 if node.opset < 11 else 2, 3, False, interpolates=True)
    if mode != "nearest" or (where, rounding) not in _REPEATS or named:
        raise node.unsupported(
            f"with mode {mode[:20]}, {where[:20]} and {rounding[:20]}",
            "upsample by mode nearest, asymmetric and floor, or by mode linear, half_pixel",
        )
    rounds = where == "asymmetric" and rounding != "floor"
    return _larger(node, 1 if node.opset < 11 else 2, 3, rounds)


@translates("Upsample")
def translate_upsample(node: Node) -> Any:
    """Every pixel several times, by whole factors."""
    mode = node.attribute("mode", "nearest")
    if mode != "nearest":
        raise node.unsupported(f"with mode {mode[:20]}", "upsample by mode nearest")
    return _larger(node, 1, 2, False)


def _larger(node: Node, scales: int, sizes: int, rounds: bool, interpolates: bool = False) -> Any:
    """The image with every pixel several times, or with others between them.

    Parameters
    ----------
    scales, sizes: numbers of the inputs that say how large, one of which is left out.
    rounds: whether places are rounded so that only a factor of 2 repeats pixels.
    interpolates: whether pixels are interpolated.
    """
    value = node.computed(0)
    size = value.shape[2:]
    if node.has(scales) and not isinstance(node.inputs[scales], Sizes):
        factors = [float(factor) for factor in node.constant(scales).reshape(-1).tolist()]
    else:
        factors = []
    if not factors:
        wanted = [
            entry if isinstance(entry, int) else -1 for entry in sizes_of(node, sizes).entries
        ]
        factors = [1.0, wanted[1] / value.shape[1]] if len(wanted) == len(value.shape) else []
        factors += [new / old for new, old in zip(wanted[2:], size, strict=False)]
    whole = all(factor >= 1 and factor == int(factor) for factor in factors)
    rank = len(value.shape)
    fits = len(factors) == rank and rank in (3, 4) and factors[:2] == [1.0, 1.0]
    if not whole or not fits or (rounds and max(factors) > 2):
        raise node.unsupported(f"by {factors}", "upsample rows and columns by whole factors")
    result = [old * int(factor) for old, factor in zip(size, factors[2:], strict=True)]
    if interpolates:
        linear = aten.upsample_linear1d.vec if rank == 3 else aten.upsample_bilinear2d.vec
        return node.aten(linear, value, result, False, None)
    nearest = aten.upsample_nearest1d.vec if rank == 3 else aten.upsample_nearest2d.vec
    return node.aten(nearest, value, result, None)


@translates("DepthToSpace")
def translate_depth_to_space(node: Node) -> Any:
    """Channels become pixels, counted with the channel last (DCR) or first (CRD)."""
    value, block = node.computed(0), node.attribute("blocksize", 0)
    mode = node.attribute("mode", "DCR")
    if block < 1 or mode not in ("DCR", "CRD") or value.shape[1] % (block * block):
        raise node.unsupported(
            f"of {value.shape[1]} channels to blocks of {block}x{block}, mode {mode[:20]}",
            "use as many channels as blocks have pixels, or a multiple",
        )
    if mode == "DCR":
        channels = torch.arange(value.shape[1]).reshape(block * block, -1).T.flatten()
        value = node.aten(aten.index_select.default, value, 1, channels)
    return node.aten(aten.pixel_shuffle.default, value, block)
