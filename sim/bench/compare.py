"""Comparison: a stream as it was seen against the golden model and the cycle model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...hw.network.content import Activations
from ...hw.network.network import Link
from ...hw.stream.timing import Times
from .trace import UNKNOWN, Trace


@dataclass(frozen=True)
class Mismatch:
    """The first difference on a stream.

    Parameters
    ----------
    clock: when it was seen, or expected where nothing was seen.
    message: one sentence with layer, image, pixel, channel, clock, expected and seen.
    """

    clock: int
    message: str


@dataclass(frozen=True)
class StreamResult:
    """What came of comparing one stream.

    Parameters
    ----------
    name, node: of the stream.
    beats: expected.
    value_mismatches: beats with a wrong element or `last`, missing and surplus ones included.
    clock_mismatches: beats on a wrong clock, missing and surplus ones included.
    first_value, first_clock: where each kind starts.
    """

    name: str
    node: str
    beats: int
    value_mismatches: int
    clock_mismatches: int
    first_value: Mismatch | None
    first_clock: Mismatch | None


def compare(link: Link, expected: NDArray[np.int16], predicted: Times, seen: Trace) -> StreamResult:
    """Compare a stream bit for bit and clock for clock.

    Parameters
    ----------
    link: the stream.
    expected: (beats, lanes) from the golden model.
    predicted: (beats,) from the cycle model.
    seen: the trace.
    """
    both = min(len(expected), len(seen.data))
    uneven = abs(len(expected) - len(seen.data))
    per_image = link.format.beats_per_image
    ends = (np.arange(both) + 1) % per_image == 0
    wrong_last = seen.last[:both] != ends
    wrong_data = seen.data[:both] != expected[:both]
    wrong_value = np.flatnonzero(wrong_data.any(axis=1) | wrong_last)
    wrong_clock = np.flatnonzero(seen.clocks[:both] != predicted[:both])

    first_value = first_clock = None
    if len(wrong_value):
        beat = int(wrong_value[0])
        first_value = Mismatch(
            int(seen.clocks[beat]), _value_message(link, beat, expected, seen, bool(ends[beat]))
        )
    elif uneven:
        first_value = _count_mismatch(link, predicted, seen)
    if len(wrong_clock):
        beat = int(wrong_clock[0])
        clock, should = int(seen.clocks[beat]), int(predicted[beat])
        first_clock = Mismatch(
            min(clock, should),
            f"{_place(link, beat)}: expected on clock {should}, seen on clock {clock}",
        )
    elif uneven:
        first_clock = _count_mismatch(link, predicted, seen)
    return StreamResult(
        name=link.name,
        node=link.node,
        beats=len(expected),
        value_mismatches=len(wrong_value) + uneven,
        clock_mismatches=len(wrong_clock) + uneven,
        first_value=first_value,
        first_clock=first_clock,
    )


def compare_clocks(name: str, predicted: Times, seen: Times) -> StreamResult:
    """Compare the clocks on which a signal of the top level was high.

    Parameters
    ----------
    name: of the signal.
    predicted, seen: clocks, rising.
    """
    differing = np.setxor1d(predicted, seen)
    first = None
    if len(differing):
        clock = int(differing[0])
        high = "low, seen high" if clock in seen else "high, seen low"
        first = Mismatch(clock, f"signal {name}, clock {clock}: expected {high}")
    return StreamResult(name, "", len(seen), 0, len(differing), None, first)


def _place(link: Link, beat: int, lane: int | None = None) -> str:
    """Where a beat (or one of its elements) belongs."""
    fmt = link.format
    image, within = divmod(beat, fmt.beats_per_image)
    pixel, part = divmod(within, fmt.beats_per_pixel)
    row, column = divmod(pixel, fmt.width)
    unit = "channel" if isinstance(link.content, Activations) else "element"
    place = f"stream {link.name} of layer {link.node}, image {image}, pixel ({row}, {column})"
    if lane is None:
        return f"{place}, beat {part} of the pixel"
    group, part = divmod(part, fmt.beats_per_pixel // fmt.groups)
    element = group * (fmt.elements // fmt.groups) + part * fmt.lanes + lane
    return f"{place}, {unit} {element}"


def _value_message(
    link: Link, beat: int, expected: NDArray[np.int16], seen: Trace, end: bool
) -> str:
    wrong = np.flatnonzero(seen.data[beat] != expected[beat])
    clock = int(seen.clocks[beat])
    if not len(wrong):
        return (
            f"{_place(link, beat)}, clock {clock}: expected last = {int(end)}, seen {int(not end)}"
        )
    lane = int(wrong[0])
    value = int(seen.data[beat, lane])
    shown = "unknown bits (x or z)" if value == UNKNOWN else value
    return (
        f"{_place(link, beat, lane)}, clock {clock}: "
        f"expected {int(expected[beat, lane])}, seen {shown}"
    )


def _count_mismatch(link: Link, predicted: Times, seen: Trace) -> Mismatch:
    beat = min(len(predicted), len(seen.clocks))
    if len(seen.clocks) > len(predicted):
        clock = int(seen.clocks[beat])
        return Mismatch(
            clock, f"stream {link.name} of layer {link.node}: surplus beat on clock {clock}"
        )
    clock = int(predicted[beat])
    return Mismatch(clock, f"{_place(link, beat)}: expected on clock {clock}, never seen")
