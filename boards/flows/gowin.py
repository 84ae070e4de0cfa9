"""Gowin: nextpnr-himbaechel-gowin and Project Apicula's gowin_pack."""

from __future__ import annotations

from ..board import Board
from ..clocks.clock import Clock, ClockError
from ..clocks.gowin import GowinClock
from ..pins import Ports
from .flow import Flow
from .packer import Packer


def cst(ports: Ports) -> str:
    """Constraints in Gowin's physical constraints format."""
    lines = []
    for port, pin in ports.items():
        lines.append(f'IO_LOC "{port}" {pin.site};')
        attributes = " ".join(f"{name}={value}" for name, value in pin.attributes.items())
        lines.append(f'IO_PORT "{port}" {attributes};')
    return "\n".join(lines) + "\n"


def _clock(board: Board, oscillator_mhz: float, mhz: float) -> Clock:
    if board.pll is None:
        raise ClockError(
            f"builds on {board.name} run at its oscillator's {oscillator_mhz:g} MHz, since tabfab "
            f"does not know its PLL, not at {mhz:g}; leave --mhz away"
        )
    return GowinClock(oscillator_mhz, mhz, board.pll)


GOWIN = Flow(
    family="gowin",
    bitstream=".fs",
    constraints=(".cst", cst),
    clock=_clock,
    place=lambda constraints, routed: ["--vopt", f"cst={constraints}", "--write", routed],
    packer=Packer(
        "gowin_pack",
        "apycula",
        "apycula.gowin_pack",
        "main()",
        lambda board, routed, bitstream: [*board.pack, "-o", bitstream, routed],
    ),
    routed=".json",
)
