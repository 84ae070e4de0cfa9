"""Streams of bytes in which the last one of each frame is marked."""

from __future__ import annotations

from amaranth.lib import data, stream

MARKED_BYTE = data.StructLayout({"byte": 8, "last": 1})


def frame_bytes() -> stream.Signature:
    """Signature of a stream of frames, without flags, escapes and checksums."""
    return stream.Signature(MARKED_BYTE)
