"""The command as a whole: help, start-up, interruption."""

from __future__ import annotations

import importlib.metadata
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from start_up import HELP, LIBRARIES, seconds

VERBS = ("train", "compile", "info", "evaluate", "verilog", "simulate", "synth", "demo")

LIST_MODULES = """
import atexit, sys
atexit.register(lambda: print("LOADED", *sorted(sys.modules)))
from tabfab.cli.main import main
sys.argv[0] = "tabfab"
main()
"""


def loaded_modules(*arguments: object) -> set[str]:
    """Modules that a run of the command in a process of its own has loaded at its end."""
    result = subprocess.run(
        [sys.executable, "-c", LIST_MODULES, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert result.returncode == 0, result.stderr
    (line,) = (line for line in result.stdout.splitlines() if line.startswith("LOADED "))
    return set(line.split()[1:])


def test_help_names_every_verb(tabfab) -> None:
    outcome = tabfab("--help")
    assert outcome.status == 0
    assert all(verb in outcome.out for verb in VERBS)


@pytest.mark.parametrize("verb", VERBS)
def test_help_of_a_verb_has_an_example(tabfab, verb: str) -> None:
    outcome = tabfab(verb, "--help")
    assert outcome.status == 0
    assert "Example:" in outcome.out
    assert f"tabfab {verb} " in outcome.out


def test_version(tabfab) -> None:
    assert tabfab("--version").out == f"tabfab {importlib.metadata.version('tabfab')}\n"


def test_unknown_verb_is_a_usage_error(tabfab) -> None:
    assert tabfab("transmogrify").status == 2


def test_help_starts_fast() -> None:
    """Beside the libraries that it needs: that bound is as slow as the machine is."""
    bound, command = (min(seconds(code) for _ in range(3)) for code in (LIBRARIES, HELP))
    assert command < 4 * bound


def test_help_loads_nothing_heavy() -> None:
    heavy = {"torch", "sklearn", "scipy", "matplotlib", "amaranth", "cocotb", "pyosys"}
    heavy |= {"PIL", "dask", "distributed", "onnx", "optuna", "plotly"}
    assert not heavy & loaded_modules("--help")


def test_info_does_not_load_torch(program: Path) -> None:
    assert "torch" not in loaded_modules("info", program)


def test_verilog_does_not_load_torch(program: Path, tmp_path: Path) -> None:
    assert "torch" not in loaded_modules("verilog", program, "-o", tmp_path / "build")


def test_mistake_is_one_line_without_a_traceback(tmp_path: Path) -> None:
    result = subprocess.run(
        [Path(sys.executable).with_name("tabfab"), "info", tmp_path],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert result.returncode == 1
    assert result.stdout == ""
    assert result.stderr.startswith("error: ")
    assert result.stderr.count("\n") == 1


def test_closed_pipe_is_no_error(program: Path) -> None:
    with subprocess.Popen(
        [Path(sys.executable).with_name("tabfab"), "info", program, "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert "Traceback" not in process.stderr.read()


@pytest.mark.parametrize(
    "seconds", [0.0, 0.3, pytest.param(3.0, marks=pytest.mark.slow("training longer before it"))]
)
def test_interrupt_leaves_nothing_half_written(tmp_path: Path, seconds: float) -> None:
    """Interrupted while torch is being loaded, and while it trains."""
    output = tmp_path / "new" / "model.pt2"
    arguments = ("train", "--epochs", "100000", "-o", output)
    with subprocess.Popen(
        [Path(sys.executable).with_name("tabfab"), *arguments],
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        while not output.parent.exists() and process.poll() is None:
            time.sleep(0.01)
        time.sleep(seconds)
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        errors = process.stderr.read()
    assert process.returncode == 130
    assert "Traceback" not in errors
    # After the first epoch there is a checkpoint to resume from, which is meant to stay.
    assert set(os.listdir(output.parent)) <= {f"{output.name}.checkpoint"}


def test_interrupted_compile_keeps_the_old_program(
    model: Path, program: Path, tmp_path: Path
) -> None:
    with subprocess.Popen(
        [
            *(Path(sys.executable).with_name("tabfab"), "compile", model),
            *("-o", tmp_path / "program"),
        ],
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        temporary = tmp_path / ".program.tabfab-new"
        while not temporary.exists() and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        assert "Traceback" not in process.stderr.read()
    assert process.returncode == 130
    assert not os.listdir(tmp_path)
