"""Netlists after synthesis behave like the models, on every stream and clock."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from tabfab.compiler import program as ir
from tabfab.compiler.errors import TabfabError
from tabfab.hw.build import write_build
from tabfab.hw.netlist import NetlistOptions, write_netlist
from tabfab.hw.plan import PlanOptions, make_plan
from tabfab.sim.simulate import SimulateOptions, simulate

from support.programs import ConvOptions, exact_conv, image_input, table_conv

SIMULATOR = "icarus" if shutil.which("iverilog") else "verilator"


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small residual network with a table and an exact layer."""
    rng = np.random.default_rng(3)
    image = image_input(rng, 2, 4, 4)
    options = ConvOptions(2, kernel=(3, 3), padding=(1, 1), type=ir.UINT8)
    table = table_conv(rng, "table", image, options, prototypes=4, length=2)
    exact = exact_conv(rng, "exact", table, ConvOptions(2, type=ir.UINT8))
    add = ir.Add(
        name="add", inputs=("exact", "table"), shape=(2, 4, 4), type=ir.UINT8, low=0, high=255,
        left=(0, 0), shift=1,
    )  # fmt: skip
    program = ir.Program((image, table, exact, add))
    directory = tmp_path_factory.mktemp("netlist") / "build"
    write_build(program, make_plan(program, PlanOptions(subspaces=1, outputs=2)), directory)
    return directory


@pytest.mark.parametrize("family", ["ecp5", "ice40", "xilinx"])
def test_netlist_agrees(build: Path, family: str) -> None:
    images = np.random.default_rng(4).integers(0, 256, (3, 4, 4, 2), np.uint8)
    options = SimulateOptions(simulator=SIMULATOR, netlist=family, stall=0.2, disorder=0.5, seed=1)
    report = simulate(build, images, options)
    assert report.first_mismatch is None
    assert report.frame_errors
    assert {stream.name for stream in report.streams} >= {"input", "table.engine", "add.add"}


def test_a_netlist_is_made_once(build: Path) -> None:
    options = NetlistOptions("ice40", watch=True)
    path = write_netlist(build, options)
    made = path.stat().st_mtime_ns
    assert write_netlist(build, options).stat().st_mtime_ns == made
    # Of other passes it is another netlist.
    flat = write_netlist(build, NetlistOptions("ice40", flatten=True))
    assert flat != path
    path.write_text("// something else\n" + path.read_text())
    assert write_netlist(build, options).stat().st_mtime_ns > made
    assert path.read_text().startswith("// tabfab netlist of ")


def test_unknown_family(build: Path) -> None:
    with pytest.raises(TabfabError, match="--netlist simulates ecp5, ice40, xilinx"):
        SimulateOptions(netlist="abacus")
    with pytest.raises(TabfabError, match="there is no family 'abacus'"):
        write_netlist(build, NetlistOptions("abacus"))
