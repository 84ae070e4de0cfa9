"""All families of FPGAs. A new one is a record in a file beside this, and a line here."""

from __future__ import annotations

from ..family import Family
from .ecp5 import ECP5
from .gowin import GOWIN
from .ice40 import ICE40
from .xilinx import XILINX, XILINX_US

FAMILIES: dict[str, Family] = {
    family.name: family for family in (ECP5, ICE40, XILINX, XILINX_US, GOWIN)
}
"""By name. Their devices are in ``devices.toml``."""
