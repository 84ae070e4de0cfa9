"""Sipeed's Tang Primer 25K on its dock, with a GW5A-25A.

amaranth-boards lacks it. Pins: https://wiki.sipeed.com/hardware/en/tang/tang-primer-25k/primer-25k.html
"""

from __future__ import annotations

from typing import Any

from ..board import Board


def _platform() -> Any:
    from amaranth.build import Attrs, Clock, Pins, Resource
    from amaranth.build.res import ResourceManager
    from amaranth_boards.resources import ButtonResources, LEDResources, UARTResource

    standard = Attrs(IO_TYPE="LVCMOS33")
    pulled_up = Attrs(IO_TYPE="LVCMOS33", PULL_MODE="UP")
    resources = [
        Resource("clk50", 0, Pins("E2", dir="i"), Clock(50e6), standard),
        UARTResource(0, rx="B3", tx="C3", attrs=pulled_up),
        *LEDResources(pins="E8 D7", attrs=standard),
        *ButtonResources(pins="H11 H10", invert=True, attrs=pulled_up),
    ]
    return ResourceManager(resources, [])


BOARDS = (
    Board(
        name="tang-primer-25k",
        title="Sipeed Tang Primer 25K with a GW5A-25A, on its dock",
        flow="gowin",
        device="gw5a-25",
        part="GW5A-LV25MG121NC1/I0",
        platform=_platform,
        clock=("clk50", 0),
        mhz=50,
        leds=(("led", 0), ("led", 1)),
        button=("button", 0),
        place=(
            *("--device", "GW5A-LV25MG121NC1/I0", "--vopt", "family=GW5A-25A"),
            *("--vopt", "sspi_as_gpio"),
        ),
        # The LEDs are on the pins READY and DONE, the clock on one of the processor's; the packer
        # wants SSPI so on this device.
        pack=(
            *("-d", "GW5A-25A", "--ready_as_gpio", "--done_as_gpio", "--cpu_as_gpio"),
            "--sspi_as_gpio",
        ),
        # nextpnr does not know this device's distributed RAM, and its multipliers are others than
        # those of the family's older devices.
        synthesis="-family gw5a -nolutram",
        loader=("--board", "tangprimer25k"),
    ),
)
