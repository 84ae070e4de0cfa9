"""`tabfab verilog`, `simulate` and `synth`."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from tabfab.compiler.program.program_file import load_program, save_program
from tabfab.hw.rtl.build import load_build


def test_verilog_and_its_plan(tabfab, small_program: Path, tmp_path: Path) -> None:
    outcome = tabfab("verilog", small_program, "-o", tmp_path / "build")
    assert outcome.status == 0
    assert "module tabfab_top" in (tmp_path / "build" / "top.v").read_text()
    build = load_build(tmp_path / "build")
    assert f"one image every {build.plan.clocks_per_image:,} clocks" in outcome.out


def test_folding_options(tabfab, small_program: Path, small_build: Path, tmp_path: Path) -> None:
    narrow, options = tmp_path / "narrow", ("--outputs", 1, "--subspaces", 1)
    assert tabfab("verilog", small_program, *options, "-o", narrow).status == 0
    plans = [load_build(directory).plan for directory in (small_build, narrow)]
    assert plans[1].clocks_per_image > plans[0].clocks_per_image
    assert plans[1].foldings["classifier"].outputs == 1


@pytest.mark.slow("tests/cli/test_plan.py plans for devices")
def test_device(tabfab, program: Path, tmp_path: Path) -> None:
    outcome = tabfab("verilog", program, "--device", "ecp5-25k", "-o", tmp_path / "build")
    assert outcome.status == 0
    assert "of        56 block RAMs" in outcome.out


def test_unknown_device(refusal, small_program: Path, tmp_path: Path) -> None:
    message = refusal("verilog", small_program, "--device", "abacus", "-o", tmp_path / "build")
    assert "ecp5-25k" in message
    assert not list(tmp_path.iterdir())


def test_same_program_gives_the_same_verilog(
    tabfab, small_program: Path, small_build: Path, tmp_path: Path
) -> None:
    tabfab("verilog", small_program, "-o", tmp_path / "build")
    for path in (tmp_path / "build").glob("*.*"):
        assert path.read_bytes() == (small_build / path.name).read_bytes()


@pytest.mark.parametrize("encoder", ["nearest", "nearest-l1"])
def test_nearest_encoders_from_the_model_to_simulated_verilog(
    tabfab, model: Path, tmp_path: Path, encoder: str
) -> None:
    program, build = tmp_path / "program", tmp_path / "build"
    tabfab(
        "compile", model, "--mask", "0,0,1", "--encoder", encoder, "--prototypes", 4,
        "--calibration-images", 50, "-o", program,
    )  # fmt: skip
    assert tabfab("verilog", program, "-o", build).status == 0
    outcome = tabfab("simulate", build, "--images", 2, "--json")
    report = json.loads(outcome.out)
    assert report["value_mismatches"] == report["clock_mismatches"] == 0


def test_simulation_agrees_on_test_images(tabfab, build: Path) -> None:
    outcome = tabfab("simulate", build, "--images", 3, "--data", "digits", "--json")
    assert outcome.status == 0
    report = json.loads(outcome.out)
    assert report["images"] == 3
    assert report["value_mismatches"] == report["clock_mismatches"] == 0
    assert report["clocks_per_image"] == load_build(build).plan.clocks_per_image
    assert len(report["streams"]) > 5


@pytest.mark.slow("tests/cli/test_disorder.py stalls, without waves")
def test_simulation_agrees_under_stalls_with_waves(tabfab, build: Path, tmp_path: Path) -> None:
    waves = tmp_path / "waves.vcd"
    outcome = tabfab("simulate", build, "--images", 2, "--stall", 0.3, "--waves", waves)
    assert outcome.status == 0
    assert "2 images in" in outcome.out
    assert "$enddefinitions" in waves.read_text()


@pytest.mark.slow("Verilator compiles its library once more for these waves")
def test_fst_waves_or_what_they_need(tabfab, build: Path, tmp_path: Path) -> None:
    waves = tmp_path / "waves.fst"
    outcome = tabfab("simulate", build, "--images", 1, "--waves", waves)
    if outcome.status == 0:
        assert waves.stat().st_size > 0
    else:
        assert "writes .fst waveforms with lz4 and zlib" in outcome.err


@pytest.mark.needs("iverilog")
def test_icarus_agrees_too(tabfab, build: Path, tmp_path: Path) -> None:
    waves = tmp_path / "waves.fst"
    outcome = tabfab("simulate", build, "--images", 2, "--simulator", "icarus", "--waves", waves)
    assert outcome.status == 0, outcome.err
    assert waves.stat().st_size > 0


def test_missing_icarus_is_told(
    refusal, small_build: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    assert "iverilog" in refusal("simulate", small_build, "--images", 1, "--simulator", "icarus")


@pytest.mark.parametrize("mask", ["none", "all"])
@pytest.mark.slow("test_simulation_agrees_on_test_images has layers of both methods")
def test_other_masks_agree_too(tabfab, model: Path, tmp_path: Path, mask: str) -> None:
    program, build = tmp_path / "program", tmp_path / "build"
    few = ("--calibration-images", 100)
    assert tabfab("compile", model, "--mask", mask, *few, "-o", program).status == 0
    assert tabfab("verilog", program, "--subspaces", 3, "--outputs", 2, "-o", build).status == 0
    outcome = tabfab("simulate", build, "--images", 2, "--data", "digits", "--stall", 0.2)
    assert outcome.status == 0, outcome.err


def test_a_wrong_table_is_found(refusal, small_build: Path, tmp_path: Path) -> None:
    """A memory that differs from the program's table by one bit in every word."""
    from tabfab.compiler.store.manifest import read_manifest, write_manifest
    from tabfab.hw.rtl.build import DIRECTORY

    wrong = shutil.copytree(small_build, tmp_path / "build")
    document = read_manifest(DIRECTORY, wrong)
    for memory in wrong.glob("*.mem"):
        text = memory.read_text()
        memory.write_text(text.translate(str.maketrans("01", "10")))
    files = document.pop("files")
    write_manifest(DIRECTORY, wrong, document, files)
    message = refusal("simulate", wrong, "--images", 1, "--trust")
    assert "differs from the models" in message
    assert "expected" in message
    assert "layer" in message


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--simulator", "crystal-ball"], "verilator, icarus"),
        (["--waves", "waves.jpg"], ".vcd"),
        (["--data", "nowhere.npz"], "nowhere.npz"),
    ],
)
def test_bad_simulation_options(
    refusal, small_build: Path, arguments: list[str], words: str
) -> None:
    assert words in refusal("simulate", small_build, "--images", 1, *arguments)


