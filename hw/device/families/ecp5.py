"""Lattice ECP5.

Sources: Lattice FPGA-TN-02204 (memory), FPGA-TN-02205 (sysDSP), FPGA-DS-02012 (data sheet).
"""

from __future__ import annotations

from ..cells import Cells
from ..family import (
    LUT4_PRICES,
    CellKind,
    CellModels,
    Family,
    PlaceAndRoute,
    YosysCommands,
)

# router1, the default, does not come to an end with a device's block RAMs nearly full; more weight
# on timing took a ResNet-8 from 74 to 87 MHz. Where wires are scarce, router2 by itself leaves some
# that go a long way round: ripped up for their time, an unrolled perceptron's 90 MHz became 111.
_TUNING = (
    *("--router", "router2", "--tmg-ripup"),
    *("--placer-heap-timingweight", "30", "--placer-heap-critexp", "4"),
)

# By itself, abc9 makes each stage as fast as it can be, with functions of up to seven inputs at
# eight LUTs each, however fast the stage is already. Paths of this many ps, at 300 a wire, are five
# LUTs long; with them a stage takes up to a third fewer LUTs.
_UNHURRIED = ("scratchpad -set abc9.D 3000",)

ECP5 = Family(
    name="ecp5",
    lut_inputs=4,
    joined_luts=8,
    block_ram=((512, 36), (1024, 18), (2048, 9), (4096, 4), (8192, 2), (16384, 1)),
    dual_port=((1024, 18), (2048, 9), (4096, 4), (8192, 2), (16384, 1)),
    distributed=(16, 4, 6),  # four LUTs hold the bits, a third slice drives their write port
    large_ram=(),
    multiplier=(18, 18),
    multiplier_registers=True,
    block_ram_registers=True,
    loose_flip_flops=None,
    prices=LUT4_PRICES,
    cells=(
        CellKind("luts", r"LUT4", Cells(luts=1)),
        CellKind("", r"INV", Cells(luts=1)),
        CellKind("flip_flops", r"TRELLIS_FF", Cells(flip_flops=1)),
        CellKind("carries", r"CCU2C", Cells(luts=2)),  # both look-up tables of a slice
        CellKind("block_rams", r"DP16KD|PDPW16KD", Cells(block_rams=1)),
        CellKind("distributed_rams", r"TRELLIS_DPR16X4", Cells(luts=6)),
        CellKind("multipliers", r"MULT\w+", Cells(multipliers=1)),
    ),
    yosys=YosysCommands("synth_ecp5", start=_UNHURRIED, finish=("absorb_registers",)),
    models=CellModels("lattice/cells_sim_ecp5.v", "cells_ecp5.sv.jinja"),
    place_and_route=PlaceAndRoute(
        "nextpnr-ecp5", "ecp5-85k", _TUNING, unpinned=("--out-of-context",), out_of_context=True
    ),
    demo=True,
)
