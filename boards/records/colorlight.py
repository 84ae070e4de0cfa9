"""Colorlight's i5 and i9 on Muse Lab's extension board, with two sizes of the ECP5.

amaranth-boards lacks them. Pins: https://github.com/wuxx/Colorlight-FPGA-Projects (the UART is that
of the extension board's debugger).
"""

from __future__ import annotations

from functools import partial
from typing import Any

from ..board import Board


def _platform(led: str) -> Any:
    from amaranth.build import Attrs, Clock, Pins, Resource
    from amaranth.build.res import ResourceManager
    from amaranth_boards.resources import LEDResources, UARTResource

    standard = Attrs(IO_TYPE="LVCMOS33")
    resources = [
        Resource("clk25", 0, Pins("P3", dir="i"), Clock(25e6), standard),
        UARTResource(0, rx="H18", tx="J17", attrs=Attrs(IO_TYPE="LVCMOS33", PULLMODE="UP")),
        *LEDResources(pins=led, invert=True, attrs=standard),
    ]
    return ResourceManager(resources, [])


def _board(name: str, size: str, device: str, led: str) -> Board:
    return Board(
        name=f"colorlight-{name}",
        title=f"Colorlight {name} with an LFE5U-{size} on Muse Lab's extension board",
        flow="ecp5",
        device=device,
        part=f"LFE5U-{size}-6BG381C",
        platform=partial(_platform, led),
        clock=("clk25", 0),
        mhz=50,
        leds=(("led", 0),),
        place=(f"--{size[:-1]}k", "--package", "CABGA381", "--speed", "6"),
        loader=("--board", f"colorlight-{name}"),
    )


BOARDS = (
    _board("i5", "25F", "ecp5-25k", led="U16"),
    _board("i9", "45F", "ecp5-45k", led="L2"),
)
