"""RingLevel: which windows a line buffer's ring holds, and how many rows it has room for."""

from __future__ import annotations

import numpy as np
from amaranth.hdl import Cat, Const, Module, Mux, Signal
from amaranth.lib.wiring import In, Out

from ..logic.component import Component
from ..logic.counters import choose, registered, unreset
from .window import WindowGeometry


class RingLevel(Component):
    """Two counters that decide when a line buffer may read and when it may write.

    One counts by how many pixels writing is ahead of the last one that the window needs, through
    all images: each pixel adds one, each step of the window takes away what the next position
    needs beyond this one. The other counts the rows of the ring that are free or being filled; one
    that the window leaves is free a clock later. Both are known a clock ahead, so nothing compares
    coordinates.

    Parameters
    ----------
    geometry: what is read.

    Members
    -------
    pixel_written, row_written: in, 1 bit each; the beat that is written completes a pixel, a row.
    row, column: in, within ``geometry.positions``; position of the window.
    position_end, row_end: in, 1 bit each; the window goes on to the next position, the next row of
        positions.
    readable: out, 1 bit; all pixels under the window have been written.
    writable: out, 1 bit; the row under way has a place in the ring.
    """

    pixel_written: Signal
    row_written: Signal
    row: Signal
    column: Signal
    position_end: Signal
    row_end: Signal
    readable: Signal
    writable: Signal

    def __init__(self, geometry: WindowGeometry) -> None:
        self.geometry = geometry
        rows, columns = geometry.positions
        super().__init__(
            {
                "pixel_written": In(1),
                "row_written": In(1),
                "row": In(range(rows)),
                "column": In(range(columns)),
                "position_end": In(1),
                "row_end": In(1),
                "readable": Out(1),
                "writable": Out(1),
            }
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        g = self.geometry
        last_rows, last_columns, done = g.last_under(0), g.last_under(1), g.rows_done
        within_row = np.append(np.diff(last_columns), 0)
        to_next_row = np.diff(last_rows, append=g.height + last_rows[0]) * g.width
        to_next_row += last_columns[0] - last_columns[-1]
        first_needed = int(last_rows[0] * g.width + last_columns[0])
        lowest = -max(first_needed + 1, *within_row, *to_next_row)
        rows_before = np.append(0, done[:-1])
        highest = int((rows_before + g.buffered_rows - last_rows).max()) * g.width

        ahead = Signal(range(lowest, highest + 1), init=-first_needed - 1)
        taken = Mux(
            self.column == g.positions[1] - 1,
            choose(m, "to_next_row", self.row, (-to_next_row).tolist()),
            choose(m, "within_row", self.column, (-within_row).tolist()),
        )
        # One carry chain: the pixel that is written carries into it.
        change = Signal.like(ahead)
        m.d.comb += change.eq(Mux(self.position_end, taken, 0))
        total = Cat(Const(1, 1), ahead).as_signed() + Cat(self.pixel_written, change).as_signed()
        m.d.sync += ahead.eq(total[1:].as_signed())

        freed = choose(m, "freed", self.row, np.diff(done, prepend=0).tolist())
        most = g.buffered_rows + int((done - last_rows).max())
        room = Signal(range(most + 1), init=g.buffered_rows)
        # A clock late: whether a row ends is known late in a clock, after all counters of the walk.
        left = registered(m, "left", self.row_end)
        released = Mux(left, unreset(m, "released", freed), 0)
        m.d.sync += room.eq(room + released - self.row_written)
        m.d.comb += [self.readable.eq(ahead >= 0), self.writable.eq(room != 0)]
        return m
