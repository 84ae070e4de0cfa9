"""Killing a run before each of its file operations, one after the other."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

FILE_EVENTS = {
    "open", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.scandir", "os.truncate",
    "shutil.copyfile", "shutil.move", "shutil.rmtree",
}  # fmt: skip
"""Audit events of Python that change files, or come right after something that did."""


def run_and_kill(run: Callable[[], object], root: Path, operation: int, number: int) -> int:
    """Run in a child process, which gets signal `number` before a file operation below `root`.

    Parameters
    ----------
    run: what to run.
    root: operations on files elsewhere do not count.
    operation: which one, from 0; a run that has fewer is not stopped.
    number: of the signal.

    Returns
    -------
    The child's exit status, or minus the signal that ended it.
    """

    def strike(seen: int) -> None:
        if seen == operation:
            os.kill(os.getpid(), number)

    return _run_watched(run, root, strike)


def count_operations(run: Callable[[], object], root: Path) -> int:
    """How many file operations below `root` there are when `run` runs in a child process."""
    reader, writer = os.pipe()
    status = _run_watched(run, root, lambda seen: os.write(writer, b"."))
    os.close(writer)
    assert status == 0, status
    with os.fdopen(reader, "rb") as pipe:
        return len(pipe.read())


def _run_watched(run: Callable[[], object], root: Path, watch: Callable[[int], object]) -> int:
    """Run in a child process that calls `watch` with the number of each file operation."""
    pid = os.fork()
    if pid:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    status = 1
    try:
        _watch_operations(root, watch)
        run()
        status = 0
    except KeyboardInterrupt:
        status = 130
    except SystemExit as error:
        status = error.code if isinstance(error.code, int) else int(error.code is not None)
    finally:
        os._exit(status)


def _watch_operations(root: Path, watch: Callable[[int], object]) -> None:
    seen = 0

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal seen
        if event in FILE_EVENTS and any(map(below_root, arguments)):
            seen += 1
            watch(seen - 1)

    def below_root(argument: object) -> bool:
        if isinstance(argument, bytes | os.PathLike):
            argument = os.fsdecode(argument)
        return isinstance(argument, str) and argument.startswith(str(root))

    sys.addaudithook(hook)


def kill_everywhere(
    run: Callable[[], object],
    root: Path,
    check: Callable[[], None],
    number: int = signal.SIGKILL,
) -> int:
    """Kill `run` before its first file operation below `root`, then its second, and so on.

    Parameters
    ----------
    run: what to run, in child processes; without a signal it succeeds.
    root: where it writes.
    check: called after every killed run.
    number: the signal.

    Returns
    -------
    How many runs were stopped; the last run was not.
    """
    operation = 0
    while (status := run_and_kill(run, root, operation, number)) != 0:
        assert status in (-number, 130), f"status {status} before file operation {operation}"
        check()
        operation += 1
    check()
    return operation
