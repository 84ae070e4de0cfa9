"""Dask's workers: processes of this machine, or those of a cluster that is there already.

Needs tabfab's extra ``sweep``.
"""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dask
from distributed import Client, LocalCluster, Worker
from distributed.diagnostics.plugin import WorkerPlugin
from distributed.security import Security

from ..store.errors import TabfabError, reason
from . import deaf_to_interrupts
from .needs import Needs, memory_limit, worker_count

_GIB = 1 << 30
_LOCAL = "127.0.0.1"
_TIMEOUT = 5
"""Seconds in which a scheduler must answer."""
_STARTS = 3
"""Times that it is tried to start this machine's workers."""
_SENDS, _PAUSE = 5, 0.5
"""Times that it is tried to send something to all workers, and the seconds between."""
_DEATHS = 10
"""Workers that may die over a piece of work before it is given up: more than chance explains."""
_QUIET = ("distributed", "distributed.client", "distributed.worker", "distributed.nanny")
"""What logs that a worker or a connection is gone, which is told in other words."""


@dataclass(frozen=True, kw_only=True)
class Where:
    """Where work is done.

    Parameters
    ----------
    workers: processes of this machine; as many as cores and memory allow if not given.
    scheduler: address of a cluster's scheduler, ``tcp://host:8786``; None for this machine.
    tls_ca, tls_cert, tls_key: files for a scheduler at ``tls://``: the authority's certificate,
        and this side's own with its key.

    Raises
    ------
    TabfabError: they contradict each other.
    """

    workers: int | None = None
    scheduler: str | None = None
    tls_ca: Path | None = None
    tls_cert: Path | None = None
    tls_key: Path | None = None

    def __post_init__(self) -> None:
        secured = [each for each in (self.tls_ca, self.tls_cert, self.tls_key) if each is not None]
        if self.workers is not None and self.scheduler is not None:
            raise TabfabError(
                "--workers are processes of this machine, and --scheduler has its own; leave one "
                "away"
            )
        if len(secured) not in (0, 3):
            raise TabfabError("TLS takes all three of --tls-ca, --tls-cert and --tls-key")
        if secured and not (self.scheduler or "").startswith("tls://"):
            raise TabfabError(
                "--tls-ca, --tls-cert and --tls-key are for a --scheduler at tls://, and it is "
                f"{self.scheduler or 'this machine'}"
            )
        for file in secured:
            if not file.is_file():
                raise TabfabError(f"there is no file {file} to secure connections by")

    @property
    def security(self) -> Security | None:
        """What Dask takes for TLS; None without."""
        if self.tls_ca is None:
            return None
        return Security(
            tls_ca_file=str(self.tls_ca),
            tls_client_cert=str(self.tls_cert),
            tls_client_key=str(self.tls_key),
            require_encryption=True,
        )


@contextmanager
def dask_client(where: Where, needs: Needs) -> Iterator[Client]:
    """Dask's client of workers that end with the block, or of a cluster that stays.

    Local workers are single processes of `needs.threads` threads, at most one piece of work each,
    and die with this process however it ends.

    Parameters
    ----------
    where: the workers are.
    needs: of each piece of work.

    Raises
    ------
    TabfabError: no scheduler answers.
    """
    quiet = {name: logging.getLogger(name) for name in _QUIET}
    levels = {name: logger.level for name, logger in quiet.items()}
    for logger in quiet.values():
        logger.setLevel(logging.CRITICAL)
    try:
        with dask.config.set({"distributed.scheduler.allowed-failures": _DEATHS}):
            if where.scheduler is None:
                with _local(where, needs) as cluster, Client(cluster) as client:
                    yield client
            else:
                with _client_of(where, where.scheduler) as client:
                    yield client
    finally:
        for name, logger in quiet.items():
            logger.setLevel(levels[name])


def _local(where: Where, needs: Needs) -> LocalCluster:
    for left in reversed(range(_STARTS)):
        try:
            return _started(worker_count(needs, where.workers), needs)
        except RuntimeError as error:  # a worker died before it was there
            if not left:
                raise TabfabError(
                    f"workers do not start on this machine ({reason(error)}); take fewer of them "
                    "(--workers 1) or less memory for each ([needs])"
                ) from error
    raise AssertionError


def _started(count: int, needs: Needs) -> LocalCluster:
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    return LocalCluster(
        n_workers=count,
        threads_per_worker=1,
        memory_limit=int(needs.memory * _GIB) or memory_limit() // count,
        host=_LOCAL,
        dashboard_address=f"{_LOCAL}:0",
        worker_dashboard_address=None,
        silence_logs=logging.CRITICAL,
        preload=[deaf_to_interrupts.__name__],
        env=dict.fromkeys(names, str(needs.threads)),
    )


def _client_of(where: Where, address: str) -> Client:
    try:
        return Client(address, timeout=_TIMEOUT, security=where.security)
    except (OSError, ValueError, TypeError, RuntimeError) as error:
        raise TabfabError(
            f"no scheduler answers at {address} ({reason(error)}); start one with 'dask scheduler' "
            "and workers with 'dask worker', or leave --scheduler away to run on this machine"
        ) from error


# --------------------------------------------------------------------- what all workers have

_SHARED: dict[str, Any] = {}
"""Of this worker's process, by name."""


class _Shared(WorkerPlugin):
    """Something that every worker is sent once, those that come later too."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def setup(self, worker: Worker) -> None:
        _SHARED.update(self._values)

    def teardown(self, worker: Worker) -> None:
        for name in self._values:
            _SHARED.pop(name, None)


@contextmanager
def sharing(client: Client, value: Any) -> Iterator[str]:
    """Send `value` to every worker, now or once it comes; yields the name to ask `shared` by.

    Unlike data that is scattered it outlives the workers: Dask's scheduler keeps it while the block
    runs, and sends it to a worker that takes a dead one's place. Then all forget it.

    Parameters
    ----------
    client: of the workers.
    value: can be pickled.
    """
    name = f"tabfab-{secrets.token_hex(8)}"
    _register(client, _Shared({name: value}), name)
    try:
        yield name
    finally:
        if client.status == "running":
            with suppress(OSError):  # the scheduler is lost in this moment
                client.unregister_worker_plugin(name)


def _register(client: Client, plugin: WorkerPlugin, name: str) -> None:
    """Send a plugin to all workers, again if one dies just then: the scheduler stops at it."""
    for left in reversed(range(_SENDS)):
        try:
            client.register_plugin(plugin, name=name)
            return
        except OSError:
            if not left:
                raise
            time.sleep(_PAUSE)


def shared(name: str) -> Any:
    """What was sent to this worker under the name that `sharing` gave it."""
    return _SHARED[name]
