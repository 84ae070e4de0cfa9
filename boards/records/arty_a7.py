"""Digilent's Arty A7, with two sizes of the Artix-7: a project for Vivado."""

from __future__ import annotations

from functools import partial
from typing import Any

from ..board import Board


def _platform(size: str) -> Any:
    from amaranth_boards import arty_a7

    return getattr(arty_a7, f"ArtyA7_{size}Platform")()


def _board(size: str) -> Board:
    return Board(
        name=f"arty-a7-{size}t",
        title=f"Digilent Arty A7-{size}T, as a project for Vivado",
        flow="xilinx",
        device=f"artix7-{size}t",
        part=f"xc7a{size}ticsg324-1L",
        platform=partial(_platform, size),
        clock=("clk100", 0),
        mhz=100,
        leds=(("led", 0), ("led", 1), ("led", 2)),
        button=("rst", 0),
        loader=("--board", f"arty_a7_{size}t"),
    )


BOARDS = (_board("35"), _board("100"))
