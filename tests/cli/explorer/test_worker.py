"""Workers: what a job returns, refuses and tells, and that they end when they are told to."""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import time
from typing import Any

import pytest
from tabfab.cli.explorer.worker import Worker, WorkerDiedError, _work
from tabfab.compiler.store.errors import TabfabError
from tabfab.compiler.store.progress import Progress

GIVEN = 7


def add(given: int, progress: Progress, more: int) -> int:
    progress(1, 2, "adding")
    return given + more


def refuse(given: int, progress: Progress) -> None:
    raise TabfabError(f"{given} is refused; give another")


def fail(given: int, progress: Progress) -> None:
    raise ValueError("no good")


def wait(given: int, progress: Progress) -> None:
    progress(0, 0, str(os.getpid()))
    time.sleep(60)


def run(*jobs: Any) -> Any:
    """What jobs of one worker come to, one after the other."""

    async def go() -> list[Any]:
        worker = Worker(GIVEN)
        try:
            return [await worker.run(*job) for job in jobs]
        finally:
            worker.end()

    return asyncio.run(go())


def test_jobs_return_what_they_come_to() -> None:
    assert run((add, 1), (add, 2)) == [8, 9]


def test_a_jobs_errors_are_sentences() -> None:
    with pytest.raises(TabfabError, match="7 is refused; give another"):
        run((refuse,))
    with pytest.raises(TabfabError, match="ValueError: no good"):
        run((fail,))


def test_a_worker_that_is_ended_begins_anew() -> None:
    told: list[str] = []

    async def go() -> int:
        worker = Worker(GIVEN)

        def progress(done: int, total: int, what: str = "") -> None:
            told.append(what)

        job = asyncio.create_task(worker.run(wait, progress=progress))
        while not told:
            await asyncio.sleep(0.02)
        await asyncio.to_thread(worker.end)
        with pytest.raises(WorkerDiedError):
            await job
        try:
            return int(await worker.run(add, 3))
        finally:
            worker.end()

    assert asyncio.run(go()) == 10
    with pytest.raises(ProcessLookupError):
        os.kill(int(told[0]), 0)


def test_a_worker_whose_answer_nobody_waits_for_ends_in_silence(
    capfd: pytest.CaptureFixture[str],
) -> None:
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_work, args=(there, GIVEN))
    process.start()
    there.close()
    here.send((add, (1,)))
    here.close()
    process.join(60)
    assert process.exitcode == 0
    assert capfd.readouterr().err == ""
