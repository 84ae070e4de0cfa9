"""Large stages of a build, which are synthesized by themselves, several at a time.

A stage's cells do not depend on other stages, unless the design is flattened. Yosys uses one
processor core for a design and holds it whole; so a network of many megabytes of tables takes less
time and memory stage by stage, and what is done stays when a run is interrupted.
"""

from __future__ import annotations

import re
from pathlib import Path

from ..rtl.verilog import TOP, VERILOG_FILE, memory_files

LARGE = 200_000
"""Bytes of Verilog and memories from which on a stage is large. Starting Yosys for a stage takes a
second or two, which smaller ones do not make up for."""

_MODULE = re.compile(r"^module \\?(\S+) ?\(.*?^endmodule$", re.M | re.S)
_PREFIX = f"{TOP}.network."


def large_stages(directory: Path) -> dict[str, str]:
    """Module of every large stage -> its Verilog, with that of the modules in it.

    Parameters
    ----------
    directory: written by `tabfab verilog`.
    """
    verilog: dict[str, list[str]] = {}
    for found in _MODULE.finditer((directory / VERILOG_FILE).read_text()):
        name = found[1]
        if name.startswith(_PREFIX):
            instance = name.removeprefix(_PREFIX).split(".")[0]
            verilog.setdefault(_PREFIX + instance, []).append(found[0] + "\n")
    stages = {module: "".join(texts) for module, texts in verilog.items()}
    return {module: text for module, text in stages.items() if _size(directory, text) >= LARGE}


def _size(directory: Path, verilog: str) -> int:
    memories = (directory / name for name in memory_files(verilog))
    return len(verilog) + sum(path.stat().st_size for path in memories)
