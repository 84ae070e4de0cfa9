"""Sipeed's Tang Nano 20K, with a GW2AR-18C.

amaranth-boards lacks it. Pins: https://wiki.sipeed.com/hardware/en/tang/tang-nano-20k/nano-20k.html
"""

from __future__ import annotations

from typing import Any

from ..board import Board


def _platform() -> Any:
    from amaranth.build import Attrs, Clock, Pins, Resource
    from amaranth.build.res import ResourceManager
    from amaranth_boards.resources import ButtonResources, LEDResources, UARTResource

    standard = Attrs(IO_TYPE="LVCMOS33")
    resources = [
        Resource("clk27", 0, Pins("4", dir="i"), Clock(27e6), standard),
        UARTResource(0, rx="70", tx="69", attrs=Attrs(IO_TYPE="LVCMOS33", PULL_MODE="UP")),
        *LEDResources(pins="15 16 17 18 19 20", invert=True, attrs=standard),
        *ButtonResources(pins="88 87", attrs=Attrs(IO_TYPE="LVCMOS33", PULL_MODE="DOWN")),
    ]
    return ResourceManager(resources, [])


BOARDS = (
    Board(
        name="tang-nano-20k",
        title="Sipeed Tang Nano 20K with a GW2AR-18C",
        flow="gowin",
        device="gw2a-18",
        part="GW2AR-LV18QN88C8/I7",
        platform=_platform,
        clock=("clk27", 0),
        mhz=27,
        leds=(("led", 0), ("led", 1), ("led", 2)),
        button=("button", 0),
        place=("--device", "GW2AR-LV18QN88C8/I7", "--vopt", "family=GW2A-18C"),
        pack=("-d", "GW2A-18C", "--sspi_as_gpio", "--mspi_as_gpio"),
        pll="GW2AR-18C",
        loader=("--board", "tangnano20k"),
    ),
)
