"""What Yosys makes of a single core."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from amaranth.hdl import Module
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out
from tabfab.hw.cell_counts import summarize
from tabfab.hw.core import Core
from tabfab.hw.load_port import WORD_BITS
from tabfab.hw.synth import FAMILIES
from tabfab.hw.verilog import VERILOG_FILE, write_component
from tabfab.hw.yosys import run_passes

_TOP = "component"


class Alone(wiring.Component):
    """A core with plain ports, one of them for loads."""

    i: Any
    o: Any
    load: Any

    def __init__(self, core: Core) -> None:
        self.core = core
        super().__init__(
            {
                "i": In(len(core.i.p.as_value()) + 1),
                "o": Out(len(core.o.p.as_value()) + 1),
                "load": In(WORD_BITS + 2),
            }
        )

    def elaborate(self, platform: object) -> Module:
        m = Module()
        m.submodules.core = core = self.core
        m.d.comb += [
            core.i.valid.eq(self.i[0]),
            core.i.p.as_value().eq(self.i[1:]),
            self.o[0].eq(core.o.valid),
            self.o[1:].eq(core.o.p.as_value()),
        ]
        valid, payload = self.load[0], self.load[1:]
        for port in core.load_ports():
            m.d.comb += [port.i.valid.eq(valid), port.i.p.as_value().eq(payload)]
            valid, payload = port.o.valid, port.o.p.as_value()
        return m


def resources(core: Core, family: str, directory: Path) -> dict[str, int]:
    """Cells of `core` on `family` by kind of resource, through Verilog as in a build.

    Parameters
    ----------
    core: what to synthesize.
    family: one of `tabfab.hw.synth.FAMILIES`.
    directory: an empty one for files in between.
    """
    write_component(Alone(core), _TOP, directory)
    passes = [
        f"read_verilog {VERILOG_FILE}",
        f"hierarchy -top {_TOP}",
        "proc",
        "opt_clean -purge",
        f"{FAMILIES[family]} -top {_TOP}",
        "tee -q -o stat.json stat -json",
    ]
    run_passes(passes, directory, directory / "yosys.log")
    cells = json.loads((directory / "stat.json").read_text())["design"]["num_cells_by_type"]
    return summarize(cells)
