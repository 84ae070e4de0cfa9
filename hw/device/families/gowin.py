"""Gowin GW1N, GW2A and GW5A.

Sources: Gowin UG285 (BSRAM and SSRAM), UG287 (DSP), DS102 (GW2A), DS117 (GW1NR), DS1103 (GW5A).
"""

from __future__ import annotations

from ..cells import Cells
from ..family import LUT4_PRICES, CellKind, Family, PlaceAndRoute, YosysCommands

# As on ECP5: paths of so many ps are five LUTs long here. By itself abc9 takes a sixth more, most
# of that LUT1s in front of multiplexers.
_UNHURRIED = ("scratchpad -set abc9.D 8000",)

GOWIN = Family(
    name="gowin",
    lut_inputs=4,
    joined_luts=16,
    block_ram=((512, 36), (1024, 18), (2048, 9), (4096, 4), (8192, 2), (16384, 1)),
    dual_port=((1024, 18), (2048, 9), (4096, 4), (8192, 2), (16384, 1)),
    distributed=(16, 4, 6),
    large_ram=(),
    multiplier=(18, 18),
    multiplier_registers=False,
    block_ram_registers=False,
    loose_flip_flops=None,
    prices=LUT4_PRICES,
    cells=(
        CellKind("luts", r"LUT[1-4]", Cells(luts=1)),
        CellKind("", r"INV", Cells(luts=1)),
        CellKind("flip_flops", r"DFF\w*", Cells(flip_flops=1)),
        CellKind("carries", r"ALU", Cells(luts=1)),  # one look-up table of a slice
        CellKind("block_rams", r"SDP(X9)?B|DP(X9)?B|SPX?9?|p?ROM(X9)?", Cells(block_rams=1)),
        CellKind("distributed_rams", r"RAM16S\w*", Cells(luts=6)),
        CellKind("multipliers", r"MULT\w+", Cells(multipliers=1)),
    ),
    yosys=YosysCommands(
        "synth_gowin -noiopads",
        start=_UNHURRIED,
        pads="iopadmap -bits -inpad IBUF O:I -outpad OBUF I:O {module}",
    ),
    models=None,
    place_and_route=PlaceAndRoute("nextpnr-himbaechel-gowin", "gw2a-18"),
)
