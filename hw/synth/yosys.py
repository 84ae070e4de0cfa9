"""Yosys, run in a process of its own.

`pyosys` is a library that prints its log on standard output and cannot be interrupted; in a
child process its log goes to a file, Ctrl-C ends it, and an assertion in it cannot take tabfab
along. Running this module is that child: it takes the passes on standard input.

To Yosys' commands come tabfab's own (`OWN_PASSES`), which change a netlist as JSON.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any

from ...compiler.store.errors import TabfabError
from ...compiler.store.files import check_file, scratch_directory
from ...compiler.store.progress import Progress, silent
from .cell_registers import absorb_registers

OWN_PASSES: dict[str, Callable[[dict[str, Any]], None]] = {
    "absorb_registers": absorb_registers,
}
"""Passes of tabfab: what each does to a design in the format of `write_json`."""

_DONE = "tabfab: pass done"
_MOMENT = 0.2
"""Seconds between two looks at whether to stop."""


class YosysError(TabfabError):
    """Yosys ended with an error."""


def run_passes(
    passes: Sequence[str],
    directory: Path,
    log: Path,
    progress: Progress = silent,
    stop: threading.Event | None = None,
) -> None:
    """Run Yosys passes on one design.

    Parameters
    ----------
    passes: commands of Yosys, or names in `OWN_PASSES`, in order.
    directory: where file names are relative to.
    log: file for Yosys' messages.
    progress: called with (passes done, passes in all, the pass under way).
    stop: ends the run when another thread sets it.

    Raises
    ------
    YosysError: a pass failed, or the run was stopped.
    TabfabError: `log` is no file.
    """
    check_file(log, within=log.parent)
    command = [sys.executable, "-m", __name__]
    with (
        log.open("w") as messages,
        subprocess.Popen(
            command,
            cwd=directory,
            stdin=subprocess.PIPE,
            stdout=messages,
            stderr=subprocess.PIPE,
        ) as child,
    ):
        assert child.stdin is not None
        assert child.stderr is not None
        child.stdin.write(json.dumps(list(passes)).encode())
        child.stdin.close()
        errors, done = [], 0
        progress(0, len(passes), _name(passes[0]))
        try:
            for line in _lines(child.stderr, stop or threading.Event()):
                if line == _DONE:
                    done += 1
                    progress(done, len(passes), _name(passes[min(done, len(passes) - 1)]))
                else:
                    errors.append(line)
        except BaseException:
            child.kill()
            raise
    if child.returncode:
        reason = next((line for line in errors if "ERROR" in line), f"status {child.returncode}")
        raise YosysError(f"Yosys failed ({reason}); its messages are in {log}")


def _lines(pipe: IO[bytes], stop: threading.Event) -> Iterator[str]:
    """Lines as they come, without waiting for one for longer than it takes to see `stop`."""
    rest = b""
    while not stop.is_set():
        if not select.select([pipe], [], [], _MOMENT)[0]:
            continue
        read = os.read(pipe.fileno(), 1 << 16)
        *lines, rest = (rest + read).split(b"\n")
        yield from (line.decode(errors="replace").strip() for line in lines)
        if not read:
            return
    raise YosysError("Yosys was stopped")


def _name(command: str) -> str:
    return command.split()[0]


def _child() -> None:
    from pyosys import libyosys

    design = libyosys.Design()
    for command in json.load(sys.stdin):
        if command in OWN_PASSES:
            _run_own(OWN_PASSES[command], lambda line: libyosys.run_pass(line, design))
        else:
            libyosys.run_pass(command, design)
        print(_DONE, file=sys.stderr, flush=True)


def _run_own(change: Callable[[dict[str, Any]], None], run: Callable[[str], None]) -> None:
    with scratch_directory() as scratch:
        file = scratch / "design.json"
        run(f"write_json {file}")
        netlist = json.loads(file.read_text())
        change(netlist)
        file.write_text(json.dumps(netlist))
        run("design -reset")
        run(f"read_json {file}")


if __name__ == "__main__":
    _child()
