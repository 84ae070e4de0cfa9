"""A Dask cluster of processes of this machine, each where it is told to be."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from distributed import Client
from distributed.security import Security


@dataclass
class Cluster:
    """A scheduler and its workers.

    Parameters
    ----------
    address: of the scheduler.
    scheduler: its process.
    workers: theirs.
    """

    address: str
    scheduler: subprocess.Popen[bytes]
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)


@contextmanager
def cluster(
    folder: Path,
    places: Sequence[Sequence[str]] = ((), ()),
    address: str = "tcp://127.0.0.1:0",
    options: Sequence[str] = (),
    security: Security | None = None,
    host_place: Sequence[str] = (),
) -> Iterator[Cluster]:
    """A scheduler and a worker for each of `places`, which end with the block.

    Parameters
    ----------
    folder: for their logs.
    places: the command that runs a worker's: ``ip netns exec NAME``, or none.
    address: where the scheduler listens; port 0 for a free one.
    options: more of all commands.
    security: to ask the scheduler by, how many workers it has.
    host_place: the command that runs the scheduler; it is not asked then, being out of reach.
    """
    protocol, _, host = address.partition("://")
    name, _, port = host.partition(":")
    found = folder / "scheduler.json"
    listen = ("--host", f"{protocol}://{name}", "--port", port, "--scheduler-file", found)
    scheduler = _start(folder / "scheduler.log", host_place, "scheduler", *listen, *options)
    running = Cluster("", scheduler)
    try:
        running.address = _wait_for_address(found)
        for number, place in enumerate(places):
            log = folder / f"worker{number}.log"
            own = ("--nthreads", "1", "--memory-limit", "2GiB", "--local-directory", folder)
            worker = _start(log, place, "worker", running.address, *own, *options)
            running.workers.append(worker)
        if not host_place:
            with Client(running.address, security=security) as client:
                client.wait_for_workers(len(places), timeout=120)
        yield running
    finally:
        for process in (*running.workers, scheduler):
            _end(process)


def _start(log: Path, place: Sequence[str], *command: object) -> subprocess.Popen[bytes]:
    with log.open("wb") as out:
        return subprocess.Popen(
            [*place, sys.executable, "-m", "dask", *map(str, command), "--no-dashboard"],
            stdout=out,
            stderr=out,
            start_new_session=True,
        )


def _wait_for_address(file: Path) -> str:
    for _ in range(300):
        if file.exists() and file.stat().st_size:
            address: str = json.loads(file.read_text())["address"]
            return address
        time.sleep(0.1)
    raise TimeoutError(f"{file} was not written")


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process and all that it started."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
            process.wait(10)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue
