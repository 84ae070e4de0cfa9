"""RowWindows: windows of one row of pixels each, all their taps in a beat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from amaranth.hdl import Const, Module, Mux, Shape, ShapeLike, Signal, Value
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Out
from numpy.typing import NDArray

from ..logic.component import Component
from ..logic.counters import bounded, choose, loop, registered, unreset
from ..logic.demand import Demand, bits_for, counter, select
from ..logic.rom import pack
from ..stream.queue import Queue, queue_demand
from ..stream.streams import elastic
from ..stream.timing import Rule, shifted
from .window import WindowGeometry, by_element

_LATENCY = 1
"""Clocks from a window in the shift register to the queue."""
ROW_WINDOWS_DEPTH = _LATENCY + 2
"""Beats of the output queue with which there can be a window on every clock."""


class RowWindows(Component):
    """Turns a stream of rows of pixels into a stream of windows as high as a row.

    Pixels go through a shift register as long as the window reaches. A window that reaches beyond
    its row's end is given without waiting for the next row, whose first pixels are shifted in
    meanwhile where they are there already: so there is a pixel, and a window, on every clock, and
    no window waits for a pixel that it does not need.

    Behind a `LineBuffer` of whole columns, of which each is a pixel here, the windows are those of
    an image.

    Parameters
    ----------
    shape, lanes: of a pixel, which is one beat.
    geometry: what to read: a kernel of one row, all its taps at once. The row must be as wide as
        the window reaches, and the padding on both sides together narrower.
    padding: lane values of padding pixels.
    depth: beats of the output queue; by default as many as a window on every clock takes.

    Members
    -------
    i: in, a stream of `lanes` elements of `shape`.
    o: out, ``geometry.repeats`` beats per position, `last` on the image's last: an element's taps
        are side by side.

    Raises
    ------
    ValueError: the geometry is another one.

    Examples
    --------
    >>> from amaranth.hdl import unsigned
    >>> geometry = WindowGeometry(4, 8, 1, kernel=(1, 3), padding=(0, 1), at_once=(1, 3))
    >>> windows = RowWindows(unsigned(8), 2, geometry, padding=(0, 0))
    >>> geometry.positions, geometry.steps  # four rows of eight windows of a beat
    ((4, 8), 1)
    """

    i: stream.Interface
    o: stream.Interface

    def __init__(
        self,
        shape: ShapeLike,
        lanes: int,
        geometry: WindowGeometry,
        padding: Sequence[int],
        depth: int = ROW_WINDOWS_DEPTH,
    ) -> None:
        g = geometry
        if g.words > 1 or g.kernel[0] > 1 or g.stride[0] > 1 or g.at_once != g.kernel:
            raise ValueError("windows of one row of pixels of a beat, all taps at once, are given")
        if g.width < g.reach[1] or sum(g.edges[1]) >= g.reach[1]:
            raise ValueError(
                f"a row of {g.width} pixels with {sum(g.edges[1])} beside must be as wide as the "
                f"window, which reaches over {g.reach[1]}, and the padding narrower"
            )
        if len(padding) != lanes:
            raise ValueError(f"padding must be {lanes} lanes, not {len(padding)}")
        self.shape = Shape.cast(shape)
        self.lanes = lanes
        self.geometry = geometry
        self.padding = padding
        self.depth = depth
        read = lanes * g.kernel[1]
        super().__init__({"i": In(elastic(shape, lanes)), "o": Out(elastic(shape, read))})

    # ---------------------------------------------------------------------------- timing

    def timing(self, counts: Mapping[str, int]) -> list[Rule]:
        """Rules between `i`, `o`, the steps ``window`` that read a window, and ``beyond``.

        The latter are steps of the shift register beyond a row's end.
        """
        g, shifts = self.geometry, _Shifts.of(self.geometry)
        columns, beyond, repeats = g.positions[1], shifts.beyond, g.repeats
        rows = np.arange(counts["i"] // g.width, dtype=np.int64)[:, None]
        windows = np.arange(counts["o"], dtype=np.int64)

        first = np.full((len(rows), columns, repeats), -1, np.int64)
        by_pixel, after_end = first.copy(), first.copy()
        inside = shifts.complete < g.width
        by_pixel[:, inside, 0] = rows * g.width + shifts.complete[inside]
        after_end[:, ~inside, 0] = rows * beyond + shifts.complete[~inside] - g.width

        # How many windows of its row each shift finds given: it changes what the last one reads.
        before = np.searchsorted(shifts.complete, np.arange(g.width + beyond))
        given = (rows * columns + before) * repeats - 1
        pixels = given[:, : g.width].copy()
        pixels[:, :beyond] = -1  # they are beyond the end of the row before: see below
        to_the_end = (rows - 1) * beyond + np.arange(g.width)
        to_the_end[:, beyond:] = -1
        row_end = np.full((len(rows), beyond), -1, np.int64)
        row_end[:, :1] = (rows + 1) * g.width - 1
        return [
            Rule("o", "window", windows, _LATENCY + 1),
            Rule("window", "o", shifted(len(windows), self.depth), 1),
            Rule("window", "i", by_pixel.reshape(-1), 1),
            Rule("window", "beyond", after_end.reshape(-1), 1),
            Rule("i", "window", pixels.reshape(-1), 0),
            Rule("i", "beyond", np.maximum(to_the_end, -1).reshape(-1), 0),
            Rule("beyond", "i", row_end.reshape(-1), 1),
            Rule("beyond", "window", given[:, g.width :].reshape(-1), 0),
        ]

    # -------------------------------------------------------------------------- hardware

    def demand(self) -> Demand:
        """What it is made of."""
        width = self.shape.width * self.lanes
        return row_windows_demand(geometry=self.geometry, width=width, depth=self.depth)

    def elaborate(self, platform: object) -> Module:
        m = Module()
        g, shifts = self.geometry, _Shifts.of(self.geometry)
        taps, length = g.kernel[1], g.reach[1]
        m.submodules.queue = queue = Queue(self.shape, self.lanes * taps, self.depth)
        wiring.connect(m, wiring.flipped(self.o), queue.o)

        full = Signal()
        leave = self.o.valid & self.o.ready
        read = Signal()
        _, room = bounded(m, "under_way", self.depth, read, leave)
        m.d.comb += read.eq(full & room)
        _, done = loop(m, "repeat", g.repeats, read)
        free = ~full | done

        take = Signal()
        column, row_end = loop(m, "column", g.width, take)
        step, early, place, ready = self._beyond(m, shifts, take, row_end, free)
        m.d.comb += [self.i.ready.eq(ready), take.eq(self.i.valid & ready)]
        complete = choose(m, "complete", column, shifts.completes(0, g.width))
        with m.If(step.now):
            m.d.sync += full.eq(step.completes)
        with m.Elif(take & free):
            m.d.sync += full.eq(complete)
        with m.Elif(done):
            m.d.sync += full.eq(0)

        pixel = self.i.p.data.as_value()
        shift = step.now | (take & ~early)
        pixels = [Signal(len(pixel), name=f"pixel{n}", reset_less=True) for n in range(length)]
        for n, register in enumerate(pixels):
            with m.If(take & (place == n)):
                m.d.sync += register.eq(pixel)
            with m.Elif(shift):
                m.d.sync += register.eq(pixels[n + 1] if n + 1 < length else pixel)
        self._give(m, queue, pixels[:: g.dilation[1]], read, done)
        return m

    def _beyond(
        self, m: Module, shifts: _Shifts, take: Value, row_end: Value, free: Value
    ) -> tuple[_Step, Value, Value, Value]:
        """Steps of the shift register beyond a row's end.

        Returns
        -------
        The step of this clock; whether a pixel comes after such steps, into their place; which
        register the pixel goes into; and whether it may.
        """
        last, most = self.geometry.reach[1] - 1, shifts.beyond
        if not most:
            return _Step(Const(0), Const(0)), Const(0), Const(last), free
        left = Signal(range(most + 1))  # steps still to be made
        early = Signal(range(most + 1))  # steps made before their pixels were there
        now = (left != 0) & free
        m.d.sync += [
            left.eq(Mux(row_end, most, left - now)),
            early.eq(early + (now & ~take) - (take & ~now & (early != 0))),
        ]
        waiting = early != 0
        place = last - early + (waiting & ~now)
        width = self.geometry.width
        by_number = shifts.completes(width, width + most)
        completes = choose(m, "completes_beyond", left, [0, *reversed(by_number)])
        return _Step(now, completes), waiting, place, free | waiting

    def _give(
        self, m: Module, queue: Queue, pixels: Sequence[Value], read: Value, done: Value
    ) -> None:
        """From the shift register to the queue, with padding in the place of what is outside."""
        g = self.geometry
        position, row_end = loop(m, "position", g.positions[1], done)
        _, image_end = loop(m, "row", g.height, row_end)
        padding = pack(self.padding, self.shape.width)
        columns = np.arange(g.positions[1]) * g.stride[1] - g.padding[1]
        masked = []
        for tap, pixel in enumerate(pixels):
            column = columns + tap * g.dilation[1]
            outside = (column < 0) | (column >= g.width)
            here = choose(m, f"outside{tap}", position, outside.astype(int).tolist())
            masked.append(Mux(here, padding, pixel))
        window = by_element(masked, self.shape.width)
        m.d.comb += [
            queue.i.valid.eq(registered(m, "valid", read)),
            queue.i.p.last.eq(registered(m, "last", image_end)),
            queue.i.p.data.as_value().eq(unreset(m, "window", window)),
        ]


@dataclass(frozen=True)
class _Step:
    """A step beyond a row's end.

    Parameters
    ----------
    now: it is made on this clock.
    completes: a window is complete then.
    """

    now: Value
    completes: Value


@dataclass(frozen=True, eq=False)
class _Shifts:
    """The steps of the shift register for one row.

    Parameters
    ----------
    complete: (columns,) after which step each window is complete.
    beyond: how many steps there are beyond the row's end.
    """

    complete: NDArray[np.int64]
    beyond: int

    @classmethod
    def of(cls, g: WindowGeometry) -> _Shifts:
        """Those of a geometry."""
        complete = np.arange(g.positions[1], dtype=np.int64) * g.stride[1]
        complete += g.reach[1] - 1 - g.padding[1]
        return cls(complete, max(0, int(complete[-1]) - g.width + 1))

    def completes(self, first: int, end: int) -> list[int]:
        """Of each of these steps, whether a window is complete then."""
        return np.isin(np.arange(first, end), self.complete).astype(int).tolist()


def row_windows_demand(*, geometry: WindowGeometry, width: int, depth: int) -> Demand:
    """What a `RowWindows` is made of.

    Parameters
    ----------
    geometry: what it reads.
    width: bits of a pixel.
    depth: beats of its output queue.
    """
    g, taps = geometry, geometry.kernel[1]
    beyond = _Shifts.of(g).beyond
    return (
        counter(g.width, g.positions[1], g.height, g.repeats, depth + 1)
        + counter(*(2 * [beyond + 1] if beyond else []))
        + (select(2, (taps - 1) * width) if any(g.edges[1]) else Demand())
        + queue_demand(depth=depth, width=taps * width + 1)
        + Demand(
            registers=(g.reach[1] + taps) * width + 4,
            selects=2 * max(0, beyond - 1) * width,
            comparisons=2 * taps * bits_for(g.positions[1]) if any(g.edges[1]) else 0,
        )
    )
