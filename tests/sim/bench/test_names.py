"""Layers called anything at all: every tool reads the Verilog, and reports call them so."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from tabfab.compiler import program as ir
from tabfab.hw.plan import make_plan
from tabfab.hw.rtl.build import load_build, write_build
from tabfab.hw.synth.yosys import run_passes
from tabfab.sim.bench.simulate import simulate
from tabfab.sim.bench.simulators import environment_of

from support.programs import ConvOptions, exact_conv, image_input, table_conv

NAMES = (
    "größe",
    "gr\u00f6ss\u0435",  # the last letter is Cyrillic
    "层",
    "屋",  # as an identifier the same as the one before
    "reg",
    "input",
    "0",
    "a b",
    'a"b',
    "back\\slash",
    ":smile:",
    "x" * 300,
    "x" * 150 + "y" + "x" * 149,
    "",
    "a//b/*c*/",
    "line\nafter line",
    "stream_0",
)


INJECTION = 'line\n  initial $system("touch PWNED");\n//'


def write(names: Sequence[str], directory: Path) -> Path:
    """The build of a chain of a layer for every name, of both methods in turn."""
    rng = np.random.default_rng(5)
    nodes: list[ir.Node] = [image_input(rng, 1, 1, 1)]
    for number, name in enumerate(names):
        make = table_conv if number % 2 else exact_conv
        nodes.append(make(rng, name, nodes[-1], ConvOptions(1)))
    program = ir.Program(tuple(nodes))
    write_build(program, make_plan(program), directory)
    return directory


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(NAMES, tmp_path_factory.mktemp("names") / "build")


def test_the_verilog_is_plain(build: Path) -> None:
    assert (build / "top.v").read_bytes().isascii()
    assert all(path.name.isascii() and len(path.name) < 30 for path in build.rglob("*"))
    stages = load_build(build).network.stages
    assert {stage.node for stage in stages} >= set(NAMES)
    assert len({stage.instance for stage in stages}) == len(stages)


def test_yosys_reads_it(build: Path, tmp_path: Path) -> None:
    passes = ["read_verilog -sv top.v", "hierarchy -check -top tabfab_top", "proc", "check -assert"]
    run_passes(passes, build, tmp_path / "log")


def test_verilator_reads_it(build: Path) -> None:
    command = ["verilator", "--lint-only", "-Wno-lint", "--top-module", "tabfab_top", "top.v"]
    environment = environment_of("verilator")
    done = subprocess.run(
        command, cwd=build, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_it_is_simulated_and_nothing_in_a_name_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("größe", INJECTION)
    build = write(names, tmp_path / "build")
    monkeypatch.chdir(tmp_path)
    report = simulate(build, np.arange(2, dtype=np.uint8).reshape(2, 1, 1, 1))
    assert report.value_mismatches == report.clock_mismatches == 0
    assert {stream.node for stream in report.streams} >= set(names)
    assert not list(tmp_path.rglob("PWNED"))
