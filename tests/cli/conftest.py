"""A trained model, a program and a build, made once through the command itself."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tabfab.compiler.program.program_file import save_program

from support.builds import digits_program
from support.command import Run, run_tabfab
from support.fpga_tools import FpgaTools
from support.shared import made_once


@pytest.fixture
def tabfab() -> Run:
    """The command."""
    return run_tabfab


@pytest.fixture
def refusal() -> Callable[..., str]:
    """Run the command, which must refuse in one line with status 1, and return that line."""

    def refuse(*arguments: object) -> str:
        outcome = run_tabfab(*arguments)
        lines = [line for line in outcome.err.splitlines() if line.startswith("error: ")]
        assert outcome.status == 1, outcome
        assert len(lines) == 1, outcome
        assert outcome.err.rstrip().endswith(lines[0])
        assert "Traceback" not in outcome.err
        return lines[0]

    return refuse


def make(directory: Path, *arguments: object) -> Path:
    outcome = run_tabfab(*arguments, "-o", directory)
    assert outcome.status == 0, outcome
    return directory


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A digits network, trained briefly."""
    command = ("train", "--data", "digits", "--epochs", 5)
    return made_once(tmp_path_factory, "model.pt2", lambda path: make(path, *command))


@pytest.fixture(scope="session")
def program(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The network with one table and two exact layers."""
    command = ("compile", model, "--mask", "0,1,0", "--calibration-images", 200)
    return made_once(tmp_path_factory, "program", lambda path: make(path, *command))


@pytest.fixture(scope="session")
def build(program: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program's Verilog."""
    command = ("verilog", program)
    return made_once(tmp_path_factory, "build", lambda path: make(path, *command))


@pytest.fixture(scope="session")
def small_program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two layers that nobody trained: what goes into hardware in a third of the time."""
    return made_once(
        tmp_path_factory, "small-program", lambda path: save_program(digits_program(), path)
    )


@pytest.fixture(scope="session")
def small_build(small_program: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Verilog of `small_program`."""
    command = ("verilog", small_program)
    return made_once(tmp_path_factory, "small-build", lambda path: make(path, *command))


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FpgaTools:
    """Stand-ins for nextpnr and packers, first on PATH."""
    directory = tmp_path / "bin"
    directory.mkdir()
    return FpgaTools(directory, monkeypatch)
