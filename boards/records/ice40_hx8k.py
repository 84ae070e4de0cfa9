"""Lattice's iCE40-HX8K breakout board, with the iCE40 that has the most block RAM."""

from __future__ import annotations

from typing import Any

from ..board import Board


def _platform() -> Any:
    from amaranth_boards.ice40_hx8k_b_evn import ICE40HX8KBEVNPlatform

    return ICE40HX8KBEVNPlatform()


BOARDS = (
    Board(
        name="ice40-hx8k-b-evn",
        title="Lattice iCE40-HX8K breakout board",
        flow="ice40",
        device="ice40-hx8k",
        part="iCE40HX8K-CT256",
        platform=_platform,
        clock=("clk12", 0),
        mhz=12,
        leds=(("led", 0), ("led", 1), ("led", 2)),
        place=("--hx8k", "--package", "ct256"),
        loader=("--board", "ice40_generic"),
        slots=4,
    ),
)
