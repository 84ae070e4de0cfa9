"""`Flow`: how a bitstream is made for the FPGAs of one family."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ...hw.device.devices import find_family
from ...hw.device.family import PlaceAndRoute
from ..board import Board
from ..clocks.clock import Clock, ClockError, Oscillator
from ..pins import Ports
from .packer import Packer


@dataclass(frozen=True)
class Flow:
    """A family's tools.

    Parameters
    ----------
    family: as `tabfab synth --family` takes it.
    bitstream: suffix of a bitstream.
    constraints: file of constraints: its suffix and, for the ports' pins, its text.
    clock: makes the generator of a clock: board, the oscillator's MHz, MHz that are wanted.
    place: nextpnr's arguments for a file of constraints and one for the routed design; None where
        no open tool places and routes the family.
    packer: what makes a bitstream of the routed design; None in the same case.
    routed: suffix of the routed design.
    """

    family: str
    bitstream: str
    constraints: tuple[str, Callable[[Ports], str]]
    clock: Callable[[Board, float, float], Clock]
    place: Callable[[str, str], list[str]] | None = None
    packer: Packer | None = None
    routed: str = ""

    @property
    def place_and_route(self) -> PlaceAndRoute | None:
        """The family's nextpnr, where there is one."""
        return None if self.place is None else find_family(self.family).place_and_route


def make_clock(flow: Flow, board: Board, mhz: float) -> Clock:
    """The generator of a board's clock.

    Raises
    ------
    ClockError: the board does not make it.
    """
    if not mhz > 0:
        raise ClockError(f"--mhz must be positive, not {mhz:g}")
    oscillator = board.oscillator_mhz
    if mhz == oscillator:
        return Oscillator(mhz)
    return flow.clock(board, oscillator, mhz)
