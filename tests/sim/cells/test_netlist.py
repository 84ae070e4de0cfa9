"""Netlists after synthesis behave like the models, on every stream and clock."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from tabfab.compiler.store.errors import TabfabError
from tabfab.hw.rtl.build import load_build
from tabfab.hw.synth import large_stages
from tabfab.hw.synth.netlist import write_netlist
from tabfab.hw.synth.passes import Synthesis
from tabfab.sim.bench.simulate import SimulateOptions, simulate

from support.builds import write_dyadic_build, write_haste_build, write_residual_build


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small residual network with a table and an exact layer."""
    directory = tmp_path_factory.mktemp("netlist") / "build"
    write_residual_build(directory)
    return directory


OTHERS = pytest.mark.slow("test_netlist_agrees simulates the netlist of another family")


@pytest.mark.parametrize(
    "family",
    ["ice40", *(pytest.param(family, marks=OTHERS) for family in ("ecp5", "xilinx"))],
)
def test_netlist_agrees(build: Path, family: str) -> None:
    check(build, family)


@pytest.mark.parametrize("family", ["ecp5", "ice40"])
@pytest.mark.slow("test_netlist_agrees simulates one synthesized in one run")
def test_netlist_of_stages_synthesized_apart_agrees(
    tmp_path: Path, family: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(large_stages, "LARGE", 30_000)
    build = tmp_path / "build"
    write_residual_build(build)
    check(build, family)
    assert len(list((build / f"stages-{family}").glob("*.il"))) > 1


@pytest.mark.slow("test_netlist_agrees simulates one of other layers")
@pytest.mark.parametrize("family", ["ecp5", "ice40"])
def test_netlist_of_dyadic_layers_agrees(tmp_path: Path, family: str) -> None:
    """One of them folded, one unrolled."""
    write_dyadic_build(tmp_path / "build")
    check(tmp_path / "build", family)


@pytest.mark.slow("test_netlist_agrees simulates one of other layers")
@pytest.mark.parametrize("family", ["ecp5", "ice40", "xilinx"])
def test_netlist_of_haste_layers_agrees(tmp_path: Path, family: str) -> None:
    write_haste_build(tmp_path / "build")
    check(tmp_path / "build", family)


def check(build: Path, family: str) -> None:
    images = np.random.default_rng(4).integers(0, 256, (3, 4, 4, 2), np.uint8)
    simulator = "icarus" if shutil.which("iverilog") else "verilator"
    options = SimulateOptions(simulator=simulator, netlist=family, stall=0.2, disorder=0.5, seed=1)
    report = simulate(build, images, options)
    assert report.first_mismatch is None
    assert report.frame_errors
    assert {stream.name for stream in report.streams} >= {"input", "table.engine", "add.add"}


@pytest.mark.slow("tests/hw/pnr/test_place_and_route.py makes one once, too")
def test_a_netlist_is_made_once(build: Path) -> None:
    built, options = load_build(build), Synthesis("ice40", watch=True)
    path = write_netlist(built, options)
    made = path.stat().st_mtime_ns
    assert write_netlist(built, options).stat().st_mtime_ns == made
    # Of other passes it is another netlist.
    flat = write_netlist(built, Synthesis("ice40", flatten=True))
    assert flat != path
    Path(f"{path}.stamp").write_text("of another build\n")
    assert write_netlist(built, options).stat().st_mtime_ns > made


def test_unknown_family(build: Path) -> None:
    with pytest.raises(TabfabError, match="--netlist simulates ecp5, ice40, xilinx"):
        SimulateOptions(netlist="abacus")
    with pytest.raises(TabfabError, match="there is no family 'abacus'"):
        Synthesis("abacus")
