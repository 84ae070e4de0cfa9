"""`Board`: everything that is known of a board, in one record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..compiler.store.errors import TabfabError
from .pins import Pin, find_pin

Signal = tuple[str, int] | tuple[str, int, str]
"""A resource of a board's definition: its name, its number and, where it has several, a signal."""


class BoardError(TabfabError):
    """A board that is not there, or not what is needed."""


@dataclass(frozen=True)
class Board:
    """A board with an FPGA, an oscillator and a serial line to a host.

    Parameters
    ----------
    name: as ``--board`` takes it.
    title: its name, and what must be known of it.
    flow: how a bitstream is made for its FPGA, one of `tabfab.boards.flows.catalog.FLOWS`.
    device: its FPGA, as the planner knows it (`tabfab.hw.device.devices`).
    part: its FPGA, as the manufacturer calls it.
    platform: makes its definition, in the form of `amaranth.build`: amaranth-boards' own where
        that has the board.
    clock, uart: resources: the oscillator, and the serial line with signals ``rx`` and ``tx``.
    mhz: clock that builds run at unless another is asked for.
    leds: resources of up to three LEDs: a session is open, an image is under way, an image was
        too short or too long.
    button: resource of the button that resets; None without one.
    place: arguments of nextpnr that name the FPGA.
    pack: arguments of the packer.
    synthesis: options that the FPGA needs of the family's Yosys command.
    pll: what the PLL is told of the FPGA, in families where it asks.
    loader: arguments of openFPGALoader that name the board; none where it does not know it.
    slots: frames that the host may send ahead, as many as fill the memory blocks that hold them.
    """

    name: str
    title: str
    flow: str
    device: str
    part: str
    platform: Callable[[], Any]
    clock: Signal
    mhz: float
    uart: Signal = ("uart", 0)
    leds: tuple[Signal, ...] = ()
    button: Signal | None = None
    place: tuple[str, ...] = ()
    pack: tuple[str, ...] = ()
    synthesis: str = ""
    pll: str | None = None
    loader: tuple[str, ...] = ()
    slots: int = 8

    @property
    def pins(self) -> dict[str, Pin]:
        """The pin of each port of the board's top.

        Raises
        ------
        BoardError: amaranth-boards, which has the board's definition, is not installed.
        """
        try:
            platform = self.platform()
        except ModuleNotFoundError as error:
            raise BoardError(
                f"the pins of {self.name} are in amaranth-boards, which is not installed; "
                "'pip install tabfab[board]' brings it"
            ) from error
        name, number = self.uart[:2]
        pins = {
            "clk": find_pin(platform, *self.clock),
            "rx": find_pin(platform, name, number, "rx"),
            "tx": find_pin(platform, name, number, "tx"),
        }
        pins |= {f"led{n}": find_pin(platform, *led) for n, led in enumerate(self.leds)}
        if self.button is not None:
            pins["reset"] = find_pin(platform, *self.button)
        return pins

    @property
    def oscillator_mhz(self) -> float:
        """What the oscillator runs at."""
        mhz = self.pins["clk"].mhz
        assert mhz is not None, f"{self.name}: the clock's resource has no frequency"
        return mhz
