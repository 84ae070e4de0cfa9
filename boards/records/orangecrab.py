"""The OrangeCrab r0.2, with two sizes of the ECP5.

Its USB goes to the FPGA itself. The link uses the pins of the Feather header that are a Feather's
serial line, so it takes an adapter with 3.3 V levels: the adapter's TX on pin 0, its RX on pin 1.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from ..board import Board


def _platform(size: str) -> Any:
    from amaranth.build import Attrs
    from amaranth_boards import orangecrab_r0_2
    from amaranth_boards.resources import UARTResource

    platform = getattr(orangecrab_r0_2, f"OrangeCrabR0_2_{size}Platform")()
    platform.add_resources(
        [
            UARTResource(
                0, rx="0", tx="1", conn=("io", 0), attrs=Attrs(IO_TYPE="LVCMOS33", PULLMODE="UP")
            )
        ]
    )
    return platform


def _board(size: str, device: str) -> Board:
    return Board(
        name=f"orangecrab-{size.lower()}",
        title=f"OrangeCrab r0.2 with an LFE5U-{size}; UART on header pins 0 (in) and 1 (out)",
        flow="ecp5",
        device=device,
        part=f"LFE5U-{size}-8MG285C",
        platform=partial(_platform, size),
        clock=("clk", 0),
        mhz=48,
        leds=(("rgb_led", 0, "g"), ("rgb_led", 0, "b"), ("rgb_led", 0, "r")),
        button=("button", 0),
        place=(f"--{size[:-1]}k", "--package", "CSFBGA285", "--speed", "8"),
        loader=("--board", "orangeCrab"),
    )


BOARDS = (_board("25F", "ecp5-25k"), _board("85F", "ecp5-85k"))
