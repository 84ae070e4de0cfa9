"""How many workers and threads: the one place that decides it.

Threads that wait for other programs (`side_by_side`: Yosys, provers) and Dask's processes
(`dask_workers`: sweeps, the search for a mask) are as many as `worker_count` says.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from ..store.settings import require

_GIB = 1 << 30
_CGROUP_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")
"""Where Linux says how much memory a container may take, version 2 and 1."""


@dataclass(frozen=True, kw_only=True)
class Needs:
    """What one piece of work takes of a machine.

    Parameters
    ----------
    threads: that compute at a time. Sums of real numbers may depend on it, so what must be the
        same everywhere has the same number everywhere.
    memory: GiB, at most; 0 where that is nothing to think of.
    """

    threads: int = 1
    memory: float = 0.0

    def __post_init__(self) -> None:
        require(self.threads >= 1, f"work takes at least 1 thread, not {self.threads}")
        require(0 <= self.memory < 1 << 20, f"work takes 0 GiB or more, not {self.memory}")


def worker_count(needs: Needs | None = None, asked: int | None = None) -> int:
    """How many workers there are to be.

    Parameters
    ----------
    needs: of each; one thread and no memory to think of if not given.
    asked: what the user says; otherwise as many as cores and memory allow, and at least one.
    """
    if asked is not None:
        return asked
    needs = needs or Needs()
    count = processor_cores() // needs.threads
    if needs.memory:
        count = min(count, int(memory_limit() / _GIB / needs.memory))
    return max(count, 1)


def processor_cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):  # not on macOS
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def memory_limit() -> int:
    """Bytes of memory that this process may use: the machine's, or its container's."""
    limits = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    for name in _CGROUP_LIMITS:
        try:
            limits.append(int(Path(name).read_text()))
        except (OSError, ValueError):  # no such file, or the word "max"
            continue
    return min(limits)
