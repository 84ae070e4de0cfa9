"""`tabfab plan`, and `tabfab verilog` with its options."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tabfab.boards.catalog import find_board
from tabfab.boards.design import overhead
from tabfab.hw.device.devices import find_device
from tabfab.hw.rtl.build import load_build

BOARD = ["--board", "tang-nano-9k"]


def test_prints_layers_totals_and_speed(tabfab, program: Path) -> None:
    outcome = tabfab("plan", program, "--device", "ecp5-85k")
    assert outcome.status == 0
    for words in ("features.2.0", "table", "kbit stored", "multipliers", "images per second"):
        assert words in outcome.out
    assert "83,640 LUTs" in outcome.out


def test_json_has_a_row_per_node(tabfab, program: Path) -> None:
    outcome = tabfab("plan", program, "--device", "artix7-35t", "--json", "--clock", 250)
    report = json.loads(outcome.out)
    rows = {row["name"]: row for row in report["rows"]}
    assert rows["features.2.0"]["method"] == "table"
    assert report["images_per_second"] == pytest.approx(250e6 / report["clocks_per_image"])
    assert max(row["read_share"] or 0 for row in rows.values()) > 0.95
    total = sum(row["cells"]["luts"] for row in rows.values())
    assert report["total"]["luts"] == pytest.approx(total, abs=1)
    assert total < find_device("artix7-35t").luts
    assert report["table_stored_bits"] <= report["stored_bits"] <= report["occupied_bits"]
    assert report["table_stored_bits"] <= report["table_occupied_bits"] <= report["occupied_bits"]


def test_a_board_names_device_and_clock_and_keeps_room_for_its_link(
    tabfab, refusal, small_program: Path
) -> None:
    whole, beside = (
        json.loads(tabfab("plan", small_program, *where, "--json").out)
        for where in (["--device", "gw1n-9"], BOARD)
    )
    assert (beside["device"], beside["clock_mhz"]) == ("gw1n-9", 27)
    board, device = find_board("tang-nano-9k"), find_device("gw1n-9")
    assert beside["total"]["luts"] <= 0.8 * device.luts - overhead(board).luts
    assert beside["total"]["block_rams"] <= device.block_rams - overhead(board).block_rams
    assert whole["total"]["luts"] <= 0.8 * device.luts
    faster = json.loads(tabfab("plan", small_program, *BOARD, "--clock", 54, "--json").out)
    assert faster["clock_mhz"] == 54
    words = refusal("plan", small_program, *BOARD, "--device", "ecp5-25k")
    assert "tang-nano-9k has a gw1n-9, not 'ecp5-25k'" in words
    assert "no board 'abacus'; choose one of ulx3s" in refusal(
        "plan", small_program, "--board", "abacus"
    )


def test_a_rate_takes_less_than_the_most(tabfab, program: Path) -> None:
    fast, slow = (
        json.loads(tabfab("plan", program, *rate, "--json").out) for rate in ([], ["--fps", 1000])
    )
    assert slow["images_per_second"] >= 1000
    assert fast["images_per_second"] > 2 * slow["images_per_second"]
    assert slow["total"]["luts"] < fast["total"]["luts"]


@pytest.mark.slow("test_refuses_damaged_and_foreign_plans reads plan files, too")
def test_verilog_builds_a_plan_file(tabfab, program: Path, tmp_path: Path) -> None:
    file, build = tmp_path / "plan.json", tmp_path / "build"
    planned = tabfab("plan", program, "--device", "ecp5-45k", "-o", file)
    assert f"--plan {file}" in planned.out
    outcome = tabfab("verilog", program, "--plan", file, "-o", build)
    assert outcome.status == 0
    plan = load_build(build).plan
    assert plan.device == "ecp5-45k"
    again = tabfab("verilog", program, "--device", "ecp5-45k", "-o", tmp_path / "again")
    assert again.status == 0
    assert load_build(tmp_path / "again").plan == plan
    simulated = tabfab("simulate", build, "--images", 2, "--json")
    report = json.loads(simulated.out)
    assert report["value_mismatches"] == report["clock_mismatches"] == 0
    assert report["clocks_per_image"] == plan.clocks_per_image


@pytest.mark.parametrize("suffix", ["png", "svg"])
def test_draws_resources(tabfab, small_program: Path, tmp_path: Path, suffix: str) -> None:
    pictures = [tmp_path / f"{name}.{suffix}" for name in ("a", "b")]
    for picture in pictures:
        assert tabfab("plan", small_program, "--plot", picture).status == 0
    assert pictures[0].read_bytes() == pictures[1].read_bytes()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--device", "abacus"], "ecp5-25k"),
        (["--fps", 0], "above 0 images"),
        (["--clock", -1], "above 0 MHz"),
        (["--fps", 100, "--outputs", 2], "--fps chooses foldings"),
        (["--fps", 1e9], "fewer images per second"),
        (["--plot", "picture.gold"], ".png"),
        (["--unroll", "nothing"], "no layer is called 'nothing'"),
        (["--unroll", "features.2.0"], "cannot be unrolled: layers of the method 'table'"),
        (["--unroll", "features.2.0"], "layers of the method 'table' have no such form"),
    ],
)
def test_refuses(refusal, program: Path, arguments: list[object], words: str) -> None:
    assert words in refusal("plan", program, *arguments)


def test_what_is_unrolled_cannot_be_loadable(refusal, program: Path, tmp_path: Path) -> None:
    options = ("--unroll", "classifier", "--loadable", "-o", tmp_path / "build")
    assert "leave one of the two out" in refusal("verilog", program, *options)


def test_refuses_a_plan_and_a_device(refusal, tabfab, program: Path, tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    tabfab("plan", program, "-o", file)
    refused = refusal("verilog", program, "--plan", file, "--device", "ecp5-25k")
    assert "--plan says it all" in refused


def test_refuses_damaged_and_foreign_plans(
    refusal, tabfab, model: Path, program: Path, tmp_path: Path
) -> None:
    file, other = tmp_path / "plan.json", tmp_path / "other"
    tabfab("plan", program, "-o", file)
    few = ("--calibration-images", 50)
    options = ("--mask", "0,1,0", "--subspace-length", 8)
    assert tabfab("compile", model, *options, *few, "-o", other).status == 0
    assert "another program" in refusal("verilog", other, "--plan", file, "-o", tmp_path / "b")
    file.write_text(file.read_text().replace('"lanes": ', '"lanes": 1'))
    assert "damaged" in refusal("verilog", program, "--plan", file, "-o", tmp_path / "b")
    nowhere = tmp_path / "nowhere.json"
    assert "tabfab plan" in refusal("verilog", program, "--plan", nowhere, "-o", tmp_path / "b")
