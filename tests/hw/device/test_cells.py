from __future__ import annotations

from tabfab.hw.device.cells import RESOURCES, Cells
from tabfab.hw.synth.cell_counts import device_cells, summarize


def test_arithmetic() -> None:
    one, two = Cells(1, 2, 3, 4), Cells(10, 20, 30, 40)
    assert one + two == Cells(11, 22, 33, 44)
    assert two - one == Cells(9, 18, 27, 36)
    assert one * 10 == two
    assert Cells(1.4, 1.6).rounded() == Cells(1, 2)


def test_fits_only_with_enough_of_everything() -> None:
    have = Cells(5, 5, 5, 5)
    assert have <= have
    for n in range(len(RESOURCES)):
        amounts = [5.0] * len(RESOURCES)
        amounts[n] = 6
        assert not Cells(*amounts) <= have


def test_counts_cells_as_data_sheets_do() -> None:
    ecp5 = {"LUT4": 100, "CCU2C": 10, "TRELLIS_DPR16X4": 2, "TRELLIS_FF": 50, "DP16KD": 3,
            "MULT18X18D": 4, "PFUMX": 30, "L6MUX21": 5}  # fmt: skip
    assert device_cells(ecp5) == Cells(132, 50, 3, 4)
    xilinx = {"LUT6": 10, "LUT2": 5, "CARRY4": 4, "RAM32M": 2, "FDRE": 7, "FDSE": 1,
              "RAMB36E1": 2, "RAMB18E1": 1, "DSP48E1": 1, "MUXF7": 9}  # fmt: skip
    assert device_cells(xilinx) == Cells(23, 8, 5, 1)
    assert device_cells({"SB_LUT4": 3, "SB_CARRY": 2, "SB_DFFESR": 4, "SB_RAM40_4K": 1}) == Cells(
        3, 4, 1, 0
    )


def test_every_block_ram_and_multiplier_counts_both_ways() -> None:
    for cell in ("DP16KD", "PDPW16KD", "SB_RAM40_4KNR", "RAMB18E1", "SDPX9B", "SPX9", "pROM"):
        assert summarize({cell: 3})["block_rams"] == device_cells({cell: 3}).block_rams == 3
    for cell in ("MULT18X18D", "SB_MAC16", "DSP48E2"):
        assert summarize({cell: 3})["multipliers"] == device_cells({cell: 3}).multipliers == 3


def test_summary_counts_cells_whatever_they_occupy() -> None:
    cells = {"LUT4": 7, "INV": 1, "CCU2C": 2, "TRELLIS_DPR16X4": 3, "RAMB36E1": 4, "GND": 1}
    assert summarize(cells) == {
        "luts": 7, "flip_flops": 0, "carries": 2, "block_rams": 4, "distributed_rams": 3,
        "multipliers": 0,
    }  # fmt: skip
