"""Which components read a layer's windows: a border, a line buffer, a shift register.

    image -> BorderPadder -> LineBuffer -> RowWindows
    image -> PixelBuffer

One tap at a time, or one column of taps, comes from the line buffer. All taps at once come from a
shift register behind it, to which the line buffer gives every column of the image once. Windows of
one pixel, at every position, take a pixel buffer instead of all these.
"""

from __future__ import annotations

from dataclasses import dataclass

from ...compiler.program import Pair
from ..logic.demand import Demand
from ..stream.streams import StreamFormat
from .line_buffer import line_buffer_demand, line_buffer_depth
from .pixel_buffer import PIXEL_BUFFER_DEPTH, pixel_buffer_demand
from .row_windows import ROW_WINDOWS_DEPTH, row_windows_demand
from .window import Kernel, WindowGeometry, split_padding


@dataclass(frozen=True)
class WindowStages:
    """What stands between an image and its windows.

    Parameters
    ----------
    border: (rows above and below, columns to the left and to the right) of constant pixels put
        around the image; zeros where it needs none.
    columns: what the line buffer reads; where it `is_pointwise`, the pixel buffer, and where it
        `is_plain`, there is none.
    rows: what the shift register behind it reads; None where there is none.
    """

    border: Pair
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
    if at_once[1] == 1:
        made_up, border = split_padding(kernel.size, kernel.padding, kernel.overhang)
        columns = WindowGeometry(
            height + 2 * border[0], width + 2 * border[1], words, kernel.size, kernel.stride,
            made_up, repeats, sections, at_once, kernel.overhang,
        )  # fmt: skip
        return WindowStages(border, columns)
    if words > 1:
        raise ValueError("all taps of a window are read at once where a beat holds a whole pixel")
    if any(kernel.overhang):
        raise ValueError("windows that overhang an image are read one tap or column at a time")
    taps, padding = kernel.size[1], kernel.padding[1]
    above, (border_y, _) = split_padding(kernel.size, kernel.padding)
    beside = min(padding, (taps - 1) // 2) if width >= taps else 0
    border = (border_y, padding - beside)
    columns = WindowGeometry(
        height + 2 * border[0], width + 2 * border[1], 1, (kernel.size[0], 1),
        (kernel.stride[0], 1), (above[0], 0), at_once=(at_once[0], 1),
    )  # fmt: skip
    rows = WindowGeometry(
        columns.positions[0], columns.width, 1, (1, taps), (1, kernel.stride[1]), (0, beside),
        repeats, at_once=(1, taps),
    )  # fmt: skip
    return WindowStages(border, columns, rows)


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
        paddings = columns.words if any(columns.pads) else 1
        demand += line_buffer_demand(
            geometry=columns, width=width, depth=line_buffer_depth(columns), paddings=paddings
        )
    if rows is None:
        return demand
    depth, column = ROW_WINDOWS_DEPTH, columns.beat_taps * width
    return demand + row_windows_demand(geometry=rows, width=column, depth=depth)
