"""Lattice iCE40.

Sources: Lattice FPGA-TN-02250 (memory), FPGA-DS-02029 (LP/HX), FPGA-DS-02008 (UltraPlus).
"""

from __future__ import annotations

from dataclasses import replace

from ..cells import Cells
from ..family import (
    LUT4_PRICES,
    CellKind,
    CellModels,
    Family,
    PlaceAndRoute,
    YosysCommands,
)

ICE40 = Family(
    name="ice40",
    lut_inputs=4,
    joined_luts=None,
    block_ram=((256, 16), (512, 8), (1024, 4), (2048, 2)),
    dual_port=(),
    distributed=None,
    large_ram=(),
    multiplier=None,  # Yosys leaves those of the UltraPlus alone unless told otherwise
    multiplier_registers=False,
    block_ram_registers=False,
    # nextpnr-ice40 of three digits' and LeNet's builds: 0.57 to 0.67.
    loose_flip_flops=0.62,
    prices=replace(LUT4_PRICES, inversions=1.0),  # carries read the same wires as look-up tables
    cells=(
        CellKind("luts", r"SB_LUT4", Cells(luts=1)),
        CellKind("", r"INV", Cells(luts=1)),
        CellKind("flip_flops", r"SB_DFF\w*", Cells(flip_flops=1)),
        CellKind("carries", r"SB_CARRY", Cells()),  # beside the look-up table that it adds in
        CellKind("block_rams", r"SB_RAM40_4K\w*", Cells(block_rams=1)),
        CellKind("multipliers", r"SB_MAC16", Cells(multipliers=1)),
    ),
    yosys=YosysCommands("synth_ice40"),
    models=CellModels("ice40/cells_sim.v"),
    place_and_route=PlaceAndRoute(
        "nextpnr-ice40", "ice40-hx8k", unpinned=("--pcf-allow-unconstrained",)
    ),
    demo=True,
)
