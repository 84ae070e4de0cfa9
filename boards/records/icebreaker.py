"""1BitSquared's iCEBreaker, with an iCE40 UltraPlus."""

from __future__ import annotations

from typing import Any

from ..board import Board


def _platform() -> Any:
    from amaranth_boards.icebreaker import ICEBreakerPlatform

    return ICEBreakerPlatform()


BOARDS = (
    Board(
        name="icebreaker",
        title="1BitSquared iCEBreaker with an iCE40UP5K",
        flow="ice40",
        device="ice40-up5k",
        part="iCE40UP5K-SG48",
        platform=_platform,
        clock=("clk12", 0),
        mhz=12,
        leds=(("led_g", 0), ("led_r", 0)),
        button=("button", 0),
        place=("--up5k", "--package", "sg48"),
        loader=("--board", "ice40_generic"),
        slots=4,
    ),
)
