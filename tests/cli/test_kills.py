"""A verb that is killed leaves its old result or its new one, never a mixture."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
POINTS = 1000 if LONG else 3
"""How many runs are killed per verb and signal; a thousand is every file operation."""
SIGNALS = [signal.SIGKILL, signal.SIGINT] if LONG else [signal.SIGKILL]


def kill(output: Path, number: int, *arguments: object) -> tuple[int, int]:
    """Kill the verb; returns how often the old result and the new one stayed."""
    done = subprocess.run(
        [
            sys.executable, "-m", "support.kill_command",
            str(output), str(int(number)), str(POINTS), *map(str, arguments),
        ],
        cwd=TESTS,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    old, new = map(int, done.stdout.split())
    return old, new


def copy(result: Path, tmp_path: Path) -> Path:
    """A copy of a result, alone in a folder."""
    output = tmp_path / "results" / result.name
    if result.is_dir():
        shutil.copytree(result, output)
    else:
        output.parent.mkdir()
        shutil.copyfile(result, output)
    return output


@pytest.mark.parametrize("number", SIGNALS)
@pytest.mark.slow("tests/compiler/store/test_files.py kills whatever writes")
def test_compile(program: Path, model: Path, tmp_path: Path, number: int) -> None:
    output = copy(program, tmp_path)
    old, new = kill(output, number, "compile", model, "--mask", "none", "--calibration-images", 50)
    assert old
    assert new


@pytest.mark.parametrize("number", SIGNALS)
@pytest.mark.slow("tests/compiler/store/test_files.py kills whatever writes")
def test_verilog(build: Path, program: Path, tmp_path: Path, number: int) -> None:
    output = copy(build, tmp_path)
    old, new = kill(output, number, "verilog", program, "--outputs", 1)
    assert old
    assert new


@pytest.mark.parametrize("number", SIGNALS)
@pytest.mark.slow("tests/compiler/store/test_files.py kills whatever writes")
def test_finetune(program: Path, tmp_path: Path, number: int) -> None:
    output = copy(program, tmp_path)
    steps = ("--steps-per-layer", 1, "--joint-steps", 2, "--batch", 16)
    old, new = kill(output, number, "finetune", program, *steps, "--calibration-images", 50)
    assert old
    assert new


@pytest.mark.parametrize("number", SIGNALS)
@pytest.mark.slow("tests/compiler/store/test_files.py kills whatever writes")
def test_train(model: Path, tmp_path: Path, number: int) -> None:
    output = copy(model, tmp_path)
    old, new = kill(output, number, "train", "--epochs", 1)
    assert old
    assert new
