"""The page of FPGA devices and families, made from their records."""

from __future__ import annotations

from tabfab.hw.device.devices import devices
from tabfab.hw.device.families.catalog import FAMILIES
from tables import table

_TOP = """# Devices

What `--device` takes, and what the planner may spend on each. A family is a record in
`hw/device/families/`, a device an entry in `hw/device/devices.toml`
([adding one](../develop.md#adding-a-family-of-fpgas-or-a-device)).
"""


def page() -> str:
    """Devices first, then what families have."""
    rows = [
        (f"`{name}`", device.family.name, device.luts, device.flip_flops, device.block_rams,
         device.multipliers, device.large_rams or None, "yes" if device.placement else "no")
        for name, device in devices().items()
    ]  # fmt: skip
    columns = ["device", "family", "look-up tables", "flip-flops", "block RAMs", "multipliers",
               "large RAMs", "open place and route"]  # fmt: skip
    families = [
        (f"`{name}`", f"{family.lut_inputs} inputs", _shapes(family.block_ram),
         "x".join(map(str, family.distributed[:2])) if family.distributed else "none",
         "x".join(map(str, family.multiplier)) if family.multiplier else "none",
         f"`{family.yosys.command}`",
         f"`{family.place_and_route.tool}`" if family.place_and_route else "none")
        for name, family in FAMILIES.items()
    ]  # fmt: skip
    heads = ["family", "look-up tables", "block RAM: rows x bits", "distributed RAM",
             "multiplier, bits", "Yosys", "nextpnr"]  # fmt: skip
    return "\n\n".join([_TOP, table(columns, rows), "## Families", table(heads, families)]) + "\n"


def _shapes(geometry: tuple[tuple[int, int], ...]) -> str:
    return ", ".join(f"{rows}x{bits}" for rows, bits in geometry)
