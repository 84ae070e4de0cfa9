"""Yosys, run in a process of its own.

`pyosys` is a library that prints its log on standard output and cannot be interrupted; in a
child process its log goes to a file, Ctrl-C ends it, and an assertion in it cannot take tabfab
along. Running this module is that child: it takes the passes on standard input.

To Yosys' commands come tabfab's own (`OWN_PASSES`), which change a netlist as JSON.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ..compiler.errors import TabfabError
from .output_registers import absorb_output_registers

OWN_PASSES: dict[str, Callable[[dict[str, Any]], None]] = {
    "absorb_output_registers": absorb_output_registers,
}
"""Passes of tabfab: what each does to a design in the format of `write_json`."""

_DONE = "tabfab: pass done"


class YosysError(TabfabError):
    """Yosys ended with an error."""


def run_passes(
    passes: Sequence[str],
    directory: Path,
    log: Path,
    progress: Callable[[int, int, str], None] | None = None,
) -> None:
    """Run Yosys passes on one design.

    Parameters
    ----------
    passes: commands of Yosys, or names in `OWN_PASSES`, in order.
    directory: where file names are relative to.
    log: file for Yosys' messages.
    progress: called with (passes done, passes in all, the pass under way).

    Raises
    ------
    YosysError: a pass failed.
    """
    tell = progress or (lambda done, total, what: None)
    command = [sys.executable, "-m", __name__]
    with (
        log.open("w") as messages,
        subprocess.Popen(
            command,
            cwd=directory,
            stdin=subprocess.PIPE,
            stdout=messages,
            stderr=subprocess.PIPE,
            text=True,
        ) as child,
    ):
        assert child.stdin is not None
        assert child.stderr is not None
        child.stdin.write(json.dumps(list(passes)))
        child.stdin.close()
        errors, done = [], 0
        tell(0, len(passes), _name(passes[0]))
        try:
            for line in child.stderr:
                if line.strip() == _DONE:
                    done += 1
                    tell(done, len(passes), _name(passes[min(done, len(passes) - 1)]))
                else:
                    errors.append(line.strip())
        except BaseException:
            child.kill()
            raise
    if child.returncode:
        reason = next((line for line in errors if "ERROR" in line), f"status {child.returncode}")
        raise YosysError(f"Yosys failed ({reason}); its messages are in {log}")


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
    with tempfile.TemporaryDirectory(prefix="tabfab-") as scratch:
        file = Path(scratch) / "design.json"
        run(f"write_json {file}")
        netlist = json.loads(file.read_text())
        change(netlist)
        file.write_text(json.dumps(netlist))
        run("design -reset")
        run(f"read_json {file}")


if __name__ == "__main__":
    _child()
