"""Traces: what the bench's monitors saw on each stream."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ...hw.stream.streams import StreamFormat

UNKNOWN = np.int32(1 << 20)
"""Value of an element with an x or z bit; no element can have it."""

_CLOCK_DIGITS = 8


@dataclass(frozen=True, eq=False)
class Trace:
    """All transfers of one stream.

    Parameters
    ----------
    clocks: (beats,) int64.
    data: (beats, lanes) int32; `UNKNOWN` where a bit was neither 0 nor 1.
    last: (beats,) bool.
    """

    clocks: NDArray[np.int64]
    data: NDArray[np.int32]
    last: NDArray[np.bool_]


def beat_bits(fmt: StreamFormat) -> int:
    """Bits of a beat: its elements and `last`."""
    return fmt.bits * fmt.lanes + 1


def read_trace(path: Path, fmt: StreamFormat) -> Trace:
    """Read a monitor's file; a last line that was cut off is left out.

    Parameters
    ----------
    path: the file.
    fmt: of the stream.
    """
    digits = -(-beat_bits(fmt) // 4)
    line = _CLOCK_DIGITS + digits + 1
    text = np.fromfile(path, np.uint8)
    text = text[: len(text) // line * line].reshape(-1, line)
    nibbles = _NIBBLE[text[:, :-1]]
    weights = 16 ** np.arange(_CLOCK_DIGITS - 1, -1, -1, dtype=np.int64)
    clocks = nibbles[:, :_CLOCK_DIGITS] @ weights
    # Most significant digit first on paper, least significant bit first from here on.
    low_first = nibbles[:, : _CLOCK_DIGITS - 1 : -1]
    unknown = low_first > 15
    bits = (low_first[..., None] >> np.arange(4)) & 1
    flat = bits.reshape(len(text), digits * 4)
    unknown_bits = np.repeat(unknown, 4, axis=1)
    width = fmt.bits * fmt.lanes
    elements = flat[:, :width].reshape(len(text), fmt.lanes, fmt.bits)
    place = 1 << np.arange(fmt.bits, dtype=np.int32)
    if fmt.is_signed:
        place[-1] = -place[-1]
    data = (elements @ place).astype(np.int32)
    data[unknown_bits[:, :width].reshape(len(text), fmt.lanes, fmt.bits).any(axis=-1)] = UNKNOWN
    return Trace(clocks, data, flat[:, width].astype(bool))


def read_clocks(path: Path) -> NDArray[np.int64]:
    """The clocks of a monitor's file of one signal: a beat of one bit."""
    bit = StreamFormat(bits=0, is_signed=False, lanes=1, elements=1, height=1, width=1)
    return read_trace(path, bit).clocks


def _nibble_table() -> NDArray[np.int64]:
    table = np.full(256, 16, np.int64)  # 16: x, z or anything else that is no digit
    for value in range(16):
        table[ord(f"{value:x}")] = table[ord(f"{value:X}")] = value
    return table


_NIBBLE = _nibble_table()
