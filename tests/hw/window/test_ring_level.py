from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from amaranth.sim import Simulator
from tabfab.hw.window.ring_level import RingLevel
from tabfab.hw.window.window import WindowGeometry

GEOMETRIES = {
    "3x3": WindowGeometry(5, 6, 1, (3, 3), padding=(1, 1)),
    "stride above kernel": WindowGeometry(7, 8, 1, (1, 2), stride=(3, 4)),
    "much padding": WindowGeometry(2, 3, 1, (3, 3), padding=(2, 2)),
    "padding below and to the right": WindowGeometry(3, 4, 1, (2, 3), overhang=(1, 2)),
    "dilation": WindowGeometry(4, 5, 1, (3, 2), padding=(2, 0), dilation=(2, 3)),
    "one pixel of three": WindowGeometry(1, 3, 1, (1, 1), stride=(2, 3)),
}


class Places:
    """Where writing and the window are, in rows and columns, and what follows from that."""

    def __init__(self, g: WindowGeometry) -> None:
        self.g = g
        self.pixels = 0
        self.position = 0
        self.left = 0  # the position a clock before

    @property
    def image(self) -> int:
        return self.position // int(np.prod(self.g.positions))

    @property
    def row(self) -> int:
        return self.position // self.g.positions[1] % self.g.positions[0]

    @property
    def column(self) -> int:
        return self.position % self.g.positions[1]

    @property
    def readable(self) -> bool:
        g = self.g
        bottom = min(self.row * g.stride[0] - g.padding[0] + g.reach[0], g.height) - 1
        right = min(self.column * g.stride[1] - g.padding[1] + g.reach[1], g.width) - 1
        return self.pixels > (self.image * g.height + bottom) * g.width + right

    @property
    def writable(self) -> bool:
        g = self.g
        image, row = divmod(self.left // g.positions[1], g.positions[0])
        top = max(row * g.stride[0] - g.padding[0], 0)
        return self.pixels // g.width - image * g.height - top < g.buffered_rows


@pytest.mark.parametrize("geometry", GEOMETRIES.values(), ids=GEOMETRIES.keys())
def test_agrees_with_coordinates(geometry: WindowGeometry) -> None:
    g, level, places = geometry, RingLevel(geometry), Places(geometry)
    rng = np.random.default_rng(4)
    # Now writing is faster, now reading; in the end reading waits for every pixel, then writing.
    shares = np.repeat(rng.random((40, 2)), 20, axis=0)
    shares = np.concatenate([shares, np.repeat([[0.1, 1.0], [1.0, 0.1]], 400, axis=0)])

    async def testbench(ctx: Any) -> None:
        for wanted in (rng.random(shares.shape) < shares).tolist():
            assert ctx.get(level.readable) == places.readable
            assert ctx.get(level.writable) == places.writable
            write, read = wanted[0] and places.writable, wanted[1] and places.readable
            ctx.set(level.pixel_written, write)
            ctx.set(level.row_written, write and places.pixels % g.width == g.width - 1)
            ctx.set(level.row, places.row)
            ctx.set(level.column, places.column)
            ctx.set(level.position_end, read)
            ctx.set(level.row_end, read and places.column == g.positions[1] - 1)
            places.left = places.position
            places.pixels += write
            places.position += read
            await ctx.tick()

    simulator = Simulator(level)
    simulator.add_clock(1e-6)
    simulator.add_testbench(testbench)
    simulator.run()
    assert places.image > 3
