"""`tabfab load`, and simulation of what was loaded."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tabfab.compiler.program import DyadicConv, Program, TableConv, with_bounds
from tabfab.compiler.program.program_file import load_program, save_program


@pytest.fixture(scope="module")
def loadable(program: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build with a load port."""
    from tabfab.cli.verilog import verilog

    path = tmp_path_factory.mktemp("loadable") / "build"
    verilog(program, path, loadable=True)
    return path


@pytest.fixture(scope="module")
def other(program: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program with its tables in another order."""
    first = load_program(program)
    types = {node.name: node.type for node in first}
    nodes = [
        with_bounds(replace(node, tables=node.tables[:, :, ::-1].copy()), types[node.inputs[0]])
        if isinstance(node, TableConv)
        else node
        for node in first
    ]
    path = tmp_path_factory.mktemp("other") / "program"
    save_program(Program(tuple(nodes), first.classes), path)
    return path


def test_writes_a_word_for_each_transfer(tabfab, loadable: Path, other: Path, tmp_path) -> None:
    outcome = tabfab("load", loadable, other, "-o", tmp_path / "load.bin")
    assert outcome.status == 0, outcome.err
    words = np.fromfile(tmp_path / "load.bin", "<u4")
    assert f"{len(words):,} words" in outcome.out
    tabfab("load", loadable, other, "-o", tmp_path / "again.bin")
    assert (tmp_path / "again.bin").read_bytes() == (tmp_path / "load.bin").read_bytes()


@pytest.mark.slow("tests/sim/models/test_loaded_networks.py loads small networks")
def test_the_loaded_build_computes_the_other_program(tabfab, loadable: Path, other: Path) -> None:
    outcome = tabfab("simulate", loadable, "--images", 2, "--load", other, "--stall", 0.2)
    assert outcome.status == 0, outcome.err


@pytest.mark.slow("tests/sim/models/test_loaded_networks.py loads small networks")
def test_dyadic_layers_are_loaded_whole(tabfab, model: Path, tmp_path: Path) -> None:
    """Terms of one program in the hardware of another, down to the last bit."""
    few = ("--calibration-images", 100, "--mask", "dyadic,dyadic,dyadic", "--finest-shift", 5)
    here, there, build = (tmp_path / name for name in ("here", "there", "build"))
    for directory, distance in ((here, "output"), (there, "weights")):
        outcome = tabfab("compile", model, *few, "--distance", distance, "-o", directory)
        assert outcome.status == 0, outcome.err
    first, second = load_program(here), load_program(there)
    there_nodes = [
        with_bounds(replace(node, terms=other.terms, bias=other.bias), first[node.inputs[0]].type)
        if isinstance(node, DyadicConv)
        else node
        for node, other in zip(first, second, strict=True)
    ]
    assert any((a.terms != b.terms).any() for a, b in zip(first.convs, second.convs, strict=True))
    save_program(Program(tuple(there_nodes), first.classes), tmp_path / "loaded")
    assert tabfab("verilog", here, "-o", build, "--loadable").status == 0
    report = json.loads(
        tabfab(
            "simulate",
            build,
            "--images",
            2,
            "--load",
            tmp_path / "loaded",
            "--stall",
            0.2,
            "--json",
        ).out
    )
    assert report["value_mismatches"] == report["clock_mismatches"] == 0


def test_other_builds_have_no_port(refusal, small_build: Path, other: Path, tmp_path: Path) -> None:
    for arguments in (
        ("load", small_build, other, "-o", tmp_path / "load.bin"),
        ("simulate", small_build, "--load", other),
    ):
        assert "tabfab verilog --loadable" in refusal(*arguments)
    assert not list(tmp_path.iterdir())


def test_a_program_with_other_encoders_does_not_fit(
    refusal, tabfab, model: Path, loadable: Path, tmp_path: Path
) -> None:
    more = ("--calibration-images", 120, "--mask", "0,1,0")
    assert tabfab("compile", model, *more, "-o", tmp_path / "program").status == 0
    message = refusal("load", loadable, tmp_path / "program", "-o", tmp_path / "load.bin")
    assert "only tables, weights and biases can be replaced" in message
