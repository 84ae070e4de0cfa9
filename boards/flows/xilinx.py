"""AMD's 7 series: a project for Vivado, which tabfab writes and does not run."""

from __future__ import annotations

from ..clocks.xilinx import XilinxClock
from ..pins import Ports
from .flow import Flow


def xdc(ports: Ports) -> str:
    """Constraints in the form of Vivado."""
    lines = []
    for port, pin in ports.items():
        attributes = "".join(f" {name} {value}" for name, value in pin.attributes.items())
        lines.append(
            f"set_property -dict {{PACKAGE_PIN {pin.site}{attributes}}} [get_ports {port}]"
        )
        if pin.mhz is not None:
            period = 1000 / pin.mhz
            lines.append(f"create_clock -name {port} -period {period:.3f} [get_ports {port}]")
    # They change long before and after a bit is read.
    lines.append("set_false_path -from [get_ports {rx}]")
    lines.append("set_false_path -to [get_ports {tx}]")
    return "\n".join(lines) + "\n"


XILINX = Flow(
    family="xilinx",
    bitstream=".bit",
    constraints=(".xdc", xdc),
    clock=lambda board, oscillator, mhz: XilinxClock(oscillator, mhz),
)
