"""Synthesis: cell counts and what they are worth."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest
from tabfab.compiler import program as ir
from tabfab.compiler.store.errors import TabfabError
from tabfab.hw.device.families.catalog import FAMILIES
from tabfab.hw.plan import PlanOptions, make_plan
from tabfab.hw.rtl.build import write_build
from tabfab.hw.synth.cell_counts import summarize
from tabfab.hw.synth.synth import synthesize
from tabfab.hw.synth.yosys import YosysError, run_passes

from support.programs import ConvOptions, exact_conv, image_input, table_conv

RNG = np.random.default_rng(5)
IMAGE = image_input(RNG, 2, 4, 4)
TABLE = table_conv(RNG, "table", IMAGE, ConvOptions(4), length=2)
EXACT = exact_conv(RNG, "exact", TABLE, ConvOptions(2))


def build(program: ir.Program, directory: Path) -> Path:
    plan = make_plan(program, PlanOptions(subspaces=1, outputs=2))
    return write_build(program, plan, directory).directory


@pytest.fixture(scope="module")
def mixed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(ir.Program((IMAGE, TABLE, EXACT)), tmp_path_factory.mktemp("mixed") / "build")


@pytest.mark.parametrize(
    "family",
    [
        pytest.param(
            family, marks=pytest.mark.slow("xilinx is alike") if family == "xilinx-us" else ()
        )
        for family in FAMILIES
    ],
)
def test_every_family_counts_cells(mixed: Path, family: str) -> None:
    report = synthesize(mixed, family)
    total = summarize(report.total)
    assert total["luts"] > 0
    assert total["flip_flops"] > 0
    assert not any(cell.startswith(("$", "tabfab")) for cell in report.total)
    assert report.components["table.engine"]
    for cell, count in report.total.items():
        inside = sum(component.get(cell, 0) for component in report.components.values())
        assert inside <= count


def test_only_exact_layers_multiply(mixed: Path) -> None:
    components = synthesize(mixed, "ecp5").components
    multipliers = {name for name, cells in components.items() if summarize(cells)["multipliers"]}
    assert multipliers == {"exact.engine"}


def test_flattened_is_not_larger(mixed: Path) -> None:
    apart, together = (synthesize(mixed, "ecp5", flatten=flat) for flat in (False, True))
    assert not together.components
    assert summarize(together.total)["luts"] <= summarize(apart.total)["luts"]


@pytest.mark.slow("test_large_stages.py tells how far it is, of larger stages")
def test_progress_reaches_its_end(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    mixed = build(ir.Program((IMAGE, TABLE, EXACT)), tmp_path / "build")
    synthesize(mixed, "ice40", progress=lambda done, total, what: seen.append((done, total)))
    assert seen[0][0] == 0
    assert seen[-1][0] == seen[-1][1]


def test_unknown_family(mixed: Path) -> None:
    with pytest.raises(TabfabError, match="no family 'stratix'; choose one of ecp5"):
        synthesize(mixed, "stratix")


def test_failing_pass_names_its_log(tmp_path: Path) -> None:
    log = tmp_path / "yosys.log"
    with pytest.raises(YosysError, match=r"Yosys failed .*yosys\.log"):
        run_passes(["read_verilog nowhere.v"], tmp_path, log)
    assert log.read_text()


def test_a_run_is_stopped(tmp_path: Path) -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(YosysError, match="Yosys was stopped"):
        run_passes(["read_verilog nowhere.v"], tmp_path, tmp_path / "yosys.log", stop=stop)
