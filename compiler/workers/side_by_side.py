"""Tasks side by side, in threads that wait for other programs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from typing import TypeVar

Result = TypeVar("Result")


def run_side_by_side(
    tasks: Sequence[Callable[[threading.Event], Result]],
    jobs: int,
    ended: Callable[[int], None] | None = None,
) -> list[Result]:
    """Run tasks, some at a time.

    When one fails, or this thread is interrupted, the others are told to stop, and what went
    wrong is raised once they have.

    Parameters
    ----------
    tasks: each is called with an event, and is to stop soon after that is set.
    jobs: how many run at a time.
    ended: called in this thread with the index of each task that has ended.

    Returns
    -------
    list: what the tasks return, in their order.
    """
    stop = threading.Event()
    results: dict[int, Result] = {}
    with ThreadPoolExecutor(jobs) as pool:
        try:
            running = {pool.submit(task, stop): n for n, task in enumerate(tasks)}
            for future in as_completed(running):
                results[running[future]] = future.result()
                if ended is not None:
                    ended(running[future])
        except BaseException:
            stop.set()
            pool.shutdown(cancel_futures=True)
            raise
    return [results[n] for n in range(len(tasks))]