def test_simulation_of_images_of_another_shape(refusal, small_build: Path, tmp_path: Path) -> None:
    path = tmp_path / "own.npz"
    np.savez(path, images=np.zeros((10, 9, 8), np.uint8), labels=np.arange(10) % 2)
    assert "(N, 8, 8, 1)" in refusal("simulate", small_build, "--data", path)


@pytest.mark.slow("tests/hw/synth/test_synth.py counts cells of a smaller network")
def test_synthesis_counts_cells(tabfab, build: Path) -> None:
    outcome = tabfab("synth", build, "--family", "ecp5", "--json")
    assert outcome.status == 0
    report = json.loads(outcome.out)
    assert report["family"] == "ecp5"
    assert sum(report["total"].values()) > 100
    assert len(report["components"]) > 3


def test_unknown_family(refusal, small_build: Path) -> None:
    assert "ecp5" in refusal("synth", small_build, "--family", "abacus")


@pytest.mark.parametrize("verb", ["simulate", "synth"])
def test_no_build(refusal, small_program: Path, tmp_path: Path, verb: str) -> None:
    assert "does not hold a tabfab build" in refusal(verb, tmp_path / "nowhere")
    assert "does not hold a tabfab build" in refusal(verb, small_program)


@pytest.mark.parametrize("verb", ["simulate", "synth"])
def test_damaged_build(refusal, small_build: Path, tmp_path: Path, verb: str) -> None:
    damaged = shutil.copytree(small_build, tmp_path / "build")
    (damaged / "top.v").write_text("module tabfab_top; endmodule")
    assert "top.v is truncated or damaged" in refusal(verb, damaged)


def test_build_and_program_directories_are_not_mixed_up(
    refusal, small_program: Path, small_build: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "program"
    save_program(load_program(small_program), copy)
    assert "holds a program" in refusal("verilog", small_program, "-o", copy)
    load_program(copy)
