"""Tasks side by side: in order, and stopped together."""

from __future__ import annotations

import threading
import time
from functools import partial

import pytest
from tabfab.compiler.workers.needs import processor_cores
from tabfab.compiler.workers.side_by_side import run_side_by_side


def test_results_are_in_the_order_of_the_tasks() -> None:
    def task(number: int, stop: threading.Event) -> int:
        time.sleep(0.05 * (3 - number))
        return number

    ended: list[int] = []
    tasks = [partial(task, number) for number in range(3)]
    assert run_side_by_side(tasks, 3, ended.append) == [0, 1, 2]
    assert sorted(ended) == [0, 1, 2]
    assert run_side_by_side([], 1) == []


def test_no_more_at_a_time_than_asked_for() -> None:
    running, most = 0, 0
    lock = threading.Lock()

    def task(stop: threading.Event) -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.02)
        with lock:
            running -= 1

    run_side_by_side([task] * 6, 2)
    assert most == 2


def test_one_failure_stops_the_others() -> None:
    stopped = []

    def fails(stop: threading.Event) -> None:
        raise ValueError("no")

    def waits(stop: threading.Event) -> None:
        stopped.append(stop.wait(10))

    with pytest.raises(ValueError, match="no"):
        run_side_by_side([waits, fails, waits, waits], 2)
    assert stopped
    assert all(stopped)


def test_an_interrupt_stops_all() -> None:
    stopped, started = [], threading.Event()

    def quick(stop: threading.Event) -> None:
        started.wait(10)

    def waits(stop: threading.Event) -> None:
        started.set()
        stopped.append(stop.wait(10))

    def interrupt(number: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_side_by_side([quick, waits], 2, interrupt)
    assert stopped == [True]


def test_there_is_a_core() -> None:
    assert processor_cores() >= 1
