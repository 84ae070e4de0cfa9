"""Numbers of any type to pixels: 8 bits each, channels last."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..image_set import DataError, Span
from .named import NamedData

_FEW = 4
"""Channels that images usually have at most: grey, or red, green, blue and one more."""
_CHUNK = 1024
"""Images that are scaled at once."""
_MOST_OUTSIDE = 0.01
"""Share of numbers that may lie outside of the range that was said; they are clipped to it."""
_RANGE = re.compile(r"(?P<low>[^.]+(?:\.\d+)?)\.\.(?P<high>.+)")


def as_pixels(data: NamedData, array: NDArray[Any]) -> tuple[NDArray[np.uint8], Span | None]:
    """Images as (N, height, width, channels) uint8, and what their numbers were.

    Parameters
    ----------
    data: with the settings ``layout`` and ``range``.
    array: (N, height, width), (N, height, width, channels), (N, channels, height, width), or
        (N, features), which become (N, 1, 1, features).

    Returns
    -------
    The pixels, and for floating-point numbers the range that these stand for; integers are images
    whose range a network takes as 0 to 1, as it does 0..255.

    Raises
    ------
    DataError: the array has another shape or no numbers, its layout or range is not known, or
        numbers lie outside of it.
    """
    images = _channels_last(data, array)
    span = range_of(data)
    kind = images.dtype.kind
    if kind not in "fiub":
        raise DataError(
            f"the images of {data.path} are {images.dtype} instead of numbers: store them as "
            "uint8, as other integers, or as floating-point numbers"
        )
    if kind == "b":
        span = span or Span((0.0,), (1.0,))
    if images.dtype == np.uint8 and span is None:
        return np.ascontiguousarray(images), None
    if span is None:
        smallest, largest = _ends(images)
        raise DataError(
            f"the images of {data.path} are {images.dtype} instead of uint8, from {smallest:g} to "
            f"{largest:g}: say which range their 256 steps shall span, such as "
            f"{data.path}:range={_usual(images, smallest, largest)}"
        )
    return scaled(data, images, span), span if kind == "f" else None


def scaled(data: NamedData, images: NDArray[Any], span: Span) -> NDArray[np.uint8]:
    """Numbers as the nearest of 256 steps between the ends of `span`.

    Raises
    ------
    DataError: some are NaN or infinite, or too many lie outside.
    """
    low, high = (np.array(ends, np.float64) for ends in (span.low, span.high))
    pixels = np.empty(images.shape, np.uint8)
    outside = 0
    for start in range(0, len(images), _CHUNK):
        steps = (images[start : start + _CHUNK].astype(np.float64) - low) / (high - low) * 255
        if not np.isfinite(steps).all():
            raise DataError(
                f"{data.path} holds {int((~np.isfinite(steps)).sum())} numbers that are NaN or "
                f"infinite among its images from {start} on: mend or leave out these images"
            )
        outside += int(((steps < -0.5) | (steps > 255.5)).sum())
        pixels[start : start + _CHUNK] = np.clip(np.rint(steps), 0, 255)
    if outside > _MOST_OUTSIDE * images.size:
        smallest, largest = _ends(images)
        raise DataError(
            f"{outside / images.size:.0%} of the numbers of {data.path} lie outside of range="
            f"{data.settings.get('range', '')}; they reach from {smallest:g} to {largest:g}: say a "
            "wider range"
        )
    return pixels


def range_of(data: NamedData) -> Span | None:
    """The setting ``range``; None where it is not given.

    Raises
    ------
    DataError: it is no range.
    """
    text = data.settings.get("range")
    if text is None:
        return None
    match = _RANGE.fullmatch(text)
    try:
        low, high = (float(match[end]) for end in ("low", "high")) if match else (0.0, 0.0)
    except ValueError:
        low = high = 0.0
    if not (math.isfinite(low) and math.isfinite(high) and low < high):
        raise DataError(
            f"{data.text}: range={text} is no range; write two numbers, the smaller first, such "
            "as range=0..1 or range=-2.5..2.5"
        )
    return Span((low,), (high,))


def _channels_last(data: NamedData, array: NDArray[Any]) -> NDArray[Any]:
    layout = data.choice("layout", "nchw", "nhwc")
    if array.size == 0:
        raise DataError(f"{data.path} holds no images (shape {array.shape}): give it at least one")
    if array.ndim not in (2, 3, 4):
        raise DataError(
            f"the images of {data.path} have shape {array.shape} instead of (N, height, width), "
            "(N, height, width, channels), (N, channels, height, width) or (N, features)"
        )
    if array.ndim == 2:
        return array[:, None, None, :]
    if array.ndim == 3:
        return array[..., None]
    first, last = array.shape[1], array.shape[3]
    if layout is None and first <= _FEW < last:
        raise DataError(
            f"the images of {data.path} have shape {array.shape}, which looks like channels before "
            f"rows and columns: say so with {data.path}:layout=nchw, or layout=nhwc if there are "
            f"{last} channels"
        )
    return array.transpose(0, 2, 3, 1) if layout == "nchw" else array


def _ends(images: NDArray[Any]) -> tuple[float, float]:
    with np.errstate(all="ignore"):
        return float(np.min(images)), float(np.max(images))


def _usual(images: NDArray[Any], smallest: float, largest: float) -> str:
    """A range that the numbers may be meant in."""
    if images.dtype.kind in "iu" and smallest >= 0 and largest > 255:
        bits = max(int(largest), 1).bit_length()
        return f"0..{(1 << bits) - 1}"
    for low, high in ((0, 1), (-1, 1), (0, 255)):
        if low <= smallest and largest <= high:
            return f"{low}..{high}"
    return f"{smallest:.4g}..{largest:.4g}"
