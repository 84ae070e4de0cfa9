"""What is made once in a run of the tests, whichever worker needs it first."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A copy, for this worker alone, of the file or directory that `make` writes.

    Parameters
    ----------
    factory: pytest's; xdist's workers have their folders beside each other.
    name: of the file or directory, unlike any other that is shared.
    make: writes it to the path that it is given; it must give the same in every worker.
    """
    base = factory.getbasetemp()
    common = base.parent if base.name.startswith("popen-") else base
    original = common / f"shared-{name}"
    with (common / f"{original.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not original.exists():
            new = common / f"new-{name}"
            make(new)
            new.rename(original)
    copy = factory.mktemp("copy") / name
    (shutil.copytree if original.is_dir() else shutil.copyfile)(original, copy)
    return copy
