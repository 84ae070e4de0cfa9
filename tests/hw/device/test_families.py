"""Every family's record is complete, and a new one is known everywhere."""

from __future__ import annotations

import re
from dataclasses import astuple, replace
from importlib import resources
from pathlib import Path

import numpy as np
import pyosys
import pytest
from tabfab.compiler.store.errors import TabfabError
from tabfab.hw.device.cells import Cells
from tabfab.hw.device.devices import devices, find_device, find_family
from tabfab.hw.device.families.catalog import FAMILIES
from tabfab.hw.device.families.ecp5 import ECP5
from tabfab.hw.device.family import Family
from tabfab.hw.logic.demand import Demand
from tabfab.hw.logic.memory import Memory
from tabfab.hw.logic.packing import MemoryOptions, pack
from tabfab.hw.plan.pricing import price
from tabfab.hw.pnr.targets import default_device, find_target, targets
from tabfab.hw.synth.cell_counts import SUMMARY
from tabfab.hw.synth.passes import Synthesis
from tabfab.hw.synth.yosys import OWN_PASSES

EVERY = pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)
CELLS = (
    "LUT1", "LUT4", "LUT6", "SB_LUT4", "INV", "TRELLIS_FF", "SB_DFFESR", "FDRE", "FDCE_1",
    "DFFE", "CCU2C", "ALU", "SB_CARRY", "CARRY4", "CARRY8", "RAMB36E1", "RAMB18E2",
    "DP16KD", "PDPW16KD", "SB_RAM40_4KNR", "SDPB", "SDPX9B", "DPB", "SP", "SPX9", "pROM",
    "pROMX9", "TRELLIS_DPR16X4", "RAM16SDP4", "RAM32M16", "RAM32M", "RAM32X1D", "RAM64X1S",
    "MULT18X18D", "MULT18X18", "SB_MAC16", "DSP48E1", "DSP48E2",
)  # fmt: skip


@EVERY
def test_records_are_whole(family: Family) -> None:
    assert FAMILIES[family.name] is family is find_family(family.name)
    assert family.block_ram
    assert set(family.dual_port) <= set(family.block_ram)
    assert min(astuple(family.prices)) >= 0
    assert family.loose_flip_flops is None or 0 < family.loose_flip_flops <= 1
    assert {kind.name for kind in family.cells} - {""} <= set(SUMMARY)
    assert {"luts", "flip_flops", "carries", "block_rams"} <= {kind.name for kind in family.cells}
    assert ("distributed_rams" in {kind.name for kind in family.cells}) == bool(family.distributed)


@EVERY
def test_every_family_has_devices(family: Family) -> None:
    own = [device for device in devices().values() if device.family is family]
    assert own
    for device in own:
        assert min(device.luts, device.flip_flops, device.block_rams) > 0
        assert bool(device.large_rams) == bool(family.large_ram)
        assert device.placement is None or family.place_and_route is not None


@EVERY
def test_every_cell_is_counted_by_one_kind(family: Family) -> None:
    for cell in CELLS:
        assert sum(re.fullmatch(kind.pattern, cell) is not None for kind in family.cells) <= 1


@pytest.mark.parametrize("cell", CELLS)
def test_families_agree_on_cells_that_have_the_same_name(cell: str) -> None:
    kinds = {
        (kind.name, kind.each)
        for family in FAMILIES.values()
        for kind in family.cells
        if re.fullmatch(kind.pattern, cell)
    }
    assert len(kinds) == 1


@EVERY
def test_its_passes_are_there(family: Family) -> None:
    synthesis = Synthesis(family.name, extra="-x")
    assert synthesis.command == f"{family.yosys.command} -x"
    assert set(synthesis.finish) <= OWN_PASSES.keys()
    assert synthesis.pads == []
    pads = Synthesis(family.name, harness="harness.v").pads
    assert len(pads) == (family.yosys.pads is not None)
    assert all("tabfab_harness" in command for command in pads)


@EVERY
def test_its_cell_models_are_there(family: Family) -> None:
    if family.models is None:
        return
    assert (Path(pyosys.__file__).parent / "share" / family.models.library).is_file()
    if family.models.own is not None:
        assert (resources.files("tabfab.sim.cells") / family.models.own).is_file()


@EVERY
def test_its_default_device_can_be_placed(family: Family) -> None:
    if family.place_and_route is None:
        with pytest.raises(TabfabError, match="no open tool places and routes family"):
            default_device(family.name)
        return
    target = find_target(default_device(family.name))
    assert target.family == family.name
    assert target.out_of_context or target.pins is None or len(target.pins) == 3


def test_what_nextpnr_is_told() -> None:
    assert find_target("ecp5-25k").arguments[:6] == (
        "--25k", "--package", "CABGA381", "--speed", "6", "--out-of-context",
    )  # fmt: skip
    assert find_target("ice40-up5k").arguments == (
        "--up5k", "--package", "sg48", "--pcf-allow-unconstrained",
    )  # fmt: skip
    gowin = find_target("gw5a-25")
    assert gowin.arguments == (
        "--device", "GW5A-LV25MG121NC1/I0", "--vopt", "family=GW5A-25A",
    )  # fmt: skip
    assert (gowin.pins, gowin.synthesis) == (("E2", "B3", "C3"), "-nolutram")
    assert "artix7-35t" not in targets()


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch) -> Family:
    """A family that only this test knows."""
    family = replace(
        ECP5,
        name="toy",
        prices=replace(ECP5.prices, adders=7.0),
        yosys=replace(ECP5.yosys, command="synth_toy"),
    )
    monkeypatch.setitem(FAMILIES, "toy", family)
    return family


def test_a_new_family_is_one_record(toy: Family) -> None:
    assert find_family("toy") is toy
    assert Synthesis("toy").command == "synth_toy"
    assert price(Demand(adders=2), toy) == Cells(luts=14)
    assert default_device("toy") == "ecp5-85k"
    assert pack(512, 36, MemoryOptions("toy", luts_per_block=0)).blocks == 1
    assert price(Demand(memories=(Memory(512, 36, "ram"),)), toy) == Cells(block_rams=1)


@pytest.mark.parametrize(
    ("family", "depth", "width", "blocks"),
    [
        ("ice40", 256, 16, 2),  # its blocks have one read port, so the second needs a copy
        ("ecp5", 1024, 18, 1),
        ("ecp5", 512, 36, 2),  # the widest words have but one port, and with two it takes halves
    ],
)
def test_blocks_of_a_memory_with_two_read_ports(
    family: str, depth: int, width: int, blocks: int
) -> None:
    assert FAMILIES[family].blocks(depth, width, ports=2) == blocks


def test_an_unknown_family_lists_the_known_ones() -> None:
    with pytest.raises(TabfabError, match="no family 'max10'; choose one of ecp5, ice40, xilinx"):
        Synthesis("max10")
    with pytest.raises(ValueError, match="no family 'max10'"):
        MemoryOptions("max10")
    assert find_device("ecp5-85k").family is ECP5
    assert np.isfinite(astuple(ECP5.prices)).all()
