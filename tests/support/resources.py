"""What a call takes, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

_CHILD = """
import importlib, json, resource, sys, time
from tabfab.compiler.store.errors import TabfabError
module, name, *arguments = sys.argv[1:]
call = getattr(importlib.import_module(module), name)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
start = time.monotonic()
try:
    call(*arguments)
    message = None
except TabfabError as error:
    message = str(error)
seconds = time.monotonic() - start
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps([message, (after - before) / 1024, seconds]))
"""
_TESTS = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Outcome:
    """How a call ended.

    Parameters
    ----------
    message: of the `TabfabError`; None if there was none.
    mebibytes: by how much the process's largest size grew (Linux counts in KiB).
    seconds: of time.
    """

    message: str | None
    mebibytes: float
    seconds: float


def measure(module: str, name: str, *arguments: object, timeout: float = 60) -> Outcome:
    """Call the function `name` of `module` with text arguments in a new process.

    Any exception but `TabfabError`, and a call that takes longer, fails the test.
    """
    path = os.pathsep.join([str(_TESTS.parent), str(_TESTS), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, module, name, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=timeout,
        env={**os.environ, "PYTHONPATH": path},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return Outcome(*json.loads(done.stdout))
