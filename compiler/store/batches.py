"""Images some at a time, so that what is computed of them fits into memory."""

from __future__ import annotations

BATCH = 100
"""Images at a time where nothing speaks for another number."""


def batches(images: int, size: int = BATCH) -> list[slice]:
    """Slices of at most `size` that together hold so many images, in order; none of none."""
    return [slice(start, start + size) for start in range(0, images, size)]
