"""Read-only memory."""

from __future__ import annotations

from collections.abc import Sequence

from amaranth.hdl import Module, Shape, Signal
from amaranth.lib.wiring import In, Out

from .component import Component
from .filled_memory import FilledMemory
from .packing import Style

STYLES: dict[Style, dict[str, str | int]] = {
    # Yosys goes by the first of these; Vivado, for a memory that is never written, by the second.
    "block": {"ram_style": "block", "rom_style": "block"},
    "logic": {"ram_style": "logic", "rom_style": "distributed"},
    "auto": {},
}
"""Attributes of a read-only memory that is to be made of something."""


class Rom(Component):
    """A synchronous read-only memory: `data` holds row `address` of the previous clock.

    Parameters
    ----------
    width: bits of a row.
    rows: contents, as unsigned integers of `width` bits.
    style: what it is made of.

    Members
    -------
    address: in, ``range(len(rows))``; row to read.
    data: out, `width` bits; the row that was addressed one clock before.
    """

    address: Signal
    data: Signal

    def __init__(self, width: int, rows: Sequence[int], style: Style = "auto") -> None:
        if not rows:
            raise ValueError("a memory has at least one row")
        if not all(0 <= row < 1 << width for row in rows):
            raise ValueError(f"a row does not fit {width} bits")
        self.width = width
        self.rows = rows
        self.style = style
        super().__init__({"address": In(Shape.cast(range(len(rows)))), "data": Out(width)})

    def elaborate(self, platform: object) -> Module:
        m = Module()
        if len(self.rows) == 1:  # a memory without address bits is a constant
            m.d.comb += self.data.eq(self.rows[0])
            return m
        m.submodules.memory = rom = FilledMemory(self.width, self.rows, attrs=STYLES[self.style])
        port = rom.read_port()
        m.d.comb += [port.addr.eq(self.address), self.data.eq(port.data)]
        return m


def pack(values: Sequence[int], bits: int) -> int:
    """Concatenate integers as `bits`-bit fields, the first in the lowest bits."""
    mask = (1 << bits) - 1
    return sum((value & mask) << (bits * place) for place, value in enumerate(values))
