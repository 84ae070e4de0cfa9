"""AMD 7 series, and UltraScale+, which differs in little. A block RAM is an 18 Kbit half.

Sources: AMD UG473 and UG573 (memory), UG474 and UG574 (logic), UG479 and UG579 (DSP), DS180 (7
series), DS190 (Zynq-7000), DS890 (UltraScale+).
"""

from __future__ import annotations

from dataclasses import replace

from ..cells import Cells
from ..family import LUT6_PRICES, CellKind, CellModels, Family, YosysCommands

XILINX = Family(
    name="xilinx",
    lut_inputs=6,
    joined_luts=4,
    block_ram=((512, 36), (1024, 18), (2048, 9), (4096, 4), (8192, 2), (16384, 1)),
    dual_port=((1024, 18), (2048, 9), (4096, 4), (8192, 2), (16384, 1)),
    distributed=(32, 6, 4),
    large_ram=(),
    multiplier=(25, 18),
    multiplier_registers=True,
    block_ram_registers=False,
    loose_flip_flops=None,
    prices=LUT6_PRICES,
    cells=(
        CellKind("luts", r"LUT[1-6]", Cells(luts=1)),
        CellKind("", r"INV", Cells(luts=1)),
        CellKind("flip_flops", r"FD[CPRS]E(_1)?", Cells(flip_flops=1)),
        CellKind("carries", r"CARRY[48]", Cells()),  # beside the look-up tables that it adds in
        CellKind("block_rams", r"RAMB36E[12]", Cells(block_rams=2)),  # two halves
        CellKind("block_rams", r"RAMB18E[12]", Cells(block_rams=1)),
        CellKind(
            "distributed_rams",
            r"RAM(32M16|64M8|32X16DR8|64X8SW|256X1D|512X1S)",
            Cells(luts=8),
        ),
        CellKind("distributed_rams", r"RAM(32M|64M|128X1D|256X1S)", Cells(luts=4)),
        CellKind("distributed_rams", r"RAM(32X1D|64X1D|128X1S)", Cells(luts=2)),
        CellKind("distributed_rams", r"RAM(32|64)X1S", Cells(luts=1)),
        CellKind("multipliers", r"DSP48E[12]", Cells(multipliers=1)),
    ),
    yosys=YosysCommands("synth_xilinx -family xc7 -flatten -noiopad -noclkbuf"),
    models=CellModels("xilinx/cells_sim.v", "cells_xilinx.sv.jinja"),
    place_and_route=None,
)

XILINX_US = replace(
    XILINX,
    name="xilinx-us",
    joined_luts=8,
    distributed=(32, 14, 8),
    large_ram=((4096, 72),),  # UltraRAM
    multiplier=(27, 18),
    yosys=YosysCommands("synth_xilinx -family xcup -flatten -noiopad -noclkbuf"),
    models=None,
)
