"""Kills a sweep at a moment, lets it go on, and looks whether anything was lost or mixed.

`killed_at` kills a worker, the scheduler of a cluster or the command itself with SIGKILL, runs the
command again where it ended, and compares every file with those of a run that nobody disturbed.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
from dask_cluster import Cluster, cluster

ROLES = ("worker", "command", "scheduler")
TABFAB = (sys.executable, "-c", "from tabfab.cli.main import main; main()")
"""The `tabfab` of this interpreter."""
_POLL = 0.02
_GONE_WITHIN = 30
"""Seconds in which all processes of a killed command must have ended."""


@dataclass(frozen=True)
class Killed:
    """What came of a kill.

    Parameters
    ----------
    role: of the process that was killed.
    kept: trials on disk when the command ended, or was killed.
    status: of the command: 0 where it lived through it.
    left: processes of the command that outlived it.
    differences: files that are not as in the undisturbed run, in the end.
    """

    role: str
    kept: int
    status: int
    left: int
    differences: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing was lost, mixed or left behind."""
        return not self.left and not self.differences


def contents(directory: Path) -> dict[str, bytes]:
    """Every file below a directory."""
    files = [path for path in directory.rglob("*") if path.is_file()]
    return {str(path.relative_to(directory)): path.read_bytes() for path in files}


def command(sweep: Path, output: Path, *options: str) -> list[str]:
    """The command line of a sweep."""
    return [*TABFAB, "sweep", str(sweep), "-o", str(output), *options]


def undisturbed(sweep: Path, output: Path, workers: int = 2) -> tuple[dict[str, bytes], float]:
    """The files of a sweep that nobody kills, and the seconds that it took."""
    start = time.monotonic()
    subprocess.run(
        command(sweep, output, "--workers", str(workers)), check=True, capture_output=True
    )
    return contents(output), time.monotonic() - start


def killed_at(
    role: str, seconds: float, sweep: Path, output: Path, expected: dict[str, bytes]
) -> Killed:
    """Kill a process of a sweep after some seconds, and run it to its end.

    Parameters
    ----------
    role: one of `ROLES`.
    seconds: after the start; a worker is killed at the first moment from then on when there is one.
    sweep: a ``sweep.toml``.
    output: a new directory.
    expected: the files of an undisturbed run.
    """
    output.parent.mkdir(parents=True, exist_ok=True)
    places: Sequence[Sequence[str]] = ((), ())
    there = cluster(output.parent, places) if role == "scheduler" else nullcontext()
    with there as own:
        to = ("--scheduler", own.address) if isinstance(own, Cluster) else ("--workers", "2")
        running = subprocess.Popen(
            command(sweep, output, *to),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        known = _wait(running, seconds, role == "worker")
        if role == "worker" and known:
            _kill(known[int(seconds * 1000) % len(known)])
        elif role == "command":
            running.kill()
        elif isinstance(own, Cluster):
            own.scheduler.kill()
        status = running.wait(600)
        left = _left(known)
    kept = len(list((output / "trials").glob("*/trial.json")))
    if status:
        again = command(sweep, output, "--workers", "2")
        subprocess.run(again, check=True, capture_output=True)
    found = contents(output)
    names = sorted(expected.keys() | found.keys())
    differing = [name for name in names if expected.get(name) != found.get(name)]
    return Killed(role, kept, status, left, tuple(differing))


def _wait(
    running: subprocess.Popen[bytes], seconds: float, for_worker: bool
) -> list[psutil.Process]:
    """Let a command run for some seconds; its workers, at least one if it is to be waited for."""
    end = time.monotonic() + seconds
    while running.poll() is None:
        workers = _workers(running.pid)
        if time.monotonic() >= end and (workers or not for_worker):
            return workers
        time.sleep(_POLL)
    return []


def _workers(pid: int) -> list[psutil.Process]:
    """The worker processes of a command."""
    found = []
    with suppress(psutil.Error):
        for child in psutil.Process(pid).children(recursive=True):
            if any("spawn_main" in part for part in child.cmdline()):
                found.append(child)
    return found


def _kill(process: psutil.Process) -> None:
    with suppress(ProcessLookupError):
        os.kill(process.pid, signal.SIGKILL)


def _left(workers: Sequence[psutil.Process]) -> int:
    """How many workers are still there after a while."""
    _, alive = psutil.wait_procs(workers, timeout=_GONE_WITHIN)
    return len(alive)
