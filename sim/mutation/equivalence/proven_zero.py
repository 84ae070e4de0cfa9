"""Proofs that a signal is always 0, whatever the inputs do, by Yosys and ABC.

Yosys makes an and-inverter graph of the module `miter`, whose only output is that signal. ABC
first merges signals that are equal for ever (`scorr`: by induction, van Eijk, DOI
10.1109/43.851997), and then looks for an invariant (`pdr`: property directed reachability,
Bradley, DOI 10.1007/978-3-642-18275-4_7).
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from ....hw.synth.yosys import YosysError, run_passes

_SEARCH = 10
"""Seconds to look for an invariant."""
_MERGE = 60
"""Seconds beyond that, after which a proof is given up."""
_CLOCKS = 4
"""Over which signals are assumed to be equal, to show it for the next."""

_PASSES = (
    "read_verilog -sv both.v",
    "hierarchy -top miter",
    "proc",
    "flatten",
    "setundef -undriven -undef",  # before registers that nobody reads become undriven
    "opt_clean",
    "memory_collect",
    "memory_map",
    "opt -nodffe -nosdff",
    "setundef -anyseq",  # what is undefined may be anything, on every clock
    "techmap",
    "aigmap",
    "write_aiger -zinit miter.aig",
)


def proven_zero(sources: Sequence[str], directory: Path) -> bool:
    """Whether the only output of the module `miter` is proven always to be 0.

    From configuration on; False means that there is no proof.

    Parameters
    ----------
    sources: modules in Verilog.
    directory: with the memories that they read.

    Raises
    ------
    YosysError: a tool failed.
    """
    with tempfile.TemporaryDirectory(prefix="tabfab-") as scratch:
        work = Path(scratch)
        for memory in directory.glob("*.mem"):
            (work / memory.name).symlink_to(memory.resolve())
        (work / "both.v").write_text("\n".join(sources))
        run_passes(_PASSES, work, work / "log")
        return _proven(work)


def _proven(work: Path) -> bool:
    """Whether ABC proves that the output of ``miter.aig`` is always 0."""
    merge = f"scorr; scorr -F {_CLOCKS}"
    script = f"read_aiger miter.aig; strash; {merge}; write_aiger merged.aig; pdr -T {_SEARCH}"
    try:
        done = subprocess.run(
            [_abc(), "-c", script],
            cwd=work,
            capture_output=True,
            text=True,
            check=False,
            timeout=_SEARCH + _MERGE,
        )
    except subprocess.TimeoutExpired:
        return False
    merged = work / "merged.aig"
    if not merged.is_file():
        raise YosysError(f"ABC failed: {done.stdout[-300:]}")
    # The header is "aig M I L O A"; a line for each of L latches, and then the output's literal.
    header, *lines = merged.read_bytes().split(b"\n")
    return lines[int(header.split()[3])] == b"0" or "Property proved" in done.stdout


def _abc() -> str:
    """The ABC that comes with Yosys."""
    spec = find_spec("pyosys")
    places = [] if spec is None else list(spec.submodule_search_locations or [])
    for place in places:
        if (program := Path(place) / "yosys-abc").is_file():
            return str(program)
    raise YosysError("there is no yosys-abc in the pyosys package; install pyosys 0.70 or newer")
