"""What a simulator needs of the machine is looked for first, and told by name."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from tabfab.sim.bench.simulate import SimulateOptions, simulate
from tabfab.sim.bench.simulators import check_simulator, environment_of
from tabfab.sim.bench.tools import SimulatorError

TOOLS = ("perl", "make", "c++", "g++", "clang++", "iverilog")


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH with nothing on it but programs called as the tools are, which do nothing."""
    directory = tmp_path / "tools"
    directory.mkdir()
    for name in TOOLS:
        ending(directory / name, 0)
    monkeypatch.setenv("PATH", str(directory))
    return directory


def ending(program: Path, status: int) -> None:
    program.write_text(f"#!/bin/sh\nexit {status}\n")
    program.chmod(0o755)


@pytest.mark.parametrize(
    ("missing", "package"), [("perl", "perl"), ("make", "make"), ("c++", "g\\+\\+")]
)
def test_a_missing_tool_is_named_with_its_package(tools: Path, missing: str, package: str) -> None:
    check_simulator("verilator")
    (tools / missing).unlink()
    with pytest.raises(
        SimulatorError, match=rf"no .*{missing[0]}.* on PATH.*apt install {package}'"
    ):
        check_simulator("verilator")


def test_all_that_is_missing_is_told_at_once(tools: Path) -> None:
    for name in TOOLS:
        (tools / name).unlink()
    with pytest.raises(SimulatorError, match=r"perl.*make.*C\+\+ compiler"):
        check_simulator("verilator")


def test_icarus_needs_itself_alone(tools: Path) -> None:
    for name in set(TOOLS) - {"iverilog"}:
        (tools / name).unlink()
    check_simulator("icarus", Path("waves.fst"))
    (tools / "iverilog").unlink()
    with pytest.raises(SimulatorError, match=r"iverilog.*--simulator verilator"):
        check_simulator("icarus")


def test_no_path_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PATH")
    with pytest.raises(SimulatorError, match="perl is not installed"):
        check_simulator("verilator")


def test_the_environment_is_left_as_it_was(tools: Path) -> None:
    before = dict(os.environ)
    assert "MAKEFLAGS" in environment_of("verilator")
    assert dict(os.environ) == before
    (tools / "perl").unlink()
    with pytest.raises(SimulatorError):
        check_simulator("verilator")
    assert dict(os.environ) == before


def test_fst_waveforms_need_lz4(tools: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = tools / "seen"
    (tools / "c++").write_text(f'#!/bin/sh\necho "$@" > {seen}\nexit 1\n')
    for waves in (None, Path("waves.vcd")):
        check_simulator("verilator", waves)
    monkeypatch.setenv("CPPFLAGS", "-I/opt/lz4")
    with pytest.raises(SimulatorError, match=r"liblz4-dev zlib1g-dev.*\.vcd"):
        check_simulator("verilator", Path("waves.fst"))
    assert "-I/opt/lz4" in seen.read_text()
    assert "-llz4 -lz" in seen.read_text()
    ending(tools / "c++", 0)
    check_simulator("verilator", Path("waves.fst"))


def test_it_is_looked_for_before_anything_is_done(tools: Path, tmp_path: Path) -> None:
    """Even before the build is read, let alone simulated."""
    ending(tools / "c++", 1)
    images = np.zeros((1, 2, 2, 1), np.uint8)
    with pytest.raises(SimulatorError, match="lz4"):
        simulate(tmp_path, images, SimulateOptions(waves=tmp_path / "waves.fst"))
    (tools / "make").unlink()
    with pytest.raises(SimulatorError, match="make"):
        simulate(tmp_path, images)
