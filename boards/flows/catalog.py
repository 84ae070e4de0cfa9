"""All flows, by the name of their family."""

from __future__ import annotations

from .ecp5 import ECP5
from .flow import Flow
from .gowin import GOWIN
from .ice40 import ICE40
from .xilinx import XILINX

FLOWS: dict[str, Flow] = {flow.family: flow for flow in (ECP5, ICE40, GOWIN, XILINX)}
"""Every family that boards have an FPGA of."""
