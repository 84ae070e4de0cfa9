"""Which components read a layer's windows: a border, a line buffer, a shift register.

    image -> BorderPadder -> LineBuffer -> RowWindows
    image -> PixelBuffer

One tap at a time, or one column of taps, comes from the line buffer. All taps at once come from a
shift register behind it, to which the line buffer gives every column of the image once. Windows of
one pixel, at every position, take a pixel buffer instead of all these.
"""

from __future__ import annotations

from dataclasses import dataclass

from ...compiler.program import Edges, Pair
from ..logic.demand import Demand
from ..stream.streams import StreamFormat
from .line_buffer import line_buffer_demand, line_buffer_depth
from .pixel_buffer import PIXEL_BUFFER_DEPTH, pixel_buffer_demand
from .row_windows import ROW_WINDOWS_DEPTH, row_windows_demand
from .window import NO_BORDER, Kernel, WindowGeometry, split_padding


@dataclass(frozen=True)
class WindowStages:
    """What stands between an image and its windows.

    Parameters
    ----------
    border: rows (above, below) and columns (to the left, to the right) of constant pixels put
        around the image; zeros where it needs none.
    columns: what the line buffer reads; where it `is_pointwise`, the pixel buffer, and where it
        `is_plain`, there is none.
    rows: what the shift register behind it reads; None where there is none.
    """

    border: Edges
    columns: WindowGeometry
    rows: WindowGeometry | None = None

    @property
    def clocks(self) -> int:
        """Clocks per image of the busiest of them."""
        columns, rows = self.columns, self.rows
        written = columns.height * columns.width * columns.words
        clocks = max(written, columns.positions[0] * columns.positions[1] * columns.steps)
        if rows is None:
            return clocks
        # A pixel is shifted in on a clock of its own, unless a window is given for the last time.
        row = rows.positions[1] * (rows.repeats - 1) + rows.width
        return max(clocks, rows.positions[0] * row)


def window_stages(
    kernel: Kernel, image: StreamFormat, repeats: int, sections: int, at_once: Pair
) -> WindowStages:
    """What reads windows of `image`.

    Parameters
    ----------
    kernel: what slides over it.
    image: how it travels; a beat for each pixel where several columns of taps are read at once.
    repeats, sections: see `WindowGeometry`.
    at_once: rows and columns of taps in a beat.

    Raises
    ------
    ValueError: there is no such window.
    """
    height, width, words = image.height, image.width, image.beats_per_pixel
    (rows_made, rows_border), (beside, beside_border) = (
        split_padding(kernel.reach[axis], kernel.edges[axis]) for axis in (0, 1)
    )
    height += sum(rows_border)
    if at_once[1] == 1:
        columns = WindowGeometry(
            height, width + sum(beside_border), words, kernel.size, kernel.stride,
            (rows_made[0], beside[0]), repeats, sections, at_once,
            (rows_made[1] - rows_made[0], beside[1] - beside[0]), kernel.dilation,
        )  # fmt: skip
        return WindowStages((rows_border, beside_border), columns)
    if words > 1:
        raise ValueError("all taps of a window are read at once where a beat holds a whole pixel")
    taps, (before, after) = kernel.size[1], kernel.edges[1]
    left, right = (
        _shifted_in(kernel.reach[1], (before, after)) if width >= kernel.reach[1] else (0, 0)
    )
    beside_border = (before - left, after - right)
    columns = WindowGeometry(
        height, width + sum(beside_border), 1, (kernel.size[0], 1), (kernel.stride[0], 1),
        (rows_made[0], 0), at_once=(at_once[0], 1), overhang=(rows_made[1] - rows_made[0], 0),
        dilation=(kernel.dilation[0], 1),
    )  # fmt: skip
    rows = WindowGeometry(
        columns.positions[0], columns.width, 1, (1, taps), (1, kernel.stride[1]), (0, left),
        repeats, at_once=(1, taps), overhang=(0, right - left), dilation=(1, kernel.dilation[1]),
    )  # fmt: skip
    return WindowStages((rows_border, beside_border), columns, rows)


def _shifted_in(reached: int, edge: Pair) -> Pair:
    """So much of the padding (before, after) a row that a `RowWindows` can make up."""
    before = min(edge[0], (reached - 1) // 2)
    return before, min(edge[1], reached - 1 - before)


def windows_demand(stages: WindowStages, width: int) -> Demand:
    """What they are made of, the border left out.

    Parameters
    ----------
    stages: what reads windows.
    width: bits of a beat of the image.
    """
    columns, rows, demand = stages.columns, stages.rows, Demand()
    if columns.is_pointwise and not columns.is_plain:
        demand += pixel_buffer_demand(geometry=columns, width=width, depth=PIXEL_BUFFER_DEPTH)
    elif not columns.is_plain:
        paddings = columns.words if columns.edges != NO_BORDER else 1
        demand += line_buffer_demand(
            geometry=columns, width=width, depth=line_buffer_depth(columns), paddings=paddings
        )
    if rows is None:
        return demand
    depth, column = ROW_WINDOWS_DEPTH, columns.beat_taps * width
    return demand + row_windows_demand(geometry=rows, width=column, depth=depth)
