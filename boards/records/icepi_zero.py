"""The Icepi Zero 1.3, with an ECP5."""

from __future__ import annotations

from typing import Any

from ..board import Board


def _platform() -> Any:
    from amaranth_boards.icepi_zero import IcepiZero1_3Platform

    return IcepiZero1_3Platform()


BOARDS = (
    Board(
        name="icepi-zero",
        title="Icepi Zero 1.3 with an LFE5U-25F",
        flow="ecp5",
        device="ecp5-25k",
        part="LFE5U-25F-6BG256C",
        platform=_platform,
        clock=("clk50", 0),
        mhz=50,
        leds=(("led", 0), ("led", 1), ("led", 2)),
        button=("button", 0),
        place=("--25k", "--package", "CABGA256", "--speed", "6"),
        loader=("--board", "icepi-zero"),
    ),
)
