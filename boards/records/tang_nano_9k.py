"""Sipeed's Tang Nano 9K, with a GW1NR-9C."""

from __future__ import annotations

from typing import Any

from ..board import Board


def _platform() -> Any:
    from amaranth_boards.tang_nano_9k import TangNano9kPlatform

    return TangNano9kPlatform()


BOARDS = (
    Board(
        name="tang-nano-9k",
        title="Sipeed Tang Nano 9K with a GW1NR-9C",
        flow="gowin",
        device="gw1n-9",
        part="GW1NR-LV9QN88PC6/I5",
        platform=_platform,
        clock=("clk27", 0),
        mhz=27,
        leds=(("led", 0), ("led", 1), ("led", 2)),
        button=("button", 1),
        place=("--device", "GW1NR-LV9QN88PC6/I5", "--vopt", "family=GW1N-9C"),
        # The LEDs are on pins of the flash that holds the bitstream.
        pack=("-d", "GW1N-9C", "--sspi_as_gpio", "--mspi_as_gpio"),
        pll="GW1NR-9C",
        loader=("--board", "tangnano9k"),
    ),
)
