"""A build on a board: its clock, its link, and whether it fits."""

from __future__ import annotations

from dataclasses import dataclass

from ..hw.device.cells import RESOURCES, Cells
from ..hw.device.devices import find_device
from ..hw.network.network import Network
from ..hw.plan.fit import network_cells
from ..hw.rtl.build import Build
from ..hw.rtl.top import Top
from ..hw.synth.harness import HARNESS
from .board import Board, BoardError
from .clocks.clock import Clock
from .flows.catalog import FLOWS
from .flows.flow import Flow, make_clock
from .identity import build_number, tables_number
from .link.gateware.link import LinkSettings
from .link.gateware.uart import LEAST_DIVISOR
from .link.protocol import MOST_PAYLOAD, SLOT_BYTES
from .top import BoardTop, board_verilog

DEFAULT_BAUD = 1_000_000
"""Every board's clock is a multiple of it, and the USB bridges of these boards can do it."""
OVERHEAD = Cells(luts=650, flip_flops=460)
"""More than link, reset and clock take on any family, without the link's memory."""

_BAUD_OFF = 0.015
"""How far, as a share, a UART may be from the baud that was asked for."""
_SURELY = 1.1
"""Times what a device has: an estimate above it is no matter of a few percent."""


@dataclass(frozen=True, eq=False)
class BoardDesign:
    """A build with what a board puts around it.

    Parameters
    ----------
    board, build: see `tabfab.boards.board` and `tabfab.hw.rtl.build`.
    network: the build's.
    flow: of the board's family.
    clock: generator of the build's clock.
    settings: of the link.
    """

    board: Board
    build: Build
    network: Network
    flow: Flow
    clock: Clock
    settings: LinkSettings

    @property
    def verilog(self) -> str:
        """The board's top, as module `tabfab.hw.synth.harness.HARNESS`."""
        top = Top(self.network)
        return board_verilog(BoardTop(top, self.settings, self.clock, self.board.pins), HARNESS)


def design_for(build: Build, board: Board, mhz: float | None, baud: int) -> BoardDesign:
    """What becomes of a build on a board.

    Parameters
    ----------
    build, board: see there.
    mhz: clock that is wanted; None takes the board's own.
    baud: bits per second that are wanted.

    Raises
    ------
    BoardError: the board is too small, its definition is not installed, or the clock does not give
        the baud.
    ClockError: the board does not make the clock.
    """
    network = build.network
    _check_fits(network, board)
    flow = FLOWS[board.flow]
    clock = make_clock(flow, board, board.mhz if mhz is None else mhz)
    settings = link_settings(build, network, clock.mhz, baud, board.slots)
    return BoardDesign(board, build, network, flow, clock, settings)


def overhead(board: Board) -> Cells:
    """What a board's top takes beside the network, at most."""
    family = find_device(board.device).family
    blocks = family.blocks(board.slots * SLOT_BYTES, 8)
    return family.placed(OVERHEAD + Cells(block_rams=blocks))


def link_settings(
    build: Build, network: Network, mhz: float, baud: int, slots: int
) -> LinkSettings:
    """The settings of a build's link.

    Parameters
    ----------
    build, network: what is behind it.
    mhz: of its clock.
    baud: bits per second that are wanted.
    slots: frames that the host may send ahead.

    Raises
    ------
    BoardError: the clock does not give the baud, or a beat is larger than a frame.
    """
    lanes = network.input.format.lanes
    if lanes > MOST_PAYLOAD:
        raise BoardError(
            f"the network takes {lanes:,} bytes of an image at a time, and a frame on the link to "
            f"the host holds {MOST_PAYLOAD}: plan it for fewer images per second, with --fps"
        )
    loadable = bool(network.ports)
    number = build_number(build)
    settings = LinkSettings(
        input_lanes=lanes,
        output_lanes=network.output.format.lanes,
        loadable=loadable,
        build=number,
        tables=tables_number(build, build.program) if loadable else number & 0xFFFFFFFF or 1,
        clock_khz=round(mhz * 1000),
        baud=baud,
        slots=slots,
    )
    if settings.divisor < LEAST_DIVISOR:
        raise BoardError(
            f"a clock of {mhz:g} MHz is too slow for {baud:,} baud; give --baud "
            f"{round(mhz * 1e6 / LEAST_DIVISOR):,} at most"
        )
    off = settings.actual_baud / baud - 1
    if abs(off) > _BAUD_OFF:
        raise BoardError(
            f"{baud:,} baud cannot be divided from a clock of {mhz:g} MHz: the nearest is "
            f"{settings.actual_baud:,.0f}, {abs(off):.1%} off; give --baud {DEFAULT_BAUD:,}, or "
            "another --mhz"
        )
    return settings


def _check_fits(network: Network, board: Board) -> None:
    """Raise `BoardError` where a network surely needs more than a board has.

    Cells are estimates of the planner, which are within a few percent; place and route has the last
    word.
    """
    device = find_device(board.device)
    needed = network_cells(network, device).rounded() + overhead(board)
    names = {name: words for name, words in RESOURCES.items() if name != "multipliers"}
    for name, words in names.items():
        need, have = getattr(needed, name), getattr(device.cells, name)
        if need > have * _SURELY:
            raise BoardError(
                f"the build needs about {need:,.0f} {words}, link included, and {board.name} has "
                f"{have:,.0f}; plan it for the board with 'tabfab verilog --board {board.name}', "
                "or choose a larger one"
            )
