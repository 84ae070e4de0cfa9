"""Dask's workers: what all of them have, and how many there are."""

from __future__ import annotations

import os
import signal
from contextlib import nullcontext
from types import SimpleNamespace
from typing import cast

import pytest
from distributed import Client
from tabfab.compiler.store.errors import TabfabError
from tabfab.compiler.workers import dask_workers, needs
from tabfab.compiler.workers.dask_workers import Where, dask_client, shared, sharing
from tabfab.compiler.workers.needs import Needs, worker_count


def test_what_is_shared_outlives_a_worker_and_not_its_block() -> None:
    with dask_client(Where(workers=1), Needs()) as client:
        with sharing(client, {"images": 3}) as name:
            assert client.submit(shared, name, key="first").result() == {"images": 3}
            (pid,) = client.run(os.getpid).values()
            os.kill(pid, signal.SIGKILL)
            assert client.submit(shared, name, key="second").result() == {"images": 3}
            assert [*client.run(os.getpid).values()] != [pid]
        with pytest.raises(KeyError):
            client.submit(shared, name, key="third").result()


@pytest.mark.parametrize("deaths", [1, 9])
def test_what_is_shared_is_sent_again_where_a_worker_dies_at_that_moment(
    deaths: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A client as Dask's: its scheduler lets go of a message when a worker is lost under it."""
    sent: list[str] = []

    def register(plugin: object, name: str) -> None:
        sent.append(name)
        if len(sent) <= deaths:
            raise OSError("Stream is closed")

    monkeypatch.setattr(dask_workers, "_PAUSE", 0)
    client = SimpleNamespace(register_plugin=register, status="closed")
    refused = pytest.raises(OSError, match="Stream") if deaths > 1 else nullcontext()
    with refused, sharing(cast(Client, client), 3) as name:
        assert sent == [name, name]


def test_as_many_workers_as_cores_and_memory_allow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(needs, "processor_cores", lambda: 8)
    monkeypatch.setattr(needs, "memory_limit", lambda: 24 << 30)
    assert worker_count() == 8
    assert worker_count(Needs(threads=3)) == 2
    assert worker_count(Needs(memory=5.0)) == 4
    assert worker_count(Needs(threads=16, memory=100.0)) == 1
    assert worker_count(Needs(memory=100.0), asked=5) == 5


def test_the_memory_of_this_machine_is_known() -> None:
    assert 1 << 28 < needs.memory_limit() < 1 << 50


def test_what_a_worker_cannot_need() -> None:
    with pytest.raises(TabfabError, match="at least 1 thread"):
        Needs(threads=0)
    with pytest.raises(TabfabError, match="0 GiB or more"):
        Needs(memory=-1.0)
