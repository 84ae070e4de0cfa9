"""Digilent's Arty Z7-20, with a Zynq-7000: a project for Vivado.

The board's own USB serial line goes to the Zynq's processors. The link uses the logic's pins of
PMOD JA: its pin 2 is the board's input, pin 3 its output, as of Digilent's PMOD USBUART.
"""

from __future__ import annotations

from typing import Any

from ..board import Board


def _platform() -> Any:
    from amaranth.build import Attrs
    from amaranth_boards.arty_z7 import ArtyZ720Platform
    from amaranth_boards.resources import UARTResource

    platform = ArtyZ720Platform()
    platform.add_resources(
        [UARTResource(0, rx="2", tx="3", conn=("pmod", 0), attrs=Attrs(IOSTANDARD="LVCMOS33"))]
    )
    return platform


BOARDS = (
    Board(
        name="arty-z7-20",
        title="Digilent Arty Z7-20, as a project for Vivado; UART on PMOD JA, pins 2 and 3",
        flow="xilinx",
        device="zynq-7020",
        part="xc7z020clg400-1",
        platform=_platform,
        clock=("clk125", 0),
        mhz=100,
        leds=(("led", 0), ("led", 1), ("led", 2)),
        button=("button", 0),
        loader=("--board", "arty_z7_20"),
    ),
)
