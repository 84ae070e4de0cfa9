"""Worker: a process that does one job after the other beside the page, and can be ended at once."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection, wait
from typing import Any

from ...compiler.store.errors import TabfabError, reason
from ...compiler.store.progress import Progress, silent
from ..interrupts import interrupt_between_imports

_PATIENCE = 5.0
"""Seconds in which a process that is told to end removes what it has written."""

Job = Callable[..., Any]
"""A function of a module, called with what the worker was given, a `Progress`, and arguments."""


class WorkerDiedError(Exception):
    """A worker's process that ended in the middle of a job."""


class Worker:
    """A process, started with its first job.

    Ctrl-C of a terminal does not reach it: who started it ends it (`end`). If that process is gone,
    however it ended, so is this one.

    Parameters
    ----------
    given: to every job; sent to the process once.
    """

    def __init__(self, given: Any) -> None:
        self._given = given
        self._process: Any = None
        self._connection: Connection | None = None
        self._told = False
        self._busy = asyncio.Lock()

    async def run(self, job: Job, *arguments: Any, progress: Progress = silent) -> Any:
        """What a job returns; jobs wait for each other.

        Parameters
        ----------
        job: what to do.
        arguments: of it, behind what the worker was given and its progress.
        progress: told how far it is.

        Raises
        ------
        TabfabError: the job's, or a sentence on what else went wrong in it.
        WorkerDiedError: the process ended (`end`, or too little memory).
        """
        async with self._busy:
            # What is given is read as soon as the process has loaded its libraries.
            connection = await asyncio.to_thread(self._started)
            try:
                await asyncio.to_thread(connection.send, (job, arguments))
                while True:
                    kind, value = await asyncio.to_thread(connection.recv)
                    if kind == "progress":
                        progress(*value)
                    elif kind == "failed":
                        raise TabfabError(value)
                    else:
                        return value
            except (EOFError, OSError) as error:
                self.end()
                raise WorkerDiedError from error

    def stop(self) -> None:
        """Tell the process to end, without waiting for that."""
        if self._process is not None and not self._told:
            self._told = True
            self._process.terminate()

    def end(self) -> None:
        """End the process, and what it does; the next job starts another one."""
        self.stop()
        process, self._process, self._connection = self._process, None, None
        self._told = False
        if process is None:
            return
        process.join(_PATIENCE)
        if process.is_alive():
            process.kill()
            process.join()

    def _started(self) -> Connection:
        if self._connection is None:
            context = multiprocessing.get_context("spawn")
            here, there = context.Pipe()
            self._process = context.Process(target=_work, args=(there, self._given), daemon=True)
            self._process.start()
            there.close()
            self._connection = here
        return self._connection


def _work(connection: Connection, given: Any) -> None:
    """Do the jobs that come, until there is nobody any more who sends some, or SIGTERM comes."""
    interrupt_between_imports()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        _do_jobs(connection, given)
        os._exit(0)
    except SystemExit:  # what the job wrote is removed by now, and libraries have nothing to say
        os._exit(1)


def _do_jobs(connection: Connection, given: Any) -> None:
    def progress(done: int, total: int, what: str = "", /) -> None:
        connection.send(("progress", (done, total, what)))

    while True:
        try:
            job, arguments = connection.recv()
        except (EOFError, OSError):
            return
        try:
            answer = ("done", job(given, progress, *arguments))
        except TabfabError as error:
            answer = ("failed", str(error))
        except MemoryError:
            answer = ("failed", "there was not enough memory; take fewer images")
        except Exception as error:  # of one job, which must not end the page
            what = f"{type(error).__name__}: {reason(error)}"
            answer = ("failed", f"tabfab or a library is at fault ({what}); report it")
        try:
            connection.send(answer)
        except OSError:  # nobody waits for it any more
            return


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    wait([parent.sentinel])
    os._exit(1)
