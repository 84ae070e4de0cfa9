"""Traces and their comparison with the models."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tabfab.hw.network.content import Activations
from tabfab.hw.network.network import Link, Port
from tabfab.hw.stream.streams import StreamFormat
from tabfab.sim.bench.compare import StreamResult, compare
from tabfab.sim.bench.trace import UNKNOWN, Trace, beat_bits, read_trace


def write(path: Path, fmt: StreamFormat, data: np.ndarray, clocks: np.ndarray) -> None:
    """What the monitor of `bench.sv.jinja` writes."""
    digits = -(-beat_bits(fmt) // 4)
    lines = []
    for number, (beat, clock) in enumerate(zip(data.tolist(), clocks.tolist(), strict=True)):
        last = (number + 1) % fmt.beats_per_image == 0
        word = sum((x % (1 << fmt.bits)) << (n * fmt.bits) for n, x in enumerate(beat))
        word |= int(last) << (fmt.bits * fmt.lanes)
        lines.append(f"{clock:08x}{word:0{digits}x}\n")
    path.write_text("".join(lines))


@given(
    bits=st.integers(1, 8),
    signed=st.booleans(),
    lanes=st.integers(1, 9),
    beats=st.integers(1, 4),
    seed=st.integers(0, 99),
)
def test_traces_read_back(
    tmp_path_factory: pytest.TempPathFactory,
    bits: int,
    signed: bool,
    lanes: int,
    beats: int,
    seed: int,
) -> None:
    fmt = StreamFormat(bits, signed, lanes, lanes * beats, 1, 2)
    rng = np.random.default_rng(seed)
    low = -(1 << (bits - 1)) if signed else 0
    data = rng.integers(low, low + (1 << bits), (3 * fmt.beats_per_image, lanes))
    clocks = np.sort(rng.choice(1 << 30, len(data), replace=False))
    path = tmp_path_factory.mktemp("trace") / "stream.txt"
    write(path, fmt, data, clocks)
    trace = read_trace(path, fmt)
    np.testing.assert_array_equal(trace.data, data)
    np.testing.assert_array_equal(trace.clocks, clocks)
    np.testing.assert_array_equal(
        np.flatnonzero(trace.last) % fmt.beats_per_image, fmt.beats_per_image - 1
    )


def test_unknown_bits_and_a_cut_off_line(tmp_path: Path) -> None:
    fmt = StreamFormat(4, False, 2, 2, 1, 1)  # nine bits: three digits
    path = tmp_path / "stream.txt"
    path.write_text("00000005" + "1x3\n" + "00000006" + "12\n")
    trace = read_trace(path, fmt)
    assert trace.data.tolist() == [[3, UNKNOWN]]
    assert trace.clocks.tolist() == [5]


# Two images of 2 x 3 pixels with four channels, two in a beat.
FORMAT = StreamFormat(8, True, 2, 4, 2, 3)
LINK = Link(
    "conv.engine", "conv", Port("conv.engine", "o"), Port(None, "o"), FORMAT, Activations("conv")
)
EXPECTED = np.arange(2 * 12 * 2, dtype=np.int16).reshape(-1, 2)
CLOCKS = np.arange(24, dtype=np.int64) * 3
LAST = np.arange(1, 25) % 12 == 0


def compared(
    data: np.ndarray = EXPECTED, clocks: np.ndarray = CLOCKS, last: np.ndarray = LAST
) -> StreamResult:
    return compare(LINK, EXPECTED, CLOCKS, Trace(clocks, data.astype(np.int32), last))


def test_equal() -> None:
    result = compared()
    assert (result.beats, result.value_mismatches, result.clock_mismatches) == (24, 0, 0)
    assert result.first_value is None
    assert result.first_clock is None


def test_wrong_value_is_placed() -> None:
    data = EXPECTED.copy()
    data[21, 1] = 99  # second image, ten beats in: fifth pixel, second beat, second lane
    data[23, 0] = 99
    result = compared(data)
    assert (result.value_mismatches, result.clock_mismatches) == (2, 0)
    assert result.first_value is not None
    assert result.first_value.clock == 63
    assert result.first_value.message == (
        "stream conv.engine of layer conv, image 1, pixel (1, 1), channel 3, clock 63: "
        "expected 43, seen 99"
    )


def test_unknown_value_is_told() -> None:
    data = EXPECTED.astype(np.int32)
    data[0, 0] = UNKNOWN
    result = compared(data)
    assert result.first_value is not None
    assert "unknown bits" in result.first_value.message


def test_wrong_last() -> None:
    result = compared(last=np.roll(LAST, 1))
    assert result.value_mismatches == 4
    assert result.first_value is not None
    assert "expected last = 0, seen 1" in result.first_value.message


def test_wrong_clock() -> None:
    clocks = CLOCKS.copy()
    clocks[7:] += 1
    result = compared(clocks=clocks)
    assert (result.value_mismatches, result.clock_mismatches) == (0, 17)
    assert result.first_clock is not None
    assert "image 0, pixel (1, 0), beat 1 of the pixel: expected on clock 21, seen on clock 22" in (
        result.first_clock.message
    )


def test_missing_and_surplus_beats() -> None:
    short = compared(EXPECTED[:20], CLOCKS[:20], LAST[:20])
    assert (short.value_mismatches, short.clock_mismatches) == (4, 4)
    assert short.first_value is not None
    assert "expected on clock 60, never seen" in short.first_value.message
    more = np.append(EXPECTED, EXPECTED[:1], axis=0)
    surplus = compared(more, np.append(CLOCKS, 80), np.append(LAST, False))
    assert (surplus.value_mismatches, surplus.clock_mismatches) == (1, 1)
    assert surplus.first_value is not None
    assert "surplus beat on clock 80" in surplus.first_value.message
