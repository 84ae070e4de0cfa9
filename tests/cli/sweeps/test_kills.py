"""A sweep of which a process is killed: nothing is lost, mixed or left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import psutil
import pytest
from sweep_kills import ROLES, command, contents, killed_at
from tabfab.compiler.workers import dask_workers

from support.command import Run
from support.sweeps import SWEEP, write_sweep

MOMENTS = (4.0, 8.0)
"""Seconds after the start; `bench/sweep.py --cell kills` has 20 at random."""


@pytest.mark.parametrize("seconds", MOMENTS)
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.slow("most of a minute each: workers load torch, twice")
def test_what_is_killed_goes_on(
    role: str, seconds: float, swept: Path, model: Path, tmp_path: Path
) -> None:
    file = write_sweep(tmp_path / "s", model)
    killed = killed_at(role, seconds, file, tmp_path / "s" / "sweep", contents(swept))
    assert killed.holds, killed
    trials = len(list((swept / "trials").iterdir()))
    if role == "worker":
        assert killed.status == 0, killed
    elif killed.kept < trials:  # a fast machine may have done all of them before
        assert killed.status != 0, killed


@pytest.mark.slow("workers load torch, twice")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_leaves_nothing_half_written_and_no_process(
    number: int, swept: Path, model: Path, tmp_path: Path, tabfab: Run
) -> None:
    """A terminal sends Ctrl-C to the workers too."""
    file = write_sweep(tmp_path / "s", model)
    output = tmp_path / "s" / "sweep"
    running = subprocess.Popen(
        command(file, output, "--workers", "2"), stderr=subprocess.PIPE, start_new_session=True
    )
    workers: list[psutil.Process] = []
    whole = "trials/" + "[0-9a-f]" * 16 + "/trial.json"  # and not of one that is being written
    while len(workers) < 2 or not list(output.glob(whole)):
        workers = psutil.Process(running.pid).children(recursive=True)
        time.sleep(0.05)
    os.killpg(running.pid, number) if number == signal.SIGINT else running.send_signal(number)
    _, error = running.communicate(timeout=60)
    assert running.returncode == 128 + number
    assert b"Traceback" not in error
    assert (b"nothing was half written" in error) == (number == signal.SIGINT)
    _, alive = psutil.wait_procs(workers, timeout=10)
    assert alive == []
    assert not list(output.rglob("*.tabfab-*"))
    done = tabfab("sweep", file, "-o", output, "--workers", 2)
    assert done.status == 0
    assert "6 trials computed" not in done.out
    assert contents(output) == contents(swept)


@pytest.mark.slow("workers that die, one after the other")
def test_a_trial_that_no_worker_lives_through_is_told_and_tried_again(
    swept: Path, model: Path, tmp_path: Path, tabfab: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Torch alone takes more than a worker may have here."""
    monkeypatch.setattr(dask_workers, "_DEATHS", 1)
    text = SWEEP.replace("[4, 8, 12]", "[4]").replace("memory = 1.0", "memory = 0.2")
    file = write_sweep(tmp_path / "s", model, text.replace(', "ecp5-85k"', ""))
    output = tmp_path / "s" / "sweep"
    done = tabfab("sweep", file, "-o", output, "--workers", 1)
    assert done.status == 0, done
    assert "is not done, and is tried again next time: every worker that ran it died" in done.err
    assert "0 trials computed, 0 were there" in done.out
    file.write_text(file.read_text().replace("memory = 0.2", "memory = 1.0"))
    done = tabfab("sweep", file, "-o", output, "--workers", 1)
    assert "1 trials computed, 0 were there" in done.out
