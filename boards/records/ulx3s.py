"""Radiona's ULX3S, with four sizes of the ECP5."""

from __future__ import annotations

from functools import partial
from typing import Any

from ..board import Board


def _platform(size: str) -> Any:
    from amaranth_boards import ulx3s

    return getattr(ulx3s, f"ULX3S_{size}_Platform")()


def _board(size: str, device: str) -> Board:
    return Board(
        name=f"ulx3s-{size.lower()}",
        title=f"Radiona ULX3S with an LFE5U-{size}",
        flow="ecp5",
        device=device,
        part=f"LFE5U-{size}-6BG381C",
        platform=partial(_platform, size),
        clock=("clk25", 0),
        mhz=50,
        leds=(("led", 0), ("led", 1), ("led", 2)),
        button=("button_fire", 0),
        place=(f"--{size[:-1]}k", "--package", "CABGA381", "--speed", "6"),
        loader=("--board", "ulx3s"),
    )


# The 12F is a 25F by another name, and the open tools use all of it.
BOARDS = (
    _board("12F", "ecp5-25k"),
    _board("25F", "ecp5-25k"),
    _board("45F", "ecp5-45k"),
    _board("85F", "ecp5-85k"),
)
